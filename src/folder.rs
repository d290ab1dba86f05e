//! Folders that appear whole or not at all, and the digests of what is in them.

use crate::unfinished::Unfinished;
use sha2::Digest;
use sha2::Sha256;
use std::fmt;
use std::fs;
use std::io;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

/// The list of digests in a folder, as `sha256sum -c` reads it.
pub const SUMS: &str = "SHA256SUMS";

/// A text in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Where it lies, with `/` between folders.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl File {
    /// A file of this text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }
}

/// Why a folder is not written.
#[derive(Debug)]
pub enum FolderError {
    /// It is there and not empty.
    Exists(PathBuf),
    /// A file of this name is there.
    IsFile(PathBuf),
    /// It was to be replaced, but does not hold the file by which it is known: it may be anything.
    IsAnother(PathBuf, &'static str),
    /// A file cannot be written.
    Io(PathBuf, io::Error),
}

impl fmt::Display for FolderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exists(path) => {
                write!(f, "expected a folder that does not exist or is empty, got `{}`", path.display())
            }
            Self::IsFile(path) => write!(f, "expected a folder, got the file `{}`", path.display()),
            Self::IsAnother(path, known_by) => {
                write!(f, "expected a folder with a {known_by} to replace, got `{}`", path.display())
            }
            Self::Io(path, error) => write!(f, "cannot write `{}`: {error}", path.display()),
        }
    }
}

impl std::error::Error for FolderError {}

/// What was written, with digests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The folder.
    pub folder: PathBuf,
    /// Each file with its size in bytes and its SHA-256; the list of digests is not among them.
    pub files: Vec<(String, usize, String)>,
}

/// Whether a folder could be written here, before any work is done for it. One that is not empty may only be replaced,
/// where it holds the file by which it is known.
///
/// # Errors
/// As [`write()`].
pub fn is_free(folder: &Path, replaced_if_it_holds: Option<&'static str>) -> Result<(), FolderError> {
    match fs::read_dir(folder) {
        Ok(mut entries) => match (entries.next().is_some(), replaced_if_it_holds) {
            (false, _) => Ok(()),
            (true, None) => Err(FolderError::Exists(folder.to_owned())),
            (true, Some(known_by)) if folder.join(known_by).is_file() => Ok(()),
            (true, Some(known_by)) => Err(FolderError::IsAnother(folder.to_owned(), known_by)),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(_) if folder.is_file() => Err(FolderError::IsFile(folder.to_owned())),
        Err(error) => Err(FolderError::Io(folder.to_owned(), error)),
    }
}

/// Writes files into a folder, whole or not at all: it is put together beside its place and moved there, and nothing is
/// left where the user interrupts.
///
/// # Errors
/// [`FolderError`].
pub fn write<'f>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
    replaced_if_it_holds: Option<&'static str>,
) -> Result<(), FolderError> {
    write_with_programs(folder, files, replaced_if_it_holds, &[])
}

