use super::hard::family;
use super::hard::layered_chains;
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// The definition as a machine with registers, one token at a time, which never sees a graph: it reads s, then t, then edges,
/// moves `current` along an edge that starts there, and stops at t.
fn streaming(word: &[Token]) -> bool {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Source,
        Target,
        From,
        To { is_match: bool },
        Accept,
    }
    let mut state = State::Source;
    let (mut s, mut t, mut current, mut least) = (0, 0, 0, 0);
    let (mut a, mut i, mut b) = (0, 0, 0);
    for &token in word {
        state = match (state, token) {
            (State::Source, ZERO) => {
                s += 1;
                state
            }
            (State::Source, BAR) => State::Target,
            (State::Target, ZERO) => {
                t += 1;
                state
            }
            (State::Target, EDGE) => {
                (current, least, a) = (s, 0, 0);
                State::From
            }
            (State::Target, END) if s == t => State::Accept,
            (State::From, ZERO) => {
                a += 1;
                state
            }
            (State::From, BAR) if a >= least => {
                (i, b) = (a, 0);
                State::To { is_match: current == a && current != t }
            }
            (State::To { .. }, ZERO) => {
                b += 1;
                state
            }
            (State::To { is_match }, EDGE | END) if b > i => {
                if is_match {
                    current = b;
                }
                (least, a) = (i + 1, 0);
                match token {
                    EDGE => State::From,
                    _ if current == t => State::Accept,
                    _ => return false,
                }
            }
            _ => return false,
        };
    }
    state == State::Accept
}

/// Every string, extended in place: building each one anew would cost more than deciding it.
fn for_each_string(length: usize, word: &mut Word, visit: &mut impl FnMut(&[Token])) {
    visit(word);
    if length > 0 {
        for token in 0..4 {
            word.push(token);
            for_each_string(length - 1, word, visit);
            word.pop();
        }
    }
}

#[test]
fn every_string_of_at_most_twelve_tokens_is_decided_as_by_the_streaming_definition() {
    let (mut n_strings, mut n_accepted) = (0, 0);
    for_each_string(12, &mut Word::new(), &mut |word| {
        let answer = Reachability.decide(word);
        assert_eq!(answer, streaming(word), "{}", ALPHABET.format(word));
        n_strings += 1;
        n_accepted += usize::from(answer);
    });
    assert_eq!((n_strings, n_accepted), (22_369_621, 63));
}

#[test]
fn every_instance_with_at_most_six_vertices_survives_writing_and_is_decided_by_reachability() {
    let (mut n_instances, mut n_yes) = (0, 0);
    for n in 1..=6 {
        let mut words = BTreeSet::new();
        for instance in instances(n) {
            let word = instance.to_word();
            assert_eq!(Instance::parse(&word).as_ref(), Some(&instance));
            assert!(instance.n_vertices() <= n);
            // Breadth first from all sides: the set of reached vertices grows until it is closed.
            let mut reached = BTreeSet::from([instance.source]);
            while !instance.edges.iter().all(|(from, to)| !reached.contains(from) || reached.contains(to)) {
                let next = instance.edges.iter().filter(|(from, _)| reached.contains(from)).map(|&(_, to)| to);
                reached.extend(next.collect::<Vec<_>>());
            }
            let answer = reached.contains(&instance.target);
            assert_eq!(Reachability.decide(&word), answer);
            assert_eq!(streaming(&word), answer);
            n_yes += usize::from(answer);
            n_instances += 1;
            assert!(words.insert(word), "an instance is listed twice");
        }
    }
    assert_eq!(n_instances, 29_367);
    assert!(0 < n_yes && n_yes < n_instances);
}

#[test]
fn the_longest_word_has_the_stated_length() {
    for (n, length) in [(4, 26), (5, 40), (6, 57)] {
        let longest = instances(n).map(|instance| instance.to_word().len()).max();
        assert_eq!(longest, Some(length));
        assert_eq!(length, (n - 1) * (3 * n + 4) / 2 + 2);
    }
}

