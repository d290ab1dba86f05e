//! What stands beside an exported network to compare it with: words, the exact readouts and states, and for how many tokens
//! nothing that a step computes rounds.

use super::Subject;
use problems::Alphabet;
use problems::Random;
use problems::Word;
use problems::longest_within;
use problems::words_of_length;
use rnn::Arithmetic;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::Float;
use rnn::Network;
use serde_json::Value;
use serde_json::json;
use std::cell::Cell;

/// The schema of the file.
pub(super) const SCHEMA: &str = "reduce.expected/1";

/// How many short words there are about.
const SHORT: usize = 40;

/// The lengths of words of random tokens.
const RANDOM: [usize; 2] = [64, 256];

/// The sizes of instances, where the problem has them.
const SIZES: [usize; 5] = [2, 4, 8, 16, 64];

/// How many of the instances that ask most of a number format there are of each size.
const ADVERSARIAL: usize = 1;

/// Instances that are longer are left out.
const LONGEST: usize = 1024;

/// The seed of the words.
const SEED: u64 = 0;

/// Exact arithmetic that watches whether a number, a product or a sum, in any order, would round.
struct Watched {
    /// Of what the stored weights are numbers.
    weights: Float,
    /// In what a step computes.
    values: Float,
    exact: Cell<bool>,
}

impl Watched {
    fn look(&self, holds: impl FnOnce() -> bool) {
        if self.exact.get() && !holds() {
            self.exact.set(false);
        }
    }

    fn term(&self, sum: &mut Vec<Exact>, weight: &Exact, factor: &Exact) {
        self.look(|| self.weights.contains(weight));
        let product = weight * factor;
        self.look(|| self.values.contains(&product));
        sum.push(product);
    }
}

impl Arithmetic for Watched {
    type Value = Exact;
    /// The summands.
    type Sum = Vec<Exact>;

    fn constant(&self, value: &Exact) -> Exact {
        self.look(|| self.weights.contains(value) && self.values.contains(value));
        value.clone()
    }

    fn is_zero(&self, value: &Exact) -> bool {
        value.is_zero()
    }

    fn sum(&self, bias: &Exact) -> Vec<Exact> {
        self.look(|| self.weights.contains(bias) && self.values.contains(bias));
        vec![bias.clone()]
    }

    fn add(&self, sum: &mut Vec<Exact>, weight: &Exact, value: &Exact) {
        self.term(sum, weight, value);
    }

    fn finish(&self, sum: Vec<Exact>) -> Exact {
        self.look(|| self.values.sums_exactly(&sum, 1));
        let mut total = Exact::ZERO;
        sum.iter().for_each(|term| total += term);
        total
    }

    fn relu(&self, value: Exact) -> Exact {
        value.relu()
    }

    fn multiply(&self, left: &Exact, right: &Exact) -> Exact {
        let product = left * right;
        self.look(|| self.values.contains(&product));
        product
    }

    fn is_same(&self, left: &Exact, right: &Exact) -> bool {
        left == right
    }
}

/// The part of a state that a step carries on: of a layered network without the last readout.
pub(super) fn carried<'s>(network: &Network, state: &'s [Exact]) -> &'s [Exact] {
    match network {
        Network::Layered(network) => &state[..network.n_entries()],
        _ => state,
    }
}

/// What a step gives beside the state: the decision, then the values.
pub(super) fn readouts<A: Arithmetic>(network: &Network, arithmetic: &A, state: &[A::Value]) -> Vec<A::Value> {
    match network {
        Network::Layered(network) => state[network.n_entries()..].to_vec(),
        _ => vec![network.read_out(arithmetic, state)],
    }
}

/// Short words, instances of the problem of both answers, and random ones, each with what it is.
fn words(subject: &Subject<'_>) -> Vec<(String, Word)> {
    let n_tokens = subject.network.tokens().len();
    let longest = longest_within(n_tokens, SHORT).max(1);
    let short = (1..=longest).flat_map(|length| words_of_length(n_tokens, length));
    let mut words: Vec<(String, Word)> = short.map(|word| ("short".to_owned(), word)).collect();
    if let Some(problem) = subject.problem {
        let tried = SIZES.into_iter().flat_map(|n| [true, false].map(|answer| (n, answer)));
        for (index, (n, answer)) in (0..).zip(tried) {
            let drawn = problem.sample(n, answer, &mut Random::new(SEED, index));
            words.extend(drawn.ok().map(|sample| (format!("instance of {n} {}", problem.sizes().unit), sample.word)));
        }
        for n in SIZES {
            let longest = problem.adversarial(n, LONGEST).into_iter().rev().take(ADVERSARIAL);
            words.extend(longest.map(|word| (format!("adversarial instance of {n} {}", problem.sizes().unit), word)));
        }
    }
    for (index, length) in (1000..).zip(RANDOM) {
        let mut random = Random::new(SEED, index);
        let word = (0..length).map(|_| problems::token_of(random.below(n_tokens))).collect();
        words.push(("random".to_owned(), word));
    }
    words.retain(|(_, word)| word.len() <= LONGEST);
    words
}

