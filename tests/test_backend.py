"""The post's imports: Theano or PyTensor, with the reader's own flags, and no more."""

import shutil

import pytest
from helpers import LINEAR_REGRESSION, run_python

from backend import LIBRARY, theano

# the tutorial's modules, without the file that a reader writes
MODULES = sorted(path.stem for path in LINEAR_REGRESSION.glob("*.py"))
MODULES = [module for module in MODULES if module != "my_grad"]

# a file of the reader's own beside the tutorial's
PROGRAM = f"""
import logging
import os
import signal
import sys
import warnings

import matplotlib
import numpy

# PyTensor's import may change what it likes; it warns that Windows has no g++
logging.disable(logging.WARNING)
try:
    import pytensor
except ImportError:
    pass
logging.disable(logging.NOTSET)

# where libraries may keep what is theirs
variables = "HOME", "USERPROFILE", "LOCALAPPDATA", "TMPDIR", "TEMP", "TMP", "MPLCONFIGDIR"
allowed = (os.devnull, *(os.path.abspath(os.environ[name]) for name in variables))
changes = ["os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink"]
written = []

def watch(event, arguments):
    if event == "open":
        path, _, flags = arguments
        changing = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    else:
        path = arguments[0] if arguments else None
        changing = event in changes
    if changing and isinstance(path, (str, os.PathLike)):
        path = os.path.abspath(path)
        if not path.startswith(allowed):
            written.append(path)

def state():
    return {{
        "NumPy's errors": numpy.geterr(),
        "warnings": warnings.filters[:],
        "logging": logging.root.level,
        "Ctrl-C": signal.getsignal(signal.SIGINT),
        "matplotlib's settings": dict(matplotlib.rcParams),
        "standard output": (sys.stdout, sys.stdout.errors),
        "folder": os.getcwd(),
    }}

before = state()
sys.addaudithook(watch)
import {", ".join(MODULES)}
print("written:", written)
print("changed:", [name for name, value in state().items() if value != before[name]])

from backend import T, theano
X = T.scalar("X")
print(theano.function([X], X * X)(3))
"""


def run_program(program, cwd=LINEAR_REGRESSION, **env):
    return run_python("-c", program, cwd=cwd, env=env)


def test_imports_are_silent_write_no_file_and_leave_the_readers_settings_alone():
    printed = run_program(PROGRAM, PYTHONDONTWRITEBYTECODE="1")
    assert printed == ("written: []\nchanged: []\n9.0\n", "", 0)


def test_no_compiler_is_looked_for():
    assert theano.config.cxx == ""


@pytest.mark.skipif(LIBRARY == "PyTensor", reason="Theano's flags")
def test_the_readers_theano_flags_win():
    program = "from backend import theano; c = theano.config; "
    program += "print(c.floatX, c.blas.ldflags)"
    flags = "blas.ldflags=-lm, floatX=float32"
    assert run_program(program, THEANO_FLAGS=flags) == ("float32 -lm\n", "", 0)


@pytest.mark.skipif(LIBRARY == "Theano", reason="PyTensor's flags")
def test_the_readers_pytensor_flags_win():
    program = "from backend import theano; c = theano.config; print(c.floatX, c.cxx)"
    flags = "cxx=clang++, floatX=float32"
    assert run_program(program, PYTENSOR_FLAGS=flags) == ("float32 clang++\n", "", 0)


@pytest.mark.skipif(LIBRARY == "PyTensor", reason="PyTensor has no such setting")
def test_theano_ignores_settings_for_a_graphics_card(tmp_path):
    theanorc = tmp_path / ".theanorc"
    theanorc.write_text("[global]\ndevice = gpu\n")
    program = "from backend import theano; print(theano.config.device)"
    assert run_program(program, THEANORC=str(theanorc)) == ("cpu\n", "", 0)


@pytest.mark.skipif(LIBRARY == "PyTensor", reason="PyTensor has no such warnings")
def test_theano_does_not_warn_of_compilers_and_blas():
    program = """
import backend, logging
logging.getLogger("theano.configdefaults").warning("there is no compiler")
logging.getLogger("theano.tensor.blas").warning("there is no BLAS")
"""
    assert run_program(program) == ("", "", 0)


@pytest.fixture
def copy(tmp_path):
    """A folder with backend.py."""
    shutil.copy(LINEAR_REGRESSION / "backend.py", tmp_path)
    return tmp_path


def test_a_folder_without_code_is_not_theano(copy):
    (copy / "theano").mkdir()
    program = "import backend; print(backend.LIBRARY)"
    assert run_program(program, cwd=copy) == (f"{LIBRARY}\n", "", 0)


def test_a_theano_that_cannot_be_used_is_named(copy):
    own = copy / "theano.py"
    own.touch()
    program = "import numpy; numpy.__version__ = '1.24.0'; import backend"
    _, stderr, status = run_program(program, cwd=copy)
    assert status == 1
    message = f"ImportError: NumPy 1.24.0 is too new for the Theano in {own}. If"
    assert message in stderr
