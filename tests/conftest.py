"""An empty environment for all tests, and what several of them share: runs, made once."""

import os
import shutil
import signal
import sys

# Variables of the contributor's that change what programs print or do go, before
# anything is imported that reads them.
STARTS = "THEANO", "PYTENSOR", "NUMBA", "MPLBACKEND", "MATPLOTLIBRC", "TQDM"
STARTS += "PYTHON", "FORCE_COLOR", "NO_COLOR", "COLUMNS"
for name in [*os.environ]:
    if name.startswith(STARTS):
        del os.environ[name]

# a shell that starts the tests in the background has them ignore Ctrl-C, and what they start
signal.signal(signal.SIGINT, signal.default_int_handler)

import matplotlib  # noqa: E402
import pytest  # noqa: E402

# so that their asserts show differences, too
pytest.register_assert_rewrite("helpers", "pages", "to_notebook")

import pages  # noqa: E402
from helpers import INSTALLED, MADE_BY, SAME_MATPLOTLIB, run_py  # noqa: E402

matplotlib.use("agg")
sessions = {}  # of the pages that have run


def pytest_terminal_summary(terminalreporter):
    if not SAME_MATPLOTLIB:
        terminalreporter.write_line(
            f"pictures were compared only roughly: {MADE_BY} on linux drew them, "
            f"and this is {INSTALLED} on {sys.platform}"
        )


@pytest.fixture(scope="session")
def session(request, tmp_path_factory):
    """A page whose blocks have all run, as a pages.Session.

    A test names its page with `on_page`.
    """
    path = request.param
    if path not in sessions:
        sessions[path] = pages.run(path, tmp_path_factory.mktemp(path.stem))
    return sessions[path]


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory):
    """No compiler, home folder or temporary files for processes that tests start."""
    with pytest.MonkeyPatch.context() as patch:
        # has matplotlib's list of fonts, which takes seconds to make
        patch.setenv("MPLCONFIGDIR", matplotlib.get_cachedir())
        folders = [folder for folder in os.get_exec_path() if not shutil.which("g++", path=folder)]
        patch.setenv("PATH", os.pathsep.join(folders))
        for name in "HOME", "USERPROFILE", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP":
            patch.setenv(name, str(tmp_path_factory.mktemp(name)))
        # what they print is read as UTF-8, on Windows too
        patch.setenv("PYTHONUTF8", "1")
        yield


@pytest.fixture(scope="session")
def default_run(tmp_path_factory):
    """What the real command prints with all defaults but the output, and its GIF."""
    folder = tmp_path_factory.mktemp("o'brien, a=b #1 é 100%")
    stdout, stderr, status = run_py("--output", "line.gif", cwd=folder)
    assert status == 0, stderr
    return stdout, stderr, folder / "line.gif"


@pytest.fixture
def gif(tmp_path):
    """An existing GIF, alone in its folder."""
    path = tmp_path / "output" / "a.gif"
    path.parent.mkdir()
    path.write_bytes(b"GIF89a, the old one")
    return path
