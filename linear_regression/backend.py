"""The post's imports, `theano` and `T`: Theano where it is installed, else PyTensor, which continues it."""

from importlib.util import find_spec
from pathlib import Path

from machinery import engine

__all__ = ["NAME", "T", "theano"]

NAME = "Theano" if find_spec("theano") else "PyTensor"
if not find_spec(NAME.lower()):
    raise ModuleNotFoundError("neither Theano nor PyTensor is installed")

# sets what the library reads when it is imported; whether compiling works is tried out with model.py
with engine.prepared(NAME, Path(__file__).with_name("model.py")):
    if NAME == "Theano":
        import theano
        from theano import tensor as T
    else:
        import pytensor as theano
        from pytensor import tensor as T
