//! The and-inverter graph as data, and its simulation.

use std::collections::BTreeMap;

/// A node of a circuit, perhaps inverted.
///
/// Node 0 is the constant false, then come the inputs, then the AND gates in topological order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal {
    /// The node's index.
    pub node: usize,
    /// Whether the node's value is inverted.
    pub inverted: bool,
}

impl Literal {
    /// The constant false.
    pub const FALSE: Self = Self { node: 0, inverted: false };
    /// The constant true.
    pub const TRUE: Self = Self { node: 0, inverted: true };

    /// The literal's number in an AIGER file whose nodes are numbered as ours are.
    pub(super) fn code(self) -> usize {
        2 * self.node + usize::from(self.inverted)
    }

    /// The literal inverted if asked for.
    pub(super) fn invert_if(self, condition: bool) -> Self {
        Self { node: self.node, inverted: self.inverted != condition }
    }
}

impl std::ops::Not for Literal {
    type Output = Self;

    fn not(self) -> Self {
        self.invert_if(true)
    }
}

/// A combinational circuit: inputs, two-input AND gates in topological order, outputs; any literal may be inverted.
///
/// ```
/// use circuit_files::Circuit;
///
/// let xor = Circuit::parse(b"aag 5 2 0 1 3\n2\n4\n11\n6 2 4\n8 3 5\n10 7 9\n", "xor.aag").unwrap();
/// assert_eq!(xor.simulate(&[true, false]), [false]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Circuit {
    n_inputs: usize,
    gates: Vec<[Literal; 2]>,
    outputs: Vec<Literal>,
    pub(super) input_names: BTreeMap<usize, String>,
    pub(super) output_names: BTreeMap<usize, String>,
}

impl Circuit {
    /// A circuit without gates and outputs yet.
    pub fn new(n_inputs: usize) -> Self {
        Self {
            n_inputs,
            gates: Vec::new(),
            outputs: Vec::new(),
            input_names: BTreeMap::new(),
            output_names: BTreeMap::new(),
        }
    }

    /// The number of inputs.
    pub fn n_inputs(&self) -> usize {
        self.n_inputs
    }

    /// The number of nodes: the constant, the inputs, the gates.
    pub fn n_nodes(&self) -> usize {
        1 + self.n_inputs + self.gates.len()
    }

    /// The operands of the AND gates; gate `g` is node `1 + n_inputs + g` and reads earlier nodes only.
    pub fn gates(&self) -> &[[Literal; 2]] {
        &self.gates
    }

    /// The outputs.
    pub fn outputs(&self) -> &[Literal] {
        &self.outputs
    }

    /// The name of an input, where the file has one.
    pub fn input_name(&self, input: usize) -> Option<&str> {
        self.input_names.get(&input).map(String::as_str)
    }

    /// The name of an output, where the file has one.
    pub fn output_name(&self, output: usize) -> Option<&str> {
        self.output_names.get(&output).map(String::as_str)
    }

    /// The literal of an input, counted from 0.
    ///
    /// # Panics
    /// If there is no such input.
    pub fn input(&self, input: usize) -> Literal {
        assert!(input < self.n_inputs, "input {input} of {}", self.n_inputs);
        Literal { node: 1 + input, inverted: false }
    }

    /// Adds an AND gate and returns its literal. Nothing is simplified: the circuit is what was asked for.
    ///
    /// # Panics
    /// If an operand is no node of the circuit yet; this keeps the gates in topological order.
    pub fn and(&mut self, a: Literal, b: Literal) -> Literal {
        assert!(a.node.max(b.node) < self.n_nodes(), "an operand is no node of the circuit yet");
        self.gates.push([a, b]);
        Literal { node: self.n_nodes() - 1, inverted: false }
    }

    /// Adds three AND gates that are an exclusive or, in the form that [`Plan`](crate::Plan) reads as one gate.
    pub(super) fn xor(&mut self, a: Literal, b: Literal) -> Literal {
        let (both, neither) = (self.and(a, b), self.and(!a, !b));
        self.and(!both, !neither)
    }

    /// Adds an output.
    ///
    /// # Panics
    /// If the literal is no node of the circuit.
    pub fn add_output(&mut self, literal: Literal) {
        assert!(literal.node < self.n_nodes(), "an output is no node of the circuit");
        self.outputs.push(literal);
    }

    /// The values of the outputs, gate after gate as the file has them.
    ///
    /// # Panics
    /// If there are not as many values as inputs.
    pub fn simulate(&self, inputs: &[bool]) -> Vec<bool> {
        assert_eq!(inputs.len(), self.n_inputs, "one value for each input");
        let mut values = Vec::with_capacity(self.n_nodes());
        values.push(false);
        values.extend_from_slice(inputs);
        for [a, b] in &self.gates {
            values.push((values[a.node] != a.inverted) && (values[b.node] != b.inverted));
        }
        self.outputs.iter().map(|output| values[output.node] != output.inverted).collect()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::PathBuf;

    /// The project's own circuits.
    pub(crate) const OWN: [&str; 7] =
        ["adder4.aig", "corners.aag", "full_adder.aag", "latin1_name.aag", "majority.aag", "mux.aag", "parity.aag"];

    pub(crate) fn data(file: &str) -> PathBuf {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)
    }

