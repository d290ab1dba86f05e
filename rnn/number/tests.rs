//! Every operation against `BigRational`, on programs that share bases, overflow words and cancel.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Signed, ToPrimitive, Zero};
use proptest::prelude::*;
use std::cmp::Ordering;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use super::base::Base;
use super::exact::Repr;
use super::small::Form;
use super::small::Small;
use super::*;

/// The same value both ways.
impl Exact {
    /// The same value with its big number worked out: a machine-word fraction if it fits, else a base of its own.
    fn materialised(&self) -> Self {
        match &self.0 {
            Repr::Affine(form, base) if *form != Form::IDENTITY => Exact::from_big(base.exactly(*form)),
            _ => self.clone(),
        }
    }
}

fn agree(exact: &Exact, rational: &BigRational) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        exact.signum(),
        if rational.is_zero() {
            0
        } else if rational.is_positive() {
            1
        } else {
            -1
        }
    );
    prop_assert_eq!(exact.is_zero(), rational.is_zero());
    prop_assert_eq!(exact.is_positive(), rational.is_positive());
    prop_assert_eq!(exact.is_negative(), rational.is_negative());
    let back = exact.to_rational();
    prop_assert_eq!(back.numer(), rational.numer());
    prop_assert_eq!(back.denom(), rational.denom());
    prop_assert_eq!(exact.is_integer(), rational.is_integer());
    prop_assert_eq!(exact.to_i64(), if rational.is_integer() { rational.numer().to_i64() } else { None });
    prop_assert_eq!(exact.floor(), rational.floor().to_integer());
    prop_assert_eq!(exact.bits(), (rational.numer().bits() + rational.denom().bits()).max(1));
    let again = Exact::from(rational);
    prop_assert_eq!(exact, &again);
    prop_assert_eq!(&again, exact);
    prop_assert_eq!(&exact.materialised(), &again);
    prop_assert_eq!(exact.materialised().bits(), exact.bits());
    let hash = |value: &Exact| BuildHasherDefault::<DefaultHasher>::default().hash_one(value);
    prop_assert_eq!(hash(exact), hash(&again));
    prop_assert_eq!(hash(exact), hash(&exact.materialised()));
    Ok(())
}

/// A number with its value as a fraction.
#[derive(Clone)]
struct Pair(Exact, BigRational);

impl Pair {
    fn of(value: BigRational) -> Pair {
        Pair(Exact::from(&value), value)
    }

    fn small(num: i64, den: i64) -> Pair {
        Pair(Exact::ratio(num, den), fraction(num, den))
    }

    /// self += weight * value in both.
    fn add_product(&mut self, weight: &Pair, value: &Pair) {
        self.0.add_product(&weight.0, &value.0);
        self.1 += &weight.1 * &value.1;
    }
}

fn fraction(num: i64, den: i64) -> BigRational {
    BigRational::new(BigInt::from(num), BigInt::from(den))
}

#[derive(Clone, Debug)]
enum Step {
    Push(usize, i64, i64),
    Pop(usize, i64, i64),
    ReadOut(usize, usize),
    AddProduct(usize, (i64, i64), usize),
    AddSquare(usize, usize, usize),
    Add(usize, usize),
    Sub(usize, usize, usize),
    AddAssign(usize, usize),
    Mul(usize, (i64, i64)),
    MulBoth(usize, usize, usize),
    Div(usize, (i64, i64)),
    DivBoth(usize, usize, usize),
    Relu(usize),
    Neg(usize),
    Copy(usize, usize),
    Materialise(usize),
    Set(usize, i64, i64),
    Fraction(usize),
}

const REGISTERS: usize = 4;

/// Small numbers, powers of two and the ends of the machine word.
fn word() -> impl Strategy<Value = i64> {
    prop_oneof![
        6 => -5i64..=5,
        2 => (0u32..63, prop::bool::ANY).prop_map(|(shift, negative)| if negative { -(1i64 << shift) } else { 1i64 << shift }),
        1 => prop::sample::select(vec![i64::MIN, i64::MIN + 1, i64::MAX, i64::MAX - 1, 1 << 61, (1 << 61) - 1, -(1 << 61), 1 << 62]),
        1 => any::<i64>(),
    ]
}

