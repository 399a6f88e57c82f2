"""The graph of the cost: the numbers that graph.py prints, and its pictures."""

import matplotlib
import pytest
from helpers import assert_as_committed

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


@pytest.fixture(scope="module")
def numbers():
    return graph.evaluate()


def test_inputs_first_lists_each_node_once_and_after_its_inputs(numbers):
    values, _, _ = numbers
    X, *_, cost = values
    nodes = graph.inputs_first(cost, {})
    assert [graph.name(node) for node in nodes] == [*NODES]
    nodes = graph.inputs_first(X * X + X, {})
    assert [graph.name(node) for node in nodes] == ["X", "mul", "add"]


def test_values_derivatives_and_factors_are_those_found_by_hand(numbers):
    values, derivatives, factors = numbers
    nodes = {graph.name(node): (values[node], derivatives[node]) for node in values}
    assert nodes == NODES
    by_name = {}
    for (source, node), factor in factors.items():
        by_name[graph.name(source), graph.name(node)] = factor
    assert by_name == FACTORS


def test_each_node_has_a_place_of_its_own():
    assert {*graph.PLACES} == {*NODES}
    assert len({*graph.PLACES.values()}) == len(NODES)


def test_values_come_down_and_derivatives_go_up():
    for source, node in FACTORS:
        assert graph.PLACES[source][1] == graph.PLACES[node][1] + 1


def test_the_blank_picture_shows_values_and_tells_no_derivative(numbers):
    values, _, factors = numbers
    axes = graph.draw_blank(values, factors).axes[0]
    written = [(text.get_text(), text.xy) for text in axes.texts if text.get_text()]

    for name, (value, _) in NODES.items():
        place = graph.PLACES[name]
        texts = [text for text, its_place in written if tuple(its_place) == place]
        assert texts == [name, f"{value:g}".replace("-", "\N{MINUS SIGN}"), "?"]
    places = graph.PLACES.values()
    between = [text for text, place in written if tuple(place) not in places]
    assert between == ["×?"] * len(FACTORS)


def test_the_letters_of_the_blank_picture_are_readable_on_a_phone(numbers):
    values, _, factors = numbers
    figure = graph.draw_blank(values, factors)
    column = 358  # a page of 390 pixels without its margins
    scale = column / figure.bbox.width
    for text in [*figure.axes[0].texts, *figure.axes[0].get_legend().get_texts()]:
        pixels = text.get_fontsize() / 72 * figure.dpi
        assert pixels * scale >= 8.9


def test_the_table_and_the_committed_pictures(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(graph, "IMAGES", tmp_path)
    settings = {"font.size": 30, "axes.facecolor": "red"}  # the reader's own
    with matplotlib.rc_context(settings):
        graph.main()
    head, *table, gif, blank = capsys.readouterr().out.splitlines()
    assert head.split() == ["node", "value", "derivative"]
    expected = []
    for name, (value, derivative) in NODES.items():
        expected.append([name, f"{value:g}", f"{derivative:g}"])
    assert [row.split() for row in table] == expected
    kilobytes = round((tmp_path / "graph.gif").stat().st_size / 1000)
    assert gif == f"wrote {tmp_path / 'graph.gif'}: 23 frames, {kilobytes} kB"
    assert blank.startswith(f"wrote {tmp_path / 'blank.png'}: ")
    for name in "graph.gif", "blank.png":
        assert_as_committed(tmp_path / name)
