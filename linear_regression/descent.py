"""What the post leaves open: how training walks down the mean squared error.

Prints where several orders of the points lead, for the post's points and over 200
seeds. Draws, into images/, descent.gif (the way down), loop.gif (the last epoch),
order.png (the orders) and mirror.png (an epoch in order, and one in reverse).
"""

import sys

import numpy as np

from animation import IMAGES, RED, announce, new_figure, plain_style, render, save_gif, save_png
from data import makepoints
from model import build, model
from run import train

POINTS = 100
EPOCHS = 100
STEPS = EPOCHS * POINTS
SEEDS = 200

# batches of one point each, of shape (POINTS, 1)
IN_ORDER = np.arange(POINTS).reshape(POINTS, 1)
REVERSED = IN_ORDER[::-1]

# Colour-blind readers can tell these apart, and RED from them
DARK_BLUE = "#0055aa"
TEAL = "#008080"

# Two views of the cost: the ranges to draw, and places to label its contours next to
VALLEY = {
    "y": (-1.7, 8.3),
    "slope": (-0.2, 3.2),
    "intercept": (-0.3, 8.3),
    "labels": [(2.9, 4.2), (2.5, 2.2), (2.5, -0.1)],
}
BOTTOM = {
    "y": (3.8, 8),
    "slope": (1.87, 2.12),
    "intercept": (4.88, 5.18),
    "labels": [(1.91, 5.025), (1.91, 4.925)],
}


def descend(train_x, train_y, batches, rate=0.01, epochs=100, start=0):
    """Train a line in NumPy, on a batch of points at a time; return its trajectory.

    `train_x` and `train_y` are arrays of shape (points,). `batches` is an array of
    shape (steps, size) of indices into them: each of the `epochs` takes one step for
    each row, against the mean gradient of the row's points. `start` is the line to
    start from, as an array [slope, intercept].

    Returns the trajectory, an array of shape (epochs * steps + 1, 2), as run.train does.

    If the points have the shape (points, lines), as many lines are trained side by side.
    Then `start` has the shape (2, lines) or (2, 1), and the trajectory has the shape
    (epochs * steps + 1, 2, lines).
    """
    line = np.zeros((2, *train_x.shape[1:])) + start
    history = [line]
    for _ in range(epochs):
        for batch in batches:
            x = train_x[batch]
            errors = model(x, *line) - train_y[batch]
            gradient = np.mean([2 * errors * x, 2 * errors], axis=1)
            line = line - rate * gradient
            history.append(line)
    return np.array(history)


def close_loop(train_x, train_y, batches, rate):
    """Return the lines that an epoch leads back to themselves, of shape (2, lines).

    The arguments are those of `descend`, with points of the shape (points, lines). It is
    where training ends after ever more epochs. One epoch from each of three starts is
    enough to find it, since an epoch is an affine map: matrix @ line + shift.
    """

    def after_epoch(slope, intercept):
        start = [[slope], [intercept]]
        return descend(train_x, train_y, batches, rate, epochs=1, start=start)[-1]

    shift = after_epoch(0, 0)
    slope_column = after_epoch(1, 0) - shift
    intercept_column = after_epoch(0, 1) - shift

    # line = matrix @ line + shift, so (1 - matrix) @ line = shift
    matrices = np.stack([slope_column.T, intercept_column.T], axis=-1)
    lines = np.linalg.solve(np.eye(2) - matrices, shift.T[..., np.newaxis])
    return lines[..., 0].T


def print_orders(histories):
    """Print the line after 50 steps and the last one of {order: trajectory}."""
    for order, history in histories.items():
        early = "({:.2f}, {:.2f})".format(*history[50])
        last = "({:.4f}, {:.4f})".format(*history[-1])
        print(f"{order:10}  after 50 steps {early}, after {STEPS:,} {last}")


