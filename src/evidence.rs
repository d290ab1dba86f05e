//! Evidence: a claim's obligations, network and runs as a folder that strangers re-check.
//!
//! The folder holds a manifest, every obligation as it is written, before our terms simplify anything, as an SMT-LIB file
//! of its own, the network, the machine where there is one, the definition and the invariant for a reader, instances with
//! their answers, witnesses, and `recheck.py`, an interpreter and checker in plain Python that shares nothing with this
//! program. [`write()`] makes it, [`recheck()`] asks a solver again. `docs/evidence.md` describes it.

mod induction;
mod manifest;
mod obligations;
mod outside;
mod proofs;
mod question;
mod recheck;
mod runs;
mod tables;

pub use outside::OutsideSolver;
pub use outside::SolverError;
pub use proofs::ProofChecker;
pub use proofs::ProofsError;
pub use proofs::Prover;
pub use proofs::count_proofs;
pub use recheck::Agreement;
pub use recheck::FileAnswer;
pub use recheck::RecheckError;
pub use recheck::RecheckReport;
pub use recheck::recheck;

use crate::check::Outcome;
use crate::check::options::Options;
use crate::folder;
use crate::folder::File;
use crate::folder::FolderError;
use crate::folder::digest;
use crate::progress::Progress;
use crate::report::json::pretty;
use reductions::Reduction;
use reductions::proof::ProofError;
use rnn::Network;
use serde_json::json;
use std::fmt;
use std::path::Path;
use std::time::Duration;

/// The schema of a manifest of one claim.
pub const SCHEMA: &str = "reduce.evidence/1";

/// The schema of a manifest of several claims, each of which has a folder.
pub const SCHEMA_OF_ALL: &str = "reduce.evidence-index/1";

/// The name of a manifest.
pub const MANIFEST: &str = "manifest.json";

/// The checker in Python that every folder holds: the first file is the one that is run.
pub const SCRIPTS: [(&str, &str); 6] = [
    ("recheck.py", include_str!("evidence/recheck.py")),
    ("recheck_induction.py", include_str!("evidence/recheck_induction.py")),
    ("recheck_layer4.py", include_str!("evidence/recheck_layer4.py")),
    ("recheck_network.py", include_str!("evidence/recheck_network.py")),
    ("recheck_smt.py", include_str!("evidence/recheck_smt.py")),
    ("recheck_tables.py", include_str!("evidence/recheck_tables.py")),
];

fn scripts() -> impl Iterator<Item = File> {
    SCRIPTS.into_iter().map(|(name, text)| File::new(name, text))
}

/// A claim that was checked, for a network and as it was asked.
#[derive(Clone, Copy)]
pub struct Checked<'c> {
    /// The claim.
    pub reduction: &'c dyn Reduction,
    /// The network, the claim's own or one with other weights.
    pub network: &'c Network,
    /// What was asked.
    pub options: &'c Options,
    /// What was found.
    pub outcome: &'c Outcome,
}

impl Checked<'_> {
    /// The name of the claim's folder among those of others: problem, variant and model.
    pub fn folder(&self) -> String {
        name_of(self.reduction)
    }
}

/// The name of a claim among others: problem, variant and model.
pub fn name_of(reduction: &dyn Reduction) -> String {
    let description = reduction.description();
    let parts = [Some(reduction.problem().name()), description.variant, Some(description.model)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("-")
}

/// Proofs are wanted as well.
#[derive(Clone, Copy)]
pub struct Proving<'p> {
    /// Who makes them.
    pub prover: &'p Prover,
    /// For each question, how long at most.
    pub limit: Duration,
    /// Where it says how far it has come.
    pub progress: &'p Progress,
}

