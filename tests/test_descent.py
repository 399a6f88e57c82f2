"""The descent and the order of the points: the numbers that descent.py prints, and its pictures."""

import numpy as np
import pytest
from conftest import by_hand
from machinery import files
from test_animation import assert_as_committed, assert_legible, durations

import descent
from data import makepoints

train_x, train_y, _, _ = makepoints()
least_squares = np.linalg.lstsq(np.column_stack([train_x, np.ones(100)]), train_y, rcond=None)[0]


@pytest.fixture(scope="module")
def drawn():
    """What descent.py prints, the files that it writes, {path: bytes}, and its figures as they are at the end."""
    written, figures = {}, []

    def new_figure(*size, make=descent.new_figure):
        figures.append(make(*size))
        return figures[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "write", lambda path, data: written.update({path: data}))
        patch.setattr(descent, "new_figure", new_figure)
        return descent.main().splitlines(), written, figures


@pytest.fixture(scope="module")
def path():
    return descent.walk(train_x, train_y)


def test_the_committed_pictures_are_what_descent_py_draws(drawn):
    lines, written, _ = drawn
    assert [path.name for path in written] == ["descent.gif", "order.png"]
    for path, data in written.items():
        assert path.parent.name == "images"
        assert f"wrote {files.shown(path)}" in lines
        assert_as_committed(path.name, data)


def test_the_moving_picture_is_small_and_rests_before_and_after_the_last_epoch(drawn):
    gif, _ = drawn[1].values()
    assert len(gif) <= 400_000
    shown = durations(gif)
    assert sorted(shown)[-2:] == [2000, 2100] and set(shown) == {100, 2000, 2100}
    assert shown[-1] == 2000 and shown[-101] == 2100


def test_the_numbers_of_all_orders(drawn):
    shuffled = np.random.RandomState(0)
    orders = {
        "in order": [np.arange(100)] * 100,
        "shuffled": [shuffled.permutation(100) for _ in range(100)],
        "reversed": [np.arange(100)[::-1]] * 100,
    }
    ends = {}
    for order, epochs in orders.items():
        steps = np.concatenate(epochs)
        ends[order] = [by_hand(train_x[steps[:count]], train_y[steps[:count]], 1)[1] for count in (50, 10000)]
    # With the gradient of all points, each step shrinks what is missing to least squares by the same matrix.
    second = 2 * np.array([[np.mean(train_x**2), np.mean(train_x)], [np.mean(train_x), 1]])
    ends["full batch"] = [
        least_squares - np.linalg.matrix_power(np.eye(2) - 0.01 * second, count) @ least_squares
        for count in (50, 10000)
    ]
    assert drawn[0][:-2] == [
        "{:10}  after 50 steps ({:.2f}, {:.2f}), after 10,000 ({:.4f}, {:.4f})".format(order, *middle, *end)
        for order, (middle, end) in ends.items()
    ]
    assert "in order    after 50 steps (0.72, 3.47), after 10,000 (2.0533, 5.0069)" in drawn[0]


def test_the_path_has_every_step(path):
    assert path.shape == (10001, 2)
    for steps in 0, 1, 99, 100:
        np.testing.assert_allclose(path[steps], by_hand(train_x[:steps], train_y[:steps], 1)[1], atol=1e-12)
    np.testing.assert_allclose(path[-1], by_hand(train_x, train_y)[1], atol=1e-12)


def test_contours_have_one_error_each_and_surround_least_squares(drawn):
    for figure in drawn[2]:
        for axes in figure.axes:
            if axes.get_xlabel() == "slope":
                assert axes.get_ylabel() == "intercept"
                contours = [path.vertices for each in axes.collections for path in each.get_paths() if len(path)]
                assert len(contours) >= 4
                for slope, intercept in (contour.T for contour in contours):
                    errors = np.mean((train_x * slope[:, None] + intercept[:, None] - train_y) ** 2, axis=1)
                    assert np.ptp(errors) < 0.02 * errors.mean()
                crosses = [line.get_xydata()[0] for line in axes.lines if line.get_marker() == "X"]
                stars = [line.get_xydata()[0] for line in axes.lines if line.get_marker() == "*"]
                np.testing.assert_allclose(crosses, [least_squares])
                np.testing.assert_allclose(stars, [(2, 5)])


def test_line_ringed_point_path_and_title_at_the_end_of_each_part(drawn, path):
    for figure, first, last in zip(drawn[2], (0, 9900), (9900, 10000)):
        left, right = figure.axes
        points, line, ring = left.lines
        np.testing.assert_array_equal(points.get_xydata(), np.column_stack([train_x, train_y]))
        np.testing.assert_allclose(line.get_ydata(), path[last][0] * train_x + path[last][1])
        np.testing.assert_allclose(ring.get_xydata(), [(train_x[-1], train_y[-1]), (train_x[-1], sum(path[last]))])
        np.testing.assert_allclose(right.lines[-1].get_xydata(), path[first : last + 1])
        error = np.mean((path[last][0] * train_x + path[last][1] - train_y) ** 2)
        assert left.get_title(loc="left") == f"step {last:,}: y = {path[last][0]:.2f}x + {path[last][1]:.2f}"
        assert right.get_title(loc="left") == f"mean squared error {error:.4f}"


def test_each_order_has_a_line_and_a_marker_of_its_own(drawn):
    first, last = drawn[2][2].axes
    styles = [(line.get_linestyle(), line.get_marker(), line.get_color()) for line in first.lines[2:]]
    assert [len(set(kind)) for kind in zip(*styles)] == [3, 3, 3]
    assert styles == [(line.get_linestyle(), line.get_marker(), line.get_color()) for line in last.lines[2:]]
    assert [text.get_text() for text in first.get_legend().get_texts()] == ["in order", "shuffled", "reversed"]
    assert [text.get_text() for text in last.get_legend().get_texts()] == ["least squares", "true line"]
    orders = np.arange(100), np.random.RandomState(0).permutation(100), np.arange(100)[::-1]
    for line, end, order in zip(first.lines[2:], last.lines[2:], orders):
        assert len(line.get_xydata()) == len(end.get_xydata()) == 101
        np.testing.assert_allclose(line.get_xydata()[-1], by_hand(train_x[order], train_y[order], 1)[1], atol=1e-12)


def test_nothing_is_cut_off(drawn):
    for figure in drawn[2]:
        for axes in figure.axes:
            (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
            for line in axes.lines:
                x, y = line.get_xydata().T
                assert (left < x).all() and (x < right).all() and (bottom < y).all() and (y < top).all()


def test_text_can_be_read_on_a_telephone(drawn):
    for figure in drawn[2]:
        assert_legible(figure)
