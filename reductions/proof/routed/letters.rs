//! Layer 4 over letters that stand for matrices: the product of a block is applied while the next block is read.

use super::Frame;
use super::Place;
use super::RoutedProof;
use super::Seen;
use super::Situation;
use super::layer4;
use crate::construction::letter_chains::Side;
use crate::construction::letter_chains::WEIGHT;
use crate::construction::letter_chains::Weights;
use crate::definition::Definition;
use crate::definition::View;
use crate::proof::obligation::ObligationKind;
use crate::proof::obligation::WitnessSource;
use crate::statement;
use rnn::Exact;
use rnn::Head;
use rnn::Sort;
use rnn::SymbolicArithmetic;
use rnn::Term;
use rnn::Terms;

/// Products of letters' matrices at one token. `A` is the product of the block before, which is the identity in the first
/// block, and `cur` that of the letters of this block so far.
pub trait Products<'a> {
    /// `cur omega`.
    fn current(&self) -> Vec<Term<'a>>;

    /// `A cur omega`.
    fn query(&self) -> Vec<Term<'a>>;

    /// Column `j` of `A`.
    fn column(&self, j: usize) -> Vec<Term<'a>>;

    /// Row `l` of `A`.
    fn row(&self, l: usize) -> Vec<Term<'a>>;
}

/// What layer 4 of a routed network over letters is meant to do: one head of one row. The invariant between two blocks
/// is: the source buffer holds alpha times the blocks before the last one, and the other buffer is blank.
pub trait LetterDesign: Send + Sync {
    /// The automaton's numbers.
    fn weights(&self) -> &Weights;

    /// The length of a block. There are two blocks of latches; -1 in the last one at first says that there was no block.
    fn block(&self) -> usize;

    /// The start `Y_0` of the head.
    fn start(&self) -> Vec<Exact>;

    /// The factor by which every block multiplies beside its own product.
    fn scale(&self) -> Exact {
        Exact::ONE
    }

    /// Whether it is claimed that every head of the network, the router's too, keeps `beta |k|^2` in [0, 2].
    fn is_in_deployed_range(&self) -> bool {
        false
    }

    /// For each chain of the feed-forward sublayer the ages of the letters that its steps take up at this place in a block,
    /// for the arithmetic of cases: another order leaves obligations open.
    fn orders(&self, r: usize) -> Vec<Vec<Option<usize>>>;

    /// The gates of the head at a place, in the order of its family.
    fn gates<'a>(&self, terms: &'a Terms, place: Place, products: &dyn Products<'a>) -> Vec<Term<'a>>;

    /// The row that a buffer of the state `Y` holds.
    fn held<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>>;

    /// What a blank buffer satisfies.
    fn blank<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>>;

    /// The row with a blank buffer, which is the row itself where that buffer is blank already.
    fn blanked<'a>(&self, _terms: &'a Terms, _buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        row.to_vec()
    }
}

/// Hidden layers before the first step of a chain.
const BEFORE_THE_STEPS: usize = 2;

/// In the first block there is no block before.
const FIRST: &str = "in the first block";

/// A design's frame.
pub(super) struct LetterFrame<'d> {
    design: &'d dyn LetterDesign,
}

impl<'d> LetterFrame<'d> {
    pub(super) fn new(design: &'d dyn LetterDesign) -> Self {
        Self { design }
    }

    fn n_letters(&self) -> i64 {
        self.design.weights().transitions.len() as i64
    }

    fn place(&self, u: usize) -> Place {
        Place { r: u % self.block(), source: u / self.block() % 2 }
    }
}

