//! Products of many matrices, exactly: balanced, so that big numbers meet only near the root.

use num_bigint::BigInt;
use num_traits::Zero;
use std::ops::Range;

/// A square matrix of integers, by rows.
pub(crate) type IntegerMatrix = Vec<Vec<BigInt>>;

/// The product over a range: `leaf` gives the product of a short range, at most `grain` factors long, and `join`
/// multiplies a left by a right part.
///
/// From left to right every step would read the whole product so far: quadratic time in the number of factors.
pub(crate) fn fold<T>(
    range: Range<usize>,
    grain: usize,
    leaf: &impl Fn(Range<usize>) -> T,
    join: &impl Fn(&T, &T) -> T,
) -> T {
    if range.len() <= grain {
        return leaf(range);
    }
    let middle = range.start + range.len() / 2;
    join(&fold(range.start..middle, grain, leaf, join), &fold(middle..range.end, grain, leaf, join))
}

/// The product of two matrices.
pub(crate) fn multiply(a: &IntegerMatrix, b: &IntegerMatrix) -> IntegerMatrix {
    let entry = |row: &[BigInt], column: usize| {
        row.iter().zip(b).fold(BigInt::zero(), |sum, (left, right)| sum + left * &right[column])
    };
    a.iter().map(|row| (0..b.first().map_or(0, Vec::len)).map(|column| entry(row, column)).collect()).collect()
}
