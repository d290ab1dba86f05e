//! Why a number format suffices: proofs about rounded networks.
//!
//! The obligations are made as all others are, from the network value by the one interpreter; what is new is the
//! arithmetic that it runs over, or that every pre-activation is recorded on the way. Two kinds of network are proved:
//!
//!  - *integers*: no pre-activation leaves the range of a format, and each is on its grid. Rounding and overflow then
//!    never happen, and the rounded network is the exact one, word by word;
//!  - *windows*: the rounded network is another definition, which has forgotten what was rounded away, and the two
//!    definitions agree on the words of a size.

use crate::definition::Definition;
use crate::proof::Proof;
use crate::proof::error::ProofError;
use crate::proof::induction::Invariant;
use crate::proof::numbers::Numbers;
use crate::proof::obligation::Conditions;
use crate::proof::obligation::Obligation;
use crate::proof::obligation::ObligationKind;
use crate::statement::mathematics::Meaning;
use num_bigint::BigInt;
use rnn::Accumulate;
use rnn::Exact;
use rnn::Fixed;
use rnn::FixedTerms;
use rnn::Format;
use rnn::FormatError;
use rnn::Network;
use rnn::Precision;
use rnn::Rounding;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;
use std::ops::Range;

/// A proof that a network that runs in a number format gives the right answer on every word of a size.
#[derive(Debug)]
pub struct PrecisionProof<'a> {
    /// Its name, as `no-overflow lemma`.
    pub theorem: &'static str,
    /// What is proved to be the same, as `rounded network = network`.
    pub link: &'static str,
    /// For which words, as `every word with at most 4 values`.
    pub words: String,
    proof: Proof<'a>,
}

impl<'a> PrecisionProof<'a> {
    /// A proof that is an induction only.
    pub(crate) fn new(theorem: &'static str, link: &'static str, words: String, proof: Proof<'a>) -> Self {
        Self { theorem, link, words, proof }
    }

    /// Adds, for every step from these modes, that under these conditions every pre-activation fits.
    pub(crate) fn with_ranges(
        mut self,
        terms: &'a Terms,
        modes: impl IntoIterator<Item = usize>,
        conditions: Conditions<'a>,
        fits: impl Fn(Term<'a>) -> Term<'a>,
    ) -> Self {
        let steps = self.steps(modes);
        self.proof.add_under(conditions, |induction, conditions| {
            steps.into_iter().map(|step| induction.range(terms, step, conditions, &fits)).collect()
        });
        self
    }

    /// Adds, for every step from these modes, that under these conditions the proof's definition and another one take
    /// the same case.
    pub(crate) fn with_agreement(
        mut self,
        terms: &'a Terms,
        modes: impl IntoIterator<Item = usize>,
        conditions: Conditions<'a>,
        other: &Definition<'a>,
    ) -> Self {
        let steps = self.steps(modes);
        self.proof.add_under(conditions, |induction, conditions| {
            steps.into_iter().map(|step| induction.agreement(terms, step, conditions, other)).collect()
        });
        self
    }

    /// The proof that a network whose pre-activations are integers never rounds and never overflows, so that the rounded
    /// network is the exact one. For every step from these modes every pre-activation is an integer of magnitude at most
    /// `bound` under these conditions; the start state and the one-hot input are such integers; and the format holds all
    /// integers up to `greatest`, which bounds `bound`. None where weights are rounded as well or every addition is.
    pub(crate) fn of_integers(
        terms: &'a Terms,
        precision: &Precision,
        (theorem, words): (&'static str, String),
        proof: Result<Proof<'a>, ProofError>,
        (modes, conditions): (Range<usize>, Conditions<'a>),
        (bound, greatest): (Term<'a>, u64),
    ) -> Option<Result<Self, ProofError>> {
        if !keeps_integers(precision) {
            return None;
        }
        let proof = match proof {
            Ok(proof) => proof,
            Err(error) => return Some(Err(error)),
        };
        let (format, bound) = (precision.format, bound.to_real());
        let fits = |value: Term<'a>, bound: Term<'a>| {
            terms.all([value.is_integer(), value.at_least(-bound), value.at_most(bound)])
        };
        let one = terms.ratio(1, 1);
        let start = proof.network().start_in(&SymbolicArithmetic::new(terms)).into_iter().map(|value| fits(value, one));
        let start = terms.all(start.collect::<Vec<_>>());
        Some(Ok(Self::new(theorem, "rounded network = network", words, proof)
            .with_format(terms, format, &greatest.into())
            .with_lemma("the start state and the one-hot input are integers from -1 to 1".to_owned(), start)
            .with_ranges(terms, modes, conditions, |value| fits(value, bound))))
    }

    fn steps(&self, modes: impl IntoIterator<Item = usize>) -> Vec<(usize, usize)> {
        let n_tokens = self.proof.network().tokens().len();
        modes.into_iter().flat_map(|mode| (0..n_tokens).map(move |token| (mode, token))).collect()
    }

    /// Adds that a format holds all integers up to this size.
    pub(crate) fn with_format(self, terms: &'a Terms, format: Format, greatest: &BigInt) -> Self {
        let (low, high) = integers(format);
        let holds = low <= -greatest && *greatest <= high;
        self.with_lemma(format!("{format} holds the integers from -{greatest} to {greatest}"), terms.truth(holds))
    }

    /// Adds a statement about numbers alone.
    pub(crate) fn with_lemma(mut self, name: String, goal: Term<'a>) -> Self {
        self.proof.obligations.push(Obligation::fact(name, ObligationKind::Format, goal));
        self
    }

    /// All obligations: those that the network is a definition and this the problem, and those about the format.
    pub fn proof(&self) -> &Proof<'a> {
        &self.proof
    }

    /// The obligation that is false by arithmetic alone, if there is one: the solver need not be asked.
    pub fn fails_at_once(&self) -> Option<&Obligation<'a>> {
        self.proof.obligations().iter().find(|obligation| obligation.goal.as_truth() == Some(false))
    }
}

/// What is known of a reduction's network in number formats.
pub trait FixedPrecision {
    /// A proof that a network gives the right answer on every word of size `n`, where every number must fit into this
    /// precision. None where there is no such proof: of the precision nothing is claimed then.
    fn proof<'a>(
        &self,
        _terms: &'a Terms,
        _network: &Network,
        _n: usize,
        _precision: &Precision,
    ) -> Option<Result<PrecisionProof<'a>, ProofError>> {
        None
    }

