//! Reachability with the target last, as the paper gives it, by a one-layer ReLU RNN of log precision (Theorem 2).
//!
//! **Claim.** For every word over `0 | # % $`, the network with these fixed weights accepts it iff it spells a sorted
//! deterministic graph whose target, given after the edges, is the *end* of the walk from the source. Under the promise
//! that the target has no outgoing edge this is reachability, and the variant `target-last-sink` is proved. Without it
//! the variant `target-last` is refuted: a target that is passed on the way is rejected.
//!
//! **Machine.** That of [`crate::reachability_relu::ReachabilityRelu`] without its counter g: what is left of the printed machine once its
//! reset of a counter, which no network with fixed weights can do in one step, is replaced by counting down.

use crate::construction::compile::compile;
use crate::construction::machine::Guard;
use crate::construction::machine::Machine;
use crate::construction::machine::MachineBuilder;
use crate::definition::Definition;
use crate::proof::CoordinateKind;
use crate::proof::Invariant;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::statement::mathematics::Meaning;
use crate::statement::reachability::target_last;
use crate::statement::reachability::target_last::MODES;
use problems::Problem;
use problems::reachability_target_last::ReachabilityTargetLast;
use problems::reachability_target_last::ReachabilityTargetLastSink;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

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
        const SINK: &[Clause] = &[Clause::decides_by_induction(
            "For every word over 0 | # % $, of any length, in which the target has no outgoing edge, the one-layer ReLU \
             RNN with these fixed weights accepts it iff it spells a sorted deterministic graph in which the target, \
             given last, is on the path from the source",
        )];
        const PRINTED: &[Clause] = &[Clause::decides_by_induction(
            "As printed, and false: for every word over 0 | # % $ the one-layer ReLU RNN with these fixed weights \
             accepts it iff it spells a sorted deterministic graph in which the target, given last, is on the path from \
             the source",
        )];
        let (variant, claim, refuted, deviation) = if self.is_sink_promised {
            (
                "target-last-sink",
                SINK,
                None,
                "The promise that the target is a sink, which the paper's definition does not make and its hardness \
                 proof meets. A counter that is set to 0 in one step is counted down instead.",
            )
        } else {
            (
                "target-last",
                PRINTED,
                Some("only the end of the path is recognised"),
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
            idealised: "",
            deviation,
            on_paper: "The two inductions over the word. That P(v), \"the target is on the path from v\", exists: P(v) iff \
                       v is the target, or v has an edge and P(its end), which is well defined because every edge leads \
                       forward.",
            refuted,
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

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        target_last::definition(terms, self.network.tokens())
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        target_last::meaning(terms, self.network.tokens(), self.is_sink_promised)
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        Proof::by_induction(terms, network, self.definition(terms), invariant(terms), self.meaning(terms))
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        target_last::positional(terms, tokens)
    }
}

/// What the counters hold in each mode.
fn invariant<'a>(terms: &'a Terms) -> Invariant<'a> {
    let control = MODES.map(|name| (name, CoordinateKind::Control));
    let counters = ["d", "e", "f"].map(|name| (name, CoordinateKind::Integer));
    Invariant::new(control.into_iter().chain(counters), move |mode, h, state| {
        let zero = terms.int(0);
        let positive = |x: Term<'a>| terms.if_else(x.above(zero), x, zero);
        let least = |x: Term<'a>, y: Term<'a>| terms.if_else(x.below(y), x, y);
        let [s, t, cur, ip, a, i, b] = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| state.register(name));
        let counter = |name: &str, value: Term<'a>| h.get(name).equals(value.to_real());
        let counters = |d: Term<'a>, e: Term<'a>, f: Term<'a>| [counter("d", d), counter("e", e), counter("f", f)];
        let mut conjuncts: Vec<Term<'a>> = [s, t, cur, ip, a, i, b].map(|register| register.at_least(zero)).to_vec();
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
