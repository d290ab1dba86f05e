//! `--against`, through the command line: every bad input is one sentence, and every answer has its exit code.

use super::common::reduce;
use super::common::reduce_with;
use super::common::refused;
use serde_json::Value;
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

    /// The network of a claim of ours.
    fn network(&self, problem: &str) -> String {
        let done = reduce(&["show", problem, "--network"]);
        assert_eq!(done.code, 0, "{}", done.err);
        self.with(&format!("{problem}.json"), &done.out)
    }
}

/// A network with an even number of a's: one number that changes its sign.
const PARITY: &str = r#"{"schema": "reduce.network/1", "kind": "permutation-diagonal", "tokens": ["a", "b"],
  "coordinates": ["sign"], "start": ["1"],
  "transitions": [{"rows": 1, "columns": 1, "weights": [[0, 0, "-1"]], "biases": []},
                  {"rows": 1, "columns": 1, "weights": [[0, 0, "1"]], "biases": []}],
  "readout": {"rows": 1, "columns": 1, "weights": [[0, 0, "1"]], "biases": []}}"#;

const EVEN: &str = "regex:b*(ab*ab*)*";

#[test]
fn each_way_to_say_a_language_has_its_verdict_and_exit_code() {
    let folder = Folder::new();
    let network = folder.with("parity.json", PARITY);
    let dfa = folder.with("even.txt", "0 1 a\n0 0 b\n1 0 a\n1 1 b\n0\n");
    let odd = folder.with("odd.txt", "0 1 a\n0 0 b\n1 0 a\n1 1 b\n1\n");
    let words =
        folder.with("words.jsonl", "{\"word\": \"aa\", \"answer\": true}\n\n{\"word\": \"ab\", \"answer\": false}\n");
    let wrong =
        folder.with("wrong.jsonl", "{\"word\": \"aaa\", \"answer\": true}\n{\"word\": \"a\", \"answer\": true}\n");
    let none = folder.with("none.jsonl", "");
    let awk = folder.with("even.awk", "{ print (gsub(/a/, \"a\") % 2 == 0) }\n");
    let never = folder.with("never.awk", "{ print 0 }\n");
    let cases = [
        (EVEN.to_owned(), 0, "PROVED for every word, of any length"),
        ("regex:(ab)*".to_owned(), 1, "REFUTED by a shortest word, replayed exactly"),
        (format!("dfa:{dfa}"), 0, "PROVED"),
        (format!("dfa:{odd}"), 1, "on the empty word the network accepts, the language does not have it"),
        (format!("words:{words}"), 0, "SAMPLED"),
        (format!("words:{wrong}"), 1, "on `a` the network rejects, the language has it"),
        (format!("words:{none}"), 3, "UNDETERMINED"),
        (format!("command:awk -f {awk}"), 0, "CHECKED"),
        (format!("command:awk -f {never}"), 1, "on the empty word the network accepts"),
    ];
    for (language, code, part) in &cases {
        let mut arguments = vec!["check", "--network", &network, "--against", language];
        // Only a program is asked about words up to a length.
        arguments.extend(language.starts_with("command:").then_some(["--words", "6"]).into_iter().flatten());
        let done = reduce(&arguments);
        assert_eq!(done.code, *code, "{language}: {}{}", done.out, done.err);
        assert!(done.out.contains(part), "{language}: {}", done.out);
        // As JSON the same verdict.
        let json = reduce(&[&arguments[..], &["--json"]].concat());
        let json: Value = serde_json::from_str(&json.out).unwrap();
        let verdict = json["verdict"].as_str().unwrap().to_uppercase();
        assert!(done.out.lines().nth(1).unwrap().starts_with(&verdict), "{}", done.out);
        assert_eq!(json["schema"], "reduce.against/1");
        assert_eq!(json["counterexample"].is_null(), *code != 1);
        // A file has the words that it has; all others are read in the order of their lengths.
        if *code == 1 {
            let is_shortest = !language.starts_with("words:");
            assert_eq!(json["counterexample"]["shortest"], is_shortest, "{language}");
            let by = if is_shortest { "REFUTED by a shortest word, replayed" } else { "REFUTED by a word, replayed" };
            assert!(done.out.contains(by), "{language}: {}", done.out);
        }
    }
    // Of several lines that differ the shortest word is shown, and the command that replays it says so too.
    let replayed = reduce_with(&["run", "--network", &network, "--against", "regex:(ab)*"], "b\nab\n");
    assert_eq!(replayed.code, 1);
    assert!(replayed.out.starts_with("DIFFER  network yes  language no   b\n"), "{}", replayed.out);
    assert!(replayed.out.contains("DIFFER  network no   language yes  ab"), "{}", replayed.out);
    // A language that does not know a word is not judged.
    let unknown = reduce_with(&["run", "--network", &network, "--against", &format!("words:{words}")], "aa\nb\n");
    assert_eq!(unknown.code, 0);
    assert!(unknown.out.contains("language unknown"), "{}", unknown.out);
}

