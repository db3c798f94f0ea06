"""Operations on the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
