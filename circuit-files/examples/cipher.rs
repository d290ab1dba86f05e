//! Writes a cipher or a hash as a circuit in Bristol fashion: `cargo run -p circuit-files --example cipher -- aes-128`.

use circuit_files::aes_128;
use circuit_files::aes_sbox;
use circuit_files::sha_256_block;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let circuit = match (arguments.next().as_deref(), arguments.next()) {
        (Some("aes-sbox"), None) => aes_sbox(),
        (Some("aes-128"), None) => aes_128(),
        (Some("sha-256"), None) => sha_256_block(),
        (got, _) => {
            let got = got.map_or("nothing".to_owned(), |name| format!("`{name}`"));
            eprintln!("cipher: expected one name, aes-sbox, aes-128 or sha-256, got {got}");
            return ExitCode::from(2);
        }
    };
    match std::io::stdout().lock().write_all(circuit.to_bristol().as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cipher: standard output: {error}");
            ExitCode::FAILURE
        }
    }
}
