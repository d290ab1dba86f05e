//! The exact number: its representation, its operators and its text.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::iter::Sum;
use std::mem;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};
use std::sync::Arc;

use num_bigint::{BigInt, BigUint};
use num_integer::Integer;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive};

use super::base::{Base, Moved};
use super::big::Big;
use super::small::{Form, Small};

/// An exact rational number: a machine-word fraction, or machine-word coefficients over a shared big number.
///
/// Cloning is cheap (a reference count at most), and a vector of zeros allocates nothing but itself. How a value is
/// represented depends on how it was computed; equality, order and text do not.
#[derive(Clone)]
pub struct Exact(pub(super) Repr);

#[derive(Clone)]
pub(super) enum Repr {
    Small(Small),
    /// A form over a base that is no machine-word fraction, with a scale that is not zero. The value is never 0, but it
    /// may be another machine-word fraction without our knowing: that shows when the mantissa is next read.
    Affine(Form, Arc<Base>),
}

impl Exact {
    /// 0, as a constant: `[const { Exact::ZERO }; N]` and `vec![Exact::ZERO; n]` are arrays of zeros.
    pub const ZERO: Exact = Exact(Repr::Small(Small::ZERO));

    /// 1.
    pub const ONE: Exact = Exact(Repr::Small(Small::ONE));

    /// An integer; `const`, so that tables of weights can be constants.
    pub const fn integer(value: i64) -> Self {
        Exact(Repr::Small(Small { num: value, den: 1 }))
    }

    /// The fraction num/den, in any terms and with either sign in either place.
    ///
    /// # Panics
    ///
    /// If `den` is zero. Fractions in programs are literals, so that is a programming error; text goes through
    /// [`FromStr`](std::str::FromStr), which refuses it.
    pub fn ratio(num: i64, den: i64) -> Self {
        assert!(den != 0, "a fraction needs a denominator that is not zero");
        let (num, den) =
            if den < 0 { (-i128::from(num), -i128::from(den)) } else { (i128::from(num), i128::from(den)) };
        match Small::new(num, den) {
            Some(small) => Exact(Repr::Small(small)),
            None => Exact::from_big(Big::new(BigInt::from(num), 0, BigUint::from(den.unsigned_abs()))),
        }
    }

    /// Whether the value is 0.
    pub fn is_zero(&self) -> bool {
        // A form is never 0: its base would be -offset / scale, a fraction of machine words, and those are not made
        // bases.
        matches!(&self.0, Repr::Small(small) if small.is_zero())
    }

    /// Whether the value is 1.
    #[inline]
    pub fn is_one(&self) -> bool {
        // A form is never 1, as it is never 0.
        matches!(&self.0, Repr::Small(small) if *small == Small::ONE)
    }

    /// The value times 2^`places`, between two integers that differ by little beside it; none where they do not fit, or where
    /// a look at the mantissa would be needed.
    pub(crate) fn enclosed(&self, places: u32) -> Option<(i128, i128)> {
        match &self.0 {
            Repr::Small(small) => {
                let scaled = i128::from(small.num).checked_mul(1i128.checked_shl(places).filter(|one| *one > 0)?)?;
                let (floor, rest) = scaled.div_mod_floor(&i128::from(small.den));
                Some((floor, floor + i128::from(rest != 0)))
            }
            Repr::Affine(form, base) => base.enclosed(*form, places),
        }
    }

    /// The power of two that the value is, if it is one that a machine word or its inverse holds.
    pub(crate) fn exponent_of_two(&self) -> Option<i32> {
        match &self.0 {
            Repr::Small(Small { num, den }) if *num > 0 && num & (num - 1) == 0 && den & (den - 1) == 0 => {
                Some(num.trailing_zeros() as i32 - den.trailing_zeros() as i32)
            }
            _ => None,
        }
    }

    /// `weight * self + constant`, without a look at the reference count of a big number.
    #[inline]
    pub fn scaled(mut self, weight: &Exact, constant: &Exact) -> Self {
        if let (Repr::Affine(form, _), Repr::Small(weight), Repr::Small(constant)) =
            (&mut self.0, &weight.0, &constant.0)
            && !weight.is_zero()
            && let Some(next) = form.times(*weight).and_then(|form| form.plus(Form::constant(*constant)))
        {
            *form = next;
            return self;
        }
        let mut sum = constant.clone();
        sum.add_product(weight, &self);
        sum
    }

