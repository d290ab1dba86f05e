//! Floating point.

use super::error::FormatError;
use super::overflow::Overflow;
use super::value::RoundedValue;
use crate::number::Exact;
use crate::number::Rounding;
use std::fmt;

/// Floating point after IEEE 754: a sign, an exponent, a significand whose leading bit is hidden; subnormal numbers,
/// and either infinities or, as in the format e4m3 of the Open Compute Project, one code that is not a number and no
/// infinity. Zero has no sign here: nothing that a network computes depends on it.
///
/// ```
/// use rnn::{Exact, Float};
/// assert_eq!(Float::E4M3.greatest(), Exact::integer(448));
/// assert_eq!(Float::E5M2.greatest(), Exact::integer(57344));
/// assert_eq!(Float::F16.least_positive(), Exact::ratio(1, 1 << 24));
/// assert_eq!(Float::BF16.significand_bits(), 8);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Float {
    exponent_bits: u32,
    significand_bits: u32,
    infinities: bool,
}

impl Float {
    /// IEEE 754 binary64.
    pub const F64: Self = Self { exponent_bits: 11, significand_bits: 53, infinities: true };
    /// IEEE 754 binary32.
    pub const F32: Self = Self { exponent_bits: 8, significand_bits: 24, infinities: true };
    /// IEEE 754 binary16.
    pub const F16: Self = Self { exponent_bits: 5, significand_bits: 11, infinities: true };
    /// bfloat16: the exponent of binary32.
    pub const BF16: Self = Self { exponent_bits: 8, significand_bits: 8, infinities: true };
    /// E4M3 of the Open Compute Project: no infinity, one code that is not a number, the largest number 448.
    pub const E4M3: Self = Self { exponent_bits: 4, significand_bits: 4, infinities: false };
    /// E5M2 of the Open Compute Project: as IEEE 754.
    pub const E5M2: Self = Self { exponent_bits: 5, significand_bits: 3, infinities: true };

