//! Sums of products, brought to lowest terms once at their end.

use super::base::Base;
use super::big::Big;
use super::exact::Exact;
use super::exact::Repr;
use super::small::Form;
use super::small::Small;
use super::small::common;
use num_bigint::BigInt;
use num_bigint::BigUint;
use std::sync::Arc;

/// A sum of products of [`Exact`] numbers while it is being collected. As long as two machine words suffice for its
/// numerator it is one fraction that need not be in lowest terms, so that a summand costs a multiplication and no greatest
/// common divisor.
///
/// ```
/// use rnn::{Exact, ExactSum};
/// let mut sum = ExactSum::new(&Exact::ratio(1, 3));
/// sum.add_product(&Exact::ratio(1, 2), &Exact::ratio(1, 3));
/// sum.add_product(&Exact::integer(-1), &Exact::ratio(1, 2));
/// assert_eq!(sum.finish(), Exact::ZERO);
/// ```
#[derive(Clone)]
pub struct ExactSum(Collected);

#[derive(Clone)]
enum Collected {
    Fraction(Fraction),
    /// A form over a big number, as in [`Repr`].
    Affine(Form, Arc<Base>),
}

/// num / den in any terms, with a positive den. The numerator is kept as two words: as an i128 it would make a sum larger
/// than a number, and a vector of sums could not become one of numbers where it stands.
#[derive(Clone, Copy)]
struct Fraction {
    low: u64,
    high: i64,
    den: i64,
}

const _: () = assert!(size_of::<ExactSum>() == size_of::<Exact>());

impl Fraction {
    #[inline]
    fn new(num: i128, den: i64) -> Self {
        // The casts take the number apart.
        Self { low: num as u64, high: (num >> 64) as i64, den }
    }

    #[inline]
    fn num(self) -> i128 {
        i128::from(self.high) << 64 | i128::from(self.low)
    }

    /// `self + weight * value`; none where the words do not suffice.
    #[inline]
    fn plus(self, weight: Small, value: Small) -> Option<Self> {
        let product = i128::from(weight.num) * i128::from(value.num);
        // A network adds integers to integers nearly always.
        if (weight.den | value.den | self.den) == 1 {
            return Some(Self::new(self.num().checked_add(product)?, 1));
        }
        let den = weight.den.checked_mul(value.den)?;
        if den == self.den {
            return Some(Self::new(self.num().checked_add(product)?, den));
        }
        let (lift, lift_product, both) = common(self.den, den);
        let num = self.num().checked_mul(lift)?.checked_add(product.checked_mul(lift_product)?)?;
        Some(Self::new(num, i64::try_from(both).ok()?))
    }

    #[inline]
    fn in_lowest_terms(self) -> Exact {
        match Small::new(self.num(), i128::from(self.den)) {
            Some(small) => Exact(Repr::Small(small)),
            None => {
                let den = BigUint::from(self.den.unsigned_abs());
                Exact::from_big(Big::new(BigInt::from(self.num()), 0, den))
            }
        }
    }
}

impl ExactSum {
    /// The sum that holds only this number.
    #[inline]
    pub fn new(bias: &Exact) -> Self {
        Self::from(bias.clone())
    }

    #[inline]
    fn from(number: Exact) -> Self {
        Self(match number.0 {
            Repr::Small(small) => Collected::Fraction(Fraction::new(i128::from(small.num), small.den)),
            Repr::Affine(form, base) => Collected::Affine(form, base),
        })
    }

    /// Adds `weight * value`.
    #[inline]
    pub fn add_product(&mut self, weight: &Exact, value: &Exact) {
        if let (Collected::Fraction(sum), Repr::Small(weight), Repr::Small(value)) = (&mut self.0, &weight.0, &value.0)
            && let Some(next) = sum.plus(*weight, *value)
        {
            *sum = next;
            return;
        }
        self.add_any(weight, value);
    }

    /// The same with numbers of any size.
    fn add_any(&mut self, weight: &Exact, value: &Exact) {
        if weight.is_zero() || value.is_zero() {
            return;
        }
        let mut sum = std::mem::replace(self, Self(Collected::Fraction(Fraction::new(0, 1)))).finish();
        sum.add_product(weight, value);
        *self = Self::from(sum);
    }

    /// The sum.
    #[inline]
    pub fn finish(self) -> Exact {
        match self.0 {
            Collected::Fraction(fraction) => fraction.in_lowest_terms(),
            Collected::Affine(form, base) => Exact(Repr::Affine(form, base)),
        }
    }
}
