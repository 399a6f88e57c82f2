"""A file of the reader's own beside the lesson's behaves as any Python program does."""

import signal
import textwrap

import pytest
from helpers import posix, run, start

MODULES = "animation", "backend", "data", "descent", "graph", "model", "run"


@pytest.fixture
def script(clone):
    """Return a function that writes the reader's file."""

    def write(text):
        path = clone / "linear_regression" / "mine.py"
        path.write_text(textwrap.dedent(text))
        return path

    return write


STATE = """
import logging, matplotlib, numpy, os, signal, sys, tempfile, warnings
def state():
    return dict(
        hook=sys.excepthook, filters=warnings.filters[:], logging=(logging.root.manager.disable, logging.root.level),
        handlers=logging.root.handlers[:], errors=numpy.geterr(), environment=dict(os.environ),
        signals=[signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        settings=dict(matplotlib.rcParams), temporary=tempfile.gettempdir(), streams=(sys.stdout, sys.stderr),
    )
before = state()
"""


def test_importing_every_module_changes_nothing(script):
    program = STATE + f"import {', '.join(MODULES)}\n"
    program += "print([name for name, value in state().items() if value != before[name]])\n"
    stdout, stderr, _ = run(script(program), env={"PYTENSOR_FLAGS": "cxx=", "THEANO_FLAGS": "cxx="})
    assert stdout == "[]\n", stderr


def test_a_mistake_shows_its_line_and_warnings_and_logging_work(script):
    stdout, stderr, status = run(
        script("""
        from data import makepoints
        from model import build
        import logging
        import warnings
        logging.warning("logged")
        warnings.warn("warned")
        makepoints().nonsense
        """)
    )
    assert status == 1 and "WARNING:root:logged" in stderr and "UserWarning: warned" in stderr
    assert 'mine.py", line 8, in <module>' in stderr and "AttributeError" in stderr.splitlines()[-1]


def test_a_print_in_the_training_loop_is_seen_and_theanos_own_tools_work(script, clone):
    path = clone / "linear_regression" / "run.py"
    text = path.read_text(encoding="utf-8")
    marked = text.replace("            yield cost", "            print('a step'); yield cost")
    assert marked != text
    path.write_text(marked, encoding="utf-8")
    stdout, _, _ = run(
        script("""
        from backend import theano
        from data import makepoints
        from model import build
        from run import train
        line = build()
        for cost in train(line, *makepoints(3)[:2], epochs=2):
            pass
        theano.printing.debugprint(line.train_model)
        """)
    )
    assert stdout.count("a step\n") == 6 and "0.02" in stdout


@posix
def test_ctrl_c_reaches_the_readers_except_and_finally(script):
    process = start(
        script("""
        import signal
        from data import makepoints
        from model import build
        from run import train
        try:
            for cost in train(build(), *makepoints()[:2], epochs=10**6):
                signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            print("stopped")
        finally:
            print("cleaned up")
        """)
    )
    assert process.communicate(timeout=100)[0] == "stopped\ncleaned up\n"
    assert process.returncode != -signal.SIGINT
