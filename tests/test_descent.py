"""The descent and the order of the points: the numbers that descent.py prints, and its pictures."""

import matplotlib
import numpy as np
import pytest
from helpers import assert_as_committed, assert_legible, by_hand, read_gif
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle
from pages import DESCENT, PAGES

import descent
from data import makepoints

train_x, train_y, _, _ = makepoints()
LEAST_SQUARES = np.linalg.lstsq(np.column_stack([train_x, np.ones(100)]), train_y, rcond=None)[0]


@pytest.fixture(scope="module")
def history():
    return descent.trajectory(train_x, train_y)


@pytest.fixture(scope="module")
def frames(history):
    """The figure of descent.gif at its end, and what is seen in each frame: limits, data of all lines, titles."""
    seen, figures = [], []

    def blit(figure, artists, update, changes):
        figures.append(figure)
        left, right = figure.axes
        for change in changes:
            update(*change)
            lines = [line.get_xydata().copy() for axes in (left, right) for line in axes.lines]
            limits = left.get_ylim(), right.get_xlim(), right.get_ylim()
            seen.append((np.array(limits), lines, [axes.get_title(loc="left") for axes in (left, right)]))
        return np.zeros((1, 1, 1))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(descent, "blit", blit)
        descent.draw_descent(history, train_x, train_y)
    return figures[0], seen


@pytest.fixture(scope="module")
def orders_figure(history):
    points, points_without_noise = (train_x, train_y), makepoints(noise=0)[:2]
    orders_without_noise = descent.in_each_order(*points_without_noise)
    return descent.draw_orders(descent.in_each_order(*points), points, orders_without_noise, points_without_noise)


def test_a_trajectory_has_every_step(history):
    np.testing.assert_allclose(history, by_hand(train_x, train_y, 100)[1], rtol=0, atol=1e-12)


def test_what_is_printed_and_the_committed_pictures(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(descent, "IMAGES", tmp_path)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 300}):  # the reader's own
        descent.main()
    rng = np.random.RandomState(0)
    orders = {
        "in order": np.tile(np.arange(100), 100),
        "shuffled": np.concatenate([rng.permutation(100) for _ in range(100)]),
        "reversed": np.tile(np.arange(100)[::-1], 100),
    }
    ends = {order: by_hand(train_x[points], train_y[points])[1][[50, 10000]] for order, points in orders.items()}
    # with the gradient of all points, each step shrinks what is missing to least squares by the same matrix
    shrink = np.eye(2) - 0.02 * np.array([[np.mean(train_x**2), np.mean(train_x)], [np.mean(train_x), 1]])
    ends["full batch"] = [LEAST_SQUARES - np.linalg.matrix_power(shrink, n) @ LEAST_SQUARES for n in (50, 10000)]
    row = "{:10}  after 50 steps ({:.2f}, {:.2f}), after 10,000 ({:.4f}, {:.4f})"
    lines = [row.format(order, *middle, *end) for order, (middle, end) in ends.items()]
    assert "\n".join(lines) in PAGES[DESCENT]
    wrote = [f"wrote {tmp_path / picture}" for picture in ("descent.gif", "order.png")]
    assert capsys.readouterr().out.splitlines() == lines + wrote
    for picture in "descent.gif", "order.png":
        assert_as_committed(tmp_path / picture)
    assert (tmp_path / "descent.gif").stat().st_size <= 500_000
    _, durations = read_gif(tmp_path / "descent.gif")
    assert durations[-1] == 2000 and {duration % 100 for duration in durations} == {0}


def test_each_frame_shows_one_step_on_both_sides(frames, history):
    for _, (points, least_squares, line, ring, cross, pull, way, loop), (equation, cost) in frames[1]:
        step = int(equation[4:].partition(":")[0].replace(",", ""))
        assert step < 100 or step >= 9900 or step % 100 == 0  # from the first epoch to the last, only ends of epochs
        slope, intercept = history[step]
        predictions, index = slope * train_x + intercept, (step - 1) % 100
        error = predictions[index] - train_y[index]
        np.testing.assert_array_equal(points, np.column_stack([train_x, train_y]))
        np.testing.assert_allclose(least_squares[:, 1], LEAST_SQUARES[0] * train_x + LEAST_SQUARES[1])
        np.testing.assert_allclose(line[:, 1], predictions)
        np.testing.assert_allclose(ring, [(train_x[index], train_y[index]), (train_x[index], predictions[index])])
        np.testing.assert_allclose(cross, [LEAST_SQUARES])
        np.testing.assert_allclose(pull[1] - pull[0], -0.1 * error * np.array([train_x[index], 1]), atol=1e-12)
        assert pull[0].tolist() == loop[-1].tolist() == [slope, intercept] and way[0].tolist() == [0, 0]
        assert loop.tolist() == history[min(step, 9900) : step + 1].tolist()
        assert equation.endswith(f": y = {slope:.2f}x + {intercept:.2f}")
        assert cost == f"mean squared error {np.mean((predictions - train_y) ** 2):.4f}"


