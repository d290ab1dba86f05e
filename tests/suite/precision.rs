//! Proofs about rounded networks: what suffices, that one bit less does not, and that nothing is claimed beyond them.

use problems::Random;
use problems::words_of_length;
use reduce::check::obligations;
use reduce::check::obligations::Judged;
use reduce::check::search::witness_words;
use reductions::CircuitValueRelu;
use reductions::DyckRelu;
use reductions::MatrixProductRwkv7;
use reductions::ReachabilityRelu;
use reductions::Reduction;
use reductions::WordProblemPd;
use reductions::proof::Witness;
use rnn::Accumulate;
use rnn::Exact;
use rnn::Network;
use rnn::Overflow;
use rnn::Precision;
use rnn::RoundedArithmetic;
use rnn::Rounding;
use rnn::Terms;
use std::time::Duration;

fn precision(format: &str) -> Precision {
    Precision::of(format.parse().unwrap())
}

fn judge(reduction: &dyn Reduction, network: &Network, n: usize, precision: &Precision) -> Vec<Judged> {
    let terms = Terms::default();
    let proof = reduction.fixed_precision().unwrap().proof(&terms, network, n, precision).unwrap().unwrap();
    let words = witness_words(&proof.proof().definition().reader(), reduction.problem(), 0);
    let limit = Duration::from_secs(20);
    obligations::judge(&terms, proof.proof(), limit, &words, || {})
}

/// The obligations that are not discharged.
fn open(judged: &[Judged]) -> Vec<&str> {
    judged.iter().filter(|judged| !judged.is_discharged()).map(|judged| judged.name.as_str()).collect()
}

#[test]
fn each_format_that_suffices_is_proved_to_and_every_assumption_is_met() {
    let cases: [(&dyn Reduction, usize, &str); 7] = [
        (CircuitValueRelu::shared(), 64, "fixed:2.126"),
        (DyckRelu::shared(), 4, "fixed:2.8"),
        (ReachabilityRelu::shared(), 8, "fixed:5.0"),
        (ReachabilityRelu::shared(), 256, "bf16"),
        (WordProblemPd::generators(), 64, "fixed:4.0"),
        (WordProblemPd::generators(), 64, "e4m3"),
        (MatrixProductRwkv7::columns(), 8, "fixed:13.0"),
    ];
    for (reduction, n, format) in cases {
        let judged = judge(reduction, reduction.network(), n, &precision(format));
        assert_eq!(open(&judged), [""; 0], "{} in {format}", reduction.problem().name());
        for judged in &judged {
            assert!(matches!(judged.witness, Witness::Found { .. }), "{}: {:?}", judged.name, judged.witness);
        }
    }
}

#[test]
fn one_bit_less_leaves_an_obligation_open() {
    let cases: [(&dyn Reduction, usize, &str, &str); 9] = [
        (CircuitValueRelu::shared(), 4, "fixed:2.5", "5 fractional bits are a window of 2 symbols"),
        (
            CircuitValueRelu::shared(),
            4,
            "fixed:2.4",
            "a window of 2 symbols is enough for every word with at most 4 values",
        ),
        (CircuitValueRelu::shared(), 4, "fixed:1.6", "fixed:1.6 holds the start state and the one-hot input"),
        (
            DyckRelu::shared(),
            4,
            "fixed:2.6",
            "a window of 3 symbols is enough for every word with at most 4 opening brackets",
        ),
        (ReachabilityRelu::shared(), 8, "fixed:4.0", "fixed:4.0 holds the integers from -8 to 8"),
        (ReachabilityRelu::shared(), 257, "bf16", "bf16 holds the integers from -257 to 257"),
        (ReachabilityRelu::shared(), 2049, "f16", "f16 holds the integers from -2049 to 2049"),
        (WordProblemPd::generators(), 64, "fixed:3.0", "fixed:3.0 holds the integers from -4 to 4"),
        (MatrixProductRwkv7::columns(), 8, "fixed:12.0", "fixed:12.0 holds the integers from -2917 to 2917"),
    ];
    for (reduction, n, format, name) in cases {
        let terms = Terms::default();
        let precision = precision(format);
        let proof =
            reduction.fixed_precision().unwrap().proof(&terms, reduction.network(), n, &precision).unwrap().unwrap();
        assert_eq!(proof.fails_at_once().map(|obligation| obligation.name.as_str()), Some(name));
    }
}

#[test]
fn overflow_never_happens_so_that_every_mode_of_it_and_of_rounding_integers_suffices() {
    for (rounding, overflow) in [(Rounding::Zero, Overflow::Wrap), (Rounding::Nearest, Overflow::Saturate)] {
        let precision = Precision { rounding, overflow, ..precision("fixed:5.0") };
        let reduction = ReachabilityRelu::shared();
        assert_eq!(open(&judge(reduction, reduction.network(), 8, &precision)), [""; 0]);
    }
    // A stack is cut off by rounding to zero as by rounding down.
    let zero = Precision { rounding: Rounding::Zero, overflow: Overflow::Wrap, ..precision("fixed:2.4") };
    let reduction = CircuitValueRelu::shared();
    assert_eq!(open(&judge(reduction, reduction.network(), 3, &zero)), [""; 0]);
}

