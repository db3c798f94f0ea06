"""Errors of operations and parameters that not all servers have say so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from test.support.loopback import Loopback, reply
from vidispine import ApiClient, ApiException, Configuration, ImportApi, SearchApi, SecretApi

UNMATCHED = '{"code":404,"message":"HTTP 404 Not Found"}'
OPERATION = ": the server may not have this operation (since 23.1)"
PARAMETER = ": the server may not have the parameter hold_job (observed on 25.2)"


def invalid(**members: Any) -> str:
    return json.dumps({"invalidInput": {"context": "parameter", **members}, "notFound": None})


def failure(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(ApiException) as caught:
        call(*arguments, **named)
    return str(caught.value)


@pytest.mark.parametrize(
    ("status", "body", "media_type"),
    [
        (405, "", "application/json"),
        (405, "<html>Method Not Allowed</html>", "text/html"),
        (404, UNMATCHED, "application/json"),
        (404, "<html>Not Found</html>", "text/html"),
        (404, "", None),
    ],
)
def test_an_operation_that_the_server_may_not_have(
    server: Loopback, client: ApiClient, status: int, body: str, media_type: str | None
) -> None:
    server.otherwise = reply(body, status, media_type=media_type)
    assert failure(SecretApi(client).get_secret, "acme").endswith(OPERATION)
    # This one is on all servers.
    assert "may not have" not in failure(SearchApi(client).search, {})


@pytest.mark.parametrize(
    ("status", "body", "media_type"),
    [
        (404, '{"notFound":{"type":"Secret","id":"acme"}}', "application/json"),
        (404, "404 A resource could not be found\r\nType: Secret\r\nID: acme\r\n", "text/plain"),
        (
            404,
            "<ExceptionDocument><notFound><type>Secret</type><id>acme</id></notFound></ExceptionDocument>",
            "application/xml",
        ),
        (403, '{"forbidden":{}}', "application/json"),
        (400, UNMATCHED, "application/json"),
        (500, "", None),
    ],
)
def test_other_errors_of_that_operation(
    server: Loopback, client: ApiClient, status: int, body: str, media_type: str | None
) -> None:
    server.otherwise = reply(body, status, media_type=media_type)
    assert "may not have" not in failure(SecretApi(client).get_secret, "acme")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (invalid(id="holdJob", explanation="unknown query parameter"), True),
        (invalid(id=None, value="holdJob", explanation="This parameter is not supported"), True),
        (invalid(id="holdJob", explanation="import_item has no parameter holdJob"), True),
        ("400 An invalid parameter was entered\r\nReason: Unrecognized parameter holdJob\r\n", True),
        (invalid(id="holdJob", explanation="holdJob must be true or false"), False),
        (invalid(id="holdJobs", explanation="unknown query parameter"), False),
        (invalid(id="uri", explanation="unknown scheme"), False),
    ],
)
def test_a_parameter_that_the_server_may_not_have(
    server: Loopback, client: ApiClient, body: str, expected: bool
) -> None:
    media_type = "application/json" if body.startswith("{") else "text/plain"
    server.otherwise = reply(body, 400, media_type=media_type)
    create = ImportApi(client).import_item
    assert failure(create, uri="file:///a.mov", hold_job=True).endswith(PARAMETER) is expected
    assert "may not have" not in failure(create, uri="file:///a.mov")


@pytest.mark.parametrize("path", ["", "/", "/API/item", "/vidispine"])
def test_a_host_that_is_not_the_base_url(server: Loopback, path: str) -> None:
    server.otherwise = reply(UNMATCHED, 404)
    with ApiClient(Configuration(host=server.origin + path)) as client:
        message = failure(SearchApi(client).search, {})
        assert message.endswith(": is the host the base URL of the API, such as http://localhost:8080/API?")
        assert "may not have this operation" in failure(SecretApi(client).get_secret, "acme")
        server.otherwise = reply('{"notFound":{"type":"Item","id":"VX-1"}}', 404)
        assert "base URL" not in failure(SearchApi(client).search, {})
    for usual in ("/API", "/API/", "/vidicore/API"):
        server.otherwise = reply(UNMATCHED, 404)
        with ApiClient(Configuration(host=server.origin + usual)) as client:
            assert "base URL" not in failure(SearchApi(client).search, {})
