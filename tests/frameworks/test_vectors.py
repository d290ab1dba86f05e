"""Golden vectors: flash-linear-attention's reference functions give their bits, and changed ones do not."""
import importlib.util
import os
import subprocess

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
pytest.importorskip("safetensors", reason="safetensors is not installed")
pytest.importorskip("fla", reason="flash-linear-attention is not installed")

HERE = os.path.dirname(os.path.abspath(__file__))
REDUCE = os.environ.get("REDUCE", os.path.join(HERE, "..", "..", "target", "release", "reduce"))


@pytest.fixture(params=["delta-rule", "gated-delta-rule", "delta-product"])
def golden(request, tmp_path):
    folder = str(tmp_path / "golden")
    command = [REDUCE, "vectors", request.param, "--length", "512", "--heads", "2", "-o", folder]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    spec = importlib.util.spec_from_file_location("golden", os.path.join(folder, "test_golden.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return request.param, module


@pytest.mark.parametrize("name", ["single", "packed"])
def test_reference_functions_give_these_bits(golden, name):
    golden[1].test_bits(name)


def test_a_kernel_with_a_fault_is_noticed(golden, monkeypatch):
    rule, module = golden
    right = module.kernel
    faults = [lambda q, k, v, g, beta: right(q, k, v, g, beta.clamp(max=1))]
    if rule != "delta-rule":
        faults.append(lambda q, k, v, g, beta: right(q, k, v, torch.zeros_like(g), beta))
    for fault in faults:
        monkeypatch.setattr(module, "kernel", fault)
        with pytest.raises(AssertionError):
            module.test_bits("single")
