"""What the tests share: SGD by hand, a reader of pictures, and the real command."""

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
RUN_PY = LINEAR_REGRESSION / "run.py"

# slope and intercept after 100 epochs over the points of seed 0
PUBLISHED = 2.05334957575467, 5.00685109401355

CURE = "If the change is meant, repair pages, pictures and notebook: python .ci/regenerate.py"
HANGS = 120  # seconds after which a process counts as one that never ends

with Image.open(REPOSITORY / "images" / "data.png") as picture:
    # "Matplotlib version3.10.9"
    MADE_BY = picture.info["Software"].split(",")[0]
INSTALLED = f"Matplotlib version{matplotlib.__version__}"
SAME_MATPLOTLIB = INSTALLED == MADE_BY and sys.platform == "linux"

posix = pytest.mark.skipif(os.name != "posix", reason="made of what Unix has")


def by_hand(train_x, train_y, epochs=1, learning_rate=0.01):
    """Train in NumPy, with gradients derived by hand.

    Returns slope and intercept before the first step and after each, in an array of
    shape (steps + 1, 2). If train_x[i] or train_y[i] is an array of n numbers, n lines
    are trained side by side, and the shape is (steps + 1, 2, n).
    """
    W0 = W1 = np.zeros(np.broadcast(train_x[0], train_y[0]).shape)
    history = [(W0, W1)]
    for _ in range(epochs):
        for x, Y in zip(train_x, train_y):
            error = W0 * x + W1 - Y
            W0 = W0 - learning_rate * 2 * error * x
            W1 = W1 - learning_rate * 2 * error
            history.append((W0, W1))
    return np.array(history)


def read_gif(path):
    """Return a picture's frames as arrays of red, green and blue, and milliseconds.

    The milliseconds are how long each frame is shown; for a PNG, they are None.
    """
    frames = []
    milliseconds = []
    with Image.open(path) as picture:
        for frame in ImageSequence.Iterator(picture):
            frames.append(np.array(frame.convert("RGB")))
            milliseconds.append(frame.info.get("duration"))
    return frames, milliseconds


def assert_as_committed(path, name=None):
    """Fail if the picture in `path` is not the one in images/.

    That one has the same name, or is called `name`.
    """
    expected, expected_milliseconds = read_gif(REPOSITORY / "images" / (name or path.name))
    actual, milliseconds = read_gif(path)
    assert len(actual) == len(expected), CURE
    assert milliseconds == expected_milliseconds, CURE
    for number, (before, after) in enumerate(zip(expected, actual)):
        if SAME_MATPLOTLIB:
            differing = np.not_equal(before, after).any(axis=-1)
            assert differing.sum() <= 10, f"pixels of frame {number}\n{CURE}"
        else:  # other versions set text a little differently
            differing = np.abs(shrink(after) - shrink(before)) > 48
            assert differing.mean() < 0.03, f"frame {number}\n{CURE}"


def shrink(frame):
    """Return the means of 8 x 8 pixels."""
    return np.array(Image.fromarray(frame).reduce(8), int)


def run_python(script, *arguments, env=(), **options):
    """Run a Python file with the variables `env`, and wait until it ends.

    Returns what it printed on stdout and on stderr, and its status.
    """
    ended = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        env={**os.environ, **dict(env)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=HANGS,
        **options,
    )
    return ended.stdout, ended.stderr, ended.returncode


def run_py(*arguments, **options):
    return run_python(RUN_PY, *arguments, **options)