impl Frame for LetterFrame<'_> {
    fn block(&self) -> usize {
        self.design.block()
    }

    fn token_values(&self) -> Vec<i64> {
        (0..self.n_letters()).collect()
    }

    fn may_have_bos(&self) -> bool {
        false
    }

    fn is_in_deployed_range(&self) -> bool {
        self.design.is_in_deployed_range()
    }

    fn has_marker(&self) -> bool {
        false
    }

    fn n_slots(&self) -> usize {
        2 * self.block()
    }

    fn preloaded(&self, slot: usize) -> i64 {
        -i64::from(slot + 1 == self.n_slots())
    }

    fn accepts_empty(&self) -> bool {
        self.design.weights().is_positive_on_empty()
    }

    fn heads(&self) -> Vec<(String, Vec<String>)> {
        vec![("state".to_owned(), self.values())]
    }

    fn start(&self) -> Vec<Vec<Exact>> {
        vec![self.design.start()]
    }

    fn values(&self) -> Vec<String> {
        vec![WEIGHT.to_owned()]
    }

    fn mode_of(&self, t: usize) -> usize {
        statement::weighted_automaton::mode_of(t)
    }

    /// In the first block only letters of that block have been read, and the other latches are as they were preloaded.
    /// Later on the letters of this block and of the one before are in their slots, and the other slots hold letters or
    /// still what they held at first.
    fn situations(&self, u: usize, period: usize) -> Vec<Situation> {
        let (n_slots, block) = (self.n_slots(), self.block());
        let place = self.place(u);
        let age = |slot: usize| (u + n_slots - slot) % n_slots;
        let is_read = |slot: usize, oldest: usize| (1..=oldest).contains(&age(slot));
        let slots = 0..n_slots;
        let later = slots.clone().map(|slot| match is_read(slot, place.r + block) {
            true => self.token_values(),
            false => (-1..self.n_letters()).collect(),
        });
        let time = if u < block { u + period } else { u };
        let mut situations = vec![Situation { label: None, time, recurs: true, contents: later.collect() }];
        if u < block {
            let first = slots.map(|slot| match is_read(slot, u) {
                true => self.token_values(),
                false => vec![self.preloaded(slot)],
            });
            let contents = first.collect();
            situations.push(Situation { label: Some(FIRST), time: u, recurs: false, contents });
        }
        situations
    }

    fn orders(&self, u: usize) -> Vec<Vec<Option<usize>>> {
        let n_slots = self.n_slots();
        let slot = |age: usize| (u + n_slots - age % n_slots) % n_slots;
        let orders = self.design.orders(self.place(u).r).into_iter();
        let before = || std::iter::repeat_n(None, BEFORE_THE_STEPS);
        orders.map(|ages| before().chain(ages.into_iter().map(|age| age.map(slot))).collect()).collect()
    }

    fn gates<'a>(&self, _: usize, seen: &Seen<'_, 'a>) -> Vec<Term<'a>> {
        let place = self.place(seen.u);
        let has_previous = seen.situation.label != Some(FIRST);
        let products = OfLatches { seen, weights: self.design.weights(), place, block: self.block(), has_previous };
        self.design.gates(seen.terms, place, &products)
    }

    fn intended<'a>(&self, terms: &'a Terms, _: usize, place: Place) -> Vec<Term<'a>> {
        self.design.gates(terms, place, &Named { terms, n: self.design.weights().n_states() })
    }

    fn held<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        self.design.held(terms, buffer, row)
    }

    fn blanked<'a>(&self, terms: &'a Terms, buffer: usize, row: &[Term<'a>]) -> Vec<Term<'a>> {
        self.design.blanked(terms, buffer, row)
    }

    fn scale(&self) -> Exact {
        self.design.scale()
    }

    fn automaton(&self) -> Option<&Weights> {
        Some(self.design.weights())
    }

    fn add_layer4<'a>(&self, terms: &'a Terms, proof: &mut RoutedProof<'a>) {
        let start = layer4::with_numbers(terms, &self.start()).concat();
        let numbers = |row: &[Exact]| row.iter().map(|value| terms.real(value)).collect::<Vec<_>>();
        let initial = numbers(&self.design.weights().initial);
        let held = self.design.held(terms, 0, &start).into_iter().zip(initial);
        let mut goals: Vec<Term<'a>> = held.map(|(held, alpha)| held.equals(alpha)).collect();
        goals.extend(self.design.blank(terms, 1, &start));
        layer4::start(terms, proof, self, goals);
        letters(terms, proof, self.block());
        let head = proof.network.layers()[3].heads()[0].clone();
        layer4::virtual_start(terms, proof, &self.start(), &head);
        for source in 0..2 {
            block(terms, proof, self.design, &head, source);
        }
    }
}

