//! Reachability with the target after the edges.
//!
//! A word is `0^s (# 0^i | 0^j)* % 0^t $`, the graphs are those of [`super::Instance`]. Before it reads t a one-pass
//! network would have to remember every set of vertices that can be a path, 2^(n-1) of them: no network of
//! logarithmic precision decides this spelling, which is not listed in [`crate::all`]. Under the promise that the target
//! has no outgoing edge it is enough to know the end of the path, and that form is listed.

use super::Instance;
use super::Reachability;
use super::Reader;
use super::SIZES;
use super::hard;
use super::hard::Target;
use super::push_edges;
use super::push_number;
use crate::Alphabet;
use crate::NoInstance;
use crate::Problem;
use crate::Random;
use crate::Sample;
use crate::Sizes;
use crate::Token;
use crate::Word;
use std::sync::LazyLock;

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::new(["0", "|", "#", "%", "$"]));

const TARGET: Token = 3;
const END: Token = 4;

/// Is the target, given last, on the path from the source? Any vertex can be the target.
///
/// ```
/// use problems::Problem;
/// use problems::reachability::target_last::ReachabilityTargetLast;
/// let word = |text| ReachabilityTargetLast.alphabet().parse(text).unwrap();
/// // From 1 the edges lead to 2 and 3: all three are on the path.
/// assert!(ReachabilityTargetLast.decide(&word("0#0|00#00|000%00$")));
/// assert!(!ReachabilityTargetLast.decide(&word("0#0|00#00|000%$")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachabilityTargetLast;

impl ReachabilityTargetLast {
    /// Reads a word; none where it is not an instance.
    pub fn parse(&self, word: &[Token]) -> Option<Instance> {
        let mut reader = Reader { rest: word };
        let source = reader.number();
        let edges = reader.edges()?;
        reader.expect(TARGET)?;
        let target = reader.number();
        reader.expect(END)?;
        reader.rest.is_empty().then_some(Instance { source, target, edges })
    }

    /// Writes an instance with its target last.
    pub fn write(&self, instance: &Instance) -> Word {
        let mut word = Word::new();
        push_number(&mut word, instance.source);
        push_edges(&mut word, &instance.edges);
        word.push(TARGET);
        push_number(&mut word, instance.target);
        word.push(END);
        word
    }
}

/// The same question under the promise that the target has no outgoing edge.
///
/// ```
/// use problems::Problem;
/// use problems::reachability::target_last::ReachabilityTargetLastSink;
/// let promised = |text| {
///     let word = ReachabilityTargetLastSink.alphabet().parse(text).unwrap();
///     ReachabilityTargetLastSink.promises(&word)
/// };
/// // The edge 1 -> 2 leaves 1 and not 2.
/// assert!(promised("0#0|00%00$") && !promised("0#0|00%0$"));
/// // What is no instance is a no-word: nothing is promised of it.
/// assert!(promised("0#0|%0$"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachabilityTargetLastSink;

const QUESTION: &str = "Is the target, which stands after the edges, on the path from the source?";

impl Problem for ReachabilityTargetLast {
    fn name(&self) -> &str {
        Reachability.name()
    }

    fn variant(&self) -> Option<&str> {
        Some("target-last")
    }

    fn class(&self) -> &str {
        Reachability.class()
    }

    fn question(&self) -> &str {
        QUESTION
    }

    fn sizes(&self) -> Sizes {
        SIZES
    }

    fn alphabet(&self) -> &Alphabet {
        &ALPHABET
    }

    fn decide(&self, word: &[Token]) -> bool {
        self.parse(word).is_some_and(|instance| instance.reaches_target())
    }

    /// The words of [`Reachability`], rewritten: the same choices give the same graph.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        hard::sample(n, answer, Target::Any, random, |instance| self.write(&instance))
    }

    /// Those of [`Reachability`], in this spelling.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        hard::adversarial(n, longest, |instance| self.write(&instance))
    }
}

impl Problem for ReachabilityTargetLastSink {
    fn name(&self) -> &str {
        Reachability.name()
    }

    fn variant(&self) -> Option<&str> {
        Some("target-last-sink")
    }

    fn class(&self) -> &str {
        Reachability.class()
    }

    fn question(&self) -> &str {
        QUESTION
    }

    fn sizes(&self) -> Sizes {
        SIZES
    }

    fn alphabet(&self) -> &Alphabet {
        &ALPHABET
    }

