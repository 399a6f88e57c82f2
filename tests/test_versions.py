"""The supported Pythons and their libraries: the same in requirements.txt, README.md, noxfile.py and the workflow."""

import re

from helpers import MADE_BY, REPOSITORY
from packaging.requirements import Requirement

README, NOXFILE, WORKFLOW, REQUIREMENTS = (
    (REPOSITORY / name).read_text(encoding="utf-8")
    for name in ("README.md", "tests/noxfile.py", ".github/workflows/tests.yml", "requirements.txt")
)


def versions(text):
    return re.findall(r"\b3\.\d+\b", text)


# the supported Pythons, by library
SUPPORTED = {
    library: versions(re.search(rf"^{library.upper()} = (.*)", NOXFILE, re.MULTILINE)[1])
    for library in ("theano", "pytensor")
}


def test_requirements_txt_installs_the_library_of_each_python():
    requirements = [Requirement(line) for line in re.findall(r"^\w.*", REQUIREMENTS, re.MULTILINE)]
    for library, pythons in SUPPORTED.items():
        for version in pythons:
            markers = {"python_version": version}
            names = [r.name for r in requirements if r.marker is None or r.marker.evaluate(markers)]
            assert {"theano", "pytensor"} & {*names} == {library} and len({*names}) == len(names)
            assert {"matplotlib", "imageio", "tqdm"} <= {*names}


def test_readme_has_the_pythons_of_each_library():
    rows = re.findall(r"^\| (3\.[\d., ]+) \| (\w+) ", README, re.MULTILINE)
    assert {library.lower(): versions(pythons) for pythons, library in rows} == SUPPORTED


def test_workflow_has_all_pythons_and_the_ends_of_each_library_everywhere():
    ends = [pythons[end] for pythons in SUPPORTED.values() for end in (0, -1)]
    assert [versions(matrix) for matrix in re.findall(r"python: \[(.*)\]", WORKFLOW)] == [
        SUPPORTED["theano"] + SUPPORTED["pytensor"],
        [end.replace("3.15", "3.14") for end in ends],  # for 3.15, the oldest versions have no wheels
    ]
    assert not {*versions("".join(re.findall("os: .*, python: .*", WORKFLOW)))} & {*ends}  # which it excludes


def test_nox_pins_the_matplotlib_that_made_the_pictures():
    assert re.search(r"matplotlib==([\d.]+)", NOXFILE)[1] == MADE_BY.replace("Matplotlib version", "")
