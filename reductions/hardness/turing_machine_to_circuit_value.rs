//! The answer of a Turing machine after a number of steps as the value of a circuit (Ladner 1975, doi 10.1145/990518.990519).
//!
//! A configuration is one row of bits per cell, one-hot: a bit for each symbol, and a bit for each state, which is 1 where the
//! head is there in that state. One step of a cell is, with `A` the number of pairs of state and symbol: `A` conjunctions,
//! one for each pair; a symbol's next bit is the disjunction of all pairs that write it and of its old bit where no head is;
//! a state's next bit is the disjunction of all moves into it, from the cell itself or a neighbour. Halting states stay.
//! All gates have fan-in 2.

use problems::circuit_value::Gate;
use problems::circuit_value::Item;

/// Where a head goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// One cell to the left; in the first cell it stays.
    Left,
    /// It stays.
    Stay,
    /// One cell to the right.
    Right,
}

/// What is done in a state on a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The state after it.
    pub next: usize,
    /// The symbol that is written.
    pub write: usize,
    /// Where the head goes.
    pub direction: Move,
}

/// A deterministic Turing machine on a tape that is infinite to the right. Words are over the symbols 0 and 1, all other
/// cells hold the last symbol, the blank; it starts in state 0 on the first cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TuringMachine {
    /// For each state and symbol the rule; a halting state has rules that change nothing.
    pub rules: Vec<Vec<Rule>>,
    /// The state in which a word is accepted.
    pub accept: usize,
}

impl TuringMachine {
    fn n_states(&self) -> usize {
        self.rules.len()
    }

    fn n_symbols(&self) -> usize {
        self.rules[0].len()
    }

    /// Is it in its accepting state after this many steps?
    ///
    /// # Panics
    /// If a rule names a state or a symbol that does not exist.
    pub fn accepts(&self, word: &[bool], n_steps: usize) -> bool {
        let blank = self.n_symbols() - 1;
        let mut tape: Vec<usize> = word.iter().map(|bit| usize::from(*bit)).collect();
        tape.resize(tape.len().max(n_steps + 1), blank);
        let (mut state, mut head) = (0, 0usize);
        for _ in 0..n_steps {
            let rule = self.rules[state][tape[head]];
            (state, tape[head]) = (rule.next, rule.write);
            head = match rule.direction {
                Move::Left => head.saturating_sub(1),
                Move::Stay => head,
                Move::Right => head + 1,
            };
        }
        state == self.accept
    }

    /// The number of gates of one step of a cell into which these directions lead.
    fn n_cell_gates(&self, enters: impl Fn(Move) -> usize) -> usize {
        let pairs = self.n_states() * self.n_symbols();
        let moves_into = |state: usize| -> usize {
            let into = self.rules.iter().flatten().filter(|rule| rule.next == state);
            into.map(|rule| enters(rule.direction)).sum()
        };
        let joined: usize = (0..self.n_states()).map(|state| moves_into(state).saturating_sub(1)).sum();
        2 * pairs + self.n_states() + self.n_symbols() + joined
    }

    /// The number of gates of the circuit over `n_steps` steps on words of `n` bits, which has `n_steps + 1` cells: every
    /// step those of the first cell, the inner ones and the last; one less than cells for the answer; one negation for each
    /// bit of the word.
    ///
    /// # Panics
    /// If there is no step.
    pub fn n_gates(&self, n: usize, n_steps: usize) -> usize {
        assert!(n_steps > 0, "a circuit has a first cell and a last one");
        let first = self.n_cell_gates(|direction| match direction {
            Move::Left => 2,
            Move::Stay => 1,
            Move::Right => 0,
        });
        let inner = self.n_cell_gates(|_| 1);
        let last = self.n_cell_gates(|direction| usize::from(direction != Move::Left));
        n_steps * (first + (n_steps - 1) * inner + last) + n_steps + n
    }
}

/// One cell: the places of its bits among the circuit's values.
#[derive(Clone)]
struct Cell {
    symbols: Vec<usize>,
    states: Vec<usize>,
}

/// A circuit while it is written, by places.
#[derive(Default)]
struct Values(Vec<Item>);

impl Values {
    fn push(&mut self, item: Item) -> usize {
        self.0.push(item);
        self.0.len() - 1
    }

    fn not(&mut self, a: usize) -> usize {
        self.push(Item::Not { distance: self.0.len() - a })
    }

    fn gate(&mut self, gate: Gate, a: usize, b: usize) -> usize {
        let n = self.0.len();
        self.push(Item::Gate { gate, near: n - a.max(b), far: n - a.min(b) })
    }

