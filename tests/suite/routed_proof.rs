//! The obligations of the routed networks, put to the solver.

use problems::Random;
use reduce::solver::Answer;
use reduce::solver::solve;
use reductions::matrix_product_deltanet;
use reductions::matrix_product_deltanet::RowSteps;
use reductions::matrix_product_rwkv7;
use reductions::proof::Obligation;
use reductions::proof::Proof;
use reductions::proof::Witness;
use reductions::proof::routed::Design;
use reductions::proof::routed::Place;
use reductions::proof::routed::RoutedProof;
use reductions::proof::routed::Window;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LayeredRnn;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use std::time::Duration;

fn tokens() -> Vec<String> {
    ["-1", "0", "1"].map(str::to_owned).to_vec()
}

fn layered(network: Network) -> LayeredRnn {
    match network {
        Network::Layered(network) => network,
        _ => panic!("the network has layers"),
    }
}

/// The obligations that are not discharged, at most `limit` of them: those settled without the solver come first.
fn undischarged(network: &LayeredRnn, design: &dyn Design, limit: usize) -> Vec<String> {
    let terms = Terms::default();
    let proof = match RoutedProof::new(&terms, network, design) {
        Ok(proof) => proof,
        Err(error) => return vec![error.to_string()],
    };
    let (settled, asked): (Vec<&Obligation<'_>>, Vec<&Obligation<'_>>) =
        proof.obligations().iter().partition(|obligation| obligation.goal.as_truth().is_some());
    let wrong = settled.into_iter().filter(|obligation| obligation.goal.as_truth() == Some(false));
    let open =
        asked.into_iter().filter(|obligation| solve(&obligation.script(), Duration::from_secs(10)) != Answer::Unsat);
    wrong.chain(open).take(limit).map(|obligation| obligation.name.clone()).collect()
}

fn deltanet() -> LayeredRnn {
    layered(matrix_product_deltanet::exact(&tokens()).unwrap())
}

fn row_steps(delta: i64) -> RowSteps {
    RowSteps { delta: Exact::integer(delta) }
}

