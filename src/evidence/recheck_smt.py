"""What the SMT-LIB files of a folder of evidence say of a network of one layer: the reader of such files, and the comparison of
`start.X`, `next.X` and `decision` with the weights, as functions of the state."""

import re
from fractions import Fraction

from recheck_network import Bad, Disagrees, Forms, exact, simple


# A comment, a bracket, a symbol between bars, a bar that is left open, or any other symbol or number.
TOKEN = re.compile(r";[^\n]*|[()]|\|[^|]*\||\||[^\s();|]+")


def commands(text):
    """The commands of a file as nested lists. Symbols lose their bars."""
    out = []
    stack = [out]
    for token in TOKEN.findall(text):
        if token == "(":
            stack.append([])
        elif token == ")":
            done = stack.pop()
            stack[-1].append(done)
        elif token == "|":
            raise Bad("a file of obligations: a bar is left open")
        elif token[0] == "|":
            stack[-1].append(token[1:-1])
        elif token[0] != ";":
            stack[-1].append(token)
    if len(stack) != 1:
        raise Bad("a file of obligations: a bracket is left open")
    return out


def form(term, names):
    """The normal form of a number in SMT-LIB; `names` are the let-bound ones."""
    if isinstance(term, str):
        if term in names:
            return names[term]
        return Forms.constant(exact(term)) if term[0].isdigit() else Forms.symbol(term)
    head, *rest = term
    if head == "let":
        inner = dict(names)
        for name, value in rest[0]:
            inner[name] = form(value, names)
        return form(rest[1], inner)
    if head == "to_real":
        return form(rest[0], names)
    if head == "ite":
        # Only a ReLU is written so in a network: (ite (>= x 0) x 0).
        condition, then, otherwise = rest
        argument = form(then, names)
        is_relu = condition[0] == ">=" and form(condition[1], names) == argument
        if not is_relu or any(form(zero, names) != (0, ()) for zero in (condition[2], otherwise)):
            raise Disagrees("an if-then-else is no ReLU")
        return Forms.relu(argument)
    parts = [form(part, names) for part in rest]
    if head == "+":
        return Forms.sum(0, [(1, part) for part in parts])
    if head == "-":
        signs = [-1] if len(parts) == 1 else [1] + [-1] * (len(parts) - 1)
        return Forms.sum(0, list(zip(signs, parts)))
    numbers = [part[0] for part in parts if not part[1]]
    if head == "*" and len(parts) == 2 and numbers:
        other = parts[1] if not parts[0][1] else parts[0]
        return Forms.sum(0, [(numbers[0], other)])
    if head == "/" and len(numbers) == 2 and numbers[1] != 0:
        return Forms.constant(simple(Fraction(numbers[0]) / numbers[1]))
    raise Disagrees(f"`{head}` is none of a network's operations")


def name_of_network(asserted):
    """The name `start.X`, `next.X` or `decision` of which an assertion says what it is, (= name term) with bindings around it."""
    while isinstance(asserted, list) and asserted[0] == "let":
        asserted = asserted[2]
    if isinstance(asserted, list) and asserted[0] == "=" and isinstance(asserted[1], str):
        name = asserted[1]
        return name if name == "decision" or name.startswith(("next.", "start.")) else None
    return None


def stands_for(text):
    """What the names `start.X`, `next.X` and `decision` stand for."""
    found = {}
    for command in commands(text):
        name = name_of_network(command[1]) if command[0] == "assert" else None
        if name is None:
            continue
        if name in found:
            raise Disagrees(f"`{name}` stands for two things")
        body, names = command[1], {}
        while body[0] == "let":
            names = {**names, **{bound: form(value, names) for bound, value in body[1]}}
            body = body[2]
        found[name] = form(body[2], names)
    return found


def says_the_network(text, network, entry):
    """Whether a file of init, a step or a readout says of the network what the network is."""
    state = [Forms.symbol(f"h.{name}") for name in network.coordinates]
    if entry["kind"] == "init":
        expected = {f"start.{n}": Forms.constant(v) for n, v in zip(network.coordinates, network.start)}
    elif entry["kind"] == "step":
        after = network.step(Forms, state, network.tokens.index(entry["token"]))
        expected = {f"next.{n}": v for n, v in zip(network.coordinates, after)}
    else:
        expected = {"decision": network.decision(Forms, state)}
    found = stands_for(text)
    for name in found:
        if name not in expected:
            raise Disagrees(f"`{name}` is no value of the network here")
    for name, value in expected.items():
        if name not in found:
            raise Disagrees(f"nothing is said of `{name}`")
        if found[name] != value:
            raise Disagrees(f"`{name}` is another function of the state than in network.json")
    if entry["kind"] == "step" and len(entry["queries"]) == 1:
        # No question asks whether integer coordinates stay integers: then their form must show it.
        integers = declared_integers(text)
        known = integers | set_to_integers(text)
        for name in integers:
            if not is_integral(expected["next." + name[2:]], known):
                raise Disagrees(f"`next.{name[2:]}` is not shown to be an integer")
    return len(expected)


def declared_integers(text):
    """The coordinates that are integers."""
    return {c[1] for c in commands(text) if c[0] == "declare-fun" and c[3] == "Int" and c[1].startswith("h.")}


def set_to_integers(text):
    """The coordinates that an assumption sets to an integer: (assert (= h.X 1.0)). Control bits are set so."""
    equations = [c[1] for c in commands(text) if c[0] == "assert" and isinstance(c[1], list) and c[1][0] == "="]
    return {e[1] for e in equations if isinstance(e[1], str) and isinstance(e[2], str) and e[2][0].isdigit()
            and isinstance(exact(e[2]), int)}


def is_integral(value, known):
    """Whether a form is an integer wherever these symbols are: integers times integers, and ReLUs of such."""
    constant, parts = value
    shown = lambda atom: is_integral(atom[1], known) if atom[0] == "relu" else atom[1] in known
    return isinstance(constant, int) and all(isinstance(c, int) and shown(atom) for atom, c in parts)
