//! Circuit value by a one-layer ReLU RNN with two stacks, one of them a copied register (Theorem 1 and Corollary 2,
//! repaired).
//!
//! **Claim.** For every word over the twelve tokens, the network with these fixed weights accepts it iff it spells a
//! circuit whose last value is 1.
//!
//! **Deviation.** Stacks are in base 4 with a gap (the printed base-2 code has no margin between two tops), and an
//! operand is read by copying the stack into a scratch register in one step, which a network can do and a stack machine
//! cannot; the pure two-stack form is the variant `walk`.
//!
//! **As printed.** [`CircuitValueRelu::printed`] is the same machine with the printed stacks, base 2 and read by a ramp of
//! a fixed slope. It is refuted: the empty stack is the stack 0, and a top 0 over enough 1s is read as no symbol at all.

use crate::Description;
use crate::Reduction;
use crate::construction::compile::compile;
use crate::construction::compile::compile_coded;
use crate::construction::machine::Action;
use crate::construction::machine::Guard;
use crate::construction::machine::Machine;
use crate::construction::machine::MachineBuilder;
use crate::definition::Definition;
use crate::definition::stack_code::StackCode;
use crate::proof::Invariant;
use crate::proof::Kind;
use crate::proof::ProofError;
use crate::proof::precision::Agreement;
use crate::proof::precision::Bound;
use crate::proof::precision::Growth;
use crate::proof::precision::PrecisionProof;
use crate::proof::precision::Searched;
use crate::proof::precision::Window;
use crate::proof::precision::beyond;
use num_rational::BigRational;
use problems::Problem;
use problems::circuit_value::CircuitValue;
use problems::circuit_value::Gate;
use problems::circuit_value::Spelling;
use rnn::Network;
use rnn::Precision;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

const MODES: [&str; 5] = ["Q", "P", "P_0", "P_1", "A"];

/// The reduction.
#[derive(Debug)]
pub struct CircuitValueRelu {
    machine: Machine,
    network: Network,
    code: StackCode,
    is_printed: bool,
}

/// The slope of the ramp by which the printed variant reads the top of a stack. Another slope fails at another depth.
const PRINTED_SLOPE: i64 = 2;

impl CircuitValueRelu {
    /// The one value of this reduction.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<CircuitValueRelu> = LazyLock::new(|| {
            let machine = machine();
            let network = compile(&machine);
            CircuitValueRelu { machine, network, code: StackCode::gapped(2), is_printed: false }
        });
        &SHARED
    }

    /// The form with the printed stacks, its tops read by a ramp of slope 2: refuted.
    pub fn printed() -> &'static Self {
        static SHARED: LazyLock<CircuitValueRelu> = LazyLock::new(|| CircuitValueRelu::printed_with(PRINTED_SLOPE));
        &SHARED
    }

    /// The form with the printed stacks, its tops read by a ramp of this slope.
    pub fn printed_with(slope: i64) -> Self {
        let machine = machine();
        let code = StackCode::printed(slope);
        let network = compile_coded(&machine, &code);
        Self { machine, network, code, is_printed: true }
    }

    /// How its stacks are coded and read.
    pub fn code(&self) -> &StackCode {
        &self.code
    }
}

fn spelling() -> &'static CircuitValue {
    problems::circuit_value::copy()
}

