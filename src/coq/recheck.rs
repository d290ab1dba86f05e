//! An exported folder checked again: its files are those that were written, and `coqc` accepts them without an axiom.
//!
//! The folder's own Makefile is not run. `coqc` is called here, file by file, on a copy. Before that every source is looked
//! at: theories and theorems must be ours to the byte, and the rest data without any other command of Coq's, so that a
//! folder from a stranger brings no program, no axiom and no other statement.

use super::data_only;
use super::layered;
use super::layers;
use super::theorems;
use crate::folder;
use crate::folder::File;
use crate::folder::SUMS;
use crate::folder::digest;
use crate::progress::Progress;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

/// What `Print Assumptions` says of a theorem that rests on no axiom.
const CLOSED: &str = "Closed under the global context";

/// How many lines of what `coqc` says are kept.
const LINES_KEPT: usize = 6;

/// What came out for one file with theorems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecheckedClaim {
    /// The file, `claims/Dyck2.v`.
    pub path: String,
    /// The theorems of which it prints the assumptions.
    pub theorems: Vec<String>,
    /// Why the theorems do not hold as stated, or not without an axiom; none where they do.
    pub fault: Option<String>,
}

/// What came out for a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rechecked {
    /// The program and its version.
    pub coqc: String,
    /// How many files were compiled or tried.
    pub n_files: usize,
    /// The files with theorems.
    pub claims: Vec<RecheckedClaim>,
}

/// Why a folder is not checked again.
#[derive(Debug)]
pub enum RecheckError {
    /// It is no exported folder, or its files are not those that were written: the file, and what was expected of it.
    Folder(PathBuf, String),
    /// `coqc` is not there or does not say what it is.
    Coqc(String),
    /// A file cannot be read or written.
    Io(PathBuf, io::Error),
}

impl fmt::Display for RecheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path, expected) => write!(f, "{}: {expected}", path.display()),
            Self::Coqc(expected) => write!(f, "coqc: {expected}"),
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for RecheckError {}

/// Whether a folder looks like one that [`super::export`] writes.
pub fn is_exported(folder: &Path) -> bool {
    folder.join("_CoqProject").is_file() && folder.join("claims").is_dir()
}

/// Checks a folder again with this `coqc`.
///
/// # Errors
/// [`RecheckError`]: where the folder is not whole, a byte of it was changed, or `coqc` cannot be run. That a theorem does
/// not hold is no error but part of the answer.
pub fn recheck(folder: &Path, coqc: &str, progress: &Progress) -> Result<Rechecked, RecheckError> {
    let files = whole_folder(folder)?;
    let version = version(coqc)?;
    let place = tempfile::tempdir().map_err(|error| RecheckError::Io(std::env::temp_dir(), error))?;
    let sources: Vec<&File> = files.iter().filter(|file| file.path.ends_with(".v")).collect();
    // The files that list what fails are for readers and prove nothing.
    let sources: Vec<&File> = sources.into_iter().filter(|file| !file.path.starts_with("why/")).collect();
    for file in &sources {
        let path = place.path().join(&file.path);
        let above = path.parent().unwrap_or(place.path());
        fs::create_dir_all(above).map_err(|error| RecheckError::Io(above.to_owned(), error))?;
        fs::write(&path, &file.text).map_err(|error| RecheckError::Io(path.clone(), error))?;
    }
    let answers = compile_all(&sources, place.path(), coqc, progress)?;
    let claims = sources.iter().filter(|file| file.path.starts_with("claims/")).map(|file| judge(file, &answers));
    let claims: Vec<RecheckedClaim> = claims.collect();
    if claims.is_empty() {
        return Err(RecheckError::Folder(folder.to_owned(), "expected a file with a theorem in `claims`".to_owned()));
    }
    Ok(Rechecked { coqc: version, n_files: sources.len(), claims })
}

