"""The pages: what they show is run and compared, commands and links lead somewhere."""

import ast
import inspect
import itertools
import re
import site
import subprocess
import sys

import numpy as np
import pages
import pytest
from helpers import (
    LINEAR_REGRESSION,
    PUBLISHED,
    REPOSITORY,
    assert_as_committed,
    assert_same_picture,
    by_hand,
    on_page,
)
from pages import (
    CONTRIBUTING,
    DESCENT,
    ELSEWHERE,
    FRONT,
    NETWORK,
    OLD_CODE,
    PAGES,
    POST,
    SORCERY,
    SUPPORT,
    PageError,
    blocks,
    headings,
    prose,
    python_blocks,
)

from animation import save_gif
from backend import LIBRARY, theano
from command_line import make_parser
from data import makepoints

NOXFILE = (REPOSITORY / ".ci" / "noxfile.py").read_text(encoding="utf-8")
each_page = pytest.mark.parametrize("page", PAGES, ids=pages.name_of)
RUN = [path for path in PAGES if any(pages.runs(block, path) for block in blocks(PAGES[path]))]


def in_one_line(text):
    return " ".join(text.split())


def minus(number):
    return f"{number:.3g}".replace("-", "−")


# What they show


@each_page
def test_every_block_and_every_mark_of_the_page_is_read(page):
    assert pages.problems(page, PAGES[page]) == []


@on_page(*RUN)
def test_what_the_page_shows_is_printed(session):
    pages.assert_shown(session.outputs)


@on_page(*RUN)
def test_what_the_page_draws_is_the_committed_picture(session):
    for picture in pages.drawn(PAGES[session.path]):
        assert_as_committed(session.folder / f"my_{picture}", picture)


# What finds mistakes finds them

TYPED = LINEAR_REGRESSION / "page.md"  # a page of this name would be typed
FALSE = "```python\n1 + 1\n```\n{}```text\n3\n```\n"
BROKEN = {
    "a false output": (FALSE.format(""), "(?s)page.md:4.*-3.*\\+2.*regenerate.py .*page.md"),
    "an indented output": (
        "```python\nprint(' 1')\n```\n```text\n1\n```\n",
        "page.md:4",
    ),
    "an output that is missing": ("```python\n1 + 1\n```\n", "(?s)page.md:1.*\\+2"),
    "a warning": (
        "```python\nimport warnings\nwarnings.warn('old')\n```\n",
        "UserWarning: old",
    ),
    "a sentence before the output": (FALSE.format("So:\n"), "page.md:5: the block directly before"),
    "another name of the language": (FALSE.replace("python", "py"), "page.md:1: the language 'py'"),
    "a shell that nothing runs": (
        "```sh\nls\n```\n```text\nrun.py\n```\n",
        "page.md:1: nothing runs this block",
    ),
    "a block that raises": ("```python\n\n1 / 0\n```\n", "page.md:1: .* raises ZeroDivisionError"),
    "a block that is no Python": ("```python\n1 +\n```\n", "page.md:1: .* raises SyntaxError"),
    "an incomplete block": ("```python\nprint(\n```\n", "page.md:1: the block does not end"),
    "an unknown mark": ("One.\n\n<!-- notebok: skip -->\n", "page.md:3: <!-- notebok"),
    "a mark with more behind it": (
        "<!-- quoted -->\n```python\n1\n```\n",
        "page.md:1: .* is no mark",
    ),
    "a mark without its end": ("<!-- notebook: skip -->\nOne.\n", "page.md: the last"),
    "an end without its mark": ("One. <!-- notebook: end -->\n", "page.md:1: .* no partner"),
    "a mark above no block": (
        "<!-- file: my_grad.py -->\n\n```python\n1\n```\n",
        "page.md:1: .* is not directly above a block",
    ),
    "an exercise without a solution": (
        "<!-- exercise: my_grad.py -->\n```python\n1\n```\n",
        "page.md:2: the exercise has no solution",
    ),
    "a fence that Markdown does not see": (
        "<details>\n```python\n1\n```\n</details>\n",
        "page.md:2: Markdown sees no block",
    ),
}


