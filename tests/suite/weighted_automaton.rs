//! Weighted automata by four-layer networks: proved for automata that nobody here wrote, by name or by file, and only where
//! the network is right.

use super::common::reduce_with;
use num_rational::BigRational;
use problems::Problem;
use problems::Random;
use problems::weighted_automaton::Automaton;
use problems::weighted_automaton::WeightedAutomaton;
use problems::weighted_automaton::text;
use reduce::check::words::Comparison;
use reduce::solver::Answer;
use reduce::solver::solve;
use reductions::Reduction;
use reductions::weighted_automaton_deltanet;
use reductions::weighted_automaton_rwkv7;
use rnn::Exact;
use rnn::Network;
use rnn::Terms;
use std::time::Duration;

/// A file with this text, in a folder that goes away with it.
fn file(lines: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("automaton.txt");
    std::fs::write(&path, lines).unwrap();
    (folder, path.to_str().unwrap().to_owned())
}

fn random_automaton(n_states: usize, n_letters: usize, random: &mut Random) -> Automaton {
    let mut number = || BigRational::new((random.below(5) as i64 - 2).into(), (1 + random.below(3) as i64).into());
    let mut row = || (0..n_states).map(|_| number()).collect::<Vec<_>>();
    let (initial, final_weights) = (row(), row());
    let transitions = (0..n_letters).map(|_| (0..n_states).map(|_| row()).collect()).collect();
    let letters = (0..n_letters).map(|letter| format!("s{letter}")).collect();
    Automaton::new("random", letters, initial, transitions, final_weights).unwrap()
}

/// The two networks of an automaton.
fn both(automaton: &Automaton) -> [Box<dyn Reduction>; 2] {
    let problem = || WeightedAutomaton::new(automaton.clone());
    [
        Box::new(weighted_automaton_rwkv7::reduction(problem(), None).unwrap()),
        Box::new(weighted_automaton_deltanet::exact_reduction(problem(), None).unwrap()),
    ]
}

/// Whether every obligation is discharged.
fn is_proved(reduction: &dyn Reduction, network: &Network) -> bool {
    let terms = Terms::default();
    let Ok(proof) = reduction.proof(&terms, network) else { return false };
    proof.obligations().iter().all(|obligation| match obligation.goal.as_truth() {
        Some(truth) => truth,
        None => solve(&obligation.script(), Duration::from_secs(10)) == Answer::Unsat,
    })
}

#[test]
fn random_automata_are_proved() {
    let mut random = Random::new(31, 0);
    for (n_states, n_letters) in [(1, 1), (1, 2), (2, 2), (2, 3)] {
        let automaton = random_automaton(n_states, n_letters, &mut random);
        for reduction in both(&automaton) {
            assert!(is_proved(&*reduction, reduction.network()), "{} {automaton:?}", reduction.description().model);
        }
    }
}

/// The network with `change` added to one of its weights.
fn altered(network: &Network, random: &mut Random) -> Network {
    let Network::Layered(network) = network else { panic!("it has layers") };
    let maps = network.maps();
    let places: Vec<(String, usize, usize)> = (maps.iter())
        .flat_map(|(name, map)| map.weights().map(move |(output, input, _)| (name.clone(), output, input)))
        .collect();
    let (place, output, input) = random.pick(&places).clone();
    let change = [Exact::ONE, Exact::integer(-1), Exact::ratio(1, 2)][random.below(3)].clone();
    let changed = network.with_maps(|name, map| {
        let mut map = map.clone();
        if name == place {
            map.add_weight(output, input, &change);
        }
        map
    });
    Network::Layered(changed.unwrap())
}

