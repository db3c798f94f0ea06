"""The request that each operation sends, and that invalid arguments send nothing."""

from __future__ import annotations

import base64
import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import vidispine
from test.support.loopback import PASSWORD, Loopback, reply
from test.support.operations import EVERY, Case, arguments, assert_body, expected_path, response_for, sample
from test.support.spec import Operation, Parameter
from test.support.xml_samples import sample_document, sample_xml
from vidispine import ApiClient, ApiTypeError, ApiValueError, Configuration, api
from vidispine.types import CallInfo

JSON, XML = "application/json", "application/xml"
BASIC = "Basic " + base64.b64encode(f"admin:{PASSWORD}".encode()).decode()


@pytest.fixture(scope="module")
def running() -> Iterator[Loopback]:
    with Loopback() as loopback:
        yield loopback


@pytest.fixture
def server(running: Loopback) -> Loopback:
    """One server for all of these tests, without requests from earlier ones."""
    running.requests.clear()
    running.responses.clear()
    return running


@pytest.fixture(scope="module")
def client(running: Loopback, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiClient]:
    configuration = Configuration(host=running.url, username="admin", password=PASSWORD, timeout=20, retries=0)
    configuration.temp_folder_path = str(tmp_path_factory.mktemp("files"))
    with ApiClient(configuration) as api_client:
        yield api_client


class Thing:
    """A value that no parameter accepts, with the same repr in every process."""

    def __repr__(self) -> str:
        return "Thing()"


THING = Thing()
OWNERS = sorted({case.owner for case in EVERY})

Check = Callable[[ApiClient, Loopback, Case], None]


def every_operation(check: Check) -> Callable[[ApiClient, Loopback, str], None]:
    """Create a test for each class, which checks its operations one by one.

    A test per operation would spend more time on the bookkeeping of ten thousand tests than on the requests.
    """

    @pytest.mark.parametrize("owner", OWNERS)
    def test(client: ApiClient, server: Loopback, owner: str) -> None:
        for case in EVERY:
            if case.owner == owner:
                server.requests.clear()
                server.responses.clear()
                server.otherwise = reply({})
                try:
                    check(client, server, case)
                except (AssertionError, pytest.fail.Exception) as error:
                    raise AssertionError(f"{case}: {error}") from error

    test.__name__ = check.__name__
    test.__doc__ = check.__doc__
    return test


def expected_headers(operation: Operation, *, with_body: bool) -> dict[str, str]:
    headers = {"authorization": BASIC, "user-agent": f"vidispine-python/{vidispine.__version__}"}
    if operation.accept:
        json_first = "application/json" in operation.accept
        headers["accept"] = "application/json" if json_first else ", ".join(operation.accept)
    if with_body:
        (body,) = [parameter for parameter in operation.parameters if parameter.location == "body"]
        headers["content-type"] = (
            "application/json" if "application/json" in body.content_types else body.content_types[0]
        )
    return headers


def test_classes_have_exactly_the_described_operations() -> None:
    generated = {f"{owner}.{name}" for owner in api.__all__ for name in getattr(api, owner).operations}
    assert generated == {str(case) for case in EVERY}
    assert len(generated) >= 735  # those of 5.0.4


@every_operation
def test_request_with_required_parameters(client: ApiClient, server: Loopback, case: Case) -> None:
    assert_request(client, server, case, optional=False)


@every_operation
def test_request_with_all_parameters(client: ApiClient, server: Loopback, case: Case) -> None:
    assert_request(client, server, case, optional=True)


def assert_request(client: ApiClient, server: Loopback, case: Case, *, optional: bool) -> None:
    operation = case.operation
    positional, named = arguments(operation, optional=optional)
    server.responses = [response_for(operation)]
    case.bind(client)(*positional, **named)
    request = server.only
    assert request.line == f"{operation.method} {expected_path(operation, optional=optional)} HTTP/1.1"

    bodies = [it for it in operation.parameters if it.location == "body" and (optional or it.required)]
    expected = expected_headers(operation, with_body=bool(bodies))
    expected.update(
        {it.wire.lower(): str(sample(it)) for it in operation.parameters if it.location == "header" and optional}
    )
    assert_headers(request.headers, expected)
    if not bodies:
        assert request.body == b""
    else:
        assert_body(request.body, bodies[0])


