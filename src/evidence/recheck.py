#!/usr/bin/env python3
"""Checks a folder of evidence again, with nothing but Python's standard library.

    python3 recheck.py [FOLDER] [--tokens N]

What it does, for one claim or for each of several:

 1. every file that the manifest names has the SHA-256 that the manifest names;
 2. the network of network.json is run, exactly, on every word of instances.json (and of counterexample.json); its answers
    and values must be those that are written there, and the textbook decider's where the word keeps the promise;
 3. the machine of machine.json, where there is one, is run on the same words and must accept the same;
 4. for a network of one layer, init, one step for every mode and token, and one readout for every mode are there;
    what each of these SMT-LIB files says of the network (`start.X`, `next.X`, `decision`) is what network.json says, for
    every state; that integer coordinates stay integers is seen in that form; and what they assume and deny is built again
    from the definition and the invariant in induction.json, and compared;
 5. for a network above a router, what no question asks is computed again from the weights and compared with tables.json:
    its orbit, latches, schedule, step sizes, for all contents of the latches; and that layer 4 multiplies, given these
    gates, is checked as identities of polynomials;
 6. every obligation that has a question has its files, each clause of the claim's sentence has the obligations that are
    said to show it, and each file's own status and logic lines are those that the manifest names.

It does not decide the questions: that is a solver's work (`reduce recheck`, or any solver on the files). What it
cannot do is printed. Exit codes: 0 everything agrees, 1 something does not, 2 the folder cannot be read, 3 nothing was
checked, or something was left open.

It was written from docs/formats.md and docs/evidence.md, and shares no code with the program that wrote the folder.
"""

import hashlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def parts_are_those_of_the_manifest():
    """The other files of this checker have the digests that the manifest beside it names: they are compared before they are run."""
    try:
        with open(os.path.join(HERE, "manifest.json"), "rb") as file:
            manifest = json.loads(file.read().decode("utf-8"))
        listed = manifest["scripts"] if "scripts" in manifest else manifest["files"]
        for entry in listed:
            if entry["path"].startswith("recheck") and "/" not in entry["path"]:
                with open(os.path.join(HERE, entry["path"]), "rb") as file:
                    if hashlib.sha256(file.read()).hexdigest() != entry["sha256"]:
                        return f"{entry['path']}: expected the SHA-256 {entry['sha256']}: the file was changed"
    except FileNotFoundError as error:
        return None if error.filename.endswith("manifest.json") else f"{error.filename}: the file is missing"
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"{os.path.join(HERE, 'manifest.json')}: cannot be read: {error!r}"
    return None


# A folder of evidence stays as it was written.
sys.dont_write_bytecode = True
FAULT = parts_are_those_of_the_manifest()
if FAULT:
    print(f"recheck.py: {FAULT}", file=sys.stderr)
    sys.exit(2)

from recheck_induction import Induction, check_question
from recheck_layer4 import check_layer4
from recheck_network import Bad, Disagrees, OneLayer, exact, machine_accepts, network_of, parse
from recheck_smt import commands, says_the_network
from recheck_tables import check_tables


# --- The checks. ----------------------------------------------------------------------------------------------------


class Report:
    def __init__(self):
        self.agree, self.disagree, self.open = 0, [], []

    def check(self, is_so, what):
        if is_so:
            self.agree += 1
        else:
            self.disagree.append(what)
            print(f"  DISAGREES {what}")

    def leave_open(self, what):
        """What this checker can neither confirm nor refute."""
        self.open.append(what)
        print(f"  UNKNOWN whether {what}: it is not so in some cases, and there are too many to look at all")


NO_DIGEST = object()


def read(folder, name, expected_digest):
    """The text of a file, which has this SHA-256; the manifest at the top alone has none."""
    if os.path.isabs(name) or ".." in name.split("/"):
        raise Bad(f"{folder}: expected paths inside the folder, got {name}")
    path = os.path.join(folder, name)
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise Bad(f"{path}: {error.strerror}") from error
    if expected_digest is not NO_DIGEST and hashlib.sha256(data).hexdigest() != expected_digest:
        raise Bad(f"{path}: expected the SHA-256 {expected_digest}: the file was changed")
    return data.decode("utf-8")


