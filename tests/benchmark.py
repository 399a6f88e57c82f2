"""Time this project beside its peers and print one table, in a minute or two (Linux, macOS): python tests/benchmark.py

The peers are in benchmark-requirements.txt. Read the ratios: they differ less between machines than the times do.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "linear_regression"))
from animation import BLUE, GREEN, RED, draw_frames, save_gif, steps_to_draw
from backend import NAME
from data import makepoints
from model import build, model
from run import train

EPOCHS = 100
TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
FLOATS = list(zip(TRAIN_X.tolist(), TRAIN_Y.tolist()))
WITH_C = {"THEANO_FLAGS": "cxx=g++", "PYTENSOR_FLAGS": "linker=cvm"}

# Runs a command and prints its seconds, its megabytes and its output; from here, it would count as large as this is.
CHILD = """
import resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
seconds = time.perf_counter() - start
if done.returncode:
    sys.exit(done.stderr)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(seconds, peak, done.stdout, sep="\\n")
"""


# Each peer is a generator: every next() trains for EPOCHS more epochs, in float64, and gives slope and intercept.
def this_project():
    line = build()
    while True:
        for _ in range(EPOCHS):
            for x, y in FLOATS:
                line.train_model(x, y)
        yield float(line.W0.get_value()), float(line.W1.get_value())


def in_jax(scan):
    """Call JAX's jitted step with Python's floats, or compile the loop over an epoch, too."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def update(line, point):
        cost, gradient = jax.value_and_grad(lambda line: (model(point[0], *line) - point[1]) ** 2)(line)
        return line - 0.01 * gradient, cost

    step = jax.jit(update)
    epoch = jax.jit(lambda line: jax.lax.scan(update, line, (TRAIN_X, TRAIN_Y))[0])
    line = jax.numpy.zeros(2)
    while True:
        for _ in range(EPOCHS):
            for point in [None] if scan else FLOATS:
                line = epoch(line) if scan else step(line, point)[0]
        yield line.tolist()


def time_steps():
    """Return {peer: microseconds of one step}."""
    peers = {"a step, train_model(float, float)": this_project()}
    peers["JAX's jitted step, with the same floats"] = in_jax(scan=False)
    peers["JAX's lax.scan, the loop compiled too"] = in_jax(scan=True)
    lines = [next(peer) for peer in peers.values()]
    np.testing.assert_allclose(lines, [lines[0]] * len(lines), rtol=0, atol=1e-9)
    seconds = time_rounds({what: lambda peer=peer: next(peer) for what, peer in peers.items()})
    return {what: each / EPOCHS / len(FLOATS) * 1e6 for what, each in seconds.items()}


def time_rounds(functions, rounds=7):
    """Call all of the dict `functions` in turn, `rounds` times; return the dict of their median seconds."""
    seconds = {what: [] for what in functions}
    for _ in range(rounds):
        for what, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[what].append(time.perf_counter() - start)
    return {what: median(times) for what, times in seconds.items()}


def time_frames(path):
    """Return {peer: milliseconds of one frame, drawn and encoded, of the same GIF}."""
    from matplotlib.animation import FuncAnimation, PillowWriter
    from matplotlib.figure import Figure

    history, x = train(build(), TRAIN_X, TRAIN_Y, EPOCHS), np.concatenate([TRAIN_X, TEST_X])
    steps = steps_to_draw(history, 100)

    def func_animation():
        axes = Figure(figsize=(6.4, 4.8)).add_subplot()  # without pyplot, which would draw every frame twice
        axes.scatter(TRAIN_X, TRAIN_Y, s=22, color=BLUE, label="training points")
        axes.scatter(TEST_X, TEST_Y, s=26, color=GREEN, marker="^", label="test points")
        predictions = axes.scatter(x, 0 * x, s=5, color=RED, marker="s", label="predictions")
        axes.legend()

        def update(step):
            axes.set_title(f"step {step:6,}: y = {history[step][0]:.2f}x + {history[step][1]:.2f}", loc="left")
            predictions.set_offsets(np.column_stack([x, model(x, *history[step])]))

        FuncAnimation(axes.figure, update, steps, cache_frame_data=False).save(path, PillowWriter(fps=20))

    def project():
        save_gif(path, draw_frames(TRAIN_X, TRAIN_Y, TEST_X, TEST_Y, history, steps), 20)

    project()  # loads the fonts
    seconds = time_rounds({"a frame of the GIF": project, "FuncAnimation and PillowWriter": func_animation}, 3)
    return {what: whole / len(steps) * 1e3 for what, whole in seconds.items()}


def measure(*arguments, env=()):
    """Return the seconds and the megabytes that Python needs with the `arguments`, and what it prints."""
    command = [sys.executable, "-c", CHILD, sys.executable, *map(str, arguments)]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env={**os.environ, **dict(env)})
    seconds, peak, text = output.stdout.split("\n", 2)
    return float(seconds), float(peak), text


def print_rows(unit, rows):
    """Print the dict `rows`, {what: number in `unit`}, each with its ratio to the first one, this project's."""
    for what, value in rows.items():
        print(f"{what:45} {value:8.2f} {unit:3} {value / next(iter(rows.values())):6.2f} ×", flush=True)


def main():
    versions = [f"{name} {version(name)}" for name in (NAME, "numpy", "matplotlib", "jax")]
    print(f"Python {sys.version.split()[0]}, {', '.join(versions)}; medians")
    steps = time_steps()
    if shutil.which("g++"):
        steps["train_model with C"] = float(measure(__file__, "step", env=WITH_C)[2])
    print_rows("µs", steps)
    with tempfile.TemporaryDirectory() as folder:
        print_rows("ms", time_frames(Path(folder, "a.gif")))
        run = Path(sys.path[0], "run.py"), "--output", Path(folder, "a.gif")
        libraries = f"{NAME.lower()}, imageio.v3, matplotlib.figure, tqdm" + ", numba" * (NAME == "PyTensor")
        warm = [(measure(*run), measure("-c", f"import {libraries}")) for _ in range(8)][1:]
        first = [measure(*run, env={"HOME": tempfile.mkdtemp(dir=folder)})[0] for _ in range(3)]
    rows = {"the whole run": median(each[0][0] for each in warm), "its bare imports": median(e[1][0] for e in warm)}
    print_rows("s", {**rows, "the first run, with an empty home folder": median(first)})
    print_rows("MB", {"peak memory of the whole run": median(each[0][1] for each in warm)})


if __name__ == "__main__":
    if sys.argv[1:] == ["step"]:
        print(time_steps()["a step, train_model(float, float)"])
    else:
        main()
