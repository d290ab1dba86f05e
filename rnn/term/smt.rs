//! Terms for a solver, as SMT-LIB 2.6 text.

use super::node::Arena;
use super::node::Id;
use super::node::Node;
use super::node::Sort;
use super::terms::Term;
use crate::number::Exact;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::fmt::Write;

/// SMT-LIB text: declarations and assertions, without `check-sat`.
///
/// Within an assertion every term that is used twice, and every ReLU, is bound to one name by `let`, so that the text
/// is linear in the number of distinct terms. (`define-fun` would serve as well, but solvers expand it as a macro,
/// which takes exponential time where definitions are nested deeply.) A reader of the text must find exactly
/// [`Script::n_assertions`] assertions in the solver afterwards: broken text otherwise leaves an empty solver that
/// answers sat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// The text.
    pub text: String,
    /// How many assertions it makes.
    pub n_assertions: usize,
    /// The free symbols that it declares, in order of name.
    pub symbols: Vec<String>,
    /// Whether no two unknowns are multiplied.
    pub is_linear: bool,
}

impl Script {
    /// The text that asserts each of these formulas.
    ///
    /// # Panics
    /// If a formula is not a truth value, or one name is used with two sorts.
    pub fn new(assertions: &[Term<'_>]) -> Self {
        let Some(first) = assertions.first() else {
            return Self { text: String::new(), n_assertions: 0, symbols: Vec::new(), is_linear: true };
        };
        let arena = first.terms.arena.borrow();
        let mut declared = BTreeMap::new();
        let mut body = String::new();
        let mut is_linear = true;
        for assertion in assertions {
            assert!(std::ptr::eq(assertion.terms, first.terms), "one script's formulas live in one arena");
            assert_eq!(arena.nodes[assertion.id as usize].sort(&arena.nodes), Sort::Bool, "a formula is a truth value");
            let writer = Writer::new(&arena, first.terms.keeps_what_is_written(), assertion.id);
            is_linear &= !writer.uses.keys().any(|id| matches!(writer.node(*id), Node::Product(..)));
            writer.assert(&mut declared, &mut body);
        }
        let mut text = String::new();
        for (name, (arguments, sort)) in &declared {
            let arguments: Vec<&str> = arguments.iter().map(|sort| sort_name(*sort)).collect();
            writeln!(text, "(declare-fun {} ({}) {})", symbol(name), arguments.join(" "), sort_name(*sort))
                .expect("a string takes any text");
        }
        text.push_str(&body);
        let symbols = declared.into_iter().filter(|(_, (arguments, _))| arguments.is_empty()).map(|(name, _)| name);
        Self { text, n_assertions: assertions.len(), symbols: symbols.collect(), is_linear }
    }
}

/// The name of the least logic of SMT-LIB without quantifiers that has everything that occurs in these formulas:
/// `QF_LRA`, `QF_UFLIRA`, `QF_NRA`.
///
/// ```
/// use rnn::{Sort, Terms, logic};
/// let terms = Terms::default();
/// let (x, y) = (terms.symbol("x", Sort::Real), terms.symbol("y", Sort::Int));
/// assert_eq!(logic(&[x.above(y.to_real())]), "QF_LIRA");
/// assert_eq!(logic(&[(x * x).above(x)]), "QF_NRA");
/// ```
pub fn logic(formulas: &[Term<'_>]) -> String {
    let Some(first) = formulas.first() else { return "QF_LRA".to_owned() };
    let arena = first.terms.arena.borrow();
    let (mut functions, mut products, mut ints, mut reals) = (false, false, false, false);
    let mut seen = rustc_hash::FxHashSet::default();
    let mut stack: Vec<Id> = formulas.iter().map(|formula| formula.id).collect();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = &arena.nodes[id as usize];
        functions |= matches!(node, Node::Apply(..));
        products |= matches!(node, Node::Product(..));
        match node.sort(&arena.nodes) {
            Sort::Int => ints = true,
            Sort::Real => reals = true,
            Sort::Bool => {}
        }
        stack.extend(node.children());
    }
    let functions = if functions { "UF" } else { "" };
    let linear = if products { 'N' } else { 'L' };
    let numbers = match (ints, reals) {
        (true, true) => "IRA",
        (true, false) => "IA",
        (false, _) => "RA",
    };
    format!("QF_{functions}{linear}{numbers}")
}

/// What is declared: a name's argument sorts and its own.
type Declarations = BTreeMap<String, (Vec<Sort>, Sort)>;

/// Writes one assertion.
struct Writer<'n> {
    arena: &'n Arena,
    as_written: bool,
    root: Id,
    uses: FxHashMap<Id, usize>,
    names: FxHashMap<Id, String>,
}