fn weight() -> impl Strategy<Value = (i64, i64)> {
    prop_oneof![
        5 => prop::sample::select(vec![(1, 1), (-1, 1), (4, 1), (-4, 1), (1, 4), (2, 1), (-2, 1), (1, 2), (3, 4), (16, 1)]),
        2 => prop::sample::select(vec![(1, 3), (3, 1), (-1, 5), (5, 1), (7, 1), (1, 7), (2, 15), (6, 35), (9, 2)]),
        1 => (word(), word()).prop_map(|(num, den)| (num, if den == 0 { 1 } else { den })),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let register = || 0..REGISTERS;
    let radix = || prop::sample::select(vec![4i64, 4, 4, 2, 3, 6, 7]);
    prop_oneof![
        8 => (register(), radix(), 0i64..4).prop_map(|(r, b, c)| Step::Push(r, b, c)),
        8 => (register(), radix(), 0i64..4).prop_map(|(r, b, c)| Step::Pop(r, b, c)),
        3 => (register(), register()).prop_map(|(r, s)| Step::ReadOut(r, s)),
        4 => (register(), weight(), register()).prop_map(|(r, w, s)| Step::AddProduct(r, w, s)),
        1 => (register(), register(), register()).prop_map(|(r, s, t)| Step::AddSquare(r, s, t)),
        2 => (register(), register()).prop_map(|(r, s)| Step::Add(r, s)),
        3 => (register(), register(), register()).prop_map(|(r, s, t)| Step::Sub(r, s, t)),
        2 => (register(), register()).prop_map(|(r, s)| Step::AddAssign(r, s)),
        2 => (register(), weight()).prop_map(|(r, w)| Step::Mul(r, w)),
        1 => (register(), register(), register()).prop_map(|(r, s, t)| Step::MulBoth(r, s, t)),
        2 => (register(), weight()).prop_map(|(r, w)| Step::Div(r, w)),
        1 => (register(), register(), register()).prop_map(|(r, s, t)| Step::DivBoth(r, s, t)),
        1 => register().prop_map(Step::Relu),
        1 => register().prop_map(Step::Neg),
        3 => (register(), register()).prop_map(|(r, s)| Step::Copy(r, s)),
        1 => register().prop_map(Step::Materialise),
        1 => (register(), word(), word()).prop_map(|(r, n, d)| Step::Set(r, n, d)),
        2 => register().prop_map(Step::Fraction),
    ]
}

fn sized(value: &BigRational) -> bool {
    value.numer().bits() + value.denom().bits() < 3000
}

/// One step on both sides; steps whose result would be too large for a test are left out.
fn apply(step: &Step, pairs: &mut [Pair]) {
    let next = match *step {
        Step::Push(r, _, digit) => (r, &pairs[r].0 + Exact::integer(digit), &pairs[r].1 + fraction(digit, 1)),
        Step::Pop(r, radix, digit) => {
            let mut sum = Exact::integer(-digit);
            sum.add_product(&Exact::integer(radix), &pairs[r].0);
            (r, sum, &pairs[r].1 * fraction(radix, 1) - fraction(digit, 1))
        }
        // 4 R(s - 1/4) - 4 R(s - 1/2), which cancels.
        Step::ReadOut(r, s) => {
            let mut unit = Pair::small(0, 1);
            for (weight, shift) in [(4, 1), (-4, 2)] {
                let shifted = Pair(&pairs[s].0 - Exact::ratio(shift, 4), &pairs[s].1 - fraction(shift, 4));
                let rectified = Pair(shifted.0.relu(), shifted.1.max(BigRational::zero()));
                unit.add_product(&Pair::small(weight, 1), &rectified);
            }
            (r, unit.0, unit.1)
        }
        Step::AddProduct(r, (num, den), s) => {
            let mut sum = pairs[r].clone();
            sum.add_product(&Pair::small(num, den), &pairs[s]);
            (r, sum.0, sum.1)
        }
        Step::AddSquare(r, s, t) => {
            let mut sum = pairs[r].clone();
            sum.add_product(&pairs[s], &pairs[t]);
            (r, sum.0, sum.1)
        }
        Step::Add(r, s) => (r, &pairs[r].0 + &pairs[s].0, &pairs[r].1 + &pairs[s].1),
        Step::Sub(r, s, t) => (r, &pairs[s].0 - &pairs[t].0, &pairs[s].1 - &pairs[t].1),
        Step::AddAssign(r, s) => {
            let mut sum = pairs[r].clone();
            sum.0 += &pairs[s].0;
            (r, sum.0, sum.1 + &pairs[s].1)
        }
        Step::Mul(r, (num, den)) => (r, &pairs[r].0 * Exact::ratio(num, den), &pairs[r].1 * fraction(num, den)),
        Step::MulBoth(r, s, t) => (r, &pairs[s].0 * &pairs[t].0, &pairs[s].1 * &pairs[t].1),
        Step::Div(r, (num, den)) => {
            if num == 0 {
                return;
            }
            (r, &pairs[r].0 / Exact::ratio(num, den), &pairs[r].1 / fraction(num, den))
        }
        Step::DivBoth(r, s, t) => {
            if pairs[t].1.is_zero() {
                return;
            }
            (r, &pairs[s].0 / &pairs[t].0, &pairs[s].1 / &pairs[t].1)
        }
        Step::Relu(r) => (r, pairs[r].0.clone().relu(), pairs[r].1.clone().max(BigRational::zero())),
        Step::Neg(r) => (r, -&pairs[r].0, -&pairs[r].1),
        Step::Copy(r, s) => (r, pairs[s].0.clone(), pairs[s].1.clone()),
        Step::Materialise(r) => (r, pairs[r].0.materialised(), pairs[r].1.clone()),
        Step::Set(r, num, den) => {
            let den = if den == 0 { 1 } else { den };
            (r, Exact::ratio(num, den), fraction(num, den))
        }
        // Back into [0, 1), where the stacks live.
        Step::Fraction(r) => (r, &pairs[r].0 - Exact::from(pairs[r].0.floor()), &pairs[r].1 - pairs[r].1.floor()),
    };
    let (r, mut exact, mut rational) = next;
    if let Step::Push(_, radix, _) = *step {
        exact = exact / Exact::integer(radix);
        rational /= fraction(radix, 1);
    }
    if sized(&rational) {
        pairs[r] = Pair(exact, rational);
    }
}

/// A stack in base `radix`, bottom first.
fn stack(digits: &[i64], radix: i64) -> BigRational {
    digits.iter().fold(BigRational::zero(), |rest, digit| (rest + fraction(*digit, 1)) / fraction(radix, 1))
}

fn registers() -> impl Strategy<Value = Vec<Pair>> {
    let register = prop_oneof![
        2 => (prop::collection::vec(0i64..4, 0..200), prop::sample::select(vec![4i64, 4, 3, 6])).prop_map(|(digits, radix)| stack(&digits, radix)),
        1 => (word(), word()).prop_map(|(num, den)| fraction(num, if den == 0 { 1 } else { den })),
        1 => (any::<[u8; 24]>(), 0u32..150).prop_map(|(bytes, shift)| {
            BigRational::new(BigInt::from_signed_bytes_le(&bytes), BigInt::one() << shift)
        }),
    ];
    prop::collection::vec(register.prop_map(Pair::of), REGISTERS)
}

impl std::fmt::Debug for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.1)
    }
}

