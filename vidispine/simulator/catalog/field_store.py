"""The definitions of metadata fields, and what their types make of values."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vidispine.simulator.catalog.time_codes import seconds
from vidispine.simulator.formats import read_boolean, read_number, read_time, to_milliseconds
from vidispine.simulator.http.errors import invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.simulator.database import Database

__all__ = ["Field", "Fields"]

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*_\w+", re.ASCII)
"""What a name of a field or group looks like that is not the server's: a namespace, an underscore and more."""

_BUILT_IN = {
    "string": ("title", "originalFilename", "description"),
    "string-exact": (
        "itemId", "collectionId", "user", "mediaType", "mimeType", "shapeTag", "originalUri", "originalFormat",
        "originalVideoCodec", "originalAudioCodec",
    ),
    "date": ("created",),
    "float": ("durationSeconds",),
    "timeCode": ("durationTimeCode", "startTimeCode"),
    "integer": ("originalWidth", "originalHeight"),
}  # fmt: skip
_FREE = frozenset({"title", "description"})
"""Fields that are there from the start but that users write."""

TRANSIENT = {
    "__user": "string-exact",
    "__metadata_last_modified": "date",
    "__collection": "string-exact",
    "__collection_size": "integer",
    "__ancestor_collection": "string-exact",
    "__ancestor_collection_size": "integer",
    "__parent_collection": "string-exact",
    "__parent_collection_size": "integer",
    "__child_collection": "string-exact",
    "__child_collection_size": "integer",
    "__items": "string-exact",
    "__items_size": "integer",
    "__folder_mapped": "boolean",
    "__shape": "string-exact",
    "__shape_size": "integer",
    "__placeholder_shape_size": "integer",
}
"""Fields that are made when they are read, and their types."""


class Field:
    """The definition of a field."""

    def __init__(self, name: str, type: str, document: dict[str, Any]) -> None:
        self.name = name
        self.type = type
        self.document = document
        self.is_system = document.get("system") == "true"
        kind = type.partition("-")[0]
        self.kind = kind
        """What its values are: ``string``, ``date``, ``integer``, ``long``, ``float``, ``boolean``, ``timeCode``."""
        self.is_number = kind not in ("string", "boolean")
        self.is_exact = type.startswith("string-exact")
        self.is_indexed = not type.endswith("-noindex") and document.get("index") != "noindex"
        self.is_free_text = self.is_indexed and kind == "string" and document.get("fullText", True)

    def number(self, value: str) -> float:
        """Return what numbers, times and time codes are compared by.

        :raises ValueError: the text is no such value
        """
        return _NUMBERS[self.kind](value)

    def check(self, value: str) -> None:
        """Refuse what is no value of this field.

        :raises Fault: it is not
        """
        try:
            if self.is_number:
                number = self.number(value)
                self._check_range(number)
            elif self.kind == "boolean":
                read_boolean(value)
            else:
                self._check_text(value)
        except ValueError as error:
            explanation = str(error) or f"this is no {self.kind}"
            raise invalid(self.name, value, f"{self.name}: {explanation}", context="metadata") from None

    def _check_range(self, number: float) -> None:
        limits = self.document.get(f"{self.kind}Restriction", {})
        if number < limits.get("minInclusive", number) or number > limits.get("maxInclusive", number):
            raise ValueError("the value is outside of what the field's definition allows")

    def _check_text(self, value: str) -> None:
        limits = self.document.get("stringRestriction", {})
        if not limits.get("minLength", 0) <= len(value) <= limits.get("maxLength", len(value)):
            raise ValueError("the text is shorter or longer than the field's definition allows")
        pattern = limits.get("pattern")
        if pattern is not None and not re.fullmatch(pattern, value):
            raise ValueError(f"the text does not match the pattern {pattern} of the field's definition")


def _whole(text: str) -> float:
    number = read_number(text)
    if not number.is_integer():
        raise ValueError(f"{text!r} is not a whole number")
    return number


_NUMBERS: dict[str, Callable[[str], float]] = {
    "date": lambda text: to_milliseconds(read_time(text)),
    "integer": _whole,
    "long": _whole,
    "float": read_number,
    "timeCode": seconds,
}


class Fields:
    """All definitions."""

    def __init__(self, database: Database) -> None:
        """Speak about the fields in this database; one without any gets those that the server has."""
        self._database = database
        if not database.value("SELECT count(*) FROM metadata_field"):
            with database.transaction():
                self._add_built_in()

    def _add_built_in(self) -> None:
        for type, names in _BUILT_IN.items():
            for name in names:
                system = {} if name in _FREE else {"system": "true"}
                self.put(name, {"type": type, "origin": "VX", **system})

    def put(self, name: str, document: dict[str, Any]) -> Field:
        """Add a definition, or replace one."""
        self._database.execute(
            "INSERT OR REPLACE INTO metadata_field VALUES (?, ?, ?)", [name, document["type"], json.dumps(document)]
        )
        return Field(name, document["type"], document)

    def remove(self, name: str) -> None:
        """Remove a definition."""
        self._database.execute("DELETE FROM metadata_field WHERE name = ?", [name])

    def names(self) -> list[str]:
        """Return the names of all fields."""
        return [row["name"] for row in self._database.rows("SELECT name FROM metadata_field ORDER BY name")]

    def find(self, name: str) -> Field | None:
        """Return a field by its name."""
        if name in TRANSIENT:
            return Field(name, TRANSIENT[name], {"type": TRANSIENT[name], "system": "true"})
        row = self._database.row("SELECT * FROM metadata_field WHERE name = ?", name)
        return None if row is None else Field(row["name"], row["type"], json.loads(row["document"]))

    def get(self, name: str, type: str = "metadata-field") -> Field:
        """Return a field by its name.

        :param type: what the error says that there is none of
        :raises Fault: there is none
        """
        field = self.find(name)
        if field is None:
            raise not_found(type, name)
        return field
