//! Machines as JSON: what is written is read back, and what is read is looked at rule by rule.
//!
//! The form is described in `docs/formats.md`, for readers without the source. In short: names of tokens, modes, counters
//! and stacks; one rule an object, whose guards (`when`) and effects (`do`) are lists that begin with a word:
//! `["top", "s", "1"]`, `["add", "e", -1]`.

use super::Action;
use super::Counter;
use super::Guard;
use super::Machine;
use super::MachineError;
use super::Rule;
use crate::definition::DEAD;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::fmt;

/// The name of the form, which a file states.
pub const SCHEMA: &str = "reduce.machine/1";

/// The most symbols of a stack: what a top can be is a set of bits.
const MOST_SYMBOLS: usize = 30;

/// The most tokens: a token is one byte of a word.
const MOST_TOKENS: usize = 256;

/// The most modes, and the most counters and stacks together: files beyond are refused before any work is done.
const MOST_MODES: usize = 4096;
const MOST_REGISTERS: usize = 256;

/// The most rules: each is compared with every earlier one.
const MOST_RULES: usize = 20_000;

/// The largest amount that one rule adds: a counter of 64 bits then holds for words longer than any that is read.
const LARGEST_AMOUNT: u64 = 1_000_000;

/// Why the text of a machine is refused. The message begins with the place in the JSON value, `rules[3].when[0]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineFileError {
    message: String,
}

impl fmt::Display for MachineFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for MachineFileError {}

type Outcome<T> = Result<T, MachineFileError>;

fn refuse<T>(place: &str, message: impl fmt::Display) -> Outcome<T> {
    Err(MachineFileError { message: format!("{place}: {message}") })
}

impl Machine {
    /// The machine as JSON, lossless.
    pub fn to_json(&self) -> Value {
        let counters = self.counters.iter().map(|c| json!({"name": c.name, "signed": c.signed}));
        let stacks = self.stacks.iter().zip(&self.symbols);
        let stacks = stacks.map(|(name, symbols)| json!({"name": name, "symbols": symbols}));
        json!({
            "schema": SCHEMA,
            "tokens": self.tokens,
            "modes": self.states,
            "start": self.states[self.initial],
            "accept": self.accepting.iter().map(|state| &self.states[*state]).collect::<Vec<_>>(),
            "counters": counters.collect::<Vec<_>>(),
            "stacks": stacks.collect::<Vec<_>>(),
            "rules": self.rules.iter().map(|rule| self.rule_to_json(rule)).collect::<Vec<_>>(),
        })
    }

    /// The machine as the text of a file: the same JSON, one rule a line.
    pub fn to_text(&self) -> String {
        let value = self.to_json();
        let fields = value.as_object().into_iter().flatten().map(|(key, value)| match value {
            Value::Array(items) if items.iter().any(Value::is_object) => {
                let lines: Vec<String> = items.iter().map(|item| format!("    {item}")).collect();
                format!("  \"{key}\": [\n{}\n  ]", lines.join(",\n"))
            }
            value => format!("  \"{key}\": {value}"),
        });
        format!("{{\n{}\n}}\n", fields.collect::<Vec<_>>().join(",\n"))
    }

    fn rule_to_json(&self, rule: &Rule) -> Value {
        let (counter, stack) = (|c: usize| &self.counters[c].name, |s: usize| &self.stacks[s]);
        let when = rule.guards.iter().map(|guard| match *guard {
            Guard::Zero(c) => json!(["zero", counter(c)]),
            Guard::NonZero(c) => json!(["nonzero", counter(c)]),
            Guard::Empty(s) => json!(["empty", stack(s)]),
            Guard::NonEmpty(s) => json!(["nonempty", stack(s)]),
            Guard::Top(s, b) => json!(["top", stack(s), self.symbol(s, b)]),
            Guard::NotTop(s, b) => json!(["not-top", stack(s), self.symbol(s, b)]),
        });
        let adds = rule.counters.iter().map(|(c, amount)| json!(["add", counter(*c), amount]));
        let acts = rule.stacks.iter().map(|(s, action)| match *action {
            Action::Push(b) => json!(["push", stack(*s), self.symbol(*s, b)]),
            Action::Pop => json!(["pop", stack(*s)]),
            Action::Replace(b) => json!(["replace", stack(*s), self.symbol(*s, b)]),
            Action::Copy(from) => json!(["copy", stack(*s), stack(from)]),
            Action::Clear => json!(["clear", stack(*s)]),
        });
        json!({
            "mode": self.states[rule.state],
            "token": self.tokens[rule.token],
            "when": when.collect::<Vec<_>>(),
            "next": self.states[rule.next],
            "do": adds.chain(acts).collect::<Vec<_>>(),
        })
    }

