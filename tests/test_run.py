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
from helpers import LINEAR_REGRESSION, REPOSITORY, by_hand, finish, posix, read_gif, run_py, start

import run as program
from backend import NAME, theano
from data import makepoints
from model import build

TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
OPTIONS = {
    "epochs": 100, "learning-rate": 0.01, "points": 100, "noise": 0.33, "seed": 0, "shuffle": False, "frames": 100,
    "fps": 20,
}  # fmt: skip
ANIMATION = REPOSITORY / "images" / "animation.gif"
SHORT = {name.replace("-", "_"): default for name, default in OPTIONS.items()} | {"epochs": 1, "frames": 2}


def learned(stdout):
    return [float(number) for number in re.search(r"^learned +(\S+) +(\S+)$", stdout, re.MULTILINE).groups()]


def untouched(gif):
    return gif.read_bytes() == b"GIF89a, the old one" and os.listdir(gif.parent) == [gif.name]


# The loop


@pytest.mark.parametrize("shuffle", [False, True])
def test_the_loop_takes_one_step_for_each_point_in_each_epoch(shuffle):
    line = build(0.05)
    rng, twin = (np.random.RandomState(3) if shuffle else None for _ in range(2))
    costs = list(program.train(line, TRAIN_X, TRAIN_Y, epochs=3, rng=rng))
    order = np.concatenate([twin.permutation(100) if shuffle else np.arange(100) for _ in range(3)])
    expected_costs, history = by_hand(TRAIN_X[order], TRAIN_Y[order], 1, 0.05)
    np.testing.assert_allclose(costs, expected_costs, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose([line.W0.get_value(), line.W1.get_value()], history[-1], rtol=0, atol=1e-12)


@pytest.mark.parametrize(("learning_rate", "noise", "epoch"), [(2, 0.33, 3), (1e300, 0.33, 1), (0.01, 1e160, 1)])
def test_a_training_that_diverges_ends_with_its_epoch(learning_rate, noise, epoch):
    train_x, train_y, _, _ = makepoints(noise=noise)
    steps = 0
    with pytest.raises(FloatingPointError, match=f"in epoch {epoch}:"):
        for _ in program.train(build(learning_rate), train_x, train_y, epochs=10):
            steps += 1
    assert steps == 100 * epoch


# The report


def test_the_report_has_the_right_numbers(default_run):
    stdout, stderr, gif = default_run
    slope, intercept = by_hand(TRAIN_X, TRAIN_Y, 100)[1][-1]
    mse = [np.mean((slope * x + intercept - y) ** 2) for x, y in ((TRAIN_X, TRAIN_Y), (TEST_X, TEST_Y))]
    least_squares = np.linalg.lstsq(np.column_stack([TRAIN_X, np.ones(100)]), TRAIN_Y, rcond=None)[0]
    assert stdout == (
        f"{NAME} {theano.__version__} ({theano.config.floatX})\n"
        "                   slope   intercept\n"
        "true            2.000000    5.000000\n"
        f"least squares   {least_squares[0]:.6f}    {least_squares[1]:.6f}\n"
        f"learned         {slope:.6f}    {intercept:.6f}\n"
        f"mean squared error: {mse[0]:.6f} on the training points, {mse[1]:.6f} on the test points\n"
        f"wrote {Path('new folder', 'line.gif')}: {len(read_gif(gif)[0])} frames, {gif.stat().st_size / 1000:.0f} kB\n"
    )
    assert "learned         2.053350    5.006851\n" in stdout
    assert "training" not in stderr  # no progress bars but on a terminal


def test_options_reach_the_numbers_and_the_gif(tmp_path):
    gif = tmp_path / "new" / "line.GIF"
    options = [
        "--epochs=3",
        "--learning-rate=0.1",
        "--points=20",
        "--noise=1",
        "--seed=5",
        "--frames=4",
        "--fps=50",
        "--output",
    ]
    stdout, _, _ = run_py(*options, gif)
    train_x, train_y, _, _ = makepoints(20, 1, 5)
    assert learned(stdout) == pytest.approx(by_hand(train_x, train_y, 3, 0.1)[1][-1], abs=1e-6)
    frames, milliseconds = read_gif(gif)
    assert len(frames) == 4 and milliseconds == [20, 20, 20, 2000]


def test_shuffle_draws_a_new_order_in_each_epoch_from_the_seed(tmp_path, capsys):
    program.main(**{**SHORT, "epochs": 2, "shuffle": True, "seed": 4, "output": tmp_path / "a.gif"})
    train_x, train_y, _, _ = makepoints(seed=4)
    rng = np.random.RandomState(4)
    order = np.concatenate([rng.permutation(100), rng.permutation(100)])
    assert learned(capsys.readouterr().out) == pytest.approx(by_hand(train_x[order], train_y[order])[1][-1], abs=1e-6)


def test_a_single_point_has_no_least_squares(tmp_path, capsys):
    program.main(**{**SHORT, "points": 1, "output": tmp_path / "a.gif"})
    assert "least squares" not in capsys.readouterr().out


# The options


def status_of(*arguments, monkeypatch):
    """Run run.py, in this process, with these arguments; return the status that it ends with."""
    monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(LINEAR_REGRESSION / "run.py"), run_name="__main__")
    return end.value.code


