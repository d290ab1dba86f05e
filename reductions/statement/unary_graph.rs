//! Graphs in unary over unknown tokens: runs of zeros between separators, and the set of reached vertices.

use rnn::Term;
use rnn::Terms;

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

    /// For each place, the one behind the end included, whether this is the first separator at or after it.
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
