//! Machine-word fractions, and the machine-word coefficients of an affine form.

use std::cmp::Ordering;

use num_integer::Integer;

/// A fraction of machine words in lowest terms, with a positive denominator: equal values have equal fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Small {
    pub(super) num: i64,
    pub(super) den: i64,
}

impl Small {
    pub(super) const ZERO: Small = Small { num: 0, den: 1 };
    pub(super) const ONE: Small = Small { num: 1, den: 1 };

    /// The fraction num/den in lowest terms, or `None` when it does not fit. `den` must be positive.
    pub(super) fn new(num: i128, den: i128) -> Option<Small> {
        debug_assert!(den > 0);
        let (num, den) = lowest(num, den);
        Some(Small { num: i64::try_from(num).ok()?, den: i64::try_from(den).ok()? })
    }

    pub(super) fn is_zero(self) -> bool {
        self.num == 0
    }

    pub(super) fn sign(self) -> Ordering {
        self.num.cmp(&0)
    }

    /// `None` for a numerator of `i64::MIN` only.
    pub(super) fn neg(self) -> Option<Small> {
        Some(Small { num: self.num.checked_neg()?, den: self.den })
    }

    pub(super) fn add(self, other: Small) -> Option<Small> {
        if self.den == 1 && other.den == 1 {
            return Some(Small { num: self.num.checked_add(other.num)?, den: 1 });
        }
        let (lift, other_lift, den) = common(self.den, other.den);
        // Both products stay below 2^126.
        Small::new(i128::from(self.num) * lift + i128::from(other.num) * other_lift, den)
    }

    pub(super) fn mul(self, other: Small) -> Option<Small> {
        Small::new(i128::from(self.num) * i128::from(other.num), i128::from(self.den) * i128::from(other.den))
    }

    /// `None` when `other` is zero or the quotient does not fit.
    pub(super) fn div(self, other: Small) -> Option<Small> {
        quotient(i128::from(self.num) * i128::from(other.den), i128::from(self.den) * i128::from(other.num))
    }

    /// self + weight * value. A network adds integers to integers nearly always, hence the first branch.
    #[inline]
    pub(super) fn add_product(self, weight: Small, value: Small) -> Option<Small> {
        if self.den == 1 && weight.den == 1 && value.den == 1 {
            return Some(Small { num: self.num.checked_add(weight.num.checked_mul(value.num)?)?, den: 1 });
        }
        self.add(weight.mul(value)?)
    }

    pub(super) fn compare(self, other: Small) -> Ordering {
        let left = i128::from(self.num) * i128::from(other.den);
        left.cmp(&(i128::from(other.num) * i128::from(self.den)))
    }
}

/// num/den in lowest terms as a fraction whose denominator may be negative or zero.
fn quotient(num: i128, den: i128) -> Option<Small> {
    match den.cmp(&0) {
        Ordering::Greater => Small::new(num, den),
        Ordering::Less => Small::new(num.checked_neg()?, den.checked_neg()?),
        Ordering::Equal => None,
    }
}

/// Lowest terms. Powers of two are the rule in these networks, and for them a shift replaces the gcd.
fn lowest(num: i128, den: i128) -> (i128, i128) {
    if den == 1 {
        return (num, den);
    }
    if num == 0 {
        return (0, 1);
    }
    let twos = (num | den).trailing_zeros();
    let (num, den) = (num >> twos, den >> twos);
    if power_of_two(den) {
        return (num, den);
    }
    let common = gcd(num, den);
    (num / common, den / common)
}

fn power_of_two(value: i128) -> bool {
    value & (value - 1) == 0
}

/// The gcd of two numbers that are not both zero; in one machine word when they fit, which is several times faster.
fn gcd(left: i128, right: i128) -> i128 {
    match (u64::try_from(left.unsigned_abs()), u64::try_from(right.unsigned_abs())) {
        (Ok(left), Ok(right)) => i128::from(word_gcd(left, right)),
        _ => left.gcd(&right),
    }
}

/// By division while one of them is small, which denominators nearly always are: it takes few steps.
fn word_gcd(left: u64, right: u64) -> u64 {
    const SMALL: u64 = 1 << 16;
    let (mut high, mut low) = if left < right { (right, left) } else { (left, right) };
    while 0 < low && low < SMALL {
        (high, low) = (low, high % low);
    }
    if low == 0 { high } else { high.gcd(&low) }
}

/// Both factors that bring the denominators to a common one, and that one. The factors are below 2^63, it is below
/// 2^126.
#[inline]
pub(super) fn common(left: i64, right: i64) -> (i128, i128, i128) {
    if left == right {
        return (1, 1, i128::from(left));
    }
    if left & (left - 1) == 0 && right & (right - 1) == 0 {
        // Shifts: a machine division would cost more than all the rest of a sum.
        let twos = left.min(right).trailing_zeros();
        return (i128::from(right >> twos), i128::from(left >> twos), i128::from(left.max(right)));
    }
    let shared = word_gcd(left.unsigned_abs(), right.unsigned_abs()) as i64;
    let (lift, other_lift) = (i128::from(right / shared), i128::from(left / shared));
    (lift, other_lift, i128::from(left) * lift)
}

