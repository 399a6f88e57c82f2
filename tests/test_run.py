"""Block 4 of the post: the loop, what run.py reports and writes, its options, and what happens when something fails."""

import io
import os
import re
import runpy
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from helpers import HANGS, LINEAR_REGRESSION, PUBLISHED, REPOSITORY, by_hand, posix, read_gif, run_py

import run as program
from animation import PALETTE, draw_frames
from backend import NAME, theano
from data import makepoints
from model import build

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
DEFAULTS = {
    "epochs": 100, "learning-rate": 0.01, "points": 100, "noise": 0.33, "seed": 0, "shuffle": False, "frames": 100,
    "fps": 12, "output": REPOSITORY / "images" / "animation.gif",
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


def test_training_goes_on_from_where_the_line_is():
    line = build()
    once = [program.train(line, TRAIN_X, TRAIN_Y, epochs=1) for _ in range(2)]
    np.testing.assert_array_equal(np.concatenate([once[0][:-1], once[1]]), program.train(build(), TRAIN_X, TRAIN_Y, 2))


def test_seed_0_ends_at_the_published_numbers():
    assert program.train(build(), TRAIN_X, TRAIN_Y)[-1] == pytest.approx(PUBLISHED, abs=1e-12)


def test_a_line_of_1e12_and_more_has_diverged_and_one_below_has_not():
    for learning_rate, x, epoch in (0.8, TRAIN_X, 3), (10, 0 * TRAIN_X, 1):  # to 3e12; to a slope of 0
        with pytest.raises(FloatingPointError, match=f"in epoch {epoch}:"):
            program.train(build(learning_rate), x, TRAIN_Y, epochs=9)
    assert np.abs(program.train(build(0.78), TRAIN_X, TRAIN_Y)[-1]).max() == pytest.approx(5e8, rel=0.1)


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
        f"mean squared error: {mse[0]:.6g} on the training points, {mse[1]:.6g} on the test points\n"
        f"wrote line.gif: {len(read_gif(gif)[0])} frames, {gif.stat().st_size / 1000:.0f} kB\n"
    )
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
    assert milliseconds == [1000, 20, 20, 2000]
    expected = PALETTE[draw_frames(train_x, train_y, test_x, test_y, history, [0, 1, 8, 60])]
    assert (expected != frames).any(axis=-1).sum(axis=(1, 2)).max() <= 10  # pixels a frame


@pytest.mark.parametrize("encoding", ["ascii", None])
def test_a_path_is_printed_whatever_standard_output_is(encoding, run_here, tmp_path, monkeypatch):
    stdout = io.TextIOWrapper(io.BytesIO(), encoding) if encoding else io.StringIO()  # which is as in IDLE
    monkeypatch.setattr(sys, "stdout", stdout)
    assert run_here("--epochs=1", "--frames=2", "--output", tmp_path / "é.gif")[2] == 0
    stdout.seek(0)
    assert (r"\xe9.gif: 2 frames" if encoding else "é.gif: 2 frames") in stdout.read()


def test_a_run_in_float32_ends_near_the_same_line(tmp_path):
    flags = dict.fromkeys(("THEANO_FLAGS", "PYTENSOR_FLAGS"), "floatX=float32")
    stdout, stderr, status = run_py("--output", tmp_path / "a.gif", env=flags)
    assert (stderr, status) == ("", 0) and "(float32)" in stdout
    learned = re.search("learned +(.*) +(.*)", stdout).groups()
    assert [float(number) for number in learned] == pytest.approx(PUBLISHED, abs=1e-4)


# The options

LIMITS = {  # what is just too small, the least, the most, and what is just too large
    "--epochs": (0, 1, 10_000, 10_001), "--points": (1, 2, 10_000, 10_001), "--frames": (1, 2, 1000, 1001),
    "--fps": (0, 1, 50, 51), "--seed": (-1, 0, 2**32 - 1, 2**32), "--noise": (-0.01, 0, 1000, 1000.01),
    "--learning-rate": (0.9e-6, 1e-6, 10, 10.01),
}  # fmt: skip
OUTPUTS = ["", ".", "folder.gif", "a", "a.gif.txt", "a.gif/", "a.gif/b.gif", "missing/b.gif", "x" * 300 + ".gif"]
WRONG = [("--shuffle", "yes"), ("--nonsense", "1"), ("--epochs", "1.5"), *(("--output", value) for value in OUTPUTS)]
WRONG += [(option, value) for option, (low, _, _, high) in LIMITS.items() for value in (low, high, "many", "nan", "")]


