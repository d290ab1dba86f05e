"""What a network and a machine compute, in plain Python, from their files alone: the part that all checks of a folder of
evidence share. It was written from docs/formats.md and shares no code with the program that wrote the folder."""

from fractions import Fraction
from functools import lru_cache


class Bad(Exception):
    """The folder cannot be read."""


class Disagrees(Exception):
    """Something is not what the manifest says."""


@lru_cache(maxsize=1 << 16)
def exact(text):
    """A number, an int where it is one: that is faster. The same few are written again and again."""
    return simple(Fraction(text))


def simple(value):
    return value.numerator if value.denominator == 1 else value


# --- Two arithmetics: exact numbers, and normal forms. -------------------------------------------------------------


class Numbers:
    """Exact numbers."""

    @staticmethod
    def constant(value):
        return value

    @staticmethod
    def is_zero(value):
        return value == 0

    @staticmethod
    def sum(bias, products):
        total = bias
        for weight, value in products:
            total += weight * value
        return total if type(total) is int else simple(total)

    @staticmethod
    def relu(value):
        return value if value > 0 else 0


class Forms:
    """Linear forms as (constant, ((atom, coefficient), ...)), sorted. An atom is a symbol, or ("relu", form)."""

    @staticmethod
    def constant(value):
        return (value, ())

    @staticmethod
    def symbol(name):
        return (0, ((("symbol", name), 1),))

    @staticmethod
    def is_zero(value):
        return value == (0, ())

    @staticmethod
    def sum(bias, products):
        constant, atoms = bias, {}
        for weight, (other, parts) in products:
            constant += weight * other
            for atom, coefficient in parts:
                atoms[atom] = atoms.get(atom, 0) + weight * coefficient
        kept = [(atom, simple(Fraction(c))) for atom, c in atoms.items() if c != 0]
        return (simple(Fraction(constant)), tuple(sorted(kept, key=repr)))

    @staticmethod
    def relu(value):
        constant, parts = value
        if not parts:
            return (max(constant, 0), ())
        return (0, ((("relu", value), 1),))


# --- The interpreter, for any of the two. ---------------------------------------------------------------------------


class Affine:
    """A sparse affine map, by rows."""

    def __init__(self, data):
        self.columns = data["columns"]
        self.rows = [[] for _ in range(data["rows"])]
        self.biases = [0] * data["rows"]
        for row, column, value in data["weights"]:
            self.rows[row].append((column, exact(value)))
        for row, value in data["biases"]:
            self.biases[row] = exact(value)

    def apply(self, arithmetic, vector):
        if len(vector) != self.columns:
            raise Bad(f"network.json: a map of {self.columns} columns is applied to {len(vector)} numbers")
        known = {place: value for place, value in enumerate(vector) if not arithmetic.is_zero(value)}
        products = ([(weight, known[column]) for column, weight in row if column in known] for row in self.rows)
        return [arithmetic.sum(bias, row) for bias, row in zip(self.biases, products)]


def feed_forward(arithmetic, maps, vector):
    """Maps in order, a ReLU between two of them."""
    for place, layer in enumerate(maps):
        if place > 0:
            vector = [arithmetic.relu(value) for value in vector]
        vector = layer.apply(arithmetic, vector)
    return vector


def one_hot(n, place):
    return [1 if i == place else 0 for i in range(n)]


class OneLayer:
    """The kinds `relu`, `diagonal`, `permutation-diagonal` and `one-hot-diagonal`."""

    def __init__(self, data):
        self.tokens, self.coordinates = data["tokens"], data["coordinates"]
        self.start = [exact(value) for value in data["start"]]
        self.readout = Affine(data["readout"])
        self.is_relu = data["kind"] == "relu"
        maps = data["layers"] if self.is_relu else data["transitions"]
        self.maps = [Affine(one) for one in maps]

    def step(self, arithmetic, state, token):
        if not self.is_relu:
            return self.maps[token].apply(arithmetic, state)
        onehot = [arithmetic.constant(value) for value in one_hot(len(self.tokens), token)]
        return feed_forward(arithmetic, self.maps, list(state) + onehot)

    def decision(self, arithmetic, state):
        return self.readout.apply(arithmetic, state)[0]

    def run(self, word):
        state = self.start
        for token in word:
            state = self.step(Numbers, state, token)
        return self.decision(Numbers, state) > 0, []


