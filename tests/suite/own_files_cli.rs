//! Somebody's own machines, graphs, automata and circuits, through the command line.

use super::common::Done;
use super::common::reduce;
use super::common::reduce_with;
use super::common::refused;
use problems::Problem;
use serde_json::Value;
use serde_json::json;
use std::path::PathBuf;

/// A folder with these files in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> String {
        PathBuf::from(self.0.path()).join(name).display().to_string()
    }

    fn with(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }
}

const COUNTING: &str = r#"{
  "schema": "reduce.machine/1",
  "tokens": ["a", "b", "$"],
  "modes": ["A", "B", "Accept"],
  "start": "A",
  "accept": ["Accept"],
  "counters": [{"name": "e", "signed": false}],
  "rules": [
    {"mode": "A", "token": "a", "next": "A", "do": [["add", "e", 1]]},
    {"mode": "A", "token": "b", "when": [["nonzero", "e"]], "next": "B", "do": [["add", "e", -1]]},
    {"mode": "B", "token": "b", "when": [["nonzero", "e"]], "next": "B", "do": [["add", "e", -1]]},
    {"mode": "A", "token": "$", "when": [["zero", "e"]], "next": "Accept"},
    {"mode": "B", "token": "$", "when": [["zero", "e"]], "next": "Accept"}
  ]
}
"#;

