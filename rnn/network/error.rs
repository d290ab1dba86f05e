//! What is wrong with a network.

use std::fmt;

/// What is wrong with a network, or with the text of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkError {
    message: String,
}

impl NetworkError {
    /// What is wrong, as one sentence (`expected X, got Y`); constructions refuse with it what they cannot build.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    pub(crate) fn check(what: &str, expected: usize, got: usize) -> Result<(), Self> {
        if expected == got { Ok(()) } else { Err(Self::new(format!("{what}: expected {expected}, got {got}"))) }
    }

    /// The same, with where the expected number comes from: `one number for each coordinate`.
    pub(crate) fn check_with(what: &str, expected: usize, why: &str, got: usize) -> Result<(), Self> {
        if expected == got { Ok(()) } else { Err(Self::new(format!("{what}: expected {expected}, {why}, got {got}"))) }
    }

    pub(crate) fn check_names(what: &str, names: &[String]) -> Result<(), Self> {
        for (i, name) in names.iter().enumerate() {
            if name.is_empty() || name.contains(char::is_whitespace) {
                return Err(Self::new(format!("expected a {what} name without white space, got `{name}`")));
            }
            if names[..i].contains(name) {
                return Err(Self::new(format!("expected each {what} once, got `{name}` twice")));
            }
        }
        Ok(())
    }
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for NetworkError {}
