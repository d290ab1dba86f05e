//! Proof objects: what a solver that explains itself says of a question, in Alethe, and a checker that reads it.
//!
//! A proof is made of the question's own file, and its assumptions are that file's assertions, so that the checker, which is
//! given both, needs to believe neither the solver nor this program.

use super::obligations::OBLIGATIONS;
use super::outside::first_line;
use super::outside::in_time;
use super::outside::printed;
use crate::folder::File;
use crate::progress::Progress;
use rayon::prelude::*;
use serde_json::Value;
use serde_json::json;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

/// The folder of the proofs.
const PROOFS: &str = "proofs";
/// The format, as the manifest names it.
const FORMAT: &str = "Alethe";
/// A proof that is longer is none.
const LONGEST: u64 = 1 << 28;
/// How much of a checker's output is read.
const READ: u64 = 1 << 16;
/// How long a prover has to say its version.
const A_MOMENT: Duration = Duration::from_secs(20);

/// The options of cvc5 with which its proofs are as fine as the checker `carcara` wants them: every rewrite is named, and no
/// resolution names its pivots. The last one settles products of reals.
const OPTIONS: [&str; 5] = [
    "--dump-proofs",
    "--proof-format-mode=alethe",
    "--proof-granularity=dsl-rewrite",
    "--no-proof-alethe-res-pivots",
    "--nl-cov",
];

/// A cvc5 that writes proofs.
#[derive(Clone, Debug)]
pub struct Prover {
    path: PathBuf,
    version: String,
}

/// Why there are no proofs, or why they cannot be checked: one sentence.
#[derive(Debug)]
pub struct ProofsError(String);

impl fmt::Display for ProofsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ProofsError {}

/// The proofs of the questions of a claim.
#[derive(Clone, Debug, Default)]
pub(super) struct Proofs {
    pub(super) files: Vec<File>,
    /// For each of them the question that it is about.
    pub(super) questions: Vec<String>,
    /// Questions without one, and why.
    pub(super) without: Vec<(String, String)>,
}

impl Prover {
    /// The cvc5 of a name or path, which must be there and say its version.
    ///
    /// # Errors
    /// [`ProofsError`].
    pub fn named(text: &str) -> Result<Self, ProofsError> {
        let path = PathBuf::from(text);
        let streams = printed(Command::new(&path).arg("--version"), A_MOMENT, READ);
        let streams = streams.map_err(|error| {
            let expected = "expected an installed cvc5 of version 1.3 or later, or its path";
            match error.kind() {
                io::ErrorKind::NotFound => ProofsError(format!("--proofs: {expected}, got `{text}`")),
                _ => ProofsError(format!("--proofs: {expected}, but `{text}` cannot be started: {error}")),
            }
        })?;
        let said = streams.unwrap_or_default();
        let version = said[0].lines().find(|line| line.contains("cvc5")).map(str::trim);
        let Some(version) = version else {
            let said = first_line(&said.join("\n"));
            return Err(ProofsError(format!("--proofs: expected that `{text} --version` names cvc5, got {said}")));
        };
        Ok(Self { path, version: crate::report::shortened(version.trim_start_matches("This is ")) })
    }

    /// What it says of its version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The proof of a question, or why there is none.
    fn prove(&self, question: &Path, limit: Duration) -> Result<String, String> {
        let mut command = Command::new(&self.path);
        let streams =
            printed(command.args(OPTIONS).arg(question), limit, LONGEST).map_err(|error| error.to_string())?;
        let [output, errors] = streams.ok_or_else(|| in_time(limit))?;
        if output.len() as u64 >= LONGEST {
            return Err(format!("a proof of more than {} MiB", LONGEST >> 20));
        }
        match output.split_once('\n') {
            Some(("unsat", proof)) if proof.contains("(assume ") => Ok(proof.to_owned()),
            Some(("unsat", _)) => Err("unsat without a proof".to_owned()),
            _ => Err(first_line(&format!("{output}\n{errors}"))),
        }
    }

