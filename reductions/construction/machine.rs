//! Real-time counter and stack machines, as data, with a textbook interpreter.
//!
//! A machine has a finite control, counters (signed or non-negative) and stacks over `0..n_symbols`, and fires exactly
//! one rule per token; where no rule fires it is dead for ever. It accepts iff it ends in an accepting state. [`json`]
//! reads machines from files and writes them.

pub mod json;
mod textbook;

#[cfg(test)]
mod tests;

pub use textbook::TextbookMachine;

use std::fmt;

/// The symbols of a stack of which nothing else is said.
const DEFAULT_SYMBOLS: [&str; 2] = ["0", "1"];

/// A condition on one register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The counter is zero.
    Zero(usize),
    /// The counter is not zero.
    NonZero(usize),
    /// The stack is empty.
    Empty(usize),
    /// The stack is not empty.
    NonEmpty(usize),
    /// The stack's top is this symbol.
    Top(usize, u8),
    /// The stack is empty or its top is another symbol.
    NotTop(usize, u8),
}

/// What a rule does with a stack that it does not keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Push a symbol.
    Push(u8),
    /// Remove the top.
    Pop,
    /// Replace the top.
    Replace(u8),
    /// Become a copy of another stack, as it was before the step.
    Copy(usize),
    /// Become empty.
    Clear,
}

/// One rule: in a state, on a token, under guards that must all hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The state in which it fires.
    pub state: usize,
    /// The token on which it fires.
    pub token: usize,
    /// The guards.
    pub guards: Vec<Guard>,
    /// The next state.
    pub next: usize,
    /// What is added to counters: (counter, amount).
    pub counters: Vec<(usize, i64)>,
    /// What is done to stacks; every other stack is kept.
    pub stacks: Vec<(usize, Action)>,
    /// Counters that become 0. Only a [`TextbookMachine`] has such rules.
    pub resets: Vec<usize>,
}

/// A counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    /// Its name, which becomes the name of a coordinate.
    pub name: String,
    /// Whether it may be negative.
    pub signed: bool,
}

/// A machine whose rules cannot be read in two ways; only [`MachineBuilder::build`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    tokens: Vec<String>,
    states: Vec<String>,
    counters: Vec<Counter>,
    stacks: Vec<String>,
    /// The symbols of each stack.
    symbols: Vec<Vec<String>>,
    rules: Vec<Rule>,
    initial: usize,
    accepting: Vec<usize>,
}

/// Why a machine is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MachineError {
    /// Two rules can fire together: in this situation.
    Ambiguous(String, String, String),
    /// A non-negative counter is decremented where it can be zero.
    Decrement(String),
    /// More than 1 is subtracted from a non-negative counter in one step: no guard says that it is large enough.
    LargeDecrement(String),
    /// A stack is popped or its top replaced where it can be empty.
    Pop(String),
    /// One rule names the same register twice, or a symbol that does not exist.
    Malformed(String),
    /// A counter becomes 0 in one step.
    Reset(String),
}

impl fmt::Display for MachineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous(a, b, situation) => {
                write!(f, "expected rules that cannot fire together, got `{a}` and `{b}`, which both fire {situation}")
            }
            Self::Decrement(rule) => {
                write!(f, "expected a guard against zero where a non-negative counter is decremented, got `{rule}`")
            }
            Self::LargeDecrement(rule) => write!(
                f,
                "expected at most 1 to be subtracted in one step from a counter that is never negative, got `{rule}`"
            ),
            Self::Pop(rule) => write!(f, "expected a guard against the empty stack where one is popped, got `{rule}`"),
            Self::Reset(rule) => write!(
                f,
                "expected no counter to become 0 in one step, which no network with fixed weights can do, got `{rule}`"
            ),
            Self::Malformed(rule) => write!(f, "expected each register at most once, with known symbols, got `{rule}`"),
        }
    }
}

impl std::error::Error for MachineError {}

/// A configuration of a machine; `state` is `None` when it is dead.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Configuration {
    /// The control state.
    pub state: Option<usize>,
    /// The counters.
    pub counters: Vec<i64>,
    /// The stacks, bottom first.
    pub stacks: Vec<Vec<u8>>,
}

