//! The target given last: is it on the path from the source? With the target last a one-pass network of log precision
//! can only say whether it is the *end* of the walk, which is the same where the target is promised to have no edge.

use super::Graph;
use crate::definition::DEAD;
use crate::definition::Definition;
use crate::statement::mathematics::Mathematics;
use crate::statement::mathematics::Meaning;
use crate::statement::unary_graph::EdgeAt;
use crate::statement::unary_graph::EdgeFunctions;
use crate::statement::unary_graph::Places;
use crate::statement::unary_graph::reached;
use rnn::Term;
use rnn::Terms;

/// What is being read: source, an edge's source, its end (unfollowed or matched), the target; the last one is the end of a
/// word that is accepted.
pub const MODES: [&str; 6] = ["S", "I", "U", "M", "T", "A"];

/// Is the target the end of the walk?
pub fn definition<'a>(terms: &'a Terms, tokens: &[String]) -> Definition<'a> {
    let registers = ["s", "t", "cur", "ip", "a", "i", "b"].map(|name| (name, 0));
    let mut definition = Definition::new(terms, tokens, MODES, registers);
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

/// The word spells source, edges and target; `is_sink_promised` says that no edge leads out of the target. The functions
/// are those of [`super::mathematics`].
pub fn mathematics<'a>(terms: &'a Terms, tokens: &[String], is_sink_promised: bool) -> Mathematics<'a> {
    let registers = ["source", "target", "last", "from", "to"].map(|name| (name, 0));
    let mut reading = Definition::new(terms, tokens, ["source", "from", "to", "target", "end"], registers);
    let before = reading.symbols();
    let [source, target, last, from, to] = ["source", "target", "last", "from", "to"].map(|name| before.register(name));
    let (always, zero) = (terms.truth(true), terms.int(0));
    reading.case("source", "0", always, "source").set("source", source + 1);
    reading.case("source", "#", always, "from");
    reading.case("source", "%", always, "target");
    reading.case("from", "0", always, "from").set("from", from + 1);
    reading.case("from", "|", from.at_least(last), "to").set("to", zero);
    reading.case("to", "0", always, "to").set("to", to + 1);
    reading.case("to", "#", to.above(from), "from").set("last", from + 1).set("from", zero);
    reading.case("to", "%", to.above(from), "target");
    reading.case("target", "0", always, "target").set("target", target + 1);
    reading.case("target", "$", always, "end");
    let graph = Graph { terms };
    reading.accept("end", graph.reaches(source));
    Mathematics::new(reading)
        .with_equations(move |before, read| {
            let vertices =
                [before.register("cur"), read.register("source"), read.register("from"), read.register("to")];
            let mut equations = vertices.map(|vertex| graph.path(vertex)).to_vec();
            if is_sink_promised {
                equations.push(graph.has(graph.goal()).negate());
            }
            equations
        })
        .with_given(move |mode, token, read, vertex| {
            let mut given = graph.read(mode, token, read, vertex);
            match (mode, token) {
                ("source", "%") => given.push(vertex.at_least(terms.int(0)).implies(graph.has(vertex).negate())),
                ("to", "%") => given.push(vertex.above(read.register("from")).implies(graph.has(vertex).negate())),
                ("target", "$") => given.push(read.register("target").equals(graph.goal())),
                _ => {}
            }
            given
        })
        .with_functions(move |word| {
            let functions = EdgeFunctions::target_last(word);
            let keeps = !is_sink_promised || !functions.has_edge_out_of_target();
            keeps.then(|| Box::new(functions) as Box<_>)
        })
}

/// What the registers mean: the target is on the path from the source iff it is on the path from `cur`, whose edge is
/// still to come, or which has none.
pub fn meaning<'a>(terms: &'a Terms, tokens: &[String], is_sink_promised: bool) -> Meaning<'a> {
    let graph = Graph { terms };
    Meaning::new(mathematics(terms, tokens, is_sink_promised), move |mode, reading, before, read, _| {
        let zero = terms.int(0);
        let same = |own: &str, spelt: &str| before.register(own).equals(read.register(spelt));
        let [source, from, last] = ["source", "from", "last"].map(|name| read.register(name));
        let cur = before.register("cur");
        let path = || [graph.reaches(source).equals(graph.reaches(cur)), cur.at_least(zero)];
        let edges = || [same("ip", "last"), last.at_least(zero), cur.at_least(last).or(graph.has(cur).negate())];
        let nothing_yet = || [read.register("target").equals(zero), source.at_least(zero)];
        let mut conjuncts = Vec::new();
        match (mode, reading) {
            ("S", "source") => {
                conjuncts.extend([same("s", "source"), from.equals(zero), last.equals(zero)]);
                conjuncts.extend(nothing_yet());
            }
            ("I", "from") => {
                conjuncts.extend(path().into_iter().chain(edges()).chain(nothing_yet()));
                conjuncts.push(same("a", "from"));
            }
            ("U" | "M", "to") => {
                conjuncts.extend(path().into_iter().chain(edges()).chain(nothing_yet()));
                conjuncts.extend([same("i", "from"), same("b", "to"), from.at_least(last)]);
                conjuncts.push(cur.equals(from).equals(terms.truth(mode == "M")));
            }
            ("T", "target") => {
                conjuncts.extend(path());
                conjuncts.extend([same("t", "target"), graph.has(cur).negate()]);
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

/// Is the target reached, and has it no edge?
pub fn positional<'a>(terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
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
