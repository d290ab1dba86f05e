//! Weighted automata as data for Coq: the automaton in the theorem, and what the memory is at every position.

use super::list;
use super::network_file;
use super::number;
use super::polynomial::Polynomial;
use problems::weighted_automaton::Automaton;
use rnn::Exact;
use rnn::ExactArithmetic;
use rnn::HeadFamily;
use rnn::Layer;
use rnn::LayeredRnn;
use rnn::NetworkError;
use std::fmt::Write;

/// The variable of the letter that is read; those of the slots follow it.
const LETTER: usize = 1;
/// The variable of the first slot.
const FIRST: usize = LETTER + 1;

/// A claim about the network of an automaton.
#[derive(Clone, Debug)]
pub struct AutomatonClaim<'a> {
    /// The name of the theorem's file, and the beginning of those of its data.
    pub name: &'a str,
    /// The automaton.
    pub automaton: &'a Automaton,
    /// Its network.
    pub network: &'a LayeredRnn,
    /// What a block multiplies the output by, beside the matrices of its letters: 1 where the output is the weight itself.
    pub factor: Exact,
}

impl AutomatonClaim<'_> {
    /// The theorem, as (file name, content).
    pub fn theorem(&self) -> (String, String) {
        (format!("{}.v", self.name), theorem_text(self.name, self.factor == Exact::ONE))
    }

    /// A file that prints at which positions the check fails, as (file name, content).
    pub fn diagnosis(&self) -> (String, String) {
        let (_, theorem) = self.theorem();
        let definitions = theorem.split("Theorem spelling").next().unwrap_or_default();
        let text = format!("{definitions}Eval vm_compute in failing_places automaton network certificate.\n");
        (format!("{}Diagnosis.v", self.name), text)
    }

    /// The data files, each as (file name, content).
    ///
    /// # Errors
    /// [`NetworkError`] where the network has not the layers and heads that an automaton of this size needs.
    pub fn data(&self) -> Result<Vec<(String, String)>, NetworkError> {
        Ok(vec![
            (format!("{}Automaton.v", self.name), automaton_file(self.automaton)),
            (format!("{}Network.v", self.name), network_file(self.network)),
            (format!("{}Templates.v", self.name), self.templates()?),
        ])
    }

    fn templates(&self) -> Result<String, NetworkError> {
        let places = Places::new(self)?;
        let mut text =
            String::from("(* What the memory is at every position. Nothing here needs to be believed. *)\n\n");
        for library in
            ["Coq Require Import List", "Coq Require Import QArith", "Reduce Require Import WeightedAutomatonNetworks"]
        {
            _ = writeln!(text, "From {library}.");
        }
        text.push_str("Import ListNotations.\nLocal Open Scope list_scope.\nLocal Open Scope Q_scope.\n\n");
        for position in 0..places.router.len() {
            _ = writeln!(text, "Definition place_{position} : place := {}.\n", places.place(position));
        }
        let basis = lagrange(self.automaton.transitions().len());
        let basis = basis.iter().map(|coefficients| list(coefficients.iter().map(number), "; "));
        text.push_str("Definition certificate : certificate := {|\n");
        _ = writeln!(text, "  bound := {}%positive;", places.n_slots + LETTER);
        _ = writeln!(text, "  first_name := {}%positive;", places.variable(2, 0, 0));
        _ = writeln!(text, "  basis := {};", list(basis, "; "));
        _ = writeln!(text, "  factor := {};", number(&self.factor));
        let names = (0..places.router.len()).map(|position| format!("place_{position}"));
        _ = writeln!(text, "  places := {};", list(names, "; "));
        _ = writeln!(text, "  loop := {}%nat\n|}}.", places.n_slots);
        Ok(text)
    }
}

