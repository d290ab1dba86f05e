//! Circuit value: what does the last gate of a circuit output?
//!
//! A circuit is a list of values, inputs and gates; a gate names its operands by distance, 1 being the newest value. Two
//! spellings, with `a` the nearer and `b` the farther distance and G one of `A O N R X`:
//!
//! - *copy*: `item* $`, item = `0`, `1`, `( .^(a-1) !` or `( .^(a-1) / .^(b-a) G`: the reader walks down a copy of
//!   its values, which is thrown away after the gate;
//! - *walk*: the same, then `<^(m-1) )` with m the farther distance: the reader moves its values to a second stack and
//!   back, one `<` for each `.`.
//!
//! A word is a yes-word iff it has this form, has a value, names no value before the first, and its last value is 1.

mod balanced_chain;

use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use itertools::Itertools;
use itertools::iproduct;

/// A gate with two operands. All five are symmetric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// `A`, and.
    And,
    /// `O`, or.
    Or,
    /// `N`, not and.
    Nand,
    /// `R`, not or.
    Nor,
    /// `X`, exclusive or.
    Xor,
}

impl Gate {
    /// All gates, in the order of the alphabet.
    pub const ALL: [Self; 5] = [Self::And, Self::Or, Self::Nand, Self::Nor, Self::Xor];

    /// The output.
    pub fn apply(self, first: bool, second: bool) -> bool {
        match self {
            Self::And => first && second,
            Self::Or => first || second,
            Self::Nand => !(first && second),
            Self::Nor => !(first || second),
            Self::Xor => first != second,
        }
    }

    /// The token's text.
    pub fn letter(self) -> &'static str {
        match self {
            Self::And => "A",
            Self::Or => "O",
            Self::Nand => "N",
            Self::Nor => "R",
            Self::Xor => "X",
        }
    }
}

/// One value of a circuit. Distances are at least 1; 1 is the newest value before this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// A given bit.
    Input(bool),
    /// The negation of an earlier value.
    Not {
        /// How far back the operand is.
        distance: usize,
    },
    /// A gate on two earlier values, or twice on the same.
    Gate {
        /// The gate.
        gate: Gate,
        /// How far back the operand is that is read first.
        near: usize,
        /// How far back the other operand is, at least `near`.
        far: usize,
    },
}

/// How a circuit is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Spelling {
    /// For readers that can copy their values in one step.
    Copy,
    /// For readers with two stacks and no copy.
    Walk,
}

/// Does the last value of the circuit equal 1?
///
/// ```
/// use problems::Problem;
/// use problems::circuit_value;
/// let copy = circuit_value::copy();
/// // Values 1, 0, then 1 nand 0.
/// let word = copy.alphabet().parse("10(/.N$").unwrap();
/// assert!(copy.decide(&word));
/// let items = copy.parse(&word).unwrap();
/// let walk = circuit_value::walk();
/// assert_eq!(walk.alphabet().format(&walk.write(&items)), "10(/.N<)");
/// ```
#[derive(Debug)]
pub struct CircuitValue {
    spelling: Spelling,
    alphabet: Alphabet,
}

shared! {
    /// Circuit value in the spelling *copy*, of 12 tokens.
    copy: CircuitValue = CircuitValue::new(Spelling::Copy);
    /// Circuit value in the spelling *walk*, of 14 tokens.
    walk: CircuitValue = CircuitValue::new(Spelling::Walk);
}

/// Circuit value in the spelling of this name: `copy` or `walk`.
///
/// ```
/// use problems::circuit_value;
/// use problems::circuit_value::Spelling;
/// assert_eq!(circuit_value::named("walk").map(|problem| problem.spelling()), Some(Spelling::Walk));
/// assert!(circuit_value::named("plain").is_none());
/// ```
pub fn named(variant: &str) -> Option<&'static CircuitValue> {
    [copy(), walk()].into_iter().find(|problem| problem.variant() == Some(variant))
}

const OPEN: Token = 2;
const DOWN: Token = 3;
const READ: Token = 4;
const NOT: Token = 5;
/// The first gate; the others follow in the order of [`Gate::ALL`].
const GATE: Token = 6;
/// In the spelling *walk* only.
const BACK: Token = 11;
/// In the spelling *walk* only.
const CLOSE: Token = 12;

