//! Circuit files: read, simulated, written, and spelled as words of the circuit value problem.
//!
//! [`Circuit`] is the graph, with its own simulation; `aiger.rs` reads and writes it; [`Plan`] spells it as a word. The
//! simulation shares no code with the plan, so that one can judge the other. Nothing here knows a network or a solver.

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