    /// Reads what [`Machine::to_json`] writes; `counters`, `stacks`, `when` and `do` may be left out where they are
    /// empty.
    ///
    /// ```
    /// use reductions::construction::machine::Machine;
    /// let text = r#"{
    ///     "schema": "reduce.machine/1", "tokens": ["a", "b", "$"], "modes": ["Read", "Accept"],
    ///     "start": "Read", "accept": ["Accept"], "counters": [{"name": "e", "signed": false}],
    ///     "rules": [
    ///         {"mode": "Read", "token": "a", "next": "Read", "do": [["add", "e", 1]]},
    ///         {"mode": "Read", "token": "b", "next": "Read", "do": [["add", "e", -1]]}
    ///     ]
    /// }"#;
    /// let error = Machine::from_json(&serde_json::from_str(text).unwrap()).unwrap_err();
    /// assert!(error.to_string().starts_with("rules[1]: expected a guard against zero"), "{error}");
    /// ```
    ///
    /// # Errors
    /// [`MachineFileError`] with the place in the JSON value, what was expected there and what stood there: unknown or
    /// doubled names, rules that can fire together, an unguarded decrement or pop.
    pub fn from_json(value: &Value) -> Outcome<Self> {
        const FIELDS: [&str; 8] = ["schema", "tokens", "modes", "start", "accept", "counters", "stacks", "rules"];
        // What another kind of file holds would be refused for its fields.
        if let Some(object) = value.as_object() {
            let schema = text(field(object, "schema", "the machine")?, "schema")?;
            if schema != SCHEMA {
                return refuse("schema", format!("expected `{SCHEMA}`, got `{schema}`"));
            }
        }
        let object = object(value, "the machine", &FIELDS)?;
        let mut machine = names(object)?;
        let rules = list(field(object, "rules", "the machine")?, "rules", MOST_RULES)?;
        for (i, rule) in rules.iter().enumerate() {
            let rule = read_rule(&machine, rule, &format!("rules[{i}]"))?;
            machine.rules.push(rule);
        }
        machine.check().or_else(|(i, error)| {
            let earlier = match &error {
                MachineError::Ambiguous(..) => {
                    let other = machine.rules[..i].iter().position(|o| machine.can_fire_together(o, &machine.rules[i]));
                    other.map(|other| format!("; the first of them is rules[{other}]")).unwrap_or_default()
                }
                _ => String::new(),
            };
            refuse(&format!("rules[{i}]"), format!("{error}{earlier}"))
        })?;
        Ok(machine)
    }
}

