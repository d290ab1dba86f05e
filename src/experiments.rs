//! What one wants to know of a network beside its verdict: what refuses a changed one, how many bits it needs, which format
//! breaks it, what smaller ones cannot do, where the print does not hold, and what it makes of a real circuit.

pub mod bits;
pub mod cast;
pub mod circuits;
pub mod controls;
pub mod errata;
pub mod mutate;
pub mod shipped_formats;
pub mod shipped_mutants;
