//! What is wrong with a circuit file, and where.

use std::fmt;

/// A place in a circuit file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line, counted from 1.
    Line(usize),
    /// A byte, counted from 1: the gates of a binary file have no lines.
    Byte(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Byte(byte) => write!(f, "byte {byte}"),
        }
    }
}

/// A circuit file that cannot be read, and why: `adder.aag: line 3: expected a literal of at most 9, got 12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CircuitError {
    /// The file, as it was named by the user.
    pub file: String,
    /// Where in the file, if the trouble has a place.
    pub place: Option<Place>,
    /// What was expected and what stood there.
    pub message: String,
}

impl fmt::Display for CircuitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file)?;
        if let Some(place) = self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for CircuitError {}

/// An error that does not know its file yet.
pub(super) struct Trouble {
    pub(super) place: Option<Place>,
    pub(super) message: String,
}

pub(super) type Outcome<T> = Result<T, Trouble>;

pub(super) fn expected<T>(place: Place, what: &str, got: impl fmt::Display) -> Outcome<T> {
    Err(Trouble { place: Some(place), message: format!("expected {what}, got {got}") })
}

/// A piece of a file as it is shown in an error: short, and with nothing in it that could disturb a terminal.
pub(super) fn quote(bytes: &[u8]) -> String {
    const SHOWN: usize = 40;
    if bytes.is_empty() {
        return "an empty line".to_owned();
    }
    let dots = if bytes.len() > SHOWN { "..." } else { "" };
    format!("`{}{dots}`", bytes[..bytes.len().min(SHOWN)].escape_ascii())
}
