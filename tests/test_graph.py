"""The graph of the cost: the numbers that graph.py prints, and its pictures."""

import matplotlib
import numpy as np
import pytest
from helpers import assert_as_committed, assert_legible, read_gif
from matplotlib.colors import to_rgb

import graph

# by hand, in the order of graph.py's table: value, derivative of the cost
NODES = {
    "X": (0.5, 2 * -3.5 * 1),
    "W0": (1, 2 * -3.5 * 0.5),
    "mul": (0.5 * 1, 2 * -3.5),
    "W1": (2, 2 * -3.5),
    "add": (0.5 + 2, 2 * -3.5),
    "Y": (6, -2 * -3.5),
    "sub": (2.5 - 6, 2 * -3.5),
    "sqr": ((-3.5) ** 2, 1),
}
# (source, node): what a change of the source is multiplied by in the node
FACTORS = {
    ("X", "mul"): 1,
    ("W0", "mul"): 0.5,
    ("mul", "add"): 1,
    ("W1", "add"): 1,
    ("add", "sub"): 1,
    ("Y", "sub"): -1,
    ("sub", "sqr"): 2 * -3.5,
}
# derivatives and factors as they appear, from the cost to X
BACKWARDS = ["1", "×−7", "−7", "×−1", "7", "×1", "−7", "×1", "−7", "×1", "−7", "×0.5", "−3.5", "×1", "−7"]


@pytest.fixture(scope="module")
def numbers():
    return graph.evaluate()


@pytest.fixture(scope="module")
def drawn(numbers):
    """The figure at the end, and for each frame the texts that appear in it and where the ring is."""
    seen, rings = [], []

    def blit(figure, artists, update, changes):
        axes = figure.axes[0]
        for change in changes:
            update(*change)
            seen.append([text for text in axes.texts if text.get_visible() and text.get_text()])
            rings.append(tuple(np.ravel(axes.lines[0].get_data())))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph, "blit", blit)
        _, figure = graph.draw_graph(*numbers)
    new = [seen[0], *([text for text in now if text not in before] for before, now in zip(seen, seen[1:]))]
    return figure, new, rings


def test_trace_puts_nodes_after_their_sources(numbers):
    *_, cost = numbers[0]
    nodes, edges = graph.trace(cost)
    assert [graph.name(node) for node in nodes] == list(NODES)
    assert [(graph.name(source), graph.name(node)) for source, node in edges] == list(FACTORS)


def test_values_derivatives_and_factors_are_those_found_by_hand(numbers):
    values, derivatives, factors = numbers
    assert {graph.name(node): (value, derivatives[node]) for node, value in values.items()} == NODES
    assert {(graph.name(source), graph.name(node)): factor for (source, node), factor in factors.items()} == FACTORS


def test_first_the_values_appear_then_the_derivatives_from_the_cost_back(drawn):
    _, new, rings = drawn
    inputs = {"X", "0.5", "W0", "1", "mul", "W1", "2", "add", "Y", "6", "sub", "sqr"}
    assert {text.get_text() for text in new[0]} == inputs
    appearing = [text.get_text() for texts in new[1:] for text in texts]
    assert appearing == ["0.5", "2.5", "−3.5", "12.25", *BACKWARDS]
    assert [len(texts) for texts in new[1:]] == [1] * len(appearing) + [0]
    for texts, ring in zip(new[1:-1], rings[1:-1]):  # a factor appears while the node that it starts from is ringed
        assert tuple(texts[0].xy) == ring or "×" in texts[0].get_text()


def test_names_and_numbers_are_in_their_nodes_and_factors_at_their_arrows(drawn, numbers):
    (axes,) = drawn[0].axes
    place = graph.places(list(numbers[0]))
    names = {position: graph.name(node) for node, position in place.items()}
    assert len(names) == len(NODES)
    inside, factors, arrows = {}, {}, {}
    for text in axes.texts:
        if text.arrow_patch:
            color = text.arrowprops["color"], text.arrowprops.get("linestyle")
            arrows.setdefault(color, set()).add((names[text.xyann], names[text.xy]))
        elif "×" in text.get_text():
            factors[tuple(text.xy)] = text.get_text()
        else:
            inside.setdefault(names[text.xy], []).append((text.get_text(), text.get_color()))

    def shown(number):
        return f"{number:g}".replace("-", "−")

    assert inside == {
        name: [(name, "black"), (shown(value), graph.VALUE_COLOR), (shown(derivative), graph.DERIVATIVE_COLOR)]
        for name, (value, derivative) in NODES.items()
    }
    assert arrows == {
        (graph.VALUE_COLOR, None): set(FACTORS),
        (graph.DERIVATIVE_COLOR, "--"): {(node, source) for source, node in FACTORS},
    }
    at = {name: np.array(position) for position, name in names.items()}
    assert factors == {tuple((at[a] + at[b]) / 2): f"×{shown(factor)}" for (a, b), factor in FACTORS.items()}


def test_texts_are_large_dark_and_apart(drawn):
    figure = drawn[0]
    assert_legible(figure)
    (axes,) = figure.axes
    texts = [text for text in [*axes.texts, *axes.get_legend().get_texts()] if text.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    for number, (text, box) in enumerate(zip(texts, boxes)):
        linear = np.array(to_rgb(text.get_color())) ** 2.2
        assert 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05) >= 4.5  # contrast with white
        assert min(box.x0, box.y0) > 0 and box.x1 < 640 and box.y1 < 320
        assert not any(box.shrunk(0.9, 0.7).overlaps(other.shrunk(0.9, 0.7)) for other in boxes[:number])


def test_the_table_and_the_committed_pictures(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(graph, "IMAGES", tmp_path)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.dpi": 300}):  # the reader's own
        graph.main()
    head, *table, wrote_gif, wrote_png = (line.split() for line in capsys.readouterr().out.splitlines())
    assert head == ["node", "value", "derivative"]
    assert table == [[name, f"{value:g}", f"{derivative:g}"] for name, (value, derivative) in NODES.items()]
    for (wrote, path), picture in zip((wrote_gif, wrote_png), ("graph.gif", "graph.png")):
        assert (wrote, path) == ("wrote", str(tmp_path / picture))
        assert_as_committed(tmp_path / picture)
    assert (tmp_path / "graph.gif").stat().st_size <= 150_000
    frames, durations = read_gif(tmp_path / "graph.gif")
    assert {*durations[:-1]} == {670} and durations[-1] == 4000
    (still,), _ = read_gif(tmp_path / "graph.png")
    assert np.abs(still.astype(int) - frames[-1]).max() <= 64  # the same but for the 64 colours
