"""What the post calls sorcery: the graph of its cost, with T.grad's derivatives.

Prints the value of each node and the derivative of the cost there, for one point (X =
0.5, Y = 6) and one line (W0 = 1, W1 = 2). Draws them into images/graph.gif, and into
images/blank.png without the derivatives, to be filled in with a pencil. The cost is the
post's without the mean, which changes nothing at one point. The factors on the arrows
each come from a T.grad of their own.
"""

import numpy as np

from animation import IMAGES, announce, new_figure, plain_style, render, save_gif, save_png
from backend import T, theano
from model import build

VALUE_COLOR = "#0055aa"  # of what goes forwards
DERIVATIVE_COLOR = "#aa5500"  # of what comes back
RADIUS = 30  # of a node, in points

# Where each node is drawn: its column from the left, and its row from below
PLACES = {
    "X": (0, 4),
    "W0": (1, 4),
    "mul": (0, 3),
    "W1": (1, 3),
    "add": (0, 2),
    "Y": (1, 2),
    "sub": (0, 1),
    "sqr": (0, 0),
}


def inputs_first(node, order):
    """Add all nodes that `node` is computed from, and `node` itself, to `order`.

    The keys of this dictionary are the nodes in a topological order: each comes once and
    after its inputs. A list would have to be searched for each node. Returns `order`.
    """
    if node not in order:
        for source in inputs(node):
            inputs_first(source, order)
        order[node] = True
    return order


def inputs(node):
    """Return what `node` is computed from: nothing for X, Y, W0 and W1."""
    return node.owner.inputs if node.owner else []


def name(node):
    """Return the name of the operation that computes `node`, or else its own name."""
    return node.owner.op.scalar_op.name if node.owner else node.name


def evaluate():
    """Return three dictionaries of numbers.

    They are {node: value}, {node: derivative of the cost}, both with inputs first, and
    {(source, node): factor}. A factor is the derivative of the node with respect to its
    source, which the chain rule multiplies by.
    """
    line = build()
    line.W0.set_value(1)
    line.W1.set_value(2)
    cost = T.sqr(line.y - line.Y)

    nodes = list(inputs_first(cost, {}))
    edges = [(source, node) for node in nodes for source in inputs(node)]
    derivatives = [T.grad(cost, wrt=node) for node in nodes]
    factors = [T.grad(node, wrt=source) for source, node in edges]

    # it runs once, so it need not be optimized
    outputs = nodes + derivatives + factors
    compute = theano.function([line.X, line.Y], outputs, mode="FAST_COMPILE")
    numbers = iter(compute(0.5, 6))
    return (
        {node: next(numbers) for node in nodes},
        {node: next(numbers) for node in nodes},
        {edge: next(numbers) for edge in edges},
    )


@plain_style(480, 640)
def draw_graph(values, derivatives, factors):
    """Return the frames of graph.gif, an array of the shape that animation.render returns.

    Takes the three dictionaries from `evaluate`.
    """
    derivatives = {node: in_digits(number) for node, number in derivatives.items()}
    factors = {edge: in_digits(number) for edge, number in factors.items()}

    figure, axes = draw_circles()
    (ring,) = axes.plot([], [], "o", fillstyle="none", markersize=2 * RADIUS)
    ring.set_markeredgewidth(4)

    # each change: artists that appear, the place of the ring, the ring's colour
    end = PLACES["sqr"]
    rest = [], end, VALUE_COLOR  # before the way back
    changes = [
        ([], end, "none"),
        *draw_values(axes, values),
        rest,
        rest,
        *draw_derivatives(axes, derivatives, factors),
        ([], end, "none"),
    ]
    draw_legend(axes)

    changing = [artist for appearing, _, _ in changes for artist in appearing]
    for artist in changing:
        artist.set_visible(False)

    def update(change):
        appearing, (column, row), color = change
        for artist in appearing:
            artist.set_visible(True)
        ring.set(data=([column], [row]), color=color)

    return render(figure, [ring, *changing], update, changes)


