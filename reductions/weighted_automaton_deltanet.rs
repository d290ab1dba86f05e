//! Any weighted automaton over Q of at most 3 states by a four-layer DeltaNet, exactly.
//!
//! **Claim.** For the given automaton and every word, after letter `t` of it the readout is `rho^(M+1)` times the weight of
//! the word so far, with `M = t div B` and `rho = delta / n > 0`; the network accepts the word iff its weight is positive
//! (Theorem 6, its automata form).
//!
//! **Construction.** As in [`weighted_automaton_rwkv7`](crate::weighted_automaton_rwkv7) the product of a block of `B`
//! letters is applied during the next block, here by the row steps of
//! [`matrix_product_deltanet`](crate::matrix_product_deltanet), so `B >= n^2`. The state is one row of two buffers of `n^2`
//! coordinates `(l, j)`; entry `j` of the row that a buffer holds is the sum over `l`. With `r = t mod B`, `A` the product of
//! the block before (the identity in the first one) and `cur` the product of this block's letters so far:
//!
//! - at `r = (n - 1) j + h - 1`, for `0 < h < n`, the key is `e(0,j) + ... + e(h-1,j) - h e(h,j)` in the destination, and beta
//!   `1/(h + h^2)`: the destination, whose columns sum to 0, becomes 0;
//! - at `r = n (n - 1) + l` the key is `e(0,l) + ... + e(n-1,l)` in the source less `delta` times row `l` of `A` at `(l, ..)`
//!   in the destination, and beta `1/n`: `rho` times entry `l` of the source times that row is added, and column `l` of the
//!   source sums to 0;
//! - at every token the query is `rho A cur omega` on the sums of the source and `cur omega` on those of the destination.
//!
//! With `delta = n` the readout is the weight itself ([`exact`]). With a small `delta` every effective `beta |k|^2` of the
//! network is in [0, 2], the range of deployed networks, and the readout has the weight's sign ([`sign`]).
//!
//! **Sizes.** Heads 1, 2, 2B and 1, with `B` = 1, 4 and 12 for 1, 2 and 3 states. The feed-forward of layer 3 has `2 B + 3`
//! hidden layers, for three letters of 796 units (2 states) or 4935 (3 states) in all: the row is multiplied by those letters
//! only that a write can need.
//!
//! **Deviation.** Idealised as the matrix products: keys are not normalised. Four states need blocks of 16 letters, and a
//! router that tells more than 24 positions.

use crate::construction::letter_chains;
use crate::construction::letter_chains::Chain;
use crate::construction::letter_chains::Placement;
use crate::construction::letter_chains::Ring;
use crate::construction::letter_chains::Side;
use crate::construction::letter_chains::Weights;
use crate::construction::letter_chains::power;
use crate::proof::routed::LetterDesign;
use crate::proof::routed::Place;
use crate::proof::routed::Products;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::STEP_SIZES;
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

/// The reductions of the shipped automata to networks whose readout is the weight, in the order in which they are listed,
/// and then those of two states to networks whose readout has its sign: with more states that takes seconds to check.
pub fn named() -> impl Iterator<Item = &'static LetterReduction> {
    const OF_SIGNS: [&str; 2] = ["counter-difference-sign", "random-fibonacci-sign"];
    static NAMED: LazyLock<Vec<LetterReduction>> = LazyLock::new(|| {
        let small = "a shipped automaton is small";
        let of_weights = |problem: &'static WeightedAutomaton| {
            exact_reduction(problem.clone(), Some(problem.automaton().name())).expect(small)
        };
        let of_signs = |(problem, name): (&'static WeightedAutomaton, &'static str)| {
            sign_reduction(problem.clone(), Some(name)).expect(small)
        };
        let all = weighted_automaton::all();
        all.map(of_weights).into_iter().chain(all.into_iter().zip(OF_SIGNS).map(of_signs)).collect()
    });
    NAMED.iter()
}

/// The reduction of an automaton to the network of [`exact`]; `variant` is the name under which it is listed, where it is.
///
/// # Errors
/// As [`exact`].
pub fn exact_reduction(
    problem: WeightedAutomaton,
    variant: Option<&'static str>,
) -> Result<LetterReduction, NetworkError> {
    let delta = exact_delta(problem.automaton());
    let description = Description {
        model: "deltanet",
        variant,
        theorem: "Theorem 6",
        regime: "polynomial precision",
        claim: const {
            &[
                Clause::decides_by_router(
                    "For every word over the letters of the given automaton over the rational numbers, of any length, the \
                 four-layer DeltaNet with these fixed rational weights accepts it iff its weight is positive",
                ),
                WEIGHT_VALUES,
            ]
        },
        idealised: "keys are not normalised and beta is any rational number, there is no normalisation between layers",
        deviation: DEVIATION,
        on_paper: "The inductions over positions, over blocks and over the word; products of matrices are associative.",
        refuted: None,
    };
    reduction(problem, description, &delta, Values::Exact)
}

