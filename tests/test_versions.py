"""The supported Pythons and their libraries: the same in requirements.txt, README.md, noxfile.py and the workflow."""

import re

import pytest
from helpers import REPOSITORY
from packaging.requirements import Requirement


def read(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


def versions(text):
    return re.findall(r"\b3\.\d+\b", text)


def requirements(name):
    return [Requirement(line) for line in re.findall(r"^\w.*", read(name), re.MULTILINE)]


README = read("README.md")
REQUIREMENTS = requirements("requirements.txt")
# the supported Pythons, by library
SUPPORTED = {
    "theano": versions(re.search(r"^THEANO = \[(.*)\]", read("tests/noxfile.py"), re.MULTILINE)[1]),
    "pytensor": versions(re.search(r"^PYTENSOR = \[(.*)\]", read("tests/noxfile.py"), re.MULTILINE)[1]),
}
ALL = SUPPORTED["theano"] + SUPPORTED["pytensor"]


def installed(version, platform):
    """Return the names in requirements.txt that are for this Python and platform."""
    environment = {"python_version": version, "sys_platform": platform}
    return [r.name for r in REQUIREMENTS if r.marker is None or r.marker.evaluate(environment)]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("library", SUPPORTED)
def test_requirements_txt_installs_the_library_of_each_python(library, platform):
    for version in SUPPORTED[library]:
        names = installed(version, platform)
        assert {"theano", "pytensor"} & set(names) == {library}
        assert {"matplotlib", "pillow", "imageio", "tqdm"} < set(names)
        assert len(set(names)) == len(names)


def test_every_requirement_has_a_lower_bound():
    for requirement in REQUIREMENTS + requirements("tests/requirements.txt"):
        assert {"==", ">="} & {specifier.operator for specifier in requirement.specifier}, requirement


def test_readme_has_the_pythons_of_each_library():
    rows = re.findall(r"^\| (3\.[\d., ]+) \| (\w+) ([\d.]+) \|", README, re.MULTILINE)
    assert {library.lower(): versions(pythons) for pythons, library, _ in rows} == SUPPORTED
    for _, library, release in rows:
        (requirement,) = [r for r in REQUIREMENTS if r.name == library.lower()]
        assert requirement.specifier.contains(f"{release}.0")
    assert f"Python {ALL[0]} to {ALL[-1]}" in README


def test_workflow_has_all_pythons_and_the_lowest_versions_on_the_first_and_last_of_each_library():
    matrix, lowest = re.findall(r"python: \[(.*)\]", read(".github/workflows/tests.yml"))
    assert versions(matrix) == ALL
    assert versions(lowest) == [pythons[end] for pythons in SUPPORTED.values() for end in (0, -1)]