#[test]
fn every_bad_input_is_one_sentence_and_no_file_is_left() {
    let folder = Folder::new();
    let network = folder.with("parity.json", PARITY);
    let bad = folder.with("bad.json", &PARITY.replace("\"-1\"", "\"1/0\""));
    let empty = folder.with("empty.json", &PARITY.replacen("[[0, 0, \"-1\"]]", "[]", 1));
    let cut = folder.with("cut.json", &PARITY[..200]);
    let spaced = folder.with("spaced.json", &PARITY.replace("[\"a\", \"b\"]", "[\"a\", \"b c\"]"));
    let dfa = folder.with("two.txt", "0 1 a\n0 0 a\n");
    let broken =
        folder.with("broken.jsonl", "{\"word\": \"aa\", \"answer\": true}\n{\"word\": \"ac\", \"answer\": true}\n");
    let twice = folder.with(
        "twice.jsonl",
        "{\"word\": \"aa\", \"answer\": true}\n\n{\"word\": \"a\", \"answer\": false}\n{\"word\": \"aa\", \"answer\": false}\n",
    );
    let machine = folder.with("counting.json", COUNTING);
    let other_letter = folder.with("letter.txt", "0 1 c\n");
    let alone = "--network: expected a problem or --against LANGUAGE beside it, got neither";
    let out = folder.path("out.json");
    let linked = format!("{}/../{}/out.json", folder.path(""), folder.0.path().file_name().unwrap().display());
    let on = |language: &str| {
        vec!["check".to_owned(), "--network".into(), network.clone(), "--against".into(), language.into()]
    };
    let of_machine = |language: &str| {
        vec!["check".to_owned(), "--machine".into(), machine.clone(), "--against".into(), language.into()]
    };
    let run_on = |language: &str| {
        vec!["run".to_owned(), "--network".into(), network.clone(), "--against".into(), language.into()]
    };
    let network_file =
        |file: &str| vec!["check".to_owned(), "--network".into(), file.to_owned(), "--against".into(), EVEN.into()];
    let and = |mut arguments: Vec<String>, more: &[&str]| {
        arguments.extend(more.iter().map(|more| (*more).to_owned()));
        arguments
    };
    let cases: Vec<(Vec<String>, &str)> = vec![
        (on("regexp:a"), "expected the name of a problem, regex:EXPRESSION, dfa:FILE, words:FILE or command:PROGRAM"),
        (on("regex:a)"), "got `a)`"),
        (on("regex:abc"), "over the tokens a b, got `abc` with `c`"),
        (on("dyck-3"), "expected a problem, one of reachability"),
        (on("dyck-2"), "expected the tokens of dyck-2, ( ) [ ] $, got a b"),
        (on(&format!("dfa:{dfa}")), "two.txt: line 2: expected one transition from a state on a letter"),
        (on("dfa:/no/file"), "/no/file: No such file"),
        (on(&format!("words:{broken}")), "broken.jsonl: line 2: token 2: expected one of a b, got `c`"),
        (on("command:/no/program"), "cannot be started"),
        (on("command:true"), "answers, one a line, got 0"),
        (on("command:false"), "answers, one a line, got 0 (exit status: 1)"),
        (on("command:cat"), "expected 0 or 1 in line 1 of its answers"),
        (and(on("command:sleep 50"), &["--timeout", "0.2"]), "and then silence for 0.2 s"),
        (network_file(&bad), "bad.json: line 3"),
        (network_file(&cut), "cut.json: line 3: expected a network as JSON: EOF while parsing a"),
        (
            network_file(&empty),
            "empty.json: line 3: transitions[0]: on `a`: expected a permutation times a diagonal matrix, got 0 non-zero \
             entries in row 0",
        ),
        (network_file(&spaced), "without white space, got `b c`"),
        (network_file("/no/network"), "/no/network"),
        (
            vec!["check".into(), "--against".into(), EVEN.into()],
            "expected --network, --machine or --checkpoint beside it",
        ),
        (
            on(&format!("dfa:{other_letter}")),
            "letter.txt: line 1: expected a letter that is a token, one of a b, got `c`",
        ),
        (vec!["check".into(), "--network".into(), network.clone()], alone),
        (vec!["run".into(), "--network".into(), network.clone()], alone),
        // Flags of a comparison word by word, beside one of every word or of the words of a file.
        (
            and(on(EVEN), &["--words", "3"]),
            "--words: expected command: or a problem that is not regular after --against",
        ),
        (
            and(on(EVEN), &["--n", "3"]),
            "--n: expected command: or a problem that is not regular after --against, got regex:",
        ),
        (and(on(EVEN), &["--samples", "3"]), "which is compared on every word, of any length"),
        (and(on(EVEN), &["--seed", "0"]), "--seed: expected command: or a problem that is not regular"),
        (and(on(EVEN), &["--timeout", "3"]), "--timeout: expected command: after --against, got regex:"),
        (and(on(&format!("words:{broken}")), &["--words", "3"]), "broken.jsonl, whose own words are read"),
        (
            and(of_machine(EVEN), &["--words", "2", "--n", "3"]),
            "--n: expected command: or a problem that is not regular",
        ),
        (and(on(EVEN), &["--circuit", "x"]), "expected it beside a problem"),
        (and(on(EVEN), &["--symbolic", "3"]), "expected it beside a problem"),
        (and(on(EVEN), &["--rounding", "floor"]), "expected a number format beside it"),
        (and(on("command:true"), &["--certificate", &out]), "expected a language that is an automaton"),
        (and(on("command:true"), &["--minimal", &out]), "expected a language that is an automaton"),
        (and(on(EVEN), &["--recheck", &network]), "parity.json: line 1: schema: expected \"reduce.certificate/1\""),
        (and(on(EVEN), &["--certificate", "/no/folder/x"]), "/no/folder/x: cannot be written"),
        // Of several files none is there where one cannot be.
        (and(on(EVEN), &["--certificate", &out, "--minimal", "/no/folder/x"]), "/no/folder/x: cannot be written"),
        (and(on(EVEN), &["--certificate", &out, "--minimal", &out]), "out.json: expected a file for each thing"),
        (and(on(EVEN), &["--minimal", &out, "--minimal", &linked]), "out.json: expected a file for each thing"),
        (and(of_machine(EVEN), &["--to", "/no/folder/x", "--certificate", &out]), "/no/folder/x: cannot be written"),
        (and(of_machine(EVEN), &["--to", &out, "--certificate", "/no/folder/x"]), "/no/folder/x: cannot be written"),
        (and(of_machine("words:/no/file"), &["--to", &out]), "/no/file"),
        (and(of_machine(EVEN), &["--to", &out, "--certificate", &out]), "out.json: expected a file for each thing"),
        // A word has one answer.
        (on(&format!("words:{twice}")), "twice.jsonl: line 4: expected the answer of line 1 again, got another one"),
        // A flag that would not be read.
        (and(on(EVEN), &["--evidence", &out]), "--evidence: expected it beside a problem"),
        (and(on(EVEN), &["--variant", "all"]), "--variant: expected the name of a problem after --against, got regex:"),
        (and(on("command:cat"), &["--variant", "all"]), "--variant: expected the name of a problem"),
        (and(of_machine(EVEN), &["--variant", "all"]), "--variant: expected the name of a problem"),
        (and(run_on(EVEN), &["--variant", "all"]), "--variant: expected the name of a problem"),
        (and(run_on(&format!("words:{broken}")), &["--variant", "all"]), "--variant: expected the name of a problem"),
        (and(on(EVEN), &["--keep-going"]), "--keep-going: expected --against words:FILE beside it, got regex:"),
        (
            and(on("command:cat"), &["--keep-going"]),
            "--keep-going: expected --against words:FILE beside it, got command:",
        ),
        (and(of_machine(EVEN), &["--keep-going"]), "--keep-going: expected --against words:FILE beside it"),
        (and(on("command:cat"), &["--states", "9"]), "--states: expected a language that is an automaton"),
        // More words than are kept.
        (
            and(on("command:cat"), &["--words", "200"]),
            "--words: expected at most 19 beside command: and 2 tokens, got 200",
        ),
        (and(on("command:cat"), &["--samples", "9999999999"]), "--samples: expected at most 516222 words of 64 tokens"),
        (and(on("command:cat"), &["--n", "99999999999"]), "--samples: expected at most 0 words of 99999999999 tokens"),
        (vec!["check".into(), "dyck-2".into(), "--keep-going".into()], "expected --against words:FILE beside it"),
    ];
    for (arguments, part) in cases {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let done = reduce(&arguments);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{arguments:?}: {}", done.err);
        assert!(done.err.contains(part), "{arguments:?}: expected `{part}` in `{}`", done.err);
        assert!(!done.err.contains("panicked"), "{}", done.err);
        // No place twice, and no temporary name.
        assert!(!done.err.contains(" at line ") && !done.err.contains(" at path "), "{}", done.err);
        // One sentence of ours; what clap refuses has its usage below.
        let sentence = done.err.lines().filter(|line| !line.is_empty()).count();
        assert!(sentence == 1 || done.err.starts_with("error: "), "{}", done.err);
    }
    assert!(!PathBuf::from(out).exists());
}

