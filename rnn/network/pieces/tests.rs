//! Pieces against the interpreter: the same state after every token.

use super::*;
use crate::format::Accumulate;
use crate::format::Precision;
use crate::network::affine::Affine;
use num_bigint::BigInt;
use proptest::prelude::*;

fn names(letter: &str, count: usize) -> Vec<String> {
    (0..count).map(|i| format!("{letter}{i}")).collect()
}

/// An affine map of these weights, in rows, each with its bias last.
fn affine(rows: &[Vec<Exact>]) -> Affine {
    let mut map = Affine::zero(rows.len(), rows[0].len() - 1);
    for (output, row) in rows.iter().enumerate() {
        let (bias, weights) = row.split_last().unwrap();
        weights.iter().enumerate().for_each(|(input, weight)| map.add_weight(output, input, weight));
        map.add_bias(output, bias);
    }
    map
}

/// The run by pieces, beside the interpreter after every token.
fn agree(network: &ReluRnn, word: &[u8]) -> Result<PieceRunFigures, TestCaseError> {
    let mut run = PieceRun::new(network);
    let mut state = network.start().to_vec();
    prop_assert_eq!(&run.state(), &state);
    for token in word {
        state = network.step(&ExactArithmetic, &state, usize::from(*token));
        run.read(usize::from(*token));
        prop_assert_eq!(&run.state(), &state);
        let Here::Class(_, reals) = &run.here else { continue };
        for Real { value, window } in reals.iter().filter(|real| real.window != Window::UNKNOWN) {
            let scaled = value * &Exact::power_of_two(i64::from(PLACES));
            let ends = [window.low, window.high].map(|end| Exact::from(BigInt::from(end)));
            prop_assert!(ends[0] <= scaled && scaled <= ends[1], "{} outside {:?}", value, window);
        }
    }
    let (by_pieces, by_interpreter) = run.n_tokens();
    prop_assert_eq!(by_pieces + by_interpreter, word.len());
    Ok(PieceRunFigures { n_pieces: run.n_pieces(), by_pieces, n_classes: run.classes.len() })
}

#[derive(Debug)]
struct PieceRunFigures {
    n_pieces: usize,
    by_pieces: usize,
    n_classes: usize,
}

/// A stack to base 4 on which 0 and 1 are pushed and popped, with a bit that says what was popped last. Digits are 1 and 3,
/// and the tail of s is 4 s - 1 or 4 s - 3, by the thresholds 1/4, 1/2 and 3/4.
fn stack() -> ReluRnn {
    let row = |entries: &[(i64, i64)]| entries.iter().map(|(num, den)| Exact::ratio(*num, *den)).collect::<Vec<_>>();
    let (no, one, unless) = ((0, 1), (1, 1), (-2, 1));
    // Over s, the bit, push 0, push 1, pop, and 1.
    let first = affine(&[
        row(&[one, no, no, no, unless, no]),
        row(&[one, no, unless, unless, no, (-1, 4)]),
        row(&[one, no, unless, unless, no, (-1, 2)]),
        row(&[one, no, unless, unless, no, (-3, 4)]),
        row(&[no, no, one, no, no, no]),
        row(&[no, no, no, one, no, no]),
    ]);
    let last = affine(&[
        row(&[(1, 4), (4, 1), (-8, 1), (8, 1), (1, 4), (3, 4), no]),
        row(&[no, no, (4, 1), (-4, 1), no, no, no]),
    ]);
    let mut readout = Affine::zero(1, 2);
    readout.add_weight(0, 1, &Exact::ONE);
    ReluRnn::new(names("t", 3), names("h", 2), vec![Exact::ZERO; 2], vec![first, last], readout).unwrap()
}

/// h' = h + 7 on the only token, with a unit of weight 0 that has its threshold at each multiple of 3.
fn stairs(n_steps: usize) -> ReluRnn {
    let rows: Vec<Vec<Exact>> =
        (0..n_steps).map(|step| vec![Exact::ONE, Exact::ZERO, Exact::integer(-(3 * step as i64))]).collect();
    let mut sum = vec![Exact::ZERO; n_steps + 1];
    (sum[0], sum[n_steps]) = (Exact::ONE, Exact::integer(7));
    let layers = vec![affine(&rows), affine(&[sum])];
    ReluRnn::new(names("t", 1), names("h", 1), vec![Exact::ZERO], layers, Affine::zero(1, 1)).unwrap()
}

