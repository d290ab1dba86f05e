//! Diagonal transitions: what S4D, Mamba and mLSTM have.

use crate::network::affine::Affine;

/// The membership test: no non-zero entry off the diagonal.
///
/// # Errors
/// The first entry off the diagonal.
pub fn check(transition: &Affine) -> Result<(), String> {
    match transition.weights().find(|(row, column, _)| row != column) {
        Some((row, column, weight)) => {
            Err(format!("expected a diagonal matrix, got {weight} in row {row}, column {column}"))
        }
        None => Ok(()),
    }
}
