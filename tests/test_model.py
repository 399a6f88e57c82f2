"""Blocks 2 and 3 of the post: the graph, its gradients, and the function that trains."""

import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import LINEAR_REGRESSION, by_hand, flags
from hypothesis import given, settings
from hypothesis import strategies as st

from backend import theano
from data import makepoints
from machinery.fast import take_floats
from model import build, model, show


@pytest.fixture(scope="module")
def line():
    return build()


@pytest.fixture(scope="module")
def gradients(line):
    return theano.function([line.X, line.Y], [line.mse, line.gradientW0, line.gradientW1])


numbers = st.floats(-1e3, 1e3)


@settings(deadline=None)
@given(x=numbers, Y=numbers, slope=numbers, intercept=numbers)
def test_the_gradients_are_those_derived_by_hand(line, gradients, x, Y, slope, intercept):
    line.W0.set_value(slope)
    line.W1.set_value(intercept)
    error = slope * x + intercept - Y
    np.testing.assert_allclose(gradients(x, Y), [error**2, 2 * error * x, 2 * error], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("learning_rate", [0.01, 0.3])
def test_every_step_is_the_one_made_by_hand(learning_rate):
    line = build(learning_rate)
    train_x, train_y, _, _ = makepoints(seed=7)
    costs = [line.train_model(x, y) for _ in range(3) for x, y in zip(train_x, train_y)]
    expected_costs, expected_line = by_hand(train_x, train_y, 3, learning_rate)
    np.testing.assert_allclose(costs, expected_costs, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose([line.W0.get_value(), line.W1.get_value()], expected_line, rtol=0, atol=1e-12)


def test_seed_0_ends_at_the_published_numbers():
    line = build()
    train_x, train_y, _, _ = makepoints()
    for _ in range(100):
        for x, y in zip(train_x.tolist(), train_y.tolist()):
            line.train_model(x, y)
    learned = [float(line.W0.get_value()), float(line.W1.get_value())]
    assert learned == pytest.approx([2.05334957575467, 5.00685109401355], abs=1e-9)
    assert learned == pytest.approx(by_hand(train_x, train_y, 100)[1], abs=1e-12)


def test_model_takes_numbers_and_arrays():
    assert model(3, 2, 5) == 11
    assert model(np.array([0, 1]), 2, 5).tolist() == [5, 7]


def test_two_models_share_nothing():
    one, other = build(), build()
    one.train_model(1, 7)
    assert one.W0.get_value() != 0 and other.W0.get_value() == 0


@pytest.mark.parametrize("x", [1, 1.0, np.float32(1), np.float64(1), np.int64(1), np.array(1.0)])
def test_any_kind_of_number_will_do(line, x):
    line.W0.set_value(0)
    line.W1.set_value(0)
    assert line.train_model(x, x) == 1


@pytest.mark.parametrize("wrong", [[1.0, 2.0], np.array([1.0, 2.0]), np.ones((2, 2)), None, 1j, "one", {}, 10**400])
def test_what_is_no_number_raises(line, wrong):
    before = float(line.W0.get_value()), float(line.W1.get_value())
    for arguments in ((wrong, 1.0), (1.0, wrong), (wrong, wrong)):
        with pytest.raises((TypeError, ValueError, OverflowError)):
            line.train_model(*arguments)
    with pytest.raises(TypeError):
        line.train_model(1.0)
    assert (float(line.W0.get_value()), float(line.W1.get_value())) == before


def test_importing_compiles_nothing():
    program = """
import backend
def function(*_, **__): raise SystemExit("compiled")
backend.theano.function = function
import model
"""
    subprocess.run([sys.executable, "-c", program], cwd=LINEAR_REGRESSION, check=True)


@pytest.mark.repeated
def test_float32_takes_the_same_steps_as_far_as_its_digits_go():
    program = """
from backend import theano
from data import makepoints
from machinery.fast import take_floats
from model import build
line = build()
train_x, train_y, _, _ = makepoints()
for _ in range(5):
    for x, y in zip(train_x, train_y):
        cost = line.train_model(x, y)
assert theano.config.floatX == cost.dtype == line.W0.get_value().dtype == "float32"
print(line.W0.get_value(), line.W1.get_value())
"""
    environment = {**os.environ, **flags("floatX=float32")}
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=LINEAR_REGRESSION, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    train_x, train_y, _, _ = makepoints()
    expected = by_hand(train_x, train_y, 5)[1]
    np.testing.assert_allclose([float(word) for word in printed.split()], expected, atol=1e-4)
    assert [float(word) for word in printed.split()] != list(expected)


def test_every_part_of_the_graph_has_the_posts_name(line):
    names = ["X", "Y", "W0", "W1", "y", "mse", "gradientW0", "gradientW1", "updates", "train_model"]
    assert [name for name in names if name not in vars(line)] == []
    assert [variable for variable, _ in line.updates] == [line.W0, line.W1]


def test_the_script_prints_the_gradient_and_the_compiled_function():
    printed = show()
    assert "dmean/dW0" in printed and "0.02" in printed  # 2 times the learning rate, which only the compiled graph has
    assert "0.02" not in printed.split("train_model, compiled")[0]


@pytest.mark.parametrize("mode", ["FAST_COMPILE", theano.compile.mode.Mode(linker="py")], ids=["FAST_COMPILE", "py"])
def test_a_step_is_the_same_however_the_function_is_run(line, mode):
    line.W0.set_value(0)
    line.W1.set_value(0)
    step = take_floats(theano.function(inputs=[line.X, line.Y], outputs=line.mse, updates=line.updates, mode=mode))
    train_x, train_y, _, _ = makepoints()
    costs, learned = by_hand(train_x, train_y, 1)
    np.testing.assert_allclose([step(x, y) for x, y in zip(train_x, train_y)], costs, rtol=1e-12)
    np.testing.assert_allclose([line.W0.get_value(), line.W1.get_value()], learned, rtol=1e-12)
