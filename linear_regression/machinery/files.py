"""Writing a file whole or not at all."""

import os
import secrets
import shutil
import signal
from contextlib import contextmanager
from pathlib import Path

IMAGES = Path(__file__).resolve().parent.parent.parent / "images"


@contextmanager
def interruptions_held_off():
    """Keep interruptions waiting; at the end they have the effect that they had before."""
    arrived = []
    try:
        before = {
            number: signal.signal(number, lambda number, _: arrived.append(number))
            for number in (signal.SIGINT, signal.SIGTERM)
        }
    except ValueError:  # only the main thread is interrupted
        before = {}
    try:
        yield
    finally:
        for number, action in before.items():
            signal.signal(number, action)
        for number in arrived:
            signal.raise_signal(number)


def write(path, data):
    """Put the bytes `data` into the file `path`; when that fails, raise OSError and leave the old file as it was.

    Missing folders are made, a link stays a link, and a file that was there keeps its permissions.
    """
    path = Path(os.path.realpath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{secrets.token_hex(8)}.tmp")
    with interruptions_held_off():
        try:
            unfinished.write_bytes(data)
            if path.exists():
                shutil.copymode(path, unfinished)
            unfinished.replace(path)
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(path)) from None
        finally:
            unfinished.unlink(missing_ok=True)


def shown(path):
    """Return the path as it is or as seen from the current folder, whichever is shorter."""
    try:
        return min(str(path), os.path.relpath(path), key=len)
    except (OSError, ValueError):  # the current folder is gone, or on another drive
        return str(path)
