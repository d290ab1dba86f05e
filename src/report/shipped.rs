//! The answer to `reduce check word-problem --model gated-delta-net`, of which text and JSON both come.

use super::scientific;
use super::seconds;
use super::shortened;
use super::shout;
use super::wrapped;
use crate::check::shipped::Difference;
use crate::check::shipped::ShippedOutcome;
use crate::verdict::Verdict;
use problems::Problem;
use reductions::shipped::ShippedClaim;
use reductions::shipped::proof::ShippedKind;
use reductions::shipped::proof::ShippedProof;
use rnn::Exact;
use rnn::shipped::FloatFact;
use rnn::shipped::TAKEN_AS_GIVEN;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// The schema of this answer.
pub const SCHEMA: &str = "reduce.shipped-check/1";

/// A claim about a shipped layer, what a check found of it, and how it was asked.
pub struct ShippedReport<'r> {
    /// The claim.
    pub claim: &'r ShippedClaim,
    /// What was found.
    pub outcome: &'r ShippedOutcome,
    /// The seed of the random words.
    pub seed: u64,
}

/// The name of a claim among others, as [`crate::evidence::name_of`] names those about networks of ours.
pub fn name_of(claim: &ShippedClaim) -> String {
    [claim.problem().name(), claim.variant(), claim.family().name()].join("-")
}

/// A claim in one line.
pub fn title(claim: &ShippedClaim) -> String {
    format!(
        "{} by {}, variant {} ({}, {})",
        claim.problem().name(),
        claim.family().name(),
        claim.variant(),
        claim.theorem(),
        claim.regime()
    )
}

/// A lower bound that is not negative, as a number with one digit after the point, rounded down.
fn tenths(value: &Exact) -> String {
    let digits = format!("{:02}", (value * &Exact::integer(10)).floor());
    let (whole, last) = digits.split_at(digits.len() - 1);
    format!("{whole}.{last}")
}

