//! What a number becomes in a format: a number again, or none.

use crate::number::Exact;
use std::fmt;

/// A value of a number format. Fixed point has finite ones only.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RoundedValue {
    /// A number.
    Finite(Exact),
    /// Beyond all numbers.
    Infinite {
        /// Below all numbers, not above.
        negative: bool,
    },
    /// Not a number: what has no value.
    NotANumber,
}

impl RoundedValue {
    /// The number, where it is one.
    pub fn as_finite(&self) -> Option<&Exact> {
        match self {
            Self::Finite(value) => Some(value),
            _ => None,
        }
    }

    /// The sign as -1, 0 or 1; none for what is not a number.
    pub fn signum(&self) -> Option<i32> {
        match self {
            Self::Finite(value) => Some(value.signum()),
            Self::Infinite { negative } => Some(if *negative { -1 } else { 1 }),
            Self::NotANumber => None,
        }
    }

    /// Whether it is above 0; what is not a number is not.
    pub fn is_positive(&self) -> bool {
        self.signum() == Some(1)
    }

    /// The sum as IEEE 754 has it, before rounding.
    pub(crate) fn plus(self, other: &Self) -> Self {
        match (self, other) {
            (Self::Finite(mut sum), Self::Finite(other)) => {
                sum += other;
                Self::Finite(sum)
            }
            (Self::NotANumber, _) | (_, Self::NotANumber) => Self::NotANumber,
            (Self::Infinite { negative }, Self::Infinite { negative: other }) if negative != *other => Self::NotANumber,
            (Self::Infinite { negative }, _) => Self::Infinite { negative },
            (Self::Finite(_), Self::Infinite { negative }) => Self::Infinite { negative: *negative },
        }
    }

    /// The product as IEEE 754 has it, before rounding.
    pub(crate) fn times(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Finite(left), Self::Finite(right)) => Self::Finite(left * right),
            (Self::NotANumber, _) | (_, Self::NotANumber) => Self::NotANumber,
            (Self::Infinite { negative }, Self::Infinite { negative: other }) => {
                Self::Infinite { negative: negative != other }
            }
            (Self::Infinite { .. }, Self::Finite(factor)) | (Self::Finite(factor), Self::Infinite { .. })
                if factor.is_zero() =>
            {
                Self::NotANumber
            }
            (Self::Infinite { negative }, Self::Finite(factor))
            | (Self::Finite(factor), Self::Infinite { negative }) => {
                Self::Infinite { negative: *negative != factor.is_negative() }
            }
        }
    }
}

/// The number, `inf`, `-inf` or `nan`.
impl fmt::Display for RoundedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finite(value) => value.fmt(f),
            Self::Infinite { negative } => f.pad(if *negative { "-inf" } else { "inf" }),
            Self::NotANumber => f.pad("nan"),
        }
    }
}
