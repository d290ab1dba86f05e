//! The test of a statement: the definition beside the textbook decider, on every short word, on near misses of instances
//! and on random walks through the definition's live modes.

use super::words::Asked;
use super::words::Words;
use super::words::shrink_while;
use crate::progress::Progress;
use crate::verdict::Link;
use crate::verdict::Verdict;
use problems::Problem;
use problems::Random;
use problems::Token;
use problems::Word;
use problems::near_misses;
use rayon::prelude::*;
use reductions::definition::Reader;
use reductions::definition::State;
use rnn::Exact;

/// The link that this test supports.
pub const LINK: &str = "definition = decider";

/// How many near misses are read, and how many sizes after the least one their instances have.
const NEAR_MISSES: usize = 3_000;
const SIZES: usize = 5;

/// How many walks are made, and of how many tokens at most.
const WALKS: u64 = 2_000;
const LONGEST_WALK: usize = 40;

/// How many words were read, by the decider's answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Yes-words.
    pub yes: u64,
    /// No-words.
    pub no: u64,
    /// Words outside the problem's promise, which were not judged.
    pub outside: u64,
}

impl Answers {
    fn plus(self, other: Self) -> Self {
        Self { yes: self.yes + other.yes, no: self.no + other.no, outside: self.outside + other.outside }
    }

    /// Whether there were words of both answers: else nothing was tested.
    pub fn are_both(&self) -> bool {
        self.yes > 0 && self.no > 0
    }

    /// For a reader: `24 yes, 271429 no`.
    pub fn describe(&self) -> String {
        let outside = if self.outside == 0 { String::new() } else { format!(", {} outside the promise", self.outside) };
        format!("{} yes, {} no{outside}", self.yes, self.no)
    }
}

/// A word on which definition and decider differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionError {
    /// The word.
    pub word: Word,
    /// Whether the definition accepts it.
    pub definition: bool,
    /// The decider's answer.
    pub decider: bool,
    /// The definition's values and the decider's, where the answers are the same.
    pub values: Option<(Vec<Exact>, Vec<Exact>)>,
}

/// What the test found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Statement {
    /// Every word up to this length was read.
    pub max_length: usize,
    /// The short words.
    pub short: Answers,
    /// The near misses of instances.
    pub near_misses: Answers,
    /// The walks with all of their beginnings, and each walk with each token after it.
    pub walks: Answers,
    /// The shortest word that was found on which they differ.
    pub differs: Option<DefinitionError>,
}

/// Tests a definition against the decider; the short words were read already.
pub fn test(problem: &dyn Problem, reader: &Reader, words: &Words, seed: u64, progress: &Progress) -> Statement {
    progress.start("definition and decider", 0);
    let least = problem.sizes().least;
    let misses = near_misses(problem, least + SIZES, seed, NEAR_MISSES);
    let (of_misses, differs_on_miss) = judge_all(problem, reader, &misses);
    let (of_walks, differs_on_walk) = judge_all(problem, reader, &walked_words(problem, reader, seed));
    let differing = [words.definition_differs.clone(), differs_on_miss, differs_on_walk].into_iter().flatten();
    let differs = differing.min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    Statement {
        max_length: words.max_length,
        short: Answers { yes: words.yes, no: words.no, outside: words.outside },
        near_misses: of_misses,
        walks: of_walks,
        differs: differs.map(|word| describe(problem, reader, &word)),
    }
}

impl Statement {
    /// Why it is no test, where it is none: all words had the same answer.
    fn is_no_test(&self) -> Option<&'static str> {
        let all = self.short.plus(self.near_misses).plus(self.walks);
        if all.are_both() {
            return None;
        }
        Some(if all.yes == 0 { "every word is a no-word" } else { "every word is a yes-word" })
    }

    /// The link of a claim that it is. It tests the statement, and stands beside the claim.
    pub fn link(&self, problem: &dyn Problem) -> Link {
        let parts = format!(
            "every word of length <= {} ({}); near misses of instances ({}); random walks ({})",
            self.max_length,
            self.short.describe(),
            self.near_misses.describe(),
            self.walks.describe()
        );
        let (verdict, by) = match (&self.differs, self.is_no_test()) {
            (Some(error), _) => {
                (Verdict::Undetermined, format!("they differ on `{}`", problem.alphabet().format(&error.word)))
            }
            (None, Some(reason)) => (Verdict::Undetermined, format!("{reason}: {parts}")),
            (None, None) => (Verdict::Checked, parts),
        };
        Link { name: LINK.to_owned(), verdict, by, carries: false }
    }
}

