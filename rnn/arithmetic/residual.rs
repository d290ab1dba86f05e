//! Partial evaluation: what is left of a network's step where part of its state is known.

use super::interface::Arithmetic;
use crate::number::Exact;
use crate::number::ExactSum;
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// A number plus a multiple of each of some nodes, which are in the order of their indices.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Form {
    constant: Exact,
    summands: Vec<(u32, Exact)>,
}

impl Form {
    fn constant(value: Exact) -> Self {
        Self { constant: value, summands: Vec::new() }
    }

    fn of(node: u32) -> Self {
        Self { constant: Exact::ZERO, summands: vec![(node, Exact::ONE)] }
    }

    fn as_constant(&self) -> Option<&Exact> {
        self.summands.is_empty().then_some(&self.constant)
    }

    /// The node that it is, if it is one.
    fn as_node(&self) -> Option<u32> {
        match self.summands.as_slice() {
            [(node, weight)] if weight.is_one() && self.constant.is_zero() => Some(*node),
            _ => None,
        }
    }

    /// `self += weight * other`.
    fn add(&mut self, weight: &Exact, other: &Self) {
        self.constant.add_product(weight, &other.constant);
        for (node, factor) in &other.summands {
            match self.summands.binary_search_by_key(node, |(own, _)| *own) {
                Ok(place) => {
                    self.summands[place].1.add_product(weight, factor);
                    if self.summands[place].1.is_zero() {
                        self.summands.remove(place);
                    }
                }
                Err(place) => {
                    let product = weight * factor;
                    if !product.is_zero() {
                        self.summands.insert(place, (*node, product));
                    }
                }
            }
        }
    }

    #[inline]
    fn value(&self, memory: Memory<'_>) -> Exact {
        if let Some(node) = self.as_node() {
            return memory.value(node).clone();
        }
        let mut sum = ExactSum::new(&self.constant);
        for (node, factor) in &self.summands {
            let value = memory.value(*node);
            if !value.is_zero() {
                sum.add_product(factor, value);
            }
        }
        sum.finish()
    }
}

/// The numbers of the nodes: of the unknowns, and of the operations that were computed so far.
#[derive(Clone, Copy)]
struct Memory<'m> {
    unknowns: &'m [Exact],
    computed: &'m [Exact],
}

impl<'m> Memory<'m> {
    #[inline]
    fn value(self, node: u32) -> &'m Exact {
        let node = node as usize;
        self.unknowns.get(node).unwrap_or_else(|| &self.computed[node - self.unknowns.len()])
    }
}

/// What is computed where it cannot be known beforehand. Nodes are the unknowns, and after them the operations.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Operation {
    Sum(Form),
    Relu(Form),
    Product(u32, u32),
}

/// The least and the greatest number that something can be, where they are known.
type Bounds = Option<(Exact, Exact)>;

/// A value of [`ResidualArithmetic`]: a number, or a sum of multiples of what is left to compute.
#[derive(Clone, Debug)]
pub struct ResidualValue(Form);

impl ResidualValue {
    /// The number, where it is known.
    pub fn as_number(&self) -> Option<&Exact> {
        self.0.as_constant()
    }

    /// Whether both are known to be the same.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// Arithmetic that computes what is known and keeps the rest as a program: run over it, the interpreter gives the
/// *residual program* of a step (partial evaluation). Unknowns may have bounds; a ReLU whose argument has one sign
/// within them is no part of the program. Within the bounds the program computes what the interpreter does.
///
/// ```
/// use rnn::{Arithmetic, Exact, ResidualArithmetic};
/// let (zero, one) = (Exact::ZERO, Exact::ONE);
/// let arithmetic = ResidualArithmetic::new(vec![Some((zero.clone(), one.clone()))]);
/// let unit = |bias: i64| {
///     let mut sum = arithmetic.sum(&Exact::integer(bias));
///     arithmetic.add(&mut sum, &one, &arithmetic.unknown(0));
///     arithmetic.relu(arithmetic.finish(sum))
/// };
/// // Of 0 <= x <= 1: max(x - 1, 0) is 0, and max(x + 1, 0) is x + 1.
/// assert_eq!(unit(-1).as_number(), Some(&zero));
/// let program = arithmetic.program(&[unit(1)]);
/// assert_eq!(program.n_operations(), 0);
/// let mut outputs = Vec::new();
/// program.run(&[Exact::ratio(1, 2)], &mut Vec::new(), &mut outputs);
/// assert_eq!(outputs, [Exact::ratio(3, 2)]);
/// ```
#[derive(Debug)]
pub struct ResidualArithmetic {
    nodes: RefCell<Nodes>,
    n_unknowns: usize,
}

#[derive(Debug, Default)]
struct Nodes {
    operations: Vec<Operation>,
    /// Of the unknowns, and then of the operations.
    bounds: Vec<Bounds>,
    indices: FxHashMap<Operation, u32>,
}

impl Nodes {
    /// The node of an operation, which is made where it is new.
    fn index(&mut self, operation: Operation, bounds: impl FnOnce(&Self) -> Bounds) -> u32 {
        if let Some(index) = self.indices.get(&operation) {
            return *index;
        }
        let index = u32::try_from(self.bounds.len()).expect("a step has fewer than 2^32 operations");
        self.bounds.push(bounds(self));
        self.operations.push(operation.clone());
        self.indices.insert(operation, index);
        index
    }

