//! Networks in number formats: where the figures of the constructions are right, and one bit below.

use problems::Word;
use reduce::check;
use reduce::check::options::Options;
use reduce::check::range;
use reduce::check::scan;
use reduce::check::words::Comparison;
use reduce::experiments::cast;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::CircuitValueRelu;
use reductions::CircuitValueWalkRelu;
use reductions::MatrixProductDeltaNet;
use reductions::MatrixProductRwkv7;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use rnn::Fixed;
use rnn::Format;
use rnn::Network;
use rnn::Overflow;
use rnn::Precision;
use rnn::RoundedArithmetic;
use rnn::Rounding;
use std::time::Duration;

fn fixed(int_bits: u32, frac_bits: u32) -> Precision {
    Precision::of(Format::Fixed(Fixed::new(int_bits, frac_bits).unwrap()))
}

fn named(format: &str) -> Precision {
    Precision::of(format.parse().unwrap())
}

/// The adversarial words of a size on which network and decider differ.
fn differing(reduction: &dyn Reduction, precision: Precision, n: usize) -> Vec<Word> {
    let arithmetic = RoundedArithmetic::new(precision);
    let comparison = Comparison::rounded(reduction, reduction.network(), &arithmetic);
    let words = reduction.problem().adversarial(n, 100 * n);
    assert!(words.iter().any(|word| reduction.problem().decide(word)), "there are yes-words");
    assert!(words.iter().any(|word| !reduction.problem().decide(word)), "there are no-words");
    words.into_iter().filter(|word| comparison.differs(word)).collect()
}

#[test]
fn adversarial_instances_are_instances_and_the_exact_network_is_right_on_them() {
    for reduction in reductions::all() {
        let problem = reduction.problem();
        let comparison = Comparison::new(reduction, reduction.network());
        let (mut yes, mut no) = (0, 0);
        for n in (problem.sizes().least..problem.sizes().least + 9).chain([20]) {
            let words = problem.adversarial(n, usize::MAX);
            assert!(words.is_sorted_by_key(Vec::len), "{} at {n}", problem.name());
            assert_eq!(words, problem.adversarial(n, usize::MAX));
            let shorter = problem.adversarial(n, 20);
            assert!(shorter.iter().all(|word| word.len() <= 20 && words.contains(word)), "{} at {n}", problem.name());
            for word in words {
                assert!(word.iter().all(|token| usize::from(*token) < problem.alphabet().len()));
                assert!(!comparison.differs(&word), "{}: {}", problem.name(), problem.alphabet().format(&word));
                *(if problem.decide(&word) { &mut yes } else { &mut no }) += 1;
            }
        }
        assert!(yes > 5 && no > 5, "{} {:?}: {yes} yes, {no} no", problem.name(), problem.variant());
        assert_eq!(problem.adversarial(problem.sizes().largest + 1, usize::MAX), Vec::<Word>::new());
    }
}

#[test]
fn circuit_value_needs_two_bits_for_each_step_back() {
    for reduction in [CircuitValueRelu::shared() as &dyn Reduction, CircuitValueWalkRelu::shared()] {
        for rounding in [Rounding::Floor, Rounding::Nearest] {
            for n in [4, 5, 8, 16, 24] {
                let bits = 2 * (n as u32 - 1);
                let with = |frac_bits| Precision { rounding, ..fixed(4, frac_bits) };
                assert_eq!(differing(reduction, with(bits), n), Vec::<Word>::new(), "{rounding} {n}");
                assert!(!differing(reduction, with(bits - 1), n).is_empty(), "{rounding} {n}");
                for more in [1, 2, 7] {
                    assert!(differing(reduction, with(bits + more), n).is_empty(), "{rounding} {n}: {more} more");
                }
            }
        }
    }
    let copy = CircuitValueRelu::shared();
    for n in [64, 128] {
        assert!(differing(copy, fixed(2, 2 * (n - 1)), n as usize).is_empty(), "{n}");
        assert!(!differing(copy, fixed(2, 2 * (n - 1) - 1), n as usize).is_empty(), "{n}");
    }
}

#[test]
fn rounding_to_nearest_survives_fewer_bits_where_only_one_value_of_the_deepest_bit_is_read() {
    let reduction = CircuitValueRelu::shared();
    let arithmetic = RoundedArithmetic::new(Precision { rounding: Rounding::Nearest, ..fixed(4, 5) });
    let comparison = Comparison::rounded(reduction, reduction.network(), &arithmetic);
    let differs = |text: &str| comparison.differs(&reduction.problem().alphabet().parse(text).unwrap());
    // Three values back with five bits: one bit is missing, and only the oldest value 0 shows it.
    assert!(differs("010(..!$") && !differs("110(..!$"));
}

#[test]
fn reachability_needs_two_bits_more_than_a_vertex() {
    let reduction = ReachabilityRelu::shared();
    for (n, width) in [(4, 4), (8, 5), (16, 6), (32, 7)] {
        assert_eq!(differing(reduction, fixed(width, 0), n), Vec::<Word>::new(), "{n} vertices");
        let below = differing(reduction, fixed(width - 1, 0), n);
        let text = format!("{0}|#{0}|{0}0$", "0".repeat(n - 2));
        assert!(below.contains(&reduction.problem().alphabet().parse(&text).unwrap()), "{n} vertices: {text}");
        // Bits after the point change nothing.
        assert!(differing(reduction, fixed(width, 3), n).is_empty());
        // Wrapping is right with one bit less than saturating, but for powers of two.
        let wrapping = Precision { overflow: Overflow::Wrap, ..fixed((n + 1).next_power_of_two().ilog2() + 1, 0) };
        assert_eq!(differing(reduction, wrapping, n), Vec::<Word>::new(), "{n} vertices, wrapping");
    }
}

