//! The order of the values and the places from which each gate reads.

use super::MOST_WORK;
use super::Step;
use super::gates::Network;
use super::gates::Node;
use super::polarity::Kept;
use crate::Literal;
use problems::circuit_value::Gate;

/// A value of the common part; operands are values by their number, which is not their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Input { input: usize, inverted: bool },
    Not(usize),
    Gate(Gate, usize, usize),
}

impl Value {
    pub(super) fn operands(self) -> impl Iterator<Item = usize> + Clone {
        let (a, b) = match self {
            Self::Input { .. } => (None, None),
            Self::Not(a) => (Some(a), None),
            // An operand that is read twice is one operand to the order.
            Self::Gate(_, a, b) => (Some(a), (a != b).then_some(b)),
        };
        a.into_iter().chain(b)
    }
}

/// What a suffix does, its operands being literals of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Constant(bool),
    Copy(Literal),
    Gate { gate: Gate, operands: [Literal; 2], invert: bool },
}

/// The values of the common part and their order.
pub(super) struct Layout {
    pub(super) values: Vec<Value>,
    /// The node that a value belongs to.
    pub(super) nodes: Vec<usize>,
    /// The value that holds a node as it is, and the one that holds its inverse: the newest, for an input.
    pub(super) held: Vec<[Option<usize>; 2]>,
    pub(super) in_suffix: Vec<bool>,
    /// How each output becomes the newest value.
    pub(super) endings: Vec<Ending>,
    /// The values in their order.
    pub(super) order: Vec<usize>,
    /// The place of each value in the order.
    pub(super) place: Vec<usize>,
}

impl Layout {
    pub(super) fn new(network: &Network, kept: &[Kept], in_suffix: &[bool], order: &[usize], reread: usize) -> Self {
        let mut layout = Self {
            values: Vec::new(),
            nodes: Vec::new(),
            held: vec![[None; 2]; network.nodes.len()],
            in_suffix: in_suffix.to_vec(),
            endings: Vec::new(),
            order: Vec::new(),
            place: Vec::new(),
        };
        for &node in order {
            if !in_suffix[node] {
                layout.add_gate(network, node, kept[node], reread);
            }
        }
        for &output in &network.outputs {
            layout.read_inputs(network, output);
        }
        layout.order = (0..layout.values.len()).collect();
        layout.place = layout.order.clone();
        layout.endings = network.outputs.iter().map(|&output| layout.ending(network, output)).collect();
        layout
    }

    pub(super) fn holds(&self, literal: Literal) -> bool {
        self.held[literal.node][usize::from(literal.inverted)].is_some()
    }

    /// How an output becomes the newest value.
    pub(super) fn ending(&self, network: &Network, output: Literal) -> Ending {
        match network.nodes[output.node] {
            Node::Constant => Ending::Constant(output.inverted),
            Node::And([a, b]) if self.in_suffix[output.node] => {
                let missing = |way: [Literal; 2]| -> usize {
                    let price = |l: Literal| if self.holds(l) { 0 } else { 1 + usize::from(network.is_gate(l.node)) };
                    way.map(price).iter().sum()
                };
                let gate = |plain, inverse| if output.inverted { inverse } else { plain };
                if missing([a, b]) <= missing([!a, !b]) {
                    Ending::Gate { gate: gate(Gate::And, Gate::Nand), operands: [a, b], invert: false }
                } else {
                    Ending::Gate { gate: gate(Gate::Nor, Gate::Or), operands: [!a, !b], invert: false }
                }
            }
            Node::Xor(nodes) if self.in_suffix[output.node] => {
                let way = |polarities: [bool; 2]| [0, 1].map(|i| Literal { node: nodes[i], inverted: polarities[i] });
                let held = |polarities: &[bool; 2]| way(*polarities).iter().all(|&l| self.holds(l));
                let right = |polarities: &[bool; 2]| (polarities[0] != polarities[1]) == output.inverted;
                let all = [[false, false], [true, true], [true, false], [false, true]];
                let find = |fits: &dyn Fn(&[bool; 2]) -> bool| all.iter().copied().find(|p| fits(p));
                let chosen = find(&|p| held(p) && right(p))
                    .or_else(|| find(&held))
                    .or_else(|| find(&|p| right(p) && way(*p).iter().any(|&l| self.holds(l))))
                    .unwrap_or([output.inverted, false]);
                Ending::Gate { gate: Gate::Xor, operands: way(chosen), invert: !right(&chosen) }
            }
            _ => Ending::Copy(output),
        }
    }