/// The same for the network of [`sign`].
///
/// # Errors
/// As [`sign`].
pub fn sign_reduction(
    problem: WeightedAutomaton,
    variant: Option<&'static str>,
) -> Result<LetterReduction, NetworkError> {
    let delta = sign_delta(problem.automaton())?;
    let description = Description {
        model: "deltanet",
        variant,
        theorem: "Theorem 6",
        regime: "polynomial precision",
        claim: const {
            &[
                Clause::decides_by_router(
                    "For every word over the letters of the given automaton over the rational numbers, of any length, the \
                 four-layer DeltaNet with these fixed rational weights accepts it iff its weight is positive",
                ),
                Clause {
                    text: "after every letter the value output has the sign of the weight",
                    brief: "the sign of the weight after every letter",
                    ..WEIGHT_VALUES
                },
                STEP_SIZES,
            ]
        },
        idealised: "keys are not normalised, there is no normalisation between layers",
        deviation: DEVIATION,
        on_paper: "The inductions over positions, over blocks and over the word; products of matrices are associative, and a \
                   positive multiple has the same sign.",
        refuted: None,
    };
    reduction(problem, description, &delta, Values::Signs)
}

const DEVIATION: &str = "Letters are collected in blocks, and a block's product is applied while the next one is read; a \
                         router that is exact over Q and holds at most 3 states; a feed-forward sublayer of several hidden \
                         layers.";

fn reduction(
    problem: WeightedAutomaton,
    description: Description,
    delta: &Exact,
    compares: Values,
) -> Result<LetterReduction, NetworkError> {
    let design = RowSteps::new(problem.automaton(), delta)?;
    let network = network(problem.automaton(), delta)?;
    Ok(LetterReduction::new(problem, description, network, Box::new(design), compares))
}

/// The network whose readout is the weight itself: `delta = n`.
///
/// # Errors
/// A sentence with the bound where the automaton has more than 3 states, or so many letters that the weights are too
/// many.
pub fn exact(automaton: &Automaton) -> Result<Network, NetworkError> {
    network(automaton, &exact_delta(automaton))
}

fn exact_delta(automaton: &Automaton) -> Exact {
    Exact::integer(automaton.n_states() as i64)
}

/// The network whose readout has the weight's sign, and whose every effective `beta |k|^2` is in [0, 2].
///
/// # Errors
/// As [`exact`].
pub fn sign(automaton: &Automaton) -> Result<Network, NetworkError> {
    network(automaton, &sign_delta(automaton)?)
}

/// The `delta` of [`sign`]: one over the largest absolute row sum that the product of a block can have, or less. A row
/// `a` of the product then has `delta^2 |a|^2 <= 1`, and at a write `beta |k|^2 = 1 + delta^2 |a|^2 / n`.
///
/// # Errors
/// As [`exact`].
pub fn sign_delta(automaton: &Automaton) -> Result<Exact, NetworkError> {
    let ring = Ring::new(automaton.n_states(), n_steps)?;
    Ok(&Exact::ONE / &power(&Weights::new(automaton).norm(), ring.block))
}

/// The network with this `delta`.
///
/// # Errors
/// As [`exact`], and where `delta` is not positive.
pub fn network(automaton: &Automaton, delta: &Exact) -> Result<Network, NetworkError> {
    if !delta.is_positive() {
        return Err(NetworkError::new(format!(
            "expected a positive delta, as the sign is that of the weight; got {delta}"
        )));
    }
    Plan::new(automaton, delta)?.build(automaton)
}

/// The steps that a product takes.
fn n_steps(n_states: usize) -> usize {
    n_states.pow(2)
}

/// What the network is made from, so that a test can change a part of it.
#[derive(Clone, Debug)]
struct Plan {
    ring: Ring,
    chains: Vec<Chain>,
    delta: Exact,
    /// The beta of each phase.
    betas: Vec<Exact>,
}

/// The chain of the query at the source.
const QUERY: usize = 0;
/// The chain of the query at the destination.
const CURRENT: usize = 1;
/// The chain of the row of the block's product that is written.
const ROW: usize = 2;

fn query_name(buffer: usize, state: usize) -> String {
    format!("query{buffer}.{state}")
}

fn current_name(buffer: usize, state: usize) -> String {
    format!("current{buffer}.{state}")
}

fn row_name(buffer: usize, l: usize, j: usize) -> String {
    format!("row{buffer}.{l}{j}")
}

