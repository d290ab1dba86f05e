//! A model as a value: a family, its sizes, and tensors of exact numbers.

use super::family::ShippedFamily;
use super::family::ShippedShape;
use crate::number::Exact;
use std::fmt;

/// Why tensors are no model, as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedError(String);

impl fmt::Display for ShippedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ShippedError {}

/// A named tensor of exact numbers, the last index fastest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// The name, as in [`ShippedShape::tensors`].
    pub name: &'static str,
    /// The sizes, outputs first.
    pub shape: Vec<usize>,
    /// The entries.
    pub values: Vec<Exact>,
}

impl Tensor {
    /// A tensor of zeros.
    pub fn zeros(name: &'static str, shape: &[usize]) -> Self {
        Self { name, shape: shape.to_vec(), values: vec![Exact::ZERO; shape.iter().product()] }
    }

    /// One row of a matrix.
    pub fn row(&self, index: usize) -> &[Exact] {
        let width = self.shape[1];
        &self.values[index * width..(index + 1) * width]
    }

    /// Sets an entry of a matrix.
    pub fn set(&mut self, row: usize, column: usize, value: Exact) {
        let width = self.shape[1];
        self.values[row * width + column] = value;
    }
}

/// A language model of one recurrent layer, with feed-forward layers whose weights are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedModel {
    family: ShippedFamily,
    shape: ShippedShape,
    tensors: Vec<Tensor>,
}

impl ShippedModel {
    /// The model of these tensors, which must be those of [`ShippedShape::tensors`], in that order.
    ///
    /// # Errors
    /// [`ShippedError`] where a tensor has another name or another shape, or the sizes make no layer.
    pub fn new(family: ShippedFamily, shape: ShippedShape, tensors: Vec<Tensor>) -> Result<Self, ShippedError> {
        if shape.steps == 0 || shape.steps > 1 && family != ShippedFamily::DeltaProduct {
            return Err(ShippedError(format!("steps: expected 1 for {}, got {}", family.name(), shape.steps)));
        }
        if shape.tokens == 0 || shape.tokens > shape.vocabulary {
            return Err(ShippedError(format!(
                "tokens: expected 1 to {}, the vocabulary, got {}",
                shape.vocabulary, shape.tokens
            )));
        }
        let expected = shape.tensors(family);
        if tensors.len() != expected.len() {
            return Err(ShippedError(format!("expected {} tensors, got {}", expected.len(), tensors.len())));
        }
        for (tensor, (name, sizes)) in tensors.iter().zip(&expected) {
            if tensor.name != *name {
                return Err(ShippedError(format!("{}: expected {name} in its place", tensor.name)));
            }
            if tensor.shape != *sizes || tensor.values.len() != sizes.iter().product::<usize>() {
                return Err(ShippedError(format!("{name}: expected the shape {sizes:?}, got {:?}", tensor.shape)));
            }
        }
        Ok(Self { family, shape, tensors })
    }

    /// The family.
    pub fn family(&self) -> ShippedFamily {
        self.family
    }

    /// The sizes.
    pub fn shape(&self) -> &ShippedShape {
        &self.shape
    }

    /// The tensors, in the order of [`ShippedShape::tensors`].
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The tensor of a name.
    ///
    /// # Panics
    /// If the family has none: names are those of [`ShippedShape::tensors`].
    pub fn tensor(&self, name: &str) -> &Tensor {
        let found = self.tensors.iter().find(|tensor| tensor.name == name);
        found.unwrap_or_else(|| panic!("{} has no tensor {name}", self.family.name()))
    }

    /// How many tokens decide what a token does, itself among them: 1, or as far back as a convolution reads.
    pub fn reach(&self) -> usize {
        if !self.family.has_convolution() {
            return 1;
        }
        let earliest = ["q_conv", "k_conv", "v_conv"].iter().filter_map(|name| {
            let taps = self.tensor(name);
            let rows = (0..taps.shape[0]).filter_map(|row| taps.row(row).iter().position(|tap| !tap.is_zero()));
            rows.min().map(|first| taps.shape[1] - first)
        });
        earliest.max().unwrap_or(1)
    }

    /// The same model with one entry changed.
    pub fn with_entry(&self, tensor: usize, entry: usize, value: Exact) -> Self {
        let mut changed = self.clone();
        changed.tensors[tensor].values[entry] = value;
        changed
    }
}
