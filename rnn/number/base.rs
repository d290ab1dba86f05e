//! The big number that many affine forms share, with what is needed to leave its mantissa alone.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use num_traits::{One, ToPrimitive};

use super::big::Big;
use super::small::{Form, Small};

/// A big number, an enclosure of its size, and the base that forms over it move to when their coefficients get too
/// large.
pub(super) struct Base {
    value: Big,
    enclosure: Enclosure,
    generation: u32,
    successor: Mutex<Option<Successor>>,
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
        Base { enclosure: Enclosure::new(&value), value, generation, successor: Mutex::new(None) }
    }

    /// The exact value of the form: the one operation that reads the whole mantissa.
    pub(super) fn exactly(&self, form: Form) -> Big {
        self.value.affine(form)
    }

    pub(super) fn value(&self) -> &Big {
        &self.value
    }

    /// The sign of the form if the enclosure decides it.
    #[inline]
    pub(super) fn quick_sign(&self, form: Form) -> Option<Ordering> {
        let (low, high) = match self.bounds(form) {
            Some(bounds) => bounds,
            None => {
                return Some(if (form.scale > 0) == self.is_positive() { Ordering::Greater } else { Ordering::Less });
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
        self.quick_sign(form).unwrap_or_else(|| self.value.affine_sign(form))
    }

    /// The bounds of (scale * base + offset) * 2^(64 + shift): equal ends are the value itself, different ones are not
    /// attained. `None` for a huge base.
    #[inline]
    fn bounds(&self, form: Form) -> Option<(Wide, Wide)> {
        let Enclosure::Fixed { floor, shift, exact } = self.enclosure else {
            return None;
        };
        let scale = if self.is_positive() { form.scale } else { -form.scale };
        let near = Wide::product(scale, floor).plus_high(i128::from(form.offset) << shift);
        if exact {
            return Some((near, near));
        }
        let far = near.plus(scale);
        Some(if scale > 0 { (near, far) } else { (far, near) })
    }

    fn is_positive(&self) -> bool {
        self.value.num.sign() != num_bigint::Sign::Minus
    }

    /// The exponent of two in the denominator of the form in lowest terms, when the mantissa is not needed to know it:
    /// an odd numerator times `scale` has the twos of `scale`, and adding a multiple of a higher power of two does not
    /// change that.
    pub(super) fn denominator_twos(&self, form: Form) -> Option<u64> {
        let twos = u64::from(form.scale.trailing_zeros());
        (twos < self.value.exp).then(|| self.value.exp - twos + u64::from(form.den.trailing_zeros()))
    }

    /// The same, where the form is known to have no other factor in its denominator.
    #[inline]
    pub(super) fn dyadic_places(&self, form: Form) -> Option<u64> {
        if self.value.odd.is_one() && form.den & (form.den - 1) == 0 { self.denominator_twos(form) } else { None }
    }

    /// Whether every form over the base is known to be below 2^124 in size: coefficients are below 2^61, the base is
    /// below 2^62.
    pub(super) fn is_moderate(&self) -> bool {
        matches!(self.enclosure, Enclosure::Fixed { .. })
    }

    /// The bits of numerator and denominator in lowest terms, when the enclosure tells.
    pub(super) fn quick_bits(&self, form: Form) -> Option<u64> {
        if !self.value.odd.is_one() || form.den & (form.den - 1) != 0 {
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
    pub(super) fn moved(&self, form: Form) -> Moved {
        if let Some(moved) = self.already_moved(form) {
            return moved;
        }
        let exact = self.exactly(form);
        let (value, moved) = match exact.to_small() {
            Some(small) => (Link::Small(small), Moved::Small(small)),
            None => {
                let kept = exact.num.bits() <= KEPT_BITS && self.generation < KEPT_GENERATIONS;
                let next = Arc::new(Base::of_generation(exact, if kept { self.generation + 1 } else { 0 }));
                let link = if kept { Link::Kept(Arc::clone(&next)) } else { Link::Watched(Arc::downgrade(&next)) };
                (link, Moved::Affine(Form::IDENTITY, next))
            }
        };
        let earlier = self.record().replace(Successor { form, value });
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

    fn record(&self) -> std::sync::MutexGuard<'_, Option<Successor>> {
        // The record is replaced in one piece, so a panic elsewhere cannot have left it half written.
        self.successor.lock().unwrap_or_else(PoisonError::into_inner)
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
