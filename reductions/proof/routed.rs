//! The proof that a routed four-layer network does what it is meant to, as obligations made from the network value.
//!
//! The network's layers 1 to 3 are meant to be the [router](crate::construction::router); layer 4 is meant to multiply matrices
//! whose entries are tokens (a [`Design`]), or matrices of letters (a [`LetterDesign`]). Nothing is taken from the
//! construction: every obligation is made by the one interpreter from the network that is given, so that a wrong weight
//! breaks one of them. They say, for every word over the tokens:
//!
//!  - *tokens*, *start*: what the embedding gives, what the start state means, and the answer for the empty word;
//!  - *inert u*, for a network with one more token (BOS): at orbit position `u` every head of all four layers keeps its
//!    state on it, whatever that state is, and the decision is no: it is skipped wherever it stands;
//!  - *orbit u*: the states of all heads of layers 1 to 3 but the latches go round one orbit, whatever the tokens and the
//!    latches are; its length is computed by running them;
//!  - *latch u*: at orbit position `u` the token's own slot takes it and every other slot keeps what it has;
//!  - *integral u*: every argument of a hidden unit of a first hidden layer is an integer there;
//!  - *schedule u*: layers 1 to 3 give every gate of every head of layer 4 as the design says, for every content of all
//!    latches and every token;
//!  - *range u*, where the design claims it: every head of all four layers has `beta |k|^2` in [0, 2] there, for every
//!    content of all latches and every token;
//!  - *readout u*: decision and value outputs are the outputs of layer 4, whatever else is in the stream;
//!  - *slots*, *window*, *positions*, *letters*: arithmetic of times, for every `t`: which token a slot holds, and that the
//!    orbit position determines the place in the block, the parity of its number and the slot;
//!  - *virtual start*: a head that starts in 0 acts as one that starts in the design's start;
//!  - *blank*: a state that satisfies the hypotheses has the form in which the next obligations write it;
//!  - *block*, *between*, *output*: the tokens of a block through layer 4 with the design's gates, from any state that
//!    satisfies the hypotheses, for all real numbers: the product moves to the other buffer, multiplied; and what is put
//!    out meanwhile.
//!
//! Over letters the schedule is settled by the [arithmetic of cases](rnn::CaseArithmetic): along the deep feed-forward
//! sublayer every unit is computed in each case of the letter that its layer takes up, while the vector that the letters
//! before have made is a symbol of which bounds are known; that a gate is open or shut follows from the bounds.
//!
//! A position is the number of tokens before, BOS left out. On paper remain the induction over positions (orbit and
//! latches) and over blocks, that products of matrices are associative, and that a positive multiple has the same sign.

mod layer4;
mod letters;
mod products;
mod range;
mod router;
mod tables;
#[cfg(test)]
mod tests;

pub use letters::LetterDesign;
pub use letters::Products;
pub use tables::CaseTable;
pub use tables::Gates;
pub use tables::LinearForm;
pub use tables::Tables;

use crate::construction::letter_chains::Weights;
use crate::definition::Definition;
use crate::proof::error::ProofError;
use crate::proof::obligation::Location;
use crate::proof::obligation::Obligation;
use crate::proof::obligation::ObligationKind;
use crate::proof::obligation::Witness;
use crate::proof::obligation::WitnessSource;
use crate::proof::witness::first_false;
use num_bigint::BigInt;
use rnn::CaseArithmetic;
use rnn::Datum;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LayeredRnn;
use rnn::Network;
use rnn::Program;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;
use std::collections::HashMap;
use std::fmt;

/// The side of a matrix.
pub(crate) const N: usize = 3;
/// The tokens of a matrix.
pub(crate) const BLOCK: usize = N * N;

/// Where in its block a token stands, and which buffer holds the product so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The place in the block: 0 to 8 in a matrix of nine tokens.
    pub r: usize,
    /// The source buffer: the parity of the block's number.
    pub source: usize,
}

/// Tokens by age, as terms: age 0 is the current one.
pub type Window<'w, 'a> = &'w dyn Fn(usize) -> Term<'a>;

