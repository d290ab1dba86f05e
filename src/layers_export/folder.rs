//! A folder that appears whole or not at all, with the SHA-256 of every file.

use super::ExportError;
use sha2::Digest;
use sha2::Sha256;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The folder.
    pub folder: PathBuf,
    /// Each file with its size in bytes and its SHA-256.
    pub files: Vec<(String, usize, String)>,
}

/// Writes files into a folder that does not exist or is empty, and `SHA256SUMS` beside them. The folder is made under
/// another name and gets its own when it is complete.
///
/// # Errors
/// [`ExportError`] where the folder has files already, or cannot be written.
pub fn write_folder(folder: &Path, files: Vec<(String, Vec<u8>)>) -> Result<Written, ExportError> {
    let cannot =
        |error: &dyn std::fmt::Display| ExportError::new(format!("{}: cannot be written: {error}", folder.display()));
    if folder.exists() {
        let mut entries = fs::read_dir(folder)
            .map_err(|error| ExportError::new(format!("{}: expected a folder: {error}", folder.display())))?;
        if entries.next().is_some() {
            return Err(ExportError::new(format!("{}: expected a folder that is new or empty", folder.display())));
        }
    }
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let unfinished =
        tempfile::Builder::new().prefix(".unfinished").tempdir_in(parent).map_err(|error| cannot(&error))?;
    let mut written = Vec::new();
    let mut sums = String::new();
    for (name, bytes) in files {
        fs::write(unfinished.path().join(&name), &bytes).map_err(|error| cannot(&error))?;
        let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        sums.push_str(&format!("{digest}  {name}\n"));
        written.push((name, bytes.len(), digest));
    }
    fs::write(unfinished.path().join("SHA256SUMS"), sums).map_err(|error| cannot(&error))?;
    if folder.exists() {
        fs::remove_dir(folder).map_err(|error| cannot(&error))?;
    }
    // The folder keeps its files once it has its name.
    fs::rename(unfinished.path(), folder).map_err(|error| cannot(&error))?;
    let _ = unfinished.keep();
    make_readable(folder);
    Ok(Written { folder: folder.to_owned(), files: written })
}

/// A temporary folder is its owner's alone; this one is like any other.
#[cfg(unix)]
fn make_readable(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    // Where this cannot be, the folder stays private, and complete.
    let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o755));
}

#[cfg(not(unix))]
fn make_readable(_folder: &Path) {}
