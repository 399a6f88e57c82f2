"""After a change, regenerate pictures, outputs on the pages, and the notebook: python tests/regenerate.py"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import matplotlib
import nbformat
import pages
from helpers import LINEAR_REGRESSION, REPOSITORY, SAME_MATPLOTLIB
from nbclient import NotebookClient
from pages import IMAGES, NOTEBOOK, PAGES, TUTORIAL


def execute(made, folder, beside=LINEAR_REGRESSION):
    """Run the notebook in `folder`, where it leaves its pictures, as if it stood in the folder `beside`."""
    options = {"timeout": 300, "record_timing": False, "coalesce_streams": True}
    client = NotebookClient(made, resources={"metadata": {"path": str(folder)}}, **options)
    return client.execute(env={**os.environ, "PYTHONPATH": str(beside)})


def main(folder):
    makes_pictures = sys.version_info[:2] == (3, 11) and SAME_MATPLOTLIB
    if makes_pictures:
        for script in "run.py", "graph.py", "descent.py":
            pages.printed_by(script, folder)
        shutil.copytree(folder, IMAGES, dirs_exist_ok=True)
    else:
        print("The pictures stay: Python 3.11 and the matplotlib that tests/noxfile.py names make the same ones.")
    for path, page in PAGES.items():
        outputs = pages.outputs(path, folder)
        path.write_text(pages.rewritten(page, outputs), encoding="utf-8")
    page = TUTORIAL.read_text(encoding="utf-8")
    for picture in pages.drawn(page) if makes_pictures else []:
        shutil.copy(f"my_{picture}", IMAGES / picture)
    nbformat.write(execute(pages.notebook(page), folder), NOTEBOOK)


if __name__ == "__main__":
    sys.path.insert(0, str(LINEAR_REGRESSION))  # where the programs import each other
    matplotlib.use("agg")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main(Path(folder))
        os.chdir(REPOSITORY)