    fn bounds_of(&self, form: &Form) -> Bounds {
        let mut bounds = (form.constant.clone(), form.constant.clone());
        for (node, factor) in &form.summands {
            let (low, high) = self.bounds[*node as usize].as_ref()?;
            let (low, high) = if factor.is_negative() { (high, low) } else { (low, high) };
            bounds.0.add_product(factor, low);
            bounds.1.add_product(factor, high);
        }
        Some(bounds)
    }

    /// A node whose value is that of the form.
    fn node_of(&mut self, form: &Form) -> u32 {
        form.as_node().unwrap_or_else(|| self.index(Operation::Sum(form.clone()), |nodes| nodes.bounds_of(form)))
    }
}

impl ResidualArithmetic {
    /// The arithmetic over unknowns with these bounds.
    pub fn new(bounds: Vec<Option<(Exact, Exact)>>) -> Self {
        let n_unknowns = bounds.len();
        Self { nodes: RefCell::new(Nodes { bounds, ..Nodes::default() }), n_unknowns }
    }

    /// An unknown, counted from 0.
    ///
    /// # Panics
    /// If there is no such unknown.
    pub fn unknown(&self, unknown: usize) -> ResidualValue {
        assert!(unknown < self.n_unknowns, "unknown {unknown} of {}", self.n_unknowns);
        ResidualValue(Form::of(unknown as u32))
    }

    /// The program that computes these values from the unknowns.
    pub fn program(&self, outputs: &[ResidualValue]) -> Residual {
        let nodes = &self.nodes.borrow().operations;
        // What the outputs read, directly or not; an operation reads earlier nodes only.
        let mut is_read = vec![false; self.n_unknowns + nodes.len()];
        let note = |is_read: &mut Vec<bool>, form: &Form| {
            form.summands.iter().for_each(|(node, _)| is_read[*node as usize] = true);
        };
        outputs.iter().for_each(|output| note(&mut is_read, &output.0));
        for (index, operation) in nodes.iter().enumerate().rev() {
            match operation {
                _ if !is_read[self.n_unknowns + index] => {}
                Operation::Sum(form) | Operation::Relu(form) => note(&mut is_read, form),
                Operation::Product(left, right) => {
                    is_read[*left as usize] = true;
                    is_read[*right as usize] = true;
                }
            }
        }
        // The unknowns keep their places, and the operations that are needed stand behind them.
        let mut places: Vec<u32> = (0..).take(self.n_unknowns).collect();
        let mut operations = Vec::new();
        let moved = |places: &[u32], form: &Form| Form {
            constant: form.constant.clone(),
            summands: form.summands.iter().map(|(node, factor)| (places[*node as usize], factor.clone())).collect(),
        };
        for (operation, is_read) in nodes.iter().zip(&is_read[self.n_unknowns..]) {
            // The place of what is not needed is never looked at.
            places.push((self.n_unknowns + operations.len()) as u32);
            if *is_read {
                operations.push(match operation {
                    Operation::Sum(form) => Operation::Sum(moved(&places, form)),
                    Operation::Relu(form) => Operation::Relu(moved(&places, form)),
                    Operation::Product(left, right) => {
                        Operation::Product(places[*left as usize], places[*right as usize])
                    }
                });
            }
        }
        let output = |(index, output): (usize, &ResidualValue)| {
            let earlier = outputs[..index].iter().position(|earlier| earlier.is_same(output));
            earlier.map_or_else(|| Output::Of(moved(&places, &output.0)), Output::Again)
        };
        let outputs = outputs.iter().enumerate().map(output).collect();
        Residual { n_unknowns: self.n_unknowns, operations, outputs }
    }
}

impl Arithmetic for ResidualArithmetic {
    type Value = ResidualValue;
    type Sum = ResidualValue;

