//! The one-layer linear RNN with a table of transitions.

use crate::Affine;
use crate::Arithmetic;
use crate::Exact;
use crate::NetworkError;

/// A one-layer linear RNN over row vectors, `y_t = y_{t-1} A_{x_t} + b_{x_t}`: the word `w1 ... wn` means the product
/// `A_{w1} ... A_{wn}`, read left to right, and nothing is ever reversed. A word is accepted iff the readout of the
/// last state is > 0, strictly.
///
/// Every transition is permutation-diagonal, `A = P D`: exactly one non-zero entry in every row and in every column.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearRnn {
    tokens: Vec<String>,
    coordinates: Vec<String>,
    start: Vec<Exact>,
    transitions: Vec<Affine>,
    readout: Affine,
}

impl LinearRnn {
    /// A network with one transition per token. Row `i` of `A` is input column `i` of its [`Affine`]: the map's weight
    /// from input `i` to output `j` is `A[i][j]`.
    ///
    /// # Errors
    /// [`NetworkError`] where two dimensions do not fit, a name occurs twice, or a transition is not
    /// permutation-diagonal (the token is named).
    pub fn permutation_diagonal(
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
            check_permutation_diagonal(transition)
                .map_err(|reason| NetworkError::new(format!("the transition on `{token}`: {reason}")))?;
        }
        NetworkError::check("inputs of the readout", dimension, readout.n_inputs())?;
        NetworkError::check("outputs of the readout", 1, readout.n_outputs())?;
        Ok(Self { tokens, coordinates, start, transitions, readout })
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

/// The membership test of the family: exactly one non-zero entry in every row and every column.
fn check_permutation_diagonal(transition: &Affine) -> Result<(), String> {
    let dimension = transition.n_inputs();
    let mut in_row = vec![0; dimension];
    let mut in_column = vec![0; dimension];
    for (output, input, _) in transition.weights() {
        in_row[input] += 1;
        in_column[output] += 1;
    }
    for (side, counts) in [("row", in_row), ("column", in_column)] {
        if let Some(place) = counts.iter().position(|count| *count != 1) {
            return Err(format!(
                "expected a permutation times a diagonal matrix, got {} non-zero entries in {side} {place}",
                counts[place]
            ));
        }
    }
    Ok(())
}
