//! `reduce bits` and `reduce cast` of layers as libraries ship them.

use super::files::Output;
use super::misuse::Misuse;
use super::number::ModeArguments;
use crate::check::shipped as check;
use crate::check::shipped::ShippedOptions;
use crate::experiments::shipped_formats;
use crate::experiments::shipped_formats::Formats;
use crate::experiments::shipped_formats::Least;
use crate::experiments::shipped_formats::Scope;
use crate::experiments::shipped_formats::Tried;
use crate::report::json::pretty;
use crate::report::seconds;
use crate::report::shipped::title;
use crate::report::shortened;
use crate::report::wrapped;
use crate::verdict::exit_code;
use problems::Problem;
use reductions::shipped::ShippedClaim;
use rnn::Float;
use rnn::Format;
use serde_json::Value;
use serde_json::json;
use std::time::Instant;

const BITS_SCHEMA: &str = "reduce.shipped-bits/1";
const CAST_SCHEMA: &str = "reduce.shipped-cast/1";

/// The length of random words, and how many, where none is asked for.
const LENGTH: usize = 4096;
const SAMPLES: usize = 4;

/// The least formats of a claim.
pub(crate) fn bits(claim: &ShippedClaim, as_json: bool, output: &mut Output) -> Result<u8, Misuse> {
    let started = Instant::now();
    let formats = shipped_formats::formats(claim);
    let elapsed = started.elapsed();
    if as_json {
        output.line(&pretty(&json!({
            "schema": BITS_SCHEMA,
            "problem": claim.problem().name(),
            "model": claim.family().name(),
            "variant": claim.variant(),
            "verdict": formats.verdict().word(),
            "least": formats.least.iter().map(least_to_json).collect::<Vec<_>>(),
            "named": formats.named.iter().map(|(recurrence, answers)| json!({
                "number": recurrence.format.to_string(),
                "recurrence": {"proved": recurrence.reason.is_none(), "reason": recurrence.reason},
                "answers": {"proved": answers.reason.is_none(), "reason": answers.reason},
            })).collect::<Vec<_>>(),
            "version": env!("CARGO_PKG_VERSION"),
            "seconds": seconds(elapsed),
        })))?;
    } else {
        output.line(&text(claim, &formats))?;
        output.line(&format!("  {:.2} s", elapsed.as_secs_f64()))?;
    }
    output.show();
    Ok(exit_code([formats.verdict()]))
}

fn text(claim: &ShippedClaim, formats: &Formats) -> String {
    let mut lines = vec![
        title(claim),
        "least format of stored values, sums in f32: proved for every word, of any length".to_owned(),
    ];
    for scope in Scope::ALL {
        lines.push(format!("  {}", scope.name()));
        for Least { bits_of, least, below, .. } in formats.least.iter().filter(|least| least.scope == scope) {
            let least = least.map_or("no format that was looked at".to_owned(), |least| least.to_string());
            lines.push(format!("    fewest bits of {bits_of:<12} {least}"));
            if let Some(Tried { format, reason: Some(reason) }) = below {
                lines.push(format!("      not {format:<12} {}", wrapped(reason, 23)));
            }
        }
    }
    lines.push("  formats with a name".to_owned());
    for (recurrence, answers) in &formats.named {
        let of = |tried: &Tried| tried.reason.clone().unwrap_or_default();
        let by = match (&recurrence.reason, &answers.reason) {
            (None, None) => "the recurrence is exact, and every answer is right: proved".to_owned(),
            (None, Some(_)) => format!("the recurrence is exact: proved; answers are not proved, {}", of(answers)),
            (Some(_), _) => format!("not proved, {}", of(recurrence)),
        };
        lines.push(format!("    {:<6} {}", recurrence.format.to_string(), wrapped(&by, 11)));
    }
    lines.join("\n")
}

fn least_to_json(least: &Least) -> Value {
    json!({
        "scope": match least.scope { Scope::Recurrence => "recurrence", Scope::Answers => "answers" },
        "bits_of": least.bits_of,
        "number": least.least.map(|format| format.to_string()),
        "below": least.below.as_ref().map(|tried| json!({"number": tried.format.to_string(), "reason": tried.reason})),
    })
}

/// What is asked of `reduce cast`.
pub(crate) struct Asked<'a> {
    pub(crate) to: Format,
    pub(crate) n: Option<usize>,
    pub(crate) mode: &'a ModeArguments,
    pub(crate) has_network: bool,
    pub(crate) json: bool,
}

