//! In which of two ways a library stores what is between recurrence and head.

use std::fmt;

/// Where a library stores a value between recurrence and head, and in the norm before the layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Storing {
    /// After every operation on tensors, as programs do that call one after the other.
    EachStage,
    /// After a norm with its weight and its gate, as kernels do that compute these at once.
    FusedNorms,
}

impl Storing {
    /// Both.
    pub const ALL: [Self; 2] = [Self::EachStage, Self::FusedNorms];

    /// What is stored, for a sentence about a run.
    pub fn name(self) -> &'static str {
        match self {
            Self::EachStage => "every stage stored",
            Self::FusedNorms => "norm, weight and gate stored at once",
        }
    }
}

impl fmt::Display for Storing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
