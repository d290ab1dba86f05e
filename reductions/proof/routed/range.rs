//! How large the integers of a routed network get: constants below layer 4, and three times as much with each matrix in
//! it. For designs that overwrite columns of a blank buffer in the last three tokens of a matrix.
//!
//! L stands for 3^M, with M the number of matrices before the current one. The invariant of layer 4 is: every row of the
//! source buffer has entries whose sizes add up to at most L, every entry of the other buffer that was overwritten is at
//! most L in size, and every other entry of it at most L / 3. A product of a row with a column over -1, 0, 1 is at most L
//! then, and a row of three of them adds up to at most 3 L.

use super::BLOCK;
use super::Design;
use super::Frame;
use super::N;
use super::Place;
use super::RoutedProof;
use super::embedded;
use super::products::MatrixFrame;
use super::router;
use super::router::Beginning;
use crate::proof::error::ProofError;
use crate::proof::obligation::Location;
use crate::proof::obligation::ObligationKind;
use num_bigint::BigInt;
use rnn::Arithmetic;
use rnn::CaseValue;
use rnn::Exact;
use rnn::Recorder;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// Everything below layer 4, and its gates, is at most so large.
const BELOW: i64 = 255;
/// The layers below.
const LAYERS: usize = 3;
/// The matrices between which a witness stands.
const REPLAYED: usize = 2;

/// No value of the network is larger when it has read `n` matrices.
pub(super) fn greatest(n: usize) -> BigInt {
    let power = BigInt::from(3).pow(u32::try_from(n.max(1) - 1).unwrap_or(u32::MAX));
    // 3 |value| <= 4 L + 3.
    BigInt::from(BELOW).max((power * 4 + 3) / 3)
}

/// The symbol for L.
pub(super) const SIZE: &str = "L";

/// The symbol for an entry of a state that is known to be an integer.
pub(super) fn integer_name(coordinate: &str) -> String {
    format!("i.{coordinate}")
}

/// The symbol for the coordinate that such a symbol is for.
pub(super) fn real_name(integer_name: &str) -> Option<String> {
    integer_name.strip_prefix("i.").map(|coordinate| format!("h.{coordinate}"))
}

fn size_of<'a>(terms: &'a Terms, value: Term<'a>) -> Term<'a> {
    terms.if_else(value.at_least(terms.ratio(0, 1)), value, -value)
}

/// Adds the obligations.
pub(super) fn add<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn Design) -> Result<(), ProofError> {
    below(terms, proof, design)?;
    start(terms, proof, design);
    for source in 0..2 {
        for r in 0..BLOCK {
            layer4(terms, proof, design, Place { r, source });
        }
    }
    Ok(())
}

/// Layers 1 to 3 and the gates of layer 4, at every position of the orbit.
fn below<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn Design) -> Result<(), ProofError> {
    let network = proof.network.clone();
    let frame = MatrixFrame(design);
    let latches = router::latch_places(&network, design.n_slots())?;
    let orbit = router::orbit(&network, &latches, &frame)?;
    let (low, high) = (Exact::integer(-BELOW), Exact::integer(BELOW));
    let width = network.layers()[LAYERS].heads()[0].projections().n_inputs();
    let period = orbit.len() - 1;
    for u in 0..period {
        for situation in frame.situations(u, period) {
            let beginning = Beginning::at(terms, &network, &frame, &latches, (&orbit, u), &situation);
            let one = beginning.arithmetic.constant(&Exact::ONE);
            let recorder = Recorder::new(beginning.arithmetic);
            let given = embedded(&network, beginning.x, one);
            let pass = network.pass(&recorder, &beginning.state, given, LAYERS);
            network.layers()[LAYERS].projections(&recorder, &pass.stream[..width]);
            let (arithmetic, recorded) = recorder.into_parts();
            let small =
                |value: CaseValue<'a>| arithmetic.is_integer(&value).and(arithmetic.is_between(&value, &low, &high));
            let goal = terms.all(recorded.into_iter().map(small).collect::<Vec<_>>());
            proof.push(format!("integers {u}"), part(u), super::after(u), beginning.assumptions, goal);
        }
    }
    Ok(())
}

fn part(t: usize) -> (ObligationKind, Location) {
    let mode = crate::statement::matrix_product::mode_of(t);
    (ObligationKind::Range, Location { mode, token: Some(0) })
}

