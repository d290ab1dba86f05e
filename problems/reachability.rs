//! Reachability in deterministic, sorted, forward graphs, the target given before the edges.
//!
//! A word is `0^s | 0^t (# 0^i | 0^j)* $`: vertices are numbers from 0 in unary, every edge goes forward (i < j) and
//! the sources i strictly increase, so that no vertex has two edges. It is a yes-word iff t is on the path from s
//! (s = t included). A string of any other form is a no-word.
//!
//! The target stands first because no one-pass network with few bits can ask for *any* vertex of the path afterwards:
//! see [`crate::reachability_target_last`].

use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use itertools::Itertools;
use std::sync::LazyLock;

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::new(["0", "|", "#", "$"]));

pub(crate) const ZERO: Token = 0;
pub(crate) const BAR: Token = 1;
pub(crate) const EDGE: Token = 2;
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
/// assert_eq!(Instance::parse(&instance.to_word()), Some(instance));
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
pub(crate) struct Reader<'a> {
    pub(crate) rest: &'a [Token],
}

impl Reader<'_> {
    pub(crate) fn number(&mut self) -> usize {
        let number = self.rest.iter().take_while(|&&token| token == ZERO).count();
        self.rest = &self.rest[number..];
        number
    }

    pub(crate) fn expect(&mut self, token: Token) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[token])?;
        Some(())
    }

    pub(crate) fn edges(&mut self) -> Option<Vec<Edge>> {
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

pub(crate) fn push_number(word: &mut Word, number: usize) {
    word.resize(word.len() + number, ZERO);
}

pub(crate) fn push_edges(word: &mut Word, edges: &[Edge]) {
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

/// Which vertices can be the target of a sampled instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
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
pub(crate) fn layered_chains(n: usize, answer: bool, target: Target, random: &mut Random) -> (Instance, usize) {
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
pub(crate) fn family(n_chains: usize) -> String {
    format!("layered-chains/w={n_chains}")
}

/// The sizes of both spellings: a word of n vertices has about n^2 tokens.
pub(crate) const SIZES: Sizes = Sizes { unit: "vertices", least: 2, default: 64, largest: 8192 };

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

    /// Layered chains: random permutations between layers, see the file's header.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        self.sizes().admit(self.name(), n)?;
        let (instance, n_chains) = layered_chains(n, answer, Target::Any, random);
        Ok(Sample { word: instance.to_word(), family: family(n_chains) })
    }

    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        if self.sizes().admit(self.name(), n).is_err() {
            return Vec::new();
        }
        let words = adversarial_instances(n, longest).iter().map(Instance::to_word).collect::<Vec<_>>();
        words.into_iter().filter(|word| word.len() <= longest).sorted_by_key(Vec::len).collect()
    }
}