/// The coefficients of (scale * base + offset) / den. One common denominator makes the sign that of scale * base +
/// offset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Form {
    pub(super) scale: i64,
    pub(super) offset: i64,
    pub(super) den: i64,
}

impl Form {
    /// The base itself.
    pub(super) const IDENTITY: Form = Form { scale: 1, offset: 0, den: 1 };

    /// Every coefficient is below 2^61: a sum of products then fits i128, and a base of 2^61 or more outweighs any
    /// offset.
    pub(super) const LIMIT: u128 = 1 << 61;

    /// The form with these coefficients, cancelled as far as it needs to be; `None` when it does not fit.
    #[inline]
    fn fit(scale: i128, offset: i128, den: i128) -> Option<Form> {
        let (scale, offset, den) = if den & 1 == 0 {
            let twos = (scale | offset | den).trailing_zeros();
            (scale >> twos, offset >> twos, den >> twos)
        } else {
            (scale, offset, den)
        };
        if let Some(form) = Form::checked(scale, offset, den) {
            return Some(form);
        }
        // Odd common factors are looked for only when they are in the way.
        let common = gcd(gcd(scale, den), offset);
        if common == 1 { None } else { Form::checked(scale / common, offset / common, den / common) }
    }

    #[inline]
    fn checked(scale: i128, offset: i128, den: i128) -> Option<Form> {
        let fits = scale.unsigned_abs() < Form::LIMIT
            && offset.unsigned_abs() < Form::LIMIT
            && den.unsigned_abs() < Form::LIMIT;
        // The casts keep the value: it is below 2^61.
        fits.then_some(Form { scale: scale as i64, offset: offset as i64, den: den as i64 })
    }

    /// A constant, as a summand of a form. It may exceed the limit, which `plus` allows for.
    pub(super) fn constant(value: Small) -> Form {
        Form { scale: 0, offset: value.num, den: value.den }
    }

    /// The value of a form that does not depend on its base.
    pub(super) fn as_constant(self) -> Option<Small> {
        if self.scale == 0 { Small::new(i128::from(self.offset), i128::from(self.den)) } else { None }
    }

    #[inline]
    pub(super) fn times(self, weight: Small) -> Option<Form> {
        if weight == Small::ONE {
            return Some(self);
        }
        let (num, den) = (i128::from(weight.num), i128::from(weight.den));
        Form::fit(i128::from(self.scale) * num, i128::from(self.offset) * num, i128::from(self.den) * den)
    }

    #[inline]
    pub(super) fn plus(self, other: Form) -> Option<Form> {
        if self.den == 1 && other.den == 1 {
            let (scale, offset) = (self.scale.checked_add(other.scale)?, self.offset.checked_add(other.offset)?);
            return Form::checked(i128::from(scale), i128::from(offset), 1);
        }
        let (lift, other_lift, den) = common(self.den, other.den);
        let scale = i128::from(self.scale) * lift + i128::from(other.scale) * other_lift;
        let offset = i128::from(self.offset) * lift + i128::from(other.offset) * other_lift;
        Form::fit(scale, offset, den)
    }

    pub(super) fn neg(self) -> Form {
        Form { scale: -self.scale, offset: -self.offset, den: self.den }
    }

    /// self = ratio * known + rest as numbers over the same base: the pair, when both fit. `known` must depend on the
    /// base.
    pub(super) fn in_terms_of(self, known: Form) -> Option<(Small, Small)> {
        if self.scale == known.scale && self.den == known.den {
            let rest = i128::from(self.offset) - i128::from(known.offset);
            return Some((Small::ONE, Small::new(rest, i128::from(self.den))?));
        }
        let (den, known_den) = (i128::from(self.den), i128::from(known.den));
        let ratio = quotient(i128::from(self.scale) * known_den, i128::from(known.scale) * den)?;
        let own = i128::from(self.offset).checked_mul(i128::from(ratio.den))?.checked_mul(known_den)?;
        let theirs = i128::from(known.offset).checked_mul(i128::from(ratio.num))?.checked_mul(den)?;
        let rest_den = den.checked_mul(i128::from(ratio.den))?.checked_mul(known_den)?;
        Some((ratio, Small::new(own.checked_sub(theirs)?, rest_den)?))
    }

    /// ratio * base + rest, if that leaves at least half of the room: a fuller form would overflow again at once.
    pub(super) fn roomy(ratio: Small, rest: Small) -> Option<Form> {
        const ROOM: u64 = 1 << 30;
        let form = Form::IDENTITY.times(ratio)?.plus(Form::constant(rest))?;
        let widest = form.scale.unsigned_abs().max(form.offset.unsigned_abs()).max(form.den.unsigned_abs());
        (widest < ROOM).then_some(form)
    }
}
