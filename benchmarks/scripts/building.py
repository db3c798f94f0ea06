"""Builds the document of a request, five levels deep, with the same calls for all contenders that have classes."""

from __future__ import annotations

from typing import Any

FIELDS, GROUPS = 20, 3


def metadata(models: Any) -> Any:
    """Return metadata to set: fields, and fields in groups.

    :param models: an object with the classes as attributes
    """
    groups = [models.MetadataGroupValueType(name="subject", field=_fields(models, 5)) for _ in range(GROUPS)]
    whole = models.MetadataTypeTimespan(start="-INF", end="+INF", field=_fields(models, FIELDS), group=groups)
    return models.MetadataType(timespan=[whole])


def values() -> dict[str, Any]:
    """Return the values of the same document by the names of fields and groups."""
    groups = [{f"portal_{number}": f"text {number}" for number in range(5)} for _ in range(GROUPS)]
    return {**{f"portal_{number}": f"text {number}" for number in range(FIELDS)}, "subject": groups}


def _fields(models: Any, count: int) -> list[Any]:
    return [
        models.MetadataFieldValueType(name=f"portal_{number}", value=[models.MetadataValueType(value=f"text {number}")])
        for number in range(count)
    ]


class Plain:
    """Replaces the classes with dictionaries."""

    MetadataGroupValueType = MetadataTypeTimespan = MetadataType = MetadataFieldValueType = MetadataValueType = dict