/// The files that the list of digests names, each with the digest that it has there, and no other source beside them.
fn whole_folder(root: &Path) -> Result<Vec<File>, RecheckError> {
    let at = |path: &str| root.join(path);
    let list = at(SUMS);
    if !list.is_file() {
        let expected = format!("expected a folder that `reduce export` wrote, with its list of digests `{SUMS}`");
        return Err(RecheckError::Folder(root.to_owned(), expected));
    }
    let text = fs::read_to_string(&list).map_err(|error| RecheckError::Io(list.clone(), error))?;
    let fixed = fixed_texts();
    let mut files = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let (expected, path) = line
            .split_once("  ")
            .filter(|(sum, path)| sum.len() == 64 && folder::is_inside(path))
            .ok_or_else(|| {
            let expected = format!("line {}: expected a digest, two spaces and a path, got `{line}`", i + 1);
            RecheckError::Folder(list.clone(), expected)
        })?;
        let place = at(path);
        let bytes = fs::read(&place).map_err(|error| RecheckError::Io(place.clone(), error))?;
        let got = digest(&bytes);
        if got != expected {
            return Err(RecheckError::Folder(place, format!("expected the digest {expected}, got {got}")));
        }
        let text = String::from_utf8(bytes)
            .map_err(|_| RecheckError::Folder(place.clone(), "expected text in UTF-8".to_owned()))?;
        is_ours(path, &text, &fixed).map_err(|expected| RecheckError::Folder(place, expected))?;
        files.push(File { path: path.to_owned(), text });
    }
    let listed: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for folder_name in ["theories", "generated", "claims"] {
        let inside = at(folder_name);
        let entries = fs::read_dir(&inside).map_err(|error| RecheckError::Io(inside.clone(), error))?;
        for entry in entries {
            let entry = entry.map_err(|error| RecheckError::Io(inside.clone(), error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".v") && !listed.contains(format!("{folder_name}/{name}").as_str()) {
                return Err(RecheckError::Folder(
                    entry.path(),
                    format!("expected no file that `{SUMS}` does not list"),
                ));
            }
        }
    }
    Ok(files)
}

/// Whether a file is what it must be, whatever the network: theories and theorems are those of this program, and data is
/// data. A folder of which this holds can say nothing else than our theorem about the numbers in it.
fn is_ours(path: &str, text: &str, fixed: &BTreeMap<String, &'static str>) -> Result<(), String> {
    let version = env!("CARGO_PKG_VERSION");
    let name = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".v");
    let is_known = match path.split('/').next() {
        Some("theories") => fixed.get(path) == Some(&text),
        Some("claims") => {
            path == format!("claims/{name}.v")
                && (theorems::claim_text(name) == Some(text) || layers::claim_texts(name).iter().any(|own| own == text))
        }
        Some("generated") => return data_only::check(path, text),
        _ => true,
    };
    if is_known { Ok(()) } else { Err(format!("expected the file of this version of reduce, {version}")) }
}

fn fixed_texts() -> BTreeMap<String, &'static str> {
    let one_layer = theorems::THEORIES.iter().map(|(name, text)| (format!("theories/{name}.v"), *text));
    one_layer.chain(layered::THEORIES.iter().map(|(name, text)| (format!("theories/{name}"), *text))).collect()
}

fn version(coqc: &str) -> Result<String, RecheckError> {
    let output = Command::new(coqc).arg("--version").output().map_err(|error| {
        let expected = "expected the compiler of Coq 8.16 or later (Debian: the package coq)";
        RecheckError::Coqc(format!("{expected}, got `{coqc}`, which cannot be run: {error}"))
    })?;
    let text = String::from_utf8_lossy(&output.stdout);
    let first = text.lines().next().unwrap_or_default().trim();
    // "The Coq Proof Assistant, version 8.16.1", "The Rocq Prover, version 9.0.0".
    let number = first.rsplit("version ").next().unwrap_or_default();
    if !output.status.success() || !first.contains("version ") || !number.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(RecheckError::Coqc(format!("expected a version from `{coqc} --version`, got `{first}`")));
    }
    Ok(format!("coqc {number}"))
}

/// What `coqc` printed for a file, or why the file was refused.
type Answer = Result<String, String>;

/// Compiles every file after those that it imports.
fn compile_all(
    sources: &[&File],
    place: &Path,
    coqc: &str,
    progress: &Progress,
) -> Result<BTreeMap<String, Answer>, RecheckError> {
    progress.start("files of Coq", sources.len());
    let here: BTreeSet<&str> = sources.iter().map(|file| file.path.as_str()).collect();
    let mut waiting: Vec<(&File, Vec<String>)> = sources
        .iter()
        .map(|file| (*file, imports(&file.text).into_iter().filter(|path| here.contains(path.as_str())).collect()))
        .collect();
    let mut answers: BTreeMap<String, Answer> = BTreeMap::new();
    while !waiting.is_empty() {
        // Those of which everything that they import has its answer are independent of each other.
        let is_ready = |needs: &Vec<String>| needs.iter().all(|path| answers.contains_key(path));
        let (ready, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, needs)| is_ready(needs));
        if ready.is_empty() {
            let names: Vec<&str> = later.iter().map(|(file, _)| file.path.as_str()).collect();
            let expected =
                format!("expected files that do not import each other in a circle, got {}", names.join(", "));
            return Err(RecheckError::Folder(place.to_owned(), expected));
        }
        let done: Result<Vec<(String, Answer)>, RecheckError> = ready
            .par_iter()
            .map(|(file, needs)| {
                let refused = needs.iter().find(|path| answers.get(*path).is_some_and(Result::is_err));
                let answer = match refused {
                    Some(path) => Err(format!("{path}, which it imports, is refused")),
                    None => compile(&file.path, place, coqc)?,
                };
                progress.step();
                Ok((file.path.clone(), answer))
            })
            .collect();
        answers.extend(done?);
        waiting = later;
    }
    progress.finish();
    Ok(answers)
}

