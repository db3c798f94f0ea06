"""The command with a server that sends odd text and names, with closed streams, byte order marks and odd numbers."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

import vidispine
from test.cli.cli_runs import COMMAND, TIMEOUT, Terminal, environment, run
from test.support.loopback import Loopback, Recorded, reply
from vidispine.cli import main
from vidispine.cli.application import application
from vidispine.cli.click_classes import Group
from vidispine.simulator import Simulator

Capture = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch

UNSAFE = {
    "ESC": "a\x1b[31mRED\x1b]0;title\x07",
    "C1": "a\x9b31mC1\x9d0;t\x9c",
    "bidi": "a\u202egpj.exe\u2066x\u2069",
    "invisible": "a\u200b\ufeff\u2028\U000e0041b",
    "DEL": "a\x7f",
    "NUL": "a\x00",
    "CR": "a\roverwritten",
    "line end": "VX-1\nVX-999",
    "tab": "a\tb",
    "space": "a b",
}
TEXT = "".join(UNSAFE.values()) + "\u3000Ω"
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\U000e0041]"
)


class HostileServer:
    """Sends the same text as every id, name and value."""

    def __init__(self, server: Loopback) -> None:
        self.text = TEXT
        self.files: list[dict[str, Any]] = []
        self.url = server.url
        self.environment = {"VIDISPINE_HOST": server.url, "VIDISPINE_USERNAME": "a", "VIDISPINE_PASSWORD": "b"}
        server.otherwise = self

    def __call__(self, connection: socket.socket, request: Recorded) -> bool:
        path = request.path[len("/API") :]
        if path == "/whoami":
            return reply(self.text, media_type="text/plain")(connection, request)
        if path.endswith("/data"):
            content = path.split("/")[-2].encode()
            return reply(content, media_type="application/octet-stream")(connection, request)
        return reply(self._document(path, request.method))(connection, request)

    def _document(self, path: str, method: str) -> dict[str, Any]:
        text = self.text
        job = {"jobId": text, "type": text, "status": "FINISHED", "user": text, "data": [{"key": text, "value": text}]}
        timespan = {"start": "-INF", "end": "+INF", "field": [{"name": text, "value": [{"value": text}]}]}
        item = {"id": text, "metadata": {"timespan": [timespan]}}
        if path == "/job" and method == "GET":
            return {"hits": 1, "job": [job]}
        if path == "/jobtype":
            return {"uri": [text]}
        if path.startswith("/job"):
            return job
        if path == "/item":
            return {"hits": 1, "item": [item]}
        if path.endswith("/shape"):
            return {"uri": ["VX-1"]}
        if path.endswith("/file"):
            return {"file": self.files}
        if path.startswith("/item/"):
            return item
        return {"hits": 1, "entry": [{"type": text, "id": text}], "storage": [{"id": text, "state": text}]}


@pytest.fixture
def hostile(server: Loopback, monkeypatch: Patch) -> HostileServer:
    hostile = HostileServer(server)
    for name, value in hostile.environment.items():
        monkeypatch.setenv(name, value)
    return hostile


# Text on a terminal


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX terminals")
@pytest.mark.parametrize(
    "arguments",
    [
        "jobs list", "jobs list --json", "jobs list -o ids", "jobs show VX-1", "jobs show VX-1 --json",
        "jobs types", "jobs watch VX-1", "jobs watch VX-1 --json", "jobs rerun VX-1", "jobs wait VX-1",
        "items list", "items list --json", "items list -o ids", "items show VX-1", "items show VX-1 --json",
        "items transcode VX-1 --tag lowres", "search x", "search x --json", "whoami", "whoami --json",
        "whoami -o ids", "call job get_job VX-1", "call job get_jobs -o table", "call job get_jobs -o ids",
        "call user get_who_am_i", "call user get_who_am_i --json", "call job get_job VX-1 --accept json",
        "call storage get_storages --verbose",
    ],
)  # fmt: skip
def test_server_text_is_escaped_on_a_terminal(arguments: str, hostile: HostileServer) -> None:
    changes = {**hostile.environment, "TERM": "dumb", "NO_COLOR": "1"}
    with Terminal(200, 50, *arguments.split(), **changes) as terminal:
        written = terminal.read_all().written.decode().replace("\r\n", "\n")
    # Bold is the only style without colors; it comes from the command, not from the server.
    written = re.sub(r"\x1b\[[0-9;]*m", "", written) if "\x1b[31m" not in written else written
    assert not FORBIDDEN.search(written)
    assert "\r" not in written
    assert "Traceback" not in written
    assert written


def test_escaped_json_is_the_same_document() -> None:
    from vidispine.cli.output.text import escape_json

    escaped = escape_json(json.dumps({"a": TEXT}, ensure_ascii=False, indent=2))
    assert json.loads(escaped) == {"a": TEXT}
    assert not FORBIDDEN.search(escaped)
    assert "\u3000Ω" in escaped


@pytest.mark.parametrize("text", ["\x1b", "\x85", "\u202a", "\ud800", "\u2029", "\U000e0041"])
def test_escape(text: str) -> None:
    from vidispine.cli.output.text import escape, escape_line

    assert escape(f"a{text}b\n") == f"a{ascii(text)[1:-1]}b\n"
    assert escape_line(f"{text}\n") == f"{ascii(text)[1:-1]}\\n"
    family = "\U0001f468\u200d\U0001f469"
    assert escape(family) == family


def test_output_in_a_pipe_is_unchanged(hostile: HostileServer, capsys: Capture) -> None:
    assert main(["jobs", "show", "VX-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["user"] == TEXT
    assert main(["call", "user", "get_who_am_i"]) == 0
    assert capsys.readouterr().out == f"{TEXT}\n"


# Ids


@pytest.mark.parametrize("text", UNSAFE.values(), ids=list(UNSAFE))
@pytest.mark.parametrize("arguments", ["jobs list", "items list", "search x", "whoami", "jobs show VX-1", "jobs types"])
def test_invalid_ids_are_not_listed(text: str, arguments: str, hostile: HostileServer, capsys: Capture) -> None:
    hostile.text = text
    assert main([*arguments.split(), "-o", "ids"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"vidispine: {text!a} is not an id: an id has no white space or control characters\n"


@pytest.mark.parametrize("text", ["--help", "[red]x[/red]", "a,b", "VX*1", "Ω-1", "x" * 1000])
def test_ids_from_a_pipe_are_taken_as_listed(
    text: str, hostile: HostileServer, server: Loopback, monkeypatch: Patch, capsys: Capture
) -> None:
    hostile.text = text
    assert main(["jobs", "list", "-o", "ids"]) == 0
    listed = capsys.readouterr().out
    assert listed == f"{text}\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(listed.encode())))
    assert main(["items", "delete", "--yes", "-"]) == 0
    assert server.last.segments[-1] == text


@pytest.mark.parametrize(
    "given", ["VX-1 VX-2\n", "VX-1\nVX-2\tVX-3\n", " VX-1\n", "VX-1\x85VX-2\n", "VX-1\u2028VX-2", "VX-1\rVX-2\n"]
)
def test_invalid_ids_are_not_read(
    given: str, hostile: HostileServer, server: Loopback, monkeypatch: Patch, capsys: Capture
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    assert main(["jobs", "delete", "--yes", "-"]) == 2
    assert "is not an id: an id has no white space or control characters" in capsys.readouterr().err
    assert server.requests == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["jobs", "abort", "VX-1 VX-2"],
        ["items", "show", "VX-1\n"],
        ["items", "delete", "--yes", "VX\u202e-1"],
        ["download", "VX-1", "--shape", "VX-1\t"],
        ["jobs", "problems", "VX 1"],
        ["jobs", "watch", "VX-1\x00"],
        ["items", "transcode", "VX-1", "--tag", "lowres", "--storage", " "],
        ["jobs", "start", "X", "--notification", ""],
    ],
)
def test_invalid_ids_are_not_sent(
    arguments: list[str], hostile: HostileServer, server: Loopback, capsys: Capture
) -> None:
    assert main(arguments) == 2
    assert re.search("is not an id|must not be empty", capsys.readouterr().err)
    assert server.requests == []


def test_several_ids_from_a_pipe(hostile: HostileServer, server: Loopback, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"VX-1\r\nVX-2\n\nVX-1\nVX-3")))
    assert main(["jobs", "delete", "--yes", "VX-9", "-"]) == 0
    assert server.only.query == [("id", "VX-9,VX-1,VX-2,VX-3")]


@pytest.mark.parametrize("arguments", ["wait VX-1", "wait VX-1 VX-2", "watch VX-1"])
def test_another_job_than_requested(arguments: str, hostile: HostileServer, capsys: Capture) -> None:
    hostile.text = "VX-2"
    assert main(["jobs", *arguments.split()]) == 1
    assert capsys.readouterr().err == "vidispine: the server returned the job 'VX-2', which was not requested\n"


# Standard streams


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    ("line", "exit_code", "errors"),
    [
        ("--version >&-", 1, "standard output is closed"),
        ("--help >&-", 1, "standard output is closed"),
        ("jobs list >&-", 1, "standard output is closed"),
        ("jobs list --json >&-", 1, "standard output is closed"),
        ("call file get_file_data VX-1 >&-", 1, "standard output is closed"),
        ("jobs abort VX-1 >&-", 0, "Aborting VX-1"),
        ("jobs list -o ids 2>&-", 0, ""),
        ("jobs show VX-9 2>&-", 0, ""),
        ("jobs nonsense 2>&-", 2, ""),
        ("jobs list -o ids <&-", 0, ""),
        ("jobs delete --yes - <&-", 2, "there are no ids on standard input"),
        ("login --password-stdin <&-", 2, "there is no password on standard input"),
        ("call import import_item_raw --body - <&-", 2, "standard input is closed"),
        ("call job create_custom_job A --body - <&-", 2, "standard input is closed"),
        ("jobs list <&- >&- 2>&-", 1, ""),
        ("--help | true", 0, ""),
        ("jobs list --help | true", 0, ""),
        ("api | true", 0, ""),
    ],
)
def test_closed_streams(line: str, exit_code: int, errors: str, hostile: HostileServer, tmp_path: Path) -> None:
    hostile.text = "VX-1"
    ended = subprocess.run(
        ["sh", "-c", f"'{sys.executable}' -m vidispine.cli {line}"],
        capture_output=True,
        text=True,
        env=environment(**hostile.environment),
        timeout=TIMEOUT,
        check=False,
    )
    assert ended.returncode == exit_code
    assert ended.stderr.count("\n") == bool(errors)
    assert errors in ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes differ")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["jobs", "--help"], ["api"]])
def test_reader_has_closed_the_pipe(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as stream:
        ended = subprocess.run(
            [*COMMAND, *arguments],
            stdout=stream,
            stderr=subprocess.PIPE,
            env=environment(),
            timeout=TIMEOUT,
            check=False,
        )
    assert (ended.returncode, ended.stderr) == (141, b"")


@pytest.mark.parametrize("closed", [None, "closed"])
def test_missing_streams_in_process(closed: str | None, hostile: HostileServer, monkeypatch: Patch) -> None:
    hostile.text = "VX-1"
    for name in ("stdin", "stdout", "stderr"):
        stream = io.StringIO()
        stream.close()
        monkeypatch.setattr(sys, name, stream if closed else None)
    assert main(["jobs", "abort", "VX-1"]) == 0
    assert main(["jobs", "list"]) == 1
    assert main(["jobs", "delete", "--yes", "-"]) == 2
    assert (sys.stdout is None) == (closed is None), "the streams of the caller are restored"


# Byte order marks


@pytest.fixture(params=["utf-8", "utf-8-sig", "utf-16"])
def encode(request: pytest.FixtureRequest) -> Callable[[str], bytes]:
    return lambda text: text.encode(request.param)


def given(data: bytes, monkeypatch: Patch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_byte_order_marks_of_ids(
    encode: Callable[[str], bytes], hostile: HostileServer, server: Loopback, monkeypatch: Patch
) -> None:
    given(encode("VX-1\r\nVX-2\r\n"), monkeypatch)
    assert main(["jobs", "delete", "--yes", "-"]) == 0
    assert server.only.query == [("id", "VX-1,VX-2")]


def test_byte_order_marks_of_documents(
    encode: Callable[[str], bytes], hostile: HostileServer, server: Loopback, tmp_path: Path, monkeypatch: Patch
) -> None:
    document = {"text": [{"value": "Ω"}]}
    data = encode(json.dumps(document, ensure_ascii=False))
    path = tmp_path / "search.json"
    path.write_bytes(data)
    for arguments in (["search", "--document"], ["call", "search", "search", "--body"]):
        assert main([*arguments, str(path)]) == 0
        assert json.loads(server.last.body) == document
        given(data, monkeypatch)
        assert main([*arguments, "-"]) == 0
        assert json.loads(server.last.body) == document


def test_byte_order_marks_of_settings(encode: Callable[[str], bytes], config_file: Path, capsys: Capture) -> None:
    config_file.parent.mkdir()
    config_file.write_bytes(encode('current = "lab"\n[profiles.lab]\nhost = "http://vidicore/API"\n'))
    assert main(["profile", "list", "-o", "ids"]) == 0
    assert capsys.readouterr().out == "lab\n"
    assert main(["profile", "add", "other", "--host", "http://other"]) == 0
    assert config_file.read_bytes()[:3] != codecs.BOM_UTF8
    assert main(["profile", "list", "-o", "ids"]) == 0


def test_byte_order_marks_of_passwords(
    encode: Callable[[str], bytes], hostile: HostileServer, server: Loopback, monkeypatch: Patch
) -> None:
    import base64

    given(encode("pÄss\r\nsecond line"), monkeypatch)
    assert main(["login", "--password-stdin"]) == 1  # there is no keyring
    credentials = (server.last.header("Authorization") or "").partition(" ")[2]
    assert base64.b64decode(credentials).decode() == "a:pÄss"


@pytest.mark.parametrize("arguments", [["jobs", "delete", "--yes", "-"], ["login", "--password-stdin"]])
def test_input_in_an_unknown_encoding(
    arguments: list[str], hostile: HostileServer, server: Loopback, monkeypatch: Patch, capsys: Capture
) -> None:
    given(b"\xe4\xf6\xfc", monkeypatch)
    assert main(arguments) == 2
    assert "is not UTF-8 text" in capsys.readouterr().err
    assert server.requests == []


# Numbers

HUGE = ["inf", "1e10", "9" * 401, "nan", "-1", "1e400", "-inf"]


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize(
    "arguments",
    [
        ["--timeout", "{}", "whoami"],
        ["jobs", "wait", "VX-1", "--max-wait", "{}"],
        ["jobs", "watch", "VX-1", "--interval", "{}"],
        ["jobs", "list", "--finished-after", "{}d"],
        ["call", "job", "get_jobs", "starttime_from={}w"],
        ["profile", "add", "lab", "--host", "http://vidicore", "--timeout", "{}"],
    ],
    ids=" ".join,
)
def test_impossible_durations(
    arguments: list[str], number: str, hostile: HostileServer, server: Loopback, config_file: Path, capsys: Capture
) -> None:
    assert main([argument.format(number) for argument in arguments]) == 2
    errors = capsys.readouterr().err
    assert re.search("is not a (number of seconds|duration|time)|is longer than 100 years", errors)
    assert errors.count("\n") == 1
    assert len(errors) < 300
    assert server.requests == []
    assert not config_file.exists()


@pytest.mark.parametrize("number", ["inf", "nan", "-inf", "0", "-3", "1e10", "9" * 401])
def test_impossible_durations_in_a_profile(number: str, config_file: Path, capsys: Capture) -> None:
    config_file.parent.mkdir()
    config_file.write_text(f'[profiles.lab]\nhost = "http://vidicore/API"\ntimeout = {number}\n', encoding="utf-8")
    assert main(["--profile", "lab", "whoami"]) == 2
    assert "profile 'lab': the timeout is not above 0 and up to 100 years in seconds" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no time zones in environment variables")
@pytest.mark.parametrize("zone", ["UTC-12", "UTC+12"])
@pytest.mark.parametrize("text", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_first_and_last_years(text: str, zone: str, monkeypatch: Patch) -> None:
    from vidispine._documents.times import parse_time
    from vidispine.cli.output.text import local_time

    with monkeypatch.context() as changed:
        changed.setenv("TZ", zone)
        time.tzset()
        shown = local_time(parse_time(text))
    time.tzset()
    assert re.match(r"000[01]-|[01]-|9999-", shown)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31"])
def test_first_and_last_years_as_arguments(text: str, hostile: HostileServer) -> None:
    assert main(["jobs", "list", "--finished-after", text]) in (0, 2)


# Output options


def commands(group: Group, *before: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found += commands(command, *before, name) if isinstance(command, Group) else [(*before, name)]
    return found


@pytest.mark.parametrize("words", commands(application), ids=" ".join)
def test_every_command_has_output_options(words: tuple[str, ...], capsys: Capture) -> None:
    assert main([*words, "--help"]) == 0
    text = capsys.readouterr().out
    assert "-o, --output [table|json|ids]" in text
    assert "--json" in text


@pytest.mark.parametrize(
    ("arguments", "document", "ids"),
    [
        ("jobs abort VX-1 VX-2", [{"jobId": "VX-1"}, {"jobId": "VX-2"}], "VX-1\nVX-2\n"),
        ("jobs priority low VX-1", [{"jobId": "VX-1", "priority": "LOW"}], "VX-1\n"),
        ("jobs delete --yes VX-1 VX-2", [{"jobId": "VX-1"}, {"jobId": "VX-2"}], "VX-1\nVX-2\n"),
        ("items delete --yes VX-1", [{"id": "VX-1"}], "VX-1\n"),
        ("call job get_jobs", {"hits": 1, "job": [{"jobId": "VX-7"}]}, "VX-7\n"),
        ("call job get_job_types", {"uri": ["VX-7"]}, "VX-7\n"),
        ("call user get_who_am_i", "VX-7", "VX-7\n"),
        ("completion bash", {"shell": "bash"}, None),
    ],
)
def test_output_of_commands(
    arguments: str, document: Any, ids: str | None, hostile: HostileServer, capsys: Capture
) -> None:
    hostile.text = "VX-7"
    assert main([*arguments.split(), "--json"]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert_contains(json.loads(captured.out), document)
    if ids is not None:
        assert main([*arguments.split(), "-o", "ids"]) == 0
        assert tuple(capsys.readouterr()) == (ids, "")


def assert_contains(found: Any, expected: Any) -> None:
    """Check that a document has these members."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            assert_contains(found[name], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for one, other in zip(found, expected):
            assert_contains(one, other)
    else:
        assert found == expected


