//! `--against`: somebody's own network or machine beside a language.

use super::certificate;
use super::files;
use super::files::Output;
use super::files::quoted;
use super::files::quoted_path;
use super::misuse::Misuse;
use super::number;
use super::number::NumberArguments;
use crate::check;
use crate::check::against;
use crate::check::against::Language;
use crate::check::against::Outcome;
use crate::check::against::device::Device;
use crate::check::against::device::MachineDevice;
use crate::check::against::device::NetworkDevice;
use crate::check::against::product::Bound;
use crate::check::words;
use crate::progress::Progress;
use crate::report::against::AgainstReport;
use crate::report::json;
use clap::Args;
use itertools::Itertools;
use languages::AnsweredWord;
use languages::Decider;
use languages::Dfa;
use languages::LanguageError;
use languages::Source;
use problems::Alphabet;
use problems::Random;
use problems::Word;
use problems::words_of_length;
use reductions::construction::machine::Machine;
use rnn::ExactArithmetic;
use rnn::Network;
use rnn::RoundedArithmetic;
use std::collections::HashMap;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

/// The flag that only a program reads.
pub(crate) const TIMEOUT: &str = "--timeout";

/// How many pairs are met where no bound is given.
const PAIRS: usize = 1_000_000;

/// How many bytes a search takes, about, where no more pairs are asked for; and how many more each pair allows.
const BYTES: u64 = 1 << 30;
const BYTES_PER_PAIR: u64 = 400;

/// How many words a program is asked about where no length is given.
const COMMAND_WORDS: usize = 100_000;

/// How many letters these words may have together, with the ends of their lines.
const COMMAND_LETTERS: usize = 1 << 25;

/// The length of the words that are drawn for a program where no size is given.
const COMMAND_LENGTH: usize = 64;

/// The flags of a comparison with a language.
#[derive(Debug, Args)]
pub(crate) struct AgainstArguments {
    /// Compare the network of --network or the machine of --machine with this language: the name of a problem,
    /// regex:EXPRESSION, dfa:FILE (OpenFst text), words:FILE (JSON Lines), or command:PROGRAM (a word a line in, 0 or 1 a
    /// line out)
    #[arg(long, value_name = "LANGUAGE", allow_hyphen_values = true)]
    pub(crate) against: Option<Source>,
    /// Meet at most so many pairs of states [default: 1,000,000]
    #[arg(long, value_name = "N", requires = "against")]
    pub(crate) states: Option<usize>,
    /// Write the list of pairs that proves it to this file
    #[arg(long, value_name = "FILE", requires = "against")]
    pub(crate) certificate: Option<PathBuf>,
    /// Check the list of pairs in this file, and search nothing
    #[arg(long, value_name = "FILE", requires = "against", conflicts_with_all = ["certificate", "minimal", "states"])]
    pub(crate) recheck: Option<PathBuf>,
    /// Write the automaton with the fewest states that the network is: OpenFst text, or a picture where the name ends in .dot
    #[arg(long, value_name = "FILE", requires = "against")]
    pub(crate) minimal: Vec<PathBuf>,
    /// Leave out the lines of a file of words that cannot be read, and list them
    #[arg(long)]
    pub(crate) keep_going: bool,
}

/// What is asked of a comparison.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The flags.
    pub(crate) flags: &'a AgainstArguments,
    /// The flags that only a comparison word by word reads, each with whether it is given.
    pub(crate) for_words: &'a [(&'static str, bool)],
    /// The spelling of a problem.
    pub(crate) variant: Option<&'a str>,
    /// The size of instances.
    pub(crate) n: Option<usize>,
    /// How many instances.
    pub(crate) samples: usize,
    /// Their seed.
    pub(crate) seed: u64,
    /// The length up to which every word is read.
    pub(crate) words: Option<usize>,
    /// How long a program may be silent.
    pub(crate) limit: Duration,
}

impl Asked<'_> {
    fn source(&self) -> Result<&Source, Misuse> {
        self.flags.against.as_ref().ok_or_else(|| Misuse("--against: expected a language, got none".to_owned()))
    }

    fn bound(&self) -> Bound {
        let pairs = self.flags.states.unwrap_or(PAIRS);
        Bound { pairs, bytes: BYTES.max(BYTES_PER_PAIR.saturating_mul(pairs as u64)) }
    }
}

