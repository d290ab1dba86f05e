//! Exported folders build alone, and a changed weight is refused. These tests need `coqc`: `make coq` runs them.

#[cfg(unix)]
use super::common::ACCEPT;
#[cfg(unix)]
use super::common::VERSION;
use super::common::reduce;
use super::common::refused;
#[cfg(unix)]
use super::common::stand_in;
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

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn what_is_exported_is_a_whole_folder_and_is_not_written_over() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("it's a folder");
    let done = reduce(&["export", "dyck-2", "--to", "coq", text(&folder)]);
    assert_eq!(done.code, 0, "{}", done.err);
    // The command can be pasted whatever the folder is called.
    assert!(done.out.contains("`reduce recheck '") && done.out.contains(r"it'\''s a folder'`"), "{}", done.out);
    for name in ["claims/Dyck2.v", "generated/Dyck2Network.v", "theories/Semantics.v", "Makefile", "SHA256SUMS"] {
        assert!(folder.join(name).is_file(), "{name}");
    }
    refused(&reduce(&["export", "dyck-2", "--to", "coq", text(&folder)]), &["does not exist or is empty", "folder"]);
    refused(&reduce(&["export", "dyck-2", "--to", "isabelle", "x"]), &["isabelle", "coq"]);
    refused(&reduce(&["export", "dyck-2", "--to", "coq"]), &["<DIR>"]);
    refused(&reduce(&["export", "--to", "coq", "x"]), &["PROBLEM"]);
    refused(&reduce(&["export", "dyck", "--to", "coq", "x"]), &["expected a problem", "dyck-2", "`dyck`"]);
    refused(
        &reduce(&["export", "circuit-value", "--variant", "printed", "--to", "coq", "x"]),
        &["with a theorem in Coq"],
    );
    assert!(!Path::new("x").exists());
}

#[test]
fn a_machine_an_automaton_and_a_network_of_ones_own_are_exported_from_files() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("machine.json"), reduce(&["show", "dyck-2", "--machine"]).out).unwrap();
    fs::write(at("network.json"), reduce(&["show", "dyck-2", "--network"]).out).unwrap();
    fs::write(at("other.json"), reduce(&["show", "word-problem", "--network"]).out).unwrap();
    fs::write(at("automaton.txt"), "0 1 a 1/2\n1 0 a\n0 0 b\n0 1\n").unwrap();
    let automaton = at("automaton.txt");
    let [machine, network, other] = ["machine.json", "network.json", "other.json"].map(at);
    let exports: [(&[&str], &str, &str); 5] = [
        (&["--machine", &machine], "by-machine", "claims/AnyMachine.v"),
        (&["--machine", &machine, "--network", &network], "by-both", "generated/AnyMachineNetwork.v"),
        (&["dyck-2", "--network", &network], "by-network", "claims/Dyck2.v"),
        (&["deterministic-automaton", "--automaton", &automaton], "by-pd", "claims/AnyAutomaton.v"),
        (&["weighted-automaton", "--automaton", &automaton], "by-letters", "claims/AnyLetters.v"),
    ];
    for (arguments, folder, file) in exports {
        let done = reduce(&[&["export"], arguments, &["--to", "coq", &at(folder)]].concat());
        assert_eq!(done.code, 0, "{arguments:?} {}", done.err);
        assert!(place.path().join(folder).join(file).is_file(), "{file}");
    }
    refused(&reduce(&["export", "dyck-2", "--network", &other, "--to", "coq", &at("x")]), &["other.json"]);
    refused(
        &reduce(&["export", "--machine", &machine, "--network", &other, "--to", "coq", &at("x")]),
        &["other.json", "relu"],
    );
    assert!(!Path::new(&at("x")).exists());
}

