//! A circuit as a circuit value word in the copy spelling, with as few tokens and values as a simple search finds.
//!
//! In that spelling a gate costs its larger operand distance plus 2, a NOT its distance plus 1, an input 1 token, and a
//! network keeps every value on its stack. So distances are what we pay for. The stages:
//!
//!  1. **Network**: only what an output needs; constants folded, equal gates merged, three ANDs that make an XOR read as
//!     one gate.
//!  2. **Polarity**: AND, OR, NAND and NOR cost the same, so each node may be stored inverted or not. A gate wants its
//!     two operands in equal polarity; a search chooses the polarities such that few nodes are needed in both.
//!  3. **Order**: some topological orders, in each an input is read as late as possible and is read again where the last
//!     copy is far; then every item is moved to its best place until no single move helps.
//!
//! An inverted input needs no NOT: a word holds the inputs' values, and so it can hold an input's inverse.

use super::Circuit;
use super::Literal;
use problems::Word;
use problems::circuit_value;
use problems::circuit_value::Gate;
use problems::circuit_value::Item;
use std::collections::HashMap;

/// How far away the last copy of an input must be for the input to be read again, in tokens saved; all are tried.
const REREAD: [usize; 4] = [16, 64, 256, usize::MAX];

/// The most work in one search for an order, in readers looked at: a bound on time, met only by large circuits.
const MOST_WORK: usize = 10_000_000;

/// The rounds of the search for polarities.
const POLARITY_ROUNDS: usize = 300;

/// An item of the template: as [`Item`], but with an input's index in place of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Constant(bool),
    Input { input: usize, inverted: bool },
    Not { distance: usize },
    Gate { gate: Gate, near: usize, far: usize },
}

impl Step {
    fn item(self, inputs: &[bool]) -> Item {
        match self {
            Self::Constant(value) => Item::Input(value),
            Self::Input { input, inverted } => Item::Input(inputs[input] != inverted),
            Self::Not { distance } => Item::Not { distance },
            Self::Gate { gate, near, far } => Item::Gate { gate, near, far },
        }
    }

    fn n_tokens(self) -> usize {
        match self {
            Self::Constant(_) | Self::Input { .. } => 1,
            Self::Not { distance } => distance + 1,
            Self::Gate { far, .. } => far + 2,
        }
    }
}

/// How a circuit is spelled as a word, whatever its inputs' values: a common part, and a suffix for every output.
///
/// The suffix makes the output's value the newest value; every suffix follows the common part directly.
///
/// ```
/// use reduce::circuit::Circuit;
/// use reduce::circuit::Plan;
///
/// let circuit = Circuit::parse(b"aag 3 2 0 1 1\n2\n4\n7\n6 2 4\n", "nand.aag").unwrap();
/// let plan = Plan::new(&circuit);
/// let items = plan.items(&[true, false], 0);
/// assert_eq!(problems::circuit_value::evaluate(&items).unwrap().last(), Some(&true));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    n_inputs: usize,
    common: Vec<Step>,
    suffixes: Vec<Vec<Step>>,
}

