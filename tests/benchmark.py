"""Time this project beside what people would use instead, and print a table (Linux, macOS): python tests/benchmark.py

It needs benchmark-requirements.txt and a few minutes. The ratios differ less between machines than the times do.
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
from backend import NAME, theano
from data import makepoints
from model import build, model
from run import train

jax.config.update("jax_enable_x64", True)
EPOCHS = 100
TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
POINTS = list(zip(TRAIN_X.tolist(), TRAIN_Y.tolist()))


# Four ways to train. Each is a generator that trains for an epoch at every next(), and yields the slope and intercept.
def this_project():
    line = build()
    while True:
        for x, y in POINTS:
            line.train_model(x, y)
        yield line.W0.get_value(), line.W1.get_value()


def jax_update(line, point):
    """Return the next line and the cost, which train_model returns too."""
    x, y = point
    cost, gradient = jax.value_and_grad(lambda line: (model(x, *line) - y) ** 2)(line)
    return line - 0.01 * gradient, cost


def jax_step():
    update, line = jax.jit(jax_update), jax.numpy.zeros(2)
    while True:
        for point in POINTS:
            line, _ = update(line, point)
        yield line


def jax_scan():
    epoch, line = jax.jit(lambda line: jax.lax.scan(jax_update, line, (TRAIN_X, TRAIN_Y))), jax.numpy.zeros(2)
    while True:
        line, _ = epoch(line)
        yield line


def by_hand():
    W0 = W1 = 0.0
    while True:
        for x, y in POINTS:
            error = model(x, W0, W1) - y
            W0, W1 = W0 - 2 * error * x * 0.01, W1 - 2 * error * 0.01
        yield W0, W1


def median_seconds(rounds, functions):
    """Call the `functions`, {name: function}, in turn, so many `rounds`; return {name: its median in seconds}."""
    times = [[timeit(function, number=1) for function in functions.values()] for _ in range(rounds)]
    return dict(zip(functions, np.median(times, axis=0)))


def time_steps(peers):
    """Return {name: microseconds of a step} for `peers`, {name: generator}, which all have to learn the same line."""

    def train_all(peer):
        for _ in range(EPOCHS):
            line = next(peer)
        return np.array(line)  # waits until JAX has computed it

    for name, peer in peers.items():  # compiles, too
        np.testing.assert_allclose(train_all(peer), (2.05334957575467, 5.00685109401355), 0, 1e-9, err_msg=name)
    seconds = median_seconds(10, {name: partial(train_all, peer) for name, peer in peers.items()})
    return {name: each / EPOCHS / len(POINTS) * 1e6 for name, each in seconds.items()}


def time_frames(path):
    """Return {name: milliseconds of a frame}."""
    history = train(build(), TRAIN_X, TRAIN_Y, EPOCHS)
    steps = steps_to_draw(history, 100)
    draw = partial(draw_frames, TRAIN_X, TRAIN_Y, TEST_X, TEST_Y, history, steps)

    def save_with_matplotlib(figure, artists, update, steps):
        figure.draw_without_rendering()
        figure.set_layout_engine(None)  # else it would lay out the axes again for every frame,
        figure.canvas.draw_idle = lambda: None  # and draw the frame twice
        FuncAnimation(figure, update, list(steps), cache_frame_data=False).save(path, PillowWriter(fps=20))

    draw_with_matplotlib = mock.patch("animation.render", save_with_matplotlib)(draw)
    functions = {"a frame": lambda: save_gif(path, draw(), 20), "FuncAnimation, PillowWriter": draw_with_matplotlib}
    return {name: each / len(steps) * 1e3 for name, each in median_seconds(5, functions).items()}


def python(*arguments, **variables):
    """Run Python with the `arguments` and environment `variables`, in the tutorial's folder; return what it prints."""
    command, environment = [sys.executable, *arguments], {**os.environ, **variables}
    return [float(number) for number in subprocess.check_output(command, cwd=sys.path[0], env=environment).split()]


# Runs Python, prints its seconds and peak memory. It is small because Linux counts a parent's memory as its child's.
MEASURE = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run([sys.executable, *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def measure_runs(folder):
    """Return {name: seconds} and {name: megabytes} of whole processes; the first run has an empty home folder."""
    run = "-c", MEASURE, "run.py", "--output", f"{folder}/line.gif"
    imports = "import run" if NAME == "Theano" else "import run, numba"  # PyTensor imports Numba when it compiles
    measured = []
    for _ in range(6):
        first = python(*run, HOME=tempfile.mkdtemp(dir=folder))
        measured.append([python(*run), python("-c", MEASURE, "-c", imports), first])
    seconds, memory = np.median(measured[1:], axis=0).T  # without the first round, which warms up
    names, unit = ("the whole run", "its imports alone", "the first run"), 2**20 if sys.platform == "darwin" else 2**10
    return dict(zip(names, seconds)), dict(zip(names, memory / unit))


def main():
    print(f"Python {sys.version.split()[0]}, {NAME} {theano.__version__}, JAX {jax.__version__}; medians")
    with tempfile.TemporaryDirectory() as folder:
        seconds, megabytes = measure_runs(folder)
        frames = time_frames(f"{folder}/line.gif")
    steps = time_steps({"a step": this_project(), "JAX's": jax_step(), "lax.scan": jax_scan(), "by hand": by_hand()})
    if shutil.which("g++"):
        steps["in C"] = python(__file__, "step", THEANO_FLAGS="cxx=g++", PYTENSOR_FLAGS="cxx=g++,linker=cvm")[0]
    for unit, rows in {"µs": steps, "ms": frames, "s": seconds, "MB": megabytes}.items():
        for name, number in rows.items():
            print(f"{name:28} {number:8.2f} {unit:2} {number / next(iter(rows.values())):8.2g} ×")


if __name__ == "__main__":
    if sys.argv[1:] == ["step"]:  # which main runs with other flags
        print(*time_steps({"a step": this_project()}).values())
    else:
        main()
