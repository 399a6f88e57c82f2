"""Whether and where C code is compiled: the trial, the mark, the flags, and machines on which it fails."""

import importlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import pytest
from conftest import (
    ENGINE,
    HANGS,
    SHORT_RUN,
    by_hand,
    finish,
    flags,
    learned,
    news,
    one_line,
    repeated,
    run,
    start,
    tree,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from backend import T
from data import makepoints
from machinery import engine

pytest.importorskip("resource", reason="made of what Unix has")

EXPECTED = by_hand(*makepoints()[:2], epochs=1)[1]
COMPILES = "import os; open(os.environ['LEARNING_THEANO_TRIAL'] + '/m1.so', 'w').write('code')"


def right_numbers(result, tolerance=1e-6):
    assert result.returncode == 0, result.stderr
    assert learned(result.stdout) == pytest.approx(EXPECTED, abs=tolerance)


def compiled(result):
    """Return whether model.py has printed its graphs without a complaint."""
    return result.returncode == 0 and "0.02" in result.stdout and news(result.stderr) == []


@pytest.fixture
def trial(tmp_path, monkeypatch):
    """A function that runs `compiled_code` with this program as the script to try, in an empty .compiled/."""
    monkeypatch.setattr(engine, "COMPILED", tmp_path / ".compiled")
    monkeypatch.setattr(engine, "mark", None)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    script = tmp_path / "script.py"

    def compiled_code(program):
        script.write_text(f"open({str(tmp_path / 'trials')!r}, 'a').write('x')\n{program}")
        return engine.compiled_code(ENGINE, script)

    compiled_code.count = lambda: len((tmp_path / "trials").read_text())
    return compiled_code


def test_what_works_is_tried_once(trial):
    code = trial(COMPILES)
    assert (code / "m1.so").read_text() == "code"
    assert trial(COMPILES) == code
    assert trial.count() == 1


@pytest.mark.parametrize("damage", ["truncated", "missing"])
def test_code_that_is_no_longer_what_it_was_is_made_anew_elsewhere(trial, damage):
    code = trial(COMPILES)
    if damage == "missing":
        (code / "m1.so").unlink()
    else:
        (code / "m1.so").write_text("co")
    assert trial(COMPILES) != code
    assert trial.count() == 2


@pytest.mark.parametrize("text", ["", "{}", '["gone", {"m1.so": 4}]', "\0"])
def test_a_mark_that_says_nothing_is_replaced(trial, text):
    trial(COMPILES)
    engine.mark.write_text(text)
    trial(COMPILES)
    assert trial.count() == 2


def test_a_failure_of_the_engine_takes_the_mark_away(trial):
    code = trial(COMPILES)
    for program, tries in ("raise ValueError", 1), ("fail_in_the_engine()", 2):
        try:
            exec(program, {"fail_in_the_engine": T.scalar().eval})
        except Exception as error:
            engine.distrust(error.__traceback__)
        trial(COMPILES)
        assert trial.count() == tries
    assert code.exists()  # another run may be using it


def test_a_trial_that_fails_leaves_nothing_and_is_repeated(trial):
    for _ in range(2):
        with pytest.raises(OSError, match="a trial with g\\+\\+ failed"):
            trial("raise SystemExit(1)")
    assert trial.count() == 2
    assert list(engine.mark.parent.iterdir()) == []


def test_a_trial_that_hangs_is_ended(trial, monkeypatch):
    monkeypatch.setattr(engine, "TRIAL_SECONDS", 0.5)
    with pytest.raises(OSError):
        trial(f"import time; time.sleep({2 * HANGS})")


def test_a_trial_of_another_run_that_has_worked_meanwhile_counts(trial, tmp_path):
    with pytest.raises(OSError):
        trial("raise SystemExit(1)")
    program = f"open({str(engine.mark)!r}, 'w').write('[\".\", {{}}]')\nraise SystemExit(1)"
    assert trial(program) == engine.mark.parent


def test_a_trial_knows_nothing_of_the_readers_settings(trial, tmp_path, monkeypatch):
    for name, value in flags("floatX=nonsense").items():
        monkeypatch.setenv(name, value)
    trial(COMPILES + f"\nopen({str(tmp_path / 'environment')!r}, 'w').write(repr(dict(os.environ)))")
    environment = (tmp_path / "environment").read_text()
    assert "nonsense" not in environment
    assert f"'{ENGINE.upper()}RC': {os.devnull!r}" in environment


@pytest.mark.parametrize("obstacle", ["a file", "no g++", "no room"])
def test_without_a_folder_or_a_compiler_there_is_no_trial(trial, obstacle, tmp_path, monkeypatch):
    if obstacle == "a file":
        engine.COMPILED.touch()
    elif obstacle == "no room":
        monkeypatch.setattr(engine, "ROOM", 2**62)
    else:
        monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises((OSError, MemoryError)):
        trial(COMPILES)
    assert not (tmp_path / "trials").exists()


TRIAL_THAT_HANGS = f"""
import os, time
from machinery import engine
engine.compiled_code("{ENGINE}", None)
open("pid", "w").write(str(os.getpid()))
time.sleep({2 * HANGS})
"""
PARENT_OF_A_TRIAL = """
from pathlib import Path
from machinery import engine
engine.mark = Path("works").absolute()
engine.try_out("trial.py")
"""


def test_a_trial_ends_with_its_parent(tmp_path):
    (tmp_path / "trial.py").write_text(TRIAL_THAT_HANGS)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PARENT_OF_A_TRIAL]
    parent = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL)
    pid = eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    assert os.path.exists(f"/proc/{pid}") or sys.platform != "linux"
    parent.kill()
    parent.wait()
    eventually(lambda: ended(int(pid)))


