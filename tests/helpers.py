"""What the tests share: SGD by hand, a reader of pictures, and the real command in a process of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image, ImageSequence

REPOSITORY = Path(__file__).resolve().parent.parent
LINEAR_REGRESSION = REPOSITORY / "linear_regression"
COMPILING = "compiling for the first time, which takes some seconds"
PUBLISHED = 2.05334957575467, 5.00685109401355  # slope and intercept after 100 epochs over the points of seed 0
HANGS = 120  # seconds after which a process counts as one that never ends

posix = pytest.mark.skipif(os.name != "posix", reason="made of what Unix has")
needs_compiler = pytest.mark.skipif(
    not (shutil.which("g++") or shutil.which("clang++")), reason="there is no C++ compiler"
)


def by_hand(train_x, train_y, epochs=1, learning_rate=0.01):
    """Train in NumPy with gradients derived by hand.

    Returns the cost of each step, and slope and intercept before the first step and after each. If train_x[i] or
    train_y[i] is an array, as many lines are trained side by side.
    """
    W0 = W1 = np.zeros(np.broadcast(train_x[0], train_y[0]).shape)
    costs, history = [], [(W0, W1)]
    for _ in range(epochs):
        for x, Y in zip(train_x, train_y):
            error = W0 * x + W1 - Y
            costs.append(error**2)
            W0, W1 = W0 - learning_rate * 2 * error * x, W1 - learning_rate * 2 * error
            history.append((W0, W1))
    return costs, np.array(history)


def read_gif(path):
    """Return the frames of a picture as arrays of red, green and blue, and the milliseconds each is shown."""
    with Image.open(path) as picture:
        frames = [
            (np.array(frame.convert("RGB")), frame.info.get("duration")) for frame in ImageSequence.Iterator(picture)
        ]
    return [frame for frame, _ in frames], [duration for _, duration in frames]


def assert_as_committed(path):
    """Fail if the picture in `path` is not the one in images/ of the same name."""
    path = Path(path)
    committed = REPOSITORY / "images" / path.name
    if path.read_bytes() == committed.read_bytes():
        return
    expected_frames, actual_frames = read_gif(committed)[0], read_gif(path)[0]
    assert [frame.shape for frame in actual_frames] == [frame.shape for frame in expected_frames]
    with Image.open(REPOSITORY / "images" / "order.png") as picture:
        same_version = f"Matplotlib version{matplotlib.__version__}," in picture.info["Software"]
    for expected, actual in zip(expected_frames, actual_frames):
        if same_version and sys.platform == "linux":
            assert (expected != actual).mean() < 1e-3
        else:  # other versions set text a little differently
            expected, actual = (np.array(Image.fromarray(pixels).reduce(8), int) for pixels in (expected, actual))
            assert (np.abs(actual - expected) > 48).mean() < 0.03


def assert_legible(figure):
    """Fail if some text of `figure` is less than 9 pixels high where the picture is shown 390 pixels wide."""
    figure.draw_without_rendering()  # chooses the numbers on the axes
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    assert len(sizes) > 5 and min(sizes) / (figure.get_figwidth() * 72) * 390 >= 9


def flags(settings):
    """Return the variables with which the reader gives Theano or PyTensor these settings."""
    return {"THEANO_FLAGS": settings, "PYTENSOR_FLAGS": settings.replace(".", "__")}


def start(script, *arguments, env=(), **options):
    """Start a Python file in a process of its own, with the variables `env`."""
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
    command = [sys.executable, *map(str, [script, *arguments])]
    return subprocess.Popen(command, env={**os.environ, **dict(env)}, encoding="utf-8", **options)


def finish(process):
    """Return what the process printed on stdout and on stderr, without the line on compiling, and its status."""
    try:
        stdout, stderr = process.communicate(timeout=HANGS)
    except subprocess.TimeoutExpired:
        process.kill()
        pytest.fail(f"still running after {HANGS} s: {process.communicate()}")
    return stdout, stderr.replace(f"{COMPILING}\n", ""), process.returncode


def run(script, *arguments, **options):
    return finish(start(script, *arguments, **options))


def run_py(*arguments, clone=REPOSITORY, **options):
    return run(clone / "linear_regression" / "run.py", *arguments, **options)
