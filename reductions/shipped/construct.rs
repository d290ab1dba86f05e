//! Weights with which a shipped layer multiplies permutations and no operation of the recurrence rounds.
//!
//! With beta = 2 a delta step is a reflection `H = I - 2 k k^T`, and a swap of two points is the reflection in the root
//! `e_i - e_j`, whose length is the root of 2. The keys here are images of roots under rational similarities, so that all
//! of them are dyadic **unit** vectors: normalisation is then exact.
//!
//! Where SiLU stands between projection and key, entries must not be negative: point i is the block of coordinates 2i and
//! 2i + 1, with a sign, and a root is half the sum of two blocks. Where there is none, pairs of points are turned by
//! `(1/2)((1, 1), (1, -1))`.
//!
//! A state S starts at 0; with values `v = M k` it stays `(I - g) M^T`, where g is the product of the reflections so far:
//! the identity is the state 0. The query of a head is the image of a point, and what is read is how that point moves.

use problems::word_problem::Letters;
use problems::word_problem::Permutation;
use problems::word_problem::WordProblem;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::HeadState;
use rnn::shipped::Meter;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedModel;
use rnn::shipped::ShippedShape;
use rnn::shipped::StepInput;
use rnn::shipped::Tensor;
use std::collections::BTreeMap;
use std::collections::VecDeque;

const HEADS: usize = 4;
const HEAD_DIM: usize = 16;
/// The entry of a one-hot embedding: with a width of 4^m its root mean square is a power of two.
const ENTRY: i64 = 128;
/// What keys and queries are multiplied by before they are normalised: entries of 1/2 become 32, where SiLU is the
/// identity, and the eps of the norm vanishes beside the square.
const SCALE: i64 = 64;
/// What the output norm's direction is multiplied by.
const GAIN: i64 = 32;

/// Unit vectors for swaps and points, and what is written for each swap.
pub(super) struct Roots {
    /// The key of the swap of two points.
    pub(super) key: Box<dyn Fn(usize, usize) -> Vec<Exact>>,
    /// The value of that swap.
    pub(super) value: Box<dyn Fn(usize, usize) -> Vec<Exact>>,
    /// The query for a point.
    pub(super) query: Box<dyn Fn(usize) -> Vec<Exact>>,
}

fn vector(entries: impl IntoIterator<Item = (usize, Exact)>) -> Vec<Exact> {
    let mut vector = vec![Exact::ZERO; HEAD_DIM];
    entries.into_iter().for_each(|(place, value)| vector[place] = value);
    vector
}

fn half() -> Exact {
    Exact::ratio(1, 2)
}

impl Roots {
    /// Half the sum of two blocks. For neighbours, and for the first point with another, these are roots of one system.
    fn of_blocks() -> Self {
        let key = |i: usize, j: usize| vector([2 * i, 2 * i + 1, 2 * j, 2 * j + 1].map(|place| (place, half())));
        Self { key: Box::new(key), value: Box::new(key), query: Box::new(|point| vector([(2 * point, Exact::ONE)])) }
    }

    /// The image of a point under the similarity of pairs; its length is the root of 1/2.
    fn turned(point: usize) -> [(usize, Exact); 2] {
        let first = point - point % 2;
        let sign = if point.is_multiple_of(2) { Exact::ONE } else { -Exact::ONE };
        [(first, half()), (first + 1, half() * sign)]
    }

    /// Differences of turned points, of either sign; values are the coordinates of a root in the basis that is dual to
    /// the simple roots, which are 0 or 1.
    fn of_pairs() -> Self {
        let key = |i: usize, j: usize| {
            let (plus, minus) = (vector(Self::turned(i)), vector(Self::turned(j)));
            plus.iter().zip(&minus).map(|(plus, minus)| plus - minus).collect()
        };
        let value = |i: usize, j: usize| vector((i..j).map(|place| (place, Exact::ONE)));
        // Two coordinates that no key has make the query a unit vector.
        let query = |point: usize| {
            let filler = [HEAD_DIM - 2, HEAD_DIM - 1].map(|place| (place, half()));
            vector(Self::turned(point).into_iter().chain(filler))
        };
        Self { key: Box::new(key), value: Box::new(value), query: Box::new(query) }
    }
}

/// Swaps of two points each, first the first.
type Swaps = Vec<(usize, usize)>;

