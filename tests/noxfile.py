"""Run the tests on every CPython found here, each in a clean environment: python -m nox -f tests/noxfile.py

On each Python with the newest versions that requirements.txt admits; on the oldest and the newest one with the lowest,
too. Then the programs of elsewhere/ with their libraries.
"""

import os
import shutil
import time
from pathlib import Path

import nox

THEANO = ["3.9", "3.10", "3.11"]
PYTENSOR = ["3.12", "3.13", "3.14"]

# the interpreters that pyenv keeps, before its stand-ins for them, which run only where one is chosen
pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
os.environ["PATH"] = os.pathsep.join([*map(str, pyenv.glob("3.*/bin")), os.environ["PATH"]])

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False

found = [version for version in THEANO + PYTENSOR if shutil.which(f"python{version}")]
runs = [(version, "highest") for version in THEANO + PYTENSOR]
runs += [(version, "lowest-direct") for version in dict.fromkeys([found[0], found[-1]])]
rows = []  # of the table at the end


def check(session, what, install, arguments):
    """Install, run pytest with these arguments, and note for the table how it went."""
    row = [session.python, "", "", "", what, "FAILED", ""]
    rows.append(row)
    start = time.monotonic()
    try:
        session.chdir("..")
        session.install(*install, "-r", "tests/requirements.txt")
        program = "from backend import NAME, theano; import numpy; print(NAME, theano.__version__, numpy.__version__)"
        engine = session.run("python", "-c", program, silent=True, stderr=None, env={"PYTHONPATH": "linear_regression"})
        row[1:4] = engine.split()[-3:]
        session.run("python", "-m", "pytest", *arguments, *session.posargs)
        row[5] = "passed"
    finally:
        row[6] = f"{time.monotonic() - start:.0f} s"


@nox.session
@nox.parametrize("python,resolution", runs)
def tests(session, resolution):
    check(session, resolution, ["--resolution", resolution], [])


# pip, as uv would install PyTorch for CUDA, which are gigabytes; JAX 0.4.30 is the last that works with NumPy < 1.24
@nox.session(python="3.11", venv_backend="venv")
def elsewhere(session):
    check(session, "elsewhere", ["torch==2.13.0", "jax==0.4.30", "jaxlib==0.4.30"], ["tests/test_elsewhere.py"])


@nox.session(python=False)
def table(session):
    for row in [["Python", "engine", "", "NumPy", "tests", "result", "time"], *rows]:
        print("{:7} {:9}{:7} {:8} {:14} {:7} {:>6}".format(*row))
    print("not found here:", ", ".join(version for version in THEANO + PYTENSOR if version not in found) or "none")
    if {row[1] for row in rows if row[5] == "passed"} != {"Theano", "PyTensor"}:
        session.error("the tests have to pass with one Theano and with one PyTensor at least")