/// Everything but the rules: names, each checked where it stands.
fn names(object: &Map<String, Value>) -> Outcome<Machine> {
    let whole = |key| field(object, key, "the machine");
    let tokens = plain_names(whole("tokens")?, "tokens", MOST_TOKENS)?;
    let states = plain_names(whole("modes")?, "modes", MOST_MODES)?;
    if let Some(i) = states.iter().position(|name| name == DEAD) {
        return refuse(
            &format!("modes[{i}]"),
            format!("expected another name, got `{DEAD}`, which is the mode in which no rule fires any more"),
        );
    }
    let mode = |value: &Value, place: &str| find(&states, text(value, place)?, "a mode", place);
    let initial = mode(whole("start")?, "start")?;
    let mut accepting = Vec::new();
    for (i, value) in list(whole("accept")?, "accept", MOST_MODES)?.iter().enumerate() {
        let state = mode(value, &format!("accept[{i}]"))?;
        if accepting.contains(&state) {
            return refuse(&format!("accept[{i}]"), format!("expected each mode once, got {value} twice"));
        }
        accepting.push(state);
    }
    if accepting.is_empty() {
        return refuse("accept", "expected at least one mode, got none");
    }
    let (mut counters, mut stacks, mut symbols) = (Vec::new(), Vec::new(), Vec::new());
    // A register's name becomes a coordinate's, as a mode's does, and a symbol's in a formula.
    let mut taken: Vec<String> = states.clone();
    let mut register = |value: &Value, place: &str| -> Outcome<String> {
        let name = name(value, place)?.to_owned();
        if name.contains(['|', '\\']) {
            return refuse(place, format!("expected a name without | and \\, got `{name}`"));
        }
        if taken.contains(&name) {
            return refuse(place, format!("expected a name that no mode, counter or stack has yet, got `{name}`"));
        }
        taken.push(name.clone());
        Ok(name)
    };
    for (i, value) in optional_list(object, "counters", "", MOST_REGISTERS)?.iter().enumerate() {
        let place = format!("counters[{i}]");
        let fields = self::object(value, &place, &["name", "signed"])?;
        let name = register(field(fields, "name", &place)?, &format!("{place}.name"))?;
        let signed = field(fields, "signed", &place)?;
        let Some(signed) = signed.as_bool() else {
            return refuse(&format!("{place}.signed"), format!("expected true or false, got {}", brief(signed)));
        };
        counters.push(Counter { name, signed });
    }
    for (i, value) in optional_list(object, "stacks", "", MOST_REGISTERS)?.iter().enumerate() {
        let place = format!("stacks[{i}]");
        let fields = self::object(value, &place, &["name", "symbols"])?;
        stacks.push(register(field(fields, "name", &place)?, &format!("{place}.name"))?);
        symbols.push(plain_names(field(fields, "symbols", &place)?, &format!("{place}.symbols"), MOST_SYMBOLS)?);
    }
    Ok(Machine { tokens, states, counters, stacks, symbols, rules: Vec::new(), initial, accepting })
}

fn read_rule(machine: &Machine, value: &Value, place: &str) -> Outcome<Rule> {
    let object = object(value, place, &["mode", "token", "when", "next", "do"])?;
    let named = |key: &str, names: &[String], what: &str| {
        let place_of = format!("{place}.{key}");
        find(names, text(field(object, key, place)?, &place_of)?, what, &place_of)
    };
    let mut rule = Rule {
        state: named("mode", &machine.states, "a mode")?,
        token: named("token", &machine.tokens, "a token")?,
        guards: Vec::new(),
        next: named("next", &machine.states, "a mode")?,
        counters: Vec::new(),
        stacks: Vec::new(),
        resets: Vec::new(),
    };
    for (i, guard) in optional_list(object, "when", place, MOST_RULES)?.iter().enumerate() {
        rule.guards.push(read_guard(machine, guard, &format!("{place}.when[{i}]"))?);
    }
    for (i, effect) in optional_list(object, "do", place, MOST_REGISTERS)?.iter().enumerate() {
        read_effect(machine, effect, &format!("{place}.do[{i}]"), &mut rule)?;
    }
    Ok(rule)
}

fn read_guard(machine: &Machine, value: &Value, place: &str) -> Outcome<Guard> {
    const FORMS: &str = "one of [\"zero\", counter], [\"nonzero\", counter], [\"empty\", stack], [\"nonempty\", stack], \
                         [\"top\", stack, symbol], [\"not-top\", stack, symbol]";
    let entry = Entry::new(machine, value, place, FORMS)?;
    Ok(match (entry.word, entry.rest.len()) {
        ("zero", 1) => Guard::Zero(entry.counter()?),
        ("nonzero", 1) => Guard::NonZero(entry.counter()?),
        ("empty", 1) => Guard::Empty(entry.stack(0)?),
        ("nonempty", 1) => Guard::NonEmpty(entry.stack(0)?),
        ("top", 2) => Guard::Top(entry.stack(0)?, entry.symbol()?),
        ("not-top", 2) => Guard::NotTop(entry.stack(0)?, entry.symbol()?),
        _ => return entry.refuse(),
    })
}

