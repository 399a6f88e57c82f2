"""Read the repository's Markdown pages: their blocks, and what each of them prints.

CONTRIBUTING.md describes the marks in the pages, such as `<!-- notebook: skip -->`.
"""

import importlib
import io
import os
import re
import runpy
import shutil
import sys
import warnings
from code import InteractiveConsole
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from unittest.mock import patch

import matplotlib
import matplotlib.pyplot as plt
from helpers import LINEAR_REGRESSION, REPOSITORY
from markdown_it import MarkdownIt

FRONT = REPOSITORY / "README.md"
POST = LINEAR_REGRESSION / "README.md"
SORCERY = LINEAR_REGRESSION / "sorcery.md"
NETWORK = LINEAR_REGRESSION / "network.md"
TUTORIAL = POST, SORCERY, NETWORK
DESCENT = LINEAR_REGRESSION / "descent.md"
ELSEWHERE = LINEAR_REGRESSION / "elsewhere" / "README.md"
OLD_CODE = LINEAR_REGRESSION / "elsewhere" / "old-code.md"
CONTRIBUTING = REPOSITORY / ".github" / "CONTRIBUTING.md"
SUPPORT = REPOSITORY / ".github" / "SUPPORT.md"
PATHS = [
    *sorted(REPOSITORY.glob("*.md")),
    *sorted(REPOSITORY.glob(".github/*.md")),
    *sorted(LINEAR_REGRESSION.glob("*.md")),
    *sorted(LINEAR_REGRESSION.glob("elsewhere/*.md")),
]
PAGES = {path: path.read_text(encoding="utf-8") for path in PATHS}

LANGUAGES = "python", "sh", "bat", "text"
OWN_FILE = re.compile(r"(file|exercise|solution): (my_\w+\.py)")
OTHER_MARK = re.compile(
    r"drawing|quote|notebook: (skip|end|source of \w+\.py)|notebook:\n.*", re.DOTALL
)
FOLD = re.compile(r"<details>\s*<summary>What it prints</summary>\s*")


class PageError(Exception):
    """A page is not as CONTRIBUTING.md says; the message begins with its name and line."""


@dataclass
class Block:
    """A fenced block of a page.

    `first` is the number of its first line, from 0, and `end` that of the line after
    it. `marks` has the comments directly above it, `folded` is whether it stands inside
    <details>, and `shown` is the block with what the page says that it prints.
    """

    page: str
    language: str
    text: str
    first: int
    end: int
    marks: list
    folded: bool
    shown: "Block" = None

    @property
    def place(self):
        return f"{self.page}:{self.first + 1}"

    def file(self):
        """Return what the block is to one of the reader's files, and the file's name.

        The first is "file", "exercise" or "solution"; both are None for other blocks.
        """
        for mark in self.marks:
            found = OWN_FILE.fullmatch(mark)
            if found:
                return found.groups()
        return None, None


@dataclass
class Session:
    """The page at `path`, all of whose blocks have run, and what its reader then has.

    That is the `names` of the Python session and the files in `folder`. `outputs` has
    pairs of the blocks and what they have printed.
    """

    path: Path
    names: dict
    folder: Path
    outputs: list


# Read a page


def name_of(path):
    """Return a page's path as messages name it."""
    with suppress(ValueError):
        path = path.relative_to(REPOSITORY)
    return path.as_posix()


def is_typed(path):
    """Tell whether readers type the page's Python blocks: elsewhere they are quotes."""
    return path.parent == LINEAR_REGRESSION


def comments(text):
    return [mark.strip() for mark in re.findall("<!--(.*?)-->", text, re.DOTALL)]


def blocks(page, name="page"):
    """Return the blocks of a page, which is a text.

    A `text` block directly after another, or alone in a fold with the title "What it
    prints", shows what that other prints, and is not listed.
    """
    found = []
    marks = []
    depth = 0  # of <details>
    previous = None  # the block directly before, if it can print
    for token in MarkdownIt().parse(page):
        if token.type == "fence":
            block = Block(name, token.info, token.content, *token.map, marks, depth > 0)
            if block.language == "text" and previous and not previous.shown:
                previous.shown = block
                previous = None
            else:
                found.append(block)
                previous = block if block.language != "text" else None
            marks = []
        elif token.type == "html_block":
            marks = marks + comments(token.content)
            depth += token.content.count("<details>") - token.content.count("</details>")
            if not FOLD.fullmatch(token.content):
                previous = None
        elif not token.type.endswith("_close"):
            marks = []
            previous = None
    return found


def own_file(page):
    """Return what a page's reader has written into my_grad.py at its end."""
    kinds = [(block.file()[0], block.text) for block in blocks(page)]
    return "\n".join(text for kind, text in kinds if kind in ("file", "solution"))


def python_blocks(page):
    return [block for block in blocks(page) if block.language == "python"]


