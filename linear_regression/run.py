"""The post from beginning to end: makes the points, trains the line on them and writes the animated GIF."""

import argparse
from pathlib import Path

import numpy as np
from animation import draw, write_gif
from backend import NAME, theano
from data import INTERCEPT, SLOPE, makepoints
from model import build
from tqdm import tqdm

IMAGES = Path(__file__).resolve().parent.parent / "images"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--epochs", type=int, default=100, help="passes through the training points")
    parser.add_argument("--learning-rate", type=float, default=0.01, help="part of the gradient taken off at each step")
    parser.add_argument("--points", type=int, default=100, help="training points, and as many test points")
    parser.add_argument("--noise", type=float, default=0.33, help="standard deviation of the points' distance from the line, in units of y")
    parser.add_argument("--seed", type=int, default=0, help="seed of the noise")
    parser.add_argument("--frames", type=int, default=100, help="frames in the GIF, at most")
    parser.add_argument("--fps", type=int, default=20, help="frames a second")
    parser.add_argument("--output", type=Path, default=IMAGES / "animation.gif", help="the GIF's file")
    return parser.parse_args()


def train(line, train_x, train_y, total_x, epochs, frame_steps):
    """Train `line` (what model.build returns), one point at a time; yield (title, output) after each of `frame_steps`."""
    steps = epochs * len(train_x)
    # plain Python numbers are what train_model takes fastest
    points = list(zip(train_x.tolist(), train_y.tolist()))

    def frame():
        slope, intercept = line.W0.get_value(), line.W1.get_value()
        title = f"step {step:{len(f'{steps:,}')},} of {steps:,}:  slope {slope:5.2f}, intercept {intercept:5.2f}"
        return title, line.predict(total_x)

    step = 0
    yield frame()
    with tqdm(desc="training", total=steps, unit=" steps", disable=None) as progress:
        for epoch in range(epochs):
            for x, y in points:
                cost = line.train_model(x, y)
                step += 1
                if progress.update():
                    progress.set_postfix(cost=float(cost), refresh=False)
                if step in frame_steps:
                    yield frame()


def main():
    arguments = parse_arguments()
    train_x, train_y, test_x, test_y = makepoints(arguments.points, arguments.noise, arguments.seed)
    line = build(arguments.learning_rate)

    # Most happens in the first steps, so the frames follow the logarithm of the step.
    steps = arguments.epochs * arguments.points
    frame_steps = set(np.geomspace(steps, 1, arguments.frames - 1).round().astype(int).tolist())
    frames = train(line, train_x, train_y, np.concatenate([train_x, test_x]), arguments.epochs, frame_steps)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    count = write_gif(arguments.output, draw(train_x, train_y, test_x, test_y, frames), arguments.fps)

    slope, intercept = np.polyfit(train_x, train_y, 1)
    train_mse, test_mse = (
        np.mean((line.predict(x) - y) ** 2) for x, y in ((train_x, train_y), (test_x, test_y))
    )
    print(f"{NAME} {theano.__version__} ({theano.config.floatX})")
    print("                   slope   intercept")
    print(f"true          {SLOPE:10.6f}  {INTERCEPT:10.6f}")
    print(f"least squares {slope:10.6f}  {intercept:10.6f}")
    print(f"learned       {line.W0.get_value():10.6f}  {line.W1.get_value():10.6f}")
    print(f"mean squared error: {train_mse:.6f} on the training points, {test_mse:.6f} on the test points")
    size = arguments.output.stat().st_size
    print(f"wrote {arguments.output}: {count} frames, {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
