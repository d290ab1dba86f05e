//! What is read from files, as a program of its own while the suite is being rewritten.

#[path = "suite/own_machine.rs"]
mod own_machine;

#[path = "suite/own_files_cli.rs"]
mod own_files_cli;

#[path = "suite/formats.rs"]
mod formats;

#[path = "suite/fuzz.rs"]
mod fuzz;
