import shutil

import nbformat
import pytest
from regenerate import NOTEBOOK, execute, notebook
from test_readme import README
from test_run import REPOSITORY


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy")
    for folder in "linear_regression", "images":
        shutil.copytree(REPOSITORY / folder, copy / folder)
    return execute(nbformat.read(NOTEBOOK, as_version=4), copy / "linear_regression")


def printed(made):
    return "".join(output.get("text", "") for cell in made.cells for output in cell.get("outputs", []))


def pictures(made):
    data = [output.get("data", {}) for cell in made.cells for output in cell.get("outputs", [])]
    return [next(kind for kind in each if kind.startswith("image/")) for each in data if "image/" in str(each.keys())]


def test_the_notebook_is_the_walk_of_the_readme_as_it_stands():
    committed = nbformat.read(NOTEBOOK, as_version=4)
    assert [(cell.cell_type, cell.source) for cell in committed.cells] == [
        (cell.cell_type, cell.source) for cell in notebook().cells
    ]


@pytest.mark.parametrize("which", ["committed", "executed"])
def test_its_numbers_are_those_of_run_py_and_it_shows_all_pictures(which, request):
    made = nbformat.read(NOTEBOOK, as_version=4) if which == "committed" else request.getfixturevalue("executed")
    report = README.split("You should see this")[1].split("```text\n")[1].split("```")[0].splitlines()
    text = printed(made)
    for line in report[1:6]:
        assert line in text
    assert "2.05335 5.006851\n" in text
    assert pictures(made) == ["image/gif", "image/png", "image/png"]
