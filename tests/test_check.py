"""The examiner: right answers are called right, and usual mistakes are recognised."""

import ast
import runpy
import shutil
import sys

import pytest
from helpers import LINEAR_REGRESSION, run_python
from right_answers import PARTIAL, RIGHT_ANSWERS, WALK_OUT, edited
from wrong_answers import RECOGNISED, UNKNOWN

import check
from backend import T

# nine graphs and their derivatives with respect to X at X = 3, Y = 5, by hand
DERIVATIVES = {
    "X": 1,
    "Y": 0,
    "X + X": 1 + 1,
    "X - X": 1 - 1,
    "Y - X": -1,
    "X * Y": 5,
    "T.sqr(X)": 2 * 3,
    "T.sqr(Y * X - X)": 2 * (3 * 5 - 3) * (5 - 1),
    "u + (u + X)": 2 * 2 * 3 + 1,
}
ALL_RIGHT = [[*graph.split(), "right"] for graph in DERIVATIVES]


def run(source, name="<stdin>"):
    """Run a my_grad.py's source as if typed, or from a file of this name."""
    names = {}
    exec(compile(source, name, "exec"), names)
    return names


@pytest.fixture
def said(capsys):
    """A function that returns what `check` prints, in lines."""

    def said(*arguments):
        assert check.check(*arguments) is None  # a prompt would print it
        return capsys.readouterr().out.splitlines()

    return said


@pytest.mark.parametrize("name", RIGHT_ANSWERS)
def test_a_right_answer_is_right(name, said):
    names = run(RIGHT_ANSWERS[name])
    assert [line.split() for line in said(names["grad"])] == ALL_RIGHT
    for _, answer, right in check.examine_partial(names["partial"]):
        assert answer == right


RECOGNISED_MISTAKES = [
    pytest.param(source, advice, id=name)
    for advice, sources in RECOGNISED.items()
    for name, source in sources.items()
]


@pytest.mark.parametrize("source, advice", RECOGNISED_MISTAKES)
def test_a_usual_mistake_is_recognised(source, advice, said):
    *verdicts, last = said(run(source)["grad"])
    assert [line.split() for line in verdicts] != ALL_RIGHT
    assert last == advice


@pytest.mark.parametrize("name", UNKNOWN)
def test_of_other_mistakes_check_says_nothing(name, said):
    verdicts = said(run(UNKNOWN[name])["grad"])
    assert len(verdicts) == len(DERIVATIVES)
    assert [line.split() for line in verdicts] != ALL_RIGHT


def test_each_advice_is_given_by_some_test():
    table = (check.MISTAKES + check.PROBLEMS).strip().replace("\n\n", "\n")
    advices = {line.split(" | ")[1].replace(r"\1", "sqr") for line in table.splitlines()}
    assert advices <= set(RECOGNISED)


def test_a_verdict_on_each_graph(said):
    verdicts = said(lambda cost, wrt: 7.5)
    assert verdicts == [
        f"{graph:16}  7.5 instead of {derivative}" for graph, derivative in DERIVATIVES.items()
    ]


def test_the_last_digits_do_not_matter(said):
    assert said(lambda cost, wrt: -1e-12, ["Y"]) == [f"{'Y':16}  right"]
    assert said(lambda cost, wrt: 6 + 1e-12, ["T.sqr(X)"]) == [f"{'T.sqr(X)':16}  right"]


def test_one_error_does_not_hide_the_other_answers(said):
    lines = edited(WALK_OUT, ('"sub"', '"Sub"')).splitlines()
    (line,) = [n for n, text in enumerate(lines, start=1) if "scalar_op" in text]
    error = f"KeyError: 'sub' (my_grad.py, line {line})"
    *verdicts, advice = said(run("\n".join(lines), "/folder/my_grad.py")["grad"])
    assert len(verdicts) == len(DERIVATIVES)
    for verdict, graph in zip(verdicts, DERIVATIVES):
        assert verdict == f"{graph:16}  {error if '-' in graph else 'right'}"


@pytest.mark.parametrize(
    "answer, words",
    [
        (None, "nothing"),
        ("1", "a str"),
        ((1,), "(1,) instead of 1"),
        ([1, 2], "(1, 2) instead of 1"),
        (T.constant([1, 2, 3]), "an array of shape (3,)"),
        (len, "a builtin_function_or_method"),
    ],
)
def test_what_is_no_number_is_named(answer, words, said):
    assert said(lambda cost, wrt: answer, ["X"])[0] == f"{'X':16}  {words}"


def test_further_graphs(said):
    partial = edited(PARTIAL, ("(2 * a,)", '(2 * a,), "neg": lambda a: (-1,)'))
    grad = run(edited(WALK_OUT, (PARTIAL, partial)))["grad"]
    assert said(grad, ["-X", "X / Y"]) == [
        f"{'-X':16}  right",
        f"{'X / Y':16}  KeyError: 'true_div'",
        'partial has no "true_div".',
    ]
    assert said(lambda cost, wrt: 0, ["Y / X"]) == [f"{'Y / X':16}  0 instead of -0.555556"]


