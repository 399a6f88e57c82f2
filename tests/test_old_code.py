"""old-code.md: what its tables and commands say, against NumPy and the libraries.

The tests take the code from the page. A row without a proof fails, and so does a proof
without a row. Only rows that need another version, a compiler or a graphics card have
none.
"""

import io
import pickle
import re
import subprocess
import sys
import warnings
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest
from helpers import REPOSITORY
from numpy.lib.stride_tricks import sliding_window_view
from pages import OLD_CODE, PAGES, blocks

from backend import NAME, T, theano

PAGE = PAGES[OLD_CODE]
THEANO = NAME == "Theano"


def table(heading):
    """Return the rows of the first table below a heading, each a list of its cells."""
    below = PAGE.split(f"\n{heading}\n")[1]
    header, _, *rows = re.search(r"(^\|.*\|\n)+", below, re.MULTILINE)[0].splitlines()
    return [row[2:-2].split(" | ") for row in rows]


def codes(cell):
    return re.findall("`(.+?)`", cell)


NAMES = dict(table("### Names that changed"))
SILENT = {old: new for old, _, new in table("### Wrong without a message")}
MESSAGES = {row[0]: row for row in table("### Messages")}
PYTHON = {row[0]: row for row in table("## Python 3 and NumPy")}
MODE = theano.Mode(linker="py", optimizer="fast_compile")  # compiles nothing

rng = np.random.RandomState(0)
VALUES = {
    "x": rng.randn(4, 3),
    "v": rng.rand(4, 3),
    "p": rng.dirichlet(np.ones(3), size=4),  # rows of probabilities
    "y": np.eye(3)[[0, 2, 1, 2]],  # labels, one-hot
    "k": np.array([0, 2, 1, 2]),  # the same labels as numbers
    "r": rng.rand(4, 1),
    "t": rng.rand(2, 3, 3),
    "c": rng.rand(2, 3, 7, 6),  # images, channels, height, width
    "w": rng.rand(5, 3, 2, 3),
    "u": rng.randn(4),
    "z": np.ones((3, 2)),
}
x, v, p, y, k, r, t, c, w, u, z = VALUES.values()
TYPES = {"u": "dvector", "k": "lvector", "t": "dtensor3", "c": "dtensor4", "w": "dtensor4"}


@pytest.fixture(autouse=True, scope="module")
def no_compiling_within_operations():
    """PyTensor compiles what is inside some operations, however a function is made."""
    if THEANO:
        yield
    else:
        with theano.config.change_flags(mode="FAST_COMPILE"):
            yield


def names():
    """Return what the page's code may name.

    That is the library as the page imports it, symbols, and the page's functions.
    """
    found = {"theano": theano, "T": T}
    for name in VALUES:
        symbol = getattr(T, TYPES.get(name, "dmatrix"))
        found[name] = symbol(name)
    modules = {
        "pool_2d": "tensor.signal.pool",
        "RandomStreams": "tensor.shared_randomstreams",
        "MRG_RandomStreams": "sandbox.rng_mrg",
    }
    for name, module in modules.items():
        with suppress(ImportError):  # these modules are Theano's
            found[name] = getattr(import_module(f"{theano.__name__}.{module}"), name)
    if not THEANO:
        exec(block("def conv2d"), found)
    found["s"] = found["RandomStreams"](1) if THEANO else T.random.RandomStream(1)
    return found


def block(definition):
    """Return the page's block with this definition."""
    return next(block.text for block in blocks(PAGE) if definition in block.text)


def values(symbols, found):
    """Return the value of each of the `symbols`."""
    inputs = [found[name] for name in VALUES]
    compute = theano.function(inputs, symbols, mode=MODE, on_unused_input="ignore")
    return compute(*VALUES.values())


def computes(*expected):
    """Return a proof that expressions have these values."""

    def proof(results, found):
        for result, value in zip(values(results, found), expected):
            np.testing.assert_allclose(result, value, rtol=1e-9)

    return proof