fn config(cases: u32) -> ProptestConfig {
    // Cases that fail are to become tests here by hand, not files next to the sources.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn programs_agree_with_fractions(mut pairs in registers(), steps in prop::collection::vec(step(), 1..120)) {
        for step in &steps {
            apply(step, &mut pairs);
            for pair in &pairs {
                agree(&pair.0, &pair.1)?;
            }
            for left in &pairs {
                for right in &pairs {
                    prop_assert_eq!(left.0.cmp(&right.0), left.1.cmp(&right.1));
                    prop_assert_eq!(left.0 == right.0, left.1 == right.1);
                }
            }
        }
    }

    /// A sum that is brought to lowest terms at its end is the sum, also where it leaves the machine word on the way.
    #[test]
    fn sums_of_products_agree_with_fractions(
        bias in word(),
        products in prop::collection::vec((weight(), 0..REGISTERS + 4), 0..40),
        large in registers(),
        small in prop::collection::vec((word(), weight()), 4),
    ) {
        let small = small.into_iter().map(|(num, (_, den))| Pair::small(num, if den == 0 { 1 } else { den.saturating_abs() }));
        let pairs: Vec<Pair> = large.into_iter().chain(small).collect();
        let (mut sum, mut expected) = (ExactSum::new(&Exact::integer(bias)), Pair::small(bias, 1));
        for ((num, den), index) in products {
            let weight = Pair::small(num, den);
            sum.add_product(&weight.0, &pairs[index].0);
            expected.add_product(&weight, &pairs[index]);
            agree(&sum.clone().finish(), &expected.1)?;
        }
    }

    /// Long runs on one stack with copies left behind at every depth: the chains of bases, and the moves between them.
    #[test]
    fn long_stack_runs_agree(
        digits in prop::collection::vec(0i64..2, 0..300),
        runs in prop::collection::vec((0i64..3, 1usize..80, any::<u64>()), 1..8),
        radix in prop::sample::select(vec![4i64, 4, 3, 6]),
    ) {
        let digits: Vec<i64> = digits.iter().map(|bit| 2 * bit + 1).collect();
        let mut now = Pair::of(stack(&digits, radix));
        let mut kept = now.clone();
        let inverse = Exact::ratio(1, radix);
        for (kind, count, bits) in runs {
            for turn in 0..count {
                let digit = 2 * (bits >> (turn % 64) & 1) as i64 + 1;
                if kind == 0 {
                    let mut next = Exact::ratio(digit, radix);
                    next.add_product(&inverse, &now.0);
                    now = Pair(next, (&now.1 + fraction(digit, 1)) / fraction(radix, 1));
                } else {
                    // Popped through two products, as the read-out does: r s = (r + 1) s - s.
                    let mut next = Exact::ZERO;
                    next.add_product(&Exact::integer(radix + 1), &now.0);
                    next.add_product(&Exact::integer(-1), &now.0);
                    let rational = &now.1 * fraction(radix, 1);
                    let floor = rational.floor();
                    prop_assert_eq!(next.floor(), floor.to_integer());
                    now = Pair(next - Exact::from(floor.to_integer()), rational - floor);
                }
                agree(&now.0, &now.1)?;
                prop_assert_eq!(now.0.cmp(&kept.0), now.1.cmp(&kept.1));
            }
            if kind == 2 {
                std::mem::swap(&mut now, &mut kept);
            } else if bits % 2 == 0 {
                kept = now.clone();
            }
        }
    }

    #[test]
    fn text_round_trips(pair in registers()) {
        for Pair(exact, rational) in pair {
            let text = exact.to_string();
            prop_assert_eq!(&text, &rational.to_string());
            prop_assert_eq!(&text, &format!("{exact:?}"));
            let back: Exact = text.parse()?;
            agree(&back, &rational)?;
            prop_assert_eq!(back, exact);
        }
    }

    /// Numbers that differ far beyond the leading bits that a base keeps.
    #[test]
    fn tiny_differences_have_the_right_sign(
        digits in prop::collection::vec(0i64..4, 0..100),
        depth in 1u32..5000,
        radix in prop::sample::select(vec![2i64, 3, 4, 12]),
        scale in prop::sample::select(vec![1i64, -1, 4, 1 << 40, -3]),
    ) {
        let value = stack(&digits, 4);
        let tiny = BigRational::new(BigInt::one(), BigInt::from(radix).pow(depth));
        let (s, t) = (Exact::from(&value), Exact::from(&(&value + &tiny)));
        prop_assert_eq!(s.cmp(&t), Ordering::Less);
        prop_assert_eq!(t.cmp(&s), Ordering::Greater);
        prop_assert_ne!(&s, &t);
        prop_assert!((&s - &t).is_negative() && (&t - &s).is_positive());
        let scale = Exact::integer(scale);
        let mut difference = Exact::ZERO;
        difference.add_product(&scale, &t);
        difference.add_product(&-&scale, &s);
        prop_assert_eq!(difference.signum(), scale.signum());
        difference.add_product(&-scale, &Exact::from(tiny));
        prop_assert_eq!(difference.signum(), 0);
        prop_assert!(matches!(difference.relu().0, Repr::Small(_)));
    }
}

