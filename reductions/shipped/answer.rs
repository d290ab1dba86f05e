//! From the outputs of the heads to the answer: output norm and gate, projection, residual stream, final norm and head.
//!
//! These stages round. What they may do to a logit is bounded: every coordinate is enclosed, whatever the order of
//! summation, for rounding to nearest, and an answer is given only where its logit is above every other one for all numbers
//! that the enclosures leave.

use super::interval::Interval;
use rnn::Exact;
use rnn::Float;
use rnn::shipped::ShippedModel;
use rnn::shipped::TokenInputs;

/// How many roundings to the storage format an entry may meet between the recurrence and the product with the head. The
/// libraries modelled here have five or six.
const ROUNDINGS: u32 = 8;

/// An answer with its margins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The class with the greatest logit.
    pub class: usize,
    /// A lower bound of how far its logit is above every other, before the final norm's factor.
    pub margin: Exact,
}

/// The stages after the recurrence of one model, in one storage format.
pub struct Answerer<'m> {
    model: &'m ShippedModel,
    /// The output projection's rows that are not 0, each with its entries.
    projection: Vec<(usize, Vec<(usize, Interval)>)>,
    output_norm: Vec<Interval>,
    final_norm: Vec<Interval>,
    head: Vec<Vec<Interval>>,
    /// The share by which rounding to the nearest number of the format may change a number.
    unit: Interval,
    /// The share by which a sum in f32, of all entries of the stream in any order, may change the sum of sizes.
    of_sum: Interval,
}

fn enclosed(values: &[Exact]) -> Option<Vec<Interval>> {
    values.iter().map(Interval::about).collect()
}

impl<'m> Answerer<'m> {
    /// The stages of a model, with values stored in this format; none where a weight is beyond 2^40.
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
        let unit = Exact::power_of_two(-i64::from(storage.significand_bits()));
        let width = i64::try_from(shape.hidden.max(shape.channels())).expect("a width is a machine word");
        let of_sum = Exact::integer(width + 2) * Exact::power_of_two(-23);
        Some(Self {
            model,
            projection: projection.collect::<Option<_>>()?,
            output_norm: enclosed(&model.tensor("o_norm").values)?,
            final_norm: enclosed(&model.tensor("final_norm").values)?,
            head: (0..shape.vocabulary).map(|class| enclosed(head.row(class))).collect::<Option<_>>()?,
            unit: Interval::about(&unit)?,
            of_sum: Interval::about(&of_sum)?,
        })
    }

    /// The share that so many roundings may change a number by: (1 + u)^n - 1, which is at most n u + (n u)^2 where n u is
    /// at most 1.
    fn roundings(&self, n: u32) -> Interval {
        let times = Interval::about(&Exact::integer(i64::from(n))).expect("a small number");
        let share = self.unit.times(times);
        share.plus(share.times(share))
    }

    /// The answer after a token, from what the heads read. `outputs` are the exact outputs `S^T q` of all heads.
    ///
    /// # Errors
    /// A sentence that says which two classes cannot be told apart, or which value is out of range.
    pub fn answer(&self, outputs: &[Vec<Exact>], inputs: &TokenInputs) -> Result<Answer, String> {
        let range = || "a value after the recurrence is 2^40 or more".to_owned();
        // Output norm, its weight and gate: the eps of the libraries is 1e-6 to 1e-5.
        let mut channels = Vec::with_capacity(self.model.shape().channels());
        for (output, head) in outputs.iter().zip(&inputs.heads) {
            let mut square = Exact::ZERO;
            output.iter().for_each(|entry| square.add_product(entry, entry));
            if square.is_zero() {
                channels.extend(std::iter::repeat_n(Interval::ZERO, output.len()));
                continue;
            }
            let length = i64::try_from(output.len()).expect("a length is a machine word");
            let mean = square / Exact::integer(length);
            let (low, high) = (&mean + Exact::ratio(1, 1_000_000), &mean + Exact::ratio(1, 100_000));
            let factor = Interval::between(&low, &high).and_then(Interval::inverse_root).ok_or_else(range)?;
            for (place, entry) in output.iter().enumerate() {
                let mut value = Interval::about(entry).ok_or_else(range)?.times(factor).times(self.output_norm[place]);
                if let Some(gate) = &head.gate {
                    value = value.times(Interval::about(&gate[place]).ok_or_else(range)?);
                }
                channels.push(value);
            }
        }
        let stream = self.stream(&channels, inputs).ok_or_else(range)?;
        self.greatest(&stream)
    }

    /// The residual stream after the layer, its coordinates that may not be 0, times the final norm's weights, with all
    /// roundings. The final norm's own factor is the same for all of them and is left out.
    fn stream(&self, channels: &[Interval], inputs: &TokenInputs) -> Option<Vec<(usize, Interval)>> {
        let mut stream: Vec<Interval> = enclosed(&inputs.embedding)?;
        for (row, entries) in &self.projection {
            let (mut sum, mut sizes) = (Interval::ZERO, Interval::ZERO);
            for (channel, entry) in entries {
                let product = entry.times(channels[*channel]);
                sum = sum.plus(product);
                sizes = sizes.plus(product.sizes());
            }
            let rounding = sizes.times(self.of_sum);
            stream[*row] = stream[*row].plus(sum).plus(rounding).minus(rounding);
        }
        let all = self.roundings(ROUNDINGS);
        let nonzero = stream.into_iter().enumerate().filter(|(_, value)| !value.is_zero());
        Some(nonzero.map(|(place, value)| (place, value.times(self.final_norm[place]).widened(all))).collect())
    }

    /// The class whose logit is above every other, for all numbers in the enclosures.
    fn greatest(&self, stream: &[(usize, Interval)]) -> Result<Answer, String> {
        let logit = |class: usize| {
            stream.iter().fold((Interval::ZERO, Interval::ZERO), |(sum, sizes), (place, value)| {
                let product = self.head[class][*place].times(*value);
                (sum.plus(product), sizes.plus(product.sizes()))
            })
        };
        let logits: Vec<(Interval, Interval)> = (0..self.head.len()).map(logit).collect();
        let best = (0..logits.len()).max_by_key(|class| logits[*class].0.twice_the_middle()).expect("there is a class");
        // What computing and storing a logit may change it by.
        let one = self.roundings(1);
        let error = |class: usize| {
            let (sum, sizes) = logits[class];
            sizes.times(self.of_sum).plus(sum.sizes().times(one)).sizes()
        };
        let error_of_best = error(best);
        let mut margin: Option<Interval> = None;
        for other in (0..logits.len()).filter(|other| *other != best) {
            let difference = stream.iter().fold(Interval::ZERO, |sum, (place, value)| {
                let weight = self.head[best][*place].minus(self.head[other][*place]);
                if weight.is_zero() { sum } else { sum.plus(weight.times(*value)) }
            });
            let certain = difference.minus(error_of_best).minus(error(other));
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
