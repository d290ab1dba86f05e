//! Iterated products of 3x3 matrices by a four-layer DeltaNet, exactly over Q.
//!
//! **Claim.** For every word over -1, 0, 1 the network accepts it iff its length is a positive multiple of 9 and entry
//! (0,0) of the product of its matrices (row by row, left to right) is positive; at every matrix end its nine value
//! outputs are the product, times `(delta/3)^N` after `N` matrices.
//!
//! **Construction.** Layers 1 to 3 are the [router](crate::construction::router). Layer 4 has one head per output column, all
//! with the same state `Y`: row `i` holds row `i` of the product so far in two buffers of nine coordinates `(l, j)`, and
//! entry `j` is the sum over `l`. With `r = t mod 9` and `M = t div 9`, source buffer `M mod 2` and the other one the
//! destination, two rank-one steps per column `j` clear the destination (`r < 6`: its columns sum to 0), and at
//! `r = 6 + l` one rank-one step takes a third of entry `l` of the source times row `l` of the current matrix into the
//! destination, times `delta`. Keys are affine in the latched tokens, betas depend on the position only.
//!
//! With `delta = 3` the outputs are the product itself. With `delta = 1` every effective `beta |k|^2` of the whole network
//! is 0, 1, 4/3, 5/3 or 2, inside the range that deployed networks allow, and the outputs have the product's signs.
//!
//! With a fourth token, BOS, every head keeps its state on it, wherever it stands, and all else is the same; the router then
//! has at most one unit more in each of its feed-forwards.
//!
//! **Deviation.** The published router needs a token for the beginning and angles that are not rational; this one has
//! neither. Idealised: keys are not normalised and beta is any rational number.

use crate::construction::router::Schedule;
use crate::matrix_product_routed;
use crate::matrix_product_routed::MatrixProductBy;
use crate::matrix_product_routed::output_name;
use crate::proof::ProofError;
use crate::proof::routed::BLOCK;
use crate::proof::routed::Design;
use crate::proof::routed::N;
use crate::proof::routed::Place;
use crate::proof::routed::RoutedProof;
use crate::proof::routed::Window;
use crate::reduction::BOS_IS_SKIPPED;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::PRODUCT_VALUES;
use crate::reduction::STEP_SIZES;
use crate::reduction::Values;
use problems::matrix_product::MatrixProduct;
use problems::matrix_product::MatrixProductBos;
use rnn::Exact;
use rnn::HeadFamily;
use rnn::HeadRows;
use rnn::LayeredRnn;
use rnn::Network;
use rnn::NetworkError;
use rnn::Row;
use rnn::Term;
use rnn::Terms;
use rnn::virtual_start;
use std::sync::LazyLock;

/// The slots of the router's latches.
const SLOTS: usize = 12;
/// The positions that the router tells apart.
const PERIOD: usize = 3 * SLOTS;

/// The reduction: exact, of signs, or with BOS.
pub type MatrixProductDeltaNet = MatrixProductBy<RowSteps>;

/// What all forms have in common.
const DESCRIPTION: Description = Description {
    model: "deltanet",
    variant: None,
    theorem: "Theorem 5",
    regime: "polynomial precision",
    claim: const {
        &[
            Clause::decides_by_router(
                "For every word over -1, 0, 1, of any length, the four-layer DeltaNet with these fixed rational weights \
             accepts it iff its length is a positive multiple of 9 and entry (0,0) of the product of its 3x3 matrices is \
             positive",
            ),
            PRODUCT_VALUES,
        ]
    },
    idealised: "keys are not normalised, there is no normalisation between layers, beta is any rational number",
    deviation: "The printed router needs angles that are not rational; this one is exact over Q and needs no token for the \
                beginning.",
    on_paper: "The inductions over positions, over matrices and over the word; that a positive multiple has the same sign.",
    refuted: None,
};

