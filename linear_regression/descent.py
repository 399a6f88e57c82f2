"""What the post leaves open: how training walks down the mean squared error.

Prints where several orders of the points lead, for the post's points and over 200
seeds, and draws images/descent.gif (the way down), images/loop.gif (the last epoch) and
images/order.png (the orders).
"""

from typing import NamedTuple

import numpy as np

from animation import IMAGES, new_figure, plain_style, render, save_gif, save_png
from data import makepoints
from model import build, model
from run import train

POINTS = 100
EPOCHS = 100
STEPS = EPOCHS * POINTS
LEARNING_RATE = 0.01

# Colour-blind readers can tell these apart
BLUE = "#0055aa"
RED = "#ff0000"
TEAL = "#008080"


class View(NamedTuple):
    """A part of the cost to draw: ranges, and places to label its contours next to."""

    y: tuple
    slope: tuple
    intercept: tuple
    labels: list


VALLEY = View(
    y=(-1.7, 8.3),
    slope=(-0.2, 3.2),
    intercept=(-0.3, 8.3),
    labels=[(2.9, 4.2), (2.5, 2.2), (2.5, -0.1)],
)
BOTTOM = View(
    y=(3.8, 8),
    slope=(1.87, 2.12),
    intercept=(4.88, 5.18),
    labels=[(1.91, 5.025), (1.91, 4.925)],
)


def descend(train_x, train_y, batches):
    """Return the trajectory, as run.train does, of one step for each of the `batches`.

    A batch is an array of indices into the points, or a slice. If the points have the
    shape (points, lines), as many lines are trained side by side, and the trajectory
    has the shape (steps + 1, 2, lines).
    """
    history = [np.zeros((2, *train_x.shape[1:]))]
    for batch in batches:
        x = train_x[batch]
        errors = model(x, *history[-1]) - train_y[batch]
        gradient = np.mean([2 * errors * x, 2 * errors], axis=1)
        history.append(history[-1] - LEARNING_RATE * gradient)
    return np.array(history)


def print_orders(histories):
    """Print the line after 50 steps and the last one of {order: trajectory}."""
    for order, history in histories.items():
        early = "({:.2f}, {:.2f})".format(*history[50])
        last = "({:.4f}, {:.4f})".format(*history[-1])
        print(f"{order:10}  after 50 steps {early}, after {STEPS:,} {last}")


def print_seeds():
    """Print how far from least squares training ends, over the points of 200 seeds."""
    # four arrays of shape (points, seeds)
    points = [makepoints(POINTS, seed=seed) for seed in range(200)]
    train_x, train_y, test_x, test_y = np.transpose(points, (1, 2, 0))
    least_squares = np.polyfit(train_x[:, 0], train_y, 1)

    rng = np.random.RandomState(0)
    in_order = np.arange(POINTS)
    orders = {
        "in order": [in_order] * EPOCHS,
        "reversed": [in_order[::-1]] * EPOCHS,
        "shuffled once": [rng.permutation(POINTS)] * EPOCHS,
        "shuffled": [rng.permutation(POINTS) for _ in range(EPOCHS)],
    }
    print("\nover seeds 0 to 199, the distance from least squares")
    ends = {}
    for name, order in orders.items():
        batches = np.reshape(order, (STEPS, 1))  # of one point each
        ends[name] = descend(train_x, train_y, batches)[-1]
        distance = np.hypot(*(ends[name] - least_squares))
        print(
            f"{name:13}  median {np.median(distance):.3f}, "
            f"largest {distance.max():.3f} (seed {distance.argmax()})"
        )

    steeper = ends["in order"][0] > least_squares[0]
    reversed_steeper = ends["reversed"][0] > least_squares[0]
    same_side = (steeper == reversed_steeper).sum()
    print(f"in order and reversed end on the same side: {same_side} seeds")

    learned_mse = np.mean((model(test_x, *ends["in order"]) - test_y) ** 2, axis=0)
    best_mse = np.mean((model(test_x, *least_squares) - test_y) ** 2, axis=0)
    better = (learned_mse < best_mse).sum()
    print(f"in order beats least squares on the test points: {better} seeds")


def draw_cost(axes, train_x, train_y, labels):
    """Draw contours of the mean squared error, and an X at least squares; return the X.

    The contours are labelled next to the places `labels`.
    """
    least_squares = np.polyfit(train_x, train_y, 1)
    grid = np.linspace(-1, 1, 401) ** 3  # densest in the middle
    slope, intercept = np.meshgrid(least_squares[0] + 2.5 * grid, least_squares[1] + 6 * grid)
    squares = ((model(x, slope, intercept) - y) ** 2 for x, y in zip(train_x, train_y))
    mse = sum(squares) / len(train_x)
    levels = [0.11, 0.112, 0.115, 0.12, 0.13, 0.15, 0.2, 0.5, 1, 2, 5, 10, 20, 40]
    contours = axes.contour(slope, intercept, mse, levels, colors="#555555", linewidths=1)
    texts = contours.clabel(fmt="%g", colors="black", inline=False, manual=labels)
    for text in texts:
        text.set_bbox({"facecolor": "white", "linewidth": 0, "pad": 1})
    axes.set(xlabel="slope", ylabel="intercept")
    (cross,) = axes.plot(
        *least_squares,
        "X",
        color="black",
        markersize=10,
        markeredgecolor="white",
        label="least squares",
    )
    return cross


