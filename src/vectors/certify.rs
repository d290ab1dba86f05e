//! That no operation rounds: every number of the recurrence and of the chunked form, computed in integers and asked.
//!
//! Asked of the recurrence, step by step: what the state holds of the key, its difference from the value, the update, the
//! new state and the output. Asked of the chunked form, for chunks of each size with the state that they start from: the
//! triangular matrix A and `(I + A)^-1`, the rows W that read the state and the rows U that write, `U - W S`, the products
//! of queries and keys with decays, the outputs and the state after the chunk. The last three are found to be those of the
//! recurrence as well. Sums are asked for their terms: they are multiples of one power of two, so that every order of
//! summation is exact in f32 where their sizes together are at most 2^24 of it.

use super::VectorsError;
use super::draw::Drawn;
use super::draw::HEAD_DIM;
use super::draw::Step;
use super::draw::fits;
use rnn::Float;

/// States and values are multiples of 1/UNITS.
pub(super) const UNITS: i64 = 16;
/// The triangular system is computed in multiples of 1/FINE.
const FINE: i64 = 1 << 16;
/// The sizes of chunks that are computed.
pub(super) const CHUNKS: [usize; 4] = [16, 32, 64, 128];
/// The most halvings in a chunk.
const MOST_HALVINGS: u32 = 4;

/// What was asked, and the largest numbers that were met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Certificate {
    /// Numbers that were found to be numbers of the format.
    pub numbers: u64,
    /// Sums that were found to be exact in f32 in every order.
    pub sums: u64,
    /// How often a state was halved.
    pub decays: u64,
    /// How often beta was 0, 1 and 2.
    pub betas: [u64; 3],
}

/// The terms of a sum, in any unit.
#[derive(Clone, Copy, Default)]
struct Terms {
    sum: i64,
    /// The sizes of the terms together.
    sizes: i64,
    /// Every binary digit that a term has.
    digits: u64,
}

impl Terms {
    fn add(&mut self, term: i64) {
        self.sum += term;
        self.sizes += term.abs();
        self.digits |= term.unsigned_abs();
    }

    fn of(terms: impl IntoIterator<Item = i64>) -> Self {
        let mut all = Self::default();
        terms.into_iter().for_each(|term| all.add(term));
        all
    }

    /// Whether every order of summation is exact in f32.
    fn is_exact(self) -> bool {
        self.digits == 0 || self.sizes >> self.digits.trailing_zeros() <= 1 << 24
    }
}

fn fault(what: &str) -> VectorsError {
    VectorsError::new(format!("{what}: this is a fault of ours"))
}

impl Certificate {
    fn number(&mut self, value: i64, format: Float, what: &str) -> Result<(), VectorsError> {
        self.numbers += 1;
        if fits(value, format) { Ok(()) } else { Err(fault(&format!("{what} is no number of {format}"))) }
    }

    /// The sum, where every order of summation is exact.
    fn sum(&mut self, terms: Terms, what: &str) -> Result<i64, VectorsError> {
        self.sums += 1;
        if terms.is_exact() { Ok(terms.sum) } else { Err(fault(&format!("a sum for {what} may round in f32"))) }
    }

    /// Adds what is asked of one head of one sequence. `n_steps` are the steps of a token.
    pub(super) fn add(&mut self, drawn: &Drawn, n_steps: usize, format: Float) -> Result<(), VectorsError> {
        for step in &drawn.steps {
            self.betas[usize::try_from(step.beta).unwrap_or(0)] += 1;
            self.decays += u64::from(step.halves);
        }
        for value in drawn.steps.iter().flat_map(|step| &step.value).chain(&drawn.state) {
            self.number(*value, format, "an entry")?;
        }
        // The recurrence: updates, and the state before every step and after the last.
        let mut states = vec![vec![0; HEAD_DIM * HEAD_DIM]];
        let (mut updates, mut kept) = (Vec::with_capacity(drawn.steps.len()), states[0].clone());
        for (place, step) in drawn.steps.iter().enumerate() {
            updates.push(self.step(&mut kept, step, format)?);
            if (place + 1).is_multiple_of(CHUNKS[0]) {
                states.push(kept.clone());
            }
            if (place + 1).is_multiple_of(n_steps) {
                let token = place / n_steps;
                self.output(&kept, (&drawn.queries[token], &drawn.outputs[token]), format)?;
            }
        }
        if kept != drawn.state {
            return Err(fault("the state in the end is another"));
        }
        states.push(kept);
        for size in CHUNKS {
            for (index, steps) in drawn.steps.chunks(size).enumerate() {
                let first = index * size;
                let end = first + steps.len();
                let after = if steps.len() == size { end / CHUNKS[0] } else { states.len() - 1 };
                let chunk = Chunk {
                    steps,
                    updates: &updates[first..end],
                    before: &states[first / CHUNKS[0]],
                    after: &states[after],
                    queries: &drawn.queries[first / n_steps..end / n_steps],
                    outputs: &drawn.outputs[first / n_steps..end / n_steps],
                };
                self.chunk(&chunk, n_steps, format)?;
            }
        }
        Ok(())
    }

