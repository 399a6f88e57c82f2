"""Block 4 of the post: the loop, the report, the GIF, failures, Ctrl-C, and the terminal."""

import io
import os
import re
import runpy
import select
import signal
import struct
import subprocess
import sys
import time
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from helpers import (
    HANGS,
    PUBLISHED,
    RUN_PY,
    by_hand,
    posix,
    read_gif,
    run_py,
    run_python,
)

import run as program
from animation import PALETTE, draw_frames
from backend import LIBRARY, theano
from command_line import make_parser
from data import makepoints
from model import build

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()


def untouched(gif):
    same = gif.read_bytes() == b"GIF89a, the old one"
    return same and os.listdir(gif.parent) == [gif.name]


def table(stdout):
    """Return slope and intercept of each line of the report, as it prints them."""
    rows = re.findall(r"^(true|least squares|learned) +(\S+) +(\S+)$", stdout, re.MULTILINE)
    return {name: f"{slope} {intercept}" for name, slope, intercept in rows}


@pytest.fixture
def run_here(capsys):
    """A function that runs run.py in this process, which is quick.

    It returns what run.py prints on stdout and on stderr, and its status.
    """

    def run(*arguments):
        argv = [str(RUN_PY), *map(str, arguments)]
        status = 0
        stderr = ""
        with patch("sys.argv", argv):
            try:
                runpy.run_path(str(RUN_PY), run_name="__main__")
            except SystemExit as end:
                status = end.code
        if isinstance(status, str):  # which Python would print
            status, stderr = 1, f"{status}\n"
        printed = capsys.readouterr()
        return printed.out, printed.err + stderr, status

    return run


# The loop


def test_the_loop_takes_one_step_for_each_point_in_each_epoch():
    history = program.train(build(0.05), TRAIN_X, TRAIN_Y, epochs=3)
    expected = by_hand(TRAIN_X, TRAIN_Y, epochs=3, learning_rate=0.05)
    np.testing.assert_allclose(history, expected, rtol=0, atol=1e-12)


def test_shuffled_the_loop_takes_a_new_order_in_each_epoch():
    rng = np.random.RandomState(3)
    order = np.concatenate([rng.permutation(100) for _ in range(3)])
    expected = by_hand(TRAIN_X[order], TRAIN_Y[order], learning_rate=0.05)

    rng = np.random.RandomState(3)
    history = program.train(build(0.05), TRAIN_X, TRAIN_Y, epochs=3, rng=rng)
    np.testing.assert_allclose(history, expected, rtol=0, atol=1e-12)


def test_training_goes_on_from_where_the_line_is():
    line = build()
    first = program.train(line, TRAIN_X, TRAIN_Y, epochs=1)
    second = program.train(line, TRAIN_X, TRAIN_Y, epochs=1)
    both = program.train(build(), TRAIN_X, TRAIN_Y, epochs=2)
    np.testing.assert_array_equal(np.concatenate([first[:-1], second]), both)


def test_seed_0_ends_at_the_published_numbers():
    history = program.train(build(), TRAIN_X, TRAIN_Y)
    assert history[-1] == pytest.approx(PUBLISHED, abs=1e-12)


def test_a_line_of_1e12_and_more_has_diverged():
    with pytest.raises(FloatingPointError, match="in epoch 3:"):
        program.train(build(0.8), TRAIN_X, TRAIN_Y, epochs=9)  # to 3e12
    with pytest.raises(FloatingPointError, match="in epoch 1:"):
        program.train(build(10), 0 * TRAIN_X, TRAIN_Y, epochs=9)  # the slope stays 0


def test_a_line_below_1e12_has_not_diverged():
    history = program.train(build(0.78), TRAIN_X, TRAIN_Y)
    assert np.abs(history[-1]).max() == pytest.approx(5e8, rel=0.1)


# The report and the GIF


