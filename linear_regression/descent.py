"""What the post does not show: how the training walks over the mean squared error; draws images/descent.png."""

from pathlib import Path

import numpy as np
from matplotlib.colors import BoundaryNorm
from matplotlib.figure import Figure

from data import INTERCEPT, SLOPE, makepoints
from model import build


def walk(train_x, train_y, epochs=100):
    """Return slope and intercept before the first step and after each step of training, an array of two columns."""
    line = build()
    path = [(0.0, 0.0)]
    for _ in range(epochs):
        for x, y in zip(train_x.tolist(), train_y.tolist()):
            line.train_model(x, y)
            path.append((float(line.W0.get_value()), float(line.W1.get_value())))
    return np.array(path)


def draw(train_x, train_y, path):
    """Return a figure of the mean squared error over slope and intercept, with `path` and its last epoch enlarged."""
    slopes, intercepts = np.meshgrid(np.linspace(-0.2, 2.6, 281), np.linspace(-0.3, 6.3, 331))
    mse = sum((slopes * x + intercepts - y) ** 2 for x, y in zip(train_x, train_y)) / len(train_x)
    levels = [0.109, 0.111, 0.115, 0.12, 0.13, 0.15, 0.2, 0.3, 0.5, 1, 2, 4, 8, 16, 32]
    norm = BoundaryNorm(levels, 256, extend="max")

    figure = Figure(figsize=(7.2, 5.4), layout="constrained")
    axes = figure.add_subplot(xlabel="slope (W0)", ylabel="intercept (W1)")
    inset = axes.inset_axes([0.46, 0.09, 0.52, 0.42], xlim=(1.76, 2.12), ylim=(4.88, 5.18))
    for each, steps in (axes, path), (inset, path[-len(train_x) - 1 :]):
        contours = each.contourf(slopes, intercepts, mse, levels, norm=norm, extend="max")
        each.plot(*steps.T, color="white", linewidth=1.5, label="10,000 steps of training")
        each.plot(*np.polyfit(train_x, train_y, 1), "rX", markeredgecolor="white", markersize=9, label="least squares")
        each.plot(SLOPE, INTERCEPT, "*", color="orange", markeredgecolor="black", markersize=13, label="true line")
    figure.colorbar(contours, ax=axes, label="mean squared error", ticks=levels, format="%g")
    inset.set_title("the last epoch, 100 steps", size="medium")
    axes.indicate_inset_zoom(inset, edgecolor="black", alpha=1)
    axes.legend(loc="upper left", facecolor="lightgrey")
    return figure


if __name__ == "__main__":
    train_x, train_y, _, _ = makepoints()
    figure = draw(train_x, train_y, walk(train_x, train_y))
    figure.savefig(Path(__file__).resolve().parent.parent / "images" / "descent.png")
    print("wrote images/descent.png")
