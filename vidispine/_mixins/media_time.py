"""Time bases, time codes and time spans as exact rational numbers; public as :mod:`vidispine.timecode`."""

from __future__ import annotations

import math
import operator
import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from typing import TYPE_CHECKING, Any, SupportsIndex, Union

from vidispine._mixins.smpte import format_smpte, parse_smpte
from vidispine._mixins.time_codes import TimeBaseMixin, TimeCodeMixin
from vidispine.exceptions import ApiTypeError, ApiValueError, one_line

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["TimeBase", "TimeCode", "TimeSpan"]

_CONSTANTS = {"PAL": Fraction(1, 25), "NTSC": Fraction(1001, 30000), "NTSC30": Fraction(1, 30)}
_NAMES = {length: name for name, length in _CONSTANTS.items()}
_INFINITIES = {"-INF": -1, "+INF": 1}
# Bounded, as Python takes quadratic time for long numbers.
_BASE = re.compile(r"([0-9]{1,40})(?::([0-9]{1,40}))?")
_TIME_CODE = re.compile(r"([+-]?[0-9]{1,40})(?:@([A-Z0-9:]+))?")
_SECONDS = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")
_BITS = 63


class TimeBase:
    """The length of one sample, as an exact fraction of a second. Immutable; equal and hashed by value.

    :param base: text (``"PAL"``, ``"NTSC"``, ``"NTSC30"``, ``"25"``, ``"30000:1001"``: samples per second), a whole
        number of samples per second, or a :class:`~vidispine.TimeBaseType`
    :raises ApiValueError: text that is not a time base, or a number that is not from 1 to 2**63 - 1
    :raises ApiTypeError: a value of another type, such as a ``float``
    """

    __slots__ = ("_length",)
    # Pickles name the public module.
    __module__ = "vidispine.timecode"

    _length: Fraction

    def __new__(cls, base: TimeBaseLike) -> Self:
        return cls._of(_length(base))

    @classmethod
    def _of(cls, length: Fraction) -> Self:
        self = object.__new__(cls)
        self._length = length
        return self

    @property
    def numerator(self) -> int:
        """Numerator of the length of one sample in seconds, in lowest terms: ``1001`` for ``NTSC``."""
        return self._length.numerator

    @property
    def denominator(self) -> int:
        """Denominator of the length of one sample in seconds, in lowest terms: ``30000`` for ``NTSC``."""
        return self._length.denominator

    @property
    def rate(self) -> float:
        """Samples per second: ``25.0`` for ``PAL``. Exactly, they are ``denominator / numerator``."""
        return self.denominator / self.numerator

    def __str__(self) -> str:
        """Return the constant, or the shortest ratio: ``PAL``, ``48000``, ``24000:1001``."""
        ratio = f"{self.denominator}:{self.numerator}" if self.numerator > 1 else str(self.denominator)
        return _NAMES.get(self._length, ratio)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return self._length == other._length if isinstance(other, TimeBase) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._length)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self),)


