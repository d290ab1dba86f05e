//! What is claimed, one file per problem: whoever reads these files knows what the networks are proved against.
//!
//! Each file says its problem in two ways. The *streaming definition* reads a word once, with a few registers; it is
//! what a network is proved to be. The *positional* definition speaks of all tokens of a word at once and shares nothing
//! with the streaming one. No proof, no construction and no network is named here.

pub mod circuit_value;
pub mod deterministic_automaton;
pub mod dyck;
#[cfg(test)]
pub(crate) mod integer_product;
pub mod mathematics;
pub mod matrix_product;
pub mod reachability;
pub(crate) mod unary_graph;
pub mod weighted_automaton;
#[cfg(test)]
pub(crate) mod weighted_words;
pub mod word_problem;
