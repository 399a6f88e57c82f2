"""The descent and the order of the points: descent.py's numbers and pictures."""

import matplotlib
import numpy as np
import pytest
from helpers import PUBLISHED, assert_as_committed, by_hand, read_gif

import animation
import descent
from data import makepoints

PICTURES = ["descent.gif", "loop.gif", "order.png", "mirror.png"]


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
        for module in descent, animation:
            patch.setattr(module, "print", lines.append, raising=False)
        descent.main()
    return folder, lines


@pytest.fixture(scope="module")
def seeds():
    """The points of the seeds 0 to 199, four arrays of shape (points, seeds)."""
    points = [makepoints(seed=seed) for seed in range(200)]
    return np.transpose(points, (1, 2, 0))


def lstsq(train_x, train_y):
    """Return slope and intercept of least squares, not with polyfit."""
    columns = np.column_stack([train_x, np.ones_like(train_x)])
    return np.linalg.lstsq(columns, train_y, rcond=None)[0]


def shuffled(rng):
    """Return the order of the points in 100 epochs, each of them shuffled."""
    return np.concatenate([rng.permutation(100) for _ in range(100)])


def full_batch(train_x, train_y, steps, rate=0.01):
    """Return the line after so many steps with the gradient of all points.

    Each step shrinks what is missing to least squares by the same matrix.
    """
    mean = np.mean(train_x)
    hessian = 2 * np.array([[np.mean(train_x**2), mean], [mean, 1]])
    step = np.eye(2) - rate * hessian
    least_squares = lstsq(train_x, train_y)
    return least_squares - np.linalg.matrix_power(step, steps) @ least_squares


def after_a_million_epochs(train_x, train_y, order, rate):
    """Return the lines at which training ends, an array of shape (2, lines).

    The points have the shape (points, lines). A step takes (slope, intercept, 1) to the
    next by a matrix; squaring that of an epoch twenty times makes a million.
    """
    epoch = np.eye(3)
    for x, y in zip(train_x[order], train_y[order]):
        one = np.ones_like(x)
        step = np.tile(np.eye(3), (len(x), 1, 1))
        step[:, :2] -= 2 * rate * np.einsum("il,jl->lij", [x, one], [x, one, -y])
        epoch = step @ epoch
    return np.linalg.matrix_power(epoch, 2**20)[:, :2, 2].T


# descend and close_loop


def test_descend_with_single_points_is_the_loop_of_the_post():
    train_x, train_y, _, _ = makepoints()
    history = descent.descend(train_x, train_y, descent.IN_ORDER)
    expected = by_hand(train_x, train_y, epochs=100)
    np.testing.assert_allclose(history, expected, atol=1e-12)
    np.testing.assert_allclose(history[-1], PUBLISHED, rtol=1e-12)


def test_descend_steps_against_the_mean_gradient_of_a_batch():
    batch = [[0, 1]]
    history = descent.descend(
        np.array([1, 3]), np.array([0, 10]), batch, rate=0.5, epochs=1, start=[2, 1]
    )
    # the errors are 3 and -3, the gradients (6, 6) and (-18, -6)
    np.testing.assert_array_equal(history, [[2, 1], [2 + 3, 1]])


def test_descend_trains_many_lines_side_by_side(seeds):
    train_x, train_y, _, _ = seeds
    batches = np.reshape(range(100), (20, 5))
    start = [[1], [2]]
    together = descent.descend(train_x, train_y, batches, epochs=2, start=start)
    assert together.shape == (41, 2, 200)
    for seed in 0, 199:
        points = train_x[:, seed], train_y[:, seed]
        alone = descent.descend(*points, batches, epochs=2, start=[1, 2])
        np.testing.assert_allclose(together[..., seed], alone, rtol=1e-12)


@pytest.mark.parametrize("rate", [0.01, 0.0001])
def test_close_loop_is_where_a_million_epochs_end(rate, seeds):
    train_x, train_y, _, _ = seeds
    order = np.random.RandomState(2).permutation(100)
    lines = descent.close_loop(train_x, train_y, order[:, np.newaxis], rate)
    expected = after_a_million_epochs(train_x, train_y, order, rate)
    np.testing.assert_allclose(lines, expected, rtol=1e-9)


# What the page says and does not print


