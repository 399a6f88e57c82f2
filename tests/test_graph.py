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
    ("X", "mul"): 1, ("W0", "mul"): 0.5, ("mul", "add"): 1, ("W1", "add"): 1,
    ("add", "sub"): 1, ("Y", "sub"): -1, ("sub", "sqr"): 2 * -3.5,
}  # fmt: skip


@pytest.fixture(scope="module")
def numbers():
    return graph.evaluate()


def test_inputs_first_lists_each_node_once_and_after_its_inputs(numbers):
    X, *_, cost = numbers[0]
    for end, expected in (cost, [*NODES]), (X * X + X, ["X", "mul", "add"]):
        assert [graph.name(node) for node in graph.inputs_first(end, [])] == expected


def test_values_derivatives_and_factors_are_those_found_by_hand(numbers):
    values, derivatives, factors = numbers
    assert {graph.name(node): (value, derivatives[node]) for node, value in values.items()} == NODES
    assert {(graph.name(source), graph.name(node)): factor for (source, node), factor in factors.items()} == FACTORS


def test_the_table_and_the_committed_pictures(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(graph, "IMAGES", tmp_path)
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}):  # the reader's own settings
        graph.main()
    head, *table, wrote = capsys.readouterr().out.splitlines()
    assert head.split() == ["node", "value", "derivative"]
    assert [row.split() for row in table] == [
        [name, f"{value:g}", f"{derivative:g}"] for name, (value, derivative) in NODES.items()
    ]
    assert wrote == "wrote images/graph.gif and images/graph.png"
    for picture in "graph.gif", "graph.png":
        assert_as_committed(tmp_path / picture)
