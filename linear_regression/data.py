"""Block 1 of the post: noisy points on a line, to train on and to test with."""

from machinery import command  # isort: split

import io
from pathlib import Path

import numpy as np

SLOPE, INTERCEPT = 2, 5  # the line that training has to find


def makeline(data, noise, random):
    """Return a noisy y for each x in the array `data`.

    `noise` is the standard deviation of what is added to the line, `random` the np.random.RandomState it is drawn from.
    """
    return INTERCEPT + (SLOPE * data + random.randn(*data.shape) * noise)


def makepoints(count=100, noise=0.33, seed=0):
    """Return train_x, train_y, test_x and test_y, four arrays of `count` numbers each.

    NumPy keeps RandomState's numbers for ever, so a seed gives the same points on every machine: seed 0 those that the
    post's lines give after np.random.seed(0). Raises ValueError for a seed outside 0 to 2**32 - 1.
    """
    random = np.random.RandomState(seed)

    train_x = np.linspace(0, 1, count)
    train_y = makeline(train_x, noise, random)

    test_x = np.linspace(1, 2, count)
    test_y = makeline(test_x, noise, random)

    return train_x, train_y, test_x, test_y


def draw():
    """Draw the points and the line that they come from into images/data.png; print the first three."""
    import matplotlib
    from matplotlib.figure import Figure

    from machinery import files

    train_x, train_y, test_x, test_y = makepoints()
    for i in range(3):
        print(f"training point {i}: x = {train_x[i]:.6f}, y = {train_y[i]:.6f}")

    matplotlib.rcdefaults()
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.add_subplot(xlabel="x", ylabel="y")
    axes.scatter(train_x, train_y, color="blue", marker="o", s=15, label="training points")
    axes.scatter(test_x, test_y, color="green", marker="^", s=18, label="test points")
    axes.axline((0, INTERCEPT), slope=SLOPE, color="black", linewidth=1, label=f"y = {INTERCEPT} + {SLOPE}x")
    axes.legend()
    png = io.BytesIO()
    figure.savefig(png)
    path = Path(__file__).resolve().parent.parent / "images" / "data.png"
    files.write(path, png.getvalue())
    return f"wrote {files.shown(path)}"


if __name__ == "__main__":
    command.main(draw)
