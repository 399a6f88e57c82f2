"""What the tests share: SGD by hand, a reader of pictures, and the real command in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from PIL import Image, ImageSequence

REPOSITORY = Path(__file__).resolve().parent.parent
LINEAR_REGRESSION = REPOSITORY / "linear_regression"
PUBLISHED = 2.05334957575467, 5.00685109401355  # slope and intercept after 100 epochs over the points of seed 0
CURE = "If the change is meant, repair pages, pictures and notebook: python tests/regenerate.py"
HANGS = 120  # seconds after which a process counts as one that never ends
with Image.open(REPOSITORY / "images" / "data.png") as picture:
    MADE_BY = picture.info["Software"].split(",")[0]  # "Matplotlib version3.10.9"
SAME_MATPLOTLIB = f"Matplotlib version{matplotlib.__version__}" == MADE_BY and sys.platform == "linux"

posix = pytest.mark.skipif(os.name != "posix", reason="made of what Unix has")


def by_hand(train_x, train_y, epochs=1, learning_rate=0.01):
    """Train in NumPy with gradients derived by hand; return slope and intercept before the first step and after each.

    If train_x[i] or train_y[i] is an array, as many lines are trained side by side.
    """
    W0 = W1 = np.zeros(np.broadcast(train_x[0], train_y[0]).shape)
    history = [(W0, W1)]
    for _ in range(epochs):
        for x, Y in zip(train_x, train_y):
            error = W0 * x + W1 - Y
            W0, W1 = W0 - learning_rate * 2 * error * x, W1 - learning_rate * 2 * error
            history.append((W0, W1))
    return np.array(history)


def read_gif(path):
    """Return the frames of a picture as arrays of red, green and blue, and the milliseconds each is shown."""
    with Image.open(path) as picture:
        frames = [(np.array(f.convert("RGB")), f.info.get("duration")) for f in ImageSequence.Iterator(picture)]
    return [list(part) for part in zip(*frames)]


def assert_as_committed(path, name=None):
    """Fail if the picture in `path` is not the one in images/ of the same name, or called `name`."""
    (expected, milliseconds), actual = (read_gif(file) for file in (REPOSITORY / "images" / (name or path.name), path))
    assert (len(expected), milliseconds) == (len(actual[0]), actual[1]), CURE
    for number, frames in enumerate(zip(expected, actual[0])):
        if SAME_MATPLOTLIB:
            assert np.not_equal(*frames).any(axis=-1).sum() <= 10, f"pixels of frame {number}\n{CURE}"
        else:  # other versions set text a little differently
            before, after = (np.array(Image.fromarray(pixels).reduce(8), int) for pixels in frames)
            assert (np.abs(after - before) > 48).mean() < 0.03, f"frame {number}\n{CURE}"


def run_python(script, *arguments, env=(), **options):
    """Run a Python file with the variables `env`; return what it printed on stdout and on stderr, and its status."""
    command = [sys.executable, *map(str, [script, *arguments])]
    options.update(env={**os.environ, **dict(env)}, encoding="utf-8", timeout=HANGS, stdin=subprocess.DEVNULL)
    ended = subprocess.run(command, capture_output=True, **options)
    return ended.stdout, ended.stderr, ended.returncode


def run_py(*arguments, **options):
    return run_python(LINEAR_REGRESSION / "run.py", *arguments, **options)
