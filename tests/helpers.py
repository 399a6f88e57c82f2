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

MAKE_PICTURES = ".venv-ci/bin/python -m nox -f .ci/noxfile.py -s pictures"
CURE = f"If that is meant, make the pictures anew: {MAKE_PICTURES}"
HANGS = 120  # seconds after which a process counts as one that never ends

with Image.open(REPOSITORY / "images" / "data.png") as picture:
    # "Matplotlib version3.10.9, https://matplotlib.org/"
    MADE_BY = picture.info["Software"].split(",")[0].replace("Matplotlib version", "matplotlib ")
INSTALLED = f"matplotlib {matplotlib.__version__}"
SAME_MATPLOTLIB = INSTALLED == MADE_BY and sys.platform == "linux"
DIFFERING_PIXELS = 10  # that a frame may have, as processors round differently

posix = pytest.mark.skipif(os.name != "posix", reason="made of what Unix has")


def on_page(*paths):
    """Return a mark for a test that needs the fixture `session` of each of these pages."""
    names = [path.relative_to(REPOSITORY).as_posix() for path in paths]
    return pytest.mark.parametrize("session", paths, indirect=True, ids=names)


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

    That one has the same name, or is called `name`. A reader's run may have drawn it anew,
    with another matplotlib.
    """
    committed = REPOSITORY / "images" / (name or path.name)
    assert_same_picture(path, committed, SAME_MATPLOTLIB and is_unchanged(committed))


def is_unchanged(path):
    """Tell whether Git knows that a file of the repository is as it was committed."""
    try:
        compared = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", path], cwd=REPOSITORY)
    except OSError:  # there is no Git
        return False
    return compared.returncode == 0


def assert_same_picture(path, expected_path, exactly):
    """Fail if the picture in `path` is not the one in `expected_path`.

    Frames, their milliseconds and their pixels are compared, these only roughly unless
    `exactly`, as other versions of matplotlib set text a little differently.
    """
    name = expected_path.name
    expected, expected_milliseconds = read_gif(expected_path)
    actual, milliseconds = read_gif(path)
    assert len(actual) == len(expected), f"frames of {name}\n{CURE}"
    assert milliseconds == expected_milliseconds, f"{name}\n{CURE}"
    for number, (before, after) in enumerate(zip(expected, actual)):
        place = f"frame {number} of {name}\n{CURE}"
        assert before.shape == after.shape, place
        if exactly:
            differing = np.not_equal(before, after).any(axis=-1)
            assert differing.sum() <= DIFFERING_PIXELS, place
        else:
            differing = np.abs(shrink(after) - shrink(before)) > 48
            assert differing.mean() < 0.03, place


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
