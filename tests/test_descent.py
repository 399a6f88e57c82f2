"""The descent and the order of the points: the numbers that descent.py prints, and its pictures."""

import matplotlib
import numpy as np
import pytest
from helpers import assert_as_committed, by_hand

import descent
from data import makepoints

train_x, train_y, _, _ = makepoints()
LEAST_SQUARES = np.linalg.lstsq(np.column_stack([train_x, np.ones(100)]), train_y, rcond=None)[0]


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """A folder with the pictures that descent.py draws, and what it prints, whatever the reader's settings are."""
    folder = tmp_path_factory.mktemp("images")
    lines = []
    with pytest.MonkeyPatch.context() as patch, matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):
        patch.setattr(descent, "IMAGES", folder)
        patch.setattr(descent, "print", lines.append, raising=False)
        descent.main()
    return folder, lines


def test_the_first_table_has_the_ends_of_trainings_by_hand(printed):
    _, lines = printed
    rng = np.random.RandomState(0)
    orders = {
        "in order": np.tile(np.arange(100), 100),
        "shuffled": np.concatenate([rng.permutation(100) for _ in range(100)]),
        "reversed": np.tile(np.arange(100)[::-1], 100),
    }
    ends = {order: by_hand(train_x[points], train_y[points])[[50, 10000]] for order, points in orders.items()}
    # with the gradient of all points, each step shrinks what is missing to least squares by the same matrix
    shrink = np.eye(2) - 0.02 * np.array([[np.mean(train_x**2), np.mean(train_x)], [np.mean(train_x), 1]])
    ends["full batch"] = [LEAST_SQUARES - np.linalg.matrix_power(shrink, n) @ LEAST_SQUARES for n in (50, 10000)]
    row = "{:10}  after 50 steps ({:.2f}, {:.2f}), after 10,000 ({:.4f}, {:.4f})"
    table = [row.format(order, *middle, *end) for order, (middle, end) in ends.items()]
    assert lines[:4] == table


def test_the_second_table_has_the_ends_for_200_seeds(printed):
    _, lines = printed
    train_x, train_y, test_x, test_y = np.transpose([makepoints(seed=seed) for seed in range(200)], (1, 2, 0))
    least_squares = np.linalg.lstsq(np.column_stack([train_x[:, 0], np.ones(100)]), train_y, rcond=None)[0]
    rng = np.random.RandomState(0)
    orders = [np.tile(order, 100) for order in (np.arange(100), np.arange(100)[::-1], rng.permutation(100))]
    orders.append(np.concatenate([rng.permutation(100) for _ in range(100)]))
    ends = [by_hand(train_x[order], train_y[order])[-1] for order in orders]
    distances = [np.linalg.norm(end - least_squares, axis=0) for end in ends]
    for line, name, each in zip(lines[5:], ("in order", "reversed", "shuffled once", "shuffled"), distances):
        assert line == f"{name:13}  median {np.median(each):.3f}, largest {max(each):.3f} (seed {np.argmax(each)})"
    sides = [np.sign(end[0] - least_squares[0]) for end in ends[:2]]
    errors = [np.sum((W0 * test_x + W1 - test_y) ** 2, axis=0) for W0, W1 in (ends[0], least_squares)]
    assert lines[9:] == [
        f"in order and reversed end on the same side: {sum(sides[0] * sides[1] > 0)} seeds",
        f"in order beats least squares on the test points: {sum(errors[0] < errors[1])} seeds",
        "wrote images/descent.gif, images/loop.gif and images/order.png",
    ]


@pytest.mark.parametrize("picture", ["descent.gif", "loop.gif", "order.png"])
def test_the_committed_pictures_are_those_that_it_draws(picture, printed):
    assert_as_committed(printed[0] / picture)
