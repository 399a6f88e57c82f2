"""What the post leaves open: how training walks down the mean squared error, and what the order of the points does.

Prints where several orders of the points lead, and draws images/descent.gif and images/order.png.
"""

import numpy as np

from animation import IMAGES, blit, log_spaced_steps, new_figure, plain_style, save_gif, save_png, shown, titles
from data import makepoints
from model import build, model
from run import train

BLUE, RED, VIOLET = "#0055aa", "#ff0000", "#aa00aa"
WIDE, NARROW = [(-0.2, 3.2), (-0.3, 8.3)], [(1.87, 2.08), (4.92, 5.15)]  # slopes and intercepts, from and to


def trajectory(train_x, train_y, rng=None):
    """Return slope and intercept before the first step of training and after each: an array of shape (steps + 1, 2)."""
    line = build()
    costs = train(line, train_x, train_y, rng=rng)
    return np.array([(0, 0), *((line.W0.get_value(), line.W1.get_value()) for _ in costs)])


def full_batch_trajectory(train_x, train_y, steps=10_000, learning_rate=0.01):
    """Return what `trajectory` does for steps that take all points: each goes against the mean of their gradients."""
    history = np.zeros((steps + 1, 2))
    for step in range(steps):
        error = model(train_x, *history[step]) - train_y
        history[step + 1] = history[step] - learning_rate * np.mean([2 * error * train_x, 2 * error], axis=1)
    return history


def mean_squared_error(train_x, train_y, slope, intercept):
    """Return it for each of the slopes and intercepts, two arrays of the same shape."""
    return np.mean((model(train_x, slope[..., None], intercept[..., None]) - train_y) ** 2, axis=-1)


def draw_errors(axes, train_x, train_y, view, labels):
    """Draw contours of the mean squared error in the `view`, and least squares; write on them at the places `labels`."""
    grid = np.meshgrid(*(np.union1d(np.linspace(*wide, 100), np.linspace(*part, 100)) for wide, part in zip(WIDE, view)))
    levels = [0.11, 0.112, 0.115, 0.12, 0.13, 0.15, 0.2, 0.5, 1, 2, 5, 10, 20, 40]
    contours = axes.contour(*grid, mean_squared_error(train_x, train_y, *grid), levels, colors="#555555", linewidths=1)
    axes.set(xlabel="slope", ylabel="intercept", xlim=view[0], ylim=view[1])
    axes.plot(*np.polyfit(train_x, train_y, 1), "X", color="black", markersize=10, zorder=3, label="least squares")
    return contours


@plain_style(800)
def draw_descent(history, train_x, train_y):
    """Return the frames, as `blit` does, of the line on the left and its way down the mean squared error on the right.

    They show the way to the last epoch, zoom in, and show each step of that epoch.
    """
    figure = new_figure(800, 420)
    left, right = figure.subplots(1, 2)
    left.plot(train_x, train_y, ".", color=BLUE)
    left.plot(train_x, model(train_x, *np.polyfit(train_x, train_y, 1)), "--", color="black", linewidth=2, zorder=3)
    left.set(xlabel="x", ylabel="y")
    (line,) = left.plot(train_x, 0 * train_x, color=RED, linewidth=2)
    (ring,) = left.plot([], [], "o-", color=BLUE, fillstyle="none", markersize=12, linewidth=3, markevery=[0])
    contours = draw_errors(right, train_x, train_y, NARROW, [])
    (path,) = right.plot([], [], "o-", color=RED, linewidth=2, markevery=[-1])
    (pull,) = right.plot([], [], color=BLUE, linewidth=3)
    right.legend(loc="upper right")
    equation, cost = (axes.set_title(" ", loc="left", size="medium", family="monospace") for axes in (left, right))
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the axes stay where they are during the zoom

    last, epoch = len(history) - 1, len(train_x)
    spaced = sorted(log_spaced_steps(last - epoch, 60) - {0})
    way_down = sorted({step if step < epoch else round(step / epoch) * epoch for step in spaced})
    last_epoch = list(range(last - epoch, last + 1))
    steps = way_down + last_epoch[1:]
    texts = dict(zip(steps, titles(steps, *history[steps].T)))

    def update(step, view=WIDE):
        index = (step - 1) % epoch  # of this step's point
        predictions = model(train_x, *history[step])
        error = predictions[index] - train_y[index]
        line.set_ydata(predictions)
        ring.set_data([train_x[index]] * 2, [train_y[index], predictions[index]])
        path.set_data(*history[[0, *steps[: steps.index(step) + 1]]].T)
        pull.set_data(*zip(history[step], history[step] - 0.1 * error * np.array([train_x[index], 1])))
        equation.set_text(texts[step])
        cost.set_text(f"mean squared error {np.mean((predictions - train_y) ** 2):.4f}")
        right.set(xlim=view[0], ylim=view[1])

    artists = [line, ring, path, pull, equation, cost]
    update(way_down[0])
    wide_labels = contours.clabel([1, 5, 20], manual=[(2.9, 4.2), (2.5, 2.2), (2.5, -0.1)])
    frames = [blit(figure, artists, update, zip(way_down))]
    for text in wide_labels: text.set_visible(False)
    views = [np.array(WIDE) ** (1 - t) for t in ()]
    center = history[last_epoch[0]]
    zoom = [[np.add(n, (np.subtract(w, n)) * (1 - t) ) for w, n in zip(WIDE, NARROW)] for t in 1 - np.geomspace(1, 0.001, 12)]
    frames.append(blit(figure, [right, *artists], update, [(last_epoch[0], view) for view in zoom]))
    right.set_animated(False)
    update(last, NARROW)
    contours.clabel([0.112, 0.115, 0.12], manual=[(2.0, 4.95), (1.9, 4.95), (2.05, 5.1)])
    frames.append(blit(figure, artists, update, [(step, NARROW) for step in last_epoch]))
    return np.concatenate(frames)


def main():
    train_x, train_y, _, _ = makepoints()
    h = trajectory(train_x, train_y)
    frames = draw_descent(h, train_x, train_y)
    save_gif(IMAGES / "descent.gif", frames, fps=10)


if __name__ == "__main__":
    main()
