//! Vectors times the matrices of the last letters, as one deep feed-forward sublayer of the router.
//!
//! The stream holds the position `C = t mod n_slots`, one-hot, and the newest letter of each slot; a preloaded -1 in the
//! slot before the first token says that there was no block before. A [`Chain`] starts in a vector that depends on the
//! position alone, and is multiplied by the matrix of one letter per hidden layer. With `n_slots = 2B` the sublayer has
//! `2B + 3` hidden layers, all of them polynomial in states, letters and `B`:
//!
//! 1. hats: for each slot and each of the values -1, 0, ..., S - 1 whether the slot holds it;
//! 2. ages: for each position and each letter that a chain multiplies by there, whether the letter that is `a` tokens
//!    old is `s`, as `R([slot holds s] + [position is C] - 1 - [there was no block before])`;
//! 3. `2B` steps `v + sum_s (M_s - I) gate(v, [letter is s])`, with `gate(v, g) = R(v + c (g - 1)) - R(-v + c (g - 1))`,
//!    which is `v` where `g = 1` and 0 where `g = 0`, for every `|v| <= c`; a letter that is not there changes nothing;
//! 4. places: the entries of the vectors, let through at some positions only.
//!
//! The number `c` bounds every coordinate of every partial product: the largest start times the `2B`-th power of the
//! largest absolute row or column sum of a matrix, plus 1.

use super::router::Router;
use super::router::latch_name;
use super::router::slot_name;
use problems::weighted_automaton::Automaton;
use rnn::Exact;
use rnn::HeadFamily;
use rnn::HeadRows;
use rnn::LayeredBuilder;
use rnn::Network;
use rnn::NetworkError;
use rnn::Row;
use std::collections::BTreeMap;

/// The readout and value output: the weight of the word so far.
pub const WEIGHT: &str = "weight";

/// The largest number of slots: two layers tell positions modulo 24 and no more.
const MOST_SLOTS: usize = 24;

/// The largest estimated number of weights in the steps, so that a large automaton is refused and not waited for.
const MOST_WEIGHTS: usize = 1 << 22;

/// The letters of two blocks: which slot holds the letter of which age at which position, and which block that is in.
#[derive(Clone, Debug)]
pub struct Ring {
    /// The length of a block, in tokens.
    pub block: usize,
    /// What the latches hold before the first token; -1 in the last slot: there is no block before the first one.
    pub preloaded: Vec<Exact>,
    /// The slot of the letter that is so many tokens old, by position and age.
    pub slots: Vec<Vec<usize>>,
    /// Which of two buffers is the source, by position.
    pub source: Vec<usize>,
}

impl Ring {
    /// The ring for an automaton of this many states, whose products take so many steps.
    ///
    /// # Errors
    /// A sentence with the bound where the router does not hold two blocks of so many letters.
    pub fn new(n_states: usize, n_steps: fn(usize) -> usize) -> Result<Self, NetworkError> {
        const LONGEST: usize = MOST_SLOTS / 2;
        let fits = |block: &usize| MOST_SLOTS.is_multiple_of(2 * block);
        let needed = n_steps(n_states);
        let Some(block) = (needed.max(1)..=LONGEST).find(fits) else {
            let most = (1..=LONGEST).take_while(|n| n_steps(*n) <= LONGEST).last().unwrap_or(0);
            return Err(NetworkError::new(format!(
                "expected an automaton of at most {most} states, whose blocks are at most {LONGEST} letters long, as the router \
                 holds two of them in {MOST_SLOTS} latches; got {n_states} states, which need {needed} letters"
            )));
        };
        let n_slots = 2 * block;
        let preloaded = (0..n_slots).map(|slot| Exact::integer(-i64::from(slot == n_slots - 1))).collect();
        let slots = (0..n_slots).map(|position| (0..n_slots).map(|age| (position + n_slots - age) % n_slots).collect());
        Ok(Self { block, preloaded, slots: slots.collect(), source: (0..n_slots).map(|t| t / block).collect() })
    }

