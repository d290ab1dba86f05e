//! `--against`: somebody's own network or machine beside a language.

use super::files;
use super::files::Output;
use super::misuse::Misuse;
use super::number;
use super::number::NumberArguments;
use crate::check;
use crate::check::against;
use crate::check::against::Language;
use crate::check::against::Outcome;
use crate::check::against::certificate::Certificate;
use crate::check::against::device::Device;
use crate::check::against::device::MachineDevice;
use crate::check::against::device::NetworkDevice;
use crate::check::against::product::Bound;
use crate::check::words;
use crate::progress::Progress;
use crate::report::against::AgainstReport;
use crate::report::json;
use crate::report::shortened;
use crate::verdict::MISUSE;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use clap::Args;
use languages::AnsweredWord;
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
use serde_json::Value;
use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

/// The schema of a list of pairs.
pub(crate) const CERTIFICATE_SCHEMA: &str = "reduce.certificate/1";

/// The schema of a line of `run`.
const RUN_SCHEMA: &str = "reduce.run-against/1";

/// How many pairs are met where no bound is given.
const PAIRS: usize = 1_000_000;

/// How many bytes a search takes, about, where no more pairs are asked for; and how many more each pair allows.
const BYTES: u64 = 1 << 30;
const BYTES_PER_PAIR: u64 = 400;

/// How many words a program is asked about where no length is given.
const COMMAND_WORDS: usize = 100_000;

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

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The flags that name a language again.
fn language_flags(source: &Source, variant: Option<&str>) -> String {
    let variant = variant.map(|variant| format!(" --variant {variant}")).unwrap_or_default();
    format!("--against {}{variant}", quoted(&source.to_string()))
}

fn refused(source: &Source) -> impl Fn(LanguageError) -> Misuse + '_ {
    move |error| match source {
        Source::Dfa(file) | Source::Words(file) => Misuse(format!("{}: {error}", files::name(file))),
        _ => Misuse(format!("--against: {error}")),
    }
}

/// The automaton of a language, where it has one.
fn automaton(source: &Source, variant: Option<&str>, alphabet: &Alphabet) -> Result<Option<Dfa>, Misuse> {
    Ok(match source {
        Source::Problem(name) => {
            let decider = languages::problem_named(name, variant, alphabet).map_err(refused(source))?;
            languages::automaton_of_problem(&decider)
        }
        Source::Regex(expression) => {
            Some(languages::read_regular_expression(expression, alphabet).map_err(refused(source))?)
        }
        Source::Dfa(file) => {
            let text = files::text(file)?;
            Some(languages::read_automaton(&text, alphabet).map_err(refused(source))?.minimal())
        }
        Source::Words(_) | Source::Command(_) => None,
    })
}

