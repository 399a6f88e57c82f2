"""The post from beginning to end: make the points, train the line on them, write the animated GIF."""

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


@np.errstate(over="ignore", invalid="ignore")  # Theano computes with NumPy, which would warn when training diverges
def train(line, train_x, train_y, epochs=100, rng=None):
    """Train `line`, as returned by model.build, on one point at a time; return the trajectory of slope and intercept.

    It is an array of shape (steps + 1, 2), and starts where the line is. Each epoch takes the points in their order or,
    with an np.random.RandomState `rng`, in a new one. Raises FloatingPointError if one ends at 1e12 or beyond.
    """
    history = np.empty((epochs * len(train_x) + 1, 2))
    history[0] = line.W0.get_value(), line.W1.get_value()
    progress = tqdm(range(epochs), "training", unit="epoch", disable=None)  # None: no bar unless on a terminal
    step = 0
    for epoch in progress:
        order = rng.permutation(len(train_x)) if rng else slice(None)
        costs = []
        for x, y in zip(train_x[order].tolist(), train_y[order].tolist()):
            costs.append(line.train_model(x, y))
            step += 1
            history[step] = line.W0.get_value(), line.W1.get_value()
        if not np.abs(history[step]).max() < 1e12:  # nan, too, is not below
            raise FloatingPointError(f"training diverged in epoch {epoch + 1}: try a smaller --learning-rate")
        progress.set_postfix({"mean cost": f"{np.mean(costs):.3g}"}, refresh=False)
    return history


def main(epochs, learning_rate, points, noise, seed, shuffle, frames, fps, output):
    """Do everything that the post does, with the command line's options."""
    print(f"{NAME} {theano.__version__} ({theano.config.floatX})")
    train_x, train_y, test_x, test_y = makepoints(points, noise, seed)
    history = train(build(learning_rate), train_x, train_y, epochs, np.random.RandomState(seed) if shuffle else None)
    found = {"true": (SLOPE, INTERCEPT), "least squares": np.polyfit(train_x, train_y, 1), "learned": history[-1]}
    print("                   slope   intercept")
    for name, (slope, intercept) in found.items():
        print(f"{name:13} {slope:10.6f}  {intercept:10.6f}")
    costs = [np.mean((model(x, *history[-1]) - y) ** 2) for x, y in ((train_x, train_y), (test_x, test_y))]
    print("mean squared error: {:.6g} on the training points, {:.6g} on the test points".format(*costs))
    drawn = draw_frames(train_x, train_y, test_x, test_y, history, steps_to_draw(history, frames))
    save_gif(output, drawn, fps)
    print(f"wrote {output}: {len(drawn)} frames, {output.stat().st_size / 1000:.0f} kB")


def between(least, most, kind=int):
    """Return a function that turns an option's text into a number, for argparse."""

    def number(text):
        if not least <= kind(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not from {least} to {most}")
        return kind(text)

    return number


def gif(text):
    """Return the path of a GIF, for argparse, unless it is clear that it cannot be written. This changes no file."""
    path = os.path.realpath(text)  # where links lead
    folder = os.path.dirname(path)
    try:
        os.stat(path)
        fits = os.path.isfile(path) and os.access(path, os.W_OK)
    except FileNotFoundError:
        fits = os.path.isdir(folder)  # for a new file
    except OSError:  # a name too long, a loop of links
        fits = False
    if not (fits and text.lower().endswith(".gif") and os.access(folder, os.W_OK | os.X_OK)):
        raise argparse.ArgumentTypeError(f"{text!r} is not a file that can be written and ends in .gif")
    return Path(text)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C ends the run immediately
    tqdm.set_lock(threading.RLock())  # its default, shared between processes, would then be reported as leaked
    if hasattr(sys.stdout, "reconfigure"):  # not in IDLE
        sys.stdout.reconfigure(errors="backslashreplace")  # prints a path whatever letters it has
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--epochs", type=between(1, 10**4), default=100, help="passes through the training points")
    parser.add_argument("--learning-rate", type=between(1e-6, 10, float), default=0.01, help="size of the steps")
    parser.add_argument("--points", type=between(2, 10**4), default=100, help="training points, and test points")
    parser.add_argument("--noise", type=between(0, 1000, float), default=0.33, help="standard deviation from the line")
    parser.add_argument("--seed", type=between(0, 2**32 - 1), default=0, help="of the noise and of the shuffling")
    parser.add_argument("--shuffle", action="store_true", help="draw a new order of the points in each epoch")
    parser.add_argument("--frames", type=between(2, 1000), default=100, help="frames of the GIF, at most")
    parser.add_argument("--fps", type=between(1, 50), default=12, help="frames per second, rounded to 10 ms a frame")
    output = str(IMAGES / "animation.gif")  # a str, so that argparse checks it like one from the command line
    parser.add_argument("--output", type=gif, default=output, help="the GIF to write")
    try:
        main(**vars(parser.parse_args()))
    except (FloatingPointError, OSError) as error:
        parser.exit(1, f"run.py: {error}\n")
