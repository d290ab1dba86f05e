//! Reachability in sorted deterministic graphs: is the target on the path from the source?
//!
//! The word spells a source, a target and edges (i, j) with strictly increasing i < j, all numbers in unary; a string of
//! any other form is a no-word. Here the target stands before the edges; [`target_last`] has it after them.

pub mod target_last;

use super::mathematics::Mathematics;
use super::mathematics::Meaning;
use super::unary_graph::EdgeAt;
use super::unary_graph::EdgeFunctions;
use super::unary_graph::Places;
use super::unary_graph::reached;
use crate::definition::DEAD;
use crate::definition::Definition;
use crate::definition::View;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// What is being read: source, target, an edge's source, its end (unfollowed or matched); the last one is the end of a
/// word that is accepted.
pub const MODES: [&str; 6] = ["S", "T", "I", "U", "M", "A"];

/// One pass along the edges: `cur` is the vertex that the walk has reached, and `ip` is one more than the source of the
/// edge before. An edge out of the target is not followed.
pub fn definition<'a>(terms: &'a Terms, tokens: &[String]) -> Definition<'a> {
    let registers = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| (name, 0));
    let mut definition = Definition::new(terms, tokens, MODES, registers);
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

/// The word spells source, target and edges; the target is *on the path from* v where v is the target, or v has an edge
/// and the target is on the path from its end.
///
/// `has(v)`: some edge of the word leads out of v; `nxt(v)`: where to; `P(v)`: the target is on the path from v; `goal`:
/// the target.
pub fn mathematics<'a>(terms: &'a Terms, tokens: &[String]) -> Mathematics<'a> {
    let registers = ["source", "target", "last", "from", "to"].map(|name| (name, 0));
    let mut reading = Definition::new(terms, tokens, ["source", "target", "from", "to", "end"], registers);
    let before = reading.symbols();
    let [source, target, last, from, to] = ["source", "target", "last", "from", "to"].map(|name| before.register(name));
    let (always, zero) = (terms.truth(true), terms.int(0));
    reading.case("source", "0", always, "source").set("source", source + 1);
    reading.case("source", "|", always, "target");
    reading.case("target", "0", always, "target").set("target", target + 1);
    reading.case("target", "#", always, "from");
    reading.case("target", "$", always, "end");
    reading.case("from", "0", always, "from").set("from", from + 1);
    reading.case("from", "|", from.at_least(last), "to").set("to", zero);
    reading.case("to", "0", always, "to").set("to", to + 1);
    reading.case("to", "#", to.above(from), "from").set("last", from + 1).set("from", zero);
    reading.case("to", "$", to.above(from), "end");
    let graph = Graph { terms };
    reading.accept("end", graph.reaches(source));
    Mathematics::new(reading)
        .with_equations(move |before, read| {
            let vertices =
                [before.register("cur"), read.register("source"), read.register("from"), read.register("to")];
            vertices.map(|vertex| graph.path(vertex)).to_vec()
        })
        .with_given(move |mode, token, read, vertex| {
            let mut given = graph.read(mode, token, read, vertex);
            match (mode, token) {
                ("target", "#") => given.push(read.register("target").equals(graph.goal())),
                ("target", "$") => {
                    given.push(read.register("target").equals(graph.goal()));
                    given.push(vertex.at_least(terms.int(0)).implies(graph.has(vertex).negate()));
                }
                ("to", "$") => given.push(vertex.above(read.register("from")).implies(graph.has(vertex).negate())),
                _ => {}
            }
            given
        })
        .with_functions(|word| Some(Box::new(EdgeFunctions::target_first(word))))
}

/// What the registers mean: the target is on the path from the source iff it is on the path from `cur`; and `cur` is the
/// target, or its edge is still to come, or it has none.
pub fn meaning<'a>(terms: &'a Terms, tokens: &[String]) -> Meaning<'a> {
    let graph = Graph { terms };
    Meaning::new(mathematics(terms, tokens), move |mode, reading, before, read, _| {
        let zero = terms.int(0);
        let same = |own: &str, spelt: &str| before.register(own).equals(read.register(spelt));
        let [source, from, last] = ["source", "from", "last"].map(|name| read.register(name));
        let [cur, t] = ["cur", "t"].map(|name| before.register(name));
        let edges = || {
            vec![
                same("s", "source"),
                same("t", "target"),
                t.equals(graph.goal()),
                same("ip", "last"),
                last.at_least(zero),
                graph.reaches(source).equals(graph.reaches(cur)),
                cur.at_least(zero),
                terms.any([cur.equals(t), cur.at_least(last), graph.has(cur).negate()]),
            ]
        };
        let edge = |is_followed: Term<'a>| {
            let followed = cur.equals(from).and(cur.differs(t));
            [same("i", "from"), same("b", "to"), from.at_least(last), followed.equals(is_followed)]
        };
        let mut conjuncts = Vec::new();
        match (mode, reading) {
            ("S", "source") => {
                conjuncts.extend([same("s", "source"), source.at_least(zero), read.register("target").equals(zero)]);
                conjuncts.extend([from.equals(zero), last.equals(zero)]);
            }
            ("T", "target") => {
                conjuncts.extend([same("s", "source"), source.at_least(zero), same("t", "target")]);
                conjuncts.extend([t.at_least(zero), from.equals(zero), last.equals(zero)]);
            }
            ("I", "from") => {
                conjuncts.extend(edges());
                conjuncts.push(same("a", "from"));
            }
            ("U", "to") => {
                conjuncts.extend(edges());
                conjuncts.extend(edge(terms.truth(false)));
            }
            ("M", "to") => {
                conjuncts.extend(edges());
                conjuncts.extend(edge(terms.truth(true)));
            }
            ("A", "end") => conjuncts.push(graph.reaches(source)),
            (DEAD, "end") => conjuncts.push(graph.reaches(source).negate()),
            (DEAD, DEAD) => {}
            _ => return None,
        }
        Some(conjuncts)
    })
    .at(|before, read| vec![before.register("cur"), read.register("source"), read.register("to")])
}