impl MatrixProductDeltaNet {
    /// With `delta = 3`: the outputs are the product.
    pub fn exact() -> &'static Self {
        static EXACT: LazyLock<MatrixProductDeltaNet> = LazyLock::new(|| {
            let design = RowSteps { delta: Exact::integer(3) };
            let network = |tokens: &[String]| network(tokens, &schedule(&design.delta));
            MatrixProductBy::new(&MatrixProduct, network, design.clone(), Values::Exact, DESCRIPTION)
        });
        &EXACT
    }

    /// With `delta = 1`: the outputs have the product's signs, and every beta is in the range of deployed networks.
    pub fn sign() -> &'static Self {
        static SIGN: LazyLock<MatrixProductDeltaNet> = LazyLock::new(|| {
            let description = Description {
                variant: Some("sign"),
                claim: const {
                    &[
                        Clause::decides_by_router(
                            "For every word over -1, 0, 1, of any length, the four-layer DeltaNet with these fixed rational \
                         weights accepts it iff its length is a positive multiple of 9 and entry (0,0) of the product of \
                         its 3x3 matrices is positive",
                        ),
                        Clause {
                            text: "at the end of matrix N its nine value outputs are the product over 3^N",
                            brief: "all nine values at matrix ends over 3^N",
                            ..PRODUCT_VALUES
                        },
                        STEP_SIZES,
                    ]
                },
                idealised: "keys are not normalised, there is no normalisation between layers",
                ..DESCRIPTION
            };
            let design = RowSteps { delta: Exact::ONE };
            let network = |tokens: &[String]| network(tokens, &schedule(&design.delta));
            MatrixProductBy::new(&MatrixProduct, network, design.clone(), Values::Signs, description)
        });
        &SIGN
    }

    /// The exact form over four tokens: BOS is skipped.
    pub fn bos() -> &'static Self {
        static BOS: LazyLock<MatrixProductDeltaNet> = LazyLock::new(|| {
            let description = Description {
                variant: Some("bos"),
                claim: const {
                    &[
                        Clause::decides_by_router(
                            "For every word over -1, 0, 1 and BOS, of any length, the four-layer DeltaNet with these fixed \
                         rational weights accepts it iff it does not end with BOS, the number of its other tokens is a \
                         positive multiple of 9 and entry (0,0) of the product of their 3x3 matrices is positive",
                        ),
                        PRODUCT_VALUES,
                        BOS_IS_SKIPPED,
                    ]
                },
                deviation: "The printed router needs angles that are not rational; this one is exact over Q. It makes no \
                            use of BOS.",
                ..DESCRIPTION
            };
            let design = RowSteps { delta: Exact::integer(3) };
            let network = |tokens: &[String]| network(tokens, &schedule(&design.delta));
            MatrixProductBy::new(&MatrixProductBos, network, design.clone(), Values::Exact, description)
        });
        &BOS
    }
}

/// The network whose outputs are the product itself (`delta = 3`), over the tokens for -1, 0 and 1, in this order; a
/// fourth token is BOS, which is skipped.
///
/// # Errors
/// [`NetworkError`] where there are not three or four tokens.
pub fn exact(tokens: &[String]) -> Result<Network, NetworkError> {
    network(tokens, &schedule(&Exact::integer(3))).map(Network::Layered)
}

/// The network whose outputs have the product's signs (`delta = 1`).
///
/// # Errors
/// [`NetworkError`] where there are not three or four tokens.
pub fn sign(tokens: &[String]) -> Result<Network, NetworkError> {
    network(tokens, &schedule(&Exact::ONE)).map(Network::Layered)
}

/// A layer-4 key's coordinate for entry `j` of row `l`, in a buffer.
fn key_name(buffer: usize, l: usize, j: usize) -> String {
    format!("k{buffer}.{l}{j}")
}

/// The coordinate that is 1 where a matrix ends whose product is in this buffer.
fn end_name(buffer: usize) -> String {
    format!("end{buffer}")
}

/// The names of the keys' coordinates, in the order of a state's columns.
fn key_names() -> Vec<String> {
    let places = (0..2).flat_map(|buffer| (0..BLOCK).map(move |place| (buffer, place / N, place % N)));
    places.map(|(buffer, l, j)| key_name(buffer, l, j)).collect()
}

/// What layer 4 gets at each position.
pub fn schedule(delta: &Exact) -> Schedule {
    let names = std::iter::once("beta".to_owned()).chain(key_names()).chain((0..2).map(end_name));
    let mut schedule = Schedule::new(PERIOD, names);
    for t in 0..PERIOD {
        let (r, source) = (t % BLOCK, t / BLOCK % 2);
        let destination = 1 - source;
        if r < 2 * N {
            let j = r / 2;
            let (beta, entries) = if r.is_multiple_of(2) { ((1, 2), [1, -1, 0]) } else { ((1, 6), [1, 1, -2]) };
            schedule.set("beta", t, Exact::ratio(beta.0, beta.1));
            for (l, entry) in entries.into_iter().enumerate() {
                schedule.set(&key_name(destination, l, j), t, Exact::integer(entry));
            }
            continue;
        }
        let l = r - 2 * N;
        schedule.set("beta", t, Exact::ratio(1, 3));
        for i in 0..N {
            schedule.set(&key_name(source, i, l), t, Exact::ONE);
        }
        for j in 0..N {
            let age = r - N * l - j;
            schedule.gate(&key_name(destination, l, j), t, (t + SLOTS - age) % SLOTS, -delta);
        }
        if r == BLOCK - 1 {
            schedule.set(&end_name(destination), t, Exact::ONE);
        }
    }
    schedule
}