    fn decide(&self, word: &[Token]) -> bool {
        ReachabilityTargetLast.decide(word)
    }

    fn promise(&self) -> Option<&str> {
        Some("the target has no outgoing edge")
    }

    fn promises(&self, word: &[Token]) -> bool {
        let leaves_target = |instance: Instance| instance.edges.iter().any(|(from, _)| *from == instance.target);
        !ReachabilityTargetLast.parse(word).is_some_and(leaves_target)
    }

    /// Layered chains as in [`Reachability`], with the target always in the last layer.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        hard::sample(n, answer, Target::Sink, random, |instance| ReachabilityTargetLast.write(&instance))
    }

    /// Those of [`Reachability`] that keep the promise, in this spelling.
    fn adversarial(&self, n: usize, longest: usize) -> Vec<Word> {
        let words = ReachabilityTargetLast.adversarial(n, longest);
        words.into_iter().filter(|word| self.promises(word)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::instances;
    use super::*;
    use crate::words_of_length;

    /// Moves the target of a word of this spelling to the front, by text alone.
    fn target_first(word: &[Token]) -> Option<Word> {
        let text = ALPHABET.format(word);
        let (before, after) = text.split_once('%')?;
        let target = after.strip_suffix('$')?;
        if target.chars().any(|letter| letter != '0') {
            return None;
        }
        let (source, edges) = before.split_at(before.find('#').unwrap_or(before.len()));
        // Without an edge mark nothing but the source may stand before the target.
        if source.contains('|') {
            return None;
        }
        Reachability.alphabet().parse(&format!("{source}|{target}{edges}$")).ok()
    }

    #[test]
    fn every_short_string_is_decided_as_its_rewriting() {
        let mut n_accepted = 0;
        for length in 0..=8 {
            for word in words_of_length(5, length) {
                let answer = ReachabilityTargetLast.decide(&word);
                let expected = target_first(&word).is_some_and(|word| Reachability.decide(&word));
                assert_eq!(answer, expected, "{}", ALPHABET.format(&word));
                n_accepted += usize::from(answer);
            }
        }
        assert!(n_accepted > 10, "{n_accepted}");
    }

    #[test]
    fn every_small_instance_has_the_same_answer_in_both_spellings() {
        for n in 1..=5 {
            for instance in instances(n) {
                let word = ReachabilityTargetLast.write(&instance);
                assert_eq!(ReachabilityTargetLast.parse(&word).as_ref(), Some(&instance));
                let answer = Reachability.decide(&instance.to_word());
                assert_eq!(ReachabilityTargetLast.decide(&word), answer);
            }
        }
    }

    #[test]
    fn samples_are_those_of_reachability() {
        for n in 2..=40 {
            for answer in [false, true] {
                let last = ReachabilityTargetLast.sample(n, answer, &mut Random::new(9, 0)).unwrap();
                let first = Reachability.sample(n, answer, &mut Random::new(9, 0)).unwrap();
                assert_eq!(ReachabilityTargetLast.parse(&last.word), Instance::parse(&first.word));
                assert_eq!(last.family, first.family);
            }
        }
    }

    #[test]
    fn without_the_promise_some_sampled_targets_are_passed() {
        let breaks = |i| {
            let sample = ReachabilityTargetLast.sample(20, i % 2 == 0, &mut Random::new(9, i)).unwrap();
            !ReachabilityTargetLastSink.promises(&sample.word)
        };
        assert!((0..20).any(breaks));
    }

    #[test]
    fn under_the_promise_the_question_is_whether_the_target_is_the_end_of_the_path() {
        let (mut inside, mut outside) = (0, 0);
        for instance in (1..=5).flat_map(instances) {
            let word = ReachabilityTargetLast.write(&instance);
            let is_end = instance.path().last() == Some(&instance.target);
            if ReachabilityTargetLastSink.promises(&word) {
                assert_eq!(ReachabilityTargetLastSink.decide(&word), is_end);
                inside += 1;
            } else {
                assert!(!is_end);
                outside += 1;
            }
        }
        assert!(inside > 0 && outside > 0);
    }

    #[test]
    fn only_the_form_with_the_promise_is_listed() {
        let listed = |problem: &dyn Problem| crate::all().iter().any(|other| other.variant() == problem.variant());
        assert!(listed(&ReachabilityTargetLastSink) && !listed(&ReachabilityTargetLast));
    }
}
