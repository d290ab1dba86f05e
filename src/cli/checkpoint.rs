//! `reduce check --checkpoint DIR --against LANGUAGE`: a model of one recurrent layer that somebody brings.

use super::against::Said;
use super::files::Output;
use super::misuse::Misuse;
use crate::check::checkpoint;
use crate::check::checkpoint::CheckpointOptions;
use crate::layers_import;
use crate::report::checkpoint::CheckpointReport;
use crate::report::json::pretty;
use crate::verdict::Verdict;
use crate::verdict::exit_code;
use clap::Args;
use itertools::Itertools;
use languages::Dfa;
use languages::Source;
use problems::Alphabet;
use problems::Problem;
use problems::word_problem;
use problems::word_problem::Letters;
use problems::word_problem::Permutation;
use problems::word_problem::WordProblem;
use reductions::shipped::Target;
use rnn::Float;
use std::path::Path;
use std::path::PathBuf;

/// Most pairs of states that a run meets where no bound is given, and the length of random words.
const PAIRS: usize = 2000;
const LENGTH: usize = 1024;

/// The flags of a check of a checkpoint.
#[derive(Debug, Args)]
pub(crate) struct CheckpointArguments {
    /// Compare instead the model of one recurrent layer in this folder, config.json and model.safetensors of
    /// flash-linear-attention or OLMo Hybrid, with the language of --against: word-problem with its --variant, regex: or dfa:
    #[arg(long, value_name = "DIR", requires = "against",
          conflicts_with_all = ["problem", "all", "controls", "maps", "machine", "network", "circuit"])]
    pub(crate) checkpoint: Option<PathBuf>,
    /// What the first entries of the vocabulary are called, with spaces between [default: the letters of the problem, or
    /// 0, 1, 2, ... for the whole vocabulary]
    #[arg(long, value_name = "NAMES", allow_hyphen_values = true)]
    pub(crate) tokens: Option<String>,
    /// Which entries of the vocabulary say that a word is not in the language of regex: or dfa:, and that it is [default: 0,1]
    #[arg(long, value_name = "NO,YES")]
    pub(crate) answers: Option<String>,
}

/// What is asked.
pub(crate) struct Asked<'a> {
    pub(crate) flags: &'a CheckpointArguments,
    pub(crate) source: &'a Source,
    pub(crate) variant: Option<&'a str>,
    pub(crate) storage: Option<Float>,
    pub(crate) pairs: Option<usize>,
    pub(crate) n: Option<usize>,
    pub(crate) samples: usize,
    pub(crate) seed: u64,
    pub(crate) json: bool,
}

/// What the model should answer, its tokens, and how a class is called.
struct Meant {
    target: Target,
    alphabet: Alphabet,
    /// The permutations that classes stand for; none of a language.
    elements: Option<Vec<Permutation>>,
    answers: [usize; 2],
}

pub(crate) fn check(folder: &Path, asked: &Asked<'_>, output: &mut Output) -> Result<u8, Misuse> {
    let imported = layers_import::read(folder).map_err(|error| Misuse(error.to_string()))?;
    let vocabulary = imported.model.shape().vocabulary;
    let meant = meant(asked, vocabulary)?;
    let n_tokens = meant.alphabet.len();
    let model = layers_import::over_first_tokens(&imported.model, n_tokens)
        .map_err(|error| Misuse(format!("{}: {error}", folder.display())))?;
    let storage = asked.storage.unwrap_or(imported.storage);
    // A library would round the weights first.
    for tensor in model.tensors() {
        if let Some(entry) = tensor.values.iter().find(|entry| !storage.contains(entry)) {
            return Err(Misuse(format!(
                "{}: expected weights that are numbers of {storage}, in which the model computes, got {entry} in {}; see \
                 --number",
                folder.display(),
                tensor.name
            )));
        }
    }
    let options = CheckpointOptions {
        storage,
        pairs: asked.pairs.unwrap_or(PAIRS),
        words: (asked.n.unwrap_or(LENGTH), asked.samples, asked.seed),
        output_epsilon: checkpoint::output_epsilon(imported.library),
    };
    let outcome = checkpoint::check(&model, &meant.target, &options);
    let variant = asked.variant.map(|variant| format!(", variant {variant}")).unwrap_or_default();
    let report = CheckpointReport {
        checkpoint: folder.display().to_string(),
        language: format!("{}{variant}", asked.source),
        configuration: &imported.configuration,
        storage,
        outcome: &outcome,
        tokens: meant.alphabet.tokens(),
        classes: &|class| meant.name(class),
        spell: &|word| meant.alphabet.format(&problems::word_of(word.iter().copied())),
    };
    output.line(&if asked.json { pretty(&report.json()) } else { report.text() })?;
    output.show();
    let alarm = outcome.is_alarm.then_some(Verdict::Refuted);
    Ok(exit_code([outcome.judgement.verdict].into_iter().chain(alarm)))
}

impl Meant {
    /// What a class is called.
    fn name(&self, class: usize) -> String {
        let element = self.elements.as_ref().and_then(|elements| elements.get(class));
        match element {
            Some(element) => format!("class {class}, {}", element.images_text()),
            None if self.elements.is_none() && class == self.answers[0] => format!("{class}, no"),
            None if self.elements.is_none() && class == self.answers[1] => format!("{class}, yes"),
            None => format!("class {class}"),
        }
    }
}