    /// Whether the value is above 0: how acceptance is read off a network. Like every sign, nearly always without a
    /// look at the mantissa.
    pub fn is_positive(&self) -> bool {
        self.sign() == Ordering::Greater
    }

    /// Whether the value is below 0.
    pub fn is_negative(&self) -> bool {
        self.sign() == Ordering::Less
    }

    /// The sign as -1, 0 or 1.
    pub fn signum(&self) -> i32 {
        self.sign() as i32
    }

    /// Whether the denominator in lowest terms is 1.
    pub fn is_integer(&self) -> bool {
        match &self.0 {
            Repr::Small(small) => small.den == 1,
            Repr::Affine(form, base) => {
                base.denominator_twos(*form).is_none_or(|twos| twos == 0) && base.exactly(*form).is_integer()
            }
        }
    }

    /// The value when it is an integer of a machine word: control bits and counters are.
    pub fn to_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Small(small) => (small.den == 1).then_some(small.num),
            Repr::Affine(..) if !self.is_integer() => None,
            Repr::Affine(form, base) => base.exactly(*form).num.to_i64(),
        }
    }

    /// The largest integer that is not above the value.
    pub fn floor(&self) -> BigInt {
        match &self.0 {
            Repr::Small(small) => BigInt::from(Integer::div_floor(&small.num, &small.den)),
            Repr::Affine(form, base) => base.exactly(*form).floor(),
        }
    }

    /// max(self, 0): what a hidden unit of a ReLU network passes on.
    #[inline]
    pub fn relu(self) -> Self {
        match &self.0 {
            Repr::Small(small) => {
                if small.num < 0 {
                    Exact::ZERO
                } else {
                    self
                }
            }
            Repr::Affine(form, base) => match base.quick_sign(*form) {
                Some(Ordering::Greater) => self,
                Some(_) => Exact::ZERO,
                // As the mantissa must be read, the value may as well become a base with leading bits of its own.
                None => Exact::from_big(base.exactly(*form)).relu(),
            },
        }
    }

    /// self += weight * value, the operation that networks consist of. It costs some nanoseconds unless coefficients
    /// outgrow their words, or big numbers of different origin meet.
    #[inline]
    pub fn add_product(&mut self, weight: &Exact, value: &Exact) {
        match (&weight.0, &value.0) {
            (Repr::Small(weight), Repr::Small(value)) => {
                if weight.is_zero() || value.is_zero() {
                    return;
                }
                if let Repr::Small(sum) = &mut self.0
                    && let Some(next) = sum.add_product(*weight, *value)
                {
                    *sum = next;
                    return;
                }
            }
            (Repr::Small(small), Repr::Affine(form, base)) | (Repr::Affine(form, base), Repr::Small(small)) => {
                if small.is_zero() {
                    return;
                }
                if let Some(form) = form.times(*small) {
                    self.add_form(form, base);
                    return;
                }
            }
            (Repr::Affine(..), Repr::Affine(..)) => {}
        }
        *self += &(weight * value);
    }

    /// The absolute value.
    pub fn abs(&self) -> Self {
        if self.is_negative() { -self } else { self.clone() }
    }

    /// 1 / self.
    ///
    /// # Panics
    /// If it is 0.
    pub fn recip(&self) -> Self {
        &Exact::ONE / self
    }

    /// The numerator in lowest terms; the sign is here.
    pub fn numerator(&self) -> BigInt {
        match &self.0 {
            Repr::Small(small) => BigInt::from(small.num),
            Repr::Affine(..) => self.to_big().num,
        }
    }

    /// The denominator in lowest terms, which is positive.
    pub fn denominator(&self) -> BigInt {
        match &self.0 {
            Repr::Small(small) => BigInt::from(small.den),
            Repr::Affine(..) => BigInt::from(self.to_big().denominator()),
        }
    }

    /// The bits of the numerator plus the bits of the denominator in lowest terms, 1 for zero: the memory that a state
    /// amounts to. For dyadic stacks the leading bits tell, so that it can be asked at every step.
    pub fn bits(&self) -> u64 {
        match &self.0 {
            Repr::Small(small) => {
                let length = |value: u64| u64::from(u64::BITS - value.leading_zeros());
                length(small.num.unsigned_abs()) + length(small.den.unsigned_abs())
            }
            Repr::Affine(form, base) => base.quick_bits(*form).unwrap_or_else(|| base.exactly(*form).bits()),
        }
    }

    /// The value as a fraction in lowest terms, the form in which statements and certificates take numbers.
    pub fn to_rational(&self) -> BigRational {
        self.to_big().to_rational()
    }

    fn sign(&self) -> Ordering {
        match &self.0 {
            Repr::Small(small) => small.sign(),
            Repr::Affine(form, base) => base.sign(*form),
        }
    }

    pub(super) fn from_big(value: Big) -> Exact {
        match value.to_small() {
            Some(small) => Exact(Repr::Small(small)),
            None => Exact(Repr::Affine(Form::IDENTITY, Arc::new(Base::new(value)))),
        }
    }

    pub(super) fn to_big(&self) -> Big {
        match &self.0 {
            Repr::Small(small) => Big::from(*small),
            Repr::Affine(form, base) if *form == Form::IDENTITY => base.value().into_owned(),
            Repr::Affine(form, base) => base.exactly(*form),
        }
    }

    /// A form that may have lost its dependence on the base.
    fn from_form(form: Form, base: &Arc<Base>) -> Exact {
        match form.as_constant() {
            Some(small) => Exact(Repr::Small(small)),
            None => Exact(Repr::Affine(form, Arc::clone(base))),
        }
    }

    fn from_moved(moved: Moved) -> Exact {
        match moved {
            Moved::Small(small) => Exact(Repr::Small(small)),
            Moved::Affine(form, base) => Exact(Repr::Affine(form, base)),
        }
    }

    /// The same value with short coefficients, over the base that its relatives move to as well.
    pub(super) fn moved(&self) -> Exact {
        match &self.0 {
            Repr::Small(_) => self.clone(),
            Repr::Affine(form, base) => Exact::from_moved(Base::moved(base, *form)),
        }
    }

    /// The same value over the younger base that its base already has, if it has one.
    fn already_moved(&self) -> Option<Exact> {
        match &self.0 {
            Repr::Small(_) => None,
            Repr::Affine(form, base) => base.already_moved(*form).map(Exact::from_moved),
        }
    }

    /// self += form over base, in place when coefficients suffice.
    #[inline]
    fn add_form(&mut self, form: Form, base: &Arc<Base>) {
        match &mut self.0 {
            Repr::Small(own) => {
                if own.is_zero() {
                    self.0 = Repr::Affine(form, Arc::clone(base));
                    return;
                }
                if let Some(sum) = form.plus(Form::constant(*own)) {
                    self.0 = Repr::Affine(sum, Arc::clone(base));
                    return;
                }
            }
            Repr::Affine(own, own_base) => {
                if Arc::ptr_eq(own_base, base)
                    && let Some(sum) = own.plus(form)
                {
                    match sum.as_constant() {
                        None => *own = sum,
                        Some(small) => self.0 = Repr::Small(small),
                    }
                    return;
                }
            }
        }
        *self = slow_sum(self, &Exact(Repr::Affine(form, Arc::clone(base))));
    }

    /// The sum, if coefficients suffice.
    fn quick_sum(&self, other: &Exact) -> Option<Exact> {
        match (&self.0, &other.0) {
            (Repr::Small(left), Repr::Small(right)) => Some(Exact(Repr::Small(left.add(*right)?))),
            (Repr::Small(small), Repr::Affine(form, base)) | (Repr::Affine(form, base), Repr::Small(small)) => {
                Some(Exact(Repr::Affine(form.plus(Form::constant(*small))?, Arc::clone(base))))
            }
            (Repr::Affine(left, base), Repr::Affine(right, other_base)) => {
                if Arc::ptr_eq(base, other_base) {
                    Some(Exact::from_form(left.plus(*right)?, base))
                } else {
                    None
                }
            }
        }
    }

    /// The product, if coefficients suffice. A zero factor always makes it the small zero.
    fn quick_product(&self, other: &Exact) -> Option<Exact> {
        match (&self.0, &other.0) {
            (Repr::Small(left), Repr::Small(right)) => Some(Exact(Repr::Small(left.mul(*right)?))),
            (Repr::Small(small), Repr::Affine(form, base)) | (Repr::Affine(form, base), Repr::Small(small)) => {
                if small.is_zero() {
                    return Some(Exact::ZERO);
                }
                Some(Exact(Repr::Affine(form.times(*small)?, Arc::clone(base))))
            }
            (Repr::Affine(..), Repr::Affine(..)) => None,
        }
    }
}

