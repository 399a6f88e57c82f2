"""paths.gif: the walks on both sides are those through the real graph."""

import matplotlib.figure
import pytest
from helpers import assert_as_committed

import paths
from backend import T


@pytest.fixture
def nodes():
    """The graph of three rounds of x = x + x: the cost, two sums, and X."""
    nodes = [T.scalar("X")]
    for _ in range(3):
        nodes.insert(0, nodes[0] + nodes[0])
    return nodes


@pytest.fixture
def axes():
    return matplotlib.figure.Figure().add_subplot()


def visits(node):
    inputs = node.owner.inputs if node.owner else []
    return 1 + sum(visits(source) for source in inputs)


def texts(steps):
    """Return the texts that appear in each step."""
    found = []
    for appearing, _ in steps:
        # an arrow is a text, too, an empty one
        found.append({artist.get_text() for artist in appearing} - {""})
    return found


def test_the_walk_visits_as_many_nodes_as_one_through_the_graph(nodes):
    walk = paths.walk()
    assert len(walk) == visits(nodes[0]) == 15
    assert len({*map(paths.end_of, walk)}) == 15


def test_each_visit_follows_an_arrow_from_one_before():
    walk = paths.walk()
    assert walk[0] == ""
    for number, path in enumerate(walk[1:], 1):
        assert path[:-1] in walk[:number]


def test_both_sides_end_with_the_derivative(nodes, axes):
    cost, *_, X = nodes
    derivative = f"{T.grad(cost, X).eval({X: 0.5}):g}"
    assert f"= {derivative}" in texts(paths.draw_tree(axes))[-1]
    assert derivative in texts(paths.draw_ladder(axes))[-1]


def test_on_the_ladder_each_node_has_its_derivative_after_both_arrows(nodes, axes):
    cost, *others = nodes
    shown = texts(paths.draw_ladder(axes))
    assert shown[0] == {"1"}
    arriving = 1
    for node, one, both in zip(others, shown[1::2], shown[2::2]):
        total = int(T.grad(cost, node).eval({nodes[-1]: 0.5}))
        assert one == {f"{arriving}"}
        assert both == {f"+ {arriving}", f"{total}"}
        assert total == 2 * arriving
        arriving = total


def test_the_committed_picture(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(paths, "IMAGES", tmp_path)
    paths.main()
    assert_as_committed(tmp_path / "paths.gif")
    printed = capsys.readouterr().out
    assert printed.startswith(f"wrote {tmp_path / 'paths.gif'}: 15 frames, ")
