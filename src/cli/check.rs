//! `reduce check`: a claim, its verdict, and what supports it.

use super::CheckArguments;
use super::Misuse;
use super::Output;
use super::Selection;
use super::controls;
use super::json::pretty;
use super::machine;
use super::number;
use super::own_circuit::read_bits;
use super::own_machine;
use super::run::shortened;
use super::select;
use super::select::Selected;
use crate::check;
use crate::check::CheckError;
use crate::check::Options;
use crate::check::Outcome;
use crate::check::circuits;
use crate::check::rounded;
use crate::check::symbolic::Symbolic;
use crate::progress::Progress;
use crate::smt;
use crate::verdict::Verdict;
use circuit_files::Circuit;
use itertools::Itertools;
use problems::Problem;
use reductions::Description;
use reductions::Reduction;
use reductions::proof::Witness;
use rnn::Precision;
use rnn::RoundedArithmetic;
use serde_json::Value;
use serde_json::json;
use std::io::IsTerminal;

const SCHEMA: &str = "reduce.result/1";

/// How many obligations that are not discharged are printed.
const GAPS_SHOWN: usize = 3;

pub(crate) fn check(arguments: &CheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    if arguments.controls {
        return controls::controls(arguments, progress, output);
    }
    if arguments.samples == 0 {
        return Err(Misuse("--samples: expected at least 1, got 0".to_owned()));
    }
    if arguments.number.is_given() && arguments.circuit.is_some() {
        return Err(Misuse("--circuit: expected exact numbers, got a number format".to_owned()));
    }
    if let Some(file) = &arguments.machine {
        return own_machine::check(file, arguments, progress, output);
    }
    let Some(problem) = &arguments.problem else {
        return check_all(arguments, progress, output);
    };
    let claim = select::claim(problem, &arguments.selection)?;
    let reduction = match &claim {
        Selected::Network(reduction) => &**reduction,
        Selected::Machine(claim) => return machine::check(claim, arguments, progress, output),
    };
    if let Some(file) = &arguments.circuit {
        return check_circuit(reduction, file, arguments, progress, output);
    }
    let report = check_one(reduction, arguments, progress)?;
    if arguments.json {
        output.line(&pretty(&report.json))?;
    } else {
        output.line(&report.text)?;
    }
    output.show();
    Ok(report.exit_code)
}

/// Every claim; the exit code is that of the worst: refuted before undetermined before all others.
fn check_all(arguments: &CheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let mut codes = Vec::new();
    for (i, reduction) in reductions::all().into_iter().enumerate() {
        let report = check_one(reduction, arguments, progress)?;
        if arguments.json {
            output.line(&report.json.to_string())?;
        } else {
            if i > 0 {
                output.line("")?;
            }
            output.line(&report.text)?;
        }
        output.show();
        codes.push(report.exit_code);
    }
    let refuted = Verdict::Refuted.exit_code();
    Ok(if codes.contains(&refuted) { refuted } else { codes.into_iter().max().unwrap_or(0) })
}

struct Report {
    text: String,
    json: Value,
    exit_code: u8,
}

fn check_one(reduction: &dyn Reduction, arguments: &CheckArguments, progress: &Progress) -> Result<Report, Misuse> {
    let network = select::network(reduction, arguments.network.as_deref())?;
    let options = options(arguments);
    let n = options.n.unwrap_or(reduction.problem().sizes().default);
    let to_measure = || rounded::words_to_measure(reduction.problem(), n, &options);
    let precision = arguments.number.precision(&network, to_measure)?;
    if let Some(precision) =
        precision.filter(|precision| options.symbolic.is_some() && rounded::unrolls(precision).is_none())
    {
        return Err(Misuse(format!(
            "--symbolic: expected exact numbers, or fixed point with exact weights and a wide accumulator, got {precision}"
        )));
    }
    let outcome = match precision {
        None => check::check(reduction, &network, &options, progress),
        Some(precision) => rounded::check(reduction, &network, &RoundedArithmetic::new(precision), &options, progress),
    };
    let outcome = outcome.map_err(|error| match error {
        CheckError::Network(error) => Misuse(error.to_string()),
        CheckError::Size(error) => Misuse(format!("--n: {error}")),
    })?;
    Ok(Report {
        text: text(reduction, &outcome, precision.as_ref(), arguments),
        json: json(reduction, &outcome, precision.as_ref(), arguments),
        exit_code: outcome.exit_code(),
    })
}