#[test]
fn a_stack_of_two_thousand_values_needs_a_handful_of_pieces() {
    let network = stack();
    let mut random = 1u32;
    let mut draw = |n: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) % n
    };
    let mut word: Vec<u8> = (0..2_000).map(|_| draw(2) as u8).collect();
    word.extend((0..6_000).map(|_| draw(3) as u8));
    word.extend([2; 3_000]);
    let figures = agree(&network, &word).unwrap();
    assert!(figures.n_pieces <= 24 && figures.by_pieces > 10_900, "{figures:?}");
}

#[test]
fn a_state_outside_every_box_is_run_by_the_interpreter() {
    let figures = agree(&stairs(200), &[0; 60]).unwrap();
    assert_eq!((figures.n_pieces, figures.by_pieces), (1 + MOST_PIECES, 0), "{figures:?}");
}

#[test]
fn a_state_that_is_set_is_gone_on_from() {
    let network = stack();
    let mut run = PieceRun::new(&network);
    run.read_all(&[1, 0, 1]);
    let state = run.state();
    run.read_all(&[2, 2]);
    let popped = run.state();
    assert_ne!(state, popped);
    run.set(&state);
    assert_eq!(run.state(), state);
    run.read_all(&[2, 2]);
    assert_eq!(run.state(), popped);
}

/// A box that is too wide gives other states: the comparison above would see it.
#[test]
fn a_piece_outside_its_box_is_wrong() {
    let network = stack();
    let mut run = PieceRun::new(&network);
    run.read_all(&[1, 1, 1, 0, 0, 0, 2]);
    let class = run.classes.iter().position(|class| class.pieces[2].len() == 1).unwrap();
    let piece = &mut run.classes[class].pieces[2][0];
    assert!(piece.intervals.iter().any(|interval| *interval != Interval::default()));
    piece.intervals = vec![Interval::default(); piece.intervals.len()];
    let mut right = PieceRun::new(&network);
    let word = [1, 1, 1, 0, 0, 0, 2, 2, 2, 2, 2];
    right.read_all(&word);
    run.read_all(&word[7..]);
    assert_ne!(run.state(), right.state());
}

fn weight() -> impl Strategy<Value = Exact> {
    prop_oneof![
        3 => Just(Exact::ZERO),
        3 => (-2i64..=2).prop_map(Exact::integer),
        2 => (-3i64..=3, 1i64..=4).prop_map(|(num, den)| Exact::ratio(num, den)),
    ]
}

fn rows(outputs: usize, inputs: usize) -> impl Strategy<Value = Affine> {
    proptest::collection::vec(proptest::collection::vec(weight(), inputs + 1), outputs).prop_map(|rows| affine(&rows))
}

fn network() -> impl Strategy<Value = ReluRnn> {
    (1usize..=3, 1usize..=2, 1usize..=5, 0usize..=3).prop_flat_map(|(state, tokens, hidden, second)| {
        let layers = if second == 0 {
            (rows(hidden, state + tokens), rows(state, hidden)).prop_map(|(first, last)| vec![first, last]).boxed()
        } else {
            (rows(hidden, state + tokens), rows(second, hidden), rows(state, second))
                .prop_map(|(first, second, last)| vec![first, second, last])
                .boxed()
        };
        (layers, proptest::collection::vec(weight(), state)).prop_map(move |(layers, start)| {
            let readout = Affine::zero(1, state);
            ReluRnn::new(names("t", tokens), names("h", state), start, layers, readout).unwrap()
        })
    })
}