impl Plan {
    /// Plans the word of a circuit. The same circuit gives the same plan on every machine.
    pub fn new(circuit: &Circuit) -> Self {
        let network = Network::new(circuit);
        let mut best: Option<(u128, Layout)> = None;
        for late_outputs in [false, true] {
            let in_suffix = if late_outputs { network.only_outputs() } else { vec![false; network.nodes.len()] };
            let polarities = network.polarities(&in_suffix);
            for order in network.orders() {
                for reread in REREAD {
                    let mut order = order.clone();
                    // The order of the gates in one layout is the start of the next: distances decide what is read
                    // again, and what is read again decides the distances.
                    for _ in 0..2 {
                        let mut layout = Layout::new(&network, &polarities, &in_suffix, &order, reread);
                        layout.improve();
                        order = layout.gate_order();
                        let cost = layout.cost();
                        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                            best = Some((cost, layout));
                        }
                    }
                }
            }
        }
        let mut plan = Self { n_inputs: circuit.n_inputs(), common: Vec::new(), suffixes: Vec::new() };
        if let Some((_, layout)) = best {
            plan.common = layout.steps();
            plan.suffixes = layout.endings.iter().map(|&ending| layout.suffix(ending)).collect();
        }
        plan
    }

    /// The number of outputs, and so of suffixes.
    pub fn n_outputs(&self) -> usize {
        self.suffixes.len()
    }

    /// The number of values in the common part: the depth of the stack after it.
    pub fn n_values(&self) -> usize {
        self.common.len()
    }

    /// The number of tokens of the common part.
    pub fn n_tokens(&self) -> usize {
        self.common.iter().map(|step| step.n_tokens()).sum()
    }

    /// The number of values that an output's suffix adds.
    ///
    /// # Panics
    /// If there is no such output.
    pub fn n_suffix_values(&self, output: usize) -> usize {
        self.suffixes[output].len()
    }

    /// The number of tokens of an output's suffix, the final `$` included.
    ///
    /// # Panics
    /// If there is no such output.
    pub fn n_suffix_tokens(&self, output: usize) -> usize {
        self.suffixes[output].iter().map(|step| step.n_tokens()).sum::<usize>() + 1
    }

    /// The items of the common part for some values of the inputs.
    ///
    /// # Panics
    /// If there are not as many values as inputs.
    pub fn common_items(&self, inputs: &[bool]) -> Vec<Item> {
        assert_eq!(inputs.len(), self.n_inputs, "one value for each input");
        self.common.iter().map(|step| step.item(inputs)).collect()
    }

    /// The items that follow the common part and make an output's value the newest value. They read no input, and so
    /// they are the same for all values of the inputs.
    ///
    /// # Panics
    /// If there is no such output.
    pub fn suffix_items(&self, output: usize) -> Vec<Item> {
        self.suffixes[output].iter().map(|step| step.item(&[])).collect()
    }

    /// All items for an output: the last value is the answer.
    ///
    /// # Panics
    /// If there is no such output, or not as many values as inputs.
    pub fn items(&self, inputs: &[bool], output: usize) -> Vec<Item> {
        let mut items = self.common_items(inputs);
        items.extend(self.suffix_items(output));
        items
    }

    /// The word of the common part, without an end.
    ///
    /// # Panics
    /// If there are not as many values as inputs.
    pub fn common(&self, inputs: &[bool]) -> Word {
        circuit_value::copy().write(&self.common_items(inputs))
    }

    /// The word that follows the common part and asks for an output, with the final `$`; the same for all values of
    /// the inputs.
    ///
    /// # Panics
    /// If there is no such output.
    pub fn suffix(&self, output: usize) -> Word {
        let mut word = circuit_value::copy().write(&self.suffix_items(output));
        word.push(circuit_value::copy().end());
        word
    }
}

/// A node of the network that is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Node {
    Constant,
    Input(usize),
    And([Literal; 2]),
    Xor([usize; 2]),
}

/// What is left of a circuit to be encoded. Operands come first; node 0 is the constant false.
struct Network {
    nodes: Vec<Node>,
    outputs: Vec<Literal>,
}

/// Nodes under construction: no node is made twice.
struct Builder {
    nodes: Vec<Node>,
    known: HashMap<Node, usize>,
}

impl Builder {
    fn node(&mut self, node: Node) -> Literal {
        let nodes = &mut self.nodes;
        let index = *self.known.entry(node).or_insert_with(|| {
            nodes.push(node);
            nodes.len() - 1
        });
        Literal { node: index, inverted: false }
    }

    fn operands(&self, literal: Literal) -> Option<[Literal; 2]> {
        match self.nodes[literal.node] {
            Node::And(operands) => Some(operands),
            _ => None,
        }
    }

    fn and(&mut self, a: Literal, b: Literal) -> Literal {
        let [mut a, mut b] = [a, b];
        // a AND NOT (a AND c) is a AND NOT c; each round replaces an operand by an earlier node, so this ends.
        loop {
            if a == Literal::FALSE || b == Literal::FALSE || a == !b {
                return Literal::FALSE;
            }
            if a == Literal::TRUE || a == b {
                return b;
            }
            if b == Literal::TRUE {
                return a;
            }
            if let Some(shorter) = self.without(a, b) {
                b = shorter;
            } else if let Some(shorter) = self.without(b, a) {
                a = shorter;
            } else {
                break;
            }
        }
        if let (true, true, Some(p), Some(q)) = (a.inverted, b.inverted, self.operands(a), self.operands(b))
            && (q == [!p[0], !p[1]] || q == [!p[1], !p[0]])
        {
            // Neither both nor none of the two.
            let [x, y] = p;
            let nodes = [x.node.min(y.node), x.node.max(y.node)];
            return self.node(Node::Xor(nodes)).invert_if(x.inverted != y.inverted);
        }
        self.node(Node::And([a.min(b), a.max(b)]))
    }

