//! Reachability with the target last, as the paper gives it, by a one-layer ReLU RNN of log precision (Theorem 2).
//!
//! **Claim.** For every word over `0 | # % $`, the network with these fixed weights accepts it iff it spells a sorted
//! deterministic graph whose target, given after the edges, is the *end* of the walk from the source. Under the promise
//! that the target has no outgoing edge this is reachability, and the variant `target-last-sink` is proved. Without it
//! the variant `target-last` is refuted: a target that is passed on the way is rejected.
//!
//! **Machine.** That of [`crate::ReachabilityRelu`] without its counter g: what is left of the printed machine once its
//! reset of a counter, which no network with fixed weights can do in one step, is replaced by counting down.

use crate::Description;
use crate::Reduction;
use crate::construction::compile::compile;
use crate::construction::machine::Guard;
use crate::construction::machine::Machine;
use crate::construction::machine::MachineBuilder;
use crate::definition::Definition;
use crate::proof::Invariant;
use crate::proof::Kind;
use crate::proof::Lemma;
use crate::statement::path_queries::PathQueries;
use crate::statement::path_queries::Walk;
use crate::statement::unary_graph::EdgeAt;
use crate::statement::unary_graph::Places;
use crate::statement::unary_graph::reached;
use problems::Problem;
use problems::reachability_target_last::ReachabilityTargetLast;
use problems::reachability_target_last::ReachabilityTargetLastSink;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

const MODES: [&str; 6] = ["S", "I", "U", "M", "T", "A"];

/// The reduction, with or without the promise.
#[derive(Debug)]
pub struct ReachabilityTargetLastRelu {
    machine: Machine,
    network: Network,
    is_sink_promised: bool,
}

impl ReachabilityTargetLastRelu {
    fn new(is_sink_promised: bool) -> Self {
        let machine = target_last_machine();
        let network = compile(&machine);
        Self { machine, network, is_sink_promised }
    }

    /// Without the promise, as printed: refuted.
    pub fn any_target() -> &'static Self {
        static SHARED: LazyLock<ReachabilityTargetLastRelu> = LazyLock::new(|| ReachabilityTargetLastRelu::new(false));
        &SHARED
    }

    /// Under the promise that the target is a sink: proved.
    pub fn sink() -> &'static Self {
        static SHARED: LazyLock<ReachabilityTargetLastRelu> = LazyLock::new(|| ReachabilityTargetLastRelu::new(true));
        &SHARED
    }
}

/// The machine: `0^s (# 0^i | 0^j)* % 0^t $` is accepted iff the target is the *end* of the walk.
pub fn target_last_machine() -> Machine {
    use Guard::NonZero;
    use Guard::Zero;
    let mut m = MachineBuilder::new(["0", "|", "#", "%", "$"], ["S", "I", "U", "M", "T", "A"]);
    let d = m.counter("d", true);
    let (e, f) = (m.counter("e", false), m.counter("f", false));
    m.rule("S", "0", &[], "S").add(d, 1);
    m.rule("S", "#", &[], "I");
    m.rule("S", "%", &[], "T");
    m.rule("I", "0", &[Zero(f)], "I").add(d, -1).add(e, 1);
    m.rule("I", "0", &[NonZero(f)], "I").add(d, -1).add(e, 1).add(f, -1);
    m.rule("I", "|", &[Zero(f), Zero(d)], "M").add(e, 1);
    m.rule("I", "|", &[Zero(f), NonZero(d)], "U").add(e, 1).add(d, -1);
    m.rule("U", "0", &[Zero(e)], "U");
    m.rule("U", "0", &[NonZero(e)], "U").add(d, 1).add(f, 1).add(e, -1);
    m.rule("M", "0", &[Zero(e)], "M").add(d, 1);
    m.rule("M", "0", &[NonZero(e)], "M").add(d, 1).add(f, 1).add(e, -1);
    for state in ["U", "M"] {
        m.rule(state, "#", &[Zero(e)], "I");
        m.rule(state, "%", &[Zero(e)], "T");
    }
    m.rule("T", "0", &[], "T").add(d, -1);
    m.rule("T", "$", &[Zero(d)], "A");
    m.build().expect("the rules cannot be read in two ways")
}

impl Reduction for ReachabilityTargetLastRelu {
    fn description(&self) -> Description {
        let (variant, claim, proved, deviation) = if self.is_sink_promised {
            (
                "target-last-sink",
                "For every word over 0 | # % $, of any length, in which the target has no outgoing edge, the one-layer \
                 ReLU RNN with these fixed weights accepts it iff it spells a sorted deterministic graph in which the \
                 target, given last, is on the path from the source.",
                "network = definition = paths, under the promise",
                "The promise that the target is a sink, which the paper's definition does not make and its hardness \
                 proof meets. A counter that is set to 0 in one step is counted down instead.",
            )
        } else {
            (
                "target-last",
                "As printed, and false: for every word over 0 | # % $ the one-layer ReLU RNN with these fixed weights \
                 accepts it iff it spells a sorted deterministic graph in which the target, given last, is on the path \
                 from the source.",
                "refuted: only the end of the path is recognised",
                "A counter that is set to 0 in one step is counted down instead, since no network with fixed weights \
                 can do the first. The answers are those of the printed machine.",
            )
        };
        Description {
            model: "relu",
            variant: Some(variant),
            theorem: "Theorem 2",
            regime: "log precision",
            claim,
            proved,
            deviation,
            on_paper: "Induction over the word. That P(v), \"the target is on the path from v\", exists as the four \
                       queries describe it: P(v) iff v = t or v has an edge and P(its end), which is well defined \
                       because every edge leads forward.",
        }
    }

