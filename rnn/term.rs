//! Formulas of our own: hash-consed terms that know no solver.
//!
//! One text of a formula serves everywhere: the exact arithmetic evaluates it ([`Program`]), it is printed for a
//! reader ([`Term`]'s `Display`) and for a solver ([`Script`]). Sums are kept in a normal form (sorted, like terms
//! merged), so that what is decided by arithmetic alone folds to `true` or `false` when it is built.

mod display;
mod program;
mod smt;

pub use program::Datum;
pub use program::Evaluation;
pub use program::Program;
pub use smt::Script;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::One;
use num_traits::Signed;
use num_traits::Zero;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;
use std::ops::Add;
use std::ops::Mul;
use std::ops::Neg;
use std::ops::Sub;
use std::rc::Rc;

/// The sort of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sort {
    /// Truth values.
    Bool,
    /// Integers.
    Int,
    /// Real numbers; every number that we write is rational.
    Real,
}

type Id = u32;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Truth(bool),
    Symbol(Rc<str>, Sort),
    /// An uninterpreted function's value.
    Apply(Rc<str>, Vec<Id>, Sort),
    /// `constant + sum of coefficient * term`, sorted by term, no zero coefficient, never one term with coefficient 1
    /// and constant 0 (that is the term itself). Every number is one of these without terms.
    Linear(Sort, BigRational, Vec<(BigRational, Id)>),
    /// A product of two terms neither of which is a number.
    Product(Sort, Id, Id),
    /// `max(x, 0)`.
    Relu(Id),
    ToReal(Id),
    IsInteger(Id),
    /// Floor division of an Int by a positive number.
    Quotient(Id, BigInt),
    /// The remainder of that division, `0 <= r < divisor`.
    Remainder(Id, BigInt),
    /// `x >= 0`, `x > 0`, `x = 0`, for a number x.
    AtLeastZero(Id),
    AboveZero(Id),
    EqualsZero(Id),
    /// Equality of truth values.
    Same(Id, Id),
    Not(Id),
    All(Vec<Id>),
    Any(Vec<Id>),
    If(Id, Id, Id),
}

impl Node {
    fn sort(&self, nodes: &[Node]) -> Sort {
        match self {
            Self::Symbol(_, sort) | Self::Apply(_, _, sort) | Self::Linear(sort, ..) | Self::Product(sort, ..) => *sort,
            Self::Relu(argument) => nodes[*argument as usize].sort(nodes),
            Self::ToReal(_) => Sort::Real,
            Self::Quotient(..) | Self::Remainder(..) => Sort::Int,
            Self::If(_, then, _) => nodes[*then as usize].sort(nodes),
            _ => Sort::Bool,
        }
    }

    fn children(&self) -> Vec<Id> {
        match self {
            Self::Truth(_) | Self::Symbol(..) => Vec::new(),
            Self::Apply(_, ids, _) | Self::All(ids) | Self::Any(ids) => ids.clone(),
            Self::Linear(_, _, products) => products.iter().map(|(_, id)| *id).collect(),
            Self::Product(_, a, b) | Self::Same(a, b) => vec![*a, *b],
            Self::Relu(a)
            | Self::ToReal(a)
            | Self::IsInteger(a)
            | Self::Quotient(a, _)
            | Self::Remainder(a, _)
            | Self::AtLeastZero(a)
            | Self::AboveZero(a)
            | Self::EqualsZero(a)
            | Self::Not(a) => vec![*a],
            Self::If(a, b, c) => vec![*a, *b, *c],
        }
    }
}

#[derive(Default)]
struct Arena {
    nodes: Vec<Node>,
    /// Whether the term of this place is known, by its form alone, to be an integer.
    integral: Vec<bool>,
    ids: FxHashMap<Node, Id>,
}

impl Arena {
    /// A sum of integers with integer coefficients is an integer, and so is the ReLU of one.
    fn is_integral(&self, node: &Node) -> bool {
        let known = |id: &Id| self.integral[*id as usize];
        match node {
            Node::Symbol(_, sort) | Node::Apply(_, _, sort) => *sort == Sort::Int,
            Node::Linear(_, constant, products) => {
                constant.is_integer() && products.iter().all(|(coefficient, id)| coefficient.is_integer() && known(id))
            }
            Node::Product(_, a, b) | Node::If(_, a, b) => known(a) && known(b),
            Node::Relu(a) | Node::ToReal(a) => known(a),
            Node::Quotient(..) | Node::Remainder(..) => true,
            _ => false,
        }
    }
}

