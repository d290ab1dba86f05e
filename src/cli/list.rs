//! `reduce list`: the map.

use super::family_list;
use super::files::Output;
use super::map;
use super::misuse::Misuse;
use super::shipped;
use crate::coq;
use crate::report::json::pretty;
use clap::Args;
use reductions::as_printed::Claim;
use serde_json::Value;
use serde_json::json;

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// List the maps that make the problems hard instead
    #[arg(long)]
    maps: bool,
    /// List the families of instances instead: why each is hard, and what keeps it from being guessed
    #[arg(long, conflicts_with = "maps")]
    families: bool,
}

const HEADER: [&str; 8] =
    ["problem", "class", "model", "variant", "theorem", "regime", "theorem in Coq", "proved for every word"];

/// The same columns in JSON.
const FIELDS: [&str; 8] = ["problem", "class", "model", "variant", "theorem", "regime", "coq", "proved"];

/// What stands where a claim has no variant.
const NONE: &str = "-";

/// The schema of a row.
const SCHEMA: &str = "reduce.claim/1";

/// The rows of claims as printed are marked so, and are refuted.
const AS_PRINTED: &str = "as_printed";

pub(crate) fn list(arguments: &ListArguments, output: &mut Output) -> Result<u8, Misuse> {
    if arguments.families {
        return family_list::list(arguments.json, output);
    }
    if arguments.maps {
        return map::list(arguments.json, output);
    }
    let n_held = reductions::all().len();
    let mut rows: Vec<[String; 8]> = reductions::claims()
        .into_iter()
        .map(|claim| {
            let (problem, description) = (claim.problem(), claim.description());
            let proved = description.proved();
            let theorem = match claim {
                Claim::Network(reduction) => coq::theorem(reduction),
                Claim::Machine(_) => None,
            };
            [
                problem.name(),
                problem.class(),
                description.model,
                description.variant.unwrap_or(NONE),
                description.theorem,
                description.regime,
                theorem.unwrap_or(NONE),
                &proved,
            ]
            .map(str::to_owned)
        })
        .collect();
    let n_shipped = shipped::rows().count();
    rows.splice(n_held..n_held, shipped::rows());
    let n_held = n_held + n_shipped;
    if arguments.json {
        let entries = rows.iter().enumerate().map(|(i, row)| {
            let value = |text: &String| if text == NONE { Value::Null } else { json!(text) };
            let fields = FIELDS.iter().zip(row).map(|(name, text)| ((*name).to_owned(), value(text)));
            let mark = (AS_PRINTED.to_owned(), json!(i >= n_held));
            let schema = ("schema".to_owned(), json!(SCHEMA));
            Value::Object([schema].into_iter().chain(fields).chain([mark]).collect())
        });
        print(output, &pretty(&entries.collect()));
        return Ok(0);
    }
    let header = HEADER.map(str::to_owned);
    let widths: Vec<usize> = (0..HEADER.len())
        .map(|column| rows.iter().chain([&header]).map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    for (i, row) in [&header].into_iter().chain(&rows).enumerate() {
        if i == n_held + 1 {
            print(output, "\nas printed (`reduce errata` says what is wrong)");
        }
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        print(output, cells.join("  ").trim_end());
    }
    Ok(0)
}

fn print(output: &mut Output, text: &str) {
    // Standard output ends the program by itself where it cannot be written.
    let _ = output.line(text);
    output.show();
}
