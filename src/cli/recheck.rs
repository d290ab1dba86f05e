//! `reduce recheck`: what was exported, checked again by somebody else's program.

use super::files::Output;
use super::misuse::Misuse;
use crate::coq::recheck;
use crate::coq::recheck::Rechecked;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::report::wrapped;
use clap::Args;
use serde_json::Value;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;

const SCHEMA: &str = "reduce.recheck/1";

/// The column where what was found begins.
const INDENT: usize = 12;

#[derive(Debug, Args)]
pub(crate) struct RecheckArguments {
    /// A folder that `reduce export` wrote
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// The compiler of Coq
    #[arg(long, value_name = "PATH", default_value = "coqc")]
    coqc: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn recheck(arguments: &RecheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let folder = &arguments.folder;
    if !folder.is_dir() {
        return Err(Misuse(format!("{}: expected a folder that `reduce export` wrote", folder.display())));
    }
    if !recheck::is_exported(folder) {
        let expected = "expected a folder that `reduce export` wrote, with `_CoqProject` and `claims`";
        return Err(Misuse(format!("{}: {expected}", folder.display())));
    }
    let found = recheck::recheck(folder, &arguments.coqc, progress).map_err(|error| Misuse(error.to_string()))?;
    output.line(&if arguments.json { pretty(&to_json(folder, &found)) } else { to_text(folder, &found) })?;
    output.show();
    Ok(u8::from(found.claims.iter().any(|claim| claim.fault.is_some())))
}

fn answer(fault: Option<&String>) -> &'static str {
    if fault.is_none() { "agree" } else { "disagree" }
}

fn to_text(folder: &Path, found: &Rechecked) -> String {
    let mut lines = vec![format!("{}: {} files, checked again by {}", folder.display(), found.n_files, found.coqc)];
    for claim in &found.claims {
        let what = match &claim.fault {
            None => format!("{}: {}; no axiom is used", claim.path, claim.theorems.join(", ")),
            Some(fault) => format!("{}: {fault}", claim.path),
        };
        lines.push(format!("  {:<8}  {}", answer(claim.fault.as_ref()), wrapped(&what, INDENT)));
    }
    lines.join("\n")
}

fn to_json(folder: &Path, found: &Rechecked) -> Value {
    let claims = found.claims.iter().map(|claim| {
        json!({
            "file": claim.path,
            "answer": answer(claim.fault.as_ref()),
            "theorems": claim.theorems,
            "fault": claim.fault,
        })
    });
    json!({
        "schema": SCHEMA,
        "folder": folder.display().to_string(),
        "by": found.coqc,
        "files": found.n_files,
        "claims": claims.collect::<Vec<_>>(),
        "version": env!("CARGO_PKG_VERSION"),
    })
}
