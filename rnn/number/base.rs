//! The big number that many affine forms share, with what is needed to leave its mantissa alone.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{One, ToPrimitive, Zero};

use super::big::Big;
use super::small::{Form, Small};

/// A big number, an enclosure of its size, and the base that forms over it move to when their coefficients get too
/// large.
pub(super) struct Base {
    value: Value,
    is_positive: bool,
    /// The exponent of two in the denominator in lowest terms, and whether there is nothing else in it.
    exp: u64,
    is_dyadic: bool,
    enclosure: Enclosure,
    generation: u32,
    successor: Mutex<Option<Successor>>,
}

/// A mantissa, or leading bits over another base.
enum Value {
    Whole(Big),
    Stacked(Stacked),
}

/// (`digits` + `below`) / 2^`width`, with `digits` < 2^`width`, a `width` of 1 to 60 and a dyadic base strictly between 0
/// and 1: what pushes on a stack make of it. A chain of these is a stack whose digits are pushed and popped sixty bits at
/// a time, and whose mantissa nobody needs.
struct Stacked {
    digits: u64,
    width: u32,
    below: Arc<Base>,
}

/// What is known of a base without its mantissa.
enum Enclosure {
    /// At least 2^61 in size: whatever the offset, the base decides.
    Huge,
    /// `floor` <= |base| * 2^(64 + shift) < `floor` + 1, and equal to `floor` if `exact`. `floor` is below 2^126.
    Fixed { floor: u128, shift: u32, exact: bool },
}

/// The number `form` over the base that owns this record, once it has been worked out.
struct Successor {
    form: Form,
    value: Link,
}

enum Link {
    Small(Small),
    Kept(Arc<Base>),
    Watched(Weak<Base>),
}

/// A number without its name: what a form over a base moves to.
pub(super) enum Moved {
    Small(Small),
    Affine(Form, Arc<Base>),
}

/// The places of the floor of a fraction, and the most leading bits that a base puts over another.
const FRACTION_PLACES: u32 = 126;
const MOST_DIGITS: u32 = 60;

/// Bases larger than this are not kept alive by their predecessors, only watched.
const KEPT_BITS: u64 = 1 << 16;

/// The longest chain of bases that keep their successors alive. It bounds memory when an old base stays in use (a
/// copied stack) while another number goes on from it for ever, and it bounds the recursion that drops the chain; it
/// is enough for 7,000 pops.
const KEPT_GENERATIONS: u32 = 256;

impl Base {
    pub(super) fn new(value: Big) -> Base {
        Base::of_generation(value, 0)
    }

    fn of_generation(value: Big, generation: u32) -> Base {
        Base {
            is_positive: value.num.sign() != Sign::Minus,
            exp: value.exp,
            is_dyadic: value.odd.is_one(),
            enclosure: Enclosure::new(&value),
            value: Value::Whole(value),
            generation,
            successor: Mutex::new(None),
        }
    }

    /// The base of these leading bits over a fraction with this floor (see [`Base::as_fraction`]).
    fn stacked(stacked: Stacked) -> Option<Base> {
        let Stacked { digits, width, below } = &stacked;
        debug_assert!((1..=MOST_DIGITS).contains(width) && digits >> width == 0);
        let (floor, exact) = below.as_fraction()?;
        // The floor of the sum is the sum of the digits and the floor, and the floor of its quotient is a shift.
        let enclosure = Enclosure::Fixed {
            floor: (u128::from(*digits) << (FRACTION_PLACES - width)) + (floor >> width),
            shift: FRACTION_PLACES - 64,
            exact: exact && floor.trailing_zeros() >= *width,
        };
        let exp = below.exp + u64::from(*width);
        let (is_positive, is_dyadic, successor) = (true, true, Mutex::new(None));
        Some(Base { value: Value::Stacked(stacked), is_positive, exp, is_dyadic, enclosure, generation: 0, successor })
    }

    /// Of a dyadic base strictly between 0 and 1: its floor at 126 places, and whether that is the base itself.
    fn as_fraction(&self) -> Option<(u128, bool)> {
        match self.enclosure {
            Enclosure::Fixed { floor, shift, exact }
                if self.is_dyadic && self.is_positive && shift + 64 == FRACTION_PLACES =>
            {
                Some((floor, exact))
            }
            _ => None,
        }
    }

    /// The integer part of 2^`places` times a fraction, and what is left of it, which is again a fraction. None where a
    /// mantissa would have to be read for it.
    fn parted(this: &Arc<Base>, places: u32) -> Option<(u64, Arc<Base>)> {
        let (mut whole, mut rest, mut left) = (0, Arc::clone(this), places);
        while left > 0 {
            let Value::Stacked(Stacked { digits, width, below }) = &rest.value else { return None };
            let next = if left < *width {
                let width = width - left;
                whole = whole << left | digits >> width;
                left = 0;
                let digits = digits & ((1 << width) - 1);
                Arc::new(Base::stacked(Stacked { digits, width, below: Arc::clone(below) })?)
            } else {
                whole = whole << width | digits;
                left -= width;
                Arc::clone(below)
            };
            rest = next;
        }
        Some((whole, rest))
    }

