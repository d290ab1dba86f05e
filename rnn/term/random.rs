//! Random open terms, with what they mean before anything is simplified: for tests of the simplifying constructors.
//!
//! An [`Expression`] is a tree of the operations with which terms are built. It can be built as a [`Term`], evaluated
//! as it stands, and put to a solver as it stands.

use super::node::Sort;
use super::smt::Script;
use super::terms::Term;
use super::terms::Terms;
use super::valuation::Datum;
use super::valuation::Valuation;
use crate::number::Exact;
use num_rational::BigRational;
use num_traits::Signed;
use num_traits::Zero;
use rustc_hash::FxHasher;
use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;
use std::rc::Rc;

/// The free symbols of random terms.
pub const SYMBOLS: [(&str, Sort); 9] = [
    ("i", Sort::Int),
    ("j", Sort::Int),
    ("k", Sort::Int),
    ("x", Sort::Real),
    ("y", Sort::Real),
    ("z", Sort::Real),
    ("p", Sort::Bool),
    ("q", Sort::Bool),
    ("r", Sort::Bool),
];

/// The uninterpreted functions of random terms: the sorts of the arguments, and the sort of the value.
pub const FUNCTIONS: [(&str, &[Sort], Sort); 4] = [
    ("f", &[Sort::Int], Sort::Int),
    ("g", &[Sort::Real, Sort::Int], Sort::Real),
    ("u", &[Sort::Int, Sort::Int], Sort::Bool),
    ("v", &[Sort::Real], Sort::Int),
];

/// An operation on expressions.
#[derive(Clone, Debug)]
pub enum Expression {
    /// A truth value.
    Truth(bool),
    /// A number of sort Int or Real.
    Number(Sort, BigRational),
    /// One of [`SYMBOLS`].
    Symbol(&'static str, Sort),
    /// One of [`FUNCTIONS`].
    Apply(&'static str, Vec<Rc<Expression>>, Sort),
    /// `constant + sum of coefficient * part`.
    Linear(Sort, BigRational, Vec<(BigRational, Rc<Expression>)>),
    /// An operation on two numbers.
    Binary(Operation, Rc<Expression>, Rc<Expression>),
    /// A number plus an integer.
    Shifted(Rc<Expression>, i64),
    /// A number times a number.
    Scaled(Rc<Expression>, BigRational),
    /// The negative number.
    Negative(Rc<Expression>),
    /// `max(x, 0)`.
    Relu(Rc<Expression>),
    /// An Int as a Real.
    ToReal(Rc<Expression>),
    /// Whether a number is an integer.
    IsInteger(Rc<Expression>),
    /// Floor division of an Int.
    Quotient(Rc<Expression>, i64),
    /// The remainder of floor division.
    Remainder(Rc<Expression>, i64),
    /// A comparison of two numbers or, for the last two, of two truth values.
    Compare(Comparison, Rc<Expression>, Rc<Expression>),
    /// The negation.
    Not(Rc<Expression>),
    /// The conjunction.
    All(Vec<Rc<Expression>>),
    /// The disjunction.
    Any(Vec<Rc<Expression>>),
    /// The implication.
    Implies(Rc<Expression>, Rc<Expression>),
    /// The choice between two expressions of one sort.
    If(Rc<Expression>, Rc<Expression>, Rc<Expression>),
}

/// An operation on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The sum.
    Add,
    /// The difference.
    Subtract,
    /// The product.
    Multiply,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `a >= b`.
    AtLeast,
    /// `a <= b`.
    AtMost,
    /// `a > b`.
    Above,
    /// `a < b`.
    Below,
    /// `a = b`.
    Equals,
    /// `a != b`.
    Differs,
}

/// What an expression is worth, in numbers that the simplifying code does not use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worth {
    /// A truth value.
    Truth(bool),
    /// A number.
    Number(BigRational),
}

impl Worth {
    fn truth(self) -> bool {
        match self {
            Self::Truth(value) => value,
            Self::Number(number) => unreachable!("expected a truth value, got {number}"),
        }
    }

    fn number(self) -> BigRational {
        match self {
            Self::Number(number) => number,
            Self::Truth(value) => unreachable!("expected a number, got {value}"),
        }
    }
}

impl From<&Datum> for Worth {
    fn from(datum: &Datum) -> Self {
        match datum {
            Datum::Truth(value) => Self::Truth(*value),
            Datum::Number(number) => Self::Number(number.to_rational()),
        }
    }
}

