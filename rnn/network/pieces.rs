//! Long runs of a ReLU network by the affine pieces that it is made of.

use super::relu::ReluRnn;
use crate::arithmetic::AffineForm;
use crate::arithmetic::Arithmetic;
use crate::arithmetic::ExactArithmetic;
use crate::arithmetic::FormArithmetic;
use crate::arithmetic::RoundedArithmetic;
use crate::format::Fixed;
use crate::format::RoundedValue;
use crate::number::Exact;
use rustc_hash::FxHashMap;
use std::cmp::Ordering;

#[cfg(test)]
mod tests;

/// No more pieces are learned for one class of states and one token: what misses them all is run by the interpreter.
const MOST_PIECES: usize = 24;

/// Where nothing could be learned so often, as where numbers are rounded, it is not tried again.
const MOST_FAILURES: u32 = 4;

/// No more classes of states are told apart.
const MOST_CLASSES: usize = 4_096;

/// So many pieces are learned whatever they are good for, and one more for every so many tokens that pieces have read.
/// To learn one costs some ten steps of the interpreter.
const FREE_PIECES: usize = 64;
const TOKENS_PER_PIECE: usize = 16;

/// What is known of a coordinate in a class of states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Tag {
    Zero,
    One,
    /// Any number; where it is 0 or 1 the state is of another class.
    Real,
}

impl Tag {
    fn of(value: &Exact) -> Self {
        if value.is_zero() {
            Self::Zero
        } else if value.is_one() {
            Self::One
        } else {
            Self::Real
        }
    }
}

/// All states with the same bits: the coordinates that are 0, and those that are 1.
#[derive(Debug)]
struct Class {
    tags: Vec<Tag>,
    /// For each token the pieces learned so far.
    pieces: Vec<Vec<Piece>>,
    /// For each token how often no piece could be learned.
    failures: Vec<u32>,
}

impl Class {
    /// Whether another piece may be learned for a token.
    fn may_learn(&self, token: usize) -> bool {
        self.pieces[token].len() < MOST_PIECES && self.failures[token] < MOST_FAILURES
    }
}

/// A number of the state, and two integers between which 2^[`PLACES`] times that number is known to lie: nearly every
/// comparison is decided by them.
#[derive(Clone, Debug, Default)]
struct Real {
    value: Exact,
    window: Window,
}

/// Integers `low` <= 2^[`PLACES`] x <= `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Window {
    low: i128,
    high: i128,
}

/// Numbers up to 2^26 have a window, and thirty digits of a stack can be popped before it must be looked up again.
const PLACES: u32 = 100;

/// A window that is wider is looked up again where it leaves a comparison open.
const NARROW: i128 = 1 << 10;

impl Default for Window {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl Window {
    const UNKNOWN: Self = Self { low: i128::MIN, high: i128::MAX };

    fn of(value: &Exact) -> Self {
        value.enclosed(PLACES).map_or(Self::UNKNOWN, |(low, high)| Self { low, high })
    }

    /// The window of 2^`exponent` times the number plus another, whose window is `constant`.
    #[inline]
    fn scaled(self, exponent: i32, constant: Self) -> Self {
        let scaled = match exponent {
            0 => Some(self),
            1..64 => {
                let up = |end: i128| Some(end << exponent).filter(|shifted| shifted >> exponent == end);
                up(self.low).zip(up(self.high)).map(|(low, high)| Self { low, high })
            }
            // Down, and the upper end up again.
            -63..0 => Some(Self { low: self.low >> -exponent, high: -((-self.high) >> -exponent) }),
            _ => None,
        };
        let sum = scaled
            .filter(|_| self != Self::UNKNOWN && constant != Self::UNKNOWN)
            .and_then(|scaled| scaled.low.checked_add(constant.low).zip(scaled.high.checked_add(constant.high)));
        sum.map_or(Self::UNKNOWN, |(low, high)| Self { low, high })
    }
}

impl Real {
    fn new(value: Exact) -> Self {
        Self { window: Window::of(&value), value }
    }

    /// Whether the number is at least, or at most, this bound.
    #[inline]
    fn is_at_least(&mut self, bound: &Bound) -> bool {
        if self.window.low >= bound.window.high {
            return true;
        }
        self.window.high >= bound.window.low && self.compare(bound) != Ordering::Less
    }

    #[inline]
    fn is_at_most(&mut self, bound: &Bound) -> bool {
        if self.window.high <= bound.window.low {
            return true;
        }
        self.window.low <= bound.window.high && self.compare(bound) != Ordering::Greater
    }

