//! Families of transitions, one file each with its membership test.
//!
//! A transition is a square matrix `A` over row vectors, `S_t = S_{t-1} A_t + B_t`. [`LinearFamily`] lists those that a table
//! of transitions ([`crate::LinearRnn`]) can claim, [`HeadFamily`] those whose transition a head computes from the
//! residual stream ([`crate::LayeredRnn`]).

pub mod delta_net;
pub mod diagonal;
pub mod one_hot_diagonal;
pub mod permutation_diagonal;
pub mod rwkv7;

use crate::Affine;
use crate::Arithmetic;
use crate::Exact;
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

/// A family of heads whose transition and write are made from gates, each affine in the residual stream.
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

    /// The gates of a head with `n_values` rows and `n_keys` columns, in order, each with its length.
    pub fn gates(self, n_values: usize, n_keys: usize) -> Vec<(&'static str, usize)> {
        match self {
            Self::DeltaNet => delta_net::gates(n_values, n_keys),
            Self::Rwkv7 => rwkv7::gates(n_values, n_keys),
        }
    }

    /// The number of gates, counted as scalars.
    pub fn n_gates(self, n_values: usize, n_keys: usize) -> usize {
        self.gates(n_values, n_keys).iter().map(|(_, length)| length).sum()
    }

    /// The state (`n_values` rows of `n_keys`, row by row) after one more token with these gates.
    pub fn advance<A: Arithmetic>(
        self,
        arithmetic: &A,
        state: &[A::Value],
        n_keys: usize,
        gates: &[A::Value],
    ) -> Vec<A::Value> {
        match self {
            Self::DeltaNet => delta_net::advance(arithmetic, state, n_keys, gates),
            Self::Rwkv7 => rwkv7::advance(arithmetic, state, n_keys, gates),
        }
    }
}

impl fmt::Display for HeadFamily {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The entries of a row of values that are not known to be zero, with their places.
pub(crate) fn non_zero<'v, A: Arithmetic>(arithmetic: &A, row: &'v [A::Value]) -> Vec<(usize, &'v A::Value)> {
    row.iter().enumerate().filter(|(_, value)| !arithmetic.is_zero(value)).collect()
}

/// `addend + sign * sum of row[j] * key[j]` over the key's non-zero entries.
pub(crate) fn plus_dot<A: Arithmetic>(
    arithmetic: &A,
    addend: &A::Value,
    sign: &Exact,
    row: &[A::Value],
    key: &[(usize, &A::Value)],
) -> A::Value {
    let mut sum = arithmetic.sum(&Exact::ZERO);
    if !arithmetic.is_zero(addend) {
        arithmetic.add(&mut sum, &Exact::ONE, addend);
    }
    for (j, key) in key {
        if !arithmetic.is_zero(&row[*j]) {
            arithmetic.add_product(&mut sum, sign, &row[*j], key);
        }
    }
    arithmetic.finish(sum)
}

/// `row[j] += factor * key[j]` for the key's non-zero entries.
fn add_multiple<A: Arithmetic>(arithmetic: &A, row: &mut [A::Value], factor: &A::Value, key: &[(usize, &A::Value)]) {
    if arithmetic.is_zero(factor) {
        return;
    }
    for (j, key) in key {
        if arithmetic.is_zero(&row[*j]) {
            row[*j] = arithmetic.multiply(factor, key);
            continue;
        }
        let mut sum = arithmetic.sum(&Exact::ZERO);
        arithmetic.add(&mut sum, &Exact::ONE, &row[*j]);
        arithmetic.add_product(&mut sum, &Exact::ONE, factor, key);
        row[*j] = arithmetic.finish(sum);
    }
}

#[cfg(test)]
mod tests;
