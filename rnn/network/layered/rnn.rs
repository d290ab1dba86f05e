//! The network of several layers.

use super::feed_forward::FeedForward;
use super::head::Head;
use super::head::LARGEST;
use super::layer::Layer;
use crate::arithmetic::Arithmetic;
use crate::network::affine::Affine;
use crate::network::error::NetworkError;
use crate::network::family::HeadFamily;
use crate::number::Exact;
use std::ops::Range;

/// The coordinate of the state that holds the last decision.
const DECISION: &str = "out.decision";

/// What one token does to a network: the states of the heads after it, and the residual stream.
#[derive(Clone, Debug)]
pub struct Pass<V> {
    /// The states of the heads, in the order of the network's coordinates.
    pub state: Vec<V>,
    /// The stream, in the order of [`LayeredRnn::stream`].
    pub stream: Vec<V>,
}

/// A linear RNN of several layers over one residual stream (the paper's DeltaNet and RWKV-7, Section 4, without
/// normalisation).
///
/// The stream grows: the embedding writes its first coordinates, every sublayer appends new ones, and nothing is ever
/// overwritten. In a stream of fixed width the same network adds to coordinates that are zero until then.
///
/// The state that the interpreter carries are the entries of all heads, `L2.A.S[0,1]` for layer 2, head A, and after
/// them the last token's outputs: `out.decision` and the named values, `out.P00`. Outputs are no memory: no step reads
/// them. In the start state, where no token has been read, the decision is 1 or -1 (`on_empty`) and the values are 0. A
/// word is accepted iff the last decision is > 0, strictly.
#[derive(Clone, Debug, PartialEq)]
pub struct LayeredRnn {
    family: HeadFamily,
    tokens: Vec<String>,
    stream: Vec<String>,
    n_embedded: usize,
    embedding: Affine,
    layers: Vec<Layer>,
    outputs: Vec<String>,
    stream_readout: Affine,
    on_empty: bool,
    coordinates: Vec<String>,
    start: Vec<Exact>,
    readout: Affine,
}

impl LayeredRnn {
    /// A network whose heads are all of `family`. `embedding` maps the one-hot token to the stream's first coordinates,
    /// `embedded`; `stream_readout` maps the last stream to the decision and then the values that `outputs` names.
    ///
    /// # Errors
    /// [`NetworkError`] where two dimensions do not fit, a name occurs twice or reads as a number, or a head is of
    /// another family (layer and head are named).
    #[allow(clippy::too_many_arguments, reason = "these are the parts of a network; constructions use the builder")]
    pub fn new(
        family: HeadFamily,
        tokens: Vec<String>,
        embedded: Vec<String>,
        embedding: Affine,
        layers: Vec<Layer>,
        outputs: Vec<String>,
        stream_readout: Affine,
        on_empty: bool,
    ) -> Result<Self, NetworkError> {
        // The embedding reads the token and writes the first coordinates of the stream.
        NetworkError::check_names("token", &tokens)?;
        NetworkError::check("inputs of the embedding", tokens.len(), embedding.n_inputs())?;
        NetworkError::check("outputs of the embedding", embedded.len(), embedding.n_outputs())?;
        let n_embedded = embedded.len();
        // Every layer reads the stream so far and appends to it; its heads have entries in the carried state.
        let mut stream = embedded;
        let mut coordinates = Vec::new();
        for (number, layer) in (1..).zip(&layers) {
            check_layer(number, layer, family, stream.len())?;
            for head in layer.heads() {
                coordinates.extend(entries(number, head, coordinates.len())?);
            }
            stream.extend(layer.outputs().cloned());
        }
        // The readout maps the whole stream to the decision and the values, which the carried state ends with.
        NetworkError::check_names("stream coordinate", &stream)?;
        NetworkError::check("inputs of the readout", stream.len(), stream_readout.n_inputs())?;
        NetworkError::check("outputs of the readout", 1 + outputs.len(), stream_readout.n_outputs())?;
        let n_entries = coordinates.len();
        coordinates.push(DECISION.to_owned());
        coordinates.extend(outputs.iter().map(|name| format!("out.{name}")));
        NetworkError::check_names("coordinate", &coordinates)?;
        let heads = layers.iter().flat_map(Layer::heads).map(Head::name);
        let mut names = stream.iter().chain(&outputs).map(String::as_str).chain(heads);
        if let Some(name) = names.find(|name| name.parse::<Exact>().is_ok()) {
            return Err(NetworkError::new(format!("expected a name, got the number `{name}`")));
        }
        // Before the first token the decision is a constant, and all else is 0.
        let mut start = vec![Exact::ZERO; coordinates.len()];
        start[n_entries] = Exact::integer(if on_empty { 1 } else { -1 });
        let mut decision = Affine::zero(1, coordinates.len());
        decision.add_weight(0, n_entries, &Exact::ONE);
        Ok(Self {
            family,
            tokens,
            stream,
            n_embedded,
            embedding,
            layers,
            outputs,
            stream_readout,
            on_empty,
            coordinates,
            start,
            readout: decision,
        })
    }

