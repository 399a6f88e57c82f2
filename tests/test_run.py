"""Block 4 of the post: the loop, and what run.py reports and writes."""

import re
from pathlib import Path

import numpy as np
import pytest
from conftest import by_hand
from PIL import Image, ImageSequence

import run as program
from backend import NAME, theano
from data import makepoints
from model import build

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()


def pictures(path):
    with Image.open(path) as gif:
        return [np.array(frame.convert("RGB")) for frame in ImageSequence.Iterator(gif)]


def red_line(picture, other):
    """Return row and column of the pixels that are red here but not in the `other` picture: not those of the legend."""
    red, red_there = ((p == (255, 0, 0)).all(axis=-1) for p in (picture, other))
    return np.nonzero(red & ~red_there)


# The loop


@pytest.mark.parametrize("shuffle", [False, True])
def test_the_loop_takes_one_step_for_each_point_in_each_epoch(shuffle):
    line = build(0.05)
    random, twin = (np.random.RandomState(3) if shuffle else None for _ in range(2))
    costs = list(program.train(line, TRAIN_X, TRAIN_Y, epochs=3, random=random))
    orders = [twin.permutation(100) if shuffle else np.arange(100) for _ in range(3)]
    order = np.concatenate(orders)
    expected_costs, expected_line = by_hand(TRAIN_X[order], TRAIN_Y[order], 1, 0.05)
    np.testing.assert_allclose(costs, expected_costs, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose([line.W0.get_value(), line.W1.get_value()], expected_line, rtol=0, atol=1e-12)


@pytest.mark.parametrize(("learning_rate", "noise", "epoch"), [(2, 0.33, 3), (1e308, 0.33, 1), (0.01, 1e160, 1)])
def test_a_training_that_diverges_ends_with_its_epoch(learning_rate, noise, epoch):
    train_x, train_y, _, _ = makepoints(noise=noise)
    steps = 0
    message = f"in epoch {epoch} with learning rate {learning_rate:g}:"
    with pytest.raises(FloatingPointError, match=re.escape(message)):
        for _ in program.train(build(learning_rate), train_x, train_y, epochs=10):
            steps += 1
    assert steps == 100 * epoch


def test_one_point_may_be_enough_to_diverge():
    with pytest.raises(FloatingPointError, match="epoch 1 "):
        list(program.train(build(1e308), TRAIN_X[-1:], TRAIN_Y[-1:]))


# The report


def test_the_report_has_the_right_numbers(default_run):
    process, gif = default_run
    slope, intercept = by_hand(TRAIN_X, TRAIN_Y)[1]
    mse = [np.mean((slope * x + intercept - y) ** 2) for x, y in ((TRAIN_X, TRAIN_Y), (TEST_X, TEST_Y))]
    least_squares = np.linalg.lstsq(np.column_stack([TRAIN_X, np.ones(100)]), TRAIN_Y, rcond=None)[0]
    assert process.stdout == (
        f"{NAME} {theano.__version__} ({theano.config.floatX})\n"
        "                   slope   intercept\n"
        "true            2.000000    5.000000\n"
        f"least squares   {least_squares[0]:.6f}    {least_squares[1]:.6f}\n"
        f"learned         {slope:.6f}    {intercept:.6f}\n"
        f"mean squared error: {mse[0]:.6f} on the training points, {mse[1]:.6f} on the test points\n"
        f"wrote {Path('new folder', 'line.gif')}: {len(pictures(gif))} frames, {gif.stat().st_size / 1000:.0f} kB\n"
    )
    assert "learned         2.053350    5.006851\n" in process.stdout


def test_nothing_but_the_gif_is_written_and_progress_is_silent_without_a_terminal(default_run):
    process, gif = default_run
    assert [path.name for path in gif.parent.iterdir()] == ["line.gif"]
    assert "training" not in process.stderr


def report(tmp_path, **options):
    return program.run(**{"epochs": 1, "frames": 2, "output": tmp_path / "line.gif", **options})


def test_options_reach_the_numbers(tmp_path):
    printed = report(tmp_path, epochs=3, learning_rate=0.1, points=20, noise=1, seed=5, frames=4)
    train_x, train_y, _, _ = makepoints(20, 1, 5)
    slope, intercept = by_hand(train_x, train_y, 3, 0.1)[1]
    assert f"learned         {slope:.6f}    {intercept:.6f}\n" in printed
    assert len(pictures(tmp_path / "line.gif")) == 4


def test_shuffle_draws_a_new_order_in_each_epoch_from_the_seed(tmp_path):
    printed = report(tmp_path, epochs=2, shuffle=True, seed=4)
    train_x, train_y, _, _ = makepoints(seed=4)
    random = np.random.RandomState(4)
    order = np.concatenate([random.permutation(100), random.permutation(100)])
    slope, intercept = by_hand(train_x[order], train_y[order], 1)[1]
    assert f"learned  {slope:15.6f}  {intercept:10.6f}\n" in printed


@pytest.mark.parametrize(
    "options",
    [
        {"points": 1, "noise": 0, "fps": 50},
        {"points": 3, "frames": 1000, "fps": 1},
        {"seed": 2**32 - 1, "noise": 0, "epochs": 3},
        {"noise": 1e-300, "learning_rate": 1e-300},
    ],
    ids=str,
)
def test_extremes_work(options, tmp_path):
    printed = report(tmp_path, **options)
    train_x, train_y, _, _ = makepoints(options.get("points", 100), options.get("noise", 0.33), options.get("seed", 0))
    slope, intercept = by_hand(train_x, train_y, options.get("epochs", 1), options.get("learning_rate", 0.01))[1]
    assert f"learned  {slope:15.6f}  {intercept:10.6f}\n" in printed
    assert ("least squares" in printed) == (len(train_x) > 1)
    assert 2 <= len(pictures(tmp_path / "line.gif")) <= options.get("frames", 2)


# The picture


def test_the_gif_is_an_endless_loop_that_rests_on_its_last_frame(default_run):
    with Image.open(default_run[1]) as gif:
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(gif)]
        assert gif.info["loop"] == 0 and gif.size == (640, 480)
    assert durations == [50] * (len(durations) - 1) + [2000]
    assert len(durations) <= 84


def test_the_first_frame_is_flat_at_0_and_the_last_goes_through_the_points(default_run):
    first, *_, last = pictures(default_run[1])
    rows, columns = red_line(first, last)
    assert np.ptp(rows) <= 4 and np.ptp(columns) > 500
    blue_rows, blue_columns = np.nonzero((first == (0, 0, 255)).all(axis=-1) & (np.arange(640) > 200))
    assert rows.min() > blue_rows.max()

    rows, columns = red_line(last, first)
    slope, top = np.polyfit(columns, rows, 1)
    assert np.abs(slope * columns + top - rows).max() < 4
    assert np.abs(np.mean(slope * blue_columns + top - blue_rows)) < 5


def test_the_line_moves_up_in_small_steps(default_run):
    first, *others = pictures(default_run[1])
    heights = [red_line(picture, first)[0].mean() for picture in others[5:]]
    assert heights[0] - heights[-1] > 200  # pixels, counted from the top
    assert np.max(-np.diff(heights)) < 20
