//! The command line as a user meets it.

use super::common::json;
use super::common::reduce;
use super::common::reduce_with;
use super::common::refused;
use rnn::Exact;
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::BufRead;
use std::path::PathBuf;

fn data(name: &str) -> String {
    format!("{}/circuit-files/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_main_job_is_proved_and_says_what_supports_it() {
    let done = reduce(&["check", "circuit-value", "--n", "64", "--words", "3"]);
    assert_eq!(done.code, 0, "{}", done.err);
    for part in ["PROVED", "79 of 79", "92 of 92", "definition = decider", "checked", "8 hard instances of 64 values"] {
        assert!(done.out.contains(part), "expected `{part}` in {}", done.out);
    }
}

#[test]
fn the_json_of_a_check_is_one_object_with_the_fields_promised() {
    let done = reduce(&["check", "reachability", "--n", "9", "--words", "5", "--seed", "4", "--json"]);
    let value = json(&done);
    assert_eq!(value["schema"], "reduce.check/2");
    assert_eq!(value["verdict"], "proved");
    assert_eq!(value["obligations"]["total"], 77);
    assert_eq!(value["obligations"]["discharged"], 77);
    assert_eq!(value["words"]["max_length"], 5);
    assert_eq!(value["samples"]["n"], 8);
    assert_eq!(value["n"], 9);
    assert_eq!(value["seed"], 4);
    assert_eq!(value["counterexample"], Value::Null);
    let links: Vec<(&str, &str)> = value["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| (link["name"].as_str().unwrap(), link["verdict"].as_str().unwrap()))
        .collect();
    let expected =
        [("network = definition", "proved"), ("definition = problem", "proved"), ("definition = decider", "checked")];
    assert_eq!(links, expected);
    for field in ["problem", "model", "variant", "theorem", "symbolic", "solver", "version", "seconds"] {
        assert!(value.get(field).is_some(), "field {field}");
    }
}

/// The whole list takes a while, and every claim on it is checked by the registry's tests; here it is how they are printed.
#[test]
fn check_all_prints_one_json_object_a_line_as_soon_as_it_is_known() {
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("reduce"))
        .args(["check", "--all", "--json", "--n", "8", "--words", "3"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
    for (line, reduction) in lines.zip(reductions::all()).take(8) {
        let value: Value = serde_json::from_str(&line.unwrap()).unwrap();
        assert_eq!(value["problem"], reduction.problem().name());
        assert_eq!(value["variant"], reduction.description().variant.map_or(Value::Null, Value::from));
        assert_eq!(value["verdict"], "proved", "{value}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn every_control_is_settled_as_expected_in_text_and_json() {
    let done = reduce(&["check", "--controls", "--json", "--timeout", "60"]);
    assert_eq!(done.code, 0, "{} {}", done.out, done.err);
    let controls: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(controls.len(), reductions::impossible::queries().len() + reductions::impossible::exact().len());
    for control in &controls {
        assert_eq!(control["schema"], "reduce.control/1");
        assert_eq!(control["answer"], control["expected"], "{control}");
        assert_eq!(control["as_expected"], true);
        assert!(control["name"].is_string() && control["seconds"].is_number());
        assert!(control["shows"].as_str().unwrap().ends_with('.'), "{control}");
    }
    for answer in ["unsat", "sat", "yes"] {
        assert!(controls.iter().any(|control| control["answer"] == answer), "{answer}");
    }
}

#[test]
fn a_control_without_an_answer_is_unknown_and_not_a_pass() {
    let done = reduce(&["check", "--controls", "--timeout", "0.001"]);
    assert_eq!(done.code, 3, "{}", done.out);
    for part in ["UNKNOWN", "as expected", "symmetric-group-by-permutations: expected yes, answer yes", " 0 otherwise"]
    {
        assert!(done.out.contains(part), "expected `{part}` in {}", done.out);
    }
}

#[test]
fn controls_exclude_what_selects_a_claim() {
    let cases: [&[&str]; 5] = [&["--all"], &["reachability"], &["--model", "pd"], &["--n", "4"], &["--samples", "3"]];
    for case in cases {
        refused(&reduce(&[&["check", "--controls"], case].concat()), &["--controls"]);
    }
}

#[test]
fn a_timeout_is_undetermined_and_not_a_pass() {
    let done = reduce(&["check", "word-problem", "--words", "1", "--symbolic", "2", "--timeout", "0.05", "--json"]);
    assert_eq!(done.code, 3, "{}", done.out);
    let value = json(&done);
    assert!(value["symbolic"]["status"].as_str().unwrap().starts_with("unknown"), "{value}");
}

#[test]
fn where_short_words_have_one_answer_the_definition_is_tested_by_longer_ones() {
    // Every word of length 1 is a no-word: near misses of instances and walks have the other answer.
    let done = reduce(&["check", "circuit-value", "--n", "4", "--words", "1", "--json"]);
    let value = json(&done);
    assert_eq!((&value["definition"]["short"]["yes"], &value["links"][2]["verdict"]), (&0.into(), &"checked".into()));
    assert!(value["definition"]["near_misses"]["yes"].as_u64().unwrap() > 0);
    assert_eq!((done.code, &value["verdict"]), (0, &Value::from("proved")));
}

#[test]
fn the_nine_values_of_a_product_are_printed_beside_the_decision_and_compared() {
    let words = "1 1 0 0 1 0 0 0 1\n1 1\n";
    let done = reduce_with(&["run", "matrix-product"], words);
    assert_eq!(done.code, 0, "{}", done.out);
    assert!(done.out.contains("agree   values  network 1 1 0 0 1 0 0 0 1  decider 1 1 0 0 1 0 0 0 1"), "{}", done.out);
    assert_eq!(done.out.lines().count(), 3, "only a matrix end has values: {}", done.out);
    let sign = reduce_with(&["run", "matrix-product", "--variant", "sign", "--json"], "1 1 0 0 1 0 0 0 1");
    assert_eq!((sign.code, &json(&sign)["values"]["network"][0]), (0, &Value::from("1/3")));

    // Twice the value of entry (2,2): the decision is the same.
    let mut network = json(&reduce(&["show", "matrix-product", "--network"]));
    let weights = network["readout"]["weights"].as_array_mut().unwrap();
    let last = weights.iter_mut().max_by_key(|weight| weight[0].as_u64()).unwrap();
    last[2] = Value::from("2");
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), network.to_string()).unwrap();
    let path = file.path().to_str().unwrap();
    let done = reduce_with(&["run", "matrix-product", "--network", path, "--json"], "1 1 0 0 1 0 0 0 1");
    assert_eq!(done.code, 1, "{}", done.err);
    let value = json(&done);
    assert_eq!((&value["network"], &value["decider"], &value["agree"]), (&true.into(), &true.into(), &false.into()));
    assert_eq!((&value["values"]["network"][8], &value["values"]["decider"][8]), (&"2".into(), &"1".into()));
    // A word that is too long for its values to be printed.
    let long = "1 0 0 0 1 0 0 0 1 ".repeat(12);
    let done = reduce_with(&["run", "matrix-product", "--network", path], &long);
    assert_eq!(done.code, 1);
    assert!(done.out.contains("DIFFER  values\n"), "{}", done.out);
    let value = json(&reduce_with(&["run", "matrix-product", "--network", path, "--json"], &long));
    assert_eq!((&value["values"]["network"][8], &value["values"]["decider"][8]), (&"2".into(), &"1".into()));
}

#[test]
fn words_with_bos_are_generated_and_run_and_bos_is_skipped() {
    let bos = ["matrix-product", "--variant", "bos"];
    let generated = reduce(&[&["generate"], &bos[..], &["--n", "2", "--count", "4"]].concat());
    assert_eq!(generated.out.matches(r#""word":"BOS "#).count(), 4, "{}", generated.out);
    for model in ["deltanet", "rwkv7"] {
        let run = [&["run"], &bos[..], &["--model", model]].concat();
        let done = reduce_with(&run, &generated.out);
        assert_eq!((done.code, done.out.matches("agree   network yes").count()), (0, 2), "{}", done.out);
        let done = reduce_with(&run, "1 BOS 1 0 0 1 BOS 0 0 0 1\n1 1 0 0 1 0 0 0 1 BOS\nBOS\n");
        let answers: Vec<&str> = done.out.lines().filter(|line| !line.contains("values")).collect();
        assert_eq!((done.code, answers.len()), (0, 3));
        assert!(answers[0].contains("network yes") && answers[1..].iter().all(|line| line.contains("network no ")));
    }
    refused(&reduce_with(&["run", "matrix-product"], &generated.out), &["line 1", "--variant"]);
}

#[test]
fn show_says_how_often_products_collapse_where_no_determinant_is_forced() {
    let shown = reduce(&["show", "matrix-product"]).out.replace("\n           ", " ");
    let line = shown.lines().find(|line| line.starts_with("instances")).unwrap_or_else(|| panic!("{shown}"));
    // More than at one matrix, where it is a third, and less than the 84 % of 200.
    let percent = |text: &str| text.split(" % ").next()?.split(' ').next_back()?.parse::<u32>().ok();
    let entry_zero = percent(line).unwrap_or_else(|| panic!("{line}"));
    assert!((34..84).contains(&entry_zero), "{line}");
}

#[test]
fn a_linear_network_is_a_shallow_circuit_with_figures_by_formula_and_by_count() {
    let value = json(&reduce(&["circuit", "word-problem", "--n", "64", "--json"]));
    assert_eq!(value["schema"], "reduce.circuit/1");
    assert_eq!((&value["tokens"], &value["levels"]), (&64.into(), &6.into()));
    // Six levels of 1 + ceil(log2 6); 63 compositions of 5^3 + 5^2 products and 5^2 4 + 5^2 sums.
    let fold = serde_json::json!({"depth": 24, "multiplications": 63 * 150, "additions": 63 * 125});
    assert_eq!(value["fold"], fold);
    let built = &value["with_readout"]["built"];
    assert!(built["depth"].as_u64().unwrap() <= value["with_readout"]["depth_bound"].as_u64().unwrap(), "{value}");
    assert!(built["multiplications"].as_u64() > fold["multiplications"].as_u64());
    // Steps with entries up to 4 have 3 bits: 64 * 3 + floor(63 log2 6) + 1.
    assert_eq!(value["bits"], serde_json::json!({"bound": 355, "of_step": 3, "denominator": "1"}));
    let sequential = value["sequential"].as_array().unwrap();
    assert!(sequential.iter().any(|entry| entry["problem"] == "reachability"));
    assert!(sequential.iter().all(|entry| entry["depth"].as_u64() > built["depth"].as_u64()), "{value}");
}

#[test]
fn a_circuit_that_is_too_large_is_not_built_and_says_so() {
    let done = reduce(&["circuit", "word-problem", "--n", "100000"]);
    assert_eq!(done.code, 0, "{}", done.err);
    for part in ["17 levels", "not built", "depth at most 76", "beside it", "reachability by relu: 100000 x"] {
        assert!(done.out.contains(part), "expected `{part}` in {}", done.out);
    }
}

#[test]
fn the_last_layer_of_a_routed_network_is_one_stratum() {
    let done = reduce(&["circuit", "matrix-product", "--model", "deltanet", "--n", "64"]);
    assert_eq!(done.code, 0, "{}", done.err);
    for part in [
        "64 matrices, 576 tokens",
        "10 levels",
        "layer 4",
        "3 x 18, 3 x 18, 3 x 18",
        "in its last state",
        "counted: depth",
        "319 measured",
    ] {
        assert!(done.out.contains(part), "expected `{part}` in {}", done.out);
    }
    let value = json(&reduce(&["circuit", "matrix-product", "--model", "rwkv7", "--n", "2", "--json"]));
    assert_eq!((&value["tokens"], &value["strata"]["layers"]), (&18.into(), &4.into()));
    let number =
        |place: &str| value.pointer(place).and_then(Value::as_u64).unwrap_or_else(|| panic!("{place}: {value}"));
    assert!(number("/strata/depth") <= number("/strata/depth_bound"));
    assert!(number("/strata/multiplications") > number("/fold/multiplications") && number("/strata/sign_gates") > 0);
    assert!(number("/bits/of_state") <= number("/bits/bound"));
    // Two matrices: one level, 4 products of two bits.
    assert_eq!((number("/boolean/measured"), number("/boolean/bound")), (25, 26));
    assert_eq!(value["with_readout"]["built"], Value::Null);
}

#[test]
fn a_nonlinear_network_has_no_balanced_circuit() {
    refused(&reduce(&["circuit", "reachability", "--n", "8"]), &["linear", "reachability by relu", "layers"]);
    refused(&reduce(&["circuit", "word-problem", "--n", "999999999999"]), &["--n", "999999999999"]);
    refused(&reduce(&["circuit", "matrix-product", "--n", "0"]), &["--n"]);
    refused(&reduce(&["circuit", "word-problem"]), &["--n"]);
}

#[test]
fn unknown_names_are_refused_with_the_list_of_names() {
    refused(&reduce(&["check", "halting"]), &["halting", "reachability", "circuit-value", "word-problem"]);
    refused(&reduce(&["check", "reachability", "--model", "gru"]), &["gru", "relu"]);
    refused(&reduce(&["show", "dyck-2", "--variant", "walk"]), &["no variant", "walk"]);
    refused(&reduce(&["check", "circuit-value", "--variant", "fly"]), &["fly", "copy", "walk"]);
    refused(&reduce(&["show", "reachability", "--variant", "walk"]), &["target-last-sink", "walk"]);
    refused(&reduce(&["check"]), &["PROBLEM"]);
    refused(&reduce(&["check", "reachability", "--all"]), &["--all"]);
}

#[test]
fn sizes_out_of_range_are_refused_with_the_bound() {
    refused(&reduce(&["check", "circuit-value", "--n", "0"]), &["1", "0"]);
    refused(&reduce(&["check", "circuit-value", "--n", "999999999"]), &["16384"]);
    refused(&reduce(&["generate", "reachability", "--n", "1000000"]), &["8192"]);
    refused(&reduce(&["check", "circuit-value", "--samples", "0"]), &["--samples"]);
    refused(&reduce(&["check", "circuit-value", "--timeout", "0"]), &["seconds"]);
    refused(&reduce(&["check", "circuit-value", "--jobs", "0"]), &["--jobs"]);
}

#[test]
fn a_word_with_a_foreign_token_is_refused_with_its_place() {
    let done = reduce_with(&["run", "reachability"], "|0#|0$\n|0?$\n");
    // What came before the bad line was answered, and nothing after it.
    assert_eq!((done.code, done.out.as_str()), (2, "agree   network yes  decider yes  |0#|0$\n"), "{}", done.err);
    for part in ["standard input: line 2", "token 3", "one of 0 | # $", "`?`"] {
        assert!(done.err.contains(part), "expected `{part}` in `{}`", done.err);
    }
}

#[test]
fn a_truncated_json_line_is_refused_with_its_place() {
    let done = reduce_with(&["run", "reachability"], "{\"word\": \"|0#|0$\", \"answer\": tr\n");
    refused(&done, &["line 1", "JSON"]);
    refused(&reduce_with(&["run", "reachability"], "{\"answer\": true}\n"), &["line 1", "`word`"]);
    refused(&reduce_with(&["run", "reachability"], "{\"word\": \"$\", \"answer\": 1}\n"), &["line 1", "true or false"]);
}

#[test]
fn instances_of_another_problem_or_variant_are_refused() {
    let made = reduce(&["generate", "dyck-2", "--n", "3"]);
    refused(&reduce_with(&["run", "reachability"], &made.out), &["reachability", "dyck-2"]);
    let walk = reduce(&["generate", "circuit-value", "--variant", "walk", "--n", "3"]);
    refused(&reduce_with(&["run", "circuit-value"], &walk.out), &["walk", "copy"]);
    assert_eq!(reduce_with(&["run", "circuit-value", "--variant", "walk"], &walk.out).code, 0);
}

#[test]
fn the_empty_line_is_the_empty_word() {
    let done = reduce_with(&["run", "word-problem"], "\n");
    assert_eq!((done.code, done.out.trim_end()), (0, "agree   network yes  decider yes"));
    let done = reduce_with(&["run", "circuit-value"], "\n");
    assert_eq!((done.code, done.out.trim_end()), (0, "agree   network no   decider no"));
}

#[test]
fn a_stated_answer_that_is_wrong_differs() {
    let done = reduce_with(&["run", "reachability"], "{\"word\": \"|0#|0$\", \"answer\": false}\n");
    assert_eq!(done.code, 1);
    assert!(done.out.starts_with("DIFFER"), "{}", done.out);
    assert_eq!(reduce_with(&["run", "reachability"], "{\"word\": \"|0#|0$\", \"answer\": true}\n").code, 0);
}

#[test]
fn what_generate_writes_run_reads() {
    for (problem, variant) in [
        ("reachability", None),
        ("reachability", Some("target-last-sink")),
        ("circuit-value", Some("copy")),
        ("circuit-value", Some("walk")),
        ("dyck-2", None),
        ("word-problem", Some("all")),
        ("word-problem", Some("generators")),
    ] {
        let flags: Vec<&str> = variant.map(|variant| vec!["--variant", variant]).unwrap_or_default();
        let made =
            reduce(&[&["generate", problem, "--n", "10", "--count", "6", "--seed", "5"], flags.as_slice()].concat());
        assert_eq!(made.code, 0, "{}", made.err);
        let lines: Vec<Value> = made.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.iter().filter(|line| line["answer"] == true).count(), 3, "{problem}");
        for line in &lines {
            for field in ["word", "n", "seed", "family", "version"] {
                assert!(line.get(field).is_some(), "{problem}: field {field}");
            }
        }
        let run = reduce_with(&[&["run", problem, "--json"], flags.as_slice()].concat(), &made.out);
        assert_eq!(run.code, 0, "{problem}: {}", run.out);
        assert_eq!(run.out.lines().count(), 6);
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_for_any_number_of_threads() {
    let one = reduce(&["generate", "circuit-value", "--n", "20", "--count", "70", "--seed", "9", "--jobs", "1"]);
    let four = reduce(&["generate", "circuit-value", "--n", "20", "--count", "70", "--seed", "9", "--jobs", "4"]);
    let other = reduce(&["generate", "circuit-value", "--n", "20", "--count", "70", "--seed", "10"]);
    assert_eq!(one.out, four.out);
    assert_ne!(one.out, other.out);
}

#[test]
fn generated_bytes_do_not_change_between_versions_by_accident() {
    let done =
        reduce(&["generate", "word-problem", "--variant", "generators", "--n", "6", "--answer", "yes", "--seed", "1"]);
    let line: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(line["word"], EXPECTED_WORD);
}

/// The first instance of seed 1: recorded once, the same on every platform.
const EXPECTED_WORD: &str = "21345 21345 21345 21345 21345 21345";

#[test]
fn an_output_file_is_complete_or_absent() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("graphs.jsonl");
    let path_text = path.to_str().unwrap();
    let done = reduce(&["generate", "reachability", "--n", "8", "--count", "5", "-o", path_text]);
    assert_eq!((done.code, done.out.as_str()), (0, ""));
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 5);

    let missing = folder.path().join("no-instance.jsonl");
    refused(
        &reduce(&["generate", "word-problem", "--variant", "generators", "--n", "3", "-o", missing.to_str().unwrap()]),
        &["3"],
    );
    assert!(!missing.exists());
    let left: Vec<PathBuf> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(left, [path], "no temporary file is left behind");
    refused(&reduce(&["generate", "reachability", "-o", "/no/such/folder/x"]), &["/no/such/folder/x"]);
}

/// Whoever may read the files of other programs may read ours, and a file that is replaced stays as private as it was.
#[cfg(unix)]
#[test]
fn an_output_file_has_the_permissions_that_the_umask_asks_for() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let program = assert_cmd::cargo::cargo_bin!("reduce");
    let write = |umask: &str| {
        let script = format!("umask {umask}; exec \"$0\" generate dyck-2 --n 8 --count 2 -o \"$1\"");
        let status = std::process::Command::new("sh").args(["-c", &script]).arg(program).arg(&path).status().unwrap();
        assert!(status.success());
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777
    };
    for (umask, mode) in [("022", 0o644), ("077", 0o600), ("002", 0o664)] {
        assert_eq!(write(umask), mode, "umask {umask}");
        std::fs::remove_file(&path).unwrap();
    }
    assert_eq!(write("022"), 0o644);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(write("022"), 0o640);
}

#[test]
fn a_trace_names_the_coordinates() {
    let done = reduce_with(&["run", "reachability", "--trace"], "|0#|0$\n");
    assert_eq!(done.code, 0);
    let lines: Vec<&str> = done.out.lines().collect();
    assert_eq!(lines.len(), 8);
    assert!(lines[0].contains("start") && lines[0].contains("S=1"), "{}", lines[0]);
    assert!(lines[2].contains("g=-1"), "{}", lines[2]);
    assert!(lines[6].contains("A=1") && lines[6].contains("readout 1/2"), "{}", lines[6]);
}

#[test]
fn a_trace_in_json_is_exact_where_the_text_shortens() {
    let word = "(".repeat(300);
    let done = reduce_with(&["run", "dyck-2", "--trace", "--json"], &word);
    let trace = json(&done)["trace"].as_array().unwrap().clone();
    assert_eq!(trace.len(), 301);
    assert_eq!((&trace[0]["token"], &trace[300]["token"]), (&Value::Null, &Value::from("(")));
    // s after n brackets that push 0 is (1 - 4^-n) / 3.
    let last = trace[300]["state"]["s"].as_str().unwrap();
    let expected = (Exact::ONE - Exact::power_of_two(-600)) / Exact::integer(3);
    assert_eq!(last.parse::<Exact>().unwrap(), expected);
    let text = reduce_with(&["run", "dyck-2", "--trace"], &word).out;
    assert!(text.contains("characters)") && !text.contains(last));
    assert_eq!(text.lines().count(), 302);
}

/// A network file with one number changed.
fn changed_network(folder: &std::path::Path, name: &str, from: &str, to: &str) -> String {
    let text = reduce(&["show", "circuit-value", "--network"]).out;
    assert!(text.contains(from), "`{from}` is in the file");
    let path = folder.join(name);
    std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_network_file_is_checked_as_it_stands_and_a_counterexample_replays() {
    let folder = tempfile::tempdir().unwrap();
    let same = changed_network(folder.path(), "same.json", "\"relu\"", "\"relu\"");
    let done = reduce(&["check", "circuit-value", "--network", &same, "--words", "3"]);
    assert_eq!(done.code, 0, "{}{}", done.out, done.err);

    // The start stack is [0] instead of empty.
    let start = "\"start\": [\"1\", \"0\", \"0\", \"0\", \"0\", \"0\", \"0\"]";
    let wrong = "\"start\": [\"1\", \"0\", \"0\", \"0\", \"0\", \"1/4\", \"0\"]";
    let changed = changed_network(folder.path(), "changed.json", start, wrong);
    let done = reduce(&["check", "circuit-value", "--network", &changed, "--json"]);
    assert_eq!(done.code, 1);
    let found = &json(&done)["counterexample"];
    assert_eq!(found["word"], "(!$");
    let command = found["command"].as_str().unwrap();
    assert_eq!(command, format!("echo '(!$' | reduce run circuit-value --network '{changed}'"));
    let replayed = reduce_with(&["run", "circuit-value", "--network", &changed], "(!$\n");
    assert_eq!(replayed.code, 1);
    assert!(replayed.out.starts_with("DIFFER  network yes  decider no"), "{}", replayed.out);
}

#[test]
fn a_malformed_network_file_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, from: &str, to: &str| {
        let path = changed_network(folder.path(), name, from, to);
        reduce(&["check", "circuit-value", "--network", &path])
    };
    refused(&check("schema.json", "reduce.network/1", "reduce.network/9"), &["schema.json", "line 2", "schema"]);
    refused(&check("zero.json", "\"-1/4\"", "\"1/0\""), &["zero.json", "line", "1/0"]);
    refused(&check("rows.json", "\"rows\": 27", "\"rows\": 26"), &["rows.json", "line", "26"]);
    refused(&check("tokens.json", "\"X\", \"$\"]", "\"X\", \"%\"]"), &["tokens.json", "tokens", "%"]);
    refused(&check("names.json", "\"P_0\"", "\"P_9\""), &["names.json", "coordinates", "P_9"]);
    refused(&check("broken.json", "\"layers\"", "layers"), &["broken.json", "line"]);
    refused(&check("extra.json", "\"kind\"", "\"extra\": 1, \"kind\""), &["extra.json", "extra"]);
    refused(&reduce(&["check", "circuit-value", "--network", "/no/such.json"]), &["/no/such.json"]);
    let other = folder.path().join("other.json");
    std::fs::write(&other, reduce(&["show", "reachability", "--network"]).out).unwrap();
    refused(&reduce(&["check", "circuit-value", "--network", other.to_str().unwrap()]), &["tokens"]);
}

#[test]
fn a_circuit_file_is_evaluated_on_the_inputs_given() {
    // sum and carry of 0 + 1 + 1
    let done = reduce(&["check", "circuit-value", "--circuit", &data("full_adder.aag"), "--input", "011"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert!(done.out.contains("SAMPLED") && done.out.contains("sum=0 carry_out=1"), "{}", done.out);
    let done = reduce(&["check", "circuit-value", "--circuit", &data("adder4.aig"), "--samples", "5", "--json"]);
    let value = json(&done);
    assert_eq!((done.code, &value["verdict"]), (0, &Value::from("sampled")));
    assert_eq!(value["samples"]["n"], 5);
    let outputs = value["samples"]["yes"].as_u64().unwrap() + value["samples"]["no"].as_u64().unwrap();
    assert_eq!(outputs, 5 * 5, "four sums and a carry on each vector");
}

#[test]
fn bad_circuits_and_inputs_are_refused() {
    let circuit = |name: &str| reduce(&["check", "circuit-value", "--circuit", &data(name)]);
    for entry in std::fs::read_dir(data("malformed")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        refused(&circuit(&format!("malformed/{name}")), &[&name]);
    }
    refused(&circuit("no_such_file.aag"), &["no_such_file.aag"]);
    let adder = data("full_adder.aag");
    refused(&reduce(&["check", "circuit-value", "--circuit", &adder, "--input", "01"]), &["3 bits", "`01`"]);
    refused(&reduce(&["check", "circuit-value", "--circuit", &adder, "--input", "01x"]), &["3 bits", "`01x`"]);
    refused(&reduce(&["check", "reachability", "--circuit", &adder]), &["circuit-value"]);
    refused(&reduce(&["check", "circuit-value", "--input", "01"]), &["--circuit"]);
}

#[test]
fn shared_circuits_agree_with_their_own_simulation() {
    let Some(folder) = std::env::var_os("REDUCE_CIRCUITS") else {
        println!("skipped: REDUCE_CIRCUITS names no folder of circuits");
        return;
    };
    for name in ["c17", "c432", "c499", "ctrl"] {
        let path = std::path::Path::new(&folder).join(format!("{name}.aig"));
        let done = reduce(&["check", "circuit-value", "--circuit", path.to_str().unwrap(), "--samples", "3", "--json"]);
        let value = json(&done);
        assert_eq!((done.code, &value["verdict"]), (0, &Value::from("sampled")), "{name}");
        assert!(value["samples"]["yes"].as_u64() > Some(0) && value["samples"]["no"].as_u64() > Some(0), "{name}");
    }
}

#[test]
fn list_and_show_name_every_claim() {
    let list = reduce(&["list"]).out;
    let mut shown = BTreeSet::new();
    for reduction in reductions::all() {
        assert!(list.contains(reduction.problem().name()));
        if let Some(variant) = reduction.description().variant {
            assert!(list.contains(variant), "{variant}");
        }
        // The variants of a model are shown alike.
        if !shown.insert((reduction.problem().name(), reduction.description().model)) {
            continue;
        }
        let model = reduction.description().model;
        let mut arguments = vec!["show", reduction.problem().name(), "--model", model, "--rules", "--witnesses"];
        if let Some(variant) = reduction.description().variant {
            arguments.extend(["--variant", variant]);
        }
        let shown = reduce(&arguments);
        assert_eq!(shown.code, 0);
        for part in ["claim", "deviation", "on paper", "invariant", "obligations", "witnesses"] {
            assert!(shown.out.contains(part), "{arguments:?}: `{part}`");
        }
        let terms = rnn::Terms::default();
        let proof = reduction.proof(&terms, reduction.network()).unwrap();
        let count = format!("obligations ({})", proof.obligations().len());
        assert!(shown.out.contains(&count), "{arguments:?}: `{count}`");
        for obligation in proof.obligations() {
            assert!(shown.out.contains(&obligation.name), "{arguments:?}: {}", obligation.name);
        }
    }
    let listed = json(&reduce(&["list", "--json"]));
    let n_marked = |mark: bool| listed.as_array().unwrap().iter().filter(|row| row["as_printed"] == mark).count();
    assert_eq!(
        (n_marked(false), n_marked(true)),
        (reductions::all().len() + reductions::shipped::all().len(), reductions::as_printed::as_printed().len())
    );
}

#[test]
fn completions_and_the_manual_come_from_the_same_definitions() {
    for shell in ["bash", "zsh", "fish"] {
        assert!(reduce(&["completions", shell]).out.contains("generate"), "{shell}");
    }
    assert!(reduce(&["man"]).out.contains("reduce"));
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let program = assert_cmd::cargo::cargo_bin("reduce");
    let script = format!("'{}' generate reachability --n 64 --count 300 | head -1", program.display());
    let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1);
}

#[test]
fn the_json_of_mutants_has_the_fields_promised_and_the_same_seed_gives_the_same_bytes() {
    let arguments = ["mutate", "word-problem", "--variant", "generators", "--count", "12", "--seed", "5", "--json"];
    let done = reduce(&arguments);
    assert_eq!(done.code, 0, "{}", done.err);
    let value = json(&done);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let expected = [
        "schema", "problem", "model", "variant", "seed", "count", "killed", "refused", "harmless", "unsound", "mutants",
    ]
    .map(str::to_owned);
    assert_eq!(keys(&value), expected);
    assert_eq!((&value["problem"], &value["model"]), (&"word-problem".into(), &"pd".into()));
    assert_eq!((&value["variant"], &value["seed"]), (&"generators".into(), &5.into()));
    let mutants = value["mutants"].as_array().unwrap();
    for class in ["killed", "refused", "harmless", "unsound"] {
        let written = class.replace("unsound", "UNSOUND");
        let counted = mutants.iter().filter(|mutant| mutant["class"] == written.as_str()).count();
        assert_eq!(value[class], counted, "{class}");
    }
    assert_eq!(value["unsound"], 0);
    for mutant in mutants {
        assert_eq!(keys(mutant), ["change", "class", "word", "obligation", "gave_up"]);
        assert!(mutant["change"].as_str().unwrap().contains(" -> "), "{mutant}");
        assert_eq!(mutant["word"].is_string(), mutant["class"] == "killed", "{mutant}");
        assert_eq!(mutant["obligation"].is_null(), mutant["class"] == "harmless", "{mutant}");
    }
    assert!(mutants.iter().any(|mutant| mutant["obligation"] == "family"));
    assert_eq!(reduce(&arguments).out, done.out);
    assert_ne!(reduce(&[&arguments[..7], &["6", "--json"][..]].concat()).out, done.out);
}

#[test]
fn the_text_of_mutants_lists_what_no_word_showed() {
    let done = reduce(&["mutate", "dyck-2", "--count", "12"]);
    assert_eq!(done.code, 0, "{}", done.err);
    for part in ["12 mutants, seed 0", "killed by a word", "refused by an obligation", "harmless", "UNSOUND"] {
        assert!(done.out.contains(part), "expected `{part}` in {}", done.out);
    }
    refused(&reduce(&["mutate", "dyck-2", "--count", "0"]), &["--count", "at least 1"]);
    refused(&reduce(&["mutate", "dyck-2", "--variant", "x"]), &["--variant", "dyck-2"]);
}
