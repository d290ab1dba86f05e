//! `--automaton`: a reduction for an automaton that is given by its name, or by a file.

use super::files;
use super::misuse::Misuse;
use super::select::Selected;
use super::select::Selection;
use itertools::Itertools;
use problems::Problem;
use problems::deterministic_automaton;
use problems::deterministic_automaton::DeterministicAutomaton;
use problems::weighted_automaton;
use problems::weighted_automaton::Automaton;
use problems::weighted_automaton::AutomatonError;
use problems::weighted_automaton::WeightedAutomaton;
use problems::weighted_automaton::text;
use reductions::DeterministicAutomatonPd;
use reductions::Reduction;
use reductions::weighted_automaton_deltanet;
use reductions::weighted_automaton_rwkv7;
use std::path::Path;

/// The variant of the network whose readout has only the sign of the weight.
const SIGN: &str = "sign";

/// The reduction of this problem for the automaton, whose model is known to be one of the problem's.
pub(crate) fn reduction(
    problem: &str,
    model: &str,
    variant: Option<&str>,
    automaton: &str,
) -> Result<Box<dyn Reduction>, Misuse> {
    let expected = |expected: &str| {
        let got = variant.unwrap_or_default();
        Misuse(format!("--variant: expected {expected} for {problem} by {model} with --automaton, got `{got}`"))
    };
    match (problem, model, variant) {
        ("weighted-automaton", "rwkv7", None) => {
            boxed(automaton, weighted_automaton_rwkv7::reduction(weighted(automaton)?, None))
        }
        ("weighted-automaton", "deltanet", None) => {
            boxed(automaton, weighted_automaton_deltanet::exact_reduction(weighted(automaton)?, None))
        }
        ("weighted-automaton", "deltanet", Some(SIGN)) => {
            boxed(automaton, weighted_automaton_deltanet::sign_reduction(weighted(automaton)?, None))
        }
        ("weighted-automaton", "deltanet", Some(_)) => Err(expected("`sign` or none")),
        // An automaton that is deterministic has a network of one layer, whatever it was given for.
        ("weighted-automaton", "pd", None) => {
            let automaton = of_any_kind(automaton)?;
            Ok(Box::new(DeterministicAutomatonPd::new(automaton, None)))
        }
        ("deterministic-automaton", "pd", None) => {
            Ok(Box::new(DeterministicAutomatonPd::new(deterministic(automaton)?, None)))
        }
        ("weighted-automaton", ..) | ("deterministic-automaton", ..) => Err(expected("none")),
        _ => Err(Misuse(format!(
            "--automaton: expected the problem weighted-automaton or deterministic-automaton, got {problem}"
        ))),
    }
}

/// A shipped weighted automaton that is deterministic, or one in a file.
fn of_any_kind(name: &str) -> Result<DeterministicAutomaton, Misuse> {
    match weighted_automaton::all().iter().find(|problem| problem.automaton().name() == name) {
        Some(problem) => DeterministicAutomaton::new(problem.automaton().clone())
            .map_err(|error| Misuse(format!("--automaton {name}: {error}"))),
        None => deterministic(name),
    }
}

/// The automaton of a claim as text, as [`text::read`] reads it.
pub(crate) fn text(claim: &Selected, selection: &Selection) -> Result<String, Misuse> {
    let none = |problem: &str| {
        Misuse(format!("--automaton-text: expected weighted-automaton or deterministic-automaton, got {problem}"))
    };
    match given(claim, selection) {
        Ok(Some(automaton)) => Ok(text::write(&automaton)),
        Ok(None) => Err(none(claim.problem().name())),
        Err(misuse) => Err(misuse),
    }
}