    /// One step of the recurrence on a state in units; its update.
    fn step(&mut self, state: &mut [i64], step: &Step, format: Float) -> Result<Vec<i64>, VectorsError> {
        if step.halves {
            if state.iter().any(|entry| entry % 2 != 0) {
                return Err(fault("a state is too fine to be halved"));
            }
            state.iter_mut().for_each(|entry| *entry /= 2);
        }
        let mut update = Vec::with_capacity(HEAD_DIM);
        for (column, value) in step.value.iter().enumerate() {
            let held = Terms::of(step.key.iter().map(|(row, twice)| twice * state[row * HEAD_DIM + column]));
            let held = self.sum(held, "what the state holds of a key")?;
            let twice = self.sum(Terms::of([2 * value, -held]), "the difference from the value")? * step.beta;
            if twice % 2 != 0 {
                return Err(fault("an update is too fine"));
            }
            self.number(twice / 2, format, "an update")?;
            update.push(twice / 2);
        }
        for (row, twice) in &step.key {
            for (entry, update) in state[row * HEAD_DIM..(row + 1) * HEAD_DIM].iter_mut().zip(&update) {
                let next = self.sum(Terms::of([2 * *entry, twice * update]), "the new state")?;
                if next % 2 != 0 {
                    return Err(fault("a state is too fine"));
                }
                self.number(next / 2, format, "an entry of the state")?;
                *entry = next / 2;
            }
        }
        Ok(update)
    }

    /// What a query reads of a state.
    fn output(
        &mut self,
        state: &[i64],
        (query, expected): (&[(usize, i64)], &[i64]),
        format: Float,
    ) -> Result<(), VectorsError> {
        for (column, expected) in expected.iter().enumerate() {
            let read = Terms::of(query.iter().map(|(row, twice)| twice * state[row * HEAD_DIM + column]));
            if self.sum(read, "an output")? != *expected {
                return Err(fault("an output is another"));
            }
            self.number(*expected, format, "an output")?;
        }
        Ok(())
    }

    /// The chunked form of one chunk.
    fn chunk(&mut self, chunk: &Chunk<'_>, n_steps: usize, format: Float) -> Result<(), VectorsError> {
        let mut n_halvings = Vec::with_capacity(chunk.steps.len());
        let mut all = 0;
        for step in chunk.steps {
            all += u32::from(step.halves);
            n_halvings.push(all);
        }
        if all > MOST_HALVINGS {
            return Err(fault("there are too many decays in a chunk"));
        }
        let inverse = self.inverse(chunk.steps, &n_halvings, format)?;
        for (i, row) in inverse.iter().enumerate() {
            self.solution(chunk, row, &chunk.updates[i], &n_halvings, format)?;
        }
        for (query, i) in chunk.queries.iter().zip((n_steps - 1..).step_by(n_steps)) {
            self.output_of_chunk(chunk, query, &chunk.outputs[i / n_steps], i, &n_halvings, format)?;
        }
        self.state_of_chunk(chunk, &n_halvings)
    }

