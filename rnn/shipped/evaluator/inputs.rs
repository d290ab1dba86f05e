//! What a token does, with rounding: embedding, norm, projections, convolution, activation, normalisation and gates.

use super::super::facts;
use super::super::inexact::Inexact;
use super::super::layer::HeadInputs;
use super::super::layer::StepInput;
use super::super::layer::TokenInputs;
use super::super::model::ShippedModel;
use super::super::storing::Storing;
use super::arithmetic::Arithmetic;
use crate::number::Exact;
use std::collections::BTreeSet;

/// What a token does.
///
/// # Errors
/// [`Inexact`] where a fact about a transcendental function is missing, a tap of the convolution reads an earlier token,
/// or a value leaves the range of its format.
pub(super) fn of_token(
    model: &ShippedModel,
    token: usize,
    storing: Storing,
    arithmetic: &Arithmetic,
) -> Result<TokenInputs, Inexact> {
    let (shape, family) = (*model.shape(), model.family());
    let embedding = model.tensor("embedding").row(token).to_vec();
    let weights = &model.tensor("layer_norm").values;
    let stream = arithmetic.rms_norm("the norm before the layer", &embedding, weights, storing)?;
    let layer = Layer { model, arithmetic, stream };
    // Channels of queries, keys and values.
    let queries = layer.activated("q", family.has_silu_on_keys())?;
    let keys = layer.activated("k", family.has_silu_on_keys())?;
    let values = layer.activated("v", true)?;
    let (betas, decays, gates) = (layer.betas()?, layer.decays()?, layer.gates()?);
    // Heads: step n of head h has the vector n * heads + h.
    let vector = |all: &[Exact], place: usize| all[place * shape.head_dim..(place + 1) * shape.head_dim].to_vec();
    let n_entries = i64::try_from(shape.head_dim).expect("a vector's length is a machine word");
    let scale = Exact::ONE / arithmetic.root(&Exact::integer(n_entries))?;
    let scale = arithmetic.computed("the scale of queries", scale)?;
    let mut heads = Vec::with_capacity(shape.heads);
    for (head, of_head) in decays.iter().enumerate() {
        let mut steps = Vec::with_capacity(shape.steps);
        for step in 0..shape.steps {
            let place = step * shape.heads + head;
            let key = layer.unit("the normalised key", &vector(&keys, place))?;
            let decay = if step == 0 { of_head.clone() } else { Exact::ONE };
            steps.push(StepInput { key, value: vector(&values, place), beta: betas[place].clone(), decay });
        }
        let query = layer.unit("the normalised query", &vector(&queries, head))?;
        let query = query.iter().map(|entry| arithmetic.computed("the scaled query", entry * &scale));
        let query = query.collect::<Result<Vec<_>, _>>()?;
        heads.push(HeadInputs { steps, query, gate: gates.as_ref().map(|all| vector(all, head)) });
    }
    Ok(TokenInputs { embedding, heads })
}

/// A layer that has read the normalised stream of one token.
struct Layer<'l> {
    model: &'l ShippedModel,
    arithmetic: &'l Arithmetic,
    stream: Vec<Exact>,
}

impl Layer<'_> {
    /// A linear map of the stream, stored.
    fn projected(&self, name: &str) -> Result<Vec<Exact>, Inexact> {
        let matrix = self.model.tensor(name);
        let rows = (0..matrix.shape[0]).map(|row| {
            let sum = self.arithmetic.sum(name, matrix.row(row).iter().zip(&self.stream))?;
            self.arithmetic.stored(name, sum)
        });
        rows.collect()
    }

    /// A projection, its convolution and its activation.
    fn activated(&self, name: &str, has_silu: bool) -> Result<Vec<Exact>, Inexact> {
        let mut channels = self.projected(&format!("{name}_proj"))?;
        if self.model.family().has_convolution() {
            let taps = self.model.tensor(&format!("{name}_conv"));
            for (channel, value) in channels.iter_mut().enumerate() {
                let (last, earlier) = taps.row(channel).split_last().expect("there are four taps");
                if earlier.iter().any(|tap| !tap.is_zero()) {
                    let message = format!("the convolution of {name}, channel {channel}, reads an earlier token");
                    return Err(Inexact::new(message));
                }
                let product = self.arithmetic.computed("the convolution", &*value * last)?;
                *value = self.arithmetic.stored("the convolution", product)?;
            }
        }
        if has_silu {
            let silu = |value: &Exact| facts::silu(value, &mut BTreeSet::new());
            channels = channels.iter().map(silu).collect::<Result<_, _>>().map_err(|error| error.at(name))?;
        }
        Ok(channels)
    }

    fn betas(&self) -> Result<Vec<Exact>, Inexact> {
        let betas = self.projected("b_proj")?.into_iter().map(|value| {
            let sigmoid = facts::sigmoid(&value, &mut BTreeSet::new()).map_err(|error| error.at("beta"))?;
            self.arithmetic.stored("beta", sigmoid * Exact::integer(2))
        });
        betas.collect()
    }

    fn decays(&self) -> Result<Vec<Exact>, Inexact> {
        if !self.model.family().has_gates() {
            return Ok(vec![Exact::ONE; self.model.shape().heads]);
        }
        let (logs, biases) = (&self.model.tensor("A_log").values, &self.model.tensor("dt_bias").values);
        let projected = self.projected("a_proj")?.into_iter();
        let decays = projected.zip(logs.iter().zip(biases)).map(|(value, (log, bias))| {
            let sum = self.arithmetic.computed("the forget gate", &value + bias)?;
            facts::decay(log, &sum, &mut BTreeSet::new()).map_err(|error| error.at("the forget gate"))
        });
        decays.collect()
    }

    fn gates(&self) -> Result<Option<Vec<Exact>>, Inexact> {
        if !self.model.family().has_gates() {
            return Ok(None);
        }
        let gates = self.projected("g_proj")?;
        let gates = gates.iter().map(|value| facts::silu(value, &mut BTreeSet::new()));
        gates.collect::<Result<_, _>>().map(Some).map_err(|error| error.at("the output gate"))
    }

    /// A vector over its length, stored.
    fn unit(&self, stage: &str, vector: &[Exact]) -> Result<Vec<Exact>, Inexact> {
        let factor = self.arithmetic.inverse_root_of_sum(vector)?;
        let entries = vector.iter().map(|entry| {
            let entry = self.arithmetic.computed(stage, entry * &factor)?;
            self.arithmetic.stored(stage, entry)
        });
        entries.collect()
    }
}
