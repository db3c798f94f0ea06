"""Checks documents against their models."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from vidispine._documents.elements import ElementDict, ElementText
from vidispine._documents.type_ref import TypeRef
from vidispine.simulator.http.formats import read_boolean, read_integer, read_number, read_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine._documents.model import Field, Model


class InvalidDocumentError(ValueError):
    """A client's document is invalid."""

    def __init__(self, path: str | None, explanation: str) -> None:
        super().__init__(explanation)
        self.path = path
        """Path within the document, such as ``field[2].key``; ``None`` for the whole document."""
        self.explanation = explanation


class Member:
    """Type of a member of a document."""

    def __init__(self, field: Field) -> None:
        reference = TypeRef.parse(field.type)
        self.is_list = reference.is_list
        self.is_required = field.required
        self.values = field.values
        self.type = reference.name
        """Name of the type of a value: a scalar or a model."""

    @cached_property
    def model(self) -> type[Model] | None:
        """Model of a value that is a document. It is loaded when a document has the member."""
        return None if self.type in _SCALARS else model_named(self.type)


def model_named(name: str) -> type[Model]:
    """Return a model by its name."""
    from vidispine import models

    model: type[Model] = getattr(models, name)
    return model


_MEMBERS: dict[str, dict[str, Member]] = {}


def member_types(model: type[Model]) -> dict[str, Member]:
    """Return the members of a model, by their wire names."""
    members = _MEMBERS.get(model.__name__)
    if members is None:
        members = {field.wire: Member(field) for field in model.fields().values()}
        _MEMBERS[model.__name__] = members
    return members


def join_path(path: str, step: str | int) -> str:
    """Append a member name or a list index to a path."""
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step


def check_document(model: type[Model], document: Any, path: str = "", *, partial: bool = False) -> dict[str, Any]:
    """Return a client's document with all values converted to their declared types. Text is accepted for numbers
    and booleans, and the reverse.

    :param partial: whether required members may be missing
    :raises InvalidDocumentError: the document does not match the model
    """
    if not isinstance(document, dict):
        raise InvalidDocumentError(path or None, f"{path or model.__name__} must be an object")
    members = member_types(model)
    # VidiCore ignores unknown attributes.
    ignored = document.attributes if isinstance(document, ElementDict) else ()
    for wire in document:
        if wire not in members and wire not in ignored:
            raise InvalidDocumentError(join_path(path, wire), f"{model.__name__} has no member {wire}")
    checked: dict[str, Any] = {}
    # In the order of the model.
    for wire in [wire for wire in members if wire in document or members[wire].is_required]:
        member, value, member_path = members[wire], document.get(wire), join_path(path, wire)
        if value is not None:
            check = _check_list if member.is_list else _check_value
            checked[wire] = check(member, value, member_path, partial)
        elif member.is_required and not partial:
            raise InvalidDocumentError(member_path, f"{member_path} is missing")
    return checked


def _check_list(member: Member, value: Any, path: str, partial: bool) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidDocumentError(path, f"{path} must be a list")
    return [_check_value(member, element, join_path(path, index), partial) for index, element in enumerate(value)]


def _check_value(member: Member, value: Any, path: str, partial: bool) -> Any:
    if member.model is not None:
        return check_document(member.model, value, path, partial=partial)
    if isinstance(value, ElementText) and "mode" in value.attributes:
        # Key-value metadata: ignoring the mode would replace what the client wants to add.
        raise InvalidDocumentError(path, f"{path} does not support mode={value.attributes['mode']}")
    try:
        checked = _SCALARS[member.type](value)
    except (TypeError, ValueError):
        raise InvalidDocumentError(path, f"{path} must be {_EXPECTED[member.type]}") from None
    if member.values is not None and checked not in member.values:
        raise InvalidDocumentError(path, f"{path} must be one of {', '.join(member.values)}")
    return checked


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int, float)):
        raise TypeError
    text = str(value)
    text.encode()  # raises UnicodeEncodeError for a lone surrogate
    return text


def _integer(value: Any) -> int:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise TypeError
    return read_integer(value) if isinstance(value, str) else int(value)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return read_number(value) if isinstance(value, str) else float(value)


def _boolean(value: Any) -> bool:
    return value if isinstance(value, bool) else read_boolean(value)


def _time(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    read_time(value)
    return value


_SCALARS: dict[str, Callable[[Any], Any]] = {
    "str": _string,
    "int": _integer,
    "float": _number,
    "bool": _boolean,
    "datetime": _time,
    "object": lambda value: value,
}

_EXPECTED = {
    "str": "text",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "datetime": "a time in ISO 8601",
    "object": "a value",
}
