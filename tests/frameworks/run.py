"""Runs one exported checkpoint in one library and prints what came of it as JSON.

    python run.py olmo|fla|naive FOLDER LENGTH bfloat16|float32

`olmo` is transformers' own PyTorch path, without flash-linear-attention even where that is installed. `fla` is
flash-linear-attention's model with its kernels: on a GPU as it is, on a CPU in Triton's interpreter, where only the
recurrent kernels run. `naive` takes the checkpoint's tensors through the layer's formulas in PyTorch, with
flash-linear-attention's own reference functions for the recurrence and for its chunked form.
"""
import importlib.metadata
import json
import os
import sys


def hide_fla():
    """transformers imports flash-linear-attention where it is installed, and would use its kernels."""
    sys.modules["fla"] = None


def interpret_triton():
    """In the interpreter there is no device that an autotuner could measure: the first configuration is taken."""
    from triton.runtime.autotuner import Autotuner

    def run(self, *arguments, **named):
        return self.fn.run(*arguments, **{**named, **self.configs[0].all_kwargs()})

    Autotuner.run = run
    from fla.ops.utils.cache import CachedAutotuner

    CachedAutotuner.run = run


def load(folder, length):
    from safetensors.torch import load_file

    expected = load_file(os.path.join(folder, "expected.safetensors"))
    return expected[f"tokens_{length}"], expected[f"classes_{length}"], expected[f"state_{length}"]


def report(logits, state, classes, expected, versions):
    right = (logits.float().argmax(-1).cpu() == classes).sum().item()
    top = logits.float().topk(2, dim=-1).values
    state = state.float().cpu()
    return {
        "tokens": len(classes),
        "right": right,
        "state_equal": bool((state == expected).all()) or bool((state.transpose(1, 2) == expected).all()),
        "least_margin": (top[:, 0] - top[:, 1]).min().item(),
        "versions": versions,
    }


def versions(*names):
    return {name: importlib.metadata.version(name) for name in names}


def olmo(folder, length, dtype):
    hide_fla()
    import torch
    from transformers import AutoModelForCausalLM
    import transformers.models.olmo_hybrid.modeling_olmo_hybrid as library

    states = []
    inner = library.torch_chunk_gated_delta_rule

    def watched(*arguments, **named):
        named["output_final_state"] = True
        output, state = inner(*arguments, **named)
        states.append(state)
        return output, state

    library.torch_chunk_gated_delta_rule = watched
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype)).eval()
    tokens, classes, expected = load(folder, length)
    with torch.no_grad():
        output = model(tokens[None], use_cache=True)
    if states:
        state = states[-1]
    else:
        cache = getattr(output, "cache", None) or output.past_key_values
        state = cache.get_recurrent_state(0, state_idx=0)
    return report(output.logits[0], state[0], classes, expected, versions("torch", "transformers"))


def fla(folder, length, dtype):
    import torch

    options = {}
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        os.environ["TRITON_INTERPRET"] = "1"
        interpret_triton()
        options = {"attn_mode": "fused_recurrent"}
    import fla.models  # noqa: F401
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype), **options).to(device).eval()
    tokens, classes, expected = load(folder, length)
    with torch.no_grad():
        output = model(tokens[None].to(device), use_cache=True)
    state = output.past_key_values[0]["recurrent_state"]
    return report(output.logits[0], state[0], classes, expected, versions("torch", "transformers", "flash-linear-attention"))


def naive(folder, length, dtype):
    import torch
    import torch.nn.functional as F
    from fla.ops.gated_delta_rule.naive import naive_chunk_gated_delta_rule
    from fla.ops.gated_delta_rule.naive import naive_recurrent_gated_delta_rule
    from safetensors.torch import load_file

    dtype = getattr(torch, dtype)
    config = json.load(open(os.path.join(folder, "config.json")))
    weights = {name: value.to(dtype) for name, value in load_file(os.path.join(folder, "model.safetensors")).items()}
    layer = {name.removeprefix("model.layers.0.attn."): value for name, value in weights.items()}
    heads, steps = config["num_heads"], config.get("num_householder", 1)
    is_silent = config.get("qk_activation") == "identity"
    tokens, classes, expected = load(folder, length)

    def norm(x, weight, eps):
        return (x.float() * torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + eps) * weight.float()).to(dtype)

    def channels(x, name, activate, n):
        x = x @ layer[f"{name}_proj.weight"].T
        taps = layer.get(f"{name}_conv1d.weight")
        if taps is not None:
            x = F.conv1d(x.T[None], taps, padding=3, groups=x.shape[1])[0, :, : len(x)].T
        x = F.silu(x) if activate else x
        # Steps are the outer index of the channels.
        return x.reshape(1, len(x) * n, heads, -1)

    def unit(x):
        return (x.float() / torch.sqrt(x.float().pow(2).sum(-1, keepdim=True) + 1e-6)).to(dtype)

    stream = weights["model.embeddings.weight"][tokens]
    x = norm(stream, weights["model.layers.0.attn_norm.weight"], 1e-6)
    q = unit(channels(x, "q", not is_silent, 1))
    k = unit(channels(x, "k", not is_silent, steps))
    v = channels(x, "v", True, steps)
    beta = ((x @ layer["b_proj.weight"].T).sigmoid() * 2).reshape(1, len(x) * steps, heads)
    if "A_log" in layer:
        g = -layer["A_log"].float().exp() * F.softplus((x @ layer["a_proj.weight"].T).float() + layer["dt_bias"].float())
        g = g[None]
    else:
        g = torch.zeros(1, len(x) * steps, heads)
    # A query after the last step of each token; before it, none.
    queries = torch.zeros(1, len(x), steps, heads, q.shape[-1], dtype=dtype)
    queries[:, :, -1] = q
    queries = queries.reshape(1, len(x) * steps, heads, -1)
    result = None
    for name, function, sizes in [("recurrent", naive_recurrent_gated_delta_rule, [{}])] + [
        ("chunk", naive_chunk_gated_delta_rule, [{"chunk_size": size} for size in (16, 64, 100)])
    ]:
        for size in sizes:
            output, state = function(queries, k, v, beta=beta, g=g, output_final_state=True, **size)
            output = output.to(dtype).reshape(1, len(x), steps, heads, -1)[0, :, -1]
            o = norm(output, layer["o_norm.weight"], 1e-6)
            if "g_proj.weight" in layer:
                o = (o.float() * F.silu((x @ layer["g_proj.weight"].T).float()).reshape(o.shape)).to(dtype)
            y = stream + o.reshape(len(x), -1) @ layer["o_proj.weight"].T
            logits = norm(y, weights["model.norm.weight"], 1e-6) @ weights["lm_head.weight"].T
            one = report(logits, state[0], classes, expected, versions("torch"))
            if result is None:
                result, first = one, output
            elif not (one["state_equal"] and one["right"] == one["tokens"] and bool((output == first).all())):
                return one | {"differs": f"{name} {size}"}
    return result


if __name__ == "__main__":
    kind, folder, length, dtype = sys.argv[1:5]
    print(json.dumps(globals()[kind](folder, int(length), dtype)))
