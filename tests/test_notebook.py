"""The notebook is the tutorial: the same cells, which print what the tutorial shows."""

import re
import sys

import nbformat
import pytest
from pages import PAGES, TUTORIAL, assert_shown, headings, notebook, sessions, tidy
from regenerate import NOTEBOOK

COMMITTED = nbformat.read(NOTEBOOK, as_version=4)
BLOCKS = [block for session in sessions(PAGES[TUTORIAL]) for block in session]


def code_cells(made):
    """Return the cells that run, but for the first, which looks whether the others can."""
    return [cell for cell in made.cells if cell.cell_type == "code"][1:]


def check_outputs(made, engine):
    """Assert that the cells print what the tutorial shows, and that one of them shows the reader's picture."""
    for cell, block in zip(code_cells(made), BLOCKS):
        assert cell.source == block.text.strip()
        printed = "".join(output.text for output in cell.outputs if output.output_type == "stream")
        assert_shown(tidy(printed), block, engine)
    others = [output for cell in made.cells for output in cell.get("outputs", []) if output.output_type != "stream"]
    assert [output.output_type for output in others] == ["display_data"] and "image/png" in others[0].data


def test_the_notebook_is_the_tutorial_as_it_stands():
    made = notebook(PAGES[TUTORIAL])
    assert [(cell.cell_type, cell.source) for cell in COMMITTED.cells] == [
        (cell.cell_type, cell.source) for cell in made.cells
    ]
    assert len(code_cells(made)) == len(BLOCKS)


def test_the_committed_notebook_prints_what_the_tutorial_shows():
    check_outputs(COMMITTED, "Theano")


def test_the_notebook_has_text_for_commands_folded_solutions_and_nothing_of_the_other_library():
    cells = [cell for cell in COMMITTED.cells if cell.cell_type == "markdown"]
    text = "\n".join(cell.source for cell in cells)
    assert "```python" not in text and "<details>" not in text and "with PyTensor" not in text
    assert "~~~sh\n../.venv/bin/python run.py --epochs 1\n~~~" in text
    assert "learned         1.668887    4.797967" in text  # what a command prints stays
    solutions = [cell for cell in cells if cell.source.startswith("#### Solution")]
    assert len(solutions) == PAGES[TUTORIAL].count("<summary>Solution")
    assert all(cell.metadata["jp-MarkdownHeadingCollapsed"] for cell in solutions)


def test_links_and_pictures_of_the_notebook_lead_somewhere():
    text = "\n".join(cell.source for cell in COMMITTED.cells if cell.cell_type == "markdown")
    names = {heading.replace(" ", "-") for heading in headings(text)}
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(targets) > 20
    for target in targets:
        path, _, name = target.partition("#")
        if not target.startswith("https://"):
            assert (NOTEBOOK.parent / path).exists() if path else name in names, target


def test_the_first_cell_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "backend", None)  # as if there were none
    (first, *_) = [cell for cell in COMMITTED.cells if cell.cell_type == "code"]
    with pytest.raises(SystemExit, match="backend.* Open this notebook as README.md, in the same folder, says."):
        exec(first.source, {})
