//! Up to how many tokens no word is answered wrongly, where operations of the recurrence round.
//!
//! A state of the model after a word lies in a ball: its centre is a fixed matrix for every state of the target, its radius
//! grows with the word. For each token the next centre is compared with what the token makes of the present one, in
//! enclosures that hold whatever the order of summation; with `H = decay (I - beta k k^T)`, whose norm is
//! `decay max(1, |1 - beta |k|^2|)` for every real key, the distance from the centre is at most multiplied by that norm, and
//! the mismatch of centres and the rounding of one step are added. Norms are those of Euclid of all entries of a state.
//!
//! After N steps the balls are as large as N steps can make them. Where the answer is right for every state in every ball,
//! whatever norms, projection and head round, no word of up to N tokens is answered wrongly: that is the *horizon*. It is a
//! bound, and no word beyond it need be wrong.
//!
//! Two families of centres are tried, and the larger horizon is taken: one centre for every state of the target, which is
//! good for long words, and one for every word up to a length, with which only the roundings of sums are in the radius.

mod step;

use super::answer::Answerer;
use super::answer::Read;
use super::interval::Interval;
use super::interval::PLACES;
use super::target::Target;
use itertools::Itertools;
use rayon::prelude::*;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::Bounds;
use rnn::shipped::EnclosedInputs;
use rnn::shipped::ShippedModel;
use std::collections::BTreeSet;
use std::collections::HashMap;
use step::ONE;
use step::Step;
use step::intervals;
use step::norm;
use step::rounded;
use step::sizes;
use step::times;

/// Most windows of tokens that are looked at.
const MOST_WINDOWS: usize = 20_000;
/// Most centres where every word has one of its own.
const MOST_CENTRES: usize = 1500;
/// Most centres where every state of the target has one.
const MOST_STATES: usize = 100_000;
/// So many steps are made for every centre apart; after that the largest radius stands for all.
const STEPS_APART: u64 = 2048;
/// No horizon is looked for beyond this one.
const MOST_TOKENS: u64 = 1 << 20;

/// A horizon, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Horizon {
    /// What values are stored in.
    pub storage: Float,
    /// No word of up to so many tokens is answered wrongly.
    pub tokens: u64,
    /// Whether the radius stays where it is after these tokens, so that no word of any length is answered wrongly.
    pub every_length: bool,
    /// How far, at most, a state after so many tokens is from its centre.
    pub radius: Exact,
    /// By how much, at most, a token more adds to that.
    pub of_token: Exact,
    /// Number of centres.
    pub centres: usize,
    /// Whether each word has a centre of its own.
    pub by_words: bool,
    /// Why it is no larger.
    pub ends: String,
}

/// What the last token of a window does, in intervals. Tracks are heads that do the same with every window.
struct Window {
    tokens: Vec<usize>,
    tracks: Vec<Vec<Step>>,
    /// By heads.
    queries: Vec<Vec<Interval>>,
    gates: Vec<Option<Vec<Interval>>>,
    embedding: Vec<Exact>,
}

/// A centre.
struct Node {
    state: usize,
    /// The last tokens that a convolution reads of the next one, the oldest first.
    tail: Vec<usize>,
    /// By tracks.
    centres: Vec<Vec<i128>>,
    depth: u64,
}

/// A token read at a centre.
struct Edge {
    from: usize,
    to: usize,
    window: usize,
    /// By tracks: what the radius of each column is multiplied by, and what is added.
    maps: Vec<(i128, Vec<i128>)>,
}

/// A model with its windows.
struct Machine<'m> {
    answerer: Answerer<'m>,
    target: &'m Target,
    dim: usize,
    reach: usize,
    windows: Vec<Window>,
    index: HashMap<Vec<usize>, usize>,
    of_head: Vec<usize>,
}

/// Centres, and what leads from one to another.
struct Centres {
    dim: usize,
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// Words up to this length stay among the centres; none where all words do.
    depth: Option<u64>,
    /// A centre and the window that ends there: what has to be answered.
    ends: Vec<(usize, usize)>,
}

