"""The supported Pythons and libraries: the same in all files that name them.

.ci/noxfile.py has the Pythons, requirements.txt the libraries. Each message names the
place that has to follow.
"""

import re

import pytest
from helpers import MADE_BY, REPOSITORY
from packaging.requirements import Requirement
from pages import ELSEWHERE, FRONT, OLD_CODE, PAGES, POST, SUPPORT, name_of


def read(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


def versions(text):
    return re.findall(r"\b3\.\d+\b", text)


def line_of(text, beginning):
    """Return the rest of the only line of `text` with this beginning."""
    (rest,) = re.findall(rf"^{beginning}(.*)", text, re.MULTILINE)
    return rest


NOXFILE = read(".ci/noxfile.py")
THEANO = versions(line_of(NOXFILE, "THEANO = "))
PYTENSOR = versions(line_of(NOXFILE, "PYTENSOR = "))
AHEAD = versions(line_of(NOXFILE, "AHEAD = ").partition("#")[0])
PYTHONS = THEANO + PYTENSOR
ADMITTED = [python for python in PYTHONS if python not in AHEAD]
SOURCE = "by .ci/noxfile.py"
TESTS_YML = ".github/workflows/tests.yml"

REQUIREMENTS = read("requirements.txt")
WORKFLOW = read(TESTS_YML)
WHEELS = read(".ci/wheels")


def assert_follows(place, actual, expected):
    assert actual == expected, f"{place} has {actual}, and {SOURCE} it is {expected}"


def requirements(text, python):
    """Return {library: Requirement} for the lines of `text` that are for a Python on Linux."""
    found = {}
    for line in re.findall(r"^\w.*", text, re.MULTILINE):
        requirement = Requirement(line)
        place = {"python_version": python, "sys_platform": "linux"}
        if requirement.marker is None or requirement.marker.evaluate(place):
            assert requirement.name not in found, f"two lines for {requirement.name}"
            found[requirement.name] = requirement
    return found


THEANOS = requirements(REQUIREMENTS, THEANO[0])
PYTENSORS = requirements(REQUIREMENTS, PYTENSOR[0])


# requirements.txt


@pytest.mark.parametrize("python", PYTHONS)
def test_requirements_txt_has_the_library_of_each_python(python):
    library = "theano" if python in THEANO else "pytensor"
    names = {*requirements(REQUIREMENTS, python)}
    assert {"theano", "pytensor"} & names == {library}, f"requirements.txt, {SOURCE}"
    assert {"matplotlib", "imageio", "tqdm"} <= names


# The pages

TABLE = "^\\| (3\\.[\\d., ]+) \\| (.+?) \\|"


def test_the_table_of_versions_has_the_pythons_and_their_libraries():
    (page,) = [path for path in PAGES if re.search(TABLE, PAGES[path], re.MULTILINE)]
    rows = re.findall(TABLE, PAGES[page], re.MULTILINE)
    (theano,) = THEANOS["theano"].specifier
    lowest = min(bound.version for bound in PYTENSORS["pytensor"].specifier)
    table = {library: versions(pythons) for pythons, library in rows}
    expected = {
        f"Theano {theano.version}": THEANO,
        f"PyTensor {lowest.partition('.')[0]}": PYTENSOR,
    }
    assert_follows(f"the table in {name_of(page)}", table, expected)


def test_the_table_of_versions_has_theanos_bound_on_numpy():
    (bound,) = [bound for bound in THEANOS["numpy"].specifier if bound.operator == "<"]
    assert f"needs NumPy below {bound.version}" in PAGES[SUPPORT], name_of(SUPPORT)


RANGES = {f"{pythons[0]} to {pythons[-1]}" for pythons in (PYTHONS, THEANO, PYTENSOR)}


@pytest.mark.parametrize("page", [path for path in PAGES if path != OLD_CODE], ids=name_of)
def test_a_range_of_pythons_is_that_of_a_library_or_of_both(page):
    text = " ".join(PAGES[page].split())
    for found in re.findall(r"3\.\d+ to 3\.\d+", text):
        assert found in RANGES, f"{name_of(page)} has {found}, and {SOURCE} it is one of {RANGES}"


def test_the_pages_tell_the_ranges():
    whole = f"Python {PYTHONS[0]} to {PYTHONS[-1]}"
    assert whole in " ".join(PAGES[FRONT].split()), f"README.md lacks {whole}, {SOURCE}"
    for pythons in THEANO, PYTENSOR:
        row = f"| used here with Python {pythons[0]} to {pythons[-1]} "
        assert row in PAGES[ELSEWHERE], f"{name_of(ELSEWHERE)} lacks {row}, {SOURCE}"


def test_the_page_says_where_pip_has_to_ignore_what_pytensor_requires():
    option = "`--ignore-requires-python`"
    for path in FRONT, SUPPORT:
        advice = f"write {option} after `install`"
        assert (advice in " ".join(PAGES[path].split())) == bool(AHEAD), name_of(path)
    told = [path for path in PAGES if path != OLD_CODE and option in PAGES[path]]
    assert told or not AHEAD, f"no page says that {AHEAD} needs {option}, {SOURCE}"
    for path in told:
        for paragraph in PAGES[path].split("\n\n"):
            if option in paragraph:
                message = f"{name_of(path)}: {option} is for {AHEAD or 'no Python'}, {SOURCE}"
                assert AHEAD and {*AHEAD} <= {*versions(paragraph)}, message


def test_the_notebook_takes_the_pytensor_of_requirements_txt():
    bound = re.search(r'"pytensor>=[\d.]+,(<\d+)" matplotlib', PAGES[POST])[1]
    assert bound in str(PYTENSORS["pytensor"].specifier).split(","), name_of(POST)


def test_old_code_md_advises_the_python_that_it_installs():
    python = line_of(PAGES[OLD_CODE], "uv venv --python ").split()[0]
    assert f"use [Theano](#on-theano) on Python {python}." in PAGES[OLD_CODE], name_of(OLD_CODE)


def test_old_code_md_installs_what_requirements_txt_does():
    (command,) = re.findall(r"^  theano==.*", PAGES[OLD_CODE], re.MULTILINE)
    for word in command.replace('"', "").split():
        wanted = Requirement(word)
        if wanted.name in THEANOS:
            upper = [str(bound) for bound in wanted.specifier if bound.operator != ">="]
            ours = str(THEANOS[wanted.name].specifier).split(",")
            assert {*upper} <= {*ours}, f"{name_of(OLD_CODE)}: {word}, and here {ours}"


# The tools


def test_the_workflow_has_all_pythons():
    newest, lowest = re.findall(r"python: \[(.*)\]", WORKFLOW)
    assert_follows(f"{TESTS_YML}, newest,", versions(newest), PYTHONS)
    # the oldest libraries have no wheels where PyTensor does not admit a Python yet
    ends = [THEANO[0], THEANO[-1], PYTENSOR[0], ADMITTED[-1]]
    assert_follows(f"{TESTS_YML}, lowest,", versions(lowest), ends)
    images = re.findall(r"python:(3\.\d+)-slim", WORKFLOW)
    assert_follows(f"{TESTS_YML}, image,", images, [THEANO[-1], ADMITTED[-1]])
    ignoring = re.findall(r"matrix\.python == '(.*?)' .*--ignore-requires-python", WORKFLOW)
    assert_follows(f"{TESTS_YML}, --ignore-requires-python,", ignoring, AHEAD)


def test_the_workflow_leaves_out_only_pythons_between_others():
    """On macOS and Windows, the lowest and the highest of each library have to run."""
    excluded = versions("".join(re.findall("os: .*, python: .*", WORKFLOW)))
    between = THEANO[1:-1] + PYTENSOR[1:-1]
    for python in excluded:
        message = f"{TESTS_YML} excludes {python}, and {SOURCE} only {between} may be"
        assert python in between, message


def test_wheels_are_looked_for_on_all_pythons():
    rows = re.findall(r"^[\w-]+  +(3\.[\d. ]+)$", WHEELS, re.MULTILINE)
    named = {python for row in rows for python in versions(row)}
    assert_follows("the table in .ci/wheels", named, {*PYTHONS})


def test_support_md_names_the_systems_without_wheels():
    has_wheels = {
        system: versions(pythons)
        for system, pythons in re.findall(r"^([\w-]+)  +(3\.[\d. ]+)$", WHEELS, re.MULTILINE)
    }

    def lacking(system):
        return [python for python in PYTHONS if python not in has_wheels[system]]

    text = " ".join(PAGES[SUPPORT].split())
    mac = lacking("x86_64-apple-darwin")
    assert mac == PYTHONS[PYTHONS.index(mac[0]) :]
    assert f"Intel Macs from Python {mac[0]} on" in text
    *_, first, last = windows = lacking("aarch64-pc-windows-msvc")
    after = PYTHONS[PYTHONS.index(first) + 1]
    assert windows == [*PYTHONS[: PYTHONS.index(after)], last]
    assert f"Windows on ARM before Python {after}, and on {last}" in text
    (glibc,) = re.findall(r"^x86_64-manylinux_2_(\d+)", WHEELS, re.MULTILINE)
    assert f"glibc before 2.{glibc}" in text
    (macos,) = re.findall(r"MACOSX_DEPLOYMENT_TARGET=(\d+)", WHEELS)
    assert f"macOS before {macos} on Apple's processors" in text


def test_the_package_that_debian_lacks_is_the_one_that_a_fresh_machine_gets():
    (package,) = {*re.findall(r"apt install (\S+)`", PAGES[FRONT] + PAGES[SUPPORT])}
    assert package in line_of(read(".ci/fresh"), "packages=").split(",")


def test_ruff_writes_for_the_lowest_python():
    target = line_of(read("pyproject.toml"), "target-version = ")
    assert_follows("pyproject.toml", target, f'"py{PYTHONS[0].replace(".", "")}"')


def test_the_tests_install_the_matplotlib_that_drew_the_pictures():
    lines = read("tests/requirements.txt").splitlines()
    (line,) = [line for line in lines if line.startswith("matplotlib==")]
    pinned = Requirement(line)
    assert str(pinned.specifier) == MADE_BY.replace("matplotlib ", "=="), "tests/requirements.txt"
    assert pinned.marker.evaluate({"python_version": "3.11", "sys_platform": "linux"})
