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

from backend import LIBRARY, T, theano

PAGE = PAGES[OLD_CODE]
THEANO = LIBRARY == "Theano"


def scan(*arguments, **options):
    """Do what theano.scan does, where it can be imported."""
    if THEANO and not find_spec("pkg_resources"):
        pytest.skip("Theano's scan needs setuptools below 82")
    return theano.scan(*arguments, **options)


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
    "z": np.ones((30, 2)),
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


def values(symbols, found, mode=MODE):
    """Return the value of each of the `symbols`."""
    inputs = [found[name] for name in VALUES]
    compute = theano.function(inputs, symbols, mode=mode, on_unused_input="ignore")
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
            messages = [codes(row[0])[0] for row in table("### While it runs")[:2]]
            parts = "|".join(re.escape(message.rstrip("(…")) for message in messages)
            with pytest.raises(Exception, match=parts):
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
CONVOLVED = np.einsum("nchwab, fcab -> nfhw", sliding_window_view(c, (2, 3), axis=(2, 3)), TURNED)
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
    assert set(PYTHON) == {*PYTHON_PROOFS, *WITHOUT_PROOF_HERE}


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
    assert len(np.unique(value, axis=0)) > 1  # not one row again and again


def between_0_and_1(value):
    assert value.shape == x.shape
    assert ((value >= 0) & (value < 1)).all()


def around_0(value):
    assert value.shape == x.shape
    assert np.abs(value).max() < 6


def sums_of_rows(value):
    assert value.shape == x.shape[:1]


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
        # what Numba draws in silence, NumPy may refuse
        mode = "NUMBA" if "s." in before else MODE
        (wrong,) = values([eval(before, found)], found, mode)
        with pytest.raises(AssertionError):
            check(wrong)


# Messages


def says(message):
    """Expect an error on PyTensor, with the message's parts on the page."""
    parts = ".*".join(re.escape(part) for part in codes(message))
    return pytest.raises(Exception, match=f"(?s){parts}")


def is_code(check):
    """Return a proof of a row with Theano's code and PyTensor's, whose value `check`s."""

    def proof(message, cause, cure):
        found = names()
        (before,), (after,) = codes(cause), codes(cure)
        if THEANO:
            check(values([eval(before, found)], found)[0])
        else:
            with says(message):
                values([eval(before, found)], found)
            check(values([eval(after, found)], found)[0])

    return proof


def float32(value):
    assert value.dtype == "float32"
    zeros_and_ones(value)


def changes_imports(message, cause, cure):
    (before,), (after,) = codes(cause), codes(cure)
    if not THEANO:
        with says(message):
            exec(before)
        exec(after)


def names_are_gone(message, cause, cure):
    attribute, import_ = codes(message)
    if not THEANO:
        with says(f"`{attribute}`"):
            T.nnet  # noqa: B018
        with says(f"`{import_}`"):
            exec("from pytensor import pp")


def stream_warns(message, cause, cure):
    if not THEANO:
        with pytest.warns(FutureWarning, match=codes(message)[0]):
            eval(codes(cause)[0])


def softmax(vector):
    return T.nnet.softmax(vector) if THEANO else T.special.softmax(vector, axis=-1)


def is_no_matrix(message, cause, cure):
    """A row on the softmax of a vector, `p` in the page's code."""
    found = names()
    code = {**found, "p": softmax(found["u"])}
    before, after = codes(cause)[0], codes(cure)[0]
    if not THEANO:
        with says(message):
            eval(before, code)
    (number,) = values([eval(before if THEANO else after, code)], found)
    assert np.ravel(number) == u.argmax()


def is_no_matrix_in_scan(message, cause, cure):
    found = names()
    outputs, _ = scan(softmax, sequences=found["x"], mode=MODE)
    before = codes(cause)[0]
    (dropped,) = codes(cure)
    after = before if THEANO else before.replace(dropped, "").replace(" ", "", 1)
    if not THEANO:
        with says(message):
            eval(f"outputs{before}")
    (value,) = values([eval(f"outputs{after}")], found)
    np.testing.assert_allclose(value, SOFTMAX, rtol=1e-9)


def value_is_passed(message, cause, cure):
    found = names()
    (before,) = codes(cause)
    if THEANO:
        eval(before, found)
    else:
        with says(message):
            theano.function([eval(before, found)], found["x"].sum(), mode=MODE)
    total = theano.function([eval(codes(cure)[0], found)], found["x"].sum(), mode=MODE)
    assert np.isclose(total(x), x.sum())


