//! What a token does, between two numbers each: whatever the order of summation, and whatever a library stores on the way.
//!
//! Every operation is in f32, rounded to the nearest number; a sum of products may be taken in any order, fused or not. What
//! is stored is rounded to the model's format, which keeps the order of numbers, so that bounds are rounded themselves. A
//! root or its inverse, and a transcendental function where no [`FloatFact`](super::FloatFact) gives its value, are taken to
//! be near what they are: how near is said by the constants here, which are printed with every claim that rests on them.

use super::bounds::Bounds;
use super::bounds::size;
use super::facts;
use super::functions;
use super::inexact::Inexact;
use super::model::ShippedModel;
use crate::format::Float;
use crate::number::Exact;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Bits of the significand of f32.
const F32_BITS: i64 = 24;
/// An inverse root in f32 differs from its value by at most this share of it: 2^-22.
const OF_ROOT: i64 = -22;
/// exp, sigmoid, SiLU and softplus in f32 differ by at most this share of the value: 2^-20.
const OF_FUNCTION: i64 = -20;
/// And softplus by this much more: 2^-22.
const OF_SOFTPLUS: i64 = -22;

/// One delta step.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EnclosedStep {
    /// The normalised key.
    pub key: Vec<Bounds>,
    /// The value.
    pub value: Vec<Bounds>,
    /// The step size.
    pub beta: Bounds,
    /// What the state is multiplied by first.
    pub decay: Bounds,
}

/// What a token does in one head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnclosedHead {
    /// The steps, first the first.
    pub steps: Vec<EnclosedStep>,
    /// The normalised query, times `head_dim^-1/2`.
    pub query: Vec<Bounds>,
    /// The output gate, after its activation; none without one.
    pub gate: Option<Vec<Bounds>>,
}

/// What the last token of a window does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnclosedInputs {
    /// Its embedding.
    pub embedding: Vec<Exact>,
    /// Head by head.
    pub heads: Vec<EnclosedHead>,
}

/// What is taken as given beside the stated facts.
pub const TAKEN_AS_GIVEN: &str = "an inverse root in f32 is within 2^-22 of its value, and exp, sigmoid and SiLU within 2^-20, as \
                                  shares of it; softplus within 2^-20 as a share and 2^-22 more";

fn out_of_range(stage: &str) -> Inexact {
    Inexact::new(format!("{stage}: a value may leave the range of its format"))
}

/// The number, changed by at most a share of its size.
fn near(bounds: &Bounds, exponent: i64) -> Bounds {
    bounds.widened(&(bounds.size() * Exact::power_of_two(exponent)))
}

/// What a stage may give for every number of an interval, where the function rises.
fn rising(bounds: &Bounds, function: impl Fn(&Exact) -> Bounds) -> Bounds {
    Bounds { low: function(&bounds.low).low, high: function(&bounds.high).high }
}

/// SiLU of all numbers of an interval; it falls below about -1.28 and rises from there on.
fn silu(bounds: &Bounds) -> Bounds {
    let ends = functions::silu(&bounds.low).with(functions::silu(&bounds.high));
    // Its least value is above -0.2785.
    if bounds.low.is_negative() && bounds.high > Exact::integer(-2) && bounds.low != bounds.high {
        return ends.with(Bounds::exactly(Exact::ratio(-2785, 10_000)));
    }
    ends
}

/// The arithmetic of a model that stores its values in one format.
struct Stages<'m> {
    model: &'m ShippedModel,
    storage: Float,
}