/// The file: every word with the exact answers, for a step that computes in `values` with weights stored in `weights`.
pub(super) fn expected(subject: &Subject<'_>, weights: Float, values: Float) -> Value {
    let network = subject.network;
    let alphabet = Alphabet::new(network.tokens().to_vec());
    let texts = |numbers: &[Exact]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>();
    let words = words(subject).into_iter().map(|(family, word)| {
        let watched = Watched { weights, values, exact: Cell::new(true) };
        let mut state = network.start_in(&watched);
        let mut printed: Vec<Vec<String>> = Vec::new();
        // Up to the first token with a step that could round, under watch; from there on exactly.
        for token in problems::indices(&word) {
            let next = network.step(&watched, &state, token);
            let given = readouts(network, &watched, &next);
            if !watched.exact.get() {
                break;
            }
            state = next;
            printed.push(texts(&given));
        }
        let exact_state = carried(network, &state).to_vec();
        let mut last = state;
        for token in problems::indices(&word).skip(printed.len()) {
            last = network.step(&ExactArithmetic, &last, token);
        }
        let accepted = network.read_out(&ExactArithmetic, &last).is_positive();
        let places = exact_state.iter().enumerate().filter(|(_, value)| !value.is_zero());
        let places: Vec<Value> = places.map(|(place, value)| json!([place, value.to_string()])).collect();
        json!({
            "word": alphabet.format(&word),
            "family": family,
            "tokens": problems::indices(&word).collect::<Vec<_>>(),
            "accepted": accepted,
            "exact_tokens": printed.len(),
            "readouts": printed,
            "state": places,
        })
    });
    json!({
        "schema": SCHEMA,
        "weights": weights.to_string(),
        "values": values.to_string(),
        "seed": SEED,
        "words": words.collect::<Vec<_>>(),
        "version": env!("CARGO_PKG_VERSION"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn watched(weights: Float, values: Float) -> Watched {
        Watched { weights, values, exact: Cell::new(true) }
    }

    /// Whether a sum of these products is found to be exact.
    fn holds(watched: &Watched, bias: &Exact, terms: &[(Exact, Exact)]) -> bool {
        watched.exact.set(true);
        let mut sum = watched.sum(bias);
        terms.iter().for_each(|(weight, value)| watched.add(&mut sum, weight, value));
        watched.finish(sum);
        watched.exact.get()
    }

    #[test]
    fn what_would_round_is_noticed_wherever_it_stands() {
        let n = Exact::integer;
        let in_f16 = watched(Float::F16, Float::F16);
        assert!(holds(&in_f16, &n(1), &[(n(2), n(3)), (n(1), n(2000))]));
        // The sum; a product; a weight; a bias; a product of two values.
        assert!(!holds(&in_f16, &n(1), &[(n(1), n(2048))]));
        assert!(!holds(&in_f16, &n(0), &[(n(100), n(1001))]));
        assert!(!holds(&in_f16, &n(0), &[(Exact::ratio(1, 3), n(3))]));
        assert!(!holds(&in_f16, &Exact::ratio(1, 3), &[]));
        in_f16.exact.set(true);
        in_f16.multiply(&n(100), &n(1001));
        assert!(!in_f16.exact.get());
        // Terms that cancel: the sum is 0, and in another order it rounds.
        let cancelling = [(n(2048), n(1)), (n(-2048), n(1)), (n(1), n(1))];
        assert!(!holds(&in_f16, &n(0), &cancelling));
        assert!(holds(&watched(Float::F16, Float::F32), &n(0), &cancelling));
        // A weight that is stored in fewer bits than a step computes in.
        assert!(!holds(&watched(Float::F16, Float::F64), &n(0), &[(n(2049), n(1))]));
    }
}
