//! Transcendental functions between two rational numbers: exp, sigmoid, SiLU, softplus.
//!
//! [`super::FloatFact`] says what floating-point units make of them where they saturate. Elsewhere their value is enclosed
//! here, in fixed point of [`PLACES`] binary places with directed rounding; what a unit computes is taken to be near it.

use super::bounds::Bounds;
use crate::number::Exact;
use num_bigint::BigInt;

/// Binary places of the fixed point.
const PLACES: usize = 256;
/// exp is taken at the argument divided by 2^`HALVINGS`, and squared as often.
const HALVINGS: usize = 10;
/// The largest argument; exp of its negative is less than 2^-280.
const LARGEST: i64 = 200;

/// An integer in units of 2^-256.
fn number(units: BigInt) -> Exact {
    Exact::from(units) * Exact::power_of_two(-(PLACES as i64))
}

fn units(value: &Exact) -> BigInt {
    (value * &Exact::power_of_two(PLACES as i64)).floor()
}

/// A quotient of numbers that are not negative, rounded up.
fn divided_up(num: &BigInt, den: &BigInt) -> BigInt {
    (num + den - 1u8) / den
}

/// `exp(-x)` for x >= 0.
fn exp_of_negative(x: &Exact) -> Bounds {
    if *x > Exact::integer(LARGEST) {
        return Bounds { low: Exact::ZERO, high: Exact::power_of_two(-280) };
    }
    let one = BigInt::from(1u8) << PLACES;
    let low = units(&(x * &Exact::power_of_two(-(HALVINGS as i64))));
    let high = &low + 1u8;
    // The series of exp; the argument is below 1/4, so that what follows a term is less than the term.
    let (mut low_term, mut high_term) = (one.clone(), one.clone());
    let (mut least, mut greatest) = (one.clone(), one.clone());
    for n in 1..60u32 {
        low_term = ((low_term * &low) >> PLACES) / n;
        high_term = divided_up(&(((high_term * &high) >> PLACES) + 1u8), &BigInt::from(n));
        least += &low_term;
        greatest += &high_term;
    }
    greatest += &high_term;
    for _ in 0..HALVINGS {
        least = (&least * &least) >> PLACES;
        greatest = ((&greatest * &greatest) >> PLACES) + 1u8;
    }
    let square = &one << PLACES;
    let bounds = Bounds { low: number(&square / &greatest), high: number(divided_up(&square, &least)) };
    bounds.shortened()
}

fn size(x: &Exact) -> Exact {
    if x.is_negative() { -x } else { x.clone() }
}

/// `exp(x)`; none where x is above 200.
pub(super) fn exp(x: &Exact) -> Option<Bounds> {
    if *x > Exact::integer(LARGEST) {
        return None;
    }
    let of_negative = exp_of_negative(&size(x));
    if !x.is_positive() {
        return Some(of_negative);
    }
    Some(Bounds { low: Exact::ONE / of_negative.high, high: Exact::ONE / of_negative.low }.shortened())
}

/// `1 / (1 + exp(-x))`.
pub(super) fn sigmoid(x: &Exact) -> Bounds {
    let Bounds { low, high } = exp_of_negative(&size(x));
    // Of a number that is not negative it is 1 / (1 + e), and of its negative e / (1 + e).
    let of = |e: &Exact| {
        let whole = Exact::ONE / (&Exact::ONE + e);
        if x.is_negative() { &whole * e } else { whole }
    };
    Bounds::between(of(&low), of(&high)).shortened()
}

/// `x / (1 + exp(-x))`.
pub(super) fn silu(x: &Exact) -> Bounds {
    Bounds::exactly(x.clone()).times(&sigmoid(x)).shortened()
}

/// `log(1 + exp(x))`.
pub(super) fn softplus(x: &Exact) -> Bounds {
    let of_size = exp_of_negative(&size(x));
    let linear = if x.is_positive() { x.clone() } else { Exact::ZERO };
    let (low, high) = (logarithm(&of_size.low).0, logarithm(&of_size.high).1);
    Bounds { low: &linear + &low, high: &linear + &high }.shortened()
}

