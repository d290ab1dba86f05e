//! The families whose transition a head computes.

use super::delta_net;
use super::rwkv7;
use crate::arithmetic::Arithmetic;
use std::fmt;

/// A family of heads whose transition and write are made from projections, each affine in the residual stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadFamily {
    /// The delta rule, see [`delta_net`].
    DeltaNet,
    /// The generalised delta rule of RWKV-7, see [`rwkv7`].
    Rwkv7,
}

impl HeadFamily {
    /// Every family of heads.
    pub const ALL: [Self; 2] = [Self::DeltaNet, Self::Rwkv7];

    /// The family's name, as in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::DeltaNet => "deltanet",
            Self::Rwkv7 => "rwkv7",
        }
    }

    /// The family of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.name() == name)
    }

    /// The projections of a head with `n_values` rows and `n_keys` columns, in order, each with its length.
    pub fn projections(self, n_values: usize, n_keys: usize) -> Vec<(&'static str, usize)> {
        match self {
            Self::DeltaNet => delta_net::projections(n_values, n_keys),
            Self::Rwkv7 => rwkv7::projections(n_values, n_keys),
        }
    }

    /// The number of projections, counted as scalars.
    pub fn n_projections(self, n_values: usize, n_keys: usize) -> usize {
        self.projections(n_values, n_keys).iter().map(|(_, length)| length).sum()
    }

    /// The state (`n_values` rows of `n_keys`, row by row) after one more token with these projections.
    pub fn advance<A: Arithmetic>(
        self,
        arithmetic: &A,
        state: &[A::Value],
        n_keys: usize,
        projections: &[A::Value],
    ) -> Vec<A::Value> {
        match self {
            Self::DeltaNet => delta_net::advance(arithmetic, state, n_keys, projections),
            Self::Rwkv7 => rwkv7::advance(arithmetic, state, n_keys, projections),
        }
    }
}

impl fmt::Display for HeadFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
