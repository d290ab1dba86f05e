//! The recurrence of one head, exactly or not at all.

use super::inexact::Inexact;
use super::layer::StepInput;
use super::meter::Meter;
use crate::number::Exact;

/// The state of one head: a matrix of keys by values, `head_dim` each way, the value's index fastest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeadState {
    head_dim: usize,
    values: Vec<Exact>,
}

impl HeadState {
    /// The state before the first token.
    pub fn zero(head_dim: usize) -> Self {
        Self { head_dim, values: vec![Exact::ZERO; head_dim * head_dim] }
    }

    /// The entries, the value's index fastest.
    pub fn values(&self) -> &[Exact] {
        &self.values
    }

    /// What the state holds of a vector of the length of a key: `S^T x`, in any order of summation.
    ///
    /// # Errors
    /// [`Inexact`] where a sum is not exact in every order.
    pub fn read(&self, stage: &str, vector: &[Exact], meter: &mut Meter) -> Result<Vec<Exact>, Inexact> {
        let columns = 0..self.head_dim;
        let nonzero: Vec<usize> = (0..vector.len()).filter(|row| !vector[*row].is_zero()).collect();
        let sums = columns.map(|column| {
            let products = nonzero.iter().map(|row| (&vector[*row], &self.values[row * self.head_dim + column]));
            meter.sum(stage, &Exact::ZERO, products)
        });
        sums.collect()
    }

    /// The state after a delta step, and the update `beta (v - S^T k)` that it wrote along the key. Every product, sum and
    /// difference is asked for, and what is stored between two launches of a kernel must be a number of the storage
    /// format.
    ///
    /// # Errors
    /// [`Inexact`] where an operation may round.
    pub fn step(&self, input: &StepInput, meter: &mut Meter) -> Result<(Self, Vec<Exact>), Inexact> {
        let StepInput { key, value, beta, decay } = input;
        // The forget gate.
        let mut next = self.clone();
        if *decay != Exact::ONE {
            for entry in &mut next.values {
                *entry = meter.stored("the decayed state", &*entry * decay)?;
            }
        }
        // What the state holds of the key, the difference, and its multiple.
        let held = next.read("the product of state and key", key, meter)?;
        let mut update = Vec::with_capacity(self.head_dim);
        for (value, held) in value.iter().zip(&held) {
            let minus_one = Exact::integer(-1);
            let difference = meter.sum("the difference of value and what is held", value, [(held, &minus_one)])?;
            // Kernels multiply by beta before the sum as well.
            meter.stored("beta times the value", beta * value)?;
            meter.stored("beta times what is held", beta * held)?;
            update.push(meter.stored("the update", beta * &difference)?);
        }
        for entry in key {
            meter.stored("beta times the key", beta * entry)?;
        }
        // The outer product.
        for (row, along) in key.iter().enumerate().filter(|(_, along)| !along.is_zero()) {
            for (column, written) in update.iter().enumerate() {
                let place = row * self.head_dim + column;
                let sum = meter.sum("the new state", &next.values[place], [(along, written)])?;
                next.values[place] = meter.stored("the new state", sum)?;
            }
        }
        Ok((next, update))
    }
}
