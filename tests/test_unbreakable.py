"""The real command on hostile machines: it works, or says why in one line, and never harms a GIF that is there."""

import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

resource = pytest.importorskip("resource", reason="made of what Unix has")

PROGRAM = Path(__file__).resolve().parent.parent / "linear_regression"
ENGINE = "Theano" if find_spec("theano") else "PyTensor"
OLD = b"GIF89a, the old one"
SMALL = ("--epochs", "1", "--frames", "2")
ENDLESS = ("--epochs", "1000000")
INFORMATION = "compiling the graph", "the compiled code in "
SIGNALS = signal.SIGINT, signal.SIGTERM

GXX_FAILING = "#!/bin/sh\nexit 1\n"
GXX_WITHOUT_HEADERS = """#!/bin/sh
case " $* " in *" --version "*|*" -v "*|*" -dumpversion "*) exec {gxx} "$@" ;; esac
echo "<stdin>:1:10: fatal error: Python.h: No such file or directory" >&2
exit 1
"""

# A __del__ is one of many places that swallow an exception, so one raised by a signal's handler there is lost.
SIGNAL_WHERE_EXCEPTIONS_ARE_LOST = """
import os, signal, sys

class Trap:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})

def hook(event, arguments):
    if event == "import" and arguments[0] == "tqdm":
        Trap()

sys.addaudithook(hook)
"""


@pytest.fixture(scope="module", autouse=True)
def home(tmp_path_factory):
    """A private home folder, warm after the first run, in an environment that says nothing else of this machine."""
    folder = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            if name.startswith(("THEANO", "PYTENSOR", "PYTHON", "MPL", "MATPLOTLIB", "LC_", "OMP_")):
                patch.delenv(name)
        patch.delenv("DISPLAY", raising=False)
        patch.setenv("LANG", "C.UTF-8")
        patch.setenv("HOME", str(folder))
        patch.setenv("TMPDIR", str(tmp_path_factory.mktemp("tmp")))
        yield folder


@pytest.fixture(scope="module")
def plain(home, tmp_path_factory):
    """The GIF of a run where nothing is unusual; it also warms the home folder."""
    gif = tmp_path_factory.mktemp("plain") / "a.gif"
    result = run(*SMALL, gif=gif)
    assert result.returncode == 0, result.stderr
    return gif.read_bytes()


@pytest.fixture
def gif(tmp_path):
    """An existing GIF, alone in its folder."""
    path = tmp_path / "output" / "a.gif"
    path.parent.mkdir()
    path.write_bytes(OLD)
    return path


def start(*arguments, gif=None, env=None, shell=None, script=PROGRAM / "run.py", **options):
    command = [sys.executable, str(script), *arguments, *(["--output", str(gif)] if gif else [])]
    if shell:  # a line of sh that runs the command as "$@"
        command = ["sh", "-c", shell, "sh", *command]
    environment = {name: value for name, value in {**os.environ, **(env or {})}.items() if value is not None}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
    return subprocess.Popen(command, env=environment, encoding="utf-8", errors="surrogateescape", **options)


def finish(process, timeout=60):
    try:
        stdout, stderr = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        _, stderr = process.communicate()
        pytest.fail(f"still running after {timeout} s, stderr {stderr!r}")
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def run(*arguments, timeout=60, **options):
    return finish(start(*arguments, **options), timeout)


def flags(settings):
    return {"THEANO_FLAGS": settings, "PYTENSOR_FLAGS": settings.replace(".", "__")}


def without_information(stderr):
    return [line for line in stderr.splitlines() if not line.startswith(INFORMATION)]


def one_line(stderr, informed=False):
    """Return the only line of `stderr`; `informed`: the only one besides those about compiling."""
    assert "Traceback" not in stderr
    assert "Warning" not in stderr
    lines = without_information(stderr) if informed else stderr.splitlines()
    assert len(lines) == 1, stderr
    assert lines[0].strip()
    return lines[0]


def succeeded(result):
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in (result.stderr or "")


def untouched(gif):
    assert gif.read_bytes() == OLD
    alone(gif)


def alone(gif):
    assert os.listdir(gif.parent) == [gif.name]


def frames_of(data):
    """Return the number of frames of a GIF, each of them decoded."""
    assert data.startswith(b"GIF89a")
    assert data.endswith(b"\x00;")
    with Image.open(io.BytesIO(data)) as image:
        for place in range(image.n_frames):
            image.seek(place)
            image.load()
        return image.n_frames


