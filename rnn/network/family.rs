//! Families of transitions, one file each with its membership test.
//!
//! A transition is a square matrix `A` over row vectors, `S_t = S_{t-1} A_t + B_t`. [`LinearFamily`] lists those that a
//! table of transitions ([`crate::LinearRnn`]) can claim, [`HeadFamily`] those whose transition a head computes from
//! the residual stream ([`crate::LayeredRnn`]).

mod constant;
pub mod delta_net;
pub mod diagonal;
mod head;
pub mod one_hot_diagonal;
pub mod permutation_diagonal;
mod row;
pub mod rwkv7;
#[cfg(test)]
mod tests;

pub use constant::LinearFamily;
pub use head::HeadFamily;
pub(crate) use row::non_zero;
pub(crate) use row::plus_dot;
