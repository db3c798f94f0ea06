"""A third-party mock server, Prism, accepts the requests of the SDK on the basis of the bundled description.

It rejects a request that the description does not allow with 4xx and a reason, so each call of each operation shows
that SDK and description agree.
"""

from __future__ import annotations

import json
import re
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from test.openapi_tools.sample_documents import fitting_arguments, wrong_document
from test.openapi_tools.tools import node, prism, read, write_bundle
from test.support.operations import EVERY, Case, expected_target
from vidispine import ApiClient, ApiException, ApiTypeError, Configuration, models

# The first test waits for the server, half a minute, and for its installation if it is missing.
pytestmark = pytest.mark.timeout(600)

STARTS_WITHIN = 400
"""Seconds to start, which it needs to resolve the references of the description."""

MARK = "X-Operation"
METHODS = ("get", "put", "post", "delete", "head", "patch", "options", "trace")

# Prism silently ignores what it cannot compile, and so accepts any document for these operations, whose schemas hold
# themselves: it puts a reference in their `properties` where a schema should be. The paths and parameters of these are
# compared with the description nevertheless, and their documents in test_sent_documents.py.
NOT_LOOKED_INTO = frozenset(
    {
        "CollectionApi.search_collections",
        "CollectionApi.search_items_in_collection",
        "DocumentApi.search_documents",
        "ExportTemplateApi.get_export_template_graph",
        "ExportTemplateApi.get_export_template_graph_dot",
        "ExportTemplateApi.update_or_create_export_template",
        "ItemApi.create_item_template_export_job",
        "ItemApi.create_raw_transcode_job",
        "ItemApi.search_items",
        "LibraryApi.update_library_settings",
        "MetadataFieldGroupsApi.search_metadata_field_groups",
        "OtifApi.create_otif_job",
        "ResourceApi.create_resource",
        "ResourceApi.create_resource_of_type_in_document",
        "ResourceApi.update_resource",
        "SearchApi.search",
        "SearchApi.search_files",
        "SearchApi.search_shapes",
    }
)


def mark(description: dict[str, Any]) -> dict[str, str]:
    """Add to each successful response a header that names its operation, and return the names by method and path.

    Paths can be ambiguous: `/{type}/site-rule` and `/item/{item-id}` both match `/item/site-rule`, and OpenAPI leaves
    it to the tool which of them is meant. A response alone would not tell whose rules a request was held against; by
    this header the server says it. Nothing else is changed, above all nothing of what a request has to be. The
    arguments of the calls do the rest: a text full of odd characters stands for every parameter, which is no literal
    segment of any path, so that where `{type}` is meant no path with `item` in its place matches. Hence all operations
    can be in one server, each beside all the others.
    """
    names = {}
    for path, item in description["paths"].items():
        for method, operation in item.items():
            if method not in METHODS:
                continue
            name = names[f"{method.upper()} {path}"] = operation["operationId"]
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    assert "$ref" not in response, f"{name}: a response that is shared cannot be marked"
                    examples = {"name": {"value": name}}
                    response.setdefault("headers", {})[MARK] = {"schema": {"type": "string"}, "examples": examples}
    return names


class Mock(NamedTuple):
    """The running server, and the names of all operations."""

    port: int
    names: dict[str, str]


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mock]:
    try:
        command = [node(), str(prism())]
    except LookupError as lacking:
        pytest.skip(str(lacking))
    except RuntimeError as error:
        pytest.fail(str(error), pytrace=False)
    folder = tmp_path_factory.mktemp("mock")
    description = read(write_bundle(folder / "vidicore.yaml"))
    names = mark(description)
    marked, log = folder / "marked.json", folder / "log.txt"
    marked.write_text(json.dumps(description), encoding="utf-8")
    # Port 0 selects a free port. One process, so that it can be stopped.
    command += ["mock", "--host", "127.0.0.1", "--port", "0", "--multiprocess", "false", str(marked)]
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield Mock(_wait_for(server, log), names)
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait(10)


