"""An empty environment for all tests, and a run of the real command."""

import os
import shutil

import matplotlib
import pytest

# so that their asserts show differences, too
pytest.register_assert_rewrite("helpers", "pages", "to_notebook")

from helpers import run_py  # noqa: E402

# before any test module imports what reads them
READ = "THEANO", "PYTENSOR", "PYTHONWARNINGS", "MPLBACKEND", "MATPLOTLIBRC", "TQDM"
for name in [*os.environ]:
    if name.startswith(READ):
        del os.environ[name]


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
