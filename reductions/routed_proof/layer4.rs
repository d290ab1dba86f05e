//! Obligations of layer 4: nine tokens with the design's gates, for all real numbers.

use super::BLOCK;
use super::Design;
use super::N;
use super::Place;
use super::RoutedProof;
use super::Scene;
use super::current_name;
use super::previous_name;
use super::readout;
use super::step;
use crate::proof::Part;
use rnn::Exact;
use rnn::Head;
use rnn::HeadFamily;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// The matrices between which the lemma's witness stands.
const REPLAYED: usize = 2;

pub(super) fn add<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn Design) {
    start(terms, proof, design);
    let heads = proof.network.layers()[3].heads().to_vec();
    for (number, head) in heads.iter().enumerate() {
        if number == 0 {
            virtual_start(terms, proof, design, head);
        }
        for source in 0..2 {
            block(terms, proof, design, number, head, source);
        }
    }
}

/// The product of no matrices, and the empty word.
fn start<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn Design) {
    let start: Vec<Vec<Term<'a>>> = with_numbers(terms, &design.start());
    let held: Vec<Term<'a>> = start.iter().flat_map(|row| design.held(terms, 0, row)).collect();
    let identity = (0..BLOCK).map(|place| terms.ratio(i64::from(place / N == place % N), 1));
    let mut goals: Vec<Term<'a>> = held.into_iter().zip(identity).map(|(held, one)| held.equals(one)).collect();
    goals.extend(start.iter().flat_map(|row| design.blank(terms, 1, row)));
    if design.lags() {
        // The matrix before the first one is the identity, in the newest slots.
        let slots = design.n_slots() - BLOCK..design.n_slots();
        let right = slots.enumerate().all(|(place, slot)| design.preloaded(slot) == i64::from(place / N == place % N));
        goals.push(terms.truth(right));
    }
    // The bounds that the other obligations assume of what a latch holds.
    goals.push(terms.truth((0..design.n_slots()).all(|slot| (-1..=1).contains(&design.preloaded(slot)))));
    let entries = &proof.network.start()[..proof.network.n_entries()];
    goals.push(terms.truth(entries.iter().all(Exact::is_zero)));
    let arithmetic = SymbolicArithmetic::new(terms);
    let state: Vec<Term<'a>> = proof.network.start().iter().map(|value| terms.real(value.to_rational())).collect();
    let decision = proof.network.readout().apply(&arithmetic, state.iter().enumerate());
    goals.push(decision[0].at_most(terms.ratio(0, 1)));
    proof.push("start".into(), Part::Init, Scene::After(0), vec![], terms.all(goals));
}

fn with_numbers<'a>(terms: &'a Terms, rows: &[Vec<Exact>]) -> Vec<Vec<Term<'a>>> {
    rows.iter().map(|row| row.iter().map(|value| terms.real(value.to_rational())).collect()).collect()
}

/// One token with any key: from `S = Y - Y_0` with the altered value the head gets where it gets from `Y` without, less
/// `Y_0`.
fn virtual_start<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn Design, head: &Head) {
    let arithmetic = SymbolicArithmetic::new(terms);
    let (n_values, n_keys) = (head.n_values(), head.n_keys());
    let start = with_numbers(terms, &design.start());
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
    proof.push("virtual start".into(), step(0), Scene::After(0), vec![], goal);
}

fn state_symbols<'a>(terms: &'a Terms, proof: &RoutedProof<'a>, head: &Head) -> Vec<Term<'a>> {
    let entries = proof.network.entries_of(4, head.name()).unwrap_or_default();
    let names = &proof.network.coordinates()[entries];
    names.iter().map(|name| terms.symbol(&format!("h.{name}"), Sort::Real)).collect()
}

/// Nine tokens of one head, from a source buffer.
fn block<'a>(
    terms: &'a Terms,
    proof: &mut RoutedProof<'a>,
    design: &dyn Design,
    number: usize,
    head: &Head,
    source: usize,
) {
    let arithmetic = SymbolicArithmetic::new(terms);
    let start = design.start();
    let symbol = |name: String| terms.symbol(&name, Sort::Real);
    let current: Vec<Term<'a>> = (0..BLOCK).map(|place| symbol(current_name(place))).collect();
    let previous: Vec<Term<'a>> = (0..BLOCK).map(|place| symbol(previous_name(place))).collect();
    let rows = |state: &[Term<'a>]| -> Vec<Vec<Term<'a>>> {
        let rows = state.chunks(head.n_keys()).zip(&start);
        rows.map(|(row, start)| row.iter().zip(start).map(|(s, y)| *s + terms.real(y.to_rational())).collect())
            .collect()
    };
    let destination = 1 - source;
    let free = rows(&state_symbols(terms, proof, head));
    let before: Vec<Vec<Term<'a>>> = free.iter().map(|row| design.blanked(terms, destination, row)).collect();
    let number_of = |value: &Exact| terms.real(value.to_rational());
    let mut state: Vec<Term<'a>> =
        before.concat().into_iter().zip(start.concat()).map(|(y, start)| y - number_of(&start)).collect();
    let mut silent = Vec::new();
    let mut outputs = Vec::new();
    for r in 0..BLOCK {
        let window = |age: usize| if age <= r { current[r - age] } else { previous[BLOCK + r - age] };
        let gates = design.gates(terms, number, Place { r, source }, &window);
        state = head.advance(&arithmetic, &state, &gates);
        outputs = head.read(&arithmetic, &state, &gates);
        if r + 1 < BLOCK {
            silent.extend(outputs.iter().map(|output| output.equals(terms.ratio(0, 1))));
        }
    }
    let after = rows(&state);
    let scene = Scene::After((REPLAYED + source) * BLOCK);
    let label = format!("{} {source}", head.name());

    let times = |row: &[Term<'a>], matrix: &[Term<'a>], column: usize| {
        (0..N).fold(terms.ratio(0, 1), |sum, k| sum + row[k] * matrix[N * k + column])
    };
    let factor = if design.lags() { &previous } else { &current };
    for (number, (free, before)) in free.iter().zip(&before).enumerate() {
        let same = free.iter().zip(before).map(|(free, before)| free.equals(*before));
        let goal = terms.all(same.collect::<Vec<_>>());
        let name = format!("blank {label} row {number}");
        proof.push(name, step(BLOCK), scene.clone(), design.blank(terms, destination, free), goal);
    }
    for (number, (before, after)) in before.iter().zip(&after).enumerate() {
        let (old, new) = (design.held(terms, source, before), design.held(terms, destination, after));
        let mut goals = design.blank(terms, source, after);
        for (row, new) in old.chunks(N).zip(new.chunks(N)) {
            for (column, new) in new.iter().enumerate() {
                let product = times(row, factor, column).scaled(&design.scale().to_rational());
                goals.push(new.equals(product));
            }
        }
        let name = format!("block {label} row {number}");
        proof.push(name, step(BLOCK), scene.clone(), vec![], terms.all(goals));
    }
    proof.push(format!("between {label}"), readout(1), scene.clone(), vec![], terms.all(silent));

    // What is put out at the matrix's end, from the state then.
    let held: Vec<Term<'a>> = after.iter().flat_map(|row| design.held(terms, destination, row)).collect();
    let entries = design.heads().swap_remove(number).1;
    let right = entries.into_iter().zip(outputs).map(|((row, column), output)| {
        let row = &held[N * row..N * (row + 1)];
        output.equals(if design.lags() { times(row, &current, column) } else { row[column] })
    });
    let goal = terms.all(right.collect::<Vec<_>>());
    proof.push(format!("output {label}"), readout(BLOCK), scene, vec![], goal);
}
