//! Checkpoints of flash-linear-attention: `GatedDeltaNetForCausalLM`, `DeltaNetForCausalLM`,
//! `GatedDeltaProductForCausalLM`.

use super::Checkpoint;
use super::layout::Content;
use super::layout::Place;
use rnn::shipped::ShippedFamily;
use rnn::shipped::ShippedModel;
use rnn::shipped::ShippedShape;
use serde_json::Value;
use serde_json::json;

/// The name of a tensor of ours.
fn name(ours: &str) -> String {
    let in_layer = |name: &str| format!("model.layers.0.attn.{name}");
    match ours {
        "embedding" => "model.embeddings.weight".to_owned(),
        "layer_norm" => "model.layers.0.attn_norm.weight".to_owned(),
        "final_norm" => "model.norm.weight".to_owned(),
        "head" => "lm_head.weight".to_owned(),
        "A_log" | "dt_bias" => in_layer(ours),
        "q_conv" | "k_conv" | "v_conv" => in_layer(&format!("{ours}1d.weight")),
        projection_or_norm => in_layer(&format!("{projection_or_norm}.weight")),
    }
}

/// The tensors of a checkpoint, feed-forward layers with so many units.
pub(super) fn layout(family: ShippedFamily, shape: &ShippedShape, units: usize) -> Vec<Place> {
    let ours = shape.tensors(family).into_iter().map(|(ours, mut sizes)| {
        if ours.ends_with("_conv") {
            sizes.insert(1, 1);
        }
        Place { name: name(ours), sizes, content: Content::Ours(vec![ours]) }
    });
    let width = shape.hidden;
    let projection = |name: &str, sizes: [usize; 2]| Place {
        name: format!("model.layers.0.mlp.{name}.weight"),
        sizes: sizes.to_vec(),
        content: Content::Zeros,
    };
    let feed_forward = [
        Place { name: "model.layers.0.mlp_norm.weight".to_owned(), sizes: vec![width], content: Content::Any },
        projection("gate_proj", [units, width]),
        projection("up_proj", [units, width]),
        projection("down_proj", [width, units]),
    ];
    ours.chain(feed_forward).collect()
}

pub(super) fn checkpoint(model: &ShippedModel) -> Checkpoint {
    let layout = layout(model.family(), model.shape(), model.shape().hidden);
    Checkpoint { config: config(model), tensors: layout.iter().map(|place| place.tensor(model)).collect() }
}

fn config(model: &ShippedModel) -> Value {
    let shape = model.shape();
    let (class, kind) = match model.family() {
        ShippedFamily::GatedDeltaNet => ("GatedDeltaNetForCausalLM", "gated_deltanet"),
        ShippedFamily::DeltaNet => ("DeltaNetForCausalLM", "delta_net"),
        ShippedFamily::DeltaProduct => ("GatedDeltaProductForCausalLM", "gated_deltaproduct"),
    };
    let mut config = json!({
        "architectures": [class],
        "model_type": kind,
        "attn_mode": "chunk",
        "hidden_size": shape.hidden,
        "num_heads": shape.heads,
        "expand_v": 1.0,
        "allow_neg_eigval": true,
        "num_hidden_layers": 1,
        "intermediate_size": shape.hidden,
        "hidden_act": "swish",
        "norm_eps": 1e-6,
        "vocab_size": shape.vocabulary,
        "pad_token_id": null,
        "bos_token_id": null,
        "eos_token_id": null,
        "tie_word_embeddings": false,
        "fuse_cross_entropy": false,
        "dtype": "bfloat16",
    });
    let own = match model.family() {
        ShippedFamily::GatedDeltaNet => json!({
            "head_dim": shape.head_dim, "use_gate": true, "use_short_conv": true, "conv_size": 4,
            "output_gate_activation": "swish",
        }),
        ShippedFamily::DeltaNet => json!({
            "expand_k": 1.0, "use_beta": true, "use_gate": false, "use_short_conv": true, "conv_size": 4,
            "qk_activation": "identity", "qk_norm": "l2",
        }),
        ShippedFamily::DeltaProduct => json!({
            "head_dim": shape.head_dim, "num_householder": shape.steps, "use_output_gate": false,
            "use_forget_gate": false, "use_short_conv": false,
        }),
    };
    if let (Some(config), Value::Object(own)) = (config.as_object_mut(), own) {
        config.extend(own);
    }
    config
}
