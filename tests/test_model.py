"""Blocks 2 and 3 of the post: the graph, its gradients, and what trains it."""

import numpy as np
import pytest
from helpers import by_hand
from hypothesis import given, settings
from hypothesis import strategies as st

from backend import theano
from data import makepoints
from model import build, model

numbers = st.floats(-1e3, 1e3)


@pytest.fixture(scope="module")
def line():
    return build()


@pytest.fixture(scope="module")
def gradients(line):
    outputs = [line.y, line.mse, line.gradientW0, line.gradientW1]
    return theano.function([line.X, line.Y], outputs)


@settings(deadline=None)
@given(x=numbers, Y=numbers, slope=numbers, intercept=numbers)
def test_the_gradients_are_those_derived_by_hand(line, gradients, x, Y, slope, intercept):
    line.W0.set_value(slope)
    line.W1.set_value(intercept)
    y = slope * x + intercept
    expected = [y, (y - Y) ** 2, 2 * (y - Y) * x, 2 * (y - Y)]
    np.testing.assert_allclose(gradients(x, Y), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("learning_rate", [0.01, 0.3])
def test_every_step_is_the_one_made_by_hand(learning_rate):
    line = build(learning_rate)
    train_x, train_y, _, _ = makepoints(seed=7)
    before = by_hand(train_x, train_y, 1, learning_rate)
    for (slope, intercept), x, y in zip(before, train_x, train_y):
        assert line.W0.get_value() == pytest.approx(slope, abs=1e-12)
        assert line.W1.get_value() == pytest.approx(intercept, abs=1e-12)
        squared_error = (slope * x + intercept - y) ** 2
        assert line.train_model(x, y) == pytest.approx(squared_error, abs=1e-12)


def test_model_takes_numbers_and_arrays():
    assert model(3, 2, 5) == 11
    assert model(np.array([0, 1]), 2, 5).tolist() == [5, 7]


def test_shared_variables_have_the_type_of_the_readers_choice(monkeypatch):
    monkeypatch.setattr(theano.config, "floatX", "float32")
    line = build()
    assert line.W0.dtype == line.W1.dtype == "float32"


def test_two_models_share_nothing():
    one = build()
    other = build()
    one.train_model(1, 7)
    assert one.W0.get_value() != 0
    assert other.W0.get_value() == 0


@pytest.mark.parametrize("wrong", [[1.0, 2.0], np.ones(2)])
def test_what_is_no_scalar_raises_and_changes_nothing(line, wrong):
    before = line.W0.get_value(), line.W1.get_value()
    with pytest.raises(TypeError):
        line.train_model(wrong, 1.0)
    assert (line.W0.get_value(), line.W1.get_value()) == before


def test_symbols_and_weights_have_the_names_of_the_post(line):
    for name in "X", "Y", "W0", "W1":
        assert getattr(line, name).name == name
