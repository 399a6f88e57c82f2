"""The examiner: compares a `grad` with T.grad, and says which mistake it looks like.

In a shell, check.py examines my_grad.py, which lies beside it: first its `partial`,
then its `grad`. In Python, check(grad) examines any function of a cost and a variable.
"""

import re
import sys
import traceback
from pathlib import Path

from backend import T, theano

# the operations, with what goes into each of them in images/graph.gif
OPERATIONS = {"mul": (0.5, 1), "add": (0.5, 2), "sub": (2.5, 6), "sqr": (-3.5,)}

# costs; u is X * X
GRAPHS = (
    "X",
    "Y",
    "X + X",
    "X - X",
    "Y - X",
    "X * Y",
    "T.sqr(X)",
    "T.sqr(Y * X - X)",
    "u + (u + X)",
)

# What a wrong grad answers for these at X = 3 and Y = 5, and what that looks like.
# Several mistakes can have the same answers: what is said has to be true of them all.
MISTAKES = """
0 0 0 0 0 0 0 0 0        | Is node compared with wrt first, and then arriving returned?
1 0 0 0 0 0 0 0 0        | Only X arrives: is wrt handed on, and is each answer added?
0 0 2 0 -1 5 6 96 13     | What is the answer if the cost itself is wrt?
3 0 6 6 3 3 3 6 15       | The first case returns wrt itself: is that what arrived?
1 1 2 0 0 8 6 168 13     | A path that misses wrt counts: what is the second case?
1 1 2 0 0 6 6 97 13      | A path that misses wrt counts: what is the second case?
1 0 1 1 0 5 6 0 3        | Only the first input counts: where does the loop return?
1 0 1 -1 -1 0 6 -24 1    | Only the last input counts: where are the other answers?
1 0 1 1 -1 5 6 96 7      | An input that goes in twice counts once.
1 0 1 -1 -1 5 6 96 7     | An input that goes in twice counts once.
1 0 2 2 -1 5 6 96 13     | An input that goes in twice has two factors: are both used?
1 0 2 0 -1 5 6 96 7      | What reaches u by the second path gets lost.
1 0 1 1 -1 5 6 120 3     | Only the first path that arrives counts.
1 0 2 0 -1 5 6 0 0       | Only the cost's own inputs count: does the walk go on there?
1 0 2 0 0 8 6 24 2       | Each input of the cost counts as if it were wrt.
1 0 3 1 0 6 7 99 17      | Each operation adds 1: what does the sum start from?
1 0 4 0 0 8 6 0 76       | Each factor meets each input: which belongs to which?
1 0 2 0 1 3 6 -48 13     | Each factor meets the wrong input: is their order the same?
1 0 2 2 1 1 1 2 5        | It is as if each factor were 1: where do they get lost?
1 0 2 0 -1 5 6 4 13      | Only the last factor of a path counts: where are the others?
1 0 4 2 0 6 7 55 25      | Factors are added up along a path: is that the chain rule?
1 0 4 2 1 9 7 34 21      | Factors are added up along a path: is that the chain rule?
1 0 2 0 -1 5 6 336 25    | The second input gets the factor of the first one, too.
1 0 2 2 1 25 36 14976 37 | Each factor counts twice: on the way out and the way back.
1 0 2 2 1 25 36 624 37   | The last factor of a path counts twice.
1 0 2 0 -1 5 6 68544 13  | What arrives at a node counts again on the way back.
1 0 2 2 1 5 6 96 13      | The first factor counts for the second input, too.
1 0 2 2 1 5 6 144 13     | It is as if sub's second factor were 1, like its first.
1 0 2 0 1 5 6 -96 13     | It is as if sub's factors were (-1, 1).
1 0 2 0 -1 3 6 48 13     | It is as if mul's first factor were a: try a nudge of a.
1 0 2 0 -1 3 6 96 13     | It is as if mul's first factor were a: try a nudge of a.
1 0 2 0 -1 5 6 48 13     | It is as if mul's second factor were b: try a nudge of b.
1 0 2 0 -1 1 6 0 5       | It is as if mul's factors were (1, 1), like those of add.
1 0 2 0 -1 5 9 576 13    | It is as if sqr's factor were a * a, which is its value.
1 0 2 0 -1 5 3 48 13     | It is as if sqr's factor were a: try a nudge of a.
1 0 2 0 -1 5 2 8 13      | It is as if sqr's factor were 2, whatever a is.
"""

# The first answer that is no number, as a regular expression, and what it looks like.
PROBLEMS = r"""
KeyError: '([a-z_]+)'        | partial has no "\1".
KeyError: .*(wise|Add|None)  | partial has plain names, such as "add".
RecursionError               | grad never ends: does it go on with an input of node?
'NoneType' .*'(inputs|op)'   | X and Y have no owner: does the second case say so?
Variable' .*'(inputs|op)'    | The operation and its inputs belong to node.owner.
'Apply' .*'(name|scalar_op)' | The plain name is node.owner.op.scalar_op.name.
'int' .*'owner'              | grad was called for a factor, not for an input.
attribute 'eval'             | grad works with expressions as they are, without eval.
float\(\)|Python float       | Factors are multiplied as they are, without float.
<lambda>\(\) missing         | A function of partial lacks an input: is there a star?
TensorType does not support  | Is the answer of sqr a tuple? That takes a comma.
'function' .* not iterable   | partial holds functions: call them with the inputs.
'dict' .* not callable       | partial is a dictionary: look names up with [ ].
(and|type) 'tuple'           | partial gives a factor for each input: which is whose?
^nothing|and 'NoneType'      | One of the cases returns nothing.
"""


