"""``vidispine api``: all operations are documented, on any terminal."""

from __future__ import annotations

import json
import re
import sys

import pytest

from test.cli.cli_runs import Terminal, run
from test.support.operations import EVERY
from vidispine import api
from vidispine.cli import main
from vidispine.cli.api_index import find_resource, operations_of, resources, short_name
from vidispine.cli.docstrings import parse_docstring

Capture = pytest.CaptureFixture[str]


def output(capsys: Capture, *arguments: str) -> str:
    assert main(["api", *arguments]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_all_resources(capsys: Capture) -> None:
    lines = output(capsys).splitlines()
    assert [line.split()[0] for line in lines] == list(resources())
    assert "job" in resources()
    assert len(lines) == len(api.__all__)
    assert all(re.match(r"[a-z-]+ +\S.*[.]$", line) for line in lines), "one line each, for grep"


@pytest.mark.parametrize("owner", api.__all__)
def test_every_operation_is_documented(owner: str, capsys: Capture) -> None:
    """The output has the docstring of the method, without markup."""
    short = short_name(owner)
    assert find_resource(short).__name__ == owner
    listed = output(capsys, short)
    for name, operation in operations_of(find_resource(short)).items():
        assert re.search(rf"^{name} +\S", listed, re.MULTILINE)
        page = " ".join(output(capsys, short, name).split())
        said = parse_docstring(getattr(getattr(api, owner), name))
        for text in [said.summary, *said.paragraphs, *said.parameters.values(), said.returns]:
            assert " ".join(text.replace("``", "").split()) in page
        # A path that leads out of the base path is shown from the root.
        assert f"{operation.method} {operation.path.removeprefix('/..')}" in page
        assert f"vidispine call {short} {name}" in page
        assert [error for error, _ in said.raises if f"{error}: " not in page] == []
        assert "``" not in page


def test_json(capsys: Capture) -> None:
    summaries = json.loads(output(capsys, "--json"))
    assert sum(len(resource["operations"]) for resource in summaries) == len(EVERY)
    found = json.loads(output(capsys, "job", "create-custom-job", "-o", "json"))
    assert (found["method"], found["path"], found["result"]) == ("POST", "/job", "JobType")
    parameters = {parameter["name"]: parameter for parameter in found["parameters"]}
    assert parameters["type"]["required"] is True
    assert parameters["priority"] == {
        "name": "priority",
        "wire": "priority",
        "place": "query",
        "type": "str",
        "required": False,
        "words": "JobPriority",
        "default": "MEDIUM",
        "description": parameters["priority"]["description"],
    }
    assert found["raises"][0]["error"] == "BadRequestException"
    assert len(json.loads(output(capsys, "job", "--json"))) == len(operations_of(api.JobApi))
    assert output(capsys, "job", "-o", "ids").splitlines()[0] == "job abort_job"
    assert output(capsys, "-o", "ids").split() == list(resources())


def test_search(capsys: Capture) -> None:
    found = output(capsys, "--search", "Shape Tag", "-o", "ids").splitlines()
    assert "shape-tag get_shape_tag" in found
    assert "item create_item_transcode_job" in found
    assert found.index("shape-tag get_shape_tag") < found.index("item create_item_transcode_job")
    assert all(line.startswith("item ") for line in output(capsys, "item", "-s", "export", "-o", "ids").splitlines())


def test_search_without_matches(capsys: Capture) -> None:
    assert main(["api", "--search", "gibberish words"]) == 4
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "no operation matches 'gibberish words'\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["jbo"], "unknown resource 'jbo': did you mean 'job'?"),
        (["job", "get"], "job has no operation 'get': did you mean"),
        (["job", "get_job", "--search", "x"], "--search cannot be combined with an operation"),
    ],
)
def test_usage_errors(arguments: list[str], message: str, capsys: Capture) -> None:
    assert main(["api", *arguments]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err


def test_no_server_is_needed() -> None:
    done = run("api", "job", "get_job", VIDISPINE_HOST="http://192.0.2.1", VIDISPINE_USERNAME="")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
@pytest.mark.parametrize("columns", [40, 60, 200])
@pytest.mark.parametrize("arguments", [[], ["job"], ["job", "get_jobs"], ["-s", "shape tag"]])
def test_any_terminal_width(columns: int, arguments: list[str]) -> None:
    with Terminal(columns, 10_000, "api", *arguments) as terminal:
        terminal.read_all()
        assert terminal.exit_code == 0
        assert terminal.lines, "lines are not too wide, or the emulator would have failed"
        assert b"\x1b[" in terminal.written


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
def test_pager() -> None:
    with Terminal(80, 10, "api", PAGER="cat -n", NO_COLOR="1") as terminal:
        terminal.read_all()
        assert terminal.exit_code == 0
        assert re.search(r"^ +1\s+access ", terminal.text, re.MULTILINE)
        assert re.search(r"^ +40\s+\S", terminal.text, re.MULTILINE)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX terminal")
def test_no_color() -> None:
    with Terminal(80, 10_000, "api", "job", NO_COLOR="1") as terminal:
        terminal.read_all()
        assert not re.search(rb"\x1b\[[0-9;]*3[0-9]m", terminal.written)
