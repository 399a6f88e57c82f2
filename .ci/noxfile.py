"""Run the tests on every CPython found here, each in a clean environment.

Run it with: python -m nox -f .ci/noxfile.py
"""

import os
from pathlib import Path

import nox

THEANO = ["3.9", "3.10", "3.11"]
PYTENSOR = ["3.12", "3.13", "3.14", "3.15"]

# The interpreters that pyenv keeps, before its stand-ins for them, which run only where
# one is chosen
pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
folders = [*map(str, pyenv.glob("3.*/bin")), os.environ["PATH"]]
os.environ["PATH"] = os.pathsep.join(folders)

# Otherwise, every process that a test starts would compile the libraries
os.environ["UV_COMPILE_BYTECODE"] = "1"

nox.options.default_venv_backend = "uv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False


@nox.session(python=THEANO + PYTENSOR)
def newest(session):
    check(session, [])


@nox.session(python=[THEANO[0], PYTENSOR[0]])
def lowest(session):
    check(session, ["--resolution", "lowest-direct"])


@nox.session(python=PYTENSOR[0])
def pictures(session):
    """The pictures, to ten pixels a frame, with the matplotlib that made them."""
    check(session, ["matplotlib==3.10.9"], ["-k", "committed or page_shows"])


# with pip, as uv would install PyTorch for CUDA, which are gigabytes
@nox.session(python="3.11", venv_backend="venv")
def elsewhere(session):
    libraries = ["torch==2.13.0", "jax==0.4.30", "jaxlib==0.4.30"]
    check(session, libraries, ["tests/test_elsewhere.py"])


def check(session, install, arguments=()):
    session.chdir("..")
    session.install("-r", "tests/requirements.txt", *install)
    command = ["python", "-m", "pytest", "-n", "auto"]
    session.run(*command, *arguments, *session.posargs)