impl Stages<'_> {
    fn computed(&self, stage: &str, bounds: &Bounds) -> Result<Bounds, Inexact> {
        bounds.rounded(Float::F32).ok_or_else(|| out_of_range(stage))
    }

    fn stored(&self, stage: &str, bounds: &Bounds) -> Result<Bounds, Inexact> {
        bounds.rounded(self.storage).ok_or_else(|| out_of_range(stage))
    }

    /// Stored, or left as it is: libraries differ.
    fn perhaps_stored(&self, stage: &str, bounds: Bounds) -> Result<Bounds, Inexact> {
        Ok(self.stored(stage, &bounds)?.with(bounds))
    }

    /// A sum of products in any order.
    fn sum<'v>(
        &self,
        stage: &str,
        products: impl IntoIterator<Item = (&'v Exact, &'v Bounds)>,
    ) -> Result<Bounds, Inexact> {
        let mut terms = Vec::new();
        for (weight, value) in products {
            if !weight.is_zero() && !value.is_zero() {
                terms.push(Bounds::exactly(weight.clone()).times(value));
            }
        }
        self.sum_of(stage, &terms)
    }

    fn sum_of(&self, stage: &str, terms: &[Bounds]) -> Result<Bounds, Inexact> {
        if let [term] = terms {
            return self.computed(stage, term);
        }
        let points: Option<Vec<&Exact>> = terms.iter().map(Bounds::only).collect();
        let (mut sum, mut sizes) = (Bounds::exactly(Exact::ZERO), Exact::ZERO);
        for term in terms {
            sum = sum.plus(term);
            sizes += &term.size();
        }
        if points.is_some_and(|points| Float::F32.sums_exactly(points, 1)) {
            return Ok(sum);
        }
        // Each of n products and n sums changes what it gives by a share of 2^-24, or by less than 2^-149.
        let n = i64::try_from(terms.len()).map_err(|_| out_of_range(stage))?;
        let share = Exact::integer(n + 2) * Exact::power_of_two(1 - F32_BITS);
        let by = sizes * share + Exact::integer(2 * n) * Exact::power_of_two(-149);
        self.computed(stage, &sum.widened(&by).shortened())
    }

    /// `1 / sqrt(x + eps)` of a sum of squares, or of their mean.
    fn inverse_root(&self, stage: &str, vector: &[Bounds], is_mean: bool) -> Result<Bounds, Inexact> {
        let squares: Vec<Bounds> = vector.iter().filter(|entry| !entry.is_zero()).map(Bounds::square).collect();
        let mut square = self.sum_of(stage, &squares)?;
        if is_mean {
            let share = Exact::ONE / Exact::integer(i64::try_from(vector.len()).map_err(|_| out_of_range(stage))?);
            square = self.computed(stage, &square.times(&Bounds::exactly(share)))?;
        }
        // eps as f32 has it.
        let epsilon =
            Bounds::exactly(Exact::ratio(1, 1_000_000)).rounded(Float::F32).ok_or_else(|| out_of_range(stage))?;
        let square = self.computed(stage, &square.plus(&epsilon))?;
        if let Some(root) = square.only().and_then(|square| facts::root_of_power(square, &mut BTreeSet::new())) {
            return Ok(Bounds::exactly(Exact::ONE / root));
        }
        let root = square.inverse_root().ok_or_else(|| out_of_range(stage))?;
        Ok(near(&root, OF_ROOT).shortened())
    }

    /// A vector times a factor, stored.
    fn times(&self, stage: &str, vector: &[Bounds], factor: &Bounds) -> Result<Vec<Bounds>, Inexact> {
        let entries = vector.iter().map(|entry| self.stored(stage, &self.computed(stage, &entry.times(factor))?));
        entries.collect()
    }

    /// The norm before the layer.
    fn stream(&self, token: usize) -> Result<Vec<Bounds>, Inexact> {
        const STAGE: &str = "the norm before the layer";
        let embedding: Vec<Bounds> =
            self.model.tensor("embedding").row(token).iter().cloned().map(Bounds::exactly).collect();
        let factor = self.inverse_root(STAGE, &embedding, true)?;
        let weights = &self.model.tensor("layer_norm").values;
        let entries = embedding.iter().zip(weights).map(|(entry, weight)| {
            if entry.is_zero() {
                return Ok(entry.clone());
            }
            let value = self.computed(STAGE, &entry.times(&factor))?;
            let value = self.perhaps_stored(STAGE, value)?;
            let value = self.computed(STAGE, &value.times(&Bounds::exactly(weight.clone())))?;
            self.stored(STAGE, &value)
        });
        entries.collect()
    }

    fn projected(&self, name: &str, stream: &[Bounds]) -> Result<Vec<Bounds>, Inexact> {
        let matrix = self.model.tensor(name);
        let rows = (0..matrix.shape[0]).map(|row| {
            let sum = self.sum(name, matrix.row(row).iter().zip(stream))?;
            self.stored(name, &sum)
        });
        rows.collect()
    }

    /// A projection, its convolution and its activation.
    fn activated(&self, name: &str, streams: &[&Projected], has_silu: bool) -> Result<Vec<Bounds>, Inexact> {
        let taps = self.model.family().has_convolution().then(|| self.model.tensor(&format!("{name}_conv")));
        let projected: Vec<&Vec<Bounds>> = streams.iter().map(|stream| &stream.channels[name]).collect();
        let channels = (0..projected[0].len()).map(|channel| {
            let mut value = projected[projected.len() - 1][channel].clone();
            if let Some(taps) = taps {
                // The last taps, as many as there are tokens.
                let taps = &taps.row(channel)[taps.shape[1] - projected.len().min(taps.shape[1])..];
                let read = taps.iter().zip(projected.iter().map(|channels| &channels[channel]));
                let sum = self.sum("the convolution", read)?;
                value = self.perhaps_stored("the convolution", sum)?;
            }
            if has_silu {
                self.silu(name, &value).and_then(|value| self.stored(name, &value))
            } else {
                self.stored(name, &value)
            }
        });
        channels.collect()
    }

    fn silu(&self, stage: &str, value: &Bounds) -> Result<Bounds, Inexact> {
        match value.only().map(|value| facts::silu(value, &mut BTreeSet::new())) {
            Some(Ok(value)) => Ok(Bounds::exactly(value)),
            _ => self.computed(stage, &near(&silu(value), OF_FUNCTION)),
        }
    }

    fn betas(&self, stream: &[Bounds]) -> Result<Vec<Bounds>, Inexact> {
        const STAGE: &str = "beta";
        let two = Bounds::exactly(Exact::integer(2));
        let betas = self.projected("b_proj", stream)?.into_iter().map(|value| {
            let sigmoid = match value.only().map(|value| facts::sigmoid(value, &mut BTreeSet::new())) {
                Some(Ok(value)) => Bounds::exactly(value),
                _ => self.computed(STAGE, &near(&rising(&value, functions::sigmoid), OF_FUNCTION))?,
            };
            Ok(self.perhaps_stored(STAGE, sigmoid)?.times(&two))
        });
        betas.collect()
    }

    fn decays(&self, stream: &[Bounds]) -> Result<Vec<Bounds>, Inexact> {
        const STAGE: &str = "the forget gate";
        if !self.model.family().has_gates() {
            return Ok(vec![Bounds::exactly(Exact::ONE); self.model.shape().heads]);
        }
        let (logs, biases) = (&self.model.tensor("A_log").values, &self.model.tensor("dt_bias").values);
        let projected = self.projected("a_proj", stream)?.into_iter();
        let decays = projected.zip(logs.iter().zip(biases)).map(|(value, (log, bias))| {
            let sum = self.computed(STAGE, &value.plus(&Bounds::exactly(bias.clone())))?;
            if let Some(Ok(decay)) = sum.only().map(|sum| facts::decay(log, sum, &mut BTreeSet::new())) {
                return Ok(Bounds::exactly(decay));
            }
            let rate = near(&functions::exp(log).ok_or_else(|| out_of_range(STAGE))?, OF_FUNCTION);
            let softplus = near(&rising(&sum, functions::softplus), OF_FUNCTION);
            let softplus = softplus.widened(&Exact::power_of_two(OF_SOFTPLUS));
            // Neither function is negative as it is computed.
            let not_negative = |bounds: Bounds| Bounds { low: size(&bounds.low.max(Exact::ZERO)), high: bounds.high };
            let exponent = near(&not_negative(rate).times(&not_negative(softplus)), 1 - F32_BITS);
            let decay = Bounds {
                low: functions::exp(&-&exponent.high).ok_or_else(|| out_of_range(STAGE))?.low,
                high: functions::exp(&-&exponent.low.max(Exact::ZERO)).ok_or_else(|| out_of_range(STAGE))?.high,
            };
            let decay = near(&decay, OF_FUNCTION);
            Ok(Bounds { low: decay.low.max(Exact::ZERO), high: decay.high }.shortened())
        });
        decays.collect()
    }

    fn gates(&self, stream: &[Bounds]) -> Result<Option<Vec<Bounds>>, Inexact> {
        const STAGE: &str = "the output gate";
        if !self.model.family().has_gates() {
            return Ok(None);
        }
        let gates = self.projected("g_proj", stream)?.into_iter().map(|value| {
            let gate = self.silu(STAGE, &value)?;
            self.perhaps_stored(STAGE, gate)
        });
        gates.collect::<Result<_, _>>().map(Some)
    }

    /// What is computed of a token whatever was before it.
    fn of_token(&self, token: usize) -> Result<Projected, Inexact> {
        let stream = self.stream(token)?;
        let channels = ["q", "k", "v"].map(|name| Ok((name, self.projected(&format!("{name}_proj"), &stream)?)));
        Ok(Projected {
            embedding: self.model.tensor("embedding").row(token).to_vec(),
            channels: channels.into_iter().collect::<Result<_, Inexact>>()?,
            betas: self.betas(&stream)?,
            decays: self.decays(&stream)?,
            gates: self.gates(&stream)?,
        })
    }

    /// What the last token of a window does.
    fn of_window(&self, window: &[&Projected]) -> Result<EnclosedInputs, Inexact> {
        let (shape, family) = (*self.model.shape(), self.model.family());
        let last = window[window.len() - 1];
        let queries = self.activated("q", window, family.has_silu_on_keys())?;
        let keys = self.activated("k", window, family.has_silu_on_keys())?;
        let values = self.activated("v", window, true)?;
        let vector = |all: &[Bounds], place: usize| all[place * shape.head_dim..(place + 1) * shape.head_dim].to_vec();
        let unit = |stage: &str, vector: &[Bounds]| {
            let factor = self.inverse_root(stage, vector, false)?;
            self.times(stage, vector, &factor)
        };
        let scale = self.scale()?;
        let mut heads = Vec::with_capacity(shape.heads);
        for head in 0..shape.heads {
            let mut steps = Vec::with_capacity(shape.steps);
            for step in 0..shape.steps {
                let place = step * shape.heads + head;
                let key = unit("the normalised key", &vector(&keys, place))?;
                let decay = if step == 0 { last.decays[head].clone() } else { Bounds::exactly(Exact::ONE) };
                steps.push(EnclosedStep { key, value: vector(&values, place), beta: last.betas[place].clone(), decay });
            }
            let query = unit("the normalised query", &vector(&queries, head))?;
            let query = query.iter().map(|entry| self.computed("the scaled query", &entry.times(&scale)));
            let query = query.collect::<Result<Vec<_>, _>>()?;
            heads.push(EnclosedHead { steps, query, gate: last.gates.as_ref().map(|all| vector(all, head)) });
        }
        Ok(EnclosedInputs { embedding: last.embedding.clone(), heads })
    }

    /// What queries are multiplied by.
    fn scale(&self) -> Result<Bounds, Inexact> {
        const STAGE: &str = "the scale of queries";
        let n = Exact::integer(i64::try_from(self.model.shape().head_dim).map_err(|_| out_of_range(STAGE))?);
        if let Some(root) = facts::root_of_power(&n, &mut BTreeSet::new()) {
            return Ok(Bounds::exactly(Exact::ONE / root));
        }
        let root = Bounds::exactly(n).inverse_root().ok_or_else(|| out_of_range(STAGE))?;
        self.computed(STAGE, &near(&root, OF_ROOT))
    }
}

