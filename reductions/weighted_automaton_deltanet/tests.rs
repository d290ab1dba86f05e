use super::*;
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

/// `rho^(M+1)` after so many letters.
fn scale(automaton: &Automaton, delta: &Exact) -> impl Fn(usize) -> Exact {
    let block = Ring::new(automaton.n_states(), n_steps).unwrap().block;
    let rho = delta / &Exact::integer(automaton.n_states() as i64);
    move |length| power(&rho, (length - 1) / block + 1)
}

#[test]
fn the_readout_is_the_weight_after_every_word_of_up_to_eleven_letters() {
    for problem in weighted_automaton::all() {
        let automaton = problem.automaton();
        let network = exact(automaton).unwrap();
        assert_eq!(first_wrong_of_all(&network, automaton, 11, one), None, "{}", automaton.name());
    }
}

#[test]
fn the_readout_is_the_weight_after_every_letter_of_random_words_of_sixty_letters() {
    let mut random = Random::new(1, 0);
    for problem in weighted_automaton::all() {
        let automaton = problem.automaton();
        let network = exact(automaton).unwrap();
        for _ in 0..20 {
            let word = word(automaton, 60, &mut random);
            assert_eq!(first_wrong(&network, automaton, &word, one), None, "{} {word:?}", automaton.name());
        }
    }
}

#[test]
fn with_another_delta_the_readout_is_the_weight_times_a_power_of_rho() {
    let mut random = Random::new(2, 0);
    for problem in weighted_automaton::all() {
        let automaton = problem.automaton();
        for delta in [Exact::ONE, Exact::ratio(7, 5), sign_delta(automaton).unwrap()] {
            let network = network(automaton, &delta).unwrap();
            let word = word(automaton, 60, &mut random);
            let wrong = first_wrong(&network, automaton, &word, scale(automaton, &delta));
            assert_eq!(wrong, None, "{} delta {delta}", automaton.name());
        }
    }
}

#[test]
fn random_automata_of_one_to_three_states_and_one_to_three_letters_are_exact() {
    let mut random = Random::new(3, 0);
    for n_states in 1..=3 {
        for n_letters in 1..=3 {
            let automaton = random_automaton(n_states, n_letters, &mut random);
            let network = exact(&automaton).unwrap();
            let word = word(&automaton, 50, &mut random);
            assert_eq!(first_wrong(&network, &automaton, &word, one), None, "{automaton:?} {word:?}");
        }
    }
}

#[test]
fn every_beta_times_the_square_of_its_key_is_between_0_and_2_in_the_network_of_signs() {
    let mut random = Random::new(4, 0);
    for problem in weighted_automaton::all() {
        let Network::Layered(network) = sign(problem.automaton()).unwrap() else { panic!("it has several layers") };
        let mut state = network.start().to_vec();
        for token in word(problem.automaton(), 60, &mut random) {
            let embedded = vec![Exact::integer(i64::from(token))];
            let pass = network.pass(&ExactArithmetic, &state, embedded, 4);
            for layer in network.layers() {
                let width = layer.heads()[0].projections().n_inputs();
                for (head, gates) in
                    layer.heads().iter().zip(layer.projections(&ExactArithmetic, &pass.stream[..width]))
                {
                    let mut square = Exact::ZERO;
                    gates[head.projection("k").unwrap()].iter().for_each(|entry| square.add_product(entry, entry));
                    let effective = &gates[head.projection("beta").unwrap()][0] * &square;
                    assert!(!effective.is_negative() && effective <= Exact::integer(2), "{}: {effective}", head.name());
                }
            }
            state = network.step(&ExactArithmetic, &state, usize::from(token));
        }
    }
}

#[test]
fn the_sizes_are_those_that_are_stated() {
    let mut random = Random::new(5, 0);
    let mut size = |n, s| exact(&random_automaton(n, s, &mut random)).unwrap().size();
    assert_eq!(size(2, 3).heads, [1, 2, 8, 1]);
    assert_eq!(size(3, 3).heads, [1, 2, 24, 1]);
    let units = [(1, 2), (2, 2), (2, 3), (3, 2), (3, 3)].map(|(n, s)| size(n, s).hidden[2]);
    assert_eq!(units, [76, 608, 796, 3686, 4935]);
}

