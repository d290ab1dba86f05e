//! A question of a folder of evidence, read so far as a checker must: which commands it has, and what it asserts.
//!
//! A file that a solver is given could print an answer of its own, or ask for something else than it seems to. Only what
//! this program writes is let through: declarations, assertions, and one question at the end.

/// What a file asserts, one text for each assertion, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) assertions: Vec<String>,
}

/// The commands that a file may have before its question.
const BEFORE: [&str; 4] = ["set-info", "set-logic", "declare-fun", "assert"];

impl Question {
    /// Reads a file.
    ///
    /// # Errors
    /// What was expected, and what stands there.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let commands = commands(text)?;
        let [before @ .., check_sat, exit] = commands.as_slice() else {
            return Err("expected assertions, (check-sat) and (exit)".to_owned());
        };
        if (*check_sat, *exit) != ("(check-sat)", "(exit)") {
            let got = crate::report::shortened(check_sat);
            return Err(format!("expected (check-sat) and (exit) at the end, got `{got}`"));
        }
        let mut assertions = Vec::new();
        for command in before {
            let name = command[1..].split(|c: char| c.is_whitespace() || c == ')').next().unwrap_or_default();
            if !BEFORE.contains(&name) {
                let got = crate::report::shortened(command);
                return Err(format!("expected one of {} before the question, got `{got}`", BEFORE.join(", ")));
            }
            if name == "assert" {
                assertions.push((*command).to_owned());
            }
        }
        if assertions.is_empty() {
            return Err("expected at least one assertion".to_owned());
        }
        Ok(Self { assertions })
    }

    /// Whether this is a question about an obligation with these assumptions: they stand first, and the denial of what must
    /// follow is the only other assertion.
    pub(super) fn denies_under(&self, assumptions: &[String]) -> bool {
        self.assertions.len() == assumptions.len() + 1 && self.assertions.starts_with(assumptions)
    }

    /// Whether this is a further question about the same obligation, in which what must follow, which `whole` denies, may be
    /// assumed.
    pub(super) fn is_part_of(&self, whole: &Self) -> bool {
        let Some((denial, assumptions)) = whole.assertions.split_last() else { return false };
        let rest = self.assertions.strip_prefix(assumptions);
        rest.is_some_and(|rest| match rest {
            [_] => true,
            [goal, _] => is_denied(goal, denial),
            _ => false,
        })
    }
}

/// Whether the one assertion is the other without one negation.
fn is_denied(goal: &str, denial: &str) -> bool {
    const NOT: &str = "(not ";
    denial.match_indices(NOT).any(|(at, _)| {
        let rest = &denial[at + NOT.len()..];
        rest.strip_suffix(')').is_some_and(|rest| format!("{}{rest}", &denial[..at]) == goal)
    })
}

/// The commands of a text at its top, without comments.
fn commands(text: &str) -> Result<Vec<&str>, String> {
    let mut commands = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if rest.starts_with(';') {
            rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start();
            continue;
        }
        let length = length_of_command(rest)
            .ok_or_else(|| format!("expected a command in parentheses, got `{}`", crate::report::shortened(rest)))?;
        commands.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    Ok(commands)
}

/// The length of the command with which a text begins; names and texts between marks hold no parentheses.
fn length_of_command(text: &str) -> Option<usize> {
    let (mut depth, mut marked) = (0_usize, None);
    for (at, byte) in text.bytes().enumerate() {
        match (marked, byte) {
            (Some(mark), _) if byte == mark => marked = None,
            (Some(_), _) => {}
            (None, b'|' | b'"') => marked = Some(byte),
            (None, b';') => return None,
            (None, b'(') => depth += 1,
            (None, b')') => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            (None, _) if depth == 0 => return None,
            (None, _) => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(assertions: &[&str]) -> Question {
        let body: String = assertions.iter().map(|text| format!("(assert {text})\n")).collect();
        Question::read(&format!(
            "; a ( comment\n(set-logic QF_LRA)\n(declare-fun |h)| () Real)\n{body}(check-sat)\n(exit)\n"
        ))
        .unwrap()
    }

    #[test]
    fn what_is_written_is_read_and_everything_else_is_refused() {
        assert_eq!(
            question(&["(= |h)| 0.0)", "(not true)"]).assertions,
            ["(assert (= |h)| 0.0))", "(assert (not true))"]
        );
        let end = "(check-sat)\n(exit)\n";
        for text in [
            "(assert true)\n(echo \"unsat\")\n(check-sat)\n(exit)\n",
            "(assert true)\n(check-sat)\n(check-sat)\n(exit)\n",
            "(assert true)\n(check-sat)\n",
            &format!("(assert true\n{end}"),
            &format!("garbage(\n{end}"),
            &format!("(assert true) unsat\n{end}"),
            &format!("(include \"x\")\n(assert true)\n{end}"),
            end,
            "",
        ] {
            assert!(Question::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_question_denies_one_thing_under_its_assumptions() {
        let assumptions = ["(assert (> x 0.0))".to_owned()];
        let whole = question(&["(> x 0.0)", "(let ((t (+ x 1.0))) (not (> t 0.0)))"]);
        assert!(whole.denies_under(&assumptions));
        assert!(!question(&["(> x 0.0)", "false", "(not (> x 1.0))"]).denies_under(&assumptions));
        assert!(!question(&["false", "(not (> x 1.0))"]).denies_under(&assumptions));
        let part = |assertions: &[&str]| question(assertions).is_part_of(&whole);
        assert!(part(&["(> x 0.0)", "(not (is_int x))"]));
        assert!(part(&["(> x 0.0)", "(let ((t (+ x 1.0))) (> t 0.0))", "(not (is_int x))"]));
        assert!(!part(&["(> x 0.0)", "false", "(not (is_int x))"]));
        assert!(!part(&["false", "(not (is_int x))"]));
    }
}