/// Bounds of `log(1 + z)` for z from 0 to 1: twice the series of the inverse hyperbolic tangent of `z / (2 + z)`.
fn logarithm(z: &Exact) -> (Exact, Exact) {
    let ratio = z / &(&Exact::integer(2) + z);
    let low = units(&ratio);
    let high = &low + 1u8;
    let squares = [(&low * &low) >> PLACES, ((&high * &high) >> PLACES) + 1u8];
    let (mut low_power, mut high_power) = (low.clone(), high.clone());
    let (mut least, mut greatest) = (low, high);
    for n in 1..80u32 {
        low_power = (low_power * &squares[0]) >> PLACES;
        high_power = ((high_power * &squares[1]) >> PLACES) + 1u8;
        least += &low_power / (2 * n + 1);
        greatest += divided_up(&high_power, &BigInt::from(2 * n + 1));
    }
    // The ratio is at most 1/3, so that what follows a power is less than the power.
    greatest += &high_power;
    (number(least * 2u8), number(greatest * 2u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether the bounds are close and hold this decimal number, given with so many digits after the point.
    fn is(bounds: &Bounds, digits: i64, places: u32) -> bool {
        let unit = Exact::ONE / Exact::integer(10_i64.pow(places));
        let (low, high) = (Exact::integer(digits) * unit.clone(), Exact::integer(digits + 1) * unit);
        bounds.high >= low
            && bounds.low <= high
            && &bounds.high - &bounds.low <= bounds.size() * Exact::power_of_two(-50)
    }

    #[test]
    fn values_are_those_of_a_table() {
        let at = |num, den| Exact::ratio(num, den);
        assert!(is(&exp(&at(1, 1)).unwrap(), 2_718_281_828_459_045, 15));
        assert!(is(&exp(&at(-1, 2)).unwrap(), 606_530_659_712_633, 15));
        assert!(is(&sigmoid(&at(1, 1)), 731_058_578_630_004, 15));
        assert!(is(&sigmoid(&at(-3, 1)), 47_425_873_177_566, 15));
        assert!(is(&silu(&at(2, 1)), 1_761_594_155_955_764, 15));
        assert!(is(&softplus(&at(0, 1)), 693_147_180_559_945, 15));
        assert!(is(&softplus(&at(-5, 1)), 6_715_348_489_118, 15));
        assert!(is(&softplus(&at(3, 1)), 3_048_587_351_573_742, 15));
        assert!(!is(&exp(&at(1, 1)).unwrap(), 2_718_281_828_459_044, 15));
    }

    #[test]
    fn functions_rise_and_obey_their_equations() {
        let mut last = [Exact::ZERO, Exact::ZERO, Exact::ZERO];
        for step in -60..60 {
            let x = Exact::ratio(step * 3, 7);
            let [e, s, p] = [exp(&x).unwrap(), sigmoid(&x), softplus(&x)];
            for (bounds, last) in [&e, &s, &p].into_iter().zip(&mut last) {
                assert!(bounds.low > *last && bounds.low <= bounds.high);
                *last = bounds.high.clone();
            }
            // exp(x) exp(-x) = 1, and the sigmoids of x and -x are 1 together.
            assert!(e.times(&exp(&-&x).unwrap()).holds(&Exact::ONE));
            assert!(s.plus(&sigmoid(&-&x)).holds(&Exact::ONE));
            // exp(softplus(x)) = 1 + exp(x).
            let (low, high) = (exp(&p.low).unwrap().low, exp(&p.high).unwrap().high);
            assert!(low <= &e.high + &Exact::ONE && high >= &e.low + &Exact::ONE);
        }
        assert!(exp(&Exact::integer(201)).is_none());
        assert!(sigmoid(&Exact::integer(-500)).low.is_zero() && !sigmoid(&Exact::integer(-500)).high.is_zero());
    }
}
