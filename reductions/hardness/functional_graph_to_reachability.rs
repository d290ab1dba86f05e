//! Reachability in any graph with at most one edge per vertex, as reachability in a sorted forward graph whose target is
//! a sink (the layering behind Proposition 2).
//!
//! The vertices are n copies of the graph, one per number of steps, vertex v of layer h being h n + v, and one more, the
//! goal. An edge leads from a vertex to its successor one layer up; each copy of the target leads to the goal instead.

use problems::reachability::EdgeList;
use problems::reachability::Instance;
use std::fmt;

/// A graph in which vertex v has the edge to `successors[v]`, where it has one, with a source and a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionalGraph {
    /// The successor of each vertex.
    pub successors: Vec<Option<usize>>,
    /// The vertex where the path starts.
    pub source: usize,
    /// The vertex asked for.
    pub target: usize,
}

impl FunctionalGraph {
    /// Is the target on the path from the source? After n steps the path repeats itself.
    ///
    /// # Panics
    /// If a vertex does not exist.
    pub fn reaches_target(&self) -> bool {
        let path = std::iter::successors(Some(self.source), |vertex| self.successors[*vertex]);
        path.take(self.successors.len()).any(|vertex| vertex == self.target)
    }

    /// The number of edges that do not leave the target.
    pub fn n_edges(&self) -> usize {
        let leaves = |(vertex, successor): (usize, &Option<usize>)| vertex != self.target && successor.is_some();
        self.successors.iter().enumerate().filter(|pair| leaves(*pair)).count()
    }

    /// The number of edges of the layered graph: m (n - 1) + n, where m edges do not leave the target.
    pub fn n_layered_edges(&self) -> usize {
        let n = self.successors.len();
        self.n_edges() * n.saturating_sub(1) + n
    }
}

/// The layered instance, over n^2 + 1 vertices.
///
/// ```
/// use reductions::hardness::functional_graph_to_reachability::{FunctionalGraph, map};
/// // 2 -> 0 -> 1 -> 2, backwards edges and all.
/// let graph = FunctionalGraph { successors: vec![Some(1), Some(2), Some(0)], source: 2, target: 1 };
/// assert!(graph.reaches_target() && map(&graph).reaches_target());
/// ```
///
/// # Panics
/// If a vertex does not exist.
pub fn map(graph: &FunctionalGraph) -> Instance {
    layered(graph, graph.successors.len())
}

fn layered(graph: &FunctionalGraph, n_layers: usize) -> Instance {
    let n = graph.successors.len();
    assert!(graph.source < n && graph.target < n, "source and target are vertices");
    let goal = n_layers * n;
    let mut edges = Vec::new();
    for layer in 0..n_layers {
        for (vertex, successor) in graph.successors.iter().enumerate() {
            let from = layer * n + vertex;
            if vertex == graph.target {
                edges.push((from, goal));
            } else if let Some(successor) = successor.filter(|_| layer + 1 < n_layers) {
                edges.push((from, (layer + 1) * n + successor));
            }
        }
    }
    Instance { source: graph.source, target: goal, edges }
}

/// How somebody's graph became an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Its edges lead forward, by increasing source: they are spelled as they stand.
    AsItStands,
    /// Its edges lead forward, and their lines were put in order.
    LinesMoved,
    /// Some edge does not lead forward: the graph went through the layering map, over so many vertices.
    Layered(usize),
}

impl fmt::Display for Spelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AsItStands => f.write_str("sorted as it stands"),
            Self::LinesMoved => f.write_str("its lines were put in order; every edge leads forward"),
            Self::Layered(n) => write!(f, "unsorted or cyclic: layered, one copy of the graph per step, {n} vertices"),
        }
    }
}

/// A graph whose word is longer than is sensible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// How many tokens its word would have.
    pub n_tokens: u64,
    /// How many it may have.
    pub most: u64,
    /// How it would be spelled.
    pub spelling: Spelling,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n_tokens, most, spelling } = self;
        write!(f, "expected a graph whose word has at most {most} tokens, got one of {n_tokens} ({spelling})")
    }
}

impl std::error::Error for TooLong {}

/// The most tokens of a word that is spelled.
const MOST_TOKENS: u64 = 20_000_000;

