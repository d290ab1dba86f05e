//! What was found, as text and as JSON of one value.
//!
//! Every kind of answer has one schema, named in its JSON and described field by field in `docs/json.md`.

pub mod against;
pub mod bits;
pub mod checkpoint;
pub mod claim;
pub mod digest;
pub mod gathered;
pub mod json;
pub mod latex;
mod map;
pub mod mutants;
pub mod page;
pub mod shipped;
pub mod trust;

use crate::verdict::Verdict;
use itertools::Itertools;
use problems::Problem;
use reductions::Description;
use rnn::Exact;
use rnn::Precision;
use rnn::RoundedValue;
use serde_json::Value;
use serde_json::json;
use std::io::IsTerminal;
use std::time::Duration;

/// The network's values and the decider's.
pub type ValuePairs = (Vec<RoundedValue>, Vec<Exact>);

/// A claim in one line.
pub fn title(problem: &dyn Problem, description: &Description) -> String {
    let variant =
        description.variant.or(problem.variant()).map(|variant| format!(", variant {variant}")).unwrap_or_default();
    format!("{} by {}{variant} ({}, {})", problem.name(), description.model, description.theorem, description.regime)
}

/// The word of a verdict, in capitals and, on a terminal that wants it, in colour.
pub fn shout(verdict: Verdict) -> String {
    let word = verdict.word().to_uppercase();
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if !wanted || !std::io::stdout().is_terminal() {
        return word;
    }
    let colour = match verdict {
        Verdict::Proved | Verdict::Checked | Verdict::Sampled => 32,
        Verdict::Refuted => 31,
        Verdict::Undetermined => 33,
    };
    format!("\x1b[1;{colour}m{word}\x1b[0m")
}

/// A text without the colours of [`shout`], for a file.
pub fn without_colour(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// A number that is not negative, with two digits, rounded up: `1.6e-4`.
pub fn scientific(value: &Exact) -> String {
    if value.is_zero() {
        return "0".to_owned();
    }
    // The power of ten with which there are one or two digits before the point.
    let ten = |exponent: i32| {
        let power = (0..exponent.unsigned_abs()).fold(Exact::ONE, |power, _| power * Exact::integer(10));
        if exponent < 0 { Exact::ONE / power } else { power }
    };
    let mut exponent = 0;
    while *value >= ten(exponent + 1) {
        exponent += 1;
    }
    while *value < ten(exponent) {
        exponent -= 1;
    }
    let digits = -(-(value * &ten(1 - exponent))).floor();
    let digits = digits.to_string();
    let (digits, exponent) = if digits == "100" { ("10".to_owned(), exponent + 1) } else { (digits, exponent) };
    format!("{}.{}e{exponent}", &digits[..1], &digits[1..])
}

/// An answer as a word.
pub fn yes(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

/// Whether two answers agree, as a line of `reduce run` begins; none where one of them is not known.
pub fn mark(agree: Option<bool>) -> &'static str {
    match agree {
        Some(true) => "agree ",
        Some(false) => "DIFFER",
        None => "unknown",
    }
}

/// A line of `reduce run`: its mark, what each of those who were asked says, and the word.
pub fn line_of_answers<'w>(
    mark: &str,
    answers: impl IntoIterator<Item = (&'w str, Option<bool>)>,
    word: &str,
) -> String {
    let say = |(who, answer): (&str, Option<bool>)| format!("  {who} {:<3}", answer.map_or("unknown", yes));
    let answers: String = answers.into_iter().map(say).collect();
    format!("{mark}{answers}  {}", shortened(word))
}

/// A duration in seconds, to the millisecond. For print only.
pub fn seconds(elapsed: Duration) -> f64 {
    (elapsed.as_secs_f64() * 1000.0).round() / 1000.0
}

/// A text of which the middle is left out where it is long.
pub fn shortened(text: &str) -> String {
    const KEPT: usize = 40;
    let characters: Vec<char> = text.chars().collect();
    if characters.len() <= 2 * KEPT + 20 {
        return text.to_owned();
    }
    let piece = |part: &[char]| part.iter().collect::<String>();
    let (head, tail) = (piece(&characters[..KEPT]), piece(&characters[characters.len() - KEPT..]));
    format!("{head}...{tail} ({} characters)", characters.len())
}

/// A word for a sentence: in backticks, its middle left out where it is long; or *the empty word*.
pub fn shown(word: &str) -> String {
    if word.is_empty() { "the empty word".to_owned() } else { format!("`{}`", shortened(word)) }
}

/// A text in lines of at most 110 characters, all but the first indented.
pub fn wrapped(text: &str, indent: usize) -> String {
    let width = 110 - indent;
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}

/// What a network, a machine or a decider says of a word.
pub fn says(answer: bool) -> &'static str {
    if answer { "accepts" } else { "rejects" }
}

/// How many words a promise leaves out, where it leaves out any.
pub fn outside(n_words: u64) -> String {
    if n_words == 0 { String::new() } else { format!(", {n_words} more outside the promise") }
}

/// The network's values beside the decider's, as a line.
pub fn values_line((network, decider): &ValuePairs) -> String {
    format!("values {}, the decider's {}", shortened(&network.iter().join(" ")), shortened(&decider.iter().join(" ")))
}

/// The network's values and the decider's, as texts: they are rational numbers of any size.
pub fn values_to_json((network, decider): &ValuePairs) -> Value {
    let network: Vec<String> = network.iter().map(RoundedValue::to_string).collect();
    let decider: Vec<String> = decider.iter().map(Exact::to_string).collect();
    json!({"network": network, "decider": decider})
}

/// The fields of a precision; each null where numbers are exact.
pub fn precision_fields(precision: Option<&Precision>) -> [(&'static str, Value); 5] {
    [
        ("number", json!(precision.map(|precision| precision.format.to_string()))),
        ("rounding", json!(precision.map(|precision| precision.rounding.name()))),
        ("overflow", json!(precision.map(|precision| precision.overflow.name()))),
        ("accumulate", json!(precision.map(|precision| precision.accumulate.name()))),
        ("round_weights", json!(precision.map(|precision| precision.round_weights))),
    ]
}

/// An object with these fields after its own.
pub fn with_fields(mut object: Value, fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    if let Some(own) = object.as_object_mut() {
        own.extend(fields.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    object
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_rounded_up_to_two_digits() {
        let of = |num, den| scientific(&Exact::ratio(num, den));
        assert_eq!(
            [of(0, 1), of(1, 1), of(10, 1), of(1, 1000), of(1234, 1), of(999, 100_000), of(1, 3)],
            ["0", "1.0e0", "1.0e1", "1.0e-3", "1.3e3", "1.0e-2", "3.4e-1"]
        );
    }
}