/// The numbers of which the design speaks are those of the definition: its start, the row after each letter, its answer
/// and its value, for any row.
pub(super) fn matrices<'a>(
    terms: &'a Terms,
    proof: &mut RoutedProof<'a>,
    weights: &Weights,
    definition: &Definition<'a>,
) {
    let names: Vec<String> = definition.registers().iter().map(|register| register.name.clone()).collect();
    let (row, start) = (definition.symbols(), definition.start());
    let of = |view: &View<'a>| names.iter().map(|name| view.register(name)).collect::<Vec<_>>();
    let n = weights.n_states();
    let sum = |row: &[Term<'a>], factor: &dyn Fn(usize) -> Exact| {
        dot(terms, row.iter().enumerate().map(|(state, entry)| (factor(state).clone(), *entry)))
    };
    let mut goals = vec![terms.truth(names.len() == n && weights.transitions.len() == definition.tokens().len())];
    let initial = weights.initial.iter().map(|weight| terms.real(weight));
    goals.extend(of(&start).into_iter().zip(initial).map(|(start, weight)| start.equals(weight)));
    let weight = sum(&of(&row), &|state| weights.final_weights[state].clone());
    for mode in definition.covered_modes() {
        goals.push(definition.accepts(mode).equals(weight.above(terms.ratio(0, 1))));
        goals.extend(definition.values(mode).into_iter().flatten().map(|value| value.equals(weight)));
        for (letter, matrix) in weights.transitions.iter().enumerate() {
            let [case] = definition.cases(mode, letter) else {
                goals.push(terms.truth(false));
                continue;
            };
            let after = of(&definition.successor(&row, case));
            goals.push(case.guard);
            goals.extend((0..n).map(|to| after[to].equals(sum(&of(&row), &|from| matrix[from][to].clone()))));
        }
    }
    let part = (ObligationKind::Start, proof.step(0));
    proof.push("letters' matrices".into(), part, super::after(0), vec![], terms.all(goals));
}

/// Which letters the ages are: `t = B M + r` and the letter `i` before the newest one of block `M - 1`.
fn letters<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, block: usize) {
    let symbol = |name: &str| terms.symbol(name, Sort::Int);
    let (number, r, age) = (symbol("M"), symbol("r"), symbol("age"));
    let (zero, length) = (terms.int(0), terms.int(block as i64));
    let time = number * block as i64 + r - age;
    let in_block = [r.at_least(zero), r.below(length), age.at_least(zero)];
    let within = |from: Term<'a>| time.at_least(from).and(time.below(from + block as i64));
    let beginning = number * block as i64;
    // Ages 0 to r are this block's, ages r + 1 to r + B those of the block before, which exists but in the first block.
    let goal = terms.all([
        age.at_most(r).implies(within(beginning)),
        age.above(r).and(age.at_most(r + block as i64)).implies(within(beginning - block as i64)),
        age.at_most(r + block as i64).and(number.above(zero)).implies(time.at_least(zero)),
    ]);
    let assumptions = in_block.into_iter().chain([number.at_least(zero)]).collect();
    let scene = WitnessSource::Numbers(vec![("M", 2), ("r", 0), ("age", 1)]);
    let part = (ObligationKind::Times, proof.step(0));
    proof.push("letters".into(), part, scene, assumptions, goal);
}

fn dot<'a>(terms: &'a Terms, factors: impl Iterator<Item = (Exact, Term<'a>)>) -> Term<'a> {
    terms.linear(Sort::Real, Exact::ZERO, factors.collect::<Vec<_>>())
}

/// The products of what the latches hold, letter by letter.
struct OfLatches<'s, 'a> {
    seen: &'s Seen<'s, 'a>,
    weights: &'s Weights,
    place: Place,
    block: usize,
    has_previous: bool,
}

impl<'a> OfLatches<'_, 'a> {
    /// The vector times the matrices of the letters of these ages, in this order.
    fn times(&self, side: Side, ages: impl Iterator<Item = usize>, vector: Vec<Term<'a>>) -> Vec<Term<'a>> {
        let n = self.weights.n_states();
        ages.fold(vector, |vector, age| {
            let of_letter = |letter: i64, to: usize| {
                let matrix = &self.weights.transitions[letter as usize];
                let entry = |from: usize| match side {
                    Side::Right => &matrix[to][from],
                    Side::Left => &matrix[from][to],
                };
                dot(self.seen.terms, (0..n).map(|from| (entry(from).clone(), vector[from])))
            };
            let entry = |to: usize| {
                let cases: Vec<Term<'a>> =
                    self.seen.contents(age).into_iter().map(|letter| of_letter(letter, to)).collect();
                self.seen.arithmetic.term(&self.seen.arithmetic.choice(self.seen.slot(age), &cases))
            };
            (0..n).map(entry).collect()
        })
    }

    fn numbers(&self, row: &[Exact]) -> Vec<Term<'a>> {
        row.iter().map(|value| self.seen.terms.real(value)).collect()
    }

    fn unit(&self, place: usize) -> Vec<Term<'a>> {
        (0..self.weights.n_states()).map(|i| self.seen.terms.ratio(i64::from(i == place), 1)).collect()
    }

    /// The ages of the letters of the block before, the newest first.
    fn previous(&self) -> std::ops::Range<usize> {
        if self.has_previous { self.place.r + 1..self.place.r + self.block + 1 } else { 0..0 }
    }
}

