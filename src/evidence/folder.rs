//! A folder that is written whole or not at all.

use super::File;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// Why a folder is not written.
#[derive(Debug)]
pub enum EvidenceError {
    /// Something of this name is there, and it is no empty folder.
    Exists(PathBuf),
    /// A file of this name is there.
    IsFile(PathBuf),
    /// It was to be replaced, but holds no manifest: it may be anything.
    IsNoEvidence(PathBuf),
    /// A file cannot be written.
    Io(PathBuf, io::Error),
}

impl fmt::Display for EvidenceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => write!(
                f,
                "expected a folder that does not exist or is empty, got `{}`; --force replaces a folder of evidence",
                path.display()
            ),
            Self::IsFile(path) => write!(f, "expected a folder, got the file `{}`", path.display()),
            Self::IsNoEvidence(path) => write!(
                f,
                "expected a folder of evidence to replace, got `{}`, which holds no {}",
                path.display(),
                super::MANIFEST
            ),
            Self::Io(path, error) => write!(f, "cannot write `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for EvidenceError {}

/// Whether a folder of evidence could be written here, before any work is done for it.
///
/// # Errors
/// As [`write()`].
pub(crate) fn is_free(folder: &Path, replace: bool) -> Result<(), EvidenceError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => match (entries.next().is_some(), replace) {
            (false, _) => Ok(()),
            (true, false) => Err(EvidenceError::Exists(folder.to_owned())),
            (true, true) if folder.join(super::MANIFEST).is_file() => Ok(()),
            (true, true) => Err(EvidenceError::IsNoEvidence(folder.to_owned())),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) if folder.is_file() => Err(EvidenceError::IsFile(folder.to_owned())),
        Err(error) => Err(EvidenceError::Io(folder.to_owned(), error)),
    }
}

/// Writes these files into a folder, whole or not at all: it is put together beside its place and moved there. A folder
/// that is not empty is replaced only if that is asked for, and only if it holds a manifest.
///
/// # Errors
/// [`EvidenceError`].
pub fn write(folder: &Path, files: &[File], replace: bool) -> Result<(), EvidenceError> {
    is_free(folder, replace)?;
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |error| EvidenceError::Io(path, error)
    };
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(fault(parent))?;
    let beside = tempfile::tempdir_in(parent).map_err(fault(parent))?;
    let whole = beside.path().join("whole");
    for file in files {
        let path = whole.join(&file.path);
        let above = path.parent().unwrap_or(&whole);
        fs::create_dir_all(above).map_err(fault(above))?;
        fs::write(&path, &file.text).map_err(fault(&path))?;
    }
    // What is replaced is moved aside first, and comes back where the new folder cannot take its place.
    let old = beside.path().join("old");
    let had_one = folder.exists();
    if had_one {
        fs::rename(folder, &old).map_err(fault(folder))?;
    }
    let moved = fs::rename(&whole, folder).map_err(fault(folder));
    if moved.is_err() && had_one {
        fs::rename(&old, folder).map_err(fault(folder))?;
    }
    moved
}
