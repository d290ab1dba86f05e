//! `reduce check --controls`: each control with its expected answer, its answer, and how long it took.

use super::files::Output;
use super::misuse::Misuse;
use crate::experiments::controls;
use crate::experiments::controls::Settled;
use crate::progress::Progress;
use crate::report::seconds;
use crate::solver;
use crate::verdict::exit_code;
use serde_json::json;
use std::time::Duration;

const SCHEMA: &str = "reduce.control/1";

pub(crate) fn controls(
    (timeout, as_json): (Duration, bool),
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    progress.start("controls", 0);
    let settled = controls::settle_all(timeout, |settled| {
        let line = if as_json { json(settled) } else { text(settled) };
        output.line(&line)?;
        output.show();
        progress.step();
        Ok::<(), Misuse>(())
    })?;
    progress.finish();
    if !as_json {
        let count = |wanted| settled.iter().filter(|settled| settled.is_as_expected() == wanted).count();
        output.line(&format!(
            "{} controls: {} as expected, {} otherwise, {} unknown, {}",
            settled.len(),
            count(Some(true)),
            count(Some(false)),
            count(None),
            solver::version()
        ))?;
        output.show();
    }
    Ok(exit_code(controls::verdicts(&settled)))
}

fn text(settled: &Settled) -> String {
    let Settled { name, shows, expected, answer, .. } = settled;
    let mark = match settled.is_as_expected() {
        Some(true) => "as expected",
        Some(false) => "OTHERWISE",
        None => "UNKNOWN",
    };
    let answer = match (answer, &settled.unknown) {
        (Some(answer), _) => (*answer).to_owned(),
        (None, Some(reason)) => format!("none ({reason})"),
        (None, None) => "none".to_owned(),
    };
    let time = settled.elapsed.as_secs_f64();
    format!("{mark:<11}  {name}: expected {expected}, answer {answer}, {time:.2} s\n  {shows}")
}

fn json(settled: &Settled) -> String {
    let fields = json!({
        "schema": SCHEMA,
        "name": settled.name,
        "shows": settled.shows,
        "expected": settled.expected,
        "answer": settled.answer.unwrap_or("unknown"),
        "as_expected": settled.is_as_expected(),
        "reason": settled.unknown,
        "seconds": seconds(settled.elapsed),
    });
    fields.to_string()
}
