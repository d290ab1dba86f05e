//! Layer 4 over matrices of tokens: nine tokens with the design's gates, for all real numbers.

use super::BLOCK;
use super::Design;
use super::Frame;
use super::N;
use super::Place;
use super::RoutedProof;
use super::Seen;
use super::Situation;
use super::layer4;
use super::layer4::with_numbers;
use crate::proof::obligation::ObligationKind;
use crate::statement;
use rnn::Exact;
use rnn::Head;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// A design's frame.
pub(super) struct MatrixFrame<'d>(pub(super) &'d dyn Design);

fn output_name((row, column): (usize, usize)) -> String {
    format!("P{row}{column}")
}

impl Frame for MatrixFrame<'_> {
    fn block(&self) -> usize {
        BLOCK
    }

    fn token_values(&self) -> Vec<i64> {
        vec![-1, 0, 1]
    }

    fn may_have_bos(&self) -> bool {
        true
    }

    fn is_in_deployed_range(&self) -> bool {
        self.0.is_in_deployed_range()
    }

    fn has_marker(&self) -> bool {
        true
    }

    fn n_slots(&self) -> usize {
        self.0.n_slots()
    }

    fn preloaded(&self, slot: usize) -> i64 {
        self.0.preloaded(slot)
    }

    fn accepts_empty(&self) -> bool {
        false
    }

    fn heads(&self) -> Vec<(String, Vec<String>)> {
        let heads = self.0.heads().into_iter();
        heads.map(|(name, entries)| (name, entries.into_iter().map(output_name).collect())).collect()
    }

    fn start(&self) -> Vec<Vec<Exact>> {
        self.0.start()
    }

    fn values(&self) -> Vec<String> {
        (0..BLOCK).map(|place| output_name((place / N, place % N))).collect()
    }

    fn mode_of(&self, t: usize) -> usize {
        statement::matrix_product::mode_of(t)
    }

    fn situations(&self, u: usize, _: usize) -> Vec<Situation> {
        vec![Situation { label: None, time: u, recurs: true, contents: vec![self.token_values(); self.n_slots()] }]
    }

    /// Its one hidden layer takes up one latch in each unit.
    fn orders(&self, _: usize) -> Vec<Vec<Option<usize>>> {
        Vec::new()
    }

    fn gates<'a>(&self, head: usize, seen: &Seen<'_, 'a>) -> Vec<Term<'a>> {
        let place = Place { r: seen.u % BLOCK, source: seen.u / BLOCK % 2 };
        self.0.gates(seen.terms, head, place, &|age| seen.token(age))
    }

    fn intended<'a>(&self, terms: &'a Terms, head: usize, place: Place) -> Vec<Term<'a>> {
        self.0.gates(terms, head, place, &|age| terms.symbol(&format!("token {age}"), Sort::Real))
    }

    fn held<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        self.0.held(terms, buffer, row)
    }

    fn blanked<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        self.0.blanked(terms, buffer, row)
    }

    fn scale(&self) -> Exact {
        self.0.scale()
    }

    fn lags(&self) -> bool {
        self.0.lags()
    }

    fn add_layer4<'a>(&self, terms: &'a Terms, proof: &mut RoutedProof<'a>) {
        let goals = start(terms, self.0);
        layer4::start(terms, proof, self, goals);
        let heads = proof.network.layers()[3].heads().to_vec();
        for (number, head) in heads.iter().enumerate() {
            if number == 0 {
                layer4::virtual_start(terms, proof, &self.0.start(), head);
            }
            for source in 0..2 {
                block(terms, proof, self.0, number, head, source);
            }
        }
    }
}

/// The product of no matrices.
fn start<'a>(terms: &'a Terms, design: &dyn Design) -> Vec<Term<'a>> {
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
    // What the other obligations assume that a latch can hold.
    goals.push(terms.truth((0..design.n_slots()).all(|slot| (-1..=1).contains(&design.preloaded(slot)))));
    goals
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
    // The matrix being read and the one before it are free entries, and so is the memory, but for the blank destination.
    let arithmetic = SymbolicArithmetic::new(terms);
    let start = design.start();
    let symbol = |name: String| terms.symbol(&name, Sort::Real);
    let current: Vec<Term<'a>> = (0..BLOCK).map(|place| symbol(current_name(place))).collect();
    let previous: Vec<Term<'a>> = (0..BLOCK).map(|place| symbol(previous_name(place))).collect();
    let destination = 1 - source;
    let scene = layer4::beginning(BLOCK, source);
    let label = format!("{} {source}", head.name());
    let free = layer4::shifted(terms, head, &start, &layer4::state_symbols(terms, proof, head));
    let part = proof.step(BLOCK);
    let before = layer4::blanked(terms, proof, (&label, part, &scene), &free, |row| {
        (design.blank(terms, destination, row), design.blanked(terms, destination, row))
    });
    // Nine tokens, with the projections that the design intends; until the last one nothing is output.
    let mut state = layer4::unshifted(terms, &start, &before);
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
    let after = layer4::shifted(terms, head, &start, &state);

    // The product of which the mathematics of the problem speaks.
    let times = statement::matrix_product::row_times;
    let (between, at_end) = (proof.readout(1), proof.readout(BLOCK));
    let factor = if design.lags() { &previous } else { &current };
    for (number, (before, after)) in before.iter().zip(&after).enumerate() {
        let (old, new) = (design.held(terms, source, before), design.held(terms, destination, after));
        let mut goals = design.blank(terms, source, after);
        for (row, new) in old.chunks(N).zip(new.chunks(N)) {
            for (column, new) in new.iter().enumerate() {
                let product = times(row, factor, column).scaled(design.scale());
                goals.push(new.equals(product));
            }
        }
        let name = format!("block {label} row {number}");
        proof.push(name, (ObligationKind::Block, part), scene.clone(), vec![], terms.all(goals));
    }
    proof.push(
        format!("between {label}"),
        (ObligationKind::Between, between),
        scene.clone(),
        vec![],
        terms.all(silent),
    );

    // What is output at the matrix's end, from the state then.
    let held: Vec<Term<'a>> = after.iter().flat_map(|row| design.held(terms, destination, row)).collect();
    let entries = design.heads().swap_remove(number).1;
    let right = entries.into_iter().zip(outputs).map(|((row, column), output)| {
        let row = &held[N * row..N * (row + 1)];
        output.equals(if design.lags() { times(row, &current, column) } else { row[column] })
    });
    let goal = terms.all(right.collect::<Vec<_>>());
    proof.push(format!("output {label}"), (ObligationKind::Output, at_end), scene, vec![], goal);
}

/// The symbol for an entry of the current matrix.
fn current_name(place: usize) -> String {
    format!("a.{}{}", place / N, place % N)
}

/// The symbol for an entry of the matrix before.
fn previous_name(place: usize) -> String {
    format!("b.{}{}", place / N, place % N)
}
