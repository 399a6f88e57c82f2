"""The post's imports: Theano or PyTensor, with the reader's own flags, and nothing else changed."""

import shutil

import pytest
from helpers import LINEAR_REGRESSION, run_python

from backend import NAME, theano

# a file of the reader's own beside the tutorial's; PyTensor's import may change what it likes
PROGRAM = """
import logging, signal, warnings, matplotlib, numpy
try:
    import pytensor
except ImportError:
    pass
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
print(theano.function([X], X * X)(3), theano.config.floatX)
"""


def flags(settings):
    """Return the variables with which the reader gives Theano or PyTensor these settings."""
    return {"THEANO_FLAGS": settings, "PYTENSOR_FLAGS": settings}


@pytest.mark.parametrize(("own", "float_type"), [("", "float64"), ("allow_gc=True, floatX=float32", "float32")])
def test_imports_are_silent_and_change_nothing_and_the_readers_flags_win(own, float_type):
    stdout, stderr, status = run_python("-c", PROGRAM, cwd=LINEAR_REGRESSION, env=flags(own))
    assert (stdout, stderr, status) == (f"[]\n9.0 {float_type}\n", "", 0)


@pytest.mark.skipif(NAME == "PyTensor", reason="PyTensor needs no flags")
def test_theano_computes_in_python_unless_the_reader_wants_c():
    assert (theano.config.cxx, theano.config.blas.ldflags) == ("", "")
    program = "from backend import theano; print(theano.config.blas.ldflags)"
    assert run_python("-c", program, cwd=LINEAR_REGRESSION, env=flags("blas.ldflags=-lm"))[0] == "-lm\n"


@pytest.mark.skipif(NAME == "PyTensor", reason="PyTensor works with every NumPy that pip puts beside it")
def test_theano_beside_a_numpy_that_it_does_not_know_gets_one_sentence(tmp_path):
    shutil.copy(LINEAR_REGRESSION / "backend.py", tmp_path)
    _, stderr, status = run_python("-c", "import numpy; numpy.__version__ = '1.24.0'; import backend", cwd=tmp_path)
    assert status == 1
    assert stderr.endswith("ImportError: Theano does not work with NumPy 1.24.0: pip install -r requirements.txt\n")