@plain_style(800)
def draw_training(history, steps, train_x, train_y, view):
    """Return frames, one for each of the `steps`, as an array like animation.render's.

    On the left is the line, with a ring and a stroke at the point that steps next, and
    on the right its path over the cost, with a stroke where that point pulls it.
    """
    figure = new_figure(800, 420)
    left, right = figure.subplots(1, 2)

    left.set(xlabel="x", ylabel="y", ylim=view.y)
    right.set(xlim=view.slope, ylim=view.intercept)
    cross = draw_cost(right, train_x, train_y, view.labels)
    left.plot(train_x, train_y, ".", color=BLUE)
    (predictions,) = left.plot(train_x, 0 * train_x, color=RED, lw=2)
    best = model(train_x, *np.polyfit(train_x, train_y, 1))
    (dashes,) = left.plot(train_x, best, "--", color="black", lw=2, label="least squares")
    (ring,) = left.plot([], [], "o-", color=BLUE, fillstyle="none", ms=12, lw=3, markevery=[0])
    (path,) = right.plot([], [], "o-", color=RED, ms=8, lw=2, markevery=[-1])
    (pull,) = right.plot([], [], color=BLUE, lw=3)
    left.legend(loc="lower right", framealpha=1)
    right.legend(loc="upper right", framealpha=1)
    equation = left.set_title(" ", loc="left", size="medium", family="monospace")
    cost = right.set_title(" ", loc="left", size="medium", family="monospace")

    def update(step):
        slope, intercept = history[step]
        errors = model(train_x, slope, intercept) - train_y
        predictions.set_ydata(train_y + errors)
        passed = [earlier for earlier in steps if earlier <= step]
        path.set_data(*history[passed].T)

        point = step % len(train_x)  # the one that steps next
        x, y, error = train_x[point], train_y[point], errors[point]
        ring.set_data([x, x], [y, y + error])
        pull.set_data([slope, slope - 0.1 * error * x], [intercept, intercept - 0.1 * error])

        equation.set_text(f"step {step:6,}: y = {slope:.2f}x + {intercept:.2f}")
        cost.set_text(f"mean squared error {np.mean(errors**2):.4f}")

    artists = [predictions, dashes, ring, path, pull, cross, equation, cost]
    return render(figure, artists, update, steps)


@plain_style(800)
def draw_orders(orders, train_x, train_y):
    """Return a drawn figure of the first and the last epoch of {order: trajectory}."""
    figure = new_figure(800, 480)
    first, last = figure.subplots(1, 2)
    first.set(title="first epoch", xlim=(-0.2, 3.2), ylim=(-0.3, 8.3))
    last.set(title="last epoch, in the box", xlim=(1.7, 2.1), ylim=(4.92, 5.25))
    first.indicate_inset((1.7, 4.92, 0.4, 0.33), edgecolor="black", alpha=1)

    looks = [("o-", RED), ("s--", BLUE), ("^:", TEAL)]
    for (order, history), (marker, color) in zip(orders.items(), looks):
        style = {"color": color, "lw": 2, "ms": 7, "markevery": 25, "label": order}
        first.plot(*history[: POINTS + 1].T, marker, **style)
        last.plot(*history[-POINTS - 1 :].T, marker, **style)

    draw_cost(first, train_x, train_y, [(0.5, 5.9), (2.9, 2.3), (2.5, -0.1)])
    draw_cost(last, train_x, train_y, [(1.97, 5.2), (1.95, 5.13)])
    handles, labels = first.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    figure.canvas.draw()
    return figure


def steps_of_descent():
    """Return a list of steps further and further apart, after epoch 1 whole epochs."""
    steps = {0}
    for step in np.geomspace(1, STEPS, 75).round().astype(int).tolist():
        steps.add(step if step < POINTS else round(step, -2))
    return sorted(steps)


def main():
    """Print the tables, write descent.gif, loop.gif and order.png into images/."""
    train_x, train_y, _, _ = makepoints(POINTS)
    in_order = train(build(), train_x, train_y)
    orders = {
        "in order": in_order,
        "shuffled": train(build(), train_x, train_y, rng=np.random.RandomState(0)),
        "reversed": train(build(), train_x[::-1], train_y[::-1]),
    }
    full_batch = descend(train_x, train_y, [slice(None)] * STEPS)
    print_orders({**orders, "full batch": full_batch})
    print_seeds()

    way_down = steps_of_descent()
    frames = draw_training(in_order, way_down, train_x, train_y, VALLEY)
    save_gif(IMAGES / "descent.gif", frames, fps=10)

    last_epoch = range(STEPS - POINTS, STEPS + 1)
    frames = draw_training(in_order, last_epoch, train_x, train_y, BOTTOM)
    save_gif(IMAGES / "loop.gif", frames, fps=10)

    save_png(IMAGES / "order.png", draw_orders(orders, train_x, train_y))
    print("wrote images/descent.gif, images/loop.gif and images/order.png")


if __name__ == "__main__":
    main()