def print_seeds():
    """Print where training ends with the points of SEEDS seeds, trained side by side.

    That is the distance from least squares for each order, how often *in order* beats
    least squares on the test points, and how often two loops lie on the same side of it.
    """
    # four arrays of shape (points, seeds); train_x is the same for all seeds
    points = [makepoints(POINTS, seed=seed) for seed in range(SEEDS)]
    train_x, train_y, test_x, test_y = np.transpose(points, (1, 2, 0))
    least_squares = np.polyfit(train_x[:, 0], train_y, 1)

    rng = np.random.RandomState(0)
    once = rng.permutation(IN_ORDER)
    each_epoch = np.concatenate([rng.permutation(IN_ORDER) for _ in range(EPOCHS)])
    ends = {
        "in order": descend(train_x, train_y, IN_ORDER)[-1],
        "reversed": descend(train_x, train_y, REVERSED)[-1],
        "shuffled once": descend(train_x, train_y, once)[-1],
        "shuffled": descend(train_x, train_y, each_epoch, epochs=1)[-1],
    }
    print(f"\nover seeds 0 to {SEEDS - 1}, the distance from least squares")
    for name, end in ends.items():
        distance = np.hypot(*(end - least_squares))
        print(
            f"{name:13}  median {np.median(distance):.3f}, "
            f"largest {distance.max():.3f} (seed {distance.argmax()})"
        )

    learned_mse = np.mean((model(test_x, *ends["in order"]) - test_y) ** 2, axis=0)
    best_mse = np.mean((model(test_x, *least_squares) - test_y) ** 2, axis=0)
    better = (learned_mse < best_mse).sum()
    print(f"in order beats least squares on the test points: {better} seeds")

    print("\nin order and reversed loop on the same side of least squares")
    for rate in 0.01, 0.001, 0.0001:
        slope, _ = close_loop(train_x, train_y, IN_ORDER, rate)
        reversed_slope, _ = close_loop(train_x, train_y, REVERSED, rate)
        steeper = slope > least_squares[0]
        reversed_steeper = reversed_slope > least_squares[0]
        same_side = (steeper == reversed_steeper).sum()
        print(f"rate {rate:<6}  {same_side:2} seeds")


