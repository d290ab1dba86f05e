//! Graphs in unary over unknown tokens: runs of zeros between separators, and the set of reached vertices.

use rnn::Datum;
use rnn::Exact;
use rnn::Term;
use rnn::Terms;
use rnn::Valuation;
use std::collections::BTreeMap;

/// A word of unknown tokens, read by its places: numbers are runs of one token, every other token separates them.
pub(crate) struct Places<'t, 'a> {
    terms: &'a Terms,
    tokens: &'t [Term<'a>],
    digit: i64,
    /// `before[p]`: the length of the run that ends just before place p.
    before: Vec<Term<'a>>,
    /// `from[p]`: the length of the run that starts at place p.
    from: Vec<Term<'a>>,
}

impl<'t, 'a> Places<'t, 'a> {
    pub(crate) fn new(terms: &'a Terms, tokens: &'t [Term<'a>], digit: i64) -> Self {
        let zero = terms.int(0);
        let is_digit = |place: usize| tokens[place].equals(terms.int(digit));
        let mut before = vec![zero];
        for place in 0..tokens.len() {
            before.push(terms.if_else(is_digit(place), before[place] + 1, zero));
        }
        let mut from = vec![zero; tokens.len() + 1];
        for place in (0..tokens.len()).rev() {
            from[place] = terms.if_else(is_digit(place), from[place + 1] + 1, zero);
        }
        Self { terms, tokens, digit, before, from }
    }

    /// Whether this token stands at this place.
    pub(crate) fn is(&self, place: usize, token: i64) -> Term<'a> {
        self.tokens[place].equals(self.terms.int(token))
    }

    /// The number that ends just before a separator at this place.
    pub(crate) fn run_before(&self, place: usize) -> Term<'a> {
        self.before[place]
    }

    /// The number that starts just after a separator at this place.
    pub(crate) fn run_after(&self, place: usize) -> Term<'a> {
        self.from[place + 1]
    }

    /// The number that starts at this place.
    pub(crate) fn run_from(&self, place: usize) -> Term<'a> {
        self.from[place]
    }

    /// For each place, the one after the end included, whether this is the first separator at or after it.
    pub(crate) fn next_separator_is(&self, token: i64) -> Vec<Term<'a>> {
        let mut next = vec![self.terms.truth(false); self.tokens.len() + 1];
        for place in (0..self.tokens.len()).rev() {
            next[place] = self.terms.if_else(self.is(place, self.digit), next[place + 1], self.is(place, token));
        }
        next
    }
}

/// An edge that a place of the word may spell.
pub(crate) struct EdgeAt<'a> {
    pub(crate) exists: Term<'a>,
    pub(crate) from: Term<'a>,
    pub(crate) to: Term<'a>,
}

/// Whether the target is reached from the source along edges that lead forward; no number exceeds `largest`.
pub(crate) fn reached<'a>(
    terms: &'a Terms,
    largest: usize,
    source: Term<'a>,
    target: Term<'a>,
    edges: &[EdgeAt<'a>],
) -> Term<'a> {
    let number = |vertex: usize| terms.int(vertex as i64);
    let mut reached: Vec<Term<'a>> = Vec::new();
    for vertex in 0..=largest {
        let incoming = edges.iter().map(|edge| {
            let from_reached = (0..vertex).map(|v| edge.from.equals(number(v)).and(reached[v]));
            terms.all([edge.exists, edge.to.equals(number(vertex)), terms.any(from_reached.collect::<Vec<_>>())])
        });
        let incoming = terms.any(incoming.collect::<Vec<_>>());
        reached.push(source.equals(number(vertex)).or(incoming));
    }
    let hit = (0..=largest).map(|vertex| target.equals(number(vertex)).and(reached[vertex]));
    terms.any(hit.collect::<Vec<_>>())
}

/// The functions of a concrete word's graph, for witnesses: of every edge that is read to its end while the word is still
/// one that spells a graph.
pub(crate) struct EdgeFunctions {
    target: i64,
    next: BTreeMap<i64, i64>,
}

impl EdgeFunctions {
    /// Of a word over `0 | # $`.
    pub(crate) fn target_first(word: &[usize]) -> Self {
        let [bar, end] = [1, 3];
        let mut fields = word.split(|token| *token == bar);
        fields.next();
        let target = fields.next().map_or(0, zeros);
        let edges = word.iter().position(|token| *token == bar).map_or(&[][..], |index| &word[index + 1..]);
        Self { target, next: edges_of(&edges[target as usize..], end) }
    }

    /// Of a word over `0 | # % $`.
    pub(crate) fn target_last(word: &[usize]) -> Self {
        let percent = 3;
        let target = word.iter().position(|token| *token == percent).map_or(0, |index| zeros(&word[index + 1..]));
        let source = zeros(word) as usize;
        Self { target, next: edges_of(&word[source..], percent) }
    }

    pub(crate) fn has_edge_out_of_target(&self) -> bool {
        self.next.contains_key(&self.target)
    }
}

/// How many zeros a word begins with.
fn zeros(word: &[usize]) -> i64 {
    word.iter().take_while(|token| **token == 0).count() as i64
}

/// The edges `# 0^i | 0^j` at the beginning of a word, sorted and forward, each followed by another or by `end`.
fn edges_of(mut word: &[usize], end: usize) -> BTreeMap<i64, i64> {
    let (bar, hash) = (1, 2);
    let mut edges = BTreeMap::new();
    let mut last = -1;
    while word.first() == Some(&hash) {
        word = &word[1..];
        let from = zeros(word);
        word = &word[from as usize..];
        if word.first() != Some(&bar) {
            break;
        }
        word = &word[1..];
        let to = zeros(word);
        word = &word[to as usize..];
        let is_ended = word.first().is_some_and(|token| [hash, end].contains(token));
        if from <= last || to <= from || !is_ended {
            break;
        }
        edges.insert(from, to);
        last = from;
    }
    edges
}

impl Valuation for EdgeFunctions {
    fn symbol(&self, name: &str) -> Option<Datum> {
        (name == "goal").then(|| Datum::Number(Exact::integer(self.target)))
    }

    fn apply(&self, function: &str, arguments: &[Exact]) -> Option<Datum> {
        let vertex = arguments.first()?.to_i64()?;
        let next = self.next.get(&vertex).copied();
        Some(match function {
            "has" => Datum::Truth(next.is_some()),
            "nxt" => Datum::Number(Exact::integer(next.unwrap_or(0))),
            "P" => {
                let mut path = std::iter::successors(Some(vertex), |vertex| self.next.get(vertex).copied());
                Datum::Truth(path.any(|vertex| vertex == self.target))
            }
            _ => return None,
        })
    }
}