fn integer(value: i64) -> BigRational {
    BigRational::from_integer(value.into())
}

impl Expression {
    /// The expression as a term, by the constructors that simplify.
    pub fn build<'a>(&self, terms: &'a Terms) -> Term<'a> {
        let all = |parts: &[Rc<Self>]| parts.iter().map(|part| part.build(terms)).collect::<Vec<_>>();
        match self {
            Self::Truth(value) => terms.truth(*value),
            Self::Number(sort, number) => terms.linear(*sort, number.clone(), []),
            Self::Symbol(name, sort) => terms.symbol(name, *sort),
            Self::Apply(function, arguments, sort) => terms.apply(function, &all(arguments), *sort),
            Self::Linear(sort, constant, products) => {
                let products = products.iter().map(|(factor, part)| (factor.into(), part.build(terms)));
                terms.linear(*sort, constant.clone(), products.collect::<Vec<_>>())
            }
            Self::Binary(Operation::Add, a, b) => a.build(terms) + b.build(terms),
            Self::Binary(Operation::Subtract, a, b) => a.build(terms) - b.build(terms),
            Self::Binary(Operation::Multiply, a, b) => a.build(terms) * b.build(terms),
            Self::Shifted(a, by) if *by < 0 => a.build(terms) - by.abs(),
            Self::Shifted(a, by) => a.build(terms) + *by,
            Self::Scaled(a, by) => a.build(terms).scaled(by),
            Self::Negative(a) => -a.build(terms),
            Self::Relu(a) => a.build(terms).relu(),
            Self::ToReal(a) => a.build(terms).to_real(),
            Self::IsInteger(a) => a.build(terms).is_integer(),
            Self::Quotient(a, divisor) => a.build(terms).quotient(*divisor),
            Self::Remainder(a, divisor) => a.build(terms).remainder(*divisor),
            Self::Compare(comparison, a, b) => {
                let (a, b) = (a.build(terms), b.build(terms));
                match comparison {
                    Comparison::AtLeast => a.at_least(b),
                    Comparison::AtMost => a.at_most(b),
                    Comparison::Above => a.above(b),
                    Comparison::Below => a.below(b),
                    Comparison::Equals => a.equals(b),
                    Comparison::Differs => a.differs(b),
                }
            }
            Self::Not(a) => a.build(terms).negate(),
            Self::All(parts) => terms.all(all(parts)),
            Self::Any(parts) => terms.any(all(parts)),
            Self::Implies(a, b) => a.build(terms).implies(b.build(terms)),
            Self::If(a, b, c) => terms.if_else(a.build(terms), b.build(terms), c.build(terms)),
        }
    }

    /// What the expression is worth, operation by operation.
    pub fn worth(&self, valuation: &impl Valuation) -> Worth {
        let number = |part: &Rc<Self>| part.worth(valuation).number();
        let truth = |part: &Rc<Self>| part.worth(valuation).truth();
        let floor = |a: &Rc<Self>, divisor: &i64| (number(a) / integer(*divisor)).floor();
        match self {
            Self::Truth(value) => Worth::Truth(*value),
            Self::Number(_, number) => Worth::Number(number.clone()),
            Self::Symbol(name, _) => Worth::from(&valuation.symbol(name).expect("every symbol has a value")),
            Self::Apply(function, arguments, _) => {
                let arguments: Vec<Exact> = arguments.iter().map(|part| Exact::from(number(part))).collect();
                Worth::from(&valuation.apply(function, &arguments).expect("every function has a value"))
            }
            Self::Linear(_, constant, products) => {
                Worth::Number(products.iter().fold(constant.clone(), |sum, (factor, part)| sum + factor * number(part)))
            }
            Self::Binary(Operation::Add, a, b) => Worth::Number(number(a) + number(b)),
            Self::Binary(Operation::Subtract, a, b) => Worth::Number(number(a) - number(b)),
            Self::Binary(Operation::Multiply, a, b) => Worth::Number(number(a) * number(b)),
            Self::Shifted(a, by) => Worth::Number(number(a) + integer(*by)),
            Self::Scaled(a, by) => Worth::Number(number(a) * by),
            Self::Negative(a) => Worth::Number(-number(a)),
            Self::Relu(a) => Worth::Number(number(a).max(BigRational::zero())),
            Self::ToReal(a) => Worth::Number(number(a)),
            Self::IsInteger(a) => Worth::Truth(number(a).is_integer()),
            Self::Quotient(a, divisor) => Worth::Number(floor(a, divisor)),
            Self::Remainder(a, divisor) => Worth::Number(number(a) - floor(a, divisor) * integer(*divisor)),
            Self::Compare(comparison, a, b) => {
                let (a, b) = (a.worth(valuation), b.worth(valuation));
                Worth::Truth(match comparison {
                    Comparison::AtLeast => a.number() >= b.number(),
                    Comparison::AtMost => a.number() <= b.number(),
                    Comparison::Above => a.number() > b.number(),
                    Comparison::Below => a.number() < b.number(),
                    Comparison::Equals => a == b,
                    Comparison::Differs => a != b,
                })
            }
            Self::Not(a) => Worth::Truth(!truth(a)),
            Self::All(parts) => Worth::Truth(parts.iter().all(truth)),
            Self::Any(parts) => Worth::Truth(parts.iter().any(truth)),
            Self::Implies(a, b) => Worth::Truth(!truth(a) || truth(b)),
            Self::If(a, b, c) => {
                let (then, otherwise) = (b.worth(valuation), c.worth(valuation));
                if truth(a) { then } else { otherwise }
            }
        }
    }

    /// Its sort.
    pub fn sort(&self) -> Sort {
        match self {
            Self::Number(sort, _) | Self::Symbol(_, sort) | Self::Apply(_, _, sort) | Self::Linear(sort, ..) => *sort,
            Self::Binary(_, a, _) | Self::Shifted(a, _) | Self::Scaled(a, _) | Self::Negative(a) => a.sort(),
            Self::Relu(a) | Self::If(_, a, _) => a.sort(),
            Self::ToReal(_) => Sort::Real,
            Self::Quotient(..) | Self::Remainder(..) => Sort::Int,
            _ => Sort::Bool,
        }
    }

    /// A text that is unsatisfiable iff the built term means the same as the expression as it stands.
    pub fn question(&self, terms: &Terms) -> Script {
        const NAME: &str = "unsimplified";
        let differs = self.build(terms).differs(terms.symbol(NAME, self.sort()));
        let mut script = Script::new(&[differs]);
        let declared = |name: &str| script.text.contains(&format!("(declare-fun {name} ("));
        let sort_name = |sort: &Sort| format!("{sort:?}");
        let symbols = SYMBOLS.iter().map(|(name, sort)| (*name, String::new(), sort));
        let functions = FUNCTIONS.iter().map(|(name, arguments, sort)| {
            (*name, arguments.iter().map(sort_name).collect::<Vec<_>>().join(" "), sort)
        });
        let missing = symbols.chain(functions).filter(|(name, ..)| !declared(name));
        let declarations: String =
            missing.map(|(name, arguments, sort)| format!("(declare-fun {name} ({arguments}) {sort:?})\n")).collect();
        script.text = format!("{declarations}{}(assert (= {NAME} {self}))\n", script.text);
        script.n_assertions += 1;
        script
    }
}

