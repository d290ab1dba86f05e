//! The proof that a routed four-layer network multiplies matrices, as obligations made from the network value.
//!
//! The network's layers 1 to 3 are meant to be the [router](crate::gadgets::router), layer 4 is meant to be a [`Design`].
//! Nothing is taken from the construction: every obligation is made by the one interpreter from the network that is given,
//! so that a wrong weight breaks one of them. They say, for every word over the tokens -1, 0, 1:
//!
//!  - *tokens*, *start*: what the embedding gives, what the start state means, and that the empty word is refused;
//!  - *beginning*, for a network with a fourth token: from the start every head stays in its start on it, and the decision
//!    is no;
//!  - *orbit u*: the states of all heads of layers 1 to 3 but the latches go round one orbit, whatever the tokens and the
//!    latches are; its length is computed by running them;
//!  - *latch u*: at orbit position `u` the token's own slot takes it and every other slot keeps what it has;
//!  - *integral u*: every argument of a hidden unit is an integer there;
//!  - *schedule u*: layers 1 to 3 give every gate of every head of layer 4 as the design says, for every content of all
//!    latches and every token;
//!  - *readout u*: decision and value outputs are the outputs of layer 4, whatever else is in the stream;
//!  - *slots*, *window*, *positions*: arithmetic of times, for every `t`: which token a slot holds, and that the orbit
//!    position determines the place in the matrix, the parity of its number and the slot;
//!  - *virtual start*: a head that starts in 0 acts as one that starts in the design's start;
//!  - *blank*: a state that satisfies the hypotheses has the form in which the next obligations write it;
//!  - *block*, *between*, *output*: nine tokens of layer 4 with the design's gates, from any state that satisfies the
//!    hypotheses, for all real numbers: the product moves to the other buffer, multiplied; outputs are 0 before the
//!    matrix ends, and the product's entries where it does.
//!
//! On paper remain the induction over positions (orbit and latches) and over matrices (blocks), and that a positive
//! multiple has the same sign.

mod layer4;
mod range;
mod router;
#[cfg(test)]
mod tests;

use crate::definition::Definition;
use crate::gadgets::matrix_definition::mode_of;
use crate::proof::Obligation;
use crate::proof::Part;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::Witness;
use crate::proof::first_false;
use num_bigint::BigInt;
use rnn::Datum;
use rnn::Evaluation;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LayeredRnn;
use rnn::Network;
use rnn::Program;
use rnn::Term;
use rnn::Terms;
use std::collections::BTreeMap;
use std::fmt;

/// The side of a matrix.
pub(crate) const N: usize = 3;
/// The tokens of a matrix.
pub(crate) const BLOCK: usize = N * N;

/// Where in its matrix a token stands, and which buffer holds the product so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The place in the matrix, 0 to 8.
    pub r: usize,
    /// The source buffer: the parity of the matrix's number.
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

    /// The heads of layer 4, each with the entries (row, column) of the product that it puts out.
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

/// Where an obligation's assumptions are looked at.
#[derive(Clone, Debug)]
enum Scene {
    /// After this many tokens of a fixed word.
    After(usize),
    /// At these numbers.
    Numbers(Vec<(&'static str, i64)>),
}

/// All obligations for one network and one design.
pub struct RoutedProof<'a> {
    network: LayeredRnn,
    obligations: Vec<Obligation<'a>>,
    scenes: Vec<Scene>,
    period: usize,
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
        check_shape(network, design)?;
        let mut proof = Self { network: network.clone(), obligations: Vec::new(), scenes: Vec::new(), period: 0 };
        proof.period = router::add(terms, &mut proof, design)?;
        layer4::add(terms, &mut proof, design);
        Ok(proof)
    }

