//! Operations on rows of a state that skip what is known to be zero.

use crate::arithmetic::Arithmetic;
use crate::number::Exact;

/// The entries of a row of values that are not known to be zero, with their places.
pub(crate) fn non_zero<'v, A: Arithmetic>(arithmetic: &A, row: &'v [A::Value]) -> Vec<(usize, &'v A::Value)> {
    row.iter().enumerate().filter(|(_, value)| !arithmetic.is_zero(value)).collect()
}

/// `addend + sign * sum of row[j] * key[j]` over the key's non-zero entries.
pub(crate) fn plus_dot<A: Arithmetic>(
    arithmetic: &A,
    addend: &A::Value,
    sign: &Exact,
    row: &[A::Value],
    key: &[(usize, &A::Value)],
) -> A::Value {
    let mut sum = arithmetic.sum(&Exact::ZERO);
    if !arithmetic.is_zero(addend) {
        arithmetic.add(&mut sum, &Exact::ONE, addend);
    }
    for (j, key) in key {
        if !arithmetic.is_zero(&row[*j]) {
            arithmetic.add_product(&mut sum, sign, &row[*j], key);
        }
    }
    arithmetic.finish(sum)
}

/// `row[j] += factor * key[j]` for the key's non-zero entries.
pub(crate) fn add_multiple<A: Arithmetic>(
    arithmetic: &A,
    row: &mut [A::Value],
    factor: &A::Value,
    key: &[(usize, &A::Value)],
) {
    if arithmetic.is_zero(factor) {
        return;
    }
    for (j, key) in key {
        if arithmetic.is_zero(&row[*j]) {
            row[*j] = arithmetic.multiply(factor, key);
            continue;
        }
        let mut sum = arithmetic.sum(&Exact::ZERO);
        arithmetic.add(&mut sum, &Exact::ONE, &row[*j]);
        arithmetic.add_product(&mut sum, &Exact::ONE, factor, key);
        row[*j] = arithmetic.finish(sum);
    }
}
