"""Read the repository's Markdown pages: their blocks, what each of them prints, and the notebook they make.

CONTRIBUTING.md describes the marks in the pages, such as `<!-- notebook: skip -->`.
"""

import base64
import io
import re
import runpy
from code import InteractiveConsole
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from unittest.mock import patch

import jupytext
from helpers import CURE, LINEAR_REGRESSION, REPOSITORY
from markdown_it import MarkdownIt

FRONT = REPOSITORY / "README.md"
TUTORIAL = LINEAR_REGRESSION / "README.md"
DESCENT = LINEAR_REGRESSION / "descent.md"
ELSEWHERE = LINEAR_REGRESSION / "elsewhere" / "README.md"
OLD_CODE = LINEAR_REGRESSION / "elsewhere" / "old-code.md"
CONTRIBUTING = REPOSITORY / ".github" / "CONTRIBUTING.md"
NOTEBOOK = LINEAR_REGRESSION / "learning_theano.ipynb"
PAGES = {
    page: page.read_text(encoding="utf-8") for page in (FRONT, TUTORIAL, DESCENT, ELSEWHERE, OLD_CODE, CONTRIBUTING)
}
TYPED = TUTORIAL, DESCENT  # the pages whose Python blocks a reader types
IMAGES = REPOSITORY / "images"

# in the code: what the notebook's first cell does, what keeps a figure from its cell, and what reads a block's file
LEFT_OUT = re.compile(r"^(from backend import .*\n|plt\.close\(.*\n|exec\(open\(.*?\.read\(\)\)(; |\n))", re.MULTILINE)


@dataclass
class Block:
    """A fenced block of a page, with the numbers of its first line, from 0, and of the line after it.

    `marks` has the comments and tags directly before it, and `shown` the block with what the page says that it prints.
    """

    language: str
    text: str
    first: int
    end: int
    marks: str = ""
    shown: "Block" = None

    def mark(self, name):
        """Return what follows `name` in a mark, or None."""
        found = re.search(f"<!-- {name} ?(.*?) -->", self.marks)
        return found and found[1]


def blocks(page):
    """Return the blocks of a page, which is a text. A `text` block directly after another shows what that prints."""
    found, marks, printing = [], "", None
    for token in MarkdownIt().parse(page):
        if token.type == "fence":
            block = Block(token.info, token.content, *token.map, marks)
            if block.language == "text" and printing:
                printing.shown = block
            else:
                found.append(block)
            printing, marks = block if block.language != "text" else None, ""
        elif token.type == "html_block":
            marks += token.content
        elif not token.type.endswith("_close"):
            marks, printing = "", None
    return found


def python_blocks(page):
    return [block for block in blocks(page) if block.language == "python"]


def typed(block, console):
    """Return what Python's prompt prints when the lines of `block` are pasted there, with warnings and errors.

    A block with the mark `file: ...` is written into that file of the current folder instead.
    """
    if file := block.mark("file:"):
        Path(file).write_text(block.text, encoding="utf-8")
        return ""
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(printed):
        for line in [*block.text.splitlines(), ""]:
            incomplete = console.push(line)
    assert not incomplete, block.text
    return re.sub("<matplotlib.*\n", "", printed.getvalue())  # of which the page speaks


def printed_by(command, images):
    """Return what the program at the end of a command prints, run in this process; its pictures go to `images`.

    The pages leave out the lines that name the library and the files written.
    """
    script, arguments = re.findall(r"(\w+\.py)(.*)", command)[-1]
    argv, printed = [script, *arguments.split()], io.StringIO()
    with patch("sys.argv", argv), patch("signal.signal"), patch("animation.IMAGES", images), redirect_stdout(printed):
        runpy.run_path(str(LINEAR_REGRESSION / script), run_name="__main__")
    return re.sub("^(Theano|PyTensor|wrote) .*\n", "", printed.getvalue(), flags=re.MULTILINE)


def outputs(path, images):
    """Return pairs of the blocks of the page at `path` and what they print now, with their files in this folder."""
    page, console = path.read_text(encoding="utf-8"), InteractiveConsole()
    found = [(block, typed(block, console)) for block in python_blocks(page)] if path in TYPED else []
    for block in blocks(page):
        if block.language == "sh" and block.shown:
            found.append((block, printed_by(block.text, images)))
    return found


