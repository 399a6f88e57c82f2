"""After a change, regenerate pictures, outputs on the pages, and the notebook.

Run it with: python .ci/regenerate.py
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import matplotlib
import nbformat

for folder in "linear_regression", "tests":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / folder))
import pages
from helpers import REPOSITORY, SAME_MATPLOTLIB
from pages import PAGES, TUTORIAL
from to_notebook import NOTEBOOK, execute, notebook

IMAGES = REPOSITORY / "images"


def main(folder):
    """Regenerate all, with the empty current `folder` for files of the pages."""
    makes_pictures = sys.version_info[:2] == (3, 11) and SAME_MATPLOTLIB
    if makes_pictures:
        for script in "run.py", "graph.py", "descent.py":
            pages.printed_by(script, folder)
        shutil.copytree(folder, IMAGES, dirs_exist_ok=True)
    else:
        print(
            "The pictures stay: Python 3.11 and the matplotlib that .ci/noxfile.py "
            "names make the same ones."
        )

    for path, page in PAGES.items():
        outputs = pages.outputs(path, folder)
        path.write_text(pages.rewritten(page, outputs), encoding="utf-8")

    tutorial = TUTORIAL.read_text(encoding="utf-8")
    if makes_pictures:
        for picture in pages.drawn(tutorial):
            shutil.copy(f"my_{picture}", IMAGES / picture)
    nbformat.write(execute(notebook(tutorial), folder), NOTEBOOK)


if __name__ == "__main__":
    matplotlib.use("agg")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main(Path(folder))
        os.chdir(REPOSITORY)
