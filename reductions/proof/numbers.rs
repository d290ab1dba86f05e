//! The numbers in which the network of a proof runs: exact ones, or fixed-point ones.

use super::induction::CoordinateKind;
use rnn::Arithmetic;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::FixedTerms;
use rnn::Network;
use rnn::Recorder;
use rnn::Rounding;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// The numbers in which a network runs, as terms: rationals, of sort Real; or fixed-point numbers with so many
/// fractional bits, each of which is an Int `X` that stands for `X / 2^frac_bits`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Exact rationals.
    Exact,
    /// Fixed-point numbers of any size, every pre-activation rounded once.
    Fixed {
        /// How many bits stand after the point.
        frac_bits: u32,
        /// Where a number goes that lies between two of them.
        rounding: Rounding,
    },
}

/// A state after a step, and every pre-activation on the way to it, by layer and unit.
pub(super) struct Stepped<'a> {
    pub(super) state: Vec<Term<'a>>,
    pub(super) pre_activations: Vec<Term<'a>>,
}

impl Numbers {
    pub(super) fn number<'a>(self, terms: &'a Terms, value: i64) -> Term<'a> {
        match self {
            Self::Exact => terms.ratio(value, 1),
            Self::Fixed { frac_bits, rounding } => {
                FixedTerms::new(terms, frac_bits, rounding).constant(&Exact::integer(value))
            }
        }
    }

    /// A free symbol for a coordinate.
    pub(super) fn free<'a>(self, terms: &'a Terms, coordinate: &str, kind: CoordinateKind) -> Term<'a> {
        let name = format!("h.{coordinate}");
        match (self, kind) {
            (Self::Exact, CoordinateKind::Integer) => terms.symbol(&name, Sort::Int).to_real(),
            (Self::Exact, _) => terms.symbol(&name, Sort::Real),
            (Self::Fixed { .. }, _) => terms.symbol(&name, Sort::Int),
        }
    }

    pub(super) fn start<'a>(self, terms: &'a Terms, network: &Network) -> Vec<Term<'a>> {
        match self {
            Self::Exact => network.start_in(&SymbolicArithmetic::new(terms)),
            Self::Fixed { frac_bits, rounding } => network.start_in(&FixedTerms::new(terms, frac_bits, rounding)),
        }
    }

    pub(super) fn step<'a>(self, terms: &'a Terms, network: &Network, state: &[Term<'a>], token: usize) -> Stepped<'a> {
        fn recorded<'a, A: Arithmetic<Value = Term<'a>>>(
            arithmetic: A,
            network: &Network,
            state: &[Term<'a>],
            token: usize,
        ) -> Stepped<'a> {
            let recorder = Recorder::new(arithmetic);
            let state = network.step(&recorder, state, token);
            Stepped { state, pre_activations: recorder.into_recorded() }
        }
        match self {
            Self::Exact => recorded(SymbolicArithmetic::new(terms), network, state, token),
            Self::Fixed { frac_bits, rounding } => {
                recorded(FixedTerms::new(terms, frac_bits, rounding), network, state, token)
            }
        }
    }

    pub(super) fn read_out<'a>(self, terms: &'a Terms, network: &Network, state: &[Term<'a>]) -> Term<'a> {
        match self {
            Self::Exact => network.read_out(&SymbolicArithmetic::new(terms), state),
            Self::Fixed { frac_bits, rounding } => {
                network.read_out(&FixedTerms::new(terms, frac_bits, rounding), state)
            }
        }
    }

    /// The start state as what the symbols of its coordinates mean.
    pub(super) fn run_start(self, network: &Network) -> Vec<Exact> {
        match self {
            Self::Exact => network.start_in(&ExactArithmetic),
            Self::Fixed { .. } => values(&self.start(&Terms::default(), network)),
        }
    }

    /// The state after a token as what the symbols of its coordinates mean.
    pub(super) fn run_step(self, network: &Network, state: &[Exact], token: usize) -> Vec<Exact> {
        match self {
            Self::Exact => network.step(&ExactArithmetic, state, token),
            Self::Fixed { .. } => {
                let terms = Terms::default();
                let state: Vec<Term<'_>> = state.iter().map(|value| terms.linear(Sort::Int, value, [])).collect();
                values(&self.step(&terms, network, &state, token).state)
            }
        }
    }
}

fn values(state: &[Term<'_>]) -> Vec<Exact> {
    let value = |term: &Term<'_>| term.as_number().expect("arithmetic on numbers gives numbers");
    state.iter().map(value).collect()
}
