//! Fractions of any size, with the power of two of the denominator kept apart.

use std::cmp::Ordering;

use num_bigint::{BigInt, BigUint, Sign};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::small::{Form, Small};

/// num / (2^exp * odd) in lowest terms: `odd` is odd and prime to `num`, and `num` is odd unless `exp` is 0.
/// States are dyadic, or dyadic over a small odd number, so that all but the last factor is shifts and machine words.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Big {
    pub(super) num: BigInt,
    pub(super) exp: u64,
    pub(super) odd: BigUint,
}

impl Big {
    /// num / (2^exp * den) for a `den` of any parity, brought to lowest terms. `den` must not be zero.
    pub(super) fn new(num: BigInt, exp: u64, den: BigUint) -> Big {
        let twos = den.trailing_zeros().unwrap_or(0);
        let odd = if twos == 0 { den } else { den >> twos };
        let shared = gcd(num.magnitude(), &odd);
        Big::prime(divided(num, &shared), exp + twos, divided_natural(odd, &shared))
    }

    /// num / (2^exp * odd) for an odd `odd` that is known to be prime to `num`: only the powers of two remain to be
    /// cancelled.
    fn prime(num: BigInt, exp: u64, odd: BigUint) -> Big {
        let Some(twos) = num.trailing_zeros() else {
            return Big { num, exp: 0, odd: BigUint::one() };
        };
        let twos = twos.min(exp);
        Big { num: if twos == 0 { num } else { num >> twos }, exp: exp - twos, odd }
    }

    /// The same value as a machine-word fraction, when it fits.
    pub(super) fn to_small(&self) -> Option<Small> {
        let num = self.num.to_i64()?;
        let odd = i128::from(self.odd.to_u64()?);
        if self.exp > 62 {
            return None;
        }
        Some(Small { num, den: i64::try_from(odd << self.exp).ok()? })
    }

    pub(super) fn is_integer(&self) -> bool {
        self.exp == 0 && self.odd.is_one()
    }

    pub(super) fn denominator(&self) -> BigUint {
        &self.odd << self.exp
    }

    pub(super) fn floor(&self) -> BigInt {
        if self.odd.is_one() {
            // A right shift of a BigInt rounds down.
            &self.num >> self.exp
        } else {
            self.num.div_floor(&BigInt::from(self.denominator()))
        }
    }

    pub(super) fn bits(&self) -> u64 {
        self.num.bits() + self.odd.bits() + self.exp
    }

    /// The sign of scale * self + offset.
    pub(super) fn affine_sign(&self, form: Form) -> Ordering {
        let left = &self.num * form.scale;
        let right = (BigInt::from(self.odd.clone()) * form.offset) << self.exp;
        (left + right).cmp(&BigInt::zero())
    }

    /// (scale * self + offset) / den. In lowest terms at the cost of gcds with machine words only: whatever `odd`
    /// shares with the new numerator it shares with `scale`, as it is prime to the old one, and what is left can only
    /// be shared with `den`.
    pub(super) fn affine(&self, form: Form) -> Big {
        let mut odd = self.odd.clone();
        let mut scale = form.scale;
        if !odd.is_one() && form.scale.unsigned_abs() != 1 {
            let shared = gcd(&odd, &BigUint::from(scale.unsigned_abs()));
            if !shared.is_one() {
                // The gcd divides |scale| < 2^61, so the conversion holds.
                scale /= shared.to_i64().unwrap_or(1);
                odd /= shared;
            }
        }
        let mut num = &self.num * scale;
        if form.offset != 0 {
            num += (BigInt::from(odd.clone()) * form.offset) << self.exp;
        }
        let twos = form.den.trailing_zeros();
        let mut den = BigUint::from((form.den >> twos).unsigned_abs());
        if !den.is_one() {
            (num, den) = cancelled(num, den);
            odd *= den;
        }
        Big::prime(num, self.exp + u64::from(twos), odd)
    }