@pytest.mark.parametrize(("page", "message"), BROKEN.values(), ids=BROKEN)
def test_a_page_that_is_wrong_fails_and_the_place_is_named(page, message, tmp_path):
    with pytest.raises((PageError, AssertionError), match=message):
        pages.assert_shown(pages.run(TYPED, tmp_path, page).outputs)


@pytest.mark.parametrize(
    ("pixels", "fps", "frames", "exactly", "same"),
    [
        ((10, 1), 10, 3, True, True),
        ((11, 1), 10, 3, True, False),
        ((0, 0), 5, 3, True, False),
        ((0, 0), 10, 2, True, False),
        ((11, 1), 10, 3, False, True),
        ((8, 16), 10, 3, False, False),
    ],
    ids=["10 pixels", "11 pixels", "durations", "frames", "roughly 11", "roughly 128"],
)
def test_an_altered_gif_fails(pixels, fps, frames, exactly, same, tmp_path):
    before, after = tmp_path / "before.gif", tmp_path / "after.gif"
    colors = np.zeros((3, 32, 32), np.uint8)
    colors[1:, -1, -1] = 1, 2  # a frame like the one before would be dropped
    save_gif(before, colors, fps=10)
    height, width = pixels
    colors[1, :height, :width] = 48  # red, so that two of three channels stay
    save_gif(after, colors[:frames], fps)
    if same:
        assert_same_picture(after, before, exactly)
    else:
        with pytest.raises(AssertionError, match="-s pictures"):
            assert_same_picture(after, before, exactly)


def test_a_readers_file_is_what_the_page_has_had_so_far(tmp_path):
    """A solution stands in place of its stub, and programs see the file as it is then."""
    page = """
<!-- exercise: my_grad.py -->
```python
one = 0
```

<details><summary>Solution</summary>

<!-- solution: my_grad.py -->
```python
one = 1
```
</details>

```python
import my_grad
print(vars(my_grad).get("two"), my_grad.one)
```
<details><summary>What it prints</summary>

```text
None 1
```
</details>

<!-- file: my_grad.py -->
```python
two = 2
```
"""
    session = pages.run(TYPED, tmp_path, page)
    pages.assert_shown(session.outputs)
    assert (tmp_path / "my_grad.py").read_text() == "one = 1\n\ntwo = 2\n"
    assert "my_grad" not in sys.modules
    assert str(tmp_path) not in sys.path


def test_what_names_the_library_or_a_folder_may_differ():
    shown = "Theano 1.0.5 (float64)\nlearned 2\nwrote /home/you/images/a.gif: 9 frames, 20 kB"
    printed = "PyTensor 3.3.8 (float64)\nlearned 2\nwrote …/images/a.gif: 9 frames, 21 kB"
    assert pages.as_the_page(printed, shown) == shown
    assert pages.as_the_page(printed, "learned 2") == "learned 2"
    for other in printed.replace("9 frames", "8 frames"), printed.replace("float64", "float32"):
        assert pages.as_the_page(other, shown) != shown


def test_regenerating_repairs_and_adds_outputs():
    fold = "<details><summary>What it prints</summary>\n\n{}</details>\n"
    page = "```python\n1\n```\n```text\n{}```\n\n```python\n2\n```\n{}\n```python\n3\n```\n"
    page += fold.format("```text\n{}```\n")
    before = page.format("old\n", "", "oldest\n")
    after = page.format("new\n", "```text\nnewer\n```\n", "newest\n")
    outputs = zip(blocks(before), ("new", "newer", "newest"))
    assert pages.rewritten(before, outputs) == after


def test_regenerating_removes_an_output_that_is_gone():
    page = "```python\n1\n```\n```text\nold\n```\n"
    (block,) = blocks(page)
    assert "old" not in pages.rewritten(page, [(block, "")])


