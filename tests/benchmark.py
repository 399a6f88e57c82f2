"""Time this project beside its peers, in a minute or two, and print one table: python tests/benchmark.py

The peers are in benchmark-requirements.txt. Read the ratios: they differ less between machines than the times do.
"""

import os
import platform
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import numpy as np
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "linear_regression"))
import run
from animation import BLUE, GREEN, RED, draw, encode
from backend import NAME, theano
from data import makepoints
from model import build, model

RATE = 0.01
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
import subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
seconds = time.perf_counter() - start
if done.returncode:
    sys.exit(done.stderr)
try:
    import resource
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
except ImportError:  # Windows
    peak = 0
print(seconds, peak, done.stdout, sep="\\n")
"""


# Gradient descent from (0, 0) on one point at a time, in float64, called from Python. Each peer is a generator: every
# next() trains for one more epoch and gives the slope and intercept.
def this_project():
    line = build(RATE)
    while True:
        for x, y in POINTS:
            line.train_model(x, y)
        yield line.W0.get_value(), line.W1.get_value()


def torch_backward():
    import torch

    points = [torch.tensor(point, dtype=torch.float64).unbind() for point in POINTS]
    slope, intercept = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(2))
    while True:
        for x, y in points:
            cost = (x * slope + intercept - y).square()
            cost.backward()
            with torch.no_grad():
                slope -= RATE * slope.grad
                intercept -= RATE * intercept.grad
            slope.grad = intercept.grad = None
        yield slope.item(), intercept.item()


def torch_vector(optim):
    import torch

    torch.set_default_dtype(torch.float64)
    points = [(torch.tensor([x, 1.0]), torch.tensor(y)) for x, y in POINTS]
    line = torch.zeros(2, requires_grad=True)
    values = line.detach()  # the same memory, updated unseen by autograd
    optimizer = torch.optim.SGD([line], lr=RATE)
    while True:
        for x, y in points:
            cost = (torch.dot(x, line) - y).square()
            if optim:
                optimizer.zero_grad()
                cost.backward()
                optimizer.step()
            else:
                (gradient,) = torch.autograd.grad(cost, line)
                values.sub_(gradient, alpha=RATE)
        yield line.tolist()


def jax_jit(kind):
    import jax

    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")

    def cost(line, point):
        return (point[0] * line[0] + line[1] - point[1]) ** 2

    def step(line, point):
        error, gradient = jax.value_and_grad(cost)(line, point)
        return error, jax.tree_util.tree_map(lambda value, change: value - RATE * change, line, gradient)

    step = jax.jit(step, donate_argnums=0)  # the new parameters may take the old ones' memory
    line, points = jax.device_put((kind([0.0, 0.0]), list(map(kind, POINTS))))
    while True:
        for point in points:
            _, line = step(line, point)
        yield float(line[0]), float(line[1])


def hips_autograd():
    from autograd import numpy, value_and_grad

    step = value_and_grad(lambda line, x, y: (numpy.dot(x, line) - y) ** 2)
    points, line = [(np.array([x, 1]), y) for x, y in POINTS], np.zeros(2)
    while True:
        for x, y in points:
            _, gradient = step(line, x, y)
            line -= RATE * gradient
        yield line


def by_hand(number):
    def step(slope, intercept, x, y):
        error = x * slope + intercept - y
        gradient = 2 * error
        return error * error, slope - RATE * gradient * x, intercept - RATE * gradient

    points, slope, intercept = [(number(x), number(y)) for x, y in POINTS], number(0), number(0)
    while True:
        for x, y in points:
            _, slope, intercept = step(slope, intercept, x, y)
        yield slope, intercept


def time_steps():
    """Return the microseconds of one step for each peer, None for one that is not installed."""
    peers = {
        "this project, train_model(x, y)": (NAME.lower(), this_project()),
        "PyTorch, backward(), updates by hand": ("torch", torch_backward()),
        "PyTorch, autograd.grad of a vector, updates by hand": ("torch", torch_vector(optim=False)),
        "PyTorch, optim.SGD of a vector": ("torch", torch_vector(optim=True)),
        "JAX, jit, a tuple": ("jax", jax_jit(tuple)),
        "JAX, jit, a vector": ("jax", jax_jit(np.array)),
        "HIPS autograd": ("autograd", hips_autograd()),
        "gradients by hand, NumPy's numbers": ("numpy", by_hand(np.float64)),
        "gradients by hand, Python's numbers": ("numpy", by_hand(float)),
    }
    installed = {what: peer for what, (library, peer) in peers.items() if find_spec(library)}
    first = {what: [float(number) for number in next(peer)] for what, peer in installed.items()}
    for what, line in first.items():
        if not np.allclose(line, next(iter(first.values())), rtol=0, atol=1e-9):
            raise AssertionError(f"{what} learns another line in its first epoch: {first}")

    epochs = 5
    functions = {what: lambda peer=peer: [next(peer) for _ in range(epochs)] for what, peer in installed.items()}
    seconds = time_rounds(40, functions)
    return {what: seconds[what] / epochs / len(POINTS) * 1e6 if what in seconds else None for what in peers}


def time_rounds(rounds, functions):
    """Call all of the dict `functions` in turn, `rounds` times; return the dict of their median seconds."""
    seconds = {what: [] for what in functions}
    for _ in range(rounds):
        for what, function in functions.items():
            start = time.perf_counter()
            function()
            seconds[what].append(time.perf_counter() - start)
    return {what: median(times) for what, times in seconds.items()}


def func_animation(frames, path):
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

    def update(frame):
        title.set_text(frame[0])
        predictions.set_offsets(np.column_stack([TOTAL_X, frame[1]]))

    FuncAnimation(figure, update, frames, cache_frame_data=False).save(path, PillowWriter(fps=20))


def time_frames(frames, path):
    """Return the milliseconds of one frame, drawn and encoded, of a GIF of all `frames`."""

    def project():
        return encode(draw(TRAIN_X, TRAIN_Y, TEST_X, TEST_Y, iter(frames)), len(frames), 20)

    project()  # loads the fonts and what else is loaded once
    peer = "matplotlib, FuncAnimation and PillowWriter"
    seconds = time_rounds(5, {"this project, draw and encode": project, peer: lambda: func_animation(frames, path)})
    return {what: whole / len(frames) * 1e3 for what, whole in seconds.items()}


def measure(*arguments):
    """Return the seconds and the megabytes that Python needs with the `arguments`, and what it prints."""
    command = [sys.executable, "-c", CHILD, sys.executable, *map(str, arguments)]
    output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    seconds, peak, text = output.split("\n", 2)
    return float(seconds), float(peak), text


def measure_runs(count, path):
    """Return two dicts, the seconds and the megabytes of a whole run, which is to make `count` frames."""
    commands = {
        "this project, run.py": (run.__file__, "--output", path),
        "its libraries' imports alone": ("-c", f"import {NAME.lower()}, matplotlib.pyplot, imageio.v3, tqdm"),
    }
    rounds = [{what: measure(*command) for what, command in commands.items()} for _ in range(6)][1:]  # 1 to warm up
    seconds, megabytes = ({what: median(runs[what][i] for runs in rounds) for what in commands} for i in range(2))
    if f" {count} frames" not in rounds[0]["this project, run.py"][2]:
        raise AssertionError(f"run.py does not make {count} frames by default")

    measure("-c", POST, 1, path)  # what it compiles is kept for the next time
    whole, _, drawing = measure("-c", POST, 3, path)
    seconds[f"the post's recipe, scaled from 3 frames to {count}"] = whole + float(drawing) * (count / 3 - 1)
    return seconds, megabytes


def print_rows(heading, unit, rows):
    """Print the dict `rows`, {what: number in `unit`}, each with its ratio to the first one, this project's."""
    print(f"\n{heading:54} {unit:>8}    ratio")
    first = next(iter(rows.values()))
    for what, value in rows.items():
        print(f"  {what:52}", f"{value:8.2f} {value / first:8.2f}" if value else "not installed", flush=True)


