"""Every generated operation, with values to call it with and what a server should then receive."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import quote

from loopback import Answer, reply

import vidispine
from vidispine import api
from vidispine.operation import Operation, Parameter

__all__ = ["EVERY", "Case", "answer_for", "arguments", "body_for", "expected_target", "sample"]


class Case(NamedTuple):
    """An operation, and the class that has a method for it."""

    owner: str
    operation: Operation[Any]

    def bind(self, client: vidispine.ApiClient, suffix: str = "") -> Any:
        """Return the method of an instance."""
        return getattr(getattr(vidispine, self.owner)(client), self.operation.name + suffix)

    def __str__(self) -> str:
        return f"{self.owner}.{self.operation.name}"


def _every_operation() -> list[Case]:
    cases = []
    for owner in api.__all__:
        module = import_module(getattr(api, owner).__module__)
        operations = [value for value in vars(module).values() if isinstance(value, Operation)]
        cases += [Case(owner, operation) for operation in operations]
    return cases


EVERY = _every_operation()

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
    """Return a value to call with."""
    if parameter.place == "body":
        return body_for(parameter)
    if parameter.place == "header" and parameter.type == "str":
        return 'W/"5f3a; é"'
    return _SAMPLES[parameter.type][0]


def body_for(parameter: Parameter) -> Any:
    if parameter.type in ("str", "file"):
        return b"some bytes"
    # Any document will do: what is in it is not looked at before it is sent.
    return {"field": [{"key": "ключ", "value": NASTY}], "unheardOf": {"deep": [1, None, True]}}


def arguments(operation: Operation[Any], *, optional: bool) -> tuple[list[Any], dict[str, Any]]:
    """Return positional values for what is required and keywords for the rest, if that is asked for."""
    positional = [sample(parameter) for parameter in operation.parameters if parameter.required]
    named = {parameter.name: sample(parameter) for parameter in operation.parameters if not parameter.required}
    return positional, named if optional else {}


def expected_target(operation: Operation[Any], *, optional: bool) -> str:
    """Return the request's target below the host, encoded by the standard library alone."""
    target = operation.path
    query = []
    for parameter in operation.parameters:
        if parameter.place == "path":
            target = target.replace("{" + parameter.wire + "}", quote(_SAMPLES[parameter.type][1][0], safe=""))
        elif parameter.place == "query" and (optional or parameter.required):
            texts = _SAMPLES[parameter.type][1]
            query += [f"{quote(parameter.wire, safe='')}={quote(text, safe='')}" for text in texts]
    return "?".join(filter(None, [target, "&".join(query)]))


def answer_for(operation: Operation[Any]) -> Answer:
    """Return an answer that fulfils what the operation promises."""
    if operation.result is None:
        return reply(b"")
    if operation.result == "file":
        return reply(b"some bytes", media_type=operation.accept[0])
    if operation.result == "str":
        return reply("some text", media_type="text/plain")
    return reply(json.dumps({}))
