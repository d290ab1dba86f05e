//! The streaming definition of a problem: one pass over the word with a few registers, written once, as terms.
//!
//! The exact arithmetic executes these terms against the textbook decider ([`Reader`]), and the solver queries are
//! stated over the very same terms. What a definition is tested for is that it *is* the problem; what is proved is that
//! the network is the definition.

mod reader;
pub mod stack_code;
mod window;

pub use reader::Reader;
pub use reader::State;
pub use reader::StateValuation;

use crate::definition::stack_code::StackCode;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use std::rc::Rc;

/// The register of a windowed list that says how many symbols at its beginning are forgotten.
pub const BOTTOM: &str = "lo";

/// The name of the mode from which nothing is accepted any more.
pub const DEAD: &str = "DEAD";

/// A one-pass definition: modes, registers (integers unless they are said to be real), at most one list of symbols, and for each mode and token a list of
/// cases of which the first whose guard holds is taken; where none holds the word is dead.
#[derive(Clone)]
pub struct Definition<'a> {
    terms: &'a Terms,
    tokens: Vec<String>,
    modes: Vec<String>,
    registers: Vec<Register>,
    code: Option<StackCode>,
    stacks: Vec<StackRegister>,
    window: Option<u32>,
    cases: Vec<Vec<Vec<Case<'a>>>>,
    accepts: Vec<Term<'a>>,
    values: Vec<Option<Vec<Term<'a>>>>,
}

/// A register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// Its name, which is also its symbol's.
    pub name: String,
    /// Int or Real.
    pub sort: Sort,
    /// Its value before the first token.
    pub start: Exact,
}

/// A register that holds the code of a stack.
#[derive(Clone, Debug)]
struct StackRegister {
    register: usize,
    n_symbols: u8,
    code: StackCode,
}

/// One case of a step.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// When it is taken, over the state before the step.
    pub guard: Term<'a>,
    /// The mode after the step.
    pub next: usize,
    /// The registers that change, each with its new value over the state before the step.
    pub updates: Vec<(usize, Term<'a>)>,
    /// What happens to the list.
    pub list: ListChange<'a>,
}

/// What a step does to the list.
#[derive(Clone, Copy, Debug)]
pub enum ListChange<'a> {
    /// It stays.
    Keep,
    /// A symbol is appended.
    Push(Term<'a>),
    /// Its last symbol is taken away.
    Pop,
}

type Function<'a> = Rc<dyn Fn(Term<'a>) -> Term<'a> + 'a>;

/// The list `v(1), ..., v(k)` of a definition's state, with the stack codes of its prefixes and suffixes: `E(j)` is the
/// code of the stack whose bottom is `v(1)` and whose top is `v(j)`; `C(j)` that of the stack with bottom `v(k)` and
/// top `v(j+1)`.
///
/// With a window of P symbols only `v(lo+1), ..., v(k)` are remembered, at most P of them, and the code of a prefix is
/// the integer `D(j) = E' B^P`, where E' is the code of the stack with bottom `v(lo+1)` and top `v(j)` and B is the base.
#[derive(Clone)]
pub struct List<'a> {
    /// `k`.
    pub length: Term<'a>,
    /// How many symbols at the beginning are forgotten; 0 without a window.
    pub bottom: Term<'a>,
    item: Function<'a>,
    prefix: Function<'a>,
    suffix: Function<'a>,
}

impl<'a> List<'a> {
    /// `v(j)`.
    pub fn item(&self, j: Term<'a>) -> Term<'a> {
        (self.item)(j)
    }

    /// `E(j)`, or `D(j)` where the list has a window.
    pub fn prefix(&self, j: Term<'a>) -> Term<'a> {
        (self.prefix)(j)
    }

    /// `C(j)`.
    pub fn suffix(&self, j: Term<'a>) -> Term<'a> {
        (self.suffix)(j)
    }
}

/// A definition's state as terms: before a step symbols, after it their successors.
#[derive(Clone)]
pub struct View<'a> {
    names: Rc<[String]>,
    registers: Vec<Term<'a>>,
    list: Option<List<'a>>,
}

impl<'a> View<'a> {
    /// A register.
    ///
    /// # Panics
    /// If the definition has no register of this name.
    pub fn register(&self, name: &str) -> Term<'a> {
        let place = self.names.iter().position(|other| other == name);
        self.registers[place.unwrap_or_else(|| panic!("the definition has no register `{name}`"))]
    }

    fn register_or(&self, name: &str, otherwise: Term<'a>) -> Term<'a> {
        let place = self.names.iter().position(|other| other == name);
        place.map_or(otherwise, |place| self.registers[place])
    }

    /// The list.
    ///
    /// # Panics
    /// If the definition has none.
    pub fn list(&self) -> &List<'a> {
        self.list.as_ref().expect("the definition has a list")
    }
}

impl<'a> Definition<'a> {
    /// A definition without cases over these tokens; the first mode is where it starts. It accepts in no mode.
    pub fn new<'s>(
        terms: &'a Terms,
        tokens: &[String],
        modes: impl IntoIterator<Item = &'s str>,
        registers: impl IntoIterator<Item = (&'s str, i64)>,
    ) -> Self {
        let modes: Vec<String> = modes.into_iter().chain([DEAD]).map(str::to_owned).collect();
        let register = |(name, start): (&str, i64)| Register {
            name: name.to_owned(),
            sort: Sort::Int,
            start: Exact::integer(start),
        };
        let registers = registers.into_iter().map(register).collect();
        let cases = vec![vec![Vec::new(); tokens.len()]; modes.len()];
        let accepts = vec![terms.truth(false); modes.len()];
        let values = vec![None; modes.len()];
        let tokens = tokens.to_vec();
        Self { terms, tokens, modes, registers, code: None, stacks: Vec::new(), window: None, cases, accepts, values }
    }

