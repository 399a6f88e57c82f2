"""The programs of elsewhere/: each copied to another folder and started there, as its reader may do."""

import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest
from helpers import LINEAR_REGRESSION, PUBLISHED

ELSEWHERE = LINEAR_REGRESSION / "elsewhere"
LIBRARIES = {"by_hand.py": "numpy", "with_jax.py": "jax", "with_pytorch.py": "torch"}
every_program = pytest.mark.parametrize("name", LIBRARIES)

# Runs the program whose path is its argument, and prints all digits of what it has learned.
ALL_DIGITS = "import runpy, sys; names = runpy.run_path(sys.argv[1]); print(*(names[W].item() for W in ('W0', 'W1')))"


def needs(name):
    """Skip the test where the library of the program `name` is not installed."""
    if not find_spec(LIBRARIES[name]):
        pytest.skip(f"{LIBRARIES[name]} is not installed")


def start(*arguments, folder):
    command = [sys.executable, "-I", *map(str, arguments)]  # -I: what lies in the current folder is not found
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


@every_program
def test_a_copy_anywhere_learns_the_line_and_ends_with_the_line_of_the_tutorial(name, tmp_path):
    needs(name)
    process = start("-c", ALL_DIGITS, shutil.copy(ELSEWHERE / name, tmp_path), folder=tmp_path)
    assert process.returncode == 0, process.stderr
    *printed, all_digits = process.stdout.splitlines()
    assert printed == ["2.05335 5.006851"]
    assert [float(digits) for digits in all_digits.split()] == pytest.approx(PUBLISHED, abs=1e-9)


@pytest.mark.parametrize(
    "name, message",
    [
        ("by_hand.py", "No module named 'numpy': python -m pip install numpy"),
        ("with_jax.py", "No module named 'jax': python -m pip install jax, in an environment of its own"),
        (
            "with_pytorch.py",
            "No module named 'numpy': python -m pip install numpy torch, in an environment of its own",
        ),
    ],
)
def test_without_its_library_one_line_says_how_to_install_it(name, message, tmp_path):
    process = start("-S", ELSEWHERE / name, folder=tmp_path)  # -S: without the packages that pip has installed
    assert (process.returncode, process.stdout, process.stderr) == (1, "", message + "\n")


def start_changed(name, line, instead, folder):
    """Start the program `name` with another line in place of `line`; return its standard output."""
    needs(name)
    program = (ELSEWHERE / name).read_text(encoding="utf-8")
    assert program.count(line) == 1
    (folder / name).write_text(program.replace(line, instead))
    return start(name, folder=folder).stdout


def test_jax_runs_the_function_once_and_then_the_compiled_code(tmp_path):
    line = "    y = (X * W0) + W1\n"
    output = start_changed("with_jax.py", line, line + "    print('traced')\n", tmp_path)
    assert output == "traced\n2.05335 5.006851\n"


def test_pytorch_without_the_reset_of_grad_goes_astray(tmp_path):
    slope, _ = start_changed("with_pytorch.py", "W0.grad = W1.grad = None", "pass", tmp_path).split()
    assert float(slope) > 1e31


@every_program
def test_no_program_is_longer_than_30_lines(name):
    assert len((ELSEWHERE / name).read_text(encoding="utf-8").splitlines()) <= 30
