//! The AIGER formats, ASCII (`aag`) and binary (`aig`), read and written.
//!
//! Source: A. Biere, The AIGER And-Inverter Graph (AIG) Format, version 20071012, and the extended header of AIGER 1.9.
//!
//! We read the files ourselves: `flussab-aiger` 0.1.1 subtracts past zero on a symbol name that is not UTF-8 (a panic
//! where overflow is checked), reserves whatever memory a header claims, and accepts a binary gate that reads itself.
//! It remains a witness in the tests.

#[cfg(test)]
mod tests;

use super::Circuit;
use super::Literal;
use super::error::Outcome;
use super::error::Place;
use super::error::Trouble;
use super::error::expected;
use super::error::quote;
use super::files::MOST_INPUTS;
use std::collections::HashMap;
use std::fmt;
use std::fmt::Write as _;

/// The largest variable index accepted; real files are far below, and literals stay far from overflow.
const LARGEST_VARIABLE: usize = (1 << 31) - 1;

impl Circuit {
    /// Writes the circuit as an ASCII AIGER file.
    pub fn to_ascii(&self) -> String {
        let mut text = self.header("aag");
        for input in 0..self.n_inputs() {
            let _ = writeln!(text, "{}", self.input(input).code());
        }
        for output in self.outputs() {
            let _ = writeln!(text, "{}", output.code());
        }
        for (gate, [a, b]) in self.gates().iter().enumerate() {
            let _ = writeln!(text, "{} {} {}", 2 * (1 + self.n_inputs() + gate), a.code(), b.code());
        }
        text + &self.symbols()
    }

    /// Writes the circuit as a binary AIGER file.
    pub fn to_binary(&self) -> Vec<u8> {
        let mut text = self.header("aig");
        for output in self.outputs() {
            let _ = writeln!(text, "{}", output.code());
        }
        let mut bytes = text.into_bytes();
        for (gate, [a, b]) in self.gates().iter().enumerate() {
            let (high, low) = (a.code().max(b.code()), a.code().min(b.code()));
            // Operands are earlier nodes, so that both differences are what the format wants: positive, then >= 0.
            for mut delta in [2 * (1 + self.n_inputs() + gate) - high, high - low] {
                while delta >= 0x80 {
                    bytes.push((delta & 0x7f) as u8 | 0x80);
                    delta >>= 7;
                }
                bytes.push(delta as u8);
            }
        }
        bytes.extend(self.symbols().into_bytes());
        bytes
    }

    fn header(&self, format: &str) -> String {
        let (n_inputs, n_gates) = (self.n_inputs(), self.gates().len());
        format!("{format} {} {n_inputs} 0 {} {n_gates}\n", n_inputs + n_gates, self.outputs().len())
    }

    fn symbols(&self) -> String {
        let mut text = String::new();
        for (input, name) in &self.input_names {
            let _ = writeln!(text, "i{input} {name}");
        }
        for (output, name) in &self.output_names {
            let _ = writeln!(text, "o{output} {name}");
        }
        text
    }
}

/// One line of the text parts, without its end.
struct Line<'a> {
    bytes: &'a [u8],
    place: Place,
    number: usize,
}

impl Line<'_> {
    fn expected<T>(&self, what: &str, got: impl fmt::Display) -> Outcome<T> {
        expected(self.place, what, got)
    }
}

/// The counts of the header line.
struct Header {
    binary: bool,
    largest_variable: usize,
    n_inputs: usize,
    n_outputs: usize,
    n_gates: usize,
}

/// A circuit without a memory: no latch, and no property of runs.
fn only_combinational(counts: &[usize]) -> Outcome<()> {
    // The names of the fields beyond L are those of AIGER 1.9; a missing field is 0.
    const BEYOND: [(usize, &str, &str); 5] = [
        (2, "latch", "latches"),
        (5, "bad-state property", "bad-state properties"),
        (6, "invariant constraint", "invariant constraints"),
        (7, "justice property", "justice properties"),
        (8, "fairness constraint", "fairness constraints"),
    ];
    let found: Vec<String> = BEYOND
        .iter()
        .filter_map(|&(field, one, many)| match counts.get(field) {
            None | Some(0) => None,
            Some(1) => Some(format!("1 {one}")),
            Some(count) => Some(format!("{count} {many}")),
        })
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    let message = format!("{}: only combinational circuits can be read", found.join(", "));
    Err(Trouble { place: None, message })
}

