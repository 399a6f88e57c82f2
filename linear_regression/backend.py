"""The post's imports, `theano` and `T`: Theano where it is installed, else PyTensor, which continues it."""

import logging
import os
import warnings
from importlib.util import find_spec

import numpy as np

if find_spec("theano"):
    NAME = "Theano"
    if np.lib.NumpyVersion(np.__version__) >= "1.24.0":
        raise ImportError(f"Theano does not work with NumPy {np.__version__}: pip install -r requirements.txt")
    # Compute in Python, without a C++ compiler or BLAS. The reader's own flags come last and win.
    os.environ["THEANO_FLAGS"] = "cxx=,blas.ldflags=," + os.environ.get("THEANO_FLAGS", "")
    logging.getLogger("theano.tensor.blas").setLevel(logging.ERROR)  # it warns that there is no BLAS
    with np.errstate(), warnings.catch_warnings():  # importing Theano switches NumPy's warnings off
        warnings.simplefilter("ignore")
        import theano
        from theano import tensor as T
else:
    NAME = "PyTensor"
    import pytensor as theano  # noqa: F401
    from pytensor import tensor as T  # noqa: F401
