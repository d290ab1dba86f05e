//! What the memory of a network for iterated products is where a matrix begins, as polynomials.
//!
//! In the layers below the last one an entry is a number that depends on the position, or a token of a slot plus a
//! number; which one, and the number, are read off runs on three constant words. In the last layer the entries are those
//! of two buffers: the source holds the product so far, the destination what the block before has left.

use super::list;
use super::number;
use super::polynomial::Polynomial;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LayeredRnn;
use rnn::NetworkError;
use std::fmt::Write;

/// Matrices are 3 x 3.
const N: usize = 3;
/// The tokens of a matrix.
const BLOCK: usize = N * N;
/// The blocks after which the positions of the router repeat.
const BLOCKS: usize = 8;
/// The first variable that is no token of the current block.
const FIRST: usize = BLOCK + 1;

/// What the last layer is meant to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Three rows of two buffers of nine; an entry of the product is a sum of three.
    RowSteps,
    /// The same, and every matrix divides by three.
    RowStepsOverThree,
    /// Three rows of two buffers of three, which hold the product.
    Columns,
    /// One row of two buffers of nine; the product is the source times the matrix before.
    Vector18,
}

impl Design {
    fn factor(self) -> Exact {
        if self == Self::RowStepsOverThree { Exact::ratio(1, 3) } else { Exact::ONE }
    }

    /// The rows and columns of the state of the last layer's heads.
    fn shape(self) -> (usize, usize) {
        match self {
            Self::RowSteps | Self::RowStepsOverThree => (N, 2 * BLOCK),
            Self::Columns => (N, 2 * N),
            Self::Vector18 => (1, 2 * BLOCK),
        }
    }

    /// The place in its buffer that starts with a 1, for each row; the buffer is the first one. The state that a head
    /// carries is what it holds less this start.
    fn starts_with_one(self, row: usize, column: usize) -> bool {
        match self {
            Self::RowSteps | Self::RowStepsOverThree | Self::Columns => column == row,
            Self::Vector18 => column < BLOCK && column / N == column % N,
        }
    }
}

/// The certificate as a Coq file that defines `certificate`.
///
/// # Errors
/// [`NetworkError`] where the network has not the layers and heads of the design.
pub(super) fn file(network: &LayeredRnn, design: Design) -> Result<String, NetworkError> {
    let router = Router::new(network)?;
    let (rows, columns) = design.shape();
    let Some((last, below)) = network.layers().split_last() else {
        return Err(NetworkError::new("expected four layers, got none"));
    };
    if last.heads().iter().any(|head| (head.n_values(), head.n_keys()) != (rows, columns)) {
        return Err(NetworkError::new(format!("expected heads of {rows} x {columns} in the last layer")));
    }
    let mut text =
        String::from("(* What the memory is where a matrix begins. Nothing here needs to be believed. *)\n\n");
    for library in ["Coq Require Import List", "Coq Require Import QArith", "Reduce Require Import Blocks"] {
        _ = writeln!(text, "From {library}.");
    }
    text.push_str("Import ListNotations.\nLocal Open Scope list_scope.\nLocal Open Scope Q_scope.\n\n");
    for block in 0..BLOCKS {
        let mut entries = router.entries[block].iter();
        let mut held: Vec<String> = Vec::new();
        for layer in below {
            let heads = layer.heads().iter().map(|head| {
                let row = |_| list(entries.by_ref().take(head.n_keys()).map(Polynomial::to_coq), "; ");
                list((0..head.n_values()).map(row).collect::<Vec<_>>(), "; ")
            });
            held.push(list(heads.collect::<Vec<_>>(), ";\n     "));
        }
        let (state, meaning) = last_layer(design, block, &router);
        let rows = state.iter().map(|row| list(row.iter().map(Polynomial::to_coq), "; "));
        let state = list(rows, ";\n      ");
        held.push(list(last.heads().iter().map(|_| state.clone()), ";\n     "));
        _ = writeln!(text, "Definition block_{block} : template := {{|\n  held := {};", list(held, ";\n    "));
        let meaning = meaning.iter().map(Polynomial::to_coq);
        _ = writeln!(text, "  meaning := {}\n|}}.\n", list(meaning, ";\n    "));
    }
    text.push_str("Definition certificate : certificate := {|\n");
    _ = writeln!(text, "  bound := {}%positive;", router.n_slots + BLOCK);
    _ = writeln!(text, "  factor := {};", number(&design.factor()));
    let blocks = (0..BLOCKS).map(|block| format!("block_{block}"));
    _ = writeln!(text, "  templates := {}\n|}}.", list(blocks, "; "));
    Ok(text)
}

