//! What the interpreter asks of an arithmetic.

use crate::format::RoundedValue;
use crate::number::Exact;
use std::hash::Hash;

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
pub trait Concrete: Arithmetic<Value: Send + Sync + Eq + Hash> + Sync {
    /// What a value is.
    fn number(&self, value: &Self::Value) -> RoundedValue;
}
