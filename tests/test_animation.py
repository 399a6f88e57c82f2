"""The frames of the GIF: which there are, what is on them, and how they are put together."""

import io
import platform
import sys
import weakref

import matplotlib
import numpy as np
import pytest
from conftest import REPOSITORY
from matplotlib.text import Text
from PIL import Image, ImageSequence

import animation
from animation import PALETTE, blit, encode, frame_steps, new_figure, scatters, thin_out, titles
from data import makepoints

POINTS = makepoints()
STATES = [(0, 0.0, 0.0), (1, 1.0, 3.0), (10000, -1.0, 9.0)]


def rgb(path_or_bytes):
    """Return the frames of a picture as arrays of red, green and blue."""
    file = io.BytesIO(path_or_bytes) if isinstance(path_or_bytes, bytes) else path_or_bytes
    with Image.open(file) as picture:
        return [np.array(frame.convert("RGB")) for frame in ImageSequence.Iterator(picture)]


def durations(gif):
    """Return the milliseconds for which each frame is shown."""
    with Image.open(io.BytesIO(gif)) as picture:
        return [frame.info["duration"] for frame in ImageSequence.Iterator(picture)]


def assert_as_committed(name, data):
    """Fail if the picture in the bytes `data` is not the one in images/."""
    path = REPOSITORY / "images" / name
    if data == path.read_bytes():
        return
    committed, drawn = rgb(path), rgb(data)
    assert [frame.shape for frame in drawn] == [frame.shape for frame in committed]
    with Image.open(REPOSITORY / "images" / "order.png") as picture:
        version = picture.info["Software"]
    made_here = f"Matplotlib version{matplotlib.__version__}," in version and sys.platform == "linux"
    for expected, actual in zip(committed, drawn):
        if made_here and platform.machine() == "x86_64":
            assert np.array_equal(actual, expected)
        else:  # other versions set text a little differently
            expected, actual = (np.array(Image.fromarray(pixels).reduce(8), int) for pixels in (expected, actual))
            assert (np.abs(actual - expected) > 48).mean() < 0.03


def assert_legible(figure):
    """Fail if some text of `figure` is less than 9 pixels high where the picture is shown 390 pixels wide."""
    figure.draw_without_rendering()  # chooses the numbers on the axes
    sizes = [text.get_fontsize() for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    width_in_points = figure.get_figwidth() * 72
    assert len(sizes) > 5 and min(sizes) / width_in_points * 390 >= 9


@pytest.fixture(scope="module")
def pictures():
    return list(scatters(*POINTS, STATES))


@pytest.fixture
def figure(monkeypatch):
    """The figure of the scatters, with the last state."""

    def update_only(figure, artists, update, changes):
        for change in changes:
            update(*change)
        return figure

    monkeypatch.setattr(animation, "blit", update_only)
    return scatters(*POINTS, STATES)


def test_the_committed_animation_is_what_run_py_draws(default_run):
    assert_as_committed("animation.gif", default_run[1].read_bytes())


def test_run_py_draws_the_line_that_the_title_says(default_run):
    """The GIF of the real command is the one made of steps by hand."""
    W0 = W1 = 0.0
    states = [(0, W0, W1)]
    for x, Y in list(zip(POINTS[0].tolist(), POINTS[1].tolist())) * 100:
        error = W0 * x + W1 - Y
        W0, W1 = W0 - 0.01 * 2 * error * x, W1 - 0.01 * 2 * error
        states.append((len(states), W0, W1))
    states = thin_out([states[step] for step in sorted(frame_steps(10000, 100))])
    for frame, picture in zip(rgb(default_run[1]), scatters(*POINTS, states)):
        np.testing.assert_array_equal(frame, PALETTE[picture])


def test_the_default_animation_is_small(default_run):
    _, gif = default_run
    assert gif.stat().st_size <= 92_000
    assert 50 <= len(rgb(gif)) <= 84


def test_a_frame_keeps_nothing_of_the_one_before(pictures):
    reversed_pictures = list(scatters(*POINTS, STATES[::-1]))[::-1]
    np.testing.assert_array_equal(reversed_pictures, pictures)


def test_white_is_white_and_text_is_grey(pictures):
    first = PALETTE[pictures[0]]
    assert (first[0] == 255).all() and (first[:, 0] == 255).all()
    title = PALETTE[pictures[2]][:22]
    assert (title.max(axis=-1) == title.min(axis=-1)).all() and title.min() == 0


def test_points_and_predictions_have_colours_markers_and_names_of_their_own(figure):
    (axes,) = figure.axes
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x", "y")
    names = [text.get_text() for text in axes.get_legend().get_texts()]
    assert names == ["training points", "test points", "predictions"]
    collections = axes.collections
    assert [collection.get_label() for collection in collections] == names
    assert len({len(collection.get_paths()[0].vertices) for collection in collections}) == 3
    assert len({collection.get_facecolor().tobytes() for collection in collections}) == 3
    train_x, train_y, test_x, test_y = POINTS
    np.testing.assert_array_equal(collections[0].get_offsets(), np.column_stack([train_x, train_y]))
    np.testing.assert_array_equal(collections[1].get_offsets(), np.column_stack([test_x, test_y]))
    total_x = np.concatenate([train_x, test_x])
    np.testing.assert_array_equal(collections[2].get_offsets(), np.column_stack([total_x, 9 - total_x]))
    assert axes.get_title(loc="left") == "step 10,000: y = -1.00x + 9.00"


@pytest.mark.parametrize("colour, smallest", [((0, 0, 255), 1500), ((0, 170, 0), 1500), ((255, 0, 0), 1500)])
def test_the_three_kinds_of_points_have_the_colours_of_the_post(pictures, colour, smallest):
    assert (PALETTE[pictures[0]] == colour).all(axis=-1).sum() > smallest


def test_text_can_be_read_on_a_telephone(figure):
    assert_legible(figure)


def test_the_readers_matplotlib_settings_change_nothing(pictures):
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "figure.dpi": 50, "text.color": "red"}):
        np.testing.assert_array_equal(list(scatters(*POINTS, STATES)), pictures)


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


