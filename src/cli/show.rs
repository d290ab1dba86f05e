//! `reduce show`: one claim, everything that it consists of.

use super::automata;
use super::completeness;
use super::files::Output;
use super::misuse::Misuse;
use super::own_circuit;
use super::select;
use super::select::Selected;
use super::select::Selection;
use super::shipped;
use crate::coq::judged::judged;
use crate::report::json::pretty;
use crate::report::wrapped;
use clap::Args;
use itertools::Itertools;
use problems::Problem;
use reductions::Description;
use reductions::Reduction;
use reductions::as_printed::Claim;
use reductions::as_printed::MachineClaim;
use reductions::proof::ObligationKind;
use reductions::proof::Proof;
use reductions::proof::Witness;
use rnn::Network;
use rnn::Terms;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// The problem's name, as `reduce list` prints it
    #[arg(required_unless_present = "completeness")]
    problem: Option<String>,
    /// Print instead, for each problem: hard by which map, solved by which network, bounded above by which simulation
    #[arg(long, conflicts_with_all = ["problem", "model", "variant", "automaton", "rules", "witnesses", "network", "machine",
                                      "automaton_text", "circuit", "input"])]
    completeness: bool,
    /// Print the table of --completeness as JSON
    #[arg(long, requires = "completeness")]
    json: bool,
    #[command(flatten)]
    selection: Selection,
    /// Print the weights as JSON instead
    #[arg(long, conflicts_with_all = ["rules", "witnesses"])]
    network: bool,
    /// Print the machine as JSON instead, as `reduce check --machine` reads it
    #[arg(long, conflicts_with_all = ["rules", "witnesses", "network"])]
    machine: bool,
    /// Print the automaton instead, as `--automaton` reads it
    #[arg(long, conflicts_with_all = ["rules", "witnesses", "network", "machine"])]
    automaton_text: bool,
    /// Print the words of this circuit instead, one line for each output
    #[arg(long, value_name = "FILE", requires = "input", conflicts_with_all = ["rules", "witnesses", "network", "machine", "automaton_text"])]
    circuit: Option<PathBuf>,
    /// Input bits for --circuit, the first input first
    #[arg(long, value_name = "BITS", requires = "circuit")]
    input: Option<String>,
    /// Print the machine's rules as well
    #[arg(long)]
    rules: bool,
    /// Print, for each obligation, the word whose replay meets its assumptions
    #[arg(long)]
    witnesses: bool,
    /// Print instead what a person must judge to believe the claim: its sentence, promise and idealisations, and the lines of
    /// its theorem in Coq that no proof checker can judge
    #[arg(long, conflicts_with_all = ["completeness", "automaton", "rules", "witnesses", "network", "machine", "automaton_text",
                                      "circuit"])]
    audit: bool,
}

pub(crate) fn show(arguments: &ShowArguments, output: &mut Output) -> Result<u8, Misuse> {
    let Some(problem) = &arguments.problem else { return completeness::show(arguments.json, output) };
    if let Some(claim) = shipped::select_any(problem, &arguments.selection)? {
        let others = [arguments.network, arguments.machine, arguments.automaton_text, arguments.audit];
        if others.contains(&true) || arguments.rules || arguments.witnesses || arguments.circuit.is_some() {
            return Err(Misuse(format!("expected no further flag with --model {}", claim.family().name())));
        }
        return shipped::show(claim, output);
    }
    let claim = select::claim(problem, &arguments.selection)?;
    if arguments.audit {
        let Selected::Network(reduction) = &claim else {
            return Err(Misuse(format!("--audit: expected a claim with a theorem in Coq, got a machine of {problem}")));
        };
        output.line(&to_judge(&**reduction)?)?;
        output.show();
        return Ok(0);
    }
    if arguments.automaton_text {
        output.line(automata::text(&claim, &arguments.selection)?.trim_end())?;
        output.show();
        return Ok(0);
    }
    let reduction = match &claim {
        Selected::Network(reduction) => &**reduction,
        Selected::Machine(machine) if arguments.network || arguments.machine || arguments.circuit.is_some() => {
            return Err(select::no_network(machine));
        }
        Selected::Machine(machine) => {
            output.line(describe_machine(machine, arguments.rules).trim_end())?;
            output.show();
            return Ok(0);
        }
    };
    if let (Some(file), Some(bits)) = (&arguments.circuit, &arguments.input) {
        return own_circuit::show(reduction, file, bits, output);
    }
    let text = if arguments.network {
        pretty(&reduction.network().to_json())
    } else if arguments.machine {
        let machine = reduction.machine().ok_or_else(|| {
            Misuse(format!("--machine: expected a claim whose network is compiled from a machine, got {problem}"))
        })?;
        machine.to_text()
    } else {
        let terms = Terms::default();
        let proof = reduction.proof(&terms, reduction.network()).map_err(|error| Misuse(error.to_string()))?;
        let mut text = describe(reduction);
        if arguments.rules {
            text.push_str(&rules(reduction));
        }
        text.push_str(&describe_proof(&terms, &proof));
        text.push_str(&format!("\nreduce check {}\n", select::flags(reduction, &arguments.selection)));
        if arguments.witnesses {
            text.push_str(&witnesses(reduction, &proof));
        }
        text
    };
    output.line(text.trim_end())?;
    output.show();
    Ok(0)
}