/// What is assumed and shown of the rows of layer 4's state before the token at a place.
fn invariant<'a>(terms: &'a Terms, rows: &[Vec<Term<'a>>], place: Place, size: Term<'a>) -> Vec<Term<'a>> {
    let Place { r, source } = place;
    let mut conjuncts = Vec::new();
    for row in rows {
        let sizes: Vec<Term<'a>> = row.iter().map(|entry| size_of(terms, *entry)).collect();
        let of = |buffer: usize| &sizes[N * buffer..N * (buffer + 1)];
        conjuncts.push(of(source).iter().fold(terms.ratio(0, 1), |sum, entry| sum + *entry).at_most(size));
        for (j, entry) in of(1 - source).iter().enumerate() {
            let is_overwritten = r > 2 * N + j;
            conjuncts.push(if is_overwritten { entry.at_most(size) } else { (*entry * 3).at_most(size) });
        }
    }
    conjuncts
}

fn rows<'a>(terms: &'a Terms, state: &[Term<'a>], start: &[Vec<Exact>]) -> Vec<Vec<Term<'a>>> {
    let n_keys = start[0].len();
    let plus = |(entry, start): (&Term<'a>, &Exact)| *entry + terms.real(start);
    state.chunks(n_keys).zip(start).map(|(row, start)| row.iter().zip(start).map(plus).collect()).collect()
}

/// The invariant holds before the first matrix, of every head.
fn start<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn Design) {
    let one = terms.ratio(1, 1);
    let goals = design.heads().into_iter().flat_map(|(name, _)| {
        let entries = proof.network.entries_of(LAYERS + 1, &name).unwrap_or_default();
        let state: Vec<Term<'a>> = proof.network.start()[entries].iter().map(|value| terms.real(value)).collect();
        invariant(terms, &rows(terms, &state, &design.start()), Place { r: 0, source: 0 }, one)
    });
    let goal = terms.all(goals.collect::<Vec<_>>());
    proof.push("integers at the start".into(), part(0), super::after(0), vec![], goal);
}

/// One token of layer 4, with the design's gates: every value in it is small, and the invariant holds after it. All
/// heads have one state.
fn layer4<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn Design, place: Place) {
    let heads = proof.network.layers()[LAYERS].heads().to_vec();
    let start = design.start();
    let entries = proof.network.entries_of(LAYERS + 1, heads[0].name()).unwrap_or_default();
    let names = &proof.network.coordinates()[entries];
    let state: Vec<Term<'a>> =
        names.iter().map(|name| terms.symbol(&integer_name(name), Sort::Int).to_real()).collect();
    let size = terms.symbol(SIZE, Sort::Int).to_real();
    let mut assumptions = invariant(terms, &rows(terms, &state, &start), place, size);
    assumptions.push(size.at_least(terms.ratio(1, 1)));
    let Place { r, source } = place;
    let (after, new_size) = match r + 1 {
        BLOCK => (Place { r: 0, source: 1 - source }, size * 3),
        r => (Place { r, source }, size),
    };
    let most = size * 4 + 3;
    let small =
        |value: Term<'a>| terms.all([value.is_integer(), (value * 3).at_most(most), (-value * 3).at_most(most)]);
    let mut goals = Vec::new();
    // The column that is multiplied with, where there is one, in all its contents.
    let n_contents = if r < 2 * N { 1 } else { 27 };
    for content in 0..n_contents {
        let digits = [content % 3, content / 3 % 3, content / 9];
        let window = |age: usize| terms.ratio(digits[age / N % N] - 1, 1);
        let mut first: Option<Vec<Term<'a>>> = None;
        for (number, head) in heads.iter().enumerate() {
            let gates = design.gates(terms, number, place, &window);
            let recorder = Recorder::new(SymbolicArithmetic::new(terms));
            let next = head.advance(&recorder, &state, &gates);
            head.read(&recorder, &next, &gates);
            goals.extend(recorder.into_recorded().into_iter().map(small));
            match &first {
                None => {
                    goals.extend(invariant(terms, &rows(terms, &next, &start), after, new_size));
                    first = Some(next);
                }
                Some(first) => goals.push(terms.truth(*first == next)),
            }
        }
    }
    let scene = super::after((REPLAYED + source) * BLOCK + r);
    let name = format!("integers of layer 4, token {r}, source {source}");
    proof.push(name, part(r), scene, assumptions, terms.all(goals));
}
