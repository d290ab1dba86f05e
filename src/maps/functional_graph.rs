//! Graphs with at most one edge per vertex, written as their successors.

use super::AnySource;
use super::Map;
use super::Reader;
use super::Source;
use itertools::Itertools;
use problems::Random;
use problems::reachability::Reachability;
use reductions::hardness::functional_graph_to_reachability::FunctionalGraph;
use reductions::hardness::functional_graph_to_reachability::map;

pub(super) static MAP: Map = Map {
    name: "functional-graph-to-reachability",
    question: "Is the target on the path from the source, in a graph with at most one edge per vertex, cycles included?",
    syntax: "the successor of each vertex from 0 on, or -, then `from` SOURCE `to` TARGET",
    example: "1 2 0 - from 2 to 1",
    class: "L",
    reference: "layering, behind Proposition 2",
    problem: || &Reachability,
    formula: "m (n - 1) + n edges over n^2 + 1 vertices, for m edges that do not leave the target",
    unit: "edges",
    most: 20_000,
    measure: |word| word.iter().filter(|token| **token == 2).count(),
    reader: Reader::Lines(read),
    source_unit: "vertices",
    exhaustive: 1..=4,
    every,
    sampled: 12,
    sampled_unit: "vertices",
    sample,
    induction: None,
};

impl Source for FunctionalGraph {
    fn text(&self) -> String {
        let one = |successor: &Option<usize>| successor.map_or_else(|| "-".to_owned(), |vertex| vertex.to_string());
        format!("{} from {} to {}", self.successors.iter().map(one).join(" "), self.source, self.target)
    }

    fn answer(&self) -> bool {
        self.reaches_target()
    }

    fn size(&self) -> u128 {
        // As the formula says; the library's own count is compared with the words in its tests.
        let (n, m) = (self.successors.len() as u128, self.n_edges() as u128);
        m * n.saturating_sub(1) + n
    }

    fn image(&self) -> problems::Word {
        map(self).to_word()
    }
}

/// A graph from a line.
fn read(text: &str) -> Result<AnySource, String> {
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let [successors @ .., from, source, to, target] = pieces.as_slice() else {
        return Err("expected successors, then `from` SOURCE `to` TARGET".to_owned());
    };
    if (*from, *to) != ("from", "to") {
        return Err("expected successors, then `from` SOURCE `to` TARGET".to_owned());
    }
    let n = successors.len();
    let vertex = |text: &str| {
        let found = text.parse().ok().filter(|vertex| *vertex < n);
        found.ok_or_else(|| format!("expected a vertex from 0 to below {n}, the number of successors, got `{text}`"))
    };
    let successor = |text: &&str| if *text == "-" { Ok(None) } else { vertex(text).map(Some) };
    let successors = successors.iter().map(successor).collect::<Result<_, _>>()?;
    Ok(Box::new(FunctionalGraph { successors, source: vertex(source)?, target: vertex(target)? }))
}

fn every(n: usize) -> Box<dyn Iterator<Item = AnySource>> {
    let one = move || std::iter::once(None).chain((0..n).map(Some));
    let graphs = (0..n).map(|_| one()).multi_cartesian_product();
    Box::new(
        graphs.cartesian_product((0..n).cartesian_product(0..n)).map(|(successors, (source, target))| {
            Box::new(FunctionalGraph { successors, source, target }) as AnySource
        }),
    )
}

/// A uniform graph; the target is the end of a walk of random length, or any vertex.
fn sample(n: usize, random: &mut Random) -> AnySource {
    let successors: Vec<Option<usize>> = (0..n).map(|_| random.below(n + 1).checked_sub(1)).collect();
    let source = random.below(n);
    let mut target = random.below(n);
    if random.bit() {
        target = source;
        for _ in 0..random.below(n) {
            target = successors[target].unwrap_or(target);
        }
    }
    Box::new(FunctionalGraph { successors, source, target })
}