/// The sum of two numbers whose coefficients overflow, or whose bases differ. Moving to younger bases comes first:
/// terms of one sum that are computed from the same state then still cancel by their coefficients.
#[cold]
fn slow_sum(left: &Exact, right: &Exact) -> Exact {
    let related = match (&left.0, &right.0) {
        (Repr::Affine(_, base), Repr::Affine(_, other)) if !Arc::ptr_eq(base, other) => {
            let forward = |first: &Exact, second: &Exact| first.already_moved()?.quick_sum(second);
            forward(left, right).or_else(|| forward(right, left))
        }
        (Repr::Small(_), Repr::Small(_)) => None,
        _ => left.moved().quick_sum(&right.moved()),
    };
    related.unwrap_or_else(|| Exact::from_big(left.to_big().add(&right.to_big())))
}

#[cold]
fn slow_product(left: &Exact, right: &Exact) -> Exact {
    let related = match (&left.0, &right.0) {
        (Repr::Small(_), Repr::Affine(..)) | (Repr::Affine(..), Repr::Small(_)) => {
            left.moved().quick_product(&right.moved())
        }
        _ => None,
    };
    related.unwrap_or_else(|| Exact::from_big(left.to_big().mul(&right.to_big())))
}

impl Add for &Exact {
    type Output = Exact;

