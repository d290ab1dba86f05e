//! Folders of evidence: what is in them, that others can check them again, and that nothing that was changed passes.

use super::common::Done;
use super::common::reduce;
use reduce::check;
use reduce::check::options::Options;
use reduce::evidence;
use reduce::evidence::Agreement;
use reduce::evidence::Checked;
use reduce::evidence::OutsideSolver;
use reduce::evidence::RecheckReport;
use reduce::progress::Progress;
use reductions::DyckRelu;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use rnn::Network;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(120);

/// A folder of evidence in a place of its own.
pub(super) struct Folder(tempfile::TempDir);

impl Folder {
    /// That of a claim, for its own network.
    pub(super) fn of(reduction: &dyn Reduction) -> Self {
        Self::with(reduction, reduction.network())
    }

    pub(super) fn with(reduction: &dyn Reduction, network: &Network) -> Self {
        let options = Options { n: Some(4), samples: 2, seed: 1, max_length: Some(2), symbolic: None, timeout: LIMIT };
        let outcome = check::check(reduction, network, None, &options, &Progress::new(true)).unwrap();
        Self::written(Checked { reduction, network, options: &options, outcome: &outcome })
    }

    /// The questions about a network, with what was found of the claim's own: no solver is asked about the other one.
    pub(super) fn unasked(reduction: &dyn Reduction, network: &Network) -> Self {
        let options = Options { n: Some(4), samples: 2, seed: 1, max_length: Some(2), symbolic: None, timeout: LIMIT };
        let outcome = check::check(reduction, reduction.network(), None, &options, &Progress::new(true)).unwrap();
        Self::written(Checked { reduction, network, options: &options, outcome: &outcome })
    }

    pub(super) fn written(checked: Checked<'_>) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        evidence::write(&folder.path(), &evidence::files(checked, None).unwrap(), false).unwrap();
        folder
    }

    pub(super) fn path(&self) -> PathBuf {
        self.0.path().join("evidence")
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    pub(super) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    pub(super) fn manifest(&self) -> Value {
        serde_json::from_str(&self.text("manifest.json")).unwrap()
    }

    /// Changes the manifest, which has no digest of itself.
    pub(super) fn change_manifest(&self, change: impl FnOnce(&mut Value)) {
        let mut manifest = self.manifest();
        change(&mut manifest);
        fs::write(self.file("manifest.json"), manifest.to_string()).unwrap();
    }

    /// Changes a file, and its digest with it: somebody who lies about the content, not about the digest.
    pub(super) fn change(&self, name: &str, change: impl FnOnce(String) -> String) {
        let (before, after) = (self.text(name), change(self.text(name)));
        assert_ne!(before, after, "{name}: nothing was changed");
        fs::write(self.file(name), &after).unwrap();
        self.change_manifest(|manifest| {
            let files = manifest["files"].as_array_mut().unwrap();
            let entry = files.iter_mut().find(|file| file["path"] == name).unwrap();
            entry["sha256"] = json!(reduce::folder::digest(after.as_bytes()));
        });
    }

    /// The path of the question of an obligation.
    pub(super) fn question(&self, obligation: &str) -> String {
        let manifest = self.manifest();
        let entry = manifest["obligations"].as_array().unwrap().iter().find(|entry| entry["name"] == obligation);
        entry.unwrap()["queries"][0].as_str().unwrap().to_owned()
    }

    pub(super) fn recheck(&self, solver: &OutsideSolver) -> Result<RecheckReport, String> {
        let report = evidence::recheck(&self.path(), (solver, None), LIMIT, &Progress::new(true));
        report.map_err(|error| error.to_string())
    }

    /// The linked solver's report.
    pub(super) fn report(&self) -> RecheckReport {
        self.recheck(&OutsideSolver::Linked).unwrap()
    }

    /// The exit code and the output of the checker in Python, which `.ci/needs` installs where it is not there.
    pub(super) fn python(&self) -> (i32, String) {
        let output = process::Command::new("python3").arg(self.file("recheck.py")).output().expect("python3 runs");
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        (output.status.code().unwrap(), text)
    }
}

pub(super) fn claims(chosen: impl Fn(&str, &str, Option<&str>) -> bool) -> Vec<&'static dyn Reduction> {
    let is_chosen = |reduction: &&dyn Reduction| {
        let description = reduction.description();
        chosen(reduction.problem().name(), description.model, description.variant)
    };
    reductions::all().into_iter().filter(is_chosen).collect()
}

