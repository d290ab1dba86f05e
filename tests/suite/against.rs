//! Networks and machines beside languages: the product search against brute force, its certificates, and our own claims by a
//! road that shares nothing with their proofs.

use languages::Dfa;
use problems::Problem;
use problems::Word;
use problems::indices;
use problems::words_of_length;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use reduce::check::against;
use reduce::check::against::Language;
use reduce::check::against::Outcome;
use reduce::check::against::certificate;
use reduce::check::against::certificate::CertificateError;
use reduce::check::against::device::Device;
use reduce::check::against::device::MachineDevice;
use reduce::check::against::device::NetworkDevice;
use reduce::check::against::product::Bound;
use reduce::check::against::product::Reached;
use reduce::check::against::words::accepts;
use reduce::progress::Progress;
use reduce::verdict::Verdict;
use reductions::Reduction;
use rnn::Affine;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::LinearFamily;
use rnn::LinearRnn;
use rnn::Network;
use rnn::Precision;
use rnn::RoundedArithmetic;

const BOUND: Bound = Bound { pairs: 100_000, bytes: 1 << 30 };

fn search<D: Device>(device: &D, dfa: &Dfa, bound: Bound) -> Outcome<D::Value> {
    let outcome = against::check(device, &Language::Regular(dfa.clone()), bound, true, &Progress::new(true));
    assert_eq!(outcome.alarm, None);
    outcome
}

fn rounded<'n>(network: &'n Network, format: &str) -> NetworkDevice<'n, RoundedArithmetic> {
    NetworkDevice::new(network, RoundedArithmetic::new(Precision::of(format.parse().unwrap())))
}

fn exact(network: &Network) -> NetworkDevice<'_, ExactArithmetic> {
    NetworkDevice::new(network, ExactArithmetic)
}

/// The first word, by length and then by order, on which the answers differ, up to a length.
fn by_brute_force<D: Device>(device: &D, dfa: &Dfa, longest: usize) -> Option<Word> {
    let mut words = (0..=longest).flat_map(|length| words_of_length(dfa.n_tokens(), length));
    words.find(|word| accepts(device, word) != dfa.accepts(indices(word)))
}

/// A network with one state coordinate for each state: the automaton itself, one-hot.
fn one_hot(dfa: &Dfa) -> Network {
    let n = dfa.n_states();
    let start = (0..n).map(|state| Exact::integer(i64::from(state == dfa.start() as usize))).collect();
    let transitions = (0..dfa.n_tokens()).map(|token| {
        let mut map = Affine::zero(n, n);
        (0..n).for_each(|state| {
            map.add_weight(dfa.step(u32::try_from(state).unwrap(), token) as usize, state, &Exact::ONE);
        });
        map
    });
    let mut readout = Affine::zero(1, n);
    (0..n).filter(|state| dfa.is_accepting(u32::try_from(*state).unwrap())).for_each(|state| {
        readout.add_weight(0, state, &Exact::ONE);
    });
    let names = |prefix: &str, n: usize| (0..n).map(|i| format!("{prefix}{i}")).collect::<Vec<_>>();
    let transitions: Vec<Affine> = transitions.collect();
    let family = LinearFamily::OneHotDiagonal;
    let tokens = names("t", dfa.n_tokens());
    Network::Linear(LinearRnn::new(family, tokens, names("s", n), start, transitions, readout).unwrap())
}

fn automata() -> impl Strategy<Value = Dfa> {
    (1u32..7).prop_flat_map(|n| {
        let next = proptest::collection::vec(0..n, 2 * n as usize);
        let accepting = proptest::collection::vec(any::<bool>(), n as usize);
        (next, accepting).prop_map(|(next, accepting)| Dfa::new(2, 0, next, accepting))
    })
}

