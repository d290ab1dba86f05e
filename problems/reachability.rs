//! Reachability in deterministic, sorted, forward graphs, the target given before the edges.
//!
//! A word is `0^s | 0^t (# 0^i | 0^j)* $`: vertices are numbers from 0 in unary, every edge goes forward (i < j) and
//! the sources i strictly increase, so that no vertex has two edges. It is a yes-word iff t is on the path from s
//! (s = t included). A string of any other form is a no-word.
//!
//! The target stands first because no one-pass network with few bits can ask for *any* vertex of the path afterwards:
//! see [`target_last`]. The paper's own spelling is in [`as_printed`]; all spellings share the graphs, the reader and the
//! hard instances.

pub mod as_printed;
mod edge_list;
mod hard;
pub mod target_last;
#[cfg(test)]
mod tests;

pub use edge_list::EdgeList;
pub use edge_list::EdgeListError;
pub use edge_list::Sorted;

use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use hard::Target;
use std::sync::LazyLock;

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::new(["0", "|", "#", "$"]));

const ZERO: Token = 0;
const BAR: Token = 1;
const EDGE: Token = 2;
const END: Token = 3;

/// An edge, from and to.
pub type Edge = (usize, usize);

/// Is the target on the path from the source?
///
/// ```
/// use problems::Problem;
/// use problems::reachability::Reachability;
/// let word = |text| Reachability.alphabet().parse(text).unwrap();
/// // From 0 the edges lead to 1 and 2.
/// assert!(Reachability.decide(&word("|00#|0#0|00$")));
/// // From 0 the edge leads to 2, past 1.
/// assert!(!Reachability.decide(&word("|0#|00$")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reachability;

/// A source, a target and a graph in which every vertex has at most one edge, and that one leads forward.
///
/// ```
/// use problems::Problem;
/// use problems::reachability::Instance;
/// use problems::reachability::Reachability;
/// let instance = Instance { source: 0, target: 1, edges: vec![(0, 1), (1, 2)] };
/// assert_eq!(Reachability.alphabet().format(&instance.to_word()), "|0#|0#0|00$");
/// assert_eq!(Instance::parse(&instance.to_word()), Some(instance.clone()));
/// assert!(instance.is_sorted());
/// for edges in [vec![(1, 2), (0, 1)], vec![(1, 0)], vec![(0, 1), (0, 2)]] {
///     let other = Instance { edges, ..instance.clone() };
///     assert!(!other.is_sorted() && Instance::parse(&other.to_word()).is_none());
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// The vertex where the path starts.
    pub source: usize,
    /// The vertex asked for.
    pub target: usize,
    /// The edges, their sources strictly increasing, each to a larger vertex.
    pub edges: Vec<Edge>,
}

impl Instance {
    /// Reads a word; none where it is not an instance.
    pub fn parse(word: &[Token]) -> Option<Self> {
        let mut reader = Reader { rest: word };
        let source = reader.number();
        reader.expect(BAR)?;
        let target = reader.number();
        let edges = reader.edges()?;
        reader.expect(END)?;
        reader.rest.is_empty().then_some(Self { source, target, edges })
    }

    /// Writes the word. Only edges that are sorted and lead forward make an instance; others are written as they are,
    /// and [`Instance::parse`] refuses the word.
    pub fn to_word(&self) -> Word {
        let mut word = Word::new();
        push_number(&mut word, self.source);
        word.push(BAR);
        push_number(&mut word, self.target);
        push_edges(&mut word, &self.edges);
        word.push(END);
        word
    }

    /// Do all edges lead forward, from sources that strictly increase? Then [`Instance::parse`] reads what
    /// [`Instance::to_word`] writes.
    pub fn is_sorted(&self) -> bool {
        self.edges.iter().all(|(from, to)| from < to) && self.edges.windows(2).all(|pair| pair[0].0 < pair[1].0)
    }

    /// One more than the largest vertex that is mentioned.
    pub fn n_vertices(&self) -> usize {
        let ends = self.edges.iter().map(|&(from, to)| from.max(to));
        1 + ends.fold(self.source.max(self.target), usize::max)
    }

