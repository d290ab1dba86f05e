use super::*;
use crate::reduction::Reduction;
use crate::statement::weighted_words::first_wrong;
use crate::statement::weighted_words::first_wrong_of_all;
use crate::statement::weighted_words::random_automaton;
use crate::statement::weighted_words::refused;
use crate::statement::weighted_words::word;
use problems::Random;
use problems::weighted_automaton;
use rnn::ExactArithmetic;

fn one(_: usize) -> Exact {
    Exact::ONE
}

#[test]
fn the_readout_is_the_weight_after_every_word_of_up_to_eleven_letters() {
    for problem in weighted_automaton::all() {
        let automaton = problem.automaton();
        let network = network(automaton).unwrap();
        assert_eq!(first_wrong_of_all(&network, automaton, 11, one), None, "{}", automaton.name());
    }
}

#[test]
fn the_readout_is_the_weight_after_every_letter_of_random_words_of_sixty_letters() {
    let mut random = Random::new(1, 0);
    for problem in weighted_automaton::all() {
        let automaton = problem.automaton();
        let network = network(automaton).unwrap();
        for _ in 0..20 {
            let word = word(automaton, 60, &mut random);
            assert_eq!(first_wrong(&network, automaton, &word, one), None, "{} {word:?}", automaton.name());
        }
    }
}

#[test]
fn random_automata_of_one_to_six_states_and_one_to_four_letters_are_exact() {
    let mut random = Random::new(2, 0);
    for n_states in 1..=6 {
        for n_letters in 1..=4 {
            let automaton = random_automaton(n_states, n_letters, &mut random);
            let network = network(&automaton).unwrap();
            let word = word(&automaton, 40, &mut random);
            assert_eq!(first_wrong(&network, &automaton, &word, one), None, "{automaton:?} {word:?}");
        }
    }
}

#[test]
fn the_sizes_are_those_that_are_stated() {
    let units = weighted_automaton::all().map(|problem| network(problem.automaton()).unwrap().size().hidden);
    assert_eq!(units, [[0, 24, 212, 0], [0, 24, 212, 0], [0, 10, 444, 0]]);
    let mut random = Random::new(3, 0);
    for n in 1..=6 {
        let size = network(&random_automaton(n, 2, &mut random)).unwrap().size();
        let n_slots = if n == 5 { 12 } else { 2 * n };
        assert_eq!(size.heads, [1, 2, n_slots, 1]);
        // Five states have blocks of six letters. At 2, 3 and 4 states these are 212, 444 and 760 units.
        if n != 5 {
            assert_eq!(size.hidden[2], 42 * n * n + 22 * n, "{n} states");
        }
    }
}

#[test]
fn seven_and_twelve_states_are_held_and_thirteen_are_refused_with_the_bound() {
    let mut random = Random::new(4, 0);
    for n_states in [7, 12] {
        let automaton = random_automaton(n_states, 2, &mut random);
        let network = network(&automaton).unwrap();
        let word = word(&automaton, 50, &mut random);
        assert_eq!(first_wrong(&network, &automaton, &word, one), None, "{n_states} states");
    }
    let refused = network(&random_automaton(13, 2, &mut random)).unwrap_err().to_string();
    assert!(refused.contains("at most 12 letters") && refused.contains("13 states"), "{refused}");
}

#[test]
fn an_automaton_of_too_many_letters_is_refused_with_the_bound() {
    let refused = network(&random_automaton(12, 200, &mut Random::new(5, 0))).unwrap_err().to_string();
    assert!(refused.contains("200 letters") && refused.contains("4194304"), "{refused}");
}

#[test]
fn the_empty_word_is_accepted_iff_its_weight_is_positive() {
    let mut random = Random::new(6, 0);
    let mut seen = [false; 2];
    for _ in 0..12 {
        let automaton = random_automaton(2, 2, &mut random);
        let network = network(&automaton).unwrap();
        let accepts = network.read_out(&ExactArithmetic, network.start()).is_positive();
        assert_eq!(accepts, Exact::from(automaton.weight(&[])).is_positive());
        seen[usize::from(accepts)] = true;
    }
    assert_eq!(seen, [true; 2]);
}

#[test]
fn the_file_form_is_lossless() {
    let network = network(weighted_automaton::three_states().automaton()).unwrap();
    assert_eq!(Network::from_json(&network.to_json()).unwrap(), network);
}

/// The first wrong prefix of a fixed word on the witness automaton, for a network that the proof refuses where it is wrong.
fn found(change: impl FnOnce(&mut Plan)) -> Option<usize> {
    let automaton = weighted_automaton::three_states().automaton();
    let mut plan = Plan::new(automaton).unwrap();
    change(&mut plan);
    let word = [0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 0];
    let network = plan.build(automaton).unwrap();
    let wrong = first_wrong(&network, automaton, &word, one);
    let reduction = named().find(|reduction| reduction.description().variant == Some("three-states")).unwrap();
    assert_eq!(!refused(reduction, &network).is_empty(), wrong.is_some());
    wrong
}

#[test]
fn the_plan_without_a_change_is_right() {
    assert_eq!(found(|_| {}), None);
}

#[test]
fn without_the_preload_the_first_block_is_wrong_from_its_first_letter() {
    assert_eq!(found(|plan| plan.ring.preloaded.fill(Exact::ZERO)), Some(1));
}

#[test]
fn letters_in_the_wrong_order_inside_a_product_are_found_at_the_second_letter() {
    assert_eq!(found(|plan| plan.chains[QUERY].ages.reverse()), Some(2));
}

#[test]
fn letters_in_the_wrong_order_inside_an_overwritten_column_are_found_in_the_third_block() {
    assert_eq!(found(|plan| plan.chains[COLUMN].ages.reverse()), Some(7));
}

#[test]
fn the_newest_letter_left_out_is_found_at_the_first_letter() {
    let drop = |plan: &mut Plan| plan.chains[QUERY].window.iter_mut().for_each(|window| window.start = 1);
    assert_eq!(found(drop), Some(1));
}

#[test]
fn buffers_that_do_not_change_sides_are_found_in_the_third_block() {
    assert_eq!(found(|plan| plan.ring.source.fill(0)), Some(7));
}

#[test]
fn an_overwrite_of_half_the_strength_is_found_in_the_second_block() {
    assert_eq!(found(|plan| plan.lambda = Exact::ratio(1, 2)), Some(4));
}

#[test]
fn a_latch_one_slot_late_is_found_at_the_first_letter() {
    let late = |plan: &mut Plan| plan.ring.slots.iter_mut().for_each(|slots| slots.rotate_left(1));
    assert_eq!(found(late), Some(1));
}
