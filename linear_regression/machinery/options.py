"""The options of run.py: their ranges and what --help says of them."""

import argparse
import os
from pathlib import Path


def in_range(kind, least, most):
    """Return a function that turns an argument into a number of `kind`, int or float, from `least` to `most`."""

    def convert(text):
        try:
            value = kind(text)
            if least <= value <= most:
                return value
        except ValueError:
            pass
        what = "a whole number" if kind is int else "a number"
        raise argparse.ArgumentTypeError(f"{text!r} is not {what} from {least} to {most}")

    return convert


def gif(text):
    """Return the path of a GIF that can be written."""
    path = Path(text)
    if path.suffix.lower() != ".gif":
        raise argparse.ArgumentTypeError(f"{text!r} is not a file whose name ends in .gif")
    try:
        target = Path(os.path.realpath(path))  # where a link leads
        if os.path.lexists(target) and not target.is_file():
            raise argparse.ArgumentTypeError(f"{text!r} is there and is no regular file")
        there = next(place for place in (target, *target.parents) if place.exists())
        folder = target.parent if there == target else there
        if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK) and os.access(there, os.W_OK)):
            raise argparse.ArgumentTypeError(f"{text!r} cannot be written: {str(folder)!r} is not a writable folder")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written: {error.strerror}") from None
    return path


OPTIONS = {
    "epochs": (in_range(int, 1, 10**6), "number of passes through the training points"),
    "learning_rate": (in_range(float, 1e-300, 1e308), "fraction of the gradient that each step subtracts"),
    "points": (in_range(int, 1, 10**6), "number of training points, and of test points"),
    "noise": (in_range(float, 0, 1e308), "standard deviation of the points from the line, in units of y"),
    "seed": (in_range(int, 0, 2**32 - 1), "seed of the noise, and of the order of the points"),
    "shuffle": (bool, "draw a new order of the training points in each epoch"),
    "frames": (in_range(int, 2, 1000), "frames of the GIF, at most"),
    "fps": (in_range(int, 1, 50), "frames per second, each shown for a multiple of 10 ms"),
    "output": (gif, "the GIF to write"),
}
