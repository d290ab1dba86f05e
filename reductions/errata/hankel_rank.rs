//! Theorem 13: an infinite Hankel rank of the indicator says nothing of the score.

use super::AUDIT;
use super::Erratum;
use super::Evidence;
use super::Kind;
use crate::impossible::ExactControl;
use itertools::Itertools;
use num_rational::BigRational;
use num_traits::Zero;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "hankel-rank",
    kind: Kind::Flaw,
    shows: "That no single layer solves sorted graph connectivity is argued by the rank of the matrix of answers. A network's \
            score has the answer as its sign only, and the rank of a score can be small where that of its signs is not.",
    source: "Theorem 13 (p29)",
    basis: AUDIT,
    counterexample: || describe(score),
    evidence: || vec![Evidence::Exact(SIZES)],
    repair: "None is known: whether the statement holds for threshold languages is open.",
    repaired_by: Vec::new,
    command: "reduce errata hankel-rank",
};

const LARGEST: usize = 24;

const SIZES: ExactControl = ExactControl {
    name: "score-of-rank-three",
    shows: "1/2 - (s - t)^2 has rank 3 at every size from 3 to 24, and its signs have full rank.",
    holds: || (3..=LARGEST).all(|size| ranks(score, size) == [3, size]),
};

/// Twice the score 1/2 - (s - t)^2, an integer of the same sign.
fn score(s: i64, t: i64) -> i64 {
    1 - 2 * (s - t).pow(2)
}

fn describe(score: fn(i64, i64) -> i64) -> Option<String> {
    let [of_score, of_signs] = ranks(score, LARGEST);
    let is_equality =
        (0..LARGEST as i64).cartesian_product(0..LARGEST as i64).all(|(s, t)| (score(s, t) > 0) == (s == t));
    (of_score < of_signs && is_equality).then(|| {
        format!(
            "F(s, t) = 1/2 - (s - t)^2 is positive exactly where s = t. For s, t < {LARGEST} the rank of F is {of_score} and \
             that of its signs {of_signs}. Checked for every size up to {LARGEST}."
        )
    })
}

/// The ranks of the score and of its indicator of being positive, for s and t below `size`.
fn ranks(score: fn(i64, i64) -> i64, size: usize) -> [usize; 2] {
    let matrix = |entry: &dyn Fn(i64, i64) -> i64| -> Vec<Vec<BigRational>> {
        let row = |s: i64| (0..size as i64).map(|t| BigRational::from_integer(entry(s, t).into())).collect();
        (0..size as i64).map(row).collect()
    };
    [rank(matrix(&score)), rank(matrix(&|s, t| i64::from(score(s, t) > 0)))]
}

/// Gaussian elimination.
fn rank(mut rows: Vec<Vec<BigRational>>) -> usize {
    let n_columns = rows.first().map_or(0, Vec::len);
    let mut rank = 0;
    for column in 0..n_columns {
        let Some(pivot) = (rank..rows.len()).find(|row| !rows[*row][column].is_zero()) else { continue };
        rows.swap(rank, pivot);
        let (above, below) = rows.split_at_mut(rank + 1);
        let pivot = &above[rank];
        for row in below {
            let factor = &row[column] / &pivot[column];
            for (entry, other) in row.iter_mut().zip(pivot) {
                *entry -= &factor * other;
            }
        }
        rank += 1;
    }
    rank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_known_matrices() {
        assert_eq!(ranks(|s, t| i64::from(s == t), 5), [5, 5]);
        assert_eq!(ranks(|s, t| s * t, 5), [1, 1]);
        assert_eq!(ranks(|s, t| s + t, 5)[0], 2);
        assert_eq!(ranks(|_, _| 0, 4), [0, 0]);
    }

    #[test]
    fn the_indicator_as_its_own_score_is_no_counterexample() {
        assert_eq!(describe(|s, t| i64::from(s == t)), None);
        assert_eq!(describe(|s, t| s - t), None);
        assert!(describe(score).is_some());
    }
}
