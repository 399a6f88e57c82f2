import io

import numpy as np
import pytest
from PIL import Image, ImageSequence

from animation import PALETTE, draw, encode, replace
from data import makepoints

POINTS = makepoints()
TOTAL_X = np.concatenate([POINTS[0], POINTS[2]])
FRAMES = [("step 0", 0 * TOTAL_X), ("step 1", 3 + TOTAL_X), ("a longer title than the others have", 9 - TOTAL_X)]


@pytest.fixture(scope="module")
def pictures():
    return list(draw(*POINTS, FRAMES))


def test_a_frame_keeps_nothing_of_the_one_before(pictures):
    for frame, picture in zip(FRAMES, pictures):
        (alone,) = draw(*POINTS, [frame])
        np.testing.assert_array_equal(alone, picture)


def test_white_is_white_and_text_is_grey(pictures):
    first = PALETTE[pictures[0]]
    assert (first[0] == 255).all() and (first[:, 0] == 255).all()
    title = PALETTE[pictures[2]][:20]
    assert (title.max(axis=-1) == title.min(axis=-1)).all() and title.min() == 0


@pytest.mark.parametrize("colour, smallest", [((0, 0, 255), 1500), ((0, 170, 0), 1500), ((255, 0, 0), 1500)])
def test_the_three_kinds_of_points_have_the_colours_of_the_post(pictures, colour, smallest):
    assert (PALETTE[pictures[0]] == colour).all(axis=-1).sum() > smallest


def test_the_gif_shows_the_pictures_as_they_were_drawn(pictures):
    gif = Image.open(io.BytesIO(encode(iter(pictures), len(pictures), fps=20)))
    for frame, picture in zip(ImageSequence.Iterator(gif), pictures):
        np.testing.assert_array_equal(np.array(frame.convert("RGB")), PALETTE[picture])
    assert gif.n_frames == len(pictures)


def test_replace_leaves_the_old_file_when_the_new_one_cannot_be_finished(tmp_path):
    file = tmp_path / "line.gif"
    file.write_bytes(b"old")
    with pytest.raises(TypeError):
        replace(file, "not bytes")
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]
    replace(file, b"new")
    assert file.read_bytes() == b"new" and list(tmp_path.iterdir()) == [file]
