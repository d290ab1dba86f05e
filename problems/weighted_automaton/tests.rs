use super::text::read;
use super::text::write;
use super::*;
use proptest::prelude::*;

#[test]
fn the_named_automata_count_and_grow_as_they_say() {
    for word in words_of_length(2, 9) {
        let difference = word.iter().map(|token| 1 - 2 * i64::from(*token)).sum::<i64>();
        assert_eq!(counter_difference().automaton().weight(&word), BigRational::from_integer(difference.into()));
        let (mut x, mut y) = (1i64, 1i64);
        for token in &word {
            (x, y) = (if *token == 0 { x + y } else { x - y }, x);
        }
        assert_eq!(random_fibonacci().automaton().weight(&word), BigRational::from_integer(x.into()));
    }
    let three = three_states().automaton();
    assert!(three.transitions().iter().flatten().flatten().all(|entry| !entry.is_zero()));
    assert_ne!(three.weight(&[0, 1]), three.weight(&[1, 0]));
    assert_ne!(random_fibonacci().automaton().weight(&[0, 0, 1]), random_fibonacci().automaton().weight(&[0, 1, 0]));
}

#[test]
fn a_refusal_says_whether_all_words_were_looked_at() {
    let problem = WeightedAutomaton::new(read("positive", "0 0 a 1\n0 0 b 2\n0 1\n").unwrap());
    let refusal = |n| problem.sample(n, false, &mut Random::new(1, 0)).unwrap_err().to_string();
    assert_eq!(refusal(3), "no word of 3 letters over `positive` has a weight that is zero or negative");
    let expected = "none of 4096 random words of 40 letters over `positive` has a weight that is zero or negative";
    assert_eq!(refusal(40), expected);
    assert!(refusal(50_000).starts_with("none of 83 random words of 50000 letters"), "{}", refusal(50_000));
    assert!(problem.sample(40, true, &mut Random::new(1, 0)).is_ok());
}

#[test]
fn a_rare_answer_is_found_among_all_words() {
    // Only aaaaaaaaaaaaaa is a yes-word: the weight of a word is the weight of the run that has read no b.
    let problem = WeightedAutomaton::new(read("only-a", "0 0 a\n0 1 b 0\n1 1 a\n1 1 b\n0 1\n").unwrap());
    let sample = problem.sample(14, true, &mut Random::new(1, 0)).unwrap();
    assert_eq!(sample.word, vec![0; 14]);
}

#[test]
fn acceptor_and_transducer_lines_and_sums_are_read() {
    let text = "2 0 x\n2 0 x x\n0 1 y 1/2\n0 1 y y -3/4\n\n1 2 x 2\n1 2/6\n2\n";
    let automaton = read("mixed", text).unwrap();
    let number = |num: i64, den: i64| BigRational::new(num.into(), den.into());
    assert_eq!(automaton.initial(), [number(0, 1), number(0, 1), number(1, 1)]);
    assert_eq!(automaton.final_weights(), [number(0, 1), number(1, 3), number(1, 1)]);
    assert_eq!(automaton.transitions()[0][2][0], number(2, 1));
    assert_eq!(automaton.transitions()[1][0][1], number(-1, 4));
    assert_eq!(automaton.weight(&[0, 1]), number(-1, 6));
}

