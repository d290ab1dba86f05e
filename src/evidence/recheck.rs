//! A folder of evidence, asked again: digests first, then every file.

use super::MANIFEST;
use super::SCHEMA;
use super::SCHEMA_OF_ALL;
use super::outside::OutsideSolver;
use super::outside::Said;
use super::outside::SolverError;
use super::proofs::ProofChecker;
use super::proofs::ProofsError;
use super::proofs::Validity;
use super::question::Question;
use super::tables::TABLES;
use crate::check::words;
use crate::folder::digest;
use crate::folder::is_inside;
use crate::progress::Progress;
use crate::report::seconds;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use itertools::Itertools;
use problems::Alphabet;
use rayon::prelude::*;
use reductions::proof::ObligationKind;
use rnn::Network;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

/// The schema of this answer.
const REPORT_SCHEMA: &str = "reduce.recheck/1";

/// Whether what comes out is what the manifest expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// It is.
    Agree,
    /// It is not.
    Disagree,
    /// There was no answer.
    Unknown,
}

impl Agreement {
    /// The word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Disagree => "disagree",
            Self::Unknown => "unknown",
        }
    }
}

/// What came out of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAnswer {
    /// Where it lies in the folder.
    pub path: String,
    /// What is expected.
    pub expected: String,
    /// What came out.
    pub got: String,
    /// What follows.
    pub agreement: Agreement,
}

/// What came out of a folder.
#[derive(Clone, Debug)]
pub struct RecheckReport {
    /// The folder.
    pub folder: PathBuf,
    /// The solver that was asked.
    pub solver: String,
    /// The checker that was given the proofs, where one was.
    pub checker: Option<String>,
    /// How many proofs there are.
    pub n_proofs: usize,
    /// How many files have the digest that the manifest names.
    pub n_digests: usize,
    /// The answers, file by file.
    pub answers: Vec<FileAnswer>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Why a folder cannot be checked again: one sentence.
#[derive(Debug)]
pub struct RecheckError(String);

impl fmt::Display for RecheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RecheckError {}

impl From<SolverError> for RecheckError {
    fn from(error: SolverError) -> Self {
        Self(error.to_string())
    }
}

impl From<ProofsError> for RecheckError {
    fn from(error: ProofsError) -> Self {
        Self(error.to_string())
    }
}

impl RecheckReport {
    /// How many files came out so.
    pub fn count(&self, agreement: Agreement) -> usize {
        self.answers.iter().filter(|answer| answer.agreement == agreement).count()
    }

    /// 1 where a file disagrees, else 3 where one is unknown or there is none, else 0.
    pub fn exit_code(&self) -> u8 {
        exit_code(self.answers.iter().map(|answer| match answer.agreement {
            Agreement::Agree => Verdict::Checked,
            Agreement::Disagree => Verdict::Refuted,
            Agreement::Unknown => Verdict::Undetermined,
        }))
    }

    /// Who answered.
    fn by(&self) -> String {
        match &self.checker {
            Some(checker) => format!("{}; {checker} on {} proofs", self.solver, self.n_proofs),
            None => self.solver.clone(),
        }
    }

    /// The answer for a reader.
    pub fn text(&self) -> String {
        let word = match self.exit_code() {
            0 => "AGREES",
            1 => "DISAGREES",
            _ => "UNKNOWN",
        };
        let [agree, disagree, unknown] =
            [Agreement::Agree, Agreement::Disagree, Agreement::Unknown].map(|a| self.count(a));
        let mut lines = vec![
            format!("{}: {word}", self.folder.display()),
            format!("  {} files have the digests that the manifest names", self.n_digests),
            format!("  {agree} agree, {disagree} disagree, {unknown} unknown ({})", self.by()),
        ];
        if self.n_proofs > 0 && self.checker.is_none() {
            lines.push(format!("  {} proofs were not checked: --checker names a checker for Alethe", self.n_proofs));
        }
        for answer in self.answers.iter().filter(|answer| answer.agreement != Agreement::Agree) {
            let FileAnswer { path, expected, got, agreement } = answer;
            lines.push(format!("  {} {path}: expected {expected}, got {got}", agreement.word()));
        }
        lines.push(format!("  {:.2} s", self.elapsed.as_secs_f64()));
        lines.join("\n")
    }

