"""The post from beginning to end: make the points, train the line on them, write the animated GIF."""

# first, so that whatever fails from here on ends in one line
from machinery import command  # isort: split

import math

from machinery import files
from machinery.options import OPTIONS

ANIMATION = files.IMAGES / "animation.gif"


def train(line, train_x, train_y, epochs=100, random=None):
    """Train `line`, which is what model.build returns, on one point at a time, and yield the cost of each step.

    The points come in their order or, with a np.random.RandomState `random`, in a new one in each epoch. Raises
    FloatingPointError after an epoch that ends in infinite numbers.
    """
    points = list(zip(train_x.tolist(), train_y.tolist()))
    for epoch in range(epochs):
        order = random.permutation(points).tolist() if random else points
        for x, y in order:
            cost = line.train_model(x, y)
            yield cost
        if not all(map(math.isfinite, (cost, line.W0.get_value(), line.W1.get_value()))):
            raise FloatingPointError(
                f"training diverged in epoch {epoch + 1} with learning rate {line.learning_rate:g}: "
                "try a smaller --learning-rate, such as 0.01, or less --noise"
            )


def run(
    epochs=100, learning_rate=0.01, points=100, noise=0.33, seed=0, shuffle=False, frames=100, fps=20, output=ANIMATION
):
    """Do all that the post does, and return the report; the options are those of the command line."""
    # imported here, so that a wrong argument is answered before the slow imports
    from backend import NAME, theano  # isort: split
    import numpy as np
    from tqdm import tqdm

    from animation import encode, frame_steps, scatters, thin_out
    from data import INTERCEPT, SLOPE, makepoints
    from model import build, model

    train_x, train_y, test_x, test_y = makepoints(points, noise, seed)
    line = build(learning_rate)

    steps = epochs * points
    drawn_steps = frame_steps(steps, frames)
    random = np.random.RandomState(seed) if shuffle else None
    states = [(0, 0.0, 0.0)]  # step, slope and intercept, first of the untrained line
    # disable=None: no bar unless on a terminal
    costs = tqdm(train(line, train_x, train_y, epochs, random), "training", steps, unit=" steps", disable=None)
    for step, cost in enumerate(costs, 1):
        if step in drawn_steps:
            states.append((step, float(line.W0.get_value()), float(line.W1.get_value())))
        if step % points == 0:
            costs.set_postfix(cost=f"{cost:.3g}", refresh=False)

    learned = states[-1][1:]  # the last step is always drawn

    states = thin_out(states)
    pictures = scatters(train_x, train_y, test_x, test_y, states)
    gif = encode(tqdm(pictures, "drawing", len(states), disable=None), len(states), fps)
    files.write(output, gif)

    rows = {"true": (SLOPE, INTERCEPT)}
    if points > 1:  # one point has no line of its own
        rows["least squares"] = np.polyfit(train_x, train_y, 1)
    rows["learned"] = learned
    train_mse = np.mean((model(train_x, *learned) - train_y) ** 2)
    test_mse = np.mean((model(test_x, *learned) - test_y) ** 2)
    return "\n".join(
        [
            f"{NAME} {theano.__version__} ({theano.config.floatX})",
            "                   slope   intercept",
            *(f"{name:13} {slope:10.6f}  {intercept:10.6f}" for name, (slope, intercept) in rows.items()),
            f"mean squared error: {train_mse:.6f} on the training points, {test_mse:.6f} on the test points",
            f"wrote {files.shown(output)}: {len(states)} frames, {len(gif) / 1000:.0f} kB",
        ]
    )


if __name__ == "__main__":
    command.main(run, OPTIONS)