#[test]
fn a_random_change_of_one_weight_is_proved_only_where_it_is_harmless() {
    let mut random = Random::new(32, 0);
    let automaton = random_automaton(2, 2, &mut random);
    let mut refused = 0;
    for reduction in both(&automaton) {
        for _ in 0..5 {
            let network = altered(reduction.network(), &mut random);
            if !is_proved(&*reduction, &network) {
                refused += 1;
                continue;
            }
            let comparison = Comparison::new(&*reduction, &network);
            let words = (0..=8).flat_map(|length| problems::words_of_length(2, length));
            let long = (0..20).map(|_| (0..40).map(|_| random.below(2) as u8).collect::<Vec<_>>());
            for word in words.chain(long.collect::<Vec<_>>()) {
                assert!(!comparison.differs(&word), "a network that is proved differs on {word:?}");
            }
        }
    }
    assert!(refused >= 5, "{refused} of 10 changes are refused");
}

#[test]
fn an_automaton_in_a_file_is_proved_shown_and_unrolled() {
    let lines = text::write(&random_automaton(2, 2, &mut Random::new(33, 0)));
    let (_folder, path) = file(&lines);
    for model in ["rwkv7", "deltanet"] {
        let with = ["weighted-automaton", "--model", model, "--automaton", &path];
        let check = reduce_with(&[&["check"], &with[..], &["--n", "9", "--samples", "2", "--words", "5"]].concat(), "");
        assert_eq!(check.code, 0, "{} {}", check.out, check.err);
        assert!(check.out.contains("PROVED") && check.out.contains("variant automaton"), "{}", check.out);
        let show = reduce_with(&[&["show"], &with[..]].concat(), "");
        assert!(show.code == 0 && show.out.contains(&format!("--automaton '{path}'")), "{} {}", show.out, show.err);
        let circuit = reduce_with(&[&["circuit"], &with[..], &["--n", "8"]].concat(), "");
        assert!(circuit.code == 0 && circuit.out.contains("fold"), "{} {}", circuit.out, circuit.err);
    }
    let (_folder, path) = file("0 1 a -1/2\n1 0 a -1/2\n0 0 b\n0 1\n1 1\n");
    let with = ["deterministic-automaton", "--automaton", &path];
    let check = reduce_with(&[&["check"], &with[..], &["--n", "9", "--samples", "2", "--words", "5"]].concat(), "");
    assert!(check.code == 0 && check.out.contains("PROVED"), "{} {}", check.out, check.err);
}

#[test]
fn what_is_generated_for_an_automaton_is_read_and_agreed_on() {
    let (_folder, path) = file("0 0 a 1/2\n0 1 a -1\n1 1 a 1\n0 0 b 2\n1 0 b 3/7\n1 1 b -1\n0 1\n1 -2\n");
    for automaton in [path.as_str(), "three-states"] {
        for flags in [&[][..], &["--model", "deltanet"], &["--model", "deltanet", "--variant", "sign"]] {
            let with = [&["weighted-automaton", "--automaton", automaton], flags].concat();
            let generated = reduce_with(&[&["generate"], &with[..], &["--n", "15", "--count", "4"]].concat(), "");
            assert_eq!(generated.code, 0, "{}", generated.err);
            let run = reduce_with(&[&["run"], &with[..]].concat(), &generated.out);
            assert_eq!(run.code, 0, "{} {}", run.out, run.err);
            for part in ["agree   network yes  decider yes  stated yes", "agree   network no   decider no   stated no"]
            {
                assert!(run.out.contains(part), "{}", run.out);
            }
            assert!(run.out.contains("agree   values"), "{}", run.out);
        }
    }
    // Another automaton has other words.
    let generated = reduce_with(&["generate", "weighted-automaton", "--automaton", &path, "--n", "9"], "");
    let run = reduce_with(&["run", "weighted-automaton", "--automaton", "random-fibonacci"], &generated.out);
    assert!(run.code == 2 && run.err.contains("variant random-fibonacci"), "{}", run.err);
}

