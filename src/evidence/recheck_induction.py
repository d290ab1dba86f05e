"""Builds init, every step and every readout of a network of one layer again, from the definition and the invariant in
induction.json, and compares them with what the SMT-LIB files assert.

An obligation assumes, and denies that there follows:

    init     what the codes of lists are (`facts`), what `start.X` is          the invariant of the first mode
    step     the invariant of a mode, `facts`, what `next.X` is                for the first case of the definition whose guard
                                                                               holds the invariant of its next mode, after its
                                                                               changes; where none holds that of the dead mode
    readout  the invariant of a mode, `facts`, what `decision` is              decision > 0 iff the definition accepts

The invariant of a mode says that its own control bit is 1 and every other one 0, and what induction.json says. What
`start.X`, `next.X` and `decision` are is compared with the weights elsewhere (recheck.py).

Formulas are compared in one normal form: linear forms over symbols, applications and if-then-elses; comparisons of such with 0;
and, or, not. Whatever is equal in this form is equivalent; a file that says the same in another way would be reported, not passed.
"""

from fractions import Fraction

from recheck_network import Bad, Disagrees, exact, simple
from recheck_smt import commands, name_of_network

TRUE, FALSE = ("true",), ("false",)


# --- Formulas in normal form. ---------------------------------------------------------------------------------------


class Normal:
    """Formulas in normal form; equal ones are one object, which is told apart by a number, its index in `nodes`."""

    def __init__(self):
        self.nodes, self.index = [], {}

    def node(self, *node):
        if node not in self.index:
            self.index[node] = len(self.nodes)
            self.nodes.append(node)
        return self.index[node]

    def number(self, value):
        return self.linear(value, {})

    def linear(self, constant, atoms):
        """`constant + sum of atoms`; an atom alone is itself."""
        kept = tuple(sorted((atom, simple(Fraction(c))) for atom, c in atoms.items() if c != 0))
        constant = simple(Fraction(constant))
        if constant == 0 and len(kept) == 1 and kept[0][1] == 1:
            return kept[0][0]
        return self.node("linear", constant, kept)

    def parts(self, value):
        """Constant and atoms of a number."""
        node = self.nodes[value]
        return (node[1], node[2]) if node[0] == "linear" else (0, ((value, 1),))

    def sum(self, summands):
        constant, atoms = 0, {}
        for factor, value in summands:
            own, parts = self.parts(value)
            constant += factor * own
            for atom, c in parts:
                atoms[atom] = atoms.get(atom, 0) + factor * c
        return self.linear(constant, atoms)

    def compare(self, relation, value):
        """`value` is above 0, at least 0, or 0; up to a positive factor, of an equation up to any."""
        constant, parts = self.parts(value)
        if not parts:
            return self.truth({"above": constant > 0, "least": constant >= 0, "zero": constant == 0}[relation])
        leading = parts[0][1]
        factor = Fraction(1) / (leading if relation == "zero" else abs(leading))
        return self.node(relation, self.sum([(factor, value)]))

    def truth(self, value):
        return self.node(*(TRUE if value else FALSE))

    def negation(self, value):
        node = self.nodes[value]
        if node in (TRUE, FALSE):
            return self.truth(node == FALSE)
        return node[1] if node[0] == "not" else self.node("not", value)

    def junction(self, name, values):
        """`and` and `or`: flat, without repetition, in one order."""
        neutral, absorbing = (TRUE, FALSE) if name == "and" else (FALSE, TRUE)
        found = set()
        for value in values:
            node = self.nodes[value]
            found.update(node[1] if node[0] == name else [value])
        found.discard(self.node(*neutral))
        if self.node(*absorbing) in found:
            return self.node(*absorbing)
        found = tuple(sorted(found))
        return found[0] if len(found) == 1 else self.node(name, found) if found else self.node(*neutral)

    def is_truth(self, value):
        return self.nodes[value][0] in ("true", "false", "above", "least", "zero", "not", "and", "or", "iff", "is_int", "choose")

    def either(self, condition, then, otherwise):
        if then == otherwise or self.nodes[condition] == TRUE:
            return then
        if self.nodes[condition] == FALSE:
            return otherwise
        return self.node("choose" if self.is_truth(then) else "if", condition, then, otherwise)

    def iff(self, left, right):
        if left == right:
            return self.truth(True)
        for one, other in ((left, right), (right, left)):
            if self.nodes[one] in (TRUE, FALSE):
                return other if self.nodes[one] == TRUE else self.negation(other)
        return self.node("iff", min(left, right), max(left, right))

    def read(self, term, names):
        """The normal form of a formula as nested lists. `names` says what symbols stand for: a form, or a function that takes
        forms."""
        if isinstance(term, str):
            if term in names and not callable(names[term]):
                return names[term]
            if term in ("true", "false"):
                return self.truth(term == "true")
            return self.number(exact(term)) if term[0].isdigit() else self.node("symbol", term)
        head, *rest = term
        if head == "let":
            bindings, body = rest
            inner = dict(names)
            inner.update((name, self.read(value, names)) for name, value in bindings)
            # A chain of bindings is read without going deeper each time.
            while isinstance(body, list) and body[0] == "let":
                inner.update([(name, self.read(value, inner)) for name, value in body[1]])
                body = body[2]
            return self.read(body, inner)
        values = [self.read(part, names) for part in rest]
        if head in ("and", "or"):
            return self.junction(head, values)
        if head == "not":
            return self.negation(values[0])
        if head == "ite":
            return self.either(*values)
        if head == "=" and self.is_truth(values[0]):
            return self.iff(*values)
        if head in ("=", ">=", ">"):
            relation = {"=": "zero", ">=": "least", ">": "above"}[head]
            return self.compare(relation, self.sum([(1, values[0]), (-1, values[1])]))
        if head in ("+", "-"):
            signs = [-1] if head == "-" and len(values) == 1 else [1] + [1 if head == "+" else -1] * (len(values) - 1)
            return self.sum(zip(signs, values))
        if head == "*":
            numbers = [value for value in values if not self.parts(value)[1]]
            if len(values) == 2 and numbers:
                other = values[1] if values[0] == numbers[0] else values[0]
                return self.sum([(self.parts(numbers[0])[0], other)])
            return self.node("product", tuple(sorted(values)))
        if head == "/":
            return self.number(Fraction(self.parts(values[0])[0]) / self.parts(values[1])[0])
        if head == "to_real":
            # An integer is the real that it is.
            constant, parts = self.parts(values[0])
            return self.sum([(1, self.number(constant))] + [(c, self.real(atom)) for atom, c in parts])
        if head == "is_int":
            return self.node("is_int", values[0])
        if head in ("div", "mod"):
            return self.node(head, *values)
        if head in names:
            return names[head](*values)
        return self.node("apply", head, *values)

    def real(self, atom):
        node = self.nodes[atom]
        if node[0] == "if":
            return self.either(node[1], self.as_real(node[2]), self.as_real(node[3]))
        return self.node("to_real", atom)

    def as_real(self, value):
        constant, parts = self.parts(value)
        return self.sum([(1, self.number(constant))] + [(c, self.real(atom)) for atom, c in parts])


