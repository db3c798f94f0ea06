"""The facets and highlights in the results of a search."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from vidispine._documents.times import parse_time
from vidispine.exceptions import ApiValueError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vidispine.models.facet_range_type import FacetRangeType
    from vidispine.models.facet_type import FacetType
    from vidispine.models.item_type import ItemType
    from vidispine.models.search_result_entry_type import SearchResultEntryType

__all__ = ["FacetCounts", "Highlights"]

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FacetCounts:
    """Adds the counts of facets to a page of hits."""

    __slots__ = ()

    if TYPE_CHECKING:
        facet: list[FacetType] | None

    @property
    def facets(self) -> dict[str, dict[Any, int]]:
        """The counts of the requested facets: name of the facet, or its field, to ``{value: count}``.

        Counts are in the order of the response. Values are text. A range is a pair ``(low, high)`` of numbers, times,
        time codes or text, with ``None`` where it is open. See :class:`vidispine.Facet`.
        """
        found: dict[str, dict[Any, int]] = {}
        for facet in self.facet or []:
            counts = found.setdefault(facet.name or facet.field, {})
            counts.update(_counts(facet))
        return found


def _counts(facet: FacetType) -> Iterator[tuple[Any, int]]:
    for count in facet.count or []:
        # Recorded responses have `count`; the published schema has the text of the element.
        number = count.count if count.value is None else count.value
        yield count.field_value, number or 0
    texts = [text for limits in facet.range or [] for text in (limits.start, limits.end) if text]
    read = _time_code if any("@" in text for text in texts) else _limit
    for limits in facet.range or []:
        yield (read(limits.start), read(limits.end)), _number(limits)


def _number(limits: FacetRangeType) -> int:
    """Return the number of hits in a range, which servers return under different names."""
    others = [value for value in limits.additional_properties.values() if str(value).isdecimal()]
    text = next((text for text in (limits.value, limits.integerorempty, *others) if text not in (None, "")), 0)
    return int(text)


def _limit(text: str | None) -> Any:
    """Return a limit of a range as a number, a time or a date if it is one; ``None`` if the range is open."""
    if text is None or text in ("", "*"):
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else parse_time(text)
    except ValueError:
        return text


def _time_code(text: str | None) -> Any:
    """Return a limit of a range of time codes, whose others may be written without a time base."""
    from vidispine._mixins.media_time import TimeCode

    try:
        return TimeCode(text) if text not in (None, "", "*") else None
    except ApiValueError:
        return _limit(text)


class Highlights:
    """Adds the marked values to a hit."""

    __slots__ = ()

    @property
    def highlights(self) -> dict[str, list[str]]:
        """The values in which the search found words, by field, with the words marked if requested.

        Values of all timespans are included, in order. ``timespan`` has the times.
        """
        found: dict[str, list[str]] = {}
        hit = cast("ItemType | SearchResultEntryType", self)
        for timespan in hit.timespan or []:
            for field in timespan.field or []:
                found.setdefault(field.name, []).extend(field.value or [])
        return found
