//! Iterated products of 3x3 matrices by a four-layer RWKV-7, exactly over Q.
//!
//! **Claim.** For every word over -1, 0, 1 the network accepts it iff its length is a positive multiple of 9 and entry
//! (0,0) of the product of its matrices (row by row, left to right) is positive; at every matrix end its nine value
//! outputs are the product.
//!
//! **Construction.** Layers 1 to 3 are the [router](crate::construction::router). Layer 4 keeps the product so far in one of two
//! buffers and overwrites the other, one column a token: with `r = t mod 9`, at `r = 6 + j`, where column `c` of the current
//! matrix is complete, the transition `I - e^T e + c^T e` (e the coordinate of column `j` in the destination, `c` at the
//! source) makes that coordinate the product of the source with `c`. Three heads, one per output column, all with the same
//! 3 x 6 state.
//!
//! The variant `vector18` is the paper's own form: one row of 18, nine overwrites a matrix, each of one entry, with the
//! *previous* matrix; the current one is multiplied by the query. It needs 24 latches, which hold the identity at first,
//! and nine heads.
//!
//! With a fourth token, BOS, every head keeps its state on it, wherever it stands, and all else is the same; the router then
//! has at most one unit more in each of its feed-forwards.
//!
//! **Deviation.** No token for the beginning. Idealised: decay 1 and learning rates 0 and 1, the limits of what deployed
//! models have, and removal keys that are not normalised.

use crate::construction::router::Schedule;
use crate::matrix_product_routed;
use crate::matrix_product_routed::MatrixProductBy;
use crate::matrix_product_routed::output_name;
use crate::proof::routed::BLOCK;
use crate::proof::routed::Design;
use crate::proof::routed::N;
use crate::proof::routed::Place;
use crate::proof::routed::Window;
use crate::reduction::BOS_IS_SKIPPED;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::PRODUCT_VALUES;
use crate::reduction::RATES;
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

/// The reduction on a 3 x 6 state, without or with BOS.
pub type MatrixProductRwkv7 = MatrixProductBy<Columns>;

/// What all forms have in common.
const DESCRIPTION: Description = Description {
    model: "rwkv7",
    variant: None,
    theorem: "Theorem 5",
    regime: "polynomial precision",
    claim: const {
        &[
            Clause::decides_by_router(
                "For every word over -1, 0, 1, of any length, the four-layer RWKV-7 with these fixed rational weights accepts \
             it iff its length is a positive multiple of 9 and entry (0,0) of the product of its 3x3 matrices is positive",
            ),
            PRODUCT_VALUES,
            RATES,
        ]
    },
    idealised: "decay 1 and learning rates 0 and 1 are limits of what the layer allows, removal keys are not normalised, \
                there is no normalisation between layers",
    deviation: "Three overwrites a matrix on a 3 x 6 state, and a router that is exact over Q without a token for the \
                beginning, where the printed one needs angles that are not rational.",
    on_paper: "The inductions over positions, over matrices and over the word.",
    refuted: None,
};

impl MatrixProductRwkv7 {
    /// Three overwrites a matrix on a 3 x 6 state.
    pub fn columns() -> &'static Self {
        static COLUMNS: LazyLock<MatrixProductRwkv7> = LazyLock::new(|| {
            let network = |tokens: &[String]| columns_network(tokens, &columns_schedule());
            MatrixProductBy::new(&MatrixProduct, network, Columns, Values::Exact, DESCRIPTION)
        });
        &COLUMNS
    }

    /// The same over four tokens: BOS is skipped.
    pub fn bos() -> &'static Self {
        static BOS: LazyLock<MatrixProductRwkv7> = LazyLock::new(|| {
            let description = Description {
                variant: Some("bos"),
                claim: const {
                    &[
                        Clause::decides_by_router(
                            "For every word over -1, 0, 1 and BOS, of any length, the four-layer RWKV-7 with these fixed \
                         rational weights accepts it iff it does not end with BOS, the number of its other tokens is a \
                         positive multiple of 9 and entry (0,0) of the product of their 3x3 matrices is positive",
                        ),
                        PRODUCT_VALUES,
                        BOS_IS_SKIPPED,
                        RATES,
                    ]
                },
                deviation: "Three overwrites a matrix on a 3 x 6 state, and a router that is exact over Q and makes no use \
                            of BOS, where the printed one needs angles that are not rational.",
                ..DESCRIPTION
            };
            let network = |tokens: &[String]| columns_network(tokens, &columns_schedule());
            MatrixProductBy::new(&MatrixProductBos, network, Columns, Values::Exact, description)
        });
        &BOS
    }

    /// The paper's form: nine overwrites a matrix on a state of one row.
    pub fn vector18() -> &'static MatrixProductBy<Vector18> {
        static VECTOR18: LazyLock<MatrixProductBy<Vector18>> = LazyLock::new(|| {
            let description = Description {
                variant: Some("vector18"),
                deviation: "A router that is exact over Q without a token for the beginning, where the printed one needs \
                            angles that are not rational.",
                ..DESCRIPTION
            };
            let network = |tokens: &[String]| vector18_network(tokens, &vector18_schedule());
            MatrixProductBy::new(&MatrixProduct, network, Vector18, Values::Exact, description)
        });
        &VECTOR18
    }
}

