"""Networks of ours in onnxruntime and in PyTorch: the states and readouts are the exact ones, bit for bit, wherever a step does
not round; and the three targets hold the same numbers."""
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
REDUCE = os.environ.get("REDUCE", os.path.join(HERE, "..", "..", "target", "release", "reduce"))

# Each kind of network: flags, and whether every weight is a number of f64.
CLAIMS = {
    "relu": (["dyck-2"], True),
    "relu-counters": (["reachability"], True),
    "relu-stacks": (["circuit-value", "--variant", "walk"], True),
    "permutation-diagonal": (["word-problem", "--variant", "all"], True),
    "one-hot-diagonal": (["deterministic-automaton", "--variant", "transposition-cycle"], True),
    "rwkv7": (["matrix-product", "--model", "rwkv7"], True),
    "rwkv7-letters": (["weighted-automaton", "--model", "rwkv7", "--variant", "counter-difference"], True),
    "deltanet-letters": (["weighted-automaton", "--model", "deltanet", "--variant", "random-fibonacci"], True),
    "deltanet": (["matrix-product", "--model", "deltanet"], False),
}
EXACT = [name for name, (_, fits) in CLAIMS.items() if fits]


def export(flags, target, folder, *more):
    command = [REDUCE, "export", *flags, "--to", target, str(folder), *more]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    folders = {}

    def get(name, target):
        if (name, target) not in folders:
            folder = tmp_path_factory.mktemp("network") / "out"
            flags, fits = CLAIMS[name]
            done = export(flags, target, folder, *([] if fits else ["--lossy"]))
            assert done.returncode == 0, done.stderr
            folders[name, target] = str(folder)
        return folders[name, target]

    return get


def reproduce(folder):
    done = subprocess.run([sys.executable, os.path.join(folder, "reproduce.py")], capture_output=True, text=True)
    print(os.path.basename(os.path.dirname(folder)), done.stdout)
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done


def needs(target):
    if target == "onnx":
        pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    else:
        pytest.importorskip("torch", reason="PyTorch is not installed")


@pytest.mark.parametrize("target", ["onnx", "pytorch"])
@pytest.mark.parametrize("name", EXACT)
def test_states_are_the_exact_ones(exported, name, target):
    needs(target)
    folder = exported(name, target)
    done = reproduce(folder)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    expected = json.load(open(os.path.join(folder, "expected.json")))
    # The comparison is of something: long words, and both answers.
    assert sum(word["exact_tokens"] for word in expected["words"]) >= 200
    assert {word["accepted"] for word in expected["words"]} == {False, True}


@pytest.mark.parametrize("target", ["onnx", "pytorch"])
def test_a_network_that_was_rounded_is_compared_with_nothing(exported, target):
    needs(target)
    done = reproduce(exported("deltanet", target))
    assert done.returncode == 3, done.stdout + done.stderr
    assert "0 of 0 steps" in done.stdout


def test_the_step_in_f32(exported, tmp_path):
    needs("onnx")
    folder = str(tmp_path / "f32")
    assert export(CLAIMS["relu"][0], "onnx", folder, "--dtype", "f32").returncode == 0
    done = reproduce(folder)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", list(CLAIMS))
def test_the_model_is_one_of_onnx(exported, name):
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    model = onnx.load(os.path.join(exported(name, "onnx"), "step.onnx"))
    onnx.checker.check_model(model, full_check=True)
    assert (model.ir_version, model.opset_import[0].version) == (8, 17)
    assert [value.name for value in model.graph.input] == ["state", "token"]
    assert [value.name for value in model.graph.output] == ["new_state", "readout"]


def module(folder):
    spec = importlib.util.spec_from_file_location("model", os.path.join(folder, "model.py"))
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("name", list(CLAIMS))
def test_module_and_safetensors_hold_the_same_numbers(exported, name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    safetensors = pytest.importorskip("safetensors.torch", reason="safetensors is not installed")
    network = module(exported(name, "pytorch")).Network()
    weights = safetensors.load_file(os.path.join(exported(name, "safetensors"), "model.safetensors"))
    own = network.state_dict()
    assert set(own) == set(weights)
    assert all(torch.equal(own[key], weights[key]) for key in own)
    network.load_state_dict(weights)


@pytest.mark.parametrize("name", ["relu", "permutation-diagonal", "rwkv7", "deltanet-letters"])
def test_a_batch_is_its_words(exported, name):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    made = module(exported(name, "pytorch"))
    network = made.Network()
    tokens = torch.arange(12).reshape(3, 4) * 7 % len(made.TOKENS)
    readouts, state = network(tokens)
    assert readouts.shape == (3, 4, len(made.READOUTS)) and state.shape == (3, len(made.COORDINATES))
    for row in range(3):
        one, last = network(tokens[row : row + 1])
        assert torch.equal(one[0], readouts[row]) and torch.equal(last[0], state[row])
    assert network(tokens[:, :0])[0].shape == (3, 0, len(made.READOUTS))


def test_a_changed_weight_is_noticed_in_onnx(exported, tmp_path):
    """The comparison can fail: one weight one unit in the last place larger."""
    needs("onnx")
    onnx = pytest.importorskip("onnx", reason="onnx is not installed")
    numpy = pytest.importorskip("numpy")
    folder = str(tmp_path / "changed")
    shutil.copytree(exported("relu", "onnx"), folder)
    path = os.path.join(folder, "step.onnx")
    model = onnx.load(path)
    weight = next(tensor for tensor in model.graph.initializer if tensor.name == "layers.3.weight")
    values = onnx.numpy_helper.to_array(weight).copy()
    place = tuple(numpy.argwhere(values)[0])
    values[place] = numpy.nextafter(values[place], numpy.inf)
    weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
    onnx.save(model, path)
    done = reproduce(folder)
    assert done.returncode == 1 and "differs after token" in done.stdout


def test_a_changed_weight_is_noticed_in_pytorch(exported, tmp_path):
    """One entry of one transition, one unit in the last place larger."""
    needs("pytorch")
    folder = str(tmp_path / "changed")
    shutil.copytree(exported("permutation-diagonal", "pytorch"), folder)
    path = os.path.join(folder, "model.py")
    text = open(path).read()
    changed, n = re.subn(r"\(1, (\d+), (\d+), 1\),", r"(1, \1, \2, 1 + 2**-52),", text, count=1)
    assert n == 1
    open(path, "w").write(changed)
    done = reproduce(folder)
    assert done.returncode == 1 and "differs after token" in done.stdout


def test_a_weight_that_does_not_fit_is_refused(tmp_path):
    for target in ["onnx", "pytorch", "safetensors"]:
        folder = tmp_path / target
        done = export(CLAIMS["deltanet"][0], target, folder)
        assert (done.returncode, done.stdout) == (2, "") and "--lossy" in done.stderr
        assert not folder.exists()
