"""Block 4 of the post, the picture: its three scatters, frame by frame, and the animated GIF made of them."""

import io

import imageio.v3 as imageio
import matplotlib.figure
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

BLUE, GREEN, RED = "#0000ff", "#00aa00", "#ff0000"  # the post's colours, as PALETTE has them


def scatters(train_x, train_y, test_x, test_y, states):
    """Return an iterator of pictures, as `blit` yields them, one for each (step, slope, intercept) in `states`."""
    axes = new_figure(640, 480).add_subplot(xlabel="x", ylabel="y")
    total_x = np.concatenate([train_x, test_x])
    axes.scatter(train_x, train_y, s=22, color=BLUE, marker="o", linewidth=0, label="training points")
    axes.scatter(test_x, test_y, s=26, color=GREEN, marker="^", linewidth=0, label="test points")
    predictions = axes.scatter(total_x, 0 * total_x, s=5, color=RED, marker="s", linewidth=0, label="predictions")
    title = axes.set_title(" ", loc="left", size="medium", family="monospace")
    axes.legend(loc="upper left")

    def update(text, slope, intercept):
        title.set_text(text)
        predictions.set_offsets(np.column_stack([total_x, total_x * slope + intercept]))

    steps, slopes, intercepts = zip(*states)
    return blit(axes.figure, [title, predictions], update, zip(titles(steps, slopes, intercepts), slopes, intercepts))


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


def frame_steps(steps, count):
    """Return at most `count` of a training's `steps`, as a set: 0, the first ones, then ever fewer, and the last."""
    # They follow the logarithm of the step, since most happens in the first steps.
    return {0, *np.geomspace(steps, 1, count - 1).round().astype(int).tolist()}


def thin_out(states):
    """Return `states` without those in which the line has moved by less than a hundredth of its greatest height."""
    ends = np.array([(intercept, intercept + 2 * slope) for _, slope, intercept in states])  # y at x = 0 and x = 2
    kept = [0]
    for index in range(1, len(states) - 1):
        if np.abs(ends[index] - ends[kept[-1]]).max() > np.abs(ends).max() / 100:
            kept.append(index)
    return [states[index] for index in [*kept, -1]]


def new_figure(width, height):
    """Return an empty figure of width x height pixels, on which the reader's matplotlib settings have no effect."""
    matplotlib.rcdefaults()
    matplotlib.rcParams["font.size"] = width / 40 * 0.72  # a fortieth of the width, to be legible on a telephone
    return matplotlib.figure.Figure(figsize=(width / 100, height / 100), layout="constrained")


def png(figure):
    """Return the `figure` as the bytes of a PNG."""
    file = io.BytesIO()
    figure.savefig(file)
    return file.getvalue()


# Four levels each of red, green and blue: a pixel's index in this palette is known without searching for it.
PALETTE = np.array([(r, g, b) for r in range(4) for g in range(4) for b in range(4)], np.uint8) * 85


def blit(figure, artists, update, changes):
    """Call update(*change) for each of `changes`, and then yield the `figure` as an array of indices into PALETTE."""
    # Only the `artists`, which `update` changes, are drawn each time; everything else is drawn once.
    for artist in artists:
        artist.set_animated(True)  # leaves it out of the background
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)
    for change in changes:
        update(*change)
        canvas.restore_region(background)
        for artist in artists:
            figure.draw_artist(artist)
        red, green, blue, _ = np.moveaxis(np.asarray(canvas.buffer_rgba()) >> 6, -1, 0)  # the top two bits of each
        yield red << 4 | green << 2 | blue


def encode(pictures, count, fps):
    """Return an animated GIF of the `count` pictures, `fps` of them a second, that rests for 2 s on the last one."""
    pictures = iter(pictures)
    # Handed to Pillow as they are drawn, the pictures after the first one need not all be kept.
    others = (Image.fromarray(picture, mode="P") for picture in pictures)
    milliseconds = [round(100 / fps) * 10] * (count - 1) + [2000]  # a GIF counts in hundredths of a second
    form = {"extension": ".gif", "plugin": "pillow", "mode": "P", "palette": PALETTE.tobytes(), "optimize": True}
    show = {"duration": milliseconds, "loop": 0, "save_all": True, "append_images": others}
    return imageio.imwrite("<bytes>", next(pictures), **form, **show)
