"""Regenerate the pictures and the notebook after a change of the code or the tutorial: python tests/regenerate.py"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from pages import PICTURES, REPOSITORY, TUTORIAL, notebook

LINEAR_REGRESSION = REPOSITORY / "linear_regression"
NOTEBOOK = LINEAR_REGRESSION / "learning_theano.ipynb"


def execute(made, folder, beside=LINEAR_REGRESSION):
    """Run the notebook in `folder`, where it leaves its pictures, as if it stood in the folder `beside`."""
    client = NotebookClient(made, timeout=300, record_timing=False, resources={"metadata": {"path": str(folder)}})
    return client.execute(env={**os.environ, "PYTHONPATH": str(beside)})


if __name__ == "__main__":
    for script in "run.py", "graph.py", "descent.py":
        subprocess.run([sys.executable, LINEAR_REGRESSION / script], check=True)
    with tempfile.TemporaryDirectory() as folder:
        nbformat.write(execute(notebook(TUTORIAL.read_text(encoding="utf-8")), folder), NOTEBOOK)
        for picture in PICTURES:
            shutil.move(Path(folder, f"my_{picture}"), REPOSITORY / "images" / picture)
