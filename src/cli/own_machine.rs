//! `reduce check --machine` and `reduce run --machine`: somebody's own machine.

use super::against;
use super::files;
use super::files::Output;
use super::files::quoted;
use super::files::quoted_path;
use super::misuse::Misuse;
use super::run_against;
use crate::check::own_machine;
use crate::check::own_machine::OwnMachineOutcome;
use crate::check::words;
use crate::progress::Progress;
use crate::report::against::AgainstReport;
use crate::report::json;
use crate::report::line_of_answers;
use crate::report::mark;
use crate::report::says;
use crate::report::seconds;
use crate::report::shout;
use crate::report::shown;
use crate::solver;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use problems::Alphabet;
use reductions::construction::compile::compile;
use reductions::construction::machine::Machine;
use rnn::Network;
use serde_json::Value;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

const SCHEMA: &str = "reduce.machine-check/1";

/// The schema of a line of `run`.
const RUN_SCHEMA: &str = "reduce.run-machine/1";

/// How many obligations that are not discharged are printed.
const GAPS_SHOWN: usize = 3;

/// What is asked of a machine.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The machine's file.
    pub(crate) machine: &'a Path,
    /// The file of a network, where it is not the compiled one.
    pub(crate) network: Option<&'a Path>,
    /// Where the compiled network is written.
    pub(crate) to: Option<&'a Path>,
    /// The length up to which every word is read.
    pub(crate) words: Option<usize>,
    /// The limit of each question to the solver.
    pub(crate) timeout: Duration,
    /// The language that the machine is compared with, where it is.
    pub(crate) against: Option<&'a against::Asked<'a>>,
    /// Whether a number format was asked for, in which nothing is known of a machine.
    pub(crate) number_is_given: bool,
    /// Whether JSON is printed.
    pub(crate) json: bool,
}

pub(crate) fn check(asked: &Asked<'_>, progress: &Progress, output: &mut Output) -> Result<u8, Misuse> {
    if asked.number_is_given {
        return Err(Misuse("--machine: expected exact numbers, got a number format".to_owned()));
    }
    let file = asked.machine;
    let mut files = against::Files::open(asked.against.map(|compared| compared.flags), asked.to)?;
    let (machine, network) = read(file, asked.network)?;
    let limit = asked.timeout;
    let outcome = own_machine::check(&machine, &network, asked.words, limit, progress);
    let outcome = outcome.map_err(|error| {
        // It is the network that does not fit; the one that is compiled always does.
        Misuse(format!("{}: {error}", files::name(asked.network.unwrap_or(file))))
    })?;
    let against = asked
        .against
        .map(|compared| against::check_machine(compared, file, &machine, &mut files, progress))
        .transpose()?;
    files.write_network(&network)?;
    files.finish()?;
    let report = Report { asked, alphabet: Alphabet::new(machine.tokens().to_vec()), outcome, against };
    let text = if asked.json { json::pretty(&report.json()) } else { report.text() };
    output.line(&text)?;
    output.show();
    let own = if report.outcome.alarm { Verdict::Refuted } else { report.outcome.verdict };
    Ok(report.against.as_ref().map_or_else(|| exit_code([own]), |against| against.exit_code_with([own])))
}

/// The machine in a file, and its network or the one in another file.
pub(crate) fn read(file: &Path, network: Option<&Path>) -> Result<(Machine, Network), Misuse> {
    let machine = files::read_json(file, "a machine", Machine::from_json)?;
    let network = match network {
        Some(path) => files::read_json(path, "a network", Network::from_json)?,
        None => compile(&machine),
    };
    Ok((machine, network))
}

struct Report<'r> {
    asked: &'r Asked<'r>,
    alphabet: Alphabet,
    outcome: OwnMachineOutcome,
    against: Option<AgainstReport>,
}