impl<'a> Products<'a> for OfLatches<'_, 'a> {
    fn current(&self) -> Vec<Term<'a>> {
        self.times(Side::Right, 0..self.place.r + 1, self.numbers(&self.weights.final_weights))
    }

    fn query(&self) -> Vec<Term<'a>> {
        self.times(Side::Right, self.previous(), self.current())
    }

    fn column(&self, j: usize) -> Vec<Term<'a>> {
        self.times(Side::Right, self.previous(), self.unit(j))
    }

    fn row(&self, l: usize) -> Vec<Term<'a>> {
        self.times(Side::Left, self.previous().rev(), self.unit(l))
    }
}

/// The products by their names.
struct Named<'a> {
    terms: &'a Terms,
    n: usize,
}

impl<'a> Named<'a> {
    fn entries(&self, name: &str) -> Vec<Term<'a>> {
        (0..self.n).map(|i| self.terms.symbol(&format!("{name} {i}"), Sort::Real)).collect()
    }
}

impl<'a> Products<'a> for Named<'a> {
    fn current(&self) -> Vec<Term<'a>> {
        self.entries("current")
    }

    fn query(&self) -> Vec<Term<'a>> {
        self.entries("query")
    }

    fn column(&self, j: usize) -> Vec<Term<'a>> {
        self.entries(&format!("column {j}"))
    }

    fn row(&self, l: usize) -> Vec<Term<'a>> {
        self.entries(&format!("row {l}"))
    }
}

/// Any matrix `A` and any vector `cur omega`.
struct Free<'a> {
    previous: Vec<Vec<Term<'a>>>,
    current: Vec<Term<'a>>,
}

impl<'a> Free<'a> {
    fn new(terms: &'a Terms, n: usize) -> Self {
        let symbol = |name: String| terms.symbol(&name, Sort::Real);
        let row = |l: usize| (0..n).map(|j| symbol(format!("A.{l}.{j}"))).collect();
        Self { previous: (0..n).map(row).collect(), current: (0..n).map(|j| symbol(format!("y.{j}"))).collect() }
    }
}

impl<'a> Products<'a> for Free<'a> {
    fn current(&self) -> Vec<Term<'a>> {
        self.current.clone()
    }

    fn query(&self) -> Vec<Term<'a>> {
        let sum = |row: &Vec<Term<'a>>| {
            let products: Vec<Term<'a>> = row.iter().zip(&self.current).map(|(a, y)| *a * *y).collect();
            products.into_iter().reduce(|sum, product| sum + product).expect("an automaton has a state")
        };
        self.previous.iter().map(sum).collect()
    }

    fn column(&self, j: usize) -> Vec<Term<'a>> {
        self.previous.iter().map(|row| row[j]).collect()
    }

    fn row(&self, l: usize) -> Vec<Term<'a>> {
        self.previous[l].clone()
    }
}

/// The tokens of one block, from a source buffer.
fn block<'a>(terms: &'a Terms, proof: &mut RoutedProof<'a>, design: &dyn LetterDesign, head: &Head, source: usize) {
    let arithmetic = SymbolicArithmetic::new(terms);
    let start = vec![design.start()];
    let products = Free::new(terms, design.weights().n_states());
    let (scale, destination) = (design.scale(), 1 - source);
    let scene = layer4::beginning(design.block(), source);
    let label = format!("{} {source}", head.name());
    let free = layer4::shifted(terms, head, &start, &layer4::state_symbols(terms, proof, head));
    let (step, readout) = (proof.step(0), proof.readout(0));
    let before = layer4::blanked(terms, proof, (&label, step, &scene), &free, |row| {
        (design.blank(terms, destination, row), design.blanked(terms, destination, row))
    });
    let held = design.held(terms, source, &before[0]);
    let zero = terms.ratio(0, 1);
    let times = |factors: &[Term<'a>]| held.iter().zip(factors).fold(zero, |sum, (s, factor)| sum + *s * *factor);
    let mut state = layer4::unshifted(terms, &start, &before);
    for r in 0..design.block() {
        let gates = design.gates(terms, Place { r, source }, &products);
        state = head.advance(&arithmetic, &state, &gates);
        let output = head.read(&arithmetic, &state, &gates)[0];
        let goal = output.equals(times(&products.query()).scaled(&scale));
        proof.push(
            format!("output {label} letter {r}"),
            (ObligationKind::Output, readout),
            scene.clone(),
            vec![],
            goal,
        );
    }
    let after = layer4::shifted(terms, head, &start, &state).concat();
    let mut goals = design.blank(terms, source, &after);
    for (j, new) in design.held(terms, destination, &after).into_iter().enumerate() {
        goals.push(new.equals(times(&products.column(j)).scaled(&scale)));
    }
    proof.push(format!("block {label}"), (ObligationKind::Block, step), scene, vec![], terms.all(goals));
}
