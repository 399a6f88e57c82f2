"""The post's imports: with C code where a compiler works, with the same numbers where none does, and quietly."""

import os
import shutil
import sys

import numpy as np
import pytest
from helpers import COMPILING, LINEAR_REGRESSION, flags, needs_compiler, posix, run, run_py, start

from backend import COMPILED, NAME, VARIABLE, theano

SHORT = "--epochs", "1", "--frames", "2"
LEARNED = "learned         1.668887    4.797967\n"
VERSION = 'case "$1" in --version|-dumpversion|-v) echo 12.2.0; exit; esac'
WITHOUT_C = "computing without C, which takes longer: "


def short_run(clone, gif, **options):
    """Return what a short run of run.py in a `clone` says on stderr, after a look at its numbers."""
    stdout, stderr, status = run_py(*SHORT, "--output", gif, clone=clone, **options)
    assert status == 0 and LEARNED in stdout, stderr
    return stderr


def folder_with(tmp_path, **programs):
    """Return a folder to be the PATH, with these programs in it: name=text of a shell script."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, text in programs.items():
        program = folder / name.replace("gxx", "g++")
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    return {"PATH": str(folder)}


def test_without_a_compiler_the_numbers_are_the_same_and_one_line_says_so(clone, gif, tmp_path):
    stderr = short_run(clone, gif, env=folder_with(tmp_path))
    assert stderr == f'{WITHOUT_C}no C++ compiler that works was found (see "When it does not work" in README.md)\n'
    assert not (clone / ".compiled").exists()


@posix
@pytest.mark.parametrize(
    ("script", "reason"),
    [
        (f"{VERSION}; echo 'a.cpp:1:10: fatal error: Python.h: No such file' >&2; exit 1", "Python.h: No such file"),
        ("exit 1", "no C++ compiler that works was found"),
    ],
    ids=["no Python.h", "fails"],
)
def test_with_a_compiler_that_fails_likewise(script, reason, clone, gif, tmp_path):
    path = folder_with(tmp_path, **{"gxx": script, "clang++": script})
    stderr = short_run(clone, gif, env=path)
    assert stderr.startswith(WITHOUT_C + reason) and stderr.count("\n") == 1


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may write anything")
def test_with_a_clone_that_cannot_be_written_likewise(clone, gif, tmp_path):
    clone.chmod(0o555)
    stderr = short_run(clone, gif, env=folder_with(tmp_path, gxx=f"{VERSION}; exit 1"))
    assert "Permission denied" in stderr and stderr.count("\n") == 1


@posix
def test_on_a_full_disk_likewise(clone, gif, tmp_path):
    resource = pytest.importorskip("resource")

    def fill_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**19, 2**19))

    path = folder_with(tmp_path, gxx=f"{VERSION}; exit 1")
    assert short_run(clone, gif, env=path, preexec_fn=fill_disk).startswith(f"{WITHOUT_C}[Errno 27] File too large")


@pytest.mark.parametrize("own_flags", ["cxx=", "floatX=float64,cxx="])
def test_a_readers_wish_to_do_without_c_needs_no_line(own_flags, clone, gif):
    assert short_run(clone, gif, env=flags(own_flags)) == ""
    assert not (clone / ".compiled").exists()


@needs_compiler
def test_the_first_run_says_that_it_compiles_and_the_second_uses_what_it_kept(clone, gif, tmp_path):
    script = clone / "linear_regression" / "run.py"
    first, second = (start(script, *SHORT, "--output", gif).communicate() for _ in range(2))
    if WITHOUT_C in first[1]:
        pytest.skip("the C++ compiler does not work here, or there is no Python.h")
    assert (first[1], second[1]) == (f"{COMPILING}\n", "")
    assert LEARNED in first[0] and first[0] == second[0]
    compiled = [file for ending in ("so", "pyd") for file in (clone / ".compiled").rglob(f"*.{ending}")]
    assert compiled and str(clone) in str(compiled[0])
    assert os.listdir(os.environ["HOME"]) == []


def test_the_readers_flags_come_last_and_stay_as_they_are():
    program = f"""
import importlib, os
import backend
importlib.reload(backend)
print(os.environ.get("{VARIABLE}"), backend.theano.config.floatX, backend.theano.config.allow_gc)
"""
    for own_flags, printed in [("floatX=float32,allow_gc=True", "float32 True"), (None, "float64 False")]:
        environment = flags(own_flags) if own_flags else {}
        stdout, _, status = run("-c", program, cwd=LINEAR_REGRESSION, env=environment)
        assert (stdout, status) == (f"{own_flags} {printed}\n", 0)


def test_a_readers_wrong_flag_is_the_librarys_to_report(gif):
    _, stderr, status = run_py(*SHORT, "--output", gif, env=flags("floatX=nonsense"))
    assert status == 1 and "nonsense" in stderr and WITHOUT_C not in stderr


def test_float32_takes_the_same_steps_as_far_as_its_digits_go(gif):
    stdout, stderr, _ = run_py(*SHORT, "--output", gif, env=flags("floatX=float32"))
    assert "(float32)" in stdout and "learned         1.66888" in stdout
    assert WITHOUT_C not in stderr or theano.config.cxx == ""


def test_each_python_and_numpy_has_a_folder_of_its_own():
    assert theano.config.compiledir != "" and str(theano.config.compiledir).startswith(str(COMPILED))
    for version in (theano.__version__, np.__version__, sys.version.split()[0]):
        assert version in os.path.basename(str(theano.config.compiledir))


@pytest.mark.skipif(NAME == "PyTensor", reason="PyTensor works with every NumPy that pip puts beside it")
def test_theano_beside_a_numpy_that_it_does_not_know_gets_one_sentence(tmp_path):
    shutil.copy(LINEAR_REGRESSION / "backend.py", tmp_path)
    program = "import numpy; numpy.__version__ = '1.24.0'; import backend"
    _, stderr, status = run("-c", program, cwd=tmp_path)
    assert status == 1
    assert stderr.endswith(
        "ImportError: Theano does not work with NumPy 1.24.0: python -m pip install -r requirements.txt\n"
    )
