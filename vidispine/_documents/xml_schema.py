"""The members of a model in XML: their names, their order, and the notation of their values."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Any

from vidispine._documents.registry import find_model, xml_names

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Optional

    from vidispine._documents.model import Field, Model

    _Reader = Callable[[str], Any]
    Declared = dict[str, tuple[str, bool, Optional[_Reader], Optional["Schema"]]]

__all__ = ["UNDECLARED", "Member", "Schema", "member_name", "schema_of"]

_COLONLESS_ZONE = re.compile(r"([+-]\d\d)(\d\d)$")


class Member:
    """A declared member: the converter of its text, and the schema of its elements."""

    __slots__ = ("is_list", "model", "read", "schema", "wire", "write", "xml")

    def __init__(self, field: Field) -> None:
        ref = field.type_ref
        self.wire = field.wire
        self.xml = field.xml
        self.is_list = ref.is_list
        element = (ref.element or ref).required if ref.is_list else ref
        self.read = _READERS.get(element.name) if element.element is None else None
        """Converts the text of a scalar; ``None`` if the value is a document."""
        self.write = _WRITERS.get(element.text)
        self.model = element.name if element.is_model else None
        self.schema: Schema | None = None

    def schema_of_value(self) -> Schema:
        """Return the schema of the value, which is cached."""
        if self.schema is None:
            self.schema = schema_of(find_model(self.model)) if self.model else UNDECLARED
        return self.schema


class Schema:
    """The members of a model, by their names in XML."""

    __slots__ = ("elements", "members", "special", "text", "wires")

    def __init__(self, model: type[Model] | None) -> None:
        members = {} if model is None else {field.wire: Member(field) for field in model.fields().values()}
        self.wires = members
        #: by ElementTree's tags of elements and attributes, with and without the namespace: what reading an element
        #: needs
        self.members: Declared = {
            tag: (wire, member.is_list, member.read, None)
            for wire, member in members.items()
            for tag in (wire, f"{{{xml_names().NAMESPACE}}}{wire}")
        }
        self.text = next((member for member in members.values() if member.xml == "text"), None)
        #: attributes and text
        self.special = [member for member in members.values() if member.xml]
        #: in the order in which they are written
        self.elements = [member for wire in _order(model) if (member := members[wire]).xml is None]

    def schema_within(self, tag: str, wire: str) -> Schema:
        """Return the schema of the value of a member, and cache it for the next element."""
        _, is_list, read, _ = self.members[tag]
        schema = self.wires[wire].schema_of_value()
        self.members[tag] = wire, is_list, read, schema
        return schema


def _order(model: type[Model] | None) -> list[str]:
    """Return the members of a model in the order of their elements: those of its base class come first."""
    if model is None or not model._fields:
        return []
    base: Any = next((base for base in model.__mro__[1:] if hasattr(base, "_fields")), None)
    inherited = _order(base)
    own = [field.wire for field in model._fields.values() if field.wire not in inherited]
    order = model.__dict__.get("_xml_order", "").split()
    return [*inherited, *(order + [wire for wire in own if wire not in order])]


UNDECLARED = Schema(None)


def schema_of(model: type[Model]) -> Schema:
    """Return the schema of a model, which is cached."""
    schema: Schema | None = model.__dict__.get("_xml_schema")
    if schema is None:
        schema = model._xml_schema = Schema(model)
    return schema


def member_name(tag: str) -> str:
    """Return the member that an undeclared element or attribute becomes, with another namespace in braces before it."""
    namespace, brace, name = tag.rpartition("}")
    return name if not brace or namespace[1:] == xml_names().NAMESPACE else tag


# Text of scalars. Numbers in another notation than that of JSON remain text, which is decoded on access. Only strings
# can be empty.


def _read_time(text: str) -> str | None:
    return text.strip() or None


_SMALL_NUMBERS: dict[str, int | str | None] = {str(number): number for number in range(1000)}


def _read_int(text: str) -> int | str | None:
    if text in _SMALL_NUMBERS:
        return _SMALL_NUMBERS[text]
    # Converting very long numbers takes more than linear time.
    if len(text) < 100:
        try:
            value = int(text)
        except ValueError:
            return text if text and not text.isspace() else None
        if str(value) == text.strip():
            return value
    return text


def _read_float(text: str) -> float | str | None:
    # Searching for the point is faster than raising an error for each number with a point.
    value = text if "." in text else _read_int(text)
    if value is text and len(text) < 100:
        try:
            number = float(text)
        except ValueError:
            return text
        if isfinite(number) and repr(number) == text.strip():
            return number
    return value


_BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "": None}


def _read_bool(text: str) -> bool | str | None:
    return _BOOLEANS.get(text.strip(), text)


_READERS: dict[str, _Reader] = {
    "str": str,
    "int": _read_int,
    "float": _read_float,
    "bool": _read_bool,
    "date": _read_time,
    "datetime": _read_time,
}


def _write_time(value: Any) -> Any:
    """Return a time in the notation of XML, with a colon in its zone."""
    return _COLONLESS_ZONE.sub(r"\1:\2", value) if isinstance(value, str) else value


def _write_int(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_WRITERS: dict[str, Callable[[Any], Any]] = {"datetime": _write_time, "int": _write_int}
