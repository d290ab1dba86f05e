//! What a token does, with rounding: embedding, norm, projections, convolution, activation, normalisation and gates.

use super::super::bounds::Bounds;
use super::super::facts;
use super::super::functions;
use super::super::inexact::Inexact;
use super::super::layer::HeadInputs;
use super::super::layer::StepInput;
use super::super::layer::TokenInputs;
use super::super::model::ShippedModel;
use super::super::storing::Storing;
use super::arithmetic::Arithmetic;
use crate::number::Exact;
use std::collections::BTreeSet;

/// Where a value of a transcendental function comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Functions {
    /// From the stated facts, and otherwise from nowhere.
    Stated,
    /// From the stated facts, and otherwise the number of f32 nearest to the function's value.
    Nearest,
}

/// What the last token of a window does: the tokens that a convolution reads, the oldest first, and fewer at the beginning
/// of a word.
///
/// # Errors
/// [`Inexact`] where a fact about a transcendental function is missing, a tap of the convolution reads an earlier token
/// and only stated facts are taken, or a value leaves the range of its format.
pub(super) fn of_window(
    model: &ShippedModel,
    window: &[usize],
    (storing, functions): (Storing, Functions),
    arithmetic: &Arithmetic,
) -> Result<TokenInputs, Inexact> {
    let (shape, family) = (*model.shape(), model.family());
    let weights = &model.tensor("layer_norm").values;
    let read = |token: &usize| {
        let embedding = model.tensor("embedding").row(*token);
        arithmetic.rms_norm("the norm before the layer", embedding, weights, storing)
    };
    let mut streams = window.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let stream = streams.pop().expect("a window has a token");
    let embedding = model.tensor("embedding").row(*window.last().expect("it has one")).to_vec();
    let layer = Layer { model, arithmetic, stream, earlier: streams, storing, functions };
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

/// A layer that has read the normalised stream of one token, after those of the tokens before it.
struct Layer<'l> {
    model: &'l ShippedModel,
    arithmetic: &'l Arithmetic,
    stream: Vec<Exact>,
    earlier: Vec<Vec<Exact>>,
    storing: Storing,
    functions: Functions,
}