def test_the_report_has_the_right_numbers(default_run):
    stdout, stderr, gif = default_run
    slope, intercept = by_hand(TRAIN_X, TRAIN_Y, 100)[-1]
    train_mse = np.mean((slope * TRAIN_X + intercept - TRAIN_Y) ** 2)
    test_mse = np.mean((slope * TEST_X + intercept - TEST_Y) ** 2)
    columns = np.column_stack([TRAIN_X, np.ones(100)])
    least_squares = np.linalg.lstsq(columns, TRAIN_Y, rcond=None)[0]
    frames, _ = read_gif(gif)
    kilobytes = gif.stat().st_size / 1000
    assert stdout == (
        f"{LIBRARY} {theano.__version__} ({theano.config.floatX})\n"
        "                   slope   intercept\n"
        "true            2.000000    5.000000\n"
        f"least squares   {least_squares[0]:.6f}    {least_squares[1]:.6f}\n"
        f"learned         {slope:.6f}    {intercept:.6f}\n"
        f"mean squared error: {train_mse:.6g} on the training points, "
        f"{test_mse:.6g} on the test points\n"
        f"wrote line.gif: {len(frames)} frames, {kilobytes:.0f} kB\n"
    )
    assert stderr == ""  # no warnings, and no progress bar but on a terminal
    assert os.listdir(gif.parent) == ["line.gif"]


def test_every_option_reaches_the_numbers_and_the_gif(run_here, tmp_path):
    options = {
        "epochs": 3,
        "learning-rate": 0.1,
        "points": 20,
        "noise": 1,
        "seed": 5,
        "frames": 4,
        "fps": 50,
        "output": tmp_path / "line.GIF",
    }
    names = {"shuffle", *(name.replace("-", "_") for name in options)}
    assert names == set(vars(make_parser().parse_args([]))), "a new option is used here, too"

    arguments = [f"--{name}={value}" for name, value in options.items()]
    stdout, _, status = run_here("--shuffle", *arguments)
    points = makepoints(20, 1, 5)
    train_x, train_y, _, _ = points
    rng = np.random.RandomState(5)
    order = np.concatenate([rng.permutation(20) for _ in range(3)])
    history = by_hand(train_x[order], train_y[order], learning_rate=0.1)
    assert status == 0
    assert table(stdout) == {
        "true": "2.000000 5.000000",
        "least squares": "{:.6f} {:.6f}".format(*np.polyfit(train_x, train_y, 1)),
        "learned": "{:.6f} {:.6f}".format(*history[-1]),
    }

    frames, milliseconds = read_gif(options["output"])
    assert milliseconds == [1000, 20, 20, 2000]
    expected = PALETTE[draw_frames(*points, history, [0, 1, 8, 60])]
    differing = np.not_equal(expected, frames).any(axis=-1).sum(axis=(1, 2))
    assert differing.max() <= 10  # pixels a frame


@pytest.mark.parametrize(
    ("stdout", "shown"),
    [
        (io.TextIOWrapper(io.BytesIO(), "ascii"), r"\xe9.gif: 2 frames"),
        (io.StringIO(), "é.gif: 2 frames"),  # cannot be reconfigured, as in IDLE
    ],
    ids=["ascii", "IDLE"],
)
def test_a_path_is_printed_whatever_standard_output_is(
    stdout, shown, run_here, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "stdout", stdout)
    gif = tmp_path / "é.gif"
    _, _, status = run_here("--epochs=1", "--frames=2", f"--output={gif}")
    assert status == 0
    stdout.seek(0)
    assert shown in stdout.read()


def test_a_run_in_float32_ends_near_the_same_line(tmp_path):
    flags = dict.fromkeys(("THEANO_FLAGS", "PYTENSOR_FLAGS"), "floatX=float32")
    stdout, stderr, status = run_py("--output", tmp_path / "a.gif", env=flags)
    assert (stderr, status) == ("", 0)
    assert "(float32)" in stdout
    slope, intercept = re.search("learned +(.*) +(.*)", stdout).groups()
    assert (float(slope), float(intercept)) == pytest.approx(PUBLISHED, abs=1e-4)


