//! Obligations over letters that need no solver.

use crate::reduction::Reduction;
use crate::statement::weighted_words::random_automaton;
use crate::statement::weighted_words::refused;
use crate::weighted_automaton_deltanet;
use crate::weighted_automaton_routed::LetterReduction;
use crate::weighted_automaton_rwkv7;
use problems::Random;
use problems::weighted_automaton::WeightedAutomaton;

#[test]
fn the_schedule_of_every_shipped_automaton_is_settled_by_the_arithmetic_of_cases() {
    // DeltaNet with three states and blocks of twelve letters takes seconds; it is among the claims that are checked.
    let is_small = |reduction: &&LetterReduction| reduction.problem().variant() != Some("three-states");
    for reduction in weighted_automaton_rwkv7::named().chain(weighted_automaton_deltanet::named().filter(is_small)) {
        assert_eq!(refused(reduction, reduction.network()), Vec::<String>::new(), "{reduction:?}");
    }
}

#[test]
fn the_schedule_of_random_automata_is_settled_as_well() {
    let mut random = Random::new(21, 0);
    for n_letters in 1..=3 {
        for n_states in 1..=3 {
            let problem = WeightedAutomaton::new(random_automaton(n_states, n_letters, &mut random));
            let reduction = weighted_automaton_rwkv7::reduction(problem.clone(), None).unwrap();
            assert_eq!(refused(&reduction, reduction.network()), Vec::<String>::new(), "{problem:?}");
            if n_states <= 2 {
                let reduction = weighted_automaton_deltanet::exact_reduction(problem.clone(), None).unwrap();
                assert_eq!(refused(&reduction, reduction.network()), Vec::<String>::new(), "{problem:?}");
            }
        }
    }
}

#[test]
fn a_network_is_refused_under_another_automaton() {
    let mut random = Random::new(22, 0);
    let reduction = |random: &mut Random| {
        let problem = WeightedAutomaton::new(random_automaton(2, 2, random));
        weighted_automaton_rwkv7::reduction(problem, None).unwrap()
    };
    let (one, other) = (reduction(&mut random), reduction(&mut random));
    assert!(refused(&one, other.network()).iter().any(|name| name.starts_with("schedule")));
    assert!(refused(&one, one.network()).is_empty());
}