    /// The number of slots, which is that of positions.
    pub fn n_slots(&self) -> usize {
        2 * self.block
    }

    /// The place of a position in its block.
    pub fn phase(&self, position: usize) -> usize {
        position % self.block
    }

    /// The positions of this phase at which this buffer is the source.
    pub fn positions(&self, phase: usize, source: usize) -> Vec<usize> {
        (0..self.n_slots()).filter(|t| self.phase(*t) == phase && self.source[*t] == source).collect()
    }

    /// Whether this position is one of these, as a row over the stream.
    pub fn is_one_of(positions: &[usize]) -> Row {
        positions.iter().map(|t| Row::of(slot_name(*t))).sum()
    }
}

/// On which side of a matrix the vector stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// A row on the left: `v M`, oldest letter first.
    Left,
    /// A column on the right: `M v`, newest letter first.
    Right,
}

/// A vector that is multiplied by letters.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The vector at the beginning, by position.
    pub start: Vec<Vec<Exact>>,
    /// Where it stands.
    pub side: Side,
    /// The ages of the letters in the order in which it is multiplied by them, one per step.
    pub ages: Vec<usize>,
    /// The number of steps before the first.
    pub delay: usize,
    /// By position: from which age on, and up to which one, letters count; none where it is empty.
    pub window: Vec<std::ops::Range<usize>>,
}

impl Chain {
    fn counts(&self, position: usize, age: usize) -> bool {
        self.ages.contains(&age) && self.window[position].contains(&age)
    }

    fn step_of(&self, age: usize) -> Option<usize> {
        self.ages.iter().position(|known| *known == age).map(|step| step + self.delay)
    }
}

/// An entry of a chain's last vector that becomes a stream coordinate at some positions; it is 0 at the others.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The coordinate.
    pub output: String,
    /// The chain.
    pub chain: usize,
    /// The entry of its vector.
    pub entry: usize,
    /// The positions.
    pub positions: Vec<usize>,
}

/// The automaton's numbers as weights.
#[derive(Clone, Debug)]
pub struct Weights {
    /// The row alpha.
    pub initial: Vec<Exact>,
    /// The matrix of each letter.
    pub transitions: Vec<Vec<Vec<Exact>>>,
    /// The column omega.
    pub final_weights: Vec<Exact>,
}

impl Weights {
    /// Those of this automaton.
    pub fn new(automaton: &Automaton) -> Self {
        let row = |row: &[_]| row.iter().map(Exact::from).collect::<Vec<Exact>>();
        Self {
            initial: row(automaton.initial()),
            transitions: automaton.transitions().iter().map(|m| m.iter().map(|r| row(r)).collect()).collect(),
            final_weights: row(automaton.final_weights()),
        }
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.initial.len()
    }

    /// Whether the empty word has a positive weight.
    pub fn is_positive_on_empty(&self) -> bool {
        let mut sum = Exact::ZERO;
        self.initial.iter().zip(&self.final_weights).for_each(|(left, right)| sum.add_product(left, right));
        sum.is_positive()
    }

    /// The largest absolute row or column sum of a matrix, and at least 1.
    pub fn norm(&self) -> Exact {
        let n = self.n_states();
        let mut norm = Exact::ONE;
        for matrix in &self.transitions {
            for place in 0..n {
                let sum = |entries: &mut dyn Iterator<Item = &Exact>| {
                    entries.fold(Exact::ZERO, |sum, entry| &sum + &absolute(entry))
                };
                norm = norm.max(sum(&mut matrix[place].iter()));
                norm = norm.max(sum(&mut matrix.iter().map(|row| &row[place])));
            }
        }
        norm
    }
}

fn absolute(value: &Exact) -> Exact {
    if value.is_negative() { -value } else { value.clone() }
}

/// The `exponent`-th power.
pub fn power(base: &Exact, exponent: usize) -> Exact {
    (0..exponent).fold(Exact::ONE, |product, _| &product * base)
}

/// The units of a hidden layer while it is being filled.
#[derive(Default)]
struct Units(Vec<Row>);

