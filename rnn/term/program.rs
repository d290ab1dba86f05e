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
///
/// Symbols whose numbers are always at hand are *registers*, which are read where they are; any other is looked up by its
/// name.
#[derive(Clone, Debug)]
pub struct Program {
    n_registers: usize,
    /// The registers that must hold an integer, with their names.
    integers: Vec<(usize, String)>,
    constants: Vec<Datum>,
    /// What is computed. A step names what it reads by a place: first the registers, then the constants, then the steps.
    steps: Vec<Step>,
    outputs: Vec<usize>,
}

#[derive(Clone, Debug)]
enum Step {
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
        Self::over(&[], outputs)
    }

    /// The program that computes these terms from registers of these names.
    pub fn over(registers: &[String], outputs: &[Term<'_>]) -> Self {
        let Some(first) = outputs.first() else {
            let n_registers = registers.len();
            return Self {
                n_registers,
                integers: Vec::new(),
                constants: Vec::new(),
                steps: Vec::new(),
                outputs: Vec::new(),
            };
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
        let register = |id: &Id| match &arena.nodes[*id as usize] {
            Node::Symbol(name, sort) if *sort != Sort::Bool => {
                registers.iter().position(|register| register.as_str() == &**name)
            }
            _ => None,
        };
        let constant = |id: &Id| match &arena.nodes[*id as usize] {
            Node::Truth(value) => Some(Datum::Truth(*value)),
            Node::Linear(_, constant, products) if products.is_empty() => Some(Datum::Number(constant.clone())),
            _ => None,
        };
        // Registers and constants have their places; what is left is computed.
        let (mut integers, mut constants) = (Vec::new(), Vec::new());
        needed.retain(|id| {
            if let Some(place) = register(id) {
                if let Node::Symbol(name, Sort::Int) = &arena.nodes[*id as usize] {
                    integers.push((place, name.to_string()));
                }
                indices.insert(*id, place);
                return false;
            }
            let Some(value) = constant(id) else { return true };
            indices.insert(*id, registers.len() + constants.len());
            constants.push(value);
            false
        });
        for (index, id) in needed.iter().enumerate() {
            indices.insert(*id, registers.len() + constants.len() + index);
        }
        let at = |ids: &[Id]| ids.iter().map(|id| indices[id]).collect::<Vec<_>>();
        // One step for each, which names the steps of its children.
        let steps = needed
            .iter()
            .map(|id| match &arena.nodes[*id as usize] {
                Node::Truth(_) => unreachable!("constants have a place of their own"),
                Node::Symbol(name, sort) => Step::Symbol(name.to_string(), *sort),
                Node::Apply(name, arguments, sort) => Step::Apply(name.to_string(), at(arguments), *sort),
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
        let outputs = outputs.iter().map(|term| indices[&term.id]).collect();
        Self { n_registers: registers.len(), integers, constants, steps, outputs }
    }

    /// The values of the program's terms.
    ///
    /// # Errors
    /// The name of a symbol or function to which `valuation` gives no value of its sort: a fraction is no value of an
    /// Int.
    pub fn run(&self, valuation: &(impl Valuation + ?Sized)) -> Result<Vec<Datum>, String> {
        self.run_over(&[], valuation)
    }

    /// The values of the program's terms where the registers hold these numbers.
    ///
    /// # Errors
    /// As [`Program::run`].
    ///
    /// # Panics
    /// If there are more or fewer numbers than registers.
    pub fn run_over(&self, registers: &[Exact], valuation: &(impl Valuation + ?Sized)) -> Result<Vec<Datum>, String> {
        assert_eq!(registers.len(), self.n_registers, "one number for each register");
        if let Some((_, name)) = self.integers.iter().find(|(register, _)| !registers[*register].is_integer()) {
            return Err(name.clone());
        }
        let mut values: Vec<Datum> = Vec::with_capacity(self.steps.len());
        fn datum<'d>(constants: &'d [Datum], values: &'d [Datum], place: usize) -> &'d Datum {
            constants.get(place).unwrap_or_else(|| &values[place - constants.len()])
        }
        // One value for each step, from the values before it.
        for step in &self.steps {
            let number = |place: &usize| match registers.get(*place) {
                Some(number) => number,
                None => datum(&self.constants, &values, *place - registers.len()).number(),
            };
            let truth = |place: &usize| datum(&self.constants, &values, *place - registers.len()).truth();
            let any = |place: &usize| match registers.get(*place) {
                Some(number) => Datum::Number(number.clone()),
                None => datum(&self.constants, &values, *place - registers.len()).clone(),
            };
            let value = match step {
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
                Step::Copy(a) => any(a),
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
                Step::If(a, b, c) => any(if truth(a) { b } else { c }),
            };
            values.push(value);
        }
        let output = |place: &usize| match registers.get(*place) {
            Some(number) => Datum::Number(number.clone()),
            None => datum(&self.constants, &values, *place - registers.len()).clone(),
        };
        Ok(self.outputs.iter().map(output).collect())
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
