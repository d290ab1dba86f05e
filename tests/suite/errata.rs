//! Where the print does not hold: each flaw is found for its own reason, and what repairs it is proved.

use super::common::Done;
use super::common::reduce_with;
use problems::Problem;
use problems::circuit_value;
use problems::reachability_as_printed::ReachabilityAsPrinted;
use problems::reachability_target_last::ReachabilityTargetLast;
use problems::words_of_length;
use reduce::check;
use reduce::check::Outcome;
use reduce::check::machines;
use reduce::check::options::Options;
use reduce::check::words;
use reduce::experiments::errata::Reproduced;
use reduce::experiments::errata::Reproduction;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::CircuitValueRelu;
use reductions::ReachabilityTargetLastRelu;
use reductions::Reduction;
use reductions::as_printed;
use reductions::errata;
use reductions::errata::Kind;
use rnn::Exact;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

/// All of them, reproduced once.
static REPRODUCED: LazyLock<Vec<Reproduced>> = LazyLock::new(|| {
    let mut reproduction = Reproduction::new(Duration::from_secs(60));
    errata::all().iter().map(|erratum| reproduction.reproduce(erratum).unwrap()).collect()
});

fn found(name: &str) -> &'static Reproduced {
    REPRODUCED.iter().find(|found| found.erratum.name == name).unwrap()
}

/// The counterexample of a reproduced entry whose repair was proved just now.
fn counterexample(name: &str) -> &'static str {
    let found = found(name);
    assert_eq!((found.holds(), found.repair_verdict), (Some(true), Some(Verdict::Proved)), "{name}: {found:?}");
    found.counterexample.as_deref().unwrap()
}

fn judge(reduction: &dyn Reduction, max_length: usize) -> Outcome {
    let options = Options {
        n: Some(9),
        samples: 4,
        seed: 2,
        max_length: Some(max_length),
        symbolic: None,
        timeout: Duration::from_secs(20),
    };
    check::check(reduction, reduction.network(), None, &options, &Progress::new(true)).unwrap()
}

#[test]
fn every_entry_is_reproduced_and_all_but_one_are_repaired_by_a_proof() {
    for found in REPRODUCED.iter() {
        assert_eq!(found.holds(), Some(true), "{found:?}");
        let expected = (found.erratum.name != "hankel-rank").then_some(Verdict::Proved);
        assert_eq!(found.repair_verdict, expected, "{}", found.erratum.name);
    }
    let count = |kind: Kind| REPRODUCED.iter().filter(|found| found.erratum.kind == kind).count();
    assert_eq!([Kind::Flaw, Kind::Ambiguity, Kind::Control].map(count), [8, 2, 2]);
}

#[test]
fn every_file_of_errata_is_an_entry_under_its_name() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("reductions/errata");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> =
        files.map(|path| path.file_stem().unwrap().to_str().unwrap().replace('_', "-")).collect();
    let names: BTreeSet<String> = errata::all().iter().map(|erratum| erratum.name.to_owned()).collect();
    assert_eq!(files, names);
}

#[test]
fn the_printed_stacks_have_no_margin_and_the_network_errs_where_its_head_reads_three_quarters() {
    let text = counterexample("base-2-stack-margin");
    assert!(text.contains("1, 2, 4, 8, 16, 64, 256, 1024, 65536 fail from depth 2, 3, 4, 5, 6, 8, 10, 12, 18 on"));
    assert!(text.contains("`1110$`") && text.contains("stands at 7/8 and is read as 3/4"), "{text}");
    let word = |text| circuit_value::copy().alphabet().parse(text).unwrap();
    let printed = CircuitValueRelu::printed();
    assert!(words::reads(printed.network(), &word("1110$")) && !circuit_value::copy().decide(&word("1110$")));
    // The network's own state, and what its ramp makes of it.
    let state = words::run(printed.network(), &word("1110"));
    let place = printed.network().coordinates().iter().position(|name| name == "s").unwrap();
    assert_eq!(state[place], Exact::ratio(7, 8));
    assert_eq!(printed.code().at_least(1).unwrap().at(&state[place]), Exact::ratio(3, 4));
    // Up to that depth it is right.
    assert!(!words::reads(printed.network(), &word("110$")));
}

