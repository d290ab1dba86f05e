//! The one-layer linear RNN with a table of transitions.

use crate::Affine;
use crate::Arithmetic;
use crate::Exact;
use crate::LinearFamily;
use crate::NetworkError;

/// A one-layer linear RNN over row vectors, `y_t = y_{t-1} A_{x_t} + b_{x_t}`: the word `w1 ... wn` means the product
/// `A_{w1} ... A_{wn}`, read left to right, and nothing is ever reversed. A word is accepted iff the readout of the
/// last state is > 0, strictly.
///
/// Every transition is of one [`LinearFamily`], and is tested for that when the network is built.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearRnn {
    family: LinearFamily,
    tokens: Vec<String>,
    coordinates: Vec<String>,
    start: Vec<Exact>,
    transitions: Vec<Affine>,
    readout: Affine,
}

impl LinearRnn {
    /// A network with one transition per token, all of this family. Row `i` of `A` is input column `i` of its
    /// [`Affine`]: the map's weight from input `i` to output `j` is `A[i][j]`.
    ///
    /// # Errors
    /// [`NetworkError`] where two dimensions do not fit, a name occurs twice, or a transition is not of the family (the
    /// token is named).
    pub fn new(
        family: LinearFamily,
        tokens: Vec<String>,
        coordinates: Vec<String>,
        start: Vec<Exact>,
        transitions: Vec<Affine>,
        readout: Affine,
    ) -> Result<Self, NetworkError> {
        NetworkError::check_names("token", &tokens)?;
        NetworkError::check_names("coordinate", &coordinates)?;
        let dimension = coordinates.len();
        NetworkError::check("the start state", dimension, start.len())?;
        NetworkError::check("transitions", tokens.len(), transitions.len())?;
        for (token, transition) in tokens.iter().zip(&transitions) {
            NetworkError::check(&format!("inputs of the transition on `{token}`"), dimension, transition.n_inputs())?;
            NetworkError::check(&format!("outputs of the transition on `{token}`"), dimension, transition.n_outputs())?;
            family
                .check(transition)
                .map_err(|reason| NetworkError::new(format!("the transition on `{token}`: {reason}")))?;
        }
        NetworkError::check("inputs of the readout", dimension, readout.n_inputs())?;
        NetworkError::check("outputs of the readout", 1, readout.n_outputs())?;
        Ok(Self { family, tokens, coordinates, start, transitions, readout })
    }

    /// A network whose transitions are permutation-diagonal, as [`LinearRnn::new`].
    ///
    /// # Errors
    /// As [`LinearRnn::new`].
    pub fn permutation_diagonal(
        tokens: Vec<String>,
        coordinates: Vec<String>,
        start: Vec<Exact>,
        transitions: Vec<Affine>,
        readout: Affine,
    ) -> Result<Self, NetworkError> {
        Self::new(LinearFamily::PermutationDiagonal, tokens, coordinates, start, transitions, readout)
    }

    /// The family that every transition belongs to.
    pub fn family(&self) -> LinearFamily {
        self.family
    }

    /// A network whose transitions are one-hot times diagonal, as [`LinearRnn::new`].
    ///
    /// # Errors
    /// As [`LinearRnn::new`].
    pub fn one_hot_diagonal(
        tokens: Vec<String>,
        coordinates: Vec<String>,
        start: Vec<Exact>,
        transitions: Vec<Affine>,
        readout: Affine,
    ) -> Result<Self, NetworkError> {
        Self::new(LinearFamily::OneHotDiagonal, tokens, coordinates, start, transitions, readout)
    }

    /// The tokens' texts.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The names of the state's coordinates.
    pub fn coordinates(&self) -> &[String] {
        &self.coordinates
    }

    /// The start state `y_0`.
    pub fn start(&self) -> &[Exact] {
        &self.start
    }

    /// The transition of each token.
    pub fn transitions(&self) -> &[Affine] {
        &self.transitions
    }

    /// The readout, one row over the state.
    pub fn readout(&self) -> &Affine {
        &self.readout
    }

    /// One step on a known token.
    pub fn step<A: Arithmetic>(&self, arithmetic: &A, state: &[A::Value], token: usize) -> Vec<A::Value> {
        self.transitions[token].apply(arithmetic, state.iter().enumerate())
    }
}
