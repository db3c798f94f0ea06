"""``vidispine demo``: the tour shows the code that it runs, and fails if a step does not do what it says."""

from __future__ import annotations

import ast
import inspect
import json
import re
import signal
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from test.cli.cli_runs import Terminal, finish, run, start
from vidispine import JobType, MetadataApi, NotificationApi, simulator
from vidispine.cli import main
from vidispine.cli.commands.demo import tour
from vidispine.media import Media
from vidispine.simulator import Simulator

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch

STEPS = (
    ("Import a file", "client.media.ingest("),
    ("Create its proxy", "client.media.transcode("),
    ("Edit its metadata; only what has changed is sent", "client.metadata.edit("),
    ("Find it by search, with facets", "iterate_search_items("),
    ("Receive a notification", "client.notification.on_job("),
    ("Download it", "client.media.download("),
    ("Export it", "client.media.export("),
)
"""Each step, and a call that its code has."""


@pytest.fixture
def _fast(monkeypatch: Patch) -> None:
    monkeypatch.setattr(simulator, "Simulator", lambda **settings: Simulator(**{**settings, "speed": 200}))


@pytest.mark.usefixtures("_fast")
def test_report(capsys: Capture) -> None:
    assert main(["demo"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    lines = captured.out.splitlines()
    assert lines[0].startswith("VidiCore simulator with sample data running at http://127.0.0.1:")
    assert [line for line in lines if line in dict(STEPS)] == [title for title, _ in STEPS]
    assert len([line for line in lines if line.startswith("✓ ")]) == len(STEPS)
    assert re.search(r"^All 7 steps passed in \d+\.\d seconds\.$", captured.out, re.MULTILINE)


@pytest.mark.usefixtures("_fast")
def test_json(capsys: Capture) -> None:
    assert main(["demo", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert [step["step"] for step in document["steps"]] == [title for title, _ in STEPS]
    for step, (_, call) in zip(document["steps"], STEPS):
        assert call in step["code"]
        assert step["result"]
        ast.parse(step["code"])
    assert main(["demo", "-o", "ids"]) == 0
    assert capsys.readouterr().out.split() == [str(number) for number, _ in enumerate(STEPS, 1)]


def test_shown_code_is_the_code_that_runs() -> None:
    """Each line that is shown is a line of the function, in its order."""
    lines = [line.strip() for line in inspect.getsource(tour.tour).splitlines()]
    shown = tour.source_of_steps()
    assert list(shown) == [title for title, _ in STEPS]
    for title, code in shown.items():
        start_ = next(number for number, line in enumerate(lines) if line.startswith(f'with step("{title}"'))
        body = [line.strip() for line in code.splitlines()]
        assert body == lines[start_ + 1 : start_ + 1 + len(body)]
        assert code == textwrap.dedent(code)
        assert max(map(len, code.splitlines())) <= 75, "indented by four, it fits 80 columns"


def job(status: str) -> JobType:
    return JobType(job_id="VX-1", status=status, type="TRANSCODE", priority="LOW")


def returning(owner: type, name: str, value: Any) -> Callable[[Patch], None]:
    return lambda monkeypatch: monkeypatch.setattr(owner, name, lambda *_, **__: value)


def failing_export(monkeypatch: Patch) -> None:
    """Let the export end without a file."""
    monkeypatch.setattr(Media, "export", lambda *_, **__: job("FINISHED"))


def other_bytes(monkeypatch: Patch) -> None:
    """Let a download be another file."""
    download = Media.download

    def changed(self: Media, *arguments: Any, **options: Any) -> list[Path]:
        paths = download(self, *arguments, **options)
        paths[0].write_bytes(b"other")
        return paths

    monkeypatch.setattr(Media, "download", changed)


def no_notification(monkeypatch: Patch) -> None:
    monkeypatch.setattr(NotificationApi, "on_job", lambda *_, **__: "VX-1")
    monkeypatch.setattr(tour, "TIMEOUT", 0.1)


@pytest.mark.usefixtures("_fast")
@pytest.mark.parametrize(
    ("sabotage", "message"),
    [
        (returning(Media, "transcode", job("ABORTED")), "no shape with the tag 'lowres'"),
        (returning(MetadataApi, "update_metadata", None), "title of item"),
        (no_notification, "expected a notification, received none"),
        (other_bytes, "content of harbor.mov"),
        (failing_export, "files written by job VX-1: expected 1, found 0"),
    ],
)
def test_failures(sabotage: Callable[[Patch], None], message: str, monkeypatch: Patch, capsys: Capture) -> None:
    sabotage(monkeypatch)
    assert main(["demo"]) != 0
    captured = capsys.readouterr()
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert "steps passed" not in captured.out


def test_terminal_and_settings() -> None:
    """The demo fits the terminal, and ignores the settings of the user."""
    with Terminal(80, 40, "demo", VIDISPINE_HOST="http://192.0.2.1/", VIDISPINE_TOKEN="x") as terminal:
        terminal.read_all()
        assert terminal.exit_code == 0
        assert "All 7 steps passed" in terminal.text
        assert max(map(len, terminal.text.splitlines())) <= 80


def test_encoding_without_check_mark() -> None:
    done = run("demo", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert done.stdout.count("ok: ") == len(STEPS)


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals(number: signal.Signals, exit_code: int) -> None:
    with start("demo") as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(number)
        done = finish(process)
    assert done.returncode == exit_code
    assert done.stderr.strip() == ""


def test_usage(capsys: Capture) -> None:
    assert main(["demo", "now"]) == 2
    assert "unknown command 'now'" in capsys.readouterr().err
