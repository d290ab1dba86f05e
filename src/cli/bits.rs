//! `reduce bits`: the least number of bits at each size.

use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use super::number::ModeArguments;
use super::select;
use super::select::Selection;
use super::select::replay;
use super::shipped;
use super::shipped_formats;
use crate::experiments::bits;
use crate::experiments::bits::Question;
use crate::folder::digest;
use crate::progress::Progress;
use crate::report::bits::Below;
use crate::report::bits::Row;
use crate::report::bits::Subject;
use crate::report::bits::picture;
use crate::report::bits::verdict;
use crate::report::gathered::Table;
use crate::report::json::pretty;
use crate::report::seconds;
use crate::report::title;
use crate::shard;
use crate::shard::Entry;
use crate::shard::Shard;
use crate::shard::Whole;
use crate::shard::Work;
use crate::side_by_side::side_by_side;
use crate::solver;
use crate::verdict::exit_code;
use clap::Args;
use reductions::Reduction;
use reductions::proof::precision::Bound;
use reductions::proof::precision::Growth;
use reductions::proof::precision::Searched;
use rnn::Precision;
use serde::Deserialize;
use serde::Serialize;
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
    /// Sizes: 4,8,16, or 4..64 by doubling; of a layer as libraries ship it none, as it holds at every length
    #[arg(long, value_name = "LIST", allow_hyphen_values = true)]
    n: Option<String>,
    #[command(flatten)]
    mode: ModeArguments,
    /// Limit of each query to the solver, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    timeout: Duration,
    /// Write a picture of all tables to this file, as SVG
    #[arg(long, value_name = "FILE")]
    plot: Option<PathBuf>,
    /// Look at the I-th of N parts of all sizes of all problems only, and print JSON Lines, which `reduce merge` puts together
    #[arg(long, value_name = "I/N", value_parser = Shard::read, conflicts_with = "plot")]
    shard: Option<Shard>,
    /// Print JSON, one value for each problem
    #[arg(long)]
    json: bool,
}

/// The name of this command in a shard.
pub(crate) const COMMAND: &str = "bits";

pub(crate) fn bits(arguments: &BitsArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let selection = &arguments.selection;
    if let [problem] = arguments.problems.as_slice()
        && let Some(claim) = shipped::select(problem, selection)?
    {
        let given = [
            ("--n", arguments.n.is_some()),
            ("--plot", arguments.plot.is_some()),
            ("--shard", arguments.shard.is_some()),
        ];
        let given = given.into_iter().find(|(_, is_given)| *is_given).map(|(flag, _)| flag);
        if let Some(flag) = given.or(arguments.mode.first_given()) {
            return Err(Misuse(format!("{flag}: expected none with a layer as libraries ship it")));
        }
        return shipped_formats::bits(claim, arguments.json, output);
    }
    let expected = || Misuse("--n: expected sizes as `4,8,16`, or `4..64` by doubling, got none".to_owned());
    let sizes = parse_sizes(arguments.n.as_deref().ok_or_else(expected)?)?;
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
        let question = Question { reduction, network: reduction.network(), searched, mode, timeout: arguments.timeout };
        questions.push((subject(&question, selection, sizes[0]), question));
    }
    if let Some(shard) = arguments.shard {
        return part(&questions, &sizes, (shard, arguments), progress, output);
    }
    // The picture's place is looked at before any work is done.
    let plot = arguments.plot.as_deref().map(Output::file).transpose()?;
    let mut verdicts = Vec::new();
    let mut series = Vec::new();
    for (i, (subject, question)) in questions.iter().enumerate() {
        let started = Instant::now();
        let mut rows = Vec::new();
        // A row of the table is shown as soon as it is found.
        if !arguments.json {
            output.line(&format!("{}{}", if i > 0 { "\n" } else { "" }, subject.head()))?;
            output.show();
        }
        // One size alone shows its own progress.
        let silent = Progress::new(true);
        let of_row = if sizes.len() > 1 { &silent } else { progress };
        if sizes.len() > 1 {
            progress.start(&format!("sizes of {}", question.reduction.problem().name()), sizes.len());
        }
        let work = |index: usize| {
            let row = row(question, selection, sizes[index], of_row);
            if sizes.len() > 1 {
                progress.step();
            }
            row
        };
        let found: Result<(), Misuse> = side_by_side(sizes.len(), work, |_, row| {
            let row = row?;
            progress.finish();
            if !arguments.json {
                output.line(&row.text())?;
                output.show();
            }
            rows.push(row);
            Ok(())
        });
        progress.finish();
        found?;
        let elapsed = started.elapsed();
        output.line(&if arguments.json {
            pretty(&subject.json(&rows, elapsed, &solver::version()))
        } else {
            subject.foot(&rows, elapsed)
        })?;
        output.show();
        verdicts.push(verdict(&rows));
        series.push(subject.drawn(&rows));
    }
    if let Some(mut plot) = plot {
        plot.line(&picture(&series))?;
        plot.finish()?;
    }
    Ok(exit_code(verdicts))
}

