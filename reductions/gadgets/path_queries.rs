//! The queries that tie a one-pass walk along sorted edges to the meaning of "path".

use crate::proof::Lemma;
use rnn::Datum;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;

/// The four queries that tie the streaming definition to the meaning of "path".
///
/// The graph is uninterpreted: `has(v)`, `nxt(v)`, and P(v) iff v = t or (has(v) and P(nxt(v))). `read(v)` says that
/// v's edge was read. The invariant is: P(s) iff P(cur); cur = t or cur's edge is unread; only sources below ip were
/// read. *match* and *skip* are the two ways of reading an edge, *end* the end of the word, when every edge is read.
///
/// Where the target is given first, the walk stops there. Where it is given last the walk runs on, and *match* is true
/// only under the promise that the target has no edge.
pub(crate) struct PathQueries<'a> {
    terms: &'a Terms,
    walk: Walk,
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
    let without = |walk, follow, condition| {
        let (mut query, goal) = PathQueries::new(terms, walk).edge(follow, condition);
        query.push(goal.negate());
        query
    };
    let (stops, sink) = (Walk::StopsAtTarget, Walk::EndsInSink);
    vec![
        ("match without cur != t", without(stops, true, Some(PathCondition::TargetNotFollowed))),
        ("match without j > i", without(stops, true, Some(PathCondition::Forward))),
        ("match without i >= ip", without(stops, true, Some(PathCondition::Sorted))),
        ("skip without i >= ip", without(stops, false, Some(PathCondition::Sorted))),
        ("target last, match without the promise", without(Walk::RunsOn, true, None)),
        ("target last, match without j > i", without(sink, true, Some(PathCondition::Forward))),
        ("target last, skip without i >= ip", without(sink, false, Some(PathCondition::Sorted))),
    ]
}

/// How the walk and the target have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Walk {
    /// The edge out of the target is not followed.
    StopsAtTarget,
    /// Every edge on the path is followed.
    RunsOn,
    /// The same, and the target is promised to have no edge.
    EndsInSink,
}

/// The conditions that may be left out of a path query, to see that each is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PathCondition {
    TargetNotFollowed,
    Forward,
    Sorted,
}

impl<'a> PathQueries<'a> {
    pub(crate) fn new(terms: &'a Terms, walk: Walk) -> Self {
        let int = |name| terms.symbol(name, Sort::Int);
        let [s, t, cur, ip, i, j, v] = ["s", "t", "cur", "ip", "i", "j", "v"].map(int);
        Self { terms, walk, s, t, cur, ip, i, j, v }
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
        if self.walk == Walk::EndsInSink {
            assumptions.push(self.has(self.t).negate());
        }
        assumptions
    }

    /// Reading the edge (i, j): `follow` says whether it is the walk's own.
    fn edge(&self, follow: bool, without: Option<PathCondition>) -> (Vec<Term<'a>>, Term<'a>) {
        let is_own = self.cur.equals(self.i);
        let followed = if self.walk == Walk::StopsAtTarget { is_own.and(self.cur.differs(self.t)) } else { is_own };
        let mut assumptions = self.before();
        assumptions.extend([self.has(self.i), self.next(self.i).equals(self.j)]);
        if without != Some(PathCondition::Forward) {
            assumptions.push(self.j.above(self.i));
        }
        if without != Some(PathCondition::Sorted) {
            assumptions.push(self.i.at_least(self.ip));
        }
        if without == Some(PathCondition::TargetNotFollowed) {
            assumptions.push(is_own);
        } else {
            assumptions.push(if follow { followed } else { followed.negate() });
        }
        let cur = if follow { self.j } else { self.cur };
        let read = |vertex: Term<'a>| self.read(vertex).or(vertex.equals(self.i));
        (assumptions, self.terms.all(self.invariant(cur, self.i + 1, &read, &[self.v])))
    }

    pub(crate) fn lemmas(&self) -> Vec<Lemma<'a>> {
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
            |cur, ip, i, j, n_read| -> Box<dyn Valuation> { Box::new(PathSituation { cur, ip, i, j, n_read }) };
        let word = match self.walk {
            Walk::StopsAtTarget => "|000#|00#0|000#00|000$",
            Walk::RunsOn | Walk::EndsInSink => "#|00#0|000#00|000%000$",
        };
        let lemma = |name, assumptions, goal, at: &str, witness| Lemma {
            name,
            assumptions,
            goal,
            situation: format!("{word} {at}"),
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

/// A place in a word of the graph 0 -> 2, 1 -> 3, 2 -> 3 with source 0 and target 3.
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

impl Valuation for PathSituation {
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
