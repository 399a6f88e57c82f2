"""The frames of the GIF: which there are, what is on them, and the file."""

import errno
import os
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from helpers import assert_as_committed, posix, read_gif

from animation import (
    PALETTE,
    draw_frames,
    new_figure,
    plain_style,
    replace_file,
    save_gif,
    save_png,
    steps_to_draw,
    titles,
)
from data import makepoints

POINTS = makepoints()


# What is drawn


def test_the_committed_animation_is_what_run_py_draws(default_run):
    _, _, gif = default_run
    assert_as_committed(gif, "animation.gif")
    # only what changes from frame to frame is stored
    assert gif.stat().st_size < 100_000


@pytest.mark.parametrize(("width", "height"), [(480, 640), (640, 480), (800, 420)])
def test_a_picture_has_its_size_and_text_that_can_be_read_on_a_phone(width, height):
    with matplotlib.rc_context({"figure.dpi": 50, "figure.figsize": (1, 1)}):
        with plain_style(width, height):
            figure = new_figure()
            pixels_high = matplotlib.rcParams["font.size"] * figure.dpi / 72
        figure.canvas.draw()
    assert figure.canvas.buffer_rgba().shape == (height, width, 4)
    phone = 390
    assert pixels_high * phone / width >= 9


def test_the_readers_matplotlib_settings_change_nothing_and_stay():
    history = np.array([(0, 0), (2, 5)])
    expected = draw_frames(*POINTS, history, [0, 1])
    settings = {
        "font.size": 30,
        "axes.facecolor": "red",
        "figure.dpi": 50,
        "text.color": "red",
    }
    with matplotlib.rc_context(settings):
        frames = draw_frames(*POINTS, history, [0, 1])
        assert matplotlib.rcParams["font.size"] == 30
    np.testing.assert_array_equal(frames, expected)


def test_titles_say_the_line_and_only_digits_change_places():
    history = np.zeros((10001, 2))
    history[69] = 12.0533, 4.116
    history[500] = -0.5, -3.14159
    history[10000] = 1.101, 999.4
    assert titles(history, [0, 69, 500, 10000]) == [
        "step      0: y =  0.00x + 0.00",
        "step     69: y = 12.05x + 4.12",
        "step    500: y = -0.50x - 3.14",
        "step 10,000: y =  1.10x + 999.40",
    ]


def test_titles_of_steep_lines_are_short():
    history = np.array([(0, 0), (-2e5, -1000)])
    assert titles(history, [0, 1]) == [
        "step 0: y =  0e+00x + 0e+00",
        "step 1: y = -2e+05x - 1e+03",
    ]


# Which frames


@pytest.mark.parametrize("steps", [2, 100, 10000, 10**6])
@pytest.mark.parametrize("count", [2, 3, 60])
def test_frames_begin_untrained_end_trained_and_grow_further_apart(steps, count):
    # each of the steps moves the line enough
    rising = np.log1p(np.arange(steps + 1))
    drawn = steps_to_draw(np.column_stack([rising, rising]), count)
    assert drawn[0] == 0
    assert drawn[-1] == steps
    assert min(count, steps + 1) / 2 < len(drawn) <= count
    gaps = np.diff(drawn)
    assert (gaps[1:] >= gaps[:-1] - 1).all()  # the steps are rounded


@pytest.mark.parametrize("slope, intercept", [(0, 1), (-0.5, 0)])
def test_steps_that_hardly_move_the_line_are_left_out(slope, intercept):
    # y moves to 1 or -1, and a hundredth of the way takes more than 10 steps
    history = np.linspace((0, 0), (slope, intercept), 1025)
    assert steps_to_draw(history, 10**5) == [*range(0, 1024, 11), 1024]


def test_the_last_step_is_drawn_whatever_the_line_has_done():
    history = np.array([(0, 0), (2, 5), (2, 5.01), (0, 0)])
    assert steps_to_draw(history, 100) == [0, 1, 3]


# The file


@pytest.mark.parametrize("fps, milliseconds", [(1, 1000), (6, 170), (20, 50), (35, 30), (50, 20)])
def test_the_gif_shows_the_frames_as_drawn_in_a_loop_that_rests_at_both_ends(
    fps, milliseconds, tmp_path
):
    path = tmp_path / "è ü %d.GIF"
    frames = np.random.RandomState(0).randint(64, size=(3, 20, 30)).astype(np.uint8)
    save_gif(path, frames, fps)
    shown, durations = read_gif(path)
    np.testing.assert_array_equal(shown, PALETTE[frames])
    assert durations == [1000, milliseconds, 2000]
    assert b"NETSCAPE2.0\x03\x01\x00\x00" in path.read_bytes()  # without end


def blank():
    """Return a drawn figure with nothing on it."""
    with plain_style(30, 20):
        figure = new_figure()
        figure.canvas.draw()
    return figure


