//! An arithmetic that keeps every value that a rounded arithmetic rounds.

use super::interface::Arithmetic;
use crate::number::Exact;
use std::cell::RefCell;

/// Another arithmetic, together with the list of the values of all finished sums and of all products of two values, in
/// the order in which the interpreter makes them: every pre-activation of a step, the state that it writes included.
///
/// ```
/// use rnn::{Arithmetic, Exact, ExactArithmetic, Recorder};
/// let recorder = Recorder::new(ExactArithmetic);
/// let mut sum = recorder.sum(&Exact::integer(-3));
/// recorder.add(&mut sum, &Exact::integer(2), &Exact::ONE);
/// let unit = recorder.finish(sum);
/// assert_eq!(recorder.relu(unit), Exact::ZERO);
/// assert_eq!(recorder.into_recorded(), [Exact::integer(-1)]);
/// ```
#[derive(Debug)]
pub struct Recorder<A: Arithmetic> {
    inner: A,
    recorded: RefCell<Vec<A::Value>>,
}

impl<A: Arithmetic> Recorder<A> {
    /// A recorder that has recorded nothing.
    pub fn new(inner: A) -> Self {
        Self { inner, recorded: RefCell::new(Vec::new()) }
    }

    /// What was recorded.
    pub fn into_recorded(self) -> Vec<A::Value> {
        self.recorded.into_inner()
    }

    /// The arithmetic, and what was recorded.
    pub fn into_parts(self) -> (A, Vec<A::Value>) {
        (self.inner, self.recorded.into_inner())
    }
}

impl<A: Arithmetic> Arithmetic for Recorder<A> {
    type Value = A::Value;
    type Sum = A::Sum;

    fn constant(&self, value: &Exact) -> A::Value {
        self.inner.constant(value)
    }

    fn is_zero(&self, value: &A::Value) -> bool {
        self.inner.is_zero(value)
    }

    fn sum(&self, bias: &Exact) -> A::Sum {
        self.inner.sum(bias)
    }

    fn add(&self, sum: &mut A::Sum, weight: &Exact, value: &A::Value) {
        self.inner.add(sum, weight, value);
    }

    fn add_product(&self, sum: &mut A::Sum, weight: &Exact, left: &A::Value, right: &A::Value) {
        self.inner.add_product(sum, weight, left, right);
    }

    fn finish(&self, sum: A::Sum) -> A::Value {
        let value = self.inner.finish(sum);
        self.recorded.borrow_mut().push(value.clone());
        value
    }

    /// The readout is stored nowhere and not recorded.
    fn finish_readout(&self, sum: A::Sum) -> A::Value {
        self.inner.finish_readout(sum)
    }

    fn relu(&self, value: A::Value) -> A::Value {
        self.inner.relu(value)
    }

    fn multiply(&self, left: &A::Value, right: &A::Value) -> A::Value {
        let value = self.inner.multiply(left, right);
        self.recorded.borrow_mut().push(value.clone());
        value
    }

    fn is_same(&self, left: &A::Value, right: &A::Value) -> bool {
        self.inner.is_same(left, right)
    }

    fn enter_hidden_layer(&self, layer: usize) {
        self.inner.enter_hidden_layer(layer);
    }
}
