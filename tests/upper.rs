//! The lemmas of the upper bounds are settled by the solver, each as expected.

use reduce::smt::Answer;
use reduce::smt::solve;
use reductions::query::Expected;
use reductions::query::Query;
use reductions::upper::affine;
use reductions::upper::path;
use std::time::Duration;
use std::time::Instant;

fn settle(queries: &[Query]) {
    for query in queries {
        let start = Instant::now();
        let answer = solve(&query.script, Duration::from_secs(20));
        println!("{} {:?} {:?}", query.name, query.expected, start.elapsed());
        match query.expected {
            Expected::Unsat => assert_eq!(answer, Answer::Unsat, "{}", query.name),
            Expected::Sat => assert!(matches!(answer, Answer::Sat(_)), "{}: {answer:?}", query.name),
        }
    }
}

#[test]
fn every_fold_equals_the_run_for_all_weights() {
    settle(&affine::queries());
}

#[test]
fn true_permutations_merge_no_states_and_one_hot_matrices_do() {
    settle(&path::merge_queries());
}
