//! `reduce mutate`: what the checker refuses of a network with one number changed.

use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use super::select;
use super::select::Selection;
use super::shipped;
use crate::experiments::mutate;
use crate::experiments::mutate::Options;
use crate::experiments::shipped_mutants;
use crate::folder::digest;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::report::mutants::Mutant;
use crate::report::mutants::MutantsReport;
use crate::report::mutants::Subject;
use crate::report::shipped::title as shipped_title;
use crate::report::title;
use crate::report::with_fields;
use crate::shard;
use crate::shard::Entry;
use crate::shard::Shard;
use crate::shard::Whole;
use crate::shard::Work;
use crate::solver;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use clap::Args;
use problems::Problem;
use reductions::shipped::ShippedClaim;
use serde_json::json;
use std::ops::Range;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct MutateArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// How many mutants
    #[arg(long, value_name = "K", default_value_t = 50)]
    count: usize,
    /// Seed; the mutants depend on the seed alone, and none is drawn twice
    #[arg(long, value_name = "S", default_value_t = 0)]
    seed: u64,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = parse_seconds)]
    timeout: Duration,
    /// Judge the I-th of N parts only, and print JSON Lines, which `reduce merge` puts together
    #[arg(long, value_name = "I/N", value_parser = Shard::read)]
    shard: Option<Shard>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The name of this command in a shard.
pub(crate) const COMMAND: &str = "mutate";

pub(crate) fn mutate(arguments: &MutateArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    if arguments.count == 0 {
        return Err(Misuse("--count: expected at least 1, got 0".to_owned()));
    }
    let judged = match shipped::select(&arguments.problem, &arguments.selection)? {
        Some(claim) => of_shipped(claim, arguments)?,
        None => match of_network(arguments, progress)? {
            Ok(judged) => judged,
            Err(unproved) => {
                progress.finish();
                eprintln!("reduce: {unproved}");
                return Ok(exit_code([Verdict::Undetermined]));
            }
        },
    };
    let solver = solver::version();
    let Judged { subject, network, total, first, mutants, elapsed } = &judged;
    let report = MutantsReport { subject, mutants, solver: &solver, elapsed: *elapsed };
    match arguments.shard {
        None => output.line(&if arguments.json { pretty(&report.json()) } else { report.text() })?,
        Some(shard) => {
            let asked = with_fields(
                json!(subject),
                [("network", json!(network)), ("timeout", json!(arguments.timeout.as_secs_f64()))],
            );
            let work = Work::new(COMMAND, asked, *total, &solver);
            let entries = (*first..).zip(mutants).map(|(index, mutant)| Entry::new(index, json!(mutant)));
            output.line(&shard::written(&work, shard, &entries.collect::<Vec<_>>(), *elapsed))?;
        }
    }
    output.show();
    Ok(exit_code([report.verdict()]))
}

/// What the whole says of which these are the shards, in the words of the command.
pub(crate) fn merged(whole: &Whole, as_json: bool, output: &mut Output) -> Result<u8, Misuse> {
    let subject: Subject = whole.asked()?;
    let mutants: Vec<Mutant> = whole.answers()?;
    let report =
        MutantsReport { subject: &subject, mutants: &mutants, solver: &whole.work.solver, elapsed: whole.elapsed };
    output.line(&if as_json { pretty(&report.json()) } else { report.text() })?;
    Ok(exit_code([report.verdict()]))
}

/// Mutants that were judged, all of them or a shard.
struct Judged {
    subject: Subject,
    /// The digest of the unchanged network.
    network: Option<String>,
    /// How many the whole has.
    total: usize,
    /// The index of the first one here.
    first: usize,
    mutants: Vec<Mutant>,
    elapsed: Duration,
}

/// The part that is asked for of so many mutants.
fn range(arguments: &MutateArguments, total: usize) -> Result<Range<usize>, Misuse> {
    let shard = arguments.shard.unwrap_or(Shard::WHOLE);
    shard.of_results(total, "mutants").map_err(|message| Misuse(format!("--shard: {message}")))
}

/// Mutants of a network, or why there are none.
fn of_network(arguments: &MutateArguments, progress: &Progress) -> Result<Result<Judged, String>, Misuse> {
    let reduction = select::reduction(&arguments.problem, &arguments.selection)?;
    let reduction = &*reduction;
    let (problem, description) = (reduction.problem(), reduction.description());
    // Every shard draws all of them, which is quick, and judges its own.
    let drawn = mutate::drawn(reduction.network(), arguments.seed, arguments.count);
    let range = range(arguments, drawn.len())?;
    let options = Options { count: arguments.count, seed: arguments.seed, timeout: arguments.timeout };
    let outcome = match mutate::judge(reduction, &drawn[range.clone()], &|_| true, &options, progress) {
        Ok(outcome) => outcome,
        Err(unproved) => {
            return Ok(Err(format!("{}: {unproved}", select::flags(reduction, &arguments.selection))));
        }
    };
    let entry = |mutant: mutate::Judged| Mutant {
        change: mutant.change,
        class: mutant.class,
        word: mutant.word.map(|word| problem.alphabet().format(&word)),
        obligation: mutant.obligation,
        gave_up: mutant.gave_up,
    };
    Ok(Ok(Judged {
        subject: Subject {
            title: title(problem, &description),
            problem: problem.name().to_owned(),
            model: description.model.to_owned(),
            variant: description.variant.map(str::to_owned),
            as_shipped: false,
            seed: arguments.seed,
            count: arguments.count,
        },
        network: Some(digest(reduction.network().to_json().to_string().as_bytes())),
        total: drawn.len(),
        first: range.start,
        mutants: outcome.mutants.into_iter().map(entry).collect(),
        elapsed: outcome.elapsed,
    }))
}

/// The mutants of a shipped layer: one weight changed by one unit in the last place of bf16.
fn of_shipped(claim: &ShippedClaim, arguments: &MutateArguments) -> Result<Judged, Misuse> {
    let drawn = shipped_mutants::drawn(claim, arguments.count, arguments.seed);
    let range = range(arguments, drawn.len())?;
    let outcome = shipped_mutants::mutate(claim, &drawn[range.clone()], arguments.seed);
    let entry = |mutant: shipped_mutants::Mutant| Mutant {
        change: mutant.change,
        class: mutant.class,
        word: mutant.word.map(|word| claim.problem().alphabet().format(&word)),
        obligation: mutant.obligation,
        gave_up: false,
    };
    Ok(Judged {
        subject: Subject {
            title: shipped_title(claim),
            problem: claim.problem().name().to_owned(),
            model: claim.family().name().to_owned(),
            variant: Some(claim.variant().to_owned()),
            as_shipped: true,
            seed: arguments.seed,
            count: arguments.count,
        },
        network: None,
        total: drawn.len(),
        first: range.start,
        mutants: outcome.mutants.into_iter().map(entry).collect(),
        elapsed: outcome.elapsed,
    })
}