impl Plan {
    fn new(automaton: &Automaton, delta: &Exact) -> Result<Self, NetworkError> {
        let n = automaton.n_states();
        let ring = Ring::new(n, n_steps)?;
        let weights = Weights::new(automaton);
        let (n_slots, block, clears) = (ring.n_slots(), ring.block, n * (n - 1));
        let phases = || (0..n_slots).map(|t| t % block);
        let written = |r: usize| (clears..n * n).contains(&r);
        let unit = |r: usize| (0..n).map(|i| Exact::integer(i64::from(i + clears == r))).collect();
        let query = Chain {
            start: vec![weights.final_weights.clone(); n_slots],
            side: Side::Right,
            ages: (0..n_slots).collect(),
            delay: 0,
            window: phases().map(|r| 0..r + block + 1).collect(),
        };
        let current =
            Chain { ages: (0..block).collect(), window: phases().map(|r| 0..r + 1).collect(), ..query.clone() };
        // Only the letters that a written row needs: those of the block before, seen from the last n phases of the steps.
        let row = Chain {
            start: phases().map(unit).collect(),
            side: Side::Left,
            ages: (clears + 1..n * n + block).rev().collect(),
            delay: 0,
            window: phases().map(|r| if written(r) { r + 1..r + block + 1 } else { 0..0 }).collect(),
        };
        let betas = (0..block).map(|r| {
            if r < clears {
                let h = (r % (n - 1) + 1) as i64;
                Exact::ratio(1, h + h * h)
            } else if written(r) {
                Exact::ratio(1, n as i64)
            } else {
                Exact::ZERO
            }
        });
        Ok(Self { betas: betas.collect(), ring, chains: vec![query, current, row], delta: delta.clone() })
    }

    /// The coordinates of a buffer that the position puts into the key, as a row: the clears of the destination and the
    /// sums over the source.
    fn key(&self, n: usize, buffer: usize, l: usize, j: usize) -> Row {
        let mut key = Row::zero();
        for h in 1..n {
            let entry = if l < h { 1 } else { -(h as i64) * i64::from(l == h) };
            key = key + Ring::is_one_of(&self.ring.positions((n - 1) * j + h - 1, 1 - buffer)) * entry;
        }
        key = key + Ring::is_one_of(&self.ring.positions(n * (n - 1) + j, buffer));
        key - Row::of(row_name(buffer, l, j)).scaled(&self.delta)
    }

    fn build(&self, automaton: &Automaton) -> Result<Network, NetworkError> {
        let n = automaton.n_states();
        let (ring, weights) = (&self.ring, Weights::new(automaton));
        let mut placements = Vec::new();
        let mut place = |output: String, chain: usize, entry: usize, positions: Vec<usize>| {
            placements.push(Placement { output, chain, entry, positions });
        };
        for buffer in 0..2 {
            let with_source = |source: usize| (0..ring.n_slots()).filter(|t| ring.source[*t] == source).collect();
            for entry in 0..n {
                place(query_name(buffer, entry), QUERY, entry, with_source(buffer));
                place(current_name(buffer, entry), CURRENT, entry, with_source(1 - buffer));
                for l in 0..n {
                    place(row_name(buffer, l, entry), ROW, entry, ring.positions(n * (n - 1) + l, 1 - buffer));
                }
            }
        }
        let builder = letter_chains::route(HeadFamily::DeltaNet, automaton, ring, &self.chains, &placements)?;

        let places: Vec<(usize, usize, usize)> =
            (0..2 * n * n).map(|place| (place / (n * n), place / n % n, place % n)).collect();
        let rho = &self.delta / &Exact::integer(n as i64);
        let key: Vec<Row> = places.iter().map(|(buffer, l, j)| self.key(n, *buffer, *l, *j)).collect();
        let entry = |(buffer, _, j): &(usize, usize, usize)| {
            Row::of(query_name(*buffer, *j)).scaled(&rho) + Row::of(current_name(*buffer, *j))
        };
        let query: Vec<Row> = places.iter().map(entry).collect();
        let at_start = |(buffer, l, j): &(usize, usize, usize)| match (buffer, l) {
            (0, 0) => weights.initial[*j].clone(),
            _ => Exact::ZERO,
        };
        let start = [places.iter().map(at_start).collect::<Vec<Exact>>()];
        let beta_at = |t: usize| Ring::is_one_of(&[t]).scaled(&self.betas[ring.phase(t)]);
        let beta: Row = (0..ring.n_slots()).map(beta_at).sum();
        let (mut value, mut skip) = (vec![Row::zero()], vec![Row::zero()]);
        virtual_start(&start, &key, &query, &mut value, &mut skip);
        let gates = vec![("beta", vec![beta]), ("k", key), ("v", value), ("q", query), ("skip", skip)];
        letter_chains::finish(builder, 2 * n * n, gates, &weights)
    }
}

