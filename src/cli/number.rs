//! The flags that choose a number format, for every command that computes with one.

use super::misuse::Misuse;
use crate::check::range;
use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;
use problems::Word;
use rnn::Accumulate;
use rnn::Affine;
use rnn::Exact;
use rnn::Fixed;
use rnn::Float;
use rnn::Format;
use rnn::Network;
use rnn::Overflow;
use rnn::Precision;
use rnn::Rounding;

/// How numbers of a format are computed with.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct ModeArguments {
    /// Where a number goes that lies between two of the format [default: floor]
    #[arg(long, value_name = "MODE", value_parser = PossibleValuesParser::new(Rounding::ALL.map(Rounding::name))
        .try_map(|name| name.parse::<Rounding>()))]
    rounding: Option<Rounding>,
    /// What becomes of a number beyond the format [default: saturate]
    #[arg(long, value_name = "MODE", value_parser = PossibleValuesParser::new(Overflow::ALL.map(Overflow::name))
        .try_map(|name| name.parse::<Overflow>()))]
    overflow: Option<Overflow>,
    /// Round once for each pre-activation (wide), or after every product and addition (each) [default: wide]
    #[arg(long, value_name = "MODE", value_parser = PossibleValuesParser::new(Accumulate::ALL.map(Accumulate::name))
        .try_map(|name| name.parse::<Accumulate>()))]
    accumulate: Option<Accumulate>,
    /// Round the weights to the format as well
    #[arg(long)]
    round_weights: bool,
}

impl ModeArguments {
    /// The format, computed with as these flags say.
    pub(crate) fn precision(&self, format: Format) -> Result<Precision, Misuse> {
        let usual = Precision::of(format);
        let precision = Precision {
            format,
            rounding: self.rounding.unwrap_or(usual.rounding),
            overflow: self.overflow.unwrap_or(usual.overflow),
            accumulate: self.accumulate.unwrap_or(usual.accumulate),
            round_weights: self.round_weights,
        };
        precision.checked().map_err(|error| Misuse(format!("--overflow: {error}")))
    }

    /// Whether weights are rounded.
    pub(crate) fn rounds_weights(&self) -> bool {
        self.round_weights
    }

    /// The first flag that is given, but for the one that rounds weights.
    pub(crate) fn first_but_weights(&self) -> Option<&'static str> {
        let given = [
            ("--rounding", self.rounding.is_some()),
            ("--overflow", self.overflow.is_some()),
            ("--accumulate", self.accumulate.is_some()),
        ];
        given.into_iter().find(|(_, is_given)| *is_given).map(|(flag, _)| flag)
    }

    pub(crate) fn first_given(&self) -> Option<&'static str> {
        self.first_but_weights().or(self.round_weights.then_some("--round-weights"))
    }
}

/// Which numbers a network computes with; exact ones where none of these flags is given.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct NumberArguments {
    /// Compute with numbers of this format: fixed:I.F, f64, f32, f16, bf16, e4m3, e5m2 or float:E.S [default: exact]
    #[arg(long, value_name = "FORMAT", group = "format", allow_hyphen_values = true)]
    number: Option<Format>,
    /// Fixed point with F bits after the point, and the fewest before it with which nothing overflows
    #[arg(long, value_name = "F", group = "format", allow_hyphen_values = true, value_parser = parse_bits)]
    frac_bits: Option<u32>,
    /// Integers of W bits, the sign counted, for networks that compute with integers only
    #[arg(long, value_name = "W", group = "format", allow_hyphen_values = true, value_parser = parse_bits)]
    width: Option<u32>,
    #[command(flatten)]
    mode: ModeArguments,
}

impl NumberArguments {
    /// The floating-point format that values of a shipped layer are stored in, where one is named; what a processor does
    /// with it is a part of those layers' statements.
    pub(crate) fn storage(&self) -> Result<Option<Float>, Misuse> {
        if let Some(flag) = self.mode.first_given() {
            return Err(Misuse(format!("{flag}: expected none with a layer as libraries ship it")));
        }
        match (self.number, self.frac_bits.or(self.width)) {
            (None, None) => Ok(None),
            (Some(Format::Float(float)), None) if float.significand_bits() <= 24 => Ok(Some(float)),
            (Some(format), None) => Err(Misuse(format!(
                "--number: expected a floating-point format of at most 24 bits of significand, as sums are in f32, got {format}"
            ))),
            _ => Err(Misuse(
                "expected --number with a layer as libraries ship it, got --frac-bits or --width".to_owned(),
            )),
        }
    }