/// What is asked of a check.
pub(crate) fn options(arguments: &CheckArguments) -> Options {
    Options {
        n: arguments.n,
        samples: arguments.samples,
        seed: arguments.seed,
        max_length: arguments.words,
        symbolic: arguments.symbolic,
        timeout: arguments.timeout,
    }
}

/// A claim in one line.
pub(crate) fn title(problem: &dyn Problem, description: &Description) -> String {
    let variant =
        description.variant.or(problem.variant()).map(|variant| format!(", variant {variant}")).unwrap_or_default();
    format!("{} by {}{variant} ({}, {})", problem.name(), description.model, description.theorem, description.regime)
}

/// The word of a verdict, in capitals and, on a terminal that wants it, in colour.
pub(crate) fn shout(verdict: Verdict) -> String {
    let word = verdict.word().to_uppercase();
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if !wanted || !std::io::stdout().is_terminal() {
        return word;
    }
    let colour = match verdict {
        Verdict::Proved | Verdict::Checked | Verdict::Sampled => 32,
        Verdict::Refuted => 31,
        Verdict::Undetermined => 33,
    };
    format!("\x1b[1;{colour}m{word}\x1b[0m")
}

/// The command that replays a counterexample.
pub(crate) fn replay(
    reduction: &dyn Reduction,
    selection: &Selection,
    word: &[problems::Token],
    network: Option<&std::path::Path>,
    precision: Option<&Precision>,
) -> String {
    let network = network.map(|path| format!(" --network '{}'", path.display())).unwrap_or_default();
    let number = precision.map(number::flags).unwrap_or_default();
    let word = reduction.problem().alphabet().format(word);
    format!("echo '{word}' | reduce run {}{network}{number}", select::flags(reduction, selection))
}

fn text(
    reduction: &dyn Reduction,
    outcome: &Outcome,
    precision: Option<&Precision>,
    arguments: &CheckArguments,
) -> String {
    let problem = reduction.problem();
    let format = |word: &[usize]| problem.alphabet().format(&word.iter().map(|t| *t as u8).collect::<Vec<_>>());
    let mut lines = vec![title(problem, &reduction.description())];
    if let Some(precision) = precision {
        let remark = arguments.number.remark().map(|remark| format!("; {remark}")).unwrap_or_default();
        lines.push(format!("numbers {precision}{remark}"));
    }
    let for_whom = match outcome.verdict {
        Verdict::Proved if precision.is_some() => "for every word of the size asked for",
        Verdict::Proved if problem.promise().is_some() => "for every word, of any length, that keeps the promise",
        Verdict::Proved => "for every word, of any length",
        Verdict::Refuted if precision.is_some() => "by a word, replayed in this precision",
        Verdict::Refuted => "by a word, replayed exactly",
        _ => "",
    };
    lines.push(format!("{} {for_whom}", shout(outcome.verdict)).trim_end().to_owned());
    if outcome.alarm {
        lines.push(
            "ALARM: ALL OBLIGATIONS ARE DISCHARGED AND YET A WORD DIFFERS. THIS IS A FAULT OF THE CHECKER.".into(),
        );
    }
    if let Some(found) = &outcome.counterexample {
        let yes = |answer| if answer { "accepts" } else { "rejects" };
        lines.push(format!(
            "  on `{}` the network {}, the decider {}",
            shortened(&problem.alphabet().format(&found.word)),
            yes(found.network),
            yes(found.decider)
        ));
        if let Some((network, decider)) = &found.values {
            let (network, decider) = (shortened(&network.iter().join(" ")), shortened(&decider.iter().join(" ")));
            lines.push(format!("  values {network}, the decider's {decider}"));
        }
        let command = replay(reduction, &arguments.selection, &found.word, arguments.network.as_deref(), precision);
        lines.push(format!("  replay: {command}"));
    }
    for link in &outcome.links {
        lines.push(format!("  {:<31} {:<12}  {}", link.name, link.verdict, link.by));
    }
    if let Some(promise) = problem.promise() {
        lines.push(format!("  {:<31} {:<12}  {promise}", "promise", "-"));
    }
    let samples = &outcome.samples;
    let agree = if outcome.counterexample.is_none() { ": network = decider on each" } else { "" };
    lines.push(format!(
        "  {:<31} {:<12}  {} hard instances of {} {}, {} tokens ({} yes, {} no){agree}",
        if precision.is_some() { "rounded runs" } else { "exact runs" },
        if agree.is_empty() { "-" } else { "sampled" },
        samples.yes + samples.no,
        samples.n,
        problem.sizes().unit,
        samples.n_tokens,
        samples.yes,
        samples.no
    ));
    if !outcome.obligations.is_empty() {
        let witnessed = outcome.obligations.iter().filter(|o| matches!(o.witness, Witness::Found { .. })).count();
        lines.push(format!(
            "  {:<31} {:<12}  the assumptions of {witnessed} of {} obligations hold in a replayed state",
            "witnesses",
            "-",
            outcome.obligations.len()
        ));
    }
    let gaps = outcome.gaps();
    for gap in gaps.iter().take(GAPS_SHOWN) {
        lines.push(format!("  gap: {}: {}", gap.name, gap.reason(format)));
    }
    if gaps.len() > GAPS_SHOWN {
        lines.push(format!("  and {} more", gaps.len() - GAPS_SHOWN));
    }
    lines.push(format!("  {:.2} s", outcome.elapsed.as_secs_f64()));
    lines.join("\n")
}

