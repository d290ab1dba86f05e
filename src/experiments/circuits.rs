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
use rnn::ExactRun;
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
    /// The first difference.
    pub differs: Option<Differing>,
    /// How long it took, without the planning of the word.
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

/// How much a network has to do for each vector of inputs of a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// The values of the common part's word.
    pub n_values: usize,
    /// The tokens of the common part's word.
    pub n_tokens: usize,
    /// The tokens of all suffixes, one for each output.
    pub n_suffix_tokens: usize,
    /// The most bits after the point of a number of the state: two for each value on a stack.
    pub n_bits: usize,
}

impl Work {
    /// The tokens that are read for one vector.
    pub fn n_tokens_read(&self) -> usize {
        self.n_tokens + self.n_suffix_tokens
    }
}

/// A circuit with the words that it is spelled as.
pub struct Spelled<'c> {
    circuit: &'c Circuit,
    plan: Plan,
    suffixes: Vec<Word>,
}

/// Random input vectors.
pub fn draw_inputs(circuit: &Circuit, count: usize, seed: u64) -> Vec<Vec<bool>> {
    let draw = |i: usize| {
        let mut random = Random::new(seed, i as u64);
        (0..circuit.n_inputs()).map(|_| random.bit()).collect()
    };
    (0..count).map(draw).collect()
}

/// So many tokens, and no longer word, are read to estimate how long the rest takes.
const CALIBRATION: usize = 1 << 19;

/// A line of progress counts tokens by so many.
const TOKENS_PER_STEP: usize = 1 << 20;

impl<'c> Spelled<'c> {
    /// Plans the words of a circuit.
    pub fn new(circuit: &'c Circuit, progress: &Progress) -> Self {
        progress.start("planning the word", 0);
        let plan = Plan::new(circuit);
        let suffixes = (0..plan.n_outputs()).map(|output| plan.suffix(output)).collect();
        progress.finish();
        Self { circuit, plan, suffixes }
    }

    /// What a network has to do for one vector of inputs.
    pub fn work(&self) -> Work {
        let suffixes = (0..self.plan.n_outputs()).map(|output| self.plan.n_suffix_values(output));
        Work {
            n_values: self.plan.n_values(),
            n_tokens: self.plan.n_tokens(),
            n_suffix_tokens: self.suffixes.iter().map(Vec::len).sum(),
            n_bits: 2 * (self.plan.n_values() + suffixes.max().unwrap_or(0)),
        }
    }