def assert_headers(sent: list[tuple[str, str]], expected: dict[str, str]) -> None:
    """Check that exactly these headers were sent, besides those of HTTP itself."""
    of_http = {"host", "accept-encoding", "content-length", "transfer-encoding", "connection"}
    assert len({name.lower() for name, _ in sent}) == len(sent)
    assert {name.lower(): value for name, value in sent if name.lower() not in of_http} == expected


@pytest.mark.slow
@every_operation
def test_documents_in_xml(client: ApiClient, server: Loopback, case: Case) -> None:
    """XML is sent unchanged by operations whose document may be XML."""
    operation = case.operation
    for body in operation.parameters:
        if body.location == "body" and XML in body.content_types and body.type not in ("str", "file"):
            named = {parameter.name: sample(parameter) for parameter in operation.parameters if parameter.required}
            root = root_element(operation.node["requestBody"]["content"])
            named[body.name] = sent = f'<?xml version="1.0"?>\n<n:{root} xmlns:n="urn:x">é</n:{root}>'
            server.responses = [response_for(operation)]
            case.bind(client)(**named)
            assert (server.only.header("Content-Type"), server.only.body) == (XML, sent.encode())


@pytest.mark.slow
@every_operation
def test_responses_in_xml(client: ApiClient, server: Loopback, case: Case) -> None:
    """A response in XML is the same as in JSON, which is requested."""
    operation = case.operation
    if XML not in operation.accept or operation.result in (None, "str", "file"):
        return
    content = next(it["content"] for it in operation.node["responses"].children() if "content" in it.value)
    document = sample_document(content[XML]["schema"]) or {}
    text = sample_xml(root_element(content), document, content[XML]["schema"])
    named = {parameter.name: sample(parameter) for parameter in operation.parameters if parameter.required}
    server.responses = [reply(text, media_type="application/xml; charset=utf-8"), reply(json.dumps(document))]
    from_xml, from_json = case.bind(client)(**named), case.bind(client)(**named)
    assert from_xml == from_json
    assert from_xml.to_document() == from_json.to_document() == document
    assert {request.header("Accept") for request in server.requests} == {JSON if JSON in operation.accept else XML}


def root_element(content: Any) -> str:
    schema = content[XML]["schema"]
    name: str = schema.value.get("xml", {}).get("name", schema.name)
    return name


@pytest.mark.slow
@every_operation
def test_none_is_not_sent(client: ApiClient, server: Loopback, case: Case) -> None:
    positional, named = arguments(case.operation, optional=True)
    server.responses = [response_for(case.operation)]
    case.bind(client)(*positional, **dict.fromkeys(named))
    assert server.only.target == expected_path(case.operation, optional=False)
    assert server.only.body == (b"" if not _required_body(case.operation) else server.only.body)


def _required_body(operation: Operation) -> bool:
    return any(parameter.location == "body" and parameter.required for parameter in operation.parameters)


@pytest.mark.slow
@every_operation
def test_required_arguments_can_be_keywords(client: ApiClient, server: Loopback, case: Case) -> None:
    positional, named = arguments(case.operation, optional=True)
    names = [parameter.name for parameter in case.operation.parameters if parameter.required]
    server.responses = [response_for(case.operation)]
    case.bind(client)(**dict(zip(names, positional)), **named)
    assert server.only.target == expected_path(case.operation, optional=True)


@pytest.mark.slow
@every_operation
def test_with_http_info_returns_status_and_headers(client: ApiClient, server: Loopback, case: Case) -> None:
    positional, named = arguments(case.operation, optional=True)
    server.otherwise = response_for(case.operation)
    alone = case.bind(client)(*positional, **named)
    response = case.bind(client, "_with_http_info")(*positional, **named)
    assert isinstance(response, vidispine.ApiResponse)
    assert response.status == 200
    if case.operation.result == "file":
        # Each call has written its own file.
        assert response.data != alone
        assert [Path(path).read_bytes() for path in (response.data, alone)] == [b"some bytes"] * 2
    else:
        assert response.data == alone
    assert "content-length" in response.headers
    assert server.requests[0] == server.requests[1]


