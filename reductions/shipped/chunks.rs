//! No operation of the chunked algorithms rounds either, whatever the chunk.
//!
//! With all decays 1, a chunk of steps `(k_i, v_i, beta_i)` is the triangular system `(I + A) U = diag(beta) (V - K S)` with
//! `A_ij = beta_i <k_i, k_j>` for j < i. Every number that is formed has a meaning: with `H_i = I - beta_i k_i k_i^T`,
//!
//! - an entry of `(I + A)^-1` is `-beta_i <k_i, H_(i-1) ... H_(j+1) k_j>`, and so is an entry of a product of blocks of A
//!   with inverses of blocks, as block algorithms form them;
//! - a row of `W = (I + A)^-1 diag(beta) K` is `beta_i H_1 ... H_(i-1) k_i`;
//! - a row of `U` is the update `beta_i (v_i - S^T k_i)` with S the state before the step, counted from the chunk's start
//!   or from the word's.
//!
//! So all of them are found in two finite sets: the **roots**, what reflections make of keys, and the **states** that steps
//! reach in any order. This file closes both sets and asks for every product and sum of their elements. Where a sum runs
//! over the steps of a chunk, its terms are multiples of one power of two and bounded, so that a number of steps is found
//! up to which every order of summation is exact in f32.

use super::tracks::Track;
use rnn::Exact;
use rnn::shipped::Meter;
use std::collections::BTreeSet;

/// Most roots, and most states, that are looked for.
const MOST: usize = 4096;

/// The terms of one kind of sum over the steps of a chunk.
#[derive(Default)]
struct Terms {
    /// The place of the last binary digit of any of them.
    grid: Option<i64>,
    largest: Exact,
}

impl Terms {
    fn add(&mut self, term: &Exact) -> Result<(), String> {
        if term.is_zero() {
            return Ok(());
        }
        let place = term.trailing_exponent().ok_or_else(|| format!("{term} is no binary fraction"))?;
        self.grid = Some(self.grid.map_or(place, |grid| grid.min(place)));
        let size = if term.is_negative() { -term } else { term.clone() };
        if size > self.largest {
            self.largest = size;
        }
        Ok(())
    }

    /// How many terms, with one more number of the size `start`, are summed exactly in f32 in every order: 2^24 grid
    /// points.
    fn most(&self, start: &Exact) -> Option<u64> {
        let grid = self.grid?;
        if self.largest.is_zero() {
            return None;
        }
        let room = Exact::power_of_two(grid + 24) - start.clone();
        u64::try_from((room / self.largest.clone()).floor()).ok().or(Some(0))
    }
}

/// What was asked of a track, and how many steps a chunk may have.
pub(super) struct Chunks {
    /// Questions that were answered.
    pub(super) n_questions: usize,
    pub(super) n_roots: usize,
    /// The most steps of a chunk for which every order of summation is exact.
    pub(super) most_steps: u64,
}

fn dot(left: &[Exact], right: &[Exact]) -> Exact {
    let mut sum = Exact::ZERO;
    left.iter().zip(right).for_each(|(left, right)| sum.add_product(left, right));
    sum
}

/// What reflections make of keys.
fn roots(track: &Track) -> Result<Vec<Vec<Exact>>, String> {
    let keys = track.steps.iter().map(|step| &step.key).filter(|key| key.iter().any(|entry| !entry.is_zero()));
    let mut seen: BTreeSet<Vec<Exact>> = keys.cloned().collect();
    let mut queue: Vec<Vec<Exact>> = seen.iter().cloned().collect();
    while let Some(root) = queue.pop() {
        for step in &track.steps {
            let along = dot(&step.key, &root) * step.beta.clone();
            let image: Vec<Exact> = root.iter().zip(&step.key).map(|(entry, key)| entry - &(key * &along)).collect();
            if seen.insert(image.clone()) {
                queue.push(image);
            }
        }
        if seen.len() > MOST {
            return Err(format!("there are more than {MOST} roots"));
        }
    }
    Ok(seen.into_iter().collect())
}

/// Closes the states under all steps, in any order.
fn close(track: &mut Track, meter: &mut Meter) -> Result<(), String> {
    let mut state = 0;
    while state < track.states().len() {
        for step in 0..track.steps.len() {
            track.step(state, step, meter).map_err(|error| error.to_string())?;
        }
        if track.states().len() > MOST {
            return Err(format!("there are more than {MOST} states"));
        }
        state += 1;
    }
    Ok(())
}

