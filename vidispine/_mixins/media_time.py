"""Time codes as exact rational numbers; public in :mod:`vidispine.timecode`."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from functools import total_ordering
from numbers import Rational
from typing import TYPE_CHECKING, Any, SupportsIndex, Union

from vidispine._mixins.smpte import format_smpte, parse_smpte
from vidispine._mixins.time_base import BITS, TimeBase, TimeBaseLike, common_base, divided_base, quoted, to_integer
from vidispine._mixins.time_codes import TimeCodeMixin, ratio
from vidispine.exceptions import ApiTypeError, ApiValueError

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["TimeCode", "TimeCodeLike"]

_INFINITIES = {"-INF": -1, "+INF": 1}
_SECOND = TimeBase(1)
# Bounded, because Python takes quadratic time for long numbers.
_TEXT = re.compile(r"([+-]?[0-9]{1,40})(?:@([A-Za-z0-9:]+))?")
_CLOCK = re.compile(r"[+-]?[0-9]{1,2}:[0-9]{2}:")
_SECONDS = re.compile(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?")


@total_ordering
class TimeCode:
    """A point in time or a duration: a number of samples in a time base. Immutable, exact, sorted and hashed by time.

    ::

        time = TimeCode("250@PAL")
        print(time.seconds, time.smpte(), time + TimeCode("1@PAL"))

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
            return cls._of(to_integer(value, "samples in a time base must be an integer"), TimeBase(base))
        if isinstance(value, TimeCode):
            return cls._of(value._samples, value._base, value._infinity, value._text)
        if isinstance(value, str):
            return cls._parse(value)
        if isinstance(value, TimeCodeMixin):
            ratio(value.samples, value.time_base)
            return cls._of(value.samples, TimeBase(value.time_base))
        return cls._of(to_integer(value, "a time code must be text or samples (see TimeCode.from_seconds)"), _SECOND)

    @classmethod
    def _parse(cls, text: str) -> Self:
        if text in _INFINITIES:
            return cls._of(0, _SECOND, _INFINITIES[text])
        found = _TEXT.fullmatch(text)
        if found is None:
            hint = "; for SMPTE, use TimeCode.from_smpte" if _CLOCK.match(text) else ""
            raise ApiValueError(
                f"{quoted(text)} is not a time code: must be samples@timebase such as '250@PAL', '-INF' or '+INF'{hint}"
            )
        return cls._of(int(found[1]), TimeBase(found[2]) if found[2] else _SECOND, text=found[0])

    @classmethod
    def _of(cls, samples: int, base: TimeBase, infinity: int = 0, text: str | None = None) -> Self:
        if samples.bit_length() > BITS:
            raise ApiValueError(f"a time code must have less than 2**{BITS} samples, in either direction")
        self = object.__new__(cls)
        self._samples, self._base, self._infinity, self._text = samples, base, infinity, text
        return self

    @classmethod
    def from_seconds(cls, seconds: Seconds, base: TimeBaseLike) -> Self:
        """Return the time code nearest to a number of seconds; halfway between two samples, the later one.

        :param seconds: text in decimal notation, a ``Fraction``, ``Decimal``, ``int`` or ``timedelta`` is converted
            exactly; a ``float`` is converted as the decimal number that Python prints for it
        :param base: the time base of the result
        :raises ApiValueError: text that is not a number, or a number that is not finite or is out of range
        :raises ApiTypeError: a value of another type
        """
        base = TimeBase(base)
        return cls._of(_round(_exact(seconds) / base.length), base)

    @classmethod
    def from_smpte(cls, text: str, base: TimeBaseLike) -> Self:
        """Convert SMPTE text to a time code.

        :param text: ``HH:MM:SS:FF``, or with ``;`` or ``.`` before the frames for drop-frame; a negative time begins
            with ``-``
        :param base: the frame rate: at most 120, and 29.97 or 59.94 for drop-frame
        :raises ApiValueError: text that is not SMPTE or does not exist at this rate, or another base
        :raises ApiTypeError: a value of the wrong type
        """
        if not isinstance(text, str):
            raise ApiTypeError(f"SMPTE must be text, not {type(text).__name__}")
        base = TimeBase(base)
        return cls._of(parse_smpte(text, 1 / base.length), base)

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
        """Whether the time code is finite: ``False`` for ``-INF`` and ``+INF``, the open ends of a time span."""
        return not self._infinity

    def convert(self, base: TimeBaseLike) -> TimeCode:
        """Return the time code nearest to this one in another base; halfway between two samples, the later one.

        The result equals this time code if the conversion is exact. ``-INF`` and ``+INF`` stay as they are.

        :param base: the time base of the result
        :raises ApiValueError, ApiTypeError: not a time base, or too many samples in this base
        """
        base = TimeBase(base)
        return self if self._infinity else TimeCode._of(_round(self._time / base.length), base)

    def smpte(self, base: TimeBaseLike | None = None, drop_frame: bool = False) -> str:
        """Return SMPTE text: ``HH:MM:SS:FF``, or ``HH:MM:SS;FF`` for drop-frame. ``f"{time_code:smpte}"`` is the same.

        Hours are not limited to 24. A negative time begins with ``-``.

        :param base: the frame rate: at most 120, and 29.97 or 59.94 for drop-frame. The time is rounded to the nearest
            frame, as by :meth:`convert`. Default: the base of this time code.
        :param drop_frame: whether to use drop-frame numbering, which skips frame numbers to match clock time
        :raises ApiValueError: another base, or ``-INF`` or ``+INF``
        :raises ApiTypeError: not a time base
        """
        frames = self if base is None else self.convert(base)
        frames._require_finite("SMPTE text")
        return format_smpte(frames._samples, 1 / frames._base.length, drop_frame)

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
        """Return the time code as a document, which attributes of type ``TimeCodeType`` accept.

        :raises ApiValueError: ``-INF`` and ``+INF`` can be written as text only
        """
        base = self.base
        return {"samples": self._samples, "timeBase": {"numerator": base.numerator, "denominator": base.denominator}}

    @property
    def _time(self) -> Fraction:
        return self._samples * self._base.length

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

    def __lt__(self, other: TimeCode | TimeCodeMixin) -> bool:
        compared = _operand(other)
        return NotImplemented if compared is None else self._order < compared._order

    def __hash__(self) -> int:
        return hash(self._order)

    def __add__(self, other: TimeCode | TimeCodeMixin) -> TimeCode:
        """Return the sum, in the coarsest base that holds both exactly."""
        added = _operand(other)
        if added is None:
            return NotImplemented
        if self._infinity or added._infinity:
            if self._infinity + added._infinity == 0:
                raise ApiValueError("the sum of -INF and +INF is not defined")
            return self if self._infinity else added
        base = common_base(self._base, added._base)
        return TimeCode._of(int((self._time + added._time) / base.length), base)

    def __radd__(self, other: TimeCodeMixin | int) -> TimeCode:
        """Return the sum. ``sum(time_codes)`` starts with the number 0."""
        if isinstance(other, int):
            return self if other == 0 and not isinstance(other, bool) else NotImplemented
        return self + other

    def __neg__(self) -> TimeCode:
        return TimeCode._of(-self._samples, self._base, -self._infinity)

    def __abs__(self) -> TimeCode:
        return -self if self._order < (0, 0) else self

    def __sub__(self, other: TimeCode | TimeCodeMixin) -> TimeCode:
        removed = _operand(other)
        return NotImplemented if removed is None else self + -removed

    def __rsub__(self, other: TimeCodeMixin) -> TimeCode:
        return -self + other

    def __mul__(self, factor: int | Fraction) -> TimeCode:
        """Return the exact product. It has the same base if that holds it, and otherwise a finer one."""
        if not _is_rational(factor):
            return NotImplemented
        if self._infinity:
            if factor == 0:
                raise ApiValueError(f"{self} cannot be multiplied by 0")
            return self if factor > 0 else -self
        samples = self._samples * Fraction(factor)
        return TimeCode._of(samples.numerator, divided_base(self._base, samples.denominator))

    __rmul__ = __mul__

    def __truediv__(self, divisor: int | Fraction) -> TimeCode:
        """Return the exact quotient. It has the same base if that holds it, and otherwise a finer one."""
        if not _is_rational(divisor):
            return NotImplemented
        if divisor == 0:
            raise ApiValueError("a time code cannot be divided by 0")
        return self * (1 / Fraction(divisor))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self),)