def check_runs(report, network, machine, instances, what, longest):
    """Runs network and machine on instances; gives how many, by answer, and how many are longer than what is run."""
    counts, skipped = {True: 0, False: 0}, 0
    signs = instances.get("values_are_compared") == "signs"
    sign = lambda value: (value > 0) - (value < 0)
    for place, row in enumerate(instances["instances"]):
        word = parse(network.tokens, row["word"])
        if longest is not None and len(word) > longest:
            skipped += 1
            continue
        name = f"{what} {place}"
        answer, values = network.run(word)
        counts[answer] += 1
        report.check(answer == row["network"], f"{name}: the network says {answer}")
        if row["network_values"] is not None:
            report.check(values == [exact(v) for v in row["network_values"]], f"{name}: the network's values")
        if row["keeps_the_promise"]:
            report.check(answer == row["decider"], f"{name}: the network says {answer}, the decider {row['decider']}")
            if row["decider_values"] is not None:
                asked = [exact(v) for v in row["decider_values"]]
                same = [sign(v) for v in values] == [sign(v) for v in asked] if signs else values == asked
                report.check(same, f"{name}: the network's values are not the decider's")
        if machine is not None:
            accepts = machine_accepts(machine, [network.tokens[token] for token in word])
            report.check(accepts == row["network"], f"{name}: the machine says {accepts}")
    return counts, skipped


BEFORE = ("set-info", "set-logic", "declare-fun", "assert")

# What the arithmetic of cases settles, and no file asks.
FINITE = ("inert", "orbit", "latch", "integral", "schedule", "step size", "rates", "outputs")


def assertions(path, text):
    """What a file asserts; one that holds another command than a question needs could print its own answer."""
    found = commands(text)
    if found[-2:] != [["check-sat"], ["exit"]]:
        raise Bad(f"{path}: expected (check-sat) and (exit) at the end")
    for command in found[:-2]:
        if not command or command[0] not in BEFORE:
            raise Bad(f"{path}: expected one of {', '.join(BEFORE)} before the question, got {command}")
    asserted = [command[1] for command in found[:-2] if command[0] == "assert"]
    if not asserted:
        raise Bad(f"{path}: expected at least one assertion")
    return asserted


def is_denied(goal, denial):
    """Whether one formula is the other without one negation, under the same names."""
    if isinstance(goal, list) and isinstance(denial, list) and goal[:1] == denial[:1] == ["let"] and goal[1] == denial[1]:
        return is_denied(goal[2], denial[2])
    return denial == ["not", goal]


def check_questions(report, manifest, texts):
    """That every question is that of an obligation, with the form and the expected answer that an obligation has."""
    files = {entry["path"]: entry["expected"] for entry in manifest["files"] if "expected" in entry}
    asserted = {path: assertions(path, texts[path]) for path in files}
    asked, unasked = set(), {}
    for entry in manifest["obligations"]:
        if not entry["queries"]:
            unasked[entry["kind"]] = unasked.get(entry["kind"], 0) + 1
            continue
        first, *others = entry["queries"]
        given = asserted[entry["assumptions"]] if entry["assumptions"] else []
        whole = asserted[first]
        report.check(whole[:-1] == given, f"{first}: not the assumptions and one assertion more")
        for other in others:
            more = asserted[other][len(given):]
            is_part = asserted[other][:len(given)] == given and (
                len(more) == 1 or len(more) == 2 and is_denied(more[0], whole[-1]))
            report.check(is_part, f"{other}: asserts something else than its obligation")
        report.check(all(files[path] == "unsat" for path in entry["queries"]), f"{entry['name']}: expected is not unsat")
        if entry["assumptions"]:
            report.check(files[entry["assumptions"]] == "sat", f"{entry['assumptions']}: expected is not sat")
            asked.add(entry["assumptions"])
        asked.update(entry["queries"])
    report.check(bool(asked), "nothing is asked")
    report.check(asked == set(files), "a file is no question of an obligation")
    listed = {e["kind"]: e["obligations"] for e in manifest["finite_checks"] if e["kind"] in FINITE}
    report.check(unasked == listed, "an obligation has no question, and is no finite check that the manifest counts")
    return asserted


