//! Arithmetic on terms.

use super::interface::Arithmetic;
use crate::number::Exact;
use crate::term::Sort;
use crate::term::Term;
use crate::term::Terms;

/// Arithmetic on terms of sort Real: what the obligations are made from.
#[derive(Clone, Copy, Debug)]
pub struct SymbolicArithmetic<'a> {
    terms: &'a Terms,
}

impl<'a> SymbolicArithmetic<'a> {
    /// The arithmetic whose values live in this arena.
    pub fn new(terms: &'a Terms) -> Self {
        Self { terms }
    }
}

impl<'a> Arithmetic for SymbolicArithmetic<'a> {
    type Value = Term<'a>;
    type Sum = (Exact, Vec<(Exact, Term<'a>)>);

    fn constant(&self, value: &Exact) -> Term<'a> {
        self.terms.real(value.clone())
    }

    fn is_zero(&self, value: &Term<'a>) -> bool {
        !self.terms.keeps_what_is_written() && value.as_number().is_some_and(|number| number.is_zero())
    }

    fn sum(&self, bias: &Exact) -> Self::Sum {
        (bias.clone(), Vec::new())
    }

    fn add(&self, sum: &mut Self::Sum, weight: &Exact, value: &Term<'a>) {
        sum.1.push((weight.clone(), *value));
    }

    fn finish(&self, (bias, products): Self::Sum) -> Term<'a> {
        self.terms.linear(Sort::Real, bias, products)
    }

    fn relu(&self, value: Term<'a>) -> Term<'a> {
        value.relu()
    }

    fn multiply(&self, left: &Term<'a>, right: &Term<'a>) -> Term<'a> {
        *left * *right
    }

    fn is_same(&self, left: &Term<'a>, right: &Term<'a>) -> bool {
        left == right
    }
}
