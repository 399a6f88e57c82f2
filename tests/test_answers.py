"""Every right answer is carried on: pages 2 and 3 show what it gives."""

from types import SimpleNamespace

import numpy as np
import pytest
from pages import NETWORK, PAGES, own_file
from right_answers import RIGHT_ANSWERS

from backend import T, theano
from check import judge
from data import makepoints
from model import build, model


@pytest.fixture(params=RIGHT_ANSWERS)
def my_grad(request):
    """A reader's my_grad.py, as a namespace: a right answer, and what page 2 adds to it."""
    names = {}
    ours = own_file(PAGES[NETWORK])
    exec(ours, names)  # for what both files begin with
    exec(RIGHT_ANSWERS[request.param], names)
    exec(ours[ours.index("def trainer") :], names)
    return SimpleNamespace(**names)


@pytest.fixture(scope="module")
def line():
    """The post's line, as page 2 builds it."""
    return build()


@pytest.fixture
def square(line):
    """The cost of page 2, for the line that it starts with."""
    line.W0.set_value(1)
    line.W1.set_value(2)
    return T.sqr(line.y - line.Y)


def test_it_trains_the_posts_line_to_the_last_digit(my_grad, line, square):
    train_x, train_y, _, _ = makepoints()
    my_step = my_grad.trainer([line.X, line.Y], square, [line.W0, line.W1], 0.01)
    ends = []
    for step in line.train_model, my_step:
        line.W0.set_value(0)
        line.W1.set_value(0)
        my_grad.train(step, train_x, train_y, 3)
        ends.append((float(line.W0.get_value()), float(line.W1.get_value())))
    assert ends[0] == ends[1]


def test_it_differentiates_its_own_result(my_grad, line, square):
    first = my_grad.grad(square, line.W0)
    second = my_grad.grad(first, line.W0)
    compute = theano.function(
        [line.X, line.Y], [first, second], on_unused_input="ignore", mode="FAST_COMPILE"
    )
    assert compute(0.5, 6) == [-3.5, 0.5]


def test_it_learns_further_operations(my_grad, capsys):
    my_grad.partial["neg"] = lambda a: (-1,)
    my_grad.partial["true_div"] = lambda a, b: (1 / b, -a / T.sqr(b))
    assert judge(my_grad.grad, ["-X", "X / Y", "Y / X"])


def test_it_finds_the_derivatives_of_a_network(my_grad, line):
    my_grad.partial["tanh"] = lambda a: (1 - T.sqr(T.tanh(a)),)
    M, B, A, N, C, D, bias = weights = [theano.shared(w) for w in (1.5, 2, -0.5, 3, -1, 0.3, 0.7)]
    one_unit = A * T.tanh(model(line.X, M, B))
    another = D * T.tanh(model(line.X, N, C))
    cost = T.sqr(one_unit + another + bias - line.Y)
    ours = [my_grad.grad(cost, W) for W in weights]
    compute = theano.function([line.X, line.Y], ours + T.grad(cost, weights), mode="FAST_COMPILE")
    numbers = np.reshape(compute(0.5, 6), (2, len(weights)))
    np.testing.assert_allclose(*numbers, rtol=1e-12)
