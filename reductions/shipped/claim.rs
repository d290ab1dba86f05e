//! The list of claims about shipped layers.

use super::construct;
use super::proof::ShippedProof;
use super::target::Target;
use problems::Problem;
use problems::word_problem::Letters;
use problems::word_problem::Permutation;
use problems::word_problem::WordProblem;
use problems::word_problem::symmetric_group;
use rnn::Float;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedModel;
use std::sync::LazyLock;
use std::sync::OnceLock;

/// A claim that a model of one shipped layer gives the product of permutations after every token of every word.
pub struct ShippedClaim {
    family: ShippedFamily,
    letters: Letters,
    points: usize,
    keys: Keys,
    model: OnceLock<ShippedModel>,
}

/// The keys of swaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Keys {
    /// Dyadic unit vectors.
    Dyadic,
    /// `(e_i - e_j) / sqrt 2`, which no format holds.
    Usual,
}

impl ShippedClaim {
    fn new(family: ShippedFamily, letters: Letters, points: usize, keys: Keys) -> Self {
        Self { family, letters, points, keys, model: OnceLock::new() }
    }

    /// Whether the keys are the usual ones, with which operations round: then there is a horizon and no proof.
    pub fn has_usual_keys(&self) -> bool {
        self.keys == Keys::Usual
    }

    /// The layer.
    pub fn family(&self) -> ShippedFamily {
        self.family
    }

    /// The number of points that are permuted, 3 to 5.
    pub fn points(&self) -> usize {
        self.points
    }

