"""The programs of elsewhere/, started in another folder, and the page with them."""

import ast
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest
from helpers import LINEAR_REGRESSION, PUBLISHED
from pages import ELSEWHERE, PAGES, python_blocks

FOLDER = LINEAR_REGRESSION / "elsewhere"
PAGE = PAGES[ELSEWHERE]
PROGRAMS = sorted(path.name for path in FOLDER.glob("*.py"))
# A fourth program fails the tests of the page until it is there
ADD = """elsewhere/README.md has to show each program of its folder: its training step in a block
with a link above, a column or a row in the tables, and under "Run them" how to install its
library and start it. tests/requirements.txt does not install it."""
LAST_LINE = "{:.5f} {:.6f}\n".format(*PUBLISHED)

# Runs the program whose path is its argument, and prints all digits of what it learned
ALL_DIGITS = """
import runpy, sys
names = runpy.run_path(sys.argv[1])
print(names["W0"].item(), names["W1"].item())
"""


def read(name):
    return (FOLDER / name).read_text(encoding="utf-8")


def libraries(name):
    """Return a set of the packages that the program imports, without Python's own modules."""
    pythons_own = getattr(sys, "stdlib_module_names", ())  # from Python 3.10 on
    imported = set()
    for statement in ast.walk(ast.parse(read(name))):
        if isinstance(statement, ast.Import):
            imported.update(alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            imported.add(statement.module)
    return {module.split(".")[0] for module in imported}.difference(pythons_own)


def start(name, *arguments, folder):
    """Start Python on these arguments in `folder`, and return what it prints.

    Skips the test where a library of the program `name` is not installed.
    """
    missing = [library for library in libraries(name) if not find_spec(library)]
    if missing:
        pytest.skip(f"not installed: {missing}")
    # -I: what lies in the current folder is not found
    command = [sys.executable, "-I", *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, text=True, timeout=300, check=True
    )
    return ended.stdout


def start_changed(name, line, instead, folder):
    """Start a copy of the program `name`, with another `line`, as `start` does."""
    program = read(name)
    assert program.count(line) == 1
    (folder / name).write_text(program.replace(line, instead), encoding="utf-8")
    return start(name, name, folder=folder)


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_copy_anywhere_ends_with_the_line_of_the_tutorial(name, tmp_path):
    copy = shutil.copy(FOLDER / name, tmp_path)
    printed = start(name, "-c", ALL_DIGITS, copy, folder=tmp_path)
    line, all_digits = printed.splitlines(keepends=True)
    assert line == LAST_LINE
    W0, W1 = all_digits.split()
    assert (float(W0), float(W1)) == pytest.approx(PUBLISHED, abs=1e-9)


def test_jax_runs_the_function_once_and_then_the_compiled_code(tmp_path):
    line = "    y = (X * W0) + W1\n"
    traced = line + "    print('traced')\n"
    printed = start_changed("with_jax.py", line, traced, tmp_path)
    assert printed == "traced\n" + LAST_LINE


def test_pytorch_without_the_reset_of_grad_diverges(tmp_path):
    reset = "W0.grad = W1.grad = None"
    slope, _ = start_changed("with_pytorch.py", reset, "pass", tmp_path).split()
    assert float(slope) > 1e31


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_dependencies_in_a_program_are_what_it_imports(name):
    listed = re.search(r"^# dependencies = (.*)$", read(name), re.MULTILINE)
    if listed is None:
        assert name == "with_pytorch.py"  # whose package for a plain CPU has an address of its own
    else:
        assert set(ast.literal_eval(listed[1])) == libraries(name)


# The page


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_page_links_shows_and_starts_each_program(name):
    assert f"[{name}]({name})" in PAGE, ADD
    assert re.search(rf"^\S+/python {name}$", PAGE, re.MULTILINE), ADD
    assert any(block.text in read(name) for block in python_blocks(PAGE)), ADD


def test_every_block_of_the_page_is_from_a_program():
    for block in python_blocks(PAGE):
        assert any(block.text in read(name) for name in PROGRAMS), block.text


def test_blocks_and_programs_are_short():
    for block in python_blocks(PAGE):
        assert len(block.text.splitlines()) <= 10, block.text
    for name in PROGRAMS:
        assert len(read(name).splitlines()) <= 30, name