/// What layer 4 is meant to do.
#[derive(Clone, Debug)]
pub struct RowSteps {
    weights: Weights,
    block: usize,
    delta: Exact,
}

impl RowSteps {
    /// For this automaton, with this `delta`.
    ///
    /// # Errors
    /// As [`exact`].
    pub fn new(automaton: &Automaton, delta: &Exact) -> Result<Self, NetworkError> {
        let block = Ring::new(automaton.n_states(), n_steps)?.block;
        Ok(Self { weights: Weights::new(automaton), block, delta: delta.clone() })
    }

    fn n(&self) -> usize {
        self.weights.n_states()
    }

    fn n_clears(&self) -> usize {
        self.n() * (self.n() - 1)
    }

    /// The place of coordinate `(l, j)` of a buffer.
    fn at(&self, buffer: usize, l: usize, j: usize) -> usize {
        self.n() * (self.n() * buffer + l) + j
    }
}

impl LetterDesign for RowSteps {
    /// Where `delta` is as small as [`sign_delta`] says.
    fn is_in_deployed_range(&self) -> bool {
        self.delta <= &Exact::ONE / &power(&self.weights.norm(), self.block)
    }

    fn weights(&self) -> &Weights {
        &self.weights
    }

    fn block(&self) -> usize {
        self.block
    }

    fn start(&self) -> Vec<Exact> {
        let rest = 2 * self.n() * self.n() - self.n();
        self.weights.initial.iter().cloned().chain(vec![Exact::ZERO; rest]).collect()
    }

    fn scale(&self) -> Exact {
        &self.delta / &Exact::integer(self.n() as i64)
    }

    /// Both queries take up the newest letter first, the row the oldest.
    fn orders(&self, r: usize) -> Vec<Vec<Option<usize>>> {
        let newest_first = (0..2 * self.block).map(|age| (age <= r + self.block).then_some(age));
        let previous = r + 1..r + self.block + 1;
        let mut orders = vec![newest_first.collect()];
        if (self.n_clears()..self.n().pow(2)).contains(&r) {
            let oldest_first = (self.n_clears() + 1..self.n().pow(2) + self.block).rev();
            orders.push(oldest_first.map(|age| previous.contains(&age).then_some(age)).collect());
        }
        orders
    }

    fn gates<'a>(&self, terms: &'a Terms, place: Place, products: &dyn Products<'a>) -> Vec<Term<'a>> {
        let Place { r, source } = place;
        let (n, destination) = (self.n(), 1 - source);
        let zero = terms.ratio(0, 1);
        let (mut key, mut query) = (vec![zero; 2 * n * n], vec![zero; 2 * n * n]);
        let mut beta = zero;
        if r < self.n_clears() {
            let (j, h) = (r / (n - 1), r % (n - 1) + 1);
            (0..h).for_each(|l| key[self.at(destination, l, j)] = terms.ratio(1, 1));
            key[self.at(destination, h, j)] = terms.ratio(-(h as i64), 1);
            beta = terms.ratio(1, (h + h * h) as i64);
        } else if r < n * n {
            let l = r - self.n_clears();
            (0..n).for_each(|i| key[self.at(source, i, l)] = terms.ratio(1, 1));
            for (j, entry) in products.row(l).into_iter().enumerate() {
                key[self.at(destination, l, j)] = -entry.scaled(&self.delta);
            }
            beta = terms.ratio(1, n as i64);
        }
        let (of_source, of_destination) = (products.query(), products.current());
        for l in 0..n {
            for j in 0..n {
                query[self.at(source, l, j)] = of_source[j].scaled(self.scale());
                query[self.at(destination, l, j)] = of_destination[j];
            }
        }
        let start = self.start();
        let from_start =
            |row: &[Term<'a>]| row.iter().zip(&start).fold(zero, |sum, (entry, start)| sum + entry.scaled(start));
        let (value, skip) = (-from_start(&key), from_start(&query));
        [vec![beta], key, vec![value], query, vec![skip]].concat()
    }

    fn held<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        let column = |j: usize| (0..self.n()).fold(terms.ratio(0, 1), |sum, l| sum + row[self.at(buffer, l, j)]);
        (0..self.n()).map(column).collect()
    }

    /// Its columns sum to 0.
    fn blank<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        self.held(terms, buffer, row).into_iter().map(|sum| sum.equals(terms.ratio(0, 1))).collect()
    }

    /// The last entry of each column is what makes its sum 0.
    fn blanked<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        let (mut blanked, last) = (row.to_vec(), self.n() - 1);
        for j in 0..self.n() {
            let others = (0..last).fold(terms.ratio(0, 1), |sum, l| sum + row[self.at(buffer, l, j)]);
            blanked[self.at(buffer, last, j)] = -others;
        }
        blanked
    }
}

#[cfg(test)]
mod tests;
