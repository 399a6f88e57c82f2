"""The supported Pythons and their engines: the same in requirements.txt, README.md, the matrix and the workflow."""

import re

import pytest
from packaging.requirements import Requirement
from test_readme import README
from test_run import REPOSITORY

VERSIONS = re.findall(r'"(3\.\d+)"', re.search(r"VERSIONS = .*", (REPOSITORY / "tests" / "noxfile.py").read_text())[0])


def engine(version, platform):
    """Return what requirements.txt installs there, as README.md's table has it."""
    environment = {"python_version": version, "sys_platform": platform}
    lines = (REPOSITORY / "requirements.txt").read_text().splitlines()
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    names = [r.name for r in requirements if r.marker is None or r.marker.evaluate(environment)]
    assert (
        ("numpy" in names) == ("theano" in names) and "matplotlib" in names and "imageio" in names and "tqdm" in names
    )
    assert ("theano" in names) != ("pytensor" in names)
    return "Theano 1.0.5" if "theano" in names else "PyTensor 3"


@pytest.mark.parametrize("version", VERSIONS)
def test_readme_tells_which_engine_requirements_txt_installs(version):
    rows = re.findall(r"^\| (3\.[\d., ]+) \| ([^|]+) \| ([^|]+) \|", README, re.MULTILINE)
    (row,) = [row for row in rows if version in row[0].split(", ")]
    assert row[1] == engine(version, "linux")
    assert row[2] == engine(version, "darwin") == engine(version, "win32")


def test_matrix_workflow_and_readme_have_the_same_pythons():
    workflow = (REPOSITORY / ".github" / "workflows" / "tests.yml").read_text()
    matrix, lowest = (re.findall(r'"(3\.\d+)"', line) for line in re.findall(r"python: (\[.*\])", workflow))
    assert matrix == VERSIONS and lowest == [matrix[0], matrix[-1]]
    assert f"Python {matrix[0]} to {matrix[-1]}" in README
    assert re.findall(r"3\.\d+", " ".join(re.findall(r"^\| (3\.[\d., ]+) \|", README, re.MULTILINE))) == matrix
