"""Metadata as people look at it: the values of each field, whatever group it is in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vidispine import MetadataFieldValueType, MetadataGroupValueType, MetadataType

__all__ = ["SHOWN", "first_value", "title_of", "values_of"]

SHOWN = ("title", "originalFilename", "mediaType", "created", "user")
"""The fields that a list shows."""


def values_of(metadata: MetadataType | None) -> dict[str, list[str]]:
    """Return the values of each field that holds for the whole entity; those of a group by ``group.field``."""
    found: dict[str, list[str]] = {}
    for timespan in (metadata.timespan if metadata else None) or []:
        if (timespan.start, timespan.end) == ("-INF", "+INF"):
            _add(found, "", timespan.field, timespan.group)
    return found


def first_value(metadata: MetadataType | None, field: str) -> str | None:
    """Return the first value of a field; ``None`` where it has none."""
    return next(iter(values_of(metadata).get(field, [])), None)


def title_of(metadata: MetadataType | None) -> str | None:
    """Return what an entity is called: its title, or the name of the file that it was made of."""
    return first_value(metadata, "title") or first_value(metadata, "originalFilename")


def _add(
    found: dict[str, list[str]],
    prefix: str,
    fields: Iterable[MetadataFieldValueType] | None,
    groups: Iterable[MetadataGroupValueType] | None,
) -> None:
    for field in fields or []:
        values = [value.value for value in field.value or [] if value.value is not None]
        found.setdefault(f"{prefix}{field.name}", []).extend(values)
    for group in groups or []:
        _add(found, f"{prefix}{group.name}.", group.field, group.group)
