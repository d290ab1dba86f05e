//! What several tests need: the program as a user runs it, and reductions with a fault put in by hand.

use assert_cmd::Command;
use problems::Problem;
use reductions::Description;
use reductions::Reduction;
use reductions::Values;
use reductions::definition::Definition;
use reductions::proof::CoordinateKind;
use reductions::proof::Invariant;
use reductions::proof::Proof;
use reductions::proof::ProofError;
use reductions::statement::mathematics::Meaning;
use rnn::Network;
use rnn::Term;
use rnn::Terms;
use serde_json::Value;

/// What a command gave.
pub(crate) struct Done {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs the program with these arguments and this standard input.
pub(crate) fn reduce_with(arguments: &[&str], input: &str) -> Done {
    let output = Command::cargo_bin("reduce").unwrap().args(arguments).write_stdin(input).output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    Done { code: output.status.code().unwrap(), out, err }
}

/// Runs the program with these arguments.
pub(crate) fn reduce(arguments: &[&str]) -> Done {
    reduce_with(arguments, "")
}

/// Refused: exit 2, nothing on standard output, one sentence that names all of `parts`, no panic.
pub(crate) fn refused(done: &Done, parts: &[&str]) {
    assert_eq!((done.code, done.out.as_str()), (2, ""), "{}", done.err);
    for part in parts {
        assert!(done.err.contains(part), "expected `{part}` in `{}`", done.err);
    }
    assert!(!done.err.contains("panicked"), "{}", done.err);
}

/// What a command gave, as JSON.
pub(crate) fn json(done: &Done) -> Value {
    serde_json::from_str(&done.out).unwrap_or_else(|error| panic!("{error}: {} {}", done.out, done.err))
}

/// A program that says its version and runs these lines of shell for the last file that it is given, whose name is `$file`.
#[cfg(unix)]
pub(crate) fn stand_in(place: &std::path::Path, version: &str, lines: &str) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = place.join("stand-in");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then echo '{version}'; exit 0; fi\nfor file; do :; done\n{lines}\n"
    );
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[cfg(unix)]
pub(crate) const VERSION: &str = "The Coq Proof Assistant, version 8.16.1";
/// Every theorem is closed.
#[cfg(unix)]
pub(crate) const ACCEPT: &str = "sed -n 's/^Print Assumptions .*/Closed under the global context/p' \"$file\"";

/// A definition that is put in the place of a reduction's own.
pub(crate) type OfDefinition = for<'a> fn(&'a Terms) -> Definition<'a>;
/// An invariant that is.
pub(crate) type OfInvariant = for<'a> fn(&'a Terms) -> Invariant<'a>;
/// A meaning that is.
pub(crate) type OfMeaning = for<'a> fn(&'a Terms) -> Meaning<'a>;

/// A reduction with some of its parts exchanged: a wrong definition, a weaker invariant, another network.
pub(crate) struct With {
    pub(crate) reduction: &'static dyn Reduction,
    pub(crate) network: Option<Network>,
    pub(crate) definition: Option<OfDefinition>,
    pub(crate) invariant: Option<OfInvariant>,
    pub(crate) meaning: Option<OfMeaning>,
}

impl With {
    pub(crate) fn nothing_else(reduction: &'static dyn Reduction) -> Self {
        Self { reduction, network: None, definition: None, invariant: None, meaning: None }
    }
}

impl Reduction for With {
    fn description(&self) -> Description {
        self.reduction.description()
    }

    fn problem(&self) -> &dyn Problem {
        self.reduction.problem()
    }

    fn network(&self) -> &Network {
        self.network.as_ref().unwrap_or_else(|| self.reduction.network())
    }

    fn compares(&self) -> Values {
        self.reduction.compares()
    }

    fn definition<'a>(&self, terms: &'a Terms) -> Definition<'a> {
        self.definition.map_or_else(|| self.reduction.definition(terms), |definition| definition(terms))
    }

    fn meaning<'a>(&self, terms: &'a Terms) -> Meaning<'a> {
        self.meaning.map_or_else(|| self.reduction.meaning(terms), |meaning| meaning(terms))
    }

    /// Without an invariant given, the reduction's own argument, which knows nothing of another definition.
    fn argument<'a>(&self, terms: &'a Terms, network: &Network) -> Result<Proof<'a>, ProofError> {
        match self.invariant {
            None => self.reduction.argument(terms, network),
            Some(invariant) => {
                Proof::by_induction(terms, network, self.definition(terms), invariant(terms), self.meaning(terms))
            }
        }
    }

    fn positional<'a>(&self, terms: &'a Terms, tokens: &[Term<'a>]) -> Term<'a> {
        self.reduction.positional(terms, tokens)
    }
}

/// What the stack of the network of balanced brackets holds.
pub(crate) fn dyck_invariant(terms: &Terms) -> Invariant<'_> {
    let coordinates = [("Q", CoordinateKind::Control), ("A", CoordinateKind::Control), ("s", CoordinateKind::Real)];
    Invariant::new(coordinates, move |mode, h, state| {
        let (list, s) = (state.list(), h.get("s"));
        let in_range = s.at_least(terms.ratio(0, 1)).and(s.below(terms.ratio(1, 1)));
        let mut conjuncts = vec![list.length.at_least(terms.int(0)), in_range];
        if mode == "Q" {
            conjuncts.push(s.equals(list.prefix(list.length)));
        }
        conjuncts
    })
    .with_facts_at(|state| vec![state.list().length])
}
