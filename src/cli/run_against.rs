//! `reduce run --network FILE --against LANGUAGE`, and the same with `--machine`: words from standard input.

use super::against::Said;
use super::against::alphabet;
use super::against::answered_words;
use super::against::program_answers;
use super::against::read_network;
use super::files;
use super::files::Output;
use super::misuse::Misuse;
use super::number::NumberArguments;
use crate::check::against;
use crate::check::against::device::Device;
use crate::check::against::device::MachineDevice;
use crate::check::against::device::NetworkDevice;
use crate::report::line_of_answers;
use crate::report::mark;
use crate::verdict::MISUSE;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use languages::Source;
use problems::Alphabet;
use problems::Word;
use reductions::construction::machine::Machine;
use rnn::ExactArithmetic;
use rnn::RoundedArithmetic;
use std::cell::Cell;
use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

/// The schema of a line.
const SCHEMA: &str = "reduce.run-against/1";

/// What is asked.
pub(crate) struct RunAsked<'a> {
    /// The network's file.
    pub(crate) network: Option<&'a Path>,
    /// The machine's file.
    pub(crate) machine: Option<&'a Path>,
    /// The language.
    pub(crate) source: &'a Source,
    /// The spelling of a problem.
    pub(crate) variant: Option<&'a str>,
    /// The number format.
    pub(crate) number: &'a NumberArguments,
    /// Whether lines that cannot be read are left out.
    pub(crate) keep_going: bool,
    /// Whether JSON is printed.
    pub(crate) json: bool,
}

pub(crate) fn run(asked: &RunAsked<'_>, output: &mut Output) -> Result<u8, Misuse> {
    match (asked.network, asked.machine) {
        (None, Some(file)) => {
            if asked.number.is_given() {
                return Err(Misuse("--machine: expected exact numbers, got a number format".to_owned()));
            }
            let machine = files::read_json(file, "a machine", Machine::from_json)?;
            let alphabet = alphabet(machine.tokens(), file)?;
            let (words, n_broken) = read_words(asked, &alphabet)?;
            run_words(asked, &MachineDevice::new(&machine), ("machine", &alphabet), &words, n_broken, output)
        }
        (Some(file), None) => {
            let network = read_network(file)?;
            let alphabet = alphabet(network.tokens(), file)?;
            let (words, n_broken) = read_words(asked, &alphabet)?;
            let precision = asked.number.precision(&network, || words.clone())?;
            match precision {
                None => {
                    let device = NetworkDevice::new(&network, ExactArithmetic);
                    run_words(asked, &device, ("network", &alphabet), &words, n_broken, output)
                }
                Some(precision) => {
                    let device = NetworkDevice::new(&network, RoundedArithmetic::new(precision));
                    run_words(asked, &device, ("network", &alphabet), &words, n_broken, output)
                }
            }
        }
        _ => Err(Misuse("--against: expected one of --network and --machine beside it".to_owned())),
    }
}

/// The words of standard input; what cannot be read ends it, or is told to `left_out`.
pub(crate) fn words_of_input<'a>(
    alphabet: &'a Alphabet,
    left_out: Option<&'a dyn Fn(String)>,
) -> Result<impl Iterator<Item = Result<Word, Misuse>> + 'a, Misuse> {
    let read = |_: usize, line: &str| alphabet.parse(line).map(Some).map_err(|error| error.to_string());
    files::read_lines(Path::new("-"), left_out, read)
}

/// The words of standard input, and how many lines could not be read.
fn read_words(asked: &RunAsked<'_>, alphabet: &Alphabet) -> Result<(Vec<Word>, usize), Misuse> {
    let n_broken = Cell::new(0);
    let left_out = |message: String| {
        eprintln!("reduce: standard input: {message}");
        n_broken.set(n_broken.get() + 1);
    };
    let words = words_of_input(alphabet, asked.keep_going.then_some(&left_out))?.collect::<Result<_, _>>()?;
    Ok((words, n_broken.get()))
}

/// What the language says of each word, nothing where it does not know, and how many lines of its file could not be read.
fn answers(asked: &RunAsked<'_>, alphabet: &Alphabet, words: &[Word]) -> Result<(Vec<Option<bool>>, usize), Misuse> {
    let answers = match Said::read(asked.source, asked.variant, alphabet)? {
        Said::Automaton(dfa) => words.iter().map(|word| Some(dfa.accepts(problems::indices(word)))).collect(),
        Said::Decider(decider) => words.iter().map(|word| decider.answer(word)).collect(),
        Said::Words(file) => {
            let (known, broken) = answered_words(file, alphabet, asked.keep_going)?;
            broken.iter().for_each(|message| eprintln!("reduce: {}: {message}", files::name(file)));
            let known: HashMap<Word, bool> = known.into_iter().map(|known| (known.word, known.answer)).collect();
            return Ok((words.iter().map(|word| known.get(word).copied()).collect(), broken.len()));
        }
        Said::Program(program) => {
            const LIMIT: Duration = Duration::from_secs(60);
            program_answers(program, words, alphabet, LIMIT)?.into_iter().map(Some).collect()
        }
    };
    Ok((answers, 0))
}

fn run_words<D: Device>(
    asked: &RunAsked<'_>,
    device: &D,
    (name, alphabet): (&str, &Alphabet),
    words: &[Word],
    n_broken: usize,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let (language, n_broken_of_language) = answers(asked, alphabet, words)?;
    let mut n_differing = 0;
    for (word, language) in words.iter().zip(language) {
        let own = against::words::accepts(device, word);
        let agree = language.map(|language| language == own);
        n_differing += usize::from(agree == Some(false));
        let text = alphabet.format(word);
        if asked.json {
            let line =
                serde_json::json!({"schema": SCHEMA, "word": text, name: own, "language": language, "agree": agree});
            output.line(&line.to_string())?;
        } else {
            let answers = [(name, Some(own)), ("language", language)];
            output.line(&line_of_answers(mark(agree), answers, &text))?;
        }
    }
    output.show();
    Ok(finished(n_differing, n_broken + n_broken_of_language))
}

/// The exit code of a run: that of the words, and misuse where they agree and lines were left out.
pub(crate) fn finished(n_differing: usize, n_broken: usize) -> u8 {
    if n_broken > 0 {
        eprintln!("reduce: {} could not be read and left out", against::counted(n_broken, "line"));
    }
    match (n_differing, n_broken) {
        (0, 0) => exit_code([Verdict::Sampled]),
        (0, _) => MISUSE,
        _ => exit_code([Verdict::Refuted]),
    }
}