    /// Puts the inputs that a suffix reads into the common part, where they are not there yet: a suffix is the same
    /// for all values of the inputs.
    pub(super) fn read_inputs(&mut self, network: &Network, output: Literal) {
        let reads = match self.ending(network, output) {
            Ending::Constant(_) => Vec::new(),
            Ending::Copy(literal) if self.holds(!literal) => Vec::new(),
            Ending::Copy(literal) => vec![literal],
            Ending::Gate { operands, .. } => operands.to_vec(),
        };
        for literal in reads {
            if let (Node::Input(input), false) = (network.nodes[literal.node], self.holds(literal)) {
                self.push(literal.node, literal.inverted, Value::Input { input, inverted: literal.inverted });
            }
        }
    }

    /// The values that an ending reads; where only the inverse is held, the inverse.
    pub(super) fn ending_reads(&self, ending: Ending) -> Vec<usize> {
        let literals = match ending {
            Ending::Constant(_) => Vec::new(),
            Ending::Copy(literal) => vec![literal],
            Ending::Gate { operands, .. } => operands.to_vec(),
        };
        let held = |l: Literal| self.held[l.node][usize::from(l.inverted)];
        let mut reads: Vec<usize> = literals.iter().filter_map(|&l| held(l).or(held(!l))).collect();
        reads.dedup();
        reads
    }

    pub(super) fn push(&mut self, node: usize, inverted: bool, value: Value) -> usize {
        let number = self.values.len();
        self.values.push(value);
        self.nodes.push(node);
        self.held[node][usize::from(inverted)] = Some(number);
        number
    }

    pub(super) fn add_gate(&mut self, network: &Network, node: usize, kept: Kept, reread: usize) {
        // The two ways to make an AND: of its operands (AND, NAND) or of their inverses (NOR, OR). For an XOR the ways
        // are the polarities of its operands.
        let wanted = match kept {
            Kept::One { inverted } => Some(inverted),
            Kept::Both => None,
        };
        let made = match network.nodes[node] {
            Node::And([a, b]) => {
                let ways = [[a, b], [!a, !b]];
                let (way, [x, y]) = self.cheapest(network, &ways, reread);
                let inverted = wanted.unwrap_or(false);
                let gate = match (way, inverted) {
                    (0, false) => Gate::And,
                    (0, true) => Gate::Nand,
                    (_, false) => Gate::Nor,
                    (_, true) => Gate::Or,
                };
                self.push(node, inverted, Value::Gate(gate, x, y));
                inverted
            }
            Node::Xor([a, b]) => {
                let [a, b] = [a, b].map(|node| Literal { node, inverted: false });
                let ways: Vec<[Literal; 2]> = match wanted {
                    Some(inverted) => vec![[a, b.invert_if(inverted)], [!a, b.invert_if(!inverted)]],
                    None => vec![[a, b], [!a, !b], [!a, b], [a, !b]],
                };
                let ways: Vec<[Literal; 2]> = if ways.iter().any(|way| self.feasible(network, way)) {
                    ways
                } else {
                    vec![[a, b], [!a, !b], [!a, b], [a, !b]]
                };
                let (way, [x, y]) = self.cheapest(network, &ways, reread);
                let inverted = ways[way][0].inverted != ways[way][1].inverted;
                self.push(node, inverted, Value::Gate(Gate::Xor, x, y));
                inverted
            }
            Node::Constant | Node::Input(_) => return,
        };
        if wanted != Some(made)
            && let Some(value) = self.held[node][usize::from(made)]
        {
            self.push(node, !made, Value::Not(value));
        }
    }

    pub(super) fn feasible(&self, network: &Network, way: &[Literal; 2]) -> bool {
        way.iter().all(|l| !network.is_gate(l.node) || self.held[l.node][usize::from(l.inverted)].is_some())
    }

