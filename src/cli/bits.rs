//! `reduce bits`: the least number of bits at each size.

use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use super::number::ModeArguments;
use super::select;
use super::select::Selection;
use super::select::replay;
use crate::experiments::bits;
use crate::experiments::bits::Fit;
use crate::experiments::bits::Least;
use crate::experiments::bits::Question;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::report::plot;
use crate::report::plot::Series;
use crate::report::seconds;
use crate::report::shortened;
use crate::report::title;
use crate::solver;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use clap::Args;
use reductions::proof::precision::Bound;
use reductions::proof::precision::Searched;
use rnn::Precision;
use serde_json::Value;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

#[derive(Debug, Args)]
pub(crate) struct BitsArguments {
    /// The problems' names, as `reduce list` prints them
    #[arg(required = true, value_name = "PROBLEM")]
    problems: Vec<String>,
    #[command(flatten)]
    selection: Selection,
    /// Sizes: 4,8,16, or 4..64 by doubling
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    n: String,
    #[command(flatten)]
    mode: ModeArguments,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
    /// Write a picture of all tables to this file, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Print JSON, one value for each problem
    #[arg(long)]
    json: bool,
}

const SCHEMA: &str = "reduce.bits/1";

pub(crate) fn bits(arguments: &BitsArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let sizes = parse_sizes(&arguments.n)?;
    let selection = &arguments.selection;
    let selected: Vec<_> =
        arguments.problems.iter().map(|problem| select::reduction(problem, selection)).collect::<Result<_, _>>()?;
    let mut questions = Vec::new();
    for reduction in &selected {
        let reduction = &**reduction;
        let searched = reduction.fixed_precision().map_or(Searched::Width, |theorem| theorem.searched());
        let least = searched.format(1).map_err(|error| Misuse(error.to_string()))?;
        let mode = arguments.mode.precision(least)?;
        for n in &sizes {
            reduction
                .problem()
                .sizes()
                .admit(reduction.problem().name(), *n)
                .map_err(|error| Misuse(format!("--n: {error}")))?;
        }
        questions.push(Question {
            reduction,
            network: reduction.network(),
            searched,
            mode,
            timeout: arguments.timeout,
        });
    }
    // The picture's place is looked at before any work is done.
    let picture = arguments.plot.as_deref().map(Output::file).transpose()?;
    let mut verdicts = Vec::new();
    let mut series = Vec::new();
    for (i, question) in questions.iter().enumerate() {
        let started = Instant::now();
        let mut found = Vec::new();
        let mut table = Table { question, selection };
        if !arguments.json {
            if i > 0 {
                output.line("")?;
            }
            table.head(output)?;
        }
        for n in &sizes {
            let least = bits::least(question, *n, progress).map_err(|error| Misuse(format!("--n: {error}")))?;
            if !arguments.json {
                table.row(&least, output)?;
            }
            found.push(least);
        }
        let fit = Fit::through(
            &points(&found),
            question.reduction.fixed_precision().and_then(|theorem| theorem.bound(sizes[0])).map(|bound| bound.growth),
        );
        if arguments.json {
            output.line(&pretty(&json(question, selection, &found, fit, started)))?;
        } else {
            table.foot(&found, fit, started, output)?;
        }
        output.show();
        verdicts.push(verdict(&found));
        let proved = found.iter().filter_map(|least| Some((least.n, least.proved.as_ref()?.0))).collect();
        series.push(Series { name: name(question, selection, fit), points: points(&found), proved });
    }
    if let Some(mut picture) = picture {
        picture.line(plot::svg(&series).trim_end())?;
        picture.finish()?;
    }
    Ok(exit_code(verdicts))
}

/// What a table says, for the exit code: a fault of the harness counts as *refuted*.
fn verdict(found: &[Least]) -> Verdict {
    match found {
        _ if found.iter().any(|least| least.alarm) => Verdict::Refuted,
        _ if found.iter().any(|least| least.undetermined.is_some()) => Verdict::Undetermined,
        _ => Verdict::Sampled,
    }
}

