"""The pages: what they show is run or compared, and what they say in numbers is computed in another way."""

import io
import os
import re
import runpy
import signal
import sys
from code import InteractiveConsole
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from helpers import LINEAR_REGRESSION, REPOSITORY, assert_as_committed, by_hand
from pages import (
    DESCENT,
    ELSEWHERE,
    FRONT,
    PAGES,
    PICTURES,
    TUTORIAL,
    anchor,
    assert_shown,
    blocks,
    headings,
    prose,
    sessions,
    shown,
    tidy,
)

import animation
from backend import NAME, T, theano
from data import makepoints

SESSIONS = [
    pytest.param(session, id=f"{page.stem} {number}")
    for page in (TUTORIAL, DESCENT)
    for number, session in enumerate(sessions(PAGES[page]))
]
COMMANDS = [
    block
    for page in (TUTORIAL, DESCENT)
    for block in blocks(PAGES[page])
    if block.language == "sh" and block.printed and "descent.py" not in block.text
]
PRINTS_COMPILED = re.compile(r"debugprint\((compiled|three|next_W0)")
LEAST_SQUARES = np.polyfit(*makepoints()[:2], 1)


def typed(block, console):
    """Return what Python's prompt prints when the lines of `block` are pasted there."""
    with redirect_stdout(io.StringIO()) as printed, redirect_stderr(io.StringIO()) as problems:
        for line in [*block.text.splitlines(), ""]:
            incomplete = console.push(line)
    assert not problems.getvalue() and not incomplete, f"{block.text}\n{problems.getvalue()}"
    return re.sub("<matplotlib.*\n", "", printed.getvalue())  # of which the page speaks


@pytest.mark.parametrize("session", SESSIONS)
def test_python_prints_what_the_page_shows(session, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    console = InteractiveConsole()
    for block in session:
        printed = tidy(typed(block, console))
        if PRINTS_COMPILED.search(block.text) and not theano.config.cxx:
            continue  # without C, the same operations have other names
        assert_shown(printed, block, NAME)
    if "my_line.png" in "".join(block.text for block in session):
        for name, value in zip(("train_x", "train_y", "test_x", "test_y"), makepoints()):
            np.testing.assert_array_equal(console.locals[name], value)  # the tutorial's seed gives data.py's points
        assert matplotlib.image.imread("my_line.png").shape == (480, 640, 4)
        for picture in PICTURES:
            assert_as_committed(Path(f"my_{picture}").rename(picture))


def test_the_front_pages_grad_is_the_tutorials_and_that_of_theano():
    (block,) = [block for block in blocks(PAGES[FRONT]) if block.language == "python"]
    assert block.text in "".join(block.text for block in blocks(PAGES[TUTORIAL]))
    assert len([line for line in block.text.splitlines() if line]) == 14  # as the page says
    names = {}
    exec(block.text, names)
    X = T.scalar("X")
    for cost in T.sqr(X * X - X), X + X * X:
        ours, theirs = (gradient.eval({X: 3.0}) for gradient in (names["grad"](cost, X), T.grad(cost, X)))
        assert ours == pytest.approx(theirs)
    with pytest.raises(KeyError, match="'pow'"):
        names["grad"](X**2, X)
    Y = T.scalar("Y")
    assert names["grad"](X * X, Y).eval({X: 3.0}) == names["grad"](X + X, Y) == 0


def test_the_tutorial_and_the_modules_have_the_lines_of_the_post():
    lines = "".join(block.text for block in blocks(PAGES[TUTORIAL]) if block.language == "python").splitlines()
    post = [
        "train_y = makeline(train_x)",
        "test_y = makeline(test_x)",
        "y = model(X, W0, W1)",
        "mse = T.mean(T.sqr(y - Y))",
        "gradientW0 = T.grad(cost=mse, wrt=W0)",
        "gradientW1 = T.grad(cost=mse, wrt=W1)",
        "train_model = theano.function(inputs=[X, Y], outputs=mse, updates=updates)",
        'plt.scatter(total_x, output, color="red")',
    ]
    assert set(post) <= set(lines)
    model = (LINEAR_REGRESSION / "model.py").read_text(encoding="utf-8")
    assert all(f"    {line}\n" in model for line in post[2:7])


@pytest.mark.parametrize("block", COMMANDS, ids=lambda block: block.text)
def test_commands_print_what_the_page_shows(block, tmp_path, monkeypatch, capsys):
    python, script, *arguments = block.text.replace("\\\n", " ").split()
    assert python == "../.venv/bin/python"
    if script == "run.py":
        arguments += ["--frames", "2", "--output", str(tmp_path / "a.gif")]
    monkeypatch.setattr(sys, "argv", [script, *arguments])  # in this process, which is quicker
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(animation, "IMAGES", tmp_path)
    status = None
    try:
        runpy.run_path(str(LINEAR_REGRESSION / script), run_name="__main__")
    except SystemExit as end:
        status = end.code
    printed = f"{capsys.readouterr().out}{status}"
    for line in shown(block, NAME).splitlines():
        assert line in printed.splitlines()


def test_the_front_page_shows_the_report(default_run):
    stdout, _, _ = default_run
    (report,) = re.findall(r"^```text\n(Theano .*?)^```", PAGES[FRONT], re.MULTILINE | re.DOTALL)
    *lines, last = report.splitlines()
    assert stdout.splitlines()[1:-1] == lines[1:]
    # the size of the file differs a little between releases of matplotlib
    frames = re.compile(r"wrote (.*): (\d+) frames, \d+ kB")
    assert frames.fullmatch(last)[1] == "images/animation.gif"
    assert frames.fullmatch(last)[2] == frames.fullmatch(stdout.splitlines()[-1])[2]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.name}")
