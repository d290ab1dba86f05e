//! The graph of gates that a circuit becomes before it is laid out: and-inverter gates, with exclusive-ors recognised.

use super::DRAWING_ROUNDS;
use crate::Circuit;
use crate::Literal;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::HashMap;

/// A node of the network that is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Constant,
    Input(usize),
    And([Literal; 2]),
    Xor([usize; 2]),
}

/// What is left of a circuit to be encoded. Operands come first; node 0 is the constant false.
pub(super) struct Network {
    pub(super) nodes: Vec<Node>,
    pub(super) outputs: Vec<Literal>,
}

/// Nodes under construction: no node is made twice.
pub(super) struct Builder {
    pub(super) nodes: Vec<Node>,
    pub(super) known: HashMap<Node, usize>,
}

impl Builder {
    pub(super) fn node(&mut self, node: Node) -> Literal {
        let nodes = &mut self.nodes;
        let index = *self.known.entry(node).or_insert_with(|| {
            nodes.push(node);
            nodes.len() - 1
        });
        Literal { node: index, inverted: false }
    }

    pub(super) fn operands(&self, literal: Literal) -> Option<[Literal; 2]> {
        match self.nodes[literal.node] {
            Node::And(operands) => Some(operands),
            _ => None,
        }
    }

    pub(super) fn and(&mut self, a: Literal, b: Literal) -> Literal {
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
    pub(super) fn without(&self, a: Literal, b: Literal) -> Option<Literal> {
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
    pub(super) fn new(circuit: &Circuit) -> Self {
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
    pub(super) fn needed(self) -> Self {
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
    pub(super) fn reads(&self, node: usize) -> Vec<usize> {
        match self.nodes[node] {
            Node::Constant | Node::Input(_) => Vec::new(),
            Node::And([a, b]) => vec![a.node, b.node],
            Node::Xor([a, b]) => vec![a, b],
        }
    }

    pub(super) fn is_gate(&self, node: usize) -> bool {
        matches!(self.nodes[node], Node::And(_) | Node::Xor(_))
    }

    /// The gates that one output asks for and nothing else reads: they can stand in that output's suffix.
    pub(super) fn only_outputs(&self) -> Vec<bool> {
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
    pub(super) fn orders(&self) -> Vec<Vec<usize>> {
        let file: Vec<usize> = (0..self.nodes.len()).filter(|&node| self.is_gate(node)).collect();
        vec![file, self.depth_first(false), self.depth_first(true), self.newest_first()]
    }

    /// Orders of a large circuit: the file's and a depth-first one, in each of which every gate was drawn to its readers and
    /// operands.
    pub(super) fn drawn_orders(&self) -> Vec<Vec<usize>> {
        let file: Vec<usize> = (0..self.nodes.len()).filter(|&node| self.is_gate(node)).collect();
        [file, self.depth_first(true)].iter().map(|order| self.drawn(order)).collect()
    }

    /// An order in which gates stand near what they read and what reads them: in each round every gate asks for the middle
    /// of its readers and operands, and a topological sort grants what it can, the gate that asks for the earliest
    /// place first. The best round is kept.
    pub(super) fn drawn(&self, order: &[usize]) -> Vec<usize> {
        // What each gate is drawn to: operands that are gates, and readers.
        let mut operands = vec![Vec::new(); self.nodes.len()];
        let mut readers = vec![Vec::new(); self.nodes.len()];
        for &node in order {
            for operand in self.reads(node).into_iter().filter(|operand| self.is_gate(*operand)) {
                operands[node].push(operand);
                readers[operand].push(node);
            }
        }
        let mut order = order.to_vec();
        let mut place = vec![0; self.nodes.len()];
        let mut best = (u64::MAX, Vec::new());
        for _ in 0..DRAWING_ROUNDS {
            order.iter().enumerate().for_each(|(at, &node)| place[node] = at as u64);
            let farthest = |node: &usize| operands[*node].iter().map(|operand| place[*node] - place[*operand]).max();
            let cost = order.iter().filter_map(farthest).sum();
            if cost < best.0 {
                best = (cost, order.clone());
            }
            // Places in 1024ths, so that middles differ.
            let mut wish = vec![0; self.nodes.len()];
            for &node in &order {
                let drawn_to = || operands[node].iter().chain(&readers[node]);
                let sum: u64 = drawn_to().map(|other| place[*other] << 10).sum();
                wish[node] = sum.checked_div(drawn_to().count() as u64).unwrap_or(place[node] << 10);
            }
            let mut n_waiting: Vec<usize> = operands.iter().map(Vec::len).collect();
            let free = order.iter().filter(|node| n_waiting[**node] == 0).map(|&node| Reverse((wish[node], node)));
            let mut ready: BinaryHeap<Reverse<(u64, usize)>> = free.collect();
            let mut next = Vec::with_capacity(order.len());
            while let Some(Reverse((_, node))) = ready.pop() {
                next.push(node);
                for &reader in &readers[node] {
                    n_waiting[reader] -= 1;
                    if n_waiting[reader] == 0 {
                        ready.push(Reverse((wish[reader], reader)));
                    }
                }
            }
            order = next;
        }
        best.1
    }

    pub(super) fn depth_first(&self, deepest_first: bool) -> Vec<usize> {
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

    pub(super) fn newest_first(&self) -> Vec<usize> {
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