#[test]
fn a_certificate_is_written_and_read_back_and_one_without_a_pair_is_refused() {
    let folder = Folder::new();
    let network = folder.network("word-problem");
    let (list, fewer) = (folder.path("pairs.json"), folder.path("fewer.json"));
    let on = |more: &[&str]| {
        let base = ["check", "--network", &network, "--against", "word-problem", "--number", "fixed:4.0"];
        reduce(&[&base, more].concat())
    };
    assert_eq!(on(&["--certificate", &list]).code, 0);
    assert_eq!(on(&["--recheck", &list]).code, 0);
    let text = std::fs::read_to_string(&list).unwrap();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((value["pairs"].as_array().unwrap().len(), value["states"].as_array().unwrap().len()), (120, 120));
    for left_out in [0, 1, 60, 119] {
        let mut value = value.clone();
        value["pairs"].as_array_mut().unwrap().remove(left_out);
        std::fs::write(&fewer, value.to_string()).unwrap();
        let done = on(&["--recheck", &fewer]);
        assert_eq!(done.code, 3, "{}{}", done.out, done.err);
        assert!(done.out.contains("UNDETERMINED") && done.out.contains("the list is refused"), "{}", done.out);
    }
    // The language may be written in another way, as long as its automaton with the fewest states is the same.
    let (parity, pairs) = (folder.with("parity.json", PARITY), folder.path("parity-pairs.json"));
    let even =
        |language: &str, flag: &str| reduce(&["check", "--network", &parity, "--against", language, flag, &pairs]);
    assert_eq!(even(EVEN, "--certificate").code, 0);
    assert_eq!(even("regex:(b|ab*a)*", "--recheck").code, 0);
    refused(&even("regex:(a|ab*b)*", "--recheck"), &["parity-pairs.json: line", "expected that of the network"]);
    // Another automaton, or other weights, and broken entries.
    let dyck = folder.network("dyck-2");
    let other = reduce(&["check", "--network", &dyck, "--against", "regex:.*", "--recheck", &list]);
    assert!(other.code == 2 && other.err.contains("tokens: expected that of the network"), "{}", other.err);
    for (name, entry) in
        [("values", Value::from("x")), ("states", Value::from(vec![1])), ("pairs", Value::from(vec![-1, 0]))]
    {
        let mut value = value.clone();
        value[name][7] = entry;
        std::fs::write(&fewer, value.to_string()).unwrap();
        let done = on(&["--recheck", &fewer]);
        assert!(done.code == 2 && done.err.contains(&format!("{name}[7]: expected")), "{}", done.err);
    }
    // Where there is no list, none is written, and the answer says so.
    let refuted = folder.path("refuted.json");
    let done = reduce(&["check", "--network", &dyck, "--against", "regex:.*", "--certificate", &refuted]);
    assert!(done.code == 1 && done.out.contains("no certificate was written"), "{}", done.out);
    assert!(!PathBuf::from(refuted).exists());
}

