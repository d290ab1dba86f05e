//! Reachability in the paper's own spelling, the target last: not listed in [`crate::all`].
//!
//! Vertices are numbers from 1 in unary. A word is `0^s |`, then `0^i | 0^j |` for each edge, then `# 0^t $`; the graphs
//! are those of [`super::Instance`]. The paper's machine reads instances and does not test their form, so that what
//! is no instance is not asked about.

use super::BAR;
use super::Edge;
use super::Instance;
use super::Reachability;
use super::Reader;
use super::SIZES;
use super::hard;
use super::hard::Target;
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

static ALPHABET: LazyLock<Alphabet> = LazyLock::new(|| Alphabet::new(["0", "|", "#", "$"]));

const TARGET: Token = 2;
const END: Token = 3;

/// Is the target, given last, on the path from the source? Any vertex can be the target.
///
/// ```
/// use problems::Problem;
/// use problems::reachability::as_printed::ReachabilityAsPrinted;
/// let word = |text| ReachabilityAsPrinted.alphabet().parse(text).unwrap();
/// // From 1 the edges lead to 2 and 3.
/// assert!(ReachabilityAsPrinted.decide(&word("0|0|00|00|000|#00$")));
/// // Without an edge nothing but the source is reached.
/// assert!(!ReachabilityAsPrinted.decide(&word("0|#00$")));
/// // There is no vertex 0.
/// assert!(!ReachabilityAsPrinted.promises(&word("|#$")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReachabilityAsPrinted;

impl ReachabilityAsPrinted {
    /// Reads a word; none where it is not an instance. Vertices are as in the word, from 1.
    pub fn parse(&self, word: &[Token]) -> Option<Instance> {
        let mut reader = Reader { rest: word };
        let source = vertex(&mut reader)?;
        reader.expect(BAR)?;
        let mut edges: Vec<Edge> = Vec::new();
        while reader.expect(TARGET).is_none() {
            let from = vertex(&mut reader)?;
            reader.expect(BAR)?;
            let to = vertex(&mut reader)?;
            reader.expect(BAR)?;
            let is_sorted = edges.last().is_none_or(|&(previous, _)| previous < from);
            if from >= to || !is_sorted {
                return None;
            }
            edges.push((from, to));
        }
        let target = vertex(&mut reader)?;
        reader.expect(END)?;
        reader.rest.is_empty().then_some(Instance { source, target, edges })
    }

    /// Writes an instance whose vertices are numbers from 1.
    pub fn write(&self, instance: &Instance) -> Word {
        let mut word = Word::new();
        let mut write = |number: usize, after: Token| {
            push_number(&mut word, number);
            word.push(after);
        };
        write(instance.source, BAR);
        for &(from, to) in &instance.edges {
            write(from, BAR);
            write(to, BAR);
        }
        write(0, TARGET);
        write(instance.target, END);
        word
    }
}

/// The same instance with every vertex one higher, for this spelling counts from 1.
fn one_higher(instance: &Instance) -> Instance {
    let edges = instance.edges.iter().map(|(from, to)| (from + 1, to + 1)).collect();
    Instance { source: instance.source + 1, target: instance.target + 1, edges }
}

fn vertex(reader: &mut Reader<'_>) -> Option<usize> {
    Some(reader.number()).filter(|vertex| *vertex >= 1)
}

impl Problem for ReachabilityAsPrinted {
    fn name(&self) -> &str {
        Reachability.name()
    }

    fn variant(&self) -> Option<&str> {
        Some("printed")
    }

    fn class(&self) -> &str {
        Reachability.class()
    }

    fn question(&self) -> &str {
        "Is the target, which stands after the edges, on the path from the source?"
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

    fn promise(&self) -> Option<&str> {
        Some("the word spells a sorted deterministic graph, a source and a target")
    }

    fn promises(&self, word: &[Token]) -> bool {
        self.parse(word).is_some()
    }

    /// The instances of [`Reachability`], every vertex one higher.
    fn sample(&self, n: usize, answer: bool, random: &mut Random) -> Result<Sample, NoInstance> {
        hard::sample(n, answer, Target::Any, random, |instance| self.write(&one_higher(&instance)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::instances;
    use super::*;
    use crate::words_of_length;

    #[test]
    fn every_small_instance_has_the_same_answer_in_both_spellings() {
        let mut yes = 0;
        for instance in (1..=5).flat_map(instances) {
            let higher = one_higher(&instance);
            let word = ReachabilityAsPrinted.write(&higher);
            assert_eq!(ReachabilityAsPrinted.parse(&word).as_ref(), Some(&higher));
            let answer = Reachability.decide(&instance.to_word());
            assert_eq!(ReachabilityAsPrinted.decide(&word), answer);
            yes += usize::from(answer);
        }
        assert!(yes > 100);
    }

    #[test]
    fn every_short_instance_is_written_as_it_was_read() {
        let words = (0..=9).flat_map(|length| words_of_length(4, length));
        let instances: Vec<_> = words.filter_map(|word| Some((ReachabilityAsPrinted.parse(&word)?, word))).collect();
        assert!(instances.len() > 10, "{}", instances.len());
        for (instance, word) in &instances {
            assert_eq!(ReachabilityAsPrinted.write(instance), *word);
        }
    }
}
