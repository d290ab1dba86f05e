//! Why a proof cannot be built.

use std::fmt;

/// Why no proof could be built for a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofError {
    message: String,
}

impl ProofError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for ProofError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ProofError {}

/// Checks that two lists of names are the same, in order.
pub(super) fn check_names(what: &str, expected: &[String], got: &[String]) -> Result<(), ProofError> {
    if expected == got {
        return Ok(());
    }
    Err(ProofError::new(format!("{what}: expected {}, got {}", expected.join(" "), got.join(" "))))
}
