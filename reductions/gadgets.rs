//! Parts that several reductions share.

pub mod compile;
#[cfg(test)]
pub(crate) mod integer_product;
pub mod machine;
pub mod matrix_definition;
pub mod router;