def test_links_and_pictures_lead_somewhere(page):
    for is_picture, words, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)]+)\)", prose(PAGES[page])):
        path, _, name = target.partition("#")
        if target.startswith("https://"):
            continue
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        assert not name or name in map(anchor, headings(PAGES[file])), target
        assert not is_picture or len(words) > 60  # for those who don't see it


@pytest.mark.parametrize(
    "page", [FRONT, TUTORIAL, DESCENT, ELSEWHERE], ids=["front", "tutorial", "descent", "elsewhere"]
)
def test_commands_work_in_the_folder_of_the_page(page):
    for block in blocks(PAGES[page]):
        if block.language in ("sh", "bat"):
            words = block.text.replace("\\\n", " ").replace("\\", "/").split()
            folder = page.parent
            if words[0] == "cd":
                folder = REPOSITORY / words[1]
            for word in words:
                if ".venv" in word:
                    assert os.path.normpath(folder / word).startswith(str(REPOSITORY / ".venv")), block.text
                if word.endswith((".py", ".txt", ".ipynb")):
                    assert (folder / word).is_file(), block.text
    for script in re.findall(r"`(?:\S*python )?([\w/]+\.py)`", PAGES[page]):
        assert any((folder / script).is_file() for folder in (page.parent, LINEAR_REGRESSION)), script


def test_the_table_of_files_is_complete():
    for path in LINEAR_REGRESSION.iterdir():
        if path.suffix in (".py", ".ipynb") or path.name == "elsewhere":
            assert path.name in PAGES[FRONT]


def descend(order, y=None, rate=0.01):
    """Return slope and intercept before and after each step, by hand: of seed 0's points, or those with these `y`."""
    x, points_y = makepoints()[:2]
    y = points_y if y is None else y
    return by_hand(x[order], y[order], learning_rate=rate)[1]


def distance(line, least_squares=LEAST_SQUARES):
    return np.hypot(*(np.asarray(line) - least_squares))


def order(name, epochs, seed=0):
    """Return the indices of the points, step by step."""
    rng = np.random.RandomState(seed)
    points = {"in order": range(100), "reversed": range(99, -1, -1)}
    return [i for _ in range(epochs) for i in (rng.permutation(100) if name == "shuffled" else points[name])]


def says(text, page=DESCENT):
    """Assert that the page says so, wherever its lines break."""
    assert text in " ".join(PAGES[page].split()), text