#[test]
fn nothing_is_claimed_of_arithmetic_that_the_theorems_do_not_speak_of() {
    let fixed = precision("fixed:2.6");
    let others = [
        Precision { rounding: Rounding::Nearest, ..fixed },
        Precision { accumulate: Accumulate::Each, ..fixed },
        Precision { round_weights: true, ..fixed },
        precision("f64"),
    ];
    for other in others {
        for reduction in [CircuitValueRelu::shared() as &dyn Reduction, DyckRelu::shared()] {
            let terms = Terms::default();
            assert!(
                reduction.fixed_precision().unwrap().proof(&terms, reduction.network(), 4, &other).is_none(),
                "{other}"
            );
        }
    }
    let terms = Terms::default();
    let each = Precision { accumulate: Accumulate::Each, ..precision("fixed:9.0") };
    let reduction = ReachabilityRelu::shared();
    assert!(reduction.fixed_precision().unwrap().proof(&terms, reduction.network(), 4, &each).is_none());
}

/// The network with every weight and bias changed by a function of (layer, output, input) that is given it; biases have
/// no input.
fn changed(network: &Network, change: impl Fn(usize, usize, Option<usize>, &Exact) -> Exact) -> Network {
    let Network::Relu(relu) = network else { panic!("a ReLU network") };
    let layers = relu.layers().iter().enumerate().map(|(layer, map)| {
        let mut other = rnn::Affine::zero(map.n_outputs(), map.n_inputs());
        map.weights().for_each(|(row, column, weight)| {
            other.add_weight(row, column, &change(layer, row, Some(column), weight));
        });
        map.biases().for_each(|(row, bias)| other.add_bias(row, &change(layer, row, None, bias)));
        other
    });
    let (tokens, coordinates) = (relu.tokens().to_vec(), relu.coordinates().to_vec());
    let changed =
        rnn::ReluRnn::new(tokens, coordinates, relu.start().to_vec(), layers.collect(), relu.readout().clone());
    Network::Relu(changed.unwrap())
}

#[test]
fn a_network_that_is_right_but_looks_at_twice_a_counter_is_not_proved_not_to_overflow() {
    // relu(1 - 2 f) is relu(1 - f) for every integer f >= 0.
    let reduction = ReachabilityRelu::shared();
    let f = reduction.network().coordinates().iter().position(|name| name == "f").unwrap();
    let network = changed(reduction.network(), |layer, _, input, weight| {
        if layer == 0 && input == Some(f) && weight.is_negative() { weight + weight } else { weight.clone() }
    });
    let judged = judge(reduction, &network, 8, &precision("fixed:5.0"));
    let open = open(&judged);
    assert!(open.contains(&"range U 0"), "{open:?}");
    assert!(open.iter().all(|name| name.starts_with("range ")), "{open:?}");
}

#[test]
fn another_weight_of_a_push_is_not_proved() {
    let reduction = CircuitValueRelu::shared();
    let quarter = Exact::ratio(1, 4);
    let network = changed(reduction.network(), |layer, _, input, weight| {
        if layer == 2 && input.is_some() && *weight == quarter { Exact::ratio(1, 8) } else { weight.clone() }
    });
    let judged = judge(reduction, &network, 4, &precision("fixed:2.6"));
    assert!(open(&judged).contains(&"step Q 0"), "{:?}", open(&judged));
}

/// What the sliding-window theorem says, by running it: the rounded network is the definition with the window on every
/// word, also on those on which the exact definition says otherwise.
#[test]
fn the_rounded_network_is_the_definition_with_a_window_also_where_that_is_another_one() {
    let cases: [(&dyn Reduction, usize, u32); 3] =
        [(CircuitValueRelu::shared(), 4, 2), (CircuitValueRelu::shared(), 3, 4), (DyckRelu::shared(), 6, 4)];
    for (reduction, length, frac_bits) in cases {
        let (problem, network, terms) = (reduction.problem(), reduction.network(), Terms::default());
        let precision = precision(&format!("fixed:2.{frac_bits}"));
        let arithmetic = RoundedArithmetic::new(precision);
        let proof = reduction.fixed_precision().unwrap().proof(&terms, network, 2, &precision).unwrap().unwrap();
        let reader = proof.proof().definition_of_network().reader();
        let exact = reduction.definition(&terms).reader();
        let mut n_others = 0;
        let mut judge = |word: &[u8]| {
            let state = word.iter().fold(network.start_in(&arithmetic), |state, token| {
                network.step(&arithmetic, &state, usize::from(*token))
            });
            let read =
                |reader: &reductions::definition::Reader| reader.reads(word.iter().map(|token| usize::from(*token)));
            let windowed = read(&reader);
            assert_eq!(
                network.read_out(&arithmetic, &state).is_positive(),
                windowed,
                "{}",
                problem.alphabet().format(word)
            );
            n_others += usize::from(windowed != read(&exact));
        };
        for length in 0..=length {
            words_of_length(problem.alphabet().len(), length).for_each(|word| judge(&word));
        }
        for i in 0..40 {
            let sample = problem.sample(3 + i as usize % 5, i % 2 == 0, &mut Random::new(1, i)).unwrap();
            judge(&sample.word);
        }
        assert!(n_others > 0, "the window was never too small");
    }
}
