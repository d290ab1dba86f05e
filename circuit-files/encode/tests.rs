use super::super::graph::tests::OWN;
use super::super::graph::tests::all_inputs;
use super::super::graph::tests::circuits;
use super::super::graph::tests::own;
use super::super::graph::tests::shared;
use super::super::multiplier;
use super::layout::Ending;
use super::polarity::Noise;
use super::*;
use crate::Literal;
use problems::Problem;
use problems::circuit_value::evaluate;
use proptest::prelude::*;

/// The plan's items evaluate to what the circuit's own simulation says, for every output.
fn agrees(circuit: &Circuit, plan: &Plan, inputs: &[bool]) {
    let expected = circuit.simulate(inputs);
    assert_eq!(plan.n_outputs(), expected.len());
    for (output, &value) in expected.iter().enumerate() {
        let values = evaluate(&plan.items(inputs, output)).unwrap();
        assert_eq!(values.last(), Some(&value), "output {output} of {inputs:?}");
        assert_eq!(values.len(), plan.n_values() + plan.n_suffix_values(output));
    }
}

/// Some input vectors: all zero, all one, one hot, and some of no pattern.
fn some_inputs(n: usize) -> Vec<Vec<bool>> {
    let mut noise = Noise(7);
    let mut vectors = vec![vec![false; n], vec![true; n]];
    vectors.extend((0..n).map(|hot| (0..n).map(|i| i == hot).collect()));
    vectors.extend((0..100).map(|_| (0..n).map(|_| noise.below(2) == 1).collect()));
    vectors
}

#[test]
fn own_circuits_agree_with_their_simulation_on_all_inputs() {
    for file in OWN {
        let circuit = own(file);
        let plan = Plan::new(&circuit);
        for inputs in all_inputs(circuit.n_inputs()) {
            agrees(&circuit, &plan, &inputs);
        }
    }
}

#[test]
fn words_of_own_circuits_are_decided_as_simulated_and_as_long_as_stated() {
    for file in OWN {
        let circuit = own(file);
        let plan = Plan::new(&circuit);
        for inputs in all_inputs(circuit.n_inputs()) {
            let common = plan.common(&inputs);
            assert_eq!(common.len(), plan.n_tokens());
            for (output, value) in circuit.simulate(&inputs).into_iter().enumerate() {
                let suffix = plan.suffix(output);
                assert_eq!(suffix.len(), plan.n_suffix_tokens(output));
                assert_eq!(circuit_value::copy().decide(&[common.clone(), suffix].concat()), value);
            }
        }
    }
}

#[test]
fn shared_circuits_agree_with_their_simulation() {
    for (file, bytes) in shared() {
        let circuit = Circuit::parse(&bytes, &file).unwrap();
        let plan = Plan::new(&circuit);
        println!(
            "{file}: {} gates, {} values, {} tokens, {} in all suffixes",
            circuit.gates().len(),
            plan.n_values(),
            plan.n_tokens(),
            (0..plan.n_outputs()).map(|output| plan.n_suffix_tokens(output)).sum::<usize>(),
        );
        for inputs in some_inputs(circuit.n_inputs()) {
            agrees(&circuit, &plan, &inputs);
        }
    }
}

#[test]
fn a_multiplier_agrees_with_its_simulation() {
    let circuit = multiplier(6);
    let plan = Plan::new(&circuit);
    for inputs in some_inputs(circuit.n_inputs()) {
        agrees(&circuit, &plan, &inputs);
    }
}

#[test]
fn the_same_circuit_gives_the_same_plan() {
    assert_eq!(Plan::new(&own("adder4.aig")), Plan::new(&own("adder4.aig")));
}

#[test]
fn three_ands_that_make_an_xor_become_one_gate() {
    let plan = Plan::new(&own("parity.aag"));
    assert_eq!(plan.n_values(), 4 + 3);
    let gates = plan.items(&[true; 4], 0).iter().filter(|i| matches!(i, Item::Gate { gate: Gate::Xor, .. })).count();
    assert_eq!(gates, 3);
}

#[test]
fn a_nand_adder_is_two_xors_and_a_carry() {
    // Nine NAND gates: an XOR takes four of them, and the first of each four serves the carry too.
    let mut circuit = Circuit::new(3);
    let [a, b, c] = [0, 1, 2].map(|input| circuit.input(input));
    let mut xor = |a: Literal, b: Literal| {
        let both = circuit.and(a, b);
        let [only_a, only_b] = [circuit.and(a, !both), circuit.and(b, !both)];
        !circuit.and(!only_a, !only_b)
    };
    let half = xor(a, b);
    let sum = xor(half, c);
    circuit.add_output(sum);
    let plan = Plan::new(&circuit);
    assert_eq!(plan.n_values() + plan.n_suffix_values(0), 3 + 2);
    for inputs in all_inputs(3) {
        agrees(&circuit, &plan, &inputs);
    }
}

