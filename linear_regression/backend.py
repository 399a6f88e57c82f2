"""The post's imports: `theano` and `T`, from Theano where it is installed, else from PyTensor."""

import logging
import os
import platform

# No BLAS: Theano 1.0.5 cannot look for it with NumPy 1.22 or later, and a line needs none.
defaults = {"blas.ldflags": "", "allow_gc": "False"}
if platform.machine() in ("x86_64", "AMD64"):
    # g++ need neither be asked what this processor can do nor optimize much: two numbers gain nothing from it.
    defaults["gcc.cxxflags"] = "-march=x86-64 -O1 -g0"

for variable, dot in ("THEANO_FLAGS", "."), ("PYTENSOR_FLAGS", "__"):
    flags = [f"{name.replace('.', dot)}={value}" for name, value in defaults.items()]
    # Of two settings of a flag the last one counts, so the reader's own come last.
    os.environ[variable] = ",".join([*flags, os.environ.get(variable, "")])

logging.getLogger("theano.tensor.blas").setLevel(logging.ERROR)  # it would warn that there is no BLAS

try:
    import theano
    from theano import tensor as T

    NAME = "Theano"
except ModuleNotFoundError as theano_error:
    if theano_error.name != "theano":
        raise
    try:
        import pytensor as theano
        from pytensor import tensor as T
    except ModuleNotFoundError as pytensor_error:
        if pytensor_error.name != "pytensor":
            raise
        raise SystemExit(
            "neither Theano nor PyTensor is installed: python -m pip install -r requirements.txt"
        ) from None

    NAME = "PyTensor"
    if theano.config.cxx and (theano.config.mode, theano.config.linker) == ("Mode", "auto"):
        theano.config.linker = "c"  # g++ takes less time and memory than Numba, and its code half the time a step
