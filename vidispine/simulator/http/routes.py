"""Routing. The routes are those of the description. The class of an operation is loaded when it is first requested."""

from __future__ import annotations

import contextlib
import re
from functools import cache
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from vidispine import api
from vidispine._transport.paths import join_path
from vidispine.api._routes import ROUTES
from vidispine.simulator.http.formats import JOB_ID, SITE_ID

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from _typeshed.wsgi import WSGIEnvironment

    from vidispine._calls.operation import Operation

BASE_PATH = "/API"

_MATCH = "vidispine.match"

_MEMBER_ID = rf"(?:[A-Z]+-)?{SITE_ID}"

_PLAIN_PATH = re.compile(r"[A-Za-z0-9_.~/-]*")
"""Paths without parameters that are in the normalized form."""

_PATTERNS = {"job-id": re.compile(JOB_ID), "method-id": re.compile(rf"(?:[A-Z_]+-)?{SITE_ID}")}
"""Patterns of path parameters. As on the server, another segment does not match the route."""

_PATTERNS_BY_PATH = {
    "/collection/{collection-id}/{id}": {"id": re.compile(_MEMBER_ID)},
    "/deletion-lock/{lock-id}": {"lock-id": re.compile(_MEMBER_ID)},
    "/library/{library-id}/{item-id}": {"item-id": re.compile(_MEMBER_ID)},
}
"""Patterns for single paths, where another operation has a literal segment such as ``metadata``."""


_PUBLIC_PATH = "/APInoauth"
_PUBLIC_OPERATIONS = frozenset({"execute_self_test", "execute_self_tests"})
"""Operations that are also available below ``/APInoauth``, without credentials."""

_FILE_ACTIONS = "archive|abandon|data|entity|import(?:/assetmap)?|metadata(?:/[^/]+)?|path|re-index|restore|uri"
_FILE_ALIAS = re.compile(
    rf"{BASE_PATH}/storage(?:/(?P<storage>{_MEMBER_ID}))?/file/"
    rf"(?:(?P<id>{_MEMBER_ID})|(?P<key>path|uri)/(?P<value>.+?)|byURI)"
    rf"(?P<action>/(?:{_FILE_ACTIONS}|state/[^/]+|storage/[^/]+|hash/[^/]+))?"
)
"""Servers have ``/storage/{id}/file/{id}``, ``/storage/file/path/{path}`` and others for ``/file/{id}``."""

_SCAN_ALIAS = f"{BASE_PATH}/storage/rescan"
"""Clients scan all storages by ``/storage/rescan``."""

ALL = "*"
"""Value of the parameter ``storage-id`` for all storages."""


class _Route(NamedTuple):
    operation: str
    method: str
    literals_of: Callable[[Sequence[str]], tuple[str, ...]]
    """Returns the segments at the positions of those that are literal: the first two and others."""
    literals: tuple[str, ...]
    parameters: tuple[tuple[int, str, re.Pattern[str] | None], ...]
    """Positions, wire names and patterns of the segments that are parameters."""

    @classmethod
    def of(cls, operation: str, method: str, path: str) -> _Route:
        """Return the route of an operation."""
        segments = list(enumerate(_segments(path)))
        positions, literals = zip(*(pair for pair in segments if not pair[1].startswith("{")))
        names = [(position, text[1:-1]) for position, text in segments if text.startswith("{")]
        patterns = {**_PATTERNS, **_PATTERNS_BY_PATH.get(path, {})}
        parameters = tuple((position, name, patterns.get(name)) for position, name in names)
        return cls(operation, method, itemgetter(*positions), literals, parameters)

    def match(self, segments: Sequence[str]) -> dict[str, str] | None:
        """Return the values of the path parameters, ``None`` when the segments are those of another route."""
        if self.literals_of(segments) != self.literals:
            return None
        values = {}
        for position, wire, pattern in self.parameters:
            values[wire] = value = unquote(segments[position])
            if not value or (pattern is not None and not pattern.fullmatch(value)):
                return None
        return values


class FileReference(NamedTuple):
    """A file that an alias of ``/file/{file-id}`` names."""

    storage: str | None
    """Id of its storage, if the path contains it."""
    key: str
    """How the file is named: ``id``, ``path`` or ``uri``."""
    value: str


class Match(NamedTuple):
    """The operation that a request addresses."""

    operation: Operation[Any]
    path_values: dict[str, str]
    """Values of the path parameters, by their wire names."""
    query: list[tuple[str, str]]
    """Query and matrix parameters, in their order."""
    file: FileReference | None = None
    """The file, if the path is an alias of ``/file/{file-id}``."""
    is_public: bool = False
    """Whether the operation needs no credentials at this path."""


def operation_names() -> Iterable[str]:
    """Return the names of all operations of the API."""
    return _owners().keys()


def find_operation(name: str) -> Operation[Any]:
    """Return an operation by its name.

    :raises KeyError: there is no such operation
    """
    operation: Operation[Any] = getattr(api, _owners()[name]).operations[name]
    return operation


@cache
def _owners() -> dict[str, str]:
    return {name: owner for owner, routes in ROUTES.items() for name, _, _ in routes}


@cache
def _routes() -> dict[tuple[int, str], list[tuple[str, str, str]]]:
    """Return the routes by the number of segments in their paths and the first segment: ``""`` for a parameter."""
    found: dict[tuple[int, str], list[tuple[str, str, str]]] = {}
    for route in chain.from_iterable(ROUTES.values()):
        segments = _segments(route[2])
        first = segments[2] if len(segments) > 2 and segments[2][:1] != "{" else ""
        found.setdefault((len(segments), first), []).append(route)
    return found