    /// The base of these leading bits over a fraction; few nodes are made for few bits each.
    fn pushed(digits: u64, width: u32, below: Arc<Base>) -> Option<Arc<Base>> {
        if width == 0 {
            return Some(below);
        }
        let stacked = match &below.value {
            Value::Stacked(lower) if lower.width + width <= MOST_DIGITS => Stacked {
                digits: digits << lower.width | lower.digits,
                width: lower.width + width,
                below: Arc::clone(&lower.below),
            },
            _ => Stacked { digits, width, below },
        };
        Base::stacked(stacked).map(Arc::new)
    }

    /// The form as an integer plus or minus a fraction that shares the digits below: what takes the place of reading a
    /// mantissa where digits of two bits or more were pushed and popped. Gives the form of the fraction over the old base
    /// as well.
    fn restacked(this: &Arc<Base>, form: Form) -> Option<(Form, Form, Arc<Base>)> {
        this.as_fraction()?;
        let size = form.scale.unsigned_abs();
        if !size.is_power_of_two() || form.den & (form.den - 1) != 0 {
            return None;
        }
        // With whole + rest = 2^up * base, the form is (whole + offset + rest) / 2^down, or minus that of -offset.
        let (up, down) = (size.trailing_zeros(), form.den.trailing_zeros());
        let (whole, rest) = Base::parted(this, up)?;
        let offset = if form.scale > 0 { form.offset } else { -form.offset };
        let sum = i128::from(whole) + i128::from(offset);
        let (integer, digits) = (sum >> down, sum & ((1 << down) - 1));
        // Below 2^60 and not negative.
        let next = Base::pushed(u64::try_from(digits).ok()?, down, rest)?;
        let sign = form.scale.signum();
        let moved =
            Form::roomy(Small { num: sign, den: 1 }, Small { num: sign * i64::try_from(integer).ok()?, den: 1 })?;
        let of_next =
            Form { scale: size as i64, offset: i64::try_from(digits - i128::from(whole)).ok()?, den: form.den };
        Some((moved, of_next, next))
    }

    /// The exact value of the form: the one operation that reads the whole mantissa.
    pub(super) fn exactly(&self, form: Form) -> Big {
        self.value().affine(form)
    }

    #[cfg(test)]
    pub(super) fn is_stacked(&self) -> bool {
        matches!(self.value, Value::Stacked(_))
    }

    /// Whether what is known of the base without its mantissa is what the mantissa says.
    #[cfg(test)]
    pub(super) fn is_enclosed_rightly(&self) -> bool {
        let value = self.value();
        let of_value = Enclosure::new(&value);
        let is_positive = value.num.sign() == Sign::Plus;
        let fields = |enclosure: &Enclosure| match enclosure {
            Enclosure::Huge => None,
            Enclosure::Fixed { floor, shift, exact } => Some((*floor, *shift, *exact)),
        };
        fields(&self.enclosure) == fields(&of_value)
            && (self.is_positive, self.exp, self.is_dyadic) == (is_positive, value.exp, value.odd.is_one())
    }

