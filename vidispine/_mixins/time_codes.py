"""Time codes in documents: their value in seconds, and equality by value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vidispine.exceptions import ApiValueError

if TYPE_CHECKING:
    from vidispine.models.time_base_type import TimeBaseType

__all__ = ["TimeBaseMixin", "TimeCodeMixin", "ratio"]


class TimeBaseMixin:
    """Adds the sampling rate to a time base."""

    __slots__ = ()

    if TYPE_CHECKING:
        numerator: int
        denominator: int

    @property
    def rate(self) -> float:
        """Samples per second: ``denominator / numerator``, such as ``25.0``.

        :raises ApiValueError: A number is missing, zero, negative or too large.
        """
        numerator, denominator = ratio(1, self)
        return _divide(denominator, numerator)


class TimeCodeMixin:
    """Adds the value in seconds to a time code, and compares time codes by it."""

    __slots__ = ()

    if TYPE_CHECKING:
        samples: int
        time_base: TimeBaseType

    @property
    def seconds(self) -> float:
        """The time in seconds: ``samples * time_base.numerator / time_base.denominator``.

        ``vidispine.TimeCode(time_code)`` gives the exact time.

        :raises ApiValueError: A number is missing or too large, or one of the time base is not above zero.
        """
        return _divide(*ratio(self.samples, self.time_base))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TimeCodeMixin):
            return NotImplemented
        if super().__eq__(other) is True:
            return True
        try:
            numerator, denominator = ratio(self.samples, self.time_base)
            other_numerator, other_denominator = ratio(other.samples, other.time_base)
        except ApiValueError:
            return False
        return numerator * other_denominator == other_numerator * denominator

    __hash__ = None  # type: ignore[assignment]


def ratio(samples: int | None, base: TimeBaseMixin | None) -> tuple[int, int]:
    """Return samples of a time base in seconds, as numerator and denominator.

    :raises ApiValueError: a member is missing, or a number of the time base is not above zero
    """
    if samples is None or base is None:
        raise ApiValueError("a TimeCodeType must have samples and a time base to be a time")
    numerator, denominator = base.numerator or 0, base.denominator or 0
    if numerator <= 0 or denominator <= 0:
        raise ApiValueError("a TimeBaseType must have a numerator and a denominator greater than 0")
    return samples * numerator, denominator


def _divide(numerator: int, denominator: int) -> float:
    try:
        return numerator / denominator
    except OverflowError:
        raise ApiValueError("a time code must be in the range of a float to be read in seconds") from None
