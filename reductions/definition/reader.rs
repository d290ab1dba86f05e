//! A definition as something that reads words, in exact arithmetic, by the same terms that the obligations speak of.

use super::BOTTOM;
use super::Case;
use super::Definition;
use super::ListChange;
use super::stack_code::StackCode;
use super::window;
use rnn::Datum;
use rnn::Exact;
use rnn::Program;
use rnn::Term;
use rnn::Valuation;
use std::fmt;

impl<'a> Definition<'a> {
    /// The definition as something that reads words.
    pub fn reader(&self) -> Reader {
        let n_tokens = self.tokens.len();
        let symbols = self.symbols();
        let names: Vec<String> = self.registers.iter().map(|register| register.name.clone()).collect();
        let program = |mode: usize, token: usize| {
            let cases = &self.cases[mode][token];
            if let [case] = cases.as_slice()
                && let Some(moves) = self.moves(case, &symbols.registers)
            {
                return ReaderStep::Moves { next: case.next, moves };
            }
            let mut outputs: Vec<Term<'a>> = cases.iter().map(|case| case.guard).collect();
            let mut effects = Vec::new();
            for case in cases {
                let updates = case.updates.iter().map(|(register, value)| {
                    outputs.push(*value);
                    (*register, outputs.len() - 1)
                });
                let updates = updates.collect();
                let list = match case.list {
                    ListChange::Keep => Change::Keep,
                    ListChange::Pop => Change::Pop,
                    ListChange::Push(symbol) => {
                        outputs.push(symbol);
                        Change::Push(outputs.len() - 1)
                    }
                };
                effects.push(Effect { next: case.next, updates, list });
            }
            ReaderStep::Program { program: Program::over(&names, &outputs), effects }
        };
        Reader {
            start: State {
                mode: 0,
                registers: self.registers.iter().map(|register| register.start.clone()).collect(),
                list: Vec::new(),
                window: self.window,
            },
            code: self.code.clone(),
            dead: self.modes.len() - 1,
            steps: (0..self.modes.len())
                .map(|mode| (0..n_tokens).map(|token| program(mode, token)).collect())
                .collect(),
            accepts: {
                let decision = |accepts: &Term<'a>| match accepts.as_truth() {
                    Some(truth) => Decision::Always(truth),
                    None => Decision::Program(Program::over(&names, &[*accepts])),
                };
                self.accepts.iter().map(decision).collect()
            },
            values: {
                let program = |values: &Option<Vec<Term<'a>>>| Some(Program::over(&names, values.as_ref()?));
                self.values.iter().map(program).collect()
            },
            names,
        }
    }
}

impl<'a> Definition<'a> {
    /// What a case does, where it is taken in any state, leaves the list alone, and gives registers the value that a register
    /// had, or a number: to read a word of such steps takes no arithmetic.
    fn moves(&self, case: &Case<'a>, registers: &[Term<'a>]) -> Option<Vec<(usize, Source)>> {
        if case.guard.as_truth() != Some(true) || !matches!(case.list, ListChange::Keep) {
            return None;
        }
        let source = |(target, value): &(usize, Term<'a>)| match registers.iter().position(|register| register == value)
        {
            // A number of another sort would have to be looked at.
            Some(register) if registers[register].sort() == registers[*target].sort() => {
                Some((*target, Source::Register(register)))
            }
            Some(_) => None,
            None => value.as_number().map(|number| (*target, Source::Number(number))),
        };
        case.updates.iter().map(source).collect()
    }
}

/// A definition that reads words, in exact arithmetic, by the same terms.
#[derive(Clone, Debug)]
pub struct Reader {
    names: Vec<String>,
    start: State,
    code: Option<StackCode>,
    dead: usize,
    steps: Vec<Vec<ReaderStep>>,
    accepts: Vec<Decision>,
    values: Vec<Option<Program>>,
}

/// Whether a mode accepts.
#[derive(Clone, Debug)]
enum Decision {
    Always(bool),
    Program(Program),
}

#[derive(Clone, Debug)]
enum ReaderStep {
    /// Each of these registers takes the value of its source, in any state.
    Moves { next: usize, moves: Vec<(usize, Source)> },
    /// The guards of all cases, then everything that an effect names.
    Program { program: Program, effects: Vec<Effect> },
}

/// Where a register's new value comes from.
#[derive(Clone, Debug)]
enum Source {
    /// From a register, as it was before the step.
    Register(usize),
    Number(Exact),
}

#[derive(Clone, Debug)]
struct Effect {
    next: usize,
    updates: Vec<(usize, usize)>,
    list: Change,
}

#[derive(Clone, Debug)]
enum Change {
    Keep,
    Pop,
    Push(usize),
}

/// A definition's state while it reads a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The mode.
    pub mode: usize,
    /// The registers, in the definition's order.
    pub registers: Vec<Exact>,
    /// The list.
    pub list: Vec<u8>,
    window: Option<u32>,
}

impl Reader {
    /// The state before the first token.
    pub fn start(&self) -> State {
        self.start.clone()
    }

    /// The state after one more token.
    ///
    /// # Panics
    /// If the definition's terms name something that is neither a register nor the list, or take from an empty list.
    pub fn step(&self, state: &State, token: usize) -> State {
        self.step_in(&self.valuation(state), token)
    }

