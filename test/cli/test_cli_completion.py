"""Shell completion."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from test.cli.cli_runs import COMMAND, TIMEOUT, environment, run
from vidispine.cli.commands import COMMANDS


def completions(*words: str, **changes: str) -> list[str]:
    """Return the completions that bash gets for the last word."""
    done = subprocess.run(
        COMMAND,
        capture_output=True,
        text=True,
        env=environment(
            **changes,
            _VIDISPINE_COMPLETE="bash_complete",
            COMP_WORDS=" ".join(["vidispine", *words]),
            COMP_CWORD=str(len(words)),
        ),
        timeout=TIMEOUT,
        check=False,
    )
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


def test_commands() -> None:
    assert completions("") == list(COMMANDS)
    assert completions("jobs", "w") == ["watch", "wait"]
    assert "--max-wait" in completions("jobs", "wait", "--m")


@pytest.mark.parametrize("command", ["call", "api"])
def test_resources_and_operations(command: str) -> None:
    assert completions(command, "metadata-f") == ["metadata-field", "metadata-field-groups"]
    assert completions(command, "job", "get-job") == ["get_job", "get_job_problems", "get_job_types", "get_jobs"]
    assert completions(command, "nothing", "get") == []


def test_parameters_and_their_values() -> None:
    assert completions("call", "job", "get_jobs", "st") == ["starttime_to=", "starttime_from=", "step=", "state="]
    assert completions("call", "job", "get_jobs", "priority=h") == ["priority=HIGHEST", "priority=HIGH"]
    assert completions("call", "job", "get_jobs", "step=") == ["step=true", "step=false"]
    # Bash splits words at the equals sign.
    assert completions("call", "job", "get_jobs", "priority", "=", "h") == ["HIGHEST", "HIGH"]
    assert completions("call", "job", "get_jobs", "step", "=") == ["true", "false"]
    assert completions("call", "job", "get_jobs", "first=1", "numb") == ["number="]


def test_option_values() -> None:
    assert completions("jobs", "list", "--state", "fin") == ["final", "FINISHED", "FINISHED_WARNING"]
    assert completions("jobs", "list", "--priority", "L") == ["LOW", "LOWEST"]
    assert completions("jobs", "start", "TRANSC") == ["TRANSCODE", "TRANSCODE_RANGE"]


def test_profiles(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[profiles.lab]\nhost = 'http://lab/API'\n[profiles.live]\nhost = 'http://live/API'\n", "utf-8")
    assert completions("profile", "use", "li", VIDISPINE_CONFIG=str(file)) == ["live"]
    assert completions("jobs", "list", "--profile", "l", VIDISPINE_CONFIG=str(file)) == ["lab", "live"]
    file.write_text("[", "utf-8")
    assert completions("profile", "use", "l", VIDISPINE_CONFIG=str(file)) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_script_is_valid(shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    assert f"_VIDISPINE_COMPLETE={shell}_complete" in done.stdout
    interpreter = shutil.which(shell)
    if interpreter:
        subprocess.run([interpreter, "-n"], input=done.stdout, text=True, check=True, timeout=TIMEOUT)


@pytest.mark.skipif(not shutil.which("bash") or sys.platform == "win32", reason="needs bash")
def test_completion_in_bash(tmp_path: Path) -> None:
    """Bash sources the script and calls its function, as it does for the tab key."""
    command = tmp_path / "vidispine"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m vidispine.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    script = (
        'eval "$(vidispine completion bash)"\n'
        "COMP_WORDS=(vidispine call job get_jo) COMP_CWORD=3\n"
        "_vidispine_completion vidispine\n"
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    found = environment(PATH=f"{tmp_path}:{environment()['PATH']}")
    done = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, env=found, timeout=TIMEOUT, check=False
    )
    assert done.stdout.split() == ["get_job", "get_job_problems", "get_job_types", "get_jobs"], done.stderr


def test_unknown_shell() -> None:
    done = run("completion", "csh")
    assert (done.returncode, done.stdout) == (2, "")
