//! Floating point against the machine's own and against a reference library, fixed point against integers.

use super::*;
use crate::format::Fixed;
use crate::format::Float;
use crate::format::Overflow;
use crate::number::Rounding;
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::ToPrimitive;
use rustc_apfloat::Float as _;
use rustc_apfloat::FloatConvert;
use rustc_apfloat::Round;
use rustc_apfloat::ieee;
use rustc_apfloat::ieee::Double;

/// Operands that look random and are the same on every machine (xorshift, Marsaglia 2003).
struct Operands(u64);

impl Operands {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// The value of a machine number; both zeros are 0.
fn value(number: f64) -> RoundedValue {
    if number.is_nan() {
        return RoundedValue::NotANumber;
    }
    if number.is_infinite() {
        return RoundedValue::Infinite { negative: number < 0.0 };
    }
    let bits = number.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i64, (bits & ((1 << 52) - 1)) as i64);
    let significand = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    let size = Exact::integer(significand) * Exact::power_of_two(exponent.max(1) - 1075);
    RoundedValue::Finite(if number < 0.0 { -size } else { size })
}

fn arithmetic(format: Float, rounding: Rounding) -> RoundedArithmetic {
    let overflow = Overflow::Infinity;
    RoundedArithmetic::new(Precision { rounding, overflow, ..Precision::of(Format::Float(format)) })
}

/// left + right, rounded once, as a network computes it.
fn sum(arithmetic: &RoundedArithmetic, left: &RoundedValue, right: &RoundedValue) -> RoundedValue {
    let mut sum = arithmetic.sum(&Exact::ZERO);
    arithmetic.add(&mut sum, &Exact::ONE, left);
    arithmetic.add(&mut sum, &Exact::ONE, right);
    arithmetic.finish(sum)
}

/// A pair of bit patterns, every second one with exponents so near that neither operand vanishes beside the other.
fn pair(operands: &mut Operands, i: usize, exponents: u64, least: u32) -> (u64, u64) {
    let (left, right) = (operands.next(), operands.next());
    if i.is_multiple_of(2) {
        return (left, right);
    }
    let field = exponents << least;
    let near = ((left & field) >> least).wrapping_add(right >> 60) & exponents;
    (left, right & !field | near << least)
}

#[test]
fn f64_is_the_machines_bit_by_bit() {
    let arithmetic = arithmetic(Float::F64, Rounding::Nearest);
    let mut operands = Operands(1);
    for i in 0..100_000 {
        let (left, right) = pair(&mut operands, i, 0x7ff, 52);
        let (left, right) = (f64::from_bits(left), f64::from_bits(right));
        let (a, b) = (value(left), value(right));
        assert_eq!(sum(&arithmetic, &a, &b), value(left + right), "{left:e} + {right:e}");
        assert_eq!(arithmetic.multiply(&a, &b), value(left * right), "{left:e} * {right:e}");
    }
}

#[test]
fn f32_is_the_machines_bit_by_bit() {
    let arithmetic = arithmetic(Float::F32, Rounding::Nearest);
    let mut operands = Operands(2);
    for i in 0..250_000 {
        let (left, right) = pair(&mut operands, i, 0xff, 23);
        let (left, right) = (f32::from_bits(left as u32), f32::from_bits(right as u32));
        let (a, b) = (value(f64::from(left)), value(f64::from(right)));
        assert_eq!(sum(&arithmetic, &a, &b), value(f64::from(left + right)), "{left:e} + {right:e}");
        assert_eq!(arithmetic.multiply(&a, &b), value(f64::from(left * right)), "{left:e} * {right:e}");
        // Conversion of a number with more bits, most of them near the range of f32.
        let bits = operands.next();
        let wide = f64::from_bits(bits & !(0x7ff << 52) | (1023 - 160 + (bits >> 52 & 0x7ff) % 320) << 52);
        if let RoundedValue::Finite(exact) = value(wide) {
            assert_eq!(arithmetic.round(&exact), value(f64::from(wide as f32)), "{wide:e}");
        }
    }
}

fn as_f64<T: FloatConvert<Double>>(number: T) -> f64 {
    let wide: Double = number.convert(&mut false).value;
    f64::from_bits(wide.to_bits() as u64)
}

const ROUNDINGS: [(Rounding, Round); 3] = [
    (Rounding::Nearest, Round::NearestTiesToEven),
    (Rounding::Floor, Round::TowardNegative),
    (Rounding::Zero, Round::TowardZero),
];