def learned(stdout):
    return tuple(float(number) for number in re.search(r"^learned +(\S+) +(\S+)$", stdout, re.M).groups())


def twin(epochs=1, points=100, noise=0.33, seed=0, learning_rate=0.01):
    """Return the slope and the intercept that the post's loop learns, in plain Python."""
    train_x = np.linspace(0, 1, points)
    train_y = 5 + (2 * train_x + np.random.RandomState(seed).randn(points) * noise)
    slope = intercept = 0.0
    for _ in range(epochs):
        for x, y in zip(train_x.tolist(), train_y.tolist()):
            error = slope * x + intercept - y
            slope, intercept = slope - 2 * error * x * learning_rate, intercept - 2 * error * learning_rate
    return slope, intercept


def right_numbers(result, tolerance=1e-5, **settings):
    assert learned(result.stdout) == pytest.approx(twin(**settings), abs=tolerance)


def tree(folder):
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.is_file() and path.read_bytes())
        for path in folder.rglob("*")
    }


def eventually(condition, process):
    """Return what `condition` returns once that is true, while `process` runs."""
    for _ in range(3000):
        assert process.poll() is None, process.communicate()
        found = condition()
        if found:
            return found
        time.sleep(0.01)
    process.kill()
    pytest.fail("waited in vain")


WRONG = {
    "--epochs": ["0", "-1", "nan", "inf", "10000000", "9" * 400, "1.5", "many", ""],
    "--points": ["0", "-1", "nan", "inf", "10000000", "2.0", "many"],
    "--frames": ["0", "1", "-1", "nan", "inf", "1001", "2.5", "many"],
    "--fps": ["0", "-1", "nan", "inf", "51", "12.5", "many"],
    "--noise": ["-1", "-1e-300", "nan", "inf", "-inf", "1e309", "loud"],
    "--learning-rate": ["0", "-1", "nan", "inf", "-inf", "1e309", "fast"],
    "--seed": ["-1", str(2**32), "nan", "inf", "9" * 400, "0.5", "pea"],
    "--output": ["", ".", "folder.gif", "a", "a.png", "a.gif.txt", "a.gif/b.gif", "x" * 300 + ".gif"],
}
WRONG_ARGUMENTS = [[f"{name}={value}"] for name, values in WRONG.items() for value in values]
WRONG_ARGUMENTS += [
    ["--nonsense"],
    ["--nonsense=1"],
    ["--epoch=1"],
    ["--out=b.gif"],
    ["--epochs"],
    ["a.gif"],
    ["-e", "1"],
]


@pytest.mark.parametrize("arguments", WRONG_ARGUMENTS, ids=lambda arguments: " ".join(arguments)[:30])
def test_a_wrong_argument_gets_one_line_and_status_2(arguments, gif):
    (gif.parent / "folder.gif").mkdir()
    before = tree(gif.parent)
    result = run("--output", "a.gif", *SMALL, *arguments, cwd=gif.parent)
    assert result.returncode == 2
    assert result.stdout == ""
    assert arguments[0].split("=")[0] in one_line(result.stderr)
    assert tree(gif.parent) == before


@pytest.mark.parametrize(
    "settings",
    [
        {"points": 1, "noise": 0, "fps": 50},
        {"points": 3, "frames": 1000, "fps": 1},
        {"seed": 2**32 - 1, "noise": 0, "epochs": 3},
        {"noise": 1e-300, "learning_rate": 1e-300},
    ],
    ids=str,
)
def test_extremes_work(settings, gif):
    settings = {"epochs": 1, "frames": 2, **settings}
    result = run(*(f"--{name.replace('_', '-')}={value}" for name, value in settings.items()), gif=gif)
    succeeded(result)
    assert without_information(result.stderr) == []
    count, _ = settings.pop("frames"), settings.pop("fps", None)
    right_numbers(result, **settings)
    steps = settings["epochs"] * settings.get("points", 100)
    assert 2 <= frames_of(gif.read_bytes()) <= min(count, steps + 1)
    alone(gif)


