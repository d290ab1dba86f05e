//! Sorted deterministic graph reachability by a one-layer ReLU RNN of log precision (Theorem 2, repaired).
//!
//! **Claim.** For every word over `0 | # $`, the network with these fixed weights accepts it iff it spells a sorted
//! deterministic graph with a source from which the target is reached.
//!
//! **Deviation.** As printed, the target comes last and the machine accepts only where it is the *end* of the walk; no
//! one-pass network of log precision can do more with the target last. Here the target comes before the edges, and the
//! edges out of it are not followed, so that the walk stops there.
//!
//! **Machine.** Counters d (cur minus what is read), g = cur - t, e and f: after a source `0^i`, e = i + 1 is counted
//! down while the target `0^j` is read, which both tests i < j and gives the time to restore d.

use crate::construction::compile::compile;
use crate::construction::machine::Guard;
use crate::construction::machine::Machine;
use crate::construction::machine::MachineBuilder;
use crate::definition::Definition;
use crate::proof::Conditions;
use crate::proof::CoordinateKind;
use crate::proof::Invariant;
use crate::proof::Proof;
use crate::proof::ProofError;
use crate::proof::precision::Bound;
use crate::proof::precision::FixedPrecision;
use crate::proof::precision::Growth;
use crate::proof::precision::PrecisionProof;
use crate::reduction::Clause;
use crate::reduction::Description;
use crate::reduction::Reduction;
use crate::statement;
use crate::statement::mathematics::Meaning;
use crate::statement::reachability::MODES;
use problems::Problem;
use problems::reachability::Reachability;
use rnn::Exact;
use rnn::Network;
use rnn::Precision;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

/// The reduction.
#[derive(Debug)]
pub struct ReachabilityRelu {
    machine: Machine,
    network: Network,
}

impl ReachabilityRelu {
    /// The one value of this reduction.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<ReachabilityRelu> = LazyLock::new(|| {
            let machine = machine();
            let network = compile(&machine);
            ReachabilityRelu { machine, network }
        });
        &SHARED
    }
}

fn machine() -> Machine {
    use Guard::NonZero;
    use Guard::Zero;
    let mut m = MachineBuilder::new(["0", "|", "#", "$"], MODES);
    let (d, g) = (m.counter("d", true), m.counter("g", true));
    let (e, f) = (m.counter("e", false), m.counter("f", false));
    m.rule("S", "0", &[], "S").add(d, 1).add(g, 1);
    m.rule("S", "|", &[], "T");
    m.rule("T", "0", &[], "T").add(g, -1);
    m.rule("T", "#", &[], "I");
    m.rule("T", "$", &[Zero(g)], "A");
    m.rule("I", "0", &[Zero(f)], "I").add(d, -1).add(e, 1);
    m.rule("I", "0", &[NonZero(f)], "I").add(d, -1).add(e, 1).add(f, -1);
    m.rule("I", "|", &[Zero(f), Zero(d), NonZero(g)], "M").add(e, 1).add(g, 1);
    m.rule("I", "|", &[Zero(f), Zero(d), Zero(g)], "U").add(e, 1).add(d, -1);
    m.rule("I", "|", &[Zero(f), NonZero(d)], "U").add(e, 1).add(d, -1);
    m.rule("U", "0", &[Zero(e)], "U");
    m.rule("U", "0", &[NonZero(e)], "U").add(d, 1).add(f, 1).add(e, -1);
    m.rule("M", "0", &[Zero(e)], "M").add(d, 1).add(g, 1);
    m.rule("M", "0", &[NonZero(e)], "M").add(d, 1).add(f, 1).add(e, -1);
    for state in ["U", "M"] {
        m.rule(state, "#", &[Zero(e)], "I");
        m.rule(state, "$", &[Zero(e), Zero(g)], "A");
    }
    m.build().expect("the rules cannot be read in two ways")
}

impl Reduction for ReachabilityRelu {
    fn description(&self) -> Description {
        Description {
            model: "relu",
            variant: None,
            theorem: "Theorem 2",
            regime: "log precision",
            claim: const {
                &[Clause::decides_by_induction(
                    "For every word over 0 | # $, of any length, the one-layer ReLU RNN with these fixed weights accepts it \
                 iff it spells a sorted deterministic graph in which the target is on the path from the source",
                )]
            },
            idealised: "",
            deviation: "The target stands before the edges, and edges out of it are not followed. As printed (target \
                        last) only the end of the walk can be recognised, and no one-pass network of log precision \
                        can recognise every vertex of the path.",
            on_paper: "The two inductions over the word. That P(v), \"the target is on the path from v\", exists: P(v) iff \
                       v is the target, or v has an edge and P(its end), which is well defined because every edge leads \
                       forward.",
            refuted: None,
        }
    }