@pytest.mark.parametrize("save", ["gif", "png"])
def test_a_picture_replaces_the_old_one_and_is_not_written_into_it(save, gif):
    old = gif.with_name("old.gif")
    os.link(gif, old)  # another name of the same file
    if save == "gif":
        save_gif(gif, np.zeros((2, 20, 30), np.uint8), fps=10)
    else:
        save_png(gif, blank())
    assert read_gif(gif)[0][0].shape == (20, 30, 3)
    assert old.read_bytes() == b"GIF89a, the old one"
    assert sorted(os.listdir(gif.parent)) == [gif.name, old.name]


def call_instead_of_replace(monkeypatch, gif, function):
    """Let `function` do what replaces a file, which it gets as two paths."""
    monkeypatch.setattr(os, "replace", function)
    monkeypatch.setattr(type(gif), "replace", function)


def test_the_temporary_file_is_beside_the_other_and_written_and_closed_before_it_replaces(
    gif, monkeypatch
):
    seen = []

    def look(temporary, target):
        # what has not been closed has not been written yet
        assert Path(temporary).read_bytes() == b"the new one"
        seen.append(os.path.dirname(temporary) == os.path.dirname(target))

    call_instead_of_replace(monkeypatch, gif, look)
    replace_file(gif, b"the new one")
    assert seen == [True]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_write_that_fails_or_is_interrupted_leaves_the_old_file_alone(error, gif, monkeypatch):
    def fail(*_):
        raise error

    call_instead_of_replace(monkeypatch, gif, fail)
    with pytest.raises(type(error)):
        replace_file(gif, b"the new one")
    assert gif.read_bytes() == b"GIF89a, the old one"
    assert os.listdir(gif.parent) == [gif.name]


def test_an_error_while_the_temporary_file_is_written_leaves_the_old_file_alone(gif):
    with pytest.raises(TypeError):
        replace_file(gif, "not bytes")
    assert gif.read_bytes() == b"GIF89a, the old one"
    assert os.listdir(gif.parent) == [gif.name]


def test_a_missing_folder_is_named(tmp_path):
    folder = tmp_path / "images"
    with pytest.raises(FileNotFoundError) as error:
        replace_file(folder / "a.gif", b"the new one")
    assert error.value.filename == os.path.realpath(folder)


def test_a_new_file_is_written(gif):
    new = gif.with_name("new.gif")
    replace_file(new, b"the new one")
    assert new.read_bytes() == b"the new one"
    assert sorted(os.listdir(gif.parent)) == [gif.name, new.name]


@posix
def test_a_new_file_has_the_mode_that_the_user_has_chosen_and_an_old_one_keeps_its_own(gif):
    gif.chmod(0o604)
    umask = os.umask(0o027)
    try:
        for name in gif.name, "new.gif":
            replace_file(gif.with_name(name), b"the new one")
    finally:
        os.umask(umask)
    assert gif.stat().st_mode & 0o777 == 0o604
    assert gif.with_name("new.gif").stat().st_mode & 0o777 == 0o640


def test_two_that_write_one_file_at_once_are_not_in_each_others_way(gif, monkeypatch):
    def let_another_write_first(temporary, target):
        monkeypatch.undo()
        replace_file(gif, b"the other one")
        assert gif.read_bytes() == b"the other one"
        os.replace(temporary, target)

    call_instead_of_replace(monkeypatch, gif, let_another_write_first)
    replace_file(gif, b"the new one")
    assert gif.read_bytes() == b"the new one"
    assert os.listdir(gif.parent) == [gif.name]


def test_a_file_left_by_a_run_of_the_same_process_id_is_in_nobodys_way(gif):
    # in a container, each run has the id 1
    other = gif.with_name(f".{os.getpid()}.tmp")
    other.write_bytes(b"left over")
    replace_file(gif, b"the new one")
    assert gif.read_bytes() == b"the new one"
    assert sorted(os.listdir(gif.parent)) == sorted([other.name, gif.name])
    assert other.read_bytes() == b"left over"


def test_a_file_system_without_modes_is_written_to_again_and_again(gif, monkeypatch):
    def refuse(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refuse)
    replace_file(gif, b"the new one")
    assert gif.read_bytes() == b"the new one"
    assert os.listdir(gif.parent) == [gif.name]


def test_a_file_mounted_into_a_container_is_written_in_place(gif, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EBUSY, "Device or resource busy")

    call_instead_of_replace(monkeypatch, gif, refuse)
    replace_file(gif, b"the new one")
    assert gif.read_bytes() == b"the new one"
    assert os.listdir(gif.parent) == [gif.name]


def test_a_new_file_has_a_new_time(gif):
    os.utime(gif, (0, 0))
    replace_file(gif, b"the new one")
    assert gif.stat().st_mtime > 0
