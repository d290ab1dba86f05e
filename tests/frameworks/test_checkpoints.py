"""Exported checkpoints in the libraries as they are: every answer right, and states equal bit for bit."""
import json
import os
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")
pytest.importorskip("safetensors", reason="safetensors is not installed")

HERE = os.path.dirname(os.path.abspath(__file__))
REDUCE = os.environ.get("REDUCE", os.path.join(HERE, "..", "..", "target", "release", "reduce"))


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    folders = {}

    def export(model, library, variant=None):
        key = (model, library, variant)
        if key not in folders:
            folder = str(tmp_path_factory.mktemp("checkpoint") / "out")
            command = [REDUCE, "export", "word-problem", "--model", model, "--to", library, folder]
            subprocess.run(command + (["--variant", variant] if variant else []), check=True, stdout=subprocess.DEVNULL)
            folders[key] = folder
        return folders[key]

    return export


def run(kind, folder, length, dtype):
    command = [sys.executable, os.path.join(HERE, "run.py"), kind, folder, str(length), dtype]
    environment = {**os.environ, "TRITON_INTERPRET": "1"} if kind == "fla" and not torch.cuda.is_available() else os.environ
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    result = json.loads(done.stdout.strip().splitlines()[-1])
    print(kind, os.path.basename(os.path.dirname(folder)), length, dtype, result)
    return result


def exact(result):
    assert "differs" not in result, result
    assert result["right"] == result["tokens"], result
    assert result["state_equal"], result


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
@pytest.mark.parametrize("length", [64, 512, 4096])
def test_olmo_hybrid(exported, length, dtype):
    exact(run("olmo", exported("gated-delta-net", "hf-olmo-hybrid"), length, dtype))


def test_olmo_hybrid_with_star_swaps(exported):
    exact(run("olmo", exported("gated-delta-net", "hf-olmo-hybrid", "s4-star"), 512, "bfloat16"))


def has_fla():
    return pytest.importorskip("fla", reason="flash-linear-attention is not installed")


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
@pytest.mark.parametrize("model", ["gated-delta-net", "delta-net", "delta-product"])
def test_fla(exported, model, dtype):
    has_fla()
    exact(run("fla", exported(model, "fla"), 64, dtype))


@pytest.mark.parametrize("dtype", ["bfloat16", "float32"])
@pytest.mark.parametrize("length", [64, 512, 4096])
@pytest.mark.parametrize("model", ["gated-delta-net", "delta-net"])
def test_reference_functions_of_fla(exported, model, length, dtype):
    has_fla()
    exact(run("naive", exported(model, "fla"), length, dtype))


def test_reference_functions_of_fla_with_several_steps_a_token(exported):
    has_fla()
    exact(run("naive", exported("delta-product", "fla"), 512, "bfloat16"))


def test_a_changed_weight_is_noticed(exported, tmp_path):
    """The comparison can fail: one weight of the keys' projection one unit in the last place larger."""
    has_fla()
    from safetensors.torch import load_file, save_file
    import shutil

    folder = str(tmp_path / "changed")
    shutil.copytree(exported("gated-delta-net", "fla"), folder)
    path = os.path.join(folder, "model.safetensors")
    weights = load_file(path)
    weights["model.layers.0.attn.k_proj.weight"][0, 1] *= 1.0078125
    save_file(weights, path, metadata={"format": "pt"})
    result = run("naive", folder, 512, "bfloat16")
    assert "differs" in result or not result["state_equal"]