/// Asks for every number and every sum of the chunked algorithms. `queries` are all queries of the track's heads.
pub(super) fn check(track: &mut Track, queries: &[Vec<Exact>], meter: &mut Meter) -> Result<Chunks, String> {
    if track.steps.iter().any(|step| step.decay != Exact::ONE) {
        return Err("a decay other than 1 is not covered by the argument for chunks".to_owned());
    }
    close(track, meter)?;
    let roots = roots(track)?;
    let text = |error: rnn::shipped::Inexact| error.to_string();
    let mut n_questions = 0;
    // Entries of the triangular matrix, of its inverse, and of products of blocks; rows of W.
    let [mut inverse_times_key, mut inverse_times_value, mut substitution] =
        [Terms::default(), Terms::default(), Terms::default()];
    let mut overlaps: BTreeSet<Exact> = BTreeSet::new();
    for step in &track.steps {
        for root in &roots {
            let sum = meter.sum("the product of two keys", &Exact::ZERO, step.key.iter().zip(root)).map_err(text)?;
            let entry = meter.stored("an entry of the triangular matrix", sum * step.beta.clone()).map_err(text)?;
            overlaps.insert(entry);
            for along in root {
                meter.stored("a row of the matrix that reads the state", along * &step.beta).map_err(text)?;
            }
            n_questions += 1;
        }
    }
    for overlap in &overlaps {
        // The term that substitution starts from.
        substitution.add(overlap)?;
        for step in &track.steps {
            for entry in &step.key {
                inverse_times_key.add(&(overlap * &(entry * &step.beta)))?;
            }
            for entry in &step.value {
                inverse_times_value.add(&(overlap * &(entry * &step.beta)))?;
            }
        }
        for other in &overlaps {
            substitution.add(&(overlap * other))?;
        }
    }
    // The state as it is read by a row of W, in every order.
    let betas: BTreeSet<Exact> = track.steps.iter().map(|step| step.beta.clone()).collect();
    for state in track.states() {
        for root in &roots {
            for beta in &betas {
                let row: Vec<Exact> = root.iter().map(|entry| entry * beta).collect();
                state.read("the state as a row reads it", &row, meter).map_err(text)?;
                n_questions += 1;
            }
        }
    }
    // What queries read of a chunk's keys, and the updates that are summed for outputs and states.
    let updates: BTreeSet<&Exact> = track.moves().values().flat_map(|(_, update)| update).collect();
    let (mut outputs, mut written) = (Terms::default(), Terms::default());
    let (mut largest_read, mut largest_entry) = (Exact::ZERO, Exact::ZERO);
    let size = |value: &Exact| if value.is_negative() { -value } else { value.clone() };
    for query in queries {
        for step in &track.steps {
            let sum =
                meter.sum("the product of query and key", &Exact::ZERO, query.iter().zip(&step.key)).map_err(text)?;
            let sum = meter.stored("the product of query and key", sum).map_err(text)?;
            for update in &updates {
                outputs.add(&(&sum * *update))?;
            }
            n_questions += 1;
        }
        for state in track.states() {
            for read in state.read("the state as a query reads it", query, meter).map_err(text)? {
                outputs.add(&read)?;
                largest_read = largest_read.max(size(&read));
                meter.stored("an output", read).map_err(text)?;
            }
            n_questions += 1;
        }
    }
    for state in track.states() {
        for entry in state.values() {
            written.add(entry)?;
            largest_entry = largest_entry.max(size(entry));
        }
    }
    for step in &track.steps {
        for (entry, update) in step.key.iter().flat_map(|entry| updates.iter().map(move |update| (entry, *update))) {
            written.add(&(entry * update))?;
        }
    }
    // How many steps a chunk may have.
    let sums = [
        (&inverse_times_key, Exact::ZERO),
        (&inverse_times_value, Exact::ZERO),
        (&substitution, overlaps.iter().map(size).max().unwrap_or(Exact::ZERO)),
        (&outputs, largest_read),
        (&written, largest_entry),
    ];
    let most_steps = sums.iter().filter_map(|(terms, start)| terms.most(start)).min().unwrap_or(0);
    Ok(Chunks { n_questions, n_roots: roots.len(), most_steps })
}