def _segments(path: str) -> list[str]:
    return join_path(BASE_PATH, path.rstrip("/")).split("/")


@cache
def _candidates(length: int, first: str) -> list[_Route]:
    """Return the routes with a number of segments and a first segment or a parameter there, most specific first."""
    keys = [(length, first), (length, "")] if first else [(length, "")]
    routes = [_Route.of(*route) for key in keys for route in _routes().get(key, ())]
    return sorted(routes, key=lambda route: -sum(map(len, route.literals)))


def match(method: str, path: str) -> tuple[Operation[Any], dict[str, str]]:
    """Return the operation for a request and the values of its path parameters.

    :param path: as :func:`split_target` returns it
    :raises werkzeug.exceptions.NotFound: no operation has this path
    :raises werkzeug.exceptions.MethodNotAllowed: the path exists, but not with this method
    """
    wanted = "GET" if method == "HEAD" else method
    others = set()
    segments = path.split("/")
    key = (len(segments), segments[2] if len(segments) > 2 else "")
    for route in _candidates(*(key if key in _routes() else (key[0], ""))):
        values = route.match(segments)
        if values is None:
            continue
        if route.method == wanted:
            return find_operation(route.operation), values
        others.add(route.method)
    if others:
        raise MethodNotAllowed(sorted({*others, "OPTIONS", *(["HEAD"] if "GET" in others else [])}))
    raise NotFound


def match_request(environ: WSGIEnvironment) -> Match:
    """Return the operation for a WSGI request. Each request is routed once: the environment keeps the result.

    :raises werkzeug.exceptions.NotFound: no operation has this path
    :raises werkzeug.exceptions.MethodNotAllowed: the path exists, but not with this method
    """
    found: Match | HTTPException | None = environ.get(_MATCH)
    if found is None:
        try:
            found = _match(environ.get("REQUEST_METHOD", "GET").upper(), *split_target(request_target(environ)))
        except HTTPException as error:
            found = error
        environ[_MATCH] = found
    if isinstance(found, HTTPException):
        raise found
    return found


def operation_name(environ: WSGIEnvironment) -> str | None:
    """Return the name of the operation for a WSGI request, ``None`` when it matches none."""
    try:
        return match_request(environ).operation.name
    except HTTPException:
        return None


def _match(method: str, path: str, query: list[tuple[str, str]]) -> Match:
    if path.startswith(f"{_PUBLIC_PATH}/"):
        return _match_public(method, path, query)
    if path == _SCAN_ALIAS and method == "POST":
        operation, values = match(method, f"{BASE_PATH}/storage/VX-1/rescan")
        return Match(operation, {**values, "storage-id": ALL}, query)
    try:
        return Match(*match(method, path), query)
    except (NotFound, MethodNotAllowed):
        alias = _FILE_ALIAS.fullmatch(path)
        file = None if alias is None else _file_reference(alias, query)
        if alias is None or file is None:
            raise
        return Match(*match(method, f"{BASE_PATH}/file/{file.key}{alias['action'] or ''}"), query, file)


def _match_public(method: str, path: str, query: list[tuple[str, str]]) -> Match:
    with contextlib.suppress(NotFound):
        return Match(*match(method, path), query, is_public=True)
    operation, values = match(method, BASE_PATH + path[len(_PUBLIC_PATH) :])
    if operation.name not in _PUBLIC_OPERATIONS:
        raise NotFound
    return Match(operation, values, query, is_public=True)


def _file_reference(alias: re.Match[str], query: list[tuple[str, str]]) -> FileReference | None:
    """Return the file that a path names. The parameter that names it after ``byURI`` is removed from the query."""
    if alias["id"]:
        return FileReference(alias["storage"], "id", unquote(alias["id"]))
    if alias["key"]:
        return FileReference(alias["storage"], alias["key"], unquote(alias["value"]))
    for pair in query:
        if pair[0] in ("path", "uri"):
            query.remove(pair)
            return FileReference(alias["storage"], *pair)
    return None


def request_target(environ: WSGIEnvironment) -> str:
    """Return path and query as the client sent them, or decoded ones when the server does not provide them."""
    for name in ("REQUEST_URI", "RAW_URI"):
        if name in environ:
            return str(environ[name])
    path = quote(f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}".encode("latin-1"))
    return f"{path}?{environ.get('QUERY_STRING', '')}"


def split_target(target: str) -> tuple[str, list[tuple[str, str]]]:
    """Return path and parameters of a request target.

    Matrix parameters of all segments (``/job;first=1?number=10``) precede those of the query. The path is
    percent-encoded in a normalized form and has no trailing slash.
    """
    path, _, query = target.partition("?")
    if "://" in path[:10]:
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    pairs: list[tuple[str, str]] = []
    if not _PLAIN_PATH.fullmatch(path):
        segments = []
        for segment in path.split("/"):
            name, *matrix = segment.split(";")
            segments.append(quote(unquote(name), safe="~"))
            pairs += [_matrix_parameter(text) for text in matrix if text]
        path = "/".join(segments)
    pairs += parse_qsl(query, keep_blank_values=True)
    return path.rstrip("/") or "/", pairs


def _matrix_parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return unquote(name), unquote(value)