/// Somebody's graph with a source and a target, as an instance: as it stands where its edges are those of one, and by the
/// layering map elsewhere.
///
/// ```
/// use problems::reachability::EdgeList;
/// use reductions::hardness::functional_graph_to_reachability::{Spelling, spell};
/// let cycle = EdgeList::read("a b\nb c\nc a\n").unwrap();
/// let (instance, spelling) = spell(&cycle, 2, 1).unwrap();
/// assert_eq!((instance.reaches_target(), spelling), (true, Spelling::Layered(10)));
/// ```
///
/// # Errors
/// [`TooLong`] where its word would be longer than twenty million tokens; nothing is built before that is known.
///
/// # Panics
/// If a vertex does not exist.
pub fn spell(graph: &EdgeList, source: usize, target: usize) -> Result<(Instance, Spelling), TooLong> {
    let n_tokens = |source: usize, target: usize, edges: &[(usize, usize)]| {
        edges.iter().fold((source + target + 2) as u64, |sum, (from, to)| sum + 2 + (from + to) as u64)
    };
    let admit = |n_tokens: u64, spelling: Spelling| {
        if n_tokens > MOST_TOKENS { Err(TooLong { n_tokens, most: MOST_TOKENS, spelling }) } else { Ok(()) }
    };
    if let Some(sorted) = graph.sorted() {
        let spelling = if sorted.was_moved { Spelling::LinesMoved } else { Spelling::AsItStands };
        admit(n_tokens(source, target, &sorted.edges), spelling)?;
        return Ok((Instance { source, target, edges: sorted.edges }, spelling));
    }
    let functional = FunctionalGraph { successors: graph.successors().to_vec(), source, target };
    let n = functional.successors.len() as u64;
    let spelling = Spelling::Layered(functional.successors.len().pow(2) + 1);
    // From below: a layer's edges lead from at least its first vertex to at least the next one's.
    let edges = (functional.n_edges() as u64).saturating_mul(n.saturating_sub(1));
    admit(edges.saturating_mul(n.saturating_mul(n) / 2), spelling)?;
    let instance = map(&functional);
    admit(n_tokens(source, instance.target, &instance.edges), spelling)?;
    Ok((instance, spelling))
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::Problem;
    use problems::reachability::Reachability;

    fn all_graphs(n: usize) -> impl Iterator<Item = FunctionalGraph> {
        let choice = move |code: usize, vertex: usize| (code / (n + 1).pow(vertex as u32) % (n + 1)).checked_sub(1);
        (0..(n + 1).pow(n as u32)).flat_map(move |code| {
            (0..n * n).map(move |ends| FunctionalGraph {
                successors: (0..n).map(|vertex| choice(code, vertex)).collect(),
                source: ends / n,
                target: ends % n,
            })
        })
    }

    #[test]
    fn every_small_graph_keeps_its_answer_and_becomes_a_sorted_forward_instance_with_a_sink_as_target() {
        let mut n_graphs = 0;
        let mut answers = [0; 2];
        for n in 1..=4 {
            for graph in all_graphs(n) {
                let instance = map(&graph);
                assert_eq!(instance.n_vertices(), n * n + 1);
                assert_eq!(instance.edges.len(), graph.n_layered_edges());
                assert!(instance.edges.iter().all(|(from, _)| *from != instance.target));
                let word = instance.to_word();
                assert_eq!(Instance::parse(&word), Some(instance));
                let answer = graph.reaches_target();
                assert_eq!(Reachability.decide(&word), answer, "{graph:?}");
                answers[usize::from(answer)] += 1;
                n_graphs += 1;
            }
        }
        assert_eq!(n_graphs, 10_614);
        assert!(answers[0] > 1000 && answers[1] > 1000);
    }

    #[test]
    fn every_small_graph_as_a_file_keeps_its_answer() {
        let mut spellings = [0; 3];
        for graph in (1..=3).flat_map(all_graphs) {
            let n = graph.successors.len();
            let name = |vertex: usize| format!("v{vertex}");
            let lines = (0..n).map(name).chain(
                (0..n).filter_map(|from| graph.successors[from].map(|to| format!("{} {}", name(from), name(to)))),
            );
            let read = EdgeList::read(&lines.collect::<Vec<_>>().join("\n")).unwrap();
            let (instance, spelling) = spell(&read, graph.source, graph.target).unwrap();
            assert_eq!(Reachability.decide(&instance.to_word()), graph.reaches_target(), "{graph:?}");
            let is_forward = graph.successors.iter().enumerate().all(|(from, to)| to.is_none_or(|to| from < to));
            assert_eq!(matches!(spelling, Spelling::Layered(_)), !is_forward);
            spellings[usize::from(matches!(spelling, Spelling::Layered(_)))] += 1;
        }
        assert!(spellings[0] > 50 && spellings[1] > 200, "{spellings:?}");
        let moved = EdgeList::read("1 2\n0 1\n").unwrap();
        assert_eq!(spell(&moved, 0, 2).unwrap().1, Spelling::LinesMoved);
    }

    #[test]
    fn a_word_that_would_be_too_long_is_refused_before_it_is_built() {
        let cycle: String = (0..1000).map(|i| format!("{i} {}\n", (i + 1) % 1000)).collect();
        let error = spell(&EdgeList::read(&cycle).unwrap(), 0, 1).unwrap_err();
        assert!(error.n_tokens > error.most && error.to_string().starts_with("expected a graph whose word"), "{error}");
        let far = EdgeList::read("0 1000000\n").unwrap();
        assert!(spell(&far, 0, 1).is_ok());
    }

    #[test]
    fn one_layer_less_is_wrong() {
        let wrong = all_graphs(3).filter(|graph| layered(graph, 2).reaches_target() != graph.reaches_target());
        assert_eq!(wrong.count(), 24);
    }
}