#[cfg(unix)]
#[test]
fn a_folder_is_checked_again_file_by_file_and_a_theorem_with_an_axiom_disagrees() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    assert_eq!(reduce(&["export", "dyck-2", "--to", "coq", text(&folder)]).code, 0);
    let recheck = |lines: &str| {
        let coqc = stand_in(place.path(), VERSION, lines);
        reduce(&["recheck", text(&folder), "--coqc", text(&coqc), "--json"])
    };
    let done = recheck(ACCEPT);
    let found: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((done.code, &found["schema"]), (0, &serde_json::json!("reduce.coq-recheck/1")), "{}", done.err);
    assert_eq!(found["by"], "coqc 8.16.1");
    assert_eq!(found["claims"][0]["theorems"], serde_json::json!(["spelling", "theorem"]));
    assert_eq!(found["claims"][0]["answer"], "agree");
    // A theorem of which nothing is printed, one with an axiom, a refusal of the theorem and one of what it imports.
    let faults = [
        ("true", "got it 0 times"),
        (&format!("{ACCEPT}\necho Axioms:"), "got it 2 times"),
        ("case $file in claims/*) echo 'Error: no' >&2; exit 1;; esac", "Error: no"),
        ("case $file in theories/Machine.v) exit 1;; esac", "which it imports, is refused"),
    ];
    for (lines, part) in faults {
        let done = recheck(lines);
        assert_eq!(done.code, 1, "{lines} {} {}", done.out, done.err);
        assert!(done.out.contains(part) && done.out.contains("disagree"), "{lines} {}", done.out);
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_not_as_it_was_written_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    assert_eq!(reduce(&["export", "dyck-2", "--to", "coq", text(&folder)]).code, 0);
    let coqc = stand_in(place.path(), VERSION, ACCEPT);
    let with: &[&str] = &["recheck", text(&folder), "--coqc", text(&coqc)];
    assert_eq!(reduce(with).code, 0);
    // Each fault is put in, refused for its own reason, and taken out again.
    let change = |name: &str, change: &dyn Fn(&str) -> String, parts: &[&str]| {
        let path = folder.join(name);
        let before = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(&before)).unwrap();
        refused(&reduce(with), parts);
        fs::write(&path, before).unwrap();
        assert_eq!(reduce(with).code, 0, "{name}");
    };
    let one_byte = |text: &str| text.replacen("(5, 1 # 4)", "(5, 1 # 2)", 1);
    change("generated/Dyck2Network.v", &|text: &str| one_byte(text), &["Dyck2Network.v", "expected the digest"]);
    change("SHA256SUMS", &|text: &str| text.replacen("  ", " ", 1), &["SHA256SUMS", "line 1", "a digest, two spaces"]);
    let theory = |text: &str| text.lines().skip(1).map(|line| format!("{line}\n")).collect::<String>();
    change("SHA256SUMS", &|text: &str| theory(text), &["expected no file that `SHA256SUMS` does not list"]);
    fs::write(folder.join("claims/More.v"), "").unwrap();
    refused(&reduce(with), &["claims/More.v", "expected no file"]);
    fs::remove_file(folder.join("claims/More.v")).unwrap();
    fs::remove_file(folder.join("theories/Dyck.v")).unwrap();
    refused(&reduce(with), &["theories/Dyck.v"]);
}

/// Whoever changes a folder can write digests that fit. What it says must still be ours, about the numbers in it.
#[cfg(unix)]
#[test]
fn another_definition_theorem_or_command_with_a_digest_that_fits_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    assert_eq!(reduce(&["export", "dyck-2", "--to", "coq", text(&folder)]).code, 0);
    let coqc = stand_in(place.path(), VERSION, ACCEPT);
    let with: &[&str] = &["recheck", text(&folder), "--coqc", text(&coqc)];
    let sums = |folder: &Path| {
        let list = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
        let lines = list.lines().map(|line| {
            let path = line.split_once("  ").unwrap().1;
            format!("{}  {path}\n", reduce::folder::digest(&fs::read(folder.join(path)).unwrap()))
        });
        fs::write(folder.join("SHA256SUMS"), lines.collect::<String>()).unwrap();
    };
    let changed = |name: &str, change: &dyn Fn(&str) -> String| {
        let path = folder.join(name);
        let before = fs::read_to_string(&path).unwrap();
        fs::write(&path, change(&before)).unwrap();
        sums(&folder);
        let done = reduce(with);
        fs::write(&path, before).unwrap();
        sums(&folder);
        assert_eq!(reduce(with).code, 0, "{name}");
        done
    };
    let ours = "expected the file of this version";
    refused(&changed("theories/Machine.v", &|text: &str| format!("{text}\n")), &["theories/Machine.v", ours]);
    let easy = "Theorem spelling : True.\nProof. exact I. Qed.\nTheorem theorem : True.\nProof. exact I. Qed.\n\
                Print Assumptions spelling.\nPrint Assumptions theorem.\n";
    refused(&changed("claims/Dyck2.v", &|_: &str| easy.to_owned()), &["claims/Dyck2.v", ours]);
    let written = "Redirect \"somewhere\" Print nat.";
    refused(&changed("claims/Dyck2.v", &|text: &str| format!("{text}{written}\n")), &["claims/Dyck2.v", ours]);
    for more in [written, "Definition yes (word : list nat) : Prop := True.", "Axiom network_is_right : False."] {
        let done = changed("generated/Dyck2Network.v", &|text: &str| format!("{text}{more}\n"));
        refused(&done, &["generated/Dyck2Network.v", "expected data only", more.split(' ').next().unwrap()]);
    }
    // Other numbers are other data: whether the theorem holds of them is coqc's to say.
    let other = |text: &str| text.replacen("(5, 1 # 4)", "(5, 1 # 2)", 1);
    assert_eq!(changed("generated/Dyck2Network.v", &|text: &str| other(text)).code, 0);
}