@pytest.mark.parametrize("wrong", ["--epochs=0", "--nonsense=1"])
def test_a_wrong_option_ends_with_status_2_before_anything_is_done(wrong, run_here, gif):
    stdout, stderr, status = run_here(f"--output={gif}", wrong)
    assert (stdout, status) == ("", 2)
    assert "run.py: error: " in stderr
    assert untouched(gif)


@posix
def test_an_output_that_cannot_be_written_ends_with_status_2_before_anything_is_done(
    run_here, tmp_path
):
    link = tmp_path / "link.gif"
    link.symlink_to(tmp_path / "missing" / "a.gif")
    stdout, stderr, status = run_here(f"--output={link}")
    assert (stdout, status) == ("", 2)
    assert "there is no folder" in stderr
    assert os.listdir(tmp_path) == ["link.gif"]


# What is written over


@posix
def test_a_link_stays_a_link_and_its_file_keeps_its_mode(run_here, gif):
    link = gif.parent.parent / "link.gif"
    link.symlink_to(gif)
    gif.chmod(0o640)
    stdout, _, status = run_here("--epochs=1", "--frames=2", "--output", link)
    assert status == 0
    assert f"wrote {link}: 2 frames" in stdout
    assert link.is_symlink()
    assert len(read_gif(gif)[0]) == 2
    assert gif.stat().st_mode & 0o777 == 0o640


# Failures


@pytest.mark.parametrize(
    ("learning_rate", "points"),
    [(2, 245), (10, 1000)],  # the square overflows, the line is nan
)
def test_a_run_that_diverges_ends_with_one_line(learning_rate, points, gif):
    stdout, stderr, status = run_py(
        f"--learning-rate={learning_rate}",
        f"--points={points}",
        "--epochs=1",
        f"--output={gif}",
    )
    assert status == 1
    assert stderr == ("run.py: training diverged in epoch 1: try a smaller --learning-rate\n")
    assert len(stdout.splitlines()) == 1
    assert untouched(gif)


@posix
def test_a_run_that_diverges_leaves_new_names_and_dangling_links(run_here, gif):
    link = gif.with_name("link.gif")
    link.symlink_to("missing.gif")
    for name in "new.gif", "link.gif":
        output = gif.with_name(name)
        _, _, status = run_here("--learning-rate=2", f"--output={output}")
        assert status == 1
    assert sorted(os.listdir(gif.parent)) == [gif.name, "link.gif"]
    assert link.is_symlink()


@posix
def test_a_gif_that_cannot_be_written_whole_gets_one_line(gif, default_run):
    # default_run comes first, as it leaves compiled code in the home folder
    resource = pytest.importorskip("resource")

    def limit_files():  # as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    stdout, stderr, status = run_py(
        "--epochs=1", "--frames=20", f"--output={gif}", preexec_fn=limit_files
    )
    assert status == 1
    assert "learned" in stdout
    assert stderr == f"run.py: cannot write {gif}: File too large\n"
    assert untouched(gif)


@pytest.mark.parametrize("error", [OSError("no space for compiled code"), ValueError("a bug")])
@pytest.mark.parametrize("place", ["model.build", "animation.draw_frames"])
def test_any_other_error_is_shown_as_python_shows_it(place, error, run_here, gif, monkeypatch):
    def fail(*_):
        raise error

    monkeypatch.setattr(place, fail)
    with pytest.raises(type(error), match=str(error)):
        run_here("--epochs=1", f"--output={gif}")
    assert untouched(gif)


def test_a_bug_in_the_writing_is_shown_as_python_shows_it(run_here, gif, monkeypatch):
    def fail(*_):
        raise ValueError("a bug")

    monkeypatch.setattr("animation.replace_file", fail)
    with pytest.raises(ValueError, match="a bug"):
        run_here("--epochs=1", "--frames=2", f"--output={gif}")
    assert untouched(gif)


# Ctrl-C