#[test]
fn every_obligation_of_every_routed_network_is_discharged() {
    let cases: [(&str, Network, &dyn Design); 4] = [
        ("deltanet", matrix_product_deltanet::exact(&tokens()).unwrap(), &row_steps(3)),
        ("deltanet sign", matrix_product_deltanet::sign(&tokens()).unwrap(), &row_steps(1)),
        ("rwkv7", matrix_product_rwkv7::columns(&tokens()).unwrap(), &matrix_product_rwkv7::Columns),
        ("rwkv7 vector18", matrix_product_rwkv7::vector18(&tokens()).unwrap(), &matrix_product_rwkv7::Vector18),
    ];
    for (name, network, design) in cases {
        assert_eq!(undischarged(&layered(network), design, 5), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_forms_with_a_token_for_the_beginning_are_discharged_as_well() {
    let tokens = ["-1", "0", "1", "^"].map(str::to_owned);
    let cases: [(&str, Network, &dyn Design); 3] = [
        ("deltanet", matrix_product_deltanet::exact(&tokens).unwrap(), &row_steps(3)),
        ("rwkv7", matrix_product_rwkv7::columns(&tokens).unwrap(), &matrix_product_rwkv7::Columns),
        ("rwkv7 vector18", matrix_product_rwkv7::vector18(&tokens).unwrap(), &matrix_product_rwkv7::Vector18),
    ];
    for (name, network, design) in cases {
        assert_eq!(undischarged(&layered(network), design, 5), Vec::<String>::new(), "{name}");
    }
    // A parity head that moves on the token for the beginning.
    let network = layered(matrix_product_deltanet::exact(&tokens).unwrap());
    let live = network.stream().iter().position(|name| name == "live").unwrap();
    let moved = network.with_maps(|place, map| {
        let mut map = map.clone();
        if place == "L1.parity" {
            map.add_weight(0, live, &Exact::integer(-2));
            map.add_bias(0, &Exact::integer(2));
        }
        map
    });
    let everywhere: Vec<String> = (0..72).map(|u| format!("inert {u}")).collect();
    assert_eq!(undischarged(&moved.unwrap(), &row_steps(3), 1000), everywhere);
}

#[test]
fn the_assumptions_of_every_obligation_hold_in_a_state_that_is_reached() {
    let with_bos: Vec<String> = tokens().into_iter().chain(["BOS".to_owned()]).collect();
    let cases: [(Network, &dyn Design, usize); 3] = [
        (matrix_product_deltanet::exact(&tokens()).unwrap(), &row_steps(3), 3),
        (matrix_product_rwkv7::vector18(&tokens()).unwrap(), &matrix_product_rwkv7::Vector18, 3),
        (matrix_product_deltanet::exact(&with_bos).unwrap(), &row_steps(3), 4),
    ];
    for (network, design, n_tokens) in cases {
        let terms = Terms::default();
        let proof = RoutedProof::new(&terms, &layered(network), design).unwrap();
        // BOS first, where there is one, and then in places of every kind.
        let long: Vec<usize> = (0..300).map(|t: usize| (t + 3 + t * t / 5) % n_tokens).collect();
        for (obligation, witness) in proof.obligations().iter().zip(proof.witnesses(&[long])) {
            assert!(matches!(witness, Witness::Found { .. }), "{}: {witness:?}", obligation.name);
        }
    }
}

#[test]
fn a_routed_proof_is_a_proof_that_the_network_is_the_definition() {
    let terms = Terms::default();
    let routed = RoutedProof::new(&terms, &deltanet(), &row_steps(3)).unwrap();
    let n_obligations = routed.obligations().len();
    let definition = reductions::statement::matrix_product::definition(&terms, &tokens());
    let meaning = reductions::statement::matrix_product::meaning(&terms, &tokens());
    let proof = Proof::of_routed(&terms, routed, definition, meaning).unwrap();
    // Beside them the meaning: a start, three tokens and a readout in each of ten modes.
    assert_eq!(proof.obligations().len(), n_obligations + 1 + 3 * 10 + 10);
    assert_eq!(proof.witnesses(&[]).len(), proof.obligations().len());
}

#[test]
fn a_network_is_not_proved_under_the_design_of_another() {
    assert!(!undischarged(&deltanet(), &row_steps(1), 1).is_empty());
    assert!(!undischarged(&deltanet(), &matrix_product_rwkv7::Columns, 1).is_empty());
}

/// A design with other gates or another claim: the obligations must not hold for just any.
enum Broken {
    /// No second clear of the last column.
    ClearLeftOut,
    /// A wrong beta at the second write.
    WrongBeta,
    /// The right gates, and the claim that every beta |k|^2 is in [0, 2].
    Range,
}

impl Design for Broken {
    fn heads(&self) -> Vec<(String, Vec<(usize, usize)>)> {
        row_steps(3).heads()
    }

    fn start(&self) -> Vec<Vec<Exact>> {
        row_steps(3).start()
    }

    fn is_in_deployed_range(&self) -> bool {
        matches!(self, Self::Range)
    }

    fn gates<'a>(&self, terms: &'a Terms, head: usize, place: Place, window: Window<'_, 'a>) -> Vec<Term<'a>> {
        let mut gates = row_steps(3).gates(terms, head, place, window);
        match (self, place.r) {
            (Self::ClearLeftOut, 5) => gates[0] = terms.ratio(0, 1),
            (Self::WrongBeta, 7) => gates[0] = terms.ratio(1, 4),
            _ => {}
        }
        gates
    }

    fn held<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        row_steps(3).held(terms, buffer, row)
    }

    fn blank<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        row_steps(3).blank(terms, buffer, row)
    }

    fn blanked<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        row_steps(3).blanked(terms, buffer, row)
    }
}

#[test]
fn a_clear_left_out_or_a_wrong_beta_breaks_every_block_lemma() {
    for broken in [Broken::ClearLeftOut, Broken::WrongBeta] {
        let open = undischarged(&deltanet(), &broken, 1000);
        assert_eq!(open.iter().filter(|name| name.starts_with("block")).count(), 18, "{open:?}");
        // And the network, which is right, does not follow that design: at 8 of its 72 positions.
        assert_eq!(open.iter().filter(|name| name.starts_with("schedule")).count(), 8, "{open:?}");
    }
}

#[test]
fn the_range_of_deployed_networks_is_refused_to_the_exact_form_at_every_write_and_to_a_beta_of_three() {
    let writes: Vec<String> = (0..72).filter(|u| u % 9 >= 6).map(|u| format!("step size {u}")).collect();
    assert_eq!(undischarged(&deltanet(), &Broken::Range, 1000), writes);
    // In the form of signs, a latch with a beta of 3.
    let network = layered(matrix_product_deltanet::sign(&tokens()).unwrap());
    let latch = network.with_maps(|place, map| {
        let mut map = map.clone();
        if place == "L3.latch5" {
            map.add_bias(0, &Exact::integer(2));
        }
        map
    });
    let open = undischarged(&latch.unwrap(), &row_steps(1), 1000);
    let open: Vec<&String> = open.iter().filter(|name| name.starts_with("step size")).collect();
    assert_eq!(open, ["step size 5", "step size 17", "step size 29", "step size 41", "step size 53", "step size 65"]);
}

