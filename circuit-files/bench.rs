//! ISCAS `.bench` circuits, read and written.
//!
//! Source: F. Brglez and H. Fujiwara, A Neutral Netlist of 10 Combinational Benchmark Circuits (ISCAS 1985), in the text
//! form of ISCAS 1989. One thing a line, in any order: `INPUT(a)`, `OUTPUT(b)`, `b = NAND(a, c)`; `#` begins a comment. Gates
//! are AND, NAND, OR, NOR, XOR, XNOR of one or more signals, NOT and BUFF (or BUF) of one; `a = vdd` and `a = gnd`, as ABC
//! writes them, are the constants.

use super::Circuit;
use super::Literal;
use super::error::Outcome;
use super::error::Place;
use super::error::Trouble;
use super::error::expected;
use super::error::quote;
use super::files::MOST_INPUTS;
use super::files::lines;
use std::collections::HashMap;
use std::fmt::Write as _;

/// A gate's line.
struct Gate<'f> {
    line: usize,
    name: &'f [u8],
    operation: Operation,
    operands: Vec<&'f [u8]>,
}

/// What a gate computes; the flag inverts it.
#[derive(Clone, Copy)]
enum Operation {
    And(bool),
    Or(bool),
    Xor(bool),
    Same(bool),
    Constant(bool),
}

/// What gives a signal its value.
#[derive(Clone, Copy)]
enum Source {
    Input(usize),
    Gate(usize),
}

/// Reads the bytes of a `.bench` file.
pub(super) fn read(bytes: &[u8]) -> Outcome<Circuit> {
    let mut file = File { inputs: Vec::new(), outputs: Vec::new(), gates: Vec::new(), sources: HashMap::new() };
    for (line, text) in lines(bytes, true) {
        file.line(line, text)?;
    }
    if file.outputs.is_empty() {
        return Err(Trouble { place: None, message: "no outputs: there is nothing to evaluate".to_owned() });
    }
    file.circuit()
}

struct File<'f> {
    inputs: Vec<&'f [u8]>,
    outputs: Vec<(usize, &'f [u8])>,
    gates: Vec<Gate<'f>>,
    /// What gives each signal its value, and the line that says so.
    sources: HashMap<&'f [u8], (Source, usize)>,
}

impl<'f> File<'f> {
    fn line(&mut self, line: usize, text: &'f [u8]) -> Outcome<()> {
        const WHAT: &str = "`INPUT(a)`, `OUTPUT(a)` or `a = NAND(b, c)`";
        let place = Place::Line(line);
        let (target, right) = match text.iter().position(|byte| *byte == b'=') {
            Some(at) => (Some(text[..at].trim_ascii()), text[at + 1..].trim_ascii()),
            None => (None, text),
        };
        let Some((word, operands)) = call(right) else {
            return match (target, right.to_ascii_lowercase().as_slice()) {
                (Some(target), b"vdd") => self.gate(line, target, Operation::Constant(true), Vec::new()),
                (Some(target), b"gnd") => self.gate(line, target, Operation::Constant(false), Vec::new()),
                _ => expected(place, WHAT, quote(text)),
            };
        };
        if let Some(operand) = operands.iter().chain(&target).find(|name| !is_name(name)) {
            return expected(place, "names of signals without white space, ( ) , and =", quote(operand));
        }
        match (word.to_ascii_uppercase().as_slice(), target, operands.as_slice()) {
            (b"INPUT", None, [name]) => {
                if self.inputs.len() == MOST_INPUTS {
                    return expected(place, &format!("at most {MOST_INPUTS} inputs"), "one more");
                }
                self.define(line, name, Source::Input(self.inputs.len()))?;
                self.inputs.push(name);
                Ok(())
            }
            (b"OUTPUT", None, [name]) => {
                self.outputs.push((line, name));
                Ok(())
            }
            (b"DFF", Some(_), _) => {
                let message = "a latch (DFF): only combinational circuits can be read".to_owned();
                Err(Trouble { place: Some(place), message })
            }
            (gate, Some(target), [_, ..]) => {
                let operation = match (gate, operands.len()) {
                    (b"AND", _) => Operation::And(false),
                    (b"NAND", _) => Operation::And(true),
                    (b"OR", _) => Operation::Or(false),
                    (b"NOR", _) => Operation::Or(true),
                    (b"XOR", _) => Operation::Xor(false),
                    (b"XNOR", _) => Operation::Xor(true),
                    (b"BUF" | b"BUFF", 1) => Operation::Same(false),
                    (b"NOT" | b"INV", 1) => Operation::Same(true),
                    (b"BUF" | b"BUFF" | b"NOT" | b"INV", n) => {
                        return expected(place, "one operand", format!("{n} operands"));
                    }
                    _ => {
                        return expected(place, "a gate AND, NAND, OR, NOR, XOR, XNOR, NOT or BUFF", quote(word));
                    }
                };
                self.gate(line, target, operation, operands)
            }
            _ => expected(place, WHAT, quote(text)),
        }
    }

    fn gate(&mut self, line: usize, name: &'f [u8], operation: Operation, operands: Vec<&'f [u8]>) -> Outcome<()> {
        if !is_name(name) {
            return expected(Place::Line(line), "a signal's name before the `=`", quote(name));
        }
        self.define(line, name, Source::Gate(self.gates.len()))?;
        self.gates.push(Gate { line, name, operation, operands });
        Ok(())
    }

    fn define(&mut self, line: usize, name: &'f [u8], source: Source) -> Outcome<()> {
        match self.sources.insert(name, (source, line)) {
            None => Ok(()),
            Some((_, earlier)) => {
                let got = format!("{}, defined in line {earlier}", quote(name));
                expected(Place::Line(line), "a signal that is not defined yet", got)
            }
        }
    }

