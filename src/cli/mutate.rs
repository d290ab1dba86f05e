//! `reduce mutate`: what the checker refuses of a network with one number changed.

use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use super::select;
use super::select::Selection;
use super::shipped;
use crate::experiments::mutate;
use crate::experiments::mutate::Class;
use crate::experiments::mutate::Judged;
use crate::experiments::mutate::Options;
use crate::experiments::mutate::Outcome;
use crate::experiments::shipped_mutants;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::report::shipped::title as shipped_title;
use crate::report::shortened;
use crate::report::title;
use crate::solver;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use clap::Args;
use itertools::Itertools;
use problems::Problem;
use reductions::Reduction;
use reductions::shipped::ShippedClaim;
use serde_json::Value;
use serde_json::json;
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
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The schema of this answer.
const SCHEMA: &str = "reduce.mutate/1";

pub(crate) fn mutate(arguments: &MutateArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    if arguments.count == 0 {
        return Err(Misuse("--count: expected at least 1, got 0".to_owned()));
    }
    if let Some(claim) = shipped::select(&arguments.problem, &arguments.selection)? {
        return of_shipped(claim, arguments, output);
    }
    let reduction = select::reduction(&arguments.problem, &arguments.selection)?;
    let reduction = &*reduction;
    let options = Options { count: arguments.count, seed: arguments.seed, timeout: arguments.timeout };
    let outcome = match mutate::mutate(reduction, &options, progress) {
        Ok(outcome) => outcome,
        Err(unproved) => {
            progress.finish();
            eprintln!("reduce: {}: {unproved}", select::flags(reduction, &arguments.selection));
            return Ok(exit_code([Verdict::Undetermined]));
        }
    };
    let text =
        if arguments.json { pretty(&json(reduction, &outcome, &options)) } else { text(reduction, &outcome, &options) };
    output.line(&text)?;
    output.show();
    Ok(exit_code([outcome.verdict()]))
}

/// The mutants of a shipped layer: one weight changed by one unit in the last place of bf16.
fn of_shipped(claim: &ShippedClaim, arguments: &MutateArguments, output: &mut Output) -> Result<u8, Misuse> {
    let outcome = shipped_mutants::mutate(claim, arguments.count, arguments.seed);
    let counts = Class::ALL.map(|class| (class, outcome.count(class)));
    if arguments.json {
        let mutants = outcome.mutants.iter().map(|mutant| {
            json!({
                "change": mutant.change,
                "class": mutant.class.word(),
                "word": mutant.word.as_ref().map(|word| claim.problem().alphabet().format(word)),
                "obligation": mutant.obligation,
            })
        });
        let mut value = json!({
            "schema": SCHEMA, "problem": claim.problem().name(), "model": claim.family().name(), "variant": claim.variant(),
            "seed": arguments.seed, "count": outcome.mutants.len(),
        });
        if let Some(fields) = value.as_object_mut() {
            fields.extend(counts.map(|(class, count)| (class.word().to_lowercase(), json!(count))));
            fields.insert("mutants".to_owned(), mutants.collect());
        }
        output.line(&pretty(&value))?;
    } else {
        let first = format!(
            "{} mutants, seed {}, one weight one unit in the last place of bf16 away",
            outcome.mutants.len(),
            arguments.seed
        );
        output.line(&format!("{}\n{first}", shipped_title(claim)))?;
        for (class, count) in counts {
            output.line(&format!("  {:<10} {count:>5}", class.word()))?;
        }
        for class in [Class::Unsound, Class::Harmless] {
            let of_class = outcome.mutants.iter().filter(|mutant| mutant.class == class);
            let changes = of_class.map(|mutant| mutant.change.split('[').next().unwrap_or_default()).counts();
            for (tensor, count) in changes.into_iter().sorted() {
                output.line(&format!("  {}: {count} in {tensor}", class.word()))?;
            }
        }
        output.line(&format!("  {:.2} s", outcome.elapsed.as_secs_f64()))?;
    }
    output.show();
    Ok(exit_code([outcome.verdict()]))
}

fn text(reduction: &dyn Reduction, outcome: &Outcome, options: &Options) -> String {
    let mut lines = vec![title(reduction.problem(), &reduction.description())];
    let n_unsound = outcome.count(Class::Unsound);
    lines.push(match n_unsound {
        0 => format!("{} mutants, seed {}: none is proved and differs on a word", options.count, options.seed),
        _ => format!(
            "ALARM: {n_unsound} OF {} MUTANTS HAVE ALL OBLIGATIONS DISCHARGED AND YET A WORD DIFFERS. THIS IS A FAULT OF \
             THE CHECKER.",
            options.count
        ),
    });
    let what = |class| match class {
        Class::Killed => "killed by a word",
        Class::Refused => "refused by an obligation, no word found",
        Class::Harmless => "harmless: all obligations discharged, no word differs",
        Class::Unsound => "UNSOUND: all obligations discharged, a word differs",
    };
    lines.extend(Class::ALL.map(|class| format!("  {:<55} {:>5}", what(class), outcome.count(class))));
    for class in [Class::Unsound, Class::Refused, Class::Harmless] {
        if outcome.count(class) > 0 {
            lines.push(what(class).to_owned());
        }
        lines.extend(outcome.of_class(class).map(|mutant| line(reduction, mutant)));
    }
    lines.push(format!("  {:.2} s, {}", outcome.elapsed.as_secs_f64(), solver::version()));
    lines.join("\n")
}

/// What was changed, and what showed that it is wrong.
fn line(reduction: &dyn Reduction, mutant: &Judged) -> String {
    let gave_up = if mutant.gave_up { ", where the solver gave up" } else { "" };
    let obligation = mutant.obligation.as_ref().map(|name| format!("   {name}{gave_up}"));
    let word =
        mutant.word.as_ref().map(|word| format!("   on `{}`", shortened(&reduction.problem().alphabet().format(word))));
    format!("  {}{}{}", mutant.change, obligation.unwrap_or_default(), word.unwrap_or_default())
}

fn json(reduction: &dyn Reduction, outcome: &Outcome, options: &Options) -> Value {
    let (problem, description) = (reduction.problem(), reduction.description());
    let mutants = outcome.mutants.iter().map(|mutant| {
        json!({
            "change": mutant.change,
            "class": mutant.class.word(),
            "word": mutant.word.as_ref().map(|word| problem.alphabet().format(word)),
            "obligation": mutant.obligation,
        })
    });
    json!({
        "schema": SCHEMA,
        "problem": problem.name(),
        "model": description.model,
        "variant": description.variant,
        "seed": options.seed,
        "count": outcome.mutants.len(),
        "killed": outcome.count(Class::Killed),
        "refused": outcome.count(Class::Refused),
        "harmless": outcome.count(Class::Harmless),
        "unsound": outcome.count(Class::Unsound),
        "mutants": mutants.collect::<Vec<_>>(),
    })
}
