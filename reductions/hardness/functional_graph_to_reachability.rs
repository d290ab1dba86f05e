//! Reachability in any graph with at most one edge per vertex, as reachability in a sorted forward graph whose target is
//! a sink (the layering behind Proposition 2).
//!
//! The vertices are n copies of the graph, one per number of steps, vertex v of layer h being h n + v, and one more, the
//! goal. An edge leads from a vertex to its successor one layer up; each copy of the target leads to the goal instead.

use problems::reachability::Instance;

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
    fn n_edges(&self) -> usize {
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
    fn one_layer_less_is_wrong() {
        let wrong = all_graphs(3).filter(|graph| layered(graph, 2).reaches_target() != graph.reaches_target());
        assert_eq!(wrong.count(), 24);
    }
}