    fn problem(&self) -> &dyn Problem {
        &Reachability
    }

    fn network(&self) -> &Network {
        &self.network
    }

    fn machine(&self) -> Option<&Machine> {
        Some(&self.machine)
    }

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        statement::reachability::definition(terms, self.network.tokens())
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        statement::reachability::meaning(terms, self.network.tokens())
    }

    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        Proof::by_induction(terms, network, self.definition(terms), invariant(terms), self.meaning(terms))
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        statement::reachability::positional(terms, tokens)
    }

    fn fixed_precision(&self) -> Option<&dyn FixedPrecision> {
        Some(self)
    }
}

/// What the counters hold in each mode.
fn invariant<'a>(terms: &'a Terms) -> Invariant<'a> {
    let control = MODES.map(|name| (name, CoordinateKind::Control));
    let counters = ["d", "g", "e", "f"].map(|name| (name, CoordinateKind::Integer));
    Invariant::new(control.into_iter().chain(counters), move |mode, h, state| {
        let zero = terms.int(0);
        let positive = |x: Term<'a>| terms.if_else(x.above(zero), x, zero);
        let least = |x: Term<'a>, y: Term<'a>| terms.if_else(x.below(y), x, y);
        let [s, t, cur, ip, a, i, b] = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| state.register(name));
        let counters = |d: Term<'a>, g: Term<'a>, e: Term<'a>, f: Term<'a>| {
            let pairs = [("d", d), ("g", g), ("e", e), ("f", f)];
            pairs.map(|(name, value)| h.get(name).equals(value.to_real()))
        };
        let mut conjuncts: Vec<Term<'a>> = [s, t, cur, ip, a, i, b].map(|register| register.at_least(zero)).to_vec();
        match mode {
            "S" => conjuncts.extend(counters(s, s, zero, zero)),
            "T" => conjuncts.extend(counters(s, s - t, zero, zero)),
            "I" => conjuncts.extend(counters(cur - a, cur - t, a, positive(ip - a))),
            "U" => {
                conjuncts.extend(counters(cur - i - 1 + least(b, i + 1), cur - t, positive(i + 1 - b), least(b, i + 1)))
            }
            "M" => {
                conjuncts.extend([cur.equals(i), cur.differs(t)]);
                conjuncts.extend(counters(b, i - t + 1 + positive(b - i - 1), positive(i + 1 - b), least(b, i + 1)));
            }
            _ => conjuncts.extend(["e", "f"].map(|name| h.get(name).at_least(terms.ratio(0, 1)))),
        }
        conjuncts
    })
}

impl FixedPrecision for ReachabilityRelu {
    /// The no-overflow lemma: in a graph whose vertices are 0 to V every pre-activation is an integer of magnitude at most
    /// V + 1.
    fn proof<'a>(
        &self,
        terms: &'a Terms,
        network: &Network,
        n: usize,
        precision: &Precision,
    ) -> Option<Result<PrecisionProof<'a>, ProofError>> {
        // A graph of fewer vertices is one of four as well.
        const SMALLEST_V: i64 = 3;
        let largest = i64::try_from(n).ok()?.saturating_sub(1).max(SMALLEST_V);
        let proof = Reduction::proof(self, terms, network);
        let (v, before) = (terms.symbol("V", Sort::Int), self.definition(terms).symbols());
        let mut formulas = vec![v.at_least(terms.int(SMALLEST_V)), before.register("i").below(v)];
        formulas.extend(["s", "t", "cur", "ip", "a", "b"].map(|name| before.register(name).at_most(v)));
        let conditions = Conditions { formulas, sizes: vec![("V".to_owned(), Exact::integer(largest))] };
        let words = format!("every word that spells a graph of at most {n} vertices");
        // A word that spells a graph never dies, and ends where it is accepted.
        let modes = 0..MODES.len() - 1;
        let bounds = (v + 1, largest.unsigned_abs() + 1);
        PrecisionProof::of_integers(terms, precision, ("no-overflow lemma", words), proof, (modes, conditions), bounds)
    }

    fn bound(&self, n: usize) -> Option<Bound> {
        let bits = n.max(4).ilog2() + 2;
        Some(Bound { bits, formula: "floor(log2 n) + 2", growth: Growth::Logarithmic })
    }
}