/// The network with a 3 x 6 state and three overwrites a matrix, over the tokens for -1, 0 and 1, in this order; a
/// fourth token is BOS, which is skipped.
///
/// # Errors
/// [`NetworkError`] where there are not three or four tokens.
pub fn columns(tokens: &[String]) -> Result<Network, NetworkError> {
    columns_network(tokens, &columns_schedule()).map(Network::Layered)
}

/// The paper's form, with a state of one row of 18 and nine overwrites a matrix.
///
/// # Errors
/// [`NetworkError`] where there are not three or four tokens.
pub fn vector18(tokens: &[String]) -> Result<Network, NetworkError> {
    vector18_network(tokens, &vector18_schedule()).map(Network::Layered)
}

/// The coordinate that is 1 where this place of a buffer is overwritten.
fn over_name(buffer: usize, place: usize) -> String {
    format!("over{buffer}.{place}")
}

/// The coordinate that holds an entry of the column that an overwrite multiplies with, in its source buffer.
fn column_name(buffer: usize, place: usize) -> String {
    format!("column{buffer}.{place}")
}

/// The coordinate that holds an entry of the last matrix of the product in this buffer, at its end (`vector18`).
fn current_name(buffer: usize, place: usize) -> String {
    format!("current{buffer}.{place}")
}

/// The names of a family of coordinates over both buffers of this size.
fn both(name: fn(usize, usize) -> String, size: usize) -> impl Iterator<Item = String> {
    (0..2 * size).map(move |place| name(place / size, place % size))
}

/// What layer 4 of the default form gets at each position.
pub fn columns_schedule() -> Schedule {
    const SLOTS: usize = 12;
    let mut schedule = Schedule::new(3 * SLOTS, both(over_name, N).chain(both(column_name, N)));
    for t in 0..3 * SLOTS {
        let (r, source) = (t % BLOCK, t / BLOCK % 2);
        let Some(j) = r.checked_sub(2 * N) else { continue };
        schedule.set(&over_name(1 - source, j), t, Exact::ONE);
        for l in 0..N {
            let age = r - N * l - j;
            schedule.gate(&column_name(source, l), t, (t + SLOTS - age) % SLOTS, Exact::ONE);
        }
    }
    schedule
}

/// What layer 4 of `vector18` gets at each position.
pub fn vector18_schedule() -> Schedule {
    const SLOTS: usize = 24;
    let names = both(over_name, BLOCK).chain(both(column_name, BLOCK)).chain(both(current_name, BLOCK));
    let mut schedule = Schedule::new(3 * SLOTS, names);
    for t in 0..3 * SLOTS {
        let (r, source) = (t % BLOCK, t / BLOCK % 2);
        let (i, j) = (r / N, r % N);
        schedule.set(&over_name(1 - source, r), t, Exact::ONE);
        for k in 0..N {
            let age = BLOCK + r - N * k - j;
            schedule.gate(&column_name(source, N * i + k), t, (t + SLOTS - age) % SLOTS, Exact::ONE);
        }
        if r == BLOCK - 1 {
            for place in 0..BLOCK {
                let age = r - place;
                schedule.gate(&current_name(1 - source, place), t, (t + SLOTS - age) % SLOTS, Exact::ONE);
            }
        }
    }
    schedule
}

