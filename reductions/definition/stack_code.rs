//! Stacks as numbers: what is pushed, and what a network reads of it.

use rnn::Exact;
use rnn::Term;
use rnn::Terms;

/// A stack as a number: `E(empty) = 0` and `E(b w) = rate E(w) + shift + weight b`, below `bound`. A network reads it by
/// clamped linear functions of the number, its *ramps*.
#[derive(Clone, Debug, PartialEq)]
pub struct StackCode {
    n_symbols: u8,
    rate: Exact,
    shift: Exact,
    weight: Exact,
    bound: i64,
    ramps: Vec<Option<Ramp>>,
}

/// The clamped function that is 0 up to `from`, 1 from `to` on, and linear between.
#[derive(Clone, Debug, PartialEq)]
pub struct Ramp {
    /// Where it leaves 0.
    pub from: Exact,
    /// Where it reaches 1.
    pub to: Exact,
}

impl Ramp {
    /// Its value.
    pub fn at(&self, value: &Exact) -> Exact {
        let slope = self.slope();
        let above = |bound: &Exact| &slope * &(value - bound).relu();
        above(&self.from) - above(&self.to)
    }

    /// 1 / (to - from).
    ///
    /// # Panics
    /// If the ramp is not one of this file's, whose slopes are integers.
    pub fn slope(&self) -> Exact {
        (&self.to - &self.from).recip()
    }
}

impl StackCode {
    /// `(2 b + 1 + E(w)) / B` with `B` twice the number of symbols: two tops are a gap of `1/B` apart, and the empty stack
    /// is a gap away from every other (after Siegelmann and Sontag 1995, doi 10.1006/jcss.1995.1013).
    pub fn gapped(n_symbols: u8) -> Self {
        let base = 2 * i64::from(n_symbols);
        let ramp = |symbol: i64| Ramp { from: Exact::ratio(2 * symbol, base), to: Exact::ratio(2 * symbol + 1, base) };
        Self {
            n_symbols,
            rate: Exact::ratio(1, base),
            shift: Exact::ratio(1, base),
            weight: Exact::ratio(2, base),
            bound: 1,
            ramps: (0..i64::from(n_symbols)).map(|symbol| Some(ramp(symbol))).collect(),
        }
    }

    /// The printed code over two symbols, `b + E(w) / 2`, whose top is read by a ramp of this slope that reaches 1 at 1.
    /// Nothing tells the empty stack from a stack of zeros, so that every stack is taken for one with a top.
    pub fn printed(slope: i64) -> Self {
        let head = Ramp { from: Exact::ONE - Exact::ratio(1, slope), to: Exact::ONE };
        Self {
            n_symbols: 2,
            rate: Exact::ratio(1, 2),
            shift: Exact::ZERO,
            weight: Exact::ONE,
            bound: 2,
            ramps: vec![None, Some(head)],
        }
    }

    /// The number of symbols.
    pub fn n_symbols(&self) -> u8 {
        self.n_symbols
    }

    /// What the code of the tail is multiplied with.
    pub fn rate(&self) -> &Exact {
        &self.rate
    }

    /// What every push adds.
    pub fn shift(&self) -> &Exact {
        &self.shift
    }

    /// What every push adds times its symbol.
    pub fn weight(&self) -> &Exact {
        &self.weight
    }

    /// Every code is below this integer.
    pub fn bound(&self) -> i64 {
        self.bound
    }

    /// The ramp that tells tops of at least `symbol` from smaller ones and from the empty stack; none where every stack is
    /// taken for one with such a top.
    pub fn at_least(&self, symbol: u8) -> Option<&Ramp> {
        self.ramps[usize::from(symbol)].as_ref()
    }

    /// The code of a stack, given bottom first.
    ///
    /// ```
    /// use reductions::definition::stack_code::StackCode;
    /// let code = StackCode::gapped(2);
    /// assert_eq!(code.encode(&[]).to_string(), "0");
    /// assert_eq!(code.encode(&[0, 1]).to_string(), "13/16"); // top 1: (3 + 1/4) / 4
    /// // As printed, the stacks 0 and 00 are the empty one.
    /// assert_eq!(StackCode::printed(4).encode(&[0, 0]).to_string(), "0");
    /// ```
    pub fn encode(&self, stack: &[u8]) -> Exact {
        stack.iter().fold(Exact::ZERO, |tail, symbol| {
            let mut code = self.shift.clone();
            code.add_product(&self.rate, &tail);
            code.add_product(&self.weight, &Exact::integer(i64::from(*symbol)));
            code
        })
    }