impl Layer<'_> {
    /// A linear map of the stream, stored.
    fn projected(&self, name: &str) -> Result<Vec<Exact>, Inexact> {
        self.projected_of(name, &self.stream)
    }

    fn projected_of(&self, name: &str, stream: &[Exact]) -> Result<Vec<Exact>, Inexact> {
        let matrix = self.model.tensor(name);
        let rows = (0..matrix.shape[0]).map(|row| {
            let sum = self.arithmetic.sum(name, matrix.row(row).iter().zip(stream))?;
            self.arithmetic.stored(name, sum)
        });
        rows.collect()
    }

    /// A projection, its convolution and its activation.
    fn activated(&self, name: &str, has_silu: bool) -> Result<Vec<Exact>, Inexact> {
        let mut channels = self.projected(&format!("{name}_proj"))?;
        if self.model.family().has_convolution() {
            let taps = self.model.tensor(&format!("{name}_conv"));
            let earlier = if self.functions == Functions::Nearest { self.earlier_channels(name)? } else { Vec::new() };
            for (channel, value) in channels.iter_mut().enumerate() {
                let (last, before) = taps.row(channel).split_last().expect("there are four taps");
                if self.functions == Functions::Stated && before.iter().any(|tap| !tap.is_zero()) {
                    let message = format!("the convolution of {name}, channel {channel}, reads an earlier token");
                    return Err(Inexact::new(message));
                }
                let first = before.len() - earlier.len();
                let read = before[first..].iter().zip(earlier.iter().map(|channels| &channels[channel]));
                let sum = self.arithmetic.sum("the convolution", read.chain([(last, &*value)]))?;
                *value = self.between("the convolution", sum)?;
            }
        }
        if has_silu {
            channels = channels.iter().map(|value| self.silu(name, value)).collect::<Result<_, _>>()?;
        } else {
            channels = channels.into_iter().map(|value| self.stored(name, value)).collect::<Result<_, _>>()?;
        }
        Ok(channels)
    }

    /// The channels of the tokens before, the oldest first.
    fn earlier_channels(&self, name: &str) -> Result<Vec<Vec<Exact>>, Inexact> {
        self.earlier.iter().map(|stream| self.projected_of(&format!("{name}_proj"), stream)).collect()
    }

    /// What a stage gives to the next one: stored, where every stage is.
    fn between(&self, stage: &str, value: Exact) -> Result<Exact, Inexact> {
        match self.storing {
            Storing::EachStage => self.arithmetic.stored(stage, value),
            Storing::FusedNorms => Ok(value),
        }
    }

    fn stored(&self, stage: &str, value: Exact) -> Result<Exact, Inexact> {
        self.arithmetic.stored(stage, value)
    }

    /// A value of a function: a stated fact, or the number of f32 nearest to it.
    fn value(
        &self,
        stage: &str,
        stated: Result<Exact, Inexact>,
        enclosed: impl FnOnce() -> Option<Bounds>,
    ) -> Result<Exact, Inexact> {
        match (stated, self.functions) {
            (Ok(value), _) => Ok(value),
            (Err(error), Functions::Stated) => Err(error.at(stage)),
            (Err(error), Functions::Nearest) => {
                let bounds = enclosed().ok_or_else(|| error.at(stage))?;
                self.arithmetic.computed(stage, bounds.middle())
            }
        }
    }

    /// SiLU, stored.
    fn silu(&self, stage: &str, value: &Exact) -> Result<Exact, Inexact> {
        let value = self.value(stage, facts::silu(value, &mut BTreeSet::new()), || Some(functions::silu(value)))?;
        self.stored(stage, value)
    }

    fn betas(&self) -> Result<Vec<Exact>, Inexact> {
        let betas = self.projected("b_proj")?.into_iter().map(|value| {
            let stated = facts::sigmoid(&value, &mut BTreeSet::new());
            let sigmoid = self.value("beta", stated, || Some(functions::sigmoid(&value)))?;
            self.stored("beta", sigmoid * Exact::integer(2))
        });
        betas.collect()
    }

    fn decays(&self) -> Result<Vec<Exact>, Inexact> {
        if !self.model.family().has_gates() {
            return Ok(vec![Exact::ONE; self.model.shape().heads]);
        }
        const STAGE: &str = "the forget gate";
        let (logs, biases) = (&self.model.tensor("A_log").values, &self.model.tensor("dt_bias").values);
        let projected = self.projected("a_proj")?.into_iter();
        let decays = projected.zip(logs.iter().zip(biases)).map(|(value, (log, bias))| {
            let sum = self.arithmetic.computed(STAGE, &value + bias)?;
            let stated = facts::decay(log, &sum, &mut BTreeSet::new());
            if stated.is_ok() || self.functions == Functions::Stated {
                return stated.map_err(|error| error.at(STAGE));
            }
            // Each of the three functions and their product is rounded.
            let out_of_range = || Inexact::new(format!("{STAGE}: exp({log}) leaves the range of f32"));
            let rate = self.arithmetic.computed(STAGE, functions::exp(log).ok_or_else(out_of_range)?.middle())?;
            let softplus = self.arithmetic.computed(STAGE, functions::softplus(&sum).middle())?;
            let exponent = self.arithmetic.computed(STAGE, -(rate * softplus))?;
            self.arithmetic.computed(STAGE, functions::exp(&exponent).ok_or_else(out_of_range)?.middle())
        });
        decays.collect()
    }

    fn gates(&self) -> Result<Option<Vec<Exact>>, Inexact> {
        if !self.model.family().has_gates() {
            return Ok(None);
        }
        let gates = self.projected("g_proj")?;
        let gates = gates.iter().map(|value| {
            let stated = facts::silu(value, &mut BTreeSet::new());
            let gate = self.value("the output gate", stated, || Some(functions::silu(value)))?;
            self.between("the output gate", gate)
        });
        gates.collect::<Result<_, _>>().map(Some)
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