    /// The family that every head belongs to.
    pub fn family(&self) -> HeadFamily {
        self.family
    }

    /// The tokens' texts.
    pub fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The names of the stream's coordinates, in the order in which they are written.
    pub fn stream(&self) -> &[String] {
        &self.stream
    }

    /// The names of the coordinates that the embedding writes, the stream's first.
    pub fn embedded(&self) -> &[String] {
        &self.stream[..self.n_embedded]
    }

    /// The map from the one-hot token to the stream's first coordinates.
    pub fn embedding(&self) -> &Affine {
        &self.embedding
    }

    /// The layers.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The names of the value outputs.
    pub fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// The map from the last stream to the decision and the value outputs.
    pub fn stream_readout(&self) -> &Affine {
        &self.stream_readout
    }

    /// Whether the empty word is accepted.
    pub fn on_empty(&self) -> bool {
        self.on_empty
    }

    /// The names of the carried state's coordinates: the entries of all heads, then the last outputs.
    pub fn coordinates(&self) -> &[String] {
        &self.coordinates
    }

    /// The number of entries of all heads' states; they are the first coordinates.
    pub fn n_entries(&self) -> usize {
        self.coordinates.len() - 1 - self.outputs.len()
    }

    /// The start state.
    pub fn start(&self) -> &[Exact] {
        &self.start
    }

    /// The decision as a map of the carried state.
    pub fn readout(&self) -> &Affine {
        &self.readout
    }