def computes_with_c(expected):
    """Return a proof of an expression that fails on Theano without C.

    Such is Theano here, and the page says that it fails.
    """

    def proof(results, found):
        if THEANO:
            with pytest.raises((theano.gof.utils.MethodNotDefined, IndexError)):
                values(results, found)
        else:
            computes(expected)(results, found)

    return proof


def draws(streams, found):
    for stream in streams:
        (first,) = values([stream.uniform(low=5.0, high=7.0, size=(999,))], found)
        (second,) = values([stream.uniform(low=5.0, high=7.0, size=(999,))], found)
        assert first.shape == (999,)
        assert not np.allclose(first, second)
        assert 5 <= first.min() < 5.1
        assert 6.9 < first.max() <= 7


def broadcasts(results, found):
    (column,) = results
    (total,) = values([column + found["x"]], found)
    np.testing.assert_array_equal(total, r + x)


def is_printed(results, found):
    assert results == ["(x + v)"]


def is_the_base_of_an_operation(results, found):
    """Use what the page names, `Op` or `Apply`, and the other from the same place."""
    module = theano.gof if THEANO else theano.graph
    assert results[0] in (module.Op, module.Apply)

    class Twice(module.Op):
        __props__ = ()

        def make_node(self, number):
            return module.Apply(self, [number], [number.type()])

        def perform(self, node, inputs, outputs):
            outputs[0][0] = 2 * inputs[0]

    computes(2 * x)([Twice()(found["x"])], found)


SIGMOID = 1 / (1 + np.exp(-x))
SOFTMAX = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
BINARY_CROSS_ENTROPIES = np.where(y == 1, -np.log(p), -np.log(1 - p))
CROSS_ENTROPIES = [-np.log(row[label]) for row, label in zip(p, k)]
TURNED = w[:, :, ::-1, ::-1]  # by half a turn
CONVOLVED = np.einsum(
    "nchwab, fcab -> nfhw", sliding_window_view(c, (2, 3), axis=(2, 3)), TURNED
)
POOLED = sliding_window_view(c, (3, 2), axis=(2, 3))[:, :, ::3, ::2].max(axis=(4, 5))
NAMES_PROOFS = {
    "`T.nnet.sigmoid(x)`": computes(SIGMOID),
    "`T.nnet.hard_sigmoid(x)`": computes(np.interp(x, [-2.5, 2.5], [0, 1])),
    "`T.nnet.softplus(x)`": computes(np.log(1 + np.exp(x))),
    "`T.nnet.relu(x)`": computes(np.where(x > 0, x, 0)),
    "`T.nnet.softmax(x)`": computes(SOFTMAX),
    "`T.nnet.binary_crossentropy(p, y)`": computes(BINARY_CROSS_ENTROPIES),
    "`T.nnet.categorical_crossentropy(p, y)`, y one-hot": computes(CROSS_ENTROPIES),
    "`T.nnet.categorical_crossentropy(p, k)`, k labels": computes(CROSS_ENTROPIES),
    "`T.nnet.conv2d(c, w)`": computes_with_c(CONVOLVED),
    "`pool_2d(c, (3, 2), ignore_border=True)`": computes_with_c(POOLED),
    "`RandomStreams(1)`": draws,
    "`MRG_RandomStreams(1)`": draws,
    # with probabilities of 0 and 1
    "`s.binomial(p=y)`": computes(y),
    "`s.multinomial(pvals=y)`": computes(y),
    "`T.abs_(x)`": computes(np.where(x > 0, x, -x)),
    "`T.inv(x)`": computes(1 / x),
    "`T.stack(x, v)`": computes(np.stack([x, v])),
    "`T.batched_dot(t, t)`": computes([matrix @ matrix for matrix in t]),
    "`T.addbroadcast(r, 1)`": broadcasts,
    "`T.flatten(t, outdim=2)`": computes(t.reshape(2, 9)),
    "`T.Rop(T.sqr(x), x, v)`": computes(2 * x * v),
    "`T.Lop(T.sqr(x), x, v)`": computes(2 * x * v),
    "`theano.clone(x + v, {v: x})`": computes(x + x),
    "`theano.pp(x + v)`": is_printed,
    "`theano.gof.Op`": is_the_base_of_an_operation,
    "`theano.gof.Apply`": is_the_base_of_an_operation,
}