/// Instances of `n` vertices that ask most of a number format: paths of at most two edges among the first and the last
/// three vertices, where counters are largest; then, where about so many tokens allow it, the path through all vertices,
/// and the longest words, in which every edge leads into the last one.
pub(crate) fn adversarial_instances(n: usize, longest: usize) -> Vec<Instance> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// The definition as a machine with registers, one token at a time, which never sees a graph.
    fn streaming(word: &[Token]) -> bool {
        #[derive(Clone, Copy, PartialEq)]
        enum State {
            Source,
            Target,
            From,
            To { is_match: bool },
            Accept,
        }
        let mut state = State::Source;
        let (mut s, mut t, mut current, mut least) = (0, 0, 0, 0);
        let (mut a, mut i, mut b) = (0, 0, 0);
        for &token in word {
            state = match (state, token) {
                (State::Source, ZERO) => {
                    s += 1;
                    state
                }
                (State::Source, BAR) => State::Target,
                (State::Target, ZERO) => {
                    t += 1;
                    state
                }
                (State::Target, EDGE) => {
                    (current, least, a) = (s, 0, 0);
                    State::From
                }
                (State::Target, END) if s == t => State::Accept,
                (State::From, ZERO) => {
                    a += 1;
                    state
                }
                (State::From, BAR) if a >= least => {
                    (i, b) = (a, 0);
                    State::To { is_match: current == a && current != t }
                }
                (State::To { .. }, ZERO) => {
                    b += 1;
                    state
                }
                (State::To { is_match }, EDGE | END) if b > i => {
                    if is_match {
                        current = b;
                    }
                    (least, a) = (i + 1, 0);
                    match token {
                        EDGE => State::From,
                        _ if current == t => State::Accept,
                        _ => return false,
                    }
                }
                _ => return false,
            };
        }
        state == State::Accept
    }

    /// Every string, extended in place: building each one anew would cost more than deciding it.
    fn for_each_string(length: usize, word: &mut Word, visit: &mut impl FnMut(&[Token])) {
        visit(word);
        if length > 0 {
            for token in 0..4 {
                word.push(token);
                for_each_string(length - 1, word, visit);
                word.pop();
            }
        }
    }

    #[test]
    fn every_string_of_at_most_twelve_tokens_is_decided_as_by_the_streaming_definition() {
        let (mut n_strings, mut n_accepted) = (0, 0);
        for_each_string(12, &mut Word::new(), &mut |word| {
            let answer = Reachability.decide(word);
            assert_eq!(answer, streaming(word), "{}", ALPHABET.format(word));
            n_strings += 1;
            n_accepted += usize::from(answer);
        });
        assert_eq!((n_strings, n_accepted), (22_369_621, 63));
    }

    #[test]
    fn every_instance_with_at_most_six_vertices_survives_writing_and_is_decided_by_reachability() {
        let (mut n_instances, mut n_yes) = (0, 0);
        for n in 1..=6 {
            let mut words = BTreeSet::new();
            for instance in instances(n) {
                let word = instance.to_word();
                assert_eq!(Instance::parse(&word).as_ref(), Some(&instance));
                assert!(instance.n_vertices() <= n);
                // Breadth first from all sides: the set of reached vertices grows until it is closed.
                let mut reached = BTreeSet::from([instance.source]);
                while !instance.edges.iter().all(|(from, to)| !reached.contains(from) || reached.contains(to)) {
                    let next = instance.edges.iter().filter(|(from, _)| reached.contains(from)).map(|&(_, to)| to);
                    reached.extend(next.collect::<Vec<_>>());
                }
                let answer = reached.contains(&instance.target);
                assert_eq!(Reachability.decide(&word), answer);
                assert_eq!(streaming(&word), answer);
                n_yes += usize::from(answer);
                n_instances += 1;
                assert!(words.insert(word), "an instance is listed twice");
            }
        }
        assert_eq!(n_instances, 29_367);
        assert!(0 < n_yes && n_yes < n_instances);
    }

    #[test]
    fn the_longest_word_has_the_stated_length() {
        for (n, length) in [(4, 26), (5, 40), (6, 57)] {
            let longest = instances(n).map(|instance| instance.to_word().len()).max();
            assert_eq!(longest, Some(length));
            assert_eq!(length, (n - 1) * (3 * n + 4) / 2 + 2);
        }
    }

    #[test]
    fn samples_have_the_asked_answer_and_real_vertices_and_are_reproducible() {
        for n in (2..=40).chain([64, 65, 100]) {
            for answer in [false, true] {
                for index in 0..20 {
                    let sample = Reachability.sample(n, answer, &mut Random::new(6, index)).unwrap();
                    assert_eq!(Reachability.decide(&sample.word), answer);
                    let instance = Instance::parse(&sample.word).unwrap();
                    assert!(instance.n_vertices() <= n);
                    let is_vertex = |v| instance.edges.iter().any(|&(from, to)| v == from || v == to);
                    assert!(n < 4 || is_vertex(instance.target), "n {n}: target {}", instance.target);
                    assert_eq!(Reachability.sample(n, answer, &mut Random::new(6, index)), Ok(sample));
                }
            }
        }
        for n in [0, 1, 8193] {
            let refusal = Reachability.sample(n, true, &mut Random::new(6, 0)).unwrap_err();
            assert_eq!(refusal.reason, format!("`reachability` has sizes from 2 to 8192 vertices, got {n}"));
        }
    }

    #[test]
    fn all_three_widths_and_targets_in_the_middle_occur_at_64_vertices() {
        let mut families = BTreeSet::new();
        let mut n_last = 0;
        for index in 0..400 {
            let (instance, n_chains) = layered_chains(64, index % 2 == 0, Target::Any, &mut Random::new(7, index));
            families.insert(family(n_chains));
            n_last += usize::from(instance.target / n_chains == 64 / n_chains - 1);
            assert!(instance.source < n_chains);
            // The whole path is followed to the last layer.
            assert_eq!(instance.path().len(), 64 / n_chains);
        }
        assert_eq!(
            families.into_iter().collect::<Vec<_>>(),
            ["layered-chains/w=2", "layered-chains/w=5", "layered-chains/w=8"]
        );
        assert!((150..=250).contains(&n_last), "{n_last}");
    }

    /// Rules that look at few numbers: the target's place, the source's, the last edges. Each is trained on the first
    /// half of the draws and scored on the second.
    #[test]
    fn no_shallow_rule_tells_the_answer() {
        let features: [fn(&Instance, usize) -> usize; 4] = [
            |instance, w| instance.target % w,
            |instance, w| w * (instance.source % w) + instance.target % w,
            |instance, w| {
                usize::from(instance.edges.iter().any(|&edge| edge == (instance.target - w, instance.target)))
            },
            |instance, w| instance.target / w,
        ];
        for feature in features {
            let mut table = std::collections::BTreeMap::new();
            let mut right = 0;
            for index in 0..4000 {
                let answer = index % 2 == 0;
                let (instance, w) = layered_chains(64, answer, Target::Any, &mut Random::new(8, index));
                let votes = table.entry((w, feature(&instance, w))).or_insert([0; 2]);
                if index < 2000 {
                    votes[usize::from(answer)] += 1;
                } else {
                    right += usize::from((votes[1] > votes[0]) == answer);
                }
            }
            // 2000 fair coins have a standard deviation of 22.
            assert!((850..=1150).contains(&right), "right on {right} of 2000");
        }
    }

    proptest! {
        #[test]
        fn every_sorted_graph_survives_writing(
            source in 0..40usize,
            target in 0..40usize,
            lengths in proptest::collection::vec(0..9usize, 0..30),
        ) {
            let edges = lengths.iter().enumerate().filter(|&(_, &length)| length > 0);
            let edges = edges.map(|(vertex, &length)| (vertex, vertex + length)).collect();
            let instance = Instance { source, target, edges };
            let word = instance.to_word();
            prop_assert_eq!(Instance::parse(&word), Some(instance.clone()));
            prop_assert_eq!(Reachability.decide(&word), streaming(&word));
            // Any change of order or direction is refused.
            if instance.edges.len() >= 2 {
                let mut swapped = instance.clone();
                swapped.edges.swap(0, 1);
                prop_assert_eq!(Instance::parse(&swapped.to_word()), None);
                let mut backward = instance.clone();
                backward.edges[1].1 = backward.edges[1].0;
                prop_assert_eq!(Instance::parse(&backward.to_word()), None);
            }
        }
    }
}
