"""The post's imports, `theano` and `T`: from Theano where it is installed, else from PyTensor, which continues it.

To follow the post, skip the rest of this file: it finds out what this machine has, and tells the library in `flags`.
"""

import atexit
import logging
import os
import platform
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import warnings
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

__all__ = ["NAME", "T", "theano"]

NAME = "Theano" if find_spec("theano") else "PyTensor"
if not find_spec(NAME.lower()):
    raise SystemExit("neither Theano nor PyTensor is installed: python -m pip install -r requirements.txt")


def gxx_works():
    """Return whether g++ is there, compiles and links, and finds Python's headers."""
    program = b"#if !__has_include(<Python.h>)\n#error\n#endif\n"
    command = ["g++", "-shared", "-fPIC", "-I" + sysconfig.get_path("include"), "-o", os.devnull, "-x", "c++", "-"]
    try:
        return subprocess.run(command, input=program, capture_output=True).returncode == 0
    except OSError:
        return False


def compiled_in(folder):
    """Return the files that this Python has compiled into `folder`."""
    return [file for ending in ("so", "pyd") for file in folder.glob(f"*-{platform.python_version()}-*/**/*.{ending}")]


def can_hold_code(folder):
    """Return whether `folder`, made if missing, can be written to and has room for what is to be compiled."""
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(0 if compiled_in(folder) else 2**20))
        return True
    except OSError:
        return False


def damaged(folder):
    """Return whether a compiled file in `folder` does not load; tried in a process of its own, which it may crash."""
    load = "import ctypes, sys\nfor file in sys.argv[1:]: ctypes.CDLL(file)"
    return subprocess.run([sys.executable, "-c", load, *compiled_in(folder)], capture_output=True).returncode != 0


has_gxx = gxx_works()
if not has_gxx:
    print(f"g++ with Python's headers not found: install them, and {NAME} takes faster steps", file=sys.stderr)

folder = Path(os.environ.get("HOME") or os.path.expanduser("~")) / f".learning-{NAME.lower()}"
if folder.is_absolute() and can_hold_code(folder):
    if damaged(folder):
        time.sleep(2)  # another run may just be writing it
        if damaged(folder):
            print(f"the compiled code in {folder} is damaged and will be made anew", file=sys.stderr)
            shutil.rmtree(folder, ignore_errors=True)
    if has_gxx and not compiled_in(folder):
        print("compiling the graph: the first run takes some seconds more than the next ones", file=sys.stderr)
else:
    print(f"{folder} cannot be written, so the graph is compiled anew in every run", file=sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix="learning-theano-"))  # readable by nobody else
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ.setdefault("MPLCONFIGDIR", str(folder))  # matplotlib would look for the home folder as well
    if not can_hold_code(folder):
        raise SystemExit(
            f"no room for compiled code in the home folder, nor in {folder.parent}: one of them needs 1 MB"
        )

# No BLAS: Theano 1.0.5 cannot look for it with NumPy 1.22 or later, and a line needs none. Runs that wait for
# another's compiling look again each second or two. Two numbers need no tidying up between two steps.
flags = {"base_compiledir": folder, "blas.ldflags": "", "compile.wait": "1", "allow_gc": "False"}
if platform.machine() in ("x86_64", "AMD64"):
    # g++ need not find out what this processor can do, nor optimize much: a step of two numbers gains nothing.
    flags["gcc.cxxflags"] = "-march=x86-64 -O1 -g0"
if not has_gxx:
    flags["cxx"] = ""

# The reader's own flags come last: of two settings the last one counts.
variable, dot = ("THEANO_FLAGS", ".") if NAME == "Theano" else ("PYTENSOR_FLAGS", "__")
settings = [f"{name.replace('.', dot)}={shlex.quote(str(value))}" for name, value in flags.items()]
os.environ[variable] = ",".join([*settings, os.environ.get(variable, "")])

# What they have to say of BLAS, the compiler, the graphics card and old locks is taken care of here.
for logger in "tensor.blas", "configdefaults", "gpuarray", "gof.compilelock":
    logging.getLogger(f"{NAME.lower()}.{logger}").setLevel(logging.CRITICAL)
warnings.filterwarnings("ignore", r"DeprecationWarning: there is no c\+\+ compiler")

try:
    if NAME == "Theano":
        import theano
        from theano import tensor as T

        if theano.config.device != "cpu" and not find_spec("pygpu"):
            print(f"device={theano.config.device} needs pygpu: running on the processor instead", file=sys.stderr)
    else:
        import pytensor as theano
        from pytensor import tensor as T

        if theano.config.cxx and (theano.config.mode, theano.config.linker) == ("Mode", "auto"):
            theano.config.linker = "c"  # compiles and takes steps in half of Numba's time and memory
except ValueError as error:
    raise SystemExit(f"{NAME} does not accept its settings, in {variable} or its rc file: {error}") from None
except AttributeError:
    if NAME == "PyTensor" or version("numpy") < "1.24":
        raise
    raise SystemExit(
        f"Theano 1.0.5 does not work with NumPy {version('numpy')}: python -m pip install -r requirements.txt"
    ) from None
