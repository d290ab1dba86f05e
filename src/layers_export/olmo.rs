//! A checkpoint of `OlmoHybridForCausalLM`: the GatedDeltaNet, and the attention layer that its configuration demands,
//! with weights zero.

use super::Checkpoint;
use super::layout::Content;
use super::layout::Place;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedModel;
use rnn::shipped::ShippedShape;
use serde_json::json;

/// The tensors of a checkpoint, feed-forward layers with so many units.
pub(super) fn layout(shape: &ShippedShape, units: usize) -> Vec<Place> {
    let width = shape.hidden;
    let all = shape.tensors(ShippedFamily::GatedDeltaNet);
    let ours = |ours: &'static str, theirs: String| {
        let sizes = all.iter().find(|(name, _)| *name == ours).map(|(_, sizes)| sizes.clone()).unwrap_or_default();
        Place { name: theirs, sizes, content: Content::Ours(vec![ours]) }
    };
    let other = |name: String, sizes: Vec<usize>, content| Place { name, sizes, content };
    let feed_forward = |layer: usize| {
        [("gate_proj", [units, width]), ("up_proj", [units, width]), ("down_proj", [width, units])].map(
            |(name, sizes)| other(format!("model.layers.{layer}.mlp.{name}.weight"), sizes.to_vec(), Content::Zeros),
        )
    };
    let mut places = vec![
        ours("embedding", "model.embed_tokens.weight".to_owned()),
        ours("layer_norm", "model.layers.0.input_layernorm.weight".to_owned()),
        other("model.layers.0.post_attention_layernorm.weight".to_owned(), vec![width], Content::Any),
        ours("final_norm", "model.norm.weight".to_owned()),
        ours("head", "lm_head.weight".to_owned()),
    ];
    for name in ["q_proj", "k_proj", "v_proj", "a_proj", "b_proj", "g_proj", "o_proj", "o_norm"] {
        places.push(ours(name, format!("model.layers.0.linear_attn.{name}.weight")));
    }
    for name in ["A_log", "dt_bias"] {
        places.push(ours(name, format!("model.layers.0.linear_attn.{name}")));
    }
    // One convolution over queries, keys and values, in this order.
    let sizes = vec![3 * shape.channels(), 1, 4];
    let taps = Content::Ours(vec!["q_conv", "k_conv", "v_conv"]);
    places.push(other("model.layers.0.linear_attn.conv1d.weight".to_owned(), sizes, taps));
    places.extend(feed_forward(0));
    // The attention layer: its output is 0, and the norm of 0 is 0.
    for name in ["q_proj", "k_proj", "v_proj", "o_proj"] {
        let name = format!("model.layers.1.self_attn.{name}.weight");
        places.push(other(name, vec![width, width], Content::Zeros));
    }
    for name in ["self_attn.q_norm", "self_attn.k_norm", "post_attention_layernorm", "post_feedforward_layernorm"] {
        places.push(other(format!("model.layers.1.{name}.weight"), vec![width], Content::Any));
    }
    places.extend(feed_forward(1));
    places
}

pub(super) fn checkpoint(model: &ShippedModel) -> Checkpoint {
    let shape = model.shape();
    let width = shape.hidden;
    let tensors = layout(shape, width).iter().map(|place| place.tensor(model)).collect();
    let config = json!({
        "architectures": ["OlmoHybridForCausalLM"],
        "model_type": "olmo_hybrid",
        "vocab_size": shape.vocabulary,
        "hidden_size": width,
        "intermediate_size": width,
        "num_hidden_layers": 2,
        "layer_types": ["linear_attention", "full_attention"],
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.heads,
        "linear_num_key_heads": shape.heads,
        "linear_num_value_heads": shape.heads,
        "linear_key_head_dim": shape.head_dim,
        "linear_value_head_dim": shape.head_dim,
        "linear_conv_kernel_dim": 4,
        "linear_allow_neg_eigval": true,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-6,
        "rope_parameters": null,
        "pad_token_id": null,
        "bos_token_id": null,
        "eos_token_id": null,
        "tie_word_embeddings": false,
        "dtype": "bfloat16",
    });
    Checkpoint { config, tensors }
}
