"""What the post leaves open: how training walks down the mean squared error, and what the order of the points does.

Prints where several orders of the points lead, and draws images/descent.gif and images/order.png.
"""

import numpy as np

from animation import IMAGES, blit, log_spaced_steps, new_figure, plain_style, save_gif, save_png, shown, titles
from data import makepoints
from model import build, model
from run import train

BLUE, RED, VIOLET = "#0055aa", "#ff0000", "#aa00aa"
# what is seen: from which y to which on the left, slopes and intercepts on the right
WIDE, NARROW = np.array([(-0.4, 8.3), (-0.2, 3.2), (-0.3, 8.3)]), np.array([(4, 8), (1.87, 2.08), (4.92, 5.15)])


def trajectory(train_x, train_y, rng=None):
    """Return slope and intercept before the first step of training and after each: an array of shape (steps + 1, 2)."""
    line = build()
    costs = train(line, train_x, train_y, rng=rng)
    return np.array([(0, 0), *((line.W0.get_value(), line.W1.get_value()) for _ in costs)])


def full_batch_trajectory(train_x, train_y, steps=10_000, learning_rate=0.01):
    """Return what `trajectory` does, for steps that each take all points: against the mean of their gradients."""
    history = np.zeros((steps + 1, 2))
    for step in range(steps):
        error = model(train_x, *history[step]) - train_y
        history[step + 1] = history[step] - learning_rate * np.mean([2 * error * train_x, 2 * error], axis=1)
    return history


def draw_errors(axes, train_x, train_y):
    """Draw the line of least squares, a point here, and contours of the mean squared error around it; return those."""
    least_squares = np.polyfit(train_x, train_y, 1)
    axes.plot(*least_squares, "X", color="black", markersize=10, markeredgewidth=0, zorder=3, label="least squares")
    slopes, intercepts = np.linspace(-1, 1, 401) ** 3 * [[2.5], [6]] + least_squares[:, None]  # closest in the middle
    slope, intercept = np.meshgrid(slopes, intercepts)
    mse = sum((model(x, slope, intercept) - y) ** 2 for x, y in zip(train_x, train_y)) / len(train_x)
    levels = [0.001, 0.004, 0.01, 0.02, 0.11, 0.112, 0.115, 0.12, 0.13, 0.15, 0.2, 0.5, 1, 2, 5, 10, 20, 40]
    axes.set(xlabel="slope", ylabel="intercept")
    return axes.contour(slope, intercept, mse, levels, colors="#555555", linewidths=1)


def label(contours, *places):
    """Write the mean squared error on the contours next to these places; return the texts."""
    texts = contours.clabel(fmt="%g", colors="black", fontsize="small", inline=False, manual=places)
    for text in texts:
        text.set_bbox({"facecolor": "white", "linewidth": 0, "pad": 1})
    return texts