def _wait_for(server: subprocess.Popen[bytes], log: Path) -> int:
    """Return the port of the server after it has started."""
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        said = log.read_text(encoding="utf-8", errors="replace")
        listening = re.search(r"Prism is listening on http://127\.0\.0\.1:(\d+)", said)
        if listening:
            return int(listening[1])
        if server.poll() is not None:
            pytest.fail(f"the mock server ended with {server.returncode}: {said[-2000:]}", pytrace=False)
        time.sleep(0.1)
    pytest.fail(f"the mock server did not start within {STARTS_WITHIN} s: {said[-2000:]}", pytrace=False)


@pytest.fixture(scope="module")
def client(mock: Mock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiClient]:
    host = f"http://127.0.0.1:{mock.port}"
    configuration = Configuration(host=host, username="admin", password="secret", timeout=60, retries=0)
    configuration.temp_folder_path = str(tmp_path_factory.mktemp("files"))
    with ApiClient(configuration) as api_client:
        yield api_client


class Outcome(NamedTuple):
    """How the server understood a request."""

    status: int | None
    operation: str | None
    violations: str


def reason(error: ApiException) -> str:
    """Return the violations that the server reports, in a header or in the error document."""
    return (error.headers or {}).get("sl-violations") or str(error.body)


def call(client: ApiClient, case: Case, *, optional: bool) -> Outcome:
    positional, named = fitting_arguments(case.operation, optional=optional)
    response: Any
    try:
        response = case.bind(client, "_with_http_info")(*positional, **named)
    except ApiException as error:
        return Outcome(error.status, None, reason(error)[:2000])
    return Outcome(response.status, response.headers.get(MARK), response.headers.get("sl-violations", ""))


def test_mock_server_has_every_operation(mock: Mock) -> None:
    # A path outside of the base path has a separate server in the description.
    expected = {
        f"{case.operation.method} {case.operation.path.removeprefix('/..')}": case.operation.name for case in EVERY
    }
    assert expected == mock.names


NO_XML = [
    case
    for case in EVERY
    if not any(it.content_types == ("application/xml",) and it.type != "str" for it in case.operation.parameters)
]
"""All operations but those that send a document in XML, which the server does not parse."""


@pytest.mark.parametrize("case", NO_XML, ids=str)
@pytest.mark.parametrize("optional", [False, True], ids=["required", "all"])
def test_accepts_every_request(mock: Mock, client: ApiClient, case: Case, optional: bool) -> None:
    status, name, violations = call(client, case, optional=optional)
    about = f"{case}, {case.operation.method} {case.operation.path}"
    assert status == 200, f"{about}: {violations}"
    assert name == case.operation.name, f"{about}: taken for {name}"
    # On success, the server reports only violations of its example responses, and deprecated parameters.
    reported = json.loads(violations or "[]")
    assert [one for one in reported if one["code"] != "deprecated"] == [], about


# Invalid requests. Without these, the tests above would pass with a server that accepts anything.

BASIC = {"Authorization": "Basic " + b64encode(b"admin:secret").decode()}


class Wrong(NamedTuple):
    """A request with one mistake, and the violation that the server must report."""

    method: str
    target: str
    status: int
    reason: str
    body: Any = None
    media_type: str = "application/json"


ENUMERATION = "must be equal to one of the allowed values: ACTIVE, INACTIVE"
WRONG = {
    "a number that is a word": Wrong("GET", "/job?first=many", 400, "first must be integer"),
    "a number that is too small": Wrong("GET", "/job?first=-1", 400, "first must be >= 0"),
    "a boolean as Python writes it": Wrong("GET", "/job?user=True", 400, "user must be boolean"),
    "a time that is none": Wrong("GET", "/job?starttime-to=yesterday", 400, "starttime-to must match format"),
    "a required parameter omitted": Wrong("DELETE", "/job", 400, "must have required property 'id'"),
    "a member of the wrong type": Wrong("POST", "/job?type=X", 400, "field must be array", {"field": "title"}),
    "a required member omitted": Wrong("POST", "/job?type=X", 400, "required property 'key'", {"field": [{}]}),
    "an unknown word of an enumeration": Wrong("PUT", "/user/a/key/b", 400, ENUMERATION, {"status": "SLEEPING"}),
    "a body of another media type": Wrong("POST", "/job?type=X", 400, "Supported content types", "a,b", "text/csv"),
    "a path that is none": Wrong("GET", "/jobs", 404, "NO_PATH_MATCHED"),
    "another method": Wrong("PATCH", "/job", 405, "NO_METHOD_MATCHED"),
}


