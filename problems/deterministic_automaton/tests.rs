use super::*;
use crate::weighted_automaton::text::read;
use crate::words_of_length;

#[test]
fn samples_have_the_asked_length_and_a_run_that_survives() {
    for problem in all() {
        for n in (1..=40).chain([1000, 1001]) {
            for answer in [false, true] {
                for index in 0..5 {
                    let sample = problem.sample(n, answer, &mut Random::new(1, index)).unwrap();
                    assert_eq!((sample.word.len(), problem.decide(&sample.word)), (n, answer));
                    let weight = problem.automaton().weight(&sample.word);
                    assert!(!weight.is_zero() && sample.family == "surviving-run");
                }
            }
        }
    }
}

#[test]
fn what_can_be_reached_is_exactly_what_some_word_reaches() {
    // A tail of 2 and a cycle of 3: yes-words have 2, 5, 8, ... letters, and a no-word must die.
    let lasso = "0 1 a\n1 2 a\n2 3 a\n3 4 a\n4 2 a\n0 0 b 0\n2 1\n";
    let doubled = "0 0 a -1\n0 0 b 0\n0 1\n";
    for (text, name) in [(lasso, "lasso"), (doubled, "doubled")] {
        let problem = DeterministicAutomaton::new(read(name, text).unwrap()).unwrap();
        for n in 1..=12 {
            for answer in [false, true] {
                let exists = words_of_length(2, n).any(|word| problem.decide(&word) == answer);
                let sample = problem.sample(n, answer, &mut Random::new(2, n as u64));
                assert_eq!(sample.is_ok(), exists, "{name} {n} {answer}");
                assert!(sample.is_ok_and(|sample| problem.decide(&sample.word) == answer) == exists);
            }
        }
    }
    let lasso = DeterministicAutomaton::new(read("lasso", lasso).unwrap()).unwrap();
    let refusal = lasso.sample(1_000_000, true, &mut Random::new(2, 0)).unwrap_err().to_string();
    assert_eq!(refusal, "no word of 1000000 letters over `lasso` has a positive weight");
    assert!(lasso.sample(1_000_001, true, &mut Random::new(2, 0)).is_ok());
    // The run of a no-word survives where it can: at two letters it cannot.
    let family = |n| lasso.sample(n, false, &mut Random::new(2, 0)).unwrap().family;
    assert_eq!((family(2).as_str(), family(3).as_str()), ("any-run", "surviving-run"));
}

#[test]
fn automata_that_are_not_deterministic_are_refused_with_state_and_letter() {
    let refusal = |text| DeterministicAutomaton::new(read("broken", text).unwrap()).unwrap_err().to_string();
    let expected = "expected at most one transition from a state of a deterministic automaton on a letter, got two \
                    from state 1 on `b`: to 0 and to 2";
    assert_eq!(refusal("0 1 a\n1 0 b 1/2\n1 1 b 0\n1 2 b 1\n"), expected);
    let two = crate::weighted_automaton::random_fibonacci().automaton().clone();
    let refusal = DeterministicAutomaton::new(two).unwrap_err().to_string();
    assert_eq!(refusal, "expected one initial state of a deterministic automaton, got 2");
}

#[test]
fn two_transitions_that_cancel_are_no_transition() {
    let problem = DeterministicAutomaton::new(read("cancelling", "0 0 a\n0 1 a 1\n0 1 a -1\n0 1\n").unwrap()).unwrap();
    assert_eq!(problem.transition(0, 0).map(|(target, _)| target), Some(0));
    assert_eq!(problem.transition(1, 0), None);
}
