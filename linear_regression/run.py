"""The post from beginning to end: make points, train the line, write the GIF."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

import numpy as np
from tqdm import tqdm

from animation import IMAGES, draw_frames, save_gif, steps_to_draw
from backend import NAME, theano
from data import INTERCEPT, SLOPE, makepoints
from model import build, model


# Theano computes with NumPy, which would warn when training diverges
@np.errstate(over="ignore", invalid="ignore")
def train(line, train_x, train_y, epochs=100, rng=None):
    """Train `line`, as returned by model.build, on one point at a time.

    `train_x` and `train_y` are arrays of shape (points,). Each epoch takes them in
    their order or, with an np.random.RandomState `rng`, in a new one.

    Returns the trajectory, an array of shape (epochs * points + 1, 2): slope and
    intercept before the first step, and after each.

    Raises FloatingPointError after an epoch in which the slope or the intercept has
    grown to 1e12 or beyond.
    """
    points = len(train_x)
    history = np.empty((epochs * points + 1, 2))
    history[0] = line.W0.get_value(), line.W1.get_value()
    step = 0
    # disable=None: no bar unless on a terminal
    progress = tqdm(range(1, epochs + 1), "training", unit="epoch", disable=None)
    for epoch in progress:
        order = np.arange(points) if rng is None else rng.permutation(points)
        costs = []
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
    """Print slope and intercept of three lines, and the errors of the `learned` one."""
    lines = {
        "true": (SLOPE, INTERCEPT),
        "least squares": np.polyfit(train_x, train_y, 1),
        "learned": learned,
    }
    print(f"{'':13} {'slope':>10}  {'intercept':>10}")
    for name, (slope, intercept) in lines.items():
        print(f"{name:13} {slope:10.6f}  {intercept:10.6f}")

    train_mse = np.mean((model(train_x, *learned) - train_y) ** 2)
    test_mse = np.mean((model(test_x, *learned) - test_y) ** 2)
    print(
        f"mean squared error: {train_mse:.6g} on the training points, "
        f"{test_mse:.6g} on the test points"
    )


def reproduce(options):
    """Do everything that the post does, with the `options` of the command line."""
    print(f"{NAME} {theano.__version__} ({theano.config.floatX})")

    points = makepoints(options.points, options.noise, options.seed)
    train_x, train_y, _, _ = points
    rng = np.random.RandomState(options.seed) if options.shuffle else None
    history = train(build(options.learning_rate), train_x, train_y, options.epochs, rng)
    report(*points, learned=history[-1])

    frames = draw_frames(*points, history, steps_to_draw(history, options.frames))
    save_gif(options.output, frames, options.fps)
    kilobytes = options.output.stat().st_size / 1000
    print(f"wrote {options.output}: {len(frames)} frames, {kilobytes:.0f} kB")


def between(minimum, maximum, kind=int):
    """Return a function that turns an option's text into a number, for argparse."""

    def number(text):
        value = kind(text)
        if not minimum <= value <= maximum:  # nan, too, is not between
            raise argparse.ArgumentTypeError(f"{text} is not from {minimum} to {maximum}")
        return value

    return number


def gif_path(text):
    """Return an option's text as the path of the GIF to write, for argparse."""
    obstacle = obstacle_to_writing(text)
    if obstacle:
        raise argparse.ArgumentTypeError(f"cannot write {text!r}: {obstacle}")
    return Path(text)


def obstacle_to_writing(text):
    """Return what is wrong with the path of a GIF, or None. This changes no file.

    The folder, too, has to be writable, as animation.replace_file needs a new file.
    """
    path = os.path.realpath(text)  # where links lead
    folder = os.path.dirname(path)
    if not text.lower().endswith(".gif"):
        return "the name does not end in .gif"
    if not os.path.isdir(folder):
        return f"there is no folder {folder}"
    if os.path.isdir(path):
        return "it is a folder"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"the folder {folder} is not writable"
    try:
        os.stat(path)
    except FileNotFoundError:
        return None  # it will be a new file
    except OSError as error:  # the name is too long, links lead in a circle
        return error.strerror
    if not os.path.isfile(path):
        return "it is not a regular file"
    if not os.access(path, os.W_OK):
        return "the file is not writable"
    return None


def make_parser():
    """Return the parser of the command line."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description=__doc__,
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument(
        "--epochs",
        type=between(1, 10_000),
        default=100,
        help="passes through the training points",
    )
    parser.add_argument(
        "--learning-rate",
        type=between(1e-6, 10, float),
        default=0.01,
        help="size of the steps",
    )
    parser.add_argument(
        "--points",
        type=between(2, 10_000),
        default=100,
        help="training points, and test points",
    )
    parser.add_argument(
        "--noise",
        type=between(0, 1000, float),
        default=0.33,
        help="standard deviation from the line",
    )
    parser.add_argument(
        "--seed",
        type=between(0, 2**32 - 1),
        default=0,
        help="of the noise and of the shuffling",
    )
    parser.add_argument(
        "--shuffle",
        action="store_true",
        help="draw a new order of the points in each epoch",
    )
    parser.add_argument(
        "--frames",
        type=between(2, 1000),
        default=100,
        help="frames of the GIF, at most",
    )
    parser.add_argument(
        "--fps",
        type=between(1, 50),
        default=12,
        help="frames per second, rounded to 10 ms a frame",
    )
    parser.add_argument(
        "--output",
        type=gif_path,
        # a str, so that argparse checks it like one from the command line
        default=str(IMAGES / "animation.gif"),
        help="the GIF to write",
    )
    return parser


def main(arguments=None):
    """Run the command line; exit with one line on stderr if something is wrong."""
    if hasattr(sys.stdout, "reconfigure"):  # not in IDLE
        # a path is printed whatever letters it has
        sys.stdout.reconfigure(errors="backslashreplace")

    parser = make_parser()
    options = parser.parse_args(arguments)
    try:
        reproduce(options)
    except (FloatingPointError, OSError) as error:
        parser.exit(1, f"run.py: {error}\n")


if __name__ == "__main__":
    # Ctrl-C ends the run immediately. tqdm's default lock, shared between processes,
    # would then be reported as leaked.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    tqdm.set_lock(threading.RLock())
    main()
