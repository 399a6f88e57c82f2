"""Read the repository's Markdown pages: their blocks, and what each of them prints.

CONTRIBUTING.md describes the marks in the pages, such as `<!-- notebook: skip -->`.
"""

import io
import re
import runpy
from code import InteractiveConsole
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from unittest.mock import patch

from helpers import CURE, LINEAR_REGRESSION, REPOSITORY
from markdown_it import MarkdownIt

FRONT = REPOSITORY / "README.md"
TUTORIAL = LINEAR_REGRESSION / "README.md"
DESCENT = LINEAR_REGRESSION / "descent.md"
ELSEWHERE = LINEAR_REGRESSION / "elsewhere" / "README.md"
OLD_CODE = LINEAR_REGRESSION / "elsewhere" / "old-code.md"
CONTRIBUTING = REPOSITORY / ".github" / "CONTRIBUTING.md"
SUPPORT = REPOSITORY / ".github" / "SUPPORT.md"
PATHS = FRONT, TUTORIAL, DESCENT, ELSEWHERE, OLD_CODE, CONTRIBUTING, SUPPORT
PAGES = {path: path.read_text(encoding="utf-8") for path in PATHS}
TYPED = TUTORIAL, DESCENT  # the pages whose Python blocks a reader types


@dataclass
class Block:
    """A fenced block of a page.

    `first` is the number of its first line, from 0, and `end` that of the line after
    it. `marks` has the comments and tags directly before it, and `shown` the block with
    what the page says that it prints.
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
    """Return the blocks of a page, which is a text.

    A `text` block directly after another shows what that prints, and is not listed.
    """
    found = []
    marks = ""
    previous = None  # the block directly before, if it can print
    for token in MarkdownIt().parse(page):
        if token.type == "fence":
            first, end = token.map
            block = Block(token.info, token.content, first, end, marks)
            if block.language == "text" and previous:
                previous.shown = block
            else:
                found.append(block)
            previous = block if block.language != "text" else None
            marks = ""
        elif token.type == "html_block":
            marks += token.content
        elif not token.type.endswith("_close"):
            marks = ""
            previous = None
    return found


def python_blocks(page):
    return [block for block in blocks(page) if block.language == "python"]


def typed(block, console):
    """Return what Python's prompt prints when the lines of `block` are pasted there.

    That is with warnings and errors. A block with the mark `file: ...` is written into
    that file of the current folder instead.
    """
    file = block.mark("file:")
    if file:
        Path(file).write_text(block.text, encoding="utf-8")
        return ""
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(printed):
        for line in [*block.text.splitlines(), ""]:
            incomplete = console.push(line)
    assert not incomplete, block.text
    # of these the page speaks
    return re.sub("<matplotlib.*\n", "", printed.getvalue())


def printed_by(command, images):
    """Return what the program at the end of a command prints, run in this process.

    Its pictures go to the folder `images`.
    """
    script, arguments = re.findall(r"(\w+\.py)(.*)", command)[-1]
    path = str(LINEAR_REGRESSION / script)
    printed = io.StringIO()
    with (
        patch("sys.argv", [script, *arguments.split()]),
        patch("animation.IMAGES", images),
        redirect_stdout(printed),
    ):
        runpy.run_path(path, run_name="__main__")
    return as_on_the_pages(printed.getvalue())


def as_on_the_pages(report):
    """Return what a program prints, with what differs between machines as on the pages.

    The pages name PyTensor, and of the animation the folder's last part and the size of
    the committed one. They leave out which other pictures were written.
    """
    path = REPOSITORY / "images" / "animation.gif"
    size = f"{path.stat().st_size / 1000:.0f} kB"
    report = re.sub(r"^(Theano|PyTensor) \S+", "PyTensor 3.3.8", report)
    wrote = rf"wrote …/images/animation.gif: \1, {size}"
    report = re.sub("wrote .*animation.gif: (.*), .* kB", wrote, report)
    return re.sub(r"^wrote [^…].*\n", "", report, flags=re.MULTILINE)


def outputs(path, images):
    """Return pairs of the blocks of the page at `path` and what they print now.

    Pictures go to the folder `images`, files of the reader's into the current one.
    """
    page = path.read_text(encoding="utf-8")
    found = []
    if path in TYPED:
        console = InteractiveConsole()
        for block in python_blocks(page):
            found.append((block, typed(block, console)))
    for block in blocks(page):
        if block.language == "sh" and block.shown:
            found.append((block, printed_by(block.text, images)))
    return found


def tidy(text):
    """Return the lines of what is printed, without the blanks that Theano adds."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def assert_shown(path, outputs):
    """Fail if the page at `path` does not show the `outputs`, and name each place.

    These are pairs of blocks and what they print.
    """
    differences = []
    for block, printed in outputs:
        shown = tidy(block.shown.text if block.shown else "")
        line = (block.shown or block).first + 1
        place = f"{path.relative_to(REPOSITORY).as_posix()}:{line}"
        differences += unified_diff(shown, tidy(printed), place, "printed", lineterm="")
    if differences:
        raise AssertionError("\n".join([*differences, CURE]))


def rewritten(page, outputs):
    """Return the page with what its blocks print now, which `outputs` has as pairs."""
    lines = page.splitlines()
    # from the end, so that the numbers of lines above stay right
    for block, printed in sorted(outputs, key=first_line, reverse=True):
        assert "<console>" not in printed, printed  # an error
        if block.shown:
            first, end = block.shown.first, block.shown.end
        else:
            first = end = block.end
        if block.shown or printed:
            lines[first:end] = ["```text", *tidy(printed), "```"]
    return "\n".join(lines) + "\n"


def first_line(output):
    block, _ = output
    return block.first


def prose(page):
    """Return the page without its fenced blocks and comments."""
    return re.sub("^```.*?^```|<!--.*?-->", "", page, flags=re.MULTILINE | re.DOTALL)


def headings(page):
    return re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)


def anchor(heading):
    """Return GitHub's name of a heading, for links."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def drawn(page):
    """Return the names of the pictures that the page shows and its reader draws.

    The reader's have "my_" before their names.
    """
    shown = re.findall(r"\]\(\.\./images/([\w.]+)\)", page)
    return [name for name in shown if f"my_{name}" in page]