/// The theorem of this name: that the value output is the weight, or else a positive multiple of it. No number of an
/// automaton or network is in it.
pub(in crate::coq) fn theorem_text(name: &str, is_exact: bool) -> String {
    let value = if is_exact { "the weight" } else { "a positive multiple of the weight" };
    let mut text = format!(
        "(** The network with these literal weights accepts a word over the letters of this automaton iff its weight is\n    \
         positive, and after every letter its value output is {value}.\n    A letter is given by its index. *)\n\n"
    );
    let libraries = ["String", "List", "QArith"].map(|library| format!("Coq Require Import {library}"));
    let own = ["LayeredSemantics", "WeightedAutomaton", "WeightedAutomatonNetworks", "WeightedAutomatonProof"];
    let own = own.map(|file| format!("Reduce Require Import {file}"));
    let data = ["Automaton", "Network", "Templates"].map(|file| format!("Generated Require Import {name}{file}"));
    for line in libraries.iter().chain(&own).chain(&data) {
        _ = writeln!(text, "From {line}.");
    }
    text.push_str(
        "Import ListNotations.\nLocal Open Scope list_scope.\nLocal Open Scope Q_scope.\n\n\
         Theorem spelling : letters automaton = tokens network.\nProof. reflexivity. Qed.\n\n\
         Lemma checked : check automaton network certificate = true.\nProof. vm_cast_no_check (eq_refl true). Qed.\n\n\
         Theorem theorem : forall word : list nat, is_word automaton word ->\n  \
         net_accepts network word = true <-> yes automaton word.\n\
         Proof. exact (decides automaton network certificate checked). Qed.\n\n\
         Theorem value_after_every_letter : forall word : list nat, is_word automaton word -> word <> [] ->\n  ",
    );
    text.push_str(if is_exact {
        "nth 0 (net_values network word) 0 == weight automaton word.\n\
         Proof. intros word. now apply (value_is_the_weight automaton network certificate checked). Qed.\n"
    } else {
        "exists k, 0 < k /\\ nth 0 (net_values network word) 0 == k * weight automaton word.\n\
         Proof. exact (value_is_a_multiple automaton network certificate checked). Qed.\n"
    });
    text.push_str("\nPrint Assumptions spelling.\nPrint Assumptions theorem.\n");
    text.push_str("Print Assumptions value_after_every_letter.\n");
    text
}

/// The automaton as data.
fn automaton_file(automaton: &Automaton) -> String {
    let row = |row: &[_]| list(row.iter().map(|value| number(&Exact::from(value))), "; ");
    let matrix = |matrix: &Vec<Vec<_>>| list(matrix.iter().map(|entries| row(entries)), "; ");
    let letters =
        automaton.alphabet().tokens().iter().map(|letter| format!("\"{}\"%string", letter.replace('"', "\"\"")));
    format!(
        "(* The automaton, from its values. *)\n\nFrom Coq Require Import String.\nFrom Coq Require Import List.\n\
         From Coq Require Import QArith.\nFrom Reduce Require Import WeightedAutomaton.\nImport ListNotations.\n\
         Local Open Scope list_scope.\nLocal Open Scope Q_scope.\n\n\
         Definition automaton : automaton := {{|\n  letters := {};\n  initial := {};\n  transitions := {};\n  final := {}\n|}}.\n",
        list(letters, "; "),
        row(automaton.initial()),
        list(automaton.transitions().iter().map(matrix), ";\n    "),
        row(automaton.final_weights()),
    )
}

/// For each letter the coefficients of the polynomial that is 1 at it and 0 at the others.
fn lagrange(n_letters: usize) -> Vec<Vec<Exact>> {
    let letter = |s: usize| {
        let mut coefficients = vec![Exact::ONE];
        for other in (0..n_letters).filter(|other| *other != s) {
            // Times (x - other) / (s - other).
            let scale = &Exact::ONE / &Exact::integer(s as i64 - other as i64);
            let shifted = std::iter::once(Exact::ZERO).chain(coefficients.iter().cloned());
            let held = coefficients.iter().cloned().chain([Exact::ZERO]);
            let root = Exact::integer(other as i64);
            coefficients = shifted.zip(held).map(|(above, here)| &(&above - &(&root * &here)) * &scale).collect();
        }
        coefficients
    };
    (0..n_letters).map(letter).collect()
}

/// What the memory is at every position: first those before every slot has been filled, then those of one period.
struct Places<'a> {
    claim: &'a AutomatonClaim<'a>,
    below: &'a [Layer],
    n_states: usize,
    n_slots: usize,
    block: usize,
    /// The entries of all layers but the last one, by position.
    router: Vec<Vec<Polynomial>>,
}

