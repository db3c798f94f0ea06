"""The help of each command: its text, its examples and its cost."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from test.cli.cli_runs import TIMEOUT, environment, run
from vidispine.cli import main
from vidispine.cli.application import application
from vidispine.cli.click_classes import Group

Capture = pytest.CaptureFixture[str]


def commands(group: Group, *before: str) -> Iterator[tuple[str, ...]]:
    """List the command lines of all commands, including groups."""
    context = click.Context(group)
    for name in group.list_commands(context):
        yield (*before, name)
        command = group.get_command(context, name)
        if isinstance(command, Group):
            yield from commands(command, *before, name)


EVERY = list(commands(application))


def shown(words: tuple[str, ...], capsys: Capture) -> str:
    capsys.readouterr()
    assert main([*words, "--help"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def examples(text: str) -> list[str]:
    """Return the examples of a help text. A line that ends with a pipe continues in the next one."""
    found = re.search(r"^  Examples?:\n((?:    .*\n)+)", text, re.MULTILINE)
    return [line.strip() for line in re.sub(r"\|\n\s+", "| ", found[1]).splitlines()] if found else []


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_starts_with_the_summary(words: tuple[str, ...], capsys: Capture) -> None:
    text = shown(words, capsys)
    assert text.startswith(f"Usage: vidispine {' '.join(words)} ")
    summary = text.split("\n\n")[1]
    assert re.fullmatch(r"  [A-Z][^\n]*\.", summary)
    assert "\nOptions:\n  -" in text, "arguments are not listed as options"
    above = shown(words[:-1], capsys)
    assert f"  {words[-1]} " in above
    assert summary.strip() in " ".join(above.split())


WITHOUT_EXAMPLES = {("demo", "jobs"), ("simulator",)}


@pytest.mark.parametrize("words", [words for words in EVERY if words not in WITHOUT_EXAMPLES], ids=" ".join)
def test_examples_parse(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Each example is a valid command line."""
    text = shown(words, capsys)
    monkeypatch.chdir(tmp_path)
    Path("interview.mov").touch()
    Path("*.mov").touch()
    parsed = 0
    monkeypatch.setattr(click.Command, "invoke", lambda self, context: None)
    for line in examples(text):
        for part in re.split(r"\s(?:\||&&|>>?)\s|\$\(|\)|^echo .*|eval ", line):
            if part.strip().startswith("vidispine "):
                arguments = shlex.split(part)[1:]
                assert main(arguments) == 0, capsys.readouterr().err
                parsed += 1
    assert parsed or "completion" in words


def test_help_loads_only_what_it_needs() -> None:
    script = (
        "import sys; from vidispine.cli import main; main(['--help']); main(['jobs', '--help']); "
        "main(['jobs', 'list', '--help']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), timeout=TIMEOUT, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not loaded & {"rich", "keyring", "tomlkit", "platformdirs", "urllib3", "werkzeug"}
    assert not [name for name in done.stderr.split() if re.match(r"vidispine\.(api|models|rest|simulator)", name)]
    assert not [name for name in done.stderr.split() if name.startswith("vidispine.cli.") and "upload" in name]


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_help_fits_the_terminal(columns: str) -> None:
    for words in ([], ["jobs"], ["jobs", "list"], ["call"], ["profile", "add"]):
        done = run(*words, "--help", COLUMNS=columns)
        assert done.returncode == 0
        long = [line for line in done.stdout.splitlines() if len(line) > min(int(columns), 100)]
        # Examples are not wrapped, so that they can be copied.
        assert [line for line in long if "vidispine" not in line and not line.startswith("  -")] == []


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_fits_80_columns(words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert [line for line in shown(words, capsys).splitlines() if len(line) > 80] == []


@pytest.mark.parametrize("words", [["jobs"], ["profile"], ["items"]])
def test_group_without_command(words: list[str], capsys: Capture) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"Usage: vidispine {words[0]} ")