/// What is computed of a token whatever was before it.
struct Projected {
    embedding: Vec<Exact>,
    channels: BTreeMap<&'static str, Vec<Bounds>>,
    betas: Vec<Bounds>,
    decays: Vec<Bounds>,
    gates: Option<Vec<Bounds>>,
}

impl ShippedModel {
    /// What the last token of each of these windows does, in a model that stores its values in this format: the tokens that
    /// a convolution reads, the oldest first, as many as [`ShippedModel::reach`] or fewer at the beginning of a word.
    ///
    /// # Errors
    /// [`Inexact`] where a value may leave the range of its format.
    ///
    /// # Panics
    /// If a window is empty, or a token no entry of the vocabulary.
    pub fn enclosed_inputs(&self, windows: &[Vec<usize>], storage: Float) -> Result<Vec<EnclosedInputs>, Inexact> {
        let stages = Stages { model: self, storage };
        let tokens: BTreeSet<usize> = windows.iter().flatten().copied().collect();
        let projected = tokens.into_iter().map(|token| Ok((token, stages.of_token(token)?)));
        let projected = projected.collect::<Result<BTreeMap<_, _>, Inexact>>()?;
        let inputs = windows.iter().map(|window| {
            let read: Vec<&Projected> = window.iter().map(|token| &projected[token]).collect();
            stages.of_window(&read)
        });
        inputs.collect()
    }
}
