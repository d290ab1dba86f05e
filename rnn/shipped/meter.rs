//! Exactly or not at all: every stored value and every sum of a stage is asked whether it rounds.

use super::facts;
use super::facts::FloatFact;
use super::inexact::Inexact;
use crate::format::Float;
use crate::format::Overflow;
use crate::number::Exact;
use crate::number::Rounding;
use std::collections::BTreeSet;

/// Watches over a model's arithmetic: what is stored must be a number of the model's format, what is summed must be exact
/// in f32, which libraries accumulate in, in every order of summation.
///
/// A format that is narrower than f32 is a storage format only: the libraries modelled here compute a norm, a decay, the
/// recurrence and every matrix product in f32 and round when they store.
#[derive(Clone, Debug)]
pub struct Meter {
    storage: Float,
    facts: BTreeSet<FloatFact>,
    n_sums: u64,
    n_stored: u64,
}

/// What sums are accumulated in.
const ACCUMULATOR: Float = Float::F32;

impl Meter {
    /// A meter for models that store their values in this format.
    pub fn new(storage: Float) -> Self {
        Self { storage, facts: BTreeSet::new(), n_sums: 0, n_stored: 0 }
    }

    /// The format that values are stored in.
    pub fn storage(&self) -> Float {
        self.storage
    }

    /// The facts about transcendental functions that were used.
    pub fn facts(&self) -> &BTreeSet<FloatFact> {
        &self.facts
    }

    pub(super) fn facts_mut(&mut self) -> &mut BTreeSet<FloatFact> {
        &mut self.facts
    }

    /// How many sums were asked.
    pub fn n_sums(&self) -> u64 {
        self.n_sums
    }

    /// How many stored values were asked.
    pub fn n_stored(&self) -> u64 {
        self.n_stored
    }

    /// The value, where it is a number of the storage format.
    ///
    /// # Errors
    /// [`Inexact`] where it is not.
    pub fn stored(&mut self, stage: &str, value: Exact) -> Result<Exact, Inexact> {
        self.n_stored += 1;
        if self.storage.contains(&value) {
            Ok(value)
        } else {
            Err(Inexact::new(format!("{stage}: {value} is no number of {}", self.storage)))
        }
    }

    /// The sum of some products of two, where every product and every sum of some of them is a number of f32: then it is
    /// the same in every order, fused or not.
    ///
    /// # Errors
    /// [`Inexact`] where that is not known.
    pub fn sum<'v>(
        &mut self,
        stage: &str,
        start: &Exact,
        products: impl IntoIterator<Item = (&'v Exact, &'v Exact)>,
    ) -> Result<Exact, Inexact> {
        self.n_sums += 1;
        let mut terms = vec![start.clone()];
        let nonzero = products.into_iter().filter(|(left, right)| !left.is_zero() && !right.is_zero());
        terms.extend(nonzero.map(|(left, right)| left * right));
        if !ACCUMULATOR.sums_exactly(&terms, 1) {
            return Err(Inexact::new(format!(
                "{stage}: a sum of {} products is not exact in every order",
                terms.len() - 1
            )));
        }
        let mut sum = Exact::ZERO;
        terms.iter().for_each(|term| sum += term);
        Ok(sum)
    }

    /// A vector divided by the root of its squares' sum or mean and a small number, as the libraries' norms do. It is exact
    /// where the small number vanishes beside the squares and the root is a power of two; zero stays zero.
    ///
    /// # Errors
    /// [`Inexact`] where that is not so.
    pub fn normalised(
        &mut self,
        stage: &str,
        vector: &[Exact],
        (is_mean, epsilon): (bool, &Exact),
    ) -> Result<Vec<Exact>, Inexact> {
        let mut square = self.sum(stage, &Exact::ZERO, vector.iter().zip(vector))?;
        if square.is_zero() {
            return Ok(vector.to_vec());
        }
        if is_mean {
            let length = i64::try_from(vector.len()).expect("a vector's length is a machine word");
            square = square / Exact::integer(length);
        }
        let with_epsilon = ACCUMULATOR.round(&(&square + epsilon), Rounding::Nearest, Overflow::Infinity);
        if !ACCUMULATOR.contains(&square) || with_epsilon.as_finite() != Some(&square) {
            return Err(Inexact::new(format!("{stage}: {epsilon} does not vanish beside the square {square}")));
        }
        let root = facts::root_of_power(&square, &mut self.facts)
            .ok_or_else(|| Inexact::new(format!("{stage}: the square {square} is no even power of two")))?;
        vector.iter().map(|value| self.stored(stage, value / &root)).collect()
    }
}
