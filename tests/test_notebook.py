"""The notebook is the pages as they stand, and keeps what its reader writes into it."""

import os
import re

import nbformat
import pytest
from helpers import LINEAR_REGRESSION, REPOSITORY
from nbclient.exceptions import CellExecutionError
from pages import PAGES, TUTORIAL, assert_shown, blocks, cure, name_of
from to_notebook import NOTEBOOK, contents, execute, for_cell, for_notebook, notebook

from backend import LIBRARY

MADE = notebook()
MARKDOWN = "\n".join(cell.source for cell in MADE.cells if cell.cell_type == "markdown")
PROSE = re.sub("^```.*?^```", "", MARKDOWN, flags=re.MULTILINE | re.DOTALL)
CODE = "\n".join(cell.source for cell in MADE.cells if cell.cell_type == "code")
CELLS = [cell for path in TUTORIAL for cell in contents(path)]
OWN = '    """My own."""\n'  # the first line of a reader's function


def solutions():
    """Return the pages' solutions, in their order, their functions with a docstring."""
    found = []
    for path in TUTORIAL:
        for block in blocks(for_notebook(PAGES[path])):
            if block.file()[0] == "solution":
                code = for_cell(block.text)
                found.append(re.sub(r"^(def .*:\n)", rf"\1{OWN}", code, flags=re.MULTILINE))
    return found


def exercises(made):
    """Return the cells that readers change, in their order."""
    kinds = [block and block.file()[0] for _, _, block in CELLS]
    return [cell for cell, kind in zip(made.cells, kinds) if kind == "exercise"]