    /// The formats that have a name.
    pub const NAMED: [(&'static str, Self); 6] = [
        ("f64", Self::F64),
        ("f32", Self::F32),
        ("f16", Self::F16),
        ("bf16", Self::BF16),
        ("e4m3", Self::E4M3),
        ("e5m2", Self::E5M2),
    ];

    /// The largest number of bits of an exponent.
    pub const MOST_EXPONENT_BITS: u32 = 15;
    /// The largest number of bits of a significand.
    pub const MOST_SIGNIFICAND_BITS: u32 = 256;

    /// The format of IEEE 754's form with so many bits of exponent and of significand, the hidden bit counted.
    ///
    /// # Errors
    /// [`FormatError`] where one of them is out of range: with one bit of exponent there is no normal number, with one
    /// of significand no code is not a number.
    pub fn new(exponent_bits: u32, significand_bits: u32) -> Result<Self, FormatError> {
        let format = format!("float:{exponent_bits}.{significand_bits}");
        if !(2..=Self::MOST_EXPONENT_BITS).contains(&exponent_bits) {
            return Err(FormatError::new(format!(
                "expected 2 to {} bits of exponent, got {format}",
                Self::MOST_EXPONENT_BITS
            )));
        }
        if !(2..=Self::MOST_SIGNIFICAND_BITS).contains(&significand_bits) {
            return Err(FormatError::new(format!(
                "expected 2 to {} bits of significand, the hidden one counted, got {format}",
                Self::MOST_SIGNIFICAND_BITS
            )));
        }
        Ok(Self { exponent_bits, significand_bits, infinities: true })
    }

    /// Bits of the exponent.
    pub fn exponent_bits(self) -> u32 {
        self.exponent_bits
    }

    /// Bits of the significand, the hidden one counted.
    pub fn significand_bits(self) -> u32 {
        self.significand_bits
    }

    /// Whether there are infinities; where not, what is too large is not a number.
    pub fn has_infinities(self) -> bool {
        self.infinities
    }

    /// The exponent of the least normal number.
    fn least_exponent(self) -> i64 {
        2 - (1 << (self.exponent_bits - 1))
    }

    /// The greatest number.
    pub fn greatest(self) -> Exact {
        let exponent = (1 << (self.exponent_bits - 1)) - 1 + i64::from(!self.infinities);
        // The largest significand; where there is no infinity, its code is the one that is not a number.
        let missing = 1 - i64::from(self.significand_bits) + i64::from(!self.infinities);
        (Exact::integer(2) - Exact::power_of_two(missing)) * Exact::power_of_two(exponent)
    }

    /// The least positive number, which is subnormal.
    pub fn least_positive(self) -> Exact {
        Exact::power_of_two(self.least_exponent() + 1 - i64::from(self.significand_bits))
    }

    /// The value of the format that a number becomes. [`Overflow::Wrap`], which floating point does not have, is taken
    /// as [`Overflow::Infinity`].
    pub fn round(self, value: &Exact, rounding: Rounding, overflow: Overflow) -> RoundedValue {
        self.round_up_to(value, &self.greatest(), rounding, overflow)
    }

    /// Whether a value is a number of the format.
    ///
    /// ```
    /// use rnn::{Exact, Float};
    /// assert!(Float::BF16.contains(&Exact::integer(255)) && !Float::BF16.contains(&Exact::integer(257)));
    /// assert!(!Float::F32.contains(&Exact::ratio(1, 3)));
    /// ```
    pub fn contains(self, value: &Exact) -> bool {
        self.holds(value) || self.round(value, Rounding::Nearest, Overflow::Infinity).as_finite() == Some(value)
    }

    /// The code of a number of the format: sign, exponent, significand without its hidden bit; none for other numbers, and
    /// for formats whose codes have more than 64 bits. Zero has the sign 0.
    ///
    /// ```
    /// use rnn::{Exact, Float};
    /// assert_eq!(Float::F32.code(&Exact::ratio(-5, 2)), Some(0xc020_0000));
    /// assert_eq!(Float::BF16.code(&Exact::integer(128)), Some(0x4300));
    /// assert_eq!(Float::F16.code(&Exact::ratio(3, 1 << 24)), Some(3));
    /// assert_eq!(Float::BF16.code(&Exact::ratio(1, 3)), None);
    /// ```
    pub fn code(self, value: &Exact) -> Option<u64> {
        let places = self.significand_bits - 1;
        if self.exponent_bits + places > 63 || !self.contains(value) {
            return None;
        }
        let Some(leading) = value.leading_exponent() else { return Some(0) };
        let size = if value.is_negative() { -value } else { value.clone() };
        let exponent = leading.max(self.least_exponent());
        let significand = size * Exact::power_of_two(i64::from(places) - exponent);
        let significand = significand.to_i64()?.cast_unsigned();
        let hidden = 1_u64 << places;
        // A subnormal number has no hidden bit, and the exponent's code 0.
        let biased = if significand >= hidden { exponent - self.least_exponent() + 1 } else { 0 };
        let sign = u64::from(value.is_negative()) << (self.exponent_bits + places);
        Some(sign | biased.cast_unsigned() << places | significand & (hidden - 1))
    }

    /// The number of a code as [`Float::code`] gives it; none where the code is an infinity or not a number, or the format
    /// has codes of more than 64 bits.
    ///
    /// ```
    /// use rnn::{Exact, Float};
    /// assert_eq!(Float::BF16.value(0xc020), Some(Exact::ratio(-5, 2)));
    /// assert_eq!(Float::F16.value(3), Some(Exact::ratio(3, 1 << 24)));
    /// assert_eq!((Float::F32.value(0x7f80_0000), Float::E4M3.value(0x7f)), (None, None));
    /// ```
    pub fn value(self, code: u64) -> Option<Exact> {
        let places = self.significand_bits - 1;
        if self.exponent_bits + places > 63 {
            return None;
        }
        let hidden = 1_u64 << places;
        let (fraction, biased) = (code & (hidden - 1), (code >> places) & ((1 << self.exponent_bits) - 1));
        let significand = if biased == 0 { fraction } else { fraction | hidden };
        let exponent = self.least_exponent() + biased.max(1).cast_signed() - 1 - i64::from(places);
        let size = Exact::integer(significand.cast_signed()) * Exact::power_of_two(exponent);
        let is_number = size <= self.greatest();
        let is_negative = code >> (self.exponent_bits + places) & 1 == 1;
        is_number.then_some(if is_negative { -size } else { size })
    }

    /// Whether every sum of some of these numbers, signs changed or not, is a number of the format: each is a multiple of
    /// a power of two, and their sizes together are at most 2^`significand_bits` of those and no more than the greatest
    /// number. Then no order of summation rounds. `n_times` is how often each occurs at most.
    ///
    /// ```
    /// use rnn::{Exact, Float};
    /// let terms = [Exact::integer(64), Exact::ratio(1, 2)];
    /// assert!(Float::F32.sums_exactly(&terms, 1 << 16) && !Float::F32.sums_exactly(&terms, 1 << 17));
    /// assert!(Float::BF16.sums_exactly(&terms, 1));
    /// ```
    pub fn sums_exactly<'v>(self, terms: impl IntoIterator<Item = &'v Exact>, n_times: i64) -> bool {
        let (mut grid, mut size) = (None::<i64>, Exact::ZERO);
        for term in terms {
            if term.is_zero() {
                continue;
            }
            let Some(place) = term.trailing_exponent() else { return false };
            grid = Some(grid.map_or(place, |grid| grid.min(place)));
            if term.is_negative() {
                size += &-term;
            } else {
                size += term;
            }
        }
        let Some(grid) = grid else { return true };
        let last_place = self.least_exponent() + 1 - i64::from(self.significand_bits);
        let size = size * Exact::integer(n_times);
        grid >= last_place
            && size <= Exact::power_of_two(grid + i64::from(self.significand_bits))
            && size <= self.greatest()
    }