def test_it_walks_rests_zooms_rests_and_walks_the_last_epoch(frames):
    steps = [titles[0][4:].partition(":")[0].replace(",", "").strip() for *_, titles in frames[1]]
    sizes = np.array([np.ptp(limits, axis=1) for limits, *_ in frames[1]])
    zoom = np.flatnonzero((np.diff(sizes, axis=0) < 0).all(axis=1))
    assert zoom.tolist() == list(range(zoom[0], zoom[0] + 11))  # eleven frames, each closer than the one before
    assert (sizes[: zoom[0]] == sizes[0]).all() and (sizes[zoom[-1] + 1 :] == sizes[-1]).all()
    assert {*steps[zoom[0] - 10 : zoom[-1] + 10]} == {"9900"}
    assert steps[0] == "1" and steps[-101:] == [str(step) for step in range(9900, 10001)]
    for limits, (*_, pull, _, loop), _ in frames[1]:
        for corner in *pull, *loop[-1:]:
            assert (limits[1:, 0] < corner).all() and (corner < limits[1:, 1]).all()  # nothing is cut off


def test_one_colour_has_one_meaning(frames, orders_figure):
    lines = [line for axes in frames[0].axes for line in axes.lines]
    points, least_squares, line, ring, cross, pull, way, loop = (to_rgb(each.get_color()) for each in lines)
    assert points == ring == pull == to_rgb(descent.BLUE)
    assert line == way == loop == to_rgb("red")
    assert cross == least_squares == to_rgb("black")

    looks = [
        [(line.get_label(), line.get_color(), line.get_linestyle(), line.get_marker()) for line in axes.lines]
        for axes in orders_figure.axes
    ]
    assert looks[0] == looks[1] == looks[2]
    names, *kinds = zip(*looks[0])
    assert names == ("in order", "shuffled", "reversed", "least squares")
    assert [len({*kind}) for kind in kinds] == [4, 4, 4] and to_rgb(kinds[0][0]) == to_rgb("red")
    assert tuple(text.get_text() for text in orders_figure.axes[0].get_legend().get_texts()) == names


def test_loops_need_noise(orders_figure):
    first, last, quiet = orders_figure.axes
    for number, points in (0, np.arange(100)), (2, np.arange(100)[::-1]):
        way, loop = first.lines[number].get_xydata(), last.lines[number].get_xydata()
        np.testing.assert_allclose(way, by_hand(train_x[points], train_y[points])[1], rtol=0, atol=1e-12)
        assert np.abs(loop[-1] - loop[0]).max() < 1e-3 and np.ptp(loop, axis=0).min() > 0.05
    for line in quiet.lines:
        np.testing.assert_allclose(line.get_xydata() - (2, 5), 0, atol=1e-5)


def test_the_box_shows_what_is_magnified(orders_figure):
    first, last, quiet = orders_figure.axes
    assert last.viewLim.extents.tolist() == quiet.viewLim.extents.tolist()
    artists = [getattr(artist, "rectangle", artist) for artist in first.get_children()]
    boxes = [artist.get_bbox().extents for artist in artists if isinstance(artist, Rectangle)]
    assert any(np.allclose(box, last.viewLim.extents) for box in boxes)


def test_contours_have_one_error_each_and_say_which(frames, orders_figure):
    noise_free = makepoints(noise=0)[1]
    for axes, y in zip([frames[0].axes[1], *orders_figure.axes], (train_y, train_y, train_y, noise_free)):

        def error(slope, intercept, y=y):
            return np.mean((np.multiply.outer(slope, train_x) + np.expand_dims(intercept, -1) - y) ** 2, axis=-1)

        contours = [path.vertices for each in axes.collections for path in each.get_paths() if len(path)]
        assert len(contours) >= 10
        for errors in (error(*contour.T) for contour in contours):
            assert np.ptp(errors) < 0.02 * errors.mean()
        labels = [text for text in axes.texts if text.get_text() != "all three"]
        assert len(labels) >= 2
        for text in labels:
            assert error(*text.get_position()) == pytest.approx(float(text.get_text()), rel=0.02)
            assert to_rgb(text.get_color()) == to_rgb("black")


def test_text_can_be_read_on_a_telephone(frames, orders_figure):
    assert_legible(frames[0])
    assert_legible(orders_figure)
