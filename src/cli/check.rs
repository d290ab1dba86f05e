//! `reduce check`: a claim, its verdict, and what supports it.

use super::against;
use super::against::AgainstArguments;
use super::check_circuit;
use super::check_circuit::CircuitAsked;
use super::check_evidence::Evidence;
use super::check_evidence::EvidenceAsked;
use super::controls;
use super::files::Output;
use super::files::quoted;
use super::map;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use super::number::NumberArguments;
use super::own_machine;
use super::select;
use super::select::Selected;
use super::select::Selection;
use super::select::replay;
use super::shipped;
use crate::check;
use crate::check::machines;
use crate::check::options::CheckError;
use crate::check::options::Options;
use crate::check::range;
use crate::evidence;
use crate::progress::Progress;
use crate::report::claim;
use crate::report::claim::CheckReport;
use crate::report::json::pretty;
use crate::report::without_colour;
use crate::shard;
use crate::shard::Entry;
use crate::shard::Shard;
use crate::shard::Whole;
use crate::side_by_side::side_by_side;
use crate::solver;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use clap::Args;
use problems::Word;
use reductions::Reduction;
use reductions::as_printed::Claim;
use reductions::as_printed::MachineClaim;
use serde_json::Value;
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

/// How many instances are sampled where no number is given.
const SAMPLES: usize = 8;
/// The same of sources of a map, which are quick: what is enough of a network's instances is too few of them.
const SAMPLES_OF_MAPS: usize = 200;
/// How long a question to the solver may take, and a program be silent, where nothing is given.
const TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The problem's name, as `reduce list` prints it
    #[arg(required_unless_present_any = ["all", "controls", "machine", "maps", "against", "network"], conflicts_with_all = ["all", "against"])]
    problem: Option<String>,
    #[command(flatten)]
    against: AgainstArguments,
    /// Check instead that a network is the machine in this file, for every word: the one that is compiled from it, or the
    /// one of --network
    #[arg(long, value_name = "FILE", conflicts_with_all = ["problem", "all", "controls", "model", "automaton", "symbolic", "circuit"])]
    machine: Option<PathBuf>,
    /// Write the network that is compiled from --machine to this file
    #[arg(long, value_name = "FILE", conflicts_with = "network")]
    to: Option<PathBuf>,
    /// Check every claim
    #[arg(long, conflicts_with_all = ["model", "variant", "automaton", "network", "circuit", "against"])]
    all: bool,
    /// Settle what smaller linear networks cannot do, each with the answer that is expected
    #[arg(long, conflicts_with_all = ["problem", "all", "machine", "to", "model", "variant", "automaton", "n", "samples", "seed", "words",
                                      "symbolic", "network", "circuit", "input", "evidence", "proofs", "force", "against", "states", "certificate",
                                      "recheck", "minimal", "keep_going", "maps", "number", "frac_bits", "width", "rounding", "overflow",
                                      "accumulate", "round_weights"])]
    controls: bool,
    /// Check the maps that make the problems hard: answers kept both ways, sizes equal to their formulas
    #[arg(long, conflicts_with_all = ["problem", "all", "controls", "machine", "to", "model", "variant", "automaton", "n", "words",
                                      "symbolic", "timeout", "network", "circuit", "input", "evidence", "proofs", "force", "against", "states",
                                      "certificate", "recheck", "minimal", "keep_going", "number", "frac_bits", "width", "rounding",
                                      "overflow", "accumulate", "round_weights"])]
    maps: bool,
    #[command(flatten)]
    selection: Selection,
    /// Size of the sampled instances: vertices, values, pairs, letters or matrices [default: 64, of matrices 60]
    #[arg(long, value_name = "N")]
    n: Option<usize>,
    /// Number of sampled instances, of input vectors with --circuit, or of sources of each map with --maps [default: 8, with
    /// --maps 200]
    #[arg(long, value_name = "K")]
    samples: Option<usize>,
    /// Seed of the samples [default: 0]
    #[arg(long, value_name = "S")]
    seed: Option<u64>,
    /// Read every word up to this length [default: as long as 300,000 words allow, 30,000 for several layers, 100,000 for
    /// --against command:]
    #[arg(long, value_name = "L")]
    words: Option<usize>,
    /// Unroll the network over unknown tokens up to this length
    #[arg(long, value_name = "L")]
    symbolic: Option<usize>,
    /// Limit of each query to the solver, and of the silence of a program of --against command:, in seconds [default:
    /// 10]
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    timeout: Option<Duration>,
    /// Take the weights from this file, as `reduce show --network` prints them
    #[arg(long, value_name = "FILE")]
    network: Option<PathBuf>,
    #[command(flatten)]
    number: NumberArguments,
    /// Evaluate every output of this circuit instead: AIGER, Bristol or .bench
    #[arg(long, value_name = "FILE", conflicts_with_all = ["n", "words", "symbolic"])]
    circuit: Option<PathBuf>,
    /// Input bits for --circuit, the first input first [default: sampled]
    #[arg(long, value_name = "BITS")]
    input: Vec<String>,
    /// Write evidence that others can check again into this folder: `reduce recheck` reads it
    #[arg(long, value_name = "DIR", conflicts_with_all = ["controls", "machine", "circuit"])]
    evidence: Option<PathBuf>,
    /// Add a proof of every question, in Alethe, made by this cvc5 [default: cvc5]
    #[arg(long, value_name = "CVC5", requires = "evidence", conflicts_with_all = ["maps", "controls"], num_args = 0..=1,
          require_equals = true, default_missing_value = "cvc5")]
    proofs: Option<String>,
    /// Replace the folder of evidence that is there
    #[arg(long, requires = "evidence")]
    force: bool,
    /// Check the I-th of N parts of all claims only, and print JSON Lines, which `reduce merge` puts together
    #[arg(long, value_name = "I/N", value_parser = Shard::read, requires = "all",
          conflicts_with_all = ["problem", "machine", "against", "maps", "controls", "evidence"])]
    shard: Option<Shard>,
    /// Print JSON, one object a line
    #[arg(long)]
    json: bool,
}

