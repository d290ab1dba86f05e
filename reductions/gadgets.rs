//! Parts that several reductions share.

pub mod compile;
pub mod machine;
