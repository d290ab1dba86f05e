//! The chunked form of the gated delta rule, exactly: what `naive_chunk_gated_delta_rule` computes, with any decay.
//!
//! It is the same function as the recurrence; that it is, is tested, and golden vectors come from both.

use super::layer::StepInput;
use super::recurrence::HeadState;
use crate::number::Exact;

/// Outputs and final state of a run in chunks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunked {
    /// One output a step: `S^T q` after it.
    pub outputs: Vec<Vec<Exact>>,
    /// The state in the end, the value's index fastest.
    pub state: Vec<Exact>,
}

/// Runs steps with their queries in chunks of this size, from the state 0.
///
/// # Panics
/// If the chunk size is 0, or a query is missing.
pub fn chunked(steps: &[StepInput], queries: &[Vec<Exact>], chunk_size: usize) -> Chunked {
    assert!(chunk_size > 0, "a chunk has at least one step");
    assert_eq!(steps.len(), queries.len(), "each step has a query");
    let head_dim = steps.first().map_or(0, |step| step.key.len());
    let mut state = HeadState::zero(head_dim).values().to_vec();
    let mut outputs = Vec::with_capacity(steps.len());
    for (steps, queries) in steps.chunks(chunk_size).zip(queries.chunks(chunk_size)) {
        let (new_outputs, new_state) = chunk(steps, queries, &state, head_dim);
        outputs.extend(new_outputs);
        state = new_state;
    }
    Chunked { outputs, state }
}

fn dot(left: &[Exact], right: &[Exact]) -> Exact {
    let mut sum = Exact::ZERO;
    left.iter().zip(right).for_each(|(left, right)| sum.add_product(left, right));
    sum
}

/// `S^T x`.
fn read(state: &[Exact], vector: &[Exact], head_dim: usize) -> Vec<Exact> {
    let mut read = vec![Exact::ZERO; head_dim];
    for (row, factor) in vector.iter().enumerate().filter(|(_, factor)| !factor.is_zero()) {
        for (column, sum) in read.iter_mut().enumerate() {
            sum.add_product(factor, &state[row * head_dim + column]);
        }
    }
    read
}

/// One chunk: the triangular system (I + A) U = diag(beta) (V - decayed K S), its solution, and what is written.
fn chunk(
    steps: &[StepInput],
    queries: &[Vec<Exact>],
    state: &[Exact],
    head_dim: usize,
) -> (Vec<Vec<Exact>>, Vec<Exact>) {
    // Products of decays from the chunk's start.
    let mut cumulative = Vec::with_capacity(steps.len());
    let mut product = Exact::ONE;
    for step in steps {
        product = &product * &step.decay;
        cumulative.push(product.clone());
    }
    // Products of the decays after `from` up to `to`: quotients would not do where a decay is 0.
    let between = |from: usize, to: usize| {
        steps[from + 1..=to].iter().fold(Exact::ONE, |product, step| product * step.decay.clone())
    };
    let mut updates: Vec<Vec<Exact>> = Vec::with_capacity(steps.len());
    let mut outputs = Vec::with_capacity(steps.len());
    for (i, (step, query)) in steps.iter().zip(queries).enumerate() {
        let held = read(state, &step.key, head_dim);
        let mut update: Vec<Exact> =
            step.value.iter().zip(&held).map(|(value, held)| value - &(&cumulative[i] * held)).collect();
        for (j, earlier) in updates.iter().enumerate() {
            let overlap = dot(&step.key, &steps[j].key) * between(j, i);
            update.iter_mut().zip(earlier).for_each(|(entry, earlier)| *entry = &*entry - &(&overlap * earlier));
        }
        update.iter_mut().for_each(|entry| *entry = &*entry * &step.beta);
        updates.push(update);
        let mut output = read(state, query, head_dim);
        output.iter_mut().for_each(|entry| *entry = &*entry * &cumulative[i]);
        for (j, update) in updates.iter().enumerate() {
            let weight = dot(query, &steps[j].key) * between(j, i);
            output.iter_mut().zip(update).for_each(|(sum, entry)| sum.add_product(&weight, entry));
        }
        outputs.push(output);
    }
    let last = steps.len() - 1;
    let mut next: Vec<Exact> = state.iter().map(|entry| entry * &cumulative[last]).collect();
    for (j, update) in updates.iter().enumerate() {
        let decay = between(j, last);
        for (row, along) in steps[j].key.iter().enumerate().filter(|(_, along)| !along.is_zero()) {
            let factor = along * &decay;
            for (column, entry) in update.iter().enumerate() {
                next[row * head_dim + column].add_product(&factor, entry);
            }
        }
    }
    (outputs, next)
}