/// Permutations times diagonals, with biases: where a weight is 1/2 or 2, or there is a bias, the states may be infinitely
/// many.
fn permutation_diagonal() -> impl Strategy<Value = Network> {
    (1usize..4).prop_flat_map(|n| {
        let weight = proptest::sample::select(vec![(1, 1), (1, 1), (-1, 1), (-1, 1), (1, 2), (2, 1)]);
        let bias = proptest::sample::select(vec![0i64, 0, 0, 0, 0, 1, -1]);
        let transition = (
            Just((0..n).collect::<Vec<usize>>()).prop_shuffle(),
            proptest::collection::vec(weight, n),
            proptest::collection::vec(bias, n),
        );
        let numbers = |n: usize| proptest::collection::vec(-2i64..3, n);
        (proptest::collection::vec(transition, 2), numbers(n), numbers(n + 1)).prop_map(
            move |(maps, start, readout)| {
                let transitions = maps.into_iter().map(|(images, weights, biases)| {
                    let mut map = Affine::zero(n, n);
                    for (column, (row, (num, den))) in images.into_iter().zip(weights).enumerate() {
                        map.add_weight(row, column, &Exact::ratio(num, den));
                    }
                    biases.iter().enumerate().for_each(|(row, bias)| map.add_bias(row, &Exact::integer(*bias)));
                    map
                });
                let mut map = Affine::zero(1, n);
                (0..n).for_each(|column| map.add_weight(0, column, &Exact::integer(readout[column])));
                map.add_bias(0, &Exact::integer(readout[n]));
                let names = (0..n).map(|i| format!("s{i}")).collect();
                let tokens = vec!["a".to_owned(), "b".to_owned()];
                let start = start.into_iter().map(Exact::integer).collect();
                let family = LinearFamily::PermutationDiagonal;
                Network::Linear(LinearRnn::new(family, tokens, names, start, transitions.collect(), map).unwrap())
            },
        )
    })
}

/// What the search says is what every word up to length 8 says.
fn agrees_with_brute_force<D: Device>(device: &D, dfa: &Dfa) -> Result<Verdict, TestCaseError> {
    const LONGEST: usize = 8;
    let bound = Bound { pairs: 3_000, bytes: 1 << 30 };
    let expected = by_brute_force(device, dfa, LONGEST);
    let outcome = search(device, dfa, bound);
    let up_to = outcome.search.as_ref().unwrap().up_to;
    match outcome.judgement.verdict {
        Verdict::Proved => prop_assert_eq!(expected, None),
        Verdict::Refuted => {
            let (word, answer) = outcome.counterexample.unwrap();
            prop_assert_eq!(accepts(device, &word), answer);
            prop_assert_ne!(dfa.accepts(indices(&word)), answer);
            prop_assert!(word.len() > LONGEST || expected.as_ref() == Some(&word), "{:?} {:?}", word, expected);
            prop_assert!(word.len() <= LONGEST || expected.is_none());
        }
        Verdict::Checked => {
            prop_assert!(up_to.unwrap() > 0);
            prop_assert!(expected.is_none_or(|word| word.len() > up_to.unwrap()));
        }
        other => prop_assert!(false, "{}", other),
    }
    if let Some(automaton) = outcome.automaton {
        for word in (0..=LONGEST).flat_map(|length| words_of_length(2, length)) {
            prop_assert_eq!(automaton.accepts(indices(&word)), accepts(device, &word));
        }
    }
    Ok(outcome.judgement.verdict)
}

#[test]
fn a_thousand_random_automata_and_networks_agree_with_every_word_to_length_eight() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = std::collections::BTreeMap::new();
    let mut note = |verdict: Verdict| *seen.entry(verdict.word()).or_insert(0) += 1;
    for _ in 0..1_000 {
        let mut draw = || automata().new_tree(&mut runner).unwrap().current();
        let (own, other) = (draw(), draw());
        let network = permutation_diagonal().new_tree(&mut runner).unwrap().current();
        // A network that is an automaton, against it and against another one; and any permutation-diagonal one.
        note(agrees_with_brute_force(&exact(&one_hot(&own)), &own).unwrap());
        note(agrees_with_brute_force(&exact(&one_hot(&own)), &other).unwrap());
        note(agrees_with_brute_force(&exact(&network), &other).unwrap());
        note(agrees_with_brute_force(&rounded(&network, "fixed:3.1"), &other).unwrap());
        // What a network in a number format is, is an automaton: against that it is proved.
        let automaton = search(&rounded(&network, "fixed:3.1"), &other, BOUND).automaton.unwrap();
        let proved = search(&rounded(&network, "fixed:3.1"), &automaton, BOUND);
        assert_eq!(proved.judgement.verdict, Verdict::Proved);
    }
    for verdict in [Verdict::Proved, Verdict::Refuted] {
        assert!(seen[verdict.word()] >= 100, "{seen:?}");
    }
}

