//! A checkpoint of `OlmoHybridForCausalLM`: the GatedDeltaNet, and the attention layer that its configuration demands,
//! with weights zero.

use super::Checkpoint;
use super::NamedTensor;
use rnn::Exact;
use rnn::shipped::ShippedModel;
use serde_json::json;

fn feed_forward(layer: usize, width: usize) -> [NamedTensor; 3] {
    ["gate_proj", "up_proj", "down_proj"]
        .map(|name| NamedTensor::zeros(format!("model.layers.{layer}.mlp.{name}.weight"), vec![width, width]))
}

pub(super) fn checkpoint(model: &ShippedModel) -> Checkpoint {
    let shape = model.shape();
    let width = shape.hidden;
    let ours = |name: &str, theirs: String| {
        let tensor = model.tensor(name);
        NamedTensor::numbers(theirs, tensor.shape.clone(), tensor.values.clone())
    };
    let mut tensors = vec![
        ours("embedding", "model.embed_tokens.weight".to_owned()),
        ours("layer_norm", "model.layers.0.input_layernorm.weight".to_owned()),
        NamedTensor::ones("model.layers.0.post_attention_layernorm.weight", vec![width]),
        ours("final_norm", "model.norm.weight".to_owned()),
        ours("head", "lm_head.weight".to_owned()),
    ];
    for name in ["q_proj", "k_proj", "v_proj", "a_proj", "b_proj", "g_proj", "o_proj", "o_norm"] {
        tensors.push(ours(name, format!("model.layers.0.linear_attn.{name}.weight")));
    }
    for name in ["A_log", "dt_bias"] {
        tensors.push(ours(name, format!("model.layers.0.linear_attn.{name}")));
    }
    // One convolution over queries, keys and values, in this order.
    let taps: Vec<Exact> =
        ["q_conv", "k_conv", "v_conv"].iter().flat_map(|name| model.tensor(name).values.clone()).collect();
    let sizes = vec![3 * shape.channels(), 1, 4];
    tensors.push(NamedTensor::numbers("model.layers.0.linear_attn.conv1d.weight", sizes, taps));
    tensors.extend(feed_forward(0, width));
    // The attention layer: its output is 0, and the norm of 0 is 0.
    for name in ["q_proj", "k_proj", "v_proj", "o_proj"] {
        tensors.push(NamedTensor::zeros(format!("model.layers.1.self_attn.{name}.weight"), vec![width, width]));
    }
    for name in ["self_attn.q_norm", "self_attn.k_norm", "post_attention_layernorm", "post_feedforward_layernorm"] {
        tensors.push(NamedTensor::ones(format!("model.layers.1.{name}.weight"), vec![width]));
    }
    tensors.extend(feed_forward(1, width));
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
