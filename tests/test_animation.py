"""The frames of the GIF: which there are, what is on them, and how they become a file."""

import os

import matplotlib
import numpy as np
import pytest
from helpers import assert_as_committed, read_gif

from animation import PALETTE, draw_frames, plain_style, replace_file, save_gif, steps_to_draw, titles
from data import makepoints

POINTS = makepoints()


# What is drawn


def test_the_committed_animation_is_what_run_py_draws(default_run):
    assert_as_committed(default_run[2], "animation.gif")
    assert default_run[2].stat().st_size < 100_000  # only what changes from frame to frame is stored


@pytest.mark.parametrize("width", [640, 800])
def test_text_can_be_read_on_a_phone(width):
    with plain_style(width):
        assert matplotlib.rcParams["font.size"] * 100 / 72 * 390 / width >= 9  # pixels high, 390 wide


def test_the_readers_matplotlib_settings_change_nothing_and_stay():
    history = np.array([(0, 0), (2, 5)])
    frames = draw_frames(*POINTS, history, [0, 1])
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "figure.dpi": 50, "text.color": "red"}):
        np.testing.assert_array_equal(draw_frames(*POINTS, history, [0, 1]), frames)
        assert matplotlib.rcParams["font.size"] == 30


def test_titles_say_the_line_and_only_digits_change_places():
    history = np.zeros((10001, 2))
    history[[1, 69, 500, 10000]] = (-2e5, -1000), (12.0533, 4.116), (-0.5, -3.14159), (1.101, 999.4)
    assert titles(history, [0, 69, 500, 10000]) == [
        "step      0: y =  0.00x + 0.00",
        "step     69: y = 12.05x + 4.12",
        "step    500: y = -0.50x - 3.14",
        "step 10,000: y =  1.10x + 999.40",
    ]
    assert titles(history, [0, 1]) == ["step 0: y =  0e+00x + 0e+00", "step 1: y = -2e+05x - 1e+03"]


# Which frames


@pytest.mark.parametrize("steps", [2, 100, 10000, 10**6])
@pytest.mark.parametrize("count", [2, 3, 60])
def test_frames_begin_untrained_end_trained_and_grow_further_apart(steps, count):
    history = np.log1p(np.column_stack([np.arange(steps + 1)] * 2))  # each of the steps moves the line enough
    drawn = steps_to_draw(history, count)
    assert drawn[0] == 0 and drawn[-1] == steps and min(count, steps + 1) / 2 < len(drawn) <= count
    gaps = np.diff(drawn)
    assert (gaps[1:] >= gaps[:-1] - 1).all()  # the steps are rounded


def test_steps_that_hardly_move_the_line_are_left_out():
    rising = np.column_stack([np.zeros(1025), np.arange(1025) / 1024])
    tilting = np.column_stack([np.arange(1025) / -2048, np.zeros(1025)])
    for history in rising, tilting:  # to 1 or -1, so that a hundredth of the way takes more than 10 steps
        drawn = steps_to_draw(history, 10**5)
        assert drawn == [*range(0, 1024, 11), 1024]
    assert steps_to_draw(np.array([(0, 0), (2, 5), (2, 5.01), (0, 0)]), 100) == [0, 1, 3]


# The file


@pytest.mark.parametrize("fps, milliseconds", [(1, 1000), (6, 170), (20, 50), (35, 30), (50, 20)])
def test_the_gif_shows_the_frames_as_drawn_in_a_loop_that_rests_at_both_ends(fps, milliseconds, tmp_path):
    frames = np.random.RandomState(0).randint(64, size=(3, 20, 30)).astype(np.uint8)
    save_gif(tmp_path / "è ü %d.GIF", frames, fps)
    shown, durations = read_gif(tmp_path / "è ü %d.GIF")
    np.testing.assert_array_equal(shown, PALETTE[frames])
    assert durations == [1000, milliseconds, 2000]
    assert b"NETSCAPE2.0\x03\x01\x00\x00" in (tmp_path / "è ü %d.GIF").read_bytes()  # without end


def test_a_file_is_replaced_whole_or_not_at_all(gif):
    with pytest.raises(TypeError):
        replace_file(gif, "not bytes")  # fails when the temporary file is there already
    assert gif.read_bytes() == b"GIF89a, the old one" and os.listdir(gif.parent) == [gif.name]
    replace_file(gif, b"the new one")
    assert gif.read_bytes() == b"the new one" and os.listdir(gif.parent) == [gif.name]


def test_a_file_of_the_temporary_name_is_left_alone(gif):
    other = gif.with_name(f".{os.getpid()}.tmp")
    other.write_bytes(b"somebody else's")
    with pytest.raises(FileExistsError):
        replace_file(gif, b"the new one")
    assert other.read_bytes() == b"somebody else's" and gif.read_bytes() == b"GIF89a, the old one"