pub(super) fn dyck() -> Folder {
    Folder::of(DyckRelu::shared())
}

/// A network of balanced brackets with one weight changed: what is pushed counts 1/4 for the symbol 1, where it is 1/2.
fn wrong_dyck() -> Network {
    let json = DyckRelu::shared().network().to_json().to_string();
    let changed = json.replacen("[2,5,\"1/2\"]", "[2,5,\"1/4\"]", 1);
    assert_ne!(json, changed);
    Network::from_json(&serde_json::from_str(&changed).unwrap()).unwrap()
}

/// A solver that is a script for the shell.
#[cfg(unix)]
fn script(folder: &Folder, text: &str) -> OutsideSolver {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.0.path().join("solver.sh");
    fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    OutsideSolver::named(path.to_str().unwrap())
}

#[test]
fn every_obligation_is_a_question_and_the_solver_gives_the_expected_answers() {
    let folder = dyck();
    let manifest = folder.manifest();
    assert_eq!(manifest["schema"], "reduce.evidence/1");
    assert_eq!(manifest["verdict"], "proved");
    let obligations = manifest["obligations"].as_array().unwrap();
    assert_eq!(obligations.len(), 38);
    assert!(obligations.iter().all(|entry| !entry["queries"].as_array().unwrap().is_empty()));
    assert!(obligations.iter().all(|entry| !entry["clauses"].as_array().unwrap().is_empty()));
    assert_eq!(manifest["finite_checks"], json!([]));
    let expected: BTreeSet<&str> =
        manifest["files"].as_array().unwrap().iter().filter_map(|file| file["expected"].as_str()).collect();
    assert_eq!(expected, BTreeSet::from(["sat", "unsat"]), "obligations, and assumptions that can hold");
    let report = folder.report();
    assert_eq!(report.count(Agreement::Agree), report.answers.len(), "{}", report.text());
    assert_eq!(report.exit_code(), 0);
}

#[test]
fn a_question_holds_the_weights_as_they_are_and_nothing_is_simplified() {
    let folder = dyck();
    let text = folder.text(&folder.question("step Q ["));
    for part in ["(set-logic QF_UFLIRA)", "(set-info :status unsat)", "|next.s|", "|h.Q|", "(assert (= |h.A| 0.0))"] {
        assert!(text.contains(part), "expected `{part}` in {text}");
    }
}

#[test]
fn both_answers_are_among_the_instances() {
    let instances: Value = serde_json::from_str(&dyck().text("instances.json")).unwrap();
    let answers: BTreeSet<bool> =
        instances["instances"].as_array().unwrap().iter().map(|row| row["network"].as_bool().unwrap()).collect();
    assert_eq!(answers, BTreeSet::from([false, true]));
}

#[test]
fn a_changed_byte_is_refused_in_every_file_before_a_solver_is_asked() {
    let folder = dyck();
    // This solver would be found out by its first answer.
    let nobody = OutsideSolver::named("/nowhere/solver");
    let files = folder.manifest()["files"].as_array().unwrap().clone();
    for name in files.iter().map(|file| file["path"].as_str().unwrap()) {
        let before = folder.text(name);
        let mut bytes = before.clone().into_bytes();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(folder.file(name), &bytes).unwrap();
        let error = folder.recheck(&nobody).unwrap_err();
        assert!(error.contains(name) && error.contains("SHA-256"), "{name}: {error}");
        fs::write(folder.file(name), before).unwrap();
    }
    assert!(folder.recheck(&nobody).unwrap_err().contains("expected an installed solver"));
}

