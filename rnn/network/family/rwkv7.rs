//! The generalised delta rule of RWKV-7: `A = diag(w) - lambda kappa^T (a * kappa)` and `B = v^T ktilde`, with `*` the
//! product by entries.
//!
//! Projections, each affine in the stream: the decay `w`, the removal key `kappa`, the in-context learning rate `a`,
//! the replacement key `ktilde` and the query `q` (as long as a row of the state), `lambda` (a number), `v` and the
//! skip (as long as a column). A head is of the family by its form: the transition is made from the projections.
//! Idealised: deployed models keep `w` in (0.545, 1), `a` in (0, 1) and normalise `kappa`.

use super::row::add_multiple;
use super::row::non_zero;
use super::row::plus_dot;
use crate::arithmetic::Arithmetic;
use crate::number::Exact;

pub(super) fn projections(n_values: usize, n_keys: usize) -> Vec<(&'static str, usize)> {
    vec![
        ("w", n_keys),
        ("lambda", 1),
        ("kappa", n_keys),
        ("a", n_keys),
        ("ktilde", n_keys),
        ("v", n_values),
        ("q", n_keys),
        ("skip", n_values),
    ]
}

pub(super) fn advance<A: Arithmetic>(
    arithmetic: &A,
    state: &[A::Value],
    n_keys: usize,
    projections: &[A::Value],
) -> Vec<A::Value> {
    // In the order of `projections`; the query and the skip, which are not needed, stay after the value.
    let (decay, projections) = projections.split_at(n_keys);
    let (lambda, projections) = (&projections[0], &projections[1..]);
    let (removal, projections) = projections.split_at(n_keys);
    let (rate, projections) = projections.split_at(n_keys);
    let (replacement, value) = projections.split_at(n_keys);

    let one = arithmetic.constant(&Exact::ONE);
    let zero = arithmetic.constant(&Exact::ZERO);
    // S diag(w)
    let mut next = state.to_vec();
    for row in next.chunks_mut(n_keys) {
        for (entry, decay) in row.iter_mut().zip(decay) {
            if !arithmetic.is_zero(entry) {
                *entry = arithmetic.multiply(entry, decay);
            }
        }
    }
    // - lambda (S kappa^T) (a * kappa), where S is the state before the decay
    let removal = non_zero(arithmetic, removal);
    if !arithmetic.is_zero(lambda) && !removal.is_empty() {
        let minus_lambda = plus_dot(arithmetic, &zero, &Exact::integer(-1), std::slice::from_ref(lambda), &[(0, &one)]);
        let written: Vec<(usize, A::Value)> =
            removal.iter().map(|(j, key)| (*j, arithmetic.multiply(&rate[*j], key))).collect();
        let written: Vec<(usize, &A::Value)> =
            written.iter().filter(|(_, value)| !arithmetic.is_zero(value)).map(|(j, value)| (*j, value)).collect();
        for (row, before) in next.chunks_mut(n_keys).zip(state.chunks(n_keys)) {
            let read = plus_dot(arithmetic, &zero, &Exact::ONE, before, &removal);
            if !arithmetic.is_zero(&read) {
                add_multiple(arithmetic, row, &arithmetic.multiply(&minus_lambda, &read), &written);
            }
        }
    }
    // + v^T ktilde
    let replacement = non_zero(arithmetic, replacement);
    for (row, value) in next.chunks_mut(n_keys).zip(value) {
        add_multiple(arithmetic, row, value, &replacement);
    }
    next
}
