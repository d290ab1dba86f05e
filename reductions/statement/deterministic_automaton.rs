//! Deterministic weighted automata: is the weight of the word positive?

use super::mathematics::Mathematics;
use super::mathematics::Meaning;
use super::weighted_automaton;
use crate::definition::DEAD;
use crate::definition::Definition;
use problems::Problem;
use problems::deterministic_automaton::DeterministicAutomaton;
use rnn::Term;
use rnn::Terms;

/// The register that holds the weight of the run.
pub const WEIGHT: &str = "w";

/// The name of each state, which is that of its mode.
pub fn modes(problem: &DeterministicAutomaton) -> Vec<String> {
    (0..problem.automaton().n_states()).map(|state| format!("q{state}")).collect()
}

/// One pass with the state of the one run and its weight; where there is no transition the run dies.
pub fn definition<'a>(terms: &'a Terms, problem: &DeterministicAutomaton) -> Definition<'a> {
    let automaton = problem.automaton();
    let modes = modes(problem);
    // The first mode is where a definition starts.
    let initial = problem.initial();
    let order = std::iter::once(initial).chain((0..modes.len()).filter(|state| *state != initial));
    let none: [(&str, i64); 0] = [];
    let order = order.map(|state| modes[state].as_str());
    let mut definition = Definition::new(terms, problem.alphabet().tokens(), order, none)
        .with_real_register(WEIGHT, automaton.initial()[initial].clone());
    let weight = definition.symbols().register(WEIGHT);
    for (state, mode) in modes.iter().enumerate() {
        for (letter, text) in problem.alphabet().tokens().iter().enumerate() {
            // Where there is no transition there is no case: the run dies.
            if let Some((target, factor)) = problem.transition(state, letter) {
                let case = definition.case(mode, text, terms.truth(true), &modes[target]);
                case.set(WEIGHT, weight.scaled(factor));
            }
        }
        let value = weight.scaled(&automaton.final_weights()[state]);
        definition.accept(mode, value.above(terms.ratio(0, 1)));
    }
    definition
}

/// The weight is that of the automaton, all of its runs added up; see [`weighted_automaton::mathematics`].
pub fn mathematics<'a>(terms: &'a Terms, problem: &DeterministicAutomaton) -> Mathematics<'a> {
    weighted_automaton::decision(terms, problem.automaton())
}

/// What mode and register mean: of the runs of the word only one has a weight, and it ends in the mode's state; where the
/// run has died none has.
pub fn meaning<'a>(terms: &'a Terms, problem: &DeterministicAutomaton) -> Meaning<'a> {
    let (modes, runs) = (modes(problem), weighted_automaton::run_names(problem.automaton()));
    let initial = problem.initial();
    Meaning::new(mathematics(terms, problem), move |mode, reading, before, read, _| {
        let is_before_the_word = reading == weighted_automaton::BEFORE;
        if reading == DEAD || (is_before_the_word && mode != modes[initial]) {
            return None;
        }
        let own = |state: &str| if state == mode { before.register(WEIGHT) } else { terms.ratio(0, 1) };
        Some(modes.iter().zip(&runs).map(|(state, run)| read.register(run).equals(own(state))).collect())
    })
}

/// The weight over positions, see [`weighted_automaton::positional`].
pub fn positional<'a>(terms: &'a Terms, problem: &DeterministicAutomaton, tokens: &[Term<'a>]) -> Term<'a> {
    weighted_automaton::positional(terms, problem.automaton(), tokens)
}