/// The place where terms live; equal terms are the same term.
///
/// ```
/// use rnn::{Sort, Terms};
/// let terms = Terms::default();
/// let x = terms.symbol("x", Sort::Int);
/// assert_eq!(x + x - x, x);
/// assert_eq!((x + 1).at_least(x), terms.truth(true));
/// assert_eq!((x + 1).at_least(x * 2).to_string(), "x <= 1");
/// ```
#[derive(Default)]
pub struct Terms {
    arena: RefCell<Arena>,
}

impl fmt::Debug for Terms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Terms({})", self.arena.borrow().nodes.len())
    }
}

/// A term, as a place in its [`Terms`].
#[derive(Clone, Copy)]
pub struct Term<'a> {
    terms: &'a Terms,
    id: Id,
}

impl PartialEq for Term<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.terms, other.terms) && self.id == other.id
    }
}

impl Eq for Term<'_> {}

/// Equal terms of one arena have equal places.
impl Hash for Term<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl fmt::Debug for Term<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Terms {
    fn intern(&self, node: Node) -> Term<'_> {
        let mut arena = self.arena.borrow_mut();
        let id = match arena.ids.get(&node) {
            Some(id) => *id,
            None => {
                let id = Id::try_from(arena.nodes.len()).expect("an arena holds fewer than 2^32 terms");
                let integral = arena.is_integral(&node);
                arena.nodes.push(node.clone());
                arena.integral.push(integral);
                arena.ids.insert(node, id);
                id
            }
        };
        Term { terms: self, id }
    }

    fn node(&self, id: Id) -> Node {
        self.arena.borrow().nodes[id as usize].clone()
    }

    fn sort(&self, id: Id) -> Sort {
        let arena = self.arena.borrow();
        arena.nodes[id as usize].sort(&arena.nodes)
    }

    /// `true` or `false`.
    pub fn truth(&self, value: bool) -> Term<'_> {
        self.intern(Node::Truth(value))
    }

    /// An integer.
    pub fn int(&self, value: i64) -> Term<'_> {
        self.intern(Node::Linear(Sort::Int, BigRational::from_integer(value.into()), Vec::new()))
    }

    /// A real number.
    pub fn real(&self, value: BigRational) -> Term<'_> {
        self.intern(Node::Linear(Sort::Real, value, Vec::new()))
    }

    /// The real number `num / den`.
    ///
    /// # Panics
    /// If `den` is 0.
    pub fn ratio(&self, num: i64, den: i64) -> Term<'_> {
        self.real(BigRational::new(num.into(), den.into()))
    }

    /// A free symbol. The same name always means the same symbol, so it must always have the same sort.
    pub fn symbol(&self, name: &str, sort: Sort) -> Term<'_> {
        self.intern(Node::Symbol(name.into(), sort))
    }

    /// The value of an uninterpreted function.
    pub fn apply(&self, function: &str, arguments: &[Term<'_>], sort: Sort) -> Term<'_> {
        self.intern(Node::Apply(function.into(), arguments.iter().map(|argument| argument.id).collect(), sort))
    }

    /// `constant + sum of coefficient * term`.
    ///
    /// # Panics
    /// If a term is not of this sort.
    pub fn linear<'a>(
        &'a self,
        sort: Sort,
        constant: BigRational,
        products: impl IntoIterator<Item = (BigRational, Term<'a>)>,
    ) -> Term<'a> {
        let mut sum = Sum { constant, products: Vec::new() };
        for (coefficient, term) in products {
            assert_eq!(term.sort(), sort, "a sum's terms have one sort, unlike `{term}`");
            sum.add(&coefficient, term);
        }
        self.finish(sort, sum)
    }

    fn finish(&self, sort: Sort, sum: Sum) -> Term<'_> {
        let Sum { constant, mut products } = sum;
        products.sort_by_key(|(_, id)| *id);
        let mut merged: Vec<(BigRational, Id)> = Vec::with_capacity(products.len());
        for (coefficient, id) in products {
            match merged.last_mut() {
                Some((last, last_id)) if *last_id == id => *last += coefficient,
                _ => merged.push((coefficient, id)),
            }
        }
        merged.retain(|(coefficient, _)| !coefficient.is_zero());
        match merged.as_slice() {
            [(coefficient, id)] if coefficient.is_one() && constant.is_zero() => Term { terms: self, id: *id },
            _ => self.intern(Node::Linear(sort, constant, merged)),
        }
    }

    /// The conjunction; of nothing it is `true`.
    pub fn all<'a>(&'a self, conjuncts: impl IntoIterator<Item = Term<'a>>) -> Term<'a> {
        self.junction(conjuncts, true)
    }

    /// The disjunction; of nothing it is `false`.
    pub fn any<'a>(&'a self, disjuncts: impl IntoIterator<Item = Term<'a>>) -> Term<'a> {
        self.junction(disjuncts, false)
    }

    /// A conjunction (`neutral` true) or a disjunction (`neutral` false).
    fn junction<'a>(&'a self, parts: impl IntoIterator<Item = Term<'a>>, neutral: bool) -> Term<'a> {
        let mut ids: Vec<Id> = Vec::new();
        for part in parts {
            match self.node(part.id) {
                Node::Truth(value) if value == neutral => {}
                Node::Truth(_) => return self.truth(!neutral),
                Node::All(inner) if neutral => ids.extend(inner),
                Node::Any(inner) if !neutral => ids.extend(inner),
                _ => {
                    assert_eq!(part.sort(), Sort::Bool, "`{part}` is not a truth value");
                    ids.push(part.id);
                }
            }
        }
        let mut seen = rustc_hash::FxHashSet::default();
        ids.retain(|id| seen.insert(*id));
        match ids.as_slice() {
            [] => self.truth(neutral),
            [id] => Term { terms: self, id: *id },
            _ if neutral => self.intern(Node::All(ids)),
            _ => self.intern(Node::Any(ids)),
        }
    }

    /// `if condition then a else b`.
    ///
    /// # Panics
    /// If the two branches differ in sort.
    pub fn if_else<'a>(&'a self, condition: Term<'a>, then: Term<'a>, otherwise: Term<'a>) -> Term<'a> {
        assert_eq!(then.sort(), otherwise.sort(), "both branches have one sort");
        match self.node(condition.id) {
            Node::Truth(true) => then,
            Node::Truth(false) => otherwise,
            _ if then == otherwise => then,
            _ if then.sort() == Sort::Bool => self.any([condition.and(then), condition.negate().and(otherwise)]),
            _ => self.intern(Node::If(condition.id, then.id, otherwise.id)),
        }
    }
}