fn read_effect(machine: &Machine, value: &Value, place: &str, rule: &mut Rule) -> Outcome<()> {
    const FORMS: &str = "one of [\"add\", counter, number], [\"push\", stack, symbol], [\"pop\", stack], \
                         [\"replace\", stack, symbol], [\"copy\", stack, stack], [\"clear\", stack]";
    let entry = Entry::new(machine, value, place, FORMS)?;
    let (stack, action) = match (entry.word, entry.rest.len()) {
        ("add", 2) => {
            let counter = entry.counter()?;
            let amount = entry.rest[1].as_i64().filter(|amount| amount.unsigned_abs() <= LARGEST_AMOUNT);
            let Some(amount) = amount else {
                let got = brief(&entry.rest[1]);
                return refuse(
                    place,
                    format!("expected a whole number of magnitude at most {LARGEST_AMOUNT}, got {got}"),
                );
            };
            if rule.counters.iter().any(|(other, _)| *other == counter) {
                return refuse(place, format!("expected each counter once in a rule, got `{}` again", entry.name(0)?));
            }
            rule.counters.push((counter, amount));
            return Ok(());
        }
        ("push", 2) => (entry.stack(0)?, Action::Push(entry.symbol()?)),
        ("pop", 1) => (entry.stack(0)?, Action::Pop),
        ("replace", 2) => (entry.stack(0)?, Action::Replace(entry.symbol()?)),
        ("copy", 2) => {
            let (stack, from) = (entry.stack(0)?, entry.stack(1)?);
            if machine.symbols[stack] != machine.symbols[from] {
                let (stack, from) = (&machine.stacks[stack], &machine.stacks[from]);
                return refuse(
                    place,
                    format!("expected two stacks with the same list of symbols, got `{stack}` and `{from}`"),
                );
            }
            (stack, Action::Copy(from))
        }
        ("clear", 1) => (entry.stack(0)?, Action::Clear),
        ("reset", 1) => {
            let counter = entry.name(0)?;
            return refuse(
                place,
                format!(
                    "expected no counter to become 0 in one step, which no network with fixed weights can do, got a reset \
                     of `{counter}`"
                ),
            );
        }
        _ => return entry.refuse(),
    };
    if rule.stacks.iter().any(|(other, _)| *other == stack) {
        return refuse(place, format!("expected each stack once in a rule, got `{}` again", machine.stacks[stack]));
    }
    rule.stacks.push((stack, action));
    Ok(())
}

/// A guard or an effect: a word, and what it speaks of.
struct Entry<'v> {
    machine: &'v Machine,
    value: &'v Value,
    place: &'v str,
    forms: &'static str,
    word: &'v str,
    rest: &'v [Value],
}

impl<'v> Entry<'v> {
    fn new(machine: &'v Machine, value: &'v Value, place: &'v str, forms: &'static str) -> Outcome<Self> {
        match value.as_array().map(Vec::as_slice) {
            Some([Value::String(word), rest @ ..]) => Ok(Self { machine, value, place, forms, word, rest }),
            _ => refuse(place, format!("expected {forms}, got {}", shown(value))),
        }
    }

    fn refuse<T>(&self) -> Outcome<T> {
        refuse(self.place, format!("expected {}, got {}", self.forms, shown(self.value)))
    }

