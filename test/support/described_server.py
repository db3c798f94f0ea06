"""A server that follows the description: it validates requests and responds with sample documents.

It is for the examples of operations that are not simulated. Their requests must be valid, and the members that they
read must be in the documents.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from werkzeug.exceptions import HTTPException

from test.support.loopback import Recorded, Responder, reply
from vidispine._calls.operation import Operation
from vidispine._documents.model import Field, Model
from vidispine._documents.type_ref import TypeRef
from vidispine.simulator.http.arguments import read_arguments, read_body
from vidispine.simulator.http.errors import ApiError
from vidispine.simulator.http.routes import match, split_target

__all__ = ["Described"]

_DEPTH = 4
"""Depth of nested documents in a response."""

_VALUES: dict[str, Any] = {
    "str": "VX-1",
    "int": 2,
    "float": 0.5,
    "bool": True,
    "datetime": "2024-03-01T10:00:00.047+0000",
    "object": {"any": "thing"},
}


_RESPONSES: dict[str, Any] = {
    "get_configuration_property": {"key": "concurrentJobs", "value": "3"},
    "get_file_metadata_key": "1234",
    "get_item": {"id": "VX-93", "terse": {"title": [{"value": "My clip", "start": "-INF", "end": "+INF", "uuid": ""}]}},
    "get_item_shape_bulky_metadata_key": {"field": [{"key": "k", "value": "-2.5", "start": "0@PAL", "end": "9@PAL"}]},
    "get_item_waveform_data": {"values": [0.5]},
    "get_outgoing_projection": '<stylesheet version="1.0"/>',
    "get_server_agent_configuration": "{}",
    "get_shape_cpl": "<CompositionPlaylist/>",
    "get_storage_free_space": "1234",
    "get_vidispine_log_job_file_info": "{}",
    "update_or_create_storage_method": "VX-49\tfile:///srv/media1/\tNONE\r\n",
    "update_storage_method": "VX-49\tfile:///srv/media1/\tNONE\r\n",
}
"""Responses with specific content, because examples read a number, XML or JSON in them."""


class Described:
    """The server. ``called`` has the methods and paths of requests, ``refused`` the errors of invalid ones."""

    def __init__(self) -> None:
        self.called: list[str] = []
        self.refused: list[str] = []

    def __call__(self, connection: Any, request: Recorded) -> bool:
        return self._respond(request)(connection, request)

    def _respond(self, request: Recorded) -> Responder:
        try:
            path, query = split_target(request.target)
            operation, values = match(request.method, path)
            read_arguments(operation, values, query, request.header)
            _check_body(operation, request)
        except (ApiError, HTTPException) as error:
            self.refused.append(f"{request.line}: {error}")
            return reply(str(error), 400, media_type="text/plain")
        self.called.append(f"{operation.method} {operation.path}".rstrip("/"))
        return _success(operation, request.header("Accept"))


def _check_body(operation: Operation[Any], request: Recorded) -> None:
    try:
        read_body(operation, request.body, (request.header("Content-Type") or "").partition(";")[0])
    except ApiError as fault:
        # What only the server knows, such as an id, is required in its responses and omitted in requests.
        if not (fault.members.get("explanation") or "").endswith("is missing"):
            raise


def _success(operation: Operation[Any], accept: str | None) -> Responder:
    if operation.name in _RESPONSES:
        response = _RESPONSES[operation.name]
        return reply(response, media_type="text/plain" if isinstance(response, str) else "application/json")
    if operation.result is None:
        return reply(b"")
    if operation.result == "file":
        return reply(b"\x89PNG", media_type=operation.accept[0])
    if operation.result == "str" or accept == "text/plain":
        return reply("VX-1\r\nVX-2\r\n", media_type="text/plain")
    return reply(json.dumps(_document(TypeRef.parse(operation.result).name, _DEPTH)))


@cache
def _document(name: str, depth: int) -> dict[str, Any]:
    from vidispine import models

    model: type[Model] = getattr(models, name)
    return {field.wire: _value(field, depth) for field in model.fields().values()}


def _value(field: Field, depth: int) -> Any:
    reference = TypeRef.parse(field.type)
    inner = reference.name
    value = field.values[0] if field.values else _VALUES.get(inner)
    if field.wire == "status":
        # Examples may wait for a final state.
        value = "FINISHED"
    if inner not in _VALUES:
        value = _document(inner, depth - 1) if depth > 1 else {}
    return [value] if reference.is_list else value