/// What becomes of a claim's model in a format: the proof, and the first word that is answered wrongly.
pub(crate) fn cast(claim: &ShippedClaim, asked: &Asked<'_>, output: &mut Output) -> Result<u8, Misuse> {
    let started = Instant::now();
    if asked.has_network {
        return Err(Misuse("--network: expected none with a layer as libraries ship it".to_owned()));
    }
    let storage = storage(asked)?;
    let n = asked.n.unwrap_or(LENGTH);
    claim.problem().sizes().admit("word-problem", n).map_err(|error| Misuse(format!("--n: {error}")))?;
    let mut model = claim.model().clone();
    let mut rounded = 0;
    if asked.mode.rounds_weights() {
        (model, rounded) = shipped_formats::rounded(&model, storage)
            .ok_or_else(|| Misuse(format!("--round-weights: a weight is beyond the range of {storage}")))?;
    }
    let options = ShippedOptions { storages: vec![storage], n, samples: SAMPLES, seed: 0, max_length: None };
    let outcome = check::check(claim, &model, &options);
    let recurrence = shipped_formats::tried(claim, &model, Scope::Recurrence, storage);
    let proof = outcome.proofs.first();
    let failure = proof.and_then(|proof| proof.failure()).map(|(kind, reason)| format!("{kind}: {reason}"));
    let is_proved = proof.is_some_and(|proof| proof.is_complete());
    let first = outcome.difference.as_ref();
    let word = first.map(|first| claim.problem().alphabet().format(&first.word));
    if asked.json {
        output.line(&pretty(&json!({
            "schema": CAST_SCHEMA,
            "problem": claim.problem().name(),
            "model": claim.family().name(),
            "variant": claim.variant(),
            "number": storage.to_string(),
            "rounded_weights": rounded,
            "proved": is_proved,
            "reason": failure,
            "recurrence": {"proved": recurrence.reason.is_none(), "reason": recurrence.reason},
            "fails_at": first.map(|first| first.word.len()),
            "counterexample": first.map(|first| json!({
                "word": word, "storing": first.storing.name(), "model": first.model, "product": first.product
            })),
            "no_run": outcome.no_run,
            "every_length_up_to": outcome.short.1,
            "random": {"words": outcome.long.0, "tokens": outcome.long.1},
            "alarm": outcome.is_alarm(),
            "version": env!("CARGO_PKG_VERSION"),
            "seconds": seconds(started.elapsed()),
        })))?;
        output.show();
        return Ok(if outcome.is_alarm() { 1 } else { 0 });
    }
    output.line(&title(claim))?;
    let weights = if rounded > 0 { format!(", {rounded} weights rounded to it") } else { String::new() };
    output.line(&format!("values stored in {storage}, sums in f32{weights}"))?;
    let line = match (first, &outcome.no_run) {
        _ if outcome.is_alarm() => {
            "ALARM: A WORD DIFFERS THAT IS PROVED NOT TO. THIS IS A FAULT OF THE CHECKER.".to_owned()
        }
        (Some(first), _) => format!("fails first at {} letters", first.word.len()),
        (None, _) if is_proved => "never fails: proved for every word, of any length".to_owned(),
        (None, Some(reason)) => format!("cannot be run: {reason}"),
        (None, None) => {
            format!("no failure in every word of up to {} letters and {} of {n}", outcome.short.1, outcome.long.0)
        }
    };
    output.line(&line)?;
    if let (Some(first), Some(word)) = (first, &word) {
        output.line(&format!(
            "  after {} the greatest logit ({}) is that of class {}, and the product is class {}",
            shortened(word),
            first.storing,
            first.model,
            first.product
        ))?;
    }
    if let Some(reason) = failure.filter(|_| !is_proved) {
        let exact = if recurrence.reason.is_none() { "; no operation of the recurrence rounds" } else { "" };
        output.line(&format!("  not proved: {}{exact}", shortened(&reason)))?;
    }
    output.line(&format!("  {:.2} s", started.elapsed().as_secs_f64()))?;
    output.show();
    Ok(if outcome.is_alarm() { 1 } else { 0 })
}

fn storage(asked: &Asked<'_>) -> Result<Float, Misuse> {
    if let Some(flag) = asked.mode.first_but_weights() {
        return Err(Misuse(format!("{flag}: expected none with a layer as libraries ship it")));
    }
    match asked.to {
        Format::Float(float) if float.significand_bits() <= 24 => Ok(float),
        format => Err(Misuse(format!(
            "--to: expected a floating-point format of at most 24 bits of significand, as sums are in f32, got {format}"
        ))),
    }
}
