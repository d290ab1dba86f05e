//! `reduce list`: the map.

use super::ListArguments;
use super::Output;
use super::json::pretty;
use serde_json::json;

const HEADER: [&str; 7] = ["problem", "class", "model", "variant", "theorem", "regime", "proved for every word"];

pub(crate) fn list(arguments: &ListArguments, output: &mut Output) -> u8 {
    let rows: Vec<[String; 7]> = reductions::all()
        .into_iter()
        .map(|reduction| {
            let (problem, description) = (reduction.problem(), reduction.description());
            [
                problem.name(),
                problem.class(),
                description.model,
                description.variant.unwrap_or("-"),
                description.theorem,
                description.regime,
                description.proved,
            ]
            .map(str::to_owned)
        })
        .collect();
    if arguments.json {
        let entries = rows.iter().map(|row| {
            let fields = HEADER.iter().zip(row).map(|(name, value)| ((*name).to_owned(), json!(value)));
            serde_json::Value::Object(fields.collect())
        });
        print(output, &pretty(&entries.collect()));
        return 0;
    }
    let header = HEADER.map(str::to_owned);
    let widths: Vec<usize> = (0..HEADER.len())
        .map(|column| rows.iter().chain([&header]).map(|row| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    for row in [&header].into_iter().chain(&rows) {
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
