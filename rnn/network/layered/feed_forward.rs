//! The feed-forward sublayer of a layer.

use crate::arithmetic::Arithmetic;
use crate::network::affine::Affine;
use crate::network::error::NetworkError;

/// A feed-forward sublayer: one or more hidden layers of ReLU units over the stream, and an affine map that appends the
/// named coordinates to it.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedForward {
    outputs: Vec<String>,
    maps: Vec<Affine>,
}

impl FeedForward {
    /// A sublayer whose first map reads the stream; a ReLU stands between two maps; the last one writes `outputs`.
    ///
    /// # Errors
    /// [`NetworkError`] where there are fewer than two maps or their dimensions do not fit.
    pub fn new(outputs: Vec<String>, maps: Vec<Affine>) -> Result<Self, NetworkError> {
        if maps.len() < 2 {
            return Err(NetworkError::new(format!("expected a hidden layer and an output map, got {}", maps.len())));
        }
        for (i, pair) in maps.windows(2).enumerate() {
            NetworkError::check(&format!("inputs of map {}", i + 1), pair[0].n_outputs(), pair[1].n_inputs())?;
        }
        NetworkError::check("outputs of the last map", outputs.len(), maps[maps.len() - 1].n_outputs())?;
        Ok(Self { outputs, maps })
    }

    /// The names of what the sublayer appends to the stream.
    pub fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// The maps: one per hidden layer, then the output map.
    pub fn maps(&self) -> &[Affine] {
        &self.maps
    }

    /// The number of ReLU units.
    pub fn n_units(&self) -> usize {
        self.maps[..self.maps.len() - 1].iter().map(Affine::n_outputs).sum()
    }

    pub(super) fn apply<A: Arithmetic>(&self, arithmetic: &A, stream: &[A::Value]) -> Vec<A::Value> {
        let mut values = self.maps[0].apply(arithmetic, stream.iter().enumerate());
        for (layer, map) in self.maps[1..].iter().enumerate() {
            arithmetic.enter_hidden_layer(layer);
            let units: Vec<A::Value> = values.into_iter().map(|value| arithmetic.relu(value)).collect();
            values = map.apply(arithmetic, units.iter().enumerate());
        }
        values
    }
}