    /// The comparison of the numbers themselves, where windows leave it open even when they are new.
    #[cold]
    fn compare(&mut self, bound: &Bound) -> Ordering {
        let is_wide = |window: Window| window.high.checked_sub(window.low).is_none_or(|width| width > NARROW);
        if is_wide(self.window) {
            self.window = Window::of(&self.value);
            if self.window.low > bound.window.high {
                return Ordering::Greater;
            }
            if self.window.high < bound.window.low {
                return Ordering::Less;
            }
        }
        self.value.cmp(&bound.value)
    }
}

/// An end of an interval; a bound without a window (integers beyond 2^26) is compared exactly each time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Bound {
    value: Exact,
    window: Window,
}

impl Bound {
    fn new(value: Exact) -> Self {
        // What no window can be compared with: above every `low`, below every `high`.
        let window = value.enclosed(PLACES).map_or(Window::UNKNOWN, |(low, high)| Window { low, high });
        Self { value, window }
    }
}

/// The least and the greatest number that a coordinate may be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Interval {
    low: Option<Bound>,
    high: Option<Bound>,
}

impl Interval {
    #[inline]
    fn holds(&self, real: &mut Real) -> bool {
        self.low.as_ref().is_none_or(|low| real.is_at_least(low))
            && self.high.as_ref().is_none_or(|high| real.is_at_most(high))
    }

    fn raise(&mut self, low: Exact) {
        if self.low.as_ref().is_none_or(|own| own.value < low) {
            self.low = Some(Bound::new(low));
        }
    }

    fn lower(&mut self, high: Exact) {
        if self.high.as_ref().is_none_or(|own| own.value > high) {
            self.high = Some(Bound::new(high));
        }
    }
}

/// How a number of the next state is made from those of this one.
#[derive(Debug)]
enum Made {
    /// A number as it is.
    Same {
        from: usize,
        is_last: bool,
    },
    /// `weight * number + constant`.
    Scaled {
        from: usize,
        is_last: bool,
        weight: Exact,
        constant: Exact,
        exponent: i32,
        window: Window,
    },
    Sum(AffineForm),
}

impl Made {
    /// The number; one that is read for the last time is taken.
    #[inline]
    fn make(&self, reals: &mut [Real]) -> Real {
        let take = |real: &mut Real, is_last: bool| if is_last { std::mem::take(real) } else { real.clone() };
        match self {
            Self::Same { from, is_last } => take(&mut reals[*from], *is_last),
            Self::Scaled { from, is_last, weight, constant, exponent, window } => {
                let Real { value, window: own } = take(&mut reals[*from], *is_last);
                Real { value: value.scaled(weight, constant), window: own.scaled(*exponent, *window) }
            }
            Self::Sum(form) => Real::new(value_of(form, reals)),
        }
    }
}

/// A step of the network on one token, on all states of a class whose numbers lie within the intervals and the guards:
/// there every ReLU keeps its sign, and the step is one affine map.
#[derive(Debug)]
struct Piece {
    intervals: Vec<Interval>,
    /// Numbers that must be multiples of a power of two, with its exponent, so that nothing is rounded.
    multiples: Vec<(usize, i64)>,
    /// What is asked of several numbers at once: forms that are at least 0.
    guards: Vec<AffineForm>,
    /// The coordinates of the next state that are no bits.
    made: Vec<Made>,
    /// The class of the next state, where none of those numbers turns out to be 0 or 1.
    next: usize,
}

impl Piece {
    #[inline]
    fn holds(&self, reals: &mut [Real]) -> bool {
        self.intervals.iter().zip(&mut *reals).all(|(interval, real)| interval.holds(real))
            && self.multiples.iter().all(|(real, exponent)| reals[*real].value.is_multiple_of_power(*exponent))
            && self.guards.iter().all(|guard| !value_of(guard, reals).is_negative())
    }
}

fn value_of(form: &AffineForm, reals: &[Real]) -> Exact {
    let mut sum = form.constant.clone();
    for (unknown, factor) in form.summands() {
        sum.add_product(factor, &reals[unknown].value);
    }
    sum
}