    /// The code of a stack with this top, an Int, over a tail with this code, a Real.
    pub fn pushed<'a>(&self, terms: &'a Terms, symbol: Term<'a>, tail: Term<'a>) -> Term<'a> {
        tail.scaled(&self.rate) + symbol.to_real().scaled(&self.weight) + terms.real(&self.shift)
    }

    /// The least code of a stack with this top: that over the empty stack.
    fn least(&self, symbol: u8) -> Exact {
        &self.shift + &self.weight * Exact::integer(i64::from(symbol))
    }

    /// That a Real is the code of a stack with this top, as far as one reading tells: it is in the interval of the codes
    /// of such stacks.
    pub fn has_top<'a>(&self, terms: &'a Terms, code: Term<'a>, symbol: u8) -> Term<'a> {
        let least = self.least(symbol);
        let beyond = &least + &self.rate * Exact::integer(self.bound);
        code.at_least(terms.real(least)).and(code.below(terms.real(beyond)))
    }

    /// That a Real is the code of a stack over the first `n_symbols` symbols, as far as one reading tells: it is 0, or
    /// the stack has one of the tops.
    pub fn is_code<'a>(&self, terms: &'a Terms, code: Term<'a>, n_symbols: u8) -> Term<'a> {
        let empty = code.equals(terms.ratio(0, 1));
        terms.any([empty].into_iter().chain((0..n_symbols).map(|symbol| self.has_top(terms, code, symbol))))
    }

    /// The code of the tail of a stack over the first `n_symbols` symbols; 0 where the stack is empty.
    pub fn popped<'a>(&self, terms: &'a Terms, code: Term<'a>, n_symbols: u8) -> Term<'a> {
        (0..n_symbols).fold(terms.ratio(0, 1), |otherwise, symbol| {
            let tail = (code - terms.real(self.least(symbol))).scaled(self.rate.recip());
            terms.if_else(self.has_top(terms, code, symbol), tail, otherwise)
        })
    }

    /// That a term is in the range of the code.
    pub fn holds<'a>(&self, terms: &'a Terms, code: Term<'a>) -> Term<'a> {
        let bound = terms.real(Exact::integer(self.bound));
        code.at_least(terms.ratio(0, 1)).and(code.below(bound))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every stack over two symbols with at most so many elements.
    fn stacks(depth: usize) -> impl Iterator<Item = Vec<u8>> {
        (0..=depth).flat_map(|length| problems::words_of_length(2, length))
    }

    fn is_read_exactly(code: &StackCode, stack: &[u8], symbol: u8) -> bool {
        let Some(ramp) = code.at_least(symbol) else { return true };
        let expected = stack.last().is_some_and(|top| *top >= symbol);
        ramp.at(&code.encode(stack)) == Exact::integer(i64::from(expected))
    }

    #[test]
    fn the_gapped_code_is_read_exactly_at_any_depth() {
        let code = StackCode::gapped(2);
        for stack in stacks(10) {
            assert!(is_read_exactly(&code, &stack, 0) && is_read_exactly(&code, &stack, 1), "{stack:?}");
        }
    }

    #[test]
    fn the_printed_code_is_read_exactly_up_to_a_depth_that_the_slope_decides() {
        for (slope, depth) in [(1, 2), (2, 3), (3, 3), (4, 4), (8, 5), (16, 6), (64, 8)] {
            let code = StackCode::printed(slope);
            let first = stacks(depth).find(|stack| !is_read_exactly(&code, stack, 1));
            // Only 1 below the top 0: nearest to a top 1 from below.
            let mut worst = vec![1; depth];
            worst[depth - 1] = 0;
            assert_eq!(first, Some(worst), "slope {slope}");
        }
    }

    #[test]
    fn codes_as_terms_are_the_codes() {
        let terms = Terms::default();
        for code in [StackCode::gapped(2), StackCode::gapped(3), StackCode::printed(4)] {
            for stack in stacks(5) {
                let term = stack
                    .iter()
                    .fold(terms.ratio(0, 1), |tail, symbol| code.pushed(&terms, terms.int(i64::from(*symbol)), tail));
                assert_eq!(term.as_number(), Some(code.encode(&stack)));
                assert_eq!(code.holds(&terms, term).as_truth(), Some(true));
            }
        }
    }
}