WRONG = {
    "--epochs": ["0", "-1", "nan", "10000000", "1.5", "many", ""],
    "--points": ["0", "10000000", "2.0"],
    "--frames": ["1", "1001", "2.5"],
    "--fps": ["0", "51", "12.5"],
    "--noise": ["-1", "nan", "inf", "loud"],
    "--learning-rate": ["0", "-1", "nan", "inf", "fast"],
    "--seed": ["-1", str(2**32), "pea"],
    "--output": ["", ".", "folder.gif", "a", "a.gif.txt", "a.gif/b.gif", "x" * 300 + ".gif"],
    "--shuffle": ["yes"],
    "--nonsense": ["1"],
}


@pytest.mark.parametrize(("option", "value"), [(option, value) for option in WRONG for value in WRONG[option]])
def test_a_wrong_option_ends_with_status_2_before_anything_is_done(option, value, gif, monkeypatch, capsys):
    monkeypatch.chdir(gif.parent)
    Path("folder.gif").mkdir()
    assert status_of(f"{option}={value}", monkeypatch=monkeypatch) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and re.search(rf"^run.py: error: .*{option}", printed.err, re.MULTILINE)
    Path("folder.gif").rmdir()
    assert untouched(gif)


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anything")
def test_a_folder_that_cannot_be_written_is_refused(gif, monkeypatch):
    gif.parent.chmod(0o555)
    assert status_of("--output", str(gif), monkeypatch=monkeypatch) == 2


def test_help_names_every_option_and_its_default(monkeypatch, capsys):
    assert status_of("--help", monkeypatch=monkeypatch) == 0
    text = " ".join(capsys.readouterr().out.split())
    for option, default in [*OPTIONS.items(), ("output", ANIMATION)]:
        assert f"--{option}" in text
        assert option == "shuffle" or f"(default: {default})" in text


# Failures


def test_a_run_that_diverges_says_so_in_one_line_and_leaves_the_gif(gif):
    _, stderr, status = run_py("--learning-rate=2", "--epochs=5", "--output", gif)
    assert status == 1
    assert stderr.splitlines()[-1] == "run.py: training diverged in epoch 3: try a smaller --learning-rate"
    assert untouched(gif)


@pytest.mark.parametrize("missing", ["numpy", "matplotlib"])
def test_a_missing_library_gets_one_line_that_says_where_help_is(missing, gif, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{missing!r}] = None")
    _, stderr, status = run_py("--output", gif, env={"PYTHONPATH": str(tmp_path)})
    assert status == 1 and "Traceback" not in stderr
    assert missing in stderr and stderr.endswith(' (see "When it does not work" in README.md)\n')
    assert untouched(gif)


@posix
def test_a_gif_that_cannot_be_written_gets_one_line(gif):
    resource = pytest.importorskip("resource")

    def fill_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    options = "--epochs", "1", "--frames", "20", "--output", gif
    _, stderr, status = run_py(*options, preexec_fn=fill_disk, env={"PATH": ""})
    assert status == 1 and stderr.splitlines()[-1] == f"run.py: {gif} cannot be written: File too large"
    assert untouched(gif)


# Interruptions


def when_training(process):
    """Wait until the process says, with the first line of its report, that its imports are done."""
    assert process.stdout.readline()
    time.sleep(0.5)


@posix
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_is_silent_and_leaves_the_gif(number, status, gif):
    command = LINEAR_REGRESSION / "run.py", "--epochs", "1000000", "--output", gif
    process = start(*command, env={"PYTHONUNBUFFERED": "1"})
    when_training(process)
    process.send_signal(number)
    stdout, stderr, actual = finish(process)
    assert (stdout, actual) == ("", status)
    assert "Traceback" not in stderr and "leaked" not in stderr
    assert untouched(gif)


@posix
def test_a_signal_that_is_ignored_from_the_start_stays_ignored(gif):
    def ignore():
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    command = LINEAR_REGRESSION / "run.py", "--epochs", "300", "--frames", "2", "--output", gif
    process = start(*command, env={"PYTHONUNBUFFERED": "1"}, preexec_fn=ignore)
    when_training(process)
    process.send_signal(signal.SIGINT)
    process.terminate()
    assert finish(process)[2] == 0
    assert not untouched(gif)


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
    assert process.wait() == 0
    assert re.search(rb"training: 100%.*20000/20000.*cost=\d", shown) and re.search(rb"drawing: 100%", shown)
