"""The notebook is the tutorial: the same cells, which print what the tutorial shows, with pictures of their own."""

import re

import nbformat
from helpers import CURE, LINEAR_REGRESSION
from pages import LEFT_OUT, NOTEBOOK, PAGES, TUTORIAL, assert_shown, for_notebook, notebook, python_blocks
from regenerate import execute

from backend import NAME

FOLDS = "jp-MarkdownHeadingCollapsed"
COMMITTED = nbformat.read(NOTEBOOK, as_version=4)
PAGE = for_notebook(PAGES[TUTORIAL])
BLOCKS = [block for block in python_blocks(PAGE) if LEFT_OUT.sub("", block.text)]


def outputs(made):
    """Return pairs of the tutorial's blocks and what the cells print, which make nothing else but its pictures."""
    found = []
    for cell, block in zip([cell for cell in made.cells if cell.cell_type == "code"], BLOCKS):
        found.append((block, "".join(output.text for output in cell.outputs if output.get("name") == "stdout")))
        others = [output for output in cell.outputs if output.get("name") != "stdout"]
        assert len(others) == block.text.count("savefig")
        assert all("image/png" in output.data for output in others)
    return found


def test_the_notebook_is_the_tutorial_as_it_stands():
    made = notebook(PAGES[TUTORIAL])
    committed, expected = (
        [(cell.cell_type, cell.source, FOLDS in cell.metadata) for cell in each.cells] for each in (COMMITTED, made)
    )
    assert committed == expected, CURE
    code = [LEFT_OUT.sub("", block.text).strip("\n") for block in BLOCKS]
    assert [cell.source for cell in made.cells if cell.cell_type == "code"] == code


def test_the_committed_notebook_prints_what_the_tutorial_shows():
    assert_shown(TUTORIAL, outputs(COMMITTED))


def test_it_runs_alone_with_pytensor_and_in_the_clone_with_theano(tmp_path):
    beside = tmp_path if NAME == "PyTensor" else LINEAR_REGRESSION
    assert_shown(TUTORIAL, outputs(execute(notebook(PAGES[TUTORIAL]), tmp_path, beside)))


def test_it_needs_no_file_and_no_terminal_and_folds_what_the_tutorial_folds():
    cells = [cell for cell in COMMITTED.cells if cell.cell_type == "markdown"]
    text = "\n".join(cell.source for cell in cells)
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub("`[^`]+`", "", text)):
        assert target.startswith(("https://", "data:image/")), target
    assert not re.search(r"```|<details>|<!--|\.venv", text)
    folded = [cell.source for cell in cells if FOLDS in cell.metadata]
    assert folded == [f"#### {title}" for title in re.findall("<summary>(.*)</summary>", PAGE)]
