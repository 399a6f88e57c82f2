"""The notebook is the tutorial: the same cells, which print what the tutorial shows."""

import re

import nbformat
from helpers import CURE, LINEAR_REGRESSION
from pages import PAGES, TUTORIAL, assert_shown, python_blocks
from to_notebook import LEFT_OUT, NOTEBOOK, execute, for_notebook, notebook

from backend import LIBRARY

FOLDS = "jp-MarkdownHeadingCollapsed"
COMMITTED = nbformat.read(NOTEBOOK, as_version=4)
PAGE = for_notebook(PAGES[TUTORIAL])
BLOCKS = [block for block in python_blocks(PAGE) if LEFT_OUT.sub("", block.text)]


def cells(made, cell_type):
    return [cell for cell in made.cells if cell.cell_type == cell_type]


def contents(made):
    return [(cell.cell_type, cell.source, FOLDS in cell.metadata) for cell in made.cells]


def outputs(made):
    """Return pairs of the tutorial's blocks and what the cells print.

    They make nothing else but the tutorial's pictures.
    """
    found = []
    for cell, block in zip(cells(made, "code"), BLOCKS):
        printed = ""
        pictures = 0
        for output in cell.outputs:
            if output.get("name") == "stdout":
                printed += output.text
            else:
                assert "image/png" in output.data
                pictures += 1
        assert pictures == block.text.count("savefig")
        found.append((block, printed))
    return found


def test_the_notebook_is_the_tutorial_as_it_stands():
    made = notebook(PAGES[TUTORIAL])
    assert contents(COMMITTED) == contents(made), CURE
    code = [LEFT_OUT.sub("", block.text).strip("\n") for block in BLOCKS]
    assert [cell.source for cell in cells(made, "code")] == code


def test_the_committed_notebook_prints_what_the_tutorial_shows():
    assert_shown(TUTORIAL, outputs(COMMITTED))


def test_it_runs_alone_with_pytensor_and_in_the_clone_with_theano(tmp_path):
    beside = tmp_path if LIBRARY == "PyTensor" else LINEAR_REGRESSION
    made = execute(notebook(PAGES[TUTORIAL]), tmp_path, beside)
    assert_shown(TUTORIAL, outputs(made))


def test_it_needs_no_file_and_no_terminal():
    text = "\n".join(cell.source for cell in cells(COMMITTED, "markdown"))
    prose = re.sub("`[^`]+`", "", text)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        assert target.startswith(("https://", "data:image/")), target
    assert not re.search(r"```|<details>|<!--|\.venv", text)


def test_it_folds_what_the_tutorial_folds():
    folded = []
    for cell in cells(COMMITTED, "markdown"):
        if FOLDS in cell.metadata:
            folded.append(cell.source)
    titles = re.findall("<summary>(.*)</summary>", PAGE)
    assert folded == [f"#### {title}" for title in titles]
