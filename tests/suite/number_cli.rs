//! Number formats on the command line as a user meets them.

use super::common::Done;
use super::common::json;
use super::common::reduce_with;
use serde_json::Value;

/// Runs `echo 'WORD' | reduce run ...` as printed.
fn replayed(command: &str) -> Done {
    let (word, command) = command.strip_prefix("echo '").and_then(|rest| rest.split_once("' | reduce ")).unwrap();
    reduce_with(&command.split(' ').collect::<Vec<_>>(), word)
}

#[test]
fn a_check_with_enough_bits_is_not_refuted_and_says_which_numbers_it_used() {
    let arguments = ["check", "circuit-value", "--n", "16", "--frac-bits", "30", "--words", "3", "--json"];
    let done = reduce_with(&arguments, "");
    let value = json(&done);
    assert_eq!(done.code, 0, "{}", done.out);
    assert!(["sampled", "checked", "proved"].contains(&value["verdict"].as_str().unwrap()), "{value}");
    let number = value["number"].as_str().unwrap();
    assert!(number.starts_with("fixed:") && number.ends_with(".30"), "{number}");
    assert_eq!((&value["rounding"], &value["overflow"]), (&Value::from("floor"), &Value::from("saturate")));
    assert_eq!((&value["accumulate"], &value["round_weights"]), (&Value::from("wide"), &Value::from(false)));
    let exact = json(&reduce_with(&["check", "circuit-value", "--n", "8", "--words", "3", "--json"], ""));
    for field in ["number", "rounding", "overflow", "accumulate"] {
        assert_eq!(exact.get(field), Some(&Value::Null), "{field}");
    }
}

#[test]
fn one_bit_less_is_refuted_by_a_word_that_replays_in_the_same_numbers() {
    let arguments = ["check", "circuit-value", "--n", "16", "--frac-bits", "29", "--words", "3", "--json"];
    let done = reduce_with(&arguments, "");
    assert_eq!(done.code, 1, "{}", done.out);
    let command = json(&done)["counterexample"]["command"].as_str().unwrap().to_owned();
    assert!(command.contains(" --number fixed:"), "{command}");
    let again = replayed(&command);
    assert_eq!(again.code, 1, "{command}: {}", again.out);
    assert!(again.out.starts_with("DIFFER"), "{}", again.out);
    let (exact, _) = command.split_once(" --number").unwrap();
    assert_eq!(replayed(exact).code, 0, "the exact network is right on it");
}

#[test]
fn flags_that_are_not_usual_are_part_of_the_replay() {
    let done = reduce_with(
        &[
            "check",
            "reachability",
            "--n",
            "16",
            "--number",
            "fixed:5.2",
            "--rounding",
            "nearest",
            "--overflow",
            "wrap",
            "--accumulate",
            "each",
            "--round-weights",
            "--json",
        ],
        "",
    );
    assert_eq!(done.code, 1, "{}", done.out);
    let command = json(&done)["counterexample"]["command"].as_str().unwrap().to_owned();
    let flags = "--number fixed:5.2 --rounding nearest --overflow wrap --accumulate each --round-weights";
    assert!(command.ends_with(flags), "{command}");
    assert_eq!(replayed(&command).code, 1);
}

#[test]
fn integers_of_a_width_for_networks_of_integers() {
    assert_eq!(reduce_with(&["check", "reachability", "--n", "8", "--width", "5"], "").code, 0);
    assert_eq!(reduce_with(&["check", "reachability", "--n", "8", "--width", "4"], "").code, 1);
    let done = reduce_with(&["check", "circuit-value", "--width", "8"], "");
    assert_eq!(done.code, 2);
    assert!(done.err.contains("--width: expected a network that computes with integers"), "{}", done.err);
}

#[test]
fn what_is_not_a_number_shows_in_a_trace_and_is_not_accepted() {
    let word = format!("{0}|#{0}|{0}0$", "0".repeat(255));
    let usual =
        ["run", "reachability", "--number", "bf16", "--rounding", "nearest", "--overflow", "infinity", "--trace"];
    let done = reduce_with(&usual, &word);
    assert!(done.out.contains("=nan") && done.out.contains("(readout nan)"), "{}", done.out);
    assert!(done.out.contains("network no "), "{}", done.out);
    let saturated = reduce_with(&["run", "reachability", "--number", "bf16"], &word);
    assert!(saturated.code == 1 && saturated.out.contains("network yes  decider no"), "{}", saturated.out);
}

#[test]
fn run_measures_the_bits_before_the_point_on_its_words() {
    let done = reduce_with(&["run", "circuit-value", "--frac-bits", "8"], "101(..!$\n10(/.N$\n");
    assert_eq!(done.code, 0, "{} {}", done.out, done.err);
    assert!(done.err.contains("fixed:2.8"), "{}", done.err);
    assert_eq!(done.out.lines().count(), 2);
    let short = reduce_with(&["run", "circuit-value", "--frac-bits", "1"], "0(!$\n");
    assert_eq!(short.code, 1, "{}", short.out);
}

