//! What must hold of every shipped automaton, deterministic or not: a new one joins by its entry in `named.rs`.

use num_rational::BigRational;
use num_traits::Zero;
use problems::Problem;
use problems::Random;
use problems::Token;
use problems::deterministic_automaton;
use problems::longest_within;
use problems::weighted_automaton;
use problems::weighted_automaton::Automaton;
use problems::weighted_automaton::text;
use problems::words_of_length;
use std::collections::BTreeSet;

/// Every shipped automaton and its problem.
fn shipped() -> Vec<(&'static Automaton, &'static dyn Problem)> {
    let weighted = weighted_automaton::all().map(|problem| (problem.automaton(), problem as &dyn Problem));
    let deterministic = deterministic_automaton::all().map(|problem| (problem.automaton(), problem as &dyn Problem));
    weighted.into_iter().chain(deterministic).collect()
}

/// The sum over all runs of initial weight, transition weights and final weight: no matrix is multiplied.
fn sum_over_runs(automaton: &Automaton, word: &[Token]) -> BigRational {
    fn from(automaton: &Automaton, state: usize, word: &[Token]) -> BigRational {
        let Some((&token, rest)) = word.split_first() else {
            return automaton.final_weights()[state].clone();
        };
        let row = automaton.transitions()[usize::from(token)][state].iter().enumerate();
        let alive = row.filter(|(_, weight)| !weight.is_zero());
        alive.fold(BigRational::zero(), |sum, (next, weight)| sum + weight * from(automaton, next, rest))
    }
    let starts = automaton.initial().iter().enumerate().filter(|(_, weight)| !weight.is_zero());
    starts.fold(BigRational::zero(), |sum, (state, weight)| sum + weight * from(automaton, state, word))
}

#[test]
fn every_short_word_has_the_sum_over_its_runs_as_weight_and_both_answers_occur_at_every_length() {
    for (automaton, problem) in shipped() {
        let n_letters = automaton.alphabet().len();
        for length in 0..=longest_within(n_letters, 4000).min(7) {
            let mut answers = [0; 2];
            for word in words_of_length(n_letters, length) {
                let weight = sum_over_runs(automaton, &word);
                assert_eq!(automaton.weight(&word), weight, "{}", automaton.name());
                assert_eq!(problem.decide(&word), weight > BigRational::zero(), "{}", automaton.name());
                answers[usize::from(problem.decide(&word))] += 1;
            }
            assert!(length == 0 || (answers[0] > 0 && answers[1] > 0), "{} {length} {answers:?}", automaton.name());
        }
    }
}

#[test]
fn samples_have_the_asked_number_of_letters() {
    for (automaton, problem) in shipped() {
        for n in (1..=20).chain([64, 65, 200]) {
            for answer in [false, true] {
                let sample = problem.sample(n, answer, &mut Random::new(1, 0)).unwrap();
                assert_eq!(sample.word.len(), n, "{}", automaton.name());
            }
        }
    }
}

#[test]
fn every_automaton_survives_a_round_trip_through_text() {
    for (automaton, _) in shipped() {
        let name = automaton.name();
        let back = text::read(name, &text::write(automaton)).unwrap();
        assert_eq!(back.alphabet(), automaton.alphabet());
        let n_letters = automaton.alphabet().len();
        for word in (0..=longest_within(n_letters, 200)).flat_map(|length| words_of_length(n_letters, length)) {
            assert_eq!(back.weight(&word), automaton.weight(&word), "{name}");
        }
        assert_eq!(text::read(name, &text::write(&back)), Ok(back));
    }
}

#[test]
fn an_automaton_is_known_by_its_name() {
    let names: BTreeSet<&str> = shipped().iter().map(|(automaton, _)| automaton.name()).collect();
    assert_eq!(names.len(), shipped().len());
    assert!(shipped().iter().all(|(automaton, problem)| problem.variant() == Some(automaton.name())));
}

#[test]
fn a_deterministic_automaton_has_at_most_one_run_and_its_moves_are_the_entries_of_its_matrices() {
    for problem in deterministic_automaton::all() {
        let automaton = problem.automaton();
        assert!(!automaton.initial()[problem.initial()].is_zero());
        for (letter, matrix) in automaton.transitions().iter().enumerate() {
            for (state, row) in matrix.iter().enumerate() {
                let entries: Vec<(usize, &BigRational)> =
                    row.iter().enumerate().filter(|(_, weight)| !weight.is_zero()).collect();
                assert_eq!(problem.transition(state, letter).into_iter().collect::<Vec<_>>(), entries);
            }
        }
    }
}