    /// The same for any network: one without layers is refused.
    ///
    /// # Errors
    /// As [`RoutedProof::new`].
    pub fn of_network(terms: &'a Terms, network: &Network, design: &dyn Design) -> Result<Self, ProofError> {
        match network {
            Network::Layered(network) => Self::new(terms, network, design),
            _ => Err(ProofError::new("expected a network of four layers, got one of a single layer")),
        }
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

    /// The same as a proof that the network is the streaming definition of the problem.
    ///
    /// # Errors
    /// [`ProofError`] where the network has another token beside the definition's, one for the beginning.
    pub fn into_proof(self, definition: Definition<'a>) -> Result<Proof<'a>, ProofError> {
        let witnesses = self.witnesses();
        let obligations = self.obligations.into_iter().zip(witnesses).collect();
        Proof::of_obligations(Network::Layered(self.network), definition, obligations)
    }

    fn push(&mut self, name: String, part: Part, scene: Scene, assumptions: Vec<Term<'a>>, goal: Term<'a>) {
        let assumptions = assumptions.into_iter().filter(|term| term.as_truth() != Some(true)).collect();
        self.obligations.push(Obligation { name, part, assumptions, goal, then: None });
        self.scenes.push(scene);
    }

    /// For each obligation, in order, how its assumptions are met: they are evaluated exactly in a state that the
    /// network reaches, or at numbers that are times.
    pub fn witnesses(&self) -> Vec<Witness> {
        let longest = self.scenes.iter().map(|scene| if let Scene::After(t) = scene { *t } else { 0 }).max();
        let mut states = vec![self.network.start().to_vec()];
        for t in 0..longest.unwrap_or(0) {
            let next = self.network.step(&ExactArithmetic, &states[t], usize::from(sample_token(t)));
            states.push(next);
        }
        let pairs = self.obligations.iter().zip(&self.scenes);
        pairs.map(|(obligation, scene)| self.witness(obligation, scene, &states)).collect()
    }

    fn witness(&self, obligation: &Obligation<'a>, scene: &Scene, states: &[Vec<Exact>]) -> Witness {
        let (meaning, word, situation) = match scene {
            Scene::After(t) => {
                let names = self.network.coordinates().iter().map(|name| format!("h.{name}"));
                let mut symbols: BTreeMap<String, Exact> = names.zip(states[*t].iter().cloned()).collect();
                for (name, value) in self.network.coordinates().iter().zip(&states[*t]) {
                    symbols.insert(range::integer_name(name), value.clone());
                }
                let n_matrices = u32::try_from(t / BLOCK).expect("a word is shorter than 2^32");
                symbols.insert(range::SIZE.to_owned(), Exact::from(BigInt::from(3).pow(n_matrices)));
                symbols.insert("x".to_owned(), token_value(*t));
                for place in 0..BLOCK {
                    symbols.insert(current_name(place), token_value(t + place));
                    symbols
                        .insert(previous_name(place), (t + place).checked_sub(BLOCK).map_or(Exact::ZERO, token_value));
                }
                (Meaning { symbols }, Some((0..*t).map(|t| usize::from(sample_token(t))).collect()), String::new())
            }
            Scene::Numbers(numbers) => {
                let text: Vec<String> = numbers.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                let symbols = numbers.iter().map(|(name, value)| ((*name).to_owned(), Exact::integer(*value)));
                (Meaning { symbols: symbols.collect() }, None, text.join(", "))
            }
        };
        match first_false(&Program::new(&obligation.assumptions), &meaning) {
            None => Witness::Found { word, situation },
            Some(place) => Witness::Violated {
                word: word.unwrap_or_default(),
                assumption: obligation.assumptions[place].to_string(),
            },
        }
    }
}

/// The embedding of a token that is no mark, with this value.
fn embedded<V>(network: &LayeredRnn, value: V, one: V) -> Vec<V> {
    std::iter::once(value).chain((network.embedded().len() > 1).then_some(one)).collect()
}

/// The part of an induction over positions that speaks of the step after `t` tokens.
fn step(t: usize) -> Part {
    Part::Step { mode: mode_of(t), token: 0 }
}

/// The part that speaks of the readout after `t` tokens.
fn readout(t: usize) -> Part {
    Part::Readout { mode: mode_of(t) }
}

/// A fixed word without a short period.
fn sample_token(t: usize) -> u8 {
    ((t * t + t / 2 + t / 7) % 3) as u8
}

fn token_value(t: usize) -> Exact {
    Exact::integer(i64::from(sample_token(t)) - 1)
}

/// The symbol for an entry of the current matrix.
fn current_name(place: usize) -> String {
    format!("a.{}{}", place / N, place % N)
}

/// The symbol for an entry of the matrix before.
fn previous_name(place: usize) -> String {
    format!("b.{}{}", place / N, place % N)
}

struct Meaning {
    symbols: BTreeMap<String, Exact>,
}

impl Evaluation for Meaning {
    fn symbol(&self, name: &str) -> Option<Datum> {
        self.symbols.get(name).cloned().map(Datum::Number)
    }

    /// The only function is the token at a time, zero before the word.
    fn apply(&self, _: &str, arguments: &[Exact]) -> Option<Datum> {
        let time = arguments.first()?.to_i64()?;
        Some(Datum::Number(usize::try_from(time).map_or(Exact::ZERO, token_value)))
    }
}

/// The router's heads and layer 4's, by name and shape.
fn check_shape(network: &LayeredRnn, design: &dyn Design) -> Result<(), ProofError> {
    let refuse =
        |what: &str, expected: &str, got: &str| Err(ProofError::new(format!("{what}: expected {expected}, got {got}")));
    let embedded: &[&str] = match network.tokens().len() {
        3 => &["x"],
        4 => &["x", "live"],
        other => return refuse("tokens", "3, or 4 with one for the beginning", &other.to_string()),
    };
    if network.embedded() != embedded {
        return refuse("embedding", &embedded.join(" "), &network.embedded().join(" "));
    }
    let outputs: Vec<String> = (0..BLOCK).map(|place| format!("P{}{}", place / N, place % N)).collect();
    if network.outputs() != outputs {
        return refuse("value outputs", &outputs.join(" "), &network.outputs().join(" "));
    }
    // The obligations give layer 4's outputs to the readout, and nothing behind them.
    if network.layers().last().is_some_and(|layer| layer.feed_forward().is_some()) {
        return refuse("the last layer", "heads only", "a feed-forward sublayer");
    }
    let mut third = vec!["marker 1x3".to_owned()];
    third.extend((0..design.n_slots()).map(|slot| format!("latch{slot} 1x1")));
    let start = design.start();
    let fourth = design.heads().into_iter().map(|(name, _)| format!("{name} {}x{}", start.len(), start[0].len()));
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
