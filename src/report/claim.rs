//! The answer to `reduce check CLAIM`, of which text and JSON both come.

use super::outside;
use super::precision_fields;
use super::says;
use super::seconds;
use super::shortened;
use super::shout;
use super::shown;
use super::title;
use super::values_line;
use super::values_to_json;
use super::with_fields;
use super::wrapped;
use crate::check::Alarm;
use crate::check::Outcome;
use crate::check::obligations::Judged;
use crate::check::obligations::Method;
use crate::check::obligations::by_kind;
use crate::check::proofs::Attempt;
use crate::check::statement::Answers;
use crate::check::statement::DefinitionError;
use crate::check::symbolic::Symbolic;
use crate::solver;
use crate::verdict::Verdict;
use itertools::Itertools;
use problems::Problem;
use problems::Word;
use reductions::Reduction;
use rnn::Precision;
use serde_json::Value;
use serde_json::json;

/// The schema of this answer.
pub const SCHEMA: &str = "reduce.check/2";

/// How many obligations that do not support the claim are printed.
const GAPS_SHOWN: usize = 3;

/// The width of the names of links.
const NAME: usize = 25;

/// A claim, what a check found of it, and how it was asked.
pub struct CheckReport<'r> {
    /// The reduction.
    pub reduction: &'r dyn Reduction,
    /// What was found.
    pub outcome: &'r Outcome,
    /// The number format, where numbers are not exact.
    pub precision: Option<&'r Precision>,
    /// What is to be said of the format.
    pub remark: Option<&'r str>,
    /// The seed of the samples.
    pub seed: u64,
    /// The command that replays a word.
    pub replay: &'r dyn Fn(&Word) -> String,
}

