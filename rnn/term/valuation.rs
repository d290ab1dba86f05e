//! What the free parts of a term stand for.

use super::node::Sort;
use crate::number::Exact;

/// A value of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    /// A truth value.
    Truth(bool),
    /// A number; an Int is an integer.
    Number(Exact),
}

impl Datum {
    /// Whether it is a value of this sort.
    pub(super) fn is_of(&self, sort: Sort) -> bool {
        match (self, sort) {
            (Self::Truth(_), Sort::Bool) | (Self::Number(_), Sort::Real) => true,
            (Self::Number(number), Sort::Int) => number.is_integer(),
            (Self::Truth(_), Sort::Int | Sort::Real) | (Self::Number(_), Sort::Bool) => false,
        }
    }

    /// The truth value.
    ///
    /// # Panics
    /// If it is a number: terms are sorted where they are built.
    pub fn truth(&self) -> bool {
        match self {
            Self::Truth(value) => *value,
            Self::Number(_) => unreachable!("a term of sort Bool has a truth value"),
        }
    }

    /// The number.
    ///
    /// # Panics
    /// If it is a truth value: terms are sorted where they are built.
    pub fn number(&self) -> &Exact {
        match self {
            Self::Number(value) => value,
            Self::Truth(_) => unreachable!("a term of sort Int or Real has a number"),
        }
    }
}

/// What the free parts of a term stand for: a value for each symbol, and for each function and arguments.
pub trait Valuation {
    /// The value of a symbol.
    fn symbol(&self, name: &str) -> Option<Datum>;
    /// The value of a function.
    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum>;
}
