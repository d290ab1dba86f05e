//! Every claim is proved: one test for each, so that `cargo test -p reduce --test suite claim_reachability` takes one theorem.

use reduce::check;
use reduce::check::options::Options;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::Reduction;
use reductions::proof::Witness;
use std::collections::BTreeSet;
use std::time::Duration;

/// Makes a test of each of these names, and `TESTS`, the list of the names.
macro_rules! claims {
    ($($name:ident)+) => {
        const TESTS: &[&str] = &[$(stringify!($name)),+];

        $(#[test]
        fn $name() {
            assert_is_proved(named(stringify!($name)));
        })+
    };
}

// The name of a claim is that of its problem, its variant and its model. A new theorem adds its line here.
claims! {
    claim_reachability_relu
    claim_reachability_target_last_sink_relu
    claim_circuit_value_copy_relu
    claim_circuit_value_walk_relu
    claim_dyck_2_relu
    claim_word_problem_all_pd
    claim_word_problem_generators_pd
    claim_matrix_product_deltanet
    claim_matrix_product_sign_deltanet
    claim_matrix_product_bos_deltanet
    claim_matrix_product_rwkv7
    claim_matrix_product_vector18_rwkv7
    claim_matrix_product_bos_rwkv7
    claim_weighted_automaton_counter_difference_rwkv7
    claim_weighted_automaton_random_fibonacci_rwkv7
    claim_weighted_automaton_three_states_rwkv7
    claim_weighted_automaton_counter_difference_deltanet
    claim_weighted_automaton_random_fibonacci_deltanet
    claim_weighted_automaton_three_states_deltanet
    claim_weighted_automaton_counter_difference_sign_deltanet
    claim_weighted_automaton_random_fibonacci_sign_deltanet
    claim_deterministic_automaton_last_write_pd
    claim_deterministic_automaton_sign_and_merge_pd
    claim_deterministic_automaton_transposition_cycle_pd
}

/// The name of a claim's test.
fn test_name(reduction: &dyn Reduction) -> String {
    let (problem, description) = (reduction.problem(), reduction.description());
    let parts = [Some(problem.name()), description.variant, Some(description.model)];
    let joined = parts.into_iter().flatten().map(|part| part.replace('-', "_")).collect::<Vec<_>>().join("_");
    format!("claim_{joined}")
}

fn named(test: &str) -> &'static dyn Reduction {
    let found = reductions::all().into_iter().find(|reduction| test_name(*reduction) == test);
    found.unwrap_or_else(|| panic!("no claim in `reductions::all()` has the name `{test}`"))
}

#[test]
fn every_claim_has_its_test() {
    let claims: BTreeSet<String> = reductions::all().into_iter().map(test_name).collect();
    let tests: BTreeSet<String> = TESTS.iter().map(|name| (*name).to_owned()).collect();
    let missing: Vec<&String> = claims.difference(&tests).collect();
    assert!(missing.is_empty(), "tests/suite/claims.rs: expected in `claims!` a line for each claim, add {missing:?}");
    assert_eq!(TESTS.len(), reductions::all().len(), "a claim of another name, or two of one name: {claims:?}");
}

/// Checks a claim at a small size: the verdict, that no obligation is discharged in vain, and that the counts add up.
fn assert_is_proved(reduction: &dyn Reduction) {
    let (n, samples, timeout) = (Some(12), 4, Duration::from_secs(300));
    let options = Options { n, samples, seed: 1, max_length: None, symbolic: None, timeout };
    let outcome = check::check(reduction, reduction.network(), None, &options, &Progress::new(true)).unwrap();
    assert_eq!(outcome.verdict(), Verdict::Proved, "{:?}", outcome.links);
    assert_eq!(outcome.exit_code(), 0);
    assert!(outcome.alarm.is_none() && outcome.counterexample.is_none());
    for obligation in outcome.obligations() {
        assert!(obligation.is_discharged(), "{}: {:?}", obligation.name, obligation.answer);
        assert!(matches!(obligation.witness, Witness::Found { .. }), "{}: {:?}", obligation.name, obligation.witness);
    }
    let problem = reduction.problem();
    let words = &outcome.words;
    assert!(words.yes > 0 && words.no > 0);
    assert_eq!((outcome.runs.drawn.yes, outcome.runs.drawn.no), (2, 2));
    let n_words: u64 = (0..=words.max_length).map(|length| (problem.alphabet().len() as u64).pow(length as u32)).sum();
    assert_eq!(words.yes + words.no + words.outside, n_words, "every word was counted");
    assert_eq!(words.outside > 0, problem.promise().is_some(), "a promise leaves words out");
    assert!(outcome.statement.differs.is_none() && outcome.statement.near_misses.are_both());
}
