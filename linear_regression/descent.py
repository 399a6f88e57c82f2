"""What the post leaves open: how training walks down the mean squared error, and what the order of the points does.

Prints where several orders of the points lead, for the post's points and over 200 seeds, and draws images/descent.gif
(the way down), images/loop.gif (the last epoch) and images/order.png.
"""

import numpy as np

from animation import IMAGES, new_figure, plain_style, render, save_gif, save_png
from data import makepoints
from model import build, model
from run import train

BLUE, RED, TEAL = "#0055aa", "#ff0000", "#008080"  # colour-blind readers can tell these apart

# two parts of the cost: the ranges of y, slope and intercept, and places next to which its contours are labelled
VALLEY = [(-1.7, 8.3), (-0.2, 3.2), (-0.3, 8.3)], [(2.9, 4.2), (2.5, 2.2), (2.5, -0.1)]
BOTTOM = [(3.8, 8), (1.87, 2.12), (4.88, 5.18)], [(1.91, 5.025), (1.91, 4.925)]


def descend(train_x, train_y, batches):
    """Return the trajectory, as run.train does, of one step at a rate of 0.01 for each of the `batches` of points.

    If the points have the shape (points, lines), as many lines are trained side by side.
    """
    history = [np.zeros((2, *train_x.shape[1:]))]
    for batch in batches:
        errors = model(train_x[batch], *history[-1]) - train_y[batch]
        history.append(history[-1] - 0.01 * np.mean([2 * errors * train_x[batch], 2 * errors], axis=1))
    return np.array(history)


def print_seeds():
    """Print how far from least squares training ends in several orders, over the points of seeds 0 to 199."""
    train_x, train_y, test_x, test_y = np.transpose([makepoints(seed=seed) for seed in range(200)], (1, 2, 0))
    least_squares = np.polyfit(train_x[:, 0], train_y, 1)
    rng, in_order = np.random.RandomState(0), np.arange(len(train_x))
    orders = {
        "in order": [in_order] * 100,
        "reversed": [in_order[::-1]] * 100,
        "shuffled once": [rng.permutation(in_order)] * 100,
        "shuffled": [rng.permutation(in_order) for _ in range(100)],
    }
    ends = {name: descend(train_x, train_y, np.reshape(order, (-1, 1)))[-1] for name, order in orders.items()}
    print("\nover seeds 0 to 199, the distance from least squares")
    for name, end in ends.items():
        distance = np.hypot(*(end - least_squares))
        print(f"{name:13}  median {np.median(distance):.3f}, largest {distance.max():.3f} (seed {distance.argmax()})")
    same_side = (ends["in order"][0] > least_squares[0]) == (ends["reversed"][0] > least_squares[0])
    mse = [np.mean((model(test_x, *line) - test_y) ** 2, axis=0) for line in (ends["in order"], least_squares)]
    print(f"in order and reversed end on the same side: {same_side.sum()} seeds")
    print(f"in order beats least squares on the test points: {(mse[0] < mse[1]).sum()} seeds")


def draw_cost(axes, train_x, train_y, places):
    """Draw contours of the mean squared error, labelled next to the `places`; return the X drawn at least squares."""
    least_squares = np.polyfit(train_x, train_y, 1)
    slopes, intercepts = np.linspace(-1, 1, 401) ** 3 * [[2.5], [6]] + least_squares[:, None]  # densest in the middle
    slope, intercept = np.meshgrid(slopes, intercepts)
    mse = sum((model(x, slope, intercept) - y) ** 2 for x, y in zip(train_x, train_y)) / len(train_x)
    levels = [0.11, 0.112, 0.115, 0.12, 0.13, 0.15, 0.2, 0.5, 1, 2, 5, 10, 20, 40]
    contours = axes.contour(slope, intercept, mse, levels, colors="#555555", linewidths=1)
    for text in contours.clabel(fmt="%g", colors="black", inline=False, manual=places):
        text.set_bbox({"facecolor": "white", "linewidth": 0, "pad": 1})
    axes.set(xlabel="slope", ylabel="intercept")
    style = {"color": "black", "markersize": 10, "markeredgecolor": "white", "label": "least squares"}
    return axes.plot(*least_squares, "X", **style)[0]