/// The expression as it stands, as SMT-LIB text.
impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: &[Rc<Self>]| parts.iter().map(|part| part.to_string()).collect::<Vec<_>>().join(" ");
        let number = |number: &BigRational, sort: Sort| {
            let size = number.abs();
            let text = match sort {
                Sort::Int => size.numer().to_string(),
                _ => format!("(/ {}.0 {}.0)", size.numer(), size.denom()),
            };
            if number.is_negative() { format!("(- {text})") } else { text }
        };
        match self {
            Self::Truth(value) => write!(f, "{value}"),
            Self::Number(sort, value) => f.write_str(&number(value, *sort)),
            Self::Symbol(name, _) => f.write_str(name),
            Self::Apply(function, arguments, _) => write!(f, "({function} {})", joined(arguments)),
            Self::Linear(sort, constant, products) => {
                write!(f, "(+ {}", number(constant, *sort))?;
                products.iter().try_for_each(|(factor, part)| write!(f, " (* {} {part})", number(factor, *sort)))?;
                // A sum has two parts at least.
                write!(f, " {})", number(&BigRational::zero(), *sort))
            }
            Self::Binary(Operation::Add, a, b) => write!(f, "(+ {a} {b})"),
            Self::Binary(Operation::Subtract, a, b) => write!(f, "(- {a} {b})"),
            Self::Binary(Operation::Multiply, a, b) => write!(f, "(* {a} {b})"),
            Self::Shifted(a, by) => write!(f, "(+ {a} {})", number(&integer(*by), a.sort())),
            Self::Scaled(a, by) => write!(f, "(* {} {a})", number(by, a.sort())),
            Self::Negative(a) => write!(f, "(- {a})"),
            Self::Relu(a) => {
                let zero = number(&BigRational::zero(), a.sort());
                write!(f, "(ite (>= {a} {zero}) {a} {zero})")
            }
            Self::ToReal(a) if a.sort() == Sort::Real => write!(f, "{a}"),
            Self::ToReal(a) => write!(f, "(to_real {a})"),
            Self::IsInteger(a) if a.sort() == Sort::Int => write!(f, "(= {a} {a})"),
            Self::IsInteger(a) => write!(f, "(is_int {a})"),
            Self::Quotient(a, divisor) => write!(f, "(div {a} {divisor})"),
            Self::Remainder(a, divisor) => write!(f, "(mod {a} {divisor})"),
            Self::Compare(comparison, a, b) => {
                let operator = match comparison {
                    Comparison::AtLeast => ">=",
                    Comparison::AtMost => "<=",
                    Comparison::Above => ">",
                    Comparison::Below => "<",
                    Comparison::Equals => "=",
                    Comparison::Differs => "distinct",
                };
                write!(f, "({operator} {a} {b})")
            }
            Self::Not(a) => write!(f, "(not {a})"),
            Self::All(parts) => write!(f, "(and true {})", joined(parts)),
            Self::Any(parts) => write!(f, "(or false {})", joined(parts)),
            Self::Implies(a, b) => write!(f, "(=> {a} {b})"),
            Self::If(a, b, c) => write!(f, "(ite {a} {b} {c})"),
        }
    }
}

