"""An empty environment for all tests, and the run of the real command that several of them look at."""

import os
import shutil

import matplotlib
import pytest

pytest.register_assert_rewrite("helpers", "pages")  # so that their asserts show differences, too

from helpers import run_py  # noqa: E402

# before any test module imports what reads them
for name in [*os.environ]:
    if name.startswith(("THEANO", "PYTENSOR", "PYTHONWARNINGS", "MPLBACKEND", "MATPLOTLIBRC", "TQDM")):
        del os.environ[name]


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory):
    """No compiler, an empty home folder and an empty temporary folder for the processes that the tests start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLCONFIGDIR", matplotlib.get_cachedir())  # has its list of fonts, which takes seconds to make
        path = [folder for folder in os.get_exec_path() if not shutil.which("g++", path=folder)]
        patch.setenv("PATH", os.pathsep.join(path))
        for name in "HOME", "USERPROFILE", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP":
            patch.setenv(name, str(tmp_path_factory.mktemp(name)))
        patch.setenv("PYTHONUTF8", "1")  # what they print is read as UTF-8, on Windows too
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