/// The network with `change` added to one weight of one map.
fn altered(network: &LayeredRnn, place: &str, output: usize, input: usize, change: &Exact) -> LayeredRnn {
    let changed = network.with_maps(|name, map| {
        let mut map = map.clone();
        if name == place {
            map.add_weight(output, input, change);
        }
        map
    });
    changed.unwrap()
}

#[test]
fn a_weight_from_head_b_that_does_no_harm_before_token_36_is_found_at_token_47() {
    let network = deltanet();
    // The unit of the last code: 0 everywhere. With the outputs of head B, which differ at tokens 11 and 47 where the code is
    // the same, it is > 0 at token 47 only.
    let map = network.layers()[2].feed_forward().unwrap().maps()[0].clone();
    let (unit, _) = map.biases().find(|(_, bias)| **bias == Exact::integer(-35)).unwrap();
    let input = network.stream().iter().position(|name| name == "order4").unwrap();
    let wrong = [-1, 1].map(|sign| {
        let changed = altered(&network, "L3.ffn.1", unit, input, &Exact::ratio(sign, 10));
        undischarged(&changed, &row_steps(3), 1000)
    });
    let schedules =
        wrong.map(|names| names.into_iter().filter(|name| name.starts_with("schedule")).collect::<Vec<_>>());
    assert_eq!(schedules, [["schedule 11"], ["schedule 47"]]);
}

/// The network's word for matrices, and whether it gives the nine numbers of every prefix.
fn multiplies(network: &LayeredRnn, matrices: &[[[i64; 3]; 3]]) -> bool {
    let mut product = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
    let mut state = network.start().to_vec();
    matrices.iter().all(|matrix| {
        product = product.map(|row| [0, 1, 2].map(|j| (0..3).map(|k| row[k] * matrix[k][j]).sum()));
        for entry in matrix.concat() {
            state = network.step(&ExactArithmetic, &state, (entry + 1) as usize);
        }
        network
            .values(&state)
            .iter()
            .zip(product.concat())
            .all(|(value, truth): (_, i64)| *value == Exact::integer(truth))
    })
}

/// Random matrices with a determinant, so that their product does not collapse to zero.
fn invertible_matrices(n: usize, random: &mut Random) -> Vec<[[i64; 3]; 3]> {
    let determinant = |[a, b, c]: [[i64; 3]; 3]| {
        a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0]) + a[2] * (b[0] * c[1] - b[1] * c[0])
    };
    let mut matrix = || [(); 3].map(|()| [(); 3].map(|()| random.below(3) as i64 - 1));
    std::iter::repeat_with(&mut matrix).filter(|matrix| determinant(*matrix) != 0).take(n).collect()
}

#[test]
fn a_random_change_of_one_weight_is_proved_only_where_it_is_harmless() {
    let cases: [(Network, &dyn Design); 2] = [
        (matrix_product_deltanet::exact(&tokens()).unwrap(), &row_steps(3)),
        (matrix_product_rwkv7::columns(&tokens()).unwrap(), &matrix_product_rwkv7::Columns),
    ];
    for (network, design) in cases {
        let network = layered(network);
        let mut random = Random::new(11, 0);
        let mut proved = 0;
        for _ in 0..15 {
            let maps = network.maps();
            let places: Vec<(&str, usize, usize)> = (maps.iter())
                .flat_map(|(name, map)| map.weights().map(move |(output, input, _)| (name.as_str(), output, input)))
                .collect();
            let (place, output, input) = *random.pick(&places);
            let change = [Exact::ONE, Exact::integer(-1), Exact::ratio(1, 2)][random.below(3)].clone();
            let changed = altered(&network, place, output, input, &change);
            if undischarged(&changed, design, 1).is_empty() {
                proved += 1;
                let words: Vec<_> = std::iter::repeat_with(|| invertible_matrices(16, &mut random)).take(30).collect();
                let harmless = words.iter().all(|matrices| multiplies(&changed, matrices));
                assert!(harmless, "proved with {change} added at {place}, output {output}, input {input}");
            }
        }
        assert!(proved < 5, "{proved} of 15 changed networks are proved");
    }
}
