//! Terms for a solver, as SMT-LIB 2.6 text.

use super::Arena;
use super::Id;
use super::Node;
use super::Sort;
use super::Term;
use num_rational::BigRational;
use num_traits::One;
use num_traits::Signed;
use num_traits::Zero;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fmt::Write;

/// SMT-LIB text: declarations, definitions and assertions, without `check-sat`.
///
/// Every term that is used twice, and every ReLU, gets one name, so that the text is linear in the number of distinct
/// terms. A reader of the text must find exactly [`Script::n_assertions`] assertions in the solver afterwards: broken
/// text otherwise leaves an empty solver that answers sat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The text.
    pub text: String,
    /// How many assertions it makes.
    pub n_assertions: usize,
    /// The free symbols that it declares, in order of name.
    pub symbols: Vec<String>,
}

impl Script {
    /// The text that asserts each of these formulas.
    ///
    /// # Panics
    /// If a formula is not a truth value, or one name is used with two sorts.
    pub fn new(assertions: &[Term<'_>]) -> Self {
        let Some(first) = assertions.first() else {
            return Self { text: String::new(), n_assertions: 0, symbols: Vec::new() };
        };
        let arena = first.terms.arena.borrow();
        let mut writer =
            Writer { arena: &arena, uses: FxHashMap::default(), names: FxHashMap::default(), body: String::new() };
        for assertion in assertions {
            assert!(std::ptr::eq(assertion.terms, first.terms), "one script's formulas live in one arena");
            assert_eq!(arena.nodes[assertion.id as usize].sort(&arena.nodes), Sort::Bool, "a formula is a truth value");
            writer.count(assertion.id);
        }
        let order = writer.order();
        let mut text = String::new();
        let symbols = writer.declare(&order, &mut text);
        for id in order {
            writer.define(id);
        }
        text.push_str(&writer.body);
        for assertion in assertions {
            let formula = writer.text(assertion.id);
            writeln!(text, "(assert {formula})").expect("a string takes any text");
        }
        Self { text, n_assertions: assertions.len(), symbols }
    }
}

struct Writer<'n> {
    arena: &'n Arena,
    uses: FxHashMap<Id, usize>,
    names: FxHashMap<Id, String>,
    body: String,
}