def test_luck_is_as_descent_says():
    orders = np.array([order("shuffled", 100, seed) for seed in range(300)]).T
    distances = distance(descend(orders)[-1], LEAST_SQUARES[:, None])
    says(f"at a distance of {distances[0]:.3f} from least squares")
    says(f"the median is {np.median(distances):.3f} and the maximum {distances.max():.3f}")

    points = [makepoints(seed=seed) for seed in range(200)]
    x, test_x = points[0][0], points[0][2]
    y, test_y = (np.array([each[i] for each in points]).T for i in (1, 3))
    learned, least_squares = descend(order("in order", 100), y)[-1], np.polyfit(x, y, 1)
    distances = distance(learned, least_squares)
    says(f"the median of this distance is {np.median(distances):.3f}, and seed 0 has the largest.")
    in_reverse = distance(descend(order("reversed", 100), y)[-1], least_squares)
    says(f"again has the largest, {in_reverse[0]:.3f}, where the median is {np.median(in_reverse):.3f}")
    assert distances.argmax() == in_reverse.argmax() == 0
    says(f"goes from {least_squares[0].min():.2f} to {least_squares[0].max():.2f}", TUTORIAL)

    ours, theirs = (np.mean((np.outer(test_x, W0) + W1 - test_y) ** 2, 0) for W0, W1 in (learned, least_squares))
    says(f"{sum(ours < theirs)} times, and *least squares* {sum(theirs < ours)} times")


@pytest.mark.parametrize(("rate", "grows"), [(0.5, False), (0.7, False), (0.78, False), (0.8, True)])
def test_what_decides_over_a_learning_rate_is_the_product_of_an_epochs_steps(rate, grows):
    product = np.eye(2)
    for x in makepoints()[0]:
        product = (np.eye(2) - 2 * rate * np.outer([x, 1], [x, 1])) @ product
    assert (np.abs(np.linalg.eigvals(product)).max() > 1) == grows
    # without noise, the line arrives where the product shrinks
    train_x, train_y, _, _ = makepoints(noise=0)
    with np.errstate(all="ignore"):
        arrived = np.allclose(descend(order("in order", 100), train_y, rate)[-1], [2, 5], rtol=0, atol=1e-6)
    assert arrived != grows


def test_at_a_rate_of_0_7_the_noise_of_some_points_is_enlarged_a_hundred_thousand_times():
    train_x, train_y, _, _ = makepoints()
    ends = descend(order("in order", 100), np.column_stack([train_y, train_y[:, None] + np.eye(100)]), 0.7)[-1]
    moves = np.hypot(*(ends[:, 1:] - ends[:, :1]))  # of the end, where one y is larger by 1
    assert (moves > 100_000).sum() > 1
    calm = np.flatnonzero(1.4 * (1 + makepoints()[0] ** 2) - 1 <= 1)  # whose steps do not enlarge
    assert makepoints()[0][calm[-1] + 1] > 0.65 > makepoints()[0][calm[-1]]
    says("training ends at {:.2f} and {:.2f}.)".format(*descend([*calm] * 100, rate=0.7)[-1]), TUTORIAL)
    end = descend(order("in order", 100), rate=0.5)[-1]
    says("at a rate of 0.5, 100 epochs end at ({:.2f}, {:.2f})".format(*end), TUTORIAL)


def test_few_noisy_points_overfit_as_a_rule_and_points_without_noise_or_many_do_not():
    def median_errors(count, noise):
        errors = []
        for seed in range(100):
            train_x, train_y, test_x, test_y = makepoints(count, noise, seed)
            line = np.polyfit(train_x, train_y, 1)
            errors.append([np.mean((np.polyval(line, x) - y) ** 2) for x, y in ((train_x, train_y), (test_x, test_y))])
        return np.median(errors, axis=0)

    few_train, few_test = median_errors(5, 0.33)
    many_train, many_test = median_errors(100, 0.33)
    assert few_test > 3 * few_train and many_test < 1.2 * many_train
    assert median_errors(5, 0) == pytest.approx(0, abs=1e-9)


def test_messages_begin_as_the_tutorial_says():
    X, Column, Row = T.scalar("X"), T.matrix("Column"), T.vector("Row")
    with pytest.raises(ValueError) as shapes:
        theano.function([Column, Row], Column - Row)(np.ones((3, 1)), np.ones(3))
    with pytest.raises(TypeError):
        integer = theano.shared(0)
        theano.function([X], X, updates=[(integer, integer - 0.01 * X)])
    message = str(shapes.value)
    if NAME == "Theano":
        assert message.startswith("Input dimension mis-match" if theano.config.cxx else "Dimension mismatch")
        assert "\nApply node that caused the error: Elemwise{sub" in message
        assert "\nInputs shapes: [(3, 1), (1, 3)]" in message
    else:
        assert message.startswith("Runtime broadcasting not allowed")
    says("begins with `Input dimension mis-match` (without C, `Dimension mismatch`)", TUTORIAL)
    says("after `Apply node that caused the error`, and the `Inputs shapes`", TUTORIAL)
    says("begins with `Runtime broadcasting not allowed`", TUTORIAL)


