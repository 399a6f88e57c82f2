"""Wrong ways to write my_grad.py's `partial` and `grad`, and what check says of them."""

from right_answers import (
    ADD,
    CALL,
    FIRST,
    LOOP,
    PAIRS,
    PARTIAL,
    SECOND,
    WALK_HOME,
    WALK_OUT,
    edited,
)


def out(*changes):
    return edited(WALK_OUT, *changes)


def home(*changes):
    return edited(WALK_HOME, *changes)


NAME = "node.owner.op.scalar_op.name"
BODY = WALK_OUT[WALK_OUT.index(FIRST) :]
# has nodes that it has come to, in a list
SEEN = """\
    seen = [] if seen is None else seen
    if node in seen:
        return 0
    seen.append(node)
"""
SHARE_SEEN = (
    ("arriving=1", "arriving=1, seen=None"),
    (CALL, "grad(i, wrt, arriving * p, seen)"),
)

# a node hands on before all has arrived there
BACKWARD_TOO_EARLY = """\


def grad(cost, wrt):
    nodes = [cost]
    derivative = {cost: 1}
    for node in nodes:
        inputs = node.owner.inputs if node.owner else []
        nodes.extend(i for i in inputs if i not in nodes)
        partials = partial[node.owner.op.scalar_op.name](*inputs) if inputs else []
        for p, i in zip(partials, inputs):
            derivative[i] = derivative.get(i, 0) + derivative[node] * p
    return derivative.get(wrt, 0)
"""

