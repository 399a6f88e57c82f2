"""Block 4 of the post, the picture: its scatter plots, frame by frame, as a GIF."""

import contextlib
import errno
import os
import shutil
import uuid
from pathlib import Path

import imageio.v3 as imageio
import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

IMAGES = Path(__file__).resolve().parent.parent / "images"

# The 64 colours of a GIF: four levels each of red, green and blue, so that the index of
# a pixel's colour can be computed and needs no search.
LEVELS = range(0, 256, 85)
PALETTE = np.array([(r, g, b) for r in LEVELS for g in LEVELS for b in LEVELS], np.uint8)

# The post's colours, as in PALETTE. Colour-blind readers can tell this green from red.
BLUE = "#0000ff"
GREEN = "#00aa55"
RED = "#ff0000"


def plain_style(width, height):
    """Return a context in which `new_figure` makes a picture of width x height pixels.

    It has matplotlib's defaults, not those that the reader has set, and text of a size
    that suits the picture. Also a decorator.
    """
    pixels_per_inch = 100
    font_size = max(width, height) / 40  # in pixels: legible on a phone
    settings = {
        "figure.figsize": (width / pixels_per_inch, height / pixels_per_inch),
        "figure.dpi": pixels_per_inch,
        "font.size": font_size * 72 / pixels_per_inch,  # in points
    }
    return matplotlib.style.context(["default", settings])


def new_figure():
    """Return an empty figure of the size that plain_style has set. It needs no display."""
    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)  # becomes figure.canvas
    return figure


def steps_to_draw(history, count):
    """Return a list of at most `count` steps of the trajectory `history`, in order.

    They are 0, the first ones, then fewer and fewer, and the last. `count` is at least 2. A
    step is left out if the line has moved by less than a hundredth of its greatest height
    since the one drawn before.
    """
    # from the last step down to 1: if only one is asked for, geomspace returns the first
    spaced = np.geomspace(len(history) - 1, 1, count - 1).round().astype(int)
    spaced = np.unique(spaced).tolist()

    slope, intercept = history.T
    heights = np.column_stack([intercept, 2 * slope + intercept])  # y at x = 0 and x = 2
    smallest_move = np.abs(heights[spaced]).max() / 100
    drawn = [0]
    for step in spaced[:-1]:
        if np.abs(heights[step] - heights[drawn[-1]]).max() > smallest_move:
            drawn.append(step)
    return [*drawn, spaced[-1]]


def titles(history, steps):
    """Return a list of titles, one for each of the `steps` of the trajectory `history`.

    Step and slope are padded, so that from frame to frame what follows stays in place.
    """
    lines = history[steps]
    number_format = ".2f" if np.abs(lines).max() < 1000 else ".0e"
    step_width = len(f"{steps[-1]:,}")
    slope_width = max(len(f"{slope:{number_format}}") for slope, _ in lines)
    texts = []
    for step, (slope, intercept) in zip(steps, lines):
        equation = f"y = {slope:{slope_width}{number_format}}x + {intercept:{number_format}}"
        equation = equation.replace("+ -", "- ")
        texts.append(f"step {step:{step_width},}: {equation}")
    return texts


@plain_style(640, 480)
def draw_frames(train_x, train_y, test_x, test_y, history, steps):
    """Return the frames of the animation, as an array like `render`'s.

    The points are arrays of shape (points,). There is one frame for each of the `steps`,
    a list of row numbers of the trajectory `history`, which run.train returns.
    """
    figure = new_figure()
    axes = figure.add_subplot(xlabel="x", ylabel="y")
    total_x = np.concatenate([train_x, test_x])
    # s is the size of a marker: its area, in points squared
    blue = {"s": 22, "marker": "o", "color": BLUE, "linewidth": 0}
    green = {"s": 26, "marker": "^", "color": GREEN, "linewidth": 0}
    red = {"s": 5, "marker": "s", "color": RED, "linewidth": 0}
    axes.scatter(train_x, train_y, **blue, label="training points")
    axes.scatter(test_x, test_y, **green, label="test points")
    predictions = axes.scatter(total_x, 0 * total_x, **red, label="predictions")
    title = axes.set_title(" ", loc="left", size="medium", family="monospace")
    legend = axes.legend(loc="upper left")
    # the predictions' own squares are too small to show their colour there
    legend.legend_handles[-1].set_sizes([22])

    def update(change):
        (slope, intercept), text = change
        title.set_text(text)
        predictions.set_offsets(np.column_stack([total_x, total_x * slope + intercept]))

    changes = zip(history[steps], titles(history, steps))
    return render(figure, [title, predictions], update, changes)