/// The automaton of a claim: the one that is given, or else the one that its problem is about. None where it is about none.
pub(crate) fn given(claim: &Selected, selection: &Selection) -> Result<Option<Automaton>, Misuse> {
    let problem = claim.problem();
    Ok(match (problem.name(), selection.automaton.as_deref()) {
        ("weighted-automaton", Some(name)) => Some(weighted(name)?.automaton().clone()),
        ("deterministic-automaton", Some(name)) => Some(of_any_kind(name)?.automaton().clone()),
        (_, None) => {
            let weighted = weighted_automaton::all();
            let mut shipped = weighted.iter().map(|problem| problem.automaton());
            let deterministic = deterministic_automaton::all();
            let mut others = deterministic.iter().map(|problem| problem.automaton());
            let is_it = |automaton: &&Automaton| Some(automaton.name()) == problem.variant();
            let found = match problem.name() {
                "weighted-automaton" => shipped.find(is_it),
                "deterministic-automaton" => others.find(is_it),
                _ => None,
            };
            found.cloned()
        }
        (_, Some(_)) => None,
    })
}

fn boxed<R: Reduction + 'static>(
    automaton: &str,
    reduction: Result<R, rnn::NetworkError>,
) -> Result<Box<dyn Reduction>, Misuse> {
    match reduction {
        Ok(reduction) => Ok(Box::new(reduction)),
        Err(error) => Err(Misuse(format!("--automaton {automaton}: {error}"))),
    }
}

fn weighted(name: &str) -> Result<WeightedAutomaton, Misuse> {
    let shipped = weighted_automaton::all();
    match shipped.iter().find(|problem| problem.automaton().name() == name) {
        Some(problem) => Ok((*problem).clone()),
        None => {
            let names = shipped.iter().map(|problem| problem.automaton().name()).join(", ");
            read(name, &names, |name, lines| Ok(WeightedAutomaton::new(text::read(name, lines)?)))
        }
    }
}

fn deterministic(name: &str) -> Result<DeterministicAutomaton, Misuse> {
    if let Some(expression) = name.strip_prefix("regex:") {
        return of_expression(name, expression);
    }
    let shipped = deterministic_automaton::all();
    match shipped.iter().find(|problem| problem.variant() == Some(name)) {
        Some(problem) => Ok((*problem).clone()),
        None => {
            let names = shipped.iter().map(|problem| problem.automaton().name()).join(", ");
            read(name, &names, DeterministicAutomaton::read)
        }
    }
}

/// The automaton with the fewest states of a regular expression over the characters that it names: every transition has
/// weight 1, and a run ends with 1 where the word is in the language and with -1 where it is not, or dies.
fn of_expression(name: &str, expression: &str) -> Result<DeterministicAutomaton, Misuse> {
    let misuse = |error: &dyn std::fmt::Display| Misuse(format!("--automaton {name}: {error}"));
    let alphabet = languages::letters_of_expression(expression).map_err(|error| misuse(&error))?;
    let dfa = languages::read_regular_expression(expression, &alphabet).map_err(|error| misuse(&error))?;
    let n = u32::try_from(dfa.n_states()).unwrap_or(u32::MAX);
    // States that are left are numbered without a gap; the start state is the first anyway.
    let alive: Vec<u32> = (0..n).filter(|state| !dfa.is_dead(*state)).collect();
    let number = |state: u32| alive.iter().position(|other| *other == state);
    let mut lines = String::new();
    for (source, state) in alive.iter().enumerate() {
        for (token, letter) in alphabet.tokens().iter().enumerate() {
            if let Some(target) = number(dfa.step(*state, token)) {
                lines.push_str(&format!("{source} {target} {letter} 1\n"));
            }
        }
    }
    for (source, state) in alive.iter().enumerate() {
        lines.push_str(&format!("{source} {}\n", if dfa.is_accepting(*state) { 1 } else { -1 }));
    }
    DeterministicAutomaton::read(name, &lines).map_err(|error| misuse(&AutomatonError { line: None, ..error }))
}

/// The automaton in a file, under the file's name without what follows the last dot.
fn read<T>(file: &str, names: &str, read: impl FnOnce(&str, &str) -> Result<T, AutomatonError>) -> Result<T, Misuse> {
    let path = Path::new(file);
    if !path.is_file() {
        return Err(Misuse(format!("--automaton: expected one of {names}, or a file, got `{file}`")));
    }
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    read(&name, &files::text(path)?).map_err(|error| Misuse(format!("{file}: {error}")))
}
