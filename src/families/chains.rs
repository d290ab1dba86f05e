//! Layered chains of one width, with the target in the last layer.

use super::Told;
use problems::NoInstance;
use problems::Random;
use problems::Sample;
use problems::reachability::Instance;

pub(super) const TWO: Told = Told {
    name: "two-chains",
    problem: "reachability",
    variant: Some("plain"),
    hard_from: Some(8),
    unit: "vertices",
    sizes: (4, 8192),
    step: 2,
    hard: "two chains that cross or not at every layer: the answer is the parity of all crossings, and every edge matters",
    guard: "all counts of tokens, ends and degrees have the same distributions; an instance asks for a parity, no more",
    draw: |_, n, answer, random| chains(2, n, answer, random),
};

pub(super) const FIVE: Told = Told {
    name: "five-chains",
    problem: "reachability",
    variant: Some("plain"),
    hard_from: Some(15),
    unit: "vertices",
    sizes: (10, 8192),
    step: 5,
    hard: "five chains that are permuted at every layer: products over S5, which are NC1-complete",
    guard: "all counts of tokens, ends and degrees have the same distributions; where the target is missed an exchange of two \
            edges off both paths cannot matter, so that at most about two edges of five do",
    draw: |_, n, answer, random| chains(5, n, answer, random),
};

/// Vertex `k * width + a` is place a of layer k; a uniform permutation leads from each layer to the next.
fn chains(width: usize, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
    let n_layers = n / width;
    let source = random.below(width);
    let mut edges = Vec::with_capacity(width * (n_layers - 1));
    let mut permutation: Vec<usize> = (0..width).collect();
    let mut place = source;
    for layer in 1..n_layers {
        random.shuffle(&mut permutation);
        let first = layer * width;
        edges.extend(permutation.iter().enumerate().map(|(from, to)| (first - width + from, first + to)));
        place = permutation[place];
    }
    if !answer {
        place = (place + 1 + random.below(width - 1)) % width;
    }
    let instance = Instance { source, target: (n_layers - 1) * width + place, edges };
    Ok(Sample { word: instance.to_word(), family: if width == 2 { TWO.name } else { FIVE.name }.to_owned() })
}
