"""Checks what layer 4 of a network above a router does with the gates of tables.json: identities of polynomials.

The head's state S stands for Y = S + Y_0, where Y_0 is `start`. A row of Y has two buffers; what one *holds* are linear forms of
the row (`held`), and it is *blank* where the row is what `blanked` makes of it. Before each block one buffer, the source, holds the product so
far, and the other one is blank. For any such state, for all real numbers in it and for all tokens, or all matrices A and columns y:

 - *virtual start*: Y_0 holds the product of nothing, and its other buffer is blank;
 - *block*: after the block the other buffer holds the product, multiplied by the block's matrix (and by `scale`), and the source is blank;
 - *between* and *output*: of tokens nothing is put out before the end of a matrix, and there the product; of letters after each one the
   row times everything that was read.

The block is run with the gates by the equations of docs/formats.md over polynomials, whose normal form decides whether two are equal.
"""

from recheck_network import Bad, exact, simple
from recheck_tables import head_step, rows_of

SIDE = 3


class Polynomials:
    """Polynomials as dictionaries from monomials, which are sorted tuples of names, to numbers."""

    @staticmethod
    def symbol(name):
        return {(name,): 1}

    @staticmethod
    def number(value):
        return {(): value} if value != 0 else {}

    @staticmethod
    def is_zero(value):
        return not value

    @staticmethod
    def sum(bias, products):
        total = Polynomials.number(bias)
        for weight, polynomial in products:
            for monomial, c in polynomial.items():
                total[monomial] = total.get(monomial, 0) + weight * c
        return {monomial: simple(c) for monomial, c in total.items() if c != 0}

    @staticmethod
    def multiply(left, right):
        total = {}
        for a, c in left.items():
            for b, d in right.items():
                monomial = tuple(sorted(a + b))
                total[monomial] = total.get(monomial, 0) + c * d
        return {monomial: simple(c) for monomial, c in total.items() if c != 0}


P = Polynomials


def form(row, meaning):
    """A linear form of the tables as a polynomial, where `meaning` says what its names are."""
    return P.sum(exact(row[0]), [(exact(factor), meaning(name)) for name, factor in zip(row[1::2], row[2::2])])


def dot(left, right):
    return P.sum(0, [(1, P.multiply(a, b)) for a, b in zip(left, right)])


