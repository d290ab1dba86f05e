//! A one-layer linear RNN over n tokens as one arithmetic circuit with start state and readout.

use super::affine;
use super::affine::Shape;
use super::circuit::Circuit;
use super::circuit::ExactRing;
use super::parallel;
use rnn::Affine;
use rnn::Exact;
use rnn::LinearRnn;

/// A network unrolled to n tokens. The inputs are the pairs (A, b) of the tokens: looking them up is a table of constant
/// size for each token. The outputs are the last state and the readout.
#[derive(Clone, Debug)]
pub struct Unrolled {
    /// The circuit.
    pub circuit: Circuit,
    /// The shape of the fold inside it.
    pub shape: Shape,
}

/// The pair (A, b) of one transition: the entries of `A`, then those of `b`, by rows.
pub fn pair(transition: &Affine) -> Vec<Exact> {
    let n = transition.n_inputs();
    let mut values = vec![Exact::ZERO; n * n + n];
    for (column, row, weight) in transition.weights() {
        values[row * n + column] = weight.clone();
    }
    for (column, bias) in transition.biases() {
        values[n * n + column] = bias.clone();
    }
    values
}

impl Unrolled {
    /// The circuit of a network over `n` tokens.
    ///
    /// # Panics
    /// If `n` is 0.
    pub fn new(network: &LinearRnn, n: usize) -> Self {
        let dimension = network.coordinates().len();
        let shape = Shape { n, dimension, rows: 1 };
        let mut circuit = Circuit::default();
        let whole = affine::fold_into(&mut circuit, shape);
        let (matrix, bias) = whole.split_at(dimension * dimension);
        let mut state = Vec::with_capacity(dimension);
        for column in 0..dimension {
            let mut terms = Vec::new();
            for (row, value) in network.start().iter().enumerate().filter(|(_, value)| !value.is_zero()) {
                let start = circuit.constant(value.clone());
                terms.push(circuit.multiply(start, matrix[row * dimension + column]));
            }
            terms.push(bias[column]);
            state.push(circuit.sum(terms));
        }
        let mut terms = Vec::new();
        for (_, column, weight) in network.readout().weights() {
            let weight = circuit.constant(weight.clone());
            terms.push(circuit.multiply(state[column], weight));
        }
        let bias = network.readout().biases().next().map_or(Exact::ZERO, |(_, bias)| bias.clone());
        terms.push(circuit.constant(bias));
        let readout = circuit.sum(terms);
        state.push(readout);
        circuit.set_outputs(state);
        let unrolled = Self { circuit, shape };
        assert!(unrolled.circuit.depth() <= unrolled.depth_bound(), "start and readout add one level each");
        unrolled
    }

    /// A bound on the circuit's depth: the fold, one level for the start state, one for the readout.
    pub fn depth_bound(&self) -> usize {
        self.shape.figures().depth + 2 * self.shape.depth_per_level()
    }

    /// The inputs for a word, as places in the network's tokens.
    ///
    /// # Panics
    /// If a token does not exist.
    pub fn inputs(network: &LinearRnn, word: &[usize]) -> Vec<Exact> {
        let pairs: Vec<Vec<Exact>> = network.transitions().iter().map(pair).collect();
        word.iter().flat_map(|token| pairs[*token].iter().cloned()).collect()
    }
}

/// The state after a word, by a balanced fold on several threads.
///
/// # Panics
/// If a token does not exist.
pub fn parallel_state(network: &LinearRnn, word: &[usize]) -> Vec<Exact> {
    let n = network.coordinates().len();
    let shape = Shape { n: 1, dimension: n, rows: 1 };
    let table: Vec<Vec<Exact>> = network.transitions().iter().map(pair).collect();
    let pairs: Vec<Vec<Exact>> = word.iter().map(|token| table[*token].clone()).collect();
    let Some(whole) = parallel::fold(&pairs, &|a, b| affine::compose(&ExactRing, shape, a, b)) else {
        return network.start().to_vec();
    };
    let (matrix, bias) = whole.split_at(n * n);
    let times = |column: usize| {
        let rows = network.start().iter().enumerate();
        rows.fold(bias[column].clone(), |sum, (row, value)| &sum + &(value * &matrix[row * n + column]))
    };
    (0..n).map(times).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::all;
    use problems::Random;
    use rnn::ExactArithmetic;
    use rnn::Network;

    fn linear_networks() -> Vec<&'static LinearRnn> {
        let linear = |network: &'static Network| match network {
            Network::Linear(network) => Some(network),
            _ => None,
        };
        all().into_iter().filter_map(|reduction| linear(reduction.network())).collect()
    }

    #[test]
    fn circuit_and_parallel_fold_and_interpreter_agree_on_every_linear_network() {
        let networks = linear_networks();
        assert!(networks.len() >= 5);
        for network in networks {
            for n in [1, 2, 3, 5, 8, 17, 33, 100] {
                let mut random = Random::new(1, n as u64);
                let word: Vec<usize> = (0..n).map(|_| random.below(network.tokens().len())).collect();
                let step = |state: Vec<Exact>, token: &usize| network.step(&ExactArithmetic, &state, *token);
                let mut expected = word.iter().fold(network.start().to_vec(), step);
                assert_eq!(parallel_state(network, &word), expected);
                let readout = network.readout().apply(&ExactArithmetic, expected.iter().enumerate());
                expected.extend(readout);
                let unrolled = Unrolled::new(network, n);
                let inputs = Unrolled::inputs(network, &word);
                assert_eq!(unrolled.circuit.evaluate(&ExactRing, &inputs), expected);
            }
        }
    }

    #[test]
    fn no_token_leaves_the_start_state() {
        for network in linear_networks() {
            assert_eq!(parallel_state(network, &[]), network.start());
        }
    }
}
