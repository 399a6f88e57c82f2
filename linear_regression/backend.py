"""The post's imports, `theano` and `T`: from Theano if it is installed, else PyTensor.

PyTensor continues Theano. Both compute without a C++ compiler here (cxx=), Theano also
without a graphics card and BLAS. Flags that the reader has set win.
"""

import logging
import os
import warnings
from importlib.util import find_spec

import numpy as np

found = find_spec("theano")
if found and found.origin:  # a folder without code has no origin
    LIBRARY = "Theano"
    if np.lib.NumpyVersion(np.__version__) >= "1.24.0":
        raise ImportError(
            f"NumPy {np.__version__} is too new for the Theano in {found.origin}. "
            "If that file is yours, rename it; else: pip install -r requirements.txt"
        )

    flags = os.environ.get("THEANO_FLAGS", "")
    os.environ["THEANO_FLAGS"] = f"device=cpu,cxx=,blas.ldflags=,{flags}"
    # they warn that there is no compiler, and no BLAS
    logging.getLogger("theano.configdefaults").setLevel(logging.ERROR)
    logging.getLogger("theano.tensor.blas").setLevel(logging.ERROR)
    # importing Theano switches NumPy's warnings off; errstate brings them back
    with np.errstate(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import theano
        from theano import tensor as T
else:
    LIBRARY = "PyTensor"
    flags = os.environ.get("PYTENSOR_FLAGS", "")
    os.environ["PYTENSOR_FLAGS"] = f"cxx=,{flags}"
    import pytensor as theano  # noqa: F401
    from pytensor import tensor as T  # noqa: F401