impl<'a> Places<'a> {
    fn new(claim: &'a AutomatonClaim<'a>) -> Result<Self, NetworkError> {
        // Positions of two routing layers repeat after 24 or 72 tokens.
        const LONGEST: usize = 240;
        let network = claim.network;
        let n_states = claim.automaton.n_states();
        let Some((last, below)) = network.layers().split_last() else {
            return Err(NetworkError::new("expected four layers, got none"));
        };
        let columns = match network.family() {
            HeadFamily::DeltaNet => 2 * n_states * n_states,
            HeadFamily::Rwkv7 => 2 * n_states,
        };
        if last.heads().len() != 1 || last.heads()[0].n_values() != 1 || last.heads()[0].n_keys() != columns {
            return Err(NetworkError::new(format!("expected one head of 1 x {columns} in the last layer")));
        }
        let n_entries = below.iter().flat_map(Layer::heads).map(|head| head.n_keys() * head.n_values()).sum();
        let run = |token: usize| {
            let mut state = network.start().to_vec();
            let mut states = Vec::new();
            for _ in 0..LONGEST {
                states.push(state[..n_entries].to_vec());
                state = network.step(&ExactArithmetic, &state, token);
            }
            states
        };
        let runs: Vec<Vec<Vec<Exact>>> = (0..network.tokens().len()).map(run).collect();
        let late = LONGEST / 2;
        if runs.len() < 2 {
            return Err(NetworkError::new(format!(
                "expected an automaton of at least two letters, got {}",
                runs.len()
            )));
        }
        let varies = |entry: &usize| runs.iter().any(|run| run[late][*entry] != runs[0][late][*entry]);
        let slots: Vec<usize> = (0..n_entries).filter(varies).collect();
        let n_slots = slots.len();
        if n_slots == 0 || !n_slots.is_multiple_of(2) {
            return Err(NetworkError::new(format!("expected an even number of latches, got {n_slots}")));
        }
        let repeats = |period: usize| {
            let fixed = (0..n_entries).filter(|entry| slots.binary_search(entry).is_err());
            fixed
                .clone()
                .all(|entry| (n_slots..LONGEST - period).all(|t| runs[0][t][entry] == runs[0][t + period][entry]))
        };
        let Some(period) = (1..=LONGEST / 2 / n_slots).map(|rounds| rounds * n_slots).find(|period| repeats(*period))
        else {
            return Err(NetworkError::new("expected positions that repeat"));
        };
        let polynomial = |t: usize, entry: usize| {
            let rest = Polynomial::default().plus(&runs[0][t][entry], &[]);
            match slots.binary_search(&entry) {
                Ok(slot) if slot < t => rest.plus(&Exact::ONE, &[FIRST + slot]),
                _ => rest,
            }
        };
        let router =
            (0..n_slots + period).map(|t| (0..n_entries).map(|entry| polynomial(t, entry)).collect()).collect();
        Ok(Self { claim, below, n_states, n_slots, block: n_slots / 2, router })
    }

    /// The variable of a place of a buffer of the last layer; the buffer 2 begins after them all.
    fn variable(&self, buffer: usize, l: usize, j: usize) -> usize {
        let rows = match self.claim.network.family() {
            HeadFamily::DeltaNet => self.n_states,
            HeadFamily::Rwkv7 => 1,
        };
        FIRST + self.n_slots + (buffer * rows + l) * self.n_states + j
    }

    fn place(&self, t: usize) -> String {
        let (phase, source) = (t % self.block, t / self.block % 2);
        let last = match self.claim.network.family() {
            HeadFamily::DeltaNet => self.row_steps(phase, source),
            HeadFamily::Rwkv7 => self.overwrites(phase, source),
        };
        let mut entries = self.router[t].iter();
        let mut held: Vec<String> = Vec::new();
        for layer in self.below {
            let heads = layer.heads().iter().map(|head| {
                let row = |_| list(entries.by_ref().take(head.n_keys()).map(Polynomial::to_coq), "; ");
                list((0..head.n_values()).map(row).collect::<Vec<_>>(), "; ")
            });
            held.push(list(heads.collect::<Vec<_>>(), "; "));
        }
        held.push(format!("[[{}]]", list(last.state.iter().map(Polynomial::to_coq), "; ")));
        let slot = |position: usize| format!("{}%positive", FIRST + position % self.n_slots);
        let current = list((t - phase..t).map(slot), "; ");
        // There is no block before the first one.
        let previous = list((t.saturating_sub(phase + self.block)..t - phase).map(slot), "; ");
        let number = |step: Option<usize>| step.map_or("None".to_owned(), |step| format!("Some {step}%nat"));
        let known = |column: &Option<Polynomial>| match column {
            Some(polynomial) => format!("Some {}", polynomial.to_coq()),
            None => "None".to_owned(),
        };
        format!(
            "{{|\n  held := {};\n  previous := {previous};\n  current := {current};\n  source := {};\n  moved := {};\n  \
             known := {};\n  moves := {};\n  learns := {};\n  ends_block := {}\n|}}",
            list(held, ";\n    "),
            list(last.source.iter().map(Polynomial::to_coq), "; "),
            list(last.moved.iter().map(Polynomial::to_coq), "; "),
            list(last.known.iter().map(known), "; "),
            number(last.moves),
            number(last.learns),
            phase == self.block - 1,
        )
    }

