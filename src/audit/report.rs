//! The audit as text and as JSON.

use super::Fault;
use super::FileAudit;
use super::Share;
use super::rules::Ranked;
use crate::report::shout;
use crate::verdict::Verdict;
use serde_json::Value;
use serde_json::json;

/// The schema of an audit.
pub const SCHEMA: &str = "reduce.audit/1";

/// How many rules are printed; JSON has them all.
const SHOWN: usize = 5;
/// The fewest instances of a length whose balance is printed.
const FEWEST_OF_LENGTH: u64 = 20;

/// A count of counts as a percentage with two decimals, rounded down.
pub fn percent(part: u64, whole: u64) -> String {
    let hundredths = if whole == 0 { 0 } else { u128::from(part) * 10_000 / u128::from(whole) };
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// An audit of some files, with what is asked of a rule.
pub struct Report<'a> {
    /// The files.
    pub files: &'a [FileAudit],
    /// The share of lines that no rule may exceed.
    pub threshold: Share,
    /// The threshold as the user wrote it.
    pub threshold_text: &'a str,
    /// The seed of the sample.
    pub seed: u64,
}

impl Report<'_> {
    /// The verdict on all files.
    pub fn verdict(&self) -> Verdict {
        self.files.iter().map(|file| file.verdict(self.threshold)).min().unwrap_or(Verdict::Undetermined)
    }

    /// For a reader.
    pub fn text(&self) -> String {
        self.files.iter().map(|file| self.file_text(file)).collect::<Vec<_>>().join("\n")
    }

    fn file_text(&self, file: &FileAudit) -> String {
        let mut text = format!("{} {} ({})", shout(file.verdict(self.threshold)), file.name, file.question);
        let mut entry = |name: &str, value: String| text.push_str(&format!("\n  {name:<13}{value}"));
        self.facts(file).into_iter().for_each(|(name, value)| entry(name, value));
        for (i, rule) in file.rules.iter().take(SHOWN).enumerate() {
            entry(if i == 0 { "best rules" } else { "" }, self.rule_text(rule));
        }
        if let Some(rule) = &file.learned {
            entry("learned", self.rule_text(rule));
        }
        entry("threshold", self.judged_lines(file));
        text
    }

    /// What was found of a file, but for the rules: names with what is to be said.
    pub(super) fn facts(&self, file: &FileAudit) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        let mut entry = |name: &'static str, value: String| facts.push((name, value));
        let [no, yes] = file.answers;
        entry("answers", format!("{} instances: {yes} yes, {no} no", file.n));
        let of_lengths = file.by_length.iter().filter(|(_, [no, yes])| no + yes >= FEWEST_OF_LENGTH);
        // The length whose larger answer has the largest share of it.
        let worst = of_lengths.max_by(|(_, [a, b]), (_, [c, d])| {
            (u128::from(*a.max(b)) * u128::from(c + d)).cmp(&(u128::from(*c.max(d)) * u128::from(a + b)))
        });
        if let Some((length, [no, yes])) = worst {
            let n = file.by_length.len();
            entry(
                "by length",
                format!(
                    "{n} length{}; least balanced of those with {FEWEST_OF_LENGTH} or more: {length}, {yes} yes, {no} no",
                    if n == 1 { "" } else { "s" }
                ),
            );
        }
        let labels = match (&file.first_wrong, file.is_labelled) {
            (Some(Fault { line, what }), _) => format!("{} WRONG; line {line}: {what}", file.wrong),
            (None, true) => "all right, decided again".to_owned(),
            (None, false) => "none in the file: the answers are the decider's".to_owned(),
        };
        entry("labels", labels);
        if file.outside > 0 {
            entry("promise", format!("{} instances are outside it and are not judged", file.outside));
        }
        let first = |fault: &Option<Fault>| {
            fault.as_ref().map(|Fault { line, what }| format!("; line {line}: {what}")).unwrap_or_default()
        };
        entry("duplicates", format!("{}{}", file.duplicates, first(&file.first_duplicate)));
        if file.leaked > 0 || self.files.len() > 1 {
            entry("leaked", format!("{} from the files before{}", file.leaked, first(&file.first_leaked)));
        }
        if let Some((unit, n, found)) = &file.sensitivity {
            let share = percent(found.sensitive, found.places);
            entry(
                "sensitivity",
                format!(
                    "{share} % of {} {unit} of {n} instances: some change of one gives the other answer",
                    found.places
                ),
            );
        }
        if let Some([least, middle, largest]) = file.depth {
            entry("depth", format!("{least} to {largest}, in the middle {middle}"));
        }
        facts
    }

    /// The threshold, and how many lines rules were made of and judged on.
    pub(super) fn judged_lines(&self, file: &FileAudit) -> String {
        let n_judgeable = file.n - file.outside as usize;
        let left_out = if file.n_ruled < n_judgeable {
            format!("; the {} lines after those were left out of the rules", n_judgeable - file.n_ruled)
        } else {
            String::new()
        };
        let fewest = self.threshold.fewest();
        let judged = file.rules.first().map_or(0, |rule| rule.judged);
        let enough =
            if judged < fewest { format!("; {fewest} judged lines are needed to know") } else { String::new() };
        format!(
            "{} on {judged} judged lines, of {} that rules were made of{enough}{left_out}",
            self.threshold_text, file.n_ruled
        )
    }

    /// Is a rule too good, and not by chance?
    pub(super) fn is_shortcut(&self, rule: &Ranked) -> bool {
        self.threshold.is_beaten_by(rule.right, rule.judged)
    }

    fn rule_text(&self, rule: &Ranked) -> String {
        let mark = if self.is_shortcut(rule) { "  SHORTCUT" } else { "" };
        let margin = rule.margin();
        let share = percent(rule.right, rule.judged);
        format!("{share} % (+- {}.{:02})  {}{mark}", margin / 100, margin % 100, rule.rule)
    }

    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "schema": SCHEMA,
            "verdict": self.verdict().word(),
            "threshold": self.threshold_text,
            "files": self.files.iter().map(|file| self.file_json(file)).collect::<Vec<_>>(),
            "version": env!("CARGO_PKG_VERSION"),
            "seed": self.seed,
        })
    }

    fn file_json(&self, file: &FileAudit) -> Value {
        let fault =
            |fault: &Option<Fault>| fault.as_ref().map(|Fault { line, what }| json!({"line": line, "what": what}));
        let rule = |rule: &Ranked| {
            json!({
                "rule": rule.rule,
                "right": rule.right,
                "judged": rule.judged,
                "margin_per_10000": rule.margin(),
                "shortcut": self.is_shortcut(rule),
            })
        };
        let length = |(length, [no, yes]): (&usize, &[u64; 2])| json!({"length": length, "yes": yes, "no": no});
        let sensitivity = file.sensitivity.map(|(unit, n, found)| {
            json!({
                "unit": unit, "instances": n, "places": found.places, "sensitive": found.sensitive, "tenths": file.tenths,
            })
        });
        json!({
            "file": file.name,
            "question": file.question,
            "verdict": file.verdict(self.threshold).word(),
            "instances": file.n,
            "yes": file.answers[1],
            "no": file.answers[0],
            "by_length": file.by_length.iter().map(length).collect::<Vec<_>>(),
            "labelled": file.is_labelled,
            "wrong_labels": file.wrong,
            "first_wrong": fault(&file.first_wrong),
            "outside_promise": file.outside,
            "duplicates": file.duplicates,
            "first_duplicate": fault(&file.first_duplicate),
            "leaked": file.leaked,
            "first_leaked": fault(&file.first_leaked),
            "sensitivity": sensitivity,
            "depth": file.depth.map(|[least, middle, largest]| json!({"least": least, "middle": middle, "largest": largest})),
            "lines_of_rules": file.n_ruled,
            "best": file.best().map(rule),
            "rules": file.rules.iter().map(rule).collect::<Vec<_>>(),
            "learned": file.learned.as_ref().map(rule),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_no_rule_was_made_of_are_told() {
        let text = |n, outside, n_ruled| {
            let file = FileAudit { n, outside, n_ruled, ..FileAudit::default() };
            let threshold = Share::read("0.65").unwrap();
            Report { files: &[file], threshold, threshold_text: "0.65", seed: 0 }.text()
        };
        let told = "of 100000 that rules were made of; 278 judged lines are needed to know; the 23 lines after those were left out";
        assert!(text(100_030, 7, 100_000).contains(told), "{}", text(100_030, 7, 100_000));
        assert!(!text(100_007, 7, 100_000).contains("left out"));
    }
}
