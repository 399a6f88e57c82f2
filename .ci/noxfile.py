"""Run the tests on every CPython found here, each in a clean environment.

Run it with: python -m nox -f .ci/noxfile.py
"""

import os
from pathlib import Path

import nox

# The supported Pythons. tests/test_versions.py derives from these three lines what other
# files have to say.
THEANO = ["3.9", "3.10", "3.11"]
PYTENSOR = ["3.12", "3.13", "3.14", "3.15"]
AHEAD = ["3.15"]  # where PyTensor works but does not say so yet: --ignore-requires-python

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
    """All tests, with the newest libraries that requirements.txt allows."""
    install(session)
    test(session)


@nox.session(python=[THEANO[0], PYTENSOR[0]])
def lowest(session):
    """All tests, with the oldest libraries that requirements.txt allows."""
    oldest = "--resolution", "lowest-direct"
    install(session, *oldest)
    # tests/requirements.txt has a newer matplotlib
    session.install("-r", "requirements.txt", "--upgrade", *oldest)
    test(session)


@nox.session(python=PYTENSOR[0])
def matplotlib(session):
    """What draws, with the newest matplotlib, and not the one that drew the pictures."""
    install(session)
    session.install("-r", "requirements.txt", "--upgrade-package", "matplotlib")
    draw = "animation", "graph", "descent", "pages"
    test(session, *[f"tests/test_{name}.py" for name in draw])


# with pip, as uv would install PyTorch for CUDA, which are gigabytes
@nox.session(python="3.11", venv_backend="venv")
def elsewhere(session):
    """The programs of elsewhere/, with JAX and PyTorch."""
    install(session, "torch==2.13.0", "jax==0.4.30", "jaxlib==0.4.30")
    test(session, "tests/test_elsewhere.py")


# unlike the tests, it may fetch its Python
@nox.session(python="3.11", default=False, download_python="auto")
def pictures(session):
    """Make the pictures anew, all of them or those named after `--`."""
    install(session)
    session.run("python", ".ci/regenerate.py", *(session.posargs or ["images"]))


def install(session, *others):
    session.chdir("..")
    session.install("-r", "tests/requirements.txt", *others)


def test(session, *arguments):
    session.run("python", "-m", "pytest", "-n", "auto", *arguments, *session.posargs)