/// The tokens of a network or a machine as an alphabet.
pub(crate) fn alphabet(tokens: &[String], file: &Path) -> Result<Alphabet, Misuse> {
    if tokens.is_empty() || tokens.len() > 256 {
        let n = tokens.len();
        return Err(Misuse(format!("{}: expected 1 to 256 tokens, got {n}", files::name(file))));
    }
    Ok(Alphabet::new(tokens.to_vec()))
}

/// The flags that name a language again, and read its file as it was read.
fn language_flags(source: &Source, variant: Option<&str>, keep_going: bool) -> String {
    let variant = variant.map(|variant| format!(" --variant {variant}")).unwrap_or_default();
    let keep_going = if keep_going { " --keep-going" } else { "" };
    format!("--against {}{variant}{keep_going}", quoted(&source.to_string()))
}

fn refused(source: &Source) -> impl Fn(LanguageError) -> Misuse + '_ {
    move |error| match source {
        Source::Dfa(file) | Source::Words(file) => Misuse(format!("{}: {error}", files::name(file))),
        _ => Misuse(format!("--against: {error}")),
    }
}

/// A language as it can be asked.
pub(crate) enum Said<'s> {
    Automaton(Dfa),
    Decider(Decider),
    Words(&'s Path),
    Program(&'s str),
}

impl<'s> Said<'s> {
    /// What a user says, over these tokens.
    pub(crate) fn read(source: &'s Source, variant: Option<&str>, alphabet: &Alphabet) -> Result<Self, Misuse> {
        if variant.is_some() && !matches!(source, Source::Problem(_)) {
            return Err(Misuse(format!("--variant: expected the name of a problem after --against, got {source}")));
        }
        Ok(match source {
            Source::Problem(name) => {
                let decider = languages::problem_named(name, variant, alphabet).map_err(refused(source))?;
                languages::automaton_of_problem(&decider).map_or(Self::Decider(decider), Self::Automaton)
            }
            Source::Regex(expression) => {
                Self::Automaton(languages::read_regular_expression(expression, alphabet).map_err(refused(source))?)
            }
            Source::Dfa(file) => {
                let text = files::text(file)?;
                Self::Automaton(languages::read_automaton(&text, alphabet).map_err(refused(source))?.minimal())
            }
            Source::Words(file) => Self::Words(file),
            Source::Command(program) => Self::Program(program),
        })
    }

    /// Refuses a flag that would not be read.
    fn refuse_unread(&self, asked: &Asked<'_>, source: &Source) -> Result<(), Misuse> {
        let is_read = |flag: &str| match self {
            Self::Program(_) => true,
            Self::Decider(_) => flag != TIMEOUT,
            Self::Automaton(_) | Self::Words(_) => false,
        };
        let mut given = asked.for_words.iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| *flag);
        let Some(flag) = given.find(|flag| !is_read(flag)) else { return Ok(()) };
        let expected = if flag == TIMEOUT { "command:" } else { "command: or a problem that is not regular" };
        let why = match self {
            Self::Automaton(_) => ", which is compared on every word, of any length",
            Self::Words(_) => ", whose own words are read",
            Self::Decider(_) | Self::Program(_) => "",
        };
        Err(Misuse(format!("{flag}: expected {expected} after --against, got {source}{why}")))
    }
}

/// The words of a file, and the lines that could not be read, where they may be left out. A word may stand there again,
/// with the same answer.
pub(crate) fn answered_words(
    file: &Path,
    alphabet: &Alphabet,
    keep_going: bool,
) -> Result<(Vec<AnsweredWord>, Vec<String>), Misuse> {
    let mut broken = Vec::new();
    let mut known: HashMap<Word, (bool, usize)> = HashMap::new();
    let left_out = keep_going.then_some(|message| broken.push(message));
    let words = files::read_lines(file, left_out, |number, line| {
        if line.trim().is_empty() {
            return Ok(None);
        }
        let read = languages::read_answered_word(line, alphabet).map_err(|error| error.to_string())?;
        match *known.entry(read.word.clone()).or_insert((read.answer, number)) {
            (answer, first) if answer != read.answer => {
                Err(format!("expected the answer of line {first} again, got another one for the same word"))
            }
            _ => Ok(Some(read)),
        }
    })?;
    let words = words.collect::<Result<Vec<_>, _>>()?;
    Ok((words, broken))
}