    fn constant(&self, value: &Exact) -> ResidualValue {
        ResidualValue(Form::constant(value.clone()))
    }

    fn is_zero(&self, value: &ResidualValue) -> bool {
        value.as_number().is_some_and(Exact::is_zero)
    }

    fn sum(&self, bias: &Exact) -> ResidualValue {
        self.constant(bias)
    }

    fn add(&self, sum: &mut ResidualValue, weight: &Exact, value: &ResidualValue) {
        sum.0.add(weight, &value.0);
    }

    fn finish(&self, sum: ResidualValue) -> ResidualValue {
        sum
    }

    fn relu(&self, value: ResidualValue) -> ResidualValue {
        if let Some(number) = value.as_number() {
            return ResidualValue(Form::constant(number.clone().relu()));
        }
        let mut nodes = self.nodes.borrow_mut();
        match nodes.bounds_of(&value.0) {
            Some((_, high)) if !high.is_positive() => ResidualValue(Form::constant(Exact::ZERO)),
            Some((low, _)) if !low.is_negative() => value,
            bounds => {
                let bounds = bounds.map(|(_, high)| (Exact::ZERO, high));
                ResidualValue(Form::of(nodes.index(Operation::Relu(value.0), |_| bounds)))
            }
        }
    }

    fn multiply(&self, left: &ResidualValue, right: &ResidualValue) -> ResidualValue {
        let scaled = |value: &ResidualValue, factor: &Exact| {
            let mut product = self.constant(&Exact::ZERO);
            if !factor.is_zero() {
                self.add(&mut product, factor, value);
            }
            product
        };
        match (left.as_number(), right.as_number()) {
            (_, Some(number)) => scaled(left, number),
            (Some(number), _) => scaled(right, number),
            (None, None) => {
                let mut nodes = self.nodes.borrow_mut();
                let (left, right) = (nodes.node_of(&left.0), nodes.node_of(&right.0));
                ResidualValue(Form::of(nodes.index(Operation::Product(left.min(right), left.max(right)), |_| None)))
            }
        }
    }

    fn is_same(&self, left: &ResidualValue, right: &ResidualValue) -> bool {
        left.is_same(right)
    }
}

/// What is left to compute: operations in order, and outputs that are sums of multiples of unknowns and operations.
#[derive(Debug)]
pub struct Residual {
    n_unknowns: usize,
    operations: Vec<Operation>,
    outputs: Vec<Output>,
}

#[derive(Debug)]
enum Output {
    Of(Form),
    /// The same as an earlier one.
    Again(usize),
}

impl Residual {
    /// The number of ReLUs, products and sums that are computed before the outputs.
    pub fn n_operations(&self) -> usize {
        self.operations.len()
    }

    /// Computes the outputs from the unknowns. What stood in `computed` and `outputs` is thrown away; their memory is used
    /// again.
    ///
    /// # Panics
    /// If there are more or fewer values than unknowns.
    pub fn run(&self, unknowns: &[Exact], computed: &mut Vec<Exact>, outputs: &mut Vec<Exact>) {
        assert_eq!(unknowns.len(), self.n_unknowns, "one value for each unknown");
        computed.clear();
        for operation in &self.operations {
            let memory = Memory { unknowns, computed };
            let value = match operation {
                Operation::Sum(form) => form.value(memory),
                Operation::Relu(form) => form.value(memory).relu(),
                Operation::Product(left, right) => memory.value(*left) * memory.value(*right),
            };
            computed.push(value);
        }
        outputs.clear();
        let memory = Memory { unknowns, computed };
        for output in &self.outputs {
            outputs.push(match output {
                Output::Of(form) => form.value(memory),
                Output::Again(earlier) => outputs[*earlier].clone(),
            });
        }
    }
}
