"""Whether Theano or PyTensor can compile C code on this machine, and where that code lives.

It is found out once, by trying: a process of its own compiles and runs the tutorial's graph. Code that works stays in
.compiled/ in the repository, beside a mark that says so; without it, everything is computed without C.
"""

import atexit
import json
import logging
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import threading
import warnings
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from traceback import walk_tb

from machinery import files, streams

COMPILED = Path(__file__).resolve().parent.parent.parent / ".compiled"
TRIAL = "LEARNING_THEANO_TRIAL"  # the variable that tells a trial's process which folder to compile into
TRIAL_SECONDS = 60
ROOM = 2**20  # bytes, more than the compiled code takes

mark = None  # the file that says which code works, once its folder has been seen to have room


@contextmanager
def prepared(engine, script):
    """Have "Theano" or "PyTensor", the `engine`, find its settings when it is imported within this context.

    `script` is the file of the program to try. Raises ImportError for an engine that cannot work here.
    """
    if engine == "Theano" and tuple(map(int, version("numpy").split(".")[:2])) >= (1, 24):
        wrong = f"Theano does not work with NumPy {version('numpy')}"
        raise ImportError(f"{wrong}: python -m pip install -r requirements.txt")
    problem = None
    try:
        folder = compiled_code(engine, script)
    except OSError as error:
        problem = error.strerror or error
        folder = tempfile.mkdtemp(dir=mark and mark.parent)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    set_flags(engine, folder, with_c=not problem)

    # what an engine says while it is imported is no news to the reader, and exceptions are reported as before
    hook, disabled = sys.excepthook, logging.root.manager.disable
    logging.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(disabled)
    sys.excepthook = hook
    if problem:
        streams.say(f'computing without C, which takes longer: {problem} (see "When it does not work" in README.md)')


def set_flags(engine, folder, with_c):
    """Put our settings into the environment, before the reader's own: of two settings the last one counts."""
    flags = {
        "base_compiledir": folder,
        "blas.ldflags": "",  # Theano cannot look for BLAS with NumPy 1.22 or later, and a line needs none
        "allow_gc": "False",  # memory is kept from one step to the next
    }
    if not with_c:
        flags["cxx"] = ""
    elif platform.machine() in ("x86_64", "AMD64"):
        flags["gcc.cxxflags"] = "-march=x86-64 -O1 -g0"  # or it would ask g++ for the processor, and optimize for long
    if engine == "PyTensor":
        flags["linker"] = "cvm"  # Numba takes longer to compile, and more memory
    variable, dot = ("THEANO_FLAGS", ".") if engine == "Theano" else ("PYTENSOR_FLAGS", "__")
    quoted = {name.replace(".", dot): str(value).replace("'", "'\"'\"'") for name, value in flags.items()}
    ours = [f"{name}='{value}'" for name, value in quoted.items()]
    os.environ[variable] = ",".join([*ours, os.environ.get(variable, "")])
    tempfile.tempdir = str(folder)  # an engine leaves files behind in it


def compiled_code(engine, script):
    """Return the folder of compiled code that works here, after a trial if need be; OSError if there can be none."""
    global mark
    if TRIAL in os.environ:
        threading.Thread(target=end_with_parent, daemon=True).start()
        return os.environ[TRIAL]
    # Code compiled against another NumPy can compute wrongly, and a clone may be shared with a container.
    names = engine, version(engine), platform.python_version(), version("numpy"), platform.machine()
    folder = COMPILED / "-".join([*names, *filter(None, platform.libc_ver()), sys.getfilesystemencoding()])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(ROOM))
    mark = folder / "works"
    if not (shutil.which("g++") or shutil.which("clang++")):
        raise OSError("g++ was not found")
    if not marked_code():
        try_out(script)
    code = marked_code()
    if not code:
        raise OSError("a trial with g++ failed")
    return code


def marked_code():
    """Return the folder that the mark names, or None if there is no mark or the code is no longer what it was."""
    try:
        name, sizes = json.loads(mark.read_text())
        return mark.parent / name if sizes.items() <= compiled_files(mark.parent / name).items() else None
    except (OSError, ValueError):
        return None


def compiled_files(folder):
    """Return the sizes in bytes of the compiled files in `folder`, by name."""
    found = [file for ending in ("so", "pyd") for file in folder.rglob(f"*.{ending}")]
    return {file.relative_to(folder).as_posix(): file.stat().st_size for file in found}


def try_out(script):
    """Run `script` in a process of its own that compiles into a new folder; leave the mark if it works."""
    streams.say("compiling, which takes some seconds in the first run")
    code = Path(tempfile.mkdtemp(dir=mark.parent))
    # only our own settings: a mistake in the reader's is no reason to do without C
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("THEANO", "PYTENSOR"))}
    environment.update({TRIAL: str(code), "THEANORC": os.devnull, "PYTENSORRC": os.devnull})
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, script], env=environment, stdin=subprocess.PIPE, **quiet) as trial:
        try:
            trial.wait(TRIAL_SECONDS)
        except subprocess.TimeoutExpired:
            trial.kill()
    sizes = compiled_files(code)
    if sizes and trial.returncode == 0:
        files.write(mark, json.dumps([code.name, sizes]).encode())
    else:
        shutil.rmtree(code, ignore_errors=True)


def end_with_parent():
    """End this process when the one that started it does: then its standard input is closed."""
    os.read(0, 1)
    os._exit(1)


def distrust(traceback):
    """Take the mark away if what failed came through the engine, whose code may be bad: the next run tries anew."""
    modules = {frame.f_globals.get("__name__", "").split(".")[0] for frame, _ in walk_tb(traceback)}
    if mark and modules & {"theano", "pytensor"}:
        mark.unlink(missing_ok=True)