/// For each permutation of the first points a shortest word of these swaps, by breadth first search.
fn words_of_swaps(pairs: &[(usize, usize)]) -> BTreeMap<Permutation, Swaps> {
    let swap = |(i, j): (usize, usize)| {
        let mut images = std::array::from_fn(|point| point as u8);
        images.swap(i, j);
        Permutation::new(images).expect("a swap is a permutation")
    };
    let mut words = BTreeMap::from([(Permutation::IDENTITY, Vec::new())]);
    let mut queue = VecDeque::from([Permutation::IDENTITY]);
    while let Some(element) = queue.pop_front() {
        for pair in pairs {
            let next = element.then(swap(*pair));
            if !words.contains_key(&next) {
                let mut word = words[&element].clone();
                word.push(*pair);
                words.insert(next, word);
                queue.push_back(next);
            }
        }
    }
    words
}

/// The swaps that are used for these letters, and the word of swaps of each letter.
fn swaps_of(letters: Letters, points: usize, problem: &WordProblem) -> (Swaps, Vec<Swaps>) {
    let pairs = if letters == Letters::Elements { Letters::StarSwaps } else { letters }.pairs(points);
    let words = words_of_swaps(&pairs);
    let of_letters = problem.letters().iter().map(|letter| words[letter].clone()).collect();
    (pairs, of_letters)
}

/// The model of a family for the word problem of 3 to 5 points over these letters.
///
/// # Panics
/// If the family cannot have those letters, or there are other numbers of points: claims are made by [`super::all`].
pub fn model(family: ShippedFamily, letters: Letters, points: usize) -> ShippedModel {
    let roots = if family.has_silu_on_keys() { Roots::of_blocks() } else { Roots::of_pairs() };
    build(family, letters, points, &roots, &roots)
}

/// The same model with keys `(e_i - e_j) / sqrt 2` as they are usually taken, the entries rounded to bf16: they are no
/// unit vectors of any format. For DeltaNet, whose keys may be negative.
///
/// # Panics
/// As [`model`].
pub fn model_with_roots(points: usize) -> ShippedModel {
    let rounded = || Exact::ratio(181, 256);
    let key = move |i: usize, j: usize| vector([(i, rounded()), (j, -rounded())]);
    let query = |point: usize| vector([(point, Exact::ONE)]);
    let roots = Roots { key: Box::new(key), value: Roots::of_pairs().value, query: Box::new(query) };
    build(ShippedFamily::DeltaNet, Letters::Swaps, points, &roots, &Roots::of_pairs())
}

/// Builds the model with these keys, values and queries; what an element reads is computed with `ideal` ones.
fn build(family: ShippedFamily, letters: Letters, points: usize, roots: &Roots, ideal: &Roots) -> ShippedModel {
    let problem = problems::word_problem::symmetric_group(letters, points).expect("3 to 5 points");
    let (pairs, words) = swaps_of(letters, points, problem);
    let elements = Permutation::of_first(points);
    let steps = words.iter().map(Vec::len).max().unwrap_or(0).max(1);
    assert!(steps == 1 || family == ShippedFamily::DeltaProduct, "one step a token");
    let hidden = if words.len() + HEADS * HEAD_DIM <= 64 || family != ShippedFamily::DeltaProduct { 64 } else { 256 };
    let shape = ShippedShape {
        hidden,
        heads: HEADS,
        head_dim: HEAD_DIM,
        steps,
        tokens: words.len(),
        vocabulary: elements.len().max(words.len()),
    };
    let mut tensors: Vec<Tensor> =
        shape.tensors(family).into_iter().map(|(name, sizes)| Tensor::zeros(name, &sizes)).collect();
    // An embedding is one-hot, and after the norm its entry is `entry`.
    let entry = ENTRY / (128 / hidden.isqrt() as i64);
    let over_entry = |value: &Exact| value / &Exact::integer(entry);
    let scaled = |value: &Exact| over_entry(&(value * &Exact::integer(SCALE)));
    let n_heads_used = points - 1;
    for tensor in &mut tensors {
        match tensor.name {
            "embedding" => (0..words.len()).for_each(|token| tensor.set(token, token, Exact::integer(ENTRY))),
            "layer_norm" | "final_norm" => tensor.values.fill(Exact::ONE),
            "q_proj" => {
                for (head, token) in (0..n_heads_used).flat_map(|head| (0..words.len()).map(move |token| (head, token)))
                {
                    for (place, value) in (roots.query)(head).iter().enumerate() {
                        tensor.set(head * HEAD_DIM + place, token, scaled(value));
                    }
                }
            }
            name @ ("k_proj" | "v_proj") => {
                let of_swap = if name == "k_proj" { &roots.key } else { &roots.value };
                for (token, word) in words.iter().enumerate() {
                    for (step, (i, j)) in word.iter().enumerate() {
                        for head in 0..HEADS {
                            for (place, value) in of_swap(*i, *j).iter().enumerate() {
                                let row = (step * HEADS + head) * HEAD_DIM + place;
                                tensor.set(row, token, scaled(value));
                            }
                        }
                    }
                }
            }
            // A logit of 32 makes beta 2; where there is no step the key is 0, and beta does not matter.
            "b_proj" => {
                for (token, word) in words.iter().enumerate() {
                    for place in 0..word.len() * HEADS {
                        tensor.set(place, token, over_entry(&Exact::integer(32)));
                    }
                }
            }
            "dt_bias" => tensor.values.fill(Exact::integer(-256)),
            "g_proj" => {
                for channel in 0..shape.channels() {
                    for token in 0..words.len() {
                        tensor.set(channel, token, over_entry(&Exact::integer(GAIN)));
                    }
                }
            }
            "q_conv" | "k_conv" | "v_conv" => {
                (0..shape.channels()).for_each(|channel| tensor.set(channel, 3, Exact::ONE));
            }
            "o_norm" => tensor.values.fill(if family.has_gates() { Exact::ONE } else { Exact::integer(GAIN) }),
            _ => {}
        }
    }
    let read: Vec<Vec<Vec<Exact>>> = {
        let swaps = words_of_swaps(&pairs);
        elements.iter().map(|element| directions(&swaps[element], points - 1, ideal)).collect()
    };
    add_answers(&shape, &read, &mut tensors);
    ShippedModel::new(family, shape, tensors).expect("the tensors are made by the family's list")
}

