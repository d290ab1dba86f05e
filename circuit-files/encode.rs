//! A circuit as a circuit value word in the copy spelling, with as few tokens and values as a simple search finds.
//!
//! In that spelling a gate costs its larger operand distance plus 2, a NOT its distance plus 1, an input 1 token, and a
//! network keeps every value on its stack. So distances are what we pay for. The stages:
//!
//!  1. **Network**: only what an output needs; constants folded, equal gates merged, three ANDs that make an XOR read as
//!     one gate.
//!  2. **Polarity**: AND, OR, NAND and NOR cost the same, so each node may be stored inverted or not. A gate wants its
//!     two operands in equal polarity; a search chooses the polarities such that few nodes are needed in both.
//!  3. **Order**: some topological orders, in each an input is read as late as possible and is read again where the last
//!     copy is far; then every item is moved to its best place until no single move helps. In a large circuit, gates are
//!     drawn to what they read and what reads them, as by springs.
//!
//! An inverted input needs no NOT: a word holds the inputs' values, and so it can hold an input's inverse.

mod gates;
mod layout;
mod polarity;
#[cfg(test)]
mod tests;

use super::Circuit;
use gates::Network;
use layout::Layout;
use problems::Word;
use problems::circuit_value;
use problems::circuit_value::Gate;
use problems::circuit_value::Item;

/// How far away the last copy of an input must be for the input to be read again, in tokens saved; all are tried.
const REREAD: [usize; 4] = [16, 64, 256, usize::MAX];

/// The most work in one search for an order, in readers looked at: a bound on time, met only by large circuits.
const MOST_WORK: usize = 10_000_000;

/// The rounds of the search for polarities, of a circuit that is not large.
const POLARITY_ROUNDS: usize = 300;

/// The least rounds of that search, of a circuit of any size.
const LEAST_ROUNDS: usize = 20;

/// A circuit of more nodes is large: fewer orders and distances are tried for it, others of them, and each for less time.
const LARGE: usize = 4_000;

/// The values of one piece of a long word.
const STEPS_PER_PIECE: usize = 256;

/// The rounds in which the gates of a large circuit are drawn to each other.
const DRAWING_ROUNDS: usize = 30;

/// An item of the template: as [`Item`], but with an input's index in place of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Constant(bool),
    Input { input: usize, inverted: bool },
    Not { distance: usize },
    Gate { gate: Gate, near: usize, far: usize },
}

impl Step {
    fn item(self, inputs: &[bool]) -> Item {
        match self {
            Self::Constant(value) => Item::Input(value),
            Self::Input { input, inverted } => Item::Input(inputs[input] != inverted),
            Self::Not { distance } => Item::Not { distance },
            Self::Gate { gate, near, far } => Item::Gate { gate, near, far },
        }
    }

    fn n_tokens(self) -> usize {
        match self {
            Self::Constant(_) | Self::Input { .. } => 1,
            Self::Not { distance } => distance + 1,
            Self::Gate { far, .. } => far + 2,
        }
    }
}

/// How a circuit is spelled as a word, whatever its inputs' values: a common part, and a suffix for every output.
///
/// The suffix makes the output's value the newest value; every suffix follows the common part directly.
///
/// ```
/// use circuit_files::Circuit;
/// use circuit_files::Plan;
///
/// let circuit = Circuit::parse(b"aag 3 2 0 1 1\n2\n4\n7\n6 2 4\n", "nand.aag").unwrap();
/// let plan = Plan::new(&circuit);
/// let items = plan.items(&[true, false], 0);
/// assert_eq!(problems::circuit_value::evaluate(&items).unwrap().last(), Some(&true));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    n_inputs: usize,
    common: Vec<Step>,
    suffixes: Vec<Vec<Step>>,
}