impl CheckArguments {
    fn samples(&self) -> usize {
        self.samples.unwrap_or(SAMPLES)
    }

    fn seed(&self) -> u64 {
        self.seed.unwrap_or(0)
    }

    fn evidence(&self) -> EvidenceAsked<'_> {
        EvidenceAsked {
            folder: self.evidence.as_deref(),
            force: self.force,
            prover: self.proofs.as_deref(),
            limit: self.timeout(),
            all: self.all,
            has_format: self.number.is_given(),
        }
    }

    fn timeout(&self) -> Duration {
        self.timeout.unwrap_or(TIMEOUT)
    }
}

pub(crate) fn check(arguments: &CheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    if arguments.controls {
        return controls::controls((arguments.timeout(), arguments.json), progress, output);
    }
    if arguments.samples == Some(0) {
        return Err(Misuse("--samples: expected at least 1, got 0".to_owned()));
    }
    if arguments.maps {
        let samples = arguments.samples.unwrap_or(SAMPLES_OF_MAPS);
        return map::check_all((samples, arguments.seed(), arguments.json), progress, output);
    }
    beside_what_they_are_for(arguments)?;
    if arguments.number.is_given() && arguments.circuit.is_some() {
        return Err(Misuse("--circuit: expected exact numbers, got a number format".to_owned()));
    }
    // A machine's own half reads words and asks the solver, and bits are measured on words.
    let (has_machine, measures) = (arguments.machine.is_some(), arguments.number.measures());
    let for_words = [
        ("--n", arguments.n.is_some()),
        ("--samples", arguments.samples.is_some()),
        ("--seed", arguments.seed.is_some()),
        ("--words", arguments.words.is_some() && !has_machine && !measures),
        (against::TIMEOUT, arguments.timeout.is_some() && !has_machine),
    ];
    let compared = against::Asked {
        for_words: &for_words,
        flags: &arguments.against,
        variant: arguments.selection.variant.as_deref(),
        n: arguments.n,
        samples: arguments.samples(),
        seed: arguments.seed(),
        words: arguments.words,
        limit: arguments.timeout(),
    };
    let is_against = arguments.against.against.is_some();
    if is_against {
        let other = [
            ("--model", arguments.selection.model.is_some()),
            ("--automaton", arguments.selection.automaton.is_some()),
            ("--symbolic", arguments.symbolic.is_some()),
            ("--circuit", arguments.circuit.is_some()),
            ("--evidence", arguments.evidence.is_some()),
        ];
        if let Some((flag, _)) = other.into_iter().find(|(_, is_given)| *is_given) {
            return Err(Misuse(format!("{flag}: expected it beside a problem, got it beside --against")));
        }
    }
    if let Some(file) = &arguments.machine {
        if !is_against && (arguments.n.is_some() || arguments.selection.variant.is_some()) {
            return Err(Misuse("--machine: expected --n and --variant beside --against only".to_owned()));
        }
        let asked = own_machine::Asked {
            against: is_against.then_some(&compared),
            machine: file,
            network: arguments.network.as_deref(),
            to: arguments.to.as_deref(),
            words: arguments.words,
            timeout: arguments.timeout(),
            number_is_given: arguments.number.is_given(),
            json: arguments.json,
        };
        return own_machine::check(&asked, progress, output);
    }
    if is_against {
        let file = arguments.network.as_deref();
        let file =
            file.ok_or_else(|| Misuse("--against: expected --network or --machine beside it, got none".to_owned()))?;
        return against::check_network(&compared, file, &arguments.number, arguments.json, progress, output);
    }
    let Some(problem) = &arguments.problem else {
        if !arguments.all {
            let message = "--network: expected a problem or --against LANGUAGE beside it, got neither";
            return Err(Misuse(message.to_owned()));
        }
        return check_all(arguments, progress, output);
    };
    if let Some(claim) = shipped::select(problem, &arguments.selection)? {
        return shipped::check(claim, &of_shipped(arguments)?, output);
    }
    let claim = select::claim(problem, &arguments.selection)?;
    let reduction = match &claim {
        Selected::Network(reduction) => &**reduction,
        Selected::Machine(claim) => return check_machine(claim, arguments, progress, output),
    };
    if let Some(file) = &arguments.circuit {
        let asked = CircuitAsked {
            file,
            network: arguments.network.as_deref(),
            input: &arguments.input,
            samples: arguments.samples(),
            seed: arguments.seed(),
            json: arguments.json,
        };
        return check_circuit::check(reduction, &asked, progress, output);
    }
    let mut evidence = Evidence::asked(&arguments.evidence())?;
    let answer = check_one(reduction, arguments, progress, &mut evidence)?;
    let proofs = evidence.write(&arguments.evidence())?;
    output.line(&if arguments.json { pretty(&answer.json) } else { answer.text })?;
    about_proofs(proofs, arguments, output)?;
    output.show();
    Ok(answer.exit_code)
}

