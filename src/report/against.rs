//! What was found of a network or a machine beside a language, as text and as JSON of one value.

use crate::check::against::Outcome;
use crate::check::against::counted;
use crate::check::against::product::Reached;
use crate::report::precision_fields;
use crate::report::says;
use crate::report::seconds;
use crate::report::shout;
use crate::report::shown;
use crate::report::with_fields;
use crate::verdict::Link;
use crate::verdict::MISUSE;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use rnn::Precision;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

/// The schema of the answer about a network.
const SCHEMA: &str = "reduce.against/1";

/// How many broken lines are listed.
const BROKEN_SHOWN: usize = 5;

/// What a comparison with a language found, ready to be printed.
#[derive(Clone, Debug)]
pub struct AgainstReport {
    /// What was compared: a file.
    pub device: String,
    /// Whether that is a machine, not a network.
    pub is_machine: bool,
    /// The language, as it was said.
    pub language: String,
    /// The precision, none where numbers are exact.
    pub precision: Option<Precision>,
    /// A remark on the precision.
    pub remark: Option<&'static str>,
    /// The verdict.
    pub verdict: Verdict,
    /// The links.
    pub links: Vec<Link>,
    /// The pairs and states of a search, and the length up to which it compared every word; none for every length.
    pub search: Option<(usize, usize, Option<usize>)>,
    /// The bound that ended the search, where one did.
    pub reached: Option<Reached>,
    /// The words that were compared one by one: in the language, not in it, outside a promise.
    pub words: [u64; 3],
    /// A word on which the answers differ, the device's answer, and the command that replays it.
    pub counterexample: Option<(String, bool, String)>,
    /// Whether no shorter word differs.
    pub is_shortest: bool,
    /// How many states the language's automaton with the fewest states has.
    pub language_states: Option<usize>,
    /// How many the device's has, where it was asked for; none within where the device is not finite within the bound.
    pub minimal: Option<Option<usize>>,
    /// A file that was asked for and not written, and why.
    pub not_written: Vec<String>,
    /// The lines of a file of words that could not be read.
    pub broken: Vec<String>,
    /// A fault of ours.
    pub alarm: Option<String>,
    /// The time.
    pub elapsed: Duration,
}

impl AgainstReport {
    /// What was found; `replay` is the command for a word, which `word` spells.
    pub fn new<V>(
        outcome: &Outcome<V>,
        spell: impl Fn(&[problems::Token]) -> String,
        replay: impl Fn(&str) -> String,
    ) -> Self {
        let counterexample = outcome.counterexample.as_ref().map(|(word, answer)| {
            let word = spell(word);
            let command = replay(&word);
            (word, *answer, command)
        });
        Self {
            device: String::new(),
            is_machine: false,
            language: String::new(),
            precision: None,
            remark: None,
            verdict: if outcome.alarm.is_some() { Verdict::Undetermined } else { outcome.judgement.verdict },
            links: outcome.links.clone(),
            search: outcome.search.as_ref().map(|search| (search.pairs, search.states, search.up_to)),
            reached: outcome.search.as_ref().and_then(|search| search.reached),
            words: outcome.words,
            counterexample,
            is_shortest: outcome.is_shortest,
            language_states: None,
            minimal: None,
            not_written: Vec::new(),
            broken: Vec::new(),
            alarm: outcome.alarm.clone(),
            elapsed: Duration::ZERO,
        }
    }

    /// What the exit code is made from: a fault of ours counts as *refuted*.
    pub fn worst(&self) -> Verdict {
        if self.alarm.is_some() { Verdict::Refuted } else { self.verdict }
    }

    /// The exit code: that of the verdict; where lines were left out, that of bad input, unless the verdict is *refuted*.
    pub fn exit_code(&self) -> u8 {
        self.exit_code_with([])
    }

    /// The same where the verdict is the worst of this one and of others.
    pub fn exit_code_with(&self, others: impl IntoIterator<Item = Verdict>) -> u8 {
        let worst = others.into_iter().fold(self.worst(), Verdict::min);
        if !self.broken.is_empty() && worst != Verdict::Refuted { MISUSE } else { exit_code([worst]) }
    }

