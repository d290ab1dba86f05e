//! Real circuits: and-inverter graphs, read from AIGER files and written as circuit value words.
//!
//! [`Circuit`] is the graph, with its own simulation; `aiger.rs` reads and writes it; [`Plan`] spells it as a word. The
//! simulation shares no code with the plan, so that one can judge the other.

mod aiger;
mod encode;
mod graph;
mod multiplier;

pub use aiger::CircuitError;
pub use aiger::Place;
pub use encode::Plan;
pub use graph::Circuit;
pub use graph::Literal;
pub use multiplier::multiplier;
