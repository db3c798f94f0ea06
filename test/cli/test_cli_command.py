"""The command as a whole: help, usage errors and missing extras."""

from __future__ import annotations

import subprocess
import sys

import pytest

import vidispine
from test.cli.cli_runs import environment, run
from vidispine.cli import main
from vidispine.cli.commands import COMMANDS

BLOCKED = """
import sys
for name in {blocked!r}:
    sys.modules[name] = None
from vidispine.cli import main
sys.exit(main({arguments!r}))
"""


def run_without(blocked: list[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command without some packages."""
    script = BLOCKED.format(blocked=blocked, arguments=list(arguments))
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), timeout=60, check=False
    )


def test_help_lists_all_commands() -> None:
    done = run("--help")
    assert (done.returncode, done.stderr) == (0, "")
    for name in COMMANDS:
        assert f"\n  {name} " in done.stdout


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(f"Usage: vidispine {name}")
    assert captured.err == ""
    assert main([name, "-h"]) == 0
    assert capsys.readouterr().out == captured.out


def test_simulator_help_shows_defaults(capsys: pytest.CaptureFixture[str]) -> None:
    main(["simulator", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    for option, default in (
        ("--host", "127.0.0.1"),
        ("--port", "8080"),
        ("--db FILE", "memory and a temporary folder"),
        ("--speed", "1.0"),
    ):
        assert option in text
        assert f"[default: {default}]" in text


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"vidispine {vidispine.__version__}\n"


@pytest.mark.parametrize("module", ["vidispine", "vidispine.cli"])
def test_python_runs_the_command(module: str) -> None:
    done = subprocess.run([sys.executable, "-m", module, "--version"], capture_output=True, check=True, text=True)
    assert (done.stdout, done.stderr) == (f"vidispine {vidispine.__version__}\n", "")


def test_no_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "simulator" in captured.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["demoo"], "vidispine: unknown command 'demoo': did you mean 'demo'? (see 'vidispine --help')"),
        (["x"], "vidispine: unknown command 'x' (see 'vidispine --help')"),
        (["demo", "now"], "vidispine demo: unknown command 'now' (see 'vidispine demo --help')"),
    ],
)
def test_usage_errors(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", f"{message}\n")


@pytest.mark.parametrize("missing", ["click", "rich"])
@pytest.mark.parametrize("arguments", [[], ["--help"], ["jobs"]])
def test_missing_cli_extra(missing: str, arguments: list[str]) -> None:
    done = run_without([missing], *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "the vidispine command requires its extra: pip install 'vidispine[cli]'\n"


@pytest.mark.parametrize("name", ["demo", "simulator"])
def test_all_extras_missing(name: str) -> None:
    done = run_without(["click", "rich", "werkzeug", "cheroot"], name)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "the vidispine command requires its extra: pip install 'vidispine[cli,simulator]'\n"


@pytest.mark.parametrize("name", ["demo", "simulator"])
@pytest.mark.parametrize("missing", ["werkzeug", "cheroot"])
def test_missing_simulator_extra(name: str, missing: str) -> None:
    done = run_without([missing], name)
    assert (done.returncode, done.stdout) == (2, "")
    message = f"{name} requires the extra simulator: pip install 'vidispine[cli,simulator]'"
    assert done.stderr == f"vidispine: {message}\n"


def test_help_without_the_simulator_extra() -> None:
    done = run_without(["werkzeug", "cheroot"], "demo", "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: vidispine demo")


def test_extras_agree_with_setup_py() -> None:
    """The command checks for the packages that setup.py installs."""
    from importlib.metadata import PackageNotFoundError, requires

    from vidispine.cli.extras import _MODULES

    try:
        requirements = requires("vidispine") or []
    except PackageNotFoundError:
        pytest.skip("vidispine is on the path but not installed")
    for extra, modules in _MODULES.items():
        found = {line.split(">")[0] for line in requirements if line.endswith((f"'{extra}'", f'"{extra}"'))}
        assert found == set(modules)


def test_importing_the_entry_point_loads_none_of_the_extras() -> None:
    script = (
        "import sys, vidispine.cli; print([m for m in ('click', 'rich', 'werkzeug', 'cheroot') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
