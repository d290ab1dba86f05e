//! Which reduction is meant: by problem, model and variant, refused with the list of names.

use super::automata;
use super::files;
use super::files::quoted;
use super::files::quoted_path;
use super::misuse::Misuse;
use super::number;
use super::shipped;
use clap::Args;
use itertools::Itertools;
use problems::Problem;
use reductions::Description;
use reductions::Reduction;
use reductions::as_printed::Claim;
use reductions::as_printed::MachineClaim;
use rnn::Network;
use rnn::Precision;
use std::ops::Deref;
use std::path::Path;

/// The flags that name a claim, beside its problem.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// The kind of network: relu, pd, deltanet, rwkv7; gated-delta-net, delta-net, delta-product as libraries ship them; or
    /// machine [default: the problem's first]
    #[arg(long)]
    pub(crate) model: Option<String>,
    /// The form, as `reduce list` prints it [default: the problem's first]
    #[arg(long)]
    pub(crate) variant: Option<String>,
    /// The automaton of weighted-automaton or deterministic-automaton: the name of a shipped one, or a file in OpenFst
    /// text with rational weights; of deterministic-automaton also regex:EXPRESSION; --variant is then `sign` or none
    #[arg(long, value_name = "NAME|FILE")]
    pub(crate) automaton: Option<String>,
}

/// A claim that the user means.
pub(crate) enum Selected {
    /// One about a network.
    Network(SelectedReduction),
    /// One about a machine.
    Machine(&'static MachineClaim),
}

impl Selected {
    /// The problem.
    pub(crate) fn problem(&self) -> &dyn Problem {
        match self {
            Self::Network(reduction) => reduction.problem(),
            Self::Machine(claim) => claim.problem,
        }
    }
}

/// A reduction of the list, or one that was made for the automaton that the user gives.
pub(crate) enum SelectedReduction {
    Listed(&'static dyn Reduction),
    Made(Box<dyn Reduction>),
}

impl Deref for SelectedReduction {
    type Target = dyn Reduction;

    fn deref(&self) -> &Self::Target {
        match self {
            Self::Listed(reduction) => *reduction,
            Self::Made(reduction) => reduction.as_ref(),
        }
    }
}

/// The claim that is meant, one that holds or one as printed.
pub(crate) fn claim(problem: &str, selection: &Selection) -> Result<Selected, Misuse> {
    let all = reductions::claims();
    let of_problem: Vec<Claim> = all.iter().copied().filter(|claim| claim.problem().name() == problem).collect();
    if of_problem.is_empty() {
        let names = all.iter().map(|claim| claim.problem().name()).unique().join(", ");
        return Err(Misuse(format!("expected a problem, one of {names}, got `{problem}`")));
    }
    // The network of one layer is a claim of deterministic-automaton.
    if let (Some(automaton), "weighted-automaton", Some("pd")) =
        (selection.automaton.as_deref(), problem, selection.model.as_deref())
    {
        return automata::reduction(problem, "pd", selection.variant.as_deref(), automaton)
            .map(|made| Selected::Network(SelectedReduction::Made(made)));
    }
    let models = of_problem.iter().map(|claim| claim.description().model);
    let models = models.chain(shipped::models_of(problem)).unique().join(", ");
    let has_model = |claim: &Claim| selection.model.as_deref().is_none_or(|model| claim.description().model == model);
    let of_model: Vec<Claim> = of_problem.into_iter().filter(has_model).collect();
    let Some(first) = of_model.first().copied() else {
        let model = selection.model.as_deref().unwrap_or_default();
        return Err(Misuse(format!("--model: expected one of {models} for {problem}, got `{model}`")));
    };
    if let Some(automaton) = selection.automaton.as_deref() {
        let model = first.description().model;
        return automata::reduction(problem, model, selection.variant.as_deref(), automaton)
            .map(|made| Selected::Network(SelectedReduction::Made(made)));
    }
    let Some(variant) = selection.variant.as_deref() else {
        return Ok(listed(first));
    };
    let found = of_model.iter().copied().find(|claim| claim.description().variant == Some(variant));
    found.map(listed).ok_or_else(|| {
        let variants = of_model.iter().filter_map(|claim| claim.description().variant).join(", ");
        let expected = if variants.is_empty() { "no variant".to_owned() } else { format!("one of {variants}") };
        Misuse(format!("--variant: expected {expected} for {problem}, got `{variant}`"))
    })
}

/// The claim that is meant, where it must be about a network.
pub(crate) fn reduction(problem: &str, selection: &Selection) -> Result<SelectedReduction, Misuse> {
    match claim(problem, selection)? {
        Selected::Network(reduction) => Ok(reduction),
        Selected::Machine(machine) => Err(no_network(machine)),
    }
}

fn listed(claim: Claim) -> Selected {
    match claim {
        Claim::Network(reduction) => Selected::Network(SelectedReduction::Listed(reduction)),
        Claim::Machine(machine) => Selected::Machine(machine),
    }
}

/// A machine was named where a network is needed.
pub(crate) fn no_network(machine: &'static MachineClaim) -> Misuse {
    let flags = flags_of(&Claim::Machine(machine));
    Misuse(format!("expected a network, got {flags}, which is a machine that no network with fixed weights can follow"))
}

/// The reduction's own network, or the one in a file.
pub(crate) fn network(reduction: &dyn Reduction, file: Option<&Path>) -> Result<Network, Misuse> {
    let Some(path) = file else {
        return Ok(reduction.network().clone());
    };
    files::read_json(path, "a network", |value| {
        let network = Network::from_json(value).map_err(|error| error.to_string())?;
        // A file of another kind, or with other tokens, is none of this claim.
        reduction.proof(&rnn::Terms::default(), &network).map_err(|error| error.to_string())?;
        Ok::<Network, String>(network)
    })
}

/// The flags with which a command names this reduction, which was selected so, again.
pub(crate) fn flags(reduction: &dyn Reduction, selection: &Selection) -> String {
    flags_for(reduction.problem().name(), &reduction.description(), Some(selection))
}

/// The flags with which a command names this claim of the list again.
pub(crate) fn flags_of(claim: &Claim) -> String {
    flags_for(claim.problem().name(), &claim.description(), None)
}

/// The command that replays a word.
pub(crate) fn replay(
    reduction: &dyn Reduction,
    selection: &Selection,
    word: &[problems::Token],
    network: Option<&Path>,
    precision: Option<&Precision>,
) -> String {
    let network = network.map(|path| format!(" --network {}", quoted_path(path))).unwrap_or_default();
    let number = precision.map(number::flags).unwrap_or_default();
    let word = reduction.problem().alphabet().format(word);
    format!("echo {} | reduce run {}{network}{number}", quoted(&word), flags(reduction, selection))
}

fn flags_for(problem: &str, description: &Description, selection: Option<&Selection>) -> String {
    let mut text = problem.to_owned();
    let default = reductions::claims().into_iter().find(|other| other.problem().name() == problem);
    let default = default.map(|claim| claim.description());
    if default.is_some_and(|default| default.model != description.model) {
        text.push_str(&format!(" --model {}", description.model));
    }
    if let Some((selection, automaton)) = selection.and_then(|given| Some((given, given.automaton.as_ref()?))) {
        text.push_str(&format!(" --automaton {}", quoted(automaton)));
        text.extend(selection.variant.iter().map(|variant| format!(" --variant {variant}")));
    } else if let Some(variant) = description.variant
        && default.is_some_and(|default| default.variant != Some(variant))
    {
        text.push_str(&format!(" --variant {variant}"));
    }
    text
}