@posix
def test_ctrl_c_ends_the_training_silently_and_leaves_the_gif(gif):
    command = [sys.executable, "-u", str(RUN_PY), "--epochs=10000", f"--output={gif}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout.readline()  # the imports are done
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=HANGS) == (b"", b"")
        assert process.returncode == -signal.SIGINT
        assert untouched(gif)
    finally:
        process.kill()
        process.communicate()


# As IPython's %run, IDLE and debuggers do: they live when run.py has ended. Here, Ctrl-C
# comes while the graph is built.
ANOTHER_PROGRAM = """
import runpy, signal, sys
import model

def build(learning_rate):
    signal.raise_signal(signal.SIGINT)

model.build = build
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as end:
    print("lives after status", end.code)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


def test_ctrl_c_ends_run_py_and_not_the_program_that_runs_it(gif):
    arguments = f"import sys; sys.argv = {[str(RUN_PY), f'--output={gif}']}"
    stdout, stderr, status = run_python("-c", arguments + ANOTHER_PROGRAM, cwd=RUN_PY.parent)
    assert stdout.splitlines()[1:] == ["lives after status 130", "True"]
    assert (stderr, status) == ("", 0)
    assert untouched(gif)


# On a terminal


@contextmanager
def terminal():
    """A context in which standard error is a terminal of 120 columns.

    It gives two functions: resize(columns), and shown(), which returns what was shown.
    """
    fcntl = pytest.importorskip("fcntl")
    termios = pytest.importorskip("termios")
    master, slave = os.openpty()

    def resize(columns):
        fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def shown():
        pieces = []
        while select.select([master], [], [], 0.3)[0]:
            pieces.append(os.read(master, 100_000))
        return b"".join(pieces).decode()

    resize(120)
    with os.fdopen(slave, "w", encoding="utf-8") as stderr, patch("sys.stderr", stderr):
        yield SimpleNamespace(resize=resize, shown=shown)
    os.close(master)


def bars(shown):
    """Return all states of the progress bar that a terminal has shown."""
    return [bar.rstrip() for bar in re.findall(r"training:[^\r\n]+", shown)]


def test_the_bar_counts_epochs_and_shows_their_mean_cost():
    with terminal() as window:
        history = program.train(build(), TRAIN_X, TRAIN_Y, epochs=3)
        last = bars(window.shown())[-1]
    # the line before each step of the last epoch
    slope, intercept = history[-101:-1].T
    mean_cost = np.mean((slope * TRAIN_X + intercept - TRAIN_Y) ** 2)
    pattern = rf"training: 100%\|.+\| 3/3 \[.*epoch.*, mean cost={mean_cost:.3g}\]"
    assert re.fullmatch(pattern, last)


def test_a_window_made_narrower_in_a_run_gets_a_narrower_bar():
    line = build()
    compiled = line.train_model
    with terminal() as window:

        def train_model(x, y):
            window.resize(60)
            return compiled(x, y)

        line.train_model = train_model
        program.train(line, TRAIN_X, TRAIN_Y, epochs=3)
        first, *_, last = bars(window.shown())
    assert len(last) <= 60 < len(first)


def test_tqdms_variable_turns_the_bar_off(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "1")
    with terminal() as window:
        program.train(build(), TRAIN_X, TRAIN_Y, epochs=1)
        assert window.shown() == ""


@posix
@pytest.mark.filterwarnings("ignore:.*forkpty")
def test_the_command_shows_the_bar_on_a_terminal_of_80_columns(gif):
    pexpect = pytest.importorskip("pexpect")
    arguments = [str(RUN_PY), "--epochs=9", "--frames=2", f"--output={gif}"]
    process = pexpect.spawn(sys.executable, arguments, HANGS, dimensions=(24, 80))
    shown = process.read().decode()
    assert process.wait() == 0
    states = bars(shown)
    assert max(len(bar) for bar in states) <= 80
    assert re.fullmatch(r"training: 100%\|.+\| 9/9 \[.*, mean cost=0.\d+\]", states[-1])