/// A source of random expressions and valuations that is the same on every machine.
#[derive(Clone, Debug)]
pub struct Generator {
    state: u64,
    /// Parts of the expression in hand, to be used again: like terms meet only where parts recur.
    parts: Vec<Rc<Expression>>,
}

impl Generator {
    /// The source of this seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed, parts: Vec::new() }
    }

    /// SplitMix64 (Steele, Lea and Flood 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let place = self.next() % u64::try_from(bound).expect("a bound is a machine word");
        usize::try_from(place).expect("what is below a bound is a machine word")
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// A small number of a sort; few numbers, so that sums cancel and comparisons are equal now and then.
    fn number(&mut self, sort: Sort) -> BigRational {
        let num = self.pick(&[-4, -3, -2, -1, -1, 0, 1, 1, 2, 3, 4]);
        let den = if sort == Sort::Real { self.pick(&[1, 1, 2, 3]) } else { 1 };
        BigRational::new(num.into(), den.into())
    }

    /// An expression of this sort with at most so many operations above each other, but for parts that recur.
    pub fn expression(&mut self, sort: Sort, depth: u32) -> Rc<Expression> {
        self.parts.clear();
        self.part(sort, depth)
    }

    fn part(&mut self, sort: Sort, depth: u32) -> Rc<Expression> {
        if self.below(6) == 0 {
            let known: Vec<usize> = (0..self.parts.len()).filter(|place| self.parts[*place].sort() == sort).collect();
            if !known.is_empty() {
                let place = self.pick(&known);
                return Rc::clone(&self.parts[place]);
            }
        }
        let made = Rc::new(match (sort, depth) {
            (_, 0) => self.leaf(sort),
            (Sort::Bool, _) => self.formula(depth - 1),
            _ => self.term(sort, depth - 1),
        });
        // Larger parts would make expressions that grow without bound.
        if depth <= 2 {
            self.parts.push(Rc::clone(&made));
        }
        made
    }

    fn leaf(&mut self, sort: Sort) -> Expression {
        if self.below(6) == 0 {
            return match sort {
                Sort::Bool => Expression::Truth(self.below(2) == 0),
                _ => Expression::Number(sort, self.number(sort)),
            };
        }
        let own: Vec<&'static str> = SYMBOLS.iter().filter(|symbol| symbol.1 == sort).map(|symbol| symbol.0).collect();
        Expression::Symbol(self.pick(&own), sort)
    }

    fn apply(&mut self, sort: Sort, depth: u32) -> Expression {
        let own: Vec<usize> = (0..FUNCTIONS.len()).filter(|place| FUNCTIONS[*place].2 == sort).collect();
        let (name, arguments, _) = FUNCTIONS[self.pick(&own)];
        Expression::Apply(name, arguments.iter().map(|sort| self.part(*sort, depth.min(1))).collect(), sort)
    }

    fn term(&mut self, sort: Sort, depth: u32) -> Expression {
        let operation = self.below(16);
        let part = |generator: &mut Self| generator.part(sort, depth);
        match operation {
            0 | 1 => {
                let (constant, n_products) = (self.number(sort), self.below(4));
                let products = (0..n_products).map(|_| (self.number(sort), self.part(sort, depth))).collect();
                Expression::Linear(sort, constant, products)
            }
            2 | 3 => Expression::Binary(Operation::Add, part(self), part(self)),
            4 | 5 => Expression::Binary(Operation::Subtract, part(self), part(self)),
            6 => Expression::Binary(Operation::Multiply, part(self), part(self)),
            7 => Expression::Shifted(part(self), self.pick(&[-2, -1, 1, 2])),
            8 => Expression::Scaled(part(self), self.number(sort)),
            9 => Expression::Negative(part(self)),
            10 => Expression::Relu(part(self)),
            11 | 12 => Expression::If(self.part(Sort::Bool, depth), part(self), part(self)),
            13 if sort == Sort::Int => Expression::Quotient(part(self), self.pick(&[1, 2, 3, 4])),
            14 if sort == Sort::Int => Expression::Remainder(part(self), self.pick(&[1, 2, 3, 4])),
            _ if sort == Sort::Int || self.below(2) == 0 => self.apply(sort, depth),
            _ => {
                let sort = self.pick(&[Sort::Int, Sort::Int, Sort::Real]);
                Expression::ToReal(self.part(sort, depth))
            }
        }
    }

    fn formula(&mut self, depth: u32) -> Expression {
        const COMPARISONS: [Comparison; 6] = [
            Comparison::AtLeast,
            Comparison::AtMost,
            Comparison::Above,
            Comparison::Below,
            Comparison::Equals,
            Comparison::Differs,
        ];
        let part = |generator: &mut Self| generator.part(Sort::Bool, depth);
        match self.below(14) {
            0..=3 => {
                let (comparison, sort) = (self.pick(&COMPARISONS), self.pick(&[Sort::Int, Sort::Real]));
                Expression::Compare(comparison, self.part(sort, depth), self.part(sort, depth))
            }
            4 => Expression::Compare(Comparison::Equals, part(self), part(self)),
            5 => Expression::Compare(Comparison::Differs, part(self), part(self)),
            6 | 7 => Expression::Not(part(self)),
            8 => {
                let n_parts = self.below(4);
                Expression::All((0..n_parts).map(|_| self.part(Sort::Bool, depth)).collect())
            }
            9 => {
                let n_parts = self.below(4);
                Expression::Any((0..n_parts).map(|_| self.part(Sort::Bool, depth)).collect())
            }
            10 => Expression::Implies(part(self), part(self)),
            11 => Expression::If(part(self), part(self), part(self)),
            12 => {
                let sort = self.pick(&[Sort::Int, Sort::Real, Sort::Real]);
                Expression::IsInteger(self.part(sort, depth))
            }
            _ => self.apply(Sort::Bool, depth),
        }
    }

    /// A valuation of [`SYMBOLS`] and [`FUNCTIONS`].
    pub fn valuation(&mut self) -> RandomValuation {
        RandomValuation { seed: self.next() }
    }
}

/// Small values for symbols and functions, each drawn from a name, arguments and a seed.
#[derive(Clone, Copy, Debug)]
pub struct RandomValuation {
    seed: u64,
}

impl RandomValuation {
    fn draw(self, name: &str, arguments: &[Exact], sort: Sort) -> Datum {
        let mut hasher = FxHasher::default();
        (self.seed, name).hash(&mut hasher);
        arguments.iter().for_each(|argument| argument.to_string().hash(&mut hasher));
        let mut generator = Generator::new(hasher.finish());
        match sort {
            Sort::Bool => Datum::Truth(generator.below(2) == 0),
            _ => Datum::Number(Exact::from(generator.number(sort))),
        }
    }
}

impl Valuation for RandomValuation {
    fn symbol(&self, name: &str) -> Option<Datum> {
        let (name, sort) = SYMBOLS.into_iter().find(|symbol| symbol.0 == name)?;
        Some(self.draw(name, &[], sort))
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        let (name, _, sort) = FUNCTIONS.into_iter().find(|candidate| candidate.0 == function)?;
        Some(self.draw(name, arguments, sort))
    }
}
