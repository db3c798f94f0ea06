"""Definitions of metadata fields, and the checks and comparisons of their types."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from vidispine._documents.json import load_json
from vidispine.simulator.catalog.patterns import PatternTimeoutError, full_matches
from vidispine.simulator.catalog.time_codes import seconds
from vidispine.simulator.http.errors import invalid_input, not_found
from vidispine.simulator.http.formats import read_boolean, read_number, read_time, to_milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable

    from vidispine.simulator.database.connection import Database

NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*_\w+", re.ASCII)
"""Names that users may define: a namespace, an underscore and a name."""

_BUILT_IN = {
    "string": ("title", "originalFilename", "description"),
    "string-exact": (
        "itemId",
        "collectionId",
        "user",
        "mediaType",
        "mimeType",
        "shapeTag",
        "originalUri",
        "originalFormat",
        "originalVideoCodec",
        "originalAudioCodec",
    ),
    "date": ("created",),
    "float": ("durationSeconds",),
    "timeCode": ("durationTimeCode", "startTimeCode"),
    "integer": ("originalWidth", "originalHeight"),
}
_WRITABLE = frozenset({"title", "description"})
"""Built-in fields that users may write."""

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
"""Types of transient fields, which are computed when they are read."""


class Field:
    """Definition of a field."""

    def __init__(self, name: str, type: str, document: dict[str, Any]) -> None:
        self.name = name
        self.type = type
        self.document = document
        self.is_system = document.get("system") == "true"
        kind = type.partition("-")[0]
        self.kind = kind
        """Kind of the values: ``string``, ``date``, ``integer``, ``long``, ``float``, ``boolean`` or ``timeCode``."""
        self.is_number = kind not in ("string", "boolean")
        self.is_exact = type.startswith("string-exact")
        self.is_indexed = not type.endswith("-noindex") and document.get("index") != "noindex"
        self.is_free_text = self.is_indexed and kind == "string" and document.get("fullText", True)

    def number(self, value: str) -> float:
        """Return the number by which a value is compared.

        :raises ValueError: the value is invalid
        """
        return _NUMBERS[self.kind](value)

    def check(self, value: str) -> None:
        """Check a value of this field.

        :raises ApiError: the value is invalid
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
            explanation = str(error) or f"this is not a valid {self.kind}"
            raise invalid_input(self.name, value, f"{self.name}: {explanation}", context="metadata") from None

    def _check_range(self, number: float) -> None:
        limits = self.document.get(f"{self.kind}Restriction", {})
        if number < limits.get("minInclusive", number) or number > limits.get("maxInclusive", number):
            raise ValueError("the value is outside of the range in the field's definition")

    def _check_text(self, value: str) -> None:
        limits = self.document.get("stringRestriction", {})
        if not limits.get("minLength", 0) <= len(value) <= limits.get("maxLength", len(value)):
            raise ValueError("the length of the text is outside of the range in the field's definition")
        pattern = limits.get("pattern")
        if pattern is None:
            return
        try:
            (matches,) = full_matches(pattern, [value])
        except PatternTimeoutError:
            raise ValueError(f"the pattern {pattern} of the field's definition takes too long") from None
        if not matches:
            raise ValueError(f"the text does not match the pattern {pattern} of the field's definition")


def _parse_integer(text: str) -> float:
    number = read_number(text)
    if not number.is_integer():
        raise ValueError(f"{text!r} is not an integer")
    return number


_NUMBERS: dict[str, Callable[[str], float]] = {
    "date": lambda text: to_milliseconds(read_time(text)),
    "integer": _parse_integer,
    "long": _parse_integer,
    "float": read_number,
    "timeCode": seconds,
}


class FieldStore:
    """Stores field definitions."""

    def __init__(self, database: Database) -> None:
        """Use a database. Built-in fields are added to a new one."""
        self._database = database
        self._known: dict[str, Field] = database.new_cache()
        if not database.value("SELECT count(*) FROM metadata_field"):
            with database.transaction():
                self._add_built_in()

    def _add_built_in(self) -> None:
        for type, names in _BUILT_IN.items():
            for name in names:
                system = {} if name in _WRITABLE else {"system": "true"}
                self.put(name, {"type": type, "origin": "VX", **system})

    def put(self, name: str, document: dict[str, Any]) -> Field:
        """Create or replace a field."""
        self._known.clear()
        self._database.put("metadata_field", name=name, type=document["type"], document=json.dumps(document))
        return Field(name, document["type"], document)

    def remove(self, name: str) -> None:
        """Delete a field."""
        self._known.clear()
        self._database.delete("metadata_field", name=name)

    def names(self) -> list[str]:
        """Return the names of all fields."""
        return self._database.column("SELECT name FROM metadata_field ORDER BY name")

    def find(self, name: str) -> Field | None:
        """Return a field, ``None`` when it is missing."""
        if name in TRANSIENT:
            return Field(name, TRANSIENT[name], {"type": TRANSIENT[name], "system": "true"})
        field = self._known.get(name)
        if field is None:
            row = self._database.row("SELECT * FROM metadata_field WHERE name = ?", name)
            if row is not None:
                field = self._known[name] = Field(row["name"], row["type"], load_json(row["document"]))
        return field

    def get(self, name: str, type: str = "metadata-field") -> Field:
        """Return a field.

        :param type: name of the entity type in the error
        :raises ApiError: the field is missing
        """
        field = self.find(name)
        if field is None:
            raise not_found(type, name)
        return field
