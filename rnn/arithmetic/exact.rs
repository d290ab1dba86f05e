//! Exact arithmetic.

use super::interface::Arithmetic;
use super::interface::Concrete;
use crate::format::RoundedValue;
use crate::number::Exact;
use crate::number::ExactSum;

/// Exact rational arithmetic: what `run` executes.
#[derive(Clone, Copy, Debug, Default)]
pub struct ExactArithmetic;

impl Arithmetic for ExactArithmetic {
    type Value = Exact;
    type Sum = ExactSum;

    #[inline]
    fn constant(&self, value: &Exact) -> Exact {
        value.clone()
    }

    #[inline]
    fn is_zero(&self, value: &Exact) -> bool {
        value.is_zero()
    }

    #[inline]
    fn sum(&self, bias: &Exact) -> ExactSum {
        ExactSum::new(bias)
    }

    #[inline]
    fn add(&self, sum: &mut ExactSum, weight: &Exact, value: &Exact) {
        sum.add_product(weight, value);
    }

    #[inline]
    fn finish(&self, sum: ExactSum) -> Exact {
        sum.finish()
    }

    #[inline]
    fn relu(&self, value: Exact) -> Exact {
        value.relu()
    }

    #[inline]
    fn multiply(&self, left: &Exact, right: &Exact) -> Exact {
        left * right
    }

    #[inline]
    fn is_same(&self, left: &Exact, right: &Exact) -> bool {
        left == right
    }
}

impl Concrete for ExactArithmetic {
    #[inline]
    fn number(&self, value: &Exact) -> RoundedValue {
        RoundedValue::Finite(value.clone())
    }
}