#[test]
fn texts_are_refused_with_line_and_expectation() {
    let cases = [
        ("", "expected at least one transition, got an empty text"),
        ("\n0 1\n", "expected at least one transition, got final weights only"),
        ("0 0 a 1/0", "line 1: expected a weight with a denominator other than 0, got `1/0`"),
        ("0 0 a 0.5", "line 1: expected a weight `3`, `-3` or `3/7`, got `0.5`"),
        ("0 0 a 1/-2", "line 1: expected a weight `3`, `-3` or `3/7`, got `1/-2`"),
        ("0 0 a +1", "line 1: expected a weight `3`, `-3` or `3/7`, got `+1`"),
        ("0 0 a a inf", "line 1: expected a weight `3`, `-3` or `3/7`, got `inf`"),
        ("0 0 a b", "line 1: expected a weight `3`, `-3` or `3/7`, got `b`"),
        ("0 0 a b 1", "line 1: expected the letter `a` again as output, got `b`"),
        ("0 0 a\n0 3 b", "line 2: expected every state from 0 to 3 somewhere, got no line with state 1"),
        ("0 0 a\nq 1", "line 2: expected a state, a whole number from 0, got `q`"),
        ("0 0 a\n-1 1", "line 2: expected a state, a whole number from 0, got `-1`"),
        ("0 256 a", "line 1: expected a state below 256, got 256"),
        ("0 99999999999999999999 a", "line 1: expected a state, a whole number from 0, got `99999999999999999999`"),
        ("0 0 a\n0 1\n0 2", "line 3: expected one final weight for each state, got a second for 0"),
        ("0 0 <eps>", "line 1: expected a letter, got `<eps>`: a transition must read one"),
        ("0 0 a a 1 1", "line 1: expected `source target letter [letter] [weight]` or `state [weight]`, got 6 fields"),
    ];
    for (text, expected) in cases {
        assert_eq!(read("broken", text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let one = BigRational::one;
    let matrix = || vec![vec![one()]];
    let letters = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let cases = [
        (letters(&[]), vec![one()], vec![], vec![one()], "expected 1 to 256 letters, got 0"),
        (letters(&["a", "a"]), vec![one()], vec![matrix(); 2], vec![one()], "expected each letter once, got `a` twice"),
        (
            letters(&["a b"]),
            vec![one()],
            vec![matrix()],
            vec![one()],
            "expected a letter without white space, got `a b`",
        ),
        (letters(&["a"]), vec![], vec![vec![]], vec![], "expected 1 to 256 states, got 0"),
        (letters(&["a"]), vec![one()], vec![matrix()], vec![], "final weights: expected 1, got 0"),
        (letters(&["a"]), vec![one()], vec![], vec![one()], "matrices, one per letter: expected 1, got 0"),
        (letters(&["a"]), vec![one()], vec![vec![]], vec![one()], "rows of the matrix of `a`: expected 1, got 0"),
        (
            letters(&["a"]),
            vec![one()],
            vec![vec![vec![]]],
            vec![one()],
            "entries in row 0 of the matrix of `a`: expected 1, got 0",
        ),
    ];
    for (letters, initial, transitions, final_weights, expected) in cases {
        let refusal = Automaton::new("broken", letters, initial, transitions, final_weights).unwrap_err();
        assert_eq!(refusal.to_string(), expected);
    }
}

fn small_number() -> impl Strategy<Value = BigRational> {
    (-3i64..=3, 1i64..=3).prop_map(|(num, den)| BigRational::new(num.into(), den.into()))
}

fn any_automaton() -> impl Strategy<Value = Automaton> {
    (1usize..=3, 1usize..=3).prop_flat_map(|(n, n_letters)| {
        let row = move || proptest::collection::vec(small_number(), n);
        let matrix = proptest::collection::vec(row(), n);
        (row(), proptest::collection::vec(matrix, n_letters), row()).prop_map(|(initial, transitions, last)| {
            let letters = ["0", "b", "1/2"].map(str::to_owned)[..transitions.len()].to_vec();
            Automaton::new("any", letters, initial, transitions, last).unwrap()
        })
    })
}

proptest! {
    // Fractions of hundreds of digits are slow to add.
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn long_words_are_weighed_as_short_ones(word in proptest::collection::vec(0..2u8, 60..300)) {
        for problem in all() {
            let automaton = problem.automaton();
            let row = word.iter().fold(automaton.initial().to_vec(), |row, token| {
                let matrix = &automaton.transitions()[usize::from(*token)];
                (0..row.len())
                    .map(|j| row.iter().zip(matrix).fold(BigRational::zero(), |sum, (x, entries)| sum + x * &entries[j]))
                    .collect()
            });
            let weight = row.iter().zip(automaton.final_weights()).fold(BigRational::zero(), |sum, (x, y)| sum + x * y);
            prop_assert_eq!(automaton.weight(&word), weight);
        }
    }
}

#[test]
fn machine_words_weigh_as_large_numbers_do_until_they_overflow() {
    let number = |value: i64| BigRational::from_integer(value.into());
    let large = 1 << 40;
    let matrix = vec![vec![number(large), number(-1)], vec![number(3), number(-large)]];
    let initial = vec![number(1), number(-2)];
    let automaton = Automaton::new("large", vec!["a".to_owned()], initial, vec![matrix], vec![number(1), number(1)]);
    let (integers, mut fits) = (Integers::new(&automaton.unwrap()), Vec::new());
    for length in 0..=8 {
        let word = vec![0; length];
        let slow = Integers { small: None, ..integers.clone() }.weight(&word);
        let small = integers.small.as_ref().unwrap().weight(&word);
        fits.push(small.is_some());
        assert!(small.is_none_or(|small| BigInt::from(small) == slow), "{length}");
        assert_eq!(integers.weight(&word), slow, "{length}");
    }
    assert!(fits.contains(&true) && fits.contains(&false), "{fits:?}");
}

#[test]
fn the_answer_is_the_decision_and_the_values() {
    let mut answers = BTreeSet::new();
    for problem in all() {
        for word in (0..=8).flat_map(|length| words_of_length(problem.alphabet().len(), length)) {
            let answer = problem.answer(&word);
            assert_eq!(answer, (problem.decide(&word), problem.values(&word)));
            answers.insert(answer.0);
        }
    }
    assert_eq!(answers, BTreeSet::from([false, true]));
}

proptest! {
    #[test]
    fn every_automaton_survives_a_round_trip(automaton in any_automaton()) {
        let back = read("any", &write(&automaton)).unwrap();
        prop_assert_eq!(back.alphabet(), automaton.alphabet());
        for word in (0..=3).flat_map(|length| words_of_length(automaton.alphabet().len(), length)) {
            prop_assert_eq!(back.weight(&word), automaton.weight(&word));
        }
        prop_assert_eq!(read("any", &write(&back)), Ok(back));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[0-3 a/<>\n-]{0,40}") {
        let _ = read("any", &text);
    }
}