    /// The cheapest of several pairs of operands, which are then made available.
    pub(super) fn cheapest(&mut self, network: &Network, ways: &[[Literal; 2]], reread: usize) -> (usize, [usize; 2]) {
        // First the prices: of each pair, with each operand as it is there or read again, the farthest distance and what
        // is read again.
        let now = self.values.len();
        let mut best = (usize::MAX, 0, [false; 2]);
        for (index, way) in ways.iter().enumerate() {
            let there = way.map(|l| self.held[l.node][usize::from(l.inverted)].map(|value| now - value));
            let input = way.map(|l| !network.is_gate(l.node));
            for fresh in [[false, false], [true, false], [false, true], [true, true]] {
                let possible = (0..2).all(|i| if fresh[i] { input[i] } else { there[i].is_some() });
                if !possible {
                    continue;
                }
                let n_fresh = fresh.iter().filter(|&&f| f).count();
                let far = (0..2).filter(|&i| !fresh[i]).filter_map(|i| there[i]).map(|d| d + n_fresh).max();
                // A first copy is needed anyhow and costs its token only.
                let price: usize = (0..2)
                    .filter(|&i| fresh[i])
                    .map(|i| if there[i].is_some() { reread.saturating_add(1) } else { 1 })
                    .fold(0, usize::saturating_add);
                let cost = far.unwrap_or(n_fresh).saturating_add(price);
                if cost < best.0 {
                    best = (cost, index, fresh);
                }
            }
        }
        // Then the cheapest pair is made available, operand by operand.
        let (_, index, fresh) = best;
        let mut operands = [0; 2];
        for i in 0..2 {
            let literal = ways[index][i];
            let held = self.held[literal.node][usize::from(literal.inverted)].filter(|_| !fresh[i]);
            operands[i] = match (held, network.nodes[literal.node]) {
                (Some(value), _) => value,
                (None, Node::Input(input)) => {
                    let value = Value::Input { input, inverted: literal.inverted };
                    self.push(literal.node, literal.inverted, value)
                }
                // The polarities were repaired such that every gate has a way; were it not so, a NOT makes one.
                (None, _) => match self.held[literal.node][usize::from(!literal.inverted)] {
                    Some(other) => self.push(literal.node, literal.inverted, Value::Not(other)),
                    None => unreachable!("operands come first"),
                },
            };
        }
        (index, operands)
    }

    /// The tokens of the common part and of every suffix.
    pub(super) fn n_tokens(&self) -> usize {
        let suffixes = self.endings.iter().flat_map(|&ending| self.suffix(ending));
        self.steps().into_iter().chain(suffixes).map(Step::n_tokens).sum()
    }

    /// Tokens times the values that a network keeps: what running it costs.
    pub(super) fn cost(&self) -> u128 {
        self.n_tokens() as u128 * (self.order.len() + 1) as u128
    }

    /// Moves every value to its best place between its operands and its readers, until no move saves a token.
    pub(super) fn improve(&mut self) {
        let n = self.values.len();
        // Suffixes, read from the word's end towards the last value.
        let mut readers: Vec<Vec<usize>> = vec![Vec::new(); n];
        let mut reads: Vec<Vec<usize>> = Vec::with_capacity(n + self.endings.len());
        for value in &self.values {
            reads.push(value.operands().collect());
        }
        reads.extend(self.endings.iter().map(|&ending| self.ending_reads(ending)));
        for (reader, read) in reads.iter().enumerate() {
            for &value in read {
                readers[value].push(reader);
            }
        }
        let mut work = 0;
        let mut improved = true;
        while improved {
            improved = false;
            for value in 0..n {
                if work > MOST_WORK {
                    return;
                }
                improved |= self.move_value(value, &reads, &readers, &mut work);
            }
        }
    }

    pub(super) fn move_value(
        &mut self,
        value: usize,
        reads: &[Vec<usize>],
        readers: &[Vec<usize>],
        work: &mut usize,
    ) -> bool {
        let n = self.order.len();
        let start = self.place[value];
        let mut best = (0i64, start);
        let mut change = 0i64;
        // To the right up to the first reader, back, then to the left up to the last operand; the best place is kept.
        while self.place[value] + 1 < n {
            let other = self.order[self.place[value] + 1];
            if reads[other].contains(&value) {
                break;
            }
            change += self.exchange(self.place[value], reads, readers);
            *work += 1 + readers[value].len() + readers[other].len();
            if change < best.0 {
                best = (change, self.place[value]);
            }
        }
        while self.place[value] > start {
            self.swap(self.place[value] - 1);
        }
        change = 0;
        while self.place[value] > 0 {
            let other = self.order[self.place[value] - 1];
            if reads[value].contains(&other) {
                break;
            }
            change += self.exchange(self.place[value] - 1, reads, readers);
            *work += 1 + readers[value].len() + readers[other].len();
            if change < best.0 {
                best = (change, self.place[value]);
            }
        }
        // The value now stands leftmost: it goes to the best place.
        while self.place[value] < best.1 {
            self.swap(self.place[value]);
        }
        best.0 < 0
    }

