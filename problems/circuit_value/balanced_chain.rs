//! Hard circuits: a chain as deep as it is long, in which nearly every value decides the answer.
//!
//! Every gate reads the value before it and one further back. The *fault set* of a value holds the values whose single
//! flip flips it. A gate is drawn blindly, with its type, output bit and distance, and kept if the output fits and if
//! its fault set is large *whichever way the output had come out*.
//!
//! Both halves of this matter. A search for the largest fault set with a free output bit gives away the answer by the
//! gate's type. A search with the output bit drawn first gives it away by the far operand, with 64 values in 85 of 100
//! circuits: an `A` that outputs 1 has a union of fault sets and takes a gate, one that outputs 0 loses the fewest
//! faults to an input.

use super::Gate;
use super::Item;
use crate::Random;

/// How often a gate is drawn, per distance and at most, before the best one seen is taken.
const GATE_DRAWS: (usize, usize) = (16, 256);
/// How often a circuit is drawn before the best one seen is taken: with fewer than about 16 values some types cannot
/// have a large fault set.
const CIRCUIT_DRAWS: usize = 64;
/// The share of all values so far that a gate's fault set must hold: numerator and denominator. It is the same for the
/// last gate, for a larger one would select circuits by their last values.
const SHARE: (usize, usize) = (9, 10);

/// Draws a circuit of `n` values whose last value is `answer`.
pub(super) fn sample(n: usize, answer: bool, random: &mut Random) -> Vec<Item> {
    match n {
        1 => return vec![Item::Input(answer)],
        2 => return vec![Item::Input(!answer), Item::Not { distance: 1 }],
        _ => {}
    }
    // The last type is drawn once, before anything that knows the answer: whatever is rejected below, both answers have
    // the same distribution of last types.
    let last = *random.pick(&Gate::ALL);
    let mut best: Option<(usize, Chain)> = None;
    let mut draws = 0;
    loop {
        if let Some((size, chain)) = draw(n, last, answer, random) {
            if is_large(size, n) {
                return chain.items;
            }
            if best.as_ref().is_none_or(|(largest, _)| size > *largest) {
                best = Some((size, chain));
            }
        }
        draws += 1;
        // Without any circuit the search goes on: for every type and both answers some inputs fit.
        if draws >= CIRCUIT_DRAWS
            && let Some((_, chain)) = best
        {
            return chain.items;
        }
    }
}

fn is_large(size: usize, n_values: usize) -> bool {
    SHARE.1 * size >= SHARE.0 * n_values
}

/// One circuit with this last type and value, and the size that the last fault set has at least.
fn draw(n: usize, last: Gate, answer: bool, random: &mut Random) -> Option<(usize, Chain)> {
    let mut chain = Chain::new(n);
    for _ in 0..(n / 8).max(2) {
        chain.push_input(random.bit());
    }
    while chain.items.len() < n - 1 {
        let draw = |random: &mut Random| (*random.pick(&Gate::ALL), random.bit());
        chain.push_gate(draw, random)?;
    }
    let size = chain.push_gate(|_| (last, answer), random)?;
    Some((size, chain))
}

/// A circuit with the values and fault sets of all its items.
struct Chain {
    items: Vec<Item>,
    values: Vec<bool>,
    /// Row k, of `n_words` words: the fault set of value k, a bit per value.
    faults: Vec<u64>,
    n_words: usize,
}

impl Chain {
    fn new(n: usize) -> Self {
        Self { items: Vec::new(), values: Vec::new(), faults: Vec::new(), n_words: n.div_ceil(64) }
    }

    fn fault_set(&self, value: usize) -> &[u64] {
        &self.faults[value * self.n_words..(value + 1) * self.n_words]
    }

    fn push_input(&mut self, bit: bool) {
        self.push(Item::Input(bit), bit, vec![0; self.n_words]);
    }

    fn push(&mut self, item: Item, value: bool, mut faults: Vec<u64>) {
        let k = self.values.len();
        faults[k / 64] |= 1 << (k % 64);
        self.items.push(item);
        self.values.push(value);
        self.faults.extend(faults);
    }

    /// Adds a gate of a type and output that are drawn anew each time, at a random distance; returns the size that its
    /// fault set has at least. None where no gate that was drawn has the output.
    fn push_gate(&mut self, draw: impl Fn(&mut Random) -> (Gate, bool), random: &mut Random) -> Option<usize> {
        let k = self.values.len();
        let mut best = None;
        for _ in 0..(GATE_DRAWS.0 * (k - 1)).min(GATE_DRAWS.1) {
            let (gate, output) = draw(random);
            let far = 2 + random.below(k - 1);
            if gate.apply(self.values[k - 1], self.values[k - far]) != output {
                continue;
            }
            let Some(size) = self.assured_size(gate, far) else {
                continue;
            };
            if best.is_none_or(|(largest, _, _)| size > largest) {
                best = Some((size, gate, far));
            }
            if is_large(size, k + 1) {
                break;
            }
        }
        let (size, gate, far) = best?;
        let (x, y) = (self.values[k - 1], self.values[k - far]);
        let output = gate.apply(x, y);
        let flips = |x, y| if gate.apply(x, y) != output { u64::MAX } else { 0 };
        let (near_only, far_only, both) = (flips(!x, y), flips(x, !y), flips(!x, !y));
        let operands = self.fault_set(k - 1).iter().zip(self.fault_set(k - far));
        let faults = operands.map(|(&fx, &fy)| (fx & !fy & near_only) | (!fx & fy & far_only) | (fx & fy & both));
        let faults = faults.collect();
        self.push(Item::Gate { gate, near: 1, far }, output, faults);
        Some(size)
    }

    /// The least size of the new value's fault set, over this output and the other one.
    ///
    /// An exclusive or has the symmetric difference X ^ Y of its operands' fault sets, whatever it outputs. The other
    /// gates come in two ways. If the far operand is neutral, the gate passes the near operand on, and has X | Y or
    /// X & !Y. If the operands are equal, both may be flipped, and it has X | Y or X & Y. In the case that is left, the
    /// far operand alone decides, and no flip of the near one can matter.
    fn assured_size(&self, gate: Gate, far: usize) -> Option<usize> {
        let k = self.values.len();
        let (x, y) = (self.values[k - 1], self.values[k - far]);
        let (near_set, far_set) = (self.fault_set(k - 1), self.fault_set(k - far));
        let size = |combine: fn(u64, u64) -> u64| {
            let words = near_set.iter().zip(far_set).map(|(&fx, &fy)| combine(fx, fy).count_ones());
            words.sum::<u32>() as usize
        };
        let is_neutral = gate.apply(x, y) != gate.apply(!x, y);
        let passed = || size(|fx, fy| fx & !fy);
        let shared = || size(|fx, fy| fx & fy);
        // The new value itself is always in its fault set.
        match (gate, is_neutral, x == y) {
            (Gate::Xor, _, _) => Some(1 + size(|fx, fy| fx ^ fy)),
            (_, true, true) => Some(1 + passed().max(shared())),
            (_, true, false) => Some(1 + passed()),
            (_, false, true) => Some(1 + shared()),
            (_, false, false) => None,
        }
    }
}
