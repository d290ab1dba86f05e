//! From machines to weights: every counter or stack machine as a one-layer ReLU RNN, one step per token.
//!
//! Source: the repaired form of the paper's Theorems 1 and 2 (base-4 stacks after Siegelmann and Sontag 1995,
//! doi 10.1006/jcss.1995.1013). The state is (one control bit per state; the counters; the stacks). A stack over `K`
//! symbols is a number in [0, 1): `E(empty) = 0`, `E(b w) = (2 b + 1 + E(w)) / B` with base `B = 2 K`, so that two tops
//! are a gap of `1/B` apart. The dead configuration has no control bit, so no rule ever fires again.
//!
//! No bit is ever multiplied with a counter: a counter changes by constants that rules carry. A stack's new value is
//! chosen among finitely many candidates in [0, 1), each gated by `relu(value + bit - 1)`.

use super::machine::Action;
use super::machine::Guard;
use super::machine::Machine;
use crate::definition::stack_code::StackCode;
use rnn::Affine;
use rnn::Exact;
use rnn::Network;
use rnn::ReluRnn;

/// The network that reads words exactly as the machine does. Its coordinates are the machine's states, counters and
/// stacks, under their names.
pub fn compile(machine: &Machine) -> Network {
    compile_coded(machine, &StackCode::gapped(machine.n_symbols()))
}

/// The network whose stacks are coded and read as `code` says. It follows the machine only as far as its ramps read
/// the code exactly.
pub fn compile_coded(machine: &Machine, code: &StackCode) -> Network {
    let parts = Parts::new(machine, code);
    let (first, units) = first_layer(machine, &parts);
    let (second, passed) = second_layer(machine, &units);
    let layers = if machine.stacks().is_empty() {
        let output = output_of_counters(machine, &parts, &passed);
        vec![first, second, output]
    } else {
        let (third, output) = third_layer(machine, &parts, &passed);
        vec![first, second, third, output]
    };
    let mut start = vec![Exact::ZERO; parts.dimension];
    start[machine.initial()] = Exact::ONE;
    let mut readout = Affine::zero(1, parts.dimension);
    for state in machine.accepting() {
        readout.add_weight(0, *state, &Exact::ONE);
    }
    readout.add_bias(0, &Exact::ratio(-1, 2));
    let network = ReluRnn::new(machine.tokens().to_vec(), parts.coordinates, start, layers, readout);
    Network::Relu(network.expect("the layers were built for these dimensions"))
}

/// Where the coordinates are.
struct Parts<'c> {
    coordinates: Vec<String>,
    counters: usize,
    stacks: usize,
    dimension: usize,
    code: &'c StackCode,
}

impl<'c> Parts<'c> {
    fn new(machine: &Machine, code: &'c StackCode) -> Self {
        let mut coordinates = machine.states().to_vec();
        let counters = coordinates.len();
        coordinates.extend(machine.counters().iter().map(|counter| counter.name.clone()));
        let stacks = coordinates.len();
        coordinates.extend(machine.stacks().iter().cloned());
        let dimension = coordinates.len();
        Self { coordinates, counters, stacks, dimension, code }
    }
}

/// An affine form over the units of a layer.
#[derive(Clone, Default)]
struct Form {
    constant: Exact,
    weights: Vec<(usize, Exact)>,
}

impl Form {
    fn of(weights: impl IntoIterator<Item = (usize, i64)>) -> Self {
        let weights = weights.into_iter().map(|(unit, weight)| (unit, Exact::integer(weight))).collect();
        Self { constant: Exact::ZERO, weights }
    }

    fn plus(mut self, factor: i64, other: &Form) -> Self {
        let factor = Exact::integer(factor);
        self.constant.add_product(&factor, &other.constant);
        self.weights.extend(other.weights.iter().map(|(unit, weight)| (*unit, &factor * weight)));
        self
    }

    fn scaled(self, factor: &Exact) -> Self {
        Self {
            constant: &self.constant * factor,
            weights: self.weights.iter().map(|(unit, weight)| (*unit, weight * factor)).collect(),
        }
    }

    fn shifted(mut self, amount: &Exact) -> Self {
        self.constant = &self.constant + amount;
        self
    }
}

/// A layer while its units are being collected.
struct Layer {
    n_inputs: usize,
    units: Vec<Form>,
}

impl Layer {
    fn new(n_inputs: usize) -> Self {
        Self { n_inputs, units: Vec::new() }
    }

