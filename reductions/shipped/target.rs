//! What a model should answer: a class after every token, as a finite automaton gives it.

use problems::word_problem::Permutation;

/// A finite automaton with a class for each state; it begins in the state 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    n_tokens: usize,
    /// By state and then by token.
    next: Vec<usize>,
    classes: Vec<usize>,
    names: Vec<String>,
    is_group: bool,
}

impl Target {
    /// The products of these letters, each with the class that is its place among the elements, the identity first.
    ///
    /// # Panics
    /// If a product is not among the elements.
    pub fn of_group(letters: &[Permutation], elements: &[Permutation]) -> Self {
        assert_eq!(elements.first(), Some(&Permutation::IDENTITY), "a word begins with the identity");
        let place = |element: Permutation| {
            elements.iter().position(|other| *other == element).expect("products are among the elements")
        };
        let next = elements.iter().flat_map(|element| letters.iter().map(|letter| place(element.then(*letter))));
        Self {
            n_tokens: letters.len(),
            next: next.collect(),
            classes: (0..elements.len()).collect(),
            names: elements.iter().map(|element| element.images_text()).collect(),
            is_group: true,
        }
    }

    /// The automaton with this table, by state and then by token, and these classes.
    ///
    /// # Panics
    /// If the table has a wrong size or names a state that there is not.
    pub fn new(n_tokens: usize, next: Vec<usize>, classes: Vec<usize>) -> Self {
        assert!(n_tokens > 0 && !classes.is_empty(), "an automaton has a token and a state");
        assert_eq!(next.len(), n_tokens * classes.len(), "one transition for each state and token");
        assert!(next.iter().all(|state| *state < classes.len()), "a state that there is not");
        let names = (0..classes.len()).map(|state| format!("state {state}")).collect();
        Self { n_tokens, next, classes, names, is_group: false }
    }

    /// The number of tokens.
    pub fn n_tokens(&self) -> usize {
        self.n_tokens
    }

    /// The number of states.
    pub fn n_states(&self) -> usize {
        self.classes.len()
    }

    /// The state after one more token.
    pub fn step(&self, state: usize, token: usize) -> usize {
        self.next[state * self.n_tokens + token]
    }

    /// What should be answered in a state.
    pub fn class(&self, state: usize) -> usize {
        self.classes[state]
    }

    /// The greatest class.
    pub fn greatest_class(&self) -> usize {
        self.classes.iter().copied().max().unwrap_or(0)
    }

    /// What a state is called: of a group the images of a permutation.
    pub fn name(&self, state: usize) -> &str {
        &self.names[state]
    }

    /// Whether it is a group: then a state of a model can belong to one of its elements only.
    pub fn is_group(&self) -> bool {
        self.is_group
    }

    /// The state after a word.
    pub fn after(&self, word: impl IntoIterator<Item = usize>) -> usize {
        word.into_iter().fold(0, |state, token| self.step(state, token))
    }
}