def unbuilt(manifest):
    """How many questions of each kind are not built again."""
    counts = {}
    for entry in manifest["obligations"]:
        if entry["queries"] and entry["kind"] not in ("init", "step", "readout"):
            counts[entry["kind"]] = counts.get(entry["kind"], 0) + 1
    return ", ".join(f"{n} {kind}" for kind, n in counts.items()) or "none"


def check_obligations(report, manifest, texts, asserted, network):
    """That all obligations are there, and say of the network what it is."""
    obligations = manifest["obligations"]
    kinds = {entry["kind"] for entry in obligations}
    for clause in manifest["claim"]["clauses"]:
        for kind in clause["shown_by"]:
            report.check(kind in kinds, f"the clause `{clause['text']}`: no obligation `{kind}`")
    for entry in manifest["files"]:
        if "expected" in entry:
            lines = texts[entry["path"]].splitlines()
            for line in (f"(set-info :status {entry['expected']})", f"(set-logic {entry['logic']})", "(check-sat)"):
                report.check(lines.count(line) == 1, f"{entry['path']}: expected the line {line} once")
    for entry in obligations:
        for path in entry["queries"]:
            report.check(path in texts, f"{entry['name']}: {path} is not among the files")
    if not isinstance(network, OneLayer):
        return 0, 0
    steps = [(entry["mode"], entry["token"]) for entry in obligations if entry["kind"] == "step"]
    readouts = [entry["mode"] for entry in obligations if entry["kind"] == "readout"]
    report.check([e["kind"] for e in obligations].count("init") == 1, "there is not one init")
    report.check(len(set(readouts)) == len(readouts) > 0, "a mode has two readouts, or none has one")
    pairs = {(mode, token) for mode in readouts for token in network.tokens}
    report.check(set(steps) == pairs and len(steps) == len(pairs), "not every mode and token has one step")
    if "induction.json" not in texts:
        raise Bad("manifest.json: names no induction.json")
    induction = Induction(json.loads(texts["induction.json"]))
    report.check(set(readouts) == set(induction.modes), "the modes with steps and readouts are not those of the definition")
    report.check(induction.is_complete(network.tokens), "a mode that a step leads to is not covered")
    named = [name for name, _ in induction.coordinates]
    report.check(named == network.coordinates, "induction.json speaks of other coordinates")
    n_equal, n_built = 0, 0
    for entry in obligations:
        if entry["kind"] not in ("init", "step", "readout"):
            continue
        report.check(bool(entry["queries"]), f"{entry['name']}: no file")
        for path in entry["queries"]:
            try:
                n_equal += says_the_network(texts[path], network, entry)
                report.check(True, path)
            except Disagrees as error:
                report.check(False, f"{path}: {error}")
        if entry["queries"]:
            try:
                check_question(induction, entry, asserted[entry["queries"][0]])
                n_built += 1
                report.check(True, entry["name"])
            except Disagrees as error:
                report.check(False, f"{entry['queries'][0]}: {error}")
    return n_equal, n_built