impl Plan {
    /// Plans the word of a circuit. The same circuit gives the same plan on every machine.
    pub fn new(circuit: &Circuit) -> Self {
        let network = Network::new(circuit);
        let mut best: Option<(u128, Layout)> = None;
        let is_large = network.nodes.len() > LARGE;
        // What only an output asks for is left to its suffix in one of two tries; in the only one of a large circuit.
        for &late_outputs in if is_large { &[true][..] } else { &[false, true] } {
            let in_suffix = if late_outputs { network.only_outputs() } else { vec![false; network.nodes.len()] };
            let polarities = network.polarities(&in_suffix);
            for order in if is_large { network.drawn_orders() } else { network.orders() } {
                for &reread in if is_large { &REREAD[1..2] } else { &REREAD[..] } {
                    let mut order = order.clone();
                    // The order of the gates in one layout is the start of the next: distances decide what is read
                    // again, and what is read again decides the distances.
                    for _ in 0..2 {
                        let mut layout = Layout::new(&network, &polarities, &in_suffix, &order, reread);
                        layout.improve();
                        order = layout.gate_order();
                        let cost = layout.cost();
                        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                            best = Some((cost, layout));
                        }
                    }
                }
            }
        }
        let mut plan = Self { n_inputs: circuit.n_inputs(), common: Vec::new(), suffixes: Vec::new() };
        if let Some((_, layout)) = best {
            plan.common = layout.steps();
            plan.suffixes = layout.endings.iter().map(|&ending| layout.suffix(ending)).collect();
        }
        plan
    }

    /// The number of outputs, and so of suffixes.
    pub fn n_outputs(&self) -> usize {
        self.suffixes.len()
    }

    /// The number of values in the common part: the depth of the stack after it.
    pub fn n_values(&self) -> usize {
        self.common.len()
    }

    /// The number of tokens of the common part.
    pub fn n_tokens(&self) -> usize {
        self.common.iter().map(|step| step.n_tokens()).sum()
    }

    /// The number of values that an output's suffix adds.
    ///
    /// # Panics
    /// If there is no such output.
    pub fn n_suffix_values(&self, output: usize) -> usize {
        self.suffixes[output].len()
    }

    /// The number of tokens of an output's suffix, the final `$` included.
    ///
    /// # Panics
    /// If there is no such output.
    pub fn n_suffix_tokens(&self, output: usize) -> usize {
        self.suffixes[output].iter().map(|step| step.n_tokens()).sum::<usize>() + 1
    }

    /// The items of the common part for some values of the inputs.
    ///
    /// # Panics
    /// If there are not as many values as inputs.
    fn common_items(&self, inputs: &[bool]) -> Vec<Item> {
        assert_eq!(inputs.len(), self.n_inputs, "one value for each input");
        self.common.iter().map(|step| step.item(inputs)).collect()
    }

    /// The items that follow the common part and make an output's value the newest value. They read no input, and so
    /// they are the same for all values of the inputs.
    ///
    /// # Panics
    /// If there is no such output.
    fn suffix_items(&self, output: usize) -> Vec<Item> {
        self.suffixes[output].iter().map(|step| step.item(&[])).collect()
    }

    /// All items for an output: the last value is the answer.
    ///
    /// # Panics
    /// If there is no such output, or not as many values as inputs.
    pub fn items(&self, inputs: &[bool], output: usize) -> Vec<Item> {
        let mut items = self.common_items(inputs);
        items.extend(self.suffix_items(output));
        items
    }

    /// The word of the common part, without an end.
    ///
    /// # Panics
    /// If there are not as many values as inputs.
    pub fn common(&self, inputs: &[bool]) -> Word {
        circuit_value::copy().write(&self.common_items(inputs))
    }

    /// The word of the common part in pieces, for a reader that need not hold all of it.
    ///
    /// # Panics
    /// If there are not as many values as inputs.
    pub fn common_in_pieces<'p>(&'p self, inputs: &'p [bool]) -> impl Iterator<Item = Word> + 'p {
        assert_eq!(inputs.len(), self.n_inputs, "one value for each input");
        self.common.chunks(STEPS_PER_PIECE).map(|steps| {
            let items: Vec<Item> = steps.iter().map(|step| step.item(inputs)).collect();
            circuit_value::copy().write(&items)
        })
    }

    /// The word that follows the common part and asks for an output, with the final `$`; the same for all values of
    /// the inputs.
    ///
    /// # Panics
    /// If there is no such output.
    pub fn suffix(&self, output: usize) -> Word {
        let mut word = circuit_value::copy().write(&self.suffix_items(output));
        word.push(circuit_value::copy().end());
        word
    }
}
