//! Why the problems are as hard as they are said to be: maps that turn an instance of a hard problem into a word.
//!
//! Each map is ordinary code on instances; its tests are exhaustive on small ones, and its size is an exact formula that
//! is tested on every instance.

pub mod formula_to_matrix_product;
pub mod formula_to_word_problem;
pub mod functional_graph_to_reachability;
pub mod turing_machine_to_circuit_value;