def send(mock: Mock, wrong: Wrong, headers: dict[str, str]) -> tuple[int, str]:
    """Send a request that the SDK would refuse to make; return the status and the reported violations."""
    connection = HTTPConnection("127.0.0.1", mock.port, timeout=60)
    body = wrong.body if wrong.body is None or isinstance(wrong.body, str) else json.dumps(wrong.body)
    try:
        connection.request(wrong.method, wrong.target, body, headers)
        response = connection.getresponse()
        return response.status, (response.getheader("sl-violations") or "") + response.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_rejects_a_wrong_request(mock: Mock, wrong: Wrong) -> None:
    headers = {} if wrong.body is None else {"Content-Type": wrong.media_type}
    status, said = send(mock, wrong, {**BASIC, **headers})
    assert wrong.reason in said
    assert status == wrong.status


def test_requires_credentials(mock: Mock) -> None:
    right = Wrong("GET", "/job", 200, "")
    assert send(mock, right, {})[0] == 401
    assert send(mock, right, BASIC)[0] == 200


TYPED = {"int": "integer", "float": "number", "bool": "boolean", "datetime": "format"}
with_a_typed_parameter = [
    case for case in EVERY if any(it.location == "query" and it.type in TYPED for it in case.operation.parameters)
]
with_a_required_parameter = [
    case for case in EVERY if any(it.location == "query" and it.required for it in case.operation.parameters)
]
# A model without members accepts any document.
with_a_document = [
    case
    for case in EVERY
    if any(
        it.location == "body" and it.type not in ("str", "file") and getattr(models, it.type).fields()
        for it in case.operation.parameters
    )
]


@pytest.mark.parametrize("case", with_a_typed_parameter, ids=str)
def test_rejects_parameters_of_the_wrong_type(mock: Mock, case: Case) -> None:
    operation = case.operation
    typed = [it for it in operation.parameters if it.location == "query" and it.type in TYPED]
    path = expected_target(operation, optional=False).partition("?")[0]
    query = "&".join(f"{it.wire}=wrong" for it in typed)
    status, said = send(mock, Wrong(operation.method, f"{path}?{query}", 400, ""), BASIC)
    assert 400 <= status < 500
    for parameter in typed:
        assert re.search(rf"query parameter {parameter.wire.lower()} must [\w ]*{TYPED[parameter.type]}", said), said


@pytest.mark.parametrize("case", with_a_required_parameter, ids=str)
def test_rejects_a_request_without_required_parameters(mock: Mock, case: Case) -> None:
    operation = case.operation
    path = expected_target(operation, optional=False).partition("?")[0]
    status, said = send(mock, Wrong(operation.method, path, 400, ""), BASIC)
    assert 400 <= status < 500
    for parameter in operation.parameters:
        if parameter.location == "query" and parameter.required:
            assert f"must have required property '{parameter.wire.lower()}'" in said


@pytest.mark.parametrize("case", with_a_document, ids=str)
def test_rejects_a_wrong_document(client: ApiClient, case: Case) -> None:
    """The SDK sends a document given as a mapping without validating it, except one of keys and values."""
    operation = case.operation
    (body,) = [it for it in operation.parameters if it.location == "body"]
    positional, _ = fitting_arguments(operation, optional=False)
    required = [it for it in operation.parameters if it.required]
    given = {it.name: value for it, value in zip(required, positional)}
    given[body.name] = wrong_document(getattr(models, body.type))
    if str(case) in NOT_LOOKED_INTO:
        # An error would mean that it is validated by now.
        case.bind(client)(**given)
        return
    if body.type == "SimpleMetadataType":
        with pytest.raises(ApiTypeError, match="the value of 'field' must be text"):
            case.bind(client)(**given)
        return
    with pytest.raises(ApiException) as caught:
        case.bind(client)(**given)
    assert caught.value.status in (400, 422)
    assert "Request body" in reason(caught.value)


def test_unchecked_operations_exist() -> None:
    assert {str(case) for case in with_a_document} > NOT_LOOKED_INTO
