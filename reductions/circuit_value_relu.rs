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

use crate::construction::compile::compile;
use crate::construction::compile::compile_coded;
use crate::construction::machine::Action;
use crate::construction::machine::Guard;
use crate::construction::machine::Machine;
use crate::construction::machine::MachineBuilder;
use crate::definition::Definition;
use crate::definition::stack_code::StackCode;
use crate::proof::CoordinateKind;
use crate::proof::Invariant;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::precision::Agreement;
use crate::proof::precision::Bound;
use crate::proof::precision::FixedPrecision;
use crate::proof::precision::Growth;
use crate::proof::precision::PrecisionProof;
use crate::proof::precision::Searched;
use crate::proof::precision::Window;
use crate::proof::precision::beyond;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::statement;
use crate::statement::circuit_value::COPY_MODES as MODES;
use crate::statement::mathematics::Meaning;
use problems::Problem;
use problems::circuit_value::CircuitValue;
use problems::circuit_value::Gate;
use rnn::Exact;
use rnn::Network;
use rnn::Precision;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

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
    fn definition_within<'a>(&self, terms: &'a Terms, window: Option<u32>) -> Definition<'a> {
        statement::circuit_value::copy(terms, self.network.tokens(), window).with_code(self.code.clone())
    }
}

/// The invariant, where every code is below this bound. With a window, what is forgotten is what lies beyond it.
fn invariant<'a>(terms: &'a Terms, bound: Term<'a>, window: Option<u32>) -> Invariant<'a> {
    let control = MODES.map(|name| (name, CoordinateKind::Control));
    let stacks = [("s", CoordinateKind::Real), ("c", CoordinateKind::Real)];
    let zero = terms.linear(bound.sort(), Exact::ZERO, []);
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

impl Reduction for CircuitValueRelu {
    fn description(&self) -> Description {
        if self.is_printed {
            return Description {
                model: "relu",
                variant: Some("printed"),
                theorem: "Theorem 1, Corollary 2",
                regime: "polynomial precision",
                claim: const {
                    &[Clause::decides_by_induction(
                        "As printed, and false: for every word over 0 1 ( . / ! A O N R X $ the one-layer ReLU RNN with \
                     these fixed weights accepts it iff it spells a circuit whose last value is 1",
                    )]
                },
                idealised: "",
                deviation: "Stacks are in base 2, v + s/2 with 0 for the empty one, and a top is read by a ramp of fixed \
                            slope, as printed; the machine is that of the variant copy, since no machine for a \
                            P-complete language is given.",
                on_paper: "Nothing: it is false for every slope, at a depth that the slope decides.",
                refuted: Some("base-2 stacks have no margin"),
            };
        }
        Description {
            model: "relu",
            variant: Some("copy"),
            theorem: "Theorem 1, Corollary 2",
            regime: "polynomial precision",
            claim: const {
                &[Clause::decides_by_induction(
                    "For every word over 0 1 ( . / ! A O N R X $, of any length, the one-layer ReLU RNN with these fixed \
                 weights accepts it iff it spells a circuit, of any number of values, whose last value is 1",
                )]
            },
            idealised: "",
            deviation: "Stacks are in base 4 with a gap of 1/4 between tops (the printed base-2 code has no margin), and \
                        an operand is found by copying the stack into a scratch register in one step. The paper asks \
                        for polynomial padding; here the unary distances are the padding.",
            on_paper: "The two inductions over the word. That the stack code E of a list exists, with E(0) = 0 and \
                       E(j) = (2 v(j) + 1 + E(j-1)) / 4, and lies in [0, 1). That values val(j) exist as \
                       the gates say, which is well defined because operands come before their gate.",
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
        self.definition_within(terms, None)
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        statement::circuit_value::meaning(terms, spelling())
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        let invariant = invariant(terms, terms.ratio(self.code.bound(), 1), None);
        Proof::by_induction(terms, network, self.definition(terms), invariant, self.meaning(terms))
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::circuit_value::positional(terms, spelling(), tokens)
    }

    fn fixed_precision(&self) -> Option<&dyn FixedPrecision> {
        Some(self)
    }
}

impl FixedPrecision for CircuitValueRelu {
    fn proof<'a>(
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
            meaning: self.meaning(terms),
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

    fn bound(&self, n: usize) -> Option<Bound> {
        let bits = u32::try_from(2 * n.saturating_sub(1).max(1)).ok()?;
        Some(Bound { bits, formula: "2 (n - 1)", growth: Growth::Linear })
    }
}
