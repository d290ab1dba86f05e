//! The codes of a list of which only the last P symbols are remembered.
//!
//! `D(j)` is the code of `v(lo+1), ..., v(j)` as a stack with top `v(j)`, times `B^P`: an integer, whose digits in base B
//! are `2 v + 1`, the top one the most significant, followed by P - (j - lo) zeros. It exists and is unique, so what is said of it
//! here is true of every list; a replayed state is asked as well.

use super::List;
use num_bigint::BigInt;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

fn base(n_symbols: u8) -> i64 {
    2 * i64::from(n_symbols)
}

/// `B^P`: what stands for 1.
pub(super) fn one(window: u32, n_symbols: u8) -> Exact {
    Exact::from(BigInt::from(base(n_symbols)).pow(window))
}

fn one_term(terms: &Terms, window: u32, n_symbols: u8) -> Term<'_> {
    terms.linear(Sort::Int, one(window, n_symbols), [])
}

/// `(2 symbol + 1) B^P`.
fn digit<'a>(symbol: Term<'a>, one: &Exact) -> Term<'a> {
    (symbol * 2 + 1).scaled(one)
}

/// The lowest digit of a code that fills the window.
fn oldest<'a>(list: &List<'a>) -> Term<'a> {
    list.item(list.bottom + 1) * 2 + 1
}

/// `D(k+1)` after `symbol` is pushed: the new digit on top, the others one place lower, without the oldest one where the
/// window was full.
pub(super) fn code_after_push<'a>(
    terms: &'a Terms,
    symbol: Term<'a>,
    list: &List<'a>,
    window: u32,
    n_symbols: u8,
) -> Term<'a> {
    let is_full = (list.length - list.bottom).equals(terms.int(window.into()));
    let forgotten = terms.if_else(is_full, oldest(list), terms.int(0));
    let remembered = list.prefix(list.length) - forgotten;
    (digit(symbol, &one(window, n_symbols)) + remembered).quotient(base(n_symbols))
}

/// What is true of these codes, said of the places in `points`: `D(lo) = 0`, the recursion, that codes lie in [0, B^P)
/// and symbols in `0..n_symbols`, and which codes end in the digit 0: those that leave room in the window, and those
/// that fill it, once the oldest digit is taken away.
pub(super) fn facts<'a>(
    terms: &'a Terms,
    list: &List<'a>,
    points: &[Term<'a>],
    window: u32,
    n_symbols: u8,
) -> Vec<Term<'a>> {
    let (zero, one) = (terms.int(0), one_term(terms, window, n_symbols));
    let scale = super::window::one(window, n_symbols);
    let in_range = |code: Term<'a>| code.at_least(zero).and(code.below(one));
    let is_symbol = |item: Term<'a>| item.at_least(zero).and(item.below(terms.int(i64::from(n_symbols))));
    let ends_in_zero = |code: Term<'a>| code.remainder(base(n_symbols)).equals(zero);
    let mut facts = vec![list.prefix(list.bottom).equals(zero)];
    for &j in points {
        let code = list.prefix(j);
        let is_code = j.at_least(list.bottom).and(j.at_most(list.length));
        facts.push(is_code.implies(in_range(code)));
        let is_item = j.at_least(list.bottom + 1).and(j.at_most(list.length));
        let (item, tail) = (list.item(j), list.prefix(j - 1));
        facts.push(is_item.implies(terms.all([
            is_symbol(item),
            in_range(tail),
            (code * base(n_symbols)).equals(digit(item, &scale) + tail),
        ])));
        let depth = (j - list.bottom, terms.int(window.into()));
        facts.push(is_code.and(depth.0.below(depth.1)).implies(ends_in_zero(code)));
        let remembered = code - oldest(list);
        let is_full = is_code.and(depth.0.equals(depth.1));
        facts.push(is_full.implies(terms.all([
            is_symbol(list.item(list.bottom + 1)),
            remembered.at_least(zero),
            ends_in_zero(remembered),
        ])));
    }
    facts
}
