//! Arithmetic circuits with fan-in 2, as data.

use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// A gate of an arithmetic circuit; operands are earlier gates.
#[derive(Clone, Debug, PartialEq)]
pub enum Gate {
    /// The input with this number.
    Input(usize),
    /// A constant.
    Constant(Exact),
    /// The sum of two gates.
    Add(usize, usize),
    /// The product of two gates.
    Multiply(usize, usize),
    /// The greater of a gate and 0.
    Relu(usize),
}

/// An arithmetic circuit. Inputs and constants have depth 0, every other gate has one more than its deepest operand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Circuit {
    gates: Vec<Gate>,
    depths: Vec<usize>,
    n_inputs: usize,
    outputs: Vec<usize>,
}

/// What a circuit is evaluated over.
pub trait Ring {
    /// An element.
    type Value: Clone;
    /// A constant.
    fn constant(&self, value: &Exact) -> Self::Value;
    /// The sum.
    fn add(&self, a: &Self::Value, b: &Self::Value) -> Self::Value;
    /// The product.
    fn multiply(&self, a: &Self::Value, b: &Self::Value) -> Self::Value;
    /// The greater of a value and 0: sign gates stand between strata only.
    fn relu(&self, a: &Self::Value) -> Self::Value;
}

/// Exact rational numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExactRing;

impl Ring for ExactRing {
    type Value = Exact;

    fn constant(&self, value: &Exact) -> Exact {
        value.clone()
    }

    fn add(&self, a: &Exact, b: &Exact) -> Exact {
        a + b
    }

    fn multiply(&self, a: &Exact, b: &Exact) -> Exact {
        a * b
    }

    fn relu(&self, a: &Exact) -> Exact {
        a.clone().relu()
    }
}

/// Terms of sort Real.
#[derive(Clone, Copy, Debug)]
pub struct TermRing<'a>(pub &'a Terms);

impl<'a> Ring for TermRing<'a> {
    type Value = Term<'a>;

    fn constant(&self, value: &Exact) -> Term<'a> {
        self.0.real(value)
    }

    fn add(&self, a: &Term<'a>, b: &Term<'a>) -> Term<'a> {
        self.0.linear(Sort::Real, Exact::ZERO, [(Exact::ONE, *a), (Exact::ONE, *b)])
    }

    fn multiply(&self, a: &Term<'a>, b: &Term<'a>) -> Term<'a> {
        *a * *b
    }

    fn relu(&self, a: &Term<'a>) -> Term<'a> {
        a.relu()
    }
}

impl Circuit {
    /// Adds the next input.
    pub fn input(&mut self) -> usize {
        self.n_inputs += 1;
        self.push(Gate::Input(self.n_inputs - 1), 0)
    }

    /// Adds a constant.
    pub fn constant(&mut self, value: Exact) -> usize {
        self.push(Gate::Constant(value), 0)
    }

    /// Adds a sum.
    ///
    /// # Panics
    /// If an operand is no gate of the circuit.
    pub fn add(&mut self, a: usize, b: usize) -> usize {
        let depth = 1 + self.depths[a].max(self.depths[b]);
        self.push(Gate::Add(a, b), depth)
    }

    /// Adds a product.
    ///
    /// # Panics
    /// If an operand is no gate of the circuit.
    pub fn multiply(&mut self, a: usize, b: usize) -> usize {
        let depth = 1 + self.depths[a].max(self.depths[b]);
        self.push(Gate::Multiply(a, b), depth)
    }

    /// Adds a sign gate, the greater of a gate and 0.
    ///
    /// # Panics
    /// If the operand is no gate of the circuit.
    pub fn relu(&mut self, a: usize) -> usize {
        let depth = 1 + self.depths[a];
        self.push(Gate::Relu(a), depth)
    }

    /// Adds the sum of several gates, neighbours first, level by level, an odd one carried to the next level.
    ///
    /// # Panics
    /// If there is nothing to be summed.
    pub fn sum(&mut self, mut terms: Vec<usize>) -> usize {
        while terms.len() > 1 {
            terms = terms.chunks(2).map(|pair| if let [a, b] = *pair { self.add(a, b) } else { pair[0] }).collect();
        }
        terms[0]
    }

    fn push(&mut self, gate: Gate, depth: usize) -> usize {
        self.gates.push(gate);
        self.depths.push(depth);
        self.gates.len() - 1
    }

    /// Says which gates are the outputs.
    pub fn set_outputs(&mut self, outputs: Vec<usize>) {
        self.outputs = outputs;
    }

    /// The gates, operands first.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// The number of inputs.
    pub fn n_inputs(&self) -> usize {
        self.n_inputs
    }

    /// The places of the outputs.
    pub fn outputs(&self) -> &[usize] {
        &self.outputs
    }

    /// The depth of the deepest output.
    pub fn depth(&self) -> usize {
        self.outputs.iter().map(|output| self.depths[*output]).max().unwrap_or(0)
    }

    /// The number of products.
    pub fn n_multiplications(&self) -> usize {
        self.gates.iter().filter(|gate| matches!(gate, Gate::Multiply(..))).count()
    }

    /// The number of sums.
    pub fn n_additions(&self) -> usize {
        self.gates.iter().filter(|gate| matches!(gate, Gate::Add(..))).count()
    }

    /// The number of sign gates.
    pub fn n_relus(&self) -> usize {
        self.gates.iter().filter(|gate| matches!(gate, Gate::Relu(_))).count()
    }

    /// The outputs' values.
    ///
    /// # Panics
    /// If the number of inputs is not [`Circuit::n_inputs`].
    pub fn evaluate<R: Ring>(&self, ring: &R, inputs: &[R::Value]) -> Vec<R::Value> {
        assert_eq!(inputs.len(), self.n_inputs, "every input has a value");
        let mut values: Vec<R::Value> = Vec::with_capacity(self.gates.len());
        for gate in &self.gates {
            let value = match gate {
                Gate::Input(place) => inputs[*place].clone(),
                Gate::Constant(value) => ring.constant(value),
                Gate::Add(a, b) => ring.add(&values[*a], &values[*b]),
                Gate::Multiply(a, b) => ring.multiply(&values[*a], &values[*b]),
                Gate::Relu(a) => ring.relu(&values[*a]),
            };
            values.push(value);
        }
        self.outputs.iter().map(|output| values[*output].clone()).collect()
    }
}