fn large() -> String {
    "a value is too large to be enclosed".to_owned()
}

impl<'m> Machine<'m> {
    fn new(model: &'m ShippedModel, target: &'m Target, storage: Float) -> Result<Self, String> {
        let answerer = Answerer::new(model, storage).ok_or("a weight is 2^40 or more")?;
        if target.n_tokens() != model.shape().tokens || target.greatest_class() >= model.shape().vocabulary {
            return Err("the model has another alphabet".to_owned());
        }
        for tensor in model.tensors() {
            if let Some(entry) = tensor.values.iter().find(|entry| !storage.contains(entry)) {
                return Err(format!("{}: {entry} is no number of {storage}", tensor.name));
            }
        }
        // Windows: all words of up to as many tokens as a convolution reads.
        let reach = model.reach();
        let n_windows = (1..=u32::try_from(reach).unwrap_or(u32::MAX))
            .map(|length| target.n_tokens().saturating_pow(length))
            .fold(0, usize::saturating_add);
        if n_windows > MOST_WINDOWS {
            return Err(format!("there are {n_windows} windows of {reach} tokens, more than {MOST_WINDOWS}"));
        }
        let all: Vec<Vec<usize>> = (1..=reach)
            .flat_map(|length| std::iter::repeat_n(0..target.n_tokens(), length).multi_cartesian_product())
            .collect();
        let inputs = model.enclosed_inputs(&all, storage).map_err(|error| error.to_string())?;
        // Heads whose steps are the same for every window have one state.
        let same = |a: usize, b: usize| inputs.iter().all(|input| input.heads[a].steps == input.heads[b].steps);
        let mut first: Vec<usize> = Vec::new();
        let of_head = (0..model.shape().heads).map(|head| {
            first.iter().position(|other| same(*other, head)).unwrap_or_else(|| {
                first.push(head);
                first.len() - 1
            })
        });
        let of_head = of_head.collect();
        let windows = all.iter().zip(&inputs).map(|(tokens, input)| window(tokens, input, &first));
        let windows = windows.collect::<Option<Vec<_>>>().ok_or_else(large)?;
        let index = all.into_iter().enumerate().map(|(place, window)| (window, place)).collect();
        Ok(Self { answerer, target, dim: model.shape().head_dim, reach, windows, index, of_head })
    }

    /// Centres by breadth first search, one for each state of the target or, `by_words`, one for each state of the model.
    fn centres(&self, by_words: bool) -> Result<Centres, String> {
        let n_tracks = self.windows[0].tracks.len();
        let zero = vec![vec![0; self.dim * self.dim]; n_tracks];
        let mut nodes = vec![Node { state: 0, tail: Vec::new(), centres: zero.clone(), depth: 0 }];
        let key = |node: &Node| (node.state, node.tail.clone(), by_words.then(|| node.centres.clone()));
        let mut known = HashMap::from([(key(&nodes[0]), 0)]);
        let mut edges = Vec::new();
        let mut depth = None;
        let mut from = 0;
        while from < nodes.len() {
            // Where there are too many words, words stay among the centres up to the length before this one.
            if by_words && nodes.len() > MOST_CENTRES && nodes[from].depth > 0 {
                depth = Some(nodes[from].depth);
                break;
            }
            if nodes.len() > MOST_STATES {
                return Err(format!("there are more than {MOST_STATES} centres"));
            }
            for token in 0..self.target.n_tokens() {
                let node = &nodes[from];
                let mut tokens = node.tail.clone();
                tokens.push(token);
                let window = self.index[&tokens];
                // What each track makes of the centre, step by step.
                let (mut centres, mut maps) = (Vec::with_capacity(n_tracks), Vec::with_capacity(n_tracks));
                for (steps, centre) in self.windows[window].tracks.iter().zip(&node.centres) {
                    let (mut centre, mut growth, mut added) = (centre.clone(), ONE, vec![0; self.dim]);
                    for step in steps {
                        let (next, off) = step.centre(&centre, self.dim).ok_or_else(large)?;
                        growth = times(growth, step.growth).ok_or_else(large)?;
                        added = after(&added, (step.growth, &off)).ok_or_else(large)?;
                        centre = next;
                    }
                    centres.push(centre);
                    maps.push((growth, added));
                }
                if tokens.len() >= self.reach {
                    tokens.remove(0);
                }
                let state = self.target.step(node.state, token);
                let next = Node { state, tail: tokens, centres, depth: node.depth + 1 };
                let to = *known.entry(key(&next)).or_insert(nodes.len());
                if to == nodes.len() {
                    nodes.push(next);
                } else {
                    // The mismatch with the centre that is there.
                    for (map, (own, there)) in maps.iter_mut().zip(next.centres.iter().zip(&nodes[to].centres)) {
                        for (column, added) in map.1.iter_mut().enumerate() {
                            let rows = (0..self.dim).map(|row| row * self.dim + column);
                            let off = norm(rows.map(|place| own[place] - there[place])).ok_or_else(large)?;
                            *added = added.checked_add(off).ok_or_else(large)?;
                        }
                    }
                }
                edges.push(Edge { from, to, window, maps });
            }
            from += 1;
        }
        let ends: BTreeSet<(usize, usize)> = edges.iter().map(|edge| (edge.to, edge.window)).collect();
        Ok(Centres { dim: self.dim, nodes, edges, depth, ends: ends.into_iter().collect() })
    }

