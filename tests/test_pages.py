"""The pages: what they show is run and compared, and their commands and links lead somewhere."""

import io
import os
import re
import runpy
import signal
import sys
from code import InteractiveConsole
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from helpers import LINEAR_REGRESSION, REPOSITORY, assert_as_committed, by_hand
from pages import (
    DESCENT,
    ELSEWHERE,
    FRONT,
    PAGES,
    PICTURES,
    TUTORIAL,
    anchor,
    assert_shown,
    blocks,
    headings,
    prose,
    sessions,
    shown,
    tidy,
)

from backend import NAME
from data import makepoints

SESSIONS = [
    pytest.param(session, id=f"{page.stem} {number}")
    for page in (TUTORIAL, DESCENT)
    for number, session in enumerate(sessions(PAGES[page]))
]
COMMANDS = [block for block in blocks(PAGES[TUTORIAL]) if block.language == "sh" and block.printed]


def typed(block, console):
    """Return what Python's prompt prints when the lines of `block` are pasted there."""
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()) as problems:
        for line in [*block.text.splitlines(), ""]:
            incomplete = console.push(line)
    assert not problems.getvalue() and not incomplete, f"{block.text}\n{problems.getvalue()}"
    return re.sub("<matplotlib.*\n", "", printed.getvalue())  # of which the page speaks


@pytest.mark.parametrize("session", SESSIONS)
def test_python_prints_what_the_page_shows(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    console = InteractiveConsole()
    for block in session:
        assert_shown(tidy(typed(block, console)), block, NAME)
    if "my_line.png" in "".join(block.text for block in session):
        for name, value in zip(("train_x", "train_y", "test_x", "test_y"), makepoints()):
            np.testing.assert_array_equal(console.locals[name], value)  # the tutorial's seed gives data.py's points
        for picture in PICTURES:
            assert_as_committed(Path(f"my_{picture}"), picture)


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


@pytest.mark.parametrize("block", COMMANDS, ids=lambda block: block.text)
def test_commands_print_what_the_page_shows(block, tmp_path, monkeypatch, capsys):
    python, script, *arguments = block.text.replace("\\\n", " ").split()
    assert python == "../.venv/bin/python"
    output = ["--frames", "2", "--output", str(tmp_path / "a.gif")]
    monkeypatch.setattr(sys, "argv", [script, *arguments, *output])  # in this process, which is quicker
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    runpy.run_path(str(LINEAR_REGRESSION / script), run_name="__main__")
    printed = capsys.readouterr().out
    for line in shown(block, NAME).splitlines():
        assert line in printed.splitlines()


def test_the_front_page_shows_the_report(default_run):
    (report,) = re.findall(r"^```text\n(Theano .*?)^```", PAGES[FRONT], re.MULTILINE | re.DOTALL)
    *lines, wrote = default_run[0].splitlines()
    assert report.splitlines()[1:-1] == lines[1:]
    frames = re.compile(r"\d+ frames")  # the size of the file differs a little between releases of matplotlib
    assert frames.findall(report) == frames.findall(wrote)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_links_and_pictures_lead_somewhere(page):
    for is_picture, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", prose(PAGES[page])):
        path, _, name = target.partition("#")
        if target.startswith("https://"):
            continue
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not name or name in map(anchor, headings(PAGES[file])), target
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


def test_what_the_pages_say_of_200_seeds_is_so():
    points = [makepoints(seed=seed) for seed in range(200)]
    x, test_x = points[0][0], points[0][2]
    y, test_y = (np.array([each[i] for each in points]).T for i in (1, 3))
    rng = np.random.RandomState(1)
    orders = [np.tile(order, 100) for order in (np.arange(100), np.arange(100)[::-1], rng.permutation(100))]
    orders.append(np.concatenate([rng.permutation(100) for _ in range(100)]))
    least_squares = np.polyfit(x, y, 1)
    ends = [by_hand(x[order], y[order])[-1] for order in orders]
    distances = [np.hypot(*(end - least_squares)) for end in ends]
    in_order, in_reverse, fixed, new = map(np.median, distances)
    same_side = ((ends[0][0] > least_squares[0]) == (ends[1][0] > least_squares[0])).sum()
    ours, theirs = (np.mean((np.outer(test_x, W0) + W1 - test_y) ** 2, axis=0) for W0, W1 in (ends[0], least_squares))
    assert {f"{in_order:.3f}", f"{same_side}", f"{sum(ours < theirs)}", f"{sum(theirs < ours)}"} <= numbers(DESCENT)
    assert distances[0].argmax() == distances[1].argmax() == 0  # seed 0 is the farthest
    assert 0.015 < fixed < 0.02 and new == pytest.approx(0.013, abs=0.002)

    x = np.linspace(-1, 1, 40)
    draws = [rng.randn(53) for rng in map(np.random.RandomState, range(200))]
    y = np.sin(4 * x)[:, None] + np.array([draw[:40] for draw in draws]).T * 0.1
    M, B, A = np.array([draw[40:52] for draw in draws]).T.reshape(3, 4, 200)
    bias = np.array([draw[52] for draw in draws])
    for _ in range(300):  # the network's gradients, derived by hand
        for x_i, y_i in zip(x, y):
            bent = np.tanh(x_i * M + B)
            slope = 0.2 * (np.sum(A * bent, axis=0) + bias - y_i)  # the learning rate is 0.1
            through = slope * A * (1 - bent**2)
            M, B, A, bias = M - through * x_i, B - through, A - slope * bent, bias - slope
    errors = np.sum(A * np.tanh(np.multiply.outer(x, M) + B), axis=1) + bias - y
    mse = np.mean(errors**2, axis=0)
    assert f"{(mse < 0.02).sum()}" in numbers(TUTORIAL)
    assert (mse > 0.2).sum() == 6 and mse.max() < 0.7  # the page says so, and that two end just above 0.02


def numbers(page):
    """Return the numbers on the page, as text."""
    return set(re.findall(r"[\d.,]*\d", PAGES[page]))