    fn unit(&mut self, form: Form) -> usize {
        self.units.push(form);
        self.units.len() - 1
    }

    fn finish(self) -> Affine {
        let mut map = Affine::zero(self.units.len(), self.n_inputs);
        for (output, form) in self.units.iter().enumerate() {
            map.add_bias(output, &form.constant);
            for (input, weight) in &form.weights {
                map.add_weight(output, *input, weight);
            }
        }
        map
    }
}

/// Layer 1, read in terms of its units.
struct FirstUnits {
    width: usize,
    /// `[q, x]` for each pair with a rule: the unit that is 1 iff the state is q and the token is x.
    pairs: Vec<((usize, usize), usize)>,
    counters: Vec<CounterUnits>,
    stacks: Vec<StackUnits>,
}

struct CounterUnits {
    is_zero: Form,
    value: Form,
    /// A second, negated unit passes a signed counter on.
    signed: bool,
}

struct StackUnits {
    value: Form,
    /// `at_least[b]` is 1 iff the stack is not empty and its top is at least b; `at_least[K]` is 0.
    at_least: Vec<Form>,
    popped: Form,
}

fn first_layer(machine: &Machine, parts: &Parts<'_>) -> (Affine, FirstUnits) {
    let mut layer = Layer::new(parts.dimension + machine.tokens().len());
    let mut pairs: Vec<((usize, usize), usize)> = Vec::new();
    for rule in machine.rules() {
        let pair = (rule.state, rule.token);
        if pairs.iter().all(|(other, _)| *other != pair) {
            let form = Form::of([(rule.state, 1), (parts.dimension + rule.token, 1)]).shifted(&Exact::integer(-1));
            let unit = layer.unit(form);
            pairs.push((pair, unit));
        }
    }
    let counters = machine.counters().iter().enumerate().map(|(i, counter)| {
        let place = parts.counters + i;
        let mut unit = |sign: i64, shift: i64| layer.unit(Form::of([(place, sign)]).shifted(&Exact::integer(shift)));
        if counter.signed {
            let (above, here, below, negative) = (unit(1, 1), unit(1, 0), unit(1, -1), unit(-1, 0));
            CounterUnits {
                is_zero: Form::of([(above, 1), (here, -2), (below, 1)]),
                value: Form::of([(here, 1), (negative, -1)]),
                signed: true,
            }
        } else {
            let (here, zero) = (unit(1, 0), unit(-1, 1));
            CounterUnits { is_zero: Form::of([(zero, 1)]), value: Form::of([(here, 1)]), signed: false }
        }
    });
    let counters = counters.collect();
    let stacks = (0..machine.stacks().len()).map(|i| stack_units(parts.stacks + i, parts.code, &mut layer));
    let stacks = stacks.collect();
    let width = layer.units.len();
    (layer.finish(), FirstUnits { width, pairs, counters, stacks })
}

/// The units that read the stack in this coordinate: one for the stack itself, two for each ramp.
fn stack_units(place: usize, code: &StackCode, layer: &mut Layer) -> StackUnits {
    // Where a ramp leaves 0 at 0 its unit is the stack's own.
    let mut units = vec![(Exact::ZERO, layer.unit(Form::of([(place, 1)])))];
    let mut above = |bound: &Exact| {
        if let Some((_, unit)) = units.iter().find(|(other, _)| other == bound) {
            return *unit;
        }
        let unit = layer.unit(Form::of([(place, 1)]).shifted(&-bound));
        units.push((bound.clone(), unit));
        unit
    };
    let mut at_least: Vec<Form> = (0..code.n_symbols())
        .map(|symbol| match code.at_least(symbol) {
            None => Form::default().shifted(&Exact::ONE),
            Some(ramp) => Form::of([(above(&ramp.from), 1), (above(&ramp.to), -1)]).scaled(&ramp.slope()),
        })
        .collect();
    let value = Form::of([(above(&Exact::ZERO), 1)]);
    // What was pushed on the tail is taken away: the shift where there is a top, the weight once per symbol below it.
    let tail = |form: Form, (symbol, above): (usize, &Form)| {
        let part = if symbol == 0 { code.shift() } else { code.weight() };
        form.plus(-1, &above.clone().scaled(part))
    };
    let per_rate = code.rate().recip();
    let popped = at_least.iter().enumerate().fold(value.clone(), tail).scaled(&per_rate);
    at_least.push(Form::default());
    StackUnits { value, at_least, popped }
}

