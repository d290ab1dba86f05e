//! Every integration test, as one program: it is linked once, and one theorem can be run by its name.

mod against;
mod against_cli;
mod agreement;
mod audit;
mod bits;
mod claims;
mod cli;
mod common;
mod coq;
mod defects;
mod deterministic_automaton;
mod errata;
mod evidence;
mod families;
mod formats;
mod fuzz;
mod hardness;
mod json_page;
mod maps;
mod mutate;
mod number_cli;
mod own_files_cli;
mod own_machine;
mod planted;
mod precision;
#[cfg(unix)]
mod proof_objects;
mod registry;
mod rounded;
mod routed_proof;
mod shipped;
mod simplifier;
mod tutorial;
mod upper_bounds;
mod vacuity;
mod weighted_automaton;
