//! The answer to `reduce bits`, of which table, JSON and picture all come, whether its sizes were looked at in one run or in
//! shards.

use super::seconds;
use super::shortened;
use crate::experiments::bits::Fit;
use crate::svg;
use crate::svg::Line;
use crate::svg::Titles;
use crate::verdict::Verdict;
use reductions::proof::precision::Growth;
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use std::time::Duration;

/// The schema of this answer.
pub const SCHEMA: &str = "reduce.bits/1";

/// Of what a table is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The claim in one line.
    pub title: String,
    /// The flags that name it.
    pub flags: String,
    /// The problem.
    pub problem: String,
    /// The model.
    pub model: String,
    /// The variant.
    pub variant: Option<String>,
    /// Where a number goes that lies between two of the format.
    pub rounding: String,
    /// What becomes of a number beyond the format.
    pub overflow: String,
    /// How sums are rounded.
    pub accumulate: String,
    /// Whether weights are rounded too.
    pub round_weights: bool,
    /// What is searched for.
    pub searched: String,
    /// The bits before the point, where those after it are searched for.
    pub int_bits: Option<u32>,
    /// The theorem's formula, where it speaks of this arithmetic.
    pub theorem: Option<String>,
    /// Whether the theorem's bound grows as n, else as log2 n.
    pub is_linear: Option<bool>,
    /// The digest of the network.
    pub network: String,
}

/// What was found at one size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The size.
    pub n: usize,
    /// The least number of bits without a counterexample.
    pub bits: Option<u32>,
    /// The least number of bits that is proved to suffice.
    pub proved_bits: Option<u32>,
    /// What supports `bits`.
    pub suffices_by: String,
    /// A word that refutes fewer bits.
    pub counterexample_below: Option<Below>,
    /// What the theorem's formula says.
    pub theorem_bits: Option<u32>,
    /// How many instances were run.
    pub instances: usize,
    /// Up to how many bits.
    pub looked_at_up_to: u32,
    /// Smaller numbers of bits without a counterexample.
    pub isolated: Vec<u32>,
    /// Why nothing is known.
    pub undetermined: Option<String>,
    /// A number of bits is proved to suffice while a word differs: a fault of the checker.
    pub alarm: bool,
}

/// A number of bits with a counterexample.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Below {
    /// The number of bits.
    pub bits: u32,
    /// The word.
    pub word: String,
    /// What the network says of it.
    pub network: bool,
    /// What the decider says.
    pub decider: bool,
    /// The command that replays it.
    pub command: String,
}

/// What rows say, for the exit code: a fault of the checker counts as *refuted*.
pub fn verdict(rows: &[Row]) -> Verdict {
    match rows {
        [] => Verdict::Undetermined,
        _ if rows.iter().any(|row| row.alarm) => Verdict::Refuted,
        _ if rows.iter().any(|row| row.undetermined.is_some()) => Verdict::Undetermined,
        _ => Verdict::Sampled,
    }
}

fn points(rows: &[Row]) -> Vec<(usize, u32)> {
    rows.iter().filter_map(|row| Some((row.n, row.bits?))).collect()
}

impl Subject {
    /// The head of the table.
    pub fn head(&self) -> String {
        let format = match self.int_bits {
            None => "W bits, integers (fixed:W.0)".to_owned(),
            Some(int_bits) => format!("F bits after the point (fixed:{int_bits}.F)"),
        };
        let weights = if self.round_weights { ", rounded weights" } else { "" };
        let Self { title, rounding, overflow, accumulate, .. } = self;
        format!(
            "{title}\nleast number of {format}, {rounding}, {overflow}, {accumulate}{weights}\n      n  no counterexample  \
             proved  theorem  counterexample below"
        )
    }