fn json(
    reduction: &dyn Reduction,
    outcome: &Outcome,
    precision: Option<&Precision>,
    arguments: &CheckArguments,
) -> Value {
    let (problem, description) = (reduction.problem(), reduction.description());
    let links =
        outcome.links.iter().map(|link| json!({"name": link.name, "verdict": link.verdict.word(), "by": link.by}));
    let discharged = outcome.obligations.iter().filter(|obligation| obligation.is_discharged()).count();
    let witnessed = outcome.obligations.iter().filter(|o| matches!(o.witness, Witness::Found { .. })).count();
    let format = |word: &[usize]| problem.alphabet().format(&word.iter().map(|t| *t as u8).collect::<Vec<_>>());
    let gaps = outcome.gaps().into_iter().map(|gap| json!({"name": gap.name, "reason": gap.reason(format)}));
    let (max_length, status) = match &outcome.symbolic {
        Symbolic::NotAsked => (0, "not asked".to_owned()),
        Symbolic::Agree(length) => (*length, "agree".to_owned()),
        Symbolic::Differ(word) => (word.len(), "differ".to_owned()),
        Symbolic::Unknown(length, reason) => (*length, format!("unknown: {reason}")),
    };
    let counterexample = outcome.counterexample.as_ref().map(|found| {
        json!({
            "word": problem.alphabet().format(&found.word),
            "network": found.network,
            "decider": found.decider,
            "values": found.values.as_ref().map(super::run::values_to_json),
            "command": replay(reduction, &arguments.selection, &found.word, arguments.network.as_deref(), precision),
        })
    });
    let mut object = json!({
        "schema": SCHEMA,
        "problem": problem.name(),
        "model": description.model,
        "variant": description.variant,
        "theorem": description.theorem,
        "n": outcome.samples.n,
        "verdict": outcome.verdict.word(),
        "alarm": outcome.alarm,
        "links": links.collect::<Vec<_>>(),
        "obligations": {
            "total": outcome.obligations.len(),
            "discharged": discharged,
            "witnessed": witnessed,
            "gaps": gaps.collect::<Vec<_>>(),
        },
        "words": {"max_length": outcome.words.max_length, "yes": outcome.words.yes, "no": outcome.words.no,
                  "outside_promise": outcome.words.outside},
        "promise": problem.promise(),
        "symbolic": {"max_length": max_length, "status": status},
        "samples": {"n": outcome.samples.yes + outcome.samples.no, "yes": outcome.samples.yes, "no": outcome.samples.no},
        "counterexample": counterexample,
        "solver": smt::version(),
        "version": env!("CARGO_PKG_VERSION"),
        "seed": arguments.seed,
        "seconds": seconds(outcome.elapsed),
    });
    if let Some(fields) = object.as_object_mut() {
        fields.extend(number::fields(precision).map(|(name, value)| (name.to_owned(), value)));
    }
    object
}