def test_call_as_a_table(hostile: HostileServer, capsys: Capture) -> None:
    hostile.text = "VX-7"
    assert main(["call", "job", "get_jobs", "-o", "table"]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["jobId", "type", "status", "user"],
        ["VX-7", "VX-7", "FINISHED", "VX-7"],
    ]
    assert main(["call", "job", "get_job", "VX-7", "--output", "table"]) == 0
    assert capsys.readouterr().out.splitlines()[2].split() == ["status", "FINISHED"]


def test_call_without_ids(logged_in: Simulator, capsys: Capture) -> None:
    assert main(["call", "system", "get_version", "-o", "ids"]) == 1
    assert capsys.readouterr().err == "vidispine: the result has no ids: use --output json\n"


def test_watch_as_documents(logged_in: Simulator, capsys: Capture) -> None:
    with vidispine.Client() as client:
        client.job.create_custom_job("EXPORT")
    assert main(["jobs", "watch", "VX-1", "--interval", "0.01s", "--json"]) == 0
    documents = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert documents[-1]["status"] == "FINISHED"
    assert main(["jobs", "watch", "VX-1", "-o", "ids"]) == 0
    assert capsys.readouterr().out == "VX-1\n"


# Downloads


def files(*names: str, **members: Any) -> list[dict[str, Any]]:
    return [
        {"id": f"VX-{number}", "path": name, "state": "CLOSED", "size": 5, "storage": "VX-9", **members}
        for number, name in enumerate(names, 40)
    ]


