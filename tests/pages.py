"""Read the repository's Markdown pages: their blocks, what each of them prints, and the notebook they make."""

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
PICTURES = "data.png", "gradient.png", "cost.png", "network.png"  # which the tutorial's reader draws, with "my_" before their names
PAGES = {
    page: page.read_text(encoding="utf-8") for page in (FRONT, TUTORIAL, DESCENT, ELSEWHERE, OLD_CODE, CONTRIBUTING)
}

# in the notebook instead of the section "Start Python"
START = """This notebook is the page [README.md](README.md). Run its cells in their order.

```python
try:
    import backend
    import matplotlib
except ImportError as error:
    raise SystemExit(f"{error}. Open this notebook as README.md, in the same folder, says.") from None
```

"""


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
    """Return the tutorial as a notebook: what Python prints is left out, files and commands are text."""
    lines = page.splitlines()
    for block in blocks(page):
        if block.language == "python":
            for shown in block.printed.values():
                lines[shown.first : shown.end] = [""] * (shown.end - shown.first)
        else:
            lines[block.first] = lines[block.first].replace("```", "~~~")  # which jupytext does not take for code
            lines[block.end - 1] = "~~~"
    text = re.sub("<!--.*-->", "", "\n".join(lines))
    text = re.sub(r"## Start Python\n.*?(?=## )", START, text, flags=re.DOTALL)
    text = re.sub(r"<details>\s*<summary>The same with PyTensor</summary>.*?</details>", "", text, flags=re.DOTALL)
    text = re.sub(r"\bnew Python\b", "new kernel", text)
    for heading in headings(page):  # Jupyter's names of headings are not GitHub's
        text = text.replace(f"(#{anchor(heading)})", f"(#{heading.replace(' ', '-')})")
    text = re.sub(r"<details>\s*<summary>(.*)</summary>", r"<!-- #region -->\n#### \1\n<!-- #endregion -->", text)
    text = text.replace("</details>", "")
    made = jupytext.reads(re.sub(r"\n{3,}", "\n\n", text), "md")
    made.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for number, cell in enumerate(made.cells):
        if cell.source.startswith("#### "):  # folds what follows it, up to the next exercise
            cell.metadata["jp-MarkdownHeadingCollapsed"] = True
        cell.id = f"cell-{number}"  # not a random one
    return made
