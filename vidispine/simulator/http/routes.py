"""Routing. The routes are those of the generated API classes."""

from __future__ import annotations

import contextlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, quote, unquote

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from vidispine._calls.operation import Operation
from vidispine._transport.pools import join_path
from vidispine.simulator.formats import JOB_ID, SITE_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from _typeshed.wsgi import WSGIEnvironment

BASE_PATH = "/API"

_MATCH = "vidispine.match"

_MEMBER_ID = rf"(?:[A-Z]+-)?{SITE_ID}"

_PARAMETER = re.compile(r"\{([^}]+)\}")

_PATTERNS = {"job-id": JOB_ID, "method-id": rf"(?:[A-Z_]+-)?{SITE_ID}"}
"""Patterns of path parameters. As on the server, another segment does not match the route."""

_PATTERNS_BY_PATH = {
    "/collection/{collection-id}/{id}": {"id": _MEMBER_ID},
    "/deletion-lock/{lock-id}": {"lock-id": _MEMBER_ID},
    "/library/{library-id}/{item-id}": {"item-id": _MEMBER_ID},
}
"""Patterns for single paths, where another operation has a literal segment such as ``metadata``."""


_PUBLIC_PATH = "/APInoauth"
_PUBLIC_OPERATIONS = frozenset({"execute_self_test", "execute_self_tests"})
"""Operations that are also available below ``/APInoauth``, without credentials."""

_FILE_ACTIONS = "archive|abandon|data|entity|import(?:/assetmap)?|metadata(?:/[^/]+)?|path|re-index|restore|uri"
_FILE_ALIAS = re.compile(
    rf"{BASE_PATH}/storage(?:/(?P<storage>{_MEMBER_ID}))?/file/"
    rf"(?:(?P<id>{_MEMBER_ID})|(?P<key>path|uri)/(?P<value>.+?)|byURI%3B(?P<matrix>[^/]+))"
    rf"(?P<action>/(?:{_FILE_ACTIONS}|state/[^/]+|storage/[^/]+|hash/[^/]+))?"
)
"""Servers have ``/storage/{id}/file/{id}``, ``/storage/file/path/{path}`` and others for ``/file/{id}``."""

_SCAN_ALIAS = f"{BASE_PATH}/storage/rescan"
"""Clients scan all storages by ``/storage/rescan``."""

ALL = "*"
"""Value of the parameter ``storage-id`` for all storages."""


class _Route(NamedTuple):
    operation: Operation[Any]
    pattern: str
    """A regular expression. It is compiled when a path first needs it, since there are hundreds."""
    literals: int
    """Number of literal characters. Routes with more of them have precedence."""


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


def operations() -> Iterator[Operation[Any]]:
    """Return all operations of the API, in the order of the generated classes."""
    from vidispine import api

    for name in api.__all__:
        yield from getattr(api, name).operations.values()


@cache
def _routes() -> dict[tuple[int, str], list[_Route]]:
    """Return the routes by the number of slashes in their paths and the first segment, most specific first. Those with
    a parameter there are in each list of their length, and in the one with the segment ``""``.
    """
    found: dict[tuple[int, str], list[_Route]] = {}
    anywhere: dict[int, list[_Route]] = {}
    for operation in operations():
        path = join_path(BASE_PATH, operation.path.rstrip("/"))
        key = _key(path)
        same = anywhere.setdefault(key[0], []) if key[1].startswith("{") else found.setdefault(key, [])
        same.append(_route(operation, path))
    found.update({(slashes, ""): [] for slashes in anywhere})
    return {
        key: sorted([*routes, *anywhere.get(key[0], ())], key=lambda route: -route.literals)
        for key, routes in found.items()
    }


def _key(path: str) -> tuple[int, str]:
    return path.count("/"), path[len(BASE_PATH) + 1 :].partition("/")[0]


_compiled = cache(re.compile)


def _route(operation: Operation[Any], path: str) -> _Route:
    # The split result alternates between text and parameter names.
    texts, wires = _PARAMETER.split(path)[::2], _PARAMETER.findall(path)
    patterns = {**_PATTERNS, **_PATTERNS_BY_PATH.get(operation.path, {})}
    values = [f"({patterns.get(wire, '[^/]+')})" for wire in wires]
    pattern = "".join(f"{re.escape(text)}{value}" for text, value in zip(texts, [*values, ""]))
    return _Route(operation, pattern, sum(map(len, texts)))


def match(method: str, path: str) -> tuple[Operation[Any], dict[str, str]]:
    """Return the operation for a request and the values of its path parameters.

    :param path: as :func:`split_target` returns it
    :raises werkzeug.exceptions.NotFound: no operation has this path
    :raises werkzeug.exceptions.MethodNotAllowed: the path exists, but not with this method
    """
    wanted = "GET" if method == "HEAD" else method
    others = set()
    routes, key = _routes(), _key(path)
    for route in routes.get(key) or routes.get((key[0], ""), []):
        found = _compiled(route.pattern).fullmatch(path)
        if found is None:
            continue
        if route.operation.method == wanted:
            wires = _PARAMETER.findall(route.operation.path)
            return route.operation, {wire: unquote(value) for wire, value in zip(wires, found.groups())}
        others.add(route.operation.method)
    if others:
        raise MethodNotAllowed(sorted(others | {"HEAD"} if "GET" in others else others))
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
        if alias is None and path.endswith("/file/byURI"):
            # The matrix parameters of the last segment are among those of the query.
            alias = _FILE_ALIAS.fullmatch(path + "%3B" + quote(";".join(map("=".join, query)), safe=""))
            query = [pair for pair in query if pair[0] not in ("path", "uri")]
        file = _file_reference(alias)
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


def _file_reference(alias: re.Match[str] | None) -> FileReference | None:
    if alias is None:
        return None
    if alias["id"]:
        return FileReference(alias["storage"], "id", unquote(alias["id"]))
    if alias["key"]:
        return FileReference(alias["storage"], alias["key"], unquote(alias["value"]))
    for key, value in parse_qsl(unquote(alias["matrix"]), separator=";"):
        if key in ("path", "uri"):
            return FileReference(alias["storage"], key, value)
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

    Matrix parameters of the last segment (``/job;first=1?number=10``) precede those of the query. The path is
    percent-encoded in a normalized form and has no trailing slash.
    """
    path, _, query = target.partition("?")
    if "://" in path[:10]:
        path = "/" + path.split("://", 1)[1].partition("/")[2]
    head, slash, last = path.rpartition("/")
    last, _, matrix = last.partition(";")
    segments = [quote(unquote(segment), safe="~") for segment in f"{head}{slash}{last}".split("/")]
    pairs = parse_qsl(matrix, keep_blank_values=True, separator=";") + parse_qsl(query, keep_blank_values=True)
    return "/".join(segments).rstrip("/") or "/", pairs
