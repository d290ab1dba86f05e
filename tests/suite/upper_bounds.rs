//! The lemmas of the upper bounds and the controls are settled by the solver, each as expected.

use reduce::solver::Answer;
use reduce::solver::solve;
use reductions::impossible;
use reductions::proof::query::Expected;
use reductions::proof::query::Query;
use reductions::upper_bounds::affine;
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
fn every_control_is_settled_as_expected() {
    settle(&impossible::queries());
}
