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
            let shared = gcd(num.magnitude(), &den);
            num = divided(num, &shared);
            den = divided_natural(den, &shared);
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
        let again = gcd(num.magnitude(), &shared);
        let rest = divided_natural(shared, &again);
        Big::prime(divided(num, &again), exp, own * others * rest)
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
    let rest = high % low;
    if rest.is_zero() {
        return low.clone();
    }
    match (low.to_u64(), rest.to_u64()) {
        (Some(low), Some(rest)) => BigUint::from(low.gcd(&rest)),
        _ => low.gcd(&rest),
    }
}

fn divided(num: BigInt, by: &BigUint) -> BigInt {
    if by.is_one() {
        return num;
    }
    let (sign, magnitude) = num.into_parts();
    BigInt::from_biguint(sign, magnitude / by)
}

fn divided_natural(num: BigUint, by: &BigUint) -> BigUint {
    if by.is_one() { num } else { num / by }
}

fn scaled(num: BigInt, by: &BigUint) -> BigInt {
    if by.is_one() { num } else { num * BigInt::from_biguint(Sign::Plus, by.clone()) }
}