proptest! {
    #[test]
    fn random_networks_have_the_states_of_the_interpreter(
        network in network(),
        word in proptest::collection::vec(0u8..2, 0..120),
    ) {
        let n_tokens = network.tokens().len() as u8;
        let word: Vec<u8> = word.into_iter().map(|token| token % n_tokens).collect();
        agree(&network, &word)?;
    }

    #[test]
    fn stacks_with_one_number_changed_have_the_states_of_the_interpreter(
        (map, output, input) in (0usize..2, 0usize..7, 0usize..7),
        value in weight(),
        word in proptest::collection::vec(0u8..3, 0..200),
    ) {
        let network = stack();
        let mut layers = network.layers().to_vec();
        let (output, input) = (output % layers[map].n_outputs(), input % layers[map].n_inputs());
        let old = layers[map].weight(output, input);
        layers[map].add_weight(output, input, &(value - old));
        let (tokens, coordinates) = (network.tokens().to_vec(), network.coordinates().to_vec());
        let mutant = ReluRnn::new(tokens, coordinates, network.start().to_vec(), layers, network.readout().clone()).unwrap();
        let figures = agree(&mutant, &word)?;
        prop_assert!(figures.n_classes <= MOST_CLASSES);
    }
}

/// The run by pieces in a number format, beside the interpreter in it after every token, and how many tokens pieces read.
fn agree_rounded(network: &ReluRnn, format: &str, rounding: &str, word: &[u8]) -> Result<usize, TestCaseError> {
    let precision = Precision { rounding: rounding.parse().unwrap(), ..Precision::of(format.parse().unwrap()) };
    let arithmetic = RoundedArithmetic::new(precision);
    let mut run = PieceRun::rounded(network, &arithmetic).unwrap();
    for again in 0..2 {
        let mut state: Vec<RoundedValue> = network.start().iter().map(|number| arithmetic.round(number)).collect();
        run.restart();
        for (place, token) in word.iter().enumerate() {
            state = network.step(&arithmetic, &state, usize::from(*token));
            run.read(usize::from(*token));
            let own: Vec<RoundedValue> = run.state().into_iter().map(RoundedValue::Finite).collect();
            prop_assert_eq!(&own, &state, "{} in {}, run {}", place, format, again);
        }
    }
    Ok(run.n_tokens().0)
}

#[test]
fn a_stack_in_fixed_point_is_run_by_pieces_until_it_is_full_and_by_the_interpreter_beyond() {
    let network = stack();
    // Five digits fit ten bits. Of forty the first ones are lost: then every push is rounded, and its token is read by the
    // interpreter, in both runs.
    for n_pushed in [4u8, 40] {
        let word: Vec<u8> = (0..n_pushed).map(|i| i % 2).chain(vec![2; usize::from(n_pushed)]).collect();
        for rounding in ["floor", "zero", "nearest"] {
            let by_pieces = agree_rounded(&network, "fixed:4.10", rounding, &word).unwrap();
            // Rounding to the nearest number makes zeros at the end, so that the next push may be exact.
            let n_rounded = if rounding == "nearest" { 0 } else { usize::from(n_pushed.saturating_sub(5)) };
            assert!(by_pieces > word.len() / 2 && by_pieces <= 2 * (word.len() - n_rounded), "{by_pieces}");
        }
    }
}

#[test]
fn only_fixed_point_that_rounds_units_once_has_pieces() {
    let network = stack();
    let precision = |format: &str| Precision::of(format.parse().unwrap());
    let has_pieces = |precision| PieceRun::rounded(&network, &RoundedArithmetic::new(precision)).is_some();
    assert!(has_pieces(precision("fixed:3.10")));
    assert!(!has_pieces(precision("fixed:1.10")), "1 is rounded");
    assert!(!has_pieces(precision("bf16")));
    assert!(!has_pieces(Precision { round_weights: true, ..precision("fixed:3.10") }));
    assert!(!has_pieces(Precision { accumulate: Accumulate::Each, ..precision("fixed:3.10") }));
}

proptest! {
    #[test]
    fn random_networks_in_fixed_point_have_the_states_of_the_interpreter(
        network in network(),
        (int_bits, frac_bits) in (2u32..6, 0u32..8),
        rounding in proptest::sample::select(vec!["floor", "zero", "nearest"]),
        word in proptest::collection::vec(0u8..2, 0..60),
    ) {
        let n_tokens = network.tokens().len() as u8;
        let word: Vec<u8> = word.into_iter().map(|token| token % n_tokens).collect();
        agree_rounded(&network, &format!("fixed:{int_bits}.{frac_bits}"), rounding, &word)?;
    }
}
