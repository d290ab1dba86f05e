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

use crate::Description;
use crate::Reduction;
use crate::definition::Definition;
use crate::gadgets::compile::compile;
use crate::gadgets::machine::Guard;
use crate::gadgets::machine::Machine;
use crate::gadgets::machine::MachineBuilder;
use crate::precision::Bound;
use crate::precision::Growth;
use crate::precision::PrecisionProof;
use crate::proof::Conditions;
use crate::proof::Invariant;
use crate::proof::Kind;
use crate::proof::Lemma;
use crate::proof::Proof;
use crate::proof::ProofError;
use problems::Problem;
use problems::reachability::Reachability;
use rnn::Datum;
use rnn::Evaluation;
use rnn::Exact;
use rnn::Network;
use rnn::Precision;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use std::sync::LazyLock;

/// What is being read: source, target, an edge's source, its end (unfollowed or matched); the last one is the end of a
/// word that is accepted.
const MODES: [&str; 6] = ["S", "T", "I", "U", "M", "A"];

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

/// The machine with the target last, a control: `0^s (# 0^i | 0^j)* % 0^t $`, which accepts iff the target is the *end*
/// of the walk. It is right only where the target is promised to have no outgoing edge.
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

impl Reduction for ReachabilityRelu {
    fn description(&self) -> Description {
        Description {
            model: "relu",
            variant: None,
            theorem: "Theorem 2",
            regime: "log precision",
            claim: "For every word over 0 | # $, of any length, the one-layer ReLU RNN with these fixed weights accepts \
                    it iff it spells a sorted deterministic graph in which the target is on the path from the source.",
            proved: "network = definition = paths",
            deviation: "The target stands before the edges, and edges out of it are not followed. As printed (target \
                        last) only the end of the walk can be recognised, and no one-pass network of log precision \
                        can recognise every vertex of the path.",
            on_paper: "Induction over the word. That P(v), \"the target is on the path from v\", exists as the four \
                       queries describe it: P(v) iff v = t or v has an edge and P(its end), which is well defined \
                       because every edge leads forward.",
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
        let registers = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| (name, 0));
        let mut definition = Definition::new(terms, self.network.tokens(), MODES, registers);
        let before = definition.symbols();
        let [s, t, cur, ip, a, i, b] = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| before.register(name));
        let (always, zero) = (terms.truth(true), terms.int(0));
        definition.case("S", "0", always, "S").set("s", s + 1);
        definition.case("S", "|", always, "T").set("t", zero);
        definition.case("T", "0", always, "T").set("t", t + 1);
        definition.case("T", "#", always, "I").set("cur", s).set("ip", zero).set("a", zero);
        definition.case("T", "$", s.equals(t), "A");
        definition.case("I", "0", always, "I").set("a", a + 1);
        let sorted = a.at_least(ip);
        let followed = cur.equals(a).and(cur.differs(t));
        definition.case("I", "|", sorted.and(followed), "M").set("i", a).set("b", zero);
        definition.case("I", "|", sorted, "U").set("i", a).set("b", zero);
        for mode in ["U", "M"] {
            let after = if mode == "M" { b } else { cur };
            definition.case(mode, "0", always, mode).set("b", b + 1);
            definition.case(mode, "#", b.above(i), "I").set("cur", after).set("ip", i + 1).set("a", zero);
            definition.case(mode, "$", b.above(i).and(after.equals(t)), "A").set("cur", after);
        }
        definition.accept("A", always);
        definition
    }

    fn invariant<'a>(&self, terms: &'a Terms) -> Invariant<'a> {
        let control = MODES.map(|name| (name, Kind::Control));
        let counters = ["d", "g", "e", "f"].map(|name| (name, Kind::Integer));
        Invariant::new(control.into_iter().chain(counters), move |mode, h, state| {
            let zero = terms.int(0);
            let positive = |x: Term<'a>| terms.if_else(x.above(zero), x, zero);
            let least = |x: Term<'a>, y: Term<'a>| terms.if_else(x.below(y), x, y);
            let [s, t, cur, ip, a, i, b] = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| state.register(name));
            let counters = |d: Term<'a>, g: Term<'a>, e: Term<'a>, f: Term<'a>| {
                let pairs = [("d", d), ("g", g), ("e", e), ("f", f)];
                pairs.map(|(name, value)| h.get(name).equals(value.to_real()))
            };
            let mut conjuncts: Vec<Term<'a>> =
                [s, t, cur, ip, a, i, b].map(|register| register.at_least(zero)).to_vec();
            match mode {
                "S" => conjuncts.extend(counters(s, s, zero, zero)),
                "T" => conjuncts.extend(counters(s, s - t, zero, zero)),
                "I" => conjuncts.extend(counters(cur - a, cur - t, a, positive(ip - a))),
                "U" => conjuncts.extend(counters(
                    cur - i - 1 + least(b, i + 1),
                    cur - t,
                    positive(i + 1 - b),
                    least(b, i + 1),
                )),
                "M" => {
                    conjuncts.extend([cur.equals(i), cur.differs(t)]);
                    conjuncts.extend(counters(
                        b,
                        i - t + 1 + positive(b - i - 1),
                        positive(i + 1 - b),
                        least(b, i + 1),
                    ));
                }
                _ => conjuncts.extend(["e", "f"].map(|name| h.get(name).at_least(terms.ratio(0, 1)))),
            }
            conjuncts
        })
    }

    fn lemmas<'a>(&self, terms: &'a Terms) -> Option<(&'static str, Vec<Lemma<'a>>)> {
        Some(("definition = paths", PathQueries::new(terms).lemmas()))
    }

    /// The no-overflow lemma: in a graph whose vertices are 0 to V every pre-activation is an integer of magnitude at most
    /// V + 1.
    fn precision_proof<'a>(
        &self,
        terms: &'a Terms,
        network: &Network,
        n: usize,
        precision: &Precision,
    ) -> Option<Result<PrecisionProof<'a>, ProofError>> {
        // A graph of fewer vertices is one of four as well.
        const SMALLEST_V: i64 = 3;
        let largest = i64::try_from(n).ok()?.saturating_sub(1).max(SMALLEST_V);
        let proof = Proof::by_induction(terms, network, self.definition(terms), self.invariant(terms), Vec::new());
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

    fn precision_bound(&self, n: usize) -> Option<Bound> {
        let bits = n.max(4).ilog2() + 2;
        Some(Bound { bits, formula: "floor(log2 n) + 2", growth: Growth::Logarithmic })
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        positional(terms, tokens)
    }
}