    /// Exchanges the values at a place and the next, and returns by how many tokens the word grows.
    pub(super) fn exchange(&mut self, at: usize, reads: &[Vec<usize>], readers: &[Vec<usize>]) -> i64 {
        let (left, right) = (self.order[at], self.order[at + 1]);
        let mut change = i64::from(!reads[left].is_empty()) - i64::from(!reads[right].is_empty());
        // A reader pays for its farthest operand only, and one that reads both pays for this place before and after.
        let pays = |reader: usize, value: usize, neighbour: usize| {
            reads[reader].iter().all(|&z| z == value || (z != neighbour && self.place[z] > at))
        };
        change -= readers[left].iter().filter(|&&reader| pays(reader, left, right)).count() as i64;
        change += readers[right].iter().filter(|&&reader| pays(reader, right, left)).count() as i64;
        self.swap(at);
        change
    }

    pub(super) fn swap(&mut self, at: usize) {
        self.order.swap(at, at + 1);
        self.place[self.order[at]] = at;
        self.place[self.order[at + 1]] = at + 1;
    }

    /// The gates in the order of their first values, then those of the suffixes.
    pub(super) fn gate_order(&self) -> Vec<usize> {
        let mut seen = vec![false; self.held.len()];
        let mut order = Vec::new();
        for &value in &self.order {
            let node = self.nodes[value];
            if !seen[node] && !matches!(self.values[value], Value::Input { .. }) {
                seen[node] = true;
                order.push(node);
            }
        }
        order.extend((0..self.held.len()).filter(|&node| self.in_suffix[node]));
        order
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        self.order
            .iter()
            .enumerate()
            .map(|(place, &value)| {
                let distance = |operand: usize| place - self.place[operand];
                match self.values[value] {
                    Value::Input { input, inverted } => Step::Input { input, inverted },
                    Value::Not(a) => Step::Not { distance: distance(a) },
                    Value::Gate(gate, a, b) => gate_step(gate, distance(a), distance(b)),
                }
            })
            .collect()
    }

    /// The steps of an ending.
    pub(super) fn suffix(&self, ending: Ending) -> Vec<Step> {
        let mut suffix = Suffix { layout: self, steps: Vec::new() };
        match ending {
            Ending::Constant(value) => suffix.steps.push(Step::Constant(value)),
            Ending::Copy(output) => suffix.copy(output),
            Ending::Gate { gate, operands, invert } => {
                let [a, b] = operands.map(|operand| suffix.place(operand));
                let now = suffix.now();
                suffix.steps.push(gate_step(gate, now - a, now - b));
                if invert {
                    suffix.steps.push(Step::Not { distance: 1 });
                }
            }
        }
        suffix.steps
    }
}

pub(super) fn gate_step(gate: Gate, a: usize, b: usize) -> Step {
    Step::Gate { gate, near: a.min(b), far: a.max(b) }
}

/// A suffix under construction.
pub(super) struct Suffix<'a> {
    pub(super) layout: &'a Layout,
    pub(super) steps: Vec<Step>,
}

impl Suffix<'_> {
    /// The place of the next value.
    pub(super) fn now(&self) -> usize {
        self.layout.order.len() + self.steps.len()
    }

    /// The place of a literal in the common part, if it is held there.
    pub(super) fn held(&self, literal: Literal) -> Option<usize> {
        self.layout.held[literal.node][usize::from(literal.inverted)].map(|value| self.layout.place[value])
    }

    pub(super) fn copy(&mut self, output: Literal) {
        let now = self.now();
        match (self.held(output), self.held(!output)) {
            (Some(place), _) if place + 1 == now => {}
            // A copy by AND is one token longer than a NOT.
            (Some(place), Some(inverse)) if inverse + 1 > place => {
                self.steps.push(Step::Not { distance: now - inverse })
            }
            (Some(place), _) => self.steps.push(gate_step(Gate::And, now - place, now - place)),
            (None, Some(inverse)) => self.steps.push(Step::Not { distance: now - inverse }),
            (None, None) => unreachable!("an output that is no ending of its own is in the common part"),
        }
    }

    /// The place of an operand, made by a NOT where only its inverse is held.
    pub(super) fn place(&mut self, operand: Literal) -> usize {
        let now = self.now();
        match (self.held(operand), self.held(!operand)) {
            (Some(place), _) => place,
            (None, Some(inverse)) => {
                self.steps.push(Step::Not { distance: now - inverse });
                now
            }
            (None, None) => unreachable!("the operands of an ending are in the common part"),
        }
    }
}
