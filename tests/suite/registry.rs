//! What must hold of every problem and every reduction in the lists.

use problems::Problem;
use problems::Random;
use problems::words_of_length;
use reduce::check;
use reduce::check::options::Options;
use reduce::check::words;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::Reduction;
use reductions::proof::ObligationKind;
use rnn::Exact;
use rnn::ExactArithmetic;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

fn name_of(problem: &dyn Problem) -> String {
    problem.variant().map_or_else(|| problem.name().to_owned(), |variant| format!("{} {variant}", problem.name()))
}

fn files(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let sources = entries.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    sources.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_problem_file_is_registered() {
    // The library's own parts.
    let parts = ["lib", "alphabet", "random", "words", "balanced", "near_misses"];
    let snake = |problem: &dyn Problem| name_of(problem).replace(['-', ' '], "_");
    let as_printed = reductions::as_printed::as_printed();
    let judged_as_printed = as_printed.iter().map(|claim| snake(claim.problem()).replace("_printed", "_as_printed"));
    let registered: BTreeSet<String> =
        problems::all().iter().map(|problem| snake(*problem)).chain(judged_as_printed).collect();
    for file in files("problems").iter().filter(|file| !parts.contains(&file.as_str())) {
        let found = registered.iter().any(|name| name == file || name.starts_with(&format!("{file}_")));
        assert!(found, "problems/{file}.rs holds no registered problem: {registered:?}");
    }
}

#[test]
fn every_reduction_file_is_registered() {
    // What reductions share, and the controls, upper bounds and hardness maps, which have lists and tests of their own.
    // What is as printed is refuted, and so has lists of its own too.
    let parts = ["lib", "reduction", "definition", "statement", "construction", "proof", "impossible", "upper_bounds"];
    let parts = [&parts[..], &["hardness", "as_printed", "errata", "matrix_product_routed"]].concat();
    let parts = [&parts[..], &["weighted_automaton_routed"]].concat();
    let registered: BTreeSet<String> = reductions::claims()
        .iter()
        .flat_map(|claim| {
            let (problem, model) = (claim.problem(), claim.description().model);
            let base = problem.name().replace(['-'], "_");
            let stem = base.trim_end_matches("_2").to_owned();
            let variant = claim.description().variant.unwrap_or_default().replace('-', "_");
            [format!("{base}_{model}"), format!("{stem}_{model}"), format!("{base}_{variant}_{model}")]
        })
        .collect();
    for file in files("reductions").iter().filter(|file| !parts.contains(&file.as_str())) {
        assert!(registered.contains(file), "reductions/{file}.rs holds no registered reduction");
    }
}

#[test]
fn names_are_unique_and_kebab_case() {
    let mut seen = BTreeSet::new();
    for problem in problems::all() {
        assert!(problem.name().chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
        assert!(seen.insert(name_of(problem)), "{} occurs twice", name_of(problem));
    }
    let mut seen = BTreeSet::new();
    for claim in reductions::claims() {
        let description = claim.description();
        let name = (claim.problem().name().to_owned(), description.model, description.variant);
        assert!(seen.insert(name.clone()), "{name:?} occurs twice");
    }
}

#[test]
fn both_answers_are_sampled_at_every_small_size_and_the_decider_agrees() {
    for problem in problems::all() {
        let (mut yes, mut no) = (0, 0);
        for n in problem.sizes().least..problem.sizes().least + 12 {
            let mut found = 0;
            for i in 0..6 {
                let answer = i % 2 == 0;
                let Ok(sample) = problem.sample(n, answer, &mut Random::new(n as u64, i)) else { continue };
                assert_eq!(problem.decide(&sample.word), answer, "{} n = {n}", name_of(problem));
                let text = problem.alphabet().format(&sample.word);
                assert_eq!(problem.alphabet().parse(&text).unwrap(), sample.word, "{}", name_of(problem));
                *(if answer { &mut yes } else { &mut no }) += 1;
                found += 1;
            }
            assert!(found > 0, "{} has no instance at n = {n}", name_of(problem));
        }
        assert!(yes > 20 && no > 20, "{}: {yes} yes, {no} no", name_of(problem));
    }
}

#[test]
fn sizes_out_of_range_are_refused_with_the_bound() {
    for problem in problems::all() {
        let sizes = problem.sizes();
        for n in [0, sizes.largest + 1] {
            let refused = problem.sample(n, true, &mut Random::new(0, 0)).unwrap_err().to_string();
            let bound = if n == 0 { sizes.least } else { sizes.largest };
            assert!(refused.contains(&bound.to_string()), "{}: `{refused}`", name_of(problem));
        }
    }
}

#[test]
fn every_problem_has_short_words_of_both_answers() {
    for problem in problems::all() {
        let n_tokens = problem.alphabet().len();
        let length = problems::longest_within(n_tokens, 350_000);
        let words = (0..=length).flat_map(|length| words_of_length(n_tokens, length));
        let (yes, no): (Vec<_>, Vec<_>) = words.partition(|word| problem.decide(word));
        assert!(!yes.is_empty() && !no.is_empty(), "{}: {} yes, {} no", name_of(problem), yes.len(), no.len());
    }
}

fn quick() -> Options {
    Options { n: Some(12), samples: 4, seed: 1, max_length: None, symbolic: None, timeout: Duration::from_secs(20) }
}

#[test]
fn every_claim_is_proved_with_links_and_counts_that_add_up() {
    for reduction in reductions::all() {
        let name = name_of(reduction.problem());
        let outcome = check::check(reduction, reduction.network(), None, &quick(), &Progress::new(true)).unwrap();
        assert_eq!(outcome.verdict(), Verdict::Proved, "{name}: {:?}", outcome.links);
        assert_eq!(outcome.exit_code(), 0);
        assert!(outcome.alarm.is_none() && outcome.counterexample.is_none());
        assert!(outcome.obligations().iter().all(|obligation| obligation.is_discharged()), "{name}");
        let witnessed = outcome
            .obligations()
            .iter()
            .filter(|obligation| matches!(obligation.witness, reductions::proof::Witness::Found { .. }));
        assert_eq!(witnessed.count(), outcome.obligations().len(), "{name}: every obligation has a witness");
        assert!(outcome.words.yes > 0 && outcome.words.no > 0);
        assert_eq!((outcome.runs.drawn.yes, outcome.runs.drawn.no), (2, 2), "{name}");
        let n_words: u64 =
            (0..=outcome.words.max_length).map(|l| (reduction.problem().alphabet().len() as u64).pow(l as u32)).sum();
        let words = &outcome.words;
        assert_eq!(words.yes + words.no + words.outside, n_words, "{name}: every word was counted");
        assert_eq!(words.outside > 0, reduction.problem().promise().is_some(), "{name}: a promise leaves words out");
    }
}

#[test]
fn the_proofs_have_a_step_for_every_mode_and_token() {
    let expected = [
        ("reachability", None, 28),
        ("circuit-value", Some("copy"), 72),
        ("circuit-value", Some("walk"), 8 * 14),
        ("dyck-2", None, 15),
        ("word-problem", Some("all"), 120),
        ("word-problem", Some("generators"), 2),
    ];
    for (problem, variant, steps) in expected {
        let reduction = find(problem, variant);
        let terms = rnn::Terms::default();
        let proof = reduction.proof(&terms, reduction.network()).unwrap();
        let count = |kind| proof.obligations().iter().filter(|obligation| obligation.kind == kind).count();
        assert_eq!(count(ObligationKind::Step), steps, "{problem}");
        // Beside the steps: the start state, and one readout per mode.
        let modes = steps / reduction.network().tokens().len();
        assert_eq!((count(ObligationKind::Init), count(ObligationKind::Readout)), (1, modes), "{problem}");
    }
}

fn find(problem: &str, variant: Option<&str>) -> &'static dyn Reduction {
    reductions::all()
        .into_iter()
        .find(|r| r.problem().name() == problem && (variant.is_none() || r.description().variant == variant))
        .unwrap()
}

/// Bits that hold an integer with its sign.
fn signed_bits(value: &Exact) -> u64 {
    if value.is_zero() { 1 } else { value.bits() }
}

#[test]
fn states_stay_inside_the_precision_that_the_theorem_states() {
    // Reachability keeps integers of size at most n: log precision.
    let reachability = find("reachability", None);
    for n in [2, 9, 33] {
        for i in 0..4 {
            let sample = reachability.problem().sample(n, i % 2 == 0, &mut Random::new(5, i)).unwrap();
            for_each_state(reachability, &sample.word, |state| {
                let largest = state.iter().map(signed_bits).max().unwrap();
                // One bit of `bits` is the denominator 1.
                let bound = u64::from((n + 1).ilog2()) + 3;
                assert!(largest <= bound, "n = {n}: {largest} bits, bound {bound}");
            });
        }
    }
    // Circuit value keeps two bits per value: polynomial precision.
    for variant in ["copy", "walk"] {
        let circuit = find("circuit-value", Some(variant));
        let sample = circuit.problem().sample(20, true, &mut Random::new(5, 0)).unwrap();
        for_each_state(circuit, &sample.word, |state| {
            let largest = state.iter().map(Exact::bits).max().unwrap();
            assert!(largest <= 2 * 2 * 20 + 1, "{variant}: {largest} bits");
        });
    }
    // The word problem keeps five numbers between -4 and 4, whatever the length: constant precision.
    let words = find("word-problem", Some("all"));
    let sample = words.problem().sample(300, true, &mut Random::new(5, 0)).unwrap();
    for_each_state(words, &sample.word, |state| assert!(state.iter().all(|value| value.bits() <= 4)));
}

fn for_each_state(reduction: &dyn Reduction, word: &[u8], look: impl Fn(&[Exact])) {
    let network = reduction.network();
    let mut state = network.start_in(&ExactArithmetic);
    for token in word {
        state = network.step(&ExactArithmetic, &state, usize::from(*token));
        look(&state);
    }
    assert_eq!(words::accepts(network, &state), reduction.problem().decide(word));
}
