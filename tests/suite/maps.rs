//! The maps that make problems hard, as a user of the command line meets them.

use super::common::reduce;
use super::common::reduce_with;
use super::common::refused;
use serde_json::Value;

#[test]
fn every_map_is_checked_with_both_answers_and_its_size() {
    let done = reduce(&["check", "--maps", "--json"]);
    assert_eq!(done.code, 0, "{}", done.out);
    let found: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(found.len(), reduce::maps::all().len());
    for check in &found {
        assert_eq!(check["schema"], "reduce.map-check/1");
        let expected = if check["induction"].is_null() { "checked" } else { "proved" };
        assert_eq!(check["verdict"], expected, "{check}");
        for of in ["every", "samples"] {
            assert!(check[of]["yes"].as_u64() > Some(0) && check[of]["no"].as_u64() > Some(0), "{check}");
            assert!(check[of]["differs"].is_null() && check[of]["wrong_size"].is_null());
        }
    }
    assert_eq!(found.iter().filter(|check| check["verdict"] == "proved").count(), 2);
    // The counts are those of all sources: (n + 1)^n n^2 graphs and ends to n = 4.
    let graphs = &found[0]["every"];
    assert_eq!(graphs["yes"].as_u64().unwrap() + graphs["no"].as_u64().unwrap(), 2 + 36 + 576 + 10_000);
    refused(&reduce(&["check", "--maps", "--n", "4"]), &["--maps"]);
    refused(&reduce(&["check", "--maps", "reachability"]), &["--maps"]);
}

#[test]
fn a_check_of_maps_takes_as_many_samples_as_asked_and_no_flag_that_it_does_not_read() {
    let done = reduce(&["check", "--maps", "--json", "--samples", "20"]);
    for line in done.out.lines() {
        let check: Value = serde_json::from_str(line).unwrap();
        let [yes, no] = ["yes", "no"].map(|answer| check["samples"][answer].as_u64().unwrap());
        assert_eq!(yes + no, 20, "{check}");
    }
    let folder = tempfile::tempdir().unwrap();
    let evidence = folder.path().join("evidence").to_str().unwrap().to_owned();
    for flags in [
        &["--evidence", &evidence][..],
        &["--number", "bf16"],
        &["--number", "fixed:4.4"],
        &["--frac-bits", "3"],
        &["--round-weights"],
        &["--timeout", "3"],
    ] {
        refused(&reduce(&[&["check", "--maps"], flags].concat()), &["--maps", flags[0]]);
    }
}

#[test]
fn a_check_of_maps_says_what_its_sources_are() {
    let done = reduce(&["check", "--maps"]);
    for sentence in [
        "200 samples of 20 and-gates over five inputs (",
        "every source of at most 1 and-gates over two inputs (",
        "200 samples of 4 steps of a machine with three working states, on four bits (",
        "every source of at most 3 leaves, each part negated at most once (",
        "200 samples of 16 leaves (",
    ] {
        assert!(done.out.contains(sentence), "expected `{sentence}` in {}", done.out);
    }
}

#[test]
fn images_are_words_that_the_networks_answer_as_the_source_says() {
    // Each map with sources whose answers are yes, no, ...
    let cases = [
        ("functional-graph-to-reachability", "reachability", "1 2 0 - from 2 to 1\n1 2 0 - from 2 to 3\n"),
        ("formula-to-word-problem", "word-problem", "1 & !(0 | 1)\n!(1&0) | 0\n"),
        ("formula-to-matrix-product", "matrix-product", "(1 + 1) * -(0 + -1)\n-1*1+0\n"),
    ];
    for (map, problem, sources) in cases {
        let images = reduce_with(&["map", map], sources);
        assert_eq!(images.code, 0, "{}", images.err);
        let run = reduce_with(&["run", problem], &images.out);
        let answers: Vec<&str> = run.out.lines().filter(|line| !line.contains("values")).collect();
        assert_eq!((run.code, answers.len()), (0, 2), "{}", run.out);
        assert!(answers[0].contains("network yes") && answers[1].contains("network no "), "{}", run.out);
    }
}

