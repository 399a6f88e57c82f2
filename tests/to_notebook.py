"""Make a notebook of the tutorial, and run it.

CONTRIBUTING.md describes the marks in the tutorial, such as `<!-- notebook: skip -->`.
"""

import base64
import os
import re

import jupytext
from helpers import LINEAR_REGRESSION, REPOSITORY
from nbclient import NotebookClient
from pages import blocks, drawn

NOTEBOOK = LINEAR_REGRESSION / "learning_theano.ipynb"

# What the notebook's first cell does, what keeps a figure from its cell, and what reads
# a block's file
LEFT_OUT = re.compile(
    r"^(from backend import .*\n"
    r"|plt\.close\(.*\n"
    r"|exec\(open\(.*?\.read\(\)\)(; |\n))",
    re.MULTILINE,
)


def notebook(page):
    """Return the tutorial, a text, as a notebook.

    It is without what Python prints, and without files beside it.
    """
    page = for_notebook(page)
    text = without_outputs(page)
    text = LEFT_OUT.sub("", text)
    text = re.sub("<!--.*?-->", "", text)
    text = headings_for_details(text)
    for name in drawn(page):
        text = without_picture(text, name)
    text = without_links_to_files(text)
    text = with_pictures_inside(text)
    text = without_blank_lines(text)
    # split_at_heading: solutions end where they fold
    made = jupytext.reads(text, {"extension": ".md", "split_at_heading": True})
    made.metadata = {
        "kernelspec": {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
    }
    made.cells = [cell for cell in made.cells if cell.source]
    for number, cell in enumerate(made.cells):
        cell.id = f"cell-{number}"  # not a random one
        if cell.source.startswith("#### "):
            # folds what follows it, up to the next heading
            cell.metadata["jp-MarkdownHeadingCollapsed"] = True
    return made


def execute(made, folder, beside=LINEAR_REGRESSION):
    """Run the notebook in `folder`, where it leaves its pictures; return it.

    It finds modules as if it stood in the folder `beside`.
    """
    client = NotebookClient(
        made,
        timeout=300,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    )
    return client.execute(env={**os.environ, "PYTHONPATH": str(beside)})


def for_notebook(page):
    """Return the page as its marks say: without what they skip, with what they add."""
    page = re.sub(
        "<!-- notebook: skip -->.*?<!-- notebook: end -->",
        lambda found: "\n" * found[0].count("\n"),  # lines keep their numbers
        page,
        flags=re.DOTALL,
    )
    page = re.sub("<!-- notebook:(\n.*?)-->", r"\1", page, flags=re.DOTALL)
    assert "<!-- notebook:" not in page, "a mark has no partner, or is none"
    return page


def without_outputs(page):
    """Return the page without what Python prints, and only Python's blocks as code."""
    lines = page.splitlines()
    for block in blocks(page):
        if block.language != "python":
            # jupytext does not take these for code
            lines[block.first] = lines[block.first].replace("```", "~~~")
            lines[block.end - 1] = "~~~"
        elif block.shown:
            for number in range(block.shown.first, block.shown.end):
                lines[number] = ""
    return "\n".join(lines)


def headings_for_details(text):
    """Return the text with a heading, in a cell of its own, for each <details>."""
    folded_too = re.search(r"</details>\s*(?!<details>|#+ )\S", text)
    assert not folded_too, "a heading must follow </details>"
    text = re.sub(
        r"<details>\s*<summary>(.*?)</summary>",
        r"<!-- #region -->\n#### \1\n<!-- #endregion -->",
        text,
    )
    return text.replace("</details>", "")


def without_picture(text, name):
    line = rf"^!\[[^]]*\]\(../images/{name}\)\n"
    return re.sub(line, "", text, flags=re.MULTILINE)


def without_links_to_files(text):
    """Return the text with words in place of links to files beside it."""
    return re.sub(r"(?<![\w\])!])\[([^]]*)\]\([\w.-]*[./][\w./#-]*\)", r"\1", text)


def with_pictures_inside(text):
    """Return the text with pictures as data, in place of links to their files."""
    for name in re.findall(r"\]\(../images/([\w.]+)\)", text):
        data = (REPOSITORY / "images" / name).read_bytes()
        url = f"data:image/{name[-3:]};base64,{base64.b64encode(data).decode()}"
        text = text.replace(f"../images/{name}", url)
    return text


def without_blank_lines(text):
    """Return the text with one blank line for several, but in blocks of code."""
    return re.sub(
        r"(^```.*?^```)|\n{3,}",
        lambda found: found[1] or "\n\n",
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
