//! `config.json` of a checkpoint, with the defaults of its library.

use super::ImportError;
use super::family_of;
use crate::layers_export::Library;
use rnn::Float;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedShape;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

/// A configuration whose every entry is understood.
pub(super) struct Config {
    pub(super) kind: String,
    pub(super) library: Library,
    pub(super) family: ShippedFamily,
    pub(super) shape: ShippedShape,
    pub(super) storage: Float,
    /// The entries that have one value that is modelled, and the sizes.
    said: Vec<(&'static str, Value)>,
}

/// What an entry may be.
enum Rule {
    /// One of these, the first of them as we write it.
    One(Vec<Value>),
    /// A number from 1 up to this one.
    Size(u64),
    /// Anything: it does not change what is computed in evaluation.
    Any,
}

/// An entry: its name, the library's default, and what it may be.
type Entry = (&'static str, Value, Rule);

fn one(name: &'static str, default: impl Into<Value>, only: impl Into<Value>) -> Entry {
    (name, default.into(), Rule::One(vec![only.into()]))
}

fn size(name: &'static str, default: impl Into<Value>) -> Entry {
    (name, default.into(), Rule::Size(1 << 20))
}

/// What every configuration of transformers may have and what does not change logits.
const ANY: [&str; 25] = [
    "_name_or_path",
    "architectures",
    "auto_map",
    "bos_token_id",
    "chunk_size_feed_forward",
    "eos_token_id",
    "fuse_cross_entropy",
    "fuse_linear_cross_entropy",
    "fuse_norm",
    "fuse_swiglu",
    "id2label",
    "initializer_range",
    "intermediate_size",
    "hidden_ratio",
    "label2id",
    "max_position_embeddings",
    "output_attentions",
    "output_hidden_states",
    "pad_token_id",
    "problem_type",
    "return_dict",
    "transformers_version",
    "use_cache",
    "use_l2warp",
    "is_encoder_decoder",
];

/// The entries of a kind.
fn entries(kind: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = ANY.into_iter().map(|name| (name, Value::Null, Rule::Any)).collect();
    entries.push(one("tie_word_embeddings", false, false));
    if kind == "olmo_hybrid" {
        let layers = json!(["linear_attention", "full_attention"]);
        entries.extend([
            size("vocab_size", 100_352),
            size("hidden_size", 3840),
            one("num_hidden_layers", 32, 2),
            one("layer_types", Value::Null, layers),
            size("linear_num_key_heads", Value::Null),
            size("linear_num_value_heads", Value::Null),
            size("linear_key_head_dim", Value::Null),
            size("linear_value_head_dim", Value::Null),
            one("linear_conv_kernel_dim", 4, 4),
            one("linear_allow_neg_eigval", true, true),
            one("hidden_act", "silu", "silu"),
            one("rms_norm_eps", 1e-6, 1e-6),
            one("attention_bias", false, false),
            ("attention_dropout", json!(0.0), Rule::Any),
            size("num_attention_heads", 30),
            size("num_key_value_heads", Value::Null),
            ("rope_parameters", Value::Null, Rule::Any),
        ]);
        for name in ["linear_a_log_min", "linear_a_log_max", "linear_dt_min", "linear_dt_max", "linear_dt_init_floor"] {
            entries.push((name, Value::Null, Rule::Any));
        }
        return entries;
    }
    entries.extend([
        size("vocab_size", 32_000),
        size("hidden_size", 2048),
        one("allow_neg_eigval", false, true),
        one("norm_eps", 1e-6, 1e-6),
        one("attn", Value::Null, Value::Null),
        ("hidden_act", json!("swish"), Rule::Any),
        ("attn_mode", json!("chunk"), Rule::Any),
    ]);
    match kind {
        "gated_deltanet" => entries.extend([
            one("num_hidden_layers", 21, 1),
            size("num_heads", 6),
            ("num_v_heads", Value::Null, Rule::Size(1 << 20)),
            size("head_dim", 256),
            one("expand_v", 2.0, 1.0),
            one("use_gate", true, true),
            one("use_short_conv", true, true),
            one("conv_size", 4, 4),
            one("output_gate_activation", "swish", "swish"),
        ]),
        "delta_net" => entries.extend([
            one("num_hidden_layers", 24, 1),
            size("num_heads", 16),
            one("expand_k", 1.0, 1.0),
            one("expand_v", 1.0, 1.0),
            one("use_beta", true, true),
            one("use_gate", false, false),
            one("use_output_norm", true, true),
            one("use_short_conv", true, true),
            one("conv_size", 4, 4),
            one("qk_norm", "l2", "l2"),
            one("qk_activation", "silu", "identity"),
        ]),
        _ => entries.extend([
            one("num_hidden_layers", 21, 1),
            size("num_heads", 6),
            size("head_dim", 256),
            ("num_householder", json!(1), Rule::Size(64)),
            one("expand_v", 2.0, 1.0),
            one("use_output_gate", true, false),
            one("use_forget_gate", false, false),
            one("use_short_conv", true, false),
            // Without a convolution this is not read.
            ("conv_size", json!(4), Rule::Any),
        ]),
    }
    entries
}

/// Whether two values are the same, numbers by their value.
fn is_same(value: &Value, other: &Value) -> bool {
    match (value.as_f64(), other.as_f64()) {
        (Some(value), Some(other)) => value.to_bits() == other.to_bits(),
        _ => value == other,
    }
}

impl Config {
    /// Reads a configuration.
    ///
    /// # Errors
    /// [`ImportError`] where it is none, or one of its entries is not modelled.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, ImportError> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| ImportError::new(format!("expected a configuration as JSON: {error}")))?;
        let Value::Object(config) = value else {
            return Err(ImportError::new("expected a configuration as a JSON object"));
        };
        let known = "expected one of gated_deltanet, delta_net, gated_deltaproduct, olmo_hybrid";
        let kind = config.get("model_type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some((library, family)) = family_of(&kind) else {
            return Err(ImportError::new(format!("`model_type`: {known}, got `{kind}`")));
        };
        let entries = entries(&kind);
        let storage = storage(&config)?;
        let special = ["model_type", "dtype", "torch_dtype"];
        let is_known = |name: &str| special.contains(&name) || entries.iter().any(|(own, ..)| *own == name);
        if let Some(name) = config.keys().find(|name| !is_known(name)) {
            return Err(ImportError::new(format!(
                "`{name}`: expected no such entry for {kind}: what it switches is not modelled"
            )));
        }
        // Each entry as it takes effect.
        let mut said = Vec::new();
        for (name, default, rule) in entries {
            let got = config.get(name);
            let value = got.cloned().unwrap_or_else(|| default.clone());
            let which = if got.is_none() { ", the default" } else { "" };
            match rule {
                Rule::Any => {}
                Rule::One(values) => {
                    if !values.iter().any(|only| is_same(only, &value)) {
                        return Err(ImportError::new(format!("`{name}`: expected {}, got {value}{which}", values[0])));
                    }
                    said.push((name, value));
                }
                // Without a value another entry stands for it.
                Rule::Size(_) if value.is_null() => {}
                Rule::Size(most) => {
                    if !value.as_u64().is_some_and(|size| (1..=most).contains(&size)) {
                        return Err(ImportError::new(format!("`{name}`: expected 1 to {most}, got {value}{which}")));
                    }
                    said.push((name, value));
                }
            }
        }
        let mut read = Self {
            kind,
            library,
            family,
            shape: ShippedShape { hidden: 0, heads: 0, head_dim: 0, steps: 1, tokens: 0, vocabulary: 0 },
            storage,
            said,
        };
        read.shape = read.sizes()?;
        Ok(read)
    }

    fn size(&self, name: &str) -> Option<usize> {
        let (_, value) = self.said.iter().find(|(own, _)| *own == name)?;
        value.as_u64().and_then(|size| usize::try_from(size).ok())
    }

    /// The sizes, the whole vocabulary as the alphabet.
    fn sizes(&self) -> Result<ShippedShape, ImportError> {
        let size = |name: &str| {
            self.size(name).ok_or_else(|| ImportError::new(format!("`{name}`: expected a size, got none")))
        };
        let (hidden, vocabulary) = (size("hidden_size")?, size("vocab_size")?);
        let same = |name: &str, expected: usize| match self.size(name) {
            Some(other) if other != expected => Err(ImportError::new(format!(
                "`{name}`: expected {expected}, as values with other sizes than keys are not modelled, got {other}"
            ))),
            _ => Ok(()),
        };
        let (heads, head_dim) = match self.kind.as_str() {
            "olmo_hybrid" => {
                let all = size("num_attention_heads")?;
                let (heads, dim) = (self.size("linear_num_key_heads").unwrap_or(all), size("linear_key_head_dim")?);
                same("linear_num_value_heads", heads)?;
                size("linear_value_head_dim").and_then(|_| same("linear_value_head_dim", dim))?;
                (heads, dim)
            }
            "delta_net" => {
                let heads = size("num_heads")?;
                if hidden % heads != 0 {
                    let message = format!("`num_heads`: expected a divisor of hidden_size, {hidden}, got {heads}");
                    return Err(ImportError::new(message));
                }
                (heads, hidden / heads)
            }
            _ => {
                let heads = size("num_heads")?;
                same("num_v_heads", heads)?;
                (heads, size("head_dim")?)
            }
        };
        let steps = self.size("num_householder").unwrap_or(1);
        let weights = [heads, head_dim, steps, hidden].into_iter().try_fold(1usize, usize::checked_mul);
        let of_words = vocabulary.checked_mul(hidden);
        let is_small = |weights: Option<usize>| weights.is_some_and(|weights| weights <= super::MOST_WEIGHTS);
        if !is_small(weights) || !is_small(of_words) {
            let most = super::MOST_WEIGHTS;
            return Err(ImportError::new(format!("expected at most {most} weights in a tensor, got more")));
        }
        Ok(ShippedShape { hidden, heads, head_dim, steps, tokens: vocabulary, vocabulary })
    }

    /// The configuration as it takes effect.
    pub(super) fn sentence(&self) -> String {
        let said: Vec<String> = self.said.iter().map(|(name, value)| format!("{name} {value}")).collect();
        format!("{} ({}): {}", self.kind, self.library.name(), said.join(", "))
    }
}

/// The format in which a model computes.
fn storage(config: &Map<String, Value>) -> Result<Float, ImportError> {
    let name = ["dtype", "torch_dtype"].into_iter().find(|name| config.contains_key(*name));
    let Some(name) = name else { return Ok(Float::F32) };
    match config[name].as_str() {
        Some("bfloat16") => Ok(Float::BF16),
        Some("float16") => Ok(Float::F16),
        Some("float32") => Ok(Float::F32),
        None if config[name].is_null() => Ok(Float::F32),
        _ => Err(ImportError::new(format!(
            "`{name}`: expected \"bfloat16\", \"float16\" or \"float32\", got {}",
            config[name]
        ))),
    }
}
