//! Proof objects in a folder of evidence: made by a prover that is asked, checked by a checker that is asked, both of which
//! stand-ins here play. The real cvc5 is asked in `tests/frameworks`.

use super::common::Done;
use super::common::json;
use super::common::reduce;
use super::common::refused;
use super::common::stand_in;
use serde_json::Value;
use serde_json::json as value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

const CVC5: &str = "This is cvc5 version 1.4.2";
/// Proves every question but those about the dead mode, of which it knows nothing.
const PROVES: &str = "grep -q 'step DEAD' \"$file\" && { echo unknown; exit 0; }\n\
                      echo unsat; echo '('; echo \"(assume a0 $(grep -c assert \"$file\"))\"; echo ')'";

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn program(&self, name: &str, version: &str, lines: &str) -> String {
        let folder = self.0.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        stand_in(&folder, version, lines).display().to_string()
    }

    fn evidence(&self) -> PathBuf {
        self.0.path().join("evidence")
    }

    /// Writes the evidence of balanced brackets with the proofs of this prover.
    fn check(&self, prover: &str) -> Done {
        let (folder, proofs) = (self.evidence().display().to_string(), format!("--proofs={prover}"));
        reduce(&["check", "dyck-2", "--n", "4", "--samples", "2", "--words", "2", "--evidence", &folder, &proofs])
    }

    fn recheck(&self, arguments: &[&str]) -> Done {
        let folder = self.evidence().display().to_string();
        reduce(&[&["recheck", &folder], arguments].concat())
    }
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap()
}

#[test]
fn questions_that_the_prover_answers_have_a_proof_and_the_others_are_named() {
    let place = Place::new();
    let done = place.check(&place.program("prover", CVC5, PROVES));
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("28 of 38 questions, by cvc5 version 1.4.2"), "{}", done.out);
    let manifest = manifest(&place.evidence());
    let proofs = &manifest["proofs"];
    assert_eq!((&proofs["format"], &proofs["proved"]), (&value!("Alethe"), &value!(28)));
    let without = proofs["without"].as_array().unwrap();
    assert_eq!(without.len(), 10);
    assert!(without.iter().all(|entry| entry["reason"] == "`unknown`"));
    let listed = manifest["files"].as_array().unwrap().iter().filter(|file| file.get("proves").is_some());
    let listed: Vec<&Value> = listed.collect();
    assert_eq!(listed.len(), 28);
    for file in listed {
        let text = fs::read_to_string(place.evidence().join(file["path"].as_str().unwrap())).unwrap();
        assert!(text.starts_with("(\n(assume a0 "), "the answer itself is no part of the proof: {text}");
        let question = fs::read_to_string(place.evidence().join(file["proves"].as_str().unwrap())).unwrap();
        assert!(question.contains("(set-info :status unsat)"));
    }
}

#[test]
fn a_checker_is_given_each_proof_with_its_question_and_its_word_counts() {
    let place = Place::new();
    assert_eq!(place.check(&place.program("prover", CVC5, PROVES)).code, 0);
    let done = place.recheck(&[]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("28 proofs were not checked"), "{}", done.out);

    // The proof must count the assertions of the very question that is given with it.
    let counts = "for one; do proof=$last; last=$one; done\n\
                  n=$(grep -c assert \"$file\"); grep -q \"(assume a0 $n)\" \"$proof\" && echo valid || echo invalid";
    let checker = place.program("checker", "", counts);
    let done = place.recheck(&["--checker", &checker, "--json"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let report = json(&done);
    assert_eq!((&report["proofs"], &report["checker"]), (&value!(28), &value!(checker)));
    let valid = report["files"].as_array().unwrap().iter().filter(|file| file["got"] == "valid").count();
    assert_eq!(valid, 28);

    for (lines, code, word) in [
        ("echo invalid; echo 'step t3 does not follow' >&2", 1, "invalid: `step t3 does not follow`"),
        ("echo holey", 3, "takes a step on trust"),
    ] {
        let checker = place.program("checker", "", lines);
        let done = place.recheck(&["--checker", &checker]);
        assert_eq!(done.code, code, "{}{}", done.out, done.err);
        assert!(done.out.contains(word), "{}", done.out);
    }
    let garbage = place.program("checker", "", "echo hello");
    refused(&place.recheck(&["--checker", &garbage]), &["expected valid, invalid or holey, got `hello`"]);
    refused(&place.recheck(&["--checker", "/nowhere/carcara"]), &["expected an installed checker (carcara) or a path"]);
    refused(
        &place.recheck(&["--checker", &garbage, "--rare-file", "/nowhere/rules"]),
        &["expected a file of rewrite rules"],
    );
}

#[test]
fn a_changed_proof_and_one_of_another_question_are_refused() {
    let place = Place::new();
    assert_eq!(place.check(&place.program("prover", CVC5, PROVES)).code, 0);
    let path = place.evidence().join("manifest.json");
    let mut changed = manifest(&place.evidence());
    let files = changed["files"].as_array_mut().unwrap();
    let proof = files.iter_mut().find(|file| file.get("proves").is_some()).unwrap();
    let name = proof["path"].as_str().unwrap().to_owned();
    proof["proves"] = value!("assumptions/0001-init.smt2");
    let before = fs::read_to_string(&path).unwrap();
    fs::write(&path, changed.to_string()).unwrap();
    refused(&place.recheck(&[]), &["proves: expected a question with the answer unsat"]);
    fs::write(&path, before).unwrap();
    fs::write(place.evidence().join(&name), "(assume a0 false)").unwrap();
    refused(&place.recheck(&[]), &["the file was changed"]);
}

#[test]
fn a_prover_that_is_not_there_or_is_none_is_refused_before_anything_is_written() {
    let place = Place::new();
    refused(&place.check("/nowhere/cvc5"), &["--proofs: expected an installed cvc5"]);
    let other = place.program("prover", "hello", PROVES);
    refused(&place.check(&other), &["--version` names cvc5, got `hello`"]);
    assert!(!place.evidence().exists());
    refused(&reduce(&["check", "dyck-2", "--proofs"]), &["--evidence"]);
    // Evidence without proofs has nothing for a checker.
    let folder = place.evidence().display().to_string();
    assert_eq!(reduce(&["check", "dyck-2", "--n", "4", "--evidence", &folder]).code, 0);
    assert_eq!(manifest(&place.evidence())["proofs"], Value::Null);
    refused(&place.recheck(&["--checker", "carcara"]), &["--checker: expected proofs in"]);
}