/// What layer 4 of a routed network is meant to do. The invariant between two matrices is: the source buffer holds the
/// product so far, and the other one is blank.
pub trait Design: Send + Sync {
    /// The number of latches.
    fn n_slots(&self) -> usize {
        12
    }

    /// What a latch holds before its first token.
    fn preloaded(&self, _slot: usize) -> i64 {
        0
    }

    /// The heads of layer 4, each with the entries (row, column) of the product that it outputs.
    fn heads(&self) -> Vec<(String, Vec<(usize, usize)>)>;

    /// The start `Y_0` of each of them, by rows.
    fn start(&self) -> Vec<Vec<Exact>>;

    /// The factor by which every matrix multiplies beside its own entries.
    fn scale(&self) -> Exact {
        Exact::ONE
    }

    /// Whether a matrix is multiplied into the state while the next one is read, and by the query meanwhile.
    fn lags(&self) -> bool {
        false
    }

    /// Whether it is claimed that every head of the network, the router's too, keeps `beta |k|^2` in [0, 2], as deployed
    /// networks do.
    fn is_in_deployed_range(&self) -> bool {
        false
    }

    /// Whether every value of the network is an integer, and columns of a blank buffer are overwritten in the last three
    /// tokens of a matrix: then it can be said how large the integers get.
    fn holds_integers(&self) -> bool {
        false
    }

    /// The gates of a head at a place, in the order of its family.
    fn gates<'a>(&self, terms: &'a Terms, head: usize, place: Place, window: Window<'_, 'a>) -> Vec<Term<'a>>;

    /// The rows of the product that a buffer of a row of the state `Y` holds, one after the other.
    fn held<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>>;

    /// What a blank buffer satisfies.
    fn blank<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>>;

    /// The row with a blank buffer, which is the row itself where that buffer is blank already (an obligation says so). With
    /// it hypotheses are solved for some of their coordinates, and what is left for the solver are identities.
    fn blanked<'a>(&self, _terms: &'a Terms, _buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        row.to_vec()
    }
}

/// What the shared obligations need to know of what stands above the router.
trait Frame {
    /// The tokens of a block.
    fn block(&self) -> usize;

    /// What the embedding gives for each token.
    fn token_values(&self) -> Vec<i64>;

    /// Whether there may be one more token, BOS, which is skipped.
    fn may_have_bos(&self) -> bool;

    /// Whether it is claimed that every head keeps `beta |k|^2` in [0, 2].
    fn is_in_deployed_range(&self) -> bool;

    /// Whether layer 3 has a marker.
    fn has_marker(&self) -> bool;

    /// The number of latches.
    fn n_slots(&self) -> usize;

    /// What a latch holds before its first token.
    fn preloaded(&self, slot: usize) -> i64;

    /// Whether the empty word is accepted.
    fn accepts_empty(&self) -> bool;

    /// The heads of layer 4, each with the names of its outputs.
    fn heads(&self) -> Vec<(String, Vec<String>)>;

    /// The start `Y_0` of each of them, by rows.
    fn start(&self) -> Vec<Vec<Exact>>;

    /// Those of the outputs that are the network's value outputs; the first is also its decision.
    fn values(&self) -> Vec<String>;

    /// The place among the definition's modes of a word of so many tokens.
    fn mode_of(&self, t: usize) -> usize;

    /// The situations in which an orbit position is met.
    fn situations(&self, u: usize, period: usize) -> Vec<Situation>;

    /// The order in which hidden layers take letters up, as slots, for the arithmetic of cases.
    fn orders(&self, u: usize) -> Vec<Vec<Option<usize>>>;

    /// The gates of a head of layer 4, in the order of its family.
    fn gates<'a>(&self, head: usize, seen: &Seen<'_, 'a>) -> Vec<Term<'a>>;