    pub(super) fn add(&self, other: &Big) -> Big {
        let exp = self.exp.max(other.exp);
        let left = &self.num << (exp - self.exp);
        let right = &other.num << (exp - other.exp);
        let shared = gcd(&self.odd, &other.odd);
        let (own, others) = (&self.odd / &shared, &other.odd / &shared);
        let num = scaled(left, &others) + scaled(right, &own);
        // Of the common denominator own * others * shared only the last factor can share something with the sum.
        let (num, rest) = cancelled(num, shared);
        Big::prime(num, exp, own * others * rest)
    }

    pub(super) fn mul(&self, other: &Big) -> Big {
        let first = gcd(self.num.magnitude(), &other.odd);
        let second = gcd(other.num.magnitude(), &self.odd);
        let num = divided(self.num.clone(), &first) * divided(other.num.clone(), &second);
        let odd = divided_natural(self.odd.clone(), &second) * divided_natural(other.odd.clone(), &first);
        Big::prime(num, self.exp + other.exp, odd)
    }

    pub(super) fn neg(&self) -> Big {
        Big { num: -&self.num, exp: self.exp, odd: self.odd.clone() }
    }

    /// 1 / self, which must not be zero.
    pub(super) fn reciprocal(&self) -> Big {
        let exp = self.num.trailing_zeros().unwrap_or(0);
        let num = BigInt::from_biguint(self.num.sign(), self.denominator());
        Big { num, exp, odd: self.num.magnitude() >> exp }
    }

    /// The order by value, without bringing a difference to lowest terms.
    pub(super) fn compare(&self, other: &Big) -> Ordering {
        let exp = self.exp.max(other.exp);
        let left = &self.num << (exp - self.exp);
        let right = &other.num << (exp - other.exp);
        if self.odd == other.odd { left.cmp(&right) } else { scaled(left, &other.odd).cmp(&scaled(right, &self.odd)) }
    }

    pub(super) fn to_rational(&self) -> BigRational {
        // Already in lowest terms: `new` would compute a gcd of two big numbers.
        BigRational::new_raw(self.num.clone(), BigInt::from(self.denominator()))
    }
}

impl From<Small> for Big {
    fn from(value: Small) -> Big {
        let exp = value.den.trailing_zeros();
        let odd = BigUint::from((value.den >> exp).unsigned_abs());
        Big { num: BigInt::from(value.num), exp: u64::from(exp), odd }
    }
}

impl From<&BigRational> for Big {
    fn from(value: &BigRational) -> Big {
        let den = value.denom();
        // A Ratio made by `new_raw` may carry a negative denominator.
        let num = if den.is_negative() { -value.numer() } else { value.numer().clone() };
        Big::new(num, 0, den.magnitude().clone())
    }
}

/// A gcd that goes through a machine word when one side is one, and through one division when one side divides the
/// other (powers of the same odd number do); only what is left pays for the quadratic algorithm of num-bigint. `gcd(0,
/// y)` is y.
fn gcd(left: &BigUint, right: &BigUint) -> BigUint {
    if left.is_one() || right.is_one() {
        return BigUint::one();
    }
    if left == right {
        return left.clone();
    }
    let (high, low) = if left > right { (left, right) } else { (right, left) };
    if low.is_zero() {
        return high.clone();
    }
    if let Some(low) = low.to_u64() {
        // What is left over from below has the same common divisors as the rest, if the divisor is odd.
        let rest = if low & 1 == 1 { OddDivision::new(high, low).left } else { (high % low).to_u64().unwrap_or(0) };
        return BigUint::from(low.gcd(&rest));
    }
    let rest = high % low;
    if rest.is_zero() { low.clone() } else { low.gcd(&rest) }
}

