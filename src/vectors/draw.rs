//! Drawing steps that stay exact: integers in fixed units, a step that would leave the format is drawn again.
//!
//! The coordinates of a key fall into blocks of four. In half of the blocks keys are the 24 unit vectors `e_i` and
//! `(+-1/2, +-1/2, +-1/2, +-1/2)`, up to sign, whose reflections generate a finite group; values are `M k` with a fixed
//! matrix M, so that the state stays `(I - g) M^T` and does not grow. In the others keys are the `e_i`, and values are
//! any small integers. A beta of 1 overwrites a row, and makes room for decays.

use super::Rule;
use super::certify::UNITS;
use problems::Random;
use rnn::Float;

/// Length of keys and values.
pub const HEAD_DIM: usize = 64;
const BLOCK: usize = 4;
/// The largest size of an entry of a state, in units.
const LARGEST: i64 = 64 * UNITS;

/// One delta step in integers.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The entries of the key that are not 0: place, and twice the entry.
    pub(super) key: Vec<(usize, i64)>,
    /// The values, in units.
    pub(super) value: Vec<i64>,
    /// 0, 1 or 2.
    pub(super) beta: i64,
    /// Whether the state is halved first.
    pub(super) halves: bool,
}

/// The steps of one head and one sequence, and what comes of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawn {
    pub(super) steps: Vec<Step>,
    /// One query a token, as keys are written.
    pub(super) queries: Vec<Vec<(usize, i64)>>,
    /// One output a token, in units of 1 / (2 * 8): half for the query, an eighth for its scale.
    pub(super) outputs: Vec<Vec<i64>>,
    /// The state in the end, in units, the value's index fastest.
    pub(super) state: Vec<i64>,
}

/// Whether an integer, in units of any power of two, is a number of the format.
pub(super) fn fits(value: i64, format: Float) -> bool {
    let size = value.unsigned_abs();
    size == 0 || 64 - size.leading_zeros() - size.trailing_zeros() <= format.significand_bits()
}

/// The state after a step; none where a number on the way is no number of the format, or too large.
fn advanced(state: &[i64], step: &Step, format: Float) -> Option<Vec<(usize, Vec<i64>)>> {
    // Twice what the state holds of the key, then the update.
    let mut held = vec![0; HEAD_DIM];
    for (row, twice) in &step.key {
        for (sum, entry) in held.iter_mut().zip(&state[row * HEAD_DIM..]) {
            *sum += twice * entry;
        }
    }
    let update: Option<Vec<i64>> = held
        .iter()
        .zip(&step.value)
        .map(|(twice_held, value)| {
            let update = (twice_held % 2 == 0).then(|| step.beta * (value - twice_held / 2))?;
            (fits(update, format) && update.abs() <= 2 * LARGEST).then_some(update)
        })
        .collect();
    let update = update?;
    let rows = step.key.iter().map(|(row, twice)| {
        let entries = state[row * HEAD_DIM..(row + 1) * HEAD_DIM].iter().zip(&update).map(|(entry, update)| {
            let product = twice * update;
            let next = (product % 2 == 0).then(|| entry + product / 2)?;
            (fits(next, format) && next.abs() <= LARGEST).then_some(next)
        });
        Some((*row, entries.collect::<Option<Vec<i64>>>()?))
    });
    rows.collect()
}

fn has_reflections(block: usize) -> bool {
    block.is_multiple_of(2)
}

/// One of the 24 unit vectors of a block, up to sign, or an `e_i`.
fn key(block: usize, may_be_half: bool, random: &mut Random) -> Vec<(usize, i64)> {
    let first = block * BLOCK;
    if may_be_half && random.below(3) > 0 {
        let signs = random.below(16);
        return (0..BLOCK).map(|place| (first + place, if signs >> place & 1 == 1 { -1 } else { 1 })).collect();
    }
    vec![(first + random.below(BLOCK), if random.bit() { 2 } else { -2 })]
}

/// The value `M k` in units: entries of M are -2 to 2, and M depends on the head's seed alone.
fn of_matrix(matrix: &[i64], key: &[(usize, i64)]) -> Vec<i64> {
    let entries = (0..HEAD_DIM).map(|column| {
        let twice: i64 = key.iter().map(|(row, twice)| twice * matrix[row * HEAD_DIM + column]).sum();
        twice * UNITS / 2
    });
    entries.collect()
}

