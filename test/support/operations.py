"""Every described operation, with sample arguments and the request that they must result in."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any, NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree as ET

import vidispine
from test.support.loopback import Responder, reply
from test.support.spec import OPERATIONS, Operation, Parameter

__all__ = [
    "EVERY",
    "Case",
    "arguments",
    "assert_body",
    "body_for",
    "expected_path",
    "expected_target",
    "response_for",
    "sample",
]


class Case(NamedTuple):
    """An operation as ``spec/`` describes it, and the name of the class that has its method."""

    owner: str
    operation: Operation

    def bind(self, client: vidispine.ApiClient, suffix: str = "") -> Any:
        """Return the bound method."""
        return getattr(getattr(vidispine, self.owner)(client), self.operation.name + suffix)

    def __str__(self) -> str:
        return f"{self.owner}.{self.operation.name}"


EVERY = [Case(operation.owner, operation) for operation in OPERATIONS]

NASTY = "a b/c?d=e&f%2Fg+é,日:;#\\\"'<>|~.."

_SAMPLES: dict[str, tuple[Any, list[str]]] = {
    "str": (NASTY, [NASTY]),
    "int": (7, ["7"]),
    "float": (0.25, ["0.25"]),
    "bool": (True, ["true"]),
    "datetime": (datetime(2024, 3, 1, 10, 0, 0, 47000, timezone.utc), ["2024-03-01T10:00:00.047000+00:00"]),
    "csv": (["a b", "c&d"], ["a b,c&d"]),
    "multi": (["a b", "c&d"], ["a b", "c&d"]),
    "yes/no": (True, ["yes"]),
    "pairs": ({"itemId": "VX-1", "a key": "x=y&z"}, ["itemId=VX-1", "a key=x=y&z"]),
}


def sample(parameter: Parameter) -> Any:
    """Return a sample argument."""
    if parameter.location == "body":
        return body_for(parameter)
    if parameter.location == "header" and parameter.type == "str":
        return 'W/"5f3a; é"'
    return _SAMPLES[parameter.type][0]


def body_for(parameter: Parameter) -> Any:
    if parameter.type in ("str", "file"):
        return b"some bytes"
    if parameter.type == "SimpleMetadataType":
        return {"field": [{"key": "ключ", "value": NASTY}]}
    # Any document is accepted, because it is not validated before it is sent.
    return {"field": [{"key": "ключ", "value": NASTY}], "unheardOf": {"deep": [1, None, True]}}


def assert_body(sent: bytes, body: Parameter) -> None:
    """Check that the sample document of a body was sent: in JSON, or in XML where servers take nothing else."""
    expected = body_for(body)
    if isinstance(expected, bytes):
        assert sent == expected
    elif "application/json" in body.content_types:
        assert json.loads(sent) == expected
    else:
        assert [child.tag.rpartition("}")[2] for child in ET.fromstring(sent)] == list(expected)


def arguments(operation: Operation, *, optional: bool) -> tuple[list[Any], dict[str, Any]]:
    """Return positional values for required parameters and, if requested, keywords for the rest."""
    positional = [sample(parameter) for parameter in operation.parameters if parameter.required]
    named = {parameter.name: sample(parameter) for parameter in operation.parameters if not parameter.required}
    return positional, named if optional else {}


def expected_target(operation: Operation, *, optional: bool) -> str:
    """Return the expected request target below the host, encoded by the standard library."""
    target = operation.path
    query = []
    for parameter in operation.parameters:
        if parameter.location == "path":
            target = target.replace("{" + parameter.wire + "}", quote(_SAMPLES[parameter.type][1][0], safe=""))
        elif parameter.location == "query" and (optional or parameter.required):
            texts = _SAMPLES[parameter.type][1]
            query += [f"{quote(parameter.wire, safe='')}={quote(text, safe='')}" for text in texts]
    return "?".join(filter(None, [target, "&".join(query)]))


def expected_path(operation: Operation, *, optional: bool) -> str:
    """Return the expected path and query of a request to a host that ends with ``/API``."""
    return f"/API{expected_target(operation, optional=optional)}".replace("/API/../", "/")


def response_for(operation: Operation) -> Responder:
    """Return a response that matches the operation."""
    if operation.result is None:
        return reply(b"")
    if operation.result == "file":
        return reply(b"some bytes", media_type=operation.accept[0])
    if operation.result == "str":
        return reply("some text", media_type="text/plain")
    return reply(json.dumps({}))
