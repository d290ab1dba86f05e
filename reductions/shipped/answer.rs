//! From the outputs of the heads to the answer: output norm and gate, projection, residual stream, final norm and head.
//!
//! These stages round. Every value that a library may store on the way is enclosed before it is used: the normalised output
//! of a head, its product with the norm's weight and that with the gate, the projection, the residual stream, the normalised
//! stream, its product with the norm's weight, and the logit. A library that stores fewer of them rounds less, which the
//! enclosures allow. Sums are enclosed for every order of summation in f32. An answer is given only where its logit is above
//! every other one for all numbers that the enclosures leave.

use super::interval::Interval;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::ShippedModel;
use rnn::shipped::TokenInputs;

/// Bits of the significand of f32, in which libraries compute.
const F32_BITS: i64 = 24;

/// An answer with its margins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The class with the greatest logit.
    pub class: usize,
    /// A lower bound of how far its logit is above every other, before the final norm's factor.
    pub margin: Exact,
}

/// What is known of what a head reads.
pub(super) struct Read {
    /// The output `S^T q`.
    pub(super) entries: Vec<Interval>,
    /// The mean of its squares.
    pub(super) mean: Interval,
    /// The output gate, after its activation; none without one.
    pub(super) gate: Option<Vec<Interval>>,
}

/// The stages after the recurrence of one model, in one storage format.
pub struct Answerer<'m> {
    model: &'m ShippedModel,
    storage: Float,
    /// The output projection's rows that are not 0, each with its entries.
    projection: Vec<(usize, Vec<(usize, Interval)>)>,
    output_norm: Vec<Interval>,
    final_norm: Vec<Interval>,
    head: Vec<Vec<Interval>>,
    /// The share by which an operation in f32 and storing its result, to the nearest number of the format, may change it.
    of_storing: Interval,
    /// What storing may change a number by that is too small for its share: half the format's least positive number.
    least_change: Interval,
    /// The greatest number of the format, where an interval can reach it.
    greatest: Option<Interval>,
    /// The share by which a sum in f32, of all entries of the stream in any order, may change the sum of sizes.
    of_sum: Interval,
}

fn enclosed(values: &[Exact]) -> Option<Vec<Interval>> {
    values.iter().map(Interval::about).collect()
}

/// A number of this size as one of machine words.
fn integer(number: usize) -> Exact {
    Exact::integer(i64::try_from(number).expect("a width is a machine word"))
}

impl<'m> Answerer<'m> {
    /// The stages of a model, with values stored in this format; none where a weight is 2^40 or more.
    pub fn new(model: &'m ShippedModel, storage: Float) -> Option<Self> {
        let (projection, shape) = (model.tensor("o_proj"), model.shape());
        let rows = (0..shape.hidden).filter(|row| projection.row(*row).iter().any(|entry| !entry.is_zero()));
        let projection = rows.map(|row| {
            let entries = projection.row(row).iter().enumerate().filter(|(_, entry)| !entry.is_zero());
            Some((
                row,
                entries.map(|(channel, entry)| Some((channel, Interval::about(entry)?))).collect::<Option<_>>()?,
            ))
        });
        let head = model.tensor("head");
        // (1 + u)(1 + 2^-24) is less than 1 + u + 2^-23.
        let of_storing =
            Exact::power_of_two(-i64::from(storage.significand_bits())) + Exact::power_of_two(1 - F32_BITS);
        let of_sum = integer(shape.hidden.max(shape.channels()) + 2) * Exact::power_of_two(1 - F32_BITS);
        Some(Self {
            model,
            storage,
            projection: projection.collect::<Option<_>>()?,
            output_norm: enclosed(&model.tensor("o_norm").values)?,
            final_norm: enclosed(&model.tensor("final_norm").values)?,
            head: (0..shape.vocabulary).map(|class| enclosed(head.row(class))).collect::<Option<_>>()?,
            of_storing: Interval::about(&of_storing)?,
            least_change: Interval::about(&(storage.least_positive() / Exact::integer(2)))?,
            greatest: Interval::about(&storage.greatest()),
            of_sum: Interval::about(&of_sum)?,
        })
    }

    /// The most by which an operation in f32 and storing its result may change a number of this interval. It is stored
    /// divided by a number of `factor`.
    fn change(&self, value: Interval, factor: Interval) -> Option<Interval> {
        value.sizes().times(self.of_storing)?.plus(self.least_change.times(factor)?)
    }

