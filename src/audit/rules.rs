//! Rules that know no algorithm, each made of one number of a line: trained on one half of the lines, judged on the other.

use super::features::Column;
use super::features::Kind;
use crate::report::yes;
use rayon::prelude::*;
use std::collections::HashMap;

/// A rule with how often it was right on lines that it had not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// The rule, in words.
    pub rule: String,
    /// On how many judged lines it was right.
    pub right: u64,
    /// How many lines it was judged on.
    pub judged: u64,
}

impl Ranked {
    /// Half the width of a 95 % interval around the share of right lines, in ten-thousandths, whatever the share is
    /// (Hoeffding 1963): the square root of ln(40) / 2 over the number of judged lines.
    pub fn margin(&self) -> u64 {
        // ln(40) / 2 = 1.84443..., rounded up.
        184_444_000u64.checked_div(self.judged).map_or(10_000, |square| square.isqrt() + 1)
    }

    /// The share of right lines in ten-thousandths, rounded down.
    pub fn share(&self) -> u64 {
        (self.right * 10_000).checked_div(self.judged).unwrap_or(0)
    }
}

/// What a rule says of every line, and how it is put.
struct Rule {
    text: String,
    says: Vec<bool>,
}

/// How many passes the vote makes over the lines that it learns from.
const PASSES: usize = 4;

/// Is this line one that rules are trained on? Lines in pairs, so that twins stay together and answers that alternate are on
/// both sides.
fn is_trained(line: usize) -> bool {
    (line / 2).is_multiple_of(2)
}

/// Every rule, the best on the judged half first, and a vote of all of them.
pub fn rank(columns: &[Column], values: &[Vec<i32>], answers: &[bool]) -> (Vec<Ranked>, Option<Ranked>) {
    if answers.is_empty() {
        return (Vec::new(), None);
    }
    let constant = constant(answers);
    let of_columns = columns.par_iter().zip(values).flat_map_iter(|(column, values)| rules_of(column, values, answers));
    let rules: Vec<Rule> = std::iter::once(constant).chain(of_columns.collect::<Vec<_>>()).collect();
    let mut ranked: Vec<Ranked> = rules.par_iter().map(|rule| judge(rule, answers)).collect();
    let learned = vote(&rules, answers);
    // A sort that keeps the order of equals: simpler rules come first.
    ranked.sort_by_key(|rule| std::cmp::Reverse(rule.right));
    (ranked, Some(learned))
}

fn judge(rule: &Rule, answers: &[bool]) -> Ranked {
    let judged = || (0..answers.len()).filter(|line| !is_trained(*line));
    let right = judged().filter(|line| rule.says[*line] == answers[*line]).count() as u64;
    Ranked { rule: rule.text.clone(), right, judged: judged().count() as u64 }
}

/// The answer that is more frequent.
fn constant(answers: &[bool]) -> Rule {
    let trained = (0..answers.len()).filter(|line| is_trained(*line));
    let surplus: i64 = trained.map(|line| if answers[line] { 1 } else { -1 }).sum();
    let says = surplus > 0;
    Rule { text: format!("always {}", yes(says)), says: vec![says; answers.len()] }
}

fn rules_of(column: &Column, values: &[i32], answers: &[bool]) -> Vec<Rule> {
    let name = &column.name;
    match column.kind {
        Kind::Flag => {
            let says = says_yes_where(values, answers, |value| value == 1);
            vec![two_sided(name.clone(), values, says, |value| value == 1)]
        }
        Kind::Number => {
            let bound = best_bound(values, answers);
            let above = says_yes_where(values, answers, |value| value > bound);
            let odd = says_yes_where(values, answers, |value| value % 2 != 0);
            vec![
                two_sided(format!("{name} is more than {bound}"), values, above, |value| value > bound),
                two_sided(format!("{name} is odd"), values, odd, |value| value % 2 != 0),
            ]
        }
        Kind::Name => vec![table(name, values, answers)],
    }
}

/// Is yes the better answer where this holds, on the half that rules are trained on?
fn says_yes_where(values: &[i32], answers: &[bool], holds: impl Fn(i32) -> bool) -> bool {
    let trained = (0..answers.len()).filter(|line| is_trained(*line));
    let surplus: i64 = trained.map(|line| if holds(values[line]) == answers[line] { 1 } else { -1 }).sum();
    surplus >= 0
}

fn two_sided(text: String, values: &[i32], says: bool, holds: impl Fn(i32) -> bool) -> Rule {
    let says_of_all = values.iter().map(|value| holds(*value) == says).collect();
    Rule { text: format!("{} iff {text}", yes(says)), says: says_of_all }
}

/// The bound that tells answers apart best on the trained half: one of two sides, whichever it is.
fn best_bound(values: &[i32], answers: &[bool]) -> i32 {
    let trained = (0..answers.len()).filter(|line| is_trained(*line));
    let mut pairs: Vec<(i32, bool)> = trained.map(|line| (values[line], answers[line])).collect();
    pairs.sort_unstable();
    let total: i64 = pairs.iter().map(|(_, answer)| if *answer { 1 } else { -1 }).sum();
    let (mut below, mut best, mut bound) = (0i64, 0, 0);
    for (i, (value, answer)) in pairs.iter().enumerate() {
        below += if *answer { 1 } else { -1 };
        let is_last_of_value = pairs.get(i + 1).is_none_or(|(next, _)| next != value);
        let difference = (total - 2 * below).abs();
        if is_last_of_value && difference > best {
            (best, bound) = (difference, *value);
        }
    }
    bound
}

