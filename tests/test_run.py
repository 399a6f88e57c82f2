"""Block 4 of the post: the loop, what run.py reports and writes, its options, and what happens when something fails."""

import os
import re
import runpy
import signal
import struct
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from helpers import LINEAR_REGRESSION, REPOSITORY, by_hand, posix, read_gif, run_py, start

import run as program
from animation import PALETTE, draw_frames
from backend import NAME, theano
from data import makepoints
from model import build

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
DEFAULTS = {
    "epochs": 100, "learning-rate": 0.01, "points": 100, "noise": 0.33, "seed": 0, "shuffle": False, "frames": 100,
    "fps": 20, "output": REPOSITORY / "images" / "animation.gif",
}  # fmt: skip


def untouched(gif):
    return gif.read_bytes() == b"GIF89a, the old one" and os.listdir(gif.parent) == [gif.name]


@pytest.fixture
def run_here(monkeypatch, capsys):
    """Return a function that runs run.py in this process, which is quick, and returns what it prints and its status."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["run.py", *map(str, arguments)])
        status = 0
        try:
            runpy.run_path(str(LINEAR_REGRESSION / "run.py"), run_name="__main__")
        except SystemExit as end:
            status = end.code
        return *capsys.readouterr(), status

    return run


# The loop


@pytest.mark.parametrize("shuffle", [False, True])
def test_the_loop_takes_one_step_for_each_point_in_each_epoch(shuffle):
    rng, twin = (np.random.RandomState(3) if shuffle else None for _ in range(2))
    history = program.train(build(0.05), TRAIN_X, TRAIN_Y, epochs=3, rng=rng)
    order = np.concatenate([twin.permutation(100) if shuffle else np.arange(100) for _ in range(3)])
    np.testing.assert_allclose(history, by_hand(TRAIN_X[order], TRAIN_Y[order], 1, 0.05), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("learning_rate", "noise", "epoch"), [(2, 0.33, 3), (1e300, 0.33, 1), (0.01, 1e160, 1)])
def test_a_training_that_diverges_ends_with_its_epoch(learning_rate, noise, epoch):
    train_x, train_y, _, _ = makepoints(noise=noise)
    with pytest.raises(FloatingPointError, match=f"in epoch {epoch}:"):
        program.train(build(learning_rate), train_x, train_y, epochs=10)


def test_a_last_step_to_an_infinite_line_counts_as_diverged():
    with pytest.raises(FloatingPointError, match="in epoch 1:"):  # the cost, before the step, is still finite
        program.train(build(1e300), TRAIN_X[:1], TRAIN_Y[:1] * 1e9, epochs=1)


# The report and the GIF


def test_the_report_has_the_right_numbers(default_run):
    stdout, stderr, gif = default_run
    slope, intercept = by_hand(TRAIN_X, TRAIN_Y, 100)[-1]
    mse = [np.mean((slope * x + intercept - y) ** 2) for x, y in ((TRAIN_X, TRAIN_Y), (TEST_X, TEST_Y))]
    least_squares = np.linalg.lstsq(np.column_stack([TRAIN_X, np.ones(100)]), TRAIN_Y, rcond=None)[0]
    assert stdout == (
        f"{NAME} {theano.__version__} ({theano.config.floatX})\n"
        "                   slope   intercept\n"
        "true            2.000000    5.000000\n"
        f"least squares   {least_squares[0]:.6f}    {least_squares[1]:.6f}\n"
        f"learned         {slope:.6f}    {intercept:.6f}\n"
        f"mean squared error: {mse[0]:.6f} on the training points, {mse[1]:.6f} on the test points\n"
        f"wrote line.gif: {len(read_gif(gif)[0])} frames, {gif.stat().st_size / 1000:.0f} kB\n"
    )
    assert "learned         2.053350    5.006851\n" in stdout
    assert stderr == ""  # no warnings, and no progress bar but on a terminal
    assert os.listdir(gif.parent) == ["line.gif"]


def test_options_reach_the_numbers_and_the_gif(run_here, tmp_path):
    gif = tmp_path / "line.GIF"
    options = "--epochs=3 --learning-rate=0.1 --points=20 --noise=1 --seed=5 --shuffle --frames=4 --fps=50"
    stdout, _, status = run_here(*options.split(), "--output", gif)
    train_x, train_y, test_x, test_y = makepoints(20, 1, 5)
    rng = np.random.RandomState(5)
    order = np.concatenate([rng.permutation(20) for _ in range(3)])
    history = by_hand(train_x[order], train_y[order], 1, 0.1)
    assert status == 0 and "learned       {:10.6f}  {:10.6f}\n".format(*history[-1]) in stdout
    frames, milliseconds = read_gif(gif)
    assert milliseconds == [20, 20, 20, 2000]
    expected = PALETTE[draw_frames(train_x, train_y, test_x, test_y, history, [0, 1, 8, 60])]
    assert (expected != frames).any(axis=-1).sum(axis=(1, 2)).max() <= 10  # pixels a frame


# The options

WRONG = {
    "--epochs": ["0", "10001", "1.5", "many", ""],
    "--points": ["1", "10001"],
    "--frames": ["1", "1001"],
    "--fps": ["0", "51"],
    "--noise": ["-1", "nan", "inf", "loud"],
    "--learning-rate": ["0", "-1", "nan", "inf"],
    "--seed": ["-1", str(2**32)],
    "--output": ["", ".", "folder.gif", "a", "a.gif.txt", "a.gif/b.gif", "missing/b.gif", "x" * 300 + ".gif"],
    "--shuffle": ["yes"],
    "--nonsense": ["1"],
}


@pytest.mark.parametrize(("option", "value"), [(option, value) for option in WRONG for value in WRONG[option]])
def test_a_wrong_option_ends_with_status_2_before_anything_is_done(option, value, run_here, gif, monkeypatch):
    monkeypatch.chdir(gif.parent)
    Path("folder.gif").mkdir()
    stdout, stderr, status = run_here(f"--output={gif}", f"{option}={value}")
    assert (stdout, status) == ("", 2) and re.search(rf"^run.py: error: .*{option}", stderr, re.MULTILINE)
    Path("folder.gif").rmdir()
    assert untouched(gif)


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anything")
def test_a_folder_that_cannot_be_written_is_refused(run_here, gif):
    gif.parent.chmod(0o555)
    assert run_here("--output", gif.with_name("b.gif"))[2] == 2


def test_help_names_every_option_and_its_default(run_here):
    stdout, _, status = run_here("--help")
    text = "".join(stdout.split())  # lines break at spaces and hyphens
    for option, default in DEFAULTS.items():
        assert f"--{option}" in text
        assert option == "shuffle" or "".join(f"(default: {default})".split()) in text
    assert status == 0


# Failures


def test_a_run_that_diverges_ends_with_one_line_and_leaves_the_gif(run_here, gif):
    ending = "run.py: training diverged in epoch 3: try a smaller --learning-rate\n"
    for output in gif, gif.with_name("new.gif"):
        assert run_here("--learning-rate=2", "--output", output)[1:] == (ending, 1)
        assert untouched(gif)


@posix
def test_a_gif_that_cannot_be_written_whole_gets_one_line(gif, default_run):
    resource = pytest.importorskip("resource")  # after default_run, which has left compiled code in the home folder
    stdout, stderr, status = run_py(
        *("--epochs", "1", "--frames", "20", "--output", gif),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),  # as on a full disk
    )
    assert status == 1 and "learned" in stdout
    assert re.fullmatch(r"run.py: \[Errno \d+\] File too large.*\n", stderr)
    assert untouched(gif)


# On a terminal


@posix
def test_ctrl_c_ends_the_training_silently_and_leaves_the_gif(gif):
    process = start(
        *(LINEAR_REGRESSION / "run.py", "--epochs", "10000", "--output", gif), env={"PYTHONUNBUFFERED": "1"}
    )
    assert process.stdout.readline()  # the imports are done
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=100) == ("", "")
    assert process.returncode == -signal.SIGINT and untouched(gif)


@posix
def test_progress_is_shown_on_a_terminal_with_the_cost(gif):
    pty, fcntl, termios = (pytest.importorskip(name) for name in ("pty", "fcntl", "termios"))
    terminal, stderr = pty.openpty()
    fcntl.ioctl(stderr, termios.TIOCSWINSZ, struct.pack("4H", 24, 120, 0, 0))
    options = "--epochs", "10", "--points", "2000", "--frames", "9", "--output", gif
    process = start(LINEAR_REGRESSION / "run.py", *options, stderr=stderr)
    os.close(stderr)
    shown = b""
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # how Linux says that nobody writes to it any more
            break
        if not data:
            break
        shown += data
    os.close(terminal)
    assert process.wait() == 0 and re.search(rb"training: 100%.*10/10.*cost=\d", shown)
