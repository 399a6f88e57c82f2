"""The post from beginning to end: make the points, train the line on them, write the animated GIF."""

import argparse
import atexit
import math
import os
import signal
import sys
from pathlib import Path

INTERRUPTIONS = signal.SIGINT, signal.SIGTERM
IMAGES = Path(__file__).resolve().parent.parent / "images"


def train(line, points, epochs, frame_steps, progress):
    """Train `line`, which is what model.build returns, on one point at a time; the loop of part 4 of the post.

    Returns a list of (step, slope, intercept): of the untrained line, and after each of `frame_steps`. `points` is a
    list of (x, y), `progress` a tqdm bar. Raises FloatingPointError when the cost is no longer finite.
    """
    step = 0
    path = [(0, 0.0, 0.0)]
    for epoch in range(epochs):
        for x, y in points:
            cost = line.train_model(x, y)
            step += 1
            if not math.isfinite(cost):
                raise diverged(epoch + 1, step, line.learning_rate)
            if progress.update():  # it has just been shown
                progress.set_postfix(cost=f"{cost:.3g}", refresh=False)
            if step in frame_steps:
                path.append((step, float(line.W0.get_value()), float(line.W1.get_value())))
    return path


def diverged(epoch, step, learning_rate):
    where = f"training diverged at epoch {epoch}, step {step}, with learning rate {learning_rate:g}"
    return FloatingPointError(f"{where}: try a smaller --learning-rate, such as 0.01, or less --noise")


def run(epochs, learning_rate, points, noise, seed, frames, fps, output):
    """Do all that the post does, and return the report."""
    # Imported here, so that a wrong argument is answered at once and Ctrl-C is quiet from the beginning.
    from backend import NAME, theano  # isort: split
    import numpy as np
    from tqdm import tqdm

    from animation import draw, encode, replace
    from data import INTERCEPT, SLOPE, makepoints
    from model import build, model

    np.seterr(all="ignore")  # no warnings: whatever becomes infinite ends the run
    train_x, train_y, test_x, test_y = makepoints(points, noise, seed)
    total_x = np.concatenate([train_x, test_x])
    line = build(learning_rate)

    # Most happens in the first steps, so the frames follow the logarithm of the step.
    steps = epochs * points
    frame_steps = set(np.geomspace(steps, 1, frames - 1).round().astype(int).tolist())
    with tqdm(desc="training", total=steps, unit=" steps", disable=None) as progress:
        path = train(line, list(zip(train_x.tolist(), train_y.tolist())), epochs, frame_steps, progress)

    train_mse, test_mse = (np.mean((line.predict(x) - y) ** 2) for x, y in ((train_x, train_y), (test_x, test_y)))
    if not math.isfinite(train_mse + test_mse):
        raise diverged(epochs, steps, learning_rate)

    width = len(f"{steps:,}")

    def frame(step, slope, intercept):
        title = f"step {step:{width},} of {steps:,}:  slope {slope:5.2f}, intercept {intercept:5.2f}"
        return title, model(total_x, slope, intercept)

    frames = (frame(*state) for state in tqdm(path, "drawing", disable=None))
    gif = encode(draw(train_x, train_y, test_x, test_y, frames), len(path), fps)
    for signal_number in INTERRUPTIONS:
        signal.signal(signal_number, signal.SIG_IGN)  # too late: all that is left takes milliseconds
    replace(output, gif)

    rows = {"true": (SLOPE, INTERCEPT)}
    if points > 1:  # one point has no line of its own
        rows["least squares"] = np.polyfit(train_x, train_y, 1)
    rows["learned"] = line.W0.get_value(), line.W1.get_value()
    report = [f"{NAME} {theano.__version__} ({theano.config.floatX})", "                   slope   intercept"]
    report += [f"{name:13} {slope:10.6f}  {intercept:10.6f}" for name, (slope, intercept) in rows.items()]
    report += [f"mean squared error: {train_mse:.6f} on the training points, {test_mse:.6f} on the test points"]
    report += [f"wrote {output}: {len(path)} frames, {len(gif) / 1000:.0f} kB"]
    return "\n".join(report)


def number(kind, least, most):
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


def gif_path(text):
    """Return the path of the GIF to write."""
    path = Path(text)
    try:
        folder = next(folder for folder in Path(os.path.realpath(path)).parents if folder.exists())
        writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
        if path.suffix.lower() != ".gif" or path.is_dir():
            raise argparse.ArgumentTypeError(f"{text!r} is not a file whose name ends in .gif")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written: {error.strerror}") from None
    if not writable:
        raise argparse.ArgumentTypeError(f"{text!r} cannot be written: {str(folder)!r} is not a writable folder")
    return path


def default_output():
    """Return the repository's own image, as seen from the current folder if there is one."""
    try:
        return os.path.relpath(IMAGES / "animation.gif")
    except (OSError, ValueError):
        return IMAGES / "animation.gif"


def parse_arguments():
    # no usage, so that a wrong argument gets one line
    parser = argparse.ArgumentParser(description=__doc__, usage=argparse.SUPPRESS, allow_abbrev=False)

    def add(name, kind, default, text):
        text = f"{text} (%(default)s)"
        parser.add_argument(name, type=kind, default=str(default), metavar="...", help=text)

    add("--epochs", number(int, 1, 10**6), 100, "number of passes through the training points")
    add("--learning-rate", number(float, 1e-300, 1e308), 0.01, "fraction of the gradient that each step subtracts")
    add("--points", number(int, 1, 10**6), 100, "number of training points, and of test points")
    add("--noise", number(float, 0, 1e308), 0.33, "standard deviation of the points from the line, in units of y")
    add("--seed", number(int, 0, 2**32 - 1), 0, "seed of the noise")
    add("--frames", number(int, 2, 1000), 100, "frames of the GIF, at most")
    add("--fps", number(int, 1, 50), 20, "frames per second, each rounded to hundredths of a second")
    add("--output", gif_path, default_output(), "the GIF to write")
    return parser.parse_args()


def interrupt(*_):
    try:
        atexit._run_exitfuncs()  # the temporary folder, if there is one, goes
    finally:
        os._exit(130)  # an exception could get lost in one of the libraries


def main():
    for signal_number in INTERRUPTIONS:
        signal.signal(signal_number, interrupt)
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))
    sys.stdout.reconfigure(errors="backslashreplace")
    arguments = parse_arguments()
    own_flags = os.environ.get("THEANO_FLAGS") or os.environ.get("PYTENSOR_FLAGS")
    try:
        report = run(**vars(arguments))
    except (FloatingPointError, OSError) as error:
        raise SystemExit(f"run.py: {error}") from None
    except Exception as error:
        if not own_flags:
            raise  # a bug, to be seen as one
        raise SystemExit(f"run.py: with the flags {own_flags}: {(str(error) or repr(error)).splitlines()[0]}") from None
    try:
        print(report, flush=True)
    except OSError as error:
        sys.stdout = None  # or Python would try again at the end, and complain
        raise SystemExit(f"run.py: {arguments.output} is written, but the report cannot be printed: {error}") from None


if __name__ == "__main__":
    main()
