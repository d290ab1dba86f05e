//! A permutation times a diagonal matrix: PD transitions that lose nothing (Theorem 8).

use crate::network::affine::Affine;

/// The membership test: exactly one non-zero entry in every row and every column.
///
/// # Errors
/// The first row or column of the map with another number of them.
pub fn check(transition: &Affine) -> Result<(), String> {
    let dimension = transition.n_inputs();
    let mut in_row = vec![0; dimension];
    let mut in_column = vec![0; dimension];
    for (row, column, _) in transition.weights() {
        in_row[row] += 1;
        in_column[column] += 1;
    }
    for (side, counts) in [("row", in_row), ("column", in_column)] {
        if let Some(place) = counts.iter().position(|count| *count != 1) {
            return Err(format!(
                "expected a permutation times a diagonal matrix, got {} non-zero entries in {side} {place}",
                counts[place]
            ));
        }
    }
    Ok(())
}
