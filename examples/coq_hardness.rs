//! Writes instances and what the hardness maps make of them as data, which `coq/agreement` compares with the maps in Coq:
//! `cargo run --example coq_hardness -- coq`.

use itertools::Itertools;
use problems::Random;
use problems::matrix_product::word;
use reductions::hardness::formula_to_matrix_product;
use reductions::hardness::formula_to_word_problem;
use reductions::hardness::functional_graph_to_reachability::FunctionalGraph;
use reductions::hardness::functional_graph_to_reachability::map;
use std::env;
use std::error::Error;
use std::fmt::Display;
use std::fs;
use std::path::Path;

/// How many instances there are of each map.
const N_CASES: u64 = 60;

/// Formulas have at most as many levels below each other, and these three variables.
const DEPTH: usize = 4;
const N_VARIABLES: usize = 3;

fn main() -> Result<(), Box<dyn Error>> {
    let root = env::args().nth(1).unwrap_or_else(|| "coq".to_owned());
    let generated = Path::new(&root).join("generated");
    fs::create_dir_all(&generated)?;
    let boolean = cases("FormulaToWordProblem", "formula * list bool * list nat", boolean_case);
    let arithmetic = cases("FormulaToMatrixProduct", "formula * list nat * list nat", arithmetic_case);
    let graphs = cases("FunctionalGraphToReachability", "functional_graph * nat * nat * list (nat * nat)", graph_case);
    for (name, text) in [boolean, arithmetic, graphs] {
        fs::write(generated.join(format!("{name}Cases.v")), text)?;
    }
    Ok(())
}

fn cases(name: &str, kind: &str, case: impl Fn(&mut Random) -> String) -> (String, String) {
    let all = (0..N_CASES).map(|index| case(&mut Random::new(1, index))).join(";\n  ");
    let head = "(** Instances and what the tool's map makes of them: data only. *)";
    let text = format!(
        "{head}\n\nFrom Coq Require Import List.\nFrom Hardness Require Import {name}.\nImport ListNotations.\n\n\
         Definition cases : list ({kind}) := [\n  {all}].\n"
    );
    (name.to_owned(), text)
}

fn list(items: impl IntoIterator<Item = impl Display>) -> String {
    format!("[{}]", items.into_iter().join("; "))
}

/// A Boolean formula with random values, and its word over S5.
fn boolean_case(random: &mut Random) -> String {
    let depth = random.below(DEPTH + 1);
    let (formula, text) = boolean(depth, random);
    let values: Vec<bool> = (0..N_VARIABLES).map(|_| random.bit()).collect();
    let letters = formula_to_word_problem::map(&formula, &values);
    format!("({text}, {}, {})", list(values), list(letters.iter()))
}

fn boolean(depth: usize, random: &mut Random) -> (formula_to_word_problem::Formula, String) {
    use formula_to_word_problem::Formula;
    if depth == 0 {
        let place = random.below(N_VARIABLES);
        return (Formula::Variable(place), format!("Leaf {place}"));
    }
    let kind = random.below(3);
    let (f, f_text) = boolean(depth - 1, random);
    if kind == 0 {
        return (Formula::Not(f.into()), format!("Not ({f_text})"));
    }
    let (g, g_text) = boolean(depth - 1, random);
    let (f, g) = (f.into(), g.into());
    match kind {
        1 => (Formula::And(f, g), format!("And ({f_text}) ({g_text})")),
        _ => (Formula::Or(f, g), format!("Or ({f_text}) ({g_text})")),
    }
}

/// An arithmetic formula with random values, as tokens of the matrix product, and its word.
fn arithmetic_case(random: &mut Random) -> String {
    let depth = random.below(DEPTH);
    let (formula, text) = arithmetic(depth, random);
    let values: Vec<i8> = (0..N_VARIABLES).map(|_| random.below(3) as i8 - 1).collect();
    let entries = word(&formula_to_matrix_product::map(&formula, &values));
    format!("({text}, {}, {})", list(values.iter().map(|value| value + 1)), list(entries.iter()))
}

fn arithmetic(depth: usize, random: &mut Random) -> (formula_to_matrix_product::Formula, String) {
    use formula_to_matrix_product::Formula;
    if depth == 0 {
        let place = random.below(N_VARIABLES);
        return (Formula::Variable(place), format!("Leaf {place}"));
    }
    let kind = random.below(3);
    let (f, f_text) = arithmetic(depth - 1, random);
    if kind == 0 {
        return (Formula::Negate(f.into()), format!("Negate ({f_text})"));
    }
    let (g, g_text) = arithmetic(depth - 1, random);
    let (f, g) = (f.into(), g.into());
    match kind {
        1 => (Formula::Add(f, g), format!("Sum ({f_text}) ({g_text})")),
        _ => (Formula::Multiply(f, g), format!("Multiply ({f_text}) ({g_text})")),
    }
}

/// A random functional graph with a target, its goal, and the edges of the layered graph.
fn graph_case(random: &mut Random) -> String {
    let n = 1 + random.below(6);
    let successors: Vec<Option<usize>> = (0..n).map(|_| random.below(n + 1).checked_sub(1)).collect();
    let (source, target) = (random.below(n), random.below(n));
    let text = list(successors.iter().map(|next| next.map_or("None".to_owned(), |next| format!("Some {next}"))));
    let instance = map(&FunctionalGraph { successors, source, target });
    let edges = list(instance.edges.iter().map(|(from, to)| format!("({from}, {to})")));
    format!("({text}, {target}, {}, {edges})", instance.target)
}