#[test]
fn what_makes_no_number_is_refused_with_what_was_expected() {
    let cases: [(&[&str], &[&str]); 12] = [
        (&["--number", "fixed:0.8"], &["at least 1 bit before the point"]),
        (&["--number", "fixed:-2.8"], &["fixed:I.F", "e4m3, e5m2"]),
        (&["--number", "f17"], &["f64, f32, f16, bf16, e4m3, e5m2", "f17"]),
        (&["--number", "float:1.8"], &["bits of exponent"]),
        (&["--frac-bits", "0"], &["--frac-bits", "from 1 to"]),
        (&["--frac-bits", "-3"], &["--frac-bits", "from 1 to", "-3"]),
        (&["--width", "0"], &["--width", "from 1 to"]),
        (&["--frac-bits", "8", "--number", "bf16"], &["cannot be used with"]),
        (&["--width", "8", "--number", "bf16"], &["cannot be used with"]),
        (&["--rounding", "floor"], &["--rounding", "--number"]),
        (&["--number", "bf16", "--overflow", "wrap"], &["--overflow", "saturate or infinity"]),
        (&["--number", "bf16", "--rounding", "up"], &["floor, zero, nearest"]),
    ];
    for (flags, parts) in cases {
        for command in ["check", "run"] {
            let done = reduce_with(&[&[command, "reachability"], flags].concat(), "|$\n");
            assert_eq!(done.code, 2, "{flags:?}: {} {}", done.out, done.err);
            assert!(parts.iter().all(|part| done.err.contains(part)), "{flags:?}: {}", done.err);
        }
    }
    let symbolic = reduce_with(&["check", "reachability", "--number", "bf16", "--symbolic", "3"], "");
    assert!(symbolic.code == 2 && symbolic.err.contains("--symbolic"), "{}", symbolic.err);
    let unknown = reduce_with(&["cast", "reachability", "--to", "int8"], "");
    assert!(unknown.code == 2 && unknown.err.contains("bf16"), "{}", unknown.err);
    let size = reduce_with(&["cast", "reachability", "--to", "bf16", "--n", "1"], "");
    assert!(size.code == 2 && size.err.contains("sizes from 2"), "{}", size.err);
}

#[test]
fn every_short_word_at_once_in_fixed_point() {
    let of = |format: &str| {
        reduce_with(
            &["check", "circuit-value", "--n", "3", "--words", "2", "--number", format, "--symbolic", "4", "--json"],
            "",
        )
    };
    let right = json(&of("fixed:2.4"));
    assert_eq!(
        (&right["symbolic"]["status"], &right["symbolic"]["max_length"]),
        (&"agree".into(), &4.into()),
        "{right}"
    );
    // One bit after the point: the deepest value of four tokens is lost.
    let wrong = of("fixed:2.1");
    assert_eq!(wrong.code, 1, "{}", wrong.out);
    assert_eq!(replayed(json(&wrong)["counterexample"]["command"].as_str().unwrap()).code, 1);
    // Saturation is not unrolled: where a value leaves the range and the answers agree, nothing is said.
    let narrow =
        reduce_with(&["check", "reachability", "--n", "3", "--words", "1", "--width", "3", "--symbolic", "4"], "");
    assert!(narrow.code == 3 && narrow.out.contains("leaves the range of the format"), "{}", narrow.out);
}

#[test]
fn cast_finds_the_first_size_and_its_instance_replays() {
    let done = reduce_with(&["cast", "circuit-value", "--to", "f32", "--json"], "");
    assert_eq!(done.code, 0, "{}", done.err);
    let value = json(&done);
    assert_eq!((&value["schema"], &value["number"]), (&Value::from("reduce.cast/1"), &Value::from("f32")));
    assert_eq!((&value["fails_at"], &value["every_size_up_to"]), (&Value::from(14), &Value::from(13)));
    assert_eq!(replayed(value["counterexample"]["command"].as_str().unwrap()).code, 1);
    let none = reduce_with(&["cast", "circuit-value", "--to", "f32", "--n", "13"], "");
    assert_eq!(none.code, 0, "{}", none.err);
    assert!(none.out.contains("no failure up to 13 values") && !none.out.contains("safe"), "{}", none.out);
    let layers = reduce_with(&["cast", "matrix-product", "--model", "rwkv7", "--to", "bf16"], "");
    for part in ["fails first at 6 matrices", "router   exact", "product  differs first after token", "values "] {
        assert!(layers.code == 0 && layers.out.contains(part), "expected `{part}` in {}", layers.out);
    }
}
