//! A network of several layers over n tokens as one arithmetic circuit, stratum by stratum.
//!
//! A layer's transitions are made from the stream below it, so that its scan can only begin when the layers below have
//! given their outputs at all positions: each layer but the last computes all prefixes of its pairs (Sklansky), the last one
//! a balanced fold, as only its last output is read. Between them stand the affine maps and the feed-forward sublayers,
//! whose ReLU gates make it more than one stratum. Everything that is no scan is what the one interpreter of networks does,
//! run over gates.
//!
//! The same code [builds](build) a circuit whose gates are stored, so that it can be evaluated, and one whose gates are only
//! [counted](Count), for lengths at which they would not fit into memory. Its size is an exact formula in n, and its depth is
//! within one ([`Formula`]); both are asserted on every circuit that is built.

use super::affine::Figures;
use super::affine::Pair;
use super::affine::Shape;
use super::affine::balanced;
use super::circuit::Circuit;
use super::log2_ceiling;
use super::prefix;
use rnn::Arithmetic;
use rnn::Exact;
use rnn::Head;
use rnn::LayeredRnn;
use std::cell::RefCell;

/// What circuits are made of: gates that are stored, or only counted.
pub trait Gates {
    /// What a gate gives.
    type Wire: Clone;
    /// The next input.
    fn input(&mut self) -> Self::Wire;
    /// A constant.
    fn constant(&mut self, value: &Exact) -> Self::Wire;
    /// A sum.
    fn add(&mut self, a: &Self::Wire, b: &Self::Wire) -> Self::Wire;
    /// A product.
    fn multiply(&mut self, a: &Self::Wire, b: &Self::Wire) -> Self::Wire;
    /// A sign gate, max(a, 0).
    fn relu(&mut self, a: &Self::Wire) -> Self::Wire;
}

impl Gates for Circuit {
    type Wire = usize;

    fn input(&mut self) -> usize {
        Self::input(self)
    }

    fn constant(&mut self, value: &Exact) -> usize {
        Self::constant(self, value.clone())
    }

    fn add(&mut self, a: &usize, b: &usize) -> usize {
        Self::add(self, *a, *b)
    }

    fn multiply(&mut self, a: &usize, b: &usize) -> usize {
        Self::multiply(self, *a, *b)
    }

    fn relu(&mut self, a: &usize) -> usize {
        Self::relu(self, *a)
    }
}

/// Gates that are counted as they are made; a wire is its depth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Products.
    pub n_multiplications: usize,
    /// Sums.
    pub n_additions: usize,
    /// ReLU gates.
    pub n_relus: usize,
}

impl Gates for Count {
    type Wire = usize;

    fn input(&mut self) -> usize {
        0
    }

    fn constant(&mut self, _: &Exact) -> usize {
        0
    }

    fn add(&mut self, a: &usize, b: &usize) -> usize {
        self.n_additions += 1;
        1 + a.max(b)
    }

    fn multiply(&mut self, a: &usize, b: &usize) -> usize {
        self.n_multiplications += 1;
        1 + a.max(b)
    }

    fn relu(&mut self, a: &usize) -> usize {
        self.n_relus += 1;
        1 + a
    }
}

/// The sum of several wires, neighbours first, level by level, an odd one carried to the next level.
fn sum<G: Gates>(gates: &mut G, wires: Vec<G::Wire>) -> G::Wire {
    balanced(wires, |a, b| gates.add(a, b)).expect("there is something to be summed")
}

/// The interpreter's arithmetic over gates. Nothing is folded, except that what is 0 by the form of the network is no gate.
struct OverGates<G>(RefCell<G>);

impl<G: Gates> Arithmetic for OverGates<G> {
    type Value = Option<G::Wire>;
    type Sum = Vec<G::Wire>;

    fn constant(&self, value: &Exact) -> Self::Value {
        (!value.is_zero()).then(|| self.0.borrow_mut().constant(value))
    }

    fn is_zero(&self, value: &Self::Value) -> bool {
        value.is_none()
    }

    fn sum(&self, bias: &Exact) -> Self::Sum {
        self.constant(bias).into_iter().collect()
    }

    fn add(&self, sum: &mut Self::Sum, weight: &Exact, value: &Self::Value) {
        let Some(wire) = value else { return };
        let mut gates = self.0.borrow_mut();
        sum.push(if *weight == Exact::ONE {
            wire.clone()
        } else {
            let weight = gates.constant(weight);
            gates.multiply(&weight, wire)
        });
    }

    fn finish(&self, wires: Self::Sum) -> Self::Value {
        (!wires.is_empty()).then(|| sum(&mut *self.0.borrow_mut(), wires))
    }

