//! `reduce list`: the map.

use super::files::Output;
use super::shipped;
use crate::report::json::pretty;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const HEADER: [&str; 7] = ["problem", "class", "model", "variant", "theorem", "regime", "proved for every word"];

/// The schema of a row.
const SCHEMA: &str = "reduce.claim/1";

/// The rows of claims as printed are marked so, and are refuted.
const AS_PRINTED: &str = "as_printed";

pub(crate) fn list(arguments: &ListArguments, output: &mut Output) -> u8 {
    let n_held = reductions::all().len();
    let mut rows: Vec<[String; 7]> = reductions::claims()
        .into_iter()
        .map(|claim| {
            let (problem, description) = (claim.problem(), claim.description());
            let proved = description.proved();
            [
                problem.name(),
                problem.class(),
                description.model,
                description.variant.unwrap_or("-"),
                description.theorem,
                description.regime,
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
            let fields = HEADER.iter().zip(row).map(|(name, value)| ((*name).to_owned(), json!(value)));
            let mark = (AS_PRINTED.to_owned(), json!(i >= n_held));
            let schema = ("schema".to_owned(), json!(SCHEMA));
            serde_json::Value::Object([schema].into_iter().chain(fields).chain([mark]).collect())
        });
        print(output, &pretty(&entries.collect()));
        return 0;
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
    0
}

fn print(output: &mut Output, text: &str) {
    // Standard output ends the program by itself where it cannot be written.
    let _ = output.line(text);
    output.show();
}