def tidy(text):
    """Return the lines of what is printed, without the blanks that Theano leaves at their ends."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def assert_shown(path, outputs):
    """Fail with each of the `outputs`, pairs of blocks and what they print, that the page at `path` does not show."""
    differences = []
    for block, printed in outputs:
        shown = tidy(block.shown.text if block.shown else "")
        place = f"{path.relative_to(REPOSITORY).as_posix()}:{(block.shown or block).first + 1}"
        differences += unified_diff(shown, tidy(printed), place, "printed", lineterm="")
    if differences:
        raise AssertionError("\n".join([*differences, CURE]))


def rewritten(page, outputs):
    """Return the page with what its blocks print now, which `outputs` has as pairs."""
    lines = page.splitlines()
    for block, printed in sorted(outputs, key=lambda output: output[0].first, reverse=True):
        assert "<console>" not in printed, printed  # an error
        first, end = (block.shown.first, block.shown.end) if block.shown else (block.end, block.end)
        if first < end or printed:
            lines[first:end] = ["```text", *tidy(printed), "```"]
    return "\n".join(lines) + "\n"


def prose(page):
    """Return the page without its fenced blocks and comments."""
    return re.sub("^```.*?^```|<!--.*?-->", "", page, flags=re.MULTILINE | re.DOTALL)


def headings(page):
    return re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)


def anchor(heading):
    """Return GitHub's name of a heading, for links."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def drawn(page):
    """Return the names of the pictures that the page shows and its reader draws, with "my_" before their names."""
    return [name for name in re.findall(r"\]\(\.\./images/([\w.]+)\)", page) if f"my_{name}" in page]


def for_notebook(page):
    """Return the page as its marks for the notebook say: without what they skip, with what stands only there."""
    skipped = "<!-- notebook: skip -->.*?<!-- notebook: end -->"
    page = re.sub(skipped, lambda found: "\n" * found[0].count("\n"), page, flags=re.DOTALL)  # lines keep their numbers
    page = re.sub("<!-- notebook:(\n.*?)-->", r"\1", page, flags=re.DOTALL)
    assert "<!-- notebook:" not in page, "a mark for the notebook has no partner, or is none"
    return page


def notebook(page):
    """Return the tutorial as a notebook: without what Python prints, and without files beside it."""
    page = for_notebook(page)
    lines = page.splitlines()
    for block in blocks(page):
        if block.language == "python":
            if block.shown:
                lines[block.shown.first : block.shown.end] = [""] * (block.shown.end - block.shown.first)
        else:
            lines[block.first] = lines[block.first].replace("```", "~~~")  # which jupytext does not take for code
            lines[block.end - 1] = "~~~"
    text = LEFT_OUT.sub("", "\n".join(lines))
    text = re.sub("<!--.*?-->", "", text)
    assert not re.search(r"</details>\s*(?!<details>|#+ )\S", text), "it would be folded, too: a heading must follow"
    text = re.sub(r"<details>\s*<summary>(.*?)</summary>", r"<!-- #region -->\n#### \1\n<!-- #endregion -->", text)
    text = text.replace("</details>", "")
    for picture in drawn(page):
        text = re.sub(rf"^!\[[^]]*\]\(../images/{picture}\)\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"(?<![\w\])!])\[([^]]*)\]\([\w.-]*[./][\w./#-]*\)", r"\1", text)  # links to files beside it
    for picture in re.findall(r"\]\(../images/([\w.]+)\)", text):
        data = base64.b64encode((IMAGES / picture).read_bytes()).decode()
        text = text.replace(f"../images/{picture}", f"data:image/{picture[-3:]};base64,{data}")
    text = re.sub(r"(^```.*?^```)|\n{3,}", lambda found: found[1] or "\n\n", text, flags=re.MULTILINE | re.DOTALL)
    made = jupytext.reads(text, {"extension": ".md", "split_at_heading": True})  # so that solutions end where they fold
    made.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    made.cells = [cell for cell in made.cells if cell.source]
    for number, cell in enumerate(made.cells):
        if cell.source.startswith("#### "):  # folds what follows it, up to the next heading
            cell.metadata["jp-MarkdownHeadingCollapsed"] = True
        cell.id = f"cell-{number}"  # not a random one
    return made