/// A head that overwrites: its state has rows `start` of two buffers of `size`.
fn overwriting_head(
    name: String,
    size: usize,
    start: &[Vec<Exact>],
    query: Vec<Row>,
    outputs: Vec<String>,
) -> HeadRows {
    let over: Vec<Row> = both(over_name, size).map(Row::of).collect();
    let kappa: Vec<Row> = over.iter().cloned().zip(both(column_name, size)).map(|(o, c)| o - Row::of(c)).collect();
    let (mut value, mut skip) = (vec![Row::zero(); start.len()], vec![Row::zero(); start.len()]);
    // Where lambda is not 1 it is 0, and kappa with it: kappa is lambda times kappa.
    virtual_start(start, &kappa, &query, &mut value, &mut skip);
    let gates = vec![
        ("w", vec![Row::number(1); 2 * size]),
        ("lambda", vec![over.iter().cloned().sum()]),
        ("kappa", kappa),
        ("a", over.clone()),
        ("ktilde", over),
        ("v", value),
        ("q", query),
        ("skip", skip),
    ];
    HeadRows { name, outputs, n_keys: 2 * size, projections: gates }
}

/// The default network with this schedule.
///
/// # Errors
/// [`NetworkError`] where there are not three or four tokens.
pub fn columns_network(tokens: &[String], schedule: &Schedule) -> Result<LayeredRnn, NetworkError> {
    let start = columns_start();
    let head = |column: usize| {
        // The last column is overwritten at the matrix's end.
        let end = |place: usize| Row::of(over_name(place / N, N - 1));
        let query = (0..2 * N).map(|place| if place % N == column { end(place) } else { Row::zero() }).collect();
        let outputs = (0..N).map(|row| output_name(row, column)).collect();
        overwriting_head(format!("column{column}"), N, &start, query, outputs)
    };
    let heads = (0..N).map(head).collect();
    matrix_product_routed::network(HeadFamily::Rwkv7, tokens, &[Exact::ZERO; 12], schedule, heads)
}

/// The `vector18` network with this schedule.
///
/// # Errors
/// [`NetworkError`] where there are not three or four tokens.
pub fn vector18_network(tokens: &[String], schedule: &Schedule) -> Result<LayeredRnn, NetworkError> {
    // The matrix before the first one is the identity: its nine tokens have the times -9 to -1.
    let preloaded: Vec<Exact> = (0..24).map(|slot: usize| slot.checked_sub(15).map_or(Exact::ZERO, identity)).collect();
    let start = vector18_start();
    let head = |output: usize| {
        let (row, column) = (output / N, output % N);
        let entry = |place: usize| {
            let (buffer, place) = (place / BLOCK, place % BLOCK);
            if place / N == row { Row::of(current_name(buffer, N * (place % N) + column)) } else { Row::zero() }
        };
        let query = (0..2 * BLOCK).map(entry).collect();
        let name = format!("entry{row}{column}");
        overwriting_head(name, BLOCK, std::slice::from_ref(&start), query, vec![output_name(row, column)])
    };
    let heads = (0..BLOCK).map(head).collect();
    matrix_product_routed::network(HeadFamily::Rwkv7, tokens, &preloaded, schedule, heads)
}

/// The wanted start `[I | 0]`, by rows.
fn columns_start() -> Vec<Vec<Exact>> {
    (0..N).map(|row| (0..2 * N).map(|place| Exact::integer(i64::from(place == row))).collect()).collect()
}

/// The wanted start `[vec I | 0]`.
fn vector18_start() -> Vec<Exact> {
    (0..2 * BLOCK).map(|place| if place < BLOCK { identity(place) } else { Exact::ZERO }).collect()
}

/// An entry of the identity, row by row.
fn identity(place: usize) -> Exact {
    Exact::integer(i64::from(place / N == place % N))
}

/// What layer 4 of the default form is meant to do; [`RoutedProof::new`](crate::proof::routed::RoutedProof::new) makes its proof.
#[derive(Clone, Copy, Debug)]
pub struct Columns;

/// What layer 4 of `vector18` is meant to do.
#[derive(Clone, Copy, Debug)]
pub struct Vector18;

