"""The command line of run.py: options, their limits, the check of --output, Ctrl-C."""

import argparse
import contextlib
import inspect
import os
import signal
import sys
from pathlib import Path

from animation import IMAGES


def make_parser():
    """Return the argparse.ArgumentParser of run.py."""
    parser = argparse.ArgumentParser(
        prog="run.py",
        description="Train a line on noisy points, as the post does, and write a GIF of it.",
    )

    def add(option, kind, default, text):
        text += " (default: %(default)s)"
        parser.add_argument(option, type=kind, default=default, help=text)

    add("--epochs", between(1, 10_000), 100, "passes through the training points")
    add("--learning-rate", between(1e-6, 10, float), 0.01, "size of the steps")
    add("--points", between(2, 10_000), 100, "training points, and test points")
    add("--noise", between(0, 1000, float), 0.33, "standard deviation from the line")
    add("--seed", between(0, 2**32 - 1), 0, "of the noise and of the shuffling")
    parser.add_argument(
        "--shuffle",
        action="store_true",
        help="draw a new order of the points in each epoch",
    )
    add("--frames", between(2, 1000), 100, "frames of the GIF, at most")
    add("--fps", between(1, 50), 12, "frames per second, rounded to 10 ms a frame")
    # a str, so that argparse checks it like one from the command line
    add("--output", gif_path, str(IMAGES / "animation.gif"), "the GIF to write")
    return parser


def between(minimum, maximum, kind=int):
    """Return a function that turns an option's text into a number, for argparse.

    The number is of the type `kind`. The function raises argparse.ArgumentTypeError if
    it is below `minimum` or above `maximum`, and ValueError if the text is no number.
    """

    def number(text):
        value = kind(text)
        if not minimum <= value <= maximum:  # nan, too, is not between
            message = f"{text} is not from {minimum} to {maximum}"
            raise argparse.ArgumentTypeError(message)
        return value

    return number


def gif_path(text):
    """Return an option's text as the pathlib.Path of the GIF to write, for argparse.

    Raises argparse.ArgumentTypeError if it is clear already that it cannot be written.
    """
    path = os.path.expanduser(text)  # the shell leaves the ~ of --output=~/line.gif
    obstacle = find_obstacle(path)
    if obstacle:
        raise argparse.ArgumentTypeError(f"cannot write {text!r}: {obstacle}")
    return Path(path)


def find_obstacle(path):
    """Return what keeps a GIF from being written to `path`, or None if nothing does.

    The path is a str, and so is the obstacle. This changes no file. The folder has
    to be writable, too: animation.replace_file puts a file of its own there.
    """
    if not path.lower().endswith(".gif"):
        return "the name does not end in .gif"
    if os.name == "nt" and ":" in os.path.basename(path):
        # it would write a hidden stream of another file
        return "the name contains a colon"

    try:
        path = os.path.realpath(path)  # where links lead
        folder, name = os.path.split(path)
        if not os.path.isdir(folder):
            return f"there is no folder {folder}"
        if os.path.isdir(path):
            return "it is a folder"
        if not os.access(folder, os.W_OK | os.X_OK):
            return f"the folder {folder} is not writable"
        if len(name) > 255:
            return "the name is too long"  # which Windows does not say
        os.stat(path)
    except FileNotFoundError:
        return None  # it will be a new file
    except OSError as error:  # the name has too many bytes, links lead in a circle
        return error.strerror

    if not os.path.isfile(path):
        return "it is not a regular file"
    if not os.access(path, os.W_OK):
        return "the file is not writable"
    return None


@contextlib.contextmanager
def ctrl_c_ends_python():
    """Return a context in which Ctrl-C ends Python at once.

    Elsewhere it raises KeyboardInterrupt, which code compiled by Numba may lose or turn
    into a SystemError. Nothing changes where Ctrl-C is ignored, or where Python goes on
    when the program has ended: in IDLE, in a notebook, in a debugger, after `python -i`.
    """
    # the file that Python was started with, which may be a debugger's or IPython's
    started = inspect.stack(context=0)[-1].filename
    ends_python = os.path.basename(started) == "run.py" and not sys.flags.inspect
    is_default = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if not (ends_python and is_default):
        yield
        return

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
