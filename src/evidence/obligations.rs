//! Obligations as files for any solver, before anything is simplified.

use super::Checked;
use super::induction;
use super::tables;
use crate::check::obligations::Judged;
use itertools::Itertools;
use problems::word_of;
use reductions::definition::Definition;
use reductions::definition::ListChange;
use reductions::proof::Obligation;
use reductions::proof::ObligationKind;
use reductions::proof::Proof;
use reductions::proof::ProofError;
use reductions::proof::Witness;
use rnn::Network;
use rnn::Script;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;
use rnn::logic;
use serde_json::Value;
use serde_json::json;

/// The folder of the questions that must have no answer.
pub(super) const OBLIGATIONS: &str = "obligations";
/// The folder of the assumptions that must be satisfiable.
const ASSUMPTIONS: &str = "assumptions";

/// A file with a question.
pub(super) struct QueryFile {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) logic: String,
    /// `unsat` or `sat`.
    pub(super) expected: &'static str,
    pub(super) shows: String,
}

/// Everything that is written about the obligations.
pub(super) struct Written {
    pub(super) files: Vec<QueryFile>,
    /// One entry of the manifest for each obligation, in order.
    pub(super) entries: Vec<Value>,
    /// What is settled here and in no file, by kind.
    pub(super) finite: Vec<(ObligationKind, usize)>,
    /// The definition and the invariant, for a reader.
    pub(super) statement: Value,
    /// What the arithmetic of cases has settled, where it has settled something.
    pub(super) tables: Option<Value>,
    /// Definition and invariant for a program, of a network of one layer.
    pub(super) induction: Option<Value>,
}

/// The obligations of a claim that was checked.
pub(super) fn written(checked: Checked<'_>) -> Result<Written, ProofError> {
    let (terms, normal) = (Terms::as_written(), Terms::default());
    let proof = checked.reduction.proof(&terms, checked.network)?;
    // Of a routed network the invariant is said in the obligations, and a second proof is not made for it.
    let statement = if matches!(checked.network, Network::Layered(_)) {
        statement(&checked.reduction.definition(&normal), |_| Vec::new())
    } else {
        let proof = checked.reduction.proof(&normal, checked.network)?;
        statement(proof.definition(), |mode| proof.invariant(&normal, mode))
    };
    let judged = checked.outcome.obligations();
    let tables = proof.tables().map(tables::json);
    let induction = proof.induction(&terms).map(|data| induction::json(&data));
    let mut written =
        Written { files: Vec::new(), entries: Vec::new(), finite: Vec::new(), statement, tables, induction };
    for (index, obligation) in proof.obligations().iter().enumerate() {
        add(&mut written, checked, &proof, (index, obligation), judged.get(index));
    }
    Ok(written)
}