/// Why there is no evidence.
#[derive(Debug)]
pub enum EvidenceError {
    /// The network is not of the claim's kind.
    Network(ProofError),
    /// Proofs cannot be asked for.
    Proofs(ProofsError),
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(error) => error.fmt(f),
            Self::Proofs(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for EvidenceError {}

/// The files of a claim's folder; the manifest is the last.
///
/// # Errors
/// [`EvidenceError`] where the network is of another kind, or has other tokens or coordinates, than the claim is about, or
/// where a question cannot be handed to the prover.
pub fn files(checked: Checked<'_>, proving: Option<Proving<'_>>) -> Result<Vec<File>, EvidenceError> {
    let network = checked.network;
    let mut files = vec![File::new("network.json", pretty(&network.to_json()) + "\n")];
    // Of a network with other weights the machine says nothing.
    let machine = checked.reduction.machine();
    files.extend(machine.map(|machine| File::new("machine.json", machine.to_text())));
    let instances = runs::instances(checked);
    files.push(File::new("instances.json", pretty(&instances) + "\n"));
    files.extend(runs::counterexample(checked).map(|value| File::new("counterexample.json", pretty(&value) + "\n")));
    let written = obligations::written(checked).map_err(EvidenceError::Network)?;
    files.push(File::new("statement.json", pretty(&written.statement) + "\n"));
    files.extend(written.induction.iter().map(|value| File::new(induction::INDUCTION, pretty(value) + "\n")));
    files.extend(written.tables.iter().map(|value| File::new(tables::TABLES, pretty(value) + "\n")));
    files.extend(written.files.iter().map(|query| File::new(query.path.clone(), query.text.clone())));
    let proved = proving.map(|proving| {
        let questions = written.files.iter().filter(|query| query.expected == "unsat");
        let questions: Vec<(&str, &str)> = questions.map(|query| (&*query.path, &*query.text)).collect();
        let proofs = proving.prover.prove_all(&questions, proving.limit, proving.progress);
        proofs.map(|proofs| (proving.prover, proofs)).map_err(EvidenceError::Proofs)
    });
    let proved = proved.transpose()?;
    files.extend(proved.iter().flat_map(|(_, proofs)| proofs.files.clone()));
    files.extend(scripts());
    let manifest = manifest::manifest(checked, &files, &written, proved.as_ref().map(|(by, proofs)| (*by, proofs)));
    files.push(File::new(MANIFEST, pretty(&manifest) + "\n"));
    Ok(files)
}

/// Writes a folder of evidence, whole or not at all; one that is there is replaced if that is asked for and it holds a manifest.
///
/// # Errors
/// [`FolderError`].
pub fn write(folder: &Path, files: &[File], replace: bool) -> Result<(), FolderError> {
    let entries = files.iter().map(|file| (file.path.as_str(), file.text.as_bytes()));
    folder::write(folder, entries, replace.then_some(MANIFEST))
}

/// The files of a folder of several claims: a folder for each, and an index over their manifests.
#[derive(Default)]
pub struct Index {
    files: Vec<File>,
    claims: Vec<serde_json::Value>,
}

impl Index {
    /// Adds a claim.
    ///
    /// # Errors
    /// As [`files`].
    pub fn add(&mut self, checked: Checked<'_>, proving: Option<Proving<'_>>) -> Result<(), EvidenceError> {
        let folder = checked.folder();
        let added = files(checked, proving)?;
        let digest = added.last().map(|manifest| digest(manifest.text.as_bytes())).unwrap_or_default();
        self.claims
            .push(json!({"folder": folder, "manifest_sha256": digest, "verdict": checked.outcome.verdict().word()}));
        self.files.extend(added.into_iter().map(|file| File::new(format!("{folder}/{}", file.path), file.text)));
        Ok(())
    }

    /// All files; the index is the last.
    pub fn into_files(self) -> Vec<File> {
        let mut files = self.files;
        files.extend(scripts());
        let manifest = json!({
            "schema": SCHEMA_OF_ALL,
            "versions": manifest::versions(),
            "scripts": SCRIPTS.map(|(name, text)| json!({"path": name, "sha256": digest(text.as_bytes())})),
            "claims": self.claims,
        });
        files.push(File::new(MANIFEST, pretty(&manifest) + "\n"));
        files
    }
}
