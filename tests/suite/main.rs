//! Every integration test, as one program: it is linked once, and one theorem can be run by its name.

mod agreement;
mod bits;
mod claims;
mod cli;
mod common;
mod coq;
mod defects;
mod deterministic_automaton;
mod errata;
mod formats;
mod fuzz;
mod hardness;
mod mutate;
mod number_cli;
mod own_files_cli;
mod own_machine;
mod planted;
mod precision;
mod registry;
mod rounded;
mod routed_proof;
mod shipped;
mod upper_bounds;
mod vacuity;
mod weighted_automaton;