    /// Whether the bits before the point are found by looking at words.
    pub(crate) fn measures(&self) -> bool {
        self.frac_bits.is_some()
    }

    /// What was given, as flags, for a text that says what was asked.
    pub(crate) fn flags(&self) -> String {
        let value = |flag: &str, value: Option<String>| value.map(|value| format!("{flag} {value}"));
        let given = [
            value("--number", self.number.map(|format| format.to_string())),
            value("--frac-bits", self.frac_bits.map(|bits| bits.to_string())),
            value("--width", self.width.map(|bits| bits.to_string())),
            value("--rounding", self.mode.rounding.map(|mode| mode.to_string())),
            value("--overflow", self.mode.overflow.map(|mode| mode.to_string())),
            value("--accumulate", self.mode.accumulate.map(|mode| mode.to_string())),
            self.mode.round_weights.then(|| "--round-weights".to_owned()),
        ];
        given.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Whether any number format is asked for.
    pub(crate) fn is_given(&self) -> bool {
        self.number.is_some() || self.frac_bits.is_some() || self.width.is_some()
    }

    /// The precision asked for, none where numbers are exact. `words` are those on which nothing may overflow where the
    /// bits before the point are not given.
    pub(crate) fn precision(
        &self,
        network: &Network,
        words: impl FnOnce() -> Vec<Word>,
    ) -> Result<Option<Precision>, Misuse> {
        let format = match (self.number, self.frac_bits, self.width) {
            (Some(format), ..) => format,
            (_, Some(frac_bits), _) => {
                let misuse = |error: rnn::FormatError| Misuse(format!("--frac-bits: {error}"));
                let format = Format::Fixed(Fixed::new(1, frac_bits).map_err(misuse)?);
                let precision = self.mode.precision(format)?;
                let int_bits = range::int_bits(network, precision, frac_bits, &words()).map_err(misuse)?;
                Format::Fixed(Fixed::new(int_bits, frac_bits).map_err(misuse)?)
            }
            (_, _, Some(width)) => {
                if let Some(number) = fraction(network) {
                    return Err(Misuse(format!(
                        "--width: expected a network that computes with integers, got one with the weight {number}; see \
                         --frac-bits"
                    )));
                }
                Format::Fixed(Fixed::new(width, 0).map_err(|error| Misuse(format!("--width: {error}")))?)
            }
            (None, None, None) => {
                return match self.mode.first_given() {
                    Some(flag) => Err(Misuse(format!(
                        "{flag}: expected a number format beside it, --number, --frac-bits or --width, got none"
                    ))),
                    None => Ok(None),
                };
            }
        };
        self.mode.precision(format).map(Some)
    }

    /// How the bits before the point were found, where they were not given.
    pub(crate) fn remark(&self) -> Option<&'static str> {
        self.measures()
            .then_some("the least bits before the point with which nothing overflows on the words that were run")
    }
}

/// A weight, a bias or a start value that is no integer. The readout does not count, as it is stored nowhere.
fn fraction(network: &Network) -> Option<Exact> {
    let maps: Vec<&Affine> = match network {
        Network::Relu(network) => network.layers().iter().collect(),
        Network::Linear(network) => network.transitions().iter().collect(),
        Network::Layered(network) => network.maps().into_iter().map(|(_, map)| map).collect(),
    };
    let numbers = maps.iter().flat_map(|map| {
        let weights = map.weights().map(|(_, _, weight)| weight);
        weights.chain(map.biases().map(|(_, bias)| bias))
    });
    numbers.chain(network.start()).find(|number| !number.is_integer()).cloned()
}

/// The flags that choose this precision.
pub(crate) fn flags(precision: &Precision) -> String {
    let usual = Precision::of(precision.format);
    let mut text = format!(" --number {}", precision.format);
    let mut note = |is_other: bool, flag: String| {
        if is_other {
            text.push_str(&flag);
        }
    };
    note(precision.rounding != usual.rounding, format!(" --rounding {}", precision.rounding));
    note(precision.overflow != usual.overflow, format!(" --overflow {}", precision.overflow));
    note(precision.accumulate != usual.accumulate, format!(" --accumulate {}", precision.accumulate));
    note(precision.round_weights, " --round-weights".to_owned());
    text
}

fn parse_bits(text: &str) -> Result<u32, String> {
    let refusal = || format!("expected a number of bits from 1 to {}, got `{text}`", Fixed::MOST_BITS);
    text.parse().ok().filter(|bits| (1..=Fixed::MOST_BITS).contains(bits)).ok_or_else(refusal)
}
