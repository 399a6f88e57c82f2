"""What the post calls sorcery: the graph of its cost, with the derivative of the cost at each node.

Draws images/graph.png and prints the same as a table, for one point (X = 0.5, Y = 6) and one line (W0 = 1, W1 = 2).
"""

# first, so that whatever fails from here on ends in one line
from machinery import command  # isort: split

import numpy as np

from animation import new_figure, png
from backend import T, theano
from machinery import files
from model import model


def evaluate():
    """Return {node: (value, derivative of the cost)} for the nodes of the graph, the cost last."""
    X = T.scalar("X")
    Y = T.scalar("Y")
    W0 = theano.shared(np.asarray(1, dtype=theano.config.floatX), name="W0")
    W1 = theano.shared(np.asarray(2, dtype=theano.config.floatX), name="W1")
    cost = T.sqr(model(X, W0, W1) - Y)

    nodes = [node for node, _ in trace(cost)]
    derivatives = [T.grad(cost=cost, wrt=node) for node in nodes]
    # for one call, compiling to C does not pay
    numbers = theano.function(inputs=[X, Y], outputs=nodes + derivatives, mode="FAST_COMPILE")(0.5, 6)
    return dict(zip(nodes, zip(numbers, numbers[len(nodes) :])))


def trace(node, column=0, row=0):
    """Yield all that `node` is computed from and then `node`, each with its place in the picture."""
    for number, source in enumerate(inputs(node)):
        yield from trace(source, column - 1, row - number)
    yield node, (column, row)


def inputs(node):
    """Return what `node` is computed from: nothing for X, Y, W0 and W1."""
    return node.owner.inputs if node.owner else []


def name(node):
    return node.owner.op.scalar_op.name if node.owner else node.name


def draw_graph(numbers):
    """Return a figure of the graph with the `numbers` that `evaluate` returns."""
    *_, cost = numbers
    place = dict(trace(cost))
    radius = 36  # of a node, in points
    arrow = {"arrowstyle": "-|>", "mutation_scale": 20, "linewidth": 2, "connectionstyle": "arc3,rad=0.2"}
    arrow.update(shrinkA=radius, shrinkB=radius)
    forwards, backwards = {"color": "#0050c0", "linestyle": "-"}, {"color": "#a04000", "linestyle": "--"}

    axes = new_figure(800, 320).add_subplot(xlim=(-4.4, 0.4), ylim=(-1.4, 0.4))
    axes.axis("off")
    axes.scatter(*zip(*place.values()), s=(2 * radius) ** 2, color="white", edgecolor="black", linewidth=1.5)
    for node, (value, derivative) in numbers.items():
        texts = (name(node), "black"), (f"{value:g}", forwards["color"]), (f"{derivative:g}", backwards["color"])
        for height, (text, color) in zip((16, 0, -16), texts):
            offset = {"xytext": (0, height), "textcoords": "offset points", "ha": "center", "va": "center"}
            axes.annotate(text, place[node], color=color, **offset)
        for source in inputs(node):
            axes.annotate("", place[node], place[source], arrowprops={**arrow, **forwards})
            axes.annotate("", place[source], place[node], arrowprops={**arrow, **backwards})
    axes.plot([], [], label="value", **forwards)
    axes.plot([], [], label="derivative of the cost", **backwards)
    axes.legend(loc="lower right", frameon=False)
    return axes.figure


def main():
    """Write images/graph.png; return the same as a table."""
    numbers = evaluate()
    picture = files.IMAGES / "graph.png"
    files.write(picture, png(draw_graph(numbers)))
    rows = [f"{name(node):4} {value:6g} {derivative:11g}" for node, (value, derivative) in numbers.items()]
    return "\n".join(["node  value  derivative", *rows, f"wrote {files.shown(picture)}"])


if __name__ == "__main__":
    command.main(main)