#[test]
fn with_a_slope_that_is_high_enough_for_their_depth_every_short_circuit_is_read_rightly() {
    let problem = circuit_value::copy();
    let is_circuit =
        |word: &Vec<u8>| problem.parse(word).is_some_and(|items| circuit_value::evaluate(&items).is_some());
    let circuits: Vec<_> =
        (0..=5).flat_map(|length| words_of_length(problem.alphabet().len(), length)).filter(is_circuit).collect();
    let n_wrong = |slope: i64| {
        let reduction = CircuitValueRelu::printed_with(slope);
        circuits.iter().filter(|word| words::reads(reduction.network(), word) != problem.decide(word)).count()
    };
    assert!(circuits.len() > 40, "{}", circuits.len());
    // At most four values: a slope of 8 is enough for stacks of depth 4, and for one element more.
    assert_eq!((n_wrong(8), n_wrong(16)), (0, 0));
    assert!(n_wrong(2) > 0 && n_wrong(1) > n_wrong(2));
}

#[test]
fn the_printed_network_is_refuted_because_the_empty_stack_is_the_stack_zero() {
    assert!(counterexample("base-2-stack-empty").contains("`(!$`"));
    let printed = CircuitValueRelu::printed();
    let outcome = judge(printed, 3);
    assert_eq!((outcome.verdict(), outcome.alarm), (Verdict::Refuted, None));
    let alphabet = printed.problem().alphabet();
    let found = outcome.counterexample.unwrap();
    assert_eq!((alphabet.format(&found.word).as_str(), found.network, found.decider), ("(!$", true, false));
    // Nothing was pushed, and the head reads a 0 whose negation is pushed.
    let state = |text: &str| words::run(printed.network(), &alphabet.parse(text).unwrap());
    let place = printed.network().coordinates().iter().position(|name| name == "s").unwrap();
    assert_eq!((&state("(")[place], &state("0(")[place]), (&Exact::ZERO, &Exact::ZERO));
    assert_eq!(state("(!")[place], Exact::ONE);
    // The repaired network dies on the same word.
    assert!(!words::reads(CircuitValueRelu::shared().network(), &found.word));
}

#[test]
fn the_printed_machine_rejects_a_target_on_the_way_because_its_counter_holds_the_end() {
    assert!(counterexample("target-last").starts_with("`0|0|00|00|000|#00$` (s=1, edges (1,2), (2,3), t=2)"));
    let claim = as_printed::reachability();
    let word = |text| ReachabilityAsPrinted.alphabet().parse(text).unwrap();
    let run = |text| {
        let tokens = word(text).into_iter().map(usize::from);
        tokens.fold(claim.machine.start(), |configuration, token| claim.machine.step(&configuration, token))
    };
    // S is 3, the end, before the target is read, and 1 is left of it after t = 2.
    assert_eq!(run("0|0|00|00|000|#").counters, [3, 0]);
    assert_eq!(run("0|0|00|00|000|#00").counters, [1, 0]);
    for (text, accepts) in [("0|0|00|00|000|#000$", true), ("0|0|00|00|000|#00$", false), ("0|0|00|00|000|#0$", false)]
    {
        assert!(ReachabilityAsPrinted.decide(&word(text)));
        assert_eq!(machines::accepts(claim, &word(text)), accepts, "{text}");
    }
    // What is no instance is not asked about: the machine does not test the form.
    assert!(machines::accepts(claim, &word("|#$")) && !machines::differs(claim, &word("|#$")));
}