/// The gates of an overwriting head: `over` is the place that is overwritten, where one is, `column` the row that the old
/// state is multiplied with.
pub(crate) fn overwrite<'a>(
    terms: &'a Terms,
    start: &[Vec<Exact>],
    over: Option<usize>,
    column: &[Term<'a>],
    query: Vec<Term<'a>>,
) -> Vec<Term<'a>> {
    let (zero, one) = (terms.ratio(0, 1), terms.ratio(1, 1));
    let unit: Vec<Term<'a>> = (0..query.len()).map(|place| if over == Some(place) { one } else { zero }).collect();
    let lambda = if over.is_some() { one } else { zero };
    let kappa: Vec<Term<'a>> = unit.iter().zip(column).map(|(unit, column)| *unit - *column).collect();
    let dot = |row: &[Exact], other: &[Term<'a>]| {
        row.iter().zip(other).fold(zero, |sum, (start, term)| sum + term.scaled(start))
    };
    let value = start.iter().map(|row| -dot(row, &kappa)).collect();
    let skip = start.iter().map(|row| dot(row, &query)).collect();
    [vec![one; query.len()], vec![lambda], kappa, unit.clone(), unit, value, query, skip].concat()
}

impl Design for Columns {
    fn holds_integers(&self) -> bool {
        true
    }

    fn heads(&self) -> Vec<(String, Vec<(usize, usize)>)> {
        let entries = |column| (0..N).map(|row| (row, column)).collect();
        (0..N).map(|column| (format!("column{column}"), entries(column))).collect()
    }

    fn start(&self) -> Vec<Vec<Exact>> {
        columns_start()
    }

    fn gates<'a>(&self, terms: &'a Terms, head: usize, place: Place, window: Window<'_, 'a>) -> Vec<Term<'a>> {
        let Place { r, source } = place;
        let zero = terms.ratio(0, 1);
        let (mut column, mut query) = (vec![zero; 2 * N], vec![zero; 2 * N]);
        let over = r.checked_sub(2 * N).map(|j| {
            // Entry (l, j) of the current matrix is r - (3 l + j) tokens old.
            (0..N).for_each(|l| column[N * source + l] = window(r - (N * l + j)));
            N * (1 - source) + j
        });
        if r == BLOCK - 1 {
            query[N * (1 - source) + head] = terms.ratio(1, 1);
        }
        overwrite(terms, &columns_start(), over, &column, query)
    }

    fn held<'a>(&self, _: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        row[N * buffer..N * (buffer + 1)].to_vec()
    }

    /// What is overwritten may hold anything.
    fn blank<'a>(&self, _: &'a Terms, _: usize, _: &[Term<'a>]) -> Vec<Term<'a>> {
        Vec::new()
    }
}

impl Design for Vector18 {
    fn n_slots(&self) -> usize {
        24
    }

    fn preloaded(&self, slot: usize) -> i64 {
        slot.checked_sub(24 - BLOCK).map_or(0, |place| i64::from(place / N == place % N))
    }

    fn heads(&self) -> Vec<(String, Vec<(usize, usize)>)> {
        let entries = (0..BLOCK).map(|place| (place / N, place % N));
        entries.map(|(row, column)| (format!("entry{row}{column}"), vec![(row, column)])).collect()
    }

    fn start(&self) -> Vec<Vec<Exact>> {
        vec![vector18_start()]
    }

    fn lags(&self) -> bool {
        true
    }

    fn gates<'a>(&self, terms: &'a Terms, head: usize, place: Place, window: Window<'_, 'a>) -> Vec<Term<'a>> {
        let Place { r, source } = place;
        let zero = terms.ratio(0, 1);
        let (mut column, mut query) = (vec![zero; 2 * BLOCK], vec![zero; 2 * BLOCK]);
        // Place r = 3 i + j gets row i of the source times column j of the matrix before, whose entry (k, j) is
        // 9 + r - (3 k + j) tokens old.
        let (i, j) = (r / N, r % N);
        (0..N).for_each(|k| column[BLOCK * source + N * i + k] = window(BLOCK + r - (N * k + j)));
        if r == BLOCK - 1 {
            let (i, j) = (head / N, head % N);
            (0..N).for_each(|k| query[BLOCK * (1 - source) + N * i + k] = window(r - (N * k + j)));
        }
        overwrite(terms, &self.start(), Some(BLOCK * (1 - source) + r), &column, query)
    }

    fn held<'a>(&self, _: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        row[BLOCK * buffer..BLOCK * (buffer + 1)].to_vec()
    }

    /// What is overwritten may hold anything.
    fn blank<'a>(&self, _: &'a Terms, _: usize, _: &[Term<'a>]) -> Vec<Term<'a>> {
        Vec::new()
    }
}
