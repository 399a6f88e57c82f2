"""Time this project beside its peers, in some minutes, and print one table (Linux, macOS): python tests/benchmark.py

The peers are in benchmark-requirements.txt. Read the ratios: they differ less between machines than the times do.
"""

import ast
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

os.environ["JAX_PLATFORMS"] = "cpu"

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "linear_regression"))
import run
from animation import BLUE, GREEN, RED, draw_frames, log_spaced_steps, save_gif
from backend import NAME, theano
from data import makepoints
from model import build, model

LESSON = Path(run.__file__).parent
EPOCHS = 100
TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
TOTAL_X = np.concatenate([TRAIN_X, TEST_X])
POINTS = list(zip(TRAIN_X.tolist(), TRAIN_Y.tolist()))

# The post's own code, corrected where it does not run: Theano 1.0.5 needs the flag, M and B are W0 and W1, and total_x
# is to join the points, not to add them. Makes a GIF of so many frames and prints how many seconds that took.
POST = """
import os, sys, time
os.environ["THEANO_FLAGS"], os.environ["PYTENSOR_FLAGS"] = "blas.ldflags=", ""
import imageio.v3 as imageio, matplotlib.pyplot as plt, numpy as np, ENGINE as theano
from ENGINE import tensor as T
def makeline(data):
    return 5 + (2 * data + np.random.randn(*data.shape) * 0.33)
train_x, test_x = np.linspace(0, 1, 100), np.linspace(1, 2, 100)
train_y, test_y = makeline(train_x), makeline(test_x)
def model(X, M, B):
    return (X * M) + B
X, Y = T.scalar(), T.scalar()
W0 = theano.shared(np.asarray(0, dtype=theano.config.floatX))
W1 = theano.shared(np.asarray(0, dtype=theano.config.floatX))
mse = T.mean(T.sqr(model(X, W0, W1) - Y))
updates = [(W0, W0 - T.grad(cost=mse, wrt=W0) * 0.01), (W1, W1 - T.grad(cost=mse, wrt=W1) * 0.01)]
train_model = theano.function(inputs=[X, Y], outputs=mse, updates=updates)
for i in range(100):
    for x, y in zip(train_x, train_y):
        train_model(x, y)
start, pictures = time.perf_counter(), []
for frame in range(int(sys.argv[1])):
    total_x = np.concatenate([train_x, test_x])
    output = [model(X, W0, W1).eval({X: x}) for x in total_x]
    plt.scatter(train_x, train_y, color="blue")
    plt.scatter(test_x, test_y, color="green")
    plt.scatter(total_x, output, color="red")
    plt.savefig(sys.argv[2] + ".png")
    plt.close()
    pictures.append(imageio.imread(sys.argv[2] + ".png"))
imageio.imwrite(sys.argv[2] + ".gif", pictures, duration=50, loop=0)
print(time.perf_counter() - start)
""".replace("ENGINE", NAME.lower())

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


# Gradient descent on one point at a time, in float64. Each peer is a generator: every next() trains for EPOCHS more
# epochs and gives the slope and intercept.
def this_project():
    line = build()
    while True:
        for _ in range(EPOCHS):
            for x, y in POINTS:
                line.train_model(x, y)
        yield line.W0.get_value(), line.W1.get_value()


def elsewhere(program, **points):
    """Run the loop of a program in elsewhere/, with its own points or with others, as it stands there."""
    *start, loop, _ = ast.parse((LESSON / "elsewhere" / program).read_text()).body  # the last one prints
    names = {}
    exec(compile(ast.Module(start, []), program, "exec"), names)
    names.update(points)
    loop = compile(ast.Module([loop], []), program, "exec")
    while True:
        exec(loop, names)
        yield [W if isinstance(W, float) else W.item() for W in (names["W0"], names["W1"])]


def jax_update():
    """Return a jitted step in JAX, which gives the cost too, as train_model does."""
    import jax

    jax.config.update("jax_enable_x64", True)

    def mse(line, x, y):
        return (x * line[0] + line[1] - y) ** 2

    def update(line, x, y):
        cost, gradient = jax.value_and_grad(mse)(line, x, y)
        return line - 0.01 * gradient, cost

    return jax.jit(update, donate_argnums=0)  # the new line may take the old one's memory