#[test]
fn the_network_with_the_target_last_fails_in_one_query_and_under_the_promise_in_none() {
    let text = counterexample("target-a-sink");
    assert!(text.contains("wrong on 4219 of 29367 instances, and on 0 of the 12194"), "{text}");
    assert!(text.contains("shortest is `#|0%$`"), "{text}");
    let refuted = judge(ReachabilityTargetLastRelu::any_target(), 5);
    assert_eq!((refuted.verdict(), refuted.alarm), (Verdict::Refuted, None));
    let found = refuted.counterexample.as_ref().unwrap();
    assert_eq!(ReachabilityTargetLast.alphabet().format(&found.word), "#|0%$");
    // Reading an edge out of the target: the one step that is right only under the promise.
    let open: Vec<&str> = refuted.gaps().iter().map(|gap| gap.name.as_str()).collect();
    assert_eq!(open, ["meaning step M/to #", "meaning step M/to %"]);
    let proved = judge(ReachabilityTargetLastRelu::sink(), 5);
    assert_eq!((proved.verdict(), proved.gaps().len()), (Verdict::Proved, 0));
    assert!(proved.words.outside > 0 && refuted.words.outside == 0);
}

#[test]
fn no_state_is_left_for_the_sets_of_vertices_that_a_late_target_can_ask_for() {
    let text = counterexample("residual-classes");
    assert!(text.contains("2, 4, 8, 16, 32, 64, 128, 256, 512 = 2^(n-1)"), "{text}");
    // The network keeps the end alone: after 0 -> 1 -> 2 and after 0 -> 2 no continuation tells its states apart, though
    // the target 1 separates the two graphs.
    let network = ReachabilityTargetLastRelu::any_target().network();
    let prefixes = ["#|0#0|00", "#|00"].map(|text| ReachabilityTargetLast.alphabet().parse(text).unwrap());
    let (mut separated, mut same) = (0, 0);
    for target in (0..=3).flat_map(|length| words_of_length(1, length)) {
        let words = prefixes.clone().map(|prefix| [prefix, vec![3], target.clone(), vec![4]].concat());
        let [one, other] = words.clone().map(|word| words::reads(network, &word));
        assert_eq!(one, other);
        let [one, other] = words.map(|word| ReachabilityTargetLast.decide(&word));
        *(if one == other { &mut same } else { &mut separated }) += 1;
    }
    assert_eq!((separated, same), (1, 3));
}

#[test]
fn a_reset_moves_two_configurations_apart_without_bound() {
    assert!(counterexample("counter-reset").contains("one step later I is n+1 and 0"));
}

#[test]
fn the_router_the_sum_and_the_convolution_are_refuted_by_their_least_examples() {
    assert!(counterexample("two-reflection-router").contains("phi(1404) = 432"));
    assert!(counterexample("two-reflection-router").ends_with("only the orders 1, 2, 3, 4, 6."));
    assert_eq!(
        counterexample("rational-addition"),
        "1/2 + 1/3 gives 5/2, not 5/6; with the least numbers, 1/1 + 1/2 gives 3."
    );
    let text = counterexample("linear-recurrence");
    assert!(
        text.contains("(a, b) = (1, 2), (2, 1), S_2 is 5") && text.ends_with("the sum is 6, 6, 3, 6, 3."),
        "{text}"
    );
}

#[test]
fn two_readings_of_a_transition_and_of_the_first_symbol_are_told_apart() {
    assert!(counterexample("pd-transitions").contains("none of the n! permutations does"));
    assert!(counterexample("first-symbol").contains("[0 0 0; 0 1 0; 0 0 1]"));
}

#[test]
fn a_score_of_rank_three_has_signs_of_full_rank_and_no_repair_is_claimed() {
    let found = found("hankel-rank");
    assert_eq!((found.holds(), found.repair_verdict), (Some(true), None));
    assert!(found.counterexample.as_ref().unwrap().contains("the rank of F is 3 and that of its signs 24"));
}

