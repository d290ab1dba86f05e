//! The automaton with the fewest states, by Hopcroft's refinement.

use crate::Dfa;
use std::collections::VecDeque;

impl Dfa {
    /// The automaton with the fewest states that accepts the same words, its states numbered in the order in which they
    /// are reached breadth first: two languages are equal iff these automata are.
    ///
    /// ```
    /// let wasteful = languages::Dfa::new(1, 0, vec![1, 2, 1], vec![true, false, true]);
    /// assert_eq!(wasteful.minimal(), languages::Dfa::new(1, 0, vec![1, 0], vec![true, false]));
    /// ```
    pub fn minimal(&self) -> Self {
        let reached = self.reached();
        let classes = Partition::of(&reached).refined(&reached);
        // A class steps as any of its states does.
        let n_classes = 1 + *classes.iter().max().expect("an automaton has a state");
        let mut member = vec![0; n_classes as usize];
        for (state, class) in (0..).zip(&classes) {
            member[*class as usize] = state;
        }
        let next = member.iter().flat_map(|state| {
            let (reached, classes) = (&reached, &classes);
            (0..reached.n_tokens()).map(move |token| classes[reached.step(*state, token) as usize])
        });
        let accepting = member.iter().map(|state| reached.is_accepting(*state)).collect();
        Self::new(reached.n_tokens(), classes[reached.start() as usize], next.collect(), accepting).reached()
    }

    /// The states that some word reaches, numbered breadth first.
    pub fn reached(&self) -> Self {
        let unseen = u32::MAX;
        let mut number = vec![unseen; self.n_states()];
        let mut order = vec![self.start()];
        number[self.start() as usize] = 0;
        let mut next = Vec::new();
        let mut done = 0;
        while done < order.len() {
            for token in 0..self.n_tokens() {
                let after = self.step(order[done], token);
                if number[after as usize] == unseen {
                    number[after as usize] = u32::try_from(order.len()).expect("fewer than 2^32 states");
                    order.push(after);
                }
                next.push(number[after as usize]);
            }
            done += 1;
        }
        let accepting = order.iter().map(|state| self.is_accepting(*state)).collect();
        Self::new(self.n_tokens(), 0, next, accepting)
    }
}

/// The transitions into each state, by token.
struct Inverse {
    /// `first[token * (n + 1) + state]` is where the sources of `state` on `token` begin.
    first: Vec<usize>,
    sources: Vec<u32>,
    n_states: usize,
}

impl Inverse {
    fn new(dfa: &Dfa) -> Self {
        let (n, k) = (dfa.n_states(), dfa.n_tokens());
        let mut first = Vec::with_capacity(k * (n + 1));
        let mut sources = vec![0u32; k * n];
        for token in 0..k {
            // Counting sort by target.
            let mut counts = vec![0usize; n + 1];
            for state in 0..n {
                counts[dfa.step(index(state), token) as usize + 1] += 1;
            }
            counts[0] = token * n;
            for state in 0..n {
                counts[state + 1] += counts[state];
            }
            first.extend_from_slice(&counts);
            for state in 0..n {
                let target = dfa.step(index(state), token) as usize;
                sources[counts[target]] = index(state);
                counts[target] += 1;
            }
        }
        Self { first, sources, n_states: n }
    }

    fn sources(&self, token: usize, state: u32) -> &[u32] {
        let at = token * (self.n_states + 1) + state as usize;
        &self.sources[self.first[at]..self.first[at + 1]]
    }
}

fn index(state: usize) -> u32 {
    u32::try_from(state).expect("an automaton has fewer than 2^32 states")
}

/// Classes of states, each a range of one list.
struct Partition {
    states: Vec<u32>,
    /// Where each state stands in the list.
    place: Vec<usize>,
    class: Vec<u32>,
    /// The range of each class.
    ranges: Vec<(usize, usize)>,
    /// How many states of each class are marked; they stand at its beginning.
    marked: Vec<usize>,
}

impl Partition {
    /// Accepting states, and the others.
    fn of(dfa: &Dfa) -> Self {
        let n = dfa.n_states();
        let all = 0..index(n);
        let states: Vec<u32> =
            all.clone().filter(|state| dfa.is_accepting(*state)).chain(all.filter(|s| !dfa.is_accepting(*s))).collect();
        let n_accepting = states.iter().filter(|state| dfa.is_accepting(**state)).count();
        let mut place = vec![0; n];
        for (at, state) in states.iter().enumerate() {
            place[*state as usize] = at;
        }
        let is_split = n_accepting > 0 && n_accepting < n;
        let ranges = if is_split { vec![(0, n_accepting), (n_accepting, n)] } else { vec![(0, n)] };
        let class = place.iter().map(|at| u32::from(is_split && *at >= n_accepting)).collect();
        let marked = vec![0; ranges.len()];
        Self { states, place, class, ranges, marked }
    }