def check_claim(report, folder, manifest, longest):
    texts = {entry["path"]: read(folder, entry["path"], entry["sha256"]) for entry in manifest["files"]}
    print(f"{folder}: {manifest['claim']['problem']} by {manifest['claim']['model']}, {len(texts)} digests agree")
    for name in ("network.json", "instances.json", "statement.json"):
        if name not in texts:
            raise Bad(f"{folder}: the manifest names no {name}")
    network = network_of(json.loads(texts["network.json"]))
    is_own = manifest["is_the_claims_own_network"]
    machine = json.loads(texts["machine.json"]) if "machine.json" in texts and is_own else None
    counts, skipped = check_runs(
        report, network, machine, json.loads(texts["instances.json"]), "instance", longest)
    report.check(counts[True] > 0 and counts[False] > 0, "not both answers occur among the instances that were run")
    with_machine = " and the machine" if machine else ""
    print(f"  the network{with_machine} on {sum(counts.values())} words ({counts[True]} yes, {counts[False]} no)"
          + (f"; {skipped} are longer than {longest} tokens and were not run" if skipped else ""))
    if "counterexample.json" in texts:
        row = {"instances": [json.loads(texts["counterexample.json"])]}
        check_runs(report, network, machine, row, "counterexample", longest)
    asserted = check_questions(report, manifest, texts)
    n_equal, n_built = check_obligations(report, manifest, texts, asserted, network)
    n_questions = sum(bool(entry["queries"]) for entry in manifest["obligations"])
    if isinstance(network, OneLayer):
        print(f"  {n_equal} named values in init, steps and readouts are network.json's, for every state")
        print(f"  {n_built} questions, init, every step and every readout, are what definition and invariant make them")
    print(f"  questions that are not built again here: {n_questions - n_built} ({unbuilt(manifest)})")
    if isinstance(network, OneLayer):
        report.check(not any(entry["table"] for entry in manifest["obligations"]), "a network of one layer has no tables")
        return
    if "tables.json" not in texts:
        raise Bad(f"{folder}: the manifest names no tables.json")
    tables, instances = json.loads(texts["tables.json"]), json.loads(texts["instances.json"])
    n_checks, n_values = check_tables(report, network.data, tables, instances, manifest)
    print(f"  {n_checks} finite checks of the router are made again from the weights, as {n_values} comparisons with tables.json")
    n_identities = check_layer4(report, network.data, tables)
    print(f"  what layer 4 does with these gates (virtual start, block, between, output) is {n_identities} identities of polynomials")


def main(arguments):
    folder, longest = HERE, None
    while arguments:
        argument = arguments.pop(0)
        if argument == "--tokens":
            if not arguments or not arguments[0].isdigit():
                raise Bad("--tokens: expected a number")
            longest = int(arguments.pop(0))
        elif argument.startswith("-"):
            raise Bad(f"expected a folder or --tokens N, got {argument}")
        else:
            folder = argument
    report = Report()
    manifest = json.loads(read(folder, "manifest.json", NO_DIGEST))
    schema = manifest.get("schema")
    if schema == "reduce.evidence/1":
        check_claim(report, folder, manifest, longest)
    elif schema == "reduce.evidence-index/1":
        for claim in manifest["claims"]:
            below = os.path.join(folder, claim["folder"])
            text = read(folder, claim["folder"] + "/manifest.json", claim["manifest_sha256"])
            check_claim(report, below, json.loads(text), longest)
    else:
        raise Bad(f"{folder}: expected the schema reduce.evidence/1 or reduce.evidence-index/1, got {schema}")
    if report.disagree:
        print(f"DISAGREES: {len(report.disagree)} of {report.agree + len(report.disagree)} checks")
        return 1
    if report.agree == 0:
        print("UNKNOWN: nothing was checked")
        return 3
    if report.open:
        print(f"UNKNOWN: {len(report.open)} checks were left open, {report.agree} agree")
        return 3
    print(f"AGREES: {report.agree} checks")
    return 0


if __name__ == "__main__":
    sys.set_int_max_str_digits(0) if hasattr(sys, "set_int_max_str_digits") else None
    sys.setrecursionlimit(100_000)
    try:
        sys.exit(main(sys.argv[1:]))
    except (Bad, json.JSONDecodeError, UnicodeDecodeError) as error:
        print(f"recheck.py: {error}", file=sys.stderr)
        sys.exit(2)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        print(f"recheck.py: the folder has not the expected form: {error!r}", file=sys.stderr)
        sys.exit(2)
