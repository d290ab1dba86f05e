//! `reduce export word-problem --model gated-delta-net --to fla DIR`: a checkpoint that an unmodified library loads.

use super::files::Output;
use super::misuse::Misuse;
use super::shipped;
use crate::layers_export;
use crate::layers_export::Library;
use reductions::shipped::ShippedClaim;
use std::path::Path;

/// Writes the checkpoint of a claim about a shipped layer.
pub(crate) fn export_claim(
    claim: &ShippedClaim,
    library: &str,
    folder: &Path,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let library: Library = library.parse().map_err(|error| Misuse(format!("--to: {error}")))?;
    let written = layers_export::export(claim, library, folder).map_err(|error| Misuse(error.to_string()))?;
    output.line(&format!("{}: {} for {}", written.folder.display(), shipped::flags(claim), library.name()))?;
    for (name, size, digest) in &written.files {
        output.line(&format!("  {digest}  {size:>8}  {name}"))?;
    }
    output.show();
    Ok(0)
}