/// The more frequent answer for each value; for one that was not seen, the more frequent answer of all.
fn table(name: &str, values: &[i32], answers: &[bool]) -> Rule {
    let mut surplus: HashMap<i32, i64> = HashMap::new();
    let mut total = 0i64;
    for line in (0..answers.len()).filter(|line| is_trained(*line)) {
        let sign = if answers[line] { 1 } else { -1 };
        *surplus.entry(values[line]).or_default() += sign;
        total += sign;
    }
    let says = values.iter().map(|value| surplus.get(value).copied().unwrap_or(total) > 0).collect();
    Rule { text: format!("looked up: {name}"), says }
}

/// A perceptron over all rules, each saying +1 or -1, with the sum of its weights over all steps: integers throughout.
fn vote(rules: &[Rule], answers: &[bool]) -> Ranked {
    // By lines, so that a step reads one stretch of memory.
    let signs: Vec<Vec<i8>> = (0..answers.len())
        .into_par_iter()
        .map(|line| rules.iter().map(|rule| if rule.says[line] { 1 } else { -1 }).collect())
        .collect();
    let score = |weights: &[i64], line: usize| -> i64 {
        weights.iter().zip(&signs[line]).map(|(weight, sign)| weight * i64::from(*sign)).sum()
    };
    let (mut weights, mut sums) = (vec![0i64; rules.len()], vec![0i64; rules.len()]);
    let trained: Vec<usize> = (0..answers.len()).filter(|line| is_trained(*line)).collect();
    let mut left = (PASSES * trained.len()) as i64;
    for _ in 0..PASSES {
        for &line in &trained {
            let answer = if answers[line] { 1 } else { -1 };
            if score(&weights, line) * answer <= 0 {
                for ((weight, sum), sign) in weights.iter_mut().zip(&mut sums).zip(&signs[line]) {
                    *weight += answer * i64::from(*sign);
                    *sum += left * answer * i64::from(*sign);
                }
            }
            left -= 1;
        }
    }
    let judged: Vec<usize> = (0..answers.len()).filter(|line| !is_trained(*line)).collect();
    let right = judged.par_iter().filter(|line| (score(&sums, **line) > 0) == answers[**line]).count();
    let text = format!("a learned vote of these {} rules (an averaged perceptron, {PASSES} passes)", rules.len());
    Ranked { rule: text, right: right as u64, judged: judged.len() as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use problems::Random;

    fn column(name: &str, kind: Kind) -> Column {
        Column { name: name.to_owned(), kind }
    }

    /// 4000 answers, and a column that says them with these odds in ten.
    fn drawn(odds: usize, value: impl Fn(bool, &mut Random) -> i32) -> (Vec<i32>, Vec<bool>) {
        let mut random = Random::new(0, odds as u64);
        let line = |_| {
            let answer = random.bit();
            let told = if random.below(10) < odds { answer } else { !answer };
            (value(told, &mut random), answer)
        };
        (0..4000).map(line).unzip()
    }

    #[test]
    fn rules_of_each_kind_are_found_and_judged_on_lines_they_have_not_seen() {
        type Value = fn(bool, &mut Random) -> i32;
        let cases: [(Kind, Value, &str); 4] = [
            (Kind::Flag, |told, _| i32::from(told), "yes iff it"),
            (
                Kind::Number,
                |told, random| random.below(50) as i32 + if told { 0 } else { 50 },
                "no iff it is more than 49",
            ),
            (Kind::Number, |told, random| 2 * random.below(50) as i32 + i32::from(told), "yes iff it is odd"),
            (Kind::Name, |told, random| random.below(4) as i32 * 7 + i32::from(told), "looked up: it"),
        ];
        for (kind, value, text) in cases {
            let (values, answers) = drawn(8, value);
            let (ranked, learned) = rank(&[column("it", kind)], &[values], &answers);
            assert_eq!(ranked[0].rule, text);
            assert_eq!(ranked[0].judged, 2000);
            assert!((1540..1660).contains(&ranked[0].right), "{ranked:?}");
            assert!(learned.unwrap().right >= 1500);
            // A column of noise tells nothing.
            let (noise, answers) = drawn(5, value);
            let (ranked, learned) = rank(&[column("it", kind)], &[noise], &answers);
            assert!(ranked.iter().chain(&learned).all(|rule| rule.right < 1120), "{ranked:?}");
        }
    }

    #[test]
    fn a_vote_knows_what_no_single_rule_knows() {
        // Yes where two of three flags hold: each flag alone is right on three lines of four.
        let mut random = Random::new(1, 1);
        let flags: Vec<[bool; 3]> = (0..4000).map(|_| std::array::from_fn(|_| random.bit())).collect();
        let answers: Vec<bool> = flags.iter().map(|flags| flags.iter().filter(|flag| **flag).count() >= 2).collect();
        let columns = ["a", "b", "c"].map(|name| column(name, Kind::Flag));
        let values: Vec<Vec<i32>> = (0..3).map(|i| flags.iter().map(|flags| i32::from(flags[i])).collect()).collect();
        let (ranked, learned) = rank(&columns, &values, &answers);
        assert!((1400..1600).contains(&ranked[0].right));
        assert_eq!(learned.map(|rule| (rule.right, rule.judged)), Some((2000, 2000)));
    }

    #[test]
    fn one_answer_is_a_rule_and_nothing_has_none() {
        let (ranked, _) = rank(&[], &[], &[true; 8]);
        assert_eq!((ranked[0].rule.as_str(), ranked[0].right, ranked[0].judged), ("always yes", 4, 4));
        assert_eq!(rank(&[], &[], &[]), (Vec::new(), None));
    }

    #[test]
    fn margins_are_those_of_hoeffding() {
        let of = |judged| Ranked { rule: String::new(), right: 0, judged }.margin();
        // The square root of 1.84444 / 5000 is 0.01921.
        assert_eq!((of(5000), of(0)), (193, 10_000));
    }
}
