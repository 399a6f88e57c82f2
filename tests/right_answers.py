"""Right ways to write my_grad.py's `partial` and `grad`, as sources by name."""

PARTIAL = """\
partial = {
    "add": lambda a, b: (1, 1),
    "sub": lambda a, b: (1, -1),
    "mul": lambda a, b: (b, a),
    "sqr": lambda a: (2 * a,),
}
"""
GRAD = """\


def grad(node, wrt, arriving=1):
    if node is wrt:
        return arriving
    if node.owner is None:
        return 0
    inputs = node.owner.inputs
    partials = partial[node.owner.op.scalar_op.name](*inputs)
    total = 0
    for p, i in zip(partials, inputs):
        total += grad(i, wrt, arriving * p)
    return total
"""


def edited(source, *changes):
    """Return `source` with changes, pairs of a text that is in it and a new text."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source


WALK_OUT = PARTIAL + GRAD
# its parts, which the other answers change
FIRST = """\
    if node is wrt:
        return arriving
"""
SECOND = """\
    if node.owner is None:
        return 0
"""
PAIRS = "zip(partials, inputs)"
CALL = "grad(i, wrt, arriving * p)"
ADD = f"total += {CALL}"
LOOP = f"""\
    total = 0
    for p, i in {PAIRS}:
        {ADD}
    return total
"""

# factors are multiplied after the call has returned
WALK_HOME = edited(
    WALK_OUT,
    (", arriving=1", ""),
    ("return arriving", "return 1"),
    (CALL, "p * grad(i, wrt)"),
)

RIGHT_ANSWERS = {
    "arriving * p": WALK_OUT,
    "p * arriving": edited(WALK_OUT, ("arriving * p", "p * arriving")),
    "p * grad(i, wrt)": WALK_HOME,
    "grad(i, wrt) * p": edited(WALK_HOME, ("p * grad(i, wrt)", "grad(i, wrt) * p")),
    "arriving out, p home": edited(WALK_OUT, (CALL, "arriving * grad(i, wrt, p)")),
    "sum": edited(WALK_OUT, (LOOP, f"    return sum({CALL} for p, i in {PAIRS})\n")),
    "sum of a list": edited(
        WALK_OUT,
        ("total = 0", "answers = []"),
        (ADD, f"answers.append({CALL})"),
        ("return total", "return sum(answers)"),
    ),
    "total from 0.0": edited(WALK_OUT, ("total = 0", "total = 0.0")),
    "total in front": edited(WALK_OUT, (ADD, f"total = total + {CALL}")),
    "total behind": edited(WALK_OUT, (ADD, f"total = {CALL} + total")),
    "zip the other way round": edited(
        WALK_OUT,
        (f"p, i in {PAIRS}", "i, p in zip(inputs, partials)"),
    ),
    "indices": edited(
        WALK_OUT,
        (f"p, i in {PAIRS}", "k in range(len(inputs))"),
        (CALL, "grad(inputs[k], wrt, arriving * partials[k])"),
    ),
    "inputs in reverse": edited(WALK_OUT, (PAIRS, "zip(partials[::-1], inputs[::-1])")),
    "not node.owner": edited(WALK_OUT, ("node.owner is None", "not node.owner")),
    "the owner first": edited(
        WALK_OUT,
        (
            FIRST + SECOND,
            """\
    if node.owner is None and node is not wrt:
        return 0
    if node is wrt:
        return arriving
""",
        ),
    ),
    "the owner first, then wrt": edited(
        WALK_OUT,
        (
            FIRST + SECOND,
            """\
    if node.owner is None:
        if node is wrt:
            return arriving
        else:
            return 0
""",
        ),
    ),
    "symbolic 0 and 1": "from backend import T\n\n"
    + edited(
        WALK_OUT,
        ("arriving=1", "arriving=T.constant(1)"),
        ("return 0", "return T.constant(0)"),
        ("total = 0", "total = T.constant(0)"),
        ("(1, 1)", "(T.constant(1), T.constant(1))"),
    ),
    "a * 2": edited(WALK_OUT, ("2 * a", "a * 2")),
    "a + a": edited(WALK_OUT, ("2 * a", "a + a")),
    "2.0 * a": edited(WALK_OUT, ("2 * a", "2.0 * a")),
    "factors as floats": edited(
        WALK_OUT,
        ("(1, 1)", "(1.0, 1.0)"),
        ("(1, -1)", "(1.0, -1.0)"),
    ),
    "factors as lists": edited(
        WALK_OUT,
        ("(1, 1)", "[1, 1]"),
        ("(1, -1)", "[1, -1]"),
        ("(b, a)", "[b, a]"),
        ("(2 * a,)", "[2 * a]"),
    ),
    "factors of NumPy": "import numpy as np\n\n"
    + edited(
        WALK_OUT,
        ("arriving=1", "arriving=np.float64(1)"),
        ("(1, 1)", "(np.float64(1), np.float64(1))"),
    ),
    "def for lambda": edited(
        "def square(a):\n    return (2 * a,)\n\n\n" + WALK_OUT,
        ("lambda a: (2 * a,)", "square"),
    ),
}