/// Refuses flags without the one that they are for. Clap does not, where that one conflicts with another that is given.
fn beside_what_they_are_for(arguments: &CheckArguments) -> Result<(), Misuse> {
    let AgainstArguments { against, states, certificate, recheck, minimal, keep_going } = &arguments.against;
    let (is_against, is_machine) = (against.is_some(), arguments.machine.is_some());
    let given = [
        ("--to", arguments.to.is_some(), "--machine", is_machine),
        ("--input", !arguments.input.is_empty(), "--circuit", arguments.circuit.is_some()),
        ("--states", states.is_some(), "--against", is_against),
        ("--certificate", certificate.is_some(), "--against", is_against),
        ("--recheck", recheck.is_some(), "--against", is_against),
        ("--minimal", !minimal.is_empty(), "--against", is_against),
        ("--keep-going", *keep_going, "--against words:FILE", is_against),
    ];
    match given.into_iter().find(|(_, is_given, _, is_there)| *is_given && !is_there) {
        Some((flag, _, other, _)) => Err(Misuse(format!("{flag}: expected {other} beside it, got none"))),
        None => Ok(()),
    }
}

/// What can be asked of a claim about a shipped layer.
fn of_shipped(arguments: &CheckArguments) -> Result<shipped::Asked, Misuse> {
    let given = [
        ("--network", arguments.network.is_some()),
        ("--circuit", arguments.circuit.is_some()),
        ("--symbolic", arguments.symbolic.is_some()),
        ("--evidence", arguments.evidence.is_some()),
    ];
    if let Some((flag, _)) = given.into_iter().find(|(_, is_given)| *is_given) {
        return Err(Misuse(format!("{flag}: expected none with a layer as libraries ship it")));
    }
    Ok(shipped::Asked {
        n: arguments.n,
        samples: arguments.samples(),
        seed: arguments.seed(),
        words: arguments.words,
        storage: arguments.number.storage()?,
        json: arguments.json,
    })
}

/// The name of this command in a shard.
pub(crate) const COMMAND: &str = "check";

