"""Our format arithmetic beside ml_dtypes and beside PyTorch's own operators: every result the same number.

Every pair of the eight-bit formats, and millions of pairs of the others, special ones among them. Zero has no sign with us, so
numbers are compared and not codes; what is not a number is so on both sides.
"""
import os
import subprocess

import pytest

numpy = pytest.importorskip("numpy", reason="numpy is not installed")

HERE = os.path.dirname(os.path.abspath(__file__))
RESULTS = os.environ.get(
    "FORMAT_RESULTS", os.path.join(HERE, "..", "..", "target", "release", "examples", "format_results")
)
MILLIONS = 2_000_000
WIDTHS = {"e4m3": 1, "e5m2": 1, "f16": 2, "bf16": 2, "f32": 4}


def codes_of(name):
    return numpy.dtype(f"<u{WIDTHS[name]}")


def ours(name, operation, codes):
    """The codes of our results."""
    done = subprocess.run([RESULTS, name, operation], input=codes.tobytes(), stdout=subprocess.PIPE, check=True)
    return numpy.frombuffer(done.stdout, codes_of(name))


def type_of(name):
    if name in ("f16", "f32"):
        return numpy.dtype({"f16": "float16", "f32": "float32"}[name])
    ml_dtypes = pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed")
    return numpy.dtype({"e4m3": ml_dtypes.float8_e4m3fn, "e5m2": ml_dtypes.float8_e5m2, "bf16": ml_dtypes.bfloat16}[name])


def every_pair(name):
    n = 1 << 8 * WIDTHS[name]
    left, right = numpy.divmod(numpy.arange(n * n), n)
    return numpy.stack([left, right], 1).astype(codes_of(name))


def many_pairs(name, seed):
    """Random codes; numbers of like size, so that sums round and cancel; and everything with special codes."""
    random = numpy.random.default_rng(seed)
    bits = 8 * WIDTHS[name]
    pairs = random.integers(0, 1 << bits, (MILLIONS, 2), dtype=numpy.uint64)
    near = pairs[: MILLIONS // 2]
    distance = random.integers(0, 1 << bits // 2, len(near), dtype=numpy.uint64)
    sign = random.integers(0, 2, len(near), dtype=numpy.uint64) << numpy.uint64(bits - 1)
    near[:, 1] = (near[:, 0] + distance ^ sign) & numpy.uint64((1 << bits) - 1)
    places = {"f16": 10, "bf16": 7, "f32": 23}[name]
    infinity = ((1 << bits - 1) - 1) >> places << places
    sizes = [0, 1, 2, (1 << places) - 1, 1 << places, infinity - 1, infinity, infinity + 1]
    special = numpy.array(sizes + [size | 1 << bits - 1 for size in sizes], numpy.uint64)
    left, right = numpy.meshgrid(special, special)
    crossed = numpy.stack([left.ravel(), right.ravel()], 1)
    mixed = numpy.stack([numpy.repeat(special, 4096), random.integers(0, 1 << bits, 4096 * len(special), dtype=numpy.uint64)], 1)
    return numpy.concatenate([pairs, crossed, mixed]).astype(codes_of(name))


def differing(left, right):
    """Where two arrays of numbers are not the same, whatever the sign of zero."""
    left, right = left.astype(numpy.float64), right.astype(numpy.float64)
    return numpy.flatnonzero((left != right) & ~(numpy.isnan(left) & numpy.isnan(right)))


def compare(name, operation, pairs, theirs):
    result = ours(name, operation, pairs).view(type_of(name))
    assert len(result) == len(theirs)
    wrong = differing(result, theirs)
    assert not len(wrong), [(pairs[place].tolist(), result[place], theirs[place]) for place in wrong[:5]]
    print(f"{name} {operation}: {len(result)} results are the same")
    return result


def with_numpy(name, operation, pairs):
    values = pairs.view(type_of(name))
    with numpy.errstate(all="ignore"):
        return values[:, 0] + values[:, 1] if operation == "add" else values[:, 0] * values[:, 1]


@pytest.mark.parametrize("operation", ["add", "mul"])
@pytest.mark.parametrize("name", ["e4m3", "e5m2"])
def test_every_pair_of_an_eight_bit_format(name, operation):
    pairs = every_pair(name)
    assert len(pairs) == 65536
    compare(name, operation, pairs, with_numpy(name, operation, pairs))


@pytest.mark.parametrize("operation", ["add", "mul"])
@pytest.mark.parametrize("name", ["f16", "bf16", "f32"])
def test_millions_of_pairs(name, operation):
    pairs = many_pairs(name, 1)
    compare(name, operation, pairs, with_numpy(name, operation, pairs))


@pytest.mark.parametrize("name", ["e4m3", "e5m2", "f16", "bf16"])
def test_casts_from_f32(name):
    codes = many_pairs("f32", 2)[:, 0]
    # Every number of the format, its neighbours in f32, and what lies in the middle between two of them.
    own = numpy.arange(1 << 8 * WIDTHS[name]).astype(codes_of(name)).view(type_of(name)).astype(numpy.float32)
    own = numpy.sort(own[numpy.isfinite(own)])
    middle = (own[1:].astype(numpy.float64) + own[:-1]).astype(numpy.float64) / 2
    middle = middle.astype(numpy.float32).view(numpy.uint32)
    near = numpy.concatenate([own.view(numpy.uint32), middle])
    codes = numpy.concatenate([codes, near, near + 1, near - 1]).astype(numpy.uint32)
    with numpy.errstate(all="ignore"):
        theirs = codes.view(numpy.float32).astype(type_of(name))
    compare(name, "cast", codes, theirs)


@pytest.mark.parametrize("operation", ["add", "mul"])
@pytest.mark.parametrize("name", ["bf16", "f32"])
def test_operators_of_pytorch(name, operation):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    dtype = {"bf16": torch.bfloat16, "f32": torch.float32}[name]
    pairs = many_pairs(name, 3)
    integers = torch.from_numpy(pairs.view({2: "<i2", 4: "<i4"}[WIDTHS[name]]).copy())
    left, right = integers.view(dtype).unbind(1)
    theirs = left + right if operation == "add" else left * right
    compare(name, operation, pairs, theirs.double().numpy())


def test_casts_of_pytorch_to_bf16():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    codes = many_pairs("f32", 4)[:, 0].copy()
    theirs = torch.from_numpy(codes.view("<i4")).view(torch.float32).to(torch.bfloat16)
    compare("bf16", "cast", codes, theirs.double().numpy())


def test_a_result_that_is_rounded_otherwise_is_noticed():
    """The comparison can fail: sums that are cut off instead of rounded."""
    pairs = every_pair("e5m2")
    right = with_numpy("e5m2", "add", pairs)
    codes = right.view(numpy.uint8).copy()
    place = int(numpy.flatnonzero((codes > 0) & (codes < 0x70))[0])
    codes[place] -= 1
    with pytest.raises(AssertionError):
        compare("e5m2", "add", pairs, codes.view(type_of("e5m2")))
