"""The post's imports, `theano` and `T`: Theano where it is installed, else PyTensor, which continues it."""

import logging
import os
import warnings
from importlib.util import find_spec

import numpy as np

# Both compute without a C++ compiler (cxx=), Theano without a graphics card and BLAS. The reader's own flags win.
theano_found = find_spec("theano")
if theano_found and theano_found.origin:  # a folder without code has no origin
    NAME = "Theano"
    if np.lib.NumpyVersion(np.__version__) >= "1.24.0":
        raise ImportError(
            f"NumPy {np.__version__} is too new for the Theano in {theano_found.origin}. "
            "If that file is yours, rename it; else: pip install -r requirements.txt"
        )
    os.environ["THEANO_FLAGS"] = "device=cpu,cxx=,blas.ldflags=," + os.environ.get("THEANO_FLAGS", "")
    for name in "theano.configdefaults", "theano.tensor.blas":  # they warn that there is no compiler, and no BLAS
        logging.getLogger(name).setLevel(logging.ERROR)
    with np.errstate(), warnings.catch_warnings():  # importing Theano switches NumPy's warnings off
        warnings.simplefilter("ignore")
        import theano
        from theano import tensor as T
else:
    NAME = "PyTensor"
    os.environ["PYTENSOR_FLAGS"] = "cxx=," + os.environ.get("PYTENSOR_FLAGS", "")
    import pytensor as theano  # noqa: F401
    from pytensor import tensor as T  # noqa: F401
