//! Terms for a reader, in infix form.

use super::node::Id;
use super::node::Node;
use super::terms::Term;
use crate::number::Exact;
use std::fmt;
use std::fmt::Write;

impl fmt::Display for Term<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arena = self.terms.arena.borrow();
        let mut text = String::new();
        Printer { nodes: &arena.nodes }.write(&mut text, self.id, false);
        f.write_str(&text)
    }
}

struct Printer<'n> {
    nodes: &'n [Node],
}

impl Printer<'_> {
    /// Writes a term; `tight` asks for brackets around anything that is not one word.
    fn write(&self, text: &mut String, id: Id, tight: bool) {
        let node = &self.nodes[id as usize];
        let loose = match node {
            Node::Linear(_, constant, products) => {
                !products.is_empty() || constant.is_negative() || !constant.is_integer()
            }
            Node::Product(..)
            | Node::AtLeastZero(_)
            | Node::AboveZero(_)
            | Node::EqualsZero(_)
            | Node::Same(..)
            | Node::All(_)
            | Node::Any(_)
            | Node::If(..) => true,
            _ => false,
        };
        if tight && loose {
            text.push('(');
            self.write_bare(text, node);
            text.push(')');
        } else {
            self.write_bare(text, node);
        }
    }

    fn write_bare(&self, text: &mut String, node: &Node) {
        match node {
            Node::Truth(value) => write!(text, "{value}").expect("a string takes any text"),
            Node::Symbol(name, _) => text.push_str(name),
            Node::Apply(name, arguments, _) => self.write_call(text, name, arguments),
            Node::Linear(_, constant, products) => self.write_sum(text, constant, products),
            Node::Product(_, a, b) => self.write_joined(text, &[*a, *b], " * "),
            Node::Relu(a) => self.write_call(text, "relu", &[*a]),
            // Whether a number counts as Int or Real matters to a solver, not to a reader.
            Node::ToReal(a) => self.write(text, *a, true),
            Node::IsInteger(a) => self.write_call(text, "is_integer", &[*a]),
            Node::Quotient(a, divisor) => {
                self.write(text, *a, true);
                write!(text, " div {divisor}").expect("a string takes any text");
            }
            Node::Remainder(a, divisor) => {
                self.write(text, *a, true);
                write!(text, " mod {divisor}").expect("a string takes any text");
            }
            Node::AtLeastZero(a) => self.write_comparison(text, *a, "<="),
            Node::AboveZero(a) => self.write_comparison(text, *a, "<"),
            Node::EqualsZero(a) => self.write_comparison(text, *a, "="),
            Node::Same(a, b) => self.write_joined(text, &[*a, *b], " iff "),
            Node::Not(a) => {
                if let Node::EqualsZero(inner) = &self.nodes[*a as usize] {
                    self.write_comparison(text, *inner, "!=");
                } else {
                    text.push_str("not ");
                    self.write(text, *a, true);
                }
            }
            Node::All(ids) => self.write_joined(text, ids, " and "),
            Node::Any(ids) => self.write_joined(text, ids, " or "),
            Node::If(condition, then, otherwise) => {
                text.push_str("if ");
                self.write(text, *condition, true);
                text.push_str(" then ");
                self.write(text, *then, true);
                text.push_str(" else ");
                self.write(text, *otherwise, true);
            }
        }
    }

    fn write_joined(&self, text: &mut String, ids: &[Id], separator: &str) {
        for (i, id) in ids.iter().enumerate() {
            if i > 0 {
                text.push_str(separator);
            }
            self.write(text, *id, true);
        }
    }

    fn write_call(&self, text: &mut String, name: &str, arguments: &[Id]) {
        text.push_str(name);
        text.push('(');
        for (i, argument) in arguments.iter().enumerate() {
            if i > 0 {
                text.push_str(", ");
            }
            self.write(text, *argument, false);
        }
        text.push(')');
    }

    /// Writes `0 relation sum` with the negative parts moved to the left.
    fn write_comparison(&self, text: &mut String, id: Id, relation: &str) {
        let (constant, products) = match &self.nodes[id as usize] {
            Node::Linear(_, constant, products) => (constant.clone(), products.clone()),
            _ => (Exact::ZERO, vec![(Exact::ONE, id)]),
        };
        let (left, right): (Vec<_>, Vec<_>) =
            products.into_iter().partition(|(coefficient, _)| coefficient.is_negative());
        // Each constant goes to the side on which it is positive; an equation without a left side is read best as
        // `d = 0`, so it is turned round.
        let (low, high) = if constant.is_negative() { (-constant, Exact::ZERO) } else { (Exact::ZERO, constant) };
        let left: Vec<_> = left.into_iter().map(|(coefficient, id)| (-coefficient, id)).collect();
        if left.is_empty() && (relation == "=" || relation == "!=") {
            self.write_sum(text, &high, &right);
            write!(text, " {relation} ").expect("a string takes any text");
            self.write_sum(text, &low, &left);
        } else {
            self.write_sum(text, &low, &left);
            write!(text, " {relation} ").expect("a string takes any text");
            self.write_sum(text, &high, &right);
        }
    }

    fn write_sum(&self, text: &mut String, constant: &Exact, products: &[(Exact, Id)]) {
        let mut first = true;
        for (coefficient, id) in products {
            let magnitude = coefficient.abs();
            match (first, coefficient.is_negative()) {
                (true, true) => text.push('-'),
                (true, false) => {}
                (false, true) => text.push_str(" - "),
                (false, false) => text.push_str(" + "),
            }
            if !magnitude.is_one() {
                write!(text, "{magnitude} ").expect("a string takes any text");
            }
            self.write(text, *id, true);
            first = false;
        }
        if first {
            write!(text, "{constant}").expect("a string takes any text");
        } else if constant.is_negative() {
            write!(text, " - {}", constant.abs()).expect("a string takes any text");
        } else if !constant.is_zero() {
            write!(text, " + {constant}").expect("a string takes any text");
        }
    }
}