/// The four queries that tie the streaming definition to the meaning of "path".
///
/// The graph is uninterpreted: `has(v)`, `nxt(v)`, and P(v) iff v = t or (has(v) and P(nxt(v))). `read(v)` says that
/// v's edge was read. The invariant is: P(s) iff P(cur); cur = t or cur's edge is unread; only sources below ip were
/// read. *match* and *skip* are the two ways of reading an edge, *end* the end of the word, when every edge is read.
struct PathQueries<'a> {
    terms: &'a Terms,
    s: Term<'a>,
    t: Term<'a>,
    cur: Term<'a>,
    ip: Term<'a>,
    i: Term<'a>,
    j: Term<'a>,
    v: Term<'a>,
}

/// The path queries with one condition left out, each by the name of what is left out: assumptions and negated goal,
/// which must be satisfiable, or else the condition would not be needed and the query would show nothing.
pub fn path_queries_without_a_condition<'a>(terms: &'a Terms) -> Vec<(&'static str, Vec<Term<'a>>)> {
    let queries = PathQueries::new(terms);
    let without = |follow, condition| {
        let (mut query, goal) = queries.edge(follow, Some(condition));
        query.push(goal.negate());
        query
    };
    vec![
        ("match without cur != t", without(true, PathCondition::TargetNotFollowed)),
        ("match without j > i", without(true, PathCondition::Forward)),
        ("match without i >= ip", without(true, PathCondition::Sorted)),
        ("skip without i >= ip", without(false, PathCondition::Sorted)),
    ]
}

/// The conditions that may be left out of a path query, to see that each is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathCondition {
    TargetNotFollowed,
    Forward,
    Sorted,
}

impl<'a> PathQueries<'a> {
    fn new(terms: &'a Terms) -> Self {
        let int = |name| terms.symbol(name, Sort::Int);
        let [s, t, cur, ip, i, j, v] = ["s", "t", "cur", "ip", "i", "j", "v"].map(int);
        Self { terms, s, t, cur, ip, i, j, v }
    }

