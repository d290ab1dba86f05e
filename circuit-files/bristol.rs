//! Bristol circuits, with both headers, read and written.
//!
//! *Old format* (Tillich and Smart): two counts, of gates and wires; then the number of input wires of each of two parties
//! and the number of output wires. *Bristol fashion* (Archer, Abril, Lu, Maene, Mertens, Sijacic, Smart): two counts; then
//! the number of input values and the width of each; then the same of the outputs. In both, gates follow, one a line and in
//! topological order: the number of inputs, of outputs, the wires, the name. Inputs are the first wires, outputs the last.
//! Gates: XOR, AND, INV (or NOT), and in fashion EQ (of a constant 0 or 1), EQW (of a wire) and MAND (many ANDs).

use super::Circuit;
use super::Literal;
use super::error::Outcome;
use super::error::Place;
use super::error::expected;
use super::error::quote;
use super::files::MOST_INPUTS;
use super::files::lines;
use std::collections::HashMap;
use std::fmt::Write as _;

/// The counts of a header.
struct Header {
    n_gates: usize,
    n_wires: usize,
    n_inputs: usize,
    n_outputs: usize,
}

/// A line of a header: its place, and its numbers.
struct Counts {
    place: Place,
    numbers: Vec<usize>,
}

/// Reads the bytes of a Bristol file.
pub(super) fn read(bytes: &[u8]) -> Outcome<Circuit> {
    let mut rest = lines(bytes, false).peekable();
    let end = Place::Line(1 + bytes.iter().filter(|byte| **byte == b'\n').count());
    let mut counts = |what: &str| -> Outcome<Counts> {
        let Some((line, text)) = rest.next() else { return expected(end, what, "the end of the file") };
        let place = Place::Line(line);
        let numbers: Option<Vec<usize>> = words(text).map(number).collect();
        match numbers {
            Some(numbers) => Ok(Counts { place, numbers }),
            None => expected(place, what, quote(text)),
        }
    };
    let first = counts("the number of gates and the number of wires")?;
    let second = counts("the numbers of input wires")?;
    // A gate's line ends with a name; a third line of numbers makes it Bristol fashion.
    let is_old = rest.peek().is_none_or(|(_, text)| words(text).any(|word| number(word).is_none()));
    let third = if is_old { None } else { Some(rest.next().unwrap_or((0, b""))) };
    let header = header(&first, &second, third)?;
    let mut reader = Reader { circuit: Circuit::new(header.n_inputs), wires: HashMap::new(), header };
    for input in 0..reader.header.n_inputs {
        reader.wires.insert(input, (reader.circuit.input(input), 0));
    }
    let mut n_gates = 0;
    for (line, text) in rest {
        let place = Place::Line(line);
        if n_gates == reader.header.n_gates {
            let what = format!("the end of the file after {n_gates} gates, which is what the first line says");
            return expected(place, &what, quote(text));
        }
        n_gates += 1;
        reader.gate(line, text)?;
    }
    if n_gates < reader.header.n_gates {
        let what = format!("gate {} of {}", n_gates + 1, reader.header.n_gates);
        return expected(end, &what, "the end of the file");
    }
    reader.outputs(end)
}

fn header(first: &Counts, second: &Counts, third: Option<(usize, &[u8])>) -> Outcome<Header> {
    let &[n_gates, n_wires] = first.numbers.as_slice() else {
        let got = format!("{} numbers", first.numbers.len());
        return expected(first.place, "the number of gates and the number of wires", got);
    };
    let (inputs, outputs, place) = match third {
        None => {
            let &[a, b, outputs] = second.numbers.as_slice() else {
                let what = "three numbers: the input wires of two parties, and the output wires";
                return expected(second.place, what, format!("{} numbers", second.numbers.len()));
            };
            (a.checked_add(b), Some(outputs), second.place)
        }
        Some((line, text)) => {
            let third = Counts { place: Place::Line(line), numbers: words(text).filter_map(number).collect() };
            (Some(widths(second, "input")?), Some(widths(&third, "output")?), third.place)
        }
    };
    let (n_inputs, n_outputs) = (inputs.unwrap_or(usize::MAX), outputs.unwrap_or(usize::MAX));
    if n_inputs > MOST_INPUTS {
        return expected(second.place, &format!("at most {MOST_INPUTS} inputs"), n_inputs);
    }
    if n_outputs == 0 {
        return expected(place, "at least one output", 0);
    }
    if n_inputs > n_wires || n_outputs > n_wires {
        let what = format!("no more inputs or outputs than the {n_wires} wires");
        return expected(place, &what, format!("{n_inputs} inputs and {n_outputs} outputs"));
    }
    Ok(Header { n_gates, n_wires, n_inputs, n_outputs })
}