@every_operation
def test_signature_has_the_parameters_in_order(client: ApiClient, server: Loopback, case: Case) -> None:
    function = getattr(getattr(vidispine, case.owner), case.operation.name)
    parameters = list(inspect.signature(function).parameters.values())
    names = [parameter.name for parameter in parameters]
    assert names == ["self", *(it.name for it in case.operation.parameters), "options"]
    for parameter, described in zip(parameters[1:], case.operation.parameters):
        if described.required:
            assert parameter.default is inspect.Parameter.empty
        else:
            assert parameter.default is None
            assert parameter.kind is inspect.Parameter.KEYWORD_ONLY or described.location == "body"


# Invalid arguments


def assert_refused(error: BaseException, case: Case, server: Loopback) -> None:
    """Check that one line names the operation, and that nothing was sent."""
    assert len(str(error).splitlines()) == 1
    assert case.operation.name in str(error)
    assert server.requests == []


@every_operation
def test_rejects_an_unknown_keyword(client: ApiClient, server: Loopback, case: Case) -> None:
    positional, _ = arguments(case.operation, optional=False)
    with pytest.raises(ApiTypeError, match="has no parameter 'color'") as caught:
        case.bind(client)(*positional, color="red")
    assert_refused(caught.value, case, server)


@every_operation
def test_misspelled_keyword_suggests_the_parameter(client: ApiClient, server: Loopback, case: Case) -> None:
    positional, named = arguments(case.operation, optional=True)
    for name in named:
        wrong = f"{name}x"
        with pytest.raises(ApiTypeError, match=f"'{wrong}': did you mean '{name}'") as caught:
            case.bind(client)(*positional, **{wrong: 1})
        assert_refused(caught.value, case, server)


def _required(case: Case, *places: str) -> Iterator[tuple[int, Parameter]]:
    """Yield the required parameters of these locations, each with its position."""
    for index, parameter in enumerate(it for it in case.operation.parameters if it.required):
        if parameter.location in places:
            yield index, parameter


@every_operation
def test_rejects_a_missing_argument(client: ApiClient, server: Loopback, case: Case) -> None:
    positional, _ = arguments(case.operation, optional=False)
    names = [it.name for it in case.operation.parameters if it.required]
    for name in names:
        given = {known: value for known, value in zip(names, positional) if known != name}
        with pytest.raises(TypeError, match="missing 1 required positional argument") as caught:
            case.bind(client)(**given)
        assert_refused(caught.value, case, server)


@every_operation
def test_rejects_none_for_a_required_parameter(client: ApiClient, server: Loopback, case: Case) -> None:
    for index, parameter in _required(case, "path", "query", "header", "body"):
        positional, _ = arguments(case.operation, optional=False)
        positional[index] = None
        with pytest.raises(ApiValueError, match=rf"{parameter.name} is required and must not be None$") as caught:
            case.bind(client)(*positional)
        assert_refused(caught.value, case, server)


NOT_A_SEGMENT: list[Any] = ["", ".", "..", b"", b"..", [], {}, THING, "\ud800", b"\xff"]


@pytest.mark.slow
@every_operation
def test_rejects_an_invalid_path_segment(client: ApiClient, server: Loopback, case: Case) -> None:
    for index, parameter in _required(case, "path"):
        for value in NOT_A_SEGMENT:
            positional, _ = arguments(case.operation, optional=False)
            positional[index] = value
            with pytest.raises((ApiTypeError, ApiValueError)) as caught:
                case.bind(client)(*positional)
            assert_refused(caught.value, case, server)
            assert parameter.name in str(caught.value)


NOT_A_VALUE: dict[str, list[Any]] = {
    "str": ["", [], [""], THING, "\ud800", {"a": 1}],
    "csv": ["", [], [""], ["VX-1", ""], [None], THING, "\ud800"],
    "multi": ["", [], [""], ["VX-1", ""], [None], THING, "\ud800"],
    "pairs": ["", [], [""], ["a=b", ""], [None], {"a": THING}, THING, "\ud800"],
}


@every_operation
def test_rejects_an_invalid_required_query_value(client: ApiClient, server: Loopback, case: Case) -> None:
    for index, parameter in _required(case, "query"):
        for value in NOT_A_VALUE.get(parameter.type) or WRONG[parameter.type]:
            positional, _ = arguments(case.operation, optional=False)
            positional[index] = value
            with pytest.raises((ApiTypeError, ApiValueError)) as caught:
                case.bind(client)(*positional)
            assert_refused(caught.value, case, server)
            assert parameter.name in str(caught.value)