    /// What stands below the rows.
    pub fn foot(&self, rows: &[Row], elapsed: Duration) -> String {
        let mut lines = Vec::new();
        if let Some(Row { n, suffices_by, looked_at_up_to, .. }) = rows.last() {
            lines.push(format!("  n = {n} suffices by {suffices_by}; looked at up to {looked_at_up_to} bits"));
        }
        if let Some((n, below)) = rows.iter().find_map(|row| Some((row.n, row.counterexample_below.as_ref()?))) {
            lines.push(format!("  replay, n = {n}: {}", below.command));
        }
        if let Some(fit) = self.fit(rows) {
            let theorem = self.theorem.as_ref().map(|formula| format!("; theorem: {formula}")).unwrap_or_default();
            lines.push(format!("  fit: {}, at most {:.3} bits off{theorem}", fit.formula(), fit.error));
        }
        lines.push(format!("  {:.2} s", elapsed.as_secs_f64()));
        lines.join("\n")
    }

    fn fit(&self, rows: &[Row]) -> Option<Fit> {
        let growth = self.is_linear.map(|is_linear| if is_linear { Growth::Linear } else { Growth::Logarithmic });
        Fit::through(&points(rows), growth)
    }

    /// The answer as JSON.
    pub fn json(&self, rows: &[Row], elapsed: Duration, solver: &str) -> Value {
        json!({
            "schema": SCHEMA,
            "problem": self.problem,
            "model": self.model,
            "variant": self.variant,
            "rounding": self.rounding,
            "overflow": self.overflow,
            "accumulate": self.accumulate,
            "round_weights": self.round_weights,
            "searched": self.searched,
            "int_bits": self.int_bits,
            "sizes": rows,
            "fit": self.fit(rows).map(|fit| json!({
                "formula": fit.formula(), "slope": fit.slope, "constant": fit.constant, "largest_error": fit.error,
            })),
            "theorem": self.theorem,
            "solver": solver,
            "version": env!("CARGO_PKG_VERSION"),
            "seconds": seconds(elapsed),
        })
    }

    /// The line of the picture.
    pub fn drawn(&self, rows: &[Row]) -> Line {
        let kind = if self.int_bits.is_some() { "fractional bits" } else { "width" };
        let what = format!("{}: {kind}", self.flags);
        let points =
            |points: Vec<(usize, u32)>| points.into_iter().map(|(n, bits)| (n as f64, f64::from(bits))).collect();
        Line {
            name: self.fit(rows).map_or(what.clone(), |fit| format!("{what}, {}", fit.formula())),
            points: points(self::points(rows)),
            rings: points(rows.iter().filter_map(|row| Some((row.n, row.proved_bits?))).collect()),
        }
    }
}

/// The picture of some tables: sizes to the right, bits upwards, and a ring around what is proved.
pub fn picture(lines: &[Line]) -> String {
    svg::standalone(&svg::lines(&titles(), lines))
}

/// What the picture is of.
pub(super) fn titles() -> Titles<'static> {
    Titles { title: "bits that suffice at each size", across: "n", up: "bits (ring: proved)" }
}

impl Row {
    /// The row of the table, with what else is to be said of it below.
    pub fn text(&self) -> String {
        let shown = |bits: Option<u32>| bits.map_or("-".to_owned(), |bits| bits.to_string());
        let below =
            self.counterexample_below.as_ref().map_or("-".to_owned(), |Below { bits, word, network, .. }| {
                format!("{bits}: `{}` {}", shortened(word), if *network { "accepted" } else { "rejected" })
            });
        let [bits, proved, theorem] = [self.bits, self.proved_bits, self.theorem_bits].map(shown);
        let mut lines = vec![format!("{:>7}  {bits:>17}  {proved:>6}  {theorem:>7}  {below}", self.n)];
        lines.extend(self.undetermined.as_ref().map(|reason| format!("         undetermined: {reason}")));
        if !self.isolated.is_empty() {
            let isolated: Vec<String> = self.isolated.iter().map(u32::to_string).collect();
            lines.push(format!("         no counterexample with {} either, but with more", isolated.join(", ")));
        }
        if self.alarm {
            lines.push(
                "ALARM: A NUMBER OF BITS IS PROVED TO SUFFICE AND YET A WORD DIFFERS. THIS IS A FAULT OF THE CHECKER."
                    .to_owned(),
            );
        }
        lines.join("\n")
    }
}
