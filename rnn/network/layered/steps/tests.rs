use super::*;
use crate::network::family::HeadFamily;
use crate::network::layered::FeedForward;
use crate::network::layered::Layer;

/// A small generator of our own: this crate knows no random instances.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    /// A weight, 0 as often as not.
    fn weight(&mut self) -> Exact {
        match self.below(8) {
            0 => Exact::ratio(1, 2),
            1 => Exact::integer(-1),
            2 => Exact::ONE,
            3 => Exact::ratio(-2, 3),
            _ => Exact::ZERO,
        }
    }

    fn map(&mut self, n_outputs: usize, n_inputs: usize) -> Affine {
        let mut map = Affine::zero(n_outputs, n_inputs);
        for output in 0..n_outputs {
            map.add_bias(output, &self.weight());
            for input in 0..n_inputs {
                map.add_weight(output, input, &self.weight());
            }
        }
        map
    }

    /// A network of up to three layers with random weights. The first head is a clock of period 2, and the next two have
    /// the same recurrence.
    fn network(&mut self, family: HeadFamily) -> LayeredRnn {
        let names = |what: &str, n: usize| (0..n).map(|i| format!("{what}{i}")).collect::<Vec<_>>();
        let n_tokens = 1 + self.below(3);
        let (tokens, embedded) = (names("t", n_tokens), vec!["one".to_owned(), "x".to_owned()]);
        let mut embedding = Affine::zero(2, n_tokens);
        for token in 0..n_tokens {
            embedding.add_weight(0, token, &Exact::ONE);
            embedding.add_weight(1, token, &Exact::integer(token as i64));
        }
        let mut width = 2;
        let mut layers = Vec::new();
        for number in 0..1 + self.below(3) {
            let head = |name: &str, n_values: usize, n_keys: usize, map: Affine| {
                Head::new(name, family, n_keys, names(&format!("{number}{name}"), n_values), map).unwrap()
            };
            let (n_values, n_keys) = (1 + self.below(2), 1 + self.below(2));
            let data = self.map(family.n_projections(n_values, n_keys), width);
            // Another query and another skip, which are the last rows.
            let mut other = data.clone();
            other.add_bias(family.n_projections(n_values, n_keys) - 1, &Exact::ONE);
            let heads = vec![
                head("clock", 1, 1, clock(family, width)),
                head("data", n_values, n_keys, data),
                head("other", n_values, n_keys, other),
            ];
            width += 1 + 2 * n_values;
            let feed_forward = (self.below(4) > 0).then(|| {
                let (hidden, outputs) = (1 + self.below(4), names(&format!("{number}f"), 1 + self.below(2)));
                let maps = vec![self.map(hidden, width), self.map(outputs.len(), hidden)];
                width += outputs.len();
                FeedForward::new(outputs, maps).unwrap()
            });
            layers.push(Layer::new(heads, feed_forward).unwrap());
        }
        let readout = self.map(3, width);
        LayeredRnn::new(family, tokens, embedded, embedding, layers, names("value", 2), readout, false).unwrap()
    }
}

/// The projections of a head of one entry that is 2, 0, 2, 0 and so on.
fn clock(family: HeadFamily, width: usize) -> Affine {
    let projections: &[i64] = match family {
        // beta, k, v, q, skip: S becomes S + 2 (1 - S).
        HeadFamily::DeltaNet => &[2, 1, 1, 1, 0],
        // w, lambda, kappa, a, ktilde, v, q, skip: S becomes S - 2 S + 2.
        HeadFamily::Rwkv7 => &[1, 2, 1, 1, 1, 2, 1, 0],
    };
    let mut map = Affine::zero(projections.len(), width);
    projections.iter().enumerate().for_each(|(row, value)| map.add_bias(row, &Exact::integer(*value)));
    map
}

#[test]
fn steps_are_those_of_the_interpreter_in_random_networks() {
    let mut dice = Dice(1);
    let (mut by_programs, mut with_other_heads) = (0, 0);
    for round in 0..200 {
        let family = [HeadFamily::DeltaNet, HeadFamily::Rwkv7][round % 2];
        let network = dice.network(family);
        let mut steps = LayeredSteps::new(&network);
        let n_entries = network.n_entries();
        let (mut state, mut expected) = (network.start().to_vec(), network.start().to_vec());
        for place in 0..150 {
            // Now and then the run goes on from a state that no word leads to, in which heads of one recurrence differ, and
            // whose numbers are outside all bounds.
            if place % 23 == 22 {
                let coordinate = dice.below(n_entries);
                state[coordinate] = Exact::integer(5 + place);
                expected[coordinate] = Exact::integer(5 + place);
                with_other_heads += usize::from(steps.same.iter().any(|(first, other)| state[*first] != state[*other]));
            }
            let (token, wants_outputs) = (dice.below(network.tokens().len()), dice.below(2) == 0);
            expected = network.step(&ExactArithmetic, &expected, token);
            steps.advance(&mut state, token, wants_outputs);
            let compared = if wants_outputs { state.len() } else { n_entries };
            assert_eq!(state[..compared], expected[..compared], "round {round}, token {place}");
            // Random weights make numbers long, and long numbers make the test slow.
            if state[..n_entries].iter().any(|number| number.bits() > 2_000) {
                state = network.start().to_vec();
                expected.clone_from(&state);
            }
        }
        by_programs += steps.n_tokens().0;
    }
    assert!(by_programs > 5_000, "{by_programs} of 30000");
    assert!(with_other_heads > 50, "{with_other_heads}");
}

