//! `reduce check` and `reduce show` for a claim about a machine that no network with fixed weights can follow.

use super::CheckArguments;
use super::Misuse;
use super::Output;
use super::check::options;
use super::check::seconds;
use super::check::shout;
use super::check::title;
use super::json::pretty;
use super::run::shortened;
use super::select;
use super::show::entry;
use super::show::statement;
use crate::check::machines;
use crate::check::machines::MachineOutcome;
use crate::check::outside;
use crate::progress::Progress;
use crate::verdict::Verdict;
use itertools::Itertools;
use problems::Word;
use reductions::as_printed::Claim;
use reductions::as_printed::MachineClaim;
use serde_json::Value;
use serde_json::json;

const SCHEMA: &str = "reduce.result/1";

pub(crate) fn check(
    claim: &'static MachineClaim,
    arguments: &CheckArguments,
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    if arguments.network.is_some() || arguments.circuit.is_some() || arguments.symbolic.is_some() {
        return Err(select::no_network(claim));
    }
    let outcome =
        machines::check(claim, &options(arguments), progress).map_err(|error| Misuse(format!("--n: {error}")))?;
    if arguments.json {
        output.line(&pretty(&json(claim, &outcome, arguments)))?;
    } else {
        output.line(&text(claim, &outcome))?;
    }
    output.show();
    Ok(outcome.verdict.exit_code())
}

fn replay(claim: &'static MachineClaim, word: &Word) -> String {
    let flags = select::flags_of(&Claim::Machine(claim));
    format!("echo '{}' | reduce run {flags}", claim.problem.alphabet().format(word))
}

fn text(claim: &'static MachineClaim, outcome: &MachineOutcome) -> String {
    let problem = claim.problem;
    let mut lines = vec![title(problem, &claim.description)];
    let by = if outcome.verdict == Verdict::Refuted { " by a word, replayed exactly" } else { "" };
    lines.push(format!("{}{by}", shout(outcome.verdict)));
    if let Some((word, accepts)) = &outcome.counterexample {
        let says = |answer: bool| if answer { "accepts" } else { "rejects" };
        lines.push(format!(
            "  on `{}` the machine {}, the decider {}",
            shortened(&problem.alphabet().format(word)),
            says(*accepts),
            says(!accepts)
        ));
        lines.push(format!("  replay: {}", replay(claim, word)));
    }
    let mut line = |name: &str, by: &str| lines.push(format!("  {name:<20} {by}"));
    line(
        "no network",
        "it is a machine, and one of its steps is none that fixed weights can do; nothing is proved of it",
    );
    if let Some(promise) = problem.promise() {
        line("promise", promise);
    }
    let [yes, no, other] = outcome.words;
    line(
        "words",
        &format!(
            "every word of length <= {} ({} words: {yes} yes, {no} no{})",
            outcome.max_length,
            yes + no,
            outside(other)
        ),
    );
    let [yes, no] = outcome.samples;
    line(
        "exact runs",
        &format!("{} hard instances of {} {} ({yes} yes, {no} no)", yes + no, outcome.n, problem.sizes().unit),
    );
    lines.push(format!("  {:.2} s", outcome.elapsed.as_secs_f64()));
    lines.join("\n")
}

fn json(claim: &'static MachineClaim, outcome: &MachineOutcome, arguments: &CheckArguments) -> Value {
    let (problem, description) = (claim.problem, claim.description);
    let counterexample = outcome.counterexample.as_ref().map(|(word, accepts)| {
        json!({
            "word": problem.alphabet().format(word),
            "machine": accepts,
            "decider": !accepts,
            "command": replay(claim, word),
        })
    });
    let ([yes, no, other], [yes_samples, no_samples]) = (outcome.words, outcome.samples);
    json!({
        "schema": SCHEMA,
        "problem": problem.name(),
        "model": description.model,
        "variant": description.variant,
        "theorem": description.theorem,
        "n": outcome.n,
        "verdict": outcome.verdict.word(),
        "links": [],
        "obligations": {"total": 0, "discharged": 0},
        "words": {"max_length": outcome.max_length, "yes": yes, "no": no, "outside_promise": other},
        "promise": problem.promise(),
        "samples": {"n": yes_samples + no_samples, "yes": yes_samples, "no": no_samples},
        "counterexample": counterexample,
        "version": env!("CARGO_PKG_VERSION"),
        "seed": arguments.seed,
        "seconds": seconds(outcome.elapsed),
    })
}

/// The claim and its machine, for a reader.
pub(crate) fn describe(claim: &'static MachineClaim, with_rules: bool) -> String {
    let machine = &claim.machine;
    let mut text = statement(claim.problem, &claim.description);
    let counters =
        machine.counters().iter().map(|c| format!("{} ({})", c.name, if c.signed { "signed" } else { ">= 0" }));
    let (counters, n_rules) = (counters.format(", "), machine.rules().count());
    text.push_str(&entry("machine", &format!("{} states, {n_rules} rules, {counters}", machine.states().len())));
    text.push_str(&entry("network", "none: it is run by the machine interpreter"));
    if with_rules {
        let rules = machine.rules().map(|rule| format!("  {rule}\n")).join("");
        text.push_str(&format!("\nrules (a missing rule means DEAD)\n{rules}"));
    }
    text.push_str(&format!("\nreduce check {}\n", select::flags_of(&Claim::Machine(claim))));
    text
}
