//! Rounding to multiples of a power of two: what number formats of fixed size are made of.

use super::big::Big;
use super::exact::Exact;
use super::exact::Repr;
use super::small::Form;
use super::small::Small;
use num_bigint::BigInt;
use num_bigint::BigUint;
use num_integer::Integer;
use num_traits::One;
use num_traits::Zero;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// Where a number goes that lies between two neighbours of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the lower neighbour, as dropping bits of a two's complement does.
    Floor,
    /// To the neighbour nearer to zero.
    Zero,
    /// To the nearest neighbour; from the middle to the one whose last bit is 0.
    Nearest,
}

impl Rounding {
    /// Every rounding.
    pub const ALL: [Self; 3] = [Self::Floor, Self::Zero, Self::Nearest];

    /// The rounding's name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Zero => "zero",
            Self::Nearest => "nearest",
        }
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Rounding {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|rounding| rounding.name() == text);
        found.ok_or_else(|| format!("expected floor, zero or nearest, got `{text}`"))
    }
}

impl Exact {
    /// 2^exponent.
    pub fn power_of_two(exponent: i64) -> Self {
        let power = |exponent: i64| BigUint::one() << exponent.unsigned_abs();
        if exponent >= 0 {
            Self::from(BigInt::from(power(exponent)))
        } else {
            Self::from_big(Big { num: BigInt::one(), exp: exponent.unsigned_abs(), odd: BigUint::one() })
        }
    }

    /// The largest e with 2^e <= |self|; none for zero.
    pub fn leading_exponent(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(Small { num: 0, .. }) => None,
            Repr::Small(Small { num, den }) => {
                let (num, den) = (u128::from(num.unsigned_abs()), u128::from(den.unsigned_abs()));
                let exponent = i64::from(num.ilog2()) - i64::from(den.ilog2());
                let reaches = if exponent >= 0 { den << exponent <= num } else { den <= num << -exponent };
                Some(if reaches { exponent } else { exponent - 1 })
            }
            Repr::Affine(..) => {
                let Big { num, exp, odd } = self.to_big();
                let bits = |count: u64| i64::try_from(count).expect("a number of bits is a machine word");
                let (twos, exponent) = (bits(exp), bits(num.bits()) - bits(odd.bits()));
                let num = num.magnitude();
                let reaches = if exponent >= 0 { odd << exponent <= *num } else { odd <= num << -exponent };
                Some(if reaches { exponent } else { exponent - 1 } - twos)
            }
        }
    }

    /// The largest e such that the value is a multiple of 2^e; none for zero and for what is no binary fraction.
    ///
    /// ```
    /// use rnn::Exact;
    /// let trailing = |num, den| Exact::ratio(num, den).trailing_exponent();
    /// assert_eq!((trailing(12, 1), trailing(-3, 8), trailing(1, 3)), (Some(2), Some(-3), None));
    /// ```
    pub fn trailing_exponent(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(Small { num: 0, .. }) => None,
            Repr::Small(Small { num, den }) if den & (den - 1) == 0 => {
                Some(i64::from(num.trailing_zeros()) - i64::from(den.trailing_zeros()))
            }
            Repr::Small(_) => None,
            Repr::Affine(..) => {
                let Big { num, exp, odd } = self.to_big();
                let zeros = num.trailing_zeros()?;
                (odd == BigUint::one()).then(|| zeros.cast_signed() - exp.cast_signed())
            }
        }
    }

    /// The multiple of 2^exponent to which the value is rounded; the value itself where it is one.
    ///
    /// ```
    /// use rnn::{Exact, Rounding};
    /// let value = Exact::ratio(-5, 8);
    /// let rounded = |rounding| value.rounded_to(-2, rounding);
    /// assert_eq!(rounded(Rounding::Floor), Exact::ratio(-3, 4));
    /// assert_eq!(rounded(Rounding::Zero), Exact::ratio(-1, 2));
    /// // The middle of -3/4 and -2/4: to the even one.
    /// assert_eq!(rounded(Rounding::Nearest), Exact::ratio(-1, 2));
    /// ```
    pub fn rounded_to(&self, exponent: i64, rounding: Rounding) -> Self {
        if self.is_multiple_of_power(exponent) {
            return self.clone();
        }
        self.rounded_to_power(exponent, rounding)
    }

    /// The same for a number that is not known to be a multiple of 2^exponent.
    fn rounded_to_power(&self, exponent: i64, rounding: Rounding) -> Self {
        let quick = match &self.0 {
            Repr::Small(small) => small.rounded_to(exponent, rounding),
            Repr::Affine(..) => None,
        };
        quick.map_or_else(
            || Self::from_big(self.to_big().rounded_to(exponent, rounding)),
            |small| Self(Repr::Small(small)),
        )
    }

    /// Whether the value is known to have at most `bits` significant bits, and to be 0 or in size from 2^least on and
    /// below 2^most.
    #[inline]
    pub(crate) fn has_at_most_bits(&self, bits: u32, least: i64, most: i64) -> bool {
        let Repr::Small(Small { num, den }) = &self.0 else { return false };
        if *num == 0 {
            return true;
        }
        let num = num.unsigned_abs();
        let exponent = i64::from(num.ilog2()) - i64::from(den.trailing_zeros());
        den & (den - 1) == 0 && num.ilog2() - num.trailing_zeros() < bits && (least..most).contains(&exponent)
    }

    /// Whether the value is known to be between -2^exponent and 2^exponent, neither included.
    #[inline]
    pub(crate) fn is_within_power(&self, exponent: u32) -> bool {
        match &self.0 {
            Repr::Small(Small { num, .. }) if exponent >= 63 => *num != i64::MIN,
            Repr::Small(Small { num, den }) => {
                (u128::from(num.unsigned_abs())) < u128::from(den.unsigned_abs()) << exponent
            }
            Repr::Affine(_, base) if exponent >= 124 => base.is_moderate(),
            Repr::Affine(..) if exponent > 60 => false,
            Repr::Affine(form, base) => {
                let sign_beside =
                    |bound: i64| base.quick_sign(form.plus(Form::constant(Small { num: bound, den: 1 }))?);
                sign_beside(-(1 << exponent)) == Some(Ordering::Less)
                    && sign_beside(1 << exponent) == Some(Ordering::Greater)
            }
        }
    }

    /// Whether the value is known to be a multiple of 2^exponent without a look at the mantissa.
    #[inline]
    pub(crate) fn is_multiple_of_power(&self, exponent: i64) -> bool {
        match &self.0 {
            Repr::Small(Small { num, den }) if exponent <= 0 => {
                // Lowest terms: 2^-exponent must be a multiple of the denominator.
                *num == 0 || den & (den - 1) == 0 && i64::from(den.trailing_zeros()) <= -exponent
            }
            Repr::Small(Small { num, den }) => *num == 0 || *den == 1 && i64::from(num.trailing_zeros()) >= exponent,
            Repr::Affine(form, base) => base.dyadic_places(*form).is_some_and(|twos| {
                // Lowest terms again, and a denominator that is not 1.
                i64::try_from(twos).is_ok_and(|twos| twos <= -exponent)
            }),
        }
    }
}