def check(grad, graphs=GRAPHS):
    """Print whether `grad` agrees with T.grad on each of the `graphs`.

    `grad` is a function of a cost and a variable that returns the derivative, a number
    or an expression. Each graph is a cost as Python text, made of T, X, Y and u, which
    is X * X. The derivative is with respect to X, where X is 3 and Y is 5. It is right
    if it has the same six digits.

    If the answers look like a known mistake, a last line says so.
    """
    judge(grad, graphs)


def judge(grad, graphs):
    """Do what `check` does, and return whether all answers are right.

    `check` returns nothing, since Python's prompt would print it.
    """
    rows = examine(grad, graphs)
    all_right = report(rows)
    advice = find_advice([answer for _, answer, _ in rows])
    if advice:
        print(advice)
    return all_right


def report(rows, praise="right"):
    """Print a verdict for each row of a question, an answer and the right answer.

    `praise` is the verdict on a right answer, which stands for a {} in it. Returns whether
    all answers are right.
    """
    for question, answer, right in rows:
        if answer == right:
            verdict = praise.format(answer)
        elif is_problem(answer):
            verdict = answer
        else:
            verdict = f"{answer} instead of {right}"
        print(f"{question:16}  {verdict}")
    return all(answer == right for _, answer, right in rows)


def examine(grad, graphs):
    """Return rows of three texts: a graph, the answer of `grad`, the right answer.

    They end after the first RecursionError. Raises what Python raises for a text of
    `graphs` that is no expression.
    """
    X, Y = T.scalar("X"), T.scalar("Y")
    point = {X: 3, Y: 5}
    names = {"T": T, "X": X, "Y": Y, "u": X * X}
    rows = []
    for graph in graphs:
        cost = eval(graph, names)
        right = T.grad(cost, X, disconnected_inputs="ignore")
        try:
            answer = as_text(grad(cost, X), point)
        except Exception as error:
            answer = in_words(error)
        rows.append((graph, answer, as_text(right, point)))
        if answer.startswith("RecursionError"):
            break  # each takes a second
    return rows


def examine_partial(partial):
    """Return rows of three texts: a call, the factors from `partial`, the right ones.

    The right ones are T.grad's for the operation alone.
    """
    rows = []
    for name, numbers in OPERATIONS.items():
        symbols = [T.scalar() for _ in numbers]
        point = dict(zip(symbols, numbers))
        right = T.grad(getattr(T, name)(*symbols), symbols)
        try:
            answer = as_text(partial[name](*symbols), point)
        except KeyError:
            answer = "missing"
        except Exception as error:
            answer = in_words(error)
        call = f"{name}({', '.join(map(str, numbers))})"
        rows.append((call, answer, as_text(right, point)))
    return rows


def as_text(answer, point):
    """Return what an answer is at a point, a dictionary of symbols and their values.

    A number or an expression becomes its value with six digits, and a tuple or list of
    them becomes a tuple. Anything else is named by its type or shape.
    """
    if answer is None:
        return "nothing"
    if isinstance(answer, (tuple, list)):
        texts = [as_text(part, point) for part in answer]
        return f"({texts[0]},)" if len(texts) == 1 else f"({', '.join(texts)})"
    if isinstance(answer, (int, float)):
        return f"{round(answer, 6) + 0.0:g}"  # adding 0.0 makes 0 of -0
    if not hasattr(answer, "ndim"):
        return f"a {type(answer).__name__}"

    function = theano.function(
        list(point),
        T.as_tensor_variable(answer),
        mode=theano.compile.Mode("py", optimizer=None),  # quick to compile
        on_unused_input="ignore",
    )
    value = function(*point.values())
    if value.ndim > 0:
        return f"an array of shape {value.shape}"
    return as_text(float(value), point)


def in_words(error):
    """Return an error's type and first line, and which line of my_grad.py led to it."""
    words = f"{type(error).__name__}: {error}".splitlines()[0]
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename.endswith("my_grad.py")
    ]
    return f"{words} (my_grad.py, line {lines[-1]})" if lines else words


def is_problem(answer):
    """Return whether the text of an answer begins with a letter.

    Then it is an error, nan, nothing, or the name of a type or a shape.
    """
    return answer[0].isalpha()


def find_advice(answers):
    """Return what mistake the answers look like, or None."""
    problem = next(filter(is_problem, answers), None)
    if problem:
        for line in PROBLEMS.strip().splitlines():
            pattern, advice = line.split(" | ")
            match = re.search(pattern.strip(), problem)
            if match:
                return match.expand(advice)
        return None
    for line in MISTAKES.strip().splitlines():
        numbers, advice = line.split(" | ")
        if numbers.split() == answers:
            return advice
    return None


if __name__ == "__main__":
    if not Path(__file__).with_name("my_grad.py").exists():
        sys.exit("There is no my_grad.py beside check.py. Is it saved under that name?")
    import my_grad

    if not hasattr(my_grad, "partial"):
        sys.exit("There is no partial in my_grad.py yet. Is the file saved?")
    partial_is_right = report(examine_partial(my_grad.partial), praise="{} is right")
    print()
    if not hasattr(my_grad, "grad"):
        sys.exit("There is no grad in my_grad.py yet.")
    grad_is_right = judge(my_grad.grad, GRAPHS)
    sys.exit(0 if partial_is_right and grad_is_right else 1)