/// Layer 2, read in terms of its units: rule `i` is unit `i`.
struct SecondUnits {
    width: usize,
    counters: Vec<Form>,
    stacks: Vec<Form>,
    /// Present where some rule pops the stack or replaces its top.
    popped: Vec<Option<Form>>,
}

fn second_layer(machine: &Machine, first: &FirstUnits) -> (Affine, SecondUnits) {
    let mut layer = Layer::new(first.width);
    for rule in machine.rules() {
        let (_, pair) = first
            .pairs
            .iter()
            .find(|(pair, _)| *pair == (rule.state, rule.token))
            .expect("every rule's pair of state and token has a unit");
        let form = rule.guards.iter().fold(Form::of([(*pair, 1)]), |form, guard| {
            // A literal that holds adds 0, one that fails at least takes away 1.
            let (sign, truth) = match guard {
                Guard::Zero(c) => (1, first.counters[*c].is_zero.clone()),
                Guard::NonZero(c) => (-1, first.counters[*c].is_zero.clone()),
                Guard::NonEmpty(s) => (1, first.stacks[*s].at_least[0].clone()),
                Guard::Empty(s) => (-1, first.stacks[*s].at_least[0].clone()),
                Guard::Top(s, b) => (1, top_is(&first.stacks[*s], *b)),
                Guard::NotTop(s, b) => (-1, top_is(&first.stacks[*s], *b)),
            };
            let form = form.plus(sign, &truth);
            if sign > 0 { form.shifted(&Exact::integer(-1)) } else { form }
        });
        layer.unit(form);
    }
    let counters = first.counters.iter().map(|counter| {
        let positive = layer.unit(counter.value.clone());
        if !counter.signed {
            return Form::of([(positive, 1)]);
        }
        let negative = layer.unit(Form::default().plus(-1, &counter.value));
        Form::of([(positive, 1), (negative, -1)])
    });
    let counters = counters.collect();
    let mut stacks = Vec::new();
    let mut popped = Vec::new();
    for (i, stack) in first.stacks.iter().enumerate() {
        stacks.push(Form::of([(layer.unit(stack.value.clone()), 1)]));
        let is_popped = machine.rules().iter().any(|rule| {
            rule.stacks.iter().any(|(s, action)| *s == i && matches!(action, Action::Pop | Action::Replace(_)))
        });
        popped.push(is_popped.then(|| Form::of([(layer.unit(stack.popped.clone()), 1)])));
    }
    let width = layer.units.len();
    (layer.finish(), SecondUnits { width, counters, stacks, popped })
}

fn top_is(stack: &StackUnits, symbol: u8) -> Form {
    let symbol = usize::from(symbol);
    stack.at_least[symbol].clone().plus(-1, &stack.at_least[symbol + 1])
}

/// The rules with this property, as a sum of their units.
fn sum_of_rules(machine: &Machine, has: impl Fn(&super::machine::Rule) -> bool) -> Form {
    Form::of(machine.rules().iter().enumerate().filter(|(_, rule)| has(rule)).map(|(i, _)| (i, 1)))
}

fn new_counter(machine: &Machine, passed: &SecondUnits, counter: usize) -> Form {
    machine.rules().iter().enumerate().fold(passed.counters[counter].clone(), |form, (i, rule)| {
        let change = rule.counters.iter().filter(|(c, _)| *c == counter).map(|(_, amount)| (i, *amount));
        form.plus(1, &Form::of(change))
    })
}

fn output_of_counters(machine: &Machine, parts: &Parts<'_>, passed: &SecondUnits) -> Affine {
    let mut output = Layer::new(passed.width);
    for state in 0..parts.counters {
        output.unit(sum_of_rules(machine, |rule| rule.next == state));
    }
    for counter in 0..machine.counters().len() {
        output.unit(new_counter(machine, passed, counter));
    }
    output.finish()
}

fn third_layer(machine: &Machine, parts: &Parts<'_>, passed: &SecondUnits) -> (Affine, Affine) {
    let mut layer = Layer::new(passed.width);
    let mut outputs: Vec<Form> = Vec::new();
    for state in 0..parts.counters {
        let unit = layer.unit(sum_of_rules(machine, |rule| rule.next == state));
        outputs.push(Form::of([(unit, 1)]));
    }
    for counter in 0..machine.counters().len() {
        let form = new_counter(machine, passed, counter);
        let positive = layer.unit(form.clone());
        let negative = machine.counters()[counter].signed.then(|| layer.unit(Form::default().plus(-1, &form)));
        outputs.push(Form::of([(positive, 1)].into_iter().chain(negative.map(|unit| (unit, -1)))));
    }
    for stack in 0..machine.stacks().len() {
        outputs.push(new_stack(machine, parts, passed, stack, &mut layer));
    }
    let mut output = Layer::new(layer.units.len());
    output.units = outputs;
    (layer.finish(), output.finish())
}