/// A run of a ReLU network by exact numbers, token by token, with the state of the interpreter after each.
///
/// A ReLU network is piecewise affine. The first time that a token is read in a state, the one interpreter runs over
/// affine forms of the state's numbers, and what comes out is kept: the composed affine map, and the conditions under
/// which every ReLU has the sign that it had. It is used again where the bits of the state are the same and its numbers,
/// exactly compared, satisfy these conditions. Networks that work like machines have a few dozen pieces; where a network
/// has more than are worth learning, the interpreter runs as ever.
///
/// ```
/// use rnn::{Affine, Exact, PieceRun, ReluRnn};
/// // h' = max(h - 1, 0) + 3 on the only token.
/// let names = |text: &str| vec![text.to_owned()];
/// let (mut first, mut last, mut readout) = (Affine::zero(1, 2), Affine::zero(1, 1), Affine::zero(1, 1));
/// first.add_weight(0, 0, &Exact::ONE);
/// first.add_bias(0, &Exact::integer(-1));
/// last.add_weight(0, 0, &Exact::ONE);
/// last.add_bias(0, &Exact::integer(3));
/// readout.add_weight(0, 0, &Exact::ONE);
/// let network = ReluRnn::new(names("a"), names("h"), vec![Exact::ZERO], vec![first, last], readout).unwrap();
/// let mut run = PieceRun::new(&network);
/// run.read_all(&[0; 100]);
/// assert_eq!(run.state(), [Exact::integer(201)]);
/// assert_eq!(run.n_pieces(), 2);
/// ```
#[derive(Debug)]
pub struct PieceRun<'n> {
    network: &'n ReluRnn,
    /// The number format of the run, if it is not one by exact numbers.
    rounding: Option<Rounding<'n>>,
    classes: Vec<Class>,
    by_tags: FxHashMap<Vec<Tag>, usize>,
    n_pieces: usize,
    n_by_pieces: usize,
    n_by_interpreter: usize,
    here: Here,
    /// The numbers of the last state, whose memory is used again.
    last: Vec<Real>,
}

/// Fixed point in which every unit is rounded once.
#[derive(Clone, Copy, Debug)]
struct Rounding<'n> {
    arithmetic: &'n RoundedArithmetic,
    format: Fixed,
}

/// The state, in one of two forms.
#[derive(Debug)]
enum Here {
    /// A class, and the numbers of the coordinates that are no bits, in their order.
    Class(usize, Vec<Real>),
    /// All coordinates, where there are too many classes.
    State(Vec<Exact>),
}

impl<'n> PieceRun<'n> {
    /// A run that has read nothing and knows no piece.
    pub fn new(network: &'n ReluRnn) -> Self {
        Self::within(network, None)
    }

    /// A run by numbers of fixed size; none where the format is no fixed point, or more is rounded than what a unit comes
    /// to. A piece is then used only where nothing that it computes would be rounded, and the interpreter rounds.
    pub fn rounded(network: &'n ReluRnn, arithmetic: &'n RoundedArithmetic) -> Option<Self> {
        // The input of a token is 1, which must not be rounded either.
        let format = arithmetic.rounds_units_once().filter(|format| format.holds(&Exact::ONE))?;
        Some(Self::within(network, Some(Rounding { arithmetic, format })))
    }

    fn within(network: &'n ReluRnn, rounding: Option<Rounding<'n>>) -> Self {
        let mut run = Self {
            network,
            rounding,
            classes: Vec::new(),
            by_tags: FxHashMap::default(),
            n_pieces: 0,
            n_by_pieces: 0,
            n_by_interpreter: 0,
            here: Here::State(Vec::new()),
            last: Vec::new(),
        };
        run.restart();
        run
    }

    /// Goes back to the start state; the pieces stay known.
    pub fn restart(&mut self) {
        match self.rounding {
            None => self.set(self.network.start()),
            Some(Rounding { arithmetic, .. }) => {
                let start = self.network.start().iter().map(|number| finite(arithmetic.round(number)));
                self.set(&start.collect::<Vec<_>>());
            }
        }
    }

