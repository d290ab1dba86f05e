//! Reproducing an erratum: its counterexample, the evidence for the flaw, and the evidence for the repair.

use super::controls;
use super::controls::Settled;
use crate::check;
use crate::check::machines;
use crate::check::options::CheckError;
use crate::check::options::Options;
use crate::progress::Progress;
use crate::verdict::Verdict;
use reductions::as_printed::Claim;
use reductions::errata::ClaimName;
use reductions::errata::Erratum;
use reductions::errata::Evidence;
use std::collections::HashMap;
use std::time::Duration;

/// How many words are read of each claim that is evidence.
const WORD_BUDGET: usize = 30_000;

/// The size of the instances of each claim that is evidence.
const N: usize = 9;

/// An erratum that was looked at again.
#[derive(Clone, Debug)]
pub struct Reproduced {
    /// The entry.
    pub erratum: &'static Erratum,
    /// The counterexample; none where there is none any more.
    pub counterexample: Option<String>,
    /// How far the repair is established; none where no repair is known.
    pub repair_verdict: Option<Verdict>,
    /// Evidence that came out otherwise than expected, for a reader.
    pub otherwise: Vec<String>,
    /// Evidence that did not come out at all.
    pub unknown: Vec<String>,
}

impl Reproduced {
    /// Whether the entry holds: there is a counterexample and all evidence is as expected; none where some is unknown.
    pub fn holds(&self) -> Option<bool> {
        if self.counterexample.is_none() || !self.otherwise.is_empty() {
            return Some(false);
        }
        self.unknown.is_empty().then_some(true)
    }

    /// Whether the entry holds, as a reader sees it.
    pub fn outcome(&self) -> &'static str {
        match self.holds() {
            Some(true) => "reproduced",
            Some(false) => "NOT REPRODUCED",
            None => "UNKNOWN",
        }
    }

    /// The word for the repair: its verdict, or that none is known.
    pub fn repair_word(&self) -> &'static str {
        self.repair_verdict.map_or("none", Verdict::word)
    }
}

/// Reproduces errata one after another; a claim that several of them name is checked once.
#[derive(Debug)]
pub struct Reproduction {
    limit: Duration,
    verdicts: HashMap<ClaimName, Verdict>,
}

impl Reproduction {
    /// With this limit of each query to the solver.
    pub fn new(limit: Duration) -> Self {
        Self { limit, verdicts: HashMap::new() }
    }

    /// Looks at one entry again: everything in it is computed now.
    ///
    /// # Errors
    /// [`CheckError`] where a claim that is evidence cannot be checked at all.
    pub fn reproduce(&mut self, erratum: &'static Erratum) -> Result<Reproduced, CheckError> {
        let mut found = Reproduced {
            erratum,
            counterexample: (erratum.counterexample)(),
            repair_verdict: None,
            otherwise: Vec::new(),
            unknown: Vec::new(),
        };
        for evidence in (erratum.evidence)() {
            self.settle(&evidence, &mut found)?;
        }
        for evidence in (erratum.repaired_by)() {
            let verdict = self.settle(&evidence, &mut found)?;
            // A repair is as strong as its weakest evidence.
            found.repair_verdict = Some(found.repair_verdict.map_or(verdict, |weakest| weakest.min(verdict)));
        }
        Ok(found)
    }

    /// Settles one piece of evidence, notes where it is not as expected, and gives how far it establishes a repair.
    fn settle(&mut self, evidence: &Evidence, found: &mut Reproduced) -> Result<Verdict, CheckError> {
        let (name, as_expected, verdict) = match evidence {
            Evidence::Query(query) => of_settled(controls::ask(query, self.limit), Verdict::Proved),
            Evidence::Exact(control) => of_settled(controls::compute(control), Verdict::Checked),
            Evidence::Refuted(claim) => self.of_claim(*claim, Verdict::Refuted)?,
            Evidence::Proved(claim) => self.of_claim(*claim, Verdict::Proved)?,
        };
        match as_expected {
            Some(true) => {}
            Some(false) => found.otherwise.push(format!("{name}: {verdict}")),
            None => found.unknown.push(name),
        }
        Ok(verdict)
    }

    fn of_claim(&mut self, name: ClaimName, expected: Verdict) -> Result<(String, Option<bool>, Verdict), CheckError> {
        let verdict = match self.verdicts.get(&name) {
            Some(verdict) => *verdict,
            None => verdict_of(name, self.limit)?,
        };
        self.verdicts.insert(name, verdict);
        let as_expected = (verdict != Verdict::Undetermined).then_some(verdict == expected);
        let variant = name.variant.map(|variant| format!(" {variant}")).unwrap_or_default();
        Ok((format!("{} by {}{variant}", name.problem, name.model), as_expected, verdict))
    }
}

fn of_settled(settled: Settled, if_so: Verdict) -> (String, Option<bool>, Verdict) {
    let as_expected = settled.is_as_expected();
    let verdict = match as_expected {
        Some(true) => if_so,
        Some(false) => Verdict::Refuted,
        None => Verdict::Undetermined,
    };
    (settled.name, as_expected, verdict)
}