def jax_step(own_arrays):
    """Call JAX's step with Python's floats or with JAX's own arrays."""
    import jax.numpy as jnp

    update = jax_update()
    points, line = [tuple(map(jnp.asarray if own_arrays else float, point)) for point in POINTS], jnp.zeros(2)
    while True:
        for _ in range(EPOCHS):
            for x, y in points:
                line, _ = update(line, x, y)
        yield line.tolist()


def jax_scan():
    """Train for an epoch in one call: the loop is compiled, too."""
    import jax
    import jax.numpy as jnp

    update = jax_update()
    x, y = jnp.asarray(TRAIN_X), jnp.asarray(TRAIN_Y)
    epoch = jax.jit(lambda line: jax.lax.scan(lambda line, point: update(line, *point), line, (x, y)))
    line = jnp.zeros(2)
    while True:
        for _ in range(EPOCHS):
            line, _ = epoch(line)
        yield line.tolist()


def time_steps():
    """Return the microseconds of one step for each peer, None for one that is not installed."""
    numbers = {"train_x": TRAIN_X.tolist(), "train_y": TRAIN_Y.tolist()}
    peers = {
        "this project, train_model(x, y)": (NAME.lower(), this_project()),
        "JAX's jitted step, called with the same floats": ("jax", jax_step(own_arrays=False)),
        "JAX's jitted step, called with JAX's arrays": ("jax", jax_step(own_arrays=True)),
        "JAX, lax.scan: the loop compiled, a call an epoch": ("jax", jax_scan()),
        "PyTorch, elsewhere/with_pytorch.py": ("torch", elsewhere("with_pytorch.py", **numbers)),
        "by hand, elsewhere/by_hand.py": ("numpy", elsewhere("by_hand.py", **numbers)),
    }
    installed = {what: peer for what, (library, peer) in peers.items() if find_spec(library)}
    first = {what: [float(number) for number in next(peer)] for what, peer in installed.items()}
    for what, line in first.items():
        if not np.allclose(line, next(iter(first.values())), rtol=0, atol=1e-9):
            raise AssertionError(f"{what} learns another line: {first}")

    seconds = time_rounds(10, {what: lambda peer=peer: next(peer) for what, peer in installed.items()})
    return {what: seconds[what] / EPOCHS / len(POINTS) * 1e6 if what in seconds else None for what in peers}


def time_rounds(rounds, functions):
    """Call all of the dict `functions` in turn, `rounds` times; return the dict of their median seconds."""
    seconds = {what: [] for what in functions}
    for _ in range(rounds):
        for what, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[what].append(time.perf_counter() - start)
    return {what: median(times) for what, times in seconds.items()}


def trained_history():
    """Return (step, slope, intercept) of an untrained line and of the steps that grow further and further apart."""
    line = build()
    steps = log_spaced_steps(EPOCHS * len(POINTS), 100)
    history = [(0, 0.0, 0.0)]
    for step, _ in enumerate(run.train(line, TRAIN_X, TRAIN_Y, EPOCHS), 1):
        if step in steps:
            history.append((step, float(line.W0.get_value()), float(line.W1.get_value())))
    return history


def func_animation(history, path):
    """Make the project's GIF the usual way; without pyplot, which would draw every frame twice."""
    from matplotlib.animation import FuncAnimation, PillowWriter
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.8), dpi=100)
    axes = figure.add_subplot(xlabel="x", ylabel="y")
    axes.scatter(TRAIN_X, TRAIN_Y, s=22, color=BLUE, marker="o", linewidth=0, label="training points")
    axes.scatter(TEST_X, TEST_Y, s=26, color=GREEN, marker="^", linewidth=0, label="test points")
    predictions = axes.scatter(TOTAL_X, 0 * TOTAL_X, s=5, color=RED, marker="s", linewidth=0, label="predictions")
    title = axes.set_title(" ", loc="left", size="medium", family="monospace")
    axes.legend(loc="upper left")

    def update(state):
        step, slope, intercept = state
        title.set_text(f"step {step:6,}: y = {slope:.2f}x + {intercept:.2f}")
        predictions.set_offsets(np.column_stack([TOTAL_X, model(TOTAL_X, slope, intercept)]))

    FuncAnimation(figure, update, history, cache_frame_data=False).save(path, PillowWriter(fps=20))


