"""The descent and the order of the points: descent.py's numbers and pictures."""

import matplotlib
import numpy as np
import pytest
from helpers import assert_as_committed, by_hand

import descent
from data import makepoints


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """A folder with descent.py's pictures, and a list of the lines that it prints.

    Whatever matplotlib's settings are.
    """
    folder = tmp_path_factory.mktemp("images")
    lines = []
    settings = {"font.size": 30, "axes.facecolor": "red"}
    with pytest.MonkeyPatch.context() as patch, matplotlib.rc_context(settings):
        patch.setattr(descent, "IMAGES", folder)
        patch.setattr(descent, "print", lines.append, raising=False)
        descent.main()
    return folder, lines


def lstsq(train_x, train_y):
    """Return slope and intercept of least squares, not with polyfit."""
    columns = np.column_stack([train_x, np.ones_like(train_x)])
    return np.linalg.lstsq(columns, train_y, rcond=None)[0]


def shuffled(rng):
    """Return the order of the points in 100 epochs, each of them shuffled."""
    return np.concatenate([rng.permutation(100) for _ in range(100)])


def full_batch(train_x, train_y, steps):
    """Return the line after so many steps with the gradient of all points.

    Each step shrinks what is missing to least squares by the same matrix.
    """
    mean = np.mean(train_x)
    step = np.eye(2) - 0.02 * np.array([[np.mean(train_x**2), mean], [mean, 1]])
    least_squares = lstsq(train_x, train_y)
    return least_squares - np.linalg.matrix_power(step, steps) @ least_squares


def test_the_first_table_has_the_ends_of_trainings_by_hand(printed):
    _, lines = printed
    train_x, train_y, _, _ = makepoints()
    orders = {
        "in order": np.tile(np.arange(100), 100),
        "shuffled": shuffled(np.random.RandomState(0)),
        "reversed": np.tile(np.arange(100)[::-1], 100),
    }
    ends = {}
    for name, order in orders.items():
        history = by_hand(train_x[order], train_y[order])
        ends[name] = history[50], history[10000]
    ends["full batch"] = [full_batch(train_x, train_y, n) for n in (50, 10000)]

    row = "{:10}  after 50 steps ({:.2f}, {:.2f}), after 10,000 ({:.4f}, {:.4f})"
    table = [row.format(name, *early, *last) for name, (early, last) in ends.items()]
    assert lines[:4] == table


def test_the_second_table_has_the_ends_for_200_seeds(printed):
    _, lines = printed
    # four arrays of shape (points, seeds)
    points = [makepoints(seed=seed) for seed in range(200)]
    train_x, train_y, test_x, test_y = np.transpose(points, (1, 2, 0))
    least_squares = lstsq(train_x[:, 0], train_y)
    rng = np.random.RandomState(0)
    orders = {
        "in order": np.tile(np.arange(100), 100),
        "reversed": np.tile(np.arange(100)[::-1], 100),
        "shuffled once": np.tile(rng.permutation(100), 100),
        "shuffled": shuffled(rng),
    }
    ends = {name: by_hand(train_x[order], train_y[order])[-1] for name, order in orders.items()}
    table = []
    for name, end in ends.items():
        distances = np.linalg.norm(end - least_squares, axis=0)
        table.append(
            f"{name:13}  median {np.median(distances):.3f}, "
            f"largest {max(distances):.3f} (seed {np.argmax(distances)})"
        )
    assert lines[5:9] == table

    def squares(line):
        W0, W1 = line
        return np.sum((W0 * test_x + W1 - test_y) ** 2, axis=0)

    forwards = ends["in order"][0] - least_squares[0]
    backwards = ends["reversed"][0] - least_squares[0]
    same_side = sum(forwards * backwards > 0)
    better = sum(squares(ends["in order"]) < squares(least_squares))
    assert lines[9:] == [
        f"in order and reversed end on the same side: {same_side} seeds",
        f"in order beats least squares on the test points: {better} seeds",
        "wrote images/descent.gif, images/loop.gif and images/order.png",
    ]


@pytest.mark.parametrize("picture", ["descent.gif", "loop.gif", "order.png"])
def test_the_committed_pictures_are_those_that_it_draws(picture, printed):
    folder, _ = printed
    assert_as_committed(folder / picture)
