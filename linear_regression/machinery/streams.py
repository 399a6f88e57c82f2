"""Standard input, output and error that may be closed, full or broken."""

import os
import sys


def open_all():
    """Give the standard streams that are closed something to read from or write to."""
    for name in "stdin", "stdout", "stderr":  # in the order of their file numbers, which open() then takes
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))
    sys.stdout.reconfigure(errors="backslashreplace")  # prints any file name, whatever the encoding


def say(text):
    """Print `text` as one line on standard error, if it can be printed."""
    try:
        print(" ".join(text.splitlines()), file=sys.stderr, flush=True)
    except OSError:
        give_up(sys.stderr)


def give_up(stream):
    """Drop what `stream` could not print, so that Python does not try again at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