    /// Which number of bits is searched for the least that suffices.
    fn searched(&self) -> Searched {
        Searched::Width
    }

    /// How many of these bits are known to suffice on every word of size `n`, with fixed point that rounds down and
    /// saturates.
    fn bound(&self, _n: usize) -> Option<Bound> {
        None
    }
}

/// Which number of bits is searched for the least one that suffices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Searched {
    /// The width of integers, the sign counted.
    Width,
    /// The bits after the point, with so many before it.
    FracBits {
        /// The bits before the point, the sign counted.
        int_bits: u32,
    },
}

impl Searched {
    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::FracBits { .. } => "frac_bits",
        }
    }

    /// The format with so many bits.
    ///
    /// # Errors
    /// [`FormatError`] where there is no such format.
    pub fn format(self, bits: u32) -> Result<Format, FormatError> {
        match self {
            Self::Width => Fixed::new(bits, 0),
            Self::FracBits { int_bits } => Fixed::new(int_bits, bits),
        }
        .map(Format::Fixed)
    }
}

/// How many bits a theorem says suffice at a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The number of bits.
    pub bits: u32,
    /// The formula, as `2 (n - 1)`.
    pub formula: &'static str,
    /// How it grows with n.
    pub growth: Growth,
}

/// How a number of bits grows with the size n.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// As `a log2 n + b`; a may be 0.
    Logarithmic,
    /// As `a n + b`.
    Linear,
}

/// A window of the last P symbols of a list in base 4, as fixed point makes one: two fractional bits hold a symbol.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// P.
    pub(crate) size: u32,
    fixed: Fixed,
    rounding: Rounding,
}

/// For which words a definition with a window and the exact one agree.
pub(crate) struct Agreement<'a> {
    /// The exact definition.
    pub(crate) exact: Definition<'a>,
    /// What it has to do with the problem.
    pub(crate) meaning: Meaning<'a>,
    /// What is assumed of the word's size in these modes; in all others nothing is.
    pub(crate) conditions: Vec<(&'static str, Term<'a>)>,
    /// The words, for a reader.
    pub(crate) words: String,
    /// Whether these words are of that size.
    pub(crate) fits: bool,
}

impl Window {
    /// The window of a precision: fixed point that drops what it cannot hold, exact weights, a wide accumulator. Nothing
    /// is claimed of rounding to nearest, which carries what it drops into the window.
    pub(crate) fn of(precision: &Precision) -> Option<Self> {
        let Precision {
            format: Format::Fixed(fixed),
            rounding,
            accumulate: Accumulate::Wide,
            round_weights: false,
            ..
        } = *precision
        else {
            return None;
        };
        let drops = matches!(rounding, Rounding::Floor | Rounding::Zero);
        (drops && fixed.frac_bits() >= 2).then(|| Self { size: fixed.frac_bits() / 2, fixed, rounding })
    }

