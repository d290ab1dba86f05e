//! What is compared with a language: a network in some arithmetic, or a machine.

use reductions::construction::machine::Configuration;
use reductions::construction::machine::Machine;
use rnn::Concrete;
use rnn::Exact;
use rnn::Network;
use rnn::RoundedValue;
use std::fmt;
use std::hash::Hash;

/// A deterministic device that reads tokens and accepts or rejects. Its state is a list of values of a fixed length, so
/// that states are compared, counted and written in one way.
pub trait Device: Sync {
    /// A value of a state.
    type Value: Clone + Eq + Hash + Send + Sync + fmt::Display;

    /// The tokens' texts.
    fn tokens(&self) -> &[String];
    /// What the values of a state are called.
    fn coordinates(&self) -> Vec<String>;
    /// The state before the first token.
    fn start(&self) -> Vec<Self::Value>;
    /// The state after one more token.
    fn step(&self, state: &[Self::Value], token: usize) -> Vec<Self::Value>;
    /// Whether a word that ends in this state is accepted.
    fn accepts(&self, state: &[Self::Value]) -> bool;
    /// What of a state the answers to come depend on, its own included: states that are the same there are one state.
    fn memory(&self, state: Vec<Self::Value>) -> Vec<Self::Value> {
        state
    }
    /// How many bits a value has.
    fn bits(value: &Self::Value) -> u64;
    /// The value that is written so.
    fn value(&self, text: &str) -> Option<Self::Value>;
    /// Whether a state can have this value at this coordinate, by its index: a list of somebody else's is read by it
    /// before it is run.
    fn fits(&self, coordinate: usize, value: &Self::Value) -> bool;
}

/// A network that computes in an arithmetic.
#[derive(Debug)]
pub struct NetworkDevice<'n, A> {
    network: &'n Network,
    arithmetic: A,
}

impl<'n, A> NetworkDevice<'n, A> {
    /// This network in this arithmetic.
    pub fn new(network: &'n Network, arithmetic: A) -> Self {
        Self { network, arithmetic }
    }
}

/// A number of an arithmetic, as text and by its size.
pub trait Number: Clone + Eq + Hash + Send + Sync + fmt::Display {
    /// How many bits it has.
    fn bits(&self) -> u64;
    /// The number that is written so.
    fn from_text(text: &str) -> Option<Self>;
}

impl Number for Exact {
    fn bits(&self) -> u64 {
        self.bits()
    }

    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Number for RoundedValue {
    fn bits(&self) -> u64 {
        self.as_finite().map_or(1, Exact::bits)
    }

    fn from_text(text: &str) -> Option<Self> {
        match text {
            "inf" => Some(Self::Infinite { negative: false }),
            "-inf" => Some(Self::Infinite { negative: true }),
            "nan" => Some(Self::NotANumber),
            number => number.parse().ok().map(Self::Finite),
        }
    }
}

impl<A: Concrete<Value: Number>> Device for NetworkDevice<'_, A> {
    type Value = A::Value;

    fn tokens(&self) -> &[String] {
        self.network.tokens()
    }

    fn coordinates(&self) -> Vec<String> {
        self.network.coordinates().to_vec()
    }

    fn start(&self) -> Vec<A::Value> {
        self.network.start_in(&self.arithmetic)
    }

    fn step(&self, state: &[A::Value], token: usize) -> Vec<A::Value> {
        self.network.step(&self.arithmetic, state, token)
    }

    fn accepts(&self, state: &[A::Value]) -> bool {
        self.arithmetic.number(&self.network.read_out(&self.arithmetic, state)).is_positive()
    }

    /// A network of several layers ends its state with what it says of the last token, which no step reads: of that, only
    /// whether it accepts is kept.
    fn memory(&self, mut state: Vec<A::Value>) -> Vec<A::Value> {
        if let Network::Layered(network) = self.network {
            let accepts = self.accepts(&state);
            let n_outputs = 1 + network.outputs().len();
            let decision = state.len() - n_outputs;
            state[decision..].fill(self.arithmetic.constant(&Exact::ZERO));
            state[decision] = self.arithmetic.constant(&Exact::integer(if accepts { 1 } else { -1 }));
        }
        state
    }

    fn bits(value: &A::Value) -> u64 {
        value.bits()
    }

    fn value(&self, text: &str) -> Option<A::Value> {
        A::Value::from_text(text)
    }

    /// Every coordinate is a number.
    fn fits(&self, _coordinate: usize, _value: &A::Value) -> bool {
        true
    }
}

