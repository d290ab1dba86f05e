class Transitions(nn.Module):
    """One affine map of the state for each token."""

    def __init__(self):
        super().__init__()
        n, size = len(TOKENS), len(COORDINATES)
        self.weight = nn.Parameter(torch.zeros(n, size, size, dtype=torch.float64))
        self.bias = nn.Parameter(torch.zeros(n, size, dtype=torch.float64))

    def forward(self, state, token):
        return torch.bmm(self.weight[token], state.unsqueeze(2)).squeeze(2) + self.bias[token]


class Network(Recurrent):
    """state' = the token's affine map of the state. readout = an affine map of state'."""

    def __init__(self):
        super().__init__()
        self.register_buffer("start", torch.zeros(len(COORDINATES), dtype=torch.float64))
        self.transitions = Transitions()
        self.readout = linear("readout")
        self.load()

    def initial_state(self, batch):
        return self.start.expand(batch, -1)

    def step(self, state, token):
        """state: (batch, coordinates); token: integers, (batch,). Gives the state and the readout after the token."""
        state = self.transitions(state, token)
        return state, self.readout(state)
