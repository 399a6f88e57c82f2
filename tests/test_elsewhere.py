"""The programs of elsewhere/, started in another folder, and the page with them."""

import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest
from helpers import LINEAR_REGRESSION, PUBLISHED
from pages import ELSEWHERE, PAGES, python_blocks

FOLDER = LINEAR_REGRESSION / "elsewhere"
LIBRARIES = {"by_hand.py": "numpy", "with_jax.py": "jax", "with_pytorch.py": "torch"}
LAST_LINE = "{:.5f} {:.6f}\n".format(*PUBLISHED)

# Runs the program whose path is its argument, and prints all digits of what it learned
ALL_DIGITS = """
import runpy, sys
names = runpy.run_path(sys.argv[1])
print(names["W0"].item(), names["W1"].item())
"""


def start(name, *arguments, folder):
    """Start Python on these arguments in `folder`, and return what it prints.

    Skips the test where the program `name` has no library.
    """
    if not find_spec(LIBRARIES[name]):
        pytest.skip(f"{LIBRARIES[name]} is not installed")
    # -I: what lies in the current folder is not found
    command = [sys.executable, "-I", *map(str, arguments)]
    ended = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, text=True, timeout=300, check=True
    )
    return ended.stdout


def start_changed(name, line, instead, folder):
    """Start a copy of the program `name`, with another `line`, as `start` does."""
    program = (FOLDER / name).read_text(encoding="utf-8")
    assert program.count(line) == 1
    (folder / name).write_text(program.replace(line, instead), encoding="utf-8")
    return start(name, name, folder=folder)


@pytest.mark.parametrize("name", LIBRARIES)
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


def test_the_page_shows_the_programs_own_lines():
    shown = [block.text for block in python_blocks(PAGES[ELSEWHERE])]
    assert len(shown) == len(LIBRARIES)
    for name, text in zip(LIBRARIES, shown):
        program = (FOLDER / name).read_text(encoding="utf-8")
        assert text in program
        assert len(text.splitlines()) <= 10
        assert len(program.splitlines()) <= 30
