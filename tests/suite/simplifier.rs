//! The constructors that simplify, against the solver: what is built means the same as the expression as it stands.

use reduce::solver::Answer;
use reduce::solver::Limit;
use reduce::solver::solve;
use rnn::Sort;
use rnn::Terms;
use rnn::random::Expression;
use rnn::random::Generator;
use std::time::Duration;

/// Enough for what is linear; the products of unknowns that it is not enough for are counted.
const EFFORT: u32 = 2_000_000;

fn limit() -> Limit {
    Limit::with_effort(Duration::from_secs(3600), EFFORT)
}

#[test]
fn what_is_built_means_the_same_as_the_expression_as_it_stands_says_the_solver() {
    const N: usize = 400;
    let mut generator = Generator::new(7);
    let mut n_settled = 0;
    for i in 0..N {
        let sort = [Sort::Bool, Sort::Bool, Sort::Int, Sort::Real][i % 4];
        let expression = generator.expression(sort, 2 + (i % 2) as u32);
        let terms = Terms::default();
        match solve(&expression.question(&terms), limit()) {
            Answer::Unsat => n_settled += 1,
            Answer::Unknown(_) => {}
            Answer::Sat(values) => {
                panic!("{expression} is built as {}, but not where {values:?}", expression.build(&terms))
            }
        }
    }
    assert!(n_settled > N * 9 / 10, "only {n_settled} of {N} were settled");
}

/// The question can be answered by yes: of an expression and its negation, or a number one larger, it is.
#[test]
fn what_is_built_differs_from_another_expression_says_the_solver() {
    let mut generator = Generator::new(11);
    let mut n_different = 0;
    for i in 0..40 {
        let expression = generator.expression([Sort::Bool, Sort::Int, Sort::Real][i % 3], 2);
        let other = match &*expression {
            _ if expression.sort() == Sort::Bool => Expression::Not(expression.clone()),
            _ => Expression::Shifted(expression.clone(), 1),
        };
        let terms = Terms::default();
        let mut script = expression.question(&terms);
        let (own, others) = (format!("(= unsimplified {expression})"), format!("(= unsimplified {other})"));
        assert!(script.text.contains(&own));
        script.text = script.text.replace(&own, &others);
        n_different += usize::from(matches!(solve(&script, limit()), Answer::Sat(_)));
    }
    assert!(n_different > 36, "only {n_different} of 40 were found to differ");
}
