//! The answer to `reduce check --checkpoint DIR --against LANGUAGE`, of which text and JSON both come.

use super::scientific;
use super::seconds;
use super::shortened;
use super::shout;
use super::wrapped;
use crate::check::checkpoint::CheckpointOutcome;
use crate::check::checkpoint::Wrong;
use crate::verdict::Verdict;
use rnn::Float;
use rnn::shipped::FloatFact;
use rnn::shipped::TAKEN_AS_GIVEN;
use serde_json::Value;
use serde_json::json;

/// The schema of this answer.
pub const SCHEMA: &str = "reduce.checkpoint/1";

/// What is in the model of a checkpoint.
pub const MODELLED: &str = "embedding, norms, projections, short convolution, activations, gates, the recurrence token by token, output \
                            norm, head; operations in f32, what is stored rounded to the format to the nearest number";

/// What is not.
pub const NOT_MODELLED: &str = "kernels that compute in chunks, but where nothing rounds; kernels that multiply or accumulate in \
                                less than f32; a state that is stored in less than f32 between tokens; feed-forward and attention \
                                layers with weights other than 0";

/// A checkpoint, what it was compared with, and what was found.
pub struct CheckpointReport<'r> {
    /// The folder.
    pub checkpoint: String,
    /// The language, as it was said, with its variant.
    pub language: String,
    /// The configuration as it takes effect.
    pub configuration: &'r str,
    /// What values are stored in.
    pub storage: Float,
    /// What was found.
    pub outcome: &'r CheckpointOutcome,
    /// The tokens of the alphabet, which are the first of the vocabulary.
    pub tokens: &'r [String],
    /// What each class is called, where it has a name.
    pub classes: &'r dyn Fn(usize) -> String,
    /// A word as it is written.
    pub spell: &'r dyn Fn(&[usize]) -> String,
}

impl CheckpointReport<'_> {
    fn verdict_line(&self) -> String {
        let CheckpointOutcome { judgement, wrong, certified, horizon, .. } = self.outcome;
        let every_length = matches!(horizon, Some(Ok(horizon)) if horizon.every_length);
        let how = match (judgement.verdict, certified) {
            (Verdict::Proved, _) => {
                format!(" for every word, of any length, in {}: no operation of the recurrence rounds", self.storage)
            }
            (Verdict::Refuted, _) if wrong.as_ref().is_some_and(|wrong| wrong.is_shortest) => {
                " by a shortest word, run again".to_owned()
            }
            (Verdict::Refuted, _) => " by a word, run again".to_owned(),
            (Verdict::Checked, _) if every_length => {
                format!(" for every word, of any length, in {}, although operations round", self.storage)
            }
            (Verdict::Checked, Some(tokens)) => {
                format!(" for every word of up to {tokens} tokens in {}, in any order of summation", self.storage)
            }
            (Verdict::Checked, None) => format!(" in one order of summation, in {}", self.storage),
            _ => String::new(),
        };
        format!("{}{how}", shout(judgement.verdict))
    }

    fn wrong_line(&self, wrong: &Wrong) -> String {
        format!(
            "after `{}` ({}) the greatest logit is that of {}, and it should be that of {} ({})",
            shortened(&(self.spell)(&wrong.word)),
            if wrong.word.len() == 1 { "1 token".to_owned() } else { format!("{} tokens", wrong.word.len()) },
            (self.classes)(wrong.model),
            (self.classes)(wrong.target),
            wrong.storing
        )
    }

    /// What is taken as given.
    fn facts(&self) -> Vec<&'static str> {
        let of_proof = self.outcome.proof.facts.iter().map(|fact| FloatFact::statement(*fact));
        let of_horizon = self.outcome.horizon.is_some().then_some(TAKEN_AS_GIVEN);
        of_proof.chain(of_horizon).collect()
    }

    /// The answer for a reader: the verdict first, then what it rests on.
    pub fn text(&self) -> String {
        let CheckpointOutcome { links, wrong, is_alarm, elapsed, .. } = self.outcome;
        let mut lines = vec![format!("{} against {}", self.checkpoint, self.language), self.verdict_line()];
        if *is_alarm {
            lines.push("ALARM: A WORD IS WRONG OF WHICH THAT IS EXCLUDED. THIS IS A FAULT OF THE CHECKER.".to_owned());
        }
        if let Some(wrong) = wrong {
            lines.push(format!("  {}", self.wrong_line(wrong)));
        }
        let line = |name: &str, verdict: &str, by: &str| format!("  {name:<22}{verdict:<14}{}", wrapped(by, 38));
        lines.extend(links.iter().map(|link| line(&link.name, link.verdict.word(), &link.by)));
        lines.push(line("configuration", "-", self.configuration));
        let shown = shortened(&self.tokens.join(" "));
        lines.push(line(
            "tokens",
            "-",
            &format!("{} of them, the first of the vocabulary: {shown}", self.tokens.len()),
        ));
        let facts = self.facts();
        if !facts.is_empty() {
            lines.push(line("facts taken as given", "-", &facts.join("; ")));
        }
        lines.push(line("modelled", "-", MODELLED));
        lines.push(line("not modelled", "-", NOT_MODELLED));
        lines.push(format!("  {:.2} s", elapsed.as_secs_f64()));
        lines.join("\n")
    }

    /// The same as JSON.
    pub fn json(&self) -> Value {
        let CheckpointOutcome { proof, horizon, searched, wrong, links, judgement, is_alarm, elapsed, .. } =
            self.outcome;
        let horizon = match horizon {
            Some(Ok(horizon)) => json!({
                "tokens": horizon.tokens,
                "every_length": horizon.every_length,
                "centres": horizon.centres,
                "radius": scientific(&horizon.radius),
                "of_token": scientific(&horizon.of_token),
                "ends": horizon.ends,
            }),
            _ => Value::Null,
        };
        json!({
            "schema": SCHEMA,
            "checkpoint": self.checkpoint,
            "language": self.language,
            "configuration": self.configuration,
            "number": self.storage.to_string(),
            "tokens": self.tokens,
            "verdict": judgement.verdict.word(),
            "weakest": judgement.weakest,
            "links": links.iter().map(|link| json!({
                "name": link.name, "verdict": link.verdict.word(), "by": link.by, "carries": link.carries
            })).collect::<Vec<_>>(),
            "proved": proof.is_complete(),
            "states": proof.n_states,
            "horizon": horizon,
            "runs": searched.iter().map(|run| json!({
                "storing": run.storing.name(), "pairs": run.pairs, "up_to": run.up_to, "random_tokens": run.tokens
            })).collect::<Vec<_>>(),
            "counterexample": wrong.as_ref().map(|wrong| json!({
                "word": (self.spell)(&wrong.word),
                "shortest": wrong.is_shortest,
                "storing": wrong.storing.name(),
                "model": wrong.model,
                "target": wrong.target,
            })),
            "facts": self.facts(),
            "modelled": MODELLED,
            "not_modelled": NOT_MODELLED,
            "alarm": is_alarm,
            "version": env!("CARGO_PKG_VERSION"),
            "seconds": seconds(*elapsed),
        })
    }
}