    fn problem(&self) -> &dyn Problem {
        if self.is_sink_promised { &ReachabilityTargetLastSink } else { &ReachabilityTargetLast }
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn machine(&self) -> Option<&Machine> {
        Some(&self.machine)
    }

    /// Is the target the end of the walk?
    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        let registers = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| (name, 0));
        let mut definition = Definition::new(terms, self.network.tokens(), MODES, registers);
        let before = definition.symbols();
        let [s, t, cur, ip, a, i, b] = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| before.register(name));
        let (always, zero) = (terms.truth(true), terms.int(0));
        definition.case("S", "0", always, "S").set("s", s + 1);
        definition.case("S", "#", always, "I").set("cur", s).set("ip", zero).set("a", zero);
        definition.case("S", "%", always, "T").set("cur", s).set("t", zero);
        definition.case("I", "0", always, "I").set("a", a + 1);
        let sorted = a.at_least(ip);
        definition.case("I", "|", sorted.and(cur.equals(a)), "M").set("i", a).set("b", zero);
        definition.case("I", "|", sorted, "U").set("i", a).set("b", zero);
        for mode in ["U", "M"] {
            let after = if mode == "M" { b } else { cur };
            definition.case(mode, "0", always, mode).set("b", b + 1);
            definition.case(mode, "#", b.above(i), "I").set("cur", after).set("ip", i + 1).set("a", zero);
            definition.case(mode, "%", b.above(i), "T").set("cur", after).set("t", zero);
        }
        definition.case("T", "0", always, "T").set("t", t + 1);
        definition.case("T", "$", cur.equals(t), "A");
        definition.accept("A", always);
        definition
    }

    fn invariant<'a>(&self, terms: &'a Terms) -> Invariant<'a> {
        let control = MODES.map(|name| (name, Kind::Control));
        let counters = ["d", "e", "f"].map(|name| (name, Kind::Integer));
        Invariant::new(control.into_iter().chain(counters), move |mode, h, state| {
            let zero = terms.int(0);
            let positive = |x: Term<'a>| terms.if_else(x.above(zero), x, zero);
            let least = |x: Term<'a>, y: Term<'a>| terms.if_else(x.below(y), x, y);
            let [s, t, cur, ip, a, i, b] = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| state.register(name));
            let counter = |name: &str, value: Term<'a>| h.get(name).equals(value.to_real());
            let counters = |d: Term<'a>, e: Term<'a>, f: Term<'a>| [counter("d", d), counter("e", e), counter("f", f)];
            let mut conjuncts: Vec<Term<'a>> =
                [s, t, cur, ip, a, i, b].map(|register| register.at_least(zero)).to_vec();
            let (rest, counted) = (positive(i + 1 - b), least(b, i + 1));
            match mode {
                "S" => conjuncts.extend(counters(s, zero, zero)),
                "I" => conjuncts.extend(counters(cur - a, a, positive(ip - a))),
                "U" => conjuncts.extend(counters(cur - i - 1 + counted, rest, counted)),
                "M" => {
                    conjuncts.push(cur.equals(i));
                    conjuncts.extend(counters(b, rest, counted));
                }
                "T" => conjuncts.push(counter("d", cur - t)),
                _ => {}
            }
            if ["T", "A"].contains(&mode) || mode == crate::definition::DEAD {
                conjuncts.extend(["e", "f"].map(|name| h.get(name).at_least(terms.ratio(0, 1))));
            }
            conjuncts
        })
    }

    fn lemmas<'a>(&self, terms: &'a Terms) -> Option<(&'static str, Vec<Lemma<'a>>)> {
        let walk = if self.is_sink_promised { Walk::EndsInSink } else { Walk::RunsOn };
        Some(("definition = paths", PathQueries::new(terms, walk).lemmas()))
    }

    /// Is the target reached, and has it no edge?
    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        let n = tokens.len();
        let [digit, bar, hash, percent, end] = [0, 1, 2, 3, 4];
        let Some(last) = n.checked_sub(1) else { return terms.truth(false) };
        let places = Places::new(terms, tokens, digit);
        let ahead = |token: i64| places.next_separator_is(token);
        let (bar_ahead, end_ahead) = (ahead(bar), ahead(end));
        let edge_or_target: Vec<Term<'a>> = ahead(hash).into_iter().zip(ahead(percent)).map(|(a, b)| a.or(b)).collect();
        // Separators: `#` and `|` in turn, then `%` and `$`, which stands at the end.
        let mut rules = vec![places.is(last, end), edge_or_target[0]];
        let mut previous_source = terms.int(-1);
        let mut edges = Vec::new();
        let (source, target) = (places.run_from(0), places.run_before(last));
        for place in 0..n {
            let edge = places.is(place, bar);
            let (from, to) = (places.run_before(place), places.run_after(place));
            rules.push(places.is(place, hash).implies(bar_ahead[place + 1]));
            rules.push(edge.implies(edge_or_target[place + 1]));
            rules.push(places.is(place, percent).implies(end_ahead[place + 1]));
            rules.push(places.is(place, end).implies(terms.truth(place == last)));
            rules.push(edge.implies(from.above(previous_source).and(to.above(from))));
            rules.push(edge.implies(from.differs(target)));
            previous_source = terms.if_else(edge, from, previous_source);
            edges.push(EdgeAt { exists: edge, from, to });
        }
        terms.all(rules).and(reached(terms, n, source, target, &edges))
    }
}