fn machine() -> Machine {
    let tokens = spelling().alphabet().tokens().iter().map(String::as_str);
    let mut m = MachineBuilder::new(tokens, MODES);
    let (s, c) = (m.stack("s"), m.stack("c"));
    for bit in [0, 1] {
        m.rule("Q", &bit.to_string(), &[], "Q").on(s, Action::Push(bit));
    }
    m.rule("Q", "(", &[], "P").on(c, Action::Copy(s));
    m.rule("Q", "$", &[Guard::Top(s, 1)], "A");
    m.rule("P", ".", &[Guard::NonEmpty(c)], "P").on(c, Action::Pop);
    for (bit, mode) in [(0, "P_0"), (1, "P_1")] {
        m.rule("P", "!", &[Guard::Top(c, bit)], "Q").on(s, Action::Push(1 - bit)).on(c, Action::Clear);
        m.rule("P", "/", &[Guard::Top(c, bit)], mode);
        m.rule(mode, ".", &[Guard::NonEmpty(c)], mode).on(c, Action::Pop);
        for gate in Gate::ALL {
            for other in [0, 1] {
                let value = u8::from(gate.apply(bit == 1, other == 1));
                m.rule(mode, gate.letter(), &[Guard::Top(c, other)], "Q")
                    .on(s, Action::Push(value))
                    .on(c, Action::Clear);
            }
        }
    }
    m.build().expect("the rules cannot be read in two ways")
}

impl CircuitValueRelu {
    /// The definition; with a window an operand beyond it is read as if the stack ended there.
    fn definition_within<'a>(&self, terms: &'a Terms, window: Option<u32>) -> Definition<'a> {
        // v(1..k) are the values, p points at the one that `.` moves down from.
        let definition = Definition::new(terms, self.network.tokens(), MODES, [("p", 0)]);
        let mut definition = definition.with_list_coded(self.code.clone());
        if let Some(window) = window {
            definition = definition.within(window);
        }
        let before = definition.symbols();
        let (p, k) = (before.register("p"), before.list().length);
        let (always, one) = (terms.truth(true), terms.int(1));
        let (value, last) = (before.list().item(p), before.list().item(k));
        let oldest = before.list().bottom + 1;
        let points = p.at_least(oldest);
        definition.case("Q", "0", always, "Q").push(terms.int(0));
        definition.case("Q", "1", always, "Q").push(one);
        definition.case("Q", "(", always, "P").set("p", k);
        definition.case("Q", "$", k.at_least(oldest).and(last.equals(one)), "A");
        definition.case("P", ".", points, "P").set("p", p - 1);
        definition.case("P", "!", points, "Q").push(one - value);
        definition.case("P", "/", points.and(value.equals(one)), "P_1");
        definition.case("P", "/", points, "P_0");
        for (mode, first) in [("P_0", false), ("P_1", true)] {
            definition.case(mode, ".", points, mode).set("p", p - 1);
            for gate in Gate::ALL {
                let result = gate_term(terms, gate, first, value);
                definition.case(mode, gate.letter(), points, "Q").push(result);
            }
        }
        definition.accept("A", always);
        definition
    }
}

/// The invariant, where every code is below this bound. With a window, what is forgotten is what lies beyond it.
fn invariant<'a>(terms: &'a Terms, bound: Term<'a>, window: Option<u32>) -> Invariant<'a> {
    let control = MODES.map(|name| (name, Kind::Control));
    let stacks = [("s", Kind::Real), ("c", Kind::Real)];
    let zero = terms.linear(bound.sort(), BigRational::from_integer(0.into()), []);
    Invariant::new(control.into_iter().chain(stacks), move |mode, h, state| {
        let (p, list) = (state.register("p"), state.list());
        let (s, c) = (h.get("s"), h.get("c"));
        let mut conjuncts = vec![list.length.at_least(terms.int(0))];
        conjuncts.extend([s, c].map(|stack| stack.at_least(zero).and(stack.below(bound))));
        conjuncts.extend(window.map(|window| list.bottom.equals(beyond(terms, list.length, window))));
        match mode {
            "Q" => conjuncts.extend([s.equals(list.prefix(list.length)), c.equals(zero)]),
            "P" | "P_0" | "P_1" => conjuncts.extend([
                p.at_least(list.bottom),
                p.at_most(list.length),
                s.equals(list.prefix(list.length)),
                c.equals(list.prefix(p)),
            ]),
            _ => {}
        }
        conjuncts
    })
    .with_facts_at(|state| {
        let p = state.register("p");
        vec![state.list().length, p]
    })
}