impl Header {
    /// The counts agree with each other, and ask for no more memory than a circuit may have.
    fn in_range(&self, line: &Line<'_>) -> Outcome<()> {
        let Self { binary, largest_variable, n_inputs, n_outputs, n_gates } = *self;
        if n_outputs == 0 {
            return Err(Trouble { place: None, message: "no outputs: there is nothing to evaluate".to_owned() });
        }
        if largest_variable > LARGEST_VARIABLE {
            return line.expected(&format!("a largest variable of at most {LARGEST_VARIABLE}"), largest_variable);
        }
        if n_inputs > MOST_INPUTS {
            return line.expected(&format!("at most {MOST_INPUTS} inputs"), n_inputs);
        }
        // A binary file numbers its nodes without a gap; an ASCII file may leave numbers out.
        let defined = n_inputs.saturating_add(n_gates);
        let relation = if binary && defined != largest_variable {
            "equal to"
        } else if defined > largest_variable {
            "not below"
        } else {
            return Ok(());
        };
        let what = format!("a largest variable {relation} the {n_inputs} inputs and {n_gates} gates together");
        line.expected(&what, largest_variable)
    }
}

/// What defines a variable of an ASCII file.
#[derive(Clone, Copy)]
enum Definition {
    Input(usize),
    Gate(usize),
}

/// A gate line of an ASCII file.
struct GateLine {
    output: usize,
    operands: [usize; 2],
    line: usize,
}

/// Reads the bytes of an AIGER file, ASCII or binary as its first bytes say.
pub(super) fn read(bytes: &[u8]) -> Outcome<Circuit> {
    Reader { bytes, next: 0, line: 0, past_binary: false }.circuit()
}

struct Reader<'a> {
    bytes: &'a [u8],
    next: usize,
    line: usize,
    /// Whether the gates of a binary file have been read: what follows is text again, but its lines have no number.
    past_binary: bool,
}

impl<'a> Reader<'a> {
    fn circuit(&mut self) -> Outcome<Circuit> {
        let header = self.header()?;
        let mut circuit = if header.binary { self.binary(&header)? } else { self.ascii(&header)? };
        self.symbols(&mut circuit)?;
        Ok(circuit)
    }

