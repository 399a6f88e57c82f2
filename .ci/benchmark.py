"""Time this project beside what people would use instead, and print a table.

Run it on Linux or macOS with: python .ci/benchmark.py

It needs benchmark-requirements.txt and a few minutes. The ratios differ less between
machines than the times do.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from timeit import timeit
from unittest import mock

import jax
import numpy as np
from matplotlib.animation import FuncAnimation, PillowWriter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "linear_regression"))
from animation import draw_frames, save_gif, steps_to_draw
from backend import LIBRARY, theano
from data import makepoints
from model import build, model
from run import train

jax.config.update("jax_enable_x64", True)
FOLDER = sys.path[0]  # of the tutorial
EPOCHS = 100
PUBLISHED = 2.05334957575467, 5.00685109401355  # what EPOCHS end at
TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
POINTS = list(zip(TRAIN_X.tolist(), TRAIN_Y.tolist()))


# Four ways to train. Each is a generator that trains for an epoch at every next(), and
# yields the slope and intercept.


def this_project():
    line = build()
    while True:
        for x, y in POINTS:
            line.train_model(x, y)
        yield line.W0.get_value(), line.W1.get_value()


def jax_update(line, point):
    """Return the next line and the cost, which train_model returns too."""
    x, y = point

    def squared_error(line):
        return (model(x, *line) - y) ** 2

    cost, gradient = jax.value_and_grad(squared_error)(line)
    return line - 0.01 * gradient, cost


def jax_step():
    update = jax.jit(jax_update)
    line = jax.numpy.zeros(2)
    while True:
        for point in POINTS:
            line, _ = update(line, point)
        yield line


def jax_scan():
    @jax.jit
    def epoch(line):
        return jax.lax.scan(jax_update, line, (TRAIN_X, TRAIN_Y))

    line = jax.numpy.zeros(2)
    while True:
        line, _ = epoch(line)
        yield line


def by_hand():
    W0 = W1 = 0.0
    while True:
        for x, y in POINTS:
            error = model(x, W0, W1) - y
            W0 = W0 - 2 * error * x * 0.01
            W1 = W1 - 2 * error * 0.01
        yield W0, W1


def median_seconds(rounds, functions):
    """Call the `functions`, {name: function}, in turn, so many `rounds`.

    Returns {name: the median of its seconds}.
    """
    times = {name: [] for name in functions}
    for _ in range(rounds):
        for name, function in functions.items():
            times[name].append(timeit(function, number=1))
    return {name: np.median(each) for name, each in times.items()}


def time_steps(peers):
    """Return {name: microseconds of a step} for `peers`, {name: generator}.

    They all have to learn the same line.
    """

    def train_all(peer):
        for _ in range(EPOCHS):
            line = next(peer)
        return np.array(line)  # waits until JAX has computed it

    for name, peer in peers.items():
        line = train_all(peer)  # compiles, too
        np.testing.assert_allclose(line, PUBLISHED, rtol=0, atol=1e-9, err_msg=name)
    functions = {name: partial(train_all, peer) for name, peer in peers.items()}
    seconds = median_seconds(10, functions)
    return {name: each / EPOCHS / len(POINTS) * 1e6 for name, each in seconds.items()}


def time_frames(path):
    """Return {name: milliseconds of a frame}."""
    history = train(build(), TRAIN_X, TRAIN_Y, EPOCHS)
    steps = steps_to_draw(history, 100)
    draw = partial(draw_frames, TRAIN_X, TRAIN_Y, TEST_X, TEST_Y, history, steps)

    def save_with_matplotlib(figure, artists, update, steps):
        figure.draw_without_rendering()
        # else it would lay out the axes again for every frame, and draw it twice
        figure.set_layout_engine(None)
        figure.canvas.draw_idle = lambda: None
        animation = FuncAnimation(figure, update, list(steps), cache_frame_data=False)
        animation.save(path, PillowWriter(fps=20))

    functions = {
        "a frame": lambda: save_gif(path, draw(), 20),
        "FuncAnimation, PillowWriter": mock.patch("animation.render", save_with_matplotlib)(draw),
    }
    seconds = median_seconds(5, functions)
    return {name: each / len(steps) * 1e3 for name, each in seconds.items()}


def python(*arguments, **variables):
    """Run Python in the tutorial's folder, and return the numbers that it prints.

    It gets the `arguments` and the environment `variables`.
    """
    printed = subprocess.check_output(
        [sys.executable, *arguments], cwd=FOLDER, env={**os.environ, **variables}
    )
    return [float(number) for number in printed.split()]


# Runs Python, prints its seconds and peak memory. It is small because Linux counts a
# parent's memory as its child's.
MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
command = [sys.executable, *sys.argv[1:]]
subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
seconds = time.perf_counter() - start
print(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def measure_runs(folder):
    """Return {name: seconds} and {name: megabytes} of whole processes.

    The first run has an empty home folder.
    """
    run = "-c", MEASURE, "run.py", "--output", f"{folder}/line.gif"
    # PyTensor imports Numba when it compiles
    imports = "import run" if LIBRARY == "Theano" else "import run, numba"
    measured = []
    for _ in range(6):
        first_run = python(*run, HOME=tempfile.mkdtemp(dir=folder))
        whole_run = python(*run)
        imports_alone = python("-c", MEASURE, "-c", imports)
        measured.append([whole_run, imports_alone, first_run])
    # without the first round, which warms up
    seconds, memory = np.median(measured[1:], axis=0).T
    megabyte = 2**20 if sys.platform == "darwin" else 2**10
    names = "the whole run", "its imports alone", "the first run"
    return dict(zip(names, seconds)), dict(zip(names, memory / megabyte))


def main():
    print(
        f"Python {sys.version.split()[0]}, {LIBRARY} {theano.__version__}, "
        f"JAX {jax.__version__}; medians"
    )
    with tempfile.TemporaryDirectory() as folder:
        seconds, megabytes = measure_runs(folder)
        frames = time_frames(f"{folder}/line.gif")
    steps = time_steps(
        {
            "a step": this_project(),
            "JAX's": jax_step(),
            "lax.scan": jax_scan(),
            "by hand": by_hand(),
        }
    )
    if shutil.which("g++"):
        flags = {
            "THEANO_FLAGS": "cxx=g++",
            "PYTENSOR_FLAGS": "cxx=g++,linker=cvm",
        }
        (steps["in C"],) = python(__file__, "step", **flags)
    tables = {"µs": steps, "ms": frames, "s": seconds, "MB": megabytes}
    for unit, rows in tables.items():
        first = next(iter(rows.values()))
        for name, number in rows.items():
            print(f"{name:28} {number:8.2f} {unit:2} {number / first:8.2g} ×")


if __name__ == "__main__":
    if sys.argv[1:] == ["step"]:  # which main runs with other flags
        print(*time_steps({"a step": this_project()}).values())
    else:
        main()
