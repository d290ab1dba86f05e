//! Numbers between two bounds, in fixed point with directed rounding: what norms and heads may make of an exact value.

use rnn::Exact;

/// Bits after the point.
pub(super) const PLACES: u32 = 40;
const ONE: i128 = 1 << PLACES;

/// All numbers between two multiples of 2^-40. Where a result would leave a machine word, which is where a product is about
/// 2^46 or more, there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Interval {
    low: i128,
    high: i128,
}

impl Interval {
    pub(super) const ZERO: Self = Self { low: 0, high: 0 };
    pub(super) const ONE: Self = Self { low: ONE, high: ONE };

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

    /// The number of so many multiples of 2^-40.
    pub(super) fn of_units(units: i128) -> Self {
        Self { low: units, high: units }
    }

    /// Bounds in multiples of 2^-40.
    pub(super) fn units(self) -> (i128, i128) {
        (self.low, self.high)
    }

    pub(super) fn is_zero(self) -> bool {
        self == Self::ZERO
    }

    /// The largest size of a number of it, in multiples of 2^-40.
    pub(super) fn size(self) -> i128 {
        self.low.abs().max(self.high.abs())
    }

    /// From 0 to the largest size of a number of it.
    pub(super) fn sizes(self) -> Self {
        Self { low: 0, high: self.size() }
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        Self { low: self.low.checked_add(other.low)?, high: self.high.checked_add(other.high)? }.guarded()
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        Self { low: self.low.checked_sub(other.high)?, high: self.high.checked_sub(other.low)? }.guarded()
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let of = |left: i128, right: i128| left.checked_mul(right).filter(|product| *product != i128::MIN);
        let products = [
            of(self.low, other.low)?,
            of(self.low, other.high)?,
            of(self.high, other.low)?,
            of(self.high, other.high)?,
        ];
        let (low, high) = (products.iter().min().expect("four"), products.iter().max().expect("four"));
        Some(Self { low: low.div_euclid(ONE), high: -((-high).div_euclid(ONE)) })
    }

    /// The squares of its numbers.
    pub(super) fn square(self) -> Option<Self> {
        let straddles = self.low < 0 && self.high > 0;
        let Self { low, high } = self.times(self)?;
        Some(if straddles { Self { low: 0, high } } else { Self { low: low.max(0), high } })
    }

    /// The same interval, where its bounds have sizes.
    fn guarded(self) -> Option<Self> {
        (self.low != i128::MIN && self.high != i128::MIN).then_some(self)
    }

    /// Every number of it, changed by at most the larger bound of `by`.
    pub(super) fn widened(self, by: Self) -> Option<Self> {
        let by = Self { low: -by.size(), high: by.size() };
        self.plus(by)
    }

    /// Whether no number of it is larger in size than one of these.
    pub(super) fn is_within(self, bound: Self) -> bool {
        self.size() <= bound.low
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

    /// A number near its middle, in multiples of 2^-40, by which intervals are compared where nothing depends on it.
    pub(super) fn middle(self) -> i128 {
        self.low / 2 + self.high / 2
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
        let high = -Interval::ZERO.minus(interval).unwrap().lower();
        low <= *value && *value <= high
    }

    #[test]
    fn the_exact_result_is_between_the_bounds() {
        for (a, b) in [(1, 3), (-7, 5), (22, 7), (-1, 1), (0, 1), (1000, 13)] {
            for (c, d) in [(2, 3), (-9, 11), (5, 1)] {
                let (left, right) = (Exact::ratio(a, b), Exact::ratio(c, d));
                assert!(holds(about(a, b).times(about(c, d)).unwrap(), &(&left * &right)));
                assert!(holds(about(a, b).plus(about(c, d)).unwrap(), &(&left + &right)));
                assert!(holds(about(a, b).minus(about(c, d)).unwrap(), &(&left - &right)));
                let widened = about(a, b).widened(about(c, d)).unwrap();
                assert!(holds(widened, &(&left + &right)) && holds(widened, &(&left - &right)));
            }
        }
    }

    #[test]
    fn roots_are_enclosed_closely_and_refused_at_zero() {
        for (a, b) in [(1, 3), (2, 1), (4, 1), (1_000_000, 7)] {
            let root = about(a, b).inverse_root().unwrap();
            let square = root.times(root).unwrap();
            assert!(holds(square, &Exact::ratio(b, a)));
            assert!(root.high - root.low < 1 << 12);
        }
        assert!(Interval::ZERO.inverse_root().is_none());
        assert!(Interval::about(&Exact::integer(1 << 41)).is_none());
    }

    #[test]
    fn what_leaves_a_machine_word_is_no_interval() {
        let large = about(1 << 39, 1);
        assert!(large.times(large).is_none());
        assert!(large.times(about(-(1 << 39), 1)).is_none());
        let (mut sum, mut n_additions) = (large.times(about(1 << 7, 1)).unwrap(), 0);
        while let Some(next) = sum.plus(sum) {
            (sum, n_additions) = (next, n_additions + 1);
        }
        assert_eq!(n_additions, 40);
        assert!(Interval::ZERO.minus(sum).unwrap().minus(sum).is_none());
    }

    #[test]
    fn squares_are_not_negative() {
        let straddling = Interval { low: -3 * ONE, high: 2 * ONE };
        assert_eq!(straddling.square(), Some(Interval { low: 0, high: 9 * ONE }));
        assert_eq!(about(-3, 1).square(), Some(about(9, 1)));
        assert!(holds(about(-1, 3).square().unwrap(), &Exact::ratio(1, 9)));
    }

    #[test]
    fn within_a_bound_is_on_both_sides() {
        let bound = about(5, 1);
        assert!(about(5, 1).is_within(bound) && about(-5, 1).is_within(bound));
        let (above, below) = (about(5 * (1 << 30) + 1, 1 << 30), about(-5 * (1 << 30) - 1, 1 << 30));
        assert!(!above.is_within(bound) && !below.is_within(bound));
    }
}
