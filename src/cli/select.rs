//! Which reduction is meant: by problem, model and variant, refused with the list of names.

use super::Misuse;
use super::Selection;
use super::automata;
use super::files;
use super::json;
use itertools::Itertools;
use reductions::Reduction;
use rnn::Network;
use serde_json::Value;
use std::ops::Deref;
use std::path::Path;

/// A reduction of the list, or one that was made for the automaton that the user gives.
pub(crate) enum Selected {
    Listed(&'static dyn Reduction),
    Made(Box<dyn Reduction>),
}

impl Deref for Selected {
    type Target = dyn Reduction;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Listed(reduction) => *reduction,
            Self::Made(reduction) => reduction.as_ref(),
        }
    }
}

/// The reduction that is meant.
pub(crate) fn reduction(problem: &str, selection: &Selection) -> Result<Selected, Misuse> {
    let all = reductions::all();
    let of_problem: Vec<_> = all.iter().copied().filter(|reduction| reduction.problem().name() == problem).collect();
    if of_problem.is_empty() {
        let names = all.iter().map(|reduction| reduction.problem().name()).unique().join(", ");
        return Err(Misuse(format!("expected a problem, one of {names}, got `{problem}`")));
    }
    let models = of_problem.iter().map(|reduction| reduction.description().model).unique().join(", ");
    let has_model = |reduction: &&dyn Reduction| {
        selection.model.as_deref().is_none_or(|model| reduction.description().model == model)
    };
    let of_model: Vec<_> = of_problem.into_iter().filter(has_model).collect();
    let Some(first) = of_model.first().copied() else {
        let model = selection.model.as_deref().unwrap_or_default();
        return Err(Misuse(format!("--model: expected one of {models} for {problem}, got `{model}`")));
    };
    if let Some(automaton) = selection.automaton.as_deref() {
        let model = first.description().model;
        return automata::reduction(problem, model, selection.variant.as_deref(), automaton).map(Selected::Made);
    }
    let Some(variant) = selection.variant.as_deref() else {
        return Ok(Selected::Listed(first));
    };
    let found = of_model.iter().copied().find(|reduction| reduction.description().variant == Some(variant));
    found.map(Selected::Listed).ok_or_else(|| {
        let variants = of_model.iter().filter_map(|reduction| reduction.description().variant).join(", ");
        let expected = if variants.is_empty() { "no variant".to_owned() } else { format!("one of {variants}") };
        Misuse(format!("--variant: expected {expected} for {problem}, got `{variant}`"))
    })
}

/// The reduction's own network, or the one in a file.
pub(crate) fn network(reduction: &dyn Reduction, file: Option<&Path>) -> Result<Network, Misuse> {
    let Some(path) = file else {
        return Ok(reduction.network().clone());
    };
    let text = files::text(path)?;
    let name = files::name(path);
    let value: Value = serde_json::from_str(&text)
        .map_err(|error| Misuse(format!("{name}: line {}: expected a network as JSON: {error}", error.line())))?;
    let misuse = |message: String| {
        let line = json::line_of(&text, &message).map(|line| format!("line {line}: ")).unwrap_or_default();
        Misuse(format!("{name}: {line}{message}"))
    };
    let network = Network::from_json(&value).map_err(|error| misuse(error.to_string()))?;
    let terms = rnn::Terms::default();
    reduction.proof(&terms, &network).map_err(|error| misuse(error.to_string()))?;
    Ok(network)
}

/// The flags with which a command names this reduction, which was selected so, again.
pub(crate) fn flags(reduction: &dyn Reduction, selection: &Selection) -> String {
    let description = reduction.description();
    let mut text = reduction.problem().name().to_owned();
    let default = reductions::all().into_iter().find(|other| other.problem().name() == reduction.problem().name());
    let default = default.map(|reduction| reduction.description());
    if default.is_some_and(|default| default.model != description.model) {
        text.push_str(&format!(" --model {}", description.model));
    }
    if let Some(automaton) = &selection.automaton {
        text.push_str(&format!(" --automaton '{automaton}'"));
        text.extend(selection.variant.iter().map(|variant| format!(" --variant {variant}")));
    } else if let Some(variant) = description.variant
        && default.is_some_and(|default| default.variant != Some(variant))
    {
        text.push_str(&format!(" --variant {variant}"));
    }
    text
}
