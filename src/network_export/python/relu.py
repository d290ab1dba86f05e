class Network(Recurrent):
    """state' = f(state, one-hot token): affine maps with a ReLU between two of them. readout = an affine map of state'."""

    def __init__(self):
        super().__init__()
        self.register_buffer("start", torch.zeros(len(COORDINATES), dtype=torch.float64))
        self.layers = nn.ModuleList([linear(f"layers.{layer}") for layer in range(LAYERS)])
        self.readout = linear("readout")
        self.load()

    def initial_state(self, batch):
        return self.start.expand(batch, -1)

    def step(self, state, token):
        """state: (batch, coordinates); token: integers, (batch,). Gives the state and the readout after the token."""
        one_hot = nn.functional.one_hot(token, len(TOKENS)).to(state)
        values = self.layers[0](torch.cat([state, one_hot], 1))
        for layer in self.layers[1:]:
            values = layer(torch.relu(values))
        return values, self.readout(values)