/// The product of two numbers. Most coefficients are 1 or -1, and a product of fractions is reduced, which takes time.
fn times(coefficient: &BigRational, number: &BigRational) -> BigRational {
    let is_unit = coefficient.numer().magnitude() == coefficient.denom().magnitude();
    match (is_unit, coefficient.is_negative()) {
        (true, false) => number.clone(),
        (true, true) => -number,
        (false, _) => coefficient * number,
    }
}

/// A linear sum while it is being collected.
struct Sum {
    constant: BigRational,
    products: Vec<(BigRational, Id)>,
}

impl Sum {
    fn add(&mut self, coefficient: &BigRational, term: Term<'_>) {
        let arena = term.terms.arena.borrow();
        match &arena.nodes[term.id as usize] {
            Node::Linear(_, constant, products) => {
                self.constant += times(coefficient, constant);
                self.products.extend(products.iter().map(|(inner, id)| (times(coefficient, inner), *id)));
            }
            _ => self.products.push((coefficient.clone(), term.id)),
        }
    }
}

impl<'a> Term<'a> {
    /// The term's sort.
    pub fn sort(self) -> Sort {
        self.terms.sort(self.id)
    }

    /// The number, where the term is one.
    pub fn as_number(self) -> Option<BigRational> {
        match &self.terms.arena.borrow().nodes[self.id as usize] {
            Node::Linear(_, constant, products) if products.is_empty() => Some(constant.clone()),
            _ => None,
        }
    }

    /// The truth value, where the term is one.
    pub fn as_truth(self) -> Option<bool> {
        match &self.terms.arena.borrow().nodes[self.id as usize] {
            Node::Truth(value) => Some(*value),
            _ => None,
        }
    }

    /// The number as a constant plus coefficients of terms that are no sums.
    pub fn summands(self) -> (BigRational, Vec<(BigRational, Self)>) {
        match self.terms.node(self.id) {
            Node::Linear(_, constant, products) => {
                let term = |id| Self { terms: self.terms, id };
                (constant, products.into_iter().map(|(coefficient, id)| (coefficient, term(id))).collect())
            }
            _ => (BigRational::zero(), vec![(BigRational::one(), self)]),
        }
    }

