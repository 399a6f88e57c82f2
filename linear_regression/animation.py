"""Part 4 of the post, the picture: its three scatters, frame by frame, and the animated GIF made of them."""

import os
import secrets
from pathlib import Path

os.environ["MPLBACKEND"] = "agg"  # draws without a screen, whatever the reader's says

import imageio.v3 as imageio
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

# Four levels each of red, green and blue: a pixel's index in this palette is known without searching for it.
PALETTE = np.array([(r, g, b) for r in range(4) for g in range(4) for b in range(4)], np.uint8) * 85
BLUE, GREEN, RED = "#0000ff", "#00aa00", "#ff0000"  # the post's colours, as the palette has them

LAST_FRAME = 2000  # milliseconds


def draw(train_x, train_y, test_x, test_y, frames):
    """Yield a picture, a 480 x 640 array of indices into PALETTE, for each (title, output) in `frames`.

    `output` are the predictions at all x, those of the training points first.
    """
    matplotlib.rcdefaults()
    figure = Figure(figsize=(6.4, 4.8), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="x", ylabel="y")
    total_x = np.concatenate([train_x, test_x])

    axes.scatter(train_x, train_y, s=22, color=BLUE, marker="o", linewidth=0, label="training points")
    axes.scatter(test_x, test_y, s=26, color=GREEN, marker="^", linewidth=0, label="test points")
    # "animated" artists are left out of the background, to be drawn anew on it in every frame.
    predictions = axes.scatter(
        total_x, 0 * total_x, s=5, color=RED, marker="s", linewidth=0, label="predictions", animated=True
    )
    predictions.set_snap(True)  # to whole pixels, for a smaller file
    title = axes.set_title(" ", loc="left", size="medium", family="monospace", animated=True)
    axes.legend(loc="upper left")

    canvas.draw()
    background = canvas.copy_from_bbox(figure.bbox)

    for text, output in frames:
        canvas.restore_region(background)
        title.set_text(text)
        predictions.set_offsets(np.column_stack([total_x, output]))
        axes.draw_artist(title)
        axes.draw_artist(predictions)
        red, green, blue, _ = np.moveaxis(np.asarray(canvas.buffer_rgba()) >> 6, -1, 0)
        yield red << 4 | green << 2 | blue


def encode(pictures, count, fps):
    """Return an animated GIF of the `count` pictures that the iterator `pictures` yields, `fps` of them a second."""
    return imageio.imwrite(
        "<bytes>",
        next(pictures),
        extension=".gif",
        plugin="pillow",
        mode="P",
        palette=PALETTE.tobytes(),
        optimize=True,
        loop=0,
        duration=[round(100 / fps) * 10] * (count - 1) + [LAST_FRAME],
        # Handed to Pillow as they are drawn, the other pictures need not all be kept.
        save_all=True,
        append_images=(Image.fromarray(picture, mode="P") for picture in pictures),
    )


def replace(path, data):
    """Put the bytes `data` into the file `path`, whole or, when it raises OSError, not at all."""
    path = Path(os.path.realpath(path))  # a link stays one
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        unfinished.write_bytes(data)
        unfinished.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        unfinished.unlink(missing_ok=True)
