use super::*;
use crate::statement::integer_product::Matrix;
use crate::statement::integer_product::first_wrong;
use crate::statement::integer_product::is_the_product;
use crate::statement::integer_product::random_matrices;
use crate::statement::integer_product::tokens;
use num_bigint::BigInt;
use problems::Random;
use rnn::ExactArithmetic;

/// Its powers are [[1, n, 0], [0, 1, 0], [0, 0, 1]].
const SHEAR: Matrix = [[1, 1, 0], [0, 1, 0], [0, 0, 1]];

fn third_powers(n: usize, value: &Exact, truth: &BigInt) -> bool {
    &Exact::from(BigInt::from(3).pow(n as u32)) * value == Exact::from(truth.clone())
}

#[test]
fn the_sign_variant_gives_the_product_over_a_power_of_three() {
    let network = sign(&tokens()).unwrap();
    let mut random = Random::new(2, 0);
    for n in [1, 2, 3, 5, 30] {
        let matrices = random_matrices(n, n > 1, &mut random);
        assert_eq!(first_wrong(&network, &matrices, third_powers), None, "{matrices:?}");
    }
}

fn first_wrong_matrix(network: LayeredRnn) -> Option<usize> {
    let judge: fn(usize, &Exact, &BigInt) -> bool = is_the_product;
    first_wrong(&Network::Layered(network), &[SHEAR; 4], judge).map(|tokens| tokens.div_ceil(BLOCK))
}

fn mutant(change: impl FnOnce(&mut Schedule)) -> Option<usize> {
    let mut schedule = schedule(&Exact::integer(3));
    change(&mut schedule);
    first_wrong_matrix(network(&tokens(), &schedule).unwrap())
}

#[test]
fn a_second_clear_left_out_is_wrong_at_the_second_matrix() {
    let left_out = |schedule: &mut Schedule| {
        for t in (0..PERIOD).filter(|t| t % BLOCK < 6 && t % BLOCK % 2 == 1) {
            schedule.set("beta", t, Exact::ZERO);
        }
    };
    assert_eq!(mutant(left_out), Some(2));
}

#[test]
fn a_wrong_beta_is_wrong_at_the_first_matrix_at_a_write_and_at_the_second_at_a_clear() {
    let writes = |schedule: &mut Schedule| {
        (0..PERIOD).filter(|t| t % BLOCK >= 6).for_each(|t| schedule.set("beta", t, Exact::ratio(1, 2)));
    };
    assert_eq!(mutant(writes), Some(1));
    let clears = |schedule: &mut Schedule| {
        let first = (0..PERIOD).filter(|t| t % BLOCK < 6 && (t % BLOCK).is_multiple_of(2));
        first.for_each(|t| schedule.set("beta", t, Exact::ratio(1, 4)));
    };
    assert_eq!(mutant(clears), Some(2));
}

#[test]
fn a_latch_slot_off_by_one_is_wrong_at_the_first_matrix() {
    let shifted = |schedule: &mut Schedule| {
        let gates = schedule.gates().to_vec();
        *schedule = without_gates(schedule);
        for gate in gates {
            let output = schedule.outputs()[gate.output].0.clone();
            schedule.gate(&output, gate.position, (gate.slot + 1) % SLOTS, gate.weight);
        }
    };
    assert_eq!(mutant(shifted), Some(1));
}

#[test]
fn columns_for_rows_are_wrong_at_the_first_matrix() {
    // Entry (l, j) is held back by l and j changing places: a third of the source goes to a_jl instead of a_lj. What is not
    // yet read at that token is what the slot holds from an earlier matrix.
    let transposed = |schedule: &mut Schedule| {
        let gates = schedule.gates().to_vec();
        *schedule = without_gates(schedule);
        for gate in gates {
            let output = schedule.outputs()[gate.output].0.clone();
            let (r, age) = (gate.position % BLOCK, (gate.position + SLOTS - gate.slot) % SLOTS);
            let l = r - 2 * N;
            let j = r - age - N * l;
            let slot = (gate.position + SLOTS + N * j + l - r) % SLOTS;
            schedule.gate(&output, gate.position, slot, gate.weight);
        }
    };
    assert_eq!(mutant(transposed), Some(1));
}

