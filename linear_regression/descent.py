"""What the post leaves open: how training walks down the mean squared error, and what the order of the points does.

Prints where several orders of the points lead, and draws images/descent.gif and images/order.png.
"""

from types import SimpleNamespace

import numpy as np

from animation import IMAGES, new_figure, plain_style, render, save_gif, save_png
from data import makepoints
from model import build, model
from run import train

BLUE, RED, TEAL = "#0055aa", "#ff0000", "#008080"  # colour-blind readers can tell these apart


def full_batch(train_x, train_y, steps=10_000, learning_rate=0.01):
    """Return a trajectory, as run.train does, in which each step moves against the mean gradient of all points."""
    history = np.zeros((steps + 1, 2))
    for step in range(steps):
        error = model(train_x, *history[step]) - train_y
        history[step + 1] = history[step] - learning_rate * np.mean([2 * error * train_x, 2 * error], axis=1)
    return history


def in_each_order(train_x, train_y):
    """Return {order of the points: trajectory of 100 epochs}."""
    return {
        "in order": train(build(), train_x, train_y),
        "shuffled": train(build(), train_x, train_y, rng=np.random.RandomState(0)),
        "reversed": train(build(), train_x[::-1], train_y[::-1]),
    }


def draw_errors(axes, train_x, train_y, size=10):
    """Draw contours of the mean squared error, and an X of `size` points at least squares; return the contours."""
    least_squares = np.polyfit(train_x, train_y, 1)
    axes.plot(*least_squares, "X", color="black", markersize=size, markeredgewidth=0, zorder=3, label="least squares")
    slopes, intercepts = np.linspace(-1, 1, 401) ** 3 * [[2.5], [6]] + least_squares[:, None]  # densest in the middle
    slope, intercept = np.meshgrid(slopes, intercepts)
    mse = sum((model(x, slope, intercept) - y) ** 2 for x, y in zip(train_x, train_y)) / len(train_x)
    levels = [0.001, 0.004, 0.01, 0.02, 0.11, 0.112, 0.115, 0.12, 0.13, 0.15, 0.2, 0.5, 1, 2, 5, 10, 20, 40]
    axes.set(xlabel="slope", ylabel="intercept")
    return axes.contour(slope, intercept, mse, levels, colors="#555555", linewidths=1)


def label(contours, *places):
    """Label the contour next to each of the `places` with its mean squared error; return the texts."""
    texts = contours.clabel(fmt="%g", colors="black", inline=False, manual=places)
    for text in texts:
        text.set_bbox({"facecolor": "white", "linewidth": 0, "pad": 1})
    return texts


# the ranges of the panels of descent.gif: y on the left, slope and intercept on the right
WIDE = np.array([(-1.7, 8.3), (-0.2, 3.2), (-0.3, 8.3)])
NEAR = np.array([(3.8, 8), (1.87, 2.12), (4.88, 5.18)])


@plain_style(800)
def draw_descent(history, train_x, train_y):
    """Return the frames of descent.gif: on the left the line, on the right its way down the mean squared error.

    They form three scenes: the way to the last epoch, a zoom, and each step of the last epoch.
    """
    last, epoch = len(history) - 1, len(train_x)
    spaced = np.geomspace(1, last - epoch, 59).round().astype(int).tolist()
    way_down = sorted({step if step < epoch else round(step / epoch) * epoch for step in spaced})  # to ends of epochs
    panels = draw_panels(train_x, train_y)

    def show(step):
        slope, intercept = history[step]
        predictions = model(train_x, slope, intercept)
        index = (step - 1) % epoch  # of the point that this step took
        error = predictions[index] - train_y[index]
        line, ring, pull, way, loop, equation, cost = panels.artists
        line.set_ydata(predictions)
        ring.set_data([train_x[index]] * 2, [train_y[index], predictions[index]])
        pull.set_data(*zip(history[step], history[step] - 0.1 * error * np.array([train_x[index], 1])))
        way.set_data(*history[[0, *(passed for passed in way_down if passed <= step)]].T)
        loop.set_data(*history[min(step, last - epoch) : step + 1].T)
        equation.set_text(f"step {step:6,}: y = {slope:.2f}x + {intercept:.2f}")
        cost.set_text(f"mean squared error {np.mean((predictions - train_y) ** 2):.4f}")

    scenes = draw_way_down(panels, show, way_down), draw_zoom(panels, show, last - epoch)
    return np.concatenate([*scenes, draw_last_epoch(panels, show, range(last - epoch, last + 1))])


