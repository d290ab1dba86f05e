//! Exact steps of a network of several layers by residual programs.

use super::head::Head;
use super::rnn::LayeredRnn;
use super::rnn::Pass;
use crate::arithmetic::Arithmetic;
use crate::arithmetic::ExactArithmetic;
use crate::arithmetic::Residual;
use crate::arithmetic::ResidualArithmetic;
use crate::arithmetic::ResidualValue;
use crate::network::affine::Affine;
use crate::number::Exact;
use rustc_hash::FxHashMap;

#[cfg(test)]
mod tests;

/// Where what is taken for clocks has more states together, less is.
const MOST_CLASSES: usize = 256;

/// Bounds of a number that was outside them so often are given up.
const MOST_WIDENINGS: u32 = 8;

/// What was read so often by the interpreter is worth a program: to make one costs some ten of its steps.
const WORTH: u32 = 6;

/// So many programs are made whatever they are good for, and one more for every so many tokens that programs have read.
const FREE_PROGRAMS: usize = 64;
const TOKENS_PER_PROGRAM: usize = 16;

/// What a token does in all states of a class.
#[derive(Debug)]
enum Plan {
    /// It was read there so often by the interpreter.
    Met(u32),
    Program(Box<Program>),
}

/// What a token does to the numbers of a state, within the bounds for which it was made.
#[derive(Debug)]
struct Program {
    /// The coordinates that can be another number afterwards, and what computes them.
    changed: Vec<usize>,
    update: Residual,
    /// The network's outputs, for those who look at them.
    outputs: Residual,
}

/// The least and the greatest number that a coordinate was met as.
#[derive(Debug)]
struct Bounds {
    coordinate: usize,
    low: Exact,
    high: Exact,
    n_widenings: u32,
}

/// Steps of a network of several layers by exact numbers.
///
/// Some heads are *clocks*: which token is read makes no difference to them. All states in which the clocks hold the same
/// numbers are one *class*. What a token does there is the
/// interpreter's step, evaluated as far as the class and the bounds of the other numbers tell (partial evaluation): a
/// residual program of few operations, which is made when a token was read in a class some times and used where
/// all numbers lie within the bounds. Elsewhere, and in networks for which this does not pay, the interpreter runs.
#[derive(Debug)]
pub(crate) struct LayeredSteps<'n> {
    network: &'n LayeredRnn,
    /// The coordinates of the clocks; and those that are left where these have too many states.
    clocks: Vec<usize>,
    fewer_clocks: Vec<Vec<usize>>,
    /// The numbers of the clocks, while a class is looked up.
    time: Vec<Exact>,
    classes: FxHashMap<Vec<Exact>, usize>,
    /// For each class and token.
    plans: Vec<Plan>,
    bounds: Vec<Bounds>,
    /// Coordinates of heads that have the recurrence of an earlier one, beside that one's: they nearly always hold the same
    /// number, which programs compute once.
    same: Vec<(usize, usize)>,
    n_programs: usize,
    n_by_programs: usize,
    n_by_interpreter: usize,
    computed: Vec<Exact>,
    written: Vec<Exact>,
}

impl<'n> LayeredSteps<'n> {
    /// No step was made yet.
    pub(crate) fn new(network: &'n LayeredRnn) -> Self {
        // A number that no ReLU reads needs no bounds: those of the last layer, where nothing comes after it.
        let n_read = match network.layers().last() {
            Some(last) if last.feed_forward().is_none() => {
                network.n_entries() - last.heads().iter().map(Head::n_entries).sum::<usize>()
            }
            _ => network.n_entries(),
        };
        let bounds = network.start()[..n_read].iter().enumerate().map(|(coordinate, start)| Bounds {
            coordinate,
            low: start.clone(),
            high: start.clone(),
            n_widenings: 0,
        });
        Self {
            network,
            clocks: clocks(network, Marks::AreRare),
            // The last is taken first.
            fewer_clocks: vec![Vec::new(), clocks(network, Marks::AreLetters)],
            time: Vec::new(),
            classes: FxHashMap::default(),
            plans: Vec::new(),
            bounds: bounds.collect(),
            same: same(network),
            n_programs: 0,
            n_by_programs: 0,
            n_by_interpreter: 0,
            computed: Vec::new(),
            written: Vec::new(),
        }
    }

