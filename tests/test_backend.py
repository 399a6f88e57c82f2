"""The post's imports: Theano or PyTensor, with the reader's own flags, and nothing else changed."""

import shutil

import pytest
from helpers import LINEAR_REGRESSION, run_python

from backend import NAME, theano

# a file of the reader's own beside the tutorial's; PyTensor's import may change what it likes
PROGRAM = """
import logging, signal, warnings, matplotlib, numpy
logging.disable(logging.WARNING)  # PyTensor warns that Windows has no g++
try:
    import pytensor
except ImportError:
    pass
logging.disable(logging.NOTSET)
def state():
    return {
        "NumPy's errors": numpy.geterr(), "warnings": warnings.filters[:], "logging": logging.root.level,
        "Ctrl-C": signal.getsignal(signal.SIGINT), "matplotlib's settings": dict(matplotlib.rcParams),
    }
before = state()
import animation, data, descent, graph, model, run
print([name for name, value in state().items() if value != before[name]])
from backend import T, theano
X = T.scalar("X")
print(theano.function([X], X * X)(3))
"""


def test_imports_are_silent_and_change_nothing():
    assert run_python("-c", PROGRAM, cwd=LINEAR_REGRESSION) == ("[]\n9.0\n", "", 0)


def test_no_compiler_is_looked_for_and_the_readers_flags_win():
    assert theano.config.cxx == ""
    program = "from backend import theano; print(theano.config.floatX, theano.config.cxx or theano.config.blas.ldflags)"
    env = {"THEANO_FLAGS": "blas.ldflags=-lm, floatX=float32", "PYTENSOR_FLAGS": "cxx=clang++, floatX=float32"}
    expected = f"float32 {'-lm' if NAME == 'Theano' else 'clang++'}\n"
    assert run_python("-c", program, cwd=LINEAR_REGRESSION, env=env) == (expected, "", 0)


@pytest.mark.skipif(NAME == "PyTensor", reason="PyTensor has no such settings and warnings")
def test_theano_ignores_settings_for_a_graphics_card_and_does_not_warn_of_compilers_and_blas(tmp_path):
    theanorc = tmp_path / ".theanorc"
    theanorc.write_text("[global]\ndevice = gpu\n")
    program = "import logging; from backend import theano; print(theano.config.device)"
    for name in "configdefaults", "tensor.blas":
        program += f"; logging.getLogger('theano.{name}').warning('there is none')"
    assert run_python("-c", program, cwd=LINEAR_REGRESSION, env={"THEANORC": str(theanorc)}) == ("cpu\n", "", 0)


def test_a_theano_that_cannot_be_used_is_named_and_a_folder_without_code_is_not_theano(tmp_path):
    shutil.copy(LINEAR_REGRESSION / "backend.py", tmp_path)
    (tmp_path / "theano").mkdir()
    assert run_python("-c", "import backend; print(backend.NAME)", cwd=tmp_path) == (f"{NAME}\n", "", 0)
    own = tmp_path / "theano.py"
    own.touch()
    _, stderr, status = run_python("-c", "import numpy; numpy.__version__ = '1.24.0'; import backend", cwd=tmp_path)
    assert status == 1 and f"ImportError: NumPy 1.24.0 is too new for the Theano in {own}. If" in stderr