impl Small {
    /// As [`Exact::rounded_to`], where machine words suffice.
    fn rounded_to(self, exponent: i64, rounding: Rounding) -> Option<Small> {
        let shift = u32::try_from(exponent.unsigned_abs()).ok().filter(|shift| *shift <= 62)?;
        let (num, den) = (i128::from(self.num), i128::from(self.den));
        let (num, den) = if exponent <= 0 { (num << shift, den) } else { (num, den << shift) };
        let quotient = num.div_euclid(den);
        let rest = num - quotient * den;
        let up = rounds_up(rounding, rest != 0, num < 0, (2 * rest).cmp(&den), quotient & 1 == 1);
        let quotient = quotient + i128::from(up);
        if exponent <= 0 { Small::new(quotient, 1 << shift) } else { Small::new(quotient.checked_mul(1 << shift)?, 1) }
    }
}

impl Big {
    /// As [`Exact::rounded_to`].
    fn rounded_to(&self, exponent: i64, rounding: Rounding) -> Big {
        // value / 2^exponent = num * 2^lift / odd
        let lift = i128::from(-exponent) - i128::from(self.exp);
        let places = usize::try_from(lift.unsigned_abs()).expect("a number of bits is a machine word");
        let mut den = BigInt::from(self.odd.clone());
        let mut num = self.num.clone();
        if lift >= 0 {
            num <<= places;
        } else {
            den <<= places;
        }
        let (quotient, rest) = num.div_mod_floor(&den);
        let middle = (&rest << 1usize).cmp(&den);
        let up = rounds_up(rounding, !rest.is_zero(), num.sign() == num_bigint::Sign::Minus, middle, quotient.bit(0));
        let quotient = if up { quotient + 1 } else { quotient };
        if exponent <= 0 {
            Big::new(quotient, exponent.unsigned_abs(), BigUint::one())
        } else {
            Big::new(quotient << exponent.unsigned_abs(), 0, BigUint::one())
        }
    }
}

/// Whether a number goes to the upper neighbour: `middle` is where it lies as seen from the middle of both, `is_odd`
/// says of the lower neighbour that its last bit is 1.
#[inline]
fn rounds_up(rounding: Rounding, is_inexact: bool, is_negative: bool, middle: Ordering, is_odd: bool) -> bool {
    is_inexact
        && match rounding {
            Rounding::Floor => false,
            Rounding::Zero => is_negative,
            Rounding::Nearest => middle == Ordering::Greater || middle == Ordering::Equal && is_odd,
        }
}
