//! The command `reduce`.

use std::process::ExitCode;

fn main() -> ExitCode {
    reduce::cli::main()
}
