"""Make one notebook of the tutorial's pages, and run it.

CONTRIBUTING.md describes the marks in the pages, such as `<!-- notebook: skip -->`.
"""

import base64
import hashlib
import os
import re
from itertools import zip_longest

import nbformat
from helpers import LINEAR_REGRESSION, REPOSITORY
from nbclient import NotebookClient
from pages import TUTORIAL, blocks, drawn, name_of

NOTEBOOK = LINEAR_REGRESSION / "learning_theano.ipynb"

# What the notebook defines in its own cells, what would leave files behind, and what
# keeps a figure from its cell
LEFT_OUT = re.compile(
    r"^(from (backend|check|my_\w+) import .*|figure\.savefig\(.*|plt\.close\(.*)\n",
    re.MULTILINE,
)
FOLDED_OUTPUT = re.compile(r"<details>\s*<summary>What it prints</summary>.*?</details>", re.DOTALL)
PYTHON = re.compile("^(```python\n)(.*?)(^```)", re.MULTILINE | re.DOTALL)
SOURCE_OF = re.compile(r"<!-- notebook: source of (\w+\.py) -->")


def notebook(paths=TUTORIAL):
    """Return the pages at `paths` as one notebook, which has run nowhere yet.

    It is without what the pages print.
    """
    cells = []
    for path in paths:
        cells += [make_cell(kind, source) for kind, source, _ in contents(path)]

    used = {}
    for cell in cells:
        # ids from the source, so that a new cell changes no other
        number = used[cell.source] = used.get(cell.source, 0) + 1
        digest = hashlib.sha256(f"{number} {cell.source}".encode()).hexdigest()
        cell.id = digest[:12]

    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": python})
    nbformat.validate(made)
    return made


def make_cell(kind, source):
    if kind == "code":
        return nbformat.v4.new_code_cell(source)
    return nbformat.v4.new_markdown_cell(source)


def contents(path):
    """Return the cells of the page at `path`, each as its kind, its source and its block.

    The kind is "code" or "markdown". The block is the page's with the code, or None.
    """
    page = for_notebook(path.read_text(encoding="utf-8"))
    with_outputs = {block.first: block for block in blocks(page, name_of(path))}
    page = FOLDED_OUTPUT.sub(blank_lines, page)
    pictures = drawn(page)
    lines = page.splitlines()
    cells = []
    end = 0  # of the cell before
    for block in blocks(page):
        is_cell = block.language == "python" and "quote" not in block.marks
        if is_cell and not block.folded:
            cells += around_code("\n".join(lines[end : block.first]), pictures)
            cells.append(("code", for_cell(block.text), with_outputs[block.first]))
            end = (block.shown or block).end
    cells += around_code("\n".join(lines[end:]), pictures)
    return [cell for cell in cells if cell[1]]


def for_notebook(page):
    """Return the page as its marks say: without what they skip, with what they add.

    Its lines keep their numbers.
    """
    skipped = re.compile("<!-- notebook: skip -->.*?<!-- notebook: end -->", re.DOTALL)
    page = skipped.sub(blank_lines, page)
    return re.sub("<!-- notebook:(\n.*?)-->", r"\1", page, flags=re.DOTALL)


def blank_lines(found):
    return "\n" * found[0].count("\n")


def for_cell(code):
    """Return a block's code without what a cell does not need."""
    code = re.sub(r"^plt\.savefig\(.*", "plt.show()", code, flags=re.MULTILINE)
    return LEFT_OUT.sub("", code).strip("\n")


def around_code(text, pictures):
    """Return the cells of the Markdown between two blocks of code, as `contents` does.

    A cell begins at each heading.
    """
    cells = []
    parts = SOURCE_OF.split(text)
    for markdown, file in zip_longest(parts[::2], parts[1::2]):
        for section in re.split(r"\n(?=##+ )", markdown):
            cells.append(("markdown", made_to_stand_alone(section, pictures), None))
        if file:
            cells.append(("code", source_of(file), None))
    return cells


def source_of(file):
    """Return the code of a module that other code imports, as a cell can hold it."""
    source = (LINEAR_REGRESSION / file).read_text(encoding="utf-8")
    source, _, _ = source.partition('\n\nif __name__ == "__main__":')
    source = re.sub(r'\A""".*?"""\n', "", source, flags=re.DOTALL)  # speaks of files
    return for_cell(source)


def made_to_stand_alone(text, pictures):
    """Return Markdown that needs no files of pictures and no ids of headings.

    Of the `pictures`, which the cell above draws itself, it keeps the descriptions.
    """
    text = re.sub("<!--.*?-->", "", text, flags=re.DOTALL)
    text = PYTHON.sub(lambda found: f"{found[1]}{for_cell(found[2])}\n{found[3]}", text)
    for name in pictures:
        text = re.sub(rf"!\[([^]]*)\]\(../images/{name}\)", r"*\1*", text)
    for name in re.findall(r"\]\(../images/([\w.]+)\)", text):
        data = (REPOSITORY / "images" / name).read_bytes()
        url = f"data:image/{name[-3:]};base64,{base64.b64encode(data).decode()}"
        text = text.replace(f"../images/{name}", url)
    text = re.sub(r"\[([^]]*)\]\(#[^)]*\)", r"\1", text)  # Jupyter has other ids
    for path in TUTORIAL:  # the notebook has these pages itself
        text = re.sub(rf"\[([^]]*)\]\({path.name}(#[^)]*)?\)", r"\1", text)
    return without_blank_lines(text).strip("\n")


def without_blank_lines(text):
    """Return the text with one blank line for several, but in blocks of code."""
    return re.sub(
        r"(^```.*?^```)|\n{3,}",
        lambda found: found[1] or "\n\n",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )


def execute(made, folder, beside=LINEAR_REGRESSION):
    """Run the notebook in `folder`; return it with what its cells print and draw.

    It finds modules as if it stood in the folder `beside`. Raises
    nbclient.exceptions.CellExecutionError where a cell raises anything.
    """
    client = NotebookClient(
        made,
        timeout=300,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    return client.execute(env={**os.environ, "PYTHONPATH": str(beside)})