    /// The network that it is a run of.
    pub fn network(&self) -> &'n ReluRnn {
        self.network
    }

    /// Goes on from another state, of numbers of the format where there is one; the pieces stay known.
    ///
    /// # Panics
    /// If the state has another number of coordinates than the network.
    pub fn set(&mut self, state: &[Exact]) {
        assert_eq!(state.len(), self.network.coordinates().len(), "one number for each coordinate");
        let tags: Vec<Tag> = state.iter().map(Tag::of).collect();
        self.here = match self.class(&tags) {
            None => Here::State(state.to_vec()),
            Some(class) => {
                let reals = state.iter().zip(&tags).filter(|(_, tag)| **tag == Tag::Real);
                Here::Class(class, reals.map(|(value, _)| Real::new(value.clone())).collect())
            }
        };
    }

    /// The state after what was read.
    pub fn state(&self) -> Vec<Exact> {
        match &self.here {
            Here::State(state) => state.clone(),
            Here::Class(class, reals) => joined(&self.classes[*class].tags, reals),
        }
    }

    /// How many pieces are known.
    pub fn n_pieces(&self) -> usize {
        self.n_pieces
    }

    /// How many tokens were read by pieces, and how many by the interpreter.
    pub fn n_tokens(&self) -> (usize, usize) {
        (self.n_by_pieces, self.n_by_interpreter)
    }

    /// Reads tokens, one after another.
    ///
    /// # Panics
    /// If the network has no such token.
    pub fn read_all(&mut self, word: &[u8]) {
        for token in word {
            self.read(usize::from(*token));
        }
    }

    /// Reads one token.
    ///
    /// # Panics
    /// If the network has no such token.
    #[inline]
    pub fn read(&mut self, token: usize) {
        assert!(token < self.network.tokens().len(), "token {token} of {}", self.network.tokens().len());
        if let Here::Class(class, reals) = &mut self.here
            && let Some(piece) = self.classes[*class].pieces[token].iter().find(|piece| piece.holds(reals))
        {
            self.n_by_pieces += 1;
            self.last.clear();
            let mut is_bit = false;
            for made in &piece.made {
                let real = made.make(reals);
                is_bit |= real.value.is_zero() || real.value.is_one();
                self.last.push(real);
            }
            std::mem::swap(reals, &mut self.last);
            *class = piece.next;
            if is_bit {
                let state = self.state();
                self.set(&state);
            }
            return;
        }
        self.read_by_interpreter(token);
    }

    /// A step of the interpreter, from which a piece is learned where that is worth it.
    #[cold]
    fn read_by_interpreter(&mut self, token: usize) {
        self.n_by_interpreter += 1;
        let state = self.state();
        let is_worth_it = self.n_pieces < FREE_PIECES + self.n_by_pieces / TOKENS_PER_PIECE;
        let learned = match self.here {
            Here::Class(class, _) if is_worth_it && self.classes[class].may_learn(token) => {
                let learned = self.learn(class, &state, token);
                self.classes[class].failures[token] += u32::from(learned.is_none());
                learned
            }
            _ => None,
        };
        let next = learned.unwrap_or_else(|| self.step_by_interpreter(&state, token));
        self.set(&next);
    }

    fn step_by_interpreter(&self, state: &[Exact], token: usize) -> Vec<Exact> {
        let Some(Rounding { arithmetic, .. }) = self.rounding else {
            return self.network.step(&ExactArithmetic, state, token);
        };
        let state: Vec<RoundedValue> = state.iter().cloned().map(RoundedValue::Finite).collect();
        self.network.step(arithmetic, &state, token).into_iter().map(finite).collect()
    }

    /// Runs the interpreter over forms, keeps the piece and gives the next state.
    fn learn(&mut self, class: usize, state: &[Exact], token: usize) -> Option<Vec<Exact>> {
        // The state's numbers are unknowns, its bits are constants.
        let n_reals = self.classes[class].tags.iter().filter(|tag| **tag == Tag::Real).count();
        let arithmetic = match self.rounding {
            None => FormArithmetic::new(n_reals),
            Some(_) => FormArithmetic::that_keeps_sums(n_reals),
        };
        let mut n_unknowns = 0;
        let values = state.iter().zip(&self.classes[class].tags).map(|(value, tag)| match tag {
            Tag::Real => {
                n_unknowns += 1;
                arithmetic.unknown(n_unknowns - 1, value)
            }
            _ => arithmetic.constant(value),
        });
        let values: Vec<_> = values.collect();
        let next = self.network.step(&arithmetic, &values, token);
        let numbers: Vec<Exact> = next.iter().map(|value| value.number().clone()).collect();
        let sums = arithmetic.take_sums();
        let guards = arithmetic.into_guards()?;
        // What comes out is a bit wherever the piece holds, or a number.
        let tag = |form: &AffineForm| if form.is_constant() { Tag::of(&form.constant) } else { Tag::Real };
        let forms: Vec<&AffineForm> = next.iter().map(|value| value.form()).collect();
        let tags: Vec<Tag> = forms.iter().map(|form| tag(form)).collect();
        let made: Vec<&AffineForm> =
            forms.into_iter().zip(&tags).filter(|(_, tag)| **tag == Tag::Real).map(|(form, _)| form).collect();
        let next = self.class(&tags)?;
        let mut piece = Piece {
            intervals: vec![Interval::default(); n_reals],
            multiples: Vec::new(),
            guards: Vec::new(),
            made: made_of(&made),
            next,
        };
        for guard in guards {
            piece.add_guard(guard);
        }
        if let Some(Rounding { format, .. }) = self.rounding {
            piece.keep_within(format, &sums)?;
            let reals = state.iter().zip(&self.classes[class].tags).filter(|(_, tag)| **tag == Tag::Real);
            let mut reals: Vec<Real> = reals.map(|(value, _)| Real::new(value.clone())).collect();
            if !piece.holds(&mut reals) {
                return None;
            }
        }
        self.classes[class].pieces[token].push(piece);
        self.n_pieces += 1;
        Some(numbers)
    }

    /// The class of these tags, which is made where it is new; none where there are too many.
    fn class(&mut self, tags: &[Tag]) -> Option<usize> {
        if let Some(class) = self.by_tags.get(tags) {
            return Some(*class);
        }
        if self.classes.len() == MOST_CLASSES {
            return None;
        }
        let n_tokens = self.network.tokens().len();
        let pieces = (0..n_tokens).map(|_| Vec::new()).collect();
        self.classes.push(Class { tags: tags.to_vec(), pieces, failures: vec![0; n_tokens] });
        self.by_tags.insert(tags.to_vec(), self.classes.len() - 1);
        Some(self.classes.len() - 1)
    }
}

