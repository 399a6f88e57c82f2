"""old-code.md: each row of its table and each function it gives, against NumPy.

The tests take the code from the page. A row without a proof fails, and so does a proof
without a row.
"""

import io
import re
import warnings
from contextlib import suppress
from importlib import import_module

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view
from pages import OLD_CODE, PAGES, blocks

from backend import LIBRARY, T, theano

PAGE = PAGES[OLD_CODE]
ROWS = dict(re.findall(r"^\| (`.+) \| (.+) \|$", PAGE, re.MULTILINE))
THEANO = LIBRARY == "Theano"
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
}
x, v, p, y, k, r, t, c, w = VALUES.values()
TYPES = {"k": "lvector", "t": "dtensor3", "c": "dtensor4", "w": "dtensor4"}


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


def codes(cell):
    return re.findall("`(.+?)`", cell)


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


def convolves_and_pools(results, found):
    if THEANO:  # without C, which backend.py does without, both fail, as the page says
        for result in results:
            with pytest.raises((theano.gof.utils.MethodNotDefined, IndexError)):
                values([result], found)
    else:
        turned = w[:, :, ::-1, ::-1]  # by half a turn
        windows = sliding_window_view(c, (2, 3), axis=(2, 3))
        convolved = np.einsum("nchwab, fcab -> nfhw", windows, turned)
        windows = sliding_window_view(c, (2, 2), axis=(2, 3))
        pooled = windows[:, :, ::2, ::2].max(axis=(4, 5))
        computes(convolved, pooled)(results, found)


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


def are_the_base_of_an_operation(results, found):
    Op, Apply = results

    class Twice(Op):
        __props__ = ()

        def make_node(self, number):
            return Apply(self, [number], [number.type()])

        def perform(self, node, inputs, outputs):
            outputs[0][0] = 2 * inputs[0]

    computes(2 * x)([Twice()(found["x"])], found)


SIGMOID = 1 / (1 + np.exp(-x))
SOFTPLUS = np.log(1 + np.exp(x))
RELU = np.where(x > 0, x, 0)
SOFTMAX = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
BINARY_CROSS_ENTROPIES = np.where(y == 1, -np.log(p), -np.log(1 - p))
CROSS_ENTROPIES = [-np.log(row[label]) for row, label in zip(p, k)]
PROOFS = {
    "`T.nnet.sigmoid(x)`, `T.nnet.softplus(x)`, `T.nnet.relu(x)`": computes(
        SIGMOID, SOFTPLUS, RELU
    ),
    "`T.nnet.softmax(x)`": computes(SOFTMAX),
    "`T.nnet.binary_crossentropy(p, y)`": computes(BINARY_CROSS_ENTROPIES),
    "`T.nnet.categorical_crossentropy(p, y)`, y one-hot": computes(CROSS_ENTROPIES),
    "`T.nnet.categorical_crossentropy(p, k)`, k labels": computes(CROSS_ENTROPIES),
    ("`T.nnet.conv2d(c, w)`, `pool_2d(c, (2, 2), ignore_border=True)`"): convolves_and_pools,
    "`RandomStreams(1)`, `MRG_RandomStreams(1)`": draws,
    # with probabilities of 0 and 1
    "`s.binomial(p=y)`, `s.multinomial(pvals=y)`, s a stream": computes(y, y),
    "`T.inv(x)`": computes(1 / x),
    "`T.batched_dot(t, t)`": computes([matrix @ matrix for matrix in t]),
    "`T.addbroadcast(r, 1)`": broadcasts,
    "`T.flatten(t, outdim=2)`": computes(t.reshape(2, 9)),
    "`T.Rop(T.sqr(x), x, v)`, `T.Lop(T.sqr(x), x, v)`": computes(2 * x * v, 2 * x * v),
    "`theano.clone(x + v, {v: x})`": computes(x + x),
    "`theano.pp(x + v)`": is_printed,
    "`theano.gof.Op`, `theano.gof.Apply`": are_the_base_of_an_operation,
}


def test_each_row_of_the_table_has_a_proof_and_each_proof_a_row():
    assert set(ROWS) == set(PROOFS)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("old", PROOFS)
def test_what_the_row_names_gives_the_numbers_of_numpy(old):
    found = names()
    results = [eval(code, found) for code in codes(old if THEANO else ROWS[old])]
    PROOFS[old](results, found)


@pytest.mark.skipif(THEANO, reason="Theano has it all")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("code", [code for old in PROOFS for code in codes(old)])
def test_what_the_page_calls_gone_is_gone_or_about_to_go(code):
    found = names()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # 3.0 still has batched_dot
        with pytest.raises((AttributeError, NameError, TypeError, FutureWarning)):
            eval(code, found)


def test_the_unpickler_returns_arrays_without_a_graphics_card():
    found = {}
    exec(block("class Unpickler"), found)
    unpickle = found["Unpickler"]
    # with 7 in place of an array
    new = b"ctheano.gpuarray.type\nGpuArray_unpickler\n(I7\nNtR."
    old = b"ctheano.sandbox.cuda.type\nCudaNdarray_unpickler\n(I7\ntR."
    assert unpickle(io.BytesIO(new)).load() == 7
    assert unpickle(io.BytesIO(old)).load() == 7