/// The verdict of the real check of a claim.
///
/// # Panics
/// If there is no such claim: errata are written in code.
fn verdict_of(name: ClaimName, limit: Duration) -> Result<Verdict, CheckError> {
    let is_named = |claim: &Claim| {
        let description = claim.description();
        let (problem, model) = (claim.problem().name(), description.model);
        (problem, model, description.variant) == (name.problem, name.model, name.variant)
    };
    let claim = reductions::claims().into_iter().find(is_named).unwrap_or_else(|| panic!("there is no claim {name:?}"));
    let options = Options { n: Some(N), samples: 4, seed: 0, max_length: None, symbolic: None, timeout: limit };
    let progress = Progress::new(true);
    match claim {
        Claim::Network(reduction) => {
            let max_length = Some(problems::longest_within(claim.problem().alphabet().len(), WORD_BUDGET));
            let options = Options { max_length, ..options };
            Ok(check::check(reduction, reduction.network(), None, &options, &progress)?.verdict())
        }
        Claim::Machine(machine) => Ok(machines::check(machine, &options, &progress).map_err(CheckError::Size)?.verdict),
    }
}

/// The verdict on each entry, of which the exit code is made.
pub fn verdicts(found: &[Reproduced]) -> impl Iterator<Item = Verdict> {
    found.iter().map(|found| Verdict::as_expected(found.holds()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::exit_code;
    use reductions::errata;
    use reductions::proof::query::Expected;
    use reductions::proof::query::Query;
    use rnn::Sort;
    use rnn::Terms;

    const LIMIT: Duration = Duration::from_secs(10);

    fn question(expected: Expected) -> Evidence {
        let terms = Terms::default();
        let x = terms.symbol("x", Sort::Real);
        Evidence::Query(Query::new(
            "square",
            "A square is not negative.",
            &[(x * x).below(terms.ratio(0, 1))],
            expected,
        ))
    }

    fn entry(
        counterexample: fn() -> Option<String>,
        evidence: fn() -> Vec<Evidence>,
        repaired_by: fn() -> Vec<Evidence>,
    ) -> &'static Erratum {
        Box::leak(Box::new(Erratum { counterexample, evidence, repaired_by, ..errata::all()[0] }))
    }

    fn reproduce(erratum: &'static Erratum, limit: Duration) -> Reproduced {
        Reproduction::new(limit).reproduce(erratum).unwrap()
    }

    #[test]
    fn an_entry_holds_only_with_a_counterexample_and_with_all_its_evidence() {
        let some = || Some("a word".to_owned());
        let right = || vec![question(Expected::Unsat)];
        let wrong = || vec![question(Expected::Sat)];
        let holds = reproduce(entry(some, right, right), LIMIT);
        assert_eq!((holds.holds(), holds.repair_verdict), (Some(true), Some(Verdict::Proved)));
        assert_eq!(reproduce(entry(|| None, right, right), LIMIT).holds(), Some(false));
        assert_eq!(reproduce(entry(some, wrong, right), LIMIT).holds(), Some(false));
        let unrepaired = reproduce(entry(some, right, wrong), LIMIT);
        assert_eq!((unrepaired.holds(), unrepaired.repair_verdict), (Some(false), Some(Verdict::Refuted)));
        assert_eq!(reproduce(entry(some, Vec::new, Vec::new), LIMIT).repair_verdict, None);
    }

    #[test]
    fn a_claim_that_is_proved_is_no_evidence_of_a_flaw() {
        let some = || Some("a word".to_owned());
        let proved = ClaimName { problem: "dyck-2", model: "relu", variant: None };
        assert_eq!(verdict_of(proved, LIMIT), Ok(Verdict::Proved));
        let refuted = || vec![Evidence::Refuted(ClaimName { problem: "dyck-2", model: "relu", variant: None })];
        assert_eq!(reproduce(entry(some, refuted, Vec::new), LIMIT).holds(), Some(false));
    }

    #[test]
    fn the_exit_code_is_that_of_the_worst_entry() {
        let with = |otherwise: &[&str], unknown: &[&str]| Reproduced {
            erratum: &errata::all()[0],
            counterexample: Some("a word".to_owned()),
            repair_verdict: None,
            otherwise: otherwise.iter().map(|text| (*text).to_owned()).collect(),
            unknown: unknown.iter().map(|text| (*text).to_owned()).collect(),
        };
        let (fine, unknown, wrong) = (with(&[], &[]), with(&[], &["timeout"]), with(&["sat"], &["timeout"]));
        assert_eq!(exit_code(verdicts(&[fine.clone(), fine.clone()])), 0);
        assert_eq!(exit_code(verdicts(&[fine.clone(), unknown.clone()])), 3);
        assert_eq!(exit_code(verdicts(&[unknown, wrong, fine])), 1);
        assert_eq!(exit_code(verdicts(&[])), 3);
    }
}
