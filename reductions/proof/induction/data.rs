//! What an induction is made of, as data: from it and a network anybody can build the obligations again.

use super::CoordinateKind;
use super::Coordinates;
use super::Induction;
use crate::definition::View;
use rnn::Sort;
use rnn::Term;
use rnn::Terms;

/// How a coordinate is named in the invariant, a Real.
const COORDINATE: &str = "x.";
/// How registers and list are named after a step.
const AFTER: &str = "after.";
/// How they are named in equations that say what they are before the first token.
const BEGIN: &str = "begin.";

/// The invariant of each mode and the cases of the definition, over the symbols of the obligations: registers under their
/// names, the list as `v`, `k`, `E` and `C`; but a coordinate `X` is `x.X`.
#[derive(Clone, Debug)]
pub struct InductionData<'a> {
    /// The network's coordinates, in its order.
    pub coordinates: Vec<(String, CoordinateKind)>,
    /// What registers and list are before the first token, as equations for `begin.R`.
    pub start: Vec<Term<'a>>,
    /// What is true of the codes of every list and stack.
    pub facts: Vec<Term<'a>>,
    /// The modes that the induction covers, the first one being where it starts.
    pub modes: Vec<ModeData<'a>>,
    /// The mode of words for which no case applies.
    pub dead: String,
}

/// A mode.
#[derive(Clone, Debug)]
pub struct ModeData<'a> {
    /// Its name.
    pub name: String,
    /// The conjuncts of its invariant; that control bits are the mode's is not among them.
    pub invariant: Vec<Term<'a>>,
    /// When a word is accepted that ends here.
    pub accepts: Term<'a>,
    /// Its cases.
    pub cases: Vec<CaseData<'a>>,
}

/// A case.
#[derive(Clone, Debug)]
pub struct CaseData<'a> {
    /// The token.
    pub token: String,
    /// When it is taken, if no earlier one of the token is.
    pub guard: Term<'a>,
    /// The name of the next mode.
    pub next: String,
    /// What registers and list are afterwards, as equations for `after.R`; what is not among them stays.
    pub after: Vec<Term<'a>>,
}

impl<'a> Induction<'a> {
    /// The data of this induction.
    pub(in crate::proof) fn data(&self, terms: &'a Terms) -> InductionData<'a> {
        let definition = &self.definition;
        let (view, names) = (definition.symbols(), definition.modes());
        let coordinates = self.network.coordinates();
        let values = coordinates.iter().map(|name| terms.symbol(&format!("{COORDINATE}{name}"), Sort::Real)).collect();
        let any_state = Coordinates { names: coordinates.to_vec(), values };
        let case = |mode: usize, token: usize| {
            definition.cases(mode, token).iter().map(move |case| {
                let after = definition.successor(&definition.symbols(), case);
                CaseData {
                    token: definition.tokens()[token].clone(),
                    guard: case.guard,
                    next: names[case.next].clone(),
                    after: self.changes(terms, AFTER, &after),
                }
            })
        };
        let mode = |mode: usize| {
            let mut invariant = (self.invariant.relation)(&names[mode], &any_state, &view);
            invariant.extend(definition.window_invariant(&view));
            ModeData {
                name: names[mode].clone(),
                invariant,
                accepts: definition.accepts(mode),
                cases: (0..definition.tokens().len()).flat_map(|token| case(mode, token)).collect(),
            }
        };
        InductionData {
            coordinates: coordinates.iter().map(|name| (name.clone(), self.kind(name))).collect(),
            start: self.changes(terms, BEGIN, &definition.start()),
            facts: definition.facts(&view, &(self.invariant.points)(&view)),
            modes: definition.covered_modes().map(mode).collect(),
            dead: names[names.len() - 1].clone(),
        }
    }

    /// Equations for what registers and list are in a state, where they are not what they are called.
    fn changes(&self, terms: &'a Terms, named: &str, state: &View<'a>) -> Vec<Term<'a>> {
        let before = self.definition.symbols();
        let mut changes = Vec::new();
        let mut add = |old: Term<'a>, new: Term<'a>, name: Term<'a>| {
            if old != new {
                changes.push(name.equals(new));
            }
        };
        for register in self.definition.registers() {
            let name = terms.symbol(&format!("{named}{}", register.name), register.sort);
            add(before.register(&register.name), state.register(&register.name), name);
        }
        if self.definition.n_symbols().is_some() {
            let (old, new) = (before.list(), state.list());
            add(old.length, new.length, terms.symbol(&format!("{named}k"), Sort::Int));
            let j = terms.symbol("any j", Sort::Int);
            let mut of = |old: Term<'a>, new: Term<'a>, function: &str| {
                add(old, new, terms.apply(&format!("{named}{function}"), &[j], new.sort()));
            };
            of(old.item(j), new.item(j), "v");
            of(old.prefix(j), new.prefix(j), "E");
            of(old.suffix(j), new.suffix(j), "C");
        }
        changes
    }
}
