"""Block 1 of the post: the points."""

import numpy as np
import pytest

from data import makepoints


def test_seed_0_gives_the_points_of_the_post_after_seeding_numpy_with_0():
    np.random.seed(0)
    makepoints(seed=1)  # leaves that alone
    x = np.linspace(0, 1, 100), np.linspace(1, 2, 100)
    y = [5 + (2 * data + np.random.randn(*data.shape) * 0.33) for data in x]
    np.testing.assert_array_equal(makepoints(), [x[0], y[0], x[1], y[1]])


def test_without_noise_the_points_lie_on_the_line():
    train_x, train_y, test_x, test_y = makepoints(count=3, noise=0)
    assert train_x.tolist() == [0, 0.5, 1] and train_y.tolist() == [5, 6, 7]
    assert test_x.tolist() == [1, 1.5, 2] and test_y.tolist() == [7, 8, 9]


def test_the_noise_has_the_standard_deviation_asked_for():
    train_x, train_y, _, _ = makepoints(count=10**5, noise=3)
    assert np.std(train_y - (5 + 2 * train_x)) == pytest.approx(3, rel=0.01)


def test_another_seed_gives_other_points_and_the_same_seed_the_same():
    assert makepoints(seed=1)[1].tolist() != makepoints(seed=0)[1].tolist()
    assert makepoints(seed=1)[1].tolist() == makepoints(seed=1)[1].tolist()