    /// How many tokens were read by programs, and how many by the interpreter.
    #[cfg(test)]
    fn n_tokens(&self) -> (usize, usize) {
        (self.n_by_programs, self.n_by_interpreter)
    }

    /// Makes of a state the one after one more token. Where the network's outputs are not wanted they may be left as they
    /// are: no step reads them.
    ///
    /// # Panics
    /// If the state has another number of coordinates than the network, or there is no such token.
    pub(crate) fn advance(&mut self, state: &mut Vec<Exact>, token: usize, wants_outputs: bool) {
        assert_eq!(state.len(), self.network.coordinates().len(), "one number for each coordinate");
        let is_same = self.same.iter().all(|(first, other)| state[*first] == state[*other]);
        let is_within = self.widen(state);
        let place = self.class(state) * self.network.tokens().len() + token;
        match &self.plans[place] {
            Plan::Program(program) if is_same => {
                self.n_by_programs += 1;
                if wants_outputs {
                    program.outputs.run(state, &mut self.computed, &mut self.written);
                    let from = self.network.n_entries();
                    // The outputs are no memory: the update does not read them.
                    state.splice(from.., self.written.drain(..));
                }
                program.update.run(state, &mut self.computed, &mut self.written);
                for (coordinate, value) in program.changed.iter().zip(self.written.drain(..)) {
                    state[*coordinate] = value;
                }
            }
            plan => {
                self.n_by_interpreter += 1;
                let is_worth_it = self.n_programs < FREE_PROGRAMS + self.n_by_programs / TOKENS_PER_PROGRAM;
                match plan {
                    Plan::Met(times) if *times < WORTH => self.plans[place] = Plan::Met(times + 1),
                    Plan::Met(_) if is_within && is_same && is_worth_it => {
                        self.plans[place] = Plan::Program(Box::new(self.program(state, token)));
                        self.n_programs += 1;
                    }
                    _ => {}
                }
                *state = self.network.step(&ExactArithmetic, state, token);
            }
        }
    }

    /// Makes the bounds so wide that the state lies within them; true where it does already. Programs for other bounds are
    /// forgotten.
    fn widen(&mut self, state: &[Exact]) -> bool {
        let is_outside = |bounds: &Bounds| {
            let value = &state[bounds.coordinate];
            *value < bounds.low || *value > bounds.high
        };
        if !self.bounds.iter().any(is_outside) {
            return true;
        }
        for bounds in self.bounds.iter_mut().filter(|bounds| is_outside(bounds)) {
            let value = &state[bounds.coordinate];
            bounds.low = value.min(&bounds.low).clone();
            bounds.high = value.max(&bounds.high).clone();
            bounds.n_widenings += 1;
        }
        self.bounds.retain(|bounds| bounds.n_widenings < MOST_WIDENINGS);
        self.plans.iter_mut().filter(|plan| matches!(plan, Plan::Program(_))).for_each(|plan| *plan = Plan::Met(WORTH));
        false
    }

    /// The class of a state, which is made where it is new.
    fn class(&mut self, state: &[Exact]) -> usize {
        self.time.clear();
        self.time.extend(self.clocks.iter().map(|coordinate| state[*coordinate].clone()));
        if let Some(class) = self.classes.get(&self.time) {
            return *class;
        }
        if self.classes.len() == MOST_CLASSES
            && let Some(clocks) = self.fewer_clocks.pop()
        {
            self.clocks = clocks;
            self.classes.clear();
            self.plans.clear();
            self.n_programs = 0;
            return self.class(state);
        }
        let class = self.classes.len();
        self.classes.insert(self.time.clone(), class);
        self.plans.extend(self.network.tokens().iter().map(|_| Plan::Met(0)));
        class
    }

