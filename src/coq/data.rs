//! Networks, machines and automata as Coq data, printed from the values.

use problems::weighted_automaton::Automaton;
use reductions::construction::machine::Action;
use reductions::construction::machine::Guard;
use reductions::construction::machine::Machine;
use reductions::construction::machine::Rule;
use rnn::Affine;
use rnn::Network;
use std::fmt::Display;

fn list(items: impl IntoIterator<Item = String>, between: &str) -> String {
    let items: Vec<String> = items.into_iter().collect();
    format!("[{}]", items.join(&format!(";{between}")))
}

/// A list of texts, which are written between quotes; a quote is doubled.
fn texts(items: &[String]) -> String {
    let quoted = items.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\"")));
    format!("{}%string", list(quoted, " "))
}

/// A rational number, which is displayed as `3`, `-3` or `-3/7`.
fn number(value: impl Display) -> String {
    let text = value.to_string();
    let (numerator, denominator) = text.split_once('/').unwrap_or((&text, "1"));
    format!("{numerator} # {denominator}")
}

/// The rows of a map, which stores its weights by column.
fn rows(map: &Affine) -> Vec<String> {
    let mut weights: Vec<Vec<String>> = vec![Vec::new(); map.n_outputs()];
    for (row, column, weight) in map.weights() {
        weights[row].push(format!("({column}, {})", number(weight)));
    }
    let row = |(row, weights): (usize, Vec<String>)| format!("Row ({}) {}", number(map.bias(row)), list(weights, " "));
    weights.into_iter().enumerate().map(row).collect()
}

fn maps(maps: &[Affine]) -> String {
    list(maps.iter().map(|map| format!("\n    {}", list(rows(map), "\n     "))), "")
}

/// The network's definition. Only the kinds that the theorems speak of are printed; the caller has looked.
pub(super) fn network(network: &Network) -> String {
    let (map, readout) = match network {
        Network::Relu(network) => (format!("Relu {}", maps(network.layers())), network.readout()),
        Network::Linear(network) => (format!("Linear {}", maps(network.transitions())), network.readout()),
        Network::Layered(_) => return String::new(),
    };
    format!(
        "(** The network, weight by weight: data only. *)\n\n\
         From Coq Require Import List.\nFrom Coq Require Import QArith.\nFrom Coq Require Import String.\n\
         From Reduce Require Import Semantics.\nImport ListNotations.\nLocal Open Scope nat_scope.\n\n\
         Definition network : network := {{|\n  tokens := {};\n  start := {};\n  recurrent_map := {map};\n  \
         readout := {} |}}.\n",
        texts(network.tokens()),
        list(network.start().iter().map(number), " "),
        rows(readout).concat(),
    )
}

fn guard(machine: &Machine, guard: Guard) -> String {
    let stack = |stack: usize| machine.counters().len() + stack;
    match guard {
        Guard::Zero(c) => format!("({c}, Zero)"),
        Guard::NonZero(c) => format!("({c}, NonZero)"),
        Guard::Empty(s) => format!("({}, Empty)", stack(s)),
        Guard::NonEmpty(s) => format!("({}, NonEmpty)", stack(s)),
        Guard::Top(s, symbol) => format!("({}, Top {symbol})", stack(s)),
        Guard::NotTop(s, symbol) => format!("({}, NotTop {symbol})", stack(s)),
    }
}

/// A rule, whose registers are the counters and then the stacks.
fn rule(machine: &Machine, rule: &Rule) -> String {
    let stack = |stack: usize| machine.counters().len() + stack;
    let counters = rule.counters.iter().map(|(counter, amount)| format!("({counter}, Add ({amount}))"));
    let stacks = rule.stacks.iter().map(|(changed, action)| {
        let action = match action {
            Action::Push(symbol) => format!("Push {symbol}"),
            Action::Pop => "Pop".to_owned(),
            Action::Replace(symbol) => format!("Replace {symbol}"),
            Action::Copy(from) => format!("Copy {}", stack(*from)),
            Action::Clear => "Clear".to_owned(),
        };
        format!("({}, {action})", stack(*changed))
    });
    format!(
        "Rule {} {} {} {} {}",
        rule.state,
        rule.token,
        list(rule.guards.iter().map(|one| guard(machine, *one)), " "),
        rule.next,
        list(counters.chain(stacks), " "),
    )
}

/// The machine's definition, and the names of what it has numbers for.
pub(super) fn machine(machine: &Machine) -> String {
    let counter_kind = |signed: bool| if signed { "Integer" } else { "Natural" };
    let counters = machine.counters().iter();
    let kinds = counters.clone().map(|counter| counter_kind(counter.signed).to_owned());
    let kinds = kinds.chain(machine.stacks().iter().map(|_| "Pushdown".to_owned()));
    let registers = counters.map(|counter| counter.name.clone()).chain(machine.stacks().iter().cloned());
    format!(
        "(** The machine: data only. *)\n\n\
         From Coq Require Import List.\nFrom Coq Require Import String.\nFrom Coq Require Import ZArith.\n\
         From Reduce Require Import Machine.\nImport ListNotations.\nLocal Open Scope nat_scope.\n\n\
         Definition machine_tokens : list string := {}.\nDefinition mode_names : list string := {}.\n\
         Definition register_names : list string := {}.\n\n\
         Definition machine : machine := {{|\n  n_modes := {};\n  n_symbols := {};\n  kinds := {};\n  rules := [\n    {}];\n  \
         initial := {};\n  accepting := {} |}}.\n",
        texts(machine.tokens()),
        texts(machine.states()),
        texts(&registers.collect::<Vec<_>>()),
        machine.states().len(),
        machine.n_symbols(),
        list(kinds, " "),
        machine.rules().iter().map(|one| rule(machine, one)).collect::<Vec<_>>().join(";\n    "),
        machine.initial(),
        machine.accepting()[0],
    )
}

/// The automaton's definition: an arc for each weight other than 0.
pub(super) fn automaton(automaton: &Automaton) -> String {
    let mut arcs = Vec::new();
    for (letter, matrix) in automaton.transitions().iter().enumerate() {
        for (source, row) in matrix.iter().enumerate() {
            for (target, weight) in row.iter().enumerate() {
                if *weight.numer() != 0.into() {
                    arcs.push(format!("Arc {source} {letter} {target} ({})", number(weight)));
                }
            }
        }
    }
    format!(
        "(** The automaton: data only. *)\n\n\
         From Coq Require Import List.\nFrom Coq Require Import QArith.\nFrom Coq Require Import String.\n\
         From Reduce Require Import Automaton.\nImport ListNotations.\nLocal Open Scope nat_scope.\n\n\
         Definition automaton : automaton := {{|\n  letters := {};\n  initial_weights := {};\n  arcs := [\n    {}];\n  \
         final_weights := {} |}}.\n",
        texts(automaton.alphabet().tokens()),
        list(automaton.initial().iter().map(number), " "),
        arcs.join(";\n    "),
        list(automaton.final_weights().iter().map(number), " "),
    )
}