    pub(crate) fn own(file: &str) -> Circuit {
        Circuit::read(&data(file)).unwrap()
    }

    /// AIGER circuits that nobody here wrote.
    pub(crate) fn shared() -> Vec<(String, Vec<u8>)> {
        [shared_files("aag"), shared_files("aig")].concat()
    }

    /// Circuits that nobody here wrote, with this ending, from the folder that REDUCE_CIRCUITS names.
    pub(crate) fn shared_files(extension: &str) -> Vec<(String, Vec<u8>)> {
        let Some(folder) = std::env::var_os("REDUCE_CIRCUITS").filter(|folder| !folder.is_empty()) else {
            println!("skipped: REDUCE_CIRCUITS names no folder of circuits");
            return Vec::new();
        };
        let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|end| end == extension))
            .collect();
        files.sort();
        if files.is_empty() {
            println!("skipped: no circuits that end with .{extension} in {}", folder.display());
        }
        files.iter().map(|path| (path.display().to_string(), std::fs::read(path).unwrap())).collect()
    }

    /// One edit of a file's bytes: a byte replaced, a digit put in, a byte taken out, or the end cut off.
    pub(crate) fn edit(bytes: &mut Vec<u8>, place: prop::sample::Index, byte: u8, edit: u8) {
        if bytes.is_empty() {
            return;
        }
        let place = place.index(bytes.len());
        match edit {
            0 => bytes[place] = byte,
            1 => bytes.insert(place, b'0' + byte % 10),
            2 => {
                bytes.remove(place);
            }
            _ => bytes.truncate(place),
        }
    }

    /// All vectors of so many values.
    pub(crate) fn all_inputs(n: usize) -> impl Iterator<Item = Vec<bool>> {
        (0..1u32 << n).map(move |bits| (0..n).map(|i| bits >> i & 1 == 1).collect())
    }

    /// Any circuit: constants, inverted and equal outputs, gates with equal, complementary and constant operands.
    pub(crate) fn circuits(n_gates: usize) -> impl Strategy<Value = Circuit> {
        let literal = any::<(u16, bool)>();
        let gates = proptest::collection::vec([literal, literal], 0..=n_gates);
        let outputs = proptest::collection::vec(literal, 1..6);
        (0usize..6, any::<u16>(), gates, outputs).prop_map(|(n_inputs, window, gates, outputs)| {
            let mut circuit = Circuit::new(n_inputs);
            // Half of the circuits read recent nodes mostly, which makes them deep and full of repetitions.
            let pick = |(choice, inverted): (u16, bool), n_nodes: usize| {
                let reach = if window % 2 == 0 { n_nodes } else { n_nodes.min(4) };
                Literal { node: n_nodes - 1 - usize::from(choice) % reach, inverted }
            };
            for [a, b] in gates {
                let n_nodes = circuit.n_nodes();
                circuit.and(pick(a, n_nodes), pick(b, n_nodes));
            }
            for output in outputs {
                circuit.add_output(pick(output, circuit.n_nodes()));
            }
            circuit
        })
    }

    fn number(bits: &[bool]) -> usize {
        bits.iter().rev().fold(0, |number, &bit| 2 * number + usize::from(bit))
    }

    #[test]
    fn the_own_circuits_compute_what_their_names_say() {
        for bits in all_inputs(3) {
            let sum = bits.iter().filter(|&&bit| bit).count();
            assert_eq!(number(&own("full_adder.aag").simulate(&bits)), sum);
            assert_eq!(own("majority.aag").simulate(&bits), [sum >= 2]);
            assert_eq!(own("mux.aag").simulate(&bits), [if bits[0] { bits[1] } else { bits[2] }]);
        }
        for bits in all_inputs(4) {
            let odd = bits.iter().filter(|&&bit| bit).count() % 2 == 1;
            assert_eq!(own("parity.aag").simulate(&bits), [odd, !odd]);
        }
        for bits in all_inputs(8) {
            let sum = number(&bits[..4]) + number(&bits[4..]);
            assert_eq!(number(&own("adder4.aig").simulate(&bits)), sum);
        }
        for bits in all_inputs(2) {
            let both = bits[0] && bits[1];
            let expected = [false, true, bits[0], !bits[1], both, both, !both, true, !bits[0]];
            assert_eq!(own("corners.aag").simulate(&bits), expected);
        }
        for bits in all_inputs(1) {
            assert_eq!(own("latin1_name.aag").simulate(&bits), [!bits[0]]);
        }
    }
}
