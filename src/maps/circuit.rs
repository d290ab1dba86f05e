//! Circuit files with values of their inputs: each output is a question.

use super::AnySource;
use super::Map;
use super::Reader;
use super::Source;
use circuit_files::Circuit;
use circuit_files::Literal;
use circuit_files::Plan;
use itertools::Itertools;
use problems::Random;
use problems::Word;
use problems::circuit_value;
use std::sync::Arc;

pub(super) static MAP: Map = Map {
    name: "circuit-to-circuit-value",
    question: "Is this output 1 for these values of the inputs?",
    syntax: "a file in AIGER, Bristol or .bench, and --input BITS; a word for each output",
    example: "adder.aag --input 0110",
    class: "P",
    reference: "circuit value as it is (Ladner 1975)",
    problem: || circuit_value::copy(),
    formula: "the sum over values, 1 for an input, d + 1 for a negation of distance d, b + 2 for a gate whose farther operand \
              has distance b, and 1 for the end",
    unit: "tokens",
    most: 100_000_000,
    measure: <[u8]>::len,
    reader: Reader::CircuitFile,
    source_unit: "and-gates over two inputs",
    exhaustive: 0..=1,
    every,
    sampled: 20,
    sampled_unit: "and-gates over five inputs",
    sample,
    induction: None,
};

/// One output of a circuit, with the values of the inputs.
struct Output {
    circuit: Arc<Circuit>,
    plan: Arc<Plan>,
    inputs: Vec<bool>,
    output: usize,
}

impl Source for Output {
    fn text(&self) -> String {
        let bits: String = self.inputs.iter().map(|bit| if *bit { '1' } else { '0' }).collect();
        let gate = |gate: &[Literal; 2]| gate.iter().map(|literal| text(*literal)).join("&");
        let gates = self.circuit.gates().iter().map(gate).join(" ");
        format!("gates [{gates}], output {}, input {bits}", text(self.circuit.outputs()[self.output]))
    }

    fn answer(&self) -> bool {
        self.circuit.simulate(&self.inputs)[self.output]
    }

    fn size(&self) -> u128 {
        (self.plan.n_tokens() + self.plan.n_suffix_tokens(self.output)) as u128
    }

    fn image(&self) -> Word {
        let mut word = self.plan.common(&self.inputs);
        word.extend(self.plan.suffix(self.output));
        word
    }
}

/// A literal as in messages: the node, with `!` where it is inverted.
fn text(literal: Literal) -> String {
    format!("{}{}", if literal.inverted { "!" } else { "" }, literal.node)
}

/// A source for each output of a circuit.
///
/// # Panics
/// If there are not as many values as inputs.
pub fn sources(circuit: Circuit, inputs: &[bool]) -> Vec<AnySource> {
    assert_eq!(inputs.len(), circuit.n_inputs(), "one value for each input");
    let plan = Arc::new(Plan::new(&circuit));
    let circuit = Arc::new(circuit);
    let of_output = |output| {
        let (circuit, plan) = (Arc::clone(&circuit), Arc::clone(&plan));
        Box::new(Output { circuit, plan, inputs: inputs.to_vec(), output }) as AnySource
    };
    (0..circuit.outputs().len()).map(of_output).collect()
}

fn literals(n_nodes: usize) -> impl Iterator<Item = Literal> + Clone {
    (0..n_nodes).cartesian_product([false, true]).map(|(node, inverted)| Literal { node, inverted })
}

/// Every circuit of so many gates over two inputs, each with every output and all values of the inputs.
fn every(n_gates: usize) -> Box<dyn Iterator<Item = AnySource>> {
    let gates: Vec<Vec<[Literal; 2]>> = if n_gates == 0 {
        vec![Vec::new()]
    } else {
        let operands = |gate: usize| {
            let pairs = literals(3 + gate).cartesian_product(literals(3 + gate));
            pairs.map(|(a, b)| [a, b]).collect::<Vec<_>>()
        };
        (0..n_gates).map(operands).multi_cartesian_product().collect()
    };
    Box::new(gates.into_iter().flat_map(|gates| {
        let mut circuit = Circuit::new(2);
        for [a, b] in gates {
            circuit.and(a, b);
        }
        literals(circuit.n_nodes()).for_each(|literal| circuit.add_output(literal));
        let plan = Arc::new(Plan::new(&circuit));
        let circuit = Arc::new(circuit);
        let values = [false, true].into_iter().cartesian_product([false, true]);
        let n_outputs = circuit.outputs().len();
        values.cartesian_product(0..n_outputs).map(move |((a, b), output)| {
            let (circuit, plan) = (Arc::clone(&circuit), Arc::clone(&plan));
            Box::new(Output { circuit, plan, inputs: vec![a, b], output }) as AnySource
        })
    }))
}

/// A random circuit of so many gates over five inputs, whose output is its last gate or the inverse of that.
fn sample(n_gates: usize, random: &mut Random) -> AnySource {
    const INPUTS: usize = 5;
    let mut circuit = Circuit::new(INPUTS);
    let mut last = Literal::TRUE;
    for _ in 0..n_gates {
        let mut operand = || Literal { node: random.below(circuit.n_nodes()), inverted: random.bit() };
        let (a, b) = (operand(), operand());
        last = circuit.and(a, b);
    }
    circuit.add_output(if random.bit() { !last } else { last });
    let inputs: Vec<bool> = (0..INPUTS).map(|_| random.bit()).collect();
    let plan = Arc::new(Plan::new(&circuit));
    Box::new(Output { circuit: Arc::new(circuit), plan, inputs, output: 0 })
}
