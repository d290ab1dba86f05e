//! Five words that must not blur, and what follows from them: one rule for the verdict on a claim, and one for exit
//! codes, which every command uses.

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
    /// Every verdict.
    pub const ALL: [Self; 5] = [Self::Refuted, Self::Undetermined, Self::Sampled, Self::Checked, Self::Proved];

    /// The one with this word.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

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

    /// Of something that has one expected outcome: *checked* where that came out, *refuted* where another did.
    pub fn as_expected(is_as_expected: Option<bool>) -> Self {
        match is_as_expected {
            Some(true) => Self::Checked,
            Some(false) => Self::Refuted,
            None => Self::Undetermined,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// The exit code of a command that was misused or met bad input.
pub const MISUSE: u8 = 2;

/// The exit code of a command that was asked for what these verdicts are about: 1 where one of them is refuted, else 3
/// where one is undetermined or there is none, else 0. A fault of the checker itself counts as *refuted*.
pub fn exit_code(verdicts: impl IntoIterator<Item = Verdict>) -> u8 {
    match verdicts.into_iter().min().unwrap_or(Verdict::Undetermined) {
        Verdict::Refuted => 1,
        Verdict::Undetermined => 3,
        Verdict::Sampled | Verdict::Checked | Verdict::Proved => 0,
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
    /// Whether the claim rests on it. A link that stands beside the claim, as the test of the definition against the
    /// decider does, lowers the verdict only where it does not hold or is not known to.
    pub carries: bool,
}

impl Link {
    /// How strong it lets a claim be.
    fn allows(&self) -> Verdict {
        if self.carries || self.verdict <= Verdict::Undetermined { self.verdict } else { Verdict::Proved }
    }
}

/// The first of the weakest links: the verdict on a claim is what it allows. None where no link carries the claim.
fn weakest(links: &[Link]) -> Option<&Link> {
    let is_carried = links.iter().any(|link| link.carries);
    links.iter().filter(|_| is_carried).min_by_key(|link| link.allows())
}

/// A verdict with its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// The name of the link that is the reason why the verdict is no better; none where the claim is proved.
    pub weakest: Option<String>,
}

impl Judgement {
    /// The verdict on a claim that rests on these links: that of the weakest one.
    pub fn of(links: &[Link]) -> Self {
        let weakest = weakest(links);
        let verdict = weakest.map_or(Verdict::Undetermined, Link::allows);
        let weakest = weakest.filter(|_| verdict != Verdict::Proved).map(|link| link.name.clone());
        Self { verdict, weakest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(name: &str, verdict: Verdict, carries: bool) -> Link {
        Link { name: name.to_owned(), verdict, by: String::new(), carries }
    }

    #[test]
    fn the_verdict_is_that_of_the_weakest_link_and_names_it() {
        let proved = link("network = definition", Verdict::Proved, true);
        let test = |verdict| link("definition = decider", verdict, false);
        let of = |links: &[Link]| Judgement::of(links);
        assert_eq!(of(&[proved.clone(), test(Verdict::Checked)]).verdict, Verdict::Proved);
        assert_eq!(of(&[proved.clone(), test(Verdict::Checked)]).weakest, None);
        let lowered = of(&[proved.clone(), test(Verdict::Undetermined)]);
        assert_eq!(
            (lowered.verdict, lowered.weakest.as_deref()),
            (Verdict::Undetermined, Some("definition = decider"))
        );
        let carried = of(&[proved.clone(), link("runs", Verdict::Sampled, true), test(Verdict::Checked)]);
        assert_eq!((carried.verdict, carried.weakest.as_deref()), (Verdict::Sampled, Some("runs")));
        assert_eq!(of(&[proved, test(Verdict::Refuted)]).verdict, Verdict::Refuted);
        // What stands beside a claim carries none.
        assert_eq!(of(&[test(Verdict::Checked)]).verdict, Verdict::Undetermined);
        assert_eq!(of(&[]).verdict, Verdict::Undetermined);
    }

    #[test]
    fn exit_codes_are_those_of_the_worst_and_nothing_is_no_pass() {
        use Verdict::*;
        assert_eq!(exit_code([Proved, Checked, Sampled]), 0);
        assert_eq!(exit_code([Proved, Undetermined]), 3);
        assert_eq!(exit_code([Undetermined, Refuted, Proved]), 1);
        assert_eq!(exit_code([]), 3);
    }
}