    fn add(self, other: &Exact) -> Exact {
        self.quick_sum(other).unwrap_or_else(|| slow_sum(self, other))
    }
}

impl Sub for &Exact {
    type Output = Exact;

    fn sub(self, other: &Exact) -> Exact {
        self + &-other
    }
}

impl Mul for &Exact {
    type Output = Exact;

    fn mul(self, other: &Exact) -> Exact {
        self.quick_product(other).unwrap_or_else(|| slow_product(self, other))
    }
}

/// Panics on a zero divisor, as division does everywhere in Rust: test with [`Exact::is_zero`] where one can occur.
impl Div for &Exact {
    type Output = Exact;

    fn div(self, other: &Exact) -> Exact {
        assert!(!other.is_zero(), "division by zero");
        if let (Repr::Small(left), Repr::Small(right)) = (&self.0, &other.0)
            && let Some(quotient) = left.div(*right)
        {
            return Exact(Repr::Small(quotient));
        }
        let inverse = match &other.0 {
            Repr::Small(small) => Small::ONE.div(*small).map(|inverse| Exact(Repr::Small(inverse))),
            Repr::Affine(..) => None,
        };
        self * &inverse.unwrap_or_else(|| Exact::from_big(other.to_big().reciprocal()))
    }
}

impl Neg for &Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        match &self.0 {
            Repr::Small(small) => match small.neg() {
                Some(small) => Exact(Repr::Small(small)),
                None => Exact::from_big(Big::from(*small).neg()),
            },
            Repr::Affine(form, base) => Exact(Repr::Affine(form.neg(), Arc::clone(base))),
        }
    }
}

impl Neg for Exact {
    type Output = Exact;

    fn neg(self) -> Exact {
        -&self
    }
}

/// The operators on values, each in terms of the one on references: operands are cheap to borrow and nothing is gained
/// by consuming them.
macro_rules! on_values {
    ($($name:ident $method:ident $operator:tt),*) => {$(
        impl $name<Exact> for Exact {
            type Output = Exact;

            fn $method(self, other: Exact) -> Exact {
                &self $operator &other
            }
        }

        impl $name<&Exact> for Exact {
            type Output = Exact;

            fn $method(self, other: &Exact) -> Exact {
                &self $operator other
            }
        }

        impl $name<Exact> for &Exact {
            type Output = Exact;

            fn $method(self, other: Exact) -> Exact {
                self $operator &other
            }
        }
    )*};
}