    /// The base as one number.
    pub(super) fn value(&self) -> Cow<'_, Big> {
        let mut above = Vec::new();
        let mut base = self;
        let bottom = loop {
            match &base.value {
                Value::Whole(value) if above.is_empty() => return Cow::Borrowed(value),
                Value::Whole(value) => break value,
                Value::Stacked(stacked) => {
                    above.push((stacked.digits, stacked.width));
                    base = &stacked.below;
                }
            }
        };
        // From the bottom up, each limb stands above the places of what is below it.
        let mut limbs = bottom.num.magnitude().to_u32_digits();
        limbs.resize(usize::try_from(self.exp / 32 + 3).unwrap_or(usize::MAX), 0);
        let mut place = bottom.exp;
        for (digits, width) in above.into_iter().rev() {
            let at = (place / 32) as usize;
            let shifted = u128::from(digits) << (place % 32);
            for (i, limb) in limbs[at..].iter_mut().take(3).enumerate() {
                *limb |= (shifted >> (32 * i)) as u32;
            }
            place += u64::from(width);
        }
        Cow::Owned(Big { num: BigInt::from(BigUint::new(limbs)), exp: place, odd: BigUint::one() })
    }

    /// The sign of the form if the enclosure decides it.
    #[inline]
    pub(super) fn quick_sign(&self, form: Form) -> Option<Ordering> {
        let (low, high) = match self.bounds(form) {
            Some(bounds) => bounds,
            None => {
                return Some(if (form.scale > 0) == self.is_positive { Ordering::Greater } else { Ordering::Less });
            }
        };
        if low == high {
            Some(low.sign())
        } else if low.sign() != Ordering::Less {
            // The enclosure is open: the value is strictly between its ends.
            Some(Ordering::Greater)
        } else if high.sign() != Ordering::Greater {
            Some(Ordering::Less)
        } else {
            None
        }
    }

    pub(super) fn sign(&self, form: Form) -> Ordering {
        self.quick_sign(form).unwrap_or_else(|| self.value().affine_sign(form))
    }

    /// The bounds of (scale * base + offset) * 2^(64 + shift): equal ends are the value itself, different ones are not
    /// attained. `None` for a huge base.
    #[inline]
    fn bounds(&self, form: Form) -> Option<(Wide, Wide)> {
        let Enclosure::Fixed { floor, shift, exact } = self.enclosure else {
            return None;
        };
        let scale = if self.is_positive { form.scale } else { -form.scale };
        let near = Wide::product(scale, floor).plus_high(i128::from(form.offset) << shift);
        if exact {
            return Some((near, near));
        }
        let far = near.plus(scale);
        Some(if scale > 0 { (near, far) } else { (far, near) })
    }

    /// The exponent of two in the denominator of the form in lowest terms, when the mantissa is not needed to know it:
    /// an odd numerator times `scale` has the twos of `scale`, and adding a multiple of a higher power of two does not
    /// change that.
    pub(super) fn denominator_twos(&self, form: Form) -> Option<u64> {
        let twos = u64::from(form.scale.trailing_zeros());
        (twos < self.exp).then(|| self.exp - twos + u64::from(form.den.trailing_zeros()))
    }

    /// The same, where the form is known to have no other factor in its denominator.
    #[inline]
    pub(super) fn dyadic_places(&self, form: Form) -> Option<u64> {
        if self.is_dyadic && form.den & (form.den - 1) == 0 { self.denominator_twos(form) } else { None }
    }

    /// Whether every form over the base is known to be below 2^124 in size: coefficients are below 2^61, the base is
    /// below 2^62.
    pub(super) fn is_moderate(&self) -> bool {
        matches!(self.enclosure, Enclosure::Fixed { .. })
    }

    /// The bits of numerator and denominator in lowest terms, when the enclosure tells.
    pub(super) fn quick_bits(&self, form: Form) -> Option<u64> {
        if !self.is_dyadic || form.den & (form.den - 1) != 0 {
            return None;
        }
        let twos = self.denominator_twos(form)?;
        let (low, high) = self.bounds(form)?;
        let Enclosure::Fixed { shift, .. } = self.enclosure else {
            return None;
        };
        let bits = low.bits();
        if bits == 0 || bits != high.bits() || low.sign() != high.sign() {
            return None;
        }
        // With l the number of bits before the point of |scale * base + offset|, the numerator is that times 2^(twos -
        // log2 den).
        let numerator =
            i128::from(twos) + i128::from(bits) - i128::from(64 + shift) - i128::from(form.den.trailing_zeros());
        u64::try_from(numerator + i128::from(twos) + 1).ok()
    }

    /// The form over a younger base, where its coefficients are short again. All forms over one base that need this,
    /// in whatever order, move to the same younger base where possible, so that they still cancel each other.
    pub(super) fn moved(this: &Arc<Base>, form: Form) -> Moved {
        if let Some(moved) = this.already_moved(form) {
            return moved;
        }
        if let Some((moved, of_next, next)) = Base::restacked(this, form) {
            // Watched only: the younger base may keep this one alive.
            let earlier =
                this.record().replace(Successor { form: of_next, value: Link::Watched(Arc::downgrade(&next)) });
            drop(earlier);
            return Moved::Affine(moved, next);
        }
        let exact = this.exactly(form);
        let (value, moved) = match exact.to_small() {
            Some(small) => (Link::Small(small), Moved::Small(small)),
            None => {
                let kept = exact.num.bits() <= KEPT_BITS && this.generation < KEPT_GENERATIONS;
                let next = Arc::new(Base::of_generation(exact, if kept { this.generation + 1 } else { 0 }));
                let link = if kept { Link::Kept(Arc::clone(&next)) } else { Link::Watched(Arc::downgrade(&next)) };
                (link, Moved::Affine(Form::IDENTITY, next))
            }
        };
        let earlier = this.record().replace(Successor { form, value });
        drop(earlier);
        moved
    }

    /// The form over the younger base that is already there, if it fits.
    pub(super) fn already_moved(&self, form: Form) -> Option<Moved> {
        let record = self.record();
        let successor = record.as_ref()?;
        let next = match &successor.value {
            Link::Small(value) => {
                let (ratio, rest) = form.in_terms_of(successor.form)?;
                return Some(Moved::Small(rest.add(ratio.mul(*value)?)?));
            }
            Link::Kept(next) => Arc::clone(next),
            Link::Watched(next) => next.upgrade()?,
        };
        let (ratio, rest) = form.in_terms_of(successor.form)?;
        Some(Moved::Affine(Form::roomy(ratio, rest)?, next))
    }

    /// The form times 2^`places`, between two integers: its floor where they are equal or differ by 1. None where the base
    /// is huge, the denominator is no power of two, or they do not fit.
    pub(super) fn enclosed(&self, form: Form, places: u32) -> Option<(i128, i128)> {
        let Enclosure::Fixed { shift, .. } = self.enclosure else { return None };
        if form.den & (form.den - 1) != 0 {
            return None;
        }
        let (low, high) = self.bounds(form)?;
        let dropped = (64 + shift + form.den.trailing_zeros()).checked_sub(places)?;
        Some((low.shifted_down(dropped)?, high.shifted_down(dropped)?.checked_add(1)?))
    }

    fn record(&self) -> std::sync::MutexGuard<'_, Option<Successor>> {
        // The record is replaced in one piece, so a panic elsewhere cannot have left it half written.
        self.successor.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Long chains are dropped one by one, and not by recursion.