impl Machine {
    /// The tokens' texts.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The states' names.
    pub fn states(&self) -> &[String] {
        &self.states
    }

    /// The counters.
    pub fn counters(&self) -> &[Counter] {
        &self.counters
    }

    /// The stacks' names.
    pub fn stacks(&self) -> &[String] {
        &self.stacks
    }

    /// The symbols of a stack, by their numbers.
    pub fn symbols(&self, stack: usize) -> &[String] {
        &self.symbols[stack]
    }

    /// The largest number of symbols that a stack has; 2 where there is no stack. All stacks are coded in the same base.
    pub fn n_symbols(&self) -> u8 {
        let largest = self.symbols.iter().map(|symbols| symbols.len()).max().unwrap_or(DEFAULT_SYMBOLS.len());
        u8::try_from(largest).expect("a stack has at most as many symbols as a set of bits can hold")
    }

    /// The rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The initial state.
    pub fn initial(&self) -> usize {
        self.initial
    }

    /// The accepting states.
    pub fn accepting(&self) -> &[usize] {
        &self.accepting
    }

    /// Whether a word that ends in this configuration is accepted.
    pub fn is_accepting(&self, configuration: &Configuration) -> bool {
        configuration.state.is_some_and(|state| self.accepting.contains(&state))
    }

    /// The configuration before the first token.
    pub fn start(&self) -> Configuration {
        Configuration {
            state: Some(self.initial),
            counters: vec![0; self.counters.len()],
            stacks: vec![Vec::new(); self.stacks.len()],
        }
    }

    /// The configuration after one more token.
    ///
    /// # Panics
    /// If a counter leaves the range of 64 bits, which no word that can be read makes it do.
    pub fn step(&self, configuration: &Configuration, token: usize) -> Configuration {
        let fires = |rule: &&Rule| {
            Some(rule.state) == configuration.state
                && rule.token == token
                && rule.guards.iter().all(|guard| holds(*guard, configuration))
        };
        let mut next = configuration.clone();
        let Some(rule) = self.rules.iter().find(fires) else {
            next.state = None;
            return next;
        };
        next.state = Some(rule.next);
        for (counter, amount) in &rule.counters {
            let value = &mut next.counters[*counter];
            *value = value.checked_add(*amount).expect("a counter has at most 64 bits");
        }
        for counter in &rule.resets {
            next.counters[*counter] = 0;
        }
        for (stack, action) in &rule.stacks {
            match action {
                Action::Push(symbol) => next.stacks[*stack].push(*symbol),
                Action::Pop => {
                    next.stacks[*stack].pop();
                }
                Action::Replace(symbol) => {
                    next.stacks[*stack].pop();
                    next.stacks[*stack].push(*symbol);
                }
                Action::Copy(from) => next.stacks[*stack] = configuration.stacks[*from].clone(),
                Action::Clear => next.stacks[*stack].clear(),
            }
        }
        next
    }

    /// Whether the machine accepts a word, given as places in its tokens.
    pub fn accepts(&self, word: impl IntoIterator<Item = usize>) -> bool {
        let last = word.into_iter().fold(self.start(), |configuration, token| self.step(&configuration, token));
        self.is_accepting(&last)
    }

    /// A rule as a reader writes it: `I | [f = 0] -> M, e + 1`.
    pub fn describe(&self, rule: &Rule) -> String {
        let mut text = format!("{} {}", self.states[rule.state], self.tokens[rule.token]);
        if !rule.guards.is_empty() {
            let guards: Vec<String> = rule.guards.iter().map(|guard| self.describe_guard(*guard)).collect();
            text.push_str(&format!(" [{}]", guards.join(", ")));
        }
        text.push_str(&format!(" -> {}", self.states[rule.next]));
        for (counter, amount) in &rule.counters {
            let sign = if *amount < 0 { '-' } else { '+' };
            text.push_str(&format!(", {} {sign} {}", self.counters[*counter].name, amount.unsigned_abs()));
        }
        for counter in &rule.resets {
            text.push_str(&format!(", {} := 0", self.counters[*counter].name));
        }
        for (stack, action) in &rule.stacks {
            let symbol = |symbol: u8| self.symbol(*stack, symbol);
            let stack = &self.stacks[*stack];
            text.push_str(&match action {
                Action::Push(b) => format!(", push {} on {stack}", symbol(*b)),
                Action::Pop => format!(", pop {stack}"),
                Action::Replace(b) => format!(", replace top of {stack} by {}", symbol(*b)),
                Action::Copy(from) => format!(", {stack} := {}", self.stacks[*from]),
                Action::Clear => format!(", clear {stack}"),
            });
        }
        text
    }