    /// The term that stands for 1.
    pub(crate) fn one<'a>(self, terms: &'a Terms) -> Term<'a> {
        FixedTerms::new(terms, self.fixed.frac_bits(), self.rounding).one()
    }

    /// The sliding-window theorem: the rounded network is the definition with the window, on every word and without
    /// ever leaving the format's range; and on the words of the agreement that is the exact definition.
    pub(crate) fn proof<'a>(
        self,
        terms: &'a Terms,
        network: &Network,
        definition: Definition<'a>,
        invariant: Invariant<'a>,
        agreement: Agreement<'a>,
    ) -> Result<PrecisionProof<'a>, ProofError> {
        let Self { size, fixed, rounding } = self;
        let Agreement { exact, meaning, conditions, words, fits: words_fit } = agreement;
        let frac_bits = fixed.frac_bits();
        let numbers = Numbers::Fixed { frac_bits, rounding };
        let modes = definition.covered_modes();
        let names = definition.modes().to_vec();
        let parts = ((definition, invariant), (exact.clone(), meaning));
        let proof = Proof::by_induction_in(numbers, terms, network, parts.0, parts.1)?;
        let unit = |bound: Exact| terms.linear(Sort::Int, bound / fixed.step(), []);
        let (least, greatest) = (unit(fixed.least()), unit(fixed.greatest()));
        let fits = |value: Term<'a>| value.at_least(least).and(value.at_most(greatest));
        let start = FixedTerms::new(terms, frac_bits, rounding);
        let start = network.start_in(&start).into_iter().chain([start.one()]).map(fits).collect::<Vec<_>>();
        let mut whole =
            PrecisionProof::new("sliding-window theorem", "rounded network = definition", words.clone(), proof)
                .with_lemma(
                    format!("{frac_bits} fractional bits are a window of {size} symbols"),
                    terms.truth(frac_bits == 2 * size),
                )
                .with_lemma(format!("a window of {size} symbols is enough for {words}"), terms.truth(words_fit))
                .with_lemma(format!("{fixed} holds the start state and the one-hot input"), terms.all(start))
                .with_ranges(terms, modes.clone(), Conditions::default(), fits);
        for mode in modes {
            let of_mode = conditions.iter().filter(|(name, _)| names[mode] == *name).map(|(_, condition)| *condition);
            let conditions = Conditions { formulas: of_mode.collect(), sizes: Vec::new() };
            whole = whole.with_agreement(terms, [mode], conditions, &exact);
        }
        Ok(whole)
    }
}

/// How many of so many symbols lie beyond a window.
pub(crate) fn beyond<'a>(terms: &'a Terms, symbols: Term<'a>, window: u32) -> Term<'a> {
    let window = terms.int(window.into());
    terms.if_else(symbols.above(window), symbols - window, terms.int(0))
}

/// Whether a network whose pre-activations are integers never rounds where its format holds them: weights are exact, and
/// only whole sums are rounded.
pub(crate) fn keeps_integers(precision: &Precision) -> bool {
    precision.accumulate == Accumulate::Wide && !precision.round_weights
}

/// The integers from the first to the second, all of which a format holds exactly.
fn integers(format: Format) -> (BigInt, BigInt) {
    match format {
        Format::Fixed(fixed) => (fixed.least().floor(), fixed.greatest().floor()),
        Format::Float(float) => {
            // Up to 2^significand_bits neighbours are at most 1 apart.
            let exact = BigInt::from(1) << float.significand_bits();
            let greatest = exact.min(float.greatest().floor());
            (-greatest.clone(), greatest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integers_of_a_format_are_those_that_rounding_leaves_alone_and_the_next_one_is_not() {
        for name in ["fixed:1.0", "fixed:4.0", "fixed:5.3", "bf16", "f16", "e4m3", "e5m2", "float:2.8"] {
            let format: Format = name.parse().unwrap();
            let arithmetic = rnn::RoundedArithmetic::new(rnn::Precision::of(format));
            let is_left_alone = |integer: &BigInt| {
                let value = rnn::Exact::from(integer.clone());
                arithmetic.round(&value).as_finite() == Some(&value)
            };
            let (low, high) = integers(format);
            let mut integer = low;
            while integer <= high {
                assert!(is_left_alone(&integer), "{name} does not hold {integer}");
                integer += 1;
            }
            assert!(!is_left_alone(&(high + 1)), "{name} holds more");
        }
    }
}
