//! Parts that several reductions share.

pub mod compile;
#[cfg(test)]
pub(crate) mod integer_product;
pub mod letter_chains;
pub mod machine;
pub mod matrix_definition;
pub mod matrix_product;
pub(crate) mod path_queries;
pub mod router;
pub mod stack_code;
pub(crate) mod unary_graph;
#[cfg(test)]
pub(crate) mod weighted_words;