def none_is_asked_for(message, cause, cure):
    found = names()
    (before, checked), (after,) = codes(cause), codes(cure)
    if not THEANO:
        for code in (f"{before} pass", checked):
            with says(message):
                exec(code, found)
    exec(f"{after} seen = True", found)
    assert found["seen"]


def scan_warns(message, cause, cure):
    if not THEANO:
        with pytest.warns(DeprecationWarning, match=codes(message)[0]):
            outputs, updates = theano.scan(T.sqr, sequences=T.dvector())
        assert not updates


def scan_draws(message, cause, cure):
    if not THEANO:
        stream = names()["s"]
        (option,) = codes(cure)

        def draw():
            return stream.normal(size=())

        with says(message):
            theano.scan(draw, n_steps=3, **eval(f"dict({option})"))
        outputs, updates = theano.scan(draw, n_steps=3)
        numbers = theano.function([], outputs, updates=updates, mode=MODE)
        assert not np.allclose(numbers(), numbers())


def with_float32(cure):
    """Return a context with the flag that the page names."""
    name, value = codes(cure)[0].split("=")
    change = theano.configparser.change_flags if THEANO else theano.config.change_flags
    return change(**{name: value})


def shares_float32(message, cause, cure):
    image = T.fmatrix()

    def build():
        shared = theano.shared(np.asarray(x, dtype=theano.config.floatX))
        return theano.function([], image.sum(), givens={image: shared}, mode=MODE)

    with says(message):
        build()
    with with_float32(cure):
        assert np.isclose(build()(), x.sum())


def scans_float32(message, cause, cure):
    def build():
        rows = theano.shared(np.asarray(x, dtype=theano.config.floatX))
        start = T.zeros(3, dtype="float32")
        outputs, _ = scan(T.add, sequences=rows, outputs_info=start, mode=MODE)
        return theano.function([], outputs[-1], mode=MODE)

    with says(message):
        build()
    with with_float32(cure):
        np.testing.assert_allclose(build()(), x.sum(axis=0), rtol=1e-5)


def updates_float32(message, cause, cure):
    weights = theano.shared(np.ones((4, 3), dtype="float32"))

    def build():
        step = np.asarray(0.5, dtype=theano.config.floatX)
        inputs = T.matrix()
        updates = [(weights, weights - step * inputs)]
        return theano.function([inputs], [], updates=updates, mode=MODE)

    with says(message):
        build()
    with with_float32(cure):
        build()(np.ones((4, 3), dtype="float32"))
    assert (weights.get_value() == 0.5).all()


def flag_is_gone(message, cause, cure):
    if not THEANO:
        with says(message):
            eval(codes(cause)[0])


def does_not_load(message, cause, cure):
    if not THEANO:
        with says(message.split(" from ")[0]):
            pickle.loads(b"ctheano.compile.sharedvalue\nshared\n.")


def keeps_its_dimension(message, cause, cure):
    found = names()
    code = {**found, "r": T.dcol()}
    before, after = codes(cause)[0], codes(cure)[0]
    assert eval(before, code).ndim == (2 if THEANO else 3)
    assert eval(after, code).ndim == 2
    if not THEANO:
        first, second = codes(message)
        wrong = found["t"] + found["x"] * eval(before, code)
        inputs = [found["t"], found["x"], code["r"]]
        given = np.ones((7, 1, 3)), np.ones((1, 3)), np.ones((1, 1))
        for expression, part in ((wrong.shape, first), (wrong, second)):
            compute = theano.function(inputs, expression, mode="NUMBA")
            with says(f"`{part}`"):
                compute(*given)