def ended(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return True
    status = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], stdout=subprocess.PIPE, text=True).stdout
    return status.startswith("Z")  # nobody has asked for its status yet


def eventually(condition):
    """Return what `condition` returns once that is true."""
    end = time.monotonic() + HANGS
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    pytest.fail("waited in vain")


@settings(deadline=None)
@given(name=st.text(st.characters(blacklist_categories=["Cc", "Cs"])))
def test_any_folder_gets_through_the_flags_and_the_readers_own_come_last(name):
    folder = f"/{name}/tmpabc"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", None)  # to be set back
        for name, value in flags("floatX=float32,allow_gc=True").items():
            patch.setenv(name, value)
        engine.set_flags(ENGINE, folder, with_c=True)
        parser = importlib.import_module(f"{ENGINE.lower()}.configparser")
        read = parser.parse_config_string(os.environ[f"{ENGINE.upper()}_FLAGS"])
    assert read["base_compiledir"] == folder
    assert read["floatX"] == "float32" and read["allow_gc"] == "True"


GXX = {
    "missing": None,
    "failing": "#!/bin/sh\nexit 1\n",
    "without headers": """#!/bin/sh
case " $* " in *Python.h*|*mod.cpp*) echo "fatal error: Python.h: No such file or directory" >&2; exit 1 ;; esac
exec {gxx} "$@"
""",
    "without a linker": """#!/bin/sh
case " $* " in *-shared*) echo "collect2: fatal error: cannot find 'ld'" >&2; exit 1 ;; esac
exec {gxx} "$@"
""",
}