def formula(text):
    """A formula of a JSON file as nested lists."""
    ((_, body),) = commands(f"(assert {text})")
    return body


# --- The obligations, built again. ----------------------------------------------------------------------------------


class Induction:
    """The definition and the invariant, and what each obligation of theirs must say."""

    def __init__(self, data):
        if data.get("schema") != "reduce.induction/1":
            raise Bad(f"induction.json: expected the schema reduce.induction/1, got {data.get('schema')}")
        self.coordinates = [(entry["name"], entry["kind"]) for entry in data["coordinates"]]
        self.modes = {mode["mode"]: mode for mode in data["modes"]}
        self.first, self.dead = data["modes"][0]["mode"], data["dead"]
        parsed = lambda texts: [formula(text) for text in texts]
        self.facts, self.start = parsed(data["facts"]), parsed(data["start"])
        self.invariants = {name: parsed(mode["invariant"]) for name, mode in self.modes.items()}
        self.accepts = {name: formula(mode["accepts"]) for name, mode in self.modes.items()}
        self.cases = {}
        for name, mode in self.modes.items():
            for case in mode["cases"]:
                of = self.cases.setdefault((name, case["token"]), [])
                of.append((formula(case["guard"]), case["next"], parsed(case["after"])))

    def is_complete(self, tokens):
        """Whether every mode to which a step can lead is covered, the dead one where a word can die."""
        for name in self.modes:
            for token in tokens:
                of = self.cases.get((name, token), [])
                if any(next_mode not in self.modes for _, next_mode, _ in of):
                    return False
                if self.dead not in self.modes and not any(guard == "true" for guard, _, _ in of):
                    return False
        return all(token in tokens for _, token in self.cases)

    def coordinate_names(self, normal, prefix):
        """What `x.X` stands for in a state: a symbol; of an integer of the state before it is an Int, seen as a Real."""
        names = {}
        for name, kind in self.coordinates:
            symbol = normal.node("symbol", f"{prefix}.{name}")
            names[f"x.{name}"] = normal.node("to_real", symbol) if prefix == "h" and kind == "integer" else symbol
        return names

    def changed(self, normal, prefix, equations):
        """What symbols stand for after these equations for `after.R`, which speak of the state before."""
        names = {}
        for equation in equations:
            bindings, body = {}, equation
            while isinstance(body, list) and body[0] == "let":
                bindings.update([(name, (value, dict(bindings))) for name, value in body[1]])
                body = body[2]
            if body[0] != "=":
                raise Bad(f"induction.json: expected an equation for {prefix}R, got {body}")
            left, right = body[1], body[2]
            wrapped = rebound(equation, right)
            if isinstance(left, str) and left.startswith(prefix):
                names[left[len(prefix):]] = normal.read(wrapped, {})
            elif isinstance(left, list) and left[0].startswith(prefix) and left[1:] == ["any j"]:
                names[left[0][len(prefix):]] = lambda j, body=wrapped: normal.read(body, {"any j": j})
            else:
                raise Bad(f"induction.json: expected an equation for {prefix}R, got one for {left}")
        return names

    def invariant(self, normal, mode, prefix, view):
        """The conjuncts of a mode's invariant in a state."""
        names = {**view, **self.coordinate_names(normal, prefix)}
        one = lambda bit, value: normal.compare("zero", normal.sum([(1, bit), (-1, normal.number(value))]))
        bits = [one(names[f"x.{name}"], int(name == mode)) for name, kind in self.coordinates if kind == "control"]
        return bits + [normal.read(conjunct, names) for conjunct in self.invariants[mode]]

    def obligation(self, normal, entry):
        """What an obligation assumes beside the values of the network, and what it denies."""
        kind, mode = entry["kind"], entry["mode"]
        if mode not in self.modes:
            raise Disagrees(f"{mode} is no mode of the definition")
        facts = lambda view: [normal.read(fact, view) for fact in self.facts]
        if kind == "init":
            view = self.changed(normal, "begin.", self.start)
            return facts(view), normal.junction("and", self.invariant(normal, self.first, "start", view))
        assumed = self.invariant(normal, mode, "h", {}) + facts({})
        if kind == "readout":
            positive = normal.compare("above", normal.node("symbol", "decision"))
            return assumed, normal.iff(positive, normal.read(self.accepts[mode], {}))
        goals, earlier = [], normal.truth(False)
        for guard, next_mode, after in self.cases.get((mode, entry["token"]), []):
            guard, view = normal.read(guard, {}), self.changed(normal, "after.", after)
            if next_mode not in self.modes:
                raise Disagrees(f"a case leads to {next_mode}, which is not covered")
            taken = normal.junction("and", [guard, normal.negation(earlier)])
            goals.append((taken, normal.junction("and", self.invariant(normal, next_mode, "next", view))))
            earlier = normal.junction("or", [earlier, guard])
        if self.dead in self.modes:
            goals.append((normal.negation(earlier), normal.junction("and", self.invariant(normal, self.dead, "next", {}))))
        implied = [normal.junction("or", [normal.negation(taken), goal]) for taken, goal in goals]
        return assumed, normal.junction("and", implied)


def rebound(equation, body):
    """A part of what stands below `let`s, below the same `let`s."""
    if isinstance(equation, list) and equation[0] == "let":
        return ["let", equation[1], rebound(equation[2], body)]
    return body


def check_question(induction, entry, asserted):
    """That the first question of init, a step or a readout asserts what it must; `asserted` are its assertions as lists."""
    normal = Normal()
    assumed, goal = induction.obligation(normal, entry)
    *given, denied = asserted
    # What the network's values are is compared with the weights elsewhere.
    given = {normal.read(body, {}) for body in given if name_of_network(body) is None}
    true = normal.truth(True)
    if given - set(assumed) - {true}:
        raise Disagrees("it assumes something that is no part of the invariant")
    if set(assumed) - given - {true}:
        raise Disagrees("it does not assume the whole invariant")
    if normal.negation(goal) != normal.read(denied, {}):
        raise Disagrees("what it denies is not what must follow")
