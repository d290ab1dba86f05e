//! One delta step in intervals: what it makes of a centre, and how far off that can be.

use super::super::interval::Interval;
use super::super::interval::PLACES;
use rnn::Exact;
use rnn::shipped::Bounds;
use rnn::shipped::EnclosedStep;

/// One, in multiples of 2^-40.
pub(super) const ONE: i128 = 1 << PLACES;
/// Half a unit in the last place of f32 at 1, in multiples of 2^-40.
const HALF_UNIT: i128 = ONE >> 24;

/// The least number, in multiples of 2^-40, that is not below the root of a sum of squares of such numbers.
pub(super) fn norm(entries: impl IntoIterator<Item = i128>) -> Option<i128> {
    let mut sum = 0_u128;
    for entry in entries {
        sum = sum.checked_add(entry.unsigned_abs().checked_mul(entry.unsigned_abs())?)?;
    }
    let root = sum.isqrt();
    i128::try_from(root + u128::from(root * root < sum)).ok()
}

/// A product of numbers that are not negative, rounded up.
pub(super) fn times(left: i128, right: i128) -> Option<i128> {
    Some(left.checked_mul(right)?.checked_add(ONE - 1)? >> PLACES)
}

pub(super) fn sizes(vector: &[Interval]) -> Option<i128> {
    norm(vector.iter().map(|entry| entry.size()))
}

/// A delta step in intervals.
pub(super) struct Step {
    key: Vec<(usize, Interval)>,
    value: Vec<Interval>,
    beta: Interval,
    decay: Interval,
    /// What the distance from a centre is at most multiplied by, roundings included.
    pub(super) growth: i128,
    /// How often each is rounded at most: the sum of what is held, the update, the product with the key, the decayed state.
    roundings: [i128; 4],
}

pub(super) fn intervals(bounds: &[Bounds]) -> Option<Vec<Interval>> {
    bounds.iter().map(|bounds| Interval::between(&bounds.low, &bounds.high)).collect()
}

fn interval(bounds: &Bounds) -> Option<Interval> {
    Interval::between(&bounds.low, &bounds.high)
}

impl Step {
    pub(super) fn of(step: &EnclosedStep) -> Option<Self> {
        let (key, value) = (intervals(&step.key)?, intervals(&step.value)?);
        let (beta, decay) = (interval(&step.beta)?, interval(&step.decay)?);
        let square = key.iter().try_fold(Interval::ZERO, |sum, entry| sum.plus(entry.square()?))?;
        // |1 - beta |k|^2|.
        let along = Interval::ONE.minus(beta.times(square)?)?.size();
        let key: Vec<(usize, Interval)> = key.into_iter().enumerate().filter(|(_, entry)| !entry.is_zero()).collect();
        // A column of a state is the centre's and its distance from it. With u = 2^-24, n entries of the key and a distance
        // of norm a, roundings change by it: the sum of what is held by n u |k| a, the update by 3 u beta |k| a more, the
        // product with the key and the new sum by 3 u |k|^2 beta a and u a, the decay by u a. Of this all is taken, and
        // a share more for products of two roundings.
        let n = i128::try_from(key.len()).ok()?;
        let length = square.units().1.checked_mul(ONE)?.isqrt() + 1;
        let reach = times(beta.size(), times(length, length)?)?;
        let of_distance = HALF_UNIT.checked_mul(2)?.checked_add(times(HALF_UNIT.checked_mul(n + 8)?, reach)?)?;
        let growth = times(decay.size(), along.max(ONE))? + times(of_distance, decay.size())?;
        // A product with a power of two is exact.
        let is_power =
            step.beta.only().is_some_and(|beta| beta.is_zero() || beta.leading_exponent() == beta.trailing_exponent());
        let is_one = step.decay.only().is_some_and(Exact::is_one);
        let roundings = [n, if is_power { 1 } else { 3 }, if is_power { 1 } else { 2 }, i128::from(!is_one)];
        Some(Self { key, value, beta, decay, growth, roundings })
    }

    /// The next centre, and for each column how far at most what the step makes of this centre, with any numbers of the
    /// enclosures and any roundings, is from it.
    pub(super) fn centre(&self, centre: &[i128], dim: usize) -> Option<(Vec<i128>, Vec<i128>)> {
        let [of_held, of_update, of_product, of_decay] = self.roundings;
        let mut next: Vec<Interval> = Vec::with_capacity(centre.len());
        for entry in centre {
            next.push(Interval::of_units(*entry).times(self.decay)?);
        }
        let mut middles = vec![0; centre.len()];
        let mut off = Vec::with_capacity(dim);
        for column in 0..dim {
            // By how much each entry is changed at most, roundings first; a tiny number for what is subnormal.
            let mut changes: Vec<i128> =
                (0..dim).map(|row| rounded(next[row * dim + column].size(), of_decay)).collect::<Option<_>>()?;
            let (mut held, mut terms) = (Interval::ZERO, 0);
            for (row, along) in &self.key {
                let term = along.times(next[row * dim + column])?;
                (held, terms) = (held.plus(term)?, term.size().checked_add(terms)?);
            }
            let value = self.value[column];
            let update = self.beta.times(value.minus(held)?)?;
            let whole = times(self.beta.size(), value.size().checked_add(held.size())?)?;
            // Where only the difference is rounded, its size counts.
            let whole = if of_update == 1 { update.size() } else { whole };
            let of_held = times(self.beta.size(), rounded(terms, of_held)?)?;
            let of_update = of_held.checked_add(rounded(whole.checked_add(of_held)?, of_update)?)?;
            for (row, along) in &self.key {
                let place = row * dim + column;
                let product = along.times(update)?;
                let earlier = changes[*row];
                next[place] = next[place].plus(product)?;
                let own = times(along.size(), of_update)?;
                let own = own.checked_add(rounded(product.size().checked_add(own)?, of_product)?)?;
                let sum = next[place].size().checked_add(own)?.checked_add(earlier)?;
                // Where nothing is written and nothing was there, nothing is rounded.
                changes[*row] = earlier.checked_add(own)?.checked_add(rounded(sum, 1)?)?;
            }
            for (row, change) in changes.iter_mut().enumerate() {
                let (low, high) = next[row * dim + column].units();
                let middle = (low + high).div_euclid(2);
                middles[row * dim + column] = middle;
                *change = change.checked_add((high - middle).max(middle - low))?;
            }
            off.push(norm(changes)?);
        }
        Some((middles, off))
    }
}

/// How much a number of this size is changed at most where it is rounded so often in f32; 0 stays 0.
pub(super) fn rounded(size: i128, times: i128) -> Option<i128> {
    if size == 0 || times == 0 {
        return Some(0);
    }
    // n roundings are a share of n u and less than n^2 u^2 more; what is subnormal is less than the last unit.
    let share = times.checked_mul(HALF_UNIT.checked_add(times)?)?;
    Some((size.checked_mul(share)? >> PLACES) + 2)
}
