//! How many bits before the point a run needs.

use super::interface::Arithmetic;
use super::rounded::RoundedArithmetic;
use super::rounded::RoundedSum;
use crate::format::Accumulate;
use crate::format::Fixed;
use crate::format::Format;
use crate::format::FormatError;
use crate::format::Overflow;
use crate::format::Precision;
use crate::format::RoundedValue;
use crate::number::Exact;
use std::cell::Cell;

/// Fixed point with so many bits before the point that nothing overflows, which notes how many of them were needed for
/// everything that was rounded.
///
/// ```
/// use rnn::{Arithmetic, Exact, Precision, RangeArithmetic};
/// let arithmetic = RangeArithmetic::new(Precision::of("fixed:1.4".parse().unwrap()), 4).unwrap();
/// arithmetic.constant(&Exact::integer(-4));
/// assert_eq!(arithmetic.int_bits(), 3);
/// arithmetic.constant(&Exact::integer(4));
/// assert_eq!(arithmetic.int_bits(), 4);
/// ```
#[derive(Clone, Debug)]
pub struct RangeArithmetic {
    rounded: RoundedArithmetic,
    int_bits: Cell<u32>,
}

impl RangeArithmetic {
    /// The arithmetic of this precision with so many bits after the point; the format of the precision is not looked
    /// at.
    ///
    /// # Errors
    /// [`FormatError`] where there are too many bits after the point.
    pub fn new(precision: Precision, frac_bits: u32) -> Result<Self, FormatError> {
        // 2^4096 is beyond what any network here computes in the time that anyone has.
        let format = Format::Fixed(Fixed::new(4096, frac_bits)?);
        let precision = Precision { format, overflow: Overflow::Saturate, ..precision };
        Ok(Self { rounded: RoundedArithmetic::new(precision), int_bits: Cell::new(1) })
    }

    /// The least number of bits before the point, the sign counted, with which nothing so far would have overflowed.
    pub fn int_bits(&self) -> u32 {
        self.int_bits.get()
    }

    fn note(&self, value: &RoundedValue) {
        let Some(exact) = value.as_finite() else { return };
        let Some(exponent) = exact.leading_exponent() else { return };
        // -2^k is the least number of k + 1 bits, 2^k is one more than the greatest.
        let is_least = exact.is_negative() && *exact == -Exact::power_of_two(exponent);
        let bits = exponent + if is_least { 1 } else { 2 };
        let bits = u32::try_from(bits.max(1)).unwrap_or(u32::MAX);
        self.int_bits.set(self.int_bits.get().max(bits));
    }

    fn noted(&self, value: RoundedValue) -> RoundedValue {
        self.note(&value);
        value
    }

    /// Notes a product and the sum that it was added to, where they are rounded at once.
    fn note_sum(&self, sum: &RoundedSum, weight: &Exact, value: &RoundedValue) {
        if self.rounded.precision().accumulate == Accumulate::Each {
            self.note(&self.rounded.multiply(&self.rounded.weight(weight), value));
            self.note(&sum.0);
        }
    }
}

impl Arithmetic for RangeArithmetic {
    type Value = RoundedValue;
    type Sum = RoundedSum;

    fn constant(&self, value: &Exact) -> RoundedValue {
        self.noted(self.rounded.constant(value))
    }

    fn is_zero(&self, value: &RoundedValue) -> bool {
        self.rounded.is_zero(value)
    }

    fn sum(&self, bias: &Exact) -> RoundedSum {
        self.rounded.sum(bias)
    }

    fn add(&self, sum: &mut RoundedSum, weight: &Exact, value: &RoundedValue) {
        self.rounded.add(sum, weight, value);
        self.note_sum(sum, weight, value);
    }

    fn add_product(&self, sum: &mut RoundedSum, weight: &Exact, left: &RoundedValue, right: &RoundedValue) {
        self.rounded.add_product(sum, weight, left, right);
        if self.rounded.precision().accumulate == Accumulate::Each {
            self.note_sum(sum, weight, &self.multiply(left, right));
        }
    }

    fn finish(&self, sum: RoundedSum) -> RoundedValue {
        self.noted(self.rounded.finish(sum))
    }

    fn finish_readout(&self, sum: RoundedSum) -> RoundedValue {
        self.rounded.finish_readout(sum)
    }

    fn relu(&self, value: RoundedValue) -> RoundedValue {
        self.rounded.relu(value)
    }

    fn multiply(&self, left: &RoundedValue, right: &RoundedValue) -> RoundedValue {
        self.noted(self.rounded.multiply(left, right))
    }

    fn is_same(&self, left: &RoundedValue, right: &RoundedValue) -> bool {
        self.rounded.is_same(left, right)
    }
}