/// What is written at a coordinate of a machine must fit it: the mode, a counter, a stack.
#[test]
fn a_list_of_pairs_of_a_machine_with_values_that_do_not_fit_is_refused() {
    let folder = Folder::new();
    // A counter that is 0 or 1, and a stack of at most one symbol of two.
    let counter = folder.with(
        "counter.json",
        &COUNTING.replace("\"token\": \"a\",", "\"token\": \"a\", \"when\": [[\"zero\", \"e\"]],"),
    );
    let signed = folder.with(
        "signed.json",
        r#"{"schema": "reduce.machine/1", "tokens": ["a", "b"], "modes": ["A", "B"], "start": "A", "accept": ["A"],
      "counters": [{"name": "e", "signed": true}], "rules": [
      {"mode": "A", "token": "a", "next": "B", "do": [["add", "e", -1]]},
      {"mode": "B", "token": "b", "next": "A", "do": [["add", "e", 1]]}]}"#,
    );
    let stack = folder.with(
        "stack.json",
        r#"{"schema": "reduce.machine/1", "tokens": ["a", "b"], "modes": ["A"], "start": "A", "accept": ["A"],
      "stacks": [{"name": "s", "symbols": ["x", "y"]}], "rules": [
      {"mode": "A", "token": "a", "when": [["empty", "s"]], "next": "A", "do": [["push", "s", "y"]]},
      {"mode": "A", "token": "b", "when": [["top", "s", "y"]], "next": "A", "do": [["pop", "s"]]}]}"#,
    );
    let list = folder.path("pairs.json");
    let changed = folder.path("changed.json");
    let cases = [
        (
            &counter,
            "regex:(ab)*a?",
            &[
                ("counter 0", "stack 9"),
                ("counter 0", "mode 0"),
                ("counter 0", "dead"),
                ("counter 0", "counter -1"),
                ("counter 0", "counter 9223372036854775807"),
                ("mode 0", "counter 0"),
                ("mode 0", "stack"),
                ("mode 0", "mode 1"),
            ][..],
        ),
        (&signed, "regex:(ab)*", &[("counter -1", "counter -9223372036854775808"), ("counter -1", "stack 0")]),
        (&stack, "regex:(ab)*a?", &[("stack 1", "stack 2"), ("stack 1", "counter 1"), ("stack 1", "mode 0")]),
    ];
    for (machine, language, changes) in cases {
        let on = |more: &[&str]| {
            reduce(&[&["check", "--machine", machine, "--against", language, "--words", "2"], more].concat())
        };
        assert_eq!(on(&["--certificate", &list]).code, 0);
        assert_eq!(on(&["--recheck", &list]).code, 0);
        let text = std::fs::read_to_string(&list).unwrap();
        for (from, to) in changes {
            let (from, to) = (format!("\"{from}\""), format!("\"{to}\""));
            // Where the new value is listed already, the old one is spared.
            let text = if text.contains(&to) { swapped(&text, &from, &to) } else { text.replace(&from, &to) };
            std::fs::write(&changed, text).unwrap();
            let done = on(&["--recheck", &changed]);
            refused(&done, &["changed.json: line", "states[", "expected a value that `", "` can have, got `"]);
        }
        // A value that fits and is another one shows nothing.
        let text = text.replace("\"dead\"", "\"mode 0\"").replacen("\"mode 0\"", "\"dead\"", 1);
        std::fs::write(&changed, text).unwrap();
        assert_eq!(on(&["--recheck", &changed]).code, 3);
        // An index without a value behind it.
        let mut value: Value = serde_json::from_str(&std::fs::read_to_string(&list).unwrap()).unwrap();
        value["states"][1][0] = 99.into();
        std::fs::write(&changed, value.to_string()).unwrap();
        refused(&on(&["--recheck", &changed]), &["states[1]: expected indices of values, got 99"]);
    }
}

