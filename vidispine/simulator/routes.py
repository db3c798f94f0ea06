"""Which operation a request is for: the routes are those of the generated API classes."""

from __future__ import annotations

import re
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote

from werkzeug.routing import BaseConverter, Map, Rule

from vidispine._lazy import module_of
from vidispine.operation import Operation
from vidispine.simulator.notation import JOB_ID

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BASE", "match", "operations", "split_target"]

BASE = "/API"

_PARAMETER = re.compile(r"\{([^}]+)\}")


class _Text(BaseConverter):
    """A segment of the path, still percent-encoded, so that what it stands for cannot change the route."""

    part_isolating = True
    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return unquote(value)


class _JobId(_Text):
    """An id; a segment that does not look like one misses the route, as it does on the server."""

    regex = JOB_ID


_CONVERTERS = {"text": _Text, "job_id": _JobId}
_CONVERTER_OF = {"job-id": "job_id"}


def operations() -> Iterator[Operation[Any]]:
    """Return all operations of the API, each once, in the order of the generated classes."""
    from vidispine import api

    for name in api.__all__:
        for value in vars(import_module(f"vidispine.api.{module_of(name)}")).values():
            if isinstance(value, Operation):
                yield value


@cache
def _routes() -> Map:
    # Names on the wire are no names for Werkzeug, so a path's parameters are numbered.
    routes = Map(converters=_CONVERTERS, strict_slashes=False, merge_slashes=False)
    for operation in operations():
        rule = BASE + operation.path
        for index, wire in enumerate(_PARAMETER.findall(operation.path)):
            rule = rule.replace(f"{{{wire}}}", f"<{_converter(wire)}:p{index}>")
        routes.add(Rule(rule, methods=[operation.method], endpoint=operation))
    return routes


def _converter(wire: str) -> str:
    return _CONVERTER_OF.get(wire, "text")


def match(method: str, path: str) -> tuple[Operation[Any], dict[str, str]]:
    """Return the operation that a request is for, and the values in its path by their names on the wire.

    :param path: as :func:`split_target` returns it
    :raises werkzeug.exceptions.NotFound: no operation has this path
    :raises werkzeug.exceptions.MethodNotAllowed: those that have it have another method
    """
    adapter = _routes().bind("localhost")
    operation, values = adapter.match(path, method)
    wires = _PARAMETER.findall(operation.path)
    return operation, {wire: values[f"p{index}"] for index, wire in enumerate(wires)}


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
