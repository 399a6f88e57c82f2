"""Block 4 of the post, the picture: its three scatters, frame by frame, and the animated GIF made of them."""

import io
import os
from pathlib import Path

import imageio.v3 as imageio
import matplotlib.style
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from tqdm import tqdm

IMAGES = Path(__file__).resolve().parent.parent / "images"

# The 64 colours of a GIF: four levels each of red, green and blue, so that a pixel's index is known without a search.
PALETTE = np.array([(r, g, b) for r in range(4) for g in range(4) for b in range(4)], np.uint8) * 85
# the post's colours, as PALETTE has them; the colour-blind too can tell this green from the red
BLUE, GREEN, RED = "#0000ff", "#00aa55", "#ff0000"


def plain_style(width):
    """Return a context with matplotlib's own settings, whatever the reader's are, and text for a picture so wide."""
    font_size = width / 40 * 0.72  # in points: a fortieth of the width, to be legible on a telephone
    return matplotlib.style.context(["default", {"font.size": font_size}])


def new_figure(width, height):
    """Return an empty figure of width x height pixels, which needs no display."""
    figure = Figure(figsize=(width / 100, height / 100), dpi=100, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


@plain_style(640)
def draw_frames(train_x, train_y, test_x, test_y, history):
    """Return the frames of the animation, one for each (step, slope, intercept) in `history`, as `blit` does."""
    figure = new_figure(640, 480)
    axes = figure.add_subplot(xlabel="x", ylabel="y")
    total_x = np.concatenate([train_x, test_x])
    axes.scatter(train_x, train_y, s=22, color=BLUE, marker="o", linewidth=0, label="training points")
    axes.scatter(test_x, test_y, s=26, color=GREEN, marker="^", linewidth=0, label="test points")
    predictions = axes.scatter(total_x, 0 * total_x, s=5, color=RED, marker="s", linewidth=0, label="predictions")
    title = axes.set_title(" ", loc="left", size="medium", family="monospace")
    legend = axes.legend(loc="upper left")
    legend.legend_handles[-1].set_sizes([22])  # the predictions' own squares are too small to show their colour there

    def update(text, slope, intercept):
        title.set_text(text)
        predictions.set_offsets(np.column_stack([total_x, total_x * slope + intercept]))

    steps, slopes, intercepts = zip(*history)
    return blit(figure, [title, predictions], update, zip(titles(steps, slopes, intercepts), slopes, intercepts))


def titles(steps, slopes, intercepts):
    """Return a title like "step 69: y = 1.10x + 4.12" for each step; their common parts do not move."""
    slopes, intercepts = ([decimals(number) for number in numbers] for numbers in (slopes, intercepts))
    step_width, slope_width = len(f"{max(steps):,}"), max(map(len, slopes))
    return [
        f"step {step:{step_width},}: y = {slope:>{slope_width}}x + {intercept}".replace("+ -", "- ")
        for step, slope, intercept in zip(steps, slopes, intercepts)
    ]


def decimals(number):
    """Return `number` with two decimals, or as a power of ten where it is large."""
    return f"{round(number, 2) + 0.0:.2f}" if abs(number) < 1000 else f"{number:.0e}"  # + 0.0 makes -0.0 0.0


def log_spaced_steps(steps, count):
    """Return at most `count` of a training's `steps`, as a set: 0, the first ones, then ever fewer, and the last."""
    return {0, *np.geomspace(steps, 1, count - 1).round().astype(int).tolist()}


def drop_still_frames(history):
    """Return `history` without those in which the line has moved by less than a hundredth of its greatest height."""
    ends = np.array([(intercept, intercept + 2 * slope) for _, slope, intercept in history])  # y at x = 0 and x = 2
    kept = [0]
    for index in range(1, len(history) - 1):
        if np.abs(ends[index] - ends[kept[-1]]).max() > np.abs(ends).max() / 100:
            kept.append(index)
    return [history[index] for index in [*kept, -1]]


def blit(figure, artists, update, changes):
    """Call update(*change) for each of `changes`, and draw the `figure` after each.

    Returns the frames as one array of shape (frames, height, width), of indices into PALETTE. Only the `artists`, which
    `update` changes, are drawn each time; everything else is drawn once.
    """
    for artist in artists:
        artist.set_animated(True)  # leaves it out of the background
    canvas = figure.canvas
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    frames = []
    for change in tqdm(list(changes), "drawing", disable=None):  # disable=None: no bar unless on a terminal
        update(*change)
        canvas.restore_region(background)
        for artist in artists:
            figure.draw_artist(artist)
        red, green, blue, _ = np.moveaxis(np.asarray(canvas.buffer_rgba()) >> 6, -1, 0)  # the top two bits of each
        frames.append(red << 4 | green << 2 | blue)
    return np.array(frames)


def save_gif(path, frames, fps, rest=2):
    """Write the `frames`, as `blit` returns them, into a GIF: `fps` of them a second, the last one for `rest` seconds.

    The file is replaced as `replace_file` does it.
    """
    milliseconds = [round(100 / fps) * 10] * (len(frames) - 1) + [rest * 1000]  # a GIF counts in hundredths of a second
    palette = {"mode": "P", "palette": PALETTE.tobytes(), "optimize": True}
    gif = imageio.imwrite(
        "<bytes>", frames, extension=".gif", plugin="pillow", duration=milliseconds, loop=0, **palette
    )
    replace_file(path, gif)


def save_png(path, figure):
    """Write the `figure` into a PNG; the file is replaced as `replace_file` does it."""
    file = io.BytesIO()
    with matplotlib.style.context("default"):
        figure.savefig(file)
    replace_file(path, file.getvalue())


def replace_file(path, data):
    """Put the bytes `data` into the file `path`, whole or, raising OSError, not at all.

    A missing folder is made, and where `path` is a link, the file that it leads to is replaced.
    """
    path = Path(path).resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def shown(path):
    """Return the `path` as it is seen from the current folder if it is in there, else as it is."""
    path, here = Path(path), Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