/// A number that every a multiplies by this one; all words are accepted.
fn multiplying(factor: &Exact) -> Network {
    let mut map = Affine::zero(1, 1);
    map.add_weight(0, 0, factor);
    let mut readout = Affine::zero(1, 1);
    readout.add_bias(0, &Exact::ONE);
    let names = |name: &str| vec![name.to_owned()];
    let (family, start) = (LinearFamily::Diagonal, vec![Exact::ONE]);
    Network::Linear(LinearRnn::new(family, names("a"), names("n"), start, vec![map], readout).unwrap())
}

#[test]
fn a_network_with_infinitely_many_states_is_checked_up_to_a_length_and_no_further() {
    // A counter of a's; the readout is always positive.
    let mut count = Affine::zero(1, 1);
    count.add_weight(0, 0, &Exact::ONE);
    count.add_bias(0, &Exact::ONE);
    let mut readout = Affine::zero(1, 1);
    readout.add_bias(0, &Exact::ONE);
    let tokens = vec!["a".to_owned()];
    let linear =
        LinearRnn::new(LinearFamily::Diagonal, tokens, vec!["n".into()], vec![Exact::ZERO], vec![count], readout);
    let network = Network::Linear(linear.unwrap());
    let all = Dfa::new(1, 0, vec![0], vec![true]);
    let outcome = search(&exact(&network), &all, Bound { pairs: 500, bytes: 1 << 30 });
    let found = outcome.search.unwrap();
    assert_eq!((outcome.judgement.verdict, found.up_to), (Verdict::Checked, Some(499)));
    assert_eq!((outcome.automaton, found.reached), (None, Some(Reached::Pairs(500))));
    // The other two bounds: memory, and numbers that grow too long.
    let outcome = search(&exact(&network), &all, Bound { pairs: 100_000, bytes: 100_000 });
    assert_eq!(outcome.judgement.verdict, Verdict::Checked);
    assert_eq!(outcome.search.unwrap().reached, Some(Reached::Memory(100_000)));
    assert!(outcome.links[0].by.contains(", and then the bound of 100000 bytes of memory: "), "{:?}", outcome.links);
    let longer: Exact = format!("1{}", "0".repeat(100_000)).parse().unwrap();
    let outcome = search(&exact(&multiplying(&longer)), &all, BOUND);
    assert_eq!(outcome.search.unwrap().reached, Some(Reached::LongNumber(1 << 22)));
    assert!(outcome.links[0].by.contains(", and then a number of more than 4194304 bits: "), "{:?}", outcome.links);
    let outcome = search(&rounded(&network, "fixed:5.0"), &all, BOUND);
    // 0 to 15, where it stays.
    assert_eq!((outcome.judgement.verdict, outcome.search.unwrap().states), (Verdict::Proved, 16));
    assert_eq!(outcome.automaton, Some(all));
}

#[test]
fn a_certificate_with_anything_left_out_or_changed_is_refused() {
    let reduction = reductions::WordProblemPd::generators();
    let device = exact(reduction.network());
    let dfa = automaton_of(reduction.problem());
    let whole = search(&device, &dfa, BOUND).search.unwrap().certificate.unwrap();
    assert_eq!(certificate::check(&device, &dfa, &whole), Ok(()));
    // Each pair in turn.
    for left_out in 0..whole.pairs.len() {
        let mut list = whole.clone();
        list.pairs.remove(left_out);
        let refused = certificate::check(&device, &dfa, &list).unwrap_err();
        assert!(matches!(refused, CertificateError::Open(..) | CertificateError::Start), "{refused}");
    }
    let with = |change: &dyn Fn(&mut certificate::Certificate<Exact>)| {
        let mut list = whole.clone();
        change(&mut list);
        certificate::check(&device, &dfa, &list).unwrap_err()
    };
    // A pair whose answers differ: the start state with a state that rejects.
    let rejecting = (0..120).find(|state| !dfa.is_accepting(*state)).unwrap();
    assert!(matches!(with(&|list| list.pairs.push((0, rejecting))), CertificateError::Answers(120)));
    assert!(matches!(with(&|list| list.pairs.push((120, 0))), CertificateError::Malformed(_)));
    assert!(matches!(with(&|list| list.pairs.push((0, 120))), CertificateError::Malformed(_)));
    assert!(matches!(with(&|list| list.values[0] = list.values[1].clone()), CertificateError::Malformed(_)));
    assert!(matches!(with(&|list| list.states[0] = 99), CertificateError::Malformed(_)));
    assert!(matches!(with(&|list| list.width = 4), CertificateError::Malformed(_)));
    assert!(matches!(
        with(&|list| list.values[0] = Exact::integer(77)),
        CertificateError::Open(..) | CertificateError::Start
    ));
    assert_eq!(with(&|list| list.pairs.clear()), CertificateError::Start);
    // The list is about these weights: not about others.
    let other = reductions::WordProblemPd::all_elements();
    assert!(certificate::check(&exact(other.network()), &automaton_of(other.problem()), &whole).is_err());
}

