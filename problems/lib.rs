//! What is asked: decision problems over words, with exact textbook deciders.
//!
//! Nothing here knows a network or a solver. A problem is a set of words; [`Problem::decide`] is ordinary code from a
//! textbook, so that a slip in a construction cannot also be in the code that judges it.

/// Problems that are made at first use and shared from then on: a function for each, and, where a list is asked for, `all` of
/// them in the order in which they are written.
macro_rules! shared {
    ($(#[$about_all:meta])* all: $kind:ty; $($(#[$about:meta])* $name:ident = $value:expr;)+) => {
        shared! { $($(#[$about])* $name: $kind = $value;)+ }

        $(#[$about_all])*
        pub fn all() -> [&'static $kind; [$(stringify!($name)),+].len()] {
            [$($name()),+]
        }
    };
    ($($(#[$about:meta])* $name:ident: $kind:ty = $value:expr;)+) => {$(
        $(#[$about])*
        pub fn $name() -> &'static $kind {
            static SHARED: std::sync::LazyLock<$kind> = std::sync::LazyLock::new(|| $value);
            &SHARED
        }
    )+};
}

mod alphabet;
mod balanced;
mod beginnings;
mod near_misses;
mod random;
mod words;

pub mod circuit_value;
pub mod deterministic_automaton;
pub mod dyck;
pub mod matrix_product;
pub mod reachability;
pub mod weighted_automaton;
pub mod word_problem;

pub use alphabet::Alphabet;
pub use alphabet::WordError;
pub use beginnings::Beginnings;
pub use beginnings::beginnings;
pub use near_misses::near_misses;
pub use random::Random;
pub use reachability::as_printed as reachability_as_printed;
pub use reachability::target_last as reachability_target_last;
pub use words::indices;
pub use words::longest_within;
pub use words::token_of;
pub use words::word_of;
pub use words::words_of_length;

use num_rational::BigRational;

/// A token, as its index in the problem's [`Alphabet`]: one byte, for words have up to about 10^8 tokens. An index into a
/// table is a `usize`; [`token_of`], [`word_of`] and [`indices`] lead from one to the other.
pub type Token = u8;

/// A word, newest token last: the one type for words. What only reads a word takes a slice, `&[Token]`.
pub type Word = Vec<Token>;

/// The sizes `n` at which a problem can be sampled, and what `n` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// What `n` counts, in the plural: `vertices`, `values`, `letters`.
    pub unit: &'static str,
    /// The least size at which anything can be sampled.
    pub least: usize,
    /// The size used where none is asked for.
    pub default: usize,
    /// The largest size accepted: its longest word fits into memory (at most about 10^8 tokens).
    pub largest: usize,
}

impl Sizes {
    /// Is `n` a size of the problem with this name?
    ///
    /// # Errors
    /// [`NoInstance`] where it is too small or too large.
    pub fn admit(&self, problem: &str, n: usize) -> Result<(), NoInstance> {
        let Self { unit, least, largest, .. } = self;
        if (*least..=*largest).contains(&n) {
            return Ok(());
        }
        Err(NoInstance { reason: format!("`{problem}` has sizes from {least} to {largest} {unit}, got {n}") })
    }
}

/// One sampled word and the name of the family that it was drawn from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The word.
    pub word: Word,
    /// The family, as it is written beside every generated word: `layered-chains/w=5`.
    pub family: String,
}

/// There is no instance of this size with this answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoInstance {
    /// One clear sentence: what was asked for and from which size on it exists.
    pub reason: String,
}

impl std::fmt::Display for NoInstance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for NoInstance {}

/// A decision problem: an alphabet, a set of words (the yes-words), and hard instances with a known answer.
///
/// Every string over the alphabet has an answer; a string that is not an instance is a no-word. Only of a problem with a
/// promise some words are not asked about.
pub trait Problem: Send + Sync {
    /// The problem's name, kebab-case, as on the command line.
    fn name(&self) -> &str;

    /// The spelling, where the problem has several: `copy`, `walk`.
    fn variant(&self) -> Option<&str> {
        None
    }

    /// What the problem is complete for: `L-complete`.
    fn class(&self) -> &str;

    /// The question, as one sentence.
    fn question(&self) -> &str;

    /// What `n` counts, and its range.
    fn sizes(&self) -> Sizes;

    /// The tokens.
    fn alphabet(&self) -> &Alphabet;

    /// The answer, by a textbook algorithm.
    fn decide(&self, word: &[Token]) -> bool;

    /// What is promised of every word that is asked about, as a clause, where something is.
    fn promise(&self) -> Option<&str> {
        None
    }

    /// Whether a word keeps the promise. What a network answers on any other word does not count.
    fn promises(&self, _word: &[Token]) -> bool {
        true
    }

    /// The numbers that are asked for beside the decision after this word, where there are any.
    fn values(&self, _word: &[Token]) -> Option<Vec<BigRational>> {
        None
    }

    /// Both at once, where one computation gives them: [`Problem::decide`] and [`Problem::values`].
    fn answer(&self, word: &[Token]) -> (bool, Option<Vec<BigRational>>) {
        (self.decide(word), self.values(word))
    }

    /// A decider of its own for words that begin alike, where it is faster than reading each from its first token on;
    /// callers ask [`beginnings`].
    fn own_beginnings(&self) -> Option<Box<dyn Beginnings + '_>> {
        None
    }

    /// What a reader should know about how instances are drawn, as one sentence with figures, where there is something.
    fn about_instances(&self) -> Option<String> {
        None
    }

    /// Words on which small errors of a solver show, where such words are known beside the hard instances.
    fn telling_words(&self) -> Vec<Word> {
        Vec::new()
    }

    /// Draws a hard instance of size `n` with the given answer.
    ///
    /// # Errors
    /// [`NoInstance`] where no instance of this size has this answer, or `n` is out of range.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance>;

    /// The instances of size `n` that ask most of a number format, none longer than `longest` tokens: the longest, the
    /// deepest, the largest numbers that occur, and beside them their nearest misses. They are the same every time, the
    /// shortest first; a size that does not exist has none.
    fn adversarial(&self, _n: usize, _longest: usize) -> Vec<Word> {
        Vec::new()
    }
}

/// Every problem with every spelling, in the order in which they are listed.
pub fn all() -> Vec<&'static dyn Problem> {
    let mut problems: Vec<&'static dyn Problem> = vec![
        &reachability::Reachability,
        &reachability::target_last::ReachabilityTargetLastSink,
        circuit_value::copy(),
        circuit_value::walk(),
        &dyck::Dyck,
        word_problem::all_elements(),
        word_problem::generators(),
        &matrix_product::MatrixProduct,
        &matrix_product::MatrixProductBos,
    ];
    problems.extend(weighted_automaton::all().map(|problem| problem as &dyn Problem));
    problems.extend(deterministic_automaton::all().map(|problem| problem as &dyn Problem));
    problems
}
