//! Exact numbers as text: printed, and read back as the same value.

use super::big::Big;
use super::exact::Exact;
use super::exact::Repr;
use super::small::Small;
use num_bigint::BigInt;
use num_bigint::BigUint;
use num_traits::One;
use num_traits::Zero;
use std::fmt;
use std::str::FromStr;

/// `num/den` in lowest terms, or `num` for an integer: text that [`FromStr`] reads back as the same value.
impl fmt::Display for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match &self.0 {
            Repr::Small(Small { num, den: 1 }) => num.to_string(),
            Repr::Small(Small { num, den }) => format!("{num}/{den}"),
            Repr::Affine(..) => {
                let value = self.to_big();
                if value.is_integer() {
                    value.num.to_string()
                } else {
                    format!("{}/{}", value.num, value.denominator())
                }
            }
        };
        f.pad(&text)
    }
}

/// The value, as in `Display`: the representation is nobody's business but this module's.
impl fmt::Debug for Exact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Text that is not a number; it keeps the text to show it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NumberError {
    text: String,
}

impl fmt::Display for NumberError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected an integer or a fraction num/den, got `{}`", self.text)
    }
}

impl std::error::Error for NumberError {}

/// Reads `num` or `num/den` in decimal digits of any number, with an optional `-` in front and nothing else: one
/// spelling for a fraction in every file, so that no decimal point is ever mistaken for an exact number.
impl FromStr for Exact {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        parse(text).ok_or_else(|| NumberError { text: text.to_owned() })
    }
}

fn parse(text: &str) -> Option<Exact> {
    let (num, den) = match text.split_once('/') {
        Some((num, den)) => (num, Some(den)),
        None => (text, None),
    };
    let (negative, digits) = match num.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, num),
    };
    let size = BigInt::from(natural(digits)?);
    let num = if negative { -size } else { size };
    let den = match den {
        Some(den) => natural(den)?,
        None => BigUint::one(),
    };
    if den.is_zero() {
        return None;
    }
    Some(Exact::from_big(Big::new(num, 0, den)))
}

/// Digits only: the parser of num-bigint would also take a plus sign and underscores.
fn natural(digits: &str) -> Option<BigUint> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    BigUint::parse_bytes(digits.as_bytes(), 10)
}