@pytest.mark.parametrize("kind", ["missing", "without headers", repeated("failing"), repeated("without a linker")])
def test_without_a_working_compiler_one_line_and_the_right_numbers(kind, clone, gif, temporary, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in "sh", "env", "uname", "as", "ld", "gcc", "cc":
        if shutil.which(name):
            (tools / name).symlink_to(shutil.which(name))
    if GXX[kind]:
        (tools / "g++").write_text(GXX[kind].format(gxx=shutil.which("g++")))
        (tools / "g++").chmod(0o755)
    result = run(*SHORT_RUN, gif=gif, clone=clone, env={"PATH": str(tools), "TMPDIR": str(temporary)})
    right_numbers(result)
    assert "g++" in one_line(result.stderr) and '"When it does not work" in README.md' in result.stderr
    assert os.listdir(temporary) == []


def test_a_clone_that_cannot_be_written_computes_without_c(clone, gif, temporary):
    (clone / ".compiled").write_text("in the way")
    before = tree(clone)
    result = run(*SHORT_RUN, gif=gif, clone=clone, python=["-B"], env={"TMPDIR": str(temporary)})
    right_numbers(result)
    assert "without C" in one_line(result.stderr)
    assert tree(clone) == before
    assert os.listdir(temporary) == []


AUDIT = """
import os, sys
home = os.environ["HOME"]

def hook(event, arguments):
    if event == "subprocess.Popen":
        frame, callers = sys._getframe(), set()
        while frame:
            callers.add(frame.f_globals.get("__name__", "").split(".")[0])
            frame = frame.f_back
        print("starts", arguments[1], *{"theano", "pytensor"} & callers, file=log)
    elif event == "open" and set(str(arguments[1])) & set("wax+") and not isinstance(arguments[0], int):
        print("writes", os.path.abspath(arguments[0]), file=log)

log = open(os.environ["AUDIT"], "w")
sys.addaudithook(hook)
"""


def test_a_first_run_compiles_and_a_second_one_only_computes(clone, gif, temporary, tmp_path):
    (tmp_path / "audit").mkdir()
    (tmp_path / "audit" / "sitecustomize.py").write_text(AUDIT)
    home = tmp_path / "home"
    home.mkdir()
    env = {"HOME": str(home), "TMPDIR": str(temporary)}
    first = run(*SHORT_RUN, gif=gif, clone=clone, env=env)
    right_numbers(first)
    assert len(first.stderr.splitlines()) == 1 and first.stderr.startswith("compiling")
    code = tree(clone / ".compiled")

    env.update(PYTHONPATH=str(tmp_path / "audit"), AUDIT=str(tmp_path / "log"))
    second = run(*SHORT_RUN, gif=gif, clone=clone, env=env, python=["-B"])
    right_numbers(second)
    assert second.stderr == "" and second.stdout == first.stdout
    assert tree(clone / ".compiled") == code
    log = (tmp_path / "log").read_text().splitlines()
    assert [line for line in log if line.startswith("starts") and not line.endswith(ENGINE.lower())] == []
    allowed = str(clone / ".compiled"), str(gif.parent), os.environ["MPLCONFIGDIR"], os.devnull
    assert [line for line in log if line.startswith("writes") and not line[7:].startswith(allowed)] == []
    assert tree(home) == {} and os.listdir(temporary) == []
    assert sorted(os.listdir(gif.parent)) == [gif.name]


@pytest.mark.parametrize("damage", [*map(repeated, ("half", "garbage", "swapped", "keys gone"))])
def test_damaged_code_is_made_anew_or_gets_one_line_and_is_then_made_anew(damage, warm_clone):
    modules = sorted((warm_clone / ".compiled").rglob("*.so"))
    contents = [file.read_bytes() for file in modules]
    for file, content, other in zip(modules, contents, contents[1:] + contents[:1]):
        if damage == "half":
            file.write_bytes(content[: len(content) // 2])
        elif damage == "garbage":
            file.write_bytes(bytes(len(content)))
        elif damage == "swapped":
            file.write_bytes(other)
        else:
            for key in file.parent.glob("key.pkl"):
                key.write_bytes(b"")
    first = run(script="model.py", clone=warm_clone)
    if first.returncode:
        assert first.returncode == 1 and first.stdout == ""
        one_line(first.stderr)
        first = run(script="model.py", clone=warm_clone)
    assert compiled(first)


@pytest.mark.parametrize("count", [repeated(8), repeated(20)])
def test_first_runs_that_come_one_after_the_other_end_well(count, clone):
    processes = []
    for _ in range(count):
        processes.append(start(script="model.py", clone=clone))
        time.sleep(0.7)
    for process in processes:
        assert compiled(finish(process))


def test_a_first_run_is_not_disturbed_by_another_that_is_killed_while_compiling(clone):
    killed = start(script="model.py", clone=clone)
    eventually(lambda: any((clone / ".compiled").rglob("mod.cpp")))
    another = start(script="model.py", clone=clone)
    killed.kill()
    assert finish(killed).returncode == -signal.SIGKILL
    assert compiled(finish(another))


@pytest.mark.parametrize(
    ("own_flags", "outcome"),
    [
        ("cxx=", 1e-6),
        repeated("floatX=float32", 1e-3),
        repeated("mode=FAST_COMPILE", 1e-6),
        ("floatX=nonsense", "nonsense"),
        ("cxx=/bin/false", "ompilation"),
        repeated("gcc.cxxflags=-nonsense", "ompilation"),
        repeated("optimizer=None", 1e-6),
        repeated("base_compiledir=/proc/self", ""),
    ],
)
def test_whatever_the_readers_flags_right_numbers_or_one_line(own_flags, outcome, warm_clone, gif):
    result = run(*SHORT_RUN, gif=gif, clone=warm_clone, env=flags(own_flags))
    if isinstance(outcome, float):
        right_numbers(result, outcome)
        assert news(result.stderr) == []
        assert ("(float32)" in result.stdout) == ("float32" in own_flags)
    else:
        assert result.returncode == 1 and result.stdout == ""
        assert outcome in one_line(result.stderr)


@pytest.mark.parametrize(
    "text",
    [
        "[global]\nfloatX = nonsense\n",
        repeated("[global]\nfloatX = float32\n"),
        repeated("floatX = float32\n"),
        repeated("[global]\nfloatX = float32\nfloatX = float64\n"),
        repeated("\0ÿ\0"),
    ],
)
def test_the_readers_rc_file_counts_or_gets_one_line(text, warm_clone, gif, tmp_path):
    (tmp_path / f".{ENGINE.lower()}rc").write_bytes(text.encode("latin-1"))
    result = run(*SHORT_RUN, gif=gif, clone=warm_clone, env={"HOME": str(tmp_path)})
    if result.returncode == 0:
        right_numbers(result, 1e-3)
        assert "(float32)" in result.stdout
    else:
        assert result.returncode == 1
        assert "without C" not in one_line(result.stderr)


@pytest.mark.skipif(ENGINE == "PyTensor", reason="PyTensor works with every NumPy that pip puts beside it")
def test_theano_beside_a_numpy_that_it_does_not_know_gets_one_line(monkeypatch):
    monkeypatch.setattr(engine, "version", lambda name: "1.24.0")
    with pytest.raises(ImportError, match="NumPy 1.24.0.*requirements.txt"), engine.prepared("Theano", None):
        pass