    /// Whether the answer is right for every state in the ball about a centre.
    fn is_right(&self, node: &Node, window: usize, radii: &[Vec<i128>]) -> Result<(), String> {
        let Window { queries, gates, embedding, tokens, .. } = &self.windows[window];
        let place = || {
            let token = tokens.last().copied().unwrap_or_default();
            format!("after a word with the product {} and the last token {token}", self.target.name(node.state))
        };
        let read = queries.iter().zip(gates).zip(&self.of_head).map(|((query, gate), track)| {
            let read = self.read(&node.centres[*track], query, &radii[*track]).ok_or_else(large)?;
            let entries = read.iter().map(|entry| self.answerer.kept("a head's output", *entry));
            let entries = entries.collect::<Result<Vec<_>, String>>()?;
            let mean = self.mean(&entries).ok_or_else(large)?;
            Ok(Read { entries, mean, gate: gate.clone() })
        });
        let read = read.collect::<Result<Vec<_>, String>>().map_err(|error| format!("{}: {error}", place()))?;
        let answer = self.answerer.answer_of(&read, embedding).map_err(|error| format!("{}: {error}", place()))?;
        if answer.class == self.target.class(node.state) {
            Ok(())
        } else {
            Err(format!("{}: the answer is class {}", place(), answer.class))
        }
    }

    /// What a head reads of any state in a ball, in any order of summation.
    fn read(&self, centre: &[i128], query: &[Interval], radii: &[i128]) -> Option<Vec<Interval>> {
        let nonzero: Vec<(usize, Interval)> =
            query.iter().copied().enumerate().filter(|(_, entry)| !entry.is_zero()).collect();
        let (length, n) = (sizes(query)?, i128::try_from(nonzero.len()).ok()?);
        let columns = radii.iter().enumerate().map(|(column, radius)| {
            let (mut sum, mut terms) = (Interval::ZERO, times(length, *radius)?);
            for (row, along) in &nonzero {
                let term = along.times(Interval::of_units(centre[row * self.dim + column]))?;
                (sum, terms) = (sum.plus(term)?, terms.checked_add(term.size())?);
            }
            let off = times(length, *radius)?.checked_add(rounded(terms, n)?)?;
            sum.widened(Interval::of_units(off))
        });
        columns.collect()
    }

    fn mean(&self, entries: &[Interval]) -> Option<Interval> {
        let sum = entries.iter().try_fold(Interval::ZERO, |sum, entry| sum.plus(entry.square()?))?;
        let share = Exact::ONE / Exact::integer(i64::try_from(entries.len()).ok()?);
        sum.times(Interval::about(&share)?)
    }
}