ASCII_ONLY = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    ("name", "env"),
    [
        ("new folder/in a new one/a b.gif", {}),
        ("è ü/ñ.GIF", ASCII_ONLY),
        ("🎉.gif", {}),
        ("🎉.gif", ASCII_ONLY),
        ("%d {0} $HOME `x` 'q\".gif", {}),
    ],
    ids=["spaces", "accents in ASCII", "emoji", "emoji in ASCII", "signs"],
)
def test_any_name_works_and_missing_folders_are_made(name, env, plain, tmp_path):
    result = run(*SMALL, gif=tmp_path / name, env=env)
    succeeded(result)
    assert result.stderr == ""
    assert (tmp_path / name).read_bytes() == plain
    alone(tmp_path / name)


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_and_its_target_is_replaced(there, plain, gif, tmp_path):
    if not there:
        gif.unlink()
    link = tmp_path / "links" / "link.gif"
    link.parent.mkdir()
    link.symlink_to(gif)
    succeeded(run(*SMALL, gif=link))
    assert os.readlink(link) == str(gif)
    assert gif.read_bytes() == plain
    alone(link)
    alone(gif)


@pytest.mark.parametrize(
    ("arguments", "floatX", "place"),
    [
        (["--learning-rate=2", "--epochs=5"], "float64", ["epoch 3", "step 257", "learning rate 2"]),
        (["--learning-rate=2", "--epochs=5"], "float32", ["epoch 1", "step 38", "learning rate 2"]),
        (["--learning-rate=1e308"], "float64", ["epoch 1", "step 2", "learning rate 1e+308"]),
        (["--learning-rate=1e308"], "float32", ["epoch 1", "step 2", "learning rate 1e+308"]),
        (["--learning-rate=1e308", "--points=1"], "float64", ["epoch 1", "step 1", "learning rate 1e+308"]),
        (["--noise=1e308"], "float64", ["epoch 1", "step 1", "learning rate 0.01"]),
        (["--noise=1e308"], "float32", ["epoch 1", "step 1", "learning rate 0.01"]),
        (["--noise=1e160"], "float64", ["epoch 1", "step 1", "learning rate 0.01"]),
    ],
    ids=str,
)
def test_a_run_that_diverges_says_where_and_leaves_the_gif(arguments, floatX, place, gif):
    result = run(*SMALL, *arguments, gif=gif, env=flags(f"floatX={floatX}"))
    assert result.returncode == 1
    assert result.stdout == ""
    line = one_line(result.stderr, informed=True)
    for words in place:
        assert re.search(rf"{re.escape(words)}\b", line)
    untouched(gif)