impl Drop for Base {
    fn drop(&mut self) {
        let nothing = || Value::Whole(Big { num: BigInt::zero(), exp: 0, odd: BigUint::one() });
        let mut value = mem::replace(&mut self.value, nothing());
        while let Value::Stacked(Stacked { below, .. }) = value {
            let Some(mut below) = Arc::into_inner(below) else { return };
            value = mem::replace(&mut below.value, nothing());
        }
    }
}

impl Enclosure {
    fn new(value: &Big) -> Enclosure {
        let bits = |count: u64| i128::from(count);
        // |value| < 2^above, and |value| >= 2^(above - 2).
        let above = bits(value.num.bits()) - bits(value.exp) - bits(value.odd.bits()) + 1;
        if above > 62 {
            return Enclosure::Huge;
        }
        // Between 0 and 62, and floor < 2^(above + 64 + shift) <= 2^126.
        let shift = (62 - above.max(0)) as u32;
        let places = u64::from(64 + shift);
        let magnitude = value.num.magnitude();
        let (scaled, whole) = if places >= value.exp {
            (magnitude << (places - value.exp), true)
        } else {
            let dropped = value.exp - places;
            (magnitude >> dropped, magnitude.trailing_zeros().is_none_or(|twos| twos >= dropped))
        };
        let (floor, exact) = if value.odd.is_one() {
            (scaled, whole)
        } else {
            // The floor of a floor divided by an integer is the floor of the quotient. In lowest terms an odd part is
            // never exact.
            (scaled / &value.odd, false)
        };
        match floor.to_u128() {
            Some(floor) => Enclosure::Fixed { floor, shift, exact },
            // Below 2^126 by the choice of `shift`, so this arm is never taken.
            None => Enclosure::Huge,
        }
    }
}

/// A signed number of 192 bits, high * 2^64 + low.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Wide {
    high: i128,
    low: u64,
}

impl Wide {
    /// scale * floor, for |scale| < 2^61 and floor < 2^126: the high part stays below 2^124.
    #[inline]
    fn product(scale: i64, floor: u128) -> Wide {
        let scale = i128::from(scale);
        let upper = scale * ((floor >> 64) as i128);
        let lower = scale * i128::from(floor as u64);
        Wide { high: upper + (lower >> 64), low: lower as u64 }
    }

    #[inline]
    fn plus_high(self, high: i128) -> Wide {
        Wide { high: self.high + high, low: self.low }
    }

    #[inline]
    fn plus(self, value: i64) -> Wide {
        let low = i128::from(self.low) + i128::from(value);
        Wide { high: self.high + (low >> 64), low: low as u64 }
    }

    /// The floor of the quotient by 2^`places`, if it fits.
    fn shifted_down(self, places: u32) -> Option<i128> {
        if places >= 64 {
            return Some(self.high >> (places - 64).min(127));
        }
        let up = 64 - places;
        let high = (self.high << up) >> up == self.high;
        high.then(|| (self.high << up) | i128::from(self.low) >> places)
    }

    #[inline]
    fn sign(self) -> Ordering {
        self.high.cmp(&0).then(self.low.cmp(&0))
    }

    /// The bits of the absolute value.
    fn bits(self) -> u32 {
        let (high, low) = if self.high < 0 {
            (!self.high + i128::from(self.low == 0), self.low.wrapping_neg())
        } else {
            (self.high, self.low)
        };
        if high == 0 { 64 - low.leading_zeros() } else { 64 + 128 - high.leading_zeros() }
    }
}
