//! The answer to `reduce mutate`, of which text and JSON both come, whether its mutants were judged at once or in shards.

use crate::experiments::mutate;
use crate::experiments::mutate::Class;
use crate::report::shortened;
use crate::verdict::Verdict;
use itertools::Itertools;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

/// The schema of this answer.
pub const SCHEMA: &str = "reduce.mutate/1";

/// Of what the mutants are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The claim in one line.
    pub title: String,
    /// The problem.
    pub problem: String,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: Option<String>,
    /// Whether it is a layer as libraries ship it, of which a weight is changed by one unit in the last place.
    pub as_shipped: bool,
    /// The seed of the changes.
    pub seed: u64,
    /// How many mutants were asked for.
    pub count: usize,
}

/// A mutant and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mutant {
    /// What was changed.
    pub change: String,
    /// Its class.
    pub class: Class,
    /// A word on which network and decider differ.
    pub word: Option<String>,
    /// The first obligation that is not discharged.
    pub obligation: Option<String>,
    /// Whether that is only because the solver gave up.
    pub gave_up: bool,
}

/// What became of all of them.
pub struct MutantsReport<'r> {
    /// Of what they are.
    pub subject: &'r Subject,
    /// The mutants, in the order in which they were drawn.
    pub mutants: &'r [Mutant],
    /// The solver with its version.
    pub solver: &'r str,
    /// How long it took.
    pub elapsed: Duration,
}

impl MutantsReport<'_> {
    /// What they say of the checker, for the exit code.
    pub fn verdict(&self) -> Verdict {
        mutate::verdict(self.mutants.iter().map(|mutant| mutant.class))
    }

    fn of_class(&self, class: Class) -> impl Iterator<Item = &Mutant> {
        self.mutants.iter().filter(move |mutant| mutant.class == class)
    }

    fn count(&self, class: Class) -> usize {
        self.of_class(class).count()
    }

    /// The answer for a reader: the counts first.
    pub fn text(&self) -> String {
        let mut lines = vec![self.subject.title.clone()];
        lines.extend(if self.subject.as_shipped { self.lines_of_layers() } else { self.lines_of_networks() });
        lines.join("\n")
    }

    fn lines_of_networks(&self) -> Vec<String> {
        let Subject { count, seed, .. } = self.subject;
        let mut lines = vec![match self.count(Class::Unsound) {
            0 => format!("{count} mutants, seed {seed}: none is proved and differs on a word"),
            n_unsound => format!(
                "ALARM: {n_unsound} OF {count} MUTANTS HAVE ALL OBLIGATIONS DISCHARGED AND YET A WORD DIFFERS. THIS IS A \
                 FAULT OF THE CHECKER."
            ),
        }];
        let what = |class| match class {
            Class::Killed => "killed by a word",
            Class::Refused => "refused by an obligation, no word found",
            Class::Harmless => "harmless: all obligations discharged, no word differs",
            Class::Unsound => "UNSOUND: all obligations discharged, a word differs",
        };
        lines.extend(Class::ALL.map(|class| format!("  {:<55} {:>5}", what(class), self.count(class))));
        for class in [Class::Unsound, Class::Refused, Class::Harmless] {
            if self.count(class) > 0 {
                lines.push(what(class).to_owned());
            }
            lines.extend(self.of_class(class).map(line));
        }
        lines.push(format!("  {:.2} s, {}", self.elapsed.as_secs_f64(), self.solver));
        lines
    }

    fn lines_of_layers(&self) -> Vec<String> {
        let Subject { count, seed, .. } = self.subject;
        let mut lines =
            vec![format!("{count} mutants, seed {seed}, one weight one unit in the last place of bf16 away")];
        lines.extend(Class::ALL.map(|class| format!("  {:<10} {:>5}", class.word(), self.count(class))));
        for class in [Class::Unsound, Class::Harmless] {
            let tensors = self.of_class(class).map(|mutant| mutant.change.split('[').next().unwrap_or_default());
            let counts = tensors.counts().into_iter().sorted();
            lines.extend(counts.map(|(tensor, count)| format!("  {}: {count} in {tensor}", class.word())));
        }
        lines.push(format!("  {:.2} s", self.elapsed.as_secs_f64()));
        lines
    }

    /// The answer as JSON.
    pub fn json(&self) -> Value {
        let Subject { problem, model, variant, seed, .. } = self.subject;
        json!({
            "schema": SCHEMA,
            "problem": problem,
            "model": model,
            "variant": variant,
            "seed": seed,
            "count": self.mutants.len(),
            "killed": self.count(Class::Killed),
            "refused": self.count(Class::Refused),
            "harmless": self.count(Class::Harmless),
            "unsound": self.count(Class::Unsound),
            "mutants": self.mutants,
        })
    }
}

/// What was changed, and what showed that it is wrong.
fn line(mutant: &Mutant) -> String {
    let gave_up = if mutant.gave_up { ", where the solver gave up" } else { "" };
    let obligation = mutant.obligation.as_ref().map(|name| format!("   {name}{gave_up}"));
    let word = mutant.word.as_ref().map(|word| format!("   on `{}`", shortened(word)));
    format!("  {}{}{}", mutant.change, obligation.unwrap_or_default(), word.unwrap_or_default())
}