impl Writer<'_> {
    fn node(&self, id: Id) -> &Node {
        &self.arena.nodes[id as usize]
    }

    fn count(&mut self, root: Id) {
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            let uses = self.uses.entry(id).or_insert(0);
            *uses += 1;
            if *uses == 1 {
                stack.extend(self.node(id).children());
            }
        }
    }

    /// Every reachable term, children first. A child's place in the arena is always before its parent's.
    fn order(&self) -> Vec<Id> {
        let mut ids: Vec<Id> = self.uses.keys().copied().collect();
        ids.sort_unstable();
        ids
    }

    fn declare(&self, order: &[Id], text: &mut String) -> Vec<String> {
        let mut declared: BTreeMap<String, (Vec<Sort>, Sort)> = BTreeMap::new();
        for id in order {
            let (name, arguments, sort) = match self.node(*id) {
                Node::Symbol(name, sort) => (name, Vec::new(), *sort),
                Node::Apply(name, arguments, sort) => {
                    let sorts = arguments.iter().map(|id| self.node(*id).sort(&self.arena.nodes)).collect();
                    (name, sorts, *sort)
                }
                _ => continue,
            };
            let signature = declared.entry(name.to_string()).or_insert_with(|| (arguments.clone(), sort));
            assert_eq!(*signature, (arguments, sort), "`{name}` has one signature");
        }
        for (name, (arguments, sort)) in &declared {
            let arguments: Vec<&str> = arguments.iter().map(|sort| sort_name(*sort)).collect();
            writeln!(text, "(declare-fun {} ({}) {})", symbol(name), arguments.join(" "), sort_name(*sort))
                .expect("a string takes any text");
        }
        declared.into_iter().filter(|(_, (arguments, _))| arguments.is_empty()).map(|(name, _)| name).collect()
    }

    fn define(&mut self, id: Id) {
        let node = self.node(id);
        let small = match node {
            Node::Truth(_) | Node::Symbol(..) => true,
            Node::Linear(_, _, products) => products.is_empty(),
            _ => false,
        };
        let shared = self.uses[&id] > 1;
        // The argument of a ReLU is written twice, in the condition and in the branch.
        if let Node::Relu(argument) = node {
            let argument = *argument;
            if !self.names.contains_key(&argument) {
                self.name(argument);
            }
        }
        let is_unit = matches!(self.node(id), Node::Relu(_));
        if !small && (shared || is_unit) && !self.names.contains_key(&id) {
            self.name(id);
        }
    }

    fn name(&mut self, id: Id) {
        let text = self.text(id);
        let sort = sort_name(self.node(id).sort(&self.arena.nodes));
        let name = format!("t{id}");
        writeln!(self.body, "(define-fun {name} () {sort} {text})").expect("a string takes any text");
        self.names.insert(id, name);
    }

    fn text(&self, id: Id) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let call = |operator: &str, ids: &[Id]| {
            let parts: Vec<String> = ids.iter().map(|id| self.text(*id)).collect();
            format!("({operator} {})", parts.join(" "))
        };
        let zero = |id: Id| number(&BigRational::zero(), self.node(id).sort(&self.arena.nodes));
        match self.node(id) {
            Node::Truth(value) => value.to_string(),
            Node::Symbol(name, _) => symbol(name),
            Node::Apply(name, arguments, _) => call(&symbol(name), arguments),
            Node::Linear(sort, constant, products) => self.sum(*sort, constant, products),
            Node::Product(_, a, b) => call("*", &[*a, *b]),
            Node::Relu(a) => {
                let argument = self.text(*a);
                format!("(ite (>= {argument} 0.0) {argument} 0.0)")
            }
            Node::ToReal(a) => call("to_real", &[*a]),
            Node::IsInteger(a) => call("is_int", &[*a]),
            Node::Quotient(a, divisor) => format!("(div {} {divisor})", self.text(*a)),
            Node::Remainder(a, divisor) => format!("(mod {} {divisor})", self.text(*a)),
            Node::AtLeastZero(a) => format!("(>= {} {})", self.text(*a), zero(*a)),
            Node::AboveZero(a) => format!("(> {} {})", self.text(*a), zero(*a)),
            Node::EqualsZero(a) => format!("(= {} {})", self.text(*a), zero(*a)),
            Node::Same(a, b) => call("=", &[*a, *b]),
            Node::Not(a) => call("not", &[*a]),
            Node::All(ids) => call("and", ids),
            Node::Any(ids) => call("or", ids),
            Node::If(a, b, c) => call("ite", &[*a, *b, *c]),
        }
    }

    fn sum(&self, sort: Sort, constant: &BigRational, products: &[(BigRational, Id)]) -> String {
        let mut parts: Vec<String> = products
            .iter()
            .map(|(coefficient, id)| {
                let text = self.text(*id);
                if coefficient.is_one() { text } else { format!("(* {} {text})", number(coefficient, sort)) }
            })
            .collect();
        if !constant.is_zero() || parts.is_empty() {
            parts.push(number(constant, sort));
        }
        match parts.as_slice() {
            [part] => part.clone(),
            _ => format!("(+ {})", parts.join(" ")),
        }
    }
}

fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Bool => "Bool",
        Sort::Int => "Int",
        Sort::Real => "Real",
    }
}

/// A symbol, quoted where SMT-LIB asks for it.
fn symbol(name: &str) -> String {
    let simple =
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    // `t12` is the form of our own names.
    let ours = name.strip_prefix('t').is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()));
    assert!(!ours && !name.contains(['|', '\\']), "`{name}` cannot be a symbol's name");
    if simple { name.to_owned() } else { format!("|{name}|") }
}

fn number(value: &BigRational, sort: Sort) -> String {
    let magnitude = value.abs();
    let text = match sort {
        Sort::Int => magnitude.numer().to_string(),
        _ if magnitude.is_integer() => format!("{}.0", magnitude.numer()),
        _ => format!("(/ {}.0 {}.0)", magnitude.numer(), magnitude.denom()),
    };
    if value.is_negative() { format!("(- {text})") } else { text }
}
