//! Real circuits: the network against the file's own simulation.

use crate::check::words;
use crate::progress::Progress;
use crate::verdict::Verdict;
use circuit_files::Circuit;
use circuit_files::Plan;
use problems::Random;
use problems::Word;
use rayon::prelude::*;
use rnn::ExactArithmetic;
use rnn::Network;
use std::time::Duration;
use std::time::Instant;

/// An output on which network and simulation differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// The input bits.
    pub inputs: Vec<bool>,
    /// The output's place.
    pub output: usize,
    /// The word that the network read.
    pub word: Word,
    /// The network's value.
    pub network: bool,
    /// The simulation's value.
    pub simulation: bool,
}

/// What was found on a circuit.
#[derive(Clone, Debug)]
pub struct CircuitOutcome {
    /// The network's outputs for each input vector.
    pub outputs: Vec<Vec<bool>>,
    /// How many output values are 1, over all vectors.
    pub yes: usize,
    /// How many are 0.
    pub no: usize,
    /// The values of the common part's word.
    pub n_values: usize,
    /// The tokens of the common part's word.
    pub n_tokens: usize,
    /// The first difference.
    pub differs: Option<Differing>,
    /// How long it took.
    pub elapsed: Duration,
}

impl CircuitOutcome {
    /// *Sampled* where every output agreed on every vector.
    pub fn verdict(&self) -> Verdict {
        match &self.differs {
            Some(_) => Verdict::Refuted,
            None if self.yes + self.no == 0 => Verdict::Undetermined,
            None => Verdict::Sampled,
        }
    }
}

/// Random input vectors.
pub fn draw_inputs(circuit: &Circuit, count: usize, seed: u64) -> Vec<Vec<bool>> {
    let draw = |i: usize| {
        let mut random = Random::new(seed, i as u64);
        (0..circuit.n_inputs()).map(|_| random.bit()).collect()
    };
    (0..count).map(draw).collect()
}

/// Runs the network on every output of a circuit, for each input vector. The word of the common part is read once;
/// each output is a suffix, read from a copy of that state.
pub fn check(network: &Network, circuit: &Circuit, vectors: &[Vec<bool>], progress: &Progress) -> CircuitOutcome {
    let started = Instant::now();
    progress.start("planning the word", 0);
    let plan = Plan::new(circuit);
    progress.start("input vectors", vectors.len());
    let of_vector = |inputs: &Vec<bool>| {
        let common = plan.common(inputs);
        let state = words::run(network, &common);
        let outputs: Vec<bool> = (0..circuit.outputs().len())
            .map(|output| {
                let step = |state: Vec<_>, token: &u8| network.step(&ExactArithmetic, &state, usize::from(*token));
                let end = plan.suffix(output).iter().fold(state.clone(), step);
                words::accepts(network, &end)
            })
            .collect();
        progress.step();
        let simulated = circuit.simulate(inputs);
        let place = outputs.iter().zip(&simulated).position(|(network, simulation)| network != simulation);
        let differs = place.map(|output| Differing {
            inputs: inputs.clone(),
            output,
            word: [common, plan.suffix(output)].concat(),
            network: outputs[output],
            simulation: simulated[output],
        });
        (outputs, differs)
    };
    let results: Vec<(Vec<bool>, Option<Differing>)> = vectors.par_iter().map(of_vector).collect();
    progress.finish();
    let (outputs, differs): (Vec<Vec<bool>>, Vec<Option<Differing>>) = results.into_iter().unzip();
    let yes = outputs.iter().flatten().filter(|bit| **bit).count();
    let no = outputs.iter().flatten().count() - yes;
    CircuitOutcome {
        outputs,
        yes,
        no,
        n_values: plan.n_values(),
        n_tokens: plan.n_tokens(),
        differs: differs.into_iter().flatten().next(),
        elapsed: started.elapsed(),
    }
}