/// The sum of the widths on a line of Bristol fashion, which begins with their number.
fn widths(counts: &Counts, what: &str) -> Outcome<usize> {
    let (count, widths) = counts.numbers.split_first().unwrap_or((&0, &[]));
    if *count != widths.len() {
        let what = format!("the number of {what} values and the width of each, which are {count}");
        return expected(counts.place, &what, format!("{} widths", widths.len()));
    }
    Ok(widths.iter().fold(0, |sum: usize, width| sum.saturating_add(*width)))
}

/// What is known while gates are read.
struct Reader {
    header: Header,
    circuit: Circuit,
    /// Each wire that has a value: its literal, and the line that gave it; 0 for an input.
    wires: HashMap<usize, (Literal, usize)>,
}

impl Reader {
    fn gate(&mut self, line: usize, text: &[u8]) -> Outcome<()> {
        const WHAT: &str = "a gate: the number of inputs, of outputs, the wires, and XOR, AND, INV, EQ, EQW or MAND";
        let place = Place::Line(line);
        let pieces: Vec<&[u8]> = words(text).collect();
        let (Some((name, rest)), 4..) = (pieces.split_last(), pieces.len()) else {
            return expected(place, WHAT, quote(text));
        };
        let numbers: Option<Vec<usize>> = rest.iter().map(|piece| number(piece)).collect();
        let Some([n_inputs, n_outputs, wires @ ..]) = numbers.as_deref() else {
            return expected(place, WHAT, quote(text));
        };
        let (form, is_right) = match *name {
            b"XOR" | b"AND" => ("2 inputs and 1 output", (*n_inputs, *n_outputs) == (2, 1)),
            b"INV" | b"NOT" | b"EQ" | b"EQW" => ("1 input and 1 output", (*n_inputs, *n_outputs) == (1, 1)),
            b"MAND" => {
                let is_right = *n_outputs > 0 && n_outputs.checked_mul(2) == Some(*n_inputs);
                ("twice as many inputs as outputs", is_right)
            }
            _ => return expected(place, "a gate XOR, AND, INV, EQ, EQW or MAND", quote(name)),
        };
        if !is_right || n_inputs.checked_add(*n_outputs) != Some(wires.len()) {
            return expected(place, &format!("{form}, and as many wires"), quote(text));
        }
        let (from, to) = wires.split_at(*n_inputs);
        if *name == b"EQ" {
            let value = match from[0] {
                0 => Literal::FALSE,
                1 => Literal::TRUE,
                other => return expected(place, "a constant 0 or 1", other),
            };
            return self.define(line, to[0], value);
        }
        let from: Vec<Literal> = from.iter().map(|wire| self.value(line, *wire)).collect::<Outcome<_>>()?;
        match *name {
            b"XOR" => {
                let value = self.circuit.xor(from[0], from[1]);
                self.define(line, to[0], value)
            }
            b"INV" | b"NOT" => self.define(line, to[0], !from[0]),
            b"EQW" => self.define(line, to[0], from[0]),
            // An AND is a MAND of one pair.
            _ => {
                for (i, wire) in to.iter().enumerate() {
                    let value = self.circuit.and(from[i], from[to.len() + i]);
                    self.define(line, *wire, value)?;
                }
                Ok(())
            }
        }
    }

    fn value(&self, line: usize, wire: usize) -> Outcome<Literal> {
        match self.wires.get(&wire) {
            Some((literal, _)) => Ok(*literal),
            None => {
                let what = "a wire that is an input or the output of an earlier gate (so that there is no cycle)";
                expected(Place::Line(line), what, wire)
            }
        }
    }

    fn define(&mut self, line: usize, wire: usize, value: Literal) -> Outcome<()> {
        if wire >= self.header.n_wires {
            return expected(Place::Line(line), &format!("a wire below {}", self.header.n_wires), wire);
        }
        match self.wires.insert(wire, (value, line)) {
            None => Ok(()),
            Some((_, 0)) => expected(Place::Line(line), "a wire that has no value yet", format!("{wire}, an input")),
            Some((_, earlier)) => expected(
                Place::Line(line),
                "a wire that has no value yet",
                format!("{wire}, defined in line {earlier}"),
            ),
        }
    }

    fn outputs(mut self, end: Place) -> Outcome<Circuit> {
        for wire in self.header.n_wires - self.header.n_outputs..self.header.n_wires {
            let Some((literal, _)) = self.wires.get(&wire) else {
                return expected(end, &format!("a gate that gives the output wire {wire} its value"), "none");
            };
            self.circuit.add_output(*literal);
        }
        Ok(self.circuit)
    }
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty())
}