@pytest.mark.parametrize("steps", [1, 2, 100, 10000, 10**12])
@pytest.mark.parametrize("count", [2, 3, 100, 1000])
def test_frames_begin_untrained_end_trained_and_grow_further_apart(steps, count):
    chosen = sorted(frame_steps(steps, count))
    assert chosen[0] == 0 and chosen[-1] == steps and len(chosen) <= count
    gaps = np.diff(chosen)
    assert (gaps[1:] >= gaps[:-1] - 1).all()  # the steps are rounded


def test_the_first_steps_are_all_shown_at_the_defaults():
    chosen = sorted(frame_steps(10000, 100))
    assert chosen[:11] == [*range(11)] and len(chosen) > 80


def test_frames_in_which_the_line_hardly_moves_are_left_out():
    rising = [(step, 0.0, step / 1024) for step in range(1025)]
    tilting = [(step, step / -2048, 0.0) for step in range(1025)]
    for states in rising, tilting:  # to 1 or -1, so that a hundredth of the way takes more than 10 steps
        assert [step for step, _, _ in thin_out(states)] == [*range(0, 1024, 11), 1024]
        assert set(thin_out(states)) <= set(states)
        assert thin_out([states[0], states[-1]]) == [states[0], states[-1]]
    at_rest = [(0, 0.0, 0.0), (1, 2.0, 5.0), (2, 2.0, 5.0), (3, 2.0, 5.0)]
    assert thin_out(at_rest) == [at_rest[0], at_rest[1], at_rest[3]]


def test_levels_of_the_palette():
    levels = [0, 63, 64, 127, 128, 191, 192, 255]
    figure = new_figure(80, 40)
    rectangle = figure.patch

    def paint(level):
        rectangle.set_facecolor((level / 255, 0, 0))

    reds = [PALETTE[picture][20, 40].tolist() for picture in blit(figure, [rectangle], paint, zip(levels))]
    assert reds == [[level, 0, 0] for level in (0, 0, 85, 85, 170, 170, 255, 255)]


def test_the_gif_shows_the_pictures_as_they_were_drawn(pictures):
    frames = rgb(encode(iter(pictures), len(pictures), fps=20))
    np.testing.assert_array_equal(frames, PALETTE[pictures])


@pytest.mark.parametrize("fps, milliseconds", [(1, 1000), (6, 170), (20, 50), (33, 30), (35, 30), (50, 20)])
def test_each_frame_is_shown_for_a_multiple_of_10_ms_and_the_last_for_two_seconds(pictures, fps, milliseconds):
    gif = encode(iter(pictures), len(pictures), fps)
    assert durations(gif) == [milliseconds, milliseconds, 2000]
    with Image.open(io.BytesIO(gif)) as picture:
        assert picture.info["loop"] == 0


def test_pictures_are_not_kept_until_the_end():
    alive = weakref.WeakSet()
    most = 0

    class Picture(np.ndarray):
        """An array that can be put into a set."""

        __hash__ = object.__hash__

    def drawn():
        nonlocal most
        for number in range(50):
            picture = np.full((40, 40), number, np.uint8).view(Picture)
            alive.add(picture)
            most = max(most, len(alive))
            yield picture

    encode(drawn(), 50, 20)
    assert most < 10
