//! Circuit value by a one-layer ReLU RNN that is a pure two-stack machine (Theorem 1 and Corollary 2, repaired).
//!
//! **Claim.** For every word over the fourteen tokens, the network with these fixed weights accepts it iff it spells a
//! circuit, operands reached by walking, whose last value is 1.
//!
//! **Deviation.** Stacks are in base 4 with a gap. No register is ever copied: `.` moves the top of one stack to the
//! other, `<` moves it back, so that this is the multi-stack machine of which the theorem speaks, one step per token.

use crate::construction::compile::compile;
use crate::construction::machine::Action;
use crate::construction::machine::Guard;
use crate::construction::machine::Machine;
use crate::construction::machine::MachineBuilder;
use crate::definition::Definition;
use crate::proof::CoordinateKind;
use crate::proof::Invariant;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::precision::FixedPrecision;
use crate::proof::precision::Searched;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::statement;
use crate::statement::circuit_value::WALK_MODES as MODES;
use crate::statement::circuit_value::carries;
use crate::statement::mathematics::Meaning;
use problems::Problem;
use problems::circuit_value::CircuitValue;
use problems::circuit_value::Gate;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

/// The reduction.
#[derive(Debug)]
pub struct CircuitValueWalkRelu {
    machine: Machine,
    network: Network,
}

impl CircuitValueWalkRelu {
    /// The one value of this reduction.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<CircuitValueWalkRelu> = LazyLock::new(|| {
            let machine = machine();
            let network = compile(&machine);
            CircuitValueWalkRelu { machine, network }
        });
        &SHARED
    }
}

fn spelling() -> &'static CircuitValue {
    problems::circuit_value::walk()
}

fn machine() -> Machine {
    let tokens = spelling().alphabet().tokens().iter().map(String::as_str);
    let mut m = MachineBuilder::new(tokens, MODES);
    let (s, c) = (m.stack("s"), m.stack("c"));
    m.rule("Q", "(", &[], "P");
    m.rule("Q", "$", &[Guard::Top(s, 1)], "A");
    for (bit, mode) in [(0, "P_0"), (1, "P_1")] {
        m.rule("Q", &bit.to_string(), &[], "Q").on(s, Action::Push(bit));
        for walking in ["P", "P_0", "P_1"] {
            m.rule(walking, ".", &[Guard::Top(s, bit)], walking).on(s, Action::Pop).on(c, Action::Push(bit));
        }
        m.rule("P", "!", &[Guard::Top(s, bit)], carries(bit == 0));
        m.rule("P", "/", &[Guard::Top(s, bit)], mode);
        for gate in Gate::ALL {
            for other in [0, 1] {
                let result = gate.apply(bit == 1, other == 1);
                m.rule(mode, gate.letter(), &[Guard::Top(s, other)], carries(result));
            }
        }
        for result in [false, true] {
            let back = carries(result);
            m.rule(back, "<", &[Guard::Top(c, bit)], back).on(c, Action::Pop).on(s, Action::Push(bit));
        }
        m.rule(carries(bit == 1), ")", &[Guard::Empty(c)], "Q").on(s, Action::Push(bit));
    }
    m.build().expect("the rules cannot be read in two ways")
}

impl Reduction for CircuitValueWalkRelu {
    fn description(&self) -> Description {
        Description {
            model: "relu",
            variant: Some("walk"),
            theorem: "Theorem 1, Corollary 2",
            regime: "polynomial precision",
            claim: const {
                &[Clause::decides_by_induction(
                    "For every word over 0 1 ( . / ! A O N R X < ) $, of any length, the one-layer ReLU RNN with these \
                 fixed weights accepts it iff it spells a circuit, of any number of values, whose last value is 1",
                )]
            },
            idealised: "",
            deviation: "Stacks are in base 4 with a gap of 1/4 between tops (the printed base-2 code has no margin). \
                        The paper asks for polynomial padding; here the walks along the stack are the padding.",
            on_paper: "The two inductions over the word. That the stack codes E of a list's prefixes and C of its suffixes \
                       exist, with E(0) = 0, C(k) = 0, E(j) = (2 v(j) + 1 + E(j-1)) / 4 and \
                       C(j-1) = (2 v(j) + 1 + C(j)) / 4, and lie in [0, 1). That values val(j) exist as the \
                       gates say, which is well defined because operands come before their gate.",
            refuted: None,
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
        statement::circuit_value::walk(terms, self.network.tokens())
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        statement::circuit_value::meaning(terms, spelling())
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        Proof::by_induction(terms, network, self.definition(terms), invariant(terms), self.meaning(terms))
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::circuit_value::positional(terms, spelling(), tokens)
    }

    fn fixed_precision(&self) -> Option<&dyn FixedPrecision> {
        Some(self)
    }
}

impl FixedPrecision for CircuitValueWalkRelu {
    fn searched(&self) -> Searched {
        Searched::FracBits { int_bits: 2 }
    }
}

/// Which part of the list stands on which stack in each mode.
fn invariant<'a>(terms: &'a Terms) -> Invariant<'a> {
    let control = MODES.map(|name| (name, CoordinateKind::Control));
    let stacks = [("s", CoordinateKind::Real), ("c", CoordinateKind::Real)];
    Invariant::new(control.into_iter().chain(stacks), move |mode, h, state| {
        let (p, list) = (state.register("p"), state.list());
        let (zero, one) = (terms.ratio(0, 1), terms.ratio(1, 1));
        let (s, c) = (h.get("s"), h.get("c"));
        let mut conjuncts = vec![list.length.at_least(terms.int(0))];
        conjuncts.extend([s, c].map(|stack| stack.at_least(zero).and(stack.below(one))));
        match mode {
            "Q" => conjuncts.extend([s.equals(list.prefix(list.length)), c.equals(zero)]),
            "P" | "P_0" | "P_1" | "B_0" | "B_1" => conjuncts.extend([
                p.at_least(terms.int(0)),
                p.at_most(list.length),
                s.equals(list.prefix(p)),
                c.equals(list.suffix(p)),
            ]),
            _ => {}
        }
        conjuncts
    })
    .with_facts_at(|state| {
        let p = state.register("p");
        vec![state.list().length, p, p + 1]
    })
}