def main():
    modules = {"pillow": "PIL"}
    libraries = "numpy", "matplotlib", "pillow", "imageio", "torch", "jax", "autograd"
    versions = [f"{name} {version(name)}" for name in libraries if find_spec(modules.get(name, name))]
    print(f"Python {platform.python_version()}, {NAME} {theano.__version__}, {', '.join(versions)}")
    print(f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}; medians; ratios to this project's")

    # the frames that run.py makes by default
    steps = set(np.geomspace(100 * len(POINTS), 1, 99).round().astype(int).tolist())
    way = run.train(build(RATE), POINTS, 100, steps, tqdm(disable=True))
    frames = [
        (f"step {step:6,} of 10,000:  slope {M:5.2f}, intercept {B:5.2f}", model(TOTAL_X, M, B)) for step, M, B in way
    ]

    print_rows("Training step, called from Python", "µs", time_steps())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "peer.gif")
        print_rows(f"Frame of 640 x 480, in a GIF of {len(frames)}", "ms", time_frames(frames, path))
        seconds, megabytes = measure_runs(len(frames), path)
    print_rows(f"Whole run, 100 epochs, {len(frames)} frames", "s", seconds)
    if all(megabytes.values()):
        print_rows("Peak memory of a whole run", "MB", megabytes)


if __name__ == "__main__":
    main()