#[test]
fn ends_of_the_machine_word() {
    let (low, high) = (Exact::integer(i64::MIN), Exact::integer(i64::MAX));
    assert_eq!((-&low).to_string(), "9223372036854775808");
    assert_eq!((&low - &high).to_string(), "-18446744073709551615");
    assert_eq!((&low * &low).to_string(), "85070591730234615865843651857942052864");
    assert_eq!(&-&(-&low), &low);
    assert_eq!((&(-&low) - &Exact::ONE), high);
    assert!(matches!((&(-&low) - &Exact::ONE).materialised().0, Repr::Small(_)));
    assert_eq!(Exact::ratio(i64::MIN, -1).to_string(), "9223372036854775808");
    assert_eq!(Exact::ratio(i64::MIN, i64::MIN), Exact::ONE);
    assert_eq!(Exact::ratio(1, i64::MIN).to_string(), "-1/9223372036854775808");
    assert_eq!((Exact::ONE / low).to_string(), "-1/9223372036854775808");
    assert_eq!((&high * &high) / &high, high);
    assert_eq!(Exact::ratio(6, -4).to_string(), "-3/2");
}

#[test]
fn zero_takes_one_bit_and_no_denominator() {
    assert_eq!((Exact::ZERO.bits(), Exact::ONE.bits(), Exact::integer(5).bits()), (1, 2, 4));
    assert_eq!(Exact::default(), Exact::ZERO);
    let zeros = [const { Exact::ZERO }; 3];
    assert!(zeros.iter().all(Exact::is_zero));
    assert!(size_of::<Exact>() <= 64);
}

