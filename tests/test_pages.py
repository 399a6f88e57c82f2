"""The pages: what they show is run and compared, and their commands and links lead somewhere."""

import os
import re
from code import InteractiveConsole
from pathlib import Path

import matplotlib
import numpy as np
import pages
import pytest
from helpers import LINEAR_REGRESSION, PUBLISHED, REPOSITORY, assert_as_committed, by_hand
from pages import CONTRIBUTING, DESCENT, ELSEWHERE, FRONT, PAGES, TUTORIAL, blocks, headings, prose, python_blocks

from backend import T, theano
from data import makepoints

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())


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
    before, after = page.format("old\n", ""), page.format("new\n", "```text\nnewer\n```\n")
    assert pages.rewritten(before, zip(blocks(before), ("new", "newer"))) == after


def test_what_the_tutorial_says_and_does_not_print(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    tutorial = {"T": T, "theano": theano, "np": np}
    console = InteractiveConsole(tutorial)
    for block in python_blocks(PAGES[TUTORIAL]):
        if not re.search(r"^train\(|plt|^graphs = \[\"-X", block.text, re.MULTILINE):  # which takes time, or examples
            pages.typed(block, console)
    tutorial["check"](tutorial["grad"])
    assert capsys.readouterr().out.count(" right\n") == 9
    grad, backward, X, Y = (tutorial[name] for name in ("grad", "backward", "X", "Y"))

    weights = [theano.shared(start) for start in np.random.RandomState(0).randn(97)]
    cost = T.sqr(tutorial["network"](X, weights) - Y)
    visits, nodes = 97 * tutorial["visits"](cost), len(tutorial["inputs_first"](cost, []))
    assert f"With 32 units it is {visits:,} visits against {nodes}" in " ".join(PAGES[TUTORIAL].split())

    mode = theano.compile.mode.get_default_mode().excluding("fusion")
    sizes = []
    cost, weights = tutorial["wave_cost"], tutorial["weights"]
    for derivatives in [grad(cost, W) for W in weights], [backward(cost)[W] for W in weights]:
        sizes.append(len(theano.function([X, Y], derivatives, mode=mode).maker.fgraph.toposort()))
    assert abs(sizes[0] - sizes[1]) <= 2

    x, y, _, _ = makepoints()
    assert 1000 < abs(by_hand(x, y, 100, 0.7)[-1]).max() < 1e5 and abs(by_hand(100 * x, y)[-1]).max() > 1e100


def test_the_front_page_shows_the_tutorials_lines_and_counts_its_blocks():
    typed = [block.text for block in python_blocks(PAGES[TUTORIAL])]
    sorcery, fourteen = [block.text for block in python_blocks(PAGES[FRONT])]
    partial, grad = fourteen.split("\n\n")
    assert {partial + "\n", grad} <= {*typed} and any(text.startswith(sorcery) for text in typed)
    assert len([line for line in fourteen.splitlines() if line]) == 14
    unfolded = re.sub("<details>.*?</details>", "", PAGES[TUTORIAL], flags=re.DOTALL)
    files = [block.mark("file:") for block in python_blocks(unfolded)]
    assert f"{files.count(None)} blocks to type" in PAGES[FRONT].replace("\n", " ")


def test_the_tutorial_and_the_modules_have_the_lines_of_the_post():
    lines = "".join(block.text for block in python_blocks(PAGES[TUTORIAL])).splitlines()
    grads = "gradientW0 = T.grad(cost=mse, wrt=W0)", "gradientW1 = T.grad(cost=mse, wrt=W1)"
    train = "train_model = theano.function(inputs=[X, Y], outputs=mse, updates=updates)"
    post = ["y = model(X, W0, W1)", "mse = T.mean(T.sqr(y - Y))", *grads, train]
    assert {*post, "train_y = makeline(train_x)", 'plt.scatter(total_x, output, color="red")'} <= {*lines}
    model = (LINEAR_REGRESSION / "model.py").read_text(encoding="utf-8")
    assert all(f"    {line}\n" in model for line in post)


@each_page
def test_links_and_pictures_lead_somewhere(page):
    text = re.sub("`[^`]+`", "", prose(PAGES[page]))
    text = re.sub('<img src="(.*?)".* alt="(.*?)">', r"![\2](\1)", text)
    for is_picture, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", text):
        path, _, name = target.partition("#")
        if target.startswith("https://"):
            continue
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not name or name in map(pages.anchor, headings(PAGES[file])), target
        assert not is_picture or len(words) > 60  # for those who don't see it


@each_page
def test_the_pictures_of_a_page_load_quickly_on_a_phone(page):
    pictures = {pages.IMAGES / name for name in re.findall(r"images/([\w.]+)\)", PAGES[page])}
    assert sum(picture.stat().st_size for picture in pictures) <= 800_000  # two seconds at 3 Mbit/s


@pytest.mark.parametrize("page", [FRONT, TUTORIAL, DESCENT, ELSEWHERE], ids=lambda page: page.parent.name)
def test_commands_work_in_the_folder_of_the_page(page):
    for block in blocks(PAGES[page]):
        if block.language in ("sh", "bat"):
            words = block.text.replace("\\\n", " ").replace("\\", "/").split()
            folder = REPOSITORY / words[1] if words[0] == "cd" else page.parent
            for word in words:
                if ".venv" in word:
                    assert os.path.normpath(folder / word).startswith(str(REPOSITORY / ".venv")), block.text
                if word.endswith((".py", ".txt", ".ipynb")):
                    assert (folder / word).is_file(), block.text
    for script in {*re.findall(r"`(?:\S*python )?([\w/]+\.py)`", PAGES[page])} - {"my_grad.py"}:  # the reader's own
        assert any((folder / script).is_file() for folder in (page.parent, LINEAR_REGRESSION)), script


def test_the_published_line_is_the_one_on_the_pages():
    on_pages = [
        *re.findall(r"\bW0 =\s(\S+) and\sW1 =\s(\S+\d)", PAGES[CONTRIBUTING]),
        *re.findall(r"`(\d\S*) (\d\S*)`", PAGES[ELSEWHERE]),
        *re.findall(r"^(\d.\d{12}) (\d.\d{12})$", PAGES[TUTORIAL], re.MULTILINE)[:1],
    ]
    in_full, rounded, exact = (tuple(form.format(W) for W in PUBLISHED) for form in ("{}", "{:.7g}", "{:.12f}"))
    assert on_pages == [in_full, rounded, exact]