    /// The proofs of these questions, each of which has the answer *unsat*.
    pub(super) fn prove_all(
        &self,
        questions: &[(&str, &str)],
        limit: Duration,
        progress: &Progress,
    ) -> Result<Proofs, ProofsError> {
        let cannot = |error: io::Error| ProofsError(format!("--proofs: a question cannot be handed over: {error}"));
        let folder = tempfile::tempdir().map_err(cannot)?;
        progress.start("proofs", questions.len());
        let made: Result<Vec<_>, ProofsError> = (questions.par_iter().enumerate())
            .map(|(index, (path, text))| {
                let question = folder.path().join(format!("{index}.smt2"));
                fs::write(&question, text).map_err(cannot)?;
                let proof = self.prove(&question, limit);
                progress.step();
                Ok(((*path).to_owned(), proof))
            })
            .collect();
        let mut proofs = Proofs::default();
        for (path, proof) in made? {
            match proof {
                Ok(text) => {
                    let name = Path::new(&path).file_stem().unwrap_or_default().to_string_lossy().into_owned();
                    proofs.files.push(File::new(format!("{PROOFS}/{name}.alethe"), text));
                    proofs.questions.push(path);
                }
                Err(reason) => proofs.without.push((path, reason)),
            }
        }
        Ok(proofs)
    }

    /// What the manifest says of the proofs.
    pub(super) fn json(&self, proofs: &Proofs) -> Value {
        let without = proofs.without.iter().map(|(question, reason)| json!({"question": question, "reason": reason}));
        json!({
            "format": FORMAT,
            "by": self.version,
            "options": OPTIONS,
            "proved": proofs.questions.len(),
            "without": without.collect::<Vec<_>>(),
        })
    }
}

/// Of these files, how many are proofs, and how many questions could have one.
pub fn count_proofs(files: &[File]) -> (usize, usize) {
    let within = |folder: &str| {
        let is_in = |file: &&File| file.path.split('/').rev().nth(1) == Some(folder);
        files.iter().filter(is_in).count()
    };
    (within(PROOFS), within(OBLIGATIONS))
}

/// What a checker says of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Validity {
    Valid,
    Invalid(String),
    /// It has a step that the checker takes on trust.
    Holey,
    Unknown(String),
}

/// A program that checks proofs in Alethe: `carcara`, or one that is called as it is.
#[derive(Clone, Debug)]
pub struct ProofChecker {
    path: PathBuf,
    /// The rewrite rules that cvc5's proofs name, in the language RARE.
    rules: Option<PathBuf>,
}

impl ProofChecker {
    /// The checker of a name or path, and the file of rewrite rules.
    pub fn new(path: &str, rules: Option<&Path>) -> Self {
        Self { path: PathBuf::from(path), rules: rules.map(Path::to_owned) }
    }

    /// Its name for a report.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// What it says of a proof of a question.
    pub(super) fn check(&self, proof: &Path, question: &Path, limit: Duration) -> Result<Validity, ProofsError> {
        let mut command = Command::new(&self.path);
        command.args(["check", "--allow-int-real-subtyping", "--expand-let-bindings"]);
        if let Some(rules) = &self.rules {
            command.arg("--rare-file").arg(rules);
        }
        let program = self.name();
        let streams = printed(command.arg(proof).arg(question), limit, READ).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                ProofsError(format!("--checker: expected an installed checker (carcara) or a path, got `{program}`"))
            }
            _ => ProofsError(format!("--checker: `{program}` cannot be started: {error}")),
        })?;
        let Some(streams) = streams else { return Ok(Validity::Unknown(in_time(limit))) };
        let said = streams[0].lines().map(str::trim).find(|line| ["valid", "invalid", "holey"].contains(line));
        match said {
            Some("valid") => Ok(Validity::Valid),
            Some("holey") => Ok(Validity::Holey),
            Some(_) => Ok(Validity::Invalid(first_line(&streams[1]))),
            None => Err(ProofsError(format!(
                "{program} on `{}`: expected valid, invalid or holey, got {}",
                proof.display(),
                first_line(&streams.join("\n"))
            ))),
        }
    }
}