/// A gate on two bits as a term, by its truth table.
pub(crate) fn gate_term<'a>(terms: &'a Terms, gate: Gate, first: bool, second: Term<'a>) -> Term<'a> {
    let row = |second: bool| terms.int(i64::from(gate.apply(first, second)));
    terms.if_else(second.equals(terms.int(1)), row(true), row(false))
}

impl Reduction for CircuitValueRelu {
    fn description(&self) -> Description {
        if self.is_printed {
            return Description {
                model: "relu",
                variant: Some("printed"),
                theorem: "Theorem 1, Corollary 2",
                regime: "polynomial precision",
                claim: "As printed, and false: for every word over 0 1 ( . / ! A O N R X $ the one-layer ReLU RNN with \
                        these fixed weights accepts it iff it spells a circuit whose last value is 1.",
                proved: "refuted: base-2 stacks have no margin",
                deviation: "Stacks are in base 2, v + s/2 with 0 for the empty one, and a top is read by a ramp of fixed \
                            slope, as printed; the machine is that of the variant copy, since no machine for a \
                            P-complete language is given.",
                on_paper: "Nothing: it is false for every slope, at a depth that the slope decides.",
            };
        }
        Description {
            model: "relu",
            variant: Some("copy"),
            theorem: "Theorem 1, Corollary 2",
            regime: "polynomial precision",
            claim: "For every word over 0 1 ( . / ! A O N R X $, of any length, the one-layer ReLU RNN with these fixed \
                    weights accepts it iff it spells a circuit, of any number of values, whose last value is 1.",
            proved: "network = definition",
            deviation: "Stacks are in base 4 with a gap of 1/4 between tops (the printed base-2 code has no margin), and \
                        an operand is found by copying the stack into a scratch register in one step. The paper asks \
                        for polynomial padding; here the unary distances are the padding.",
            on_paper: "Induction over the word. That the stack code E of a list exists, with E(0) = 0 and \
                       E(j) = (2 v(j) + 1 + E(j-1)) / 4, and lies in [0, 1).",
        }
    }

    fn problem(&self) -> &dyn Problem {
        spelling()
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn machine(&self) -> Option<&Machine> {
        Some(&self.machine)
    }

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        self.definition_within(terms, None)
    }

    fn invariant<'a>(&self, terms: &'a Terms) -> Invariant<'a> {
        invariant(terms, terms.ratio(self.code.bound(), 1), None)
    }

    fn precision_proof<'a>(
        &self,
        terms: &'a Terms,
        network: &Network,
        n: usize,
        precision: &Precision,
    ) -> Option<Result<PrecisionProof<'a>, ProofError>> {
        if self.is_printed {
            return None;
        }
        let window = Window::of(precision)?;
        let definition = self.definition_within(terms, Some(window.size));
        let list = definition.symbols().list().clone();
        // A word with at most P + 1 values has at most P when it looks for an operand; a gate counts from its `(` on.
        let small = list.length.at_most(terms.int(window.size.into()));
        let operands = ["P", "P_0", "P_1"].map(|name| (name, small));
        let agreement = Agreement {
            exact: self.definition_within(terms, None),
            conditions: operands.to_vec(),
            words: format!("every word with at most {n} values"),
            fits: n <= window.size as usize + 1,
        };
        let invariant = invariant(terms, window.one(terms), Some(window.size));
        Some(window.proof(terms, network, definition, invariant, agreement))
    }

    fn searched(&self) -> Searched {
        Searched::FracBits { int_bits: 2 }
    }

    fn precision_bound(&self, n: usize) -> Option<Bound> {
        let bits = u32::try_from(2 * n.saturating_sub(1).max(1)).ok()?;
        Some(Bound { bits, formula: "2 (n - 1)", growth: Growth::Linear })
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        positional(terms, spelling(), tokens)
    }
}