/// What each head reads after these swaps, as a unit vector whose entries are rounded to multiples of 1/256; 0 where the
/// head's point has not moved.
fn directions(swaps: &[(usize, usize)], n_heads: usize, roots: &Roots) -> Vec<Vec<Exact>> {
    let mut meter = Meter::new(Float::F32);
    let mut state = HeadState::zero(HEAD_DIM);
    for (i, j) in swaps {
        let (key, value) = ((roots.key)(*i, *j), (roots.value)(*i, *j));
        let step = StepInput { key, value, beta: Exact::integer(2), decay: Exact::ONE };
        (state, _) = state.step(&step, &mut meter).expect("the roots are dyadic");
    }
    let heads = (0..n_heads).map(|head| {
        let read = state.read("the direction", &(roots.query)(head), &mut meter).expect("the roots are dyadic");
        let mut square = Exact::ZERO;
        read.iter().for_each(|entry| square.add_product(entry, entry));
        let rounded = |entry: &Exact| {
            // The root of 2^16 entry^2 / square, rounded down.
            let ratio = entry * entry * Exact::integer(1 << 16) / square.clone();
            let root = ratio.floor().sqrt();
            let root = Exact::from(root) / Exact::integer(256);
            if entry.is_negative() { -root } else { root }
        };
        read.iter().map(|entry| if entry.is_zero() { Exact::ZERO } else { rounded(entry) }).collect()
    });
    heads.collect()
}

/// The channels that are read, each copied to a coordinate of its own, and a row of the head for every element.
///
/// A head's output is normalised, so that only its direction counts. The logit of an element is the sum over heads of the
/// product of the direction that was read with the one that the element gives, less half for every head whose point the
/// element moves: this is greatest where all directions agree.
fn add_answers(shape: &ShippedShape, directions: &[Vec<Vec<Exact>>], tensors: &mut [Tensor]) {
    // The channels with a direction that is not 0, in order.
    let all = (0..directions[0].len()).flat_map(|head| (0..HEAD_DIM).map(move |place| (head, place)));
    let is_read = |(head, place): &(usize, usize)| directions.iter().any(|heads| !heads[*head][*place].is_zero());
    let channels: Vec<(usize, usize)> = all.filter(is_read).collect();
    assert!(shape.tokens + channels.len() <= shape.hidden, "the residual stream is wide enough");
    let position = |name: &str| tensors.iter().position(|tensor| tensor.name == name).expect("a tensor's name");
    let (projection, head) = (position("o_proj"), position("head"));
    for (index, (of_head, place)) in channels.iter().enumerate() {
        tensors[projection].set(shape.tokens + index, of_head * HEAD_DIM + place, Exact::ONE);
        for (class, of_heads) in directions.iter().enumerate() {
            tensors[head].set(class, shape.tokens + index, of_heads[*of_head][*place].clone());
        }
    }
    // Half of the length GAIN * sqrt(HEAD_DIM) for every head whose point is moved, by way of the embedding's ENTRY.
    let length = GAIN * HEAD_DIM.isqrt() as i64;
    for (class, of_heads) in directions.iter().enumerate() {
        let moved = of_heads.iter().filter(|direction| direction.iter().any(|entry| !entry.is_zero())).count();
        let bias = Exact::ratio(-(length * moved as i64), 2 * ENTRY);
        (0..shape.tokens).for_each(|token| tensors[head].set(class, token, bias.clone()));
    }
}