    /// The disjunction, or `none` of no bits.
    fn any(&mut self, bits: impl IntoIterator<Item = usize>, none: usize) -> usize {
        bits.into_iter().reduce(|a, b| self.gate(Gate::Or, a, b)).unwrap_or(none)
    }
}

/// The circuit whose last value is 1 iff the machine is in its accepting state after `n_steps` steps: the constants 0 and 1,
/// the word's bits, and the gates that [`TuringMachine::n_gates`] counts.
///
/// ```
/// use problems::{Problem, circuit_value};
/// use reductions::hardness::turing_machine_to_circuit_value::{Move, Rule, TuringMachine, map};
/// let stay = |next| move |write| Rule { next, write, direction: Move::Stay };
/// // It accepts, in state 1, the words that begin with 1, and halts in state 2 on all others.
/// let first = vec![stay(2)(0), stay(1)(1), stay(2)(2)];
/// let machine = TuringMachine { rules: vec![first, (0..3).map(stay(1)).collect(), (0..3).map(stay(2)).collect()], accept: 1 };
/// let copy = circuit_value::copy();
/// let decide = |bit| copy.decide(&[copy.write(&map(&machine, &[bit], 1)), vec![copy.end()]].concat());
/// assert!(decide(true) && !decide(false));
/// ```
///
/// # Panics
/// If there is no step, or the word has more bits than there are cells.
pub fn map(machine: &TuringMachine, word: &[bool], n_steps: usize) -> Vec<Item> {
    let n_cells = n_steps + 1;
    assert!(n_steps > 0 && word.len() <= n_cells, "the word is on the cells that can be reached");
    let mut values = Values::default();
    let [zero, one] = [false, true].map(|bit| values.push(Item::Input(bit)));
    let bits: Vec<usize> = word.iter().map(|bit| values.push(Item::Input(*bit))).collect();
    let mut cells: Vec<Cell> = (0..n_cells)
        .map(|place| {
            let mut symbols = vec![zero; machine.n_symbols()];
            match bits.get(place) {
                Some(bit) => (symbols[0], symbols[1]) = (values.not(*bit), *bit),
                None => symbols[machine.n_symbols() - 1] = one,
            }
            let states = (0..machine.n_states()).map(|state| if place == 0 && state == 0 { one } else { zero });
            Cell { symbols, states: states.collect() }
        })
        .collect();
    for _ in 0..n_steps {
        cells = step(machine, &mut values, &cells, zero);
    }
    values.any(cells.iter().map(|cell| cell.states[machine.accept]), zero);
    values.0
}