    /// About how long all vectors take, from the time for the first tokens of the first one; none where there is little
    /// to read. It is said to a reader, and nothing is decided by it.
    pub fn estimate(&self, network: &Network, vectors: &[Vec<bool>]) -> Option<Duration> {
        let n_tokens = self.work().n_tokens_read() as u128 * vectors.len() as u128;
        let inputs = vectors.first().filter(|_| n_tokens > 2 * CALIBRATION as u128)?;
        let mut run = ExactRun::new(network);
        let mut read = 0;
        let started = Instant::now();
        for piece in self.plan.common_in_pieces(inputs) {
            run.read_all(&piece);
            read += piece.len() as u128;
            if read >= CALIBRATION as u128 {
                break;
            }
        }
        let threads = rayon::current_num_threads().min(vectors.len()) as u128;
        let nanoseconds = started.elapsed().as_nanos() * n_tokens / read.max(1) / threads.max(1);
        Some(Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(u64::MAX)))
    }

    /// Runs the network on every output, for each input vector. The word of the common part is read once for a vector;
    /// each output is a suffix, read from that state. Vectors are run in parallel, and come out in their order.
    pub fn check(&self, network: &Network, vectors: &[Vec<bool>], progress: &Progress) -> CircuitOutcome {
        let started = Instant::now();
        let steps_per_vector = self.plan.n_tokens() / TOKENS_PER_STEP;
        match steps_per_vector {
            0 => progress.start("input vectors", vectors.len()),
            steps => progress.start("million tokens", steps * vectors.len()),
        }
        // The pieces that one vector teaches are those of the next.
        let start = network.start_in(&ExactArithmetic);
        let of_vector = |run: &mut ExactRun<'_>, inputs: &Vec<bool>| {
            run.set(&start);
            let outputs = self.run(network, run, inputs, progress);
            if steps_per_vector == 0 {
                progress.step();
            }
            let differs = self.differing(inputs, &outputs);
            (outputs, differs)
        };
        let results: Vec<(Vec<bool>, Option<Differing>)> =
            vectors.par_iter().map_init(|| ExactRun::new(network), of_vector).collect();
        progress.finish();
        let (outputs, differs): (Vec<Vec<bool>>, Vec<Option<Differing>>) = results.into_iter().unzip();
        let yes = outputs.iter().flatten().filter(|bit| **bit).count();
        let no = outputs.iter().flatten().count() - yes;
        let differs = differs.into_iter().flatten().next();
        CircuitOutcome { outputs, yes, no, differs, elapsed: started.elapsed() }
    }

    /// The network's outputs for one vector.
    fn run(&self, network: &Network, run: &mut ExactRun<'_>, inputs: &[bool], progress: &Progress) -> Vec<bool> {
        let mut read = 0;
        for piece in self.plan.common_in_pieces(inputs) {
            run.read_all(&piece);
            let before = read;
            read += piece.len();
            for _ in before / TOKENS_PER_STEP..read / TOKENS_PER_STEP {
                progress.step();
            }
        }
        let state = run.state();
        let of_output = |suffix: &Word| {
            run.set(&state);
            run.read_all(suffix);
            words::accepts(network, &run.state())
        };
        self.suffixes.iter().map(of_output).collect()
    }

    /// The first output that is not as the file's own simulation says.
    fn differing(&self, inputs: &[bool], outputs: &[bool]) -> Option<Differing> {
        let simulated = self.circuit.simulate(inputs);
        let output = outputs.iter().zip(&simulated).position(|(network, simulation)| network != simulation)?;
        Some(Differing {
            inputs: inputs.to_vec(),
            output,
            word: [self.plan.common(inputs).as_slice(), &self.suffixes[output]].concat(),
            network: outputs[output],
            simulation: simulated[output],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use circuit_files::aes_sbox;
    use circuit_files::multiplier;
    use reductions::CircuitValueRelu;
    use reductions::Reduction;
    use rnn::Exact;
    use rnn::Parameter;

    #[test]
    fn every_output_of_an_s_box_is_as_simulated_and_vectors_come_out_in_order() {
        let circuit = aes_sbox();
        let spelled = Spelled::new(&circuit, &Progress::new(true));
        let vectors: Vec<Vec<bool>> = (0..256).map(|i| (0..8).map(|bit| i >> bit & 1 == 1).collect()).collect();
        let network = CircuitValueRelu::shared().network();
        let outcome = spelled.check(network, &vectors, &Progress::new(true));
        let simulated: Vec<Vec<bool>> = vectors.iter().map(|inputs| circuit.simulate(inputs)).collect();
        assert_eq!(outcome.outputs, simulated);
        assert_eq!((outcome.differs, outcome.yes, outcome.no), (None, 1_024, 1_024));
        assert_eq!(spelled.estimate(network, &vectors[..1]), None);
    }

    #[test]
    fn a_network_that_computes_another_gate_is_refuted_with_a_word_that_the_interpreter_judges_so() {
        let circuit = multiplier(4);
        let spelled = Spelled::new(&circuit, &Progress::new(true));
        let vectors = draw_inputs(&circuit, 20, 0);
        let network = CircuitValueRelu::shared().network();
        let n_layers = network.maps().len() - 1;
        let biases = (0..network.maps()[1].n_outputs()).map(|output| Parameter::Bias { map: 1, output });
        let mut n_refuted = 0;
        for parameter in biases {
            let value = network.number(parameter) + Exact::ONE;
            let mutant = network.with_number(parameter, &value).unwrap();
            let outcome = spelled.check(&mutant, &vectors, &Progress::new(true));
            let Some(found) = outcome.differs else { continue };
            n_refuted += 1;
            let state = found.word.iter().fold(mutant.start().to_vec(), |state, token| {
                mutant.step(&ExactArithmetic, &state, usize::from(*token))
            });
            assert_eq!(words::accepts(&mutant, &state), found.network);
            assert_eq!(circuit.simulate(&found.inputs)[found.output], found.simulation);
            assert_ne!(found.network, found.simulation);
        }
        assert!(n_layers == 4 && n_refuted > 10, "{n_refuted} of {n_layers} layers");
    }
}
