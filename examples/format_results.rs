//! Results of our format arithmetic for whoever compares it with another: `format_results FORMAT add|mul|cast`.
//!
//! Reads codes of the format from standard input, in as few whole bytes as hold one, little-endian: pairs for `add` and `mul`;
//! for `cast` single codes of f32. Writes the code of each result, rounded to nearest, with infinities where the format has
//! them. What is not a number is written as a code of all ones but the sign; zero has no sign.

use rnn::Accumulate;
use rnn::Arithmetic;
use rnn::Exact;
use rnn::Float;
use rnn::Format;
use rnn::Overflow;
use rnn::Precision;
use rnn::RoundedArithmetic;
use rnn::RoundedValue;
use rnn::Rounding;
use std::error::Error;
use std::io::Read;
use std::io::Write;

/// A format as codes: how many bits follow the sign and the exponent, and in how many bytes a code is written.
#[derive(Clone, Copy)]
struct Codes {
    float: Float,
    places: u32,
    width: usize,
}

impl Codes {
    fn new(float: Float) -> Self {
        let places = float.significand_bits() - 1;
        let width = (1 + float.exponent_bits() + places).div_ceil(8) as usize;
        Self { float, places, width }
    }

    /// The largest exponent, shifted to its place.
    fn largest_exponent(self) -> u64 {
        ((1 << self.float.exponent_bits()) - 1) << self.places
    }

    fn read(self, bytes: &[u8]) -> u64 {
        bytes.iter().rev().fold(0, |code, byte| code << 8 | u64::from(*byte))
    }

    /// What a code means, written down apart from what gives numbers codes.
    fn value(self, code: u64) -> RoundedValue {
        let sign_place = self.float.exponent_bits() + self.places;
        let negative = code >> sign_place & 1 == 1;
        let (exponent, fraction) = (code & self.largest_exponent(), code & ((1 << self.places) - 1));
        if exponent == self.largest_exponent() {
            match (self.float.has_infinities(), fraction) {
                (true, 0) => return RoundedValue::Infinite { negative },
                (true, _) => return RoundedValue::NotANumber,
                (false, fraction) if fraction == (1 << self.places) - 1 => return RoundedValue::NotANumber,
                (false, _) => {}
            }
        }
        let bias = (1_i64 << (self.float.exponent_bits() - 1)) - 1;
        let biased = (exponent >> self.places).cast_signed();
        let significand = if biased == 0 { fraction } else { fraction | 1 << self.places }.cast_signed();
        let size = Exact::integer(significand) * Exact::power_of_two(biased.max(1) - bias - i64::from(self.places));
        RoundedValue::Finite(if negative { -size } else { size })
    }

    fn code(self, value: &RoundedValue) -> Result<u64, String> {
        let sign = |negative: bool| u64::from(negative) << (self.float.exponent_bits() + self.places);
        match value {
            RoundedValue::Finite(value) => {
                self.float.code(value).ok_or_else(|| format!("{value} is no number of {}", self.float))
            }
            RoundedValue::Infinite { negative } => Ok(sign(*negative) | self.largest_exponent()),
            RoundedValue::NotANumber => Ok(self.largest_exponent() | ((1 << self.places) - 1)),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [format, operation] = arguments.as_slice() else {
        return Err("expected a format and one of add, mul, cast".into());
    };
    let Format::Float(float) = format.parse()? else {
        return Err(format!("expected a floating-point format, got {format}").into());
    };
    let codes = Codes::new(float);
    let precision = Precision {
        rounding: Rounding::Nearest,
        overflow: Overflow::Infinity,
        accumulate: Accumulate::Each,
        ..Precision::of(Format::Float(float))
    };
    let arithmetic = RoundedArithmetic::new(precision);
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    let mut output = Vec::with_capacity(input.len());
    let mut write = |value: &RoundedValue| -> Result<(), Box<dyn Error>> {
        output.extend_from_slice(&codes.code(value)?.to_le_bytes()[..codes.width]);
        Ok(())
    };
    match operation.as_str() {
        "add" | "mul" => {
            for pair in input.chunks_exact(2 * codes.width) {
                let (left, right) = pair.split_at(codes.width);
                let (left, right) = (codes.value(codes.read(left)), codes.value(codes.read(right)));
                if operation == "mul" {
                    write(&arithmetic.multiply(&left, &right))?;
                    continue;
                }
                let mut sum = arithmetic.sum(&Exact::ZERO);
                arithmetic.add(&mut sum, &Exact::ONE, &left);
                arithmetic.add(&mut sum, &Exact::ONE, &right);
                write(&arithmetic.finish(sum))?;
            }
        }
        "cast" => {
            let wide = Codes::new(Float::F32);
            for code in input.chunks_exact(wide.width) {
                let rounded = match wide.value(wide.read(code)) {
                    RoundedValue::Finite(value) => float.round(&value, Rounding::Nearest, Overflow::Infinity),
                    RoundedValue::Infinite { .. } if !float.has_infinities() => RoundedValue::NotANumber,
                    other => other,
                };
                write(&rounded)?;
            }
        }
        other => return Err(format!("expected one of add, mul, cast, got `{other}`").into()),
    }
    std::io::stdout().write_all(&output)?;
    Ok(())
}