    fn reaches(&self, vertex: Term<'a>) -> Term<'a> {
        self.terms.apply("P", &[vertex], Sort::Bool)
    }

    fn has(&self, vertex: Term<'a>) -> Term<'a> {
        self.terms.apply("has", &[vertex], Sort::Bool)
    }

    fn next(&self, vertex: Term<'a>) -> Term<'a> {
        self.terms.apply("nxt", &[vertex], Sort::Int)
    }

    fn read(&self, vertex: Term<'a>) -> Term<'a> {
        self.terms.apply("read", &[vertex], Sort::Bool)
    }

    /// The meaning of a path, instantiated.
    fn meaning(&self, vertex: Term<'a>) -> Term<'a> {
        let onward = self.has(vertex).and(self.reaches(self.next(vertex)));
        self.reaches(vertex).equals(vertex.equals(self.t).or(onward))
    }

    /// The invariant, its statement about all sources instantiated at `vertices`.
    fn invariant(
        &self,
        cur: Term<'a>,
        ip: Term<'a>,
        read: &dyn Fn(Term<'a>) -> Term<'a>,
        vertices: &[Term<'a>],
    ) -> Vec<Term<'a>> {
        let mut conjuncts =
            vec![self.reaches(self.s).equals(self.reaches(cur)), cur.equals(self.t).or(read(cur).negate())];
        conjuncts.extend(vertices.iter().map(|vertex| read(*vertex).implies(vertex.below(ip))));
        conjuncts
    }

    fn vertices(&self) -> [Term<'a>; 6] {
        [self.s, self.t, self.cur, self.i, self.j, self.v]
    }

    fn before(&self) -> Vec<Term<'a>> {
        let vertices = self.vertices();
        let mut assumptions: Vec<Term<'a>> = vertices.iter().map(|vertex| self.meaning(*vertex)).collect();
        assumptions.extend(self.invariant(self.cur, self.ip, &|vertex| self.read(vertex), &vertices));
        assumptions
    }

    /// Reading the edge (i, j): `follow` says whether it is the walk's own.
    fn edge(&self, follow: bool, without: Option<PathCondition>) -> (Vec<Term<'a>>, Term<'a>) {
        let followed = self.cur.equals(self.i).and(self.cur.differs(self.t));
        let mut assumptions = self.before();
        assumptions.extend([self.has(self.i), self.next(self.i).equals(self.j)]);
        if without != Some(PathCondition::Forward) {
            assumptions.push(self.j.above(self.i));
        }
        if without != Some(PathCondition::Sorted) {
            assumptions.push(self.i.at_least(self.ip));
        }
        if without == Some(PathCondition::TargetNotFollowed) {
            assumptions.push(self.cur.equals(self.i));
        } else {
            assumptions.push(if follow { followed } else { followed.negate() });
        }
        let cur = if follow { self.j } else { self.cur };
        let read = |vertex: Term<'a>| self.read(vertex).or(vertex.equals(self.i));
        (assumptions, self.terms.all(self.invariant(cur, self.i + 1, &read, &[self.v])))
    }

    fn lemmas(&self) -> Vec<Lemma<'a>> {
        let terms = self.terms;
        let zero = terms.int(0);
        let nothing_read = |vertex: Term<'a>| self.read(vertex).negate();
        let mut init = vec![self.cur.equals(self.s), self.ip.equals(zero)];
        init.extend([self.s, self.cur, self.v].map(nothing_read));
        let init_goal = terms.all(self.invariant(self.cur, self.ip, &|vertex| self.read(vertex), &[self.v]));
        let mut end = self.before();
        end.extend(self.vertices().map(|vertex| self.has(vertex).equals(self.read(vertex))));
        let end_goal = self.reaches(self.s).equals(self.cur.equals(self.t));
        let (follow, follow_goal) = self.edge(true, None);
        let (skip, skip_goal) = self.edge(false, None);
        // All four situations are places in one word: the graph 0 -> 2, 1 -> 3, 2 -> 3, asked whether 3 is on the path
        // from 0.
        let situation =
            |cur, ip, i, j, n_read| -> Box<dyn Evaluation> { Box::new(PathSituation { cur, ip, i, j, n_read }) };
        let lemma = |name, assumptions, goal, at: &str, witness| Lemma {
            name,
            assumptions,
            goal,
            situation: format!("|000#|00#0|000#00|000$ {at}"),
            witness,
        };
        vec![
            lemma("paths init", init, init_goal, "before its edges", situation(0, 0, 0, 2, 0)),
            lemma("paths match", follow, follow_goal, "at the edge (0, 2)", situation(0, 0, 0, 2, 0)),
            lemma("paths skip", skip, skip_goal, "at the edge (1, 3)", situation(2, 1, 1, 3, 1)),
            lemma("paths end", end, end_goal, "at its end", situation(3, 3, 2, 3, 3)),
        ]
    }
}

/// A place in the word `|000#|00#0|000#00|000$`: the graph 0 -> 2, 1 -> 3, 2 -> 3, source 0, target 3.
struct PathSituation {
    cur: i64,
    ip: i64,
    i: i64,
    j: i64,
    n_read: i64,
}

impl PathSituation {
    const NEXT: [i64; 3] = [2, 3, 3];
    const TARGET: i64 = 3;
}

impl Evaluation for PathSituation {
    fn symbol(&self, name: &str) -> Option<Datum> {
        let value = match name {
            "s" => 0,
            "t" => Self::TARGET,
            "cur" => self.cur,
            "ip" => self.ip,
            "i" => self.i,
            "j" => self.j,
            "v" => 1,
            _ => return None,
        };
        Some(Datum::Number(Exact::integer(value)))
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        let vertex = usize::try_from(arguments.first()?.to_i64()?).ok()?;
        let next = Self::NEXT.get(vertex).copied();
        Some(match function {
            "has" => Datum::Truth(next.is_some()),
            "nxt" => Datum::Number(Exact::integer(next.unwrap_or(0))),
            "read" => Datum::Truth(next.is_some() && (vertex as i64) < self.n_read),
            "P" => {
                let mut here = vertex as i64;
                while let (true, Some(next)) = (here != Self::TARGET, Self::NEXT.get(here as usize)) {
                    here = *next;
                }
                Datum::Truth(here == Self::TARGET)
            }
            _ => return None,
        })
    }
}

/// Reachability over positions: numbers are runs of zeros before a separator, an edge exists where a `|` that is not
/// the first separator stands between two numbers, and the set of reached vertices is computed vertex by vertex.
fn positional<'a>(terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
    let (no, zero) = (terms.truth(false), terms.int(0));
    let n = tokens.len();
    let is = |place: usize, token: i64| tokens[place].equals(terms.int(token));
    let [digit, bar, hash, end] = [0, 1, 2, 3];
    let Some(last) = n.checked_sub(1) else { return no };
    // run[p]: the length of the run of zeros that ends just before place p.
    let mut run = vec![zero];
    for place in 0..n {
        run.push(terms.if_else(is(place, digit), run[place] + 1, zero));
    }
    // after[p]: the separator that follows the run of zeros after place p, and how long that run is.
    let mut ahead_end = vec![no; n + 1];
    let mut ahead_hash = vec![no; n + 1];
    let mut ahead_bar = vec![no; n + 1];
    let mut ahead_run = vec![zero; n + 1];
    for place in (0..n).rev() {
        let here = is(place, digit);
        let carry = |next: Term<'a>, token: i64| terms.if_else(here, next, is(place, token));
        ahead_end[place] = carry(ahead_end[place + 1], end);
        ahead_hash[place] = carry(ahead_hash[place + 1], hash);
        ahead_bar[place] = carry(ahead_bar[place + 1], bar);
        ahead_run[place] = terms.if_else(here, ahead_run[place + 1] + 1, zero);
    }
    // The form: a `|` first, then separators alternate `#`, `|`, and one `$` stands at the end.
    let mut rules = vec![is(last, end), ahead_bar[0]];
    let mut seen_hash = no;
    let mut previous_source = terms.int(-1);
    let mut edges: Vec<(Term<'a>, Term<'a>, Term<'a>)> = Vec::new();
    let mut is_first = terms.truth(true);
    let mut source = zero;
    let mut target = zero;
    for place in 0..n {
        let is_bar = is(place, bar);
        let first = is_bar.and(is_first);
        source = terms.if_else(first, run[place], source);
        target = terms.if_else(first, ahead_run[place + 1], target);
        let edge = is_bar.and(is_first.negate());
        rules.push(edge.implies(seen_hash));
        rules.push(is(place, end).implies(terms.truth(place == last)));
        rules.push(is(place, hash).implies(ahead_bar[place + 1]));
        rules.push(is_bar.implies(ahead_hash[place + 1].or(ahead_end[place + 1])));
        rules.push(edge.implies(run[place].above(previous_source).and(ahead_run[place + 1].above(run[place]))));
        edges.push((edge, run[place], ahead_run[place + 1]));
        previous_source = terms.if_else(edge, run[place], previous_source);
        seen_hash = seen_hash.or(is(place, hash));
        is_first = is_first.and(is_bar.negate());
    }
    let mut reached: Vec<Term<'a>> = Vec::new();
    for vertex in 0..=n {
        let here = terms.int(vertex as i64);
        let incoming = edges.iter().map(|(edge, from, to)| {
            let from_reached = (0..vertex).map(|v| from.equals(terms.int(v as i64)).and(reached[v]));
            terms.all([*edge, to.equals(here), terms.any(from_reached.collect::<Vec<_>>())])
        });
        let incoming = terms.any(incoming.collect::<Vec<_>>());
        reached.push(source.equals(here).or(incoming));
    }
    let hit = (0..=n).map(|vertex| target.equals(terms.int(vertex as i64)).and(reached[vertex]));
    terms.all(rules).and(terms.any(hit.collect::<Vec<_>>()))
}
