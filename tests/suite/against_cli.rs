//! `--against`, through the command line: every bad input is one sentence, and every answer has its exit code.

use super::common::reduce;
use super::common::reduce_with;
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
        (format!("dfa:{odd}"), 1, "on `` the network accepts, the language does not have it"),
        (format!("words:{words}"), 0, "SAMPLED"),
        (format!("words:{wrong}"), 1, "on `a` the network rejects, the language has it"),
        (format!("words:{none}"), 3, "UNDETERMINED"),
        (format!("command:awk -f {awk}"), 0, "CHECKED"),
        (format!("command:awk -f {never}"), 1, "on `` the network accepts"),
    ];
    for (language, code, part) in &cases {
        let done = reduce(&["check", "--network", &network, "--against", language, "--words", "6"]);
        assert_eq!(done.code, *code, "{language}: {}{}", done.out, done.err);
        assert!(done.out.contains(part), "{language}: {}", done.out);
        // As JSON the same verdict.
        let json = reduce(&["check", "--network", &network, "--against", language, "--words", "6", "--json"]);
        let json: Value = serde_json::from_str(&json.out).unwrap();
        let verdict = json["verdict"].as_str().unwrap().to_uppercase();
        assert!(done.out.lines().nth(1).unwrap().starts_with(&verdict), "{}", done.out);
        assert_eq!(json["schema"], "reduce.against/1");
        assert_eq!(json["counterexample"].is_null(), *code != 1);
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
    let cut = folder.with("cut.json", &PARITY[..200]);
    let spaced = folder.with("spaced.json", &PARITY.replace("[\"a\", \"b\"]", "[\"a\", \"b c\"]"));
    let dfa = folder.with("two.txt", "0 1 a\n0 0 a\n");
    let broken =
        folder.with("broken.jsonl", "{\"word\": \"aa\", \"answer\": true}\n{\"word\": \"ac\", \"answer\": true}\n");
    let out = folder.path("out.json");
    let on = |language: &str| {
        vec!["check".to_owned(), "--network".into(), network.clone(), "--against".into(), language.into()]
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
        (on("command:cat"), "expected 0 or 1 in line 1 of its answers"),
        (and(on("command:sleep 50"), &["--timeout", "0.2"]), "and then silence for 0.2 s"),
        (network_file(&bad), "bad.json: line 3"),
        (network_file(&cut), "cut.json: line"),
        (network_file(&spaced), "without white space, got `b c`"),
        (network_file("/no/network"), "/no/network"),
        (vec!["check".into(), "--against".into(), EVEN.into()], "expected --network or --machine beside it"),
        (and(on(EVEN), &["--circuit", "x"]), "expected it beside a problem"),
        (and(on(EVEN), &["--symbolic", "3"]), "expected it beside a problem"),
        (and(on(EVEN), &["--rounding", "floor"]), "expected a number format beside it"),
        (and(on("command:true"), &["--certificate", &out]), "expected a language that is an automaton"),
        (and(on("command:true"), &["--minimal", &out]), "expected a language that is an automaton"),
        (and(on(EVEN), &["--recheck", &network]), "parity.json: line 1: schema: expected \"reduce.certificate/1\""),
        (and(on(EVEN), &["--certificate", "/no/folder/x"]), "/no/folder/x: cannot be written"),
        (vec!["check".into(), "dyck-2".into(), "--keep-going".into()], "expected --against words:FILE beside it"),
    ];
    for (arguments, part) in cases {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let done = reduce(&arguments);
        assert_eq!((done.code, done.out.as_str()), (2, ""), "{arguments:?}: {}", done.err);
        assert!(done.err.contains(part), "{arguments:?}: expected `{part}` in `{}`", done.err);
        assert!(!done.err.contains("panicked"), "{}", done.err);
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

const COUNTING: &str = r#"{"schema": "reduce.machine/1", "tokens": ["a", "b"], "modes": ["A"], "start": "A", "accept": ["A"],
  "counters": [{"name": "e", "signed": false}],
  "rules": [{"mode": "A", "token": "a", "next": "A", "do": [["add", "e", 1]]},
            {"mode": "A", "token": "b", "when": [["nonzero", "e"]], "next": "A", "do": [["add", "e", -1]]}]}"#;

#[test]
fn a_machine_beside_a_language_has_the_weaker_of_two_verdicts() {
    let folder = Folder::new();
    let machine = folder.with("counting.json", COUNTING);
    let finite = folder.with(
        "finite.json",
        r#"{"schema": "reduce.machine/1", "tokens": ["a", "b"], "modes": ["even", "odd"],
      "start": "even", "accept": ["even"], "rules": [
      {"mode": "even", "token": "a", "next": "odd"}, {"mode": "odd", "token": "a", "next": "even"},
      {"mode": "even", "token": "b", "next": "even"}, {"mode": "odd", "token": "b", "next": "odd"}]}"#,
    );
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
    // No b overtakes the a's: that is not regular, and short words do not show it.
    let checked = reduce(&["check", "--machine", &machine, "--against", "regex:[ab]*", "--words", "3"]);
    assert!(checked.code == 1 && checked.out.contains("on `b` the machine rejects"), "{}", checked.out);
    let few = "(a(a(a(ab)*b)*b|a)*b|a)*";
    let done =
        reduce(&["check", "--machine", &machine, "--against", &format!("regex:{few}"), "--words", "3", "--json"]);
    let json: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!((done.code, &json["verdict"], &json["links"][0]["verdict"]), (1, &"refuted".into(), &"proved".into()));
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
    let refused = reduce(&["check", "--network", &network, "--against", &words]);
    assert!(refused.code == 2 && refused.err.contains("line 18: expected a JSON object"), "{}", refused.err);
    let done = reduce(&["check", "--network", &network, "--against", &words, "--keep-going"]);
    assert_eq!(done.code, 2, "{}", done.out);
    for part in ["998 words", "2 lines could not be read and left out", "line 18:", "line 901:"] {
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