/// What a person must judge of a claim, in words and in lines of Coq.
fn to_judge(reduction: &dyn Reduction) -> Result<String, Misuse> {
    let judged = judged(reduction).map_err(|error| Misuse(format!("--audit: {error}")))?;
    let (problem, description) = (reduction.problem(), reduction.description());
    let (n_judged, n_lines) = (judged.n_judged(), judged.n_lines);
    let mut text = entry("claim", &description.sentence());
    if let Some(promise) = problem.promise() {
        text.push_str(&entry("promise", promise));
    }
    text.push_str(&entry("deviation", description.deviation));
    text.push_str(&entry(
        "on paper",
        &format!("nothing, by the theorem in Coq; by `reduce check`: {}", description.on_paper),
    ));
    let share = 100 * n_judged / n_lines.max(1);
    text.push_str(&entry(
        "lines",
        &format!("{n_judged} of {n_lines} ({share} %) of theories and claim, beside the weights in `generated/`"),
    ));
    for part in judged.parts {
        let last = part.first + part.lines.len() - 1;
        text.push_str(&format!("\n{}, lines {} to {last}\n\n", part.path, part.first));
        for (i, line) in part.lines.iter().enumerate() {
            text.push_str(format!("{:>5}  {line}", part.first + i).trim_end());
            text.push('\n');
        }
    }
    Ok(text.trim_end().to_owned())
}

/// The statement of a claim, for a reader.
fn statement(problem: &dyn Problem, description: &Description) -> String {
    let sizes = problem.sizes();
    let mut text = format!("{} ({}): {}\n\n", problem.name(), problem.class(), problem.question());
    let mut add = |name: &str, value: &str| text.push_str(&entry(name, value));
    add("claim", &description.sentence());
    add("theorem", &format!("{}, {}", description.theorem, description.regime));
    if let Some(promise) = problem.promise() {
        add("promise", promise);
    }
    add("deviation", description.deviation);
    add("on paper", description.on_paper);
    add("n", &format!("{} ({} to {}, default {})", sizes.unit, sizes.least, sizes.largest, sizes.default));
    if let Some(about) = problem.about_instances() {
        add("instances", &about);
    }
    add("tokens", &first(problem.alphabet().tokens()));
    text
}

/// One named line of a description, wrapped.
fn entry(name: &str, value: &str) -> String {
    format!("{name:<11}{}\n", wrapped(value, 11))
}

