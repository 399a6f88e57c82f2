"""The command line of run.py: its options, the outputs that it refuses, and Ctrl-C."""

import errno
import inspect
import os
import re
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from helpers import LINEAR_REGRESSION, REPOSITORY, RUN_PY, posix, run_python

from command_line import ctrl_c_ends_python, find_obstacle, make_parser
from data import makepoints
from model import build
from run import train

DEFAULTS = {
    "epochs": 100,
    "learning_rate": 0.01,
    "points": 100,
    "noise": 0.33,
    "seed": 0,
    "shuffle": False,
    "frames": 100,
    "fps": 12,
    "output": REPOSITORY / "images" / "animation.gif",
}


def parse(*arguments):
    return make_parser().parse_args([str(argument) for argument in arguments])


@pytest.fixture
def refusal(capsys):
    """A function that returns the last line that the parser prints when it refuses."""

    def refuse(*arguments):
        with pytest.raises(SystemExit) as end:
            parse(*arguments)
        assert end.value.code == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        return printed.err.splitlines()[-1]

    return refuse


# The options

LIMITS = {  # what is just too small, the least, the most, and what is just too large
    "--epochs": (0, 1, 10_000, 10_001),
    "--learning-rate": (0.9e-6, 1e-6, 10, 10.01),
    "--points": (1, 2, 10_000, 10_001),
    "--noise": (-0.01, 0, 1000, 1000.01),
    "--seed": (-1, 0, 2**32 - 1, 2**32),
    "--frames": (1, 2, 1000, 1001),
    "--fps": (0, 1, 50, 51),
}
WRONG = [("--shuffle", "yes"), ("--nonsense", "1"), ("--epochs", "1.5")]
for option, (too_small, _, _, too_large) in LIMITS.items():
    for value in too_small, too_large, "many", "nan", "":
        WRONG.append((option, value))


@pytest.mark.parametrize(("option", "value"), WRONG)
def test_a_wrong_value_is_refused_with_the_name_of_its_option(option, value, refusal):
    assert re.search(rf"^run.py: error: .*{option}", refusal(f"{option}={value}"))


@pytest.mark.parametrize("option", LIMITS)
def test_both_limits_of_an_option_are_accepted(option):
    _, least, most, _ = LIMITS[option]
    name = option[2:].replace("-", "_")
    for limit in least, most:
        assert getattr(parse(f"{option}={limit}"), name) == limit


STALE = """By default, run.py is the tutorial's program. Otherwise these have to change:
README.md: the animation shows how the post's line is trained, and what run.py prints
linear_regression/README.md: my_line.png looks like the last frame of the animation, the same
    program stands in the files beside the page
linear_regression/descent.md: the two lines that run.py reports
linear_regression/sorcery.md, network.md: build() and makepoints() make the first page's line
.github/CONTRIBUTING.md: what must never change
tests/test_run.py: what is trained by hand beside run.py
"""


def test_the_defaults_are_the_tutorials():
    assert vars(parse()) == DEFAULTS, STALE
    of_functions = {
        (train, "epochs"): "epochs",
        (build, "learning_rate"): "learning_rate",
        (makepoints, "count"): "points",
        (makepoints, "noise"): "noise",
        (makepoints, "seed"): "seed",
    }
    for (function, parameter), option in of_functions.items():
        default = inspect.signature(function).parameters[parameter].default
        assert default == DEFAULTS[option], f"{function.__name__}'s {parameter}. {STALE}"


def test_help_names_every_option_and_the_default_of_those_with_a_value(capsys):
    with pytest.raises(SystemExit) as end:
        parse("--help")
    assert end.value.code == 0
    helps = "".join(capsys.readouterr().out.split())  # lines break at spaces and hyphens
    for name, default in DEFAULTS.items():
        option = "--" + name.replace("_", "-")
        assert option in helps
        if option != "--shuffle":
            shown = "".join(f"(default: {default})".split())
            assert re.search(rf"{option}((?!--).)*{re.escape(shown)}", helps), option