/// Draws one head of one sequence.
pub(super) fn draw(rule: Rule, n_tokens: usize, format: Float, random: &mut Random) -> Drawn {
    let matrix: Vec<i64> = (0..HEAD_DIM * HEAD_DIM).map(|_| random.below(5) as i64 - 2).collect();
    let mut drawn = Drawn { state: vec![0; HEAD_DIM * HEAD_DIM], ..Drawn::default() };
    for token in 0..n_tokens {
        // One decay in 64 tokens at most: sums of logarithms of 1/2 are exact only there.
        let wants_decay = rule.decays() && token % 64 == 40 && random.below(4) > 0;
        let halves = wants_decay && drawn.state.iter().all(|entry| entry % 2 == 0);
        if halves {
            drawn.state.iter_mut().for_each(|entry| *entry /= 2);
        }
        for place in 0..rule.steps() {
            // About the edges of chunks something is written, and read at once, so that a wrong edge shows.
            let is_edge = matches!(token % 16, 0 | 15);
            let step = one_step(&drawn.state, &matrix, (halves && place == 0, is_edge), format, random);
            let rows = advanced(&drawn.state, &step, format).expect("a step is drawn that stays exact");
            for (row, entries) in rows {
                drawn.state[row * HEAD_DIM..(row + 1) * HEAD_DIM].copy_from_slice(&entries);
            }
            drawn.steps.push(step);
        }
        // A query along one key; where the output would leave the format, along one coordinate.
        let block = random.below(HEAD_DIM / BLOCK);
        let drawn_key = key(block, true, random);
        let plain = key(block, false, random);
        let last = drawn.steps.last().map(|step| step.key.clone()).filter(|_| matches!(token % 16, 0 | 15));
        let (query, output) = [last.unwrap_or(drawn_key), plain]
            .into_iter()
            .find_map(|query| {
                let output = output(&drawn.state, &query);
                output.iter().all(|entry| fits(*entry, format)).then_some((query, output))
            })
            .expect("entries of the state are numbers of the format");
        drawn.queries.push(query);
        drawn.outputs.push(output);
    }
    drawn
}

fn output(state: &[i64], query: &[(usize, i64)]) -> Vec<i64> {
    let column = |column: usize| query.iter().map(|(row, twice)| twice * state[row * HEAD_DIM + column]).sum();
    (0..HEAD_DIM).map(column).collect()
}

/// Whether a row cannot be halved once more.
fn is_fine(state: &[i64], row: usize) -> bool {
    state[row * HEAD_DIM..(row + 1) * HEAD_DIM].iter().any(|entry| entry % 2 != 0)
}

/// A step that stays exact, and changes the state where that is wanted; one with beta 0 where no draw does.
fn one_step(
    state: &[i64],
    matrix: &[i64],
    (halves, wants_change): (bool, bool),
    format: Float,
    random: &mut Random,
) -> Step {
    const DRAWS: usize = 6;
    let fine = (0..HEAD_DIM).find(|row| is_fine(state, *row));
    if let Some(row) = fine.filter(|_| random.bit()) {
        return Step { key: vec![(row, 2)], value: vec![0; HEAD_DIM], beta: 1, halves };
    }
    for _ in 0..if wants_change { 8 * DRAWS } else { DRAWS } {
        let block = random.below(HEAD_DIM / BLOCK);
        let (key, value, beta) = if has_reflections(block) {
            // Where decays have made entries fine, rows are only cleared.
            if (block * BLOCK..(block + 1) * BLOCK).any(|row| is_fine(state, row)) {
                continue;
            }
            match random.below(6) {
                0 => (key(block, true, random), of_matrix(matrix, &key(block, true, random)), 0),
                _ => {
                    let key = key(block, true, random);
                    let value = of_matrix(matrix, &key);
                    (key, value, 2)
                }
            }
        } else {
            let value = (0..HEAD_DIM).map(|_| (random.below(7) as i64 - 3) * UNITS).collect();
            (key(block, false, random), value, [0, 1, 1, 2][random.below(4)])
        };
        let step = Step { key, value, beta, halves };
        let Some(rows) = advanced(state, &step, format) else { continue };
        let changes = rows.iter().any(|(row, entries)| state[row * HEAD_DIM..(row + 1) * HEAD_DIM] != entries[..]);
        if changes || !wants_change {
            return step;
        }
    }
    Step { key: vec![(0, 2)], value: vec![0; HEAD_DIM], beta: 0, halves }
}
