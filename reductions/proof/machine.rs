//! The proof that a network is a machine, without an invariant from anybody: it is derived from the machine.
//!
//! The streaming definition has the machine's modes, a register for each counter, and for each stack a register that holds
//! the stack's code; its cases are the machine's rules. The invariant says that control bits, counters and stacks of the
//! network are those of the definition, and that counters that are never negative are not. That a register of a stack holds
//! the code of one is a *fact* that steps may assume; it is true by the obligations of kind
//! [`StackCode`](ObligationKind::StackCode): with a symbol `b` put on any code `r`, the result is a code, is read as a
//! stack with top `b`, and gives `r` back. On paper remains the induction over the word, and that over the stack.

use super::Argument;
use super::CoordinateKind;
use super::Invariant;
use super::Numbers;
use super::Obligation;
use super::ObligationKind;
use super::Proof;
use super::ProofError;
use super::Subject;
use super::Witness;
use super::WitnessSource;
use super::induction::Induction;
use super::witness::first_false;
use crate::construction::machine::Action;
use crate::construction::machine::Guard;
use crate::construction::machine::Machine;
use crate::definition::DEAD;
use crate::definition::Definition;
use crate::definition::View;
use crate::definition::stack_code::StackCode;
use rnn::Datum;
use rnn::Exact;
use rnn::Network;
use rnn::Program;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;

/// The register of the definition that holds this counter, or the code of this stack.
fn register(name: &str) -> String {
    format!("m.{name}")
}

/// The machine as a streaming definition. Its first mode is where the machine starts.
///
/// ```
/// use reductions::{DyckRelu, Reduction};
/// let terms = rnn::Terms::default();
/// let machine = DyckRelu::shared().machine().unwrap();
/// let reader = reductions::proof::machine::definition(&terms, machine).reader();
/// assert!(reader.reads([0, 2, 3, 1, 4]) && machine.accepts([0, 2, 3, 1, 4]));
/// assert!(!reader.reads([0, 3, 4]) && !machine.accepts([0, 3, 4]));
/// ```
pub fn definition<'a>(terms: &'a Terms, machine: &Machine) -> Definition<'a> {
    let states = machine.states();
    let first = &states[machine.initial()];
    let modes: Vec<&str> =
        [first].into_iter().chain(states.iter().filter(|state| *state != first)).map(String::as_str).collect();
    let counters: Vec<String> = machine.counters().iter().map(|counter| register(&counter.name)).collect();
    let registers: Vec<(&str, i64)> = counters.iter().map(|name| (name.as_str(), 0)).collect();
    let mut definition = Definition::new(terms, machine.tokens(), modes, registers);
    let code = StackCode::gapped(machine.n_symbols());
    for (stack, name) in machine.stacks().iter().enumerate() {
        definition = definition.with_stack_register(&register(name), n_symbols(machine, stack), code.clone());
    }
    let parts = Parts { terms, machine, code: &code, before: definition.symbols() };
    for rule in machine.rules() {
        let guard = terms.all(rule.guards.iter().map(|guard| parts.guard(*guard)).collect::<Vec<_>>());
        let mut case = definition.case(&states[rule.state], &machine.tokens()[rule.token], guard, &states[rule.next]);
        for (counter, amount) in &rule.counters {
            let name = register(&machine.counters()[*counter].name);
            case = case.set(&name, parts.before.register(&name) + *amount);
        }
        for (stack, action) in &rule.stacks {
            case = case.set(&register(&machine.stacks()[*stack]), parts.after(*stack, *action));
        }
    }
    for state in machine.accepting() {
        definition.accept(&states[*state], terms.truth(true));
    }
    definition
}

fn n_symbols(machine: &Machine, stack: usize) -> u8 {
    u8::try_from(machine.symbols(stack).len()).expect("a stack has at most thirty symbols")
}

/// What guards and actions of rules say, as terms over the registers.
struct Parts<'p, 'a> {
    terms: &'a Terms,
    machine: &'p Machine,
    code: &'p StackCode,
    before: View<'a>,
}

impl<'a> Parts<'_, 'a> {
    fn counter(&self, counter: usize) -> Term<'a> {
        self.before.register(&register(&self.machine.counters()[counter].name))
    }

    fn stack(&self, stack: usize) -> Term<'a> {
        self.before.register(&register(&self.machine.stacks()[stack]))
    }

    fn guard(&self, guard: Guard) -> Term<'a> {
        let (zero, nothing) = (self.terms.int(0), self.terms.ratio(0, 1));
        match guard {
            Guard::Zero(c) => self.counter(c).equals(zero),
            Guard::NonZero(c) => self.counter(c).differs(zero),
            Guard::Empty(s) => self.stack(s).equals(nothing),
            Guard::NonEmpty(s) => self.stack(s).differs(nothing),
            Guard::Top(s, b) => self.code.has_top(self.terms, self.stack(s), b),
            Guard::NotTop(s, b) => self.code.has_top(self.terms, self.stack(s), b).negate(),
        }
    }

    fn after(&self, stack: usize, action: Action) -> Term<'a> {
        let (terms, code, own) = (self.terms, self.code, self.stack(stack));
        let push = |symbol: u8, tail| code.pushed(terms, terms.int(symbol.into()), tail);
        let popped = || code.popped(terms, own, n_symbols(self.machine, stack));
        match action {
            Action::Push(symbol) => push(symbol, own),
            Action::Pop => popped(),
            Action::Replace(symbol) => push(symbol, popped()),
            Action::Copy(from) => self.stack(from),
            Action::Clear => terms.ratio(0, 1),
        }
    }
}