/// A text in which two others have changed places.
fn swapped(text: &str, one: &str, other: &str) -> String {
    text.replace(one, "\u{0}").replace(other, one).replace('\u{0}', other)
}

#[test]
fn the_automaton_that_is_written_is_the_network() {
    let folder = Folder::new();
    let network = folder.network("dyck-2");
    let (text, picture) = (folder.path("dyck.txt"), folder.path("dyck.dot"));
    let in_format = |language: &str, more: &[&str]| {
        let base = ["check", "--network", &network, "--against", language, "--number", "fixed:2.4"];
        reduce(&[&base, more].concat())
    };
    let done = in_format("regex:.*", &["--minimal", &text, "--minimal", &picture]);
    assert!(
        done.out.contains("the network's automaton with the fewest states has 9 states; the language's has 1"),
        "{}",
        done.out
    );
    assert!(std::fs::read_to_string(&picture).unwrap().starts_with("digraph {"));
    let done = in_format(&format!("dfa:{text}"), &[]);
    assert!(done.code == 0 && done.out.contains("PROVED"), "{}", done.out);
    // In exact numbers it is no finite automaton.
    std::fs::remove_file(&text).unwrap();
    let base = ["check", "--network", &network, "--against", "regex:.*", "--states", "500", "--minimal", &text];
    let done = reduce(&base);
    assert!(
        done.out.contains("more states than the bound") && done.out.contains("no automaton was written"),
        "{}",
        done.out
    );
    assert!(!PathBuf::from(text).exists());
}

/// A search that ends early says which bound it was.
#[test]
fn the_bound_that_ends_a_search_is_named() {
    let folder = Folder::new();
    // Each a doubles the number, for ever.
    let network = folder.with("doubling.json", &PARITY.replace("\"-1\"", "\"2\""));
    let on = |more: &[&str]| {
        let base = ["check", "--network", &network, "--against", "regex:[ab]*", "--json"];
        super::common::json(&reduce(&[&base, more].concat()))
    };
    let json = on(&["--states", "50"]);
    assert_eq!((&json["verdict"], &json["search"]["bound"]), (&"checked".into(), &"pairs".into()), "{json}");
    let by = json["links"][0]["by"].as_str().unwrap();
    assert!(by.starts_with("every word of length <= 49, and then the bound of 50 pairs: 51 pairs of "), "{by}");
    let json = on(&["--number", "fixed:6.0"]);
    assert_eq!((&json["verdict"], &json["search"]["bound"]), (&"proved".into(), &Value::Null), "{json}");
}

/// A machine without registers: an even number of a's.
const FINITE: &str = r#"{"schema": "reduce.machine/1", "tokens": ["a", "b"], "modes": ["even", "odd"],
  "start": "even", "accept": ["even"], "rules": [
  {"mode": "even", "token": "a", "next": "odd"}, {"mode": "odd", "token": "a", "next": "even"},
  {"mode": "even", "token": "b", "next": "even"}, {"mode": "odd", "token": "b", "next": "odd"}]}"#;

const COUNTING: &str = r#"{"schema": "reduce.machine/1", "tokens": ["a", "b"], "modes": ["A"], "start": "A", "accept": ["A"],
  "counters": [{"name": "e", "signed": false}],
  "rules": [{"mode": "A", "token": "a", "next": "A", "do": [["add", "e", 1]]},
            {"mode": "A", "token": "b", "when": [["nonzero", "e"]], "next": "A", "do": [["add", "e", -1]]}]}"#;

