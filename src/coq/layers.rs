//! The folders of claims about networks of several layers.

use super::ExportError;
use super::Subject;
use super::layered::AUTOMATA;
use super::layered::AutomatonClaim;
use super::layered::PRODUCTS;
use super::layered::ProductClaim;
use super::layered::THEORIES;
use super::layered::theorem_text;
use super::readme;
use crate::folder::File;
use problems::weighted_automaton;
use problems::weighted_automaton::Automaton;
use reductions::Description;
use reductions::Values;
use reductions::weighted_automaton_deltanet::sign_delta;
use rnn::Exact;
use rnn::HeadFamily;
use rnn::LayeredRnn;
use rnn::Network;

/// The name of the theorem about an automaton that is not shipped.
pub(super) const ANY: &str = "AnyLetters";

/// The files of a subject that is a network of several layers; none where it is another.
pub(super) fn files(subject: Subject<'_>, network: &Network) -> Result<Option<Vec<File>>, ExportError> {
    let (name, product, automaton) = match subject {
        Subject::Machine(_) | Subject::Automaton(_) => return Ok(None),
        Subject::Letters(automaton, values) => (ANY, None, Some((automaton, values))),
        Subject::Claim(reduction) => match listed(reduction.problem().name(), &reduction.description()) {
            Some(Listed::Product(product)) => (product.name, Some(product), None),
            Some(Listed::Letters(variant, name)) => {
                (name, None, named(variant).map(|found| (found, reduction.compares())))
            }
            None => return Ok(None),
        },
    };
    let Network::Layered(layered) = network else {
        return Err(ExportError::Kind { expected: "layered", got: super::kind(network) });
    };
    let (data, theorem, says) = match (product, automaton) {
        (Some(product), _) => {
            let data = product.data(layered).map_err(ExportError::Network)?;
            (data, product.theorem.to_owned(), SAYS_PRODUCT)
        }
        (None, Some((automaton, values))) => {
            let claim = letters(name, automaton, values, layered)?;
            let (data, (_, theorem)) = (claim.data().map_err(ExportError::Network)?, claim.theorem());
            (data, theorem, SAYS_WEIGHT)
        }
        (None, None) => return Ok(None),
    };
    let file = |folder: &str, name: String, text: String| File { path: format!("{folder}/{name}"), text };
    let mut files: Vec<File> =
        THEORIES.iter().map(|(name, text)| file("theories", (*name).to_owned(), (*text).to_owned())).collect();
    files.push(file("claims", format!("{name}.v"), theorem));
    files.extend(data.into_iter().map(|(name, text)| file("generated", name, text)));
    for (path, text) in
        [("Makefile", include_str!("../../coq/Makefile")), ("_CoqProject", include_str!("../../coq/_CoqProject"))]
    {
        files.push(File { path: path.to_owned(), text: text.to_owned() });
    }
    files.push(File::new("README.md", readme::text(name, says, &files)));
    Ok(Some(files))
}

/// What is known of a claim of the list.
enum Listed {
    Product(&'static ProductClaim),
    /// The variant, and the theorem's name.
    Letters(&'static str, &'static str),
}

fn listed(problem: &str, description: &Description) -> Option<Listed> {
    let key = (description.model, description.variant);
    let is_product = |claim: &&ProductClaim| (claim.model, claim.variant) == key;
    let is_letters = |(model, variant, _): &&(&str, &str, &str)| (*model, Some(*variant)) == key;
    match problem {
        "matrix-product" => PRODUCTS.iter().find(is_product).map(Listed::Product),
        "weighted-automaton" => {
            AUTOMATA.iter().find(is_letters).map(|(_, variant, name)| Listed::Letters(variant, name))
        }
        _ => None,
    }
}

/// The texts that the theorem of a name can have: of products one; of automata one about weights and one about multiples.
pub(super) fn claim_texts(name: &str) -> Vec<String> {
    if let Some(product) = PRODUCTS.iter().find(|product| product.name == name) {
        return vec![product.theorem.to_owned()];
    }
    let is_of_letters = name == ANY || AUTOMATA.iter().any(|(_, _, other)| *other == name);
    if is_of_letters { [true, false].map(|is_exact| theorem_text(name, is_exact)).into() } else { Vec::new() }
}

/// The name of the theorem about a claim.
pub(super) fn theorem(problem: &str, description: &Description) -> Option<&'static str> {
    listed(problem, description).map(|listed| match listed {
        Listed::Product(product) => product.name,
        Listed::Letters(_, name) => name,
    })
}

fn named(variant: &str) -> Option<&'static Automaton> {
    let all = weighted_automaton::all().into_iter().map(|problem| problem.automaton());
    all.into_iter().find(|automaton| automaton.name() == variant.trim_end_matches("-sign"))
}

fn letters<'a>(
    name: &'a str,
    automaton: &'a Automaton,
    values: Values,
    network: &'a LayeredRnn,
) -> Result<AutomatonClaim<'a>, ExportError> {
    let is_exact = values == Values::Exact || network.family() == HeadFamily::Rwkv7;
    let factor = if is_exact {
        Exact::ONE
    } else {
        &sign_delta(automaton).map_err(ExportError::Network)? / &Exact::integer(automaton.n_states() as i64)
    };
    Ok(AutomatonClaim { name, automaton, network, factor })
}

const SAYS_PRODUCT: &str = "for every word, the network accepts it iff it lists the entries of at least one 3x3 matrix, row by \
                            row, and entry (0, 0) of the product of its matrices is positive; at every matrix end the nine \
                            value outputs are the product, as the theorem file says exactly";
const SAYS_WEIGHT: &str = "for every word over the automaton's letters, the network accepts it iff its weight is positive; after \
                           every letter the value output is the weight, or a positive multiple of it, as the theorem file \
                           says exactly";