/// The words of a file, and the lines that could not be read, where they may be left out.
fn answered_words(
    file: &Path,
    alphabet: &Alphabet,
    keep_going: bool,
) -> Result<(Vec<AnsweredWord>, Vec<String>), Misuse> {
    let (mut words, mut broken) = (Vec::new(), Vec::new());
    for (i, line) in files::lines(file)?.lines().enumerate() {
        let read = match &line {
            Ok(line) if line.trim().is_empty() => continue,
            Ok(line) => languages::read_answered_word(line, alphabet).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        match read {
            Ok(word) => words.push(word),
            Err(message) if keep_going => broken.push(format!("line {}: {message}", i + 1)),
            Err(message) => return Err(Misuse(format!("{}: line {}: {message}", files::name(file), i + 1))),
        }
    }
    Ok((words, broken))
}

/// A language that is no automaton, over these tokens, and the lines of its file that could not be read.
fn by_words(asked: &Asked<'_>, alphabet: &Alphabet, budget: usize) -> Result<(Language, Vec<String>), Misuse> {
    let source = asked.source()?;
    let longest = |budget| asked.words.unwrap_or_else(|| words::longest(alphabet.len(), budget));
    match source {
        Source::Words(file) => {
            let (words, broken) = answered_words(file, alphabet, asked.flags.keep_going)?;
            Ok((Language::Words { words, every_up_to: None, of: "the file".to_owned() }, broken))
        }
        Source::Command(program) => {
            let longest = longest(COMMAND_WORDS.min(budget));
            let lengths = 0..=longest;
            let mut words: Vec<Word> = lengths.flat_map(|length| words_of_length(alphabet.len(), length)).collect();
            let n = asked.n.unwrap_or(COMMAND_LENGTH);
            words.extend((0..asked.samples).map(|i| {
                let mut random = Random::new(asked.seed, i as u64);
                (0..n).map(|_| problems::token_of(random.below(alphabet.len()))).collect()
            }));
            let answers = program_answers(program, &words, alphabet, asked.limit)?;
            let words = words.into_iter().zip(answers).map(|(word, answer)| AnsweredWord { word, answer }).collect();
            Ok((Language::Words { words, every_up_to: Some(longest), of: "the program".to_owned() }, Vec::new()))
        }
        Source::Problem(name) => {
            let decider = languages::problem_named(name, asked.variant, alphabet).map_err(refused(source))?;
            let problem = decider.problem();
            let n = asked.n.unwrap_or(problem.sizes().default);
            let draw = |i: usize| problem.sample(n, i.is_multiple_of(2), &mut Random::new(asked.seed, i as u64));
            let drawn: Vec<_> = (0..asked.samples).map(draw).collect();
            if let (true, Some(Err(error))) = (drawn.iter().all(Result::is_err), drawn.first()) {
                return Err(Misuse(format!("--n: {error}")));
            }
            let instances: Vec<Word> = drawn.iter().flatten().map(|sample| decider.unspelled(&sample.word)).collect();
            let about = format!("{} hard instances of {n} {}", instances.len(), problem.sizes().unit);
            Ok((Language::Decider { decider, longest: longest(budget), instances, about }, Vec::new()))
        }
        Source::Regex(_) | Source::Dfa(_) => Err(Misuse(format!("--against: expected an automaton, got {source}"))),
    }
}

fn program_answers(program: &str, words: &[Word], alphabet: &Alphabet, limit: Duration) -> Result<Vec<bool>, Misuse> {
    let lines: Vec<String> = words.iter().map(|word| alphabet.format(word)).collect();
    languages::answers(program, &lines, limit).map_err(|error| Misuse(error.to_string()))
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
    let network = read_network(file)?;
    let alphabet = alphabet(network.tokens(), file)?;
    let n_tokens = alphabet.len();
    let to_measure = || {
        let length = problems::longest_within(n_tokens, 5_000).min(asked.words.unwrap_or(usize::MAX));
        words_of_length(n_tokens, length).collect()
    };
    let precision = number.precision(&network, to_measure)?;
    let budget = if matches!(network, Network::Layered(_)) { check::LAYERED_WORD_BUDGET } else { check::WORD_BUDGET };
    let replay = format!("--network {}", quoted(&file.display().to_string()));
    let number_flags = precision.as_ref().map(number::flags).unwrap_or_default();
    let mut report = match precision {
        None => {
            let device = NetworkDevice::new(&network, ExactArithmetic);
            compare(asked, &device, &alphabet, budget, &replay, &number_flags, progress)?
        }
        Some(precision) => {
            let device = NetworkDevice::new(&network, RoundedArithmetic::new(precision));
            compare(asked, &device, &alphabet, budget, &replay, &number_flags, progress)?
        }
    };
    report.device = files::name(file);
    report.precision = precision;
    report.remark = number.remark();
    output.line(&if as_json { json::pretty(&report.json()) } else { report.text() })?;
    output.show();
    Ok(report.exit_code())
}

/// A machine beside a language, for the report on the machine.
pub(crate) fn check_machine(
    asked: &Asked<'_>,
    file: &Path,
    machine: &Machine,
    progress: &Progress,
) -> Result<AgainstReport, Misuse> {
    let alphabet = alphabet(machine.tokens(), file)?;
    let replay = format!("--machine {}", quoted(&file.display().to_string()));
    let device = MachineDevice::new(machine);
    let mut report = compare(asked, &device, &alphabet, check::WORD_BUDGET, &replay, "", progress)?;
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
    replay: &str,
    number_flags: &str,
    progress: &Progress,
) -> Result<AgainstReport, Misuse> {
    let started = Instant::now();
    let (source, flags) = (asked.source()?, asked.flags);
    let automaton = automaton(source, asked.variant, alphabet)?;
    for (flag, is_given) in [
        ("--certificate", flags.certificate.is_some()),
        ("--recheck", flags.recheck.is_some()),
        ("--minimal", !flags.minimal.is_empty()),
    ] {
        if is_given && automaton.is_none() {
            return Err(Misuse(format!("{flag}: expected a language that is an automaton, got {source}")));
        }
    }
    let (language, broken) = match automaton {
        Some(dfa) => (Language::Regular(dfa), Vec::new()),
        None => by_words(asked, alphabet, budget)?,
    };
    let dfa = match &language {
        Language::Regular(dfa) => Some(dfa),
        _ => None,
    };
    let outcome = match (&flags.recheck, dfa) {
        (Some(file), Some(dfa)) => recheck(file, device, dfa)?,
        _ => against::check(device, &language, asked.bound(), !flags.minimal.is_empty(), progress),
    };
    write_files(flags, device, alphabet, dfa, source, &outcome)?;
    let language_flags = language_flags(source, asked.variant);
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
    flags: &AgainstArguments,
    device: &D,
    alphabet: &Alphabet,
    dfa: Option<&Dfa>,
    source: &Source,
    outcome: &Outcome<D::Value>,
) -> Result<(), Misuse> {
    let certificate = outcome.search.as_ref().and_then(|search| search.certificate.as_ref());
    if let (Some(path), Some(certificate), Some(dfa), None) = (&flags.certificate, certificate, dfa, &outcome.alarm) {
        let mut file = Output::file(path)?;
        write_certificate(&mut file, device, dfa, source, certificate)?;
        file.finish()?;
    }
    for path in &flags.minimal {
        let Some(automaton) = &outcome.automaton else { break };
        let is_picture = path.extension().is_some_and(|extension| extension == "dot");
        let text = match is_picture {
            true => languages::dot(automaton, alphabet),
            false => languages::write_automaton(automaton, alphabet),
        };
        let mut file = Output::file(path)?;
        file.line(text.trim_end())?;
        file.finish()?;
    }
    Ok(())
}

/// Writes a list of pairs, an entry a line: it can be long.
fn write_certificate<D: Device>(
    file: &mut Output,
    device: &D,
    dfa: &Dfa,
    source: &Source,
    certificate: &Certificate<D::Value>,
) -> Result<(), Misuse> {
    let text = |value: Value| value.to_string();
    file.line("{")?;
    file.line(&format!("  \"schema\": {},", text(CERTIFICATE_SCHEMA.into())))?;
    file.line(&format!("  \"language\": {},", text(source.to_string().into())))?;
    file.line(&format!("  \"tokens\": {},", text(device.tokens().into())))?;
    file.line(&format!("  \"coordinates\": {},", text(device.coordinates().into())))?;
    let n = u32::try_from(dfa.n_states()).unwrap_or(u32::MAX);
    let accepting: Vec<u32> = (0..n).filter(|state| dfa.is_accepting(*state)).collect();
    file.line(&format!("  \"automaton_start\": {},", dfa.start()))?;
    file.line(&format!("  \"automaton_accepting\": {},", text(accepting.into())))?;
    let steps = |state: u32| (0..dfa.n_tokens()).map(|token| dfa.step(state, token)).collect::<Vec<_>>();
    list(file, "automaton_next", (0..n).map(|state| text(steps(state).into())), ",")?;
    list(file, "values", certificate.values.iter().map(|value| text(value.to_string().into())), ",")?;
    let states =
        (0..certificate.n_states()).map(|state| &certificate.states[state * certificate.width..][..certificate.width]);
    list(file, "states", states.map(|state| text(state.into())), ",")?;
    list(file, "pairs", certificate.pairs.iter().map(|(state, other)| format!("[{state}, {other}]")), "")?;
    file.line("}")
}

fn list(file: &mut Output, name: &str, entries: impl Iterator<Item = String>, after: &str) -> Result<(), Misuse> {
    file.line(&format!("  \"{name}\": ["))?;
    let mut entries = entries.peekable();
    while let Some(entry) = entries.next() {
        file.line(&format!("    {entry}{}", if entries.peek().is_some() { "," } else { "" }))?;
    }
    file.line(&format!("  ]{after}"))
}

/// Checks the list of pairs in a file.
fn recheck<D: Device>(file: &Path, device: &D, dfa: &Dfa) -> Result<Outcome<D::Value>, Misuse> {
    let certificate = files::read_json(file, "a certificate", |value| read_certificate(value, device, dfa))?;
    Ok(against::recheck(device, dfa, certificate))
}

fn read_certificate<D: Device>(value: &Value, device: &D, dfa: &Dfa) -> Result<Certificate<D::Value>, String> {
    let field = |name: &str| value.get(name).ok_or_else(|| format!("expected a field `{name}`, got none"));
    let is = |name: &str, expected: Value| match field(name)? {
        found if *found == expected => Ok(()),
        _ if name == "schema" => Err(format!("{name}: expected {expected}")),
        _ => Err(format!("{name}: expected that of the network or machine and the language, got another one")),
    };
    is("schema", CERTIFICATE_SCHEMA.into())?;
    is("tokens", device.tokens().into())?;
    is("coordinates", device.coordinates().into())?;
    // The indices of the automaton's states mean something only if it is the same one, state by state.
    let n = u32::try_from(dfa.n_states()).unwrap_or(u32::MAX);
    let steps = |state: u32| (0..dfa.n_tokens()).map(|token| dfa.step(state, token)).collect::<Vec<_>>();
    is("automaton_start", dfa.start().into())?;
    is("automaton_accepting", (0..n).filter(|state| dfa.is_accepting(*state)).collect::<Vec<_>>().into())?;
    is("automaton_next", (0..n).map(steps).collect::<Vec<_>>().into())?;
    let entries = |name: &str| -> Result<&Vec<Value>, String> {
        field(name)?.as_array().ok_or_else(|| format!("{name}: expected a list"))
    };
    let indices = |place: String, entry: &Value, n: usize| -> Result<Vec<u32>, String> {
        let number = |value: &Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
        let numbers: Option<Vec<u32>> = entry.as_array().and_then(|entries| entries.iter().map(number).collect());
        numbers.filter(|numbers| numbers.len() == n).ok_or_else(|| format!("{place}: expected a list of {n} indices"))
    };
    let values = entries("values")?.iter().enumerate().map(|(i, text)| {
        let value = text.as_str().and_then(|text| device.value(text));
        value.ok_or_else(|| format!("values[{i}]: expected a value of a state, got {text}"))
    });
    let values = values.collect::<Result<Vec<_>, _>>()?;
    let width = device.coordinates().len();
    let states = entries("states")?.iter().enumerate();
    let states =
        states.map(|(i, entry)| indices(format!("states[{i}]"), entry, width)).collect::<Result<Vec<_>, _>>()?;
    let pairs = entries("pairs")?
        .iter()
        .enumerate()
        .map(|(i, entry)| indices(format!("pairs[{i}]"), entry, 2).map(|pair| (pair[0], pair[1])));
    let pairs = pairs.collect::<Result<_, _>>()?;
    Ok(Certificate { width, values, states: states.concat(), pairs })
}

/// `reduce run --network FILE --against LANGUAGE` and the same with `--machine`: words from standard input.
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

/// The words of standard input, and how many lines could not be read.
fn read_words(asked: &RunAsked<'_>, alphabet: &Alphabet) -> Result<(Vec<Word>, usize), Misuse> {
    let (mut words, mut n_broken) = (Vec::new(), 0);
    for (i, line) in files::lines(Path::new("-"))?.lines().enumerate() {
        let read = line.map_err(|error| error.to_string());
        let read = read.and_then(|line| alphabet.parse(&line).map_err(|error| error.to_string()));
        match read {
            Ok(word) => words.push(word),
            Err(message) => {
                let message = format!("standard input: line {}: {message}", i + 1);
                if !asked.keep_going {
                    return Err(Misuse(message));
                }
                eprintln!("reduce: {message}");
                n_broken += 1;
            }
        }
    }
    Ok((words, n_broken))
}

/// What the language says of each word; nothing where it does not know.
fn answers(asked: &RunAsked<'_>, alphabet: &Alphabet, words: &[Word]) -> Result<Vec<Option<bool>>, Misuse> {
    if let Some(dfa) = automaton(asked.source, asked.variant, alphabet)? {
        return Ok(words.iter().map(|word| Some(dfa.accepts(problems::indices(word)))).collect());
    }
    match asked.source {
        Source::Problem(name) => {
            let decider = languages::problem_named(name, asked.variant, alphabet).map_err(refused(asked.source))?;
            Ok(words.iter().map(|word| decider.answer(word)).collect())
        }
        Source::Words(file) => {
            let (known, _) = answered_words(file, alphabet, asked.keep_going)?;
            let known: HashMap<Word, bool> = known.into_iter().map(|known| (known.word, known.answer)).collect();
            Ok(words.iter().map(|word| known.get(word).copied()).collect())
        }
        Source::Command(program) => {
            const LIMIT: Duration = Duration::from_secs(60);
            Ok(program_answers(program, words, alphabet, LIMIT)?.into_iter().map(Some).collect())
        }
        Source::Regex(_) | Source::Dfa(_) => Ok(vec![None; words.len()]),
    }
}

fn run_words<D: Device>(
    asked: &RunAsked<'_>,
    device: &D,
    (name, alphabet): (&str, &Alphabet),
    words: &[Word],
    n_broken: usize,
    output: &mut Output,
) -> Result<u8, Misuse> {
    let language = answers(asked, alphabet, words)?;
    let mut n_differing = 0;
    for (word, language) in words.iter().zip(language) {
        let own = against::words::accepts(device, word);
        let agree = language.map(|language| language == own);
        n_differing += usize::from(agree == Some(false));
        let text = alphabet.format(word);
        if asked.json {
            let line = serde_json::json!({"schema": RUN_SCHEMA, "word": text, name: own, "language": language, "agree": agree});
            output.line(&line.to_string())?;
        } else {
            let yes = |answer: bool| if answer { "yes" } else { "no" };
            let mark = match agree {
                Some(true) => "agree ",
                Some(false) => "DIFFER",
                None => "unknown",
            };
            let (own, language) = (yes(own), language.map_or("unknown", yes));
            output.line(&format!("{mark}  {name} {own:<3}  language {language:<3}  {}", shortened(&text)))?;
        }
    }
    output.show();
    Ok(finished(n_differing, n_broken))
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
