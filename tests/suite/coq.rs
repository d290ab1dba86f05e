//! Exported folders build alone, and a changed weight is refused. These tests need `coqc`: `make coq` runs them.

use reduce::coq::Subject;
use reduce::coq::export;
use reductions::DeterministicAutomatonPd;
use reductions::DyckRelu;
use reductions::Reduction;
use reductions::WordProblemPd;
use rnn::Network;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Runs `make` and gives whether it succeeded, and what it printed.
fn make(folder: &Path, target: &str) -> (bool, String) {
    let output = Command::new("make").arg("-C").arg(folder).arg(target).output().expect("make runs");
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    (output.status.success(), text)
}

fn builds_closed(subject: Subject<'_>, network: &Network, n_theorems: usize) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    export(subject, network, &folder).unwrap();
    let (builds, text) = make(&folder, "all");
    assert!(builds, "{text}");
    assert_eq!(text.matches("Closed under the global context").count(), n_theorems, "{text}");
    assert!(!text.contains("Axioms:"), "{text}");
}

#[test]
#[ignore = "needs coqc"]
fn exported_folders_build_alone_and_use_no_axiom() {
    let dyck = DyckRelu::shared();
    builds_closed(Subject::Claim(dyck), dyck.network(), 2);
    builds_closed(Subject::Machine(dyck.machine().unwrap()), dyck.network(), 2);
    let generators = WordProblemPd::generators();
    builds_closed(Subject::Claim(generators), generators.network(), 2);
    let automaton = problems::deterministic_automaton::last_write();
    let own = DeterministicAutomatonPd::new(automaton.clone(), None);
    builds_closed(Subject::Automaton(automaton.automaton()), own.network(), 4);
}

#[test]
#[ignore = "needs coqc"]
fn a_changed_weight_is_refused_and_the_step_that_fails_is_named() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    let dyck = DyckRelu::shared();
    // The last weight of the last layer but the readout: what is pushed counts 1/2 for the symbol 1.
    let json = dyck.network().to_json().to_string();
    let changed = json.replacen("[2,5,\"1/2\"]", "[2,5,\"1/4\"]", 1);
    assert_ne!(json, changed);
    let changed = Network::from_json(&serde_json::from_str(&changed).unwrap()).unwrap();
    export(Subject::Claim(dyck), &changed, &folder).unwrap();
    let (builds, text) = make(&folder, "all");
    assert!(!builds && text.contains("claims/Dyck2.v"), "{text}");
    // `[`, the third token, in the mode Q, whatever is on the stack.
    let (_, why) = make(&folder, "why");
    assert!(why.contains("(Some 0, IsEmpty :: nil, 2)"), "{why}");
    assert!(!why.contains("(Some 0, IsEmpty :: nil, 0)"), "{why}");
    let network = folder.join("generated/Dyck2Network.v");
    let text = fs::read_to_string(&network).unwrap();
    fs::write(&network, text.replacen("(5, 1 # 4)]]]", "(5, 1 # 2)]]]", 1)).unwrap();
    let (builds, text) = make(&folder, "all");
    assert!(builds, "the folder of the unchanged weight builds: {text}");
}