def runs(block, path):
    """Tell whether a block of the page at `path` is run, so that its output is compared."""
    if block.language == "python":
        kind, _ = block.file()
        return is_typed(path) and kind is None and "quote" not in block.marks
    return block.language == "sh" and block.shown is not None and ".py" in block.text


def problems(path, page):
    """Return messages on what of the page at `path` would never be run or compared.

    `page` is its text. Each message begins with a name and a line.
    """
    name = name_of(path)
    found = []
    fences = set()
    unsolved = []
    for block in blocks(page, name):
        fences |= {block.first, block.end - 1}
        if block.shown:
            fences |= {block.shown.first, block.shown.end - 1}
        if block.language not in LANGUAGES:
            languages = ", ".join(LANGUAGES)
            found.append(f"{block.place}: the language {block.language!r} is none of {languages}")
        elif block.language == "text" and "drawing" not in block.marks:
            found.append(
                f"{block.place}: the block directly before this output is missing "
                "(a drawing has the mark <!-- drawing -->)"
            )
        elif block.shown and not runs(block, path):
            found.append(f"{block.place}: nothing runs this block and compares its output")
        kind, _ = block.file()
        if kind == "exercise":
            unsolved.append(f"{block.place}: the exercise has no solution after it")
        elif kind == "solution":
            del unsolved[:1]
    found += unsolved

    for number, line in enumerate(without_comments(page).splitlines()):
        if line.lstrip().startswith(("```", "~~~")) and number not in fences:
            found.append(
                f"{name}:{number + 1}: Markdown sees no block here; is a blank line missing?"
            )

    skipping = False
    for mark in re.finditer(r"<!--\s(.*?)\s?-->(\n(?=<!--|```))?", without_code(page), re.DOTALL):
        text, above_block = mark.groups()
        place = f"{name}:{page.count(chr(10), 0, mark.start()) + 1}"
        if not OWN_FILE.fullmatch(text) and not OTHER_MARK.fullmatch(text):
            found.append(f"{place}: <!-- {text} --> is no mark")
        elif not text.startswith("notebook") and not above_block:
            found.append(f"{place}: <!-- {text} --> is not directly above a block")
        elif text in ("notebook: skip", "notebook: end"):
            if skipping == (text == "notebook: skip"):
                found.append(f"{place}: <!-- {text} --> has no partner")
            skipping = text == "notebook: skip"
    if skipping:
        found.append(f"{name}: the last <!-- notebook: skip --> has no end")
    return found


def blanked(found):
    return re.sub("[^\n]", " ", found[0])


def without_comments(page):
    return re.sub("<!--.*?-->", blanked, page, flags=re.DOTALL)


def without_code(page):
    """Return the page without code in its lines, where a mark is only quoted."""
    return re.sub("`[^`\n]+`", blanked, page)


# Run its blocks


class Prompt(InteractiveConsole):
    """Python's prompt, but errors are raised and not printed."""

    def showtraceback(self):
        raise

    def showsyntaxerror(self, filename=None, **options):
        raise


def show_warning(*warning):
    """Write a warning as Python does, and not as pytest, which would keep it."""
    sys.stderr.write(warnings.formatwarning(*warning[:4]))


def typed(block, prompt):
    """Return what Python's prompt prints, warnings too, when a block is pasted there.

    Raises PageError if the block raises anything, or does not end.
    """
    with (
        redirect_stdout(io.StringIO()) as printed,
        redirect_stderr(printed),
        patch("warnings.showwarning", show_warning),
    ):
        try:
            for line in [*block.text.splitlines(), ""]:
                incomplete = prompt.push(line)
        except Exception as error:
            message = f"{block.place}: the block raises {type(error).__name__}: {error}"
            raise PageError(message) from error
    if incomplete:
        raise PageError(f"{block.place}: the block does not end")
    # of these the page speaks
    return re.sub("<matplotlib.*\n", "", printed.getvalue())


def printed_by(command, folder, images):
    """Return what the program in a command prints, run in this process.

    The command was given in `folder`, and the program's pictures go to the folder
    `images`. check.py runs as a copy in the current folder, as it examines the my_grad.py
    beside it. Programs draw alike whatever a reader has set in matplotlib.
    """
    script, arguments = re.findall(r"([\w./]+\.py)(.*)", command)[-1]
    path = Path(folder, script).resolve()
    if path.name == "check.py":
        path = Path(shutil.copy(path, "."))
    with (
        patch("sys.argv", [path.name, *arguments.split()]),
        patch("sys.path", [str(path.parent), *sys.path]),
        pictures_go_to(images),
        matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red"}),  # the reader's
        without_module("my_grad"),
        redirect_stdout(io.StringIO()) as printed,
        redirect_stderr(printed),
    ):
        try:
            runpy.run_path(str(path), run_name="__main__")
        except SystemExit as end:
            if isinstance(end.code, str):
                print(end.code)
    return printed.getvalue().replace(f"{images}{os.sep}", "…/images/")


