"""What the post calls sorcery: the graph of its cost, and how T.grad goes through it, from the cost back.

Prints the value of each node and the derivative of the cost there, for one point (X = 0.5, Y = 6) and one line (W0 = 1,
W1 = 2), and draws them into images/graph.gif and, as its last frame, images/graph.png.
"""

import numpy as np

from animation import IMAGES, new_figure, plain_style, render, save_gif, save_png
from backend import T, theano
from model import build

VALUE_COLOR, DERIVATIVE_COLOR = "#0055aa", "#aa5500"  # the colours of what goes forwards and of what comes back


def trace(root):
    """Return all nodes that `root` is computed from, each after its sources, and the edges: (source, node) pairs."""
    nodes, edges = [], []

    def visit(node):
        if node not in nodes:
            for source in sources(node):
                visit(source)
                edges.append((source, node))
            nodes.append(node)

    visit(root)
    return nodes, edges


def sources(node):
    """Return what `node` is computed from: nothing for X, Y, W0 and W1."""
    return node.owner.inputs if node.owner else []


def name(node):
    return node.owner.op.scalar_op.name if node.owner else node.name


def evaluate():
    """Return three dictionaries of numbers: {node: value}, {node: derivative of the cost}, {edge: factor}.

    An edge's factor is the derivative of its node with respect to its source, which the chain rule multiplies by.
    """
    line = build()
    line.W0.set_value(1)
    line.W1.set_value(2)
    cost = T.sqr(line.y - line.Y)

    nodes, edges = trace(cost)
    derivatives = [T.grad(cost, wrt=node) for node in nodes]
    factors = [T.grad(node, wrt=source) for source, node in edges]
    compute = theano.function([line.X, line.Y], nodes + derivatives + factors, mode="FAST_COMPILE")  # it runs once
    numbers, count = compute(0.5, 6), len(nodes)
    return dict(zip(nodes, numbers)), dict(zip(nodes, numbers[count:])), dict(zip(edges, numbers[2 * count :]))


def places(nodes):
    """Return {node: (column, row)}: the last node at (0, 0), and each node's sources one column to its left."""
    place = {nodes[-1]: (0, 0)}
    for node in reversed(nodes):
        column, row = place[node]
        place.update((source, (column - 1, row - number)) for number, source in enumerate(sources(node)))
    return place


@plain_style(640)
def draw_graph(values, derivatives, factors):
    """Return the frames of graph.gif, and the figure that shows the last one, for the numbers from `evaluate`."""
    *_, cost = values
    place, radius = places(list(values)), 30  # of a node, in points
    figure = new_figure(640, 320)
    axes = figure.add_subplot(xlim=(-4.4, 0.4), ylim=(-1.4, 0.4))
    axes.axis("off")
    axes.scatter(*zip(*place.values()), s=(2 * radius) ** 2, color="white", edgecolor="black", linewidth=1.5)
    (ring,) = axes.plot([], [], "o", markersize=2 * radius, fillstyle="none", markeredgewidth=4)

    def write(text, at, offset, color):
        """Write `text` at the place `at`, moved right and up by `offset`, in points."""
        settings = {"textcoords": "offset points", "ha": "center", "va": "center", "color": color}
        return axes.annotate(text.replace("-", "−"), at, offset, **settings)

    def draw_arrow(start, end, **style):
        style.update(arrowstyle="-|>", mutation_scale=16, linewidth=2, connectionstyle="arc3,rad=0.2")
        return axes.annotate("", end, start, arrowprops={**style, "shrinkA": radius, "shrinkB": radius})

    frames = []  # of each: the artists that appear in it, the place and the colour of the ring

    def add_frame(at, color, *appearing):
        for artist in appearing:
            artist.set_visible(False)
        frames.append((appearing, at, color))

    def update(frame):
        appearing, (column, row), color = frame
        for artist in appearing:
            artist.set_visible(True)
        ring.set(data=([column], [row]), color=color)

    add_frame(place[cost], "none")
    for node, value in values.items():
        write(name(node), place[node], (0, 14), "black")
        number = write(f"{value:g}", place[node], (0, 0), VALUE_COLOR)
        for source in sources(node):
            draw_arrow(place[source], place[node], color=VALUE_COLOR)
        if sources(node):
            add_frame(place[node], VALUE_COLOR, number)
    for node, derivative in reversed(derivatives.items()):
        for (source, end), factor in factors.items():
            if source is node:
                middle = np.mean([place[node], place[end]], axis=0)
                offset = (0, 18) if place[node][1] == place[end][1] else (-25, 20)  # beside the arrow
                arrow = draw_arrow(place[end], place[node], color=DERIVATIVE_COLOR, linestyle="--")
                add_frame(place[end], DERIVATIVE_COLOR, arrow, write(f"×{factor:g}", middle, offset, DERIVATIVE_COLOR))
        number = write(f"{derivative:g}", place[node], (0, -14), DERIVATIVE_COLOR)
        add_frame(place[node], DERIVATIVE_COLOR, number)
    add_frame(place[cost], "none")
    axes.plot([], [], color=VALUE_COLOR, label="value")
    axes.plot([], [], color=DERIVATIVE_COLOR, linestyle="--", label="derivative of the cost")
    axes.legend(loc="lower right", frameon=False)

    changing = [artist for appearing, _, _ in frames for artist in appearing]
    return render(figure, [ring, *changing], update, frames), figure


def main():
    """Print the table, write images/graph.gif and images/graph.png."""
    values, derivatives, factors = evaluate()
    print("node  value  derivative")
    for node, value in values.items():
        print(f"{name(node):4} {value:6g} {derivatives[node]:11g}")
    frames, figure = draw_graph(values, derivatives, factors)
    save_gif(IMAGES / "graph.gif", frames, fps=1.5, rest=4)
    save_png(IMAGES / "graph.png", figure)
    print(f"wrote graph.gif and graph.png into {IMAGES}")


if __name__ == "__main__":
    main()