    /// The same in a valuation, which may give a meaning to functions as well.
    pub(crate) fn step_in(&self, valuation: &StateValuation<'_>, token: usize) -> State {
        let state = valuation.state;
        let mut next = state.clone();
        let (program, effects) = match &self.steps[state.mode][token] {
            ReaderStep::Moves { next: mode, moves } => {
                next.mode = *mode;
                for (register, source) in moves {
                    next.registers[*register] = match source {
                        Source::Register(from) => state.registers[*from].clone(),
                        Source::Number(number) => number.clone(),
                    };
                }
                return next;
            }
            ReaderStep::Program { program, effects } => (program, effects),
        };
        let values = program.run_over(&state.registers, valuation).unwrap_or_else(|name| unknown(&name));
        let Some(taken) = (0..effects.len()).find(|case| values[*case].truth()) else {
            next.mode = self.dead;
            return next;
        };
        let effect = &effects[taken];
        next.mode = effect.next;
        for (register, place) in &effect.updates {
            next.registers[*register] = values[*place].number().clone();
        }
        match effect.list {
            Change::Keep => {}
            Change::Pop => {
                next.list.pop().expect("a definition takes only from a list that is not empty");
            }
            Change::Push(place) => {
                let symbol = values[place].number().to_i64().and_then(|symbol| u8::try_from(symbol).ok());
                next.list.push(symbol.expect("a definition pushes symbols of its list"));
            }
        }
        next
    }

    /// Whether nothing is accepted any more from this state.
    pub fn is_dead(&self, state: &State) -> bool {
        state.mode == self.dead
    }

    /// Whether the word that led to this state is accepted.
    pub fn accepts(&self, state: &State) -> bool {
        match &self.accepts[state.mode] {
            Decision::Always(truth) => *truth,
            Decision::Program(program) => {
                let values = program.run_over(&state.registers, &self.valuation(state));
                values.unwrap_or_else(|name| unknown(&name))[0].truth()
            }
        }
    }

    /// The numbers that are asked for beside the decision after the word that led to this state, where there are any.
    pub fn values(&self, state: &State) -> Option<Vec<Exact>> {
        let values = self.values[state.mode].as_ref()?.run_over(&state.registers, &self.valuation(state));
        Some(values.unwrap_or_else(|name| unknown(&name)).iter().map(|value| value.number().clone()).collect())
    }

    /// Whether the definition accepts a word, given as places in its tokens.
    pub fn reads(&self, word: impl IntoIterator<Item = usize>) -> bool {
        self.accepts(&word.into_iter().fold(self.start(), |state, token| self.step(&state, token)))
    }

    /// What the definition's symbols mean in a state.
    pub fn valuation<'s>(&'s self, state: &'s State) -> StateValuation<'s> {
        StateValuation { names: &self.names, code: self.code.as_ref(), state, functions: None }
    }

    /// The same with functions that the definition speaks of.
    pub(crate) fn valuation_with<'s>(&'s self, state: &'s State, functions: &'s dyn Valuation) -> StateValuation<'s> {
        StateValuation { functions: Some(functions), ..self.valuation(state) }
    }
}

fn unknown(name: &str) -> Vec<Datum> {
    unreachable!("a definition speaks of its registers and its list only, not of `{name}`")
}

/// What registers, list and codes are in one state of a definition.
#[derive(Clone, Copy)]
pub struct StateValuation<'s> {
    names: &'s [String],
    code: Option<&'s StackCode>,
    state: &'s State,
    functions: Option<&'s dyn Valuation>,
}

impl fmt::Debug for StateValuation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StateValuation({:?})", self.state)
    }
}

impl Valuation for StateValuation<'_> {
    fn symbol(&self, name: &str) -> Option<Datum> {
        if let Some(place) = self.names.iter().position(|other| other == name) {
            return Some(Datum::Number(self.state.registers[place].clone()));
        }
        if let (Some(_), "k") = (self.code, name) {
            return Some(Datum::Number(Exact::integer(self.state.list.len() as i64)));
        }
        self.functions?.symbol(name)
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        let Some(own) = self.code else { return self.functions?.apply(function, arguments) };
        let list = &self.state.list;
        // Outside the list any number would do: what is said of such places is said under a condition that fails.
        let j = arguments.first()?.to_i64().unwrap_or(-1);
        let place = usize::try_from(j).ok().filter(|place| *place <= list.len());
        let code = |stack: &[u8]| own.encode(stack);
        let value = match (function, place) {
            ("D", place) => {
                let bottom = self.symbol(BOTTOM)?.number().to_i64().and_then(|bottom| usize::try_from(bottom).ok())?;
                let remembered = place.and_then(|place| list.get(bottom..place)).unwrap_or_default();
                &code(remembered) * &window::one(self.state.window?, own.n_symbols())
            }
            ("v" | "E" | "C" | "C_after", None) | ("v", Some(0)) | ("C_after", _) => Exact::ZERO,
            ("v", Some(j)) => Exact::integer(i64::from(list[j - 1])),
            ("E", Some(j)) => code(&list[..j]),
            ("C", Some(j)) => code(&list[j..].iter().rev().copied().collect::<Vec<_>>()),
            _ => return self.functions?.apply(function, arguments),
        };
        Some(Datum::Number(value))
    }
}
