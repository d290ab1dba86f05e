//! Circuit files: read, simulated, written, and spelled as words of the circuit value problem.
//!
//! [`Circuit`] is the graph, with its own simulation; `aiger.rs`, `bristol.rs` and `bench.rs` each read and write one form;
//! [`Plan`] spells it as a word. The simulation shares no code with the plan, so that one can judge the other. Nothing here
//! knows a network or a solver.

mod aiger;
mod bench;
mod bristol;
mod cipher;
mod encode;
mod error;
mod files;
mod graph;
mod multiplier;

pub use cipher::aes_128;
pub use cipher::aes_sbox;
pub use cipher::sha_256_block;
pub use encode::Plan;
pub use error::CircuitError;
pub use error::Place;
pub use graph::Circuit;
pub use graph::Literal;
pub use multiplier::multiplier;