/// The table of a claim of the list at these sizes, in the arithmetic that is usual.
pub(crate) fn table(
    reduction: &'static dyn Reduction,
    sizes: &[usize],
    timeout: Duration,
    progress: &Progress,
) -> Result<Table, Misuse> {
    let selection = Selection { model: None, variant: None, automaton: None };
    let searched = reduction.fixed_precision().map_or(Searched::Width, |theorem| theorem.searched());
    let least = searched.format(1).map_err(|error| Misuse(error.to_string()))?;
    let mode = Precision::of(least);
    let question = Question { reduction, network: reduction.network(), searched, mode, timeout };
    let rows = sizes.iter().map(|n| row(&question, &selection, *n, progress)).collect::<Result<_, _>>()?;
    let first = sizes.first().copied().unwrap_or(1);
    Ok(Table { subject: subject(&question, &selection, first), rows })
}

/// What was asked of the whole of which there are shards.
#[derive(Serialize, Deserialize)]
struct Asked {
    problems: Vec<Subject>,
    sizes: Vec<usize>,
    /// The limit of each query to the solver, in seconds.
    timeout: f64,
}

/// A row of a shard: the results of the whole are the rows of its tables, one table after the other.
#[derive(Serialize, Deserialize)]
struct Timed {
    #[serde(flatten)]
    row: Row,
    seconds: f64,
}