impl CheckReport<'_> {
    fn problem(&self) -> &dyn Problem {
        self.reduction.problem()
    }

    fn word(&self, word: &[usize]) -> String {
        self.problem().alphabet().format(&problems::word_of(word.iter().copied()))
    }

    /// The answer for a reader: the verdict first, then what it rests on.
    pub fn text(&self) -> String {
        let outcome = self.outcome;
        let mut lines = vec![title(self.problem(), &self.reduction.description())];
        if let Some(precision) = self.precision {
            let remark = self.remark.map(|remark| format!("; {remark}")).unwrap_or_default();
            lines.push(format!("numbers {precision}{remark}"));
        }
        lines.push(format!("{}{}", shout(outcome.verdict()), self.for_whom()));
        lines.extend(self.alarm().map(str::to_owned));
        lines.extend(self.definition_error());
        lines.extend(self.counterexample());
        for link in &outcome.links {
            lines.push(line(&link.name, link.verdict.word(), &link.by));
        }
        if let Attempt::Fails(obligation) = &outcome.proof {
            lines.push(line("no proof", "-", &format!("it does not hold that: {obligation}")));
        }
        if let Some(promise) = self.problem().promise() {
            lines.push(line("promise", "-", promise));
        }
        lines.push(self.runs());
        let judged = outcome.obligations();
        if !judged.is_empty() {
            let witnessed = judged.iter().filter(|judged| judged.is_witnessed()).count();
            let by = format!("the assumptions of {witnessed} of {} obligations hold in a replayed state", judged.len());
            lines.push(line("witnesses", "-", &by));
        }
        lines.extend(self.gaps());
        lines.push(format!("  {:.2} s", outcome.elapsed.as_secs_f64()));
        lines.join("\n")
    }

    /// For which words the verdict holds; where it is no better, which link is the reason.
    pub(super) fn for_whom(&self) -> String {
        let scope = self.outcome.proof.settled().and_then(|settled| settled.scope.clone());
        match (self.outcome.verdict(), scope) {
            (Verdict::Proved, Some(scope)) => format!(" for {scope}"),
            (Verdict::Proved, None) if self.problem().promise().is_some() => {
                " for every word, of any length, that keeps the promise".to_owned()
            }
            (Verdict::Proved, None) => " for every word, of any length".to_owned(),
            (Verdict::Refuted, _) if self.precision.is_some() => " by a word, replayed in this precision".to_owned(),
            (Verdict::Refuted, _) => " by a word, replayed exactly".to_owned(),
            (verdict, _) => {
                let weakest = self.outcome.judgement.weakest.as_ref();
                weakest.map(|name| format!(": `{name}` is {verdict}")).unwrap_or_default()
            }
        }
    }

    pub(super) fn alarm(&self) -> Option<&'static str> {
        Some(match self.outcome.alarm? {
            Alarm::Network => {
                "ALARM: ALL OBLIGATIONS ARE DISCHARGED AND YET A WORD DIFFERS. THIS IS A FAULT OF THE CHECKER."
            }
            Alarm::Definition => {
                "ALARM: THE DEFINITION IS SHOWN TO BE THE PROBLEM AND YET A WORD DIFFERS. THIS IS A FAULT OF THE CHECKER."
            }
        })
    }

    pub(super) fn definition_error(&self) -> Vec<String> {
        let Some(DefinitionError { word, definition, decider, values }) = &self.outcome.statement.differs else {
            return Vec::new();
        };
        let word = shown(&self.problem().alphabet().format(word));
        let (own, asked) = (says(*definition), says(*decider));
        let mut lines = vec![format!("  the definition is not the problem: on {word} it {own}, the decider {asked}")];
        lines.extend(values.as_ref().map(|(own, asked)| {
            format!(
                "  values {}, the decider's {}",
                shortened(&own.iter().join(" ")),
                shortened(&asked.iter().join(" "))
            )
        }));
        lines
    }

    pub(super) fn counterexample(&self) -> Vec<String> {
        let Some(found) = &self.outcome.counterexample else { return Vec::new() };
        let word = shown(&self.problem().alphabet().format(&found.word));
        let (network, decider) = (says(found.network), says(found.decider));
        let mut lines = vec![format!("  on {word} the network {network}, the decider {decider}")];
        lines.extend(found.values.as_ref().map(|values| format!("  {}", values_line(values))));
        lines.push(format!("  replay: {}", (self.replay)(&found.word)));
        lines
    }

    fn runs(&self) -> String {
        let runs = &self.outcome.runs;
        let agrees = self.outcome.counterexample.is_none();
        let by = runs.drawn.describe("hard", runs.n, self.problem().sizes().unit);
        let by = if agrees { format!("{by}: network = decider on each") } else { by };
        let name = if self.precision.is_some() { "rounded runs" } else { "exact runs" };
        line(name, if agrees { "sampled" } else { "-" }, &by)
    }

    pub(super) fn gaps(&self) -> Vec<String> {
        let gaps = self.outcome.gaps();
        let shown = gaps.iter().take(GAPS_SHOWN);
        let mut lines: Vec<String> =
            shown.map(|gap| format!("  gap: {}: {}", gap.name, gap.reason(|word| self.word(word)))).collect();
        if gaps.len() > GAPS_SHOWN {
            lines.push(format!("  and {} more", gaps.len() - GAPS_SHOWN));
        }
        lines
    }

    /// The answer as JSON.
    pub fn json(&self) -> Value {
        let (outcome, problem, description) = (self.outcome, self.problem(), self.reduction.description());
        let (max_length, status) = match &outcome.symbolic {
            Symbolic::NotAsked => (0, "not asked".to_owned()),
            Symbolic::Agree(length) => (*length, "agree".to_owned()),
            Symbolic::Differ(word) => (word.len(), "differ".to_owned()),
            Symbolic::Unknown(length, reason) => (*length, format!("unknown: {reason}")),
        };
        let samples = &outcome.runs.drawn;
        let object = json!({
            "schema": SCHEMA,
            "problem": problem.name(),
            "model": description.model,
            "variant": description.variant,
            "theorem": description.theorem,
            "claim": description.sentence(),
            "proved": description.proved(),
            "n": outcome.runs.n,
            "verdict": outcome.verdict().word(),
            "weakest": outcome.judgement.weakest,
            "scope": outcome.proof.settled().and_then(|settled| settled.scope.clone()),
            "alarm": outcome.alarm.is_some(),
            "links": outcome.links.iter().map(|link| {
                json!({"name": link.name, "verdict": link.verdict.word(), "by": link.by, "carries": link.carries})
            }).collect::<Vec<_>>(),
            "obligations": self.obligations_to_json(),
            "definition": self.statement_to_json(),
            "words": {"max_length": outcome.words.network_length},
            "promise": problem.promise(),
            "symbolic": {"max_length": max_length, "status": status},
            "samples": {"n": samples.count(), "yes": samples.yes, "no": samples.no, "tokens": samples.n_tokens},
            "counterexample": self.counterexample_to_json(),
            "solver": solver::version(),
            "version": env!("CARGO_PKG_VERSION"),
            "seed": self.seed,
            "seconds": seconds(outcome.elapsed),
        });
        with_fields(object, precision_fields(self.precision))
    }

    fn obligations_to_json(&self) -> Value {
        let judged = self.outcome.obligations();
        let count = |of: &dyn Fn(&Judged) -> bool| judged.iter().filter(|judged| of(judged)).count();
        let methods = Method::ALL.map(|method| {
            let discharged = count(&|judged| judged.method == method && judged.is_discharged());
            (method.name().to_owned(), json!(discharged))
        });
        let kinds = by_kind(judged.iter().map(|judged| judged.kind));
        let gaps = self.outcome.gaps().into_iter();
        json!({
            "total": judged.len(),
            "discharged": count(&Judged::is_discharged),
            "witnessed": count(&Judged::is_witnessed),
            "by": methods.into_iter().collect::<serde_json::Map<_, _>>(),
            "kinds": kinds.into_iter().map(|(kind, n)| (kind.name().to_owned(), json!(n))).collect::<serde_json::Map<_, _>>(),
            "gaps": gaps.map(|gap| json!({"name": gap.name, "reason": gap.reason(|word| self.word(word))})).collect::<Vec<_>>(),
        })
    }

    fn statement_to_json(&self) -> Value {
        let statement = &self.outcome.statement;
        let answers = |Answers { yes, no, outside }: Answers| json!({"yes": yes, "no": no, "outside_promise": outside});
        json!({
            "max_length": statement.max_length,
            "short": answers(statement.short),
            "near_misses": answers(statement.near_misses),
            "walks": answers(statement.walks),
            "differs": statement.differs.as_ref().map(|error| json!({
                "word": self.problem().alphabet().format(&error.word),
                "definition": error.definition,
                "decider": error.decider,
            })),
        })
    }

    fn counterexample_to_json(&self) -> Option<Value> {
        let found = self.outcome.counterexample.as_ref()?;
        Some(json!({
            "word": self.problem().alphabet().format(&found.word),
            "network": found.network,
            "decider": found.decider,
            "values": found.values.as_ref().map(values_to_json),
            "command": (self.replay)(&found.word),
        }))
    }
}

