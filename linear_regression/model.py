"""Blocks 2 and 3 of the post: the graph of the line, its cost and gradients, and the function that trains it."""

# first, so that whatever fails from here on ends in one line
from machinery import command  # isort: split

from types import SimpleNamespace

import numpy as np

from backend import T, theano
from machinery.fast import take_floats


def model(X, M, B):
    """Return y at X on the line of slope M and intercept B, for numbers, arrays and symbols alike."""
    return (X * M) + B


def build(learning_rate=0.01):
    """Build the graph, compile it, and return all its parts under the names they have here.

    train_model(x, y) takes the two numbers of one training point, makes one step of gradient descent and returns the
    squared error before it; what float() cannot convert raises TypeError, ValueError or OverflowError. The slope is
    W0.get_value(), the intercept W1.get_value(). Two calls of build share nothing.
    """
    X = T.scalar("X")
    Y = T.scalar("Y")

    W0 = theano.shared(np.asarray(0, dtype=theano.config.floatX), name="W0")
    W1 = theano.shared(np.asarray(0, dtype=theano.config.floatX), name="W1")

    y = model(X, W0, W1)

    mse = T.mean(T.sqr(y - Y))

    gradientW0 = T.grad(cost=mse, wrt=W0)
    gradientW1 = T.grad(cost=mse, wrt=W1)

    updates = [
        (W0, W0 - gradientW0 * learning_rate),
        (W1, W1 - gradientW1 * learning_rate),
    ]

    train_model = take_floats(theano.function(inputs=[X, Y], outputs=mse, updates=updates))

    return SimpleNamespace(**locals())  # line.X, line.mse, line.train_model and so on


def show():
    """Return gradientW0 as T.grad makes it, and train_model as it is compiled, for reading."""
    line = build()
    line.train_model(0.5, 6.0)  # to see that it works: the trial whether to compile runs this file
    gradient = theano.printing.debugprint(line.gradientW0, file="str")
    function = theano.printing.debugprint(line.train_model.compiled, file="str")
    return f"gradientW0, as T.grad makes it:\n\n{gradient}\n\ntrain_model, compiled:\n\n{function}"


if __name__ == "__main__":
    command.main(show)