fn number(word: &[u8]) -> Option<usize> {
    // `parse` alone would accept a plus sign.
    let all_digits = word.iter().all(u8::is_ascii_digit);
    std::str::from_utf8(word).ok().filter(|_| all_digits)?.parse().ok()
}

impl Circuit {
    /// Writes the circuit in Bristol fashion, as one input value and one output value. Read back it computes the same;
    /// three gates that are an exclusive or and nothing else are one gate there, inverters and the wires of outputs are
    /// gates, and names are lost.
    pub fn to_bristol(&self) -> String {
        let mut writer = Writer { gates: String::new(), n_gates: 0, n_wires: self.n_inputs(), wires: HashMap::new() };
        for input in 0..self.n_inputs() {
            writer.wires.insert(self.input(input), input);
        }
        let first = 1 + self.n_inputs();
        let exclusive = self.exclusive_ors();
        for (gate, operands) in self.gates().iter().enumerate() {
            let node = first + gate;
            match exclusive[gate] {
                Role::Part => {}
                Role::Alone => {
                    let [a, b] = operands.map(|literal| writer.wire(literal));
                    let wire = writer.gate(&format!("2 1 {a} {b}"), "AND");
                    writer.wires.insert(Literal { node, inverted: false }, wire);
                }
                Role::Xor([a, b]) => {
                    // Of the operands as they are; where one of them was inverted, the wire holds the inverse.
                    let inverted = a.inverted != b.inverted;
                    let [a, b] = [a, b].map(|literal| writer.wire(literal.invert_if(literal.inverted)));
                    let wire = writer.gate(&format!("2 1 {a} {b}"), "XOR");
                    writer.wires.insert(Literal { node, inverted }, wire);
                }
            }
        }
        // All that outputs need must be there before the first of them, which are the last wires.
        let outputs: Vec<usize> = self.outputs().iter().map(|output| writer.wire(*output)).collect();
        for wire in outputs {
            writer.gate(&format!("1 1 {wire}"), "EQW");
        }
        let Writer { gates, n_gates, n_wires, .. } = writer;
        let inputs = if self.n_inputs() == 0 { "0".to_owned() } else { format!("1 {}", self.n_inputs()) };
        format!("{n_gates} {n_wires}\n{inputs}\n1 {}\n\n{gates}", self.outputs().len())
    }
}

/// What an AND gate is written as.
#[derive(Clone, Copy)]
enum Role {
    Alone,
    /// The exclusive or of two literals.
    Xor([Literal; 2]),
    /// One of two gates that an exclusive or was made with.
    Part,
}

impl Circuit {
    /// The gates that are an exclusive or, neither both nor none of two literals, and whose two parts nothing else reads.
    fn exclusive_ors(&self) -> Vec<Role> {
        let first = 1 + self.n_inputs();
        let mut n_readers = vec![0; self.n_nodes()];
        for literal in self.gates().iter().flatten().chain(self.outputs()) {
            n_readers[literal.node] += 1;
        }
        let mut roles = vec![Role::Alone; self.gates().len()];
        for (gate, parts) in self.gates().iter().enumerate() {
            let is_part = |part: &Literal| part.inverted && part.node >= first && n_readers[part.node] == 1;
            if !parts.iter().all(is_part) {
                continue;
            }
            let parts = parts.map(|part| part.node - first);
            let [both, neither] = parts.map(|part| self.gates()[part]);
            if neither == both.map(|literal| !literal) || neither == [!both[1], !both[0]] {
                roles[gate] = Role::Xor(both);
                parts.iter().for_each(|part| roles[*part] = Role::Part);
            }
        }
        roles
    }
}

struct Writer {
    gates: String,
    n_gates: usize,
    n_wires: usize,
    wires: HashMap<Literal, usize>,
}

impl Writer {
    /// Writes a gate whose output is the next wire.
    fn gate(&mut self, inputs: &str, name: &str) -> usize {
        let wire = self.n_wires;
        let _ = writeln!(self.gates, "{inputs} {wire} {name}");
        self.n_gates += 1;
        self.n_wires += 1;
        wire
    }

    /// The wire of a literal; a constant or an inverted node gets one where it is first asked for.
    fn wire(&mut self, literal: Literal) -> usize {
        if let Some(wire) = self.wires.get(&literal) {
            return *wire;
        }
        let wire = match literal {
            Literal::FALSE => self.gate("1 1 0", "EQ"),
            Literal::TRUE => self.gate("1 1 1", "EQ"),
            _ => {
                let plain = self.wires[&!literal];
                self.gate(&format!("1 1 {plain}"), "INV")
            }
        };
        self.wires.insert(literal, wire);
        wire
    }
}

#[cfg(test)]
mod tests;