# What the pages say and do not print


@on_page(SORCERY)
def test_the_examiner_is_content_with_what_the_page_has_in_its_file(session, monkeypatch):
    monkeypatch.chdir(session.folder)
    printed = pages.printed_by("check.py", LINEAR_REGRESSION, session.folder)
    verdicts = [line for line in printed.splitlines() if line]
    assert len(verdicts) == 4 + 9
    assert [line for line in verdicts if "right" not in line] == []


def test_the_network_begins_with_the_file_in_which_the_sorcery_ends():
    def lines(path):
        return [line for line in pages.own_file(PAGES[path]).splitlines() if line]

    assert lines(NETWORK) == lines(SORCERY)


def test_partial_and_grad_are_the_fourteen_lines_of_the_front_page():
    statements = ast.parse(pages.own_file(PAGES[NETWORK])).body
    _, partial, grad, *_ = [node.end_lineno - node.lineno + 1 for node in statements]
    assert (partial, grad) == (6, 8)
    assert "a function `grad` of eight lines" in in_one_line(PAGES[SORCERY])
    assert "fourteen lines" in in_one_line(PAGES[FRONT])


@on_page(NETWORK)
def test_how_often_grad_and_backward_visit_the_network(session):
    names = session.names
    cost, weights = names["wave_cost"], names["weights"]
    nodes = len(names["inputs_first"](cost, {}))
    table = f"{len(weights)} weights: {len(weights) * names['visits'](cost):5,} visits, or {nodes}"
    assert table in PAGES[session.path]


@on_page(NETWORK)
@pytest.mark.parametrize("network", ["", "deep_"])
def test_how_many_operations_the_compiler_leaves(session, network):
    library = f"{LIBRARY} {theano.__version__}"
    text = in_one_line(PAGES[session.path])
    if library not in text:
        pytest.skip(f"the page does not speak of {library}")
    by_grad, by_backward = (session.names[f"{network}by_{walk}"] for walk in ("grad", "backward"))
    numbers = rf"{library}[^0-9]*{by_grad}( operations)? against {by_backward}\b"
    assert re.search(numbers, text)


def test_how_many_random_starts_find_the_wave():
    """The network of page 3 by hand, from thirty starts at once for each spread."""
    rng = np.random.RandomState(0)
    wave_x = np.linspace(-1, 1, 40)
    wave_y = np.sin(4 * wave_x) + rng.randn(40) * 0.1
    spreads = np.repeat([0.1, 0.3, 0.5, 1], 30)
    randoms = np.transpose([np.random.RandomState(seed).randn(13) for seed in range(30)])
    starts = 0.5 + spreads * np.tile(randoms, 4)
    M, B, A = starts[:12].reshape(3, 4, 120)
    bias = starts[12]
    for _ in range(300):
        for x, Y in zip(wave_x, wave_y):
            bent = np.tanh(M * x + B)
            error = 2 * ((A * bent).sum(axis=0) + bias - Y)
            back = error * A * (1 - bent**2)
            M, B = M - 0.1 * back * x, B - 0.1 * back
            A, bias = A - 0.1 * error * bent, bias - 0.1 * error

    bent = np.tanh(M[..., np.newaxis] * wave_x + B[..., np.newaxis])
    predictions = (A[..., np.newaxis] * bent).sum(axis=0) + bias[:, np.newaxis]
    found = np.mean((predictions - wave_y) ** 2, axis=1) < 0.02
    none, some, many, every = found.reshape(4, 30).sum(axis=1)
    assert (none, every) == (0, 30)
    assert (
        "We tried thirty starts with each of four spreads. With 0.1 none of them found the wave, "
        f"with 0.3 there were {some}, with 0.5 there were {many}, and with 1 all {every}."
    ) in in_one_line(PAGES[NETWORK])


