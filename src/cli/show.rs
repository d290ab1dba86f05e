//! `reduce show`: one claim, everything that it consists of.

use super::Misuse;
use super::Output;
use super::ShowArguments;
use super::automata;
use super::json::pretty;
use super::machine;
use super::own_circuit;
use super::select;
use super::select::Selected;
use itertools::Itertools;
use problems::Problem;
use reductions::Description;
use reductions::Reduction;
use reductions::proof::ObligationKind;
use reductions::proof::Proof;
use reductions::proof::Witness;
use rnn::Network;
use rnn::Terms;

pub(crate) fn show(arguments: &ShowArguments, output: &mut Output) -> Result<u8, Misuse> {
    let claim = select::claim(&arguments.problem, &arguments.selection)?;
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
            output.line(machine::describe(machine, arguments.rules).trim_end())?;
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
        let problem = &arguments.problem;
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

/// The statement of a claim, for a reader.
pub(crate) fn statement(problem: &dyn Problem, description: &Description) -> String {
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
pub(crate) fn entry(name: &str, value: &str) -> String {
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
    let words = crate::check::witness_words(&proof.definition().reader(), problem, 0);
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

/// A text in lines of at most 110 characters, all but the first indented.
fn wrapped(text: &str, indent: usize) -> String {
    let width = 110 - indent;
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join(&format!("\n{}", " ".repeat(indent)))
}
