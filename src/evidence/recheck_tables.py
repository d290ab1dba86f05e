"""Checks the tables of a network above a router (tables.json) again, from the weights alone.

Such a network has four layers. Layers 1 to 3 are finite-state but for what they do not compute with: their heads go round one
orbit of states, whatever the tokens are, while each latch holds one token. Layer 4 multiplies. For each position of the orbit
the network is run for one token over *cases*: a latch holds one of finitely many values, and nothing else is known of it. What
comes out is compared with the table:

 - *orbit*: every head but the latches has the next state of the orbit, in every case;
 - *latch*: the latch whose turn it is takes the token, every other keeps what it has;
 - *integral*: every argument of a first hidden layer is an integer in every case, between the bounds that are written there;
 - *schedule*: every projection of every head of layer 4 is what the design says, as a function of all latches and the token;
 - *step size*, *rates*: beta |k|^2 is in [0, 2] in every case; decays are 1, learning rates 0 or 1;
 - *inert*: on the token for the beginning every head of all layers keeps its state, and the answer is no;
 - *outputs*: decision and values are the outputs of layer 4.

That the contents of the latches of which the tables speak are those that can occur is computed as well: from the start, for
every number of tokens.

The arithmetic is exact. A number that depends on latches is a sum of *atoms*: `is(latch, case)`, which is 1 in that case and 0 in
others, and names for what was computed before, of which bounds are known; beside that it has a table for each latch on which
it depends in another way. The ReLU of a number that depends on one latch is computed case by case; where it depends on more, all
but one latch are put under a name, and its bounds say whether the ReLU is open or shut. What stays undecided is a new atom, so
that a comparison can fail where it should not, and never the other way round.
"""

from fractions import Fraction
from itertools import product as product_of_cases

from recheck_network import Affine, Bad, Disagrees, exact, feed_forward, parse, simple

ROUTER = 3

# Where two numbers look different, they are compared in every joint case of their latches, if these are not more.
JOINT_CASES = 1 << 12
SOME_CASES = 500


# --- The arithmetic of cases. ---------------------------------------------------------------------------------------


class Value:
    """`constant + sum of atoms + one entry of each table`. The first entry of a table is empty, and no entry has a constant, so
    that equal functions of atoms look alike. A number that depends on nothing is a plain number, and no Value."""

    __slots__ = ("constant", "atoms", "tables")

    def __init__(self, constant, atoms, tables):
        self.constant, self.atoms, self.tables = constant, atoms, tables

    def key(self):
        return self.constant, self.atoms, self.tables

    def __eq__(self, other):
        return isinstance(other, Value) and self.key() == other.key()

    __hash__ = None


def pack(atoms):
    """A dictionary of atoms in the one form that it has as part of a value."""
    return tuple(sorted((atom, whole(c)) for atom, c in atoms.items() if c != 0))


def whole(number):
    """A number, as an int where it is one."""
    return number if type(number) is int else simple(number)


def parts_of(value):
    """Constant, atoms and tables of a value or a plain number."""
    return value.key() if isinstance(value, Value) else (value, (), ())


