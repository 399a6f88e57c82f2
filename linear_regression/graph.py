"""What the post calls sorcery: the graph of its cost, with T.grad's derivatives.

Prints the value of each node and the derivative of the cost there, for one point (X =
0.5, Y = 6) and one line (W0 = 1, W1 = 2), and draws them into images/graph.gif and, as
its last frame, images/graph.png. The cost is the post's without the mean, which changes
nothing at one point. The factors on the arrows each come from a T.grad of their own.
"""

from typing import NamedTuple

import numpy as np

from animation import IMAGES, new_figure, plain_style, render, save_gif, save_png
from backend import T, theano
from model import build

VALUE_COLOR = "#0055aa"  # of what goes forwards
DERIVATIVE_COLOR = "#aa5500"  # of what comes back
RADIUS = 30  # of a node, in points

# the column and the row of each node
PLACES = {
    "X": (0, 1),
    "W0": (0, 0),
    "mul": (1, 1),
    "W1": (1, 0),
    "add": (2, 1),
    "Y": (2, 0),
    "sub": (3, 1),
    "sqr": (4, 1),
}


def inputs_first(node, order):
    """Append to `order` all nodes that `node` is computed from, and `node` itself.

    Each comes once and after its inputs, in a topological order. Returns `order`.
    """
    if node not in order:
        for source in inputs(node):
            inputs_first(source, order)
        order.append(node)
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

    nodes = inputs_first(cost, [])
    edges = [(source, node) for node in nodes for source in inputs(node)]
    derivatives = [T.grad(cost, wrt=node) for node in nodes]
    factors = [T.grad(node, wrt=source) for source, node in edges]

    # FAST_COMPILE, as the function runs once
    symbols = nodes + derivatives + factors
    compute = theano.function([line.X, line.Y], symbols, mode="FAST_COMPILE")
    numbers = iter(compute(0.5, 6))
    return (
        {node: next(numbers) for node in nodes},
        {node: next(numbers) for node in nodes},
        {edge: next(numbers) for edge in edges},
    )


class Frame(NamedTuple):
    """A frame of graph.gif: artists that appear in it, and the ring around a node."""

    appearing: list
    place: tuple
    ring_color: str


@plain_style(640)
def draw_graph(values, derivatives, factors):
    """Return the frames of graph.gif, and the figure that shows the last one.

    Takes the three dictionaries from `evaluate`. The frames are an array of the shape
    that animation.render returns.
    """
    figure = new_figure(640, 320)
    axes = figure.add_subplot(xlim=(-0.4, 4.4), ylim=(-0.4, 1.4))
    axes.axis("off")
    columns, rows = zip(*(PLACES[name(node)] for node in values))
    size = 2 * RADIUS
    axes.scatter(columns, rows, s=size**2, color="white", edgecolor="black", lw=1.5)
    (ring,) = axes.plot([], [], "o", ms=size, fillstyle="none", markeredgewidth=4)

    cost = PLACES["sqr"]
    frames = [
        Frame([], cost, "none"),
        *draw_values(axes, values),
        Frame([], cost, VALUE_COLOR),  # a rest, before the way back
        Frame([], cost, VALUE_COLOR),
        *draw_derivatives(axes, derivatives, factors),
        Frame([], cost, "none"),
    ]
    axes.plot([], [], color=VALUE_COLOR, label="value")
    axes.plot([], [], "--", color=DERIVATIVE_COLOR, label="derivative of the cost")
    axes.legend(loc="lower right", frameon=False)

    changing = [artist for frame in frames for artist in frame.appearing]
    for artist in changing:
        artist.set_visible(False)

    def update(frame):
        for artist in frame.appearing:
            artist.set_visible(True)
        column, row = frame.place
        ring.set(data=([column], [row]), color=frame.ring_color)

    return render(figure, [ring, *changing], update, frames), figure


def draw_values(axes, values):
    """Draw the nodes' names and `values`, and solid arrows; return a list of frames.

    Each frame shows the value of one more node, of those that are computed.
    """
    frames = []
    for node, value in values.items():
        place = PLACES[name(node)]
        write(axes, name(node), place, (0, 14), "black")
        number = write(axes, f"{value:g}", place, (0, 0), VALUE_COLOR)
        for source in inputs(node):
            draw_arrow(axes, PLACES[name(source)], place, color=VALUE_COLOR)
        if inputs(node):
            frames.append(Frame([number], place, VALUE_COLOR))
    return frames


def draw_derivatives(axes, derivatives, factors):
    """Draw the nodes' `derivatives`, and dashed arrows with `factors`; return frames.

    The way back, from the cost: each frame shows one more arrow or derivative.
    """
    color = DERIVATIVE_COLOR
    frames = []
    for node, derivative in reversed(derivatives.items()):
        place = PLACES[name(node)]
        for (source, end), factor in factors.items():
            if source is node:
                start = PLACES[name(end)]
                arrow = draw_arrow(axes, start, place, color=color, linestyle="--")
                middle = np.mean([place, start], axis=0)
                same_row = place[1] == start[1]
                beside = (0, 18) if same_row else (-25, 20)  # the arrow
                number = write(axes, f"×{factor:g}", middle, beside, color)
                frames.append(Frame([arrow, number], start, color))
        number = write(axes, f"{derivative:g}", place, (0, -14), color)
        frames.append(Frame([number], place, color))
    return frames


def write(axes, text, place, offset, color):
    """Write `text` at `place`, moved right and up by `offset`, in points."""
    return axes.annotate(
        text.replace("-", "−"),
        place,
        offset,
        textcoords="offset points",
        ha="center",
        va="center",
        color=color,
    )


def draw_arrow(axes, start, end, **style):
    """Draw a bent arrow between two places, from rim to rim of their nodes."""
    arrow = {
        **style,
        "arrowstyle": "-|>",
        "mutation_scale": 16,
        "linewidth": 2,
        "connectionstyle": "arc3,rad=0.2",
        "shrinkA": RADIUS,
        "shrinkB": RADIUS,
    }
    return axes.annotate("", end, start, arrowprops=arrow)


def main():
    """Print the table, write images/graph.gif and images/graph.png."""
    values, derivatives, factors = evaluate()
    print("node  value  derivative")
    for node, value in values.items():
        print(f"{name(node):4} {value:6g} {derivatives[node]:11g}")
    frames, figure = draw_graph(values, derivatives, factors)
    save_gif(IMAGES / "graph.gif", frames, fps=1.5, last=4)
    save_png(IMAGES / "graph.png", figure)
    print("wrote images/graph.gif and images/graph.png")


if __name__ == "__main__":
    main()