@pytest.mark.parametrize(
    ("names", "saved"),
    [
        (["audio/01.wav", "video/01.wav"], ["01-1.wav", "01.wav"]),
        (["a/01.wav", "b/01.wav", "c\\01.wav"], ["01-1.wav", "01-2.wav", "01.wav"]),
        (["A.mov", "a.mov"], ["A.mov", "a-1.mov"]),
        (["x/a?.mov", "x/a*.mov"], ["a_-1.mov", "a_.mov"]),
        (["\ud800.mov"], ["_.mov"]),
        (["y\x9b31m.mov"], ["y_31m.mov"]),
        (["\u202egpj.exe"], ["_gpj.exe"]),
        (["CON"], ["VX-40"]),
        (["x/nul.mov"], ["VX-40"]),
        (["a" * 300 + ".mov"], ["a" * 116 + ".mov"]),
        (["../../.."], ["VX-40"]),
        ([""], ["VX-40"]),
    ],
)
def test_names_of_downloads(names: list[str], saved: list[str], hostile: HostileServer, tmp_path: Path) -> None:
    hostile.files = files(*names)
    assert main(["download", "VX-1", "--to", str(tmp_path)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == saved
    contents = {path.read_text() for path in tmp_path.iterdir()}
    assert contents == {file["id"] for file in hostile.files}, "each file was downloaded once"


COPY = files("in/a.mov")[0]


@pytest.mark.parametrize(
    ("other", "count"),
    [
        ({"storage": "VX-8"}, 1),
        ({"storage": "VX-8", "path": "out/a.mov", "hash": "h"}, 1),
        ({"storage": "VX-8", "path": "out/a.mov"}, 2),
        ({"storage": "VX-8", "id": "VX-400", "size": 6}, 2),
        ({"storage": "VX-8", "hash": "other"}, 2),
        ({"path": "out/a.mov", "hash": "h"}, 2),
        ({"storage": "VX-8", "size": None}, 2),
        ({"storage": "VX-8", "state": "LOST"}, 1),
    ],
)
def test_only_copies_are_omitted(other: dict[str, Any], count: int, hostile: HostileServer, tmp_path: Path) -> None:
    first = {**COPY, "hash": "h"} if "hash" in other else COPY
    second = {**COPY, "id": "VX-41", **other}
    hostile.files = [first, {name: value for name, value in second.items() if value is not None}]
    assert main(["download", "VX-1", "--to", str(tmp_path)]) == 0
    assert len(list(tmp_path.iterdir())) == count


@pytest.mark.parametrize("state", ["LOST", "OPEN", "MISSING"])
def test_incomplete_files_are_not_omitted(state: str, hostile: HostileServer, tmp_path: Path, capsys: Capture) -> None:
    hostile.files = [COPY, {**COPY, "id": "VX-41", "path": "audio/a.mov", "state": state}]
    assert main(["download", "VX-1", "--to", str(tmp_path)]) == 4
    assert f"file VX-41 of shape VX-1 is {state}" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# Secrets

SECRET = "hunter2secret"
PROXIES = [
    f"http://ada:{SECRET}@proxy:3128",
    f"ada:{SECRET}@proxy:3128",
    f"http://ada:p@{SECRET}@proxy",
    f"//{SECRET}@p",
]


@pytest.mark.parametrize("proxy", PROXIES)
def test_profiles_have_no_password_of_a_proxy(proxy: str, config_file: Path, capsys: Capture) -> None:
    for arguments in (
        ["profile", "add", "lab", "--host", "http://vidicore", "--proxy", proxy],
        ["--proxy", proxy, "profile", "add", "lab", "--host", "http://vidicore"],
    ):
        assert main(arguments) == 2
        captured = capsys.readouterr()
        assert "the proxy must not contain credentials" in captured.err
        assert SECRET not in captured.out + captured.err
        assert not config_file.exists()


@pytest.mark.parametrize("setting", ["proxy", "host"])
@pytest.mark.parametrize("arguments", [["profile", "list"], ["profile", "show", "lab", "--json"], ["whoami"]])
def test_secrets_in_a_profile_file(setting: str, arguments: list[str], config_file: Path, capsys: Capture) -> None:
    config_file.parent.mkdir()
    settings = {"host": "http://vidicore/API", setting: f"http://ada:{SECRET}@server"}
    lines = "\n".join(f'{name} = "{value}"' for name, value in settings.items())
    config_file.write_text(f'current = "lab"\n[profiles.lab]\n{lines}\n', encoding="utf-8")
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert f"the {setting} must not contain credentials" in captured.err
    assert SECRET not in captured.out + captured.err


@pytest.mark.parametrize("proxy", [*PROXIES[1:], f"socks5://ada:{SECRET}@proxy", f"http://ada:{SECRET}@[proxy"])
def test_malformed_proxies_are_redacted(proxy: str, hostile: HostileServer, server: Loopback) -> None:
    ended = run("--proxy", proxy, "whoami", **hostile.environment)
    assert ended.returncode in (2, 6)
    assert SECRET not in ended.stdout + ended.stderr
    assert server.requests == []


@pytest.mark.parametrize(
    "host",
    [f"http://ada:{SECRET}@vidicore", f"ada:{SECRET}@vidicore", f"http://a:b@{SECRET}@h", f"http://h?p={SECRET}"],
)
def test_malformed_hosts_are_redacted(host: str, capsys: Capture) -> None:
    assert main(["--host", host, "--username", "ada", "whoami"]) == 2
    captured = capsys.readouterr()
    assert SECRET not in captured.out + captured.err


def test_settings_are_masked() -> None:
    from vidispine._profiles.connection import Connection

    connection = Connection("http://vidicore/API", None, SECRET, None, {"proxy": PROXIES[0]})
    assert SECRET not in repr(connection) + str(connection)