/// The same, where the files of these paths may be run.
fn write_with_programs<'f>(
    folder: &Path,
    files: impl IntoIterator<Item = (&'f str, &'f [u8])>,
    replaced_if_it_holds: Option<&'static str>,
    programs: &[&str],
) -> Result<(), FolderError> {
    is_free(folder, replaced_if_it_holds)?;
    let fault = |path: &Path| {
        let path = path.to_owned();
        move |error| FolderError::Io(path, error)
    };
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(fault(parent))?;
    let beside = tempfile::tempdir_in(parent).map_err(fault(parent))?;
    let _removed_on_interrupt = Unfinished::new(beside.path());
    // A folder inside the temporary one, which is its owner's alone.
    let whole = beside.path().join("whole");
    fs::create_dir(&whole).map_err(fault(&whole))?;
    for (name, bytes) in files {
        let path = whole.join(name);
        let above = path.parent().unwrap_or(&whole);
        fs::create_dir_all(above).map_err(fault(above))?;
        fs::write(&path, bytes).map_err(fault(&path))?;
        if programs.contains(&name) {
            may_be_run(&path).map_err(fault(&path))?;
        }
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

/// Whoever may read the file may run it.
#[cfg(unix)]
fn may_be_run(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path)?.permissions().mode();
    fs::set_permissions(path, fs::Permissions::from_mode(mode | (mode & 0o444) >> 2))
}

#[cfg(not(unix))]
fn may_be_run(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes files into a folder that does not exist or is empty, with the list of their digests.
///
/// # Errors
/// As [`write()`].
pub fn write_with_sums(folder: &Path, files: &[(&str, &[u8])]) -> Result<Written, FolderError> {
    write_with_sums_and_programs(folder, files, None, &[])
}

/// Writes files into a folder, with the list of their digests; those of these paths may be run.
///
/// # Errors
/// As [`write()`].
pub fn write_with_sums_and_programs(
    folder: &Path,
    files: &[(&str, &[u8])],
    replaced_if_it_holds: Option<&'static str>,
    programs: &[&str],
) -> Result<Written, FolderError> {
    let listed: Vec<(String, usize, String)> =
        files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.len(), digest(bytes))).collect();
    let sums: String = listed.iter().map(|(path, _, digest)| format!("{digest}  {path}\n")).collect();
    let all = files.iter().copied().chain([(SUMS, sums.as_bytes())]);
    write_with_programs(folder, all, replaced_if_it_holds, programs)?;
    Ok(Written { folder: folder.to_owned(), files: listed })
}

/// Whether a path leads to something inside a folder, and is written in the one way that a list of files has.
pub fn is_inside(path: &str) -> bool {
    let parts: Vec<Component<'_>> = Path::new(path).components().collect();
    let is_name = |part: &Component<'_>| matches!(part, Component::Normal(_));
    !parts.is_empty() && parts.iter().all(is_name) && parts.iter().collect::<PathBuf>().to_str() == Some(path)
}

/// The SHA-256 of these bytes, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Bytes in hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_written_whole_and_replaced_only_where_it_is_known() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("a/folder");
        let files: [(&str, &[u8]); 2] = [("one", b"1"), ("deep/two", b"22")];
        let written = write_with_sums(&folder, &files).unwrap();
        assert_eq!(written.files[1].1, 2);
        assert_eq!(fs::read(folder.join("deep/two")).unwrap(), b"22");
        assert_eq!(fs::read_to_string(folder.join(SUMS)).unwrap().lines().count(), 2);
        assert!(matches!(write(&folder, files, None), Err(FolderError::Exists(_))));
        assert!(matches!(write(&folder, files, Some("three")), Err(FolderError::IsAnother(..))));
        write(&folder, [("one", &b"3"[..])], Some("one")).unwrap();
        assert!(fs::read(folder.join("one")).unwrap() == b"3" && !folder.join("deep").exists());
        let file = folder.join("one");
        assert!(matches!(is_free(&file, None), Err(FolderError::IsFile(_))));
        // Nothing half-written is left beside it.
        assert_eq!(fs::read_dir(place.path().join("a")).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn programs_may_be_run_and_nothing_else_may() {
        use std::os::unix::fs::PermissionsExt;
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("folder");
        let files: [(&str, &[u8]); 2] = [("bin/one", b"1"), ("two", b"2")];
        write_with_sums_and_programs(&folder, &files, None, &["bin/one"]).unwrap();
        let mode = |path: &str| fs::metadata(folder.join(path)).unwrap().permissions().mode() & 0o111;
        assert!(mode("bin/one") & 0o100 != 0 && mode("two") == 0 && mode(SUMS) == 0);
    }

    #[test]
    fn only_a_plain_path_is_inside() {
        assert!(is_inside("a") && is_inside("a/b.v"));
        for path in ["", "/a", "../a", "a/../b", "./a", "a/./b", "a//b", "a/"] {
            assert!(!is_inside(path), "{path}");
        }
    }

    #[test]
    fn a_digest_is_that_of_the_standard() {
        assert_eq!(digest(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