fn window(tokens: &[usize], input: &EnclosedInputs, first: &[usize]) -> Option<Window> {
    let steps = |head: &usize| input.heads[*head].steps.iter().map(Step::of).collect::<Option<Vec<_>>>();
    let gate = |gate: &Option<Vec<Bounds>>| match gate {
        Some(gate) => intervals(gate).map(Some),
        None => Some(None),
    };
    Some(Window {
        tokens: tokens.to_vec(),
        tracks: first.iter().map(steps).collect::<Option<_>>()?,
        queries: input.heads.iter().map(|head| intervals(&head.query)).collect::<Option<_>>()?,
        gates: input.heads.iter().map(|head| gate(&head.gate)).collect::<Option<_>>()?,
        embedding: input.embedding.clone(),
    })
}

/// Radii of columns after another step.
fn after(radii: &[i128], (growth, added): (i128, &[i128])) -> Option<Vec<i128>> {
    radii.iter().zip(added).map(|(radius, added)| times(*radius, growth)?.checked_add(*added)).collect()
}

/// The larger of two radii each.
fn enlarge(radii: &mut [Vec<i128>], other: &[Vec<i128>]) {
    let columns = radii.iter_mut().flatten().zip(other.iter().flatten());
    columns.for_each(|(radius, other)| *radius = (*radius).max(*other));
}

/// Radii after a number of tokens, of every centre, track and column.
#[derive(Clone, PartialEq, Eq)]
struct Radii {
    /// None of a centre that no word of so many tokens reaches.
    all: Vec<Option<Vec<Vec<i128>>>>,
    /// Whether another token changes none of them.
    stays: bool,
}

/// The maps of a token, each with its track.
fn maps_of(edge: &Edge) -> impl Iterator<Item = (usize, &(i128, Vec<i128>))> {
    edge.maps.iter().enumerate()
}

impl Centres {
    /// The largest radii after up to this many tokens; none where they leave a machine word.
    fn radii(&self, tokens: u64) -> Option<Radii> {
        let zero: Vec<Vec<i128>> = self.nodes[0].centres.iter().map(|_| vec![0; self.dim]).collect();
        let mut all = vec![None; self.nodes.len()];
        all[0] = Some(zero.clone());
        let read = |edge: &Edge, radii: &[Vec<i128>]| -> Option<Vec<Vec<i128>>> {
            radii.iter().zip(&edge.maps).map(|(radii, (growth, added))| after(radii, (*growth, added))).collect()
        };
        for _ in 0..tokens.min(STEPS_APART) {
            let mut next = all.clone();
            for edge in &self.edges {
                let Some(radii) = &all[edge.from] else { continue };
                let radii = read(edge, radii)?;
                match &mut next[edge.to] {
                    Some(known) => enlarge(known, &radii),
                    unknown => *unknown = Some(radii),
                }
            }
            if next == all {
                return Some(Radii { all, stays: true });
            }
            all = next;
        }
        if tokens <= STEPS_APART {
            return Some(Radii { all, stays: false });
        }
        // The largest of all of them, with the largest growth and the largest that is added.
        let mut whole = zero;
        all.iter().flatten().for_each(|radii| enlarge(&mut whole, radii));
        let mut maps: Vec<(i128, Vec<i128>)> = self.edges[0].maps.clone();
        for (map, other) in self.edges.iter().flat_map(maps_of) {
            let (growth, added) = &mut maps[map];
            *growth = other.0.max(*growth);
            added.iter_mut().zip(&other.1).for_each(|(added, other)| *added = (*added).max(*other));
        }
        let mut stays = false;
        for _ in STEPS_APART..tokens {
            let mut next: Vec<Vec<i128>> = whole
                .iter()
                .zip(&maps)
                .map(|(radii, (growth, added))| after(radii, (*growth, added)))
                .collect::<Option<_>>()?;
            enlarge(&mut next, &whole);
            stays = next == whole;
            if stays {
                break;
            }
            whole = next;
        }
        all.fill(Some(whole));
        Some(Radii { all, stays })
    }

