"""Why `backward` waits: the paths through x = x + x, one by one and all at once.

Three rounds of x = x + x make a graph of four nodes, and two arrows lead back from each
sum to what it adds. On the left, `grad` walks along every path. On the right, with
`backward`, each node waits until both arrows have brought something, and hands on the
sum. Draws images/paths.gif, where each frame takes one more arrow on either side.
"""

from animation import IMAGES, announce, new_figure, plain_style, render, save_gif

COLOR = "#aa5500"  # of derivatives, as in graph.py
UNTAKEN = "#aaaaaa"
RADIUS = 13  # of a node, in points

# the picture's rows, from above; places are in pixels, from the upper left corner
ROWS = {"x₃": 85, "x₂": 155, "x₁": 225, "X": 295}
SUMS = 335  # where the walk's results are added up


def walk(path=""):
    """Return all paths that begin with `path`, in the order in which `grad` walks.

    A path is a text with an L or an R for each arrow, left or right.
    """
    paths = [path]
    if len(path) < len(ROWS) - 1:
        paths += walk(path + "L")
        paths += walk(path + "R")
    return paths


def end_of(path):
    """Return the place in the tree where a path ends."""
    column = 230
    distance = 92
    for turn in path:
        column += distance if turn == "R" else -distance
        distance /= 2
    return column, [*ROWS.values()][len(path)]


def draw_tree(axes):
    """Draw the left side; return a list of pairs, one for each visit of the walk.

    A pair has the artists that appear in this step, and the place that it leads to.
    """
    steps = []
    for path in walk():
        place = end_of(path)
        draw_circle(axes, place)
        appearing = [write(axes, "1", place)]
        if path:
            appearing.append(draw_arrow(axes, end_of(path[:-1]), place))
        if len(path) == len(ROWS) - 1:  # it has arrived at X
            first = "R" not in path
            appearing.append(write(axes, "1" if first else "+ 1", (place[0], SUMS)))
        steps.append((appearing, place))

    appearing, (column, _) = steps[-1]
    appearing.append(write(axes, "= 8", (column + 45, SUMS)))
    return steps


def draw_ladder(axes):
    """Draw the right side; return a list of pairs, as `draw_tree` does.

    But for the first, they come in twos, one for each arrow to the same node.
    """
    column = 505
    above = column, ROWS["x₃"]
    draw_circle(axes, above)
    steps = [([write(axes, "1", above)], above)]
    arriving = 1
    for row in [*ROWS.values()][1:]:
        place = column, row
        draw_circle(axes, place)
        left = draw_arrow(axes, above, place, bend=0.4)
        right = draw_arrow(axes, above, place, bend=-0.4)
        first = write(axes, f"{arriving}", (column + 50, row))
        second = write(axes, f"+ {arriving}", (column + 75, row))
        total = write(axes, f"{arriving + arriving}", place)
        steps.append(([left, first], place))
        steps.append(([right, second, total], place))
        arriving += arriving
        above = place
    return steps


@plain_style(640, 360)
def draw_paths():
    """Return the frames of paths.gif, an array of the shape that `render` returns."""
    figure = new_figure()
    axes = figure.add_subplot(xlim=(0, 640), ylim=(360, 0))
    axes.axis("off")
    for name, row in ROWS.items():
        write(axes, name, (22, row), "black")
    tree = draw_tree(axes)
    ladder = draw_ladder(axes)
    tree_title = write(axes, "", (230, 30), "black")
    ladder_title = write(axes, "", (535, 30), "black")
    area = (2 * RADIUS) ** 2
    rings = axes.scatter([], [], s=area, color="none", edgecolor=COLOR, linewidth=4)

    changing = [artist for appearing, _ in tree + ladder for artist in appearing]
    for artist in changing:
        artist.set_visible(False)

    def update(step):
        for side in tree, ladder:
            for appearing, _ in side[step - 1 : step]:
                for artist in appearing:
                    artist.set_visible(True)
        step_of_ladder = min(step, len(ladder))
        _, place_in_tree = tree[step - 1]
        _, place_on_ladder = ladder[step_of_ladder - 1]
        rings.set_offsets([place_in_tree, place_on_ladder])
        tree_title.set_text(f"grad: visit {step}")
        # a node that waits is not visited yet
        ladder_title.set_text(f"backward: visit {(step_of_ladder + 1) // 2}")

    steps = range(1, len(tree) + 1)
    return render(figure, [tree_title, ladder_title, rings, *changing], update, steps)


def draw_circle(axes, place):
    """Draw an empty node."""
    area = (2 * RADIUS) ** 2
    axes.scatter(*place, s=area, color="white", edgecolor="black", linewidth=1)


def draw_arrow(axes, start, end, bend=0):
    """Draw a grey arrow between two places, and return a brown one over it."""
    arrow = {
        "arrowstyle": "-|>",
        "connectionstyle": f"arc3,rad={bend}",
        "shrinkA": RADIUS,
        "shrinkB": RADIUS,
    }
    axes.annotate("", end, start, arrowprops={**arrow, "color": UNTAKEN})
    taken = {**arrow, "color": COLOR, "linestyle": "--", "linewidth": 2}
    return axes.annotate("", end, start, arrowprops=taken)


def write(axes, text, place, color=COLOR):
    """Write `text` in the middle of a place; return it."""
    return axes.text(
        *place,
        text,
        color=color,
        horizontalalignment="center",
        verticalalignment="center_baseline",
    )


def main():
    """Write the picture."""
    frames = draw_paths()
    path = IMAGES / "paths.gif"
    save_gif(path, frames, fps=1, last=4)
    announce(path, frames)


if __name__ == "__main__":
    main()