fn step(machine: &TuringMachine, values: &mut Values, cells: &[Cell], zero: usize) -> Vec<Cell> {
    // For each cell, state and symbol: is the head there, in that state, on that symbol?
    let acts: Vec<Vec<Vec<usize>>> = (cells.iter())
        .map(|cell| {
            let of_state = |state: &usize| cell.symbols.iter().map(|symbol| (*state, *symbol)).collect::<Vec<_>>();
            let pairs: Vec<Vec<(usize, usize)>> = cell.states.iter().map(of_state).collect();
            let mut both = |(a, b): (usize, usize)| values.gate(Gate::And, a, b);
            pairs.into_iter().map(|pairs| pairs.into_iter().map(&mut both).collect()).collect()
        })
        .collect();
    let rules: Vec<(usize, usize, Rule)> = (machine.rules.iter().enumerate())
        .flat_map(|(state, rules)| rules.iter().enumerate().map(move |(symbol, rule)| (state, symbol, *rule)))
        .collect();
    let mut next = Vec::with_capacity(cells.len());
    for (place, cell) in cells.iter().enumerate() {
        let any = values.any(cell.states.iter().copied(), zero);
        let is_left = values.not(any);
        let symbols = cell.symbols.iter().enumerate().map(|(symbol, bit)| {
            let kept = values.gate(Gate::And, *bit, is_left);
            let written = rules.iter().filter(|(.., rule)| rule.write == symbol);
            let written = written.map(|(state, symbol, _)| acts[place][*state][*symbol]);
            values.any([kept].into_iter().chain(written), zero)
        });
        let symbols = symbols.collect();
        let states = (0..machine.n_states()).map(|next| {
            let into = rules.iter().filter(|(.., rule)| rule.next == next).flat_map(|(state, symbol, rule)| {
                let from = match rule.direction {
                    // In the first cell a head that goes left stays; it also comes from the second one.
                    Move::Left => [(place == 0).then_some(0), Some(place + 1)],
                    Move::Stay => [Some(place), None],
                    Move::Right => [place.checked_sub(1), None],
                };
                let from = from.into_iter().flatten().filter_map(|from| acts.get(from));
                from.map(|acts| acts[*state][*symbol])
            });
            values.any(into, zero)
        });
        let states = states.collect();
        next.push(Cell { symbols, states });
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit_value_relu::CircuitValueRelu;
    use crate::reduction::Reduction;
    use problems::Problem;
    use problems::circuit_value::copy;
    use problems::circuit_value::evaluate;
    use rnn::ExactArithmetic;

    const STATES: [&str; 8] = ["first", "has 0", "has 1", "last 0", "last 1", "back", "accept", "reject"];

    /// Takes away the first letter and, if it is the same, the last one, again and again.
    fn palindromes() -> TuringMachine {
        let state = |name: &str| STATES.iter().position(|other| *other == name).unwrap();
        let rule = |write: usize, next: &str, direction| Rule { next: state(next), write, direction };
        let (left, stay, right) = (Move::Left, Move::Stay, Move::Right);
        let halt = |name| (0..3).map(|symbol| rule(symbol, name, stay)).collect();
        let rules = vec![
            vec![rule(2, "has 0", right), rule(2, "has 1", right), rule(2, "accept", stay)],
            vec![rule(0, "has 0", right), rule(1, "has 0", right), rule(2, "last 0", left)],
            vec![rule(0, "has 1", right), rule(1, "has 1", right), rule(2, "last 1", left)],
            vec![rule(2, "back", left), rule(1, "reject", stay), rule(2, "accept", stay)],
            vec![rule(0, "reject", stay), rule(2, "back", left), rule(2, "accept", stay)],
            vec![rule(0, "back", left), rule(1, "back", left), rule(2, "first", right)],
            halt("accept"),
            halt("reject"),
        ];
        TuringMachine { rules, accept: state("accept") }
    }

    fn n_steps(n: usize) -> usize {
        (n + 1) * (n + 2) / 2
    }

    fn words(n: usize) -> impl Iterator<Item = Vec<bool>> {
        (0..1usize << n).map(move |code| (0..n).map(|place| code >> place & 1 != 0).collect())
    }

    fn is_palindrome(word: &[bool]) -> bool {
        word.iter().eq(word.iter().rev())
    }

    fn value(machine: &TuringMachine, word: &[bool], n_steps: usize) -> bool {
        *evaluate(&map(machine, word, n_steps)).unwrap().last().unwrap()
    }

    #[test]
    fn the_circuit_tells_palindromes_for_every_word_and_has_the_gates_of_its_formula() {
        let machine = palindromes();
        let mut answers = [0; 2];
        for n in 1..=6 {
            for word in words(n) {
                let items = map(&machine, &word, n_steps(n));
                let gates = items.iter().filter(|item| !matches!(item, Item::Input(_)));
                assert_eq!(gates.count(), machine.n_gates(n, n_steps(n)));
                let answer = *evaluate(&items).unwrap().last().unwrap();
                assert_eq!(answer, is_palindrome(&word), "{word:?}");
                assert_eq!(answer, machine.accepts(&word, n_steps(n)));
                answers[usize::from(answer)] += 1;
            }
        }
        // Half the letters, rounded up, are free.
        assert_eq!(answers, [126 - 28, 2 + 2 + 4 + 4 + 8 + 8]);
        assert_eq!(machine.n_gates(6, n_steps(6)), 60_906);
    }

    #[test]
    fn one_step_less_is_wrong_on_some_words_of_every_length() {
        let machine = palindromes();
        for n in 1..=6 {
            let wrong = |word: &Vec<bool>| value(&machine, word, n_steps(n) - 1) != is_palindrome(word);
            let wrong = words(n).filter(wrong).count();
            assert!((2..=8).contains(&wrong), "{wrong} of the words of length {n}");
        }
    }

    #[test]
    fn the_network_reads_the_circuit_of_a_machine_and_gives_both_answers() {
        // Whether a word of two letters begins or ends with 1: in state 0 on the first cell, then on the second.
        let rule = |next, write, direction| Rule { next, write, direction };
        let halt = |state| (0..3).map(|symbol| rule(state, symbol, Move::Stay)).collect();
        let read = |next| vec![rule(next, 0, Move::Right), rule(2, 1, Move::Left), rule(next, 2, Move::Right)];
        let machine = TuringMachine { rules: vec![read(1), read(3), halt(2), halt(3)], accept: 2 };
        let network = CircuitValueRelu::shared().network();
        for word in words(2) {
            let mut text = copy().write(&map(&machine, &word, 2));
            text.push(copy().end());
            let answer = word[0] || word[1];
            assert_eq!(copy().decide(&text), answer);
            let step = |state: Vec<_>, token: &u8| network.step(&ExactArithmetic, &state, usize::from(*token));
            let state = text.iter().fold(network.start_in(&ExactArithmetic), step);
            assert_eq!(network.read_out(&ExactArithmetic, &state).is_positive(), answer);
        }
    }
}
