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
    nodes = graph.inputs_first(cost, [])
    assert [graph.name(node) for node in nodes] == [*NODES]
    nodes = graph.inputs_first(X * X + X, [])
    assert [graph.name(node) for node in nodes] == ["X", "mul", "add"]


def test_values_derivatives_and_factors_are_those_found_by_hand(numbers):
    values, derivatives, factors = numbers
    nodes = {graph.name(node): (values[node], derivatives[node]) for node in values}
    assert nodes == NODES
    by_name = {
        (graph.name(source), graph.name(node)): factor for (source, node), factor in factors.items()
    }
    assert by_name == FACTORS


def test_the_table_and_the_committed_pictures(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(graph, "IMAGES", tmp_path)
    settings = {"font.size": 30, "axes.facecolor": "red"}  # the reader's own
    with matplotlib.rc_context(settings):
        graph.main()
    head, *table, wrote = capsys.readouterr().out.splitlines()
    assert head.split() == ["node", "value", "derivative"]
    expected = []
    for name, (value, derivative) in NODES.items():
        expected.append([name, f"{value:g}", f"{derivative:g}"])
    assert [row.split() for row in table] == expected
    assert wrote == "wrote images/graph.gif and images/graph.png"
    assert_as_committed(tmp_path / "graph.gif")
    assert_as_committed(tmp_path / "graph.png")
