//! Numbers between two bounds, in fixed point with directed rounding: what norms and heads may make of an exact value.

use rnn::Exact;

/// Bits after the point.
const PLACES: u32 = 40;
const ONE: i128 = 1 << PLACES;

/// All numbers between two multiples of 2^-40. Values stay below 2^40 in size, which the callers' stages bound, so that no
/// product leaves a machine word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    low: i128,
    high: i128,
}

impl Interval {
    pub(super) const ZERO: Self = Self { low: 0, high: 0 };

    /// The least interval about a number; none where it is 2^40 or more in size.
    pub(super) fn about(value: &Exact) -> Option<Self> {
        if value.leading_exponent().is_some_and(|exponent| exponent >= 40) {
            return None;
        }
        let scaled = value * Exact::power_of_two(i64::from(PLACES));
        let low = i128::try_from(scaled.floor()).ok()?;
        Some(Self { low, high: if scaled.is_integer() { low } else { low + 1 } })
    }

    /// From `low` to `high`.
    pub(super) fn between(low: &Exact, high: &Exact) -> Option<Self> {
        Some(Self { low: Self::about(low)?.low, high: Self::about(high)?.high })
    }

    pub(super) fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// The largest size of a number of it, in multiples of 2^-40.
    fn size(self) -> i128 {
        self.low.abs().max(self.high.abs())
    }

    /// The same about 0.
    pub(super) fn sizes(self) -> Self {
        Self { low: 0, high: self.size() }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { low: self.low + other.low, high: self.high + other.high }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self { low: self.low - other.high, high: self.high - other.low }
    }

    pub(super) fn times(self, other: Self) -> Self {
        let products = [self.low * other.low, self.low * other.high, self.high * other.low, self.high * other.high];
        let (low, high) = (products.iter().min().expect("four"), products.iter().max().expect("four"));
        Self { low: low.div_euclid(ONE), high: -((-high).div_euclid(ONE)) }
    }

    /// Every number of it, changed by at most this share of itself.
    pub(super) fn widened(self, share: Self) -> Self {
        let by = Self { low: 0, high: self.size() }.times(share).high;
        Self { low: self.low - by, high: self.high + by }
    }

    /// `x^(-1/2)`; none where it may be 0 or less, or too small for 40 bits after the point.
    pub(super) fn inverse_root(self) -> Option<Self> {
        if self.low < 1 << 8 {
            return None;
        }
        // 2^40 / sqrt(x / 2^40) = sqrt(2^120 / x).
        let cube = 1_u128 << (3 * PLACES);
        let low = (cube / self.high.unsigned_abs()).isqrt();
        let high = (cube / self.low.unsigned_abs() + 1).isqrt() + 1;
        Some(Self { low: low.cast_signed(), high: high.cast_signed() })
    }

    /// Whether every number of it is above 0.
    pub(super) fn is_positive(self) -> bool {
        self.low > 0
    }

    /// The lower bound.
    pub(super) fn lower(self) -> Exact {
        Exact::from(num_bigint::BigInt::from(self.low)) * Exact::power_of_two(-i64::from(PLACES))
    }

    /// Twice the middle, in multiples of 2^-40, by which intervals are compared where nothing depends on it.
    pub(super) fn twice_the_middle(self) -> i128 {
        self.low + self.high
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(num: i64, den: i64) -> Interval {
        Interval::about(&Exact::ratio(num, den)).unwrap()
    }

    /// Whether a number is in an interval, by exact comparison.
    fn holds(interval: Interval, value: &Exact) -> bool {
        let low = interval.lower();
        let high = -Interval::ZERO.minus(interval).lower();
        low <= *value && *value <= high
    }

    #[test]
    fn the_exact_result_is_between_the_bounds() {
        for (a, b) in [(1, 3), (-7, 5), (22, 7), (-1, 1), (0, 1), (1000, 13)] {
            for (c, d) in [(2, 3), (-9, 11), (5, 1)] {
                let (left, right) = (Exact::ratio(a, b), Exact::ratio(c, d));
                assert!(holds(about(a, b).times(about(c, d)), &(&left * &right)));
                assert!(holds(about(a, b).plus(about(c, d)), &(&left + &right)));
                assert!(holds(about(a, b).minus(about(c, d)), &(&left - &right)));
                let share = about(1, 100);
                assert!(holds(about(a, b).widened(share), &(&left * &Exact::ratio(101, 100))));
                assert!(holds(about(a, b).widened(share), &(&left * &Exact::ratio(99, 100))));
            }
        }
    }

    #[test]
    fn roots_are_enclosed_closely_and_refused_at_zero() {
        for (a, b) in [(1, 3), (2, 1), (4, 1), (1_000_000, 7)] {
            let root = about(a, b).inverse_root().unwrap();
            let square = root.times(root);
            assert!(holds(square, &Exact::ratio(b, a)));
            assert!(root.high - root.low < 1 << 12);
        }
        assert!(Interval::ZERO.inverse_root().is_none());
        assert!(Interval::about(&Exact::integer(1 << 41)).is_none());
    }
}