    /// The next line; a line ends with a newline, so that a file cut inside a number is noticed.
    fn line(&mut self, what: &str) -> Outcome<Line<'a>> {
        self.line += 1;
        let place = if self.past_binary { Place::Byte(self.next + 1) } else { Place::Line(self.line) };
        let rest = &self.bytes[self.next..];
        match rest.iter().position(|&byte| byte == b'\n') {
            Some(length) => {
                self.next += length + 1;
                let bytes = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
                Ok(Line { bytes, place, number: self.line })
            }
            None if rest.is_empty() => expected(place, what, "the end of the file"),
            None => {
                expected(place, &format!("{what} and a newline"), format!("{} and the end of the file", quote(rest)))
            }
        }
    }

    fn header(&mut self) -> Outcome<Header> {
        const WHAT: &str = "an AIGER header, `aag M I L O A` or `aig M I L O A`";
        let binary = self.bytes.starts_with(b"aig ");
        let line = self.line(WHAT)?;
        let Some(counts) = numbers(&line.bytes[4..]).filter(|counts| (5..=9).contains(&counts.len())) else {
            return line.expected(WHAT, quote(line.bytes));
        };
        only_combinational(&counts)?;
        let (largest_variable, n_inputs, n_outputs, n_gates) = (counts[0], counts[1], counts[3], counts[4]);
        let header = Header { binary, largest_variable, n_inputs, n_outputs, n_gates };
        header.in_range(&line)?;
        Ok(header)
    }

    fn binary(&mut self, header: &Header) -> Outcome<Circuit> {
        // Nodes are numbered as ours are: the constant, the inputs, the gates.
        let literal = |code: usize| Literal { node: code / 2, inverted: code % 2 == 1 };
        let mut circuit = Circuit::new(header.n_inputs);
        let mut outputs = Vec::new();
        for output in 0..header.n_outputs {
            let [code] = self.literals(&counted("the literal of output", output, header.n_outputs), header)?.0;
            outputs.push(literal(code));
        }
        for gate in 0..header.n_gates {
            let what = counted("gate", gate, header.n_gates);
            let output = 2 * circuit.n_nodes();
            // The first operand is a smaller literal than the gate itself, and so no gate can read itself.
            let first = output - self.delta(&what, 1, output)?;
            let second = first - self.delta(&what, 0, first)?;
            circuit.and(literal(first), literal(second));
        }
        for output in outputs {
            circuit.add_output(output);
        }
        self.past_binary = true;
        Ok(circuit)
    }

    /// A difference of two literals: seven bits a byte, the lowest first, the top bit set on all but the last.
    fn delta(&mut self, what: &str, least: usize, most: usize) -> Outcome<usize> {
        let place = Place::Byte(self.next + 1);
        let mut delta = 0usize;
        for shift in (0..).step_by(7) {
            let Some(&byte) = self.bytes.get(self.next) else {
                return expected(Place::Byte(self.next + 1), what, "the end of the file");
            };
            self.next += 1;
            // Literals are below 2^32, so that more than five bytes are out of range whatever they say.
            if shift > 28 {
                return expected(place, &format!("{what} with a difference of {least} to {most}"), "six bytes or more");
            }
            delta |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        if delta < least || delta > most {
            return expected(place, &format!("{what} with a difference of {least} to {most}"), delta);
        }
        Ok(delta)
    }

    fn ascii(&mut self, header: &Header) -> Outcome<Circuit> {
        // A map, not a table: the header may claim any number of variables, the file defines what it has lines for.
        let mut definitions: HashMap<usize, (Definition, usize)> = HashMap::new();
        for input in 0..header.n_inputs {
            let what = counted("the literal of input", input, header.n_inputs);
            let ([code], line) = self.literals(&what, header)?;
            define(&mut definitions, &line, code, Definition::Input(input))?;
        }
        let mut outputs = Vec::new();
        for output in 0..header.n_outputs {
            let ([code], line) = self.literals(&counted("the literal of output", output, header.n_outputs), header)?;
            outputs.push((code, line.number));
        }
        let mut gates = Vec::new();
        for gate in 0..header.n_gates {
            let what = counted("the three literals of gate", gate, header.n_gates);
            let ([output, a, b], line) = self.literals(&what, header)?;
            define(&mut definitions, &line, output, Definition::Gate(gate))?;
            gates.push(GateLine { output, operands: [a, b], line: line.number });
        }
        let mut circuit = Circuit::new(header.n_inputs);
        let literals = sort_gates(&mut circuit, &gates, &definitions)?;
        for (code, line) in outputs {
            let output = resolve(code, line, &definitions, &literals)?;
            circuit.add_output(output);
        }
        Ok(circuit)
    }

    /// A line of exactly so many literals in range.
    fn literals<const N: usize>(&mut self, what: &str, header: &Header) -> Outcome<([usize; N], Line<'a>)> {
        let line = self.line(what)?;
        let Some(codes) = numbers(line.bytes).and_then(|codes| <[usize; N]>::try_from(codes).ok()) else {
            return line.expected(what, quote(line.bytes));
        };
        let most = 2 * header.largest_variable + 1;
        match codes.iter().find(|&&code| code > most) {
            Some(code) => line.expected(&format!("a literal of at most {most}"), code),
            None => Ok((codes, line)),
        }
    }

    /// The symbol table up to the comment, which is not looked at.
    fn symbols(&mut self, circuit: &mut Circuit) -> Outcome<()> {
        const WHAT: &str = "a symbol `i0 name` or `o0 name`, or a comment after a line `c`";
        while self.next < self.bytes.len() {
            let start = self.next;
            // The comment begins with a line `c`; ABC's `&write` leaves the newline out (`cn` and a name in binary). A digit
            // would make it the symbol of a constraint, which a combinational circuit does not have.
            if self.bytes[start] == b'c' && !self.bytes.get(start + 1).is_some_and(u8::is_ascii_digit) {
                return Ok(());
            }
            let line = self.line(WHAT)?;
            let Some((symbol, name)) =
                line.bytes.iter().position(|&byte| byte == b' ').map(|at| line.bytes.split_at(at))
            else {
                return line.expected(WHAT, quote(line.bytes));
            };
            // A name that is not UTF-8 is no reason to refuse a circuit: it is only shown.
            let name = String::from_utf8_lossy(&name[1..]).into_owned();
            let (kind, count, names) = match symbol.first() {
                Some(b'i') => ("input", circuit.n_inputs(), &mut circuit.input_names),
                Some(b'o') => ("output", circuit.outputs().len(), &mut circuit.output_names),
                _ => return line.expected(WHAT, quote(line.bytes)),
            };
            match numbers(&symbol[1..]).as_deref() {
                Some(&[index]) if index < count => names.insert(index, name),
                Some(&[index]) => return line.expected(&format!("an {kind} index below {count}"), index),
                _ => return line.expected(WHAT, quote(line.bytes)),
            };
        }
        Ok(())
    }
}

