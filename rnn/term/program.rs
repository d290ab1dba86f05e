//! Terms for the exact arithmetic: straight-line programs.

use super::node::Id;
use super::node::Node;
use super::node::Sort;
use super::terms::Term;
use super::valuation::Datum;
use super::valuation::Valuation;
use crate::number::Exact;
use crate::number::ExactSum;
use rustc_hash::FxHashMap;

/// Several terms as one straight-line program: each distinct term is evaluated once.
#[derive(Clone, Debug)]
pub struct Program {
    steps: Vec<Step>,
    outputs: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Step {
    Constant(Datum),
    Symbol(String, Sort),
    Apply(String, Vec<usize>, Sort),
    Linear(Exact, Vec<(Exact, usize)>),
    Product(usize, usize),
    Relu(usize),
    Copy(usize),
    IsInteger(usize),
    Quotient(usize, Exact),
    Remainder(usize, Exact),
    AtLeastZero(usize),
    AboveZero(usize),
    EqualsZero(usize),
    Same(usize, usize),
    Not(usize),
    All(Vec<usize>),
    Any(Vec<usize>),
    If(usize, usize, usize),
}

impl Program {
    /// The program that computes these terms, in this order.
    pub fn new(outputs: &[Term<'_>]) -> Self {
        let Some(first) = outputs.first() else {
            return Self { steps: Vec::new(), outputs: Vec::new() };
        };
        let arena = first.terms.arena.borrow();
        // Which terms are needed.
        let mut indices: FxHashMap<Id, usize> = FxHashMap::default();
        let mut needed = Vec::new();
        let mut stack: Vec<Id> = outputs.iter().map(|term| term.id).collect();
        while let Some(id) = stack.pop() {
            if indices.insert(id, 0).is_none() {
                needed.push(id);
                stack.extend(arena.nodes[id as usize].children());
            }
        }
        // A child is interned before its parent, so the order of the ids is an order of evaluation.
        needed.sort_unstable();
        for (index, id) in needed.iter().enumerate() {
            indices.insert(*id, index);
        }
        let at = |ids: &[Id]| ids.iter().map(|id| indices[id]).collect::<Vec<_>>();
        // One step for each, which names the steps of its children.
        let steps = needed
            .iter()
            .map(|id| match &arena.nodes[*id as usize] {
                Node::Truth(value) => Step::Constant(Datum::Truth(*value)),
                Node::Symbol(name, sort) => Step::Symbol(name.to_string(), *sort),
                Node::Apply(name, arguments, sort) => Step::Apply(name.to_string(), at(arguments), *sort),
                Node::Linear(_, constant, products) if products.is_empty() => {
                    Step::Constant(Datum::Number(constant.clone()))
                }
                Node::Linear(_, constant, products) => {
                    Step::Linear(constant.clone(), products.iter().map(|(c, id)| (c.clone(), indices[id])).collect())
                }
                Node::Product(_, a, b) => Step::Product(indices[a], indices[b]),
                Node::Relu(a) => Step::Relu(indices[a]),
                Node::ToReal(a) => Step::Copy(indices[a]),
                Node::IsInteger(a) => Step::IsInteger(indices[a]),
                Node::Quotient(a, divisor) => Step::Quotient(indices[a], Exact::from(divisor.clone())),
                Node::Remainder(a, divisor) => Step::Remainder(indices[a], Exact::from(divisor.clone())),
                Node::AtLeastZero(a) => Step::AtLeastZero(indices[a]),
                Node::AboveZero(a) => Step::AboveZero(indices[a]),
                Node::EqualsZero(a) => Step::EqualsZero(indices[a]),
                Node::Same(a, b) => Step::Same(indices[a], indices[b]),
                Node::Not(a) => Step::Not(indices[a]),
                Node::All(ids) => Step::All(at(ids)),
                Node::Any(ids) => Step::Any(at(ids)),
                Node::If(a, b, c) => Step::If(indices[a], indices[b], indices[c]),
            })
            .collect();
        Self { steps, outputs: outputs.iter().map(|term| indices[&term.id]).collect() }
    }

    /// The values of the program's terms.
    ///
    /// # Errors
    /// The name of a symbol or function to which `valuation` gives no value of its sort: a fraction is no value of an
    /// Int.
    pub fn run(&self, valuation: &(impl Valuation + ?Sized)) -> Result<Vec<Datum>, String> {
        let mut values: Vec<Datum> = Vec::with_capacity(self.steps.len());
        // One value for each step, from the values before it.
        for step in &self.steps {
            let number = |index: &usize| values[*index].number();
            let truth = |index: &usize| values[*index].truth();
            let value = match step {
                Step::Constant(value) => value.clone(),
                Step::Symbol(name, sort) => {
                    valuation.symbol(name).filter(|value| value.is_of(*sort)).ok_or_else(|| name.clone())?
                }
                Step::Apply(name, arguments, sort) => {
                    let arguments: Vec<Exact> = arguments.iter().map(|index| number(index).clone()).collect();
                    let value = valuation.apply(name, &arguments);
                    value.filter(|value| value.is_of(*sort)).ok_or_else(|| name.clone())?
                }
                Step::Linear(constant, products) => {
                    let mut sum = ExactSum::new(constant);
                    for (coefficient, index) in products {
                        sum.add_product(coefficient, number(index));
                    }
                    Datum::Number(sum.finish())
                }
                Step::Product(a, b) => Datum::Number(number(a) * number(b)),
                Step::Relu(a) => Datum::Number(number(a).clone().relu()),
                Step::Copy(a) => values[*a].clone(),
                Step::IsInteger(a) => Datum::Truth(number(a).is_integer()),
                Step::Quotient(a, divisor) => Datum::Number(floor_quotient(number(a), divisor)),
                Step::Remainder(a, divisor) => {
                    let quotient = floor_quotient(number(a), divisor);
                    Datum::Number(number(a) - &(&quotient * divisor))
                }
                Step::AtLeastZero(a) => Datum::Truth(!number(a).is_negative()),
                Step::AboveZero(a) => Datum::Truth(number(a).is_positive()),
                Step::EqualsZero(a) => Datum::Truth(number(a).is_zero()),
                Step::Same(a, b) => Datum::Truth(truth(a) == truth(b)),
                Step::Not(a) => Datum::Truth(!truth(a)),
                Step::All(indices) => Datum::Truth(indices.iter().all(truth)),
                Step::Any(indices) => Datum::Truth(indices.iter().any(truth)),
                Step::If(a, b, c) => values[if truth(a) { *b } else { *c }].clone(),
            };
            values.push(value);
        }
        Ok(self.outputs.iter().map(|index| values[*index].clone()).collect())
    }
}

fn floor_quotient(number: &Exact, divisor: &Exact) -> Exact {
    Exact::from((number / divisor).floor())
}

impl Term<'_> {
    /// The term's value.
    ///
    /// # Errors
    /// The name of a symbol or function to which `valuation` gives no value of its sort.
    pub fn evaluate(self, valuation: &(impl Valuation + ?Sized)) -> Result<Datum, String> {
        Program::new(&[self]).run(valuation).map(|mut values| values.swap_remove(0))
    }
}