    fn relu(&self, value: Self::Value) -> Self::Value {
        value.map(|wire| self.0.borrow_mut().relu(&wire))
    }

    fn multiply(&self, left: &Self::Value, right: &Self::Value) -> Self::Value {
        match (left, right) {
            (Some(left), Some(right)) => Some(self.0.borrow_mut().multiply(left, right)),
            _ => None,
        }
    }
}

impl<G: Gates> OverGates<G> {
    /// What is 0 by the form of the network becomes a constant: a scan has every entry of every pair.
    fn wires(&self, values: Vec<Option<G::Wire>>) -> Vec<G::Wire> {
        let mut gates = self.0.borrow_mut();
        values.into_iter().map(|value| value.unwrap_or_else(|| gates.constant(&Exact::ZERO))).collect()
    }

    fn pair(&self, head: &Head, gates: &[Option<G::Wire>]) -> Pair<G::Wire> {
        let shape = Shape { n: 1, dimension: head.n_keys(), rows: head.n_values() };
        Pair::read(shape, &self.wires(pair_of(self, head, gates)))
    }

    fn compose(&self, first: &Pair<G::Wire>, second: &Pair<G::Wire>) -> Pair<G::Wire> {
        let mut gates = self.0.borrow_mut();
        first.then(second, |products, summand| {
            let mut wires: Vec<G::Wire> = products.iter().map(|(a, b)| gates.multiply(a, b)).collect();
            wires.extend(summand.map(|wire| (*wire).clone()));
            sum(&mut *gates, wires)
        })
    }

    /// The states of a head after each token, or after the last one only.
    fn scan(&self, pairs: Vec<Pair<G::Wire>>, only_last: bool) -> Vec<Vec<G::Wire>> {
        let join = |a: &Pair<G::Wire>, b: &Pair<G::Wire>| self.compose(a, b);
        let whole = match only_last {
            true => balanced(pairs, join).into_iter().collect(),
            false => prefix::run(&prefix::sklansky(pairs.len()), pairs, join),
        };
        // From the state 0, so that what the prefix adds is the state.
        whole.into_iter().map(|pair| pair.bias.concat()).collect()
    }
}

/// The pair (A, b) of one step of a head, by rows: what the step makes of the unit rows without a write, and of a state
/// of 0.
fn pair_of<A: Arithmetic>(arithmetic: &A, head: &Head, gates: &[A::Value]) -> Vec<A::Value> {
    let (dimension, rows) = (head.n_keys(), head.n_values());
    let [zero, one] = [Exact::ZERO, Exact::ONE].map(|value| arithmetic.constant(&value));
    let value = head.projection("v").expect("every family of heads has a value").start;
    let unit = |place: usize| if place / dimension == place % dimension { one.clone() } else { zero.clone() };
    let units: Vec<A::Value> = (0..dimension * dimension).map(unit).collect();
    // As many values as there are unit rows, all 0; query and skip are not read.
    let silent: Vec<A::Value> = gates[..value].iter().cloned().chain(vec![zero.clone(); dimension]).collect();
    let mut pair = head.advance(arithmetic, &units, &silent);
    pair.extend(head.advance(arithmetic, &vec![zero; rows * dimension], gates));
    pair
}

/// Puts the network together: `scan` gives for the pairs of a head its states after each token, or after the last one.
fn assemble<G: Gates>(
    over: &OverGates<G>,
    network: &LayeredRnn,
    n: usize,
    scan: impl Fn(Vec<Pair<G::Wire>>, bool) -> Vec<Vec<G::Wire>>,
) -> Vec<G::Wire> {
    assert!(n > 0, "a fold has a step");
    let embedded = network.embedded().len();
    let input = || Some(over.0.borrow_mut().input());
    let mut streams: Vec<Vec<Option<G::Wire>>> = (0..n).map(|_| (0..embedded).map(|_| input()).collect()).collect();
    for (number, layer) in (1..).zip(network.layers()) {
        let is_last = number == network.layers().len();
        let made: Vec<_> = streams.iter().map(|stream| layer.projections(over, stream)).collect();
        if is_last {
            streams.drain(..n - 1);
        }
        let first = n - streams.len();
        for (place, head) in layer.heads().iter().enumerate() {
            let pairs = made.iter().map(|made| over.pair(head, &made[place])).collect();
            let states = scan(pairs, is_last);
            for ((stream, state), made) in streams.iter_mut().zip(states).zip(&made[first..]) {
                let state: Vec<Option<G::Wire>> = state.into_iter().map(Some).collect();
                stream.extend(head.read(over, &state, &made[place]));
            }
        }
        let Some(feed_forward) = layer.feed_forward() else { continue };
        for stream in &mut streams {
            let mut values = stream.clone();
            for (i, map) in feed_forward.maps().iter().enumerate() {
                if i > 0 {
                    values = values.into_iter().map(|value| over.relu(value)).collect();
                }
                values = map.apply(over, values.iter().enumerate());
            }
            stream.extend(values);
        }
    }
    let last = streams.pop().expect("there is a token");
    over.wires(network.read_stream(over, &last))
}