def test_what_the_sorcery_says_of_large_rates():
    text = in_one_line(PAGES[SORCERY])
    train_x, _, _, _ = makepoints()

    def factor(rate, x):
        """What a step multiplies the error by at its own point."""
        return 1 - 2 * rate * (x**2 + 1)

    assert f"At the post's rate and x = 0.5 that is {factor(0.01, 0.5):.3f}, so" in text
    assert 1 - factor(0.01, 0.5) == pytest.approx(1 / 40)
    assert "a step takes away a fortieth of the error" in text
    assert f"At a rate of 0.7 and x = 1 it is {minus(factor(0.7, 1))}." in text
    assert "With `train_x * 100`, even a rate of 0.01 makes the factor −199," in text
    assert factor(0.01, 100) == pytest.approx(-199, abs=0.1)

    beyond = np.abs(factor(0.7, train_x)) > 1
    assert f"for the last {beyond.sum()} points of every epoch" in text
    assert beyond[-beyond.sum() :].all()
    largest = max(rate for rate in np.arange(1, 100) / 100 if factor(rate, 1) > -1)
    assert f"which here means below {largest + 0.01:g}" in text


@on_page(NETWORK)
def test_what_the_network_says_of_its_graphs(session):
    names = session.names
    x = names["X"]
    for _ in range(3):
        x = x + x
    nodes = len(names["inputs_first"](x, {}))
    assert f"{nodes} nodes    {names['visits'](x)} visits" in PAGES[NETWORK]

    def paths(node, end):
        if node is end:
            return 1
        return sum(paths(i, end) for i in node.owner.inputs) if node.owner else 0

    first_weight = names["deep_weights"][0]
    assert paths(names["deep_cost"], first_weight) == 9
    assert "A weight in the first layer now has nine paths" in in_one_line(PAGES[NETWORK])
    assert len(names["weights"]) == 13
    assert len(names["wave_x"]) == 40


def test_learned_is_better_a_little_less_than_half_of_the_time():
    better = re.search(r"beats least squares on the test points: (\d+) seeds", PAGES[DESCENT])[1]
    assert 90 <= int(better) < 100  # of 200
    assert "they are a little less than half" in in_one_line(PAGES[DESCENT])


def test_support_md_says_how_fast_c_is_as_the_table_does():
    row = re.search(r"the same step computed in C \| (\S+) × \| (\S+) ×", PAGES[CONTRIBUTING])
    theano, pytensor = (1 / float(ratio) for ratio in row.groups())
    assert f"A step is about {theano:.0f} times as fast." in PAGES[SUPPORT]
    assert f"A step is about {pytensor:.1f} times as fast." in PAGES[SUPPORT]


def test_the_exercises_ask_for_what_their_solutions_do():
    def in_solution(page, pattern):
        (found,) = re.findall(pattern, "".join(b.text for b in python_blocks(PAGES[page])))
        return found

    rate, epochs = in_solution(NETWORK, r"\], ([\d.]+)\), wave_x, bowl_y, (\d+)\)")
    assert f"with a rate of {rate} and {epochs} epochs" in in_one_line(PAGES[NETWORK])
    rate = in_solution(POST, r"wrt=W\) \* ([\d.]+)\) for W in \(slope, intercept\)")
    steps = int(in_solution(POST, r"for step in range\((\d+)\)"))
    sentence = f"Use a learning rate of {rate} and {steps:,} steps."
    assert sentence in in_one_line(PAGES[POST])


def test_hints_agree_with_the_solutions_below_them():
    (said,) = re.findall(r"What arrives at an input is `(.*?)`", PAGES[SORCERY])
    assert said in pages.own_file(PAGES[SORCERY])
    (start,) = re.findall(r"Start the weights at (\S+), since", in_one_line(PAGES[NETWORK]))
    assert f"theano.shared({start}) for letter" in PAGES[NETWORK]


def test_the_blocks_to_paste_again_define_what_the_others_use():
    assert "paste the first two Python blocks again" in in_one_line(PAGES[DESCENT])
    first_two = "".join(block.text for block in python_blocks(PAGES[DESCENT])[:2])
    assert "def measure" in first_two


