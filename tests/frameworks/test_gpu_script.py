"""The script for a machine with a GPU, as far as it can be tried without one."""
import os
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
safetensors = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")

HERE = os.path.dirname(os.path.abspath(__file__))
REDUCE = os.environ.get("REDUCE", os.path.join(HERE, "..", "..", "target", "release", "reduce"))


def run(*arguments):
    return subprocess.run([sys.executable, os.path.join(HERE, "gpu.py"), *arguments], capture_output=True, text=True)


def test_without_a_gpu_it_says_so(tmp_path):
    folder = str(tmp_path / "golden")
    subprocess.run([REDUCE, "vectors", "delta-rule", "--length", "70", "-o", folder], check=True, stdout=subprocess.DEVNULL)
    for arguments, part in [([], "folders"), ([str(tmp_path)], "golden vectors"), ([folder], "GPU")]:
        if part == "GPU" and torch.cuda.is_available():
            continue
        done = run(*arguments)
        assert (done.returncode, done.stdout) == (2, "") and part in done.stderr, done.stderr
        assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("rule", ["delta-rule", "gated-delta-rule", "delta-product"])
def test_the_table_of_reference_functions(tmp_path, rule):
    pytest.importorskip("fla", reason="flash-linear-attention is not installed")
    folder = str(tmp_path / "golden")
    subprocess.run([REDUCE, "vectors", rule, "--length", "200", "-o", folder], check=True, stdout=subprocess.DEVNULL)
    done = run("--reference", folder)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.count("equal") == 4 and "DIFFER" not in done.stdout
    # It can fail: one output that is another number.
    path = os.path.join(folder, "packed.safetensors")
    case = safetensors.load_file(path)
    case["o"][0, 100, 0, 0] += 1024
    safetensors.save_file(case, path)
    done = run("--reference", folder)
    assert done.returncode == 1 and done.stdout.count("DIFFER") == 1, done.stdout