#[test]
fn sampled_targets_are_real_vertices() {
    for n in (2..=40).chain([64, 65, 100]) {
        for answer in [false, true] {
            for index in 0..20 {
                let sample = Reachability.sample(n, answer, &mut Random::new(6, index)).unwrap();
                let instance = Instance::parse(&sample.word).unwrap();
                assert!(instance.n_vertices() <= n);
                let is_vertex = |v| instance.edges.iter().any(|&(from, to)| v == from || v == to);
                assert!(n < 4 || is_vertex(instance.target), "n {n}: target {}", instance.target);
            }
        }
    }
    for n in [0, 1, 8193] {
        let refusal = Reachability.sample(n, true, &mut Random::new(6, 0)).unwrap_err();
        assert_eq!(refusal.reason, format!("`reachability` has sizes from 2 to 8192 vertices, got {n}"));
    }
}

#[test]
fn all_three_widths_and_targets_in_the_middle_occur_at_64_vertices() {
    let mut families = BTreeSet::new();
    let mut n_last = 0;
    for index in 0..400 {
        let (instance, n_chains) = layered_chains(64, index % 2 == 0, Target::Any, &mut Random::new(7, index));
        families.insert(family(n_chains));
        n_last += usize::from(instance.target / n_chains == 64 / n_chains - 1);
        assert!(instance.source < n_chains);
        // The whole path is followed to the last layer.
        assert_eq!(instance.path().len(), 64 / n_chains);
    }
    assert_eq!(
        families.into_iter().collect::<Vec<_>>(),
        ["layered-chains/w=2", "layered-chains/w=5", "layered-chains/w=8"]
    );
    assert!((150..=250).contains(&n_last), "{n_last}");
}

/// Rules that look at few numbers: the target's place, the source's, the last edges. Each is trained on the first
/// half of the draws and scored on the second.
#[test]
fn no_shallow_rule_tells_the_answer() {
    let features: [fn(&Instance, usize) -> usize; 4] = [
        |instance, w| instance.target % w,
        |instance, w| w * (instance.source % w) + instance.target % w,
        |instance, w| usize::from(instance.edges.iter().any(|&edge| edge == (instance.target - w, instance.target))),
        |instance, w| instance.target / w,
    ];
    for feature in features {
        let mut table = std::collections::BTreeMap::new();
        let mut right = 0;
        for index in 0..4000 {
            let answer = index % 2 == 0;
            let (instance, w) = layered_chains(64, answer, Target::Any, &mut Random::new(8, index));
            let votes = table.entry((w, feature(&instance, w))).or_insert([0; 2]);
            if index < 2000 {
                votes[usize::from(answer)] += 1;
            } else {
                right += usize::from((votes[1] > votes[0]) == answer);
            }
        }
        // 2000 fair coins have a standard deviation of 22.
        assert!((850..=1150).contains(&right), "right on {right} of 2000");
    }
}

proptest! {
    #[test]
    fn every_sorted_graph_survives_writing(
        source in 0..40usize,
        target in 0..40usize,
        lengths in proptest::collection::vec(0..9usize, 0..30),
    ) {
        let edges = lengths.iter().enumerate().filter(|&(_, &length)| length > 0);
        let edges = edges.map(|(vertex, &length)| (vertex, vertex + length)).collect();
        let instance = Instance { source, target, edges };
        let word = instance.to_word();
        prop_assert_eq!(Instance::parse(&word), Some(instance.clone()));
        prop_assert_eq!(Reachability.decide(&word), streaming(&word));
        // Any change of order or direction is refused.
        if instance.edges.len() >= 2 {
            let mut swapped = instance.clone();
            swapped.edges.swap(0, 1);
            prop_assert_eq!(Instance::parse(&swapped.to_word()), None);
            let mut backward = instance.clone();
            backward.edges[1].1 = backward.edges[1].0;
            prop_assert_eq!(Instance::parse(&backward.to_word()), None);
        }
    }
}
