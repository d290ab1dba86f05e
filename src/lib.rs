//! Who checks: the command `reduce`.
//!
//! The crates below say what is asked (`problems`), what computes (`rnn`) and why it can (`reductions`). This one puts
//! the question to a solver ([`smt`]), runs networks against deciders ([`check`]), sees what it refuses
//! ([`mutate`]), and tells the user ([`cli`]).

pub mod bits;
pub mod check;
pub mod circuit;
pub mod cli;
pub mod coq;
pub mod mutate;
pub mod plot;
pub mod progress;
pub mod smt;
pub mod verdict;