    /// The same at a place of a block, over symbols for tokens by age or for the entries of products of letters.
    fn intended<'a>(&self, terms: &'a Terms, head: usize, place: Place) -> Vec<Term<'a>>;

    /// What a buffer of a row of the state `Y` holds.
    fn held<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>>;

    /// The row with a blank buffer.
    fn blanked<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>>;

    /// The factor by which every block multiplies beside its own product.
    fn scale(&self) -> Exact;

    /// Whether a matrix of tokens is multiplied into the state while the next one is read.
    fn lags(&self) -> bool {
        false
    }

    /// The automaton's numbers, where layer 4 multiplies letters.
    fn automaton(&self) -> Option<&Weights> {
        None
    }

    /// Adds the obligations of layer 4.
    fn add_layer4<'a>(&self, terms: &'a Terms, proof: &mut RoutedProof<'a>);
}

/// A situation in which an orbit position is met.
struct Situation {
    /// What tells it from the others.
    label: Option<&'static str>,
    /// A number of tokens after which the network is in it.
    time: usize,
    /// Whether it is in it again after each orbit.
    recurs: bool,
    /// What each latch can hold before the token.
    contents: Vec<Vec<i64>>,
}

/// The latches as layer 4 sees them at an orbit position, in a situation.
struct Seen<'s, 'a> {
    terms: &'a Terms,
    arithmetic: &'s CaseArithmetic<'a>,
    frame: &'s dyn Frame,
    u: usize,
    situation: &'s Situation,
}

impl<'a> Seen<'_, 'a> {
    fn slot(&self, age: usize) -> usize {
        let n_slots = self.frame.n_slots();
        assert!(age < n_slots, "a token of age {age} is in no slot any more");
        (self.u + n_slots - age % n_slots) % n_slots
    }

    /// What a token of this age can be: age 0 is the current one.
    fn contents(&self, age: usize) -> Vec<i64> {
        if age == 0 { self.frame.token_values() } else { self.situation.contents[self.slot(age)].clone() }
    }

    /// The token of this age.
    fn token(&self, age: usize) -> Term<'a> {
        let values: Vec<Exact> = self.contents(age).into_iter().map(Exact::integer).collect();
        self.arithmetic.term(&self.arithmetic.unknown(self.slot(age), &values))
    }
}

/// All obligations for one network and one design.
pub struct RoutedProof<'a> {
    network: LayeredRnn,
    obligations: Vec<Obligation<'a>>,
    period: usize,
    token_values: Vec<i64>,
    tables: Tables,
    /// The modes of words of 0, 1, ... tokens, up to where they repeat.
    modes: Vec<usize>,
}

/// What is needed to look at the assumptions of a routed proof's obligations.
pub(super) struct Stage {
    network: LayeredRnn,
    period: usize,
    token_values: Vec<i64>,
    /// The places of the network's coordinates, by their symbols' names.
    places: HashMap<String, usize>,
}

/// A word, its tokens without BOS, and for each of them the number of tokens before it and the state that the network
/// reaches there; one state more is that after the word.
struct Run {
    word: Vec<usize>,
    entries: Vec<usize>,
    before: Vec<usize>,
    states: Vec<Vec<Exact>>,
}

impl fmt::Debug for RoutedProof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RoutedProof({} obligations)", self.obligations.len())
    }
}

impl<'a> RoutedProof<'a> {
    /// The proof that `network` is a router below this design.
    ///
    /// # Errors
    /// [`ProofError`] where the network has not the tokens, layers and heads of which the obligations speak.
    pub fn new(terms: &'a Terms, network: &LayeredRnn, design: &dyn Design) -> Result<Self, ProofError> {
        Self::build(terms, network, &products::MatrixFrame(design))
    }

    /// The proof that `network` is a router below this design over letters, whose matrices are those by which this
    /// definition multiplies.
    ///
    /// # Errors
    /// As [`RoutedProof::new`].
    pub fn over_letters(
        terms: &'a Terms,
        network: &Network,
        design: &dyn LetterDesign,
        definition: &Definition<'a>,
    ) -> Result<Self, ProofError> {
        let mut proof = Self::build(terms, layered(network)?, &letters::LetterFrame::new(design))?;
        letters::matrices(terms, &mut proof, design.weights(), definition);
        Ok(proof)
    }

