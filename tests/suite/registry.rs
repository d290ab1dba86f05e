//! What must hold of every problem and every reduction in the lists.

use problems::Problem;
use problems::Random;
use problems::words_of_length;
use reduce::check::words;
use reductions::Reduction;
use reductions::proof::ObligationKind;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Network;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::path::Path;
use std::path::PathBuf;

fn name_of(problem: &dyn Problem) -> String {
    problem.variant().map_or_else(|| problem.name().to_owned(), |variant| format!("{} {variant}", problem.name()))
}

/// The text of every source file that stands in a folder itself, by the file's name without `.rs`.
fn sources(folder: &str) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let sources = entries.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let named = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    sources.map(named).collect()
}

/// Whether the list `all` of a library names a file, by its module or by a type of the same name.
fn is_listed(sources: &BTreeMap<String, String>, file: &str) -> bool {
    let plain = |text: &str| text.replace('_', "").to_lowercase();
    let from_list = sources["lib"].split_once("\npub fn all() ->").unwrap().1;
    plain(from_list.split_once("\n}\n").unwrap().0).contains(&plain(file))
}

/// The files that implement a trait.
fn implementing<'s>(sources: &'s BTreeMap<String, String>, implements: &str) -> Vec<&'s String> {
    let files: Vec<&String> =
        sources.iter().filter(|(_, text)| text.contains(implements)).map(|(file, _)| file).collect();
    assert!(files.len() >= 7, "{implements}: {files:?}");
    files
}

#[test]
fn every_problem_file_is_registered() {
    let sources = sources("problems");
    for file in implementing(&sources, " Problem for ") {
        assert!(is_listed(&sources, file), "problems/{file}.rs: expected its problem in `problems::all()`");
    }
    assert!(!is_listed(&sources, "planarity"), "a file that the list does not name is noticed");
}

#[test]
fn every_reduction_file_is_registered() {
    let sources = sources("reductions");
    // The trait is also implemented for what several listed files share.
    let is_shared = |file: &str| {
        let path = format!("crate::{file}::");
        sources.iter().any(|(user, text)| text.contains(&path) && is_listed(&sources, user))
    };
    for file in implementing(&sources, " Reduction for ") {
        let is_registered = is_listed(&sources, file) || is_shared(file);
        assert!(is_registered, "reductions/{file}.rs: expected its reduction in `reductions::all()`");
    }
    assert!(!is_listed(&sources, "planarity_pd"), "a file that the list does not name is noticed");
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
        assert_eq!(n_steps(find(problem, variant)), steps, "{problem}");
    }
    // A network of several layers is proved by another argument.
    for reduction in reductions::all().into_iter().filter(|r| !matches!(r.network(), Network::Layered(_))) {
        let terms = rnn::Terms::default();
        let definition = reduction.definition(&terms);
        let (modes, tokens) = (definition.covered_modes().len(), definition.tokens().len());
        let proof = reduction.proof(&terms, reduction.network()).unwrap();
        let count = |kind| proof.obligations().iter().filter(|obligation| obligation.kind == kind).count();
        assert_eq!(count(ObligationKind::Init), 1, "{}", name_of(reduction.problem()));
        assert_eq!(count(ObligationKind::Step), modes * tokens, "{}", name_of(reduction.problem()));
        assert_eq!(count(ObligationKind::Readout), modes, "{}", name_of(reduction.problem()));
    }
}

fn n_steps(reduction: &dyn Reduction) -> usize {
    let terms = rnn::Terms::default();
    let proof = reduction.proof(&terms, reduction.network()).unwrap();
    proof.obligations().iter().filter(|obligation| obligation.kind == ObligationKind::Step).count()
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

#[test]
fn the_page_of_what_must_be_believed_is_current_and_every_claim_has_a_theorem_in_coq() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("TRUST.md")).unwrap();
    let current = reduce::report::trust::page(root).unwrap();
    assert!(page == current, "`cargo run --example trust > TRUST.md` makes it current");
    for reduction in reductions::all() {
        let theorem = reduce::coq::theorem(reduction).unwrap();
        assert!(root.join(format!("coq/claims/{theorem}.v")).is_file(), "{theorem}");
    }
}
