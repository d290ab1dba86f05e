//! The one-layer ReLU RNN.

use super::affine::Affine;
use super::error::NetworkError;
use crate::arithmetic::Arithmetic;
use crate::number::Exact;

/// A one-layer nonlinear RNN `h_t = f(h_{t-1}, onehot(x_t))` (the paper's MLP RNN, Definition 3, without
/// normalisation): `f` is a feed-forward network of affine layers with a ReLU between two of them, the last one affine.
/// The weights do not depend on the input's size. A word is accepted iff the readout of the last state is > 0,
/// strictly; the empty word is judged on `h_0`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReluRnn {
    tokens: Vec<String>,
    coordinates: Vec<String>,
    start: Vec<Exact>,
    layers: Vec<Affine>,
    readout: Affine,
}

impl ReluRnn {
    /// A network over `tokens` whose state has the named `coordinates` and starts in `start`. The first layer reads
    /// the state, then the one-hot token; the last one writes the state; `readout` is one row over the state.
    ///
    /// # Errors
    /// [`NetworkError`] where two dimensions do not fit, or a name occurs twice.
    pub fn new(
        tokens: Vec<String>,
        coordinates: Vec<String>,
        start: Vec<Exact>,
        layers: Vec<Affine>,
        readout: Affine,
    ) -> Result<Self, NetworkError> {
        NetworkError::check_names("token", &tokens)?;
        NetworkError::check_names("coordinate", &coordinates)?;
        let dimension = coordinates.len();
        NetworkError::check_with("start", dimension, "one number for each coordinate", start.len())?;
        let mut inputs = dimension + tokens.len();
        let mut why = "the coordinates and the tokens together".to_owned();
        for (i, layer) in layers.iter().enumerate() {
            NetworkError::check_with(&format!("layers[{i}].columns"), inputs, &why, layer.n_inputs())?;
            (inputs, why) = (layer.n_outputs(), format!("the rows of layers[{i}]"));
        }
        if layers.is_empty() {
            return Err(NetworkError::new("layers: expected at least one, got none"));
        }
        let (each, last) = ("one for each coordinate", layers.len() - 1);
        NetworkError::check_with(&format!("layers[{last}].rows"), dimension, each, inputs)?;
        NetworkError::check_with("readout.columns", dimension, each, readout.n_inputs())?;
        NetworkError::check("readout.rows", 1, readout.n_outputs())?;
        Ok(Self { tokens, coordinates, start, layers, readout })
    }

    /// The tokens' texts, in the order of the one-hot input.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The names of the state's coordinates.
    pub fn coordinates(&self) -> &[String] {
        &self.coordinates
    }

    /// The start state `h_0`.
    pub fn start(&self) -> &[Exact] {
        &self.start
    }

    /// The layers of `f`.
    pub fn layers(&self) -> &[Affine] {
        &self.layers
    }

    /// The readout, one row over the state.
    pub fn readout(&self) -> &Affine {
        &self.readout
    }

    /// One step on a known token.
    pub fn step<A: Arithmetic>(&self, arithmetic: &A, state: &[A::Value], token: usize) -> Vec<A::Value> {
        let one = arithmetic.constant(&Exact::ONE);
        let token = (self.coordinates.len() + token, &one);
        self.feed_forward(arithmetic, state.iter().enumerate().chain([token]))
    }

    /// One step on a token that is itself a vector of values, one per token: the one-hot vector of an unknown token.
    pub fn step_on<A: Arithmetic>(&self, arithmetic: &A, state: &[A::Value], onehot: &[A::Value]) -> Vec<A::Value> {
        self.feed_forward(arithmetic, state.iter().chain(onehot).enumerate())
    }

    fn feed_forward<'v, A: Arithmetic>(
        &self,
        arithmetic: &A,
        input: impl IntoIterator<Item = (usize, &'v A::Value)>,
    ) -> Vec<A::Value>
    where
        A::Value: 'v,
    {
        let mut values = self.layers[0].apply(arithmetic, input);
        for layer in &self.layers[1..] {
            let units: Vec<A::Value> = values.into_iter().map(|value| arithmetic.relu(value)).collect();
            values = layer.apply(arithmetic, units.iter().enumerate());
        }
        values
    }
}