#[test]
fn a_machine_beside_a_language_has_the_weaker_of_two_verdicts() {
    let folder = Folder::new();
    let machine = folder.with("counting.json", COUNTING);
    let finite = folder.with("finite.json", FINITE);
    let done = reduce(&["check", "--machine", &finite, "--against", EVEN]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    let lines: Vec<&str> = done.out.lines().collect();
    assert!(
        lines[1] == "PROVED for every word, of any length" && done.out.contains("machine = language"),
        "{}",
        done.out
    );
    let refuted = reduce(&["check", "--machine", &finite, "--against", "regex:(aa)*"]);
    assert_eq!(refuted.code, 1, "{}", refuted.out);
    assert!(refuted.out.contains("on `b` the machine accepts"), "{}", refuted.out);
    // No b overtakes the a's: that is not regular, and a word of one letter shows that it is not everything.
    let checked = reduce(&["check", "--machine", &machine, "--against", "regex:[ab]*", "--words", "3"]);
    assert!(checked.code == 1 && checked.out.contains("on `b` the machine rejects"), "{}", checked.out);
    let few = "(a(a(a(ab)*b)*b|a)*b|a)*";
    let done =
        reduce(&["check", "--machine", &machine, "--against", &format!("regex:{few}"), "--words", "3", "--json"]);
    let json: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((done.code, &json["verdict"], &json["links"][0]["verdict"]), (1, &"refuted".into(), &"proved".into()));
    // It is the own half that is weaker: the machine has the language, and the network is that of another machine.
    let odd = folder.with("odd.json", &FINITE.replace("[\"even\"]", "[\"odd\"]"));
    let other = folder.path("other.json");
    assert_eq!(reduce(&["check", "--machine", &odd, "--words", "3", "--to", &other]).code, 0);
    let own = ["check", "--machine", &finite, "--network", &other, "--against", EVEN, "--words", "3"];
    let done = reduce(&own);
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    assert!(done.out.lines().nth(1).unwrap().starts_with("REFUTED by a word"), "{}", done.out);
    assert!(done.out.contains("on the empty word the machine accepts, the network rejects"), "{}", done.out);
    let of_both = super::common::json(&reduce(&[&own[..], &["--json"]].concat()));
    assert_eq!((&of_both["verdict"], &of_both["against"]["verdict"]), (&"refuted".into(), &"proved".into()));
    assert!(of_both["counterexample"].is_object() && of_both["against"]["counterexample"].is_null(), "{of_both}");

    let word = json["against"]["counterexample"]["word"].as_str().unwrap();
    let run = reduce_with(&["run", "--machine", &machine, "--against", &format!("regex:{few}")], &format!("{word}\n"));
    assert!(run.code == 1 && run.out.starts_with("DIFFER"), "{}", run.out);
}

#[test]
fn broken_lines_of_a_big_file_are_counted_and_listed_and_the_rest_goes_on() {
    let folder = Folder::new();
    let network = folder.with("parity.json", PARITY);
    let lines: String = (0..1_000)
        .map(|i| match i {
            17 | 900 => "{\"word\": \"a\n".to_owned(),
            _ => format!("{{\"word\": \"{}\", \"answer\": {}}}\n", "a".repeat(i % 7), i % 7 % 2 == 0),
        })
        .collect();
    let words = format!("words:{}", folder.with("big.jsonl", &lines));
    let wrong = reduce(&["check", "--network", &network, "--against", &words]);
    assert!(wrong.code == 2 && wrong.err.contains("line 18: expected a JSON object"), "{}", wrong.err);
    let done = reduce(&["check", "--network", &network, "--against", &words, "--keep-going"]);
    assert_eq!(done.code, 2, "{}", done.out);
    for part in ["998 words", "2 lines could not be read and left out", "line 18:", "line 901:"] {
        assert!(done.out.contains(part), "{part}: {}", done.out);
    }
    // A run that compares leaves out the lines of the file of words too, and says so.
    let run = reduce_with(&["run", "--network", &network, "--against", &words, "--keep-going"], "aa\nac\nab\n");
    assert_eq!((run.code, run.out.lines().count()), (2, 2), "{}", run.out);
    for part in ["big.jsonl: line 18: expected", "big.jsonl: line 901:", "input: line 2:", "3 lines could not be read"]
    {
        assert!(run.err.contains(part), "{part}: {}", run.err);
    }
    let run = reduce_with(&["run", "--network", &network, "--against", &words], "aa\n");
    refused(&run, &["big.jsonl: line 18: expected"]);
    // Where no line can be read nothing is known, and that is still bad input; of a machine too.
    let nothing = format!("words:{}", folder.with("nothing.jsonl", "?\n{\n"));
    let machine = folder.with("finite.json", FINITE);
    for device in [["--network", &network], ["--machine", &machine]] {
        let base = ["check", device[0], device[1], "--against", &nothing, "--keep-going"];
        let done = reduce(&base);
        assert!(done.code == 2 && done.out.contains("UNDETERMINED") && done.out.contains("0 words"), "{}", done.out);
    }
    // Two answers for one word.
    let twice = folder.with("twice.jsonl", TWICE);
    let words = format!("words:{twice}");
    let done = reduce(&["check", "--network", &network, "--against", &words, "--keep-going"]);
    assert_eq!(done.code, 2, "{}", done.out);
    for part in ["SAMPLED", "2 words", "line 2: expected the answer of line 1 again, got another one"] {
        assert!(done.out.contains(part), "{part}: {}", done.out);
    }
    let run = reduce_with(&["run", "dyck-2", "--keep-going"], "()$\nx\n(]$\n");
    assert_eq!((run.code, run.out.lines().count()), (2, 2), "{}", run.out);
    assert!(
        run.err.contains("line 2: token 1") && run.err.contains("1 line could not be read and left out"),
        "{}",
        run.err
    );
}

/// A word with two answers, and one that stands there twice with one answer.
const TWICE: &str = r#"{"word": "aa", "answer": true}
{"word": "aa", "answer": false}
{"word": "aa", "answer": true}
"#;

/// Only what cannot be parsed is left out: a folder cannot be read on, and is asked for no line more.
#[test]
fn a_file_that_cannot_be_read_on_ends_the_run_and_a_line_that_is_no_text_is_left_out() {
    let folder = Folder::new();
    let network = folder.with("parity.json", PARITY);
    let is_folder = folder.path("");
    let words = format!("words:{is_folder}");
    for keep_going in [&["--keep-going"][..], &[]] {
        for base in [
            &["check", "--network", &network, "--against", &words][..],
            &["run", "--network", &network, "--against", &words],
            &["run", "dyck-2", &is_folder],
        ] {
            let done = reduce_with(&[base, keep_going].concat(), "a\n");
            refused(&done, &["s a directory"]);
            assert_eq!(done.err.lines().count(), 1, "{}", done.err);
        }
    }
    let path = folder.path("bytes.txt");
    std::fs::write(&path, b"()$\r\n\xff\xfe\n(]$").unwrap();
    let run = reduce(&["run", "dyck-2", &path, "--keep-going"]);
    assert_eq!((run.code, run.out.lines().count()), (2, 2), "{}", run.out);
    assert!(run.err.contains("bytes.txt: line 2: expected text in UTF-8"), "{}", run.err);
    // Without the flag the lines before it are answered, and the run ends there.
    let run = reduce(&["run", "dyck-2", &path]);
    assert_eq!((run.code, run.out.lines().count()), (2, 1), "{}", run.out);
    assert!(run.err.contains("bytes.txt: line 2: expected text in UTF-8"), "{}", run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    std::fs::write(&path, b"{\"word\": \"aa\", \"answer\": true}\n\xff\n").unwrap();
    let words = format!("words:{path}");
    let done = reduce(&["check", "--network", &network, "--against", &words, "--keep-going"]);
    assert!(done.code == 2 && done.out.contains("line 2: expected text in UTF-8"), "{}{}", done.out, done.err);
}

/// What a link says was read is what was read.
#[test]
fn every_word_up_to_a_length_means_all_of_them_and_no_others() {
    let folder = Folder::new();
    let (dyck, parity) = (folder.network("dyck-2"), folder.with("parity.json", PARITY));
    // A problem that is not regular refutes; the search stops at the first length at which a word differs.
    let done = reduce(&["check", "--network", &dyck, "--number", "fixed:2.2", "--against", "dyck-2", "--words", "6"]);
    assert_eq!(done.code, 1, "{}{}", done.out, done.err);
    for part in ["REFUTED by a shortest word", "on `(()$` the network accepts", "every word of length <= 4 ("] {
        assert!(done.out.contains(part), "{part}: {}", done.out);
    }
    assert!(!done.out.contains("<= 6"), "{}", done.out);
    let done = reduce(&["check", "--network", &dyck, "--against", "dyck-2", "--words", "5", "--json"]);
    assert_eq!((done.code, &super::common::json(&done)["verdict"]), (0, &"checked".into()));
    // Words that are drawn short are asked about once, and so are those that are drawn twice.
    let awk = folder.with("even.awk", "{ print (gsub(/a/, \"a\") % 2 == 0) }\n");
    let program = format!("command:awk -f {awk}");
    let ask = |n: &str, samples: &str| {
        let base = ["check", "--network", &parity, "--against", &program, "--words", "6", "--json"];
        let json = super::common::json(&reduce(&[&base[..], &["--n", n, "--samples", samples]].concat()));
        let words = ["yes", "no"].map(|answer| json["words"][answer].as_u64().unwrap());
        let by: Vec<String> = json["links"].as_array().unwrap().iter().map(|link| link["by"].to_string()).collect();
        (words[0] + words[1], by)
    };
    let (n_words, by) = ask("2", "50");
    assert_eq!((n_words, by.len()), (127, 1), "{by:?}");
    assert!(by[0].contains("every word of length <= 6, as the program answers (64 yes, 63 no)"), "{by:?}");
    let (n_words, by) = ask("7", "400");
    assert!(by.len() == 2 && by[0].contains("(64 yes, 63 no)") && n_words > 200 && n_words <= 127 + 128, "{by:?}");
    // Words that all have one answer are said to.
    let never = folder.with("never.awk", "{ print 0 }\n");
    let done =
        reduce(&["check", "--network", &parity, "--against", &format!("command:awk -f {never}"), "--words", "2"]);
    assert!(done.out.contains("(0 yes, 7 no); none of them is in the language"), "{}", done.out);
    assert!(by.iter().all(|by| !by.contains("of them")), "{by:?}");
}

/// A command that the program prints, run by a shell.
#[cfg(unix)]
fn shell(command: &str) -> (Option<i32>, String) {
    let program = assert_cmd::cargo::cargo_bin("reduce");
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let output = std::process::Command::new("sh").args(["-c", command]).env("PATH", path).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[cfg(unix)]
#[test]
fn a_command_that_replays_can_be_pasted_whatever_the_files_are_called() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path("it's here")).unwrap();
    let machine = folder.with("it's here/counting.json", COUNTING);
    let finite = folder.with("it's here/finite.json", FINITE);
    let odd = folder.with("it's here/odd.json", &FINITE.replace("[\"even\"]", "[\"odd\"]"));
    let other = folder.path("it's here/other.json");
    assert_eq!(reduce(&["check", "--machine", &odd, "--words", "3", "--to", &other]).code, 0);
    let dyck = reduce(&["show", "dyck-2", "--network"]).out.replacen("\"1/4\"", "\"1/3\"", 1);
    let dyck = folder.with("it's here/dyck.json", &dyck);
    let automaton = folder.with("it's here/even.txt", "0 1 a a\n0 0 b b\n1 0 a a\n1 1 b b\n0\n");
    // A line that is left out is left out again.
    let parity = folder.with("it's here/parity.json", PARITY);
    let lines = "{\"word\": \"aa\"}\n{\"word\": \"a\", \"answer\": true}\n";
    let words = format!("words:{}", folder.with("it's here/words.jsonl", lines));
    let of_automaton = ["check", "deterministic-automaton", "--automaton", &automaton, "--words", "3"];
    let shown = reduce(&["show", "deterministic-automaton", "--automaton", &automaton, "--network"]);
    let mut wrong = super::common::json(&shown);
    wrong["readout"]["weights"][0][2] = "-1".into();
    let wrong = folder.with("it's here/wrong.json", &wrong.to_string());
    let mut n_empty = 0;
    for arguments in [
        &["check", "--machine", &machine, "--against", "regex:[ab]*", "--words", "3"][..],
        &["check", "--machine", &finite, "--network", &other, "--words", "3"],
        &["check", "--network", &dyck, "--against", "dyck-2", "--words", "6"],
        &["check", "dyck-2", "--network", &dyck, "--words", "6", "--n", "3"],
        &[&of_automaton[..], &["--network", &wrong, "--n", "3"]].concat(),
        &["check", "--network", &parity, "--against", &words, "--keep-going"],
    ] {
        let done = reduce(arguments);
        assert_eq!(done.code, 1, "{}{}", done.out, done.err);
        // The empty word has a name.
        assert!(!done.out.contains("``"), "{}", done.out);
        n_empty += usize::from(done.out.contains("on the empty word the "));
        let command = done.out.lines().find_map(|line| line.trim().strip_prefix("replay: ")).unwrap();
        let (code, out) = shell(command);
        assert!(code == Some(1) && out.starts_with("DIFFER"), "{command}: {code:?} {out}");
    }
    assert!(n_empty >= 2, "{n_empty}");
}

#[test]
fn the_time_of_a_machine_beside_a_language_is_that_of_both_halves() {
    let folder = Folder::new();
    let machine = folder.with("counting.json", COUNTING);
    let slow = folder.with("slow.sh", "sleep 2; sed 's/.*/0/'\n");
    let command = format!("command:sh {slow}");
    let done = reduce(&["check", "--machine", &machine, "--against", &command, "--words", "1", "--json"]);
    let json = super::common::json(&done);
    assert_eq!(json["verdict"], "refuted");
    assert!(json["seconds"].as_f64().unwrap() >= 2.0, "{json}");
}

#[test]
fn an_automaton_is_given_as_a_regular_expression() {
    let done = reduce(&["check", "deterministic-automaton", "--automaton", "regex:(ab)*c", "--words", "5"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);
    assert!(done.out.contains("PROVED"), "{}", done.out);
    let run = reduce_with(&["run", "deterministic-automaton", "--automaton", "regex:(ab)*c"], "ababc\nabab\nc\n");
    let answers: Vec<bool> = run.out.lines().map(|line| line.contains("network yes  decider yes")).collect();
    assert_eq!(answers, [true, false, true], "{}", run.out);
    for (expression, part) in [
        ("regex:(ab", "unclosed group"),
        ("regex:a.", "that names its letters"),
        ("regex:[^a]", "that names its letters"),
        ("regex:", "that names its letters"),
    ] {
        let done = reduce(&["check", "deterministic-automaton", "--automaton", expression]);
        assert!(done.code == 2 && done.err.contains(part), "{}", done.err);
    }
}