/// The last layer's state and the product, where this block begins.
fn last_layer(design: Design, block: usize, router: &Router) -> (Vec<Vec<Polynomial>>, Vec<Polynomial>) {
    let (rows, columns) = design.shape();
    let source = block % 2;
    let variable = |row: usize, column: usize| FIRST + router.n_slots + row * columns + column;
    let minus = Exact::integer(-1);
    let entry = |row: usize, column: usize| {
        let (buffer, place) = (column / BLOCK, column % BLOCK);
        let is_row_steps = matches!(design, Design::RowSteps | Design::RowStepsOverThree);
        // The columns of a destination of row steps sum to 0.
        let held = if is_row_steps && buffer != source && place >= 2 * N {
            let above = |l: usize| variable(row, BLOCK * buffer + N * l + place % N);
            Polynomial::default().plus(&minus, &[above(0)]).plus(&minus, &[above(1)])
        } else {
            Polynomial::variable(variable(row, column))
        };
        if design.starts_with_one(row, column) { held.plus(&minus, &[]) } else { held }
    };
    let state = (0..rows).map(|row| (0..columns).map(|column| entry(row, column)).collect()).collect();
    let product = |place: usize| {
        let (i, j) = (place / N, place % N);
        let sum = |term: &dyn Fn(usize) -> Vec<usize>| {
            (0..N).fold(Polynomial::default(), |sum, k| sum.plus(&Exact::ONE, &term(k)))
        };
        match design {
            Design::RowSteps | Design::RowStepsOverThree => sum(&|l| vec![variable(i, BLOCK * source + N * l + j)]),
            Design::Columns => Polynomial::variable(variable(i, N * source + j)),
            // The matrix before is in the slots of the last nine tokens.
            Design::Vector18 => sum(&|k| {
                let slot = (BLOCK * block + router.n_slots - BLOCK + N * k + j) % router.n_slots;
                vec![variable(0, BLOCK * source + N * i + k), FIRST + slot]
            }),
        }
    };
    (state, (0..BLOCK).map(product).collect())
}

/// The entries of all layers but the last one.
struct Router {
    n_slots: usize,
    /// By block.
    entries: Vec<Vec<Polynomial>>,
}

impl Router {
    fn new(network: &LayeredRnn) -> Result<Self, NetworkError> {
        const PERIOD: usize = BLOCK * BLOCKS;
        if network.tokens().len() < N {
            return Err(NetworkError::new(format!("expected three tokens, got {}", network.tokens().len())));
        }
        let below = &network.layers()[..network.layers().len().saturating_sub(1)];
        let n_entries = below.iter().flat_map(|layer| layer.heads()).map(|head| head.n_keys() * head.n_values()).sum();
        // The states where the second period's blocks begin, when every slot has been filled.
        let run = |token: usize| {
            let mut state = network.start().to_vec();
            let mut at_blocks = Vec::new();
            for t in 0..2 * PERIOD {
                if t >= PERIOD && t % BLOCK == 0 {
                    at_blocks.push(state[..n_entries].to_vec());
                }
                state = network.step(&ExactArithmetic, &state, token);
            }
            at_blocks
        };
        let runs: Vec<Vec<Vec<Exact>>> = (0..N).map(run).collect();
        let varies =
            |entry: &usize| runs[0][0][*entry] != runs[1][0][*entry] || runs[1][0][*entry] != runs[2][0][*entry];
        let slots: Vec<usize> = (0..n_entries).filter(varies).collect();
        let polynomial = |block: usize, entry: usize| {
            // Where the tokens are 0 the number is what is left.
            let rest = Polynomial::default().plus(&runs[1][block][entry], &[]);
            match slots.binary_search(&entry) {
                Ok(slot) => rest.plus(&Exact::ONE, &[FIRST + slot]),
                Err(_) => rest,
            }
        };
        let entries = (0..BLOCKS).map(|block| (0..n_entries).map(|entry| polynomial(block, entry)).collect());
        Ok(Self { n_slots: slots.len(), entries: entries.collect() })
    }
}
