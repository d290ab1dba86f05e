//! Turing machines with a word and a number of steps, written as JSON.

use super::AnySource;
use super::Map;
use super::Reader;
use super::Source;
use itertools::Itertools;
use problems::Random;
use problems::Word;
use problems::circuit_value;
use reductions::hardness::turing_machine_to_circuit_value::Move;
use reductions::hardness::turing_machine_to_circuit_value::Rule;
use reductions::hardness::turing_machine_to_circuit_value::TuringMachine;
use reductions::hardness::turing_machine_to_circuit_value::map;
use serde_json::Value;
use serde_json::json;

pub(super) static MAP: Map = Map {
    name: "turing-machine-to-circuit-value",
    question: "Is the machine in its accepting state after so many steps?",
    syntax: "{\"rules\": for each state and symbol [next, write, \"L\"|\"S\"|\"R\"], \"accept\": STATE, \"word\": BITS, \
             \"steps\": T}; symbols 0, 1, ..., the last one is the blank; it starts in state 0",
    example: r#"{"rules":[[[2,0,"S"],[1,1,"S"],[2,2,"S"]],[[1,0,"S"],[1,1,"S"],[1,2,"S"]],[[2,0,"S"],[2,1,"S"],[2,2,"S"]]],"accept":1,"word":"10","steps":2}"#,
    class: "P",
    reference: "Ladner 1975",
    problem: || circuit_value::copy(),
    formula: "T (first + (T - 1) inner + last) + T + n gates for T steps and n bits; a cell has 2 S A + S + A gates and one \
              for each move into it but the first of a state, for S states and A symbols",
    unit: "gates",
    most: 200_000,
    measure: |word| word.iter().filter(|token| **token == 2).count(),
    reader: Reader::Lines(read),
    source_unit: "steps of a machine with one working state, on one bit",
    exhaustive: 1..=1,
    every,
    sampled: 4,
    sampled_unit: "steps of a machine with three working states, on four bits",
    sample,
    induction: None,
};

/// A machine, a word and a number of steps.
struct Run {
    machine: TuringMachine,
    word: Vec<bool>,
    n_steps: usize,
}

impl Source for Run {
    fn text(&self) -> String {
        let letter = |direction| match direction {
            Move::Left => "L",
            Move::Stay => "S",
            Move::Right => "R",
        };
        let rule = |rule: &Rule| json!([rule.next, rule.write, letter(rule.direction)]);
        let rules: Vec<Vec<Value>> = self.machine.rules.iter().map(|rules| rules.iter().map(rule).collect()).collect();
        let word: String = self.word.iter().map(|bit| if *bit { '1' } else { '0' }).collect();
        json!({"rules": rules, "accept": self.machine.accept, "word": word, "steps": self.n_steps}).to_string()
    }

    fn answer(&self) -> bool {
        self.machine.accepts(&self.word, self.n_steps)
    }

    fn size(&self) -> u128 {
        self.machine.n_gates(self.word.len(), self.n_steps) as u128
    }

    fn image(&self) -> Word {
        let copy = circuit_value::copy();
        let mut word = copy.write(&map(&self.machine, &self.word, self.n_steps));
        word.push(copy.end());
        word
    }
}

/// The most of what a line may have, so that sizes are computed without overflow.
const MOST: usize = 1000;

fn read(text: &str) -> Result<AnySource, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| format!("expected a machine as JSON: {error}"))?;
    let rules = value.get("rules").and_then(Value::as_array).ok_or("expected a field `rules` that is a list")?;
    let n_symbols = rules.first().and_then(Value::as_array).map_or(0, Vec::len);
    if n_symbols < 3 || rules.len() > MOST || n_symbols > MOST {
        return Err(format!("rules: expected 1 to {MOST} states with the symbols 0, 1 and a blank at least"));
    }
    let number = |value: Option<&Value>, below: usize, place: &str| {
        let found = value.and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok());
        found.filter(|number| *number < below).ok_or_else(|| format!("{place}: expected a number below {below}"))
    };
    let mut table = Vec::with_capacity(rules.len());
    for (state, of_state) in rules.iter().enumerate() {
        let of_state = of_state.as_array().filter(|list| list.len() == n_symbols);
        let of_state = of_state.ok_or_else(|| format!("rules[{state}]: expected {n_symbols} rules, one a symbol"))?;
        let mut row = Vec::with_capacity(n_symbols);
        for (symbol, rule) in of_state.iter().enumerate() {
            let place = format!("rules[{state}][{symbol}]");
            let direction = match rule.get(2).and_then(Value::as_str) {
                Some("L") => Move::Left,
                Some("S") => Move::Stay,
                Some("R") => Move::Right,
                _ => return Err(format!("{place}: expected [next, write, \"L\", \"S\" or \"R\"], got {rule}")),
            };
            let next = number(rule.get(0), rules.len(), &place)?;
            row.push(Rule { next, write: number(rule.get(1), n_symbols, &place)?, direction });
        }
        table.push(row);
    }
    let accept = number(value.get("accept"), table.len(), "accept")?;
    let n_steps = number(value.get("steps"), MOST + 1, "steps")?;
    let bits = value.get("word").and_then(Value::as_str).filter(|bits| bits.chars().all(|bit| "01".contains(bit)));
    let word: Vec<bool> = bits.ok_or("word: expected a string of bits")?.chars().map(|bit| bit == '1').collect();
    if n_steps == 0 || word.len() > n_steps + 1 {
        return Err(format!("expected at least one step and a word of at most steps + 1 bits, got {}", word.len()));
    }
    Ok(Box::new(Run { machine: TuringMachine { rules: table, accept }, word, n_steps }))
}

const MOVES: [Move; 3] = [Move::Left, Move::Stay, Move::Right];

/// Rules of a state in which nothing changes any more.
fn halt(state: usize, n_symbols: usize) -> Vec<Rule> {
    (0..n_symbols).map(|write| Rule { next: state, write, direction: Move::Stay }).collect()
}

/// Every machine with one working state and an accepting one, three symbols, on either bit.
fn every(n_steps: usize) -> Box<dyn Iterator<Item = AnySource>> {
    let rules = || {
        let choices = (0..2).cartesian_product(0..3).cartesian_product(MOVES);
        choices.map(|((next, write), direction)| Rule { next, write, direction })
    };
    let tables = (0..3).map(move |_| rules()).multi_cartesian_product();
    Box::new(tables.cartesian_product([false, true]).map(move |(row, bit)| {
        let machine = TuringMachine { rules: vec![row, halt(1, 3)], accept: 1 };
        Box::new(Run { machine, word: vec![bit], n_steps }) as AnySource
    }))
}

/// A machine with three working states and random rules, which accepts or, as often as that is easily found, does not.
fn sample(n_steps: usize, random: &mut Random) -> AnySource {
    const WORKING: usize = 3;
    let wanted = random.bit();
    loop {
        let mut rules: Vec<Vec<Rule>> = (0..WORKING)
            .map(|_| {
                let mut rule = || Rule {
                    next: random.below(WORKING + 1),
                    write: random.below(3),
                    direction: *random.pick(&MOVES),
                };
                (0..3).map(|_| rule()).collect()
            })
            .collect();
        rules.push(halt(WORKING, 3));
        let word = (0..n_steps.min(4)).map(|_| random.bit()).collect();
        let run = Run { machine: TuringMachine { rules, accept: WORKING }, word, n_steps };
        if run.answer() == wanted {
            return Box::new(run);
        }
    }
}