/// Whether a result is comparable: e4m3 is specified for rounding to nearest only, and a directed rounding beyond its
/// largest number has no agreed meaning.
fn is_specified(format: Float, rounding: Rounding, ours: &RoundedValue) -> bool {
    format.has_infinities() || rounding == Rounding::Nearest || *ours != RoundedValue::NotANumber
}

/// Sum and product of each pair of bit patterns, in every rounding, against the reference library.
fn agrees_with_reference<T: FloatConvert<Double>>(format: Float, pairs: impl Iterator<Item = (u64, u64)> + Clone) {
    for (rounding, round) in ROUNDINGS {
        let arithmetic = arithmetic(format, rounding);
        for (left, right) in pairs.clone() {
            let (left, right) = (T::from_bits(u128::from(left)), T::from_bits(u128::from(right)));
            let (a, b) = (value(as_f64(left)), value(as_f64(right)));
            let theirs = [left.add_r(right, round), left.mul_r(right, round)].map(|theirs| value(as_f64(theirs.value)));
            let ours = [sum(&arithmetic, &a, &b), arithmetic.multiply(&a, &b)];
            for ((ours, theirs), operator) in ours.iter().zip(&theirs).zip(["+", "*"]) {
                let name = || format!("{format} {rounding} {left} {operator} {right}");
                assert!(ours == theirs || !is_specified(format, rounding, ours), "{}: {ours}, not {theirs}", name());
            }
        }
    }
}

#[test]
fn every_pair_of_eight_bit_floats_is_added_and_multiplied_as_in_the_reference() {
    let pairs = (0..1 << 16).map(|pair| (pair >> 8, pair & 0xff));
    agrees_with_reference::<ieee::Float8E4M3FN>(Float::E4M3, pairs.clone());
    agrees_with_reference::<ieee::Float8E5M2>(Float::E5M2, pairs);
}

#[test]
fn sixteen_bit_floats_are_added_and_multiplied_as_in_the_reference() {
    let mut operands = Operands(3);
    let pairs: Vec<(u64, u64)> =
        (0..60_000).map(|i| pair(&mut operands, i, 0x1f, 10)).map(|(a, b)| (a & 0xffff, b & 0xffff)).collect();
    agrees_with_reference::<ieee::Half>(Float::F16, pairs.into_iter());
    let pairs: Vec<(u64, u64)> =
        (0..60_000).map(|i| pair(&mut operands, i, 0xff, 7)).map(|(a, b)| (a & 0xffff, b & 0xffff)).collect();
    agrees_with_reference::<ieee::BFloat>(Float::BF16, pairs.into_iter());
}

/// Every number of f16 and many of f32 as a number of a smaller format, in every rounding.
fn converts_as_reference<T>(format: Float)
where
    T: FloatConvert<Double>,
    ieee::Half: FloatConvert<T>,
    ieee::Single: FloatConvert<T>,
{
    let mut operands = Operands(4);
    let singles: Vec<u64> = (0..40_000).map(|_| operands.next() & 0xffff_ffff).collect();
    for (rounding, round) in ROUNDINGS {
        let arithmetic = arithmetic(format, rounding);
        let check = |from: f64, to: T| {
            if let RoundedValue::Finite(exact) = value(from) {
                let (ours, theirs) = (arithmetic.round(&exact), value(as_f64(to)));
                let same = ours == theirs || !is_specified(format, rounding, &ours);
                assert!(same, "{from:e} to {format}, {rounding}: {ours}, not {theirs}");
            }
        };
        for bits in 0..1 << 16 {
            let number = ieee::Half::from_bits(bits);
            check(as_f64(number), number.convert_r(round, &mut false).value);
        }
        for bits in &singles {
            let number = ieee::Single::from_bits(u128::from(*bits));
            check(as_f64(number), number.convert_r(round, &mut false).value);
        }
    }
}

#[test]
fn numbers_become_those_of_a_smaller_format_as_in_the_reference() {
    converts_as_reference::<ieee::Float8E4M3FN>(Float::E4M3);
    converts_as_reference::<ieee::Float8E5M2>(Float::E5M2);
    converts_as_reference::<ieee::BFloat>(Float::BF16);
    converts_as_reference::<ieee::Half>(Float::F16);
}

