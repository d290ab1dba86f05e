//! The enum of all formats, and the model of arithmetic that is made from one of them.

use super::error::FormatError;
use super::fixed::Fixed;
use super::float::Float;
use super::overflow::Overflow;
use crate::number::Rounding;
use std::fmt;
use std::str::FromStr;

/// A finite set of numbers.
///
/// ```
/// use rnn::{Fixed, Float, Format};
/// assert_eq!("fixed:2.126".parse(), Ok(Format::Fixed(Fixed::new(2, 126).unwrap())));
/// assert_eq!("bf16".parse(), Ok(Format::Float(Float::BF16)));
/// // Five bits of exponent; eleven of significand, the hidden one counted.
/// assert_eq!("float:5.11".parse::<Format>().unwrap().to_string(), "f16");
/// assert!("f8".parse::<Format>().unwrap_err().to_string().contains("e4m3, e5m2"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Two's complement fixed point.
    Fixed(Fixed),
    /// Floating point.
    Float(Float),
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(fixed) => fixed.fmt(f),
            Self::Float(float) => float.fmt(f),
        }
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        if let Some((_, float)) = Float::NAMED.into_iter().find(|(name, _)| *name == text) {
            return Ok(Self::Float(float));
        }
        let two = |numbers: &str| -> Option<(u32, u32)> {
            let (first, second) = numbers.split_once('.')?;
            let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?;
            Some((number(first)?, number(second)?))
        };
        let unknown = || {
            let names = Float::NAMED.map(|(name, _)| name).join(", ");
            FormatError::new(format!(
                "expected a number format, fixed:I.F (I bits before the point, the sign counted, F after it), {names}, \
                 or float:E.S (E bits of exponent, S of significand, the hidden one counted), got `{text}`"
            ))
        };
        match text.split_once(':') {
            Some(("fixed", numbers)) => {
                let (int_bits, frac_bits) = two(numbers).ok_or_else(unknown)?;
                Fixed::new(int_bits, frac_bits).map(Self::Fixed)
            }
            Some(("float", numbers)) => {
                let (exponent_bits, significand_bits) = two(numbers).ok_or_else(unknown)?;
                Float::new(exponent_bits, significand_bits).map(Self::Float)
            }
            _ => Err(unknown()),
        }
    }
}

/// Where rounding happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accumulate {
    /// Once for each pre-activation: its products are exact and are summed exactly, as in a wide accumulator.
    Wide,
    /// After every product and after every addition.
    Each,
}

impl Accumulate {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Wide, Self::Each];

    /// The name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Each => "each",
        }
    }
}

impl fmt::Display for Accumulate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Accumulate {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let found = Self::ALL.into_iter().find(|accumulate| accumulate.name() == text);
        found.ok_or_else(|| FormatError::new(format!("expected wide or each, got `{text}`")))
    }
}

/// A model of arithmetic with numbers of fixed size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Precision {
    /// Which numbers there are.
    pub format: Format,
    /// Where a number goes that lies between two of them.
    pub rounding: Rounding,
    /// What becomes of a number beyond all of them.
    pub overflow: Overflow,
    /// Where rounding happens.
    pub accumulate: Accumulate,
    /// Whether weights and biases are numbers of the format as well, rounded as everything else; they are exact where
    /// not.
    pub round_weights: bool,
}

impl Precision {
    /// The format with the default of all of them: what a format cannot hold is dropped (floor), numbers beyond it
    /// saturate, accumulators are wide and weights exact. Processors with floating point round to nearest and overflow
    /// to infinity instead.
    pub fn of(format: Format) -> Self {
        Self {
            format,
            rounding: Rounding::Floor,
            overflow: Overflow::Saturate,
            accumulate: Accumulate::Wide,
            round_weights: false,
        }
    }

    /// The same precision, where its parts fit together.
    ///
    /// # Errors
    /// [`FormatError`] where floating point is to wrap, or fixed point to become infinite.
    pub fn checked(self) -> Result<Self, FormatError> {
        match (self.format, self.overflow) {
            (Format::Float(_), Overflow::Wrap) => {
                Err(FormatError::new(format!("expected saturate or infinity for {}, got `wrap`", self.format)))
            }
            (Format::Fixed(_), Overflow::Infinity) => {
                Err(FormatError::new(format!("expected saturate or wrap for {}, got `infinity`", self.format)))
            }
            _ => Ok(self),
        }
    }
}

/// `fixed:2.126, floor, saturate, wide`, and `, rounded weights` where they are.
impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, rounding, overflow, accumulate, round_weights } = self;
        let weights = if *round_weights { ", rounded weights" } else { "" };
        write!(f, "{format}, {rounding}, {overflow}, {accumulate}{weights}")
    }
}
