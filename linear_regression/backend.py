"""The post's imports, `theano` and `T`: Theano where it is installed, else PyTensor, which continues it.

With a C++ compiler, both compile to C code, which they keep in .compiled/ in the repository. Without one that works,
they compute the same numbers in Python.
"""

import contextlib
import io
import logging
import os
import platform
import re
import shutil
import sys
import tempfile
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np

if find_spec("theano"):
    NAME, VARIABLE, DOT, LAZYLINKER = "Theano", "THEANO_FLAGS", ".", "theano.gof.lazylinker_c"
else:
    NAME, VARIABLE, DOT, LAZYLINKER = "PyTensor", "PYTENSOR_FLAGS", "__", "pytensor.link.c.lazylinker_c"

if NAME == "Theano" and np.lib.NumpyVersion(np.__version__) >= "1.24.0":
    raise ImportError(f"Theano does not work with NumPy {np.__version__}: python -m pip install -r requirements.txt")

MISSING = "no C++ compiler that works was found"
COMPILED = Path(__file__).resolve().parent.parent / ".compiled"
FLAGS = {
    "base_compiledir": COMPILED,
    # code compiled for another Python or NumPy may compute wrong numbers
    "compiledir_format": f"%({NAME.lower()}_version)s-%(numpy_version)s-%(python_version)s-%(short_platform)s",
    f"blas{DOT}ldflags": "",  # Theano cannot look for BLAS with NumPy 1.22 or later, and a line needs none
    "allow_gc": False,  # memory is kept from one step to the next
}
if platform.machine() in ("x86_64", "AMD64"):
    FLAGS[f"gcc{DOT}cxxflags"] = "-march=x86-64 -O1"  # or each run asks g++ for the processor
if NAME == "PyTensor":
    FLAGS["linker"] = "cvm"  # Numba, its default, takes longer to compile


def load(last_flag=""):
    """Import the library, quietly, and return `theano` and `T`. If it has a compiler, the import tries it out.

    Of two flags for one setting the last counts: ours come first, then the reader's own, then `last_flag`.
    """
    readers_flags, hook, disabled = os.environ.get(VARIABLE), sys.excepthook, logging.root.manager.disable
    quoted = ["{}='{}'".format(name, str(value).replace("'", "'\"'\"'")) for name, value in FLAGS.items()]
    os.environ[VARIABLE] = ",".join(filter(None, [*quoted, readers_flags, last_flag]))
    logging.disable()
    try:
        with warnings.catch_warnings(), np.errstate(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            theano = import_module(NAME.lower())
            T = import_module(f"{NAME.lower()}.tensor")
            if theano.config.cxx:
                import_module(LAZYLINKER)  # compiles at once, or raises; else the library would do so later
    finally:
        logging.disable(disabled)
        sys.excepthook = hook
        del os.environ[VARIABLE]
        if readers_flags is not None:
            os.environ[VARIABLE] = readers_flags
    return theano, T


def load_with_c():
    """Do what `load` does, with C code in .compiled/; raise an exception if that does not work."""
    is_new = not COMPILED.exists()
    COMPILED.mkdir(exist_ok=True)
    with tempfile.TemporaryFile(dir=COMPILED) as file:
        file.write(bytes(2**20))  # on a full disk, Theano would wait for ever
    if is_new:
        print("compiling for the first time, which takes some seconds", file=sys.stderr)
    theano, T = load()
    if not theano.config.cxx:
        raise FileNotFoundError(MISSING)
    return theano, T


own_cxx = re.search(r"(?:^|,)cxx=([^,]*)", os.environ.get(VARIABLE, ""))  # the reader's own compiler, or none
compiler = own_cxx[1] if own_cxx else shutil.which("g++") or shutil.which("clang++")
problem = None if compiler or own_cxx else MISSING
if compiler:
    try:
        theano, T = load_with_c()
    except Exception as error:
        found = re.search(r"error: (.*?)(?:\. |$)", str(error), re.MULTILINE)  # in a compiler's many lines
        problem = found[1] if found else str(error).partition("\n")[0]
if problem or not compiler:
    for module in [name for name in sys.modules if name.split(".")[0] in (NAME.lower(), "lazylinker_ext")]:
        del sys.modules[module]
    theano, T = load("cxx=")
if problem:
    hint = '(see "When it does not work" in README.md)'
    print(f"computing without C, which takes longer: {problem} {hint}", file=sys.stderr)