impl ShippedReport<'_> {
    fn facts(&self) -> BTreeSet<FloatFact> {
        self.outcome.proofs.iter().flat_map(|proof| proof.facts.iter().copied()).collect()
    }

    fn formats(&self) -> String {
        self.outcome.proofs.iter().map(|proof| proof.storage.to_string()).collect::<Vec<_>>().join(" and ")
    }

    /// For which words the verdict holds; where it is no better, which link is the reason.
    pub(super) fn for_whom(&self) -> String {
        let judgement = &self.outcome.judgement;
        match (judgement.verdict, &judgement.weakest) {
            (Verdict::Proved, _) => {
                format!(" for every word, of any length, in {}: no operation of the recurrence rounds", self.formats())
            }
            (Verdict::Refuted, _) => " by a word".to_owned(),
            (Verdict::Checked, _) if self.claim.has_usual_keys() => {
                let horizons = self.outcome.horizons.iter().flatten();
                let horizons = horizons.map(|horizon| format!("{} tokens in {}", horizon.tokens, horizon.storage));
                format!(
                    " for every word of up to {}, in any order of summation",
                    horizons.collect::<Vec<_>>().join(" and ")
                )
            }
            (verdict, Some(name)) => format!(": `{name}` is {verdict}"),
            (_, None) => String::new(),
        }
    }

    pub(super) fn alarm(&self) -> Option<&'static str> {
        let alarm = "ALARM: EVERY OBLIGATION IS DISCHARGED AND YET A WORD DIFFERS. THIS IS A FAULT OF THE CHECKER.";
        self.outcome.is_alarm().then_some(alarm)
    }

    /// The word that differs, where there is one.
    pub(super) fn difference(&self) -> Option<String> {
        self.outcome.difference.as_ref().map(|difference| self.differs(difference))
    }

    /// In each format that is proved, by how much an answer is right.
    pub(super) fn margins(&self) -> Vec<(String, String)> {
        let proved = self.outcome.proofs.iter().filter(|proof| proof.is_complete());
        let margin = |proof: &ShippedProof| {
            let by = format!(
                "before the final norm's factor the right logit is at least {} above every other, whatever rounds",
                tenths(proof.margin.as_ref()?)
            );
            Some((proof.storage.to_string(), by))
        };
        proved.filter_map(margin).collect()
    }

    /// What is believed of floats, where anything is.
    pub(super) fn taken_as_given(&self) -> Option<String> {
        let mut facts: Vec<&str> = self.facts().into_iter().map(FloatFact::statement).collect();
        if !self.outcome.horizons.is_empty() {
            facts.push(TAKEN_AS_GIVEN);
        }
        (!facts.is_empty()).then(|| format!("{}; sums are in f32", facts.join("; ")))
    }

    /// The answer for a reader: the verdict first, then what it rests on.
    pub fn text(&self) -> String {
        let verdict = self.outcome.judgement.verdict;
        let mut lines = vec![title(self.claim), format!("{}{}", shout(verdict), self.for_whom())];
        lines.extend(self.alarm().map(str::to_owned));
        lines.extend(self.difference().map(|difference| format!("  {difference}")));
        let line = |name: &str, verdict: &str, by: &str| format!("  {name:<22}{verdict:<14}{}", wrapped(by, 38));
        lines.extend(self.outcome.links.iter().map(|link| line(&link.name, link.verdict.word(), &link.by)));
        let margins = self.margins().into_iter();
        lines.extend(margins.map(|(storage, by)| line(&format!("{storage}: margin"), "-", &by)));
        for drift in &self.outcome.drifts {
            let (tokens, by) = (drift.tokens, scientific(&drift.difference));
            let by = format!("after {tokens} tokens of a random word an entry of the state is off by {by}");
            lines.push(line(&format!("{}: drift", drift.storage), "-", &by));
        }
        lines.extend(self.taken_as_given().map(|facts| line("facts taken as given", "-", &facts)));
        lines.push(format!("  {:.2} s", self.outcome.elapsed.as_secs_f64()));
        lines.join("\n")
    }

    fn differs(&self, difference: &Difference) -> String {
        let word = shortened(&self.claim.problem().alphabet().format(&difference.word));
        format!(
            "after `{word}` the greatest logit in {} ({}) is that of class {}, and the product is class {}",
            difference.storage, difference.storing, difference.model, difference.product
        )
    }

    /// The same as JSON.
    pub fn json(&self) -> Value {
        let ShippedOutcome { judgement, links, difference, short, long, answers, elapsed, .. } = self.outcome;
        let claim = self.claim;
        json!({
            "schema": SCHEMA,
            "problem": claim.problem().name(),
            "model": claim.family().name(),
            "variant": claim.variant(),
            "theorem": claim.theorem(),
            "verdict": judgement.verdict.word(),
            "weakest": judgement.weakest,
            "claim": claim.sentence(),
            "configuration": claim.configuration(),
            "formats": self.outcome.proofs.iter().map(proof).collect::<Vec<_>>(),
            "horizons": self.outcome.horizons.iter().flatten().map(|horizon| json!({
                "number": horizon.storage.to_string(),
                "tokens": horizon.tokens,
                "centres": horizon.centres,
                "radius": scientific(&horizon.radius),
                "of_token": scientific(&horizon.of_token),
                "ends": horizon.ends,
            })).collect::<Vec<_>>(),
            "drifts": self.outcome.drifts.iter().map(|drift| json!({
                "number": drift.storage.to_string(), "tokens": drift.tokens, "difference": scientific(&drift.difference)
            })).collect::<Vec<_>>(),
            "facts": self.facts().into_iter().map(|fact| json!({"name": fact.name(), "statement": fact.statement()}))
                .collect::<Vec<_>>(),
            "links": links.iter().map(|link| json!({
                "name": link.name, "verdict": link.verdict.word(), "by": link.by, "carries": link.carries
            })).collect::<Vec<_>>(),
            "words": {"runs": short.0, "length": short.1},
            "samples": {"n": long.0, "tokens": long.1},
            "answers": {"yes": answers[1], "no": answers[0]},
            "counterexample": difference.as_ref().map(|difference| json!({
                "word": claim.problem().alphabet().format(&difference.word),
                "number": difference.storage.to_string(),
                "storing": difference.storing.name(),
                "model": difference.model,
                "product": difference.product,
            })),
            "alarm": self.outcome.is_alarm(),
            "version": env!("CARGO_PKG_VERSION"),
            "seed": self.seed,
            "seconds": seconds(*elapsed),
        })
    }
}

fn proof(proof: &ShippedProof) -> Value {
    let kinds = ShippedKind::ALL.into_iter().map(|kind| {
        let tally = proof.tallies.iter().find(|tally| tally.kind == kind);
        json!({
            "kind": kind.name(),
            "discharged": tally.map_or(0, |tally| tally.discharged),
            "failure": tally.and_then(|tally| tally.failure.clone()),
        })
    });
    json!({
        "number": proof.storage.to_string(),
        "proved": proof.is_complete(),
        "obligations": kinds.collect::<Vec<_>>(),
        "states": proof.n_states,
        "roots": proof.n_roots,
        "most_steps_of_a_chunk": proof.most_steps,
        "margin": proof.margin.as_ref().map(Exact::to_string),
        "asked": proof.n_asked,
    })
}
