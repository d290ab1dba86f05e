//! Formulas of our own: hash-consed terms that know no solver.
//!
//! One text of a formula serves everywhere: the exact arithmetic evaluates it ([`Program`]), it is printed for a
//! reader ([`Term`]'s `Display`) and for a solver ([`Script`]). Sums are kept in a normal form (sorted, like terms
//! merged), so that what is decided by arithmetic alone folds to `true` or `false` when it is built.

mod display;
mod node;
mod operations;
mod program;
#[doc(hidden)]
pub mod random;
mod smt;
mod terms;
#[cfg(test)]
mod tests;
mod valuation;

pub use node::Sort;
pub use program::Program;
pub use smt::Script;
pub use smt::logic;
pub use terms::Term;
pub use terms::Terms;
pub use valuation::Datum;
pub use valuation::Valuation;