@plain_style(800)
def draw_descent(history, train_x, train_y):
    """Return the frames, as `blit` does, of the line on the left and its way down the mean squared error on the right.

    They show the way to the last epoch, zoom in, and show each step of that epoch.
    """
    last, epoch = len(history) - 1, len(train_x)
    early = log_spaced_steps(last - epoch, 60) - {0}
    way_down = sorted({step if step < epoch else round(step / epoch) * epoch for step in early})  # to ends of epochs
    last_epoch = list(range(last - epoch, last + 1))
    steps = way_down + last_epoch[1:]
    texts = dict(zip(steps, titles(steps, *history[steps].T)))

    figure = new_figure(800, 420)
    left, right = figure.subplots(1, 2)
    left.plot(train_x, train_y, ".", color=BLUE)
    least_squares = model(train_x, *np.polyfit(train_x, train_y, 1))
    left.plot(train_x, least_squares, "--", color="black", linewidth=2, zorder=3, label="least squares")
    left.set(xlabel="x", ylabel="y")
    contours = draw_errors(right, train_x, train_y)
    (line,) = left.plot(train_x, 0 * train_x, color=RED, linewidth=2)
    (ring,) = left.plot([], [], "o-", color=BLUE, fillstyle="none", markersize=12, linewidth=3, markevery=[0])
    (pull,) = right.plot([], [], color=BLUE, linewidth=3)
    (way,) = right.plot([], [], color=RED, linewidth=1.5)
    (loop,) = right.plot([], [], "o-", color=RED, linewidth=3, markersize=8, markevery=[-1])
    left.legend(loc="lower right", framealpha=1)
    right.legend(loc="upper right", framealpha=1)
    equation, cost = (axes.set_title(" ", loc="left", size="medium", family="monospace") for axes in (left, right))

    def show(view):
        for change, limits in zip((left.set_ylim, right.set_xlim, right.set_ylim), view):
            change(limits)

    def update(step, view):
        show(view)
        index = (step - 1) % epoch  # of the point that this step took
        predictions = model(train_x, *history[step])
        error = predictions[index] - train_y[index]
        line.set_ydata(predictions)
        ring.set_data([train_x[index]] * 2, [train_y[index], predictions[index]])
        pull.set_data(*zip(history[step], history[step] - 0.1 * error * np.array([train_x[index], 1])))
        way.set_data(*history[[0, *(early for early in way_down if early <= step)]].T)
        loop.set_data(*history[min(step, last_epoch[0]) : step + 1].T)
        equation.set_text(texts[step])
        cost.set_text(f"mean squared error {np.mean((predictions - train_y) ** 2):.4f}")

    show(NARROW)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the axes stay where they are
    artists = [line, ring, pull, way, loop, equation, cost]

    show(WIDE)
    wide_labels = label(contours, (2.9, 4.2), (2.5, 2.2), (2.5, -0.1))
    frames = [blit(figure, artists, update, [(step, WIDE) for step in way_down + way_down[-1:] * 10])]

    for text in wide_labels:
        text.set_visible(False)
    views = [NARROW + share * (WIDE - NARROW) for share in (np.geomspace(20, 1, 12) - 1) / 19]
    frames.append(blit(figure, [left, right, *artists], update, [(last_epoch[0], view) for view in views]))

    left.set_animated(False)
    right.set_animated(False)
    label(contours, (1.9, 5.03), (1.9, 4.98), (1.9, 4.94))
    frames.append(blit(figure, artists, update, [(step, NARROW) for step in last_epoch[:1] * 10 + last_epoch]))
    return np.concatenate(frames)


@plain_style(800)
def draw_orders(orders, orders_without_noise, points, points_without_noise):
    """Return a figure of the first and of the last epoch of each trajectory in `orders`, and the last without noise."""
    figure = new_figure(800, 640)
    panels = figure.subplot_mosaic("AB;AC", width_ratios=(1, 1.1))
    first, last, quiet = panels.values()
    first.set(title="first epoch")
    last.set(title="last epoch, magnified")
    quiet.set(title="the same without noise")
    epoch = len(points[0])
    for axes, data, histories, part in (
        (first, points, orders, slice(epoch + 1)),
        (last, points, orders, slice(-epoch - 1, None)),
        (quiet, points_without_noise, orders_without_noise, slice(-epoch - 1, None)),
    ):
        for (order, history), style, color in zip(histories.items(), ("o-", "s--", "^:"), (RED, BLUE, VIOLET)):
            axes.plot(*history[part].T, style, color=color, linewidth=2, markersize=8, markevery=epoch // 4, label=order)
        contours = draw_errors(axes, *data)
        axes.set(xlim=WIDE[1] if axes is first else (1.7, 2.1), ylim=WIDE[2] if axes is first else (4.92, 5.25))
        if axes is first: label(contours, (2.9, 4.2), (2.5, 2.2), (2.5, -0.1))
    first.legend(loc="upper left")
    first.indicate_inset_zoom(last, edgecolor="black", alpha=1)
    return figure


def main():
    """Print the table, write images/descent.gif and images/order.png."""
    orders, orders_without_noise = {}, {}
    for noise, histories in (0.33, orders), (0, orders_without_noise):
        train_x, train_y, _, _ = makepoints(noise=noise)
        histories["in order"] = trajectory(train_x, train_y)
        histories["shuffled"] = trajectory(train_x, train_y, np.random.RandomState(0))
        histories["reversed"] = trajectory(train_x[::-1], train_y[::-1])
    points, points_without_noise = makepoints()[:2], makepoints(noise=0)[:2]

    for order, history in [*orders.items(), ("full batch", full_batch_trajectory(*points))]:
        line = "{:10}  after 50 steps ({:.2f}, {:.2f}), after 10,000 ({:.4f}, {:.4f})"
        print(line.format(order, *history[50], *history[-1]))
    save_gif(IMAGES / "descent.gif", draw_descent(orders["in order"], *points), fps=10)
    save_png(IMAGES / "order.png", draw_orders(orders, orders_without_noise, points, points_without_noise))
    print(f"wrote {shown(IMAGES / 'descent.gif')}\nwrote {shown(IMAGES / 'order.png')}")


if __name__ == "__main__":
    main()
