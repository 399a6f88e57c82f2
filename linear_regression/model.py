"""Blocks 2 and 3 of the post: the graph of the line, and what trains it."""

from types import SimpleNamespace

import numpy as np

from backend import T, theano


def model(X, M, B):
    """Return y at X on the line of slope M and intercept B.

    Takes numbers, arrays that broadcast, and symbols.
    """
    return (X * M) + B


def build(learning_rate=0.01):
    """Build the graph of the post and compile it.

    Returns a namespace with the parts of the graph, under the post's names, and

    - W0 and W1, shared variables that start at 0: W0.get_value() is the slope of the
      line, W1.get_value() the intercept;
    - train_model(x, y), which makes one step of gradient descent for one training
      point, given as two Python numbers, and returns the squared error before the step,
      as a NumPy array without dimensions. It raises TypeError for lists and arrays. In
      float32, Theano also raises it for a NumPy float64 that it would have to round.

    Two calls of build share nothing.
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

    return SimpleNamespace(
        X=X,
        Y=Y,
        W0=W0,
        W1=W1,
        y=y,
        mse=mse,
        gradientW0=gradientW0,
        gradientW1=gradientW1,
        train_model=train_model,
    )
