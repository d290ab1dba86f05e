//! `TRUST.md`: for every claim, what its verdict rests on; made from the list of claims and from the sources.

use crate::check::obligations::Method;
use crate::coq;
use reductions::Reduction;
use rnn::Terms;
use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// A part of the program that a verdict *proved* rests on: its name, and its files or folders.
const TRUSTED: [(&str, &[&str]); 6] = [
    ("exact numbers", &["rnn/number.rs", "rnn/number"]),
    (
        "networks and their one interpreter",
        &["rnn/network.rs", "rnn/network", "rnn/arithmetic/interface.rs", "rnn/arithmetic/exact.rs"],
    ),
    ("formulas and their simplifier", &["rnn/term.rs", "rnn/term", "rnn/arithmetic/symbolic.rs"]),
    ("the arithmetic of cases (networks of several layers)", &["rnn/arithmetic/cases.rs"]),
    (
        "definitions, and what an induction over the word consists of",
        &["reductions/definition.rs", "reductions/proof.rs", "reductions/proof"],
    ),
    (
        "what is sent to the solver, and the rule for a verdict",
        &["src/solver.rs", "src/check/obligations.rs", "src/check/proofs.rs", "src/verdict.rs"],
    ),
];

/// What prints a network as data for Coq; nothing else of the program is believed by whoever reads the theorem.
const EXPORTER: [&str; 2] = ["src/coq/data.rs", "src/coq/layered.rs"];

/// The page, for the sources in this folder.
///
/// # Errors
/// Where a source cannot be read.
pub fn page(root: &Path) -> io::Result<String> {
    let mut page = String::from(HEAD);
    let claims = reductions::all();
    page.push_str("\n## Claim by claim\n\n| claim | statement | obligations | of them asked of Z3 | by cases | by evaluation | theorem in Coq |\n|---|---|---|---|---|---|---|\n");
    for reduction in &claims {
        page.push_str(&row(*reduction, root)?);
    }
    page.push_str(AFTER_TABLE);
    page.push_str("\n## What is argued on paper where Coq is not asked\n\n");
    for reduction in &claims {
        let description = reduction.description();
        let _ = writeln!(page, "- {}: {}", name(*reduction), description.on_paper);
    }
    page.push_str("\n## The code that is believed\n\n| part | lines of code |\n|---|---|\n");
    for (part, places) in TRUSTED {
        let _ = writeln!(page, "| {part} | {} |", about(lines(root, places)?));
    }
    let exporter = about(lines(root, &EXPORTER)?);
    let _ = writeln!(page, "\nOf a theorem in Coq, beside Coq itself: {exporter} lines that print weights.");
    page.push_str(FOOT);
    Ok(page)
}

fn name(reduction: &dyn Reduction) -> String {
    let description = reduction.description();
    let variant = description.variant.map(|variant| format!(" {variant}")).unwrap_or_default();
    format!("{} by {}{variant}", reduction.problem().name(), description.model)
}

fn row(reduction: &dyn Reduction, root: &Path) -> io::Result<String> {
    let terms = Terms::default();
    let proof = reduction.proof(&terms, reduction.network()).map_err(|error| io::Error::other(error.to_string()))?;
    let count = |method: Method| proof.obligations().iter().filter(|o| Method::of(o) == method).count();
    let [solver, cases, evaluation] = Method::ALL.map(count);
    let (file, n_lines) = statement(reduction.problem().name(), root)?;
    let theorem = coq::theorem(reduction).map_or("-".to_owned(), |name| format!("`{name}`"));
    let total = proof.obligations().len();
    Ok(format!(
        "| {} | `{file}`, {n_lines} lines | {total} | {solver} | {cases} | {evaluation} | {theorem} |\n",
        name(reduction)
    ))
}

/// The file that states a problem, and its lines of code.
fn statement(problem: &str, root: &Path) -> io::Result<(String, usize)> {
    let words: Vec<&str> = problem.split('-').filter(|word| word.parse::<u32>().is_err()).collect();
    let file = format!("reductions/statement/{}.rs", words.join("_"));
    let n_lines = lines(root, &[&file])?;
    Ok((file, n_lines))
}

