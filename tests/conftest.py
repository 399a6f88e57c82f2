"""What the tests share: the real command in a process of its own, and the post's loop written by hand."""

import os
import re
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import matplotlib
import numpy as np
import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
LINEAR_REGRESSION = REPOSITORY / "linear_regression"
ENGINE = "Theano" if find_spec("theano") else "PyTensor"
HANGS = 300  # seconds after which a process counts as one that never ends
SHORT_RUN = ("--epochs", "1", "--frames", "2")
OLD_GIF = b"GIF89a, the old one"
COMPILING = "compiling, which takes some seconds in the first run"


def by_hand(train_x, train_y, epochs=100, learning_rate=0.01):
    """Train in NumPy with the gradients that pencil and paper give; return every cost, and slope and intercept."""
    W0 = W1 = np.float64(0)
    costs = []
    for _ in range(epochs):
        for x, Y in zip(train_x, train_y):
            error = W0 * x + W1 - Y
            costs.append(error**2)
            W0, W1 = W0 - learning_rate * 2 * error * x, W1 - learning_rate * 2 * error
    return costs, (W0, W1)


def start(*arguments, script="run.py", clone=REPOSITORY, gif=None, env=(), shell=None, python=(), **options):
    """Start a script of the `clone` with the variables `env`; `shell` is a line of sh that has the command as "$@"."""
    command = [sys.executable, *python, str(clone / "linear_regression" / script), *map(str, arguments)]
    command += ["--output", str(gif)] if gif else []
    if shell:
        command = ["sh", "-c", shell, "sh", *command]
    environment = {**os.environ, **dict(env)}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
    return subprocess.Popen(command, env=environment, encoding="utf-8", errors="surrogateescape", **options)


def finish(process):
    try:
        stdout, stderr = process.communicate(timeout=HANGS)
    except subprocess.TimeoutExpired:
        process.kill()
        _, stderr = process.communicate()
        pytest.fail(f"still running after {HANGS} s, stderr {stderr!r}")
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def run(*arguments, **options):
    return finish(start(*arguments, **options))


def flags(settings):
    """Return the variables with which the reader gives Theano or PyTensor these settings."""
    return {"THEANO_FLAGS": settings, "PYTENSOR_FLAGS": settings.replace(".", "__")}


def repeated(*values):
    """Mark parameters of a test as one of those that only the gate runs."""
    return pytest.param(*values, marks=pytest.mark.repeated)


def news(stderr):
    """Return the lines of what was printed, but for the one that says that something is being compiled."""
    return [line for line in stderr.splitlines() if line != COMPILING]


def one_line(stderr):
    (line,) = news(stderr)
    return line


def learned(stdout):
    return tuple(float(number) for number in re.search(r"^learned +(\S+) +(\S+)$", stdout, re.MULTILINE).groups())


def tree(folder):
    """Return all that is in `folder`, to be compared with what is there later."""
    return {
        path.relative_to(folder).as_posix(): (path.lstat().st_mode, path.is_file() and path.read_bytes())
        for path in folder.rglob("*")
    }


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory):
    """Nothing that this machine's user has set, and an empty home folder, in this process and those it starts."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in a shell's background
        signal.signal(signal.SIGINT, signal.default_int_handler)
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith(("THEANO", "PYTENSOR", "PYTHON", "MPL", "MATPLOTLIB", "TQDM", "LC_", "OMP_", "DISPLAY")):
                patch.delenv(name)
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("MPLCONFIGDIR", matplotlib.get_cachedir())  # has its list of fonts, which takes seconds to make
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("tmp")))
        yield


@pytest.fixture(scope="session")
def default_run(tmp_path_factory):
    """A run with all defaults but the output: the process and the GIF."""
    folder = tmp_path_factory.mktemp("another folder")
    result = run("--output", Path("new folder", "line.gif"), cwd=folder)
    assert result.returncode == 0, result.stderr
    return result, folder / "new folder" / "line.gif"


@pytest.fixture
def gif(tmp_path):
    """An existing GIF, alone in its folder."""
    path = tmp_path / "output" / "a.gif"
    path.parent.mkdir()
    path.write_bytes(OLD_GIF)
    return path


@pytest.fixture
def temporary(tmp_path):
    """An empty folder, to be the temporary one."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@pytest.fixture
def clone(tmp_path):
    """A copy of the lesson in which nothing is compiled yet, in a folder with a difficult name."""
    folder = tmp_path / ("o'brien, a=b #1 é 100%" + '"' * (os.name == "posix"))
    ignored = shutil.ignore_patterns("__pycache__", "*.ipynb")
    shutil.copytree(LINEAR_REGRESSION, folder / "linear_regression", ignore=ignored)
    return folder


@pytest.fixture
def warm_clone(clone, default_run):
    """A copy of the lesson with what the repository has compiled."""
    shutil.copytree(REPOSITORY / ".compiled", clone / ".compiled")
    return clone
