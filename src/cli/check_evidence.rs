//! The evidence that `reduce check` collects on its way and writes at its end.

use super::misuse::Misuse;
use crate::evidence;
use crate::evidence::Prover;
use crate::evidence::Proving;
use crate::folder::File;
use crate::folder::FolderError;
use crate::folder::is_free;
use crate::progress::Progress;
use std::path::Path;
use std::time::Duration;

/// What is asked.
#[derive(Clone, Copy)]
pub(super) struct EvidenceAsked<'a> {
    /// Where it goes, where it is asked for.
    pub(super) folder: Option<&'a Path>,
    /// Whether a folder of evidence that is there is replaced.
    pub(super) force: bool,
    /// Who makes proofs, where they are asked for.
    pub(super) prover: Option<&'a str>,
    /// The limit of each proof.
    pub(super) limit: Duration,
    /// Whether it is that of all claims.
    pub(super) all: bool,
    /// Whether a number format is asked for.
    pub(super) has_format: bool,
}

/// The evidence that is collected on the way.
pub(super) struct Evidence {
    files: Collected,
    prover: Option<Prover>,
}

enum Collected {
    NotAsked,
    OfOne(Vec<File>),
    OfAll(evidence::Index),
}

impl Evidence {
    /// What is asked for. A folder that cannot be written, or a prover that is not there, is refused before any work is done.
    pub(super) fn asked(asked: &EvidenceAsked<'_>) -> Result<Self, Misuse> {
        let Some(folder) = asked.folder else { return Ok(Self::none()) };
        if asked.has_format {
            return Err(Misuse("--evidence: expected exact numbers, got a number format".to_owned()));
        }
        is_free(folder, asked.force.then_some(evidence::MANIFEST)).map_err(not_written)?;
        let prover = asked.prover.map(Prover::named).transpose();
        let prover = prover.map_err(|error| Misuse(error.to_string()))?;
        let files = if asked.all { Collected::OfAll(evidence::Index::default()) } else { Collected::OfOne(Vec::new()) };
        Ok(Self { files, prover })
    }

    /// None, where none is asked for.
    pub(super) fn none() -> Self {
        Self { files: Collected::NotAsked, prover: None }
    }

    pub(super) fn add(
        &mut self,
        checked: evidence::Checked<'_>,
        asked: &EvidenceAsked<'_>,
        progress: &Progress,
    ) -> Result<(), Misuse> {
        let limit = asked.limit;
        let proving = self.prover.as_ref().map(|prover| Proving { prover, limit, progress });
        let added = match &mut self.files {
            Collected::NotAsked => Ok(()),
            Collected::OfOne(files) => evidence::files(checked, proving).map(|made| *files = made),
            Collected::OfAll(index) => index.add(checked, proving),
        };
        added.map_err(|error| Misuse(error.to_string()))
    }

    /// Writes the folder; gives a line about its proofs, where some were asked for.
    pub(super) fn write(self, asked: &EvidenceAsked<'_>) -> Result<Option<String>, Misuse> {
        let files = match self.files {
            Collected::NotAsked => return Ok(None),
            Collected::OfOne(files) => files,
            Collected::OfAll(index) => index.into_files(),
        };
        let Some(folder) = asked.folder else { return Ok(None) };
        evidence::write(folder, &files, asked.force).map_err(not_written)?;
        Ok(self.prover.map(|prover| {
            let (proofs, questions) = evidence::count_proofs(&files);
            let version = prover.version();
            format!("proofs in Alethe, in {}: {proofs} of {questions} questions, by {version}", folder.display())
        }))
    }
}

/// Why there is no evidence.
fn not_written(error: FolderError) -> Misuse {
    let hint = if matches!(error, FolderError::Exists(_)) { "; --force replaces a folder of evidence" } else { "" };
    Misuse(format!("--evidence: {error}{hint}"))
}