    /// The path from the source, which is its first vertex, up to a vertex without an edge.
    ///
    /// # Panics
    /// If an edge does not lead forward, for then a path need not end.
    pub fn path(&self) -> Vec<usize> {
        let mut successor = vec![None; self.n_vertices()];
        for &(from, to) in &self.edges {
            assert!(from < to, "an edge leads forward, got ({from}, {to})");
            successor[from] = Some(to);
        }
        std::iter::successors(Some(self.source), |&vertex| successor[vertex]).collect()
    }

    /// Is the target on the path?
    ///
    /// # Panics
    /// As [`Instance::path`].
    pub fn reaches_target(&self) -> bool {
        self.path().contains(&self.target)
    }
}

/// What is left of a word.
struct Reader<'a> {
    rest: &'a [Token],
}

impl Reader<'_> {
    fn number(&mut self) -> usize {
        let number = self.rest.iter().take_while(|&&token| token == ZERO).count();
        self.rest = &self.rest[number..];
        number
    }

    fn expect(&mut self, token: Token) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[token])?;
        Some(())
    }

    fn edges(&mut self) -> Option<Vec<Edge>> {
        let mut edges: Vec<Edge> = Vec::new();
        while self.expect(EDGE).is_some() {
            let from = self.number();
            self.expect(BAR)?;
            let to = self.number();
            let is_sorted = edges.last().is_none_or(|&(previous, _)| previous < from);
            if from >= to || !is_sorted {
                return None;
            }
            edges.push((from, to));
        }
        Some(edges)
    }
}

fn push_number(word: &mut Word, number: usize) {
    word.resize(word.len() + number, ZERO);
}

fn push_edges(word: &mut Word, edges: &[Edge]) {
    for &(from, to) in edges {
        word.push(EDGE);
        push_number(word, from);
        word.push(BAR);
        push_number(word, to);
    }
}

/// Every graph on the vertices `0..n_vertices` in which vertex i has no edge or one to some j > i: `n_vertices!` graphs.
///
/// ```
/// let graphs: Vec<_> = problems::reachability::sorted_graphs(3).collect();
/// assert_eq!(graphs.len(), 6);
/// assert_eq!(graphs[5], [(0, 2), (1, 2)]);
/// ```
pub fn sorted_graphs(n_vertices: usize) -> impl Iterator<Item = Vec<Edge>> {
    // Digit i, below n - i, is the length of the edge from i; 0 is no edge.
    let mut next = Some(vec![0; n_vertices]);
    std::iter::from_fn(move || {
        let lengths = next.take()?;
        let mut successor = lengths.clone();
        for vertex in (0..n_vertices).rev() {
            if successor[vertex] + 1 < n_vertices - vertex {
                successor[vertex] += 1;
                next = Some(successor);
                break;
            }
            successor[vertex] = 0;
        }
        let edges = lengths.iter().enumerate().filter(|&(_, &length)| length > 0);
        Some(edges.map(|(vertex, &length)| (vertex, vertex + length)).collect())
    })
}

/// Every instance on the vertices `0..n_vertices`: each sorted graph with each source and each target.
pub fn instances(n_vertices: usize) -> impl Iterator<Item = Instance> {
    sorted_graphs(n_vertices).flat_map(move |edges| {
        let ends = (0..n_vertices * n_vertices).map(move |i| (i / n_vertices, i % n_vertices));
        ends.map(move |(source, target)| Instance { source, target, edges: edges.clone() })
    })
}

/// The sizes of all spellings: a word of n vertices has about n^2 tokens.
const SIZES: Sizes = Sizes { unit: "vertices", least: 2, default: 64, largest: 8192 };

impl Problem for Reachability {
    fn name(&self) -> &str {
        "reachability"
    }

    fn class(&self) -> &str {
        "L-complete"
    }

    fn question(&self) -> &str {
        "Is the target on the path from the source, where every vertex has at most one edge, and that one leads forward?"
    }

    fn sizes(&self) -> Sizes {
        SIZES
    }

    fn alphabet(&self) -> &Alphabet {
        &ALPHABET
    }

    fn decide(&self, word: &[Token]) -> bool {
        Instance::parse(word).is_some_and(|instance| instance.reaches_target())
    }

    /// Layered chains with any vertex as the target.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        hard::sample(n, answer, Target::Any, random, |instance| instance.to_word())
    }

    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        hard::adversarial(n, longest, |instance| instance.to_word())
    }
}
