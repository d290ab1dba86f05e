//! What layers can that libraries ship, in the numbers that the libraries compute with.
//!
//! The other reductions are about ideal networks. A [`ShippedClaim`] is about a language model of one layer as
//! flash-linear-attention or transformers build it, normalised keys, SiLU, sigmoid, gates and norms included, with weights
//! that are numbers of bf16: after every token of every word its greatest logit is the class of the product so far. The
//! argument ([`proof`]) is a finite orbit of exact states, obligations that no operation of the recurrence rounds, and a
//! bound on what the rounding of norms and head can do to an answer. [`all`] is the list.

#![expect(clippy::mutable_key_type, reason = "the order of exact numbers does not depend on what they remember")]

mod answer;
mod chunks;
mod claim;
mod construct;
mod horizon;
mod interval;
pub mod proof;
mod target;
mod tracks;

pub use answer::Answer;
pub use answer::Answerer;
pub use claim::ShippedClaim;
pub use claim::all;
pub use claim::usual_keys;
pub use construct::model as construct;
pub use construct::model_with_roots;
pub use horizon::Horizon;
pub use horizon::horizon;
pub use target::Target;

#[cfg(test)]
mod tests;