@pytest.mark.parametrize(("option", "value"), WRONG)
def test_a_wrong_option_ends_with_status_2_before_anything_is_done(option, value, run_here, gif, monkeypatch):
    monkeypatch.chdir(gif.parent)
    Path("folder.gif").mkdir()
    stdout, stderr, status = run_here(f"--output={gif}", f"{option}={value}")
    assert (stdout, status) == ("", 2) and re.search(rf"^run.py: error: .*{option}", stderr, re.MULTILINE)
    Path("folder.gif").rmdir()
    assert untouched(gif)


@pytest.mark.parametrize("option", LIMITS)
def test_both_limits_of_an_option_are_accepted(option, run_here):
    for limit in LIMITS[option][1:3]:
        _, stderr, status = run_here(f"{option}={limit}", "--output=wrong")
        assert status == 2 and "argument --output: 'wrong' is not a file that" in stderr


def test_help_names_every_option_with_its_default(run_here):
    stdout, _, status = run_here("--help")
    helps = "".join(stdout.split())  # lines break at spaces and hyphens
    for option, default in DEFAULTS.items():
        shown = "".join(f"(default: {default})".split())
        assert re.search(rf"--{option}((?!--).)*{re.escape(shown)}", helps), option
    assert status == 0


# What is written over


@posix
def test_a_link_stays_a_link_and_its_file_keeps_its_mode(run_here, gif):
    link = gif.parent.parent / "link.gif"
    link.symlink_to(gif)
    gif.chmod(0o640)
    stdout, _, status = run_here("--epochs=1", "--frames=2", "--output", link)
    assert status == 0 and f"wrote {link}: 2 frames" in stdout
    assert link.is_symlink() and len(read_gif(gif)[0]) == 2 and gif.stat().st_mode & 0o777 == 0o640


@posix
@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.symlink_to(path)] if os.name == "posix" else [])
def test_pipes_and_loops_of_links_are_refused(make, run_here, tmp_path):
    make(tmp_path / "a.gif")
    _, stderr, status = run_here("--output", tmp_path / "a.gif")
    assert status == 2 and "a.gif' is not a file that" in stderr


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anything")
def test_what_the_user_may_not_write_is_refused(run_here, gif):
    gif.chmod(0o444)
    assert run_here("--output", gif)[2] == 2
    gif.chmod(0o644)
    gif.parent.chmod(0o555)
    for output in gif, gif.with_name("b.gif"):
        assert run_here("--output", output)[2] == 2
    gif.parent.chmod(0o755)
    assert untouched(gif)


# Failures


@pytest.mark.parametrize(("learning_rate", "points"), [(2, 245), (10, 1000)])  # the square overflows, the line is nan
def test_a_run_that_diverges_ends_with_one_line(learning_rate, points, gif):
    options = f"--learning-rate={learning_rate}", f"--points={points}", "--epochs=1"
    stdout, stderr, status = run_py(*options, "--output", gif)
    assert (stderr, status) == ("run.py: training diverged in epoch 1: try a smaller --learning-rate\n", 1)
    assert len(stdout.splitlines()) == 1 and untouched(gif)


@posix
def test_a_run_that_diverges_leaves_new_names_and_dangling_links(run_here, gif):
    gif.with_name("link.gif").symlink_to("missing.gif")
    for name in "new.gif", "link.gif":
        assert run_here("--learning-rate=2", "--output", gif.with_name(name))[2] == 1
    assert sorted(os.listdir(gif.parent)) == [gif.name, "link.gif"] and os.path.islink(gif.with_name("link.gif"))


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
    command = [sys.executable, "-u", str(LINEAR_REGRESSION / "run.py"), "--epochs=10000", f"--output={gif}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout.readline()  # the imports are done
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=100) == (b"", b"")
    assert process.returncode == -signal.SIGINT and untouched(gif)


@posix
@pytest.mark.filterwarnings("ignore:.*forkpty")
def test_a_terminal_of_80_columns_shows_the_progress_and_the_mean_cost_of_the_epoch(gif):
    arguments = [str(LINEAR_REGRESSION / "run.py"), "--frames=9", f"--output={gif}"]
    terminal = pytest.importorskip("pexpect").spawn(sys.executable, arguments, HANGS, dimensions=(24, 80))
    shown = terminal.read().decode()
    before = by_hand(TRAIN_X, TRAIN_Y, 100)[-101:-1]  # the line before each step of the last epoch
    mean_cost = np.mean((before[:, 0] * TRAIN_X + before[:, 1] - TRAIN_Y) ** 2)
    assert terminal.wait() == 0
    assert re.search(rf"training: 100%\|.+\| 100/100 \[.*, mean cost={mean_cost:.3g}\]", shown)