    fn name(&self, i: usize) -> Outcome<&'v str> {
        text(&self.rest[i], self.place)
    }

    fn counter(&self) -> Outcome<usize> {
        let names: Vec<String> = self.machine.counters.iter().map(|counter| counter.name.clone()).collect();
        find(&names, self.name(0)?, "a counter", self.place)
    }

    fn stack(&self, i: usize) -> Outcome<usize> {
        find(&self.machine.stacks, self.name(i)?, "a stack", self.place)
    }

    /// The symbol of the stack that is named first.
    fn symbol(&self) -> Outcome<u8> {
        let stack = self.stack(0)?;
        let what = format!("a symbol of `{}`", self.machine.stacks[stack]);
        let symbol = find(&self.machine.symbols[stack], self.name(1)?, &what, self.place)?;
        Ok(u8::try_from(symbol).expect("a stack has at most thirty symbols"))
    }
}

fn find(names: &[String], name: &str, what: &str, place: &str) -> Outcome<usize> {
    const SHOWN: usize = 20;
    match names.iter().position(|other| other == name) {
        Some(index) => Ok(index),
        None if names.is_empty() => refuse(place, format!("expected {what}, of which there is none, got `{name}`")),
        None => {
            let known = names.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(" ");
            let dots = if names.len() > SHOWN { " ..." } else { "" };
            refuse(place, format!("expected {what}, one of {known}{dots}, got `{name}`"))
        }
    }
}

fn object<'v>(value: &'v Value, place: &str, keys: &[&str]) -> Outcome<&'v Map<String, Value>> {
    let Some(object) = value.as_object() else {
        return refuse(place, format!("expected an object, got {}", brief(value)));
    };
    match object.keys().find(|key| !keys.contains(&key.as_str())) {
        Some(key) => refuse(place, format!("expected only the fields {}, got `{key}`", keys.join(", "))),
        None => Ok(object),
    }
}

fn field<'v>(object: &'v Map<String, Value>, key: &str, place: &str) -> Outcome<&'v Value> {
    match object.get(key) {
        Some(value) => Ok(value),
        None => refuse(place, format!("expected a field `{key}`, got none")),
    }
}

fn text<'v>(value: &'v Value, place: &str) -> Outcome<&'v str> {
    match value.as_str() {
        Some(text) => Ok(text),
        None => refuse(place, format!("expected a string, got {}", brief(value))),
    }
}

fn list<'v>(value: &'v Value, place: &str, most: usize) -> Outcome<&'v [Value]> {
    match value.as_array() {
        Some(list) if list.len() <= most => Ok(list),
        Some(list) => refuse(place, format!("expected at most {most}, got {}", list.len())),
        None => refuse(place, format!("expected a list, got {}", brief(value))),
    }
}

/// A list that may be left out where it is empty. The object stands at `place`; the whole machine at the empty one.
fn optional_list<'v>(object: &'v Map<String, Value>, key: &str, place: &str, most: usize) -> Outcome<&'v [Value]> {
    let place = if place.is_empty() { key.to_owned() } else { format!("{place}.{key}") };
    object.get(key).map_or(Ok(&[]), |value| list(value, &place, most))
}

/// A name that can stand in a word or a table.
fn name<'v>(value: &'v Value, place: &str) -> Outcome<&'v str> {
    let name = text(value, place)?;
    if name.is_empty() || name.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return refuse(place, format!("expected a name without white space, got `{}`", name.escape_debug()));
    }
    Ok(name)
}

/// A list of at least one name, each once.
fn plain_names(value: &Value, place: &str, most: usize) -> Outcome<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for (i, value) in list(value, place, most)?.iter().enumerate() {
        let place = format!("{place}[{i}]");
        let name = name(value, &place)?.to_owned();
        if names.contains(&name) {
            return refuse(&place, format!("expected each name once, got `{name}` twice"));
        }
        names.push(name);
    }
    if names.is_empty() {
        return refuse(place, "expected at least one name, got none");
    }
    Ok(names)
}

/// A value for a message: its JSON text where that is short, else what sort of value it is.
fn brief(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        plain => shown(plain),
    }
}

/// The JSON text of a value, where it is short.
fn shown(value: &Value) -> String {
    const LONGEST: usize = 60;
    let text = value.to_string();
    if text.chars().count() > LONGEST { "something longer".to_owned() } else { format!("`{text}`") }
}
