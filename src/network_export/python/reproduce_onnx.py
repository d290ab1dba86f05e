"""Runs the words of expected.json through step.onnx in onnxruntime, and compares with the exact numbers: python reproduce.py"""
import json
import math
import os
import sys
from fractions import Fraction

import numpy
import onnxruntime


def network(here, config):
    session = onnxruntime.InferenceSession(os.path.join(here, "step.onnx"), providers=["CPUExecutionProvider"])
    dtype = {"f64": numpy.float64, "f32": numpy.float32}[config["dtype"]]

    def step(state, token):
        one_hot = numpy.zeros((1, len(config["tokens"])), dtype)
        one_hot[0, token] = 1
        after, readout = session.run(["new_state", "readout"], {"state": numpy.array([state], dtype), "token": one_hot})
        return after[0].tolist(), readout[0].tolist()

    def start():
        return [int(text.split("/")[0]) / int((text + "/1").split("/")[1]) for text in config["start"]]

    return step, start