/// The new value of a stack: the sum of its candidates, each gated by the rules that choose it, and of the pushed
/// symbols' own part.
fn new_stack(machine: &Machine, parts: &Parts<'_>, passed: &SecondUnits, stack: usize, layer: &mut Layer) -> Form {
    let action = |rule: &super::machine::Rule| rule.stacks.iter().find(|(s, _)| *s == stack).map(|(_, action)| *action);
    let code = parts.code;
    let under_top = |form: Form| form.scaled(code.rate()).shifted(code.shift());
    let mut candidates: Vec<(Form, Form)> = vec![
        (passed.stacks[stack].clone(), sum_of_rules(machine, |rule| action(rule).is_none())),
        (
            under_top(passed.stacks[stack].clone()),
            sum_of_rules(machine, |rule| matches!(action(rule), Some(Action::Push(_)))),
        ),
    ];
    if let Some(popped) = &passed.popped[stack] {
        candidates.push((popped.clone(), sum_of_rules(machine, |rule| action(rule) == Some(Action::Pop))));
        candidates.push((
            under_top(popped.clone()),
            sum_of_rules(machine, |rule| matches!(action(rule), Some(Action::Replace(_)))),
        ));
    }
    for (from, source) in passed.stacks.iter().enumerate() {
        candidates.push((source.clone(), sum_of_rules(machine, |rule| action(rule) == Some(Action::Copy(from)))));
    }
    let mut result = Form::default();
    for (value, chosen) in candidates {
        // A candidate that no rule chooses would be a unit that is always 0.
        if !chosen.weights.is_empty() {
            // relu(value + bound (bit - 1)) is value or 0: a code is below the bound.
            let bound = code.bound();
            let unit = layer.unit(value.plus(bound, &chosen).shifted(&Exact::integer(-bound)));
            result.weights.push((unit, Exact::ONE));
        }
    }
    for symbol in 1..machine.n_symbols() {
        let pushed = sum_of_rules(
            machine,
            |rule| matches!(action(rule), Some(Action::Push(b) | Action::Replace(b)) if b == symbol),
        );
        if !pushed.weights.is_empty() {
            let unit = layer.unit(pushed);
            result.weights.push((unit, code.weight() * &Exact::integer(i64::from(symbol))));
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::construction::machine::MachineBuilder;
    use crate::construction::machine::Rule;
    use crate::reduction::Reduction;
    use problems::words_of_length;
    use rnn::ExactArithmetic;

    fn machines() -> Vec<(&'static str, Machine)> {
        let of = |reduction: &dyn Reduction| reduction.machine().unwrap().clone();
        vec![
            ("reachability", of(crate::reachability_relu::ReachabilityRelu::shared())),
            ("copy", of(crate::circuit_value_relu::CircuitValueRelu::shared())),
            ("walk", of(crate::circuit_value_walk_relu::CircuitValueWalkRelu::shared())),
            ("dyck-2", of(crate::dyck_relu::DyckRelu::shared())),
            ("target last", crate::target_last_machine()),
            ("all actions", all_actions()),
        ]
    }

    /// A machine that uses every guard and every action, counters and stacks together.
    fn all_actions() -> Machine {
        let mut m = MachineBuilder::new(["a", "b", "r", "c", "x"], ["Q", "A"]);
        let (d, e) = (m.counter("d", true), m.counter("e", false));
        let (s, t) = (m.stack("s"), m.stack("t"));
        m.rule("Q", "a", &[Guard::Zero(d)], "Q").add(d, 1).add(e, 1).on(s, Action::Push(1));
        m.rule("Q", "a", &[Guard::NonZero(d)], "Q").add(d, -2).on(s, Action::Push(0));
        m.rule("Q", "b", &[Guard::NonEmpty(s), Guard::NonZero(e)], "Q").add(e, -1).on(s, Action::Pop);
        m.rule("Q", "r", &[Guard::Top(s, 0)], "Q").on(s, Action::Replace(1)).on(t, Action::Copy(s));
        m.rule("Q", "r", &[Guard::Top(s, 1)], "Q").on(s, Action::Replace(0)).on(t, Action::Clear);
        m.rule("Q", "c", &[Guard::Empty(t)], "Q").on(t, Action::Push(1));
        m.rule("Q", "c", &[Guard::NonEmpty(t), Guard::NotTop(t, 1)], "Q").on(t, Action::Pop);
        m.rule("Q", "x", &[Guard::NotTop(s, 1), Guard::Zero(e)], "A");
        m.build().unwrap()
    }

    #[test]
    fn network_and_machine_agree_on_every_short_word() {
        for (name, machine) in machines() {
            let network = compile(&machine);
            let length = problems::longest_within(machine.tokens().len(), 20_000);
            let (mut yes, mut no) = (0, 0);
            for word in (0..=length).flat_map(|length| words_of_length(machine.tokens().len(), length)) {
                let mut state = network.start_in(&ExactArithmetic);
                let mut configuration = machine.start();
                for token in word.iter().map(|token| usize::from(*token)) {
                    state = network.step(&ExactArithmetic, &state, token);
                    configuration = machine.step(&configuration, token);
                }
                let answer = machine.is_accepting(&configuration);
                *(if answer { &mut yes } else { &mut no }) += 1;
                let accepted = network.read_out(&ExactArithmetic, &state).is_positive();
                assert_eq!(accepted, answer, "{name}: {word:?}");
                if configuration.state.is_some() {
                    assert_eq!(state, expected_state(&machine, &configuration), "{name}: {word:?}");
                }
            }
            assert!(yes > 0 && no > 0, "{name}: {yes} yes, {no} no");
        }
    }

    fn expected_state(machine: &Machine, at: &crate::construction::machine::Configuration) -> Vec<Exact> {
        let bits = (0..machine.states().len()).map(|state| Exact::integer(i64::from(at.state == Some(state))));
        let counters = at.counters.iter().map(|counter| Exact::integer(*counter));
        bits.chain(counters)
            .chain(at.stacks.iter().map(|stack| StackCode::gapped(machine.n_symbols()).encode(stack)))
            .collect()
    }

    /// The size of a compiled machine by formula: widths, weights and biases are counted from its rules.
    fn formula(machine: &Machine) -> rnn::Size {
        let rules = machine.rules();
        let (n_states, n_stacks) = (machine.states().len(), machine.stacks().len());
        let k = usize::from(machine.n_symbols());
        let signed = machine.counters().iter().filter(|counter| counter.signed).count();
        let unsigned = machine.counters().len() - signed;
        // Layer 1: a unit for every mode and token that some rule is about, and what the literals of counters and stacks need.
        let mut pairs: Vec<(usize, usize)> = rules.iter().map(|rule| (rule.state, rule.token)).collect();
        pairs.sort_unstable();
        pairs.dedup();
        let first = pairs.len() + 4 * signed + 2 * unsigned + 2 * k * n_stacks;
        let first_weights = 2 * pairs.len() + 4 * signed + 2 * unsigned + 2 * k * n_stacks;
        let first_biases = pairs.len() + 2 * signed + unsigned + (2 * k - 1) * n_stacks;

        let is_pop = |action: &Action| matches!(action, Action::Pop | Action::Replace(_));
        let acts = |rule: &Rule, stack: usize| rule.stacks.iter().find(|(s, _)| *s == stack).map(|(_, action)| *action);
        let popped: Vec<bool> =
            (0..n_stacks).map(|stack| rules.iter().any(|rule| acts(rule, stack).is_some_and(|a| is_pop(&a)))).collect();
        let n_popped = popped.iter().filter(|popped| **popped).count();
        // Literals of one rule that read the same stack share units, so that they are counted together.
        let literal_weights = |rule: &Rule| -> usize {
            let counters = rule.guards.iter().map(|guard| match guard {
                Guard::Zero(c) | Guard::NonZero(c) => {
                    if machine.counters()[*c].signed {
                        3
                    } else {
                        1
                    }
                }
                _ => 0,
            });
            let counters: usize = counters.sum();
            let of_stack = |stack: usize| {
                // The coefficient of "at least b", for each b.
                let mut at_least = vec![0i32; k + 1];
                for guard in &rule.guards {
                    match *guard {
                        Guard::NonEmpty(s) if s == stack => at_least[0] += 1,
                        Guard::Empty(s) if s == stack => at_least[0] -= 1,
                        Guard::Top(s, b) | Guard::NotTop(s, b) if s == stack => {
                            let sign = if matches!(guard, Guard::Top(..)) { 1 } else { -1 };
                            at_least[usize::from(b)] += sign;
                            at_least[usize::from(b) + 1] -= sign;
                        }
                        _ => {}
                    }
                }
                2 * at_least[..k].iter().filter(|coefficient| **coefficient != 0).count()
            };
            counters + (0..n_stacks).map(of_stack).sum::<usize>()
        };
        // Layer 2: a unit for every rule, its literals as weights; counters and stacks are passed on, and pops prepared.
        let has_bias = |rule: &&Rule| {
            rule.guards.iter().any(|guard| matches!(guard, Guard::Zero(_) | Guard::NonEmpty(_) | Guard::Top(..)))
        };
        let passed = 2 * signed + unsigned;
        let second = rules.len() + passed + n_stacks + n_popped;
        let second_weights = rules.len()
            + rules.iter().map(literal_weights).sum::<usize>()
            + 4 * signed
            + unsigned
            + n_stacks
            + (2 * k - 1) * n_popped;
        let second_biases = rules.iter().filter(has_bias).count();

        // A machine without stacks ends here: the last layer adds up the rules for modes and counters.
        let changes: [usize; 2] = [true, false].map(|signed| {
            let is = |c: usize| machine.counters()[c].signed == signed;
            rules.iter().map(|rule| rule.counters.iter().filter(|(c, _)| is(*c)).count()).sum()
        });
        let reached: usize = n_states;
        if n_stacks == 0 {
            let width = n_states + signed + unsigned;
            let weights = rules.len() + 2 * signed + unsigned + changes[0] + changes[1];
            return rnn::Size {
                state: width,
                widths: vec![first, second, width],
                heads: Vec::new(),
                hidden: Vec::new(),
                weights: first_weights + second_weights + weights,
                biases: first_biases + second_biases,
            };
        }
        // Layer 3: for every stack, what each kind of rule would make of it, let through by the rules that do so.
        let mut third = reached + 2 * signed + unsigned;
        let mut third_weights = rules.len() + 4 * signed + unsigned + 2 * changes[0] + changes[1];
        let (mut third_biases, mut gated) = (0, 0);
        for stack in 0..n_stacks {
            let count =
                |wanted: &dyn Fn(Option<Action>) -> bool| rules.iter().filter(|r| wanted(acts(r, stack))).count();
            // Each kind of candidate has one unit: its value, the rules that choose it, and a bias.
            let mut candidate = |chosen: usize, value: usize| {
                if chosen > 0 {
                    third += 1;
                    third_weights += chosen + value;
                    third_biases += 1;
                    gated += 1;
                }
            };
            candidate(count(&|a| a.is_none()), 1);
            candidate(count(&|a| matches!(a, Some(Action::Push(_)))), 1);
            candidate(count(&|a| a == Some(Action::Pop)), 1);
            candidate(count(&|a| matches!(a, Some(Action::Replace(_)))), 1);
            for from in 0..n_stacks {
                candidate(count(&|a| a == Some(Action::Copy(from))), 1);
            }
            for symbol in 1..machine.n_symbols() {
                let n = count(&|a| matches!(a, Some(Action::Push(b) | Action::Replace(b)) if b == symbol));
                if n > 0 {
                    third += 1;
                    third_weights += n;
                    gated += 1;
                }
            }
        }
        // Layer 4 adds up what was let through.
        let width = n_states + signed + unsigned + n_stacks;
        rnn::Size {
            state: width,
            widths: vec![first, second, third, width],
            heads: Vec::new(),
            hidden: Vec::new(),
            weights: first_weights + second_weights + third_weights + reached + 2 * signed + unsigned + gated,
            biases: first_biases + second_biases + third_biases,
        }
    }

    #[test]
    fn sizes_are_given_by_the_formulas() {
        for (name, machine) in machines() {
            assert_eq!(compile(&machine).size(), formula(&machine), "{name}");
        }
    }

    #[test]
    fn the_named_machines_have_the_published_sizes() {
        let expected = [
            ("reachability", 10, vec![25, 24, 10], 179),
            ("copy", 7, vec![27, 34, 11, 7], 319),
            ("walk", 9, vec![31, 44, 15, 9], 428),
            ("dyck-2", 3, vec![9, 7, 6, 3], 64),
            ("target last", 9, vec![21, 21, 9], 143),
        ];
        for ((name, machine), (expected_name, state, widths, numbers)) in machines().iter().zip(expected) {
            assert_eq!(*name, expected_name);
            let size = compile(machine).size();
            assert_eq!((size.state, size.widths, size.weights + size.biases), (state, widths, numbers), "{name}");
        }
    }
}