#[test]
fn clocks_are_the_heads_that_read_no_token() {
    let mut dice = Dice(7);
    for _ in 0..50 {
        let network = dice.network(HeadFamily::DeltaNet);
        let found = clocks(&network, Marks::AreLetters);
        // Whatever the tokens are, clocks show the same; the first head of every layer is one.
        let run = |word: &[usize]| {
            let start = network.start().to_vec();
            let state = word.iter().fold(start, |state, token| network.step(&ExactArithmetic, &state, *token));
            found.iter().map(|coordinate| state[*coordinate].clone()).collect::<Vec<_>>()
        };
        let n_tokens = network.tokens().len();
        let word: Vec<usize> = (0..5).map(|_| dice.below(n_tokens)).collect();
        assert_eq!(run(&word), run(&[0; 5]));
        assert!(found.len() >= network.layers().len());
    }
}

/// Heads of one entry: one that a token alone resets, as BOS does, and one that follows the letters.
fn marked(adds: i64) -> LayeredRnn {
    let family = HeadFamily::Rwkv7;
    let head = |name: &str, weights: &[(usize, usize, i64)], biases: &[(usize, i64)]| {
        let mut map = Affine::zero(8, 2);
        weights.iter().for_each(|(row, column, weight)| map.add_weight(*row, *column, &Exact::integer(*weight)));
        biases.iter().for_each(|(row, bias)| map.add_bias(*row, &Exact::integer(*bias)));
        Head::new(name, family, 1, vec![name.to_owned()], map).unwrap()
    };
    // w, lambda, kappa, a, ktilde, v, q, skip. The first adds what it is told, and is 0 after BOS; the second adds x.
    let counts = head("counts", &[(0, 1, -1), (5, 1, -adds)], &[(0, 1), (4, 1), (5, adds), (6, 1)]);
    let sums = head("sums", &[(5, 0, 1)], &[(0, 1), (4, 1), (6, 1)]);
    let (mut embedding, mut readout) = (Affine::zero(2, 4), Affine::zero(1, 4));
    for (token, x) in [(0, 1), (1, 0), (2, -1)] {
        embedding.add_weight(0, token, &Exact::integer(x));
    }
    embedding.add_weight(1, 3, &Exact::ONE);
    readout.add_weight(0, 2, &Exact::ONE);
    readout.add_weight(0, 3, &Exact::ONE);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let layers = vec![Layer::new(vec![counts, sums], None).unwrap()];
    let (tokens, embedded) = (names(&["+", "0", "-", "BOS"]), names(&["x", "mark"]));
    LayeredRnn::new(family, tokens, embedded, embedding, layers, Vec::new(), readout, false).unwrap()
}

fn compared(network: &LayeredRnn, word: impl Iterator<Item = usize>) -> LayeredSteps<'_> {
    let mut steps = LayeredSteps::new(network);
    let (mut state, mut expected) = (network.start().to_vec(), network.start().to_vec());
    for token in word {
        expected = network.step(&ExactArithmetic, &expected, token);
        steps.advance(&mut state, token, true);
        assert_eq!(state, expected);
    }
    steps
}

#[test]
fn a_clock_may_read_a_mark_and_is_given_up_where_it_never_returns() {
    let network = marked(1);
    assert_eq!((clocks(&network, Marks::AreRare), clocks(&network, Marks::AreLetters)), (vec![0], vec![]));
    // BOS every 20 tokens: the count has few values. Without it there are as many as tokens, and no clock is left.
    let returns = compared(&network, (0..2_000).map(|place| if place % 20 == 0 { 3 } else { place * place % 3 }));
    assert_eq!((returns.clocks.as_slice(), returns.classes.len()), ([0].as_slice(), 20));
    let never = compared(&network, (0..2_000).map(|place| place * place % 3));
    assert!(never.clocks.is_empty() && never.classes.len() == 1, "{:?}", never.clocks);
    assert!(never.n_tokens().0 > 1_500 && returns.n_tokens().0 > 1_000);
}