    /// The problem.
    pub fn problem(&self) -> &'static WordProblem {
        symmetric_group(self.letters, self.points).expect("claims are about 3 to 5 points")
    }

    /// The form: the group and its letters.
    pub fn variant(&self) -> &'static str {
        match (self.keys, self.points) {
            (Keys::Usual, 3) => "s3-usual-keys",
            (Keys::Usual, 4) => "s4-usual-keys",
            (Keys::Usual, _) => "s5-usual-keys",
            (Keys::Dyadic, _) => self.problem().variant().unwrap_or_default(),
        }
    }

    /// The class of the problem on so many points: it is hard on five of them, and a finite automaton's below.
    pub fn class(&self) -> &'static str {
        if self.points == 5 { self.problem().class() } else { "finite" }
    }

    /// The permutations that classes stand for, in their order.
    pub fn elements(&self) -> Vec<Permutation> {
        Permutation::of_first(self.points)
    }

    /// What should be answered.
    pub fn target(&self) -> Target {
        Target::of_group(self.problem().letters(), &self.elements())
    }

    /// The model with our weights.
    pub fn model(&self) -> &ShippedModel {
        self.model.get_or_init(|| match self.keys {
            Keys::Dyadic => construct::model(self.family, self.letters, self.points),
            Keys::Usual => construct::model_with_roots(self.points),
        })
    }

    /// The obligations about a model, in one storage format.
    pub fn proof(&self, model: &ShippedModel, storage: Float) -> ShippedProof {
        ShippedProof::of(model, &self.target(), storage)
    }

    /// What is claimed, with its quantifiers.
    pub fn sentence(&self) -> String {
        let order = self.elements().len();
        if self.has_usual_keys() {
            return format!(
                "With the keys (e_i - e_j) / sqrt 2 as they are usually taken, which no format holds: for every word over the \
                 {} letters of up to so many tokens as the horizon says, and after every token of it, the greatest of the \
                 first {order} logits is that of the product of the permutations read so far, in any order of summation. \
                 Beyond the horizon nothing is said but of the words that are run.",
                self.problem().letters().len()
            );
        }
        format!(
            "For every word over the {} letters, of any length, and after every token of it: the greatest of the first {order} \
             logits is that of the product of the permutations read so far, among the {order} elements of S{}; and no \
             operation of the recurrence rounds, token by token or in chunks, so that the state is the exact one, bit for bit. \
             The decision is whether the class is 0, the identity.",
            self.problem().letters().len(),
            self.points
        )
    }

    /// Where the statement comes from.
    pub fn theorem(&self) -> &'static str {
        "layers as shipped"
    }

    /// The precision regime.
    pub fn regime(&self) -> &'static str {
        "constant precision"
    }

    /// The configuration that the statement is about, as it takes effect.
    pub fn configuration(&self) -> String {
        let shape = self.model().shape();
        let sizes = format!(
            "hidden_size {}, {} heads of {} for keys and values, one layer, vocabulary {}",
            shape.hidden, shape.heads, shape.head_dim, shape.vocabulary
        );
        let layer = match self.family {
            ShippedFamily::GatedDeltaNet => {
                "flash-linear-attention 0.6.0, GatedDeltaNet: allow_neg_eigval true (default false), expand_v 1; short \
                 convolution of 4 taps with SiLU, keys and queries L2-normalised with eps 1e-6, forget gate, RMSNorm gated \
                 by SiLU. The same tensors as OlmoHybridForCausalLM of transformers 5.24: linear_allow_neg_eigval true (its \
                 default), its attention layer with weights zero"
            }
            ShippedFamily::DeltaNet => {
                "flash-linear-attention 0.6.0, DeltaNet: allow_neg_eigval true and qk_activation identity (defaults false \
                 and silu); short convolution of 4 taps, SiLU on values, keys and queries L2-normalised with eps 1e-6, \
                 RMSNorm without gate"
            }
            ShippedFamily::DeltaProduct => {
                "flash-linear-attention 0.6.0, GatedDeltaProduct: allow_neg_eigval true (default of the configuration: \
                 false), use_short_conv, use_forget_gate and use_output_gate false; SiLU on queries, keys and values, \
                 keys and queries L2-normalised with eps 1e-6, RMSNorm without gate"
            }
        };
        let steps = if shape.steps > 1 { format!("; num_householder {}", shape.steps) } else { String::new() };
        format!("{layer}; {sizes}{steps}; feed-forward layers with weights zero")
    }

    /// What has to be believed beside the obligations.
    pub fn on_paper(&self) -> &'static str {
        "The induction over the word; that the libraries compute the formulas of `rnn/shipped` (a matrix product, a norm and \
         the recurrence in f32, rounded to the model's format where they are stored, to the nearest number); that sums in \
         f32 add the same products in some order; the listed facts about sigmoid, SiLU, softplus, exp and roots. For chunks: \
         what the numbers of the triangular system mean."
    }

    /// What the statement is not about.
    pub fn not_modelled(&self) -> &'static str {
        "Kernels that multiply with less than bf16's significand; values between recurrence and head that are rounded to the \
         format elsewhere than after the output norm, its weight, its gate, the projection, the residual sum, the final norm, \
         its weight and the head; sums of norms, projection and head that are accumulated in less than f32."
    }
}

/// The same layers with the usual keys: what is said of them holds up to a horizon.
pub fn usual_keys() -> &'static [ShippedClaim] {
    static ALL: LazyLock<Vec<ShippedClaim>> = LazyLock::new(|| {
        let of = |points| ShippedClaim::new(ShippedFamily::DeltaNet, Letters::Swaps, points, Keys::Usual);
        [5, 4, 3].map(of).into()
    });
    &ALL
}

/// Every claim about a shipped layer that is proved, in the order in which they are listed.
pub fn all() -> &'static [ShippedClaim] {
    static ALL: LazyLock<Vec<ShippedClaim>> = LazyLock::new(|| {
        let kinds = [
            (ShippedFamily::GatedDeltaNet, Letters::AdjacentSwaps),
            (ShippedFamily::GatedDeltaNet, Letters::StarSwaps),
            (ShippedFamily::DeltaNet, Letters::Swaps),
            (ShippedFamily::DeltaProduct, Letters::Elements),
        ];
        kinds
            .into_iter()
            .flat_map(|(family, letters)| {
                [5, 4, 3].map(|points| ShippedClaim::new(family, letters, points, Keys::Dyadic))
            })
            .collect()
    });
    &ALL
}
