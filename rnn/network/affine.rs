//! Sparse affine maps.

use crate::arithmetic::Arithmetic;
use crate::number::Exact;
use std::fmt;

/// A sparse affine map `x -> W x + bias` with exact weights, stored by input so that an input that is zero costs
/// nothing. `W` has [`Affine::n_outputs`] rows and [`Affine::n_inputs`] columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    bias: Vec<Exact>,
    columns: Vec<Vec<(u32, Exact)>>,
}

/// A weight or a bias outside the map's shape, or given twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffineError(String);

impl fmt::Display for AffineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for AffineError {}

impl Affine {
    /// The zero map of this shape.
    pub fn zero(n_outputs: usize, n_inputs: usize) -> Self {
        Self { bias: vec![Exact::ZERO; n_outputs], columns: vec![Vec::new(); n_inputs] }
    }

    /// Adds `value` to the weight from `input` to `output`; a weight that becomes zero is dropped.
    ///
    /// # Panics
    /// If an index is outside the shape.
    pub fn add_weight(&mut self, output: usize, input: usize, value: &Exact) {
        assert!(output < self.bias.len(), "the map has {} outputs", self.bias.len());
        let column = &mut self.columns[input];
        match column.binary_search_by_key(&output, |(row, _)| *row as usize) {
            Ok(place) => {
                let sum = &column[place].1 + value;
                if sum.is_zero() {
                    column.remove(place);
                } else {
                    column[place].1 = sum;
                }
            }
            Err(place) if !value.is_zero() => {
                let row = u32::try_from(output).expect("a layer has fewer than 2^32 units");
                column.insert(place, (row, value.clone()));
            }
            Err(_) => {}
        }
    }

    /// Adds `value` to the bias of `output`.
    ///
    /// # Panics
    /// If `output` is outside the shape.
    pub fn add_bias(&mut self, output: usize, value: &Exact) {
        self.bias[output] = &self.bias[output] + value;
    }

    /// Sets one weight that is still zero.
    ///
    /// # Errors
    /// Where an index is outside the shape or the weight was already given.
    pub fn give_weight(&mut self, output: usize, input: usize, value: &Exact) -> Result<(), AffineError> {
        if output >= self.n_outputs() || input >= self.n_inputs() {
            return Err(AffineError(format!(
                "expected a weight at row < {} and column < {}, got row {output}, column {input}",
                self.n_outputs(),
                self.n_inputs()
            )));
        }
        if self.columns[input].iter().any(|(row, _)| *row as usize == output) {
            return Err(AffineError(format!("expected each weight once, got row {output}, column {input} twice")));
        }
        self.add_weight(output, input, value);
        Ok(())
    }

    /// Sets one bias that is still zero.
    ///
    /// # Errors
    /// Where `output` is outside the shape or the bias was already given.
    pub fn give_bias(&mut self, output: usize, value: &Exact) -> Result<(), AffineError> {
        if output >= self.n_outputs() {
            return Err(AffineError(format!("expected a bias at row < {}, got row {output}", self.n_outputs())));
        }
        if !self.bias[output].is_zero() {
            return Err(AffineError(format!("expected each bias once, got row {output} twice")));
        }
        self.add_bias(output, value);
        Ok(())
    }

    /// The number of outputs (rows).
    pub fn n_outputs(&self) -> usize {
        self.bias.len()
    }

    /// The number of inputs (columns).
    pub fn n_inputs(&self) -> usize {
        self.columns.len()
    }

    /// The weight from `input` to `output`, which may be zero.
    ///
    /// # Panics
    /// If `input` is outside the shape.
    pub fn weight(&self, output: usize, input: usize) -> Exact {
        let column = &self.columns[input];
        let found = column.binary_search_by_key(&output, |(row, _)| *row as usize);
        found.map_or(Exact::ZERO, |place| column[place].1.clone())
    }

    /// The bias of `output`, which may be zero.
    ///
    /// # Panics
    /// If `output` is outside the shape.
    pub fn bias(&self, output: usize) -> &Exact {
        &self.bias[output]
    }

    /// The non-zero weights as (row, column, weight), by column.
    pub fn weights(&self) -> impl Iterator<Item = (usize, usize, &Exact)> {
        self.columns
            .iter()
            .enumerate()
            .flat_map(|(column, entries)| entries.iter().map(move |(row, weight)| (*row as usize, column, weight)))
    }

    /// The non-zero biases as (row, bias).
    pub fn biases(&self) -> impl Iterator<Item = (usize, &Exact)> {
        self.bias.iter().enumerate().filter(|(_, bias)| !bias.is_zero())
    }

    /// The number of non-zero weights.
    pub fn n_weights(&self) -> usize {
        self.columns.iter().map(Vec::len).sum()
    }

    /// The number of non-zero biases.
    pub fn n_biases(&self) -> usize {
        self.biases().count()
    }

    /// Applies the map to the inputs that `inputs` yields as (column, value); every other input is zero.
    pub fn apply<'v, A: Arithmetic>(
        &self,
        arithmetic: &A,
        inputs: impl IntoIterator<Item = (usize, &'v A::Value)>,
    ) -> Vec<A::Value>
    where
        A::Value: 'v,
    {
        self.sums(arithmetic, inputs).into_iter().map(|sum| arithmetic.finish(sum)).collect()
    }

    /// The sums that [`Affine::apply`] finishes.
    pub fn sums<'v, A: Arithmetic>(
        &self,
        arithmetic: &A,
        inputs: impl IntoIterator<Item = (usize, &'v A::Value)>,
    ) -> Vec<A::Sum>
    where
        A::Value: 'v,
    {
        let mut sums: Vec<A::Sum> = self.bias.iter().map(|bias| arithmetic.sum(bias)).collect();
        for (column, value) in inputs {
            if arithmetic.is_zero(value) {
                continue;
            }
            for (row, weight) in &self.columns[column] {
                arithmetic.add(&mut sums[*row as usize], weight, value);
            }
        }
        sums
    }
}
