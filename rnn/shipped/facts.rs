//! What floating-point units make of transcendental functions where they saturate: the only facts about them that are
//! used. Each is a named axiom, listed with every claim that rests on it, and tested against PyTorch by
//! `tests/frameworks`.

use super::inexact::Inexact;
use crate::number::Exact;
use std::collections::BTreeSet;

/// A stated fact about a function as floating-point units compute it, in f32 and rounded to the model's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FloatFact {
    /// `sigmoid(x) = 1` for x >= 32.
    SigmoidOne,
    /// `sigmoid(0) = 1/2`.
    SigmoidHalf,
    /// `sigmoid(x) = 0` for x <= -128.
    SigmoidZero,
    /// `silu(x) = x` for x >= 32.
    SiluIdentity,
    /// `silu(0) = 0`.
    SiluZero,
    /// `softplus(x) = 0` for x <= -128.
    SoftplusZero,
    /// `exp(0) = 1`.
    ExpZero,
    /// `sqrt` and `rsqrt` of an even power of two are exact, and so is a product with a power of two or a quotient by one.
    RootOfPower,
}

impl FloatFact {
    /// Every fact.
    pub const ALL: [Self; 8] = [
        Self::SigmoidOne,
        Self::SigmoidHalf,
        Self::SigmoidZero,
        Self::SiluIdentity,
        Self::SiluZero,
        Self::SoftplusZero,
        Self::ExpZero,
        Self::RootOfPower,
    ];

    /// The name, kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::SigmoidOne => "sigmoid-one",
            Self::SigmoidHalf => "sigmoid-half",
            Self::SigmoidZero => "sigmoid-zero",
            Self::SiluIdentity => "silu-identity",
            Self::SiluZero => "silu-zero",
            Self::SoftplusZero => "softplus-zero",
            Self::ExpZero => "exp-zero",
            Self::RootOfPower => "root-of-power",
        }
    }

    /// The fact as a sentence.
    pub fn statement(self) -> &'static str {
        match self {
            Self::SigmoidOne => "sigmoid(x) is 1 for x >= 32",
            Self::SigmoidHalf => "sigmoid(0) is 1/2",
            Self::SigmoidZero => "sigmoid(x) is 0 for x <= -128",
            Self::SiluIdentity => "silu(x) is x for x >= 32",
            Self::SiluZero => "silu(0) is 0",
            Self::SoftplusZero => "softplus(x) is 0 for x <= -128",
            Self::ExpZero => "exp(0) is 1",
            Self::RootOfPower => "sqrt and rsqrt of 4^m are 2^m and 2^-m, for every integer m that occurs",
        }
    }
}

fn at_least(x: &Exact, bound: i64) -> bool {
    *x >= Exact::integer(bound)
}

fn at_most(x: &Exact, bound: i64) -> bool {
    *x <= Exact::integer(bound)
}

fn no_fact(function: &str, x: &Exact) -> Inexact {
    Inexact::new(format!("no stated fact gives {function}({x})"))
}

/// The sigmoid, where a fact gives it.
pub(super) fn sigmoid(x: &Exact, used: &mut BTreeSet<FloatFact>) -> Result<Exact, Inexact> {
    let (fact, value) = match x {
        x if x.is_zero() => (FloatFact::SigmoidHalf, Exact::ratio(1, 2)),
        x if at_least(x, 32) => (FloatFact::SigmoidOne, Exact::ONE),
        x if at_most(x, -128) => (FloatFact::SigmoidZero, Exact::ZERO),
        x => return Err(no_fact("sigmoid", x)),
    };
    used.insert(fact);
    Ok(value)
}

/// SiLU, where a fact gives it.
pub(super) fn silu(x: &Exact, used: &mut BTreeSet<FloatFact>) -> Result<Exact, Inexact> {
    let fact = match x {
        x if x.is_zero() => FloatFact::SiluZero,
        x if at_least(x, 32) => FloatFact::SiluIdentity,
        x => return Err(no_fact("silu", x)),
    };
    used.insert(fact);
    Ok(x.clone())
}

/// `exp(-exp(a_log) softplus(x))`, the decay of a forget gate, where facts give it.
pub(super) fn decay(a_log: &Exact, x: &Exact, used: &mut BTreeSet<FloatFact>) -> Result<Exact, Inexact> {
    if !at_most(x, -128) {
        return Err(no_fact("softplus", x));
    }
    if !a_log.is_zero() {
        return Err(no_fact("exp", a_log));
    }
    used.extend([FloatFact::SoftplusZero, FloatFact::ExpZero]);
    Ok(Exact::ONE)
}

/// The square root of an even power of two.
pub(super) fn root_of_power(square: &Exact, used: &mut BTreeSet<FloatFact>) -> Option<Exact> {
    let exponent = square.leading_exponent()?;
    let is_even_power = exponent % 2 == 0 && *square == Exact::power_of_two(exponent);
    is_even_power.then(|| {
        used.insert(FloatFact::RootOfPower);
        Exact::power_of_two(exponent / 2)
    })
}
