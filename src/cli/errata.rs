//! `reduce errata`: every place where the print does not hold, reproduced now.

use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use crate::experiments::errata;
use crate::experiments::errata::Reproduced;
use crate::experiments::errata::Reproduction;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::verdict::exit_code;
use clap::Args;
use itertools::Itertools;
use reductions::errata::Erratum;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct ErrataArguments {
    /// One entry's name [default: every entry]
    name: Option<String>,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
    /// Print JSON, one array of objects
    #[arg(long)]
    json: bool,
}

/// The schema of an entry.
const SCHEMA: &str = "reduce.erratum/1";

pub(crate) fn errata(arguments: &ErrataArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let entries = selected(arguments.name.as_deref())?;
    progress.start("errata", entries.len());
    let mut reproduction = Reproduction::new(arguments.timeout);
    let mut all = Vec::new();
    for erratum in entries {
        let found = reproduction.reproduce(erratum).map_err(|error| Misuse(error.to_string()))?;
        if !arguments.json {
            output.line(&markdown(&found))?;
            output.show();
        }
        all.push(found);
        progress.step();
    }
    progress.finish();
    if arguments.json {
        output.line(&pretty(&all.iter().map(json).collect()))?;
        output.show();
    }
    Ok(exit_code(errata::verdicts(&all)))
}

/// The entry of this name, or every one.
fn selected(name: Option<&str>) -> Result<Vec<&'static Erratum>, Misuse> {
    let all = reductions::errata::all();
    let Some(name) = name else { return Ok(all.iter().collect()) };
    match all.iter().find(|erratum| erratum.name == name) {
        Some(erratum) => Ok(vec![erratum]),
        None => {
            let names = all.iter().map(|erratum| erratum.name).join(", ");
            Err(Misuse(format!("expected an erratum, one of {names}, got `{name}`")))
        }
    }
}

fn counterexample(found: &Reproduced) -> &str {
    found.counterexample.as_deref().unwrap_or("none was found")
}

fn markdown(found: &Reproduced) -> String {
    let erratum = found.erratum;
    let mut lines = vec![
        format!("## {} ({}, {outcome})\n", erratum.name, erratum.kind.word(), outcome = found.outcome()),
        format!("{}\n", erratum.shows),
        format!("- source: {}", erratum.source),
        format!("- basis: {}", erratum.basis),
        format!("- counterexample: {}", counterexample(found)),
        format!("- repair: {}", erratum.repair),
        format!("- repair verdict: {}", found.repair_word()),
        format!("- command: `{}`", erratum.command),
    ];
    lines.extend(found.otherwise.iter().map(|text| format!("- OTHERWISE THAN EXPECTED: {text}")));
    lines.extend(found.unknown.iter().map(|text| format!("- UNKNOWN: {text}")));
    lines.join("\n") + "\n"
}

fn json(found: &Reproduced) -> Value {
    let erratum = found.erratum;
    json!({
        "schema": SCHEMA,
        "name": erratum.name,
        "kind": erratum.kind.word(),
        "source": erratum.source,
        "basis": erratum.basis,
        "counterexample": counterexample(found),
        "repair": erratum.repair,
        "repair_verdict": found.repair_word(),
        "command": erratum.command,
        "reproduced": found.holds(),
    })
}
