//! Balanced brackets of two kinds by a one-layer ReLU RNN with one stack: the smallest worked example of Theorem 1.
//!
//! **Claim.** For every word over `( ) [ ] $`, the network accepts it iff it is a balanced string followed by one `$`.
//!
//! **Deviation.** The stack is in base 4 with a gap; the printed base-2 code has no margin.
//!
//! ```
//! use reductions::{DyckRelu, Reduction};
//! let dyck = DyckRelu::shared();
//! let word = dyck.problem().alphabet().parse("([])$").unwrap();
//! assert!(dyck.problem().decide(&word));
//! assert!(dyck.machine().unwrap().accepts(word.iter().map(|token| usize::from(*token))));
//! assert_eq!(dyck.network().size().weights + dyck.network().size().biases, 64);
//! ```

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
use crate::statement::dyck::BRACKETS;
use crate::statement::dyck::DEEPEST;
use crate::statement::mathematics::Meaning;
use problems::Problem;
use problems::dyck::Dyck;
use rnn::Exact;
use rnn::Network;
use rnn::Precision;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

/// The reduction.
#[derive(Debug)]
pub struct DyckRelu {
    machine: Machine,
    network: Network,
}

impl DyckRelu {
    /// The one value of this reduction.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<DyckRelu> = LazyLock::new(|| {
            let machine = machine();
            let network = compile(&machine);
            DyckRelu { machine, network }
        });
        &SHARED
    }
}

fn machine() -> Machine {
    let mut m = MachineBuilder::new(Dyck.alphabet().tokens().iter().map(String::as_str), ["Q", "A"]);
    let s = m.stack("s");
    for (open, close, kind) in BRACKETS {
        m.rule("Q", open, &[], "Q").on(s, Action::Push(kind));
        m.rule("Q", close, &[Guard::Top(s, kind)], "Q").on(s, Action::Pop);
    }
    m.rule("Q", "$", &[Guard::Empty(s)], "A");
    m.build().expect("the rules cannot be read in two ways")
}

impl Reduction for DyckRelu {
    fn description(&self) -> Description {
        Description {
            model: "relu",
            variant: None,
            theorem: "Theorem 1 (worked example)",
            regime: "polynomial precision",
            claim: const {
                &[Clause::decides_by_induction(
                    "For every word over ( ) [ ] $, of any length, the one-layer ReLU RNN with these fixed weights accepts it \
                 iff it is a balanced string followed by one $",
                )]
            },
            idealised: "",
            deviation: "The stack is in base 4 with a gap of 1/4 between tops (the printed base-2 code has no margin).",
            on_paper: "The two inductions over the word. That the stack code E of a list exists, with E(0) = 0 and \
                       E(j) = (2 v(j) + 1 + E(j-1)) / 4, and lies in [0, 1).",
            refuted: None,
        }
    }

    fn problem(&self) -> &dyn Problem {
        &Dyck
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
        statement::dyck::meaning(terms, self.network.tokens())
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        let invariant = invariant(terms, terms.ratio(1, 1), None);
        Proof::by_induction(terms, network, self.definition(terms), invariant, self.meaning(terms))
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::dyck::positional(terms, tokens)
    }

    fn fixed_precision(&self) -> Option<&dyn FixedPrecision> {
        Some(self)
    }
}

impl DyckRelu {
    fn definition_within<'a>(&self, terms: &'a Terms, window: Option<u32>) -> Definition<'a> {
        statement::dyck::definition(terms, self.network.tokens(), window)
    }
}

impl FixedPrecision for DyckRelu {
    fn proof<'a>(
        &self,
        terms: &'a Terms,
        network: &Network,
        n: usize,
        precision: &Precision,
    ) -> Option<Result<PrecisionProof<'a>, ProofError>> {
        let window = Window::of(precision)?;
        let definition = self.definition_within(terms, Some(window.size));
        let shallow = definition.symbols().register(DEEPEST).at_most(terms.int(window.size.into()));
        let agreement = Agreement {
            exact: self.definition_within(terms, None),
            meaning: self.meaning(terms),
            conditions: vec![("Q", shallow)],
            words: format!("every word with at most {n} opening brackets"),
            fits: n <= window.size as usize,
        };
        let invariant = invariant(terms, window.one(terms), Some(window.size));
        Some(window.proof(terms, network, definition, invariant, agreement))
    }

    fn searched(&self) -> Searched {
        Searched::FracBits { int_bits: 2 }
    }

    fn bound(&self, n: usize) -> Option<Bound> {
        let bits = u32::try_from(2 * n.max(1)).ok()?;
        Some(Bound { bits, formula: "2 n", growth: Growth::Linear })
    }
}

/// The invariant, in numbers in which this term stands for 1.
fn invariant<'a>(terms: &'a Terms, one: Term<'a>, window: Option<u32>) -> Invariant<'a> {
    let coordinates = [("Q", CoordinateKind::Control), ("A", CoordinateKind::Control), ("s", CoordinateKind::Real)];
    let zero = terms.linear(one.sort(), Exact::ZERO, []);
    Invariant::new(coordinates, move |mode, h, state| {
        let (list, s) = (state.list(), h.get("s"));
        let mut conjuncts = vec![list.length.at_least(terms.int(0)), s.at_least(zero), s.below(one)];
        if let Some(window) = window {
            let deepest = state.register(DEEPEST);
            conjuncts.extend([deepest.at_least(list.length), list.bottom.equals(beyond(terms, deepest, window))]);
        }
        if mode == "Q" {
            conjuncts.push(s.equals(list.prefix(list.length)));
        }
        conjuncts
    })
    .with_facts_at(|state| vec![state.list().length])
}
