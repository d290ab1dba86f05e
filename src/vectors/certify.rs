//! That no operation rounds: every number of the recurrence and of the chunked form, computed in integers and asked.

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

impl Certificate {
    fn number(&mut self, value: i64, format: Float, what: &str) -> Result<(), VectorsError> {
        self.numbers += 1;
        if fits(value, format) {
            return Ok(());
        }
        Err(VectorsError::new(format!("{what} is no number of {format}: this is a fault of ours")))
    }

    /// Whether sums of terms whose sizes add up to this are exact: all are multiples of one unit, so 2^24 of them do.
    fn sum(&mut self, sizes: i64, what: &str) -> Result<(), VectorsError> {
        self.sums += 1;
        if sizes <= 1 << 24 {
            return Ok(());
        }
        Err(VectorsError::new(format!("a sum for {what} may round in f32: this is a fault of ours")))
    }

    /// Adds what is asked of one head of one sequence.
    pub(super) fn add(&mut self, drawn: &Drawn, format: Float) -> Result<(), VectorsError> {
        for step in &drawn.steps {
            self.betas[usize::try_from(step.beta).unwrap_or(0)] += 1;
            self.decays += u64::from(step.halves);
        }
        let values = drawn.steps.iter().flat_map(|step| &step.value);
        for value in values.chain(drawn.outputs.iter().flatten()).chain(&drawn.state) {
            self.number(*value, format, "an entry")?;
        }
        for size in CHUNKS {
            for steps in drawn.steps.chunks(size) {
                self.chunk(steps, format)?;
            }
        }
        Ok(())
    }

    /// The triangular system of one chunk and its solution, for a state that is 0 in the beginning, and the matrix that
    /// reads the state.
    fn chunk(&mut self, steps: &[Step], format: Float) -> Result<(), VectorsError> {
        // Twice the entries of keys, whole vectors.
        let keys: Vec<Vec<i64>> = steps
            .iter()
            .map(|step| {
                let mut key = vec![0; HEAD_DIM];
                step.key.iter().for_each(|(place, twice)| key[*place] = *twice);
                key
            })
            .collect();
        let n_halvings: Vec<u32> = steps
            .iter()
            .scan(0, |sum, step| {
                *sum += u32::from(step.halves);
                Some(*sum)
            })
            .collect();
        let fault = || VectorsError::new("an entry of a chunk is too fine: this is a fault of ours");
        let halved = |value: i64, times: u32| (value % (1 << times) == 0).then_some(value >> times).ok_or_else(fault);
        // Rows of the inverse of I + A, in multiples of 1/FINE, by forward substitution.
        let mut inverse: Vec<Vec<i64>> = Vec::with_capacity(steps.len());
        for (i, step) in steps.iter().enumerate() {
            let mut row = vec![0; steps.len()];
            row[i] = FINE;
            let mut sizes = vec![FINE; steps.len()];
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
                    let term = (term % FINE == 0).then_some(term / FINE).ok_or_else(fault)?;
                    row[l] -= term;
                    sizes[l] += term.abs();
                }
            }
            for (entry, size) in row.iter().zip(&sizes) {
                self.number(*entry, format, "an entry of the inverse")?;
                // Entries are multiples of 2^-8 at least.
                self.sum(size / (FINE >> 8), "the inverse")?;
            }
            inverse.push(row);
        }
        // Rows of the inverse times beta times keys, which decay with the chunk, and times values.
        for row in &inverse {
            let (mut reads, mut writes) = (vec![0; HEAD_DIM], vec![0; HEAD_DIM]);
            let (mut of_reads, mut of_writes) = (0, 0);
            for (j, factor) in row.iter().enumerate().filter(|(_, factor)| **factor != 0) {
                let beta = steps[j].beta;
                if beta == 0 {
                    continue;
                }
                for (place, twice) in &steps[j].key {
                    let term = halved(factor * beta * twice, n_halvings[j])?;
                    reads[*place] += term;
                    of_reads += term.abs();
                }
                let mut largest = 0;
                for (sum, value) in writes.iter_mut().zip(&steps[j].value) {
                    let term = factor * beta * value;
                    *sum += term;
                    largest = largest.max(term.abs());
                }
                of_writes += largest;
            }
            for entry in reads.iter().chain(&writes) {
                self.number(*entry, format, "a row of the solution")?;
            }
            self.sum(of_reads / (FINE >> 8), "the rows that read the state")?;
            self.sum(of_writes / (FINE >> 8), "the rows that write")?;
        }
        Ok(())
    }
}
