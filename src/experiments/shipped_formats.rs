//! In which number formats a shipped layer is exact: the least one in each direction, with the reason against the next smaller
//! one, and what becomes of the layer in one that is named.

use crate::verdict::Verdict;
use reductions::shipped::ShippedClaim;
use reductions::shipped::proof::ShippedProof;
use rnn::Float;
use rnn::Overflow;
use rnn::Rounding;
use rnn::shipped::ShippedModel;

/// Bits of f32, which sums are in; no format with more is looked at.
const MOST_SIGNIFICAND: u32 = 24;
const MOST_EXPONENT: u32 = 8;

/// What is asked of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// That no operation of the recurrence rounds, whatever answers are.
    Recurrence,
    /// That, and that answers are right whatever norms and head round.
    Answers,
}

impl Scope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Recurrence, Self::Answers];

    /// What holds, as a sentence's end.
    pub fn name(self) -> &'static str {
        match self {
            Self::Recurrence => "no operation of the recurrence rounds",
            Self::Answers => "and every answer is right",
        }
    }
}

/// A format, and why it does not do; no reason where it is proved to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// The format.
    pub format: Float,
    /// Why the proof is not complete.
    pub reason: Option<String>,
}

/// The least format of a family of formats, and the next smaller one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Least {
    /// What was asked.
    pub scope: Scope,
    /// Of what there are fewest: bits of the significand or of the exponent.
    pub bits_of: &'static str,
    /// The least format with which, and with all larger ones that were looked at, the proof is complete; none where there
    /// is none.
    pub least: Option<Float>,
    /// The format with one bit less, and why it does not do; none where there is no such format.
    pub below: Option<Tried>,
}

/// What was found of a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formats {
    /// The least formats.
    pub least: Vec<Least>,
    /// The formats that have a name, each with what becomes of both questions.
    pub named: Vec<(Tried, Tried)>,
}

impl Formats {
    /// *proved* where there is a least format for each question.
    pub fn verdict(&self) -> Verdict {
        let all = self.least.iter().all(|least| least.least.is_some());
        if all && !self.least.is_empty() { Verdict::Proved } else { Verdict::Undetermined }
    }
}

/// What becomes of a model in a format.
pub fn tried(claim: &ShippedClaim, model: &ShippedModel, scope: Scope, format: Float) -> Tried {
    let (proof, is_complete) = match scope {
        Scope::Recurrence => {
            let proof = ShippedProof::of_recurrence(model, &claim.target(), format);
            let is_complete = proof.is_exact_recurrence();
            (proof, is_complete)
        }
        Scope::Answers => {
            let proof = claim.proof(model, format);
            let is_complete = proof.is_complete();
            (proof, is_complete)
        }
    };
    let reason = (!is_complete).then(|| {
        let failure = proof.failure().map(|(kind, reason)| format!("{kind}: {reason}"));
        failure.unwrap_or_else(|| "there are kinds of obligations without one".to_owned())
    });
    Tried { format, reason }
}

/// Looks for the least formats: bits of the significand with the exponent of f32, then bits of the exponent with that
/// significand. What is exact in a format is exact in every one that has its numbers, so that bisection finds the least; that it
/// does and that the next smaller one does not is asked.
pub fn formats(claim: &ShippedClaim) -> Formats {
    let model = claim.model();
    let mut least = Vec::new();
    for scope in Scope::ALL {
        let search = |formats: &[Float]| {
            let does = |format: &Float| tried(claim, model, scope, *format).reason.is_none();
            let place = formats.partition_point(|format| !does(format));
            let below = place.checked_sub(1).map(|below| tried(claim, model, scope, formats[below]));
            (formats.get(place).copied(), below)
        };
        let of_significand = (2..=MOST_SIGNIFICAND).filter_map(|bits| Float::new(MOST_EXPONENT, bits).ok());
        let (found, below) = search(&of_significand.collect::<Vec<_>>());
        least.push(Least { scope, bits_of: "significand", least: found, below });
        let Some(found) = found else { continue };
        let significand = found.significand_bits();
        let of_exponent = (2..=MOST_EXPONENT).filter_map(|bits| Float::new(bits, significand).ok());
        let (found, below) = search(&of_exponent.collect::<Vec<_>>());
        least.push(Least { scope, bits_of: "exponent", least: found, below });
    }
    let named = [Float::F32, Float::BF16, Float::F16, Float::E5M2, Float::E4M3];
    let named = named.map(|format| {
        let [recurrence, answers] = Scope::ALL.map(|scope| tried(claim, model, scope, format));
        (recurrence, answers)
    });
    Formats { least, named: named.into() }
}

/// A model with every weight rounded to the nearest number of a format, and how many were not numbers of it; none where one
/// is beyond its range.
pub fn rounded(model: &ShippedModel, format: Float) -> Option<(ShippedModel, usize)> {
    let mut count = 0;
    let mut tensors = model.tensors().to_vec();
    for value in tensors.iter_mut().flat_map(|tensor| &mut tensor.values).filter(|value| !format.contains(value)) {
        *value = format.round(value, Rounding::Nearest, Overflow::Infinity).as_finite()?.clone();
        count += 1;
    }
    Some((ShippedModel::new(model.family(), *model.shape(), tensors).ok()?, count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_format_is_proved_and_the_next_smaller_one_is_refused_for_a_reason() {
        let claim = reductions::shipped::all().iter().find(|claim| claim.variant() == "s3-star");
        let claim = claim.expect("it is in the list");
        let found = formats(claim);
        assert_eq!((found.verdict(), found.least.len()), (Verdict::Proved, 4));
        for least in &found.least {
            let format = least.least.expect("there is one");
            assert_eq!(tried(claim, claim.model(), least.scope, format).reason, None);
            let bits = |format: Float| (format.exponent_bits(), format.significand_bits());
            let Some(below) = &least.below else {
                // There is no smaller format of this kind.
                let (e, s) = bits(format);
                assert_eq!(if least.bits_of == "exponent" { e } else { s }, 2);
                continue;
            };
            let ((e, s), (smaller_e, smaller_s)) = (bits(format), bits(below.format));
            assert_eq!(e + s, smaller_e + smaller_s + 1);
            assert!(below.reason.is_some());
        }
        // What is exact needs no more than what answers as well, and a format that is too small for one is for both.
        assert!(
            found.named.iter().all(|(recurrence, answers)| recurrence.reason.is_none() || answers.reason.is_some())
        );
        assert!(found.named.iter().any(|(_, answers)| answers.reason.is_none()));
        assert!(found.named.iter().any(|(_, answers)| answers.reason.is_some()));
    }

    #[test]
    fn weights_are_rounded_and_counted() {
        let claim = reductions::shipped::all().iter().find(|claim| claim.variant() == "s3-swaps").expect("listed");
        assert_eq!(rounded(claim.model(), Float::BF16).map(|(model, n)| (model == *claim.model(), n)), Some((true, 0)));
        let (model, n) = rounded(claim.model(), Float::E4M3).expect("in range");
        assert!(
            n > 0 && model.tensors().iter().all(|tensor| tensor.values.iter().all(|value| Float::E4M3.contains(value)))
        );
    }
}
