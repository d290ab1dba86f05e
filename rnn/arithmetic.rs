//! The arithmetic as a parameter of the one interpreter.

use crate::Exact;
use crate::RoundedValue;
use crate::Sort;
use crate::Term;
use crate::Terms;
use num_rational::BigRational;
use num_traits::Zero;

/// An arithmetic over which a network runs.
///
/// The interpreter forms one sum per unit (bias first, then one product per non-zero weight and non-zero input), then
/// finishes it. A rounded arithmetic decides in [`Arithmetic::finish`] and [`Arithmetic::add`] where it rounds.
pub trait Arithmetic {
    /// A value that a coordinate or a unit holds.
    type Value: Clone;
    /// A pre-activation while it is being summed.
    type Sum: Clone;

    /// A constant.
    fn constant(&self, value: &Exact) -> Self::Value;
    /// True where the value is known to be zero: it then adds nothing to any sum and is skipped.
    fn is_zero(&self, value: &Self::Value) -> bool;
    /// A sum that holds only its bias.
    fn sum(&self, bias: &Exact) -> Self::Sum;
    /// Adds `weight * value`.
    fn add(&self, sum: &mut Self::Sum, weight: &Exact, value: &Self::Value);
    /// Adds `weight * left * right`: a summand of a product of vectors that both depend on the token.
    fn add_product(&self, sum: &mut Self::Sum, weight: &Exact, left: &Self::Value, right: &Self::Value) {
        self.add(sum, weight, &self.multiply(left, right));
    }
    /// The value of a finished sum.
    fn finish(&self, sum: Self::Sum) -> Self::Value;
    /// The value of a finished sum that is compared with 0 and stored nowhere.
    fn finish_readout(&self, sum: Self::Sum) -> Self::Value {
        self.finish(sum)
    }
    /// `max(value, 0)`.
    fn relu(&self, value: Self::Value) -> Self::Value;
    /// The product of two values: a linear RNN's state times a key that depends on the token.
    fn multiply(&self, left: &Self::Value, right: &Self::Value) -> Self::Value;
    /// True only where two values are known to be the same number: what is computed from them is then computed once.
    fn is_same(&self, _left: &Self::Value, _right: &Self::Value) -> bool {
        false
    }
    /// Told before the units of a hidden layer of a feed-forward sublayer are computed, which counts them from 0.
    fn enter_hidden_layer(&self, _layer: usize) {}
}

/// An arithmetic of numbers, not of terms: what is computed in it can be looked at.
pub trait Concrete: Arithmetic<Value: Send + Sync> + Sync {
    /// What a value is.
    fn number(&self, value: &Self::Value) -> RoundedValue;
}

/// Exact rational arithmetic: what `run` executes.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExactArithmetic;

impl Arithmetic for ExactArithmetic {
    type Value = Exact;
    type Sum = Exact;

    fn constant(&self, value: &Exact) -> Exact {
        value.clone()
    }

    fn is_zero(&self, value: &Exact) -> bool {
        value.is_zero()
    }

    fn sum(&self, bias: &Exact) -> Exact {
        bias.clone()
    }

    fn add(&self, sum: &mut Exact, weight: &Exact, value: &Exact) {
        sum.add_product(weight, value);
    }

    fn finish(&self, sum: Exact) -> Exact {
        sum
    }

    fn relu(&self, value: Exact) -> Exact {
        value.relu()
    }

    fn multiply(&self, left: &Exact, right: &Exact) -> Exact {
        left * right
    }

    fn is_same(&self, left: &Exact, right: &Exact) -> bool {
        left == right
    }
}

impl Concrete for ExactArithmetic {
    fn number(&self, value: &Exact) -> RoundedValue {
        RoundedValue::Finite(value.clone())
    }
}

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
    type Sum = (BigRational, Vec<(BigRational, Term<'a>)>);

    fn constant(&self, value: &Exact) -> Term<'a> {
        self.terms.real(value.to_rational())
    }

    fn is_zero(&self, value: &Term<'a>) -> bool {
        value.as_number().is_some_and(|number| number.is_zero())
    }

    fn sum(&self, bias: &Exact) -> Self::Sum {
        (bias.to_rational(), Vec::new())
    }

    fn add(&self, sum: &mut Self::Sum, weight: &Exact, value: &Term<'a>) {
        sum.1.push((weight.to_rational(), *value));
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