class Layer4:
    def __init__(self, report, network, tables):
        self.report, self.tables, self.n_values = report, tables, 0
        self.heads = network["layers"][3]["heads"]
        self.start = [[P.number(exact(value)) for value in row] for row in tables["start"]]
        self.scale, self.block = exact(tables["scale"]), tables["block"]
        self.outputs = network["outputs"]

    def agree(self, is_so, what):
        self.n_values += 1
        self.report.check(is_so, what)

    def held(self, buffer, row):
        entry = lambda name: row[int(name.split(" ")[1])]
        return [form(line, entry) for line in self.tables["held"][buffer]]

    def blanked(self, buffer, row):
        entry = lambda name: row[int(name.split(" ")[1])]
        return [form(line, entry) for line in self.tables["blanked"][buffer]]

    def is_blank(self, buffer, row):
        return self.blanked(buffer, row) == row

    def check(self):
        self.beginning()
        for number, head in enumerate(self.heads):
            for source in (0, 1):
                label = f"{head['name']} {source}"
                rows = [[P.symbol(f"s{v}.{k}") for k in range(head["keys"])] for v in range(len(head["outputs"]))]
                self.agree(len(rows) == len(self.start) and all(len(a) == len(b) for a, b in zip(rows, self.start)),
                           f"block {label}: the start has another shape")
                before = [self.blanked(1 - source, row) for row in rows]
                self.agree(all(self.is_blank(1 - source, row) for row in before), f"blank {label}: blank twice is something else")
                check = self.tokens if self.tables["automaton"] is None else self.letters
                check(number, head, source, label, before)

    def beginning(self):
        """The start state holds the product of nothing, with a blank buffer beside it."""
        held = [value for row in self.start for value in self.held(0, row)]
        if self.tables["automaton"] is None:
            expected = [P.number(int(place // SIDE == place % SIDE)) for place in range(SIDE * SIDE)]
            newest = self.tables["preloaded"][-SIDE * SIDE:]
            is_identity = [exact(value) for value in newest] == [int(p // SIDE == p % SIDE) for p in range(SIDE * SIDE)]
            self.agree(is_identity or not self.tables["lags"], "start: the matrix before the first one is not the identity")
        else:
            expected = [P.number(exact(value)) for value in self.tables["automaton"]["initial"]]
            self.agree(self.tables["lags"] is False, "start: letters do not lag")
        self.agree(held == expected, "start: the start state holds something else than the product of nothing")
        self.agree(all(self.is_blank(1, row) for row in self.start), "start: the other buffer is not blank")

    def run(self, number, head, source, before, meaning):
        """The heads' outputs after each token of a block, and the state Y after it."""
        memory = [[P.sum(0, [(1, y), (-1, start)]) for y, start in zip(row, first)] for row, first in zip(before, self.start)]
        outputs = []
        for r in range(self.block):
            rows = self.tables["gates"][source][r][number]
            gates = [form(row, lambda name: meaning(r, name)) for row in rows]
            if len(gates) != max(high for _, high in rows_of(head).values()):
                raise Bad(f"tables.json: head {head['name']} has {len(gates)} gates")
            memory, given = head_step(P, head, gates, memory)
            outputs.append(given)
        after = [[P.sum(0, [(1, s), (1, start)]) for s, start in zip(row, first)] for row, first in zip(memory, self.start)]
        return outputs, after

    def tokens(self, number, head, source, label, before):
        """A matrix of nine tokens: the one that is read is a, the one before is b."""
        place = lambda letter, i: P.symbol(f"{letter}{i // SIDE}{i % SIDE}")

        def meaning(r, name):
            kind, age = name.split(" ")
            if kind != "token" or not 0 <= int(age) <= r + self.block:
                raise Bad(f"tables.json: expected a token of this matrix or the one before, got {name}")
            at = r - int(age)
            return place("a", at) if at >= 0 else place("b", self.block + at)

        outputs, after = self.run(number, head, source, before, meaning)
        matrix = lambda letter: [[place(letter, SIDE * i + j) for j in range(SIDE)] for i in range(SIDE)]
        read, factor = matrix("a"), matrix("b" if self.tables["lags"] else "a")
        times = lambda row, m: [dot(row, [m[i][j] for i in range(SIDE)]) for j in range(SIDE)]
        held = []
        for old, new in zip(before, after):
            self.agree(self.is_blank(source, new), f"block {label}: the source is not blank afterwards")
            old, new = self.held(source, old), self.held(1 - source, new)
            expected = [P.sum(0, [(self.scale, value)]) for i in range(0, len(old), SIDE) for value in times(old[i:i + SIDE], factor)]
            self.agree(new == expected, f"block {label}: the other buffer does not hold the product")
            held += new
        self.agree(all(P.is_zero(value) for given in outputs[:-1] for value in given), f"between {label}: something is put out")
        for name, value in zip(head["outputs"], outputs[-1]):
            row, column = (int(digit) for digit in name[1:])
            line = held[SIDE * row:SIDE * row + SIDE]
            expected = times(line, read)[column] if self.tables["lags"] else line[column]
            self.agree(value == expected, f"output {label}: {name} is not that entry of the product")

    def letters(self, number, head, source, label, before):
        """Letters: A is the product of the block before, y that of this block's letters so far with the column."""
        n = len(self.tables["automaton"]["initial"])
        y = [P.symbol(f"y{i}") for i in range(n)]
        a = [[P.symbol(f"A{i}.{j}") for j in range(n)] for i in range(n)]
        query = [dot(row, y) for row in a]

        def meaning(r, name):
            kind, *at = name.split(" ")
            at = [int(place) for place in at]
            known = {"current": lambda i: y[i], "query": lambda i: query[i], "column": lambda j, i: a[i][j], "row": lambda l, i: a[l][i]}
            if kind not in known:
                raise Bad(f"tables.json: expected an entry of current, query, column or row, got {name}")
            return known[kind](*at)

        outputs, after = self.run(number, head, source, before, meaning)
        held = self.held(source, before[0])
        for r, given in enumerate(outputs):
            expected = P.sum(0, [(self.scale, dot(held, query))])
            self.agree(given == [expected], f"output {label} letter {r}: it is not the weight")
        new = self.held(1 - source, after[0])
        expected = [P.sum(0, [(self.scale, dot(held, [a[i][j] for i in range(n)]))]) for j in range(n)]
        self.agree(new == expected, f"block {label}: the other buffer does not hold the product")
        self.agree(self.is_blank(source, after[0]), f"block {label}: the source is not blank afterwards")


def check_layer4(report, network, tables):
    """Gives how many polynomials were compared."""
    checks = Layer4(report, network, tables)
    checks.check()
    return checks.n_values