pub(crate) fn seconds(elapsed: std::time::Duration) -> f64 {
    (elapsed.as_secs_f64() * 1000.0).round() / 1000.0
}

fn check_circuit(
    reduction: &dyn Reduction,
    file: &std::path::Path,
    arguments: &CheckArguments,
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let (problem, description) = (reduction.problem(), reduction.description());
    if problem.name() != "circuit-value" || problem.variant() != Some("copy") {
        return Err(Misuse(format!(
            "--circuit: expected circuit-value in its variant copy, got {} {}",
            problem.name(),
            problem.variant().unwrap_or_default()
        )));
    }
    let network = select::network(reduction, arguments.network.as_deref())?;
    let circuit = Circuit::read(file).map_err(|error| Misuse(error.to_string()))?;
    let vectors = if arguments.input.is_empty() {
        circuits::draw_inputs(&circuit, arguments.samples, arguments.seed)
    } else {
        arguments.input.iter().map(|bits| read_bits(bits, circuit.n_inputs())).collect::<Result<_, _>>()?
    };
    let outcome = circuits::check(&network, &circuit, &vectors, progress);
    let name = |output: usize| circuit.output_name(output).map_or_else(|| format!("o{output}"), str::to_owned);
    let bits = |vector: &[bool]| vector.iter().map(|bit| if *bit { '1' } else { '0' }).collect::<String>();
    let command =
        |vector: &[bool]| format!("reduce check circuit-value --circuit '{}' --input {}", file.display(), bits(vector));
    if arguments.json {
        let counterexample = outcome.differs.as_ref().map(|found| {
            json!({
                "word": problem.alphabet().format(&found.word),
                "network": found.network,
                "decider": found.simulation,
                "output": name(found.output),
                "command": command(&found.inputs),
            })
        });
        output.line(&pretty(&json!({
            "schema": SCHEMA,
            "problem": problem.name(),
            "model": description.model,
            "variant": description.variant,
            "theorem": description.theorem,
            "circuit": file.display().to_string(),
            "n": outcome.n_values,
            "verdict": outcome.verdict().word(),
            "links": [{
                "name": "network = simulation",
                "verdict": outcome.verdict().word(),
                "by": format!("{} input vectors, every output", vectors.len()),
            }],
            "obligations": {"total": 0, "discharged": 0},
            "words": {"max_length": 0, "yes": 0, "no": 0},
            "symbolic": {"max_length": 0, "status": "not asked"},
            "samples": {"n": vectors.len(), "yes": outcome.yes, "no": outcome.no},
            "counterexample": counterexample,
            "outputs": outcome.outputs.iter().map(|values| bits(values)).collect::<Vec<_>>(),
            "solver": smt::version(),
            "version": env!("CARGO_PKG_VERSION"),
            "seed": arguments.seed,
            "seconds": seconds(outcome.elapsed),
        })))?;
    } else {
        output.line(&format!(
            "{}: {} inputs, {} gates, {} outputs as a word of {} values and {} tokens, plus a suffix per output",
            file.display(),
            circuit.n_inputs(),
            circuit.gates().len(),
            circuit.outputs().len(),
            outcome.n_values,
            outcome.n_tokens
        ))?;
        output.line(&format!(
            "{} network = the file's own simulation on {} input vectors, every output ({} yes, {} no)",
            shout(outcome.verdict()),
            vectors.len(),
            outcome.yes,
            outcome.no
        ))?;
        if !arguments.input.is_empty() {
            for (vector, values) in vectors.iter().zip(&outcome.outputs) {
                let values = values.iter().enumerate().map(|(i, bit)| format!("{}={}", name(i), u8::from(*bit)));
                output.line(&format!("  {} -> {}", bits(vector), values.collect::<Vec<_>>().iter().join(" ")))?;
            }
        }
        if let Some(found) = &outcome.differs {
            output.line(&format!("  output {} differs; replay: {}", name(found.output), command(&found.inputs)))?;
        }
        output.line(&format!("  {:.2} s", outcome.elapsed.as_secs_f64()))?;
    }
    output.show();
    Ok(outcome.verdict().exit_code())
}