# Outputs that cannot be written


def refused_for(why, output, refusal):
    message = f"run.py: error: argument --output: cannot write {str(output)!r}: {why}"
    return refusal(f"--output={output}") == message


@pytest.mark.parametrize("output", ["", ".", "a", "a.gif.txt", "a.gif/"])
def test_a_wrong_suffix_is_refused(output, refusal):
    assert refused_for("the name does not end in .gif", output, refusal)


def test_a_folder_is_refused(refusal, tmp_path):
    folder = tmp_path / "folder.gif"
    folder.mkdir()
    assert refused_for("it is a folder", folder, refusal)


def test_a_missing_folder_and_a_file_in_its_place_are_refused(refusal, gif):
    for parent in gif.parent / "missing", gif:
        why = f"there is no folder {os.path.realpath(parent)}"
        assert refused_for(why, parent / "b.gif", refusal)


def test_a_clone_without_images_is_told_so(refusal, monkeypatch, tmp_path):
    monkeypatch.setattr("command_line.IMAGES", tmp_path / "images")
    why = f"there is no folder {os.path.realpath(tmp_path / 'images')}"
    assert refused_for(why, tmp_path / "images" / "animation.gif", refusal)
    assert why in refusal()  # the default is checked, too


@posix
def test_a_link_into_a_missing_folder_is_refused(refusal, tmp_path):
    link = tmp_path / "link.gif"
    link.symlink_to(tmp_path / "missing" / "a.gif")
    why = f"there is no folder {os.path.realpath(tmp_path / 'missing')}"
    assert refused_for(why, link, refusal)


def test_a_name_that_is_too_long_is_refused(refusal, tmp_path):
    assert refused_for("the name is too long", tmp_path / f"{'x' * 252}.gif", refusal)


@posix
def test_a_name_of_too_many_bytes_is_refused_in_the_systems_words(refusal, tmp_path):
    why = os.strerror(errno.ENAMETOOLONG)
    assert refused_for(why, tmp_path / f"{'é' * 200}.gif", refusal)


@posix
def test_a_pipe_is_refused(refusal, tmp_path):
    os.mkfifo(tmp_path / "a.gif")
    assert refused_for("it is not a regular file", tmp_path / "a.gif", refusal)


@posix
def test_a_loop_of_links_is_refused_in_the_systems_words(refusal, tmp_path):
    loop = tmp_path / "a.gif"
    loop.symlink_to(loop)
    assert refused_for(os.strerror(errno.ELOOP), loop, refusal)


# What is read-only stops everybody but root
AS_A_PLAIN_USER = """
import os, sys
from command_line import find_obstacle
if os.getuid() == 0:
    try:
        os.setuid(65534)  # nobody
    except PermissionError:
        sys.exit("stays root")
print(find_obstacle(sys.argv[1]))
"""


@pytest.fixture
def public_gif():
    """An existing GIF in a folder that every user can reach, but only its owner can change."""
    folder = tempfile.mkdtemp(dir="/tmp")  # the folders of pytest are closed to others
    os.chmod(folder, 0o755)
    gif = Path(folder) / "a.gif"
    gif.write_bytes(b"GIF89a, the old one")
    yield gif
    os.chmod(folder, 0o755)
    shutil.rmtree(folder)


@posix
@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "name", "obstacle"),
    [
        (0o666, 0o777, "a.gif", "None"),
        (0o444, 0o777, "a.gif", "the file is not writable"),
        (0o666, 0o555, "a.gif", "the folder {} is not writable"),
        (0o666, 0o555, "new.gif", "the folder {} is not writable"),
    ],
)
def test_what_a_plain_user_may_not_write_is_refused(
    file_mode, folder_mode, name, obstacle, public_gif
):
    public_gif.chmod(file_mode)
    public_gif.parent.chmod(folder_mode)
    output = public_gif.with_name(name)
    printed = run_python("-c", AS_A_PLAIN_USER, output, cwd=LINEAR_REGRESSION)
    if "stays root" in printed[1]:
        pytest.skip("root may write anything here, and cannot become somebody else")
    folder = os.path.realpath(public_gif.parent)
    assert printed == (obstacle.format(folder) + "\n", "", 0)


