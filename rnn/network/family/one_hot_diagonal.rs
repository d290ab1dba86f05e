//! One-hot times diagonal: PD transitions that may merge states, as a deterministic automaton does (Theorem 8).

use crate::network::affine::Affine;

/// The membership test: at most one non-zero entry in every column of the map. (In the paper states are rows, and a
/// map's column is the row of its matrix.)
///
/// # Errors
/// The first column with more.
pub fn check(transition: &Affine) -> Result<(), String> {
    let mut in_column = vec![0; transition.n_inputs()];
    for (_, column, _) in transition.weights() {
        in_column[column] += 1;
    }
    match in_column.iter().position(|count| *count > 1) {
        Some(column) => Err(format!(
            "expected at most one non-zero entry in every column, got {} in column {column}",
            in_column[column]
        )),
        None => Ok(()),
    }
}