#[test]
fn buffers_that_do_not_change_places_are_wrong_at_the_second_matrix() {
    let whole = schedule(&Exact::integer(3));
    let stuck = |schedule: &mut Schedule| {
        *schedule = Schedule::new(PERIOD, whole.outputs().iter().map(|(name, _)| name.clone()));
        for t in 0..PERIOD {
            // The first matrix's positions, with their own latches.
            for (name, values) in whole.outputs() {
                schedule.set(name, t, values[t % BLOCK].clone());
            }
            for gate in whole.gates().iter().filter(|gate| gate.position == t % BLOCK) {
                let slot = (gate.slot + t - gate.position) % SLOTS;
                schedule.gate(&whole.outputs()[gate.output].0, t, slot, gate.weight.clone());
            }
        }
    };
    assert_eq!(mutant(stuck), Some(2));
}

#[test]
fn a_marker_of_order_two_is_wrong_at_the_first_matrix() {
    let network = network(&tokens(), &schedule(&Exact::integer(3))).unwrap();
    let column = network.stream().iter().position(|name| name == "p1").unwrap();
    let stuck =
        network.with_maps(|place, map| if place == "L3.marker" { without_input(map, column) } else { map.clone() });
    assert_eq!(first_wrong_matrix(stuck.unwrap()), Some(1));
}

#[test]
fn every_effective_beta_of_the_sign_variant_is_in_the_range_of_deployed_networks() {
    let network = network(&tokens(), &schedule(&Exact::ONE)).unwrap();
    let matrices = random_matrices(8, true, &mut Random::new(5, 0));
    let mut state = network.start().to_vec();
    let mut found = std::collections::BTreeSet::new();
    for token in crate::statement::integer_product::word(&matrices) {
        let embedded = network.embedding().apply(&ExactArithmetic, [(token, &Exact::ONE)]);
        let pass = network.pass(&ExactArithmetic, &state, embedded, network.layers().len());
        for layer in network.layers() {
            let width = layer.heads()[0].projections().n_inputs();
            for (head, gates) in layer.heads().iter().zip(layer.projections(&ExactArithmetic, &pass.stream[..width])) {
                let key = &gates[head.projection("k").unwrap()];
                let square = key.iter().fold(Exact::ZERO, |sum, entry| &sum + &(entry * entry));
                found.insert((&gates[head.projection("beta").unwrap()][0] * &square).to_string());
            }
        }
        state = network.step(&ExactArithmetic, &state, token);
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["0", "1", "2", "4/3", "5/3"]);
}

#[test]
fn every_transition_is_one_of_the_family_as_a_matrix() {
    let network = network(&tokens(), &schedule(&Exact::integer(3))).unwrap();
    let head = &network.layers()[3].heads()[1];
    let key: Vec<Exact> = (0..18).map(|place| Exact::integer(place % 4 - 2)).collect();
    let mut gates = vec![Exact::ZERO; head.projections().n_outputs()];
    gates[0] = Exact::ratio(2, 7);
    gates[head.projection("k").unwrap()].clone_from_slice(&key);
    // The transition, row by row: what the head makes of unit rows without a write. It has three rows.
    let mut transition: Vec<Vec<Exact>> = (0..18)
        .map(|row| {
            let mut state = vec![Exact::ZERO; 3 * 18];
            state[row] = Exact::ONE;
            head.advance(&ExactArithmetic, &state, &gates)[..18].to_vec()
        })
        .collect();
    rnn::family::delta_net::check(&transition).unwrap();
    transition[4][7] = &transition[4][7] + &Exact::ONE;
    assert!(rnn::family::delta_net::check(&transition).is_err());
}

fn without_gates(schedule: &Schedule) -> Schedule {
    let mut rest = Schedule::new(schedule.period(), schedule.outputs().iter().map(|(name, _)| name.clone()));
    for (name, values) in schedule.outputs() {
        for (t, value) in values.iter().enumerate() {
            rest.set(name, t, value.clone());
        }
    }
    rest
}

fn without_input(map: &rnn::Affine, input: usize) -> rnn::Affine {
    let mut rest = rnn::Affine::zero(map.n_outputs(), map.n_inputs());
    map.weights()
        .filter(|(_, column, _)| *column != input)
        .for_each(|(row, column, weight)| rest.add_weight(row, column, weight));
    map.biases().for_each(|(row, bias)| rest.add_bias(row, bias));
    rest
}