#[test]
fn a_machine_and_a_circuit_become_circuits() {
    let machine = reduce::maps::named("turing-machine-to-circuit-value").unwrap().example;
    let sources = format!("{machine}\n{}\n", machine.replace("\"word\":\"10\"", "\"word\":\"01\""));
    let done = reduce_with(&["map", "turing-machine-to-circuit-value", "--json"], &sources);
    let lines: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answers: Vec<bool> = lines.iter().map(|line| line["answer"].as_bool().unwrap()).collect();
    assert_eq!(answers, [true, false]);
    assert_eq!(lines[0]["schema"], "reduce.map/1");
    let run = reduce_with(&["run", "circuit-value"], &done.out);
    assert_eq!((run.code, run.out.matches("stated").count()), (0, 2), "{}", run.out);
    let adder = format!("{}/circuit-files/tests/data/full_adder.aag", env!("CARGO_MANIFEST_DIR"));
    for (bits, sums) in [("110", [false, true]), ("001", [true, false])] {
        let done = reduce(&["map", "circuit-to-circuit-value", &adder, "--input", bits, "--json"]);
        let lines: Vec<Value> = done.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let answers: Vec<bool> = lines.iter().map(|line| line["answer"].as_bool().unwrap()).collect();
        assert_eq!(answers, sums, "{bits}");
    }
}

#[test]
fn bad_sources_are_refused_in_one_sentence_with_their_line() {
    refused(&reduce(&["map", "nothing"]), &["formula-to-word-problem", "`nothing`"]);
    let cases = [
        ("formula-to-word-problem", "1 & \n", ["line 1", "expected 0, 1, `!` or `(`, got the end"]),
        ("formula-to-word-problem", "1 + 1\n", ["character 2", "an operator or the end, got `+`"]),
        ("formula-to-word-problem", "(1\n", ["expected `)`", "got the end"]),
        ("formula-to-matrix-product", "1 * 2\n", ["line 1", "got `2`"]),
        ("functional-graph-to-reachability", "1 2 from 0 to 1\n", ["below 2", "got `2`"]),
        ("functional-graph-to-reachability", "1 - from 0\n", ["`from` SOURCE `to` TARGET", "line 1"]),
        ("functional-graph-to-reachability", "\n", ["`from` SOURCE `to` TARGET", "line 1"]),
        ("turing-machine-to-circuit-value", "{\"rules\": []}\n", ["rules", "a blank at least"]),
        ("turing-machine-to-circuit-value", "x\n", ["a machine as JSON", "line 1"]),
    ];
    for (map, source, parts) in cases {
        refused(&reduce_with(&["map", map], source), &parts);
    }
    let deep = format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000));
    refused(&reduce_with(&["map", "formula-to-word-problem"], &deep), &["at most 200 deep"]);
    let wide = ["1"; 40].join("&");
    refused(&reduce_with(&["map", "formula-to-word-problem"], &wide), &["at most 10000000 letters", "source 1"]);
    let graph = format!("{} from 0 to 1", ["1"; 2000].join(" "));
    refused(&reduce_with(&["map", "functional-graph-to-reachability"], &graph), &["at most 20000 edges"]);
    refused(&reduce(&["map", "circuit-to-circuit-value", "none.aag"]), &["--input"]);
    refused(&reduce(&["map", "formula-to-word-problem", "--input", "01"]), &["circuit-to-circuit-value"]);
    refused(&reduce(&["map", "formula-to-word-problem", "no-such-file"]), &["no-such-file"]);
}

#[test]
fn the_list_and_the_table_name_every_map_and_every_network() {
    let (text, table) = (reduce(&["list", "--maps"]).out, reduce(&["show", "--completeness"]).out);
    for map in reduce::maps::all() {
        assert!(text.contains(map.name) && table.contains(map.name), "{}", map.name);
        assert!(reduce(&["list", "--maps", "--json"]).out.contains(map.name));
    }
    let json: Value = serde_json::from_str(&reduce(&["show", "--completeness", "--json"]).out).unwrap();
    let rows = json.as_array().unwrap();
    let problems: Vec<&str> = rows.iter().map(|row| row["problem"].as_str().unwrap()).collect();
    assert_eq!(problems, ["reachability", "circuit-value", "word-problem", "matrix-product"]);
    for row in rows {
        let of_problem = |reduction: &&dyn reductions::Reduction| reduction.problem().name() == row["problem"];
        let expected = reductions::all().into_iter().filter(|reduction| of_problem(reduction)).count();
        assert_eq!(row["solved_by"].as_array().unwrap().len(), expected, "{row}");
        assert!(!row["hard_by"].as_array().unwrap().is_empty());
    }
    refused(&reduce(&["show"]), &["PROBLEM"]);
    refused(&reduce(&["show", "reachability", "--completeness"]), &["--completeness"]);
}
