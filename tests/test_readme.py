"""Everything that README.md shows is looked up or run."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from textwrap import dedent

import numpy as np
import pytest
from test_run import REPOSITORY

from backend import NAME
from data import makepoints

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
LINEAR_REGRESSION = REPOSITORY / "linear_regression"
# what stands right before the block (a link to lines, or a note), its language, its text, and the text block after it
BLOCKS = re.findall(
    r"(?:([^\n]+)\n+)?^```(\w+)\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", README, re.DOTALL | re.MULTILINE
)


def blocks(language, *, before=""):
    return [block for block in BLOCKS if block[1] == language and re.search(before, block[0])]


def python(*arguments, **options):
    environment = {**os.environ, "PYTHONPATH": str(LINEAR_REGRESSION), "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, encoding="utf-8", **options
    )


@pytest.mark.parametrize("before, _, code, __", blocks("python", before=r"\(linear_regression/"))
def test_code_of_the_modules_stands_where_its_link_says(before, _, code, __):
    name, said, path, first, last = re.match(
        r"\[`(.+)`, lines? (.+)\]\((linear_regression/.+)#L(\d+)(?:-L(\d+))?\):", before
    ).groups()
    lines = (REPOSITORY / path).read_text(encoding="utf-8").splitlines(keepends=True)
    assert code == dedent("".join(lines[int(first) - 1 : int(last or first)]))
    assert said == (f"{first}–{last}" if last else first) and path.endswith(name)


def test_no_step_of_the_walk_is_missing():
    shown = "".join(code for _, _, code, _ in blocks("python", before=r"\(linear_regression/"))
    steps = ["def makeline", "X = T.scalar", "W0 = theano.shared", "def model", "y = model(", "mse = T.mean"]
    steps += ["gradientW0 = T.grad", "gradientW1 = T.grad", "updates = [", "train_model = theano.function"]
    steps += ["for epoch in", "cost = line.train_model(x, y)", "axes.draw_artist(predictions)", "def take_floats"]
    found = [shown.find(step) for step in steps if step != "def makeline"]
    assert -1 not in found and "def makeline" in shown
    headings = re.findall(r"^### (\d+)\.", README, re.MULTILINE)
    assert headings == [str(number + 1) for number in range(len(headings))]


def test_the_session_of_the_walk_goes_as_shown():
    session = "\n".join(code for _, _, code, _ in blocks("pycon"))
    test = doctest.DocTestParser().get_doctest(session, {}, "README.md", "README.md", 0)
    failures = []
    doctest.DocTestRunner().run(test, out=failures.append)
    assert not failures, "".join(failures)
    assert len(test.examples) > 20


@pytest.mark.parametrize("before, _, shown, __", blocks("text", before=rf"printed by model.py with {NAME}"))
def test_expressions_are_printed_as_shown(before, _, shown, __):
    printed = python(LINEAR_REGRESSION / "model.py").stdout
    assert shown in "".join(line.rstrip() + "\n" for line in printed.splitlines())


def test_both_expressions_are_shown_as_both_libraries_print_them():
    assert len(blocks("text", before="printed by model.py with Theano")) == 2
    assert len(blocks("text", before="printed by model.py with PyTensor")) == 2


@pytest.mark.parametrize("_, __, command, shown", [block for block in blocks("sh") if block[3]])
def test_things_to_try_go_as_shown(_, __, command, shown, tmp_path):
    flags, arguments = re.fullmatch(
        r"((?:\w+=\S+ )*)\.venv/bin/python linear_regression/run\.py(.*)\n", command
    ).groups()
    environment = {**os.environ, **dict(flag.split("=", 1) for flag in flags.split())}
    process = subprocess.run(
        [sys.executable, LINEAR_REGRESSION / "run.py", *shlex.split(arguments), "--output", tmp_path / "try.gif"],
        capture_output=True,
        env=environment,
        text=True,
    )
    for line in shown.splitlines():
        assert line in (process.stdout + process.stderr).splitlines()


def test_the_report_is_the_one_shown(tmp_path):
    (_, _, shown, _) = next(block for block in blocks("text") if block[0].startswith("You should see this"))
    process = python(LINEAR_REGRESSION / "run.py", "--output", "images/animation.gif", cwd=tmp_path)
    last_line = re.compile(r"(wrote .*: \d+ frames, )\d+ kB$", re.MULTILINE)  # matplotlib's versions differ a little
    assert last_line.sub(r"\1", process.stdout).splitlines()[1:] == last_line.sub(r"\1", shown).splitlines()[1:]


@pytest.mark.parametrize("before, _, code, shown", [block for block in blocks("python") if block[3]])
def test_solutions_print_what_is_shown(before, _, code, shown):
    process = python("-c", code)
    assert process.stdout == shown, process.stderr


def test_every_block_is_tested_or_a_command_for_the_reader():
    for before, language, code, output in BLOCKS:
        if language == "python":
            assert output or "](linear_regression/" in before
        elif language == "text":
            assert "printed by model.py" in before or before.startswith("You should see this")
        elif language in ("sh", "bat"):
            assert output or ".venv" in code or code.startswith("nox") or "python" in code
        else:
            assert language == "pycon"


def test_links_and_pictures_lead_somewhere():
    for alternative, target in re.findall(r"(!?\[[^\]]*\])\(([^)]+)\)", README):
        path, _, fragment = target.partition("#")
        if not target.startswith("https://"):
            assert (REPOSITORY / path).exists()
        if not path:
            headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
            assert fragment in [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
        if alternative.startswith("!"):
            assert len(alternative) > 40  # a picture in words, for those who do not see it


def test_the_table_of_files_is_complete():
    for file in LINEAR_REGRESSION.iterdir():
        if file.suffix in (".py", ".ipynb"):
            assert f"`linear_regression/{file.name}`" in README


def sgd(learning_rate, epochs, shuffled):
    train_x, train_y, _, _ = makepoints()
    random = np.random.RandomState(0)
    points = list(zip(train_x.tolist(), train_y.tolist()))
    slope = intercept = 0.0
    for _ in range(epochs):
        for index in random.permutation(100) if shuffled else range(100):
            x, y = points[index]
            error = slope * x + intercept - y
            slope, intercept = slope - 2 * learning_rate * error * x, intercept - 2 * learning_rate * error
    return slope, intercept


@pytest.mark.parametrize(
    "row, settings",
    [
        ("as in the post: in order, learning rate 0.01, 100 epochs", (0.01, 100, False)),
        ("the same, 1,000 epochs", (0.01, 1000, False)),
        ("learning rate 0.005, 200 epochs", (0.005, 200, False)),
        ("learning rate 0.001, 1,000 epochs", (0.001, 1000, False)),
        ("learning rate 0.01, 100 epochs, shuffled (`np.random.RandomState(0)`)", (0.01, 100, True)),
        ("learning rate 0.001, 1,000 epochs, shuffled (`np.random.RandomState(0)`)", (0.001, 1000, True)),
    ],
)
def test_the_table_of_endings_is_right(row, settings):
    slope, intercept = sgd(*settings)
    assert f"| {row} | {slope:.4f} | {intercept:.4f} |" in README


def test_seeds_differ_as_much_as_the_page_says():
    slopes = [np.polyfit(*makepoints(seed=seed)[:2], 1)[0] for seed in range(200)]
    assert f"goes from {min(slopes):.2f} to {max(slopes):.2f}" in README