    /// What NOT (a AND c) is worth beside a: NOT c.
    fn without(&self, a: Literal, b: Literal) -> Option<Literal> {
        let [p, q] = self.operands(b).filter(|_| b.inverted)?;
        if p == a {
            Some(!q)
        } else if q == a {
            Some(!p)
        } else {
            None
        }
    }
}

impl Network {
    fn new(circuit: &Circuit) -> Self {
        let mut builder = Builder { nodes: Vec::new(), known: HashMap::new() };
        let mut literals = vec![builder.node(Node::Constant)];
        for input in 0..circuit.n_inputs() {
            literals.push(builder.node(Node::Input(input)));
        }
        for &[a, b] in circuit.gates() {
            let a = literals[a.node].invert_if(a.inverted);
            let b = literals[b.node].invert_if(b.inverted);
            literals.push(builder.and(a, b));
        }
        let outputs = circuit.outputs().iter().map(|o| literals[o.node].invert_if(o.inverted)).collect();
        Self { nodes: builder.nodes, outputs }.needed()
    }

    /// The same network without the nodes that no output needs.
    fn needed(self) -> Self {
        let mut needed = vec![false; self.nodes.len()];
        needed[0] = true;
        for output in &self.outputs {
            needed[output.node] = true;
        }
        // One pass from the last node to the first is enough, as operands come first.
        for node in (0..self.nodes.len()).rev() {
            if needed[node] {
                for operand in self.reads(node) {
                    needed[operand] = true;
                }
            }
        }
        let mut places = vec![0; self.nodes.len()];
        let mut nodes = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            if needed[index] {
                places[index] = nodes.len();
                let at = |literal: Literal| Literal { node: places[literal.node], inverted: literal.inverted };
                nodes.push(match *node {
                    Node::And([a, b]) => Node::And([at(a), at(b)]),
                    Node::Xor([a, b]) => Node::Xor([places[a], places[b]]),
                    other => other,
                });
            }
        }
        let outputs = self.outputs.iter().map(|o| Literal { node: places[o.node], inverted: o.inverted }).collect();
        Self { nodes, outputs }
    }

    /// The nodes that a node reads.
    fn reads(&self, node: usize) -> Vec<usize> {
        match self.nodes[node] {
            Node::Constant | Node::Input(_) => Vec::new(),
            Node::And([a, b]) => vec![a.node, b.node],
            Node::Xor([a, b]) => vec![a, b],
        }
    }

    fn is_gate(&self, node: usize) -> bool {
        matches!(self.nodes[node], Node::And(_) | Node::Xor(_))
    }

    /// The gates that one output asks for and nothing else reads: they can stand in that output's suffix.
    fn only_outputs(&self) -> Vec<bool> {
        let mut n_readers = vec![0usize; self.nodes.len()];
        let mut n_outputs = vec![0usize; self.nodes.len()];
        for node in 0..self.nodes.len() {
            for operand in self.reads(node) {
                n_readers[operand] += 1;
            }
        }
        for output in &self.outputs {
            n_outputs[output.node] += 1;
        }
        (0..self.nodes.len()).map(|node| self.is_gate(node) && n_readers[node] == 0 && n_outputs[node] == 1).collect()
    }

    /// Topological orders of the gates to begin with: the file's, depth-first from the outputs in both operand orders,
    /// and always the gate whose operands are newest.
    fn orders(&self) -> Vec<Vec<usize>> {
        let file: Vec<usize> = (0..self.nodes.len()).filter(|&node| self.is_gate(node)).collect();
        vec![file, self.depth_first(false), self.depth_first(true), self.newest_first()]
    }

    fn depth_first(&self, deepest_first: bool) -> Vec<usize> {
        let mut depth = vec![0usize; self.nodes.len()];
        for node in 0..self.nodes.len() {
            depth[node] = self.reads(node).iter().map(|&operand| depth[operand] + 1).max().unwrap_or(0);
        }
        let mut order = Vec::new();
        let mut done = vec![false; self.nodes.len()];
        for output in &self.outputs {
            let mut stack = vec![output.node];
            while let Some(&node) = stack.last() {
                let mut waiting = self.reads(node);
                waiting.retain(|&operand| !done[operand] && self.is_gate(operand));
                if done[node] || !self.is_gate(node) {
                    stack.pop();
                } else if let Some(&next) = if deepest_first {
                    waiting.iter().max_by_key(|&&operand| depth[operand])
                } else {
                    waiting.iter().min_by_key(|&&operand| depth[operand])
                } {
                    stack.push(next);
                } else {
                    done[node] = true;
                    order.push(node);
                    stack.pop();
                }
            }
        }
        order
    }

    fn newest_first(&self) -> Vec<usize> {
        let mut readers = vec![Vec::new(); self.nodes.len()];
        let mut n_waiting = vec![0usize; self.nodes.len()];
        // When each node was placed; inputs are as good as placed anywhere, so they do not hold a gate back.
        let mut placed = vec![usize::MAX; self.nodes.len()];
        let mut ready = std::collections::BTreeSet::new();
        for node in (0..self.nodes.len()).filter(|&node| self.is_gate(node)) {
            for operand in self.reads(node) {
                if self.is_gate(operand) {
                    readers[operand].push(node);
                    n_waiting[node] += 1;
                }
            }
            if n_waiting[node] == 0 {
                ready.insert((0, std::cmp::Reverse(node)));
            }
        }
        let mut order = Vec::new();
        while let Some((_, std::cmp::Reverse(node))) = ready.pop_last() {
            placed[node] = order.len() + 1;
            order.push(node);
            for &reader in &readers[node] {
                n_waiting[reader] -= 1;
                if n_waiting[reader] == 0 {
                    let oldest = self.reads(reader).iter().map(|&operand| placed[operand]).min().unwrap_or(0);
                    ready.insert((oldest, std::cmp::Reverse(reader)));
                }
            }
        }
        order
    }
}