#[test]
fn numbers_cross_threads() {
    fn crosses<T: Send + Sync>(_: &T) {}
    crosses(&Exact::ONE);
}

#[test]
fn text_that_is_not_a_number_is_refused() {
    for text in [
        "", "-", "/", "1/", "/2", "1/0", "1/00", "+1", "1/+2", "1/-2", "--1", " 1", "1 ", "1 /2", "1.5", "1e3", "1_0",
        "1/2/3", "x", "٣",
    ] {
        let error = text.parse::<Exact>().expect_err(text);
        assert_eq!(error.to_string(), format!("expected an integer or a fraction num/den, got `{text}`"));
    }
    for (text, value) in [("0", "0"), ("-0", "0"), ("007", "7"), ("-6/4", "-3/2"), ("0/5", "0")] {
        assert_eq!(text.parse::<Exact>().map(|number| number.to_string()), Ok(value.to_owned()));
    }
}

#[test]
fn unreduced_and_negative_ratios_are_taken() {
    let ratio = BigRational::new_raw(BigInt::from(6), BigInt::from(-4));
    assert_eq!(Exact::from(ratio), Exact::ratio(-3, 2));
}

#[test]
#[should_panic(expected = "a denominator that is not zero")]
fn a_zero_denominator_panics() {
    let _ = Exact::ratio(1, 0);
}

#[test]
#[should_panic(expected = "division by zero")]
fn a_zero_divisor_panics() {
    let s = Exact::from(stack(&[1; 100], 4));
    let _ = &Exact::ONE / (&s - &s);
}

/// What the representation is for: relatives cancel to a machine word, and a run of pops reads the mantissa once in
/// thirty.
#[test]
fn relatives_stay_over_shared_bases() {
    let s = Exact::from(stack(&[1; 3000], 4));
    let mut unit = Exact::ZERO;
    unit.add_product(&Exact::integer(4), &(&s - Exact::ratio(1, 4)));
    unit.add_product(&Exact::integer(-4), &(&s - Exact::ratio(1, 2)));
    assert!(matches!(unit.0, Repr::Small(Small { num: 1, den: 1 })));

    let mut state = s;
    let mut bases = 0;
    let mut last: *const Base = std::ptr::null();
    for _ in 0..2900 {
        let mut top = Exact::ZERO;
        top.add_product(&Exact::integer(4), &(&state - Exact::ratio(1, 4)).relu());
        top.add_product(&Exact::integer(-4), &(&state - Exact::ratio(2, 4)).relu());
        let mut next = -Exact::ONE;
        next.add_product(&Exact::integer(4), &state);
        state = next.relu();
        let Repr::Affine(_, base) = &state.0 else { panic!("the stack is long") };
        if Arc::as_ptr(base) != last {
            last = Arc::as_ptr(base);
            bases += 1;
        }
    }
    assert!(bases <= 2900 / 28, "{bases} bases");
}

/// A number kept at the brink of overflow moves its relatives to one younger base however often it is asked.
#[test]
fn the_younger_base_is_found_again() {
    let mut state = Exact::from(stack(&[3; 500], 4));
    for _ in 0..30 {
        state = state * Exact::integer(4) - Exact::integer(3);
    }
    let first = &state * &Exact::integer(4);
    let second = (&state - Exact::ratio(1, 4)) * Exact::integer(4);
    let (Repr::Affine(_, left), Repr::Affine(_, right)) = (&first.0, &second.0) else { panic!("the stack is long") };
    assert!(Arc::ptr_eq(left, right));
    assert_eq!(first - second, Exact::ONE);
}