/// The lines of code in these files and folders: without tests, comments and blank lines.
fn lines(root: &Path, places: &[&str]) -> io::Result<usize> {
    let mut open: Vec<PathBuf> = places.iter().map(|place| root.join(place)).collect();
    let mut n_lines = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(&path)? {
                open.push(entry?.path());
            }
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && path.file_stem().is_none_or(|name| name != "tests")
        {
            n_lines += code_lines(&fs::read_to_string(&path)?);
        }
    }
    Ok(n_lines)
}

fn code_lines(text: &str) -> usize {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
    code.lines().filter(is_code).count()
}

/// A number of lines to the hundred, so that the page does not change with every line.
fn about(n_lines: usize) -> String {
    format!("about {}", n_lines.div_ceil(100) * 100)
}

const HEAD: &str = "# What must be believed

This page is made from the list of claims and from the sources by `cargo run --example trust > TRUST.md`; a test fails where it
is not current. A claim reads *network = definition = problem*: the network with these literal weights accepts a word iff the
streaming definition does, and iff the mathematics of the problem says yes, for every word of any length.

## Four strengths

| said of a claim | what was done | what must be believed |
|---|---|---|
| one solver's opinion | `reduce check`: every obligation of two inductions over the word is discharged, by Z3 or, where no unknown is left, by exact evaluation | the statement, the code below, Z3, the inductions on paper |
| two solvers' opinion | `reduce check CLAIM --evidence DIR`, `reduce recheck DIR --solver cvc5`, `python3 DIR/recheck.py`: every obligation, before simplification, as a file for another solver; those by cases as tables that plain Python makes again from the weights | the statement, the code below without the simplifier and the arithmetic of cases, that two solvers, or two such arithmetics, do not err alike |
| a checked proof | a solver's proof object, accepted by a small checker; nothing here makes one | the statement, the code below, the checker |
| a theorem in Coq | `reduce export CLAIM --to coq DIR`, `reduce recheck DIR`: a theorem about the literal weights, `Closed under the global context` | the statement in Coq, that the printed weights are the network's, Coq's kernel and its virtual machine |

Each of the claims below has the first, the second and the last; cvc5 1.4.2 and Z3 5.4.1 agreed on all of their files.
Claims about layers as libraries ship them have none of these: see the end. *definition = decider*, the test of the definition against textbook code
on every short word, near misses of instances and random walks, stands beside a claim: no claim rests on it, and a difference
refutes one.
";

const AFTER_TABLE: &str = "
*Asked of Z3* is what our simplifier does not settle when the formula is made. *By cases* are obligations of routed networks, where
values depend on latches that hold one of finitely many tokens: a finite check of every position of the router's orbit with every content of the latches. *By evaluation* no unknown is left. All of them hold in a state that a replayed word
reaches, or the claim is *undetermined*. In Coq no obligation of ours occurs: the finite checks are other ones, run by its kernel's
virtual machine and proved there to be enough for every word.
";

const FOOT: &str = "
## What is cited and not proved

That the problems are complete for their classes (L, P, NC1, PNC1) is cited from the literature; the maps of
`reductions/hardness` are checked against deciders on every small source and on samples. That a class is not contained in another
is assumed by the paper, and nothing here depends on it.

## What is idealised

Numbers are rational and exact. The layered networks have no normalisation between layers, keys are not normalised, and beta is any
rational where the claim does not say otherwise; `reduce show` says it of each. What a number format does to a network is a separate
claim: `reduce check --number`, `reduce bits`, `reduce cast`.

## Layers as libraries ship them

`reduce check word-problem --model gated-delta-net` and its like rest on a finite orbit of exact states and on exact evaluation: every
product and sum that occurs is a number of the format. No solver and no Coq is asked. What must be believed is our model of the layer
(stage by stage, compared bit for bit with the libraries by `make frameworks` on some words), and the facts about floats that the claim
prints, which are compared with PyTorch there.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_blank_lines_and_tests_are_no_code() {
        let text = "//! About.\n\nfn a() {\n    // Why.\n    b();\n}\n\n#[cfg(test)]\nmod tests {\n    fn c() {}\n}\n";
        assert_eq!(code_lines(text), 3);
    }
}