def draw_panels(train_x, train_y):
    """Return a namespace: the figure of descent.gif, its panels, the contours, and the artists that steps change."""
    panels = SimpleNamespace(figure=new_figure(800, 420))
    left, right = panels.left, panels.right = panels.figure.subplots(1, 2)
    left.plot(train_x, train_y, ".", color=BLUE)
    least_squares = model(train_x, *np.polyfit(train_x, train_y, 1))
    left.plot(train_x, least_squares, "--", color="black", linewidth=2, zorder=3, label="least squares")
    left.set(xlabel="x", ylabel="y")
    panels.contours = draw_errors(right, train_x, train_y)
    (line,) = left.plot(train_x, 0 * train_x, color=RED, linewidth=2)
    (ring,) = left.plot([], [], "o-", color=BLUE, fillstyle="none", markersize=12, linewidth=3, markevery=[0])
    (pull,) = right.plot([], [], color=BLUE, linewidth=3)
    (way,) = right.plot([], [], color=RED, linewidth=1.5)
    (loop,) = right.plot([], [], "o-", color=RED, linewidth=3, markersize=8, markevery=[-1])
    left.legend(loc="lower right", framealpha=1)
    right.legend(loc="upper right", framealpha=1)
    equation, cost = (axes.set_title(" ", loc="left", size="medium", family="monospace") for axes in (left, right))
    panels.artists = line, ring, pull, way, loop, equation, cost
    look_at(panels, NEAR)
    panels.figure.draw_without_rendering()
    panels.figure.set_layout_engine("none")  # the axes stay where they are
    return panels


def look_at(panels, ranges):
    heights, slopes, intercepts = ranges
    panels.left.set(ylim=heights)
    panels.right.set(xlim=slopes, ylim=intercepts)


def draw_way_down(panels, show, steps):
    """Return the first scene: the whole valley, the steps on the way to the last epoch, and a rest."""
    look_at(panels, WIDE)
    texts = label(panels.contours, (2.9, 4.2), (2.5, 2.2), (2.5, -0.1))
    frames = render(panels.figure, panels.artists, show, steps + [steps[-1]] * 10)
    for text in texts:
        text.set_visible(False)
    return frames


def draw_zoom(panels, show, step):
    """Return the second scene: the line stands still, and both panels zoom in."""

    def update(share):
        look_at(panels, NEAR + share * (WIDE - NEAR))
        show(step)

    artists = [panels.left, panels.right, *panels.artists]
    frames = render(panels.figure, artists, update, (np.geomspace(20, 1, 12) - 1) / 19)
    for axes in panels.left, panels.right:
        axes.set_animated(False)
    return frames


def draw_last_epoch(panels, show, steps):
    """Return the third scene: a rest, and then each step of the last epoch."""
    label(panels.contours, (1.91, 5.025), (1.91, 4.925))
    return render(panels.figure, panels.artists, show, [steps[0]] * 10 + [*steps])


@plain_style(800)
def draw_orders(orders, points, orders_without_noise, points_without_noise):
    """Return a drawn figure of the first and the last epoch in each order, and of the last one without noise."""
    figure = new_figure(800, 640)
    first, last, quiet = figure.subplot_mosaic("AB;AC").values()
    first.set(title="first epoch", xlim=(-0.2, 3.2), ylim=(-0.3, 8.3))
    last.set(title="last epoch, magnified", xlim=(1.7, 2.1), ylim=(4.92, 5.25))
    quiet.set(title="the same without noise", xlim=(1.7, 2.1), ylim=(4.92, 5.25))

    def draw(axes, histories, part, sizes):
        looks = zip(("o-", "s--", "^:"), (RED, BLUE, TEAL), sizes)
        for (order, history), (style, color, size) in zip(histories.items(), looks):
            axes.plot(*history[part].T, style, color=color, linewidth=2, markersize=size, markevery=25, label=order)

    epoch = len(points[0])
    draw(first, orders, slice(epoch + 1), (8, 8, 8))
    draw(last, orders, slice(-epoch - 1, None), (6, 6, 6))
    draw(quiet, orders_without_noise, slice(-epoch - 1, None), (28, 20, 13))  # all visible, although they overlap
    label(draw_errors(first, *points), (2.9, 4.2), (2.5, 2.2), (2.5, -0.1))
    label(draw_errors(last, *points, size=6), (1.97, 5.2), (1.95, 5.13))
    label(draw_errors(quiet, *points_without_noise, size=6), (1.85, 5.1), (1.8, 5.18))
    quiet.annotate("all three", (2, 5), (-90, 0), textcoords="offset points", va="center")
    first.legend(loc="upper left")
    figure.get_layout_engine().set(wspace=0.08)
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # otherwise the lines from the box push the panels apart in some versions
    first.indicate_inset_zoom(last, edgecolor="black", alpha=1)
    figure.canvas.draw()
    return figure


def main():
    """Print the table, write images/descent.gif and images/order.png."""
    points, points_without_noise = makepoints()[:2], makepoints(noise=0)[:2]
    orders, orders_without_noise = in_each_order(*points), in_each_order(*points_without_noise)
    for order, history in {**orders, "full batch": full_batch(*points)}.items():
        ends = "after 50 steps ({:.2f}, {:.2f}), after 10,000 ({:.4f}, {:.4f})".format(*history[50], *history[-1])
        print(f"{order:10}  {ends}")

    save_gif(IMAGES / "descent.gif", draw_descent(orders["in order"], *points), fps=10)
    save_png(IMAGES / "order.png", draw_orders(orders, points, orders_without_noise, points_without_noise))
    print(f"wrote descent.gif and order.png into {IMAGES}")


if __name__ == "__main__":
    main()
