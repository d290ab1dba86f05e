//! The one-layer linear RNN with a table of transitions.

use super::affine::Affine;
use super::error::NetworkError;
use super::family::LinearFamily;
use crate::arithmetic::Arithmetic;
use crate::number::Exact;

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
        // Each message begins with the place in a file.
        let each = "one for each coordinate";
        NetworkError::check_with("start", dimension, "one number for each coordinate", start.len())?;
        NetworkError::check_with("transitions", tokens.len(), "one for each token", transitions.len())?;
        for (i, (token, transition)) in tokens.iter().zip(&transitions).enumerate() {
            let place = format!("transitions[{i}]");
            NetworkError::check_with(&format!("{place}.columns"), dimension, each, transition.n_inputs())?;
            NetworkError::check_with(&format!("{place}.rows"), dimension, each, transition.n_outputs())?;
            family.check(transition).map_err(|reason| NetworkError::new(format!("{place}: on `{token}`: {reason}")))?;
        }
        NetworkError::check_with("readout.columns", dimension, each, readout.n_inputs())?;
        NetworkError::check("readout.rows", 1, readout.n_outputs())?;
        Ok(Self { family, tokens, coordinates, start, transitions, readout })
    }

    /// The family that every transition belongs to.
    pub fn family(&self) -> LinearFamily {
        self.family
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

#[cfg(test)]
mod tests {
    use super::*;

    fn network(family: LinearFamily, entries: &[(usize, usize)]) -> Result<LinearRnn, NetworkError> {
        let mut transition = Affine::zero(2, 2);
        // (row of A, column of A): the map's input, then its output.
        entries.iter().for_each(|(row, column)| transition.add_weight(*column, *row, &Exact::integer(2)));
        let names = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        let start = vec![Exact::ONE, Exact::ZERO];
        LinearRnn::new(family, names(&["a"]), names(&["x", "y"]), start, vec![transition], Affine::zero(1, 2))
    }

    #[test]
    fn a_network_is_of_the_family_that_it_claims() {
        let [pd, one_hot] = [LinearFamily::PermutationDiagonal, LinearFamily::OneHotDiagonal];
        let swap: &[(usize, usize)] = &[(0, 1), (1, 0)];
        let (merge, one, split): (&[_], &[_], &[_]) = (&[(0, 1), (1, 1)], &[(0, 1)], &[(0, 0), (0, 1)]);
        assert!(network(pd, swap).is_ok() && network(one_hot, swap).is_ok());
        assert!(network(one_hot, merge).is_ok() && network(one_hot, one).is_ok() && network(one_hot, &[]).is_ok());
        let refusal = |family, entries| network(family, entries).unwrap_err().to_string();
        // Rows and columns are those of the map, as a file has them: the row of `A` is the map's column.
        let of_pd = "transitions[0]: on `a`: expected a permutation times a diagonal matrix, got";
        assert_eq!(refusal(pd, merge), format!("{of_pd} 0 non-zero entries in row 0"));
        assert_eq!(refusal(pd, one), format!("{of_pd} 0 non-zero entries in row 0"));
        assert_eq!(refusal(pd, split), format!("{of_pd} 2 non-zero entries in column 0"));
        let of_one_hot =
            "transitions[0]: on `a`: expected at most one non-zero entry in every column, got 2 in column 0";
        assert_eq!(refusal(one_hot, split), of_one_hot);
    }

    #[test]
    fn the_family_survives_a_round_trip_through_json() {
        for family in [LinearFamily::PermutationDiagonal, LinearFamily::OneHotDiagonal] {
            let network = crate::Network::Linear(network(family, &[(0, 1), (1, 0)]).unwrap());
            let json = network.to_json();
            assert_eq!(json["kind"], family.name());
            assert_eq!(crate::Network::from_json(&json), Ok(network));
        }
    }
}