impl Piece {
    /// Asks that none of these sums be rounded, where the state's numbers are of the format; none where one always is.
    fn keep_within(&mut self, format: Fixed, sums: &[AffineForm]) -> Option<()> {
        let places = -i64::from(format.frac_bits());
        let (least, greatest) = (format.least(), format.greatest());
        let n_reals = self.intervals.len();
        let mut exponents = vec![places; n_reals];
        for sum in sums {
            if !sum.constant.is_multiple_of_power(places) {
                return None;
            }
            for (unknown, factor) in sum.summands() {
                // A multiple of 2^e times this factor is one of 2^(e + trailing).
                let exponent = places - factor.trailing_exponent()?;
                exponents[unknown] = exponents[unknown].max(exponent);
            }
            if sum.is_constant() {
                if sum.constant < least || sum.constant > greatest {
                    return None;
                }
                continue;
            }
            self.add_guard(sum.plus(&-&least));
            self.add_guard(sum.clone().negated().plus(&greatest));
        }
        let asked = exponents.into_iter().enumerate().filter(|(_, exponent)| *exponent > places);
        self.multiples = asked.collect();
        Some(())
    }

    /// Asks that a form be at least 0: of one number as an interval.
    fn add_guard(&mut self, guard: AffineForm) {
        let mut summands = guard.summands();
        match (summands.next(), summands.next()) {
            (Some((unknown, factor)), None) => {
                let bound = &-&guard.constant / factor;
                if factor.is_positive() {
                    self.intervals[unknown].raise(bound);
                } else {
                    self.intervals[unknown].lower(bound);
                }
            }
            _ if !self.guards.contains(&guard) => {
                drop(summands);
                self.guards.push(guard);
            }
            _ => {}
        }
    }
}

/// A number of fixed point, which has no infinities.
fn finite(value: RoundedValue) -> Exact {
    match value {
        RoundedValue::Finite(value) => value,
        RoundedValue::Infinite { .. } | RoundedValue::NotANumber => unreachable!("fixed point is always finite"),
    }
}

/// How to make numbers from forms.
fn made_of(forms: &[&AffineForm]) -> Vec<Made> {
    let is_last = |from: usize, index: usize| forms[index + 1..].iter().all(|form| form.factors[from].is_zero());
    let made = forms.iter().enumerate().map(|(index, form)| {
        let mut summands = form.summands();
        match (summands.next(), summands.next()) {
            (Some((from, weight)), None) if weight.is_one() && form.constant.is_zero() => {
                Made::Same { from, is_last: is_last(from, index) }
            }
            (Some((from, weight)), None) => {
                // A weight that is no power of two leaves no window behind.
                let exponent = weight.exponent_of_two().unwrap_or(i32::MAX);
                let (weight, constant) = (weight.clone(), form.constant.clone());
                let window = Window::of(&constant);
                Made::Scaled { from, is_last: is_last(from, index), weight, constant, exponent, window }
            }
            _ => Made::Sum((*form).clone()),
        }
    });
    made.collect()
}

/// The state of a class with these numbers.
fn joined(tags: &[Tag], reals: &[Real]) -> Vec<Exact> {
    let mut reals = reals.iter();
    let value = |tag: &Tag| match tag {
        Tag::Zero => Exact::ZERO,
        Tag::One => Exact::ONE,
        Tag::Real => reals.next().map(|real| real.value.clone()).unwrap_or_default(),
    };
    tags.iter().map(value).collect()
}
