//! The families that a table of transitions can claim.

use super::diagonal;
use super::one_hot_diagonal;
use super::permutation_diagonal;
use crate::network::affine::Affine;
use std::fmt;

/// A family of constant transitions, one per token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinearFamily {
    /// Non-zero entries on the diagonal only.
    Diagonal,
    /// A permutation times a diagonal matrix without zeros: exactly one non-zero entry in every row and column.
    PermutationDiagonal,
    /// At most one non-zero entry in every row: row `i` is `w_i` times a unit row. In the column convention of PD-SSM
    /// (arXiv 2509.22284) this is a column one-hot matrix times a diagonal one.
    OneHotDiagonal,
}

impl LinearFamily {
    /// Every family of constant transitions.
    pub const ALL: [Self; 3] = [Self::Diagonal, Self::PermutationDiagonal, Self::OneHotDiagonal];

    /// The family's name, as in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Diagonal => "diagonal",
            Self::PermutationDiagonal => "permutation-diagonal",
            Self::OneHotDiagonal => "one-hot-diagonal",
        }
    }

    /// The family of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }

    /// Is this square map's matrix of the family? Its bias is the write `B` and is free.
    ///
    /// # Errors
    /// What was expected, and the first row or column that is not so.
    pub fn check(self, transition: &Affine) -> Result<(), String> {
        match self {
            Self::Diagonal => diagonal::check(transition),
            Self::PermutationDiagonal => permutation_diagonal::check(transition),
            Self::OneHotDiagonal => one_hot_diagonal::check(transition),
        }
    }
}

impl fmt::Display for LinearFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