@plain_style(480, 640)
def draw_blank(values, factors):
    """Return the figure of blank.png: values, and "?" for derivatives and factors.

    Takes two of the dictionaries from `evaluate`.
    """
    figure, axes = draw_circles()
    draw_values(axes, values)
    derivatives = dict.fromkeys(values, "?")
    factors = dict.fromkeys(factors, "?")
    draw_derivatives(axes, derivatives, factors)
    draw_legend(axes)
    figure.canvas.draw()
    return figure


def draw_circles():
    """Return a new figure with a circle for each node, and its axes."""
    columns, rows = zip(*PLACES.values())
    figure = new_figure()
    axes = figure.add_subplot()
    axes.set(xlim=(-0.4, max(columns) + 0.4), ylim=(-0.4, max(rows) + 0.4))
    axes.axis("off")
    area = (2 * RADIUS) ** 2
    axes.scatter(columns, rows, s=area, color="white", edgecolor="black", linewidth=1.5)
    return figure, axes


def draw_values(axes, values):
    """Draw the nodes' names and `values`, and solid arrows; return a list of changes.

    Each change shows the value of one more node, of those that are computed.
    """
    changes = []
    for node, value in values.items():
        place = PLACES[name(node)]
        write(axes, name(node), place, (0, 14), "black")
        label = write(axes, in_digits(value), place, (0, 0), VALUE_COLOR)
        for source in inputs(node):
            draw_arrow(axes, PLACES[name(source)], place, color=VALUE_COLOR)
        if inputs(node):
            changes.append(([label], place, VALUE_COLOR))
    return changes


def draw_derivatives(axes, derivatives, factors):
    """Draw the nodes' `derivatives`, and dashed arrows with `factors`; return changes.

    Both are dictionaries of texts. The way back, from the cost: each change shows one
    more arrow or derivative.
    """
    color = DERIVATIVE_COLOR
    changes = []
    for node, derivative in reversed(derivatives.items()):
        place = PLACES[name(node)]
        for (source, result), factor in factors.items():
            if source is node:
                start = PLACES[name(result)]
                arrow = draw_arrow(axes, start, place, color=color, linestyle="--")
                middle = np.mean([start, place], axis=0)
                label = write(axes, f"×{factor}", middle, beside(start, place), color)
                changes.append(([arrow, label], start, color))
        label = write(axes, derivative, place, (0, -14), color)
        changes.append(([label], place, color))
    return changes


def beside(start, end):
    """Return how far right and up of the middle of its dashed arrow a factor is, in points."""
    if start[0] == end[0]:
        return -28, 0  # left of an upright one
    return -32, 23


def draw_legend(axes):
    """Say what the two colours mean."""
    axes.plot([], [], color=VALUE_COLOR, label="value")
    axes.plot([], [], "--", color=DERIVATIVE_COLOR, label="derivative of the cost")
    axes.legend(loc="lower right", frameon=False)


def in_digits(number):
    """Return a number as the pictures show it, with a minus as wide as a plus."""
    return f"{number:g}".replace("-", "−")


def write(axes, text, place, offset, color):
    """Write `text` at `place`, moved right and up by `offset`, in points; return it."""
    return axes.annotate(
        text,
        place,
        offset,
        textcoords="offset points",
        horizontalalignment="center",
        verticalalignment="center",
        color=color,
    )


def draw_arrow(axes, start, end, **style):
    """Draw a bent arrow between two places, from rim to rim of their nodes; return it."""
    arrow = {
        **style,
        "arrowstyle": "-|>",
        "mutation_scale": 16,
        "linewidth": 2,
        "connectionstyle": "arc3,rad=-0.2",
        "shrinkA": RADIUS,
        "shrinkB": RADIUS,
    }
    return axes.annotate("", end, start, arrowprops=arrow)


def main():
    """Print the table, and write the two pictures."""
    values, derivatives, factors = evaluate()
    print("node  value  derivative")
    for node, value in values.items():
        print(f"{name(node):4} {value:6g} {derivatives[node]:11g}")

    frames = draw_graph(values, derivatives, factors)
    path = IMAGES / "graph.gif"
    save_gif(path, frames, fps=1.5, last=4)
    announce(path, frames)

    path = IMAGES / "blank.png"
    save_png(path, draw_blank(values, factors))
    announce(path)


if __name__ == "__main__":
    main()
