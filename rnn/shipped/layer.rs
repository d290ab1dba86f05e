//! What a token does: embedding, norm, projections, convolution, activation, normalisation and gates, stage by stage.

use super::facts;
use super::family::ShippedFamily;
use super::inexact::Inexact;
use super::meter::Meter;
use super::model::ShippedModel;
use super::model::Tensor;
use crate::number::Exact;

/// One delta step: `S <- S + beta k (v - S^T k)^T`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StepInput {
    /// The normalised key.
    pub key: Vec<Exact>,
    /// The value.
    pub value: Vec<Exact>,
    /// The step size, 0 to 2.
    pub beta: Exact,
    /// What the state is multiplied by first.
    pub decay: Exact,
}

/// What a token does in one head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadInputs {
    /// The steps, first the first.
    pub steps: Vec<StepInput>,
    /// The normalised query, times `head_dim^-1/2`.
    pub query: Vec<Exact>,
    /// The output gate, after its activation; none without one.
    pub gate: Option<Vec<Exact>>,
}

/// What a token does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInputs {
    /// Its embedding, to which the layer's output is added.
    pub embedding: Vec<Exact>,
    /// Head by head.
    pub heads: Vec<HeadInputs>,
}

/// The eps of every norm but the output norm, and of the normalisation of keys: 1e-6.
fn epsilon() -> Exact {
    Exact::ratio(1, 1_000_000)
}

/// Which activation follows a projection.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Activation {
    Silu,
    Identity,
}

impl ShippedModel {
    /// What a token of the alphabet does.
    ///
    /// # Errors
    /// [`Inexact`] where a stage is not known to be exact, with its name.
    ///
    /// # Panics
    /// If the token is no entry of the vocabulary.
    pub fn inputs(&self, token: usize, meter: &mut Meter) -> Result<TokenInputs, Inexact> {
        let (shape, family) = (*self.shape(), self.family());
        // The embedding and the norm before the layer.
        let embedding = self.tensor("embedding").row(token).to_vec();
        let normalised = meter.normalised("the norm before the layer", &embedding, (true, &epsilon()))?;
        let weights = &self.tensor("layer_norm").values;
        let stream: Vec<Exact> = normalised
            .iter()
            .zip(weights)
            .map(|(value, weight)| meter.stored("the norm before the layer", value * weight))
            .collect::<Result<_, _>>()?;
        // Projections, convolution and activation.
        let activation = if family.has_silu_on_keys() { Activation::Silu } else { Activation::Identity };
        let queries = self.channels("q", &stream, activation, meter)?;
        let keys = self.channels("k", &stream, activation, meter)?;
        let values = self.channels("v", &stream, Activation::Silu, meter)?;
        let betas = self.betas(&stream, meter)?;
        let decays = self.decays(&stream, meter)?;
        let gates = self.gates(&stream, meter)?;
        // Heads: step n of head h has the vector n * heads + h.
        let vector = |all: &[Exact], index: usize| all[index * shape.head_dim..(index + 1) * shape.head_dim].to_vec();
        let scale = scale(shape.head_dim)?;
        let heads = (0..shape.heads)
            .map(|head| {
                let steps = (0..shape.steps).map(|step| {
                    let place = step * shape.heads + head;
                    let key = meter.normalised("the normalised key", &vector(&keys, place), (false, &epsilon()))?;
                    let decay = if step == 0 { decays[head].clone() } else { Exact::ONE };
                    Ok(StepInput { key, value: vector(&values, place), beta: betas[place].clone(), decay })
                });
                let steps = steps.collect::<Result<Vec<_>, Inexact>>()?;
                let query = meter.normalised("the normalised query", &vector(&queries, head), (false, &epsilon()))?;
                let query = query.iter().map(|value| meter.stored("the scaled query", value * &scale));
                let query = query.collect::<Result<Vec<_>, Inexact>>()?;
                Ok(HeadInputs { steps, query, gate: gates.as_ref().map(|all| vector(all, head)) })
            })
            .collect::<Result<Vec<_>, Inexact>>()?;
        Ok(TokenInputs { embedding, heads })
    }

