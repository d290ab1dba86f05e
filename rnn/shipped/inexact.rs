//! Why a stage is not exact.

use std::fmt;

/// Why a stage is not known to be exact, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inexact(String);

impl Inexact {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    /// The same, at this stage.
    pub(super) fn at(self, stage: &str) -> Self {
        Self(format!("{stage}: {}", self.0))
    }
}

impl fmt::Display for Inexact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Inexact {}