    /// Gives the definition one more register, of sort Real.
    pub fn with_real_register(mut self, name: &str, start: impl Into<Exact>) -> Self {
        self.registers.push(Register { name: name.to_owned(), sort: Sort::Real, start: start.into() });
        self
    }

    /// Gives the definition one more register, of sort Real, that holds the code of a stack over the first `n_symbols`
    /// symbols, empty at the start: that it is the code of some stack is among the [facts](Self::facts). Every case must
    /// give it the code of a stack.
    pub(crate) fn with_stack_register(mut self, name: &str, n_symbols: u8, code: StackCode) -> Self {
        self.stacks.push(StackRegister { register: self.registers.len(), n_symbols, code });
        self.with_real_register(name, Exact::ZERO)
    }

    /// Gives the definition a list `v` of length `k` over `0..n_symbols`, empty at the start.
    pub fn with_list(mut self, n_symbols: u8) -> Self {
        self.code = Some(StackCode::gapped(n_symbols));
        self
    }

    /// Lets the codes of the list's prefixes and suffixes, of which facts are said, be these.
    pub fn with_code(mut self, code: StackCode) -> Self {
        self.code = Some(code);
        self
    }

    /// Lets the list, which must have been given, remember only its last `window` symbols: a symbol that is appended after
    /// so many makes it forget the oldest one, and the register [`BOTTOM`] counts what is forgotten.
    pub fn within(mut self, window: u32) -> Self {
        assert!(window > 0 && self.code.is_some(), "a window has room for a symbol, and belongs to a list");
        self.registers.push(Register { name: BOTTOM.to_owned(), sort: Sort::Int, start: Exact::ZERO });
        self.window = Some(window);
        self
    }

    /// The tokens' texts.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The modes' names; the last one is [`DEAD`].
    pub fn modes(&self) -> &[String] {
        &self.modes
    }

    /// The registers.
    pub fn registers(&self) -> &[Register] {
        &self.registers
    }

    /// The number of the list's symbols, where there is a list.
    pub fn n_symbols(&self) -> Option<u8> {
        self.code.as_ref().map(StackCode::n_symbols)
    }

    /// The cases of a mode and a token.
    pub fn cases(&self, mode: usize, token: usize) -> &[Case<'a>] {
        &self.cases[mode][token]
    }

    /// The cases of a mode and a token, by name, to be changed: a fault can be put in by hand.
    ///
    /// # Panics
    /// If a mode or token does not exist.
    pub fn cases_mut(&mut self, mode: &str, token: &str) -> &mut Vec<Case<'a>> {
        let mode = self.mode(mode);
        let token = self.tokens.iter().position(|other| other == token);
        &mut self.cases[mode][token.expect("the token is one of the definition")]
    }

