//! `reduce recheck`: a folder that was written before, checked again by somebody else's program.

use super::files::Output;
use super::misuse::Misuse;
use super::misuse::parse_seconds;
use crate::coq::recheck;
use crate::coq::recheck::Rechecked;
use crate::coq::recheck::RecheckedClaim;
use crate::evidence;
use crate::evidence::Agreement;
use crate::evidence::OutsideSolver;
use crate::evidence::ProofChecker;
use crate::progress::Progress;
use crate::report::json::pretty;
use crate::report::wrapped;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use clap::Args;
use serde_json::Value;
use serde_json::json;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

const SCHEMA: &str = "reduce.coq-recheck/1";

/// The column where what was found begins.
const INDENT: usize = 12;

#[derive(Debug, Args)]
pub(crate) struct RecheckArguments {
    /// The folder, as `reduce export --to coq` or `reduce check --evidence` writes it
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Of a theorem in Coq: its compiler [default: coqc]
    #[arg(long, value_name = "PATH", conflicts_with_all = ["solver", "timeout", "checker"])]
    coqc: Option<String>,
    /// Of evidence, ask this solver: z3, cvc5 or the path of a program that reads an SMT-LIB file [default: the linked Z3]
    #[arg(long, value_name = "SOLVER")]
    solver: Option<String>,
    /// Of evidence with proofs, have this program check them: carcara, or a path
    #[arg(long, value_name = "CHECKER")]
    checker: Option<String>,
    /// The rewrite rules that the proofs name, in the language RARE, for the checker
    #[arg(long, value_name = "FILE", requires = "checker")]
    rare_file: Option<PathBuf>,
    /// Of evidence, the limit of each file, in seconds [default: 60]
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    timeout: Option<Duration>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The limit of each file of evidence where none is given.
const LIMIT: Duration = Duration::from_secs(60);

/// What kind of folder it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Evidence,
    Coq,
}

pub(crate) fn recheck(arguments: &RecheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    match kind(&arguments.folder)? {
        Kind::Evidence if arguments.coqc.is_some() => {
            Err(Misuse(format!("--coqc: expected a theorem in Coq, got evidence in {}", arguments.folder.display())))
        }
        Kind::Evidence => recheck_evidence(arguments, progress, output),
        Kind::Coq if arguments.solver.is_some() || arguments.timeout.is_some() || arguments.checker.is_some() => {
            let folder = arguments.folder.display();
            Err(Misuse(format!("--solver, --checker, --timeout: expected evidence, got a theorem in Coq in {folder}")))
        }
        Kind::Coq => recheck_coq(arguments, progress, output),
    }
}

/// A folder with a manifest is one of evidence, one with a project of Coq an exported one.
fn kind(folder: &Path) -> Result<Kind, Misuse> {
    let shown = folder.display();
    if folder.join(evidence::MANIFEST).is_file() {
        Ok(Kind::Evidence)
    } else if recheck::is_exported(folder) {
        Ok(Kind::Coq)
    } else {
        let expected = "expected a folder that `reduce check --evidence` or `reduce export --to coq` wrote";
        Err(Misuse(format!("{shown}: {expected}, with `{}` or `_CoqProject` and `claims`", evidence::MANIFEST)))
    }
}

fn recheck_evidence(arguments: &RecheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let solver = arguments.solver.as_deref().map_or(OutsideSolver::Linked, OutsideSolver::named);
    let limit = arguments.timeout.unwrap_or(LIMIT);
    let rules = arguments.rare_file.as_deref();
    if let Some(path) = rules.filter(|path| !path.is_file()) {
        return Err(Misuse(format!("--rare-file: expected a file of rewrite rules, got {}", path.display())));
    }
    let checker = arguments.checker.as_deref().map(|path| ProofChecker::new(path, rules));
    let report = evidence::recheck(&arguments.folder, (&solver, checker.as_ref()), limit, progress);
    let report = report.map_err(|error| Misuse(error.to_string()))?;
    output.line(&if arguments.json { pretty(&report.json()) } else { report.text() })?;
    output.show();
    Ok(report.exit_code())
}

fn recheck_coq(arguments: &RecheckArguments, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    let (folder, coqc) = (&arguments.folder, arguments.coqc.as_deref().unwrap_or("coqc"));
    let found = recheck::recheck(folder, coqc, progress).map_err(|error| Misuse(error.to_string()))?;
    output.line(&if arguments.json { pretty(&to_json(folder, &found)) } else { to_text(folder, &found) })?;
    output.show();
    let verdict = |claim: &RecheckedClaim| if claim.fault.is_none() { Verdict::Checked } else { Verdict::Refuted };
    Ok(exit_code(found.claims.iter().map(verdict)))
}

fn answer(fault: Option<&String>) -> &'static str {
    if fault.is_none() { Agreement::Agree.word() } else { Agreement::Disagree.word() }
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
