"""old-code.md: each row of its table and each change it tells of, with the engine at hand and NumPy as the oracle.

The tests take the code from the page. A row without a proof fails, and so does a proof without a row.
"""

import re
import warnings
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

import numpy as np
import pytest
from helpers import LINEAR_REGRESSION

from backend import NAME, T, theano

PAGE = (LINEAR_REGRESSION / "elsewhere" / "old-code.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| (`.+) \| (.+) \|$", PAGE, re.MULTILINE))
FUNCTIONS = PAGE[PAGE.index("def conv2d") :].partition("```")[0]
THEANO = NAME == "Theano"
MODE = theano.Mode(linker="py", optimizer="fast_compile")  # compiles nothing
only_theano = pytest.mark.skipif(not THEANO, reason="is so in Theano alone")
only_pytensor = pytest.mark.skipif(THEANO, reason="is so in PyTensor alone")

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
    """PyTensor compiles what is inside some operations, such as softmax, however the function is compiled."""
    if THEANO:
        yield
    else:
        with theano.config.change_flags(mode="FAST_COMPILE"):
            yield


def names():
    """Return what the page's code may name: the library as the page imports it, symbols, and the page's functions."""
    found = {"theano": theano, "T": T, **{name: getattr(T, TYPES.get(name, "dmatrix"))(name) for name in VALUES}}
    with suppress(ImportError):  # these modules are Theano's
        found["pool_2d"] = import_module(f"{theano.__name__}.tensor.signal.pool").pool_2d
    with suppress(ImportError):
        found["RandomStreams"] = import_module(f"{theano.__name__}.tensor.shared_randomstreams").RandomStreams
    with suppress(ImportError):
        found["MRG_RandomStreams"] = import_module(f"{theano.__name__}.sandbox.rng_mrg").MRG_RandomStreams
    if not THEANO:
        exec(FUNCTIONS, found)
    return found


def codes(cell):
    return re.findall("`(.+?)`", cell)


def values(symbols, found, mode=MODE):
    """Return the value of each of the `symbols`."""
    function = theano.function([found[name] for name in VALUES], symbols, mode=mode, on_unused_input="ignore")
    return function(*VALUES.values())


def computes(*expected):
    """Return a proof that expressions have these values."""

    def proof(results, found):
        for result, value in zip(values(results, found), expected):
            np.testing.assert_allclose(result, value, rtol=1e-9)

    return proof


def convolved():
    """Return the convolution by its definition, in loops: the filter turned by half a turn."""
    result = np.zeros((2, 5, 6, 4))
    for i, j, a, b in np.ndindex(result.shape):
        result[i, j, a, b] = (c[i, :, a : a + 2, b : b + 3] * w[j, :, ::-1, ::-1]).sum()
    return result


def pooled():
    """Return the largest number of each complete 2 x 2 block."""
    result = np.zeros((2, 3, 3, 3))
    for i, j, a, b in np.ndindex(result.shape):
        result[i, j, a, b] = c[i, j, 2 * a : 2 * a + 2, 2 * b : 2 * b + 2].max()
    return result


def convolves_and_pools(results, found):
    if THEANO and not theano.config.cxx:  # the page has both messages
        problems = [theano.gof.utils.MethodNotDefined, IndexError]
        for result, problem, message in zip(
            results, problems, ["python package for scipy.signal", "only integers, slices"]
        ):
            assert message in PAGE
            with pytest.raises(problem, match=message):
                values([result], found)
    else:
        convolution, pooling = values(results, found, mode=None if THEANO else MODE)
        np.testing.assert_allclose(convolution, convolved())
        np.testing.assert_array_equal(pooling, pooled())


def draws(streams, found):
    for stream in streams:
        first, second = (values([stream.uniform(low=5.0, high=7.0, size=(999,))], found)[0] for _ in range(2))
        assert first.shape == (999,) and not np.allclose(first, second)
        assert 5 <= first.min() < 5.1 and 6.9 < first.max() <= 7
        np.testing.assert_allclose(first.mean(), 6, atol=0.1)