WRONG: dict[str, list[Any]] = {
    "str": [THING, ["a"], {"a": 1}, "\ud800"],
    "int": ["many", 1.5, True, THING, [1], "", "٣"],
    "float": ["much", True, THING, float("nan"), float("inf"), "nan", ""],
    "bool": ["yes", 2, THING, [True], "", 1.5],
    "datetime": [THING, ["a"], 5, "\ud800"],
    "yes/no": [THING, ["a"], {"a": 1}, "\ud800"],
    "csv": [7, THING, [None], [THING], ["a", ["b"]]],
    "multi": [7, THING, [None], [THING], ["a", ["b"]]],
    "pairs": [7, THING, [None], {"a": THING}, {"a": None}],
}


@pytest.mark.slow
@every_operation
def test_rejects_a_value_of_the_wrong_type(client: ApiClient, server: Loopback, case: Case) -> None:
    positional, _ = arguments(case.operation, optional=False)
    for parameter in case.operation.parameters:
        if parameter.required or parameter.location == "body":
            continue
        for value in WRONG[parameter.type]:
            with pytest.raises((ApiTypeError, ApiValueError)) as caught:
                case.bind(client)(*positional, **{parameter.name: value})
            assert_refused(caught.value, case, server)
            assert parameter.name in str(caught.value)


NOT_A_NUMBER = {"field": float("nan")}
SET = {"field": {1, 2}}
NO_DOCUMENT = [
    "text",
    b"bytes",
    7,
    [1],
    {"field": THING},
    {"field": b"bytes"},
    NOT_A_NUMBER,
    SET,
    {("a", "b"): 1},
    {"field": "\ud800"},
    vidispine.JobTypeCurrentStep(number=1, description="x", status="y"),
]


@every_operation
def test_rejects_an_invalid_document(client: ApiClient, server: Loopback, case: Case) -> None:
    bodies = [it for it in case.operation.parameters if it.location == "body" and it.type not in ("str", "file")]
    for parameter in bodies:
        for value in NO_DOCUMENT:
            if JSON not in parameter.content_types and value == NOT_A_NUMBER:
                continue  # XML has it
            if parameter.type == "SimpleMetadataType" and value == SET:
                continue  # values by their keys
            positional, named = arguments(case.operation, optional=False)
            given = {it.name: it_value for it, it_value in zip(_positional(case), positional)}
            with pytest.raises((ApiTypeError, ApiValueError)) as caught:
                case.bind(client)(**{**given, **named, parameter.name: value})
            assert_refused(caught.value, case, server)


def _positional(case: Case) -> list[Parameter]:
    return [parameter for parameter in case.operation.parameters if parameter.required]


def test_rejects_a_recursive_document(client: ApiClient, server: Loopback) -> None:
    endless: dict[str, Any] = {}
    endless["field"] = [endless]
    with pytest.raises(ApiValueError, match="create_custom_job"):
        vidispine.JobApi(client).create_custom_job("X", endless)
    assert server.requests == []


@pytest.mark.parametrize(("base", "parent"), [("/API", ""), ("", ""), ("/mam/API", "/mam")])
def test_uploads_with_a_passkey_are_beside_the_api(server: Loopback, base: str, parent: str) -> None:
    seen: list[CallInfo] = []
    configuration = Configuration(host=server.origin + base, retries=0, after_call=[seen.append])
    with ApiClient(configuration) as anonymous:
        imports = vidispine.ImportApi(anonymous)
        imports.import_item_raw_with_passkey("k 1", b"bytes", transfer_id="t", index=0, size=5)
        imports.import_placeholder_raw_with_passkey("VX-1", "container", "k 1", b"bytes", force_job_type="X")
    first, second = server.requests
    assert first.target == f"{parent}/APInoauth/import/raw?passkey=k%201&transferId=t"
    assert (first.header("index"), first.header("size"), first.body) == ("0", "5", b"bytes")
    assert first.header("Authorization") is None
    path = f"{parent}/APInoauth/import/placeholder/VX-1/container/raw"
    assert second.target == f"{path}?passkey=k%201&forceJobType=X"
    assert [info.path for info in seen] == [f"{parent}/APInoauth/import/raw", path]
