"""Which operation a request is for: the routes are those of the generated API classes."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from werkzeug.exceptions import MethodNotAllowed, NotFound

from vidispine._lazy import module_of
from vidispine.operation import Operation
from vidispine.simulator.formats import JOB_ID, SITE_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIEnvironment

__all__ = ["BASE", "match", "operations", "split_target", "target_of"]

BASE = "/API"

_PARAMETER = re.compile(r"\{([^}]+)\}")

_FORMS = {"job-id": JOB_ID}
"""Parameters whose values have a form; a segment of another form misses the route, as it does on the server."""

_MEMBER_ID = rf"(?:[A-Z]+-)?{SITE_ID}"
_FORMS_IN = {
    "/collection/{collection-id}/{id}": {"id": _MEMBER_ID},
    "/library/{library-id}/{item-id}": {"item-id": _MEMBER_ID},
}
"""The same for single paths: there ``metadata`` is no member's id but the word of another path."""


class _Route(NamedTuple):
    """How requests for an operation look."""

    operation: Operation[Any]
    pattern: re.Pattern[str]
    # Letters of the path that are no parameter's; the more there are, the closer is a match.
    literals: int


def operations() -> Iterator[Operation[Any]]:
    """Return all operations of the API, each once, in the order of the generated classes."""
    from vidispine import api

    for name in api.__all__:
        for value in vars(import_module(f"vidispine.api.{module_of(name)}")).values():
            if isinstance(value, Operation):
                yield value


@cache
def _routes() -> dict[int, list[_Route]]:
    """Return the routes by the number of slashes in their paths, the closest ones first."""
    found: dict[int, list[_Route]] = {}
    for operation in operations():
        path = BASE + operation.path.rstrip("/")
        found.setdefault(path.count("/"), []).append(_route(operation, path))
    for routes in found.values():
        routes.sort(key=lambda route: -route.literals)
    return found


def _route(operation: Operation[Any], path: str) -> _Route:
    # Text and the names of parameters take turns.
    texts, wires = _PARAMETER.split(path)[::2], _PARAMETER.findall(path)
    forms = {**_FORMS, **_FORMS_IN.get(operation.path, {})}
    values = [f"({forms.get(wire, '[^/]+')})" for wire in wires]
    pattern = "".join(f"{re.escape(text)}{value}" for text, value in zip(texts, [*values, ""]))
    return _Route(operation, re.compile(pattern), sum(map(len, texts)))


def match(method: str, path: str) -> tuple[Operation[Any], dict[str, str]]:
    """Return the operation that a request is for, and the values in its path by their names on the wire.

    Where several fit, it is the one whose path has the most letters of its own, as in JAX-RS: ``/{type}/site-rule``
    comes before ``/item/{item-id}``.

    :param path: as :func:`split_target` returns it
    :raises werkzeug.exceptions.NotFound: no operation has this path
    :raises werkzeug.exceptions.MethodNotAllowed: those that have it have another method
    """
    wanted = "GET" if method == "HEAD" else method
    others = set()
    for route in _routes().get(path.count("/"), ()):
        found = route.pattern.fullmatch(path)
        if found is None:
            continue
        if route.operation.method == wanted:
            wires = _PARAMETER.findall(route.operation.path)
            return route.operation, {wire: unquote(value) for wire, value in zip(wires, found.groups())}
        others.add(route.operation.method)
    if others:
        raise MethodNotAllowed(sorted(others | {"HEAD"} if "GET" in others else others))
    raise NotFound


def target_of(environ: WSGIEnvironment) -> str:
    """Return path and query as the client sent them; servers that do not tell give what is left of them."""
    for name in ("REQUEST_URI", "RAW_URI"):
        if name in environ:
            return str(environ[name])
    path = quote(f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}".encode("latin-1"))
    return f"{path}?{environ.get('QUERY_STRING', '')}"


def split_target(target: str) -> tuple[str, list[tuple[str, str]]]:
    """Return path and parameters of a request's target, as it stands in the request.

    Matrix parameters of the last segment (``/job;first=1?number=10``) come before those of the query. The path stays
    percent-encoded, in one and the same way whatever the client encoded, and without a slash at its end.
    """
    path, _, query = target.partition("?")
    if "://" in path[:10]:
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    head, slash, last = path.rpartition("/")
    last, _, matrix = last.partition(";")
    segments = [quote(unquote(segment), safe="~") for segment in f"{head}{slash}{last}".split("/")]
    pairs = parse_qsl(matrix, keep_blank_values=True, separator=";") + parse_qsl(query, keep_blank_values=True)
    return "/".join(segments).rstrip("/") or "/", pairs
