"""Make the pictures and the notebook anew, after a change of the code or of README.md: python tests/regenerate.py"""

import doctest
import re
import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

REPOSITORY = Path(__file__).resolve().parent.parent
LINEAR_REGRESSION = REPOSITORY / "linear_regression"
NOTEBOOK = LINEAR_REGRESSION / "learning_theano.ipynb"
SCRIPTS = {"animation.gif": "run.py", "data.png": "data.py", "descent.png": "descent.py"}

INTRODUCTION = """# Learning Theano, in a notebook

This is the walk of [README.md](../README.md), to be run cell by cell. It imports the modules beside it, so it needs the
whole repository, what is in `requirements.txt`, and Jupyter (`python -m pip install notebook`)."""

SHOW = """import subprocess
import sys

from IPython.display import Image


def show(script, picture):
    run = subprocess.run([sys.executable, script], stdout=subprocess.PIPE, universal_newlines=True, check=True)
    print(run.stdout, end="")
    return Image(filename=f"../images/{picture}")"""


def cells():
    """Yield the notebook's cells: the walk in README.md, its sessions and pictures as cells that run."""
    yield new_markdown_cell(INTRODUCTION)
    yield new_code_cell(SHOW)
    yield picture("animation.gif")
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    walk = "## The walk\n\n### 1." + readme.split("### 1.", 1)[1].split("\n## ")[0]
    for part in re.split(r"(^```pycon\n.*?^```$|^!\[[^\n]*\)$)", walk, flags=re.DOTALL | re.MULTILINE):
        if part.startswith("```pycon"):
            yield from session(part.strip("`"))
        elif part.startswith("!["):
            yield picture(re.search(r"\(images/(.*)\)$", part).group(1))
        elif part.strip():
            yield new_markdown_cell(
                part.strip().replace("](linear_regression/", "](").replace("](#", "](../README.md#")
            )


def session(text):
    """Yield code cells of what is typed in a session of Python, up to each of Python's answers."""
    typed = ""
    for example in doctest.DocTestParser().get_examples(text):
        typed += example.source
        if example.want:
            yield new_code_cell(typed.strip())
            typed = ""


def picture(name):
    return new_code_cell(f'show("{SCRIPTS[name]}", "{name}")')


def notebook():
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = new_notebook(cells=list(cells()), metadata={"kernelspec": kernel})
    for number, cell in enumerate(made.cells):
        cell["id"] = f"cell-{number}"
    return made


def execute(made, folder):
    """Run the notebook from beginning to end in `folder`, which stands for linear_regression/, and return it."""
    resources = {"metadata": {"path": str(folder)}}
    return NotebookClient(made, timeout=600, record_timing=False, resources=resources).execute()


if __name__ == "__main__":
    for script in SCRIPTS.values():
        subprocess.run([sys.executable, LINEAR_REGRESSION / script], check=True)
    nbformat.write(execute(notebook(), LINEAR_REGRESSION), NOTEBOOK)