    fn device_word(&self) -> &'static str {
        if self.is_machine { "machine" } else { "network" }
    }

    /// The first line.
    pub fn title(&self) -> String {
        let number = self.precision.as_ref().map(|precision| format!(" in {precision}")).unwrap_or_default();
        format!("{}{number} against {}", self.device, self.language)
    }

    /// The verdict, with for which words it holds.
    pub fn verdict_line(&self) -> String {
        let how = match (self.verdict, &self.search) {
            (Verdict::Proved, _) => " for every word, of any length".to_owned(),
            (Verdict::Refuted, _) if self.is_shortest => " by a shortest word, replayed exactly".to_owned(),
            (Verdict::Refuted, _) => " by a word, replayed exactly".to_owned(),
            (Verdict::Checked, Some((.., Some(length)))) => format!(" for every word up to length {length}"),
            _ => String::new(),
        };
        format!("{}{how}", shout(self.verdict))
    }

    /// The lines below the verdict.
    pub fn details(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(alarm) = &self.alarm {
            lines.push(format!("ALARM: {alarm} THIS IS A FAULT OF THE CHECKER."));
        }
        if let Some((word, answer, command)) = &self.counterexample {
            let (device, language) = (says(*answer), if *answer { "does not have it" } else { "has it" });
            let own = self.device_word();
            lines.push(format!("  on {} the {own} {device}, the language {language}", shown(word)));
            lines.push(format!("  replay: {command}"));
        }
        for link in &self.links {
            lines.push(format!("  {:<31} {:<12}  {}", link.name, link.verdict, link.by));
        }
        if let Some(minimal) = self.minimal {
            let own = minimal.map_or("more states than the bound".to_owned(), |n| counted(n, "state"));
            let of_language = self.language_states.map(|n| format!("; the language's has {n}"));
            let device = self.device_word();
            lines.push(format!(
                "  the {device}'s automaton with the fewest states has {own}{}",
                of_language.unwrap_or_default()
            ));
        }
        lines.extend(self.not_written.iter().map(|note| format!("  {note}")));
        if let Some(remark) = self.remark {
            lines.push(format!("  {remark}"));
        }
        if !self.broken.is_empty() {
            lines.push(format!("  {} could not be read and left out:", counted(self.broken.len(), "line")));
            lines.extend(self.broken.iter().take(BROKEN_SHOWN).map(|line| format!("    {line}")));
            if self.broken.len() > BROKEN_SHOWN {
                lines.push(format!("    and {} more", self.broken.len() - BROKEN_SHOWN));
            }
        }
        lines
    }

    /// For a reader.
    pub fn text(&self) -> String {
        let mut lines = vec![self.title(), self.verdict_line()];
        lines.extend(self.details());
        lines.push(format!("  {:.2} s", self.elapsed.as_secs_f64()));
        lines.join("\n")
    }

    /// The fields that a report on a machine has as well.
    pub fn fields(&self) -> Value {
        let links = self.links.iter();
        let links = links
            .map(|link| json!({"name": link.name, "verdict": link.verdict.word(), "by": link.by}))
            .collect::<Vec<_>>();
        let device = self.device_word();
        let counterexample = self.counterexample.as_ref().map(
            |(word, answer, command)| json!({"word": word, "shortest": self.is_shortest, device: answer, "language": !answer, "command": command}),
        );
        let reached = self.reached.map(Reached::name);
        let search = self
            .search
            .map(|(pairs, states, up_to)| json!({"pairs": pairs, "states": states, "up_to": up_to, "bound": reached}));
        let [yes, no, outside] = self.words;
        json!({
            "language": self.language,
            "verdict": self.verdict.word(),
            "links": links,
            "search": search,
            "words": {"yes": yes, "no": no, "outside_promise": outside},
            "counterexample": counterexample,
            "language_states": self.language_states,
            "minimal_states": self.minimal.flatten(),
            "not_written": self.not_written,
            "broken_lines": self.broken,
            "alarm": self.alarm,
        })
    }

    /// As JSON.
    pub fn json(&self) -> Value {
        let own = json!({"schema": SCHEMA, "network": self.device});
        let mut fields = with_fields(own, precision_fields(self.precision.as_ref()));
        if let (Some(object), Value::Object(more)) = (fields.as_object_mut(), self.fields()) {
            object.extend(more);
            object.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
            object.insert("seconds".to_owned(), json!(seconds(self.elapsed)));
        }
        fields
    }
}
