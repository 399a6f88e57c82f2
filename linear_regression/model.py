"""Parts 2 and 3 of the post: the graph of the line, its cost and gradients, and the function that trains it."""

from types import SimpleNamespace

import numpy as np

from backend import T, theano


def model(X, M, B):
    """Return y at X on the line of slope M and intercept B, for numbers, arrays and symbols alike."""
    return (X * M) + B


def build(learning_rate=0.01):
    """Build the graph, compile its two functions, and return all its parts under the names they have here.

    train_model(x, y) takes two numbers, one training point; it makes one step of gradient descent and returns the
    squared error before it. predict(x) takes an array of any length and returns the line's y for each x.
    W0.get_value() is the slope, W1.get_value() the intercept. `compiled` is the Theano function behind train_model, and
    takes 0-d arrays only. Two calls of build share nothing.
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

    train_model = theano.function(inputs=[X, Y], outputs=mse, updates=updates)

    # The post builds and evaluates model(...) anew for each x; this is compiled once, and takes all x in one call.
    # FAST_COMPILE: NumPy computes it, since Theano would call g++ for it in every run.
    x = T.vector("x")
    predict = theano.function([x], model(x, W0, W1), allow_input_downcast=True, mode="FAST_COMPILE")

    graph = {"X": X, "Y": Y, "W0": W0, "W1": W1, "y": y, "mse": mse, "gradientW0": gradientW0, "gradientW1": gradientW1}
    functions = {"compiled": train_model, "train_model": take_floats(train_model), "predict": predict}
    return SimpleNamespace(**graph, updates=updates, learning_rate=learning_rate, **functions)


def take_floats(function):
    """Return a function that calls `function` with two numbers, in less than half the time.

    Theano then trusts what it is given, always the same two 0-d arrays, in place of looking at it; float() raises
    TypeError or ValueError for what cannot be put into them.
    """
    function.trust_input = True
    x_cell, y_cell = (np.zeros((), theano.config.floatX) for _ in range(2))

    def call(x, y):
        x_cell[()], y_cell[()] = float(x), float(y)
        return function(x_cell, y_cell)

    return call


if __name__ == "__main__":
    line = build()
    print("The gradient of the cost with respect to W0, as T.grad returns it:\n")
    theano.printing.debugprint(line.gradientW0)
    print("\ntrain_model, as it is compiled:\n")
    theano.printing.debugprint(line.compiled)
