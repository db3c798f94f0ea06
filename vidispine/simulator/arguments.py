"""A request's parameters and body, checked against what the operation declares."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import UnsupportedMediaType

from vidispine.simulator.documents import BadDocumentError
from vidispine.simulator.faults import Fault, invalid
from vidispine.simulator.notation import read_boolean, read_integer, read_number, read_time
from vidispine.simulator.representation import read_document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vidispine.operation import Operation, Parameter

__all__ = ["read_arguments", "read_body"]

CLOSED = frozenset({"JobPriority"})
"""Vocabularies that the server takes no other words of."""

WITHOUT_BODY = frozenset({"create_collection", "update_or_create_metadata_field_group"})
"""Operations that a server was seen to do without the body that their description asks for."""

_READ: dict[str, Callable[[str], Any]] = {
    "str": str,
    "yes/no": str,
    "int": read_integer,
    "float": read_number,
    "bool": read_boolean,
    "datetime": read_time,
}
_KINDS = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "datetime": "a time in ISO 8601, such as 2024-03-01T10:00:00Z",
}


def read_arguments(
    operation: Operation[Any],
    path: Mapping[str, str],
    query: Iterable[tuple[str, str]],
    header: Callable[[str], str | None],
) -> dict[str, Any]:
    """Return the values of all parameters that are given, by their names on the wire.

    :param query: pairs of key and value, in their order
    :param header: returns the request's header of a name
    :raises Fault: one is unknown, missing or of the wrong kind
    """
    declared = {parameter.wire: parameter for parameter in operation.parameters if parameter.place == "query"}
    given: dict[str, list[str]] = {}
    for key, value in query:
        if key not in declared:
            raise _unknown(operation, key, value, declared)
        given.setdefault(key, []).append(value)
    for parameter in operation.parameters:
        if parameter.place == "path":
            given[parameter.wire] = [path[parameter.wire]]
        elif parameter.place == "header":
            text = header(parameter.wire)
            given.update({} if text is None else {parameter.wire: [text]})
    arguments: dict[str, Any] = {}
    for parameter in operation.parameters:
        if parameter.wire in given:
            arguments[parameter.wire] = _read(parameter, given[parameter.wire])
        elif parameter.required and parameter.place != "body":
            raise invalid(parameter.wire, None, f"{operation.name} needs {parameter.wire}")
    return arguments


def _unknown(operation: Operation[Any], key: str, value: str, declared: Mapping[str, Parameter]) -> Fault:
    near = get_close_matches(key, declared, 1, 0.7)
    hint = f"; did you mean {near[0]}?" if near else ""
    return invalid(key, value, f"{operation.name} has no parameter {key}{hint}")


def _read(parameter: Parameter, texts: Sequence[str]) -> Any:
    if parameter.type in ("multi", "pairs"):
        return list(texts)
    if parameter.type == "csv":
        return _words(parameter, texts)
    if len(texts) > 1:
        raise invalid(parameter.wire, texts[1], f"{parameter.wire} is given more than once")
    text = texts[0]
    if parameter.required and not text:
        raise invalid(parameter.wire, text, f"{parameter.wire} must not be empty")
    try:
        value = _READ[parameter.type](text)
    except ValueError:
        raise invalid(parameter.wire, text, f"{parameter.wire} must be {_KINDS[parameter.type]}") from None
    _check_word(parameter, text)
    return value


def _words(parameter: Parameter, texts: Sequence[str]) -> list[str]:
    words = [word.strip() for text in texts for word in text.split(",") if word.strip()]
    if parameter.required and not words:
        raise invalid(parameter.wire, ",".join(texts), f"{parameter.wire} must name at least one value")
    return words


def _check_word(parameter: Parameter, word: str) -> None:
    if parameter.values not in CLOSED:
        return
    from vidispine import models

    words = getattr(models, parameter.values).values()
    if word not in words:
        raise invalid(parameter.wire, word, f"{parameter.wire} must be one of {', '.join(words)}")


def read_body(operation: Operation[Any], data: bytes, media_type: str) -> Any:
    """Return the request's body: a document in wire form, or the bytes where the operation takes text or a file.

    :param media_type: the request's Content-Type without parameters
    :returns: ``None`` when there is no body, or the operation takes none
    :raises Fault: the body is missing, cannot be read, or has not the right shape
    :raises werkzeug.exceptions.UnsupportedMediaType: it is in a form that the operation does not take
    """
    body = next((parameter for parameter in operation.parameters if parameter.place == "body"), None)
    if body is None:
        return None
    if not data:
        if body.required and operation.name not in WITHOUT_BODY:
            raise invalid("body", None, f"{operation.name} needs a body")
        return None
    if media_type not in body.content_types:
        raise UnsupportedMediaType
    if body.type in ("str", "file"):
        return data
    try:
        return read_document(body.type, data, media_type)
    except BadDocumentError as error:
        raise invalid(error.place or "body", None, error.explanation, context="body") from None
