"""The frames of the GIF: which there are, what is on them, and how they become a file."""

import itertools
import os
import stat
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from helpers import assert_as_committed, assert_legible, by_hand, posix, read_gif
from matplotlib.colors import to_rgb

import animation
from animation import (
    BLUE,
    GREEN,
    PALETTE,
    RED,
    blit,
    draw_frames,
    drop_still_frames,
    log_spaced_steps,
    new_figure,
    replace_file,
    save_gif,
    shown,
    titles,
)
from data import makepoints

POINTS = TRAIN_X, TRAIN_Y, TEST_X, TEST_Y = makepoints()
TOTAL_X = np.concatenate([TRAIN_X, TEST_X])
HISTORY = [(0, 0.0, 0.0), (1, 1.0, 3.0), (10000, -1.0, 9.0)]


@pytest.fixture(scope="module")
def frames():
    return draw_frames(*POINTS, HISTORY)


@pytest.fixture
def figure(monkeypatch):
    """The figure of the scatters, as it is on the last frame."""

    def update_only(figure, artists, update, changes):
        for change in changes:
            update(*change)
        return figure

    monkeypatch.setattr(animation, "blit", update_only)
    return draw_frames(*POINTS, HISTORY)


def has_colour(frame, colour):
    return (frame == np.multiply(to_rgb(colour), 255).round()).all(axis=-1)


# What is drawn


def test_the_committed_animation_is_what_run_py_draws_and_small(default_run):
    path = default_run[2].with_name("animation.gif")
    path.write_bytes(default_run[2].read_bytes())
    assert_as_committed(path)
    assert path.stat().st_size <= 92_000


def test_the_gif_of_run_py_begins_untrained_and_ends_with_the_line_of_a_training_by_hand(default_run):
    line = by_hand(TRAIN_X, TRAIN_Y, 100)[1][-1]
    first, last = PALETTE[draw_frames(*POINTS, [(0, 0.0, 0.0), (10000, *line)])]
    drawn, _ = read_gif(default_run[2])
    np.testing.assert_array_equal(has_colour(drawn[0], RED), has_colour(first, RED))
    np.testing.assert_array_equal(drawn[-1], last)
    assert 50 <= len(drawn) <= 84


def test_the_line_starts_flat_at_0_and_rises_in_small_steps_to_the_points(default_run):
    drawn, _ = read_gif(default_run[2])
    legend = has_colour(drawn[0], RED) & has_colour(drawn[-1], RED)
    heights = [np.nonzero(has_colour(frame, RED) & ~legend)[0] for frame in drawn]
    assert np.ptp(heights[0]) <= 4
    blue = np.nonzero(has_colour(drawn[-1], BLUE))[0]
    assert heights[0].min() > blue.max() and heights[-1].max() < heights[0].min()
    moves = -np.diff([rows.mean() for rows in heights[5:]])  # pixels, upwards
    assert moves.sum() > 100 and moves.max() < 25


def test_points_and_predictions_have_colours_markers_and_names_of_their_own(figure):
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["training points", "test points", "predictions"] == [c.get_label() for c in axes.collections]
    for collection, x, y, colour in zip(
        axes.collections, (TRAIN_X, TEST_X, TOTAL_X), (TRAIN_Y, TEST_Y, 9 - TOTAL_X), (BLUE, GREEN, RED)
    ):
        np.testing.assert_array_equal(collection.get_offsets(), np.column_stack([x, y]))
        assert tuple(collection.get_facecolor()[0, :3]) == to_rgb(colour)
    assert len({len(collection.get_paths()[0].vertices) for collection in axes.collections}) == 3
    assert axes.get_title(loc="left") == "step 10,000: y = -1.00x + 9.00"
    assert_legible(figure)


def test_a_frame_keeps_nothing_of_the_one_before(frames):
    np.testing.assert_array_equal(draw_frames(*POINTS, HISTORY[::-1])[::-1], frames)


def test_the_background_is_white_and_the_colours_are_exact(frames):
    frame = PALETTE[frames[0]]
    assert (frame[0] == 255).all() and (frame[:, 0] == 255).all()
    assert all(has_colour(frame, colour).sum() > 500 for colour in (BLUE, GREEN, RED))


def test_the_readers_matplotlib_settings_change_nothing_and_stay(frames):
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "figure.dpi": 50, "text.color": "red"}):
        np.testing.assert_array_equal(draw_frames(*POINTS, HISTORY), frames)
        assert matplotlib.rcParams["font.size"] == 30


def test_titles_say_the_line_and_only_digits_change_places():
    assert titles([0, 69, 10000], [0.0, 1.101, 2.0533], [0.0, 4.116, 5.0069]) == [
        "step      0: y = 0.00x + 0.00",
        "step     69: y = 1.10x + 4.12",
        "step 10,000: y = 2.05x + 5.01",
    ]
    assert titles([1, 2, 3], [-0.001, -12.5, 1e5], [-3.14159, -0.001, -1e100]) == [
        "step 1: y =   0.00x - 3.14",
        "step 2: y = -12.50x + 0.00",
        "step 3: y =  1e+05x - 1e+100",
    ]


