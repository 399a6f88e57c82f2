"""The post from beginning to end: make points, train the line, write the GIF."""

import os
import sys
import threading

import numpy as np
from tqdm import tqdm

from animation import announce, draw_frames, save_gif, steps_to_draw
from backend import LIBRARY, theano
from command_line import ctrl_c_ends_python, make_parser
from data import INTERCEPT, SLOPE, makepoints
from model import build, model


# Theano computes with NumPy, which would warn when training diverges
@np.errstate(over="ignore", invalid="ignore")
def train(line, train_x, train_y, epochs=100, rng=None):
    """Train `line`, a namespace from model.build, on one point at a time.

    `train_x` and `train_y` are arrays of shape (points,). Each of the `epochs` takes the
    points in their order or, with an np.random.RandomState `rng`, in a new one.

    Returns the trajectory, an array of shape (epochs * points + 1, 2): slope and
    intercept before the first step, and after each.

    Raises FloatingPointError after an epoch in which the slope or the intercept has
    grown to 1e12 or beyond, or is no longer a number.
    """
    points = len(train_x)
    history = np.empty((epochs * points + 1, 2))
    history[0] = line.W0.get_value(), line.W1.get_value()
    step = 0
    progress = tqdm(
        range(1, epochs + 1),
        "training",
        unit="epoch",
        # None: a bar on a terminal only. To give `disable` at all hides TQDM_DISABLE from tqdm.
        disable=os.environ.get("TQDM_DISABLE") or None,
        dynamic_ncols=True,  # a window made narrower breaks no lines
    )
    for epoch in progress:
        order = np.arange(points) if rng is None else rng.permutation(points)
        costs = []
        # as Python's numbers: in float32, Theano refuses NumPy's float64
        for x, y in zip(train_x[order].tolist(), train_y[order].tolist()):
            costs.append(line.train_model(x, y))
            step += 1
            history[step] = line.W0.get_value(), line.W1.get_value()

        if not np.abs(history[step]).max() < 1e12:  # nan, too, is not below
            raise FloatingPointError(
                f"training diverged in epoch {epoch}: try a smaller --learning-rate"
            )
        progress.set_postfix({"mean cost": f"{np.mean(costs):.3g}"}, refresh=False)
    return history


def report(train_x, train_y, test_x, test_y, learned):
    """Print what training has learned, beside the true line and least squares.

    The points are arrays of shape (points,), and `learned` is a pair of slope and
    intercept. Below the table are the mean squared errors of the learned line.
    """
    lines = {
        "true": (SLOPE, INTERCEPT),
        "least squares": np.polyfit(train_x, train_y, 1),
        "learned": learned,
    }
    print("                   slope   intercept")
    for name, (slope, intercept) in lines.items():
        print(f"{name:13} {slope:10.6f}  {intercept:10.6f}")

    train_mse = np.mean((model(train_x, *learned) - train_y) ** 2)
    test_mse = np.mean((model(test_x, *learned) - test_y) ** 2)
    print(
        f"mean squared error: {train_mse:.6g} on the training points, "
        f"{test_mse:.6g} on the test points"
    )


def main(options):
    """Do everything that the post does, with the `options` of the command line.

    They are the argparse.Namespace that make_parser().parse_args() returns. Raises
    FloatingPointError if training diverges, SystemExit if the GIF cannot be written.
    """
    print(f"{LIBRARY} {theano.__version__} ({theano.config.floatX})")

    train_x, train_y, test_x, test_y = makepoints(options.points, options.noise, options.seed)

    rng = np.random.RandomState(options.seed) if options.shuffle else None
    with ctrl_c_ends_python():
        line = build(options.learning_rate)
        history = train(line, train_x, train_y, options.epochs, rng)

    report(train_x, train_y, test_x, test_y, learned=history[-1])

    steps = steps_to_draw(history, options.frames)
    frames = draw_frames(train_x, train_y, test_x, test_y, history, steps)
    try:
        save_gif(options.output, frames, options.fps)
    except OSError as error:  # such as a full disk
        sys.exit(f"run.py: cannot write {options.output}: {error.strerror or error}")
    announce(options.output, frames)


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):  # not in IDLE
        # standard output may lack letters of a path
        sys.stdout.reconfigure(errors="backslashreplace")
    # tqdm's own lock is shared between processes; Python 3.14 reports it as leaked after Ctrl-C
    tqdm.set_lock(threading.RLock())
    try:
        main(make_parser().parse_args())
    except FloatingPointError as error:
        sys.exit(f"run.py: {error}")
    except KeyboardInterrupt:  # Ctrl-C
        sys.exit(130)  # 128 + SIGINT, as in shells
