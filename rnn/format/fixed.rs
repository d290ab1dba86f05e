//! Two's complement fixed point.

use super::error::FormatError;
use super::overflow::Overflow;
use crate::number::Exact;
use crate::number::Rounding;
use std::fmt;

/// The multiples of 2^-`frac_bits` in [-2^(`int_bits` - 1), 2^(`int_bits` - 1)): two's complement with `int_bits` bits
/// before the point, the sign counted, and `frac_bits` after it.
///
/// ```
/// use rnn::{Exact, Fixed, Overflow, Rounding};
/// let fixed = Fixed::new(3, 1).unwrap();
/// assert_eq!((fixed.least(), fixed.greatest()), (Exact::integer(-4), Exact::ratio(7, 2)));
/// let five = Exact::integer(5);
/// assert_eq!(fixed.round(&five, Rounding::Floor, Overflow::Saturate), Exact::ratio(7, 2));
/// assert_eq!(fixed.round(&five, Rounding::Floor, Overflow::Wrap), Exact::integer(-3));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Fixed {
    int_bits: u32,
    frac_bits: u32,
}

impl Fixed {
    /// The largest number of bits before the point, and of bits after it.
    pub const MOST_BITS: u32 = 1 << 20;

    /// The format with so many bits before and after the point.
    ///
    /// # Errors
    /// [`FormatError`] where there is no bit before the point, which the sign needs, or there are more than
    /// [`Fixed::MOST_BITS`].
    pub fn new(int_bits: u32, frac_bits: u32) -> Result<Self, FormatError> {
        if int_bits == 0 {
            return Err(FormatError::new(format!(
                "expected at least 1 bit before the point, for the sign, got fixed:{int_bits}.{frac_bits}"
            )));
        }
        if int_bits > Self::MOST_BITS || frac_bits > Self::MOST_BITS {
            return Err(FormatError::new(format!(
                "expected at most {} bits before and after the point, got fixed:{int_bits}.{frac_bits}",
                Self::MOST_BITS
            )));
        }
        Ok(Self { int_bits, frac_bits })
    }

    /// Bits before the point, the sign counted.
    pub fn int_bits(self) -> u32 {
        self.int_bits
    }

    /// Bits after the point.
    pub fn frac_bits(self) -> u32 {
        self.frac_bits
    }

    /// The least number, -2^(`int_bits` - 1).
    pub fn least(self) -> Exact {
        -self.bound()
    }

    /// The greatest number, 2^(`int_bits` - 1) - 2^-`frac_bits`.
    pub fn greatest(self) -> Exact {
        self.bound() - self.step()
    }

    /// The distance of two neighbours, 2^-`frac_bits`.
    pub fn step(self) -> Exact {
        Exact::power_of_two(-i64::from(self.frac_bits))
    }

    /// The first number that is too large, 2^(`int_bits` - 1).
    pub(crate) fn bound(self) -> Exact {
        Exact::power_of_two(i64::from(self.int_bits) - 1)
    }

    /// The number of the format that a value becomes. [`Overflow::Infinity`], which fixed point does not have, is taken
    /// as [`Overflow::Saturate`].
    pub fn round(self, value: &Exact, rounding: Rounding, overflow: Overflow) -> Exact {
        self.round_below(value, &self.bound(), rounding, overflow)
    }

    /// Whether a value is known to be a number of the format.
    #[inline]
    pub(crate) fn holds(self, value: &Exact) -> bool {
        value.is_multiple_of_power(-i64::from(self.frac_bits)) && value.is_within_power(self.int_bits - 1)
    }

    /// The same as [`Fixed::round`], with the bound at hand.
    pub(crate) fn round_below(self, value: &Exact, bound: &Exact, rounding: Rounding, overflow: Overflow) -> Exact {
        let rounded = value.rounded_to(-i64::from(self.frac_bits), rounding);
        if rounded < *bound && !(rounded.is_negative() && rounded < -bound) {
            return rounded;
        }
        match overflow {
            Overflow::Wrap => {
                let turn = Exact::power_of_two(i64::from(self.int_bits));
                let turns = (&rounded + bound).rounded_to(i64::from(self.int_bits), Rounding::Floor) / turn.clone();
                rounded - turns * turn
            }
            Overflow::Saturate | Overflow::Infinity if rounded.is_negative() => self.least(),
            Overflow::Saturate | Overflow::Infinity => self.greatest(),
        }
    }
}

impl fmt::Display for Fixed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("fixed:{}.{}", self.int_bits, self.frac_bits))
    }
}