#[test]
fn a_machine_from_a_file_is_proved_and_its_network_written() {
    let folder = Folder::new();
    let (machine, network) = (folder.with("anbn.json", COUNTING), folder.path("network.json"));
    let done = reduce(&["check", "--machine", &machine, "--to", &network, "--words", "6"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("PROVED for every word, of any length"), "{}", done.out);
    assert!(done.out.contains("network = machine") && !done.out.contains("definition = problem"), "{}", done.out);
    // What is written is read back, and is the machine.
    let done = reduce(&["check", "--machine", &machine, "--network", &network, "--words", "4", "--json"]);
    let value: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((done.code, &value["verdict"], &value["counterexample"]), (0, &json!("proved"), &Value::Null));
    let done = reduce_with(&["run", "--machine", &machine, "--network", &network], "aabb$\naab$\n\n");
    assert_eq!((done.code, done.out.lines().count()), (0, 3), "{}{}", done.out, done.err);
    assert!(done.out.starts_with("agree   network yes  machine yes  aabb$\nagree   network no "), "{}", done.out);
}

#[test]
fn a_network_that_is_not_the_machine_is_refuted_by_a_word_that_replays() {
    let folder = Folder::new();
    let machine = folder.with("anbn.json", COUNTING);
    let other = folder.with("other.json", &COUNTING.replace(r#"["add", "e", 1]"#, r#"["add", "e", 2]"#));
    let network = folder.path("other-network.json");
    assert_eq!(reduce(&["check", "--machine", &other, "--to", &network, "--words", "3"]).code, 0);
    let done = reduce(&["check", "--machine", &machine, "--network", &network, "--words", "5"]);
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    assert!(done.out.contains("REFUTED") && done.out.contains("on `ab$` the machine accepts"), "{}", done.out);
    let replay = done.out.lines().find_map(|line| line.trim().strip_prefix("replay: ")).unwrap();
    assert!(replay.starts_with("echo 'ab$' | reduce run --machine"), "{replay}");
    let done = reduce_with(&["run", "--machine", &machine, "--network", &network], "ab$\n");
    assert_eq!((done.code, done.out.as_str()), (1, "DIFFER  network no   machine yes  ab$\n"));
}

#[test]
fn what_is_shown_of_our_machines_is_read_back() {
    let folder = Folder::new();
    for claim in [vec!["dyck-2"], vec!["reachability"]] {
        let shown = reduce(&[&["show"], &claim[..], &["--machine"]].concat());
        let machine = folder.with("machine.json", &shown.out);
        let network = folder.path("network.json");
        let done = reduce(&["check", "--machine", &machine, "--to", &network, "--words", "3"]);
        assert_eq!(done.code, 0, "{}{}", done.out, done.err);
        let own = reduce(&[&["show"], &claim[..], &["--network"]].concat()).out;
        assert_eq!(std::fs::read_to_string(&network).unwrap(), own, "{claim:?}");
    }
    refused(&reduce(&["show", "word-problem", "--machine"]), &["--machine", "compiled from a machine", "word-problem"]);
    refused(&reduce(&["show", "reachability", "--variant", "printed", "--machine"]), &["no network"]);
}

#[test]
fn a_machine_is_refused_with_its_file_its_line_and_its_rule() {
    let folder = Folder::new();
    let check = |text: &str| reduce(&["check", "--machine", &folder.with("m.json", text)]);
    let unguarded = COUNTING.replacen(r#""when": [["nonzero", "e"]], "#, "", 1);
    refused(&check(&unguarded), &["m.json: line 10: rules[1]: expected a guard against zero", "A b -> B, e - 1"]);
    let twice = COUNTING.replacen(r#"{"mode": "B", "token": "b""#, r#"{"mode": "A", "token": "b""#, 1);
    refused(
        &check(&twice),
        &[
            "m.json: line 11: rules[2]: expected rules that cannot fire together",
            "which both fire in mode A on b where e != 0; the first of them is rules[1]",
        ],
    );
    let unknown = COUNTING.replacen(r#"["zero", "e"]"#, r#"["zero", "f"]"#, 1);
    refused(&check(&unknown), &["m.json: line 12: rules[3].when[0]: expected a counter, one of e, got `f`"]);
    let cut = check(&COUNTING[..300]);
    refused(&cut, &["m.json: line 10: expected a machine as JSON: EOF while parsing", "(column "]);
    assert_eq!(cut.err.matches("line").count(), 1, "{}", cut.err);
    let large = COUNTING.replacen(r#"["add", "e", -1]"#, r#"["add", "e", -2]"#, 1);
    refused(&check(&large), &["m.json: line 10: rules[1]: expected at most 1 to be subtracted in one step", "e - 2"]);
    refused(&check("{\"schema\": \"reduce.network/1\"}"), &["m.json: line 1: schema: expected `reduce.machine/1`"]);
    refused(&reduce(&["check", "--machine", &folder.path("none.json")]), &["none.json"]);
    refused(&reduce(&["check", "--machine", &folder.path("m.json"), "dyck-2"]), &["cannot be used with"]);
}

#[test]
fn a_graph_from_a_file_is_spelled_and_the_output_says_how() {
    let folder = Folder::new();
    let run = |text: &str, from: &str, to: &str| {
        let file = folder.with("edges.txt", text);
        reduce(&["run", "reachability", "--graph", &file, "--from", from, "--to", to, "--json"])
    };
    let answer = |done: &Done| serde_json::from_str::<Value>(&done.out).unwrap()["network"].clone();
    let cases = [
        ("0 2\n2 5 # forward\n", "0", "5", true, "sorted as it stands"),
        ("2 5\n0 2\n", "0", "4", false, "its lines were put in order"),
        ("A B\nB C\nC A\n", "C", "B", true, "layered, one copy of the graph per step, 10 vertices"),
        ("A B\nB A\nC C\n", "A", "C", false, "unsorted or cyclic"),
    ];
    for (text, from, to, expected, how) in cases {
        let done = run(text, from, to);
        assert_eq!((done.code, answer(&done)), (0, json!(expected)), "{text:?}: {}{}", done.out, done.err);
        assert!(done.err.contains(how), "{}", done.err);
    }
    refused(&run("A B\n# c\nA C\n", "A", "B"), &["edges.txt: line 3: expected at most one edge from `A`", "line 1"]);
    refused(&run("A B\n", "A", "Z"), &["--to: expected one of the 2 vertices of", "got `Z`"]);
    let file = folder.with("edges.txt", "A B\n");
    let other = ["run", "dyck-2", "--graph", &file, "--from", "A", "--to", "B"];
    refused(&reduce(&other), &["--graph: expected reachability"]);
    refused(&reduce(&["run", "reachability", "--graph", &file]), &["--from"]);
}

#[test]
fn every_shipped_automaton_is_printed_and_read_back() {
    let folder = Folder::new();
    let weighted = problems::weighted_automaton::all();
    let of_weighted = weighted.iter().map(|problem| ("weighted-automaton", problem.automaton()));
    let deterministic = problems::deterministic_automaton::all();
    let of_deterministic = deterministic.iter().map(|problem| ("deterministic-automaton", problem.automaton()));
    let all: Vec<_> = of_weighted.chain(of_deterministic).collect();
    assert_eq!(all.len(), 6);
    for (problem, automaton) in all {
        let shown = reduce(&["show", problem, "--automaton", automaton.name(), "--automaton-text"]);
        assert_eq!(shown.code, 0, "{}", shown.err);
        let file = folder.with("automaton.txt", &shown.out);
        let read = problems::weighted_automaton::text::read(automaton.name(), &shown.out).unwrap();
        for word in problems::words_of_length(automaton.alphabet().len(), 4).take(300) {
            assert_eq!(read.weight(&word), automaton.weight(&word), "{}", automaton.name());
        }
        assert_eq!(reduce(&["show", problem, "--automaton", &file, "--automaton-text"]).out, shown.out);
    }
    let shown = reduce(&["show", "deterministic-automaton", "--automaton-text"]);
    assert_eq!(shown.code, 0, "{}", shown.err);
    refused(&reduce(&["show", "dyck-2", "--automaton-text"]), &["--automaton-text: expected weighted-automaton or"]);
}

#[test]
fn a_deterministic_weighted_automaton_may_have_one_layer() {
    let folder = Folder::new();
    // Words in which the number of a is even, as a plain automaton: final states have no weight.
    let even = folder.with("even.txt", "0 1 a\n1 0 a\n0 0 b\n1 1 b\n0\n");
    for problem in ["weighted-automaton", "deterministic-automaton"] {
        let done = reduce(&["check", problem, "--model", "pd", "--automaton", &even, "--n", "9", "--words", "6"]);
        assert!(done.code == 0 && done.out.contains("PROVED"), "{}{}", done.out, done.err);
    }
    let branching = folder.with("branching.txt", "0 0 a\n0 1 a 1/2\n1 3\n");
    let done = reduce(&["check", "weighted-automaton", "--model", "pd", "--automaton", &branching]);
    refused(&done, &["branching.txt: line 2: expected at most one transition", "on `a`"]);
}

#[test]
fn an_automaton_that_needs_more_than_twelve_letters_is_refused_with_the_bound() {
    let folder = Folder::new();
    let line = |i: usize| format!("{i} {} a\n{i} 0 b 1/2\n", (i + 1) % 13);
    let file = folder.with("thirteen.txt", &((0..13).map(line).collect::<String>() + "12 1\n"));
    for (model, needed) in [("rwkv7", 13), ("deltanet", 169)] {
        let done = reduce(&["check", "weighted-automaton", "--model", model, "--automaton", &file]);
        refused(
            &done,
            &["thirteen.txt", "at most 12 letters long", &format!("got 13 states, which need {needed} letters")],
        );
    }
}

#[test]
fn the_words_of_a_circuit_are_printed_and_run() {
    let data = |name: &str| format!("{}/circuit-files/tests/data/{name}", env!("CARGO_MANIFEST_DIR"));
    for file in ["full_adder.aag", "full_adder_old.txt", "full_adder_fashion.txt", "full_adder.bench"] {
        for (bits, sum, carry) in
            [("110", false, true), ("100", true, false), ("111", true, true), ("000", false, false)]
        {
            let shown = reduce(&["show", "circuit-value", "--circuit", &data(file), "--input", bits]);
            assert_eq!((shown.code, shown.out.lines().count()), (0, 2), "{file}: {}", shown.err);
            assert!(shown.err.contains("are folded to"), "{}", shown.err);
            let done = reduce_with(&["run", "circuit-value", "--json"], &shown.out);
            let answers: Vec<Value> =
                done.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["network"].clone()).collect();
            assert_eq!(answers, [json!(sum), json!(carry)], "{file} {bits}");
        }
        let done = reduce(&["check", "circuit-value", "--circuit", &data(file), "--input", "101"]);
        assert_eq!(done.code, 0, "{file}: {}{}", done.out, done.err);
    }
    let wrong = ["show", "circuit-value", "--circuit", &data("full_adder.bench"), "--input", "10"];
    refused(&reduce(&wrong), &["--input: expected 3 bits, each 0 or 1, got `10`"]);
    assert!(problems::circuit_value::copy().alphabet().len() == 12);
}

/// The circuit that the README runs is the one that is made from the cipher's definition, and answers as FIPS 197 says.
#[test]
fn the_shipped_s_box_is_the_one_that_is_made() {
    let path = format!("{}/examples/aes_sbox.txt", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text, circuit_files::aes_sbox().to_bristol());
    let read = circuit_files::Circuit::parse(text.as_bytes(), "aes_sbox.txt").unwrap();
    let bits = |byte: u8| (0..8).rev().map(|digit| byte >> digit & 1 == 1).collect::<Vec<bool>>();
    assert_eq!(read.simulate(&bits(0x53)), bits(0xed));
}
