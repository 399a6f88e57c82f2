"""The programs of elsewhere/, each copied to another folder and started there, and the page that shows them."""

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
every_program = pytest.mark.parametrize("name", LIBRARIES)

# Runs the program whose path is its argument, and prints all digits of what it has learned.
ALL_DIGITS = "import runpy, sys; names = runpy.run_path(sys.argv[1]); print(*(names[W].item() for W in ('W0', 'W1')))"


def start(name, *arguments, folder):
    """Start Python on these arguments in `folder`, and return what it prints; skip where `name` has no library."""
    if not find_spec(LIBRARIES[name]):
        pytest.skip(f"{LIBRARIES[name]} is not installed")
    command = [sys.executable, "-I", *map(str, arguments)]  # -I: what lies in the current folder is not found
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, timeout=300, check=True).stdout


def start_changed(name, line, instead, folder):
    program = (FOLDER / name).read_text(encoding="utf-8")
    assert program.count(line) == 1
    (folder / name).write_text(program.replace(line, instead), encoding="utf-8")
    return start(name, name, folder=folder)


@every_program
def test_a_copy_anywhere_learns_the_line_and_ends_with_the_line_of_the_tutorial(name, tmp_path):
    printed = start(name, "-c", ALL_DIGITS, shutil.copy(FOLDER / name, tmp_path), folder=tmp_path)
    line, all_digits = printed.splitlines(keepends=True)
    assert line == LAST_LINE
    assert [float(digits) for digits in all_digits.split()] == pytest.approx(PUBLISHED, abs=1e-9)


def test_jax_runs_the_function_once_and_then_the_compiled_code(tmp_path):
    line = "    y = (X * W0) + W1\n"
    assert start_changed("with_jax.py", line, line + "    print('traced')\n", tmp_path) == "traced\n" + LAST_LINE


def test_pytorch_without_the_reset_of_grad_diverges(tmp_path):
    slope, _ = start_changed("with_pytorch.py", "W0.grad = W1.grad = None", "pass", tmp_path).split()
    assert float(slope) > 1e31


def test_the_page_shows_the_programs_own_lines():
    shown = [block.text for block in python_blocks(PAGES[ELSEWHERE])]
    assert len(shown) == len(LIBRARIES)
    for name, text in zip(LIBRARIES, shown):
        program = (FOLDER / name).read_text(encoding="utf-8")
        assert text in program and len(text.splitlines()) <= 10 and len(program.splitlines()) <= 30
