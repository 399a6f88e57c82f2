"""Calling a Theano function of two numbers at the least cost."""

import numpy as np


def take_floats(function):
    """Return a function that calls the Theano function `function` with two numbers, in a fraction of its own time.

    They are put where `function` would put them after a closer look, and what it has compiled is called directly. What
    float() cannot convert raises TypeError, ValueError or OverflowError.
    """
    x_place, y_place = function.input_storage[:2]
    x_cell, y_cell = np.zeros((), x_place.type.dtype), np.zeros((), y_place.type.dtype)
    x_place.storage[0], y_place.storage[0] = x_cell, y_cell
    compute = getattr(function, "fn", None) or function.vm  # Theano's name for it, and PyTensor's
    if getattr(compute, "need_update_inputs", True):  # then `function` itself makes the updates
        compute = lambda: [function(x_cell, y_cell)]  # noqa: E731

    def call(x, y):
        x_cell[()], y_cell[()] = float(x), float(y)
        return compute()[0]

    call.compiled = function
    return call
