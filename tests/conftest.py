"""An empty environment for all tests, and the run of the real command that several of them look at."""

import os
import shutil
import signal
from pathlib import Path

import matplotlib
import pytest
from helpers import LINEAR_REGRESSION, run_py

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as in a shell's background, and so in all that it starts
    signal.signal(signal.SIGINT, signal.default_int_handler)

# before any test module imports what reads them
for name in [*os.environ]:
    if name.startswith(("THEANO", "PYTENSOR", "PYTHONWARNINGS", "MPLBACKEND", "MATPLOTLIBRC", "TQDM")):
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory):
    """An empty home folder and a temporary folder of their own, for this process and those it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLCONFIGDIR", matplotlib.get_cachedir())  # has its list of fonts, which takes seconds to make
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("PYTHONUTF8", "1")  # what they print is read as UTF-8, on Windows too
        yield


@pytest.fixture(scope="session")
def default_run(tmp_path_factory):
    """What the real command prints with all defaults but the output, and the GIF that it writes."""
    folder = tmp_path_factory.mktemp("another folder")
    stdout, stderr, status = run_py("--output", Path("new folder", "line.gif"), cwd=folder)
    assert status == 0, stderr
    return stdout, stderr, folder / "new folder" / "line.gif"


@pytest.fixture
def gif(tmp_path):
    """An existing GIF, alone in its folder."""
    path = tmp_path / "output" / "a.gif"
    path.parent.mkdir()
    path.write_bytes(b"GIF89a, the old one")
    return path


@pytest.fixture
def clone(tmp_path):
    """A copy of the lesson in which nothing is compiled yet, in a folder with a difficult name."""
    folder = tmp_path / ("o'brien, a=b #1 é 100%" + '"' * (os.name == "posix"))
    shutil.copytree(LINEAR_REGRESSION, folder / "linear_regression", ignore=shutil.ignore_patterns("__pycache__"))
    return folder