/// What network and definition have to do with each other.
fn invariant<'a>(terms: &'a Terms, machine: &Machine) -> Invariant<'a> {
    let control = machine.states().iter().map(|name| (name.as_str(), CoordinateKind::Control));
    // That counters are integers is said by the relation, which makes them the definition's: as a goal of its own it would
    // bring solvers to no end.
    let counters = machine.counters().iter().map(|counter| (counter.name.as_str(), CoordinateKind::Real));
    let stacks = machine.stacks().iter().map(|name| (name.as_str(), CoordinateKind::Real));
    let (own_counters, own_stacks) = (machine.counters().to_vec(), machine.stacks().to_vec());
    Invariant::new(control.chain(counters).chain(stacks), move |mode, h, state| {
        let zero = terms.ratio(0, 1);
        let mut conjuncts = Vec::new();
        for counter in &own_counters {
            let value = h.get(&counter.name);
            if !counter.signed {
                conjuncts.push(value.at_least(zero));
            }
            // Where no rule fires counters stay, in the network as in the definition.
            conjuncts.push(value.equals(state.register(&register(&counter.name)).to_real()));
        }
        for stack in &own_stacks {
            let value = h.get(stack);
            // Where no rule fires no candidate for a stack is chosen.
            let expected = if mode == DEAD { zero } else { state.register(&register(stack)) };
            conjuncts.push(value.equals(expected));
        }
        conjuncts
    })
}

/// A machine, and the definition that is derived from it.
pub(super) struct MachineArgument<'a> {
    pub(super) definition: Definition<'a>,
}

impl<'a> Proof<'a> {
    /// The proof that a network accepts the same words as a machine: the one that is compiled from it, or one with other
    /// weights.
    ///
    /// # Errors
    /// [`ProofError`] where the network is of another kind than compiled ones, or has other tokens or coordinates than
    /// the machine.
    pub fn of_machine(terms: &'a Terms, network: &Network, machine: &Machine) -> Result<Self, ProofError> {
        if !matches!(network, Network::Relu(_)) {
            let got = network.kind().name();
            return Err(ProofError::new(format!("kind of network: the claim is about `relu`, got `{got}`")));
        }
        let definition = definition(terms, machine);
        let induction = Induction::new(Numbers::Exact, network, definition.clone(), invariant(terms, machine))?;
        let mut obligations = induction.obligations(terms);
        obligations.extend(code_obligations(terms, machine));
        Ok(Self {
            network: network.clone(),
            argument: Argument::Induction(Box::new(induction)),
            subject: Subject::Machine(Box::new(MachineArgument { definition })),
            conditions: Vec::new(),
            obligations,
        })
    }
}

/// That codes are read as the stacks that they code: one obligation for the empty stack, and one for each symbol.
fn code_obligations<'a>(terms: &'a Terms, machine: &Machine) -> Vec<Obligation<'a>> {
    if machine.stacks().is_empty() {
        return Vec::new();
    }
    let (code, n) = (StackCode::gapped(machine.n_symbols()), machine.n_symbols());
    let reads_as = |value: Term<'a>, top: Option<u8>| {
        (0..n).map(move |other| code_top(terms, n, value, other).equals(terms.truth(top == Some(other))))
    };
    let empty = terms.ratio(0, 1);
    let of_empty = reads_as(empty, None).chain([code.is_code(terms, empty, n), code.holds(terms, empty)]);
    let goal = terms.all(of_empty.collect::<Vec<_>>());
    let mut obligations = vec![Obligation::fact("stack code empty", ObligationKind::StackCode, goal)];
    let tail = terms.symbol("r", Sort::Real);
    for symbol in 0..n {
        let pushed = code.pushed(terms, terms.int(symbol.into()), tail);
        // A stack with fewer symbols than another is coded in the same base, and read by its own symbols only.
        let by_itself = (symbol + 1..=n)
            .flat_map(|own| [code.is_code(terms, pushed, own), code.popped(terms, pushed, own).equals(tail)]);
        let goals =
            reads_as(pushed, Some(symbol)).chain(by_itself).chain([pushed.differs(empty), code.holds(terms, pushed)]);
        let goal = code.holds(terms, tail).implies(terms.all(goals.collect::<Vec<_>>()));
        obligations.push(Obligation::fact(format!("stack code {symbol}"), ObligationKind::StackCode, goal));
    }
    obligations
}

fn code_top<'a>(terms: &'a Terms, n_symbols: u8, code: Term<'a>, symbol: u8) -> Term<'a> {
    StackCode::gapped(n_symbols).has_top(terms, code, symbol)
}

impl<'a> MachineArgument<'a> {
    /// A configuration in which what an obligation of a mode assumes is met: all registers 0, all stacks empty. A mode
    /// that no word reaches has such a configuration too, so that what is said of it is not said in vain.
    pub(super) fn configuration_of(&self, obligation: &Obligation<'a>) -> Option<Witness> {
        let WitnessSource::Mode { mode, .. } = obligation.witness else { return None };
        let name = &self.definition.modes()[mode];
        first_false(&Program::new(&obligation.assumptions), &AllZero).is_none().then(|| Witness::Found {
            word: None,
            situation: format!("the configuration {name} with every counter 0 and every stack empty"),
        })
    }
}

/// Every register and every coordinate 0; control bits are numbers already.
struct AllZero;

impl Valuation for AllZero {
    fn symbol(&self, _: &str) -> Option<Datum> {
        Some(Datum::Number(Exact::ZERO))
    }

    fn apply(&self, _: &str, _: &[Exact]) -> Option<Datum> {
        None
    }
}
