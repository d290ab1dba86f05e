//! The hard instances that all spellings share: layered chains, and what asks most of a number format.

use super::Edge;
use super::Instance;
use super::Reachability;
use super::SIZES;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Word;
use itertools::Itertools;

/// Draws an instance of `n` vertices from the family of layered chains and writes it.
pub(super) fn sample(
    n: usize,
    answer: bool,
    target: Target,
    random: &mut Random,
    write: impl Fn(Instance) -> Word,
) -> Result<Sample, NoInstance> {
    SIZES.admit(Reachability.name(), n)?;
    let (instance, n_chains) = layered_chains(n, answer, target, random);
    Ok(Sample { word: write(instance), family: family(n_chains) })
}

/// The instances of `n` vertices that ask most of a number format, written, those of at most `longest` tokens.
pub(super) fn adversarial(n: usize, longest: usize, write: impl Fn(Instance) -> Word) -> Vec<Word> {
    if SIZES.admit(Reachability.name(), n).is_err() {
        return Vec::new();
    }
    let words = adversarial_instances(n, longest).into_iter().map(write);
    words.filter(|word| word.len() <= longest).sorted_by_key(Vec::len).collect()
}

/// Which vertices can be the target of a sampled instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Any vertex.
    Any,
    /// Vertices of the last layer only, which have no edge.
    Sink,
}

/// Draws an instance of the family of layered chains, and the number of chains.
///
/// Vertex `k * n_chains + a` is place a of layer k; a random permutation leads from each layer to the next. The source
/// is in layer 0; the target is the vertex of the path, or another one of the same layer, in the last layer or in one
/// between. Two chains are a parity, five a word over S5: no shortcut is known but following the path.
pub(super) fn layered_chains(n: usize, answer: bool, target: Target, random: &mut Random) -> (Instance, usize) {
    let root = n.isqrt();
    let nearest_root = if n - root * root > root { root + 1 } else { root };
    // Two layers at least, so that there is an edge; graphs of two or three vertices have one layer and none.
    let fits = |n_chains: &usize| *n_chains >= 2 && n / *n_chains >= 2;
    let mut widths: Vec<usize> = [2, 5, nearest_root].into_iter().filter(fits).collect();
    widths.sort_unstable();
    widths.dedup();
    let n_chains = if widths.is_empty() { 2 } else { *random.pick(&widths) };
    let n_layers = n / n_chains;

    let source = random.below(n_chains);
    let may_have_an_edge = target == Target::Any && n_layers >= 3;
    let target_layer = if may_have_an_edge && random.bit() { 1 + random.below(n_layers - 2) } else { n_layers - 1 };
    let mut edges = Vec::with_capacity(n_chains * (n_layers - 1));
    let mut permutation: Vec<usize> = (0..n_chains).collect();
    let mut place = source;
    let mut target_place = source;
    for layer in 1..n_layers {
        random.shuffle(&mut permutation);
        let first = layer * n_chains;
        edges.extend(permutation.iter().enumerate().map(|(from, to)| (first - n_chains + from, first + to)));
        place = permutation[place];
        if layer == target_layer {
            target_place = place;
        }
    }
    if !answer {
        target_place = (target_place + 1 + random.below(n_chains - 1)) % n_chains;
    }
    (Instance { source, target: target_layer * n_chains + target_place, edges }, n_chains)
}

/// The name of the family that [`layered_chains`] drew from.
pub(super) fn family(n_chains: usize) -> String {
    format!("layered-chains/w={n_chains}")
}

/// Instances of `n` vertices that ask most of a number format: paths of at most two edges among the first and the last
/// three vertices, where counters are largest; then, where about so many tokens allow it, the path through all vertices,
/// and the longest words, in which every edge leads into the last one.
fn adversarial_instances(n: usize, longest: usize) -> Vec<Instance> {
    let last = n - 1;
    let mut ends = vec![0, n.saturating_sub(3), n - 2, last];
    ends.dedup();
    let edges: Vec<Edge> = ends.iter().copied().array_combinations().map(|[from, to]| (from, to)).collect();
    let two = edges.iter().copied().cartesian_product(edges.iter().copied());
    let two = two.filter(|((_, middle), (from, _))| middle == from).map(|(first, second)| vec![first, second]);
    let mut graphs: Vec<Vec<Edge>> = vec![Vec::new()];
    graphs.extend(edges.iter().map(|edge| vec![*edge]).chain(two));
    let mut targets = vec![0, n - 2, last];
    targets.dedup();
    let mut instances: Vec<Instance> = Vec::new();
    for edges in graphs {
        // On the path and off it.
        let sources = edges.first().map_or_else(|| ends.clone(), |(from, _)| vec![*from, last]);
        for (source, target) in sources.into_iter().cartesian_product(targets.iter().copied()) {
            instances.push(Instance { source, target, edges: edges.clone() });
        }
    }
    if n.saturating_mul(n) <= longest {
        let path: Vec<Edge> = (0..last).map(|vertex| (vertex, vertex + 1)).collect();
        let into_last: Vec<Edge> = (0..last).map(|vertex| (vertex, last)).collect();
        for (source, target) in [(0, last), (0, n - 2), (last, last), (last, n - 2)] {
            instances.push(Instance { source, target, edges: path.clone() });
            instances.push(Instance { source, target, edges: into_last.clone() });
        }
    }
    instances.retain(|instance| instance.n_vertices() == n);
    instances
}