fn automaton_of(problem: &dyn Problem) -> Dfa {
    let decider = languages::problem_named(problem.name(), problem.variant(), problem.alphabet()).unwrap();
    languages::automaton_of_problem(&decider).unwrap()
}

/// Our own claims about regular problems, by a road that shares nothing with their induction.
#[test]
fn the_claims_about_regular_problems_are_proved_by_product_search_as_well() {
    let mut names = Vec::new();
    for reduction in reductions::all() {
        let problem = reduction.problem();
        if !["word-problem", "deterministic-automaton"].contains(&problem.name()) {
            continue;
        }
        let dfa = automaton_of(problem);
        let outcome = search(&exact(reduction.network()), &dfa, BOUND);
        let name = format!("{} {}", problem.name(), problem.variant().unwrap_or_default());
        match outcome.judgement.verdict {
            Verdict::Proved => assert_eq!(outcome.automaton.as_ref(), Some(&dfa), "{name}"),
            // Its weights are not 1 and -1: the state grows for ever, and only its sign is bounded.
            Verdict::Checked => assert_eq!(name, "deterministic-automaton sign-and-merge"),
            other => panic!("{name}: {other}"),
        }
        names.push((name, outcome.judgement.verdict));
        if problem.name() == "word-problem" {
            // Four bits are enough for every length, and three are not.
            assert_eq!(
                search(&rounded(reduction.network(), "fixed:4.0"), &dfa, BOUND).judgement.verdict,
                Verdict::Proved
            );
            let refuted = search(&rounded(reduction.network(), "fixed:3.0"), &dfa, BOUND);
            assert_eq!(refuted.judgement.verdict, Verdict::Refuted);
        }
    }
    assert_eq!(names.len(), 5, "{names:?}");
    assert_eq!(names.iter().filter(|(_, verdict)| *verdict == Verdict::Proved).count(), 4, "{names:?}");
}

/// Brackets of two kinds of which only the innermost `depth` are remembered, and an end.
fn dyck_of_depth(depth: usize) -> Dfa {
    #[derive(Clone, PartialEq, Eq, Hash)]
    enum State {
        Open(Vec<usize>),
        Accepted,
        Dead,
    }
    let step = |state: &State, token: usize| {
        let State::Open(stack) = state else { return State::Dead };
        let mut stack = stack.clone();
        match token {
            // ( and [
            0 | 2 => {
                if stack.len() == depth {
                    stack.remove(0);
                }
                stack.push(token);
                State::Open(stack)
            }
            // ) and ]
            1 | 3 if stack.pop() == Some(token - 1) => State::Open(stack),
            4 if stack.is_empty() => State::Accepted,
            _ => State::Dead,
        }
    };
    let accepts = |state: &State| matches!(state, State::Accepted);
    Dfa::explored(5, State::Open(Vec::new()), 10_000, step, accepts).unwrap().minimal()
}

