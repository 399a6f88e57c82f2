"""The pages: what they show is run and compared, commands and links lead somewhere."""

import os
import re
from code import InteractiveConsole
from pathlib import Path

import matplotlib
import numpy as np
import pages
import pytest
from helpers import (
    LINEAR_REGRESSION,
    PUBLISHED,
    REPOSITORY,
    assert_as_committed,
    by_hand,
)
from pages import (
    CONTRIBUTING,
    DESCENT,
    ELSEWHERE,
    FRONT,
    PAGES,
    SUPPORT,
    TUTORIAL,
    blocks,
    headings,
    prose,
    python_blocks,
)

from backend import T, theano
from data import makepoints

each_page = pytest.mark.parametrize(
    "page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix()
)


def in_one_line(text):
    return " ".join(text.split())


# What they show


@each_page
def test_what_the_page_shows_is_printed_and_drawn(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    outputs = pages.outputs(page, tmp_path)
    pages.assert_shown(page, outputs)
    assert pages.rewritten(PAGES[page], outputs) == PAGES[page]
    for picture in pages.drawn(PAGES[page]):
        assert_as_committed(Path(f"my_{picture}"), picture)


def test_regenerating_repairs_and_adds_outputs():
    page = "```python\n1\n```\n```text\n{}```\n\n```python\n2\n```\n{}"
    before = page.format("old\n", "")
    after = page.format("new\n", "```text\nnewer\n```\n")
    assert pages.rewritten(before, zip(blocks(before), ("new", "newer"))) == after


# What the tutorial says and does not print


@pytest.fixture(scope="module")
def tutorial(tmp_path_factory):
    """What the tutorial's blocks define, without those that take time."""
    found = {"T": T, "theano": theano, "np": np}
    console = InteractiveConsole(found)
    left_out = re.compile(r"^train\(|plt|^graphs = \[\"-X", re.MULTILINE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("tutorial"))
        for block in python_blocks(PAGES[TUTORIAL]):
            if not left_out.search(block.text):
                pages.typed(block, console)
    return found


def test_grad_is_right_for_all_graphs(tutorial, capsys):
    tutorial["check"](tutorial["grad"])
    assert capsys.readouterr().out.count(" right\n") == 9


def test_how_often_grad_and_backward_visit_a_wide_network(tutorial):
    weights = [theano.shared(start) for start in np.random.RandomState(0).randn(97)]
    cost = T.sqr(tutorial["network"](tutorial["X"], weights) - tutorial["Y"])
    visits = len(weights) * tutorial["visits"](cost)
    nodes = len(tutorial["inputs_first"](cost, []))
    sentence = f"With 32 units it is {visits:,} visits against {nodes}"
    assert sentence in in_one_line(PAGES[TUTORIAL])


def test_the_compiler_makes_much_the_same_of_grad_and_backward(tutorial):
    cost, weights = tutorial["wave_cost"], tutorial["weights"]
    derivative = tutorial["backward"](cost)
    mode = theano.compile.mode.get_default_mode().excluding("fusion")

    def size(derivatives):
        inputs = [tutorial["X"], tutorial["Y"]]
        function = theano.function(inputs, derivatives, mode=mode)
        return len(function.maker.fgraph.toposort())

    one_by_one = size([tutorial["grad"](cost, W) for W in weights])
    all_at_once = size([derivative[W] for W in weights])
    assert abs(one_by_one - all_at_once) <= 2


def test_a_rate_of_07_ends_far_away_and_larger_x_diverges():
    x, y, _, _ = makepoints()
    assert 1000 < np.abs(by_hand(x, y, 100, 0.7)[-1]).max() < 1e5
    assert np.abs(by_hand(100 * x, y)[-1]).max() > 1e100


# What they have in common


def test_the_front_page_shows_the_two_lines_of_the_tutorial():
    typed = [block.text for block in python_blocks(PAGES[TUTORIAL])]
    (sorcery,) = [block.text for block in python_blocks(PAGES[FRONT])]
    assert any(text.startswith(sorcery) for text in typed)


def test_the_lines_to_write_are_fourteen_as_the_front_page_says():
    folds = re.findall("<details>.*?</details>", PAGES[TUTORIAL], re.DOTALL)
    solutions = [block.text for fold in folds for block in python_blocks(fold)]
    partial, grad = solutions[:2]
    assert partial.startswith("partial = ")
    assert grad.startswith("def grad(")
    assert len(partial.splitlines()) + len(grad.splitlines()) == 14
    assert "It takes fourteen lines of Python" in in_one_line(PAGES[FRONT])


# the lines of the post in the tutorial and, where it has no function, in model.py
GRAPH = [
    "y = model(X, W0, W1)",
    "mse = T.mean(T.sqr(y - Y))",
    "gradientW0 = T.grad(cost=mse, wrt=W0)",
    "gradientW1 = T.grad(cost=mse, wrt=W1)",
    "train_model = theano.function(inputs=[X, Y], outputs=mse, updates=updates)",
]
OTHERS = ["train_y = makeline(train_x)", 'plt.scatter(total_x, output, color="red")']


@pytest.mark.parametrize("line", GRAPH + OTHERS)
def test_the_tutorial_has_the_lines_of_the_post(line):
    typed = [block.text.splitlines() for block in python_blocks(PAGES[TUTORIAL])]
    assert any(line in lines for lines in typed)


@pytest.mark.parametrize("line", GRAPH)
def test_the_model_has_the_lines_of_the_post(line):
    module = (LINEAR_REGRESSION / "model.py").read_text(encoding="utf-8")
    assert f"    {line}\n" in module


def test_the_published_line_is_the_one_on_the_pages():
    contributing = re.findall(r"\bW0 =\s(\S+) and\sW1 =\s(\S+\d)", PAGES[CONTRIBUTING])
    assert contributing == [tuple(f"{W}" for W in PUBLISHED)]
    elsewhere = re.findall(r"`(\d\S*) (\d\S*)`", PAGES[ELSEWHERE])
    assert elsewhere == [tuple(f"{W:.7g}" for W in PUBLISHED)]
    tutorial = re.search(r"^\d.\d{12} \d.\d{12}$", PAGES[TUTORIAL], re.MULTILINE)
    assert tutorial[0] == "{:.12f} {:.12f}".format(*PUBLISHED)


# Where they lead


@each_page
def test_links_and_pictures_lead_somewhere(page):
    text = re.sub("`[^`]+`", "", prose(PAGES[page]))
    text = re.sub('<img src="(.*?)".* alt="(.*?)">', r"![\2](\1)", text)
    for is_picture, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, name = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if name:
            assert name in map(pages.anchor, headings(PAGES[file])), target
        if is_picture:
            assert len(words) > 60  # for those who don't see it


@each_page
def test_the_pictures_of_a_page_load_quickly_on_a_phone(page):
    names = {*re.findall(r"images/([\w.]+)\)", PAGES[page])}
    sizes = [(REPOSITORY / "images" / name).stat().st_size for name in names]
    assert sum(sizes) <= 800_000  # two seconds at 3 Mbit/s


@pytest.mark.parametrize(
    "page", [FRONT, SUPPORT, TUTORIAL, DESCENT, ELSEWHERE], ids=lambda page: page.parent.name
)
def test_commands_work_in_the_folder_of_the_page(page):
    venv = str(REPOSITORY / ".venv")
    for block in blocks(PAGES[page]):
        if block.language not in ("sh", "bat"):
            continue
        words = block.text.replace("\\\n", " ").replace("\\", "/").split()
        folder = REPOSITORY if page == SUPPORT else page.parent
        if words[0] == "cd":
            folder = REPOSITORY / words[1]
        for word in words:
            if ".venv" in word:
                path = os.path.normpath(folder / word)
                assert path.startswith(venv), block.text
            if word.endswith((".py", ".txt", ".ipynb")):
                assert (folder / word).is_file(), block.text


@pytest.mark.parametrize(
    "page", [FRONT, SUPPORT, TUTORIAL, DESCENT, ELSEWHERE], ids=lambda page: page.parent.name
)
def test_scripts_are_in_the_folder_of_the_page_or_the_tutorial(page):
    scripts = {*re.findall(r"`(?:\S*python )?([\w/]+\.py)`", PAGES[page])}
    scripts -= {"my_grad.py"}  # the reader's own
    for script in scripts:
        beside = page.parent / script
        assert beside.is_file() or (LINEAR_REGRESSION / script).is_file(), script