# Outputs that can be written


@pytest.mark.parametrize("name", ["a.gif", "new.GIF", "é ü %d.gif"])
def test_the_check_of_an_output_changes_no_file(name, gif):
    output = gif.with_name(name)
    assert parse(f"--output={output}").output == output
    assert gif.read_bytes() == b"GIF89a, the old one"
    assert os.listdir(gif.parent) == [gif.name]


def test_a_tilde_is_the_home_folder(monkeypatch, tmp_path):
    for variable in "HOME", "USERPROFILE":
        monkeypatch.setenv(variable, str(tmp_path))
    assert parse("--output=~/line.gif").output == tmp_path / "line.gif"


# Windows, imitated: each changes what the function asks, while it runs


def test_on_windows_a_colon_in_the_name_is_refused(monkeypatch, gif):
    stream = f"{gif}:stream.gif"
    if os.name == "posix":
        assert find_obstacle(stream) is None
    with monkeypatch.context() as windows:
        windows.setattr(os, "name", "nt")
        obstacle = find_obstacle(stream)
    assert obstacle == "the name contains a colon"


def test_on_windows_the_name_of_a_device_is_refused_in_the_systems_words(monkeypatch):
    def no_such_path(_):
        raise OSError(errno.EINVAL, "Invalid handle")

    with monkeypatch.context() as windows:
        windows.setattr(os.path, "realpath", no_such_path)
        obstacle = find_obstacle("CON.gif")
    assert obstacle == "Invalid handle"


def test_on_windows_a_name_that_is_too_long_is_refused_although_it_is_only_not_found(
    monkeypatch, tmp_path
):
    stat = os.stat

    def not_found(path, *arguments, **options):
        if len(os.path.basename(path)) > 255:
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        return stat(path, *arguments, **options)

    path = str(tmp_path / f"{'x' * 296}.gif")
    with monkeypatch.context() as windows:
        windows.setattr(os, "stat", not_found)
        obstacle = find_obstacle(path)
    assert obstacle == "the name is too long"


# Ctrl-C


def debugger(*_):
    """Stands for a handler of SIGINT that is not Python's."""


@pytest.fixture
def alone(monkeypatch):
    """Let it look as if Python had been started with run.py, and put Ctrl-C back afterwards."""
    usual = signal.getsignal(signal.SIGINT)
    outermost = SimpleNamespace(filename=str(RUN_PY))
    monkeypatch.setattr(inspect, "stack", lambda *_, **__: [outermost])
    yield
    signal.signal(signal.SIGINT, usual)


def action_within():
    with ctrl_c_ends_python():
        return signal.getsignal(signal.SIGINT)


def test_where_run_py_runs_alone_ctrl_c_ends_python_only_within(alone):
    assert action_within() is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with pytest.raises(FloatingPointError), ctrl_c_ends_python():
        raise FloatingPointError
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_where_another_program_runs_run_py_ctrl_c_stays_as_it_is():
    assert action_within() is signal.default_int_handler


def test_where_python_goes_on_after_run_py_ctrl_c_stays_as_it_is(alone, monkeypatch):
    with monkeypatch.context() as python_i:
        python_i.setattr(sys, "flags", SimpleNamespace(inspect=1))
        action = action_within()
    assert action is signal.default_int_handler


@pytest.mark.parametrize("action", [signal.SIG_IGN, debugger])
def test_where_ctrl_c_is_ignored_or_somebody_elses_it_stays_so(action, alone):
    signal.signal(signal.SIGINT, action)
    assert action_within() is action
    assert signal.getsignal(signal.SIGINT) is action
