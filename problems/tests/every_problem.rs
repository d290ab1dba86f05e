//! What must hold of every problem, whatever it asks. Nothing here names a problem's letters, sizes or words: a new problem
//! joins by its line in `problems::all`.

use itertools::Itertools;
use problems::Problem;
use problems::Random;
use problems::Word;
use problems::beginnings;
use problems::longest_within;
use problems::near_misses;
use problems::reachability::as_printed::ReachabilityAsPrinted;
use problems::reachability::target_last::ReachabilityTargetLast;
use problems::words_of_length;
use std::collections::BTreeSet;

/// The listed problems, and the spellings that are judged only as they are printed.
fn every_problem() -> Vec<&'static dyn Problem> {
    let unlisted: [&dyn Problem; 2] = [&ReachabilityTargetLast, &ReachabilityAsPrinted];
    problems::all().into_iter().chain(unlisted).collect()
}

fn name_of(problem: &dyn Problem) -> String {
    problem.variant().map_or_else(|| problem.name().to_owned(), |variant| format!("{} {variant}", problem.name()))
}

/// The small sizes, and some that are larger.
fn some_sizes(problem: &dyn Problem) -> impl Iterator<Item = usize> {
    let sizes = problem.sizes();
    (sizes.least..sizes.least + 40).chain([64, 65, 100, 200]).filter(move |n| (sizes.least..=sizes.largest).contains(n))
}

#[test]
fn names_are_unique_and_kebab_case_and_what_is_said_is_said() {
    let mut seen = BTreeSet::new();
    for problem in every_problem() {
        let name = name_of(problem);
        let is_kebab = |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(is_kebab(problem.name()) && problem.variant().is_none_or(is_kebab), "{name}");
        assert!(seen.insert(name.clone()), "{name} occurs twice");
        assert!(problem.question().ends_with('?') && !problem.class().is_empty(), "{name}");
        let sizes = problem.sizes();
        assert!(sizes.least <= sizes.default && sizes.default <= sizes.largest && !sizes.unit.is_empty(), "{name}");
    }
}

#[test]
fn samples_have_the_answer_asked_for_keep_the_promise_and_are_the_same_again() {
    for problem in every_problem() {
        let name = name_of(problem);
        let mut n_drawn = [0; 2];
        for n in some_sizes(problem) {
            let mut refused_here = 0;
            for (answer, index) in [false, true].into_iter().cartesian_product(0..10) {
                let sample = problem.sample(n, answer, &mut Random::new(1, index));
                assert_eq!(problem.sample(n, answer, &mut Random::new(1, index)), sample, "{name} n = {n}");
                match sample {
                    Ok(sample) => {
                        assert_eq!(problem.decide(&sample.word), answer, "{name} n = {n}");
                        assert!(problem.promises(&sample.word) && !sample.family.is_empty(), "{name} n = {n}");
                        n_drawn[usize::from(answer)] += 1;
                    }
                    Err(refusal) => {
                        assert!(!refusal.to_string().is_empty());
                        refused_here += 1;
                    }
                }
            }
            // An answer is refused for all draws or for none, and never are both.
            assert!(refused_here == 0 || refused_here == 10, "{name} n = {n}: {refused_here} of 20 are refused");
        }
        assert!(n_drawn.iter().all(|count| *count > 20), "{name}: {n_drawn:?}");
    }
}

#[test]
fn a_decider_on_beginnings_answers_as_on_whole_words() {
    for problem in every_problem() {
        let name = name_of(problem);
        let n_tokens = problem.alphabet().len();
        let mut decider = beginnings(problem);
        let mut random = Random::new(3, 0);
        let mut word = Word::new();
        let mut n_answers = [0; 2];
        decider.pop();
        // Forward and back at random, and far enough that numbers outgrow machine words.
        for step in 0..1_500 {
            if step < 300 && random.below(3) == 0 {
                decider.pop();
                word.pop();
            } else {
                let token = random.below(n_tokens) as u8;
                decider.push(token);
                word.push(token);
            }
            if step < 400 || step % 25 == 0 {
                let answer = decider.answer();
                n_answers[usize::from(answer.0)] += 1;
                assert_eq!(answer, problem.answer(&word), "{name}: {word:?}");
            }
        }
        // Along an instance of each answer, token by token.
        for answer in [false, true] {
            let sample = problem.sample(problem.sizes().least + 3, answer, &mut Random::new(5, 0)).unwrap();
            let mut decider = beginnings(problem);
            for (place, token) in sample.word.iter().enumerate() {
                decider.push(*token);
                assert_eq!(decider.answer(), problem.answer(&sample.word[..=place]), "{name}: {:?}", sample.word);
            }
            n_answers[usize::from(decider.answer().0)] += 1;
        }
        assert!(n_answers.iter().all(|count| *count > 0), "{name}: {n_answers:?}");
    }
}