#[test]
fn the_float_formats_break_where_their_significand_ends() {
    let reachability = ReachabilityRelu::shared();
    assert_eq!(differing(reachability, named("bf16"), 256), Vec::<Word>::new());
    let text = format!("{0}|#{0}|{0}0$", "0".repeat(255));
    let no_word = reachability.problem().alphabet().parse(&text).unwrap();
    assert!(differing(reachability, named("bf16"), 257).contains(&no_word));
    // As processors round, the state of this word runs away to what is not a number, which is not accepted.
    let usual = Precision { rounding: Rounding::Nearest, overflow: Overflow::Infinity, ..named("bf16") };
    assert_eq!(differing(reachability, usual, 256), Vec::<Word>::new());
    let differing = differing(reachability, usual, 257);
    assert!(!differing.is_empty() && !differing.contains(&no_word));
    // The largest distance that circuit value reads is one less than the number of values.
    let copy = CircuitValueRelu::shared();
    for (format, distance) in [("bf16", 4), ("f16", 5), ("f32", 12), ("f64", 26)] {
        assert_eq!(first_failure(copy, format), Some(distance + 2), "{format}");
    }
}

fn first_failure(reduction: &dyn Reduction, format: &str) -> Option<usize> {
    let arithmetic = RoundedArithmetic::new(named(format));
    let comparison = Comparison::rounded(reduction, reduction.network(), &arithmetic);
    let found = scan::scan(comparison, 64, 100_000, &Progress::new(true));
    let failure = found.failure?;
    assert!(comparison.differs(&failure.word) && found.every_up_to == failure.n - 1);
    Some(failure.n)
}

#[test]
fn a_scan_that_finds_nothing_says_how_far_it_looked() {
    let reduction = ReachabilityRelu::shared();
    let arithmetic = RoundedArithmetic::new(named("f32"));
    let comparison = Comparison::rounded(reduction, reduction.network(), &arithmetic);
    let found = scan::scan(comparison, 50, 40_000, &Progress::new(true));
    assert_eq!((found.failure, found.largest), (None, 50));
    assert!(found.every_up_to > 10 && found.every_up_to < 50, "{}", found.every_up_to);
}

#[test]
fn the_first_of_the_layers_to_break_is_named() {
    let reduction = MatrixProductDeltaNet::exact();
    let Network::Layered(network) = reduction.network() else { panic!("it has layers") };
    let word: Word = reduction.problem().adversarial(2, usize::MAX)[0].clone();
    let narrow = cast::differences(network, &RoundedArithmetic::new(named("bf16")), &word);
    assert!(narrow.product.is_some(), "a third is no number of bf16");
    // Sixths and thirds are no binary fractions: no such format is exact, but a router in wide floats is.
    let wide = cast::differences(network, &RoundedArithmetic::new(named("f64")), &word);
    assert!(wide.router.is_none() && wide.product.is_some(), "{wide:?}");
    // This router's codes go beyond 256, where bf16 has no odd integers.
    let reduction = MatrixProductRwkv7::vector18();
    let Network::Layered(network) = reduction.network() else { panic!("it has layers") };
    let word: Word = reduction.problem().adversarial(3, usize::MAX)[0].clone();
    let codes = cast::differences(network, &RoundedArithmetic::new(named("bf16")), &word);
    assert!(codes.stream.is_some() && codes.product.is_some(), "{codes:?}");
    let more = cast::differences(network, &RoundedArithmetic::new(named("f16")), &word);
    assert!(more.router.is_none() && more.product.is_none(), "{more:?}");
}

fn options(n: usize) -> Options {
    Options { n: Some(n), samples: 4, seed: 1, max_length: Some(3), symbolic: None, timeout: Duration::from_secs(5) }
}

#[test]
fn a_check_in_a_number_format_is_proved_where_a_theorem_speaks_of_it_and_else_at_most_sampled() {
    let reduction = CircuitValueRelu::shared();
    let of = |precision| {
        check::check(reduction, reduction.network(), Some(&precision), &options(12), &Progress::new(true)).unwrap()
    };
    let proved = of(fixed(4, 22));
    assert_eq!((proved.verdict(), proved.exit_code(), proved.counterexample), (Verdict::Proved, 0, None));
    // The theorem speaks of two bits for each value, and not of rounding to nearest.
    for without_proof in [fixed(4, 23), Precision { rounding: Rounding::Nearest, ..fixed(4, 22) }] {
        let right = of(without_proof);
        assert_eq!((right.verdict(), right.exit_code(), right.counterexample), (Verdict::Sampled, 0, None));
    }
    let wrong = of(fixed(4, 9));
    assert_eq!((wrong.verdict(), wrong.exit_code()), (Verdict::Refuted, 1));
    let found = wrong.counterexample.unwrap();
    // With nine bits a value five steps back is lost: five inputs are enough to see it.
    assert_ne!(found.network, found.decider);
    assert_eq!(found.word.len(), 12, "{:?}", reduction.problem().alphabet().format(&found.word));
    let exact = check::check(reduction, reduction.network(), None, &options(12), &Progress::new(true)).unwrap();
    assert_eq!(exact.verdict(), Verdict::Proved);
}

#[test]
fn the_bits_before_the_point_are_the_least_with_which_nothing_overflows() {
    let reduction = ReachabilityRelu::shared();
    let words = reduction.problem().adversarial(16, usize::MAX);
    let int_bits = range::int_bits(reduction.network(), fixed(1, 0), 0, &words).unwrap();
    assert_eq!(int_bits, 6);
    let wide = range::int_bits(CircuitValueRelu::shared().network(), fixed(1, 30), 30, &[]).unwrap();
    assert_eq!(wide, 1, "no word is no number, not even a start state");
}
