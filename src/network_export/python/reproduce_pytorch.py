"""Runs the words of expected.json through model.py in PyTorch, and compares with the exact numbers: python reproduce.py"""
import json
import math
import os
import sys
from fractions import Fraction

import torch
from model import Network


def network(here, config):
    # The tensors of one step are small.
    torch.set_num_threads(1)
    model = Network()

    def step(state, token):
        state, readout = model.step(torch.tensor([state], dtype=torch.float64), torch.tensor([token]))
        return state[0].tolist(), readout[0].tolist()

    def start():
        return model.initial_state(1)[0].tolist()

    return step, start