/// The circuit of a network over n tokens. Its inputs are the embeddings of the tokens, its outputs the decision and the
/// values after the last token.
///
/// # Panics
/// If `n` is 0, or if the circuit does not cost what its formula says.
pub fn build(network: &LayeredRnn, n: usize) -> Circuit {
    let over = OverGates(RefCell::new(Circuit::default()));
    let outputs = assemble(&over, network, n, |pairs, only_last| over.scan(pairs, only_last));
    let mut circuit = over.0.into_inner();
    circuit.set_outputs(outputs);
    let count = Count {
        n_multiplications: circuit.n_multiplications(),
        n_additions: circuit.n_additions(),
        n_relus: circuit.n_relus(),
    };
    Formula::of(network).assert_fits(n, circuit.depth(), count);
    circuit
}

/// Depth and size of the same circuit, made gate by gate without storing them.
///
/// # Panics
/// As [`build`].
pub fn count(network: &LayeredRnn, n: usize) -> (usize, Count) {
    let (depth, count) = count_only(network, n);
    Formula::of(network).assert_fits(n, depth, count);
    (depth, count)
}

fn count_only(network: &LayeredRnn, n: usize) -> (usize, Count) {
    let over = OverGates(RefCell::new(Count::default()));
    let outputs = assemble(&over, network, n, |pairs, only_last| over.scan(pairs, only_last));
    (outputs.into_iter().max().unwrap_or(0), over.0.into_inner())
}

/// The depth where every layer's scan has this many levels: a bound, as all entries of its pairs are taken to be as deep as
/// the deepest one.
fn depth_with_levels(network: &LayeredRnn, levels: usize) -> usize {
    let over = OverGates(RefCell::new(Count::default()));
    let outputs = assemble(&over, network, 1, |pairs, _| {
        let delayed = |pair: Pair<usize>| {
            let (dimension, size) = (pair.matrix.len(), pair.bias.concat().len());
            let deepest = pair.written().into_iter().max().unwrap_or(0);
            let level = Shape { n: 1, dimension, rows: 1 }.depth_per_level();
            vec![deepest + levels * level; size]
        };
        pairs.into_iter().map(delayed).collect()
    });
    outputs.into_iter().max().unwrap_or(0)
}

/// What the circuit of a network costs, by formula: `base + slope ceil(log2 n)` bounds its depth, and its size is that of one
/// token, that of each further token without its scan, and that of the compositions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// Depth at one token.
    pub base: usize,
    /// Depth of one level of every layer's scan.
    pub slope: usize,
    one: Count,
    next: Count,
    scans: Vec<Scan>,
}

/// The scan of one head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Scan {
    dimension: usize,
    rows: usize,
    only_last: bool,
}

impl Scan {
    fn n_compositions(self, n: usize) -> usize {
        // Sklansky: half of each block of 2^(level + 1) items is composed, as far as there are items.
        let level = |level: usize| {
            let half = 1usize << level;
            n / (2 * half) * half + (n % (2 * half)).saturating_sub(half)
        };
        if self.only_last { n - 1 } else { (0..log2_ceiling(n)).map(level).sum() }
    }

    fn figures(self, n: usize) -> Figures {
        let Self { dimension, rows, .. } = self;
        let one = Shape { n: 2, dimension, rows }.figures();
        let n_compositions = self.n_compositions(n);
        Figures {
            depth: log2_ceiling(n) * one.depth,
            n_multiplications: n_compositions * one.n_multiplications,
            n_additions: n_compositions * one.n_additions,
        }
    }
}

impl Formula {
    /// The formula for a network, with the figures of the circuits for one token and two.
    pub fn of(network: &LayeredRnn) -> Self {
        let base = depth_with_levels(network, 0);
        let slope = network.layers().iter().map(|layer| {
            let levels = layer
                .heads()
                .iter()
                .map(|head| Shape { n: 1, dimension: head.n_keys(), rows: head.n_values() }.depth_per_level());
            levels.max().unwrap_or(0)
        });
        let n_layers = network.layers().len();
        let scans = network.layers().iter().enumerate().flat_map(|(number, layer)| {
            layer.heads().iter().map(move |head| Scan {
                dimension: head.n_keys(),
                rows: head.n_values(),
                only_last: number + 1 == n_layers,
            })
        });
        let (one, two) = (count_only(network, 1).1, count_only(network, 2).1);
        let mut formula = Self { base, slope: slope.sum(), one, next: Count::default(), scans: scans.collect() };
        let scanned = formula.size(2);
        formula.next = Count {
            n_multiplications: two.n_multiplications - scanned.n_multiplications,
            n_additions: two.n_additions - scanned.n_additions,
            n_relus: two.n_relus - scanned.n_relus,
        };
        formula
    }

