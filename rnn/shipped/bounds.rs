//! All numbers between two: what an operation may make of numbers that are not known exactly.

use crate::format::Float;
use crate::format::Overflow;
use crate::number::Exact;
use crate::number::Rounding;

/// Bits that a bound keeps where it is shortened.
const KEPT: i64 = 56;

/// All numbers from `low` to `high`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Bounds {
    /// The least.
    pub low: Exact,
    /// The greatest.
    pub high: Exact,
}

/// The multiple of 2^exponent that is not below a number.
fn rounded_up(value: &Exact, exponent: i64) -> Exact {
    -(-value).rounded_to(exponent, Rounding::Floor)
}

/// The size of a number.
pub(super) fn size(value: &Exact) -> Exact {
    if value.is_negative() { -value } else { value.clone() }
}

impl Bounds {
    /// One number.
    pub fn exactly(value: Exact) -> Self {
        Self { low: value.clone(), high: value }
    }

    /// From the lesser of two numbers to the greater.
    pub fn between(one: Exact, other: Exact) -> Self {
        if one <= other { Self { low: one, high: other } } else { Self { low: other, high: one } }
    }

    /// The number, where there is one only.
    pub fn only(&self) -> Option<&Exact> {
        (self.low == self.high).then_some(&self.low)
    }

    /// Whether 0 is the only number.
    pub fn is_zero(&self) -> bool {
        self.low.is_zero() && self.high.is_zero()
    }

    /// Whether a number is one of them.
    pub fn holds(&self, value: &Exact) -> bool {
        self.low <= *value && *value <= self.high
    }

    /// The number in the middle.
    pub fn middle(&self) -> Exact {
        (&self.low + &self.high) / Exact::integer(2)
    }

    /// The largest size.
    pub fn size(&self) -> Exact {
        size(&self.low).max(size(&self.high))
    }

    /// Those of either.
    pub(super) fn with(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self { low: &self.low + &other.low, high: &self.high + &other.high }
    }

    pub(super) fn times(&self, other: &Self) -> Self {
        if let (Some(left), Some(right)) = (self.only(), other.only()) {
            return Self::exactly(left * right);
        }
        let ends = [&self.low, &self.high].map(|left| [&other.low, &other.high].map(|right| left * right));
        let all = ends.into_iter().flatten();
        let (mut low, mut high) = (None::<Exact>, None::<Exact>);
        for end in all {
            if low.as_ref().is_none_or(|low| end < *low) {
                low = Some(end.clone());
            }
            if high.as_ref().is_none_or(|high| end > *high) {
                high = Some(end);
            }
        }
        Self { low: low.unwrap_or(Exact::ZERO), high: high.unwrap_or(Exact::ZERO) }
    }

    /// The squares of its numbers.
    pub(super) fn square(&self) -> Self {
        let Self { low, high } = self.times(self);
        let straddles = self.low.is_negative() && self.high.is_positive();
        Self { low: if straddles || low.is_negative() { Exact::ZERO } else { low }, high }
    }

    /// Every number of it, changed by at most this much.
    pub(super) fn widened(&self, by: &Exact) -> Self {
        Self { low: &self.low - by, high: &self.high + by }
    }

    /// The same or somewhat wider, with bounds of few bits.
    pub(super) fn shortened(self) -> Self {
        let exponent = |value: &Exact| value.leading_exponent().map(|exponent| exponent - KEPT);
        let low = exponent(&self.low).map_or(Exact::ZERO, |last| self.low.rounded_to(last, Rounding::Floor));
        let high = exponent(&self.high).map_or(Exact::ZERO, |last| rounded_up(&self.high, last));
        Self { low, high }
    }

    /// `1 / sqrt(x)` of numbers above 0; none where one of them may be 0 or less.
    pub(super) fn inverse_root(&self) -> Option<Self> {
        if !self.low.is_positive() {
            return None;
        }
        // Roots in units of which they have 60 bits.
        let root = |square: &Exact| {
            let unit = square.leading_exponent().unwrap_or(0).div_euclid(2) - 60;
            let below = (square * Exact::power_of_two(-2 * unit)).floor().sqrt();
            let unit = Exact::power_of_two(unit);
            (Exact::from(below.clone()) * unit.clone(), Exact::from(below + 1) * unit)
        };
        let (least, greatest) = (root(&self.low).0, root(&self.high).1);
        Some(Self { low: Exact::ONE / greatest, high: Exact::ONE / least }.shortened())
    }

    /// What rounding to the nearest number of a format makes of them, which keeps their order; none where one leaves the
    /// format's range.
    pub(super) fn rounded(&self, format: Float) -> Option<Self> {
        let round = |value: &Exact| {
            if format.holds(value) {
                return Some(value.clone());
            }
            format.round(value, Rounding::Nearest, Overflow::Infinity).as_finite().cloned()
        };
        Some(Self { low: round(&self.low)?, high: round(&self.high)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_numbers_within_are_within() {
        let numbers = [(-7, 3), (-1, 8), (0, 1), (2, 5), (9, 2)].map(|(num, den)| Exact::ratio(num, den));
        for (a, b) in numbers.iter().zip(&numbers[1..]) {
            let (middle, other) = ((a + b) / Exact::integer(2), Bounds::between(Exact::ratio(-1, 3), Exact::ONE));
            let bounds = Bounds::between(b.clone(), a.clone());
            assert!(bounds.holds(&middle) && bounds.middle() == middle && !bounds.holds(&(b + &Exact::ONE)));
            for inside in [Exact::ratio(-1, 3), Exact::ZERO, Exact::ratio(5, 6)] {
                assert!(bounds.times(&other).holds(&(&middle * &inside)));
                assert!(bounds.plus(&other).holds(&(&middle + &inside)));
            }
            assert!(bounds.square().holds(&(&middle * &middle)) && !bounds.square().low.is_negative());
            let short = bounds.clone().shortened();
            assert!(short.holds(a) && short.holds(b) && short.widened(&Exact::ONE).holds(&(a - &Exact::ONE)));
        }
    }

    #[test]
    fn inverse_roots_are_enclosed_and_refused_at_zero() {
        for (num, den) in [(1, 1_000_000), (2, 1), (4, 1), (7, 3)] {
            let square = Exact::ratio(num, den);
            let root = Bounds::exactly(square.clone()).inverse_root().unwrap();
            assert!(&root.low * &root.low * square.clone() <= Exact::ONE);
            assert!(&root.high * &root.high * square >= Exact::ONE);
            assert!(&root.high - &root.low < Exact::power_of_two(-40));
        }
        assert!(Bounds::between(Exact::ZERO, Exact::ONE).inverse_root().is_none());
    }
}
