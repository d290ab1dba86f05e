//! Circuit value: the value of the last gate of a circuit that is spelt gate by gate.
//!
//! Two spellings: `copy`, an item being `0`, `1`, `( .^{a-1} !` or `( .^{a-1} / .^{b-a} G`; and `walk`, in which every dot
//! is walked back by a `<` before the item ends with `)`. The numbers a <= b say how many values back an operand stands.

use super::mathematics::Mathematics;
use super::mathematics::Meaning;
use crate::definition::DEAD;
use crate::definition::Definition;
use problems::Problem;
use problems::circuit_value::CircuitValue;
use problems::circuit_value::Gate;
use problems::circuit_value::Spelling;
use rnn::Datum;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;

/// The modes of [`copy`]: between items, counting an item's dots before and after `/` (with the first operand's value), and
/// the end.
pub const COPY_MODES: [&str; 5] = ["Q", "P", "P_0", "P_1", "A"];

/// The modes of [`walk`]: the same, and walking back with a result.
pub const WALK_MODES: [&str; 7] = ["Q", "P", "P_0", "P_1", "B_0", "B_1", "A"];

/// The mode that carries a gate's result while the stack is walked back.
pub fn carries(result: bool) -> &'static str {
    if result { "B_1" } else { "B_0" }
}

/// One pass over the spelling `copy`: the list holds the values, and `p` points at the one that a dot moves down from. With a
/// window an operand beyond it is read as if the stack ended there.
pub fn copy<'a>(terms: &'a Terms, tokens: &[String], window: Option<u32>) -> Definition<'a> {
    // v(1..k) are the values, p points at the one that `.` moves down from.
    let definition = Definition::new(terms, tokens, COPY_MODES, [("p", 0)]);
    let mut definition = definition.with_list(2);
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

/// One pass over the spelling `walk`: the list holds the values, and `p` points at the one that is walked to.
pub fn walk<'a>(terms: &'a Terms, tokens: &[String]) -> Definition<'a> {
    // v(1..k) are the values; v(1..p) stand on s, the others, walked over, on c.
    let mut definition = Definition::new(terms, tokens, WALK_MODES, [("p", 0)]).with_list(2);
    let before = definition.symbols();
    let (p, k) = (before.register("p"), before.list().length);
    let (always, one) = (terms.truth(true), terms.int(1));
    let (value, last) = (before.list().item(p), before.list().item(k));
    let points = p.at_least(one);
    let is_one = value.equals(one);
    definition.case("Q", "0", always, "Q").push(terms.int(0));
    definition.case("Q", "1", always, "Q").push(one);
    definition.case("Q", "(", always, "P").set("p", k);
    definition.case("Q", "$", k.at_least(one).and(last.equals(one)), "A");
    for mode in ["P", "P_0", "P_1"] {
        definition.case(mode, ".", points, mode).set("p", p - 1);
    }
    definition.case("P", "!", points.and(is_one), carries(false));
    definition.case("P", "!", points, carries(true));
    definition.case("P", "/", points.and(is_one), "P_1");
    definition.case("P", "/", points, "P_0");
    for (mode, first) in [("P_0", false), ("P_1", true)] {
        for gate in Gate::ALL {
            let result = gate_term(terms, gate, first, value).equals(one);
            definition.case(mode, gate.letter(), points.and(result), carries(true));
            definition.case(mode, gate.letter(), points, carries(false));
        }
    }
    for result in [false, true] {
        let back = carries(result);
        definition.case(back, "<", p.below(k), back).set("p", p + 1);
        definition.case(back, ")", p.equals(k), "Q").push(terms.int(i64::from(result)));
    }
    definition.accept("A", always);
    definition
}

/// A gate on two bits as a term, by its truth table.
fn gate_term<'a>(terms: &'a Terms, gate: Gate, first: bool, second: Term<'a>) -> Term<'a> {
    let row = |second: bool| terms.int(i64::from(gate.apply(first, second)));
    terms.if_else(second.equals(terms.int(1)), row(true), row(false))
}