MESSAGES_PROOFS = {
    "`No module named 'theano'`": changes_imports,
    "`has no attribute 'nnet'`, `cannot import name 'pp'`": names_are_gone,
    "`missing 1 required positional argument: 'n'`": is_code(zeros_and_ones),
    "`missing 2 required positional arguments: 'n' and 'p'`": is_code(each_is(y)),
    "`got multiple values for argument 'n'`": is_code(zeros_and_ones),
    "`got multiple values for argument 'low'`": is_code(between_0_and_1),
    "`Parameter size must be None, an integer, or a sequence`": is_code(zeros_and_ones),
    "`axis (1,) is out of bounds for array of dimension 1`": is_code(sums_of_rows),
    "`Cannot change the dtype of a binomial RV`": is_code(float32),
    "`RandomStream is deprecated`": stream_warns,
    "`axis 1 is out of bounds for array of dimension 1`": is_no_matrix,
    "`too many indices for tensor`": is_no_matrix_in_scan,
    "`First argument should be a Sequence`": is_code(each_is(np.stack([x, v]))),
    "`Inputs with default values are deprecated`": value_is_passed,
    "`module 'pytensor' has no attribute 'Param'`": value_is_passed,
    "`TensorVariable cannot be converted to Python boolean`": none_is_asked_for,
    "`Could not broadcast dimensions`, `is not statically known to have shape 1`": (
        keeps_its_dimension
    ),
    "`Scan return signature will change`": scan_warns,
    "`return_updates=False but Scan produced updates`": scan_draws,
    "`'PyTensorConfigParser' object has no attribute 'device'`": flag_is_gone,
    "`'PyTensorConfigParser' object has no attribute 'compute_test_value'`": flag_is_gone,
    "`No module named 'theano'` from `pickle.load`": does_not_load,
}
INNER = "`has dtype float32, while the result of the inner function`"
IN_NUMBA = "`incompatible shape in axis 1`"
ON_FLOAT32 = [
    (INNER, scans_float32),
    ("`An update must have the same type as the original shared variable`", updates_float32),
    (
        "`Cannot convert Type TensorType(float64, matrix)` … "
        "`into Type TensorType(float32, matrix)`"
        if THEANO
        else "`Cannot convert Type Matrix(float64` … `into Type Matrix(float32`",
        shares_float32,
    ),
]
WITHOUT_PROOF = {
    IN_NUMBA,  # in a test of its own, as those on float32 are
    INNER,
    "`An update must have the same type as the original shared variable`",
    "`Cannot convert Type Matrix(float64` … `into Type Matrix(float32`",
    "`PyTensor does not recognise this flag: device`",  # at the import
    "`PyTensor could not link to a BLAS installation`",  # with g++
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("message", MESSAGES_PROOFS)
def test_pytensor_says_so_and_the_cure_cures_it(message):
    MESSAGES_PROOFS[message](*MESSAGES[message])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("message, proof", ON_FLOAT32)
def test_a_program_for_float32_needs_the_flag_on_both_libraries(message, proof):
    rows = table("### While it compiles") if THEANO else MESSAGES.values()
    (row,) = [row for row in rows if row[0] == message]
    proof(*row)


@pytest.mark.skipif(THEANO, reason="Numba says it")
@pytest.mark.filterwarnings("ignore")
def test_a_size_by_position_does_not_fit_in_numba():
    message, cause, cure = MESSAGES[IN_NUMBA]
    found = names()
    with says(message):
        values([eval(codes(cause)[0], found)], found, mode="NUMBA")
    zeros_and_ones(values([eval(codes(cure)[0], found) / found["x"]], found)[0])


@pytest.mark.skipif(not THEANO, reason="PyTensor's copies are right")
@pytest.mark.filterwarnings("ignore")
def test_copies_of_functions_make_wrong_updates_in_theano_without_the_flag():
    *_, (_, _, cure) = table("### While it runs")
    flag, value = codes(cure)[1].split("=")
    mode = theano.compile.mode.get_default_mode()
    found = names()
    weights = [theano.shared(0.0), theano.shared(0.0)]
    mse = T.mean(T.sqr(found["u"] * weights[0] + weights[1] - 1))
    steps = [(weight, weight - 0.1 * T.grad(mse, weight)) for weight in weights]

    def updated(mode, copied):
        for weight in weights:
            weight.set_value(0.0)
        train = theano.function([found["u"]], [], updates=steps, mode=mode)
        (train.copy() if copied else train)(u)
        return [weight.get_value() for weight in weights]

    right = updated(mode, copied=False)
    assert not np.allclose(updated(mode, copied=True), right)
    with_the_flag = getattr(mode, flag.replace("optimizer_", ""))(value)
    assert np.allclose(updated(with_the_flag, copied=True), right)


# Python 3 and NumPy


def rewritten(folder, command):
    """Run the page's command on program.py in `folder`, then the program.

    Return what the program prints, with its errors.
    """
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "util.py").write_text("name = 'util'\n", encoding="utf-8")
    program = folder / "program.py"
    program.write_text("from util import name\nprint name\n", encoding="utf-8")
    _, *options = command.split()
    for arguments in (options, ["program.py"]):
        run = subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
        )
    return run.stdout