on_values!(Add add +, Sub sub -, Mul mul *, Div div /);

impl AddAssign<&Exact> for Exact {
    #[inline]
    fn add_assign(&mut self, other: &Exact) {
        match &other.0 {
            Repr::Affine(form, base) => self.add_form(*form, base),
            Repr::Small(small) => {
                if small.is_zero() {
                    return;
                }
                match &mut self.0 {
                    Repr::Small(own) => {
                        if let Some(sum) = own.add(*small) {
                            *own = sum;
                            return;
                        }
                    }
                    Repr::Affine(own, _) => {
                        if let Some(sum) = own.plus(Form::constant(*small)) {
                            *own = sum;
                            return;
                        }
                    }
                }
                *self = slow_sum(&mem::take(self), other);
            }
        }
    }
}

impl AddAssign<Exact> for Exact {
    #[inline]
    fn add_assign(&mut self, other: Exact) {
        *self += &other;
    }
}

impl Sum for Exact {
    fn sum<I: Iterator<Item = Exact>>(numbers: I) -> Exact {
        numbers.fold(Exact::ZERO, |sum, number| &sum + &number)
    }
}

impl PartialEq for Exact {
    #[inline]
    fn eq(&self, other: &Exact) -> bool {
        match (&self.0, &other.0) {
            (Repr::Small(left), Repr::Small(right)) => left == right,
            (Repr::Affine(form, base), Repr::Affine(other, other_base))
                if Arc::ptr_eq(base, other_base) && form == other =>
            {
                true
            }
            _ => self.cmp(other) == Ordering::Equal,
        }
    }
}

impl Eq for Exact {}

/// Equal values have equal hashes, whatever they were computed from. It costs a look at the mantissa where a number is no
/// fraction of machine words.
impl Hash for Exact {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let small = |small: &Small, hasher: &mut H| (small.num, small.den).hash(hasher);
        match &self.0 {
            Repr::Small(own) => small(own, hasher),
            Repr::Affine(..) => {
                let big = self.to_big();
                match big.to_small() {
                    Some(own) => small(&own, hasher),
                    None => (&big.num, big.exp, &big.odd).hash(hasher),
                }
            }
        }
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    #[inline]
    fn cmp(&self, other: &Exact) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Small(left), Repr::Small(right)) => return left.compare(*right),
            // The usual case for a stack: it is compared with a threshold.
            (Repr::Affine(form, base), Repr::Small(small)) => {
                if let Some(difference) = small.neg().and_then(|small| form.plus(Form::constant(small))) {
                    return base.sign(difference);
                }
            }
            _ => {}
        }
        if let Some(difference) = self.quick_sum(&-other) {
            return difference.sign();
        }
        let (left, right) = (self.sign(), other.sign());
        left.cmp(&right).then_with(|| self.to_big().compare(&other.to_big()))
    }
}

impl Default for Exact {
    fn default() -> Self {
        Exact::ZERO
    }
}

impl From<i64> for Exact {
    fn from(value: i64) -> Self {
        Exact::integer(value)
    }
}

impl From<BigInt> for Exact {
    fn from(value: BigInt) -> Self {
        Exact::from_big(Big { num: value, exp: 0, odd: BigUint::one() })
    }
}

/// The terms need not be lowest; as for every `Ratio`, the denominator must not be zero.
impl From<&BigRational> for Exact {
    fn from(value: &BigRational) -> Self {
        match (value.numer().to_i64(), value.denom().to_i64()) {
            (Some(num), Some(den)) => Exact::ratio(num, den),
            _ => Exact::from_big(Big::from(value)),
        }
    }
}

impl From<&Exact> for Exact {
    fn from(value: &Exact) -> Self {
        value.clone()
    }
}

impl From<BigRational> for Exact {
    fn from(value: BigRational) -> Self {
        Exact::from(&value)
    }
}
