//! One network, several readings: exact run, run over solver terms, machine, JSON round trip.

use problems::Random;
use problems::words_of_length;
use reduce::check::symbolic;
use reduce::check::symbolic::Symbolic;
use reduce::check::words;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;
use rnn::SymbolicArithmetic;
use rnn::Terms;
use std::time::Duration;

/// Every short word of a problem, and a few hard instances.
fn sample_words(problem: &dyn problems::Problem) -> Vec<Vec<u8>> {
    let n_tokens = problem.alphabet().len();
    let length = problems::longest_within(n_tokens, 600);
    let mut words: Vec<Vec<u8>> = (0..=length).flat_map(|length| words_of_length(n_tokens, length)).collect();
    for i in 0..4 {
        words.push(problem.sample(9, i % 2 == 0, &mut Random::new(3, i)).unwrap().word);
    }
    words
}

#[test]
fn the_run_over_terms_is_the_exact_run() {
    for reduction in reductions::all() {
        let network = reduction.network();
        // A step over terms of a network with many weights takes long, and such a network reads fewer words.
        let every = 1 + network.size().weights / 1000;
        for word in sample_words(reduction.problem()).into_iter().step_by(every) {
            let terms = Terms::default();
            let symbolic = SymbolicArithmetic::new(&terms);
            let mut over_terms = network.start_in(&symbolic);
            let mut exact = network.start_in(&ExactArithmetic);
            for token in word.iter().map(|token| usize::from(*token)) {
                over_terms = network.step(&symbolic, &over_terms, token);
                exact = network.step(&ExactArithmetic, &exact, token);
            }
            let numbers: Vec<Exact> = over_terms.iter().map(|term| term.as_number().expect("constants fold")).collect();
            assert_eq!(numbers, exact, "{}: {word:?}", reduction.problem().name());
            let readout = network.read_out(&symbolic, &over_terms).as_number();
            assert_eq!(readout, Some(network.read_out(&ExactArithmetic, &exact)));
        }
    }
}

#[test]
fn the_machine_reads_hard_instances_as_the_network_does() {
    for reduction in reductions::all() {
        let Some(machine) = reduction.machine() else { continue };
        for i in 0..8 {
            let word = reduction.problem().sample(24, i % 2 == 0, &mut Random::new(11, i)).unwrap().word;
            let machine_says = machine.accepts(word.iter().map(|token| usize::from(*token)));
            assert_eq!(machine_says, words::reads(reduction.network(), &word));
            assert_eq!(machine_says, i % 2 == 0);
        }
    }
}

#[test]
fn networks_survive_a_round_trip_through_json() {
    for reduction in reductions::all() {
        let text = reduction.network().to_json().to_string();
        let read = Network::from_json(&serde_json::from_str(&text).unwrap()).unwrap();
        assert_eq!(&read, reduction.network(), "{}", reduction.problem().name());
        assert_eq!(read.to_json().to_string(), text);
    }
}

#[test]
fn nothing_but_weights_and_tokens_is_numeric_text_in_a_network_file() {
    fn strings<'v>(value: &'v serde_json::Value, inside: &str, found: &mut Vec<(String, &'v str)>) {
        match value {
            serde_json::Value::String(text) => found.push((inside.to_owned(), text)),
            serde_json::Value::Array(items) => items.iter().for_each(|item| strings(item, inside, found)),
            serde_json::Value::Object(fields) => fields.iter().for_each(|(key, item)| strings(item, key, found)),
            _ => {}
        }
    }
    for reduction in reductions::all() {
        let value = reduction.network().to_json();
        let mut found = Vec::new();
        strings(&value, "", &mut found);
        // A token may be a digit; it is a name all the same.
        for (place, text) in found.into_iter().filter(|(place, _)| place != "tokens") {
            let is_weight = ["start", "weights", "biases"].contains(&place.as_str());
            assert_eq!(text.parse::<Exact>().is_ok(), is_weight, "{place}: {text}");
        }
    }
}

#[test]
fn the_unrolled_network_agrees_with_the_positional_definition() {
    // How far the solver comes; a problem that is not named here is unrolled as far as every one can be.
    const SHORTEST: usize = 1;
    let lengths = [
        ("reachability", 7),
        ("circuit-value", 5),
        ("dyck-2", 5),
        ("word-problem", 3),
        ("matrix-product", 1),
        ("weighted-automaton", 1),
        ("deterministic-automaton", 4),
    ];
    for reduction in reductions::all() {
        let problem = reduction.problem();
        let length = lengths.iter().find(|(name, _)| *name == problem.name()).map_or(SHORTEST, |(_, length)| *length);
        let length = if problem.variant() == Some("all") { SHORTEST } else { length };
        let found = symbolic::unroll(reduction, reduction.network(), length, Duration::from_secs(60));
        assert_eq!(found, Symbolic::Agree(length), "{} {:?}", problem.name(), problem.variant());
    }
}

#[test]
fn the_positional_definition_is_the_decider() {
    // Evaluated on constants, so that a wrong definition cannot hide behind a solver.
    for reduction in reductions::all() {
        let problem = reduction.problem();
        let (mut yes, mut no) = (0, 0);
        let is_judged = |word: &Vec<u8>| word.len() <= 90 && problem.promises(word);
        for word in sample_words(problem).into_iter().filter(is_judged) {
            let terms = Terms::default();
            let tokens: Vec<_> = word.iter().map(|token| terms.int(i64::from(*token))).collect();
            let answer = reduction.positional(&terms, &tokens).as_truth().expect("constants fold");
            assert_eq!(answer, problem.decide(&word), "{}: {word:?}", problem.name());
            *(if answer { &mut yes } else { &mut no }) += 1;
        }
        assert!(yes > 0 && no > 0, "{}: {yes} yes, {no} no", problem.name());
    }
}