    /// The same as JSON.
    pub fn json(&self) -> Value {
        let answers = self.answers.iter().map(|answer| {
            json!({
                "path": answer.path,
                "expected": answer.expected,
                "got": answer.got,
                "agreement": answer.agreement.word(),
            })
        });
        json!({
            "schema": REPORT_SCHEMA,
            "kind": "evidence",
            "folder": self.folder.display().to_string(),
            "solver": self.solver,
            "checker": self.checker,
            "proofs": self.n_proofs,
            "digests": self.n_digests,
            "agree": self.count(Agreement::Agree),
            "disagree": self.count(Agreement::Disagree),
            "unknown": self.count(Agreement::Unknown),
            "files": answers.collect::<Vec<_>>(),
            "version": env!("CARGO_PKG_VERSION"),
            "seconds": seconds(self.elapsed),
        })
    }
}

/// A folder of one claim whose digests were found right.
struct Claim {
    /// Where it lies below the folder that was given, with a `/` at its end where it is not that folder itself.
    prefix: String,
    folder: PathBuf,
    questions: Vec<(String, String)>,
    /// Each proof with the question that it is of.
    proofs: Vec<(String, String)>,
    n_digests: usize,
}

/// Checks the digests of a folder of evidence, of one claim or of several, and then puts every question in it to a
/// solver, and every proof to a checker where one is named, each for at most `limit`; the instances are run again on the
/// network of the folder.
///
/// # Errors
/// [`RecheckError`] where the folder holds no manifest of a known schema, a file is missing or has another digest, the
/// solver or the checker cannot be asked, or a checker is named and there is no proof.
pub fn recheck(
    folder: &Path,
    (solver, checker): (&OutsideSolver, Option<&ProofChecker>),
    limit: Duration,
    progress: &Progress,
) -> Result<RecheckReport, RecheckError> {
    let started = Instant::now();
    let claims = claims(folder)?;
    let questions: Vec<(&Claim, &(String, String))> =
        claims.iter().flat_map(|claim| claim.questions.iter().map(move |question| (claim, question))).collect();
    let proofs: Vec<(&Claim, &(String, String))> =
        claims.iter().flat_map(|claim| claim.proofs.iter().map(move |proof| (claim, proof))).collect();
    if checker.is_some() && proofs.is_empty() {
        let shown = folder.display();
        return Err(RecheckError(format!(
            "--checker: expected proofs in {shown}, as `--evidence DIR --proofs` writes them"
        )));
    }
    progress.start("files", questions.len());
    let answers: Result<Vec<FileAnswer>, RecheckError> = questions
        .par_iter()
        .map(|(claim, (path, expected))| {
            let said = solver.answer(&claim.folder.join(path), limit)?;
            progress.step();
            Ok(judged(format!("{}{path}", claim.prefix), expected, said))
        })
        .collect();
    let mut answers = answers?;
    if let Some(checker) = checker {
        progress.start("proofs", proofs.len());
        let checked: Result<Vec<FileAnswer>, RecheckError> = proofs
            .par_iter()
            .map(|(claim, (path, question))| {
                let said = checker.check(&claim.folder.join(path), &claim.folder.join(question), limit)?;
                progress.step();
                Ok(valid(format!("{}{path}", claim.prefix), said))
            })
            .collect();
        answers.extend(checked?);
    }
    for claim in &claims {
        answers.push(run_again(claim)?);
    }
    let n_digests = claims.iter().map(|claim| claim.n_digests).sum();
    Ok(RecheckReport {
        folder: folder.to_owned(),
        solver: solver.name(),
        checker: checker.map(ProofChecker::name),
        n_proofs: proofs.len(),
        n_digests,
        answers,
        elapsed: started.elapsed(),
    })
}

fn judged(path: String, expected: &str, said: Said) -> FileAnswer {
    let (got, agreement) = match said {
        Said::Unknown(reason) => (format!("unknown: {reason}"), Agreement::Unknown),
        said => {
            let got = if said == Said::Sat { "sat" } else { "unsat" };
            (got.to_owned(), if got == expected { Agreement::Agree } else { Agreement::Disagree })
        }
    };
    FileAnswer { path, expected: expected.to_owned(), got, agreement }
}

fn valid(path: String, said: Validity) -> FileAnswer {
    let (got, agreement) = match said {
        Validity::Valid => ("valid".to_owned(), Agreement::Agree),
        Validity::Invalid(reason) => (format!("invalid: {reason}"), Agreement::Disagree),
        Validity::Holey => ("holey: the checker takes a step on trust".to_owned(), Agreement::Unknown),
        Validity::Unknown(reason) => (format!("unknown: {reason}"), Agreement::Unknown),
    };
    FileAnswer { path, expected: "valid".to_owned(), got, agreement }
}

/// The claims of a folder, with every digest compared.
fn claims(folder: &Path) -> Result<Vec<Claim>, RecheckError> {
    let (manifest, _) = manifest_of(folder)?;
    match manifest["schema"].as_str() {
        Some(SCHEMA) => Ok(vec![claim(folder, String::new(), &manifest)?]),
        Some(SCHEMA_OF_ALL) => {
            let listed = manifest["claims"].as_array().ok_or_else(|| malformed(folder, "claims", "a list"))?;
            let claims = listed.iter().map(|entry| {
                let name = entry["folder"].as_str().ok_or_else(|| malformed(folder, "claims", "a folder for each"))?;
                let path = below(folder, name)?;
                let (manifest, bytes) = manifest_of(&path)?;
                compare(&path.join(MANIFEST), &bytes, entry["manifest_sha256"].as_str())?;
                match manifest["schema"].as_str() {
                    Some(SCHEMA) => claim(&path, format!("{name}/"), &manifest),
                    other => Err(unknown_schema(&path, other)),
                }
            });
            claims.collect()
        }
        other => Err(unknown_schema(folder, other)),
    }
}

fn unknown_schema(folder: &Path, got: Option<&str>) -> RecheckError {
    let got = got.map_or("none".to_owned(), |got| format!("`{got}`"));
    let path = folder.join(MANIFEST);
    RecheckError(format!("{}: expected the schema `{SCHEMA}` or `{SCHEMA_OF_ALL}`, got {got}", path.display()))
}

fn malformed(folder: &Path, field: &str, expected: &str) -> RecheckError {
    RecheckError(format!("{}: {field}: expected {expected}", folder.join(MANIFEST).display()))
}

/// A file below a folder; a path that leads out of it is refused.
fn below(folder: &Path, path: &str) -> Result<PathBuf, RecheckError> {
    if is_inside(path) {
        return Ok(folder.join(path));
    }
    Err(malformed(folder, "files", &format!("paths inside the folder, got `{path}`")))
}

fn manifest_of(folder: &Path) -> Result<(Value, Vec<u8>), RecheckError> {
    let path = folder.join(MANIFEST);
    let bytes = fs::read(&path).map_err(|error| RecheckError(format!("{}: {error}", path.display())))?;
    let value = serde_json::from_slice(&bytes);
    let value = value.map_err(|error| {
        RecheckError(format!("{}: line {}: expected a manifest as JSON: {error}", path.display(), error.line()))
    })?;
    Ok((value, bytes))
}

fn compare(path: &Path, bytes: &[u8], expected: Option<&str>) -> Result<(), RecheckError> {
    let got = digest(bytes);
    if expected == Some(&got) {
        return Ok(());
    }
    let expected = expected.unwrap_or("none");
    Err(RecheckError(format!("{}: expected the SHA-256 {expected}, got {got}: the file was changed", path.display())))
}

/// The files that every folder has, beside its questions.
const NEEDED: [&str; 3] = ["network.json", "instances.json", "statement.json"];

/// The kinds of obligations that the arithmetic of cases settles, so that no file asks them.
const FINITE: [ObligationKind; 8] = {
    use ObligationKind::*;
    [Inert, Orbit, Latch, Integral, Schedule, StepSize, Rates, Outputs]
};

/// One claim, each of whose files has the digest that its manifest names, and whose questions are those of its obligations.
fn claim(folder: &Path, prefix: String, manifest: &Value) -> Result<Claim, RecheckError> {
    let files = manifest["files"].as_array().ok_or_else(|| malformed(folder, "files", "a list"))?;
    let mut questions: BTreeMap<String, (String, Question)> = BTreeMap::new();
    let mut names = BTreeSet::new();
    let mut proofs = Vec::new();
    for file in files {
        let name = file["path"].as_str().ok_or_else(|| malformed(folder, "files", "a path for each"))?;
        let path = below(folder, name)?;
        let bytes = fs::read(&path).map_err(|error| RecheckError(format!("{}: {error}", path.display())))?;
        compare(&path, &bytes, file["sha256"].as_str())?;
        names.insert(name);
        if let Some(question) = file.get("proves") {
            let question = question.as_str().unwrap_or_default();
            proofs.push((name.to_owned(), question.to_owned()));
        }
        match file.get("expected").map(|expected| expected.as_str()) {
            None => {}
            Some(Some(expected @ ("sat" | "unsat"))) => {
                let question = Question::read(&String::from_utf8_lossy(&bytes));
                let question = question.map_err(|error| RecheckError(format!("{}: {error}", path.display())))?;
                questions.insert(name.to_owned(), (expected.to_owned(), question));
            }
            Some(_) => return Err(malformed(folder, &format!("{name}: expected"), "sat or unsat")),
        }
    }
    if let Some(missing) = NEEDED.iter().find(|name| !names.contains(**name)) {
        return Err(malformed(folder, "files", &format!("`{missing}` among them")));
    }
    let asked = asked_of(folder, manifest, &questions)?;
    if let Some(other) = questions.keys().find(|name| !asked.contains(name.as_str())) {
        return Err(malformed(folder, "obligations", &format!("one that names the question `{other}`")));
    }
    let questions: BTreeMap<String, String> =
        questions.into_iter().map(|(name, (expected, _))| (name, expected)).collect();
    for (name, question) in &proofs {
        if questions.get(question).is_none_or(|expected| expected != "unsat") {
            let expected = format!("a question with the answer unsat, got `{question}`");
            return Err(malformed(folder, &format!("{name}: proves"), &expected));
        }
    }
    let has_tables = manifest["finite_checks"].as_array().is_some_and(|checks| !checks.is_empty());
    if has_tables && !names.contains(TABLES) {
        return Err(malformed(folder, "files", &format!("`{TABLES}` among them, which finite checks need")));
    }
    let (questions, n_digests) = (questions.into_iter().collect(), files.len());
    Ok(Claim { prefix, folder: folder.to_owned(), questions, proofs, n_digests })
}

/// The questions of the obligations, each of which must have the form that an obligation has: its assumptions and the denial
/// of what must follow, with the answer *unsat*, and the assumptions alone with the answer *sat*.
fn asked_of<'m>(
    folder: &Path,
    manifest: &'m Value,
    questions: &BTreeMap<String, (String, Question)>,
) -> Result<BTreeSet<&'m str>, RecheckError> {
    let obligations = manifest["obligations"].as_array().ok_or_else(|| malformed(folder, "obligations", "a list"))?;
    let mut asked = BTreeSet::new();
    let mut unasked: BTreeMap<&str, u64> = BTreeMap::new();
    for entry in obligations {
        let named: Vec<&str> = entry["queries"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let find = |name: &str, answer: &str| match questions.get(name) {
            Some((expected, question)) if expected == answer => Ok(question),
            Some(_) => Err(malformed(folder, &format!("{name}: expected"), answer)),
            None => Err(malformed(folder, "files", &format!("the question `{name}` among them"))),
        };
        let Some((first, others)) = named.split_first() else {
            *unasked.entry(entry["kind"].as_str().unwrap_or_default()).or_default() += 1;
            continue;
        };
        let assumptions = match entry["assumptions"].as_str() {
            Some(name) => find(name, "sat")?.assertions.as_slice(),
            None => &[],
        };
        let whole = find(first, "unsat")?;
        if !whole.denies_under(assumptions) {
            return Err(malformed(folder, first, "its assumptions and one assertion more"));
        }
        for other in others {
            if !find(other, "unsat")?.is_part_of(whole) {
                return Err(malformed(folder, other, "the assumptions of its obligation, and what follows from them"));
            }
        }
        asked.extend(named);
        asked.extend(entry["assumptions"].as_str());
    }
    if asked.is_empty() {
        return Err(malformed(folder, "obligations", "a question at least, where nothing is asked nothing is checked"));
    }
    let listed = manifest["finite_checks"].as_array().into_iter().flatten();
    let listed: BTreeMap<&str, u64> = listed
        .filter_map(|entry| Some((entry["kind"].as_str()?, entry["obligations"].as_u64()?)))
        .filter(|(kind, _)| FINITE.iter().any(|finite| finite.name() == *kind))
        .collect();
    if unasked != listed {
        let expected = "as many obligations without a question as `finite_checks` counts, of its kinds";
        return Err(malformed(folder, "obligations", expected));
    }
    Ok(asked)
}