#[test]
fn sizes_out_of_range_are_refused_with_the_bound_and_have_no_hard_instance() {
    for problem in every_problem() {
        let sizes = problem.sizes();
        for (n, bound) in
            [(0, sizes.least), (sizes.least.wrapping_sub(1), sizes.least), (sizes.largest + 1, sizes.largest)]
        {
            if (sizes.least..=sizes.largest).contains(&n) || n == usize::MAX {
                continue;
            }
            for answer in [false, true] {
                let refusal = problem.sample(n, answer, &mut Random::new(0, 0)).unwrap_err().to_string();
                let parts = [bound.to_string(), n.to_string(), problem.name().to_owned()];
                assert!(parts.iter().all(|part| refusal.contains(part)), "{}: `{refusal}`", name_of(problem));
            }
            assert!(problem.adversarial(n, usize::MAX).is_empty(), "{} n = {n}", name_of(problem));
        }
    }
}

#[test]
fn words_are_read_as_they_are_written() {
    for problem in every_problem() {
        let alphabet = problem.alphabet();
        let least = problem.sizes().least;
        let short =
            (0..=longest_within(alphabet.len(), 2000)).flat_map(|length| words_of_length(alphabet.len(), length));
        let words = short.chain(near_misses(problem, least + 4, 2, 500)).chain(problem.telling_words());
        let mut texts = BTreeSet::new();
        let mut n_words = 0;
        for word in words.collect::<BTreeSet<_>>() {
            let text = alphabet.format(&word);
            assert_eq!(alphabet.parse(&text), Ok(word), "{}: `{text}`", name_of(problem));
            texts.insert(text);
            n_words += 1;
        }
        assert_eq!(texts.len(), n_words, "{}: two words are written alike", name_of(problem));
    }
}

#[test]
fn there_are_short_words_of_both_answers() {
    for problem in every_problem() {
        let n_tokens = problem.alphabet().len();
        let length = longest_within(n_tokens, 350_000).min(24);
        let mut words = (0..=length).flat_map(|length| words_of_length(n_tokens, length));
        let first = problem.decide(&[]);
        assert!(words.any(|word| problem.decide(&word) != first), "{}: all are {first}", name_of(problem));
    }
}

#[test]
fn a_promise_leaves_words_out_and_no_promise_leaves_none_out() {
    for problem in every_problem() {
        let words = near_misses(problem, problem.sizes().least + 4, 3, 2000);
        let mut asked = [0; 2];
        words
            .iter()
            .filter(|word| problem.promises(word))
            .for_each(|word| asked[usize::from(problem.decide(word))] += 1);
        let n_outside = words.len() - asked[0] - asked[1];
        assert_eq!(n_outside > 0, problem.promise().is_some(), "{}: {n_outside} outside", name_of(problem));
        assert!(asked[0] > 0 && asked[1] > 0, "{}: {asked:?}", name_of(problem));
    }
}

#[test]
fn hard_instances_are_the_same_again_short_enough_and_the_shortest_first() {
    for problem in every_problem() {
        let name = name_of(problem);
        for n in some_sizes(problem).filter(|n| *n <= 24) {
            let all = problem.adversarial(n, usize::MAX);
            assert_eq!(all, problem.adversarial(n, usize::MAX), "{name} n = {n}");
            assert!(all.is_sorted_by_key(Vec::len), "{name} n = {n}");
            let is_word = |word: &Word| problem.promises(word) && problem.alphabet().format(word).len() >= word.len();
            assert!(all.iter().all(is_word), "{name} n = {n}");
            let median = all.get(all.len() / 2).map_or(0, Vec::len);
            assert!(problem.adversarial(n, median).iter().all(|word| word.len() <= median), "{name} n = {n}");
        }
    }
}

#[test]
fn numbers_are_asked_for_after_the_same_words_and_are_as_many() {
    for problem in every_problem() {
        let words = near_misses(problem, problem.sizes().least + 4, 4, 1000);
        let lengths: BTreeSet<usize> = words.iter().filter_map(|word| Some(problem.values(word)?.len())).collect();
        assert!(lengths.len() <= 1 && !lengths.contains(&0), "{}: {lengths:?}", name_of(problem));
    }
}