@contextmanager
def pictures_go_to(images):
    """Have programs write their pictures into the folder `images`."""
    with ExitStack() as stack:
        for name in "animation", "command_line":  # the modules that all programs import
            stack.enter_context(patch(f"{name}.IMAGES", images))
        yield


@contextmanager
def without_module(name):
    """Have the module imported again, here and afterwards, from the file that is then there."""
    importlib.invalidate_caches()
    before = sys.modules.pop(name, None)
    try:
        yield
    finally:
        sys.modules.pop(name, None)
        if before:
            sys.modules[name] = before


@contextmanager
def session_in(folder):
    """Make `folder` the current one of a new Python session, whose modules come first.

    It has an empty my_grad.py, so that nobody's own is found in the tutorial's folder.
    """
    before = os.getcwd()
    os.chdir(folder)
    Path("my_grad.py").touch()
    sys.path.insert(0, str(folder))
    try:
        with without_module("my_grad"):
            yield
    finally:
        sys.path.remove(str(folder))
        os.chdir(before)
        plt.close("all")


def run(path, folder, page=None):
    """Run all blocks of the page at `path`, in their order; return the Session.

    The reader's files and the pictures go to the empty `folder`, the programs' pictures
    to its folder `images`. `page` is the page's text, if it is not that in the file.

    Raises PageError if something on the page would not be run, or a block raises.
    """
    page = path.read_text(encoding="utf-8") if page is None else page
    wrong = problems(path, page)
    if wrong:
        raise PageError("\n".join(wrong))

    folder = Path(folder).resolve()
    images = folder / "images"
    images.mkdir()
    prompt = Prompt()
    outputs = []
    stub = None  # the beginning of an exercise, until its solution comes
    with session_in(folder):
        for block in blocks(page, name_of(path)):
            kind, file = block.file()
            if kind == "solution" and stub:
                replace(file, stub, block.text)
                stub = None
            elif kind:
                append(file, block.text)
                stub = block.text if kind == "exercise" else stub
            elif not runs(block, path):
                continue
            elif block.language == "python":
                outputs.append((block, typed(block, prompt)))
            else:
                printed = printed_by(block.text, path.parent, images)
                outputs.append((block, as_the_page(printed, block.shown.text)))
    return Session(path, prompt.locals, folder, outputs)


def append(file, text):
    """Add a block to one of the reader's files, after a blank line."""
    path = Path(file)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(before + "\n" * bool(before) + text, encoding="utf-8")


def replace(file, stub, solution):
    """Put a solution in place of the stub in one of the reader's files."""
    path = Path(file)
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(stub, solution), encoding="utf-8")


# Compare what they print with the page

# The lines of a report that name the library, and the files written
CHANGING = re.compile("(Theano|PyTensor|wrote) ")


def as_the_page(printed, shown):
    """Return what a program prints, without differences that are meant to be there.

    A page may leave out the lines that name the library and the files written. If it
    shows them, with another version, folder or number of kB, they become as it shows them.
    """
    lines = printed.splitlines()
    expected = [line for line in tidy(shown) if CHANGING.match(line)]
    if not expected:
        return "\n".join(line for line in lines if not CHANGING.match(line))

    same = {without_changes(line): line for line in expected}
    return "\n".join(same.get(without_changes(line), line) for line in lines)


def without_changes(line):
    if not CHANGING.match(line):
        return line
    line = re.sub(r"^(Theano|PyTensor) \S+", "LIBRARY", line)
    return re.sub(r"\S*images/|\d+ kB", "", line)


def tidy(text):
    """Return the lines of what is printed, without the blanks that Theano adds."""
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def assert_shown(outputs):
    """Fail if the pages show something else than the `outputs`, and name each place.

    These are pairs of blocks and what they print.
    """
    differences = []
    names = {}
    for block, printed in outputs:
        shown = block.shown or block
        place = f"{shown.page}:{shown.first + 1}"
        expected = tidy(block.shown.text) if block.shown else []
        differences += unified_diff(expected, tidy(printed), place, "printed", lineterm="")
        if expected != tidy(printed):
            names[block.page] = True
    if differences:
        raise AssertionError("\n".join([*differences, cure(*names)]))


def cure(*names):
    return f"If that is meant: .venv/bin/python .ci/regenerate.py {' '.join(names)}"


def rewritten(page, outputs):
    """Return the page with what its blocks print now, which `outputs` has as pairs."""
    lines = page.splitlines()
    # from the end, so that the numbers of lines above stay right
    for block, printed in sorted(outputs, key=first_line, reverse=True):
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


# What else is in a page


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
