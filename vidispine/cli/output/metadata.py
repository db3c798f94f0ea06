"""Metadata fields of items and collections, for tables and item details."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine import MetadataFieldValueType, MetadataGroupValueType, MetadataType

__all__ = ["LIST_FIELDS", "field_values", "first_value", "shown_values", "title_of"]

LIST_FIELDS = ("title", "originalFilename", "mediaType", "created", "user")
"""Fields that a list needs for its columns."""


def field_values(metadata: MetadataType | None) -> dict[str, list[str]]:
    """Return the values of each field that covers the whole entity. Fields of a group are named ``group.field``."""
    values: dict[str, list[str]] = {}
    for timespan in (metadata.timespan if metadata else None) or []:
        if (timespan.start, timespan.end) == ("-INF", "+INF"):
            _add(values, "", timespan.field, timespan.group)
    return values


def shown_values(metadata: MetadataType | None) -> list[tuple[str, str]]:
    """Return the fields and their values for item details, without transient fields."""
    values = field_values(metadata)
    return [(name, "; ".join(found)) for name, found in values.items() if not name.startswith("__")]


def first_value(metadata: MetadataType | None, field: str) -> str | None:
    """Return the first value of a field; ``None`` if the field has no value."""
    return next(iter(field_values(metadata).get(field, [])), None)


def title_of(metadata: MetadataType | None) -> str | None:
    """Return the title, or the original file name if there is no title."""
    return first_value(metadata, "title") or first_value(metadata, "originalFilename")


def _add(
    values: dict[str, list[str]],
    prefix: str,
    fields: Iterable[MetadataFieldValueType] | None,
    groups: Iterable[MetadataGroupValueType] | None,
) -> None:
    for field in fields or []:
        found = [value.value for value in field.value or [] if value.value is not None]
        values.setdefault(f"{prefix}{field.name}", []).extend(found)
    for group in groups or []:
        _add(values, f"{prefix}{group.name}.", group.field, group.group)
