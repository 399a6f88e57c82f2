"""What the post calls sorcery: the graph of its cost, with the derivatives that T.grad finds.

Prints the value of each node and the derivative of the cost there, for one point (X = 0.5, Y = 6) and one line (W0 = 1,
W1 = 2), and draws them into images/graph.gif and, as its last frame, images/graph.png. The cost is the post's without
the mean, which changes nothing at one point. The factors on the arrows each come from a T.grad of their own.
"""

import numpy as np

from animation import IMAGES, new_figure, plain_style, render, save_gif, save_png
from backend import T, theano
from model import build

VALUE_COLOR, DERIVATIVE_COLOR = "#0055aa", "#aa5500"  # the colours of what goes forwards and of what comes back

# the column and the row of each node
PLACES = dict(X=(0, 1), mul=(1, 1), add=(2, 1), sub=(3, 1), sqr=(4, 1), W0=(0, 0), W1=(1, 0), Y=(2, 0))


def inputs_first(node, order):
    """Append to `order` all nodes that `node` is computed from, each once and after its inputs; return `order`."""
    if node not in order:
        for source in inputs(node):
            inputs_first(source, order)
        order.append(node)
    return order


def inputs(node):
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

    nodes = inputs_first(cost, [])
    edges = [(source, node) for node in nodes for source in inputs(node)]
    derivatives = [T.grad(cost, wrt=node) for node in nodes]
    factors = [T.grad(node, wrt=source) for source, node in edges]
    compute = theano.function([line.X, line.Y], nodes + derivatives + factors, mode="FAST_COMPILE")  # it runs once
    numbers, count = compute(0.5, 6), len(nodes)
    return dict(zip(nodes, numbers)), dict(zip(nodes, numbers[count:])), dict(zip(edges, numbers[2 * count :]))


@plain_style(640)
def draw_graph(values, derivatives, factors):
    """Return the frames of graph.gif, and the figure that shows the last one, for the numbers from `evaluate`."""
    *_, cost = values
    place, radius = {node: PLACES[name(node)] for node in values}, 30  # of a node, in points
    figure = new_figure(640, 320)
    axes = figure.add_subplot(xlim=(-0.4, 4.4), ylim=(-0.4, 1.4))
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

    frames = [([], place[cost], "none")]  # of each: the artists that appear in it, the place and the colour of the ring
    for node, value in values.items():
        write(name(node), place[node], (0, 14), "black")
        number = write(f"{value:g}", place[node], (0, 0), VALUE_COLOR)
        for source in inputs(node):
            draw_arrow(place[source], place[node], color=VALUE_COLOR)
        if inputs(node):
            frames.append(([number], place[node], VALUE_COLOR))
    frames += [([], place[cost], VALUE_COLOR)] * 2  # a rest, before the way back
    for node, derivative in reversed(derivatives.items()):
        for (source, end), factor in factors.items():
            if source is node:
                middle = np.mean([place[node], place[end]], axis=0)
                offset = (0, 18) if place[node][1] == place[end][1] else (-25, 20)  # beside the arrow
                arrow = draw_arrow(place[end], place[node], color=DERIVATIVE_COLOR, linestyle="--")
                number = write(f"×{factor:g}", middle, offset, DERIVATIVE_COLOR)
                frames.append(([arrow, number], place[end], DERIVATIVE_COLOR))
        number = write(f"{derivative:g}", place[node], (0, -14), DERIVATIVE_COLOR)
        frames.append(([number], place[node], DERIVATIVE_COLOR))
    frames.append(([], place[cost], "none"))
    axes.plot([], [], color=VALUE_COLOR, label="value")
    axes.plot([], [], color=DERIVATIVE_COLOR, linestyle="--", label="derivative of the cost")
    axes.legend(loc="lower right", frameon=False)

    changing = [artist for appearing, _, _ in frames for artist in appearing]
    for artist in changing:
        artist.set_visible(False)

    def update(frame):
        appearing, (column, row), color = frame
        for artist in appearing:
            artist.set_visible(True)
        ring.set(data=([column], [row]), color=color)

    return render(figure, [ring, *changing], update, frames), figure


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