/// The value of every gate is the gate of the values of its operands, and the circuit's is that of the last one.
///
/// `n` values are spelt so far, and an item's dots say how many values back its operands stand, less one: `near` the first
/// one's, `far` the second one's. `val(j)`: the j-th value, 0 or 1.
pub fn mathematics<'a>(terms: &'a Terms, spelling: &'static CircuitValue) -> Mathematics<'a> {
    let walks = spelling.spelling() == Spelling::Walk;
    let registers = ["n", "near", "far"].map(|name| (name, 0));
    let modes = ["items", "first", "second", "back", "end"];
    let mut reading = Definition::new(terms, spelling.alphabet().tokens(), modes, registers);
    let before = reading.symbols();
    let [n, near, far] = ["n", "near", "far"].map(|name| before.register(name));
    let (always, zero) = (terms.truth(true), terms.int(0));
    let value = move |j: Term<'a>| terms.apply("val", &[j], Sort::Int);
    for bit in ["0", "1"] {
        reading.case("items", bit, always, "items").set("n", n + 1);
    }
    reading.case("items", "(", always, "first").set("near", zero).set("far", zero);
    reading.case("items", "$", n.at_least(terms.int(1)), "end");
    reading.case("first", ".", near.below(n), "first").set("near", near + 1);
    reading.case("first", "/", near.below(n), "second").set("far", near);
    reading.case("second", ".", far.below(n), "second").set("far", far + 1);
    if walks {
        reading.case("first", "!", near.below(n), "back").set("far", near);
        reading.case("back", "<", far.above(zero), "back").set("far", far - 1);
        reading.case("back", ")", far.equals(zero), "items").set("n", n + 1);
    } else {
        reading.case("first", "!", near.below(n), "items").set("n", n + 1);
    }
    for gate in Gate::ALL {
        let case = reading.case("second", gate.letter(), far.below(n), if walks { "back" } else { "items" });
        if !walks {
            case.set("n", n + 1);
        }
    }
    reading.accept("end", value(n).equals(terms.int(1)));
    Mathematics::new(reading)
        .with_given(move |mode, token, read, _| {
            let [n, near, far] = ["n", "near", "far"].map(|name| read.register(name));
            let gate = Gate::ALL.into_iter().find(|gate| gate.letter() == token);
            let new = match (mode, token, gate) {
                ("items", "0", _) => terms.int(0),
                ("items", "1", _) => terms.int(1),
                ("first", "!", _) => terms.int(1) - value(n - near),
                ("second", _, Some(gate)) => {
                    let first = value(n - near).equals(terms.int(1));
                    let of = |first| gate_term(terms, gate, first, value(n - far));
                    terms.if_else(first, of(true), of(false))
                }
                _ => return Vec::new(),
            };
            vec![value(n + 1).equals(new)]
        })
        .with_functions(move |word| Some(Box::new(Values::of(spelling, word))))
}

/// What the registers mean: the list holds the values, and `p` is where the operand stands that the dots lead to.
pub fn meaning<'a>(terms: &'a Terms, spelling: &'static CircuitValue) -> Meaning<'a> {
    let value = move |j: Term<'a>| terms.apply("val", &[j], Sort::Int);
    let walks = spelling.spelling() == Spelling::Walk;
    Meaning::new(mathematics(terms, spelling), move |mode, reading, before, read, index| {
        let [n, near, far] = ["n", "near", "far"].map(|name| read.register(name));
        let (p, list) = (before.register("p"), before.list());
        let (zero, one) = (terms.int(0), terms.int(1));
        let is_value = index.at_least(one).and(index.at_most(n));
        let bit = value(index).at_least(zero).and(value(index).at_most(one));
        let mut conjuncts = vec![
            list.length.equals(n),
            n.at_least(zero),
            is_value.implies(list.item(index).equals(value(index)).and(bit)),
        ];
        let within = |distance: Term<'a>| [distance.at_least(zero), distance.at_most(n)];
        let carried = |bit: bool| terms.int(i64::from(bit));
        match (mode, reading) {
            ("Q", "items") => {}
            ("P", "first") => {
                conjuncts.extend(within(near));
                conjuncts.push(p.equals(n - near));
            }
            ("P_0" | "P_1", "second") => {
                conjuncts.extend(within(near).into_iter().chain(within(far)));
                conjuncts.extend([near.below(n), p.equals(n - far), value(n - near).equals(carried(mode == "P_1"))]);
            }
            ("B_0" | "B_1", "back") if walks => {
                conjuncts.extend(within(far));
                conjuncts.extend([p.equals(n - far), value(n + 1).equals(carried(mode == "B_1"))]);
            }
            ("A", "end") => return Some(vec![value(n).equals(one)]),
            (DEAD, "end") => return Some(vec![value(n).differs(one)]),
            (DEAD, DEAD) => return Some(Vec::new()),
            _ => return None,
        }
        Some(conjuncts)
    })
    .at(|before, read| {
        let [n, near, far] = ["n", "near", "far"].map(|name| read.register(name));
        vec![before.register("p"), n, n - near, n - far]
    })
}