def time_frames(history, path):
    """Return the milliseconds of one frame, drawn and encoded, of a GIF of all `history`."""

    def project():
        save_gif(path, draw_frames(TRAIN_X, TRAIN_Y, TEST_X, TEST_Y, history), 20)

    project()  # loads the fonts and what else is loaded once
    peer = "matplotlib, FuncAnimation and PillowWriter"
    projects = "this project, draw_frames and save_gif"
    seconds = time_rounds(5, {projects: project, peer: lambda: func_animation(history, path)})
    return {what: whole / len(history) * 1e3 for what, whole in seconds.items()}


def measure(*arguments):
    """Return the seconds and the megabytes that Python needs with the `arguments`, and what it prints."""
    command = [sys.executable, "-c", CHILD, sys.executable, *map(str, arguments)]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    seconds, peak, text = output.split("\n", 2)
    return float(seconds), float(peak), text


def first_run(folder):
    """Return the seconds of run.py in a clone that has never run."""
    with tempfile.TemporaryDirectory(dir=folder) as clone:
        lesson = shutil.copytree(LESSON, Path(clone, "lesson"), ignore=shutil.ignore_patterns("__pycache__"))
        return measure(lesson / "run.py", "--output", Path(clone, "animation.gif"))[0]


def measure_runs(folder):
    """Return two dicts, the seconds and the megabytes of a whole run, and the number of frames it makes."""
    path = Path(folder, "line.gif")
    commands = {
        "this project, run.py": (LESSON / "run.py", "--output", path),
        "only importing its libraries": (
            "-c",
            f"import sys; sys.path.append({str(LESSON)!r}); import backend, matplotlib.pyplot, imageio.v3, tqdm",
        ),
    }
    rounds = [{what: measure(*command) for what, command in commands.items()} for _ in range(6)][1:]  # 1 to warm up
    seconds, megabytes = ({what: median(runs[what][i] for runs in rounds) for what in commands} for i in range(2))
    count = int(re.search(r"(\d+) frames", rounds[0]["this project, run.py"][2])[1])
    seconds["the first run of a clone"] = median(first_run(folder) for _ in range(3))

    measure("-c", POST, 1, path)  # what it compiles is kept for the next time
    whole, _, drawing = measure("-c", POST, 3, path)
    seconds[f"the post's recipe, scaled from 3 frames to {count}"] = whole + float(drawing) * (count / 3 - 1)
    return seconds, megabytes, count


def print_rows(heading, unit, rows):
    """Print the dict `rows`, {what: number in `unit`}, each with its ratio to the first one, this project's."""
    print(f"\n{heading:54} {unit:>8}    ratio")
    first = next(iter(rows.values()))
    for what, value in rows.items():
        print(f"  {what:52}", f"{value:8.2f} {value / first:8.2f}" if value else "not installed", flush=True)


def main():
    modules = {"pillow": "PIL"}
    libraries = "numpy", "matplotlib", "pillow", "imageio", "torch", "jax"
    versions = [f"{name} {version(name)}" for name in libraries if find_spec(modules.get(name, name))]
    print(f"Python {platform.python_version()}, {NAME} {theano.__version__}, {', '.join(versions)}")
    print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}; medians; ratios to this project's")

    print_rows("Training step, called from Python", "µs", time_steps())
    history = trained_history()
    with tempfile.TemporaryDirectory() as folder:
        frames = time_frames(history, Path(folder, "peer.gif"))
        print_rows(f"Frame of 640 x 480, in a GIF of {len(history)}", "ms", frames)
        seconds, megabytes, count = measure_runs(folder)
    print_rows(f"Whole run, {EPOCHS} epochs, {count} frames", "s", seconds)
    print_rows("Peak memory of a whole run", "MB", megabytes)


if __name__ == "__main__":
    main()