/// How a node's value is kept: as it is, inverted, or in both ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kept {
    One { inverted: bool },
    Both,
}

impl Network {
    /// The polarities of the nodes, by a search that accepts a worse state now and then, more and more rarely.
    fn polarities(&self, in_suffix: &[bool]) -> Vec<Kept> {
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

struct PolaritySearch<'a> {
    network: &'a Network,
    kept: Vec<Kept>,
    readers: Vec<Vec<usize>>,
}

impl PolaritySearch<'_> {
    /// The price of one more value for this node: an input's other polarity is one token, a gate's is a NOT.
    fn price(&self, node: usize) -> u64 {
        if self.network.is_gate(node) { 3 } else { 2 }
    }

    /// The price of a gate whose operands' polarities do not fit.
    fn misfit(&self, gate: usize) -> u64 {
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

    fn local(&self, node: usize) -> u64 {
        let own = if self.kept[node] == Kept::Both { self.price(node) } else { 0 };
        let as_xor = if matches!(self.network.nodes[node], Node::Xor(_)) { self.misfit(node) } else { 0 };
        own + as_xor + self.readers[node].iter().map(|&reader| self.misfit(reader)).sum::<u64>()
    }

    fn run(&mut self) {
        let n = self.network.nodes.len();
        let mut noise = Noise(1);
        for round in 0..POLARITY_ROUNDS {
            // From one in eight down to one in 2^13, and at last never.
            let rarity = if round + 5 >= POLARITY_ROUNDS { 64 } else { 3 + round * 10 / POLARITY_ROUNDS };
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
    fn repair(&mut self) {
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
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (((self.next() >> 32) * n as u64) >> 32) as usize
    }

    /// True once in 2^rarity.
    fn rare(&mut self, rarity: usize) -> bool {
        rarity < 64 && self.next() >> (64 - rarity) == 0
    }
}

/// A value of the common part; operands are values by their number, which is not their place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    Input { input: usize, inverted: bool },
    Not(usize),
    Gate(Gate, usize, usize),
}

impl Value {
    fn operands(self) -> impl Iterator<Item = usize> + Clone {
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
enum Ending {
    Constant(bool),
    Copy(Literal),
    Gate { gate: Gate, operands: [Literal; 2], invert: bool },
}

/// The values of the common part and their order.
struct Layout {
    values: Vec<Value>,
    /// The node that a value belongs to.
    nodes: Vec<usize>,
    /// The value that holds a node as it is, and the one that holds its inverse: the newest, for an input.
    held: Vec<[Option<usize>; 2]>,
    in_suffix: Vec<bool>,
    /// How each output becomes the newest value.
    endings: Vec<Ending>,
    /// The values in their order.
    order: Vec<usize>,
    /// The place of each value in the order.
    place: Vec<usize>,
}

impl Layout {
    fn new(network: &Network, kept: &[Kept], in_suffix: &[bool], order: &[usize], reread: usize) -> Self {
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

    fn holds(&self, literal: Literal) -> bool {
        self.held[literal.node][usize::from(literal.inverted)].is_some()
    }

    /// How an output becomes the newest value.
    fn ending(&self, network: &Network, output: Literal) -> Ending {
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
    fn read_inputs(&mut self, network: &Network, output: Literal) {
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
    fn ending_reads(&self, ending: Ending) -> Vec<usize> {
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

    fn push(&mut self, node: usize, inverted: bool, value: Value) -> usize {
        let number = self.values.len();
        self.values.push(value);
        self.nodes.push(node);
        self.held[node][usize::from(inverted)] = Some(number);
        number
    }

    fn add_gate(&mut self, network: &Network, node: usize, kept: Kept, reread: usize) {
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

    fn feasible(&self, network: &Network, way: &[Literal; 2]) -> bool {
        way.iter().all(|l| !network.is_gate(l.node) || self.held[l.node][usize::from(l.inverted)].is_some())
    }

    /// The cheapest of several pairs of operands, which are then made available.
    fn cheapest(&mut self, network: &Network, ways: &[[Literal; 2]], reread: usize) -> (usize, [usize; 2]) {
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
    fn n_tokens(&self) -> usize {
        let suffixes = self.endings.iter().flat_map(|&ending| self.suffix(ending));
        self.steps().into_iter().chain(suffixes).map(Step::n_tokens).sum()
    }

    /// Tokens times the values that a network keeps: what running it costs.
    fn cost(&self) -> u128 {
        self.n_tokens() as u128 * (self.order.len() + 1) as u128
    }

    /// Moves every value to its best place between its operands and its readers, until no move saves a token.
    fn improve(&mut self) {
        let n = self.values.len();
        // Suffixes read from behind the last value.
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

    fn move_value(&mut self, value: usize, reads: &[Vec<usize>], readers: &[Vec<usize>], work: &mut usize) -> bool {
        let n = self.order.len();
        let start = self.place[value];
        let mut best = (0i64, start);
        let mut change = 0i64;
        // To the right up to the first reader, back, then to the left up to the last operand.
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
        while self.place[value] < best.1 {
            self.swap(self.place[value]);
        }
        best.0 < 0
    }

    /// Exchanges the values at a place and the next, and returns by how many tokens the word grows.
    fn exchange(&mut self, at: usize, reads: &[Vec<usize>], readers: &[Vec<usize>]) -> i64 {
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

    fn swap(&mut self, at: usize) {
        self.order.swap(at, at + 1);
        self.place[self.order[at]] = at;
        self.place[self.order[at + 1]] = at + 1;
    }

    /// The gates in the order of their first values, then those of the suffixes.
    fn gate_order(&self) -> Vec<usize> {
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

    fn steps(&self) -> Vec<Step> {
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
    fn suffix(&self, ending: Ending) -> Vec<Step> {
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

fn gate_step(gate: Gate, a: usize, b: usize) -> Step {
    Step::Gate { gate, near: a.min(b), far: a.max(b) }
}

/// A suffix under construction.
struct Suffix<'a> {
    layout: &'a Layout,
    steps: Vec<Step>,
}

impl Suffix<'_> {
    /// The place of the next value.
    fn now(&self) -> usize {
        self.layout.order.len() + self.steps.len()
    }

    /// The place of a literal in the common part, if it is held there.
    fn held(&self, literal: Literal) -> Option<usize> {
        self.layout.held[literal.node][usize::from(literal.inverted)].map(|value| self.layout.place[value])
    }

    fn copy(&mut self, output: Literal) {
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
    fn place(&mut self, operand: Literal) -> usize {
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

#[cfg(test)]
mod tests {
    use super::super::graph::tests::OWN;
    use super::super::graph::tests::all_inputs;
    use super::super::graph::tests::circuits;
    use super::super::graph::tests::own;
    use super::super::graph::tests::shared;
    use super::super::multiplier;
    use super::*;
    use problems::Problem;
    use problems::circuit_value::evaluate;
    use proptest::prelude::*;

    /// The plan's items evaluate to what the circuit's own simulation says, for every output.
    fn agrees(circuit: &Circuit, plan: &Plan, inputs: &[bool]) {
        let expected = circuit.simulate(inputs);
        assert_eq!(plan.n_outputs(), expected.len());
        for (output, &value) in expected.iter().enumerate() {
            let values = evaluate(&plan.items(inputs, output)).unwrap();
            assert_eq!(values.last(), Some(&value), "output {output} of {inputs:?}");
            assert_eq!(values.len(), plan.n_values() + plan.n_suffix_values(output));
        }
    }

    /// Some input vectors: all zero, all one, one hot, and some of no pattern.
    fn some_inputs(n: usize) -> Vec<Vec<bool>> {
        let mut noise = Noise(7);
        let mut vectors = vec![vec![false; n], vec![true; n]];
        vectors.extend((0..n).map(|hot| (0..n).map(|i| i == hot).collect()));
        vectors.extend((0..100).map(|_| (0..n).map(|_| noise.below(2) == 1).collect()));
        vectors
    }

    #[test]
    fn own_circuits_agree_with_their_simulation_on_all_inputs() {
        for file in OWN {
            let circuit = own(file);
            let plan = Plan::new(&circuit);
            for inputs in all_inputs(circuit.n_inputs()) {
                agrees(&circuit, &plan, &inputs);
            }
        }
    }

    #[test]
    fn words_of_own_circuits_are_decided_as_simulated_and_as_long_as_stated() {
        for file in OWN {
            let circuit = own(file);
            let plan = Plan::new(&circuit);
            for inputs in all_inputs(circuit.n_inputs()) {
                let common = plan.common(&inputs);
                assert_eq!(common.len(), plan.n_tokens());
                for (output, value) in circuit.simulate(&inputs).into_iter().enumerate() {
                    let suffix = plan.suffix(output);
                    assert_eq!(suffix.len(), plan.n_suffix_tokens(output));
                    assert_eq!(circuit_value::copy().decide(&[common.clone(), suffix].concat()), value);
                }
            }
        }
    }

    #[test]
    fn shared_circuits_agree_with_their_simulation() {
        for (file, bytes) in shared() {
            let circuit = Circuit::parse(&bytes, &file).unwrap();
            let plan = Plan::new(&circuit);
            println!(
                "{file}: {} gates, {} values, {} tokens, {} in all suffixes",
                circuit.gates().len(),
                plan.n_values(),
                plan.n_tokens(),
                (0..plan.n_outputs()).map(|output| plan.n_suffix_tokens(output)).sum::<usize>(),
            );
            for inputs in some_inputs(circuit.n_inputs()) {
                agrees(&circuit, &plan, &inputs);
            }
        }
    }

    #[test]
    fn a_multiplier_agrees_with_its_simulation() {
        let circuit = multiplier(6);
        let plan = Plan::new(&circuit);
        for inputs in some_inputs(circuit.n_inputs()) {
            agrees(&circuit, &plan, &inputs);
        }
    }

    #[test]
    fn the_same_circuit_gives_the_same_plan() {
        assert_eq!(Plan::new(&own("adder4.aig")), Plan::new(&own("adder4.aig")));
    }

    #[test]
    fn three_ands_that_make_an_xor_become_one_gate() {
        let plan = Plan::new(&own("parity.aag"));
        assert_eq!(plan.n_values(), 4 + 3);
        let gates =
            plan.items(&[true; 4], 0).iter().filter(|i| matches!(i, Item::Gate { gate: Gate::Xor, .. })).count();
        assert_eq!(gates, 3);
    }

    #[test]
    fn a_nand_adder_is_two_xors_and_a_carry() {
        // Nine NAND gates: an XOR takes four of them, and the first of each four serves the carry too.
        let mut circuit = Circuit::new(3);
        let [a, b, c] = [0, 1, 2].map(|input| circuit.input(input));
        let mut xor = |a: Literal, b: Literal| {
            let both = circuit.and(a, b);
            let [only_a, only_b] = [circuit.and(a, !both), circuit.and(b, !both)];
            !circuit.and(!only_a, !only_b)
        };
        let half = xor(a, b);
        let sum = xor(half, c);
        circuit.add_output(sum);
        let plan = Plan::new(&circuit);
        assert_eq!(plan.n_values() + plan.n_suffix_values(0), 3 + 2);
        for inputs in all_inputs(3) {
            agrees(&circuit, &plan, &inputs);
        }
    }

    #[test]
    fn gates_that_no_output_needs_are_left_out() {
        let mut circuit = Circuit::new(2);
        let (a, b) = (circuit.input(0), circuit.input(1));
        let needed = circuit.and(a, b);
        for _ in 0..10 {
            circuit.and(needed, !a);
        }
        circuit.add_output(needed);
        let plan = Plan::new(&circuit);
        assert!(plan.n_values() <= 3, "{plan:?}");
        agrees(&circuit, &plan, &[true, true]);
    }

    #[test]
    fn an_output_that_is_constant_needs_no_values_in_the_common_part() {
        let mut circuit = Circuit::new(0);
        circuit.add_output(Literal::TRUE);
        circuit.add_output(Literal::FALSE);
        let plan = Plan::new(&circuit);
        assert_eq!((plan.n_values(), plan.n_suffix_tokens(0), plan.n_suffix_tokens(1)), (0, 2, 2));
        agrees(&circuit, &plan, &[]);
    }

    /// All layouts that a plan chooses from, before they are improved.
    fn layouts(circuit: &Circuit) -> Vec<Layout> {
        let network = Network::new(circuit);
        let in_suffix = network.only_outputs();
        let kept = network.polarities(&in_suffix);
        let layout = |order: &[usize], reread| Layout::new(&network, &kept, &in_suffix, order, reread);
        network.orders().iter().flat_map(|order| REREAD.map(|reread| layout(order, reread))).collect()
    }

    #[test]
    fn an_exchange_reports_by_how_much_the_word_grows() {
        for mut layout in layouts(&own("adder4.aig")) {
            // A copy in a suffix is free or may choose, and the report is about what is read from a place.
            layout.endings.retain(|ending| matches!(ending, Ending::Gate { invert: false, .. }));
            let reads: Vec<Vec<usize>> = (0..layout.values.len())
                .map(|value| layout.values[value].operands().collect())
                .chain(layout.endings.iter().map(|&ending| layout.ending_reads(ending)))
                .collect();
            let readers: Vec<Vec<usize>> = (0..layout.values.len())
                .map(|value| (0..reads.len()).filter(|&reader| reads[reader].contains(&value)).collect())
                .collect();
            for at in 0..layout.order.len() - 1 {
                if !reads[layout.order[at + 1]].contains(&layout.order[at]) {
                    let before = layout.n_tokens() as i64;
                    let change = layout.exchange(at, &reads, &readers);
                    assert_eq!(layout.n_tokens() as i64 - before, change, "at {at}");
                }
            }
        }
    }

    #[test]
    fn moving_values_saves_tokens() {
        for mut layout in layouts(&multiplier(4)) {
            let before = layout.n_tokens();
            layout.improve();
            assert!(layout.n_tokens() < before, "{} after {before}", layout.n_tokens());
        }
    }

    proptest! {
        #[test]
        fn any_circuit_agrees_with_its_simulation_on_all_inputs(circuit in circuits(60)) {
            let plan = Plan::new(&circuit);
            for inputs in all_inputs(circuit.n_inputs()) {
                agrees(&circuit, &plan, &inputs);
            }
        }
    }
}