/// A name, a word and a sentence, in columns.
fn line(name: &str, word: &str, by: &str) -> String {
    const WORD: usize = 12;
    let by = wrapped(by, NAME + WORD + 6);
    format!("  {name:<NAME$} {word:<WORD$}  {by}")
}

/// The answer to a check of a machine that is no network: the same schema, without proof and network.
pub mod machine {
    use super::*;
    use crate::check::machines::MachineOutcome;
    use reductions::as_printed::MachineClaim;

    /// The answer for a reader.
    pub fn text(claim: &MachineClaim, outcome: &MachineOutcome, replay: &dyn Fn(&Word) -> String) -> String {
        let problem = claim.problem;
        let mut lines = vec![title(problem, &claim.description)];
        let by = if outcome.verdict == Verdict::Refuted { " by a word, replayed exactly" } else { "" };
        lines.push(format!("{}{by}", shout(outcome.verdict)));
        if let Some((word, accepts)) = &outcome.counterexample {
            let text = shown(&problem.alphabet().format(word));
            lines.push(format!("  on {text} the machine {}, the decider {}", says(*accepts), says(!accepts)));
            lines.push(format!("  replay: {}", replay(word)));
        }
        let why = "it is a machine, and one of its steps is none that fixed weights can do; nothing is proved of it";
        lines.push(line("no network", "-", why));
        lines.extend(problem.promise().map(|promise| line("promise", "-", promise)));
        let ([yes, no, other], length) = (outcome.words, outcome.max_length);
        let by = format!("every word of length <= {length} ({} words: {yes} yes, {no} no{})", yes + no, outside(other));
        let word = if outcome.counterexample.is_none() { outcome.verdict.word() } else { "-" };
        lines.push(line("machine = decider", word, &by));
        let [yes, no] = outcome.samples;
        let unit = problem.sizes().unit;
        let by = format!("{} hard instances of {} {unit} ({yes} yes, {no} no)", yes + no, outcome.n);
        lines.push(line("exact runs", "-", &by));
        lines.push(format!("  {:.2} s", outcome.elapsed.as_secs_f64()));
        lines.join("\n")
    }

    /// The answer as JSON.
    pub fn json(claim: &MachineClaim, outcome: &MachineOutcome, seed: u64, replay: &dyn Fn(&Word) -> String) -> Value {
        let (problem, description) = (claim.problem, claim.description);
        let counterexample = outcome.counterexample.as_ref().map(|(word, accepts)| {
            json!({
                "word": problem.alphabet().format(word),
                "machine": accepts,
                "decider": !accepts,
                "command": replay(word),
            })
        });
        let ([yes, no, other], [yes_samples, no_samples]) = (outcome.words, outcome.samples);
        json!({
            "schema": SCHEMA,
            "problem": problem.name(),
            "model": description.model,
            "variant": description.variant,
            "theorem": description.theorem,
            "claim": description.sentence(),
            "n": outcome.n,
            "verdict": outcome.verdict.word(),
            "words": {"max_length": outcome.max_length, "yes": yes, "no": no, "outside_promise": other},
            "promise": problem.promise(),
            "samples": {"n": yes_samples + no_samples, "yes": yes_samples, "no": no_samples},
            "counterexample": counterexample,
            "version": env!("CARGO_PKG_VERSION"),
            "seed": seed,
            "seconds": seconds(outcome.elapsed),
        })
    }
}
