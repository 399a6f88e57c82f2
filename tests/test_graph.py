"""The graph with values and derivatives: the table that graph.py prints, and the picture."""

import pytest
from test_animation import assert_as_committed, assert_legible

import graph
from machinery import files

# node: value, derivative of the cost, by hand
BY_HAND = {
    "X": (0.5, 2 * -3.5 * 1),
    "W0": (1, 2 * -3.5 * 0.5),
    "mul": (0.5 * 1, 2 * -3.5),
    "W1": (2, 2 * -3.5),
    "add": (0.5 + 2, 2 * -3.5),
    "Y": (6, -2 * -3.5),
    "sub": (2.5 - 6, 2 * -3.5),
    "sqr": ((-3.5) ** 2, 1),
}
ARROWS = {("X", "mul"), ("W0", "mul"), ("mul", "add"), ("W1", "add"), ("add", "sub"), ("Y", "sub"), ("sub", "sqr")}


@pytest.fixture(scope="module")
def numbers():
    return graph.evaluate()


@pytest.fixture(scope="module")
def figure(numbers):
    return graph.draw_graph(numbers)


def test_values_and_derivatives_are_those_found_by_hand(numbers):
    assert {graph.name(node): pair for node, pair in numbers.items()} == BY_HAND


def test_derivatives_are_what_nudging_shows():
    def cost(X=0.5, W0=1, W1=2, Y=6):
        return (X * W0 + W1 - Y) ** 2

    for name, (value, derivative) in BY_HAND.items():
        if name in ("X", "W0", "W1", "Y"):
            nudged = (cost(**{name: value + 1e-6}) - cost(**{name: value - 1e-6})) / 2e-6
            assert nudged == pytest.approx(derivative)


def test_a_node_comes_after_what_it_is_computed_from(numbers):
    names = [graph.name(node) for node in numbers]
    assert names == list(BY_HAND)
    assert all(names.index(start) < names.index(end) for start, end in ARROWS)
    assert {(graph.name(source), graph.name(node)) for node in numbers for source in graph.inputs(node)} == ARROWS


def test_the_picture_shows_each_node_with_its_numbers(numbers, figure):
    (axes,) = figure.axes
    places = {graph.name(node): place for node, place in graph.trace(list(numbers)[-1])}
    assert len(set(places.values())) == len(BY_HAND)
    assert sorted(axes.collections[0].get_offsets().tolist()) == sorted(map(list, places.values()))
    texts = {}
    for text in axes.texts:
        if text.get_text():
            texts.setdefault(text.xy, []).append(text.get_text())
    assert texts == {
        places[name]: [name, f"{value:g}", f"{derivative:g}"] for name, (value, derivative) in BY_HAND.items()
    }


def test_arrows_follow_the_values_and_run_against_them_for_the_derivatives(numbers, figure):
    (axes,) = figure.axes
    names = {place: graph.name(node) for node, place in graph.trace(list(numbers)[-1])}
    handles, labels = axes.get_legend().get_lines(), axes.get_legend().get_texts()
    legend = {label.get_text(): (line.get_color(), line.get_linestyle()) for line, label in zip(handles, labels)}
    drawn = {}
    for text in axes.texts:
        if text.arrow_patch:
            style = text.arrowprops["color"], text.arrowprops["linestyle"]
            drawn.setdefault(style, set()).add((names[text.xyann], names[text.xy]))
    assert drawn == {
        legend["value"]: ARROWS,
        legend["derivative of the cost"]: {(end, start) for start, end in ARROWS},
    }
    colors, linestyles = zip(*drawn)
    assert len(set(colors)) == len(set(linestyles)) == 2
    for text, color in zip([text for text in axes.texts if text.get_text()][:3], ("black", *colors)):
        assert text.get_color() == color


def test_text_can_be_read_on_a_telephone(figure):
    assert_legible(figure)


def test_the_committed_picture_and_table(monkeypatch):
    written = {}
    monkeypatch.setattr(files, "write", lambda path, data: written.update({path: data}))
    lines = graph.main().splitlines()
    ((path, png),) = written.items()
    assert_as_committed("graph.png", png)
    assert (path.parent.name, path.name) == ("images", "graph.png")
    assert lines[0].split() == ["node", "value", "derivative"]
    assert [line.split() for line in lines[1:-1]] == [
        [name, f"{value:g}", f"{derivative:g}"] for name, (value, derivative) in BY_HAND.items()
    ]
    assert lines[-1] == f"wrote {files.shown(path)}"