    /// Rows of the inverse of I + A, in multiples of 1/FINE, by forward substitution.
    fn inverse(&mut self, steps: &[Step], n_halvings: &[u32], format: Float) -> Result<Vec<Vec<i64>>, VectorsError> {
        let keys: Vec<Vec<i64>> = steps.iter().map(|step| dense(&step.key)).collect();
        let mut inverse: Vec<Vec<i64>> = Vec::with_capacity(steps.len());
        for (i, step) in steps.iter().enumerate() {
            let mut row = vec![Terms::default(); steps.len()];
            row[i].add(FINE);
            for j in 0..i {
                // Four times the product of two keys; beta makes it an entry of A.
                let product: i64 = step.key.iter().map(|(place, twice)| twice * keys[j][*place]).sum();
                if product == 0 || step.beta == 0 {
                    continue;
                }
                let entry = halved(step.beta * product * FINE / 4, n_halvings[i] - n_halvings[j])?;
                self.number(entry, format, "an entry of the triangular matrix")?;
                for (l, earlier) in inverse[j].iter().enumerate().take(j + 1).filter(|(_, earlier)| **earlier != 0) {
                    let term = entry * earlier;
                    if term % FINE != 0 {
                        return Err(fault("an entry of a chunk is too fine"));
                    }
                    row[l].add(-term / FINE);
                }
            }
            let mut sums = Vec::with_capacity(row.len());
            for terms in row {
                let entry = self.sum(terms, "the inverse")?;
                self.number(entry, format, "an entry of the inverse")?;
                sums.push(entry);
            }
            inverse.push(sums);
        }
        Ok(inverse)
    }

    /// From a row of the inverse: the row of W, which is times beta times keys that decay with the chunk, the row of U,
    /// which is times beta times values, and the update `U - W S`.
    fn solution(
        &mut self,
        chunk: &Chunk<'_>,
        row: &[i64],
        update: &[i64],
        n_halvings: &[u32],
        format: Float,
    ) -> Result<(), VectorsError> {
        let mut reads = vec![Terms::default(); HEAD_DIM];
        let mut writes = vec![Terms::default(); HEAD_DIM];
        for (j, factor) in row.iter().enumerate().filter(|(_, factor)| **factor != 0) {
            let step = &chunk.steps[j];
            for (place, twice) in &step.key {
                reads[*place].add(halved(factor * step.beta * twice, n_halvings[j])?);
            }
            for (sum, value) in writes.iter_mut().zip(&step.value) {
                sum.add(factor * step.beta * value);
            }
        }
        let mut read = Vec::new();
        for (place, terms) in reads.into_iter().enumerate() {
            let entry = self.sum(terms, "the rows that read the state")?;
            self.number(entry, format, "a row that reads the state")?;
            if entry != 0 {
                read.push((place, entry));
            }
        }
        for (column, (terms, update)) in writes.into_iter().zip(update).enumerate() {
            let written = self.sum(terms, "the rows that write")?;
            self.number(written, format, "a row that writes")?;
            // Twice the update, in multiples of 1/FINE units: what is read is that of halves.
            let held = Terms::of(read.iter().map(|(place, entry)| entry * chunk.before[place * HEAD_DIM + column]));
            let held = self.sum(held, "what a row reads of the state")?;
            let twice = self.sum(Terms::of([2 * written, -held]), "the update of a chunk")?;
            if twice != 2 * FINE * update {
                return Err(fault("an update of a chunk is another than the recurrence's"));
            }
        }
        Ok(())
    }

    /// The output after step i, from the state before the chunk and the updates up to then, in 1/2^(2 + MOST_HALVINGS)
    /// units.
    fn output_of_chunk(
        &mut self,
        chunk: &Chunk<'_>,
        query: &[(usize, i64)],
        expected: &[i64],
        i: usize,
        n_halvings: &[u32],
        format: Float,
    ) -> Result<(), VectorsError> {
        let mut sums = vec![Terms::default(); HEAD_DIM];
        for (row, twice) in query {
            let factor = (2 * twice) << (MOST_HALVINGS - n_halvings[i]);
            let entries = &chunk.before[row * HEAD_DIM..(row + 1) * HEAD_DIM];
            sums.iter_mut().zip(entries).for_each(|(sum, entry)| sum.add(factor * entry));
        }
        let query = dense(query);
        for (j, step) in chunk.steps.iter().enumerate().take(i + 1) {
            let product = Terms::of(step.key.iter().map(|(place, twice)| twice * query[*place]));
            let product = self.sum(product, "the product of query and key")?;
            self.number(product, format, "the product of query and key")?;
            if product != 0 {
                let factor = product << (MOST_HALVINGS - (n_halvings[i] - n_halvings[j]));
                sums.iter_mut().zip(&chunk.updates[j]).for_each(|(sum, update)| sum.add(factor * update));
            }
        }
        for (terms, expected) in sums.into_iter().zip(expected) {
            if self.sum(terms, "an output of a chunk")? != (2 * expected) << MOST_HALVINGS {
                return Err(fault("an output of a chunk is another than the recurrence's"));
            }
        }
        Ok(())
    }