    fn minus(self, other: Self) -> Self {
        let sort = self.sort();
        self.terms.linear(sort, BigRational::zero(), [(BigRational::one(), self), (-BigRational::one(), other)])
    }

    /// Decides a comparison with zero where the term is a number, else keeps it.
    fn compared(self, decide: impl Fn(&BigRational) -> bool, keep: impl Fn(Id) -> Node) -> Self {
        assert_ne!(self.sort(), Sort::Bool, "`{self}` is not a number");
        match self.as_number() {
            Some(number) => self.terms.truth(decide(&number)),
            None => self.terms.intern(keep(self.id)),
        }
    }

    /// `self >= other`.
    pub fn at_least(self, other: Self) -> Self {
        self.minus(other).compared(|number| !number.is_negative(), Node::AtLeastZero)
    }

    /// `self <= other`.
    pub fn at_most(self, other: Self) -> Self {
        other.at_least(self)
    }

    /// `self > other`.
    pub fn above(self, other: Self) -> Self {
        self.minus(other).compared(Signed::is_positive, Node::AboveZero)
    }

    /// `self < other`.
    pub fn below(self, other: Self) -> Self {
        other.above(self)
    }

    /// `self = other`, for two numbers or two truth values.
    pub fn equals(self, other: Self) -> Self {
        if self.sort() == Sort::Bool {
            return match (self.as_truth(), other.as_truth()) {
                (Some(true), _) => other,
                (_, Some(true)) => self,
                (Some(false), _) => other.negate(),
                (_, Some(false)) => self.negate(),
                _ if self == other => self.terms.truth(true),
                _ => self.terms.intern(Node::Same(self.id, other.id)),
            };
        }
        let difference = self.minus(other);
        // One of the two signs, so that a = b and b = a are the same term.
        let leading = match self.terms.node(difference.id) {
            Node::Linear(_, _, products) if !products.is_empty() => products[0].0.clone(),
            _ => BigRational::one(),
        };
        let difference = if leading.is_negative() { -difference } else { difference };
        difference.compared(Zero::is_zero, Node::EqualsZero)
    }

    /// `self != other`.
    pub fn differs(self, other: Self) -> Self {
        self.equals(other).negate()
    }

    /// The negation.
    pub fn negate(self) -> Self {
        match self.terms.node(self.id) {
            Node::Truth(value) => self.terms.truth(!value),
            Node::Not(inner) => Self { terms: self.terms, id: inner },
            _ => {
                assert_eq!(self.sort(), Sort::Bool, "`{self}` is not a truth value");
                self.terms.intern(Node::Not(self.id))
            }
        }
    }

    /// The conjunction of two.
    pub fn and(self, other: Self) -> Self {
        self.terms.all([self, other])
    }

    /// The disjunction of two.
    pub fn or(self, other: Self) -> Self {
        self.terms.any([self, other])
    }

    /// `self -> other`.
    pub fn implies(self, other: Self) -> Self {
        self.negate().or(other)
    }

    /// `max(self, 0)`, for a number.
    pub fn relu(self) -> Self {
        assert_ne!(self.sort(), Sort::Bool, "`{self}` is not a number");
        match self.as_number() {
            Some(number) if number.is_negative() => self.terms.linear(self.sort(), BigRational::zero(), []),
            Some(_) => self,
            None => self.terms.intern(Node::Relu(self.id)),
        }
    }

    /// An Int as a Real; a Real stays itself.
    pub fn to_real(self) -> Self {
        match self.terms.node(self.id) {
            _ if self.sort() == Sort::Real => self,
            Node::Linear(_, constant, products) => {
                let products = products
                    .into_iter()
                    .map(|(coefficient, id)| (coefficient, Self { terms: self.terms, id }.to_real()));
                self.terms.linear(Sort::Real, constant, products.collect::<Vec<_>>())
            }
            _ => {
                assert_eq!(self.sort(), Sort::Int, "`{self}` is not a number");
                self.terms.intern(Node::ToReal(self.id))
            }
        }
    }

    /// True iff the number is an integer.
    pub fn is_integer(self) -> Self {
        let known = self.terms.arena.borrow().integral[self.id as usize];
        match self.as_number() {
            _ if known => self.terms.truth(true),
            Some(_) => self.terms.truth(false),
            None => self.terms.intern(Node::IsInteger(self.id)),
        }
    }