def test_full_batch_diverges_at_rate_1_and_converges_at_07():
    train_x, train_y, _, _ = makepoints()
    assert np.abs(full_batch(train_x, train_y, 1000, rate=1)).max() > 1e12
    end = full_batch(train_x, train_y, 1000, rate=0.7)
    np.testing.assert_allclose(end, lstsq(train_x, train_y), rtol=1e-12)


def test_a_loop_at_the_smallest_rate_needs_thousands_of_epochs():
    train_x, train_y, _, _ = makepoints()
    columns = train_x[:, np.newaxis], train_y[:, np.newaxis]
    end = after_a_million_epochs(*columns, range(100), 0.0001)[:, 0]
    distance = np.linalg.norm(end - lstsq(train_x, train_y))
    missing = np.linalg.norm(by_hand(train_x, train_y, 1000, 0.0001)[-1] - end)
    assert missing > 100 * distance


# What the program prints and draws


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


def test_the_second_table_has_the_ends_for_200_seeds(printed, seeds):
    _, lines = printed
    train_x, train_y, test_x, test_y = seeds
    least_squares = lstsq(train_x[:, 0], train_y)
    rng = np.random.RandomState(0)
    orders = {
        "in order": np.tile(np.arange(100), 100),
        "reversed": np.tile(np.arange(100)[::-1], 100),
        "shuffled once": np.tile(rng.permutation(100), 100),
        "shuffled": shuffled(rng),
    }
    ends = {}
    table = []
    for name, order in orders.items():
        ends[name] = by_hand(train_x[order], train_y[order])[-1]
        distances = np.linalg.norm(ends[name] - least_squares, axis=0)
        table.append(
            f"{name:13}  median {np.median(distances):.3f}, "
            f"largest {max(distances):.3f} (seed {np.argmax(distances)})"
        )
    assert lines[5:9] == table

    def squares(line):
        W0, W1 = line
        return np.sum((W0 * test_x + W1 - test_y) ** 2, axis=0)

    better = sum(squares(ends["in order"]) < squares(least_squares))
    assert lines[9] == f"in order beats least squares on the test points: {better} seeds"


def test_the_third_table_counts_loops_on_the_same_side(printed, seeds):
    _, lines = printed
    train_x, train_y, _, _ = seeds
    steepness, _ = lstsq(train_x[:, 0], train_y)
    in_order = np.arange(100)
    table = []
    for rate in 0.01, 0.001, 0.0001:
        forwards, _ = after_a_million_epochs(train_x, train_y, in_order, rate)
        backwards, _ = after_a_million_epochs(train_x, train_y, in_order[::-1], rate)
        same_side = ((forwards - steepness) * (backwards - steepness) > 0).sum()
        table.append(f"rate {rate:<6}  {same_side:2} seeds")
    assert lines[11:14] == table


def test_it_says_what_it_has_written(printed):
    folder, lines = printed
    expected = []
    for name in PICTURES:
        path = folder / name
        frames, _ = read_gif(path)
        number = f"{len(frames)} frames, " if name.endswith(".gif") else ""
        expected.append(f"wrote {path}: {number}{path.stat().st_size / 1000:.0f} kB")
    assert lines[14:] == expected


@pytest.mark.parametrize("picture", PICTURES)
def test_the_committed_pictures_are_those_that_it_draws(picture, printed):
    folder, _ = printed
    assert_as_committed(folder / picture)


def test_no_point_is_about_to_step_after_the_last_step():
    train_x, train_y, _, _ = makepoints()
    history = by_hand(train_x, train_y, epochs=2)

    def blue_pixels(history):
        """Return how many pixels of step 100 are dark blue, on the left and right."""
        frames = descent.draw_training(history, [100], train_x, train_y, descent.VALLEY)
        is_blue = frames[0] == 0b_00_01_10  # two bits each of red, green and blue
        return is_blue[:, :400].sum(), is_blue[:, 400:].sum()

    left, right = blue_pixels(history)
    left_at_the_end, right_at_the_end = blue_pixels(history[:101])
    assert left_at_the_end < left
    assert right_at_the_end == 0 < right


def test_without_a_folder_for_pictures_it_stops_before_any_work(tmp_path, monkeypatch):
    folder = tmp_path / "images"
    monkeypatch.setattr(descent, "IMAGES", folder)
    monkeypatch.setattr(descent, "makepoints", None)  # the first thing that it would do
    with pytest.raises(SystemExit) as stopped:
        descent.main()
    assert stopped.value.code == f"descent.py: there is no folder {folder}"  # status 1
    assert not folder.exists()
