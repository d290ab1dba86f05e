//! `reduce recheck`: a folder that was written before, checked again.

use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use crate::evidence;
use crate::evidence::OutsideSolver;
use crate::progress::Progress;
use crate::report::json::pretty;
use clap::Args;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct RecheckArguments {
    /// The folder, as `reduce check --evidence` writes it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Ask this solver: z3, cvc5 or the path of a program that reads an SMT-LIB file [default: the linked Z3]
    #[arg(long, value_name = "SOLVER")]
    solver: Option<String>,
    /// Limit of each file, in seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = parse_seconds)]
    timeout: Duration,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What kind of folder it is.
enum Kind {
    Evidence,
}

pub(crate) fn recheck(arguments: &RecheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    match kind(&arguments.folder)? {
        Kind::Evidence => recheck_evidence(arguments, progress, output),
    }
}

/// A folder with a manifest is one of evidence. Another kind of folder is told here.
fn kind(folder: &Path) -> Result<Kind, Misuse> {
    let shown = folder.display();
    if !folder.is_dir() {
        return Err(Misuse(format!("{shown}: expected a folder")));
    }
    if folder.join(evidence::MANIFEST).is_file() {
        return Ok(Kind::Evidence);
    }
    Err(Misuse(format!("{shown}: expected a folder of evidence with a {}, got none in it", evidence::MANIFEST)))
}

fn recheck_evidence(arguments: &RecheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let solver = arguments.solver.as_deref().map_or(OutsideSolver::Linked, OutsideSolver::named);
    let report = evidence::recheck(&arguments.folder, &solver, arguments.timeout, progress);
    let report = report.map_err(|error| Misuse(error.to_string()))?;
    output.line(&if arguments.json { pretty(&report.json()) } else { report.text() })?;
    output.show();
    Ok(report.exit_code())
}