#[cfg(unix)]
#[test]
fn a_missing_coqc_one_that_says_nothing_and_another_folder_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("folder");
    assert_eq!(reduce(&["export", "word-problem", "--to", "coq", text(&folder)]).code, 0);
    refused(
        &reduce(&["recheck", text(&folder), "--coqc", "no-such-coqc"]),
        &["expected the compiler of Coq", "no-such-coqc"],
    );
    let garbage = stand_in(place.path(), "hello", "true");
    refused(&reduce(&["recheck", text(&folder), "--coqc", text(&garbage)]), &["expected a version from", "hello"]);
    refused(&reduce(&["recheck", text(place.path())]), &["expected a folder that"]);
    refused(&reduce(&["recheck", "nowhere"]), &["nowhere", "expected a folder"]);
    fs::remove_file(folder.join("SHA256SUMS")).unwrap();
    refused(&reduce(&["recheck", text(&folder)]), &["SHA256SUMS"]);
}

#[test]
#[ignore = "needs coqc"]
fn coqc_agrees_on_an_exported_folder_and_disagrees_on_a_changed_weight() {
    let place = tempfile::tempdir().unwrap();
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let network = reduce(&["show", "dyck-2", "--network"]).out;
    let changed = network.replacen("[2, 5, \"1/2\"]", "[2, 5, \"1/4\"]", 1);
    assert_ne!(network, changed);
    fs::write(at("changed.json"), changed).unwrap();
    assert_eq!(reduce(&["export", "dyck-2", "--to", "coq", &at("right")]).code, 0);
    assert_eq!(reduce(&["export", "dyck-2", "--network", &at("changed.json"), "--to", "coq", &at("wrong")]).code, 0);
    let right = reduce(&["recheck", &at("right")]);
    assert_eq!(right.code, 0, "{} {}", right.out, right.err);
    assert!(right.out.contains("agree     claims/Dyck2.v: spelling, theorem; no axiom is used"), "{}", right.out);
    let wrong = reduce(&["recheck", &at("wrong")]);
    assert_eq!(wrong.code, 1, "{} {}", wrong.out, wrong.err);
    assert!(wrong.out.contains("disagree"), "{}", wrong.out);
}

#[test]
fn the_lines_that_a_person_must_judge_are_shown_for_every_claim_with_their_number() {
    for reduction in reductions::all() {
        let judged = reduce::coq::judged::judged(reduction).unwrap();
        let theorem = reduce::coq::theorem(reduction).unwrap();
        let paths: Vec<&str> = judged.parts.iter().map(|part| part.path.as_str()).collect();
        assert!(paths.iter().any(|path| path.contains("Semantics")), "{theorem}: {paths:?}");
        assert!(paths.iter().any(|path| path.ends_with(&format!("claims/{theorem}.v"))), "{theorem}: {paths:?}");
        // Beside the semantics and the theorem the problem is stated.
        assert!(paths.len() >= 3, "{theorem}: {paths:?}");
        assert!(judged.n_judged() < judged.n_lines / 2, "{theorem}: {} of {}", judged.n_judged(), judged.n_lines);
    }
    let done = reduce(&["show", "dyck-2", "--audit"]);
    assert_eq!(done.code, 0, "{}", done.err);
    for part in ["theories/Dyck.v", "claims/Dyck2.v", "Theorem theorem", "on paper   nothing, by the theorem in Coq"] {
        assert!(done.out.contains(part), "expected `{part}` in {}", done.out);
    }
    assert!(!done.out.contains("theories/MachineCheck.v"), "{}", done.out);
    refused(&reduce(&["show", "reachability", "--variant", "printed", "--audit"]), &["--audit", "theorem in Coq"]);
    refused(&reduce(&["show", "circuit-value", "--variant", "printed", "--audit"]), &["--audit", "theorem in Coq"]);
    refused(&reduce(&["show", "dyck-2", "--audit", "--rules"]), &["--rules"]);
}