    fn describe_guard(&self, guard: Guard) -> String {
        match guard {
            Guard::Zero(c) => format!("{} = 0", self.counters[c].name),
            Guard::NonZero(c) => format!("{} != 0", self.counters[c].name),
            Guard::Empty(s) => format!("{} empty", self.stacks[s]),
            Guard::NonEmpty(s) => format!("{} not empty", self.stacks[s]),
            Guard::Top(s, b) => format!("top {} = {}", self.stacks[s], self.symbol(s, b)),
            Guard::NotTop(s, b) => format!("top {} not {}", self.stacks[s], self.symbol(s, b)),
        }
    }

    /// A symbol's name, or its number where the stack has no such symbol.
    fn symbol(&self, stack: usize, symbol: u8) -> String {
        self.symbols[stack].get(usize::from(symbol)).cloned().unwrap_or_else(|| symbol.to_string())
    }

    /// What a register can be under a rule's guards: for a counter zero (0) or not (1), for a stack empty (0) or its
    /// top symbol plus 1; a bit set.
    fn allowed_counter(&self, rule: &Rule, counter: usize) -> u32 {
        rule.guards.iter().fold(0b11, |allowed, guard| match guard {
            Guard::Zero(c) if *c == counter => allowed & 0b01,
            Guard::NonZero(c) if *c == counter => allowed & 0b10,
            _ => allowed,
        })
    }

    fn allowed_stack(&self, rule: &Rule, stack: usize) -> u32 {
        let all = (1u32 << (self.symbols[stack].len() + 1)) - 1;
        let top = |symbol: u8| 1u32 << (u32::from(symbol) + 1);
        rule.guards.iter().fold(all, |allowed, guard| match guard {
            Guard::Empty(s) if *s == stack => allowed & 1,
            Guard::NonEmpty(s) if *s == stack => allowed & !1,
            Guard::Top(s, b) if *s == stack => allowed & top(*b),
            Guard::NotTop(s, b) if *s == stack => allowed & !top(*b),
            _ => allowed,
        })
    }

    fn can_fire_together(&self, a: &Rule, b: &Rule) -> bool {
        a.state == b.state
            && a.token == b.token
            && (0..self.counters.len()).all(|c| self.allowed_counter(a, c) & self.allowed_counter(b, c) != 0)
            && (0..self.stacks.len()).all(|s| self.allowed_stack(a, s) & self.allowed_stack(b, s) != 0)
    }

    /// A situation in which both of two rules fire that can fire together: `in mode A on x where top s = y`.
    fn situation(&self, a: &Rule, b: &Rule) -> String {
        // Of each register that one of the rules asks about, the first value that both allow.
        let counters =
            (0..self.counters.len()).filter_map(|c| match self.allowed_counter(a, c) & self.allowed_counter(b, c) {
                0b01 => Some(Guard::Zero(c)),
                0b10 => Some(Guard::NonZero(c)),
                _ => None,
            });
        let asks = |rule: &Rule, stack: usize| {
            rule.guards.iter().any(|guard| match guard {
                Guard::Empty(s) | Guard::NonEmpty(s) | Guard::Top(s, _) | Guard::NotTop(s, _) => *s == stack,
                Guard::Zero(_) | Guard::NonZero(_) => false,
            })
        };
        let stacks = (0..self.stacks.len()).filter(|s| asks(a, *s) || asks(b, *s)).map(|s| {
            let first = (self.allowed_stack(a, s) & self.allowed_stack(b, s)).trailing_zeros();
            match first.checked_sub(1).and_then(|symbol| u8::try_from(symbol).ok()) {
                Some(symbol) => Guard::Top(s, symbol),
                None => Guard::Empty(s),
            }
        });
        let registers: Vec<String> = counters.chain(stacks).map(|guard| self.describe_guard(guard)).collect();
        let place = format!("in mode {} on {}", self.states[a.state], self.tokens[a.token]);
        if registers.is_empty() { place } else { format!("{place} where {}", registers.join(" and ")) }
    }