#[test]
fn a_missing_file_and_an_unknown_schema_are_refused() {
    let folder = dyck();
    fs::remove_file(folder.file("machine.json")).unwrap();
    assert!(folder.recheck(&OutsideSolver::Linked).unwrap_err().contains("machine.json"));
    let folder = dyck();
    folder.change_manifest(|manifest| manifest["schema"] = json!("reduce.evidence/9"));
    let error = folder.recheck(&OutsideSolver::Linked).unwrap_err();
    assert!(
        error.contains("expected the schema `reduce.evidence/1`") && error.contains("reduce.evidence/9"),
        "{error}"
    );
    folder.change_manifest(|manifest| manifest["schema"] = json!(7));
    assert!(folder.recheck(&OutsideSolver::Linked).unwrap_err().contains("got none"));
}

#[test]
fn a_manifest_that_leads_out_of_its_folder_or_hides_a_question_is_refused() {
    let folder = dyck();
    folder.change_manifest(|manifest| manifest["files"][0]["path"] = json!("../network.json"));
    assert!(folder.recheck(&OutsideSolver::Linked).unwrap_err().contains("paths inside the folder"));
    let folder = dyck();
    let hidden = folder.question("step Q [");
    folder.change_manifest(|manifest| manifest["files"].as_array_mut().unwrap().retain(|file| file["path"] != hidden));
    let error = folder.recheck(&OutsideSolver::Linked).unwrap_err();
    assert!(error.contains(&hidden), "{error}");
    folder.change_manifest(|manifest| manifest["files"] = json!("none"));
    assert!(folder.recheck(&OutsideSolver::Linked).unwrap_err().contains("files: expected a list"));
    fs::write(folder.file("manifest.json"), "{").unwrap();
    assert!(folder.recheck(&OutsideSolver::Linked).unwrap_err().contains("line 1"));
}

#[test]
fn another_expected_answer_is_refused() {
    let folder = dyck();
    let question = folder.question("readout Q");
    folder.change_manifest(|manifest| {
        let files = manifest["files"].as_array_mut().unwrap();
        files.iter_mut().find(|file| file["path"] == question).unwrap()["expected"] = json!("sat");
    });
    let refusal = folder.recheck(&OutsideSolver::Linked).unwrap_err();
    assert!(refusal.contains(&question) && refusal.contains("expected unsat"), "{refusal}");
    let (code, text) = folder.python();
    assert!(code == 1 && text.contains(&question), "{text}");
}

#[test]
fn a_question_that_says_less_is_a_disagreement() {
    let folder = dyck();
    let question = folder.question("step Q [");
    let without_last = |text: String| {
        let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with("(assert (= |h.Q| 1.0))")).collect();
        kept.join("\n") + "\n"
    };
    folder.change(&question, without_last);
    // Alone it is no question of this obligation any more; with its assumptions changed as well it is one that is false.
    let refusal = folder.recheck(&OutsideSolver::Linked).unwrap_err();
    assert!(refusal.contains(&question) && refusal.contains("its assumptions and one assertion more"), "{refusal}");
    folder.change(&question.replace("obligations/", "assumptions/"), without_last);
    let report = folder.report();
    assert_eq!((report.count(Agreement::Disagree), report.exit_code()), (1, 1), "{}", report.text());
}