    /// Marks a state; tells whether it is the first of its class.
    fn mark(&mut self, state: u32) -> bool {
        let class = self.class[state as usize] as usize;
        let (from, _) = self.ranges[class];
        let (at, unmarked) = (self.place[state as usize], from + self.marked[class]);
        if at < unmarked {
            return false;
        }
        let other = self.states[unmarked];
        self.states.swap(at, unmarked);
        (self.place[state as usize], self.place[other as usize]) = (unmarked, at);
        self.marked[class] += 1;
        self.marked[class] == 1
    }

    /// Splits the marked states of a class off; gives the smaller half as a class of its own, where both have states.
    fn split(&mut self, class: u32) -> Option<u32> {
        let ((from, to), marked) = (self.ranges[class as usize], std::mem::take(&mut self.marked[class as usize]));
        let middle = from + marked;
        if middle == to {
            return None;
        }
        let new = index(self.ranges.len());
        let (kept, split) =
            if middle - from <= to - middle { ((middle, to), (from, middle)) } else { ((from, middle), (middle, to)) };
        self.ranges[class as usize] = kept;
        self.ranges.push(split);
        self.marked.push(0);
        for at in split.0..split.1 {
            self.class[self.states[at] as usize] = new;
        }
        Some(new)
    }

    /// Refines until no class leads two ways; the class of each state.
    fn refined(mut self, dfa: &Dfa) -> Vec<u32> {
        let inverse = Inverse::new(dfa);
        // Every class is looked at once; of a class that is split later, the smaller half again.
        let mut waiting: VecDeque<u32> = (0..index(self.ranges.len())).collect();
        let mut touched: Vec<u32> = Vec::new();
        while let Some(class) = waiting.pop_front() {
            let (from, to) = self.ranges[class as usize];
            // The class itself may be split while it is looked at.
            let members = self.states[from..to].to_vec();
            for token in 0..dfa.n_tokens() {
                for source in members.iter().flat_map(|state| inverse.sources(token, *state)) {
                    if self.mark(*source) {
                        touched.push(self.class[*source as usize]);
                    }
                }
                for class in touched.drain(..) {
                    // Where the old class still waits, both halves do; else the smaller one is enough.
                    waiting.extend(self.split(class));
                }
            }
        }
        self.class
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn automata() -> impl Strategy<Value = Dfa> {
        (1usize..4, 1usize..12).prop_flat_map(|(n_tokens, n)| {
            let states = 0..u32::try_from(n).unwrap();
            let next = proptest::collection::vec(states.clone(), n * n_tokens);
            (states, next, proptest::collection::vec(any::<bool>(), n))
                .prop_map(move |(start, next, accepting)| Dfa::new(n_tokens, start, next, accepting))
        })
    }

    /// Moore's algorithm, round by round, on reached states: how many classes there are in the end.
    fn n_classes_by_rounds(dfa: &Dfa) -> usize {
        let dfa = dfa.reached();
        let mut class: Vec<usize> = (0..index(dfa.n_states())).map(|s| usize::from(dfa.is_accepting(s))).collect();
        for _ in 0..dfa.n_states() {
            let seen = |state: u32| -> Vec<usize> {
                let after = (0..dfa.n_tokens()).map(|token| class[dfa.step(state, token) as usize]);
                std::iter::once(class[state as usize]).chain(after).collect()
            };
            let all: Vec<Vec<usize>> = (0..index(dfa.n_states())).map(seen).collect();
            let distinct: BTreeSet<&Vec<usize>> = all.iter().collect();
            let distinct: Vec<&Vec<usize>> = distinct.into_iter().collect();
            class = all.iter().map(|seen| distinct.binary_search(&seen).unwrap()).collect();
        }
        class.into_iter().collect::<BTreeSet<_>>().len()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn the_minimal_automaton_accepts_the_same_words_and_has_as_many_states_as_by_moore(dfa in automata()) {
            let minimal = dfa.minimal();
            prop_assert_eq!(minimal.n_states(), n_classes_by_rounds(&dfa));
            prop_assert_eq!(&minimal.minimal(), &minimal);
            for length in 0..=6 {
                for word in problems::words_of_length(dfa.n_tokens(), length) {
                    prop_assert_eq!(dfa.accepts(problems::indices(&word)), minimal.accepts(problems::indices(&word)));
                }
            }
        }
    }

    #[test]
    fn a_long_chain_is_minimised_without_a_round_for_each_state() {
        let n = 200_000u32;
        // The word has at least n - 1 letters; no two states are the same.
        let next = (0..n).map(|state| (state + 1).min(n - 1)).collect();
        let chain = Dfa::new(1, 0, next, (0..n).map(|state| state == n - 1).collect());
        assert_eq!(chain.minimal().n_states(), n as usize);
    }
}