def drawings(page):
    return [block.text for block in blocks(PAGES[page]) if "drawing" in block.marks]


def in_python(text):
    return text.replace("−", "-").replace("·", "*").replace("²", "**2")


def test_the_formula_that_is_drawn_is_what_a_step_does_to_the_error():
    (formula,) = [text for text in drawings(SORCERY) if text.startswith("1 −")]
    for rate, x, Y in (0.01, 0.5, 6), (0.7, 1, 3):
        before, after = by_hand([x], [Y], learning_rate=rate)
        errors = [slope * x + intercept - Y for slope, intercept in (before, after)]
        factor = eval(in_python(formula.strip()), {"rate": rate, "x": x})
        assert errors[1] / errors[0] == pytest.approx(factor)


@on_page(SORCERY)
def test_the_walks_that_are_drawn_have_the_right_numbers(session):
    """What arrives at each node from the cost, by hand, and the nudge that came before."""
    out, home = [text for text in drawings(SORCERY) if not text.startswith("1 −")]
    drawn = re.findall(r"W0, ([-\d.]+)\)", in_python(out))
    X, W0, at_the_square = 0.5, 1, 2 * (0.5 * 1 + 2 - 6)
    arriving = {
        "square": 1,
        "y - Y": at_the_square,
        "y": at_the_square,
        "product": at_the_square,
        "X": at_the_square * W0,
        "W0": at_the_square * X,
        "W1": at_the_square,
        "Y": -at_the_square,
    }
    assert [float(number) for number in drawn] == [*arriving.values()]
    (nudge,) = [block for block, _ in session.outputs if "nudge = 0.001" in block.text]
    printed = re.findall(r"[-\d.]+", nudge.shown.text)
    numbers = re.findall(r" ([-\d.]+)", in_python(home))
    assert [float(number) for number in numbers] == [float(number) for number in printed]


def test_the_weight_that_lags_behind_lags_behind():
    x, y, _, _ = makepoints()
    shares = by_hand(x, y)[50] / (2, 5)
    lagging = ("slope", "intercept")[np.argmin(shares)]
    text = in_one_line(PAGES[DESCENT])
    assert f"have an x below 0.5, and the {lagging} lags behind" in text
    slope, _ = by_hand(x[::-1], y[::-1])[50]
    assert slope > 2
    assert "Reversed, it runs ahead and overshoots" in text


def test_the_front_page_has_the_times_of_the_pages():
    times = {POST: "40 minutes", SORCERY: "an hour", NETWORK: "50 minutes"}
    for page, time in times.items():
        assert f"takes about {time}" in in_one_line(PAGES[page])
        minutes = time.replace("an hour", "60 minutes")
        link = page.relative_to(REPOSITORY).as_posix()
        assert f"({link})**, {minutes}." in in_one_line(PAGES[FRONT])


# What they have in common


@pytest.mark.parametrize("page", [FRONT, SORCERY], ids=pages.name_of)
def test_the_two_lines_that_are_quoted_are_those_that_are_typed(page):
    (typed,) = [block for block in python_blocks(PAGES[POST]) if "T.grad(cost=mse" in block.text]
    quoted = python_blocks(PAGES[page])[0].text
    assert len(quoted.splitlines()) == 2
    assert typed.text.startswith(quoted)


# the lines of the post in the tutorial and, where it has no function, in model.py
GRAPH = [
    "y = model(X, W0, W1)",
    "mse = T.mean(T.sqr(y - Y))",
    "gradientW0 = T.grad(cost=mse, wrt=W0)",
    "gradientW1 = T.grad(cost=mse, wrt=W1)",
    "train_model = theano.function(inputs=[X, Y], outputs=mse, updates=updates)",
]
OTHERS = ["train_y = makeline(train_x)", 'plt.scatter(total_x, output, color="red")']