#[test]
fn every_printed_command_reproduces_its_entry_by_itself() {
    for erratum in errata::all() {
        let words: Vec<&str> = erratum.command.split(' ').skip(1).collect();
        match words.as_slice() {
            // What this command does was looked at above.
            ["errata", name] => assert_eq!(*name, erratum.name),
            ["check", ..] => {
                let Done { code, out, .. } = reduce_with(&words, "");
                assert!(code == 1 && out.contains("REFUTED by a word"), "{}: {out}", erratum.command);
                // The word that it prints is replayed by the command that it prints.
                let replay = out.lines().find_map(|line| line.trim().strip_prefix("replay: echo '")).unwrap();
                let (word, command) = replay.split_once("' | reduce ").unwrap();
                let Done { code, out, .. } = reduce_with(&command.split(' ').collect::<Vec<_>>(), word);
                assert!(code == 1 && out.starts_with("DIFFER"), "{command}: {out}");
            }
            other => panic!("an entry is reproduced by `errata` or `check`, not by {other:?}"),
        }
    }
}

#[test]
fn errata_are_an_array_of_objects_with_the_fields_promised() {
    let Done { code, out, .. } = reduce_with(&["errata", "rational-addition", "--json"], "");
    let value: Value = serde_json::from_str(&out).unwrap();
    let entries = value.as_array().unwrap();
    assert_eq!((code, entries.len()), (0, 1));
    let fields: Vec<&str> = entries[0].as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "schema",
        "name",
        "kind",
        "source",
        "basis",
        "counterexample",
        "repair",
        "repair_verdict",
        "command",
        "reproduced",
    ];
    assert_eq!(fields, expected);
    assert_eq!(
        (&entries[0]["repair_verdict"], &entries[0]["reproduced"]),
        (&Value::from("proved"), &Value::from(true))
    );
    let Done { code, out, .. } = reduce_with(&["errata", "hankel-rank"], "");
    assert!(code == 0 && out.starts_with("## hankel-rank (flaw, reproduced)"), "{out}");
    for part in
        ["- source: Theorem 13 (p29)", "- basis: ", "- counterexample: ", "- repair verdict: none", "- command: `"]
    {
        assert!(out.contains(part), "expected `{part}` in {out}");
    }
}

#[test]
fn an_unknown_erratum_is_refused_and_a_timeout_is_no_pass() {
    let Done { code, err, .. } = reduce_with(&["errata", "spelling"], "");
    assert!(code == 2 && err.contains("hankel-rank") && err.contains("`spelling`"), "{err}");
    let Done { code, out, .. } = reduce_with(&["errata", "base-2-stack-empty", "--timeout", "0.001"], "");
    assert!(code == 3 && out.contains("UNKNOWN"), "{code} {out}");
}

#[test]
fn a_machine_is_no_network_and_says_so() {
    let printed = ["--variant", "printed"];
    for arguments in [
        &["show", "reachability", "--network"][..],
        &["check", "reachability", "--symbolic", "3"],
        &["run", "reachability", "--network", "weights.json"],
        &["circuit", "reachability", "--n", "8"],
    ] {
        let Done { code, err, .. } = reduce_with(&[arguments, &printed].concat(), "");
        assert!(code == 2 && err.contains("is a machine that no network with fixed weights can follow"), "{err}");
    }
    let Done { code, out, .. } = reduce_with(&["show", "reachability", "--rules", "--variant", "printed"], "");
    assert_eq!(code, 0);
    for part in ["equal | -> edge, I := 0", "run by the machine interpreter", "Lipschitz", "promise"] {
        assert!(out.contains(part), "expected `{part}` in {out}");
    }
}

#[test]
fn words_outside_the_promise_are_marked_and_do_not_count() {
    let Done { code, out, .. } =
        reduce_with(&["run", "reachability", "--variant", "target-last-sink"], "#|0%$\n#|0%0$\n");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(code, 0, "{out}");
    assert!(lines[0].starts_with("outside the promise  network no   decider yes"), "{out}");
    assert!(lines[1].starts_with("agree "), "{out}");
    let Done { code, out, .. } = reduce_with(&["run", "reachability", "--variant", "target-last", "--json"], "#|0%$\n");
    let value: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &value["agree"], &value["outside_promise"]), (1, &false.into(), &Value::Null));
}