TimeCodeLike = Union[TimeCode, TimeCodeMixin, str]
Seconds = Union[str, float, Fraction, Decimal, timedelta]


def _operand(value: object) -> TimeCode | None:
    """Return a time code or that of a document; ``None`` for any other value."""
    return TimeCode(value) if isinstance(value, (TimeCode, TimeCodeMixin)) else None


def _is_rational(value: object) -> bool:
    # A bool is an int in Python, but is always a mistake here.
    return isinstance(value, Rational) and not isinstance(value, bool)


def _exact(seconds: Any) -> Fraction:
    if isinstance(seconds, Fraction):
        return seconds
    if isinstance(seconds, float):
        # The float 0.06 is a little less than 6/100, but its decimal form is the intended value.
        return _parse_seconds(float.__repr__(seconds))
    if isinstance(seconds, Decimal):
        return _parse_seconds(str(seconds))
    if isinstance(seconds, str):
        return _parse_seconds(seconds)
    if isinstance(seconds, timedelta):
        return Fraction(seconds // timedelta(microseconds=1), 10**6)
    return Fraction(to_integer(seconds, "seconds must be text, a number or a timedelta"))


def _parse_seconds(text: str) -> Fraction:
    found = _SECONDS.fullmatch(text)
    if found is None:
        raise ApiValueError(f"{quoted(text)} is not a number of seconds: must be decimal and finite, such as '49.36'")
    return Fraction(found[0])


def _round(number: Fraction) -> int:
    return math.floor(number + Fraction(1, 2))
