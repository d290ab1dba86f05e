//! Theorem 2: with the target last no network of logarithmic precision decides reachability.

use super::ClaimName;
use super::Erratum;
use super::Evidence;
use super::Kind;
use super::OWN;
use itertools::Itertools;
use problems::Problem;
use problems::reachability::Edge;
use problems::reachability::Instance;
use problems::reachability_target_last::ReachabilityTargetLast;
use std::collections::HashSet;

pub(super) const ERRATUM: Erratum = Erratum {
    name: "residual-classes",
    kind: Kind::Flaw,
    shows: "Not the proof alone: with the target last and any vertex allowed, the statement is false. Before the target is \
            read, graphs with different sets of reached vertices must lead to different states, 2^(n-1) of them, and a \
            network of logarithmic precision has only polynomially many.",
    source: "Theorem 2 (p6), Definition 11 (p5-6)",
    basis: OWN,
    counterexample,
    evidence: Vec::new,
    repair: "The target before the edges, or the promise that it has no outgoing edge: then the end of the walk is enough.",
    repaired_by: || {
        vec![
            Evidence::Proved(ClaimName::new("reachability", "relu", None)),
            Evidence::Proved(ClaimName::new("reachability", "relu", Some("target-last-sink"))),
        ]
    },
    command: "reduce errata residual-classes",
};

const LARGEST: usize = 10;

fn counterexample() -> Option<String> {
    let mut counts = Vec::new();
    for n in 2..=LARGEST {
        let (sets, ends) = classes(n);
        if sets.len() != 1 << (n - 1) || n_separated_by_decider(n, &sets) != sets.len() || ends != n {
            return None;
        }
        counts.push(sets.len());
    }
    Some(format!(
        "Classes of prefixes (the first of n vertices as source, and all edges) for n = 2..{LARGEST}, every sorted graph \
         enumerated, every two classes separated by a target: {} = 2^(n-1); of walks by their end: n. Checked to n = \
         {LARGEST}; the step to all n, and that no network of logarithmic precision has so many states, is on paper.",
        counts.iter().join(", ")
    ))
}

/// Over all sorted graphs on n vertices: the different sets of vertices that the walk from the first vertex reaches, and
/// how many different ends the walks have. Two prefixes with different sets are separated by a target in one set only.
fn classes(n: usize) -> (HashSet<u32>, usize) {
    let (mut sets, mut ends) = (HashSet::new(), HashSet::new());
    let mut successor = vec![None; n];
    every_graph(&mut successor, 0, &mut |successor| {
        let (mut here, mut set) = (0, 1);
        while let Some(next) = successor[here] {
            here = next;
            set |= 1 << here;
        }
        sets.insert(set);
        ends.insert(here);
    });
    (sets, ends.len())
}

/// Every choice of an edge, or none, for the vertices from `vertex` on.
fn every_graph(successor: &mut Vec<Option<usize>>, vertex: usize, look: &mut impl FnMut(&[Option<usize>])) {
    if vertex == successor.len() {
        return look(successor);
    }
    for next in std::iter::once(None).chain((vertex + 1..successor.len()).map(Some)) {
        successor[vertex] = next;
        every_graph(successor, vertex + 1, look);
    }
    successor[vertex] = None;
}

/// How many different answers, over all targets, the decider gives on the path through each set.
fn n_separated_by_decider(n: usize, sets: &HashSet<u32>) -> usize {
    let answers = sets.iter().map(|set| -> Vec<bool> {
        let path: Vec<usize> = (0..n).filter(|vertex| set >> vertex & 1 == 1).collect();
        let edges: Vec<Edge> = path.iter().copied().tuple_windows().collect();
        let word = |target: usize| ReachabilityTargetLast.write(&Instance { source: 0, target, edges: edges.clone() });
        (0..n).map(|target| ReachabilityTargetLast.decide(&word(target))).collect()
    });
    answers.collect::<HashSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sorted_graph_is_enumerated_once() {
        for n in 1..=7 {
            let mut graphs = HashSet::new();
            every_graph(&mut vec![None; n], 0, &mut |successor| {
                assert!(graphs.insert(successor.to_vec()));
            });
            assert_eq!(graphs.len(), problems::reachability::sorted_graphs(n).count());
        }
    }
}
