//! Machines with a step that no network can do.

use super::Configuration;
use super::Counter;
use super::Machine;

/// A machine some of whose rules set a counter to 0 in one step. A textbook allows that; no network with fixed weights
/// can do it, for its step is Lipschitz: it moves two states apart by at most a constant factor, while the reset of a
/// counter beside a state in which it is kept moves them apart without bound. It is run by the same interpreter and
/// cannot be compiled, since [`compile`](crate::construction::compile::compile) takes a [`Machine`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextbookMachine {
    machine: Machine,
}

impl TextbookMachine {
    /// The machine; its rules have been looked at.
    pub(super) fn new(machine: Machine) -> Self {
        Self { machine }
    }

    /// The tokens' texts.
    pub fn tokens(&self) -> &[String] {
        self.machine.tokens()
    }

    /// The states' names; the first is where it starts.
    pub fn states(&self) -> &[String] {
        self.machine.states()
    }

    /// The counters.
    pub fn counters(&self) -> &[Counter] {
        self.machine.counters()
    }

    /// The configuration before the first token.
    pub fn start(&self) -> Configuration {
        self.machine.start()
    }

    /// The configuration after one more token.
    pub fn step(&self, configuration: &Configuration, token: usize) -> Configuration {
        self.machine.step(configuration, token)
    }

    /// Whether a configuration is one in which a word is accepted.
    pub fn is_accepting(&self, configuration: &Configuration) -> bool {
        self.machine.is_accepting(configuration)
    }

    /// Whether the machine accepts a word, given as places in its tokens.
    pub fn accepts(&self, word: impl IntoIterator<Item = usize>) -> bool {
        self.machine.accepts(word)
    }

    /// Its rules, as a reader writes them.
    pub fn rules(&self) -> impl Iterator<Item = String> {
        self.machine.rules().iter().map(|rule| self.machine.describe(rule))
    }
}
