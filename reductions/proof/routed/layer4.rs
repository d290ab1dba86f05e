//! Obligations of layer 4 that do not depend on what it multiplies.

use super::Frame;
use super::RoutedProof;
use crate::proof::obligation::Location;
use crate::proof::obligation::ObligationKind;
use crate::proof::obligation::WitnessSource;
use rnn::Exact;
use rnn::Head;
use rnn::HeadFamily;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// The blocks between which the lemma's witness stands.
const REPLAYED: usize = 2;

/// What the start state means, given as goals, and the answer for the empty word.
pub(super) fn start<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, frame: &dyn Frame, mut goals: Vec<Term<'a>>) {
    let entries = &proof.network.start()[..proof.network.n_entries()];
    goals.push(terms.truth(entries.iter().all(Exact::is_zero)));
    let arithmetic = SymbolicArithmetic::new(terms);
    let state: Vec<Term<'a>> = proof.network.start().iter().map(|value| terms.real(value)).collect();
    let decision = proof.network.readout().apply(&arithmetic, state.iter().enumerate());
    goals.push(decision[0].above(terms.ratio(0, 1)).equals(terms.truth(frame.accepts_empty())));
    proof.push("start".into(), (ObligationKind::Start, proof.readout(0)), super::after(0), vec![], terms.all(goals));
}

pub(super) fn with_numbers<'a>(terms: &'a Terms, rows: &[Vec<Exact>]) -> Vec<Vec<Term<'a>>> {
    rows.iter().map(|row| row.iter().map(|value| terms.real(value)).collect()).collect()
}

/// One token with any key: from `S = Y - Y_0` with the altered value the head gets where it gets from `Y` without, less
/// `Y_0`.
pub(super) fn virtual_start<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, start: &[Vec<Exact>], head: &Head) {
    let arithmetic = SymbolicArithmetic::new(terms);
    let (n_values, n_keys) = (head.n_values(), head.n_keys());
    let start = with_numbers(terms, start);
    let zero = terms.ratio(0, 1);
    let free = |name: &str, n: usize| -> Vec<Term<'a>> {
        (0..n).map(|place| terms.symbol(&format!("{name}.{place}"), Sort::Real)).collect()
    };
    let removed = free("k", n_keys);
    let dot = |row: &[Term<'a>]| row.iter().zip(&removed).fold(zero, |sum, (y, k)| sum + *y * *k);
    let value: Vec<Term<'a>> = start.iter().map(|row| -dot(row)).collect();
    let nothing = vec![zero; n_values];
    let gates = |value: &[Term<'a>]| -> Vec<Term<'a>> {
        let unread = vec![zero; n_keys + n_values];
        let parts = match head.family() {
            HeadFamily::DeltaNet => vec![free("beta", 1), removed.clone(), value.to_vec(), unread],
            HeadFamily::Rwkv7 => {
                let (ones, rate) = (vec![terms.ratio(1, 1); n_keys], free("rate", n_keys));
                let written = rate.iter().zip(&removed).map(|(a, k)| *a * *k).collect();
                vec![ones, vec![terms.ratio(1, 1)], removed.clone(), rate, written, value.to_vec(), unread]
            }
        };
        parts.concat()
    };
    let state: Vec<Term<'a>> = state_symbols(terms, proof, head);
    let intended: Vec<Term<'a>> = state.iter().zip(start.concat()).map(|(s, y)| *s + y).collect();
    let shifted = head.advance(&arithmetic, &state, &gates(&value));
    let whole = head.advance(&arithmetic, &intended, &gates(&nothing));
    let same = shifted.into_iter().zip(start.concat()).zip(whole).map(|((s, y), whole)| (s + y).equals(whole));
    let goal = terms.all(same.collect::<Vec<_>>());
    let part = (ObligationKind::VirtualStart, proof.step(0));
    proof.push("virtual start".into(), part, super::after(0), vec![], goal);
}

pub(super) fn state_symbols<'a>(terms: &'a Terms, proof: &RoutedProof<'a>, head: &Head) -> Vec<Term<'a>> {
    let entries = proof.network.entries_of(4, head.name()).unwrap_or_default();
    let names = &proof.network.coordinates()[entries];
    names.iter().map(|name| terms.symbol(&format!("h.{name}"), Sort::Real)).collect()
}

/// The rows of the state `Y` that belongs to the state `S = Y - Y_0` of a head.
pub(super) fn shifted<'a>(
    terms: &'a Terms,
    head: &Head,
    start: &[Vec<Exact>],
    state: &[Term<'a>],
) -> Vec<Vec<Term<'a>>> {
    let rows = state.chunks(head.n_keys()).zip(with_numbers(terms, start));
    rows.map(|(row, start)| row.iter().zip(start).map(|(s, y)| *s + y).collect()).collect()
}

/// The state `S` to which these rows of `Y` belong.
pub(super) fn unshifted<'a>(terms: &'a Terms, start: &[Vec<Exact>], rows: &[Vec<Term<'a>>]) -> Vec<Term<'a>> {
    rows.concat().into_iter().zip(with_numbers(terms, start).concat()).map(|(y, start)| y - start).collect()
}

/// The rows with a blank buffer, after obligations that they are the rows themselves where it is blank.
pub(super) fn blanked<'a>(
    terms: &'a Terms,
    proof: &mut RoutedProof<'a>,
    (label, location, scene): (&str, Location, &WitnessSource),
    free: &[Vec<Term<'a>>],
    blank: impl Fn(&[Term<'a>]) -> (Vec<Term<'a>>, Vec<Term<'a>>),
) -> Vec<Vec<Term<'a>>> {
    let mut before = Vec::new();
    for (number, free) in free.iter().enumerate() {
        let (is_blank, blanked) = blank(free);
        let same = free.iter().zip(&blanked).map(|(free, before)| free.equals(*before));
        let goal = terms.all(same.collect::<Vec<_>>());
        proof.push(
            format!("blank {label} row {number}"),
            (ObligationKind::Blank, location),
            scene.clone(),
            is_blank,
            goal,
        );
        before.push(blanked);
    }
    before
}

/// A time at which a block begins whose source is this buffer.
pub(super) fn beginning(block: usize, source: usize) -> WitnessSource {
    super::after((REPLAYED + source) * block)
}
