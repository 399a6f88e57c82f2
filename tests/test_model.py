import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend import theano
from data import makepoints
from model import build, model

LINEAR_REGRESSION = Path(__file__).resolve().parent.parent / "linear_regression"


@pytest.fixture(scope="module")
def line():
    return build()


@pytest.fixture(scope="module")
def gradients(line):
    return theano.function([line.X, line.Y], [line.mse, line.gradientW0, line.gradientW1])


def by_hand(train_x, train_y, epochs, learning_rate=0.01):
    """Train in NumPy with the gradients that pencil and paper give; return every cost, and slope and intercept."""
    W0 = W1 = np.float64(0)
    costs = []
    for _ in range(epochs):
        for x, Y in zip(train_x, train_y):
            error = W0 * x + W1 - Y
            costs.append(error**2)
            W0, W1 = W0 - learning_rate * 2 * error * x, W1 - learning_rate * 2 * error
    return costs, (W0, W1)


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


def test_predictions_are_those_of_the_line(line):
    line.W0.set_value(-1.5)
    line.W1.set_value(0.25)
    x = np.linspace(-3, 3, 7)
    np.testing.assert_allclose(line.predict(x), -1.5 * x + 0.25, rtol=1e-12)
    assert line.predict(x[:0]).shape == (0,)


def test_model_takes_numbers_and_arrays():
    assert model(3, 2, 5) == 11
    assert model(np.array([0, 1]), 2, 5).tolist() == [5, 7]


def test_two_models_share_nothing():
    one, other = build(), build()
    one.train_model(1, 7)
    assert one.W0.get_value() != 0 and other.W0.get_value() == 0
    assert one.predict([0, 1]).tolist() != [0, 0] and other.predict([0, 1]).tolist() == [0, 0]


@pytest.mark.parametrize("x", [1, 1.0, np.float32(1), np.float64(1), np.int64(1), np.array(1.0)])
def test_any_kind_of_number_will_do(line, x):
    line.W0.set_value(0)
    line.W1.set_value(0)
    assert line.train_model(x, x) == 1


@pytest.mark.parametrize("wrong", [[1.0, 2.0], np.array([1.0, 2.0]), np.ones((2, 2)), None, 1j, "one", {}])
def test_what_is_no_number_raises(line, wrong):
    before = float(line.W0.get_value()), float(line.W1.get_value())
    for arguments in ((wrong, 1.0), (1.0, wrong), (wrong, wrong)):
        with pytest.raises((TypeError, ValueError)):
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


def test_float32_takes_the_same_steps_as_far_as_its_digits_go():
    program = """
from backend import theano
from data import makepoints
from model import build
line = build()
train_x, train_y, _, _ = makepoints()
for _ in range(5):
    for x, y in zip(train_x, train_y):
        cost = line.train_model(x, y)
assert theano.config.floatX == cost.dtype == line.W0.get_value().dtype == line.predict([1, 2]).dtype == "float32"
print(line.W0.get_value(), line.W1.get_value())
"""
    environment = {**os.environ, "THEANO_FLAGS": "floatX=float32", "PYTENSOR_FLAGS": "floatX=float32"}
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=LINEAR_REGRESSION, env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    train_x, train_y, _, _ = makepoints()
    expected = by_hand(train_x, train_y, 5)[1]
    np.testing.assert_allclose([float(word) for word in printed.split()], expected, atol=1e-4)
    assert [float(word) for word in printed.split()] != list(expected)