/// Both without their greatest common divisor; `den` is odd. Most often it is a machine word that divides `num`, or is prime
/// to it: then one pass over `num` is all.
fn cancelled(num: BigInt, den: BigUint) -> (BigInt, BigUint) {
    if let Some(word) = den.to_u64().filter(|word| *word > 1) {
        let (sign, magnitude) = num.into_parts();
        let division = OddDivision::new(&magnitude, word);
        if division.left == 0 {
            return (BigInt::from_biguint(sign, division.quotient()), BigUint::one());
        }
        let shared = BigUint::from(word.gcd(&division.left));
        return (BigInt::from_biguint(sign, divided_natural(magnitude, &shared)), divided_natural(den, &shared));
    }
    let shared = gcd(num.magnitude(), &den);
    (divided(num, &shared), divided_natural(den, &shared))
}

fn divided(num: BigInt, by: &BigUint) -> BigInt {
    if by.is_one() {
        return num;
    }
    let (sign, magnitude) = num.into_parts();
    BigInt::from_biguint(sign, divided_natural(magnitude, by))
}

fn divided_natural(num: BigUint, by: &BigUint) -> BigUint {
    match by.to_u64() {
        Some(1) => num,
        Some(by) if by & 1 == 1 => OddDivision::new(&num, by).quotient(),
        _ => num / by,
    }
}

/// The division of a number by an odd machine word from its lowest digit on, by multiplications with the inverse modulo 2^64
/// (Jebelean, "An algorithm for exact division", J. Symbolic Computation 15, 1993): several times faster than divisions.
struct OddDivision {
    /// 64 bits each, the lowest first.
    digits: Vec<u64>,
    /// With n digits q, number = by * q - left * 2^(64 n): 0 iff the divisor divides the number.
    left: u64,
}

impl OddDivision {
    fn new(number: &BigUint, by: u64) -> Self {
        // by * by is 1 modulo 8, and each step doubles the number of bits that are right.
        let inverse = (0..5).fold(by, |inverse, _| inverse.wrapping_mul(2u64.wrapping_sub(by.wrapping_mul(inverse))));
        let mut left = 0;
        let digits = number.iter_u64_digits().map(|digit| {
            let (rest, borrowed) = digit.overflowing_sub(left);
            let quotient = rest.wrapping_mul(inverse);
            // The upper half of the product is below the divisor, so that the sum does not overflow.
            left = ((u128::from(quotient) * u128::from(by)) >> 64) as u64 + u64::from(borrowed);
            quotient
        });
        let digits = digits.collect();
        Self { digits, left }
    }

    /// The quotient, where the divisor divides the number.
    fn quotient(self) -> BigUint {
        debug_assert_eq!(self.left, 0, "only a divisor divides without a rest");
        BigUint::new(self.digits.iter().flat_map(|digit| [*digit as u32, (digit >> 32) as u32]).collect())
    }
}

fn scaled(num: BigInt, by: &BigUint) -> BigInt {
    if by.is_one() { num } else { num * BigInt::from_biguint(Sign::Plus, by.clone()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn division_from_below_is_division(
            digits in proptest::collection::vec(any::<u32>(), 0..9),
            by in prop_oneof![Just(1), Just(3), Just(9), Just(u64::MAX), any::<u64>().prop_map(|by| by | 1)],
            times in 0u64..4,
        ) {
            let number = BigUint::new(digits);
            // A multiple, and its neighbours.
            let product = &number * by;
            prop_assert_eq!(divided_natural(product.clone(), &BigUint::from(by)), number);
            let near = product + times;
            let rest = (&near % by).to_u64().unwrap();
            let division = OddDivision::new(&near, by);
            prop_assert_eq!(division.left == 0, rest == 0);
            prop_assert_eq!(division.left.gcd(&by), rest.gcd(&by));
            let shared = near.gcd(&BigUint::from(by));
            prop_assert_eq!(gcd(&near, &BigUint::from(by)), shared.clone());
            let expected = (BigInt::from(&near / &shared), BigUint::from(by) / &shared);
            prop_assert_eq!(cancelled(BigInt::from(near), BigUint::from(by)), expected);
        }
    }
}
