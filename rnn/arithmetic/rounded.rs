//! Rounded arithmetic, as an arithmetic of the one interpreter.

use super::interface::Arithmetic;
use super::interface::Concrete;
use crate::format::Accumulate;
use crate::format::Fixed;
use crate::format::Format;
use crate::format::Precision;
use crate::format::RoundedValue;
use crate::number::Exact;

#[cfg(test)]
mod tests;

/// A pre-activation while it is being summed: exact with a wide accumulator, a value of the format otherwise.
#[derive(Clone, Debug)]
pub struct RoundedSum(pub(super) RoundedValue);

/// Arithmetic with numbers of fixed size. Every value is one of the format: start states and one-hot inputs are rounded
/// as well, weights only where the precision says so. The readout is compared with 0 before it is rounded: it is stored
/// nowhere. A product with a factor that is zero is not formed: networks are
/// sparse, and 0 times infinity does not occur by a weight that is not there.
///
/// ```
/// use rnn::{Arithmetic, Exact, Precision, RoundedArithmetic};
/// let sum = |format: &str| {
///     let arithmetic = RoundedArithmetic::new(Precision::of(format.parse().unwrap()));
///     let mut sum = arithmetic.sum(&Exact::ONE);
///     arithmetic.add(&mut sum, &Exact::ratio(1, 8), &arithmetic.constant(&Exact::ONE));
///     arithmetic.finish(sum).to_string()
/// };
/// assert_eq!((sum("fixed:2.3"), sum("fixed:2.2"), sum("e5m2")), ("9/8".into(), "1".into(), "1".into()));
/// ```
#[derive(Clone, Debug)]
pub struct RoundedArithmetic {
    precision: Precision,
    /// The bound of the format's numbers, which every rounding asks for.
    bound: Exact,
}

impl RoundedArithmetic {
    /// The arithmetic of a precision.
    pub fn new(precision: Precision) -> Self {
        let bound = match precision.format {
            Format::Fixed(fixed) => fixed.bound(),
            Format::Float(float) => float.greatest(),
        };
        Self { precision, bound }
    }

    /// The precision.
    pub fn precision(&self) -> &Precision {
        &self.precision
    }

    /// The format, where it is fixed point and every unit is rounded once, where its sum is finished.
    pub(crate) fn rounds_units_once(&self) -> Option<Fixed> {
        match self.precision {
            Precision { format: Format::Fixed(fixed), accumulate: Accumulate::Wide, round_weights: false, .. } => {
                Some(fixed)
            }
            _ => None,
        }
    }

    /// The value of the format that a number becomes.
    pub fn round(&self, value: &Exact) -> RoundedValue {
        self.round_value(RoundedValue::Finite(value.clone()))
    }

    #[cold]
    fn round_inexact(&self, value: &Exact) -> RoundedValue {
        let Precision { format, rounding, overflow, .. } = self.precision;
        match format {
            Format::Fixed(fixed) => RoundedValue::Finite(fixed.round_below(value, &self.bound, rounding, overflow)),
            Format::Float(float) => float.round_up_to(value, &self.bound, rounding, overflow),
        }
    }

    #[inline]
    fn round_value(&self, value: RoundedValue) -> RoundedValue {
        // A product or a sum of infinities where there is none cannot occur, as no value is infinite.
        let RoundedValue::Finite(exact) = &value else { return value };
        let is_held = match self.precision.format {
            Format::Fixed(fixed) => fixed.holds(exact),
            Format::Float(float) => float.holds(exact),
        };
        if is_held { value } else { self.round_inexact(exact) }
    }

    /// Adds a product that is not rounded yet.
    #[cold]
    fn accumulate(&self, sum: &mut RoundedSum, product: RoundedValue) {
        let before = std::mem::replace(&mut sum.0, RoundedValue::NotANumber);
        sum.0 = match self.precision.accumulate {
            Accumulate::Wide => before.plus(&product),
            Accumulate::Each => self.round_value(before.plus(&self.round_value(product))),
        };
    }

    /// A weight as it is used.
    #[inline]
    pub(super) fn weight(&self, weight: &Exact) -> RoundedValue {
        if self.precision.round_weights { self.round(weight) } else { RoundedValue::Finite(weight.clone()) }
    }
}

impl Arithmetic for RoundedArithmetic {
    type Value = RoundedValue;
    type Sum = RoundedSum;

    fn constant(&self, value: &Exact) -> RoundedValue {
        self.round(value)
    }

    #[inline]
    fn is_zero(&self, value: &RoundedValue) -> bool {
        matches!(value, RoundedValue::Finite(value) if value.is_zero())
    }

    #[inline]
    fn sum(&self, bias: &Exact) -> RoundedSum {
        RoundedSum(self.weight(bias))
    }

    #[inline]
    fn add(&self, sum: &mut RoundedSum, weight: &Exact, value: &RoundedValue) {
        if let (RoundedValue::Finite(sum), RoundedValue::Finite(value), Accumulate::Wide, false) =
            (&mut sum.0, value, self.precision.accumulate, self.precision.round_weights)
        {
            sum.add_product(weight, value);
        } else {
            self.accumulate(sum, self.weight(weight).times(value));
        }
    }

    fn add_product(&self, sum: &mut RoundedSum, weight: &Exact, left: &RoundedValue, right: &RoundedValue) {
        let product = match self.precision.accumulate {
            Accumulate::Wide => left.times(right),
            Accumulate::Each => self.multiply(left, right),
        };
        self.accumulate(sum, self.weight(weight).times(&product));
    }

    #[inline]
    fn finish(&self, sum: RoundedSum) -> RoundedValue {
        self.round_value(sum.0)
    }

    #[inline]
    fn finish_readout(&self, sum: RoundedSum) -> RoundedValue {
        sum.0
    }

    #[inline]
    fn relu(&self, value: RoundedValue) -> RoundedValue {
        match value {
            RoundedValue::Finite(value) => RoundedValue::Finite(value.relu()),
            RoundedValue::Infinite { negative: true } => RoundedValue::Finite(Exact::ZERO),
            above => above,
        }
    }

    fn multiply(&self, left: &RoundedValue, right: &RoundedValue) -> RoundedValue {
        self.round_value(left.times(right))
    }

    fn is_same(&self, left: &RoundedValue, right: &RoundedValue) -> bool {
        left == right
    }
}

impl Concrete for RoundedArithmetic {
    fn number(&self, value: &RoundedValue) -> RoundedValue {
        value.clone()
    }
}