class Head:
    """A head of DeltaNet or RWKV-7 with its memory, a matrix of V rows and K columns."""

    def __init__(self, data):
        self.family, self.keys, self.values = data["family"], data["keys"], len(data["outputs"])
        self.gates = Affine(data["gates"])
        self.memory = None

    def start(self):
        self.memory = [[0] * self.keys for _ in range(self.values)]

    def read(self, stream):
        rows, place = self.gates.apply(Numbers, stream), 0

        def take(n):
            nonlocal place
            place += n
            return rows[place - n:place]

        keys, values = self.keys, self.values
        if self.family == "deltanet":
            (beta,), key, value, query, skip = take(1), take(keys), take(values), take(keys), take(values)
            for v, row in enumerate(self.memory):
                error = beta * (value[v] - sum(row[k] * key[k] for k in range(keys)))
                if error != 0:
                    self.memory[v] = [row[k] + error * key[k] for k in range(keys)]
        else:
            decay, (scale,), removal, rate = take(keys), take(1), take(keys), take(keys)
            written, value, query, skip = take(keys), take(values), take(keys), take(values)
            for v, row in enumerate(self.memory):
                removed = scale * sum(row[k] * removal[k] for k in range(keys))
                self.memory[v] = [
                    row[k] * decay[k] - removed * rate[k] * removal[k] + value[v] * written[k] for k in range(keys)
                ]
        if place != len(rows):
            raise Bad(f"network.json: a head has {len(rows)} gate rows, expected {place}")
        self.memory = [[simple(Fraction(x)) if isinstance(x, Fraction) else x for x in row] for row in self.memory]
        return [sum(row[k] * query[k] for k in range(keys)) + skip[v] for v, row in enumerate(self.memory)]


class Layered:
    """The kinds `deltanet` and `rwkv7`."""

    def __init__(self, data):
        self.data, self.tokens = data, data["tokens"]
        self.embedding, self.readout = Affine(data["embedding"]), Affine(data["readout"])
        self.layers = []
        for layer in self.data["layers"]:
            hidden = layer["feed_forward"]
            maps = [Affine(one) for one in hidden["maps"]] if hidden else []
            self.layers.append(([Head(head) for head in layer["heads"]], maps))

    def run(self, word):
        for heads, _ in self.layers:
            for head in heads:
                head.start()
        stream = None
        for token in word:
            stream = self.embedding.apply(Numbers, one_hot(len(self.tokens), token))
            for heads, maps in self.layers:
                # Every head reads the stream as it is before the layer.
                given = [head.read(stream) for head in heads]
                stream = stream + [value for values in given for value in values]
                if maps:
                    stream = stream + feed_forward(Numbers, maps, stream)
        if stream is None:
            return self.data["on_empty"], [0] * len(self.data["outputs"])
        out = self.readout.apply(Numbers, stream)
        return out[0] > 0, out[1:]


def network_of(data):
    if data.get("schema") != "reduce.network/1":
        raise Bad(f"network.json: expected the schema reduce.network/1, got {data.get('schema')}")
    return Layered(data) if data["kind"] in ("deltanet", "rwkv7") else OneLayer(data)


def parse(tokens, text):
    """A word as indices of tokens."""
    names = {name: index for index, name in enumerate(tokens)}
    whole = all(len(name) == 1 for name in tokens)
    parts = [c for c in text if not c.isspace()] if whole else text.split()
    unknown = [part for part in parts if part not in names]
    if unknown:
        raise Bad(f"instances.json: expected a token of the network, got {unknown[0]!r}")
    return [names[part] for part in parts]


# --- Machines. ------------------------------------------------------------------------------------------------------


def machine_accepts(machine, word):
    """Whether a machine of the schema reduce.machine/1 accepts a word, given as tokens."""
    counters = {c["name"]: 0 for c in machine.get("counters", [])}
    stacks = {s["name"]: [] for s in machine.get("stacks", [])}
    holds = {
        "zero": lambda c: counters[c] == 0,
        "nonzero": lambda c: counters[c] != 0,
        "empty": lambda s: not stacks[s],
        "nonempty": lambda s: bool(stacks[s]),
        "top": lambda s, b: bool(stacks[s]) and stacks[s][-1] == b,
        "not-top": lambda s, b: not stacks[s] or stacks[s][-1] != b,
    }
    mode = machine["start"]
    for token in word:
        fires = [
            rule
            for rule in machine["rules"]
            if rule["mode"] == mode and rule["token"] == token
            and all(holds[guard[0]](*guard[1:]) for guard in rule.get("when", []))
        ]
        if len(fires) > 1:
            raise Bad(f"machine.json: two rules for one situation in mode {mode} on {token}")
        if not fires:
            return False
        before = {name: list(stack) for name, stack in stacks.items()}
        for effect in fires[0].get("do", []):
            what, name, *rest = effect
            if what == "add":
                counters[name] += rest[0]
            elif what == "push":
                stacks[name] = before[name] + [rest[0]]
            elif what == "pop":
                stacks[name] = before[name][:-1]
            elif what == "replace":
                stacks[name] = before[name][:-1] + [rest[0]]
            elif what == "copy":
                stacks[name] = list(before[rest[0]])
            elif what == "clear":
                stacks[name] = []
            else:
                raise Bad(f"machine.json: expected an effect, got {what}")
        mode = fires[0]["next"]
    return mode in machine["accept"]
