import torch
from torch import nn
from torch.nn.utils import skip_init


def linear(name):
    """The affine map of this name, without its numbers."""
    rows, columns = TENSORS[name + ".weight"][0]
    return skip_init(nn.Linear, columns, rows, dtype=torch.float64)


class Recurrent(nn.Module):
    """Reads words. A subclass has `initial_state` and `step`."""

    def forward(self, tokens):
        """tokens: integers, (batch, length). Gives the readouts after every token, (batch, length, readouts), and the
        state after the last, (batch, coordinates). A word is accepted iff the first readout after its last token is > 0;
        the empty word iff ACCEPTS_EMPTY_WORD."""
        state = self.initial_state(tokens.shape[0])
        readouts = [state.new_zeros(tokens.shape[0], 0, len(READOUTS))]
        for token in tokens.unbind(1):
            state, readout = self.step(state, token)
            readouts.append(readout.unsqueeze(1))
        return torch.cat(readouts, 1), state

    def load(self):
        """Takes the numbers of TENSORS."""
        values = {}
        for name, (shape, entries) in TENSORS.items():
            values[name] = torch.zeros(shape, dtype=torch.float64)
            for *place, value in entries:
                values[name][tuple(place)] = float(value)
        self.load_state_dict(values)
        return self.requires_grad_(False)
