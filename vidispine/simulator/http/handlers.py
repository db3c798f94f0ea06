"""Operations on the server itself, and on its configuration properties, which have no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine._calls.operation import TEXT
from vidispine.simulator.http.errors import not_found
from vidispine.simulator.http.requests import operation
from vidispine.simulator.http.responses import Response, text_lines
from vidispine.version import __version__

if TYPE_CHECKING:
    from vidispine.simulator.http.requests import Request


@operation()
def get_version(_: Request) -> Response:
    version = f"{__version__}-simulator"
    document = {"component": [{"name": "API", "version": version}], "licenseInfo": {"licenseStatus": "valid"}}
    return Response(document, text_lines([f"API\t{version}"]))


SELF_TESTS = ("database", "storages", "search")


@operation()
def execute_self_tests(request: Request) -> Response:
    """Return the outcomes of all self-tests, which always pass."""
    excluded = request.arguments.get("exclude", ())
    return Response({"status": "ok", "test": [_passed(name) for name in SELF_TESTS if name not in excluded]})


@operation()
def execute_self_test(request: Request) -> Response:
    name = request.arguments["test-name"]
    if name not in SELF_TESTS:
        raise not_found("self-test", name)
    return Response(_passed(name))


def _passed(name: str) -> dict[str, Any]:
    return {"name": name, "status": "ok", "took": "0"}


# Configuration


ROLE = "_administrator"
OWNER = "configuration"


@operation(ROLE)
def get_configuration_properties(request: Request) -> Response:
    pairs = request.state.simple_metadata.pairs(OWNER)
    return Response({"property": pairs} if pairs else {})


@operation(ROLE)
def get_configuration_property(request: Request) -> Response:
    key = request.arguments["key"]
    value = request.state.simple_metadata.value(OWNER, key)
    if value is None:
        raise not_found("configuration-property", key)
    document: dict[str, Any] = {"key": key, "value": value}
    return Response(None if request.media_type == TEXT else document, value)


@operation(ROLE)
def update_configuration_property(request: Request) -> None:
    request.state.simple_metadata.put(OWNER, request.body["key"], request.body.get("value", ""))


@operation(ROLE)
def update_configuration_property_value(request: Request) -> None:
    text = (request.body or b"").decode(errors="replace")
    request.state.simple_metadata.put(OWNER, request.arguments["key"], text)


@operation(ROLE)
def delete_configuration_property(request: Request) -> None:
    key = request.arguments["key"]
    if not request.state.simple_metadata.remove(OWNER, key):
        raise not_found("configuration-property", key)