@pytest.mark.parametrize("line", GRAPH + OTHERS)
def test_the_tutorial_has_the_lines_of_the_post(line):
    typed = [block.text.splitlines() for block in python_blocks(PAGES[POST])]
    assert any(line in lines for lines in typed)


@pytest.mark.parametrize("line", GRAPH)
def test_the_model_has_the_lines_of_the_post(line):
    module = (LINEAR_REGRESSION / "model.py").read_text(encoding="utf-8")
    assert f"    {line}\n" in module


def test_the_published_line_is_the_one_on_the_pages():
    contributing = re.findall(r"\bW0 =\s(\S+) and\sW1 =\s(\S+\d)", PAGES[CONTRIBUTING])
    assert contributing == [tuple(f"{W}" for W in PUBLISHED)]
    elsewhere = re.findall(r"`(\d\S*) (\d\S*)`", PAGES[ELSEWHERE])
    assert elsewhere == [tuple(f"{W:.7g}" for W in PUBLISHED)]
    tutorial = re.search(r"^\d.\d{12} \d.\d{12}$", PAGES[POST], re.MULTILINE)
    assert tutorial[0] == "{:.12f} {:.12f}".format(*PUBLISHED)


# Where they lead


@each_page
def test_links_and_pictures_lead_somewhere(page):
    text = re.sub("`[^`]+`", "", prose(PAGES[page]))
    text = re.sub('<img src="(.*?)".* alt="(.*?)">', r"![\2](\1)", text)
    for is_picture, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", text):
        if target.startswith("https://"):
            continue
        path, _, name = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if name:
            assert name in map(pages.anchor, headings(PAGES[file])), target
        if is_picture:
            assert len(words) > 60  # for those who don't see it


def test_every_picture_is_drawn_by_a_module_or_a_page():
    modules = [path.read_text(encoding="utf-8") for path in LINEAR_REGRESSION.glob("*.py")]
    drawn = re.findall(r"\w+\.(?:gif|png)", "".join(modules))
    for page in PAGES.values():
        drawn += pages.drawn(page)
    assert {path.name for path in (REPOSITORY / "images").iterdir()} <= {*drawn}


@each_page
def test_the_pictures_of_a_page_load_quickly_on_a_phone(page):
    names = {*re.findall(r"images/([\w.]+)\)", PAGES[page])}
    sizes = [(REPOSITORY / "images" / name).stat().st_size for name in names]
    assert sum(sizes) <= 800_000, f"{sizes} bytes"  # two seconds at 3 Mbit/s


# old-code.md is about the reader's own programs and environments
COMMANDS = [path for path in PAGES if path != OLD_CODE]
SHELL = re.compile(r"(\.\./)*\.venv(-\w+)?(/bin/(python|pip|ruff))?")
PROMPT = re.compile(r"(\.\.\\)*\.venv(-\w+)?(\\Scripts\\(python|pip))?")  # Windows'


def commands(page):
    """Return pairs of "sh" or "bat" and a command, from the page's blocks and sentences."""
    found = []
    for block in blocks(PAGES[page]):
        if block.language in ("sh", "bat"):
            found += [(block.language, line) for line in unwrapped(block.text).splitlines()]
    for code in re.findall("`([^`]+)`", prose(PAGES[page])):
        if re.search(r"\.venv\b|\.py\b|^bash ", code) and not re.search("[…']", code):
            found.append(("bat" if "\\" in code else "sh", code))
    return found


def unwrapped(text):
    return text.replace("\\\n", " ")


