//! Beyond all numbers of a format.

use super::error::FormatError;
use std::fmt;
use std::str::FromStr;

/// What becomes of a number beyond all numbers of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Overflow {
    /// It becomes the nearest number of the format.
    Saturate,
    /// Its leading bits are dropped; of fixed point only.
    Wrap,
    /// It becomes infinite, or not a number where the format has no infinity; of floating point only. A rounding that
    /// leads away from infinity gives the largest number instead, as in IEEE 754.
    Infinity,
}

impl Overflow {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Saturate, Self::Wrap, Self::Infinity];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Saturate => "saturate",
            Self::Wrap => "wrap",
            Self::Infinity => "infinity",
        }
    }
}

impl fmt::Display for Overflow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Overflow {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let found = Self::ALL.into_iter().find(|overflow| overflow.name() == text);
        found.ok_or_else(|| FormatError::new(format!("expected saturate, wrap or infinity, got `{text}`")))
    }
}
