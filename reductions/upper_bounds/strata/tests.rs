use super::*;
use crate::all;
use crate::upper_bounds::circuit::ExactRing;
use problems::Random;
use rnn::ExactArithmetic;
use rnn::Network;

/// The layered networks, each with the greatest number of tokens at which its circuit is evaluated.
fn layered_networks() -> Vec<(&'static LayeredRnn, usize)> {
    let layered = |network: &'static Network| match network {
        Network::Layered(network) => Some(network),
        _ => None,
    };
    let networks = all().into_iter().filter_map(|reduction| layered(reduction.network()));
    networks.map(|network| (network, if network.layers()[3].heads().len() > 3 { 5 } else { 10 })).collect()
}

#[test]
fn every_layered_network_is_its_circuit_after_every_token() {
    let networks = layered_networks();
    assert!(networks.len() >= 4);
    let mut is_ever_accepted = false;
    for (network, longest) in networks {
        let mut random = Random::new(1, 0);
        let word: Vec<usize> = (0..longest).map(|_| random.below(network.tokens().len())).collect();
        let mut state = network.start().to_vec();
        for n in 1..=longest {
            state = network.step(&ExactArithmetic, &state, word[n - 1]);
            if ![1, 2, 3, 5, 9, 10].contains(&n) {
                continue;
            }
            let circuit = build(network, n);
            let outputs = circuit.evaluate(&ExactRing, &inputs(network, &word[..n]));
            assert_eq!(outputs, state[network.n_entries()..], "{n} tokens");
            is_ever_accepted |= outputs[0].is_positive();
            // The same circuit, only counted.
            let (depth, counted) = count(network, n);
            assert_eq!((depth, counted.n_multiplications), (circuit.depth(), circuit.n_multiplications()));
            assert_eq!((counted.n_additions, counted.n_relus), (circuit.n_additions(), circuit.n_relus()));
        }
    }
    assert!(is_ever_accepted);
}

#[test]
fn a_layer_that_sees_the_one_below_a_token_too_late_is_another_circuit() {
    let (network, _) = layered_networks()[0];
    let over = OverGates(RefCell::new(Circuit::default()));
    // Every prefix but the last layer's is one token short: what the circuit above would be without the token's own step.
    let late = assemble(&over, network, 9, |pairs, only_last| {
        let mut states = over.scan(pairs, only_last);
        if !only_last {
            states.rotate_right(1);
        }
        states
    });
    let mut circuit = over.0.into_inner();
    circuit.set_outputs(late);
    let word = [2, 2, 1, 1, 2, 1, 1, 1, 2];
    let state =
        word.iter().fold(network.start().to_vec(), |state, token| network.step(&ExactArithmetic, &state, *token));
    assert_ne!(circuit.evaluate(&ExactRing, &inputs(network, &word)), state[network.n_entries()..]);
}

#[test]
fn the_depth_is_logarithmic_and_within_its_formula() {
    let (network, _) = layered_networks()[0];
    let depths: Vec<usize> = [9, 18, 36, 72].map(|n| count(network, n).0).to_vec();
    let formula = Formula::of(network);
    assert!(
        depths
            .iter()
            .zip([9, 18, 36, 72])
            .all(|(depth, n)| *depth <= formula.depth(n) && depth + 40 > formula.depth(n))
    );
    // One level more in every layer for twice as many tokens.
    assert!(depths.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= formula.slope), "{depths:?}");
}

#[test]
fn the_bits_of_the_last_state_are_within_the_bound() {
    for (network, _) in layered_networks() {
        for n in [1, 9, 18, 90] {
            let mut random = Random::new(2, n);
            let word: Vec<usize> = (0..n).map(|_| random.below(network.tokens().len())).collect();
            let bits = bits(network, &word).unwrap();
            assert!(bits.of_state <= bits.bound, "{bits:?}");
            assert!(bits.of_step >= bits.denominator.bits() - 1, "{bits:?}");
        }
        assert_eq!(bits(network, &[]), None);
    }
    let deltanet = bits(layered_networks()[0].0, &[2; 18]).unwrap();
    assert_eq!(deltanet.denominator, Exact::integer(6));
}
