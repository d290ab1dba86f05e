//! Balanced brackets of two kinds, followed by one `$`.

use super::mathematics::Mathematics;
use super::mathematics::Meaning;
use crate::definition::DEAD;
use crate::definition::Definition;
use problems::Problem;
use problems::dyck::Dyck;
use rnn::Datum;
use rnn::Exact;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;

/// Opening and closing bracket, and the number of their kind.
pub const BRACKETS: [(&str, &str, u8); 2] = [("(", ")", 0), ("[", "]", 1)];

/// While brackets are read, and the end.
pub const MODES: [&str; 2] = ["Q", "A"];

/// How long the list has been at most, a register of the definition with a window.
pub const DEEPEST: &str = "deepest";

/// One pass with the list of the kinds of open brackets; with a window the stack seems to end where the window does.
pub fn definition<'a>(terms: &'a Terms, tokens: &[String], window: Option<u32>) -> Definition<'a> {
    let registers = window.map(|_| (DEEPEST, 0));
    let mut definition = Definition::new(terms, tokens, MODES, registers).with_list(2);
    if let Some(window) = window {
        definition = definition.within(window);
    }
    let before = definition.symbols();
    let list = before.list();
    let (always, k, oldest) = (terms.truth(true), list.length, list.bottom + 1);
    for (open, close, kind) in BRACKETS {
        let kind = terms.int(i64::from(kind));
        let pushes = definition.case("Q", open, always, "Q").push(kind);
        if window.is_some() {
            let deepest = before.register(DEEPEST);
            pushes.set(DEEPEST, terms.if_else(deepest.equals(k), k + 1, deepest));
        }
        let matches = k.at_least(oldest).and(list.item(k).equals(kind));
        definition.case("Q", close, matches, "Q").pop();
    }
    definition.case("Q", "$", k.equals(list.bottom), "A");
    definition.accept("A", always);
    definition
}

/// A string is balanced iff its depth is never negative and 0 at the end, and every closing bracket is of the kind of the
/// bracket that it closes: the last one before it that led from one less to its depth.
///
/// `n` tokens are read, of which `depth` are open. `kind(i)`: the kind of the i-th bracket, from 0; `opened(j, n)`: the
/// last of the first n brackets that led from depth j - 1 to depth j.
pub fn mathematics<'a>(terms: &'a Terms, tokens: &[String]) -> Mathematics<'a> {
    let mut reading = Definition::new(terms, tokens, ["brackets", "end"], [("n", 0), ("depth", 0)]);
    let before = reading.symbols();
    let [n, depth] = ["n", "depth"].map(|name| before.register(name));
    let string = Brackets { terms };
    for (open, close, kind) in BRACKETS {
        let closes = string.kind(string.opened(depth, n)).equals(terms.int(i64::from(kind)));
        reading.case("brackets", open, terms.truth(true), "brackets").set("n", n + 1).set("depth", depth + 1);
        let closing = reading.case("brackets", close, depth.above(terms.int(0)).and(closes), "brackets");
        closing.set("n", n + 1).set("depth", depth - 1);
    }
    reading.case("brackets", "$", depth.equals(terms.int(0)), "end");
    reading.accept("end", terms.truth(true));
    Mathematics::new(reading)
        .with_given(move |mode, token, read, index| {
            let [n, depth] = ["n", "depth"].map(|name| read.register(name));
            let kind = BRACKETS.iter().find(|(open, close, _)| [*open, *close].contains(&token));
            let ("brackets", Some((open, _, kind))) = (mode, kind) else { return Vec::new() };
            let kept = string.opened(index, n + 1).equals(string.opened(index, n));
            let mut given = vec![string.kind(n).equals(terms.int(i64::from(*kind)))];
            if token == *open {
                given.extend([string.opened(depth + 1, n + 1).equals(n), index.differs(depth + 1).implies(kept)]);
            } else {
                given.push(kept);
            }
            given
        })
        .with_functions(|word| Some(Box::new(Word(word.to_vec()))))
}

/// What the list means: its j-th symbol is the kind of the open bracket that led to depth j.
pub fn meaning<'a>(terms: &'a Terms, tokens: &[String]) -> Meaning<'a> {
    let string = Brackets { terms };
    Meaning::new(mathematics(terms, tokens), move |mode, reading, before, read, index| {
        let [n, depth] = ["n", "depth"].map(|name| read.register(name));
        let list = before.list();
        Some(match (mode, reading) {
            ("Q", "brackets") => {
                let is_open = index.at_least(terms.int(1)).and(index.at_most(depth));
                let kind = string.kind(string.opened(index, n));
                vec![
                    list.length.equals(depth),
                    depth.at_least(terms.int(0)),
                    is_open.implies(list.item(index).equals(kind)),
                ]
            }
            ("A", "end") | (DEAD, DEAD) => Vec::new(),
            _ => return None,
        })
    })
    .at(|before, _| vec![before.list().length])
}

/// The brackets of a word as functions without an interpretation.
#[derive(Clone, Copy)]
struct Brackets<'a> {
    terms: &'a Terms,
}

impl<'a> Brackets<'a> {
    fn kind(self, index: Term<'a>) -> Term<'a> {
        self.terms.apply("kind", &[index], Sort::Int)
    }

    fn opened(self, depth: Term<'a>, n: Term<'a>) -> Term<'a> {
        self.terms.apply("opened", &[depth, n], Sort::Int)
    }
}

/// A concrete word, for witnesses: its tokens are, in order, `(`, `)`, `[`, `]`, `$`.
struct Word(Vec<usize>);

impl Valuation for Word {
    fn symbol(&self, _: &str) -> Option<Datum> {
        None
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        let first = arguments.first()?.to_i64()?;
        let value = match function {
            "kind" => {
                usize::try_from(first).ok().and_then(|index| self.0.get(index)).map_or(0, |token| *token as i64 / 2)
            }
            "opened" => {
                let n = usize::try_from(arguments.get(1)?.to_i64()?).unwrap_or(0);
                let (mut depth, mut last) = (0, 0);
                for (index, token) in (0..).zip(self.0.iter().take(n)) {
                    depth += if token % 2 == 0 { 1 } else { -1 };
                    if token % 2 == 0 && depth == first {
                        last = index;
                    }
                }
                last
            }
            _ => return None,
        };
        Some(Datum::Number(Exact::integer(value)))
    }
}

/// Balance over positions: a segment is balanced iff it is empty, or its first bracket is closed by one of its own kind
/// somewhere in it, with balanced segments inside and after.
pub fn positional<'a>(terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
    let n = tokens.len();
    let Some(last) = n.checked_sub(1) else { return terms.truth(false) };
    let is = |place: usize, text: &str| {
        let token = Dyck.alphabet().token(text).expect("the token is in the alphabet");
        tokens[place].equals(terms.int(i64::from(token)))
    };
    // balanced[from][length]
    let mut balanced = vec![vec![terms.truth(true)]; last + 1];
    for length in 1..=last {
        for from in 0..=last - length {
            let splits = (1..length).map(|closing| {
                let pair = BRACKETS.map(|(open, close, _)| is(from, open).and(is(from + closing, close)));
                let inside = balanced[from + 1][closing - 1];
                let behind = balanced[from + closing + 1][length - closing - 1];
                terms.all([terms.any(pair), inside, behind])
            });
            let whole = terms.any(splits.collect::<Vec<_>>());
            balanced[from].push(whole);
        }
    }
    is(last, "$").and(balanced[0][last])
}