/// A value of a machine's state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The mode; none where the machine is dead.
    Mode(Option<usize>),
    /// What a counter holds.
    Counter(i64),
    /// What a stack holds, bottom first.
    Stack(Vec<u8>),
}

/// `mode 2`, `dead`, `counter -3`, `stack 0 1 1`.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mode(Some(mode)) => write!(f, "mode {mode}"),
            Self::Mode(None) => f.write_str("dead"),
            Self::Counter(value) => write!(f, "counter {value}"),
            Self::Stack(symbols) => {
                f.write_str("stack")?;
                symbols.iter().try_for_each(|symbol| write!(f, " {symbol}"))
            }
        }
    }
}

impl Part {
    fn from_text(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
        match kind {
            "mode" => Some(Self::Mode(Some(rest.parse().ok()?))),
            "dead" => Some(Self::Mode(None)),
            "counter" => Some(Self::Counter(rest.parse().ok()?)),
            "stack" => {
                let symbols = rest.split(' ').filter(|symbol| !symbol.is_empty());
                Some(Self::Stack(symbols.map(str::parse).collect::<Result<_, _>>().ok()?))
            }
            _ => None,
        }
    }
}

/// A machine. A dead one is dead whatever its registers hold, so that all dead configurations are one state.
#[derive(Debug)]
pub struct MachineDevice<'m> {
    machine: &'m Machine,
}

impl<'m> MachineDevice<'m> {
    /// This machine.
    pub fn new(machine: &'m Machine) -> Self {
        Self { machine }
    }

    fn parts(configuration: Configuration) -> Vec<Part> {
        let is_dead = configuration.state.is_none();
        let counters = configuration.counters.into_iter().map(|value| Part::Counter(if is_dead { 0 } else { value }));
        let stacks =
            configuration.stacks.into_iter().map(|symbols| Part::Stack(if is_dead { vec![] } else { symbols }));
        std::iter::once(Part::Mode(configuration.state)).chain(counters).chain(stacks).collect()
    }

    fn configuration(parts: &[Part]) -> Configuration {
        let mut configuration = Configuration { state: None, counters: Vec::new(), stacks: Vec::new() };
        for part in parts {
            match part {
                Part::Mode(mode) => configuration.state = *mode,
                Part::Counter(value) => configuration.counters.push(*value),
                Part::Stack(symbols) => configuration.stacks.push(symbols.clone()),
            }
        }
        configuration
    }
}

impl Device for MachineDevice<'_> {
    type Value = Part;

    fn tokens(&self) -> &[String] {
        self.machine.tokens()
    }

    fn coordinates(&self) -> Vec<String> {
        let counters = self.machine.counters().iter().map(|counter| counter.name.clone());
        std::iter::once("mode".to_owned()).chain(counters).chain(self.machine.stacks().iter().cloned()).collect()
    }

    fn start(&self) -> Vec<Part> {
        Self::parts(self.machine.start())
    }

    fn step(&self, state: &[Part], token: usize) -> Vec<Part> {
        Self::parts(self.machine.step(&Self::configuration(state), token))
    }

    fn accepts(&self, state: &[Part]) -> bool {
        self.machine.is_accepting(&Self::configuration(state))
    }

    fn bits(value: &Part) -> u64 {
        match value {
            Part::Mode(_) | Part::Counter(_) => 64,
            Part::Stack(symbols) => 8 * symbols.len() as u64,
        }
    }

    fn value(&self, text: &str) -> Option<Part> {
        Part::from_text(text)
    }

    /// The mode first, then the counters, then the stacks. A counter is far enough from the ends of its range that any rule
    /// may add to it.
    fn fits(&self, coordinate: usize, value: &Part) -> bool {
        let n_counters = self.machine.counters().len();
        match (value, coordinate) {
            (Part::Mode(mode), 0) => mode.is_none_or(|mode| mode < self.machine.states().len()),
            (Part::Counter(value), 1..) if coordinate <= n_counters => {
                let amounts = self.machine.rules().iter().flat_map(|rule| &rule.counters);
                let mut amounts = amounts.filter(|(counter, _)| counter + 1 == coordinate);
                (*value >= 0 || self.machine.counters()[coordinate - 1].signed)
                    && amounts.all(|(_, amount)| value.checked_add(*amount).is_some())
            }
            (Part::Stack(symbols), 1..) if coordinate > n_counters => {
                let n_symbols = self.machine.symbols(coordinate - 1 - n_counters).len();
                symbols.iter().all(|symbol| usize::from(*symbol) < n_symbols)
            }
            _ => false,
        }
    }
}