    /// What may be kept of a number of this interval where it is stored, divided by a number of `factor`; 0 stays 0.
    ///
    /// # Errors
    /// A sentence that says which stage may leave the format's range.
    fn stored(&self, stage: &str, value: Option<Interval>, factor: Interval) -> Result<Interval, String> {
        let range = || {
            format!(
                "{stage} may be out of range: the greatest number of {} is {}",
                self.storage,
                self.storage.greatest()
            )
        };
        let value = value.ok_or_else(|| large(stage))?;
        if value.is_zero() {
            return Ok(value);
        }
        let value = self.change(value, factor).and_then(|by| value.widened(by)).ok_or_else(|| large(stage))?;
        let Some(greatest) = self.greatest else { return Ok(value) };
        let greatest = greatest.times(factor).ok_or_else(|| large(stage))?;
        if value.is_within(greatest) { Ok(value) } else { Err(range()) }
    }

    /// What may be kept of a number of this interval where it is stored.
    pub(super) fn kept(&self, stage: &str, value: Interval) -> Result<Interval, String> {
        self.stored(stage, Some(value), Interval::ONE)
    }

    /// Every number of an interval as a sum in f32 may have it, whose terms have these sizes together.
    fn summed(&self, sum: Interval, sizes: Interval) -> Option<Interval> {
        sum.widened(sizes.times(self.of_sum)?)
    }

    /// `1 / sqrt(mean + eps)` as libraries compute it in f32 from a sum of this many squares: eps is 1e-6 to 1e-5.
    fn inverse_root(mean: Interval, n_squares: usize) -> Option<Interval> {
        let epsilon = Interval::between(&Exact::ratio(1, 1_000_000), &Exact::ratio(1, 100_000))?;
        let factor = mean.plus(epsilon)?.inverse_root()?;
        // The squares, their sum, eps itself, the root and its inverse are rounded.
        let of_norm = Interval::about(&(integer(n_squares + 16) * Exact::power_of_two(1 - F32_BITS)))?;
        factor.widened(factor.sizes().times(of_norm)?)
    }

    /// The answer after a token, from what the heads read. `outputs` are the exact outputs `S^T q` of all heads.
    ///
    /// # Errors
    /// A sentence that says which two classes cannot be told apart, or which value is out of range.
    pub fn answer(&self, outputs: &[Vec<Exact>], inputs: &TokenInputs) -> Result<Answer, String> {
        let too_large = || large("a head's output");
        let read = outputs.iter().zip(&inputs.heads).map(|(output, head)| {
            let mut square = Exact::ZERO;
            output.iter().for_each(|entry| square.add_product(entry, entry));
            let mean = Interval::about(&(square / integer(output.len())));
            let gate = head.gate.as_ref().map(|gate| enclosed(gate).ok_or_else(|| large("an output gate")));
            Ok(Read {
                entries: enclosed(output).ok_or_else(too_large)?,
                mean: mean.ok_or_else(too_large)?,
                gate: gate.transpose()?,
            })
        });
        self.answer_of(&read.collect::<Result<Vec<_>, String>>()?, &inputs.embedding)
    }

    /// The answer after a token, from what is known of what the heads read.
    pub(super) fn answer_of(&self, read: &[Read], embedding: &[Exact]) -> Result<Answer, String> {
        let channels = self.channels(read)?;
        let stream = self.stream(&channels, embedding)?;
        let (stream, root) = self.normalised(stream)?;
        self.greatest(&stream, root)
    }

    /// Output norm, its weights and gate.
    fn channels(&self, read: &[Read]) -> Result<Vec<Interval>, String> {
        let mut channels = Vec::with_capacity(self.model.shape().channels());
        for Read { entries, mean, gate } in read {
            if mean.is_zero() && entries.iter().all(|entry| entry.is_zero()) {
                channels.extend(std::iter::repeat_n(Interval::ZERO, entries.len()));
                continue;
            }
            let factor = Self::inverse_root(*mean, entries.len());
            let factor = factor.ok_or_else(|| large("the square of a head's output"))?;
            for (place, entry) in entries.iter().enumerate() {
                let value = entry.times(factor);
                let value = self.stored("a head's normalised output", value, Interval::ONE)?;
                let value = value.times(self.output_norm[place]);
                let mut value = self.stored("a head's output times the norm's weight", value, Interval::ONE)?;
                if let Some(gate) = gate {
                    let gated = value.times(gate[place]);
                    value = self.stored("a head's gated output", gated, Interval::ONE)?;
                }
                channels.push(value);
            }
        }
        Ok(channels)
    }

