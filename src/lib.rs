//! Who checks: the command `reduce`.
//!
//! The crates below say what is asked (`problems`), what computes (`rnn`) and why it can (`reductions`). This one puts
//! the question to a solver ([`solver`]), takes a claim through the stages of one pipeline ([`check`]), gives one kind of
//! verdict ([`verdict`]), tries what else one wants to know of a network ([`experiments`]), maps instances of hard problems
//! to words ([`maps`]), draws instances from families ([`families`]) by the million ([`dataset`]), looks for what
//! gives datasets away ([`audit`]), and says what it found, as
//! text and as JSON of one value ([`report`]), in parts that are put together again where one machine is too slow
//! ([`shard`]), to the user of the command line ([`cli`]). Each imports only what stands
//! before it in this list.

pub mod audit;
pub mod check;
pub mod cli;
pub mod coq;
pub mod dataset;
pub mod evidence;
pub mod experiments;
pub mod families;
pub mod folder;
pub mod layers_export;
pub mod maps;
pub mod network_export;
pub mod page;
pub mod progress;
pub mod report;
pub mod shard;
mod side_by_side;
pub mod solver;
pub mod svg;
mod unfinished;
pub mod vectors;
pub mod verdict;
