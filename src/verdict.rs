//! Five words that must not blur.

use std::fmt;

/// How far a claim was established, from weakest to strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// A word on which the claim fails was found and replayed exactly.
    Refuted,
    /// Neither: a timeout, an unknown, a failed obligation without a word, or nothing to check.
    Undetermined,
    /// It held on some words of a stated size.
    Sampled,
    /// It held on every word up to a stated length.
    Checked,
    /// It holds for every word: an induction with all obligations discharged.
    Proved,
}

impl Verdict {
    /// The word, in lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Refuted => "refuted",
            Self::Undetermined => "undetermined",
            Self::Sampled => "sampled",
            Self::Checked => "checked",
            Self::Proved => "proved",
        }
    }

    /// The exit code of a command that was asked for this claim: 0 it holds as far as asked, 1 it does not, 3
    /// undetermined.
    pub fn exit_code(self) -> u8 {
        match self {
            Self::Refuted => 1,
            Self::Undetermined => 3,
            Self::Sampled | Self::Checked | Self::Proved => 0,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// One link of a claim: two things that are the same, and what supports that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// `network = definition`.
    pub name: String,
    /// How far it was established.
    pub verdict: Verdict,
    /// What supports it.
    pub by: String,
    /// Whether the claim rests on it. The test of the definition against the decider tests the statement, not the claim:
    /// it stands beside the verdict and does not lower it.
    pub carries: bool,
}
