"""The real command, in a process of its own, and the GIF that it writes."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageSequence
from test_model import by_hand

from backend import NAME, theano
from data import makepoints

REPOSITORY = Path(__file__).resolve().parent.parent


def run(*arguments, folder):
    command = [sys.executable, str(REPOSITORY / "linear_regression" / "run.py"), *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)


def pictures(path):
    with Image.open(path) as gif:
        return [np.array(frame.convert("RGB")) for frame in ImageSequence.Iterator(gif)]


def red_line(picture, other):
    """Return row and column of the pixels that are red here but not in the `other` picture: not those of the legend."""
    red, red_there = ((p == (255, 0, 0)).all(axis=-1) for p in (picture, other))
    return np.nonzero(red & ~red_there)


@pytest.fixture(scope="module")
def default_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("another folder")
    return run("--output", "new folder/line.gif", folder=folder), folder / "new folder" / "line.gif"


def test_the_report_has_the_right_numbers(default_run):
    process, gif = default_run
    train_x, train_y, test_x, test_y = makepoints()
    slope, intercept = by_hand(train_x, train_y, 100)[1]
    mse = [np.mean((slope * x + intercept - y) ** 2) for x, y in ((train_x, train_y), (test_x, test_y))]
    least_squares = np.linalg.lstsq(np.column_stack([train_x, np.ones(100)]), train_y, rcond=None)[0]
    frames = len(pictures(gif))
    assert process.stdout == (
        f"{NAME} {theano.__version__} ({theano.config.floatX})\n"
        "                   slope   intercept\n"
        "true            2.000000    5.000000\n"
        f"least squares   {least_squares[0]:.6f}    {least_squares[1]:.6f}\n"
        f"learned         {slope:.6f}    {intercept:.6f}\n"
        f"mean squared error: {mse[0]:.6f} on the training points, {mse[1]:.6f} on the test points\n"
        f"wrote {Path('new folder', 'line.gif')}: {frames} frames, {gif.stat().st_size / 1000:.0f} kB\n"
    )
    assert "learned         2.053350    5.006851\n" in process.stdout


def test_nothing_but_the_gif_is_written_and_progress_is_silent_without_a_terminal(default_run):
    process, gif = default_run
    assert [path.name for path in gif.parent.iterdir()] == ["line.gif"]
    assert "training" not in process.stderr


def test_the_gif_is_an_endless_loop_that_rests_on_its_last_frame(default_run):
    with Image.open(default_run[1]) as gif:
        durations = [frame.info["duration"] for frame in ImageSequence.Iterator(gif)]
        assert gif.info["loop"] == 0 and gif.size == (640, 480)
    assert durations == [50] * (len(durations) - 1) + [2000]
    assert 80 <= len(durations) <= 100


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


def test_the_default_output_is_the_repositorys_own_image_wherever_it_runs(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "1000")
    shown = re.search(r"the GIF to write \((.*)\)", run("--help", folder=tmp_path).stdout).group(1)
    assert (tmp_path / shown).resolve() == REPOSITORY / "images" / "animation.gif"


@pytest.mark.parametrize("fps, milliseconds", [(1, 1000), (30, 30), (50, 20)])
def test_frames_a_second(tmp_path, fps, milliseconds):
    run("--epochs", 1, "--frames", 3, "--fps", fps, "--output", "line.gif", folder=tmp_path)
    with Image.open(tmp_path / "line.gif") as gif:
        assert [frame.info["duration"] for frame in ImageSequence.Iterator(gif)] == [milliseconds, milliseconds, 2000]


def test_options_reach_the_numbers(tmp_path):
    options = ("--epochs", 3, "--learning-rate", 0.1, "--points", 20, "--noise", 1, "--seed", 5, "--frames", 4)
    report = run(*options, "--output", "line.gif", folder=tmp_path).stdout
    train_x, train_y, _, _ = makepoints(20, 1, 5)
    slope, intercept = by_hand(train_x, train_y, 3, 0.1)[1]
    assert f"learned         {slope:.6f}    {intercept:.6f}\n" in report
    assert len(pictures(tmp_path / "line.gif")) == 4
