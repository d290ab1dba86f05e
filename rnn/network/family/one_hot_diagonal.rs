//! One-hot times diagonal: PD transitions that may merge states, as a deterministic automaton does (Theorem 8).

use crate::network::affine::Affine;

/// The membership test: at most one non-zero entry in every row.
///
/// # Errors
/// The first row with more.
pub fn check(transition: &Affine) -> Result<(), String> {
    let mut in_row = vec![0; transition.n_inputs()];
    for (_, input, _) in transition.weights() {
        in_row[input] += 1;
    }
    match in_row.iter().position(|count| *count > 1) {
        Some(row) => Err(format!("expected at most one non-zero entry in every row, got {} in row {row}", in_row[row])),
        None => Ok(()),
    }
}