    /// The state after the chunk, in 1/2^(1 + MOST_HALVINGS) units.
    fn state_of_chunk(&mut self, chunk: &Chunk<'_>, n_halvings: &[u32]) -> Result<(), VectorsError> {
        let last = n_halvings.last().copied().unwrap_or(0);
        let kept = |entry: &i64| Terms::of([(2 * entry) << (MOST_HALVINGS - last)]);
        let mut sums: Vec<Terms> = chunk.before.iter().map(kept).collect();
        for ((step, update), halvings) in chunk.steps.iter().zip(chunk.updates).zip(n_halvings) {
            for (row, twice) in &step.key {
                let factor = twice << (MOST_HALVINGS - (last - halvings));
                let entries = &mut sums[row * HEAD_DIM..(row + 1) * HEAD_DIM];
                entries.iter_mut().zip(update).for_each(|(sum, update)| sum.add(factor * update));
            }
        }
        for (terms, expected) in sums.into_iter().zip(chunk.after) {
            if self.sum(terms, "the state after a chunk")? != (2 * expected) << MOST_HALVINGS {
                return Err(fault("the state after a chunk is another than the recurrence's"));
            }
        }
        Ok(())
    }
}

/// A chunk, and what the recurrence makes of it.
struct Chunk<'c> {
    steps: &'c [Step],
    updates: &'c [Vec<i64>],
    before: &'c [i64],
    after: &'c [i64],
    /// One a token, with its output.
    queries: &'c [Vec<(usize, i64)>],
    outputs: &'c [Vec<i64>],
}

/// Twice the entries of a key or query, whole.
fn dense(entries: &[(usize, i64)]) -> Vec<i64> {
    let mut vector = vec![0; HEAD_DIM];
    entries.iter().for_each(|(place, twice)| vector[*place] = *twice);
    vector
}

fn halved(value: i64, times: u32) -> Result<i64, VectorsError> {
    if value % (1 << times) == 0 { Ok(value >> times) } else { Err(fault("an entry of a chunk is too fine")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vectors::Rule;
    use crate::vectors::draw::draw;
    use problems::Random;

    #[test]
    fn a_sum_is_exact_up_to_two_to_the_twenty_four_of_its_grid() {
        assert!(Terms::of([1 << 23, 1 << 22, 1 << 22]).is_exact());
        assert!(!Terms::of([1 << 23, -(1 << 23), 1]).is_exact());
        assert!(Terms::of([1 << 24, 2 - (1 << 24), 2]).is_exact());
        assert!(!Terms::of([1 << 24, 2 - (1 << 24), 4]).is_exact());
        assert!(Terms::of([]).is_exact() && Terms::of([i64::from(i32::MAX) + 1]).is_exact());
    }

    #[test]
    fn a_changed_number_is_certified_by_no_rule() {
        for rule in Rule::ALL {
            let drawn = draw(rule, 200, Float::BF16, &mut Random::new(11, 0));
            let judged = |change: &dyn Fn(&mut Drawn)| {
                let mut drawn = drawn.clone();
                change(&mut drawn);
                Certificate::default().add(&drawn, rule.steps(), Float::BF16).map_err(|error| error.to_string())
            };
            assert_eq!(judged(&|_| ()), Ok(()));
            let refused = |change: &dyn Fn(&mut Drawn), part: &str| {
                let error = judged(change).unwrap_err();
                assert!(error.contains(part), "{}: {error}", rule.name());
            };
            refused(&|drawn| drawn.outputs[70][3] += 1, "an output is another");
            refused(&|drawn| drawn.state[5] += 2, "the state in the end is another");
            refused(&|drawn| drawn.steps[20].value[0] = 257, "no number of bf16");
            // A value so large that what a state holds beside it is lost.
            let is_lost = |place: usize| {
                let judged = judged(&|drawn| drawn.steps[place].value[1] = 1 << 30);
                judged.is_err_and(|error| error.contains("a sum for the difference from the value may round in f32"))
            };
            assert!((0..drawn.steps.len()).any(is_lost), "{}", rule.name());
        }
    }
}