    /// The program of a token for the class of this state.
    fn program(&self, state: &[Exact], token: usize) -> Program {
        // Every coordinate has the place of an unknown; those of the clocks are numbers.
        let mut bounds = vec![None; state.len()];
        for own in &self.bounds {
            bounds[own.coordinate] = Some((own.low.clone(), own.high.clone()));
        }
        let arithmetic = ResidualArithmetic::new(bounds);
        let mut values: Vec<ResidualValue> =
            (0..state.len()).map(|coordinate| arithmetic.unknown(coordinate)).collect();
        for clock in &self.clocks {
            values[*clock] = arithmetic.constant(&state[*clock]);
        }
        for (first, other) in &self.same {
            values[*other] = values[*first].clone();
        }
        let one = arithmetic.constant(&Exact::ONE);
        let embedded = self.network.embedding().apply(&arithmetic, [(token, &one)]);
        let n_layers = self.network.layers().len();
        let Pass { state: next, stream } = self.network.pass(&arithmetic, &values, embedded, n_layers);
        let outputs = self.network.read_stream(&arithmetic, &stream);
        let is_changed = |(coordinate, value): &(usize, ResidualValue)| !value.is_same(&values[*coordinate]);
        let (changed, next): (Vec<usize>, Vec<ResidualValue>) = next.into_iter().enumerate().filter(is_changed).unzip();
        Program { changed, update: arithmetic.program(&next), outputs: arithmetic.program(&outputs) }
    }
}

/// What a coordinate of the embedding says that is the same number for all tokens but one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marks {
    /// That a token is there which begins or ends a word: clocks may read it.
    AreRare,
    /// Which of two letters is read.
    AreLetters,
}

/// The coordinates of the clocks: of heads that read nothing that depends on the tokens.
fn clocks(network: &LayeredRnn, marks: Marks) -> Vec<usize> {
    // Which coordinates of the stream depend on the tokens, by weights that are not zero.
    let embedding = network.embedding();
    let n_tokens = embedding.n_inputs();
    let differing = |row: usize, other: usize| {
        (0..n_tokens).filter(|token| embedding.weight(row, *token) != embedding.weight(row, other)).count()
    };
    let depends = |row: usize| match marks {
        Marks::AreLetters => differing(row, 0) > 0,
        Marks::AreRare => n_tokens < 3 || (0..n_tokens).all(|token| differing(row, token) > 1),
    };
    let mut depends: Vec<bool> = (0..embedding.n_outputs()).map(depends).collect();
    let rows_that_depend = |map: &Affine, inputs: &[bool]| {
        let mut rows = vec![false; map.n_outputs()];
        map.weights().filter(|(_, column, _)| inputs[*column]).for_each(|(row, ..)| rows[row] = true);
        rows
    };
    let mut clocks = Vec::new();
    let mut from = 0;
    for layer in network.layers() {
        let mut appended = Vec::new();
        for head in layer.heads() {
            let rows = rows_that_depend(head.projections(), &depends);
            let (recurrence, reads) = rows.split_at(rows.len() - head.n_keys() - head.n_values());
            let is_clock = !recurrence.contains(&true);
            if is_clock {
                clocks.extend(from..from + head.n_entries());
            }
            from += head.n_entries();
            appended.extend(vec![!is_clock || reads.contains(&true); head.n_values()]);
        }
        depends.extend(appended);
        if let Some(feed_forward) = layer.feed_forward() {
            let written =
                feed_forward.maps().iter().fold(depends.clone(), |inputs, map| rows_that_depend(map, &inputs));
            depends.extend(written);
        }
    }
    clocks
}

/// The coordinates of heads that have the recurrence of an earlier one, each after that one's.
fn same(network: &LayeredRnn) -> Vec<(usize, usize)> {
    let mut same = Vec::new();
    let mut from = 0;
    for layer in network.layers() {
        let starts = layer.heads().iter().map(|head| {
            from += head.n_entries();
            from - head.n_entries()
        });
        let starts: Vec<usize> = starts.collect();
        for (index, first) in layer.same_recurrence.iter().enumerate().filter(|(index, first)| index != *first) {
            same.extend(
                (0..layer.heads()[index].n_entries()).map(|entry| (starts[*first] + entry, starts[index] + entry)),
            );
        }
    }
    same
}