def draw_cost(axes, train_x, train_y, labels):
    """Draw contours of the mean squared error, and the cross of least squares; return it.

    The contours are labelled next to the places `labels`, a list of pairs.
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
    return draw_cross(axes, least_squares)


def draw_cross(axes, place):
    """Draw the cross of least squares at `place`, a pair; return it."""
    style = {"color": "black", "markersize": 10, "markeredgecolor": "white"}
    (cross,) = axes.plot(*place, "X", **style, label="least squares")
    return cross


@plain_style(800, 420)
def draw_training(history, steps, train_x, train_y, view):
    """Return frames, one for each of the `steps`, as an array like animation.render's.

    On the left is the line, with a ring and a stroke at the point that steps next, and
    on the right its path over the cost, with a stroke where that point pulls it. After
    the last step, no point steps next. `view` is VALLEY or BOTTOM.
    """
    figure = new_figure()
    left, right = figure.subplots(1, 2)

    left.set(xlabel="x", ylabel="y", ylim=view["y"])
    right.set(xlim=view["slope"], ylim=view["intercept"])
    cross = draw_cost(right, train_x, train_y, view["labels"])

    left.plot(train_x, train_y, ".", color=DARK_BLUE)
    (predictions,) = left.plot(train_x, 0 * train_x, color=RED, linewidth=2)
    best = model(train_x, *np.polyfit(train_x, train_y, 1))
    dashed = {"color": "black", "linewidth": 2, "label": "least squares"}
    (dashes,) = left.plot(train_x, best, "--", **dashed)
    ringed = {"color": DARK_BLUE, "linewidth": 3, "markersize": 12, "fillstyle": "none"}
    (ring,) = left.plot([], [], "o-", **ringed, markevery=[0])
    dotted = {"color": RED, "linewidth": 2, "markersize": 8}
    (path,) = right.plot([], [], "o-", **dotted, markevery=[-1])
    (pull,) = right.plot([], [], color=DARK_BLUE, linewidth=3)
    left.legend(loc="lower right", framealpha=1)
    right.legend(loc="upper right", framealpha=1)
    equation = left.set_title(" ", loc="left", size="medium", family="monospace")
    cost = right.set_title(" ", loc="left", size="medium", family="monospace")

    def update(step):
        slope, intercept = history[step]
        predicted = model(train_x, slope, intercept)
        errors = predicted - train_y
        predictions.set_ydata(predicted)
        passed = [earlier for earlier in steps if earlier <= step]
        path.set_data(*history[passed].T)

        point = step % len(train_x)  # the one that steps next
        x, error = train_x[point], errors[point]
        ring.set_data([x, x], [train_y[point], predicted[point]])
        # against the gradient (2 * error * x, 2 * error), five times as long as the step
        end = slope - 0.1 * error * x, intercept - 0.1 * error
        pull.set_data([slope, end[0]], [intercept, end[1]])
        for artist in ring, pull:
            artist.set_visible(step < len(history) - 1)

        equation.set_text(f"step {step:6,}: y = {slope:.2f}x + {intercept:.2f}")
        cost.set_text(f"mean squared error {np.mean(errors**2):.4f}")

    # the dashes and the cross do not change, but lie over what does
    artists = [predictions, dashes, ring, path, pull, cross, equation, cost]
    return render(figure, artists, update, steps)


@plain_style(800, 480)
def draw_orders(orders, train_x, train_y):
    """Return a drawn figure of the first and the last epoch of {order: trajectory}."""
    figure = new_figure()
    first, last = figure.subplots(1, 2)
    first.set(title="first epoch", xlim=(-0.2, 3.2), ylim=(-0.3, 8.3))
    last.set(title="last epoch, in the box", xlim=(1.7, 2.1), ylim=(4.92, 5.25))
    first.indicate_inset((1.7, 4.92, 0.4, 0.33), edgecolor="black", alpha=1)

    looks = [("o-", RED), ("s--", DARK_BLUE), ("^:", TEAL)]
    for (order, history), (marker, color) in zip(orders.items(), looks):
        style = {"color": color, "linewidth": 2, "markersize": 7, "label": order}
        first.plot(*history[: POINTS + 1].T, marker, **style, markevery=25)
        last.plot(*history[-POINTS - 1 :].T, marker, **style, markevery=25)

    draw_cost(first, train_x, train_y, [(0.5, 5.9), (2.9, 2.3), (2.5, -0.1)])
    draw_cost(last, train_x, train_y, [(1.97, 5.2), (1.95, 5.13)])
    handles, labels = first.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4)
    figure.canvas.draw()
    return figure


@plain_style(800, 480)
def draw_mirror(train_x, train_y):
    """Return a drawn figure of single epochs that begin at the line of least squares.

    Each panel has the epoch in order and the reversed one, at its rate. A mark, m or −m,
    shows how far each has moved the line when the turn of point 75 comes.
    """
    figure = new_figure()
    least_squares = np.polyfit(train_x, train_y, 1)
    for axes, rate in zip(figure.subplots(1, 2), (0.01, 0.001)):
        ticks = [-5 * rate, 0, 5 * rate]
        ends = -8 * rate, 8 * rate
        axes.set(title=f"rate {rate}", xlim=ends, ylim=ends, xticks=ticks, yticks=ticks)
        axes.set(xlabel="change of slope", ylabel="change of intercept")

        for order, batches, marker, color, mark, beside in (
            ("in order", IN_ORDER, "o-", RED, "m", (-28, 0)),
            ("reversed", REVERSED, "^:", TEAL, "−m", (10, -8)),
        ):
            history = descend(train_x, train_y, batches, rate, epochs=1, start=least_squares)
            moved = history - least_squares
            before_75 = batches[:, 0].tolist().index(75)
            style = {"color": color, "linewidth": 2, "markersize": 9, "label": order}
            axes.plot(*moved.T, marker, **style, markevery=[before_75])
            axes.annotate(
                mark,
                moved[before_75],
                xytext=beside,
                textcoords="offset points",
                style="italic",
                color=color,
            )
        draw_cross(axes, (0, 0))

    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    figure.canvas.draw()
    return figure


def steps_of_descent():
    """Return a list of steps, ever further apart; after epoch 1, each ends an epoch."""
    steps = {0}
    for step in np.geomspace(1, STEPS, 75).round().astype(int).tolist():
        steps.add(step if step < POINTS else round(step / POINTS) * POINTS)
    return sorted(steps)


def write_gif(name, frames):
    """Write the frames to the GIF `name` in images/, and print its path and size."""
    save_gif(IMAGES / name, frames, fps=10)
    announce(IMAGES / name, frames)


def write_png(name, figure):
    """Write the figure to the PNG `name` in images/, and print its path and size."""
    save_png(IMAGES / name, figure)
    announce(IMAGES / name)


def main():
    """Print the tables, and write the four pictures.

    Exits with status 1, before any work, if there is no folder for them.
    """
    if not IMAGES.is_dir():
        sys.exit(f"descent.py: there is no folder {IMAGES}")

    train_x, train_y, _, _ = makepoints(POINTS)
    in_order = train(build(), train_x, train_y)
    orders = {
        "in order": in_order,
        "shuffled": train(build(), train_x, train_y, rng=np.random.RandomState(0)),
        "reversed": train(build(), train_x[::-1], train_y[::-1]),
    }
    all_at_once = IN_ORDER.reshape(1, POINTS)
    full_batch = descend(train_x, train_y, all_at_once, epochs=STEPS)
    print_orders({**orders, "full batch": full_batch})
    print_seeds()

    way_down = steps_of_descent()
    frames = draw_training(in_order, way_down, train_x, train_y, VALLEY)
    write_gif("descent.gif", frames)

    last_epoch = range(STEPS - POINTS, STEPS + 1)
    frames = draw_training(in_order, last_epoch, train_x, train_y, BOTTOM)
    write_gif("loop.gif", frames)

    write_png("order.png", draw_orders(orders, train_x, train_y))
    write_png("mirror.png", draw_mirror(train_x, train_y))


if __name__ == "__main__":
    main()
