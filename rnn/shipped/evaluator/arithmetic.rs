//! Operations in f32 and storing, each rounded to the nearest number and from the middle to the even one.

use super::super::inexact::Inexact;
use super::super::storing::Storing;
use crate::format::Float;
use crate::format::Overflow;
use crate::format::RoundedValue;
use crate::number::Exact;
use crate::number::Rounding;

/// What sums are accumulated in, and all operations are computed in.
const COMPUTED: Float = Float::F32;

/// The arithmetic of a model that stores its values in one format.
pub(super) struct Arithmetic {
    storage: Float,
    /// The greatest number of the format, and of f32.
    greatest: [Exact; 2],
    /// 1e-6 as f32 has it.
    epsilon: Exact,
    /// What the output norm adds: the same, but in OLMo Hybrid.
    output_epsilon: Exact,
}

fn rounded(stage: &str, value: Exact, format: Float, greatest: &Exact) -> Result<Exact, Inexact> {
    if format.holds(&value) {
        return Ok(value);
    }
    match format.round_up_to(&value, greatest, Rounding::Nearest, Overflow::Infinity) {
        RoundedValue::Finite(value) => Ok(value),
        _ => Err(Inexact::new(format!("{stage}: a value leaves the range of {format}"))),
    }
}

/// The number of f32 nearest to one that it can hold.
fn in_f32(value: &Exact) -> Exact {
    COMPUTED.round(value, Rounding::Nearest, Overflow::Infinity).as_finite().cloned().unwrap_or(Exact::ZERO)
}

impl Arithmetic {
    pub(super) fn new(storage: Float) -> Self {
        let epsilon = in_f32(&Exact::ratio(1, 1_000_000));
        let greatest = [storage.greatest(), COMPUTED.greatest()];
        Self { storage, greatest, output_epsilon: epsilon.clone(), epsilon }
    }

    /// Adds another number in the output norm.
    pub(super) fn set_output_epsilon(&mut self, epsilon: &Exact) {
        self.output_epsilon = in_f32(epsilon);
    }

    /// A result as f32 has it.
    pub(super) fn computed(&self, stage: &str, value: Exact) -> Result<Exact, Inexact> {
        rounded(stage, value, COMPUTED, &self.greatest[1])
    }

    /// A number of f32 as the format has it.
    pub(super) fn stored(&self, stage: &str, value: Exact) -> Result<Exact, Inexact> {
        rounded(stage, value, self.storage, &self.greatest[0])
    }

    /// The sum of products, from the first to the last; each product and each sum is rounded.
    pub(super) fn sum<'v>(
        &self,
        stage: &str,
        products: impl IntoIterator<Item = (&'v Exact, &'v Exact)>,
    ) -> Result<Exact, Inexact> {
        let nonzero = products.into_iter().filter(|(left, right)| !left.is_zero() && !right.is_zero());
        nonzero.into_iter().try_fold(Exact::ZERO, |sum, (left, right)| {
            let product = self.computed(stage, left * right)?;
            self.computed(stage, sum + product)
        })
    }

    /// The root of a number that is not negative.
    pub(super) fn root(&self, square: &Exact) -> Result<Exact, Inexact> {
        let Some(exponent) = square.leading_exponent() else { return Ok(Exact::ZERO) };
        // The root in units of which it has 26 or 27: a number between two units rounds as their middle does.
        let unit = exponent.div_euclid(2) - 26;
        let scaled = square * Exact::power_of_two(-2 * unit);
        let below = scaled.floor().sqrt();
        let is_root = Exact::from(&below * &below) == scaled;
        let root = Exact::from(below) + if is_root { Exact::ZERO } else { Exact::ratio(1, 2) };
        self.computed("a root", root * Exact::power_of_two(unit))
    }

    /// `1 / sqrt(x + eps)`.
    fn inverse_root(&self, square: &Exact, epsilon: &Exact) -> Result<Exact, Inexact> {
        let root = self.root(&self.computed("a norm", square + epsilon)?)?;
        self.computed("a norm", Exact::ONE / root)
    }

    /// The factor of a norm of unit length: by the sum of squares.
    pub(super) fn inverse_root_of_sum(&self, vector: &[Exact]) -> Result<Exact, Inexact> {
        self.inverse_root(&self.sum("a norm", vector.iter().zip(vector))?, &self.epsilon)
    }

    /// The mean of squares.
    fn mean(&self, vector: &[Exact]) -> Result<Exact, Inexact> {
        let length = i64::try_from(vector.len()).expect("a vector's length is a machine word");
        let sum = self.sum("a norm", vector.iter().zip(vector))?;
        self.computed("a norm", sum / Exact::integer(length))
    }

    /// The factor of the output norm.
    pub(super) fn output_factor(&self, vector: &[Exact]) -> Result<Exact, Inexact> {
        self.inverse_root(&self.mean(vector)?, &self.output_epsilon)
    }

    /// An RMSNorm with its weights, stored.
    pub(super) fn rms_norm(
        &self,
        stage: &str,
        vector: &[Exact],
        weights: &[Exact],
        storing: Storing,
    ) -> Result<Vec<Exact>, Inexact> {
        let factor = self.inverse_root(&self.mean(vector)?, &self.epsilon)?;
        let values = vector.iter().zip(weights).map(|(entry, weight)| {
            if entry.is_zero() {
                return Ok(Exact::ZERO);
            }
            let mut value = self.computed(stage, entry * &factor)?;
            if storing == Storing::EachStage {
                value = self.stored(stage, value)?;
            }
            self.stored(stage, self.computed(stage, &value * weight)?)
        });
        values.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_the_nearest_number_by_comparison_of_squares() {
        let arithmetic = Arithmetic::new(Float::BF16);
        let mut n_exact = 0;
        for num in (1..400).chain([65_535, 65_536, 16_777_215, 16_777_213]) {
            for exponent in [-31, -30, -1, 0, 1, 40] {
                let square = Exact::integer(num) * Exact::power_of_two(exponent);
                let root = arithmetic.root(&square).unwrap();
                assert!(Float::F32.contains(&root));
                // The middles to both neighbours: the root of the square lies between them.
                let half = Exact::power_of_two(root.leading_exponent().unwrap() - 24);
                let (low, high) = (&root - &half, &root + &half);
                assert!(&low * &low < square && square < &high * &high, "{square}");
                n_exact += usize::from(&root * &root == square);
            }
        }
        assert!(n_exact > 30);
        assert_eq!(arithmetic.root(&Exact::ZERO).unwrap(), Exact::ZERO);
    }

    #[test]
    fn sums_round_from_the_first_to_the_last_and_from_the_middle_to_the_even_one() {
        let arithmetic = Arithmetic::new(Float::BF16);
        let (one, tiny) = (Exact::ONE, Exact::power_of_two(-24));
        let sum = |terms: &[&Exact]| arithmetic.sum("", terms.iter().map(|term| (*term, &one))).unwrap();
        assert_eq!(sum(&[&one, &tiny, &tiny]), one);
        assert_eq!(sum(&[&tiny, &tiny, &one]), &one + &Exact::power_of_two(-23));
        let stored = |num| arithmetic.stored("", Exact::ratio(num, 256)).unwrap();
        assert_eq!((stored(257), stored(259)), (one, Exact::ratio(260, 256)));
        // The greatest number of bf16 and the half of a unit above it.
        let greatest = Float::BF16.greatest();
        assert!(arithmetic.stored("", &greatest + &Exact::power_of_two(118)).is_ok());
        assert!(arithmetic.stored("", &greatest + &Exact::power_of_two(119)).is_err());
    }
}
