//! The operations that build larger terms, each of which simplifies what it is given.

use super::node::Id;
use super::node::Node;
use super::node::Sort;
use super::terms::Term;
use super::terms::Terms;
use crate::number::Exact;
use num_bigint::BigInt;
use num_traits::Signed;
use std::ops::Add;
use std::ops::Mul;
use std::ops::Neg;
use std::ops::Sub;

impl Terms {
    /// `if condition then a else b`.
    ///
    /// # Panics
    /// If the two branches differ in sort.
    pub fn if_else<'a>(&'a self, condition: Term<'a>, then: Term<'a>, otherwise: Term<'a>) -> Term<'a> {
        assert_eq!(then.sort(), otherwise.sort(), "both branches have one sort");
        match self.node(condition.id) {
            _ if self.keeps_what_is_written() => self.intern(Node::If(condition.id, then.id, otherwise.id)),
            Node::Truth(true) => then,
            Node::Truth(false) => otherwise,
            _ if then == otherwise => then,
            _ if then.sort() == Sort::Bool => self.any([condition.and(then), condition.negate().and(otherwise)]),
            _ => self.intern(Node::If(condition.id, then.id, otherwise.id)),
        }
    }
}

impl<'a> Term<'a> {
    fn minus(self, other: Self) -> Self {
        let sort = self.sort();
        self.terms.linear(sort, Exact::ZERO, [(Exact::ONE, self), (-Exact::ONE, other)])
    }

    /// Decides a comparison with zero where the term is a number, else keeps it.
    fn compared(self, decide: impl Fn(&Exact) -> bool, keep: impl Fn(Id) -> Node) -> Self {
        assert_ne!(self.sort(), Sort::Bool, "`{self}` is not a number");
        match self.as_number() {
            Some(number) if !self.terms.keeps_what_is_written() => self.terms.truth(decide(&number)),
            _ => self.terms.intern(keep(self.id)),
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
        self.minus(other).compared(Exact::is_positive, Node::AboveZero)
    }

    /// `self < other`.
    pub fn below(self, other: Self) -> Self {
        other.above(self)
    }

    /// `self = other`, for two numbers or two truth values.
    pub fn equals(self, other: Self) -> Self {
        if self.sort() == Sort::Bool {
            return match (self.as_truth(), other.as_truth()) {
                _ if self.terms.keeps_what_is_written() => self.terms.intern(Node::Same(self.id, other.id)),
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
            Node::Linear(_, _, products) if !products.is_empty() && !self.terms.keeps_what_is_written() => {
                products[0].0.clone()
            }
            _ => Exact::ONE,
        };
        let difference = if leading.is_negative() { -difference } else { difference };
        difference.compared(Exact::is_zero, Node::EqualsZero)
    }

    /// `self != other`.
    pub fn differs(self, other: Self) -> Self {
        self.equals(other).negate()
    }

    /// The negation.
    pub fn negate(self) -> Self {
        match self.terms.node(self.id) {
            _ if self.terms.keeps_what_is_written() => self.terms.intern(Node::Not(self.id)),
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
            _ if self.terms.keeps_what_is_written() => self.terms.intern(Node::Relu(self.id)),
            Some(number) if number.is_negative() => self.terms.linear(self.sort(), Exact::ZERO, []),
            Some(_) => self,
            None => self.terms.intern(Node::Relu(self.id)),
        }
    }

    /// An Int as a Real; a Real stays itself.
    pub fn to_real(self) -> Self {
        match self.terms.node(self.id) {
            _ if self.sort() == Sort::Real => self,
            _ if self.terms.keeps_what_is_written() => self.terms.intern(Node::ToReal(self.id)),
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
            // In a sort of integers there is nothing to be said; a solver would refuse the text for its sort.
            _ if self.sort() == Sort::Int => self.terms.truth(true),
            // Known by the form alone, which is as it is written there too: integers times integers, summed, and ReLUs of such.
            _ if known => self.terms.truth(true),
            _ if self.terms.keeps_what_is_written() => self.terms.intern(Node::IsInteger(self.id)),
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
        if self.terms.keeps_what_is_written() {
            return self.terms.intern(Node::Quotient(self.id, divisor));
        }
        let (constant, summands) = self.summands();
        let by = Exact::from(divisor.clone());
        let split = |number: &Exact| {
            let times = Exact::from((number / &by).floor());
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
            outside.push((Exact::ONE, self.terms.intern(Node::Quotient(inside.id, divisor))));
        }
        self.terms.linear(Sort::Int, whole, outside)
    }

    /// The remainder of the floor division of an Int by a positive number.
    pub fn remainder(self, divisor: impl Into<BigInt>) -> Self {
        let divisor = divisor.into();
        assert!(divisor.is_positive() && self.sort() == Sort::Int, "an Int is divided by a positive number");
        match self.as_number() {
            _ if self.terms.keeps_what_is_written() => self.terms.intern(Node::Remainder(self.id, divisor)),
            Some(number) => {
                let divisor = Exact::from(divisor);
                let floor = Exact::from((&number / &divisor).floor());
                self.terms.linear(Sort::Int, number - floor * divisor, [])
            }
            None => self.terms.intern(Node::Remainder(self.id, divisor)),
        }
    }

    /// The product with a number.
    pub fn scaled(self, factor: impl Into<Exact>) -> Self {
        self.terms.linear(self.sort(), Exact::ZERO, [(factor.into(), self)])
    }
}

impl<'a> Add for Term<'a> {
    type Output = Term<'a>;

    fn add(self, other: Self) -> Self {
        let one = Exact::ONE;
        self.terms.linear(self.sort(), Exact::ZERO, [(one.clone(), self), (one, other)])
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
        self.scaled(-Exact::ONE)
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
        let constant = Exact::integer(other);
        self.terms.linear(self.sort(), constant, [(Exact::ONE, self)])
    }
}

impl<'a> Sub<i64> for Term<'a> {
    type Output = Term<'a>;

    fn sub(self, other: i64) -> Self {
        let constant = -Exact::integer(other);
        self.terms.linear(self.sort(), constant, [(Exact::ONE, self)])
    }
}

impl<'a> Mul<i64> for Term<'a> {
    type Output = Term<'a>;

    fn mul(self, other: i64) -> Self {
        self.scaled(Exact::integer(other))
    }
}