@total_ordering
class TimeCode:
    """A point in time or a duration: a number of samples in a time base. Immutable, exact, sorted and hashed by time.

    One that was parsed prints as it was written. Others print ``samples@base``: ``250@PAL``.

    :param value: text (``"250@PAL"``, ``"1234@30000:1001"``, ``"10"`` for 10 seconds, ``"-INF"``, ``"+INF"``), a whole
        number of samples, or a :class:`~vidispine.TimeCodeType`. Range of samples: 64 bits, signed.
    :param base: length of a sample, for a number of samples. Default: one second.
    :raises ApiValueError: text that is not a time code, or a number out of range
    :raises ApiTypeError: a value of another type, such as a ``float``; :meth:`from_seconds` takes seconds
    """

    __slots__ = ("_base", "_infinity", "_samples", "_text")
    __module__ = "vidispine.timecode"

    _samples: int
    _base: TimeBase
    _infinity: int
    _text: str | None

    def __new__(cls, value: TimeCodeLike | SupportsIndex, base: TimeBaseLike | None = None) -> Self:
        if base is not None:
            return cls._of(_whole(value, "samples in a time base must be a whole number"), TimeBase(base))
        if isinstance(value, TimeCode):
            return cls._of(value._samples, value._base, value._infinity, value._text)
        if isinstance(value, str):
            return cls._parse(value)
        if isinstance(value, TimeCodeMixin):
            return cls._of(
                _whole(value.samples, "TimeCodeType.samples must be a whole number"), TimeBase(value.time_base)
            )
        return cls._of(
            _whole(value, "a time code must be text or a whole number (TimeCode.from_seconds takes others)"), _SECOND
        )

    @classmethod
    def _parse(cls, text: str) -> Self:
        if text in _INFINITIES:
            return cls._of(0, _SECOND, _INFINITIES[text])
        found = _TIME_CODE.fullmatch(text)
        if found is None:
            raise ApiValueError(
                f"{_show(text)} is not a time code: must be samples@timebase such as '250@PAL', '-INF' or '+INF'"
            )
        return cls._of(int(found[1]), TimeBase(found[2]) if found[2] else _SECOND, text=found[0])

    @classmethod
    def _of(cls, samples: int, base: TimeBase, infinity: int = 0, text: str | None = None) -> Self:
        if samples.bit_length() > _BITS:
            raise ApiValueError(f"a time code must have less than 2**{_BITS} samples, in either direction")
        self = object.__new__(cls)
        self._samples, self._base, self._infinity, self._text = samples, base, infinity, text
        return self

    @classmethod
    def from_seconds(cls, seconds: Seconds, base: TimeBaseLike) -> Self:
        """Return the time code nearest to a number of seconds; halfway between two samples, the later one.

        :param seconds: text in decimal notation, ``Fraction``, ``Decimal`` and ``int`` are taken exactly; a ``float``
            is taken as the decimal number that Python prints for it
        :param base: the time base of the result
        :raises ApiValueError: text that is not a number, or a number that is not finite or is out of range
        :raises ApiTypeError: a value of another type
        """
        base = TimeBase(base)
        return cls._of(_round(_exact(seconds) / base._length), base)

    @classmethod
    def from_smpte(cls, text: str, base: TimeBaseLike) -> Self:
        """Return the time code that SMPTE text stands for.

        :param text: ``HH:MM:SS:FF``, or with ``;`` or ``.`` before the frames for drop-frame; a negative time begins
            with ``-``
        :param base: the frame rate: at most 120, and 29.97 or 59.94 for drop-frame
        :raises ApiValueError: text that is not SMPTE or does not exist at this rate, or another base
        :raises ApiTypeError: a value of the wrong type
        """
        if not isinstance(text, str):
            raise ApiTypeError(f"SMPTE must be text, not {type(text).__name__}")
        base = TimeBase(base)
        return cls._of(parse_smpte(text, 1 / base._length), base)

    @property
    def samples(self) -> int:
        """Number of samples.

        :raises ApiValueError: ``-INF`` and ``+INF`` have none
        """
        self._require_finite("samples")
        return self._samples

    @property
    def base(self) -> TimeBase:
        """Length of one sample.

        :raises ApiValueError: ``-INF`` and ``+INF`` have none
        """
        self._require_finite("time base")
        return self._base

    @property
    def seconds(self) -> float:
        """The time in seconds, rounded to a ``float``; ``-inf`` and ``inf`` for ``-INF`` and ``+INF``."""
        return self._infinity * math.inf if self._infinity else float(self._time)

    @property
    def is_finite(self) -> bool:
        """``False`` for ``-INF`` and ``+INF``, the open ends of a time span."""
        return not self._infinity

    def convert(self, base: TimeBaseLike) -> TimeCode:
        """Return the time code nearest to this one in another base; halfway between two samples, the later one.

        The result equals this time code if the conversion is exact. ``-INF`` and ``+INF`` stay as they are.

        :param base: the time base of the result
        :raises ApiValueError, ApiTypeError: not a time base, or too many samples in this base
        """
        base = TimeBase(base)
        return self if self._infinity else TimeCode._of(_round(self._time / base._length), base)

    def smpte(self, base: TimeBaseLike | None = None, drop_frame: bool = False) -> str:
        """Return SMPTE text: ``HH:MM:SS:FF``, or ``HH:MM:SS;FF`` for drop-frame. ``f"{time_code:smpte}"`` is the same.

        Hours go on beyond 24. A negative time begins with ``-``.

        :param base: the frame rate: at most 120, and 29.97 or 59.94 for drop-frame. The time is rounded to the nearest
            frame, as by :meth:`convert`. Default: the base of this time code.
        :param drop_frame: whether to skip frame numbers, so that the text keeps up with the clock
        :raises ApiValueError: another base, or ``-INF`` or ``+INF``
        :raises ApiTypeError: not a time base
        """
        frames = self if base is None else self.convert(base)
        frames._require_finite("SMPTE text")
        return format_smpte(frames._samples, 1 / frames._base._length, drop_frame)

    def to_fraction(self) -> Fraction:
        """Return the exact time in seconds.

        :raises ApiValueError: ``-INF`` and ``+INF`` have no finite value
        """
        self._require_finite("value in seconds")
        return self._time

    def to_timedelta(self) -> timedelta:
        """Return the time as a ``timedelta``, rounded to the nearest microsecond.

        :raises ApiValueError: ``-INF``, ``+INF``, or more than the 999999999 days of a ``timedelta``
        """
        try:
            return timedelta(microseconds=_round(self.to_fraction() * 10**6))
        except OverflowError:
            raise ApiValueError(f"{self} must be within 999999999 days to become a timedelta") from None

    def to_document(self) -> dict[str, Any]:
        """Return the time code as documents have it, which attributes of type ``TimeCodeType`` accept.

        :raises ApiValueError: ``-INF`` and ``+INF`` exist as text only
        """
        base = self.base
        return {"samples": self._samples, "timeBase": {"numerator": base.numerator, "denominator": base.denominator}}

    @property
    def _time(self) -> Fraction:
        return self._samples * self._base._length

    @property
    def _order(self) -> tuple[int, Fraction]:
        return self._infinity, self._time

    def _require_finite(self, what: str) -> None:
        if self._infinity:
            raise ApiValueError(f"{self} has no {what}")

    def __str__(self) -> str:
        if self._infinity:
            return "+INF" if self._infinity > 0 else "-INF"
        return self._text or f"{self._samples}@{self._base}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"

    def __format__(self, spec: str) -> str:
        """Return SMPTE text for ``smpte``, and otherwise the text in a format of ``str``."""
        if spec == "smpte":
            return self.smpte()
        try:
            return format(str(self), spec)
        except ValueError:
            raise ApiValueError(f"the format of a time code must be 'smpte' or that of a str, not {spec!r}") from None

    def __eq__(self, other: object) -> bool:
        if isinstance(other, TimeCodeMixin):
            try:
                other = TimeCode(other)
            except (ApiTypeError, ApiValueError):
                return False
        return self._order == other._order if isinstance(other, TimeCode) else NotImplemented

    def __lt__(self, other: TimeCode) -> bool:
        return self._order < other._order if isinstance(other, TimeCode) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._order)

    def __add__(self, other: TimeCode) -> TimeCode:
        """Return the sum, in the coarsest base that holds both exactly."""
        if not isinstance(other, TimeCode):
            return NotImplemented
        if self._infinity or other._infinity:
            if self._infinity + other._infinity == 0:
                raise ApiValueError("the sum of -INF and +INF is not defined")
            return self if self._infinity else other
        base = _common_base(self._base, other._base)
        return TimeCode._of(int((self._time + other._time) / base._length), base)

    def __neg__(self) -> TimeCode:
        return TimeCode._of(-self._samples, self._base, -self._infinity)

    def __sub__(self, other: TimeCode) -> TimeCode:
        return self + -other if isinstance(other, TimeCode) else NotImplemented

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self),)


