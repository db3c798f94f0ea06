"""Parameters and bodies of requests, checked against the operation."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import UnsupportedMediaType

from vidispine._calls.operation import JSON
from vidispine.simulator.http.errors import ApiError, invalid_input, not_implemented
from vidispine.simulator.http.formats import read_boolean, read_integer, read_number, read_time
from vidispine.simulator.http.responses import read_document
from vidispine.simulator.http.validation import InvalidDocumentError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from vidispine._calls.operation import Operation, Parameter
    from vidispine.simulator.http.requests import Request

CLOSED_ENUMS = frozenset({"JobPriority"})
"""Enums whose unknown values the server rejects."""

OPTIONAL_BODY = frozenset({"create_collection", "update_or_create_metadata_field_group"})
"""Operations whose required body the server was observed to accept as omitted."""

PARTIAL_BODY = frozenset({"create_file_entity", "create_file_entity_on_storage"})
"""Operations whose documents may lack required members, such as ``state``."""

EMPTY_BODY = frozenset({"create_placeholder"})
"""Operations for which an omitted body was observed to mean an empty document."""

_PARSERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "yes/no": str,
    "int": read_integer,
    "float": read_number,
    "bool": read_boolean,
    "datetime": read_time,
}
_LENIENT_BOOLEANS = {"": "true", "1": "true", "yes": "true", "0": "false", "no": "false"}
_EXPECTED = {
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "datetime": "a time in ISO 8601, such as 2024-03-01T10:00:00Z",
}


def read_arguments(
    operation: Operation[Any],
    path: Mapping[str, str],
    query: Iterable[tuple[str, str]],
    header: Callable[[str], str | None],
    *,
    strict: bool = True,
) -> dict[str, Any]:
    """Return the values of the parameters that are present, by their wire names.

    :param query: names and values, in order
    :param header: returns the value of a request header
    :param strict: reject unknown parameters, which servers ignore
    :raises ApiError: a parameter is missing or invalid, or unknown and ``strict``
    """
    declared = {parameter.wire: parameter for parameter in operation.parameters if parameter.location == "query"}
    received: dict[str, list[str]] = {}
    for key, value in query:
        if key not in declared:
            if not strict:
                continue
            raise _unknown(operation, key, value, declared)
        received.setdefault(key, []).append(value)
    for parameter in operation.parameters:
        if parameter.location == "path":
            received[parameter.wire] = [path[parameter.wire]]
        elif parameter.location == "header":
            text = header(parameter.wire)
            received.update({} if text is None else {parameter.wire: [text]})
    arguments: dict[str, Any] = {}
    for parameter in operation.parameters:
        if parameter.wire in received:
            arguments[parameter.wire] = _read_value(parameter, received[parameter.wire], strict=strict)
        elif parameter.required and parameter.location != "body":
            raise invalid_input(parameter.wire, None, f"{operation.name} needs {parameter.wire}")
    return arguments


def _unknown(operation: Operation[Any], key: str, value: str, declared: Mapping[str, Parameter]) -> ApiError:
    near = get_close_matches(key, declared, 1, 0.7)
    hint = f"; did you mean {near[0]}?" if near else ""
    return invalid_input(key, value, f"{operation.name} has no parameter {key}{hint}")


def _read_value(parameter: Parameter, texts: Sequence[str], *, strict: bool) -> Any:
    if parameter.type in ("multi", "pairs"):
        return list(texts)
    if parameter.type == "csv":
        return _read_csv(parameter, texts)
    if len(texts) > 1 and strict:
        raise invalid_input(parameter.wire, texts[1], f"{parameter.wire} is given more than once")
    text = texts[0]
    if parameter.type == "bool" and not strict:
        text = _LENIENT_BOOLEANS.get(text.strip().lower(), text)
    if parameter.required and not text:
        raise invalid_input(parameter.wire, text, f"{parameter.wire} must not be empty")
    try:
        value = _PARSERS[parameter.type](text)
    except ValueError:
        raise invalid_input(parameter.wire, text, f"{parameter.wire} must be {_EXPECTED[parameter.type]}") from None
    _check_enum(parameter, text)
    return value


def _read_csv(parameter: Parameter, texts: Sequence[str]) -> list[str]:
    values = [value.strip() for text in texts for value in text.split(",") if value.strip()]
    if parameter.required and not values:
        raise invalid_input(parameter.wire, ",".join(texts), f"{parameter.wire} must name at least one value")
    return values


def _check_enum(parameter: Parameter, value: str) -> None:
    if parameter.values not in CLOSED_ENUMS:
        return
    from vidispine import models

    values = getattr(models, parameter.values).values()
    if value not in values:
        raise invalid_input(parameter.wire, value, f"{parameter.wire} must be one of {', '.join(values)}")


def read_body(
    operation: Operation[Any], data: bytes, media_type: str, charset: str | None = None, *, strict: bool = True
) -> Any:
    """Return the body: a document in wire form, or bytes when the operation takes text or a file.

    :param media_type: the Content-Type, without parameters
    :param charset: the parameter ``charset`` of the Content-Type
    :param strict: reject a missing document; otherwise it is empty
    :returns: ``None`` when there is no body, or the operation takes none
    :raises ApiError: the body is missing or invalid
    :raises werkzeug.exceptions.UnsupportedMediaType: the operation does not accept the media type
    """
    body = next((parameter for parameter in operation.parameters if parameter.location == "body"), None)
    if body is None:
        return None
    if not data:
        if body.required and operation.name not in OPTIONAL_BODY:
            if operation.name in EMPTY_BODY or (not strict and body.type not in ("str", "file")):
                return _check_empty(body)
            raise invalid_input("body", None, f"{operation.name} needs a body")
        return None
    if media_type not in body.content_types:
        raise UnsupportedMediaType
    if body.type in ("str", "file"):
        return data
    try:
        return read_document(body.type, data, media_type, charset, partial=operation.name in PARTIAL_BODY)
    except InvalidDocumentError as error:
        raise invalid_input(error.path or "body", None, error.explanation, context="body") from None


def _check_empty(body: Parameter) -> dict[str, Any]:
    try:
        return read_document(body.type, b"{}", JSON)
    except InvalidDocumentError as error:
        raise invalid_input(error.path or "body", None, error.explanation, context="body") from None


def read_page(request: Request, number: int = 100) -> tuple[int, int, str | None]:
    """Return the position of the first entry, the number of entries and the cursor of a list request.

    :param number: default number of entries
    :raises ApiError: one of them is negative
    """
    found = []
    for name, default in (("first", 1), ("number", number)):
        value = request.arguments.get(name, default)
        if value < 0:
            raise invalid_input(name, str(value), f"{name} must not be negative")
        found.append(value)
    return found[0], found[1], request.arguments.get("cursor")


def reject_unsupported(request: Request, **unless: Any) -> None:
    """Reject parameters that are not supported.

    :param unless: the supported values, by parameter
    :raises ApiError: a parameter has another value
    """
    for name, values in unless.items():
        value = request.arguments.get(name)
        if value is not None and value not in values:
            raise not_implemented(f"the simulator does not support {name}={value}")


def split_values(value: Any) -> list[str]:
    """Split the values of a parameter at commas."""
    parts = [value] if isinstance(value, str) else value or ()
    return [value.strip() for part in parts for value in part.split(",") if value.strip()]


def split_pair(pair: str) -> tuple[str, str]:
    """Split ``key=value``.

    :raises ApiError: there is no ``=``, or no key
    """
    key, equals, value = pair.partition("=")
    if not equals or not key:
        raise invalid_input("jobmetadata", pair, "each jobmetadata is of the form key=value, with the = sent as %3D")
    return key, value
