//! Problems of ours as languages: the ones that are regular as automata, all of them by their deciders.

use crate::Dfa;
use crate::LanguageError;
use num_traits::Signed;
use problems::Alphabet;
use problems::Problem;
use problems::Token;
use problems::Word;
use problems::deterministic_automaton;
use problems::deterministic_automaton::DeterministicAutomaton;
use problems::indices;
use problems::word_problem;
use problems::word_problem::Permutation;
use problems::word_problem::WordProblem;

/// The decider of a problem over the tokens of somebody else, in their order.
#[derive(Clone)]
pub struct Decider {
    problem: &'static dyn Problem,
    /// The problem's token for each of theirs.
    tokens: Vec<Token>,
}

impl Decider {
    /// The problem.
    pub fn problem(&self) -> &'static dyn Problem {
        self.problem
    }

    /// A word as the problem spells it.
    fn spelled(&self, word: &[Token]) -> Word {
        indices(word).map(|token| self.tokens[token]).collect()
    }

    /// A word of the problem's as they spell it.
    pub fn unspelled(&self, word: &[Token]) -> Word {
        let index = |token: &Token| self.tokens.iter().position(|own| own == token);
        word.iter().filter_map(index).map(problems::token_of).collect()
    }

    /// The answer, and none where the word is outside the problem's promise.
    pub fn answer(&self, word: &[Token]) -> Option<bool> {
        let word = self.spelled(word);
        self.problem.promises(&word).then(|| self.problem.decide(&word))
    }
}

/// The problem of this name, in the spelling `variant` or the first one that has exactly these tokens.
///
/// # Errors
/// [`LanguageError`] where there is none, with what there is.
pub fn named(name: &str, variant: Option<&str>, alphabet: &Alphabet) -> Result<Decider, LanguageError> {
    let all = problems::all();
    let of_name: Vec<&'static dyn Problem> = all.iter().copied().filter(|problem| problem.name() == name).collect();
    if of_name.is_empty() {
        let mut names: Vec<&str> = all.iter().map(|problem| problem.name()).collect();
        names.dedup();
        return Err(LanguageError::new(format!("expected a problem, one of {}, got `{name}`", names.join(", "))));
    }
    let is_meant = |problem: &&&dyn Problem| variant.is_none() || problem.variant() == variant;
    let of_variant: Vec<&&'static dyn Problem> = of_name.iter().filter(is_meant).collect();
    if of_variant.is_empty() {
        let variants: Vec<&str> = of_name.iter().filter_map(|problem| problem.variant()).collect();
        let variants = if variants.is_empty() { "none".to_owned() } else { variants.join(", ") };
        let got = variant.unwrap_or_default();
        return Err(LanguageError::new(format!("expected a variant of {name}, one of {variants}, got `{got}`")));
    }
    let fitting = |problem: &&&'static dyn Problem| {
        let tokens: Option<Vec<Token>> =
            alphabet.tokens().iter().map(|token| problem.alphabet().token(token)).collect();
        tokens.filter(|tokens| tokens.len() == problem.alphabet().len()).map(|tokens| (**problem, tokens))
    };
    let found = of_variant.iter().find_map(fitting);
    let (problem, tokens) = found.ok_or_else(|| {
        LanguageError::new(format!(
            "expected the tokens of {name}, {}, got {}",
            shortened(of_variant[0].alphabet().tokens()),
            shortened(alphabet.tokens())
        ))
    })?;
    Ok(Decider { problem, tokens })
}

fn shortened(tokens: &[String]) -> String {
    const SHOWN: usize = 12;
    let text = tokens.iter().take(SHOWN).map(String::as_str).collect::<Vec<_>>().join(" ");
    if tokens.len() > SHOWN { format!("{text} ... ({} tokens)", tokens.len()) } else { text }
}

/// The automaton of a problem that is regular, over the tokens of a [`Decider`]; none of any other problem.
pub fn automaton(decider: &Decider) -> Option<Dfa> {
    let (problem, tokens) = (decider.problem, &decider.tokens);
    let dfa = match problem.name() {
        "word-problem" => {
            let all = [word_problem::all_elements(), word_problem::generators()];
            of_group(all.into_iter().find(|own| own.variant() == problem.variant())?)
        }
        "deterministic-automaton" => {
            of_runs(deterministic_automaton::all().into_iter().find(|own| own.variant() == problem.variant())?)
        }
        _ => return None,
    };
    let order: Vec<Option<usize>> = tokens.iter().map(|token| Some(usize::from(*token))).collect();
    Some(dfa.with_tokens(&order).minimal())
}

/// A word is as good as its product.
fn of_group(problem: &WordProblem) -> Dfa {
    let step = |product: &Permutation, letter: usize| product.then(problem.letters()[letter]);
    let accepts = |product: &Permutation| *product == Permutation::IDENTITY;
    Dfa::explored(problem.letters().len(), Permutation::IDENTITY, usize::MAX, step, accepts)
        .expect("a finite group is explored")
}

/// A word is as good as the state in which its only run ends, and the sign of the run's weight.
fn of_runs(problem: &DeterministicAutomaton) -> Dfa {
    let automaton = problem.automaton();
    let start = Some((problem.initial(), automaton.initial()[problem.initial()].is_negative()));
    let step = |place: &Option<(usize, bool)>, letter: usize| {
        let (state, negative) = (*place)?;
        let (target, weight) = problem.transition(state, letter)?;
        Some((target, negative != weight.is_negative()))
    };
    let accepts = |place: &Option<(usize, bool)>| {
        place.is_some_and(|(state, negative)| {
            let last = &automaton.final_weights()[state];
            if negative { last.is_negative() } else { last.is_positive() }
        })
    };
    Dfa::explored(problem.alphabet().len(), start, usize::MAX, step, accepts).expect("runs have finitely many ends")
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::words_of_length;

    #[test]
    fn the_automaton_of_a_regular_problem_answers_as_its_decider() {
        let mut n_regular = 0;
        for problem in problems::all() {
            // In the other order, so that a slip in the passage between the tokens shows.
            let alphabet = Alphabet::new(problem.alphabet().tokens().iter().rev().cloned());
            let decider = named(problem.name(), problem.variant(), &alphabet).unwrap();
            let Some(dfa) = automaton(&decider) else { continue };
            n_regular += 1;
            let longest = problems::longest_within(alphabet.len(), 20_000);
            let words: Vec<Word> = (0..=longest).flat_map(|length| words_of_length(alphabet.len(), length)).collect();
            let mut answers = [0; 2];
            for word in &words {
                let answer = decider.answer(word).unwrap();
                answers[usize::from(answer)] += 1;
                assert_eq!(dfa.accepts(indices(word)), answer, "{} on {}", problem.name(), alphabet.format(word));
            }
            assert!(answers.iter().all(|n| *n > 0), "{answers:?}");
        }
        assert_eq!(n_regular, 5);
    }

    #[test]
    fn a_problem_is_refused_with_what_there_is() {
        let alphabet = Alphabet::new(["a", "b"]);
        let refusal = |name: &str, variant: Option<&str>| named(name, variant, &alphabet).err().unwrap().to_string();
        assert!(refusal("dick-2", None).contains("dyck-2"));
        assert!(refusal("word-problem", Some("half")).contains("one of all, generators"));
        assert!(refusal("dyck-2", None).contains("got a b"), "{}", refusal("dyck-2", None));
        assert!(refusal("word-problem", Some("all")).contains("(120 tokens)"));
    }
}
