//! Symbolic fixed-point arithmetic.

use super::interface::Arithmetic;
use crate::number::Exact;
use crate::number::Rounding;
use crate::term::Sort;
use crate::term::Term;
use crate::term::Terms;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::One;

/// Fixed-point arithmetic on terms of sort Int: the term `X` stands for the number `X / 2^frac_bits`.
///
/// Weights are exact and a pre-activation is summed exactly (a wide accumulator); when the sum is finished it is
/// rounded to a multiple of `2^-frac_bits`. There is no least and no greatest number: that no pre-activation leaves a
/// format's range is a statement of its own, about what a [`Recorder`](crate::Recorder) has kept.
///
/// ```
/// use rnn::{Arithmetic, Exact, FixedTerms, Rounding, Sort, Terms};
/// let terms = Terms::default();
/// let x = terms.symbol("x", Sort::Int);
/// let arithmetic = FixedTerms::new(&terms, 2, Rounding::Floor);
/// let mut sum = arithmetic.sum(&Exact::ratio(1, 2));
/// arithmetic.add(&mut sum, &Exact::ratio(1, 4), &x);
/// assert_eq!(arithmetic.finish(sum), x.quotient(4) + 2);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FixedTerms<'a> {
    terms: &'a Terms,
    frac_bits: u32,
    rounding: Rounding,
}

impl<'a> FixedTerms<'a> {
    /// The arithmetic with so many fractional bits whose values live in this arena.
    pub fn new(terms: &'a Terms, frac_bits: u32, rounding: Rounding) -> Self {
        Self { terms, frac_bits, rounding }
    }

    /// The term that stands for 1.
    pub fn one(&self) -> Term<'a> {
        self.terms.linear(Sort::Int, Exact::from(self.scale()), [])
    }

    fn scale(&self) -> BigInt {
        BigInt::one() << self.frac_bits
    }

    /// `constant + sum of coefficient * term`, in units of `2^-frac_bits`, rounded.
    fn rounded(&self, constant: Exact, products: Vec<(Exact, Term<'a>)>) -> Term<'a> {
        let (dividend, divisor) = self.whole(constant, products);
        self.divided(dividend, divisor)
    }

    /// The sum times its common denominator, and the denominator.
    fn whole(&self, constant: Exact, products: Vec<(Exact, Term<'a>)>) -> (Term<'a>, BigInt) {
        let denominators = products.iter().map(|(coefficient, _)| coefficient.denominator());
        let divisor = denominators.fold(constant.denominator(), |divisor, denom| divisor.lcm(&denom));
        let by = Exact::from(divisor.clone());
        let products: Vec<_> = products.into_iter().map(|(coefficient, term)| (coefficient * &by, term)).collect();
        (self.terms.linear(Sort::Int, constant * &by, products), divisor)
    }

    /// `dividend / divisor`, rounded to an integer.
    fn divided(&self, dividend: Term<'a>, divisor: BigInt) -> Term<'a> {
        let floor = dividend.quotient(divisor.clone());
        if floor.scaled(Exact::from(divisor.clone())) == dividend {
            return floor;
        }
        let zero = self.terms.int(0);
        match self.rounding {
            Rounding::Floor => floor,
            Rounding::Zero => self.terms.if_else(dividend.at_least(zero), floor, -(-dividend).quotient(divisor)),
            Rounding::Nearest => {
                // Half a unit is added before rounding down; from the middle that leads to an odd number half the time.
                let by = Exact::from(divisor.clone());
                let raised = dividend * 2 + self.terms.linear(Sort::Int, by, []);
                let nearest = raised.quotient(divisor.clone() * 2);
                let from_middle = raised.remainder(divisor * 2).equals(zero);
                let is_odd = nearest.remainder(2).equals(self.terms.int(1));
                self.terms.if_else(from_middle.and(is_odd), nearest - 1, nearest)
            }
        }
    }
}

impl<'a> Arithmetic for FixedTerms<'a> {
    type Value = Term<'a>;
    type Sum = (Exact, Vec<(Exact, Term<'a>)>);

    fn constant(&self, value: &Exact) -> Term<'a> {
        self.rounded(value.clone() * Exact::from(self.scale()), Vec::new())
    }

    fn is_zero(&self, value: &Term<'a>) -> bool {
        value.as_number().is_some_and(|number| number.is_zero())
    }

    fn sum(&self, bias: &Exact) -> Self::Sum {
        (bias.clone() * Exact::from(self.scale()), Vec::new())
    }

    fn add(&self, sum: &mut Self::Sum, weight: &Exact, value: &Term<'a>) {
        sum.1.push((weight.clone(), *value));
    }

    fn add_product(&self, sum: &mut Self::Sum, weight: &Exact, left: &Term<'a>, right: &Term<'a>) {
        sum.1.push((weight.clone() / Exact::from(self.scale()), *left * *right));
    }

    fn finish(&self, (constant, products): Self::Sum) -> Term<'a> {
        self.rounded(constant, products)
    }

    /// A positive multiple of the sum, which is not rounded.
    fn finish_readout(&self, (constant, products): Self::Sum) -> Term<'a> {
        self.whole(constant, products).0
    }

    fn relu(&self, value: Term<'a>) -> Term<'a> {
        value.relu()
    }

    fn multiply(&self, left: &Term<'a>, right: &Term<'a>) -> Term<'a> {
        self.divided(*left * *right, self.scale())
    }

    fn is_same(&self, left: &Term<'a>, right: &Term<'a>) -> bool {
        left == right
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arithmetic::RoundedArithmetic;
    use crate::format::Fixed;
    use crate::format::Format;
    use crate::format::Precision;
    use crate::format::RoundedValue;
    use proptest::prelude::*;

    proptest! {
        /// What is proved of and what is run are the same numbers.
        #[test]
        fn numbers_are_rounded_as_in_the_arithmetic_that_runs(
            frac_bits in 0u32..70,
            rounding in proptest::sample::select(Rounding::ALL.to_vec()),
            bias in -40i64..40,
            products in proptest::collection::vec((-9i64..9, 0u32..6, -1000i64..1000), 0..4),
        ) {
            let terms = Terms::default();
            let symbolic = FixedTerms::new(&terms, frac_bits, rounding);
            let format = Format::Fixed(Fixed::new(64, frac_bits).unwrap());
            let concrete = RoundedArithmetic::new(Precision { rounding, ..Precision::of(format) });
            let bias = Exact::ratio(bias, 8);
            let (mut sum, mut expected) = (symbolic.sum(&bias), concrete.sum(&bias));
            for (num, exponent, value) in products {
                let (weight, value) = (Exact::ratio(num, 1 << exponent), Exact::ratio(value, 64));
                symbolic.add(&mut sum, &weight, &symbolic.constant(&value));
                concrete.add(&mut expected, &weight, &concrete.constant(&value));
            }
            let value = symbolic.finish(sum).as_number().unwrap() / Exact::from(symbolic.scale());
            prop_assert_eq!(RoundedValue::Finite(value), concrete.finish(expected));
        }
    }
}
