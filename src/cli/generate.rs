//! `reduce generate`: hard instances with known answers.

use super::Answers;
use super::GenerateArguments;
use super::Misuse;
use super::Output;
use super::select;
use crate::progress::Progress;
use problems::Problem;
use problems::Random;
use rayon::prelude::*;
use serde_json::json;

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
