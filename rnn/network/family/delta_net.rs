//! The delta rule (DeltaNet): `A = I - beta k^T k` and `B = beta v^T k`, so that
//! `S_t = S_{t-1} + beta (v - S_{t-1} k^T)^T k`.
//!
//! Projections, each affine in the stream: `beta` (a number), `k` and the query `q` (as long as a row of the state),
//! `v` and the skip (as long as a column). Idealised: keys are not normalised and beta is any rational number.

use super::row::add_multiple;
use super::row::non_zero;
use super::row::plus_dot;
use crate::arithmetic::Arithmetic;
use crate::number::Exact;

pub(super) fn projections(n_values: usize, n_keys: usize) -> Vec<(&'static str, usize)> {
    vec![("beta", 1), ("k", n_keys), ("v", n_values), ("q", n_keys), ("skip", n_values)]
}

pub(super) fn advance<A: Arithmetic>(
    arithmetic: &A,
    state: &[A::Value],
    n_keys: usize,
    projections: &[A::Value],
) -> Vec<A::Value> {
    let (beta, key, value) = (&projections[0], &projections[1..1 + n_keys], &projections[1 + n_keys..]);
    let mut next = state.to_vec();
    let key = non_zero(arithmetic, key);
    if arithmetic.is_zero(beta) || key.is_empty() {
        return next;
    }
    for (row, value) in next.chunks_mut(n_keys).zip(value) {
        let error = plus_dot(arithmetic, value, &Exact::integer(-1), row, &key);
        if !arithmetic.is_zero(&error) {
            add_multiple(arithmetic, row, &arithmetic.multiply(beta, &error), &key);
        }
    }
    next
}

/// The membership test: `I - A` is symmetric and of rank at most one, which is `beta k^T k` for a rational `beta` and a
/// rational `k`.
///
/// # Errors
/// The first entry that is not so.
pub fn check(transition: &[Vec<Exact>]) -> Result<(), String> {
    let size = transition.len();
    let rest = |i: usize, j: usize| &Exact::integer(i64::from(i == j)) - &transition[i][j];
    // A symmetric matrix of rank one has a non-zero entry on its diagonal.
    let pivot = (0..size).find(|i| !rest(*i, *i).is_zero());
    for (i, row) in transition.iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            let of_rank_one = match pivot {
                Some(p) => &rest(i, j) * &rest(p, p) == &rest(p, i) * &rest(p, j),
                None => rest(i, j).is_zero(),
            };
            if !of_rank_one {
                return Err(format!("expected I - beta k^T k, got {entry} in row {i}, column {j}"));
            }
        }
    }
    Ok(())
}