impl<'n> Writer<'n> {
    fn new(arena: &'n Arena, as_written: bool, root: Id) -> Self {
        let mut uses: FxHashMap<Id, usize> = FxHashMap::default();
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            let node = &arena.nodes[id as usize];
            // The argument of a ReLU is written twice, in the condition and in the branch.
            let weight = if matches!(node, Node::Relu(_)) { 2 } else { 1 };
            let count = uses.entry(id).or_insert(0);
            *count += 1;
            if *count == 1 {
                for child in node.children() {
                    stack.extend(std::iter::repeat_n(child, weight));
                }
            }
        }
        Self { arena, as_written, root, uses, names: FxHashMap::default() }
    }

    fn node(&self, id: Id) -> &Node {
        &self.arena.nodes[id as usize]
    }

    fn assert(mut self, declared: &mut Declarations, text: &mut String) {
        // A child's place in the arena is before its parent's.
        let mut order: Vec<Id> = self.uses.keys().copied().collect();
        order.sort_unstable();
        text.push_str("(assert ");
        let mut n_bindings = 0;
        for id in order {
            self.declare(id, declared);
            let node = self.node(id);
            let is_small = match node {
                Node::Truth(_) | Node::Symbol(..) => true,
                Node::Linear(_, _, products) => products.is_empty(),
                _ => false,
            };
            let is_unit = matches!(node, Node::Relu(_));
            if !is_small && id != self.root && (is_unit || self.uses[&id] > 1) {
                let value = self.text(id);
                let name = format!("t{id}");
                writeln!(text, "(let (({name} {value}))").expect("a string takes any text");
                self.names.insert(id, name);
                n_bindings += 1;
            }
        }
        text.push_str(&self.text(self.root));
        text.extend(std::iter::repeat_n(')', n_bindings));
        text.push_str(")\n");
    }

    fn declare(&self, id: Id, declared: &mut Declarations) {
        let (name, arguments, sort) = match self.node(id) {
            Node::Symbol(name, sort) => (name, Vec::new(), *sort),
            Node::Apply(name, arguments, sort) => {
                let sorts = arguments.iter().map(|id| self.node(*id).sort(&self.arena.nodes)).collect();
                (name, sorts, *sort)
            }
            _ => return,
        };
        let signature = declared.entry(name.to_string()).or_insert_with(|| (arguments.clone(), sort));
        assert_eq!(*signature, (arguments, sort), "`{name}` has one signature");
    }

    fn text(&self, id: Id) -> String {
        if let Some(name) = self.names.get(&id) {
            return name.clone();
        }
        let call = |operator: &str, ids: &[Id]| {
            let parts: Vec<String> = ids.iter().map(|id| self.text(*id)).collect();
            format!("({operator} {})", parts.join(" "))
        };
        let zero = |id: Id| number(&Exact::ZERO, self.node(id).sort(&self.arena.nodes));
        match self.node(id) {
            Node::Truth(value) => value.to_string(),
            Node::Symbol(name, _) => symbol(name),
            Node::Apply(name, arguments, _) => call(&symbol(name), arguments),
            Node::Linear(sort, constant, products) => self.sum(*sort, constant, products),
            Node::Product(_, a, b) => call("*", &[*a, *b]),
            Node::Relu(a) => {
                let (argument, zero) = (self.text(*a), zero(*a));
                format!("(ite (>= {argument} {zero}) {argument} {zero})")
            }
            Node::ToReal(a) => call("to_real", &[*a]),
            Node::IsInteger(a) => call("is_int", &[*a]),
            Node::Quotient(a, divisor) => format!("(div {} {divisor})", self.text(*a)),
            Node::Remainder(a, divisor) => format!("(mod {} {divisor})", self.text(*a)),
            Node::AtLeastZero(a) | Node::AboveZero(a) | Node::EqualsZero(a) => {
                let relation = match self.node(id) {
                    Node::AtLeastZero(_) => ">=",
                    Node::AboveZero(_) => ">",
                    _ => "=",
                };
                match self.difference(*a) {
                    Some((left, right)) => call(relation, &[left, right]),
                    None => format!("({relation} {} {})", self.text(*a), zero(*a)),
                }
            }
            Node::Same(a, b) => call("=", &[*a, *b]),
            Node::Not(a) => call("not", &[*a]),
            Node::All(ids) => call("and", ids),
            Node::Any(ids) => call("or", ids),
            Node::If(a, b, c) => call("ite", &[*a, *b, *c]),
        }
    }

    /// The two terms whose difference this is, where terms stay as they are written: it was made of a comparison.
    fn difference(&self, id: Id) -> Option<(Id, Id)> {
        match self.node(id) {
            Node::Linear(_, constant, products) if self.as_written && constant.is_zero() => match products.as_slice() {
                [(one, left), (other, right)] if one.is_one() && (-other).is_one() => Some((*left, *right)),
                _ => None,
            },
            _ => None,
        }
    }

    fn sum(&self, sort: Sort, constant: &Exact, products: &[(Exact, Id)]) -> String {
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

fn number(value: &Exact, sort: Sort) -> String {
    let magnitude = value.abs();
    let text = match (sort, magnitude.is_integer()) {
        (Sort::Int, true) => magnitude.numerator().to_string(),
        (_, true) => format!("{}.0", magnitude.numerator()),
        // Of sort Int there is no fraction; a solver would refuse this text for its sort.
        (_, false) => format!("(/ {}.0 {}.0)", magnitude.numerator(), magnitude.denominator()),
    };
    if value.is_negative() { format!("(- {text})") } else { text }
}
