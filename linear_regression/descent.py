"""What the post leaves open: how training walks down the mean squared error, and what the order of the points does."""

# first, so that whatever fails from here on ends in one line
from machinery import command  # isort: split

import numpy as np

from animation import blit, encode, frame_steps, new_figure, png, titles
from data import INTERCEPT, SLOPE, makepoints
from machinery import files
from model import build, model
from run import train

train_x, train_y, _, _ = makepoints()


def walk(train_x, train_y, random=None):
    """Return slope and intercept before the first step of training and after each: an array of two columns."""
    line = build()
    track = [(line.W0.get_value(), line.W1.get_value()) for _ in train(line, train_x, train_y, random=random)]
    return np.array([(0, 0), *track])


def draw_errors(axes, slopes, intercepts, title=""):
    """Draw contours of the mean squared error, from the first to the last of `slopes` and of `intercepts`."""
    slope, intercept = np.meshgrid(np.linspace(*slopes, 200), np.linspace(*intercepts, 200))
    mse = np.mean((model(train_x, slope[..., None], intercept[..., None]) - train_y) ** 2, axis=-1)
    levels = [0.11, 0.112, 0.115, 0.12, 0.13, 0.15, 0.2, 0.5, 1, 2, 5, 10, 20, 40]
    axes.contour(slope, intercept, mse, levels, colors="#555555", linewidths=1)
    marks = axes.plot(*np.polyfit(train_x, train_y, 1), "rX", SLOPE, INTERCEPT, "k*", markersize=14, zorder=3)
    axes.legend(marks, ["least squares", "true line"], loc="upper right")
    axes.set(xlabel="slope", ylabel="intercept", title=title)


def draw_descent(track, steps, slopes, intercepts):
    """Yield a picture after each of `steps`: the line on the left, the `track` since the first of them on the right."""
    left, right = new_figure(800, 420).subplots(1, 2, subplot_kw={"xlabel": "x", "ylabel": "y"})
    _, line = left.plot(train_x, train_y, "b.", train_x, model(train_x, *track[steps[0]]), "r-", linewidth=2)
    (ring,) = left.plot([], [], "ko-", fillstyle="none", markersize=12, markeredgewidth=2, markevery=[0])
    draw_errors(right, slopes, intercepts)
    (way,) = right.plot([], [], "bo-", linewidth=2, markevery=[-1])
    equation, cost = (axes.set_title(" ", loc="left", size="medium", family="monospace") for axes in (left, right))

    def update(step, title):
        index, predictions = (step - 1) % len(train_x), model(train_x, *track[step])
        ring.set_data([train_x[index]] * 2, [train_y[index], predictions[index]])  # this step's point, and its error
        line.set_ydata(predictions)
        way.set_data(*track[steps[0] - 1 : step + 1].T)
        equation.set_text(title)
        cost.set_text(f"mean squared error {np.mean((predictions - train_y) ** 2):.4f}")

    return blit(left.figure, [line, ring, way, equation, cost], update, zip(steps, titles(steps, *track[steps].T)))


def draw_orders(orders):
    """Return a figure of the first and of the last epoch of the `orders`, {order: track}."""
    first, last = new_figure(800, 480).subplots(1, 2)
    draw_errors(first, (-0.2, 3.2), (-0.3, 8.3), "first epoch")
    draw_errors(last, (1.7, 2.1), (4.92, 5.25), "last epoch")
    for (order, track), style, color in zip(orders.items(), ("o-", "s--", "^:"), ("#0050c0", "#a04000", "#c04fa0")):
        first.plot(*track[:101].T, style, color=color, linewidth=2, markersize=8, markevery=25, label=order)
        last.plot(*track[-101:].T, style, color=color, linewidth=2, markersize=8, markevery=25)
    first.legend(loc="upper left")
    return first.figure


def main():
    """Write images/descent.gif and images/order.png; return where each order of the points leads, as text."""
    shuffled, backwards = walk(train_x, train_y, np.random.RandomState(0)), walk(train_x[::-1], train_y[::-1])
    orders = {"in order": walk(train_x, train_y), "shuffled": shuffled, "reversed": backwards}
    steps = [*sorted(frame_steps(9900, 60))[1:], *[9900] * 20]  # rests for 2 s before the last epoch
    way = draw_descent(orders["in order"], steps, (-0.2, 3.2), (-0.3, 8.3))
    last_epoch = draw_descent(orders["in order"], range(9901, 10001), (1.88, 2.08), (4.93, 5.14))
    gif = encode((picture for part in (way, last_epoch) for picture in part), len(steps) + 100, fps=10)
    pictures = {"descent.gif": gif, "order.png": png(draw_orders(orders))}

    full_batch = orders["full batch"] = np.zeros((10001, 2))
    for step in range(10000):  # against the mean gradient of all points
        error = model(train_x, *full_batch[step]) - train_y
        full_batch[step + 1] = full_batch[step] - 0.01 * np.mean([2 * error * train_x, 2 * error], axis=1)
    row = "{:10}  after 50 steps ({:.2f}, {:.2f}), after 10,000 ({:.4f}, {:.4f})".format
    lines = [row(order, *track[50], *track[-1]) for order, track in orders.items()]
    for name, data in pictures.items():
        files.write(files.IMAGES / name, data)
        lines.append(f"wrote {files.shown(files.IMAGES / name)}")
    return "\n".join(lines)


if __name__ == "__main__":
    command.main(main)