    /// A bound on the depth over n tokens.
    pub fn depth(&self, n: usize) -> usize {
        self.base + self.slope * log2_ceiling(n)
    }

    /// The size over n tokens.
    pub fn size(&self, n: usize) -> Count {
        let scans = self.scans.iter().map(|scan| scan.figures(n));
        let scans = scans.reduce(Figures::beside).unwrap_or(Figures { depth: 0, n_multiplications: 0, n_additions: 0 });
        Count {
            n_multiplications: self.one.n_multiplications
                + (n - 1) * self.next.n_multiplications
                + scans.n_multiplications,
            n_additions: self.one.n_additions + (n - 1) * self.next.n_additions + scans.n_additions,
            n_relus: self.one.n_relus + (n - 1) * self.next.n_relus,
        }
    }

    fn assert_fits(&self, n: usize, depth: usize, count: Count) {
        assert!(depth <= self.depth(n), "depth {depth} over {n} tokens, and at most {} by formula", self.depth(n));
        assert_eq!(count, self.size(n), "the circuit over {n} tokens has the size of its formula");
    }
}

/// The inputs for a word, as places in the network's tokens.
///
/// # Panics
/// If a token does not exist.
pub fn inputs(network: &LayeredRnn, word: &[usize]) -> Vec<Exact> {
    let one = Exact::ONE;
    word.iter().flat_map(|token| network.embedding().apply(&rnn::ExactArithmetic, [(*token, &one)])).collect()
}

/// How long the numbers of the last layer's scan get along one word: with the steps' entries over one common denominator,
/// the bits of the longest entry, and the bound for every prefix of as many such steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bits {
    /// The common denominator of the entries of all steps.
    pub denominator: Exact,
    /// The bits of the longest entry of a step, over that denominator.
    pub of_step: u64,
    /// The bound on the entries of every prefix of t steps, over the t-th power of the denominator.
    pub bound: u64,
    /// The bits of the longest entry of the last state, over that power.
    pub of_state: u64,
}

/// The bits along a word, as places in the network's tokens; none for a network without layers, or the empty word.
///
/// # Panics
/// If a token does not exist.
pub fn bits(network: &LayeredRnn, word: &[usize]) -> Option<Bits> {
    let arithmetic = rnn::ExactArithmetic;
    let layer = network.layers().last()?;
    let width = layer.heads()[0].projections().n_inputs();
    let (mut denominator, mut longest) = (Exact::ONE, Exact::ONE);
    let mut state = network.start()[..network.n_entries()].to_vec();
    for embedded in inputs(network, word).chunks(network.embedded().len()) {
        let pass = network.pass(&arithmetic, &state, embedded.to_vec(), network.layers().len());
        for (head, gates) in layer.heads().iter().zip(layer.projections(&arithmetic, &pass.stream[..width])) {
            for entry in pair_of(&arithmetic, head, &gates) {
                // What is left of its denominator is multiplied in: their least common multiple.
                denominator = &denominator * &Exact::from((&entry * &denominator).to_rational().denom().clone());
                longest = longest.max(if entry.is_negative() { -entry } else { entry });
            }
        }
        state = pass.state;
    }
    let whole_bits = |value: &Exact| {
        let value = value.to_rational();
        value.is_integer().then(|| value.numer().bits()).expect("over a common denominator it is an integer")
    };
    // The denominator is an entry of the step too, as it is cleared.
    let of_step = whole_bits(&(&longest * &denominator));
    let cleared = Exact::from(num_traits::pow(denominator.to_rational().to_integer(), word.len()));
    let last: usize = layer.heads().iter().map(|head| head.n_keys() * head.n_values()).sum();
    let of_state = state[state.len() - last..].iter().map(|entry| whole_bits(&(entry * &cleared))).max()?;
    let bounds = layer
        .heads()
        .iter()
        .map(|head| Shape { n: word.len(), dimension: head.n_keys(), rows: head.n_values() }.bits_bound(of_step));
    let bound = if word.is_empty() { None } else { bounds.max() };
    Some(Bits { denominator, of_step, bound: bound?, of_state })
}

#[cfg(test)]
mod tests;