#[test]
fn gates_that_no_output_needs_are_left_out() {
    let mut circuit = Circuit::new(2);
    let (a, b) = (circuit.input(0), circuit.input(1));
    let needed = circuit.and(a, b);
    for _ in 0..10 {
        circuit.and(needed, !a);
    }
    circuit.add_output(needed);
    let plan = Plan::new(&circuit);
    assert!(plan.n_values() <= 3, "{plan:?}");
    agrees(&circuit, &plan, &[true, true]);
}

#[test]
fn an_output_that_is_constant_needs_no_values_in_the_common_part() {
    let mut circuit = Circuit::new(0);
    circuit.add_output(Literal::TRUE);
    circuit.add_output(Literal::FALSE);
    let plan = Plan::new(&circuit);
    assert_eq!((plan.n_values(), plan.n_suffix_tokens(0), plan.n_suffix_tokens(1)), (0, 2, 2));
    agrees(&circuit, &plan, &[]);
}

/// All layouts that a plan chooses from, before they are improved.
fn layouts(circuit: &Circuit) -> Vec<Layout> {
    let network = Network::new(circuit);
    let in_suffix = network.only_outputs();
    let kept = network.polarities(&in_suffix);
    let layout = |order: &[usize], reread| Layout::new(&network, &kept, &in_suffix, order, reread);
    network.orders().iter().flat_map(|order| REREAD.map(|reread| layout(order, reread))).collect()
}

#[test]
fn an_exchange_reports_by_how_much_the_word_grows() {
    for mut layout in layouts(&own("adder4.aig")) {
        // A copy in a suffix is free or may choose, and the report is about what is read from a place.
        layout.endings.retain(|ending| matches!(ending, Ending::Gate { invert: false, .. }));
        let reads: Vec<Vec<usize>> = (0..layout.values.len())
            .map(|value| layout.values[value].operands().collect())
            .chain(layout.endings.iter().map(|&ending| layout.ending_reads(ending)))
            .collect();
        let readers: Vec<Vec<usize>> = (0..layout.values.len())
            .map(|value| (0..reads.len()).filter(|&reader| reads[reader].contains(&value)).collect())
            .collect();
        for at in 0..layout.order.len() - 1 {
            if !reads[layout.order[at + 1]].contains(&layout.order[at]) {
                let before = layout.n_tokens() as i64;
                let change = layout.exchange(at, &reads, &readers);
                assert_eq!(layout.n_tokens() as i64 - before, change, "at {at}");
            }
        }
    }
}

#[test]
fn moving_values_saves_tokens() {
    for mut layout in layouts(&multiplier(4)) {
        let before = layout.n_tokens();
        layout.improve();
        assert!(layout.n_tokens() < before, "{} after {before}", layout.n_tokens());
    }
}

proptest! {
    #[test]
    fn any_circuit_agrees_with_its_simulation_on_all_inputs(circuit in circuits(60)) {
        let plan = Plan::new(&circuit);
        for inputs in all_inputs(circuit.n_inputs()) {
            agrees(&circuit, &plan, &inputs);
        }
    }
}

/// Large circuits have an order of their own: it computes the same, and in far fewer tokens than the file's order.
#[test]
fn a_large_circuit_agrees_with_its_simulation_and_its_gates_are_drawn_together() {
    let circuit = crate::aes_128();
    let plan = Plan::new(&circuit);
    let network = Network::new(&circuit);
    assert!(network.nodes.len() > LARGE, "{} nodes", network.nodes.len());
    assert!(plan.n_tokens() < 12_000_000, "{} tokens", plan.n_tokens());
    let mut noise = Noise(11);
    let inputs: Vec<bool> = (0..circuit.n_inputs()).map(|_| noise.below(2) == 1).collect();
    let expected = circuit.simulate(&inputs);
    assert!(expected.contains(&true) && expected.contains(&false));
    for (output, &value) in expected.iter().enumerate().step_by(8) {
        let values = evaluate(&plan.items(&inputs, output)).unwrap();
        assert_eq!(values.last(), Some(&value), "output {output}");
    }
    let pieces: Word = plan.common_in_pieces(&inputs).flatten().collect();
    assert!(pieces == plan.common(&inputs), "the pieces are the word");
}

#[test]
fn gates_that_are_drawn_to_each_other_are_in_topological_order_and_nearer() {
    let circuit = multiplier(8);
    let network = Network::new(&circuit);
    let distances = |order: &[usize]| -> usize {
        let mut place = vec![usize::MAX; network.nodes.len()];
        let mut sum = 0;
        for (at, &node) in order.iter().enumerate() {
            let gates = network.reads(node).into_iter().filter(|operand| network.is_gate(*operand));
            // An operand that has no place yet would be an overflow.
            sum += gates.map(|operand| at - place[operand]).max().unwrap_or(0);
            place[node] = at;
        }
        sum
    };
    let file = &network.orders()[0];
    let drawn = network.drawn(file);
    let sorted = |order: &[usize]| {
        let mut order = order.to_vec();
        order.sort_unstable();
        order
    };
    assert_eq!(sorted(&drawn), sorted(file));
    assert!(distances(&drawn) < distances(file), "{} {}", distances(&drawn), distances(file));
}