/// The four-layer network with this schedule.
///
/// # Errors
/// [`NetworkError`] where there are not three or four tokens.
pub fn network(tokens: &[String], schedule: &Schedule) -> Result<LayeredRnn, NetworkError> {
    let key: Vec<Row> = key_names().into_iter().map(Row::of).collect();
    let mut heads = Vec::new();
    for column in 0..N {
        let query: Vec<Row> = (0..2 * BLOCK)
            .map(|place| if place % N == column { Row::of(end_name(place / BLOCK)) } else { Row::zero() })
            .collect();
        let (mut value, mut skip) = (vec![Row::zero(); N], vec![Row::zero(); N]);
        virtual_start(&start(), &key, &query, &mut value, &mut skip);
        let gates =
            vec![("beta", vec![Row::of("beta")]), ("k", key.clone()), ("v", value), ("q", query), ("skip", skip)];
        let outputs = (0..N).map(|row| output_name(row, column)).collect();
        heads.push(HeadRows { name: format!("column{column}"), outputs, n_keys: 2 * BLOCK, projections: gates });
    }
    matrix_product_routed::network(HeadFamily::DeltaNet, tokens, &[Exact::ZERO; SLOTS], schedule, heads)
}

/// The wanted start `Y_0`: row `i` holds row `i` of the identity in buffer 0, as coordinate (0, i).
fn start() -> Vec<Vec<Exact>> {
    (0..N).map(|row| (0..2 * BLOCK).map(|place| Exact::integer(i64::from(place == row))).collect()).collect()
}

/// What layer 4 is meant to do, with this `delta`.
#[derive(Clone, Debug)]
pub struct RowSteps {
    /// The factor at a write; every matrix multiplies by a third of it.
    pub delta: Exact,
}

/// The proof for a network: one of this file's, or one with other weights.
///
/// # Errors
/// [`ProofError`] where it has not the tokens, layers and heads of which the obligations speak.
pub fn proof<'a>(terms: &'a Terms, network: &LayeredRnn, delta: &Exact) -> Result<RoutedProof<'a>, ProofError> {
    RoutedProof::new(terms, network, &RowSteps { delta: delta.clone() })
}

impl Design for RowSteps {
    fn heads(&self) -> Vec<(String, Vec<(usize, usize)>)> {
        let entries = |column| (0..N).map(|row| (row, column)).collect();
        (0..N).map(|column| (format!("column{column}"), entries(column))).collect()
    }

    fn start(&self) -> Vec<Vec<Exact>> {
        start()
    }

    fn scale(&self) -> Exact {
        &self.delta / &Exact::integer(3)
    }

    /// A write has beta 1/3 and the key's square 3 + 3 delta^2 at most.
    fn is_in_deployed_range(&self) -> bool {
        self.delta == Exact::ONE
    }

    fn gates<'a>(&self, terms: &'a Terms, head: usize, place: Place, window: Window<'_, 'a>) -> Vec<Term<'a>> {
        let Place { r, source } = place;
        let at = |buffer: usize, l: usize, j: usize| BLOCK * buffer + N * l + j;
        let zero = terms.ratio(0, 1);
        let (mut key, mut query) = (vec![zero; 2 * BLOCK], vec![zero; 2 * BLOCK]);
        let beta = if r < 2 * N {
            let (beta, entries) = [((1, 2), [1, -1, 0]), ((1, 6), [1, 1, -2])][r % 2];
            (0..N).for_each(|l| key[at(1 - source, l, r / 2)] = terms.ratio(entries[l], 1));
            terms.ratio(beta.0, beta.1)
        } else {
            let l = r - 2 * N;
            (0..N).for_each(|i| key[at(source, i, l)] = terms.ratio(1, 1));
            // Entry (l, j) of the current matrix is r - (3 l + j) tokens old.
            (0..N).for_each(|j| key[at(1 - source, l, j)] = -window(r - (N * l + j)).scaled(&self.delta));
            terms.ratio(1, 3)
        };
        if r == BLOCK - 1 {
            (0..N).for_each(|l| query[at(1 - source, l, head)] = terms.ratio(1, 1));
        }
        // The virtual start: row i starts with a 1 at (0, i) of buffer 0.
        let value = (0..N).map(|row| -key[at(0, 0, row)]).collect();
        let skip = (0..N).map(|row| query[at(0, 0, row)]).collect();
        [vec![beta], key, value, query, skip].concat()
    }

    fn held<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        let column = |j: usize| (0..N).fold(terms.ratio(0, 1), |sum, l| sum + row[BLOCK * buffer + N * l + j]);
        (0..N).map(column).collect()
    }

    /// Its columns sum to 0.
    fn blank<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        self.held(terms, buffer, row).into_iter().map(|sum| sum.equals(terms.ratio(0, 1))).collect()
    }

    /// The last entry of each column is what makes its sum 0.
    fn blanked<'a>(&self, _: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        let mut row = row.to_vec();
        let at = |l: usize, j: usize| BLOCK * buffer + N * l + j;
        (0..N).for_each(|j| row[at(2, j)] = -(row[at(0, j)] + row[at(1, j)]));
        row
    }
}

#[cfg(test)]
mod tests;