/// Runs the network of a folder on its instances; it must give the answers that are written there, and the decider's.
fn run_again(claim: &Claim) -> Result<FileAnswer, RecheckError> {
    let read = |name: &str| {
        let path = claim.folder.join(name);
        let text = fs::read_to_string(&path).map_err(|error| RecheckError(format!("{}: {error}", path.display())))?;
        let value: Result<Value, _> = serde_json::from_str(&text);
        value.map_err(|error| RecheckError(format!("{}: line {}: {error}", path.display(), error.line())))
    };
    let network = Network::from_json(&read("network.json")?)
        .map_err(|error| RecheckError(format!("{}: {error}", claim.folder.join("network.json").display())))?;
    let instances = read("instances.json")?;
    let wrong = |text: &str| RecheckError(format!("{}: {text}", claim.folder.join("instances.json").display()));
    let rows = instances["instances"].as_array().ok_or_else(|| wrong("instances: expected a list"))?;
    let alphabet = Alphabet::new(network.tokens().iter().cloned());
    let mut differing = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let text = row["word"].as_str().ok_or_else(|| wrong(&format!("instances[{i}].word: expected a text")))?;
        let word = alphabet.parse(text).map_err(|error| wrong(&format!("instances[{i}].word: {error}")))?;
        let accepts = Value::from(words::reads(&network, &word));
        let is_asked = row["keeps_the_promise"] == true;
        if accepts != row["network"] || (is_asked && accepts != row["decider"]) {
            differing.push(i);
        }
    }
    let agreement = match (rows.is_empty(), differing.is_empty()) {
        (true, _) => Agreement::Unknown,
        (false, true) => Agreement::Agree,
        (false, false) => Agreement::Disagree,
    };
    let got = match differing.as_slice() {
        [] if rows.is_empty() => "no instance".to_owned(),
        [] => "those answers".to_owned(),
        differing => format!("other answers on instances {}", differing.iter().take(8).join(", ")),
    };
    let path = format!("{}instances.json", claim.prefix);
    Ok(FileAnswer { path, expected: "the network's answers, and the decider's".to_owned(), got, agreement })
}