def outputs_of(made):
    """Return pairs of the pages' blocks and what the notebook's cells have printed.

    They make nothing else but pictures, one for each that the block saves.
    """
    found = []
    for cell, (_, _, block) in zip(made.cells, CELLS):
        if block is None:
            continue
        printed = ""
        pictures = 0
        for output in cell.outputs:
            if output.get("name") == "stdout":
                printed += output.text
            else:
                assert "image/png" in output.data, block.place
                pictures += 1
        assert pictures == block.text.count("savefig"), block.place
        found.append((block, printed))
    return found


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook after "Run All", with the solutions written into its exercises.

    PyTensor runs it alone in an empty folder, Theano in the clone. It has a last cell
    that prints the docstrings of the reader's functions.
    """
    folder = tmp_path_factory.mktemp("notebook")
    made = notebook()
    own = solutions()
    assert len(exercises(made)) == len(own)
    for cell, solution in zip(exercises(made), own):
        cell.source = solution
    names = re.findall(r"^def (\w+)", "\n".join(own), re.MULTILINE)
    last = "\n".join(f"print({name}.__doc__)" for name in names)
    made.cells.append(nbformat.v4.new_code_cell(last))
    execute(made, folder, folder if LIBRARY == "PyTensor" else LINEAR_REGRESSION)
    assert os.listdir(folder) == []
    return made


def test_the_committed_notebook_is_the_pages_as_they_stand():
    committed = nbformat.read(NOTEBOOK, as_version=4)
    names = " ".join(map(name_of, TUTORIAL))
    assert committed.cells == MADE.cells, cure(names)
    assert committed.metadata == MADE.metadata  # without a version of Python


def test_it_ships_no_outputs_and_no_numbers():
    for cell in MADE.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_a_new_cell_changes_no_other(tmp_path):
    page = tmp_path / "page.md"

    def ids(*numbers):
        page.write_text("".join(f"```python\nprint({n})\n```\n\n" for n in numbers))
        return [cell.id for cell in notebook([page]).cells]

    before = ids(1, 2, 1)
    assert len({*before}) == 3
    after = ids(3, 1, 2, 1)
    assert after[1:] == before


def test_with_the_solutions_it_prints_and_draws_what_the_pages_show(executed):
    assert_shown(outputs_of(executed))


def test_what_the_reader_wrote_is_still_there_at_the_end(executed):
    *_, last = executed.cells
    printed = last.outputs[0].text
    assert printed.splitlines() == ["My own."] * len(printed.splitlines()) != []


def test_run_all_stops_where_an_unfinished_exercise_is_used(tmp_path):
    made = notebook()
    before = [cell.source for cell in made.cells]
    with pytest.raises(CellExecutionError, match="KeyError.*'mul'|AttributeError|NameError"):
        execute(made, tmp_path, tmp_path if LIBRARY == "PyTensor" else LINEAR_REGRESSION)
    assert [cell.source for cell in made.cells] == before
    ran = [cell for cell in made.cells if cell.get("execution_count")]
    assert exercises(made)[0] in ran
    assert "partial" in ran[-1].source


def test_above_grad_is_the_examiner_and_below_it_nothing_but_its_call():
    code = [source for kind, source, _ in CELLS if kind == "code"]
    (stub,) = [number for number, source in enumerate(code) if source.startswith("def grad(")]
    assert "def check(" in code[stub - 1]
    assert "__main__" not in code[stub - 1]
    assert code[stub + 1] == "check(grad)"


def test_only_its_first_cell_imports_what_a_clone_has():
    _, *others = [source for kind, source, _ in CELLS if kind == "code"]
    modules = "|".join(path.stem for path in LINEAR_REGRESSION.glob("*.py"))
    imports = rf"^\s*(from|import) ({modules}|my_\w+)\b"
    assert not re.search(imports, "\n".join(others), re.MULTILINE)


def test_its_sentences_name_files_only_in_links():
    without_links = re.sub(r"\[[^]]*\]\([^)]*\)", "", PROSE)
    assert re.findall(r"\w+\.(?:py|md|png|gif)\b|\.venv|my_grad", without_links) == []


def test_its_links_work_in_a_clone_and_on_github():
    assert "../images" not in MARKDOWN
    assert not re.search(r"\]\[|^\[.*\]:", PROSE, re.MULTILINE)  # their targets may be cells away
    for target in re.findall(r"\]\(([^)\s]+)\)", re.sub("`[^`]+`", "", PROSE)):
        if not target.startswith(("https://", "data:image/")):
            file = (LINEAR_REGRESSION / target.partition("#")[0]).resolve()
            assert file.is_file() and REPOSITORY in file.parents, target


def test_hints_and_solutions_stay_folded_and_never_run():
    titles = []
    for path in TUTORIAL:
        titles += re.findall("<summary>(.*)</summary>", for_notebook(PAGES[path]))
    titles = [title for title in titles if title != "What it prints"]
    assert re.findall(r"<details>\s*<summary>(.*)</summary>", MARKDOWN) == titles
    for cell in MADE.cells:
        assert cell.source.count("<details>") == cell.source.count("</details>")
    for solution in solutions():
        assert solution.replace(OWN, "") in MARKDOWN
        assert solution.replace(OWN, "") not in CODE


def test_small_pages_become_cells(tmp_path):
    (tmp_path / "one.md").write_text(ONE, encoding="utf-8")
    made = notebook([tmp_path / "one.md"])
    assert [(cell.cell_type, cell.source) for cell in made.cells] == CELLS_OF_ONE


ONE = """# One
<!-- notebook: skip -->
Not here.
<!-- notebook: end -->
<!-- notebook:
Only here.
-->

<!-- exercise: my_grad.py -->
```python
def grad():
    return 0
```

<details><summary>Hint</summary>

Write:

<!-- solution: my_grad.py -->
```python
from backend import T

def grad():
    return 1


# what is asked
```
</details>

```python
from my_grad import grad
figure.savefig("my_data.png")
print(grad())
```
<details><summary>What it prints</summary>

```text
1
```
</details>

![A picture.](../images/data.png)

## [Two](#two), and [three](descent.md)

<!-- quote -->
```python
quoted
```

```python
from my_grad import grad
```
"""
CELLS_OF_ONE = [
    ("markdown", "# One\n\nOnly here."),
    ("code", "def grad():\n    return 0"),
    (
        "markdown",
        "<details><summary>Hint</summary>\n\nWrite:\n\n```python\n"
        "def grad():\n    return 1\n\n\n# what is asked\n```\n</details>",
    ),
    ("code", "print(grad())"),
    ("markdown", "*A picture.*"),
    ("markdown", "## Two, and [three](descent.md)\n\n```python\nquoted\n```"),
]
