"""Block 4 of the post: the loop, the report, the GIF, the options, and failures."""

import io
import os
import re
import runpy
import signal
import subprocess
import sys
import time
from unittest.mock import patch

import numpy as np
import pytest
from helpers import (
    HANGS,
    PUBLISHED,
    REPOSITORY,
    RUN_PY,
    by_hand,
    posix,
    read_gif,
    run_py,
)

import run as program
from animation import PALETTE, draw_frames
from backend import LIBRARY, theano
from data import makepoints
from model import build

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
DEFAULTS = {
    "epochs": 100,
    "learning-rate": 0.01,
    "points": 100,
    "noise": 0.33,
    "seed": 0,
    "frames": 100,
    "fps": 12,
    "output": REPOSITORY / "images" / "animation.gif",
}


def untouched(gif):
    same = gif.read_bytes() == b"GIF89a, the old one"
    return same and os.listdir(gif.parent) == [gif.name]


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


def test_options_reach_the_numbers_and_the_gif(run_here, tmp_path):
    gif = tmp_path / "line.GIF"
    stdout, _, status = run_here(
        "--epochs=3",
        "--learning-rate=0.1",
        "--points=20",
        "--noise=1",
        "--seed=5",
        "--shuffle",
        "--frames=4",
        "--fps=50",
        f"--output={gif}",
    )
    points = makepoints(20, 1, 5)
    train_x, train_y, _, _ = points
    rng = np.random.RandomState(5)
    order = np.concatenate([rng.permutation(20) for _ in range(3)])
    history = by_hand(train_x[order], train_y[order], learning_rate=0.1)
    assert status == 0
    assert "learned       {:10.6f}  {:10.6f}\n".format(*history[-1]) in stdout

    frames, milliseconds = read_gif(gif)
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


# The options

LIMITS = {  # what is just too small, the least, the most, and what is just too large
    "--epochs": (0, 1, 10_000, 10_001),
    "--learning-rate": (0.9e-6, 1e-6, 10, 10.01),
    "--points": (1, 2, 10_000, 10_001),
    "--noise": (-0.01, 0, 1000, 1000.01),
    "--seed": (-1, 0, 2**32 - 1, 2**32),
    "--frames": (1, 2, 1000, 1001),
    "--fps": (0, 1, 50, 51),
}
WRONG = [("--shuffle", "yes"), ("--nonsense", "1"), ("--epochs", "1.5")]
for option, (too_small, _, _, too_large) in LIMITS.items():
    for value in too_small, too_large, "many", "nan", "":
        WRONG.append((option, value))


@pytest.mark.parametrize(("option", "value"), WRONG)
def test_a_wrong_option_ends_with_status_2_before_anything_is_done(option, value, run_here, gif):
    stdout, stderr, status = run_here(f"--output={gif}", f"{option}={value}")
    assert (stdout, status) == ("", 2)
    assert re.search(rf"^run.py: error: .*{option}", stderr, re.MULTILINE)
    assert untouched(gif)


@pytest.mark.parametrize("option", LIMITS)
def test_both_limits_of_an_option_are_accepted(option, run_here):
    _, least, most, _ = LIMITS[option]
    for limit in least, most:
        _, stderr, status = run_here(f"{option}={limit}", "--output=wrong")
        assert status == 2
        assert "argument --output: cannot write 'wrong'" in stderr


def test_help_names_every_option_with_its_default(run_here):
    stdout, _, status = run_here("--help")
    assert status == 0
    helps = "".join(stdout.split())  # lines break at spaces and hyphens
    for option, default in DEFAULTS.items():
        shown = "".join(f"(default: {default})".split())
        assert re.search(rf"--{option}((?!--).)*{re.escape(shown)}", helps), option


# Outputs that cannot be written


def assert_refused(output, why, run_here):
    stdout, stderr, status = run_here(f"--output={output}")
    assert (stdout, status) == ("", 2)
    message = f"run.py: error: argument --output: cannot write {str(output)!r}: {why}"
    assert stderr.splitlines()[-1] == message


@pytest.mark.parametrize("output", ["", ".", "a", "a.gif.txt", "a.gif/"])
def test_a_wrong_suffix_is_refused(output, run_here):
    assert_refused(output, "the name does not end in .gif", run_here)


def test_a_folder_is_refused(run_here, tmp_path):
    folder = tmp_path / "folder.gif"
    folder.mkdir()
    assert_refused(folder, "it is a folder", run_here)


def test_a_missing_folder_and_a_file_in_its_place_are_refused(run_here, gif):
    for parent in gif.parent / "missing", gif:
        why = f"there is no folder {os.path.realpath(parent)}"
        assert_refused(parent / "b.gif", why, run_here)
    assert untouched(gif)


def test_a_name_that_is_too_long_is_refused(run_here, tmp_path):
    assert_refused(tmp_path / f"{'x' * 252}.gif", "the name is too long", run_here)


@posix
def test_a_pipe_is_refused(run_here, tmp_path):
    os.mkfifo(tmp_path / "a.gif")
    assert_refused(tmp_path / "a.gif", "it is not a regular file", run_here)


@posix
def test_a_loop_of_links_is_refused(run_here, tmp_path):
    loop = tmp_path / "a.gif"
    loop.symlink_to(loop)
    _, stderr, status = run_here(f"--output={loop}")
    assert status == 2
    assert "symbolic links" in stderr  # the system's words


def read_only(path):
    """Make a file or folder read-only; skip the test where that stops nobody."""
    path.chmod(0o555 if path.is_dir() else 0o444)
    if os.access(path, os.W_OK):
        pytest.skip("root may write anything")


@posix
def test_a_read_only_file_is_refused(run_here, gif):
    read_only(gif)
    assert_refused(gif, "the file is not writable", run_here)


@posix
@pytest.mark.parametrize("name", ["a.gif", "new.gif"])
def test_a_read_only_folder_is_refused(name, run_here, gif):
    try:
        read_only(gif.parent)
        why = f"the folder {os.path.realpath(gif.parent)} is not writable"
        assert_refused(gif.with_name(name), why, run_here)
    finally:
        gif.parent.chmod(0o755)  # so that pytest can remove it


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
    assert re.fullmatch(r"run.py: \[Errno \d+\] File too large.*\n", stderr)
    assert untouched(gif)


# On a terminal


@posix
def test_ctrl_c_ends_the_training_silently_and_leaves_the_gif(gif):
    command = [sys.executable, "-u", str(RUN_PY), "--epochs=10000", f"--output={gif}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline()  # the imports are done
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=HANGS) == (b"", b"")
    assert process.returncode == -signal.SIGINT
    assert untouched(gif)


@posix
@pytest.mark.filterwarnings("ignore:.*forkpty")
def test_a_terminal_of_80_columns_shows_the_progress_and_the_mean_cost(gif):
    pexpect = pytest.importorskip("pexpect")
    arguments = [str(RUN_PY), "--frames=9", f"--output={gif}"]
    terminal = pexpect.spawn(sys.executable, arguments, HANGS, dimensions=(24, 80))
    shown = terminal.read().decode()
    assert terminal.wait() == 0

    # the line before each step of the last epoch
    slope, intercept = by_hand(TRAIN_X, TRAIN_Y, 100)[-101:-1].T
    mean_cost = np.mean((slope * TRAIN_X + intercept - TRAIN_Y) ** 2)
    bar = rf"training: 100%\|.+\| 100/100 \[.*, mean cost={mean_cost:.3g}\]"
    assert re.search(bar, shown)