/// The words of random walks along which the definition does not die, with all beginnings and one token more.
fn walked_words(problem: &dyn Problem, reader: &Reader, seed: u64) -> Vec<Word> {
    let n_tokens = problem.alphabet().len();
    let mut words: Vec<Word> = Vec::new();
    for i in 0..WALKS {
        let mut random = Random::new(seed, i);
        let length = 1 + random.below(LONGEST_WALK);
        let word = walk(reader, n_tokens, length, &mut random);
        words.extend((0..n_tokens).map(|token| [word.as_slice(), &[token as Token]].concat()));
        words.extend((0..=word.len()).map(|length| word[..length].to_vec()));
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// A random word along which the definition does not die, as long as there is such a token.
pub fn walk(reader: &Reader, n_tokens: usize, length: usize, random: &mut Random) -> Word {
    let mut word = Word::new();
    let mut state = reader.start();
    let mut tokens: Vec<usize> = (0..n_tokens).collect();
    while word.len() < length {
        random.shuffle(&mut tokens);
        let alive = tokens.iter().map(|token| (*token, reader.step(&state, *token)));
        let Some((token, next)) = alive.into_iter().find(|(_, next)| !reader.is_dead(next)) else { break };
        word.push(token as Token);
        state = next;
    }
    word
}

fn state_after(reader: &Reader, word: &[Token]) -> State {
    word.iter().fold(reader.start(), |state, token| reader.step(&state, usize::from(*token)))
}

fn differs(problem: &dyn Problem, reader: &Reader, word: &[Token]) -> bool {
    problem.promises(word) && !Asked::of(problem, word).is_said_by(reader, &state_after(reader, word))
}

/// How many of these words there are of each answer, and the shortest on which definition and decider differ.
fn judge_all(problem: &dyn Problem, reader: &Reader, words: &[Word]) -> (Answers, Option<Word>) {
    // Neighbours in this order begin alike: what the definition is after their common beginning is computed once.
    const ALIKE: usize = 256;
    let mut sorted: Vec<&Word> = words.iter().collect();
    sorted.sort_unstable();
    let judge = |along: &mut Along<'_>, word: &Word| {
        if !problem.promises(word) {
            return (Answers { outside: 1, ..Answers::default() }, None);
        }
        let asked = Asked::of(problem, word);
        let differs = !asked.is_said_by(reader, along.after(word));
        let answers = Answers { yes: u64::from(asked.answer), no: u64::from(!asked.answer), outside: 0 };
        (answers, differs.then(|| word.clone()))
    };
    let both = |(a, first): (Answers, Option<Word>), (b, second): (Answers, Option<Word>)| {
        let shorter = [first, second].into_iter().flatten().min_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        (a.plus(b), shorter)
    };
    let judge_alike = |words: &[&Word]| {
        let mut along = Along::new(reader);
        words.iter().map(|word| judge(&mut along, word)).fold((Answers::default(), None), both)
    };
    sorted.par_chunks(ALIKE).map(judge_alike).reduce(|| (Answers::default(), None), both)
}

/// A definition along the word that it read last.
struct Along<'r> {
    reader: &'r Reader,
    word: Word,
    /// The state after each beginning of the word, from the empty one on.
    states: Vec<State>,
}

impl<'r> Along<'r> {
    fn new(reader: &'r Reader) -> Self {
        Self { reader, word: Word::new(), states: vec![reader.start()] }
    }

    /// The state after this word.
    fn after(&mut self, word: &Word) -> &State {
        let shared = self.word.iter().zip(word).take_while(|(own, other)| own == other).count();
        self.states.truncate(shared + 1);
        for token in &word[shared..] {
            let next = self.reader.step(&self.states[self.states.len() - 1], usize::from(*token));
            self.states.push(next);
        }
        self.word.clone_from(word);
        &self.states[self.states.len() - 1]
    }
}

/// What definition and decider say of a word on which they differ, or of a shorter one.
fn describe(problem: &dyn Problem, reader: &Reader, word: &Word) -> DefinitionError {
    let word = shrink_while(word, |shorter| differs(problem, reader, shorter));
    let (state, asked) = (state_after(reader, &word), Asked::of(problem, &word));
    let definition = reader.accepts(&state);
    let values = (definition == asked.answer)
        .then(|| (reader.values(&state).unwrap_or_default(), asked.values.unwrap_or_default()));
    DefinitionError { word, definition, decider: asked.answer, values }
}

#[cfg(test)]
mod tests {
    use super::*;
    use reductions::Reduction;

    #[test]
    fn every_statement_is_tested_by_both_answers_and_holds() {
        for reduction in reductions::all() {
            let problem = reduction.problem();
            let reader = reduction.definition(&rnn::Terms::default()).reader();
            let words = Words { max_length: 0, yes: 1, no: 1, ..Words::default() };
            let found = test(problem, &reader, &words, 0, &Progress::new(true));
            assert_eq!(found.differs, None, "{}", problem.name());
            assert!(found.near_misses.plus(found.walks).are_both(), "{}: {found:?}", problem.name());
            assert!(found.near_misses.yes + found.near_misses.no > 500, "{}: {found:?}", problem.name());
        }
    }

    #[test]
    fn the_state_after_a_word_does_not_depend_on_the_word_read_before() {
        let dyck = reductions::DyckRelu::shared();
        let reader = dyck.definition(&rnn::Terms::default()).reader();
        let mut along = Along::new(&reader);
        let words: Vec<Word> = (0..=4).flat_map(|length| problems::words_of_length(5, length)).collect();
        // In an order in which a word is now longer, now shorter than the one before, and alike for a while.
        for index in (0..words.len()).map(|i| i * 37 % words.len()) {
            assert_eq!(*along.after(&words[index]), state_after(&reader, &words[index]), "{:?}", words[index]);
        }
    }

    #[test]
    fn a_wrong_definition_is_found_by_near_misses_alone_and_by_walks_alone() {
        // A definition that accepts nothing.
        let dyck = reductions::DyckRelu::shared();
        let terms = rnn::Terms::default();
        let mut wrong = dyck.definition(&terms);
        wrong.accept("A", terms.truth(false));
        let (problem, reader) = (dyck.problem(), wrong.reader());
        let misses = near_misses(problem, 6, 1, 400);
        assert!(judge_all(problem, &reader, &misses).1.is_some());
        let found = judge_all(problem, &reader, &walked_words(problem, &reader, 1)).1.unwrap();
        let error = describe(problem, &reader, &found);
        assert_eq!((error.definition, error.decider, error.values), (false, true, None));
        assert_eq!(problem.alphabet().format(&error.word), "$");
    }
}
