//! What stands beside a checkpoint for people: how to run it, and what exactly it is.

use super::LENGTHS;
use super::Library;
use problems::Problem;
use reductions::shipped::ShippedClaim;

/// A script that loads the checkpoint with the library as it is, runs the words, and compares with the exact answers.
pub(super) fn script(library: Library) -> String {
    let (import, model) = match library {
        Library::Fla => ("import fla.models  # registers the architectures\n", "flash-linear-attention"),
        Library::HfOlmoHybrid => ("", "transformers"),
    };
    let lengths = LENGTHS.map(|length| length.to_string()).join(", ");
    format!(
        r#""""Loads this checkpoint with {model} as it is, and compares every answer with the exact one.

    python reproduce.py [cpu|cuda] [bfloat16|float32] [attn_mode]

On a CPU flash-linear-attention needs TRITON_INTERPRET=1, and `fused_recurrent` as attn_mode.
"""
import os
import sys

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM
{import}
here = os.path.dirname(os.path.abspath(__file__))
device = sys.argv[1] if len(sys.argv) > 1 else "cpu"
dtype = getattr(torch, sys.argv[2] if len(sys.argv) > 2 else "bfloat16")
options = {{"attn_mode": sys.argv[3]}} if len(sys.argv) > 3 else {{}}
model = AutoModelForCausalLM.from_pretrained(here, dtype=dtype, **options).to(device).eval()
expected = load_file(os.path.join(here, "expected.safetensors"))
wrong = 0
for length in [{lengths}]:
    tokens = expected[f"tokens_{{length}}"][None].to(device)
    with torch.no_grad():
        logits = model(tokens, use_cache=False).logits[0]
    differs = (logits.argmax(-1).cpu() != expected[f"classes_{{length}}"]).sum().item()
    wrong += differs
    print(f"{{length}} tokens: {{length - differs}} of {{length}} answers are exact")
sys.exit(1 if wrong else 0)
"#
    )
}

/// The effective configuration in words, with versions.
pub(super) fn readme(claim: &ShippedClaim, library: Library) -> String {
    let problem = claim.problem();
    let letters = problem.alphabet().tokens();
    let shown: Vec<&str> = letters.iter().take(12).map(String::as_str).collect();
    let more = if letters.len() > shown.len() { ", ..." } else { "" };
    format!(
        "# {} by {}, {}\n\n{}\n\nToken i is the i-th of these permutations, written by their images: {}{more}. Class i is the i-th \
         permutation of the first {} points in the lexicographic order of images. Other entries of the vocabulary are no \
         letters.\n\nConfiguration, as it takes effect: {}. The library is {}; versions other than the named ones may drop a \
         switch in silence.\n\nTo believe: {}\n\nNot modelled: {}\n\n`python reproduce.py` loads the checkpoint and compares \
         every answer with `expected.safetensors`: words of {} tokens, the class after every token, and the exact state of \
         every head in the end (heads, keys, values). `sha256sum -c SHA256SUMS` says whether the files are these. Written by \
         reduce {}; `reduce check {} --model {} --variant {}` makes the proof.\n",
        problem.name(),
        claim.family().name(),
        claim.variant(),
        claim.sentence(),
        shown.join(", "),
        claim.points(),
        claim.configuration(),
        library.name(),
        claim.on_paper(),
        claim.not_modelled(),
        LENGTHS.map(|length| length.to_string()).join(", "),
        env!("CARGO_PKG_VERSION"),
        problem.name(),
        claim.family().name(),
        claim.variant(),
    )
}
