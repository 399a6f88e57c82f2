"""Block 1 of the post: noisy points along a line, to train on and to test on."""

import numpy as np

# the line that training has to find
SLOPE = 2
INTERCEPT = 5


def makeline(data, noise, rng):
    """Return a noisy y for each x in the array `data`, in an array of the same shape.

    `noise` is the standard deviation of the noise, and `rng` the np.random.RandomState
    that it is drawn from.
    """
    return INTERCEPT + (SLOPE * data + rng.randn(*data.shape) * noise)


def makepoints(count=100, noise=0.33, seed=0):
    """Return train_x, train_y, test_x and test_y, four arrays of shape (count,).

    `noise` is the standard deviation of the points from the line. A seed gives the same
    points with every version of NumPy; seed 0 gives those of the post after
    np.random.seed(0). Raises ValueError for a seed outside 0 to 2**32 - 1.
    """
    rng = np.random.RandomState(seed)

    train_x = np.linspace(0, 1, count)
    train_y = makeline(train_x, noise, rng)

    test_x = np.linspace(1, 2, count)
    test_y = makeline(test_x, noise, rng)

    return train_x, train_y, test_x, test_y