fn compile(path: &str, place: &Path, coqc: &str) -> Result<Answer, RecheckError> {
    let mut command = Command::new(coqc);
    command.current_dir(place).arg("-q");
    for (folder, name) in [("theories", "Reduce"), ("generated", "Generated"), ("claims", "Claims")] {
        command.args(["-Q", folder, name]);
    }
    let output = command.arg(path).output().map_err(|error| RecheckError::Coqc(format!("`{coqc}`: {error}")))?;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if output.status.success() {
        return Ok(Ok(out.into_owned()));
    }
    let said: Vec<&str> = err.lines().chain(out.lines()).filter(|line| !line.trim().is_empty()).collect();
    Ok(Err(format!(
        "coqc refuses it: {}",
        said.iter().take(LINES_KEPT).map(|line| line.trim()).collect::<Vec<_>>().join(" ")
    )))
}

/// The files of the folder that a file imports.
fn imports(text: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (name, folder) in [("Reduce", "theories"), ("Generated", "generated"), ("Claims", "claims")] {
        for rest in text.split(&format!("From {name} Require ")).skip(1) {
            let names = rest.split(['.', '\n']).next().unwrap_or_default();
            let names = names.split_whitespace().filter(|word| !["Import", "Export"].contains(word));
            paths.extend(names.map(|module| format!("{folder}/{module}.v")));
        }
    }
    paths
}

/// The theorems of which a file prints the assumptions.
fn theorems_of(text: &str) -> Vec<String> {
    let printed = text.lines().filter_map(|line| line.strip_prefix("Print Assumptions ")?.strip_suffix('.'));
    printed.map(str::to_owned).collect()
}

fn judge(file: &File, answers: &BTreeMap<String, Answer>) -> RecheckedClaim {
    let theorems = theorems_of(&file.text);
    let fault = match answers.get(&file.path) {
        None => Some("it was not compiled".to_owned()),
        Some(Err(reason)) => Some(reason.clone()),
        Some(Ok(printed)) => {
            let n_closed = printed.matches(CLOSED).count();
            let is_closed = !theorems.is_empty() && n_closed == theorems.len() && !printed.contains("Axioms:");
            (!is_closed).then(|| {
                let n = theorems.len();
                format!("expected `{CLOSED}` of each of {n} theorems, one at least, got it {n_closed} times")
            })
        }
    };
    RecheckedClaim { path: file.path.clone(), theorems, fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(printed: Answer) -> RecheckedClaim {
        let text = "Theorem a : True.\nPrint Assumptions a.\nPrint Assumptions b.\n".to_owned();
        let file = File { path: "claims/C.v".to_owned(), text };
        judge(&file, &BTreeMap::from([("claims/C.v".to_owned(), printed)]))
    }

    #[test]
    fn a_claim_agrees_only_where_every_theorem_is_closed() {
        assert_eq!(claim(Ok(format!("{CLOSED}\n{CLOSED}\n"))).fault, None);
        assert_eq!(claim(Ok(format!("{CLOSED}\n{CLOSED}\n"))).theorems, ["a", "b"]);
        assert!(claim(Ok(format!("{CLOSED}\nAxioms:\nx : False\n"))).fault.is_some());
        assert!(claim(Ok(format!("{CLOSED}\n{CLOSED}\nAxioms:\nx : False\n"))).fault.is_some());
        assert!(claim(Err("no".to_owned())).fault.is_some());
        let empty = File { path: "claims/D.v".to_owned(), text: "Theorem a : True.\n".to_owned() };
        let answers = BTreeMap::from([("claims/D.v".to_owned(), Ok(String::new()))]);
        assert!(judge(&empty, &answers).fault.is_some());
    }

    #[test]
    fn imports_are_found_in_either_way_of_writing_them() {
        let text = "From Coq Require Import List.\nFrom Reduce Require Import A B.\nFrom Reduce Require C.\n\
                    From Generated Require Import D.\n";
        assert_eq!(imports(text), ["theories/A.v", "theories/B.v", "theories/C.v", "generated/D.v"]);
    }

    #[test]
    fn every_fixed_file_of_every_folder_is_known() {
        let fixed = fixed_texts();
        for reduction in reductions::all() {
            let files = super::super::files(super::super::Subject::Claim(reduction), reduction.network()).unwrap();
            for file in files.iter().filter(|file| file.path.starts_with("theories/")) {
                assert_eq!(fixed.get(&file.path), Some(&file.text.as_str()), "{}", file.path);
            }
        }
    }
}