impl CircuitValue {
    fn new(spelling: Spelling) -> Self {
        let common = ["0", "1", "(", ".", "/", "!"].into_iter().chain(Gate::ALL.map(Gate::letter));
        let last: &[&str] = match spelling {
            Spelling::Copy => &["$"],
            Spelling::Walk => &["<", ")", "$"],
        };
        Self { spelling, alphabet: Alphabet::new(common.chain(last.iter().copied())) }
    }

    /// How words are spelled.
    pub fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// The token `$`, which ends every word.
    pub fn end(&self) -> Token {
        match self.spelling {
            Spelling::Copy => 11,
            Spelling::Walk => 13,
        }
    }

    /// Writes a circuit, without the final `$`.
    ///
    /// # Panics
    /// As [`CircuitValue::append`].
    pub fn write(&self, items: &[Item]) -> Word {
        let mut word = Word::new();
        for item in items {
            self.append(&mut word, item);
        }
        word
    }

    /// Writes one more item.
    ///
    /// # Panics
    /// If a distance is 0 or the nearer operand is farther than the other: there is no such word.
    pub fn append(&self, word: &mut Word, item: &Item) {
        let farthest = match *item {
            Item::Input(bit) => {
                word.push(Token::from(bit));
                return;
            }
            Item::Not { distance } => {
                assert!(distance >= 1, "a distance is at least 1");
                word.push(OPEN);
                push_times(word, DOWN, distance - 1);
                word.push(NOT);
                distance
            }
            Item::Gate { gate, near, far } => {
                assert!(1 <= near && near <= far, "distances ({near}, {far}) are not in order from 1 on");
                word.push(OPEN);
                push_times(word, DOWN, near - 1);
                word.push(READ);
                push_times(word, DOWN, far - near);
                word.push(GATE + gate as Token);
                far
            }
        };
        if self.spelling == Spelling::Walk {
            push_times(word, BACK, farthest - 1);
            word.push(CLOSE);
        }
    }

    /// Reads a word that ends in its only `$`; none where it has another form, or a distance reaches below the first
    /// value. The word `$` is the circuit without values.
    pub fn parse(&self, word: &[Token]) -> Option<Vec<Item>> {
        let (&end, mut rest) = word.split_last()?;
        if end != self.end() {
            return None;
        }
        let mut items = Vec::new();
        while let Some((&first, after)) = rest.split_first() {
            rest = after;
            let item = match first {
                0 | 1 => Item::Input(first == 1),
                OPEN => self.parse_gate(&mut rest, items.len())?,
                _ => return None,
            };
            items.push(item);
        }
        Some(items)
    }

    /// Reads an item after its `(`.
    fn parse_gate(&self, rest: &mut &[Token], n_values: usize) -> Option<Item> {
        let near = 1 + take_all(rest, DOWN);
        let item = match take_one(rest)? {
            NOT => Item::Not { distance: near },
            READ => {
                let far = near + take_all(rest, DOWN);
                let gate = take_one(rest)?.checked_sub(GATE)?;
                Item::Gate { gate: *Gate::ALL.get(usize::from(gate))?, near, far }
            }
            _ => return None,
        };
        let farthest = item.farthest();
        if farthest > n_values {
            return None;
        }
        if self.spelling == Spelling::Walk && (take_all(rest, BACK) != farthest - 1 || take_one(rest)? != CLOSE) {
            return None;
        }
        Some(item)
    }
}

fn push_times(word: &mut Word, token: Token, times: usize) {
    word.resize(word.len() + times, token);
}

fn take_all(rest: &mut &[Token], token: Token) -> usize {
    let times = rest.iter().take_while(|&&next| next == token).count();
    *rest = &rest[times..];
    times
}

fn take_one(rest: &mut &[Token]) -> Option<Token> {
    let (&token, after) = rest.split_first()?;
    *rest = after;
    Some(token)
}

impl Item {
    /// The distance of the farthest operand, 0 for an input.
    fn farthest(&self) -> usize {
        match *self {
            Self::Input(_) => 0,
            Self::Not { distance } => distance,
            Self::Gate { far, .. } => far,
        }
    }
}