    fn build(terms: &'a Terms, network: &LayeredRnn, frame: &dyn Frame) -> Result<Self, ProofError> {
        check_shape(network, frame)?;
        // No word is looked at that is as long as this.
        let modes = (0..=2 * router::LONGEST).map(|t| frame.mode_of(t)).collect();
        let mut proof = Self {
            network: network.clone(),
            obligations: Vec::new(),
            period: 0,
            token_values: frame.token_values(),
            tables: Tables::default(),
            modes,
        };
        proof.period = router::add(terms, &mut proof, frame)?;
        frame.add_layer4(terms, &mut proof);
        Ok(proof)
    }

    /// The same for any network: one without layers is refused.
    ///
    /// # Errors
    /// As [`RoutedProof::new`].
    pub fn of_network(terms: &'a Terms, network: &Network, design: &dyn Design) -> Result<Self, ProofError> {
        Self::new(terms, layered(network)?, design)
    }

    /// The same with obligations that every value of the network is an integer and, after `n` matrices, at most
    /// [`RoutedProof::greatest`] in size.
    ///
    /// # Errors
    /// As [`RoutedProof::new`].
    pub(crate) fn with_ranges(mut self, terms: &'a Terms, design: &dyn Design) -> Result<Self, ProofError> {
        range::add(terms, &mut self, design)?;
        Ok(self)
    }

    /// How large the integers are that a network with range obligations computes with while it reads `n` matrices.
    pub(crate) fn greatest(n: usize) -> BigInt {
        range::greatest(n)
    }

    /// The network that the proof speaks of.
    pub fn network(&self) -> &LayeredRnn {
        &self.network
    }

    /// The obligations. Where exact evaluation alone settles one, its goal is literally true or false.
    pub fn obligations(&self) -> &[Obligation<'a>] {
        &self.obligations
    }

    /// The length of the joint orbit of the heads of layers 1 to 3, the latches apart.
    pub fn period(&self) -> usize {
        self.period
    }

    /// What the arithmetic of cases has settled, as data.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// The network, what is needed to look at the assumptions, the obligations, and what the arithmetic of cases has settled.
    pub(super) fn into_parts(self) -> (LayeredRnn, Stage, Vec<Obligation<'a>>, Tables) {
        let stage = self.stage();
        (self.network, stage, self.obligations, self.tables)
    }

    /// The step of the definition after `t` tokens.
    fn step(&self, t: usize) -> Location {
        Location { mode: self.modes[t], token: Some(0) }
    }

    /// The answer of the definition after `t` tokens.
    fn readout(&self, t: usize) -> Location {
        Location { mode: self.modes[t], token: None }
    }

    fn stage(&self) -> Stage {
        let names = self.network.coordinates().iter().map(|name| format!("h.{name}"));
        Stage {
            network: self.network.clone(),
            period: self.period,
            token_values: self.token_values.clone(),
            places: names.zip(0..).collect(),
        }
    }

    fn push(
        &mut self,
        name: String,
        (kind, location): (ObligationKind, Location),
        witness: WitnessSource,
        assumptions: Vec<Term<'a>>,
        goal: Term<'a>,
    ) {
        let assumptions = assumptions.into_iter().filter(|term| term.as_truth() != Some(true)).collect();
        self.obligations.push(Obligation { location, assumptions, witness, ..Obligation::fact(name, kind, goal) });
    }

    /// For each obligation, in order, how its assumptions are met: they are evaluated exactly in states that the network
    /// reaches, or at numbers that are times. One index of a fixed word is a witness; along `words` every index of the same
    /// position in the orbit is looked at, and a single false assumption is a violation.
    pub fn witnesses(&self, words: &[Vec<usize>]) -> Vec<Witness> {
        self.stage().witnesses(&self.obligations.iter().collect::<Vec<_>>(), words)
    }
}