# The tables


def test_each_row_has_a_proof_and_each_proof_a_row():
    assert set(NAMES) == set(NAMES_PROOFS)
    assert set(SILENT) == set(SILENT_PROOFS)
    assert set(MESSAGES) == {*MESSAGES_PROOFS, *WITHOUT_PROOF}
    assert set(PYTHON) == {*PYTHON_PROOFS, *DIVISIONS, *NUMPYS, *WITHOUT_PYTHON_PROOF}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("old", NAMES_PROOFS)
def test_what_the_row_names_gives_the_numbers_of_numpy(old):
    found = names()
    code = codes(old if THEANO else NAMES[old])[0]
    NAMES_PROOFS[old]([eval(code, found)], found)


@pytest.mark.skipif(THEANO, reason="Theano has it all")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code", [codes(old)[0] for old in NAMES_PROOFS])
def test_what_the_page_calls_gone_is_gone_or_about_to_go(code):
    found = names()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # 3.0 still has batched_dot
        with pytest.raises((AttributeError, NameError, TypeError, FutureWarning)):
            eval(code, found)


# What is wrong without a message


def each_is(expected):
    def check(value):
        np.testing.assert_allclose(value, expected, rtol=1e-9)

    return check


def zeros_and_ones(value):
    assert value.shape in (x.shape, z.shape)
    assert np.isin(value, [0, 1]).all()


def between_0_and_1(value):
    assert value.shape == x.shape
    assert ((value >= 0) & (value < 1)).all()


def around_0(value):
    assert value.shape == x.shape
    assert np.abs(value).max() < 6


def around_5(value):
    assert value.shape == x.shape
    assert np.abs(value - 5).max() < 0.6


SILENT_PROOFS = {
    "`z * s.binomial(z.shape, p=0.5)`": zeros_and_ones,
    "`s.normal((4, 3))`": around_0,
    "`s.uniform((4, 3))`": between_0_and_1,
    "`s.normal(size=(4, 3), avg=5.0, std=0.1)`": around_5,
    "`T.nnet.softmax(u)[0]`": each_is(np.exp(u) / np.exp(u).sum()),
    "`T.nnet.softmax(x)`": each_is(SOFTMAX),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("old", SILENT_PROOFS)
def test_without_the_pages_change_pytensor_is_silently_wrong(old):
    found = names()
    check = SILENT_PROOFS[old]
    (before,), (after,) = codes(old), codes(SILENT[old])
    if THEANO:
        check(values([eval(before, found)], found)[0])
    else:
        check(values([eval(after, found)], found)[0])
        before = before.replace("T.nnet", "T.special")
        with pytest.raises(AssertionError):
            check(values([eval(before, found)], found)[0])


# Messages


def says(message):
    """Expect an error on PyTensor, with the message's parts on the page."""
    parts = ".*".join(re.escape(part) for part in codes(message))
    return pytest.raises(Exception, match=f"(?s){parts}")


def is_code(check, mode=None):
    """Return a proof of a row with Theano's code and PyTensor's, whose values `check`."""

    def proof(message, cause, cure):
        found = names()
        (before,), (after,) = codes(cause), codes(cure)[:1]
        if THEANO:
            check(values([eval(before, found)], found)[0])
        else:
            with says(message):
                values([eval(before, found)], found)
            check(values([eval(after, found)], found)[0])

    return proof


def test_the_unpickler_returns_arrays_without_a_graphics_card():
    found = {}
    exec(block("class Unpickler"), found)
    unpickle = found["Unpickler"]
    # with 7 in place of an array
    new = b"ctheano.gpuarray.type\nGpuArray_unpickler\n(I7\nNtR."
    old = b"ctheano.sandbox.cuda.type\nCudaNdarray_unpickler\n(I7\ntR."
    assert unpickle(io.BytesIO(new)).load() == 7
    assert unpickle(io.BytesIO(old)).load() == 7
