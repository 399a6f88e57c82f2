"""The post from beginning to end: make the points, train the line on them, write the animated GIF."""

import argparse
import math
import os
import signal
import sys
import tempfile
import threading
from pathlib import Path

ANIMATION = Path(__file__).resolve().parent.parent / "images" / "animation.gif"


def train(line, train_x, train_y, epochs=100, rng=None):
    """Train `line`, which is what model.build returns, on one point at a time, and yield the cost of each step.

    The points come in their order or, with a np.random.RandomState `rng`, in a new one in each epoch. Raises
    FloatingPointError after an epoch that ends in infinite numbers.
    """
    for epoch in range(epochs):
        order = rng.permutation(len(train_x)) if rng else slice(None)
        for x, y in zip(train_x[order].tolist(), train_y[order].tolist()):
            cost = line.train_model(x, y)
            yield cost
        if not all(map(math.isfinite, (cost, line.W0.get_value(), line.W1.get_value()))):
            raise FloatingPointError(f"training diverged in epoch {epoch + 1}: try a smaller --learning-rate")


def main(epochs, learning_rate, points, noise, seed, shuffle, frames, fps, output):
    """Do all that the post does, with the options of the command line."""
    # imported here, so that a wrong option is answered at once
    import numpy as np
    from tqdm import tqdm

    from animation import draw_frames, drop_still_frames, log_spaced_steps, save_gif, shown
    from backend import NAME, theano
    from data import INTERCEPT, SLOPE, makepoints
    from model import build, model

    tqdm.set_lock(threading.RLock())  # its default starts a process, which complains when this one is interrupted
    print(f"{NAME} {theano.__version__} ({theano.config.floatX})")

    train_x, train_y, test_x, test_y = makepoints(points, noise, seed)
    line = build(learning_rate)

    steps = epochs * points
    drawn_steps = log_spaced_steps(steps, frames)
    history = [(0, 0.0, 0.0)]  # step, slope and intercept, first of the untrained line
    costs = train(line, train_x, train_y, epochs, np.random.RandomState(seed) if shuffle else None)
    progress = tqdm(costs, "training", steps, unit=" steps", disable=None)  # None: no bar unless on a terminal
    for step, cost in enumerate(progress, 1):
        if step in drawn_steps:
            history.append((step, float(line.W0.get_value()), float(line.W1.get_value())))
        if step % points == 0:
            progress.set_postfix(cost=f"{cost:.3g}", refresh=False)
    _, slope, intercept = history[-1]  # the last step is always drawn

    print("                   slope   intercept")
    row = "{:13} {:10.6f}  {:10.6f}".format
    print(row("true", SLOPE, INTERCEPT))
    if points > 1:  # one point has no line of its own
        print(row("least squares", *np.polyfit(train_x, train_y, 1)))
    print(row("learned", slope, intercept))
    train_mse = np.mean((model(train_x, slope, intercept) - train_y) ** 2)
    test_mse = np.mean((model(test_x, slope, intercept) - test_y) ** 2)
    print(f"mean squared error: {train_mse:.6f} on the training points, {test_mse:.6f} on the test points")

    drawn = draw_frames(train_x, train_y, test_x, test_y, drop_still_frames(history))
    try:
        save_gif(output, drawn, fps)
    except OSError as error:
        sys.exit(f"run.py: {output} cannot be written: {error.strerror}")
    print(f"wrote {shown(output)}: {len(drawn)} frames, {output.stat().st_size / 1000:.0f} kB")


def between(least, most, kind=int):
    """Return a function that turns an option's text into a number, for argparse."""

    def number(text):
        value = kind(text)
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{text} is not from {least} to {most}")
        return value

    return number


def gif(text):
    """Return the path of a GIF, for argparse, after trying whether one can be written there."""
    path = Path(text)
    if path.suffix.lower() != ".gif" or os.path.isdir(path):
        raise argparse.ArgumentTypeError(f"{text!r} is not a file that ends in .gif")
    try:
        folder = next(parent for parent in path.resolve().parents if os.path.exists(parent))
        with tempfile.TemporaryDirectory(dir=folder) as trial:
            Path(trial, path.name).touch()
        if path.exists():
            path.open("r+b").close()
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written: {error.strerror}") from None
    return path


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--epochs", type=between(1, 10**6), default=100, help="passes through the training points")
    parser.add_argument("--learning-rate", type=between(1e-300, 1e300, float), default=0.01, help="size of the steps")
    parser.add_argument("--points", type=between(1, 10**6), default=100, help="training points, and test points")
    parser.add_argument("--noise", type=between(0, 1e300, float), default=0.33, help="standard deviation from the line")
    parser.add_argument("--seed", type=between(0, 2**32 - 1), default=0, help="of the noise and of the shuffling")
    parser.add_argument("--shuffle", action="store_true", help="draw a new order of the points in each epoch")
    parser.add_argument("--frames", type=between(2, 1000), default=100, help="frames of the GIF, at most")
    parser.add_argument("--fps", type=between(1, 50), default=20, help="frames per second, rounded to 10 ms a frame")
    parser.add_argument("--output", type=gif, default=ANIMATION, help="the GIF to write")
    options = vars(parser.parse_args())
    if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        main(**options)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
    except FloatingPointError as error:
        sys.exit(f"run.py: {error}")
    except ModuleNotFoundError as error:
        sys.exit(f'run.py: {error} (see "When it does not work" in README.md)')
