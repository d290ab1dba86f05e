//! `reduce map`: the image of each source; `reduce list --maps` and `reduce check --maps`: what maps there are, and whether
//! they keep the answer.

use super::files;
use super::files::Output;
use super::files::quoted;
use super::misuse::Misuse;
use super::own_circuit;
use crate::maps;
use crate::maps::AnySource;
use crate::maps::Map;
use crate::maps::Reader;
use crate::maps::check;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::report::wrapped;
use crate::verdict::exit_code;
use circuit_files::Circuit;
use clap::Args;
use itertools::Itertools;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;

/// The schema of an image.
const IMAGE_SCHEMA: &str = "reduce.map/1";
/// The schema of an entry of the list.
const ENTRY_SCHEMA: &str = "reduce.map-entry/1";

#[derive(Debug, Args)]
pub(crate) struct MapArguments {
    /// The map's name, as `reduce list --maps` prints it
    name: String,
    /// File of sources, one a line, or of a circuit; `-` is standard input
    #[arg(default_value = "-")]
    file: PathBuf,
    /// Input bits of a circuit, the first input first
    #[arg(long, value_name = "BITS")]
    input: Option<String>,
    /// Write to this file, all of it or nothing
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print JSON, one object a line: source, answer, word, size
    #[arg(long)]
    json: bool,
}

/// Prints the image of each source.
pub(crate) fn map(arguments: &MapArguments, standard: Output) -> Result<u8, Misuse> {
    let map = maps::named(&arguments.name).ok_or_else(|| {
        let names = maps::all().iter().map(|map| map.name).join(", ");
        Misuse(format!("expected a map, one of {names}, got `{}`", arguments.name))
    })?;
    let sources: Box<dyn Iterator<Item = Result<AnySource, Misuse>>> = match (map.reader, &arguments.input) {
        (Reader::CircuitFile, Some(bits)) => Box::new(circuit(&arguments.file, bits)?.into_iter().map(Ok)),
        (Reader::CircuitFile, None) => {
            return Err(Misuse(format!("{}: expected --input with the values of the circuit's inputs", map.name)));
        }
        (Reader::Lines(_), Some(_)) => {
            return Err(Misuse(format!("--input: expected circuit-to-circuit-value, got {}", map.name)));
        }
        (Reader::Lines(read), None) => Box::new(lines(&arguments.file, read)?),
    };
    let mut output = match &arguments.output {
        Some(path) => Output::file(path)?,
        None => standard,
    };
    for (i, source) in sources.enumerate() {
        let source = source?;
        let size = source.size();
        if size > map.most {
            let (name, unit) = (files::name(&arguments.file), map.unit);
            let most = map.most;
            return Err(Misuse(format!(
                "{name}: source {}: expected one whose image has at most {most} {unit}, got {size}",
                i + 1
            )));
        }
        output.line(&image(map, &source, arguments.json))?;
    }
    output.finish()?;
    Ok(0)
}

/// The line of a source's image.
fn image(map: &Map, source: &AnySource, as_json: bool) -> String {
    let problem = (map.problem)();
    let word = problem.alphabet().format(&source.image());
    if !as_json {
        return word;
    }
    json!({
        "schema": IMAGE_SCHEMA,
        "map": map.name,
        "source": source.text(),
        "answer": source.answer(),
        "size": u64::try_from(source.size()).unwrap_or(u64::MAX),
        "unit": map.unit,
        "problem": problem.name(),
        "variant": problem.variant(),
        "word": word,
        "version": env!("CARGO_PKG_VERSION"),
    })
    .to_string()
}

fn lines(
    path: &Path,
    read: fn(&str) -> Result<AnySource, String>,
) -> Result<impl Iterator<Item = Result<AnySource, Misuse>>, Misuse> {
    files::read_lines(path, None::<fn(String)>, move |_, line| read(line).map(Some))
}

fn circuit(path: &Path, bits: &str) -> Result<Vec<AnySource>, Misuse> {
    let circuit = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut files::lines(path)?, &mut bytes)
            .map_err(|error| Misuse(format!("standard input: {error}")))?;
        Circuit::parse(&bytes, "standard input")
    } else {
        Circuit::read(path)
    };
    let circuit = circuit.map_err(|error| Misuse(error.to_string()))?;
    let inputs = own_circuit::read_bits(bits, circuit.n_inputs())?;
    Ok(maps::circuit_sources(circuit, &inputs))
}

/// Prints the list of maps.
pub(crate) fn list(as_json: bool, output: &mut Output) -> Result<u8, Misuse> {
    if as_json {
        let entry = |map: &&Map| {
            let problem = (map.problem)();
            json!({
                "schema": ENTRY_SCHEMA,
                "map": map.name,
                "question": map.question,
                "class": map.class,
                "problem": problem.name(),
                "variant": problem.variant(),
                "syntax": map.syntax,
                "example": map.example,
                "formula": map.formula,
                "unit": map.unit,
                "reference": map.reference,
            })
        };
        output.line(&pretty(&maps::all().iter().map(entry).collect()))?;
        output.show();
        return Ok(0);
    }
    for map in maps::all() {
        let entry = |name: &str, value: &str| format!("  {name:<9}{}", wrapped(value, 11));
        let problem = (map.problem)();
        output.line(&format!("{} ({}, {})", map.name, map.class, map.reference))?;
        output.line(&entry("asks", map.question))?;
        output.line(&entry("source", map.syntax))?;
        output.line(&entry("image", &format!("{}: {}", problem.name(), map.formula)))?;
        let command = match map.reader {
            Reader::Lines(_) => format!("echo {} | reduce map {}", quoted(map.example), map.name),
            Reader::CircuitFile => format!("reduce map {} {}", map.name, map.example),
        };
        output.line(&format!("  {command}"))?;
    }
    output.show();
    Ok(0)
}

/// Checks every map.
pub(crate) fn check_all(
    (samples, seed, as_json): (usize, u64, bool),
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let mut verdicts = Vec::new();
    progress.start("maps", maps::all().len());
    for map in maps::all() {
        let found = check::check(map, samples as u64, seed);
        output.line(&if as_json { found.json().to_string() } else { found.text() })?;
        output.show();
        verdicts.push(found.judgement().verdict);
        progress.step();
    }
    progress.finish();
    Ok(exit_code(verdicts))
}