/// Every claim, or a shard of them; the exit code is that of the worst.
fn check_all(arguments: &CheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let claims = reductions::all();
    if let Some(shard) = arguments.shard {
        return check_shard(&claims, shard, arguments, progress, output);
    }
    let mut verdicts = Vec::new();
    let mut evidence = Evidence::asked(&arguments.evidence())?;
    let mut take = |i: usize, answer: Answer| {
        line_of_all(i, (&answer.text, &answer.json), arguments.json, output)?;
        verdicts.push(answer.verdict);
        Ok(())
    };
    if arguments.evidence.is_some() {
        for (i, reduction) in claims.into_iter().enumerate() {
            take(i, check_one(reduction, arguments, progress, &mut evidence)?)?;
        }
    } else {
        check_claims(&claims, arguments, progress, take)?;
    }
    let proofs = evidence.write(&arguments.evidence())?;
    about_proofs(proofs, arguments, output)?;
    Ok(exit_code(verdicts))
}

/// Checks claims side by side, and hands their answers over in their order.
fn check_claims(
    claims: &[&'static dyn Reduction],
    arguments: &CheckArguments,
    progress: &Progress,
    mut take: impl FnMut(usize, Answer) -> Result<(), Misuse>,
) -> Result<(), Misuse> {
    progress.start("claims", claims.len());
    let silent = Progress::new(true);
    let work = |index: usize| {
        let answer = check_one(claims[index], arguments, &silent, &mut Evidence::none());
        progress.step();
        answer
    };
    let done = side_by_side(claims.len(), work, |index, answer| {
        progress.finish();
        take(index, answer?)
    });
    progress.finish();
    done
}

/// What is printed of the claim with this index.
fn line_of_all(i: usize, (text, json): (&str, &Value), as_json: bool, output: &mut Output) -> Result<(), Misuse> {
    if as_json {
        output.line(&json.to_string())?;
    } else {
        if i > 0 {
            output.line("")?;
        }
        output.line(text)?;
    }
    output.show();
    Ok(())
}

/// A part of all claims.
fn check_shard(
    claims: &[&'static dyn Reduction],
    shard: Shard,
    arguments: &CheckArguments,
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let range = shard.of_results(claims.len(), "claims").map_err(|message| Misuse(format!("--shard: {message}")))?;
    let started = Instant::now();
    let (mut verdicts, mut entries) = (Vec::new(), Vec::new());
    let first = range.start;
    check_claims(&claims[range], arguments, progress, |index, answer| {
        let text = Some(without_colour(&answer.text));
        entries.push(Entry { index: first + index, answer: answer.json, text });
        verdicts.push(answer.verdict);
        Ok(())
    })?;
    let asked = json!({
        "n": arguments.n,
        "samples": arguments.samples(),
        "seed": arguments.seed,
        "words": arguments.words,
        "symbolic": arguments.symbolic,
        "timeout": arguments.timeout().as_secs_f64(),
        "number": arguments.number.flags(),
        "claims": claims.iter().map(|claim| select::flags_of(&Claim::Network(*claim))).collect::<Vec<_>>(),
    });
    let work = shard::Work::new(COMMAND, asked, claims.len(), &solver::version());
    output.line(&shard::written(&work, shard, &entries, started.elapsed()))?;
    output.show();
    Ok(exit_code(verdicts))
}

/// What the whole says of which these are the shards.
pub(crate) fn merged(whole: &Whole, as_json: bool, output: &mut Output) -> Result<u8, Misuse> {
    // All of them are looked at before the first is printed.
    let verdict = |entry: &Entry| {
        let verdict = entry.answer["verdict"].as_str().and_then(Verdict::named);
        match (verdict, entry.answer["alarm"].as_bool()) {
            (Some(_), Some(true)) => Ok(Verdict::Refuted),
            (Some(verdict), Some(false)) => Ok(verdict),
            _ => Err(Misuse(format!(
                "the result with index {}: expected a verdict and an alarm, as in {}",
                entry.index,
                claim::SCHEMA
            ))),
        }
    };
    let verdicts = whole.entries.iter().map(verdict).collect::<Result<Vec<_>, _>>()?;
    for entry in &whole.entries {
        let text = entry.text.as_deref().unwrap_or_default();
        line_of_all(entry.index, (text, &entry.answer), as_json, output)?;
    }
    Ok(exit_code(verdicts))
}

/// Says how many questions have a proof; the JSON of a claim has no room for it, the manifest has.
fn about_proofs(proofs: Option<String>, arguments: &CheckArguments, output: &mut Output) -> Result<(), Misuse> {
    match proofs {
        Some(line) if !arguments.json => output.line(&line),
        _ => Ok(()),
    }
}

struct Answer {
    text: String,
    json: Value,
    /// A fault of the harness counts as *refuted*.
    verdict: Verdict,
    exit_code: u8,
}

fn check_one(
    reduction: &dyn Reduction,
    arguments: &CheckArguments,
    progress: &Progress,
    evidence: &mut Evidence,
) -> Result<Answer, Misuse> {
    let network = select::network(reduction, arguments.network.as_deref())?;
    let options = options(arguments);
    let n = options.n.unwrap_or(reduction.problem().sizes().default);
    let to_measure = || range::words_to_measure(reduction.problem(), n, &options);
    let precision = arguments.number.precision(&network, to_measure)?;
    if let Some(precision) = precision.filter(|format| options.symbolic.is_some() && check::unrolls(format).is_none()) {
        return Err(Misuse(format!(
            "--symbolic: expected exact numbers, or fixed point with exact weights and a wide accumulator, got {precision}"
        )));
    }
    let outcome = check::check(reduction, &network, precision.as_ref(), &options, progress);
    let outcome = outcome.map_err(|error| match error {
        CheckError::Network(error) => Misuse(error.to_string()),
        CheckError::Size(error) => Misuse(format!("--n: {error}")),
    })?;
    let checked = evidence::Checked { reduction, network: &network, options: &options, outcome: &outcome };
    evidence.add(checked, &arguments.evidence(), progress)?;
    let command =
        |word: &Word| replay(reduction, &arguments.selection, word, arguments.network.as_deref(), precision.as_ref());
    let report = CheckReport {
        reduction,
        outcome: &outcome,
        precision: precision.as_ref(),
        remark: arguments.number.remark(),
        seed: arguments.seed(),
        replay: &command,
    };
    let verdict = outcome.verdict_or_alarm();
    Ok(Answer { text: report.text(), json: report.json(), verdict, exit_code: outcome.exit_code() })
}

/// What is asked of a check.
fn options(arguments: &CheckArguments) -> Options {
    Options {
        n: arguments.n,
        samples: arguments.samples(),
        seed: arguments.seed(),
        max_length: arguments.words,
        symbolic: arguments.symbolic,
        timeout: arguments.timeout(),
    }
}

fn check_machine(
    claim: &'static MachineClaim,
    arguments: &CheckArguments,
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let asks_for_a_network = arguments.network.is_some() || arguments.circuit.is_some() || arguments.evidence.is_some();
    if asks_for_a_network || arguments.symbolic.is_some() {
        return Err(select::no_network(claim));
    }
    let outcome =
        machines::check(claim, &options(arguments), progress).map_err(|error| Misuse(format!("--n: {error}")))?;
    let flags = select::flags_of(&Claim::Machine(claim));
    let command = |word: &Word| format!("echo {} | reduce run {flags}", quoted(&claim.problem.alphabet().format(word)));
    output.line(&if arguments.json {
        pretty(&claim::machine::json(claim, &outcome, arguments.seed(), &command))
    } else {
        claim::machine::text(claim, &outcome, &command)
    })?;
    output.show();
    Ok(exit_code([outcome.verdict]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Command;
    use clap::error::ErrorKind;

    /// Flags that a mode of the command would not read are refused beside it.
    #[test]
    fn modes_refuse_every_flag_that_they_do_not_read() {
        let modes: [(&str, &[&str]); 2] = [("maps", &["samples", "seed", "json"]), ("controls", &["timeout", "json"])];
        let command = CheckArguments::augment_args(Command::new("check"));
        for (mode, reads) in modes {
            let mut refused = 0;
            for argument in command.get_arguments().filter(|argument| argument.get_id() != mode) {
                let Some(long) = argument.get_long() else { continue };
                let value =
                    argument.get_possible_values().first().map_or("1".to_owned(), |one| one.get_name().to_owned());
                let value = if long == "number" { "bf16".to_owned() } else { value };
                let flag = if argument.get_action().takes_values() {
                    format!("--{long}={value}")
                } else {
                    format!("--{long}")
                };
                let parsed = command.clone().try_get_matches_from(["check", &format!("--{mode}"), &flag]);
                let error = parsed.err().map(|error| error.kind());
                assert_eq!(error.is_none(), reads.contains(&long), "--{mode} {flag}: {error:?}");
                refused += usize::from(error == Some(ErrorKind::ArgumentConflict));
            }
            assert!(refused > 20, "--{mode}: {refused}");
        }
    }
}
