//! A device and a language word by word: where the language is no automaton.

use super::device::Device;
use crate::check::words::shrink_while;
use languages::AnsweredWord;
use languages::Decider;
use problems::Token;
use problems::Word;
use problems::words_of_length;

/// What was found word by word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many words the language has, how many it has not, and how many are outside a promise.
    pub words: [u64; 3],
    /// The length up to which these are all words, where they are.
    pub every_up_to: Option<usize>,
    /// The first word on which the answers differ.
    pub differs: Option<Word>,
}

impl Compared {
    /// How many words were compared.
    pub fn count(&self) -> u64 {
        self.words[0] + self.words[1]
    }

    fn note(&mut self, word: &[Token], device: bool, language: Option<bool>) {
        match language {
            None => self.words[2] += 1,
            Some(answer) => {
                self.words[usize::from(!answer)] += 1;
                if self.differs.is_none() && answer != device {
                    self.differs = Some(word.to_vec());
                }
            }
        }
    }
}

/// A device that keeps its states after the beginnings of the last word: the next word often begins alike.
struct Reader<'d, D: Device> {
    device: &'d D,
    word: Word,
    states: Vec<Vec<D::Value>>,
}

impl<'d, D: Device> Reader<'d, D> {
    fn new(device: &'d D) -> Self {
        Self { device, word: Word::new(), states: vec![device.start()] }
    }

    fn accepts(&mut self, word: &[Token]) -> bool {
        let n_common = self.word.iter().zip(word).take_while(|(own, other)| own == other).count();
        self.states.truncate(n_common + 1);
        for token in &word[n_common..] {
            let after = self.device.step(&self.states[self.states.len() - 1], usize::from(*token));
            self.states.push(after);
        }
        self.word.clear();
        self.word.extend_from_slice(word);
        self.device.accepts(&self.states[self.states.len() - 1])
    }
}

/// Whether a device accepts a word.
pub fn accepts<D: Device>(device: &D, word: &[Token]) -> bool {
    let last = word.iter().fold(device.start(), |state, token| device.step(&state, usize::from(*token)));
    device.accepts(&last)
}

/// Every word up to a length against a decider; it stops at the end of the first length at which a word differs.
pub fn every_word<D: Device>(device: &D, decider: &Decider, longest: usize, mut report: impl FnMut()) -> Compared {
    let mut compared = Compared::default();
    let mut reader = Reader::new(device);
    for length in 0..=longest {
        for word in words_of_length(device.tokens().len(), length) {
            compared.note(&word, reader.accepts(&word), decider.answer(&word));
        }
        compared.every_up_to = Some(length);
        if compared.differs.is_some() {
            break;
        }
        report();
    }
    compared
}

/// Some words against a decider. A differing one is made shorter while it differs.
pub fn some_words<D: Device>(device: &D, decider: &Decider, words: &[Word]) -> Compared {
    let mut compared = Compared::default();
    for word in words {
        compared.note(word, accepts(device, word), decider.answer(word));
    }
    let differs = |word: &[Token]| decider.answer(word).is_some_and(|answer| answer != accepts(device, word));
    compared.differs = compared.differs.map(|word| shrink_while(&word, differs));
    compared
}

/// Words whose answers are known; of several that differ the shortest is kept.
pub fn answered<D: Device>(device: &D, words: &[AnsweredWord]) -> Compared {
    let mut compared = Compared::default();
    let mut shortest: Option<Word> = None;
    let mut reader = Reader::new(device);
    for AnsweredWord { word, answer } in words {
        compared.note(word, reader.accepts(word), Some(*answer));
        if let Some(word) = compared.differs.take()
            && shortest.as_ref().is_none_or(|shortest| word.len() < shortest.len())
        {
            shortest = Some(word);
        }
    }
    compared.differs = shortest;
    compared
}
