//! Which polarity each value is kept in, by local search.

use super::LARGE;
use super::LEAST_ROUNDS;
use super::POLARITY_ROUNDS;
use super::gates::Network;
use super::gates::Node;

/// How a node's value is kept: as it is, inverted, or in both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    One { inverted: bool },
    Both,
}

impl Network {
    /// The polarities of the nodes, by a search that accepts a worse state now and then, more and more rarely.
    pub(super) fn polarities(&self, in_suffix: &[bool]) -> Vec<Kept> {
        let n = self.nodes.len();
        let mut search = PolaritySearch {
            network: self,
            kept: vec![Kept::One { inverted: false }; n],
            readers: vec![Vec::new(); n],
        };
        // An output's own gate is in its suffix, where a NOT costs little.
        for node in (0..n).filter(|&node| !in_suffix[node]) {
            for operand in self.reads(node) {
                if search.readers[operand].last() != Some(&node) {
                    search.readers[operand].push(node);
                }
            }
        }
        search.run();
        search.repair();
        search.kept
    }
}

pub(super) struct PolaritySearch<'a> {
    pub(super) network: &'a Network,
    pub(super) kept: Vec<Kept>,
    pub(super) readers: Vec<Vec<usize>>,
}

impl PolaritySearch<'_> {
    /// The price of one more value for this node: an input's other polarity is one token, a gate's is a NOT.
    pub(super) fn price(&self, node: usize) -> u64 {
        if self.network.is_gate(node) { 3 } else { 2 }
    }

    /// The price of a gate whose operands' polarities do not fit.
    pub(super) fn misfit(&self, gate: usize) -> u64 {
        match self.network.nodes[gate] {
            Node::And([a, b]) => match (self.kept[a.node], self.kept[b.node]) {
                (Kept::One { inverted: x }, Kept::One { inverted: y }) if (x != a.inverted) != (y != b.inverted) => {
                    self.price(a.node).min(self.price(b.node))
                }
                _ => 0,
            },
            Node::Xor([a, b]) => match (self.kept[gate], self.kept[a], self.kept[b]) {
                (Kept::One { inverted: z }, Kept::One { inverted: x }, Kept::One { inverted: y }) if z != (x != y) => {
                    self.price(a).min(self.price(b))
                }
                _ => 0,
            },
            _ => 0,
        }
    }

    pub(super) fn local(&self, node: usize) -> u64 {
        let own = if self.kept[node] == Kept::Both { self.price(node) } else { 0 };
        let as_xor = if matches!(self.network.nodes[node], Node::Xor(_)) { self.misfit(node) } else { 0 };
        own + as_xor + self.readers[node].iter().map(|&reader| self.misfit(reader)).sum::<u64>()
    }

    pub(super) fn run(&mut self) {
        let n = self.network.nodes.len();
        let mut noise = Noise(1);
        let n_rounds = if n > LARGE { (POLARITY_ROUNDS * LARGE / n).max(LEAST_ROUNDS) } else { POLARITY_ROUNDS };
        for round in 0..n_rounds {
            // From one in eight down to one in 2^13, and at last never.
            let rarity = if round + 5 >= n_rounds { 64 } else { 3 + round * 10 / n_rounds };
            for _ in 0..n {
                let node = noise.below(n);
                let before = self.local(node);
                let kept = self.kept[node];
                self.kept[node] = match (kept, noise.below(2)) {
                    (Kept::One { inverted }, 0) => Kept::One { inverted: !inverted },
                    (Kept::One { .. }, _) => Kept::Both,
                    (Kept::Both, way) => Kept::One { inverted: way == 1 },
                };
                let after = self.local(node);
                let accepted = after <= before || after <= before + 3 && noise.rare(rarity);
                if !accepted {
                    self.kept[node] = kept;
                }
            }
        }
    }

    /// Keeps a gate in both polarities where a reader would not fit otherwise, the operand with most such readers first.
    pub(super) fn repair(&mut self) {
        let gates: Vec<usize> =
            (0..self.network.nodes.len()).filter(|&node| matches!(self.network.nodes[node], Node::And(_))).collect();
        let misfits = |search: &Self, node: usize| -> usize {
            search.readers[node]
                .iter()
                .filter(|&&r| matches!(search.network.nodes[r], Node::And(_)) && search.misfit(r) > 0)
                .count()
        };
        for gate in gates {
            let Node::And([a, b]) = self.network.nodes[gate] else { continue };
            // A misfit of an input is mended by reading the input again.
            let mendable = self.network.is_gate(a.node) && self.network.is_gate(b.node);
            let read = self.readers[a.node].contains(&gate);
            if mendable && read && self.misfit(gate) > 0 {
                let node = if misfits(self, a.node) >= misfits(self, b.node) { a.node } else { b.node };
                self.kept[node] = Kept::Both;
            }
        }
    }
}

/// A small generator of noise for the search: the plan must be the same on every machine. (xorshift, G. Marsaglia 2003)
pub(super) struct Noise(pub(super) u64);

impl Noise {
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (((self.next() >> 32) * n as u64) >> 32) as usize
    }

    /// True once in 2^rarity.
    pub(super) fn rare(&mut self, rarity: usize) -> bool {
        rarity < 64 && self.next() >> (64 - rarity) == 0
    }
}