class Cases:
    """Arithmetic on what depends on unknowns, each of which is in one of finitely many cases."""

    def __init__(self):
        self.n_cases = {}       # for each unknown
        self.indicators = {}    # (unknown, case) -> atom
        self.atoms = []         # for each atom: (unknown or None, the unknowns on which it depends, least, greatest)
        self.names, self.open = {}, {}
        self.meaning = {}       # for each atom that is a name or a ReLU: which of them, and of what

    # What the interpreter asks of an arithmetic.

    @staticmethod
    def constant(value):
        return value

    @staticmethod
    def is_zero(value):
        return not isinstance(value, Value) and value == 0

    @staticmethod
    def sum(bias, products):
        constant, atoms, tables = bias, {}, {}
        for weight, value in products:
            if not isinstance(value, Value):
                constant += weight * value
                continue
            constant += weight * value.constant
            for atom, c in value.atoms:
                c = c if weight == 1 else weight * c
                atoms[atom] = atoms[atom] + c if atom in atoms else c
            for unknown, entries in value.tables:
                into = tables.setdefault(unknown, [{} for _ in entries])
                for sums, entry in zip(into, entries):
                    for atom, c in entry:
                        c = c if weight == 1 else weight * c
                        sums[atom] = sums[atom] + c if atom in sums else c
        constant, atoms = whole(constant), pack(atoms)
        packed = ((unknown, tuple(pack(sums) for sums in entries)) for unknown, entries in sorted(tables.items()))
        tables = tuple((unknown, entries) for unknown, entries in packed if any(entries))
        return Value(constant, atoms, tables) if atoms or tables else constant

    def relu(self, value):
        if not isinstance(value, Value):
            return max(value, 0)
        of_one = self.only_unknown(value)
        if of_one is not None:
            numbers = self.numbers(value, of_one)
            if min(numbers) >= 0 or max(numbers) <= 0:
                return value if max(numbers) > 0 else 0
            return self.choice(of_one, [max(number, 0) for number in numbers])
        # One unknown on which nothing else in the value depends is looked at case by case, the rest is put under a name: that
        # which changes the value most, as a gate does that opens or shuts.
        candidates = self.candidates(value)
        if not candidates:
            return self.relu_of_sum(self.named(value))
        unknown = max(candidates, key=lambda unknown: (self.spread(value, unknown), unknown))
        rest, own, entries = self.parted(value, unknown)
        rest = self.named(rest)
        forms = [self.sum(number, [(1, rest), (1, entry)]) for number, entry in zip(own, entries)]
        return self.choice(unknown, [self.relu_of_sum(form) for form in forms])

    # What else is needed of it.

    def unknown(self, unknown, numbers):
        return self.choice(unknown, list(numbers))

    def choice(self, unknown, entries):
        """What is one of these, by the case of an unknown. The entries have no tables."""
        if self.n_cases.setdefault(unknown, len(entries)) != len(entries):
            raise Bad(f"tables.json: latch {unknown} has {len(entries)} cases, and had {self.n_cases[unknown]}")
        first = entries[0]
        summands, table = [(1, first)], [()]
        for case, entry in enumerate(entries[1:], 1):
            if isinstance(entry, Value) or isinstance(first, Value):
                constant, atoms, _ = parts_of(self.sum(0, [(1, entry), (-1, first)]))
            else:
                constant, atoms = entry - first, ()
            if constant != 0:
                summands.append((constant, self.is_case(unknown, case)))
            table.append(atoms)
        if any(table):
            summands.append((1, Value(0, (), ((unknown, tuple(table)),))))
        return self.sum(0, summands)

    def free(self):
        """A symbol of which nothing is known."""
        return Value(0, ((self.atom(None, frozenset(), None, None), 1),), ())

    def atom(self, *known):
        self.atoms.append(known)
        return len(self.atoms) - 1

    def is_case(self, unknown, case):
        if (unknown, case) not in self.indicators:
            self.indicators[unknown, case] = self.atom(unknown, frozenset([unknown]), 0, 1)
        return Value(0, ((self.indicators[unknown, case], 1),), ())

    def only_unknown(self, value):
        """The unknown of a value that is a number in each case of one unknown."""
        unknowns = {self.atoms[atom][0] for atom, _ in value.atoms}
        return unknowns.pop() if len(unknowns) == 1 and not value.tables else None

    def numbers(self, value, unknown):
        """The numbers of a value in the cases of the one unknown on which it depends."""
        return [value.constant + number for number in self.parted(value, unknown)[1]]

    def parted(self, value, unknown):
        """A value without its part of an unknown, and that part in each case: numbers, and what else depends on it."""
        own, rest = {}, []
        for atom, c in value.atoms:
            if self.atoms[atom][0] == unknown:
                own[atom] = c
            else:
                rest.append((atom, c))
        tables = dict(value.tables)
        entries = tables.pop(unknown, ((),) * self.n_cases[unknown])
        rest = Value(value.constant, tuple(rest), tuple(sorted(tables.items())))
        numbers = [own.get(self.indicators.get((unknown, case)), 0) for case in range(self.n_cases[unknown])]
        return rest, numbers, [Value(0, entry, ()) for entry in entries]

    def candidates(self, value):
        """The unknowns of which the value has numbers and on which nothing else in it depends."""
        numbers = {self.atoms[atom][0] for atom, _ in value.atoms} - {None}
        return sorted(numbers - self.made(value))

    def unknowns(self, value):
        return self.made(value).union(*(self.atoms[atom][1] for atom, _ in value.atoms))

    def spread(self, value, unknown):
        numbers = self.numbers(value, unknown)
        return max(numbers) - min(numbers)

    def made(self, value):
        deeper = [atom for _, entries in value.tables for entry in entries for atom, _ in entry]
        deeper += [atom for atom, _ in value.atoms if self.atoms[atom][0] is None]
        return {unknown for unknown, _ in value.tables}.union(*(self.atoms[atom][1] for atom in deeper))

    def named(self, value):
        """The same without tables: a sum of indicators, or a number and a multiple of one other atom."""
        if not isinstance(value, Value):
            return value
        if not value.tables:
            return value if value.atoms else value.constant
        # What is equal up to a shift and a factor has one name.
        summands = list(value.atoms) + [part for _, entries in value.tables for entry in entries for part in entry]
        factor = summands[0][1]
        shape = Value(0, value.atoms, value.tables)
        if factor != 1:
            shape = self.sum(0, [(whole(Fraction(1) / factor), shape)])
        if shape.key() not in self.names:
            unknowns = self.unknowns(shape)
            low, high = self.bounds(shape)
            self.names[shape.key()] = self.atom(None, frozenset(unknowns), low, high)
            self.meaning[self.names[shape.key()]] = "name", shape
        return Value(value.constant, ((self.names[shape.key()], factor),), ())

    def bounds(self, value):
        """Two numbers between which a value lies in every case, or two times None."""
        if not isinstance(value, Value):
            return value, value
        if not value.tables:
            return self.bounds_of_sum(value)
        # The sum outside the tables belongs to the cases of the last one.
        last, _ = value.tables[-1]
        rest, own, entries = self.parted(value, last)
        outside = Value(rest.constant, rest.atoms, ())
        ranges = [self.hull(self.sum(number, [(1, outside), (1, entry)]) for number, entry in zip(own, entries))]
        ranges += [self.hull(Value(0, entry, ()) for entry in entries) for _, entries in value.tables[:-1]]
        if any(low is None for low, _ in ranges):
            return None, None
        return sum(low for low, _ in ranges), sum(high for _, high in ranges)

    def hull(self, values):
        ranges = [self.bounds(value) for value in values]
        if any(low is None for low, _ in ranges):
            return None, None
        return min(low for low, _ in ranges), max(high for _, high in ranges)

    def bounds_of_sum(self, value):
        low = high = value.constant
        of_unknowns = {}
        for atom, c in value.atoms:
            unknown, _, least, greatest = self.atoms[atom]
            if unknown is not None:
                # At most one of them is 1.
                down, up = of_unknowns.get(unknown, (0, 0))
                of_unknowns[unknown] = min(down, c), max(up, c)
            elif least is None:
                return None, None
            else:
                low += c * (least if c > 0 else greatest)
                high += c * (greatest if c > 0 else least)
        return low + sum(down for down, _ in of_unknowns.values()), high + sum(up for _, up in of_unknowns.values())

    def relu_of_sum(self, value):
        if not isinstance(value, Value):
            return max(value, 0)
        low, high = self.bounds(value)
        if low is not None and low >= 0:
            return value
        if high is not None and high <= 0:
            return 0
        # The same atom for a number and its negative: max(-x, 0) = max(x, 0) - x.
        leading = value.atoms[0][1]
        part = value if leading == 1 else self.sum(0, [(whole(Fraction(1) / leading), value)])
        if part.key() not in self.open:
            low, high = self.bounds(part)
            low, high = (None, None) if low is None else (max(low, 0), max(high, 0))
            self.open[part.key()] = self.atom(None, frozenset(self.unknowns(part)), low, high)
            self.meaning[self.open[part.key()]] = "relu", part
        opened = [(abs(leading), Value(0, ((self.open[part.key()], 1),), ()))]
        return self.sum(0, opened if leading > 0 else opened + [(1, value)])

    def multiply(self, left, right):
        for number, other in ((left, right), (right, left)):
            if not isinstance(number, Value):
                return self.sum(0, [(number, other)]) if number != 0 else 0
        unknown = self.only_unknown(left)
        if unknown is None or self.only_unknown(right) != unknown:
            return None
        return self.choice(unknown, [a * b for a, b in zip(self.numbers(left, unknown), self.numbers(right, unknown))])

    def same(self, left, right):
        """Whether two numbers are the same function of the unknowns: they look alike, or they agree in every joint case. None
        where there are too many joint cases, and none of some differs."""
        if left == right:
            return True
        difference = self.sum(0, [(1, left), (-1, right)])
        if not isinstance(difference, Value):
            return difference == 0
        unknowns, n_joint = sorted(self.unknowns(difference)), 1
        for unknown in unknowns:
            n_joint *= self.n_cases[unknown]
        if any(self.is_free(atom) for atom, _ in difference.atoms):
            return False
        if n_joint <= JOINT_CASES:
            joint = product_of_cases(*(range(self.n_cases[unknown]) for unknown in unknowns))
        else:
            # Some of them, spread over all.
            joint = ([(i * (place + 7919) + i * i // 3) % self.n_cases[unknown] for place, unknown in enumerate(unknowns)]
                     for i in range(SOME_CASES))
        is_zero = all(self.at(difference, dict(zip(unknowns, chosen)), {}) == 0 for chosen in joint)
        return None if is_zero and n_joint > JOINT_CASES else is_zero

    def is_free(self, atom):
        return self.atoms[atom][0] is None and atom not in self.meaning

    def at(self, value, chosen, known):
        """A value where every unknown is in a chosen case."""
        if not isinstance(value, Value):
            return value
        parts = list(value.atoms) + [part for unknown, entries in value.tables for part in entries[chosen[unknown]]]
        return value.constant + sum(c * self.atom_at(atom, chosen, known) for atom, c in parts)

    def atom_at(self, atom, chosen, known):
        if atom not in known:
            unknown = self.atoms[atom][0]
            if unknown is not None:
                known[atom] = int(self.indicators.get((unknown, chosen[unknown])) == atom)
            else:
                kind, of = self.meaning[atom]
                known[atom] = self.at(of, chosen, known) if kind == "name" else max(self.at(of, chosen, known), 0)
        return known[atom]

    def in_cases(self, value):
        """The numbers of a value in the cases of the one unknown on which it depends, as texts."""
        if not isinstance(value, Value):
            return [str(value)]
        unknown = self.only_unknown(value)
        if unknown is None:
            return ["unknown"]
        return [str(whole(number)) for number in self.numbers(value, unknown)]

    def is_integer(self, value):
        """Whether it is an integer in every case."""
        constant, atoms, tables = parts_of(value)
        by_case = all(isinstance(c, int) and self.atoms[atom][0] is not None for atom, c in atoms)
        return isinstance(constant, int) and by_case and not tables


# --- One token through the layers. ----------------------------------------------------------------------------------


def product(cases, left, right, what):
    value = cases.multiply(left, right)
    if value is None:
        raise Disagrees(f"{what}: a product of two numbers that both depend on latches")
    return value


def rows_of(head):
    """Where the rows of a head's map begin and end, by name."""
    keys, values = head["keys"], len(head["outputs"])
    if head["family"] == "deltanet":
        sizes = [("beta", 1), ("k", keys), ("v", values), ("q", keys), ("skip", values)]
    else:
        sizes = [("w", keys), ("lambda", 1), ("kappa", keys), ("a", keys), ("ktilde", keys), ("v", values), ("q", keys),
                 ("skip", values)]
    found, place = {}, 0
    for name, size in sizes:
        found[name] = (place, place + size)
        place += size
    return found


def head_step(cases, head, gates, memory):
    """The memory after a token and the head's outputs, by the equations of docs/formats.md."""
    name, rows = head["name"], rows_of(head)
    of = {row: gates[low:high] for row, (low, high) in rows.items()}
    times = lambda left, right: product(cases, left, right, f"head {name}")
    dot = lambda left, right: cases.sum(0, [(1, times(a, b)) for a, b in zip(left, right)])
    after, zero = [], cases.sum(0, [])
    for v, row in enumerate(memory):
        if head["family"] == "deltanet":
            beta = of["beta"][0]
            # Where nothing is written, nothing needs to be known of the memory.
            error = zero if cases.is_zero(beta) else times(beta, cases.sum(0, [(1, of["v"][v]), (-1, dot(row, of["k"]))]))
            row = [cases.sum(0, [(1, s), (1, times(error, k))]) for s, k in zip(row, of["k"])]
        else:
            scale = of["lambda"][0]
            removed = zero if cases.is_zero(scale) else times(scale, dot(row, of["kappa"]))
            row = [
                cases.sum(0, [(1, times(s, w)), (-1, times(removed, times(a, kappa))), (1, times(of["v"][v], written))])
                for s, w, a, kappa, written in zip(row, of["w"], of["a"], of["kappa"], of["ktilde"])
            ]
        after.append(row)
    outputs = [cases.sum(0, [(1, dot(row, of["q"])), (1, skip)]) for row, skip in zip(after, of["skip"])]
    return after, outputs


class Router:
    """The network's layers, with maps that were read once."""

    def __init__(self, data):
        self.data = data
        self.embedding, self.readout = Affine(data["embedding"]), Affine(data["readout"])
        self.layers = []
        for number, layer in enumerate(data["layers"], 1):
            heads = [(head, Affine(head["gates"])) for head in layer["heads"]]
            hidden = layer["feed_forward"]
            self.layers.append((number, heads, [Affine(one) for one in hidden["maps"]] if hidden else []))

    def names(self, n_layers):
        """The names of the entries of the memories of these layers, in order."""
        return [f"L{number}.{head['name']}.S[{v},{k}]" for number, heads, _ in self.layers[:n_layers]
                for head, _ in heads for v in range(len(head["outputs"])) for k in range(head["keys"])]

    def run(self, cases, stream, memory, n_layers):
        """The stream, the memories and the arguments of the first hidden layers after one token."""
        memory, after, arguments = dict(memory), {}, []
        for number, heads, maps in self.layers[:n_layers]:
            if number > ROUTER:
                stream = [cases.named(value) for value in stream]
            given = []
            for head, gates in heads:
                at = [[f"L{number}.{head['name']}.S[{v},{k}]" for k in range(head["keys"])]
                      for v in range(len(head["outputs"]))]
                before = [[memory[name] for name in row] for row in at]
                new, outputs = head_step(cases, head, gates.apply(cases, stream), before)
                after.update((name, value) for names, row in zip(at, new) for name, value in zip(names, row))
                given += outputs
            stream = stream + given
            if maps:
                first = maps[0].apply(cases, stream)
                arguments.append(first)
                hidden = [cases.relu(value) for value in first]
                stream = stream + feed_forward(cases, maps[1:], hidden)
        return stream, after, arguments


# --- What layer 4 is meant to get. ----------------------------------------------------------------------------------


class Design:
    """The names of the design's linear forms at a position: tokens by age, entries of products of letters."""

    def __init__(self, cases, tables, case, token):
        self.cases, self.token, self.position = cases, token, case["position"]
        self.contents = [[exact(value) for value in held] for held in case["contents"]]
        self.block, self.n_slots = tables["block"], len(tables["preloaded"])
        self.automaton = tables["automaton"]
        self.has_previous = case["situation"] is None
        self.known = {}

    def slot(self, age):
        if not 0 <= age < self.n_slots:
            raise Disagrees(f"a token of age {age} is in no latch any more")
        return (self.position - age) % self.n_slots

    def values(self, age):
        return self.token if age == 0 else self.contents[self.slot(age)]

    def get(self, name):
        if name not in self.known:
            kind, *places = name.split(" ")
            self.known[name] = self.made(kind, [int(place) for place in places])
        return self.known[name]

    def made(self, kind, places):
        if kind == "token":
            return self.cases.unknown(self.slot(places[0]), self.values(places[0]))
        if self.automaton is None:
            raise Bad(f"tables.json: `{kind}` needs an automaton")
        r = self.position % self.block
        previous = list(range(r + 1, r + 1 + self.block)) if self.has_previous else []
        n = len(self.automaton["initial"])
        unit = [1 if i == places[0] else 0 for i in range(n)]
        # The block before is A, this block's letters so far are cur; the newest letter stands at the right end.
        if kind in ("current", "query"):
            column = self.times(range(r + 1), [exact(value) for value in self.automaton["final"]], "right")
            return (column if kind == "current" else self.times(previous, column, "right"))[places[0]]
        if kind == "column":
            return self.times(previous, unit, "right")[places[1]]
        if kind == "row":
            return self.times(previous[::-1], unit, "left")[places[1]]
        raise Bad(f"tables.json: expected a token, or an entry of current, query, column or row, got `{kind}`")

    def times(self, ages, vector, side):
        """A vector times the matrices of the letters of these ages, one after the other."""
        key = side, tuple(ages), tuple(parts_of(entry) for entry in vector)
        if key in self.known:
            return self.known[key]
        n = len(vector)
        for age in ages:
            letters = self.values(age)
            if any(letter not in range(len(self.automaton["letters"])) for letter in letters):
                raise Disagrees(f"the token of age {age} may be no letter: {letters}")
            matrices = [self.automaton["letters"][letter] for letter in letters]
            entry = lambda m, to, other: exact(m[to][other] if side == "right" else m[other][to])
            vector = [
                self.cases.named(self.cases.choice(self.slot(age), [
                    self.cases.sum(0, [(entry(m, to, other), vector[other]) for other in range(n)]) for m in matrices
                ]))
                for to in range(n)
            ]
        self.known[key] = vector
        return vector

    def form(self, row):
        names = [(exact(factor), self.get(name)) for name, factor in zip(row[1::2], row[2::2])]
        return self.cases.sum(exact(row[0]), names)


# --- The checks. ----------------------------------------------------------------------------------------------------


class Tables:
    """All checks of one network. `done` names those that were made, as the manifest names its obligations."""

    def __init__(self, report, network, tables):
        self.report, self.tables, self.router = report, tables, Router(network)
        self.network, self.done, self.n_values = network, [], 0
        self.tokens = [exact(value) for value in tables["token_values"]]
        self.preloaded = [exact(value) for value in tables["preloaded"]]
        self.names, self.latches = self.router.names(ROUTER), tables["latches"]
        self.orbit = [dict(zip(self.names, (exact(value) for value in state))) for state in tables["orbit"]]
        self.period = len(self.orbit) - 1
        self.control = [name for name in self.names if name not in self.latches]
        self.is_marked = len(network["tokens"]) == len(self.tokens) + 1

    def agree(self, is_so, what):
        self.n_values += 1
        if is_so is None:
            self.report.leave_open(what)
        else:
            self.report.check(is_so, what)

    def check(self):
        self.shape()
        for case in self.tables["cases"]:
            label = f"{case['position']}" + (f" {case['situation']}" if case["situation"] else "")
            try:
                self.position(case, label)
            except Disagrees as error:
                self.agree(False, f"position {label}: {error}")
        self.contents()

    def shape(self):
        """That the tables speak of this network, and that the orbit closes."""
        tables, n_slots = self.tables, len(self.preloaded)
        self.agree(tables["coordinates"] == self.names, "the coordinates of layers 1 to 3 are others")
        self.agree(self.latches == [f"L3.latch{slot}.S[0,0]" for slot in range(n_slots)], "the latches are others")
        lasts = [number for number, _, _ in self.router.layers]
        self.agree(lasts == [1, 2, 3, 4] and not self.router.layers[3][2], "there are not four layers, the last of heads only")
        blocks = 2 * tables["block"]
        self.agree(self.period > 0 and self.period % blocks == 0 == self.period % n_slots, "the orbit is no whole number of blocks")
        self.agree(all(len(state) == len(self.names) for state in tables["orbit"]), "a state of the orbit has another length")
        first, last = self.orbit[0], self.orbit[-1]
        self.agree(all(first[name] == 0 for name in self.control), "the orbit does not begin with memories of 0")
        self.agree(first == last, "the orbit does not close")
        self.agree(all(state[name] == 0 for state in self.orbit for name in self.latches), "a latch has a place in the orbit")
        self.done.append("orbit closes")
        self.agree([len(places) for places in tables["gates"]] == [tables["block"]] * 2, "not every place has its gates")
        for token, value in enumerate(self.tokens):
            self.agree(self.embedded(token) == [value] + [1] * self.is_marked, f"the embedding of token {token}")
        self.agree(len(self.network["tokens"]) - len(self.tokens) == int(self.is_marked), "another number of tokens")

    def embedded(self, token):
        n = len(self.network["tokens"])
        return self.router.embedding.apply(Cases, [int(i == token) for i in range(n)])

    def contents(self):
        """That a latch never holds anything else than the tables say: from the start, token by token, until nothing changes."""
        period, n_slots = self.period, len(self.preloaded)
        cases = {}
        for case in self.tables["cases"]:
            cases.setdefault(case["position"], {})[case["situation"]] = case["contents"]
        self.agree(set(cases) == set(range(period)), "not every position of the orbit has its cases")
        may_hold = [{value} for value in self.preloaded]
        # After one round every latch holds a token; another orbit on, every position has been met so.
        for t in range(2 * period + n_slots):
            of_position = cases.get(t % period, {})
            # What is said of the first block alone is true there; elsewhere the other case must do.
            is_first = t < self.tables["block"] and len(of_position) > 1
            listed = [held for label, held in of_position.items() if (label is not None) == is_first]
            fits = len(listed) == 1 and all(
                may <= {exact(value) for value in held} for may, held in zip(may_hold, listed[0])) and len(listed[0]) == n_slots
            self.agree(fits, f"after {t} tokens a latch can hold more than the tables say")
            may_hold[t % n_slots] = set(self.tokens)

    def position(self, case, label):
        """One token at one position of the orbit, over all contents of the latches."""
        tables, u, n_slots = self.tables, case["position"], len(self.preloaded)
        cases, own = Cases(), u % n_slots
        # The token is an unknown of its own slot; what that latch held before is one more.
        token = cases.unknown(own, self.tokens)
        held = [[exact(value) for value in contents] for contents in case["contents"]]
        before = dict(self.orbit[u])
        for slot, name in enumerate(self.latches):
            unknown = n_slots if slot == own else slot
            before[name] = cases.unknown(unknown, [value - self.preloaded[slot] for value in held[slot]])
        given = [token] + [1] * self.is_marked
        stream, after, arguments = self.router.run(cases, given, before, ROUTER)
        stream = [cases.named(value) for value in stream]

        following = self.orbit[u + 1]
        for name in self.control:
            self.agree(cases.same(after[name], following[name]), f"orbit {label}: {name} is not {following[name]} in every case")
        self.done.append(f"orbit {label}")

        for slot, name in enumerate(self.latches):
            taken = self.tokens if slot == own else held[slot]
            expected = cases.unknown(slot, [value - self.preloaded[slot] for value in taken])
            self.agree(cases.same(after[name], expected), f"latch {label}: {name} does not {'take the token' if slot == own else 'keep'}")
            self.agree(cases.in_cases(after[name]) == case["after"][slot], f"latch {label}: {name} is not what the table says")
        self.done.append(f"latch {label}")

        self.agree(len(arguments) == len(case["arguments"]), f"integral {label}: another number of hidden layers")
        for values, written in zip(arguments, case["arguments"]):
            self.agree(all(cases.is_integer(value) for value in values), f"integral {label}: an argument of a hidden unit is no integer")
            low, high = cases.hull(values)
            said = written["units"], written["least"], written["greatest"]
            self.agree((len(values), str(low), str(high)) == said, f"integral {label}: the arguments are not between {said[1:]}")
        self.done.append(f"integral {label}")

        self.schedule(cases, case, label, stream)
        skipped = self.inert(cases, case, label, before) if self.is_marked else None
        self.agree(self.is_marked or case["decision_on_skipped"] is None, f"inert {label}: no token is skipped")
        self.sizes_and_rates(cases, case, label, [s for s in (stream, skipped) if s is not None])
        self.outputs(cases, label, stream)

    def gates(self, cases, stream, layers):
        """The projections of the heads of these layers, from a stream that is as long as it is at the end."""
        for number, heads, _ in layers:
            for head, gates in heads:
                yield number, head, gates.apply(cases, stream[:gates.columns])

    def schedule(self, cases, case, label, stream):
        tables, u = self.tables, case["position"]
        place, source = u % tables["block"], u // tables["block"] % 2
        design = Design(cases, tables, case, self.tokens)
        heads = list(self.gates(cases, stream, self.router.layers[ROUTER:]))
        intended = tables["gates"][source][place]
        self.agree(len(heads) == len(intended), f"schedule {label}: another number of heads")
        for (_, head, rows), meant in zip(heads, intended):
            self.agree(len(rows) == len(meant), f"schedule {label}: another number of projections of {head['name']}")
            for place, (row, form) in enumerate(zip(rows, meant)):
                self.agree(cases.same(row, design.form(form)), f"schedule {label}: projection {place} of {head['name']} is another function of the latches")
        self.done.append(f"schedule {label}")

    def inert(self, cases, case, label, before):
        """The token for the beginning: every head of all four layers keeps its state."""
        names = self.router.names(4)
        everywhere = {name: before[name] if name in before else cases.free() for name in names}
        given = self.embedded(len(self.tokens))
        stream, after, _ = self.router.run(cases, given, everywhere, 4)
        for name in names:
            self.agree(cases.same(after[name], everywhere[name]), f"inert {label}: {name} is not kept")
        decision = self.router.readout.apply(cases, stream)[0]
        is_no = not isinstance(decision, Value) and decision <= 0
        self.agree(is_no, f"inert {label}: the decision is not at most 0")
        self.agree(cases.in_cases(decision)[-1] == case["decision_on_skipped"], f"inert {label}: the decision is not what the table says")
        self.done.append(f"inert {label}")
        return [cases.named(value) for value in stream]

    def sizes_and_rates(self, cases, case, label, streams):
        sizes, decays, rates = [], set(), set()
        is_rwkv = self.network["kind"] == "rwkv7"
        for stream in streams:
            for _, head, rows in self.gates(cases, stream, self.router.layers):
                of = {name: rows[low:high] for name, (low, high) in rows_of(head).items()}
                if is_rwkv:
                    decays.update(number for value in of["w"] for number in cases.in_cases(value))
                    rates.update(number for value in of["a"] for number in cases.in_cases(value))
                elif self.tables["claims_step_sizes"]:
                    sizes.append(step_size(cases, of["beta"][0], of["k"]))
        if is_rwkv:
            self.agree(decays <= {"1"} and rates <= {"0", "1"}, f"rates {label}: decays are {decays}, rates {rates}")
            self.agree(sorted(decays) == case["decays"] and sorted(rates) == case["rates"], f"rates {label}: not what the table says")
            self.done.append(f"rates {label}")
        else:
            self.agree(case["decays"] == [] == case["rates"], f"rates {label}: these heads have none")
        if self.tables["claims_step_sizes"]:
            within = all(low is not None and 0 <= low and high <= 2 for low, high in sizes)
            self.agree(within and bool(sizes), f"step size {label}: a step size is not in [0, 2]")
            self.agree([[str(low), str(high)] for low, high in sizes] == case["step_sizes"], f"step size {label}: not what the table says")
            self.done.append(f"step size {label}")
        else:
            self.agree(case["step_sizes"] == [], f"step size {label}: nothing is claimed of them")

    def outputs(self, cases, label, stream):
        """Decision and values read the outputs of layer 4 and nothing else."""
        names = [name for head in self.network["layers"][ROUTER]["heads"] for name in head["outputs"]]
        symbols = {name: cases.free() for name in names}
        read = self.router.readout.apply(cases, stream + [symbols[name] for name in names])
        expected = [symbols[name] for name in self.network["outputs"]]
        self.agree(read == expected[:1] + expected, f"outputs {label}: the readout reads something else")
        self.done.append(f"outputs {label}")


def step_size(cases, beta, key):
    """Between what beta |k|^2 lies: exactly where it can be computed, else from bounds of the entries of the key."""
    squares = [cases.multiply(entry, entry) for entry in key]
    if None not in squares:
        effective = cases.multiply(beta, cases.sum(0, [(1, square) for square in squares]))
        if effective is not None:
            low, high = (whole(bound) for bound in cases.bounds(effective))
            if 0 <= low and high <= 2:
                return low, high
    ranges = [cases.bounds(entry) for entry in key]
    least, greatest = cases.bounds(beta)
    if any(low is None for low, _ in ranges + [(least, greatest)]):
        return None, None
    square = sum(max(low * low, high * high) for low, high in ranges)
    return whole(min(least, 0) * square), whole(greatest * square)


def check_automaton(report, network, automaton, instances):
    """That the numbers of the automaton give the values of the instances: the row times the letters' matrices times the column."""
    row = [exact(value) for value in automaton["initial"]]
    matrices = [[[exact(entry) for entry in line] for line in matrix] for matrix in automaton["letters"]]
    column = [exact(value) for value in automaton["final"]]
    for place, instance in enumerate(instances["instances"]):
        if instance["decider_values"] is None or not instance["word"]:
            continue
        state = row
        for letter in parse(network["tokens"], instance["word"]):
            state = [sum(state[i] * line[j] for i, line in enumerate(matrices[letter])) for j in range(len(row))]
        weight = sum(a * b for a, b in zip(state, column))
        report.check([weight] == [exact(value) for value in instance["decider_values"]], f"instance {place}: the automaton gives {weight}")


def check_tables(report, network, tables, instances, manifest):
    """Checks the tables of a claim, and that every obligation that names them was checked; gives what to print."""
    if tables.get("schema") != "reduce.tables/1":
        raise Bad(f"tables.json: expected the schema reduce.tables/1, got {tables.get('schema')}")
    checks = Tables(report, network, tables)
    checks.check()
    if tables["automaton"] is not None:
        check_automaton(report, network, tables["automaton"], instances)
    asked = [entry["name"] for entry in manifest["obligations"] if entry["table"] == "tables.json"]
    report.check(sorted(asked) == sorted(checks.done), "the obligations without a question are not those that the tables show")
    return len(checks.done), checks.n_values
