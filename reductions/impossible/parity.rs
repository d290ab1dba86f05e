//! Eigenvalues from 0 to 1 and no parity: layers whose betas and decays are from 0 to 1, as Qwen3-Next, Qwen3.5 and Mamba-2
//! have them, and what one negative eigenvalue changes.

use super::ExactControl;
use super::householder::dot;
use super::householder::numbers;
use crate::proof::query::Expected;
use crate::proof::query::Query;
use rnn::Exact;
use rnn::Float;
use rnn::Overflow;
use rnn::Rounding;
use rnn::Sort;
use rnn::Terms;

/// The control that is computed.
pub(super) const EXACT: ExactControl = ExactControl {
    name: "decays-from-0-to-1-at-finite-precision",
    shows: "A coordinate x -> round(round(a x) + c) with a from 0 to 1 keeps the order of numbers, as rounding does, so that under \
            one token, read again and again, it rises or falls until it rests: it tells even from odd only up to some length. In \
            a float of 3 bits of exponent and 3 of significand every a, c and start is computed, to nearest and down; with \
            a = -1 there are cycles of 2. It is said of coordinates, as Mamba-2 has them, and of a delta step along one: of \
            keys in other directions only what holds without rounding (no-turn-with-eigenvalues-from-0-to-1). It is not said of \
            several layers, nor of a layer that sees positions.",
    holds: decays_from_0_to_1_at_finite_precision,
};

/// The controls that a solver settles.
pub(super) fn queries() -> Vec<Query> {
    let mut queries: Vec<Query> = [2, 3].map(|dimension| no_turn(dimension, 1)).into();
    queries.push(no_turn(2, 2));
    queries
}

/// Is there a step `decay (I - beta k k^T)` with a unit key that turns a vector about? Two states that a token exchanges
/// differ by such a vector, whatever the token writes.
fn no_turn(dimension: usize, largest_beta: i64) -> Query {
    let terms = Terms::default();
    let number = |value| terms.ratio(value, 1);
    let (u, k) = (numbers(&terms, "u", dimension), numbers(&terms, "k", dimension));
    let [beta, decay] = ["b", "w"].map(|name| terms.symbol(name, Sort::Real));
    let along = dot(&terms, &k, &u);
    let mut assertions = vec![dot(&terms, &k, &k).equals(number(1)), dot(&terms, &u, &u).above(number(0))];
    for (value, most) in [(beta, largest_beta), (decay, 1)] {
        assertions.extend([value.at_least(number(0)), value.at_most(number(most))]);
    }
    let turned = u.iter().zip(&k).map(|(u, k)| (decay * (*u - beta * along * *k)).equals(number(0) - *u));
    assertions.extend(turned);
    if largest_beta == 1 {
        Query::new(
            format!("no-turn-with-eigenvalues-from-0-to-1-d{dimension}"),
            "No delta step with beta and decay from 0 to 1 and a unit key turns a vector about, so that no token exchanges two \
             states of one layer: after two readings it is back only where it never moved. Eigenvalues are not negative, in any \
             dimension; it is said of exact numbers and of one token read again and again.",
            &assertions,
            Expected::Unsat,
        )
    } else {
        Query::new(
            "turn-with-a-negative-eigenvalue",
            "With beta up to 2, as allow_neg_eigval has it, one does: parity is one head.",
            &assertions,
            Expected::Sat,
        )
    }
}

/// All numbers of a small format, in order.
fn all_numbers(format: Float) -> Vec<Exact> {
    let n_codes = 1 << (format.exponent_bits() + format.significand_bits());
    let mut numbers: Vec<Exact> = (0..n_codes).filter_map(|code| format.value(code)).collect();
    numbers.sort();
    numbers.dedup();
    numbers
}

/// The next number of each, as an index.
fn table(numbers: &[Exact], format: Float, rounding: Rounding, (a, c): (&Exact, &Exact)) -> Vec<usize> {
    let place = |number: &Exact| numbers.binary_search(number).expect("it is a number of the format");
    let round = |value: Exact| {
        // What is too large stays the largest number, which keeps the order as well.
        let rounded = format.round(&value, rounding, Overflow::Saturate);
        rounded.as_finite().cloned().expect("what is too large is the largest number")
    };
    numbers.iter().map(|x| place(&round(round(a * x) + c.clone()))).collect()
}

/// The longest cycle that some number runs into.
fn longest_cycle(next: &[usize]) -> usize {
    let mut longest = 0;
    for start in 0..next.len() {
        // After as many steps as there are numbers it is in its cycle.
        let on_cycle = (0..next.len()).fold(start, |at, _| next[at]);
        let mut length = 1;
        let mut at = next[on_cycle];
        while at != on_cycle {
            (at, length) = (next[at], length + 1);
        }
        longest = longest.max(length);
    }
    longest
}

fn decays_from_0_to_1_at_finite_precision() -> bool {
    let format = Float::new(3, 3).expect("a format of six bits");
    let numbers = all_numbers(format);
    let decays = numbers.iter().filter(|a| !a.is_negative() && **a <= Exact::ONE);
    let rests = decays.clone().all(|a| {
        [Rounding::Nearest, Rounding::Floor]
            .into_iter()
            .all(|rounding| numbers.iter().all(|c| longest_cycle(&table(&numbers, format, rounding, (a, c))) == 1))
    });
    let minus_one = Exact::integer(-1);
    let turns = longest_cycle(&table(&numbers, format, Rounding::Nearest, (&minus_one, &Exact::ONE)));
    rests && decays.count() > 10 && turns == 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_found_where_there_are_some() {
        assert_eq!(longest_cycle(&[1, 0]), 2);
        assert_eq!(longest_cycle(&[1, 2, 3, 1]), 3);
        assert_eq!(longest_cycle(&[1, 2, 2]), 1);
    }
}