# what check says: my_grad.py's sources, by name
RECOGNISED = {
    "Is node compared with wrt first, and then arriving returned?": {
        "the stub": out((BODY, "    return 0\n")),
        "the owner first": out((FIRST + SECOND, SECOND + FIRST)),
        "the owner is wrt": out(("node is wrt", "node.owner is wrt")),
        "print for return": out(("return arriving", "print(end='')")),
        "return forgotten": out(("return arriving", "arriving")),
        "no first case": out((FIRST, "")),
    },
    "Only X arrives: is wrt handed on, and is each answer added?": {
        "only the first case": out((BODY, FIRST + "    return 0\n")),
        "wrt not handed on": out((CALL, "grad(i, arriving * p)")),
        "node for wrt": out((CALL, "grad(i, node, arriving * p)")),
        "the product for wrt": out((CALL, "grad(i, arriving * p, wrt)")),
        "not added": out((ADD, CALL)),
    },
    "What is the answer if the cost itself is wrt?": {
        "inputs are compared": out(
            (FIRST, ""),
            (ADD, f"total += arriving * p if i is wrt else {CALL}"),
        ),
    },
    "The first case returns wrt itself: is that what arrived?": {
        "return node": out(("return arriving", "return node")),
        "return wrt": out(("return arriving", "return wrt")),
    },
    "A path that misses wrt counts: what is the second case?": {
        "the second returns arriving": out(("return 0", "return arriving")),
        "the second returns 1": out(("return 0", "return 1")),
        "the second returns 1, home": home(("return 0", "return 1")),
    },
    "Only the first input counts: where does the loop return?": {
        "return in the loop": out((f"total += {CALL}", f"return {CALL}")),
        "total returned in the loop": out(("    return total", "        return total")),
        "return in the loop, home": home(("total +=", "return")),
    },
    "Only the last input counts: where are the other answers?": {
        "= for +=": out(("total +=", "total =")),
        "total reset in the loop": out((ADD, f"total = 0\n        {ADD}")),
    },
    "An input that goes in twice counts once.": {
        "a dictionary for zip": out(
            (f"p, i in {PAIRS}", "i, p in dict(zip(inputs, partials)).items()"),
        ),
        "each input once": out(
            ("    for p", "    used = []\n    for p"),
            (ADD, f"if i not in used:\n            {ADD}\n        used.append(i)"),
        ),
    },
    "An input that goes in twice has two factors: are both used?": {
        "inputs.index": out(
            (f"p, i in {PAIRS}", "i in inputs"),
            ("arriving * p", "arriving * partials[inputs.index(i)]"),
        ),
    },
    "What reaches u by the second path gets lost.": {
        "seen nodes": out((FIRST, FIRST + SEEN), *SHARE_SEEN),
        "backward too early": PARTIAL + BACKWARD_TOO_EARLY,
    },
    "Only the first path that arrives counts.": {
        "return what arrives": out(
            (ADD, f"answer = {CALL}\n        if answer != 0:\n            return answer"),
        ),
        "seen nodes, X too": out((FIRST, SEEN + FIRST), *SHARE_SEEN),
    },
    "Only the cost's own inputs count: does the walk go on there?": {
        "node and wrt swapped": out((CALL, "grad(wrt, i, arriving * p)")),
        "no walk": out((ADD, "total += arriving * p if i is wrt else 0")),
    },
    "Each input of the cost counts as if it were wrt.": {
        "i for wrt": out((CALL, "grad(i, i, arriving * p)")),
        "sum(partials)": out((LOOP, "    return sum(partials)\n")),
    },
    "Each operation adds 1: what does the sum start from?": {
        "total from 1": out(("total = 0", "total = 1")),
        "as visits": out(("return total", "return 1 + total")),
    },
    "Each factor meets each input: which belongs to which?": {
        "two loops": out((PAIRS, "((p, i) for p in partials for i in inputs)")),
        "the sum of the factors": out(("arriving * p", "arriving * sum(partials)")),
    },
    "Each factor meets the wrong input: is their order the same?": {
        "one of them in reverse": out((PAIRS, "zip(partials, inputs[::-1])")),
    },
    "It is as if each factor were 1: where do they get lost?": {
        "return 1": out(("return arriving", "return 1")),
        "arriving alone": out(("arriving * p", "arriving")),
        "nothing handed on": out((", arriving * p", "")),
        "no p, home": home(("p * grad", "grad")),
    },
    "Only the last factor of a path counts: where are the others?": {
        "p alone": out(("arriving * p", "p")),
    },
    "Factors are added up along a path: is that the chain rule?": {
        "arriving + p": out(("arriving * p", "arriving + p")),
        "p + grad": home(("p * grad", "p + grad")),
    },
    "The second input gets the factor of the first one, too.": {
        "arriving overwritten": out(
            (ADD, "arriving = arriving * p\n        total += grad(i, wrt, arriving)"),
        ),
    },
    "Each factor counts twice: on the way out and the way back.": {
        "out and home": out((CALL, f"p * {CALL}")),
    },
    "The last factor of a path counts twice.": {
        "p out and home": out((CALL, "p * grad(i, wrt, p)")),
    },
    "What arrives at a node counts again on the way back.": {
        "arriving home, too": out((CALL, f"arriving * {CALL}")),
        "arriving * total": out(("return total", "return arriving * total")),
    },
    "It is as if sub's second factor were 1, like its first.": {
        "sub (1, 1)": out(("(1, -1)", "(1, 1)")),
    },
    "The first factor counts for the second input, too.": {
        "partials[0]": out(("arriving * p", "arriving * partials[0]")),
    },
    "It is as if sub's factors were (-1, 1).": {
        "sub (-1, 1)": out(("(1, -1)", "(-1, 1)")),
    },
    "It is as if mul's first factor were a: try a nudge of a.": {
        "mul (a, b)": out(("(b, a)", "(a, b)")),
        "mul (a, a)": out(("(b, a)", "(a, a)")),
    },
    "It is as if mul's second factor were b: try a nudge of b.": {
        "mul (b, b)": out(("(b, a)", "(b, b)")),
    },
    "It is as if mul's factors were (1, 1), like those of add.": {
        "mul (1, 1)": out(("(b, a)", "(1, 1)")),
    },
    "It is as if sqr's factor were a * a, which is its value.": {
        "sqr a * a": out(("2 * a", "a * a")),
        "sqr a ** 2": out(("2 * a", "a ** 2")),
    },
    "It is as if sqr's factor were a: try a nudge of a.": {
        "sqr a": out(("2 * a", "a")),
    },
    "It is as if sqr's factor were 2, whatever a is.": {
        "sqr 2": out(("2 * a", "2")),
    },
    'partial has no "add".': {"no add": out(('"add"', '"plus"'))},
    'partial has no "sub".': {"no sub": out(('"sub"', '"Sub"'))},
    'partial has no "mul".': {"no mul": out(('"mul"', '"times"'))},
    'partial has no "sqr".': {"no sqr": out(('"sqr"', '"square"'))},
    'partial has plain names, such as "add".': {
        "the operation": out((NAME, "node.owner.op")),
        "its name": out((NAME, "node.owner.op.name")),
        "its text": out((NAME, "str(node.owner.op)")),
        "the scalar operation": out((NAME, "node.owner.op.scalar_op")),
        "the owner": out((NAME, "node.owner")),
        "the node": out((NAME, "node")),
        "the node's name": out((NAME, "node.name")),
    },
    "grad never ends: does it go on with an input of node?": {
        "grad(node)": out(("grad(i,", "grad(node,")),
    },
    "X and Y have no owner: does the second case say so?": {
        "no second case": out((SECOND, "")),
        "no return in it": out(("return 0", "0")),
        "op first": edited(
            WALK_OUT,
            (SECOND, ""),
            ("    inputs =", f"    name = {NAME}\n    inputs ="),
        ),
    },
    "The operation and its inputs belong to node.owner.": {
        "node.op": out(("node.owner.op", "node.op")),
        "node.inputs": out(("node.owner.inputs", "node.inputs")),
    },
    "The plain name is node.owner.op.scalar_op.name.": {
        "owner.name": out((NAME, "node.owner.name")),
        "owner.scalar_op": out((NAME, "node.owner.scalar_op.name")),
    },
    "grad was called for a factor, not for an input.": {
        "p and i swapped": out(("for p, i", "for i, p")),
        "no zip": out((PAIRS, "partials, inputs")),
    },
    "grad works with expressions as they are, without eval.": {
        "p.eval()": out(("arriving * p", "arriving * p.eval()")),
        "arriving.eval()": out(("return arriving", "return arriving.eval()")),
        "total.eval()": out(("return total", "return total.eval()")),
    },
    "Factors are multiplied as they are, without float.": {
        "float(p)": out(("arriving * p", "arriving * float(p)")),
    },
    "A function of partial lacks an input: is there a star?": {
        "no star": out(("(*inputs)", "(inputs)")),
    },
    "Is the answer of sqr a tuple? That takes a comma.": {
        "no comma": out(("(2 * a,)", "(2 * a)")),
    },
    "partial holds functions: call them with the inputs.": {
        "not called": out(("(*inputs)", "")),
    },
    "partial is a dictionary: look names up with [ ].": {
        "partial called": out((f"[{NAME}]", f"({NAME})")),
    },
    "partial gives a factor for each input: which is whose?": {
        "arriving * partials": out(("arriving * p", "arriving * partials")),
        "a tuple of answers": out(("return total", "return total,")),
    },
    "One of the cases returns nothing.": {
        "no return": out(("    return total\n", "")),
        "print for return": out(("return total", "print(end='')")),
        "nothing but pass": out((BODY, "    pass\n")),
        "only the first case": out((BODY, FIRST)),
        "a bare return": out(("return 0", "return")),
    },
}

# mistakes that check does not know, and several at once
UNKNOWN = {
    "is not wrt": out(("node is wrt", "node is not wrt")),
    "times the input": out(("arriving * p", "arriving * i")),
    "minus": out(("total +=", "total -=")),
    "product of the answers": out(("total = 0", "total = 1"), ("total +=", "total *=")),
    "sum(answer)": out((ADD, f"total += sum({CALL})")),
    "a name error": out(("return arriving", "return arrived")),
    "an empty list for 0": out(("return 0", "return []")),
    "mul (a, b), sub (1, 1)": out(("(b, a)", "(a, b)"), ("(1, -1)", "(1, 1)")),
    "p alone, = for +=": out(("arriving * p", "p"), ("total +=", "total =")),
    "return in the loop, arriving + p": out(
        ("    return total", "        return total"),
        ("arriving * p", "arriving + p"),
    ),
    "sqr a, arriving overwritten": out(
        ("2 * a", "a"),
        (ADD, "arriving = arriving * p\n        total += grad(i, wrt, arriving)"),
    ),
}