    /// When the word is accepted that ends in this mode.
    pub fn accepts(&self, mode: usize) -> Term<'a> {
        self.accepts[mode]
    }

    /// The numbers that are asked for beside the decision after a word that ends in this mode.
    pub fn values(&self, mode: usize) -> Option<&[Term<'a>]> {
        self.values[mode].as_deref()
    }

    /// The modes that a proof must cover: all of them, without the dead one where some case always applies, so that no
    /// word dies.
    pub fn covered_modes(&self) -> std::ops::Range<usize> {
        let last = self.modes.len() - 1;
        let always = |cases: &Vec<Case<'a>>| cases.iter().any(|case| case.guard.as_truth() == Some(true));
        let total = self.cases[..last].iter().flatten().all(always);
        0..if total { last } else { last + 1 }
    }

    fn mode(&self, name: &str) -> usize {
        self.modes.iter().position(|other| other == name).unwrap_or_else(|| panic!("there is no mode `{name}`"))
    }

    /// Adds a case for a mode and a token: under `guard` the next mode is `next`. Its updates are given on the value
    /// that comes back.
    ///
    /// # Panics
    /// If a mode or token does not exist: a definition is written in code, not read from a user.
    pub fn case(&mut self, mode: &str, token: &str, guard: Term<'a>, next: &str) -> CaseBuilder<'_, 'a> {
        let slides = self.window.map(|window| {
            let (view, window) = (self.symbols(), self.terms.int(window.into()));
            let (bottom, length) = (view.list().bottom, view.list().length);
            self.terms.if_else((length - bottom).equals(window), bottom + 1, bottom)
        });
        let (mode, next) = (self.mode(mode), self.mode(next));
        let token = self
            .tokens
            .iter()
            .position(|other| other == token)
            .unwrap_or_else(|| panic!("there is no token `{token}`"));
        let cases = &mut self.cases[mode][token];
        cases.push(Case { guard, next, updates: Vec::new(), list: ListChange::Keep });
        CaseBuilder { registers: &self.registers, case: cases.last_mut().expect("a case was just pushed"), slides }
    }

    /// Says when a word is accepted that ends in this mode.
    pub fn accept(&mut self, mode: &str, when: Term<'a>) {
        let mode = self.mode(mode);
        self.accepts[mode] = when;
    }

    /// Says which numbers are asked for beside the decision after a word that ends in this mode.
    pub fn give(&mut self, mode: &str, values: Vec<Term<'a>>) {
        let mode = self.mode(mode);
        self.values[mode] = Some(values);
    }

    /// The state as free symbols: one per register, of its sort and under its name; the list as `v`, `k`, `E`, `C`.
    pub fn symbols(&self) -> View<'a> {
        let terms = self.terms;
        self.view(
            self.registers.iter().map(|register| terms.symbol(&register.name, register.sort)).collect(),
            terms.symbol("k", Sort::Int),
        )
    }

    /// The state before the first token.
    pub fn start(&self) -> View<'a> {
        let start = |register: &Register| self.terms.linear(register.sort, register.start.clone(), []);
        self.view(self.registers.iter().map(start).collect(), self.terms.int(0))
    }

    fn view(&self, registers: Vec<Term<'a>>, length: Term<'a>) -> View<'a> {
        let terms = self.terms;
        let function = |name: &'static str, sort| -> Function<'a> { Rc::new(move |j| terms.apply(name, &[j], sort)) };
        let names: Rc<[String]> = self.registers.iter().map(|register| register.name.clone()).collect();
        let bottom = names.iter().position(|name| self.window.is_some() && name == BOTTOM);
        let list = self.code.as_ref().map(|_| List {
            length,
            bottom: bottom.map_or(terms.int(0), |place| registers[place]),
            item: function("v", Sort::Int),
            prefix: if bottom.is_some() { function("D", Sort::Int) } else { function("E", Sort::Real) },
            suffix: function("C", Sort::Real),
        });
        View { names, registers, list }
    }

    /// The state after a case, over the state before it.
    pub fn successor(&self, before: &View<'a>, case: &Case<'a>) -> View<'a> {
        let terms = self.terms;
        let mut after = before.clone();
        for (register, value) in &case.updates {
            after.registers[*register] = *value;
        }
        let (Some(list), Some(code)) = (&before.list, &self.code) else {
            return after;
        };
        let old = list.clone();
        // The suffix codes of another list are other numbers, except that nothing follows its last symbol.
        let suffix_of = |length: Term<'a>| -> Function<'a> {
            Rc::new(move |j| {
                let other = terms.apply("C_after", &[j], Sort::Real);
                terms.if_else(j.equals(length), terms.ratio(0, 1), other)
            })
        };
        after.list = Some(match case.list {
            ListChange::Keep => old,
            ListChange::Pop => {
                let length = list.length - 1;
                List { length, suffix: suffix_of(length), ..old }
            }
            ListChange::Push(symbol) => {
                let length = list.length + 1;
                let code = match self.window {
                    None => code.pushed(terms, symbol, list.prefix(list.length)),
                    Some(window) => window::code_after_push(terms, symbol, list, window, code.n_symbols()),
                };
                let (item, prefix) = (old.item.clone(), old.prefix.clone());
                List {
                    length,
                    bottom: after.register_or(BOTTOM, list.bottom),
                    item: Rc::new(move |j| terms.if_else(j.equals(length), symbol, item(j))),
                    prefix: Rc::new(move |j| terms.if_else(j.equals(length), code, prefix(j))),
                    suffix: suffix_of(length),
                }
            }
        });
        after
    }

    /// That in a mode this definition takes the same case on a token as another one whose registers it has too: guard by
    /// guard, with the same next mode, updates of these registers, and list change; and that both accept alike there.
    pub(crate) fn takes_the_case_of(&self, other: &Self, mode: usize, token: usize) -> Term<'a> {
        let (mine, others) = (self.cases(mode, token), other.cases(mode, token));
        let effect = |definition: &Self, case: &Case<'a>| {
            let of = |(register, value): &(usize, Term<'a>)| (definition.registers[*register].clone(), *value);
            let updates = case.updates.iter().map(of).filter(|(register, _)| other.registers.contains(register));
            let updates: Vec<_> = updates.collect();
            let list = match case.list {
                ListChange::Keep => None,
                ListChange::Push(symbol) => Some(Some(symbol)),
                ListChange::Pop => Some(None),
            };
            (definition.modes[case.next].clone(), updates, list)
        };
        let same_effects = mine.iter().zip(others).all(|(a, b)| effect(self, a) == effect(other, b));
        let same_registers = other.registers.iter().all(|register| self.registers.contains(register));
        if mine.len() != others.len() || !same_effects || !same_registers {
            return self.terms.truth(false);
        }
        let guards = mine.iter().zip(others).map(|(a, b)| a.guard.equals(b.guard));
        self.terms.all(guards.chain([self.accepts[mode].equals(other.accepts[mode])]).collect::<Vec<_>>())
    }

    /// What a window adds to every invariant: how many symbols are remembered.
    pub(crate) fn window_invariant(&self, view: &View<'a>) -> Vec<Term<'a>> {
        let (Some(window), Some(list)) = (self.window, &view.list) else { return Vec::new() };
        let (terms, remembered) = (self.terms, list.length - list.bottom);
        let window = terms.int(window.into());
        vec![list.bottom.at_least(terms.int(0)), remembered.at_least(terms.int(0)), remembered.at_most(window)]
    }

    /// What is true of the codes of every list, said of the places in `points`: `E(0) = 0`, `C(k) = 0`, the two
    /// recursions, and that codes lie in their range and symbols in `0..n_symbols`. Before them, that every register of a
    /// stack holds the code of one.
    pub fn facts(&self, view: &View<'a>, points: &[Term<'a>]) -> Vec<Term<'a>> {
        let terms = self.terms;
        let of_stack =
            |stack: &StackRegister| stack.code.is_code(terms, view.registers[stack.register], stack.n_symbols);
        let mut facts: Vec<Term<'a>> = self.stacks.iter().map(of_stack).collect();
        let (Some(list), Some(code)) = (&view.list, &self.code) else {
            return facts;
        };
        if let Some(window) = self.window {
            facts.extend(window::facts(terms, list, points, window, code.n_symbols()));
            return facts;
        }
        let zero = terms.ratio(0, 1);
        let in_range = |value: Term<'a>| code.holds(terms, value);
        facts.extend([list.prefix(terms.int(0)).equals(zero), list.suffix(list.length).equals(zero)]);
        for &j in points {
            let is_code = j.at_least(terms.int(0)).and(j.at_most(list.length));
            facts.push(is_code.implies(in_range(list.prefix(j)).and(in_range(list.suffix(j)))));
            let is_item = j.at_least(terms.int(1)).and(j.at_most(list.length));
            let item = list.item(j);
            facts.push(is_item.implies(terms.all([
                item.at_least(terms.int(0)),
                item.below(terms.int(i64::from(code.n_symbols()))),
                in_range(list.prefix(j - 1)),
                in_range(list.suffix(j - 1)),
                list.prefix(j).equals(code.pushed(terms, item, list.prefix(j - 1))),
                list.suffix(j - 1).equals(code.pushed(terms, item, list.suffix(j))),
            ])));
        }
        facts
    }
}

/// Gives the updates of a case.
#[derive(Debug)]
pub struct CaseBuilder<'d, 'a> {
    registers: &'d [Register],
    case: &'d mut Case<'a>,
    /// What is forgotten after a push, where the list has a window.
    slides: Option<Term<'a>>,
}

impl<'a> CaseBuilder<'_, 'a> {
    /// Sets a register to a value over the state before the step.
    ///
    /// # Panics
    /// If there is no such register.
    pub fn set(self, register: &str, value: Term<'a>) -> Self {
        let place = self.registers.iter().position(|other| other.name == register);
        self.case.updates.push((place.unwrap_or_else(|| panic!("there is no register `{register}`")), value));
        self
    }

    /// Appends a symbol.
    pub fn push(self, symbol: Term<'a>) -> Self {
        self.case.list = ListChange::Push(symbol);
        match self.slides {
            Some(bottom) => self.set(BOTTOM, bottom),
            None => self,
        }
    }

    /// Takes the list's last symbol away.
    pub fn pop(self) -> Self {
        self.case.list = ListChange::Pop;
        self
    }
}
