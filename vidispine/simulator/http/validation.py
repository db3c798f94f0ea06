"""Documents as the models declare them: what their members are, and whether a client's document has that shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vidispine.simulator.formats import read_boolean, read_integer, read_number, read_time

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.model import Field, Model

__all__ = ["BadDocumentError", "Member", "check_document", "member_types", "model_named", "place"]


class BadDocumentError(ValueError):
    """A document that a client sent and that cannot be used."""

    def __init__(self, place: str | None, explanation: str) -> None:
        super().__init__(explanation)
        self.place = place
        """Where in the document, such as ``field[2].key``; ``None`` when the whole is meant."""
        self.explanation = explanation


class Member:
    """What a member of a document is."""

    __slots__ = ("is_attribute", "is_list", "is_required", "is_text", "model", "scalar", "values")

    def __init__(self, field: Field) -> None:
        self.is_list = field.type.startswith("list[")
        self.is_attribute = field.xml == "attribute"
        self.is_text = field.xml == "text"
        """Whether it is what stands in the element itself, in XML."""
        self.is_required = field.required
        self.values = field.values
        name = field.type[len("list[") : -1] if self.is_list else field.type
        self.scalar = name
        """The type of the value when it is no document itself."""
        self.model = None if name in _SCALARS else model_named(name)
        """The model of the value when it is a document itself."""


def model_named(name: str) -> type[Model]:
    """Return a model by its name."""
    from vidispine import models

    model: type[Model] = getattr(models, name)
    return model


_MEMBERS: dict[str, dict[str, Member]] = {}


def member_types(model: type[Model]) -> dict[str, Member]:
    """Return what the members of a document are, by their wire names and in its order."""
    members = _MEMBERS.get(model.__name__)
    if members is None:
        members = {field.wire: Member(field) for field in model.fields().values()}
        _MEMBERS[model.__name__] = members
    return members


def place(where: str, step: str | int) -> str:
    """Return the name of a place within a place."""
    if isinstance(step, int):
        return f"{where}[{step}]"
    return f"{where}.{step}" if where else step


def check_document(model: type[Model], document: Any, where: str = "") -> dict[str, Any]:
    """Return a document from a client in wire form with every value of the declared type. Text that stands for
    a number or a boolean is taken, as is a number or a boolean where text is due.

    :raises BadDocumentError: it is not of this shape
    """
    if not isinstance(document, dict):
        raise BadDocumentError(where or None, f"{where or model.__name__} must be an object")
    members = member_types(model)
    for wire in document:
        if wire not in members:
            raise BadDocumentError(place(where, wire), f"{model.__name__} has no member {wire}")
    checked: dict[str, Any] = {}
    for wire, member in members.items():
        value = document.get(wire)
        here = place(where, wire)
        if value is not None:
            checked[wire] = _check_list(member, value, here) if member.is_list else _check_value(member, value, here)
        elif member.is_required:
            raise BadDocumentError(here, f"{here} is missing")
    return checked


def _check_list(member: Member, value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadDocumentError(where, f"{where} must be a list")
    return [_check_value(member, element, place(where, index)) for index, element in enumerate(value)]


def _check_value(member: Member, value: Any, where: str) -> Any:
    if member.model is not None:
        return check_document(member.model, value, where)
    try:
        checked = _SCALARS[member.scalar](value)
    except (TypeError, ValueError):
        raise BadDocumentError(where, f"{where} must be {_KINDS[member.scalar]}") from None
    if member.values is not None and checked not in member.values:
        raise BadDocumentError(where, f"{where} must be one of {', '.join(member.values)}")
    return checked


def _string(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, (str, int, float)):
        raise TypeError
    text = str(value)
    text.encode()  # half of a surrogate pair is no text, and an error here
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

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "datetime": "a time in ISO 8601",
    "object": "a value",
}
