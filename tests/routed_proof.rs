//! The obligations of the routed networks, put to the solver.

use reduce::smt::Answer;
use reduce::smt::solve;
use reductions::matrix_product_deltanet;
use reductions::matrix_product_deltanet::RowSteps;
use reductions::matrix_product_rwkv7;
use reductions::proof::Witness;
use reductions::routed_proof::Design;
use reductions::routed_proof::RoutedProof;
use rnn::Exact;
use rnn::LayeredRnn;
use rnn::Network;
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

/// The names of the obligations that are not discharged, with the number of those put to the solver.
fn open(network: &LayeredRnn, design: &dyn Design) -> (Vec<String>, usize, usize) {
    let terms = Terms::default();
    let started = std::time::Instant::now();
    let proof = RoutedProof::new(&terms, network, design).unwrap();
    eprintln!("built in {:?}, orbit {}", started.elapsed(), proof.period());
    let mut solved = 0;
    let mut open = Vec::new();
    for obligation in proof.obligations() {
        match obligation.goal.as_truth() {
            Some(true) => {}
            Some(false) => open.push(format!("{}: false", obligation.name)),
            None => {
                solved += 1;
                let started = std::time::Instant::now();
                let answer = solve(&obligation.script(), Duration::from_secs(10));
                if started.elapsed() > Duration::from_millis(100) {
                    eprintln!("{}: {:?}", obligation.name, started.elapsed());
                }
                if answer != Answer::Unsat {
                    open.push(format!("{}: {answer:?}", obligation.name));
                }
            }
        }
    }
    eprintln!("{} obligations, {solved} solved, in {:?}", proof.obligations().len(), started.elapsed());
    for (obligation, witness) in proof.obligations().iter().zip(proof.witnesses()) {
        assert!(matches!(witness, Witness::Found { .. }), "{}: {witness:?}", obligation.name);
    }
    (open, solved, proof.obligations().len())
}

#[test]
fn every_obligation_of_every_routed_network_is_discharged() {
    let delta = |delta| RowSteps { delta: Exact::integer(delta) };
    let cases: [(&str, Network, &dyn Design); 4] = [
        ("deltanet", matrix_product_deltanet::exact(&tokens()).unwrap(), &delta(3)),
        ("deltanet sign", matrix_product_deltanet::sign(&tokens()).unwrap(), &delta(1)),
        ("rwkv7", matrix_product_rwkv7::columns(&tokens()).unwrap(), &matrix_product_rwkv7::Columns),
        ("rwkv7 vector18", matrix_product_rwkv7::vector18(&tokens()).unwrap(), &matrix_product_rwkv7::Vector18),
    ];
    for (name, network, design) in cases {
        let (open, ..) = open(&layered(network), design);
        assert!(open.is_empty(), "{name}: {} open, {:#?}", open.len(), &open[..open.len().min(5)]);
    }
}