def test_any_function_of_a_cost_and_a_variable(said):
    verdicts = said(lambda cost, wrt: T.grad(cost, wrt, disconnected_inputs="ignore"))
    assert [line.split() for line in verdicts] == ALL_RIGHT


def test_as_a_cell_of_the_notebook_it_changes_no_name_of_the_readers(capsys):
    source = (LINEAR_REGRESSION / "check.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.ImportFrom) and node.module == "backend")
        and not isinstance(node, ast.If)
    ]
    names = run(WALK_OUT)
    names.update(__name__="__main__", T=check.T, theano=check.theano)
    # the page's own
    names.update(dict.fromkeys(["X", "Y", "W0", "W1", "y", "line", "square", "u", "cost"]))
    before = dict(names)
    exec(compile(tree, "cell", "exec"), names)
    names["check"](names["grad"])
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == ALL_RIGHT
    assert {name: names[name] for name in before if name != "__doc__"} == before


@pytest.fixture
def check_py(tmp_path, monkeypatch, capsys):
    """A function that runs a copy of check.py beside a my_grad.py; returns lines, status."""
    shutil.copy(LINEAR_REGRESSION / "check.py", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # as Python does for a script
    monkeypatch.setitem(sys.modules, "my_grad", None)  # what is there comes back later

    def check_py(my_grad):
        if my_grad is not None:
            (tmp_path / "my_grad.py").write_bytes(my_grad)
        del sys.modules["my_grad"]
        with pytest.raises(SystemExit) as end:
            runpy.run_path(str(tmp_path / "check.py"), run_name="__main__")
        lines = capsys.readouterr().out.splitlines()
        if isinstance(end.value.code, str):  # Python prints it, with status 1
            return [*lines, end.value.code], 1
        return lines, end.value.code

    return check_py


PARTIAL_IS_RIGHT = [
    "mul(0.5, 1)       (1, 0.5) is right",
    "add(0.5, 2)       (1, 1) is right",
    "sub(2.5, 6)       (1, -1) is right",
    "sqr(-3.5)         (-7,) is right",
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_check_py_is_content(encoding, check_py):
    lines, status = check_py(f"# é\n{WALK_OUT}".encode(encoding))
    assert lines[:4] == PARTIAL_IS_RIGHT
    assert [line.split() for line in lines[5:]] == ALL_RIGHT
    assert status == 0


@pytest.mark.parametrize(
    "my_grad, line",
    [
        (None, "There is no my_grad.py beside check.py. Is it saved under that name?"),
        (b"", "There is no partial in my_grad.py yet. Is the file saved?"),
    ],
)
def test_check_py_says_that_nothing_is_there(my_grad, line, check_py):
    assert check_py(my_grad) == ([line], 1)


def test_check_py_examines_partial_alone(check_py):
    lines, status = check_py(PARTIAL.encode())
    assert lines == [*PARTIAL_IS_RIGHT, "", "There is no grad in my_grad.py yet."]
    assert status == 1


def test_check_py_names_what_is_wrong_in_partial(check_py):
    source = edited(
        WALK_OUT,
        ('    "add": lambda a, b: (1, 1),\n', ""),
        ("(1, -1)", "(1, 1)"),
        ("(b, a)", "(b, c)"),
        ("(2 * a,)", "(2 * a)"),
    )
    lines, status = check_py(source.encode())
    assert lines[:4] == [
        "mul(0.5, 1)       NameError: name 'c' is not defined (my_grad.py, line 3)",
        "add(0.5, 2)       missing",
        "sub(2.5, 6)       (1, 1) instead of (1, -1)",
        "sqr(-3.5)         -7 instead of (-7,)",
    ]
    assert status == 1


def test_check_py_recognises_a_mistake(check_py):
    lines, status = check_py(edited(WALK_OUT, ("arriving * p", "p")).encode())
    assert lines[-1] == "Only the last factor of a path counts: where are the others?"
    assert status == 1


def test_check_py_shows_the_line_of_a_syntax_error(tmp_path):
    """In a process of its own, which examines its own folder and not the current one."""
    lesson, elsewhere = tmp_path / "lesson", tmp_path / "elsewhere"
    for folder in lesson, elsewhere:
        folder.mkdir()
    for name in "check.py", "backend.py":
        shutil.copy(LINEAR_REGRESSION / name, lesson)
    (elsewhere / "my_grad.py").write_text(WALK_OUT)
    (lesson / "my_grad.py").write_text(edited(WALK_OUT, ("return arriving", "return arriving)")))
    stdout, stderr, status = run_python(str(lesson / "check.py"), cwd=elsewhere)
    assert "my_grad.py" in stderr and "return arriving)" in stderr and "SyntaxError" in stderr
    assert (stdout, status) == ("", 1)


def test_after_an_endless_recursion_the_other_graphs_are_left_out(said):
    def endless(node, wrt):
        return endless(node, wrt)

    lines = said(endless)
    assert len([line for line in lines if "RecursionError" in line]) == 1
