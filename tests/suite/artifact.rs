//! The folder of `reduce artifact`: that it runs by its own scripts, and that they see what is not as expected.

use crate::common::reduce;
use crate::common::refused;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;

const CLAIMS: &str = "dyck-2,deterministic-automaton-last-write-pd,word-problem-s3-swaps-delta-net";

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(entries) => open.extend(entries.map(|entry| entry.unwrap().path())),
            Err(_) => files.push(path),
        }
    }
    files
}

/// What a script of the folder says, and its exit code.
fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new(folder.join(arguments[0])).args(&arguments[1..]).current_dir("/").output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    (output.status.code(), out + &err)
}

/// Changes the first occurrence in a file; the list of digests follows where it is told to.
fn change(folder: &Path, file: &str, from: &str, to: &str, with_sums: bool) {
    let path = folder.join(file);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file}: {from}");
    let changed = text.replacen(from, to, 1);
    if with_sums {
        let [old, new] = [&text, &changed].map(|text| format!("{}  {file}\n", reduce::folder::digest(text.as_bytes())));
        let sums = folder.join("SHA256SUMS");
        fs::write(&sums, fs::read_to_string(&sums).unwrap().replace(&old, &new)).unwrap();
    }
    fs::write(&path, changed).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn an_artifact_runs_by_its_own_scripts_and_they_see_what_is_not_as_expected() {
    let place = tempfile::tempdir().unwrap();
    let made = place.path().join("made");
    let done = reduce(&["artifact", made.to_str().unwrap(), "--claims", CLAIMS, "--author", "A. \"B\" C", "--quiet"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("3 claims: 3 proved"), "{}", done.out);
    // It can be moved.
    let folder = place.path().join("moved");
    fs::rename(&made, &folder).unwrap();
    no_text_names_a_place_of_this_machine(&folder, place.path());
    let zenodo: Value = serde_json::from_str(&fs::read_to_string(folder.join(".zenodo.json")).unwrap()).unwrap();
    assert_eq!(zenodo["creators"][0]["name"], "A. \"B\" C");
    assert!(fs::read_to_string(folder.join("CITATION.cff")).unwrap().contains("  - name: \"A. \\\"B\\\" C\"\n"));
    // As it is.
    let (code, said) = run(&folder, &["kick-the-tires.sh"]);
    assert!(code == Some(0) && said.contains(", of which 0 differ"), "{said}");
    let (code, said) = run(&folder, &["all.sh"]);
    assert!(code == Some(0) && said.ends_with("All is as expected.\n"), "{said}");
    assert!(
        said.contains("3 claims checked, of which 0 differ") && said.contains("the weights of dyck-2-relu"),
        "{said}"
    );
    // Another line is expected: the digests say so, and so does the comparison without them.
    change(&folder, "claims.tsv", "PROVED for", "PROVED not for", false);
    let (code, said) = run(&folder, &["kick-the-tires.sh"]);
    assert!(code == Some(1) && said.contains("claims.tsv"), "{said}");
    let (code, said) = run(&folder, &["check-claims.sh", "claims.tsv"]);
    assert!(code == Some(1) && said.contains("DIFFERS") && said.contains("of which 1 differ"), "{said}");
    change(&folder, "claims.tsv", "PROVED not for", "PROVED for", false);
    // Other weights, of which the digest is known.
    change(&folder, "weights/dyck-2-relu.json", "1/4", "1/3", true);
    let (code, said) = run(&folder, &["all.sh"]);
    assert!(code == Some(1) && said.contains("DIFFERS      weights/dyck-2-relu.json"), "{said}");
    // Nothing is no pass.
    fs::write(folder.join("none.tsv"), "").unwrap();
    assert_eq!(run(&folder, &["check-claims.sh", "none.tsv"]).0, Some(1));
}

fn no_text_names_a_place_of_this_machine(folder: &Path, place: &Path) {
    let files = files_of(folder);
    let program = assert_cmd::cargo::cargo_bin!("reduce").to_str().unwrap().to_owned();
    let places = [place.to_str().unwrap().to_owned(), env!("CARGO_MANIFEST_DIR").to_owned(), program];
    let usual = ["home", "root", "tmp", "usr", "var", "etc", "opt", "work", "build", "mnt", "nix"];
    let usual = usual.map(|name| format!("/{name}/")).into_iter();
    let places: Vec<String> = places.into_iter().chain(usual).collect();
    let mut n_texts = 0;
    for path in files.iter().filter(|path| !path.ends_with("bin/reduce")) {
        // The first line may name the interpreter of a script, which is at one place everywhere.
        let text = fs::read_to_string(path).unwrap().replacen("#!/usr/bin/env ", "", 1);
        let found = places.iter().find(|place| text.contains(*place));
        assert_eq!(found, None, "{}", path.display());
        n_texts += 1;
    }
    assert!(n_texts > 100, "{n_texts}");
}

#[test]
fn what_cannot_become_an_artifact_is_refused_and_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("mine");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("thesis.tex"), "mine").unwrap();
    let path = folder.to_str().unwrap();
    let artifact = |flags: &[&str]| reduce(&[&["artifact", path], flags].concat());
    refused(&artifact(&["--claims", "dyck-2"]), &["artifact: expected a folder that does not exist", "--force"]);
    refused(&artifact(&["--claims", "dyck-2", "--force"]), &["expected a folder with a kick-the-tires.sh to replace"]);
    refused(&artifact(&["--claims", "dyck"]), &["--claims: expected", "got `dyck`"]);
    refused(&artifact(&["--claims", "dyck-2", "--author", " "]), &["--author: expected a name"]);
    refused(&reduce(&["artifact"]), &["<DIR>"]);
    assert_eq!((fs::read_dir(place.path()).unwrap().count(), fs::read_dir(&folder).unwrap().count()), (1, 1));
}
