//! The walk of `docs/adding-a-theorem.md`: its files compile, the theorem is proved, and a wrong one is not.
//!
//! The files stand here as they would stand in the libraries. So that their paths mean the same, this program is to them
//! both libraries: what a file imports from `crate` or from `problems` is found in this root.

#![allow(unreachable_pub, reason = "the files are those of a library")]

extern crate problems as library_of_problems;
extern crate self as problems;

pub use library_of_problems::Alphabet;
pub use library_of_problems::NoInstance;
pub use library_of_problems::Problem;
pub use library_of_problems::Random;
pub use library_of_problems::Sample;
pub use library_of_problems::Sizes;
pub use library_of_problems::Token;
pub use library_of_problems::Word;
pub use library_of_problems::token_of;
pub use reductions::definition;
pub use reductions::proof;
pub use reductions::reduction;

#[path = "problems/parity.rs"]
pub mod parity;

#[path = "reductions/parity_pd.rs"]
pub mod parity_pd;

/// The statements of the library, and one more.
#[path = "reductions/statement"]
pub mod statement {
    pub use reductions::statement::mathematics;

    pub mod parity;
}

mod document;
mod proved;