/// Looks at the sizes of a shard.
fn part(
    questions: &[(Subject, Question<'_>)],
    sizes: &[usize],
    (shard, arguments): (Shard, &BitsArguments),
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let total = questions.len() * sizes.len();
    let range =
        shard.of_results(total, "sizes of problems").map_err(|message| Misuse(format!("--shard: {message}")))?;
    let started = Instant::now();
    let (mut rows, mut entries) = (Vec::new(), Vec::new());
    for index in range {
        let of_row = Instant::now();
        let (_, question) = &questions[index / sizes.len()];
        let row = row(question, &arguments.selection, sizes[index % sizes.len()], progress)?;
        entries.push(Entry::new(index, json!(Timed { row: row.clone(), seconds: seconds(of_row.elapsed()) })));
        rows.push(row);
    }
    let asked = Asked {
        problems: questions.iter().map(|(subject, _)| subject.clone()).collect(),
        sizes: sizes.to_owned(),
        timeout: arguments.timeout.as_secs_f64(),
    };
    let work = Work::new(COMMAND, json!(asked), total, &solver::version());
    output.line(&shard::written(&work, shard, &entries, started.elapsed()))?;
    output.show();
    Ok(exit_code([verdict(&rows)]))
}

/// What the whole says of which these are the shards.
pub(crate) fn merged(whole: &Whole, as_json: bool, output: &mut Output) -> Result<u8, Misuse> {
    let Asked { problems, sizes, .. } = whole.asked()?;
    let found: Vec<Timed> = whole.answers()?;
    if sizes.is_empty() || problems.len() * sizes.len() != found.len() {
        let (problems, sizes, got) = (problems.len(), sizes.len(), found.len());
        return Err(Misuse(format!("expected results for {sizes} sizes of {problems} problems, got {got}")));
    }
    let mut verdicts = Vec::new();
    for (i, (subject, found)) in problems.iter().zip(found.chunks(sizes.len())).enumerate() {
        let elapsed = Duration::try_from_secs_f64(found.iter().map(|timed| timed.seconds).sum());
        let elapsed = elapsed.map_err(|error| Misuse(format!("seconds: expected durations: {error}")))?;
        let rows: Vec<Row> = found.iter().map(|timed| timed.row.clone()).collect();
        if as_json {
            output.line(&pretty(&subject.json(&rows, elapsed, &whole.work.solver)))?;
        } else {
            output.line(&format!("{}{}", if i > 0 { "\n" } else { "" }, subject.head()))?;
            rows.iter().try_for_each(|row| output.line(&row.text()))?;
            output.line(&subject.foot(&rows, elapsed))?;
        }
        verdicts.push(verdict(&rows));
    }
    Ok(exit_code(verdicts))
}

/// The theorem's bound, where it speaks of the arithmetic that is asked for.
fn bound(question: &Question<'_>, n: usize) -> Option<Bound> {
    let is_usual = question.mode == Precision::of(question.mode.format);
    question.reduction.fixed_precision().and_then(|theorem| theorem.bound(n)).filter(|_| is_usual)
}

/// Of what a table is whose first size is this one.
fn subject(question: &Question<'_>, selection: &Selection, first: usize) -> Subject {
    let Question { reduction, searched, mode, .. } = question;
    let (problem, description) = (reduction.problem(), reduction.description());
    let theorem = reduction.fixed_precision().and_then(|theorem| theorem.bound(first));
    Subject {
        title: title(problem, &description),
        flags: select::flags(*reduction, selection),
        problem: problem.name().to_owned(),
        model: description.model.to_owned(),
        variant: description.variant.map(str::to_owned),
        rounding: mode.rounding.name().to_owned(),
        overflow: mode.overflow.name().to_owned(),
        accumulate: mode.accumulate.name().to_owned(),
        round_weights: mode.round_weights,
        searched: searched.name().to_owned(),
        int_bits: match searched {
            Searched::Width => None,
            Searched::FracBits { int_bits } => Some(*int_bits),
        },
        theorem: bound(question, first).map(|bound| bound.formula.to_owned()),
        is_linear: theorem.map(|bound| bound.growth == Growth::Linear),
        network: digest(question.network.to_json().to_string().as_bytes()),
    }
}

/// What is found at one size.
fn row(question: &Question<'_>, selection: &Selection, n: usize, progress: &Progress) -> Result<Row, Misuse> {
    let problem = question.reduction.problem();
    let least = bits::least(question, n, progress).map_err(|error| Misuse(format!("--n: {error}")))?;
    let below = least.below.as_ref().map(|(bits, found)| Below {
        bits: *bits,
        word: problem.alphabet().format(&found.word),
        network: found.network,
        decider: found.decider,
        command: replay(question.reduction, selection, &found.word, None, Some(&bits::precision(question, *bits))),
    });
    Ok(Row {
        n,
        bits: least.bits,
        proved_bits: least.proved.as_ref().map(|(bits, _)| *bits),
        suffices_by: least.suffices_by(problem.sizes().unit),
        counterexample_below: below,
        theorem_bits: bound(question, n).map(|bound| bound.bits),
        instances: least.looked_at.0,
        looked_at_up_to: least.looked_at.1,
        isolated: least.isolated,
        undetermined: least.undetermined,
        alarm: least.alarm,
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