/// The words that a program is asked about: every short one, and others that are drawn.
fn words_for_a_program(
    asked: &Asked<'_>,
    n_tokens: usize,
    budget: usize,
) -> Result<(usize, Vec<Word>, Vec<Word>), Misuse> {
    let longest = asked.words.unwrap_or_else(|| words::longest(n_tokens, COMMAND_WORDS.min(budget)));
    // They are all kept, with a letter or more for each token and the end of a line.
    let mut letters = 0usize;
    let mut n_words = 1usize;
    for length in 0..=longest {
        letters = letters.saturating_add(n_words.saturating_mul(length + 1));
        if letters > COMMAND_LETTERS {
            return Err(Misuse(format!(
                "--words: expected at most {} beside command: and {n_tokens} tokens, got {longest}",
                length.saturating_sub(1)
            )));
        }
        n_words = n_words.saturating_mul(n_tokens);
    }
    let n = asked.n.unwrap_or(COMMAND_LENGTH);
    if asked.samples.saturating_mul(n.saturating_add(1)) > COMMAND_LETTERS {
        return Err(Misuse(format!(
            "--samples: expected at most {} words of {n} tokens beside command:, got {}",
            COMMAND_LETTERS / n.saturating_add(1),
            asked.samples
        )));
    }
    let every = (0..=longest).flat_map(|length| words_of_length(n_tokens, length)).collect();
    // What is short is among every word, and what is drawn twice is asked about once.
    let draw = |i: usize| -> Word {
        let mut random = Random::new(asked.seed, i as u64);
        (0..n).map(|_| problems::token_of(random.below(n_tokens))).collect()
    };
    let some = (0..asked.samples).map(draw).filter(|word| word.len() > longest).unique().collect();
    Ok((longest, every, some))
}

/// A language that is no automaton, over these tokens, and the lines of its file that could not be read.
fn by_words(
    asked: &Asked<'_>,
    said: Said<'_>,
    alphabet: &Alphabet,
    budget: usize,
) -> Result<(Language, Vec<String>), Misuse> {
    let language = match said {
        Said::Automaton(dfa) => Language::Regular(dfa),
        Said::Words(file) => {
            let (some, broken) = answered_words(file, alphabet, asked.flags.keep_going)?;
            return Ok((Language::Words { every: None, some, of: "the file".to_owned() }, broken));
        }
        Said::Program(program) => {
            let (longest, every, some) = words_for_a_program(asked, alphabet.len(), budget)?;
            let answers = program_answers(program, every.iter().chain(&some), alphabet, asked.limit)?;
            let n_every = every.len();
            let words = every.into_iter().chain(some).zip(answers);
            let mut words = words.map(|(word, answer)| AnsweredWord { word, answer }).collect::<Vec<_>>();
            let some = words.split_off(n_every);
            Language::Words { every: Some((longest, words)), some, of: "the program".to_owned() }
        }
        Said::Decider(decider) => {
            let problem = decider.problem();
            let n = asked.n.unwrap_or(problem.sizes().default);
            let draw = |i: usize| problem.sample(n, i.is_multiple_of(2), &mut Random::new(asked.seed, i as u64));
            let drawn: Vec<_> = (0..asked.samples).map(draw).collect();
            if let (true, Some(Err(error))) = (drawn.iter().all(Result::is_err), drawn.first()) {
                return Err(Misuse(format!("--n: {error}")));
            }
            let instances: Vec<Word> = drawn.iter().flatten().map(|sample| decider.unspelled(&sample.word)).collect();
            let about = format!("{} hard instances of {n} {}", instances.len(), problem.sizes().unit);
            let longest = asked.words.unwrap_or_else(|| words::longest(alphabet.len(), budget));
            Language::Decider { decider, longest, instances, about }
        }
    };
    Ok((language, Vec::new()))
}