    fn source(&self, line: usize, name: &[u8]) -> Outcome<Source> {
        match self.sources.get(name) {
            Some((source, _)) => Ok(*source),
            None => {
                let got = format!("{}, which nothing defines", quote(name));
                expected(Place::Line(line), "a signal that is an input or a gate", got)
            }
        }
    }

    /// The gates in topological order, depth first with a stack of our own: a long chain must not overflow the program's.
    fn circuit(&self) -> Outcome<Circuit> {
        let mut circuit = Circuit::new(self.inputs.len());
        let mut literals: Vec<Option<Literal>> = vec![None; self.gates.len()];
        let mut is_open = vec![false; self.gates.len()];
        let mut stack = Vec::new();
        for start in 0..self.gates.len() {
            stack.push((start, 0));
            while let Some((gate, operand)) = stack.pop() {
                let Gate { line, name, operands, .. } = &self.gates[gate];
                if literals[gate].is_some() {
                    continue;
                }
                is_open[gate] = true;
                let Some(next) = operands.get(operand) else {
                    literals[gate] = Some(self.build(&mut circuit, gate, &literals)?);
                    is_open[gate] = false;
                    continue;
                };
                stack.push((gate, operand + 1));
                if let Source::Gate(before) = self.source(*line, next)? {
                    if is_open[before] {
                        let got = format!("{}, which depends on itself by way of {}", quote(name), quote(next));
                        return expected(Place::Line(*line), "gates without a cycle", got);
                    }
                    stack.push((before, 0));
                }
            }
        }
        for (place, (line, name)) in self.outputs.iter().enumerate() {
            let output = self.literal(&circuit, *line, name, &literals)?;
            circuit.add_output(output);
            circuit.output_names.insert(place, String::from_utf8_lossy(name).into_owned());
        }
        for (place, name) in self.inputs.iter().enumerate() {
            circuit.input_names.insert(place, String::from_utf8_lossy(name).into_owned());
        }
        Ok(circuit)
    }

    fn literal(&self, circuit: &Circuit, line: usize, name: &[u8], literals: &[Option<Literal>]) -> Outcome<Literal> {
        Ok(match self.source(line, name)? {
            Source::Input(input) => circuit.input(input),
            Source::Gate(gate) => literals[gate].expect("a gate's operands are built before it"),
        })
    }

    fn build(&self, circuit: &mut Circuit, gate: usize, literals: &[Option<Literal>]) -> Outcome<Literal> {
        let Gate { line, operation, operands, .. } = &self.gates[gate];
        let mut values = Vec::new();
        for name in operands {
            values.push(self.literal(circuit, *line, name, literals)?);
        }
        let mut fold = |join: fn(&mut Circuit, Literal, Literal) -> Literal| {
            let mut values = values.iter().copied();
            let first = values.next().unwrap_or(Literal::FALSE);
            values.fold(first, |sum, value| join(circuit, sum, value))
        };
        Ok(match *operation {
            Operation::Constant(value) => {
                if value {
                    Literal::TRUE
                } else {
                    Literal::FALSE
                }
            }
            Operation::Same(inverted) => values[0].invert_if(inverted),
            Operation::And(inverted) => fold(Circuit::and).invert_if(inverted),
            Operation::Or(inverted) => fold(|circuit, a, b| !circuit.and(!a, !b)).invert_if(inverted),
            Operation::Xor(inverted) => fold(Circuit::xor).invert_if(inverted),
        })
    }
}

/// `NAND(a, b)` as its word and its operands.
fn call(text: &[u8]) -> Option<(&[u8], Vec<&[u8]>)> {
    let open = text.iter().position(|byte| *byte == b'(')?;
    let inside = text[open + 1..].strip_suffix(b")")?;
    Some((text[..open].trim_ascii(), inside.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect()))
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && !name.iter().any(|byte| byte.is_ascii_whitespace() || b"(),=#".contains(byte))
}

impl Circuit {
    /// Writes the circuit as a `.bench` file: signals `i0`, `i1`, ... for inputs, `o0`, `o1`, ... for outputs, `n` and a
    /// number for the nodes between. Read back it computes the same; names are those.
    pub fn to_bench(&self) -> String {
        let mut text = String::new();
        let mut body = String::new();
        let name = |literal: Literal| match literal.node {
            0 => if literal.inverted { "vdd_" } else { "gnd_" }.to_owned(),
            node if node <= self.n_inputs() => format!("i{}{}", node - 1, if literal.inverted { "_not" } else { "" }),
            node => format!("n{node}{}", if literal.inverted { "_not" } else { "" }),
        };
        let mut used: Vec<Literal> = self.gates().iter().flatten().chain(self.outputs()).copied().collect();
        used.sort_unstable();
        used.dedup();
        for literal in used {
            let _ = match literal {
                Literal::FALSE => writeln!(body, "gnd_ = gnd"),
                Literal::TRUE => writeln!(body, "vdd_ = vdd"),
                _ if literal.inverted => writeln!(body, "{} = NOT({})", name(literal), name(!literal)),
                _ => Ok(()),
            };
        }
        for (gate, [a, b]) in self.gates().iter().enumerate() {
            let own = Literal { node: 1 + self.n_inputs() + gate, inverted: false };
            let _ = writeln!(body, "{} = AND({}, {})", name(own), name(*a), name(*b));
        }
        for input in 0..self.n_inputs() {
            let _ = writeln!(text, "INPUT(i{input})");
        }
        for (place, output) in self.outputs().iter().enumerate() {
            let _ = writeln!(text, "OUTPUT(o{place})");
            let _ = writeln!(body, "o{place} = BUFF({})", name(*output));
        }
        text + &body
    }
}

#[cfg(test)]
mod tests;