fn counted(what: &str, index: usize, count: usize) -> String {
    format!("{what} {} of {count}", index + 1)
}

/// The numbers of a line with single spaces between them; nothing if anything else stands there.
fn numbers(bytes: &[u8]) -> Option<Vec<usize>> {
    bytes
        .split(|&byte| byte == b' ')
        .map(|digits| {
            // `parse` alone would accept a plus sign.
            let all_digits = digits.iter().all(u8::is_ascii_digit);
            std::str::from_utf8(digits).ok().filter(|_| all_digits)?.parse().ok()
        })
        .collect()
}

fn define(
    definitions: &mut HashMap<usize, (Definition, usize)>,
    line: &Line<'_>,
    code: usize,
    definition: Definition,
) -> Outcome<()> {
    if code < 2 || code % 2 == 1 {
        return line.expected("an even literal of at least 2 to define", code);
    }
    if let Some((_, earlier)) = definitions.insert(code / 2, (definition, line.number)) {
        return line.expected("a literal that is not defined yet", format!("{code}, defined in line {earlier}"));
    }
    Ok(())
}

/// Adds the gates to the circuit with operands first, in the file's order where it already is one, and returns the
/// literal of each gate. Depth-first with a stack of our own: a long chain must not overflow the program's stack.
fn sort_gates(
    circuit: &mut Circuit,
    gates: &[GateLine],
    definitions: &HashMap<usize, (Definition, usize)>,
) -> Outcome<Vec<Option<Literal>>> {
    let mut literals: Vec<Option<Literal>> = vec![None; gates.len()];
    let mut open = vec![false; gates.len()];
    let mut stack = Vec::new();
    for start in 0..gates.len() {
        stack.push(start);
        while let Some(&gate) = stack.last() {
            if literals[gate].is_some() {
                stack.pop();
                continue;
            }
            let line = gates[gate].line;
            // An operand that is a gate of the file and is not in the circuit yet must come first.
            let waiting = gates[gate].operands.iter().find_map(|code| match definitions.get(&(code / 2)) {
                Some(&(Definition::Gate(operand), _)) if literals[operand].is_none() => Some(operand),
                _ => None,
            });
            match waiting {
                // It is on the stack below this gate, which waits for itself.
                Some(operand) if open[operand] || operand == gate => {
                    let cycle = gates[operand].output;
                    return expected(
                        Place::Line(gates[operand].line),
                        "gates without a cycle",
                        format!("gate {cycle}, which depends on itself"),
                    );
                }
                Some(operand) => {
                    open[gate] = true;
                    stack.push(operand);
                }
                // Both operands are there: the gate is added.
                None => {
                    let [a, b] = gates[gate].operands;
                    let a = resolve(a, line, definitions, &literals)?;
                    let b = resolve(b, line, definitions, &literals)?;
                    literals[gate] = Some(circuit.and(a, b));
                    stack.pop();
                }
            }
        }
    }
    Ok(literals)
}

/// The literal of a file's number, whose definition must be there already.
fn resolve(
    code: usize,
    line: usize,
    definitions: &HashMap<usize, (Definition, usize)>,
    literals: &[Option<Literal>],
) -> Outcome<Literal> {
    let literal = match definitions.get(&(code / 2)) {
        _ if code < 2 => Some(Literal::FALSE),
        Some(&(Definition::Input(input), _)) => Some(Literal { node: 1 + input, inverted: false }),
        Some(&(Definition::Gate(gate), _)) => literals[gate],
        None => None,
    };
    match literal {
        Some(literal) => Ok(literal.invert_if(code % 2 == 1)),
        None => {
            expected(Place::Line(line), "the literal of an input or a gate", format!("{code}, which nothing defines"))
        }
    }
}
