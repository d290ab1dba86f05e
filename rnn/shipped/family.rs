//! Which layers there are, and which tensors each has.

/// A layer as a library ships it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ShippedFamily {
    /// GatedDeltaNet with `allow_neg_eigval`: SiLU on queries and keys, forget gate, gated output norm, convolution.
    GatedDeltaNet,
    /// DeltaNet with `allow_neg_eigval` and `qk_activation='identity'`: convolution, no gates.
    DeltaNet,
    /// GatedDeltaProduct with `allow_neg_eigval`, without convolution, forget gate and output gate: SiLU on queries and
    /// keys, several delta steps a token.
    DeltaProduct,
}

impl ShippedFamily {
    /// Every family.
    pub const ALL: [Self; 3] = [Self::GatedDeltaNet, Self::DeltaNet, Self::DeltaProduct];

    /// The name, kebab-case.
    pub fn name(self) -> &'static str {
        match self {
            Self::GatedDeltaNet => "gated-delta-net",
            Self::DeltaNet => "delta-net",
            Self::DeltaProduct => "delta-product",
        }
    }

    /// Whether SiLU is applied to queries and keys.
    pub fn has_silu_on_keys(self) -> bool {
        self != Self::DeltaNet
    }

    /// Whether there is a short convolution on queries, keys and values.
    pub fn has_convolution(self) -> bool {
        self != Self::DeltaProduct
    }

    /// Whether there are a forget gate and an output gate.
    pub fn has_gates(self) -> bool {
        self == Self::GatedDeltaNet
    }
}

/// The sizes of a model of one such layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShippedShape {
    /// Width of the residual stream.
    pub hidden: usize,
    /// Number of heads.
    pub heads: usize,
    /// Length of a head's keys, queries and values.
    pub head_dim: usize,
    /// Delta steps a token: 1 but for DeltaProduct.
    pub steps: usize,
    /// Tokens of the alphabet, which are the first entries of the vocabulary.
    pub tokens: usize,
    /// Size of the vocabulary, which is the number of answers as well.
    pub vocabulary: usize,
}

impl ShippedShape {
    /// All channels of a projection with one vector per head.
    pub fn channels(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Names and shapes of a family's tensors, in the order in which they are kept. Shapes are those of the libraries:
    /// outputs first.
    pub fn tensors(&self, family: ShippedFamily) -> Vec<(&'static str, Vec<usize>)> {
        const TAPS: usize = 4;
        let (width, channels, steps) = (self.hidden, self.channels(), self.steps);
        let mut tensors = vec![
            ("embedding", vec![self.vocabulary, width]),
            ("layer_norm", vec![width]),
            ("q_proj", vec![channels, width]),
            ("k_proj", vec![steps * channels, width]),
            ("v_proj", vec![steps * channels, width]),
            ("b_proj", vec![steps * self.heads, width]),
        ];
        if family.has_gates() {
            tensors.extend([
                ("a_proj", vec![self.heads, width]),
                ("A_log", vec![self.heads]),
                ("dt_bias", vec![self.heads]),
                ("g_proj", vec![channels, width]),
            ]);
        }
        if family.has_convolution() {
            tensors.extend(["q_conv", "k_conv", "v_conv"].map(|name| (name, vec![channels, TAPS])));
        }
        tensors.extend([
            ("o_norm", vec![self.head_dim]),
            ("o_proj", vec![width, channels]),
            ("final_norm", vec![width]),
            ("head", vec![self.vocabulary, width]),
        ]);
        tensors
    }
}