    /// The values of the named outputs in a carried state.
    pub fn values<'v, V>(&self, state: &'v [V]) -> &'v [V] {
        &state[self.n_entries() + 1..]
    }

    /// The places of a head's state among the coordinates; layers count from 1.
    pub fn entries_of(&self, layer: usize, head: &str) -> Option<Range<usize>> {
        let mut from = 0;
        for (number, other) in (1..).zip(&self.layers) {
            for candidate in other.heads() {
                let size = candidate.n_values() * candidate.n_keys();
                if number == layer && candidate.name() == head {
                    return Some(from..from + size);
                }
                from += size;
            }
        }
        None
    }

    /// One step on a known token.
    pub fn step<A: Arithmetic>(&self, arithmetic: &A, state: &[A::Value], token: usize) -> Vec<A::Value> {
        let one = arithmetic.constant(&Exact::ONE);
        let embedded = self.embedding.apply(arithmetic, [(token, &one)]);
        let Pass { state: mut next, stream } = self.pass(arithmetic, state, embedded, self.layers.len());
        next.extend(self.read_stream(arithmetic, &stream));
        next
    }

    /// The first `n_layers` layers on a token that is itself a vector of values, its embedding. The state of the layers
    /// beyond is left out.
    pub fn pass<A: Arithmetic>(
        &self,
        arithmetic: &A,
        state: &[A::Value],
        embedded: Vec<A::Value>,
        n_layers: usize,
    ) -> Pass<A::Value> {
        let mut stream = embedded;
        let mut next = Vec::with_capacity(self.coordinates.len());
        for layer in &self.layers[..n_layers] {
            let mut appended = Vec::new();
            let mut ranges: Vec<Range<usize>> = Vec::with_capacity(layer.heads().len());
            for (index, (head, projections)) in
                layer.heads().iter().zip(layer.projections(arithmetic, &stream)).enumerate()
            {
                let own = next.len()..next.len() + head.n_values() * head.n_keys();
                let shared = ranges.get(layer.same_recurrence[index]).filter(|other| {
                    let mut entries = state[own.clone()].iter().zip(&state[(*other).clone()]);
                    entries.all(|(left, right)| arithmetic.is_same(left, right))
                });
                let after = match shared {
                    Some(other) => next[other.clone()].to_vec(),
                    None => head.advance(arithmetic, &state[own.clone()], &projections),
                };
                appended.extend(head.read(arithmetic, &after, &projections));
                next.extend(after);
                ranges.push(own);
            }
            stream.extend(appended);
            if let Some(feed_forward) = layer.feed_forward() {
                let written = feed_forward.apply(arithmetic, &stream);
                stream.extend(written);
            }
        }
        Pass { state: next, stream }
    }

    /// The decision and the value outputs of a whole stream.
    pub fn read_stream<A: Arithmetic>(&self, arithmetic: &A, stream: &[A::Value]) -> Vec<A::Value> {
        self.stream_readout.apply(arithmetic, stream.iter().enumerate())
    }

    /// Every map of the network with its place: `embedding`, `L2.A` (the projections of a head), `L2.ffn.1` and so on
    /// up to the sublayer's output map, `readout`.
    pub fn maps(&self) -> Vec<(String, &Affine)> {
        let mut maps = vec![("embedding".to_owned(), &self.embedding)];
        for (number, layer) in (1..).zip(&self.layers) {
            maps.extend(layer.heads().iter().map(|head| (format!("L{number}.{}", head.name()), head.projections())));
            let of_sublayer = layer.feed_forward().into_iter().flat_map(|feed_forward| feed_forward.maps());
            maps.extend((1..).zip(of_sublayer).map(|(i, map)| (format!("L{number}.ffn.{i}"), map)));
        }
        maps.push(("readout".to_owned(), &self.stream_readout));
        maps
    }

    /// The network with each map put through `change`, which gets its place as in [`LayeredRnn::maps`].
    ///
    /// # Errors
    /// [`NetworkError`] where a map comes back with another shape.
    pub fn with_maps(&self, mut change: impl FnMut(&str, &Affine) -> Affine) -> Result<Self, NetworkError> {
        let embedding = change("embedding", &self.embedding);
        let mut layers = Vec::new();
        for (number, layer) in (1..).zip(&self.layers) {
            let mut heads = Vec::new();
            for head in layer.heads() {
                let projections = change(&format!("L{number}.{}", head.name()), head.projections());
                heads.push(Head::new(head.name(), head.family(), head.n_keys(), head.outputs().to_vec(), projections)?);
            }
            let feed_forward = match layer.feed_forward() {
                Some(feed_forward) => {
                    let maps = (1..).zip(feed_forward.maps());
                    let maps = maps.map(|(i, map)| change(&format!("L{number}.ffn.{i}"), map)).collect();
                    Some(FeedForward::new(feed_forward.outputs().to_vec(), maps)?)
                }
                None => None,
            };
            layers.push(Layer::new(heads, feed_forward)?);
        }
        let readout = change("readout", &self.stream_readout);
        let (tokens, embedded, outputs) = (self.tokens.clone(), self.embedded().to_vec(), self.outputs.clone());
        Self::new(self.family, tokens, embedded, embedding, layers, outputs, readout, self.on_empty)
    }

    /// The network with this decision on the empty word.
    ///
    /// # Errors
    /// As [`LayeredRnn::new`], which has accepted the other parts already.
    pub fn with_decision_on_empty(&self, on_empty: bool) -> Result<Self, NetworkError> {
        let (tokens, embedded, outputs) = (self.tokens.clone(), self.embedded().to_vec(), self.outputs.clone());
        let (embedding, layers, readout) = (self.embedding.clone(), self.layers.clone(), self.stream_readout.clone());
        Self::new(self.family, tokens, embedded, embedding, layers, outputs, readout, on_empty)
    }
}

/// Whether a layer fits a stream of this width and all of its heads are of the family.
fn check_layer(number: usize, layer: &Layer, family: HeadFamily, width: usize) -> Result<(), NetworkError> {
    for head in layer.heads() {
        let place = format!("layer {number}, head {}", head.name());
        if head.family() != family {
            let message = format!("{place}: expected a {family} head, got a {} head", head.family());
            return Err(NetworkError::new(message));
        }
        let what = format!("{place}: inputs of the projections");
        NetworkError::check(&what, width, head.projections().n_inputs())?;
    }
    let Some(feed_forward) = layer.feed_forward() else { return Ok(()) };
    let width = width + layer.heads().iter().map(Head::n_values).sum::<usize>();
    let what = format!("layer {number}: inputs of the feed-forward");
    NetworkError::check(&what, width, feed_forward.maps()[0].n_inputs())
}

/// The names of the entries of a head's state, row by row, where so many entries of other heads come before them.
fn entries(number: usize, head: &Head, n_before: usize) -> Result<Vec<String>, NetworkError> {
    let (n_rows, n_columns) = (head.n_values(), head.n_keys());
    if n_before + n_rows * n_columns > LARGEST {
        let place = format!("layer {number}, head {}", head.name());
        return Err(NetworkError::new(format!("{place}: expected at most {LARGEST} entries of all states")));
    }
    let row = |row| (0..n_columns).map(move |column| format!("L{number}.{}.S[{row},{column}]", head.name()));
    Ok((0..n_rows).flat_map(row).collect())
}
