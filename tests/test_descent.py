"""The descent and the order of the points: the numbers that descent.py prints, and its pictures."""

import matplotlib
import numpy as np
import pytest
from helpers import assert_as_committed, assert_legible, by_hand, read_gif
from pages import DESCENT, PAGES

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


def test_the_table_has_the_ends_of_trainings_by_hand(printed):
    folder, lines = printed
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
    assert lines == [*table, f"wrote descent.gif and order.png into {folder}"]
    assert "\n".join(table) in PAGES[DESCENT]


@pytest.mark.parametrize("picture", ["descent.gif", "order.png"])
def test_the_committed_pictures_are_those_that_it_draws(picture, printed):
    assert_as_committed(printed[0] / picture)


def test_the_gif_is_small_and_rests_on_its_last_frame(printed):
    _, durations = read_gif(printed[0] / "descent.gif")
    assert (printed[0] / "descent.gif").stat().st_size <= 500_000
    assert durations[-1] == 2000 and {duration % 100 for duration in durations} == {0}


def test_text_can_be_read_on_a_phone():
    with descent.plain_style(800):
        assert_legible(descent.draw_panels(train_x, train_y).figure)
    points, orders = (train_x, train_y), {"in order": np.zeros((201, 2))}
    assert_legible(descent.draw_orders(orders, points, orders, points))