/// Whoever changes a folder can write digests that fit, and leave out or add what no digest covers.
#[test]
fn a_folder_that_asks_nothing_or_something_else_is_refused_by_both_checkers() {
    let refused = |folder: &Folder, parts: &[&str]| {
        let refusal = folder.recheck(&OutsideSolver::Linked).unwrap_err();
        assert!(parts.iter().all(|part| refusal.contains(part)), "{refusal}");
        let (code, text) = folder.python();
        assert!(code == 1 || code == 2, "{text}");
    };
    let empty = dyck();
    empty.change_manifest(|manifest| (manifest["files"], manifest["obligations"]) = (json!([]), json!([])));
    refused(&empty, &["manifest.json", "`network.json` among them"]);
    let unasked = dyck();
    unasked.change_manifest(|manifest| {
        manifest["files"].as_array_mut().unwrap().retain(|file| file.get("expected").is_none());
        let obligations = manifest["obligations"].as_array_mut().unwrap();
        obligations.iter_mut().for_each(|entry| (entry["queries"], entry["assumptions"]) = (json!([]), Value::Null));
    });
    refused(&unasked, &["a question at least"]);
    // All but one obligation without a question, which only the arithmetic of cases may leave.
    let fewer = dyck();
    let question = fewer.question("readout Q");
    let assumptions = question.replace("obligations/", "assumptions/");
    fewer.change_manifest(|manifest| {
        let kept = [question.as_str(), &assumptions];
        let is_kept = |file: &Value| file.get("expected").is_none() || kept.contains(&file["path"].as_str().unwrap());
        manifest["files"].as_array_mut().unwrap().retain(is_kept);
        for entry in manifest["obligations"].as_array_mut().unwrap() {
            if entry["queries"][0] != question.as_str() {
                (entry["queries"], entry["assumptions"]) = (json!([]), Value::Null);
            }
        }
    });
    refused(&fewer, &["without a question"]);
    // A file that prints an answer of its own, one that assumes too much, and one that asserts nothing.
    let step = dyck().question("step Q [");
    let before_the_question = |more: &'static str| move |text: String| text.replacen("(check-sat)", more, 1);
    let echo = dyck();
    echo.change(&step, before_the_question("(echo \"unsat\")\n(check-sat)"));
    refused(&echo, &[&step, "echo"]);
    let more = dyck();
    more.change(&step, before_the_question("(assert false)\n(check-sat)"));
    refused(&more, &[&step, "its assumptions and one assertion more"]);
    let nothing = dyck();
    nothing.change(&step.replace("obligations/", "assumptions/"), |_| "(check-sat)\n(exit)\n".to_owned());
    refused(&nothing, &["assumptions/", "at least one assertion"]);
    // A digest that is none is no digest.
    let none = dyck();
    none.change_manifest(|manifest| manifest["files"][0]["sha256"] = Value::Null);
    refused(&none, &["expected the SHA-256 none"]);
}

#[test]
fn the_evidence_of_a_wrong_network_shows_the_disagreement() {
    let folder = Folder::with(DyckRelu::shared(), &wrong_dyck());
    let manifest = folder.manifest();
    assert_ne!(manifest["verdict"], "proved");
    assert_eq!(manifest["is_the_claims_own_network"], false);
    let report = folder.report();
    assert_eq!(report.exit_code(), 1);
    let disagrees = |answer: &&evidence::FileAnswer| answer.agreement == Agreement::Disagree;
    assert!(
        report
            .answers
            .iter()
            .filter(disagrees)
            .all(|answer| answer.expected == "unsat" || answer.path.contains("instances"))
    );
    assert!(report.answers.iter().filter(disagrees).any(|answer| answer.path.contains("step-Q")), "{}", report.text());
}

#[test]
fn another_network_in_the_folder_is_seen_by_the_checker_in_python() {
    let folder = dyck();
    let (code, text) = folder.python();
    assert!(code == 0 && text.contains("AGREES"), "{text}");
    folder.change("network.json", |_| wrong_dyck().to_json().to_string());
    let (code, text) = folder.python();
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("`next.s` is another function of the state than in network.json"), "{text}");
    // One weight in one question, digest and all.
    let folder = dyck();
    let question = folder.question("step Q [");
    folder.change(&question, |text| {
        // What an assumption says of the definition is no matter of the network: the weight is the one of the new state.
        let (before, after) = text.split_once("(= |next.s|").unwrap();
        format!("{before}(= |next.s|{}", after.replacen("(/ 1.0 2.0)", "(/ 1.0 3.0)", 1))
    });
    let (code, text) = folder.python();
    assert!(code == 1 && text.contains(&question), "{text}");
    // An answer that the network does not give.
    let folder = dyck();
    folder.change("instances.json", |text| text.replacen("\"network\": true", "\"network\": false", 1));
    let (code, text) = folder.python();
    assert!(code == 1 && text.contains("the network says True"), "{text}");
    assert_eq!(folder.report().exit_code(), 1);
    // A step that is missing.
    let folder = dyck();
    folder.change_manifest(|manifest| {
        manifest["obligations"].as_array_mut().unwrap().retain(|entry| entry["name"] != "step Q [");
    });
    let (code, text) = folder.python();
    assert!(code == 1 && text.contains("not every mode and token has one step"), "{text}");
    // A byte.
    let folder = dyck();
    fs::write(folder.file("machine.json"), folder.text("machine.json") + " ").unwrap();
    let (code, text) = folder.python();
    assert!(code == 2 && text.contains("SHA-256"), "{text}");
}