pub(crate) fn program_answers<'w>(
    program: &str,
    words: impl IntoIterator<Item = &'w Word>,
    alphabet: &Alphabet,
    limit: Duration,
) -> Result<Vec<bool>, Misuse> {
    let lines = words.into_iter().map(|word| alphabet.format(word)).collect();
    languages::answers(program, lines, limit).map_err(|error| Misuse(error.to_string()))
}

/// The files that are asked for, opened before any work is done for them. They get their names together.
pub(crate) struct Files {
    certificate: Option<Output>,
    /// Each with whether it is a picture.
    minimal: Vec<(Output, bool)>,
    network: Option<Output>,
    written: Vec<Output>,
}

impl Files {
    /// Those of the flags, and the one for a machine's network.
    pub(crate) fn open(flags: Option<&AgainstArguments>, network: Option<&Path>) -> Result<Self, Misuse> {
        let certificate = flags.and_then(|flags| flags.certificate.as_deref());
        let minimal = flags.map_or(&[][..], |flags| &flags.minimal);
        let paths = network.into_iter().chain(certificate).chain(minimal.iter().map(PathBuf::as_path));
        let mut outputs = files::outputs(paths)?.into_iter();
        let is_picture = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "dot");
        // In the order of the paths.
        Ok(Self {
            network: network.and_then(|_| outputs.next()),
            certificate: certificate.and_then(|_| outputs.next()),
            minimal: outputs.zip(minimal.iter().map(is_picture)).collect(),
            written: Vec::new(),
        })
    }

    /// Writes the network of a machine, where it was asked for.
    pub(crate) fn write_network(&mut self, network: &Network) -> Result<(), Misuse> {
        if let Some(mut file) = self.network.take() {
            file.line(&json::pretty(&network.to_json()))?;
            self.written.push(file);
        }
        Ok(())
    }

    /// Gives the files that were written their names; the others never were.
    pub(crate) fn finish(self) -> Result<(), Misuse> {
        files::finish_all(self.written)
    }
}

/// `reduce check --network FILE --against LANGUAGE`.
pub(crate) fn check_network(
    asked: &Asked<'_>,
    file: &Path,
    number: &NumberArguments,
    as_json: bool,
    progress: &Progress,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let mut files = Files::open(Some(asked.flags), None)?;
    let network = read_network(file)?;
    let alphabet = alphabet(network.tokens(), file)?;
    let n_tokens = alphabet.len();
    let to_measure = || {
        let length = problems::longest_within(n_tokens, 5_000).min(asked.words.unwrap_or(usize::MAX));
        words_of_length(n_tokens, length).collect()
    };
    let precision = number.precision(&network, to_measure)?;
    let budget = if matches!(network, Network::Layered(_)) { check::LAYERED_WORD_BUDGET } else { check::WORD_BUDGET };
    let replay = format!("--network {}", quoted_path(file));
    let number_flags = precision.as_ref().map(number::flags).unwrap_or_default();
    let mut report = match precision {
        None => {
            let device = NetworkDevice::new(&network, ExactArithmetic);
            compare(asked, &device, &alphabet, budget, (&replay, &number_flags), &mut files, progress)?
        }
        Some(precision) => {
            let device = NetworkDevice::new(&network, RoundedArithmetic::new(precision));
            compare(asked, &device, &alphabet, budget, (&replay, &number_flags), &mut files, progress)?
        }
    };
    report.device = files::name(file);
    report.precision = precision;
    report.remark = number.remark();
    files.finish()?;
    output.line(&if as_json { json::pretty(&report.json()) } else { report.text() })?;
    output.show();
    Ok(report.exit_code())
}

/// A machine beside a language, for the report on the machine.
pub(crate) fn check_machine(
    asked: &Asked<'_>,
    file: &Path,
    machine: &Machine,
    files: &mut Files,
    progress: &Progress,
) -> Result<AgainstReport, Misuse> {
    let alphabet = alphabet(machine.tokens(), file)?;
    let replay = format!("--machine {}", quoted_path(file));
    let device = MachineDevice::new(machine);
    let mut report = compare(asked, &device, &alphabet, check::WORD_BUDGET, (&replay, ""), files, progress)?;
    report.device = files::name(file);
    report.is_machine = true;
    Ok(report)
}

