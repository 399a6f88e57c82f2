"""Block 1 of the post: noisy points on a line, to train on and to test with."""

# first, so that whatever fails from here on ends in one line
from machinery import command  # isort: split

import numpy as np

SLOPE, INTERCEPT = 2, 5  # the line that training has to find


def makeline(data, noise, random):
    """Return a noisy y for each x in the array `data`.

    `noise` is the standard deviation of what is added to the line, `random` the np.random.RandomState it is drawn from.
    """
    return INTERCEPT + (SLOPE * data + random.randn(*data.shape) * noise)


def makepoints(count=100, noise=0.33, seed=0):
    """Return train_x, train_y, test_x and test_y, four arrays of `count` numbers each.

    NumPy keeps RandomState's numbers for ever, so a seed gives the same points on every machine. Seed 0 gives those of
    the post's lines after np.random.seed(0). Raises ValueError for a seed outside 0 to 2**32 - 1.
    """
    random = np.random.RandomState(seed)

    train_x = np.linspace(0, 1, count)
    train_y = makeline(train_x, noise, random)

    test_x = np.linspace(1, 2, count)
    test_y = makeline(test_x, noise, random)

    return train_x, train_y, test_x, test_y


def draw():
    """Draw the points and the line that they come from into images/data.png; return the first points as text."""
    from animation import new_figure, png
    from machinery import files

    train_x, train_y, test_x, test_y = makepoints()
    axes = new_figure(640, 360).add_subplot(xlabel="x", ylabel="y")
    axes.scatter(train_x, train_y, color="blue", marker="o", s=15, label="training points")
    axes.scatter(test_x, test_y, color="green", marker="^", s=18, label="test points")
    axes.axline((0, INTERCEPT), slope=SLOPE, color="black", linewidth=1, label=f"y = {INTERCEPT} + {SLOPE}x")
    axes.legend()
    picture = files.IMAGES / "data.png"
    files.write(picture, png(axes.figure))
    lines = [f"training point {i}: x = {train_x[i]:.6f}, y = {train_y[i]:.6f}" for i in range(3)]
    return "\n".join([*lines, f"wrote {files.shown(picture)}"])


if __name__ == "__main__":
    command.main(draw)