RELATIVE = "`attempted relative import with no known parent package`"


def needs_rewriting(tmp_path, message, cause, cure):
    with says(message):
        compile("print 1", "program.py", "exec")
    if find_spec("lib2to3"):
        printed = rewritten(tmp_path / "old", codes(cure)[0])
        assert codes(RELATIVE)[0] in printed


def is_relative(tmp_path, message, cause, cure):
    if find_spec("lib2to3"):
        assert rewritten(tmp_path / "old", codes(cure)[0]) == "util\n"


def needs_the_dot(tmp_path, message, cause, cure):
    (line,) = codes(cure)
    package = tmp_path / "package_of_old_code"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "util.py").write_text("name = 'util'\n", encoding="utf-8")
    without, dotted = line.replace(".util", "util"), line
    (package / "without.py").write_text(without.replace("…", "name"), encoding="utf-8")
    (package / "dotted.py").write_text(dotted.replace("…", "name"), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(tmp_path)
        with says(message):
            import_module("package_of_old_code.without")
        assert import_module("package_of_old_code.dotted").name == "util"


def divides(use):
    """Return a proof that `use` fails with the old quotient, and not with the new."""

    def proof(tmp_path, message, cause, cure):
        with says(message):
            use(eval(codes(cause)[0]))
        assert use(eval(codes(cure)[0])) == use(3)

    return proof


def is_gone(before, expected):
    """Return a proof that code fails with the NumPy that PyTensor takes."""

    def proof(tmp_path, message, cause, cure):
        if not THEANO:
            with says(message):
                eval(before)
        assert eval(codes(cure)[0]) == expected

    return proof


def is_ragged(tmp_path, message, cause, cure):
    (after,) = codes(cure)
    if not THEANO:
        with says(message):
            eval(after.replace(", dtype=object", ""))
    assert [*eval(after)] == [[1], [1, 2]]


PYTHON_PROOFS = {
    "`Missing parentheses in call to 'print'`": needs_rewriting,
    RELATIVE: is_relative,
    "`No module named 'util'`, a file in a folder below the program's": needs_the_dot,
    "`'float' object cannot be interpreted as an integer`": divides(range),
    "`can't multiply sequence by non-int of type 'float'`": divides(lambda n: [0] * n),
    "`slice indices must be integers`": divides(lambda n: "theano"[:n]),
    "`inhomogeneous shape`": is_ragged,
    "`module 'numpy' has no attribute 'float'`": is_gone("np.float", float),
    "`np.cast` … `was removed in the NumPy 2.0 release`": is_gone("np.cast", 1),
}
WITHOUT_PROOF_HERE = {"`No module named 'six'`"}  # other libraries bring it, too


@pytest.mark.parametrize("message", PYTHON_PROOFS)
def test_python_3_and_numpy_say_so_and_the_cure_cures_it(message, tmp_path):
    PYTHON_PROOFS[message](tmp_path, *PYTHON[message])


# Commands and functions


def test_the_commands_bounds_are_those_of_the_requirements():
    text = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8")
    bounds = dict(re.findall(r"^(theano|numpy|scipy|pytensor)([=<>]\S+)", text, re.MULTILINE))
    named = re.findall(r"\b(theano|numpy|scipy|pytensor)([=<>]=?[\d.][\d.,<>=]*)", PAGE)
    assert {name for name, _ in named} == set(bounds)
    for name, bound in named:
        assert bound == bounds[name], f"the page has {name}{bound}"


def test_the_unpickler_returns_arrays_without_a_graphics_card():
    found = {}
    exec(block("class Unpickler"), found)
    unpickle = found["Unpickler"]
    # with 7 in place of an array
    new = b"ctheano.gpuarray.type\nGpuArray_unpickler\n(I7\nNtR."
    old = b"ctheano.sandbox.cuda.type\nCudaNdarray_unpickler\n(I7\ntR."
    assert unpickle(io.BytesIO(new)).load() == 7
    assert unpickle(io.BytesIO(old)).load() == 7
