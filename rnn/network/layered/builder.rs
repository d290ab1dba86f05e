//! Layered networks written by name: what constructions use.

use super::feed_forward::FeedForward;
use super::head::Head;
use super::layer::Layer;
use super::rnn::LayeredRnn;
use super::row::Row;
use crate::network::affine::Affine;
use crate::network::error::NetworkError;
use crate::network::family::HeadFamily;
use crate::number::Exact;

/// A head as rows over named coordinates.
#[derive(Clone, Debug)]
pub struct HeadRows {
    /// The head's name within its layer.
    pub name: String,
    /// The names of what it appends to the stream, one per row of its state.
    pub outputs: Vec<String>,
    /// The number of columns of its state.
    pub n_keys: usize,
    /// Its projections by name, in the order of [`HeadFamily::projections`].
    pub projections: Vec<(&'static str, Vec<Row>)>,
}

/// Virtual start: makes a head that starts in 0 act as one that starts in `start` (rows of the state), by running
/// `S_t = Y_t - Y_0`. The write gets `Y_0 (A_t - I)` more and the output `Y_0 q^T`; no token for the beginning is
/// needed.
///
/// `removed` is what the transition takes away, as a row: `A_t = I - removed^T written`, with the head's write along
/// `written`. For DeltaNet that is the key `k`; for RWKV-7 with decay 1 it is `lambda kappa`, where the own write is
/// zero or along `a * kappa`, and `value` is the value times `lambda`. `value` and `skip` have one row per row of the
/// state.
///
/// # Panics
/// If the shapes differ: a start is part of a construction.
pub fn virtual_start(start: &[Vec<Exact>], removed: &[Row], query: &[Row], value: &mut [Row], skip: &mut [Row]) {
    assert!(start.len() == value.len() && start.len() == skip.len(), "a start has one row per value");
    for (row, (value, skip)) in start.iter().zip(value.iter_mut().zip(skip)) {
        assert!(row.len() == removed.len() && row.len() == query.len(), "a start has one column per key");
        for (entry, (removed, query)) in row.iter().zip(removed.iter().zip(query)) {
            value.add_scaled(removed, &-entry);
            skip.add_scaled(query, entry);
        }
    }
}

/// A layered network while its layers are being added.
#[derive(Clone, Debug)]
pub struct LayeredBuilder {
    family: HeadFamily,
    tokens: Vec<String>,
    n_embedded: usize,
    embedding: Affine,
    stream: Vec<String>,
    layers: Vec<Layer>,
}

impl LayeredBuilder {
    /// A network of no layers: `embedded` gives for each coordinate its name and its value on every token.
    ///
    /// # Errors
    /// [`NetworkError`] where a coordinate has not one value per token.
    pub fn new(family: HeadFamily, tokens: &[String], embedded: &[(&str, Vec<Exact>)]) -> Result<Self, NetworkError> {
        let mut embedding = Affine::zero(embedded.len(), tokens.len());
        for (place, (name, values)) in embedded.iter().enumerate() {
            NetworkError::check(&format!("values of `{name}`, one per token"), tokens.len(), values.len())?;
            for (token, value) in values.iter().enumerate() {
                embedding.add_weight(place, token, value);
            }
        }
        let stream = embedded.iter().map(|(name, _)| (*name).to_owned()).collect();
        let (tokens, n_embedded) = (tokens.to_vec(), embedded.len());
        Ok(Self { family, tokens, n_embedded, embedding, stream, layers: Vec::new() })
    }

    /// The family of every head.
    pub fn family(&self) -> HeadFamily {
        self.family
    }

    /// The names of the stream's coordinates so far.
    pub fn stream(&self) -> &[String] {
        &self.stream
    }

    /// Adds a layer of heads without a feed-forward sublayer.
    ///
    /// # Errors
    /// [`NetworkError`] where a head is not of the builder's family, or reads a coordinate that is not there.
    pub fn layer(&mut self, heads: Vec<HeadRows>) -> Result<(), NetworkError> {
        let number = self.layers.len() + 1;
        let mut built = Vec::new();
        for head in heads {
            let place = |error: NetworkError| NetworkError::new(format!("layer {number}, head {}: {error}", head.name));
            let expected = self.family.projections(head.outputs.len(), head.n_keys);
            let got: Vec<(&str, usize)> = head.projections.iter().map(|(name, rows)| (*name, rows.len())).collect();
            if expected != got {
                let message = format!("expected the projections {expected:?} of a {} head, got {got:?}", self.family);
                return Err(place(NetworkError::new(message)));
            }
            let rows: Vec<Row> = head.projections.iter().flat_map(|(_, rows)| rows.clone()).collect();
            let projections = Row::map(&rows, &self.stream).map_err(place)?;
            built.push(
                Head::new(&head.name, self.family, head.n_keys, head.outputs.clone(), projections).map_err(place)?,
            );
        }
        let layer = Layer::new(built, None)?;
        self.stream.extend(layer.outputs().cloned());
        self.layers.push(layer);
        Ok(())
    }

    /// Gives the last layer a feed-forward sublayer: each hidden layer as rows, the first over the stream, the next
    /// over the units before, `u0`, `u1`, ...; then the named outputs, over the last units.
    ///
    /// # Errors
    /// [`NetworkError`] where there is no layer, it has a sublayer, or a row reads what is not there.
    pub fn feed_forward(&mut self, hidden: &[Vec<Row>], outputs: Vec<(String, Row)>) -> Result<(), NetworkError> {
        let mut inputs = self.stream.clone();
        let mut maps = Vec::new();
        for rows in hidden {
            maps.push(Row::map(rows, &inputs)?);
            inputs = (0..rows.len()).map(|unit| format!("u{unit}")).collect();
        }
        let (names, rows): (Vec<String>, Vec<Row>) = outputs.into_iter().unzip();
        maps.push(Row::map(&rows, &inputs)?);
        let sublayer = FeedForward::new(names, maps)?;
        match self.layers.pop() {
            Some(layer) if layer.feed_forward().is_none() => {
                self.stream.extend(sublayer.outputs().iter().cloned());
                self.layers.push(Layer::new(layer.heads().to_vec(), Some(sublayer))?);
                Ok(())
            }
            Some(_) => Err(NetworkError::new("expected at most one feed-forward sublayer in a layer, got two")),
            None => Err(NetworkError::new("expected a layer for the feed-forward sublayer, got none")),
        }
    }

    /// The network with this decision (> 0, strictly) and these value outputs.
    ///
    /// # Errors
    /// [`NetworkError`] as [`LayeredRnn::new`].
    pub fn finish(
        self,
        decision: Row,
        outputs: Vec<(String, Row)>,
        on_empty: bool,
    ) -> Result<LayeredRnn, NetworkError> {
        let (names, rows): (Vec<String>, Vec<Row>) = outputs.into_iter().unzip();
        let rows: Vec<Row> = std::iter::once(decision).chain(rows).collect();
        let readout = Row::map(&rows, &self.stream)?;
        let embedded = self.stream[..self.n_embedded].to_vec();
        LayeredRnn::new(self.family, self.tokens, embedded, self.embedding, self.layers, names, readout, on_empty)
    }
}
