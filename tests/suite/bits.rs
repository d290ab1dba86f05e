//! `reduce bits`: the least number of bits, what supports it, and what refuses.

use assert_cmd::Command;
use reduce::experiments::bits;
use reduce::experiments::bits::Least;
use reduce::experiments::bits::Question;
use reduce::progress::Progress;
use reductions::CircuitValueRelu;
use reductions::CircuitValueWalkRelu;
use reductions::DyckRelu;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use reductions::WordProblemPd;
use reductions::proof::precision::Searched;
use rnn::Overflow;
use rnn::Precision;
use rnn::Rounding;
use serde_json::Value;
use std::time::Duration;

fn question(reduction: &dyn Reduction, mode: impl Fn(Precision) -> Precision) -> Question<'_> {
    let searched = reduction.fixed_precision().map_or(Searched::Width, |theorem| theorem.searched());
    let mode = mode(Precision::of(searched.format(1).unwrap()));
    Question { reduction, network: reduction.network(), searched, mode, timeout: Duration::from_secs(10) }
}

fn least(question: &Question<'_>, n: usize) -> Least {
    bits::least(question, n, &Progress::new(true)).unwrap()
}

#[test]
fn what_is_proved_to_suffice_is_the_least_without_a_counterexample_and_the_theorems_bound() {
    let cases: [(&dyn Reduction, usize, u32); 5] = [
        (ReachabilityRelu::shared(), 4, 4),
        (ReachabilityRelu::shared(), 8, 5),
        (CircuitValueRelu::shared(), 4, 6),
        (DyckRelu::shared(), 3, 6),
        (WordProblemPd::generators(), 9, 4),
    ];
    for (reduction, n, expected) in cases {
        let question = question(reduction, |mode| mode);
        let found = least(&question, n);
        let name = reduction.problem().name();
        assert_eq!(
            (found.bits, found.proved.as_ref().map(|(bits, _)| *bits)),
            (Some(expected), Some(expected)),
            "{name}"
        );
        assert_eq!(reduction.fixed_precision().unwrap().bound(n).unwrap().bits, expected, "{name}");
        let (below, counterexample) = found.below.unwrap();
        assert_eq!(below, expected - 1, "{name}");
        assert_ne!(counterexample.network, counterexample.decider, "{name}");
        assert!(!found.alarm && found.undetermined.is_none() && found.looked_at.1 >= 2 * expected, "{name}");
    }
}

#[test]
fn what_no_theorem_speaks_of_is_not_proved_though_no_counterexample_is_found() {
    let nearest = |mode| Precision { rounding: Rounding::Nearest, ..mode };
    let wrapping = |mode| Precision { overflow: Overflow::Wrap, ..mode };
    let copy = least(&question(CircuitValueRelu::shared(), nearest), 4);
    assert_eq!((copy.bits, copy.proved.is_none(), copy.undetermined), (Some(6), true, None));
    let walk = least(&question(CircuitValueWalkRelu::shared(), |mode| mode), 4);
    assert_eq!((walk.bits, walk.proved.is_none(), walk.undetermined), (Some(6), true, None));
    // Integers never overflow where saturating ones do not, so the same proof serves wrapping ones.
    let counters = least(&question(ReachabilityRelu::shared(), wrapping), 8);
    assert_eq!((counters.bits, counters.proved.map(|(bits, _)| bits)), (Some(5), Some(5)));
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let output = Command::cargo_bin("reduce").unwrap().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_json_has_the_fields_promised_and_its_counterexample_replays() {
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("bits.svg");
    let plot = picture.to_str().unwrap();
    let (code, out, err) = run(&["bits", "reachability", "--n", "4..8", "--json", "--plot", plot]);
    assert_eq!(code, 0, "{err}");
    let value: Value = serde_json::from_str(&out).unwrap();
    for (field, expected) in [
        ("problem", "reachability"),
        ("model", "relu"),
        ("rounding", "floor"),
        ("searched", "width"),
        ("overflow", "saturate"),
    ] {
        assert_eq!(value[field], expected);
    }
    let sizes = value["sizes"].as_array().unwrap();
    assert_eq!(sizes.iter().map(|size| size["n"].as_u64().unwrap()).collect::<Vec<_>>(), [4, 8]);
    for (size, bits) in sizes.iter().zip([4, 5]) {
        assert_eq!((&size["bits"], &size["proved_bits"]), (&Value::from(bits), &Value::from(bits)));
        assert!(size["suffices_by"].as_str().unwrap().starts_with("no-overflow lemma"), "{size}");
        let below = &size["counterexample_below"];
        assert_eq!(below["bits"], bits - 1);
        let command = below["command"].as_str().unwrap();
        let word = below["word"].as_str().unwrap();
        let format = format!("fixed:{}.0", bits - 1);
        assert_eq!(command, format!("echo '{word}' | reduce run reachability --number {format}"));
        let mut replay = Command::cargo_bin("reduce").unwrap();
        let done =
            replay.args(["run", "reachability", "--number", &format, "--json"]).write_stdin(word).output().unwrap();
        let replayed: Value = serde_json::from_slice(&done.stdout).unwrap();
        assert_eq!((&replayed["network"], &replayed["decider"]), (&below["network"], &below["decider"]));
        assert_ne!(replayed["network"], replayed["decider"]);
    }
    assert_eq!(value["fit"]["formula"], "1 log2 n + 2");
    let picture = std::fs::read_to_string(picture).unwrap();
    assert!(picture.starts_with("<svg") && picture.matches("<title>8: 5</title>").count() == 2, "{picture}");
}

#[test]
fn a_size_that_nothing_suffices_for_is_undetermined_and_the_table_is_printed() {
    // A third is no binary fraction.
    let (code, out, _) = run(&["bits", "matrix-product", "--model", "deltanet", "--n", "2"]);
    assert_eq!(code, 3, "{out}");
    assert!(out.contains("undetermined: no number of bits up to") && out.contains("counterexample below"), "{out}");
}

#[test]
fn bad_input_is_refused_with_what_was_expected() {
    let cases: [(&[&str], &[&str]); 6] = [
        (&["bits", "circuit-value", "--n", "8..4"], &["--n", "by doubling", "`8..4`"]),
        (&["bits", "circuit-value", "--n", "0"], &["--n", "`0`"]),
        (&["bits", "reachability", "--n", "4,1"], &["--n", "`reachability` has sizes from", "got 1"]),
        (&["bits", "nothing", "--n", "4"], &["expected a problem", "`nothing`"]),
        (&["bits", "circuit-value", "--n", "4", "--rounding", "up"], &["floor", "nearest"]),
        (&["bits", "circuit-value", "--n", "4", "--overflow", "infinity"], &["--overflow"]),
    ];
    for (arguments, parts) in cases {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}: {err}");
        assert!(parts.iter().all(|part| err.contains(part)) && !err.contains("panicked"), "{arguments:?}: {err}");
    }
}
