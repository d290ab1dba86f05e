"""The facts about transcendental functions that claims about shipped layers take as given, as PyTorch computes them."""
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")
F = torch.nn.functional


@pytest.fixture(params=["float32", "bfloat16"])
def dtype(request):
    return getattr(torch, request.param)


def numbers(low, high, dtype):
    """Many numbers of the format in a range, its ends included."""
    return torch.linspace(low, high, 100_001, dtype=torch.float64).to(dtype)


def test_sigmoid(dtype):
    assert (torch.sigmoid(numbers(32, 1e6, dtype)) == 1).all()
    assert torch.sigmoid(torch.zeros(1, dtype=dtype)).item() == 0.5
    assert (torch.sigmoid(numbers(-1e6, -128, dtype)) == 0).all()


def test_silu(dtype):
    x = numbers(32, 1e6, dtype)
    assert (F.silu(x) == x).all()
    assert F.silu(torch.zeros(1, dtype=dtype)).item() == 0


def test_softplus(dtype):
    # The libraries compute it in f32.
    assert (F.softplus(numbers(-1e6, -128, dtype).float()) == 0).all()


def test_exp():
    assert torch.exp(torch.tensor([0.0, -0.0])).tolist() == [1, 1]


def test_roots_of_powers():
    for exponent in range(-30, 31):
        square = torch.tensor(4.0**exponent)
        assert torch.sqrt(square).item() == 2.0**exponent
        assert torch.rsqrt(square).item() == 2.0**-exponent


def test_eps_vanishes():
    assert (torch.tensor(64.0) + 1e-6).item() == 64 and (torch.tensor(4096.0) + 1e-6).item() == 4096
    # Where it does not, the value would round: a unit key before its scale of 64.
    assert (torch.tensor(1.0) + 1e-6).item() != 1
