//! Claims about layers as libraries ship them, for the commands that know them: check, show and list.

use super::files::Output;
use super::misuse::Misuse;
use super::select::Selection;
use crate::check::shipped;
use crate::check::shipped::ShippedOptions;
use crate::report::json::pretty;
use crate::report::shipped::ShippedReport;
use crate::report::shipped::title;
use crate::report::wrapped;
use crate::verdict::exit_code;
use itertools::Itertools;
use problems::Problem;
use reductions::shipped::ShippedClaim;
use reductions::shipped::all;
use reductions::shipped::proof::ShippedKind;
use reductions::shipped::usual_keys;
use rnn::Float;
use rnn::shipped::FloatFact;

/// The length of random words where none is asked for.
pub(super) const LENGTH: usize = 4096;
/// The same with usual keys, where nearly every state is a new one.
const LENGTH_OF_USUAL_KEYS: usize = 1024;

/// The claim that is meant, which is proved; none where the problem or the model is another kind's.
pub(crate) fn select(problem: &str, selection: &Selection) -> Result<Option<&'static ShippedClaim>, Misuse> {
    of_those(all().iter(), problem, selection)
}

/// The same, or one with the usual keys, of which a horizon is known.
pub(crate) fn select_any(problem: &str, selection: &Selection) -> Result<Option<&'static ShippedClaim>, Misuse> {
    of_those(all().iter().chain(usual_keys()), problem, selection)
}

fn of_those(
    claims: impl Iterator<Item = &'static ShippedClaim>,
    problem: &str,
    selection: &Selection,
) -> Result<Option<&'static ShippedClaim>, Misuse> {
    let model = selection.model.as_deref().unwrap_or_default();
    let of_model: Vec<&ShippedClaim> =
        claims.filter(|claim| claim.problem().name() == problem && claim.family().name() == model).collect();
    let Some(first) = of_model.first() else {
        return Ok(None);
    };
    if selection.automaton.is_some() {
        return Err(Misuse(format!("--automaton: expected none with --model {model}")));
    }
    let Some(variant) = selection.variant.as_deref() else {
        return Ok(Some(first));
    };
    let found = of_model.iter().find(|claim| claim.variant() == variant);
    found.map(|claim| Some(*claim)).ok_or_else(|| {
        let variants = of_model.iter().map(|claim| claim.variant()).join(", ");
        Misuse(format!("--variant: expected one of {variants} for {problem} by {model}, got `{variant}`"))
    })
}

/// The models of a problem that are layers as shipped, for a message.
pub(crate) fn models_of(problem: &str) -> Vec<&'static str> {
    all().iter().filter(|claim| claim.problem().name() == problem).map(|claim| claim.family().name()).unique().collect()
}

/// How a claim is named again on the command line.
pub(crate) fn flags(claim: &ShippedClaim) -> String {
    let first = all().iter().find(|other| other.family() == claim.family()).map(ShippedClaim::variant);
    let variant =
        if first == Some(claim.variant()) { String::new() } else { format!(" --variant {}", claim.variant()) };
    format!("{} --model {}{variant}", claim.problem().name(), claim.family().name())
}

/// Why there is a horizon.
const USUAL_KEYS: &str = "\
why a horizon: the square of the length of a rounded key is not 1, so that a step is no reflection, and its error stays. A
state lies in a ball about a fixed centre for each product; a step multiplies the distance from it by at most
max(1, |1 - beta |k|^2|), and adds the mismatch of centres and what the step rounds. The horizon is the number of tokens for
which the answer is right in all balls, whatever norms and head round.";

/// What is asked of `reduce check`, of a claim about a shipped layer.
pub(crate) struct Asked {
    pub(crate) n: Option<usize>,
    pub(crate) samples: usize,
    pub(crate) seed: u64,
    pub(crate) words: Option<usize>,
    pub(crate) storage: Option<Float>,
    pub(crate) json: bool,
}

pub(crate) fn check(claim: &ShippedClaim, asked: &Asked, output: &mut Output) -> Result<u8, Misuse> {
    let n = asked.n.unwrap_or(if claim.has_usual_keys() { LENGTH_OF_USUAL_KEYS } else { LENGTH });
    claim.problem().sizes().admit("word-problem", n).map_err(|error| Misuse(format!("--n: {error}")))?;
    let storages = asked.storage.map_or_else(|| shipped::USUAL.to_vec(), |storage| vec![storage]);
    let (samples, seed) = (asked.samples, asked.seed);
    let options = ShippedOptions { storages, n, samples, seed, max_length: asked.words };
    let outcome = shipped::check(claim, claim.model(), &options);
    let report = ShippedReport { claim, outcome: &outcome, seed };
    output.line(&if asked.json { pretty(&report.json()) } else { report.text() })?;
    output.show();
    Ok(exit_code([outcome.judgement.verdict]))
}

/// The claim, for a reader.
pub(crate) fn show(claim: &ShippedClaim, output: &mut Output) -> Result<u8, Misuse> {
    let problem = claim.problem();
    let mut text = format!("{}\n\n", title(claim));
    let mut add = |name: &str, value: &str| text.push_str(&format!("{name:<16}{}\n", wrapped(value, 16)));
    add("claim", &claim.sentence());
    add("configuration", &claim.configuration());
    add("on paper", claim.on_paper());
    add("not modelled", claim.not_modelled());
    let letters = problem.alphabet().tokens();
    add("tokens", &letters.iter().take(16).join(" "));
    let model = claim.model();
    for tensor in model.tensors() {
        let n_nonzero = tensor.values.iter().filter(|value| !value.is_zero()).count();
        let sizes = tensor.shape.iter().join(" x ");
        add(tensor.name, &format!("{sizes}, {n_nonzero} entries are not 0"));
    }
    if claim.has_usual_keys() {
        text.push_str(&format!("\n{}\n\nreduce check {}\n", USUAL_KEYS, flags(claim)));
        output.line(text.trim_end())?;
        output.show();
        return Ok(0);
    }
    let proof = claim.proof(model, Float::BF16);
    text.push_str(&format!("\nobligations in bf16 ({})\n", proof.n_discharged()));
    for kind in ShippedKind::ALL {
        let n = proof.tallies.iter().find(|tally| tally.kind == kind).map_or(0, |tally| tally.discharged);
        text.push_str(&format!("  {:<10} {n:>6}  {}\n", kind.name(), wrapped(kind.statement(), 20)));
    }
    text.push_str("\nfacts taken as given (tests/frameworks compares them with PyTorch)\n");
    for fact in FloatFact::ALL.into_iter().filter(|fact| proof.facts.contains(fact)) {
        text.push_str(&format!("  {:<16} {}\n", fact.name(), fact.statement()));
    }
    text.push_str(&format!("\nreduce check {}\n", flags(claim)));
    output.line(text.trim_end())?;
    output.show();
    Ok(0)
}

/// The rows of `reduce list`, in its columns.
pub(crate) fn rows() -> impl Iterator<Item = [String; 8]> {
    all().iter().map(|claim| {
        let problem = claim.problem();
        [
            problem.name(),
            claim.class(),
            claim.family().name(),
            claim.variant(),
            claim.theorem(),
            claim.regime(),
            "-",
            "answer after every token; no operation of the recurrence rounds in f32 and bf16",
        ]
        .map(str::to_owned)
    })
}