impl Stage {
    pub(super) fn witnesses(&self, obligations: &[&Obligation<'_>], words: &[Vec<usize>]) -> Vec<Witness> {
        let time = |obligation: &&Obligation<'_>| match obligation.witness {
            WitnessSource::Position { t, .. } => t,
            _ => 0,
        };
        let longest = obligations.iter().map(time).max();
        let fixed: Vec<usize> = (0..=longest.unwrap_or(0)).map(|t| sample_token(t, self.token_values.len())).collect();
        let run = |word: &[usize]| Run::new(&self.network, word, self.token_values.len());
        let fixed = run(&fixed);
        let runs: Vec<Run> = words.iter().map(|word| run(word)).collect();
        obligations.iter().map(|obligation| self.witness(obligation, &fixed, &runs)).collect()
    }

    fn witness(&self, obligation: &Obligation<'_>, fixed: &Run, runs: &[Run]) -> Witness {
        let program = Program::new(&obligation.assumptions);
        let assumption = |index: usize| obligation.assumptions[index].to_string();
        let (t, recurs) = match &obligation.witness {
            WitnessSource::Position { t, recurs } => (*t, *recurs),
            WitnessSource::Numbers(numbers) => {
                let text: Vec<String> = numbers.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                return match first_false(&program, &Numbers { numbers, token_values: &self.token_values }) {
                    None => Witness::Found { word: None, situation: text.join(", ") },
                    Some(index) => Witness::Violated { word: Vec::new(), assumption: assumption(index) },
                };
            }
            other => return Witness::Unreachable(format!("a routed network has no {other:?}")),
        };
        let violated = |run: &Run, t: usize| {
            let index = first_false(&program, &Here { stage: self, run, t })?;
            Some(Witness::Violated { word: run.word[..run.before[t]].to_vec(), assumption: assumption(index) })
        };
        let anywhere = |run: &Run| {
            let last = run.entries.len().checked_sub(1)?;
            (t..=last).step_by(self.period).find_map(|t| violated(run, t))
        };
        // Most obligations assume nothing.
        let is_said_once = obligation.assumptions.is_empty() || !recurs;
        let elsewhere = || if is_said_once { None } else { runs.iter().find_map(anywhere) };
        let found = || Witness::Found { word: Some(fixed.word[..t].to_vec()), situation: String::new() };
        violated(fixed, t).or_else(elsewhere).unwrap_or_else(found)
    }
}

/// After so many tokens, and again after each orbit.
fn after(t: usize) -> WitnessSource {
    WitnessSource::Position { t, recurs: true }
}

impl Run {
    fn new(network: &LayeredRnn, word: &[usize], n_entries: usize) -> Self {
        let (word, states) = (word.to_vec(), vec![network.start().to_vec()]);
        let mut run = Self { word, entries: Vec::new(), before: Vec::new(), states };
        for (place, token) in run.word.iter().enumerate() {
            let last = run.states.len() - 1;
            let next = network.step(&ExactArithmetic, &run.states[last], *token);
            if *token >= n_entries {
                run.states[last] = next;
            } else {
                run.entries.push(*token);
                run.before.push(place);
                run.states.push(next);
            }
        }
        run
    }
}

fn layered(network: &Network) -> Result<&LayeredRnn, ProofError> {
    match network {
        Network::Layered(network) => Ok(network),
        _ => Err(ProofError::new("expected a network of four layers, got one of a single layer")),
    }
}

/// The embedding of a token that is no mark, with this value.
fn embedded<V>(network: &LayeredRnn, value: V, one: V) -> Vec<V> {
    std::iter::once(value).chain((network.embedded().len() > 1).then_some(one)).collect()
}

/// A fixed word over so many tokens, without a short period.
fn sample_token(t: usize, n_tokens: usize) -> usize {
    (t * t + t / 2 + t / 7) % n_tokens
}

/// The symbols of the obligations after `t` tokens of a run: the network's state and the next token.
struct Here<'r> {
    stage: &'r Stage,
    run: &'r Run,
    t: usize,
}