fn points(found: &[Least]) -> Vec<(usize, u32)> {
    found.iter().filter_map(|least| Some((least.n, least.bits?))).collect()
}

fn name(question: &Question<'_>, selection: &Selection, fit: Option<Fit>) -> String {
    let what = format!("{}: {}", select::flags(question.reduction, selection), kind(question.searched));
    fit.map_or(what.clone(), |fit| format!("{what}, {}", fit.formula()))
}

fn kind(searched: Searched) -> &'static str {
    match searched {
        Searched::Width => "width",
        Searched::FracBits { .. } => "fractional bits",
    }
}

/// The theorem's bound, where it speaks of the arithmetic that is asked for.
fn bound(question: &Question<'_>, n: usize) -> Option<Bound> {
    let is_usual = question.mode == Precision::of(question.mode.format);
    question.reduction.fixed_precision().and_then(|theorem| theorem.bound(n)).filter(|_| is_usual)
}

/// The table for a reader, a row as soon as it is found.
struct Table<'q> {
    question: &'q Question<'q>,
    selection: &'q Selection,
}

impl Table<'_> {
    fn head(&mut self, output: &mut Output) -> Result<(), Misuse> {
        let Question { reduction, searched, mode, .. } = self.question;
        output.line(&title(reduction.problem(), &reduction.description()))?;
        let format = match searched {
            Searched::Width => "W bits, integers (fixed:W.0)".to_owned(),
            Searched::FracBits { int_bits } => format!("F bits after the point (fixed:{int_bits}.F)"),
        };
        let weights = if mode.round_weights { ", rounded weights" } else { "" };
        let (rounding, overflow, accumulate) = (mode.rounding, mode.overflow, mode.accumulate);
        output.line(&format!("least number of {format}, {rounding}, {overflow}, {accumulate}{weights}"))?;
        output.line("      n  no counterexample  proved  theorem  counterexample below")?;
        output.show();
        Ok(())
    }

    fn row(&mut self, least: &Least, output: &mut Output) -> Result<(), Misuse> {
        let text = |bits: Option<u32>| bits.map_or("-".to_owned(), |bits| bits.to_string());
        let below = least.below.as_ref().map_or("-".to_owned(), |(bits, found)| {
            let word = self.question.reduction.problem().alphabet().format(&found.word);
            format!("{bits}: `{}` {}", shortened(&word), if found.network { "accepted" } else { "rejected" })
        });
        let proved = text(least.proved.as_ref().map(|(bits, _)| *bits));
        let theorem = text(bound(self.question, least.n).map(|bound| bound.bits));
        output.line(&format!("{:>7}  {:>17}  {proved:>6}  {theorem:>7}  {below}", least.n, text(least.bits)))?;
        if let Some(reason) = &least.undetermined {
            output.line(&format!("         undetermined: {reason}"))?;
        }
        if !least.isolated.is_empty() {
            let isolated: Vec<String> = least.isolated.iter().map(u32::to_string).collect();
            output.line(&format!("         no counterexample with {} either, but with more", isolated.join(", ")))?;
        }
        if least.alarm {
            output.line(
                "ALARM: A NUMBER OF BITS IS PROVED TO SUFFICE AND YET A WORD DIFFERS. THIS IS A FAULT OF THE CHECKER.",
            )?;
        }
        output.show();
        Ok(())
    }

    fn foot(&mut self, found: &[Least], fit: Option<Fit>, started: Instant, output: &mut Output) -> Result<(), Misuse> {
        let unit = self.question.reduction.problem().sizes().unit;
        if let Some(last) = found.last() {
            let larger = last.looked_at.1;
            output.line(&format!(
                "  n = {} suffices by {}; looked at up to {larger} bits",
                last.n,
                last.suffices_by(unit)
            ))?;
        }
        if let Some((first, (bits, counterexample))) =
            found.iter().find_map(|least| Some((least, least.below.as_ref()?)))
        {
            let precision = bits::precision(self.question, *bits);
            let command = replay(self.question.reduction, self.selection, &counterexample.word, None, Some(&precision));
            output.line(&format!("  replay, n = {}: {command}", first.n))?;
        }
        if let Some(fit) = fit {
            let theorem = found.first().and_then(|least| bound(self.question, least.n));
            let theorem = theorem.map(|bound| format!("; theorem: {}", bound.formula)).unwrap_or_default();
            output.line(&format!("  fit: {}, at most {:.3} bits off{theorem}", fit.formula(), fit.error))?;
        }
        output.line(&format!("  {:.2} s", started.elapsed().as_secs_f64()))
    }
}

