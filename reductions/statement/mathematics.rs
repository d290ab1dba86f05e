//! A problem in the words of mathematics, beside its streaming definition.
//!
//! A word is read as what it *spells*: numbers, letters, edges, gates, kept in registers of the reading. What is not
//! read but defined (that a vertex leads to the target, the value of a gate) are functions without an interpretation, of
//! which exactly two things are said: the equations that define them, and what the word says of them where a token is
//! read. Nothing here depends on how the streaming definition keeps its books.

use crate::definition::Definition;
use crate::definition::View;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;
use std::fmt;

type Formulas<'a> = Box<dyn Fn(&View<'a>, &View<'a>) -> Vec<Term<'a>> + 'a>;
type Given<'a> = Box<dyn Fn(&str, &str, &View<'a>, Term<'a>) -> Vec<Term<'a>> + 'a>;
type Functions = Box<dyn Fn(&[usize]) -> Option<Box<dyn Valuation>>>;
type Relation<'a> = Box<dyn Fn(&str, &str, &View<'a>, &View<'a>, Term<'a>) -> Option<Vec<Term<'a>>> + 'a>;

/// What a word spells, and what is defined of it.
pub struct Mathematics<'a> {
    pub(crate) reading: Definition<'a>,
    pub(crate) equations: Formulas<'a>,
    pub(crate) given: Given<'a>,
    pub(crate) functions: Functions,
}

impl<'a> Mathematics<'a> {
    /// A problem that is what its words spell: the reading accepts and gives the values that are asked for. Its
    /// registers have other names than those of the streaming definition.
    pub fn new(reading: Definition<'a>) -> Self {
        Self {
            reading,
            equations: Box::new(|_, _| Vec::new()),
            given: Box::new(|_, _, _, _| Vec::new()),
            functions: Box::new(|_| Some(Box::new(NoFunctions))),
        }
    }

    /// The equations that define the functions, said of some arguments: they are made from the states of definition
    /// and reading, but must hold of the functions whatever these are.
    pub fn with_equations(mut self, equations: impl Fn(&View<'a>, &View<'a>) -> Vec<Term<'a>> + 'a) -> Self {
        self.equations = Box::new(equations);
        self
    }

    /// What the word says of the functions where a token is read in a mode of the reading, from a state of it: of those
    /// words only that are still read. What is said of all arguments is said of the one that is given.
    pub fn with_given(mut self, given: impl Fn(&str, &str, &View<'a>, Term<'a>) -> Vec<Term<'a>> + 'a) -> Self {
        self.given = Box::new(given);
        self
    }

    /// The functions of a word, for witnesses; none where the word breaks the problem's promise. Of a word that is not
    /// read to its end they are those of what is read.
    pub fn with_functions(mut self, functions: impl Fn(&[usize]) -> Option<Box<dyn Valuation>> + 'static) -> Self {
        self.functions = Box::new(functions);
        self
    }

    /// The reading.
    pub fn reading(&self) -> &Definition<'a> {
        &self.reading
    }
}

impl fmt::Debug for Mathematics<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mathematics({:?})", self.reading.modes())
    }
}

/// A problem's mathematics, and what the registers of its streaming definition mean in it. That the meaning is right is
/// proved; only the mathematics must be believed.
pub struct Meaning<'a> {
    pub(crate) mathematics: Mathematics<'a>,
    pub(crate) relation: Relation<'a>,
    pub(crate) points: Formulas<'a>,
}

impl<'a> Meaning<'a> {
    /// `relation` gives, for a mode of the definition and one of the reading, and for states of both, what they have to do
    /// with each other; none where these modes are never reached together. What it says of every index it says of the
    /// Int term that is given.
    pub fn new(
        mathematics: Mathematics<'a>,
        relation: impl Fn(&str, &str, &View<'a>, &View<'a>, Term<'a>) -> Option<Vec<Term<'a>>> + 'a,
    ) -> Self {
        Self { mathematics, relation: Box::new(relation), points: Box::new(|_, _| Vec::new()) }
    }

    /// The indices at which the relation, and what is given of all arguments, is assumed, beside the one at which it is
    /// proved.
    pub fn at(mut self, points: impl Fn(&View<'a>, &View<'a>) -> Vec<Term<'a>> + 'a) -> Self {
        self.points = Box::new(points);
        self
    }
}

impl fmt::Debug for Meaning<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Meaning({:?})", self.mathematics)
    }
}

/// The symbol of the index at which a relation is proved.
pub(crate) const INDEX: &str = "some j";

/// Any index.
pub(crate) fn some_index(terms: &Terms) -> Term<'_> {
    terms.symbol(INDEX, Sort::Int)
}

/// The functions of mathematics that has none.
struct NoFunctions;

impl Valuation for NoFunctions {
    fn symbol(&self, _: &str) -> Option<rnn::Datum> {
        None
    }

    fn apply(&self, _: &str, _: &[rnn::Exact]) -> Option<rnn::Datum> {
        None
    }
}
