"""Write what the code now prints and draws into the pages, the pictures and the notebook.

Run it with: python .ci/regenerate.py [page or picture ...]

Without arguments, it does all. `images` stands for all pictures, which need the Python
and the matplotlib of nox's session `pictures`.
"""

import re
import shutil
import sys
import tempfile
from pathlib import Path

import matplotlib
import nbformat

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "linear_regression"))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import pages
from helpers import LINEAR_REGRESSION, MADE_BY, MAKE_PICTURES, REPOSITORY, SAME_MATPLOTLIB
from pages import PAGES
from to_notebook import NOTEBOOK, notebook

IMAGES = REPOSITORY / "images"
# what draws pictures, and the module that names them
PROGRAMS = {name: name for name in ("graph.py", "descent.py", "paths.py")}
PROGRAMS["run.py"] = "command_line.py"


def main(names, scratch):
    """Regenerate the files `names`, or all if there are none, and always the notebook.

    `scratch` is an empty folder.
    """
    given = [Path(name).resolve() for name in names]
    for path in given:
        if path not in PAGES and IMAGES not in (path, path.parent):
            sys.exit(f"{path} is no page and no picture")

    if not (sys.version_info[:2] == (3, 11) and SAME_MATPLOTLIB):
        message = f"Only Python 3.11 and {MADE_BY} on Linux make the pictures: {MAKE_PICTURES}"
        if any(path not in PAGES for path in given):
            sys.exit(message)
        print(message)
        given = given or [*PAGES]

    def is_wanted(path):
        return not given or path in given or (path.parent == IMAGES and IMAGES in given)

    made = {}  # where each picture lies that has been drawn
    for number, (path, page) in enumerate(PAGES.items()):
        own = [IMAGES / name for name in pages.drawn(page)]
        if not any(map(is_wanted, [path, *own])):
            continue
        folder = scratch / str(number)
        folder.mkdir()
        session = pages.run(path, folder)
        if is_wanted(path):
            path.write_text(pages.rewritten(page, session.outputs), encoding="utf-8")
        made.update({picture: folder / f"my_{picture.name}" for picture in own})
        made.update({IMAGES / picture.name: picture for picture in folder.glob("images/*")})

    for program, module in PROGRAMS.items():
        source = (LINEAR_REGRESSION / module).read_text(encoding="utf-8")
        draws = [IMAGES / name for name in re.findall(r"\w+\.(?:gif|png)", source)]
        if any(map(is_wanted, draws)) and not any(picture in made for picture in draws):
            folder = scratch / program
            folder.mkdir()
            pages.printed_by(program, LINEAR_REGRESSION, folder)
            made.update({IMAGES / picture.name: picture for picture in folder.iterdir()})

    for picture, drawn in made.items():
        if is_wanted(picture):
            shutil.copy(drawn, picture)
    nbformat.write(notebook(), NOTEBOOK)


if __name__ == "__main__":
    matplotlib.use("agg")
    with tempfile.TemporaryDirectory() as folder:
        try:
            main(sys.argv[1:], Path(folder).resolve())
        except pages.PageError as error:
            sys.exit(str(error))
