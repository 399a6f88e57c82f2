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
from pages import CONTRIBUTING, DESCENT, ELSEWHERE, FRONT, PAGES, TUTORIAL, blocks, headings, prose, sessions

from backend import NAME
from data import makepoints

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(REPOSITORY).as_posix())


@each_page
def test_what_the_page_shows_is_printed_and_drawn(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    outputs = pages.outputs(page, NAME, tmp_path)
    pages.assert_shown(page, NAME, outputs)
    assert pages.rewritten(PAGES[page], NAME, outputs) == PAGES[page]
    for picture in pages.drawn(PAGES[page]):
        assert_as_committed(Path(f"my_{picture}"), picture)


def test_marks_say_what_is_a_file_and_what_begins_a_session(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (
        "<!-- file: a.py -->\n```python\nprint(1)\n```\n<!-- new session -->\n```python\nexec(open('a.py').read())\n```"
    )
    assert [pages.typed(block, InteractiveConsole()) for (block,) in sessions(page)] == ["", "1\n"]


def test_regenerating_repairs_and_adds_outputs_and_leaves_those_of_the_other_library():
    page = PAGES[TUTORIAL]
    both = next(block for block in blocks(page) if len(block.printed) == 2)
    silent = next(block for block in blocks(page) if block.language == "python" and not block.printed)
    changed = page.replace(both.printed["PyTensor"].text, "new\n")
    changed = changed.replace(f"{silent.text}```\n", f"{silent.text}```\n\n```text\nnewer\n```\n")
    assert pages.rewritten(page, "PyTensor", [(both, "new\n"), (silent, "newer\n")]) == changed


def test_the_front_pages_grad_is_the_tutorials_of_fourteen_lines():
    (block,) = [block for block in blocks(PAGES[FRONT]) if block.language == "python"]
    assert block.text in "".join(block.text for block in blocks(PAGES[TUTORIAL]))
    assert len([line for line in block.text.splitlines() if line]) == 14


def test_the_tutorial_and_the_modules_have_the_lines_of_the_post():
    lines = "".join(block.text for block in blocks(PAGES[TUTORIAL]) if block.language == "python").splitlines()
    post = [
        "train_y = makeline(train_x)",
        "test_y = makeline(test_x)",
        "y = model(X, W0, W1)",
        "mse = T.mean(T.sqr(y - Y))",
        "gradientW0 = T.grad(cost=mse, wrt=W0)",
        "gradientW1 = T.grad(cost=mse, wrt=W1)",
        "train_model = theano.function(inputs=[X, Y], outputs=mse, updates=updates)",
        'plt.scatter(total_x, output, color="red")',
    ]
    assert set(post) <= set(lines)
    model = (LINEAR_REGRESSION / "model.py").read_text(encoding="utf-8")
    assert all(f"    {line}\n" in model for line in post[2:7])


@each_page
def test_links_and_pictures_lead_somewhere(page):
    for is_picture, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", prose(PAGES[page])):
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
    for script in re.findall(r"`(?:\S*python )?([\w/]+\.py)`", PAGES[page]):
        assert any((folder / script).is_file() for folder in (page.parent, LINEAR_REGRESSION)), script


def test_the_published_line_is_the_one_on_the_pages():
    on_pages = [
        *re.findall(r"\bW0 = (.*) and W1 = (.*\d)", PAGES[CONTRIBUTING]),
        *re.findall(r"`(\d\S*) (\d\S*)`", PAGES[ELSEWHERE]),
        *re.findall(r"^(\d.\d{12}) (\d.\d{12})$", PAGES[TUTORIAL], re.MULTILINE)[:1],
    ]
    in_full, rounded, exact = (tuple(form.format(W) for W in PUBLISHED) for form in ("{}", "{:.7g}", "{:.12f}"))
    assert on_pages == [in_full, rounded, exact]


def test_the_numbers_in_descent_md_are_printed_there_or_computed_here():
    points = [makepoints(seed=seed) for seed in range(200)]
    x, test_x = points[0][0], points[0][2]
    y, test_y = (np.array([each[i] for each in points]).T for i in (1, 3))
    rng = np.random.RandomState(1)
    orders = [np.tile(order, 100) for order in (np.arange(100), np.arange(100)[::-1], rng.permutation(100))]
    orders.append(np.concatenate([rng.permutation(100) for _ in range(100)]))
    least_squares = np.polyfit(x, y, 1)
    ends = [by_hand(x[order], y[order])[-1] for order in orders]
    distances = [np.hypot(*(end - least_squares)) for end in ends]
    in_order, _, fixed, new = map(np.median, distances)
    same_side = ((ends[0][0] > least_squares[0]) == (ends[1][0] > least_squares[0])).sum()
    ours, theirs = (np.mean((np.outer(test_x, W0) + W1 - test_y) ** 2, axis=0) for W0, W1 in (ends[0], least_squares))
    computed = {f"{in_order:.3f}", f"{same_side}", f"{sum(ours < theirs)}", f"{sum(theirs < ours)}"}
    assert distances[0].argmax() == distances[1].argmax() == 0  # seed 0 is the farthest
    assert 0.015 < fixed < 0.02 and new == pytest.approx(0.013, abs=0.002)

    said = prose(re.sub(r"\]\([^)]*\)", "", PAGES[DESCENT]))
    printed = "".join(block.text + block.shown(NAME).text for block in blocks(PAGES[DESCENT]))
    assert numbers(said) - numbers(printed) <= computed | {"0.015", "0.020", "0.013", "199", "0.5"}
    assert computed <= numbers(said)


def numbers(text):
    """Return the numbers of two digits and more in the text, as text."""
    return set(re.findall(r"\d[\d.,]*\d", text))