/// Circuit value over positions, for both spellings. An item ends at a place; its place in the order of values is the
/// number of items that end up to there, and an operand is the value whose order is the item's own minus the distance,
/// looked up among all earlier places.
pub(crate) fn positional<'a>(terms: &'a Terms, spelling: &CircuitValue, tokens: &[Term<'a>]) -> Term<'a> {
    let (no, zero) = (terms.truth(false), terms.int(0));
    let n = tokens.len();
    let Some(last) = n.checked_sub(1) else { return no };
    let is = |place: usize, text: &str| match spelling.alphabet().token(text) {
        Some(token) => tokens[place].equals(terms.int(i64::from(token))),
        None => no,
    };
    let walks = spelling.spelling() == Spelling::Walk;
    let mut rules = vec![is(last, "$")];
    let mut order = zero;
    // Whether an item is open, whether its `/` was read, whether its gate was (then it is being walked back), its
    // result, and the dots read before `/` and in all.
    let (mut open, mut after_slash, mut after_gate, mut result) = (no, no, no, no);
    let (mut near, mut far) = (zero, zero);
    // For each place: whether a value ends there, its order, the value.
    let mut values: Vec<(Term<'a>, Term<'a>, Term<'a>)> = Vec::new();
    for place in 0..n {
        let [opens, dot, slash, end] = ["(", ".", "/", "$"].map(|text| is(place, text));
        let [is_not, back, close] = ["!", "<", ")"].map(|text| is(place, text));
        let is_input = is(place, "0").or(is(place, "1"));
        let is_gate = terms.any(Gate::ALL.map(|gate| is(place, gate.letter())));
        let at_distance = |distance: Term<'a>| {
            let wanted = order + 1 - distance;
            let hits = values.iter().map(|(ends, order, value)| terms.all([*ends, order.equals(wanted), *value]));
            terms.any(hits.collect::<Vec<_>>())
        };
        let (first, second) = (at_distance(near + 1), at_distance(far + 1));
        let mut computed = is_not.and(first.negate());
        for gate in Gate::ALL {
            let rows = [(false, false), (false, true), (true, false), (true, true)];
            let rows = rows
                .into_iter()
                .filter(|(a, b)| gate.apply(*a, *b))
                .map(|(a, b)| first.equals(terms.truth(a)).and(second.equals(terms.truth(b))));
            computed = computed.or(is(place, gate.letter()).and(terms.any(rows.collect::<Vec<_>>())));
        }
        let reading = open.and(after_gate.negate());
        rules.push(is_input.or(opens).or(end).implies(open.negate()));
        rules.push(end.implies(terms.truth(place == last)));
        rules.push(dot.implies(reading));
        rules.push(slash.or(is_not).implies(terms.all([reading, after_slash.negate(), near.below(order)])));
        rules.push(is_gate.implies(terms.all([reading, after_slash, far.below(order)])));
        rules.push(back.implies(after_gate.and(far.above(zero))));
        rules.push(close.implies(after_gate.and(far.equals(zero))));
        let decides = is_not.or(is_gate);
        let (ends, value) = if walks {
            (is_input.or(close), is(place, "1").or(close.and(result)))
        } else {
            (is_input.or(decides), is(place, "1").or(computed))
        };
        result = decides.and(computed).or(decides.negate().and(result));
        let counted = |count: Term<'a>, counts: Term<'a>| terms.if_else(counts, count + 1, count);
        near = terms.if_else(opens, zero, counted(near, dot.and(after_slash.negate())));
        // Walking back takes away what the dots have added.
        far = terms.if_else(opens, zero, terms.if_else(back, far - 1, counted(far, dot)));
        after_slash = after_slash.or(slash).and(decides.negate());
        after_gate = after_gate.or(decides).and(close.negate());
        after_gate = if walks { after_gate } else { no };
        open = open.or(opens).and(ends.negate());
        order = terms.if_else(ends, order + 1, order);
        values.push((ends, order, value));
    }
    let answer = values.iter().map(|(ends, place, value)| terms.all([*ends, place.equals(order), *value]));
    terms.all(rules).and(terms.any(answer.collect::<Vec<_>>()))
}
