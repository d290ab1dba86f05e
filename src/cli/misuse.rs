//! Misuse and bad input, in one sentence.

use std::fmt;
use std::time::Duration;

/// Misuse or bad input: one clear sentence that says what, where and what was expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misuse(pub(crate) String);

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Misuse {}

impl From<String> for Misuse {
    fn from(sentence: String) -> Self {
        Self(sentence)
    }
}

/// A limit in seconds.
pub(crate) fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("expected a number of seconds, got `{text}`"))?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(format!("expected a positive number of seconds, got `{text}`")),
    }
}