    /// Looks at every rule; where one is refused, with its index.
    fn check(&self) -> Result<(), (usize, MachineError)> {
        for (i, rule) in self.rules.iter().enumerate() {
            self.check_rule(i, rule).map_err(|error| (i, error))?;
        }
        Ok(())
    }

    fn check_rule(&self, i: usize, rule: &Rule) -> Result<(), MachineError> {
        self.check_form(rule)?;
        for (counter, amount) in &rule.counters {
            let can_be_zero = self.allowed_counter(rule, *counter) & 1 != 0;
            match amount {
                _ if self.counters[*counter].signed => {}
                // A guard shows that the counter is at least 1, no more.
                ..=-2 => return Err(MachineError::LargeDecrement(self.describe(rule))),
                -1 if can_be_zero => return Err(MachineError::Decrement(self.describe(rule))),
                _ => {}
            }
        }
        for (stack, action) in &rule.stacks {
            let needs_top = matches!(action, Action::Pop | Action::Replace(_));
            if needs_top && self.allowed_stack(rule, *stack) & 1 != 0 {
                return Err(MachineError::Pop(self.describe(rule)));
            }
        }
        if let Some(other) = self.rules[..i].iter().find(|other| self.can_fire_together(other, rule)) {
            let situation = self.situation(other, rule);
            return Err(MachineError::Ambiguous(self.describe(other), self.describe(rule), situation));
        }
        Ok(())
    }

    fn check_form(&self, rule: &Rule) -> Result<(), MachineError> {
        let counter_once = |c: usize| {
            let changes = rule.counters.iter().map(|(other, _)| other).chain(&rule.resets);
            changes.filter(|other| **other == c).count() == 1
        };
        let stack_once = |s: usize| rule.stacks.iter().filter(|(other, _)| *other == s).count() == 1;
        let is_known = |stack: usize, symbol: u8| usize::from(symbol) < self.symbols[stack].len();
        let symbols_known = rule.stacks.iter().all(|(stack, action)| match action {
            Action::Push(symbol) | Action::Replace(symbol) => is_known(*stack, *symbol),
            // The symbols of a copy mean the same on both stacks.
            Action::Copy(from) => self.symbols[*from] == self.symbols[*stack],
            _ => true,
        }) && rule.guards.iter().all(|guard| match guard {
            Guard::Top(stack, symbol) | Guard::NotTop(stack, symbol) => is_known(*stack, *symbol),
            _ => true,
        });
        if symbols_known
            && rule.counters.iter().map(|(c, _)| c).chain(&rule.resets).all(|c| counter_once(*c))
            && rule.stacks.iter().all(|(s, _)| stack_once(*s))
        {
            Ok(())
        } else {
            Err(MachineError::Malformed(self.describe(rule)))
        }
    }
}

fn holds(guard: Guard, configuration: &Configuration) -> bool {
    match guard {
        Guard::Zero(c) => configuration.counters[c] == 0,
        Guard::NonZero(c) => configuration.counters[c] != 0,
        Guard::Empty(s) => configuration.stacks[s].is_empty(),
        Guard::NonEmpty(s) => !configuration.stacks[s].is_empty(),
        Guard::Top(s, b) => configuration.stacks[s].last() == Some(&b),
        Guard::NotTop(s, b) => configuration.stacks[s].last() != Some(&b),
    }
}

/// Collects a machine.
///
/// ```
/// use reductions::construction::machine::{Action, Guard, MachineBuilder, MachineError};
/// // a^n b^n $, with a counter that is decremented only where it is not zero.
/// let mut builder = MachineBuilder::new(["a", "b", "$"], ["Read", "Accept"]);
/// let e = builder.counter("e", false);
/// builder.rule("Read", "a", &[], "Read").add(e, 1);
/// builder.rule("Read", "b", &[], "Read").add(e, -1);
/// builder.rule("Read", "$", &[Guard::Zero(e)], "Accept");
/// assert!(matches!(builder.build(), Err(MachineError::Decrement(_))));
/// ```
#[derive(Clone, Debug)]
pub struct MachineBuilder {
    machine: Machine,
}

