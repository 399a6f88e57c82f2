"""What every command of this tutorial does around its lesson: one line for every failure, and an end when interrupted.

Importing this module is enough for that, in a process that runs one of the lesson's files.
"""

import argparse
import contextlib
import inspect
import io
import logging
import os
import shlex
import signal
import sys
import warnings
from pathlib import Path

from machinery import engine, streams

PROGRAM = Path(getattr(sys.modules["__main__"], "__file__", None) or "").resolve()


def prepare():
    """Make this process one that obeys interruptions at once, and says what failed in one line and nothing else."""
    if signal.getsignal(signal.SIGINT) == signal.default_int_handler:  # not ignored, as it is under nohup
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    streams.open_all()
    os.environ["MPLBACKEND"] = "agg"  # draws without a screen, whatever the reader's says
    if not sys.flags.dev_mode:
        sys.excepthook = report_failure
        warnings.simplefilter("ignore")
        logging.disable()


def report_failure(kind, error, traceback):
    """Say in one line what failed; Python calls this for an exception that nothing else has caught."""
    first_line, *_ = (str(error).strip() or kind.__name__).splitlines()
    ours = issubclass(kind, FloatingPointError)  # the lesson's own failure, which says all there is to say
    if not ours:
        command = shlex.join([sys.executable, "-X", "dev", *getattr(sys, "orig_argv", ["", *sys.argv])[1:]])
        install = "python -m pip install -r requirements.txt; " if issubclass(kind, ModuleNotFoundError) else ""
        first_line = f"{kind.__name__}: {first_line} ({install}the traceback: {command})"
    streams.say(f"{PROGRAM.name}: {first_line}")
    if not ours:
        engine.distrust(traceback)
    try:
        sys.stdout.flush()
    except OSError:
        streams.give_up(sys.stdout)


def refuse(message):
    """End the process because of a wrong argument."""
    streams.say(f"{PROGRAM.name}: {message}")
    sys.exit(2)


def main(function, options=None):
    """Call `function` with its arguments from the command line, and print the text that it returns.

    `options` has a pair for each of them: a function that converts its text, and what --help says of it.
    """
    # no usage, so that a wrong argument gets one line
    parser = argparse.ArgumentParser(
        description=sys.modules["__main__"].__doc__, usage=argparse.SUPPRESS, allow_abbrev=False
    )
    parser.error = refuse
    for name, parameter in inspect.signature(function).parameters.items():
        convert, text = options[name]
        option = "--" + name.replace("_", "-")
        if parameter.default is False:
            parser.add_argument(option, action="store_true", help=text)
        else:
            text = f"{text} (%(default)s)"
            parser.add_argument(option, type=convert, default=str(parameter.default), metavar="...", help=text)
    try:
        arguments = parser.parse_args()
    finally:
        sys.stdout.flush()  # the text of --help
    with contextlib.redirect_stdout(sys.stderr if sys.flags.dev_mode else io.StringIO()):
        text = function(**vars(arguments))  # what the engine prints of a failed compilation is no part of it
    print(text, flush=True)


if PROGRAM.parent == Path(__file__).resolve().parent.parent:
    prepare()