@pytest.mark.parametrize("page", COMMANDS, ids=pages.name_of)
def test_commands_name_programs_files_and_options_that_exist(page):
    folders = [REPOSITORY] if page.parent.name == ".github" else [page.parent]
    folders += [LINEAR_REGRESSION, REPOSITORY / "tests"]  # of which sentences speak
    for language, command in commands(page):
        where = f"{pages.name_of(page)}: {command}"
        words = command.split()
        assert language == "sh" or "/" not in command, where
        for number, word in enumerate(words):
            path = word.replace("\\", "/")
            if ".venv" in word:
                assert (PROMPT if language == "bat" else SHELL).fullmatch(word), where
                above = folders[0] / path.partition(".venv")[0]
                assert word == ".venv" or above.resolve() == REPOSITORY, where
            if re.search(r"\.(py|txt|ipynb)$|^\.ci/", path) and not path.startswith("my_"):
                assert any((folder / path).is_file() for folder in folders), where
            if path.endswith("run.py") and "--help" not in words:
                make_parser().parse_args(words[number + 1 :])
            if word == "-s":
                assert f"def {words[number + 1]}(" in NOXFILE, where


@each_page
def test_notebooks_and_folders_that_are_named_exist(page):
    for name in re.findall(r"`([\w/]+\.ipynb)`", prose(PAGES[page])):
        assert (LINEAR_REGRESSION / name).is_file(), name
    for path in re.findall(r"git checkout ([\w./]+)`", PAGES[page]):
        assert (page.parent / path).exists(), path


def test_the_debian_of_contributing_md_is_one_of_the_gates():
    gate = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    suites = re.search(r"^for suite in (.*); do", gate, re.MULTILINE)[1].split()
    assert re.search(r"bash .ci/fresh (\w+)", PAGES[CONTRIBUTING])[1] in suites


def test_options_of_pip_exist():
    pytest.importorskip("pip")  # uv makes environments without it
    command = [sys.executable, "-m", "pip", "install", "--help"]
    options = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    for page in FRONT, SUPPORT, OLD_CODE:
        told = re.findall(r"`(--[\w-]+)`\s+after\s+`install`", PAGES[page])
        assert told, pages.name_of(page)
        assert {*told} <= {*options}, pages.name_of(page)


@pytest.mark.skipif(sys.version_info < (3, 13), reason="the prompt is new in 3.13")
def test_the_variable_of_pythons_prompt_exists():
    names = re.findall(r"the variable `(PYTHON\w+)`", PAGES[POST])
    assert names
    for name in names:
        assert f'"{name}"' in inspect.getsource(site)


def test_jax_is_an_argument_of_theano_function():
    for page in ELSEWHERE, OLD_CODE:
        names = re.findall(r'(\w+)="JAX"', PAGES[page], re.IGNORECASE)
        assert names
        assert {*names} <= {*inspect.signature(theano.function).parameters}


def test_names_that_contributing_md_finds_in_files_are_there():
    pattern = r"`([A-Z_]+)`(?: and `([A-Z_]+)`)? in `(\S+\.py)`"
    found = re.findall(pattern, in_one_line(PAGES[CONTRIBUTING]))
    assert len(found) >= 2
    for *names, file in found:
        source = (REPOSITORY / file).read_text(encoding="utf-8")
        for name in filter(None, names):
            assert re.search(rf"^{name} = ", source, re.MULTILINE), (name, file)


def test_every_program_that_draws_is_known_to_regenerate_py():
    source = (REPOSITORY / ".ci" / "regenerate.py").read_text(encoding="utf-8")
    for path in LINEAR_REGRESSION.glob("*.py"):
        program = path.read_text(encoding="utf-8")
        if "__main__" in program and re.search(r"\bsave_(gif|png)\(", program):
            assert f'"{path.name}"' in source, path.name


@each_page
def test_flags_of_the_library_exist(page):
    library = {"Theano": "THEANO", "PyTensor": "PYTENSOR"}[LIBRARY]
    flags = re.findall(rf"{library}_FLAGS=([\w.]+)=(?:[^`\s,]*,([\w.]+)=)?", PAGES[page])
    if LIBRARY == "Theano":  # of which old-code.md speaks
        flags.append(re.findall(r"flags? `([\w.]+)=", PAGES[page]))
    for name in filter(None, itertools.chain(*flags)):
        config = theano.config
        for part in name.split("."):
            assert hasattr(config, part), f"{pages.name_of(page)}: {name}"
            config = getattr(config, part)
