//! Why a language is refused.

use std::fmt;

/// Why a language is refused: what was expected, what was found and, in a text of several lines, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LanguageError {
    /// The line, from 1, where there is one.
    pub line: Option<usize>,
    /// One clear sentence.
    pub message: String,
}

impl LanguageError {
    /// An error without a line.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }

    /// An error in a line.
    pub(crate) fn at(line: usize, message: impl Into<String>) -> Self {
        Self { line: Some(line), message: message.into() }
    }
}

impl fmt::Display for LanguageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for LanguageError {}