fn add(
    written: &mut Written,
    checked: Checked<'_>,
    proof: &Proof<'_>,
    (index, obligation): (usize, &Obligation<'_>),
    judged: Option<&Judged>,
) {
    let description = checked.reduction.description();
    let clauses: Vec<usize> =
        (0..description.claim.len()).filter(|i| description.claim[*i].shown_by.contains(&obligation.kind)).collect();
    let links: Vec<&str> =
        proof.links().into_iter().filter(|link| link.obligations.contains(&index)).map(|link| link.name).collect();
    let stem = format!("{:04}-{}", index + 1, file_name(&obligation.name));
    let mut supports = clauses.iter().map(|i| format!("; supports: {}", one_line(description.claim[*i].text)));
    let head = format!("; {}: {}\n{}", obligation.name, shows(obligation.kind), supports.join("\n"));

    // What the arithmetic of cases has settled holds no unknown any more, and is no question.
    let is_finite = obligation.is_literally_true();
    let mut queries = Vec::new();
    if is_finite {
        match written.finite.iter_mut().find(|(kind, _)| *kind == obligation.kind) {
            Some((_, count)) => *count += 1,
            None => written.finite.push((obligation.kind, 1)),
        }
    } else {
        for (place, assertions) in obligation.queries_in_parts().into_iter().enumerate() {
            let of = if place == 0 { String::new() } else { format!("-integer-{place}") };
            let path = format!("{OBLIGATIONS}/{stem}{of}.smt2");
            let what = if place == 0 {
                "the last assertion denies what must follow from the others"
            } else {
                "the last assertion denies that an integer coordinate is an integer, where what must follow may be assumed"
            };
            queries.push(path.clone());
            let shows = shows(obligation.kind).to_owned();
            written.files.push(query(path, &format!("{head}\n; {what}"), &assertions, ("unsat", shows)));
        }
    }
    let assumptions = (!is_finite && !obligation.assumptions.is_empty()).then(|| {
        let path = format!("{ASSUMPTIONS}/{stem}.smt2");
        let head = format!("; the assumptions of {}, which can hold together", obligation.name);
        let shows = "the obligation is not discharged in vain".to_owned();
        written.files.push(query(path.clone(), &head, &obligation.assumptions, ("sat", shows)));
        path
    });
    let definition = proof.definition();
    let location = obligation.location;
    written.entries.push(json!({
        "name": obligation.name,
        "kind": obligation.kind.name(),
        "mode": definition.modes()[location.mode],
        "token": location.token.and_then(|token| checked.network.tokens().get(token)),
        "links": links,
        "clauses": clauses,
        "queries": queries,
        "table": is_finite.then_some(tables::TABLES),
        "assumptions": assumptions,
        "discharged": judged.map(Judged::is_discharged),
        "discharged_by": judged.map(|judged| judged.method.name()),
        "witness": judged.map(|judged| witness(checked, &judged.witness)),
    }));
}

/// How the assumptions of an obligation are met.
fn witness(checked: Checked<'_>, witness: &Witness) -> Value {
    let format = |word: &[usize]| checked.reduction.problem().alphabet().format(&word_of(word.iter().copied()));
    match witness {
        Witness::Found { word: Some(word), .. } => json!({"word": format(word)}),
        Witness::Found { word: None, situation } => json!({"situation": situation}),
        Witness::Violated { word, assumption } => json!({"violated_after": format(word), "assumption": assumption}),
        Witness::Unreachable(reason) => json!({"none": reason}),
    }
}

/// A question as a file of SMT-LIB 2.6.
fn query(path: String, head: &str, assertions: &[Term<'_>], (expected, shows): (&'static str, String)) -> QueryFile {
    let logic = logic(assertions);
    let text = Script::new(assertions).text;
    let text = format!(
        "{head}\n(set-info :smt-lib-version 2.6)\n(set-logic {logic})\n(set-info :status {expected})\n{text}(check-sat)\n(exit)\n"
    );
    QueryFile { path, text, logic, expected, shows }
}

/// A name as part of a file's name.
fn file_name(name: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    name.chars().map(keep).take(60).collect()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().join(" ")
}

/// Definition and invariant, as formulas for a reader.
fn statement<'a>(definition: &Definition<'a>, invariant: impl Fn(usize) -> Vec<Term<'a>>) -> Value {
    let texts = |formulas: &[Term<'_>]| formulas.iter().map(ToString::to_string).collect::<Vec<_>>();
    let registers = definition.registers().iter().map(|register| {
        let sort = if register.sort == Sort::Int { "Int" } else { "Real" };
        json!({"name": register.name, "sort": sort, "start": register.start.to_string()})
    });
    let modes = definition.covered_modes().map(|mode| {
        json!({
            "mode": definition.modes()[mode],
            "accepts": definition.accepts(mode).to_string(),
            "values": definition.values(mode).map(texts),
            "invariant": texts(&invariant(mode)),
            "cases": cases(definition, mode),
        })
    });
    json!({
        "tokens": definition.tokens(),
        "start": definition.modes()[0],
        "list_of_symbols": definition.n_symbols(),
        "registers": registers.collect::<Vec<_>>(),
        "modes": modes.collect::<Vec<_>>(),
    })
}

/// The cases of a mode; where none holds the word is dead.
fn cases(definition: &Definition<'_>, mode: usize) -> Vec<Value> {
    let tokens = definition.tokens();
    let all = (0..tokens.len()).flat_map(|token| definition.cases(mode, token).iter().map(move |case| (token, case)));
    let text = all.map(|(token, case)| {
        let updates = case
            .updates
            .iter()
            .map(|(register, value)| (definition.registers()[*register].name.clone(), json!(value.to_string())));
        let list = match case.list {
            ListChange::Keep => "keep".to_owned(),
            ListChange::Push(symbol) => format!("push {symbol}"),
            ListChange::Pop => "pop".to_owned(),
        };
        json!({
            "token": tokens[token],
            "guard": case.guard.to_string(),
            "next": definition.modes()[case.next],
            "updates": updates.collect::<serde_json::Map<_, _>>(),
            "list": list,
        })
    });
    text.collect()
}

/// What an obligation of a kind shows, as one sentence.
pub(super) fn shows(kind: ObligationKind) -> &'static str {
    use ObligationKind::*;
    match kind {
        Init => "the start state satisfies the invariant",
        Step => "one step from this mode on this token keeps the invariant",
        Readout => "under the invariant the network accepts iff the definition does",
        MeaningInit => "definition and mathematics of the problem start alike",
        MeaningStep => "one token keeps what definition and mathematics have to do with each other",
        MeaningReadout => "the definition accepts, and gives values, iff and as the mathematics does",
        Start => "what the embedding gives, what the start state means, and the answer for the empty word",
        Inert => "on a token that is skipped every head keeps its state",
        Orbit => "the states of the router's heads go round one orbit",
        Latch => "a latch takes its own slot's token and keeps it",
        Integral => "every argument of a router's hidden unit is an integer",
        Schedule => "the router gives layer 4 what its specification says",
        StepSize => "every head keeps beta |k|^2 in [0, 2]",
        Rates => "every head has decay 1 and learning rates 0 or 1",
        Outputs => "decision and value outputs are the outputs of layer 4",
        Times => "arithmetic of times: which token a slot holds",
        VirtualStart => "a head that starts in 0 acts as one with the wanted start",
        Blank => "a blank buffer has the form in which the next obligations write it",
        Block => "the tokens of a block move the product to the other buffer, multiplied",
        Between => "nothing is output before the end of a block",
        Output => "what is output is the product",
        Range => "no pre-activation leaves the range of a number format",
        SameCase => "two definitions take the same case",
        Format => "a statement about a number format alone",
        StackCode => "the code of a machine's stack is read as the stack that it codes",
    }
}
