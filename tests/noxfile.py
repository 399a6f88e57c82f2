"""Run the tests on every CPython found here, each in a clean environment: python -m nox -f tests/noxfile.py

With the newest versions that requirements.txt admits, and on the oldest and newest Python with the lowest as well.
"""

import os
import shutil
from pathlib import Path

import nox

VERSIONS = ["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]

# the interpreters that pyenv keeps, before its stand-ins for them, which run only where one is chosen
pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
os.environ["PATH"] = os.pathsep.join([*map(str, pyenv.glob("3.*/bin")), os.environ["PATH"]])

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False

found = [version for version in VERSIONS if shutil.which(f"python{version}")]
runs = [(version, "highest") for version in VERSIONS]
runs += [(version, "lowest-direct") for version in dict.fromkeys([found[0], found[-1]])]
rows = []


@nox.session
@nox.parametrize("python,resolution", runs)
def tests(session, resolution):
    session.chdir("..")
    session.install("--resolution", resolution, "-r", "tests/requirements.txt")
    program = "from backend import NAME, theano; import numpy; print(NAME, theano.__version__, numpy.__version__)"
    engine = session.run("python", "-c", program, silent=True, stderr=None, env={"PYTHONPATH": "linear_regression"})
    rows.append([session.python, *engine.split()[-3:], resolution, "FAILED"])
    session.run("python", "-m", "pytest", *session.posargs)
    rows[-1][-1] = "passed"


@nox.session(python=False)
def table(session):
    for row in [["Python", "engine", "", "NumPy", "versions", "result"], *rows]:
        print("{:7} {:9}{:7} {:8} {:14} {}".format(*row))
    print("not found here:", ", ".join(version for version in VERSIONS if version not in found) or "none")
    if {row[1] for row in rows if row[-1] == "passed"} != {"Theano", "PyTensor"}:
        session.error("the tests have to pass with one Theano and with one PyTensor at least")
