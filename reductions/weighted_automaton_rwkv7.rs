//! Any weighted automaton over Q of at most 12 states by a four-layer RWKV-7, exactly.
//!
//! **Claim.** For the given automaton and every word, after every letter the readout is the weight of the word so far;
//! the network accepts the word iff that weight is positive (Theorem 6, its automata form).
//!
//! **Construction.** One head does one rank-one step per token, while a letter's matrix less the identity has any rank.
//! So letters are collected in blocks of `B >= n`, and the product of a block is applied in the next one. Layers 1 to 3 are
//! the [router](crate::construction::router) without its marker, and their feed-forward the
//! [chains](crate::construction::letter_chains). Layer 4 has one head with one row of two buffers of `n` entries. With
//! `r = t mod B` and `M = t div B`, source buffer `M mod 2` and the other one the destination, `A` the product of the block
//! before (the identity in the first one) and `cur` the product of this block's letters so far:
//!
//! - at `r = j < n` entry `j` of the destination is overwritten by the source times column `j` of `A`;
//! - at every token the query is `A cur omega` at the source.
//!
//! The source holds alpha times the blocks before the last one, so the head reads `alpha M_w0 ... M_wt omega`.
//!
//! **Sizes.** Heads 1, 2, 2B and 1. For two letters and `B = n` the feed-forward of layer 3 has `42 n^2 + 22 n` units in
//! `2 n + 3` hidden layers: 212, 444 and 760 for 2, 3 and 4 states.
//!
//! **Deviation.** Idealised as the [matrix products](crate::matrix_product_rwkv7): decay 1, learning rates 0 and 1. More
//! than 12 states need a router that tells more than 24 positions.
//!
//! ```
//! use rnn::ExactArithmetic;
//! let automaton = problems::weighted_automaton::counter_difference().automaton();
//! let network = reductions::weighted_automaton_rwkv7::network(automaton).unwrap();
//! let mut state = network.start().to_vec();
//! for token in [0, 0, 1, 0] {
//!     state = network.step(&ExactArithmetic, &state, token);
//! }
//! assert_eq!(network.read_out(&ExactArithmetic, &state), 2.into());
//! ```

use crate::construction::letter_chains;
use crate::construction::letter_chains::Chain;
use crate::construction::letter_chains::Placement;
use crate::construction::letter_chains::Ring;
use crate::construction::letter_chains::Side;
use crate::construction::letter_chains::Weights;
use crate::matrix_product_rwkv7::overwrite;
use crate::proof::routed::LetterDesign;
use crate::proof::routed::Place;
use crate::proof::routed::Products;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::RATES;
use crate::reduction::Values;
use crate::reduction::WEIGHT_VALUES;
use crate::weighted_automaton_routed::LetterReduction;
use problems::weighted_automaton;
use problems::weighted_automaton::Automaton;
use problems::weighted_automaton::WeightedAutomaton;
use rnn::Exact;
use rnn::HeadFamily;
use rnn::Network;
use rnn::NetworkError;
use rnn::Row;
use rnn::Term;
use rnn::Terms;
use rnn::virtual_start;
use std::sync::LazyLock;

/// The reductions of the shipped automata, in the order in which they are listed.
pub fn named() -> impl Iterator<Item = &'static LetterReduction> {
    static NAMED: LazyLock<Vec<LetterReduction>> = LazyLock::new(|| {
        let of = |problem: &'static WeightedAutomaton| reduction(problem.clone(), Some(problem.automaton().name()));
        weighted_automaton::all().map(|problem| of(problem).expect("a shipped automaton is small")).into()
    });
    NAMED.iter()
}

/// The reduction of an automaton; `variant` is the name under which it is listed, where it is.
///
/// # Errors
/// As [`network`].
pub fn reduction(problem: WeightedAutomaton, variant: Option<&'static str>) -> Result<LetterReduction, NetworkError> {
    let description = Description {
        model: "rwkv7",
        variant,
        theorem: "Theorem 6",
        regime: "polynomial precision",
        claim: const {
            &[
                Clause::decides_by_router(
                    "For every word over the letters of the given automaton over the rational numbers, of any length, the \
                 four-layer RWKV-7 with these fixed rational weights accepts it iff its weight is positive",
                ),
                WEIGHT_VALUES,
                RATES,
            ]
        },
        idealised: "decay 1 and learning rates 0 and 1 are limits of what the layer allows, removal keys are not \
                    normalised, there is no normalisation between layers",
        deviation: "Letters are collected in blocks, and a block's product is applied while the next one is read; a router \
                    that is exact over Q and holds at most 12 states; a feed-forward sublayer of several hidden layers.",
        on_paper: "The inductions over positions, over blocks and over the word; products of matrices are associative.",
        refuted: None,
    };
    let design = Overwrites::new(problem.automaton())?;
    let network = network(problem.automaton())?;
    Ok(LetterReduction::new(problem, description, network, Box::new(design), Values::Exact))
}

/// The network of this automaton, over its letters.
///
/// # Errors
/// A sentence with the bound where the automaton has more than 12 states, or so many letters that the weights are too
/// many.
pub fn network(automaton: &Automaton) -> Result<Network, NetworkError> {
    Plan::new(automaton)?.build(automaton)
}

/// The steps that a product takes: one column at a time.
fn n_steps(n_states: usize) -> usize {
    n_states
}

/// What the network is made from, so that a test can change a part of it.
#[derive(Clone, Debug)]
struct Plan {
    ring: Ring,
    chains: Vec<Chain>,
    lambda: Exact,
}