/// All values, in order; none where a distance is 0 or reaches below the first value.
///
/// ```
/// use problems::circuit_value::Item;
/// use problems::circuit_value::evaluate;
/// assert_eq!(evaluate(&[Item::Input(false), Item::Not { distance: 1 }]), Some(vec![false, true]));
/// assert_eq!(evaluate(&[Item::Input(false), Item::Not { distance: 2 }]), None);
/// ```
pub fn evaluate(items: &[Item]) -> Option<Vec<bool>> {
    let mut values: Vec<bool> = Vec::with_capacity(items.len());
    for item in items {
        let at = |distance: usize| {
            let place = values.len().checked_sub(distance)?;
            values.get(place).copied()
        };
        let value = match *item {
            Item::Input(bit) => bit,
            Item::Not { distance } => !at(distance)?,
            Item::Gate { gate, near, far } => gate.apply(at(near)?, at(far)?),
        };
        values.push(value);
    }
    Some(values)
}

/// The circuit with the longest word of `n` values that starts with two inputs: every gate reads the newest value and
/// the oldest. Its word has (n^2 + 3n - 4) / 2 tokens in the spelling *copy* and n^2 + n - 3 in *walk*, `$` included,
/// for n >= 2.
pub fn worst_case(n: usize) -> Vec<Item> {
    let item = |k| if k < 2 { Item::Input(true) } else { Item::Gate { gate: Gate::Nand, near: 1, far: k } };
    (0..n).map(item).collect()
}

impl Problem for CircuitValue {
    fn name(&self) -> &str {
        "circuit-value"
    }

    fn variant(&self) -> Option<&str> {
        Some(match self.spelling {
            Spelling::Copy => "copy",
            Spelling::Walk => "walk",
        })
    }

    fn class(&self) -> &str {
        "P-complete"
    }

    fn question(&self) -> &str {
        "Is the last value of the circuit 1?"
    }

    fn sizes(&self) -> Sizes {
        // A word of n values has about n^2 / 2 tokens in one spelling and n^2 in the other.
        let largest = match self.spelling {
            Spelling::Copy => 16_384,
            Spelling::Walk => 8192,
        };
        Sizes { unit: "values", least: 1, default: 64, largest }
    }

    fn alphabet(&self) -> &Alphabet {
        &self.alphabet
    }

    fn decide(&self, word: &[Token]) -> bool {
        self.parse(word).and_then(|items| evaluate(&items)).is_some_and(|values| values.last() == Some(&true))
    }

    /// A chain of gates as deep as it is long, in which nearly every value decides the answer; both spellings draw the
    /// same circuit.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        self.sizes().admit(self.name(), n)?;
        let mut word = self.write(&balanced_chain::sample(n, answer, random));
        word.push(self.end());
        Ok(Sample { word, family: "balanced-chain".to_owned() })
    }

    /// Circuits whose last gate reads the oldest value, which is given as 0 and as 1, past values of all patterns of
    /// period two; then circuits in which every gate reads the newest value and the oldest.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        if n < 2 || self.sizes().admit(self.name(), n).is_err() {
            return Vec::new();
        }
        let far = n - 1;
        let mut circuits: Vec<Vec<Item>> = Vec::new();
        let bits = || [false, true].into_iter();
        for (oldest, even, odd) in iproduct!(bits(), bits(), bits()) {
            let input = |k: usize| Item::Input(if k == 0 { oldest } else { [even, odd][k % 2] });
            for last in [Item::Not { distance: far }, Item::Gate { gate: Gate::Or, near: far, far }] {
                circuits.push((0..far).map(input).chain([last]).collect());
            }
        }
        if n.saturating_mul(n) <= longest {
            for (first, second, gate) in iproduct!(bits(), bits(), [Gate::Nand, Gate::Xor]) {
                let item = |k| match k {
                    0 | 1 => Item::Input([first, second][k]),
                    _ => Item::Gate { gate, near: 1, far: k },
                };
                circuits.push((0..n).map(item).collect());
            }
        }
        let words = circuits.iter().map(|items| {
            let mut word = self.write(items);
            word.push(self.end());
            word
        });
        words.filter(|word| word.len() <= longest).sorted_by_key(Vec::len).collect()
    }
}

#[cfg(test)]
mod tests;
