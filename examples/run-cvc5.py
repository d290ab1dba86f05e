#!/usr/bin/env python3
"""A command line for the cvc5 of PyPI, which comes as a library only.

    pip install cvc5
    reduce check dyck-2 --evidence DIR --proofs=examples/run-cvc5.py
    reduce recheck DIR --solver examples/run-cvc5.py

It takes the options of cvc5 that `reduce` gives, answers the question of one SMT-LIB file, and prints the proof where
`--dump-proofs` asks for one and the answer is unsat.
"""

import re
import sys
from importlib.metadata import version

try:
    import cvc5
except ImportError:
    sys.exit("run-cvc5.py: expected the Python package cvc5 (pip install cvc5)")


def main(arguments):
    options, files = [], []
    for argument in arguments:
        if argument == "--version":
            print(f"This is cvc5 version {version('cvc5')}, from its Python package")
            return 0
        (options if argument.startswith("--") else files).append(argument)
    if len(files) != 1:
        sys.exit("run-cvc5.py: expected one SMT-LIB file")
    solver = cvc5.Solver(cvc5.TermManager())
    wants_proof = "--dump-proofs" in options
    for option in options:
        name, _, value = option[2:].partition("=")
        if name == "dump-proofs":
            name, value = "produce-proofs", "true"
        elif not value:
            # --name, or --no-name.
            name, value = (name[3:], "false") if name.startswith("no-") else (name, "true")
        solver.setOption(name, value)
    parser = cvc5.InputParser(solver)
    parser.setFileInput(cvc5.InputLanguage.SMT_LIB_2_6, files[0])
    symbols, answer = parser.getSymbolManager(), ""
    while True:
        command = parser.nextCommand()
        if command.isNull() or re.match(r"\(exit\b", str(command)):
            break
        answer += command.invoke(solver, symbols)
    print(answer.strip())
    if wants_proof and answer.strip() == "unsat":
        proof = solver.getProof(cvc5.ProofComponent.FULL)[0]
        text = solver.proofToString(proof, cvc5.ProofFormat.ALETHE)
        print(text.decode() if isinstance(text, bytes) else text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