impl Valuation for Here<'_> {
    fn symbol(&self, name: &str) -> Option<Datum> {
        let Self { stage, run, t } = *self;
        let value = match stage.places.get(name).or_else(|| stage.places.get(&range::real_name(name)?)) {
            Some(place) => run.states[t].get(*place).cloned(),
            None if name == range::SIZE => {
                let n_matrices = u32::try_from(t / BLOCK).expect("a word is shorter than 2^32");
                Some(Exact::from(BigInt::from(3).pow(n_matrices)))
            }
            None if name == "x" => run.entries.get(t).map(|token| Exact::integer(stage.token_values[*token])),
            None => None,
        };
        value.map(Datum::Number)
    }

    fn apply(&self, _: &str, _: &[Exact]) -> Option<Datum> {
        None
    }
}

/// Numbers by name.
struct Numbers<'n> {
    numbers: &'n [(&'static str, i64)],
    token_values: &'n [i64],
}

impl Valuation for Numbers<'_> {
    fn symbol(&self, name: &str) -> Option<Datum> {
        let found = self.numbers.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| Datum::Number(Exact::integer(*value)))
    }

    /// The only function is the token at a time of a fixed word, zero before it.
    fn apply(&self, _: &str, arguments: &[Exact]) -> Option<Datum> {
        let time = arguments.first()?.to_i64()?;
        let token = |t: usize| Exact::integer(self.token_values[sample_token(t, self.token_values.len())]);
        Some(Datum::Number(usize::try_from(time).map_or(Exact::ZERO, token)))
    }
}

/// The router's heads and layer 4's, by name and shape.
fn check_shape(network: &LayeredRnn, frame: &dyn Frame) -> Result<(), ProofError> {
    let refuse =
        |what: &str, expected: &str, got: &str| Err(ProofError::new(format!("{what}: expected {expected}, got {got}")));
    let n_tokens = frame.token_values().len();
    let embedded: &[&str] = match network.tokens().len().checked_sub(n_tokens) {
        Some(0) => &["x"],
        Some(1) if frame.may_have_bos() => &["x", "live"],
        _ => {
            let more = if frame.may_have_bos() { ", or one more that is skipped" } else { "" };
            return refuse("tokens", &format!("{n_tokens}{more}"), &network.tokens().len().to_string());
        }
    };
    if network.embedded() != embedded {
        return refuse("embedding", &embedded.join(" "), &network.embedded().join(" "));
    }
    let outputs = frame.values();
    if network.outputs() != outputs {
        return refuse("value outputs", &outputs.join(" "), &network.outputs().join(" "));
    }
    // The obligations give layer 4's outputs to the readout, and nothing after them.
    if network.layers().last().is_some_and(|layer| layer.feed_forward().is_some()) {
        return refuse("the last layer", "heads only", "a feed-forward sublayer");
    }
    let mut third: Vec<String> = frame.has_marker().then(|| "marker 1x3".to_owned()).into_iter().collect();
    third.extend((0..frame.n_slots()).map(|slot| format!("latch{slot} 1x1")));
    let start = frame.start();
    let fourth = frame.heads().into_iter().map(|(name, _)| format!("{name} {}x{}", start.len(), start[0].len()));
    let expected: [Vec<String>; 4] =
        [vec!["parity 1x1".into()], vec!["A 1x3".into(), "B 1x2".into()], third, fourth.collect()];
    let got: Vec<Vec<String>> = (network.layers().iter())
        .map(|layer| {
            let heads = layer.heads().iter();
            heads.map(|head| format!("{} {}x{}", head.name(), head.n_values(), head.n_keys())).collect()
        })
        .collect();
    if got.len() != expected.len() {
        return refuse("layers", "4", &got.len().to_string());
    }
    for (number, (expected, got)) in (1..).zip(expected.iter().zip(&got)) {
        if expected != got {
            return refuse(&format!("heads of layer {number}"), &expected.join(", "), &got.join(", "));
        }
    }
    Ok(())
}