#[test]
fn the_named_formats_have_the_ends_that_their_standards_state() {
    let ends = |float: Float| (float.greatest(), float.least_positive());
    let dyadic = |significand: i64, exponent: i64| Exact::integer(significand) * Exact::power_of_two(exponent);
    let finite = |number: f64| value(number).as_finite().cloned().unwrap();
    assert_eq!(ends(Float::F64), (finite(f64::MAX), dyadic(1, -1074)));
    assert_eq!(ends(Float::F32), (finite(f64::from(f32::MAX)), dyadic(1, -149)));
    assert_eq!(ends(Float::F16), (Exact::integer(65504), dyadic(1, -24)));
    assert_eq!(ends(Float::BF16), (dyadic(255, 120), dyadic(1, -133)));
    assert_eq!(ends(Float::E4M3), (Exact::integer(448), dyadic(1, -9)));
    assert_eq!(ends(Float::E5M2), (Exact::integer(57344), dyadic(1, -16)));
    for (_, float) in Float::NAMED.into_iter().filter(|(_, float)| float.has_infinities()) {
        assert_eq!(Float::new(float.exponent_bits(), float.significand_bits()), Ok(float));
    }
}

#[test]
fn what_is_too_large_is_infinite_not_a_number_or_the_largest_number() {
    let large = Exact::integer(1_000_000);
    let round = |float: Float, value: &Exact, overflow| float.round(value, Rounding::Nearest, overflow).to_string();
    assert_eq!(round(Float::F16, &large, Overflow::Infinity), "inf");
    assert_eq!(round(Float::F16, &-&large, Overflow::Infinity), "-inf");
    assert_eq!(round(Float::F16, &-&large, Overflow::Saturate), "-65504");
    assert_eq!(round(Float::E4M3, &large, Overflow::Infinity), "nan");
    assert_eq!(round(Float::E4M3, &large, Overflow::Saturate), "448");
    // The middle between 448 and what would follow is rounded to 448, whose last bit is 0.
    assert_eq!(round(Float::E4M3, &Exact::integer(464), Overflow::Infinity), "448");
    assert_eq!(round(Float::E4M3, &Exact::integer(465), Overflow::Infinity), "nan");
}

#[test]
fn infinities_and_what_is_no_number_go_on_as_in_ieee_754() {
    let arithmetic = arithmetic(Float::F16, Rounding::Nearest);
    let one = arithmetic.constant(&Exact::ONE);
    let (up, down) = (RoundedValue::Infinite { negative: false }, RoundedValue::Infinite { negative: true });
    assert_eq!(sum(&arithmetic, &up, &one), up);
    assert_eq!(sum(&arithmetic, &one, &down), down);
    assert_eq!(sum(&arithmetic, &up, &down), RoundedValue::NotANumber);
    assert_eq!(arithmetic.multiply(&up, &down), down);
    assert_eq!(arithmetic.multiply(&up, &arithmetic.constant(&Exact::ZERO)), RoundedValue::NotANumber);
    assert_eq!(arithmetic.relu(down), RoundedValue::Finite(Exact::ZERO));
    assert_eq!(arithmetic.relu(up.clone()), up);
    assert_eq!(arithmetic.relu(RoundedValue::NotANumber), RoundedValue::NotANumber);
    assert!(up.is_positive() && !RoundedValue::NotANumber.is_positive());
}

/// Fixed point of four bits after the point and six in all, on every product of two numbers, against integers.
#[test]
fn fixed_point_is_integer_arithmetic() {
    let fixed = Fixed::new(2, 4).unwrap();
    for rounding in Rounding::ALL {
        for overflow in [Overflow::Saturate, Overflow::Wrap] {
            let precision = Precision { rounding, overflow, ..Precision::of(Format::Fixed(fixed)) };
            let arithmetic = RoundedArithmetic::new(precision);
            for (left, right) in (-32..32).flat_map(|left| (-32..32).map(move |right| (left, right))) {
                let number = |scaled: i64| RoundedValue::Finite(Exact::ratio(scaled, 16));
                let product: i64 = left * right;
                let (down, rest) = product.div_mod_floor(&16);
                let scaled = match rounding {
                    Rounding::Floor => down,
                    Rounding::Zero => product / 16,
                    Rounding::Nearest => down + i64::from(rest > 8 || rest == 8 && down % 2 != 0),
                };
                let kept = match overflow {
                    Overflow::Wrap => (scaled + 32).rem_euclid(64) - 32,
                    _ => scaled.clamp(-32, 31),
                };
                let got = arithmetic.multiply(&number(left), &number(right));
                assert_eq!(got, number(kept), "{left}/16 * {right}/16, {precision}");
            }
        }
    }
}

