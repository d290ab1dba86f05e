//! Sums of products, brought to lowest terms once at their end.

use super::exact::Exact;
use super::exact::Repr;
use super::small::Small;
use super::small::common;

/// A sum of products of [`Exact`] numbers while it is being collected. As long as machine words suffice it is one fraction
/// that need not be in lowest terms, so that a summand costs a multiplication and no greatest common divisor.
///
/// ```
/// use rnn::{Exact, ExactSum};
/// let mut sum = ExactSum::new(&Exact::ratio(1, 3));
/// sum.add_product(&Exact::ratio(1, 2), &Exact::ratio(1, 3));
/// sum.add_product(&Exact::integer(-1), &Exact::ratio(1, 2));
/// assert_eq!(sum.finish(), Exact::ZERO);
/// ```
// A machine-word fraction in here may be in any terms, with a positive denominator. Of the same size as a number, so that a
// vector of sums becomes one of numbers where it stands.
#[derive(Clone)]
pub struct ExactSum(Repr);

impl ExactSum {
    /// The sum that holds only this number.
    #[inline]
    pub fn new(bias: &Exact) -> Self {
        Self(bias.0.clone())
    }

    /// Adds `weight * value`.
    #[inline]
    pub fn add_product(&mut self, weight: &Exact, value: &Exact) {
        if let (Repr::Small(sum), Repr::Small(weight), Repr::Small(value)) = (&mut self.0, &weight.0, &value.0)
            && let Some(next) = plus(*sum, *weight, *value)
        {
            *sum = next;
            return;
        }
        self.add_slowly(weight, value);
    }

    /// The same in lowest terms, and with numbers of any size.
    fn add_slowly(&mut self, weight: &Exact, value: &Exact) {
        if weight.is_zero() || value.is_zero() {
            return;
        }
        let mut sum = std::mem::replace(self, Self(Repr::Small(Small::ZERO))).finish();
        sum.add_product(weight, value);
        self.0 = sum.0;
    }

    /// The sum.
    #[inline]
    pub fn finish(self) -> Exact {
        match self.0 {
            Repr::Small(small) if small.den != 1 => Exact(Repr::Small(small.in_lowest_terms())),
            other => Exact(other),
        }
    }
}

/// `sum + weight * value` in any terms; none where machine words do not suffice.
#[inline]
fn plus(sum: Small, weight: Small, value: Small) -> Option<Small> {
    let product = weight.num.checked_mul(value.num)?;
    // A network adds integers to integers nearly always.
    if (weight.den | value.den | sum.den) == 1 {
        return Some(Small { num: sum.num.checked_add(product)?, den: 1 });
    }
    let den = weight.den.checked_mul(value.den)?;
    if den == sum.den {
        return Some(Small { num: sum.num.checked_add(product)?, den });
    }
    let (lift, lift_product, both) = common(sum.den, den);
    let num = (i128::from(sum.num) * lift).checked_add(i128::from(product) * lift_product)?;
    Some(Small { num: i64::try_from(num).ok()?, den: i64::try_from(both).ok()? })
}