impl MachineBuilder {
    /// A machine without rules over these tokens. The first state is the initial one, the last one accepts.
    ///
    /// # Panics
    /// If there is no state.
    pub fn new<'s>(tokens: impl IntoIterator<Item = &'s str>, states: impl IntoIterator<Item = &'s str>) -> Self {
        let tokens: Vec<String> = tokens.into_iter().map(str::to_owned).collect();
        let states: Vec<String> = states.into_iter().map(str::to_owned).collect();
        assert!(!states.is_empty(), "a machine has a state");
        let accepting = states.len() - 1;
        let machine = Machine {
            tokens,
            states,
            counters: Vec::new(),
            stacks: Vec::new(),
            symbols: Vec::new(),
            rules: Vec::new(),
            initial: 0,
            accepting: vec![accepting],
        };
        Self { machine }
    }

    /// Adds a counter and gives its place.
    pub fn counter(&mut self, name: &str, signed: bool) -> usize {
        self.machine.counters.push(Counter { name: name.to_owned(), signed });
        self.machine.counters.len() - 1
    }

    /// Adds a stack over two symbols and gives its place.
    pub fn stack(&mut self, name: &str) -> usize {
        self.machine.stacks.push(name.to_owned());
        self.machine.symbols.push(DEFAULT_SYMBOLS.map(str::to_owned).to_vec());
        self.machine.stacks.len() - 1
    }

    /// Adds a rule, whose effects are then given on the value that comes back.
    ///
    /// # Panics
    /// If a state or token is not the machine's: a machine is written in code, not read from a user.
    pub fn rule(&mut self, state: &str, token: &str, guards: &[Guard], next: &str) -> RuleBuilder<'_> {
        let find = |names: &[String], name: &str| {
            names.iter().position(|other| other == name).unwrap_or_else(|| panic!("`{name}` is not in {names:?}"))
        };
        let rule = Rule {
            state: find(&self.machine.states, state),
            token: find(&self.machine.tokens, token),
            guards: guards.to_vec(),
            next: find(&self.machine.states, next),
            counters: Vec::new(),
            stacks: Vec::new(),
            resets: Vec::new(),
        };
        self.machine.rules.push(rule);
        RuleBuilder { rule: self.machine.rules.last_mut().expect("a rule was just pushed") }
    }

    /// The machine.
    ///
    /// # Errors
    /// [`MachineError`] where its rules could be read in two ways, or network and machine could differ.
    pub fn build(self) -> Result<Machine, MachineError> {
        self.machine.check().map_err(|(_, error)| error)?;
        match self.machine.rules.iter().find(|rule| !rule.resets.is_empty()) {
            Some(rule) => Err(MachineError::Reset(self.machine.describe(rule))),
            None => Ok(self.machine),
        }
    }

    /// The machine, which may set counters to 0.
    ///
    /// # Errors
    /// [`MachineError`] where its rules could be read in two ways.
    pub fn build_textbook(self) -> Result<TextbookMachine, MachineError> {
        self.machine.check().map_err(|(_, error)| error)?;
        Ok(TextbookMachine::new(self.machine))
    }
}

/// Gives the effects of a rule.
#[derive(Debug)]
pub struct RuleBuilder<'m> {
    rule: &'m mut Rule,
}

impl RuleBuilder<'_> {
    /// Adds to a counter.
    #[allow(clippy::should_implement_trait, reason = "it adds to a counter of a machine, not to the rule")]
    pub fn add(self, counter: usize, amount: i64) -> Self {
        self.rule.counters.push((counter, amount));
        self
    }

    /// Sets a counter to 0.
    pub fn reset(self, counter: usize) -> Self {
        self.rule.resets.push(counter);
        self
    }

    /// Acts on a stack.
    pub fn on(self, stack: usize, action: Action) -> Self {
        self.rule.stacks.push((stack, action));
        self
    }
}