/// Numbers with big mantissas and odd denominators go the same way as machine words.
#[test]
fn big_numbers_are_rounded_as_integers() {
    let mut operands = Operands(5);
    for i in 0..20_000_i64 {
        let scale = [0, 50, 70, 140][(i % 4) as usize];
        let num = BigInt::from(operands.next() as i64) << (operands.next() % (scale + 1));
        let den = BigInt::from(1 + operands.next() % 9) << (operands.next() % (scale + 1));
        let value = Exact::from(num_rational::BigRational::new(num.clone(), den.clone()));
        let exponent = (operands.next() % 161) as i64 - 80;
        let (num, den) = if exponent <= 0 { (num << -exponent, den) } else { (num, den << exponent) };
        let (down, rest) = num.div_mod_floor(&den);
        let twice: BigInt = rest.clone() * 2;
        for rounding in Rounding::ALL {
            let up = match rounding {
                Rounding::Floor => false,
                Rounding::Zero => rest != BigInt::ZERO && num < BigInt::ZERO,
                Rounding::Nearest => twice > den || twice == den && down.is_odd(),
            };
            let expected = Exact::from(down.clone() + i64::from(up)) * Exact::power_of_two(exponent);
            assert_eq!(value.rounded_to(exponent, rounding), expected, "{value} to 2^{exponent}, {rounding}");
        }
        if let Some(leading) = value.leading_exponent() {
            let size = if value.is_negative() { -&value } else { value.clone() };
            assert!(Exact::power_of_two(leading) <= size && size < Exact::power_of_two(leading + 1), "{value}");
        }
    }
    assert_eq!(Exact::power_of_two(70).floor().to_f64(), Some(2f64.powi(70)));
    assert_eq!(Exact::ZERO.leading_exponent(), None);
}

#[test]
fn a_wide_accumulator_rounds_once_and_a_narrow_one_after_every_operation() {
    let read = |accumulate, round_weights| {
        let precision = Precision { accumulate, round_weights, ..Precision::of("fixed:4.1".parse().unwrap()) };
        let arithmetic = RoundedArithmetic::new(precision);
        let mut sum = arithmetic.sum(&Exact::ratio(1, 4));
        let one = arithmetic.constant(&Exact::ONE);
        for _ in 0..3 {
            arithmetic.add(&mut sum, &Exact::ratio(3, 4), &one);
        }
        arithmetic.finish(sum)
    };
    let number = |num, den| RoundedValue::Finite(Exact::ratio(num, den));
    // 1/4 + 3 * 3/4 = 5/2; each product is 1/2 and the bias is lost at once; rounded weights are 0 and 1/2.
    assert_eq!(read(Accumulate::Wide, false), number(5, 2));
    assert_eq!(read(Accumulate::Each, false), number(3, 2));
    assert_eq!(read(Accumulate::Wide, true), number(3, 2));
}

#[test]
fn formats_are_read_back_and_refused_with_what_was_expected() {
    for text in ["fixed:1.0", "fixed:8.126", "f64", "f32", "f16", "bf16", "e4m3", "e5m2", "float:6.7"] {
        assert_eq!(text.parse::<Format>().unwrap().to_string(), text);
    }
    let refusals = [
        ("fixed:0.4", "at least 1 bit before the point"),
        ("fixed:-1.4", "fixed:I.F"),
        ("fixed:3", "fixed:I.F"),
        ("fixed:3.", "fixed:I.F"),
        ("float:1.4", "2 to 15 bits of exponent"),
        ("float:5.1", "2 to 256 bits of significand"),
        ("float8", "f64, f32, f16, bf16, e4m3, e5m2"),
        ("", "expected a number format"),
    ];
    for (text, part) in refusals {
        let message = text.parse::<Format>().unwrap_err().to_string();
        assert!(message.contains(part), "{message}");
    }
    let wrapped = Precision { overflow: Overflow::Wrap, ..Precision::of("bf16".parse().unwrap()) };
    assert_eq!(wrapped.checked().unwrap_err().to_string(), "expected saturate or infinity for bf16, got `wrap`");
}
