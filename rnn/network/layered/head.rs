//! One head of a layer.

use crate::arithmetic::Arithmetic;
use crate::network::affine::Affine;
use crate::network::error::NetworkError;
use crate::network::family::HeadFamily;
use crate::network::family::non_zero;
use crate::network::family::plus_dot;
use crate::number::Exact;
use std::ops::Range;

/// The largest number of state coordinates, so that a file cannot make us reserve more memory than is reasonable.
pub(super) const LARGEST: usize = 1 << 20;

/// One head of a layer: a state `S` of `n_values` rows and `n_keys` columns, which starts in 0 and follows
/// `S_t = S_{t-1} A_t + B_t`. Transition, write, query `q` and skip are made from projections affine in the stream; the
/// head appends `S_t q^T + skip` to the stream, so a query sees the write of its own token.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    name: String,
    family: HeadFamily,
    n_keys: usize,
    outputs: Vec<String>,
    projections: Affine,
}

impl Head {
    /// A head of this family; `projections` maps the stream to the projections in the order of
    /// [`HeadFamily::projections`], and `outputs` names what the head appends to the stream, one coordinate per row of
    /// its state.
    ///
    /// # Errors
    /// [`NetworkError`] where the number of projections is not that of the family.
    pub fn new(
        name: &str,
        family: HeadFamily,
        n_keys: usize,
        outputs: Vec<String>,
        projections: Affine,
    ) -> Result<Self, NetworkError> {
        if n_keys == 0 || outputs.is_empty() || n_keys.saturating_mul(outputs.len()) > LARGEST {
            return Err(NetworkError::new(format!(
                "head {name}: expected a state of 1 to {LARGEST} entries, got {} x {n_keys}",
                outputs.len()
            )));
        }
        let expected = family.n_projections(outputs.len(), n_keys);
        NetworkError::check(
            &format!("head {name}: projections of a {family} head"),
            expected,
            projections.n_outputs(),
        )?;
        Ok(Self { name: name.to_owned(), family, n_keys, outputs, projections })
    }

    /// The head's name within its layer.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The head's family.
    pub fn family(&self) -> HeadFamily {
        self.family
    }

    /// The number of columns of the state.
    pub fn n_keys(&self) -> usize {
        self.n_keys
    }

    /// The number of rows of the state.
    pub fn n_values(&self) -> usize {
        self.outputs.len()
    }

    /// The number of entries of the state.
    pub fn n_entries(&self) -> usize {
        self.n_values() * self.n_keys
    }

    /// The names of what the head appends to the stream.
    pub fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// The map from the stream to the projections.
    pub fn projections(&self) -> &Affine {
        &self.projections
    }

    /// The places of one kind of projection (`beta`, `k`, ...) among the projections.
    pub fn projection(&self, kind: &str) -> Option<Range<usize>> {
        let mut from = 0;
        for (name, length) in self.family.projections(self.n_values(), self.n_keys) {
            if name == kind {
                return Some(from..from + length);
            }
            from += length;
        }
        None
    }

    /// Whether two heads differ at most in name, query and skip.
    pub(super) fn has_recurrence_of(&self, other: &Self) -> bool {
        let own = self.projections.n_outputs() - self.n_keys - self.n_values();
        let weights = |head: &Self| -> Vec<(usize, usize, Exact)> {
            let weights = head.projections.weights().filter(|(row, ..)| *row < own);
            weights.map(|(row, column, weight)| (row, column, weight.clone())).collect()
        };
        let biases = |head: &Self| -> Vec<(usize, Exact)> {
            head.projections.biases().filter(|(row, _)| *row < own).map(|(row, bias)| (row, bias.clone())).collect()
        };
        (self.family, self.n_keys, self.n_values()) == (other.family, other.n_keys, other.n_values())
            && weights(self) == weights(other)
            && biases(self) == biases(other)
    }

    /// The state after one more token with these projections.
    pub fn advance<A: Arithmetic>(
        &self,
        arithmetic: &A,
        state: &[A::Value],
        projections: &[A::Value],
    ) -> Vec<A::Value> {
        self.family.advance(arithmetic, state, self.n_keys, projections)
    }

    /// What the head appends to the stream: `S q^T + skip`, with query and skip the last of its projections.
    pub fn read<A: Arithmetic>(&self, arithmetic: &A, state: &[A::Value], projections: &[A::Value]) -> Vec<A::Value> {
        let (rest, skip) = projections.split_at(projections.len() - self.n_values());
        let query = non_zero(arithmetic, &rest[rest.len() - self.n_keys..]);
        let rows = state.chunks(self.n_keys).zip(skip);
        rows.map(|(row, skip)| plus_dot(arithmetic, skip, &Exact::ONE, row, &query)).collect()
    }
}
