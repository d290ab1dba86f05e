//! Languages: sets of words that somebody names, to compare a network or a machine with.
//!
//! A language is said in one of five ways, by one grammar ([`Source`]). Three of them can be automata: a [`Dfa`] that is
//! written down, a regular expression, and a problem of ours that is regular; for these a comparison can be made for every
//! word. The other two, a file of words and a program that answers, and the problems that are not regular, are compared
//! word by word. Nothing here knows a network or a solver.

mod command;
mod dfa;
mod error;
mod minimal;
mod problem;
mod regular_expression;
mod source;
mod text;
mod words;

pub use command::CommandError;
pub use command::answers;
pub use dfa::Dfa;
pub use error::LanguageError;
pub use problem::Decider;
pub use problem::automaton as automaton_of_problem;
pub use problem::named as problem_named;
pub use regular_expression::letters as letters_of_expression;
pub use regular_expression::read as read_regular_expression;
pub use source::Source;
pub use text::dot;
pub use text::read as read_automaton;
pub use text::write as write_automaton;
pub use words::AnsweredWord;
pub use words::read_line as read_answered_word;
pub use words::read_object as read_stated_word;