/// Reachability with half a weight in what its counter e becomes.
fn half_a_count() -> Network {
    let mut json = ReachabilityRelu::shared().network().to_json();
    let row = json["coordinates"].as_array().unwrap().iter().position(|name| name == "e").unwrap();
    let last = json["layers"].as_array_mut().unwrap().last_mut().unwrap();
    let weights = last["weights"].as_array_mut().unwrap();
    weights.iter_mut().find(|entry| entry[0] == row).unwrap()[2] = json!("1/2");
    Network::from_json(&json).unwrap()
}

#[test]
fn whether_integers_stay_integers_is_a_question_where_the_form_does_not_show_it() {
    let asks = |folder: &Folder| {
        let manifest = folder.manifest();
        let files = manifest["files"].as_array().unwrap().iter();
        files.filter(|file| file["path"].as_str().unwrap().contains("-integer-")).count()
    };
    let own = Folder::of(ReachabilityRelu::shared());
    assert_eq!(asks(&own), 0);
    let wrong = Folder::unasked(ReachabilityRelu::shared(), &half_a_count());
    assert!(asks(&wrong) > 0);
    let (_, text) = wrong.python();
    assert!(!text.contains("is not shown to be an integer"), "{text}");
    // Nor do they go unasked.
    wrong.change_manifest(|manifest| {
        manifest["obligations"].as_array_mut().unwrap().iter_mut().for_each(|entry| {
            entry["queries"].as_array_mut().unwrap().truncate(1);
        });
    });
    let (code, text) = wrong.python();
    assert!(code == 1 && text.contains("`next.e` is not shown to be an integer"), "{text}");
}

#[cfg(unix)]
#[test]
fn a_solver_that_says_anything_else_or_nothing_in_time_is_told_apart() {
    let folder = dyck();
    let said = |text: &str| folder.recheck(&script(&folder, text)).map(|report| report.exit_code());
    assert_eq!(said("grep -o 'status [a-z]*' \"$1\" | cut -c8-"), Ok(0), "a solver that answers what is expected");
    assert_eq!(said("echo unsat"), Ok(1), "assumptions can hold");
    assert_eq!(said("echo unknown"), Ok(3), "the instances agree, but nothing else is known");
}

#[cfg(unix)]
#[test]
fn a_solver_that_prints_garbage_is_refused() {
    let folder = dyck();
    let refused = |text: &str| folder.recheck(&script(&folder, text)).unwrap_err();
    assert!(refused("echo hello").contains("expected sat, unsat or unknown, got `hello`"));
    assert!(refused("true").contains("got nothing"));
    assert!(refused("yes").contains("got `y`"));
    assert!(refused("echo unsatisfiable >&2; exit 1").contains("got `unsatisfiable`"));
}

#[cfg(unix)]
#[test]
fn a_solver_that_does_not_end_is_unknown() {
    let folder = dyck();
    let solver = script(&folder, "exec sleep 600");
    let limit = Duration::from_millis(20);
    let report = evidence::recheck(&folder.path(), (&solver, None), limit, &Progress::new(true)).unwrap();
    assert_eq!(report.count(Agreement::Unknown), report.answers.len() - 1, "all but the instances");
    assert_eq!(report.exit_code(), 3);
    // A limit beyond what a clock can say is none.
    let solver = script(&folder, "echo unknown");
    let report = evidence::recheck(&folder.path(), (&solver, None), Duration::MAX, &Progress::new(true)).unwrap();
    assert_eq!(report.exit_code(), 3);
}

