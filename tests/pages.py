"""Read the repository's Markdown pages: their blocks, what each of them prints, and the notebook they make."""

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path

import jupytext
from markdown_it import MarkdownIt

REPOSITORY = Path(__file__).resolve().parent.parent
FRONT = REPOSITORY / "README.md"
TUTORIAL = REPOSITORY / "linear_regression" / "README.md"
DESCENT = REPOSITORY / "linear_regression" / "descent.md"
ELSEWHERE = REPOSITORY / "linear_regression" / "elsewhere" / "README.md"
OLD_CODE = REPOSITORY / "linear_regression" / "elsewhere" / "old-code.md"
CONTRIBUTING = REPOSITORY / ".github" / "CONTRIBUTING.md"
PICTURES = (
    "data.png",
    "gradient.png",
    "cost.png",
    "network.png",
)  # which the tutorial's reader draws, with "my_" before their names
PAGES = {
    page: page.read_text(encoding="utf-8") for page in (FRONT, TUTORIAL, DESCENT, ELSEWHERE, OLD_CODE, CONTRIBUTING)
}

START = """This notebook needs PyTensor or Theano, NumPy and matplotlib, and no other file. Run its cells in order.
The first one imports Theano's continuation, PyTensor, or in a clone of the repository what `backend.py` chooses. If it
does not find PyTensor, run `%pip install "pytensor>=2.38,<4" matplotlib` in a cell of its own.

```python
import os
from importlib.util import find_spec

if find_spec("backend"):
    from backend import T, theano
else:
    os.environ.setdefault("PYTENSOR_FLAGS", "blas__ldflags=")  # without a warning on BLAS
    import pytensor as theano
    from pytensor import tensor as T
```

"""
END = """## Read on

The repository of this notebook has more pages: `descent.md` shows why *learned* is not *least squares*,
`elsewhere/README.md` leads to other libraries, and `README.md` runs the tutorial from files."""

# what the notebook has in place of parts of the tutorial: patterns, and texts
NOTEBOOK = {
    r"^## Start Python\n.*?(?=^## )": START,
    r"^from backend import T, theano\n": "",
    r"^plt.close\(figure\)\n": "",  # so that the figure appears below its cell
    r"^Your picture is now .*?\n\n": "",
    r"^!\[[^]]*\]\(../images/(?!graph)[^)]*\)\n": "",  # which the cells draw
    r" \(It is also a \[still picture\].*?\)\.\)": "",
    r"^What the graph is compiled to .*?\n\n": "",  # how to start Python with another compiler
    r"\(Python's prompt may also .*?\) Except for .*?\.\n\n": "",
    r"^## The same in files\n.*?(?=^## )": "",
    r"^Read on: .*": END,
    r"<details>\s*<summary>The same with PyTensor</summary>.*?</details>": "",
    r"<!--.*?-->": "",
    r"\[([^]]*)\]\([\w./]+\.(md|py|ipynb)\)": r"\1",  # links to files, which are not beside it
    r"<details>\s*<summary>(.*?)</summary>": r"<!-- #region -->\n#### \1\n<!-- #endregion -->",
    r"</details>": "",
    r"\n{3,}": "\n\n",
}


@dataclass
class Block:
    """A fenced block of a page, with the numbers of its first line, from 0, and of the line after it.

    `printed` has the blocks with what it prints: by engine if comments say `printed with ...`, else under "".
    """

    language: str
    text: str
    first: int
    end: int
    printed: dict = field(default_factory=dict)


def blocks(page):
    """Return the blocks of a page, which is a text.

    `text` blocks show what the block before them prints, if only comments and folding stand between the two.
    """
    found, comment, printing = [], "", None
    for token in MarkdownIt().parse(page):
        if token.type == "fence":
            block = Block(token.info, token.content, *token.map)
            if token.info != "text":
                found.append(block)
                printing = block
            elif printing:
                printing.printed[comment.partition("printed with ")[2]] = block
            else:
                found.append(block)
            comment = ""
        elif token.type == "html_block":
            comment = "".join(re.findall("<!-- (.*) -->", token.content))
        elif not token.type.endswith("_close"):
            printing = None
    return found


def sessions(page):
    """Return lists of the Python blocks that a reader types into the same session; an import begins a new one."""
    found = []
    for block in blocks(page):
        if block.language == "python":
            if block.text.startswith("from "):
                found.append([])
            found[-1].append(block)
    return found


def shown(block, engine):
    """Return what the page says that `block` prints with `engine`, "Theano" or "PyTensor"."""
    printed = block.printed.get(engine) or block.printed.get("")
    return printed.text if printed else ""


def tidy(text):
    """Return what is printed, without the blanks that Theano leaves at the ends of lines."""
    return "".join(line.rstrip() + "\n" for line in text.strip("\n").splitlines())


def assert_shown(printed, block, engine):
    """Assert that the page shows what was printed; a last line of three dots is for the rest."""
    expected = tidy(shown(block, engine))
    if expected.endswith("\n...\n"):
        expected = expected[: -len("...\n")]
        printed = printed[: len(expected)]
    assert printed == expected, block.text


def prose(page):
    """Return the page without its fenced blocks."""
    return re.sub("^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL)


def headings(page):
    return re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)


def anchor(heading):
    """Return GitHub's name of a heading, for links."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def notebook(page):
    """Return the tutorial as a notebook: without what Python prints, and without files beside it."""
    lines = page.splitlines()
    for block in blocks(page):
        if block.language == "python":
            for shown in block.printed.values():
                lines[shown.first : shown.end] = [""] * (shown.end - shown.first)
        else:
            lines[block.first] = lines[block.first].replace("```", "~~~")  # which jupytext does not take for code
            lines[block.end - 1] = "~~~"
    text = "\n".join(lines)
    for pattern, replacement in NOTEBOOK.items():
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE | re.DOTALL)
        assert count, f"the tutorial has nothing like {pattern}"
    for heading in headings(page):  # Jupyter's names of headings are not GitHub's
        text = text.replace(f"(#{anchor(heading)})", f"(#{heading.replace(' ', '-')})")
    picture = base64.b64encode((REPOSITORY / "images" / "graph.gif").read_bytes()).decode()
    text = text.replace("../images/graph.gif", f"data:image/gif;base64,{picture}")
    made = jupytext.reads(text, {"extension": ".md", "split_at_heading": True})  # so that solutions end where they fold
    made.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for number, cell in enumerate(made.cells):
        if cell.source.startswith("#### "):  # folds what follows it, up to the next heading
            cell.metadata["jp-MarkdownHeadingCollapsed"] = True
        cell.id = f"cell-{number}"  # not a random one
    return made