/// A network file.
pub(crate) fn read_network(file: &Path) -> Result<Network, Misuse> {
    files::read_json(file, "a network", Network::from_json)
}

/// Compares, and writes what was asked for.
fn compare<D: Device>(
    asked: &Asked<'_>,
    device: &D,
    alphabet: &Alphabet,
    budget: usize,
    (replay, number_flags): (&str, &str),
    files: &mut Files,
    progress: &Progress,
) -> Result<AgainstReport, Misuse> {
    let started = Instant::now();
    let (source, flags) = (asked.source()?, asked.flags);
    let said = Said::read(source, asked.variant, alphabet)?;
    said.refuse_unread(asked, source)?;
    for (flag, is_given) in [
        ("--certificate", flags.certificate.is_some()),
        ("--recheck", flags.recheck.is_some()),
        ("--minimal", !flags.minimal.is_empty()),
        ("--states", flags.states.is_some()),
    ] {
        if is_given && !matches!(said, Said::Automaton(_)) {
            return Err(Misuse(format!("{flag}: expected a language that is an automaton, got {source}")));
        }
    }
    if flags.keep_going && !matches!(said, Said::Words(_)) {
        return Err(Misuse(format!("--keep-going: expected --against words:FILE beside it, got {source}")));
    }
    let (language, broken) = by_words(asked, said, alphabet, budget)?;
    let dfa = match &language {
        Language::Regular(dfa) => Some(dfa),
        _ => None,
    };
    let outcome = match (&flags.recheck, dfa) {
        (Some(file), Some(dfa)) => recheck(file, device, dfa)?,
        _ => against::check(device, &language, asked.bound(), !flags.minimal.is_empty(), progress),
    };
    write_files(files, device, alphabet, dfa, source, &outcome)?;
    let language_flags = language_flags(source, asked.variant, flags.keep_going);
    let command = |word: &str| format!("echo {} | reduce run {replay} {language_flags}{number_flags}", quoted(word));
    let mut report = AgainstReport::new(&outcome, |word| alphabet.format(word), command);
    report.language = source.to_string();
    report.language_states = dfa.map(Dfa::n_states);
    report.minimal = (!flags.minimal.is_empty()).then(|| outcome.automaton.as_ref().map(Dfa::n_states));
    let certificate = outcome.search.as_ref().and_then(|search| search.certificate.as_ref());
    if flags.certificate.is_some() && certificate.is_none() {
        report.not_written.push("no certificate was written, as there is no list of pairs that is closed".to_owned());
    }
    if !flags.minimal.is_empty() && outcome.automaton.is_none() {
        report
            .not_written
            .push("no automaton was written, as none was found within the bound; see --states".to_owned());
    }
    report.broken = broken;
    report.elapsed = started.elapsed();
    Ok(report)
}

/// Writes the list of pairs and the automaton, where they were asked for and are there.
fn write_files<D: Device>(
    files: &mut Files,
    device: &D,
    alphabet: &Alphabet,
    dfa: Option<&Dfa>,
    source: &Source,
    outcome: &Outcome<D::Value>,
) -> Result<(), Misuse> {
    let certificate = outcome.search.as_ref().and_then(|search| search.certificate.as_ref());
    if let (Some(mut file), Some(certificate), Some(dfa), None) =
        (files.certificate.take(), certificate, dfa, &outcome.alarm)
    {
        certificate::write(&mut file, device, dfa, source, certificate)?;
        files.written.push(file);
    }
    if let Some(automaton) = &outcome.automaton {
        for (mut file, is_picture) in files.minimal.drain(..) {
            let text = match is_picture {
                true => languages::dot(automaton, alphabet),
                false => languages::write_automaton(automaton, alphabet),
            };
            file.line(text.trim_end())?;
            files.written.push(file);
        }
    }
    Ok(())
}

/// Checks the list of pairs in a file.
fn recheck<D: Device>(file: &Path, device: &D, dfa: &Dfa) -> Result<Outcome<D::Value>, Misuse> {
    let certificate = files::read_json(file, "a certificate", |value| certificate::read(value, device, dfa))?;
    Ok(against::recheck(device, dfa, certificate))
}
