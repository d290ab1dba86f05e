//! Symbolic arithmetic that knows bounds of some symbols.

use crate::Arithmetic;
use crate::Exact;
use crate::SymbolicArithmetic;
use crate::Term;
use crate::Terms;
use num_rational::BigRational;
use num_traits::Signed;
use num_traits::Zero;

/// Arithmetic on terms as [`SymbolicArithmetic`], except that the ReLU of a sum whose sign follows from bounds of its
/// terms is the sum itself or 0. What is said of its values holds where the bounds hold.
///
/// ```
/// use rnn::{Arithmetic, BoundedArithmetic, Exact, Sort, Terms};
/// let terms = Terms::default();
/// let x = terms.symbol("x", Sort::Real);
/// let arithmetic = BoundedArithmetic::new(&terms, vec![(x, -Exact::ONE, Exact::ONE)]);
/// assert_eq!(arithmetic.relu(x + 1), x + 1);
/// assert_eq!(arithmetic.relu(x - 1), terms.ratio(0, 1));
/// assert_eq!(arithmetic.relu(x), x.relu());
/// ```
#[derive(Clone, Debug)]
pub struct BoundedArithmetic<'a> {
    symbolic: SymbolicArithmetic<'a>,
    zero: Term<'a>,
    bounds: Vec<(Term<'a>, BigRational, BigRational)>,
}

impl<'a> BoundedArithmetic<'a> {
    /// The arithmetic in which each of these terms lies between its two bounds, both included.
    pub fn new(terms: &'a Terms, bounds: Vec<(Term<'a>, Exact, Exact)>) -> Self {
        let bounds =
            bounds.into_iter().map(|(term, low, high)| (term, low.to_rational(), high.to_rational())).collect();
        Self { symbolic: SymbolicArithmetic::new(terms), zero: terms.ratio(0, 1), bounds }
    }

    /// The assumptions that the bounds are, as formulas.
    pub fn assumptions(&self, terms: &'a Terms) -> Vec<Term<'a>> {
        let formulas = self.bounds.iter().flat_map(|(term, low, high)| {
            [term.at_least(terms.real(low.clone())), term.at_most(terms.real(high.clone()))]
        });
        formulas.collect()
    }

    /// The least and the greatest value that a sum can have, where all its terms have bounds.
    fn range(&self, value: Term<'a>) -> Option<(BigRational, BigRational)> {
        let (constant, summands) = value.summands();
        let (mut low, mut high) = (constant.clone(), constant);
        for (coefficient, term) in summands {
            let (_, least, greatest) = self.bounds.iter().find(|(bounded, ..)| *bounded == term)?;
            let (down, up) = if coefficient.is_negative() { (greatest, least) } else { (least, greatest) };
            low += &coefficient * down;
            high += &coefficient * up;
        }
        Some((low, high))
    }
}

impl<'a> Arithmetic for BoundedArithmetic<'a> {
    type Value = Term<'a>;
    type Sum = <SymbolicArithmetic<'a> as Arithmetic>::Sum;

    fn constant(&self, value: &Exact) -> Term<'a> {
        self.symbolic.constant(value)
    }

    fn is_zero(&self, value: &Term<'a>) -> bool {
        self.symbolic.is_zero(value)
    }

    fn sum(&self, bias: &Exact) -> Self::Sum {
        self.symbolic.sum(bias)
    }

    fn add(&self, sum: &mut Self::Sum, weight: &Exact, value: &Term<'a>) {
        self.symbolic.add(sum, weight, value);
    }

    fn finish(&self, sum: Self::Sum) -> Term<'a> {
        self.symbolic.finish(sum)
    }

    fn relu(&self, value: Term<'a>) -> Term<'a> {
        match self.range(value) {
            Some((low, _)) if !low.is_negative() => value,
            Some((_, high)) if high <= BigRational::zero() => self.zero,
            _ => self.symbolic.relu(value),
        }
    }

    fn multiply(&self, left: &Term<'a>, right: &Term<'a>) -> Term<'a> {
        self.symbolic.multiply(left, right)
    }

    fn is_same(&self, left: &Term<'a>, right: &Term<'a>) -> bool {
        self.symbolic.is_same(left, right)
    }
}