def broadcasts(results, found):
    np.testing.assert_array_equal(values([results[0] + found["x"]], found)[0], r + x)


def prints(results, found):
    assert results == ["(x + v)"]


def is_an_input(results, found):
    np.testing.assert_array_equal(theano.function(results, found["x"] * 2, mode=MODE)(x), 2 * x)


def collects_updates(results, found):
    counter = theano.shared(0)
    results[0][counter] = counter + 1
    theano.function([], [], updates=results[0], mode=MODE)()
    assert counter.get_value() == 1


def are_the_base_of_an_operation(results, found):
    Op, Apply = results

    class Twice(Op):
        __props__ = ()

        def make_node(self, number):
            return Apply(self, [number], [number.type()])

        def perform(self, node, inputs, outputs):
            outputs[0][0] = 2 * inputs[0]

    computes(2 * x)([Twice()(found["x"])], found)


EXPONENTIALS = np.exp(x)
PROOFS = {
    "`T.nnet.sigmoid(x)`, `T.nnet.softplus(x)`": computes(1 / (1 + np.exp(-x)), np.log(1 + EXPONENTIALS)),
    "`T.nnet.relu(x)`": computes(np.where(x > 0, x, 0)),
    "`T.nnet.softmax(x)`": computes(EXPONENTIALS / EXPONENTIALS.sum(axis=1, keepdims=True)),
    "`T.nnet.binary_crossentropy(p, y)`": computes(np.where(y == 1, -np.log(p), -np.log(1 - p))),
    "`T.nnet.categorical_crossentropy(p, y)`, y one-hot": computes([-np.log(row[label]) for row, label in zip(p, k)]),
    "`T.nnet.categorical_crossentropy(p, k)`, k labels": computes([-np.log(row[label]) for row, label in zip(p, k)]),
    "`T.nnet.conv2d(c, w)`, `pool_2d(c, (2, 2), ignore_border=True)`": convolves_and_pools,
    "`RandomStreams(1)`, `MRG_RandomStreams(1)`": draws,
    "`T.inv(x)`": computes(1 / x),
    "`T.batched_dot(t, t)`": computes([matrix @ matrix for matrix in t]),
    "`T.addbroadcast(r, 1)`": broadcasts,
    "`T.flatten(t, outdim=2)`": computes(t.reshape(2, 9)),
    "`T.Rop(T.sqr(x), x, v)`, `T.Lop(T.sqr(x), x, v)`": computes(2 * x * v, 2 * x * v),
    "`theano.clone(x + v, {v: x})`": computes(x + x),
    "`theano.pp(x + v)`": prints,
    "`theano.Param(x)`": is_an_input,
    "`theano.OrderedUpdates()`": collects_updates,
    "`theano.gof.Op`, `theano.gof.Apply`": are_the_base_of_an_operation,
}


def test_each_row_of_the_table_has_a_proof_and_each_proof_a_row():
    assert set(ROWS) == set(PROOFS)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("old", PROOFS)
def test_what_the_row_names_gives_the_numbers_of_numpy(old):
    found = names()
    cell = old if THEANO else ROWS[old]
    PROOFS[old]([eval(code, found) for code in codes(cell)], found)


@only_pytensor
@pytest.mark.parametrize("code", [code for old in PROOFS for code in codes(old)])
def test_what_the_page_calls_gone_is_gone_or_about_to_go(code):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # 3.0 still has batched_dot
        with pytest.raises((AttributeError, NameError, TypeError, FutureWarning)):
            eval(code, names())


@only_theano
def test_theano_has_a_pool_but_no_downsample():
    with pytest.raises(ImportError, match="cannot import name 'downsample'"):
        from theano.tensor.signal import downsample  # noqa: F401
    assert callable(names()["pool_2d"])


