//! `reduce export word-problem --model gated-delta-net --to fla DIR`: a checkpoint that an unmodified library loads.

use super::files::Output;
use super::misuse::Misuse;
use super::select::Selection;
use super::shipped;
use crate::layers_export;
use crate::layers_export::Library;
use clap::Args;
use reductions::shipped::ShippedClaim;
use std::path::Path;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The problem's name, as `reduce list` prints it
    problem: String,
    #[command(flatten)]
    selection: Selection,
    /// The library: fla or hf-olmo-hybrid
    #[arg(long, value_name = "LIBRARY")]
    to: String,
    /// The folder to write, which must be new or empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) fn export(arguments: &ExportArguments, output: &mut Output) -> Result<u8, Misuse> {
    let Some(claim) = shipped::select(&arguments.problem, &arguments.selection)? else {
        let models = shipped::models_of("word-problem").join(", ");
        return Err(Misuse(format!(
            "expected word-problem with one of {models} as --model, got `{}`{}",
            arguments.problem,
            arguments.selection.model.as_ref().map(|model| format!(" with `{model}`")).unwrap_or_default()
        )));
    };
    export_claim(claim, &arguments.to, &arguments.folder, output)
}

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
