"""Block 4 of the post, the picture: its three scatter plots, frame by frame, as an animated GIF."""

import os
import shutil
from pathlib import Path

import imageio.v3 as imageio
import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

IMAGES = Path(__file__).resolve().parent.parent / "images"

# The 64 colours of a GIF: four levels each of red, green and blue, so that finding a pixel's index takes no search.
PALETTE = np.array([(r, g, b) for r in range(4) for g in range(4) for b in range(4)], np.uint8) * 85
# the post's colours, as in PALETTE; colour-blind readers can tell this green from the red
BLUE, GREEN, RED = "#0000ff", "#00aa55", "#ff0000"


def plain_style(width):
    """Return a context with matplotlib's defaults, not the reader's, and text sized for a picture this wide."""
    font_size = width / 40 * 0.72  # in points: a fortieth of the width, legible on a phone
    return matplotlib.style.context(["default", {"font.size": font_size}])


def new_figure(width, height):
    """Return an empty figure of width x height pixels, which needs no display."""
    return FigureCanvasAgg(Figure(figsize=(width / 100, height / 100), dpi=100, layout="constrained")).figure


def steps_to_draw(history, count):
    """Return at most `count` steps of the trajectory `history`: 0, the first ones, then fewer and fewer, and the last.

    A step is left out if the line has moved by less than a hundredth of its greatest height since the one drawn before.
    """
    # from the last step, the only one that there is room for when `count` is 2
    spaced = np.unique(np.geomspace(len(history) - 1, 1, count - 1).round().astype(int)).tolist()
    ends = history @ [[0, 2], [1, 1]]  # the line's y at x = 0 and x = 2
    drawn = [0]
    for step in spaced[:-1]:
        if np.abs(ends[step] - ends[drawn[-1]]).max() > np.abs(ends[spaced]).max() / 100:
            drawn.append(step)
    return [*drawn, spaced[-1]]


def titles(history, steps):
    """Return the titles of the frames, one for each of the `steps`, so that from frame to frame only digits change."""
    digits = ".2f" if np.abs(history[steps]).max() < 1000 else ".0e"
    step_width, slope_width = len(f"{steps[-1]:,}"), max(len(f"{slope:{digits}}") for slope, _ in history[steps])
    return [
        f"step {step:{step_width},}: y = {slope:{slope_width}{digits}}x + {intercept:{digits}}".replace("+ -", "- ")
        for step, (slope, intercept) in zip(steps, history[steps])
    ]


@plain_style(640)
def draw_frames(train_x, train_y, test_x, test_y, history, steps):
    """Return the frames of the animation, one for each of the `steps` of `history`."""
    figure = new_figure(640, 480)
    axes = figure.add_subplot(xlabel="x", ylabel="y")
    total_x = np.concatenate([train_x, test_x])
    axes.scatter(train_x, train_y, s=22, color=BLUE, marker="o", linewidth=0, label="training points")
    axes.scatter(test_x, test_y, s=26, color=GREEN, marker="^", linewidth=0, label="test points")
    predictions = axes.scatter(total_x, 0 * total_x, s=5, color=RED, marker="s", linewidth=0, label="predictions")
    title = axes.set_title(" ", loc="left", size="medium", family="monospace")
    legend = axes.legend(loc="upper left")
    legend.legend_handles[-1].set_sizes([22])  # the predictions' own squares are too small to show their colour there

    def update(change):
        (slope, intercept), text = change
        title.set_text(text)
        predictions.set_offsets(np.column_stack([total_x, total_x * slope + intercept]))

    return render(figure, [title, predictions], update, zip(history[steps], titles(history, steps)))


def render(figure, artists, update, changes):
    """Call update(change) for each of `changes`, and draw the `figure` after each.

    Returns the frames as one array of shape (frames, height, width), of indices into PALETTE. Only the `artists`, which
    `update` changes, are drawn each time; everything else is drawn once.
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
        levels = np.asarray(figure.canvas.buffer_rgba()) >> 6  # the top two bits of each of red, green, blue and alpha
        frames.append(levels[..., 0] << 4 | levels[..., 1] << 2 | levels[..., 2])
    return np.array(frames)


def save_gif(path, frames, fps, first=1, last=2):
    """Write `frames`, as returned by render, to a GIF: completely or, raising OSError, not at all.

    It shows `fps` frames a second, rests on the first for `first` seconds and on the last for `last`, and starts again.
    """
    milliseconds = [round(100 / fps) * 10] * len(frames)  # a GIF counts in hundredths of a second
    milliseconds[0], milliseconds[-1] = first * 1000, last * 1000
    options = {"mode": "P", "palette": PALETTE.tobytes(), "optimize": True, "duration": milliseconds, "loop": 0}
    replace_file(path, imageio.imwrite("<bytes>", frames, extension=".gif", plugin="pillow", **options))


def save_png(path, figure):
    """Write the `figure`, already drawn, to a PNG: completely or, raising OSError, not at all."""
    replace_file(path, imageio.imwrite("<bytes>", np.asarray(figure.canvas.buffer_rgba()), extension=".png"))


def replace_file(path, data):
    """Write the bytes `data` to the file `path` through a temporary file beside it, so it is never half written.

    A link stays a link to the file, and the file keeps its mode.
    """
    path = Path(os.path.realpath(path))
    temporary = path.with_name(f".{os.getpid()}.tmp")
    file = temporary.open("xb")  # never over another file
    try:
        with file:
            file.write(data)
        if path.exists():
            shutil.copymode(path, temporary)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
