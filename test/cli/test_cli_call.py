"""``vidispine call``: all operations can be called, and invalid calls send nothing."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from test.cli.cli_runs import COMMAND, TIMEOUT, environment, run
from test.support.loopback import PASSWORD, Loopback, reply
from test.support.operations import EVERY, Case, assert_body, body_for, expected_path, response_for, sample
from test.support.spec import Operation, Parameter
from vidispine.cli import main
from vidispine.cli.api_index import short_name

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def running() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.fixture
def server(running: Loopback, monkeypatch: pytest.MonkeyPatch) -> Loopback:
    running.requests.clear()
    running.responses.clear()
    monkeypatch.setenv("VIDISPINE_HOST", running.url)
    monkeypatch.setenv("VIDISPINE_USERNAME", "admin")
    monkeypatch.setenv("VIDISPINE_PASSWORD", PASSWORD)
    return running


NASTY = "a b/c?d=e&f%2Fg+é,日:;#\\\"'<>|~.."
TEXTS = {
    "str": [NASTY],
    "int": ["7"],
    "float": ["0.25"],
    "bool": ["yes"],
    "datetime": ["2024-03-01T10:00:00.047000+00:00"],  # as the tests of the SDK send it
    "yes/no": ["yes"],
    "csv": ["a b", "c&d"],
    "multi": ["a b", "c&d"],
    "pairs": ["itemId=VX-1", "a key=x=y&z"],
}


def arguments_for(parameter: Parameter, name: str) -> list[str]:
    texts = [sample(parameter)] if parameter.location == "header" and parameter.type == "str" else TEXTS[parameter.type]
    return [f"{name}={text}" for text in texts]


def command_line(operation: Operation, body: Path, *, wire_names: bool) -> list[str]:
    """Return arguments with a value for each parameter of an operation."""
    arguments: list[str] = []
    names = [parameter.name for parameter in operation.parameters]
    for parameter in operation.parameters:
        if parameter.location == "body":
            document = body_for(parameter)
            body.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
            arguments += ["--body", str(body)]
        else:
            # The name in the URL may be the Python name of another parameter.
            use_wire = wire_names and parameter.wire not in names
            name = parameter.wire if use_wire else parameter.name.strip("_").replace("_", "-")
            arguments += arguments_for(parameter, name)
    return arguments


@pytest.mark.parametrize("owner", sorted({case.owner for case in EVERY}))
@pytest.mark.parametrize("wire_names", [False, True])
def test_every_operation(owner: str, wire_names: bool, server: Loopback, tmp_path: Path, capsys: Capture) -> None:
    """With all parameters, the request is that of the SDK, and the result is written."""
    for case in (case for case in EVERY if case.owner == owner):
        operation = case.operation
        server.responses.append(response_for(operation))
        saved = tmp_path / "saved"
        more = ["--save-to", str(saved)] if operation.result == "file" else []
        arguments = command_line(operation, tmp_path / "body", wire_names=wire_names)
        status = main(["call", short_name(owner), operation.name, *arguments, *more])
        captured = capsys.readouterr()
        assert (captured.err, status) == (f"Saved to {saved}\n" if more else "", 0), case
        check_request(case, server)
        check_output(operation, captured.out, saved)


def check_request(case: Case, server: Loopback) -> None:
    operation = case.operation
    request = server.only
    server.requests.clear()
    assert request.method == operation.method, case
    assert request.target == expected_path(operation, optional=True), case
    for parameter in operation.parameters:
        if parameter.location == "header":
            assert request.header(parameter.wire) == str(sample(parameter)), case
        if parameter.location == "body":
            assert_body(request.body, parameter)


def check_output(operation: Operation, output: str, saved: Path) -> None:
    if operation.result == "file":
        assert saved.read_bytes() == b"some bytes"
    elif operation.result == "str":
        assert output == "some text\n"
    elif operation.result is None:
        assert output == ""
    else:
        assert json.loads(output) == {}


@pytest.mark.parametrize("resource", ["job", "Job", "JobApi", "job-api", "job_api", "jobs"])
@pytest.mark.parametrize("operation", ["get_job", "get-job", "getJob", "GETJOB"])
def test_any_spelling_of_resources_and_operations(resource: str, operation: str, server: Loopback) -> None:
    server.responses.append(reply({"jobId": "VX-29"}))
    assert main(["call", resource, operation, "job-id=VX-29"]) == 0
    assert server.only.target == "/API/job/VX-29"


@pytest.mark.parametrize("name", ["starttime_from", "starttime-from", "starttimeFrom", "STARTTIME-FROM"])
def test_any_spelling_of_parameters(name: str, server: Loopback) -> None:
    main(["call", "job", "get_jobs", f"{name}=2024-03-01T10:00:00+00:00"])
    assert server.only.query == [("starttime-from", "2024-03-01T10:00:00+00:00")]


def test_relative_times(server: Loopback) -> None:
    from datetime import datetime, timedelta, timezone

    main(["call", "job", "get_jobs", "starttime_from=2h"])
    sent = datetime.fromisoformat(dict(server.only.query)["starttime-from"])
    assert abs(datetime.now(timezone.utc) - timedelta(hours=2) - sent) < timedelta(minutes=2)


def test_values_without_a_name_are_required_parameters(server: Loopback) -> None:
    main(["call", "shape", "get_shape", "VX-93", "VX-56"])
    main(["call", "job", "delete_jobs", "VX-1", "VX-2"])
    assert [request.target.partition("?")[0] for request in server.requests] == [
        "/API/item/VX-93/shape/VX-56",
        "/API/job",
    ]
    assert server.last.query == [("id", "VX-1,VX-2")]


def test_allowed_values_are_case_insensitive(server: Loopback) -> None:
    main(["call", "job", "get_jobs", "state=started", "state=Unheard", "priority=high"])
    assert server.only.query == [("state", "STARTED,Unheard"), ("priority", "HIGH")]


@pytest.mark.parametrize("body", ['{"field": []}', ' {"field": []}'])
def test_body_as_an_argument(body: str, server: Loopback) -> None:
    server.responses.append(reply({"jobId": "VX-1"}))
    assert main(["call", "job", "create_custom_job", "TRANSCODE", "--body", body]) == 0
    assert json.loads(server.only.body) == {"field": []}


def test_body_on_standard_input(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(b'\xef\xbb\xbf{"field": []}')

    monkeypatch.setattr(sys, "stdin", Input)
    server.responses.append(reply({"jobId": "VX-1"}))
    assert main(["call", "job", "create_custom_job", "TRANSCODE", "--body", "-"]) == 0
    assert json.loads(server.only.body) == {"field": []}


@pytest.mark.parametrize(
    ("accept", "sent"),
    [("text", "text/plain"), ("xml", "application/xml"), ("json", "application/json"), ("image/png", "image/png")],
)
def test_accept(accept: str, sent: str, server: Loopback) -> None:
    main(["call", "job", "get_job_types", "--accept", accept])
    assert server.only.header("Accept") == sent


def test_xml_is_written_unchanged(server: Loopback, capsys: Capture) -> None:
    server.responses.append(reply("<JobDocument/>\r\n", media_type="application/xml"))
    assert main(["call", "job", "get_job", "VX-1", "--accept", "xml"]) == 0
    assert capsys.readouterr().out == "<JobDocument/>\r\n"


def test_headers(server: Loopback) -> None:
    main(["call", "job", "get_job_types", "--header", "X-Trace: 12:34"])
    assert server.only.header("X-Trace") == "12:34"


@pytest.mark.parametrize("save_to", [[], ["--save-to", "-"]])
def test_download_into_a_pipe(save_to: list[str], server: Loopback) -> None:
    data = bytes(range(256))
    server.responses.append(reply(data, media_type="application/octet-stream"))
    done = subprocess.run(
        [*COMMAND, "call", "file", "get_file_data", "VX-40", *save_to],
        capture_output=True,
        env=environment(**settings(server)),
        timeout=TIMEOUT,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, data, b"")


def test_download_into_a_named_pipe(server: Loopback, tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes on this platform")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    server.responses.append(reply(b"bytes", media_type="application/octet-stream"))
    with os.fdopen(os.open(pipe, os.O_RDWR | os.O_NONBLOCK), "rb") as reader:
        assert main(["call", "file", "get_file_data", "VX-40", "--save-to", str(pipe)]) == 0
        assert reader.read(5) == b"bytes"
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_errors_of_the_file_system(server: Loopback, tmp_path: Path, capsys: Capture) -> None:
    server.responses.append(reply(b"bytes", media_type="application/octet-stream"))
    assert main(["call", "file", "get_file_data", "VX-40", "--save-to", str(tmp_path / ("x" * 300))]) == 2
    assert server.requests == []
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.endswith(": file name too long\n")
    assert captured.err.count("\n") == 1


def test_full_device_is_not_reported_as_saved(server: Loopback, capsys: Capture) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no full device on this platform")
    server.responses.append(reply(b"bytes", media_type="application/octet-stream"))
    assert main(["call", "file", "get_file_data", "VX-40", "--save-to", "/dev/full"]) == 1
    assert tuple(capsys.readouterr()) == ("", "vidispine: no space left on device\n")


def test_output_encoding(server: Loopback) -> None:
    """Characters that the encoding lacks are escaped, and JSON stays valid."""
    document = {"jobId": "VX-1", "status": "über 🎬", "type": "A", "priority": "LOW"}
    server.responses += [reply(document), reply("über 🎬", media_type="text/plain"), reply({"job": [document]})]
    ascii = {**settings(server), "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    assert json.loads(run("call", "job", "get_job", "VX-1", **ascii).stdout) == document
    done = run("call", "job", "get_job", "VX-1", "--accept", "text", **ascii)
    assert (done.returncode, done.stdout) == (0, "\\xfcber \\U0001f3ac\n")
    assert "\\xfcber" in run("jobs", "list", **ascii).stdout


def settings(server: Loopback) -> dict[str, str]:
    return {"VIDISPINE_HOST": server.url, "VIDISPINE_USERNAME": "admin", "VIDISPINE_PASSWORD": PASSWORD}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["jb", "x"], "vidispine: unknown resource 'jb': did you mean 'job'? (see 'vidispine api')"),
        (
            ["job", "get_jbo"],
            "vidispine: job has no operation 'get_jbo': did you mean 'get_job'? (see 'vidispine api job')",
        ),
        (["job", "get_jobs", "stat=x"], "get_jobs has no parameter 'stat': did you mean 'state'?"),
        (["job", "get_jobs", "x"], "get_jobs: 'x' is not of the form name=value"),
        (["job", "get_jobs", "number=x"], "number: 'x' is not an integer"),
        (["job", "get_jobs", "user=maybe"], "user: 'maybe' is not true or false"),
        (["job", "get_jobs", "number=1", "number=2"], "number takes a single value"),
        (["job", "get_jobs", "starttime_to=soon"], "starttime_to: 'soon' is not a time such as"),
        (["job", "get_job"], "get_job needs job_id=VALUE"),
        (["job", "get_job", "VX-1", "VX-2"], "get_job: 'VX-2' is not of the form name=value"),
        (["job", "get_job", ""], "get_job: job_id must not be '': the path would lead to another operation"),
        (["job", "get_job", ".."], "get_job: job_id must not be '..': the path would lead to another operation"),
        (["job", "get_job", "VX-1", "--body", "{}"], "get_job takes no body"),
        (["job", "get_job", "VX-1", "--save-to", "x"], "get_job does not return a file: redirect its output with > x"),
        (["job", "get_job", "VX-1", "--header", "x"], "--header: 'x' is not of the form name:value"),
        (["job", "create_custom_job", "A", "--body", "{"], "--body: the body is not JSON: "),
        (["job", "create_custom_job", "A", "--body", "nowhere.json"], "--body: there is no file 'nowhere.json'"),
        (["job", "create_custom_job", "A", "body={}"], "has no parameter 'body'; use --body for the request body"),
        (["job", "search_jobs"], "search_jobs needs --body"),
        (["item", "search_items", "--body", str(Path(__file__))], "is not JSON"),
        (["import", "import_item_raw", "--body", "nowhere.mov"], "--body: there is no file 'nowhere.mov'"),
        (["import", "import_item_raw", "--body", os.curdir], "--body: '.' is not a file"),
    ],
)
def test_invalid_calls_send_nothing(arguments: list[str], message: str, server: Loopback, capsys: Capture) -> None:
    assert main(["call", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert server.requests == []


@pytest.mark.parametrize(("text", "message"), [("<x/>", "in JSON, not XML"), ("[]", "a JSON object")])
def test_invalid_documents(text: str, message: str, server: Loopback, tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "body"
    file.write_text(text, encoding="utf-8")
    assert main(["call", "item", "search_items", "--body", str(file)]) == 2
    assert message in capsys.readouterr().err
    assert server.requests == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, 1), (401, 5), (403, 5), (404, 4), (409, 1), (500, 1), (503, 1)],
)
def test_exit_codes(status: int, expected: int, server: Loopback, capsys: Capture) -> None:
    server.responses += [reply({}, status), reply({}, status), reply({}, status)]
    assert main(["call", "job", "get_job", "VX-1", "--retries", "0"]) == expected
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"vidispine: get_job: {status} ")
    assert captured.err.count("\n") == 1


def test_output_has_no_password(server: Loopback) -> None:
    server.otherwise = reply({}, 401)
    try:
        done = run("-v", "call", "job", "get_job", "VX-1", "--retries", "0", **settings(server))
    finally:
        server.otherwise = reply({})
    assert done.returncode == 5
    assert "GET /job/VX-1" in done.stderr
    assert PASSWORD not in done.stdout + done.stderr
    assert "Basic " not in done.stdout + done.stderr
