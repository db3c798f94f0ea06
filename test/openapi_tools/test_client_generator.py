"""A third-party generator, openapi-python-client, reads the bundled description, and its client works.

It skips what it does not support and warns. Every warning is expected.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from benchmarks.generated import SETTINGS
from test.openapi_tools import generated_client
from test.openapi_tools.tools import client_generator, write_bundle
from test.support.loopback import Loopback, reply
from test.support.operations import EVERY

# The first test waits for the client, and for the generator's environment if it is missing.
pytestmark = pytest.mark.timeout(300)

_SCRIPT = "the body is JavaScript and nothing else, which it can only be informed of at the price above"
_DOCUMENT = (
    "the body is XML and nothing else, which it cannot write, and bytes would be wrong where XML is a second form"
)
NOT_GENERATED = {
    "PUT /otif/{uuid}/configuration": _DOCUMENT,
    "PUT /otif/{uuid}/configuration/{id}": _DOCUMENT,
    "PUT /projection/{projection-id}/incoming": _DOCUMENT,
    "PUT /projection/{projection-id}/outgoing": _DOCUMENT,
    "PUT /shape-tag/{tag-name}/script": _SCRIPT,
    "PUT /task-definition/jobtype/{type}/step/{step}/script": _SCRIPT,
    "PUT /task-definition/{task-id}/script": _SCRIPT,
}

ELSEWHERE = ("application/xml", "application/javascript", "text/javascript", "text/turtle", "image/jpeg")
"""Media types of bodies that it ignores where there is another; the method sends the other."""
UNREAD = (
    "application/binary-stream",
    "application/javascript",
    "application/xml",
    "*/*",
    "application/vnd.sun.wadl+xml, application/xml",
    "application/zip, multipart/mixed, multipart/form-data",
)
"""Media types of responses that it does not decode; the method returns the raw response."""


class Built(NamedTuple):
    """The generated code and the output of the generator."""

    package: Path
    said: str


@pytest.fixture(scope="module")
def generator_python() -> Path:
    try:
        return client_generator()
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="module")
def built(generator_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("client")
    bundled = write_bundle(folder / "vidicore.yaml")
    settings = folder / "settings.yaml"
    settings.write_text(yaml.safe_dump(SETTINGS), encoding="utf-8")
    package = folder / "vidicore_client"
    command = [str(generator_python), "-I", "-m", "openapi_python_client", "generate", "--meta", "none"]
    command += ["--path", str(bundled), "--config", str(settings), "--output-path", str(package)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(package, done.stdout + done.stderr)


def test_every_operation_is_generated_except_those_listed(built: Built) -> None:
    # A path outside of the base path has a separate server in the description.
    described = {f"{case.operation.method} {case.operation.path.removeprefix('/..')}" for case in EVERY}
    assert set(NOT_GENERATED) < described
    # Parameters have other names in Python, so the names in braces are ignored.
    expected = sorted(re.sub(r"\{.*?\}", "{}", line) for line in described - set(NOT_GENERATED))
    assert len(expected) == len(EVERY) - len(NOT_GENERATED)
    assert sorted(_operations(built.package)) == expected


def _operations(package: Path) -> list[str]:
    """Return method and path of all generated functions."""
    found = []
    for file in package.glob("api/*/*.py"):
        code = file.read_text(encoding="utf-8")
        if file.name != "__init__.py":
            methods = re.findall(r'^ +"method": "(\w+)",\n +"url": "(.*?)"', code, re.MULTILINE)
            assert len(methods) == 1, file
            assert "def sync_detailed(" in code
            found += [f"{method.upper()} {re.sub(r'{.*?}', '{}', url)}" for method, url in methods]
    return found


def test_every_warning_is_expected(built: Built) -> None:
    about = re.findall(r"^(?:WARNING|ERROR) parsing (\w+ \S+) within \S+\.(.*)\n\n(.*)$", built.said, re.MULTILINE)
    assert {operation for operation, ending, _ in about if ending} == set(NOT_GENERATED)
    for operation, ending, problem in about:
        body = re.fullmatch(r"Unsupported content type (\S+)", problem)
        response = re.fullmatch(
            r"Cannot parse response for status code .* \(Unsupported content_type (.*)\), "
            r"response will be omitted from generated client",
            problem,
        )
        assert ending in ("", " Endpoint will not be generated."), operation
        assert (body and body[1] in ELSEWHERE) or (response and response[1] in UNREAD), f"{operation}: {problem}"
    # There are no other warnings, such as one about a schema.
    headings = re.findall(r"^(?:WARNING|ERROR|Unable|Error|Failed|Skipping)\b.*$", built.said, re.MULTILINE)
    assert len(headings) == len(about), headings


def test_client_can_be_imported_and_reads_a_response(built: Built, generator_python: Path, server: Loopback) -> None:
    job = {"jobId": "VX-29", "status": "FINISHED", "type": "TRANSCODE", "priority": "HIGH"}
    server.otherwise = reply(job)
    script = Path(generated_client.__file__)
    command = [str(generator_python), "-E", "-s", str(script), str(built.package.parent), server.origin]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert done.returncode == 0, done.stderr
    reported = json.loads(done.stdout)
    # All modules: one per file, except the package itself.
    assert reported["modules"] == len(list(built.package.rglob("*.py"))) - 1
    assert reported["job"] == job
    assert server.only.line == "GET /job/VX-29?metadata=true HTTP/1.1"
