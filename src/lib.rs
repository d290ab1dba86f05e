//! x
pub mod smt;
