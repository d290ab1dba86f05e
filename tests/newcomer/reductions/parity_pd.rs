//! Parity by a one-layer permutation-diagonal linear RNN with one coordinate.
//!
//! **Claim.** For every word over `0 1`, the network accepts it iff its number of ones is odd.
//!
//! **Construction.** The coordinate starts in 1, stays on `0` and changes its sign on `1`; the readout is its negation.

use crate::definition::Definition;
use crate::proof::CoordinateKind;
use crate::proof::Invariant;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::statement;
use crate::statement::mathematics::Meaning;
use problems::Problem;
use problems::parity::Parity;
use rnn::Affine;
use rnn::Exact;
use rnn::LinearFamily;
use rnn::LinearRnn;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

/// The reduction.
#[derive(Debug)]
pub struct ParityPd {
    network: Network,
}

impl ParityPd {
    /// The one value of this reduction.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<ParityPd> = LazyLock::new(|| ParityPd { network: network() });
        &SHARED
    }
}

fn network() -> Network {
    let times = |factor: i64| {
        let mut map = Affine::zero(1, 1);
        map.add_weight(0, 0, &Exact::integer(factor));
        map
    };
    let network = LinearRnn::new(
        LinearFamily::PermutationDiagonal,
        Parity.alphabet().tokens().to_vec(),
        vec!["y".to_owned()],
        vec![Exact::ONE],
        vec![times(1), times(-1)],
        times(-1),
    );
    Network::Linear(network.expect("a number other than 0 is a diagonal matrix"))
}

impl Reduction for ParityPd {
    fn description(&self) -> Description {
        Description {
            model: "pd",
            variant: None,
            theorem: "Example",
            regime: "constant precision",
            claim: const {
                &[Clause::decides_by_induction(
                    "For every word over 0 1, of any length, the one-layer permutation-diagonal linear RNN with these \
                     fixed weights accepts it iff its number of ones is odd",
                )]
            },
            idealised: "",
            deviation: "None.",
            on_paper: "The two inductions over the word.",
            refuted: None,
        }
    }

    fn problem(&self) -> &dyn Problem {
        &Parity
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        statement::parity::definition(terms, self.network.tokens())
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        statement::parity::meaning(terms, self.network.tokens())
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        Proof::by_induction(terms, network, self.definition(terms), invariant(terms), self.meaning(terms))
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::parity::positional(terms, tokens)
    }
}

/// The coordinate is 1 where the ones so far are even, and -1 where they are odd.
fn invariant<'a>(terms: &'a Terms) -> Invariant<'a> {
    Invariant::new([("y", CoordinateKind::Integer)], move |mode, y, _| {
        let sign = if mode == "even" { 1 } else { -1 };
        vec![y.get("y").equals(terms.ratio(sign, 1))]
    })
}
