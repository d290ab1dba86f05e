//! All prefixes of n items in logarithmic depth: what a layer must give to the layer above it.
//!
//! A layer's outputs at all positions need all prefixes of its pairs. Between two layers stands a feed-forward map, so
//! that a network of L layers is L strata of such schedules, one above the other.

use super::log2_ceiling;

/// One level of a schedule: (i, j) replaces item j by item i followed by item j, all at the same time.
pub type Level = Vec<(usize, usize)>;

/// Kogge and Stone: `n ceil(log2 n) - 2^ceil(log2 n) + 1` compositions, every item read by at most two.
pub fn kogge_stone(n: usize) -> Vec<Level> {
    (0..log2_ceiling(n)).map(|level| (1 << level..n).map(|j| (j - (1 << level), j)).collect()).collect()
}

/// Sklansky: `(n / 2) log2 n` compositions for n a power of two, at the same depth.
pub fn sklansky(n: usize) -> Vec<Level> {
    let level = |level: usize| {
        let half = 1 << level;
        (0..n).filter(|j| j & half != 0).map(|j| ((j >> level << level) - 1, j)).collect()
    };
    (0..log2_ceiling(n)).map(level).collect()
}

/// Runs a schedule: afterwards item j is the fold of the items 0 to j.
///
/// # Panics
/// If the schedule is for more items.
pub fn run<T: Clone>(schedule: &[Level], mut items: Vec<T>, join: impl Fn(&T, &T) -> T) -> Vec<T> {
    for level in schedule {
        let joined: Vec<(usize, T)> = level.iter().map(|(i, j)| (*j, join(&items[*i], &items[*j]))).collect();
        for (j, item) in joined {
            items[j] = item;
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_schedules_give_all_prefixes_in_order() {
        for n in 1..=70 {
            let items: Vec<String> = (0..n).map(|item| format!("{item} ")).collect();
            let prefixes: Vec<String> = (0..n).map(|end| items[..=end].concat()).collect();
            for schedule in [kogge_stone(n), sklansky(n)] {
                assert_eq!(run(&schedule, items.clone(), |a, b| format!("{a}{b}")), prefixes);
                assert_eq!(schedule.len(), log2_ceiling(n));
            }
        }
    }

    #[test]
    fn sizes_are_those_of_the_formulas() {
        let size = |schedule: Vec<Level>| schedule.iter().map(Vec::len).sum::<usize>();
        for n in 1..=200usize {
            let levels = log2_ceiling(n);
            assert_eq!(size(kogge_stone(n)), n * levels + 1 - (1 << levels));
            if n.is_power_of_two() {
                assert_eq!(size(kogge_stone(n)), n * levels + 1 - n);
                assert_eq!(size(sklansky(n)), n / 2 * levels);
            }
        }
    }
}