/// The values of a concrete word, as far as it spells items.
struct Values(Vec<bool>);

impl Values {
    fn of(spelling: &CircuitValue, word: &[usize]) -> Self {
        let mut values: Vec<bool> = Vec::new();
        // The dots of the item that is read, and those before its `/`.
        let (mut dots, mut near) = (0, None);
        let at = |values: &[bool], distance: usize| values.len().checked_sub(distance + 1).map(|index| values[index]);
        for token in word {
            let text = spelling.alphabet().tokens()[*token].as_str();
            let gate = Gate::ALL.into_iter().find(|gate| gate.letter() == text);
            let value = match text {
                "0" => Some(false),
                "1" => Some(true),
                "(" => {
                    (dots, near) = (0, None);
                    continue;
                }
                "." => {
                    dots += 1;
                    continue;
                }
                "/" => {
                    near = Some(dots);
                    continue;
                }
                "!" => at(&values, dots).map(|operand| !operand),
                _ => match (gate, near) {
                    (Some(gate), Some(near)) => {
                        at(&values, near).zip(at(&values, dots)).map(|(first, second)| gate.apply(first, second))
                    }
                    // What walks back adds no value.
                    _ => continue,
                },
            };
            let Some(value) = value else { break };
            values.push(value);
        }
        Self(values)
    }
}

impl Valuation for Values {
    fn symbol(&self, _: &str) -> Option<Datum> {
        None
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        let index = usize::try_from(arguments.first()?.to_i64()?).ok().and_then(|j| j.checked_sub(1));
        let value = index.and_then(|index| self.0.get(index)).is_some_and(|value| *value);
        (function == "val").then(|| Datum::Number(Exact::integer(i64::from(value))))
    }
}

/// Circuit value over positions, for both spellings. An item ends at a place; its place in the order of values is the
/// number of items that end up to there, and an operand is the value whose order is the item's own minus the distance,
/// looked up among all earlier places.
pub fn positional<'a>(terms: &'a Terms, spelling: &CircuitValue, tokens: &[Term<'a>]) -> Term<'a> {
    let (no, zero) = (terms.truth(false), terms.int(0));
    let n = tokens.len();
    let Some(last) = n.checked_sub(1) else { return no };
    let is = |place: usize, text: &str| match spelling.alphabet().token(text) {
        Some(token) => tokens[place].equals(terms.int(i64::from(token))),
        None => no,
    };
    let walks = spelling.spelling() == Spelling::Walk;
    // What must hold wherever a token stands, and the number of values that have ended.
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
        // The operands, looked up by their order, and what the gate makes of them.
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
        // Which token may stand where.
        let reading = open.and(after_gate.negate());
        rules.push(is_input.or(opens).or(end).implies(open.negate()));
        rules.push(end.implies(terms.truth(place == last)));
        rules.push(dot.implies(reading));
        rules.push(slash.or(is_not).implies(terms.all([reading, after_slash.negate(), near.below(order)])));
        rules.push(is_gate.implies(terms.all([reading, after_slash, far.below(order)])));
        rules.push(back.implies(after_gate.and(far.above(zero))));
        rules.push(close.implies(after_gate.and(far.equals(zero))));
        // Whether a value ends here, and which.
        let decides = is_not.or(is_gate);
        let (ends, value) = if walks {
            (is_input.or(close), is(place, "1").or(close.and(result)))
        } else {
            (is_input.or(decides), is(place, "1").or(computed))
        };
        // What was read, for the next token.
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
    // The word's answer is the last value.
    let answer = values.iter().map(|(ends, place, value)| terms.all([*ends, place.equals(order), *value]));
    terms.all(rules).and(terms.any(answer.collect::<Vec<_>>()))
}
