class Head(nn.Module):
    """A memory S, (batch, values, keys), which starts in 0. Its projections are one affine map of the stream."""

    def __init__(self, name, values, keys):
        super().__init__()
        self.values, self.keys = values, keys
        self.gates = linear(name + ".gates")

    def forward(self, memory, stream):
        projections = dict(zip(PROJECTIONS, self.gates(stream).split(self.lengths(), 1)))
        memory = self.update(memory, **projections)
        return memory, torch.bmm(memory, projections["q"].unsqueeze(2)).squeeze(2) + projections["skip"]

@HEAD@


class FeedForward(nn.Module):
    """Affine maps of the stream with a ReLU between two of them."""

    def __init__(self, name, n_maps):
        super().__init__()
        self.maps = nn.ModuleList([linear(f"{name}.maps.{number}") for number in range(n_maps)])

    def forward(self, values):
        values = self.maps[0](values)
        for layer in self.maps[1:]:
            values = layer(torch.relu(values))
        return values


class Layer(nn.Module):
    """Heads, which read the stream as it is before the layer; then a sublayer, which reads theirs as well. What they give is
    appended to the stream."""

    def __init__(self, name, heads, n_maps):
        super().__init__()
        heads = [Head(f"{name}.heads.{number}", *sizes) for number, sizes in enumerate(heads)]
        self.heads = nn.ModuleList(heads)
        self.feed_forward = FeedForward(f"{name}.feed_forward", n_maps) if n_maps else None


class Network(Recurrent):
    """Layers over one residual stream, which is made anew for every token; only the heads' memories are carried on."""

    def __init__(self):
        super().__init__()
        self.embedding = linear("embedding")
        layers = [Layer(f"layers.{number}", *sizes) for number, sizes in enumerate(LAYERS)]
        self.layers = nn.ModuleList(layers)
        self.readout = linear("readout")
        self.load()

    def initial_state(self, batch):
        return self.embedding.weight.new_zeros(batch, len(COORDINATES))

    def step(self, state, token):
        """state: the entries of all memories, (batch, coordinates); token: integers, (batch,). Gives the state and the readout
        after the token."""
        stream = self.embedding(nn.functional.one_hot(token, len(TOKENS)).to(state))
        after, start = [], 0
        for layer in self.layers:
            appended = []
            for head in layer.heads:
                size = head.values * head.keys
                memory = state[:, start : start + size].unflatten(1, (head.values, head.keys))
                memory, output = head(memory, stream)
                after.append(memory.flatten(1))
                appended.append(output)
                start += size
            stream = torch.cat([stream, *appended], 1)
            if layer.feed_forward is not None:
                stream = torch.cat([stream, layer.feed_forward(stream)], 1)
        return torch.cat(after, 1), self.readout(stream)