    /// Whether a value is known to be a number of the format, and no subnormal one.
    #[inline]
    pub(crate) fn holds(self, value: &Exact) -> bool {
        let least = self.least_exponent();
        // The exponents are symmetric but for one; the largest of them is left out.
        value.has_at_most_bits(self.significand_bits, least, 1 - least)
    }

    /// The same as [`Float::round`], with the greatest number at hand.
    pub(crate) fn round_up_to(
        self,
        value: &Exact,
        greatest: &Exact,
        rounding: Rounding,
        overflow: Overflow,
    ) -> RoundedValue {
        let Some(exponent) = value.leading_exponent() else {
            return RoundedValue::Finite(Exact::ZERO);
        };
        let last_place = exponent.max(self.least_exponent()) + 1 - i64::from(self.significand_bits);
        let rounded = value.rounded_to(last_place, rounding);
        let negative = rounded.is_negative();
        if if negative { rounded >= -greatest } else { rounded <= *greatest } {
            return RoundedValue::Finite(rounded);
        }
        let stays_finite = match rounding {
            Rounding::Floor => !negative,
            Rounding::Zero => true,
            Rounding::Nearest => false,
        };
        if overflow == Overflow::Saturate || stays_finite {
            RoundedValue::Finite(if negative { -greatest } else { greatest.clone() })
        } else if self.infinities {
            RoundedValue::Infinite { negative }
        } else {
            RoundedValue::NotANumber
        }
    }
}

impl fmt::Display for Float {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::NAMED.into_iter().find(|(_, float)| float == self) {
            Some((name, _)) => f.pad(name),
            None => f.pad(&format!("float:{}.{}", self.exponent_bits, self.significand_bits)),
        }
    }
}
