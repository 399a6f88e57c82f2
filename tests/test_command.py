"""What every command does around its lesson: arguments, failures, streams, interruptions, and the file it writes."""

import functools
import os
import re
import shlex
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ENGINE, OLD_GIF, REPOSITORY, SHORT_RUN, finish, news, one_line, repeated, run, start, tree

import run as program
from machinery import command, files
from machinery.options import OPTIONS

SIGNALS = signal.SIGINT, signal.SIGTERM
ENDLESS = ("--epochs", "1000000")
IN_A_DELETED_FOLDER = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'

posix = pytest.mark.skipif(os.name != "posix", reason="made of what Unix has")


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The GIF of a run where nothing is unusual."""
    path = tmp_path_factory.mktemp("plain") / "a.gif"
    result = run(*SHORT_RUN, gif=path)
    assert result.returncode == 0, result.stderr
    return path.read_bytes()


def untouched(gif):
    assert gif.read_bytes() == OLD_GIF
    assert os.listdir(gif.parent) == [gif.name]


# Arguments


@pytest.fixture
def called(monkeypatch):
    """Return a function that returns the options with which a command line calls `run`."""

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
        options = {}
        stand_in = functools.wraps(program.run)(lambda **given: options.update(given))
        command.main(stand_in, OPTIONS)
        return options

    return call


def refused(monkeypatch, capsys, *arguments):
    """Return what run.py says of wrong arguments; it calls nothing, prints nothing, and ends with status 2."""
    monkeypatch.setattr(sys, "argv", ["run.py", *arguments])
    with pytest.raises(SystemExit) as end:
        command.main(program.run, OPTIONS)
    printed = capsys.readouterr()
    assert end.value.code == 2 and printed.out == ""
    return one_line(printed.err)


WRONG = {
    "--epochs": ["0", "-1", "nan", "inf", "10000000", "9" * 400, "1.5", "many", "", "1\n2"],
    "--points": ["0", "-1", "nan", "inf", "10000000", "2.0", "many"],
    "--frames": ["0", "1", "-1", "nan", "inf", "1001", "2.5", "many"],
    "--fps": ["0", "-1", "nan", "inf", "51", "12.5", "many"],
    "--noise": ["-1", "-1e-300", "nan", "inf", "-inf", "1e309", "loud"],
    "--learning-rate": ["0", "-1", "nan", "inf", "-inf", "1e309", "fast"],
    "--seed": ["-1", str(2**32), "nan", "inf", "9" * 400, "0.5", "pea"],
    "--output": ["", ".", "..", "/", "/.gif", "folder.gif", "a", "a.gif.txt", "a.gif/b.gif", "x" * 300 + ".gif"],
    "--shuffle": ["yes"],
}
WRONG_ARGUMENTS = [[f"{name}={value}"] for name, values in WRONG.items() for value in values]
WRONG_ARGUMENTS += [["--nonsense"], ["--epoch=1"], ["--out=b.gif"], ["--epochs"], ["a.gif"], ["-e", "1"], ["a\nb"]]


@pytest.mark.parametrize("arguments", WRONG_ARGUMENTS, ids=lambda arguments: repr(" ".join(arguments)[:30]))
def test_a_wrong_argument_gets_one_line_and_status_2(arguments, gif, monkeypatch, capsys):
    (gif.parent / "folder.gif").mkdir()
    before = tree(gif.parent)
    monkeypatch.chdir(gif.parent)
    assert arguments[0].split("=")[0].split("\n")[0] in refused(monkeypatch, capsys, *arguments)
    assert tree(gif.parent) == before


@posix
@pytest.mark.parametrize("output", ["/", ".", "..", ""])
def test_the_root_folder_is_a_current_folder_too(output, monkeypatch, capsys):
    monkeypatch.chdir("/")
    assert "--output" in refused(monkeypatch, capsys, "--output", output)


@posix
@pytest.mark.parametrize("kind", ["fifo", "device", "link to a device", "circle", "folder"])
def test_what_is_no_regular_file_is_refused(kind, tmp_path, monkeypatch, capsys):
    path = tmp_path / "a.gif"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path = tmp_path / "b.gif"
        path.symlink_to(tmp_path / "c.gif")
        (tmp_path / "c.gif").symlink_to("/dev/null")
    elif kind == "link to a device":
        path.symlink_to("/dev/null")
    elif kind == "circle":
        path.symlink_to(path)
    else:
        path.mkdir()
    before = tree(tmp_path)
    assert str(path) in refused(monkeypatch, capsys, "--output", str(path))
    assert tree(tmp_path) == before


@posix
@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else False, reason="the superuser may write anything")
@pytest.mark.parametrize("protected", ["file", "folder"])
def test_what_is_write_protected_is_refused(protected, gif, monkeypatch, capsys):
    (gif if protected == "file" else gif.parent).chmod(0o555)
    assert "cannot be written" in refused(monkeypatch, capsys, "--output", str(gif))


def test_every_option_reaches_run(called, tmp_path):
    arguments = {
        "epochs": 3, "learning_rate": 0.5, "points": 7, "noise": 1.5, "seed": 9, "frames": 4, "fps": 33,
        "output": tmp_path / "x.gif",
    }  # fmt: skip
    text = [word for name, value in arguments.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    assert called(*text, "--shuffle") == {**arguments, "shuffle": True}
    defaults = called()
    assert defaults == {
        "epochs": 100, "learning_rate": 0.01, "points": 100, "noise": 0.33, "seed": 0, "shuffle": False, "frames": 100,
        "fps": 20, "output": REPOSITORY / "images" / "animation.gif",
    }  # fmt: skip


def test_help_needs_no_numpy_and_names_every_option(tmp_path):
    result = run("--help", python=["-X", "importtime"], cwd=tmp_path)
    assert result.returncode == 0
    for option in OPTIONS:
        assert f"--{option.replace('_', '-')}" in result.stdout
    imported = [line.split("|")[-1].strip() for line in result.stderr.splitlines()]
    assert "argparse" in imported and "numpy" not in imported


def test_every_script_refuses_wrong_arguments():
    for script in "data.py", "graph.py":
        result = run("--nonsense", script=script)
        assert result.returncode == 2 and "--nonsense" in one_line(result.stderr)


# Failures


@pytest.mark.parametrize("script", ["run.py", "data.py", "graph.py", repeated("descent.py")])
def test_whatever_fails_gets_one_line_that_shows_how_to_see_all_of_it(script, tmp_path):
    (tmp_path / "matplotlibrc").write_bytes(b"\xff\xfe\x00")
    result = run(script=script, env={"MATPLOTLIBRC": str(tmp_path)}, cwd=tmp_path)
    assert result.returncode == 1 and result.stdout == ""
    line = one_line(result.stderr)
    assert line.startswith(f"{script}: UnicodeDecodeError: ") and f"{shlex.quote(sys.executable)} -X dev " in line
    if script == "data.py":
        shown = re.search(r"the traceback: (.*)\)$", line).group(1)
        environment = {**os.environ, "MATPLOTLIBRC": str(tmp_path)}
        again = subprocess.run(shown, shell=True, env=environment, capture_output=True)
        assert again.returncode == 1 and b"Traceback" in again.stderr


@pytest.mark.parametrize(
    ("env", "python", "words"),
    [
        ({"TQDM_MININTERVAL": "abc"}, [], "abc"),
        ({"OMP_NUM_THREADS": "4,2"}, [], "4,2"),
        repeated({}, ["-OO"], ""),
        repeated({}, ["-W", "error"], ""),
        repeated({"PYTHONWARNINGS": "error"}, [], ""),
    ],
)
def test_odd_settings_work_or_get_one_line(env, python, words, plain, gif):
    result = run(*SHORT_RUN, gif=gif, env=env, python=python)
    if result.returncode == 0:
        assert news(result.stderr) == [] and gif.read_bytes() == plain
    else:
        assert result.returncode == 1 and words in one_line(result.stderr)
        untouched(gif)


@pytest.mark.parametrize("missing", ["matplotlib", ENGINE.lower(), *map(repeated, ("numpy", "imageio", "tqdm"))])
def test_a_missing_library_gets_one_line_that_says_how_to_install_it(missing, gif, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(f"import sys\nsys.modules[{missing!r}] = None")
    result = run(*SHORT_RUN, gif=gif, env={"PYTHONPATH": str(tmp_path)})
    assert result.returncode == 1
    line = one_line(result.stderr)
    assert missing in line.lower() or "PyTensor" in line
    assert "pip install -r requirements.txt" in line
    untouched(gif)


@pytest.mark.parametrize(
    ("arguments", "epoch"), [(["--learning-rate=2", "--epochs=5"], 3), repeated(["--noise=1e160"], 1)]
)
def test_a_run_that_diverges_says_where_and_leaves_the_gif(arguments, epoch, gif):
    result = run(*SHORT_RUN, *arguments, gif=gif)
    assert result.returncode == 1 and result.stdout == ""
    assert f"training diverged in epoch {epoch} " in one_line(result.stderr)
    untouched(gif)


# Streams


@posix
@pytest.mark.parametrize("shell", ['"$@" <&- >&- 2>&-', IN_A_DELETED_FOLDER, repeated('"$@" 2>/dev/full')])
def test_closed_streams_and_deleted_folders_do_no_harm(shell, plain, gif, tmp_path):
    result = run(*SHORT_RUN, gif=gif, shell=shell, cwd=tmp_path)
    assert result.returncode == 0 and news(result.stderr) == []
    assert gif.read_bytes() == plain and os.listdir(gif.parent) == [gif.name]


@posix
@pytest.mark.parametrize(
    ("arguments", "kind"),
    [(SHORT_RUN, "full"), (["--help"], "full"), (["--help"], "reader gone"), repeated(SHORT_RUN, "reader gone")],
)
def test_what_cannot_be_printed_gets_one_line_at_most(arguments, kind, plain, gif):
    if kind == "full":
        stdout = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, stdout = os.pipe()
        os.close(reader)
    result = run(*arguments, gif=gif, stdout=stdout)
    os.close(stdout)
    assert result.returncode in (0, 1) and len(news(result.stderr)) <= result.returncode
    assert "Exception ignored" not in result.stderr
    assert gif.read_bytes() == (OLD_GIF if "--help" in arguments else plain)


@posix
def test_a_wrong_argument_with_stderr_closed_or_full_still_has_status_2(gif):
    for closed in "2>&-", "2>/dev/full":
        assert run("--fps", "0", gif=gif, shell=f'"$@" {closed}').returncode == 2
    untouched(gif)


@posix
def test_progress_is_shown_on_a_terminal_with_the_cost(gif):
    pty = pytest.importorskip("pty")
    fcntl, termios = pytest.importorskip("fcntl"), pytest.importorskip("termios")
    terminal, stderr = pty.openpty()
    fcntl.ioctl(stderr, termios.TIOCSWINSZ, struct.pack("4H", 24, 120, 0, 0))
    process = start("--epochs", "50", "--points", "2000", "--frames", "9", gif=gif, stderr=stderr)
    os.close(stderr)
    shown = b""
    while True:
        try:
            data = os.read(terminal, 4096)
        except OSError:  # how Linux says that nobody writes to it any more
            break
        if not data:
            break
        shown += data
    os.close(terminal)
    assert finish(process).returncode == 0
    assert re.search(rb"training: +\d+%.* steps/s.*cost=\d", shown.replace(b"\r", b"\n")), shown
    assert re.search(rb"training: 100%.*100000/100000", shown)
    assert re.search(rb"drawing: 100%", shown)


# Interruptions


@posix
@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (0.4, signal.SIGINT),
        (1.5, signal.SIGTERM),
        *(repeated(moment, number) for moment in (0.2, 0.3, 0.5, 0.7, 0.9, 1.2, 2, 3) for number in SIGNALS),
    ],
)
def test_an_interrupted_run_is_silent_and_leaves_the_gif(moment, number, plain, gif):
    process = start(*ENDLESS, gif=gif)
    time.sleep(moment)
    process.send_signal(number)
    result = finish(process)
    assert (result.returncode, result.stdout, news(result.stderr)) == (-number, "", [])
    untouched(gif)


@posix
@pytest.mark.parametrize("moment", [1.5, *(repeated(moment) for moment in (0.3, 0.6, 1, 2, 2.5))])
def test_interrupted_while_compiling_it_is_silent_and_leaves_the_gif(moment, clone, gif):
    process = start(*ENDLESS, gif=gif, clone=clone)
    time.sleep(moment)
    process.terminate()
    result = finish(process)
    assert result.returncode == -signal.SIGTERM and result.stdout == ""
    assert news(result.stderr) == []
    untouched(gif)


@posix
def test_a_signal_that_is_ignored_from_the_start_stays_ignored(gif):
    process = start("--epochs", "500", "--frames", "2", gif=gif, shell="trap '' INT TERM; exec \"$@\"")
    for _ in range(10):
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        process.terminate()
    assert finish(process).returncode == 0
    assert gif.read_bytes() != OLD_GIF


@posix
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_while_the_gif_is_put_in_place_waits_and_is_then_obeyed(number, gif, monkeypatch):
    replace = Path.replace
    arrived = []

    def interrupted(self, target):
        signal.raise_signal(number)
        assert arrived == []
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    before = signal.signal(number, lambda number, _: arrived.append(number))
    try:
        files.write(gif, b"new")
        assert arrived == [number] and gif.read_bytes() == b"new" and os.listdir(gif.parent) == [gif.name]
    finally:
        signal.signal(number, before)


# The file


def test_a_file_is_written_whole_or_not_at_all(gif):
    with pytest.raises(TypeError):
        files.write(gif, "not bytes")
    untouched(gif)
    files.write(gif, b"new")
    assert gif.read_bytes() == b"new" and os.listdir(gif.parent) == [gif.name]


@posix
def test_a_full_disk_gets_one_line_with_the_path_and_leaves_the_gif(gif):
    resource = pytest.importorskip("resource")

    def fill_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    result = run(*SHORT_RUN, gif=gif, preexec_fn=fill_disk)
    assert result.returncode == 1 and result.stdout == ""
    *_, line = result.stderr.splitlines()  # after the one that says why it computes without C
    assert "File too large" in line and str(gif) in line
    assert len(news(result.stderr)) == 2
    untouched(gif)


@posix
@pytest.mark.parametrize("mode", [0o600, 0o664])
def test_a_file_keeps_its_mode_and_a_link_stays_one(mode, gif, tmp_path):
    gif.chmod(mode)
    link = tmp_path / "link.gif"
    link.symlink_to(gif)
    files.write(link, b"new")
    assert os.readlink(link) == str(gif)
    assert gif.read_bytes() == b"new" and gif.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("name", ["new/in a new one/a b.gif", "è ü/ñ.GIF", "🎉.gif", "%d {0} $HOME `x` 'q\".gif"])
def test_any_name_will_do(name, tmp_path):
    files.write(tmp_path / name, b"new")
    assert (tmp_path / name).read_bytes() == b"new"


@pytest.mark.repeated
def test_any_name_can_be_reported_in_ascii(plain, tmp_path):
    ascii_only = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    result = run(*SHORT_RUN, gif=tmp_path / "é 🎉.gif", env=ascii_only)
    assert result.returncode == 0 and "wrote" in result.stdout
    assert (tmp_path / "é 🎉.gif").read_bytes() == plain


def test_a_path_is_shown_as_short_as_it_gets(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert files.shown(tmp_path / "images" / "a.gif") == os.path.join("images", "a.gif")
    assert files.shown(Path("/x.gif")) == str(Path("/x.gif"))


# Odd surroundings


@pytest.mark.repeated
def test_modules_lying_about_are_not_picked_up(plain, gif, tmp_path):
    current = tmp_path / "current"
    current.mkdir()
    for folder in current, gif.parent:
        for name in "numpy", "data", "theano", "pytensor", "matplotlib", "tqdm", "sitecustomize":
            (folder / f"{name}.py").write_text('raise SystemExit("hijacked")\n')
    result = run(*SHORT_RUN, gif=gif, cwd=current)
    assert result.returncode == 0 and news(result.stderr) == []
    assert gif.read_bytes() == plain


STYLE = "axes.facecolor: black\ntext.usetex: True\nsavefig.facecolor: black\nlines.linewidth: 9\n"


@pytest.mark.repeated
@pytest.mark.parametrize("backend", ["TkAgg", "nonsense"])
def test_the_readers_matplotlib_settings_change_nothing(backend, plain, gif, tmp_path):
    (tmp_path / "matplotlibrc").write_text(STYLE + (f"backend: {backend}\n" if backend == "TkAgg" else ""))
    result = run(*SHORT_RUN, gif=gif, env={"MPLBACKEND": backend, "MATPLOTLIBRC": str(tmp_path / "matplotlibrc")})
    assert result.returncode == 0 and news(result.stderr) == []
    assert gif.read_bytes() == plain


@pytest.mark.repeated
def test_folders_for_settings_that_cannot_be_written_change_nothing(plain, gif, temporary):
    nowhere = {"HOME": os.devnull, "MPLCONFIGDIR": os.devnull}
    result = run(*SHORT_RUN, gif=gif, env={**nowhere, "TMPDIR": str(temporary)})
    assert result.returncode == 0 and news(result.stderr) == []
    assert gif.read_bytes() == plain and os.listdir(temporary) == []


def test_another_run_draws_the_same(plain, gif):
    assert run(*SHORT_RUN, gif=gif, env={"PYTHONHASHSEED": "4242", "OMP_NUM_THREADS": "7"}).returncode == 0
    assert gif.read_bytes() == plain
