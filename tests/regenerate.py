"""After a change, regenerate pictures, outputs on the pages, and the notebook: python tests/regenerate.py"""

import os
import shutil
import sys
import tempfile
from code import InteractiveConsole
from pathlib import Path

import matplotlib
import nbformat
import pages
from helpers import LINEAR_REGRESSION, REPOSITORY, SAME_MATPLOTLIB
from nbclient import NotebookClient
from pages import IMAGES, NOTEBOOK, PAGES, TUTORIAL, TYPED, drawn, notebook


def execute(made, folder, beside=LINEAR_REGRESSION):
    """Run the notebook in `folder`, where it leaves its pictures, as if it stood in the folder `beside`."""
    options = {"timeout": 300, "record_timing": False, "coalesce_streams": True}
    client = NotebookClient(made, resources={"metadata": {"path": str(folder)}}, **options)
    return client.execute(env={**os.environ, "PYTHONPATH": str(beside)})


def type_all(page):
    """Return pairs of the page's Python blocks and what they print, run in the current folder."""
    outputs = []
    for session in pages.sessions(page):
        console = InteractiveConsole()
        for block in session:
            printed, problems = pages.typed(block, console)
            if problems:
                sys.exit(f"{block.text}\n{problems}")
            outputs.append((block, printed))
    return outputs


def main(library, folder):
    images = folder / "images"
    images.mkdir()
    pictures = sys.version_info[:2] == (3, 11) and SAME_MATPLOTLIB
    if pictures:
        for script in "run.py", "graph.py", "descent.py":
            pages.printed_by(script, images)
        shutil.copytree(images, IMAGES, dirs_exist_ok=True)
    else:
        print("The pictures stay: Python 3.11 and the matplotlib that tests/noxfile.py names make the same ones.")
    for path, page in PAGES.items():
        outputs = type_all(page) if path in TYPED else []
        for block in pages.commands(page):
            outputs.append((block, pages.as_shown(pages.printed_by(block.text, images), block.shown(library).text)))
        path.write_text(pages.rewritten(page, library, outputs), encoding="utf-8")
    page = TUTORIAL.read_text(encoding="utf-8")
    for picture in drawn(page) if pictures else []:
        shutil.copy(f"my_{picture}", IMAGES / picture)
    nbformat.write(execute(notebook(page), folder), NOTEBOOK)


if __name__ == "__main__":
    sys.path.insert(0, str(LINEAR_REGRESSION))
    from backend import NAME

    matplotlib.use("agg")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main(NAME, Path(folder))
        os.chdir(REPOSITORY)