/// A network in a number format is a finite automaton. Which one? The Dyck network in `fixed:2.2d` is the automaton of
/// brackets that forgets all but the innermost d, and so has 2^(d+1) + 1 states.
#[test]
fn the_dyck_network_in_fixed_point_is_the_automaton_that_remembers_the_innermost_brackets() {
    let network = reductions::DyckRelu::shared().network();
    for depth in 1..=4 {
        let device = rounded(network, &format!("fixed:2.{}", 2 * depth));
        let dfa = dyck_of_depth(depth);
        assert_eq!(dfa.n_states(), (1 << (depth + 1)) + 1);
        let outcome = search(&device, &dfa, BOUND);
        assert_eq!(outcome.judgement.verdict, Verdict::Proved, "depth {depth}: {:?}", outcome.counterexample);
        assert_eq!(outcome.automaton.as_ref(), Some(&dfa));
        // It is not the one of another depth, and a word of one bracket more says so.
        let refuted = search(&device, &dyck_of_depth(depth + 1), BOUND);
        assert_eq!(refuted.judgement.verdict, Verdict::Refuted);
        assert!(refuted.counterexample.unwrap().0.len() <= 2 * depth + 4);
    }
}

/// Reachability in integers of four bits is an automaton, found without a look at a proof: it is right on graphs of up to
/// seven vertices, as `floor(log2 n) + 2` bits are said to be, and wrong on one of eight.
#[test]
fn the_reachability_network_in_four_bits_is_an_automaton_that_is_right_up_to_seven_vertices() {
    let reduction = reductions::ReachabilityRelu::shared();
    let problem = reduction.problem();
    let device = rounded(reduction.network(), "fixed:4.0");
    let nothing = Dfa::new(4, 0, vec![0; 4], vec![false]);
    let automaton = search(&device, &nothing, BOUND).automaton.unwrap();
    let mut answers = [0; 2];
    let mut first_wrong = None;
    for n in 2..=8 {
        let drawn = (0..60).filter_map(|i| problem.sample(n, i % 2 == 0, &mut problems::Random::new(1, i)).ok());
        for word in drawn.map(|sample| sample.word).chain(problem.adversarial(n, usize::MAX)) {
            let said = automaton.accepts(indices(&word));
            // The automaton is the network.
            assert_eq!(said, accepts(&device, &word));
            if said == problem.decide(&word) {
                answers[usize::from(said)] += 1;
            } else {
                first_wrong = first_wrong.or(Some(n));
            }
        }
    }
    assert_eq!(first_wrong, Some(8));
    assert!(answers.iter().all(|n| *n > 100), "{answers:?}");
}

#[test]
fn a_machine_without_registers_is_proved_against_its_own_automaton_and_a_counter_is_checked() {
    let read = |text: &str| {
        reductions::construction::machine::Machine::from_json(&serde_json::from_str(text).unwrap()).unwrap()
    };
    let even = read(
        r#"{"schema": "reduce.machine/1", "tokens": ["a"], "modes": ["even", "odd"], "start": "even", "accept": ["even"],
        "rules": [{"mode": "even", "token": "a", "next": "odd"}, {"mode": "odd", "token": "a", "next": "even"}]}"#,
    );
    let dfa = Dfa::new(1, 0, vec![1, 0], vec![true, false]);
    let outcome = search(&MachineDevice::new(&even), &dfa, BOUND);
    assert_eq!((outcome.judgement.verdict, outcome.automaton), (Verdict::Proved, Some(dfa)));
    let odd = Dfa::new(1, 0, vec![1, 0], vec![false, true]);
    assert_eq!(search(&MachineDevice::new(&even), &odd, BOUND).counterexample, Some((Word::new(), true)));
    // As many a's as it likes, and it rejects them all: no bound is a proof.
    let counting = read(
        r#"{"schema": "reduce.machine/1", "tokens": ["a"], "modes": ["A", "B"], "start": "A", "accept": ["B"],
        "counters": [{"name": "n", "signed": false}],
        "rules": [{"mode": "A", "token": "a", "next": "A", "do": [["add", "n", 1]]}]}"#,
    );
    let none = Dfa::new(1, 0, vec![0], vec![false]);
    let outcome = search(&MachineDevice::new(&counting), &none, Bound { pairs: 100, bytes: 1 << 30 });
    assert_eq!((outcome.judgement.verdict, outcome.search.unwrap().up_to), (Verdict::Checked, Some(99)));
}