@total_ordering
class TimeSpan:
    """The time from a start to an end. Immutable, hashed by value, sorted by start and then by end.

    It contains its start and not its end, so that spans that meet do not overlap. A span whose start is its end is that
    one point. Whether the server counts the end of an interval as part of it is not documented.

    :param start: a time code, or its text. Default: ``-INF``.
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
        self._start, self._end = _point(start), _point(end)
        if self._end < self._start or self._start._infinity > 0 or self._end._infinity < 0:
            raise ApiValueError(f"a time span must not end before it starts, as from {self._start} to {self._end}")
        return self

    @property
    def start(self) -> TimeCode:
        """First point in time; ``-INF`` when it is open."""
        return self._start

    @property
    def end(self) -> TimeCode:
        """Point in time at which the span is over; ``+INF`` when it is open."""
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
        if not isinstance(other, TimeSpan):
            raise ApiTypeError(f"the other span must be a TimeSpan, not {type(other).__name__}")
        start = max(self._start, other._start)
        if not (self.contains(start) and other.contains(start)):
            return None
        return TimeSpan(start, min(self._end, other._end))

    def __contains__(self, other: TimeCodeLike | TimeSpan) -> bool:
        return self.contains(other)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self._start)!r}, {str(self._end)!r})"

    def __eq__(self, other: object) -> bool:
        return self._order == other._order if isinstance(other, TimeSpan) else NotImplemented

    def __lt__(self, other: TimeSpan) -> bool:
        return self._order < other._order if isinstance(other, TimeSpan) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._order)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._order

    @property
    def _order(self) -> tuple[TimeCode, TimeCode]:
        return self._start, self._end


TimeBaseLike = Union[TimeBase, TimeBaseMixin, str, SupportsIndex]
TimeCodeLike = Union[TimeCode, TimeCodeMixin, str]
Seconds = Union[str, float, Fraction, Decimal]


def _length(base: TimeBaseLike) -> Fraction:
    """Return the length of a sample in seconds."""
    if isinstance(base, TimeBase):
        return base._length
    if isinstance(base, str):
        return _CONSTANTS.get(base) or _parse_length(base)
    if isinstance(base, TimeBaseMixin):
        numerator = _whole(base.numerator, "TimeBaseType.numerator must be a whole number")
        return _positive(numerator, _whole(base.denominator, "TimeBaseType.denominator must be a whole number"))
    return _positive(1, _whole(base, "a time base must be text or a whole number (29.97 frames per second are 'NTSC')"))


def _parse_length(text: str) -> Fraction:
    found = _BASE.fullmatch(text)
    if found is None:
        raise ApiValueError(
            f"{_show(text)} is not a time base: must be samples per second such as '25' or '30000:1001', "
            f"or one of {', '.join(_CONSTANTS)}"
        )
    return _positive(int(found[2] or 1), int(found[1]))


def _positive(numerator: int, denominator: int) -> Fraction:
    if min(numerator, denominator) < 1 or max(numerator, denominator).bit_length() > _BITS:
        raise ApiValueError(f"the numbers of a time base must be from 1 to 2**{_BITS} - 1")
    return Fraction(numerator, denominator)


def _common_base(one: TimeBase, other: TimeBase) -> TimeBase:
    """Return the coarsest base that both are multiples of."""
    if one == other:
        return one
    numerator = math.gcd(one.numerator * other.denominator, other.numerator * one.denominator)
    common = Fraction(numerator, one.denominator * other.denominator)
    return TimeBase._of(_positive(common.numerator, common.denominator))


def _whole(value: Any, rule: str) -> int:
    # A bool is an int in Python, and never meant as one here.
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise ApiTypeError(f"{rule}, not {type(value).__name__}")
    return operator.index(value)


def _point(value: TimeCodeLike) -> TimeCode:
    # A number would be taken as seconds, where samples may have been meant.
    if isinstance(value, (TimeCode, TimeCodeMixin, str)):
        return TimeCode(value)
    raise ApiTypeError(f"a point in time must be a TimeCode or its text, not {type(value).__name__}")


def _exact(seconds: Seconds) -> Fraction:
    if isinstance(seconds, Fraction):
        return seconds
    if isinstance(seconds, float):
        # Its decimal form is what was meant: 0.06 is a little less than 6/100.
        seconds = float.__repr__(seconds)
    if isinstance(seconds, (str, Decimal)):
        text = str(seconds)
        if not _SECONDS.fullmatch(text):
            raise ApiValueError(
                f"{_show(text)} is not a number of seconds: must be decimal and finite, such as '49.36'"
            )
        return Fraction(text)
    return Fraction(_whole(seconds, "seconds must be text or a number"))


def _round(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))


def _show(text: str) -> str:
    return repr(one_line(text, 40))


_SECOND = TimeBase(1)
