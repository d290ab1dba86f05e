//! What a term is made of: sorts, and nodes that name their children by number.

use crate::number::Exact;
use num_bigint::BigInt;
use rustc_hash::FxHashMap;
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

pub(super) type Id = u32;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    Truth(bool),
    Symbol(Rc<str>, Sort),
    /// An uninterpreted function's value.
    Apply(Rc<str>, Vec<Id>, Sort),
    /// `constant + sum of coefficient * term`, sorted by term, no zero coefficient, never one term with coefficient 1
    /// and constant 0 (that is the term itself). Every number is one of these without terms.
    Linear(Sort, Exact, Vec<(Exact, Id)>),
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
    pub(super) fn sort(&self, nodes: &[Node]) -> Sort {
        match self {
            Self::Symbol(_, sort) | Self::Apply(_, _, sort) | Self::Linear(sort, ..) | Self::Product(sort, ..) => *sort,
            Self::Relu(argument) => nodes[*argument as usize].sort(nodes),
            Self::ToReal(_) => Sort::Real,
            Self::Quotient(..) | Self::Remainder(..) => Sort::Int,
            Self::If(_, then, _) => nodes[*then as usize].sort(nodes),
            _ => Sort::Bool,
        }
    }

    pub(super) fn children(&self) -> Vec<Id> {
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
pub(super) struct Arena {
    pub(super) nodes: Vec<Node>,
    /// Whether the term of this place is known, by its form alone, to be an integer.
    pub(super) integral: Vec<bool>,
    pub(super) ids: FxHashMap<Node, Id>,
}

impl Arena {
    /// A sum of integers with integer coefficients is an integer, and so is the ReLU of one.
    pub(super) fn is_integral(&self, node: &Node) -> bool {
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