def render(figure, artists, update, changes):
    """Call update(change) for each of `changes`, and draw the `figure` after each.

    Returns the frames as one array of shape (frames, height, width), of indices into
    PALETTE. Only the `artists` are drawn each time, in their order: those that `update`
    changes, and those that have to lie over them. Everything else is drawn once.
    """
    for artist in artists:
        artist.set_animated(True)  # leaves it out of the background
    figure.canvas.draw()
    background = figure.canvas.copy_from_bbox(figure.bbox)
    frames = []
    for change in changes:
        update(change)
        figure.canvas.restore_region(background)
        for artist in artists:
            figure.draw_artist(artist)
        frames.append(palette_indices(np.asarray(figure.canvas.buffer_rgba())))
    return np.array(frames)


def palette_indices(pixels):
    """Return indices into PALETTE, of shape (height, width).

    `pixels` are of shape (height, width, 4), with 8 bits of red, green, blue and alpha.
    """
    levels = pixels >> 6  # the top two of eight bits
    return levels[..., 0] << 4 | levels[..., 1] << 2 | levels[..., 2]


def save_gif(path, frames, fps, first=1, last=2):
    """Write `frames`, as returned by `render`, to a GIF.

    The GIF shows `fps` frames a second, rests on its first frame for `first` seconds
    and on its last for `last`, and starts again. Raises OSError as `replace_file` does.
    """
    # in milliseconds, although a GIF counts in hundredths of a second
    durations = [round(100 / fps) * 10] * len(frames)
    durations[0] = first * 1000
    durations[-1] = last * 1000
    data = imageio.imwrite(
        "<bytes>",
        frames,
        extension=".gif",
        plugin="pillow",
        mode="P",
        palette=PALETTE.tobytes(),
        optimize=True,
        duration=durations,
        loop=0,  # without end
    )
    replace_file(path, data)


def save_png(path, figure):
    """Write the `figure`, already drawn, to a PNG; raise OSError as `replace_file` does."""
    pixels = np.asarray(figure.canvas.buffer_rgba())
    replace_file(path, imageio.imwrite("<bytes>", pixels, extension=".png"))


def replace_file(path, data):
    """Write the bytes `data` to the file `path`, completely or, raising OSError, not at all.

    They go through a temporary file beside it. A link stays a link to the file, and the
    file keeps its mode where the file system has modes. Only a file that the system does
    not let us replace is written in place.
    """
    path = Path(os.path.realpath(path))
    # strict: if there is no folder, the error names it, and not the temporary file
    temporary = path.parent.resolve(strict=True) / f".{uuid.uuid4().hex}.tmp"
    try:
        with temporary.open("xb") as file:  # never over another file
            file.write(data)
        with contextlib.suppress(OSError):  # a new file, or a file system without modes
            shutil.copymode(path, temporary)
        temporary.replace(path)
    except OSError as error:
        if error.errno != errno.EBUSY:
            raise
        path.write_bytes(data)  # a file that is mounted into a container
    finally:
        temporary.unlink(missing_ok=True)


def announce(path, frames=None):
    """Print the path and the size of a picture that has been written."""
    number = "" if frames is None else f"{len(frames)} frames, "
    print(f"wrote {path}: {number}{path.stat().st_size / 1000:.0f} kB")