#[test]
fn four_states_are_refused_with_the_bound() {
    let automaton = random_automaton(4, 2, &mut Random::new(6, 0));
    for refused in [exact(&automaton), sign(&automaton)] {
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("at most 12 letters") && refused.contains("4 states"), "{refused}");
    }
}

#[test]
fn a_delta_that_is_not_positive_is_refused() {
    let refused = network(weighted_automaton::counter_difference().automaton(), &Exact::ZERO).unwrap_err().to_string();
    assert!(refused.contains("expected a positive delta"), "{refused}");
}

#[test]
fn the_empty_word_is_accepted_iff_its_weight_is_positive() {
    let mut random = Random::new(7, 0);
    let mut seen = [false; 2];
    for _ in 0..12 {
        let automaton = random_automaton(2, 2, &mut random);
        let network = sign(&automaton).unwrap();
        let accepts = network.read_out(&ExactArithmetic, network.start()).is_positive();
        assert_eq!(accepts, Exact::from(automaton.weight(&[])).is_positive());
        seen[usize::from(accepts)] = true;
    }
    assert_eq!(seen, [true; 2]);
}

#[test]
fn the_file_form_is_lossless() {
    let network = exact(weighted_automaton::counter_difference().automaton()).unwrap();
    assert_eq!(Network::from_json(&network.to_json()).unwrap(), network);
}

/// The first wrong prefix of a fixed word on the witness automaton, whose blocks have 12 letters; for a witness of two
/// states the same change must be refused by the proof.
fn found(change: impl Fn(&mut Plan)) -> Option<usize> {
    let automaton = weighted_automaton::three_states().automaton();
    let mut plan = Plan::new(automaton, &Exact::integer(3)).unwrap();
    change(&mut plan);
    let block = [0, 1, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1];
    let word = [block, block, block, block].concat();
    let wrong = first_wrong(&plan.build(automaton).unwrap(), automaton, &word, one);

    let small = WeightedAutomaton::new(random_automaton(2, 2, &mut Random::new(8, 0)));
    let mut plan = Plan::new(small.automaton(), &Exact::integer(2)).unwrap();
    change(&mut plan);
    let network = plan.build(small.automaton()).unwrap();
    let reduction = exact_reduction(small, None).unwrap();
    assert_eq!(!refused(&reduction, &network).is_empty(), wrong.is_some());
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
fn letters_in_the_wrong_order_inside_the_query_are_found_at_the_second_letter() {
    assert_eq!(found(|plan| plan.chains[QUERY].ages.reverse()), Some(2));
}

#[test]
fn letters_in_the_wrong_order_inside_a_written_row_are_found_at_its_write_in_the_second_block() {
    assert_eq!(found(|plan| plan.chains[ROW].ages.reverse()), Some(19));
}

#[test]
fn letters_in_the_wrong_order_inside_the_query_of_the_destination_are_found() {
    assert_eq!(found(|plan| plan.chains[CURRENT].ages.reverse()), Some(7));
}

#[test]
fn the_newest_letter_left_out_is_found_at_the_first_letter() {
    let drop = |plan: &mut Plan| plan.chains[QUERY].window.iter_mut().for_each(|window| window.start = 1);
    assert_eq!(found(drop), Some(1));
}

#[test]
fn buffers_that_do_not_change_sides_are_found_in_the_second_block() {
    assert_eq!(found(|plan| plan.ring.source.fill(0)), Some(13));
}

#[test]
fn a_wrong_beta_at_a_write_is_found_in_the_second_block() {
    // What it moves too much is still counted on both sides until the buffers change theirs.
    let wrong = |plan: &mut Plan| {
        let first_write = plan.betas.len() / 2;
        plan.betas[first_write] = Exact::ratio(1, 7);
    };
    assert_eq!(found(wrong), Some(13));
}

#[test]
fn a_wrong_beta_at_a_clear_is_found_in_the_third_block() {
    assert_eq!(found(|plan| plan.betas[0] = Exact::ratio(1, 4)), Some(25));
}

#[test]
fn a_latch_one_slot_late_is_found_at_the_first_letter() {
    let late = |plan: &mut Plan| plan.ring.slots.iter_mut().for_each(|slots| slots.rotate_left(1));
    assert_eq!(found(late), Some(1));
}
