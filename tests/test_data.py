"""Block 1 of the post: the points."""

import numpy as np
import pytest

from data import makepoints


def test_seed_0_gives_the_points_of_the_post_after_seeding_numpy_with_0():
    np.random.seed(0)
    makepoints(seed=1)  # leaves that alone
    train_x = np.linspace(0, 1, 100)
    train_y = 5 + (2 * train_x + np.random.randn(100) * 0.33)
    test_x = np.linspace(1, 2, 100)
    test_y = 5 + (2 * test_x + np.random.randn(100) * 0.33)
    np.testing.assert_array_equal(makepoints(), [train_x, train_y, test_x, test_y])


def test_without_noise_the_points_lie_on_the_line():
    points = makepoints(count=3, noise=0)
    np.testing.assert_array_equal(points, [[0, 0.5, 1], [5, 6, 7], [1, 1.5, 2], [7, 8, 9]])


def test_the_noise_has_the_standard_deviation_asked_for():
    train_x, train_y, _, _ = makepoints(count=10**5, noise=3)
    assert np.std(train_y - (5 + 2 * train_x)) == pytest.approx(3, rel=0.01)


def test_another_seed_gives_other_points():
    _, train_y, _, _ = makepoints(seed=0)
    _, other_y, _, _ = makepoints(seed=1)
    assert not np.array_equal(train_y, other_y)


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_out_of_range_raises_value_error(seed):
    with pytest.raises(ValueError):
        makepoints(seed=seed)


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_both_limits_of_the_seed_are_accepted(seed):
    assert len(makepoints(seed=seed)) == 4
