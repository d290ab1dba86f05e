//! Prints `TRUST.md`: `cargo run --example trust > TRUST.md`.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    print!("{}", reduce::report::trust::page(Path::new(env!("CARGO_MANIFEST_DIR")))?);
    Ok(())
}