    /// Floor division of an Int by a positive number. Multiples of the divisor are taken out of a sum, so that what is
    /// divisible by its form alone is divided exactly.
    ///
    /// ```
    /// use rnn::{Sort, Terms};
    /// let terms = Terms::default();
    /// let x = terms.symbol("x", Sort::Int);
    /// assert_eq!((x * 8 + 7).quotient(4), x * 2 + 1);
    /// ```
    pub fn quotient(self, divisor: impl Into<BigInt>) -> Self {
        let divisor = divisor.into();
        assert!(divisor.is_positive() && self.sort() == Sort::Int, "an Int is divided by a positive number");
        let (constant, summands) = self.summands();
        if !constant.is_integer() || summands.iter().any(|(coefficient, _)| !coefficient.is_integer()) {
            return self.terms.intern(Node::Quotient(self.id, divisor));
        }
        let by = BigRational::from_integer(divisor.clone());
        let split = |number: &BigRational| {
            let times = (number / &by).floor();
            let rest = number - &times * &by;
            (times, rest)
        };
        let (whole, rest) = split(&constant);
        let (mut outside, mut inside) = (Vec::new(), Vec::new());
        for (coefficient, term) in summands {
            let (times, rest) = split(&coefficient);
            outside.push((times, term));
            inside.push((rest, term));
        }
        let inside = self.terms.linear(Sort::Int, rest, inside);
        // A number that is left is less than the divisor.
        if inside.as_number().is_none() {
            outside.push((BigRational::one(), self.terms.intern(Node::Quotient(inside.id, divisor))));
        }
        self.terms.linear(Sort::Int, whole, outside)
    }

    /// The remainder of the floor division of an Int by a positive number.
    pub fn remainder(self, divisor: impl Into<BigInt>) -> Self {
        let divisor = divisor.into();
        assert!(divisor.is_positive() && self.sort() == Sort::Int, "an Int is divided by a positive number");
        match self.as_number() {
            Some(number) => {
                let divisor = BigRational::from_integer(divisor);
                let floor = (&number / &divisor).floor();
                self.terms.linear(Sort::Int, number - floor * divisor, [])
            }
            None => self.terms.intern(Node::Remainder(self.id, divisor)),
        }
    }

    /// The product with a number.
    pub fn scaled(self, factor: &BigRational) -> Self {
        self.terms.linear(self.sort(), BigRational::zero(), [(factor.clone(), self)])
    }
}

impl<'a> Add for Term<'a> {
    type Output = Term<'a>;

    fn add(self, other: Self) -> Self {
        let one = BigRational::one();
        self.terms.linear(self.sort(), BigRational::zero(), [(one.clone(), self), (one, other)])
    }
}

impl<'a> Sub for Term<'a> {
    type Output = Term<'a>;

    fn sub(self, other: Self) -> Self {
        self.minus(other)
    }
}

impl<'a> Neg for Term<'a> {
    type Output = Term<'a>;

    fn neg(self) -> Self {
        self.scaled(&-BigRational::one())
    }
}

impl<'a> Mul for Term<'a> {
    type Output = Term<'a>;

    fn mul(self, other: Self) -> Self {
        match (self.as_number(), other.as_number()) {
            (Some(factor), _) => other.scaled(&factor),
            (_, Some(factor)) => self.scaled(&factor),
            _ => {
                assert_eq!(self.sort(), other.sort(), "a product's factors have one sort");
                let (a, b) = if self.id <= other.id { (self.id, other.id) } else { (other.id, self.id) };
                self.terms.intern(Node::Product(self.sort(), a, b))
            }
        }
    }
}

impl<'a> Add<i64> for Term<'a> {
    type Output = Term<'a>;

    fn add(self, other: i64) -> Self {
        let constant = BigRational::from_integer(other.into());
        self.terms.linear(self.sort(), constant, [(BigRational::one(), self)])
    }
}

impl<'a> Sub<i64> for Term<'a> {
    type Output = Term<'a>;

    fn sub(self, other: i64) -> Self {
        let constant = -BigRational::from_integer(other.into());
        self.terms.linear(self.sort(), constant, [(BigRational::one(), self)])
    }
}

impl<'a> Mul<i64> for Term<'a> {
    type Output = Term<'a>;

    fn mul(self, other: i64) -> Self {
        self.scaled(&BigRational::from_integer(other.into()))
    }
}