/// The names of the first tokens.
fn names(asked: &Asked<'_>, vocabulary: usize) -> Result<Option<Alphabet>, Misuse> {
    let Some(text) = &asked.flags.tokens else { return Ok(None) };
    let names: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let most = vocabulary.min(256);
    if names.is_empty() || names.len() > most {
        let n = names.len();
        return Err(Misuse(format!(
            "--tokens: expected 1 to {most} names, one for each token of the alphabet, got {n}"
        )));
    }
    if let Some(twice) = names.iter().duplicates().next() {
        return Err(Misuse(format!("--tokens: expected names that differ, got `{twice}` twice")));
    }
    Ok(Some(Alphabet::new(names)))
}

/// The word problem of a variant: those of the list, and those of layers as shipped.
fn group(variant: Option<&str>) -> Result<(&'static WordProblem, usize), Misuse> {
    let shipped = Letters::ALL.into_iter().cartesian_product([5, 4, 3]);
    let shipped =
        shipped.filter_map(|(letters, points)| Some((word_problem::symmetric_group(letters, points)?, points)));
    let all: Vec<(&'static WordProblem, usize)> =
        [(word_problem::all_elements(), 5), (word_problem::generators(), 5)].into_iter().chain(shipped).collect();
    let Some(variant) = variant else {
        let names = all.iter().filter_map(|(problem, _)| problem.variant()).join(", ");
        return Err(Misuse(format!("--variant: expected one of {names} beside --against word-problem, got none")));
    };
    all.iter().find(|(problem, _)| problem.variant() == Some(variant)).copied().ok_or_else(|| {
        let names = all.iter().filter_map(|(problem, _)| problem.variant()).join(", ");
        Misuse(format!("--variant: expected one of {names}, got `{variant}`"))
    })
}

fn meant(asked: &Asked<'_>, vocabulary: usize) -> Result<Meant, Misuse> {
    let small = |needed: usize, what: &str| {
        Misuse(format!("--against: expected a vocabulary of at least {needed}, for {what}, got {vocabulary}"))
    };
    let names = names(asked, vocabulary)?;
    // A group: a class for each element.
    if let Source::Problem(name) = asked.source
        && name == "word-problem"
    {
        if asked.flags.answers.is_some() {
            return Err(Misuse("--answers: expected regex: or dfa: after --against, got word-problem".to_owned()));
        }
        let (problem, points) = group(asked.variant)?;
        let elements = Permutation::of_first(points);
        let needed = elements.len().max(problem.letters().len());
        if vocabulary < needed {
            return Err(small(needed, "letters and elements"));
        }
        // Names in another order mean another order of the letters.
        let alphabet = names.unwrap_or_else(|| problem.alphabet().clone());
        let letters = alphabet.tokens().iter().map(|name| {
            let place = problem.alphabet().tokens().iter().position(|own| own == name);
            place.map(|place| problem.letters()[place]).ok_or_else(|| {
                let some = problem.alphabet().tokens().iter().take(6).join(" ");
                Misuse(format!("--tokens: expected letters of the variant, as {some}, got `{name}`"))
            })
        });
        let target = Target::of_group(&letters.collect::<Result<Vec<_>, _>>()?, &elements);
        return Ok(Meant { target, alphabet, elements: Some(elements), answers: [0, 1] });
    }
    // A language: one entry for no, one for yes.
    let answers = answers(asked, vocabulary)?;
    let alphabet = match names {
        Some(names) => names,
        None if vocabulary > 256 => {
            return Err(Misuse(format!(
                "--tokens: expected names of the tokens of the alphabet beside a vocabulary of {vocabulary}, got none"
            )));
        }
        None => Alphabet::new((0..vocabulary).map(|token| token.to_string())),
    };
    let Said::Automaton(dfa) = Said::read(asked.source, asked.variant, &alphabet)? else {
        return Err(Misuse(format!(
            "--against: expected word-problem, another problem that is regular, regex: or dfa: beside --checkpoint, got {}",
            asked.source
        )));
    };
    Ok(Meant { target: target(&dfa, answers), alphabet, elements: None, answers })
}

fn answers(asked: &Asked<'_>, vocabulary: usize) -> Result<[usize; 2], Misuse> {
    let text = asked.flags.answers.as_deref().unwrap_or("0,1");
    let read: Option<Vec<usize>> = text.split(',').map(|number| number.trim().parse().ok()).collect();
    match read.as_deref() {
        Some([no, yes]) if no != yes && no.max(yes) < &vocabulary => Ok([*no, *yes]),
        _ => Err(Misuse(format!(
            "--answers: expected two entries of the vocabulary, as 0,1, each below {vocabulary}, got `{text}`"
        ))),
    }
}

/// An automaton as what should be answered, its start state first.
fn target(dfa: &Dfa, answers: [usize; 2]) -> Target {
    // The start state and state 0 exchange their places.
    let start = dfa.start() as usize;
    let place = |state: usize| match state {
        0 => start,
        state if state == start => 0,
        state => state,
    };
    let states = (0..dfa.n_states()).map(place);
    let next = states.clone().flat_map(|state| {
        (0..dfa.n_tokens()).map(move |token| place(dfa.step(u32::try_from(state).unwrap_or(0), token) as usize))
    });
    let classes = states.map(|state| answers[usize::from(dfa.is_accepting(u32::try_from(state).unwrap_or(0)))]);
    Target::new(dfa.n_tokens(), next.collect(), classes.collect())
}