def test_integers_divide_like_those_of_python_3():
    whole = T.iscalar()
    assert theano.function([whole], [whole / 2, whole // 2], mode=MODE)(7) == [3.5, 3]


@pytest.mark.filterwarnings("ignore:DEPRECATION.*Softmax")
def test_softmax_of_a_vector_is_a_matrix_of_one_row_in_theano_and_a_vector_in_pytensor():
    vector = T.dvector()
    assert (T.nnet.softmax(vector) if THEANO else T.special.softmax(vector, axis=-1)).ndim == (2 if THEANO else 1)


@only_pytensor
def test_softmax_without_an_axis_sums_to_1_over_all_rows():
    np.testing.assert_allclose(T.special.softmax(x).eval(mode=MODE), EXPONENTIALS / EXPONENTIALS.sum())


@only_pytensor
def test_random_stream_is_deprecated_and_ignores_avg_and_std():
    with pytest.warns(FutureWarning, match="is deprecated"):
        stream, same = T.random.RandomStream(1), T.random.RandomStream(1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        ignored = stream.normal(avg=50.0, std=2.0, size=(99,))
        heeded = same.normal(loc=50.0, scale=2.0, size=(99,)).astype("float32")
        drawn = heeded.eval(mode=MODE)
        assert drawn.dtype == "float32"
        np.testing.assert_allclose(ignored.eval(mode=MODE) * 2 + 50, drawn, rtol=1e-6)
        np.testing.assert_allclose(stream.normal((7,)).eval(mode=MODE), [7], atol=5)  # 7 is the mean


def powers(**options):
    """Return what scan returns for the powers of 2, from the second to the fourth."""
    return theano.scan(lambda power: power * 2.0, outputs_info=np.float64(2), n_steps=3, **options)


@pytest.mark.filterwarnings("ignore")
def test_scan_returns_outputs_and_updates():
    if NAME == "Theano" and not find_spec("pkg_resources"):
        pytest.skip("Theano's scan needs pkg_resources, which is not installed here")
    outputs, updates = powers()
    assert list(theano.function([], outputs, mode=MODE)()) == [4, 8, 16]
    assert not updates


@only_pytensor
def test_scan_warns_of_its_two_values_and_returns_the_outputs_alone_if_asked():
    with pytest.warns(DeprecationWarning, match="return signature will change"):
        powers()
    assert list(powers(return_updates=False).eval(mode=MODE)) == [4, 8, 16]


@only_pytensor
@pytest.mark.filterwarnings("ignore")
def test_scan_refuses_to_return_the_outputs_alone_where_a_step_draws_random_numbers():
    stream = T.random.RandomStream(1)
    with pytest.raises(ValueError, match="return_updates=False but Scan produced updates"):
        theano.scan(lambda: stream.normal(size=(2,)), n_steps=3, return_updates=False)


def test_a_symbol_is_true_in_theano_and_has_no_truth_in_pytensor():
    if THEANO:
        assert T.dmatrix()
    else:
        with pytest.raises(TypeError, match="TensorVariable cannot be converted to Python boolean"):
            bool(T.dmatrix())


@only_pytensor
def test_an_input_has_no_default_value():
    scalar = T.dscalar()
    with pytest.raises(ValueError, match="Inputs with default values are deprecated"):
        theano.function([theano.In(scalar, value=1.0)], scalar, mode=MODE)


@only_pytensor
def test_compute_test_value_is_no_setting_any_more():
    assert not hasattr(theano.config, "compute_test_value")


def test_float32_refuses_float64_unless_downcast_is_allowed():
    matrix = T.fmatrix()
    with pytest.raises(TypeError, match="allow_input_downcast=True"):
        theano.function([matrix], matrix * 2, mode=MODE)(x)
    doubled = theano.function([matrix], matrix * 2, mode=MODE, allow_input_downcast=True)(x)
    np.testing.assert_allclose(doubled, 2 * x, rtol=1e-6)


def test_an_update_has_the_type_of_what_it_updates():
    number = theano.shared(np.float32(1))
    with pytest.raises(TypeError, match="An update must have the same type as the original shared variable"):
        theano.function([], [], updates=[(number, number + T.constant(1.0, dtype="float64"))])