    /// The first answer that is not certain, the last one known first.
    fn failure(&self, machine: &Machine<'_>, radii: &Radii, hint: &mut usize) -> Option<String> {
        let wrong = |index: usize| {
            let (node, window) = self.ends[index];
            let radii = radii.all[node].as_ref()?;
            machine.is_right(&self.nodes[node], window, radii).err()
        };
        if let Some(reason) = wrong(*hint) {
            return Some(reason);
        }
        let (index, reason) =
            (0..self.ends.len()).into_par_iter().find_map_first(|index| Some((index, wrong(index)?)))?;
        *hint = index;
        Some(reason)
    }

    fn horizon(&self, machine: &Machine<'_>, storage: Float, by_words: bool) -> Horizon {
        let most = self.depth.unwrap_or(MOST_TOKENS).min(MOST_TOKENS);
        let mut hint = 0;
        let mut ends = String::new();
        let too_large = || "a radius is too large to be enclosed".to_owned();
        let mut holds = |tokens: u64| match self.radii(tokens) {
            None => {
                ends = too_large();
                None
            }
            Some(radii) => match self.failure(machine, &radii, &mut hint) {
                None => Some(radii),
                Some(reason) => {
                    ends = reason;
                    None
                }
            },
        };
        // By doubling, then by bisection: what holds for longer words holds for shorter ones.
        let start = Radii { all: vec![None; self.nodes.len()], stays: false };
        let (mut low, mut found) = (0, start);
        let mut high = None;
        while high.is_none() && low < most && !found.stays {
            let tokens = (2 * low).clamp(1, most);
            match holds(tokens) {
                Some(radii) => (low, found) = (tokens, radii),
                None => high = Some(tokens),
            }
        }
        while let Some(end) = high.filter(|end| *end - low > 1) {
            let middle = low + (end - low) / 2;
            match holds(middle) {
                Some(radii) => (low, found) = (middle, radii),
                None => high = Some(middle),
            }
        }
        let every_length = found.stays && self.depth.is_none();
        if high.is_none() {
            ends = match (every_length, self.depth) {
                (true, _) => "radii grow no more".to_owned(),
                (false, Some(depth)) => format!("every word of up to {depth} tokens has a centre, and no longer one"),
                (false, None) => format!("no more than {MOST_TOKENS} tokens are looked at"),
            };
        }
        let exact =
            |units: i128| Exact::from(num_bigint::BigInt::from(units)) * Exact::power_of_two(-i64::from(PLACES));
        let radius = found.all.iter().flatten().flatten().flatten().copied().max().unwrap_or(0);
        let of_token = self.edges.iter().flat_map(|edge| &edge.maps).flat_map(|(_, added)| added).copied().max();
        let of_token = of_token.unwrap_or(0);
        Horizon {
            storage,
            tokens: low,
            every_length,
            radius: exact(radius),
            of_token: exact(of_token),
            centres: self.nodes.len(),
            by_words,
            ends,
        }
    }
}

/// The horizon of a model whose values are stored in this format.
///
/// # Errors
/// A sentence that says why there is none: the model has another alphabet, a weight is no number of the format, or a value is
/// too large to be enclosed.
pub fn horizon(model: &ShippedModel, target: &Target, storage: Float) -> Result<Horizon, String> {
    let machine = Machine::new(model, target, storage)?;
    let of_states = machine.centres(false)?.horizon(&machine, storage, false);
    if of_states.every_length {
        return Ok(of_states);
    }
    let of_words = machine.centres(true)?.horizon(&machine, storage, true);
    Ok(if of_words.tokens > of_states.tokens || of_words.every_length { of_words } else { of_states })
}

#[cfg(test)]
mod tests {
    use super::super::claim::ShippedClaim;
    use super::super::claim::all;
    use super::super::claim::usual_keys;
    use super::*;
    use problems::Random;
    use rnn::shipped::Evaluator;
    use rnn::shipped::Functions;
    use rnn::shipped::ShippedFamily;
    use rnn::shipped::Storing;

