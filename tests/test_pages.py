"""The pages: what they show is run and compared, and their commands and links lead somewhere."""

import os
import re
from code import InteractiveConsole
from pathlib import Path

import matplotlib
import numpy as np
import pages
import pytest
from helpers import CURE, LINEAR_REGRESSION, PUBLISHED, REPOSITORY, assert_as_committed, by_hand
from pages import CONTRIBUTING, DESCENT, ELSEWHERE, FRONT, PAGES, TUTORIAL, TYPED, blocks, headings, prose, sessions

from backend import NAME
from data import makepoints

SESSIONS = [
    pytest.param(page, session, id=f"{page.stem} {number}")
    for page in TYPED
    for number, session in enumerate(sessions(PAGES[page]))
]
COMMANDS = [
    pytest.param(page, block, id=f"{page.parent.name}/{page.name} {block.text}")
    for page in PAGES
    for block in pages.commands(PAGES[page])
]


@pytest.mark.parametrize(("page", "session"), SESSIONS)
def test_python_prints_what_the_page_shows(page, session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    console = InteractiveConsole()
    differences = []
    for block in session:
        differences += pages.wrong(page, block.shown(NAME), "".join(pages.typed(block, console)))
    assert not differences, "\n".join(["", *differences, CURE])
    for name, value in zip(("train_x", "train_y", "test_x", "test_y"), makepoints()):
        np.testing.assert_array_equal(console.locals[name], value)  # the tutorial's seed gives data.py's points
    for picture in pages.drawn(PAGES[page]):
        assert_as_committed(Path(f"my_{picture}"), picture)


@pytest.mark.parametrize(("page", "block"), COMMANDS)
def test_commands_print_what_the_page_shows(page, block, tmp_path):
    shown = block.shown(NAME)
    differences = pages.wrong(page, shown, pages.as_shown(pages.printed_by(block.text, tmp_path), shown.text))
    assert not differences, "\n".join(["", *differences, CURE])


def test_the_marks_in_a_page_say_how_its_blocks_are_run(tmp_path, monkeypatch):
    page = """<!-- file: ours.py -->
```python
print(1)
```

<!-- new session -->
```python
exec(open("ours.py").read())
```
"""
    monkeypatch.chdir(tmp_path)
    (file,), (block,) = sessions(page)
    assert [pages.typed(block, InteractiveConsole()) for block in (file, block)] == [("", ""), ("1\n", "")]


def test_regenerating_repairs_adds_and_removes_outputs_and_leaves_those_of_the_other_library():
    page = """```python
one
```

<!-- printed with Theano -->
```text
1
```

<!-- printed with PyTensor -->
```text
2
```

```python
two
```
"""
    one, two = blocks(page)
    changed = page.replace("\n2", "\n3") + "\n```text\n4\n```\n"
    assert pages.rewritten(page, "PyTensor", [(one, "3\n"), (two, "4\n")]) == changed
    one, two = blocks(changed)
    assert pages.rewritten(changed, "PyTensor", [(one, "2\n"), (two, "")]) == page + "\n"


def test_the_tutorial_is_one_session():
    first, *others = [block.text for session in sessions(PAGES[TUTORIAL]) for block in session]
    assert first.startswith("from backend import T, theano\n")
    assert not re.search(r"^\s*(from|import) ", "".join(others), re.MULTILINE)


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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_links_and_pictures_lead_somewhere(page):
    for is_picture, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", prose(PAGES[page])):
        path, _, name = target.partition("#")
        if target.startswith("https://"):
            continue
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not name or name in map(pages.anchor, headings(PAGES[file])), target
        assert not is_picture or len(words) > 60  # for those who don't see it


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
    in_full = re.findall(r"\bW[01] = ([\d.]*\d)", PAGES[CONTRIBUTING])
    assert [float(number) for number in in_full] == [*PUBLISHED]
    rounded = re.findall(r"`(\d\S*) (\d\S*)`", PAGES[ELSEWHERE])
    assert rounded == [tuple(f"{number:.6f}".rstrip("0") for number in PUBLISHED)]


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