/// The graph that a word spells, as functions without an interpretation.
#[derive(Clone, Copy)]
struct Graph<'a> {
    terms: &'a Terms,
}

impl<'a> Graph<'a> {
    fn reaches(self, vertex: Term<'a>) -> Term<'a> {
        self.terms.apply("P", &[vertex], Sort::Bool)
    }

    fn has(self, vertex: Term<'a>) -> Term<'a> {
        self.terms.apply("has", &[vertex], Sort::Bool)
    }

    fn next(self, vertex: Term<'a>) -> Term<'a> {
        self.terms.apply("nxt", &[vertex], Sort::Int)
    }

    fn goal(self) -> Term<'a> {
        self.terms.symbol("goal", Sort::Int)
    }

    /// What a path is, said of a vertex.
    fn path(self, vertex: Term<'a>) -> Term<'a> {
        let onward = self.has(vertex).and(self.reaches(self.next(vertex)));
        self.reaches(vertex).equals(vertex.equals(self.goal()).or(onward))
    }

    /// What an edge says that is read to its end: it is there, and no other leads out of a vertex between the source of
    /// the edge before and its own.
    fn read(self, mode: &str, token: &str, read: &View<'a>, vertex: Term<'a>) -> Vec<Term<'a>> {
        if mode != "to" || token == "0" {
            return Vec::new();
        }
        let [last, from, to] = ["last", "from", "to"].map(|name| read.register(name));
        let between = vertex.at_least(last).and(vertex.below(from));
        vec![self.has(from), self.next(from).equals(to), between.implies(self.has(vertex).negate())]
    }
}

/// Reachability over positions: numbers are runs of zeros before a separator, an edge exists where a `|` that is not
/// the first separator stands between two numbers, and the set of reached vertices is computed vertex by vertex.
pub fn positional<'a>(terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
    let (no, zero) = (terms.truth(false), terms.int(0));
    let n = tokens.len();
    let [digit, bar, hash, end] = [0, 1, 2, 3];
    let Some(last) = n.checked_sub(1) else { return no };
    let places = Places::new(terms, tokens, digit);
    let [bar_ahead, hash_ahead, end_ahead] = [bar, hash, end].map(|token| places.next_separator_is(token));
    // The form: a `|` first, then separators alternate `#`, `|`, and one `$` stands at the end.
    let mut rules = vec![places.is(last, end), bar_ahead[0]];
    let mut seen_hash = no;
    let mut previous_source = terms.int(-1);
    let mut edges = Vec::new();
    let mut is_first = terms.truth(true);
    let mut source = zero;
    let mut target = zero;
    for place in 0..n {
        let is_bar = places.is(place, bar);
        let (before, after) = (places.run_before(place), places.run_after(place));
        let first = is_bar.and(is_first);
        source = terms.if_else(first, before, source);
        target = terms.if_else(first, after, target);
        let edge = is_bar.and(is_first.negate());
        rules.push(edge.implies(seen_hash));
        rules.push(places.is(place, end).implies(terms.truth(place == last)));
        rules.push(places.is(place, hash).implies(bar_ahead[place + 1]));
        rules.push(is_bar.implies(hash_ahead[place + 1].or(end_ahead[place + 1])));
        rules.push(edge.implies(before.above(previous_source).and(after.above(before))));
        edges.push(EdgeAt { exists: edge, from: before, to: after });
        previous_source = terms.if_else(edge, before, previous_source);
        seen_hash = seen_hash.or(places.is(place, hash));
        is_first = is_first.and(is_bar.negate());
    }
    terms.all(rules).and(reached(terms, n, source, target, &edges))
}
