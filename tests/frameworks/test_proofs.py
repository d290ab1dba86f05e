"""Evidence with proofs by the real cvc5, which PyPI has as a library, through `examples/run-cvc5.py`."""
import json
import os
import subprocess
import sys

import pytest

pytest.importorskip("cvc5", reason="cvc5 is not installed")
HERE = os.path.dirname(os.path.abspath(__file__))
REDUCE = os.environ.get("REDUCE", os.path.join(HERE, "..", "..", "target", "release", "reduce"))
SCRIPT = os.path.join(HERE, "..", "..", "examples", "run-cvc5.py")


def reduce(*arguments):
    # The script is started by the interpreter that has cvc5.
    path = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    return subprocess.run([REDUCE, *arguments], capture_output=True, text=True, env={**os.environ, "PATH": path})


def test_every_question_of_balanced_brackets_has_a_proof_without_holes(tmp_path):
    folder = str(tmp_path / "evidence")
    done = reduce("check", "dyck-2", "--n", "8", "--evidence", folder, f"--proofs={SCRIPT}", "--timeout", "60")
    assert done.returncode == 0, done.stderr
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    assert manifest["proofs"]["without"] == [] and manifest["proofs"]["proved"] == 38
    proofs = [file["path"] for file in manifest["files"] if "proves" in file]
    assert len(proofs) == 38
    for path in proofs:
        with open(os.path.join(folder, path), encoding="utf-8") as file:
            text = file.read()
        assert "(assume " in text and ":rule hole" not in text, path


def test_the_second_solver_agrees(tmp_path):
    folder = str(tmp_path / "evidence")
    assert reduce("check", "dyck-2", "--n", "8", "--evidence", folder).returncode == 0
    done = reduce("recheck", folder, "--solver", SCRIPT)
    assert done.returncode == 0, done.stdout + done.stderr