@plain_style(800)
def draw_training(history, steps, train_x, train_y, ranges, places):
    """Return frames, one for each of the `steps`: on the left the line, on the right its path over the cost.

    `ranges` are those of y, slope and intercept, and `places` those of the contours' labels.
    """
    figure = new_figure(800, 420)
    left, right = figure.subplots(1, 2)
    left.set(xlabel="x", ylabel="y", ylim=ranges[0])
    right.set(xlim=ranges[1], ylim=ranges[2])
    cross = draw_cost(right, train_x, train_y, places)
    left.plot(train_x, train_y, ".", color=BLUE)
    (predictions,) = left.plot(train_x, 0 * train_x, color=RED, linewidth=2)
    best = model(train_x, *np.polyfit(train_x, train_y, 1))
    (dashes,) = left.plot(train_x, best, "--", color="black", linewidth=2, label="least squares")
    (ring,) = left.plot([], [], "o-", color=BLUE, fillstyle="none", markersize=12, linewidth=3, markevery=[0])
    (path,) = right.plot([], [], "o-", color=RED, linewidth=2, markersize=8, markevery=[-1])
    (pull,) = right.plot([], [], color=BLUE, linewidth=3)
    left.legend(loc="lower right", framealpha=1)
    right.legend(loc="upper right", framealpha=1)
    equation, cost = (axes.set_title(" ", loc="left", size="medium", family="monospace") for axes in (left, right))

    def update(step):
        slope, intercept = history[step]
        errors = model(train_x, slope, intercept) - train_y
        point = step % len(train_x)  # the one that steps next
        x, y, error = train_x[point], train_y[point], errors[point]
        predictions.set_ydata(train_y + errors)
        ring.set_data([x, x], [y, y + error])
        path.set_data(*history[[passed for passed in steps if passed <= step]].T)
        pull.set_data([slope, slope - 0.1 * error * x], [intercept, intercept - 0.1 * error])
        equation.set_text(f"step {step:6,}: y = {slope:.2f}x + {intercept:.2f}")
        cost.set_text(f"mean squared error {np.mean(errors**2):.4f}")

    return render(figure, [predictions, dashes, ring, path, pull, cross, equation, cost], update, steps)


@plain_style(800)
def draw_orders(orders, train_x, train_y):
    """Return a drawn figure of the first and the last epoch in each order."""
    figure = new_figure(800, 480)
    first, last = figure.subplots(1, 2)
    first.set(title="first epoch", xlim=(-0.2, 3.2), ylim=(-0.3, 8.3))
    last.set(title="last epoch, in the box", xlim=(1.7, 2.1), ylim=(4.92, 5.25))
    first.indicate_inset((1.7, 4.92, 0.4, 0.33), edgecolor="black", alpha=1)
    for (order, history), (style, color) in zip(orders.items(), (("o-", RED), ("s--", BLUE), ("^:", TEAL))):
        for axes, part in (first, history[:101]), (last, history[-101:]):
            axes.plot(*part.T, style, color=color, linewidth=2, markersize=7, markevery=25, label=order)
    draw_cost(first, train_x, train_y, [(0.5, 5.9), (2.9, 2.3), (2.5, -0.1)])
    draw_cost(last, train_x, train_y, [(1.97, 5.2), (1.95, 5.13)])
    figure.legend(*first.get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.canvas.draw()
    return figure


def main():
    """Print the tables, write images/descent.gif, images/loop.gif and images/order.png."""
    train_x, train_y, _, _ = makepoints()
    orders = {
        "in order": train(build(), train_x, train_y),
        "shuffled": train(build(), train_x, train_y, rng=np.random.RandomState(0)),
        "reversed": train(build(), train_x[::-1], train_y[::-1]),
    }
    full_batch = descend(train_x, train_y, [slice(None)] * 10_000)
    for order, history in {**orders, "full batch": full_batch}.items():
        ends = "after 50 steps ({:.2f}, {:.2f}), after 10,000 ({:.4f}, {:.4f})".format(*history[50], *history[-1])
        print(f"{order:10}  {ends}")
    print_seeds()

    history = orders["in order"]
    steps = np.geomspace(1, 10_000, 75).round().astype(int).tolist()
    way_down = sorted({0, *(step if step < 100 else round(step, -2) for step in steps)})  # whole epochs after the first
    save_gif(IMAGES / "descent.gif", draw_training(history, way_down, train_x, train_y, *VALLEY), fps=10)
    save_gif(IMAGES / "loop.gif", draw_training(history, range(9_900, 10_001), train_x, train_y, *BOTTOM), fps=10)
    save_png(IMAGES / "order.png", draw_orders(orders, train_x, train_y))
    print("wrote images/descent.gif, images/loop.gif and images/order.png")


if __name__ == "__main__":
    main()