def test_t_grad_raises_where_the_tutorials_grad_returns_0():
    X, Y = T.scalars("X", "Y")
    with pytest.raises(theano.gradient.DisconnectedInputError):
        T.grad(X + X, Y)


def test_full_batch_converges_below_the_rate_that_the_tutorial_names():
    x = makepoints()[0]
    curvature = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1]])
    says(f"below about {2 / np.linalg.eigvalsh(curvature).max():.3f}", TUTORIAL)


def test_numbers_that_blocks_of_the_pages_imply():
    way = descend(order("in order", 100))
    off = LEAST_SQUARES - way[100]
    says(f"The intercept is still {off[1]:.2f} and the slope {off[0]:.2f} away from least squares", TUTORIAL)
    says("most of it in the first epoch, which ends at ({:.2f}, {:.2f})".format(*way[100]))
    (low_slope, high_slope), (low, high) = np.sort(way[-101:], axis=0)[[0, -1]].T
    says(f"between slopes {low_slope:.2f} and {high_slope:.2f} and intercepts {low:.2f} and {high:.2f}")
    ends_of_epochs = way[100::100]
    x, y, _, _ = makepoints()
    costs = np.mean((ends_of_epochs @ [x, x**0] - y) ** 2, axis=1)
    lowest = costs.argmin()
    says(f"From epoch {lowest + 1} on, the cost even *rises*", TUTORIAL)
    says(f"the cost is {costs[lowest]:.4f} after epoch {lowest + 1} and {costs[-1]:.4f} at the end")
    says("The first 50 of the 100 points all have x below 0.5")
    assert (makepoints()[0] < 0.5).sum() == 50


def test_passing_on_at_the_first_visit_alone_gives_5():
    (wrong,) = [block.text for block in blocks(PAGES[TUTORIAL]) if "arriving" in block.text]
    changed = wrong.replace("    derivative[node] =", "    first = node not in derivative\n    derivative[node] =")
    with redirect_stdout(io.StringIO()) as printed:
        exec(changed.replace("if node.owner:", "if first and node.owner:"), {})
    assert printed.getvalue() == "5.0\n"
    says("Passing on at the first visit alone gives 5.", TUTORIAL)


def test_sums_in_the_prose_are_right():
    text = " ".join(prose(PAGES[TUTORIAL]).split())
    sums = re.findall(r"(?<!\w)((?:[−\d(][−\d.()²³⁰]*(?: [·+−/] )?)+) = (−?[\d.,]*\d)", text)
    assert len(sums) >= 8
    for left, right in sums:
        for sign, python in ("²⁰", "**20"), ("²", "**2"), ("³", "**3"), ("·", "*"), ("−", "-"), (",", ""):
            left, right = left.replace(sign, python), right.replace(sign, python)
        assert eval(left) == pytest.approx(float(right), abs=5e-5), left


def test_t_grad_visits_each_node_once():
    X = x = T.scalar("X")
    for _ in range(20):
        x = x + x
    gradient = T.grad(x, X)  # there are 2**20 paths
    seen, todo = set(), [gradient]
    while todo:
        node = todo.pop()
        if node.owner and node not in seen:
            seen.add(node)
            todo += node.owner.inputs
    assert len(seen) < 200


def test_theano_refuses_a_float64_that_float32_cannot_hold(monkeypatch):
    monkeypatch.setattr(theano.config, "floatX", "float32")
    X = T.scalar("X")
    double = theano.function([X], X + X, mode="FAST_COMPILE")
    assert double(np.float64(0.5)) == double(0.5) == 1
    assert double(0.1) == np.float32(0.2)
    if NAME == "Theano":
        with pytest.raises(TypeError):
            double(np.float64(0.1))
    else:
        assert double(np.float64(0.1)) == np.float32(0.2)
