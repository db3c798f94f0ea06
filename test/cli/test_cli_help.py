"""Help: each command has examples, which are right, and nobody waits for it."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cli_runs import LIMIT, environment, run

from vidispine.cli import main
from vidispine.cli.application import application
from vidispine.cli.click_classes import Group

Capture = pytest.CaptureFixture[str]


def commands(group: Group, *before: str) -> Iterator[tuple[str, ...]]:
    """Return the words that lead to each command, groups included."""
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
    """Return the lines of the examples in a help text."""
    found = re.search(r"^  Examples?:\n((?:    .*\n)+)", text, re.MULTILINE)
    return [line.strip() for line in found[1].splitlines()] if found else []


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_help_begins_with_what_the_command_does(words: tuple[str, ...], capsys: Capture) -> None:
    text = shown(words, capsys)
    assert text.startswith(f"Usage: vidispine {' '.join(words)} ")
    summary = text.split("\n\n")[1]
    assert re.fullmatch(r"  [A-Z][^\n]*\.", summary)
    above = shown(words[:-1], capsys)
    assert f"  {words[-1]} " in above
    assert summary.strip() in " ".join(above.split())


NONE_NEEDED = {("demo",), ("simulator",)}


@pytest.mark.parametrize("words", [words for words in EVERY if words not in NONE_NEEDED], ids=" ".join)
def test_the_examples_are_right(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """Each command line in the examples is one that the command takes."""
    text = shown(words, capsys)
    monkeypatch.chdir(tmp_path)
    Path("interview.mov").touch()
    Path("*.mov").touch()
    taken = 0
    monkeypatch.setattr(click.Command, "invoke", lambda self, context: None)
    for line in examples(text):
        for part in re.split(r"\s(?:\||&&|>>?)\s|\$\(|\)|^echo .*|eval ", line):
            if part.strip().startswith("vidispine "):
                arguments = shlex.split(part)[1:]
                assert main(arguments) == 0, capsys.readouterr().err
                taken += 1
    assert taken or "completion" in words


def test_help_loads_nothing_that_it_does_not_need() -> None:
    script = (
        "import sys; from vidispine.cli import main; main(['--help']); main(['jobs', '--help']); "
        "main(['jobs', 'list', '--help']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), timeout=LIMIT, check=True
    )
    loaded = {name.partition(".")[0] for name in done.stderr.split()}
    assert not loaded & {"rich", "keyring", "tomlkit", "platformdirs", "urllib3", "werkzeug"}
    assert not [name for name in done.stderr.split() if re.match(r"vidispine\.(api|models|rest|simulator)", name)]
    assert not [name for name in done.stderr.split() if name.startswith("vidispine.cli.") and "upload" in name]


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_help_fits_into_the_terminal(columns: str) -> None:
    for words in ([], ["jobs"], ["jobs", "list"], ["call"], ["profile", "add"]):
        done = run(*words, "--help", COLUMNS=columns)
        assert done.returncode == 0
        long = [line for line in done.stdout.splitlines() if len(line) > min(int(columns), 100)]
        # Examples are lines to copy.
        assert [line for line in long if "vidispine" not in line and not line.startswith("  -")] == []


@pytest.mark.parametrize("words", [["jobs"], ["profile"], ["items"]])
def test_a_group_alone_helps_and_fails(words: list[str], capsys: Capture) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"Usage: vidispine {words[0]} ")