    /// An entry as it is held, less the start of its place: a row starts in the first row of the first buffer.
    fn less_start(&self, held: Polynomial, buffer: usize, l: usize, j: usize) -> Polynomial {
        if buffer == 0 && l == 0 { held.plus(&-&Exact::from(&self.claim.automaton.initial()[j]), &[]) } else { held }
    }

    /// One entry of the destination is overwritten at a time.
    fn overwrites(&self, phase: usize, source: usize) -> Last {
        let n = self.n_states;
        let entry = |(buffer, j): (usize, usize)| {
            self.less_start(Polynomial::variable(self.variable(buffer, 0, j)), buffer, 0, j)
        };
        let variable = |buffer: usize, j: usize| Polynomial::variable(self.variable(buffer, 0, j));
        let known = (0..n).map(|j| (j < phase).then(|| variable(1 - source, j)));
        Last {
            state: (0..2 * n).map(|place| entry((place / n, place % n))).collect(),
            source: (0..n).map(|j| variable(source, j)).collect(),
            moved: Vec::new(),
            known: if phase == 0 { Vec::new() } else { known.collect() },
            moves: None,
            learns: (phase < n).then_some(phase),
        }
    }

    /// The destination is cleared column by column, then one row of the block's product is added at a time.
    fn row_steps(&self, phase: usize, source: usize) -> Last {
        let n = self.n_states;
        let (minus, clears) = (Exact::integer(-1), n * (n - 1));
        let written = phase.saturating_sub(clears).min(n);
        let entry = |buffer: usize, l: usize, j: usize| {
            let variable = |l: usize| self.variable(buffer, l, j);
            let others = |name: &dyn Fn(usize) -> usize| {
                (0..n - 1).fold(Polynomial::default(), |sum, above| sum.plus(&minus, &[name(above)]))
            };
            if buffer == source {
                // A column that has been read sums to 0.
                return if j < written && l == n - 1 { others(&variable) } else { Polynomial::variable(variable(l)) };
            }
            if phase >= clears {
                return if l < written { Polynomial::variable(variable(l)) } else { Polynomial::default() };
            }
            // So many entries are equal by now, and all of them sum to 0.
            let cleared = phase.saturating_sub((n - 1) * j).min(n - 1);
            let name = |l: usize| variable(l.max(cleared));
            match (cleared == n - 1, l == n - 1) {
                (true, _) => Polynomial::default(),
                (false, true) => others(&name),
                (false, false) => Polynomial::variable(name(l)),
            }
        };
        let places = (0..2 * n * n).map(|place| (place / (n * n), place / n % n, place % n));
        let sum = |l: usize| {
            (0..n).fold(Polynomial::default(), |sum, i| sum.plus(&self.claim.factor, &[self.variable(source, i, l)]))
        };
        let moved = |j: usize| {
            (0..written).fold(Polynomial::default(), |sum, l| sum.plus(&Exact::ONE, &[self.variable(1 - source, l, j)]))
        };
        Last {
            state: places.map(|(buffer, l, j)| self.less_start(entry(buffer, l, j), buffer, l, j)).collect(),
            source: (0..n).map(|l| if l < written { Polynomial::default() } else { sum(l) }).collect(),
            moved: (0..n).map(moved).collect(),
            known: Vec::new(),
            moves: (clears..n * n).contains(&phase).then(|| phase - clears),
            learns: None,
        }
    }
}

/// The last layer at a position, and what the step from there does.
struct Last {
    state: Vec<Polynomial>,
    source: Vec<Polynomial>,
    moved: Vec<Polynomial>,
    known: Vec<Option<Polynomial>>,
    moves: Option<usize>,
    learns: Option<usize>,
}