impl Report<'_> {
    /// The weaker of what is known of the network beside the machine, and of the machine beside the language.
    fn verdict(&self) -> Verdict {
        let own = self.outcome.verdict;
        self.against.as_ref().map_or(own, |against| own.min(against.verdict))
    }

    /// The time of both halves.
    fn elapsed(&self) -> Duration {
        self.outcome.elapsed + self.against.as_ref().map(|against| against.elapsed).unwrap_or_default()
    }

    fn word(&self, word: &[usize]) -> String {
        self.alphabet.format(&word.iter().copied().map(problems::token_of).collect::<Vec<_>>())
    }

    /// The command that runs the counterexample again.
    fn replay(&self, word: &str) -> String {
        let network = self.asked.network;
        let network = network.map(|path| format!(" --network {}", quoted_path(path))).unwrap_or_default();
        format!("echo {} | reduce run --machine {}{network}", quoted(word), quoted_path(self.asked.machine))
    }

    fn text(&self) -> String {
        let outcome = &self.outcome;
        let of = self.asked.network.map_or("its own network".to_owned(), |path| path.display().to_string());
        // The verdict is the weaker of the two: that the network is the machine, and that the machine has the language.
        let compared = self.against.as_ref().filter(|against| against.verdict < outcome.verdict);
        let for_whom = match outcome.verdict {
            Verdict::Proved => " for every word, of any length",
            Verdict::Refuted => " by a word, replayed exactly",
            _ => "",
        };
        let claim = match &self.against {
            Some(against) => format!("against {}", against.language),
            None => "that it accepts the words of a language is not claimed".to_owned(),
        };
        let verdict =
            compared.map_or_else(|| format!("{}{for_whom}", shout(outcome.verdict)), AgainstReport::verdict_line);
        let mut lines = vec![format!("{} by {of}: {claim}", self.asked.machine.display()), verdict];
        if outcome.alarm {
            lines.push(
                "ALARM: ALL OBLIGATIONS ARE DISCHARGED AND YET A WORD DIFFERS. THIS IS A FAULT OF THE CHECKER.".into(),
            );
        }
        if let Some((word, answer)) = &outcome.counterexample {
            let word = self.alphabet.format(word);
            let (machine, network) = (says(*answer), says(!answer));
            lines.push(format!("  on {} the machine {machine}, the network {network}", shown(&word)));
            lines.push(format!("  replay: {}", self.replay(&word)));
        }
        for link in &outcome.links {
            lines.push(format!("  {:<31} {:<12}  {}", link.name, link.verdict, link.by));
        }
        let open: Vec<_> = outcome.obligations.iter().filter(|o| !o.is_discharged() || !o.is_witnessed()).collect();
        for gap in open.iter().take(GAPS_SHOWN) {
            lines.push(format!("  gap: {}: {}", gap.name, gap.reason(|word| self.word(word))));
        }
        if open.len() > GAPS_SHOWN {
            lines.push(format!("  and {} more", open.len() - GAPS_SHOWN));
        }
        if let Some(against) = &self.against {
            lines.push("  machine = language".to_owned());
            lines.extend(against.details().into_iter().map(|line| format!("  {line}")));
        }
        lines.push(format!("  {:.2} s", self.elapsed().as_secs_f64()));
        lines.join("\n")
    }

    fn json(&self) -> Value {
        let outcome = &self.outcome;
        let links =
            outcome.links.iter().map(|link| json!({"name": link.name, "verdict": link.verdict.word(), "by": link.by}));
        let discharged = outcome.obligations.iter().filter(|judged| judged.is_discharged()).count();
        let counterexample = outcome.counterexample.as_ref().map(|(word, answer)| {
            let word = self.alphabet.format(word);
            json!({"word": word, "network": !answer, "machine": answer, "command": self.replay(&word)})
        });
        json!({
            "schema": SCHEMA,
            "machine": self.asked.machine.display().to_string(),
            "network": self.asked.network.map(|path| path.display().to_string()),
            "model": "relu",
            "verdict": self.verdict().word(),
            "links": links.collect::<Vec<_>>(),
            "obligations": {"total": outcome.obligations.len(), "discharged": discharged},
            "words": {"max_length": outcome.max_length, "yes": outcome.words[0], "no": outcome.words[1]},
            "counterexample": counterexample,
            "against": self.against.as_ref().map(AgainstReport::fields),
            "solver": solver::version(),
            "version": env!("CARGO_PKG_VERSION"),
            "seconds": seconds(self.elapsed()),
        })
    }
}

/// Words from standard input, one a line: what the machine says of each, and what its network.
pub(crate) fn run(file: &Path, network: Option<&Path>, as_json: bool, output: &mut Output) -> Result<u8, Misuse> {
    let (machine, network) = read(file, network)?;
    if network.tokens() != machine.tokens() {
        let (expected, got) = (machine.tokens().join(" "), network.tokens().join(" "));
        return Err(Misuse(format!("--network: expected the machine's tokens {expected}, got {got}")));
    }
    let alphabet = Alphabet::new(machine.tokens().to_vec());
    let mut n_differing = 0;
    for word in run_against::words_of_input(&alphabet, None)? {
        let word = word?;
        let says = machine.accepts(word.iter().map(|token| usize::from(*token)));
        let network_says = words::reads(&network, &word);
        let (agree, text) = (says == network_says, alphabet.format(&word));
        n_differing += usize::from(!agree);
        if as_json {
            let line =
                json!({"schema": RUN_SCHEMA, "word": text, "network": network_says, "machine": says, "agree": agree});
            output.line(&line.to_string())?;
        } else {
            let answers = [("network", Some(network_says)), ("machine", Some(says))];
            output.line(&line_of_answers(mark(Some(agree)), answers, &text))?;
        }
        output.show();
    }
    Ok(exit_code([if n_differing > 0 { Verdict::Refuted } else { Verdict::Sampled }]))
}