@pytest.mark.parametrize(
    ("gxx", "warm"),
    [(None, True), (None, False), (GXX_FAILING, False), (GXX_WITHOUT_HEADERS, False)],
    ids=["missing", "missing, nothing compiled", "failing", "without headers"],
)
def test_without_a_working_compiler_one_line_and_the_right_numbers(gxx, warm, plain, gif, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in "sh", "env", "uname", "as", "ld", "gcc", "cc":
        if shutil.which(name):
            (tools / name).symlink_to(shutil.which(name))
    if gxx:
        (tools / "g++").write_text(gxx.format(gxx=shutil.which("g++")))
        (tools / "g++").chmod(0o755)
    result = run(*SMALL, gif=gif, env={"PATH": str(tools), **({} if warm else {"HOME": str(tmp_path)})})
    succeeded(result)
    assert "g++" in one_line(result.stderr, informed=not warm)
    right_numbers(result)
    assert gif.read_bytes() == plain


@pytest.mark.parametrize("kind", ["missing", "a file", "read-only", "relative"])
def test_without_a_home_folder_one_line_and_nothing_left_behind(kind, plain, gif, tmp_path):
    (tmp_path / "a file").touch()
    (tmp_path / "tmp").mkdir()
    home = {"read-only": "/proc/self", "relative": "."}.get(kind, str(tmp_path / kind))
    env = {"HOME": home, "TMPDIR": str(tmp_path / "tmp")}
    if kind != "missing":  # once is enough to see that compiling works there
        env.update(flags("cxx="))
    result = run(*SMALL, gif=gif, env=env, cwd=tmp_path)
    succeeded(result)
    assert "cannot be written" in one_line(result.stderr)
    right_numbers(result)
    assert gif.read_bytes() == plain
    assert [*(tmp_path / "tmp").glob("learning-theano-*")] == []
    assert sorted(os.listdir(tmp_path)) == ["a file", "output", "tmp"]


def test_the_home_folder_may_have_any_name(plain, gif, tmp_path):
    home = tmp_path / "homes" / "o'brien, a=b \"è"
    home.mkdir(parents=True)
    result = run(*SMALL, gif=gif, env={"HOME": str(home)})
    succeeded(result)
    assert without_information(result.stderr) == []
    assert os.listdir(home.parent) == [home.name]
    assert gif.read_bytes() == plain


def test_a_damaged_cache_is_made_anew_or_named_in_one_line(home, plain, tmp_path):
    damages = {
        "half": lambda data: data[: len(data) // 2],
        "garbage": lambda data: bytes(range(256)) * (len(data) // 256),
        "empty": lambda data: b"",
    }
    processes = {}
    for name, damage in damages.items():
        shutil.copytree(home, tmp_path / name)
        files = [*(tmp_path / name).rglob("*.so")]
        assert files
        for file in files:
            file.write_bytes(damage(file.read_bytes()))
        processes[name] = start(*SMALL, gif=tmp_path / name / "a.gif", env={"HOME": str(tmp_path / name)})
    for name, process in processes.items():
        result = finish(process)
        if result.returncode:
            assert result.returncode == 1
            one_line(result.stderr, informed=True)
        else:
            assert without_information(result.stderr) == []
            damaged = [line for line in result.stderr.splitlines() if line.startswith("the compiled code in ")]
            assert len(damaged) == 1
            right_numbers(result)
            assert (tmp_path / name / "a.gif").read_bytes() == plain


@pytest.mark.parametrize("size", [100, 4096])
@pytest.mark.parametrize("warm", [True, False])
def test_a_full_disk_gets_one_line_and_leaves_the_gif(size, warm, plain, gif, tmp_path):
    def fill_disk():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    for name in "home", "tmp":
        (tmp_path / name).mkdir()
    env = {} if warm else {"HOME": str(tmp_path / "home"), "TMPDIR": str(tmp_path / "tmp")}
    result = run(*SMALL, gif=gif, env=env, preexec_fn=fill_disk)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    *_, error = without_information(result.stderr)  # after what it says of g++ and of the home folder
    assert re.search("too large|no room|temporary directory", error)
    untouched(gif)
    assert os.listdir(tmp_path / "tmp") == []


STYLE = "axes.facecolor: black\ntext.usetex: True\nsavefig.facecolor: black\nlines.linewidth: 9\n"


@pytest.mark.parametrize("backend", [None, "TkAgg", "nonsense"])
def test_the_readers_matplotlib_settings_change_nothing(backend, plain, gif, tmp_path):
    (tmp_path / "matplotlibrc").write_text(STYLE + (f"backend: {backend}\n" if backend == "TkAgg" else ""))
    result = run(*SMALL, gif=gif, env={"MPLBACKEND": backend, "MATPLOTLIBRC": str(tmp_path / "matplotlibrc")})
    succeeded(result)
    assert result.stderr == ""
    assert gif.read_bytes() == plain


@pytest.mark.parametrize("shell", ['"$@" >&-', '"$@" 2>&-', '"$@" <&- >&- 2>&-', '"$@" 2>/dev/full'])
def test_closed_streams_do_no_harm(shell, plain, gif):
    result = run(*SMALL, gif=gif, shell=shell)
    succeeded(result)
    assert result.stderr == ""
    assert gif.read_bytes() == plain
    alone(gif)


@pytest.mark.parametrize("kind", ["full", "reader gone"])
def test_a_report_that_cannot_be_printed_gets_one_line_at_most(kind, plain, gif):
    if kind == "full":
        stdout = os.open("/dev/full", os.O_WRONLY)
    else:
        reader, stdout = os.pipe()
        os.close(reader)
    result = run(*SMALL, gif=gif, stdout=stdout)
    os.close(stdout)
    assert result.returncode in (0, 1)
    if result.returncode:
        one_line(result.stderr)
    else:
        assert result.stderr == ""
    assert gif.read_bytes() == plain
    alone(gif)


def test_a_wrong_argument_with_stderr_closed_still_has_status_2(gif):
    assert run("--fps", "0", gif=gif, shell='"$@" 2>&-').returncode == 2
    untouched(gif)


@pytest.mark.parametrize(
    "settings",
    [
        "mode=FAST_COMPILE",
        "mode=DebugMode",
        "mode=nonsense",
        "optimizer=None",
        "cxx=",
        "gcc.cxxflags=-nonsense",
        "base_compiledir=/proc/self",
        pytest.param("device=cuda", marks=pytest.mark.skipif(ENGINE == "PyTensor", reason="Theano's own")),
        "floatX=float32",
        "floatX=float16",
        "floatX=nonsense",
    ],
)
def test_whatever_the_flags_right_numbers_or_one_line(settings, plain, gif):
    result = run(*SMALL, gif=gif, env=flags(settings))
    if result.returncode == 0 and "nonsense" not in settings:
        assert len(without_information(result.stderr)) <= 1
        assert "Traceback" not in result.stderr
        tolerance = {"floatX=float32": 1e-3, "floatX=float16": 0.05}.get(settings, 1e-5)
        right_numbers(result, tolerance)
        frames_of(gif.read_bytes())
        if settings.startswith("floatX"):
            assert f"({settings.split('=')[1]})" in result.stdout
        return
    assert result.returncode == 1
    one_line(result.stderr, informed=True)
    untouched(gif)
    assert settings not in ("mode=FAST_COMPILE", "optimizer=None", "cxx=", "floatX=float32")


def test_the_readers_rc_file_counts(home, gif, tmp_path):
    (tmp_path / f".{ENGINE.lower()}rc").write_text("[global]\nfloatX = float32\n")
    result = run(*SMALL, gif=gif, env={"HOME": str(tmp_path)})
    succeeded(result)
    assert f"{ENGINE} " in result.stdout
    assert "(float32)" in result.stdout
    right_numbers(result, 1e-3)


IN_A_DELETED_FOLDER = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'


def test_a_deleted_current_folder_does_no_harm(plain, gif, tmp_path):
    result = run(*SMALL, gif=gif, shell=IN_A_DELETED_FOLDER, cwd=tmp_path)
    succeeded(result)
    assert result.stderr == ""
    assert gif.read_bytes() == plain


def test_a_gif_in_a_deleted_folder_gets_one_line(tmp_path):
    result = run(*SMALL, gif="a.gif", shell=IN_A_DELETED_FOLDER, cwd=tmp_path)
    assert result.returncode in (1, 2)
    one_line(result.stderr)
    assert os.listdir(tmp_path) == []


def test_modules_lying_about_are_not_picked_up(plain, gif, tmp_path):
    current = tmp_path / "current"
    current.mkdir()
    for folder in current, gif.parent:
        for name in "numpy", "data", "theano", "pytensor", "matplotlib", "tqdm", "sitecustomize":
            (folder / f"{name}.py").write_text('raise SystemExit("hijacked")\n')
    result = run(*SMALL, gif=gif, cwd=current)
    succeeded(result)
    assert result.stderr == ""
    assert gif.read_bytes() == plain
    assert not (gif.parent / "__pycache__").exists()


def test_nothing_is_written_beside_the_program(plain, gif, tmp_path):
    folder = tmp_path / "repository" / PROGRAM.name
    shutil.copytree(PROGRAM, folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = tree(folder.parent)
    result = run(*SMALL, gif=gif, script=folder / "run.py", env={"PYTHONDONTWRITEBYTECODE": "1"}, cwd=folder)
    succeeded(result)
    assert gif.read_bytes() == plain
    assert tree(folder.parent) == before


def interrupted(result, gif):
    assert without_information(result.stderr) == []
    assert result.returncode == 130
    assert result.stdout == ""
    untouched(gif)


@pytest.mark.parametrize(("moment", "number"), [*zip([0.15, 0.25, 0.4, 0.55, 0.7, 0.9, 1.2, 1.5], SIGNALS * 4)])
def test_an_interrupted_run_is_quiet_and_leaves_the_gif(moment, number, plain, gif):
    process = start(*ENDLESS, gif=gif)
    time.sleep(moment)
    process.send_signal(number)
    interrupted(finish(process, 20), gif)


@pytest.mark.parametrize(("moment", "number"), [*zip([0.3, 0.9, 1.4, 2], SIGNALS * 2)])
def test_interrupted_while_compiling_it_is_quiet_and_leaves_the_gif(moment, number, gif, tmp_path):
    process = start(*ENDLESS, gif=gif, env={"HOME": str(tmp_path)})
    time.sleep(moment)
    process.send_signal(number)
    interrupted(finish(process, 20), gif)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_is_obeyed_even_where_exceptions_are_lost(number, plain, gif, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(SIGNAL_WHERE_EXCEPTIONS_ARE_LOST.format(name=number.name))
    interrupted(run(*ENDLESS, gif=gif, env={"PYTHONPATH": str(tmp_path)}, timeout=10), gif)


@pytest.mark.parametrize(("moment", "number"), [*zip([0, 0.05, 0.1, 0.15], SIGNALS * 2)])
def test_a_signal_after_the_report_does_no_harm(moment, number, plain, gif):
    process = start(*SMALL, gif=gif)
    assert any(line.startswith("wrote") for line in process.stdout)
    time.sleep(moment)
    process.send_signal(number)
    result = finish(process)
    assert result.stderr == ""
    assert result.returncode in (0, 130)
    assert gif.read_bytes() == plain
    alone(gif)


def test_a_run_killed_while_compiling_does_not_stop_the_next(plain, gif, tmp_path):
    env = {"HOME": str(tmp_path)}
    process = start(*SMALL, gif=gif, env=env)
    eventually(lambda: any(tmp_path.rglob("mod.cpp")), process)
    process.kill()
    assert finish(process).returncode == -signal.SIGKILL
    untouched(gif)
    result = run(*SMALL, gif=gif, env=env, timeout=40)
    succeeded(result)
    assert without_information(result.stderr) == []
    assert gif.read_bytes() == plain
    alone(gif)


def test_eight_runs_at_once_do_not_harm_each_other(plain, gif, tmp_path):
    processes = [start(*SMALL, gif=gif, env={"HOME": str(tmp_path)}) for _ in range(8)]
    end = time.monotonic() + 120
    results = [finish(process, max(1, end - time.monotonic())) for process in processes]
    for result in results:
        succeeded(result)
        assert without_information(result.stderr) == []
        right_numbers(result)
    assert gif.read_bytes() == plain
    alone(gif)


def test_two_runs_print_and_draw_the_same(gif):
    outcomes = set()
    for seed, threads in ("0", "1"), ("4242", "7"):
        result = run(*SMALL, gif=gif, env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads})
        succeeded(result)
        outcomes.add((result.stdout, gif.read_bytes()))
    assert len(outcomes) == 1


def test_the_temporary_compile_folder_is_private_and_goes_with_the_run(gif, tmp_path):
    (tmp_path / "tmp").mkdir()
    process = start(*ENDLESS, gif=gif, env={"HOME": str(tmp_path / "missing"), "TMPDIR": str(tmp_path / "tmp")})
    folder = eventually(lambda: [*(tmp_path / "tmp").glob("learning-theano-*")], process)[0]
    mode = folder.stat().st_mode & 0o777
    eventually(lambda: any(folder.rglob("*.so")), process)
    process.terminate()
    result = finish(process, 20)
    assert oct(mode) == "0o700"
    assert result.returncode == 130
    assert "cannot be written" in one_line(result.stderr)
    assert not folder.exists()
    untouched(gif)


def test_without_an_engine_one_line_says_how_to_install_it():
    code = """
import importlib.util, sys
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name in ("theano", "pytensor") else find(name, *rest)
sys.path.insert(0, sys.argv[1])
import backend
"""
    result = subprocess.run([sys.executable, "-c", code, str(PROGRAM)], capture_output=True, text=True)
    assert result.returncode == 1
    assert "pip install -r requirements.txt" in one_line(result.stderr)


@pytest.mark.skipif(ENGINE == "PyTensor", reason="PyTensor works with every NumPy that pip puts beside it")
def test_theano_beside_a_numpy_that_it_does_not_know_gets_one_line(gif, tmp_path):
    (tmp_path / "sitecustomize.py").write_text("""
import importlib.metadata, numpy
importlib.metadata.version = lambda name: "1.24.0"
del numpy.__deprecated_attrs__["bool"]
""")
    result = run(*SMALL, gif=gif, env={"PYTHONPATH": str(tmp_path)})
    assert result.returncode == 1
    assert "NumPy 1.24.0" in one_line(result.stderr, informed=True)
    untouched(gif)
