//! `reduce generate`: hard instances with known answers.

use super::files::Output;
use super::misuse::Misuse;
use super::select;
use super::select::Selection;
use crate::progress::Progress;
use clap::Args;
use clap::ValueEnum;
use problems::Problem;
use problems::Random;
use rayon::prelude::*;
use serde_json::json;
use std::path::PathBuf;

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Answers {
    Yes,
    No,
    Balanced,
}

#[derive(Debug, Args)]
pub(crate) struct GenerateArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// Size: vertices, values, pairs, letters or matrices [default: 64, of matrices 60]
    #[arg(long, value_name = "N")]
    n: Option<usize>,
    /// How many instances
    #[arg(long, value_name = "K", default_value_t = 1)]
    count: u64,
    /// Seed; instance i depends on the seed and i alone
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Which answers
    #[arg(long, value_enum, default_value_t = Answers::Balanced)]
    answer: Answers,
    /// Write to this file, all of it or nothing
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How many instances are drawn before they are written: bounded memory, and the same bytes for any number of threads.
const CHUNK: u64 = 64;

pub(crate) fn generate(arguments: &GenerateArguments, progress: &Progress, standard: Output) -> Result<u8, Misuse> {
    let claim = select::claim(&arguments.problem, &arguments.selection)?;
    let problem = claim.problem();
    let n = arguments.n.unwrap_or(problem.sizes().default);
    let mut output = match &arguments.output {
        Some(path) => Output::file(path)?,
        None => standard,
    };
    progress.start("instances", usize::try_from(arguments.count).unwrap_or(0));
    let mut from = 0;
    while from < arguments.count {
        let to = (from + CHUNK).min(arguments.count);
        let lines: Vec<Result<String, Misuse>> = (from..to)
            .into_par_iter()
            .map(|i| {
                let line = instance(problem, n, arguments, i);
                progress.step();
                line
            })
            .collect();
        for line in lines {
            output.line(&line?)?;
        }
        from = to;
    }
    progress.finish();
    output.finish()?;
    Ok(0)
}

fn instance(problem: &dyn Problem, n: usize, arguments: &GenerateArguments, i: u64) -> Result<String, Misuse> {
    let answer = match arguments.answer {
        Answers::Yes => true,
        Answers::No => false,
        Answers::Balanced => i.is_multiple_of(2),
    };
    let sample = problem.sample(n, answer, &mut Random::new(arguments.seed, i));
    let sample = sample.map_err(|error| Misuse(error.to_string()))?;
    let mut line = json!({
        "word": problem.alphabet().format(&sample.word),
        "answer": answer,
        "n": n,
        "seed": arguments.seed,
        "index": i,
        "family": sample.family,
        "problem": problem.name(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    if let (Some(variant), Some(fields)) = (problem.variant(), line.as_object_mut()) {
        fields.insert("variant".to_owned(), json!(variant));
    }
    Ok(line.to_string())
}
