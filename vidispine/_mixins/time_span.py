"""Time spans between exact time codes; public in :mod:`vidispine.timecode`."""

from __future__ import annotations

from functools import total_ordering
from typing import TYPE_CHECKING, Any

from vidispine._mixins.media_time import TimeCode, TimeCodeLike
from vidispine._mixins.time_codes import TimeCodeMixin
from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["TimeSpan"]


@total_ordering
class TimeSpan:
    """The time from a start to an end. Immutable, hashed by value, sorted by start and then by end.

    It contains its start and not its end, so adjacent spans do not overlap. A span with equal start and end is one
    point. Whether the server counts the end of an interval as part of it is not documented.

    :param start: a time code, or its text; or the text of a span, such as ``100@PAL-250@PAL``. Default: ``-INF``.
    :param end: a time code, or its text. Default: ``+INF``.
    :raises ApiValueError: text that is not a time code, an end before the start, a start of ``+INF``, or an end of
        ``-INF``
    :raises ApiTypeError: a value that is not a time code
    """

    __slots__ = ("_end", "_start")
    __module__ = "vidispine.timecode"

    _start: TimeCode
    _end: TimeCode

    def __new__(cls, start: TimeCodeLike = "-INF", end: TimeCodeLike = "+INF") -> Self:
        self = object.__new__(cls)
        if isinstance(start, str) and end == "+INF":
            start, end = _ends(start)
        self._start, self._end = _point(start), _point(end)
        # Equal ends are a point in time, unless they are infinite.
        if self._end < self._start or (self._end == self._start and not self._end.is_finite):
            raise ApiValueError(f"a time span must not end before it starts, as from {self._start} to {self._end}")
        return self

    @property
    def start(self) -> TimeCode:
        """First point in time; ``-INF`` when it is open."""
        return self._start

    @property
    def end(self) -> TimeCode:
        """End of the span, which is not part of it; ``+INF`` when it is open."""
        return self._end

    @property
    def duration(self) -> TimeCode:
        """The time from start to end; ``+INF`` when one of them is open."""
        return self._end - self._start

    def contains(self, other: TimeCodeLike | TimeSpan) -> bool:
        """Return whether a point in time, or the whole of another span, is in this one; ``other in span`` is the same.

        :param other: a time code or its text, or a span
        :raises ApiValueError, ApiTypeError: not a time code
        """
        if isinstance(other, TimeSpan):
            return self.contains(other._start) and other._end <= self._end
        point = _point(other)
        return point == self._start or self._start <= point < self._end

    def overlaps(self, other: TimeSpan) -> bool:
        """Return whether this span and another have a point in common.

        :param other: the other span
        :raises ApiTypeError: not a time span
        """
        return self.intersection(other) is not None

    def intersection(self, other: TimeSpan) -> TimeSpan | None:
        """Return what this span and another have in common; ``None`` if that is nothing.

        :param other: the other span
        :raises ApiTypeError: not a time span
        """
        _require_span(other)
        start = max(self._start, other._start)
        if not (self.contains(start) and other.contains(start)):
            return None
        return TimeSpan(start, min(self._end, other._end))

    def __contains__(self, other: TimeCodeLike | TimeSpan) -> bool:
        return self.contains(other)

    def __str__(self) -> str:
        """Return the notation of parameters such as ``interval``: ``250@PAL-500@PAL``."""
        return f"{self._start}-{self._end}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._start)!r}, {str(self._end)!r})"

    def __eq__(self, other: object) -> bool:
        return self._order == other._order if isinstance(other, TimeSpan) else NotImplemented

    def __lt__(self, other: TimeSpan) -> bool:
        if not isinstance(other, TimeSpan):
            return NotImplemented
        return self._order < other._order

    def __hash__(self) -> int:
        return hash(self._order)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._order

    @property
    def _order(self) -> tuple[TimeCode, TimeCode]:
        return self._start, self._end


def _ends(text: str) -> tuple[str, str]:
    """Return the start and the end in the text of a span; for the text of a time code, ``+INF`` is the end."""
    # The first character may be a sign.
    start, separator, end = text[1:].partition("-")
    return (text[:1] + start, end) if separator else (text, "+INF")


def _point(value: Any) -> TimeCode:
    # A number would be interpreted as seconds, but may be a number of samples.
    if isinstance(value, (TimeCode, TimeCodeMixin, str)):
        return TimeCode(value)
    raise ApiTypeError(f"a point in time must be a TimeCode or its text, not {type(value).__name__}")


def _require_span(value: Any) -> None:
    if not isinstance(value, TimeSpan):
        raise ApiTypeError(f"the other span must be a TimeSpan, not {type(value).__name__}")
