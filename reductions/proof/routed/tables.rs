//! What the arithmetic of cases settles, as data: no question asks it, and somebody else's arithmetic can do it again.
//!
//! The specification of layer 4 stands here as it is meant, in ages of tokens or in products of letters; the states of the
//! router, and what its hidden units, latches and step sizes come to, stand as they were computed from the network.

use super::Frame;
use super::Place;
use super::Situation;
use crate::construction::letter_chains::Weights;
use rnn::CaseArithmetic;
use rnn::CaseValue;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use std::collections::BTreeSet;

/// A number that is a constant plus multiples of named ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinearForm {
    /// The constant.
    pub constant: String,
    /// Names with their factors: `token 3`, the token that is three tokens old; `current 0`, `query 0`, `column 0 1` and
    /// `row 0 1`, entries of the products of letters.
    pub summands: Vec<(String, String)>,
}

/// What layer 4 is meant to get at a place of a block: for each head its projections, in the order of its family.
pub type Gates = Vec<Vec<LinearForm>>;

/// What was computed at one position of the orbit, in one situation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseTable {
    /// The position.
    pub position: usize,
    /// What tells the situation from another one of this position.
    pub situation: Option<&'static str>,
    /// What each latch can hold before the token.
    pub contents: Vec<Vec<i64>>,
    /// What each latch holds after it: by the token in its own slot, by what it held elsewhere.
    pub after: Vec<Vec<String>>,
    /// Of each first hidden layer below layer 4: how many units there are, and the least and the greatest of their arguments.
    pub arguments: Vec<(usize, String, String)>,
    /// Of each head, the least and the greatest `beta |k|^2`, where that is claimed.
    pub step_sizes: Vec<(String, String)>,
    /// The decays that occur, where the heads have some.
    pub decays: BTreeSet<String>,
    /// The learning rates that occur, where the heads have some.
    pub rates: BTreeSet<String>,
    /// The decision on the token that is skipped, where there is one.
    pub decision_on_skipped: Option<String>,
}

/// Everything that is settled so, of one network.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// The value of each token that is not skipped.
    pub token_values: Vec<i64>,
    /// The tokens of a block.
    pub block: usize,
    /// What each latch is taken to hold before the first token.
    pub preloaded: Vec<i64>,
    /// Whether step sizes are claimed to lie in [0, 2].
    pub claims_step_sizes: bool,
    /// The states of layers 1 to 3 along the orbit; 0 for the latches.
    pub orbit: Vec<Vec<String>>,
    /// The names of these coordinates, and of the latches among them.
    pub coordinates: Vec<String>,
    /// See [`Tables::coordinates`].
    pub latches: Vec<String>,
    /// What layer 4 is meant to get, by place in a block, for either source buffer.
    pub gates: [Vec<Gates>; 2],
    /// The rows of the state `Y` at which layer 4's heads act as if they began there.
    pub start: Vec<Vec<String>>,
    /// What either buffer of a row holds, over the entries of the row: `entry 0`, ...
    pub held: [Vec<LinearForm>; 2],
    /// The entries of a row whose buffer is blank, for either buffer.
    pub blanked: [Vec<LinearForm>; 2],
    /// The factor by which every block multiplies beside its own product.
    pub scale: String,
    /// Whether a matrix of tokens is multiplied into the state while the next one is read.
    pub lags: bool,
    /// The automaton's numbers, where layer 4 multiplies letters.
    pub automaton: Option<Weights>,
    /// What was computed, position by position.
    pub cases: Vec<CaseTable>,
}

impl Tables {
    /// What is known before a position is looked at.
    pub(super) fn new(
        terms: &Terms,
        frame: &dyn Frame,
        coordinates: &[String],
        latches: &[usize],
        orbit: &[Vec<Exact>],
    ) -> Self {
        let gates = |source: usize| {
            let places = (0..frame.block()).map(|r| Place { r, source });
            let heads = |place: Place| {
                let heads = 0..frame.heads().len();
                heads.map(|head| frame.intended(terms, head, place).into_iter().map(form).collect()).collect()
            };
            terms.in_normal_form(|| places.map(heads).collect())
        };
        let start = frame.start();
        let entry = |i: usize| terms.symbol(&format!("entry {i}"), Sort::Real);
        let row: Vec<Term<'_>> = (0..start[0].len()).map(entry).collect();
        let held = |buffer| frame.held(terms, buffer, &row).into_iter().map(form).collect();
        let blanked = |buffer| frame.blanked(terms, buffer, &row).into_iter().map(form).collect();
        Self {
            start: start.iter().map(|row| row.iter().map(Exact::to_string).collect()).collect(),
            held: terms.in_normal_form(|| [held(0), held(1)]),
            blanked: terms.in_normal_form(|| [blanked(0), blanked(1)]),
            scale: frame.scale().to_string(),
            lags: frame.lags(),
            token_values: frame.token_values(),
            block: frame.block(),
            preloaded: (0..frame.n_slots()).map(|slot| frame.preloaded(slot)).collect(),
            claims_step_sizes: frame.is_in_deployed_range(),
            orbit: orbit.iter().map(|state| state.iter().map(Exact::to_string).collect()).collect(),
            coordinates: coordinates[..orbit[0].len()].to_vec(),
            latches: latches.iter().map(|place| coordinates[*place].clone()).collect(),
            gates: [gates(0), gates(1)],
            automaton: frame.automaton().cloned(),
            cases: Vec::new(),
        }
    }
}

impl CaseTable {
    pub(super) fn new(position: usize, situation: &Situation) -> Self {
        let contents = situation.contents.clone();
        Self { position, situation: situation.label, contents, ..Self::default() }
    }

    /// Adds the decays and the rates of a head.
    pub(super) fn add_rates<'a>(
        &mut self,
        arithmetic: &CaseArithmetic<'a>,
        decays: &[CaseValue<'a>],
        rates: &[CaseValue<'a>],
    ) {
        self.decays.extend(decays.iter().flat_map(|decay| numbers(arithmetic, decay)));
        self.rates.extend(rates.iter().flat_map(|rate| numbers(arithmetic, rate)));
    }
}

/// The numbers of a value in the cases of the one unknown on which it depends; `unknown` where there are more.
pub(super) fn numbers<'a>(arithmetic: &CaseArithmetic<'a>, value: &CaseValue<'a>) -> Vec<String> {
    let numbers = arithmetic.numbers(value);
    numbers.map_or(vec!["unknown".to_owned()], |numbers| numbers.iter().map(ToString::to_string).collect())
}

/// Between what a value lies, as text.
pub(super) fn range(bounds: Option<(Exact, Exact)>) -> (String, String) {
    let unknown = || ("unknown".to_owned(), "unknown".to_owned());
    bounds.map_or_else(unknown, |(low, high)| (low.to_string(), high.to_string()))
}

/// Between what all of these lie.
pub(super) fn hull<'a>(arithmetic: &CaseArithmetic<'a>, values: &[CaseValue<'a>]) -> (usize, String, String) {
    let bounds: Option<Vec<(Exact, Exact)>> = values.iter().map(|value| arithmetic.bounds(value)).collect();
    let (lows, highs): (Vec<Exact>, Vec<Exact>) = bounds.unwrap_or_default().into_iter().unzip();
    let (low, high) = range(lows.into_iter().min().zip(highs.into_iter().max()));
    (values.len(), low, high)
}

fn form(term: Term<'_>) -> LinearForm {
    let (constant, summands) = term.summands();
    let summands = summands.into_iter().map(|(factor, atom)| (atom.to_string(), factor.to_string()));
    LinearForm { constant: constant.to_string(), summands: summands.collect() }
}
