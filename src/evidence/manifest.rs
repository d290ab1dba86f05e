//! The manifest: what each file shows, what must be answered to it, and its digest.

use super::Checked;
use super::SCHEMA;
use super::induction::INDUCTION;
use super::obligations::Written;
use super::obligations::shows;
use super::proofs::Proofs;
use super::proofs::Prover;
use super::tables::TABLES;
use crate::folder::File;
use crate::folder::digest;
use crate::solver;
use reductions::proof::ObligationKind;
use serde_json::Value;
use serde_json::json;

/// The versions of what made the folder.
pub(super) fn versions() -> Value {
    json!({"reduce": env!("CARGO_PKG_VERSION"), "solver": solver::version(), "smt_lib": "2.6"})
}

/// The manifest of a claim over these files.
pub(super) fn manifest(
    checked: Checked<'_>,
    files: &[File],
    written: &Written,
    proofs: Option<(&Prover, &Proofs)>,
) -> Value {
    let Checked { reduction, network, options, outcome } = checked;
    let (problem, description) = (reduction.problem(), reduction.description());
    let clauses = description.claim.iter().map(|clause| {
        json!({"text": clause.text, "shown_by": clause.shown_by.iter().map(|kind| kind.name()).collect::<Vec<_>>()})
    });
    let links = outcome.links.iter();
    let links = links.map(|link| json!({"name": link.name, "verdict": link.verdict.word(), "by": link.by}));
    let finite = written.finite.iter();
    let clauses_of = |kind: ObligationKind| -> Vec<usize> {
        let clauses = description.claim.iter().enumerate();
        clauses.filter(|(_, clause)| clause.shown_by.contains(&kind)).map(|(index, _)| index).collect()
    };
    let finite = finite.map(|(kind, n)| {
        json!({
            "kind": kind.name(),
            "obligations": n,
            "shows": shows(*kind),
            "clauses": clauses_of(*kind),
            "table": TABLES,
        })
    });
    json!({
        "schema": SCHEMA,
        "versions": versions(),
        "claim": {
            "problem": problem.name(),
            "class": problem.class(),
            "question": problem.question(),
            "promise": problem.promise(),
            "model": description.model,
            "kind": network.kind().name(),
            "variant": description.variant,
            "theorem": description.theorem,
            "regime": description.regime,
            "sentence": description.sentence(),
            "clauses": clauses.collect::<Vec<_>>(),
            "idealised": description.idealised,
            "deviation": description.deviation,
            "on_paper": description.on_paper,
        },
        "is_the_claims_own_network": network == reduction.network(),
        "verdict": outcome.verdict().word(),
        "links": links.collect::<Vec<_>>(),
        "asked": {"n": outcome.runs.n, "samples": options.samples, "seed": options.seed},
        "files": entries(files, written, proofs.map(|(_, proofs)| proofs)),
        "obligations": written.entries,
        "finite_checks": finite.collect::<Vec<_>>(),
        "proofs": proofs.map(|(prover, proofs)| prover.json(proofs)),
    })
}

/// One entry for each file: what it shows, its digest, for a question the answer that is expected, for a proof its question.
fn entries(files: &[File], written: &Written, proofs: Option<&Proofs>) -> Vec<Value> {
    let entry = |file: &File| {
        let digest = digest(file.text.as_bytes());
        if let Some(query) = written.files.iter().find(|query| query.path == file.path) {
            return json!({
                "path": file.path,
                "sha256": digest,
                "shows": query.shows,
                "logic": query.logic,
                "expected": query.expected,
            });
        }
        let proves = proofs.and_then(|proofs| {
            let place = proofs.files.iter().position(|proof| proof.path == file.path)?;
            proofs.questions.get(place)
        });
        match proves {
            Some(question) => {
                json!({"path": file.path, "sha256": digest, "shows": "a proof that the answer is unsat", "proves": question})
            }
            None => json!({"path": file.path, "sha256": digest, "shows": shown_by_name(&file.path)}),
        }
    };
    files.iter().map(entry).collect()
}

fn shown_by_name(path: &str) -> &'static str {
    match path {
        "network.json" => "the network: every weight, exactly",
        "machine.json" => "the machine from which the claim's own network was compiled",
        "instances.json" => "words with the network's answers and the textbook decider's",
        "counterexample.json" => "a word on which network and decider differ",
        "statement.json" => "the streaming definition and the invariant, for a reader",
        INDUCTION => {
            "the streaming definition and the invariant, as formulas from which init, steps and readouts are built again"
        }
        TABLES => {
            "for every position of the router: its states, the contents of its latches, what layer 4 is meant to get, and what was computed"
        }
        _ => "an interpreter and checker in plain Python",
    }
}