    fn s3(family: ShippedFamily) -> &'static ShippedClaim {
        all().iter().find(|claim| claim.family() == family && claim.points() == 3).unwrap()
    }

    fn usual(points: usize) -> &'static ShippedClaim {
        usual_keys().iter().find(|claim| claim.points() == points).unwrap()
    }

    /// A model with entries of tensors changed.
    fn with(model: &ShippedModel, entries: &[(&str, usize, Exact)]) -> ShippedModel {
        entries.iter().fold(model.clone(), |model, (name, entry, value)| {
            let tensor = model.tensors().iter().position(|tensor| tensor.name == *name).unwrap();
            model.with_entry(tensor, *entry, value.clone())
        })
    }

    /// Weights as training leaves them: taps on earlier tokens, betas, decays and gates where functions do not saturate.
    fn as_trained(family: ShippedFamily) -> ShippedModel {
        let model = s3(family).model();
        let mut random = Random::new(11, 0);
        let mut entries = Vec::new();
        for tensor in model.tensors() {
            let most = match tensor.name {
                "k_conv" | "v_conv" | "q_conv" => 40,
                "b_proj" | "k_proj" | "v_proj" => 60,
                "a_proj" | "g_proj" => 30,
                _ => 0,
            };
            for _ in 0..most {
                let entry = random.below(tensor.values.len());
                entries.push((tensor.name, entry, Exact::ratio(random.below(65) as i64 - 32, 64)));
            }
            if tensor.name == "A_log" || tensor.name == "dt_bias" {
                entries.extend((0..tensor.values.len()).map(|entry| (tensor.name, entry, Exact::ratio(-5, 4))));
            }
        }
        with(model, &entries)
    }

    /// How many states of random words are outside of their balls, of how many.
    fn outside(model: &ShippedModel, target: &Target, storage: Float, change: impl Fn(&mut Edge)) -> (usize, usize) {
        let machine = Machine::new(model, target, storage).unwrap();
        let mut counts = (0, 0);
        for by_words in [false, true] {
            let mut centres = machine.centres(by_words).unwrap();
            centres.edges.iter_mut().for_each(&change);
            let longest = centres.depth.unwrap_or(40);
            let radii: Vec<Radii> = (0..=longest).map(|tokens| centres.radii(tokens).unwrap()).collect();
            for (index, storing) in Storing::ALL.into_iter().cycle().take(4).enumerate() {
                let functions = (storing, Functions::Nearest);
                let mut evaluator = Evaluator::with_functions(model, storage, functions, 10_000).unwrap();
                let mut random = Random::new(5, index as u64);
                let (mut node, mut word) = (0, Vec::new());
                for radii in &radii[1..] {
                    word.push(random.below(target.n_tokens()));
                    let is_read =
                        |edge: &&Edge| edge.from == node && machine.windows[edge.window].tokens.last() == word.last();
                    node = centres.edges.iter().find(is_read).unwrap().to;
                    let states = evaluator.states(word.iter().copied()).unwrap();
                    for (state, track) in states.iter().zip(&machine.of_head) {
                        let centre = &centres.nodes[node].centres[*track];
                        for column in 0..machine.dim {
                            let mut square = Exact::ZERO;
                            for place in (0..machine.dim).map(|row| row * machine.dim + column) {
                                let centre = Exact::from(num_bigint::BigInt::from(centre[place]));
                                let off = &state[place] * &Exact::power_of_two(i64::from(PLACES)) - centre;
                                square.add_product(&off, &off);
                            }
                            let radius = radii.all[node].as_ref().unwrap()[*track][column];
                            let radius = Exact::from(num_bigint::BigInt::from(radius));
                            counts.0 += usize::from(square > &radius * &radius);
                            counts.1 += 1;
                        }
                    }
                }
            }
        }
        counts
    }

    #[test]
    fn states_with_rounding_are_in_their_balls() {
        let target = usual(3).target();
        for storage in [Float::F32, Float::BF16] {
            let (n_outside, n) = outside(usual(3).model(), &target, storage, |_| {});
            assert!(n_outside == 0 && n > 10_000, "{storage}: {n_outside} of {n}");
            // Balls that do not grow are too small.
            assert!(outside(usual(3).model(), &target, storage, |edge| edge.maps[0].1.fill(0)).0 > 100);
        }
    }

    #[test]
    fn states_of_weights_as_training_leaves_them_are_in_their_balls() {
        for family in ShippedFamily::ALL {
            let (model, target) = (as_trained(family), s3(family).target());
            assert_eq!(model.reach(), if family.has_convolution() { 4 } else { 1 });
            let (n_outside, n) = outside(&model, &target, Float::BF16, |_| {});
            assert!(n_outside == 0 && n > 1000, "{}: {n_outside} of {n}", family.name());
        }
    }

    #[test]
    fn usual_keys_have_a_horizon_and_exact_ones_a_longer_one() {
        for points in [3, 4] {
            let (usual, target) = (usual(points).model(), usual(points).target());
            let of = |model: &ShippedModel, storage| horizon(model, &target, storage).unwrap();
            let (in_f32, in_bf16) = (of(usual, Float::F32), of(usual, Float::BF16));
            assert!(in_f32.tokens >= 30 && !in_f32.every_length, "{in_f32:?}");
            assert!((1..5).contains(&in_bf16.tokens), "{in_bf16:?}");
            assert!(in_f32.radius < in_bf16.of_token && in_f32.of_token.is_positive());
            assert!(in_f32.ends.contains("after a word with the product"), "{}", in_f32.ends);
            let exact =
                all().iter().find(|claim| claim.family() == ShippedFamily::DeltaNet && claim.points() == points);
            assert!(of(exact.unwrap().model(), Float::F32).tokens > in_f32.tokens);
        }
    }

    #[test]
    fn a_model_that_is_wrong_has_no_horizon() {
        let claim = s3(ShippedFamily::GatedDeltaNet);
        // Two answers exchanged.
        let head = claim.model().tensor("head");
        let (width, row) = (head.shape[1], |class: usize| head.row(class).to_vec());
        let rows = [(1, row(2)), (2, row(1))];
        let entries: Vec<(&str, usize, Exact)> = rows
            .iter()
            .flat_map(|(class, row)| {
                row.iter().enumerate().map(move |(place, value)| ("head", class * width + place, value.clone()))
            })
            .collect();
        let wrong = horizon(&with(claim.model(), &entries), &claim.target(), Float::F32).unwrap();
        assert_eq!(wrong.tokens, 0);
        assert!(
            wrong.ends.contains("rounding may put") || wrong.ends.contains("the answer is class"),
            "{}",
            wrong.ends
        );
        // A weight that the format has not.
        let third = with(claim.model(), &[("o_proj", 0, Exact::ratio(1, 3))]);
        assert!(horizon(&third, &claim.target(), Float::F32).unwrap_err().contains("no number of f32"));
    }

    #[test]
    fn a_horizon_of_every_length_needs_radii_that_stay() {
        // Without an output of the layer the answer is the last token's, and decays below 1 keep radii bounded.
        let claim = s3(ShippedFamily::GatedDeltaNet);
        let model = as_trained(ShippedFamily::GatedDeltaNet);
        let mut tensors = model.tensors().to_vec();
        let width = model.shape().hidden;
        for tensor in &mut tensors {
            match tensor.name {
                "o_proj" => tensor.values.fill(Exact::ZERO),
                "head" => {
                    tensor.values.fill(Exact::ZERO);
                    (0..3).for_each(|class| tensor.values[class * width + class] = Exact::ONE);
                }
                _ => {}
            }
        }
        let model = ShippedModel::new(model.family(), *model.shape(), tensors).unwrap();
        let last_token = Target::new(3, [0, 1, 2].repeat(3), vec![0, 1, 2]);
        let found = horizon(&model, &last_token, Float::BF16).unwrap();
        assert!(found.every_length, "{found:?}");
        let next_token = Target::new(3, [1, 2, 0].repeat(3), vec![0, 1, 2]);
        assert_eq!(horizon(&model, &next_token, Float::BF16).unwrap().tokens, 0);
        assert_eq!(claim.target().n_states(), 6);
    }
}