    /// A projection, its convolution and its activation.
    fn channels(
        &self,
        name: &str,
        stream: &[Exact],
        activation: Activation,
        meter: &mut Meter,
    ) -> Result<Vec<Exact>, Inexact> {
        let projected = project(self.tensor(&format!("{name}_proj")), stream, meter)?;
        let stage = format!("the activation of {name}");
        let taps = self.family().has_convolution().then(|| self.tensor(&format!("{name}_conv")));
        let activated = projected.into_iter().enumerate().map(|(channel, value)| {
            let value = match taps.map(|taps| taps.row(channel)) {
                Some([first, second, third, last]) => {
                    if ![first, second, third].iter().all(|tap| tap.is_zero()) {
                        return Err(Inexact::new(format!(
                            "the convolution of {name}, channel {channel}: expected 0 on the tokens before"
                        )));
                    }
                    meter.stored("the convolution", last * &value)?
                }
                _ => value,
            };
            match activation {
                Activation::Silu => facts::silu(&value, meter.facts_mut()).map_err(|error| error.at(&stage)),
                Activation::Identity => Ok(value),
            }
        });
        activated.collect()
    }

    fn betas(&self, stream: &[Exact], meter: &mut Meter) -> Result<Vec<Exact>, Inexact> {
        let projected = project(self.tensor("b_proj"), stream, meter)?;
        let betas = projected.iter().map(|value| {
            let sigmoid = facts::sigmoid(value, meter.facts_mut()).map_err(|error| error.at("beta"))?;
            meter.stored("beta", sigmoid * Exact::integer(2))
        });
        betas.collect()
    }

    fn decays(&self, stream: &[Exact], meter: &mut Meter) -> Result<Vec<Exact>, Inexact> {
        if !self.family().has_gates() {
            return Ok(vec![Exact::ONE; self.shape().heads]);
        }
        let projected = project(self.tensor("a_proj"), stream, meter)?;
        let (logs, biases) = (&self.tensor("A_log").values, &self.tensor("dt_bias").values);
        let decays = projected.iter().zip(logs.iter().zip(biases)).map(|(value, (log, bias))| {
            let sum = meter.sum("the forget gate", bias, [(value, &Exact::ONE)])?;
            facts::decay(log, &sum, meter.facts_mut()).map_err(|error| error.at("the forget gate"))
        });
        decays.collect()
    }

    fn gates(&self, stream: &[Exact], meter: &mut Meter) -> Result<Option<Vec<Exact>>, Inexact> {
        if self.family() != ShippedFamily::GatedDeltaNet {
            return Ok(None);
        }
        let projected = project(self.tensor("g_proj"), stream, meter)?;
        let gates = projected
            .iter()
            .map(|value| facts::silu(value, meter.facts_mut()).map_err(|error| error.at("the output gate")));
        gates.collect::<Result<_, _>>().map(Some)
    }
}

/// `head_dim^-1/2`, where it is a power of two.
fn scale(head_dim: usize) -> Result<Exact, Inexact> {
    let exponent = head_dim.trailing_zeros();
    if !head_dim.is_power_of_two() || !exponent.is_multiple_of(2) {
        return Err(Inexact::new(format!("the scale of queries: expected a power of 4 as head_dim, got {head_dim}")));
    }
    Ok(Exact::power_of_two(-i64::from(exponent / 2)))
}

/// A linear map, stored.
fn project(matrix: &Tensor, vector: &[Exact], meter: &mut Meter) -> Result<Vec<Exact>, Inexact> {
    let rows = (0..matrix.shape[0]).map(|row| {
        let sum = meter.sum(matrix.name, &Exact::ZERO, matrix.row(row).iter().zip(vector))?;
        meter.stored(matrix.name, sum)
    });
    rows.collect()
}