fn describe(reduction: &dyn Reduction) -> String {
    let mut text = statement(reduction.problem(), &reduction.description());
    let mut entry = |name: &str, value: &str| text.push_str(&entry(name, value));
    let network = reduction.network();
    let size = network.size();
    entry("state", &format!("{} coordinates: {}", size.state, first(network.coordinates())));
    let widths = match network {
        Network::Relu(_) => format!("layers of {} units", size.widths.iter().join(", ")),
        Network::Linear(_) => "one linear map per token".to_owned(),
        Network::Layered(_) => {
            let (heads, hidden) = (size.heads.iter().join(", "), size.hidden.iter().join(", "));
            format!("{} layers of {heads} heads and {hidden} hidden units", size.heads.len())
        }
    };
    entry("network", &format!("{widths}; {} non-zero weights, {} non-zero biases", size.weights, size.biases));
    if let Some(machine) = reduction.machine() {
        let counters =
            machine.counters().iter().map(|c| format!("{} ({})", c.name, if c.signed { "signed" } else { ">= 0" }));
        let registers = counters.chain(machine.stacks().iter().map(|stack| format!("{stack} (stack)"))).join(", ");
        let n_rules = machine.rules().len();
        entry("machine", &format!("{} states, {n_rules} rules, {registers}", machine.states().len()));
    }
    text
}

/// The first of many names.
fn first(names: &[String]) -> String {
    const SHOWN: usize = 16;
    let shown = names.iter().take(SHOWN).join(" ");
    if names.len() > SHOWN { format!("{shown} ... ({} in all)", names.len()) } else { shown }
}

fn rules(reduction: &dyn Reduction) -> String {
    let Some(machine) = reduction.machine() else {
        return "\nThis network is not compiled from a machine.\n".to_owned();
    };
    let rules = machine.rules().iter().map(|rule| format!("  {}\n", machine.describe(rule))).join("");
    format!("\nrules (a missing rule means DEAD)\n{rules}")
}

fn describe_proof<'a>(terms: &'a Terms, proof: &Proof<'a>) -> String {
    let definition = proof.definition();
    let mut invariant = String::new();
    for mode in definition.covered_modes() {
        let conjuncts = proof.invariant(terms, mode).iter().map(ToString::to_string).join("; ");
        if !conjuncts.is_empty() {
            invariant.push_str(&format!("  {:<6}{}\n", definition.modes()[mode], wrapped(&conjuncts, 8)));
        }
    }
    let mut text = String::new();
    if invariant.is_empty() {
        text.push_str("\ninvariant: it is said in the obligations, which are lemmas about the layers\n");
    } else {
        text.push_str(&format!("\ninvariant (network coordinates and registers of the definition)\n{invariant}"));
    }
    text.push_str(&format!("\nobligations ({})\n", proof.obligations().len()));
    for (kind, count) in kinds(proof) {
        text.push_str(&format!("  {kind:<18} {count}\n"));
    }
    text
}

/// The kinds of obligations, each with how many there are.
fn kinds(proof: &Proof<'_>) -> Vec<(ObligationKind, usize)> {
    let mut kinds: Vec<(ObligationKind, usize)> = Vec::new();
    for obligation in proof.obligations() {
        match kinds.iter_mut().find(|(other, _)| *other == obligation.kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((obligation.kind, 1)),
        }
    }
    kinds
}

fn witnesses(reduction: &dyn Reduction, proof: &Proof<'_>) -> String {
    let problem = reduction.problem();
    let words = crate::check::search::witness_words(&proof.definition().reader(), problem, 0);
    let mut text = "\nwitnesses (a word whose replay meets every assumption of the obligation)\n".to_owned();
    for (obligation, witness) in proof.obligations().iter().zip(proof.witnesses(&words)) {
        let found = match witness {
            Witness::Found { word: Some(word), .. } if word.is_empty() => "the empty word".to_owned(),
            Witness::Found { word: Some(word), .. } => {
                problem.alphabet().format(&word.iter().map(|token| *token as u8).collect::<Vec<_>>())
            }
            Witness::Found { word: None, situation } => situation,
            Witness::Unreachable(reason) => format!("unreachable: {reason}"),
            Witness::Violated { assumption, .. } => format!("VIOLATED: {assumption}"),
        };
        text.push_str(&format!("  {:<18} {found}\n", obligation.name));
    }
    text
}

/// The claim and its machine, for a reader.
fn describe_machine(claim: &'static MachineClaim, with_rules: bool) -> String {
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