/// The same when the number has become short: then its relatives move to machine words.
#[test]
fn relatives_of_a_short_number_become_short() {
    let digits: Vec<i64> = (0..45).map(|place| 1 + 2 * (place % 2)).collect();
    let mut state = Exact::from(stack(&digits, 4));
    for place in (15..45).rev() {
        state = state * Exact::integer(4) - Exact::integer(digits[place]);
    }
    assert!(matches!(state.0, Repr::Affine(..)));
    let value = stack(&digits[..15], 4);
    for (shift, radix) in [(0, 4), (1, 4), (3, 4), (-2, 8), (5, 64)] {
        let moved = (&state - Exact::integer(shift)) * Exact::integer(radix);
        assert!(matches!(moved.0, Repr::Small(_)));
        assert_eq!(moved.to_rational(), (&value - fraction(shift, 1)) * fraction(radix, 1));
    }
}

/// Signs that the leading bits leave open, for coefficients other than 1.
#[test]
fn open_signs_are_decided_by_the_mantissa() {
    for (scale, offset) in [(3i64, -1i64), (-3, 1), (5 << 40, -(7 << 40)), (-7, -2), (9, 1 << 50)] {
        for side in [-1, 1] {
            let tiny = BigRational::new(BigInt::from(side), BigInt::one() << 500);
            let base = Exact::from(fraction(-offset, scale) + &tiny);
            let value = base * Exact::integer(scale) + Exact::integer(offset);
            assert_eq!(value.signum(), side * scale.signum() as i32);
            assert_eq!(value.is_positive(), value.signum() > 0);
            assert_eq!(value.to_rational(), &tiny * fraction(scale, 1));
            assert_eq!(value.bits(), value.to_rational().numer().bits() + value.to_rational().denom().bits());
            assert_eq!(value.clone().relu().is_zero(), value.is_negative());
        }
    }
}

/// Chains of bases are dropped without deep recursion, however long an old one has been kept.
#[test]
fn long_chains_are_dropped() {
    let kept = Exact::from(stack(&[1; 40], 4));
    let mut state = kept.clone();
    for _ in 0..20_000 {
        state = (state + Exact::ONE) * Exact::ratio(1, 4);
    }
    for _ in 0..20_000 {
        state = state * Exact::integer(4) - Exact::ONE;
    }
    assert_eq!(state, kept);
}

/// Stacks that grow and shrink by any number of digits, a copy among them that is popped while the other goes on, keep
/// no mantissa, and are worth what the fractions say.
#[test]
fn digits_are_pushed_and_popped_without_a_mantissa() {
    let mut random = 7u32;
    let mut draw = |n: u32| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 16) % n
    };
    let push = |s: &Exact, digit: u32| (s + Exact::integer(digit.into())) * Exact::ratio(1, 4);
    let pop = |s: &Exact, digit: u32| s * Exact::integer(4) - Exact::integer(digit.into());
    let (mut digits, mut s) = (Vec::new(), Exact::ZERO);
    for round in 0..60 {
        for _ in 0..draw(150) {
            digits.push(1 + 2 * draw(2));
            s = push(&s, digits[digits.len() - 1]);
        }
        let mut copy = s.clone();
        for digit in digits.iter().rev().take(draw(400) as usize) {
            copy = pop(&copy, *digit);
        }
        for _ in 0..draw(100).min(digits.len() as u32) {
            s = pop(&s, digits.pop().unwrap());
        }
        let value = stack(&digits.iter().map(|digit| i64::from(*digit)).collect::<Vec<_>>(), 4);
        assert_eq!(s.to_rational(), value, "round {round}");
        assert_eq!(s, Exact::from(&value));
        assert_eq!(s.bits(), value.numer().bits() + value.denom().bits());
        // A change in the last place is seen.
        let other = &value + BigRational::new(BigInt::one(), value.denom() * 4);
        assert!(s < Exact::from(&other) && s != Exact::from(&other));
        if let Repr::Affine(_, base) = &s.0 {
            assert!(digits.len() < 100 || base.is_stacked(), "round {round}: a mantissa was read");
            assert!(base.is_enclosed_rightly(), "round {round}");
        }
    }
}