    /// The residual stream after the layer.
    fn stream(&self, channels: &[Interval], embedding: &[Exact]) -> Result<Vec<Interval>, String> {
        let mut stream = enclosed(embedding).ok_or_else(|| large("the embedding"))?;
        for (row, entries) in &self.projection {
            let projected =
                entries.iter().try_fold((Interval::ZERO, Interval::ZERO), |(sum, sizes), (channel, entry)| {
                    let product = entry.times(channels[*channel])?;
                    Some((sum.plus(product)?, sizes.plus(product.sizes())?))
                });
            let projected = projected.and_then(|(sum, sizes)| self.summed(sum, sizes));
            let projected = self.stored("the output projection", projected, Interval::ONE)?;
            stream[*row] = self.stored("the residual stream", stream[*row].plus(projected), Interval::ONE)?;
        }
        Ok(stream)
    }

    /// The stream's coordinates that may not be 0, times the final norm's weights, and the root by which the norm divides.
    /// That is the same for all of them, so that the coordinates are left undivided.
    fn normalised(&self, stream: Vec<Interval>) -> Result<(Vec<(usize, Interval)>, Interval), String> {
        let squares = stream.iter().try_fold(Interval::ZERO, |sum, value| sum.plus(value.square()?));
        let share = Interval::about(&(Exact::ONE / integer(stream.len())));
        let mean = squares.zip(share).and_then(|(squares, share)| squares.times(share));
        // The root is the mean times the inverse root; eps makes it larger.
        let root = mean.and_then(|mean| {
            let inverse = Self::inverse_root(mean, stream.len())?;
            let epsilon = Interval::between(&Exact::ZERO, &Exact::ratio(1, 100_000))?;
            mean.plus(epsilon)?.times(inverse)
        });
        let root = root.ok_or_else(|| large("the square of the residual stream"))?;
        let nonzero = stream.into_iter().enumerate().filter(|(_, value)| !value.is_zero());
        let weighted = nonzero.map(|(place, value)| {
            let value = self.stored("the normalised stream", Some(value), root)?;
            let weighted = value.times(self.final_norm[place]);
            Ok((place, self.stored("the normalised stream times the norm's weight", weighted, root)?))
        });
        Ok((weighted.collect::<Result<_, String>>()?, root))
    }

    /// The class whose logit is above every other, for all numbers in the enclosures.
    fn greatest(&self, stream: &[(usize, Interval)], root: Interval) -> Result<Answer, String> {
        let too_large = || large("a logit");
        // Each logit, and what computing and storing it may change it by.
        let mut logits = Vec::with_capacity(self.head.len());
        for weights in &self.head {
            let products = stream.iter().map(|(place, value)| weights[*place].times(*value));
            let (mut sum, mut sizes) = (Interval::ZERO, Interval::ZERO);
            for product in products {
                let product = product.ok_or_else(too_large)?;
                sum = sum.plus(product).ok_or_else(too_large)?;
                sizes = sizes.plus(product.sizes()).ok_or_else(too_large)?;
            }
            let computed = self.summed(sum, sizes).ok_or_else(too_large)?;
            self.stored("a logit", Some(computed), root)?;
            let of_sum = sizes.times(self.of_sum);
            let error = self.change(computed, root).zip(of_sum).and_then(|(change, of_sum)| change.plus(of_sum));
            logits.push((sum, error.ok_or_else(too_large)?.sizes()));
        }
        // Differences are enclosed as a whole: what the enclosures leave of the stream is the same for both logits.
        let best = (0..logits.len()).max_by_key(|class| logits[*class].0.middle()).expect("there is a class");
        let mut margin: Option<Interval> = None;
        for other in (0..logits.len()).filter(|other| *other != best) {
            let difference = stream.iter().try_fold(Interval::ZERO, |sum, (place, value)| {
                let weight = self.head[best][*place].minus(self.head[other][*place])?;
                if weight.is_zero() { Some(sum) } else { sum.plus(weight.times(*value)?) }
            });
            let certain = difference.and_then(|all| all.minus(logits[best].1)?.minus(logits[other].1));
            let certain = certain.ok_or_else(too_large)?;
            if !certain.is_positive() {
                return Err(format!("rounding may put the logit of class {other} above that of class {best}"));
            }
            if margin.is_none_or(|margin| certain.lower() < margin.lower()) {
                margin = Some(certain);
            }
        }
        let margin = margin.map_or(Exact::ZERO, Interval::lower);
        Ok(Answer { class: best, margin })
    }
}

/// That an enclosure would leave a machine word.
fn large(stage: &str) -> String {
    format!("{stage} may be out of range: it is too large to be enclosed")
}
