"""The notebook is the tutorial: the same cells, which print what the tutorial shows, with pictures of their own."""

import re

import nbformat
from pages import PAGES, PICTURES, TUTORIAL, assert_shown, headings, notebook, sessions, tidy
from regenerate import LINEAR_REGRESSION, NOTEBOOK, execute

from backend import NAME

COMMITTED = nbformat.read(NOTEBOOK, as_version=4)
BLOCKS = [block for session in sessions(PAGES[TUTORIAL]) for block in session]


def code_cells(made):
    """Return the cells with the tutorial's blocks; the first cell imports the library."""
    return [cell for cell in made.cells if cell.cell_type == "code"][1:]


def check_outputs(made, engine):
    """Assert that the cells print what the tutorial shows, and nothing else but the tutorial's pictures."""
    pictures = 0
    for cell, block in zip(code_cells(made), BLOCKS):
        printed = "".join(output.text for output in cell.outputs if output.get("name") == "stdout")
        assert_shown(tidy(printed), block, engine)
        others = [output for output in cell.outputs if output.get("name") != "stdout"]
        assert len(others) == block.text.count("savefig")
        assert all("image/png" in output.data for output in others)
        pictures += len(others)
    assert pictures == len(PICTURES) + 1  # and the line


def test_the_notebook_is_the_tutorial_as_it_stands():
    made = notebook(PAGES[TUTORIAL])
    assert [(cell.cell_type, cell.source) for cell in COMMITTED.cells] == [
        (cell.cell_type, cell.source) for cell in made.cells
    ]
    blocks = [re.sub(r"^(from backend .*|plt.close\(figure\))\n", "", block.text, flags=re.M) for block in BLOCKS]
    assert [cell.source for cell in code_cells(made)] == [block.strip("\n") for block in blocks]


def test_the_committed_notebook_prints_what_the_tutorial_shows():
    check_outputs(COMMITTED, "Theano")


def test_it_runs_alone_with_pytensor_and_in_the_clone_with_theano(tmp_path):
    beside = tmp_path if NAME == "PyTensor" else LINEAR_REGRESSION
    check_outputs(execute(notebook(PAGES[TUTORIAL]), tmp_path, beside), NAME)


def test_it_needs_no_file_and_no_terminal_and_its_solutions_are_folded():
    cells = [cell for cell in COMMITTED.cells if cell.cell_type == "markdown"]
    text = "\n".join(cell.source for cell in cells)
    names = {heading.replace(" ", "-") for heading in headings(text)}
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        assert target.startswith(("https://", "data:image/gif;")) or target.lstrip("#") in names, target
    assert not re.search(r"```|<details>|\.venv|with PyTensor", text)
    solutions = [cell for cell in cells if cell.source.startswith("#### Solution")]
    assert len(solutions) == PAGES[TUTORIAL].count("<summary>Solution")
    assert all(cell.metadata["jp-MarkdownHeadingCollapsed"] for cell in solutions)