#[test]
fn a_wrong_network_of_an_automaton_is_refuted_by_a_word_that_replays_with_it() {
    let (_folder, path) = file("0 0 a 1/2\n0 1 a -1\n1 1 a 1\n0 0 b 2\n1 0 b 3/7\n1 1 b -1\n0 1\n1 -2\n");
    let automaton = ["weighted-automaton", "--automaton", &path];
    let shown = reduce_with(&[&["show"], &automaton[..], &["--network"]].concat(), "").out;
    let mut network: serde_json::Value = serde_json::from_str(&shown).unwrap();
    let readout = network["readout"]["weights"][0].as_array_mut().unwrap();
    readout[2] = serde_json::json!("-1");
    let (_folder, weights) = file(&network.to_string());
    let with = [&automaton[..], &["--network", &weights]].concat();
    let check = reduce_with(&[&["check"], &with[..], &["--n", "9", "--samples", "2", "--words", "5"]].concat(), "");
    assert_eq!(check.code, 1, "{} {}", check.out, check.err);
    assert!(
        check.out.contains("REFUTED") && check.out.contains(&format!("--automaton '{path}' --network")),
        "{}",
        check.out
    );
    let run = reduce_with(&[&["run"], &with[..]].concat(), "aba");
    assert!(run.code == 1 && run.out.contains("DIFFER"), "{} {}", run.out, run.err);
}

#[test]
fn an_automaton_that_cannot_be_taken_is_refused_in_one_sentence() {
    let wide = |n: usize| -> String {
        let moves: String = (0..n).map(|state| format!("{state} {} a\n", (state + 1) % n)).collect();
        format!("{moves}0 1\n")
    };
    let weighted: &[(&[&str], String, &[&str])] = &[
        (&[], "0 2 a\n2 1\n".into(), &["automaton.txt: line 1", "no line with state 1"]),
        (&[], "0 0 a 1/0\n".into(), &["automaton.txt: line 1", "denominator other than 0"]),
        (&[], "".into(), &["automaton.txt: expected at least one transition"]),
        (&[], wide(13), &["at most 12 states", "got 13 states"]),
        (&["--model", "deltanet"], wide(4), &["at most 3 states", "got 4 states"]),
        (&["--variant", "sign"], wide(2), &["--variant: expected none", "got `sign`"]),
        (&["--model", "deltanet", "--variant", "exact"], wide(2), &["--variant: expected `sign` or none"]),
        (&["--model", "relu"], wide(2), &["--model: expected one of rwkv7, deltanet"]),
    ];
    let refused = |arguments: &[&str], parts: &[&str]| {
        for command in ["check", "show", "generate", "run"] {
            let done = reduce_with(&[&[command], arguments].concat(), "");
            assert_eq!((done.code, done.out.as_str()), (2, ""), "{command} {arguments:?} {}", done.err);
            let complete = parts.iter().all(|part| done.err.contains(part));
            assert!(complete && !done.err.contains("panicked"), "{command} {arguments:?} {}", done.err);
            assert_eq!(done.err.lines().count(), 1, "{}", done.err);
        }
    };
    for (flags, lines, parts) in weighted {
        let (_folder, path) = file(lines);
        refused(&[&["weighted-automaton", "--automaton", &path], *flags].concat(), parts);
    }
    let (_folder, path) = file("0 0 a\n1 1 a\n0 1 a 1/2\n1 3\n");
    let parts = ["automaton.txt: line 3", "two from state 0 on `a`: to 0 and to 1"];
    refused(&["deterministic-automaton", "--automaton", &path], &parts);
    let names = "counter-difference, random-fibonacci, three-states, or a file, got `nowhere`";
    refused(&["weighted-automaton", "--automaton", "nowhere"], &[names]);
    refused(&["deterministic-automaton", "--automaton", "nowhere"], &["last-write, sign-and-merge"]);
    refused(&["dyck-2", "--automaton", "three-states"], &["--automaton: expected the problem weighted-automaton"]);
}

#[test]
fn the_weight_after_every_letter_is_compared() {
    let problem = problems::weighted_automaton::three_states();
    assert_eq!(problem.values(&[]), None);
    let done = reduce_with(&["run", "weighted-automaton", "--automaton", "three-states"], "a\nab\nabb\n");
    let weights: Vec<String> =
        [&[0][..], &[0, 1], &[0, 1, 1]].map(|word| Exact::from(problem.automaton().weight(word)).to_string()).to_vec();
    for weight in weights {
        assert!(done.out.contains(&format!("values  network {weight}  decider {weight}")), "{}", done.out);
    }
}
