//! Any weighted automaton over Q of at most 12 states by a four-layer RWKV-7, exactly.
//!
//! **Status.** The construction is tested (exact values on all short words and on random longer ones), not proved; that is
//! why it is not among the registered reductions.
//!
//! **Claim that is tested.** After every letter the readout is the weight of the word so far; the network accepts it iff
//! that weight is positive (Theorem 6, its automata form).
//!
//! **Construction.** One head does one rank-one step per token, while a letter's matrix less the identity has any rank.
//! So letters are collected in blocks of `B >= n`, and the product of a block is applied in the next one. Layers 1 to 3 are
//! the [router](crate::gadgets::router) without its marker, and their feed-forward the
//! [chains](crate::gadgets::letter_chains). Layer 4 has one head with one row of two buffers of `n` entries. With
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

use crate::gadgets::letter_chains;
use crate::gadgets::letter_chains::Chain;
use crate::gadgets::letter_chains::Placement;
use crate::gadgets::letter_chains::Ring;
use crate::gadgets::letter_chains::Side;
use crate::gadgets::letter_chains::Weights;
use problems::weighted_automaton::Automaton;
use rnn::Exact;
use rnn::HeadFamily;
use rnn::HeadRows;
use rnn::Network;
use rnn::NetworkError;
use rnn::Row;
use rnn::virtual_start;

/// The readout and value output: the weight of the word so far.
pub const WEIGHT: &str = "weight";

/// The network of this automaton, over its letters.
///
/// # Errors
/// A sentence with the bound where the automaton has more than 12 states, or so many letters that the weights are too
/// many.
pub fn network(automaton: &Automaton) -> Result<Network, NetworkError> {
    Plan::new(automaton)?.build(automaton)
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
        let ring = Ring::new(n, n)?;
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
        let mut builder = letter_chains::route(HeadFamily::Rwkv7, automaton, ring, &self.chains, &placements)?;

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
        let head = HeadRows { name: "state".to_owned(), outputs: vec![WEIGHT.to_owned()], n_keys: 2 * n, gates };
        builder.layer(vec![head])?;
        let outputs = vec![(WEIGHT.to_owned(), Row::of(WEIGHT))];
        builder.finish(Row::of(WEIGHT), outputs, weights.is_positive_on_empty()).map(Network::Layered)
    }
}

#[cfg(test)]
mod tests;