def lab(color, seen_as):
    """Return CIELAB of an sRGB colour, as it is seen through a matrix on linear red, green and blue."""
    rgb = np.array(to_rgb(color))
    linear = np.clip(seen_as @ np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4), 0, 1)
    xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]] @ linear / (0.9505, 1, 1.089)
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize(
    "seen_as",  # Viénot, Brettel and Mollon 1999
    [
        [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
        [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    ],
    ids=["deuteranopia", "protanopia"],
)
def test_the_colour_blind_can_tell_predictions_from_test_points(seen_as):
    colors = [lab(color, np.array(seen_as)) for color in (RED, GREEN, BLUE)]
    for first, second in itertools.combinations(colors, 2):
        assert np.linalg.norm(first - second) >= 20


# Which frames


@pytest.mark.parametrize("steps", [1, 2, 100, 10000, 10**12])
@pytest.mark.parametrize("count", [2, 3, 100, 1000])
def test_frames_begin_untrained_end_trained_and_grow_further_apart(steps, count):
    chosen = sorted(log_spaced_steps(steps, count))
    assert chosen[0] == 0 and chosen[-1] == steps and len(chosen) <= count
    gaps = np.diff(chosen)
    assert (gaps[1:] >= gaps[:-1] - 1).all()  # the steps are rounded


def test_frames_in_which_the_line_hardly_moves_are_left_out():
    rising = [(step, 0.0, step / 1024) for step in range(1025)]
    tilting = [(step, step / -2048, 0.0) for step in range(1025)]
    for history in rising, tilting:  # to 1 or -1, so that a hundredth of the way takes more than 10 steps
        assert [step for step, _, _ in drop_still_frames(history)] == [*range(0, 1024, 11), 1024]
    at_rest = [(0, 0.0, 0.0), (1, 2.0, 5.0), (2, 2.0, 5.0), (3, 2.0, 5.0)]
    assert drop_still_frames(at_rest) == [at_rest[0], at_rest[1], at_rest[3]]


# The file


def test_levels_of_the_palette():
    levels = [0, 63, 64, 127, 128, 191, 192, 255]
    figure = new_figure(80, 40)

    def paint(level):
        figure.patch.set_facecolor((level / 255, 0, 0))

    reds = [PALETTE[frame][20, 40].tolist() for frame in blit(figure, [figure.patch], paint, zip(levels))]
    assert reds == [[level, 0, 0] for level in (0, 0, 85, 85, 170, 170, 255, 255)]


@pytest.mark.parametrize("fps, milliseconds", [(1, 1000), (6, 170), (20, 50), (35, 30), (50, 20)])
def test_the_gif_shows_the_frames_as_drawn_in_a_loop_that_rests_on_the_last(frames, fps, milliseconds, tmp_path):
    save_gif(tmp_path / "a.gif", frames, fps)
    shown_frames, durations = read_gif(tmp_path / "a.gif")
    np.testing.assert_array_equal(shown_frames, PALETTE[frames])
    assert durations == [milliseconds, milliseconds, 2000]
    assert b"NETSCAPE2.0\x03\x01\x00\x00" in (tmp_path / "a.gif").read_bytes()  # for ever


def test_a_file_is_replaced_whole_or_not_at_all(gif):
    with pytest.raises(TypeError):
        replace_file(gif, "not bytes")
    assert gif.read_bytes() == b"GIF89a, the old one" and os.listdir(gif.parent) == [gif.name]
    replace_file(gif, b"new")
    assert gif.read_bytes() == b"new" and os.listdir(gif.parent) == [gif.name]


@posix
def test_a_link_stays_a_link_and_the_file_gets_ordinary_permissions(gif, tmp_path):
    link, plain = tmp_path / "link.gif", tmp_path / "plain"
    link.symlink_to(gif)
    plain.touch()
    replace_file(link, b"new")
    assert link.is_symlink() and gif.read_bytes() == b"new"
    assert stat.S_IMODE(gif.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


@pytest.mark.parametrize("name", ["new/in a new one/a b.gif", "è ü/ñ.GIF", "%d {0} $HOME `x` 'q.gif"])
def test_any_name_will_do_and_missing_folders_are_made(name, tmp_path):
    replace_file(tmp_path / name, b"new")
    assert (tmp_path / name).read_bytes() == b"new"


def test_a_path_is_shown_as_seen_from_the_current_folder(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "images" / "a.gif") == Path("images", "a.gif")
    assert shown(tmp_path.parent / "a.gif") == tmp_path.parent / "a.gif"