#[test]
fn a_folder_is_written_whole_refused_when_it_is_there_and_replaced_by_force() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("evidence");
    let name = folder.to_str().unwrap();
    let check =
        |more: &[&str]| reduce(&[&["check", "dyck-2", "--n", "9", "--words", "2", "--evidence", name], more].concat());
    assert_eq!(check(&[]).code, 0);
    let Done { code, err: error, .. } = check(&[]);
    assert!(code == 2 && error.contains("does not exist or is empty") && error.contains("--force"), "{error}");
    fs::write(folder.join("network.json"), "{}").unwrap();
    let Done { code, out, err: error } = reduce(&["recheck", name]);
    assert!(code == 2 && out.is_empty() && error.contains("network.json") && error.contains("SHA-256"), "{error}");
    assert_eq!(check(&["--force"]).code, 0);
    let Done { code, out, err: error } = reduce(&["recheck", name]);
    assert!(code == 0 && out.contains("AGREES") && out.contains("0 disagree, 0 unknown"), "{out}{error}");
    let Done { code, out, .. } = reduce(&["recheck", name, "--json"]);
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &value["schema"], &value["disagree"]), (0, &json!("reduce.recheck/1"), &json!(0)));
    // Nothing is left beside it.
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 1);
    // What is no evidence is not replaced, whatever is asked.
    fs::remove_file(folder.join("manifest.json")).unwrap();
    let Done { code, err: error, .. } = check(&["--force"]);
    assert!(code == 2 && error.contains("a manifest.json to replace"), "{error}");
    let Done { code, err: error, .. } = reduce(&["recheck", name]);
    assert!(code == 2 && error.contains("manifest.json"), "{error}");
}

#[test]
fn what_evidence_cannot_be_of_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("evidence");
    let name = folder.to_str().unwrap();
    let refused = |arguments: &[&str], part: &str| {
        let Done { code, out, err: error } = reduce(arguments);
        assert!(code == 2 && out.is_empty() && error.contains(part), "{out}{error}");
        assert!(!folder.exists());
    };
    refused(&["check", "dyck-2", "--number", "bf16", "--evidence", name], "expected exact numbers");
    refused(&["check", "reachability", "--variant", "printed", "--evidence", name], "a machine that no network");
    refused(&["check", "--controls", "--evidence", name], "--controls");
    refused(&["check", "dyck-2", "--force"], "--evidence");
    refused(&["check", "dyck-2", "--n", "0", "--evidence", name], "--n");
    refused(&["recheck", name], "expected a folder");
    let file = place.path().join("file");
    fs::write(&file, "").unwrap();
    refused(&["check", "dyck-2", "--evidence", file.to_str().unwrap()], "got the file");
    assert!(fs::read_dir(place.path()).unwrap().count() == 1, "nothing is left");
}

#[test]
fn a_folder_of_several_claims_has_an_index_whose_digests_are_compared() {
    let place = tempfile::tempdir().unwrap();
    let options = Options { n: Some(4), samples: 2, seed: 1, max_length: Some(2), symbolic: None, timeout: LIMIT };
    let mut index = evidence::Index::default();
    for reduction in claims(|problem, _, _| ["dyck-2", "deterministic-automaton"].contains(&problem)) {
        let network = reduction.network();
        let outcome = check::check(reduction, network, None, &options, &Progress::new(true)).unwrap();
        index.add(Checked { reduction, network, options: &options, outcome: &outcome }, None).unwrap();
    }
    let folder = Folder(place);
    evidence::write(&folder.path(), &index.into_files(), false).unwrap();
    let report = folder.report();
    assert_eq!(report.exit_code(), 0, "{}", report.text());
    assert_eq!(report.answers.iter().filter(|answer| answer.path.ends_with("instances.json")).count(), 4);
    let (code, text) = folder.python();
    assert!(code == 0 && text.matches("digests agree").count() == 4, "{text}");
    let manifest = folder.file("dyck-2-relu/manifest.json");
    let changed = fs::read_to_string(&manifest).unwrap() + " ";
    fs::write(&manifest, changed).unwrap();
    assert!(folder.recheck(&OutsideSolver::Linked).unwrap_err().contains("dyck-2-relu/manifest.json"));
}

#[test]
fn the_page_names_every_field_of_the_manifest() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/evidence.md")).unwrap();
    let manifest = dyck().manifest();
    let fields = manifest.as_object().unwrap().keys();
    let more = ["claim", "files", "obligations"].map(|field| match &manifest[field] {
        Value::Array(entries) => entries[0].as_object().unwrap().keys(),
        object => object.as_object().unwrap().keys(),
    });
    for field in fields.chain(more.into_iter().flatten()) {
        assert!(page.contains(&format!("`{field}`")), "docs/evidence.md does not name `{field}`");
    }
}
