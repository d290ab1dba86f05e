//! The automata that are shipped.

use super::Automaton;
use super::Matrix;
use super::WeightedAutomaton;
use num_rational::BigRational;

fn numbers(row: &[(i64, i64)]) -> Vec<BigRational> {
    row.iter().map(|(num, den)| BigRational::new((*num).into(), (*den).into())).collect()
}

fn matrix(rows: &[&[(i64, i64)]]) -> Matrix {
    rows.iter().map(|row| numbers(row)).collect()
}

fn problem(
    name: &str,
    initial: &[(i64, i64)],
    letters: &[(&str, Matrix)],
    final_weights: &[(i64, i64)],
) -> WeightedAutomaton {
    let (texts, matrices) = letters.iter().map(|(text, matrix)| ((*text).to_owned(), matrix.clone())).unzip();
    let automaton = Automaton::new(name, texts, numbers(initial), matrices, numbers(final_weights));
    WeightedAutomaton::new(automaton.expect("a shipped automaton is well formed"))
}

shared! {
    /// Every shipped automaton, in the order in which they are listed.
    all: WeightedAutomaton;

    /// f(w) = number of `a` minus number of `b`: two states, no finite control does it. Its letters commute.
    counter_difference = {
        let adding = |amount| matrix(&[&[(1, 1), (0, 1)], &[(amount, 1), (1, 1)]]);
        problem("counter-difference", &[(0, 1), (1, 1)], &[("a", adding(1)), ("b", adding(-1))], &[(1, 1), (0, 1)])
    };

    /// The random Fibonacci sequence x' = x + y or x - y, where y is the number before x, from x = y = 1: the sign of a
    /// number that grows like 1.13^n (Viswanath 2000) and depends on every letter and on their order.
    random_fibonacci = {
        let step = |sign| matrix(&[&[(1, 1), (1, 1)], &[(sign, 1), (0, 1)]]);
        problem("random-fibonacci", &[(1, 1), (1, 1)], &[("+", step(1)), ("-", step(-1))], &[(1, 1), (0, 1)])
    };

    /// Three states, rational weights, no entry 0, letters that do not commute: what a construction must get right.
    three_states = {
        let a = matrix(&[&[(1, 2), (1, 1), (-1, 3)], &[(-1, 1), (1, 2), (1, 1)], &[(1, 3), (-1, 1), (2, 3)]]);
        let b = matrix(&[&[(1, 3), (-1, 2), (1, 1)], &[(1, 1), (1, 3), (-1, 2)], &[(-2, 3), (1, 1), (1, 2)]]);
        problem("three-states", &[(1, 1), (-1, 1), (1, 2)], &[("a", a), ("b", b)], &[(1, 1), (1, 3), (-1, 1)])
    };
}