impl Units {
    /// Adds the unit `max(row, 0)`, and gives it as a row over the layer.
    fn add(&mut self, row: Row) -> Row {
        self.0.push(row);
        Row::of(format!("u{}", self.0.len() - 1))
    }

    /// `value` where `gate` is 1 and 0 where it is 0, for values of at most `bound`.
    fn gate(&mut self, value: &Row, gate: &Row, bound: &Exact) -> Row {
        let closed = (gate.clone() - Row::number(1)).scaled(bound);
        self.add(value.clone() + closed.clone()) - self.add(closed - value.clone())
    }

    /// The value itself, of any sign.
    fn carry(&mut self, value: &Row) -> Row {
        self.add(value.clone()) - self.add(-value.clone())
    }
}

/// The router over the automaton's letters, coded 0, ..., S - 1, with the chains as the feed-forward sublayer of layer 3.
///
/// # Errors
/// [`NetworkError`] where the automaton is too large.
pub fn route(
    family: HeadFamily,
    automaton: &Automaton,
    ring: &Ring,
    chains: &[Chain],
    placements: &[Placement],
) -> Result<LayeredBuilder, NetworkError> {
    let weights = Weights::new(automaton);
    let (n, n_letters, n_slots) = (weights.n_states(), weights.transitions.len(), ring.n_slots());
    let per_step = n * (2 * n_letters + 2) * (2 * n * n_letters + 2);
    if chains.len() * n_slots * per_step > MOST_WEIGHTS {
        return Err(NetworkError::new(format!(
            "expected an automaton whose network has about {MOST_WEIGHTS} weights at most, got {n} states and {n_letters} letters, \
             which need {}",
            chains.len() * n_slots * per_step
        )));
    }
    let tokens = automaton.alphabet().tokens();
    let values: Vec<Exact> = (0..n_letters as i64).map(Exact::integer).collect();
    let mut builder = Router::without_marker(family, tokens, &values, &ring.preloaded)?.into_builder();
    let mut hidden = Vec::new();

    // Hidden layer 1: whether a latch holds a letter, or nothing (-1), as a hat through three units; and the position.
    let mut units = Units::default();
    let holds: Vec<Vec<Row>> = (0..n_slots)
        .map(|slot| {
            let mut hat = |value: i64| {
                let z = Row::of(latch_name(slot)) - Row::number(value);
                let (low, middle) = (units.add(z.clone() + Row::number(1)), units.add(z.clone()));
                low - middle * 2 + units.add(z - Row::number(1))
            };
            (-1..n_letters as i64).map(&mut hat).collect()
        })
        .collect();
    let mut here: Vec<Row> = (0..n_slots).map(|t| units.add(Row::of(slot_name(t)))).collect();
    hidden.push(units.0);

    // Hidden layer 2: one indicator per position, age and letter, which all chains share; a chain's gate adds up those that it counts.
    let mut units = Units::default();
    let mut gates: Vec<BTreeMap<(usize, usize), Row>> = vec![BTreeMap::new(); chains.len()];
    for position in 0..n_slots {
        let phase = ring.phase(position);
        for age in 0..n_slots {
            let users: Vec<usize> = (0..chains.len()).filter(|chain| chains[*chain].counts(position, age)).collect();
            if users.is_empty() {
                continue;
            }
            for letter in 0..n_letters {
                let mut row = holds[ring.slots[position][age]][letter + 1].clone() + here[position].clone();
                if age > phase {
                    row = row - holds[ring.slots[position][phase + 1]][0].clone();
                }
                let unit = units.add(row - Row::number(1));
                for chain in &users {
                    let gate = gates[*chain].entry((age, letter)).or_default();
                    *gate = std::mem::take(gate) + unit.clone();
                }
            }
        }
    }
    here = here.iter().map(|row| units.add(row.clone())).collect();
    hidden.push(units.0);

    // Then one hidden layer for each step: every chain whose turn it is applies its letter's matrix, as what the matrix adds
    // to the vector where the gate is 1; the others carry their vectors, gates and position on.
    let largest = |values: &mut dyn Iterator<Item = &Exact>| values.fold(Exact::ONE, |most, v| most.max(absolute(v)));
    let starts = largest(&mut chains.iter().flat_map(|chain| chain.start.iter().flatten()));
    let bound = &(&starts * &power(&weights.norm(), n_slots)) + &Exact::ONE;
    let mut vectors: Vec<Option<Vec<Row>>> = vec![None; chains.len()];
    for step in 0..n_slots {
        let mut units = Units::default();
        for (place, chain) in chains.iter().enumerate() {
            if step < chain.delay {
                // It starts later, from the position.
            } else if let Some(age) = chain.ages.get(step - chain.delay) {
                let vector = vectors[place].take().unwrap_or_else(|| start(chain, n, &here));
                let mut next: Vec<Row> = vector.iter().map(|entry| units.carry(entry)).collect();
                for (letter, matrix) in weights.transitions.iter().enumerate() {
                    let Some(gate) = gates[place].get(&(*age, letter)) else { continue };
                    let gated: Vec<Row> = vector.iter().map(|entry| units.gate(entry, gate, &bound)).collect();
                    for (to, sum) in next.iter_mut().enumerate() {
                        for (from, gated) in gated.iter().enumerate() {
                            let factor = match chain.side {
                                Side::Right => &matrix[to][from],
                                Side::Left => &matrix[from][to],
                            };
                            let factor = if to == from { factor - &Exact::ONE } else { factor.clone() };
                            *sum = std::mem::take(sum) + gated.scaled(&factor);
                        }
                    }
                }
                vectors[place] = Some(next);
            } else if let Some(vector) = &vectors[place] {
                vectors[place] = Some(vector.iter().map(|entry| units.carry(entry)).collect());
            }
            let mut left = BTreeMap::new();
            for ((age, letter), gate) in &gates[place] {
                if chain.step_of(*age).is_some_and(|needed| needed > step) {
                    left.insert((*age, *letter), units.add(gate.clone()));
                }
            }
            gates[place] = left;
        }
        here = here.iter().map(|row| units.add(row.clone())).collect();
        hidden.push(units.0);
    }

    // The last hidden layer: an output is the entry of its chain at the positions where it is asked for, else 0.
    let mut units = Units::default();
    let mut outputs = Vec::new();
    for placement in placements {
        let vector = vectors[placement.chain].clone().unwrap_or_else(|| start(&chains[placement.chain], n, &here));
        let at: Row = placement.positions.iter().map(|t| here[*t].clone()).sum();
        outputs.push((placement.output.clone(), units.gate(&vector[placement.entry], &at, &bound)));
    }
    hidden.push(units.0);
    builder.feed_forward(&hidden, outputs)?;
    Ok(builder)
}

/// Layer 4 as one head of one row with these gates, whose output is the decision and the value: the weight of the word so
/// far.
///
/// # Errors
/// As [`LayeredBuilder::layer`].
pub fn finish(
    mut builder: LayeredBuilder,
    n_keys: usize,
    gates: Vec<(&'static str, Vec<Row>)>,
    weights: &Weights,
) -> Result<Network, NetworkError> {
    builder.layer(vec![HeadRows {
        name: "state".to_owned(),
        outputs: vec![WEIGHT.to_owned()],
        n_keys,
        projections: gates,
    }])?;
    let outputs = vec![(WEIGHT.to_owned(), Row::of(WEIGHT))];
    builder.finish(Row::of(WEIGHT), outputs, weights.is_positive_on_empty()).map(Network::Layered)
}

/// The start of a chain, as rows over a layer that carries the position.
fn start(chain: &Chain, n: usize, here: &[Row]) -> Vec<Row> {
    if chain.start.windows(2).all(|pair| pair[0] == pair[1]) {
        return chain.start[0].iter().map(|value| Row::constant(value.clone())).collect();
    }
    let entry = |i: usize| chain.start.iter().zip(here).map(|(vector, at)| at.scaled(&vector[i])).sum();
    (0..n).map(entry).collect()
}