/// The chain of the query.
const QUERY: usize = 0;
/// The chain of the column that the overwrite multiplies with.
const COLUMN: usize = 1;

fn query_name(buffer: usize, state: usize) -> String {
    format!("query{buffer}.{state}")
}

fn column_name(buffer: usize, state: usize) -> String {
    format!("column{buffer}.{state}")
}

impl Plan {
    fn new(automaton: &Automaton) -> Result<Self, NetworkError> {
        let n = automaton.n_states();
        let ring = Ring::new(n, n_steps)?;
        let weights = Weights::new(automaton);
        let (n_slots, block) = (ring.n_slots(), ring.block);
        let phases = || (0..n_slots).map(|t| t % block);
        let unit = |r: usize| (0..n).map(|i| Exact::integer(i64::from(i == r))).collect();
        let query = Chain {
            start: vec![weights.final_weights.clone(); n_slots],
            side: Side::Right,
            ages: (0..n_slots).collect(),
            delay: 0,
            window: phases().map(|r| 0..r + block + 1).collect(),
        };
        let column = Chain {
            start: phases().map(unit).collect(),
            side: Side::Right,
            ages: (1..n_slots).collect(),
            delay: 1,
            window: phases().map(|r| if r < n { r + 1..r + block + 1 } else { 0..0 }).collect(),
        };
        Ok(Self { ring, chains: vec![query, column], lambda: Exact::ONE })
    }

    fn build(&self, automaton: &Automaton) -> Result<Network, NetworkError> {
        let n = automaton.n_states();
        let (ring, weights) = (&self.ring, Weights::new(automaton));
        let mut placements = Vec::new();
        for buffer in 0..2 {
            let positions: Vec<usize> = (0..ring.n_slots()).filter(|t| ring.source[*t] == buffer).collect();
            for entry in 0..n {
                for (name, chain) in [(query_name as fn(usize, usize) -> String, QUERY), (column_name, COLUMN)] {
                    let output = name(buffer, entry);
                    placements.push(Placement { output, chain, entry, positions: positions.clone() });
                }
            }
        }
        let builder = letter_chains::route(HeadFamily::Rwkv7, automaton, ring, &self.chains, &placements)?;

        let places = || (0..2).flat_map(|buffer| (0..n).map(move |state| (buffer, state)));
        let over: Vec<Row> = places().map(|(b, j)| Ring::is_one_of(&ring.positions(j, 1 - b))).collect();
        let kappa: Vec<Row> = places().zip(&over).map(|((b, i), o)| o.clone() - Row::of(column_name(b, i))).collect();
        let query: Vec<Row> = places().map(|(b, i)| Row::of(query_name(b, i))).collect();
        let start = [weights.initial.iter().cloned().chain(vec![Exact::ZERO; n]).collect::<Vec<Exact>>()];
        let (mut value, mut skip) = (vec![Row::zero()], vec![Row::zero()]);
        // Where nothing is overwritten the removal key is 0, so lambda times the key is a multiple of the key.
        let removed: Vec<Row> = kappa.iter().map(|row| row.scaled(&self.lambda)).collect();
        virtual_start(&start, &removed, &query, &mut value, &mut skip);
        let gates = vec![
            ("w", vec![Row::number(1); 2 * n]),
            ("lambda", vec![over.iter().cloned().sum::<Row>().scaled(&self.lambda)]),
            ("kappa", kappa),
            ("a", over.clone()),
            ("ktilde", over),
            ("v", value),
            ("q", query),
            ("skip", skip),
        ];
        letter_chains::finish(builder, 2 * n, gates, &weights)
    }
}

/// What layer 4 is meant to do.
#[derive(Clone, Debug)]
pub struct Overwrites {
    weights: Weights,
    block: usize,
}

impl Overwrites {
    /// For this automaton.
    ///
    /// # Errors
    /// As [`network`].
    pub fn new(automaton: &Automaton) -> Result<Self, NetworkError> {
        let block = Ring::new(automaton.n_states(), n_steps)?.block;
        Ok(Self { weights: Weights::new(automaton), block })
    }
}

impl LetterDesign for Overwrites {
    fn weights(&self) -> &Weights {
        &self.weights
    }

    fn block(&self) -> usize {
        self.block
    }

    fn start(&self) -> Vec<Exact> {
        let n = self.weights.n_states();
        self.weights.initial.iter().cloned().chain(vec![Exact::ZERO; n]).collect()
    }

    /// Both chains take up the newest letter first.
    fn orders(&self, r: usize) -> Vec<Vec<Option<usize>>> {
        vec![(0..2 * self.block).map(|age| (age <= r + self.block).then_some(age)).collect()]
    }

    fn gates<'a>(&self, terms: &'a Terms, place: Place, products: &dyn Products<'a>) -> Vec<Term<'a>> {
        let Place { r, source } = place;
        let n = self.weights.n_states();
        let at_source = |row: Vec<Term<'a>>| {
            let mut whole = vec![terms.ratio(0, 1); 2 * n];
            whole[n * source..n * (source + 1)].copy_from_slice(&row);
            whole
        };
        let column = if r < n { products.column(r) } else { vec![terms.ratio(0, 1); n] };
        let over = (r < n).then_some(n * (1 - source) + r);
        overwrite(terms, &[self.start()], over, &at_source(column), at_source(products.query()))
    }

    fn held<'a>(&self, _: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        let n = self.weights.n_states();
        row[n * buffer..n * (buffer + 1)].to_vec()
    }

    /// What is overwritten may hold anything.
    fn blank<'a>(&self, _: &'a Terms, _: usize, _: &[Term<'a>]) -> Vec<Term<'a>> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests;
