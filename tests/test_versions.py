"""The supported Pythons: the same in all files that name them."""

import re

from helpers import MADE_BY, REPOSITORY
from packaging.requirements import Requirement


def read(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


SUPPORT = read(".github/SUPPORT.md")
NOXFILE = read(".ci/noxfile.py")
WORKFLOW = read(".github/workflows/tests.yml")
REQUIREMENTS = read("requirements.txt")


def versions(text):
    return re.findall(r"\b3\.\d+\b", text)


THEANO = versions(re.search(r"^THEANO = (.*)", NOXFILE, re.MULTILINE)[1])
PYTENSOR = versions(re.search(r"^PYTENSOR = (.*)", NOXFILE, re.MULTILINE)[1])


def required(python):
    """Return the names of the libraries that requirements.txt has for a Python."""
    names = []
    for line in re.findall(r"^\w.*", REQUIREMENTS, re.MULTILINE):
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or marker.evaluate({"python_version": python}):
            names.append(requirement.name)
    return names


def test_requirements_txt_installs_the_library_of_each_python():
    for library, pythons in {"theano": THEANO, "pytensor": PYTENSOR}.items():
        for python in pythons:
            names = required(python)
            assert len({*names}) == len(names)
            assert {"theano", "pytensor"} & {*names} == {library}
            assert {"matplotlib", "imageio", "tqdm"} <= {*names}


def test_support_has_the_pythons_of_each_library():
    rows = re.findall(r"^\| (3\.[\d., ]+) \| (\w+) ", SUPPORT, re.MULTILINE)
    table = {library: versions(pythons) for pythons, library in rows}
    assert table == {"Theano": THEANO, "PyTensor": PYTENSOR}


def test_workflow_has_all_pythons_and_the_ends_of_each_library_everywhere():
    ends = [THEANO[0], THEANO[-1], PYTENSOR[0], PYTENSOR[-1]]
    newest, lowest = re.findall(r"python: \[(.*)\]", WORKFLOW)
    assert versions(newest) == THEANO + PYTENSOR
    # for 3.15, the oldest versions have no wheels
    assert versions(lowest) == [end.replace("3.15", "3.14") for end in ends]
    excluded = versions("".join(re.findall("os: .*, python: .*", WORKFLOW)))
    assert not {*excluded} & {*ends}


def test_nox_pins_the_matplotlib_that_made_the_pictures():
    pinned = re.search(r"matplotlib==([\d.]+)", NOXFILE)[1]
    assert f"Matplotlib version{pinned}" == MADE_BY