fn json(question: &Question<'_>, selection: &Selection, found: &[Least], fit: Option<Fit>, started: Instant) -> Value {
    let problem = question.reduction.problem();
    let sizes = found.iter().map(|least| {
        let below = least.below.as_ref().map(|(bits, found)| {
            json!({
                "bits": bits,
                "word": problem.alphabet().format(&found.word),
                "network": found.network,
                "decider": found.decider,
                "command":
                    replay(question.reduction, selection, &found.word, None, Some(&bits::precision(question, *bits))),
            })
        });
        json!({
            "n": least.n,
            "bits": least.bits,
            "proved_bits": least.proved.as_ref().map(|(bits, _)| bits),
            "suffices_by": least.suffices_by(problem.sizes().unit),
            "counterexample_below": below,
            "theorem_bits": bound(question, least.n).map(|bound| bound.bits),
            "instances": least.looked_at.0,
            "looked_at_up_to": least.looked_at.1,
            "isolated": least.isolated,
            "undetermined": least.undetermined,
            "alarm": least.alarm,
        })
    });
    let description = question.reduction.description();
    let int_bits = match question.searched {
        Searched::Width => None,
        Searched::FracBits { int_bits } => Some(int_bits),
    };
    let theorem = found.first().and_then(|least| bound(question, least.n)).map(|bound| bound.formula);
    json!({
        "schema": SCHEMA,
        "problem": problem.name(),
        "model": description.model,
        "variant": description.variant,
        "rounding": question.mode.rounding.name(),
        "overflow": question.mode.overflow.name(),
        "accumulate": question.mode.accumulate.name(),
        "round_weights": question.mode.round_weights,
        "searched": question.searched.name(),
        "int_bits": int_bits,
        "sizes": sizes.collect::<Vec<_>>(),
        "fit": fit.map(|fit| json!({
            "formula": fit.formula(), "slope": fit.slope, "constant": fit.constant, "largest_error": fit.error,
        })),
        "theorem": theorem,
        "solver": solver::version(),
        "version": env!("CARGO_PKG_VERSION"),
        "seconds": seconds(started.elapsed()),
    })
}

/// `4,8,16`, or `4..64` by doubling.
fn parse_sizes(text: &str) -> Result<Vec<usize>, Misuse> {
    let refusal = || Misuse(format!("--n: expected sizes as `4,8,16`, or `4..64` by doubling, got `{text}`"));
    let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| *n > 0).ok_or_else(refusal);
    let sizes: Vec<usize> = match text.split_once("..") {
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to)?);
            std::iter::successors(Some(from), |n| n.checked_mul(2)).take_while(|n| *n <= to).collect()
        }
        None => text.split(',').map(number).collect::<Result<_, _>>()?,
    };
    if sizes.is_empty() { Err(refusal()) } else { Ok(sizes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_a_list_or_doubled() {
        assert_eq!(parse_sizes("4,8, 10").unwrap(), [4, 8, 10]);
        assert_eq!(parse_sizes("4..64").unwrap(), [4, 8, 16, 32, 64]);
        assert_eq!(parse_sizes("5..19").unwrap(), [5, 10]);
        for text in ["", "0", "4,,8", "8..4", "a..b", "4-8", "-1"] {
            let message = parse_sizes(text).unwrap_err().to_string();
            assert!(message.contains(&format!("got `{text}`")), "{message}");
        }
    }
}
